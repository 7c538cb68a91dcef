"""Every section of a return as an accountant fills it in, in the empty return of the rescue centre.

Expected figures are computed by hand; the last test compares every figure shown with the server's.
"""

import random
import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from budgets.returns import (
    BASE_ITEMS,
    BUILDINGS,
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    CARRYOVER,
    PROJECTS,
    REVENUE,
    SCHEDULES,
    STAFF,
    THREE_PUBLIC,
    THREE_PUBLIC_COUNTS,
)
from tests.browser.grid_page import (
    INITIAL,
    LAST_BUDGET,
    LAST_OUTTURN,
    OUTTURN,
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
    save_and_reload,
    state,
    tr,
    violations,
)

CENTRE = "零陵区应急救援中心（演示）"
PROJECTS_OF_THE_REPORT = [
    "市统筹划缴森林消防直升飞机众筹资金",
    "安全生产月经费",
    "矿山管理工资",
    "应急管理和安全生产专项资金",
    "乡镇应急平台建设资金",
    "应急执法值班用车经费",
    "安监津贴",
    "应急指挥平台建设经费",
    "森林灭火装备及物资采购经费",
    "省级自然灾害风险普查经费",
]


@pytest.fixture
def open_centre(open_as):
    """Open a schedule of the empty return as lin, in a browser of her own."""

    def open_browser(schedule) -> Page:
        page = open_as("lin")
        card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=CENTRE))
        card.get_by_text(re.compile("^(开始|继续)填报$")).click()
        open_schedule(page, schedule)
        return page

    return open_browser


# --- Persons, counts, areas


def test_staff_stated_in_part_gives_the_control_rate(open_centre):
    page = open_centre(STAFF)
    posts, persons = "编制数（人）", "年末实有人数（人）"
    enter(page, "财政供养人员合计", posts, "127")
    page.keyboard.press("Tab")
    page.keyboard.type("１２２")
    enter(page, "退休人员", persons, "8")
    expect(measure(page, "财政供养人员合计", "staff_control_rate")).to_have_text("96.06")  # 122 ÷ 127
    expect(cell(page, "退休人员", posts)).to_be_hidden()
    expect(measure(page, "退休人员", "staff_control_rate")).to_have_text("")
    save_and_reload(page)
    expect(cell(page, "财政供养人员合计", persons)).to_have_value("122")
    expect(cell(page, "退休人员", persons)).to_have_value("8")
    rate = measure(page, "财政供养人员合计", "staff_control_rate")
    expect(rate).to_have_text("96.06")
    expect(rate).to_have_attribute("title", "年末实有人数 ÷ 编制数 × 100%；代入：122，127")
    expect(measure(page, "行政编制", "staff_control_rate")).to_have_attribute(
        "title", "无法计算：年末实有人数、编制数未填"
    )
    enter(page, "行政编制", posts, "1200")
    total = cell(page, "财政供养人员合计", posts)
    expect(total).to_have_value("1,200")
    expect(total).not_to_be_editable()
    expect(total.locator("xpath=..")).to_contain_text("5 行未填")
    expect(total.locator("xpath=..")).to_contain_text("填报合计 127，与分项之和不符")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("8.5", "“8.5”应是整数，不能有小数，也不能是负数。"),
        ("-8", "“-8”应是整数"),
        ("6 8", "“6 8”不是个数，请只填数字，例如 122；没有数就留空。"),
        ("1000000000", "数太大，请检查。"),
    ],
)
def test_what_is_no_count_is_told_by_page_and_server_alike(open_centre, text, sentence):
    page = open_centre(STAFF)
    enter(page, "退休人员", "年末实有人数（人）", text)
    expect(page.get_by_text(sentence)).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.get_by_role("alert")).to_contain_text(f"年末实有人数（人）：{sentence}")
    expect(cell(page, "退休人员", "年末实有人数（人）")).to_have_value(text)


