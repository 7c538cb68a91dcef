"""Blocks from Excel pasted with a real clipboard: columns by their heading, rows by code or name, new rows offered.

The blocks are laid out as accountants have them: final accounts, the base data form, the official indicator block.
"""

import re

import pytest
from playwright.sync_api import expect

from budgets.returns import BY_FUNCTION, CARRYOVER, PROJECTS, REVENUE
from performance.models import IndicatorLine
from tests.browser.grid_page import (
    INITIAL,
    LAST_BUDGET,
    LAST_OUTTURN,
    OUTTURN,
    REASON,
    REVISED,
    cell,
    codes,
    open_return,
    open_schedule,
    save,
    save_and_reload,
    tr,
    violations,
)

BUREAU, CENTRE = "永州市零陵区应急管理局", "零陵区应急救援中心（演示）"
RUNNING, SAFETY = "2240101 行政运行", "2240106 安全监管"
FIRE = "2240204 消防应急救援"


@pytest.fixture
def bureau(open_as):
    """The real report's expenditure by function."""
    page = open_as("lin")
    open_return(page, BUREAU, "继续填报")
    open_schedule(page, BY_FUNCTION)
    return page


@pytest.fixture
def open_centre(open_as):
    """Open a schedule of the empty return."""

    def open_browser(schedule):
        page = open_as("lin")
        open_return(page, CENTRE, "开始填报")
        open_schedule(page, schedule)
        return page

    return open_browser


def paste(page, text, place=None):
    """Paste with the keyboard, into a cell or where the cursor is."""
    if place:
        cell(page, *place).click()
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def notice(page):
    return page.locator("[data-grid=notice]")


def dialog(page):
    return page.get_by_role("dialog")


def accept(page):
    """What the dialog proposes, by the keyboard."""
    expect(dialog(page)).to_be_visible()
    page.keyboard.press("Enter")


def values(page, row, *columns):
    page.locator("h1").click()
    return [cell(page, row, column).input_value() for column in columns]


FINAL_ACCOUNTS = """\
支出决算表\t\t\t\t\t\r
\t\t\t\t\t单位：万元\r
科目编码\t科目名称\t决算数\t年初预算数\t调整预算数\t差异原因\r
栏次\t\t1\t2\t3\t\r
224\t灾害防治及应急管理支出\t30.5\t33\t39\t\r
22401\t应急管理事务\t30.5\t33\t39\t\r
2240106\t安全监管\t20.5\t22\t26\t执法增加\r
2240101\t行政运行\t10\t11\t13\t\r
合计\t\t30.5\t33\t39\t\r
"""


def test_columns_are_found_by_their_heading_and_rows_by_their_code(bureau):
    before = values(bureau, SAFETY, LAST_BUDGET, LAST_OUTTURN)
    paste(bureau, FINAL_ACCOUNTS, (RUNNING, LAST_BUDGET))
    expect(dialog(bureau)).to_have_count(0)
    expect(notice(bureau)).to_contain_text("已粘贴 7 格，跳过 9 个自动计算的单元格。Ctrl+Z 撤销。")
    assert values(bureau, RUNNING, INITIAL, REVISED, OUTTURN) == ["11.00", "13.00", "10.00"]
    assert values(bureau, SAFETY, INITIAL, REVISED, OUTTURN) == ["22.00", "26.00", "20.50"]
    assert values(bureau, SAFETY, REASON) == ["执法增加"]
    assert values(bureau, SAFETY, LAST_BUDGET, LAST_OUTTURN) == before


def test_the_heading_of_the_table_itself_in_two_rows_and_another_unit_is_understood(open_centre):
    page = open_centre(REVENUE)
    block = (
        "项目\t2022 年（上年） 单位：元\t\t2023 年（本年） 单位：元\t\t\t占比 %\r\n"
        "\t年初预算数\t决算数\t年初预算数\t全年预算数\t决算数\t\r\n"
        "一、一般公共预算财政拨款\t10000\t20000\t30000\t40000.50\t￥50,000\t12\r\n"
        "八、其他收入\t\t\t\t\t5万元\t1\r\n"
        "上缴的\t1\t\t\t\t\t\r\n"
    )
    paste(page, block, ("收入合计", OUTTURN))
    first = "一般公共预算财政拨款"
    assert values(page, first, LAST_BUDGET, LAST_OUTTURN, INITIAL, REVISED, OUTTURN) == [
        "1.00",
        "2.00",
        "3.00",
        "4.00005",
        "5.00",
    ]
    assert values(page, "其他收入", OUTTURN) == ["5.00"]
    expect(notice(page)).to_contain_text("表里没有“上缴的”，没有粘贴。")


