"""Last year's figures in the entry table: filled in, locked, restated; and starting from last year."""

import re

import pytest
from playwright.sync_api import expect

from budgets.returns import BY_FUNCTION, REVENUE
from tests.browser.grid_page import (
    LAST_BUDGET,
    LAST_OUTTURN,
    OUTTURN,
    add_category,
    cell,
    enter,
    open_schedule,
    save,
    state,
    tr,
    violations,
)

SAFETY = "2010301 行政运行"


@pytest.fixture
def zhou(demo, open_as):
    """Zhou's browser at her second unit's return, just started; last year's is approved."""
    from tests.world import run

    run("load_demo_indicators")
    run("load_demo_last_year")
    page = open_as("zhou")
    page.get_by_role("button", name="开始填报").click()
    return page


def carry(page):
    """Start from last year, from the offer to the confirmation."""
    page.get_by_role("link", name="从上年带入").click()
    page.get_by_role("button", name="确认带入").click()


def note(page):
    return page.locator("[data-grid=last-year]")


def box(page):
    return page.get_by_role("dialog")


def restate(page, figure, reason):
    """Fill the box in by the keyboard alone."""
    page.keyboard.press("Enter")
    expect(box(page)).to_be_visible()
    page.keyboard.type(figure)
    page.keyboard.press("Enter")
    page.keyboard.type(reason)
    page.get_by_role("button", name="保存重述").click()


def test_a_return_that_is_started_has_last_years_figures_and_the_rest_comes_with_one_button(zhou):
    expect(zhou.get_by_role("heading", name="从上年开始")).to_be_visible()
    open_schedule(zhou, REVENUE)
    expect(cell(zhou, "一般公共预算财政拨款", LAST_OUTTURN)).to_have_value("560.00")
    open_schedule(zhou, BY_FUNCTION)
    expect(note(zhou)).to_contain_text("还有 5 行的上年数不在本表")
    note(zhou).get_by_role("link", name="从上年带入").click()
    expect(zhou.get_by_text("≥＿＿件", exact=True)).to_be_visible()
    assert violations(zhou) == []
    zhou.get_by_role("button", name="确认带入").click()
    expect(zhou.get_by_role("heading", name="从上年开始")).to_have_count(0)
    open_schedule(zhou, BY_FUNCTION)
    expect(cell(zhou, SAFETY, LAST_OUTTURN)).to_have_value("318.00")
    expect(cell(zhou, SAFETY, OUTTURN)).to_have_value("")
    expect(note(zhou)).not_to_contain_text("不在本表")


def test_a_locked_cell_says_where_its_figure_comes_from_and_takes_no_typing(zhou):
    open_schedule(zhou, REVENUE)
    locked = cell(zhou, "一般公共预算财政拨款", LAST_OUTTURN)
    expect(locked).to_have_attribute("title", re.compile("取自 2022 年度已审核的填报（第 1 版），已锁定"))
    expect(locked).not_to_be_editable()
    locked.click()
    zhou.keyboard.press("Delete")
    expect(locked).to_have_value("560.00")
    zhou.keyboard.press("5")
    expect(box(zhou)).to_be_visible()  # typing asks for the reason
    expect(box(zhou).get_by_label("改为（万元）")).to_have_value("5")
    zhou.keyboard.press("Escape")
    expect(box(zhou)).to_have_count(0)
    expect(locked).to_be_focused()
    expect(locked).to_have_value("560.00")


def test_restating_asks_for_a_reason_and_shows_both_figures(zhou):
    open_schedule(zhou, REVENUE)
    cell(zhou, "一般公共预算财政拨款", LAST_OUTTURN).click()
    restate(zhou, "565", "")
    expect(box(zhou).get_by_role("alert")).to_contain_text("请写明为什么")
    assert violations(zhou) == []
    box(zhou).get_by_label("为什么与已审核的不同").fill("审计后更正去年决算")
    box(zhou).get_by_role("button", name="保存重述").click()
    expect(box(zhou)).to_have_count(0)
    restated = cell(zhou, "一般公共预算财政拨款", LAST_OUTTURN)
    expect(restated).to_have_value("565.00")
    expect(restated).to_have_attribute("title", re.compile("是 560.00 万元。原因：审计后更正去年决算（周悦"))
    expect(tr(zhou, "一般公共预算财政拨款").locator(".approved")).to_have_text("原 560.00")
    expect(cell(zhou, "收入合计", LAST_OUTTURN)).to_have_value("570.00")
    zhou.reload()
    expect(tr(zhou, "一般公共预算财政拨款").locator(".approved")).to_have_text("原 560.00")
    zhou.get_by_role("link", name="预决算差异").click()
    expect(zhou.locator("#restatements tbody tr")).to_contain_text("560.00 万元565.00 万元审计后更正去年决算")
    expect(zhou.locator("td.restated")).to_have_text("565.00")