def test_counts_are_whole_and_compared_with_last_year(open_centre):
    page = open_centre(THREE_PUBLIC_COUNTS)
    expect(tr(page, "公务接待批次（批）")).to_have_count(1)
    expect(page.locator("tbody tr")).to_have_count(6)  # no total
    enter(page, "公务接待批次（批）", "上年", "1,050")
    page.keyboard.press("Tab")
    page.keyboard.type("87.0")
    enter(page, "公务用车保有量（辆）", "上年", "0")
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    for reload in (False, True):
        if reload:
            save_and_reload(page)
        expect(measure(page, "公务接待批次（批）", "count_change")).to_have_text("−963")
        expect(measure(page, "公务用车保有量（辆）", "count_change")).to_have_text("+2")
        expect(measure(page, "公务接待人次（人次）", "count_change")).to_have_text("—")
    expect(cell(page, "公务接待批次（批）", "上年")).to_have_value("1,050")
    expect(cell(page, "公务接待批次（批）", "本年")).to_have_value("87")


def test_buildings_are_named_rows_with_rates(open_centre):
    page = open_centre(BUILDINGS)
    page.get_by_label("第 1 行 项目名称").click()
    for text in ("应急物资储备库", "1200", "1,260.5", "300", "315.5"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.get_by_role("button", name="添加一行").click()
    page.keyboard.type("训练塔")
    enter(page, "训练塔", "批复规模（㎡）", "80")
    for reload in (False, True):
        if reload:
            save_and_reload(page)
        expect(measure(page, "应急物资储备库", "area_control_rate")).to_contain_text(
            "105.04"
        )  # 1260.5 ÷ 1200
        expect(measure(page, "应急物资储备库", "investment_control_rate")).to_contain_text("105.17")
        expect(measure(page, "训练塔", "area_control_rate")).to_have_text("—")
    expect(cell(page, "应急物资储备库", "实际规模（㎡）")).to_have_value("1,260.50")
    enter(page, "训练塔", "实际规模（㎡）", "80.005")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("alert")).to_contain_text("实际规模（㎡）：面积最多填 2 位小数，请核对后重填。")
    cell(page, "训练塔", "实际规模（㎡）").fill("80")
    cell(page, "应急物资储备库", "实际规模（㎡）").press("Control+Delete")
    save_and_reload(page)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(measure(page, "训练塔", "area_control_rate")).to_have_text("100.00")


# --- Money


def test_the_three_public_expenses_of_the_report_in_yuan(open_centre):
    page = open_centre(THREE_PUBLIC)
    page.get_by_role("button", name="元", exact=True).click()
    for row, last, this in [
        ("公务用车运行维护费", "50,000", "0"),
        ("公务接待费", "38986", "91423"),
    ]:
        enter(page, row, LAST_OUTTURN, last)
        enter(page, row, OUTTURN, this)
    for reload in (False, True):
        if reload:
            save_and_reload(page)
        for row, gap, rate in [
            ("公务用车运行维护费", "−50,000.00", "−100.00"),
            ("公务用车购置及运行维护费", "−50,000.00", "−100.00"),
            ("公务接待费", "+52,437.00", "+134.50"),
            ("“三公”经费合计", "+2,437.00", "+2.74"),
        ]:
            expect(measure(page, row, "variance_to_last_year")).to_have_text(gap)
            expect(measure(page, row, "variance_to_last_year_rate")).to_have_text(rate)
    expect(cell(page, "“三公”经费合计", LAST_OUTTURN)).to_have_value("88,986.00")
    expect(cell(page, "“三公”经费合计")).to_have_value("91,423.00")
    expect(head(page, "outturn")).to_have_text("—")  # the page's head is the total by function


