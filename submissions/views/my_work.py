"""My work: the returns a person has to do, those that wait for her decision, and those she may look at."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from orgs.models import Unit, User
from orgs.permissions import can_prepare, reviews
from orgs.requests import Request
from submissions.journey import journey_of
from submissions.models import CollectionRound, Extension, Look, Reminder, ReviewPoint, Submission
from submissions.permissions import prepared_by
from submissions.standings import CountsFor, newest
from submissions.workflow import Action

LONG_WAIT = 3
"""Days after which a return that waits is marked."""

LONGEST_NUMBER = 20
"""No number of a step has so many digits."""

ROWS_ON_A_PAGE = 50
"""So many returns of a queue are surveyed at a time."""

FiguresFor = Callable[[list[Submission]], dict[int, Any]]
"""Gives the head figures of many submissions by id; passed in from above, for this app knows no money."""
SurveysFor = Callable[[list[Submission]], dict[int, Any]]
"""Gives what is said of many submissions beside each other (performance.surveys), by id; likewise."""
CodesFor = Callable[[User], int]
"""Gives how many codes wait for an administrator (budgets.views.category_table); likewise."""
NEW = "新"


@dataclass(frozen=True, slots=True)
class Card:
    """One return on a person's desk: not started when it has no submission."""

    round: CollectionRound
    unit: Unit
    submission: Submission | None
    due_date: date
    days_left: int
    days_waiting: int | None = None
    """Since it came to the desk it lies on; None when it does not wait for a decision."""
    figures: Any = None
    can_prepare: bool = False
    waits_for_her: bool = False
    """Whether it is hers to return or approve."""
    is_closed: bool = False
    """Whether its unit may neither begin, edit nor hand in any more."""
    is_ahead: bool = False
    """Whether its round has not begun."""
    reminder: Reminder | None = None
    """What the bureau reminded its unit of last, until the unit has handed in."""
    survey: Any = None
    """A performance.surveys.Survey, of what she reviews or fills in."""
    counted: Any = None
    """How many findings the checks have (budgets.checks.stored.Counted); None where that is not known."""
    points: int = 0
    """The review points that wait: for a reviewer to be settled, for a unit to be answered."""
    news: str = ""
    """What is new to a reviewer since she looked; "" for nothing."""
    is_next: bool = False
    """Whether it is the one to be taken up now."""
    edition: str = ""
    """Which revision it is, and whether it corrects what is public; "" for the first."""

    @property
    def findings(self) -> int:
        """How many things a reviewer would look at."""
        found: int = self.survey.findings + self.points
        return found

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
        return f"已等 {self.days_waiting} 天" if self.days_waiting else "今天送到"


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
    published: dict[tuple[int, int], int]
    """The first revision of each return that was made public, by round and unit."""
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
            is_ahead=round.is_ahead(self.today),
            reminder=self._reminder(place, submission),
            days_waiting=self._days_waiting(submission),
            figures=self.figures.get(submission.pk) if submission else None,
            can_prepare=can_prepare(self.user, unit),
            waits_for_her=submission is not None
            and journey_of(submission, self.user, self.prepared).can_decide,
            edition=self._edition(place, submission),
        )

    def _edition(self, place: tuple[int, int], submission: Submission | None) -> str:
        if submission is None or submission.revision == 1:
            return ""
        is_correction = self.published.get(place, submission.revision) < submission.revision
        return f"{'更正 · ' if is_correction else ''}第 {submission.revision} 版"

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
        step = submission.last_step
        return (self.today - timezone.localdate(step.at)).days if step else 0


@dataclass(frozen=True, slots=True)
class NotStarted:
    """The units that a round reaches and that have not begun."""

    round: CollectionRound
    units: list[Unit]
    bureau_named: str = ""
    """Whose round it is, in its sentence, where rounds of several bureaux are listed."""


