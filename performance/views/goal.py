"""The page on which the goal of the year is written."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from budgets.result_actions import results_stored
from budgets.views.workspace import Workspace, open_workspace, workspace_of
from budgets.views.writing import texts_disputed, texts_mistaken, texts_refused, texts_saved
from orgs.requests import Request, wants_json
from performance import actions
from performance.actions import GOAL, TEXTS
from performance.forms import GoalForm
from performance.models import PerformanceGoal, ProjectGoal
from performance.rows import Performance
from performance.views.sections import GOAL_TITLE, read_performance, sections_of
from submissions.actions import NotEditable, NotPermitted, check_may_edit


@require_http_methods(["GET", "HEAD", "POST"])
def edit_goal(request: Request, submission_id: int) -> HttpResponse:
    """Show both texts of the goal to be written, or read; on POST save them, or say why they were not saved.

    409 when somebody else changed them meanwhile, 422 when one is too long, 403 when she may not: what she
    wrote stays on the page. The page's script saves by itself and is answered as
    `budgets.views.writing` says.
    """
    workspace = open_workspace(request, submission_id)
    if request.method == "POST":
        return _save(request, workspace)
    return _page(request, workspace)


def _save(request: Request, workspace: Workspace) -> HttpResponse:
    form = GoalForm(request.POST)
    is_script = wants_json(request)
    now = timezone.now()
    try:
        check_may_edit(workspace.submission, by=request.user)
        if not form.is_valid():
            return texts_mistaken(form) if is_script else _page(request, workspace, form, status=422)
        with results_stored(workspace.submission.pk):
            actions.save_goal(
                submission=workspace.submission,
                **form.texts,
                row_version=form.cleaned_data["row_version"],
                by=request.user,
                at=now,
            )
    except (NotPermitted, NotEditable) as refusal:
        if is_script:
            return texts_refused(refusal)
        return _page(request, workspace, form, refusal=str(refusal), status=403)
    except actions.GoalConflict as conflict:
        if is_script:
            return texts_disputed(*_stored(conflict.theirs), conflict.last_edit)
        return _page(request, workspace, _on_top_of(form, conflict), conflict=conflict, status=409)
    if is_script:
        saved = workspace_of(workspace.submission, request)
        performance = read_performance(saved)
        sections = [*saved.progress, *sections_of(request.path, saved.submission, performance)]
        return texts_saved(now, *_stored(performance.goal), sections)
    messages.success(request, f"{GOAL_TITLE}已保存。")
    return redirect("edit_goal", workspace.submission.pk)


def _stored(goal: PerformanceGoal | ProjectGoal | None) -> tuple[int, dict[str, str]]:
    """The version of the goal and its texts, by their fields."""
    return goal.row_version if goal else 0, {name: getattr(goal, name, "") for name in TEXTS}


def _form_of(performance: Performance) -> GoalForm:
    """The texts as they are stored."""
    version, texts = _stored(performance.goal)
    were = {f"{name}_was": text for name, text in texts.items()}
    return GoalForm(initial=texts | were | {"row_version": version})


def _on_top_of(form: GoalForm, conflict: actions.GoalConflict) -> GoalForm:
    """Her texts, to be saved over the other's when she saves them again."""
    version, theirs = _stored(conflict.theirs)
    return form.on_top_of(theirs, version)


def _page(
    request: Request,
    workspace: Workspace,
    form: GoalForm | None = None,
    *,
    refusal: str = "",
    conflict: actions.GoalConflict | None = None,
    status: int = 200,
) -> HttpResponse:
    performance = read_performance(workspace)
    context = {
        "workspace": workspace,
        "can_write": workspace.can_edit_in(GOAL),
        "title": GOAL_TITLE,
        "form": form or _form_of(performance),
        "refusal": refusal,
        "conflict": conflict,
        "performance": performance,
    }
    return render(request, "performance/edit_goal.html", context, status=status)
