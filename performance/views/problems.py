"""The problems of one return: what was issued, what became of it; and writing one down."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from budgets.views.workspace import open_workspace
from orgs.file_kinds import MEGABYTE, SUFFIXES
from orgs.requests import Request
from performance.problem_sources import Offered, offered_of
from submissions import actions, problem_actions
from submissions.models import Problem, ProblemEntry
from submissions.permissions import problems_seen_by, sees_problems_of, sides_held, writes_problems
from submissions.problem_forms import ProblemForm
from submissions.problems import with_entries

USUAL_TIME = timedelta(days=30)
"""How long a unit has, unless it is said otherwise."""


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem as its page shows it."""

    problem: Problem
    entries: list[ProblemEntry]
    sayable: set[str]
    """What she can do with it now."""


@require_safe
def problems(request: Request, submission_id: int) -> HttpResponse:
    """Show the problems of a return; to who writes them down also the form, with `?from=` filled in."""
    return _page(request, submission_id)


@require_POST
def write_problem(request: Request, submission_id: int) -> HttpResponse:
    """Write a problem down, `issue` it at once; 422 with her words where it cannot be."""
    workspace = open_workspace(request, submission_id)
    form = ProblemForm(request.POST)
    try:
        problem_actions.check_may_write(workspace.submission, by=request.user)
        if not form.is_valid():
            return _page(request, submission_id, form, status=422)
        issues = "issue" in request.POST
        problem = problem_actions.write_problem(
            submission=workspace.submission,
            plan=form.plan,
            issues=issues,
            by=request.user,
            at=timezone.now(),
        )
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except actions.Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, submission_id, form, status=422)
    done = "已下达，单位已收到通知。" if issues else "已登记，下达以后单位才看得到。"
    messages.success(request, done)
    return redirect(f"{redirect('problems', submission_id)['Location']}#problem-{problem.pk}")


def _page(
    request: Request, submission_id: int, form: ProblemForm | None = None, *, status: int = 200
) -> HttpResponse:
    workspace = open_workspace(request, submission_id)
    submission = workspace.submission
    sides = sides_held(request.user, submission)
    found = with_entries(problems_seen_by(request.user, submission))
    shown = [
        ProblemView(each, list(each.entries.all()), problem_actions.sayable(each, sides, request.user))
        for each in found
    ]
    can_write = writes_problems(request.user, submission) and submission.is_effective
    offered = offered_of(submission, workspace.texts, workspace.results) if can_write else []
    context = {
        "workspace": workspace,
        "problems": sorted(shown, key=lambda each: (not each.sayable, each.problem.pk)),
        "can_write": can_write,
        "sees_round": sees_problems_of(request.user, submission.round.bureau),
        "form": form or ProblemForm(initial=_initial(request, offered)),
        "offered": offered,
        "progress": ProblemEntry.Progress.choices,
        "accepted": ",".join(SUFFIXES),
        "limits": {"files": problem_actions.MOST_FILES, "all": problem_actions.MOST_BYTES // MEGABYTE},
        "attachments": submission.attachments.filter(removed_at=None).order_by("pk")
        if any("answered" in each.sayable for each in shown)
        else [],
    }
    return render(request, "performance/problems.html", context, status=status)


def _initial(request: Request, offered: list[Offered]) -> dict[str, Any]:
    """What the form begins with: what was chosen, due in a month."""
    begun: dict[str, Any] = {"due_date": timezone.localdate() + USUAL_TIME, "origin": Problem.Source.FREE}
    asked = request.GET.get("from", "")
    taken = next((each for each in offered if each.key == asked), None)
    if taken:
        begun |= {"text": taken.text, "own_measure": taken.own_measure, "origin": taken.source}
    return begun
