"""The rows of a return as they are shown: totals, subtotals and lines with their figures.

The grid, the tables, the command and the workbook all read these; a total exists nowhere else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import Case, When

from budgets.adjustments import NO_DOCUMENTS, Documents, documents_of
from budgets.measures import (
    FIGURES,
    Figure,
    Origin,
    derived,
    difference,
    entered,
    exceeds,
    total,
)
from budgets.models import (
    LINE_MODELS,
    AdjustmentLine,
    BudgetBook,
    BudgetLine,
    EconomicCategory,
    FunctionalCategory,
    Fund,
    ScheduleLine,
)
from budgets.money import AmountUnit, amount_text
from budgets.querysets import CategoryQuerySet
from budgets.returns import (
    ADJUSTABLE,
    ADJUSTMENTS,
    BEYOND_BASIC,
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    ECONOMIC_GROUPS,
    PROJECTS,
    REVENUE,
    SCHEDULES,
    TOTAL,
    Classification,
    Schedule,
    ScheduleName,
)
from budgets.row_names import codes_above, is_plain, line_id
from submissions.models import CollectionRound, Submission

RECONCILIATION = "reconciliation"
"""The code of the line that names the difference between the totals by function and by nature."""

PROJECT_ITEM = "project"
"""The row by nature that is the total of the projects."""


class Code(NamedTuple):
    """A category as far as a row shows it."""

    pk: int
    code: str
    name: str
    proposed_by_id: int | None
    book: str = ""
    """Which of the budgets, or of the economic charts, it belongs to."""
    valid_from: int | None = None
    valid_to: int | None = None

    def is_in_force(self, year: int) -> bool:
        """Whether it is valid in a fiscal year; an unknown first or last year does not exclude."""
        return (self.valid_from or year) <= year <= (self.valid_to or year)


Headings = dict[str, Code]
"""类 and 款 by code, to head the rows below them."""

Lines = dict[ScheduleName, list[ScheduleLine]]
"""What is stored of one submission, by schedule."""


class RowKind(StrEnum):
    """What a row is: the schedule's total, a subtotal, a line that takes figures, or the reconciliation."""

    TOTAL = "total"
    SUBTOTAL = "subtotal"
    LINE = "line"
    RECONCILIATION = "reconciliation"


@dataclass(slots=True)
class Row:
    """One row of a schedule. `line` is what is stored for it: None for a row nobody has filled yet."""

    schedule: Schedule
    kind: RowKind
    code: str
    name: str
    parent: str
    """The code of the row it is a part of; "" for the total and for rows beside it."""
    depth: int = 0
    line: ScheduleLine | None = None
    category: Code | None = None
    columns: tuple[str, ...] = ()
    """The figures that apply to it, where not all of the schedule's do."""
    elsewhere: list["Row"] = field(default_factory=list)
    """Rows of another schedule that it sums: the projects, for the row 项目支出 by nature."""
    figures: dict[str, Figure] = field(default_factory=dict)
    adjusted_here: Decimal | None = None
    """What documents that name it change in its budget, in yuan; None where nothing can be said."""
    adjusted: Decimal | None = None
    """The same with the rows below it."""

    @property
    def undocumented(self) -> Decimal | None:
        """What no document accounts for in a revised budget that was typed; None where that is nothing."""
        if self.schedule.name not in ADJUSTABLE or self.kind == RowKind.RECONCILIATION:
            return None
        revised, initial = self.figures["revised_budget"], self.figures["initial_budget"].value
        if revised.value is None or revised.origin not in (Origin.ENTERED, Origin.STATED):
            return None
        return revised.value - (initial or Decimal(0)) - (self.adjusted or Decimal(0)) or None

    @property
    def is_kept_elsewhere(self) -> bool:
        """Whether it is the total of the projects: kept, said and explained as the row 项目支出 by nature."""
        return self.schedule == PROJECTS and self.kind == RowKind.TOTAL

    @property
    def values(self) -> dict[str, Any]:
        """Its figures: yuan, persons or ㎡."""
        return {name: figure.value for name, figure in self.figures.items()}

    @property
    def variance_reason(self) -> str:
        """What the unit wrote to explain its variance; "" when nothing."""
        return getattr(self.line, "variance_reason", "")

    @property
    def qualifiers(self) -> str:
        """What tells rows of one name apart: fund and nature, or kind and funding, where stated."""
        return " · ".join(
            getattr(self.line, f"get_{name}_display")()
            for name in ("fund", "nature", "kind", "funding")
            if getattr(self.line, name, "")
        )

    @property
    def full_name(self) -> str:
        """Its name with what tells it from other rows of that name: 行政运行（一般公共预算 · 基本支出）."""
        return f"{self.name}（{self.qualifiers}）" if self.qualifiers else self.name

    def own(self, name: str) -> Any:
        """Return what is stored for a column; None or "" when nothing is.

        The projects' total is kept as a row by nature, which has no name, code, kind or funding.
        """
        return getattr(self.line, name, None)


