"""Reasons written on the variance page, in a real browser: saved when left, counted, never lost."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from budgets.actions import save_reason
from budgets.models import BudgetLine
from budgets.returns import REVENUE, TOTAL
from orgs.models import User
from submissions.models import Submission
from tests.world import NOW, put_in_status

SAVED = re.compile(r"^已保存 \d\d:\d\d:\d\d$")


@pytest.fixture
def seed(demo):
    """The return of the report."""
    return Submission.objects.get(unit__code="224001")


@pytest.fixture
def address(demo, seed):
    return demo + reverse("variances", args=[seed.pk])


@pytest.fixture
def page(open_as, address):
    """The variance page as Lin has it."""
    page = open_as("lin")
    page.goto(address)
    return page


def reason(page, row):
    """The field in which a row is explained."""
    return page.get_by_label(f"差异原因：{row}", exact=True)


TOTAL_REVENUE, BY_NATURE = "收入按来源 收入合计", "支出按支出性质 支出合计（按性质）"
BASIC, PROJECT, PROJECTS = "支出按支出性质 基本支出", "支出按支出性质 项目支出", "项目支出 项目支出合计"


def state(page, row):
    """What is said beside the field."""
    return page.locator("form[data-reason]").filter(has=reason(page, row)).locator("[data-state]")


def left(page):
    return page.locator("[data-left]")


def stored(seed, schedule, item):
    line = BudgetLine.objects.filter(submission=seed, schedule=schedule, item=item).first()
    return line.variance_reason if line else None


def colleague_writes(seed, text):
    """Somebody else explains the revenue meanwhile."""
    version = BudgetLine.objects.get(submission=seed, schedule="revenue", item=TOTAL).row_version
    save_reason(
        submission=seed,
        schedule=REVENUE,
        key=(TOTAL, None, None, "", ""),
        row_version=version,
        reason=text,
        by=User.objects.get(username="lin"),
        at=NOW,
    )


def fail(page):
    """Let nothing reach the server any more."""
    page.route("**/reason/", lambda route: route.abort())


def test_leaving_the_field_saves_and_counts_down(page, seed):
    expect(left(page)).to_have_text("还有 4 行要说明")
    reason(page, TOTAL_REVENUE).fill("专项资金增加。")
    expect(state(page, TOTAL_REVENUE)).to_have_text("未保存")
    page.get_by_role("heading", name="预决算差异").click()
    expect(state(page, TOTAL_REVENUE)).to_have_text(SAVED)
    expect(left(page)).to_have_text("还有 3 行要说明")
    assert stored(seed, "revenue", "total") == "专项资金增加。"
    navigation = page.get_by_role("navigation", name="填报各部分")
    expect(navigation.get_by_role("link", name=re.compile("^预决算差异"))).to_contain_text("3 待说明")
    row = page.locator("tr.total").first
    expect(row).not_to_have_class(re.compile("asks"))
    expect(row.locator("[data-mark]")).to_have_text("已说明")
    page.reload()
    expect(reason(page, TOTAL_REVENUE)).to_have_value("专项资金增加。")
    expect(left(page)).to_have_text("还有 3 行要说明")


def test_all_of_them_with_the_keyboard_alone(page, seed):
    page.locator("body").press("Alt+ArrowDown")
    for words in ("一。", "二。", "三。", "四。"):
        expect(page.locator("textarea:focus")).to_have_value("")  # it moved on to the next one
        page.keyboard.type(words)
        page.keyboard.press("Control+Enter")
    expect(left(page)).to_have_text("差异都已说明")
    assert [stored(seed, *place) for place in (
        ("revenue", "total"),
        ("expenditure_by_nature", "total"),
        ("expenditure_by_nature", "basic"),
        ("expenditure_by_nature", "project"),
    )] == ["一。", "二。", "三。", "四。"]  # fmt: skip


def test_the_buttons_jump_to_the_next_and_the_previous_and_around(page):
    forward, back = page.get_by_label("下一个要说明的行"), page.get_by_label("上一个要说明的行")
    for row in (TOTAL_REVENUE, BY_NATURE, BASIC, PROJECT, TOTAL_REVENUE):
        forward.click()
        expect(reason(page, row)).to_be_focused()
    back.click()
    expect(reason(page, PROJECT)).to_be_focused()
    expect(reason(page, PROJECT)).to_be_in_viewport()


def test_a_row_shown_in_two_tables_has_one_reason(page, seed):
    reason(page, PROJECTS).fill("项目未实施完。")
    expect(reason(page, PROJECT)).to_have_value("项目未实施完。")
    reason(page, PROJECTS).blur()
    expect(state(page, PROJECT)).to_have_text(SAVED)
    expect(left(page)).to_have_text("还有 3 行要说明")
    reason(page, PROJECT).fill("项目未实施完，结转下年。")
    reason(page, PROJECT).blur()
    expect(state(page, PROJECTS)).to_have_text(SAVED)
    assert stored(seed, "expenditure_by_nature", "project") == "项目未实施完，结转下年。"


def test_an_explained_row_stays_editable_and_asks_again_when_emptied(page, seed):
    row = "支出按功能分类 支出合计"
    expect(reason(page, row)).to_have_value(re.compile("^黄江源大火"))
    reason(page, row).fill("")
    reason(page, row).blur()
    expect(left(page)).to_have_text("还有 5 行要说明")
    assert stored(seed, "expenditure_by_function", "total") == ""


def test_without_a_connection_nothing_is_lost_and_the_button_saves_it_later(page, seed):
    fail(page)
    reason(page, TOTAL_REVENUE).fill("专项资金增加。")
    reason(page, TOTAL_REVENUE).blur()
    expect(page.get_by_text("没有收到服务器的答复，不知道是否已经保存")).to_be_visible()
    expect(state(page, TOTAL_REVENUE)).to_have_text("未保存")
    expect(reason(page, TOTAL_REVENUE)).to_have_value("专项资金增加。")
    expect(left(page)).to_have_text("还有 4 行要说明")
    assert stored(seed, "revenue", "total") == ""
    page.unroute("**/reason/")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(state(page, TOTAL_REVENUE)).to_have_text(SAVED)
    assert stored(seed, "revenue", "total") == "专项资金增加。"


def test_a_reason_that_is_too_long_is_not_cut(page, seed):
    reason(page, TOTAL_REVENUE).fill("长" * 501)
    expect(state(page, TOTAL_REVENUE)).to_have_text("501 字，最多 500 字")
    reason(page, TOTAL_REVENUE).blur()
    expect(page.get_by_role("alert").filter(has_text="最多 500 字")).to_be_visible()
    assert stored(seed, "revenue", "total") == ""
    reason(page, TOTAL_REVENUE).fill("长" * 500)
    reason(page, TOTAL_REVENUE).blur()
    expect(state(page, TOTAL_REVENUE)).to_have_text(SAVED)


@pytest.mark.parametrize(("choice", "kept"), [("用对方的", "同事写的。"), ("用我的", "我写的。")])
def test_when_another_was_faster_she_sees_it_and_chooses(page, seed, choice, kept):
    colleague_writes(seed, "同事写的。")
    reason(page, TOTAL_REVENUE).fill("我写的。")
    reason(page, TOTAL_REVENUE).blur()
    expect(state(page, TOTAL_REVENUE)).to_have_text("有人改过")
    expect(page.get_by_text("现在存的原因：“同事写的。”")).to_be_visible()
    expect(reason(page, TOTAL_REVENUE)).to_have_value("我写的。")
    page.get_by_role("button", name=choice).click()
    expect(reason(page, TOTAL_REVENUE)).to_have_value(kept)
    expect(page.get_by_text("现在存的原因")).to_have_count(0)
    expect(state(page, TOTAL_REVENUE)).to_have_text(SAVED if kept == "我写的。" else "")
    assert stored(seed, "revenue", "total") == kept


def test_sorting_saves_first(page, seed):
    reason(page, TOTAL_REVENUE).fill("专项资金增加。")
    page.get_by_role("link", name="决算数", exact=True).first.click()
    page.wait_for_url("**sort=outturn**")
    expect(reason(page, TOTAL_REVENUE)).to_have_value("专项资金增加。")
    assert stored(seed, "revenue", "total") == "专项资金增加。"


def test_sorting_filtering_and_changing_the_unit_do_not_lose_what_could_not_be_saved(page):
    fail(page)
    before = page.url
    reason(page, TOTAL_REVENUE).fill("专项资金增加。")
    tabs, units = page.get_by_label("报表", exact=True), page.locator("[data-unit-switch]")
    for link in (
        page.get_by_role("link", name="决算数", exact=True).first,
        tabs.get_by_role("link", name="收入", exact=True),
        units.get_by_role("button", name="元", exact=True),
    ):
        link.click()
        expect(page.get_by_text("有 1 行的原因没有保存")).to_be_visible()
        assert page.url == before
        expect(reason(page, TOTAL_REVENUE)).to_have_value("专项资金增加。")
        expect(reason(page, TOTAL_REVENUE)).to_be_focused()


def test_closing_the_page_asks_when_something_is_not_saved(page):
    fail(page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    reason(page, TOTAL_REVENUE).press_sequentially("专项")
    page.reload()
    assert asked == ["beforeunload"]


def test_when_it_is_sent_meanwhile_the_page_says_so_and_keeps_the_words(page, seed):
    put_in_status(seed, "in_review")
    reason(page, TOTAL_REVENUE).fill("专项资金增加。")
    reason(page, TOTAL_REVENUE).blur()
    expect(page.get_by_text("这份填报的状态是“财政绩效股审核中”，不能修改。")).to_be_visible()
    expect(reason(page, TOTAL_REVENUE)).to_have_value("专项资金增加。")


def test_when_she_is_signed_out_meanwhile_the_page_says_so(page):
    page.context.clear_cookies()
    reason(page, TOTAL_REVENUE).fill("专项资金增加。")
    reason(page, TOTAL_REVENUE).blur()
    expect(page.get_by_text("登录已过期，请在页面上方输入密码，再保存")).to_be_visible()
    expect(reason(page, TOTAL_REVENUE)).to_have_value("专项资金增加。")


def test_the_field_grows_with_its_words(page):
    field = reason(page, TOTAL_REVENUE)
    low = field.bounding_box()["height"]
    field.fill("一行\n二行\n三行\n四行")
    assert field.bounding_box()["height"] >= low + 3 * 18
    assert field.evaluate("f => f.scrollHeight <= f.clientHeight + 1")


def test_a_task_of_the_overview_leads_into_the_field(page, demo, seed):
    page.goto(demo + reverse("workspace", args=[seed.pk]))
    page.get_by_role("link", name="支出按支出性质 · 基本支出：要写差异原因").click()
    expect(reason(page, BASIC)).to_be_focused()


def test_a_reader_reads_without_a_script(open_as, address):
    page = open_as("wu")
    page.goto(address)
    assert page.locator("textarea").count() == 0 and page.locator("script[src$='variances.js']").count() == 0
    expect(page.get_by_text("黄江源大火应急救灾资金")).to_be_visible()
    expect(page.get_by_text("还有 4 行没有说明")).to_be_visible()


def test_with_everything_said_there_is_no_violation(page, seed):
    colleague_writes(seed, "同事写的。")
    reason(page, TOTAL_REVENUE).fill("我写的。")
    reason(page, TOTAL_REVENUE).blur()
    expect(state(page, TOTAL_REVENUE)).to_have_text("有人改过")
    reason(page, BASIC).fill("人员增资。")
    reason(page, BASIC).blur()
    expect(state(page, BASIC)).to_have_text(SAVED)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found] == []


@pytest.mark.parametrize("unit", ["万元", "元"])
def test_fields_stay_in_sight_when_a_wide_table_is_scrolled(page, unit):
    page.locator("[data-unit-switch]").get_by_role("button", name=unit, exact=True).click()
    page.wait_for_load_state()
    body = page.locator(".section-body")
    body.evaluate("b => b.scrollTo(400, 0)")
    box = reason(page, TOTAL_REVENUE).bounding_box()
    assert box["x"] >= 204 and box["x"] + box["width"] <= 1366


def test_the_file_is_named_after_unit_and_year(page):
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Excel").click()
    assert download.value.suggested_filename == "永州市零陵区应急管理局 2023 年度预决算差异.xlsx"
