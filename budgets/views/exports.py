"""What a finance bureau takes out of a round: its returns, and the packages of the approved ones."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orgs.requests import Request
from orgs.views.access import for_administrators
from submissions.models import CollectionRound, Submission
from submissions.querysets import CollectionRoundQuerySet


@dataclass(frozen=True, slots=True)
class UnitExport:
    """A unit in a round: its latest revision, and the one that is approved, if any."""

    latest: Submission
    effective: Submission | None


MOST_AT_ONCE = 30
"""So many packages a browser waits for; more are made in the background."""


@dataclass(frozen=True, slots=True)
class RoundExport:
    """A round with the units that have begun a return, by unit."""

    round: CollectionRound
    units: list[UnitExport]

    @property
    def approved(self) -> int:
        """How many units have an approved return."""
        return sum(each.effective is not None for each in self.units)

    @property
    def is_large(self) -> bool:
        """Whether its approved packages are too many to be waited for."""
        return self.approved > MOST_AT_ONCE


@require_safe
def exports(request: Request) -> HttpResponse:
    """List every round of the bureaux she administers with its returns, the latest year first."""
    rounds = list(rounds_administered(request).order_by("-fiscal_year", "pk"))
    submissions = Submission.objects.filter(round__in=rounds).select_related("unit").newest_first()
    by_round: dict[int, dict[int, list[Submission]]] = {each.pk: {} for each in rounds}
    for submission in submissions:
        by_round[submission.round_id].setdefault(submission.unit_id, []).append(submission)
    found = [
        RoundExport(each, [_unit(revisions) for revisions in by_round[each.pk].values()]) for each in rounds
    ]
    return render(request, "budgets/exports.html", {"rounds": found})


def rounds_administered(request: Request) -> CollectionRoundQuerySet:
    """The rounds of the bureaux she administers; refuses all others."""
    bureaux = for_administrators(request)
    return CollectionRound.objects.filter(bureau__in=bureaux).select_related("bureau")


def _unit(revisions: list[Submission]) -> UnitExport:
    """Look at a unit's revisions in a round, the latest first."""
    return UnitExport(revisions[0], next((each for each in revisions if each.is_effective), None))
