"""Writes the problems (整改问题) of a synthetic region, in bulk; the guards hold for them too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from django.db.models import Max, Q
from django.utils import timezone

from orgs.models import User
from performance.region.problems import ANSWERED, ISSUED, Told, days_of, problems_of
from submissions.models import CollectionRound, Problem, ProblemEntry, Submission
from submissions.workflow import Action

CHUNK = 1000
_PROGRESS = ProblemEntry.Progress


@dataclass(slots=True)
class _Made:
    """A problem with what is done with it."""

    problem: Problem
    told: Told
    preparer: User


def write_problems(*, rounds: Sequence[CollectionRound], seed: int, by: User, at: datetime) -> None:
    """Give approved returns of some rounds problems.

    The last of the years is under way, the others are over. The same seed makes up the same.
    """
    chance, last = Random(f"problems of {seed}"), max(round.fiscal_year for round in rounds)
    approved = Max("transitions__at", filter=Q(transitions__action=Action.APPROVE))
    returns = Submission.objects.effective().filter(round__in=rounds).annotate(approved_at=approved)
    made = [
        _Made(_problem(each, told, by, at), told, each.started_by)
        for each in returns.select_related("round", "started_by").order_by("round__fiscal_year", "pk")
        for told in problems_of(
            is_last_year=each.round.fiscal_year == last,
            since_approval=at - each.approved_at,
            chance=chance,
        )
    ]
    Problem.objects.bulk_create((each.problem for each in made), batch_size=CHUNK)
    for rank in range(max((len(each.told.deeds) for each in made), default=0)):
        now = [each for each in made if rank < len(each.told.deeds)]
        ProblemEntry.objects.bulk_create(_entries(now, rank, by, at), batch_size=CHUNK)


def _problem(submission: Submission, told: Told, by: User, at: datetime) -> Problem:
    when: datetime = submission.approved_at  # type: ignore[attr-defined]
    written, due = days_of(told.course, approved=_day(when), today=_day(at))
    return Problem(
        submission=submission,
        text=told.text,
        demand=told.demand,
        due_date=due,
        actor=by,
        actor_name=by.full_name,
        at=min(when + (written - _day(when)), at),
    )


def _day(when: datetime) -> date:
    return timezone.localdate(when)


def _entries(made: Iterable[_Made], rank: int, by: User, at: datetime) -> Iterable[ProblemEntry]:
    """What is done next with each problem, five days after the one before: never in the future."""
    for each in made:
        kind, text = each.told.deeds[rank]
        is_answer = kind == ANSWERED
        actor = each.preparer if is_answer else by
        progress = _PROGRESS.UNDER_WAY if each.told.is_half_way else _PROGRESS.DONE
        yield ProblemEntry(
            problem=each.problem,
            kind=kind,
            text=text,
            progress=progress if is_answer else "",
            due_date=each.problem.due_date if kind == ISSUED else None,
            actor=actor,
            actor_name=actor.full_name,
            at=min(each.problem.at + timedelta(days=5 * rank), at),
        )
