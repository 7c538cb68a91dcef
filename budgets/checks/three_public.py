"""The three public expenses (“三公”经费): C-050 to C-057. Source: checks.md §1; confirmations.md W-06.

C-058 (a figure in the text is that of the table) is checked with the other figures in sentences.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from budgets.cells import row_label
from budgets.checks.given import Given, Term, added, is_known, stated_totals
from budgets.checks.variances import figure_of, in_words, stands_for_itself
from budgets.measures import FIGURE_TITLES, change_rate
from budgets.money import round_half_up
from budgets.returns import BY_ECONOMIC, THREE_PUBLIC, THREE_PUBLIC_COUNTS, TOTAL
from budgets.rows import Row
from submissions.findings import Check, Outcome, Severity, Tolerance


def total_is_sum_of_items(given: Given) -> Iterator[Outcome]:
    """C-050: the total is the sum of its items, 用车 of 购置 and 运行, in each of the figures."""
    totals = [given.item(THREE_PUBLIC, code) for code in (TOTAL, "vehicles")]
    yield from stated_totals(given, THREE_PUBLIC, totals)


# --- Against the budget


def outturns_are_within_the_budget(given: Given) -> Iterator[Outcome]:
    """C-051: no item spent more than its budget, nor the total: the revised one where it is stated."""
    rows = [row for row in given.rows[THREE_PUBLIC.name.value] if stands_for_itself(row)]
    budgeted = [row for row in rows if is_known(_budget(given, row))]
    if not budgeted:
        place = given.schedule_place(THREE_PUBLIC, "initial_budget")
        yield given.missing(place, [Term("“三公”经费预算数", None)])
    for row in rows if budgeted else ():
        spent, budget = figure_of(given, row, "outturn", "决算数"), _budget(given, row)
        if spent.figure or (is_known(spent) and is_known(budget)):  # nothing spent is within any budget
            remedy = "“三公”经费决算数不得超过预算数：核对两个数；经批准调整了预算的，填全年预算数。"
            yield given.at_most(given.place(row, "outturn"), spent, budget, remedy=remedy)


def _budget(given: Given, row: Row) -> Term:
    """The budget of an item as it was at last: the revised one, else the initial one; a sum of its items'.

    Not known where an item has spent and has none.
    """
    parts = [(part, _budget(given, part)) for part in given.parts(row)]
    if any(is_known(budget) for _, budget in parts):
        lacking = [part for part, budget in parts if part.figures["outturn"].value and not is_known(budget)]
        if lacking:
            return Term("、".join(f"{row_label(part)}预算数" for part in lacking), None)
        return added("各项预算数之和", [budget for _, budget in parts])
    revised = given.term_of(row, "revised_budget", FIGURE_TITLES["revised_budget"])
    return (
        revised
        if is_known(revised)
        else given.term_of(row, "initial_budget", FIGURE_TITLES["initial_budget"])
    )


def budget_does_not_rise(given: Given) -> Iterator[Outcome]:
    """C-052: the initial budget of the total is no more than last year's (变动率)."""
    row = given.item(THREE_PUBLIC, TOTAL)
    place = given.place(row, "initial_budget_change")
    now, before = (given.term_of(row, name, f"“三公”经费{FIGURE_TITLES[name]}") for name in _BUDGETS)
    if lacking := given.lacking_below(row, *_BUDGETS):
        yield given.missing(place, lacking)
    elif now.figure is None or before.figure is None:
        yield given.missing(place, [now, before])
    elif now.figure <= before.figure:
        yield given.holds(place, actual=now.figure, expected=before.figure)
    else:
        sentence = f"“三公”经费年初预算数比上年{in_words(given, now.figure, before.figure)}，应只减不增。"
        remedy = "核对两年的预算数；确需增加的，说明原因和依据。"
        yield given.fails(place, sentence, actual=now.figure, expected=before.figure, remedy=remedy)


_BUDGETS = ("initial_budget", "last_year_budget")


def items_do_not_rise(given: Given) -> Iterator[Outcome]:
    """C-053: an item above last year's outturn has its reason; far above, more than that."""
    rows = [
        row
        for row in given.lines(THREE_PUBLIC)
        if None not in (row.figures["outturn"].value, row.figures["last_year_outturn"].value)
    ]
    for row in rows:
        yield _does_not_rise(given, row)
    if not rows:
        place = given.schedule_place(THREE_PUBLIC, "last_year_outturn")
        yield given.missing(place, [Term("“三公”经费上年决算数", None)])


