"""Texts of a return save themselves: a moment after the last key, without a network, beside colleagues."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from budgets.models import ReturnText
from performance.models import PerformanceGoal
from tests.browser.grid_page import open_return, violations

SAVED = re.compile(r"^已保存 \d\d:\d\d:\d\d$")
THRIFT = "厉行节约保障措施"
GOAL = "年度总体目标"


def in_navigation(page: Page, name: str) -> Locator:
    label = {THRIFT: "厉行节约措施"}.get(name, name)
    return page.get_by_role("navigation", name="填报各部分").get_by_role("link", name=label)


def open_text(page: Page, name: str) -> Page:
    open_return(page, "永州市零陵区应急管理局", "继续填报")
    in_navigation(page, name).click()
    expect(state(page)).to_have_text("没有改动")
    return page


@pytest.fixture
def page(open_as) -> Page:
    return open_text(open_as("lin"), THRIFT)


def state(page: Page) -> Locator:
    return page.locator("[data-writing=state]")


def field(page: Page, name: str = THRIFT) -> Locator:
    return page.get_by_label(name, exact=True)


def text_kept() -> str:
    return ReturnText.objects.get(name=ReturnText.Name.THRIFT_MEASURES).text


def goal() -> tuple[str, str]:
    kept = PerformanceGoal.objects.get()
    return kept.expected, kept.achieved


def test_it_saves_a_moment_after_the_last_key_and_says_so(page):
    field(page).fill("压减会议。")
    field(page).press("End")
    page.keyboard.type("控制")
    expect(state(page)).to_have_text("未保存")
    page.keyboard.type("接待。 ")
    expect(state(page)).to_have_text(SAVED)
    assert text_kept() == "压减会议。控制接待。"
    expect(field(page)).to_have_value("压减会议。控制接待。 ")  # the blank she is about to go on after stays
    expect(in_navigation(page, THRIFT)).to_contain_text("10 字")
    assert violations(page) == []


def test_following_a_link_saves_first(page):
    field(page).fill("压减会议。")
    page.get_by_role("link", name="比率").click()
    page.wait_for_url("**/ratios/")
    assert text_kept() == "压减会议。"


def test_what_is_too_long_is_said_below_it_and_stays(page):
    field(page).fill("长" * 2001)
    expect(page.get_by_role("alert").filter(has_text="有 2001 字，最多 2000 字")).to_be_visible()
    expect(state(page)).to_have_text("没有保存")
    field(page).blur()
    page.get_by_role("link", name="比率").click()
    expect(field(page)).to_be_focused()
    with page.expect_event("dialog") as asked:
        page.evaluate("setTimeout(() => location.reload())")
    asked.value.dismiss()
    expect(field(page)).to_have_value("长" * 2001)
    field(page).fill("长" * 2000)
    expect(state(page)).to_have_text(SAVED)
    expect(page.get_by_text("有 2001 字")).to_be_hidden()


def test_without_a_network_it_survives_a_reload_and_is_sent_later(page):
    address = f"**{page.url[page.url.index('/', 8) :]}"
    hold = lambda route: route.abort() if route.request.method == "POST" else route.fallback()  # noqa: E731
    page.context.route(address, hold)
    field(page).fill("压减会议。")
    expect(state(page)).to_have_text("离线，待保存")
    expect(page.get_by_role("alert").filter(has_text="记在这台电脑上")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(field(page)).to_have_value("压减会议。")
    expect(page.get_by_text("上次没来得及保存的文字已经找回。")).to_be_visible()
    page.context.unroute(address)
    expect(state(page)).to_have_text(SAVED, timeout=10_000)
    assert text_kept() == "压减会议。"


def test_signing_in_again_in_place_saves_what_waited(page):
    page.context.clear_cookies()
    field(page).fill("压减会议。")
    expect(state(page)).to_have_text("登录已过期，待保存")
    page.get_by_label("密码").fill("yanshi-2023")
    page.get_by_label("密码").press("Enter")
    expect(state(page)).to_have_text(SAVED)
    assert text_kept() == "压减会议。"


def test_what_an_input_method_is_still_composing_is_not_saved(page):
    client = page.context.new_cdp_session(page)
    field(page).click()
    client.send("Input.imeSetComposition", {"text": "ya jian", "selectionStart": 7, "selectionEnd": 7})
    page.wait_for_timeout(1500)
    assert not ReturnText.objects.filter(name=ReturnText.Name.THRIFT_MEASURES).exists()
    client.send("Input.insertText", {"text": "压减"})
    expect(state(page)).to_have_text(SAVED)
    assert text_kept() == "压减"


def test_two_texts_of_two_people_come_together_and_the_same_one_is_asked_about(open_as):
    mine, others = (open_text(open_as("lin"), GOAL) for _ in range(2))
    field(others, "预期目标").fill("同事的目标。")
    expect(state(others)).to_have_text(SAVED)
    field(mine, "实际完成情况").fill("我的完成。")
    expect(state(mine)).to_have_text(SAVED)
    expect(field(mine, "预期目标")).to_have_value("同事的目标。")
    assert goal() == ("同事的目标。", "我的完成。")

    field(others, "实际完成情况").fill("同事的完成。")
    expect(state(others)).to_have_text("有人改过同一段文字")
    question = others.get_by_role("alert").filter(has_text="我的完成。")
    expect(question).to_contain_text(re.compile(r"林晓 \d\d:\d\d:\d\d 改了实际完成情况"))
    field(others, "预期目标").fill("同事改的目标。")  # the question does not hold up the other text
    others.wait_for_timeout(1500)
    assert goal() == ("同事改的目标。", "我的完成。")
    expect(state(others)).to_have_text("有人改过同一段文字")
    assert violations(others) == []
    question.get_by_role("button", name="保留我的").click()
    expect(state(others)).to_have_text(SAVED)
    assert goal() == ("同事改的目标。", "同事的完成。")


def test_taking_the_others_text(open_as):
    mine, others = (open_text(open_as("lin"), THRIFT) for _ in range(2))
    field(others).fill("同事的。")
    expect(state(others)).to_have_text(SAVED)
    field(mine).fill("我的。")
    mine.get_by_role("button", name="用对方的").click()
    expect(field(mine)).to_have_value("同事的。")
    expect(mine.get_by_role("alert").filter(has_text="用哪一个")).to_have_count(0)
    assert text_kept() == "同事的。"
