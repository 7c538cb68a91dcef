"""The page on which a return is handed in, and on which its way so far can be read."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from budgets.views.workspace import open_workspace
from orgs.requests import Request
from submissions.models import Extension, Receipt, Reminder, Submission, Transition
from submissions.workflow import Side


@dataclass(frozen=True, slots=True)
class Stage:
    """One desk on the way of a return, and whose it is."""

    desk: Side
    unit: str


@require_safe
def journey(request: Request, submission_id: int) -> HttpResponse:
    """Show what stands in the way of handing the return in, what follows, and the steps it took."""
    workspace = open_workspace(request, submission_id)
    needed, others = workspace.tasks()
    context = {
        "workspace": workspace,
        "stages": [Stage(desk, _place(desk, workspace.submission)) for desk in workspace.submission.desks],
        "needed": needed,
        "others": others,
        "is_unchanged": _is_unchanged(workspace.submission),
        **_kept(workspace.submission),
        "steps": _steps(workspace.submission),
        "notices": _notices(workspace.submission),
    }
    return render(request, "budgets/journey.html", context)


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
