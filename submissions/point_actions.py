"""The deeds on review points: asking, also of what was given back; answering, asking again, closing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from orgs.event_actions import circumstances
from orgs.models import User
from orgs.untimely import Untimely
from orgs.words import has_words
from submissions.actions import NotNow, NotPermitted, NotYours, Refused, Unfinished, lock_for_step
from submissions.models import PointEntry, ReviewPoint, Submission
from submissions.models.points import WHOLE_RETURN
from submissions.notice_actions import tell_of_point, tell_of_widening
from submissions.permissions import sides_held, was_prepared_by
from submissions.workflow import DESKS, EDITABLE, LAST_DESK, Side

Kind, State = PointEntry.Kind, ReviewPoint.State


class TooMany(Refused, Untimely):
    """More points than a unit can answer."""


MOST_POINTS = 300
"""So many points a return may have in all."""


@dataclass(frozen=True, slots=True)
class PointPlace:
    """What a point is about, by the names of pages and records; without a schedule the whole return."""

    name: str
    schedule: str = ""
    row: str = ""
    column: str = ""
    recorded_row: dict[str, Any] = field(default_factory=dict)


WHOLE = PointPlace(WHOLE_RETURN)


@transaction.atomic
def ask_point(
    *,
    submission: Submission,
    place: PointPlace,
    reason: str,
    demand: str,
    quote: str = "",
    by: User,
    at: datetime,
) -> ReviewPoint:
    """Ask something about a place of the return that lies on her desk.

    Raises NotPermitted when no desk is hers, NotNow when the return does not lie on it, NotYours when she
    prepared it, Unfinished without words, TooMany.
    """
    locked = lock_for_step(submission.pk)
    desks = check_may_ask(locked, by=by)
    if locked.desk not in desks:
        raise NotNow(f"这份填报现在是“{locked.state_text}”，不在您的审核环节，不能提要点。")
    _check_asked(locked, demand, by)
    words = {"reason": reason, "demand": demand, "quote": quote if place.schedule else ""}
    return _keep(locked, place, desk=locked.desk, **words, by=by, at=at)


@transaction.atomic
def widen_return(
    *, submission: Submission, place: PointPlace, demand: str, by: User, at: datetime
) -> ReviewPoint:
    """Give back one more place of a return that was given back in part, or all of it, by one more point.

    Raises NotPermitted when no desk is hers, NotNow unless the return lies in part with its unit and it was
    her desk that gave it back, NotYours when she prepared it, Unfinished without words, TooMany.
    """
    locked = lock_for_step(submission.pk)
    desks = check_may_ask(locked, by=by)
    step = locked.given_back
    if step is None or locked.status not in EDITABLE or not locked.is_limited:
        raise NotNow(
            f"这份填报现在是“{locked.state_text}”，不是只退回要点处、还在单位手里的，不用扩大退回范围。"
        )
    if step.from_desk not in desks:
        raise NotNow(f"这份填报由{step.get_from_desk_display()}退回，请由{step.actor_name}扩大退回范围。")
    _check_asked(locked, demand, by)
    reason = ReviewPoint.Reason.OTHER
    point = _keep(locked, place, desk=step.from_desk, reason=reason, demand=demand, widens=True, by=by, at=at)
    tell_of_widening(point=point, by=by, at=at)
    return point


def can_widen(submission: Submission, *, by: User) -> bool:
    """Whether she can give back more of a return now; one query at most."""
    step = submission.given_back
    if step is None or submission.status not in EDITABLE or not submission.is_limited:
        return False
    return step.from_desk in sides_held(by, submission) and not was_prepared_by(submission, by)


def _check_asked(locked: Submission, demand: str, by: User) -> None:
    """Raise what keeps her from asking anything of a return."""
    if was_prepared_by(locked, by):
        raise NotYours("您填报过这份材料，不能审核自己填报的内容，请由其他审核人办理。")
    if not has_words(demand):
        raise Unfinished("请写明要求：哪里不对、怎么改。")
    if locked.points.count() >= MOST_POINTS:
        raise TooMany(f"一份填报最多提 {MOST_POINTS} 条审核要点，请把同类问题合并成一条。")


def _keep(locked: Submission, place: PointPlace, *, by: User, at: datetime, **asked: Any) -> ReviewPoint:
    return ReviewPoint.objects.create(
        submission=locked,
        schedule=place.schedule,
        row=place.row,
        column=place.column,
        recorded_row=place.recorded_row,
        place_name=place.name,
        **asked,
        actor=by,
        actor_name=by.full_name,
        **circumstances(by, locked.unit),
        at=at,
    )


def check_may_ask(submission: Submission, *, by: User) -> set[Side]:
    """Return the desks that are hers; raise NotPermitted when none is, whatever the return's status."""
    desks = sides_held(by, submission) & set(DESKS)
    if not desks:
        raise NotPermitted("只有审核人可以提审核要点。")
    return desks


