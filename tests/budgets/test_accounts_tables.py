"""The published final-accounts tables found by their words in every layout, and checked against themselves."""

from decimal import Decimal

import pytest
from openpyxl import Workbook

from budgets.accounts_checks import findings
from budgets.accounts_tables import TableKind, is_same_unit, read_tables
from budgets.money import AmountUnit
from orgs.spreadsheets import EVERY_SHEET, read_typed_sheets
from tests.accounts_cases import (
    FINANCE,
    PLANNING,
    SEED,
    SOCIAL_WORK,
    TABLES,
    Writer,
    alone,
    changed,
    in_one_sheet,
    saved,
)


def tables(content):
    return read_tables(read_typed_sheets(content, "a.xlsx", EVERY_SHEET))


def figures(reading):
    """What every table says, wherever it stands: lines with a figure by table."""
    return {
        kind: sorted(
            (line.side, line.code, line.name, name, amount.yuan)
            for line in table.lines
            for name, amount in line.amounts.items()
        )
        for kind, table in reading.tables.items()
    }


# --- Found by their words


@pytest.mark.parametrize("case", [FINANCE, PLANNING, SOCIAL_WORK, SEED], ids=lambda case: case.unit)
def test_every_layout_of_the_same_figures_is_read_the_same(case):
    one = tables(Writer(case, "shanghai").all())
    assert set(one.tables) == set(TableKind) and one.mistakes == []
    assert one.years == {case.year: "表1"} and one.units == {case.unit: "表1"}
    expected = figures(one)
    for content in (
        Writer(case, "national").all(),
        Writer(case, "national", AmountUnit.YUAN).all(),
        in_one_sheet(case),
    ):
        other = tables(content)
        assert other.mistakes == [] and figures(other) == expected


def test_a_table_says_what_its_cells_say():
    found = figures(tables(Writer(PLANNING, "national").all()))
    assert ("", "2120101", "行政运行", "basic", Decimal("10969100")) in found[TableKind.EXPENDITURE]
    assert ("", "2120101", "行政运行", "basic", Decimal("10840200")) in found[TableKind.GENERAL_PUBLIC]
    assert ("收入", "", "一般公共预算财政拨款收入", "outturn", Decimal("97465000")) in found[TableKind.TOTALS]
    assert ("支出", "", "年末结转和结余", "outturn", Decimal("1000000")) in found[TableKind.TOTALS]
    assert ("", "30217", "公务接待费", "outturn", Decimal("3900")) in found[TableKind.BASIC]
    assert ("", "", "hospitality", "budget", Decimal("28500")) in found[TableKind.THREE_PUBLIC]
    assert ("", "", "hospitality", "outturn", Decimal("3900")) in found[TableKind.THREE_PUBLIC]
    assert found[TableKind.GOVERNMENT_FUND] == found[TableKind.STATE_CAPITAL] == []


@pytest.mark.parametrize("table", TABLES)
def test_a_table_by_itself_is_read_as_among_the_others(table):
    whole = figures(tables(Writer(PLANNING, "national").all()))
    found = figures(tables(alone(PLANNING, table)))
    assert len(found) == 1 and found.items() <= whole.items()


def test_codes_in_three_columns_a_level_each_are_joined():
    book = Workbook()
    sheet = book.active
    for cells in (
        ["二〇二三年度支出决算表"],
        ["编制单位：", "零陵区文化馆", None, None, None, None, "单位：元"],
        ["科目编码", None, None, "科目名称", "合计", "基本支出", "项目支出"],
        ["类", "款", "项", None, None, None, None],
        ["栏次", None, None, None, 1, 2, 3],
        ["207", None, None, "文化", 10, 4, 6],
        [None, "01", None, "文化和旅游", 10, 4, 6],
        [None, None, "09", "群众文化", "1,0.00", 4, 6],
        [None, 2, 99, "其他", "—", None, "（3）"],
    ):
        sheet.append(cells)
    reading = tables(saved(book))
    table = reading.tables[TableKind.EXPENDITURE]
    assert [line.code for line in table.lines] == ["207", "20701", "2070109", "2070299"]
    assert reading.years == {2023: "Sheet"} and reading.units == {"零陵区文化馆": "Sheet"}
    assert [(each.cell, each.message[:10]) for each in reading.mistakes] == [("E8", "“1,0.00”不是")]
    assert table.lines[-1].amounts["project"].yuan == -3 and "total" not in table.lines[-1].amounts


def test_the_three_public_expenses_are_read_one_below_the_other_too():
    book = Workbook()
    sheet = book.active
    for cells in (
        ["“三公”经费支出决算表"],
        ["部门：零陵区文化馆", None, "单位：万元"],
        ["项目", "年初预算数", "全年预算数", "决算数"],
        ["合计", 3, 3, 2],
        ["1.因公出国（境）费", 0, 0, 0],
        ["2.公务接待费", 1, 1, 0.5],
        ["3.公务用车购置及运行维护费", 2, 2, 1.5],
        ["其中：（1）公务用车购置费", 0, 0, 0],
        ["（2）公务用车运行维护费", 2, 2, 1.5],
    ):
        sheet.append(cells)
    table = tables(saved(book)).tables[TableKind.THREE_PUBLIC]
    assert {line.name: line.yuan("outturn") for line in table.lines} == {
        "total": 20000,
        "overseas": 0,
        "hospitality": 5000,
        "vehicles": 15000,
        "vehicle_purchase": 0,
        "vehicle_operation": 15000,
    }
    assert table.lines[2].yuan("revised_budget") == table.lines[2].yuan("initial_budget") == 10000