def test_what_is_carried_over_is_computed_and_overrules_what_is_typed(open_centre):
    page = open_centre(CARRYOVER)
    opening, received, spent, closing = (column.title for column in CARRYOVER.columns)
    row, total = "一般公共预算", "结转结余合计"
    enter(page, row, closing, "5")
    for column, text in [(opening, "100"), (received, "1,967.69"), (spent, "1968.01")]:
        enter(page, row, column, text)
    enter(page, "其他资金", closing, "7")
    for reload in (False, True):
        if reload:
            save_and_reload(page)
        own = cell(page, row, closing)
        expect(own).to_have_value("99.68")
        expect(own).not_to_be_editable()
        expect(own).to_have_attribute("title", "由年初结转和结余 + 本年收入 − 本年支出得出")
        expect(own.locator("xpath=..")).to_contain_text("填报数 5.00，与算式不符")
        expect(cell(page, "其他资金", closing)).to_be_editable()
        expect(cell(page, total, closing)).to_have_value("106.68")  # 99.68 + 7
        expect(cell(page, total, closing)).to_have_attribute("title", "由下级各行相加")
    page.get_by_role("button", name="清除填报数 5.00").click()
    expect(own.locator("xpath=..")).not_to_contain_text("填报数")
    enter(page, row, spent, " ")
    expect(own).to_have_value("")
    expect(own).to_be_editable()


def test_base_items_have_a_subtotal_and_no_total(open_centre):
    page = open_centre(BASE_ITEMS)
    enter(page, "货物", OUTTURN, "30.5")
    enter(page, "服务", OUTTURN, "12")
    enter(page, "公用经费其中：办公经费", INITIAL, "50")
    enter(page, "公用经费其中：办公经费", OUTTURN, "40")
    for reload in (False, True):
        if reload:
            save_and_reload(page)
        expect(cell(page, "政府采购金额")).to_have_value("42.50")
        expect(cell(page, "政府采购金额").locator("xpath=..")).to_contain_text("1 行未填")
        expect(measure(page, "公用经费其中：办公经费", "variance_to_initial_rate")).to_have_text("−20.00")
    assert page.locator("tbody tr").count() == len(BASE_ITEMS.items)


# --- Economic classification


def test_economic_categories_stand_in_their_groups(open_centre):
    page = open_centre(BY_ECONOMIC)
    for text, row, outturn in [
        ("办公费", "30201 办公费", "12.5"),
        ("30101", "30101 基本工资", "300"),
        ("30301", "30301 离休费", "8"),
        ("30901", "30901 房屋建筑物购建", "20"),
    ]:
        add_category(page, text, row)
        enter(page, row, OUTTURN, outturn)
    before = outline(page)
    assert [(depth, name) for depth, name, _ in before] == [
        ("depth-0", "支出合计（按经济分类）"),
        ("depth-1", "人员经费"),
        ("depth-2", "301 工资福利支出"),
        ("depth-3", "30101 基本工资"),
        ("depth-2", "303 对个人和家庭的补助"),
        ("depth-3", "30301 离休费"),
        ("depth-1", "公用经费"),
        ("depth-2", "302 商品和服务支出"),
        ("depth-3", "30201 办公费"),
        ("depth-1", "基本支出以外"),
        ("depth-2", "309 资本性支出（基本建设）"),
        ("depth-3", "30901 房屋建筑物购建"),
    ]
    for reload in (False, True):
        if reload:
            save_and_reload(page)
        expect(cell(page, "人员经费")).to_have_value("308.00")
        expect(cell(page, "公用经费")).to_have_value("12.50")
        expect(cell(page, "基本支出以外")).to_have_value("20.00")
        expect(cell(page, "支出合计（按经济分类）")).to_have_value("340.50")
    assert outline(page) == before
    cell(page, "30901 房屋建筑物购建").press("Control+Delete")
    enter(page, "人员经费", INITIAL, "290")  # a group may be stated
    save_and_reload(page)
    expect(tr(page, "基本支出以外")).to_have_count(0)
    expect(measure(page, "人员经费", "variance_to_initial")).to_have_text("+18.00")


# --- Projects


