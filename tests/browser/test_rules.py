"""A bureau's own rule written in a browser: names completed by the keyboard, a mistake marked, tried out, put on."""

from django.urls import reverse
from playwright.sync_api import expect

from budgets.models import RuleSwitch
from submissions.models import CollectionRound
from tests.browser.grid_page import violations


def test_a_rule_is_written_by_the_keyboard_and_switched_on(demo, open_as):
    round = CollectionRound.objects.get(submissions__unit__code="224001")
    page = open_as("wu")
    page.goto(demo + reverse("write_rule", args=[round.pk]))
    page.get_by_label("检查什么").fill("公务接待费不超过“三公”经费")
    left, right = page.get_by_label("左边", exact=True), page.get_by_label("右边", exact=True)
    left.press_sequentially("gwjd jss")
    expect(left).to_have_attribute("aria-activedescendant", "names-left-0")
    left.press("ArrowDown")
    left.press("ArrowUp")
    left.press("Enter")
    expect(left).to_have_value("[三公经费.公务接待费.决算数]")
    page.get_by_role("button", name="保存").click()
    left.press("End")
    left.press_sequentially(" + gwjd")
    expect(page.locator("#mistake-left mark")).to_have_text("gwjd")
    expect(page.get_by_text("请写算式。")).to_be_visible()  # it is still blank
    expect(page.get_by_role("listbox")).to_be_visible()
    left.press("Home")
    expect(page.get_by_role("listbox")).to_be_hidden()
    left.fill("[三公经费.公务接待费.决算数]")
    right.press_sequentially("[三公经费.公务接待费.决算")
    right.press("Escape")
    right.press_sequentially("x]")
    wrong = page.locator("#mistake-right")
    expect(wrong.locator("mark")).to_have_text("[三公经费.公务接待费.决算x]")
    assert violations(page) == []
    wrong.click()
    expect(right).to_be_focused()
    page.keyboard.type("【三公 合计 决算")
    page.keyboard.press("Tab")
    expect(right).to_have_value("[三公经费.“三公”经费合计.决算数]")
    expect(wrong).to_be_hidden()
    page.get_by_label("比较").select_option("≤")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="试运行").click()
    expect(page.get_by_role("heading", name="Z-001")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_label("启用的原因").fill("本地规定")
    page.get_by_role("button", name="启用第 1 版").click()
    expect(page.get_by_text("在用：第 1 版")).to_be_visible()
    assert RuleSwitch.objects.get().is_on
