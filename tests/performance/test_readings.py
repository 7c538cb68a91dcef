"""What people write in target and actual value, read by hand and by the product."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from performance.indicator_points import Direction
from performance.readings import composed_actual, composed_target, read, read_number


@dataclass
class Line:
    """What is stored of an indicator."""

    direction: str = ""
    target_value: str = ""
    measuring_unit: str = ""
    actual_value: str = ""
    max_score: Decimal | None = Decimal(10)


@pytest.mark.parametrize(
    ("text", "direction", "least", "most", "unit"),
    [
        ("12000", None, "12000", None, ""),
        ("１２，０００件", None, "12000", None, "件"),
        ("12 000 件", None, "12000", None, "件"),
        ("12,000.50 元", None, "12000.50", None, "元"),
        ("-5%", None, "-5", None, "%"),
        ("≥12000 件", "at_least", "12000", None, "件"),
        ("＞＝95％", "at_least", "95", None, "%"),
        ("不低于95%", "at_least", "95", None, "%"),
        ("95%以上", "at_least", "95", None, "%"),
        ("达到 95 % 以上", "at_least", "95", None, "%"),
        ("≤2 次", "at_most", "2", None, "次"),
        ("不超过 15 分钟", "at_most", "15", None, "分钟"),
        ("控制在165万元以内", "at_most", "165", None, "万元"),
        ("=735", "equal", "735", None, ""),
        ("=72890元", "equal", "72890", None, "元"),
        ("80-90", "range", "80", "90", ""),
        ("80～90%", "range", "80", "90", "%"),
        ("80%至90%", "range", "80", "90", "%"),
        ("1,200㎡", None, "1200", None, "㎡"),
        ("1200m2", None, "1200", None, "m2"),
    ],
)
def test_a_cell_that_is_a_number_is_read_with_what_stands_around_it(text, direction, least, most, unit):
    found = read_number(text)

    assert (found.direction, found.least, found.unit) == (direction, Decimal(least), unit)
    assert found.most == (None if most is None else Decimal(most))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "—",
        "完成",
        "已完成 100%",
        "明显提升",
        "12月31日前",
        "2023-12-31",
        "12,00",
        "5 期（12 场）",
        "不低于 5 次以下",
        "80 件-90 次",
        "1 2",
    ],
)
def test_what_is_not_a_number_beyond_doubt_is_none(text):
    assert read_number(text) is None


def test_a_chosen_direction_reads_target_and_actual_value_as_numbers_in_the_unit_given_once():
    reading = read(Line("at_least", "12,000", "件", "１２５６０件"))

    assert (reading.measured.target, reading.measured.actual) == (Decimal(12000), Decimal(12560))
    assert (reading.measured.unit, reading.mistakes, reading.question) == ("件", (), "")


def test_words_tell_the_direction_where_none_was_chosen():
    reading = read(Line("", "≥12000 件", "", "12560 件"))

    assert reading.direction is Direction.AT_LEAST
    assert (reading.measured.target, reading.measured.actual) == (Decimal(12000), Decimal(12560))


def test_a_degree_or_yes_and_no_tell_the_direction_too():
    assert read(Line("", "明显", "", "达成预期指标")).direction is Direction.QUALITATIVE
    assert read(Line("", "是", "", "否")).direction is Direction.YES_NO
    assert read(Line("", "3 项制度", "", "达成预期指标")).direction is None


@pytest.mark.parametrize(
    ("target", "question"),
    [
        ("100 %", "请选择指标性质：“100 %”没有写明是不低于（≥）、不超过（≤）还是等于（=）。"),
        ("明显", "请选择指标性质：指标值不是数字的，选“定性”或“是/否”。"),
        ("90-80", "请选择指标性质：“90-80”没有写明是不低于（≥）、不超过（≤）还是等于（=）。"),
        ("", ""),
        ("≥＿＿ 件", ""),
    ],
)
def test_where_nothing_tells_the_direction_it_says_what_is_to_be_chosen(target, question):
    reading = read(Line("", target, "", "98"))

    assert (reading.measured, reading.mistakes, reading.question) == (None, (), question)


MISTAKES = [
    (
        Line("at_least", "12000 件", "", "1.2 万件"),
        ["实际完成值的单位是“万件”，指标值的单位是“件”：请换算成同一个单位。"],
    ),
    (
        Line("at_most", "30", "万元", "完成"),
        ["实际完成值应为数字：“完成”不是，请填数，文字写在“情况说明”；没有数的，指标性质选“定性”或“是/否”。"],
    ),
    (
        Line("at_least", "明显", "", "3"),
        ["指标值应为数字：“明显”不是，请填数，文字写在“情况说明”；没有数的，指标性质选“定性”或“是/否”。"],
    ),
    (
        Line("at_least", "≤5", "次", "3"),
        ["指标性质选的是“≥ 正向”，指标值写的却是“≤ 反向”：请改一处。"],
    ),
    (
        Line("at_least", "80-90", "%", "85"),
        ["指标值是两个数：请把指标性质选为“区间”，或只填一个数。"],
    ),
    (Line("range", "80", "%", "85"), ["指标性质是“区间”，指标值应是两个数，例如 80-90。"]),
    (Line("range", "90-80", "%", "85"), ["区间的上限小于下限，请改正。"]),
    (
        Line("at_least", "12000 件", "次", "3"),
        ["指标值的单位是“件”，计量单位却是“次”：请改成一样的。"],
    ),
    (Line("yes_no", "是", "", "已建成"), ["实际完成值应为“是”或“否”。"]),
]


@pytest.mark.parametrize(("line", "texts"), MISTAKES)
def test_what_is_wrong_is_said_in_a_sentence_that_says_what_to_do(line, texts):
    assert [each.text for each in read(line).mistakes] == texts


@pytest.mark.parametrize(
    "line",
    [
        Line("at_least", "150", "万元", "150万"),
        Line("at_least", "95", "百分比", "96%"),
        Line("at_most", "1200", "平方米", "1100㎡"),
        Line("qualitative", "明显", "", "达成预期指标"),
        Line("at_least", "≥＿＿ 件", "", ""),
        Line("range", "80%-90%", "", "85"),
    ],
)
def test_nothing_is_said_where_nothing_is_wrong(line):
    assert read(line).mistakes == ()


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        (Line("at_least", "50", "个"), "≥50个"),
        (Line("at_most", "90", "万元"), "≤90万元"),
        (Line("at_least", "100", "百分比"), "≥100百分比"),
        (Line("equal", "735"), "=735"),
        (Line("at_least", "≥12,000 件"), "≥12000件"),
        (Line("range", "80-90", "%"), "80～90%"),
        (Line("", "≥12000 件"), "≥12000 件"),
        (Line("", "12000", "件"), "12000件"),
        (Line("qualitative", "严格执行相关制度规定"), "严格执行相关制度规定"),
        (Line("at_least", "≤5", "次"), "≤5"),
        (Line("at_least", "≥＿＿ 件", "件"), "≥＿＿ 件"),
        (Line("at_least", "＿＿", "件"), "≥＿＿件"),
        (Line("range", "＿＿", "件"), "＿＿件"),
        (Line("", "＿＿", "件"), "＿＿件"),
        (Line("at_least", "明显"), "明显"),
        (Line("at_most", "<5", "起"), "<5起"),
        (Line("at_most", "少于 5", "起"), "<5起"),
        (Line("at_most", "不超过5起"), "≤5起"),
        (Line("at_least", "＞95%"), ">95%"),
        (Line("at_least", ">=95", "%"), "≥95%"),
        (Line("at_least", "超过50以上", "个"), ">50个"),
        (Line("at_least", "50以上", "个"), "≥50个"),
        (Line("", "50以上", "个"), "50个以上"),
        (Line("", "50 以上", ""), "50 以上"),
        (Line("", "50个以上", "个"), "50个以上"),
        (Line("", "80-90之间", "分"), "80-90分之间"),
        (Line("", "<5", "起"), "<5起"),
    ],
)
def test_official_forms_have_operator_number_and_unit_in_one_cell(line, cell):
    assert composed_target(line) == cell


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        (Line("at_least", "50", "个", "56"), "56个"),
        (Line("at_least", "50个", "", "56"), "56个"),
        (Line("at_least", "50", "个", "56 个"), "56 个"),
        (Line("at_least", "50", "个", "50以上"), "50个以上"),
        (Line("qualitative", "严格执行", "", "达成预期指标"), "达成预期指标"),
    ],
)
def test_what_was_reached_has_its_unit_too(line, cell):
    assert composed_actual(line) == cell
