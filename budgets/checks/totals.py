"""Totals: C-001 to C-010. Source: checks.md §1, group Totals."""

from collections.abc import Iterator
from decimal import Decimal

from budgets.checks.given import Given, Term, added, is_known, stated_totals
from budgets.measures import FIGURE_TITLES, Origin
from budgets.returns import BY_FUNCTION, BY_NATURE, CARRYOVER, REVENUE, TOTAL
from budgets.rows import PROJECT_ITEM, Row, RowKind
from submissions.findings import Check, Outcome, Place, Severity, Tolerance, Verdict

APPROPRIATED = ("general_public", "government_fund", "state_capital")
"""The sources that together are 财政拨款收入; 结转结余 has the same items."""
BEYOND = ("from_superior", "institutional", "operating", "from_subordinate", "other")
"""The sources of revenue beyond the appropriation."""
BEYOND_FUNDS = ("special_account", "other")
"""The funds of 结转结余 which that revenue is kept in."""


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
    if not subtotals:
        yield given.missing(given.schedule_place(BY_FUNCTION), [Term("功能分类各行", None)])


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
    lacking = _lacking_funds(given, row)
    if lacking or None in (received.figure, spent.figure, opening.figure):
        yield given.missing(place, [received, spent, opening, *lacking])
        return
    yield given.sum_of(
        place,
        closing,
        [opening, received, spent],
        signs=[1, 1, -1],
        remedy="核对收入、支出和年初结转结余；数都对的，核对结转结余表里的本年收入和本年支出。",
    )


def _lacking_funds(given: Given, total: Row) -> list[Term]:
    """The money beyond the appropriation, where there is such revenue and the total sums the other funds."""
    is_summed = total.figures["opening"].origin is Origin.COMPUTED
    income = added("", [given.term(REVENUE, code, "outturn") for code in BEYOND]).figure
    kept = (given.item(CARRYOVER, code) for code in BEYOND_FUNDS)
    if not is_summed or not income or any(value is not None for row in kept for value in row.values.values()):
        return []
    return [Term("财政专户管理资金、其他资金的结转和结余", None)]


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


def appropriations_agree(given: Given) -> Iterator[Outcome]:
    """C-006: 财政拨款收入 is that of the three funds, which 结转结余 and revenue state alike."""
    if not given.is_filled(CARRYOVER):
        place = given.schedule_place(CARRYOVER, "received")
        yield given.missing(place, [Term("结转结余表各资金的本年收入", None)])
        return
    for code in APPROPRIATED:
        row = given.row(CARRYOVER, code)
        if row is None:
            continue
        received = given.term_of(row, "received", f"{row.name}本年收入（结转结余表）")
        revenue = given.term(REVENUE, code, "outturn", f"{row.name}财政拨款（收入表）")
        if received.figure or revenue.figure:
            remedy = "核对收入表的决算数和结转结余表的本年收入，改错的一处。"
            yield given.same(given.place(row, "received"), received, revenue, remedy=remedy)


def expenditure_is_sum_of_funds(given: Given) -> Iterator[Outcome]:
    """C-007: the expenditure is what was spent of each fund, as 结转结余 and the lines state it."""
    total = given.row(BY_FUNCTION, TOTAL)
    if total is None:
        return
    funds = [given.term_of(row, "spent") for row in given.lines(CARRYOVER)]
    whole = [given.term(CARRYOVER, TOTAL, "spent", "结转结余表的本年支出")]
    yield given.sum_of(
        given.place(total, "outturn"),
        given.term_of(total, "outturn", "支出合计"),
        funds if any(map(is_known, funds)) else whole,
        remedy="核对结转结余表各资金的本年支出；有其他资金安排的支出，也要填。",
    )
    yield from _spent_by_fund(given)


def _spent_by_fund(given: Given) -> Iterator[Outcome]:
    """Compare each fund with its lines, where every line says of which fund it is."""
    lines = [row for row in given.lines(BY_FUNCTION) if row.figures["outturn"].value]
    if not lines or not all(row.own("fund") for row in lines):
        return
    for row in given.lines(CARRYOVER):
        spent = given.term_of(row, "spent", f"{row.name}本年支出")
        parts = [given.term_of(line, "outturn") for line in lines if line.own("fund") == row.code]
        if parts or spent.figure:
            nothing = [Term(f"功能分类中的{row.name}支出", Decimal(0))]
            remedy = "核对功能分类各行的资金性质和结转结余表的本年支出。"
            yield given.sum_of(given.place(row, "spent"), spent, parts or nothing, remedy=remedy)


