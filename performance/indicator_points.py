"""The points of one indicator: what the rules give for what was reached, and what they ask about it.

Pure: imports neither Django nor openpyxl. Points are Decimal, two decimals half up; rates percent (95.5 means
95.5 %). What cannot be computed is None and is never full marks.

Source: 财预〔2020〕10号 as the notes under published self-evaluation forms print it (scoring rules A2 to
A4, as corrected): the execution rate by proportion; a quantitative indicator that is reached has its full
weight, one that is not has its weight by B/A or A/B (A target, B actual); a qualitative one has points within
the band of its degree. Nothing ever gives more than the weight.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from budgets.checks.reading import half_width
from budgets.measures import ratio
from budgets.money import round_half_up

FULL = Decimal(100)
NOTHING = Decimal(0)

TOLERANCE = Decimal("0.1")
"""So far may points differ from the computed ones without a reason: units round to halves and wholes (A3)."""

OVER_FULFILLED = FULL * 13 / 10
"""From this completion on a target was set too low: it must be explained, and takes no points (A3, C5)."""


class Direction(StrEnum):
    """Which way an indicator counts (指标方向)."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EQUAL = "equal"
    RANGE = "range"
    QUALITATIVE = "qualitative"
    YES_NO = "yes_no"

    @property
    def is_quantitative(self) -> bool:
        """Whether its target and its actual value are numbers (定量)."""
        return self not in (Direction.QUALITATIVE, Direction.YES_NO)


DIRECTIONS = {
    Direction.AT_LEAST: "≥ 正向",
    Direction.AT_MOST: "≤ 反向",
    Direction.EQUAL: "= 等于",
    Direction.RANGE: "区间",
    Direction.QUALITATIVE: "定性",
    Direction.YES_NO: "是/否",
}
"""The directions as they are chosen."""


_SAME_UNITS = {
    **dict.fromkeys(("百分比", "百分率", "百分数"), "%"),
    "万": "万元",
    **dict.fromkeys(("m2", "m²", "平米", "平方"), "平方米"),
    "㎡": "平方米",
    **dict.fromkeys(("公里", "km"), "千米"),
}
"""Units that are the same in other words."""


def same_unit(one: str, other: str) -> bool:
    """Whether two units are the same: 百分比 and %, ㎡ and 平方米; blank is only itself."""
    first, second = (_SAME_UNITS.get(plain, plain) for plain in map(_plain_unit, (one, other)))
    return first == second


def _plain_unit(unit: str) -> str:
    return "".join(half_width(unit).split())


class Overrun(StrEnum):
    """What is left of the weight above the target of an indicator that counts downwards (≤)."""

    BY_RATIO = "by_ratio"
    """Weight × target ÷ actual: the national default."""
    BY_EXCESS = "by_excess"
    """Weight × (2 − actual ÷ target), not below 0: as some counties have it."""


def execution_points(rate: Decimal | None, weight: Decimal) -> Decimal | None:
    """Return weight × min(rate, 100 %), not below 0 and unrounded; None without a rate.

    Source: A2, 预算执行率 × 分值，最高不超过分值. Budget and outturn that are both zero have no rate.
    """
    return None if rate is None else weight * max(NOTHING, min(rate, FULL)) / FULL


def at_least_points(target: Decimal, actual: Decimal, weight: Decimal) -> Decimal:
    """Return the points of an indicator that counts upwards (正向, ≥): reached full, else weight × B/A.

    Source: A3. No ratio is taken of a target of zero or below: there it is all or nothing.
    """
    if actual >= target:
        return weight
    return round_half_up(weight * max(NOTHING, actual / target)) if target > 0 else NOTHING


def at_most_points(
    target: Decimal, actual: Decimal, weight: Decimal, overrun: Overrun = Overrun.BY_RATIO
) -> Decimal:
    """Return the points of an indicator that counts downwards (反向, ≤): reached full, else weight × A/B.

    Source: A3. Of a target of zero (事故 ≤ 0 起) or below it is all or nothing.
    """
    if actual <= target:
        return weight
    if target <= 0:
        return NOTHING
    if overrun is Overrun.BY_EXCESS:
        return round_half_up(weight * max(NOTHING, 2 - actual / target))
    return round_half_up(weight * target / actual)


def equal_points(target: Decimal, actual: Decimal, weight: Decimal, unit: str = "") -> Decimal:
    """Return the points of an exact target (=): equal full, else weight × the smaller of B/A and A/B.

    Source: A3. “=100%” of a rate counts upwards. Where a figure is zero or below there is no ratio: nothing.
    """
    if _is_whole_rate(target, unit):
        return at_least_points(target, actual, weight)
    if actual == target:
        return weight
    if target <= 0 or actual <= 0:
        return NOTHING
    return round_half_up(weight * min(actual / target, target / actual))


