"""What the rules of the re-check ask of a deduction, by hand."""

from decimal import Decimal

import pytest

from performance.recheck_rules import GROUND_CHOICES, Rechecked, deviation, gaps_of, is_large, mistake_of


@pytest.mark.parametrize(
    ("own", "found", "rate", "counts"),
    [
        ("10", "8", "20", True),
        ("10", "9", "10", False),  # more than 10 %
        ("80", "71.99", "10.0125", True),  # printed 10.01
        ("100", "89.996", "10.004", False),  # printed 10.00
        ("8", "10", "-25", False),  # more than the unit gave itself
        ("0", "0", None, False),
        ("0", "5", None, False),
        ("10", None, None, False),
        (None, "5", None, False),
    ],
)
def test_the_deviation_is_self_less_recheck_over_self(own, found, rate, counts):
    own, found, rate = (each and Decimal(each) for each in (own, found, rate))
    assert deviation(own, found) == rate
    assert is_large(rate) is counts


def gaps(score, ground="", remark="", *, own="8", weight="10", value="80 %"):
    score = score and Decimal(score)
    return gaps_of(Rechecked(value, score, ground, remark), Decimal(own), Decimal(weight))


@pytest.mark.parametrize(
    ("score", "ground", "remark"),
    [
        ("8", "", ""),  # as the unit has it
        ("9", "", ""),
        ("8", "over_fulfilled", ""),  # marked alone
        ("0", "evidence", ""),
        ("0", "not_measurable", ""),
        ("5.6", "not_measurable", ""),  # 30 % of 8
        ("7", "not_measurable", ""),  # 30 % of the weight
        ("4", "not_measurable", ""),  # 60 % of the weight
        ("5.6", "late", ""),
        ("6", "late", "两项里一项延误"),  # another share, and says why
        ("7", "logic", "完成值与报告正文相反"),
        ("7", "other", "按县里的办法"),
    ],
)
def test_a_deduction_with_its_reason_is_whole(score, ground, remark):
    assert gaps(score, ground, remark) == []


@pytest.mark.parametrize(
    ("score", "ground", "said"),
    [
        ("7", "", "扣了分，没有选理由"),
        ("7", "benefit_in_words", "选的理由不扣分，却扣了分"),
        ("7", "evidence", "扣分的比例与理由不符，备注没有写怎么扣的"),
        ("6", "late", "扣分的比例与理由不符，备注没有写怎么扣的"),
        ("7", "other", "备注没有写扣分的依据"),
        ("8", "late", "选了扣分的理由，却没有扣分"),
    ],
)
def test_a_deduction_without_what_it_needs_is_named(score, ground, said):
    assert gaps(score, ground) == [said]


def test_blanks_are_named():
    assert gaps(None, value="") == ["没有填复核完成值", "没有填复核得分"]
    assert gaps("0", "evidence", value="") == ["没有填复核完成值"]  # zero is not blank


def test_no_more_than_the_weight():
    assert mistake_of(Rechecked(score=Decimal("10.01")), Decimal(10)) == "复核得分超过权重 10，请改正。"
    assert mistake_of(Rechecked(score=Decimal(10)), Decimal(10)) == mistake_of(Rechecked(), Decimal(10)) == ""


def test_there_are_fourteen_in_the_order_of_their_numbers():
    assert [name.split()[0] for _, name in GROUND_CHOICES] == [str(number) for number in range(1, 15)]
