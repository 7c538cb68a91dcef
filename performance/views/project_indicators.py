"""The page on which the indicators of one project are entered and scored, and its saving."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from budgets.returns import TOTAL
from budgets.rows import Row
from budgets.views.cells import record_of, saved_note
from budgets.views.lines import grid_of, save_grid, section_states, state_of
from budgets.views.workspace import open_workspace, visible_submission, workspace_after
from orgs.requests import Request
from performance.actions import check_is_listed
from performance.bases import basis_of_round
from performance.models import ProjectIndicatorLine
from performance.project_rows import ProjectPerformance, project_named, project_performances
from performance.returns import PROJECT_INDICATORS, with_framework
from performance.targets import Targets, targets_of
from performance.views.indicators import adopted, computed_of, held_of, result_of, with_computed
from performance.views.project import GONE, OpenProject, gone, project_in
from performance.views.sections import sections_of, settled_of
from submissions.models import Submission


@require_safe
def edit_project_indicators(request: Request, submission_id: int, project: str) -> HttpResponse:
    """Show the indicators of a project as a table to be filled in or read, with the result they give.

    A project that is not there any more leads to the list of them.
    """
    found = project_in(open_workspace(request, submission_id), project)
    if found is None:
        return redirect("projects", submission_id)
    targets = targets_of(found.workspace.submission)
    context = {
        **found.context(indicators=True),
        "schedule": PROJECT_INDICATORS,
        "targets": targets,
        "grid": _grid(found, targets),
        **_result(found),
    }
    return render(request, "performance/edit_project_indicators.html", context)


def _grid(found: OpenProject, targets: Targets) -> dict[str, Any]:
    """What the grid script needs; she adds rows where all of the project was given back to her."""
    here = [found.workspace.submission.pk, found.project.slug]
    grid = grid_of(
        found.workspace,
        with_framework(found.performance.basis.framework, PROJECT_INDICATORS),
        found.project.rows,
        model=ProjectIndicatorLine,
        save_url=reverse("save_project_indicators", args=here),
        record_url=reverse("project_indicator_record", args=here),
        note_url=reverse("save_project_indicator_note", args=here),
    )
    grid["can_add"] = found.can_change(PROJECT_INDICATORS.name)
    grid["can_edit"] = found.project.is_listed and any(
        [grid["can_add"], *(row["is_open"] for row in grid["rows"])]
    )
    return grid | computed_of(grid, found.project) | held_of(grid, targets)


def _result(found: OpenProject) -> dict[str, Any]:
    """What the panel of the result shows."""
    here = [found.workspace.submission.pk, found.project.slug]
    can_adopt = found.can_change(PROJECT_INDICATORS.name)
    adopt_url = reverse("adopt_project_scores", args=here) if can_adopt else ""
    return result_of(found.workspace, found.project, found.project.money[TOTAL], adopt_url)


@require_POST
def save_project_indicators(request: Request, submission_id: int, project: str) -> JsonResponse:
    """Save what the page sends, as `save_indicators` does; 403 where the project is not there any more."""
    submission = visible_submission(request, submission_id)
    name = project_named(submission, project)
    if name is None:
        return JsonResponse({"message": GONE}, status=403)

    def answer() -> tuple[list[Row], dict[str, Any]]:
        check_is_listed(submission, name)
        return _saved(request, submission, project)

    schedule = with_framework(basis_of_round(submission.round).framework, PROJECT_INDICATORS)
    return save_grid(
        request, submission, schedule, answer, model=ProjectIndicatorLine, part={"project": name}
    )


def _saved(request: Request, submission: Submission, slug: str) -> tuple[list[Row], dict[str, Any]]:
    """The rows of a project that is there, as they are stored by now, and what its page is told of them."""
    found = project_in(workspace_after(submission, request), slug)
    assert found, "a project that is listed is among those that are read"
    workspace, project = found.workspace, found.project
    settled = settled_of(found.performance, workspace.results)
    sections = sections_of(request.path, submission, found.performance, found.projects, settled)
    state = state_of(workspace, PROJECT_INDICATORS, project.rows)
    return project.rows, {
        **state,
        "rows": with_computed(state["rows"], project),
        **section_states([*workspace.progress, *sections]),
        "result": render_to_string("performance/result.html", _result(found), request),
    }


@require_POST
def adopt_project_scores(request: Request, submission_id: int, project: str) -> HttpResponse:
    """Take over the computed scores of a project as `adopt_scores` does."""
    submission = visible_submission(request, submission_id)
    name = project_named(submission, project)
    if name is None:
        return gone(request, submission_id)
    page = reverse("edit_project_indicators", args=[submission.pk, project])
    return adopted(request, submission, page, name)


@require_safe
def project_indicator_record(request: Request, submission_id: int, project: str) -> JsonResponse:
    """Send the note and the history of one cell of the indicators of a project, as `cell_record` does."""
    submission = visible_submission(request, submission_id)
    return record_of(request, submission, PROJECT_INDICATORS, _rows(submission, project))


@require_POST
def save_project_indicator_note(request: Request, submission_id: int, project: str) -> JsonResponse:
    """Save the note of one cell of the indicators of a project, as `save_note` does."""
    submission = visible_submission(request, submission_id)
    found = _read(submission, project)
    if found is None:
        return JsonResponse({"message": GONE}, status=403)
    return saved_note(request, submission, PROJECT_INDICATORS, found.rows, {"project": found.name})


def _read(submission: Submission, slug: str) -> ProjectPerformance | None:
    projects = project_performances([submission])[submission.pk]
    return next((each for each in projects if each.slug == slug), None)


def _rows(submission: Submission, slug: str) -> list[Row]:
    found = _read(submission, slug)
    return found.rows if found else []
