"""My work: the returns a person has to do, those that wait for her decision, and those she may look at."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Self
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Min, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from orgs.models import Unit, User
from orgs.permissions import can_prepare, desks_held, reviews
from orgs.requests import Request
from submissions.journey import journey_of
from submissions.models import CollectionRound, Extension, Look, Reminder, ReviewPoint, Submission, Transition
from submissions.permissions import prepared_by
from submissions.querysets import SubmissionQuerySet
from submissions.standings import CountsFor, newest
from submissions.workflow import Action

LONG_WAIT = 3
"""Days after which a return that waits is marked."""

LONGEST_NUMBER = 20
"""No number of a step has so many digits."""

QUEUED_ON_A_PAGE = 25
"""So many returns of the queue are surveyed at a time."""

ROWS_ON_A_PAGE = 50

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
    prepared: set[tuple[int, int]]
    """The returns she prepared, by round and unit."""
    extended: dict[tuple[int, int], date]
    """Until when her own units were given more time, by round and unit."""
    reminders: dict[tuple[int, int], Reminder]
    """The newest reminder of each of her units, by round and unit."""
    today: date
    figures: Mapping[int, Any] = field(default_factory=dict)
    published: Mapping[tuple[int, int], int] = field(default_factory=dict)
    """The first revision of each return that was made public, by round and unit."""

    def with_figures(self, figures: Mapping[int, Any], published: Mapping[tuple[int, int], int]) -> Self:
        """Return it with what the cards of the returns on the page show."""
        return replace(self, figures=figures, published=published)

    def may_decide(self, submission: Submission) -> bool:
        """Whether a decision on a return is hers to take now."""
        return journey_of(submission, self.user, self.prepared).can_decide

    def of(self, submission: Submission) -> Card:
        """Return the card of a return."""
        return self.card(submission.round, submission.unit, submission)

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
    memberships = request.user.active_memberships
    own = list(dict.fromkeys(m.unit for m in memberships if not m.oversees))
    visible = Submission.objects.visible_to(request.user)
    read = visible.for_workspace().with_steps().newest_first()
    at_hand = list(read.filter(Q(unit__in=own) | Q(desk__in=desks_held(request.user))))
    desk = Desk(
        request.user,
        prepared_by(request.user),
        {place: each.until_date for place, each in newest(Extension, unit__in=own).items()},
        newest(Reminder, unit__in=own),
        timezone.localdate(),
    )
    waiting = [each for each in at_hand if desk.may_decide(each)]
    following, queued = _page_of(sorted(waiting, key=_came), request)
    asked = AskedForm(request.GET)
    others = asked.among(read.exclude(unit__in=own).exclude(pk__in=[each.pk for each in waiting]))
    overseen = Paginator(others, ROWS_ON_A_PAGE).get_page(request.GET.get("others"))
    mine = [each for each in at_hand if each.unit in own]
    shown = list(dict.fromkeys([*queued, *mine]))
    surveys, points, counts = surveys_for(shown), _points_of(shown), counts_for(shown)
    others_alone = [each for each in overseen if each.pk not in surveys]
    figures = {**figures_for(others_alone), **{pk: each.head for pk, each in surveys.items()}}
    made = desk.with_figures(figures, _published([*shown, *overseen]))
    looks = _looks_at(queued, request.user)
    oversees = any(m.oversees for m in memberships)
    context = {
        "cards": [
            _with_counts(_to_fill_in(card, surveys, points), counts) for card in _cards(own, mine, made)
        ],
        "queue": [
            _with_counts(_to_review(made.of(each), surveys, points, looks, following), counts)
            for each in queued
        ],
        "page": queued,
        "reviews": reviews(request.user),
        "overseen": [made.of(each) for each in overseen],
        "overseen_page": overseen,
        "asked": asked,
        "years": _years_of(visible) if oversees else [],
        "not_started": _not_started(request.user, visible, own) if oversees else [],
        "oversees": oversees,
        "codes": codes_for(request.user),
    }
    return render(request, "submissions/my_work.html", context)


class AskedForm(forms.Form):
    """Which of the other returns are listed; what it does not understand it does not ask for."""

    unit = forms.CharField(required=False, max_length=60)
    year = forms.IntegerField(required=False, min_value=2000, max_value=2100)

    def among(self, submissions: SubmissionQuerySet) -> SubmissionQuerySet:
        """Keep what is asked for: by a part of the name or the beginning of the code of the unit, by year."""
        self.is_valid()
        unit, year = self.cleaned_data.get("unit", ""), self.cleaned_data.get("year")
        if unit:
            submissions = submissions.filter(Q(unit__name__icontains=unit) | Q(unit__code__startswith=unit))
        return submissions.filter(round__fiscal_year=year) if year else submissions

    @property
    def said(self) -> str:
        """It as a part of an address: unit=教育&year=2023; "" for nothing."""
        return urlencode({name: value for name, value in self.cleaned_data.items() if value})


def _years_of(submissions: SubmissionQuerySet) -> list[int]:
    years = submissions.order_by("-round__fiscal_year").values_list("round__fiscal_year", flat=True)
    return list(years.distinct())


def _published(submissions: Iterable[Submission]) -> dict[tuple[int, int], int]:
    """Return the first revision that was made public of returns that have several, by round and unit."""
    later = [each for each in submissions if each.revision > 1]
    if not later:
        return {}
    steps = Transition.objects.filter(
        action=Action.PUBLISH,
        submission__unit__in={each.unit_id for each in later},
        submission__round__in={each.round_id for each in later},
    )
    place = ("submission__round", "submission__unit")
    return {(round, unit): first for round, unit, first in steps.values_list(*place).annotate(_FIRST)}


_FIRST = Min("submission__revision")


def _came(submission: Submission) -> tuple[datetime, int]:
    """When a return came to the desk it lies on: what came earlier stands first."""
    step = submission.last_step
    return (step.at if step else submission.started_at), submission.last_step_number


def _page_of(queue: list[Submission], request: Request) -> tuple[Submission | None, Page]:
    """Return what is to be taken up after a decision, None without one, and the page of the queue."""
    decided = request.GET.get("after", "")
    following, number = None, request.GET.get("page")
    if queue and decided.isdecimal() and len(decided) < LONGEST_NUMBER:
        later = (each for each in queue if each.last_step_number > int(decided))
        following = next(later, queue[0])
        number = str(queue.index(following) // QUEUED_ON_A_PAGE + 1)
    return following, Paginator(queue, QUEUED_ON_A_PAGE).get_page(number)


def _points_of(submissions: list[Submission]) -> Counter[tuple[int, bool]]:
    """Count the review points that are not closed, by submission and whether they are to be answered."""
    State = ReviewPoint.State
    found = ReviewPoint.objects.filter(submission__in=submissions).exclude(state=State.CLOSED)
    return Counter((pk, state == State.OPEN) for pk, state in found.values_list("submission_id", "state"))


def _looks_at(page: Page, user: User) -> dict[int, Look]:
    """Return when she looked last at the returns of a page, by their ids."""
    found = Look.objects.filter(user=user, submission__in=list(page))
    return {each.submission_id: each for each in found}


def _to_review(
    card: Card,
    surveys: dict[int, Any],
    points: Counter[tuple[int, bool]],
    looks: dict[int, Look],
    following: Submission | None,
) -> Card:
    assert card.submission  # what waits for her was handed in
    pk = card.submission.pk
    seen = looks.get(pk)
    news = seen.news_of(card.submission) if seen else NEW
    unsettled = points[pk, True] + points[pk, False]
    return replace(
        card, survey=surveys[pk], points=unsettled, news=news, is_next=card.submission is following
    )


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


def _not_started(user: User, visible: SubmissionQuerySet, own: list[Unit]) -> list[NotStarted]:
    """The units she oversees, by round, that have no return yet; her own stand among the cards."""
    begun = set(visible.values_list("round", "unit"))
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
