"""The form of one project as a preparer fills it in: its goal saves itself, its indicators give its total."""

import re

from playwright.sync_api import Page, expect

from tests.browser.grid_page import save, violations
from tests.browser.test_indicators import CENTRE, FROM_EXCEL, paste, verdict
from tests.browser.test_writing import SAVED

BROADCAST = "应急广播"


def open_overview(page: Page) -> Page:
    """Open the centre's return, in which 197 of 200 were spent on one project."""
    from submissions.models import Submission
    from tests.performance.projects import spend

    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=CENTRE))
    card.get_by_text(re.compile("^(开始|继续)填报$")).click()
    expect(page.get_by_role("heading", name="填报总览")).to_be_visible()
    submission = Submission.objects.get(pk=int(page.url.rstrip("/").rsplit("/", 1)[1]))
    spend(submission, BROADCAST, revised_budget="200", outturn="197")
    return page


def test_a_project_is_filled_in_from_its_goal_to_its_total(open_as):
    page = open_overview(open_as("lin"))
    mine = page.get_by_role("navigation", name="填报各部分").get_by_role("link", name="项目绩效")
    mine.click()
    expect(page.get_by_role("row", name=BROADCAST)).to_contain_text("98.50 %")
    assert violations(page) == []
    page.get_by_role("link", name=BROADCAST, exact=True).click()
    expect(page.get_by_role("row", name="年度资金总额")).to_contain_text("9.85")
    page.get_by_label("预期目标", exact=True).fill("建 12 个站点。")
    page.get_by_label("实际完成情况", exact=True).fill("建了 12 个。")
    expect(page.locator("[data-writing=state]")).to_have_text(SAVED)
    expect(mine).to_contain_text("待完善 1")
    assert violations(page) == []
    page.get_by_role("navigation", name="项目").get_by_role("link", name="绩效指标").click()
    tab = page.get_by_role("navigation", name="项目").locator("[aria-current]")
    expect(tab).to_have_text("绩效指标 0")
    page.get_by_label("三级指标").fill("长" * 10_000)
    page.keyboard.press("Control+s")
    told = page.get_by_role("alert").get_by_role("listitem")
    expect(told).to_have_text(f"{'长' * 40}…：三级指标有 10000 字，最多 100 字，请写短些。")
    page.get_by_label("三级指标").first.fill("")
    paste(page, FROM_EXCEL)
    save(page)
    expect(tab).to_have_text(f"绩效指标 {len(FROM_EXCEL.strip().splitlines())}")
    expect(page.get_by_role("region", name="自评结果").locator("dd").first).to_have_text("98.56")
    assert verdict(page) == ["98.56", "优"]
    assert violations(page) == []
    page.get_by_role("link", name="全部项目").click()
    expect(page.get_by_role("row", name=BROADCAST)).to_contain_text("90 / 90")
