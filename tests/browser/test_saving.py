"""Saving by itself: a moment after the last key, without a network, after a crash, beside colleagues."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Request, Route, expect

from budgets.models import BudgetLine
from budgets.returns import BY_FUNCTION, PROJECTS
from tests.browser.grid_page import (
    INITIAL,
    OUTTURN,
    REVISED,
    add_category,
    cell,
    enter,
    head,
    open_return,
    open_schedule,
    save,
    state,
    tr,
    violations,
)

SAVED = re.compile(r"^已保存 \d\d:\d\d:\d\d$")
SAFETY = "2240106 安全监管"  # 948.06 of 1,968.01 万元
OFFICE = "2240101 行政运行"  # 207.56


def open_by_function(page: Page) -> Page:
    open_return(page, "永州市零陵区应急管理局", "继续填报")
    open_schedule(page, BY_FUNCTION)
    return page


@pytest.fixture
def page(open_as) -> Page:
    return open_by_function(open_as("lin"))


def stored(code: str, column: str = "outturn"):
    return getattr(BudgetLine.objects.get(schedule=BY_FUNCTION.name, category__code=code), column)


def edits() -> int:
    from submissions.models import Edit

    return Edit.objects.count()


def count_saves(page: Page) -> list[str]:
    """Everything the page sends to be saved from now on."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if "/save/" in request.url:
            sent.append(request.post_data or "")

    page.on("request", note)
    return sent


# --- By itself


def test_what_is_typed_is_saved_a_moment_later_and_the_cell_stays_as_it_is(page):
    sent = count_saves(page)
    enter(page, SAFETY, OUTTURN, "950.")
    expect(state(page)).to_have_text(SAVED)
    assert stored("2240106") == 9_500_000
    assert len(sent) < 4  # not at every key
    expect(cell(page, SAFETY)).to_have_value("950.")  # what she is in the middle of is not tidied
    page.keyboard.type("5")
    expect(cell(page, SAFETY)).to_have_value("950.5")
    expect(head(page, "outturn")).to_have_text("1,970.45")  # 1968.01 + 2.44
    expect(state(page)).to_have_text(SAVED)
    page.reload()
    expect(cell(page, SAFETY)).to_have_value("950.50")


def test_following_a_link_saves_first(page):
    enter(page, SAFETY, OUTTURN, "950")
    page.get_by_role("link", name="填报总览").click()
    expect(page.get_by_role("heading", name="填报总览")).to_be_visible()
    expect(head(page, "outturn")).to_have_text("1,969.95")


def test_closing_the_page_at_once_loses_nothing(page, demo):
    enter(page, SAFETY, OUTTURN, "950")
    context = page.context
    page.close(run_before_unload=True)
    again = context.new_page()
    again.goto(demo)
    open_by_function(again)
    expect(cell(again, SAFETY)).to_have_value("950.00")
    expect(state(again)).not_to_contain_text("未保存")


def test_one_mistake_keeps_nothing_else_from_being_saved(page):
    enter(page, SAFETY, OUTTURN, "九百")
    expect(state(page)).to_have_text("有 1 处填错，未保存")  # at once
    enter(page, OFFICE, OUTTURN, "208")
    expect(state(page)).to_have_text("有 1 处填错，未保存")
    expect(cell(page, OFFICE)).to_be_focused()
    page.wait_for_timeout(1500)
    assert (stored("2240101"), stored("2240106")) == (2_080_000, 9_480_600)
    expect(cell(page, SAFETY)).to_have_value("九百")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("alert")).to_contain_text("决算数：“九百”不是金额")


def test_escape_brings_back_what_a_mistake_was_written_over(page):
    enter(page, SAFETY, OUTTURN, "九百")
    page.keyboard.press("Escape")
    expect(cell(page, SAFETY)).to_have_value("948.06")
    page.keyboard.type("九百")
    page.keyboard.press("Enter")
    cell(page, SAFETY).click()
    page.keyboard.press("Escape")  # the cell was left: what is stored comes back
    expect(cell(page, SAFETY)).to_have_value("948.06")
    expect(cell(page, SAFETY)).to_have_attribute("aria-invalid", "false")
    expect(state(page)).to_have_text("没有改动")
    page.keyboard.press("Control+z")
    expect(cell(page, SAFETY)).to_have_value("九百")


def test_a_row_in_the_making_is_not_complained_about_before_she_leaves_it(open_as):
    page = open_as("lin")
    open_return(page, "永州市零陵区应急管理局", "继续填报")
    open_schedule(page, PROJECTS)
    page.get_by_role("button", name="添加一行").click()
    page.keyboard.press("Tab")
    page.keyboard.type("2023-01")  # its code before its name
    page.wait_for_timeout(1500)
    expect(page.get_by_role("alert")).to_be_empty()
    expect(state(page)).to_have_text("有 1 行未保存")
    page.locator("table.grid input:visible").first.click()
    expect(page.get_by_role("alert")).to_contain_text("请填写项目名称")