def revenue_beyond_appropriation_appears(given: Given) -> Iterator[Outcome]:
    """C-008: revenue beyond the appropriation is spent or carried over somewhere."""
    row = given.row(CARRYOVER, "other")
    if row is None:
        return
    place = given.place(row, "received")
    sources = [given.term(REVENUE, code, "outturn") for code in BEYOND]
    income = added("财政拨款以外的收入", sources)
    kept = [given.term(CARRYOVER, code, "received") for code in BEYOND_FUNDS]
    received = added("财政专户和其他资金的本年收入（结转结余表）", kept)
    if not income.figure:
        yield _without_other_revenue(given)
    elif is_known(received):
        remedy = "核对结转结余表里财政专户管理资金和其他资金的本年收入。"
        yield given.sum_of(place, received, sources, remedy=remedy)
    elif _is_what_nature_leaves_out(given, income):
        yield given.holds(place, actual=income.figure, expected=income.figure)
    elif any(is_known(given.term_of(each, "received")) for each in given.lines(CARRYOVER)):
        yield given.fails(
            place,
            f"收入表有财政拨款以外的收入 {given.said_with_unit(income.figure)}，"
            "结转结余表里没有它的收入、支出和结转。",
            expected=income.figure,
            remedy="在结转结余表的“财政专户管理资金”或“其他资金”里填本年收入和本年支出。",
        )
    else:
        yield given.missing(place, [received])


def _without_other_revenue(given: Given) -> Outcome:
    place = given.schedule_place(REVENUE, "outturn")
    if any(is_known(given.term_of(row, "outturn")) for row in given.lines(REVENUE)):
        return given.not_applicable(place, "没有财政拨款以外的收入。")
    return given.missing(place, [Term("收入各来源的决算数", None)])


def _is_what_nature_leaves_out(given: Given, income: Term) -> bool:
    """Whether the total by nature falls short of that by function by just this revenue."""
    by_function = given.term(BY_FUNCTION, TOTAL, "outturn")
    by_nature = given.term(BY_NATURE, TOTAL, "outturn")
    found = given.sum_of(given.schedule_place(BY_NATURE), by_nature, [by_function, income], signs=[1, -1])
    return None not in (by_function.figure, by_nature.figure) and found.verdict in _AGREES


_AGREES = (Verdict.HOLDS, Verdict.ROUNDED)


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


def budgets_by_nature_come_to_total(given: Given) -> Iterator[Outcome]:
    """C-010: a budget is the sum of its lines: by nature as well. By function C-002 and C-003 add them up."""
    found = [
        total_by_nature(given, column)
        for column in ("last_year_budget", "initial_budget")
        if is_known(given.term(BY_FUNCTION, TOTAL, column)) or is_known(given.term(BY_NATURE, TOTAL, column))
    ]
    yield from found
    if not found:
        place = given.schedule_place(BY_NATURE, "initial_budget")
        yield given.missing(place, [Term("支出年初预算数", None)])


def total_by_nature(given: Given, column: str) -> Outcome:
    """Compare the total by nature, as it was typed or as it adds up, with that by function.

    It may fall short of it by what money beyond the appropriation paid for: many a report splits by nature
    only what it spent of that. What its parts lack cannot be compared.
    """
    place, title = given.schedule_place(BY_NATURE, column), FIGURE_TITLES[column]
    by_function = given.term(BY_FUNCTION, TOTAL, column, f"支出合计{title}")
    row = given.item(BY_NATURE, TOTAL)
    place = given.place(row, column)
    label = f"支出合计（按性质）{title}"
    typed, added_up = given.stated_of(row, column, label), given.term_of(row, column, label)
    lacking = _lacking_halves(given, column)
    if lacking or not is_known(by_function) or not is_known(typed):
        return given.missing(place, [by_function, typed, *lacking])
    found = [
        outcome
        for by_nature in (typed, added_up)
        for outcome in _compared_totals(given, place, by_nature, by_function)
    ]
    agreeing = [outcome for outcome in found if outcome.verdict in _AGREES]
    parts = lacking_of_basic(given, column) if row.figures[column].overruled is None else []
    if not agreeing and parts:
        return given.missing(place, parts)
    return min(agreeing, key=lambda each: each.verdict is not Verdict.HOLDS, default=found[0])


