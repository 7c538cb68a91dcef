"""What last year's approved return says of the figures of last year that a return has beside its own.

A column of a schedule comes from there when it has any figure there; its cells are then locked in every row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When

from budgets.cells import column_titles
from budgets.models import (
    LINE_MODELS,
    BudgetLine,
    EconomicCategory,
    FunctionalCategory,
    Restatement,
    ReturnText,
    ScheduleLine,
    TextReading,
)
from budgets.money import AmountUnit, exact_text, figure_text, parted
from budgets.returns import (
    BY_NATURE,
    PROJECTS,
    SCHEDULES,
    TOTAL,
    Classification,
    Column,
    ColumnKind,
    Schedule,
)
from budgets.rows import PROJECT_ITEM, Row
from submissions.models import Submission

Key = tuple[Any, ...]
"""What tells a row apart within a schedule, as this year's return has it (budgets.actions.LineKey)."""

Figure = Decimal | int | None


@dataclass(frozen=True, slots=True)
class PastRow:
    """A row of last year's return. `key` is its key this year: None where its code is valid no more."""

    key: Key | None
    line: Any
    figures: dict[str, Figure]
    """What it says of the comparative columns of this year."""
    is_regrouped: bool = False
    """Whether all its figures stand this year in rows of its code that are grouped otherwise."""

    @property
    def label(self) -> str:
        """What it is called in a sentence, where it is no fixed row."""
        code, name = getattr(self.line, "code", ""), getattr(self.line, "code_name", "")
        parts = [f"{code} {name}" if name else getattr(self.line, "name", "")]
        parts += [_label_of(self.line, each) for each in ("fund", "nature", "funding")]
        return " · ".join(part for part in parts if part)


def _label_of(line: Any, name: str) -> str:
    return str(getattr(line, f"get_{name}_display")()) if hasattr(line, name) else ""


@dataclass(slots=True)
class LastYear:
    """What last year's approved return says of one schedule; without one, nothing of it is locked."""

    schedule: Schedule
    year: int
    exists: bool = False
    """Whether there is an approved return of the year before."""
    revision: int = 0
    rows: list[PastRow] = field(default_factory=list)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that come from there."""
        return tuple(
            column
            for column in self.schedule.comparatives
            if any(row.figures[column.name] is not None for row in self.rows)
        )

    @property
    def typed(self) -> tuple[Column, ...]:
        """The columns of last year's figures that have to be typed: nothing stands there."""
        return tuple(column for column in self.schedule.comparatives if column not in self.columns)

    @property
    def source(self) -> str:
        """Say which return it is."""
        return f"{self.year} 年度已审核的填报（第 {self.revision} 版）"

    def meet(self, lines: Sequence[ScheduleLine]) -> "LastYear":
        """Find the rows that have their figures in another row this year; return itself.

        `lines` are this year's. A row of last year takes its key of this year where its code stands under
        another fund or nature now, or its project has another name and its very figures. Where rows of a code
        are fewer or more now and come to the same, none of them has one there, and none is lacking.
        """
        if not self.rows:
            return self
        lines = [line for line in lines if isinstance(line, LINE_MODELS[self.schedule.name])]
        past, here = {row.key for row in self.rows}, {line.key for line in lines}
        names = [column.name for column in self.columns]
        if self.schedule.is_named:
            missing = [row for row in self.rows if row.key not in {*here, _TOP}]
            self._move(missing, [line for line in lines if line.key not in past], names)
        if not self.schedule.is_classified:
            return self
        for code in {row.key[1:3] for row in self.rows if row.key and row.key not in here}:
            missing = [row for row in self.rows if row.key and row.key[1:3] == code and row.key not in here]
            others = [
                line
                for line in lines
                if line.key[1:3] == code and line.key not in past and any(line.values(names).values())
            ]
            self._regroup(missing, others, names)
        return self

    def _regroup(self, missing: list[PastRow], others: list[ScheduleLine], names: list[str]) -> None:
        """Match rows of one code that are not there with lines of that code that last year did not have."""
        if len(missing) != len(others) and all(
            sum(Decimal(row.figures[name] or 0) for row in missing) == _sum_of(others, name) for name in names
        ):
            for row in missing:
                self.rows[self.rows.index(row)] = replace(row, is_regrouped=True)
            return
        self._move(missing, others, names)
        for row, line in zip(missing, others, strict=False):  # what has other figures by now, in its order
            self.rows[self.rows.index(row)] = replace(row, key=line.key)

    def _move(self, missing: list[PastRow], others: list[ScheduleLine], names: list[str]) -> None:
        """Give rows the keys of lines that have their very figures, and take both off the lists."""
        for row in list(missing):
            line = next((each for each in others if _is_as(each, row, names)), None)
            if line and any(row.figures[name] is not None for name in names):
                self.rows[self.rows.index(row)] = replace(row, key=line.key)
                missing.remove(row)
                others.remove(line)

    def by_key(self) -> dict[Key, dict[str, Figure]]:
        """Return what it says of the rows this year may have, by their key."""
        return {row.key: row.figures for row in self.rows if row.key is not None}


