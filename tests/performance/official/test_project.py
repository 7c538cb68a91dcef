"""The self-evaluation form of a project, cell by cell, with hand-written values.

Addresses, merges and labels are those of the national form as 池州市贵池区棠溪镇 printed it for 2022; so are its
figures of rows 7 to 9. Its row 6 (年度资金总额) it published as 0/0/0: here that row is computed.
"""

from decimal import Decimal

import pytest

from budgets.excel_forms import value_of
from budgets.official_forms import Kind
from performance.frameworks import THREE_BLOCKS
from performance.official.blocks import PrintedIndicator
from performance.official.editions import HUNAN
from performance.official.project import ProjectEvaluation, project_form
from tests.performance.official.forms import merges, texts

EDITION = HUNAN


def project(name="委托业务项目", *, funds, indicators=(), **others):
    """A project of 棠溪镇."""
    unit = "219001-池州市贵池区棠溪镇人民政府"
    department = "219-池州市贵池区棠溪镇人民政府"
    return ProjectEvaluation(
        2022, name, department, unit, funds, THREE_BLOCKS, indicators=indicators, **others
    )


def amounts(initial, revised, outturn):
    """The figures of a funding, as text in yuan."""
    figures = zip(("initial_budget", "revised_budget", "outturn"), (initial, revised, outturn), strict=True)
    return {name: None if text is None else Decimal(text) for name, text in figures}


def form(*arguments, **options):
    """The form of a project."""
    return project_form(EDITION.project, project(*arguments, **options))


INDICATORS = [
    PrintedIndicator("quantity", "基建工程委托业务项目数量", "≥50个", "50", Decimal(8), Decimal(8)),
    PrintedIndicator("quality", "委托业务报告合格率", "≥100%", "100", Decimal(8), Decimal(8)),
    PrintedIndicator("quality", "经费支出合规性", "严格执行", "达成预期", Decimal(8), Decimal(8)),
    PrintedIndicator("timeliness", "提交报告及时性", "按期", "达成预期", Decimal(8), Decimal(8)),
    PrintedIndicator("cost", "项目总成本", "≤90万元", "90", Decimal(8), Decimal(8)),
    PrintedIndicator("cost", "单项业务成本", "符合规定", "达成预期", Decimal(10), Decimal(10)),
    PrintedIndicator("social", "对维护基建市场公平的影响", "明显", "达成预期", Decimal(10), Decimal(10)),
    PrintedIndicator("ecological", "对控制成本影响", "明显", "达成预期", Decimal(10), Decimal(10)),
    PrintedIndicator("sustainable", "对四项制度落实影响", "明显", "达成预期", Decimal(10), Decimal(10)),
]
"""As published; the row of 满意度 is cut off in the source."""

HEAD = {
    "A1": "项目支出绩效自评表",
    "A2": "（2022年度）",
    "A3": "项目名称",
    "C3": "委托业务项目",
    "A4": "主管部门",
    "C4": "219-池州市贵池区棠溪镇人民政府",
    "F4": "实施单位",
    "H4": "219001-池州市贵池区棠溪镇人民政府",
    "A5": "项目资金（万元）",
    "D5": "年初预算数",
    "E5": "全年预算数（A）",
    "F5": "全年执行数（B）",
    "G5": "分值",
    "H5": "执行率（B/A）",
    "I5": "得分",
    "B6": "年度资金总额",
    "D6": "90.00",
    "E6": "89.97",
    "F6": "89.97",
    "G6": "10",
    "H6": "100.00%",
    "I6": "10.00",
    "B7": "其中：当年财政拨款",
    "D7": "90.00",
    "E7": "89.97",
    "F7": "89.97",
    "G7": "—",
    "H7": "100.00%",
    "I7": "—",
    "B8": "      上年结转资金",
    "G8": "—",
    "I8": "—",
    "B9": "      其他资金",
    "G9": "—",
    "I9": "—",
    "A10": "年度总体目标",
    "B10": "预期目标",
    "F10": "实际完成情况",
    "A12": "绩效指标",
}


def test_the_published_figures_stand_in_the_cells_of_the_form():
    found = texts(
        form(
            funds={"appropriation": amounts("900000", "899740", "899740")},
            indicators=INDICATORS,
            total=Decimal(90),
        )
    )
    assert {where: text for where, text in found.items() if int(where[1:]) < 12} | {
        "A12": found["A12"]
    } == HEAD
    assert [found[f"{column}12"] for column in "BCDEFGHI"] == [
        "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施",
    ]  # fmt: skip
    assert [found[f"{column}13"] for column in "BCDEFGH"] == [
        "产出指标（50分）", "数量指标", "基建工程委托业务项目数量", "≥50个", "50", "8", "8.00",
    ]  # fmt: skip
    assert (found["A24"], found["G24"], found["H24"]) == (
        "总分",
        "100",
        "90.00",
    )  # of 80 and 10, as published


def test_the_cells_are_merged_as_printed():
    found = merges(form(funds={}))
    assert found == {
        "A1:I1", "A2:I2", "A3:B3", "C3:I3", "A4:B4", "C4:E4", "F4:G4", "H4:I4", "A5:A9", "B5:C5", "B6:C6",
        "B7:C7", "B8:C8", "B9:C9", "A10:A11", "B10:E10", "F10:I10", "B11:E11", "F11:I11", "B13:B16",
        "B17:B20", "A12:A21", "A22:F22",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("funds", "row"),
    [
        # 村级补助及运转经费: 132.912 ÷ 132.912
        (
            {"appropriation": amounts("2026400", "1329120", "1329120")},
            ["202.64", "132.91", "132.91", "100.00%", "10.00"],
        ),
        # (45 + 0 + 5) ÷ (50 + 10 + 0) = 83.33 %, of ten points 8.33
        (
            {
                "appropriation": amounts("500000", "500000", "450000"),
                "carried_forward": amounts(None, "100000", "0"),
                "other": amounts(None, None, "50000"),
            },
            ["50.00", "60.00", "50.00", "83.33%", "8.33"],
        ),
        ({"appropriation": amounts("100", None, "100")}, ["0.01", None, "0.01", None, None]),
        ({"appropriation": amounts("0", "0", "0")}, ["0.00", "0.00", "0.00", None, None]),
        ({}, [None, None, None, None, None]),
    ],
)
def test_the_whole_is_the_sum_of_its_fundings_and_alone_is_scored(funds, row):
    found = texts(form(funds=funds))
    assert [found.get(f"{column}6") for column in "DEFHI"] == row


def test_cells_come_from_left_to_right_with_scores_of_two_decimals():
    made = form(funds={"appropriation": amounts("430000", "450000", "430000")})
    columns = [[cell.column for cell in row] for row in made.rows]
    assert columns == [sorted(each) for each in columns]
    [score] = [cell for cell in made.rows[5] if cell.kind is Kind.SCORE]
    assert value_of(score) == Decimal("9.56")  # 43 of 45: 95.555… % of ten points
