"""Points and grade of a self-evaluation: what the weights must add up to, and what a result is called.

Pure: imports neither Django nor openpyxl. Points are Decimal of 100; rates percent (95.5 means 95.5 %).
Source: self-evaluation form, its note on points and grades: execution rate 10, output 50, benefit 30,
satisfaction 10; 优 from 90, 良 from 80, 中 from 60, 差 below.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgets.money import round_half_up, shorten
from performance.indicator_points import execution_points
from performance.schemes import NO_CAPS, Cap, Scheme

FULL = Decimal(100)
EXECUTION_POINTS = Decimal(10)
"""The points of the execution rate; the indicators share what it leaves."""

FIRST_LEVEL = {
    "output": ("产出指标", Decimal(50)),
    "benefit": ("效益指标", Decimal(30)),
    "satisfaction": ("满意度指标", Decimal(10)),
}
"""First-level indicators with the points the framework gives them."""

SECOND_LEVEL = {
    "quantity": ("数量指标", "output"),
    "quality": ("质量指标", "output"),
    "timeliness": ("时效指标", "output"),
    "cost": ("成本指标", "output"),
    "economic": ("经济效益指标", "benefit"),
    "social": ("社会效益指标", "benefit"),
    "ecological": ("生态效益指标", "benefit"),
    "sustainable": ("可持续影响指标", "benefit"),
    "satisfaction": ("服务对象满意度指标", "satisfaction"),
}
"""Second-level indicators with the first-level indicator each belongs to, in the order of the form.

Source: 部门整体支出绩效自评表; 成本 is a part of 产出 there.
"""

GRADES = (("优", Decimal(90)), ("良", Decimal(80)), ("中", Decimal(60)))
"""From how many points on a total is called what; 差 is what is below all of them."""

GRADES_TEXT = "，".join(f"{least} 分起为{name}" for name, least in GRADES) + f"，{GRADES[-1][1]} 分以下为差。"

NO_EXECUTION_RATE = "预算执行率算不出来：请在“支出（按功能分类）”填支出合计的全年预算数（不能为 0）和决算数。"

RATE_TOO_HIGH = "预算执行率超过 100 %：请核对“支出（按功能分类）”支出合计的全年预算数，调整预算后应更新。"

TO_FILL = "＿＿"
"""Stands in a target where its number is still to be filled in, as it came over from last year."""

MOST_NAMED = 3
"""So many indicators are named in a sentence; of the others it says how many there are."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """What scoring needs of one third-level indicator (三级指标); None and "" are blank."""

    name: str
    second_level: str
    max_score: Decimal | None
    score: Decimal | None
    target_value: str = ""
    actual_value: str = ""
    deviation_reason: str = ""

    @property
    def first_level(self) -> str:
        """The first-level indicator it belongs to; "" without a second level that is known."""
        return SECOND_LEVEL.get(self.second_level, ("", ""))[1]

    @property
    def has_target(self) -> bool:
        """Whether its target is written, with its number."""
        return bool(self.target_value) and TO_FILL not in self.target_value

    @property
    def gain(self) -> Decimal | None:
        """Its score less its weight: below zero, points were lost; None when either is blank."""
        return None if self.score is None or self.max_score is None else self.score - self.max_score


@dataclass(frozen=True, slots=True)
class Block:
    """The weights given within one first-level indicator, against the points it has."""

    name: str
    points: Decimal
    count: int
    """How many indicators it has."""
    given: Decimal
    scored: Decimal | None
    """The sum of the scores that are known; None when none is."""

    @property
    def gap(self) -> Decimal:
        """How many points are still to be given; negative when too many are."""
        return self.points - self.given


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a self-evaluation. `total` and `grade` stand only when nothing is `missing`."""

    execution_score: Decimal | None
    blocks: list[Block]
    faults: list[str]
    """What is blank or wrong in the indicators, one Chinese sentence each."""
    unexplained: list[str]
    """Points lost without a reason: it stands in the way of handing in, not of the total."""
    rate_fault: str
    """What is the matter with the execution rate, mended where the money is entered; "" for nothing."""
    cap: Cap | None = None
    """What the scheme lets the total be at most, at this execution rate; None for no less than 100."""

    @property
    def missing(self) -> list[str]:
        """What stands in the way of the total."""
        return [*self.faults, *([self.rate_fault] if self.rate_fault else [])]

    @property
    def given(self) -> Decimal:
        """The points given out: those of the execution rate and the weights within the blocks."""
        return EXECUTION_POINTS + sum((block.given for block in self.blocks), Decimal(0))

    @property
    def uncapped(self) -> Decimal | None:
        """The points of the execution rate and of all indicators, unrounded; None while anything is missing.

        The scores have two decimals, so that it is printed as the sum of what is printed above it.
        """
        if self.missing or self.execution_score is None:
            return None
        return self.execution_score + sum((block.scored or Decimal(0) for block in self.blocks), Decimal(0))

    @property
    def total(self) -> Decimal | None:
        """The points of all, or what the scheme lets it be at most; None while anything is missing."""
        if self.uncapped is None or self.cap is None:
            return self.uncapped
        return min(self.uncapped, self.cap.most)

    @property
    def is_capped(self) -> bool:
        """Whether the scheme takes points from the total."""
        return self.uncapped != self.total

    @property
    def grade(self) -> str:
        """What the total is called; "" without a total."""
        return "" if self.total is None else grade_of(self.total)


