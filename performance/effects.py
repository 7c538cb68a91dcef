"""What the checks are given of goal and indicators (`budgets.checks.effects`), named by CHECKED_BESIDE."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from budgets.cells import row_id
from budgets.checks.effects import BlockSeen, Effect, IndicatorSeen
from budgets.rows import Row
from performance.frameworks import SECOND_LEVELS
from performance.indicator_points import completion
from performance.rows import Performance, performances_of
from performance.schemes import Mode
from performance.scoring import Indicator
from submissions.models import Submission


def effects_of(submissions: Sequence[Submission], rates: Mapping[int, Decimal | None]) -> dict[int, Effect]:
    """Read goal and indicators of returns for the checks, by their ids, in two queries; so are the rates."""
    found = performances_of(submissions, rates)
    return {pk: _effect(performance, rates[pk]) for pk, performance in found.items()}


def _effect(performance: Performance, rate: Decimal | None) -> Effect:
    result, basis = performance.result, performance.basis
    pairs = zip(performance.rows, result.indicators, strict=True)
    firsts = zip(basis.framework.first_levels, result.blocks, strict=True)
    return Effect(
        [_seen(row, indicator) for row, indicator in pairs],
        [BlockSeen(first.name, block.points, block.given, block.count) for first, block in firsts],
        result.execution_points,
        rate,
        result.total,
        result.grade,
        performance.weights_reason,
        basis.mode is Mode.EDITABLE,
        performance.expected,
        performance.achieved,
        performance,
    )


def _seen(row: Row, indicator: Indicator) -> IndicatorSeen:
    measured = indicator.reading.measured
    direction = indicator.reading.direction
    return IndicatorSeen(
        row_id(row),
        indicator.name,
        indicator.second_level,
        SECOND_LEVELS.get(indicator.second_level, ""),
        direction.value if direction else "",
        direction is not None and direction.is_quantitative,
        indicator.max_score,
        indicator.score,
        indicator.computed,
        completion(measured) if measured else None,
        measured.actual if measured else None,
        measured.unit if measured else "",
        tuple((each.column, each.text) for each in indicator.reading.mistakes),
        indicator.target_value,
        indicator.actual_value,
        indicator.deviation_reason,
        indicator.improvement_measure,
        indicator.explanation,
    )