def _is_whole_rate(target: Decimal, unit: str) -> bool:
    return target == FULL and same_unit(unit, "%")


def range_points(least: Decimal, most: Decimal, actual: Decimal, weight: Decimal) -> Decimal:
    """Return the points of a range (区间): within it full, below as of ≥ `least`, above as of ≤ `most`.

    Source: A3, each side by its direction. A range that ends before it begins is given by nobody who checked
    it (`target_mistake`).
    """
    if actual < least:
        return at_least_points(least, actual, weight)
    return at_most_points(most, actual, weight)


def yes_no_points(target: str, actual: str, weight: Decimal) -> Decimal | None:
    """Return the points of a yes or no (是/否): as it was to be full, else nothing; None for other words.

    Source: A4, the yes/no kind of 财预〔2021〕101号. A target that is blank is 是.
    """
    wanted, found = _yes_or_no(target or "是"), _yes_or_no(actual)
    if wanted is None or found is None:
        return None
    return weight if wanted == found else NOTHING


def _yes_or_no(text: str) -> bool | None:
    return {"是": True, "否": False}.get(text.strip())


# --- Qualitative indicators


class Degree(StrEnum):
    """How far a qualitative indicator was reached."""

    REACHED = "reached"
    PARTLY = "partly"
    MISSED = "missed"


DEGREES = {
    Degree.REACHED: "达成预期指标",
    Degree.PARTLY: "部分达成预期指标并具有一定效果",
    Degree.MISSED: "未达成预期指标且效果较差",
}
"""The degrees in the words of the form."""

_SPELLINGS = {
    Degree.REACHED: ("达成预期指标", "全部或基本达成预期指标", "基本达成预期指标", "全部达成预期指标"),
    Degree.PARTLY: ("部分达成预期指标并具有一定效果", "部分达成预期指标"),
    Degree.MISSED: ("未达成预期指标且效果较差", "未完成预期指标且效果较差"),
}
"""The words by which a degree is known. The pick-list of the finance system has 未完成 for 未达成 (S-04)."""


@dataclass(frozen=True, slots=True)
class Band:
    """The part of the weight a degree may have, in percent; below `below` where that is not 100 itself."""

    degree: Degree
    least: Decimal
    most: Decimal
    with_most: bool
    """Whether the upper end belongs to it."""

    def holds(self, points: Decimal, weight: Decimal) -> bool:
        """Whether points are within it."""
        least, most = weight * self.least / FULL, weight * self.most / FULL
        return least <= points and (points <= most if self.with_most else points < most)

    def text(self, weight: Decimal) -> str:
        """Return it in points: 8 到 10 分; 6 分以上、不到 8 分."""
        least, most = (f"{(weight * each / FULL).normalize():f}" for each in (self.least, self.most))
        return f"{least} 到 {most} 分" if self.with_most else f"{least} 分以上、不到 {most} 分"


def _bands(upper: int, lower: int) -> tuple[Band, ...]:
    return (
        Band(Degree.REACHED, Decimal(upper), FULL, with_most=True),
        Band(Degree.PARTLY, Decimal(lower), Decimal(upper), with_most=False),
        Band(Degree.MISSED, NOTHING, Decimal(lower), with_most=False),
    )


NATIONAL_BANDS = _bands(80, 60)
"""100–80 % (80 included), 80–60 % (60 included), 60–0 %. Source: A4, 财预〔2020〕10号, printed as note 2."""

HUBEI_BANDS = _bands(80, 50)
"""100–80 %, 80–50 %, 50–0 %. Source: A4, the finance system as Hubei has it."""


def degree_of(text: str) -> Degree | None:
    """Return the degree that words say, in either spelling; None for other words."""
    plain = "".join(text.split()).rstrip("。；;")
    return next((degree for degree, words in _SPELLINGS.items() if plain in words), None)


def band_of(degree: Degree, bands: Sequence[Band] = NATIONAL_BANDS) -> Band:
    """Return the band of a degree."""
    return next(band for band in bands if band.degree is degree)


# --- One indicator with what it was to reach and what it reached


@dataclass(frozen=True, slots=True)
class Rules:
    """What a county may have otherwise."""

    overrun: Overrun = Overrun.BY_RATIO
    bands: tuple[Band, ...] = NATIONAL_BANDS


NATIONAL_RULES = Rules()

OVERRUNS = {
    Overrun.BY_RATIO: "超过的按比例计分（指标值 ÷ 完成值）",
    Overrun.BY_EXCESS: "按超过的比例扣分（2 − 完成值 ÷ 指标值，扣完为止）",
}
"""What a round may have for indicators that count downwards. Source: A3, 反向; a setting of the county."""
BANDS = {"national": NATIONAL_BANDS, "wide_middle": HUBEI_BANDS}
"""The bands of qualitative indicators that a round may have, by name. Source: A4."""
BAND_NAMES = {
    "national": "100%-80%、80%-60%、60%-0（财预〔2020〕10号）",
    "wide_middle": "100%-80%、80%-50%、50%-0（湖北等省）",
}


