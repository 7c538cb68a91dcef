"""The list of the projects of a return, and the deeds on those that are not among 项目支出 any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from budgets.result_actions import results_stored
from budgets.returns import PROJECTS, TOTAL
from budgets.rows import MeasuredRow
from budgets.views.addresses import schedule_url
from budgets.views.workspace import open_workspace, visible_submission
from orgs.requests import Request
from performance import project_actions
from performance.forms import MoveForm
from performance.project_rows import ProjectPerformance, project_named
from performance.scoring import FULL
from performance.targets import Targets, held_words, targets_of
from performance.views.project import GONE
from performance.views.project_sections import PROJECTS_TITLE, project_url
from performance.views.sections import read_performance, read_projects
from submissions.actions import NotNow, NotPermitted, Refused, check_may_edit
from submissions.models import Submission


@dataclass(frozen=True, slots=True)
class ListedProject:
    """One line of the list."""

    project: ProjectPerformance
    url: str
    indicators_url: str
    held: str = ""
    """Why it can be neither moved nor deleted though it is gone; "" where nothing holds it."""

    @property
    def money(self) -> MeasuredRow:
        """Its money from all fundings."""
        return self.project.money[TOTAL]

    @property
    def given(self) -> Decimal:
        """The points its indicators have."""
        return self.project.result.given - self.project.result.execution_points

    @property
    def to_give(self) -> Decimal:
        """The points the framework leaves them."""
        return FULL - self.project.result.execution_points

    @property
    def state(self) -> tuple[str, str]:
        """How far it is: the style of its mark, and a word."""
        if self.project.idle_words:
            return "", "不用填"
        if self.project.is_empty:
            return "", "未填"
        return ("ask", "待完善") if self.project.faults else ("good", "已填好")


@require_safe
def projects(request: Request, submission_id: int) -> HttpResponse:
    """Show every project with its money, its points and what its form lacks; those that are gone first."""
    workspace = open_workspace(request, submission_id)
    performance = read_performance(workspace)
    found = read_projects(workspace)
    listed = [each for each in found if each.is_listed]
    context = {
        "workspace": workspace,
        "title": PROJECTS_TITLE,
        "performance": performance,
        "projects_read": found,
        "listed": [_line(submission_id, each) for each in listed],
        "gone": _gone(workspace.submission, [each for each in found if not each.is_listed]),
        "free": [each.name for each in listed if each.is_empty],
        "unfunded": [each for each in listed if each.unfunded],
        "top": workspace.measured[PROJECTS.name][0],
        "schedule_url": schedule_url(workspace.submission, PROJECTS),
    }
    return render(request, "performance/projects.html", context)


def _line(submission_id: int, project: ProjectPerformance, held: str = "") -> ListedProject:
    of_indicators = project_url(submission_id, project, indicators=True)
    return ListedProject(project, project_url(submission_id, project), of_indicators, held)


def _gone(submission: Submission, projects: Sequence[ProjectPerformance]) -> list[ListedProject]:
    """What is said of projects that are not among 项目支出 any more, and what holds it; one query, or two."""
    targets = targets_of(submission) if projects else Targets(None)
    return [
        _line(submission.pk, each, held_words(targets, each.name, has_lines=bool(each.rows)))
        for each in projects
    ]


@require_POST
def move_project(request: Request, submission_id: int, project: str) -> HttpResponse:
    """Let what is said of a project that is gone be said of another one, and go back to the list."""
    submission = visible_submission(request, submission_id)
    try:
        check_may_edit(submission, by=request.user)
        form = MoveForm(request.POST)
        if not form.is_valid():
            raise Refused("请选择改到哪个项目。")
        name, to = _name_of(submission, project), form.cleaned_data["to"]
        with results_stored(submission.pk):
            project_actions.move_project(
                submission=submission, project=name, to=to, by=request.user, at=timezone.now()
            )
    except NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"项目“{name}”的绩效目标和指标已改到“{to}”。")
    return redirect("projects", submission_id)


@require_POST
def drop_project(request: Request, submission_id: int, project: str) -> HttpResponse:
    """Delete what is said of a project that is gone or has no money this year, and go back to the list."""
    submission = visible_submission(request, submission_id)
    try:
        check_may_edit(submission, by=request.user)
        name = _name_of(submission, project)
        with results_stored(submission.pk):
            project_actions.drop_project(
                submission=submission, project=name, by=request.user, at=timezone.now()
            )
    except NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已删除项目“{name}”的绩效目标和指标。")
    return redirect("projects", submission_id)


def _name_of(submission: Submission, slug: str) -> str:
    """Return the name of a project by its name in addresses; raise NotNow where there is none."""
    name = project_named(submission, slug)
    if name is None:
        raise NotNow(GONE)
    return name
