"""What happens to the returns of a synthetic region: how far each gets, and the steps it takes there.

Pure: imports neither Django nor openpyxl.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from submissions.workflow import (
    APPROVED,
    DRAFT,
    IN_REVIEW,
    LAST_DESK,
    PUBLISHED,
    RETURNED,
    STEPS,
    Action,
    Step,
    desk_after,
)


class Fate(StrEnum):
    """How far a return gets."""

    NOT_BEGUN = "not_begun"
    DRAFT = "draft"
    RETURNED = "returned"
    AT_FIRST_DESK = "at_first_desk"
    UNDER_REVIEW = "under_review"
    AT_LAST_DESK = "at_last_desk"
    APPROVED = "approved"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    """Made public, and public again as corrected."""


_THIS_YEAR = {
    Fate.NOT_BEGUN: 10,
    Fate.DRAFT: 16,
    Fate.RETURNED: 8,
    Fate.AT_FIRST_DESK: 8,
    Fate.UNDER_REVIEW: 10,
    Fate.AT_LAST_DESK: 12,
    Fate.APPROVED: 18,
    Fate.PUBLISHED: 16,
    Fate.CORRECTED: 2,
}
_EARLIER = {Fate.NOT_BEGUN: 1, Fate.APPROVED: 4, Fate.PUBLISHED: 92, Fate.CORRECTED: 3}

_GIVEN_BACK_ONCE = 0.25
"""How many of the returns that got on were given back before."""


class Kind(StrEnum):
    """What happens."""

    STEP = "step"
    ASKED = "asked"
    ANSWERED = "answered"
    CLOSED = "closed"
    SNAPSHOT = "snapshot"
    PUBLICATION = "publication"
    EXTENSION = "extension"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens to a return."""

    kind: Kind
    desk: str = ""
    """Where a point is asked or closed."""
    step: Step | None = None
    of_former: bool = False
    """Whether it happens to the revision before."""


def fate_of(*, is_last_year: bool, chance: Random) -> Fate:
    """Draw how far a return gets: in earlier years nearly all are public."""
    weights = _THIS_YEAR if is_last_year else _EARLIER
    [fate] = chance.choices(list(weights), list(weights.values()))
    return fate


def history_of(fate: Fate, desks: Sequence[str], chance: Random) -> list[Event]:
    """Return what happens to a return until it is where its fate has it, in order; [] for a draft.

    `desks` are those it passes. A return that is corrected is public at the end; `correction_of` goes on.
    """
    if fate in (Fate.NOT_BEGUN, Fate.DRAFT):
        return []
    stops = {Fate.AT_FIRST_DESK: desks[0], Fate.AT_LAST_DESK: desks[-1]}
    stops[Fate.UNDER_REVIEW] = desks[len(desks) // 2]
    events: list[Event] = []
    if fate is Fate.RETURNED:
        return _given_back(desks, chance.choice(desks))
    if fate is not Fate.AT_FIRST_DESK and chance.random() < _GIVEN_BACK_ONCE:
        asked_at = chance.choice(desks)
        events = [*_given_back(desks, asked_at), Event(Kind.ANSWERED)]
        return [*events, *_onward(desks, RETURNED, stops.get(fate, ""), asked_at), *_end(fate)]
    return [*_onward(desks, DRAFT, stops.get(fate, ""), ""), *_end(fate)]


def correction_of(desks: Sequence[str]) -> tuple[list[Event], list[Event]]:
    """Return what happens to a public return so that it may be corrected, and then to its next revision."""
    leave = [Event(Kind.EXTENSION), Event(Kind.STEP, step=_step(Action.CORRECT, PUBLISHED, ""))]
    superseded = _step(Action.SUPERSEDE, PUBLISHED, "")
    events = [
        *_onward(desks, DRAFT, "", ""),
        Event(Kind.SNAPSHOT),
        Event(Kind.STEP, step=_step(Action.APPROVE, IN_REVIEW, LAST_DESK)),
        Event(Kind.PUBLICATION),
        Event(Kind.STEP, step=superseded, of_former=True),
        Event(Kind.STEP, step=_step(Action.PUBLISH, APPROVED, "")),
    ]
    return leave, events


def _onward(desks: Sequence[str], status: str, stop: str, asked_at: str) -> list[Event]:
    """Hand it in and pass it on as far as `stop` ("": the last desk), closing what was asked on the way."""
    events = [Event(Kind.STEP, step=_step(Action.SUBMIT, status, "", desks[0]))]
    for desk in desks:
        if desk == stop:
            return events
        if desk == asked_at:
            events.append(Event(Kind.CLOSED, desk))
        if following := desk_after(desk, desks):
            events.append(Event(Kind.STEP, step=_step(Action.PASS_ON, IN_REVIEW, desk, following)))
    return events


def _given_back(desks: Sequence[str], asked_at: str) -> list[Event]:
    return [
        *_onward(desks, DRAFT, asked_at, ""),
        Event(Kind.ASKED, asked_at),
        Event(Kind.STEP, step=_step(Action.RETURN, IN_REVIEW, asked_at)),
    ]


def _end(fate: Fate) -> list[Event]:
    if fate not in (Fate.APPROVED, Fate.PUBLISHED, Fate.CORRECTED):
        return []
    events = [Event(Kind.SNAPSHOT), Event(Kind.STEP, step=_step(Action.APPROVE, IN_REVIEW, LAST_DESK))]
    if fate is not Fate.APPROVED:
        publish = _step(Action.PUBLISH, APPROVED, "")
        events += [Event(Kind.PUBLICATION), Event(Kind.STEP, step=publish)]
    return events


def _step(action: Action, source: str, desk: str, target_desk: str = "") -> Step:
    return next(
        step
        for step in STEPS
        if (step.action, step.source, step.source_desk, step.target_desk)
        == (action, source, desk, target_desk)
    )