def test_the_approved_figure_is_had_again_by_one_button(zhou):
    open_schedule(zhou, REVENUE)
    cell(zhou, "一般公共预算财政拨款", LAST_OUTTURN).click()
    restate(zhou, "565", "审计后更正去年决算")
    expect(cell(zhou, "一般公共预算财政拨款", LAST_OUTTURN)).to_have_value("565.00")
    zhou.keyboard.press("F2")
    zhou.get_by_role("button", name="用已审核的数").click()
    expect(cell(zhou, "一般公共预算财政拨款", LAST_OUTTURN)).to_have_value("560.00")
    expect(zhou.locator(".approved")).to_have_count(0)


def test_what_is_typed_in_the_row_is_saved_before_it_is_restated(zhou):
    open_schedule(zhou, REVENUE)
    enter(zhou, "一般公共预算财政拨款", OUTTURN, "600")
    cell(zhou, "一般公共预算财政拨款", LAST_OUTTURN).click()
    restate(zhou, "565", "审计后更正去年决算")
    expect(cell(zhou, "一般公共预算财政拨款", LAST_OUTTURN)).to_have_value("565.00")
    expect(cell(zhou, "一般公共预算财政拨款", OUTTURN)).to_have_value("600.00")
    zhou.reload()
    expect(cell(zhou, "一般公共预算财政拨款", OUTTURN)).to_have_value("600.00")


def test_a_pasted_block_and_undo_leave_locked_cells_alone(zhou):
    open_schedule(zhou, REVENUE)
    cell(zhou, "一般公共预算财政拨款", LAST_BUDGET).click()
    zhou.evaluate("navigator.clipboard.writeText('1\\t2\\t3\\t4\\t5')")
    zhou.keyboard.press("Control+v")
    expect(zhou.locator("[data-grid=notice]")).to_contain_text("已粘贴 3 格，跳过 2 个已锁定的上年数")
    expect(cell(zhou, "一般公共预算财政拨款", LAST_BUDGET)).to_have_value("550.00")
    expect(cell(zhou, "一般公共预算财政拨款", OUTTURN)).to_have_value("5.00")
    save(zhou)
    zhou.keyboard.press("Control+z")
    expect(cell(zhou, "一般公共预算财政拨款", OUTTURN)).to_have_value("")
    expect(cell(zhou, "一般公共预算财政拨款", LAST_OUTTURN)).to_have_value("560.00")


def test_a_locked_cell_takes_notes_by_the_keys_and_the_mark_of_every_other_cell(zhou):
    open_schedule(zhou, REVENUE)
    cell(zhou, "政府性基金预算财政拨款", LAST_OUTTURN).click()
    zhou.keyboard.press("Shift+Enter")
    zhou.keyboard.press("ArrowUp")
    expect(cell(zhou, "一般公共预算财政拨款", LAST_OUTTURN)).to_be_focused()
    zhou.keyboard.press("Shift+F2")
    expect(box(zhou).get_by_label("批注", exact=True)).to_be_focused()
    zhou.keyboard.type("与决算批复一致。")
    zhou.keyboard.press("Control+Enter")
    mark = tr(zhou, "一般公共预算财政拨款").get_by_role("button", name="批注：与决算批复一致。")
    mark.dispatch_event("dblclick")
    expect(box(zhou)).to_have_count(0)
    mark.press("Enter")
    expect(box(zhou).get_by_label("批注", exact=True)).to_have_value("与决算批复一致。")
    expect(box(zhou)).to_have_count(1)


def test_a_row_that_is_added_gets_last_years_figures_with_the_answer(zhou):
    open_schedule(zhou, BY_FUNCTION)
    add_category(zhou, "2010301", SAFETY, "年初预算数")
    zhou.keyboard.type("325")
    expect(state(zhou)).to_contain_text("已保存")
    expect(cell(zhou, SAFETY, LAST_OUTTURN)).to_have_value("318.00")
    expect(note(zhou)).to_contain_text("还有 4 行")


def test_without_an_approved_return_last_year_is_typed_and_the_page_says_so(demo, open_as):
    from tests.browser.grid_page import open_return

    lin = open_as("lin")
    open_return(lin, "永州市零陵区应急管理局", "继续填报")
    open_schedule(lin, REVENUE)
    said = "上年年初预算数、上年决算数由您填写：系统里没有本单位 2022 年度已审核的填报。"
    expect(note(lin)).to_have_text(said)
    expect(cell(lin, "其他收入", LAST_OUTTURN)).to_be_editable()
