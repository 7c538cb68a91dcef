"""Whether 元 and 万元 were taken for each other: C-059. Source: checks.md §0, the unit guard, and §1.

Of the three public expenses two figures of a row may not be ten thousand times each other. Elsewhere
they may, and the one that stands out is asked about: in its row, or beside the totals of other schedules.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from budgets.cells import row_label
from budgets.checks.given import Given, Term
from budgets.checks.tolerance import is_unit_mixed
from budgets.measures import FIGURE_TITLES, FIGURES, Origin
from budgets.money import AmountUnit, parted, round_half_up
from budgets.returns import (
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    PROJECTS,
    REVENUE,
    THREE_PUBLIC,
    TOTAL,
    Schedule,
)
from budgets.rows import Row, RowKind
from submissions.findings import Check, Outcome, Severity, Tolerance

LEAST_RATIO = Decimal(5_000)
"""So many times another figure of its row a figure stands out: ten thousand, or half after a real change."""
LEAST_LARGE = Decimal(100_000)
"""The larger of the two, in yuan, from where on that is asked about: below, a few yuan are a few yuan."""
LEAST_OF_WHOLE = Decimal(1_000)
"""So many times the whole a part stands out: it was a tenth of it, or was typed with even more zeros."""

_MONEY = (REVENUE, BY_FUNCTION, BY_NATURE, BY_ECONOMIC, PROJECTS)
_WHOLES = (REVENUE, BY_FUNCTION, BY_NATURE)
_TYPED = (Origin.ENTERED, Origin.STATED)


@dataclass(frozen=True, slots=True)
class _Whole:
    """The whole return in one column, as another schedule has it."""

    label: str
    figure: Decimal
    """Without its sign, never zero."""
    bound: Decimal
    """From here on, in yuan, a line by itself is asked about."""
    is_alone: bool
    """Whether no third schedule has a total to bear it out."""


def amounts_are_in_one_unit(given: Given) -> Iterator[Outcome]:
    """C-059: no figure is about ten thousand times another, as where 元 is taken for 万元."""
    rows = [row for row in given.lines(THREE_PUBLIC) if len(_known(row)) > 1]
    for row in rows:
        yield _is_in_one_unit(given, row)
    if not rows:
        place = given.schedule_place(THREE_PUBLIC)
        yield given.missing(place, [Term("“三公”经费两年的数", None)])
    for schedule in _MONEY:
        wholes = {column: _whole_beside(given, schedule, column) for column in FIGURES}
        for row in given.rows[schedule.name.value]:
            if not row.is_kept_elsewhere and row.kind != RowKind.RECONCILIATION:
                yield from _standing_out(given, row, wholes)


def _known(row: Row) -> dict[str, Decimal]:
    """The amounts of a row but zero, without their sign, by name."""
    return {name: abs(value) for name in FIGURES if (value := row.figures[name].value)}


def _is_in_one_unit(given: Given, row: Row) -> Outcome:
    """Compare the figures of one of the three public expenses."""
    figures = _known(row)
    small = min(figures, key=lambda name: figures[name])
    mixed = [name for name, figure in figures.items() if is_unit_mixed(figure, figures[small])]
    if not mixed:
        return given.holds(given.place(row))
    large = mixed[0]
    return given.fails(
        given.place(row, small),
        f"{row_label(row)}{FIGURE_TITLES[small]} {given.said(figures[small])}，"
        f"{FIGURE_TITLES[large]} {given.said_with_unit(figures[large])}，"
        "相差约一万倍，可能把元和万元填混了。",
        actual=figures[small],
        expected=figures[large],
        remedy="核对这一行是按元还是按万元填的。",
    )


def _standing_out(given: Given, row: Row, wholes: Mapping[str, _Whole | None]) -> Iterator[Outcome]:
    """Ask about the typed figures of a row that stand out: in the row, else above the whole return."""
    figures = _known(row)
    if not figures:
        return
    odd, beside = _odd_ones(given, row, figures)
    for name in odd:
        if row.figures[name].origin in _TYPED:
            yield _beside(given, row, name, FIGURE_TITLES[beside], figures[beside])
    for name, figure in figures.items():
        whole = None if odd else wholes[name]
        if whole and _exceeds_the_whole(given, row, name, figure, whole):
            yield _beside(given, row, name, whole.label, whole.figure)


def _odd_ones(given: Given, row: Row, figures: dict[str, Decimal]) -> tuple[list[str], str]:
    """Return which figures of a row stand out, and beside which other one; none where none does.

    The fewer do. Of one against one it is the large one in 万元, and the small one in 元.
    """
    least, most = min(figures.values()), max(figures.values())
    if most < LEAST_LARGE or most < least * LEAST_RATIO:
        return [], ""
    large = [name for name, figure in figures.items() if figure >= max(least * LEAST_RATIO, LEAST_LARGE)]
    small = [name for name in figures if name not in large]
    if not large or not small:
        return [], ""
    is_in_wan = getattr(row.line, "entered_in", "") == AmountUnit.WAN
    are_large = len(large) < len(small) or (len(large) == len(small) and is_in_wan)
    return (large, small[0]) if are_large else (small, large[0])


def _whole_beside(given: Given, schedule: Schedule, column: str) -> _Whole | None:
    """Return the largest of the totals of the other schedules in a column; None where they have none."""
    apart = (schedule, BY_NATURE) if schedule == PROJECTS else (schedule,)
    totals = [given.term(each, TOTAL, column) for each in _WHOLES if each not in apart]
    known = [(abs(term.figure), term.label) for term in totals if term.figure]
    if not known:
        return None
    figure, label = max(known, key=lambda each: each[0])
    bound = max(figure * LEAST_OF_WHOLE, LEAST_LARGE)
    return _Whole(f"{label}{FIGURE_TITLES[column]}", figure, bound, len(known) == 1)


def _exceeds_the_whole(given: Given, row: Row, column: str, figure: Decimal, whole: _Whole) -> bool:
    """Whether a typed line by itself is very many times the whole return.

    Where it is the line that is wrong and not the whole, either its own schedule has other lines that fit, or
    the whole is borne out.
    """
    is_typed_line = row.kind == RowKind.LINE and row.figures[column].origin in _TYPED
    if figure < whole.bound or not is_typed_line:
        return False
    others = (_known(each).get(column) for each in given.lines(row.schedule) if each is not row)
    return not whole.is_alone or any(each and each <= whole.figure for each in others)


def _beside(given: Given, row: Row, column: str, title: str, other: Decimal) -> Outcome:
    """Ask about a figure that is many times another one, or a tiny part of it."""
    figure = abs(Decimal(row.values[column]))
    times = round_half_up(max(figure, other) / min(figure, other), 0)
    said, mixed = given.said(figure), "元填成了万元" if figure > other else "万元填成了元"
    return given.fails(
        given.place(row, column),
        f"{row_label(row)}{FIGURE_TITLES[column]} {said}，{title} {given.said_with_unit(other)}，"
        f"相差 {parted(f'{times:f}')} 倍：是否把{mixed}？",
        actual=row.values[column],
        expected=other,
        remedy="核对这个数是按元还是按万元填的；没有填混的，说明原因。",
        severity=Severity.WARNING,
    )


CHECKS = (
    Check(
        "C-059",
        "没有把元和万元填混",
        Severity.ERROR,
        Tolerance.NONE,
        formula="“三公”经费同一项的预算数、决算数、上年数之间不相差约一万倍（9,000 至 11,000 倍）；"
        "其他各表同一行的数相差 5,000 倍以上、一项达到整个收支的 1,000 倍以上的，是预警",
        source="审核口径：元、万元混填",
        example="上年运行维护费 5 元、本年 50,000 元，可能把 5 万元按元填了；"
        "年初预算 100.00 万元、决算 1,000,000.00 万元的，要核对。",
        test=amounts_are_in_one_unit,
    ),
)
