"""The arithmetic of the entry page, in a real browser: what the script computes is what the server computes.

The expected figures of the first half are computed by hand; the second half compares with budgets.money and
budgets.measures for values nobody chose.
"""

import random
from decimal import Decimal

import pytest

from budgets.measures import change_rate, exceeds, ratio
from budgets.money import (
    AmountError,
    AmountUnit,
    amount_text,
    exact_text,
    parse_amount,
    parse_area,
    parse_count,
    parse_points,
    rate_text,
)
from tests.amounts import as_typed, random_amounts

RUN = """async ([calls]) => {
  const decimal = await import(location.href);
  const each = (found, change) => found !== null && typeof found === "object"
    ? Object.fromEntries(Object.entries(found).map(([name, value]) => [name, change(value)]))
    : change(found);
  const read = (given) => String(given).startsWith("fen:") ? BigInt(given.slice(4)) : given;
  const written = (found) => typeof found === "bigint" ? `fen:${found}` : found;
  const call = ([name, ...given]) => decimal[name](...given.map((one) => each(one, read)));
  return calls.map((one) => each(call(one), written));
}"""


@pytest.fixture
def run(page, live_server):
    """Call functions of the script's decimal module: a list of (name, *arguments), amounts as "fen:123"."""
    page.goto(f"{live_server.url}/static/grid/decimal.js")
    return lambda *calls: page.evaluate(RUN, [[list(call) for call in calls]])


def fen(amount: Decimal | str | None) -> str | None:
    """An amount in yuan, or a rate in percent, as the script holds it: whole hundredths."""
    if amount is None:
        return None
    whole = Decimal(amount) * 100
    assert whole == int(whole)
    return f"fen:{int(whole)}"


# --- Computed by hand

