"""Every difference, rate and share, and how sums over rows are made. One definition for rows and totals.

Figures are Decimal yuan or None (not reported); rates are percent (42.04 means 42.04 %), unrounded. What
cannot be computed is None, and `Measure.obstacle` says in Chinese which figure is in the way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

FIGURE_TITLES = {
    "last_year_budget": "上年年初预算数",
    "last_year_outturn": "上年决算数",
    "initial_budget": "年初预算数",
    "revised_budget": "全年预算数",
    "outturn": "决算数",
}
"""The five figures of every money row, in the order they are shown."""

FIGURES = tuple(FIGURE_TITLES)

OTHER_TITLES = {
    "total_outturn": "合计决算数",
    "authorized": "编制数",
    "in_service": "年末实有人数",
    "last_year_count": "上年数",
    "this_year_count": "本年数",
    "approved_area": "批复规模",
    "actual_area": "实际规模",
    "planned_investment": "预算投资",
    "actual_investment": "实际投资",
}

_TITLES = FIGURE_TITLES | OTHER_TITLES

_HUNDRED = Decimal(100)
"""A Decimal, so that the rate of two whole numbers is one too."""


def difference(value: Decimal | None, base: Decimal | None) -> Decimal | None:
    """Return value − base in yuan; None when either is blank."""
    return None if value is None or base is None else value - base


def change_rate(value: Decimal | None, base: Decimal | None) -> Decimal | None:
    """Return (value − base) ÷ |base| in percent; None when either is blank or the base is zero.

    The base enters without its sign, so that the rate always has the sign of the difference.
    """
    if value is None or not base:
        return None
    return (value - base) * _HUNDRED / abs(base)


def ratio(value: Decimal | None, base: Decimal | None) -> Decimal | None:
    """Return value ÷ base in percent; None when either is blank or the base is zero."""
    return None if value is None or not base else value * _HUNDRED / base


class Kind(StrEnum):
    """What a measure yields."""

    DIFFERENCE = "difference"
    CHANGE_RATE = "change_rate"
    RATIO = "ratio"


_FORMULA = {
    Kind.DIFFERENCE: "{value} − {base}",
    Kind.CHANGE_RATE: "（{value} − {base}）÷ {base} × 100%",
    Kind.RATIO: "{value} ÷ {base} × 100%",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """A named difference or rate between two figures of one row."""

    name: str
    title: str
    kind: Kind
    value: str
    base: str

    @property
    def is_rate(self) -> bool:
        """Whether it is in percent and not in yuan."""
        return self.kind is not Kind.DIFFERENCE

    @property
    def formula(self) -> str:
        """Its formula in Chinese, with the names of the figures."""
        return _FORMULA[self.kind].format(value=figure_title(self.value), base=figure_title(self.base))

    def compute(self, figures: Mapping[str, Decimal | None]) -> Decimal | None:
        """Return yuan or percent, unrounded; None when it cannot be computed."""
        value, base = figures[self.value], figures[self.base]
        if self.kind is Kind.DIFFERENCE:
            return difference(value, base)
        return change_rate(value, base) if self.kind is Kind.CHANGE_RATE else ratio(value, base)

    def obstacle(self, figures: Mapping[str, Decimal | None]) -> str:
        """Say which figure is blank or zero; "" when the measure can be computed."""
        blank = [figure_title(name) for name in (self.value, self.base) if figures[name] is None]
        if blank:
            return f"无法计算：{'、'.join(blank)}未填"
        if self.is_rate and not figures[self.base]:
            return f"无法计算：{figure_title(self.base)}为 0"
        return ""


def figure_title(name: str) -> str:
    """Return the Chinese name of a figure."""
    return _TITLES[name]


VARIANCE_TO_INITIAL = Measure(
    "variance_to_initial", "较年初预算", Kind.DIFFERENCE, "outturn", "initial_budget"
)
VARIANCE_TO_INITIAL_RATE = Measure(
    "variance_to_initial_rate", "较年初预算 %", Kind.CHANGE_RATE, "outturn", "initial_budget"
)
VARIANCE_TO_REVISED = Measure(
    "variance_to_revised", "较全年预算", Kind.DIFFERENCE, "outturn", "revised_budget"
)
EXECUTION_RATE = Measure("execution_rate", "执行率 %", Kind.RATIO, "outturn", "revised_budget")
VARIANCE_TO_LAST_YEAR = Measure(
    "variance_to_last_year", "较上年决算", Kind.DIFFERENCE, "outturn", "last_year_outturn"
)
VARIANCE_TO_LAST_YEAR_RATE = Measure(
    "variance_to_last_year_rate", "较上年决算 %", Kind.CHANGE_RATE, "outturn", "last_year_outturn"
)
INITIAL_BUDGET_CHANGE = Measure(
    "initial_budget_change", "预算较上年", Kind.DIFFERENCE, "initial_budget", "last_year_budget"
)
INITIAL_BUDGET_CHANGE_RATE = Measure(
    "initial_budget_change_rate", "预算较上年 %", Kind.CHANGE_RATE, "initial_budget", "last_year_budget"
)
SHARE = Measure("share", "占比 %", Kind.RATIO, "outturn", "total_outturn")
"""The share of a row's outturn in the schedule's base, which the caller adds as `total_outturn`."""

STAFF_CONTROL_RATE = Measure("staff_control_rate", "在职人员控制率 %", Kind.RATIO, "in_service", "authorized")
COUNT_CHANGE = Measure("count_change", "较上年", Kind.DIFFERENCE, "this_year_count", "last_year_count")
AREA_CONTROL_RATE = Measure("area_control_rate", "规模控制率 %", Kind.RATIO, "actual_area", "approved_area")
INVESTMENT_CONTROL_RATE = Measure(
    "investment_control_rate", "投资概算控制率 %", Kind.RATIO, "actual_investment", "planned_investment"
)

FIVE_FIGURE_MEASURES = (
    VARIANCE_TO_INITIAL,
    VARIANCE_TO_INITIAL_RATE,
    VARIANCE_TO_REVISED,
    EXECUTION_RATE,
    VARIANCE_TO_LAST_YEAR,
    VARIANCE_TO_LAST_YEAR_RATE,
    INITIAL_BUDGET_CHANGE,
    INITIAL_BUDGET_CHANGE_RATE,
    SHARE,
)


class Origin(StrEnum):
    """Where a figure comes from."""

    ENTERED = "entered"
    COMPUTED = "computed"
    STATED = "stated"
    ADJUSTED = "adjusted"
    """A revised budget nobody typed: the initial one and what documents changed."""
    BLANK = "blank"


class Figure(NamedTuple):
    """One figure of one row or total, in yuan."""

    value: Decimal | None
    origin: Origin
    blanks: int = 0
    """How many rows below are blank in this column; a sum with blanks says so."""
    overruled: Decimal | None = None
    """A stated total that differs from the computed one: shown beside it, and a finding."""


_BLANK_ROW = Figure(None, Origin.BLANK, blanks=1)


def entered(value: Decimal | None) -> Figure:
    """Return the figure of a row that has nothing below it."""
    return _BLANK_ROW if value is None else Figure(value, Origin.ENTERED)


def total(stated: Decimal | None, below: Sequence[Figure]) -> Figure:
    """Return a total or subtotal: the sum where the rows below hold figures, else what was stated.

    Where both exist and differ, the sum is used and the stated figure kept as `overruled`.
    Source: the rule of stated totals (a report may state a total whose rows are unknown).
    """
    known = [figure.value for figure in below if figure.value is not None]
    blanks = sum(figure.blanks for figure in below)
    if not known:
        return Figure(None, Origin.BLANK, blanks) if stated is None else Figure(stated, Origin.STATED)
    value = sum(known, Decimal(0))
    overruled = stated if stated not in (None, value) else None
    return Figure(value, Origin.COMPUTED, blanks, overruled)


def derived(figures: Mapping[str, Figure], name: str, parts: Sequence[tuple[str, int]]) -> Figure:
    """Return a column that is other columns of its row added with their signs, as 年末 = 年初 + 收入 − 支出.

    Where one of them is blank it stays what it was: entered, stated, or a sum over rows. A figure entered
    beside a computed one that differs is kept as `overruled`.
    """
    own = figures[name]
    known = [figure * sign for part, sign in parts if (figure := figures[part].value) is not None]
    if own.origin is Origin.COMPUTED or len(known) < len(parts):
        return own
    value = sum(known, Decimal(0))
    return Figure(value, Origin.COMPUTED, overruled=None if own.value in (None, value) else own.value)


def exceeds(value: Decimal | None, base: Decimal | None, *, rate: Decimal, yuan: Decimal) -> bool:
    """Whether a difference needs an explanation: |rate| ≥ `rate` percent and |difference| ≥ `yuan`.

    From a zero base any difference of that size does; without one of the figures nothing can be said (False).
    """
    gap = difference(value, base)
    if gap is None or abs(gap) < yuan or not gap:
        return False
    change = change_rate(value, base)
    return change is None or abs(change) >= rate