def test_the_fund_of_a_stored_row_can_be_chosen_anew(page):
    row = tr(page, SAFETY)
    row.get_by_role("button", name="资金性质：未区分，更改").click()
    page.get_by_label(f"{SAFETY} 资金性质", exact=True).select_option("政府性基金")
    expect(state(page)).to_have_text(SAVED)
    line = BudgetLine.objects.get(schedule=BY_FUNCTION.name, category__code="2240106")
    assert (line.fund, line.outturn) == ("government_fund", 9_480_600)
    page.reload()
    expect(cell(page, f"{SAFETY} 政府性基金")).to_have_value("948.06")
    expect(head(page, "outturn")).to_have_text("1,968.01")


def test_a_row_that_is_gone_comes_back_by_the_key_and_nothing_else_is_taken_back(page):
    enter(page, OFFICE, OUTTURN, "208")
    expect(state(page)).to_have_text(SAVED)
    row = "2299999 其他支出"
    cell(page, row).press("Control+Delete")
    expect(page.get_by_text(f"已删除“{row}”。Ctrl+Z 撤销。")).to_be_visible()
    expect(cell(page, row)).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(cell(page, row)).to_have_value("0.97")
    expect(cell(page, OFFICE)).to_have_value("208.00")
    expect(head(page, "outturn")).to_have_text("1,968.45")  # 1968.01 + 0.44
    expect(state(page)).to_have_text(SAVED)
    assert (stored("2299999"), stored("2240101")) == (9_700, 2_080_000)


def test_a_repeated_request_has_one_effect(page):
    sent = count_saves(page)
    enter(page, SAFETY, OUTTURN, "950")
    save(page)
    page.keyboard.press("Enter")
    enter(page, SAFETY, OUTTURN, "960")
    save(page)
    before = edits()
    token = page.context.cookies()
    headers = {
        "Content-Type": "application/json",
        "X-CSRFToken": next(cookie["value"] for cookie in token if cookie["name"] == "csrftoken"),
        "Referer": page.url,
    }
    answer = page.request.post(page.url + "save/", data=sent[0], headers=headers)
    assert answer.status == 200
    assert stored("2240106") == 9_600_000
    other = re.sub(r'"key":"\w+"', f'"key":"{uuid4().hex}"', sent[0])
    assert page.request.post(page.url + "save/", data=other, headers=headers).status == 409
    assert edits() == before


# --- Without a network


def test_offline_she_goes_on_the_tab_is_reloaded_and_everything_is_sent(page):
    context = page.context
    context.route("**/save/", lambda route: route.abort())
    enter(page, SAFETY, OUTTURN, "950")
    expect(state(page)).to_have_text("离线，有 1 行待保存")
    expect(page.get_by_role("alert")).to_contain_text("您可以接着填：填的都记在这台电脑上")
    add_category(page, "2013105", "2013105 专项业务")
    page.keyboard.type("12")
    expect(state(page)).to_have_text("离线，有 2 行待保存")
    page.wait_for_timeout(300)
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_text("上次没来得及保存的 2 行已经找回。")).to_be_visible()
    expect(cell(page, SAFETY)).to_have_value("950.00")
    expect(cell(page, "2013105 专项业务", "上年年初预算数")).to_have_value("12.00")
    expect(state(page)).to_have_text("离线，有 2 行待保存")
    context.unroute("**/save/")
    expect(state(page)).to_have_text(SAVED, timeout=15_000)
    expect(page.get_by_role("alert")).to_be_empty()
    assert (stored("2240106"), stored("2013105", "last_year_budget")) == (9_500_000, 120_000)
    page.reload()
    expect(page.get_by_text("已经找回")).to_have_count(0)


def test_a_stated_subtotal_over_a_new_line_is_found_again(page):
    page.context.route("**/save/", lambda route: route.abort())
    add_category(page, "2013105", "2013105 专项业务")
    heading = (
        tr(page, "2013105 专项业务").locator("xpath=preceding-sibling::tr[1]/th").get_attribute("aria-label")
    )
    assert heading and heading.startswith("20131 ")
    enter(page, heading, OUTTURN, "5")
    expect(state(page)).to_have_text("离线，有 2 行待保存")
    page.wait_for_timeout(300)
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(cell(page, heading)).to_have_value("5.00")
    page.context.unroute("**/save/")
    save(page)
    assert stored("20131") == 50_000


def test_when_the_network_is_back_nothing_need_be_done(page):
    page.context.set_offline(True)
    enter(page, SAFETY, OUTTURN, "950")
    expect(state(page)).to_have_text("离线，有 1 行待保存")
    page.context.set_offline(False)
    expect(state(page)).to_have_text(SAVED)
    assert stored("2240106") == 9_500_000


