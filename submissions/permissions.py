"""Whose steps a person may take with a return."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from orgs.models import Membership, Unit, User
from orgs.permissions import (
    can_collect,
    can_head,
    can_prepare,
    can_review,
    can_review_below,
    can_review_first,
    holders,
    holders_of,
)
from submissions.models import (
    CollectionRound,
    Edit,
    Explanation,
    PointEntry,
    Problem,
    ReviewPoint,
    Submission,
    Transition,
)
from submissions.workflow import DESKS, Action, Side


def sides_held(user: User, submission: Submission) -> set[Side]:
    """Return the sides she stands on for this return; none for a reader."""
    unit, bureau = submission.unit, submission.round.bureau
    held = {
        Side.PREPARER: can_prepare(user, unit),
        Side.UNIT_HEAD: can_head(user, unit),
        Side.DEPARTMENT: can_review_below(user, unit),
        Side.DIVISION: can_review_first(user, unit),
        Side.PERFORMANCE_OFFICE: can_review(user, bureau),
    }
    return {side for side, is_held in held.items() if is_held}


def deciders_at(desk: str, submission: Submission) -> QuerySet[User]:
    """Return who may decide on a return on a desk: who holds it, but for those who prepared the return."""
    people = holders_of(desk, submission.unit, submission.round.bureau)
    return people.exclude(pk__in=_preparing("actor", **_revisions(submission)))


def points_seen_by(user: User, submission: Submission) -> QuerySet[ReviewPoint]:
    """Return the review points she may see, each with what was asked of it last.

    A unit sees those that were given back to it, and no others.
    """
    points = submission.points.with_newest_demand().order_by("pk")
    step = submission.last_step
    reviews = sides_held(user, submission) & set(DESKS) or any(m.oversees for m in user.active_memberships)
    if reviews or submission.status != Submission.Status.IN_REVIEW or step is None:
        return points
    return points.filter(at__lt=step.at)


def writes_problems(user: User, submission: Submission) -> bool:
    """Whether she writes problems of a return down: the performance office, or the division of its unit."""
    return bool(sides_held(user, submission) & {Side.DIVISION, Side.PERFORMANCE_OFFICE})


def problems_seen_by(user: User, submission: Submission) -> QuerySet[Problem]:
    """Return the problems of a return that she may see: those that were issued, for who writes them all."""
    found = Problem.objects.of_return(submission).order_by("pk")
    return found if writes_problems(user, submission) else found.issued()


def sees_problems_of(user: User, bureau: Unit) -> bool:
    """Whether she sees the problems of all units of a bureau: who looks after its rounds, its divisions."""
    return can_collect(user, bureau) or can_review_first(user, bureau)


def people_at_desks(submission: Submission, *, but: User | None) -> tuple[dict[Side, list[User]], list[User]]:
    """Return who may pass a return on, by the desks it passes, [] where nobody may; and who can change that.

    Those are the bureau's administrators. Whoever prepared the return decides on no desk, nor does `but`, who
    is about to hand it in. Two queries.
    """
    preparing = _preparing("actor", **_revisions(submission))
    prepared = {but.pk if but else 0, *(pk for (pk,) in preparing)}
    found = holders(submission.unit, submission.round.bureau)
    others = {desk: [each for each in found[desk] if each.pk not in prepared] for desk in submission.desks}
    return others, found[Membership.Role.ADMINISTRATOR]


def preparers_among(rounds: Iterable[CollectionRound]) -> set[tuple[int, int, int]]:
    """Return (person, round, unit) for everybody who had a part in preparing a return of some rounds."""
    place = ("actor_id", "submission__round_id", "submission__unit_id")
    return set(_preparing(*place, submission__round__in=list(rounds)))


def was_prepared_by(submission: Submission, user: User) -> bool:
    """Return whether she had a part in preparing it, in whatever role, in this revision or another.

    Who saved, handed in, answered a review point or explained a finding had one. One query.
    """
    return _preparing("actor", actor=user, **_revisions(submission)).exists()


def prepared_by(user: User) -> set[tuple[int, int]]:
    """Return the (round, unit) of every return she had a part in preparing, in whatever role and revision."""
    place = ("submission__round_id", "submission__unit_id")
    return set(_preparing(*place, actor=user))


def _revisions(submission: Submission) -> dict[str, int]:
    """What finds the records of a return in whatever revision."""
    return {"submission__round": submission.round_id, "submission__unit": submission.unit_id}


def _preparing(*place: str, **records: Any) -> QuerySet[Any, Any]:
    """Return what makes somebody a preparer, as values, each once: saves and handings in among some records,
    what was answered to review points, and what findings were explained with.
    """
    of_points = {_of_point(name): value for name, value in records.items()}
    answered = PointEntry.objects.filter(**of_points, kind=PointEntry.Kind.ANSWERED)
    return (
        Edit.objects.filter(**records)
        .values_list(*place)
        .union(
            Transition.objects.filter(**records, action=Action.SUBMIT).values_list(*place),
            Explanation.objects.filter(**records).values_list(*place),
            answered.values_list(*map(_of_point, place)),
        )
    )


def _of_point(name: str) -> str:
    """How what is said of a point is led to what other records have themselves."""
    return f"point__{name}" if name.startswith("submission") else name