def execution_score(rate: Decimal | None) -> Decimal | None:
    """Return the points of an execution rate: in proportion, from 0 to 10; None without a rate.

    Source: scoring rules A2, weight × min(rate, 100 %).
    """
    return execution_points(rate, EXECUTION_POINTS)


def grade_of(total: Decimal) -> str:
    """Return the grade of a total as it is printed: 89.995 is printed 90.00 and is 优."""
    printed = round_half_up(total)
    return next((name for name, least in GRADES if printed >= least), "差")


def result_of(indicators: Sequence[Indicator], rate: Decimal | None, scheme: Scheme = NO_CAPS) -> Result:
    """Return points by block, total and grade, or what is missing, of an execution rate in percent.

    The weights of each block must reach exactly the points the framework leaves it, and every indicator
    needs its second level, its target and actual value, its weight, and a score that is not above it. An
    execution rate above 100 % says that the revised budget is not up to date: it is a fault.
    Source: scoring rules A2.
    """
    blocks = [_block(code, indicators) for code in FIRST_LEVEL]
    lost = [each for each in indicators if each.gain is not None and each.gain < 0]
    return Result(
        execution_score(rate),
        blocks,
        faults=[
            *(_gap_sentence(block) for block in blocks if block.gap),
            *_faults(indicators),
        ],
        rate_fault=_rate_fault(rate),
        cap=scheme.cap_of(rate),
        unexplained=_about(
            [each for each in lost if not each.deviation_reason.strip()],
            "的得分低于分值，请写偏差原因和改进措施。",
        ),
    )


def _rate_fault(rate: Decimal | None) -> str:
    if rate is None:
        return NO_EXECUTION_RATE
    return RATE_TOO_HIGH if rate > FULL else ""


def _block(code: str, indicators: Sequence[Indicator]) -> Block:
    name, points = FIRST_LEVEL[code]
    mine = [each for each in indicators if each.first_level == code]
    scores = [each.score for each in mine if each.score is not None]
    given = sum((each.max_score for each in mine if each.max_score is not None), Decimal(0))
    return Block(name, points, len(mine), given, sum(scores, Decimal(0)) if scores else None)


def _gap_sentence(block: Block) -> str:
    if not block.count:
        return f"还没有{block.name}：请添加，分值合计应为 {points_text(block.points)}。"
    mend = f"还差 {points_text(block.gap)}" if block.gap > 0 else f"多了 {points_text(-block.gap)}"
    given, points = points_text(block.given), points_text(block.points)
    return f"{block.name}的分值合计 {given}，应为 {points}，{mend}：请调整分值。"


def _faults(indicators: Sequence[Indicator]) -> list[str]:
    return [
        *_about([each for each in indicators if not each.first_level], "没有选二级指标，请选择。"),
        *_about([each for each in indicators if not each.has_target], "没有填年度指标值，请填写。"),
        *_about([each for each in indicators if not each.actual_value], "没有填实际完成值，请填写。"),
        *_about([each for each in indicators if each.max_score is None], "没有填分值，请填写。"),
        *_about([each for each in indicators if each.score is None], "没有填得分，请填写。"),
        *_about(
            [each for each in indicators if each.gain is not None and each.gain > 0],
            "的得分超过分值，请改正。",
        ),
    ]


def _about(indicators: Sequence[Indicator], what: str) -> list[str]:
    """Return one sentence that says something of these indicators; none for none."""
    if not indicators:
        return []
    names = "".join(f"“{shorten(each.name)}”" for each in indicators[:MOST_NAMED])
    others = f"等 {len(indicators)} 个指标" if len(indicators) > MOST_NAMED else ""
    return [f"{names}{others}{what}"]


def points_text(points: Decimal) -> str:
    """Return points without needless zeros: 12.5, 50."""
    return f"{points.normalize():f}"
