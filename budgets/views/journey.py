"""The page on which a return is handed in, and on which its way so far can be read."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from budgets.views.tasks import Task, tasks_of
from budgets.views.workspace import Workspace, open_workspace
from orgs.requests import Request
from submissions.models import Submission


@require_safe
def journey(
    request: Request, submission_id: int, in_the_way: Callable[[Submission], list[Task]]
) -> HttpResponse:
    """Show what stands in the way of handing the return in, what follows, and the steps it took."""
    workspace = open_workspace(request, submission_id)
    context = {
        "workspace": workspace,
        "tasks": in_the_way(workspace.submission) if workspace.journey.can_submit else [],
        "others": [task for task in _tasks(workspace) if not task.stands_in_the_way],
        "is_unchanged": _is_unchanged(workspace.submission),
    }
    return render(request, "budgets/journey.html", context)


def _tasks(workspace: Workspace) -> list[Task]:
    return tasks_of(workspace.submission, workspace.measured, workspace.texts, workspace.unit)


def _is_unchanged(submission: Submission) -> bool:
    """Whether nothing was saved since it was returned."""
    returned, saved_at = submission.standing_return, submission.saved_at
    return returned is not None and (saved_at is None or saved_at < returned.at)
