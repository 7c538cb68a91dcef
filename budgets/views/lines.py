"""The entry page of a schedule and its saving."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from budgets import actions
from budgets.forms import LinesForm, Malformed
from budgets.measures import FIGURE_TITLES, FIGURES, MEASURES
from budgets.models import BudgetLine, ExpenditureNature, Fund
from budgets.money import exact_text
from budgets.returns import BY_FUNCTION, REVENUE, Schedule
from budgets.rows import Row, RowKind
from budgets.views.addresses import key_id, row_id
from budgets.views.workspace import Workspace, open_workspace, visible_submission, workspace_of
from orgs.requests import Request
from submissions.actions import NotEditable, NotPermitted
from submissions.models import CollectionRound


@require_safe
def edit_lines(request: Request, submission_id: int, schedule: Schedule) -> HttpResponse:
    """Show a schedule as a table to be filled in the browser, or to be read by those who may not."""
    workspace = open_workspace(request, submission_id)
    context = {"workspace": workspace, "schedule": schedule, "grid": _grid(workspace, schedule)}
    return render(request, "budgets/edit_lines.html", context)


@require_POST
def save_lines(request: Request, submission_id: int, schedule: Schedule) -> JsonResponse:
    """Save what the entry page sends: 200 with the rows as stored, 422 all mistakes, 409 others' changes.

    403 when she may see but not change; 400 when the request has another shape.
    """
    submission = visible_submission(request, submission_id)
    try:
        form = LinesForm(json.loads(request.body), schedule, submission.round.fiscal_year)
    except (Malformed, ValueError, RecursionError):  # json.loads goes down one call for each bracket
        return JsonResponse(
            {"message": "没有看懂浏览器发来的内容，本次没有保存，请刷新页面重试。"}, status=400
        )
    if not form.is_valid():
        return JsonResponse({"errors": [error.as_json() for error in form.errors]}, status=422)
    now = timezone.now()
    try:
        actions.save_lines(
            submission=submission,
            schedule=schedule,
            rows=form.changes,
            removed=form.removals,
            unit=form.unit,
            by=request.user,
            at=now,
        )
    except (NotPermitted, NotEditable) as refusal:
        return JsonResponse({"message": str(refusal)}, status=403)
    except actions.LinesConflict as conflict:
        return JsonResponse(_conflicts(conflict), status=409)
    workspace = workspace_of(submission, request)
    return JsonResponse({"saved_at": _clock(now), **_state(workspace, schedule)})


def _clock(at: datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M:%S")


def _grid(workspace: Workspace, schedule: Schedule) -> dict[str, Any]:
    """Everything the grid script needs, once: what the schedule is, and its state."""
    submission = workspace.submission
    return {
        "schedule": {
            "name": schedule.name,
            "title": schedule.title,
            "is_classified": schedule.is_classified,
            "is_function": schedule == BY_FUNCTION,
        },
        "year": submission.round.fiscal_year,
        "unit": workspace.unit,
        "can_edit": workspace.can_edit,
        "figures": [{"name": name, "title": title} for name, title in FIGURE_TITLES.items()],
        "measures": [
            {
                "name": measure.name,
                "title": measure.title,
                "kind": measure.kind,
                "value": measure.value,
                "base": measure.base,
                "formula": measure.formula,
            }
            for measure in MEASURES
        ],
        "funds": Fund.choices,
        "natures": ExpenditureNature.choices,
        "threshold": _threshold(submission.round),
        "save_url": reverse("save_lines", args=[submission.pk, schedule]),
        "search_url": reverse("search_categories", args=[submission.round.fiscal_year]),
        **_state(workspace, schedule),
    }


def _threshold(round: CollectionRound) -> dict[str, str]:
    return {"rate": str(round.explain_rate), "yuan": str(round.explain_yuan)}


def _state(workspace: Workspace, schedule: Schedule) -> dict[str, Any]:
    """What changes with a save: the rows with their versions, the head's figures, the base of the share.

    The revenue from other sources is what names the reconciliation of the two expenditure schedules.
    """
    head = {name: exact_text(value) for name, value in workspace.head.row.values.items()}
    total = workspace.rows[REVENUE.name if schedule == REVENUE else BY_FUNCTION.name][0]
    return {
        "rows": [_row(row) for row in workspace.rows[schedule.name]],
        "head": head,
        "share_total": exact_text(total.values["outturn"]),
        "other_income": exact_text(_other_income(workspace)),
    }


def _other_income(workspace: Workspace) -> Decimal | None:
    return next(row for row in workspace.rows[REVENUE.name] if row.code == "other").values["outturn"]


def _row(row: Row) -> dict[str, Any]:
    """One row as the grid script reads it: what is stored for it, in yuan; it sums by itself."""
    line = row.line
    category = (line and line.category) or row.category  # a heading's may be that of another budget
    if row.kind == RowKind.RECONCILIATION:
        own = {name: exact_text(value) for name, value in row.values.items()}
    else:
        own = {name: exact_text(getattr(line, name)) if line else "" for name in FIGURES}
    return {
        "row": row_id(row),
        "kind": row.kind,
        "code": row.code,
        "name": row.name,
        "parent": row.parent,
        "depth": row.depth,
        "item": "" if category else row.code,
        "category": category.pk if category else None,
        "fund": line.fund if line else "",
        "nature": line.nature if line else "",
        "row_version": line.row_version if line else 0,
        "figures": own,
        "variance_reason": row.variance_reason,
    }


def _conflicts(conflict: actions.LinesConflict) -> dict[str, Any]:
    edit = conflict.last_edit
    return {
        "message": str(conflict),
        "by": edit.actor_name if edit else "",
        "at": _clock(edit.at) if edit else "",
        "conflicts": [
            {"row": key_id(found.key), "theirs": _stored(found.theirs)} for found in conflict.conflicts
        ],
    }


def _stored(line: BudgetLine | None) -> dict[str, Any] | None:
    if line is None:
        return None
    return {
        "row_version": line.row_version,
        "figures": {name: exact_text(getattr(line, name)) for name in FIGURES},
        "variance_reason": line.variance_reason,
    }
