"""The public final-accounts tables: what stands in them, and that our own reader reads it back."""

from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from budgets.accounts_tables import Side, TableKind, read_tables
from budgets.excel_forms import forms_workbook
from budgets.models import CarryoverLine
from budgets.public_tables import public_tables
from budgets.returns import BY_ECONOMIC, REVENUE, THREE_PUBLIC
from orgs.spreadsheets import EVERY_SHEET, read_typed_sheets
from performance.official.editions import FROM_2022, UNTIL_2021
from tests.performance.official.forms import given, texts
from tests.performance.report.returns import CODES, by_function, money


def classified(code, name, outturn, **qualifiers):
    """A line by function with its nature and fund."""
    nature = qualifiers.pop("nature", "")
    line = by_function(code, name, outturn, **qualifiers)
    line.nature = nature
    return line


def economic(code, name, outturn):
    """A line by economic category."""
    line = money("", schedule=BY_ECONOMIC, outturn=outturn)
    line.economic_category_id = next(CODES)
    line.code, line.code_name, line.code_book = code, name, "department"
    line.code_proposed_by_id = line.code_valid_from = line.code_valid_to = None
    return line


LINES = (
    money("general_public", schedule=REVENUE, outturn="9000000"),
    money("other", schedule=REVENUE, outturn="1000000.50"),
    classified("2240101", "行政运行", "6000000", fund="general_public", nature="basic"),
    classified("2240101", "行政运行", "500000", fund="other", nature="basic"),
    classified("2240106", "安全监管", "3000000.25", fund="general_public", nature="project"),
    classified("2080505", "养老保险缴费", "0", fund="general_public", nature="basic"),
    economic("30101", "基本工资", "4000000"),
    economic("30201", "办公费", "2000000"),
    economic("30302", "退休费", "500000"),
    money("hospitality", schedule=THREE_PUBLIC, initial_budget="20000", outturn="0"),
)
CARRIED = CarryoverLine(item="general_public", opening=Decimal(800000), closing=Decimal(1300000))


def tables(edition, *lines):
    """The tables of a return."""
    return public_tables(edition, "示例单位", given(*lines).plain_rows)


def read_back(forms):
    """The tables as our own reader finds them in the workbook."""
    sheets = read_typed_sheets(forms_workbook(forms), "决算公开表.xlsx", EVERY_SHEET)
    reading = read_tables(sheets)
    assert reading.mistakes == [] and list(reading.units) == ["示例单位"]
    return reading.tables


def coded(table):
    """The figures of the lines with a code, by code and column."""
    return {
        (line.code, column): amount.yuan
        for line in table.lines
        if line.code
        for column, amount in line.amounts.items()
    }


def test_what_is_written_is_read_back():
    found = read_back(tables(FROM_2022, *LINES))
    assert set(found) == set(TableKind)
    assert coded(found[TableKind.EXPENDITURE]) == {
        ("208", "total"): 0, ("208", "basic"): 0,
        ("20805", "total"): 0, ("20805", "basic"): 0,
        ("2080505", "total"): 0, ("2080505", "basic"): 0,
        ("224", "total"): Decimal("9500000.25"), ("224", "basic"): 6500000, ("224", "project"): Decimal("3000000.25"),
        ("22401", "total"): Decimal("9500000.25"), ("22401", "basic"): 6500000, ("22401", "project"): Decimal("3000000.25"),
        ("2240101", "total"): 6500000, ("2240101", "basic"): 6500000,
        ("2240106", "total"): Decimal("3000000.25"), ("2240106", "project"): Decimal("3000000.25"),
    }  # fmt: skip
    whole = found[TableKind.EXPENDITURE].total()
    assert [whole.yuan(name) for name in ("total", "basic", "project")] == [
        Decimal("9500000.25"), 6500000, Decimal("3000000.25"),
    ]  # fmt: skip
    # Of other money were the 50 万元 that the table of the general public budget leaves out.
    assert coded(found[TableKind.GENERAL_PUBLIC])["2240101", "total"] == 6000000
    assert coded(found[TableKind.BASIC]) == {
        ("301", "outturn"): 4000000, ("30101", "outturn"): 4000000,
        ("303", "outturn"): 500000, ("30302", "outturn"): 500000,
        ("302", "outturn"): 2000000, ("30201", "outturn"): 2000000,
    }  # fmt: skip
    three_public = {line.name: line for line in found[TableKind.THREE_PUBLIC].lines}
    assert (three_public["hospitality"].yuan("budget"), three_public["hospitality"].yuan("outturn")) == (
        20000,
        0,
    )
    assert not three_public["overseas"].amounts


