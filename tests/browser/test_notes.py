"""Notes on cells and the history of a cell, in a real browser: written, read, printed, and what was typed kept."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from budgets.models import BudgetLine, CellNote
from budgets.returns import BY_FUNCTION, PROJECTS, REVENUE
from submissions.models import Edit
from tests.browser.grid_page import (
    INITIAL,
    OUTTURN,
    REASON,
    add_category,
    cell,
    enter,
    measure,
    open_return,
    open_schedule,
    save,
    save_and_reload,
    tr,
    violations,
)

SAFETY = "2240106 安全监管"
EMERGENCY = "永州市零陵区应急管理局"
RESCUE = "零陵区应急救援中心"
SAID = "含年中追加的安全生产专项 120 万元。"


@pytest.fixture
def lin(open_as) -> Page:
    page = open_as("lin")
    open_return(page, EMERGENCY, "继续填报")
    open_schedule(page, BY_FUNCTION)
    return page


def box(page: Page) -> Locator:
    return page.get_by_role("dialog")


def notice(page: Page) -> Locator:
    return page.locator("[data-grid=notice]")


def records(page: Page) -> list[str]:
    """Old, new and how of each change the box tells, the latest first."""
    expect(box(page).locator(".records")).not_to_contain_text("正在读取")
    rows = box(page).locator(".records tbody tr").all()
    return [" ".join(row.locator("td").all_text_contents()[1:]) for row in rows]


def note(page: Page, text: str) -> None:
    """Write a note at the cell under the cursor by the keyboard alone."""
    page.keyboard.press("Shift+F2")
    expect(box(page).get_by_label("批注", exact=True)).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")
    expect(box(page)).to_have_count(0)


def test_a_note_is_written_by_keyboard_seen_on_the_cell_and_taken_away(lin):
    cell(lin, SAFETY).click()
    note(lin, SAID)
    expect(notice(lin)).to_have_text("批注已保存。")
    expect(cell(lin, SAFETY)).to_be_focused()
    expect(cell(lin, SAFETY)).to_have_accessible_description(re.compile(SAID))
    expect(lin.locator(".note-text")).to_be_visible()
    mark, frame = (
        found.evaluate("element => element.getBoundingClientRect().toJSON()")
        for found in (lin.locator(".note-mark"), cell(lin, SAFETY))
    )
    assert mark["top"] == frame["top"] and mark["right"] == pytest.approx(frame["right"], abs=1)
    lin.reload()
    expect(lin.locator(".note-text")).to_be_hidden()
    cell(lin, SAFETY).hover()
    expect(lin.locator(".note-text")).to_have_text(f"林晓：{SAID}")
    lin.locator(".note-text").hover(timeout=5_000)  # nothing of the rows below lies over it
    cell(lin, SAFETY).click()
    lin.keyboard.press("Shift+F2")
    expect(box(lin).get_by_label("批注", exact=True)).to_have_value(SAID)
    expect(box(lin)).to_contain_text("林晓")
    assert violations(lin) == []
    box(lin).get_by_role("button", name="删除批注").click()
    expect(notice(lin)).to_have_text("批注已删除。")
    expect(lin.locator(".note-mark")).to_have_count(0)
    assert not CellNote.objects.exists()


def test_a_note_at_the_lower_edge_of_the_table_hangs_above_its_cell(lin):
    cell(lin, SAFETY).click()
    note(lin, SAID)
    cell(lin, SAFETY).evaluate("field => field.blur()")
    edge = "element => element.getBoundingClientRect().bottom"
    lin.locator("[data-grid=table]").evaluate(
        """(region, row) => {
             Object.assign(region.style, { minHeight: 0, maxHeight: "200px" });
             region.scrollTop += row - region.getBoundingClientRect().top - region.clientHeight;
        }""",
        tr(lin, SAFETY).evaluate(edge),
    )
    assert tr(lin, SAFETY).evaluate(edge) == pytest.approx(
        lin.locator("[data-grid=table]").evaluate(edge),
        abs=20,  # a bar to scroll sideways
    )
    cell(lin, SAFETY).hover()
    expect(lin.locator(".note-text")).to_be_visible()
    top = cell(lin, SAFETY).evaluate("element => element.getBoundingClientRect().top")
    assert lin.locator(".note-text").evaluate(edge) <= top + 2
    lin.locator(".note-text").hover(timeout=5_000)


def test_ctrl_s_in_the_box_saves_the_note(lin):
    cell(lin, SAFETY).click()
    lin.keyboard.press("Shift+F2")
    lin.keyboard.type(SAID)
    lin.keyboard.press("Control+s")
    expect(notice(lin)).to_have_text("批注已保存。")
    assert CellNote.objects.get().text == SAID


def test_escape_closes_the_box_and_what_was_written_is_there_when_it_opens_again(lin):
    cell(lin, SAFETY).click()
    lin.keyboard.press("Shift+F2")
    lin.keyboard.type("还没写完")
    lin.keyboard.press("Escape")
    expect(box(lin)).to_have_count(0)
    expect(cell(lin, SAFETY)).to_be_focused()
    lin.keyboard.press("Shift+F2")
    expect(box(lin).get_by_label("批注", exact=True)).to_have_value("还没写完")
    assert not CellNote.objects.exists()


def test_a_computed_cell_and_the_name_of_a_row_take_notes_by_mouse_and_by_keyboard(lin):
    measure(lin, "支出合计", "variance_to_initial_rate").click()
    lin.get_by_role("button", name="批注与记录").click()
    expect(box(lin)).to_contain_text("这一格是算出来的")
    lin.keyboard.type("超支四成。")
    box(lin).get_by_role("button", name="保存批注").click()
    expect(measure(lin, "支出合计", "variance_to_initial_rate")).to_be_focused()
    expect(measure(lin, "支出合计", "variance_to_initial_rate")).to_contain_text("+42.04")
    cell(lin, SAFETY).click()
    lin.keyboard.press("Shift+F2")
    box(lin).get_by_label("这一行的哪一格").select_option(label="科目编码、名称")
    box(lin).get_by_label("批注", exact=True).fill("由原科目调整而来。")
    lin.keyboard.press("Control+Enter")
    expect(tr(lin, SAFETY).locator("th .note-text")).to_have_text("林晓：由原科目调整而来。")
    cells = CellNote.objects.order_by("pk").values_list("row", "column")
    assert [column for _, column in cells] == ["variance_to_initial_rate", "name"] and cells[0][0] == "total"
    lin.keyboard.type("950")
    save(lin)
    expect(lin.locator(".note-mark")).to_have_count(2)  # writing the row anew leaves them


def test_without_a_cell_the_button_says_what_to_do_and_a_new_row_is_saved_first(lin, open_as):
    lin.get_by_role("button", name="批注与记录").click()
    expect(notice(lin)).to_have_text("先点一下要看的格，再看批注和修改记录。")
    add_category(lin, "2240109", "2240109 应急管理")
    note(lin, "今年新增。")
    assert CellNote.objects.get().row.startswith(
        f"{BudgetLine.objects.get(category__code='2240109').category_id}-"
    )
    open_schedule(lin, PROJECTS)
    lin.get_by_role("button", name="添加一行").click()
    lin.keyboard.press("Shift+F2")
    expect(notice(lin)).to_have_text("这一行还没有保存。填好并保存以后，再写批注。")
    expect(box(lin)).to_have_count(0)


def test_the_reviewer_reads_notes_and_history_where_the_cell_is(lin, open_as):
    cell(lin, SAFETY).click()
    note(lin, SAID)
    lin.keyboard.type("950")
    save(lin)
    wu = open_as("wu")
    wu.goto(lin.url)
    mark = wu.get_by_role("button", name=f"批注：{SAID}")
    expect(mark).to_have_text("1")
    expect(wu.get_by_role("region", name="附注")).to_contain_text(f"{SAFETY} · {OUTTURN}：{SAID}（林晓）")
    assert violations(wu) == []
    mark.focus()
    wu.keyboard.press("Enter")
    expect(box(wu)).to_contain_text(SAID)
    expect(box(wu).locator("textarea")).to_have_count(0)
    assert records(wu) == ["林晓 948.06 950.00 网页填写", "林晓 空 948.06 网页填写"]
    assert violations(wu) == []
    wu.keyboard.press("Escape")
    expect(mark).to_be_focused()
    wu.keyboard.press("Shift+Tab")  # back among the cells
    tr(wu, "支出合计").locator("td.figure").first.click()
    wu.keyboard.press("ArrowDown")
    wu.keyboard.press("ArrowRight")
    wu.keyboard.press("Enter")
    expect(box(wu).get_by_role("heading", name="201 一般公共服务支出")).to_be_visible()
    expect(box(wu).get_by_label("这一行的哪一格")).to_have_value("last_year_outturn")


def hangs_in_its_cell(mark: Locator) -> bool:
    """Whether a mark, or what hangs with it, stands at the upper right corner of its cell."""
    at, cell_at = mark.bounding_box(), mark.locator("xpath=..").bounding_box()
    assert at and cell_at
    is_right = 0 <= cell_at["x"] + cell_at["width"] - at["x"] - at["width"] < 3
    return is_right and 0 <= at["y"] - cell_at["y"] < 3


def test_the_mark_stands_in_its_cell_on_the_screen_and_on_paper(lin, open_as):
    cell(lin, SAFETY).click()
    note(lin, SAID)
    wu = open_as("wu")
    wu.goto(lin.url)
    for page in (lin, wu):
        mark = page.locator("td .note-mark")
        assert hangs_in_its_cell(mark)
        page.emulate_media(media="print")
        assert hangs_in_its_cell(mark)
        page.emulate_media(media="screen")
    cell(lin, SAFETY).fill("950")
    assert hangs_in_its_cell(lin.locator("td .note-mark"))  # the cell is written anew by a key
    said, below = lin.locator(".note-text").bounding_box(), cell(lin, SAFETY).bounding_box()
    assert said and below and abs(said["y"] - below["y"] - below["height"]) < 4


def test_a_record_that_comes_after_the_note_was_saved_does_not_take_it_away(lin):
    waiting = []
    lin.route("**/cell/?**", lambda route: waiting.append(route))
    cell(lin, SAFETY).click()
    note(lin, SAID)
    assert waiting
    expect(notice(lin)).to_have_text("批注已保存。")
    body: dict[str, object] = {"note": None, "records": []}  # as it was before
    for each in waiting:
        each.fulfill(json=body)
    lin.wait_for_timeout(300)
    expect(lin.locator(".note-mark")).to_have_count(1)


def test_a_note_on_a_name_prints_beside_it(lin):
    cell(lin, SAFETY).click()
    lin.keyboard.press("Shift+F2")
    box(lin).get_by_label("这一行的哪一格").select_option(label="科目编码、名称")
    box(lin).get_by_label("批注", exact=True).fill("由原科目调整而来。")
    lin.keyboard.press("Control+Enter")
    expect(notice(lin)).to_have_text("批注已保存。")
    assert hangs_in_its_cell(lin.locator("th .note-mark"))
    lin.emulate_media(media="print")
    assert hangs_in_its_cell(lin.locator("th .note-mark"))


def test_two_people_at_one_note_see_each_others_words(lin, open_as):
    other = open_as("lin")
    other.goto(lin.url)
    for page in (lin, other):
        cell(page, SAFETY).click()
        page.keyboard.press("Shift+F2")
        records(page)
    lin.keyboard.type("甲写的。")
    lin.keyboard.press("Control+Enter")
    expect(notice(lin)).to_have_text("批注已保存。")
    other.keyboard.type("乙写的。")
    other.keyboard.press("Control+Enter")
    expect(box(other).get_by_role("alert")).to_contain_text("改成：“甲写的。”")
    expect(box(other).get_by_label("批注", exact=True)).to_have_value("乙写的。")
    other.keyboard.press("Control+Enter")
    expect(notice(other)).to_have_text("批注已保存。")
    assert CellNote.objects.get().text == "乙写的。"


def test_print_has_the_numbers_and_the_list(lin):
    cell(lin, SAFETY).click()
    note(lin, SAID)
    footnotes = lin.locator(".footnotes")
    expect(footnotes).to_be_hidden()
    lin.emulate_media(media="print")
    expect(footnotes).to_be_visible()
    expect(footnotes.get_by_role("listitem")).to_have_text(f"{SAFETY} · {OUTTURN}：{SAID}（林晓）")
    expect(lin.locator(".note-mark span")).to_be_visible()
    expect(lin.locator(".note-text")).to_be_hidden()


def test_an_expression_outlives_a_reload_in_every_unit_and_is_offered_again(lin):
    enter(lin, SAFETY, OUTTURN, "=900+48.07")
    save_and_reload(lin)
    expect(cell(lin, SAFETY)).to_have_value("948.07")
    expect(cell(lin, SAFETY)).to_have_attribute("title", "由 =900+48.07 算得")
    cell(lin, SAFETY).click()
    lin.keyboard.press("F2")
    expect(cell(lin, SAFETY)).to_have_value("=900+48.07")
    lin.keyboard.press("Backspace")
    lin.keyboard.type("8")
    lin.keyboard.press("Enter")
    expect(cell(lin, SAFETY)).to_have_attribute("title", "由 =900+48.08 算得")
    save(lin)
    lin.get_by_role("button", name="元", exact=True).click()
    expect(cell(lin, SAFETY)).to_have_value("9,480,800.00")
    expect(cell(lin, SAFETY)).to_have_attribute("title", "由 =900+48.08 算得（万元）")
    cell(lin, SAFETY).click()
    lin.keyboard.press("F2")
    expect(cell(lin, SAFETY)).to_have_value("9480800.00")  # typed in another unit it would be another figure
    lin.keyboard.press("Escape")
    lin.keyboard.type("9480801")
    save_and_reload(lin)
    expect(cell(lin, SAFETY)).to_have_attribute("title", "")


def test_an_expression_for_the_figure_there_is_saved_and_an_unsaved_one_survives_a_reload(lin):
    enter(lin, SAFETY, OUTTURN, "=900+48.06")
    save_and_reload(lin)
    expect(cell(lin, SAFETY)).to_have_attribute("title", "由 =900+48.06 算得")
    lin.route("**/save/", lambda route: route.abort())
    enter(lin, SAFETY, OUTTURN, "=900+50")
    lin.keyboard.press("Enter")
    lin.wait_for_timeout(300)  # until the journal has it
    lin.reload()
    expect(cell(lin, SAFETY)).to_have_value("950.00")
    expect(cell(lin, SAFETY)).to_have_attribute("title", "由 =900+50 算得")
    lin.unroute("**/save/")
    save_and_reload(lin)
    expect(cell(lin, SAFETY)).to_have_attribute("title", "由 =900+50 算得")
    cell(lin, SAFETY).click()
    lin.keyboard.press("Shift+F2")
    assert records(lin) == [
        "林晓 948.06 950.00 =900+50 网页填写",
        "林晓  数未变 =900+48.06 网页填写",
        "林晓 空 948.06 网页填写",
    ]


def paste(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def test_pasted_cells_are_told_from_typed_ones_even_after_a_reload(open_as):
    page = open_as("lin")
    open_return(page, RESCUE, "开始填报")
    open_schedule(page, REVENUE)
    page.route("**/save/", lambda route: route.abort())
    cell(page, "其他收入", INITIAL).click()
    paste(page, "10\t20\t30")
    enter(page, "其他收入", OUTTURN, "31")
    cell(page, "事业收入", OUTTURN).click()
    paste(page, "5")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)  # until the journal has it
    page.reload()
    expect(cell(page, "其他收入")).to_have_value("31.00")
    page.unroute("**/save/")
    save(page)
    how = {
        change["row"]["item"]: change["how"]
        for edit in Edit.objects.all()
        for change in edit.changes
        if "how" in change
    }
    pasted = {"initial_budget": "pasted", "revised_budget": "pasted"}
    assert how == {"other": pasted, "institutional": {"outturn": "pasted"}}
    cell(page, "其他收入", INITIAL).click()
    page.keyboard.press("Shift+F2")
    assert records(page) == ["林晓 空 10.00 粘贴"]
    page.keyboard.press("Escape")
    cell(page, "其他收入", INITIAL).click()
    paste(page, "11\t21")
    save(page)
    assert Edit.objects.latest("pk").source == "pasted"


def test_a_block_pasted_as_a_reason_is_pasted(lin):
    cell(lin, SAFETY, REASON).click()
    paste(lin, "一是增资\r\n二是增人")
    save(lin)
    expect(cell(lin, SAFETY, REASON)).to_have_value("一是增资\n二是增人")
    assert Edit.objects.latest("pk").source == "pasted"
    lin.keyboard.press("Alt+Enter")
    lin.keyboard.type("三是增编")
    save(lin)
    assert Edit.objects.latest("pk").source == "typed"


def test_undo_brings_back_what_a_figure_was_typed_as_and_how_it_came(lin):
    for text in ("=900+20", "5"):
        enter(lin, SAFETY, OUTTURN, text)
        lin.keyboard.press("Enter")
        save(lin)
    lin.keyboard.press("Control+z")
    expect(cell(lin, SAFETY)).to_have_value("920.00")
    expect(cell(lin, SAFETY)).to_have_attribute("title", "由 =900+20 算得")
    lin.keyboard.press("F2")
    expect(cell(lin, SAFETY)).to_have_value("=900+20")
    lin.keyboard.type("0")
    lin.keyboard.press("Escape")
    expect(cell(lin, SAFETY)).to_have_attribute("title", "由 =900+20 算得")
    save(lin)
    stored = BudgetLine.objects.get(category__code="2240106")
    assert stored.expressions == {"outturn": {"text": "=900+20", "unit": "wan"}}
    lin.keyboard.press("Control+y")
    expect(cell(lin, SAFETY)).to_have_value("5.00")
    save(lin)
    stored.refresh_from_db()
    assert stored.expressions == {}


def test_a_paste_that_is_done_again_is_pasted(lin):
    cell(lin, SAFETY, INITIAL).click()
    paste(lin, "11\t21")
    lin.keyboard.press("Control+z")
    expect(cell(lin, SAFETY, INITIAL)).not_to_have_value("11.00")
    lin.keyboard.press("Control+y")
    expect(cell(lin, SAFETY, INITIAL)).to_have_value("11.00")
    save(lin)
    assert Edit.objects.latest("pk").source == "pasted"


def test_a_row_that_moves_to_another_fund_keeps_its_note(lin):
    cell(lin, SAFETY).click()
    note(lin, SAID)
    lin.get_by_role("button", name=f"{SAFETY} 资金性质：未区分，更改").click()
    lin.get_by_label(f"{SAFETY} 资金性质").select_option(label="一般公共预算")
    save(lin)
    expect(tr(lin, f"{SAFETY} 一般公共预算").locator(".note-text")).to_have_text(f"林晓：{SAID}")
    lin.reload()
    expect(tr(lin, f"{SAFETY} 一般公共预算").locator(".note-text")).to_have_text(f"林晓：{SAID}")
