"""The ratios of a return (比率): each from named figures, with its formula and what is missing.

Source: Hunan indicator system of overall expenditure (部门整体支出绩效评价指标体系), formulas B1; execution
rate of the self-evaluation form, A2. A budget is the initial one (年初预算数) unless its name says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from budgets.measures import ratio
from budgets.money import MINUS, AmountUnit, exact_text
from budgets.returns import (
    BASE_ITEMS,
    BUILDINGS,
    BY_FUNCTION,
    BY_NATURE,
    CARRYOVER,
    STAFF,
    THREE_PUBLIC,
    TOTAL,
    ColumnKind,
    Schedule,
)
from budgets.rows import Row

RATIOS = "ratios"
"""The name of the ratios as a schedule of their own."""

EVERY_ROW = "*"
"""Stands for all rows of a schedule."""


@dataclass(frozen=True, slots=True)
class Input:
    """A figure a ratio is made of: one column of one row (or the sum over named rows) of one schedule."""

    title: str
    schedule: Schedule
    row: str
    column: str

    @property
    def kind(self) -> ColumnKind:
        """Whether it is yuan, persons or ㎡."""
        return next(column.kind for column in self.schedule.columns if column.name == self.column)

    def of(self, rows: Mapping[str, list[Row]]) -> Any:
        """Return its value in a return; None when it is blank."""
        found = [row for row in rows[self.schedule.name] if self.row in (row.code, EVERY_ROW)]
        known = [row.figures[self.column].value for row in found]
        if self.row == EVERY_ROW:
            return sum(known) if known and None not in known else None
        return known[0] if known else None

    @property
    def anchor(self) -> str:
        """Where its row stands on the entry page of its schedule; "" for a sum over rows."""
        return "" if self.row == EVERY_ROW else f"#row-{self.row}"

    def text(self, value: Any, unit: AmountUnit) -> str:
        """Return a value with its unit and all its digits: 122 人, 9.1423 万元; 未填 for blank."""
        if value is None:
            return "未填"
        if self.kind is not ColumnKind.AMOUNT:
            return f"{value:,} {'㎡' if self.kind is ColumnKind.AREA else '人'}"
        return f"{Decimal(exact_text(value, unit)):,} {unit.label}".replace("-", MINUS)


STAFF_IN_SERVICE = Input("年末在职人数", STAFF, TOTAL, "in_service")
STAFF_AUTHORIZED = Input("编制数", STAFF, TOTAL, "authorized")
THREE_PUBLIC_OUTTURN = Input("“三公”经费决算数", THREE_PUBLIC, TOTAL, "outturn")
THREE_PUBLIC_BUDGET = Input("“三公”经费年初预算数", THREE_PUBLIC, TOTAL, "initial_budget")
THREE_PUBLIC_LAST_OUTTURN = Input("“三公”经费上年决算数", THREE_PUBLIC, TOTAL, "last_year_outturn")
THREE_PUBLIC_LAST_BUDGET = Input("“三公”经费上年年初预算数", THREE_PUBLIC, TOTAL, "last_year_budget")
OPERATING_OUTTURN = Input("公用经费决算数", BY_NATURE, "basic_operating", "outturn")
OPERATING_BUDGET = Input("公用经费年初预算数", BY_NATURE, "basic_operating", "initial_budget")
OUTTURN = Input("支出决算数", BY_FUNCTION, TOTAL, "outturn")
INITIAL_BUDGET = Input("支出年初预算数", BY_FUNCTION, TOTAL, "initial_budget")
REVISED_BUDGET = Input("支出全年预算数", BY_FUNCTION, TOTAL, "revised_budget")
CARRIED_IN = Input("年初结转和结余", CARRYOVER, TOTAL, "opening")
CARRIED_OUT = Input("年末结转和结余", CARRYOVER, TOTAL, "closing")
PROCUREMENT_OUTTURN = Input("政府采购决算数", BASE_ITEMS, "procurement", "outturn")
PROCUREMENT_BUDGET = Input("政府采购年初预算数", BASE_ITEMS, "procurement", "initial_budget")
ACTUAL_AREA = Input("实际规模", BUILDINGS, EVERY_ROW, "actual_area")
APPROVED_AREA = Input("批复规模", BUILDINGS, EVERY_ROW, "approved_area")
ACTUAL_INVESTMENT = Input("实际投资", BUILDINGS, EVERY_ROW, "actual_investment")
PLANNED_INVESTMENT = Input("预算投资", BUILDINGS, EVERY_ROW, "planned_investment")

Terms = tuple[tuple[int, Input], ...]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio in percent of two signed sums of inputs."""

    code: str
    name: str
    formula: str
    above: Terms
    below: Terms

    @property
    def inputs(self) -> list[Input]:
        """The figures it is made of, each once, in the order of the formula."""
        return list(dict.fromkeys(each for _, each in (*self.above, *self.below)))


