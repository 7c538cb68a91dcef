"""The page on which a return is handed in, and on which its way so far can be read."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from budgets.views.workspace import open_workspace
from orgs.requests import Request
from submissions.models import Submission


@require_safe
def journey(request: Request, submission_id: int) -> HttpResponse:
    """Show what stands in the way of handing the return in, what follows, and the steps it took."""
    workspace = open_workspace(request, submission_id)
    needed, others = workspace.tasks()
    context = {
        "workspace": workspace,
        "needed": needed,
        "others": others,
        "is_unchanged": _is_unchanged(workspace.submission),
    }
    return render(request, "budgets/journey.html", context)


def _is_unchanged(submission: Submission) -> bool:
    """Whether nothing was saved since it was returned."""
    returned, saved_at = submission.standing_return, submission.saved_at
    return returned is not None and (saved_at is None or saved_at < returned.at)
