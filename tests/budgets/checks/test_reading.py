"""Numbers read out of sentences, and what sentences state with them."""

from decimal import Decimal

import pytest

from budgets.checks.reading import Kind, chinese_number, half_width, quantities, sentences
from budgets.checks.statements import Basis, statements


def read(text):
    return [(each.kind.value, str(each.value), each.places) for each in quantities(half_width(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("支出1,968.01万元", [("amount", "19680100.00", 2)]),
        ("支出１９６８．０１ 万元", [("amount", "19680100.00", 2)]),
        ("接待费38986元、0.3亿元", [("amount", "38986", 0), ("amount", "30000000.0", 1)]),
        ("增长42.04%，下降4％", [("percent", "42.04", 2), ("percent", "4", 0)]),
        ("2023年度，2022年", [("year", "2023", 0), ("year", "2022", 0)]),
        ("减少-61.45万元", [("amount", "-614500.00", 2)]),
        (
            "122人、7个、3辆、12批次",
            [("count", "122", 0), ("count", "7", 0), ("count", "3", 0), ("count", "12", 0)],
        ),
        ("湘财绩〔2020〕7号、3年级、“2614”工作法、1.5个、13个百分点、12345年", []),
        ("", []),
    ],
)
def test_numbers_with_their_units_are_read_and_nothing_else(text, found):
    assert read(text) == found


def test_what_is_read_knows_its_place_and_how_exact_it_is():
    [found] = quantities("共0.32万元。")
    assert (found.text, found.start, found.end, found.step) == ("0.32万元", 1, 7, Decimal(100))
    assert len(half_width("１２％，（境）。")) == 8


@pytest.mark.parametrize(
    ("text", "number"),
    [("七", 7), ("十", 10), ("十二", 12), ("二十一", 21), ("三十", 30), ("两", 2), ("", None), ("百", None)],
)
def test_chinese_numbers(text, number):
    assert chinese_number(text) == number


def test_sentences_end_at_full_stops_and_lines():
    assert [(each.text, each.start) for each in sentences("一。二；三\n\n四！")] == [
        ("一", 0),
        ("二；三", 2),
        ("四", 7),
    ]
    assert sentences(" \n") == ()


SEED = (
    "2023年收入年初预算1385.5万元，支出年初预算1385.5万元；2022年收入年初预算1446.95万元，"
    "支出年初预算1446.95万元；比上年减少了61.45万元，相比减少了4.25%，主要原因是缩减。"
)


def test_a_sentence_states_levels_of_years_and_a_change():
    [stated, _] = [*statements(SEED, 2023), None]
    assert [(each.subject, each.year, each.basis) for each in stated.levels] == [
        ("收入", 2023, Basis.INITIAL),
        ("支出", 2023, Basis.INITIAL),
        ("收入", 2022, Basis.INITIAL),
        ("支出", 2022, Basis.INITIAL),
    ]
    [change] = stated.changes
    assert (change.amount.value, change.rate.value, change.signs) == (Decimal(614500), Decimal("4.25"), {-1})


def test_the_year_and_basis_of_a_comparison_are_those_of_one_figure():
    text = "2024年宣传事务预算110.6万元，比上年预算执行数114万元减少2.98%；统战事务9万元。"
    [stated] = statements(text, 2024)
    assert [(each.year, each.basis) for each in stated.levels] == [
        (2024, Basis.BUDGET),
        (2023, Basis.FINAL),
        (2024, Basis.BUDGET),
    ]


def test_kinds_are_told_apart_by_their_unit():
    assert [each.kind for each in quantities("2023年1元2%3人")] == [
        Kind.YEAR,
        Kind.AMOUNT,
        Kind.PERCENT,
        Kind.COUNT,
    ]
