"""The entry page as an accountant uses it: the real report typed in, mistakes, colleagues, broken networks.

Every expected figure is computed by hand from the report.
"""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, Route, expect

from budgets.models import BudgetLine
from budgets.returns import BY_FUNCTION, BY_NATURE, REVENUE
from tests.browser.grid_page import (
    INITIAL,
    LAST_BUDGET,
    LAST_OUTTURN,
    OUTTURN,
    REVISED,
    add_category,
    cell,
    codes,
    enter,
    found,
    head,
    measure,
    open_return,
    open_schedule,
    outline,
    save,
    state,
    tr,
    violations,
)

TOTAL = "支出合计"
SAVED = re.compile(r"^已保存 \d\d:\d\d:\d\d$")
REASON = "黄江源大火应急救灾资金及森林灭火设备物资购置等专项资金增加。"

# The 14 项 in the report's order: what she types to find one, its code and name, outturn in 万元, share in %.
LINES = [
    ("安全监管", "2240106 安全监管", "948.06", "48.17"),
    ("2240101", "2240101 行政运行", "207.56", "10.55"),
    ("qtkxjszc", "2069999 其他科学技术支出", "36.94", "1.88"),
    ("2079999", "2079999 其他文化旅游体育与传媒支出", "6", "0.30"),
    ("其他社会保障和就业支出", "2089999 其他社会保障和就业支出", "2.81", "0.14"),
    ("2080505", "2080505 机关事业单位基本养老保险缴费支出", "99.75", "5.07"),
    ("2101101", "2101101 行政单位医疗", "44.64", "2.27"),
    ("2240199", "2240199 其他应急管理支出", "8", "0.41"),
    ("slcyfzjz", "2240602 森林草原防灾减灾", "367.96", "18.70"),
    ("2240699", "2240699 其他自然灾害防治支出", "17.2", "0.87"),
    ("2240703", "2240703 自然灾害救灾补助", "223", "11.33"),
    ("2249999", "2249999 其他灾害防治及应急管理支出", "4.8", "0.24"),
    ("2299999", "2299999 其他支出", "0.97", "0.05"),
    ("2019999", "2019999 其他一般公共服务支出", "0.32", "0.02"),
]


@pytest.fixture
def lin(open_as):
    """Lin at the real report of the bureau, expenditure by function."""
    page = open_as("lin")
    open_return(page, "永州市零陵区应急管理局", "继续填报")
    open_schedule(page, BY_FUNCTION)
    return page


# --- The real report


def test_the_real_report_is_typed_in_with_the_keyboard_and_found_again(open_as):
    page = open_as("lin")
    open_return(page, "零陵区应急救援中心（演示）", "开始填报")
    type_revenue(page)
    type_by_function(page)
    for reload in (False, True):
        if reload:
            page.reload()
        read_by_function(page)
    type_by_nature(page)
    for reload in (False, True):
        if reload:
            page.reload()
        read_by_nature(page)
    open_schedule(page, REVENUE)
    expect(cell(page, "收入合计")).to_have_value("1,968.01")
    expect(measure(page, "一般公共预算财政拨款", "share")).to_have_text("99.98")
    expect(measure(page, "其他收入", "share")).to_have_text("0.02")


