"""A bureau reviewer goes from the variances of all units down to the row of one return, and gives it back."""

import re

import pytest
from playwright.sync_api import expect

from budgets.models import BudgetLine, FunctionalCategory
from budgets.returns import BY_FUNCTION
from submissions.models import ReviewPoint, Submission
from tests.browser.grid_page import violations
from tests.budgets.region.test_effective import step
from tests.world import make_submission, make_unit, put_in_status


@pytest.fixture
def approved(demo):
    """The real report, approved."""
    submission = Submission.objects.get(unit__code="224001")
    step(submission, "approve", 0, "approved")
    return submission


def test_from_all_units_to_the_row_that_differs_most(open_as, approved):
    wu = open_as("wu")
    wu.get_by_role("link", name="任务总览").click()
    wu.get_by_role("link", name="2023 年度").click()
    wu.get_by_role("link", name="差异分析").click()
    expect(wu.get_by_role("heading", name="2023 年度差异分析")).to_be_visible()
    expect(wu.get_by_role("row", name="合计")).to_contain_text("+582.51")
    expect(wu.get_by_role("row", name="合计")).to_contain_text("+42.04")
    assert violations(wu) == []
    cut = "(table) => table.parentElement.scrollWidth - table.parentElement.clientWidth"
    assert wu.locator("main table").evaluate(cut) <= 0
    wu.get_by_role("link", name="按功能分类").click()
    wu.get_by_role("link", name="224 ").click()
    expect(wu.get_by_role("link", name="224 灾害防治及应急管理支出 ×")).to_be_visible()
    wu.get_by_role("link", name="按单位").click()
    wu.get_by_role("rowheader").get_by_role("link", name="永州市零陵区应急管理局").click()
    expect(wu.get_by_role("heading", name="预决算差异", level=1)).to_be_visible()
    wu.go_back()
    wu.get_by_role("link", name="224 灾害防治及应急管理支出 ×").click()
    wu.get_by_role("button", name="元", exact=True).click()
    expect(wu.get_by_role("row", name="合计")).to_contain_text("+5,825,100.00")


UNIT = "永州市零陵区应急管理局"
DEMAND = "这一行决算比年初预算多得多，请说明追加依据。"


@pytest.fixture
def many_under_review(demo):
    """The real report on the last desk, and twelve returns whose outturns differ less, by one percent each."""
    submission = Submission.objects.get(unit__code="224001")
    put_in_status(submission, "in_review")
    bureau, item = submission.round.bureau, FunctionalCategory.objects.filter(code="2010101").first()
    for at in range(1, 13):
        unit = make_unit(bureau.region, f"37{at:04}", f"第{at}中学", parent=bureau)
        made = make_submission(submission.round, unit, submission.started_by)
        figures = {"initial_budget": 1_000_000, "outturn": 1_000_000 + 10_000 * at}
        line = {"schedule": BY_FUNCTION.name, "category": item, "entered_in": "yuan"}
        BudgetLine.objects.create(submission=made, **line, **figures)
        put_in_status(made, "in_review")
    return submission


def test_she_finds_the_ten_worst_and_gives_one_back_with_a_point_on_its_worst_line(
    open_as, many_under_review
):
    wu = open_as("wu")
    wu.get_by_role("link", name="任务总览").click()
    wu.get_by_role("link", name="2023 年度").click()
    wu.get_by_role("link", name="差异分析").click()
    expect(wu.get_by_text("还没有审核通过的填报")).to_be_visible()
    wu.get_by_label("含审核中的").check()
    wu.get_by_role("button", name="查看").click()
    wu.get_by_role("link", name="按单位").click()
    wu.get_by_role("link", name="差异率大的在前").click()
    expect(wu.get_by_text("还在审核的 13 份")).to_be_visible()
    ten = [each.inner_text() for each in wu.locator("tbody th[scope=row]").all()[1:11]]
    assert ten == [UNIT, *(f"第{at}中学" for at in range(12, 3, -1))]
    assert violations(wu) == []
    wu.get_by_role("rowheader").get_by_role("link", name=UNIT).click()
    worst = wu.get_by_role("row", name=re.compile("^2240106"))  # 948.06 of 1,968.01 万元
    worst.get_by_role("link", name="安全监管").click()
    expect(wu.locator("td:focus")).to_contain_text("948.06")
    wu.keyboard.press("Shift+F2")
    box = wu.get_by_role("dialog")
    box.get_by_label("原因").select_option(index=1)
    box.get_by_label("要求").fill(DEMAND)
    box.get_by_role("button", name="提要点").click()
    expect(wu.locator(".point-mark")).to_contain_text(DEMAND)
    wu.keyboard.press("Escape")
    wu.get_by_role("button", name="退回").click()
    wu.get_by_role("dialog").get_by_role("button", name="退回").click()
    expect(wu.get_by_role("status")).to_contain_text(f"已退回{UNIT}")
    [point] = ReviewPoint.objects.filter(submission=many_under_review)
    assert (point.column, point.demand) == ("outturn", DEMAND)


def test_no_page_on_the_round_has_an_accessibility_violation(open_as, approved):
    """Of today and of a past day; the numbers of scores and grades lead to their lists by keyboard, too."""
    wu = open_as("wu")
    wu.get_by_role("link", name="任务总览").click()
    wu.get_by_role("link", name="2023 年度").click()
    expect(wu.get_by_role("heading", level=1)).to_have_text("2023 年度任务总览")
    overview = wu.url
    wrong = {}
    for place in (
        "",
        "?day=2024-04-10",
        "scores/",
        "summaries/departments/",
        "summaries/grades/",
        "exceptions/",
    ):
        wu.goto(overview + place)
        if found := violations(wu):
            wrong[place] = found
    assert wrong == {}
    wu.goto(f"{overview}scores/")
    wu.get_by_role("row", name="合计").get_by_role("link").first.focus()
    wu.keyboard.press("Enter")
    expect(wu.get_by_text("没有审核通过的填报").first).to_be_visible()
