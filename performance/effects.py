"""What the checks are given of goal and indicators (`budgets.checks.effects`), named by CHECKED_BESIDE."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgets.cells import row_id
from budgets.checks.effects import BlockSeen, Effect, IndicatorSeen, ProjectSeen
from budgets.measures import EXECUTION_RATE
from budgets.returns import TOTAL
from budgets.rows import Row
from performance.frameworks import SECOND_LEVELS
from performance.indicator_points import completion
from performance.project_rows import ProjectPerformance, performances_beside
from performance.rows import Performance, performances_of
from performance.schemes import Mode
from performance.scoring import Indicator
from submissions.models import Submission


@dataclass(frozen=True, slots=True)
class Read:
    """What an `Effect` was made of."""

    performance: Performance
    projects: list[ProjectPerformance]


def effects_of(
    submissions: Sequence[Submission],
    rates: Mapping[int, Decimal | None],
    project_rows: Mapping[int, Sequence[Row]],
) -> dict[int, Effect]:
    """Read goal and indicators of returns and of their projects for the checks, in four queries.

    All is by the ids of the returns: `rates` in percent, `project_rows` those of 项目支出.
    """
    found = performances_of(submissions, rates)
    projects = performances_beside(project_rows, {pk: each.basis for pk, each in found.items()})
    return {pk: _effect(Read(each, projects[pk]), rates[pk]) for pk, each in found.items()}


def _effect(read: Read, rate: Decimal | None) -> Effect:
    performance = read.performance
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
        [_project(each) for each in read.projects if each.is_listed],
        performance.copied,
        read,
    )


def _project(project: ProjectPerformance) -> ProjectSeen:
    result = project.result
    return ProjectSeen(
        project.slug,
        project.name,
        not project.idle_words,
        not project.is_empty,
        [_seen(row, each) for row, each in zip(project.rows, result.indicators, strict=True)],
        project.money[TOTAL].measures[EXECUTION_RATE.name],
        result.total,
        result.grade,
        project.expected,
        project.achieved,
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
