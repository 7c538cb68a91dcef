"""Amounts as people write them and as we keep them: Decimal yuan (元), rounded in one place.

Pure: imports neither Django nor openpyxl.
"""

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from typing import Any

from budgets.arithmetic import ArithmeticMistake, evaluate

LIMIT = Decimal(10) ** 13
"""No amount reaches this many yuan (more than 13 digits before the point are refused)."""

_FEN = Decimal("0.01")

MINUS = "−"
_BLANK = {"", "-", "—", "——", "–", MINUS}
_NUMBER = re.compile(
    r"[-+]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?:[ \xa0\u2000-\u200a\u202f\u205f\u3000][0-9]{3})+)"
    r"(?:\.[0-9]*)?"
)
"""A blank may part thousands and nothing else: "6 8" and "1⇥2" are two numbers, not 68 and 12."""
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
# Not NFKC, which turns the footnote mark of "1385.5①" into a digit.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(MINUS): "-",
    ord("–"): "-",
    ord("。"): ".",  # what the key of the point types under a Chinese input method
}
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
_CURRENCY = re.compile(r"([-+]?)(?:¥|￥|RMB|CNY|人民币)[ \u3000]*", re.IGNORECASE)
_AMOUNT_UNITS = {"亿元": 8, "亿": 8, "万元": 4, "万": 4, "元": 0}
"""Units that may follow an amount, with the power of ten to yuan: what is written there counts."""
_COUNT_UNITS = dict.fromkeys(("人次", "人", "团组", "个", "辆", "批次", "批", "次"), 0)
_AREA_UNITS = dict.fromkeys(("平方米", "平米", "㎡", "m²", "m2"), 0)
_POINTS_UNITS = {"分": 0}


class AmountUnit(StrEnum):
    """The unit an amount is typed and shown in: 元 or 万元 (10,000 yuan)."""

    YUAN = "yuan"
    WAN = "wan"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return "元" if self is AmountUnit.YUAN else "万元"

    @property
    def places(self) -> int:
        """How many decimals an exact amount may have in this unit: to the fen (分)."""
        return 2 if self is AmountUnit.YUAN else 6

    @property
    def shift(self) -> int:
        """The power of ten from yuan to this unit."""
        return 0 if self is AmountUnit.YUAN else 4


class AmountError(ValueError):
    """What was typed is not an amount; carries one Chinese sentence that says what to do."""


def parse_amount(text: str, unit: AmountUnit) -> Decimal | None:
    """Return the yuan a person means by `text` in `unit`; None for blank or a dash.

    Understands full-width digits and signs, commas or blanks between thousands, brackets as a minus, a sign
    of currency before and a unit after it (which then counts in place of `unit`), and arithmetic after "=".
    Raises AmountError for anything else, for a fraction of a fen and for 10¹³ yuan or more: a number is
    refused, never rounded or clamped.
    """
    found = _parse(text, "金额", "1,385.50", _AMOUNT_UNITS)
    if found is None:
        return None
    number, shift = found
    return _exact(number, unit.shift if shift is None else shift)


def parse_count(text: str) -> int | None:
    """Return the whole number a person means by `text`; None for blank or a dash.

    Raises AmountError for anything else, for negatives and for numbers of ten digits or more.
    """
    found = _parse(text, "个数", "122", _COUNT_UNITS)
    if found is None:
        return None
    number, _ = found
    if number < 0 or number != number.to_integral_value():
        raise AmountError(f"“{shorten(text)}”应是整数，不能有小数，也不能是负数。")
    if number >= 10**9:
        raise AmountError("数太大，请检查。")
    return int(number)


def parse_area(text: str) -> Decimal | None:
    """Return the square metres a person means by `text`, to two decimals; None for blank or a dash.

    Raises AmountError for anything else, for negatives and for a third decimal.
    """
    found = _parse(text, "面积", "1,200.50", _AREA_UNITS)
    if found is None:
        return None
    number, _ = found
    if number < 0 or number >= 10**10:
        raise AmountError(f"“{shorten(text)}”不是合理的面积，请检查。")
    if number != round_half_up(number):
        raise AmountError("面积最多填 2 位小数，请核对后重填。")
    return round_half_up(number)


def parse_points(text: str) -> Decimal | None:
    """Return the points a person means by `text`, to two decimals; None for blank or a dash.

    Raises AmountError for anything else, below 0, above 100 and for a third decimal.
    """
    found = _parse(text, "分数", "12.5", _POINTS_UNITS)
    if found is None:
        return None
    number, _ = found
    if number < 0 or number > 100:
        raise AmountError(f"“{shorten(text)}”不在 0 到 100 之间，请检查。")
    if number != round_half_up(number):
        raise AmountError("分数最多填 2 位小数，请核对后重填。")
    return round_half_up(number)


