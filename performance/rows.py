"""The goal and the indicators of a submission as they are shown, with the result computed from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from operator import attrgetter
from typing import TypeVar

from budgets.checks.copies import copies_in, with_copies
from budgets.rows import Row, schedule_rows
from performance.bases import CHOSEN, basis_of
from performance.indicator_points import Rules
from performance.models import IndicatorFields, IndicatorLine, PerformanceGoal, ProjectGoal
from performance.readings import TO_FILL
from performance.returns import INDICATORS
from performance.scoring import NATIONAL, Basis, Indicator, Result, result_of
from submissions.models import Submission

AnyIndicator = TypeVar("AnyIndicator", bound=IndicatorFields)

_stated = attrgetter(*(each.name for each in fields(Indicator) if each.name != "rules"))
"""What scoring needs of a stored indicator; the rules of its round, the last part of one, are not stored."""


@dataclass(slots=True)
class Performance:
    """What a submission says of its effect."""

    goal: PerformanceGoal | ProjectGoal | None
    """None when nobody has saved one yet."""
    rows: list[Row]
    """The indicators in the order of the form: by first and second level, then as added."""
    result: Result
    basis: Basis = NATIONAL
    """By what it is scored."""
    copied: Sequence[str] = ()
    """Which texts of its goal are word for word another unit's (`budgets.checks.copies`)."""

    @property
    def expected(self) -> str:
        """What was to be reached in the year."""
        return self.goal.expected if self.goal else ""

    @property
    def achieved(self) -> str:
        """What was reached."""
        return self.goal.achieved if self.goal else ""

    @property
    def weights_reason(self) -> str:
        """Why the points are shared out otherwise than the framework has them."""
        return self.goal.weights_reason if self.goal else ""

    @property
    def goal_gaps(self) -> list[str]:
        """Which of the two texts of the goal is not written to the end, one Chinese sentence each."""
        texts = {"预期目标": self.expected, "实际完成情况": self.achieved}
        blank = [f"年度总体目标的“{title}”还没有写，请写几句。" for title, text in texts.items() if not text]
        is_open = TO_FILL in self.expected
        return [*blank, *([f"年度总体目标的“预期目标”里还有“{TO_FILL}”，请填本年的数。"] if is_open else [])]

    @property
    def is_empty(self) -> bool:
        """Whether neither goal nor any indicator was entered: a report may have none."""
        return not (self.expected or self.achieved or self.rows)


def performances_of(
    submissions: Sequence[Submission], execution_rates: Mapping[int, Decimal | None]
) -> dict[int, Performance]:
    """Read goals and indicators of submissions, by their ids, in two queries.

    So are the rates: those of total expenditure, in percent.
    """
    found = Submission.objects.filter(pk__in=[each.pk for each in submissions])
    with_goals = with_copies(found.select_related("performance_goal")).annotate(chosen=CHOSEN)
    read: dict[int, Submission] = {each.pk: each for each in with_goals}
    lines: dict[int, list[IndicatorLine]] = {each.pk: [] for each in submissions}
    for line in IndicatorLine.objects.of_submissions(submissions):
        lines[line.submission_id].append(line)
    return {
        each.pk: _performance(
            getattr(read[each.pk], "performance_goal", None),
            lines[each.pk],
            execution_rates[each.pk],
            basis_of(each, vars(read[each.pk])["chosen"]),
            copies_in(read[each.pk]),
        )
        for each in submissions
    }


def indicator_of(line: IndicatorFields, rules: Rules) -> Indicator:
    """Return what scoring needs of a stored indicator, of the department or of a project."""
    return Indicator(*(*_stated(line), rules))


def _performance(
    goal: PerformanceGoal | None,
    stored: list[IndicatorLine],
    execution_rate: Decimal | None,
    basis: Basis,
    copied: Sequence[str],
) -> Performance:
    lines = in_order(stored, basis)
    result = scored(lines, execution_rate, basis, goal.weights_reason if goal else "")
    return Performance(goal, schedule_rows(INDICATORS, lines, {}), result, basis, copied)


def in_order(lines: Sequence[AnyIndicator], basis: Basis) -> list[AnyIndicator]:
    """Return indicators in the order of the form: by first and second level, then as added."""
    order = {code: number for number, code in enumerate(basis.framework.second_levels)}
    return sorted(lines, key=lambda line: order.get(line.second_level, len(order)))


def scored(
    lines: Sequence[IndicatorFields], execution_rate: Decimal | None, basis: Basis, weights_reason: str
) -> Result:
    """Return the result of stored indicators and an execution rate in percent."""
    indicators = [indicator_of(line, basis.rules) for line in lines]
    return result_of(indicators, execution_rate, basis, weights_reason)
