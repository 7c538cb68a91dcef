"""Splits of expenditure: C-011 to C-021. Source: checks.md §1, group Splits."""

from collections.abc import Iterator

from budgets.checks.given import Given, stated_totals
from budgets.returns import BY_NATURE, TOTAL
from submissions.findings import Check, Outcome, Severity, Tolerance


def expenditure_is_sum_of_natures(given: Given) -> Iterator[Outcome]:
    """C-011: the total by nature is the sum of its five natures."""
    yield from stated_totals(given, BY_NATURE, [given.row(BY_NATURE, TOTAL)])


def basic_is_personnel_plus_operating(given: Given) -> Iterator[Outcome]:
    """C-012: 基本支出 is 人员经费 and 公用经费."""
    yield from stated_totals(given, BY_NATURE, [given.row(BY_NATURE, "basic")])


CHECKS = (
    Check(
        "C-011",
        "支出合计等于基本支出、项目支出等五项之和",
        Severity.ERROR,
        Tolerance.SUM,
        formula="支出合计（按性质） = 基本支出 + 项目支出 + 上缴上级支出 + 经营支出 + 对附属单位补助支出",
        source="《支出决算表》（公开03表）",
        example="基本 1,726.32 + 项目 241.37 = 1,967.69；合计填 1,970.93 的，相差 3.24。",
        test=expenditure_is_sum_of_natures,
    ),
    Check(
        "C-012",
        "基本支出等于人员经费与公用经费之和",
        Severity.ERROR,
        Tolerance.SUM,
        formula="基本支出 = 人员经费 + 公用经费",
        source="《一般公共预算财政拨款基本支出决算表》（公开06表）",
        example="人员 1,030.52 + 公用 695.80 = 1,726.32；基本支出填 1,762.32 的，相差 36.00。",
        test=basic_is_personnel_plus_operating,
    ),
)