def test_the_tables_of_totals_are_read_back():
    found = read_back(tables(FROM_2022, *LINES))
    totals = found[TableKind.TOTALS]
    assert totals.named("一般公共预算财政拨款收入", Side.REVENUE).yuan("outturn") == 9000000
    assert totals.named("其他收入", Side.REVENUE).yuan("outturn") == Decimal("1000000.5")
    assert totals.named("本年收入合计", Side.REVENUE).yuan("outturn") == Decimal("10000000.5")
    assert totals.named("灾害防治及应急管理支出", Side.EXPENDITURE).yuan("outturn") == Decimal("9500000.25")
    assert totals.named("总计", Side.REVENUE).yuan("outturn") is None  # what was carried over is not known
    carried = read_back(tables(FROM_2022, *LINES, CARRIED))[TableKind.TOTALS]
    assert carried.named("年末结转和结余", Side.EXPENDITURE).yuan("outturn") == 1300000
    # 1,000.00005 + 80 and 950.000025 + 130 万元
    assert carried.named("总计", Side.REVENUE).yuan("outturn") == Decimal("10800000.5")
    assert carried.named("总计", Side.EXPENDITURE).yuan("outturn") == Decimal("10800000.25")
    fiscal = found[TableKind.FISCAL_TOTALS]
    spent = fiscal.named("本年支出合计", Side.EXPENDITURE)
    assert (spent.yuan("total"), spent.yuan("general_public")) == (
        Decimal("9000000.25"),
        Decimal("9000000.25"),
    )
    assert spent.yuan("government_fund") is None


def test_titles_order_and_numbers_are_those_of_the_year():
    new, old = tables(FROM_2022, *LINES), tables(UNTIL_2021, *LINES)
    assert [(each.sheet_name, each.title) for each in new[6:]] == [
        ("公开07表", "政府性基金预算财政拨款收入支出决算表"),
        ("公开08表", "国有资本经营预算财政拨款支出决算表"),
        ("公开09表", "财政拨款“三公”经费支出决算表"),
    ]
    assert [each.title for each in old[6:]] == [
        "一般公共预算财政拨款“三公”经费支出决算表",
        "政府性基金预算财政拨款收入支出决算表",
        "国有资本经营预算财政拨款支出决算表",
    ]
    assert set(read_back(old)) == set(TableKind)


def test_a_table_without_figures_says_so_and_one_with_them_does_not():
    nothing = "注：本单位没有政府性基金预算财政拨款收入和支出，故本表无数据。"
    assert nothing in texts(tables(FROM_2022, *LINES)[6]).values()
    spent = classified("2120801", "征地补偿", "100", book="government_fund", fund="government_fund")
    found = texts(tables(FROM_2022, spent)[6])
    assert nothing not in found.values() and "0.01" in found.values()


def test_a_line_without_a_fund_is_of_the_one_its_code_is_of():
    spent = classified("2120801", "征地补偿", "100", book="government_fund")
    found = texts(tables(FROM_2022, spent)[6])
    assert {"2120801", "征地补偿", "0.01"} <= set(found.values())
    assert "0.01" not in texts(tables(FROM_2022, spent)[4]).values()  # 一般公共预算
    other = classified("2120801", "征地补偿", "100", book="government_fund", fund="other")
    assert "2120801" not in texts(tables(FROM_2022, other)[6]).values()


@pytest.mark.parametrize(
    "line",
    [
        money("state_capital", schedule=REVENUE, outturn="1000"),  # received and not spent
        classified("2240101", "行政运行", "100"),  # of what money is not said
    ],
)
def test_nothing_is_denied_that_may_be_there(line):
    assert not any("没有国有资本" in text for text in texts(tables(FROM_2022, line)[7]).values())
    assert any("没有国有资本" in text for text in texts(tables(FROM_2022, *LINES)[7]).values())


def test_each_table_is_as_wide_as_a_page_and_lies_where_it_is_wide():
    book = openpyxl.load_workbook(BytesIO(forms_workbook(tables(FROM_2022, *LINES))))
    assert book.sheetnames == [f"公开{number:02}表" for number in range(1, 10)]
    assert [sheet.page_setup.orientation for sheet in book][:3] == ["portrait", "landscape", "landscape"]
    assert all(sheet.page_setup.fitToWidth == 1 and sheet.print_title_rows for sheet in book)
