"""The grid under the hand of somebody who comes from Excel: keys, ranges, clipboard, undo."""

import pytest
from playwright.sync_api import expect

from budgets.returns import BY_FUNCTION, PROJECTS, REVENUE
from tests.browser.grid_page import (
    INITIAL,
    LAST_BUDGET,
    LAST_OUTTURN,
    OUTTURN,
    REVISED,
    cell,
    enter,
    open_return,
    open_schedule,
    save,
    tr,
)

FIRST, SECOND, THIRD = "一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款"
LAST = "其他收入"


@pytest.fixture
def page(open_as):
    """The empty revenue schedule of the rescue centre."""
    page = open_as("lin")
    open_return(page, "零陵区应急救援中心（演示）", "开始填报")
    open_schedule(page, REVENUE)
    return page


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def clipboard(page, text=None):
    """Set the system's clipboard, or read it."""
    if text is None:
        return page.evaluate("navigator.clipboard.readText()")
    return page.evaluate("text => navigator.clipboard.writeText(text)", text)


def values(page, *places):
    return [cell(page, *place).input_value() for place in places]


def focused(page):
    return page.evaluate("document.activeElement.getAttribute('aria-label')")


def fill_in(page):
    """Three rows of two columns."""
    for row, initial, revised in ((FIRST, "1", "2"), (SECOND, "3", "4"), (THIRD, "5", "6")):
        enter(page, row, INITIAL, initial)
        enter(page, row, REVISED, revised)
    cell(page, FIRST, INITIAL).click()


BLOCK = [
    (FIRST, INITIAL),
    (FIRST, REVISED),
    (SECOND, INITIAL),
    (SECOND, REVISED),
    (THIRD, INITIAL),
    (THIRD, REVISED),
]


def test_a_range_is_copied_as_excel_copies_it_and_pasted_elsewhere(page):
    fill_in(page)
    press(page, "Shift+ArrowDown", "Shift+ArrowRight", "Control+c")
    assert clipboard(page) == "1.00\t2.00\r\n3.00\t4.00"
    cell(page, SECOND, LAST_BUDGET).click()
    press(page, "Control+v")
    assert values(
        page, (SECOND, LAST_BUDGET), (SECOND, LAST_OUTTURN), (THIRD, LAST_BUDGET), (THIRD, LAST_OUTTURN)
    ) == [
        "1.00",
        "2.00",
        "3.00",
        "4.00",
    ]


def test_cutting_clears_and_undo_brings_all_back_as_one_step(page):
    fill_in(page)
    press(page, "Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowRight", "Control+x")
    assert values(page, *BLOCK) == [""] * 6
    assert clipboard(page) == "1.00\t2.00\r\n3.00\t4.00\r\n5.00\t6.00"
    press(page, "Control+z")
    assert values(page, *BLOCK) == ["1.00", "2.00", "3.00", "4.00", "5.00", "6.00"]
    press(page, "Control+y")
    assert values(page, *BLOCK) == [""] * 6
    press(page, "Control+Shift+z")
    assert page.get_by_text("没有可以重做的了。").is_visible()


def test_a_click_into_the_cell_one_is_in_selects_it_and_a_double_click_edits(page):
    enter(page, SECOND, INITIAL, "75")
    enter(page, FIRST, INITIAL, "5")
    press(page, "Enter")
    place_caret(page, SECOND)  # the cell she is in already
    page.keyboard.type("76")
    assert values(page, (SECOND, INITIAL)) == ["76"]
    place_caret(page, SECOND)  # it is edited by now: the caret goes where she points
    page.keyboard.type("0")
    assert values(page, (SECOND, INITIAL)) == ["760"]
    press(page, "Enter")
    cell(page, SECOND, INITIAL).dblclick(position={"x": 100, "y": 15})
    page.keyboard.type("1")
    assert values(page, (SECOND, INITIAL)) == ["760.001"]
    press(page, "Control+a")
    page.keyboard.type("3")
    assert values(page, (SECOND, INITIAL)) == ["3"]
    expect(page.locator(".chosen")).to_have_count(0)


def place_caret(page, row):
    """Click just behind the last digit of a figure."""
    field = cell(page, row, INITIAL)
    at = field.bounding_box()
    assert at
    field.click(position={"x": at["width"] - 10, "y": 15})


