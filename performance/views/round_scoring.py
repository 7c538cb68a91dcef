"""The page on which the bureau chooses by what the returns of a round are scored."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from orgs.permissions import can_review
from orgs.requests import Request
from performance import scoring_actions
from performance.bases import basis_of_round
from performance.forms import ScoringForm
from performance.frameworks import edition_of
from performance.indicator_points import BAND_NAMES, BANDS, OVERRUNS
from performance.schemes import MODE_HINTS, MODES, SCHEMES
from performance.scoring import GRADES_TEXT
from submissions.actions import NotPermitted, Refused
from submissions.models import CollectionRound
from submissions.views.rounds import visible_round


@require_safe
def round_scoring(request: Request, round_id: int) -> HttpResponse:
    """Show by what the returns of a round are scored, what else there is, and her form."""
    return _page(request, visible_round(request, round_id))


@require_POST
def set_scoring(request: Request, round_id: int) -> HttpResponse:
    """Choose by what the returns of a round are scored; 422 with her words where it cannot be."""
    round = visible_round(request, round_id)
    form = ScoringForm(request.POST)
    try:
        scoring_actions.check_may_set_scoring(round, by=request.user)
        if not form.is_valid():
            return _page(request, round, form, status=422)
        scoring_actions.set_scoring(round=round, **form.cleaned_data, by=request.user, at=timezone.now())
    except NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        form.add_error("reason", str(refusal))
        return _page(request, round, form, status=422)
    messages.success(request, "已选定，填报单位的绩效指标页从现在起按它计分。")
    return redirect("round_scoring", round.pk)


def _page(
    request: Request, round: CollectionRound, form: ScoringForm | None = None, *, status: int = 200
) -> HttpResponse:
    basis = basis_of_round(round)
    chosen = {
        "framework": basis.framework.code,
        "scheme": basis.scheme.code,
        "mode": basis.mode.value,
        "overrun": basis.rules.overrun.value,
        "bands": next(name for name, bands in BANDS.items() if bands == basis.rules.bands),
    }
    form = form or ScoringForm(initial=chosen)
    context = {
        "round": round,
        "basis": basis,
        "form": form,
        "frameworks": edition_of(round.bureau.region.code, round.fiscal_year).choices,
        "schemes": list(SCHEMES.values()),
        "rules": [(form["overrun"], OVERRUNS.items()), (form["bands"], BAND_NAMES.items())],
        "modes": [(each.value, name, MODE_HINTS[each]) for each, name in MODES.items()],
        "grades": GRADES_TEXT,
        "scorings": list(round.scorings.order_by("-pk")),
        "can_set": can_review(request.user, round.bureau),
    }
    return render(request, "performance/round_scoring.html", context, status=status)
