"""Which returns of a round count, today or on a past day, and which units are missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from orgs.models import Unit
from submissions.models import CollectionRound, Submission, Transition
from submissions.querysets import SubmissionQuerySet
from submissions.standings import end_of
from submissions.workflow import EFFECTIVE, Action


@dataclass(frozen=True, slots=True)
class Coverage:
    """The units of a round, or of one department of it, and the returns that count there are of them."""

    units: Sequence[Unit]
    returns: Sequence[Submission]
    """One a unit, in their order, read with unit and without when it was begun and saved."""

    @property
    def numbers(self) -> list[int]:
        """The numbers of the returns."""
        return [each.pk for each in self.returns]

    @property
    def under_review(self) -> int:
        """How many of the returns are not approved yet."""
        return sum(each.status == Submission.Status.IN_REVIEW for each in self.returns)

    @property
    def missing(self) -> list[Unit]:
        """The units without one, in the order of the tree."""
        present = {each.unit_id for each in self.returns}
        return [unit for unit in self.units if unit.pk not in present]


def coverage_of(
    round: CollectionRound,
    *,
    day: date | None = None,
    below: Unit | None = None,
    with_review: bool = False,
) -> Coverage:
    """Return what counts of a round at the end of a day (None: now), in two queries.

    What counts is the newest revision that was approved by then and not taken back or replaced since. `below`
    keeps a department with its units. `with_review` counts what lies on a desk, too, and before what was
    approved of the unit earlier; of a past day it is not known.
    """
    units = Unit.objects.filter(path__startswith=(below or round.bureau).path).exclude(pk=round.bureau_id)
    found = _approved_by(end_of(day)) if day else Submission.objects.effective()
    if with_review and not day:
        found = Submission.objects.filter(status__in=[*EFFECTIVE, Submission.Status.IN_REVIEW])
    newest = found.filter(round=round, unit__in=units).only("round", "unit", "revision", "status", "desk")
    chosen = {each.unit_id: each for each in newest.order_by("unit", "-revision").distinct("unit")}
    listed = list(units.order_by("path"))
    returns = []
    for unit in listed:
        if (each := chosen.get(unit.pk)) is not None:
            each.unit = unit
            returns.append(each)
    return Coverage(listed, returns)


def _approved_by(end: datetime) -> SubmissionQuerySet:
    """Keep the returns that were approved before a time and not taken back or replaced before it."""
    steps = Transition.objects.filter(submission=OuterRef("pk"), at__lt=end)
    gone = Exists(steps.filter(action__in=[Action.REOPEN, Action.SUPERSEDE], to_status="superseded"))
    approved = Exists(steps.filter(action=Action.APPROVE))
    return Submission.objects.filter(~gone, approved)