def _does_not_rise(given: Given, row: Row) -> Outcome:
    now, before = Decimal(row.values["outturn"]), Decimal(row.values["last_year_outturn"])
    place, limit = given.place(row, "variance_to_last_year"), given.thresholds.three_public_rise
    if now <= before:
        return given.holds(place, actual=now, expected=before)
    rate = change_rate(now, before)
    is_strong = rate is None or rate > limit
    strong = f"，增幅超过 {limit.normalize():f}%" if rate is not None else "，上年没有发生"
    return given.fails(
        place,
        f"{row.name}决算数比上年{in_words(given, now, before)}{strong if is_strong else ''}，要写明原因。",
        actual=now,
        expected=before,
        remedy="在这一行的“差异原因”里写明"
        + ("增加的批次、人次或车辆、金额和依据。" if is_strong else "原因。"),
        row=row,
    )


# --- Against the economic classification

_ECONOMIC = {
    "overseas": ("30212",),
    "hospitality": ("30217",),
    "vehicle_operation": ("30231",),
    "vehicle_purchase": ("31013", "30913"),
}


def economic_lines_are_part_of_the_items(given: Given) -> Iterator[Outcome]:
    """C-054: what the economic classification has of an item is no more than the item."""
    found = [outcome for item in _ECONOMIC if (outcome := _is_part(given, item))]
    yield from found
    if found:
        return
    total = given.term(BY_ECONOMIC, TOTAL, "outturn", "支出（按经济分类）决算数")
    if is_known(total):
        yield given.not_applicable(given.whole, "按经济分类的支出里没有因公出国、公务接待、公务用车的款。")
    else:
        yield given.missing(given.schedule_place(BY_ECONOMIC, "outturn"), [total])


def _is_part(given: Given, item: str) -> Outcome | None:
    rows = [row for code in _ECONOMIC[item] if (row := given.row(BY_ECONOMIC, code))]
    terms = [term for row in rows if is_known(term := given.term_of(row, "outturn"))]
    if not terms:
        return None
    part = added("、".join(term.label for term in terms), terms)
    whole = given.term(THREE_PUBLIC, item, "outturn")
    remedy = "基本支出里的这一款是“三公”经费的一部分：核对两张表的决算数。"
    return given.at_most(given.place(rows[0], "outturn"), part, whole, remedy=remedy)


# --- Against the counts


@dataclass(frozen=True, slots=True)
class _Counted:
    """An item of expense and a count that goes with it."""

    item: str
    count: str


_COUNTED = (
    _Counted("hospitality", "receptions"),
    _Counted("hospitality", "reception_persons"),
    _Counted("overseas", "overseas_groups"),
    _Counted("overseas", "overseas_persons"),
    _Counted("vehicle_purchase", "vehicles_bought"),
    _Counted("vehicle_operation", "vehicles_held"),
)


def expenses_and_counts_go_together(given: Given) -> Iterator[Outcome]:
    """C-055: an expense has its counts, and a count its expense. What is blank on one side is said once."""
    blank: list[Term] = []
    for each in _COUNTED:
        spent, count = _spent_and_count(given, each.item, each.count)
        if spent.figure is not None and count.figure is not None:
            yield _goes_together(given, each, spent, count)
        else:
            blank += [term for term in (spent, count) if not is_known(term)]
    if blank:
        yield given.missing(given.schedule_place(THREE_PUBLIC_COUNTS, "this_year_count"), blank)


def _spent_and_count(given: Given, item: str, count: str) -> tuple[Term, Term]:
    spent = given.term(THREE_PUBLIC, item, "outturn")
    return spent, given.term(THREE_PUBLIC_COUNTS, count, "this_year_count")


def _goes_together(given: Given, each: _Counted, spent: Term, count: Term) -> Outcome:
    place = given.place(given.item(THREE_PUBLIC_COUNTS, each.count), "this_year_count")
    if bool(spent.figure) == bool(count.figure):
        return given.holds(place, actual=count.figure)
    failed = given.fails(
        place,
        f"{spent.label} {given.said_term(spent, with_unit=True)}，"
        f"{count.label}却是 {given.said_term(count)}。",
        actual=spent.figure or count.figure,
        remedy="核对费用和数量；费用由其他资金或其他科目列支的，说明原因。",
    )
    return failed._replace(in_yuan=bool(spent.figure))


def averages_are_plausible(given: Given) -> Iterator[Outcome]:
    """C-056: what a vehicle costs a year, and a guest, is within the usual."""
    limits = given.thresholds
    yield _average(
        given, "vehicle_operation", "vehicles_held", "辆", limits.vehicle_least, limits.vehicle_most
    )
    yield _average(given, "hospitality", "reception_persons", "人次", Decimal(0), limits.reception_most)


