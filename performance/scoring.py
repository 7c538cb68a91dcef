"""Points and grade of a self-evaluation: what the weights must add up to, and what a result is called.

Pure: imports neither Django nor openpyxl. Points are Decimal of 100; rates percent (95.5 means 95.5 %).
What the weights add up to is the framework's.
Source: self-evaluation form, its note on grades: 优 from 90, 良 from 80, 中 from 60, 差 below.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from budgets.money import round_half_up, shorten
from performance.frameworks import THREE_BLOCKS, FirstLevel, Framework
from performance.indicator_points import (
    NATIONAL_RULES,
    Direction,
    Rules,
    computed_points,
    execution_points,
    is_over_fulfilled,
    needs_score_reason,
    qualitative_mistake,
)
from performance.readings import TO_FILL, Reading, read
from performance.schemes import NO_CAPS, Cap, Mode, Scheme

FULL = Decimal(100)

GRADES = (("优", Decimal(90)), ("良", Decimal(80)), ("中", Decimal(60)))
"""From how many points on a total is called what; 差 is what is below all of them."""

GRADES_TEXT = "，".join(f"{least} 分起为{name}" for name, least in GRADES) + f"，{GRADES[-1][1]} 分以下为差。"

NO_EXECUTION_RATE = "预算执行率算不出来：请在“支出（按功能分类）”填支出合计的全年预算数（不能为 0）和决算数。"

RATE_TOO_HIGH = "预算执行率超过 100 %：请核对“支出（按功能分类）”支出合计的全年预算数，调整预算后应更新。"

WEIGHTS_REASON = "各一级指标的分值与指标框架不同但合计够数：确需调整的，请在“年度总体目标”页写明原因。"

LOST_WITHOUT_REASON = "的得分低于分值，请写偏差原因。"
LOST_WITHOUT_MEASURE = "的得分低于分值，请写改进措施。"
OVER_WITHOUT_WORDS = "的完成值达到指标值的 130% 以上，请在情况说明里写明原因。"

WEIGHTS, BOUNDS, OWN_SCORES, LOST, OVER, COMPLETE = "C-070", "C-071", "C-072", "C-073", "C-074", "C-078"
"""The checks that say of the indicators what is said here too: they may be off, let pass, or explained."""
BLOCKS = "blocks"
"""What the last of them calls first levels without an indicator; of nothing else it asks here."""

Settled = Collection[tuple[str, int | str]]
"""What nobody has to do anything about any more: the code of a check with the position of an indicator, or
with the name of a first level.
"""

MOST_NAMED = 3
"""So many indicators are named in a sentence; of the others it says how many there are."""


@dataclass(frozen=True)
class Indicator:
    """What scoring needs of one third-level indicator (三级指标); None and "" are blank."""

    name: str
    second_level: str
    max_score: Decimal | None
    score: Decimal | None
    target_value: str = ""
    actual_value: str = ""
    deviation_reason: str = ""
    direction: str = ""
    measuring_unit: str = ""
    improvement_measure: str = ""
    explanation: str = ""
    rules: Rules = NATIONAL_RULES
    """What its round has otherwise."""

    @cached_property
    def reading(self) -> Reading:
        """Its words read: what its rule works on."""
        return read(self)

    @cached_property
    def computed(self) -> Decimal | None:
        """The score its rule gives; None where that cannot be computed, and where no rule gives one."""
        return computed_points(self.reading.measured, self.rules) if self.reading.measured else None

    @property
    def is_over_fulfilled(self) -> bool:
        """Whether so much more was reached than was to be that it must be explained."""
        return self.reading.measured is not None and is_over_fulfilled(self.reading.measured)

    @property
    def differs(self) -> bool:
        """Whether its score is further from the computed one than rounding explains."""
        return needs_score_reason(self.score, self.computed)

    @property
    def degree_mistake(self) -> str:
        """What is wrong with its degree or with the points in the degree's band; "" for nothing."""
        measured = self.reading.measured
        return qualitative_mistake(measured, self.score, self.rules) if measured else ""

    def is_ruled(self, mode: Mode) -> bool:
        """Whether its score is what its rule computes, and nothing else: it is not typed."""
        return mode is Mode.LOCKED and self.reading.direction not in (None, Direction.QUALITATIVE)

    def as_counted(self, mode: Mode) -> "Indicator":
        """Return it with the score that counts: the computed one, or none, where rules are not overruled."""
        if not self.is_ruled(mode) or self.score == self.computed:
            return self
        counted = replace(self, score=self.computed)
        known = vars(counted)  # its words are read once
        known["reading"], known["computed"] = self.reading, self.computed
        return counted

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
    mode: Mode = Mode.EDITABLE
    rules: Rules = NATIONAL_RULES
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
    """What is to be explained or put right before handing in: it does not stand in the way of the total."""
    rate_fault: str
    """What is the matter with the execution rate, mended where the money is entered; "" for nothing."""
    cap: Cap | None = None
    """What the scheme lets the total be at most, at this execution rate; None for no less than 100."""
    indicators: list[Indicator] = field(default_factory=list)
    """The indicators it is of, each with the score that counts."""

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
        uncapped = self.uncapped
        return uncapped if uncapped is None or self.cap is None else min(uncapped, self.cap.most)

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
    that the revised budget is not up to date: it is a fault. Where rules are not to be overruled
    a computed score counts in place of what is typed, and what cannot be computed has none.
    Source: scoring rules A1, A2, A5.
    """
    indicators = [each.as_counted(basis.mode) for each in indicators]
    result = points_of(indicators, rate, basis, weights_reason)
    return replace(result, unexplained=_unexplained(indicators, basis.mode), indicators=indicators)


def points_of(
    indicators: Sequence[Indicator], rate: Decimal | None, basis: Basis, weights_reason: str
) -> Result:
    """Return the result of indicators as `result_of` does, without them and what they have to explain."""
    counted = [each.as_counted(basis.mode) for each in indicators]
    blocks = [_block(first, counted) for first in basis.framework.first_levels]
    faults = _faults(counted, basis.framework, basis.mode)
    return result_of_blocks(blocks, faults, rate, basis, weights_reason)


def result_of_blocks(
    blocks: list[Block],
    faults: Sequence[str],
    rate: Decimal | None,
    basis: Basis = NATIONAL,
    weights_reason: str = "",
) -> Result:
    """Return the result of indicators that are added up by block already, without what they lack in words.

    `faults` is what is blank or wrong in them, whatever is the matter with the blocks apart.
    """
    return Result(
        basis.framework.execution_points,
        execution_points(rate, basis.framework.execution_points),
        blocks,
        faults=[*_gaps(blocks, weights_reason), *faults],
        rate_fault=_rate_fault(rate),
        cap=basis.scheme.cap_of(rate),
        unexplained=[],
    )


def left_of(
    result: Result, basis: Basis, weights_reason: str, settled: Settled
) -> tuple[list[str], list[str]]:
    """Return the faults of a result and what is unexplained in it, but for what is settled otherwise."""
    faults = [
        *_gaps(result.blocks, weights_reason, settled),
        *_faults(result.indicators, basis.framework, basis.mode, settled),
    ]
    return faults, _unexplained(result.indicators, basis.mode, settled)


def _open(indicators: Sequence[Indicator], code: str, settled: Settled) -> list[Indicator]:
    """The indicators a check may still ask something about."""
    return [each for number, each in enumerate(indicators) if (code, number) not in settled]


def _unexplained(indicators: Sequence[Indicator], mode: Mode, settled: Settled = ()) -> list[str]:
    """What is to be explained: lost points, a score of one's own, and much more than was to be reached."""
    lost = [each for each in _open(indicators, LOST, settled) if each.gain is not None and each.gain < 0]
    silent = {
        code: [each for each in _open(indicators, code, settled) if not each.explanation.strip()]
        for code in (OWN_SCORES, OVER)
    }
    own = [each for each in silent[OWN_SCORES] if each.differs and mode is Mode.EDITABLE]
    return [
        *_about([each for each in lost if not each.deviation_reason.strip()], LOST_WITHOUT_REASON),
        *_about([each for each in lost if not each.improvement_measure.strip()], LOST_WITHOUT_MEASURE),
        *_about(own, "的得分与计算得分相差超过 0.1 分，请写情况说明，或清空得分后采用计算得分。"),
        *_about([each for each in silent[OVER] if each.is_over_fulfilled], OVER_WITHOUT_WORDS),
        *(f"“{shorten(each.name)}”：{each.degree_mistake}" for each in indicators if each.degree_mistake),
    ]


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


