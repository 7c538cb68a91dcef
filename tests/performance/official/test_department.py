"""The self-evaluation form of a department, cell by cell, with hand-written values.

Addresses, merges and labels are those of Hunan's annex 2 as 衡山县贯塘乡 printed it for 2023; so are its figures.
"""

from decimal import Decimal

import pytest

from budgets.official_forms import labelled
from budgets.returns import BY_FUNCTION, BY_NATURE, PROJECTS, REVENUE
from performance.frameworks import FOUR_BLOCKS
from performance.official.department import department_form
from performance.official.editions import HUNAN, UNTIL_2021, FormName, edition_of
from performance.schemes import Mode
from performance.scoring import Basis
from tests.performance.official.forms import given, indicator, merges, places, texts
from tests.performance.report.returns import money, project

EDITION = HUNAN


def form(*lines, **options):
    """The form of a return."""
    return department_form(EDITION.department, given(*lines, **options))


HENGSHAN = (
    money(
        "total",
        schedule=BY_FUNCTION,
        initial_budget="8611000",
        revised_budget="20301200",
        outturn="20301200",
    ),
    money("general_public", schedule=REVENUE, revised_budget="13256800"),
    money("government_fund", schedule=REVENUE, revised_budget="1188200"),
    money("other", schedule=REVENUE, revised_budget="5856200"),
    money("basic", schedule=BY_NATURE, revised_budget="9004700"),
    project("全部项目", revised_budget="10252000"),
)
HEADS = {
    "B12": "一级指标",
    "C12": "二级指标",
    "D12": "三级指标",
    "E12": "年度指标值",
    "F12": "实际完成值",
    "G12": "分值",
    "H12": "得分",
    "I12": "偏差原因分析及改进措施",
}
PUBLISHED = {
    "A1": "2023年度部门整体支出绩效自评表",
    "A2": "预算部门、单位名称",
    "C2": "衡山县贯塘乡人民政府",
    "A3": "年度预算申请（万元）",
    "D3": "年初预算数",
    "E3": "全年预算数",
    "F3": "全年执行数",
    "G3": "分值",
    "H3": "执行率",
    "I3": "自评得分",
    "B4": "年度资金总额",
    "D4": "861.10",
    "E4": "2,030.12",
    "F4": "2,030.12",
    "G4": "10",
    "H4": "100.00%",
    "I4": "10.00",
    "B5": "按收入性质分：2030.12",
    "F5": "按支出性质分：1925.67",
    "B6": "其中：一般公共预算：1325.68",
    "F6": "其中：基本支出：900.47",
    "B7": "      政府性基金拨款：118.82",
    "F7": "      项目支出：1025.20",
    "B8": "      纳入专户管理的非税收入拨款：",
    "B9": "      其他资金：585.62",
    "A10": "年度总体目标",
    "B10": "预期目标",
    "F10": "实际完成情况",
    "A12": "绩效指标",
    **HEADS,
}


def test_the_published_figures_stand_in_the_cells_of_the_form():
    found = texts(form(*HENGSHAN, unit="衡山县贯塘乡人民政府"))
    assert {where: text for where, text in found.items() if int(where[1:]) <= 12} == PUBLISHED


def test_the_cells_are_merged_as_printed():
    found = merges(form(basis=Basis(FOUR_BLOCKS)))
    head = {
        "A1:I1", "A2:B2", "C2:I2", "A3:A9", "B3:C3", "B4:C4", "B5:E5", "F5:I5", "B6:E6", "F6:I6",
        "B7:E7", "F7:I7", "B8:E8", "F8:I8", "B9:E9", "F9:I9", "A10:A11", "B10:E10", "F10:I10", "B11:E11",
        "F11:I11",
    }  # fmt: skip
    # One blank row for each of the ten second levels: 成本 3, 产出 3, 效益 3, 满意度 1.
    assert found == head | {"A12:A22", "B13:B15", "B16:B18", "B19:B21", "A23:F23", "A24:I24"}


def test_a_first_level_is_merged_over_its_second_levels_and_these_over_their_indicators():
    found = form(
        indicators=[
            indicator("甲", "quantity", "20", "20", target_value="≥50个", actual_value="50个"),
            indicator("乙乙", "quantity", "12.50", "10", deviation_reason="少办一件，下年补办。"),
            indicator("丙丙丙", "satisfaction", "10", "9.5"),
        ]
    )
    shown = texts(found)
    assert {"B13:B17", "C13:C14", "B18:B21", "A12:A22", "A23:F23"} <= merges(found)
    assert [shown[f"B{row}"] for row in (13, 18, 22)] == [
        "产出指标（50分）",
        "效益指标（30分）",
        "满意度指标（10分）",
    ]
    assert [shown[f"C{row}"] for row in (13, 15, 16, 17, 18, 19, 20, 21, 22)] == [
        "数量指标", "质量指标", "时效指标", "成本指标",
        "经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标", "服务对象满意度指标",
    ]  # fmt: skip
    assert [shown.get(f"{column}13") for column in "DEFGHI"] == ["甲", "≥50个", "50个", "20", "20.00", None]
    assert [shown.get(f"{column}14") for column in "DEFGHI"] == [
        "乙乙", None, None, "12.5", "10.00", "少办一件，下年补办。",
    ]  # fmt: skip
    assert not {f"D{row}" for row in range(15, 22)} & set(shown)
    assert (shown["A23"], shown["G23"], shown.get("H23")) == ("总分", "100", None)  # not every block is full
    assert shown["A24"].startswith("填表人：") and shown["A24"].endswith("单位负责人签字：")


