"""Amounts, percentages, years and counts as sentences state them, each with its place in the text.

Pure. What cannot be read beyond doubt is not read: a number without a unit is none of these.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

_KEPT = "，。；：？！（）"
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in _KEPT} | {
    ord("−"): "-"
}
"""Full-width digits, signs and letters by their half-width ones, character by character: places stay."""
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_QUANTITY = re.compile(
    rf"(?<![\d.A-Za-z〔\[])(?P<minus>-)?(?P<number>{_NUMBER})[ \u3000]*"
    r"(?P<unit>亿元|万元|元|个百分点|%|年度?(?!限|级|龄|期|均|终奖)|人次|团组|批次|[人名个辆批项件起家])?"
)
_FACTORS = {"亿元": Decimal(10**8), "万元": Decimal(10**4), "元": Decimal(1)}


class Kind(StrEnum):
    """What a number in a sentence is."""

    AMOUNT = "amount"
    PERCENT = "percent"
    YEAR = "year"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit. `value` is in yuan, percent, a year, or the number of things counted."""

    kind: Kind
    value: Decimal
    places: int
    """How many decimals it is written with."""
    unit: str
    start: int
    end: int
    text: str

    @property
    def step(self) -> Decimal:
        """One unit of its last digit, in yuan or percent: 0.01 万元 is 100."""
        return Decimal(1).scaleb(-self.places) * _FACTORS.get(self.unit, Decimal(1))


@lru_cache(maxsize=64)
def half_width(text: str) -> str:
    """Return a text with half-width digits and signs, as long as it was; Chinese punctuation stays.

    Kept for a while, as what follows is: every check of texts asks for the same ones.
    """
    return text.translate(_HALF_WIDTH)


@lru_cache(maxsize=1024)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the numbers of a half-width text that have a unit, in their order; () for none."""
    return tuple(_quantities(text))


def _quantities(text: str) -> Iterator[Quantity]:
    for found in _QUANTITY.finditer(text):
        unit = found["unit"] or ""
        kind = _kind(found["number"], unit)
        if kind is None:
            continue
        digits = found["number"].replace(",", "")
        value = Decimal(digits) * _FACTORS.get(unit, Decimal(1)) * (-1 if found["minus"] else 1)
        places = len(digits.partition(".")[2])
        yield Quantity(kind, value, places, unit, found.start(), found.end(), found[0])


def _kind(number: str, unit: str) -> Kind | None:
    if unit in _FACTORS:
        return Kind.AMOUNT
    if unit == "%":
        return Kind.PERCENT
    if unit.startswith("年"):
        return Kind.YEAR if re.fullmatch(r"(?:19|20)\d\d", number) else None
    return Kind.COUNT if unit and unit != "个百分点" and "." not in number else None


_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}


def chinese_number(text: str) -> int | None:
    """Return the number below 100 that 七, 十二 or 二十一 say; None for anything else."""
    tens, ten, ones = text.partition("十")
    if not text or (ten and tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
        return None
    if not ten:
        return _DIGITS.get(tens)
    return _DIGITS.get(tens, 1) * 10 + (_DIGITS[ones] if ones else 0)


@dataclass(frozen=True, slots=True)
class Sentence:
    """What stands between two full stops or line ends, and where in the text it begins."""

    text: str
    start: int


@lru_cache(maxsize=64)
def sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a text without what parts them; () for a blank one."""
    parts = re.finditer(r"[^。！？\n]+", text)
    return tuple(Sentence(found[0], found.start()) for found in parts if found[0].strip())