def test_a_list_of_contents_and_hidden_sheets_are_no_tables():
    writer = Writer(FINANCE)
    writer.expenditure(3)
    contents = writer.book.create_sheet("目录", 0)
    for kind in TableKind:
        contents.append([f"2022年度{kind.value}"])
    hidden = writer.book.copy_worksheet(writer.book["表3"])
    hidden.sheet_state = "hidden"
    reading = tables(writer.saved())
    assert list(reading.tables) == [TableKind.EXPENDITURE] and reading.mistakes == []
    assert reading.years == {2024: "表3"}


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("永州市零陵区应急管理局", "零陵区应急管理局", True),
        ("上海市普陀区规划与自然资源局", "上海市规划和自然资源局", True),
        ("零陵区应急管理局（本级）", "零陵区应急管理局", True),
        ("中共上海市普陀区委社会工作部", "普陀区委社会工作部", True),
        ("冷水滩区应急管理局", "零陵区应急管理局", False),
        ("零陵区应急管理局", "零陵区应急管理局救援中心", False),
        ("零陵区文化馆", "零陵区应急管理局", False),
        ("城市管理局", "零陵区城市管理局", True),
        ("224001-永州市零陵区应急管理局", "永州市零陵区应急管理局", True),
    ],
)
def test_a_unit_is_known_by_its_name_with_or_without_the_places_above_it(one, other, same):
    assert is_same_unit(one, other) is is_same_unit(other, one) is same


# --- Their own inconsistencies, from the published documents


def said(content):
    return [(each.sheet, each.cell, each.message) for each in findings(tables(content).tables)]


ROUNDED = "，在四舍五入的范围内。"


def test_what_the_finance_bureau_published_does_not_agree_in_seven_places():
    assert said(Writer(FINANCE).all()) == [
        ("表3", "C23", f"“合计” 2,940.05 万元，下面各行相加 2,940.06 万元，相差 −0.01 万元{ROUNDED}"),
        (
            "表3",
            "D23",
            f"“合计”的基本支出 2,336.91 万元，下面各行相加 2,336.92 万元，相差 −0.01 万元{ROUNDED}",
        ),
        ("表5", "C23", f"“合计” 2,940.05 万元，下面各行相加 2,940.06 万元，相差 −0.01 万元{ROUNDED}"),
        (
            "表5",
            "D23",
            f"“合计”的基本支出 2,336.91 万元，下面各行相加 2,336.92 万元，相差 −0.01 万元{ROUNDED}",
        ),
        (
            "表6",
            "C4",
            f"“301 工资福利支出” 2,082.85 万元，下面各行相加 2,082.86 万元，相差 −0.01 万元{ROUNDED}",
        ),
        (
            "表6",
            "F4",
            f"“302 商品和服务支出” 171.07 万元，下面各行相加 171.09 万元，相差 −0.02 万元{ROUNDED}",
        ),
        (
            "表1",
            "D6",
            f"“社会保障和就业支出” 326.71 万元，“支出决算表”里 326.72 万元，相差 −0.01 万元{ROUNDED}",
        ),
    ]


def test_what_the_other_two_published_does_not_agree_either():
    planning = [(sheet, cell) for sheet, cell, _ in said(Writer(PLANNING).all())]
    assert planning == [
        ("表5", "C15"),
        ("表5", "C16"),
        ("表5", "C17"),  # 1092.80 against 1084.02 + 8.77
        ("表5", "C28"),
        ("表6", "F4"),  # 302: 440.90 against 440.88
        ("表6", "C23"),  # 4884.09 against 4816.14 + 67.96
        ("表1", "D6"),  # 210: 236.63 against 236.64
        ("表1", "D7"),  # 212: 3845.25 against 3845.24
    ]
    assert said(Writer(SOCIAL_WORK).all())[-1][2].startswith(
        "“合计”的基本支出 105.58 万元，“人员经费合计”与“公用经费合计”相加 105.59 万元"
    )
    assert said(Writer(SEED).all()) == []


def test_the_two_grand_totals_must_agree():
    found = said(changed(Writer(SOCIAL_WORK).all(), "表1!D16", 308))
    assert ("表1", "B16", "收入的“总计” 307.82 万元，支出的“总计” 308.00 万元，相差 −0.18 万元。") in found


def test_in_yuan_nothing_is_rounding():
    found = said(Writer(FINANCE, "national", AmountUnit.YUAN).all())
    assert found[0][2] == "“合计” 29,400,500.00 元，下面各行相加 29,400,600.00 元，相差 −100.00 元。"


def test_a_wrong_total_is_no_rounding():
    content = changed(Writer(FINANCE).all(), "表1!B3", None)
    content = changed(content, "表1!B13", 2950)
    messages = [message for sheet, cell, message in said(content) if (sheet, cell) == ("表1", "B13")]
    assert messages == [
        "“本年收入合计” 2,950.00 万元，上面各行相加 2,946.25 万元，相差 3.75 万元。",
        "“本年收入合计” 2,950.00 万元，“收入决算表”合计 2,946.25 万元，相差 3.75 万元。",
    ]