def _average(given: Given, item: str, counted: str, by: str, least: Decimal, most: Decimal) -> Outcome:
    spent, count = _spent_and_count(given, item, counted)
    row = given.item(THREE_PUBLIC, item)
    place = given.place(row, "outturn")
    if spent.figure is None or count.figure is None:
        return given.missing(place, [spent, count])
    if not spent.figure or not count.figure:
        return given.not_applicable(place, f"{row.name}或{count.label}为 0（C-055 核对两者是否一致）。")
    average = spent.figure / count.figure
    actual = round_half_up(average)
    if least <= average <= most:
        return given.holds(place, actual=actual)
    limit = least if average < least else most
    failed = given.fails(
        place,
        f"{row.name}每{by} {actual:,} 元，"
        f"{'低于' if average < least else '高于'}通常的 {limit.normalize():,f} 元。",
        actual=actual,
        expected=limit,
        arithmetic=f"{spent.figure:,} 元 ÷ {given.said_term(count)} {by} = {actual:,} 元",
        remedy="核对金额（元、万元）和数量；确实如此的，说明原因。",
    )
    return failed._replace(is_average=True)


def vehicles_agree_with_assets(given: Given) -> Iterator[Outcome]:
    """C-057: the vehicles held are those among the assets, which the return does not have."""
    place = given.schedule_place(THREE_PUBLIC_COUNTS, "this_year_count")
    yield given.cannot(place, "系统里没有国有资产占用情况的车辆数")


CHECKS = (
    Check(
        "C-050",
        "“三公”经费合计等于各项之和",
        Severity.ERROR,
        Tolerance.SUM,
        formula="合计 = 因公出国（境）费 + 公务用车购置及运行维护费（购置费 + 运行维护费）+ 公务接待费",
        source="《财政拨款“三公”经费支出决算表》（公开09表）",
        example="用车 5.00 + 接待 3.8986 = 8.8986；合计填 8.90 的，相差 0.0014。",
        test=total_is_sum_of_items,
    ),
    Check(
        "C-051",
        "“三公”经费决算数不超过预算数，逐项和合计都是",
        Severity.ERROR,
        Tolerance.SAME,
        formula="决算数 ≤ 预算数（调整过的按全年预算数，没有的按年初预算数）",
        source="《机关事务管理条例》第十二条、第三十二条第一项",
        example="接待预算 8.00、决算 9.1423，超出 1.1423；合计没有超的，这一项仍是错误。",
        test=outturns_are_within_the_budget,
    ),
    Check(
        "C-052",
        "“三公”经费年初预算不高于上年（只减不增）",
        Severity.WARNING,
        Tolerance.NONE,
        formula="“三公”经费合计年初预算数 ≤ 上年年初预算数",
        source="部门整体支出绩效评价指标体系：“三公”经费变动率",
        example="上年预算 9.00、本年预算 9.50，增加 0.50（+5.56%），要说明。",
        test=budget_does_not_rise,
    ),
    Check(
        "C-053",
        "“三公”经费各项决算比上年增加的，写明原因",
        Severity.WARNING,
        Tolerance.NONE,
        formula="决算数 > 上年决算数 ⇒ 差异原因不空；超过 10% 的写明批次、人次",
        source="决算公开说明：“三公”经费增减变化原因",
        example="公务接待费由 3.8986 增至 9.1423，增加 5.2437（+134.50%）。",
        test=items_do_not_rise,
    ),
    Check(
        "C-054",
        "经济分类的出国、接待、用车各款不超过“三公”经费对应项",
        Severity.ERROR,
        Tolerance.SAME,
        formula="30212 ≤ 出国；30217 ≤ 接待；30231 ≤ 用车运行；31013 + 30913 ≤ 用车购置",
        source="公开06表与公开09表",
        example="30217 为 8.31、公务接待费为 0.30，超出 8.01。",
        test=economic_lines_are_part_of_the_items,
    ),
    Check(
        "C-055",
        "有“三公”费用就有批次、人次、车辆，有数量就有费用",
        Severity.WARNING,
        Tolerance.NONE,
        formula="接待费 > 0 ⇔ 批次、人次 > 0；出国费 > 0 ⇔ 团组、人次 > 0；"
        "购置费 > 0 ⇔ 购置数 > 0；运行费 > 0 ⇔ 保有量 > 0",
        source="公开09表及其说明",
        example="公务接待费 9.1423，批次填 0 的，要核对。",
        test=expenses_and_counts_go_together,
    ),
    Check(
        "C-056",
        "每辆车的运行维护费、每人次的接待费在通常的范围内",
        Severity.WARNING,
        Tolerance.NONE,
        formula="运行维护费 ÷ 保有量在 1 万元至 6 万元之间；接待费 ÷ 接待人次 ≤ 150 元",
        source="审核经验值，财政局可按当地标准调整",
        example="接待费 91,423 元、接待 300 人次，每人次 304.74 元，高于 150 元。",
        test=averages_are_plausible,
    ),
    Check(
        "C-057",
        "公务用车保有量等于国有资产占用情况的车辆数",
        Severity.WARNING,
        Tolerance.EXACT,
        formula="公务用车保有量 = 国有资产占用情况的车辆数",
        source="决算公开说明：国有资产占用情况",
        example="“三公”部分写 8 辆、资产部分写 10 辆的，要说明。",
        test=vehicles_agree_with_assets,
    ),
)
