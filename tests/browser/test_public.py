"""The public pages as citizens use them: at a desk, on a phone, with the keyboard alone, without signing in."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import expect

from tests.browser.grid_page import violations

UNIT, REPORT = "永州市零陵区应急管理局", "224001 永州市零陵区应急管理局 2023年度 自评报告.docx"
SCREENS = {"desk": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}


@pytest.fixture
def public(demo):
    """The real report, made public; the address of the demonstration."""
    from submissions.models import Submission
    from tests.world import make_public

    make_public(Submission.objects.get(unit__code="224001"), day=date(2024, 9, 20))
    return demo


@pytest.fixture(params=SCREENS)
def citizen(request, new_context):
    """A browser of somebody nobody knows; what goes wrong in it is noted."""
    page = new_context().new_page()
    page.set_viewport_size(SCREENS[request.param])
    wrong = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    yield page
    assert wrong == []
    assert page.context.cookies() == []


def expect_active(element):
    """Expect that keys go to an element, whether or not the browser's window is the active one."""
    expect(element).to_be_visible()
    element.page.wait_for_function(
        "(element) => document.activeElement === element", arg=element.element_handle()
    )


def drawn(page):
    """The charts one sees: how many pixels a unit of theirs has, their box, and their words in their units."""
    return page.locator("svg.chart:visible").evaluate_all(
        """charts => charts.map(chart => {
          const {left, right, width} = chart.getBoundingClientRect();
          const whole = chart.viewBox.baseVal;
          const words = [...chart.querySelectorAll('text')].map(text => {
            const {x, y, width, height} = text.getBBox();
            return {x, y, end: x + width, bottom: y + height, text: text.textContent};
          });
          return {left, right, scale: width / whole.width, width: whole.width, height: whole.height, words};
        })"""
    )


def saved(page, link):
    """The name and the bytes of what a link downloads."""
    with page.expect_download() as download:
        link.click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_a_citizen_finds_the_seed_unit_by_its_initials_and_downloads_its_report(public, citizen):
    citizen.goto(f"{public}/public/")
    assert violations(citizen) == []
    citizen.get_by_label("单位", exact=True).fill("llqyjglj")
    citizen.get_by_role("button", name="查找").click()
    expect(citizen.get_by_text("找到 1 份")).to_be_visible()
    assert violations(citizen) == []
    citizen.get_by_role("link", name=UNIT).click()

    expect(citizen.get_by_role("heading", level=1, name=UNIT)).to_be_visible()
    figures = citizen.locator(".public-figures")
    for figure in ("1,385.50", "1,968.01", "+582.51", "+42.04"):
        expect(figures).to_contain_text(figure)
    expect(citizen.get_by_text("支出决算比年初预算多 582.51 万元（+42.04 %）")).to_be_visible()
    assert violations(citizen) == []

    name, content = saved(citizen, citizen.get_by_role("link", name="自评报告 Word"))
    assert name == REPORT
    words = "\n".join(paragraph.text for paragraph in Document(BytesIO(content)).paragraphs)
    assert "1968.01万元" in words and "42.04%" in words
    name, content = saved(citizen, citizen.get_by_role("link", name="数据 CSV"))
    assert name.endswith(".csv") and "19680100.00" in content.decode("utf-8-sig")

    citizen.get_by_role("link", name="部门整体支出绩效自评表", exact=True).click()
    expect(citizen.get_by_role("article")).to_contain_text("1,968.01")
    expect(citizen.get_by_role("article")).not_to_contain_text("填表人")
    assert violations(citizen) == []
    name, content = saved(citizen, citizen.get_by_role("link", name="下载 Excel"))
    assert name.endswith("部门整体支出绩效自评表.xlsx") and content.startswith(b"PK")


def test_charts_are_whole_and_legible_and_no_page_is_pushed_sideways(public, citizen):
    page = f"{public}/public/431102/2023/224001"
    width = citizen.viewport_size["width"]
    for address in (f"{public}/public/", f"{page}/", f"{page}/1/forms/department/"):
        assert citizen.goto(address).status == 200
        assert citizen.evaluate("document.documentElement.scrollWidth") <= width
    citizen.goto(f"{page}/")
    charts = drawn(citizen)
    assert len(charts) == 6, "five of the return, one of the report"
    for chart in charts:
        assert chart["left"] >= 0 and chart["right"] <= width
        assert chart["scale"] * 12 > 10, "words of 12 units are more than 10 pixels high"
        for one in chart["words"]:
            inside = one["x"] >= 0 and one["end"] <= chart["width"] and one["bottom"] <= chart["height"]
            assert inside and one["y"] >= 0, one
            for other in chart["words"]:
                same_row = abs(one["y"] - other["y"]) < 6 and one["x"] < other["x"]
                assert not same_row or one["end"] <= other["x"], (one, other)
    drawings = citizen.locator(".drawing:visible")
    assert max(drawings.evaluate_all("all => all.map(box => box.scrollWidth - box.clientWidth)")) <= 0


def test_with_the_keyboard_alone(public, citizen):
    citizen.goto(f"{public}/sign-in/")
    citizen.context.clear_cookies()
    citizen.get_by_role("link", name="查阅已公开的自评报告").focus()
    citizen.keyboard.press("Enter")
    expect(citizen.get_by_role("heading", level=1)).to_have_text("部门整体支出绩效自评公开")
    citizen.keyboard.press("Tab")
    expect_active(citizen.get_by_role("link", name="跳到正文"))
    citizen.keyboard.press("Enter")
    for label in ("地区", "年度", "单位"):
        citizen.keyboard.press("Tab")
        expect_active(citizen.get_by_label(label, exact=True))
    citizen.keyboard.type("yingji")
    citizen.keyboard.press("Enter")
    expect(citizen.get_by_text("找到 1 份")).to_be_visible()
    citizen.get_by_role("link", name=UNIT).focus()
    citizen.keyboard.press("Enter")
    expect(citizen.get_by_role("heading", level=1, name=UNIT)).to_be_visible()