@dataclass(slots=True)
class MeasuredRow:
    """A row with its measures."""

    row: Row
    values: dict[str, Decimal | None]
    """Its figures, and `total_outturn`, the base of the share."""
    needs_explanation: bool
    """Above the round's threshold to the initial budget or to last year, and no reason was written for it."""
    moved: "Moved | None" = None
    """From what to what its difference went since its reason was written; None where that still fits."""
    _measures: dict[str, Decimal | None] | None = None

    @property
    def measures(self) -> dict[str, Decimal | None]:
        """Every measure of its schedule, unrounded; None where it cannot be. Most rows are never asked."""
        if self._measures is None:
            self._measures = {each.name: each.compute(self.values) for each in self.row.schedule.measures}
        return self._measures


class Moved(NamedTuple):
    """A difference of a row, in yuan: the one its reason was written for, and what it is now."""

    then: Decimal
    now: Decimal

    def said(self, unit: AmountUnit) -> str:
        """Ask to look at the reason again: 原因是按 +5.00 写的，现在是 −3.00：请核对."""
        then, now = (amount_text(each, unit, signed=True) for each in self)
        return f"原因是按 {then} 写的，现在是 {now}：请核对"


_REASONED = ("initial_budget", "last_year_outturn")
"""What a reason says why the outturn differs from: the first that is known."""