def answer_point(*, point: ReviewPoint, text: str, by: User, at: datetime) -> PointEntry:
    """Answer a point, for the unit, while the return is with it. Raises what `_say` raises."""
    return _say(Kind.ANSWERED, point, text=text, by=by, at=at)


def ask_again(*, point: ReviewPoint, text: str, by: User, at: datetime) -> PointEntry:
    """Say that an answer does not do (追问): the point is open again. Raises what `_say` raises."""
    return _say(Kind.ASKED_AGAIN, point, text=text, by=by, at=at)


def close_point(*, point: ReviewPoint, text: str, by: User, at: datetime) -> PointEntry:
    """Close a point (销号), with words or without. Raises what `_say` raises."""
    return _say(Kind.CLOSED, point, text=text, by=by, at=at)


@transaction.atomic
def _say(kind: PointEntry.Kind, point: ReviewPoint, *, text: str, by: User, at: datetime) -> PointEntry:
    """Lock the return, check whose it is to say, and write the one entry that moves the point.

    Raises NotPermitted when it is not hers, NotNow when return or point do not allow it now, Unfinished
    without words where they are needed.
    """
    locked = lock_for_step(point.submission_id)
    known = locked.points.get(pk=point.pk)
    check_may_say(kind, known, locked, by=by)
    if kind not in sayable(known, locked, sides_held(by, locked), prepared=was_prepared_by(locked, by)):
        raise NotNow(
            f"这条审核要点“{known.get_state_display()}”，填报“{locked.state_text}”，现在不能{kind.label}。"
        )
    if kind != Kind.CLOSED and not has_words(text):
        raise Unfinished(f"请写明{kind.label}的内容。")
    entry = PointEntry.objects.create(
        point=known,
        kind=kind,
        text=text,
        actor=by,
        actor_name=by.full_name,
        **circumstances(by, locked.unit),
        at=at,
    )
    tell_of_point(entry=entry, by=by, at=at)
    return entry


def check_may_say(kind: PointEntry.Kind, point: ReviewPoint, submission: Submission, *, by: User) -> None:
    """Raise NotPermitted when to say such a thing of a point is never hers, whatever their state."""
    sides, prepared = sides_held(by, submission), was_prepared_by(submission, by)
    may, _ = _hers(kind, point, submission, sides, prepared=prepared)
    if not may:
        raise NotPermitted(f"这条审核要点不由您{kind.label}。")


def sayable(point: ReviewPoint, submission: Submission, sides: set[Side], *, prepared: bool) -> set[str]:
    """Return what somebody on `sides` can say of a point now, who prepared the return or not."""
    return {kind for kind in Kind if all(_hers(kind, point, submission, sides, prepared=prepared))}


def _hers(
    kind: PointEntry.Kind, point: ReviewPoint, submission: Submission, sides: set[Side], *, prepared: bool
) -> tuple[bool, bool]:
    """Return whether it is hers to say such a thing at all, and whether it can be said now."""
    if kind == Kind.ANSWERED:
        return Side.PREPARER in sides, submission.is_editable and point.state == State.OPEN
    desks = {point.desk, LAST_DESK}
    states = {State.ANSWERED} if kind == Kind.ASKED_AGAIN else {State.OPEN, State.ANSWERED}
    mine = bool(sides & desks) and not prepared
    return mine, submission.desk in desks & set(sides) and point.state in states
