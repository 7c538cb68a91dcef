"""Indicators as a preparer enters them: typed, pasted from Excel, mended until total and grade appear.

Expected figures are computed by hand.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.grid_page import cell, enter, save, save_and_reload, state, violations

CENTRE = "零陵区应急救援中心（演示）"
SCORE, WEIGHT, REASON, MEASURE = "得分", "分值", "偏差原因", "改进措施"

# Copied from the form, from the column 三级指标 on.
FROM_EXCEL = """\
办理事项\t数量指标\t≥ 正向\t12000\t件\t12560 件\t20\t20
按时办结率\t质量指标\t≥ 正向\t98\t%\t99.2%\t１５\t15.00
完工率\t时效指标\t= 等于\t100\t%\t92%\t15\t13.8\t材料到货晚\t合同写明期限
等候时间\t社会效益指标\t≤ 反向\t15\t分钟\t13 分钟\t30\t30
群众满意度\t服务对象满意度指标\t≥ 正向\t95\t%\t94.1%\t10\t9.91
"""


@pytest.fixture
def open_indicators(open_as):
    """Open the indicators of the centre's return, empty but for an execution rate of 98.5 %, as lin."""

    def open_browser() -> Page:
        page = open_as("lin")
        deed = re.compile("^(开始|继续)填报$")
        card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=CENTRE))
        card.get_by_text(deed).click()
        expect(page.get_by_role("heading", name="填报总览")).to_be_visible()
        state_the_total(page.url)
        page.get_by_role("navigation", name="填报各部分").get_by_role("link", name="绩效指标").click()
        expect(page.locator("table.grid")).to_be_visible()
        return page

    return open_browser


def state_the_total(address: str) -> None:
    """Spend 197 of 200, unless that is stated already."""
    from submissions.models import Submission
    from tests.performance.indicators import spend

    submission = Submission.objects.get(pk=int(address.rstrip("/").rsplit("/", 1)[1]))
    if not submission.row_version:
        spend(submission, revised="200", outturn="197")


