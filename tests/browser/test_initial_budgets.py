"""The administrator imports approved initial budgets: template, mistakes, preview, confirmation; the unit sees them."""

from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADS_OF_A_LIST = 3


@pytest.fixture
def qian(open_as) -> Page:
    """The administrator 钱宁, where initial budgets of 零陵区 are imported."""
    page: Page = open_as("qian")
    page.get_by_role("link", name="任务总览").click()
    section = page.locator("section", has=page.get_by_role("heading", name="零陵区财政局"))
    section.get_by_role("link", name="2023 年度").first.click()
    page.get_by_role("link", name="导入年初预算").click()
    return page


def complaints(page: Page) -> list[str]:
    """What axe finds wrong, and whether the page itself scrolls sideways."""
    found = [each["id"] for each in Axe().run(page).response["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return found + (["scrolls sideways"] if wide else [])


def template(page: Page):
    """The template as it is downloaded, opened."""
    with page.expect_download() as download:
        page.get_by_role("link", name="下载模板").click()
    return load_workbook(BytesIO(Path(download.value.path()).read_bytes()))


def upload(page: Page, book) -> None:
    """Choose the workbook and send it."""
    file = BytesIO()
    book.save(file)
    page.get_by_label("文件", exact=True).set_input_files(
        {"name": "2023 年预算批复.xlsx", "mimeType": XLSX, "buffer": file.getvalue()}
    )
    page.get_by_role("button", name="上传并预览").click()


def test_approved_budgets_come_from_the_template_into_the_returns_and_the_unit_is_told(qian, open_as):
    assert complaints(qian) == []
    book = template(qian)
    rescue = next(
        row for row in book.active.iter_rows(min_row=HEADS_OF_A_LIST + 1) if row[0].value == "224002"
    )
    rescue[2].value, rescue[6].value = "2240106", "八十"
    upload(qian, book)
    expect(qian.get_by_role("alert")).to_contain_text("“八十”不是金额")
    assert complaints(qian) == []

    rescue[6].value = 88.5
    upload(qian, book)
    expect(qian.get_by_role("heading", name="2023 年预算批复.xlsx")).to_be_visible()
    expect(qian.get_by_role("row", name="零陵区应急救援中心")).to_contain_text("88.50")
    expect(qian.get_by_role("row", name="零陵区应急救援中心")).to_contain_text("未开始")
    assert complaints(qian) == []
    qian.get_by_role("link", name="零陵区应急救援中心").click()
    expect(qian.get_by_role("cell", name="新增一行")).to_be_visible()
    assert complaints(qian) == []
    qian.get_by_role("button", name="确认导入").click()
    expect(qian.get_by_text("已导入“2023 年预算批复.xlsx”。")).to_be_visible()
    assert complaints(qian) == []

    lin = open_as("lin")
    lin.get_by_role("link", name="通知").click()
    expect(lin.get_by_text("财政局导入了批复的年初预算数，写入 1 行。")).to_be_visible()
