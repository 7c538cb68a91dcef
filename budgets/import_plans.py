"""What saving a filled-in workbook would do to its return: compared three ways, nothing written.

What a cell said when the workbook was downloaded, what it says now, and what is stored now: a cell changed
in the sheet alone is taken, one changed in the system alone stays, and one changed in both is a conflict.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from budgets.actions import LineChange, LineKey, Removal, place_kept
from budgets.cells import row_key
from budgets.last_year import LastYear, approved_text, last_year_of
from budgets.models import (
    FUND_AND_NATURE,
    LINE_MODELS,
    BudgetBook,
    BudgetLine,
    EconomicCategory,
    FunctionalCategory,
    ReturnText,
    ReturnUpload,
    ScheduleLine,
)
from budgets.money import AmountUnit, figure_text
from budgets.querysets import CategoryQuerySet
from budgets.return_sheets import TEXT_LABEL, sheet_of
from budgets.returns import (
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    PROJECTS,
    SCHEDULES,
    TOTAL,
    Classification,
    Column,
    ColumnKind,
    Schedule,
    ScheduleName,
)
from budgets.rows import PROJECT_ITEM
from submissions.models import Submission

TEXT_COLUMN = Column("text", "内容", ColumnKind.TEXT)

Texts = list[str]
"""The values of a row in the order of its schedule's columns: figures as exact text, amounts in yuan."""


class ValidCode(NamedTuple):
    """A code that rows of a return may stand on."""

    pk: int
    code: str
    name: str
    book: str


def valid_codes(classification: Classification, submission: Submission) -> list[ValidCode]:
    """Return the codes that are valid for a return, by code; in one query."""
    year, unit = submission.round.fiscal_year, submission.unit
    found: CategoryQuerySet
    if classification is Classification.ECONOMIC:
        found = EconomicCategory.objects.in_force(year, unit).of_book(EconomicCategory.Chart.DEPARTMENT)
    else:
        found = FunctionalCategory.objects.in_force(year, unit)
    values = found.order_by("code", "pk").values_list("pk", "code", "name", found.model.own_key())
    return [ValidCode(*each) for each in values]


def meant_code(codes: Iterable[ValidCode], funds: Collection[str], own: int = 0) -> ValidCode | None:
    """Return which of the categories of one code a row means; None of none.

    A code may stand in two budgets: the row's `own` category goes first, then that of its fund, then the
    general one.
    """
    general = BudgetBook.GENERAL_PUBLIC
    return min(
        codes,
        key=lambda each: (each.pk != own, each.book not in funds, each.book != general),
        default=None,
    )