def test_a_click_into_words_selects_them_and_a_double_click_edits(open_as):
    page = open_as("lin")
    open_return(page, "零陵区应急救援中心（演示）", "开始填报")
    open_schedule(page, PROJECTS)
    name = page.get_by_label("第 1 行 项目名称")
    name.click()
    page.keyboard.type("安监津贴")
    press(page, "Tab", "Shift+Tab")
    name = page.get_by_label("安监津贴 项目名称")
    name.click()
    page.keyboard.insert_text("防汛")
    expect(page.get_by_label("防汛 项目名称")).to_have_value("防汛")
    press(page, "Tab", "Shift+Tab")
    page.get_by_label("防汛 项目名称").dblclick(position={"x": 120, "y": 15})
    page.keyboard.insert_text("物资")
    press(page, "Home")
    page.keyboard.insert_text("区")
    expect(page.get_by_label("区防汛物资 项目名称")).to_be_focused()
    press(page, "Control+a", "Delete")
    expect(page.get_by_label("第 1 行 项目名称")).to_have_value("")


def test_after_a_run_of_tabs_enter_goes_to_where_it_began_in_the_next_row(open_as):
    page = open_as("lin")
    open_return(page, "零陵区应急救援中心（演示）", "开始填报")
    open_schedule(page, PROJECTS)
    page.get_by_label("第 1 行 项目名称").click()
    for name in ("防汛", "抗旱"):
        page.keyboard.type(name)
        press(page, "Tab")
        page.keyboard.type("01")
        press(page, "Enter")  # from the last row into a new one
    page.get_by_label("防汛 项目名称").click()
    press(page, "Tab", "Tab", "Enter")
    assert focused(page) == "抗旱 项目名称"
    press(page, "Tab")
    page.get_by_label("防汛 项目编码").click()
    press(page, "Enter")  # she came by the mouse: down the column
    assert focused(page) == "抗旱 项目编码"


def test_a_paste_is_one_step(page):
    enter(page, FIRST, INITIAL, "7")
    clipboard(page, "1,000\t（300）\r\n—\t￥2.5\r\n")
    cell(page, FIRST, INITIAL).click()
    press(page, "Control+v")
    pasted = [(FIRST, INITIAL), (FIRST, REVISED), (SECOND, INITIAL), (SECOND, REVISED)]
    page.locator("h1").click()
    assert values(page, *pasted) == ["1,000.00", "−300.00", "", "2.50"]
    cell(page, SECOND, REVISED).click()
    press(page, "Control+z")
    page.locator("h1").click()
    assert values(page, *pasted) == ["7.00", "", "", ""]


def test_quoted_cells_and_the_gaps_of_merged_ones_keep_their_places(page):
    clipboard(page, '"1\n"\t\t3\r\n"4"\t5\t"6"\r\n')
    cell(page, FIRST, INITIAL).click()
    press(page, "Control+v")
    assert values(page, (FIRST, REVISED), (FIRST, OUTTURN)) == ["", "3.00"]
    assert values(page, (SECOND, INITIAL), (SECOND, REVISED), (SECOND, OUTTURN)) == ["4.00", "5.00", "6.00"]
    assert values(page, (FIRST, INITIAL)) == ["1.00"]


def test_what_cannot_be_read_stays_as_it_was_pasted_and_is_marked(page):
    clipboard(page, "12\t约30\r\n")
    cell(page, FIRST, INITIAL).click()
    press(page, "Control+v")
    page.locator("h1").click()
    assert values(page, (FIRST, INITIAL), (FIRST, REVISED)) == ["12.00", "约30"]
    expect(cell(page, FIRST, REVISED)).to_have_attribute("aria-invalid", "true")


def test_one_value_fills_a_chosen_range(page):
    clipboard(page, "5")
    cell(page, FIRST, INITIAL).click()
    press(page, "Shift+ArrowDown", "Shift+ArrowRight", "Control+v")
    assert values(page, *BLOCK)[1:] == ["5.00", "5.00", "5.00", "", ""]