def _ratio(code: str, name: str, above: Input, below: Input) -> Ratio:
    formula = f"{above.title} ÷ {below.title} × 100%"
    return Ratio(code, name, formula, ((1, above),), ((1, below),))


ALL_RATIOS = (
    _ratio("staff_control_rate", "在职人员控制率", STAFF_IN_SERVICE, STAFF_AUTHORIZED),
    _ratio("three_public_control_rate", "“三公”经费控制率", THREE_PUBLIC_OUTTURN, THREE_PUBLIC_BUDGET),
    Ratio(
        "three_public_change_rate",
        "“三公”经费变动率",
        "（“三公”经费年初预算数 − “三公”经费上年年初预算数）÷ “三公”经费上年年初预算数 × 100%",
        ((1, THREE_PUBLIC_BUDGET), (-1, THREE_PUBLIC_LAST_BUDGET)),
        ((1, THREE_PUBLIC_LAST_BUDGET),),
    ),
    _ratio("operating_control_rate", "公用经费控制率", OPERATING_OUTTURN, OPERATING_BUDGET),
    Ratio(
        "budget_completion_rate",
        "预算完成率",
        "（年初结转和结余 + 支出全年预算数 − 年末结转和结余）÷（年初结转和结余 + 支出全年预算数）× 100%",
        ((1, CARRIED_IN), (1, REVISED_BUDGET), (-1, CARRIED_OUT)),
        ((1, CARRIED_IN), (1, REVISED_BUDGET)),
    ),
    Ratio(
        "budget_control_rate",
        "预算控制率",
        "（支出全年预算数 − 支出年初预算数）÷ 支出年初预算数 × 100%",
        ((1, REVISED_BUDGET), (-1, INITIAL_BUDGET)),
        ((1, INITIAL_BUDGET),),
    ),
    _ratio("execution_rate", "预算执行率", OUTTURN, REVISED_BUDGET),
    _ratio("completion_rate", "完成年初预算", OUTTURN, INITIAL_BUDGET),
    _ratio("procurement_rate", "政府采购执行率", PROCUREMENT_OUTTURN, PROCUREMENT_BUDGET),
    _ratio("area_control_rate", "楼堂馆所规模控制率", ACTUAL_AREA, APPROVED_AREA),
    _ratio("investment_control_rate", "楼堂馆所投资概算控制率", ACTUAL_INVESTMENT, PLANNED_INVESTMENT),
)

THREE_PUBLIC_OUTTURN_CHANGE = Ratio(
    "three_public_outturn_change_rate",
    "“三公”经费变动率（按决算）",
    "（“三公”经费决算数 − “三公”经费上年决算数）÷ “三公”经费上年决算数 × 100%",
    ((1, THREE_PUBLIC_OUTTURN), (-1, THREE_PUBLIC_LAST_OUTTURN)),
    ((1, THREE_PUBLIC_LAST_OUTTURN),),
)
"""Not among those of every return: older versions of the indicator system compare what was spent."""


@dataclass(frozen=True, slots=True)
class RatioResult:
    """A ratio of one return: in percent, unrounded, or None with what is in the way."""

    ratio: Ratio
    figures: dict[Input, Any]
    rate: Decimal | None
    is_about_nothing: bool = False
    """Whether it is about rows of which there are none, and need be none: buildings."""

    @property
    def obstacle(self) -> str:
        """Say which figures are blank, or that the base is zero; "" when it is computed."""
        if self.rate is not None:
            return ""
        if self.is_about_nothing:
            return f"无法计算：没有填{self.ratio.inputs[0].schedule.title}，没有可不填"
        missing = [each.title for each, value in self.figures.items() if value is None]
        return f"无法计算：{'、'.join(missing)}未填" if missing else "无法计算：分母为 0"


def ratios_of(rows: Mapping[str, list[Row]]) -> list[RatioResult]:
    """Return every ratio of a return from its rows, in the order of the indicator system."""
    return [ratio_of(each, rows) for each in ALL_RATIOS]


def ratio_of(of: Ratio, rows: Mapping[str, list[Row]]) -> RatioResult:
    """Return one ratio of a return from its rows."""
    figures = {each: each.of(rows) for each in of.inputs}
    rate = ratio(_sum(of.above, figures), _sum(of.below, figures))
    is_about_nothing = any(each.schedule.is_optional and not rows[each.schedule.name] for each in of.inputs)
    return RatioResult(of, figures, rate, is_about_nothing)


def _sum(terms: Terms, figures: Mapping[Input, Any]) -> Decimal | None:
    values = [figures[each] for _, each in terms]
    if None in values:
        return None
    return sum((sign * Decimal(figures[each]) for sign, each in terms), Decimal(0))