def test_the_projects_of_the_report_are_named_and_their_total_is_the_row_by_nature(open_centre):
    page = open_centre(PROJECTS)
    page.get_by_label("第 1 行 项目名称").click()
    for name in PROJECTS_OF_THE_REPORT:
        page.keyboard.type(name)
        page.keyboard.press("Enter")
    enter(page, "项目支出合计", INITIAL, "485.50")
    enter(page, "项目支出合计", OUTTURN, "241.37")
    save_and_reload(page)
    assert page.locator("tbody tr").count() == 11  # the last, blank row is none
    expect(measure(page, "项目支出合计", "variance_to_initial")).to_have_text("−244.13")
    open_schedule(page, BY_NATURE)
    row = cell(page, "项目支出")
    expect(row).to_have_value("241.37")
    expect(row).to_be_editable()
    expect(measure(page, "项目支出", "variance_to_initial")).to_have_text("−244.13")
    expect(measure(page, "项目支出", "variance_to_initial_rate")).to_have_text("−50.28")
    tr(page, "项目支出").get_by_role("link", name="取自“项目支出”").click()
    expect(cell(page, "项目支出合计")).to_have_value("241.37")
    enter(page, "安监津贴", OUTTURN, "40")
    enter(page, "安全生产月经费", OUTTURN, "5.5")
    total = cell(page, "项目支出合计")
    expect(total).to_have_value("45.50")
    expect(total.locator("xpath=..")).to_contain_text("8 行未填")
    expect(total.locator("xpath=..")).to_contain_text("填报合计 241.37，与分项之和不符")
    save(page)
    open_schedule(page, BY_NATURE)
    expect(row).to_have_value("45.50")
    expect(row).not_to_be_editable()
    expect(row).to_have_attribute("title", "取自“项目支出”一节")
    expect(cell(page, "支出合计（按性质）")).to_have_value("45.50")
    row.locator("xpath=..").get_by_role("button", name="清除").click()
    save(page)
    open_schedule(page, PROJECTS)
    expect(total.locator("xpath=..")).not_to_contain_text("填报合计")


def test_a_project_has_a_name_and_stands_once_for_each_funding(open_centre):
    page = open_centre(PROJECTS)
    page.get_by_label("第 1 行 项目名称").click()
    page.keyboard.type("安监津贴")
    page.get_by_label("安监津贴 类别").select_option("县级专项资金")
    enter(page, "安监津贴", OUTTURN, "4")
    page.keyboard.press("Enter")
    expect(page.get_by_label("第 2 行 项目名称")).to_be_focused()
    enter(page, "第 2 行", OUTTURN, "6")
    page.keyboard.press("Control+s")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("第 2 行：请填写项目名称。")
    alert.get_by_role("link", name="第 2 行").click()
    page.keyboard.type("安监津贴")
    page.keyboard.press("Control+s")
    expect(alert).to_contain_text("安监津贴：有两行相同，请合并成一行，或用资金性质、资金来源把它们分开。")
    page.get_by_label("安监津贴 资金来源").last.select_option("上年结转")
    page.get_by_label("安监津贴 项目编码").fill("2240-01")
    save_and_reload(page)
    expect(cell(page, "安监津贴")).to_have_value("4.00")
    expect(cell(page, "安监津贴 上年结转")).to_have_value("6.00")
    expect(page.get_by_label("安监津贴 类别")).to_have_value("county")
    expect(page.get_by_label("安监津贴 项目编码")).to_have_value("2240-01")
    page.get_by_label("安监津贴 上年结转 项目名称").fill("安监津贴（结转）")
    save_and_reload(page)
    expect(cell(page, "安监津贴（结转） 上年结转")).to_have_value("6.00")
    cell(page, "安监津贴").press("Control+Delete")
    expect(cell(page, "项目支出合计")).to_have_value("6.00")
    page.get_by_role("button", name="添加一行").click()
    page.keyboard.type("安监津贴")  # taken out and entered anew in one save
    cell(page, "安监津贴").last.click()
    page.keyboard.type("3")
    save_and_reload(page)
    expect(cell(page, "项目支出合计")).to_have_value("9.00")
    assert page.locator("tbody tr").count() == 3


def test_projects_from_excel_grow_rows(open_centre):
    page = open_centre(PROJECTS)
    block = "安监津贴\t\t县级专项资金\t当年财政拨款\t1\t2\t3\t4\t5\n矿山管理工资\t\t什么\t\t\t\t\t\t6 8\n"
    page.get_by_label("第 1 行 项目名称").click()
    page.evaluate("text => navigator.clipboard.writeText(text)", block)
    page.keyboard.press("Control+v")
    expect(page.get_by_text("已粘贴 11 格，新增 1 行。")).to_be_visible()
    expect(cell(page, "安监津贴 当年财政拨款")).to_have_value("5.00")
    expect(page.get_by_label("安监津贴 当年财政拨款 类别")).to_have_value("county")
    page.keyboard.press("Control+s")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("矿山管理工资：类别“什么”不在可选项中，请重新选择。")
    expect(alert).to_contain_text("矿山管理工资：决算数：“6 8”不是金额")
    page.get_by_label("矿山管理工资 类别").select_option("其他项目")
    enter(page, "矿山管理工资", OUTTURN, "68")
    save_and_reload(page)
    expect(cell(page, "项目支出合计")).to_have_value("73.00")