def reason_figures(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the figures of a row that a reason is written for, as text in yuan; {} where all are blank."""
    return {name: f"{values[name]:f}" for name in ("outturn", *_REASONED) if values.get(name) is not None}


def moved_since(row: Row, *, rate: Decimal, yuan: Decimal) -> Moved | None:
    """Return how far a row's difference has gone from the one its reason was written for.

    None where it did not change its sign, nor by as much as a round asks for a reason from (`rate` percent
    and `yuan`), and where it is not known: of a reason written before this was kept, or without both figures.
    """
    kept = getattr(row.line, "reason_figures", None)
    if not kept or not row.variance_reason:
        return None
    figures = {name: Decimal(text) for name, text in kept.items()}
    for base in _REASONED:
        then = difference(figures.get("outturn"), figures.get(base))
        now = difference(row.values["outturn"], row.values[base])
        if then is not None and now is not None:
            is_far = then * now < 0 or exceeds(now, then, rate=rate, yuan=yuan)
            return Moved(then, now) if is_far else None
    return None


def return_rows(submission: Submission) -> dict[str, list[Row]]:
    """Return the rows of every schedule by schedule name, in printing order, in a fixed number of queries.

    The total comes first, then each part before its own parts. Where the totals by function and by nature
    differ, the schedule by nature ends with the reconciliation line.
    """
    return rows_of_many([submission])[submission.pk]


def rows_of_many(submissions: Sequence[Submission]) -> dict[int, dict[str, list[Row]]]:
    """Return what `return_rows` returns, by submission id, in the same number of queries for any number.

    The submissions are of one fiscal year.
    """
    lines = _lines(submissions)
    headings = _headings(lines, submissions)
    return {each.pk: _assembled(lines[each.pk], headings[each.pk]) for each in submissions}


def measured_of_many(submissions: Sequence[Submission]) -> dict[int, dict[str, list[MeasuredRow]]]:
    """Return the measured rows of every schedule, by submission id, in one query per table for any number.

    They may be of several years: 类 and 款 are called by their codes.
    """
    lines = _lines(submissions)
    return {each.pk: measured(_assembled(lines[each.pk], {}), each.round) for each in submissions}


def _assembled(lines: Lines, headings: dict[ScheduleName, Headings]) -> dict[str, list[Row]]:
    """Build all schedules of one submission, the projects first: the schedule by nature sums them."""
    found: dict[str, list[Row]] = {}
    documents = documents_of(lines)
    for schedule in sorted(SCHEDULES, key=lambda each: each != PROJECTS):  # by nature sums the projects
        top = _stored(lines[BY_NATURE.name], PROJECT_ITEM) if schedule == PROJECTS else None
        found[schedule.name] = schedule_rows(
            schedule,
            lines[schedule.name],
            headings.get(schedule.name, {}),
            top=top,
            projects=found.get(PROJECTS.name, ()),
            documents=documents,
        )
    found[BY_NATURE.name].extend(_reconciliation(found))
    return {schedule.name.value: found[schedule.name] for schedule in SCHEDULES}


def _lines(submissions: Sequence[Submission]) -> dict[int, Lines]:
    """Read all lines, by submission id and schedule, in one query per table."""
    found: dict[int, Lines] = {each.pk: {name: [] for name in LINE_MODELS} for each in submissions}
    for line in BudgetLine.objects.of_submissions(submissions).with_codes():
        found[line.submission_id][ScheduleName(line.schedule)].append(line)
    for name, model in LINE_MODELS.items():
        if model is not BudgetLine:
            for other in model.objects.of_submissions(submissions):
                found[other.submission_id][name].append(other)
    return found


def _stored(lines: Iterable[ScheduleLine], item: str) -> ScheduleLine | None:
    return next((line for line in lines if getattr(line, "item", None) == item), None)


def schedule_rows(
    schedule: Schedule,
    lines: Sequence[ScheduleLine],
    headings: Headings,
    *,
    top: ScheduleLine | None = None,
    projects: Sequence[Row] = (),
    documents: Documents = NO_DOCUMENTS,
) -> list[Row]:
    """Return the rows of one schedule from its stored lines, rolled up, in printing order.

    `headings` are the 类 and 款 by code; one that is missing there is shown by its code. `top` is stored for
    the total when that is kept elsewhere; `projects` are the rows that the row 项目支出 by nature sums.
    `documents` say what was adjusted during the year.
    """
    rows = _below_total(schedule, lines, headings)
    if schedule.has_total:
        line = top or _stored(lines, TOTAL)
        rows.insert(0, Row(schedule, RowKind.TOTAL, TOTAL, schedule.total_name, parent="", line=line))
    if schedule == BY_NATURE:
        row = next(row for row in rows if row.code == PROJECT_ITEM)
        row.elsewhere = [project for project in projects if project.kind == RowKind.LINE]
    _roll_up(schedule, rows, documents)
    return rows


def _below_total(schedule: Schedule, lines: Sequence[ScheduleLine], headings: Headings) -> list[Row]:
    if schedule.classification is Classification.FUNCTION:
        found = [_Classified(line) for line in lines if getattr(line, "category_id", None)]
        return _classified(schedule, found, headings)
    if schedule.classification is Classification.ECONOMIC:
        return _by_economic(schedule, lines, headings)
    return _named(schedule, lines) if schedule.is_named else _itemised(schedule, lines)


def _itemised(schedule: Schedule, lines: Sequence[ScheduleLine]) -> list[Row]:
    stored = {getattr(line, "item", ""): line for line in lines}
    parents = {item.parent for item in schedule.items}
    top = TOTAL if schedule.has_total else ""
    return [
        Row(
            schedule,
            RowKind.SUBTOTAL if item.code in parents else RowKind.LINE,
            item.code,
            item.name,
            top if item.parent == TOTAL else item.parent,
            depth=1 if item.parent in (TOTAL, "") else 2,
            line=stored.get(item.code),
            columns=item.columns,
        )
        for item in schedule.items
    ]


def _named(schedule: Schedule, lines: Sequence[ScheduleLine]) -> list[Row]:
    """Rows the unit names itself, in the order they were added; their code is their own or their number."""
    top = TOTAL if schedule.has_total else ""
    return [
        Row(
            schedule,
            RowKind.LINE,
            getattr(line, "code", "") or str(number),
            getattr(line, "name", ""),
            parent=top,
            depth=1,
            line=line,
        )
        for number, line in enumerate(lines, 1)
    ]


class _Classified:
    """A stored line with the category it stands on."""

    def __init__(self, line: Any) -> None:
        self.line = line
        self.category = _code_of(line)
        self.code = self.category.code
        self.is_plain = is_plain(line)
        self.above = codes_above(line)


def _code_of(line: Any) -> Code:
    return Code(
        line.category_id or line.economic_category_id,
        line.code,
        line.code_name,
        line.code_proposed_by_id,
        line.code_book,
        line.code_valid_from,
        line.code_valid_to,
    )


def _classified(schedule: Schedule, found: list[_Classified], headings: Headings) -> list[Row]:
    """Rows by classification: 类 and 款 above the lines, whether or not something is stored for them."""
    holding = {code for each in found for code in each.above}
    stated = {each.code: each.line for each in found if each.code in holding and each.is_plain}
    subtotals = [
        Row(
            schedule,
            RowKind.SUBTOTAL,
            code,
            headings[code].name if code in headings else code,
            parent=code[:3] if len(code) == 5 else TOTAL,
            depth=1 if len(code) == 3 else 2,
            line=stated.get(code),
            category=_heading(code, stated, headings),
        )
        for code in holding
    ]
    details = [
        Row(
            schedule,
            RowKind.LINE,
            each.code,
            each.category.name,
            parent=[TOTAL, *each.above][-1],
            depth=3,
            line=each.line,
            category=each.category,
        )
        for each in found
        if each.line is not stated.get(each.code)
    ]
    return sorted(subtotals + details, key=lambda row: (row.code, row.kind != RowKind.SUBTOTAL))


def _heading(code: str, stated: dict[str, Any], headings: Headings) -> Code | None:
    """The category a subtotal is saved under: a code may stand in two budgets, and what is stored stays."""
    line = stated.get(code)
    return _code_of(line) if line else headings.get(code)


def _by_economic(schedule: Schedule, lines: Sequence[ScheduleLine], headings: Headings) -> list[Row]:
    """Rows by economic category under 人员经费, 公用经费 and what is beyond basic expenditure."""
    found = [_Classified(line) for line in lines if getattr(line, "economic_category_id", None)]
    below = _classified(schedule, found, headings)
    rows: list[Row] = []
    for code, (name, _) in ECONOMIC_GROUPS.items():
        parts = [row for row in below if _economic_group(row.code) == code]
        for row in parts:
            row.depth = 3 if row.kind == RowKind.LINE else 2
            row.parent = code if row.parent == TOTAL else row.parent
        line = _stored(lines, code)
        if parts or line or code != BEYOND_BASIC:
            rows.append(Row(schedule, RowKind.SUBTOTAL, code, name, TOTAL, depth=1, line=line))
            rows.extend(parts)
    return rows


def _economic_group(code: str) -> str:
    """The group a code belongs to; a 类 that no group names is beyond basic expenditure, and never lost."""
    groups = (group for group, (_, classes) in ECONOMIC_GROUPS.items() if code[:3] in classes)
    return next(groups, BEYOND_BASIC)


def _headings(
    lines: dict[int, dict[ScheduleName, list[Any]]], submissions: Sequence[Submission]
) -> dict[int, dict[ScheduleName, Headings]]:
    """Return the 类 and 款 above the lines by code, valid in the year, by submission id and classification.

    One that a unit proposed heads that unit's rows alone. Where two budgets have the same code the general
    public budget's name wins.
    """
    year = submissions[0].round.fiscal_year if submissions else 0
    units = [each.unit for each in submissions]
    functional = {
        line.code[:length]
        for each in lines.values()
        for line in each[BY_FUNCTION.name]
        if line.category_id
        for length in (3, 5)
    }
    economic = {
        line.code[:3]
        for each in lines.values()
        for line in each[BY_ECONOMIC.name]
        if line.economic_category_id
    }
    by_function = FunctionalCategory.objects.in_force(year, *units).filter(code__in=functional)
    by_economic = EconomicCategory.objects.in_force(year, *units).filter(
        code__in=economic, chart=EconomicCategory.Chart.DEPARTMENT
    )
    general_last = Case(When(budget_book=BudgetBook.GENERAL_PUBLIC, then=1), default=0)
    known = {
        BY_FUNCTION.name: _codes(by_function.order_by(general_last)),
        BY_ECONOMIC.name: _codes(by_economic),
    }
    return {
        each.pk: {name: _by_code(codes, each.unit_id) for name, codes in known.items()}
        for each in submissions
    }


def _codes(found: CategoryQuerySet) -> list[Code]:
    names = ("pk", "code", "name", "proposed_by_id", found.model.own_key(), "valid_from", "valid_to")
    return [Code(*values) for values in found.values_list(*names)]


def _by_code(codes: list[Code], unit_id: int) -> Headings:
    return {each.code: each for each in codes if each.proposed_by_id in (None, unit_id)}


def _roll_up(schedule: Schedule, rows: list[Row], documents: Documents) -> None:
    """Set the figures of all rows, from the lowest up; parents stand before their parts in the list."""
    names = [column.name for column in schedule.figures]
    formulas = [column for column in schedule.figures if column.sum_of]
    nothing: dict[str, Any] = dict.fromkeys(names)
    parts: dict[str, list[Row]] = {}
    for row in reversed(rows):
        own = row.line.values(names) if row.line else nothing
        below = row.elsewhere or (parts.get(row.code, []) if row.kind != RowKind.LINE else [])
        if below:
            row.figures = {name: total(own[name], [part.figures[name] for part in below]) for name in names}
        elif row.kind == RowKind.LINE:
            row.figures = {name: entered(own[name]) for name in names}
        else:
            row.figures = {name: total(own[name], ()) for name in names}
        for column in formulas:
            row.figures[column.name] = derived(row.figures, column.name, column.sum_of)
        if schedule.name in ADJUSTABLE:
            _adjust(row, below, documents)
        parts.setdefault(row.parent, []).append(row)


def _adjust(row: Row, below: Sequence[Row], documents: Documents) -> None:
    """Make a blank revised budget the initial one and what documents changed, where both are known."""
    name = line_id(row.line) if row.line and row.kind != RowKind.TOTAL else row.code
    row.adjusted_here = documents.of(row.schedule.name, name)
    known = [each for each in (row.adjusted_here, *(part.adjusted for part in below)) if each is not None]
    row.adjusted = sum(known, Decimal(0)) if known else None
    initial, revised = row.figures["initial_budget"].value, row.figures["revised_budget"].value
    if revised is None and initial is not None and row.adjusted is not None:
        row.figures["revised_budget"] = Figure(initial + row.adjusted, Origin.ADJUSTED)


def _reconciliation(rows: dict[str, list[Row]]) -> Iterable[Row]:
    """The line by which the total by nature falls short of the total by function, with its name.

    A report that splits only the fiscal appropriation by nature leaves out what other income paid for.
    """
    by_function, by_nature = rows[BY_FUNCTION.name][0].values, rows[BY_NATURE.name][0].values
    gaps = {name: difference(by_function[name], by_nature[name]) for name in FIGURES}
    if not any(gaps.values()):
        return
    other = next(row for row in rows[REVENUE.name] if row.code == "other").values["outturn"]
    explained = gaps["outturn"] is not None and gaps["outturn"] == other
    name = "支出中由其他收入安排" if explained else "按功能合计与按性质合计的差额"
    row = Row(BY_NATURE, RowKind.RECONCILIATION, RECONCILIATION, name, parent="", depth=1)
    row.figures = {name: entered(gap or None) for name, gap in gaps.items()}
    yield row


def measured(rows: dict[str, list[Row]], round: CollectionRound) -> dict[str, list[MeasuredRow]]:
    """Return every row with all measures of its schedule, by schedule name, in the same order.

    The share of an expenditure row is its part of the total by function; the share of a revenue row its part
    of total revenue.
    """
    spent = rows[BY_FUNCTION.name][0].values["outturn"]
    received = rows[REVENUE.name][0].values["outturn"]
    return {
        name: [_measure(row, received if name == REVENUE.name else spent, round) for row in schedule]
        for name, schedule in rows.items()
    }


def _measure(row: Row, total_outturn: Decimal | None, round: CollectionRound) -> MeasuredRow:
    values = row.values
    values["total_outturn"] = total_outturn
    moved = moved_since(row, rate=round.explain_rate, yuan=round.explain_yuan)
    return MeasuredRow(
        row,
        values,
        needs_explanation=row.schedule.in_variances
        and explains_itself(row)
        and (not row.variance_reason or moved is not None)
        and _exceeds_threshold(values, round),
        moved=moved,
    )


def explains_itself(row: Row) -> bool:
    """Whether a row is one that explains itself: a 类 or 款 summed from its lines leaves that to them."""
    if row.kind == RowKind.SUBTOTAL and row.schedule.classification:
        return row.figures["outturn"].origin == Origin.STATED
    return row.kind != RowKind.RECONCILIATION


TOLD_BY_CODE = {
    Fund.GOVERNMENT_FUND: BudgetBook.GOVERNMENT_FUND,
    Fund.STATE_CAPITAL: BudgetBook.STATE_CAPITAL,
    Fund.SOCIAL_INSURANCE: BudgetBook.SOCIAL_INSURANCE,
}
"""The funds whose expenditure has codes of its own; on one of the general public budget any may be spent."""


def is_of(row: Row, fund: Fund) -> bool:
    """Whether a line by function is of a fund: of the one it states, else of the one its code tells."""
    if stated := row.own("fund"):
        return bool(stated == fund)
    return bool(row.category and row.category.book == TOLD_BY_CODE.get(fund))


def _exceeds_threshold(values: dict[str, Decimal | None], round: CollectionRound) -> bool:
    threshold = {"rate": round.explain_rate, "yuan": round.explain_yuan}
    return exceeds(values["outturn"], values["initial_budget"], **threshold) or exceeds(
        values["outturn"], values["last_year_outturn"], **threshold
    )


def head_figures(submissions: list[Submission]) -> dict[int, MeasuredRow]:
    """Return the total by function with its measures, by submission id, in two queries for any number."""
    by_submission: dict[int, list[BudgetLine]] = {submission.pk: [] for submission in submissions}
    adjustments: dict[int, list[ScheduleLine]] = {submission.pk: [] for submission in submissions}
    for adjustment in AdjustmentLine.objects.of_submissions(submissions):
        adjustments[adjustment.submission_id].append(adjustment)
    lines = BudgetLine.objects.filter(submission__in=by_submission, schedule=BY_FUNCTION.name)
    for line in lines.with_codes():
        by_submission[line.submission_id].append(line)
    return {each.pk: _head(by_submission[each.pk], adjustments[each.pk], each.round) for each in submissions}


def _head(lines: list[BudgetLine], adjustments: list[ScheduleLine], round: CollectionRound) -> MeasuredRow:
    documents = documents_of({BY_FUNCTION.name: lines, ADJUSTMENTS.name: adjustments})
    top = schedule_rows(BY_FUNCTION, lines, {}, documents=documents)[0]
    return _measure(top, top.values["outturn"], round)
