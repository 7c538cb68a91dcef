"""What an indicator states, read: from words as people type them to the numbers its rule works on.

Pure: imports neither Django nor openpyxl. Nothing that is stored is changed by being read; what cannot be
read beyond doubt is not read, and a Chinese sentence says what to do about it.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from budgets.checks.reading import half_width
from budgets.money import shorten
from performance.indicator_points import DIRECTIONS, Direction, Measured, degree_of, same_unit, target_mistake

TO_FILL = "＿＿"
"""Stands in a target where its number is still to be filled in, as it came over from last year."""


class Stated(Protocol):
    """What is stored of an indicator, as far as it is read here: a stored line is one."""

    @property
    def direction(self) -> str:
        """Its direction (指标性质), "" where none was chosen."""

    @property
    def target_value(self) -> str:
        """What was to be reached, as it was typed."""

    @property
    def measuring_unit(self) -> str:
        """Its unit, "" where none was typed."""

    @property
    def actual_value(self) -> str:
        """What was reached, as it was typed."""

    @property
    def max_score(self) -> Decimal | None:
        """Its weight; None for blank."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in one column, in one Chinese sentence that says what to do."""

    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """An indicator as it was read."""

    measured: Measured | None
    """What its rule works on; None where nobody can tell its direction. What is blank or mistaken is None."""
    mistakes: tuple[Mistake, ...] = ()
    """What cannot be read, of an indicator whose direction is known."""
    question: str = ""
    """What is to be chosen where the direction is neither chosen nor told by the words; "" for nothing."""

    @property
    def direction(self) -> Direction | None:
        """Its direction, chosen or told by the words."""
        return self.measured.direction if self.measured else None


# --- Numbers with what stands before and behind them

_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_UNIT = r"(?:[A-Za-z]*m[23]|[^\d,.+~<>≥≤=—-]{0,20}?)"
_SPANS = r"(?:-+|~|〜|—+|至|到)"
_LEAST = [
    "≥",
    ">=",
    "≧",
    ">",
    "大于等于",
    "大于或等于",
    "大于",
    "不低于",
    "不少于",
    "不小于",
    "至少",
    "达到",
    "高于",
    "超过",
]
_MOST = [
    "≤",
    "<=",
    "≦",
    "<",
    "小于等于",
    "小于或等于",
    "小于",
    "不超过",
    "不高于",
    "不大于",
    "不多于",
    "控制在",
    "至多",
    "低于",
    "少于",
]
_EQUAL = ("等于", "=")
_BEFORE = (
    dict.fromkeys(_LEAST, Direction.AT_LEAST)
    | dict.fromkeys(_MOST, Direction.AT_MOST)
    | dict.fromkeys(_EQUAL, Direction.EQUAL)
)
_BEHIND = dict.fromkeys(("及以上", "以上"), Direction.AT_LEAST) | dict.fromkeys(
    ("及以下", "以下", "以内", "之内"), Direction.AT_MOST
)
_OPEN = ("达到", "控制在")
"""Words before a number that say less than the ones behind it: 控制在 90% 以上."""

_ONE = re.compile(
    rf"(?P<before>{'|'.join(map(re.escape, sorted(_BEFORE, key=len, reverse=True)))})?"
    rf"(?P<number>{_NUMBER})(?P<unit>{_UNIT})(?P<behind>{'|'.join(_BEHIND)})?"
)
_TWO = re.compile(
    rf"(?:控制在|达到|=)?(?P<least>{_NUMBER})(?P<first>{_UNIT}){_SPANS}(?P<most>{_NUMBER})(?P<unit>{_UNIT})"
    r"(?P<behind>之间|以内|之内)?"
)
_STRICT = dict.fromkeys((">", "大于", "高于", "超过"), ">") | dict.fromkeys(
    ("<", "小于", "低于", "少于"), "<"
)
"""Operators that leave out the number itself, as official forms print them."""

_BLANKS = re.compile(r"(?<!\d)\s+|\s+(?!\d)|(?<=\d)\s(?=\d{3}(?!\d))")
"""Blanks that part no two numbers: "1 2" is not 12, "12 000" is."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands in a cell, with its direction and its unit as far as they stand there too."""

    least: Decimal
    most: Decimal | None = None
    """The upper end of a range."""
    unit: str = ""
    direction: Direction | None = None
    digits: str = ""
    """It as it is printed: as typed, without marks between thousands; of a range both ends."""
    sign: str = ""
    """Its operator, where that is not the one of its direction: > and <."""
    behind: str = ""
    """The word that stands behind it: 以上."""