def test_fill_down_and_right(page):
    enter(page, FIRST, INITIAL, "8")
    press(page, "Enter", "ArrowUp")
    press(page, "Shift+ArrowDown", "Shift+ArrowDown", "Control+d")
    page.locator("h1").click()
    assert values(page, (FIRST, INITIAL), (SECOND, INITIAL), (THIRD, INITIAL)) == ["8.00"] * 3
    cell(page, SECOND, INITIAL).click()
    press(page, "Shift+ArrowRight", "Control+r")
    assert values(page, (SECOND, REVISED)) == ["8.00"]
    cell(page, THIRD, REVISED).click()
    press(page, "Control+d")  # one cell alone: from the one above, which is blank here
    assert values(page, (THIRD, REVISED)) == ["8.00"]


def test_delete_clears_a_cell_and_typing_replaces_it(page):
    enter(page, FIRST, INITIAL, "8")
    cell(page, FIRST, INITIAL).click()
    press(page, "Enter", "ArrowUp", "Delete")
    assert values(page, (FIRST, INITIAL)) == [""]
    press(page, "Control+z")
    assert values(page, (FIRST, INITIAL)) == ["8.00"]
    page.keyboard.type("9")
    assert values(page, (FIRST, INITIAL)) == ["9"]


def test_f2_edits_at_the_end_and_escape_restores(page):
    enter(page, FIRST, INITIAL, "8")
    press(page, "Enter", "ArrowUp", "F2")
    page.keyboard.type("1")
    assert values(page, (FIRST, INITIAL)) == ["8.001"]
    press(page, "Home", "Shift+ArrowRight")
    assert page.evaluate("[document.activeElement.selectionStart, document.activeElement.selectionEnd]") == [
        0,
        1,
    ]
    press(page, "Escape")
    assert values(page, (FIRST, INITIAL)) == ["8.00"]


def test_home_end_and_the_corners(page):
    cell(page, SECOND, REVISED).click()
    press(page, "Home")
    assert focused(page) == f"{SECOND} {LAST_BUDGET}"
    press(page, "End")
    assert focused(page) == f"{SECOND} 差异原因"
    press(page, "Control+Home")
    assert focused(page) == f"收入合计 {LAST_BUDGET}"
    press(page, "Control+End")
    assert focused(page) == f"{LAST} 差异原因"
    press(page, "Shift+Enter")
    assert focused(page) == "附属单位上缴收入 差异原因"
    press(page, "PageUp")
    assert focused(page) != "附属单位上缴收入 差异原因"


def test_everything_is_chosen_and_copied(page):
    fill_in(page)
    press(page, "Control+a", "Control+c")
    lines = clipboard(page).split("\r\n")
    assert lines[0] == "\t\t9.00\t12.00\t" and lines[1] == "\t\t1.00\t2.00\t" and len(lines) == 9


def test_a_range_is_drawn_with_the_mouse(page):
    fill_in(page)
    page.locator("h1").click()
    cell(page, FIRST, INITIAL).hover()
    page.mouse.down()
    cell(page, FIRST, REVISED).hover()
    cell(page, SECOND, REVISED).hover()
    page.mouse.up()
    press(page, "Control+c")
    assert clipboard(page) == "1.00\t2.00\r\n3.00\t4.00"
    cell(page, FIRST, INITIAL).click()
    cell(page, THIRD, INITIAL).click(modifiers=["Shift"])
    assert page.locator("td.chosen").count() == 3


def test_a_hundred_steps_are_undone(page):
    cell(page, FIRST, INITIAL).click()
    for number in range(1, 121):
        page.keyboard.type(str(number))
        press(page, "Enter", "ArrowUp")
    for _ in range(119):
        press(page, "Control+z")
    assert values(page, (FIRST, INITIAL)) == ["1.00"]
    for _ in range(119):
        press(page, "Control+y")
    assert values(page, (FIRST, INITIAL)) == ["120.00"]


def test_undo_reaches_over_a_save(page):
    enter(page, FIRST, INITIAL, "1")
    save(page)
    enter(page, SECOND, INITIAL, "2")
    press(page, "Enter", "Control+z", "Control+z")
    assert values(page, (FIRST, INITIAL), (SECOND, INITIAL)) == ["", ""]
    save(page)
    page.reload()
    assert values(page, (FIRST, INITIAL)) == [""]