def test_what_预算数_was_taken_for_is_said_and_columns_that_are_none_of_ours_are_named(open_centre):
    page = open_centre(REVENUE)
    paste(page, "项目\t预算数\t结余分配\t决算数\n事业收入\t1\t7\t3\n", ("收入合计", LAST_BUDGET))
    assert values(page, "事业收入", LAST_BUDGET, INITIAL, REVISED, OUTTURN) == ["", "1.00", "", "3.00"]
    expect(notice(page)).to_contain_text("“结余分配”列没有对应的列，没有粘贴。“预算数”按年初预算数填。")


def test_without_codes_or_heading_a_block_lies_where_it_is_pasted(open_centre):
    page = open_centre(REVENUE)
    paste(page, "224\t30101\n5\t6\n", ("政府性基金预算财政拨款", INITIAL))
    assert values(page, "政府性基金预算财政拨款", INITIAL, REVISED) == ["224.00", "30,101.00"]
    assert values(page, "国有资本经营预算财政拨款", INITIAL, REVISED) == ["5.00", "6.00"]


def test_amounts_that_look_like_codes_stay_amounts(bureau):
    paste(bureau, "224\t30\n", (RUNNING, INITIAL))
    assert values(bureau, RUNNING, INITIAL, REVISED) == ["224.00", "30.00"]


NEW_ROWS = """\
2240101\t行政运行\t1\t2\t3\t4\t5\r
2240204\t消防应急救援\t6\t7\t8\t9\t10\r
2240299\t其他消防救援事务支出\t11\t12\t13\t14\t15\r
2249901\t没有这样的科目\t1\t1\t1\t1\t1\r
"""


def test_codes_the_table_lacks_are_offered_added_and_undone_as_one_step(bureau):
    bureau.route("**/save/", lambda route: route.abort())
    before = codes(bureau)
    old = values(bureau, RUNNING, LAST_BUDGET, OUTTURN)
    paste(bureau, NEW_ROWS, (RUNNING, REVISED))
    expect(dialog(bureau)).to_contain_text("这张表里还没有这 2 个科目，要添加吗？")
    expect(dialog(bureau).get_by_role("listitem")).to_have_text(
        ["2240204消防应急救援", "2240299其他消防救援事务支出", "2249901 没有这样的科目"]
    )
    assert violations(bureau) == []
    accept(bureau)
    expect(notice(bureau)).to_contain_text(
        "已粘贴 15 格，新增 2 行。表里没有“2249901 没有这样的科目”，没有粘贴。"
    )
    assert values(bureau, FIRE, LAST_BUDGET, LAST_OUTTURN, INITIAL, REVISED, OUTTURN) == [
        "6.00",
        "7.00",
        "8.00",
        "9.00",
        "10.00",
    ]
    assert values(bureau, RUNNING, LAST_BUDGET, OUTTURN) == ["1.00", "5.00"]
    assert values(bureau, "22402 消防救援事务", OUTTURN) == ["25.00"]
    cell(bureau, RUNNING, REVISED).click()
    bureau.keyboard.press("Control+z")
    assert codes(bureau) == before
    assert values(bureau, RUNNING, LAST_BUDGET, OUTTURN) == old
    cell(bureau, RUNNING, REVISED).click()
    bureau.keyboard.press("Control+y")
    bureau.unroute("**/save/")
    save_and_reload(bureau)
    assert values(bureau, FIRE, OUTTURN) == ["10.00"]
    assert values(bureau, RUNNING, LAST_BUDGET, OUTTURN) == ["1.00", "5.00"]


def test_who_declines_gets_the_rest_and_is_told(bureau):
    before = codes(bureau)
    paste(bureau, NEW_ROWS, (RUNNING, REVISED))
    dialog(bureau).get_by_role("button", name="不添加，只粘贴其余").click()
    expect(notice(bureau)).to_contain_text(
        "已粘贴 5 格。表里没有“2240204 消防应急救援”“2240299 其他消防救援事务支出”“2249901"
    )
    expect(cell(bureau, RUNNING, REVISED)).to_be_focused()
    assert codes(bureau) == before
    assert values(bureau, RUNNING, LAST_BUDGET, OUTTURN) == ["1.00", "5.00"]