def _parse(text: str, what: str, example: str, units: dict[str, int]) -> tuple[Decimal, int | None] | None:
    """Return the number in `text`, and the power of ten of the unit written after it; None for blank."""
    if _PLAIN.fullmatch(text):  # as nearly all of a workbook's are
        return Decimal(text), None
    plain = _INVISIBLE.sub("", text.translate(_HALF_WIDTH)).strip()
    if plain in _BLANK:
        return None
    if plain.startswith("="):
        try:
            return evaluate(plain[1:]), None
        except ArithmeticMistake as mistake:
            raise AmountError(f"“{shorten(text)}”{mistake}") from None
    plain, shift = _without_unit(plain, units)
    if plain.startswith("(") and plain.endswith(")"):
        inner, inner_shift = _without_unit(plain[1:-1], units)
        plain, shift = f"-{inner}", inner_shift if shift is None else shift
    if units is _AMOUNT_UNITS:
        plain = _CURRENCY.sub(r"\1", plain, count=1) if _CURRENCY.match(plain) else plain
    if not _NUMBER.fullmatch(plain):
        raise AmountError(f"“{shorten(text)}”不是{what}，请只填数字，例如 {example}；没有数就留空。")
    return Decimal("".join(plain.replace(",", "").split())), shift


def _without_unit(plain: str, units: dict[str, int]) -> tuple[str, int | None]:
    unit = next((unit for unit in units if plain.endswith(unit)), None)
    return (plain, None) if unit is None else (plain.removesuffix(unit).rstrip(" \u3000"), units[unit])


def _exact(number: Decimal, shift: int) -> Decimal:
    """Return `number` of a unit of 10 to the `shift` yuan in yuan with two decimals, or refuse it."""
    if number.copy_abs() >= LIMIT.scaleb(-shift):
        raise AmountError("金额太大（整数部分超过 13 位，按元计），请检查单位是元还是万元。")
    places = shift + 2
    exact = round_half_up(number, places)  # before any arithmetic, which would round to 28 digits
    if exact != number:
        raise AmountError(f"最多填 {places} 位小数（精确到分），系统不替您四舍五入，请核对后重填。")
    return exact.scaleb(shift)


def shorten(text: str, length: int = 20) -> str:
    """Return `text` short enough to be quoted in a sentence."""
    plain = " ".join(text.split())
    return plain if len(plain) <= length else f"{plain[:length]}…"


_WIDE = Context(prec=500, rounding=ROUND_HALF_UP)
"""Digits for every figure that fits into a cell, and for what is computed of two of them."""


def round_half_up(value: Decimal, places: int = 2) -> Decimal:
    """Return `value` rounded half away from zero, as PostgreSQL rounds; the one place that rounds.

    What rounds to zero has no sign.
    """
    return _WIDE.add(value.quantize(Decimal(1).scaleb(-places), context=_WIDE), 0)


def to_wan(yuan: Decimal) -> Decimal:
    """Return an amount of yuan in 万元, exactly (up to six decimals)."""
    return yuan.scaleb(-4)


def in_unit(yuan: Decimal, unit: AmountUnit) -> Decimal:
    """Return an amount of yuan in `unit`, exactly."""
    return yuan if unit is AmountUnit.YUAN else yuan.scaleb(-4)


def exact_text(yuan: Decimal | None, unit: AmountUnit = AmountUnit.YUAN) -> str:
    """Return an amount as plain digits with ASCII minus, at least two decimals, none lost; blank for None."""
    if yuan is None:
        return ""
    if unit is AmountUnit.YUAN:  # a save of 200 rows asks 2,000 times
        return f"{yuan:.2f}"
    digits = f"{in_unit(yuan, unit):.{unit.places}f}"
    whole, _, decimals = digits.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def exact_printed(yuan: Decimal, unit: AmountUnit) -> str:
    """Return an amount as it is printed, thousands parted and a real minus, no digit lost: −1,385.50."""
    if unit is AmountUnit.YUAN:
        digits = f"{yuan:,.2f}"
    else:
        whole, _, decimals = f"{yuan.scaleb(-4):,.6f}".partition(".")
        digits = f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"
    return digits.replace("-", MINUS)


def parted(digits: str) -> str:
    """Return an exact text as it is printed: thousands parted, a real minus, no digit lost; "" for blank."""
    if not digits:
        return ""
    whole, point, decimals = digits.removeprefix("-").partition(".")
    return f"{MINUS if digits.startswith('-') else ''}{int(whole):,}{point}{decimals}"


def figure_text(value: Any) -> str:
    """Return a stored value as plain text: amounts and areas with two decimals; "" for blank."""
    if isinstance(value, Decimal):
        return str(value) if value.same_quantum(_FEN) else exact_text(value)
    return "" if value is None else str(value)


def amount_text(yuan: Decimal | None, unit: AmountUnit, *, signed: bool = False) -> str:
    """Return an amount as printed: two decimals half up, thousands separators, a real minus; "—" for None."""
    return _printed(None if yuan is None else in_unit(yuan, unit), signed)


def rate_text(rate: Decimal | None, *, signed: bool = False) -> str:
    """Return a rate in percent as printed, without the sign %: two decimals half up; "—" for None."""
    return _printed(rate, signed)


def _printed(number: Decimal | None, signed: bool) -> str:
    if number is None:
        return "—"
    rounded = round_half_up(number)
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    return f"{sign}{abs(rounded):,.2f}"