def test_two_who_change_the_same_project_or_its_total_choose(open_centre):
    page = open_centre(PROJECTS)
    page.get_by_label("第 1 行 项目名称").click()
    page.keyboard.type("安监津贴")
    enter(page, "项目支出合计", OUTTURN, "10")
    save(page)
    other = open_centre(PROJECTS)
    for row, theirs, mine in [("项目支出合计", "20", "30"), ("安监津贴", "7", "8")]:
        enter(other, row, OUTTURN, theirs)
        save(other)
        cell(page, row).fill(mine)
        page.keyboard.press("Control+s")
        alert = page.get_by_role("alert")
        expect(alert.get_by_role("row", name=f"决算数 {theirs}.00 {mine}.00")).to_be_visible()
        alert.get_by_role("button", name=f"{row}：用对方的").click()
        expect(cell(page, row)).to_have_value(f"{theirs}.00")
        expect(state(page)).to_contain_text("已保存")  # it has asked what else is new
    other.get_by_label("安监津贴 项目名称").fill("安监岗位津贴")
    save(other)
    cell(page, "安监津贴").fill("9")
    save(page)  # she changed its name, I its outturn: both stand
    expect(page.get_by_role("alert")).to_be_empty()
    page.reload()
    expect(cell(page, "安监岗位津贴")).to_have_value("9.00")


# --- A code that our table lacks


def test_a_missing_code_is_added_used_and_marked(open_centre):
    page = open_centre(BY_FUNCTION)
    page.get_by_label("添加科目").click()
    page.keyboard.type("2240188")
    expect(found(page)).to_have_text("没有找到？把您的科目加进来")
    page.keyboard.press("Enter")
    form = page.get_by_role("form", name="科目表里没有的科目")
    expect(form.get_by_label("科目名称")).to_be_focused()
    expect(form.get_by_label("科目编码")).to_have_value("2240188")
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(form).to_contain_text("请填写科目名称。")
    expect(form.get_by_label("科目名称")).to_be_focused()
    page.keyboard.type("应急科技")
    expect(form.get_by_label("预算").get_by_role("option", selected=True)).to_have_text("一般公共预算")
    form.get_by_role("button", name="添加").click()
    row = "2240188 应急科技"
    expect(cell(page, row, LAST_BUDGET)).to_be_focused()
    enter(page, row, OUTTURN, "5")
    for reload in (False, True):
        if reload:
            save_and_reload(page)
        expect(tr(page, row).get_by_text("未确认")).to_be_visible()
        expect(cell(page, "224 灾害防治及应急管理支出")).to_have_value("5.00")
        expect(head(page, "outturn")).to_have_text("5.00")
    assert codes(page) == ["224", "22401", "2240188"]
    open_schedule(page, BY_ECONOMIC)
    page.get_by_label("添加科目").click()
    page.keyboard.type("应急补助")
    expect(found(page)).to_have_text("没有找到？把您的科目加进来")
    found(page).click()
    expect(form.get_by_label("科目编码")).to_be_focused()
    expect(form.get_by_label("预算")).to_have_count(0)
    page.keyboard.type("2240188")
    page.keyboard.press("Enter")
    expect(form).to_contain_text("2240188")
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    expect(page.get_by_label("添加科目")).to_be_focused()
    page.keyboard.type("31401")  # of a 类 that no group names
    expect(found(page)).to_have_text("没有找到？把您的科目加进来")
    page.keyboard.press("Enter")
    page.keyboard.type("应急补助")
    page.keyboard.press("Enter")
    enter(page, "31401 应急补助", OUTTURN, "6")
    for reload in (False, True):
        if reload:
            save_and_reload(page)
        expect(cell(page, "基本支出以外")).to_have_value("6.00")
        assert [name for _, name, _ in outline(page)][-3:] == ["基本支出以外", "314", "31401 应急补助"]


