"""Totals: C-001 to C-010. Source: checks.md §1, group Totals."""

from collections.abc import Iterator

from budgets.checks.given import Given, Term, is_known, stated_totals
from budgets.measures import FIGURE_TITLES
from budgets.returns import BY_FUNCTION, CARRYOVER, REVENUE, TOTAL
from budgets.rows import RowKind
from submissions.findings import Check, Outcome, Severity, Tolerance


def revenue_is_sum_of_sources(given: Given) -> Iterator[Outcome]:
    """C-001: the total of revenue is the sum of its sources, in each of the five figures."""
    yield from stated_totals(given, REVENUE, [given.row(REVENUE, TOTAL)])


def expenditure_is_sum_of_classes(given: Given) -> Iterator[Outcome]:
    """C-002: the total of expenditure by function is the sum of its 类."""
    yield from stated_totals(given, BY_FUNCTION, [given.row(BY_FUNCTION, TOTAL)])


def classes_are_sums_of_their_parts(given: Given) -> Iterator[Outcome]:
    """C-003: each 类 is the sum of its 款, each 款 of its 项."""
    subtotals = [row for row in given.rows[BY_FUNCTION.name.value] if row.kind == RowKind.SUBTOTAL]
    yield from stated_totals(given, BY_FUNCTION, subtotals)


def received_and_brought_forward_is_spent_and_carried_forward(given: Given) -> Iterator[Outcome]:
    """C-004: revenue + what was brought forward = expenditure + what is carried forward."""
    row = given.row(CARRYOVER, TOTAL)
    if row is None:
        return
    received = given.term(REVENUE, TOTAL, "outturn", "收入合计")
    spent = given.term(BY_FUNCTION, TOTAL, "outturn", "支出合计")
    opening = given.term_of(row, "opening", "年初结转和结余")
    closing = given.term_of(row, "closing", "年末结转和结余")
    place = given.place(row, "closing")
    if None in (received.figure, spent.figure, opening.figure):
        yield given.missing(place, [received, spent, opening])
        return
    yield given.sum_of(
        place,
        closing,
        [opening, received, spent],
        signs=[1, 1, -1],
        remedy="核对收入、支出和年初结转结余；数都对的，核对结转结余表里的本年收入和本年支出。",
    )


def brought_forward_is_last_years_carried_forward(given: Given) -> Iterator[Outcome]:
    """C-005: 年初结转和结余 is 年末结转和结余 of last year, unless it was restated with a reason."""
    for row in given.rows[CARRYOVER.name.value]:
        place = given.place(row, "opening")
        if given.last_year is None:
            yield given.missing(place, [Term("上年已审核的年末结转和结余", None)])
            return
        opening = given.term_of(row, "opening", "年初结转和结余")
        closing = given.last_year.term(CARRYOVER, row.code, "closing", "上年年末结转和结余")
        if opening.figure is None and closing.figure is None:
            continue
        if place.key in given.restated:
            yield given.not_applicable(place, f"上年数已重述：{given.restated[place.key]}")
            continue
        yield given.same(
            place, opening, closing, remedy="改成上年年末数；确有以前年度调整的，重述并写明原因。"
        )


def initial_budgets_agree(given: Given) -> Iterator[Outcome]:
    """C-009: the budgeted revenue is the budgeted expenditure, exactly."""
    row = given.row(BY_FUNCTION, TOTAL)
    if row is None:
        return
    for column in ("initial_budget", "last_year_budget"):
        received = given.term(REVENUE, TOTAL, column, f"收入合计{FIGURE_TITLES[column]}")
        spent = given.term_of(row, column, f"支出合计{FIGURE_TITLES[column]}")
        if is_known(received) or is_known(spent):
            remedy = "年初预算收支平衡：核对收入预算和支出预算各项。"
            yield given.equal(given.place(row, column), spent, received, remedy=remedy)


CHECKS = (
    Check(
        "C-001",
        "收入合计等于各项收入之和",
        Severity.ERROR,
        Tolerance.SUM,
        formula="收入合计 = Σ 按来源的各项收入",
        source="《收入决算表》（公开02表）",
        example="一般公共预算 1,967.69 + 其他收入 0.32 = 1,968.01；合计填 1,968.10 的，相差 0.09。",
        test=revenue_is_sum_of_sources,
    ),
    Check(
        "C-002",
        "支出合计等于各类支出之和",
        Severity.ERROR,
        Tolerance.SUM,
        formula="支出合计 = Σ 功能分类的各类",
        source="《支出决算表》（公开03表）",
        example="208 类 99.75 + 224 类 1,868.26 = 1,968.01；合计填 1,986.01 的，相差 18.00。",
        test=expenditure_is_sum_of_classes,
    ),
    Check(
        "C-003",
        "每一类等于其各款之和，每一款等于其各项之和",
        Severity.ERROR,
        Tolerance.SUM,
        formula="类 = Σ 款；款 = Σ 项",
        source="《支出决算表》（公开03表）",
        example="22401 款下 2240101 为 207.56、2240106 为 948.06，22401 款应为 1,155.62。",
        test=classes_are_sums_of_their_parts,
    ),
    Check(
        "C-004",
        "收入加年初结转结余等于支出加年末结转结余",
        Severity.ERROR,
        Tolerance.SUM,
        formula="年末结转和结余 = 年初结转和结余 + 本年收入 − 本年支出",
        source="《收入支出决算总表》（公开01表）",
        example="年初 10.00 + 收入 1,968.01 − 支出 1,960.00 = 18.01；年末填 8.01 的，相差 −10.00。",
        test=received_and_brought_forward_is_spent_and_carried_forward,
    ),
    Check(
        "C-005",
        "年初结转结余等于上年年末结转结余",
        Severity.ERROR,
        Tolerance.SAME,
        formula="年初结转和结余 = 上年年末结转和结余",
        source="部门决算年度间勾稽关系",
        example="上年年末 18.01，本年年初填 81.01 的，相差 63.00。",
        test=brought_forward_is_last_years_carried_forward,
    ),
    Check(
        "C-009",
        "年初预算收入合计等于年初预算支出合计",
        Severity.ERROR,
        Tolerance.EXACT,
        formula="收入合计（年初预算数） = 支出合计（年初预算数）",
        source="《部门收支总体情况表》",
        example="收入预算 8,305.33、支出预算 8,303.55，相差 1.78。",
        test=initial_budgets_agree,
    ),
)