def test_a_name_is_enough_where_only_one_code_has_it(open_centre):
    page = open_centre(BY_FUNCTION)
    paste(page, "名称\t决算数\n消防应急救援\t3\n行政运行\t4\n", ("支出合计", OUTTURN))
    expect(dialog(page).get_by_role("listitem")).to_have_text(["2240204消防应急救援", "行政运行"])
    expect(dialog(page)).to_contain_text("请先在“添加科目”里按编码添加，再粘贴一次。")
    accept(page)
    expect(cell(page, FIRE)).to_have_value("3.00")
    assert codes(page) == ["224", "22402", "2240204"]
    paste(page, "消防应急救援\t1\t2\t3\t4\t5\n", (FIRE, LAST_BUDGET))
    assert values(page, FIRE, LAST_BUDGET, REVISED, OUTTURN) == ["1.00", "4.00", "5.00"]


def test_the_search_box_takes_a_block(open_centre):
    page = open_centre(BY_FUNCTION)
    page.get_by_label("添加科目").click()
    paste(page, "2240204\t消防应急救援\t1\t2\t3\t4\t5\n2240299\t其他消防救援事务支出\t6\t7\t8\t9\t约10\n")
    accept(page)
    expect(cell(page, FIRE)).to_have_value("5.00")
    expect(page.get_by_label("添加科目")).to_have_value("")
    unread = cell(page, "2240299 其他消防救援事务支出")
    expect(unread).to_have_value("约10")
    expect(unread).to_have_attribute("aria-invalid", "true")
    page.get_by_label("添加科目").click()
    paste(page, "只是\n几个\t字\n")
    expect(dialog(page)).to_contain_text("有 2 个科目没有找到")
    page.keyboard.press("Escape")
    expect(notice(page)).to_contain_text("表里没有“只是”“几个”，没有粘贴。")


def test_what_is_in_no_book_is_named_with_its_code(bureau):
    paste(
        bureau,
        "科目编码\t科目名称\t决算数\n9999999\t没有的科目\t1\n2240106\t安全监管\t9\n",
        (SAFETY, OUTTURN),
    )
    expect(dialog(bureau)).to_contain_text("9999999 没有的科目")
    bureau.keyboard.press("Escape")
    expect(notice(bureau)).to_contain_text("表里没有“9999999 没有的科目”，没有粘贴。")
    assert values(bureau, SAFETY, OUTTURN) == ["9.00"]


def test_without_an_answer_the_rest_is_pasted_and_it_is_said(bureau):
    bureau.route("**/find/", lambda route: route.abort())
    paste(bureau, NEW_ROWS, (RUNNING, REVISED))
    expect(notice(bureau)).to_contain_text("没有查到科目：连不上服务器或登录已过期，请稍后再粘贴一次。")
    assert values(bureau, RUNNING, LAST_BUDGET, OUTTURN) == ["1.00", "5.00"]


def test_a_row_struck_out_comes_back_when_it_is_pasted(bureau):
    bureau.route("**/save/", lambda route: route.abort())
    cell(bureau, SAFETY).click()
    bureau.keyboard.press("Control+Delete")
    expect(tr(bureau, SAFETY)).to_have_class("removed unsaved")
    paste(bureau, "编码\t决算数\n2240106\t7\n", (RUNNING, REVISED))
    accept(bureau)
    expect(cell(bureau, SAFETY)).to_have_value("7.00")
    expect(tr(bureau, SAFETY)).to_have_class("line unsaved")
    cell(bureau, RUNNING).click()
    bureau.keyboard.press("Control+z")
    expect(tr(bureau, SAFETY)).to_have_class("removed unsaved")


def test_a_sum_pasted_with_its_parts_is_skipped(open_centre):
    page = open_centre(CARRYOVER)
    block = "1\t5\t2\t99\n"
    paste(page, block, ("一般公共预算", "年初结转和结余"))
    expect(notice(page)).to_have_text("已粘贴 3 格，跳过 1 个自动计算的单元格。Ctrl+Z 撤销。")
    assert values(page, "一般公共预算", "年末结转和结余") == ["4.00"]


def test_projects_with_a_heading_fill_their_rows_and_add_others(open_centre):
    page = open_centre(PROJECTS)
    paste(page, "甲项目\t\t业务工作经费\t\t1\t2\t3\t4\t5\r\n", ("第 1 行", "项目名称"))
    block = (
        "序号\t项目名称\t决算数（元）\t资金来源\t年初预算\r\n"
        "1\t乙项目\t10000\t上年结转\t8\r\n"
        "2\t甲项目\t70000\t\t\r\n"
        "\t合计\t80000\t\t8\r\n"
    )
    paste(page, block, ("甲项目", OUTTURN))
    expect(notice(page)).to_contain_text("新增 1 行，跳过 2 个自动计算的单元格")
    assert values(page, "甲项目", LAST_BUDGET, INITIAL, OUTTURN) == ["1.00", "", "7.00"]
    assert values(page, "乙项目 上年结转", INITIAL, OUTTURN) == ["8.00", "1.00"]
    cell(page, "甲项目", OUTTURN).click()
    page.keyboard.press("Control+z")
    assert page.locator("table.grid tbody tr").count() == 2
    assert values(page, "甲项目", INITIAL, OUTTURN) == ["3.00", "5.00"]


