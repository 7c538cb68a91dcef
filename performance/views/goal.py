"""The page on which the goal of the year is written; what it does is here for the goals of projects too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from budgets.result_actions import results_stored
from budgets.views.workspace import Workspace, open_workspace, workspace_of
from budgets.views.writing import texts_disputed, texts_mistaken, texts_refused, texts_saved
from orgs.requests import Request, wants_json
from performance import actions
from performance.actions import GOAL, TEXTS, Goal
from performance.forms import GoalForm
from performance.project_rows import ProjectPerformance
from performance.rows import Performance
from performance.views.sections import GOAL_TITLE, read_performance, read_projects, sections_of, settled_of
from submissions.actions import NotEditable, NotPermitted, check_may_edit


@dataclass(frozen=True, slots=True)
class GoalPage:
    """A page on which a goal is written, as its submission is now."""

    template: str
    title: str
    goal: Goal | None
    can_write: bool
    performance: Performance
    """That of the department: every page of a submission shows how far it is."""
    projects: Sequence[ProjectPerformance]
    project: str = ""
    """The project whose goal it is; "" for the department's."""
    context: dict[str, Any] = field(default_factory=dict)
    """What its template needs besides."""


Reader = Callable[[Workspace], GoalPage | None]
"""Reads what a page shows of a submission that is open; None where its project is gone."""


@require_http_methods(["GET", "HEAD", "POST"])
def edit_goal(request: Request, submission_id: int) -> HttpResponse:
    """Show both texts of the goal to be written, or read; on POST save them, or say why they were not saved.

    409 when somebody else changed them meanwhile, 422 when one is too long, 403 when she may not: what she
    wrote stays on the page. The page's script saves by itself and is answered as
    `budgets.views.writing` says.
    """
    workspace = open_workspace(request, submission_id)
    return answer_goal(request, workspace, _of_department(workspace), _of_department)


def _of_department(workspace: Workspace) -> GoalPage:
    performance = read_performance(workspace)
    return GoalPage(
        template="performance/edit_goal.html",
        title=GOAL_TITLE,
        goal=performance.goal,
        can_write=workspace.can_edit_in(GOAL),
        performance=performance,
        projects=read_projects(workspace),
    )


def answer_goal(request: Request, workspace: Workspace, page: GoalPage, read: Reader) -> HttpResponse:
    """Answer as `edit_goal` does, for the goal of a page; `read` reads it again after a save."""
    if request.method == "POST":
        return _save(request, workspace, page, read)
    return _answer(request, workspace, page)


def _save(request: Request, workspace: Workspace, page: GoalPage, read: Reader) -> HttpResponse:
    form = GoalForm(request.POST)
    is_script = wants_json(request)
    now = timezone.now()
    try:
        check_may_edit(workspace.submission, by=request.user)
        if not form.is_valid():
            return texts_mistaken(form) if is_script else _answer(request, workspace, page, form, status=422)
        with results_stored(workspace.submission.pk):
            actions.save_goal(
                submission=workspace.submission,
                **form.texts,
                row_version=form.cleaned_data["row_version"],
                by=request.user,
                at=now,
                project=page.project,
            )
    except (NotPermitted, NotEditable) as refusal:
        if is_script:
            return texts_refused(refusal)
        return _answer(request, workspace, page, form, refusal=str(refusal), status=403)
    except actions.GoalConflict as conflict:
        if is_script:
            return texts_disputed(*_stored(conflict.theirs), conflict.last_edit)
        hers = _on_top_of(form, conflict)
        return _answer(request, workspace, page, hers, conflict=conflict, status=409)
    if is_script:
        saved = workspace_of(workspace.submission, request)
        now_there = read(saved) or page
        department = now_there.performance
        settled = settled_of(department, saved.results)
        mine = sections_of(request.path, saved.submission, department, now_there.projects, settled)
        return texts_saved(now, *_stored(now_there.goal), [*saved.progress, *mine])
    messages.success(request, f"{page.title}已保存。")
    return HttpResponseRedirect(request.path)


def _stored(goal: Goal | None) -> tuple[int, dict[str, str]]:
    """The version of the goal and its texts, by their fields."""
    return goal.row_version if goal else 0, {name: getattr(goal, name, "") for name in TEXTS}


def _form_of(goal: Goal | None) -> GoalForm:
    """The texts as they are stored."""
    version, texts = _stored(goal)
    were = {f"{name}_was": text for name, text in texts.items()}
    return GoalForm(initial=texts | were | {"row_version": version})


def _on_top_of(form: GoalForm, conflict: actions.GoalConflict) -> GoalForm:
    """Her texts, to be saved over the other's when she saves them again."""
    version, theirs = _stored(conflict.theirs)
    return form.on_top_of(theirs, version)


def _answer(
    request: Request,
    workspace: Workspace,
    page: GoalPage,
    form: GoalForm | None = None,
    *,
    refusal: str = "",
    conflict: actions.GoalConflict | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "workspace": workspace,
        "can_write": page.can_write,
        "title": page.title,
        "form": form or _form_of(page.goal),
        "refusal": refusal,
        "conflict": conflict,
        "performance": page.performance,
        "projects_read": page.projects,
        **page.context,
    }
    return render(request, page.template, context, status=status)