TYPED = [  # text, unit, fen
    ("1,385.50", "wan", 1_385_500_000),
    ("1385.5", "yuan", 138_550),
    ("0", "wan", 0),
    ("", "wan", None),
    ("—", "wan", None),
    (" - ", "yuan", None),
    ("１，３８５．５０", "wan", 1_385_500_000),
    ("(300)", "wan", -300_000_000),
    ("（３００）", "yuan", -30_000),
    ("−300", "yuan", -30_000),
    ("-0.01", "yuan", -1),
    ("+7", "yuan", 700),
    ("0.000001", "wan", 1),
    ("1968.010000", "wan", 1_968_010_000),
    ("1.2300000000", "yuan", 123),
    ("9,999,999,999,999.99", "yuan", 999_999_999_999_999),
    ("999999999.999999", "wan", 999_999_999_999_999),
    ("１ ０００", "yuan", 100_000),
    ("1 385.50", "yuan", 138_550),
    ("1\u00a0234\u202f567", "yuan", 123_456_700),
    ("\t385.5\n", "yuan", 38_550),
    ("3\u200b8", "yuan", 3_800),  # of no width: she saw 38
    ("1.", "yuan", 100),
    ("¥1,385.50", "yuan", 138_550),
    ("(¥ 300)", "wan", -300_000_000),
    ("人民币1385.5元", "wan", 138_550),
    ("1,385.5 万元", "yuan", 1_385_500_000),
    ("(300)元", "wan", -30_000),
    ("1385。5", "yuan", 138_550),
    ("=120+35.5", "yuan", 15_550),
    ("＝１２０＋３５．５", "wan", 155_500_000),
    ("= 2 × 3 ÷ 4", "yuan", 150),
    ("=10-2-3", "yuan", 500),
    ("=2*-3", "yuan", -600),
    ("=1/3+2/3", "yuan", 100),
    ("122人", "count", 122),
    ("80平方米", "area", 8_000),
    ("122", "count", 122),
    ("１，２２２", "count", 1_222),
    ("1 222.00", "count", 1_222),
    ("-0", "count", 0),
    ("999999999", "count", 999_999_999),
    ("—", "count", None),
    ("1,260.5", "area", 126_050),
    ("9999999999.99", "area", 999_999_999_999),
    ("", "area", None),
    ("100.00", "points", 10_000),
    ("１２．５", "points", 1_250),
    ("0", "points", 0),
    ("—", "points", None),
]
REFUSED = [  # text, unit, part of the sentence
    ("abc", "wan", "“abc”不是金额"),
    ("12,34", "wan", "“12,34”不是金额"),
    ("1.2.3", "wan", "不是金额"),
    (".5", "yuan", "不是金额"),
    ("1e5", "yuan", "不是金额"),
    ("--3", "yuan", "不是金额"),
    ("1385.5①", "yuan", "不是金额"),
    ("壹" * 21, "yuan", f"“{'壹' * 20}…”不是金额"),
    ("0.0000001", "wan", "最多填 6 位小数"),
    ("0.001", "yuan", "最多填 2 位小数"),
    ("1000000000", "wan", "金额太大"),
    ("-10000000000000", "yuan", "金额太大"),
    ("6 8", "wan", "“6 8”不是金额"),  # two numbers, not one
    ("1\t2", "yuan", "“1 2”不是金额"),
    ("1\t385.50", "yuan", "不是金额"),  # two cells, although three digits follow
    ("1\n385", "yuan", "不是金额"),
    ("12 34", "yuan", "不是金额"),
    ("1  385", "yuan", "不是金额"),
    ("1 385,500", "yuan", "不是金额"),
    ("1385. 50", "yuan", "不是金额"),
    ("- 5", "yuan", "不是金额"),
    ("=1+", "yuan", "“=1+”算不出来"),
    ("=SUM(1)", "yuan", "算不出来"),
    ("=5÷(2-2)", "yuan", "除数是 0"),
    ("=100/3", "yuan", "除不尽"),
    ("=1/800", "yuan", "最多填 2 位小数"),
    ("0.001元", "wan", "最多填 2 位小数"),
    ("5%", "wan", "不是金额"),
    ("8.5", "count", "“8.5”应是整数，不能有小数，也不能是负数。"),
    ("-1", "count", "“-1”应是整数"),
    ("1000000000", "count", "数太大"),
    ("八", "count", "“八”不是个数，请只填数字，例如 122；"),
    ("80.005", "area", "面积最多填 2 位小数"),
    ("-0.001", "area", "“-0.001”不是合理的面积"),
    ("10000000000", "area", "不是合理的面积"),
    ("大", "area", "“大”不是面积，请只填数字，例如 1,200.50；"),
    ("100.01", "points", "“100.01”不在 0 到 100 之间"),
    ("100.001", "points", "“100.001”不在 0 到 100 之间"),
    ("-0.001", "points", "“-0.001”不在 0 到 100 之间"),
    ("5.005", "points", "分数最多填 2 位小数"),
    ("优", "points", "“优”不是分数，请只填数字，例如 12.5；"),
]
SHOWN = [  # fen, unit, in a cell, printed
    (1_385_500_000, "wan", "1,385.50", "1,385.50"),
    (-614_500, "yuan", "−6,145.00", "−6,145.00"),
    (1, "wan", "0.000001", "0.00"),
    (5_000, "wan", "0.005", "0.01"),
    (4_999, "wan", "0.004999", "0.00"),
    (-5_000, "wan", "−0.005", "−0.01"),
    (-4_999, "wan", "−0.004999", "0.00"),
    (123_456_789, "wan", "123.456789", "123.46"),
    (999_999_999_999_999, "yuan", "9,999,999,999,999.99", "9,999,999,999,999.99"),
    (0, "yuan", "0.00", "0.00"),
    (None, "wan", "", "—"),
    (1222, "count", "1,222", "1,222"),
    (0, "count", "0", "0"),
    (-963, "count", "−963", "−963"),
    (126_050, "area", "1,260.50", "1,260.50"),
]
RATES = [  # value, base in yuan; change in percent, ratio in percent
    ("1968.01", "1385.50", "+42.04", "142.04"),  # 582.51 ÷ 1385.50 = 0.420433…
    ("1385.50", "1446.95", "−4.25", "95.75"),  # −61.45 ÷ 1446.95 = −0.042468…
    ("5", "0", "—", "—"),  # from zero: no rate
    ("0", "0", "—", "—"),
    (None, "5", "—", "—"),
    ("5", None, "—", "—"),
    ("0", "5", "−100.00", "0.00"),
    ("-50", "-100", "+50.00", "50.00"),  # a loss halved: up by 50 ÷ |−100|
    ("50", "-100", "+150.00", "−50.00"),
    ("-150", "-100", "−50.00", "150.00"),
    ("200.01", "200", "+0.01", "100.01"),  # 0.01 ÷ 200 = 0.005 %: half is away from zero
    ("199.99", "200", "−0.01", "100.00"),  # −0.005 % → −0.01; 99.995 % → 100.00
    ("200.01", "200.02", "0.00", "100.00"),  # −0.00499…% → 0.00, without a sign
    ("9999999999999.99", "0.01", "+99,999,999,999,999,800.00", "99,999,999,999,999,900.00"),
]