# --- Around the table


def test_the_navigation_says_after_a_save_how_far_each_section_is(open_centre):
    page = open_centre(STAFF)
    link = page.get_by_role("navigation", name="填报各部分").get_by_role("link", name="人员与编制")
    enter(page, "退休人员", "年末实有人数（人）", "8")
    save(page)
    saved = link.inner_text()
    page.reload()
    assert link.inner_text() == saved
    assert "1 行" in saved
    enter(page, "财政供养人员合计", "编制数（人）", "7")
    enter(page, "行政编制", "编制数（人）", "6")
    page.keyboard.press("Control+s")
    expect(link).to_contain_text("错误")


@pytest.mark.parametrize("username", ["lin", "wu"])
def test_every_section_is_accessible_with_figures(open_as, demo, username):
    from submissions.models import Submission

    fill_at_random(Submission.objects.get())
    page = open_as(username)
    link = "继续填报" if username == "lin" else "永州市零陵区应急管理局"
    page.get_by_role("link", name=link).first.click()
    wrong = {}
    for schedule in SCHEDULES:
        open_schedule(page, schedule)
        if found := violations(page):
            wrong[schedule.slug] = found
    assert wrong == {}


# --- Nobody's choice: the same as the server


def test_every_section_shows_what_the_server_computes(open_as):
    from budgets.money import AmountUnit
    from budgets.rows import measured, return_rows
    from submissions.models import Submission

    submission = Submission.objects.get()
    fill_at_random(submission)
    rows = return_rows(submission)
    expected = measured(rows, submission.round)
    page = open_as("lin")
    open_return(page, "永州市零陵区应急管理局", "继续填报")
    for schedule in SCHEDULES:
        open_schedule(page, schedule)
        names = page.locator("tbody tr").first.locator("[data-measure]")
        shown = names.evaluate_all("(cells) => cells.map((cell) => cell.dataset.measure)")
        assert len(shown) == min(len(schedule.measures), 7)
        assert seen(page) == [printed(each, shown, AmountUnit.WAN) for each in expected[schedule.name]], (
            schedule.slug
        )


def seen(page: Page) -> list[list[str]]:
    """Every row that is shown: its figures, its measures, and how many rows below it are blank."""
    return page.locator("tbody tr:not([hidden])").evaluate_all(
        """(rows) => rows.map((row) => [
            ...[...row.querySelectorAll("td.figure input")].map((field) => field.hidden ? "" : field.value),
            ...[...row.querySelectorAll("[data-measure]")].map((cell) => {
                const plain = cell.cloneNode(true);
                plain.querySelectorAll(".finding-mark, .finding-text").forEach((mark) => mark.remove());
                return plain.textContent;
            }),
            [...row.querySelectorAll(".below > span")].map((note) => note.textContent).join("；"),
            row.querySelector(".lacking") ? "asks" : "",
        ])"""
    )


def printed(each, measures: list[str], unit) -> list[str]:
    from budgets.measures import Origin
    from budgets.tables import undocumented_text

    row = each.row
    columns = {column.name: column for column in row.schedule.figures}
    notes = []
    for name, figure in row.figures.items():
        if figure.origin is Origin.COMPUTED and figure.blanks:
            notes.append(f"{figure.blanks} 行未填")
        if name == "revised_budget" and row.undocumented is not None:
            notes.append(undocumented_text(row, unit))
        if figure.overruled is not None:
            what, sum_of = ("填报合计", "分项之和")
            if row.kind == "line" and not row.elsewhere:
                what, sum_of = ("填报数", "算式")
            notes.append(f"{what} {in_cell(figure.overruled, columns[name], unit)}，与{sum_of}不符")
    applies = {name: not row.columns or name in row.columns for name in columns}
    return [
        *(in_cell(figure.value, columns[name], unit) for name, figure in row.figures.items()),
        *(
            measure_text(measure, each, applies, unit)
            for name in measures
            for measure in row.schedule.measures
            if measure.name == name
        ),
        "；".join(notes),
        # a reason written for another difference is a finding: nothing is blank
        "asks" if each.needs_explanation and not row.variance_reason else "",
    ]


