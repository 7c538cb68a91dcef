"""The exports page as an administrator uses it, on the demonstration."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect


def complaints(page) -> list[str]:
    """What axe finds wrong, and whether the page itself scrolls sideways."""
    found = [each["id"] for each in Axe().run(page).response["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return found + (["scrolls sideways"] if wide else [])


def saved(page, link) -> tuple[str, bytes]:
    """The name and the bytes of what a link downloads."""
    with page.expect_download() as download:
        link.click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_the_forms_of_a_round_are_found_in_the_menu_and_downloaded(open_as):
    from submissions.models import Submission
    from tests.world import put_in_status

    page = open_as("qian")
    page.locator("[data-menu] summary").click()
    page.get_by_role("link", name="报表导出").click()
    expect(page.get_by_text("共 1 个单位有填报，已审核通过 0 个")).to_be_visible()
    expect(page.get_by_role("button", name="（zip，0 家）")).to_be_disabled()
    assert complaints(page) == []
    row = page.get_by_role("row", name="永州市零陵区应急管理局")
    name, content = saved(page, row.get_by_role("link", name="下载永州市零陵区应急管理局的全套自评材料"))
    assert name == "224001 永州市零陵区应急管理局 2023年度 全套自评材料（未审核）.zip"
    with ZipFile(BytesIO(content)) as archive:
        form = archive.read("224001 永州市零陵区应急管理局 2023年度 基础数据表（未审核）.xlsx")
    assert openpyxl.load_workbook(BytesIO(form))["基础数据表"]["F11"].value == 241.37

    put_in_status(Submission.objects.get(), "approved")
    page.reload()
    expect(page.get_by_text("共 1 个单位有填报，已审核通过 1 个")).to_be_visible()
    assert complaints(page) == []
    name, content = saved(page, page.get_by_role("link", name="下载全部已通过单位的自评材料（zip，1 家）"))
    assert name == "2023年度 自评材料 1家.zip"
    folder = "224001 永州市零陵区应急管理局"
    assert ZipFile(BytesIO(content)).namelist() == [
        f"{folder}/{folder} 2023年度 基础数据表.xlsx",
        f"{folder}/{folder} 2023年度 部门整体支出绩效自评表.xlsx",
        f"{folder}/{folder} 2023年度 项目支出绩效自评表.xlsx",
        f"{folder}/{folder} 2023年度 部门决算公开表.xlsx",
        f"{folder}/{folder} 2023年度 自评报告.docx",
    ]


def test_a_form_is_looked_at_and_downloaded_by_who_fills_it_in(open_as):
    page = open_as("lin")
    page.get_by_role("link", name="继续填报").click()
    page.get_by_role("link", name="上报表格").last.click()
    assert complaints(page) == []
    page.get_by_role("link", name="查看基础数据表").click()
    assert complaints(page) == []
    name, _ = saved(page, page.get_by_role("link", name="下载 Excel"))
    assert name == "224001 永州市零陵区应急管理局 2023年度 基础数据表（未审核）.xlsx"
    page.get_by_role("link", name="241.37").first.click()
    expect(page.locator("#row-project")).to_be_visible()
