"""The page of one project: its money as the form has it, and its goal; what its other page shows, too."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from budgets.returns import PROJECTS
from budgets.views.addresses import schedule_url
from budgets.views.workspace import Workspace, open_workspace
from budgets.views.writing import texts_refused
from orgs.requests import Request, wants_json
from performance.actions import PROJECT_GOAL
from performance.project_rows import ProjectPerformance
from performance.rows import Performance
from performance.views.goal import GoalPage, answer_goal
from performance.views.project_sections import project_url
from performance.views.sections import read_performance, read_projects
from submissions.actions import NotEditable

GONE = "没有这个项目了：它可能改了名，或者已经删除。请在“项目绩效”页打开。"


@dataclass(frozen=True, slots=True)
class Strip:
    """The way to the other page of a project, and to the projects before and after it."""

    number: int
    count: int
    goal_url: str
    indicators_url: str
    previous: str
    """The address of the same page of the project before it; "" for the first."""
    following: str


@dataclass(frozen=True, slots=True)
class OpenProject:
    """A project of a submission that is open, with what the pages of a submission show around it."""

    workspace: Workspace
    performance: Performance
    """That of the department."""
    projects: list[ProjectPerformance]
    project: ProjectPerformance

    @property
    def part(self) -> dict[str, str]:
        """What the keys of its rows have in common."""
        return {"project": self.project.name}

    def can_change(self, schedule: str) -> bool:
        """Whether she may change all that a schedule says of it, and add rows to it."""
        return self.project.is_listed and self.workspace.can_change(schedule, {"row": self.part})

    def context(self, *, indicators: bool) -> dict[str, Any]:
        """Return what both of its pages show: `indicators` says on which it is."""
        return {
            "workspace": self.workspace,
            "performance": self.performance,
            "projects_read": self.projects,
            "project": self.project,
            "strip": _strip(self, indicators=indicators),
            "schedule_url": schedule_url(self.workspace.submission, PROJECTS),
        }


def project_in(workspace: Workspace, slug: str) -> OpenProject | None:
    """Read a project by its name in addresses; None where there is none."""
    performance = read_performance(workspace)
    projects = read_projects(workspace)
    found = next((each for each in projects if each.slug == slug), None)
    return OpenProject(workspace, performance, projects, found) if found else None


@require_http_methods(["GET", "HEAD", "POST"])
def edit_project(request: Request, submission_id: int, project: str) -> HttpResponse:
    """Show the money of a project, and its goal to be written or read; on POST save that as `edit_goal` does.

    A project that is not there any more leads to the list of them; a script is told so with 403.
    """
    workspace = open_workspace(request, submission_id)

    def read(now: Workspace) -> GoalPage | None:
        found = project_in(now, project)
        return _page(found) if found else None

    page = read(workspace)
    return answer_goal(request, workspace, page, read) if page else gone(request, submission_id)


def gone(request: Request, submission_id: int) -> HttpResponse:
    """Answer that a project is not there any more: to scripts with 403, else with the list."""
    if wants_json(request):
        return texts_refused(NotEditable(GONE))
    if request.method == "POST":
        messages.error(request, GONE)
    return redirect("projects", submission_id)


def _page(found: OpenProject) -> GoalPage:
    return GoalPage(
        template="performance/edit_project.html",
        title=found.project.name,
        goal=found.project.goal,
        can_write=found.can_change(PROJECT_GOAL),
        performance=found.performance,
        projects=found.projects,
        project=found.project.name,
        context=found.context(indicators=False),
    )


def _strip(found: OpenProject, *, indicators: bool) -> Strip:
    submission, others = found.workspace.submission.pk, found.projects
    at = next(number for number, each in enumerate(others) if each is found.project)
    return Strip(
        number=at + 1,
        count=len(others),
        goal_url=project_url(submission, found.project),
        indicators_url=project_url(submission, found.project, indicators=True),
        previous=_url_at(others, at - 1, submission, indicators=indicators),
        following=_url_at(others, at + 1, submission, indicators=indicators),
    )


def _url_at(projects: Sequence[ProjectPerformance], at: int, submission: int, *, indicators: bool) -> str:
    if not 0 <= at < len(projects):
        return ""
    return project_url(submission, projects[at], indicators=indicators)
