"""What a cell of a return is called: the names of its row and column, and what its row is in the records."""

from dataclasses import dataclass
from typing import Any

from budgets.models import FUND_AND_NATURE, LINE_MODELS, BudgetLine, CellNote, ScheduleLine
from budgets.returns import (
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    PROJECTS,
    TOTAL,
    Column,
    ColumnKind,
    Schedule,
)
from budgets.row_names import category_id, line_id
from budgets.rows import PROJECT_ITEM, Row, RowKind
from submissions.findings import Place
from submissions.models import Submission

NAME = Column("name", "名称", ColumnKind.TEXT)
"""The cell that says which row it is."""


def row_id(row: Row) -> str:
    """Return the name of a row in the pages, whether or not something is stored for it."""
    if row.line and row.kind != RowKind.TOTAL:
        return line_id(row.line)
    return category_id(row.category.pk) if row.category else row.code


def row_label(row: Row) -> str:
    """Return what a row is called where it is spoken of outside its table."""
    return f"{row.code} {row.name}" if row.category else row.name


def full_label(row: Row) -> str:
    """As `row_label`, with what tells the row from others of its name."""
    return f"{row.code} {row.full_name}" if row.category else row.full_name


NotesByRow = dict[tuple[str, str], list[CellNote]]
"""The notes on the cells of a row, by the names of its schedule and of the row."""


def notes_by_row(submission: Submission) -> NotesByRow:
    """Return all notes of a submission, in one query."""
    found: NotesByRow = {}
    for note in CellNote.objects.filter(submission=submission).order_by("pk"):
        found.setdefault((note.schedule, note.row), []).append(note)
    return found


def notes_on(notes: NotesByRow, row: Row) -> list[CellNote]:
    """Return the notes on the cells of a row in the order of its columns; [] for one without any."""
    found = notes.get((row.schedule.name.value, row_id(row)), []) if notes else []
    if len(found) < 2:
        return found
    order = list(column_titles(row.schedule))
    return sorted(found, key=lambda note: order.index(note.column))


def column_titles(schedule: Schedule) -> dict[str, str]:
    """Return the titles of all columns of a schedule by name, what is computed and what says the row too."""
    qualifiers = FUND_AND_NATURE if schedule == BY_FUNCTION else ()
    columns = (NAME, *qualifiers, *schedule.columns, *schedule.measures)
    return {column.name: column.title for column in columns}


def place_of(row: Row, column: str) -> Place:
    """Return where a figure of a row stands."""
    schedule = row.schedule
    titles = (schedule.title, row_label(row), column_titles(schedule)[column])
    return Place(schedule.name.value, row_id(row), column, *titles)


def place_of_schedule(schedule: Schedule) -> Place:
    """Return where the rows of a schedule stand, for what is no figure of one of them."""
    return Place(schedule.name.value, schedule_title=schedule.title)


@dataclass(frozen=True, slots=True)
class RecordedRow:
    """What a row is in the records of edits: by its number where the unit names it, else by its key."""

    schedule: Schedule
    """The one it is stored in: the total of the projects is a row by nature."""
    key: dict[str, Any]
    line: int | None = None


def recorded_row(schedule: Schedule, row: Row) -> RecordedRow:
    """Return what a row of a schedule is in the records of edits."""
    if schedule == PROJECTS and row.kind == RowKind.TOTAL:
        return RecordedRow(BY_NATURE, {"item": PROJECT_ITEM})
    if schedule.is_named and row.line and row.kind == RowKind.LINE:
        return RecordedRow(schedule, row_key(type(row.line), row.line.key), row.line.pk)
    return RecordedRow(schedule, row_key(LINE_MODELS[schedule.name], key_of(row)))


def key_of(row: Row) -> tuple[Any, ...]:
    """Return the key of a row within its schedule, whether or not something is stored for it."""
    if row.schedule.is_named and row.kind == RowKind.TOTAL:
        return (TOTAL, "")
    if row.line:
        return row.line.key
    if LINE_MODELS[row.schedule.name] is not BudgetLine:
        return (row.code,)
    category = row.category.pk if row.category else None
    is_economic = row.schedule == BY_ECONOMIC
    place = (None, category) if is_economic else (category, None)
    return ("" if category else row.code, *place, "", "")


def row_key(model: type[ScheduleLine], key: tuple[Any, ...]) -> dict[str, Any]:
    """Return a row's key as the records of edits keep it: the parts of its model's KEY that are not blank."""
    return {name.removesuffix("_id"): part for name, part in zip(model.KEY, key, strict=True) if part}
