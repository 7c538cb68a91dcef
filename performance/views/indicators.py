"""The page on which indicators are entered and scored, and its saving."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from budgets.rows import Row, schedule_rows
from budgets.views.cells import record_of, saved_note
from budgets.views.lines import grid_of, save_grid, section_states, state_of
from budgets.views.workspace import Workspace, open_workspace, visible_submission, workspace_after
from orgs.requests import Request
from performance.bases import basis_of_round
from performance.models import IndicatorLine
from performance.returns import INDICATORS, with_framework
from performance.rows import Performance
from performance.scoring import FULL, GRADES_TEXT
from performance.views.sections import read_performance, sections_of
from submissions.models import Submission


@require_safe
def edit_indicators(request: Request, submission_id: int) -> HttpResponse:
    """Show the indicators as a table to be filled in or read, with the result they give."""
    workspace = open_workspace(request, submission_id)
    performance = read_performance(workspace)
    grid = grid_of(
        workspace,
        with_framework(performance.basis.framework),
        performance.rows,
        model=IndicatorLine,
        save_url=reverse("save_indicators", args=[submission_id]),
        record_url=reverse("indicator_record", args=[submission_id]),
        note_url=reverse("save_indicator_note", args=[submission_id]),
    )
    context = {
        "workspace": workspace,
        "schedule": INDICATORS,
        "grid": grid,
        "performance": performance,
        **_result(workspace, performance),
    }
    return render(request, "performance/edit_indicators.html", context)


@require_POST
def save_indicators(request: Request, submission_id: int) -> JsonResponse:
    """Save what the page sends, as `save_lines` does; 200 carries the result anew, as `result`."""
    submission = visible_submission(request, submission_id)

    def answer() -> tuple[list[Row], dict[str, Any]]:
        workspace = workspace_after(submission, request)
        found = read_performance(workspace)
        sections = [*workspace.progress, *sections_of(request.path, submission, found)]
        result = render_to_string("performance/result.html", _result(workspace, found))
        return found.rows, {
            **state_of(workspace, INDICATORS, found.rows),
            **section_states(sections),
            "result": result,
        }

    schedule = with_framework(basis_of_round(submission.round).framework)
    return save_grid(request, submission, schedule, answer, model=IndicatorLine)


@require_safe
def indicator_record(request: Request, submission_id: int) -> JsonResponse:
    """Send the note and the history of one cell of the indicators, as `cell_record` does."""
    submission = visible_submission(request, submission_id)
    return record_of(request, submission, INDICATORS, _rows(submission))


@require_POST
def save_indicator_note(request: Request, submission_id: int) -> JsonResponse:
    """Save the note of one cell of the indicators, as `save_note` does."""
    submission = visible_submission(request, submission_id)
    return saved_note(request, submission, INDICATORS, _rows(submission))


def _rows(submission: Submission) -> list[Row]:
    return schedule_rows(INDICATORS, list(IndicatorLine.objects.of_submission(submission)), {})


def _result(workspace: Workspace, performance: Performance) -> dict[str, Any]:
    """What the panel of the result shows."""
    return {
        "workspace": workspace,
        "result": performance.result,
        "basis": performance.basis,
        "full": FULL,
        "grades": GRADES_TEXT,
    }