def test_the_total_stands_when_nothing_is_missing():
    full = {"target_value": "按期", "actual_value": "按期"}
    found = texts(
        form(
            money("total", schedule=BY_FUNCTION, revised_budget="2000000", outturn="1970000"),
            indicators=[
                indicator("甲", "quantity", "50", "50", **full),
                indicator("乙乙", "social", "30", "28.25", deviation_reason="略少。", **full),
                indicator("丙丙丙", "satisfaction", "10", "10", **full),
            ],
        )
    )
    assert (found["H4"], found["I4"], found["H22"]) == ("98.50%", "9.85", "98.10")


def test_points_shared_out_otherwise_for_a_reason_are_printed_as_they_were_given():
    shared = [
        indicator("甲", "quantity", "60"),
        indicator("乙乙", "social", "20"),
        indicator("丙丙丙", "satisfaction", "10"),
    ]
    assert texts(form(indicators=shared))["B13"] == "产出指标（50分）"
    assert texts(form(indicators=shared, weights_reason="上级要求。"))["B13"] == "产出指标（60分）"


def test_an_indicator_of_no_level_of_the_framework_stands_last():
    found = form(indicators=[indicator("没有级别", ""), indicator("别的框架", "cost_social")])
    shown = texts(found)
    assert (shown["D22"], shown["D23"]) == ("没有级别", "别的框架")
    assert not {"B22", "C22", "B23", "C23"} & set(shown) and "A12:A23" in merges(found)


def test_blank_is_blank_and_zero_is_zero():
    nothing, zero = form(), form(money("other", schedule=REVENUE, revised_budget="0"))
    assert texts(nothing)["B9"] == "      其他资金："
    assert not {"D4", "E4", "F4", "H4", "I4"} & set(texts(nothing))
    assert texts(zero)["B9"] == "      其他资金：0.00"


@pytest.mark.parametrize(
    ("yuan", "text"),
    [
        (None, "其他："),
        ("0", "其他：0.00"),
        ("12345678.90", "其他：1234.57"),
        ("-45", "其他：0.00"),
        ("-50", "其他：-0.01"),
    ],
)
def test_a_label_and_its_number_share_a_cell(yuan, text):
    # −45 yuan are −0.0045 万元; −50 are −0.005, half away from zero
    assert labelled("其他：", None if yuan is None else Decimal(yuan)) == text


def test_every_figure_knows_where_it_is_entered():
    found = places(form(*HENGSHAN, indicators=[indicator("甲", "quantity", "20")]))
    assert found["D4"] == (BY_FUNCTION.name, "total", "initial_budget")
    assert found["H4"] == (BY_FUNCTION.name, "total", "execution_rate")
    assert found["B6"] == (REVENUE.name, "general_public", "revised_budget")
    assert found["F7"] == (BY_NATURE.name, "project", "revised_budget")
    assert found["B9"] == (REVENUE.name, "", "")  # the sum of six sources
    assert found["G13"] == ("indicators", "line-1", "max_score") and found["B11"] == (
        "performance_goal",
        "",
        "",
    )
    assert "B8" not in found and PROJECTS.name not in {schedule for schedule, *_ in found.values()}


def test_long_words_have_as_many_rows_as_show_them():
    # 2,000 characters are 4,000 half-width ones in lines of 63: 64 lines, in three rows
    found = form(
        goal=("目" * 2000, "短"), indicators=[indicator("甲", "quantity", deviation_reason="因" * 500)]
    )
    assert {"A10:A13", "B11:E13", "F11:I13"} <= merges(found)
    # 500 characters in lines of 19: 53 lines, in three rows, and the indicator with them
    assert {"D15:D17", "G15:G17", "I15:I17", "C15:C17"} <= merges(found)


def test_an_edition_is_found_by_region_and_year():
    assert edition_of("431102", 2023) is EDITION and edition_of("341702", 2030) is EDITION
    assert edition_of("431102", 2021).public is UNTIL_2021 is edition_of("431102", 2010).public
    assert EDITION.forms == tuple(FormName) and set(EDITION.titles) == set(FormName)


def test_where_rules_are_not_overruled_the_computed_score_stands_on_the_form():
    one = indicator("办理事项", "quantity", "50", "50", target_value="≥10 件", actual_value="5 件")
    found = {where: text for where, text in texts(form(indicators=[one])).items() if where == "H13"}
    assert found == {"H13": "50.00"}
    locked = texts(form(indicators=[one], basis=Basis(mode=Mode.LOCKED)))
    assert locked["H13"] == "25.00"  # 50 × 5 ÷ 10
