"""The rows of a schedule as they are shown: totals, subtotals and lines with their five figures.

The grid, the variance table and the command all read these; a total exists nowhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from budgets.measures import FIGURES, MEASURES, Figure, Origin, difference, entered, exceeds, total
from budgets.models import BudgetBook, BudgetLine, FunctionalCategory
from budgets.returns import BY_FUNCTION, BY_NATURE, REVENUE, SCHEDULES, TOTAL, Schedule
from submissions.models import CollectionRound, Submission

RECONCILIATION = "reconciliation"
"""The code of the line that names the difference between the totals by function and by nature."""


NOTHING: dict[str, Decimal | None] = dict.fromkeys(FIGURES)
"""The figures of a row that nobody has filled."""


class RowKind(StrEnum):
    """What a row is: the schedule's total, a subtotal, a line that takes money, or the reconciliation."""

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
    """The code of the row it is a part of; "" for the total."""
    depth: int = 0
    line: BudgetLine | None = None
    category: FunctionalCategory | None = None
    figures: dict[str, Figure] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Decimal | None]:
        """Its five figures in yuan."""
        return {name: figure.value for name, figure in self.figures.items()}

    @property
    def variance_reason(self) -> str:
        """What the unit wrote to explain its variance; "" when nothing."""
        return self.line.variance_reason if self.line else ""

    @property
    def qualifiers(self) -> str:
        """Fund and nature in Chinese where they are stated, which tell rows of one 项 apart."""
        parts = [self.line.get_fund_display(), self.line.get_nature_display()] if self.line else []
        return " · ".join(part for part in parts if part)


@dataclass(slots=True)
class MeasuredRow:
    """A row with every measure computed: yuan or percent, unrounded; None where it cannot be."""

    row: Row
    values: dict[str, Decimal | None]
    """The five figures, and `total_outturn`, the base of the share."""
    measures: dict[str, Decimal | None]
    needs_explanation: bool
    """Above the round's threshold to the initial budget or to last year, and no reason written yet."""


def return_rows(submission: Submission) -> dict[str, list[Row]]:
    """Return the rows of every schedule of a submission by schedule name, in printing order, in two queries.

    The total comes first, then each part before its own parts. Where the totals by function and by nature
    differ, the schedule by nature ends with the reconciliation line.
    """
    lines = list(BudgetLine.objects.of_submission(submission))
    names = _headings(lines, submission.round.fiscal_year)
    found = {
        schedule.name.value: schedule_rows(
            schedule, [line for line in lines if line.schedule == schedule.name], names
        )
        for schedule in SCHEDULES
    }
    found[BY_NATURE.name].extend(_reconciliation(found))
    return found


def schedule_rows(
    schedule: Schedule, lines: list[BudgetLine], headings: dict[str, FunctionalCategory]
) -> list[Row]:
    """Return the rows of one schedule from its stored lines, rolled up, in printing order.

    `headings` are the 类 and 款 by code; one that is missing there is shown by its code.
    """
    top = Row(schedule, RowKind.TOTAL, TOTAL, schedule.total_name, parent="")
    top.line = next((line for line in lines if line.item == TOTAL), None)
    below = _classified(schedule, lines, headings) if schedule.is_classified else _itemised(schedule, lines)
    rows = [top, *below]
    _roll_up(rows)
    return rows


def _itemised(schedule: Schedule, lines: list[BudgetLine]) -> list[Row]:
    stored = {line.item: line for line in lines}
    parents = {item.parent for item in schedule.items}
    return [
        Row(
            schedule,
            RowKind.SUBTOTAL if item.code in parents else RowKind.LINE,
            item.code,
            item.name,
            item.parent,
            depth=1 if item.parent == TOTAL else 2,
            line=stored.get(item.code),
        )
        for item in schedule.items
    ]


@dataclass
class _Classified:
    """A stored line with the code it stands on."""

    line: BudgetLine
    category: FunctionalCategory

    @cached_property
    def code(self) -> str:
        return self.category.code

    @cached_property
    def is_plain(self) -> bool:
        """Whether it states neither fund nor nature, so that it may be the subtotal of what is below."""
        return not self.line.fund and not self.line.nature

    @cached_property
    def above(self) -> list[str]:
        """The 类 and 款 it is a part of, from the top down."""
        return [self.code[:length] for length in (3, 5) if length < len(self.code) + (not self.is_plain)]


def _classified(
    schedule: Schedule, lines: list[BudgetLine], headings: dict[str, FunctionalCategory]
) -> list[Row]:
    """Rows by function: 类 and 款 above the lines, whether or not something is stored for them."""
    found = [_Classified(line, line.category) for line in lines if line.category]
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
            category=headings.get(code),
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


def _headings(lines: list[BudgetLine], year: int) -> dict[str, FunctionalCategory]:
    """Return the 类 and 款 above the lines by code, valid in the year; the general public budget's wins."""
    codes = {line.category.code[:length] for line in lines if line.category for length in (3, 5)}
    found = FunctionalCategory.objects.in_force(year).filter(code__in=codes)
    ranked = sorted(found, key=lambda category: category.budget_book == BudgetBook.GENERAL_PUBLIC)
    return {category.code: category for category in ranked}


def _roll_up(rows: list[Row]) -> None:
    """Set the figures of all rows, from the lowest up; parents stand before their parts in the list."""
    parts: dict[str, list[Row]] = {}
    for row in reversed(rows):
        own = row.line.figures if row.line else NOTHING
        below = parts.get(row.code) if row.kind != RowKind.LINE else None
        if below:
            row.figures = {name: total(own[name], [part.figures[name] for part in below]) for name in FIGURES}
        else:
            row.figures = {name: entered(own[name]) for name in FIGURES}
        parts.setdefault(row.parent, []).append(row)


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
    """Return every row with all measures, by schedule name, in the same order.

    The share of an expenditure row, by function or by nature, is its part of the total by function; the
    share of a revenue row its part of total revenue.
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
    return MeasuredRow(
        row,
        values,
        {measure.name: measure.compute(values) for measure in MEASURES},
        needs_explanation=_is_asked(row) and not row.variance_reason and _exceeds_threshold(values, round),
    )


def _is_asked(row: Row) -> bool:
    """Whether a row is one that explains itself: a 类 or 款 summed from its lines leaves that to them."""
    if row.kind == RowKind.SUBTOTAL and row.schedule.is_classified:
        return row.figures["outturn"].origin == Origin.STATED
    return row.kind != RowKind.RECONCILIATION


def _exceeds_threshold(values: dict[str, Decimal | None], round: CollectionRound) -> bool:
    threshold = {"rate": round.explain_rate, "yuan": round.explain_yuan}
    return exceeds(values["outturn"], values["initial_budget"], **threshold) or exceeds(
        values["outturn"], values["last_year_outturn"], **threshold
    )


def head_figures(submissions: list[Submission]) -> dict[int, MeasuredRow]:
    """Return the total by function with its measures, by submission id, in two queries for any number."""
    by_submission: dict[int, list[BudgetLine]] = {submission.pk: [] for submission in submissions}
    for line in BudgetLine.objects.filter(
        submission__in=by_submission, schedule=BY_FUNCTION.name
    ).select_related("category"):
        by_submission[line.submission_id].append(line)
    return {
        submission.pk: _head(by_submission[submission.pk], submission.round) for submission in submissions
    }


def _head(lines: list[BudgetLine], round: CollectionRound) -> MeasuredRow:
    top = schedule_rows(BY_FUNCTION, lines, {})[0]
    return _measure(top, top.values["outturn"], round)