@lru_cache(maxsize=4096)
def read_number(text: str) -> Number | None:
    """Return the number that a whole cell is, with what stands around it; None for anything else.

    Understands full-width digits, marks between thousands, operators in signs and words (≥, 不低于, 以上), a
    unit behind it, and two numbers as a range (80-90, 80%～90%). Words that contradict each other (不低于 5
    次以下), and a range in two units, are no number.

    Kept for a while: most indicators of many say the same.
    """
    plain = _BLANKS.sub("", half_width(text.strip()).translate({ord("，"): ","}))
    if (found := _ONE.fullmatch(plain)) is not None:
        return _one(found)
    found = _TWO.fullmatch(plain)
    return _range(found) if found else None


def _one(found: re.Match[str]) -> Number | None:
    before, behind = found["before"] or "", found["behind"] or ""
    told = {_BEFORE[before]} if before and not (behind and before in _OPEN) else set()
    told |= {_BEHIND[behind]} if behind else set()
    if len(told) > 1:
        return None
    digits = found["number"].replace(",", "").removeprefix("+")
    direction, sign = next(iter(told), None), _STRICT.get(before, "")
    return Number(Decimal(digits), None, found["unit"], direction, digits, sign, behind)


def _range(found: re.Match[str]) -> Number | None:
    least, most = (found[name].replace(",", "").removeprefix("+") for name in ("least", "most"))
    if found["first"] and not same_unit(found["first"], found["unit"]):
        return None
    return Number(
        Decimal(least),
        Decimal(most),
        found["unit"],
        Direction.RANGE,
        f"{least}～{most}",
        behind=found["behind"] or "",
    )


# --- One indicator


def read(stated: Stated) -> Reading:
    """Read an indicator by the direction that was chosen, else by the one its words tell."""
    if stated.direction:
        return _by_direction(stated, Direction(stated.direction))
    target = read_number(stated.target_value)
    if target and target.direction and not (target.most and target.most < target.least):
        return _by_direction(stated, target.direction)
    if (direction := _worded_direction(stated)) is not None:
        return _by_direction(stated, direction)
    return Reading(None, question=_question(stated, target))


def _worded_direction(stated: Stated) -> Direction | None:
    """The direction of an indicator without numbers, where what was reached tells it; else None."""
    target, actual = stated.target_value.strip(), stated.actual_value.strip()
    if re.search(r"\d", half_width(target)):
        return None
    if degree_of(actual):
        return Direction.QUALITATIVE
    return Direction.YES_NO if target in _YES_NO and actual in _YES_NO else None


_YES_NO = ("是", "否")


def _question(stated: Stated, target: Number | None) -> str:
    if _is_open(stated.target_value):
        return ""
    if target:
        quoted = shorten(stated.target_value)
        return f"请选择指标性质：“{quoted}”没有写明是不低于（≥）、不超过（≤）还是等于（=）。"
    return "请选择指标性质：指标值不是数字的，选“定性”或“是/否”。"


def _is_open(target: str) -> bool:
    return not target.strip() or TO_FILL in target


def _by_direction(stated: Stated, direction: Direction) -> Reading:
    if direction.is_quantitative:
        return _quantitative(stated, direction)
    measured = Measured(
        direction,
        stated.max_score,
        target_words=stated.target_value.strip(),
        actual_words=stated.actual_value.strip(),
    )
    return Reading(measured, _yes_no_mistakes(measured) if direction is Direction.YES_NO else ())


def _yes_no_mistakes(measured: Measured) -> tuple[Mistake, ...]:
    words = {"target_value": measured.target_words, "actual_value": measured.actual_words}
    return tuple(
        Mistake(column, f"{_TITLES[column]}应为“是”或“否”。")
        for column, text in words.items()
        if text and text not in _YES_NO
    )


_TITLES = {"target_value": "指标值", "actual_value": "实际完成值"}


def _quantitative(stated: Stated, direction: Direction) -> Reading:
    """Read target and actual value as numbers in one unit; a mistake leaves out what is mistaken."""
    target, target_wrong = _target(stated, direction)
    unit = stated.measuring_unit.strip() or (target.unit if target else "")
    actual, actual_wrong = _actual(stated, unit)
    mistakes = [*target_wrong, *actual_wrong]
    measured = Measured(
        direction,
        stated.max_score,
        target=target.least if target and not target_wrong else None,
        most=target.most if target and not target_wrong else None,
        actual=actual.least if actual and not actual_wrong else None,
        unit=unit,
    )
    if (backwards := target_mistake(measured)) != "":
        mistakes.append(Mistake("target_value", backwards))
    return Reading(measured, tuple(mistakes))