def type_revenue(page: Page) -> None:
    open_schedule(page, REVENUE)
    cell(page, "收入合计", LAST_BUDGET).click()
    for text in ("1446.95", "1285.25", "1385.50"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    enter(page, "一般公共预算财政拨款", OUTTURN, "1967.69")
    for _ in range(7):
        page.keyboard.press("ArrowDown")
    expect(cell(page, "其他收入")).to_be_focused()
    page.keyboard.type("0.32")
    expect(cell(page, "收入合计")).to_have_value("1,968.01")  # while she types
    expect(measure(page, "收入合计", "variance_to_initial")).to_have_text("+582.51")
    save(page)


def type_by_function(page: Page) -> None:
    open_schedule(page, BY_FUNCTION)
    cell(page, TOTAL, LAST_BUDGET).click()
    for text in ("1,446.95", "１２８５．２５", "1385.5"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    enter(page, TOTAL, "差异原因", REASON)
    for text, row, outturn, _ in LINES:
        add_category(page, text, row)
        for _ in range(4):
            page.keyboard.press("Tab")
        page.keyboard.type(outturn)
    page.get_by_role("button", name="保存").click()
    expect(state(page)).to_contain_text("已保存")


def read_by_function(page: Page) -> None:
    for name, text in [
        ("initial_budget", "1,385.50"),
        ("revised_budget", "—"),
        ("outturn", "1,968.01"),
        ("variance_to_initial", "+582.51"),
        ("variance_to_initial_rate", "+42.04 %"),
        ("variance_to_last_year", "+682.76"),
        ("variance_to_last_year_rate", "+53.12 %"),
    ]:
        expect(head(page, name)).to_have_text(text)
    for _, row, outturn, share in LINES:
        whole, _, decimals = outturn.partition(".")
        expect(cell(page, row)).to_have_value(f"{whole}.{decimals:0<2}")
        expect(measure(page, row, "share")).to_have_text(share)
    # 948.06 + 207.56 + 8 = 1163.62; + 367.96 + 17.2 + 223 + 4.8 = 1776.58
    expect(cell(page, "22401 应急管理事务")).to_have_value("1,163.62")
    expect(cell(page, "224 灾害防治及应急管理支出")).to_have_value("1,776.58")
    expect(cell(page, TOTAL, LAST_OUTTURN)).to_have_value("1,285.25")
    expect(cell(page, TOTAL, "差异原因")).to_have_value(REASON)
    assert codes(page) == sorted(codes(page))
    assert len(codes(page)) == 14 + 11 + 7  # 项, 款, 类
    execution = measure(page, TOTAL, "execution_rate")
    expect(execution).to_have_text("—")
    expect(execution).to_have_attribute("title", "无法计算：全年预算数未填")


def type_by_nature(page: Page) -> None:
    open_schedule(page, BY_NATURE)
    enter(page, "基本支出", INITIAL, "900")
    enter(page, "人员经费", OUTTURN, "1030.52")
    page.keyboard.press("Enter")
    page.keyboard.type("695.80")
    page.keyboard.press("Enter")
    page.keyboard.type("241.37")
    expect(cell(page, "项目支出")).to_be_focused()
    enter(page, "项目支出", INITIAL, "485.5")
    save(page)


def read_by_nature(page: Page) -> None:
    expect(measure(page, "基本支出", "variance_to_initial")).to_have_text("+826.32")
    expect(measure(page, "基本支出", "variance_to_initial_rate")).to_have_text("+91.81")
    expect(measure(page, "项目支出", "variance_to_initial")).to_have_text("−244.13")
    expect(measure(page, "项目支出", "variance_to_initial_rate")).to_have_text("−50.28")
    expect(cell(page, "支出合计（按性质）")).to_have_value("1,967.69")
    expect(cell(page, "支出中由其他收入安排")).to_have_value("0.32")


# --- Mistakes


def test_six_mistakes_are_told_at_once_nothing_is_lost_and_corrected_they_are_saved(lin):
    enter(lin, "2240106 安全监管", OUTTURN, "九百多")
    enter(lin, "2240101 行政运行", OUTTURN, "207.5600001")
    enter(lin, "2240602 森林草原防灾减灾", INITIAL, "1000000000")
    enter(lin, "2240703 自然灾害救灾补助", REVISED, "12,23")
    cell(lin, TOTAL, "差异原因").fill("长" * 501)
    lin.get_by_role("row", name="2299999").get_by_role("button", name="同一科目再加一行").click()
    lin.keyboard.press("Control+s")
    expect(state(lin)).to_have_text("有 6 处错误")
    alert = lin.get_by_role("alert")
    for sentence in [
        "决算数：“九百多”不是金额，请只填数字",
        "决算数：最多填 6 位小数（精确到分），系统不替您四舍五入",
        "年初预算数：金额太大（整数部分超过 13 位，按元计）",
        "全年预算数：“12,23”不是金额",
        "差异原因有 501 字，最多 500 字",
        "有两行相同，请合并成一行，或用资金性质、资金来源把它们分开",
    ]:
        expect(alert).to_contain_text(sentence)
    for row, column, text in [
        ("2240106 安全监管", OUTTURN, "九百多"),
        ("2240101 行政运行", OUTTURN, "207.5600001"),
        ("2240602 森林草原防灾减灾", INITIAL, "1000000000"),
        ("2240703 自然灾害救灾补助", REVISED, "12,23"),
        (TOTAL, "差异原因", "长" * 501),
    ]:
        expect(cell(lin, row, column)).to_have_value(text)
        expect(cell(lin, row, column)).to_have_attribute("aria-invalid", "true")
    correct_six(lin, alert)
    save(lin)
    expect(alert).to_be_empty()
    lin.reload()
    expect(cell(lin, "2240106 安全监管")).to_have_value("948.07")
    expect(cell(lin, "2299999 其他支出 项目支出")).to_have_value("")
    expect(head(lin, "outturn")).to_have_text("1,968.02")  # a hundredth more than the report


def correct_six(page: Page, alert) -> None:
    alert.get_by_role("link", name="2240106 安全监管").click()
    expect(cell(page, "2240106 安全监管")).to_be_focused()
    expect(page.get_by_text("决算数：“九百多”不是金额").last).to_be_visible()
    page.keyboard.type("948.07")
    expect(state(page)).to_have_text("有 5 处错误")
    enter(page, "2240101 行政运行", OUTTURN, "207.56")
    enter(page, "2240602 森林草原防灾减灾", INITIAL, "")
    page.keyboard.press("Delete")
    enter(page, "2240703 自然灾害救灾补助", REVISED, "—")
    cell(page, TOTAL, "差异原因").fill(REASON)
    alert.get_by_role("link", name="2299999 其他支出").click()
    page.get_by_label("2299999 其他支出 支出性质", exact=True).select_option("项目支出")


def test_a_figure_too_exact_is_told_while_it_is_typed(lin):
    enter(lin, "2240106 安全监管", OUTTURN, "1.1234567")
    expect(cell(lin, "2240106 安全监管")).to_have_attribute("aria-invalid", "true")
    expect(cell(lin, TOTAL)).to_have_value("1,019.95")  # 1968.01 − 948.06: it counts as blank
    expect(measure(lin, "2240101 行政运行", "share")).to_have_text("20.35")  # 207.56 ÷ 1019.95
    lin.keyboard.press("Escape")
    expect(cell(lin, TOTAL)).to_have_value("1,968.01")
    expect(state(lin)).to_have_text("没有改动")


# --- Colleagues


def test_two_who_change_the_same_row_see_both_and_choose(lin, open_as):
    other = open_second(open_as)
    row = "2240106 安全监管"
    for theirs, mine, choice, stands, said in [
        ("900", "950", "用对方的", "900.00", SAVED),
        ("910", "960", "保留我的", "960.00", SAVED),
    ]:
        enter(other, row, OUTTURN, theirs)
        save(other)
        enter(lin, row, OUTTURN, mine)
        lin.keyboard.press("Control+s")
        expect(state(lin)).to_have_text("有人改过同一格")
        alert = lin.get_by_role("alert")
        expect(alert).to_contain_text(re.compile(r"2240106 安全监管：林晓 \d\d:\d\d:\d\d 改过"))
        expect(alert.get_by_role("row", name=f"决算数 {theirs}.00 {mine}.00")).to_be_visible()
        expect(cell(lin, row)).to_have_value(f"{mine}.00")  # nothing of hers is lost by being told
        alert.get_by_role("button", name=choice).click()
        expect(alert).to_be_empty()
        expect(cell(lin, row)).to_have_value(stands)
        expect(state(lin)).to_have_text(said)
        lin.reload()
        expect(cell(lin, row)).to_have_value(stands)
        other.reload()


def test_a_row_that_is_gone_can_be_kept_or_dropped(lin, open_as):
    other = open_second(open_as)
    kept, dropped = "2299999 其他支出", "2249999 其他灾害防治及应急管理支出"
    lin.route("**/save/", lambda route: route.abort())  # hers comes after the other's
    for row in (kept, dropped):
        lin_row = other.get_by_role("row", name=row)
        lin_row.hover()
        lin_row.get_by_role("button", name="删除这一行").click()
        enter(lin, row, OUTTURN, "5")
    save(other)
    lin.unroute("**/save/")
    lin.keyboard.press("Control+s")
    alert = lin.get_by_role("alert")
    expect(alert).to_contain_text("删除了这一行")
    alert.get_by_role("button", name=f"{kept}：保留我的").click()
    alert.get_by_role("button", name=f"{dropped}：去掉这一行").click()
    save(lin)
    for page in (lin, other):
        page.reload()
        expect(cell(page, kept)).to_have_value("5.00")
        expect(cell(page, dropped)).to_have_count(0)


def test_different_rows_of_two_browsers_come_together(lin, open_as):
    other = open_second(open_as)
    enter(other, "2240106 安全监管", OUTTURN, "900")
    save(other)
    enter(lin, "2240101 行政运行", OUTTURN, "200")
    save(lin)
    expect(cell(lin, "2240101 行政运行")).to_be_focused()
    expect(cell(lin, "2240106 安全监管")).to_have_value("900.00")
    expect(head(lin, "outturn")).to_have_text("1,912.39")  # 1968.01 − 48.06 − 7.56
    enter(other, "2240106 安全监管", OUTTURN, "901")
    save(other)
    expect(cell(other, "2240101 行政运行")).to_have_value("200.00")


def test_the_cell_she_is_in_shows_what_a_colleague_saved(lin, open_as):
    other = open_second(open_as)
    enter(other, "2240106 安全监管", OUTTURN, "900")
    save(other)
    enter(lin, "2240101 行政运行", OUTTURN, "200")
    cell(lin, "2240106 安全监管").focus()
    save(lin)
    expect(cell(lin, "2240106 安全监管")).to_have_value("900.00")
    lin.keyboard.press("Escape")
    expect(state(lin)).to_contain_text("已保存")  # nothing of hers is left to overwrite 900 with


def test_what_is_typed_while_a_save_is_away_does_not_overwrite_a_colleague(lin, open_as):
    other = open_second(open_as)
    enter(other, "2240106 安全监管", OUTTURN, "900")
    save(other)
    enter(lin, "2240101 行政运行", OUTTURN, "200")
    held: list[Route] = []
    lin.route("**/save/", lambda route: held.append(route), times=1)
    with lin.expect_request("**/save/"):
        lin.keyboard.press("Control+s")
    enter(lin, "2240106 安全监管", OUTTURN, "950")
    held[0].continue_()
    lin.keyboard.press("Control+s")
    expect(lin.get_by_role("alert").get_by_role("row", name="决算数 900.00 950.00")).to_be_visible()


def open_second(open_as) -> Page:
    page = open_as("lin")
    open_return(page, "永州市零陵区应急管理局", "继续填报")
    open_schedule(page, BY_FUNCTION)
    return page


# --- What goes wrong outside


def test_a_return_that_may_no_longer_be_changed_says_so(lin):
    from submissions.models import Submission
    from tests.world import put_in_status

    enter(lin, "2240106 安全监管", OUTTURN, "950")
    put_in_status(Submission.objects.get(), "in_review")
    lin.keyboard.press("Control+s")
    expect(lin.get_by_role("alert")).to_contain_text("这份填报的状态是“财政绩效股审核中”，不能修改。")
    expect(cell(lin, "2240106 安全监管")).to_have_value("950")


def test_what_is_typed_while_saving_stays(lin):
    held = []
    lin.route("**/save/", lambda route: held.append(route), times=1)
    enter(lin, "2240106 安全监管", OUTTURN, "950")
    lin.keyboard.press("Control+s")
    expect(state(lin)).to_have_text("保存中…")
    lin.keyboard.type(".5")
    enter(lin, "2240101 行政运行", OUTTURN, "200")
    held[0].continue_()
    expect(cell(lin, "2240101 行政运行")).to_be_focused()
    expect(cell(lin, "2240106 安全监管")).to_have_value("950.50")
    save(lin)
    expect(head(lin, "outturn")).to_have_text("1,962.89")  # 1968.01 + 2.44 − 7.56


def test_changing_the_unit_saves_first(lin):
    enter(lin, "2240106 安全监管", OUTTURN, "950.123456")
    lin.get_by_role("button", name="元", exact=True).click()
    expect(cell(lin, "2240106 安全监管")).to_have_value("9,501,234.56")
    expect(head(lin, "outturn")).to_have_text("19,700,734.56")


# --- The table


def test_a_stated_total_gives_way_to_its_rows_is_shown_and_can_be_cleared(lin):
    expect(cell(lin, TOTAL, INITIAL)).to_be_editable()
    enter(lin, "2240106 安全监管", INITIAL, "1000")
    total = cell(lin, TOTAL, INITIAL)
    expect(total).to_have_value("1,000.00")
    expect(total).not_to_be_editable()
    box = total.locator("xpath=..")
    expect(box).to_contain_text("13 行未填")
    expect(box).to_contain_text("填报合计 1,385.50，与分项之和不符")
    expect(head(lin, "variance_to_initial")).to_have_text("+968.01")
    save(lin)
    lin.reload()
    expect(box).to_contain_text("填报合计 1,385.50，与分项之和不符")
    box.get_by_role("button", name="清除").click()
    expect(box).not_to_contain_text("填报合计")
    save(lin)
    enter(lin, "2240106 安全监管", INITIAL, " ")
    expect(total).to_be_editable()
    expect(total).to_have_value("")
    expect(head(lin, "variance_to_initial")).to_have_text("—")


def test_a_block_from_excel_fills_the_figures_and_passes_over_sums(lin):
    cell(lin, "2080505 机关事业单位基本养老保险缴费支出", REVISED).click()
    block = "1,000.5\t２０\r\n99\t98\r\n—\t(3)\r\n"  # the second row is the 款 20899, whose outturn is a sum
    lin.evaluate("text => navigator.clipboard.writeText(text)", block)
    lin.keyboard.press("Control+v")
    expect(lin.get_by_text("已粘贴 5 格，跳过 1 个自动计算的单元格。")).to_be_visible()
    expect(cell(lin, "2080505 机关事业单位基本养老保险缴费支出")).to_have_value("20.00")
    expect(cell(lin, "20899 其他社会保障和就业支出", REVISED)).to_have_value("99.00")
    expect(cell(lin, "20899 其他社会保障和就业支出")).to_have_value("−3.00")
    expect(cell(lin, "2089999 其他社会保障和就业支出", REVISED)).to_have_value("")
    expect(cell(lin, "2101101 行政单位医疗")).to_have_value("44.64")  # the trailing newline is no row
    expect(cell(lin, TOTAL, REVISED)).to_have_value("1,099.50")
    # 1968.01 − 79.75 − 5.81 − 1099.50
    expect(measure(lin, TOTAL, "variance_to_revised")).to_have_text("+782.95")


def test_a_row_is_found_once_added_again_with_another_fund_and_removed(lin):
    row = "2240106 安全监管"
    page_codes = codes(lin)
    lin.get_by_label("添加科目").click()
    lin.keyboard.type("2240106")
    expect(found(lin)).to_contain_text("已在表中")
    lin.keyboard.press("Enter")
    expect(cell(lin, row, LAST_BUDGET)).to_be_focused()
    assert codes(lin) == page_codes
    lin.get_by_role("row", name=row).get_by_role("button", name="同一科目再加一行").click()
    lin.get_by_label(f"{row} 资金性质", exact=True).select_option("政府性基金")
    enter(lin, f"{row} 政府性基金", OUTTURN, "1")
    expect(head(lin, "outturn")).to_have_text("1,969.01")
    save(lin)
    remove_and_take_back(lin, f"{row} 政府性基金")
    lin.reload()
    expect(head(lin, "outturn")).to_have_text("1,968.01")
    assert codes(lin) == page_codes


def remove_and_take_back(page: Page, row: str) -> None:
    page.route("**/save/", lambda route: route.abort())  # else the row is gone in a moment
    cell(page, row).press("Control+Delete")
    expect(head(page, "outturn")).to_have_text("1,968.01")
    page.get_by_role("button", name="撤销删除").click()
    expect(head(page, "outturn")).to_have_text("1,969.01")
    page.unroute("**/save/")
    cell(page, row).press("Control+Delete")
    save(page)


def test_rows_stand_where_the_server_puts_them(lin):
    add_category(lin, "2082201", "2082201 移民补助")  # of the government funds' budget, its 类 is there
    lin.keyboard.type("1")
    add_category(lin, "21902", "21902 教育")  # a 款 without 项 takes money itself
    lin.keyboard.type("2")
    lin.get_by_role("row", name="21902 教育").get_by_role("button", name="同一科目再加一行").click()
    lin.get_by_label("21902 教育 资金性质").last.select_option("其他资金")
    enter(lin, "21902 教育 其他资金", LAST_BUDGET, "5")
    before = outline(lin)
    at = before.index(("depth-2", "21902 教育", "5.00"))  # the 2.00 typed there is now a stated subtotal
    assert before[at + 1] == ("depth-3", "21902 教育 其他资金", "5.00")
    expect(cell(lin, TOTAL, LAST_BUDGET)).to_have_value("6.00")
    save(lin)
    assert outline(lin) == before
    lin.reload()
    expect(lin.locator("table.grid")).to_be_visible()
    assert outline(lin) == before


def test_typing_on_after_a_search_takes_what_was_typed_last(lin):
    box = lin.get_by_label("添加科目")
    box.click()
    lin.keyboard.type("224")
    expect(found(lin)).to_be_visible()
    held = []
    lin.route("**/categories/**", lambda route: held.append(route))
    lin.keyboard.type("0108")  # the list is still that of 224
    lin.keyboard.press("Enter")
    lin.wait_for_timeout(500)  # longer than the box waits before it asks
    for route in held:
        route.continue_()
    expect(lin.get_by_label(re.compile("^2240108 .* 上年年初预算数$"))).to_be_focused()
    assert codes(lin).count("2240108") == 1


def test_an_address_leads_to_the_row(lin):
    key = lin.get_by_role("row", name="2240703").get_attribute("id")
    address = f"{lin.url}#{key}"
    lin.goto("about:blank")
    lin.goto(address)
    expect(cell(lin, "2240703 自然灾害救灾补助", LAST_BUDGET)).to_be_focused()


def test_the_largest_figure_is_shown_whole(lin):
    row = "2240106 安全监管"
    enter(lin, row, OUTTURN, "-999999998.999999")
    enter(lin, row, INITIAL, "0.000001")
    cell(lin, "2240101 行政运行").click()
    expect(cell(lin, row)).to_have_value("−999,999,998.999999")
    for place in (cell(lin, row), cell(lin, TOTAL), measure(lin, row, "variance_to_initial_rate")):
        assert place.evaluate("(element) => element.scrollWidth <= element.clientWidth")


def test_a_row_above_the_threshold_without_a_reason_is_marked(lin):
    reason = cell(lin, TOTAL, "差异原因")
    box = reason.locator("xpath=ancestor::td")
    expect(box).not_to_have_class(re.compile("lacking"))
    reason.fill("")
    expect(box).to_have_class(re.compile("lacking"))
    reason.fill("另有原因")
    expect(box).not_to_have_class(re.compile("lacking"))
    enter(lin, "2240106 安全监管", INITIAL, "500")  # now 948.06: above in its line, its 款 and its 类
    expect(lin.get_by_placeholder("差异较大，请说明原因")).to_have_count(1)
    enter(lin, "2240106 安全监管", "差异原因", "专项增加")
    expect(lin.get_by_placeholder("差异较大，请说明原因")).to_have_count(0)


def test_a_key_writes_to_its_row_and_those_above_and_nowhere_else(lin):
    enter(lin, "2240106 安全监管", INITIAL, "1")
    lin.evaluate("""() => {
        const rowOf = (node) => (node.closest ? node : node.parentElement).closest("tr").id;
        const what = { subtree: true, childList: true, characterData: true, attributes: true };
        window.touched = new Set();
        new MutationObserver((records) => records.forEach(({ target }) => touched.add(rowOf(target))))
            .observe(document.querySelector("table.grid tbody"), what);
    }""")
    lin.keyboard.type("2")
    expect(cell(lin, TOTAL, INITIAL)).to_have_value("12.00")
    rows = [lin.get_by_role("row", name=name).first for name in ("2240106", "22401 ", "224 ", TOTAL)]
    assert set(lin.evaluate("[...window.touched]")) == {row.get_attribute("id") for row in rows}


@pytest.mark.parametrize("username", ["lin", "wu"])
def test_it_is_accessible(open_as, username):
    page = open_as(username)
    link = "继续填报" if username == "lin" else "永州市零陵区应急管理局"
    page.get_by_role("link", name=link).first.click()
    open_schedule(page, BY_FUNCTION)
    assert violations(page) == []
    if username == "lin":
        enter(page, "2240106 安全监管", OUTTURN, "九百多")
        page.keyboard.press("Control+s")
        expect(state(page)).to_have_text("有 1 处错误")
        assert violations(page) == []
        page.get_by_label("添加科目").fill("xzyx")
        expect(found(page)).to_be_visible()
        assert violations(page) == []


def test_a_reviewer_reads_the_same_table_without_a_field(open_as, demo):
    page = open_as("wu")
    page.get_by_role("link", name="永州市零陵区应急管理局").click()
    open_schedule(page, BY_FUNCTION)
    expect(page.get_by_text("只读", exact=False).first).to_be_visible()
    expect(page.locator("main input, main select")).to_have_count(0)
    expect(page.locator("main button")).to_have_text(["批注与记录"])
    row = page.get_by_role("row", name="2240106 安全监管")
    expect(row).to_contain_text("948.06")
    expect(row.locator("[data-measure=share]")).to_have_text("48.17")


def test_arithmetic_is_computed_once_and_its_expression_stays_on_hover(open_as):
    page = open_as("lin")
    open_return(page, "零陵区应急救援中心", "开始填报")
    open_schedule(page, REVENUE)
    enter(page, "其他收入", OUTTURN, "=120+35.5")
    page.keyboard.press("Enter")
    expect(cell(page, "其他收入")).to_have_value("155.50")
    expect(cell(page, "其他收入")).to_have_attribute("title", "由 =120+35.5 算得")
    save(page)
    expect(cell(page, "其他收入")).to_have_attribute("title", "由 =120+35.5 算得")
    assert BudgetLine.objects.get(item="other", submission__unit__code="224002").outturn == Decimal("1555000")
    cell(page, "其他收入").fill("=1÷3")
    page.keyboard.press("Enter")
    expect(cell(page, "其他收入")).to_have_value("=1÷3")  # what cannot be read stays as typed
    expect(tr(page, "其他收入").locator(".message")).to_contain_text("除不尽")
