"""My work: the returns a person has to do, and those she may look at."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from orgs.models import Unit
from orgs.permissions import can_prepare
from orgs.requests import Request
from submissions import actions
from submissions.models import CollectionRound, Submission

FiguresFor = Callable[[list[Submission]], dict[int, Any]]
"""Gives the head figures of many submissions by id; passed in from above, for this app knows no money."""


@dataclass(frozen=True, slots=True)
class Card:
    """One return on a person's desk: not started when it has no submission."""

    round: CollectionRound
    unit: Unit
    submission: Submission | None
    days_left: int
    figures: Any = None
    can_prepare: bool = False

    @property
    def can_continue(self) -> bool:
        """Whether she may enter figures in it now."""
        return self.can_prepare and self.submission is not None and self.submission.is_editable

    @property
    def time_left(self) -> str:
        """Say how far the due date is."""
        if self.days_left < 0:
            return f"已过截止日 {-self.days_left} 天"
        return f"还有 {self.days_left} 天" if self.days_left else "今天截止"


@require_safe
def my_work(request: Request, figures_for: FiguresFor) -> HttpResponse:
    """Show a card per return she prepares, and a list of those she may look at."""
    today = timezone.localdate()
    submissions = list(Submission.objects.visible_to(request.user).for_workspace().newest_first())
    figures = figures_for(submissions)
    memberships = request.user.active_memberships
    own = list(dict.fromkeys(m.unit for m in memberships if not m.oversees))
    cards = [
        replace(card, can_prepare=can_prepare(request.user, card.unit))
        for card in _cards(own, submissions, figures, today)
    ]
    context = {
        "cards": cards,
        "overseen": [
            _card(submission.round, submission.unit, submission, figures, today)
            for submission in submissions
            if submission.unit not in own
        ],
        "oversees": any(m.oversees for m in memberships),
    }
    return render(request, "submissions/my_work.html", context)


def _cards(
    units: list[Unit], submissions: list[Submission], figures: dict[int, Any], today: date
) -> list[Card]:
    """Every round that reaches her units, started or not, latest year first."""
    rounds = CollectionRound.objects.reaching(units).select_related("bureau").order_by("-fiscal_year", "pk")
    latest: dict[tuple[int, int], Submission] = {}
    for submission in reversed(submissions):
        latest[submission.round_id, submission.unit_id] = submission
    return [
        _card(round, unit, latest.get((round.pk, unit.pk)), figures, today)
        for round in rounds
        for unit in units
        if unit.path.startswith(round.bureau.path)
    ]


def _card(
    round: CollectionRound, unit: Unit, submission: Submission | None, figures: dict[int, Any], today: date
) -> Card:
    found = figures.get(submission.pk) if submission else None
    return Card(round, unit, submission, (round.due_date - today).days, found)


@require_POST
def start_submission(request: Request, round_id: int, unit_id: int) -> HttpResponse:
    """Open the unit's return and go to it; what she may not see does not exist."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=unit_id)
    round = get_object_or_404(CollectionRound.objects.reaching([unit]), pk=round_id)
    try:
        submission = actions.start_submission(round=round, unit=unit, by=request.user, at=timezone.now())
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return redirect("workspace", submission.pk)