def _target(stated: Stated, direction: Direction) -> tuple[Number | None, list[Mistake]]:
    if _is_open(stated.target_value):
        return None, []
    found = read_number(stated.target_value)
    if found is None:
        return None, [_no_number("target_value", stated.target_value, direction)]
    told = (_told_otherwise(found, direction), _unit_otherwise(stated, found))
    return found, [Mistake("target_value", text) for text in told if text]


def _told_otherwise(target: Number, direction: Direction) -> str:
    if target.direction in (None, direction) and (
        direction is not Direction.RANGE or target.most is not None
    ):
        return ""
    if target.direction is Direction.RANGE:
        return "指标值是两个数：请把指标性质选为“区间”，或只填一个数。"
    if direction is Direction.RANGE:
        return "指标性质是“区间”，指标值应是两个数，例如 80-90。"
    written = DIRECTIONS[target.direction] if target.direction else ""
    return f"指标性质选的是“{DIRECTIONS[direction]}”，指标值写的却是“{written}”：请改一处。"


def _unit_otherwise(stated: Stated, target: Number) -> str:
    if not target.unit or not stated.measuring_unit.strip() or same_unit(target.unit, stated.measuring_unit):
        return ""
    return f"指标值的单位是“{target.unit}”，计量单位却是“{stated.measuring_unit.strip()}”：请改成一样的。"


def _actual(stated: Stated, unit: str) -> tuple[Number | None, list[Mistake]]:
    if not stated.actual_value.strip():
        return None, []
    found = read_number(stated.actual_value)
    if found is None or found.most is not None or found.direction is not None:
        return None, [_no_number("actual_value", stated.actual_value, None)]
    if found.unit and unit and not same_unit(found.unit, unit):
        wrong = f"实际完成值的单位是“{found.unit}”，指标值的单位是“{unit}”：请换算成同一个单位。"
        return found, [Mistake("actual_value", wrong)]
    return found, []


def _no_number(column: str, text: str, direction: Direction | None) -> Mistake:
    example = "，例如 80-90" if direction is Direction.RANGE else ""
    return Mistake(
        column,
        f"{_TITLES[column]}应为数字{example}：“{shorten(text)}”不是，"
        "请填数，文字写在“情况说明”；没有数的，指标性质选“定性”或“是/否”。",
    )


# --- As the official forms print it

_SIGNS: dict[str, str] = {
    Direction.AT_LEAST: "≥",
    Direction.AT_MOST: "≤",
    Direction.EQUAL: "=",
    Direction.RANGE: "",
}


def composed_target(stated: Stated) -> str:
    """Return the target as official forms have it in one cell: ≥50个, ≤90万元, =735, 80～90%; else the words.

    Operator, number and unit of an indicator whose direction was chosen and whose target is a number, > and <
    as they were written, a number still to be filled in by its place: ≥＿＿件; everything else stands as it
    was written, a bare number with its unit. Source: forms.md b, 年度指标值.
    """
    words, unit = stated.target_value.strip(), stated.measuring_unit.strip()
    if words == TO_FILL:
        return f"{_SIGNS.get(stated.direction, '')}{words}{unit}"
    found = None if _is_open(words) else read_number(words)
    if found is None or (found.unit and unit and not same_unit(found.unit, unit)):
        return words
    if not stated.direction:
        return _with_unit(words, found, unit)
    direction = Direction(stated.direction)
    if not direction.is_quantitative or _told_otherwise(found, direction):
        return words
    return f"{found.sign or _SIGNS[direction]}{found.digits}{unit or found.unit}"


def composed_actual(stated: Stated) -> str:
    """Return what was reached as official forms have it in one cell: a bare number with its unit."""
    words = stated.actual_value.strip()
    found = read_number(words)
    if found is None or found.most is not None:
        return words
    return _with_unit(words, found, _read_unit(stated))


def _with_unit(words: str, found: Number, unit: str) -> str:
    """Return a number as it was written, with its unit where it has none, before the word behind it."""
    if found.unit or not unit:
        return words
    return f"{words.removesuffix(found.behind).rstrip()}{unit}{found.behind}"


def _read_unit(stated: Stated) -> str:
    reading = read(stated)
    return reading.measured.unit if reading.measured else stated.measuring_unit.strip()