def unknown_code_text(code: str, schedule: Schedule) -> str:
    """Say that a code, quoted, is not valid, and what to do."""
    return (
        f"编码{code}在本年度的科目表里没有，请核对。"
        f"确实要用的，先在网页“{schedule.label}”里添加这个科目，再上传。"
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a sheet as an upload keeps it.

    `base` is what it said when downloaded, None for a row that was added; `values` is what it says now, None
    for what it said then. A text of the return is an entry of one value.
    """

    label: str
    key: list[Any]
    at: int = 0
    """The number of the row in its sheet; 0 for one that was taken out."""
    line: int | None = None
    version: int = 0
    base: Texts | None = None
    values: Texts | None = None
    is_removed: bool = False
    places: dict[str, str] = field(default_factory=dict)
    """Where its figures stand by column, for a workbook that is not laid out as ours."""

    def as_json(self) -> dict[str, Any]:
        """Return it as the upload keeps it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell or a row that is not in the sheet as it is in the system, for the preview.

    `column` is None for a whole row; `old` is what is stored, `new` what the sheet says, as exact texts.
    """

    schedule: str
    label: str
    at: int
    column: Column | None
    old: str = ""
    new: str = ""
    exported: str = ""
    row: Texts = field(default_factory=list)
    """The values of the row that is added or taken out."""
    number: int = 0
    """The number of a conflict, from 1."""
    place: str = ""
    """Where the sheet says so, for a workbook that is not laid out as ours."""


@dataclass(slots=True)
class RowPlan:
    """What becomes of one row: `line` is what is stored for it, `taken` the cells taken from the sheet."""

    entry: Entry
    line: ScheduleLine | ReturnText | None
    stored: Texts
    taken: dict[int, str] = field(default_factory=dict)
    conflicts: dict[int, int] = field(default_factory=dict)
    """The numbers of the conflicts, by the place of the cell."""
    row_conflict: int = 0
    """The number of the conflict about the whole row."""
    is_removal: bool = False

    def merged(self, chosen: Collection[int]) -> Texts | None:
        """Return the row as it is to be stored; None when nothing of it changes, or when it leaves."""
        said = self.entry.values or self.entry.base or self.stored
        if self.row_conflict:
            return said if self.row_conflict in chosen and not self.entry.is_removed else None
        taken = self.taken | {at: said[at] for at, number in self.conflicts.items() if number in chosen}
        is_new = self.line is None and self.entry.base is None
        if not taken and not is_new:
            return None
        return [taken.get(at, value) for at, value in enumerate(self.stored)]

    def leaves(self, chosen: Collection[int]) -> bool:
        """Whether the row is taken out."""
        return self.is_removal or (self.entry.is_removed and self.row_conflict in chosen)


@dataclass(slots=True)
class SchedulePlan:
    """What becomes of the rows of one schedule."""

    schedule: Schedule
    rows: list[RowPlan] = field(default_factory=list)

    def changes(self, chosen: Collection[int]) -> list[LineChange]:
        """Return the rows to be saved, `chosen` conflicts decided for the sheet."""
        merged = ((row, row.merged(chosen)) for row in self.rows)
        return [self._change(row, texts) for row, texts in merged if texts is not None]

    def _change(self, row: RowPlan, texts: Texts) -> LineChange:
        columns = self.schedule.columns
        values = {
            column.name: stored_value(text, column) for column, text in zip(columns, texts, strict=True)
        }
        key = tuple(row.entry.key)
        is_total = key[0] == TOTAL
        if self.schedule.is_named and not is_total:
            key = tuple(values[name] for name in LINE_MODELS[self.schedule.name].KEY)
        is_named_line = row.line and self.schedule.is_named and not is_total
        return LineChange(
            key,
            row.line.row_version if row.line else 0,
            values,
            row.line.pk if row.line and is_named_line else None,
            row.entry.label,
        )

    def new_rows(self, changes: Iterable[LineChange]) -> list[dict[str, Any]]:
        """Return the keys, as the records of edits have them, of the changes that nothing was stored for."""
        new = [change for change in changes if change.row_version == 0]
        places = [place_kept(self.schedule, change.key) for change in new]
        return [row_key(LINE_MODELS[where.name], key) for where, key in places]

    def removals(self, chosen: Collection[int]) -> list[Removal]:
        """Return the rows to be taken out."""
        leaving = [row for row in self.rows if row.line and row.leaves(chosen)]
        return [
            Removal(
                _key_of(row.line),
                row.line.row_version,
                row.line.pk if self.schedule.is_named else None,
                row.entry.label,
            )
            for row in leaving
            if row.line
        ]


def _key_of(line: Any) -> LineKey:
    key: LineKey = line.key
    return key


def stored_value(text: str, column: Column) -> Any:
    """Return an exact text as what is stored: the inverse of `figure_text`."""
    if not text and (column.is_figure or column.kind is ColumnKind.DATE):
        return None
    if column.kind is ColumnKind.DATE:
        return date.fromisoformat(text)
    if not column.is_figure:
        return text
    return int(text) if column.kind is ColumnKind.COUNT else Decimal(text)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a workbook cannot be saved as it is: the sheet and the cell it is about, and a Chinese sentence."""

    sheet: str
    cell: str
    message: str

    def __str__(self) -> str:
        return f"“{self.sheet}” {self.cell}：{self.message}"


@dataclass(slots=True)
class ImportPlan:
    """What saving a workbook does: the rows by schedule, and how the sheet differs from the system."""

    schedules: list[SchedulePlan] = field(default_factory=list)
    texts: list[RowPlan] = field(default_factory=list)
    changed: list[Difference] = field(default_factory=list)
    added: list[Difference] = field(default_factory=list)
    removed: list[Difference] = field(default_factory=list)
    conflicts: list[Difference] = field(default_factory=list)
    kept: list[Difference] = field(default_factory=list)
    """What was changed in the system alone since the download, and stays as it is."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def does_nothing(self) -> bool:
        """Whether the return is already as the sheet has it."""
        return not (self.changed or self.added or self.removed or self.conflicts)

    @property
    def digest(self) -> str:
        """A short text that differs when what it does differs: confirming names the plan that was seen."""
        parts = [self.changed, self.added, self.removed, self.conflicts, self.kept]
        text = json.dumps([[_plain(each) for each in part] for part in parts], ensure_ascii=False)
        return hashlib.sha256((text + "".join(map(str, self.problems))).encode()).hexdigest()[:32]

    def counts(self, chosen: Collection[int]) -> dict[str, int]:
        """Return how much of each kind it does, to be kept as the record."""
        return {
            "changed": len(self.changed),
            "added": len(self.added),
            "removed": len(self.removed),
            "conflicts": len(self.conflicts),
            "conflicts_taken": sum(each.number in chosen for each in self.conflicts),
            "kept": len(self.kept),
        }


def _plain(difference: Difference) -> list[Any]:
    column = difference.column.name if difference.column else ""
    parts = (difference.schedule, difference.label, difference.at, column, difference.old, difference.new)
    return [*parts, difference.exported, difference.row]


def plan_of(upload: ReturnUpload) -> ImportPlan:
    """Compare an upload with its return as it is now, in a constant number of queries."""
    plan = ImportPlan()
    lines = _lines(upload.submission)
    for schedule in SCHEDULES:
        entries = [Entry(**each) for each in upload.rows.get(schedule.name.value, [])]
        rows = list(_matched(schedule, entries, lines))
        plan.schedules.append(SchedulePlan(schedule, rows))
        for row in rows:
            _compare(plan, row, schedule.name.value, schedule.columns)
    stored = {text.name: text for text in ReturnText.objects.filter(submission=upload.submission)}
    for entry in (Entry(**each) for each in upload.rows.get(TEXT_LABEL, [])):
        text = stored.get(entry.key[0])
        row = RowPlan(_on(entry, text, [text.text] if text else [""]), text, [text.text] if text else [""])
        plan.texts.append(row)
        _compare(plan, row, entry.key[0], (TEXT_COLUMN,))
    _check_codes(plan, upload.submission)
    _check_last_year(plan, upload, lines)
    return plan


_Lines = dict[ScheduleName, list[ScheduleLine]]


def _lines(submission: Submission) -> _Lines:
    """Read all lines of a submission, by schedule, in one query per table."""
    found: _Lines = {name: [] for name in LINE_MODELS}
    for model in dict.fromkeys(LINE_MODELS.values()):
        for line in model.objects.of_submission(submission):
            name = next(name for name, each in LINE_MODELS.items() if each is model)
            found[ScheduleName(line.schedule) if isinstance(line, BudgetLine) else name].append(line)
    return found


def _matched(schedule: Schedule, entries: Sequence[Entry], lines: _Lines) -> Iterator[RowPlan]:
    """Find what is stored for each row: named rows by their number, others by their key."""
    own = lines[schedule.name]
    by_id = {line.pk: line for line in own}
    claimed = {entry.line for entry in entries if entry.line}
    by_key = {line.key: line for line in own if line.pk not in claimed}
    names = [column.name for column in schedule.columns]
    for entry in entries:
        line = by_id.get(entry.line) if entry.line else by_key.get(tuple(entry.key))
        if schedule == PROJECTS and entry.key[0] == TOTAL:
            line = next((each for each in lines[BY_NATURE.name] if each.key[0] == PROJECT_ITEM), None)
        stored = [figure_text(getattr(line, name, "")) for name in names] if line else ["" for _ in names]
        yield RowPlan(_on(entry, line, stored), line, stored)


def _on(entry: Entry, line: ScheduleLine | ReturnText | None, stored: Texts) -> Entry:
    """The entry on what is stored, where that is still in the version that was downloaded."""
    if entry.base is None or entry.base == stored or line is None or line.row_version != entry.version:
        return entry
    said = entry.base if entry.values is None else entry.values
    return replace(entry, base=stored, values=said)


def _is_lasting(entry: Entry) -> bool:
    """Whether a row is there whether or not something is stored for it."""
    return bool(entry.key and entry.key[0])


def _compare(plan: ImportPlan, row: RowPlan, schedule: str, columns: Sequence[Column]) -> None:
    """Sort one row into the plan."""
    entry, blank = row.entry, ["" for _ in columns]
    base = entry.base or blank
    said = base if entry.values is None else entry.values
    if row.line and not entry.is_removed and said == row.stored:
        return
    place = "；".join(dict.fromkeys(entry.places.values()))
    whole = Difference(schedule, entry.label, entry.at, None, place=place)
    is_lasting = _is_lasting(entry) and entry.line is None
    if entry.is_removed:
        _compare_removed(plan, row, whole, base)
    elif row.line is None and entry.base is None:
        plan.added.append(replace(whole, row=said))
        row.stored = list(said)
    elif row.line is None and not is_lasting and entry.version:
        _compare_gone(plan, row, whole, base, said)
    else:
        _compare_cells(plan, row, whole, columns, base, said)


def _compare_removed(plan: ImportPlan, row: RowPlan, whole: Difference, base: Texts) -> None:
    if row.line is None:
        return
    if row.stored == base:
        row.is_removal = True
        plan.removed.append(replace(whole, row=row.stored))
    else:
        row.row_conflict = len(plan.conflicts) + 1
        plan.conflicts.append(
            replace(whole, old="保留这一行", new="删除这一行", row=row.stored, number=row.row_conflict)
        )


def _compare_gone(plan: ImportPlan, row: RowPlan, whole: Difference, base: Texts, said: Texts) -> None:
    """A row that somebody took out of the system since the download."""
    if said == base:
        plan.kept.append(replace(whole, old="已删除这一行"))
    else:
        row.row_conflict = len(plan.conflicts) + 1
        plan.conflicts.append(
            replace(whole, old="已删除这一行", new="重新加上这一行", row=said, number=row.row_conflict)
        )


def _compare_cells(
    plan: ImportPlan,
    row: RowPlan,
    whole: Difference,
    columns: Sequence[Column],
    base: Texts,
    said: Texts,
) -> None:
    for at, column in enumerate(columns):
        ours, exported, theirs = said[at], base[at], row.stored[at]
        if ours == theirs:
            continue
        place = row.entry.places.get(column.name, "")
        cell = Difference(whole.schedule, whole.label, whole.at, column, theirs, ours, exported, place=place)
        if ours == exported:
            plan.kept.append(cell)
        elif theirs == exported:
            row.taken[at] = ours
            plan.changed.append(cell)
        else:
            row.conflicts[at] = len(plan.conflicts) + 1
            plan.conflicts.append(replace(cell, number=row.conflicts[at]))


def _check_last_year(plan: ImportPlan, upload: ReturnUpload, lines: _Lines) -> None:
    """Say which cells have another figure of last year than its approved return."""
    for part in plan.schedules:
        last_year = last_year_of(upload.submission, part.schedule).meet(lines[part.schedule.name])
        columns, approved = last_year.columns, last_year.by_key()
        places = {column: at for at, column in enumerate(part.schedule.columns)}
        for row in part.rows:
            figures = approved.get(tuple(row.entry.key), {})
            for column in columns:
                said, figure = _said_of_last_year(row, places[column]), figures.get(column.name)
                if said is not None and said != figure_text(figure):
                    was = approved_text(figure, column, AmountUnit(upload.amount_unit))
                    plan.problems.append(_locked(last_year, row, column, was))


def _locked(last_year: LastYear, row: RowPlan, column: Column, was: str) -> Problem:
    return _problem(
        last_year.schedule,
        row.entry,
        column.name,
        f"{column.title}取自 {last_year.source}，那里是 {was}，不能在表里改。"
        "请改回来再上传；确有变动的，导入以后在网页上重述。",
    )


def _problem(schedule: Schedule, entry: Entry, column: str, message: str) -> Problem:
    """What is wrong with a cell of an entry, or, where that stands nowhere, with the first that does."""
    if entry.places:
        return Problem(*first_cell(entry.places.get(column) or next(iter(entry.places.values()))), message)
    layout = sheet_of(schedule, FUND_AND_NATURE)
    return Problem(layout.name, layout.address(column, entry.at), message)


def first_cell(place: str) -> tuple[str, str]:
    """Return the sheet and the address of the first of the cells of `Entry.places`: 支出决算表 E8、F8."""
    sheet, _, cells = place.partition("；")[0].rpartition(" ")
    return sheet, cells.partition("、")[0]


def _said_of_last_year(row: RowPlan, at: int) -> str | None:
    """What a sheet wants of a cell that it changes or adds; None where it changes nothing."""
    if row.line is None and row.entry.base is None and row.entry.values:
        return row.entry.values[at] or None
    return row.taken.get(at)


def _check_codes(plan: ImportPlan, submission: Submission) -> None:
    """Say which new rows stand on a code that has ceased to be valid since the upload."""
    for place, schedule in ((1, BY_FUNCTION), (2, BY_ECONOMIC)):
        rows = next(each.rows for each in plan.schedules if each.schedule == schedule)
        new = [
            row.entry
            for row in rows
            if row.line is None and not row.entry.is_removed and row.entry.key[place]
        ]
        if not new or not schedule.classification:
            continue
        valid = {each.pk for each in valid_codes(schedule.classification, submission)}
        plan.problems += [
            _problem(
                schedule,
                entry,
                "code",
                f"科目“{entry.label}”在本年度的科目表里已经没有了，请在表里换一个科目，再上传。",
            )
            for entry in new
            if entry.key[place] not in valid
        ]