def in_cell(value, column, unit) -> str:
    from budgets.money import AmountUnit, exact_text

    if value is None:
        return ""
    if column.kind == "count":
        return f"{value:,}"
    text = exact_text(value, unit if column.kind == "amount" else AmountUnit.YUAN)
    return f"{Decimal(text):,f}".replace("-", "−")


def measure_text(measure, each, applies, unit) -> str:
    from budgets.money import amount_text, rate_text

    value = each.measures[measure.name]
    if not all(applies.get(name, True) for name in (measure.value, measure.base)):
        return ""
    if measure.is_rate:
        return rate_text(value, signed=measure.kind != "ratio")
    if measure.name == "count_change":
        return "—" if value is None else f"{value:+,}".replace("-", "−") if value else "0"
    return amount_text(value, unit, signed=True)


CHANCE = random.Random(431102)


def fill_at_random(submission) -> None:
    """Fill every schedule with figures nobody chose: blanks, zeros, stated totals above rows, negatives."""
    from budgets.actions import save_lines
    from budgets.models import LINE_MODELS, EconomicCategory, FunctionalCategory
    from budgets.money import AmountUnit
    from tests.world import NOW

    functional = list(FunctionalCategory.objects.in_force(2023).filter(code__startswith="20"))
    chart = EconomicCategory.Chart.DEPARTMENT
    economic = list(EconomicCategory.objects.in_force(2023).filter(chart=chart))
    for schedule in SCHEDULES:
        items = [item.code for item in schedule.items] + (["total"] if schedule.has_total else [])
        keys: list[tuple] = [(item,) for item in items]
        if schedule in (REVENUE, BY_NATURE, THREE_PUBLIC, BASE_ITEMS):
            keys = [(item, None, None, "", "") for item in items]
        elif schedule == BY_FUNCTION:
            chosen = CHANCE.sample(functional, 40)
            keys = [("", each.pk, None, CHANCE.choice(["", "other"]), "") for each in chosen]
        elif schedule == BY_ECONOMIC:
            keys = [("", None, each.pk, "", "") for each in CHANCE.sample(economic, 25)]
            keys += [("personnel", None, None, "", ""), ("total", None, None, "", "")]
        elif schedule.is_named:
            others = [""] * (len(LINE_MODELS[schedule.name].KEY) - 1)
            keys = [(f"{schedule.title}{at}", *others) for at in range(6)]
        stored = {line.key: line.row_version for line in lines_of(submission, schedule)}
        save_lines(
            submission=submission,
            schedule=schedule,
            rows=[line_change(schedule, key, stored.get(key, 0)) for key in keys],
            unit=AmountUnit.YUAN,
            by=submission.started_by,
            at=NOW,
        )


def lines_of(submission, schedule):
    from budgets.models import LINE_MODELS

    return LINE_MODELS[schedule.name].objects.of_schedule(submission, schedule)


def line_change(schedule, key, version):
    from budgets.actions import LineChange
    from budgets.returns import STAFF

    values = {
        column.name: any_figure(column.kind) if column.is_figure else None if column.kind == "date" else ""
        for column in schedule.columns
    }
    values |= {
        column.name: abs(values[column.name] or 0) for column in schedule.columns if column.is_unsigned
    }
    if schedule.is_named:
        values["name"] = key[0]
    if schedule == STAFF and key[0] in ("retired_cadre", "retired", "temporary"):
        values["authorized"] = None
    return LineChange(key, version, values)


def any_figure(kind):
    if CHANCE.random() < 0.35:
        return None
    if kind == "count":
        return CHANCE.randrange(2000)
    hundredths = CHANCE.choice([0, CHANCE.randrange(10**6), CHANCE.randrange(10**10)])
    return Decimal(hundredths if kind == "area" or CHANCE.random() < 0.9 else -hundredths).scaleb(-2)
