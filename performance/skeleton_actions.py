"""Starting a return from last year's: the money and, beside it, the skeleton of the indicators."""

from datetime import datetime

from django.db import transaction

from budgets.actions import LineChange, save_lines
from budgets.last_year_actions import carry_last_year
from budgets.models import ScheduleLine
from budgets.money import AmountUnit
from budgets.returns import Schedule
from orgs.models import User
from performance.models import IndicatorLine, ProjectIndicatorLine
from performance.project_actions import carry_goals
from performance.project_skeletons import project_skeletons
from performance.returns import INDICATORS, PROJECT_INDICATORS
from performance.skeletons import skeleton_of
from submissions.actions import lock_editable
from submissions.models import Edit, Submission


@transaction.atomic
def start_from_last_year(*, submission: Submission, by: User, at: datetime) -> None:
    """Bring over from last year's approved return what is not there yet, all or nothing.

    The rows, figures and texts that `carry_last_year` brings, and the indicators without anything that was
    reached; with them goals and indicators of projects. Doing it again does nothing. Raises what
    `lock_editable` raises.
    """
    locked = lock_editable(submission.pk, by=by)
    carry_last_year(submission=locked, by=by, at=at)
    _save(locked, INDICATORS, IndicatorLine, skeleton_of(locked), by, at)
    of_projects = project_skeletons(locked)
    carry_goals(submission=locked, goals=of_projects.goals, by=by, at=at)
    _save(locked, PROJECT_INDICATORS, ProjectIndicatorLine, of_projects.indicators, by, at)


def _save(
    submission: Submission,
    schedule: Schedule,
    model: type[ScheduleLine],
    rows: list[LineChange],
    by: User,
    at: datetime,
) -> None:
    if rows:
        save_lines(
            submission=submission,
            schedule=schedule,
            rows=rows,
            unit=AmountUnit(by.amount_unit),
            by=by,
            at=at,
            model=model,
            source=Edit.Source.CARRIED,
        )
