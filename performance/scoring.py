"""Points and grade of a self-evaluation: what the weights must add up to, and what a result is called.

Pure: imports neither Django nor openpyxl. Points are Decimal of 100; rates percent (95.5 means 95.5 %).
What the weights add up to is the framework's.
Source: self-evaluation form, its note on grades: 优 from 90, 良 from 80, 中 from 60, 差 below.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgets.money import round_half_up, shorten
from performance.frameworks import THREE_BLOCKS, FirstLevel, Framework
from performance.indicator_points import execution_points
from performance.readings import TO_FILL
from performance.schemes import NO_CAPS, Cap, Scheme

FULL = Decimal(100)

GRADES = (("优", Decimal(90)), ("良", Decimal(80)), ("中", Decimal(60)))
"""From how many points on a total is called what; 差 is what is below all of them."""

GRADES_TEXT = "，".join(f"{least} 分起为{name}" for name, least in GRADES) + f"，{GRADES[-1][1]} 分以下为差。"

NO_EXECUTION_RATE = "预算执行率算不出来：请在“支出（按功能分类）”填支出合计的全年预算数（不能为 0）和决算数。"

RATE_TOO_HIGH = "预算执行率超过 100 %：请核对“支出（按功能分类）”支出合计的全年预算数，调整预算后应更新。"

WEIGHTS_REASON = "各一级指标的分值与指标框架不同但合计够数：确需调整的，请在“年度总体目标”页写明原因。"

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
    def has_target(self) -> bool:
        """Whether its target is written, with its number."""
        return bool(self.target_value) and TO_FILL not in self.target_value

    @property
    def gain(self) -> Decimal | None:
        """Its score less its weight: below zero, points were lost; None when either is blank."""
        return None if self.score is None or self.max_score is None else self.score - self.max_score


@dataclass(frozen=True, slots=True)
class Basis:
    """By what the returns of a round are scored."""

    framework: Framework = THREE_BLOCKS
    scheme: Scheme = NO_CAPS
    is_open: bool = False
    """Whether the bureau has still to say which framework its county uses."""


NATIONAL = Basis()
"""As a round is scored for which nothing was chosen."""


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

    execution_points: Decimal
    """What the execution rate has of the hundred."""
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
        return self.execution_points + sum((block.given for block in self.blocks), Decimal(0))

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


def grade_of(total: Decimal) -> str:
    """Return the grade of a total as it is printed: 89.995 is printed 90.00 and is 优."""
    printed = round_half_up(total)
    return next((name for name, least in GRADES if printed >= least), "差")


def result_of(
    indicators: Sequence[Indicator],
    rate: Decimal | None,
    basis: Basis = NATIONAL,
    weights_reason: str = "",
) -> Result:
    """Return points by block, total and grade, or what is missing, of an execution rate in percent.

    The weights of each block must reach exactly the points the framework leaves it; a unit may share the
    hundred out otherwise for a reason (如有特殊情况可适当调整). Every indicator needs its second level, its
    target and actual value, its weight, and a score that is not above it. An execution rate above 100 % says
    that the revised budget is not up to date: it is a fault.
    Source: scoring rules A1, A2.
    """
    framework = basis.framework
    blocks = [_block(first, indicators) for first in framework.first_levels]
    lost = [each for each in indicators if each.gain is not None and each.gain < 0]
    return Result(
        framework.execution_points,
        execution_points(rate, framework.execution_points),
        blocks,
        faults=[*_gaps(blocks, weights_reason), *_faults(indicators, framework)],
        rate_fault=_rate_fault(rate),
        cap=basis.scheme.cap_of(rate),
        unexplained=_about(
            [each for each in lost if not each.deviation_reason.strip()],
            "的得分低于分值，请写偏差原因和改进措施。",
        ),
    )


def _rate_fault(rate: Decimal | None) -> str:
    if rate is None:
        return NO_EXECUTION_RATE
    return RATE_TOO_HIGH if rate > FULL else ""


def _block(first: FirstLevel, indicators: Sequence[Indicator]) -> Block:
    mine = [each for each in indicators if each.second_level in first.second_levels]
    scores = [each.score for each in mine if each.score is not None]
    given = sum((each.max_score for each in mine if each.max_score is not None), Decimal(0))
    scored = sum(scores, Decimal(0)) if scores else None
    return Block(first.name, first.points, len(mine), given, scored)


def _gaps(blocks: Sequence[Block], weights_reason: str) -> list[str]:
    """What is to be done about blocks that are not as the framework has them.

    Shared out otherwise to the last point they lack nothing but the reason.
    """
    short = [block for block in blocks if block.gap]
    if not short or sum((block.gap for block in blocks), Decimal(0)):
        return [_gap_sentence(block) for block in short]
    return [] if weights_reason.strip() else [*(_gap_sentence(block) for block in short), WEIGHTS_REASON]


def _gap_sentence(block: Block) -> str:
    if not block.count:
        return f"还没有{block.name}：请添加，分值合计应为 {points_text(block.points)}。"
    mend = f"还差 {points_text(block.gap)}" if block.gap > 0 else f"多了 {points_text(-block.gap)}"
    given, points = points_text(block.given), points_text(block.points)
    return f"{block.name}的分值合计 {given}，应为 {points}，{mend}：请调整分值。"


def _faults(indicators: Sequence[Indicator], framework: Framework) -> list[str]:
    homeless = [each for each in indicators if not framework.first_of(each.second_level)]
    return [
        *_about([each for each in homeless if not each.second_level], "没有选二级指标，请选择。"),
        *_about(
            [each for each in homeless if each.second_level],
            f"的二级指标不在本年度的指标框架（{framework.name}）里，请重新选择。",
        ),
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
