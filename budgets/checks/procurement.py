"""Procurement and assets: C-090, C-091, C-094, C-095. Source: checks.md §1.

A return has neither reserved shares of procurement nor 机关运行经费, and says so.
"""

from collections.abc import Iterator
from decimal import Decimal

from budgets.checks.given import Given, Term, stated_totals
from budgets.measures import AREA_CONTROL_RATE, INVESTMENT_CONTROL_RATE, Measure, figure_title
from budgets.money import figure_text, parted
from budgets.returns import BASE_ITEMS, BUILDINGS, BY_NATURE
from budgets.rows import Row
from submissions.findings import Check, Outcome, Severity, Tolerance


def procurement_is_sum_of_kinds(given: Given) -> Iterator[Outcome]:
    """C-090: procurement is goods, works and services."""
    row = given.item(BASE_ITEMS, "procurement")
    if any(value is not None for value in row.values.values()):
        yield from stated_totals(given, BASE_ITEMS, [row])
    else:
        yield given.missing(given.place(row), [Term("政府采购金额", None)])


def reserved_shares_are_parts(given: Given) -> Iterator[Outcome]:
    """C-091: what is reserved for small enterprises is a part of procurement; the return does not have it."""
    place = given.place(given.item(BASE_ITEMS, "procurement"))
    yield given.cannot(place, "系统里没有政府采购中面向中小企业、小微企业预留的金额")


def running_costs_are_of_organs_alone(given: Given) -> Iterator[Outcome]:
    """C-094: only organs have 机关运行经费; the return has neither it nor the nature of the unit."""
    place = given.place(given.item(BY_NATURE, "basic_operating"))
    yield given.cannot(place, "系统里没有机关运行经费，也没有单位性质（行政、参公、事业）")


def buildings_are_within_what_was_approved(given: Given) -> Iterator[Outcome]:
    """C-095: no building has more floor or cost more than was approved."""
    rows = given.lines(BUILDINGS)
    if not rows:
        yield given.not_applicable(given.schedule_place(BUILDINGS), "没有填楼堂馆所。")
    for row in rows:
        for measure in (AREA_CONTROL_RATE, INVESTMENT_CONTROL_RATE):
            yield _is_within(given, row, measure)


def _is_within(given: Given, row: Row, measure: Measure) -> Outcome:
    place, rate = given.place(row, measure.name), measure.compute(row.values)
    actual, approved = row.values[measure.value], row.values[measure.base]
    if rate is None:
        blank = [Term(figure_title(name), row.values[name]) for name in (measure.value, measure.base)]
        zero = given.cannot(place, f"{figure_title(measure.base)}为 0")
        return given.missing(place, blank) if None in (actual, approved) else zero
    limit = given.thresholds.overrun_rate
    if rate <= limit:
        return given.holds(place, actual=actual, expected=approved)
    is_area = measure is AREA_CONTROL_RATE
    said = [_said(given, Decimal(figure), is_area=is_area) for figure in (actual, approved)]
    return given.fails(
        place,
        f"{row.name}{figure_title(measure.value)} {said[0]}，{figure_title(measure.base)} {said[1]}，"
        f"{measure.title.removesuffix(' %')} {given.said_rate(rate)}，超过 {limit.normalize():f}%。",
        actual=actual,
        expected=approved,
        remedy="核对批复和实际；确实超过的，说明原因和批准文件。",
    )


def _said(given: Given, figure: Decimal, *, is_area: bool) -> str:
    return f"{parted(figure_text(figure))} ㎡" if is_area else given.said_with_unit(figure)


CHECKS = (
    Check(
        "C-090",
        "政府采购金额等于货物、工程、服务之和",
        Severity.ERROR,
        Tolerance.SUM,
        formula="政府采购金额 = 货物 + 工程 + 服务",
        source="《部门整体支出绩效评价基础数据表》政府采购金额",
        example="货物 151.25 + 服务 100.01 = 251.26；合计填 261.25 的，相差 9.99。",
        test=procurement_is_sum_of_kinds,
    ),
    Check(
        "C-091",
        "面向中小企业、小微企业的采购不超过采购总额",
        Severity.ERROR,
        Tolerance.NONE,
        formula="预留中小企业 ≤ 政府采购金额；预留小微企业 ≤ 预留中小企业",
        source="决算公开说明：政府采购支出情况",
        example="采购总额 21.07，授予中小企业 42.14 的，是重复计算。",
        test=reserved_shares_are_parts,
    ),
    Check(
        "C-094",
        "机关运行经费只有行政、参公单位才有，单个行政单位的等于公用经费",
        Severity.WARNING,
        Tolerance.SAME,
        formula="机关运行经费 = 公用经费（单个行政单位）；事业单位没有",
        source="决算公开说明：机关运行经费支出情况",
        example="公用经费 695.80、机关运行经费写 659.80 的，相差 −36.00。",
        test=running_costs_are_of_organs_alone,
    ),
    Check(
        "C-095",
        "楼堂馆所的规模和投资不超过批复",
        Severity.WARNING,
        Tolerance.NONE,
        formula="实际规模 ÷ 批复规模 ≤ 100%；实际投资 ÷ 预算投资 ≤ 100%",
        source="部门整体支出绩效评价指标体系：楼堂馆所控制率",
        example="批复 1,200.00 ㎡、实际 1,260.00 ㎡，规模控制率 105.00%。",
        test=buildings_are_within_what_was_approved,
    ),
)