def test_what_is_typed_is_understood_exactly(run):
    found = run(*[("parseFigure", text, unit) for text, unit, _ in TYPED])
    assert found == [
        {"value": None if value is None else f"fen:{value}", "error": ""} for _, _, value in TYPED
    ]


def test_what_is_no_amount_is_refused_with_a_sentence_and_never_rounded(run):
    found = run(*[("parseFigure", text, unit) for text, unit, _ in REFUSED])
    assert [answer["value"] for answer in found] == [None] * len(REFUSED)
    for answer, (text, _, part) in zip(found, REFUSED, strict=True):
        assert part in answer["error"], text


@pytest.mark.parametrize("name, column", [("cellText", 2), ("figureText", 3)])
def test_amounts_are_shown_exactly_in_cells_and_with_two_decimals_elsewhere(run, name, column):
    calls = [(name, None if row[0] is None else f"fen:{row[0]}", row[1]) for row in SHOWN]
    assert run(*calls) == [row[column] for row in SHOWN]


@pytest.mark.parametrize("name, column, signed", [("changeRate", 2, True), ("ratio", 3, False)])
def test_rates_are_rounded_half_away_from_zero_and_divide_by_the_size_of_the_base(run, name, column, signed):
    rates = run(*[(name, fen(value), fen(base)) for value, base, *_ in RATES])
    assert run(*[("printed", rate, signed) for rate in rates]) == [row[column] for row in RATES]


def test_a_blank_is_not_zero_in_a_difference(run):
    calls = [("difference", "fen:5", None), ("difference", None, "fen:5"), ("difference", "fen:5", "fen:0")]
    assert run(*calls) == [None, None, "fen:5"]


def test_the_threshold_is_reached_by_rate_and_amount_together(run):
    limit = {"rate": "fen:1000", "fen": "fen:10000000"}  # 10 % and 10 万元
    cases = [  # value, base in fen
        ("fen:110000000", "fen:100000000", True),  # exactly 10 % and 10 万元
        ("fen:109999999", "fen:100000000", False),  # a fen less
        ("fen:110000000", "fen:100000001", False),  # a fen less, and a hair below 10 %
        ("fen:1000000000", "fen:989999999", False),  # 1.01 %
        ("fen:10000000", "fen:0", True),  # from zero
        ("fen:9999999", "fen:0", False),
        ("fen:-10000000", None, False),
        ("fen:90000000", "fen:100000000", True),  # downwards
    ]
    assert run(*[("exceeds", value, base, limit) for value, base, _ in cases]) == [case[2] for case in cases]


# --- Nobody's choice: the same as the server

SOME = 1500
CHANCE = random.Random(431102)


def any_sum() -> str:
    """Arithmetic of a few numbers, mostly right."""

    def number() -> str:
        return str(Decimal(CHANCE.randrange(2000)).scaleb(-CHANCE.randrange(3)))

    text = "=" + number()
    for _ in range(CHANCE.randrange(5)):
        text += CHANCE.choice("+-*/×÷") + CHANCE.choice(["", "-", "(", " "]) + number()
    return text + CHANCE.choice(["", "", ")", "))", "+", "元"])


def any_text(longest: int = 15) -> str:
    """Something a person might type, right or wrong, with at most so many digits before the point."""
    if CHANCE.random() < 0.15:
        return any_sum()
    digits = str(CHANCE.randrange(10 ** CHANCE.randrange(1, longest + 1)))
    if CHANCE.random() < 0.4:
        digits = f"{int(digits):,}".replace(",", CHANCE.choice([",", ",", " ", "\u3000", "\t", "  "]))
    if CHANCE.random() < 0.7:
        digits += "." + "".join(CHANCE.choices("0123456789", k=CHANCE.randrange(0, 9)))
    text = CHANCE.choice(["", "", "", "-", "−", "+", "（", "("]) + digits
    if text[0] in "（(":
        text += CHANCE.choice("）)")
    text = CHANCE.choice(["", "", "", "", "¥", "￥ ", "rmb"]) + text
    text += CHANCE.choice(["", "", "", "", "元", " 万元", "万", "亿", "人", "㎡"])
    if CHANCE.random() < 0.2:
        text = text.translate({ord(half): ord(half) + 0xFEE0 for half in "0123456789,.-"})
    if CHANCE.random() < 0.15:
        at = CHANCE.randrange(len(text) + 1)
        odd = CHANCE.choice(
            ["\t", "\u2007", "\u200b", "\ufeff", "万", "。", "=", ",", ".", "-", "②", "x", "\x1c"]
        )
        text = text[:at] + odd + text[at:]
    return text


