"""The page on which a return is handed in, and on which its way so far can be read."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from budgets.views.workspace import open_workspace
from orgs.models import User
from orgs.requests import Request
from submissions.models import Extension, Receipt, Reminder, Submission, Transition
from submissions.permissions import people_at_desks
from submissions.point_actions import can_widen
from submissions.workflow import OPEN, Side


@dataclass(frozen=True, slots=True)
class Stage:
    """One desk on the way of a return, and whose it is."""

    desk: Side
    unit: str
    people: list[User] | None
    """Who may act there, by name; None of a return that is past all desks."""

    @property
    def is_vacant(self) -> bool:
        """Whether nobody could pass the return on from there."""
        return self.people == []


@require_safe
def journey(request: Request, submission_id: int) -> HttpResponse:
    """Show what stands in the way of handing the return in, what follows, and the steps it took."""
    workspace = open_workspace(request, submission_id)
    needed, others = workspace.tasks()
    context = {
        "workspace": workspace,
        **_way(workspace.submission, request.user if workspace.journey.can_submit else None),
        "needed": needed,
        "others": others,
        "is_unchanged": _is_unchanged(workspace.submission),
        **_kept(workspace.submission),
        "steps": _steps(workspace.submission),
        "notices": _notices(workspace.submission),
        "can_widen": can_widen(workspace.submission, by=request.user),
    }
    return render(request, "budgets/journey.html", context)


def _way(submission: Submission, sender: User | None) -> dict[str, Any]:
    """The desks a return passes with who is there, and whom to ask where nobody is, in two queries.

    `sender` is about to hand it in, and so will decide on none of them.
    """
    if submission.status not in OPEN:
        return {"stages": [Stage(desk, _place(desk, submission), None) for desk in submission.desks]}
    people, administrators = people_at_desks(submission, but=sender)
    stages = [Stage(desk, _place(desk, submission), people[desk]) for desk in submission.desks]
    ahead = stages[submission.desks.index(Side(submission.desk)) :] if submission.desk else stages
    return {
        "stages": stages,
        "vacant": [stage for stage in ahead if stage.is_vacant],
        "administrators": administrators,
    }


def _place(desk: Side, submission: Submission) -> str:
    """Name where a desk stands."""
    if desk is Side.UNIT_HEAD:
        return submission.unit.name
    return "上级部门" if desk is Side.DEPARTMENT else submission.round.bureau.name


def _kept(submission: Submission) -> dict[str, Any]:
    """What is kept of the return: its other revisions, what was approved of it, and its publication."""
    revisions = Submission.objects.filter(round=submission.round_id, unit=submission.unit_id)
    others = revisions.exclude(pk=submission.pk).order_by("revision")
    related = revisions.filter(pk=submission.pk).select_related("snapshot", "publication").get()
    return {
        "revisions": list(others),
        "snapshot": getattr(related, "snapshot", None),
        "publication": getattr(related, "publication", None),
    }


def _steps(submission: Submission) -> list[tuple[Transition, Receipt | None]]:
    """Return the steps the return took, the newest first, each handing in with its receipt."""
    receipts = {receipt.step_id: receipt for receipt in submission.receipts.all()}
    return [(step, receipts.get(step.pk)) for step in submission.steps]


def _notices(submission: Submission) -> list[Extension | Reminder]:
    """Return what the bureau wrote its unit about the round: more time, reminders; the newest first."""
    mine = {"round": submission.round_id, "unit": submission.unit_id}
    found: list[Extension | Reminder] = [*Extension.objects.filter(**mine)]
    found += Reminder.objects.filter(**mine)
    return sorted(found, key=lambda each: each.at, reverse=True)


def _is_unchanged(submission: Submission) -> bool:
    """Whether nothing was saved since it was returned."""
    returned, saved_at = submission.standing_return, submission.saved_at
    return returned is not None and (saved_at is None or saved_at < returned.at)