def last_year_of(submission: Submission, schedule: Schedule) -> LastYear:
    """Read what last year's approved return says of a schedule, in one query where there is one.

    The projects take two: their total is kept as a row by nature. `submission` is one that `for_workspace`
    has read.
    """
    found = LastYear(schedule, submission.round.fiscal_year - 1, submission.last_year_id is not None)
    if not found.exists or not schedule.comparatives:
        return found
    lines: list[Any] = list(_lines(submission, schedule))
    for line in lines:
        found.rows.append(PastRow(_key(line), line, _figures(line, schedule)))
    if schedule == PROJECTS:
        for line in _lines(submission, BY_NATURE).filter(item=PROJECT_ITEM):
            found.rows.append(PastRow(_TOP, line, _figures(line, schedule)))
            lines.append(line)
    found.revision = lines[0].past_revision if lines else 0
    return found


def _is_as(line: ScheduleLine, row: PastRow, names: Iterable[str]) -> bool:
    return all(getattr(line, name) == row.figures[name] for name in names)


def _lines(submission: Submission, schedule: Schedule) -> QuerySet:
    """The lines of last year's return; those by category with the category of their code this year."""
    model: Any = LINE_MODELS[schedule.name]
    lines = model.objects.filter(submission=submission.last_year_id).order_by("pk")
    lines = lines.annotate(past_revision=F("submission__revision"))
    if model is not BudgetLine:
        return lines
    lines = lines.filter(schedule=schedule.name).with_codes()
    if schedule.classification is Classification.FUNCTION:
        return lines.annotate(now=_category_now(FunctionalCategory, submission, "category", "budget_book"))
    if schedule.classification is Classification.ECONOMIC:
        return lines.annotate(now=_category_now(EconomicCategory, submission, "economic_category", "chart"))
    return lines


def _category_now(model: Any, submission: Submission, name: str, book: str) -> Subquery:
    """The category of a line's code that is valid this year: its own where that still is."""
    valid = model.objects.in_force(submission.round.fiscal_year, submission.unit).filter(
        **{"code": OuterRef(f"{name}__code"), book: OuterRef(f"{name}__{book}")}
    )
    own_first = Case(When(pk=OuterRef(f"{name}_id"), then=0), default=1)
    return Subquery(valid.alias(rank=own_first).order_by("rank", "pk").values("pk")[:1])


def _key(line: Any) -> Key | None:
    if not isinstance(line, BudgetLine) or line.item:
        key: Key = line.key
        return key
    now = getattr(line, "now", None)
    if now is None:
        return None
    by_function = line.category_id is not None
    return ("", now if by_function else None, None if by_function else now, line.fund, line.nature)


