"""The points of one indicator by every rule and at every boundary, all computed by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.indicator_points import (
    DEGREES,
    DIRECTIONS,
    HUBEI_BANDS,
    Degree,
    Direction,
    Measured,
    Overrun,
    Rules,
    completion,
    computed_points,
    degree_of,
    execution_points,
    is_over_fulfilled,
    needs_score_reason,
    qualitative_mistake,
    target_mistake,
)


def number(text):
    return None if text is None else Decimal(text)


def measured(direction, target, actual, weight="10", **others):
    """An indicator from texts; None is blank."""
    return Measured(
        Direction(direction), number(weight), target=number(target), actual=number(actual), **others
    )


# --- The execution rate


@pytest.mark.parametrize(
    ("rate", "weight", "points"),
    [
        ("0", "10", "0"),
        ("59.99", "10", "5.999"),
        ("76", "10", "7.6"),
        ("89.99", "10", "8.999"),
        ("100", "10", "10"),
        ("102.59", "10", "10"),
        ("-3", "10", "0"),
        ("50", "20", "10"),  # a county that gives it 20
        (None, "10", None),
    ],
)
def test_an_execution_rate_scores_in_proportion_and_never_above_its_weight(rate, weight, points):
    assert execution_points(number(rate), Decimal(weight)) == number(points)


# --- Numbers


@pytest.mark.parametrize("unit", ["%", "％", "百分比", "百分率", " 百分数"])
def test_a_whole_rate_that_is_exceeded_is_reached_however_percent_is_written(unit):
    assert computed_points(measured("equal", "100", "104", unit=unit)) == 10
    assert computed_points(measured("equal", "100", "104", unit="件")) == Decimal("9.62")


@pytest.mark.parametrize(
    ("direction", "target", "actual", "points"),
    [
        ("at_least", "100", "100", "10"),
        ("at_least", "100", "250", "10"),  # more than was promised gives no more
        ("at_least", "100", "99.99", "10.00"),  # 9.999
        ("at_least", "100", "89.99", "9.00"),  # 8.999
        ("at_least", "100", "59.99", "6.00"),  # 5.999
        ("at_least", "12", "11", "9.17"),  # 9.1666…
        ("at_least", "100", "0", "0"),
        ("at_least", "100", "-20", "0"),
        ("at_least", "0", "0", "10"),
        ("at_least", "0", "-0.01", "0"),
        ("at_least", "-5", "-5", "10"),
        ("at_least", "-5", "-6", "0"),  # a ratio of 1.2 would be more than full marks
        ("at_most", "30", "30", "10"),
        ("at_most", "30", "0", "10"),
        ("at_most", "30", "40", "7.5"),  # 30/40
        ("at_most", "30", "60", "5"),
        ("at_most", "30", "90", "3.33"),
        ("at_most", "0", "0", "10"),  # 事故 ≤ 0 起
        ("at_most", "0", "1", "0"),
        ("at_most", "0", "0.01", "0"),
        ("at_most", "-2", "-3", "10"),
        ("at_most", "-2", "-1", "0"),
        ("equal", "735", "735", "10"),
        ("equal", "735", "700", "9.52"),  # 700/735
        ("equal", "735", "770", "9.55"),  # 735/770
        ("equal", "0", "0", "10"),
        ("equal", "0", "3", "0"),
        ("equal", "5", "0", "0"),
        ("equal", "5", "-5", "0"),
        ("equal", "100", "103", "9.71"),  # of no rate: 100/103
    ],
)
def test_a_number_scores_by_its_direction(direction, target, actual, points):
    assert computed_points(measured(direction, target, actual)) == Decimal(points)


@pytest.mark.parametrize(("actual", "points"), [("100", "10"), ("103", "10"), ("92", "9.2")])
def test_equal_to_a_hundred_percent_counts_upwards(actual, points):
    assert computed_points(measured("equal", "100", actual, unit="%")) == Decimal(points)


@pytest.mark.parametrize(
    ("actual", "points"),
    [("90", "10"), ("92.5", "10"), ("95", "10"), ("81", "9"), ("100", "9.5"), ("0", "0")],
)
def test_a_range_is_full_within_and_scores_by_the_side_that_is_missed(actual, points):
    found = measured("range", "90", actual, most=Decimal(95))
    assert computed_points(found) == Decimal(points)


def test_a_range_that_ends_before_it_begins_is_said_and_scores_nothing_at_all():
    found = measured("range", "95", "92", most=Decimal(90))
    assert (computed_points(found), completion(found)) == (None, None)
    assert target_mistake(found) == "区间的上限小于下限，请改正。"
    assert target_mistake(measured("range", "95", "92", most=Decimal(95))) == ""


@pytest.mark.parametrize(("actual", "points"), [("30", "10"), ("33", "9"), ("60", "0"), ("90", "0")])
def test_a_county_may_let_an_overrun_take_its_part_of_the_weight(actual, points):
    rules = Rules(overrun=Overrun.BY_EXCESS)  # weight × (2 − actual/target)
    assert computed_points(measured("at_most", "30", actual), rules) == Decimal(points)


@pytest.mark.parametrize(
    "found",
    [
        measured("at_least", None, "5"),
        measured("at_least", "5", None),
        measured("at_least", "5", "5", weight=None),
        measured("range", "5", "5"),
        measured("yes_no", None, None),
        measured("yes_no", None, None, actual_words="大概"),
        measured("qualitative", None, None, actual_words="达成预期指标"),
    ],
)
def test_what_is_blank_or_judged_is_not_computed_and_never_full(found):
    assert computed_points(found) is None


def test_blanks_are_named():
    assert measured("range", None, None, weight=None).blanks == ["分值", "指标值", "实际完成数", "指标值上限"]
    assert measured("at_most", "0", "0").blanks == []
    assert measured("yes_no", None, None).blanks == ["实际完成值"]


NUMBERS = st.one_of(st.none(), st.decimals(-200, 200, places=2))


@given(
    st.builds(Measured, st.sampled_from(Direction), st.decimals(0, 100, places=2), NUMBERS, NUMBERS, NUMBERS)
)
def test_points_are_from_nothing_to_the_weight_to_two_decimals(found):
    points = computed_points(found)
    assert points is None or (0 <= points <= found.weight and points == round(points, 2))
    assert points is not None or found.blanks or target_mistake(found) or found.direction == "qualitative"


# --- Yes and no


@pytest.mark.parametrize(
    ("target", "actual", "points"),
    [("是", "是", "10"), ("", "是", "10"), ("是", "否", "0"), ("否", "否", "10")],
)
def test_a_yes_or_no_is_all_or_nothing(target, actual, points):
    found = measured("yes_no", None, None, target_words=target, actual_words=actual)
    assert computed_points(found) == Decimal(points)


# --- Degrees


@pytest.mark.parametrize(
    ("words", "degree"),
    [
        ("达成预期指标", Degree.REACHED),
        ("全部或基本达成预期指标", Degree.REACHED),
        ("部分达成预期指标并具有一定效果。", Degree.PARTLY),
        ("未达成预期指标且效果较差", Degree.MISSED),
        ("未完成预期指标且效果较差", Degree.MISSED),  # as the finance system spells it
        ("完成", None),
        ("", None),
    ],
)
def test_a_degree_is_known_by_its_words_in_either_spelling(words, degree):
    assert degree_of(words) == degree


@pytest.mark.parametrize(
    ("degree", "points", "fits"),
    [
        ("reached", "10", True),
        ("reached", "8", True),  # 80 % included
        ("reached", "7.99", False),
        ("partly", "8", False),
        ("partly", "7.99", True),
        ("partly", "6", True),  # 60 % included
        ("partly", "5.99", False),
        ("missed", "6", False),
        ("missed", "5.99", True),
        ("missed", "0", True),
    ],
)
def test_the_points_of_a_degree_lie_within_its_band(degree, points, fits):
    found = measured("qualitative", None, None, actual_words=DEGREES[Degree(degree)])
    assert (qualitative_mistake(found, Decimal(points)) == "") is fits


def test_a_band_that_is_missed_is_said_in_points():
    found = measured("qualitative", None, None, actual_words="部分达成预期指标并具有一定效果")
    sentence = "“部分达成预期指标并具有一定效果”的得分应为 6 分以上、不到 8 分。"
    assert qualitative_mistake(found, Decimal(8)) == sentence
    assert qualitative_mistake(found, Decimal("5.5")) == sentence
    hubei = Rules(bands=HUBEI_BANDS)  # 80–50 % there
    assert qualitative_mistake(found, Decimal("5.5"), hubei) == ""
    assert qualitative_mistake(found, Decimal("4.99"), hubei).endswith("5 分以上、不到 8 分。")
    assert qualitative_mistake(found, None) == ""


def test_other_words_are_no_degree():
    found = measured("qualitative", None, None, actual_words="完成")
    assert qualitative_mistake(found, Decimal(10)).startswith("实际完成值请填：达成预期指标、部分达成")


# --- Completion


@pytest.mark.parametrize(
    ("direction", "target", "actual", "percent", "over"),
    [
        ("at_least", "100", "99.99", "99.99", False),
        ("at_least", "100", "129.99", "129.99", False),
        ("at_least", "100", "130", "130", True),
        ("at_most", "13", "10", "130", True),
        ("at_most", "100", "80", "125", False),
        ("at_most", "80", "100", "80", False),
        ("equal", "100", "150", None, False),  # never above 100
        ("at_least", "0", "5", None, False),
        ("at_most", "5", "0", None, False),
        ("at_least", None, "5", None, False),
        ("qualitative", "1", "5", None, False),
    ],
)
def test_a_completion_of_130_percent_is_to_be_explained(direction, target, actual, percent, over):
    found = measured(direction, target, actual)
    assert is_over_fulfilled(found) is over
    if percent:
        assert completion(found) == Decimal(percent)


def test_an_exact_target_and_a_range_are_never_over_fulfilled():
    assert completion(measured("equal", "4", "5")) == completion(measured("equal", "5", "4")) == 80
    above = measured("range", "90", "190", most=Decimal(95))
    assert (completion(above), is_over_fulfilled(above)) == (50, False)


# --- Other points than the computed ones


@pytest.mark.parametrize(
    ("points", "computed", "needs"),
    [
        ("9.17", "9.17", False),
        ("9.07", "9.17", False),
        ("9.27", "9.17", False),
        ("9.06", "9.17", True),
        ("9.28", "9.17", True),
        (None, "9.17", False),
        ("9", None, False),
    ],
)
def test_points_a_tenth_away_need_no_reason(points, computed, needs):
    assert needs_score_reason(number(points), number(computed)) is needs


def test_every_direction_has_its_words():
    assert set(DIRECTIONS) == set(Direction)