def _compared_totals(given: Given, place: Place, by_nature: Term, by_function: Term) -> Iterator[Outcome]:
    """Compare two totals in every way in which they may agree."""
    remedy = (
        "核对基本支出、项目支出等各项；差额是其他资金安排的，"
        "填清收入表的其他收入和结转结余表里该资金的本年支出。"
    )
    yield given.same(place, by_nature, by_function, remedy=remedy)
    for beyond in _paid_otherwise(given, place.column):
        if beyond.figure:
            yield given.sum_of(place, by_nature, [by_function, beyond], signs=[1, -1])


def _lacking_halves(given: Given, column: str) -> list[Term]:
    """Basic expenditure or projects, where the total by nature is a sum that lacks it."""
    row = given.row(BY_NATURE, TOTAL)
    if row is None or row.figures[column].origin is not Origin.COMPUTED:
        return []
    halves = [given.term(BY_NATURE, code, column) for code in ("basic", PROJECT_ITEM)]
    return [Term(f"{half.label}{FIGURE_TITLES[column]}", None) for half in halves if not is_known(half)]


def lacking_of_basic(given: Given, column: str) -> list[Term]:
    """人员经费 or 公用经费, where 基本支出 is a sum that lacks it: no unit has one without the other."""
    if given.item(BY_NATURE, "basic").figures[column].origin is not Origin.COMPUTED:
        return []
    parts = [given.term(BY_NATURE, code, column) for code in ("basic_personnel", "basic_operating")]
    return [Term(f"{part.label}{FIGURE_TITLES[column]}", None) for part in parts if not is_known(part)]


def _paid_otherwise(given: Given, column: str) -> Iterator[Term]:
    """What the total by nature may leave out: other revenue, all beyond the appropriation, what it paid."""
    yield given.term(REVENUE, "other", column)
    yield added("财政拨款以外的收入", [given.term(REVENUE, code, column) for code in BEYOND])
    if column == "outturn":
        spent = [given.term(CARRYOVER, code, "spent") for code in BEYOND_FUNDS]
        yield added("财政专户和其他资金的本年支出", spent)


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
        "C-006",
        "财政拨款收入等于一般公共预算、政府性基金、国有资本经营三项之和",
        Severity.ERROR,
        Tolerance.SUM,
        formula="财政拨款收入 = 一般公共预算 + 政府性基金 + 国有资本经营；"
        "每项：结转结余表的本年收入 = 收入表的决算数",
        source="《财政拨款收入支出决算总表》（公开04表）",
        example="收入表一般公共预算 1,967.69，结转结余表本年收入填 1,976.69 的，相差 9.00。",
        test=appropriations_agree,
    ),
    Check(
        "C-007",
        "本年支出等于各资金支出之和",
        Severity.ERROR,
        Tolerance.SUM,
        formula="本年支出 = 一般公共预算支出 + 政府性基金支出 + 国有资本经营支出 + 其他资金支出",
        source="《收入支出决算总表》（公开01表）、《财政拨款收入支出决算总表》（公开04表）",
        example="一般公共预算 1,967.69 + 其他资金 0.32 = 1,968.01；其他资金漏填的，相差 0.32。",
        test=expenditure_is_sum_of_funds,
    ),
    Check(
        "C-008",
        "财政专户、其他收入有支出或结转与之对应",
        Severity.WARNING,
        Tolerance.SUM,
        formula="财政专户和其他资金的本年收入（结转结余表） = 财政拨款以外的各项收入之和",
        source="《收入支出决算总表》（公开01表）",
        example="其他收入 6.20 当年没有用完，转入年末结转结余：结转结余表里要有这 6.20。",
        test=revenue_beyond_appropriation_appears,
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
    Check(
        "C-010",
        "支出预算合计等于基本支出、项目支出等各项预算之和",
        Severity.ERROR,
        Tolerance.SUM,
        formula="支出合计（预算数） = 基本支出 + 项目支出 + …（预算数）；可以少其他资金安排的部分",
        source="《部门收支总体情况表》《部门支出总体情况表》",
        example="基本支出 900.00 + 项目支出 485.50 = 1,385.50；支出合计填 1,358.50 的，相差 27.00。",
        test=budgets_by_nature_come_to_total,
    ),
)