def _figures(line: ScheduleLine, schedule: Schedule) -> dict[str, Figure]:
    columns = {column.name: column for column in schedule.columns}
    return {column.name: _figure(line, columns[column.last_year_of]) for column in schedule.comparatives}


def _figure(line: ScheduleLine, column: Column) -> Figure:
    """What a line says of a column: stated, or computed from the others of its row where all are known."""
    own: Figure = getattr(line, column.name)
    parts = [(getattr(line, name), sign) for name, sign in column.sum_of]
    if own is not None or not parts or any(part is None for part, _ in parts):
        return own
    return sum((part * sign for part, sign in parts), Decimal(0))


@dataclass(frozen=True, slots=True)
class LockedCell:
    """A figure of last year that was wanted otherwise than approved; `row` is what the page calls its row."""

    row: str
    column: Column
    approved: Figure
    source: str

    def sentence(self, unit: AmountUnit) -> str:
        """Say that it is not changed like this, and how it is; `unit` is the one she types in."""
        said = "那里没有这一行的数"
        if self.approved is not None:
            said = f"是 {approved_text(self.approved, self.column, unit)}"
        return (
            f"{self.column.title}取自 {self.source}，{said}，不能直接改。"
            "确有变动的，请在网页上选中这一格按 Enter 重述，并写明原因。"
        )


def approved_text(figure: Figure, column: Column, unit: AmountUnit) -> str:
    """Return an approved figure with its unit, in all its digits; "空白" for none."""
    if figure is None:
        return "空白"
    if column.kind is not ColumnKind.AMOUNT:
        return parted(figure_text(figure))
    return f"{parted(exact_text(Decimal(figure), unit))} {unit.label}"


class Hold:
    """Holds the rows of a save to last year's approved figures; `refused` are the cells that differ.

    `restated` names the column that may differ in this save.
    """

    def __init__(self, last_year: LastYear, restated: str = ""):
        self.refused: list[LockedCell] = []
        self._source = last_year.source
        self._columns = [each for each in last_year.columns if each.name != restated]
        self._approved = last_year.by_key()

    def values(
        self, row: str, key: Key, sent: dict[str, Any], stored: ScheduleLine | None, *, is_new: bool = False
    ) -> dict[str, Any]:
        """Return the values of a row with the blank cells of last year filled in.

        What is stored may stay: it was restated, or typed before last year's return was approved. `stored`
        of a row that `is_new` is one of its code that is taken out: it may have its figures, or none.
        """
        values = dict(sent)
        for column in self._columns:
            approved = self._approved.get(key, {}).get(column.name)
            kept = getattr(stored, column.name, None)
            if values[column.name] is None and (kept is None or is_new):
                values[column.name] = approved
            elif values[column.name] not in (kept, approved):
                self.refused.append(LockedCell(row, column, approved, self._source))
        return values


Restatements = dict[tuple[str, int, str], Restatement]
"""The newest restatement of each cell, by schedule, number of the line and column."""


def restatements_of(submission: Submission, *schedules: Schedule) -> Restatements:
    """Return the restatements of some schedules, in one query.

    Without an approved return of the year before there is none, and no query. The projects' total has its
    restatements as the row by nature.
    """
    if submission.last_year_id is None:
        return {}
    names = {schedule.name.value for schedule in _with_totals(schedules)}
    found = Restatement.objects.filter(submission=submission, schedule__in=names).order_by("pk")
    return {(each.schedule, each.line, each.column): each for each in found}


def _with_totals(schedules: Sequence[Schedule]) -> Iterable[Schedule]:
    return [*schedules, BY_NATURE] if PROJECTS in schedules else schedules


def place_of(line: ScheduleLine, schedule: Schedule, column: str) -> tuple[str, int, str]:
    """Return the cell of a stored line as `restatements_of` names it."""
    stored_in = line.schedule if isinstance(line, BudgetLine) else schedule.name.value
    return stored_in, line.pk, column


