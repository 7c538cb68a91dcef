"""A bureau reviewer goes from the variances of all units down to the row of one return."""

import pytest
from playwright.sync_api import expect

from submissions.models import Submission
from tests.browser.grid_page import violations
from tests.budgets.region.test_effective import step


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
