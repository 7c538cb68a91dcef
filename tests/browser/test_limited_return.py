"""A return of which one cell was asked about and only that given back: what its preparer sees and may type."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from budgets.returns import BY_FUNCTION, REVENUE
from tests.browser.grid_page import LAST_OUTTURN, cell, enter, head, open_return, open_schedule, save

ASKED, OTHER = "2240106 安全监管", "2240101 行政运行"


@pytest.fixture
def lin(open_as, demo) -> Page:
    """Lin before her work, after Wu gave the real report back for one cell."""
    from budgets.cells import recorded_row, row_id
    from budgets.rows import return_rows
    from orgs.models import User
    from submissions import actions, point_actions
    from submissions.models import Submission
    from submissions.point_actions import PointPlace
    from tests.world import NOW, put_in_status

    here, wu = Submission.objects.get(), User.objects.get(username="wu")
    put_in_status(here, "in_review")
    row = next(row for row in return_rows(here)[BY_FUNCTION.name] if row.code == "2240106")
    place = PointPlace(
        "支出（按功能分类） · 2240106 安全监管 · 决算数",
        schedule=BY_FUNCTION.name,
        row=row_id(row),
        column="outturn",
        recorded_row={"key": recorded_row(BY_FUNCTION, row).key},
    )
    asked = {"reason": "other", "demand": "请核对。", "by": wu, "at": NOW}
    point_actions.ask_point(submission=here, place=place, **asked)
    actions.return_to_unit(submission=here, seen=0, comment="", points_only=True, by=wu, at=NOW)
    page = open_as("lin")
    open_return(page, "永州市零陵区应急管理局", "处理退回意见")
    return page


def test_the_cell_asked_about_is_entered_and_every_other_row_is_locked(lin):
    open_schedule(lin, BY_FUNCTION)
    lin.get_by_role("link", name="支出（按功能分类） · 2240106 安全监管 · 决算数").click()
    expect(cell(lin, ASKED)).to_be_focused()
    for column in ("决算数", LAST_OUTTURN):
        expect(cell(lin, OTHER, column)).not_to_be_editable()
        expect(cell(lin, ASKED, column)).to_be_editable()
    expect(lin.get_by_role("combobox", name="添加科目")).to_have_count(0)
    expect(lin.get_by_role("button", name=f"删除这一行：{OTHER}")).to_have_count(0)
    enter(lin, ASKED, "决算数", "958.06")
    save(lin)
    expect(head(lin, "outturn")).to_have_text("1,978.01")  # 1,968.01 + 10.00
    assert [each["id"] for each in Axe().run(lin).response["violations"]] == []


def test_a_table_nobody_asked_about_is_only_read(lin):
    open_schedule(lin, REVENUE)
    expect(lin.get_by_text("只读：只退回了有审核要点的部分，这里没有退回。")).to_be_visible()
    expect(lin.locator("table.grid input")).to_have_count(0)