def restatement_of(row: Row, column: str, restated: Restatements) -> Restatement | None:
    """Return the restatement that holds for a cell: the newest, while the cell says what that says."""
    found = restated.get(place_of(row.line, row.schedule, column)) if row.line else None
    return found if found and found.restated_figure == row.own(column) else None


def restatement_text(found: Restatement, column: Column, unit: AmountUnit) -> str:
    """Say of a restated figure what was approved, in `unit`, and why it is another one."""
    return f"重述：已审核的是 {approved_text(found.approved_figure, column, unit)}。原因：{found.reason}"


_SCHEDULES = {schedule.name.value: schedule for schedule in SCHEDULES}


def restated_words(found: Restatement) -> str:
    """Say which figure was restated, from what to what: a sentence without its end."""
    schedule = _SCHEDULES[found.schedule]
    is_amount = any(c.name == found.column and c.kind is ColumnKind.AMOUNT for c in schedule.columns)
    old, new = (_said_figure(n, is_amount) for n in (found.approved_figure, found.restated_figure))
    return f"{schedule.title}的{column_titles(schedule)[found.column]}：由{old}改为{new}"


def _said_figure(figure: Decimal | None, is_amount: bool) -> str:
    if figure is None:
        return "空白"
    return f" {figure:,.2f} 元" if is_amount else f" {figure.normalize():,f} "


def lacking(last_year: LastYear, lines: Sequence[ScheduleLine]) -> list[PastRow]:
    """Return the rows of last year whose approved figures this year's lines have not, in any locked column.

    None where rows have other names now and their figures come to the same all the same; their total stands
    for itself. `last_year` has met the lines.
    """
    names = [column.name for column in last_year.columns]
    rows, stored = last_year.rows, {_key_here(line, last_year.schedule): line for line in lines}
    named = [line for key, line in stored.items() if key != _TOP]
    if last_year.schedule.is_named and all(_sum(last_year, name) == _sum_of(named, name) for name in names):
        rows = [row for row in rows if row.key == _TOP]
    return [
        row
        for row in rows
        if not row.is_regrouped
        and any(row.figures[name] is not None and _is_blank(stored, row.key, name) for name in names)
    ]


_TOP: Key = (TOTAL, "")
"""The key of the total of the projects, which is stored as a row by nature."""


def _key_here(line: ScheduleLine, schedule: Schedule) -> Key:
    return _TOP if schedule == PROJECTS and isinstance(line, BudgetLine) else line.key


def _is_blank(stored: dict[Key, ScheduleLine], key: Key | None, name: str) -> bool:
    line = stored.get(key) if key is not None else None
    return getattr(line, name, None) is None


def _sum(last_year: LastYear, name: str) -> Decimal:
    return sum((Decimal(row.figures[name] or 0) for row in last_year.rows if row.key != _TOP), Decimal(0))


def _sum_of(lines: Sequence[ScheduleLine], name: str) -> Decimal:
    return sum((Decimal(getattr(line, name, None) or 0) for line in lines), Decimal(0))


def is_last_years(submission: Submission, name: str, texts: Iterable[ReturnText]) -> bool:
    """Whether a text is word for word last year's approved one, and was not read since it came over."""
    return name in last_years_texts(submission, [text for text in texts if text.name == name])


def last_years_texts(submission: Submission, texts: Iterable[ReturnText]) -> set[str]:
    """Return the names of the texts that are word for word last year's approved ones and not read yet.

    None without an approved return of last year; a blank text is none. At most two queries.
    """
    written = {(text.name, text.text) for text in texts if text.text}
    if not written or submission.last_year_id is None:
        return set()
    past = ReturnText.objects.filter(
        submission=submission.last_year_id, name__in=[name for name, _ in written]
    )
    same = {name for name, text in past.values_list("name", "text") if (name, text) in written}
    read = TextReading.objects.filter(
        text__submission=submission, text__name__in=same, row_version=F("text__row_version")
    )
    return same - set(read.values_list("text__name", flat=True) if same else ())