def rules_said(overrun: str, bands: str) -> list[str]:
    """Say what of a round's rules, by their names, is otherwise than in the country; [] for nothing."""
    said = []
    if Overrun(overrun) is not NATIONAL_RULES.overrun:
        said.append(f"反向指标{OVERRUNS[Overrun(overrun)]}")
    if BANDS[bands] != NATIONAL_RULES.bands:
        said.append(f"定性指标分档 {BAND_NAMES[bands]}")
    return said


@dataclass(frozen=True, slots=True)
class Measured:
    """What an indicator was to reach and what it reached; None and "" are blank."""

    direction: Direction
    weight: Decimal | None
    target: Decimal | None = None
    """The target; of a range its lower end."""
    most: Decimal | None = None
    """The upper end of a range."""
    actual: Decimal | None = None
    unit: str = ""
    target_words: str = ""
    """The target of an indicator without numbers."""
    actual_words: str = ""

    @property
    def blanks(self) -> list[str]:
        """What its points cannot be computed without."""
        if not self.direction.is_quantitative:
            known = {"分值": self.weight, "实际完成值": self.actual_words or None}
        else:
            known = {"分值": self.weight, "指标值": self.target, "实际完成数": self.actual}
            if self.direction is Direction.RANGE:
                known["指标值上限"] = self.most
        return [title for title, value in known.items() if value is None]


def computed_points(measured: Measured, rules: Rules = NATIONAL_RULES) -> Decimal | None:
    """Return the points an indicator has by its rule, to two decimals.

    None while anything they need is blank, for a range that ends before it begins, and for a qualitative
    indicator, whose points are given within a band (`qualitative_mistake`).
    """
    weight, target, actual = measured.weight, measured.target, measured.actual
    if weight is None or target_mistake(measured):
        return None
    if measured.direction is Direction.YES_NO:
        return yes_no_points(measured.target_words, measured.actual_words, weight)
    if measured.direction is Direction.QUALITATIVE or target is None or actual is None:
        return None
    if measured.direction is Direction.AT_LEAST:
        return at_least_points(target, actual, weight)
    if measured.direction is Direction.AT_MOST:
        return at_most_points(target, actual, weight, rules.overrun)
    if measured.direction is Direction.EQUAL:
        return equal_points(target, actual, weight, measured.unit)
    return None if measured.most is None else range_points(target, measured.most, actual, weight)


def target_mistake(measured: Measured) -> str:
    """Say that a range ends before it begins; "" for nothing."""
    if measured.direction is not Direction.RANGE or measured.target is None or measured.most is None:
        return ""
    return "区间的上限小于下限，请改正。" if measured.most < measured.target else ""


def qualitative_mistake(measured: Measured, points: Decimal | None, rules: Rules = NATIONAL_RULES) -> str:
    """Say that the words are no degree, or that points are outside the band of theirs; "" for nothing."""
    if measured.direction is not Direction.QUALITATIVE or not measured.actual_words:
        return ""
    degree = degree_of(measured.actual_words)
    if degree is None:
        return f"实际完成值请填：{'、'.join(DEGREES.values())}。"
    if points is None or measured.weight is None:
        return ""
    band = band_of(degree, rules.bands)
    if band.holds(points, measured.weight):
        return ""
    return f"“{DEGREES[degree]}”的得分应为 {band.text(measured.weight)}。"


def completion(measured: Measured) -> Decimal | None:
    """Return how far a target was reached, in percent, unrounded; None where that has no number.

    Upwards actual ÷ target, downwards target ÷ actual; an exact target and a range are at most 100 %. None of
    blanks, of what is no number, and where a figure is zero or below.
    Source: A3, completion.
    """
    target, actual = measured.target, measured.actual
    if not measured.direction.is_quantitative or not target or not actual or min(target, actual) <= 0:
        return None
    if measured.direction is Direction.AT_LEAST:
        return ratio(actual, target)
    if measured.direction is Direction.AT_MOST:
        return ratio(target, actual)
    if measured.direction is Direction.EQUAL:
        return FULL * min(actual / target, target / actual)
    if measured.most is None or target_mistake(measured):
        return None
    return FULL * min(Decimal(1), actual / target, measured.most / actual)


def is_over_fulfilled(measured: Measured) -> bool:
    """Whether so much more was reached than was to be that it must be explained: 130 % and more."""
    reached = completion(measured)
    return reached is not None and reached >= OVER_FULFILLED


def needs_score_reason(points: Decimal | None, computed: Decimal | None) -> bool:
    """Whether points differ from the computed ones by more than rounding explains; not where one is blank."""
    return points is not None and computed is not None and abs(points - computed) > TOLERANCE