def any_amount() -> Decimal | None:
    """An amount in yuan of any size, sometimes small, zero or blank."""
    if CHANCE.random() < 0.1:
        return CHANCE.choice([None, Decimal("0.00")])
    fen = CHANCE.randrange(10 ** CHANCE.randrange(1, 16))
    return Decimal(CHANCE.choice([-fen, fen, fen])).scaleb(-2)


def whole(count: int | None) -> str | None:
    """A count as the script holds it."""
    return None if count is None else f"fen:{count}"


READ = {
    "yuan": lambda text: fen(parse_amount(text, AmountUnit.YUAN)),
    "wan": lambda text: fen(parse_amount(text, AmountUnit.WAN)),
    "count": lambda text: whole(parse_count(text)),
    "area": lambda text: fen(parse_area(text)),
    "points": lambda text: fen(parse_points(text)),
}


@pytest.mark.parametrize("scale", READ)
def test_it_reads_what_the_server_reads(run, scale):
    texts = [any_text(3 if scale == "points" else 15) for _ in range(SOME)]
    found = run(*[("parseFigure", text, scale) for text in texts])
    expected = []
    for text in texts:
        try:
            expected.append({"value": READ[scale](text), "error": ""})
        except AmountError as error:
            expected.append({"value": None, "error": str(error)})
    assert found == expected
    assert SOME / 50 < sum(not answer["error"] for answer in found) < SOME  # both kinds occur


def test_it_writes_what_the_server_writes(run):
    amounts = [(any_amount(), CHANCE.choice(list(AmountUnit))) for _ in range(SOME)]
    exact = run(*[("exactText", fen(amount), unit.value) for amount, unit in amounts])
    assert exact == [exact_text(amount, unit) for amount, unit in amounts]
    printed = run(*[("figureText", fen(amount), unit.value, True) for amount, unit in amounts])
    assert printed == [amount_text(amount, unit, signed=True) for amount, unit in amounts]


def test_its_rates_are_the_servers(run):
    pairs = [(any_amount(), any_amount()) for _ in range(SOME)]
    for name, measure in (("changeRate", change_rate), ("ratio", ratio)):
        rates = run(*[(name, fen(value), fen(base)) for value, base in pairs])
        expected = [rate_text(measure(value, base), signed=True) for value, base in pairs]
        assert run(*[("printed", rate, True) for rate in rates]) == expected


def test_it_asks_for_an_explanation_where_the_server_does(run):
    limit = {"rate": "fen:1000", "fen": "fen:10000000"}
    bases = [any_amount() for _ in range(SOME)]
    pairs = [
        (base and (base * CHANCE.randrange(85, 116) / 100).quantize(Decimal("0.01")), base) for base in bases
    ]
    expected = [exceeds(value, base, rate=Decimal(10), yuan=Decimal(100_000)) for value, base in pairs]
    assert run(*[("exceeds", fen(value), fen(base), limit) for value, base in pairs]) == expected
    assert 0 < sum(expected) < SOME


@pytest.mark.parametrize("unit", AmountUnit)
def test_100_000_amounts_are_read_and_written_by_the_script_as_by_the_server(page, live_server, unit):
    amounts = random_amounts(100_000)
    typed = [as_typed(amount, unit, way) for way, amount in enumerate(amounts)]
    page.goto(f"{live_server.url}/static/grid/decimal.js")
    found = page.evaluate(
        """async ([typed, scale]) => {
          const { parseFigure, exactText } = await import(location.href);
          return typed.map((text) => {
            const { value, error } = parseFigure(text, scale);
            return error || `${value} ${exactText(value, scale)}`;
          });
        }""",
        [typed, unit.value],
    )
    assert found == [f"{int(amount * 100)} {exact_text(amount, unit)}" for amount in amounts]
