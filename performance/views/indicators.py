"""The page on which indicators are entered and scored, and its saving."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from budgets.measures import EXECUTION_RATE
from budgets.money import rate_text
from budgets.result_actions import results_stored
from budgets.rows import MeasuredRow, Row, schedule_rows
from budgets.views.cells import record_of, saved_note
from budgets.views.lines import grid_of, save_grid, section_states, state_of
from budgets.views.workspace import Workspace, open_workspace, visible_submission, workspace_after
from orgs.requests import Request
from performance import score_actions
from performance.bases import basis_of_round
from performance.models import IndicatorLine
from performance.preview import preview_of
from performance.returns import INDICATORS, TARGET_COLUMNS, with_framework
from performance.rows import Performance
from performance.schemes import Mode
from performance.scoring import FULL, GRADES_TEXT, Indicator
from performance.targets import Targets, targets_of
from performance.views.sections import left_in, read_performance, read_projects, sections_of, settled_of
from submissions.actions import NotPermitted, Refused
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
        "targets": targets_of(workspace.submission),
        **_result(workspace, performance),
    }
    grid |= computed_of(grid, performance) | held_of(grid, context["targets"])
    return render(request, "performance/edit_indicators.html", context)


@require_POST
def save_indicators(request: Request, submission_id: int) -> JsonResponse:
    """Save what the page sends, as `save_lines` does; 200 carries the result anew, as `result`."""
    submission = visible_submission(request, submission_id)

    def answer() -> tuple[list[Row], dict[str, Any]]:
        workspace = workspace_after(submission, request)
        found = read_performance(workspace)
        projects = read_projects(workspace)
        settled = settled_of(found, workspace.results)
        mine = sections_of(request.path, submission, found, projects, settled)
        sections = [*workspace.progress, *mine]
        result = render_to_string("performance/result.html", _result(workspace, found), request)
        state = state_of(workspace, INDICATORS, found.rows)
        return found.rows, {
            **state,
            "rows": with_computed(state["rows"], found),
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


@require_POST
def adopt_scores(request: Request, submission_id: int) -> HttpResponse:
    """Take over the computed score of every indicator that has none; say where that is not possible."""
    submission = visible_submission(request, submission_id)
    return adopted(request, submission, reverse("edit_indicators", args=[submission.pk]))


def adopted(request: Request, submission: Submission, page: str, project: str = "") -> HttpResponse:
    """Answer as `adopt_scores` does, for the indicators of a project or of the department; lead to a page."""
    try:
        with results_stored(submission.pk):
            count = score_actions.adopt_scores(
                submission=submission, by=request.user, at=timezone.now(), project=project
            )
    except NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        said = f"已采用 {count} 个计算得分。" if count else "没有空着的得分可以采用。"
        messages.success(request, said)
    return HttpResponseRedirect(page)


def held_of(grid: dict[str, Any], targets: Targets) -> dict[str, Any]:
    """Return what a grid of indicators says of approved targets: which columns are locked; {} without any."""
    if targets.approval is None:
        return {}
    return {"held": {"columns": TARGET_COLUMNS, "words": targets.approval.words}, "can_add": False}


def computed_of(grid: dict[str, Any], performance: Performance) -> dict[str, Any]:
    """Return what a grid of indicators says of computed scores: beside each score, or in its place.

    In its place they stand where it is blank, can be typed and is proposed.
    """
    proposes = performance.basis.mode is Mode.EDITABLE and grid["can_edit"]
    beside = {"name": "score", "title": "计算得分", "proposes": proposes}
    return {"rows": with_computed(grid["rows"], performance), "beside": [beside]}


def with_computed(rows: list[dict[str, Any]], performance: Performance) -> list[dict[str, Any]]:
    """Return the rows of a page with the computed score of each, or why there is none."""
    indicators, mode = performance.result.indicators, performance.basis.mode
    return [
        row | {"computed": {"score": _computed(each, mode)}}
        for row, each in zip(rows, indicators, strict=True)
    ]


def _computed(indicator: Indicator, mode: Mode) -> dict[str, Any]:
    obstacle = "；".join([each.text for each in indicator.reading.mistakes] or [indicator.reading.question])
    return {
        "text": "" if indicator.computed is None else rate_text(indicator.computed),
        "title": "按指标值和完成值计算" if indicator.computed is not None else obstacle,
        "is_ruled": indicator.is_ruled(mode),
    }


def _result(workspace: Workspace, performance: Performance) -> dict[str, Any]:
    can_adopt = workspace.can_edit_in(INDICATORS.name)
    adopt_url = reverse("adopt_scores", args=[workspace.submission.pk]) if can_adopt else ""
    unexplained = left_in(performance, settled_of(performance, workspace.results))[1]
    shown = replace(performance, result=replace(performance.result, unexplained=unexplained))
    return result_of(workspace, shown, workspace.head, adopt_url)


def result_of(
    workspace: Workspace, performance: Performance, spent: MeasuredRow, adopt_url: str
) -> dict[str, Any]:
    """Return what the panel of a result shows; `spent` is the money whose execution rate is scored.

    `adopt_url` is where computed scores are taken over; "" for who may not.
    """
    return {
        "workspace": workspace,
        "spent": spent,
        "result": performance.result,
        "basis": performance.basis,
        "preview": preview_of(performance.result, spent.measures[EXECUTION_RATE.name], performance.basis),
        "adopt_url": adopt_url,
        "full": FULL,
        "grades": GRADES_TEXT,
    }
