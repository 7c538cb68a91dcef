"""Points, total and grade; every expected figure is computed by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.frameworks import FOUR_BLOCKS, SECOND_LEVELS, THREE_BLOCKS
from performance.schemes import Mode
from performance.scoring import (
    NO_EXECUTION_RATE,
    RATE_TOO_HIGH,
    WEIGHTS_REASON,
    Basis,
    Indicator,
    grade_of,
    left_of,
    points_text,
    result_of,
)

RATE = Decimal("98.5")


def indicator(name, second_level, max_score, score="", reason="", **others):
    """An indicator from texts; the score is full marks where it is not given, None is blank."""
    score = max_score if score == "" else score
    weight, points = (None if each is None else Decimal(each) for each in (max_score, score))
    given = {"target_value": "10 件", "actual_value": "10 件", "improvement_measure": reason} | others
    return Indicator(name, second_level, weight, points, deviation_reason=reason, **given)


def full_set(**changed):
    """A set that fills the framework; `changed` indicators replace those of the same second level."""
    found = {
        "quantity": indicator("数量", "quantity", "20"),
        "quality": indicator("质量", "quality", "30"),
        "social": indicator("社会", "social", "30"),
        "satisfaction": indicator("满意", "satisfaction", "10"),
    }
    return list((found | changed).values())


# --- The execution rate


def test_a_rate_above_a_hundred_percent_says_that_the_budget_is_not_up_to_date():
    result = result_of(full_set(), Decimal("100.01"))
    assert (result.execution_score, result.total) == (10, None)
    assert result.missing == [RATE_TOO_HIGH] and result.faults == []
    assert result_of(full_set(), Decimal(100)).missing == []


@pytest.mark.parametrize(
    ("blank", "sentence"),
    [
        ("target_value", "“质量”没有填年度指标值，请填写。"),
        ("actual_value", "“质量”没有填实际完成值，请填写。"),
    ],
)
def test_an_indicator_without_its_target_or_what_was_reached_gives_no_total(blank, sentence):
    indicators = [replace(each, **{blank: ""}) if each.name == "质量" else each for each in full_set()]
    result = result_of(indicators, Decimal(100))
    assert (result.missing, result.total) == ([sentence], None)


def test_without_a_rate_there_are_no_points_and_no_total():
    result = result_of(full_set(), None)
    assert (result.execution_score, result.total, result.grade) == (None, None, "")
    assert result.missing == [NO_EXECUTION_RATE] and result.faults == []


# --- The total


def test_full_marks_and_a_whole_execution_rate_are_a_hundred():
    result = result_of(full_set(), Decimal(100))
    assert (result.total, result.grade, result.missing, result.unexplained) == (100, "优", [], [])


def test_the_total_is_the_execution_points_and_the_scores():
    lost = indicator("社会", "social", "30", "26.65", reason="原因")
    result = result_of(full_set(social=lost), RATE)
    assert (result.total, result.grade) == (Decimal("96.50"), "优")  # 9.85 + 20 + 30 + 26.65 + 10
    assert [(block.given, block.scored) for block in result.blocks] == [
        (50, 50),
        (30, Decimal("26.65")),
        (10, 10),
    ]
    assert result.unexplained == []


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("100", "优"),
        ("90", "优"),
        ("89.99", "良"),
        ("89.995", "优"),  # printed 90.00
        ("89.9949", "良"),  # printed 89.99
        ("80", "良"),
        ("79.99", "中"),
        ("60", "中"),
        ("59.99", "差"),
        ("0", "差"),
    ],
)
def test_a_grade_is_that_of_the_total_as_it_is_printed(total, grade):
    assert grade_of(Decimal(total)) == grade


# --- What is missing


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"quality": indicator("质量", "quality", "25")},
            "产出指标的分值合计 45，应为 50，还差 5：请调整分值。",
        ),
        (
            {"social": indicator("社会", "social", "32.5")},
            "效益指标的分值合计 32.5，应为 30，多了 2.5：请调整分值。",
        ),
        (
            {"satisfaction": indicator("数量二", "quantity", "0")},
            "还没有满意度指标：请添加，分值合计应为 10。",
        ),
    ],
)
def test_a_block_that_is_not_full_is_one_sentence(changed, sentence):
    result = result_of(full_set(**changed), RATE)
    assert (result.missing, result.total, result.grade) == ([sentence], None, "")


def test_nothing_at_all_lacks_every_block():
    result = result_of([], RATE)
    assert len(result.missing) == 3 and result.total is None
    assert [block.scored for block in result.blocks] == [None, None, None]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (indicator("质量", "quality", "30", None), "“质量”没有填得分，请填写。"),
        (indicator("质量", "quality", "30", "30.01"), "“质量”的得分超过分值，请改正。"),
    ],
)
def test_a_score_that_is_blank_or_above_its_weight_gives_no_total(changed, sentence):
    result = result_of(full_set(quality=changed), RATE)
    assert (result.missing, result.total) == ([sentence], None)


def test_a_blank_weight_is_named_and_its_block_is_short():
    result = result_of(full_set(quality=indicator("质量", "quality", None, "30")), RATE)
    assert result.missing == [
        "产出指标的分值合计 20，应为 50，还差 30：请调整分值。",
        "“质量”没有填分值，请填写。",
    ]


@pytest.mark.parametrize(
    ("second_level", "sentence"),
    [
        ("", "“无处”没有选二级指标，请选择。"),
        (
            "cost_social",
            "“无处”的二级指标不在本年度的指标框架（产出 50、效益 30、满意度 10）里，请重新选择。",
        ),
    ],
)
def test_an_indicator_without_a_second_level_of_the_framework_counts_in_no_block(second_level, sentence):
    result = result_of([*full_set(), indicator("无处", second_level, "5")], RATE)
    assert result.missing == [sentence] and result.given == 100


def test_blank_never_scores_full_marks():
    blank = [indicator(name, code, "10", None) for code, name in SECOND_LEVELS.items()]
    assert all(block.scored is None for block in result_of(blank, RATE).blocks)


def test_many_are_counted_and_three_are_named():
    blank = [indicator(f"第{number}项", "quantity", "10", None) for number in range(1, 6)]
    result = result_of([*blank, *full_set()[2:]], RATE)
    assert result.missing == ["“第1项”“第2项”“第3项”等 5 个指标没有填得分，请填写。"]


# --- Weights that are not the framework's


def shared_otherwise():
    """Ten points moved from benefit to output."""
    return full_set(quality=indicator("质量", "quality", "40"), social=indicator("社会", "social", "20"))


def test_weights_shared_out_otherwise_need_a_reason():
    result = result_of(shared_otherwise(), Decimal(100))
    assert result.missing == [
        "产出指标的分值合计 60，应为 50，多了 10：请调整分值。",
        "效益指标的分值合计 20，应为 30，还差 10：请调整分值。",
        WEIGHTS_REASON,
    ]
    explained = result_of(shared_otherwise(), Decimal(100), weights_reason="以工程建设为主，效益次年显现。")
    assert (explained.missing, explained.total) == ([], 100)
    assert result_of(shared_otherwise(), Decimal(100), weights_reason=" \n").total is None


def left(indicators, *settled):
    return left_of(result_of(indicators, Decimal(100)), Basis(), "", settled)


def test_weights_that_were_let_pass_are_not_asked_again_but_an_empty_block_may_be():
    output, benefit = ("C-070", "产出指标"), ("C-070", "效益指标")
    assert left(shared_otherwise(), output)[0] == [
        "效益指标的分值合计 20，应为 30，还差 10：请调整分值。",
        WEIGHTS_REASON,
    ]
    assert left(shared_otherwise(), output, benefit) == ([], [])
    none = [each for each in full_set() if each.name != "社会"]
    assert left(none, benefit)[0] == ["还没有效益指标：请添加，分值合计应为 30。"]
    assert left(none, benefit, ("C-078", "blocks")) == ([], [])


def test_only_what_was_settled_of_an_indicator_is_not_asked_again():
    lost, more = indicator("数量", "quantity", "20", "19"), indicator("质量", "quality", "30", "31")
    found = full_set(quantity=lost, quality=more)
    asked = ["“数量”的得分低于分值，请写偏差原因。", "“数量”的得分低于分值，请写改进措施。"]
    assert left(found, ("C-073", 1), ("C-074", 0)) == (["“质量”的得分超过分值，请改正。"], asked)
    assert left(found, ("C-073", 0), ("C-071", 1)) == ([], [])


def test_no_reason_makes_up_for_a_hundred_that_is_not_full():
    short = full_set(quality=indicator("质量", "quality", "40"))
    result = result_of(short, Decimal(100), weights_reason="原因")
    assert result.missing == ["产出指标的分值合计 60，应为 50，多了 10：请调整分值。"]


def test_without_a_satisfaction_indicator_its_points_go_to_benefit_for_a_reason():
    without = [each for each in full_set(social=indicator("社会", "social", "40")) if each.name != "满意"]
    assert result_of(without, Decimal(100), weights_reason="没有直接服务对象。").total == 100


def test_with_four_blocks_cost_is_one_of_its_own():
    indicators = [
        indicator("成本", "cost_economic", "20", "15", "原因"),
        indicator("数量", "quantity", "40"),
        indicator("社会", "social", "20"),
        indicator("满意", "satisfaction", "10"),
    ]
    result = result_of(indicators, Decimal(90), Basis(FOUR_BLOCKS))
    assert [(block.name, block.points, block.scored) for block in result.blocks] == [
        ("成本指标", 20, 15),
        ("产出指标", 40, 40),
        ("效益指标", 20, 20),
        ("满意度指标", 10, 10),
    ]
    assert (result.total, result.grade) == (94, "优")  # 9 + 15 + 40 + 20 + 10
    assert result_of(full_set(), Decimal(90), Basis(FOUR_BLOCKS)).total is None


# --- Lost points


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_points_lost_without_a_reason_are_named_and_do_not_hold_back_the_total(reason):
    result = result_of(full_set(quality=indicator("质量", "quality", "30", "29.99", reason)), RATE)
    assert result.unexplained == [
        "“质量”的得分低于分值，请写偏差原因。",
        "“质量”的得分低于分值，请写改进措施。",
    ]
    assert (result.missing, result.total) == ([], Decimal("99.84"))


def test_what_is_given_in_all_counts_the_execution_rate():
    assert result_of(full_set()[:2], RATE).given == 60
    assert points_text(Decimal("60.50")) == "60.5" and points_text(Decimal(0)) == "0"


POINTS = st.one_of(st.none(), st.decimals(0, 100, places=2))


@given(
    st.lists(
        st.builds(Indicator, st.just("指标"), st.sampled_from(["", *SECOND_LEVELS]), POINTS, POINTS),
        max_size=12,
    ),
    st.one_of(st.none(), st.decimals(-10, 200, places=4)),
    st.sampled_from([THREE_BLOCKS, FOUR_BLOCKS]),
)
def test_there_is_a_total_of_at_most_a_hundred_or_a_sentence(indicators, rate, framework):
    result = result_of(indicators, rate, Basis(framework), "原因")
    assert (result.total is None) == bool(result.missing) == (result.grade == "")
    assert result.total is None or 0 <= result.total <= 100
    assert all(sentence.endswith("。") for sentence in [*result.missing, *result.unexplained])


# --- How a score comes about


def measured(target, actual, score, **others):
    """An indicator of 30 that counts upwards, with what it was to reach and what it reached."""
    given = {"direction": "at_least", "target_value": target, "actual_value": actual, "measuring_unit": "件"}
    return indicator("质量", "quality", "30", score, "原因", **given | others)


def scored(indicator, mode="editable"):
    others = [replace(each, direction="at_least") for each in full_set() if each.name != "质量"]
    return result_of([*others, indicator], RATE, Basis(mode=Mode(mode)))


@pytest.mark.parametrize(
    ("actual", "computed"),
    [
        ("0", "0"),
        ("5999", "18.00"),  # 17.997
        ("6000", "18"),
        ("8999", "27.00"),  # 26.997
        ("9000", "27"),
        ("9998", "29.99"),  # 29.994
        ("10000", "30"),
        ("99999", "30"),  # over-fulfilled: never above the weight
        ("1 万件", None),  # another unit
        ("完成", None),
    ],
)
def test_a_score_is_computed_from_what_is_written(actual, computed):
    assert measured("10000", actual, None).computed == (None if computed is None else Decimal(computed))


@pytest.mark.parametrize(("actual", "computed"), [("0 起", "30"), ("1 起", "0")])
def test_a_target_of_zero_is_all_or_nothing(actual, computed):
    accidents = measured("0", actual, None, direction="at_most", measuring_unit="起")
    assert accidents.computed == Decimal(computed)


@pytest.mark.parametrize("mode", ["manual", "editable"])
def test_what_is_typed_counts_and_a_computed_score_is_only_proposed(mode):
    assert scored(measured("10", "5", "16"), mode).blocks[0].scored == 36  # of 20 and 16, not 15
    blank = scored(measured("10", "5", None), mode)
    assert blank.total is None and blank.faults == ["“质量”没有填得分，请填写。"]


def test_where_rules_are_not_overruled_the_computed_score_counts_whatever_is_typed():
    result = scored(measured("10", "5", "30"), "locked")
    assert (result.blocks[0].scored, result.total) == (35, Decimal("84.85"))  # 9.85 + 20 + 15 + 30 + 10
    assert scored(measured("10", "5", None), "locked").total == Decimal("84.85")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"actual_value": "完成"},
            "“质量”：实际完成值应为数字：“完成”不是，请填数，文字写在“情况说明”；"
            "没有数的，指标性质选“定性”或“是/否”。",
        ),
        ({"direction": ""}, "“质量”没有选指标性质，请选择：得分由系统按它计算。"),
    ],
)
def test_what_cannot_be_computed_has_no_score_there_and_says_why(changed, sentence):
    result = scored(measured("10", "10", "30", **changed), "locked")
    assert (result.faults, result.total) == ([sentence], None)


def test_a_qualitative_score_is_typed_in_every_mode_and_within_the_band_of_its_degree():
    partly = {"direction": "qualitative", "actual_value": "部分达成预期指标并具有一定效果"}
    for mode in ("manual", "editable", "locked"):
        result = scored(measured("健全", "", "20", **partly), mode)
        assert (result.blocks[0].scored, result.unexplained) == (40, [])
    sentence = "“质量”：“部分达成预期指标并具有一定效果”的得分应为 18 分以上、不到 24 分。"
    assert scored(measured("健全", "", "24", **partly)).unexplained == [sentence]


@pytest.mark.parametrize(
    ("score", "is_asked"), [("15", False), ("15.1", False), ("14.9", False), ("15.11", True), ("14.89", True)]
)
def test_a_score_of_ones_own_is_explained_where_it_may_be_one(score, is_asked):
    own = measured("10", "5", score)
    sentence = "“质量”的得分与计算得分相差超过 0.1 分，请写情况说明，或清空得分后采用计算得分。"
    assert scored(own).unexplained == ([sentence] if is_asked else [])
    assert scored(replace(own, explanation="口径不同。")).unexplained == []
    assert scored(own, "manual").unexplained == [] == scored(own, "locked").unexplained


@pytest.mark.parametrize(("actual", "is_asked"), [("12999", False), ("13000", True)])  # 129.99 % and 130 %
def test_much_more_than_was_to_be_reached_is_explained(actual, is_asked):
    over = measured("10000", actual, "30")
    sentence = "“质量”的完成值达到指标值的 130% 以上，请在情况说明里写明原因。"
    assert scored(over).unexplained == ([sentence] if is_asked else [])
    assert scored(replace(over, explanation="新增业务。")).unexplained == []


def test_an_older_return_without_directions_has_the_total_it_had():
    old = indicator("质量", "quality", "30", "29", "原因", target_value="100 %", actual_value="97 %")
    assert scored(old).total == Decimal("98.85")  # 9.85 + 20 + 29 + 30 + 10
