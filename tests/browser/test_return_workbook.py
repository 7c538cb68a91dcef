"""The workbook of a return in a browser: downloaded, filled in, uploaded, previewed, confirmed, seen."""

import openpyxl
from playwright.sync_api import expect

from budgets.return_sheets import FIRST_ROW, sheet_name
from budgets.returns import BASE_ITEMS, PROJECTS, REVENUE
from tests.browser.grid_page import OUTTURN, cell, open_return, open_schedule, violations

UNIT = "永州市零陵区应急管理局"


def number_of(page, label):
    """The number of the row of a sheet that is called so."""
    return next(
        number for number in range(FIRST_ROW, page.max_row + 1) if page.cell(number, 2).value == label
    )


def filled_in(source, target):
    """Fill the workbook in as a person would in Excel."""
    book = openpyxl.load_workbook(source)
    page = book[sheet_name(BASE_ITEMS)]
    page.cell(number_of(page, "公用经费其中：办公经费"), 7).value = "1,234.56"
    page = book[sheet_name(REVENUE)]
    page.cell(number_of(page, "事业收入"), 7).value = 12.5
    page = book[sheet_name(PROJECTS)]
    new = next(number for number in range(FIRST_ROW, 200) if not page.cell(number, 1).value)
    page.cell(new, 2).value, page.cell(new, 10).value = "新添的项目", 7
    book.save(target)


def choose(page, path):
    page.get_by_label("填好的 Excel 填报表").set_input_files(path)
    page.get_by_role("button", name="上传并预览").click()


def test_downloaded_filled_in_uploaded_previewed_and_confirmed(open_as, demo, tmp_path):
    lin = open_as("lin")
    open_return(lin, UNIT, "继续填报")
    lin.get_by_role("link", name="填报总览").click()
    with lin.expect_download() as download:
        lin.get_by_role("link", name="下载 Excel 填报表").click()
    assert download.value.suggested_filename == f"{UNIT} 2023 年度绩效自评填报表.xlsx"
    download.value.save_as(tmp_path / "a.xlsx")
    filled_in(tmp_path / "a.xlsx", tmp_path / "b.xlsx")

    lin.get_by_role("link", name="上传填好的 Excel").click()
    expect(lin.get_by_role("heading", name="上传填好的 Excel")).to_be_visible()
    assert violations(lin) == []
    choose(lin, tmp_path / "b.xlsx")
    expect(lin.get_by_role("heading", name="导入预览")).to_be_visible()
    changes = lin.locator("table.differences")
    expect(changes.filter(has_text="办公经费")).to_contain_text("1,234.56")
    expect(changes.filter(has_text="事业收入")).to_contain_text("12.50")
    expect(changes.filter(has_text="新添的项目")).to_contain_text("决算数 7.00")
    assert violations(lin) == []
    lin.get_by_role("button", name="确认导入").click()
    expect(lin.get_by_role("heading", name="导入结果")).to_be_visible()
    expect(lin.get_by_role("status")).to_contain_text("已导入填报表")

    open_schedule(lin, BASE_ITEMS)
    expect(cell(lin, "公用经费其中：办公经费", OUTTURN)).to_have_value("1,234.56")
    open_schedule(lin, PROJECTS)
    expect(cell(lin, "新添的项目", OUTTURN)).to_have_value("7.00")


def test_mistakes_stand_before_everything_with_their_cells(open_as, demo, tmp_path):
    lin = open_as("lin")
    open_return(lin, UNIT, "继续填报")
    lin.get_by_role("link", name="填报总览").click()
    with lin.expect_download() as download:
        lin.get_by_role("link", name="下载 Excel 填报表").click()
    download.value.save_as(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    page = book[sheet_name(REVENUE)]
    page.cell(number_of(page, "事业收入"), 7).value = "约十万"
    book.save(tmp_path / "a.xlsx")
    lin.get_by_role("link", name="上传填好的 Excel").click()
    choose(lin, tmp_path / "a.xlsx")
    said = lin.get_by_role("alert")
    expect(said.get_by_role("heading")).to_contain_text("有 1 处要改，没有导入")
    expect(said).to_contain_text("G9")
    expect(said).to_contain_text("“约十万”不是金额")
    assert violations(lin) == []
