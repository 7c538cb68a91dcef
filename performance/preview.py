"""What each rule gives and takes, and what would change it: the score as it is being entered.

Pure: imports neither Django nor openpyxl. Only what is worth a look is said: an indicator with full marks
that nobody asks about is one of the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgets.money import parted, rate_text
from performance.indicator_points import (
    NOTHING,
    Direction,
    Measured,
    band_of,
    completion,
    degree_of,
    same_unit,
)
from performance.schemes import Cap, Mode, Scheme
from performance.scoring import FULL, Basis, Indicator, Result, points_text


@dataclass(frozen=True, slots=True)
class Preview:
    """The score as the rules have it, in short sentences."""

    summary: str
    """How many indicators have a computed score, what the rules and the execution rate take; "" for none."""
    whole: list[str]
    """What the execution rate and the scheme give and take."""
    of_indicators: list[tuple[str, str]]
    """The name of an indicator, and what its rule says of it."""
    full: int
    """How many other indicators, of which nothing is said, have full marks by their rule."""
    proposed: int
    """How many scores are blank and could be taken over as computed."""


def preview_of(result: Result, rate: Decimal | None, basis: Basis) -> Preview:
    """Return what the rules say of a result, with what would change it; nothing is said of what is blank."""
    computed = [each for each in result.indicators if each.computed is not None]
    said = [(each, " ".join(_said(each, basis.mode))) for each in result.indicators]
    return Preview(
        _summary(computed, _execution_lost(result, rate)),
        [*_execution(result, rate), *_cap(result.cap, basis.scheme)],
        [(each.name, text) for each, text in said if text],
        sum(each.computed is not None and each.computed == each.max_score for each, text in said if not text),
        sum(each.score is None for each in computed) if basis.mode is Mode.EDITABLE else 0,
    )


def _summary(computed: Sequence[Indicator], of_execution: Decimal) -> str:
    parts = []
    if computed:
        lost = sum(((each.max_score or NOTHING) - (each.computed or NOTHING) for each in computed), NOTHING)
        taken = f"，共扣 {rate_text(lost)} 分" if lost else ""
        parts.append(f"{len(computed)} 个指标能按规则计算{taken}")
    if of_execution:
        parts.append(f"预算执行率扣 {rate_text(of_execution)} 分")
    return "；".join(parts)


def _execution_lost(result: Result, rate: Decimal | None) -> Decimal:
    """What the execution rate lacks to its whole points; 0 where it has them or there is none."""
    if rate is None or rate >= FULL or result.execution_score is None:
        return NOTHING
    return result.execution_points - result.execution_score


def _execution(result: Result, rate: Decimal | None) -> Iterator[str]:
    """What the execution rate takes, and from where on it would not; nothing where it takes nothing."""
    lost = _execution_lost(result, rate)
    if rate is None or not lost:
        return
    points = points_text(result.execution_points)
    yield f"预算执行率 {rate_text(rate)}%，{points} 分里扣 {rate_text(lost)} 分；执行率到 100% 得满分。"


def _cap(cap: Cap | None, scheme: Scheme) -> Iterator[str]:
    """What the scheme lets the total be at most, and from which rate on it is more, or anything."""
    if cap is None:
        return
    higher = next((each for each in scheme.caps if each.below > cap.below), None)
    below = points_text(cap.below)
    more = f"最高 {points_text(higher.most)} 分" if higher else "就不再封顶"
    yield f"预算执行率不到 {below}%，总分最高 {points_text(cap.most)} 分；执行率到 {below}% {more}。"


def _said(indicator: Indicator, mode: Mode) -> Iterator[str]:
    """What there is to say of one indicator, as short sentences."""
    reading = indicator.reading
    yield from (each.text for each in reading.mistakes)
    if reading.question and indicator.actual_value:
        yield reading.question
    if reading.measured is None:
        return
    yield from _lost(indicator, reading.measured, mode)
    yield from _over(indicator, reading.measured)
    yield from _degree(indicator, reading.measured)


def _lost(indicator: Indicator, measured: Measured, mode: Mode) -> Iterator[str]:
    """What the rule gives and takes, beside a score of one's own; nothing of agreed full marks."""
    weight, computed = measured.weight, indicator.computed
    own = f"（自评 {rate_text(indicator.score)} 分）" if indicator.differs and mode is not Mode.LOCKED else ""
    if computed is None or weight is None or (computed >= weight and not own):
        return
    taken = f"，扣 {rate_text(weight - computed)} 分" if computed < weight else ""
    more = f"；{_to_full(measured)}" if computed < weight and _to_full(measured) else ""
    yield f"按规则得 {rate_text(computed)} 分{own}{taken}{more}。"


def _to_full(measured: Measured) -> str:
    """What would give full marks; "" for an indicator without numbers."""
    target, actual = measured.target, measured.actual
    if target is None or actual is None:
        return ""
    if actual < target:
        deed = "再提高" if _is_rate(measured) else "再完成"
        return f"{deed} {_with_unit(target - actual, measured)}得满分"
    most = measured.most if measured.direction is Direction.RANGE and measured.most is not None else target
    return f"减少 {_with_unit(actual - most, measured)}得满分"


def _is_rate(measured: Measured) -> bool:
    return same_unit(measured.unit, "%")


def _with_unit(number: Decimal, measured: Measured) -> str:
    digits = f"{number.normalize():f}"
    if _is_rate(measured):
        return f"{digits} 个百分点"
    return f"{parted(digits)} {measured.unit}" if measured.unit else f"{parted(digits)} "


def _over(indicator: Indicator, measured: Measured) -> Iterator[str]:
    reached = completion(measured)
    if indicator.is_over_fulfilled and reached is not None:
        yield f"完成 {rate_text(reached)}%，不加分；130% 以上要写情况说明。"


def _degree(indicator: Indicator, measured: Measured) -> Iterator[str]:
    """The band of its degree, where its points are blank or outside it."""
    if indicator.degree_mistake:
        yield indicator.degree_mistake
    degree = degree_of(measured.actual_words) if measured.direction is Direction.QUALITATIVE else None
    if degree and indicator.score is None and measured.weight is not None:
        yield f"得分在 {band_of(degree, indicator.rules.bands).text(measured.weight)}之间选填。"
