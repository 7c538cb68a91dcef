"""Words in the grid: long names, reasons of several lines; and that nothing jumps or hides while one types."""

import re

import pytest
from playwright.sync_api import expect

from budgets.returns import BY_FUNCTION, PROJECTS, REVENUE
from tests.browser.grid_page import (
    INITIAL,
    OUTTURN,
    REASON,
    cell,
    enter,
    open_return,
    open_schedule,
    save,
    save_and_reload,
    tr,
)
from tests.browser.test_pasting import paste

FIRST, SECOND = "一般公共预算财政拨款", "政府性基金预算财政拨款"
SAFETY = "2240106 安全监管"
LONG = "零陵区自然灾害综合风险普查和应急指挥平台建设以及森林防灭火装备物资采购专项经费"


@pytest.fixture
def open_centre(open_as):
    """Open a schedule of the empty return."""

    def open_browser(schedule):
        page = open_as("lin")
        open_return(page, "零陵区应急救援中心（演示）", "开始填报")
        open_schedule(page, schedule)
        return page

    return open_browser


def height(page, row):
    return tr(page, row).evaluate("(row) => row.getBoundingClientRect().height")


def top(page, row):
    return tr(page, row).evaluate("(row) => row.getBoundingClientRect().top")


def test_a_sum_says_what_it_lacks_and_its_row_stays_as_high(open_centre):
    page = open_centre(REVENUE)
    before = height(page, "收入合计"), top(page, SECOND)
    enter(page, FIRST, INITIAL, "1")
    expect(cell(page, "收入合计", INITIAL).locator("xpath=..")).to_have_text("7 行未填")
    assert (height(page, "收入合计"), top(page, SECOND)) == before


def test_the_total_of_the_projects_is_no_higher_than_another_sum(open_centre):
    page = open_centre(PROJECTS)
    height_of_projects = height(page, "项目支出合计")
    open_schedule(page, REVENUE)
    assert height_of_projects == height(page, "收入合计")


def test_a_shadow_says_that_the_table_goes_on_and_goes_at_its_end(open_centre):
    page = open_centre(PROJECTS)
    edge = page.locator(".edge")
    expect(edge).to_have_class("edge shown")
    page.locator("[data-grid=table]").evaluate("(table) => table.scrollTo(table.scrollWidth, 0)")
    expect(edge).to_have_class("edge")
    page.locator("[data-grid=table]").evaluate("(table) => table.scrollTo(0, 0)")
    expect(edge).to_have_class("edge shown")


def test_a_long_name_is_seen_whole_and_never_has_a_line_break(open_centre):
    page = open_centre(PROJECTS)
    low = height(page, "第 1 行")
    cell(page, "第 1 行", "项目名称").click()
    page.keyboard.type(LONG)
    assert height(page, LONG) > low
    name = cell(page, LONG, "项目名称")
    assert name.evaluate("(field) => field.scrollHeight <= field.clientHeight")
    page.keyboard.press("Alt+Enter")
    expect(name).to_have_value(LONG)
    page.keyboard.press("Enter")
    expect(cell(page, "第 2 行", "项目名称")).to_be_focused()
    paste(page, '"乙\n项目"\t\r\n')
    expect(cell(page, "乙 项目", "项目名称")).to_have_value("乙 项目")


def test_a_reason_has_several_lines_by_alt_enter_and_from_excel(open_centre):
    page = open_centre(REVENUE)
    enter(page, FIRST, REASON, "一是增资")
    page.keyboard.press("Alt+Enter")
    page.keyboard.type("二是增人")
    expect(cell(page, FIRST, REASON)).to_have_value("一是增资\n二是增人")
    page.keyboard.press("Enter")
    expect(cell(page, SECOND, REASON)).to_be_focused()
    paste(page, '"甲\n“乙”""丙"""\r\n')
    expect(cell(page, SECOND, REASON)).to_have_value('甲\n“乙”"丙"')
    page.keyboard.press("ArrowUp")  # within its lines
    expect(cell(page, SECOND, REASON)).to_be_focused()
    page.keyboard.press("Control+z")
    expect(cell(page, SECOND, REASON)).to_have_value("")
    page.keyboard.press("Control+y")
    save_and_reload(page)
    expect(cell(page, FIRST, REASON)).to_have_value("一是增资\n二是增人")
    expect(cell(page, SECOND, REASON)).to_have_value('甲\n“乙”"丙"')
    cell(page, FIRST, REASON).click()
    page.keyboard.press("ArrowDown")  # selected and not edited: to the next row
    expect(cell(page, SECOND, REASON)).to_be_focused()


def test_another_fund_is_taken_back_by_undo_before_and_after_the_save(open_as):
    page = open_as("lin")
    open_return(page, "永州市零陵区应急管理局", "继续填报")
    open_schedule(page, BY_FUNCTION)

    def choose():
        tr(page, SAFETY).get_by_role("button", name=re.compile("资金性质")).click()
        page.get_by_label(f"{SAFETY} 资金性质", exact=True).select_option("政府性基金")

    page.route("**/save/", lambda route: route.abort())
    choose()
    page.keyboard.press("Control+z")
    expect(tr(page, SAFETY)).to_have_class("line")
    page.keyboard.press("Control+y")
    expect(tr(page, f"{SAFETY} 政府性基金")).to_have_class("line unsaved")
    page.unroute("**/save/")
    save(page)
    cell(page, "2240101 行政运行").click()
    page.keyboard.press("Control+z")
    expect(tr(page, SAFETY)).to_have_class("line unsaved")
    save_and_reload(page)
    expect(cell(page, SAFETY, OUTTURN)).to_have_value("948.06")
