"""My work: the returns a person has to do, those that wait for her decision, and those she may look at."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from orgs.models import Unit, User
from orgs.permissions import can_prepare, reviews
from orgs.requests import Request
from submissions.journey import journey_of
from submissions.models import CollectionRound, Extension, Reminder, Submission
from submissions.permissions import prepared_by
from submissions.standings import newest

LONG_WAIT = 3
"""Days after which a return that waits is marked."""

FiguresFor = Callable[[list[Submission]], dict[int, Any]]
"""Gives the head figures of many submissions by id; passed in from above, for this app knows no money."""


@dataclass(frozen=True, slots=True)
class Card:
    """One return on a person's desk: not started when it has no submission."""

    round: CollectionRound
    unit: Unit
    submission: Submission | None
    due_date: date
    days_left: int
    days_waiting: int | None = None
    """Since it was handed in last; None when it does not wait for a decision."""
    figures: Any = None
    can_prepare: bool = False
    waits_for_her: bool = False
    """Whether it is hers to return or approve."""
    is_closed: bool = False
    """Whether its unit may neither begin, edit nor hand in any more."""
    reminder: Reminder | None = None
    """What the bureau reminded its unit of last, until the unit has handed in."""

    @property
    def can_continue(self) -> bool:
        """Whether she may enter figures in it now."""
        return self.can_prepare and self.submission is not None and self.submission.is_editable

    @property
    def time_left(self) -> str:
        """Say how far the due date is."""
        if self.is_closed:
            return "收集已关闭"
        if self.days_left < 0:
            return f"已过截止日 {-self.days_left} 天"
        return f"还有 {self.days_left} 天" if self.days_left else "今天截止"

    @property
    def has_waited_long(self) -> bool:
        """Whether it has waited for more days than a reviewer should need."""
        return self.days_waiting is not None and self.days_waiting > LONG_WAIT

    @property
    def time_waiting(self) -> str:
        """Say how long it has waited."""
        return f"已等 {self.days_waiting} 天" if self.days_waiting else "今天报送"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the cards are made from: one person's submissions, their figures, and the day."""

    user: User
    figures: dict[int, Any]
    prepared: set[tuple[int, int]]
    """The returns she prepared, by round and unit."""
    extended: dict[tuple[int, int], date]
    """Until when her own units were given more time, by round and unit."""
    reminders: dict[tuple[int, int], Reminder]
    """The newest reminder of each of her units, by round and unit."""
    today: date

    def card(self, round: CollectionRound, unit: Unit, submission: Submission | None) -> Card:
        """Return the card of a unit's return in a round."""
        place = (round.pk, unit.pk)
        until = submission.extended_until if submission else self.extended.get(place)
        due_date = max(round.due_date, until or round.due_date)
        return Card(
            round,
            unit,
            submission,
            due_date,
            days_left=(due_date - self.today).days,
            is_closed=round.closed_at is not None and (until is None or until < self.today),
            reminder=self._reminder(place, submission),
            days_waiting=self._days_waiting(submission),
            figures=self.figures.get(submission.pk) if submission else None,
            can_prepare=can_prepare(self.user, unit),
            waits_for_her=submission is not None
            and journey_of(submission, self.user, self.prepared).can_decide,
        )

    def _reminder(self, place: tuple[int, int], submission: Submission | None) -> Reminder | None:
        """The newest reminder of a place, until the unit takes a step or can do nothing any more."""
        found = self.reminders.get(place)
        if found is None or submission is None:
            return found
        is_past = submission.last_step is not None and submission.last_step.at > found.at
        return None if is_past or not submission.is_editable else found

    def _days_waiting(self, submission: Submission | None) -> int | None:
        if not submission or submission.status != Submission.Status.IN_REVIEW:
            return None
        since = submission.submitted_at
        return (self.today - timezone.localdate(since)).days if since else 0


@dataclass(frozen=True, slots=True)
class NotStarted:
    """The units that a round reaches and that have not begun."""

    round: CollectionRound
    units: list[Unit]


@require_safe
def my_work(request: Request, figures_for: FiguresFor) -> HttpResponse:
    """Show a card per return she prepares, the queue of those she decides on, and a list of the others."""
    submissions = list(
        Submission.objects.visible_to(request.user).for_workspace().with_steps().newest_first()
    )
    memberships = request.user.active_memberships
    own = list(dict.fromkeys(m.unit for m in memberships if not m.oversees))
    desk = Desk(
        request.user,
        figures_for(submissions),
        prepared_by(request.user),
        {place: each.until_date for place, each in newest(Extension, unit__in=own).items()},
        newest(Reminder, unit__in=own),
        timezone.localdate(),
    )
    seen = [desk.card(submission.round, submission.unit, submission) for submission in submissions]
    queue = [card for card in seen if card.waits_for_her]
    oversees = any(m.oversees for m in memberships)
    context = {
        "cards": _cards(own, submissions, desk),
        "queue": sorted(queue, key=_longest_waiting_first),
        "reviews": reviews(request.user),
        "overseen": [card for card in seen if card.unit not in own and not card.waits_for_her],
        "not_started": _not_started(request.user, submissions, own) if oversees else [],
        "oversees": oversees,
    }
    return render(request, "submissions/my_work.html", context)


def _longest_waiting_first(card: Card) -> int:
    """Its last step: what was handed in earlier has the smaller number."""
    return card.submission.last_step_number if card.submission else 0


def _cards(units: list[Unit], submissions: list[Submission], desk: Desk) -> list[Card]:
    """Every round that reaches her units, started or not, latest year first."""
    latest: dict[tuple[int, int], Submission] = {}
    for submission in reversed(submissions):
        latest[submission.round_id, submission.unit_id] = submission
    return [
        desk.card(round, unit, latest.get((round.pk, unit.pk)))
        for round in _rounds_reaching(units)
        for unit in units
        if unit.path.startswith(round.bureau.path)
    ]


def _rounds_reaching(units: Iterable[Unit]) -> Iterable[CollectionRound]:
    return CollectionRound.objects.reaching(units).select_related("bureau").order_by("-fiscal_year", "pk")


def _not_started(user: User, submissions: list[Submission], own: list[Unit]) -> list[NotStarted]:
    """The units she oversees, by round, that have no return yet; her own stand among the cards."""
    begun = {(submission.round_id, submission.unit_id) for submission in submissions}
    seen = Unit.objects.visible_to(user).exclude(kind=Unit.Kind.BUREAU).order_by("path")
    units = [unit for unit in seen if unit not in own]
    found = [
        NotStarted(
            round,
            [
                unit
                for unit in units
                if unit.path.startswith(round.bureau.path) and (round.pk, unit.pk) not in begun
            ],
        )
        for round in _rounds_reaching([m.unit for m in user.active_memberships if m.oversees])
    ]
    return [each for each in found if each.units]
