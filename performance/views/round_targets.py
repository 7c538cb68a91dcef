"""The approved targets of a round: approved for many units at once, and what was asked for since."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from orgs.permissions import can_review
from orgs.requests import Request
from performance import target_actions
from performance.target_forms import ApprovalForm
from performance.target_models import TargetApproval, TargetRequest
from performance.targets import Asked
from submissions.models import CollectionRound, Submission
from submissions.standings import CountsFor
from submissions.views.rounds import do_to_units, permit, visible_round


@dataclass(frozen=True, slots=True)
class ApprovedUnit:
    """A return with its approval, None before it, and how many requests were made and are open."""

    submission: Submission
    approval: TargetApproval | None
    asked: int
    open: int


@require_safe
def round_targets(request: Request, round_id: int) -> HttpResponse:
    """Show which units' targets are approved, and first the requests that nobody has answered."""
    round = visible_round(request, round_id)
    of_round = TargetRequest.objects.filter(submission__round=round)
    asked = [
        Asked(each, getattr(each, "answer", None))
        for each in of_round.select_related("answer", "submission__unit").order_by("pk")
    ]
    waiting = [each for each in asked if each.is_open]
    newest = _newest_returns(round)
    context = {
        "round": round,
        "waiting": [(each, newest[each.request.submission.unit_id]) for each in waiting],
        "units": _units(round, newest, asked),
        "can_approve": can_review(request.user, round.bureau),
    }
    return render(request, "performance/round_targets.html", context)


def _newest_returns(round: CollectionRound) -> dict[int, Submission]:
    """The newest revision of each unit's return, by the unit's number, in the order of the units."""
    found = round.submissions.select_related("unit").order_by("unit__path", "revision")
    return {each.unit_id: each for each in found}


def _units(round: CollectionRound, newest: dict[int, Submission], asked: list[Asked]) -> list[ApprovedUnit]:
    found = TargetApproval.objects.filter(submission__round=round).select_related("submission")
    approvals = {each.submission.unit_id: each for each in found}
    units = []
    for unit, submission in newest.items():
        mine = [each for each in asked if each.request.submission.unit_id == unit]
        waiting = sum(each.is_open for each in mine)
        units.append(ApprovedUnit(submission, approvals.get(unit), len(mine), waiting))
    return units


@require_POST
def approve_targets(request: Request, round_id: int, counts_for: CountsFor) -> HttpResponse:
    """Approve the targets of the units that were chosen."""
    round = visible_round(request, round_id)
    permit(target_actions.check_may_approve, round, by=request.user)
    form = ApprovalForm(request.POST)
    return do_to_units(request, round, target_actions.approve_targets, form, "批复目标", counts_for)
