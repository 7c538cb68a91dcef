"""Amounts as people type them, kept as yuan and printed again."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets.money import (
    AmountError,
    AmountUnit,
    amount_text,
    exact_printed,
    exact_text,
    in_unit,
    parse_amount,
    parse_area,
    parse_count,
    parted,
    rate_text,
    round_half_up,
    to_wan,
)

YUAN, WAN = AmountUnit.YUAN, AmountUnit.WAN

# Every amount the database takes: whole fen, below 10¹³ yuan on either side of zero.
amounts = st.integers(-(10**15) + 1, 10**15 - 1).map(lambda fen: Decimal(fen).scaleb(-2))


UNDERSTOOD = [
    ("1385.50", WAN, "13855000.00"),
    ("1385.50", YUAN, "1385.50"),
    ("1385.5", YUAN, "1385.50"),
    ("1,385.50", YUAN, "1385.50"),
    ("1,234,567.89", YUAN, "1234567.89"),
    ("１，３８５．５０", YUAN, "1385.50"),
    ("1，385.50", YUAN, "1385.50"),
    (" 1385.50 ", YUAN, "1385.50"),
    ("\u30001385.50\u3000", YUAN, "1385.50"),
    ("\ufeff1385.50\u200b", YUAN, "1385.50"),
    ("1385.50\r\n", YUAN, "1385.50"),
    ("1 385.50", YUAN, "1385.50"),
    ("-1 234 567.8", YUAN, "-1234567.80"),
    ("1\u00a0385.50", YUAN, "1385.50"),
    ("1\u3000３８５．５", YUAN, "1385.50"),
    ("3\u200b8", YUAN, "38.00"),  # of no width: she saw 38
    ("-61.45", WAN, "-614500.00"),
    ("−61.45", WAN, "-614500.00"),
    ("－61.45", WAN, "-614500.00"),
    ("–61.45", WAN, "-614500.00"),
    ("(61.45)", WAN, "-614500.00"),
    ("（61.45）", WAN, "-614500.00"),
    ("(1,061.45)", YUAN, "-1061.45"),
    ("+61.45", YUAN, "61.45"),
    ("＋61.45", YUAN, "61.45"),
    ("0", YUAN, "0.00"),
    ("0.00", WAN, "0.00"),
    ("007", YUAN, "7.00"),
    ("5.", YUAN, "5.00"),
    ("0.01", YUAN, "0.01"),
    ("1.500", YUAN, "1.50"),
    ("0.000001", WAN, "0.01"),
    ("1.234567", WAN, "12345.67"),
    ("1.23456700", WAN, "12345.67"),
    ("9999999999999.99", YUAN, "9999999999999.99"),
    ("-9999999999999.99", YUAN, "-9999999999999.99"),
    ("9,999,999,999,999.99", YUAN, "9999999999999.99"),
    ("999999999.999999", WAN, "9999999999999.99"),
    # As copied from reports, with the sign of currency and the unit: the unit that is written counts.
    ("¥1,385.50", YUAN, "1385.50"),
    ("￥-300", WAN, "-3000000.00"),
    ("-￥300", YUAN, "-300.00"),
    ("(¥ 300)", YUAN, "-300.00"),
    ("rmb 5", YUAN, "5.00"),
    ("人民币1385.5元", WAN, "1385.50"),
    ("1,385.5 万元", YUAN, "13855000.00"),
    ("1385.5万", WAN, "13855000.00"),
    ("1.2亿元", YUAN, "120000000.00"),
    ("13855000元", WAN, "13855000.00"),
    ("0.01元", WAN, "0.01"),
    ("(300)元", WAN, "-300.00"),
    ("（300万元）", YUAN, "-3000000.00"),
    ("1385。5", YUAN, "1385.50"),  # the key of the point under a Chinese input method
    # Arithmetic
    ("=120+35.5", YUAN, "155.50"),
    ("＝１２０＋３５．５", WAN, "1555000.00"),
    ("= 2 × 3 ÷ 4", YUAN, "1.50"),
    ("=(1+2)*3-4", YUAN, "5.00"),
    ("=10-2-3", YUAN, "5.00"),
    ("=24/4/3", YUAN, "2.00"),
    ("=2+3*4", YUAN, "14.00"),
    ("=-5", YUAN, "-5.00"),
    ("=2*-3", YUAN, "-6.00"),
    ("=100/8", WAN, "125000.00"),
    ("=0.1+0.2", YUAN, "0.30"),  # no binary noise
    ("=0.005+0.005", YUAN, "0.01"),
    ("=1/3+2/3", YUAN, "1.00"),
    ("=1-1", YUAN, "0.00"),
]

NOT_COMPUTED = [
    ("=", "算不出来"),
    ("=1+", "算不出来"),
    ("=1 2", "算不出来"),
    ("=(1", "算不出来"),
    ("=1)", "算不出来"),
    ("=()", "算不出来"),
    ("=1e5", "算不出来"),
    ("=A1+B1", "算不出来"),
    ("=SUM(1)", "算不出来"),
    ("=1**2", "算不出来"),
    ("=1,000+1", "算不出来"),
    ("=" + "1+" * 100 + "1", "算不出来"),
    ("=" + "(" * 150, "算不出来"),
    ("=5/0", "除数是 0"),
    ("=5÷(2-2)", "除数是 0"),
    ("=100/3", "除不尽"),
    ("=1/800", "最多填 2 位小数"),
    ("=10000000000000*1", "金额太大"),
    ("=9*" + "9" * 150, "金额太大"),
]


@pytest.mark.parametrize(("text", "sentence"), NOT_COMPUTED, ids=range(len(NOT_COMPUTED)))
def test_what_cannot_be_computed_exactly_is_refused(text, sentence):
    with pytest.raises(AmountError, match=sentence):
        parse_amount(text, YUAN)


@pytest.mark.parametrize(("text", "unit"), [("0.001元", WAN), ("0.0000001万元", YUAN), ("1亿亿", YUAN)])
def test_a_unit_written_with_a_number_is_as_exact_as_one_that_is_not(text, unit):
    with pytest.raises(AmountError):
        parse_amount(text, unit)


@pytest.mark.parametrize(
    ("read", "text", "number"),
    [
        (parse_count, "122人", "122"),
        (parse_count, "3 人次", "3"),
        (parse_count, "=60+62", "122"),
        (parse_area, "1,200.5㎡", "1200.50"),
        (parse_area, "80平方米", "80.00"),
        (parse_area, "=10×8", "80.00"),
    ],
)
def test_counts_and_areas_take_their_units_and_arithmetic(read, text, number):
    assert str(read(text)) == number


@pytest.mark.parametrize(("read", "text"), [(parse_count, "5元"), (parse_count, "¥5"), (parse_area, "5万")])
def test_a_unit_of_money_is_none_of_theirs(read, text):
    with pytest.raises(AmountError):
        read(text)


PLAIN = st.decimals(0, 10**6, places=2)


@given(st.lists(st.tuples(st.sampled_from("+-"), PLAIN), min_size=1, max_size=8))
def test_a_sum_is_what_decimals_add_up_to(terms):
    text = "=" + "".join(f"{sign}{term}" for sign, term in terms)
    expected = sum((-term if sign == "-" else term for sign, term in terms), Decimal(0))
    assert parse_amount(text, YUAN) == expected


@pytest.mark.parametrize(("text", "unit", "amount"), UNDERSTOOD)
def test_an_amount_as_people_write_it_is_understood(text, unit, amount):
    assert str(parse_amount(text, unit)) == amount


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\t\n", "\u200b", "-", "−", "－", "–", "—", "——"])
def test_nothing_or_a_dash_is_blank_and_not_zero(text):
    assert parse_amount(text, WAN) is None


def test_a_minus_before_zero_leaves_no_trace():
    assert str(parse_amount("-0", YUAN)) == "0.00"


NOT_AMOUNTS = [
    *("NaN", "nan", "sNaN", "Infinity", "-Infinity", "inf", "∞"),
    *("1e5", "1E5", "１e５", "1_000", "0x10", "0b1", "1/2", "½", "50%", "5％"),
    *("1,38", "1，38", "1,2345", "12,34,567", "1,385,5", ",385", "1,,385", "1385,", "1.385,50", "1.2.3"),
    *("٣", "१२", "Ⅷ", "五", "伍佰", "㈤", "①", "𝟏", "1٫5"),
    *("5²", "1385.5①", "⒈5"),  # a footnote mark must not become a digit
    *(
        "6 8",
        "1\t2",
        "1\t385.50",
        "1\n385",
        "12 34",
        "1  385",
        "1 38",
        "1385 500",
        "1 385,500",
    ),  # not one number
    *("1385. 50", "1385.5 0", "- 5", "( 5)", "5 -", "— —"),
    *("--5", "+-5", "-+5", "++5", "5-", "(5", "5)", "()", "((5))", "(-5)", "-(5)", "(1)2"),
    *(
        "+",
        ".",
        "-.",
        ".5",
        "5..",
        "元",
        "¥",
        "5元5",
        "5元元",
        "5千",
        "¥¥5",
        "-¥-5",
        "5¥",
        "5%",
        "5人",
        "'5",
        "1;2",
        "abc",
        "\x00",
        "1\x005",
        "\ud800",
    ),
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("text", NOT_AMOUNTS, ids=ascii)
def test_what_is_not_an_amount_is_refused_and_quoted(text):
    with pytest.raises(AmountError, match="不是金额"):
        parse_amount(text, YUAN)


TOO_FINE = [
    ("0.001", YUAN),
    ("1.005", YUAN),
    ("-0.009", YUAN),
    ("9999999999999.995", YUAN),
    ("0.0000001", WAN),
    ("1.2345678", WAN),
    ("1385.5000001", WAN),
    ("1385.50000000000000000000000000001", YUAN),  # 33 digits: more than Decimal's context keeps
    ("0." + "0" * 5000 + "1", WAN),
]


@pytest.mark.parametrize(("text", "unit"), TOO_FINE, ids=lambda value: str(value)[:40])
def test_a_fraction_of_a_fen_is_refused_and_never_rounded(text, unit):
    with pytest.raises(AmountError, match=f"最多填 {unit.places} 位小数"):
        parse_amount(text, unit)


TOO_LARGE = [
    ("10000000000000", YUAN),
    ("-10000000000000", YUAN),
    ("10000000000000.00", YUAN),
    ("10,000,000,000,000", YUAN),
    ("1000000000", WAN),
    ("-1000000000.000000", WAN),
    ("9" * 5000, WAN),
]


@pytest.mark.parametrize(("text", "unit"), TOO_LARGE, ids=lambda value: str(value)[:40])
def test_more_than_13_digits_before_the_point_are_refused_and_never_clamped(text, unit):
    with pytest.raises(AmountError, match="金额太大"):
        parse_amount(text, unit)


def test_what_is_quoted_in_a_mistake_is_kept_short():
    with pytest.raises(AmountError) as refusal:
        parse_amount("很长的话" * 1000, YUAN)
    assert len(str(refusal.value)) < 80


@given(amounts, st.sampled_from(AmountUnit))
def test_every_amount_comes_back_exactly_from_its_text_in_either_unit(amount, unit):
    assert parse_amount(exact_text(amount, unit), unit) == amount


@given(amounts)
def test_an_amount_goes_to_wan_yuan_and_back_without_loss(amount):
    assert to_wan(amount) * 10_000 == amount
    assert to_wan(amount) == in_unit(amount, WAN)


@given(amounts)
def test_what_is_printed_in_yuan_can_be_typed_again(amount):
    assert parse_amount(amount_text(amount, YUAN), YUAN) == amount


@given(st.text() | st.text("0123456789.,，．-−()（） １２"), st.sampled_from(AmountUnit))
def test_any_text_gives_an_exact_amount_or_blank_or_a_refusal(text, unit):
    try:
        amount = parse_amount(text, unit)
    except AmountError:
        return
    assert amount is None or (amount.as_tuple().exponent == -2 and abs(amount) < 10**13)


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**6 - 1))
def test_a_digit_typed_is_a_digit_kept(whole, millionths):
    # 万元 with six decimals has the same digits as fen.
    assert parse_amount(f"{whole}.{millionths:06}", WAN) * 100 == whole * 10**6 + millionths


@pytest.mark.parametrize(
    ("number", "rounded"),
    [
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("0.015", "0.02"),
        ("0.025", "0.03"),  # half to even would give 0.02
        ("-0.025", "-0.03"),
        ("2.675", "2.68"),  # binary floats give 2.67
        ("42.044999", "42.04"),
        ("0.00499999", "0.00"),
        ("9999999999999.995", "10000000000000.00"),
    ],
)
def test_half_is_rounded_away_from_zero(number, rounded):
    assert str(round_half_up(Decimal(number))) == rounded


def test_what_rounds_to_zero_has_no_minus():
    assert str(round_half_up(Decimal("-0.004"))) == "0.00"


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        ("5825100.00", WAN, "582.51"),
        ("12345.67", WAN, "1.234567"),
        ("0.01", WAN, "0.000001"),
        ("-614500.00", WAN, "-61.45"),
        ("0.00", WAN, "0.00"),
        ("12345.60", YUAN, "12345.60"),
        ("-0.01", YUAN, "-0.01"),
    ],
)
def test_the_exact_text_of_an_amount_loses_nothing(amount, unit, text):
    assert exact_text(Decimal(amount), unit) == text


@pytest.mark.parametrize(
    "digits, text",
    [
        ("", ""),
        ("0", "0"),
        ("-0.50", "−0.50"),
        ("-1234567.891", "−1,234,567.891"),
        ("9999999999999.99", "9,999,999,999,999.99"),
        ("1200", "1,200"),
    ],
)
def test_an_exact_text_is_printed_in_all_its_digits(digits, text):
    assert parted(digits) == text


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        ("13855000.00", WAN, "1,385.50"),
        ("-614500.25", WAN, "−61.450025"),
        ("123456789012.30", WAN, "12,345,678.90123"),
        ("0.00", WAN, "0.00"),
        ("-1234567.80", YUAN, "−1,234,567.80"),
    ],
)
def test_an_amount_is_said_with_all_its_digits(amount, unit, text):
    assert exact_printed(Decimal(amount), unit) == text


def test_blank_has_an_empty_exact_text_and_is_printed_as_a_dash():
    assert exact_text(None) == ""
    assert amount_text(None, WAN) == rate_text(None) == "—"


@pytest.mark.parametrize(
    ("amount", "unit", "signed", "text"),
    [
        ("5825100.00", WAN, True, "+582.51"),
        ("-614500.00", WAN, True, "−61.45"),
        ("-614500.00", WAN, False, "−61.45"),
        ("13855000.00", WAN, False, "1,385.50"),
        ("1234567.89", YUAN, False, "1,234,567.89"),
        ("50.00", WAN, False, "0.01"),  # 0.005 万元: half, away from zero
        ("-50.00", WAN, False, "−0.01"),
        ("49.99", WAN, True, "0.00"),
        ("-49.99", WAN, True, "0.00"),
        ("0.00", YUAN, True, "0.00"),
    ],
)
def test_an_amount_is_printed_with_two_decimals_separators_and_a_real_minus(amount, unit, signed, text):
    assert amount_text(Decimal(amount), unit, signed=signed) == text


def test_a_rate_is_printed_without_its_sign_of_percent():
    assert rate_text(Decimal("42.0433"), signed=True) == "+42.04"
    assert rate_text(Decimal("-100"), signed=True) == "−100.00"
    assert rate_text(Decimal("99.9837")) == "99.98"


@pytest.mark.parametrize(
    ("text", "count"),
    [("122", 122), ("1,222", 1222), ("1 222.00", 1222), ("-0", 0), ("—", None), (" ", None)],
)
def test_a_count_is_a_whole_number_or_blank(text, count):
    assert parse_count(text) == count


@pytest.mark.parametrize("text", ["8.5", "-1", "1000000000", "6 8", "1\t2", "八", "1e2"])
def test_what_is_no_count_is_refused(text):
    with pytest.raises(AmountError):
        parse_count(text)


@pytest.mark.parametrize(("text", "area"), [("1,260.5", "1260.50"), ("0", "0.00"), ("1 200.50", "1200.50")])
def test_an_area_has_two_decimals(text, area):
    assert str(parse_area(text)) == area


@pytest.mark.parametrize("text", ["80.005", "-1", "-0.001", "10000000000", "6 8", "1\t2"])
def test_what_is_no_area_is_refused(text):
    with pytest.raises(AmountError):
        parse_area(text)


def test_any_figure_that_fits_into_a_cell_is_rounded():
    assert str(round_half_up(Decimal("9" * 100 + ".995"))) == "1" + "0" * 100 + ".00"
