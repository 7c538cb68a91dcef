"""What the preview of a score says, in sentences written by hand."""

from decimal import Decimal

import pytest

from performance.preview import preview_of
from performance.schemes import EXECUTION_CAPS, NO_CAPS, Mode
from performance.scoring import Basis, Indicator, result_of


def indicator(direction="at_least", target="12000", actual="9000", unit="件", score=None, **others):
    """An indicator of 10 points."""
    return Indicator(
        "办理事项",
        "quantity",
        Decimal(10),
        None if score is None else Decimal(score),
        target,
        actual,
        direction=direction,
        measuring_unit=unit,
        **others,
    )


def preview(*indicators, rate="100", scheme=NO_CAPS, mode=Mode.EDITABLE):
    basis = Basis(scheme=scheme, mode=mode)
    return preview_of(result_of(indicators, Decimal(rate), basis), Decimal(rate), basis)


def said(one, mode=Mode.EDITABLE):
    return [text for _, text in preview(one, mode=mode).of_indicators]


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (indicator(), "按规则得 7.50 分，扣 2.50 分；再完成 3,000 件得满分。"),
        (
            indicator(target="95", actual="94.1", unit="%"),
            "按规则得 9.91 分，扣 0.09 分；再提高 0.9 个百分点得满分。",
        ),
        (
            indicator("at_most", "15", "20", "分钟"),
            "按规则得 7.50 分，扣 2.50 分；减少 5 分钟得满分。",
        ),
        (indicator("at_most", "0", "1", "起"), "按规则得 0.00 分，扣 10.00 分；减少 1 起得满分。"),
        (indicator("range", "80-90", "100", "人"), "按规则得 9.00 分，扣 1.00 分；减少 10 人得满分。"),
        (indicator("yes_no", "是", "否", ""), "按规则得 0.00 分，扣 10.00 分。"),
        (indicator(actual="15600"), "完成 130.00%，不加分；130% 以上要写情况说明。"),
        (indicator(actual="12000", score="9"), "按规则得 10.00 分（自评 9.00 分）。"),
        (indicator(score="7"), "按规则得 7.50 分（自评 7.00 分），扣 2.50 分；再完成 3,000 件得满分。"),
        (indicator("", "100 %"), "请选择指标性质：“100 %”没有写明是不低于（≥）、不超过（≤）还是等于（=）。"),
        (
            indicator(actual="1 万件"),
            "实际完成值的单位是“万件”，指标值的单位是“件”：请换算成同一个单位。",
        ),
        (
            indicator("qualitative", "健全", "达成预期指标", ""),
            "得分在 8 到 10 分之间选填。",
        ),
    ],
)
def test_an_indicator_says_what_its_rule_takes_and_what_would_change_it(one, sentence):
    assert said(one) == [sentence]


@pytest.mark.parametrize("one", [indicator(actual="12000"), indicator(actual="", target="")])
def test_full_marks_and_what_is_blank_say_nothing(one):
    assert said(one) == []


def test_where_rules_are_not_overruled_a_typed_score_is_not_spoken_of():
    assert said(indicator(score="7"), Mode.LOCKED) == [
        "按规则得 7.50 分，扣 2.50 分；再完成 3,000 件得满分。"
    ]


@pytest.mark.parametrize(
    ("rate", "sentence"),
    [
        ("79.99", "预算执行率不到 80%，总分最高 89 分；执行率到 80% 就不再封顶。"),
        ("69.99", "预算执行率不到 70%，总分最高 79 分；执行率到 70% 最高 89 分。"),
        ("59.99", "预算执行率不到 60%，总分最高 69 分；执行率到 60% 最高 79 分。"),
        ("49.99", "预算执行率不到 50%，总分最高 59 分；执行率到 50% 最高 69 分。"),
    ],
)
def test_a_cap_says_from_which_rate_on_there_is_another(rate, sentence):
    assert preview(rate=rate, scheme=EXECUTION_CAPS).whole[1:] == [sentence]
    assert len(preview(rate=rate).whole) == 1


def test_the_execution_rate_says_what_it_lacks():
    assert preview(rate="98.5").whole == ["预算执行率 98.50%，10 分里扣 0.15 分；执行率到 100% 得满分。"]
    assert preview(rate="100").whole == []


def test_it_counts_what_is_computed_and_what_could_be_taken_over():
    found = preview(indicator(), indicator(actual="12000", score="10"), indicator(actual="完成"))
    assert found.summary == "2 个指标能按规则计算，共扣 2.50 分"
    assert (found.full, found.proposed) == (1, 1)
    assert preview(indicator(), mode=Mode.MANUAL).proposed == 0
    assert preview().summary == ""


def test_it_counts_what_the_execution_rate_takes_as_the_list_does():
    found = preview(indicator(), rate="98.5")
    assert found.summary == "1 个指标能按规则计算，共扣 2.50 分；预算执行率扣 0.15 分"
    assert preview(rate="98.5").summary == "预算执行率扣 0.15 分"
    assert preview(rate="100").summary == ""


def test_an_indicator_of_which_something_is_said_is_none_of_the_others():
    found = preview(indicator(actual="18000", score="10"), indicator(actual="12000", score="10"))
    assert [text[:10] for _, text in found.of_indicators] == ["完成 150.00%"]
    assert found.full == 1


def test_where_nothing_is_taken_nothing_is_said_to_be():
    assert preview(indicator(actual="12000")).summary == "1 个指标能按规则计算"


def test_a_figure_of_a_hundred_digits_breaks_nothing():
    [sentence] = said(indicator(target="0.1", actual="9" * 99))
    assert sentence.startswith("完成 ")
