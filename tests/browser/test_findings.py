"""The page of findings in a browser: from a finding into its cell, and an explanation saved in place."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from budgets.checks.catalogue import BY_CODE
from budgets.models import BudgetLine
from orgs.models import User
from submissions import finding_actions
from submissions.models import CheckSetting, Explanation, Submission
from tests.browser.grid_page import violations
from tests.world import NOW, change, save

WORDS = "收入合计含上年调整数，已报财政局备案"


@pytest.fixture
def seed(demo):
    """The return of the report, whose total of revenue is stated 0.09 万元 too high."""
    submission = Submission.objects.get(unit__code="224001")
    line = BudgetLine.objects.get(submission=submission, schedule="revenue", item="total")
    others = {
        name: str(getattr(line, name)) for name in ("last_year_budget", "last_year_outturn", "initial_budget")
    }
    wrong = change("total", version=line.row_version, outturn="19681000", **others)
    save(submission, wrong, by=User.objects.get(username="lin"))
    return submission


def test_a_finding_leads_into_its_cell(demo, open_as, seed):
    page = open_as("lin")
    page.goto(demo + reverse("findings", args=[seed.pk]))
    assert violations(page) == []
    page.get_by_role("group", name="错误：要改").get_by_role("link", name="收入合计").click()
    expect(page.get_by_role("button", name="清除填报合计 1,968.10，与分项之和不符")).to_be_focused()


def test_a_warning_is_explained_in_place(demo, open_as, seed):
    wu = User.objects.get(username="wu")
    for code in BY_CODE:
        severity = "warning" if code == "C-001" else CheckSetting.OFF
        finding_actions.set_check(
            round=seed.round, code=code, severity=severity, reason="本地规定", by=wu, at=NOW
        )
    page = open_as("lin")
    page.goto(demo + reverse("findings", args=[seed.pk]))
    form = page.locator("form[data-explains]")
    field = form.get_by_role("textbox", name="说明：收入合计填 1,968.10")
    field.fill("正常")
    field.press("Control+Enter")
    expect(form).to_contain_text("至少写 10 个字")
    field.fill(WORDS)
    field.press("Control+Enter")
    expect(form).to_contain_text("已保存")
    expect(page.locator("[data-left]")).to_have_text("0")
    link = page.get_by_role("navigation", name="填报各部分").get_by_role("link", name="检查与说明")
    expect(link).to_contain_text("已说明 1 条，没有错误")
    assert Explanation.objects.get().text == WORDS
    page.reload()
    expect(page.get_by_role("heading", name="已说明")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize(("person", "address"), [("lin", "checks"), ("wu", "round_checks")])
def test_the_rules_are_accessible_and_fit(demo, open_as, seed, person, address):
    page = open_as(person)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(demo + reverse(address, args=[seed.round_id] if address == "round_checks" else []))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_wrong_figure_is_marked_as_it_is_typed_until_it_is_right(demo, open_as, seed):
    page = open_as("lin")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(demo + reverse("edit_lines", args=[seed.pk, "revenue"]))
    total = page.get_by_role("textbox", name="收入合计 决算数")
    cell = page.locator("td", has=total)
    link = page.get_by_role("navigation", name="填报各部分").get_by_role("link", name="收入")
    expect(cell.locator(".finding-mark.wrong")).to_contain_text("!")
    expect(link).to_contain_text(re.compile(r"错误 \d+ 条"))
    expect(total).to_have_accessible_description(re.compile("收入合计填 1,968.10，应为 1,968.01"))
    page.get_by_role("button", name="清除填报合计 1,968.10").focus()
    expect(cell.locator(".finding-text")).to_be_visible()  # by keyboard as by mouse
    assert violations(page) == []
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    expect(cell.locator(".finding-mark.wrong")).to_be_hidden()  # nor told, while the row is not saved
    expect(total).not_to_have_accessible_description(re.compile("应为 1,968.01"))
    page.context.set_offline(False)
    expect(cell.locator(".finding-mark.wrong")).to_have_count(0)
    expect(link).not_to_contain_text("错误")
    other = page.get_by_role("textbox", name="其他收入 年初预算数")
    other.fill("7")
    other.press("Enter")
    marks = page.locator(".finding-mark.wrong")
    expect(marks.first).to_contain_text("错误：要改。")  # of another cell, told with the answer of the save