def paste(page: Page, text: str) -> None:
    """Paste into the cell the cursor is in."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def result(page: Page):
    return page.get_by_role("region", name="自评结果")


def verdict(page: Page) -> list[str]:
    return result(page).locator("dd").all_text_contents()


def nav(page: Page):
    return page.get_by_role("navigation", name="填报各部分").get_by_role("link", name="绩效指标")


def test_a_block_from_excel_gives_total_and_grade_as_soon_as_it_is_saved(open_indicators):
    page = open_indicators()
    assert verdict(page) == ["—", "—"]
    expect(result(page)).to_contain_text("还没有产出指标：请添加，分值合计应为 50。")
    page.get_by_label("三级指标").click()
    paste(page, FROM_EXCEL)
    expect(page.get_by_text("已粘贴 42 格，新增 4 行。")).to_be_visible()  # 4 rows of 8 cells and one of 10
    assert verdict(page) == ["—", "—"]  # it speaks of what is saved
    save(page)
    expect(result(page).locator("dd").first).to_have_text("98.56")  # 9.85 + 48.8 + 30 + 9.91
    assert verdict(page) == ["98.56", "优"]
    expect(result(page)).to_contain_text("“群众满意度”的得分低于分值，请写偏差原因。")
    expect(nav(page)).to_contain_text("待完善 2")
    enter(page, "群众满意度 服务对象满意度指标", REASON, "节假日窗口偏少。")
    enter(page, "群众满意度 服务对象满意度指标", MEASURE, "增设窗口。")
    save(page)
    expect(nav(page)).to_contain_text("5 个指标")
    expect(result(page)).not_to_contain_text("低于分值")
    assert violations(page) == []
    page.reload()
    expect(cell(page, "按时办结率 质量指标", WEIGHT)).to_have_value("15.00")
    assert verdict(page) == ["98.56", "优"]


def test_typed_rows_are_mended_by_what_is_said(open_indicators):
    page = open_indicators()
    page.get_by_label("三级指标").click()
    page.keyboard.type("办理事项")
    page.get_by_label("办理事项 二级指标").select_option("数量指标")
    row = "办理事项 数量指标"
    enter(page, row, WEIGHT, "101")
    expect(page.get_by_text("“101”不在 0 到 100 之间，请检查。")).to_be_visible()
    page.keyboard.press("Control+s")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(f"{row}：分值：“101”不在 0 到 100 之间，请检查。")
    alert.get_by_role("link").click()
    expect(cell(page, row, WEIGHT)).to_be_focused()
    page.keyboard.type("45")
    save(page)
    expect(result(page)).to_contain_text("产出指标的分值合计 45，应为 50，还差 5：请调整分值。")
    expect(result(page)).to_contain_text("“办理事项”没有填得分，请填写。")
    expect(result(page).get_by_role("row", name="产出指标")).to_contain_text("50 45 —")


def test_rows_stay_where_they_are_typed_and_come_in_order_when_the_page_is_opened_again(open_indicators):
    page = open_indicators()
    page.get_by_label("三级指标").click()
    paste(page, "满意度\t服务对象满意度指标\n事项\t数量指标\n等候\t社会效益指标\n")
    cell(page, "满意度 服务对象满意度指标", SCORE).click()
    names = page.locator("table.grid tbody th[scope=row]")
    typed = ["满意度 服务对象满意度指标", "事项 数量指标", "等候 社会效益指标"]
    save(page)
    assert [each.get_attribute("aria-label") for each in names.all()] == typed
    expect(cell(page, typed[0], SCORE)).to_be_focused()
    page.reload()
    expect(page.locator("table.grid")).to_be_visible()
    assert [each.get_attribute("aria-label") for each in names.all()] == [typed[1], typed[2], typed[0]]


def test_a_renamed_and_a_removed_row_are_kept_so(open_indicators):
    page = open_indicators()
    page.get_by_label("三级指标").click()
    paste(page, "甲\t数量指标\n乙\t质量指标\n")
    save(page)
    cell(page, "甲 数量指标", "三级指标").fill("丙")
    cell(page, "乙 质量指标", SCORE).click()
    page.keyboard.press("Control+Delete")
    save_and_reload(page)
    expect(cell(page, "丙 数量指标", "三级指标")).to_have_value("丙")
    expect(page.locator("table.grid tbody tr")).to_have_count(1)


def test_two_who_change_one_row_see_both(open_indicators):
    first = open_indicators()
    first.get_by_label("三级指标").click()
    paste(first, "甲\t数量指标\t\t\t\t\t50\t50\n")
    save(first)
    second = open_indicators()
    enter(second, "甲 数量指标", SCORE, "48")
    save(second)
    enter(first, "甲 数量指标", SCORE, "47")
    first.keyboard.press("Control+s")
    expect(state(first)).to_have_text("有人改过同一格")
    expect(first.get_by_role("alert")).to_contain_text("得分48.0047.00")
    first.get_by_role("button", name="甲 数量指标：保留我的").click()
    save(first)
    expect(result(first).get_by_role("row", name="产出指标")).to_contain_text("47.00")


def test_a_blank_score_shows_what_the_rule_gives_and_takes_it_over_by_one_button(open_indicators):
    page = open_indicators()
    page.get_by_label("三级指标").click()
    paste(page, "办理事项\t数量指标\t≥ 正向\t12000\t件\t9000\t50\n")
    save(page)
    row = "办理事项 数量指标"
    expect(cell(page, row, SCORE)).to_have_attribute("placeholder", "37.50")  # 50 × 9000 ÷ 12000
    page.get_by_text("得分预览").click()
    expect(result(page)).to_contain_text("按规则得 37.50 分，扣 12.50 分；再完成 3,000 件得满分。")
    cell(page, row, "实际完成值").fill("9600")  # typed and not saved yet: it is saved before
    page.get_by_role("button", name="采用计算得分").click()
    expect(page.get_by_text("已采用 1 个计算得分。")).to_be_visible()
    expect(cell(page, row, SCORE)).to_have_value("40.00")
    assert violations(page) == []