INDICATORS = """\
一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施\r
产出指标\t数量指标\t办理事项\t≥12000 件\t12560 件\t20\t20\t\r
\t\t受理事项\t≥100 件\t100 件\t5\t5\t\r
\t质量指标\t按时办结率\t≥98%\t99.2%\t25\t25\t\r
效益指标\t社会效益指标\t等候时间\t≤15 分钟\t13 分钟\t30\t30\t\r
满意度指标\t服务对象满意度指标\t群众满意度\t≥95%\t94.1%\t10\t9\t"节假日窗口偏少；
今年增设"\r
总分\t\t\t\t\t100\t98.85\t\r
"""


def test_the_official_indicator_block_finds_its_columns(open_as):
    page = open_as("lin")
    open_return(page, CENTRE, "开始填报")
    page.get_by_role("navigation", name="填报各部分").get_by_role("link", name="绩效指标").click()
    page.get_by_label("三级指标").click()
    paste(page, INDICATORS)
    expect(notice(page)).to_contain_text(re.compile("^已粘贴 31 格，新增 4 行。"))
    assert values(page, "受理事项 数量指标", "年度指标值", "实际完成值", "分值", "得分") == [
        "≥100 件",
        "100 件",
        "5.00",
        "5.00",
    ]
    last = "群众满意度 服务对象满意度指标"
    assert values(page, last, "得分") == ["9.00"]
    expect(cell(page, last, "偏差原因")).to_have_value(re.compile("节假日窗口偏少；\\s*今年增设"))
    save(page)
    page.get_by_label("三级指标").first.click()
    paste(page, INDICATORS)  # once more: the same rows
    assert page.locator("table.grid tbody tr").count() == 5


OF_THE_SYSTEM = """\
一级指标\t二级指标\t三级指标\t指标性质\t指标值\t度量单位\t完成值\t分值\t得分\t计算得分\t偏差原因\t改进措施\t情况说明\r
产出指标\t数量指标\t办理事项\t≥\t12,000\t件\t12560\t20\t20\t20\t\t\t\r
\t\t安全事故\t反向\t0\t起\t0\t5\t5\t5\t\t\t\r
效益指标\t社会效益指标\t制度\t定性\t健全\t\t达成预期指标\t30\t30\t\t\t\t已印发\r
"""


def test_the_columns_of_the_finance_system_find_theirs(open_as):
    page = open_as("lin")
    open_return(page, CENTRE, re.compile("填报$"))
    page.get_by_role("navigation", name="填报各部分").get_by_role("link", name="绩效指标").click()
    page.get_by_label("三级指标").first.click()
    paste(page, OF_THE_SYSTEM)
    names = ("指标性质", "年度指标值", "计量单位", "实际完成值", "得分")
    assert values(page, "安全事故 数量指标", *names) == ["at_most", "0", "起", "0", "5.00"]
    assert values(page, "制度 社会效益指标", "指标性质", "情况说明") == ["qualitative", "已印发"]
    assert values(page, "办理事项 数量指标", "指标性质", "年度指标值") == ["at_least", "12,000"]


def test_a_paste_that_was_saved_is_undone_with_its_rows_and_done_again(open_as):
    page = open_as("lin")
    open_return(page, CENTRE, re.compile("填报$"))
    page.get_by_role("navigation", name="填报各部分").get_by_role("link", name="绩效指标").click()
    page.get_by_label("三级指标").first.click()
    paste(page, OF_THE_SYSTEM)
    state = page.locator("[data-grid=state]")
    expect(state).to_contain_text("已保存")
    assert IndicatorLine.objects.count() == 3
    page.keyboard.press("Control+z")
    expect(state).to_contain_text("已保存")
    expect(page.locator("table.grid tbody tr")).to_have_count(1)  # one to begin with
    assert not IndicatorLine.objects.exists()
    page.locator("table.grid tbody tr").get_by_label("三级指标").click()
    page.keyboard.press("Control+y")
    expect(page.locator("table.grid tbody tr")).to_have_count(4)  # beside the blank one
    expect(state).to_contain_text("已保存")
    names = set(IndicatorLine.objects.values_list("name", flat=True))
    assert names == {"办理事项", "安全事故", "制度"}
