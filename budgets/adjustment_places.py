"""The rows of a return that an adjustment may name, as choices: they are the return's own as they stand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from budgets.cells import full_label
from budgets.money import figure_text
from budgets.returns import ADJUSTMENTS, BY_FUNCTION, BY_NATURE, PROJECTS, TOTAL, Column, Schedule
from budgets.row_names import line_id
from budgets.rows import PROJECT_ITEM, Row, RowKind

GONE = "已不在表里的行"
"""What a row is called that has left the return since a document named it."""
PLACES = ("function", "use")
"""The columns of an adjustment that name a row."""


def with_places(schedule: Schedule, rows: Mapping[str, Sequence[Row]]) -> Schedule:
    """Return the adjustments with the rows of this return to choose from; every other schedule as it is."""
    if schedule != ADJUSTMENTS:
        return schedule
    choices = {"function": _lines(rows[BY_FUNCTION.name]), "use": _uses(rows)}
    stored = rows[ADJUSTMENTS.name]
    return replace(schedule, columns=tuple(_with_choices(each, choices, stored) for each in schedule.columns))


def _with_choices(
    column: Column, choices: Mapping[str, Sequence[tuple[str, str]]], stored: Sequence[Row]
) -> Column:
    if column.name not in choices:
        return column
    known = dict(_told_apart(choices[column.name]))
    named = dict.fromkeys(value for row in stored if (value := row.own(column.name)) and value not in known)
    gone = _told_apart([(value, GONE) for value in named])
    return replace(column, choices=(*known.items(), *gone))


def _lines(rows: Sequence[Row]) -> list[tuple[str, str]]:
    lines = [(line_id(row.line), full_label(row)) for row in rows if row.kind == RowKind.LINE]
    return [*lines, (TOTAL, "不分科目")]


def _uses(rows: Mapping[str, Sequence[Row]]) -> list[tuple[str, str]]:
    basic = [
        (row.code, row.name)
        for row in rows[BY_NATURE.name]
        if row.kind == RowKind.LINE and row.code != PROJECT_ITEM
    ]
    projects = [
        (line_id(row.line), _project_name(row)) for row in rows[PROJECTS.name] if row.kind == RowKind.LINE
    ]
    return [*basic, *projects]


def _project_name(row: Row) -> str:
    """The name of a project with its funding, which tells its rows apart."""
    funding = getattr(row.line, "get_funding_display", str)()
    return f"{row.name}（{funding}）" if funding else row.name


def said_of(row: Row, schedule: Schedule) -> str:
    """Return what a document says besides number and amount: 2023-03-20 · 本级资金 · 2010301 行政运行.

    `schedule` is that of the row, with its places.
    """
    names = ("adjusted_on", "source", "function", "use", "reason")
    columns = [column for column in schedule.columns if column.name in names]
    words = [(column, figure_text(row.own(column.name))) for column in columns]
    return " · ".join(dict(column.choices).get(text, text) for column, text in words if text)


def _told_apart(choices: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The choices with labels no two of which are the same."""
    seen: dict[str, int] = {}
    for value, label in choices:
        seen[label] = seen.get(label, 0) + 1
        yield value, label if seen[label] == 1 else f"{label}（{seen[label]}）"
