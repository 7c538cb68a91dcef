"""The expressions of a bureau's own rules: what they come to, and where a bad one is bad."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets.checks.formulas import LONGEST, FormulaMistake, read_formula

KNOWN = {
    "收入.合计.决算数": Decimal("19680100"),
    "支出.合计.决算数": Decimal("13855000"),
    "空": None,
    "零": Decimal(0),
}


def value(text):
    """What an expression over KNOWN comes to."""
    return read_formula(text, KNOWN).value(KNOWN)


@pytest.mark.parametrize(
    ("text", "comes_to"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("100 / 8 / 2", "6.25"),
        ("-2 * -3", "6"),
        ("2 - -3", "5"),
        ("90%", "0.9"),
        ("0.1 + 0.2", "0.3"),
        ("[收入.合计.决算数] - [支出.合计.决算数]", "5825100"),
        ("[ 收入.合计.决算数 ]×９０％", "17712090"),
        ("（1＋2）×3−【零】", "9"),
        ("1　+　2", "3"),
    ],
)
def test_what_an_expression_comes_to(text, comes_to):
    assert value(text) == Decimal(comes_to)


@pytest.mark.parametrize("text", ["[空]", "1 + [空]", "0 * [空]", "1 / [零]", "[零] / [零]"])
def test_what_cannot_be_worked_out_is_nothing(text):
    assert value(text) is None


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("", 0, "请写算式"),
        ("  ", 0, "请写算式"),
        ("1 +", 3, "没有写完"),
        ("(1 + 2", 6, "没有写完"),
        ("1 + 2)", 5, "多了括号"),
        ("1 2", 2, "少了运算符号"),
        ("[收入.合计.决算数] [空]", 12, "少了运算符号"),
        ("收入 + 1", 0, "写在方括号里"),
        ("1 + [没有的数]", 4, "没有“没有的数”这个数据"),
        ("1 + [空", 4, "没有成对"),
        ("1 + 空]", 4, "写在方括号里"),
        ("__import__('os')", 0, "写在方括号里"),
        ("2 ** 3", 3, "不通"),
        ("1e9", 1, "写在方括号里"),
        ("1" * (LONGEST + 1), LONGEST, "最多 500 个字符，现在有 501 个"),
        ("[空" * 5000, LONGEST, "现在有 10000 个"),
        ("1 + 99999999999999 × [没有]", 4, "第 5 个字符起的数太长"),
        ("[没有] + 99999999999999", 0, "没有“没有”这个数据"),
        ("0.1234567", 0, "数太长"),
        ("1 +\n收入合计", 4, "第 5 个字符起的“收入合计”不认识"),
        ("1 + [收入.合计.决算]", 4, "您是不是要写“收入.合计.决算数”"),
        ("[收入.合计.决算数] ÷ 0", 14, "第 15 个字符起的除数是 0"),
        ("1 / [零] + 2 / (3 - 3)", 15, "第 16 个字符起的除数是 0"),
        ("[空] / -0.0%", 6, "除数是 0"),
    ],
)
def test_a_bad_expression_is_refused_where_it_is_bad(text, position, words):
    with pytest.raises(FormulaMistake, match=words) as refused:
        read_formula(text, KNOWN)
    assert refused.value.position == position


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("1 + [没有的数] × 2", "[没有的数]"),
        ("收入合计 × 2", "收入合计"),
        ("12345678901234 + 1", "12345678901234"),
        ("1 2", "2"),
        ("1 / 00.0 + 1", "00.0"),
        ("1 +", ""),
    ],
)
def test_the_wrong_part_is_marked_as_far_as_it_goes(text, wrong):
    with pytest.raises(FormulaMistake) as refused:
        read_formula(text, KNOWN)
    assert text[refused.value.position : refused.value.end] == wrong


AMOUNT, COUNT, SHARE = (1, 0), (0, 1), (0, 0)


@pytest.mark.parametrize(
    ("text", "comes_to"),
    [
        ("[收入.合计.决算数] × 30% + 5", AMOUNT),
        ("[收入.合计.决算数] ÷ [支出.合计.决算数]", SHARE),
        ("[空]", COUNT),
        ("5 + [空] × 2", COUNT),
        ("[收入.合计.决算数] ÷ -[空]", (1, -1)),
        ("[收入.合计.决算数] ÷ [支出.合计.决算数] - 5%", SHARE),
        ("90% × (2 - 1)", None),
    ],
)
def test_an_expression_is_an_amount_a_count_or_a_share(text, comes_to):
    formula = read_formula(text, KNOWN)
    assert formula.dimension(lambda name: COUNT if name == "空" else AMOUNT) == comes_to


@pytest.mark.parametrize(
    ("text", "second", "words"),
    [
        ("[收入.合计.决算数] + [空] × 2", "[空] × 2", "是人数、面积等数量，不能和金额相加减。"),
        ("5 + [空] - [收入.合计.决算数]", "[收入.合计.决算数]", "是金额，不能和人数、面积等数量相加减。"),
        ("[空] ÷ [空] + [空]", "[空]", "是人数、面积等数量，不能和比率相加减。"),
    ],
)
def test_what_differs_is_not_added_and_the_second_term_is_marked(text, second, words):
    with pytest.raises(FormulaMistake, match=words) as refused:
        read_formula(text, KNOWN).dimension(lambda name: COUNT if name == "空" else AMOUNT)
    assert text[refused.value.position : refused.value.end] == second
    assert refused.value.end == len(text)


def test_an_expression_is_worded_with_its_figures():
    formula = read_formula("[空] ÷ 【零】", KNOWN)
    assert (
        formula.worded((token, f"{formula.name_at(token)}数") for token in formula.figures) == "空数 ÷ 零数"
    )


def test_a_name_keeps_the_brackets_it_has():
    known = {"三公经费.因公出国（境）费.决算数": Decimal(5)}
    text = "2 × 【三公经费.因公出国（境）费.决算数】"
    assert read_formula(text, known).value(known) == 10


def test_it_says_which_figures_it_names():
    formula = read_formula("[空] + [零] * [空]", KNOWN)
    assert formula.names == ["空", "零"]


@given(st.text(alphabet="0123456789+-*/×÷()（）[]【】%.空零 ", max_size=30))
def test_whatever_is_written_is_worked_out_or_refused(text):
    try:
        formula = read_formula(text, KNOWN)
    except FormulaMistake as mistake:
        assert 0 <= mistake.position <= len(text)
        return
    assert formula.value(KNOWN) is None or isinstance(formula.value(KNOWN), Decimal)


@pytest.mark.parametrize(
    "text", ["(" * 249 + "1" + ")" * 249, "-" * 498 + "1", "(1+" * 123 + "(-122)" + ")" * 123]
)
def test_depth_is_no_danger(text):
    assert value(text) == 1
