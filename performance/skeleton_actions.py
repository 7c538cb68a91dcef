"""Starting a return from last year's: the money and, beside it, the skeleton of the indicators."""

from datetime import datetime

from django.db import transaction

from budgets.actions import save_lines
from budgets.last_year_actions import carry_last_year
from budgets.money import AmountUnit
from orgs.models import User
from performance.models import IndicatorLine
from performance.returns import INDICATORS
from performance.skeletons import skeleton_of
from submissions.actions import lock_editable
from submissions.models import Edit, Submission


@transaction.atomic
def start_from_last_year(*, submission: Submission, by: User, at: datetime) -> None:
    """Bring over from last year's approved return what is not there yet, all or nothing.

    The rows, figures and texts that `carry_last_year` brings, and the indicators without anything that was
    reached. Doing it again does nothing. Raises what `lock_editable` raises.
    """
    locked = lock_editable(submission.pk, by=by)
    carry_last_year(submission=locked, by=by, at=at)
    indicators = skeleton_of(locked)
    if indicators:
        save_lines(
            submission=locked,
            schedule=INDICATORS,
            rows=indicators,
            unit=AmountUnit(by.amount_unit),
            by=by,
            at=at,
            model=IndicatorLine,
            source=Edit.Source.CARRIED,
        )
