"""The rules of the re-check (复核口径): for what points are taken off, and how many.

Pure: imports neither Django nor openpyxl. Points are Decimal of 100.
Source: scoring rules C 1 to 14, review scripts of a Chengdu district.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgets.money import round_half_up

FULL = Decimal(100)
NOTHING = Decimal(0)

MOST_DEVIATION = Decimal(10)
"""Percent. A larger deviation counts against the unit."""

NO_RATE = "算不出"
"""Stands for the deviation from a score of zero."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One rule: when it is used, and which parts of the points it takes, in percent."""

    code: str
    sentence: str
    shares: tuple[int, ...] | None = None
    """() takes nothing; None takes as much as fits, and says why in the remark."""

    @property
    def takes_nothing(self) -> bool:
        """Whether it only marks the indicator."""
        return self.shares == ()


_GROUNDS = (
    Ground("evidence", "没有佐证材料，不得分", (100,)),
    Ground("unrelated", "指标与项目无关，不得分", (100,)),
    Ground("not_measurable", "指标不可衡量，扣 30 %、60 % 或 100 %", (30, 60, 100)),
    Ground("no_survey", "满意度没有调查材料，不得分", (100,)),
    Ground("over_fulfilled", "完成值超过指标值 130 %，不扣分，标注", ()),
    Ground("quantity_in_words", "数量指标写成定性、但与工作相关，不扣分", ()),
    Ground("late", "时效有单项延误，扣 30 %", (30,)),
    Ground("benefit_in_words", "效益指标是定性、但属实，不扣分", ()),
    Ground("counted_twice", "产出与效益重复，只计一项", (100,)),
    Ground("wrong_level", "二级、三级指标不匹配，不得分", (100,)),
    Ground("papers_differ", "报告与工作底稿不一致"),
    Ground("logic", "逻辑不通"),
    Ground("form", "格式不符合要求"),
    Ground("other", "其他，在备注写明理由"),
)

GROUNDS = {each.code: each for each in _GROUNDS}
"""All rules by code, in the order of their numbers; by the fourteenth every deduction has its reason."""

GROUND_CHOICES = tuple((each.code, f"{number} {each.sentence}") for number, each in enumerate(_GROUNDS, 1))
"""The rules as choices."""


def deviation(own: Decimal | None, found: Decimal | None) -> Decimal | None:
    """Return (self − re-check) ÷ self in percent; None when either is blank or self is zero."""
    return None if found is None or not own else (own - found) * FULL / own


def is_large(rate: Decimal | None) -> bool:
    """Whether a deviation counts against the unit: more than 10 %, as it is printed."""
    return rate is not None and round_half_up(rate) > MOST_DEVIATION


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What the re-check says of one indicator; None and "" are blank."""

    value: str = ""
    score: Decimal | None = None
    ground: str = ""
    """A code of GROUNDS."""
    remark: str = ""


def mistake_of(checked: Rechecked, weight: Decimal) -> str:
    """Say that points are above the weight; "" for nothing. It cannot be saved."""
    is_above = checked.score is not None and checked.score > weight
    return f"复核得分超过权重 {weight.normalize():f}，请改正。" if is_above else ""


def gaps_of(checked: Rechecked, own: Decimal, weight: Decimal) -> list[str]:
    """Return what is to be done before a re-check with these words is finished, one clause each.

    `own` is what the unit gave itself. Source: C 14, every deduction has a reason and its ratio fits it.
    """
    blanks = {"复核完成值": checked.value, "复核得分": checked.score}
    found = [f"没有填{title}" for title, given in blanks.items() if given in ("", None)]
    if checked.score is None:
        return found
    return [*found, *_reason_gaps(checked, own, weight)]


def _reason_gaps(checked: Rechecked, own: Decimal, weight: Decimal) -> Sequence[str]:
    ground, score = GROUNDS.get(checked.ground), checked.score or NOTHING
    if score >= own:
        return ["选了扣分的理由，却没有扣分"] if ground and _must_take(ground) else []
    if ground is None:
        return ["扣了分，没有选理由"]
    if ground.takes_nothing:
        return ["选的理由不扣分，却扣了分"]
    if checked.remark or (ground.shares and fits(score, ground.shares, own, weight)):
        return []
    why = "扣分的比例与理由不符，备注没有写怎么扣的" if ground.shares else "备注没有写扣分的依据"
    return [why]


def _must_take(ground: Ground) -> bool:
    """Whether a rule without a deduction is none: one that names what it takes."""
    return bool(ground.shares)


def fits(score: Decimal, shares: Iterable[int], own: Decimal, weight: Decimal) -> bool:
    """Whether a score is the weight, or what the unit gave itself, less one of the shares."""
    return any(
        score == round_half_up(points * (100 - share) / FULL) for share in shares for points in (own, weight)
    )