def _gaps(blocks: Sequence[Block], weights_reason: str, settled: Settled = ()) -> list[str]:
    """What is to be done about blocks that are not as the framework has them.

    Shared out otherwise to the last point they lack nothing but the reason.
    """
    short = [block for block in blocks if block.gap and not _is_settled(block, settled)]
    if not short or sum((block.gap for block in blocks), Decimal(0)):
        return [_gap_sentence(block) for block in short]
    return [] if weights_reason.strip() else [*(_gap_sentence(block) for block in short), WEIGHTS_REASON]


def _is_settled(block: Block, settled: Settled) -> bool:
    """Whether nothing is asked of the weights of a block, nor, where it is empty, of its indicators."""
    return (WEIGHTS, block.name) in settled and (bool(block.count) or (COMPLETE, BLOCKS) in settled)


def _gap_sentence(block: Block) -> str:
    if not block.count:
        return f"还没有{block.name}：请添加，分值合计应为 {points_text(block.points)}。"
    mend = f"还差 {points_text(block.gap)}" if block.gap > 0 else f"多了 {points_text(-block.gap)}"
    given, points = points_text(block.given), points_text(block.points)
    return f"{block.name}的分值合计 {given}，应为 {points}，{mend}：请调整分值。"


def _faults(
    indicators: Sequence[Indicator], framework: Framework, mode: Mode, settled: Settled = ()
) -> list[str]:
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
        *(_ruled_faults(indicators) if mode is Mode.LOCKED else ()),
        *_about(
            [each for each in indicators if each.score is None and not each.is_ruled(mode)],
            "没有填得分，请填写。",
        ),
        *_about(
            [each for each in _open(indicators, BOUNDS, settled) if each.gain is not None and each.gain > 0],
            "的得分超过分值，请改正。",
        ),
    ]


def _ruled_faults(indicators: Sequence[Indicator]) -> list[str]:
    """Why a score that only a rule gives cannot be computed, as far as nothing else is said of it."""
    mistaken = [(each, wrong) for each in indicators for wrong in each.reading.mistakes]
    return [
        *_about(
            [each for each in indicators if each.reading.question],
            "没有选指标性质，请选择：得分由系统按它计算。",
        ),
        *(f"“{shorten(each.name)}”：{wrong.text}" for each, wrong in mistaken),
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
