"""What of a round a page of its summaries is asked to look at, by its address."""

from collections.abc import Mapping

from django import forms
from django.http import Http404

from budgets.region.effective import coverage_of
from orgs.models import Unit
from orgs.requests import Request
from performance.bases import basis_of_round
from performance.bureau_tables.scope import Scope
from submissions.models import CollectionRound
from submissions.views.rounds import past_or_404


class ScopeForm(forms.Form):
    """What an address asks for; what it does not understand it does not ask for."""

    department = forms.RegexField(r"\A[0-9A-Za-z]{1,20}\Z", required=False)
    day = forms.DateField(required=False)


def scope_of(request: Request, round: CollectionRound, others: Mapping[str, str] | None = None) -> Scope:
    """Return what an address asks for, read in a constant number of queries; `others` is what else it says.

    404 for a department that is not there, and for a day that is none to look back on.
    """
    form = ScopeForm(request.GET)
    day = past_or_404(form)
    department = _department(round, form.cleaned_data.get("department") or "")
    coverage = coverage_of(round, day=day, below=department)
    return Scope(round, basis_of_round(round), coverage, department, day, others)


def _department(round: CollectionRound, code: str) -> Unit | None:
    if not code:
        return None
    found = Unit.objects.filter(parent=round.bureau_id, code=code).first()
    if found is None:
        raise Http404
    return found


def departments_of(round: CollectionRound) -> list[Unit]:
    """Return the departments of a round to choose from, in the order of the tree; one query."""
    return list(Unit.objects.filter(parent=round.bureau_id).order_by("path"))