def test_an_answer_that_was_lost_is_no_conflict_with_herself(page):
    def lose_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/save/", lose_answer, times=1)
    enter(page, SAFETY, OUTTURN, "950")
    expect(state(page)).to_have_text("离线，有 1 行待保存")
    page.keyboard.type("1")  # 9501 by now, while 950 is stored
    expect(state(page)).to_have_text(SAVED)
    expect(page.get_by_role("alert")).to_be_empty()
    assert stored("2240106") == 95_010_000


def test_a_tab_that_was_killed_leaves_what_was_typed(page, demo):
    page.context.route("**/save/", lambda route: route.abort())
    enter(page, SAFETY, OUTTURN, "950")
    page.wait_for_timeout(500)
    other = page.context.new_page()
    other.goto(demo)
    page.close()  # without a last word
    page.context.unroute("**/save/")
    open_by_function(other)
    expect(cell(other, SAFETY)).to_have_value("950.00")
    expect(state(other)).to_have_text(SAVED)
    assert stored("2240106") == 9_500_000


def test_another_person_on_the_same_computer_sees_nothing_of_it(page, demo):
    page.context.route("**/save/", lambda route: route.abort())
    enter(page, SAFETY, OUTTURN, "950")
    expect(state(page)).to_have_text("离线，有 1 行待保存")
    page.wait_for_timeout(300)
    address = page.url
    page.context.clear_cookies()
    page.on("dialog", lambda dialog: dialog.accept())
    from tests.browser.grid_page import sign_in

    sign_in(page, demo, "wu")
    page.goto(address)
    expect(page.locator("table.grid")).to_contain_text("948.06")
    expect(page.locator("table.grid")).not_to_contain_text("950")


# --- The session


def test_signing_in_again_in_place_saves_what_waited(page):
    page.context.clear_cookies()
    enter(page, SAFETY, OUTTURN, "950")
    expect(state(page)).to_have_text("登录已过期，有 1 行待保存")
    expect(cell(page, SAFETY)).to_be_focused()  # the question does not take the cursor away
    password = page.get_by_label("密码")
    password.fill("wrong")
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_text("用户名或密码不对")).to_be_visible()
    assert violations(page) == []
    password.fill("yanshi-2023")
    password.press("Enter")
    expect(state(page)).to_have_text(SAVED)
    expect(password).to_be_hidden()
    assert stored("2240106") == 9_500_000


# --- Colleagues


def test_different_cells_of_one_row_come_together_silently(page, open_as):
    other = open_by_function(open_as("lin"))
    enter(other, SAFETY, INITIAL, "600")
    save(other)
    enter(page, SAFETY, OUTTURN, "950")
    expect(state(page)).to_have_text(SAVED)
    expect(page.get_by_role("alert")).to_be_empty()
    expect(cell(page, SAFETY, INITIAL)).to_have_value("600.00")
    assert (stored("2240106"), stored("2240106", "initial_budget")) == (9_500_000, 6_000_000)


def test_the_same_cell_is_asked_about_and_the_others_of_the_row_come_together(page, open_as):
    other = open_by_function(open_as("lin"))
    enter(other, SAFETY, OUTTURN, "900")
    enter(other, SAFETY, INITIAL, "600")
    save(other)
    enter(page, SAFETY, REVISED, "700")
    enter(page, SAFETY, OUTTURN, "950")
    expect(state(page)).to_have_text("有人改过同一格")
    alert = page.get_by_role("alert")
    expect(alert.locator("tbody tr")).to_have_count(1)
    expect(alert.get_by_role("row", name="决算数 900.00 950.00")).to_be_visible()
    enter(page, OFFICE, OUTTURN, "208")
    page.wait_for_timeout(1500)
    assert stored("2240101") == 2_080_000  # the question does not hold up another row
    alert.get_by_role("button", name="用对方的").click()
    expect(state(page)).to_have_text(SAVED)
    figures = [stored("2240106", name) for name in ("initial_budget", "revised_budget", "outturn")]
    assert figures == [6_000_000, 7_000_000, 9_000_000]


def test_once_a_conflict_is_settled_everything_else_of_theirs_is_there_too(page, open_as):
    other = open_by_function(open_as("lin"))
    enter(other, SAFETY, OUTTURN, "900")
    enter(other, OFFICE, OUTTURN, "208")
    save(other)
    enter(page, SAFETY, OUTTURN, "950")
    alert = page.get_by_role("alert")
    before = edits()
    alert.get_by_role("button", name="用对方的").click()
    expect(cell(page, OFFICE)).to_have_value("208.00")
    expect(head(page, "outturn")).to_have_text("1,920.39")  # 1968.01 − 48.06 + 0.44
    expect(state(page)).to_have_text(SAVED)
    assert edits() == before  # to ask is no change