def test_a_removed_row_comes_back_by_undo_before_and_after_the_save(open_as):
    page = open_as("lin")
    open_return(page, "永州市零陵区应急管理局", "继续填报")
    open_schedule(page, BY_FUNCTION)
    row = "2240106 安全监管"
    page.route("**/save/", lambda route: route.abort())  # else the row is gone in a moment
    cell(page, row).click()
    press(page, "Control+Delete")
    expect(tr(page, row)).to_have_class("removed unsaved")
    cell(page, "2240101 行政运行").click()
    press(page, "Control+z")
    assert values(page, (row,)) == ["948.06"]
    page.unroute("**/save/")
    cell(page, row).click()
    press(page, "Control+Delete")
    save(page)
    cell(page, "2240101 行政运行").click()
    press(page, "Control+z")
    assert values(page, (row,)) == ["948.06"]
    save(page)
    page.reload()
    assert values(page, (row,)) == ["948.06"]


def names(page):
    """The projects from top to bottom."""
    found = page.get_by_label("项目名称").all()
    return [each.input_value() for each in found if each.input_value()]


@pytest.mark.parametrize("is_saved", [False, True], ids=["before the save", "after it"])
def test_a_removed_project_comes_back_where_it_stood(page, is_saved):
    open_schedule(page, PROJECTS)
    clipboard(page, "\r\n".join(f"{name}项目\t\t\t\t1\t2\t3\t4\t5" for name in "甲乙丙丁"))
    cell(page, "第 1 行", "项目名称").click()
    press(page, "Control+v")
    all_four = ["甲项目", "乙项目", "丙项目", "丁项目"]
    save(page)
    if not is_saved:
        page.route("**/save/", lambda route: route.abort())
    for name in ("乙项目", "丙项目"):
        cell(page, name).click()
        press(page, "Control+Delete")
    if is_saved:
        save(page)
        assert names(page) == ["甲项目", "丁项目"]
    cell(page, "甲项目").click()
    press(page, "Control+z")
    assert names(page) == (["甲项目", "丙项目", "丁项目"] if is_saved else all_four)
    press(page, "Control+z")
    assert names(page) == all_four
    press(page, "Control+y", "Control+z")
    assert names(page) == all_four


def test_pasted_projects_come_again_in_their_order(page):
    open_schedule(page, PROJECTS)
    clipboard(page, "甲项目\r\n乙项目\r\n丙项目")
    cell(page, "第 1 行", "项目名称").click()
    press(page, "Control+v", "Control+z", "Control+y")
    assert names(page) == ["甲项目", "乙项目", "丙项目"]


def test_projects_pasted_below_the_last_row_are_one_step(page):
    open_schedule(page, PROJECTS)
    clipboard(page, "甲项目\t\t业务工作经费\t\t1\t2\t3\t4\t5\r\n乙项目\t\t\t\t10\t20\t30\t40\t50\r\n")
    cell(page, "第 1 行", "项目名称").click()
    press(page, "Control+v")
    assert values(page, ("甲项目", OUTTURN), ("乙项目", OUTTURN)) == ["5.00", "50.00"]
    press(page, "Control+z")
    assert cell(page, "乙项目", OUTTURN).count() == 0
    press(page, "Control+y")
    assert values(page, ("甲项目", OUTTURN), ("乙项目", OUTTURN)) == ["5.00", "50.00"]


def test_a_choice_is_pasted_by_its_name_or_a_part_of_it_and_what_is_none_stays_visible(page):
    open_schedule(page, PROJECTS)
    clipboard(page, "甲项目\t\t业务工作经费\r\n乙项目\t\t省级\r\n丙项目\t\t专项资金\r\n丁项目\t\t没有的\r\n")
    cell(page, "第 1 行", "项目名称").click()
    press(page, "Control+v")
    kinds = [cell(page, name, "类别") for name in ("甲项目", "乙项目", "丙项目", "丁项目")]
    assert [each.input_value() for each in kinds] == ["operation", "provincial", "专项资金", "没有的"]
    expect(kinds[2]).to_have_attribute("aria-invalid", "true")  # of the province, the city or the county
    expect(kinds[3]).to_have_attribute("aria-invalid", "true")
    kinds[3].select_option("other")
    expect(kinds[3]).to_have_attribute("aria-invalid", "false")
    assert kinds[3].locator("option", has_text="没有的").count() == 0