@require_safe
def my_work(
    request: Request,
    figures_for: FiguresFor,
    surveys_for: SurveysFor,
    counts_for: CountsFor,
    codes_for: CodesFor,
) -> HttpResponse:
    """Show a card per return she prepares, the queue of those she decides on, and a list of the others.

    An administrator is told how many codes wait for her.

    `?after=` is the last step of a return she has just decided on: the one that follows it is taken up next.
    """
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
        _published(submissions),
        timezone.localdate(),
    )
    seen = [desk.card(submission.round, submission.unit, submission) for submission in submissions]
    queue = sorted((card for card in seen if card.waits_for_her), key=_last_step_of)
    following, page = _page_of(queue, request)
    cards = _cards(own, submissions, desk)
    shown = [each.submission for each in (*page, *cards) if each.submission]
    surveys, points = surveys_for(list(dict.fromkeys(shown))), _points_of(shown)
    counts = counts_for(shown)
    looks = _looks_at(page, request.user)
    oversees = any(m.oversees for m in memberships)
    context = {
        "cards": [_with_counts(_to_fill_in(card, surveys, points), counts) for card in cards],
        "queue": [_with_counts(_to_review(card, surveys, points, looks, following), counts) for card in page],
        "page": page,
        "reviews": reviews(request.user),
        "overseen": [card for card in seen if card.unit not in own and not card.waits_for_her],
        "not_started": _not_started(request.user, submissions, own) if oversees else [],
        "oversees": oversees,
        "codes": codes_for(request.user),
    }
    return render(request, "submissions/my_work.html", context)


def _published(submissions: Iterable[Submission]) -> dict[tuple[int, int], int]:
    """Return the first revision of each return that was made public, by round and unit."""
    found: dict[tuple[int, int], int] = {}
    for each in sorted(submissions, key=lambda submission: -submission.revision):
        if any(step.action == Action.PUBLISH for step in each.steps):
            found[each.round_id, each.unit_id] = each.revision
    return found


def _last_step_of(card: Card) -> int:
    """What came to the desk earlier has the smaller number, and stands first."""
    return card.submission.last_step_number if card.submission else 0


def _page_of(queue: list[Card], request: Request) -> tuple[Card | None, Page]:
    """Return the card to be taken up after a decision, None without one, and the page of the queue."""
    decided = request.GET.get("after", "")
    following, number = None, request.GET.get("page")
    if queue and decided.isdecimal() and len(decided) < LONGEST_NUMBER:
        later = (card for card in queue if _last_step_of(card) > int(decided))
        following = next(later, queue[0])
        number = str(queue.index(following) // ROWS_ON_A_PAGE + 1)
    return following, Paginator(queue, ROWS_ON_A_PAGE).get_page(number)


def _points_of(submissions: list[Submission]) -> Counter[tuple[int, bool]]:
    """Count the review points that are not closed, by submission and whether they are to be answered."""
    State = ReviewPoint.State
    found = ReviewPoint.objects.filter(submission__in=submissions).exclude(state=State.CLOSED)
    return Counter((pk, state == State.OPEN) for pk, state in found.values_list("submission_id", "state"))


def _looks_at(page: Page, user: User) -> dict[int, Look]:
    """Return when she looked last at the returns of a page, by their ids."""
    found = Look.objects.filter(user=user, submission__in=[card.submission for card in page])
    return {each.submission_id: each for each in found}


def _to_review(
    card: Card,
    surveys: dict[int, Any],
    points: Counter[tuple[int, bool]],
    looks: dict[int, Look],
    following: Card | None,
) -> Card:
    assert card.submission  # what waits for her was handed in
    pk = card.submission.pk
    seen = looks.get(pk)
    news = seen.news_of(card.submission) if seen else NEW
    unsettled = points[pk, True] + points[pk, False]
    return replace(card, survey=surveys[pk], points=unsettled, news=news, is_next=card is following)


def _to_fill_in(card: Card, surveys: dict[int, Any], points: Counter[tuple[int, bool]]) -> Card:
    if card.submission is None:
        return card
    # What a desk is still asking is not the unit's before the return is given back.
    asked = points[card.submission.pk, True] if card.submission.is_editable else 0
    return replace(card, survey=surveys[card.submission.pk], points=asked)


def _with_counts(card: Card, counts: Mapping[int, Any]) -> Card:
    return replace(card, counted=counts.get(card.submission.pk)) if card.submission else card


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
    waiting = [each for each in found if each.units]
    if len({each.round.bureau_id for each in waiting}) < 2:
        return waiting
    return [replace(each, bureau_named=f" {each.round.bureau.name} ") for each in waiting]
