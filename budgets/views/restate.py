"""Restating one of last year's approved figures."""

import json
from typing import Any

from django.db import transaction
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from budgets import last_year_actions
from budgets.actions import LinesConflict, LockedFigures, RequestTaken
from budgets.forms import LinesForm, Malformed
from budgets.last_year_actions import NotRestated
from budgets.returns import Column, Schedule
from budgets.views.edits import clock, edited_by
from budgets.views.lines import section_states, state_of
from budgets.views.workspace import visible_submission, workspace_after
from orgs.requests import Request
from orgs.words import storable
from submissions.actions import NotEditable, NotPermitted, check_may_edit
from submissions.models import Edit


@require_POST
def restate(request: Request, submission_id: int, schedule: Schedule) -> JsonResponse:
    """Restate one figure: 200 with the rows as stored, 422 why not, 409 when the row was changed meanwhile.

    The body is that of `save_lines` with one row, and `column` and `reason`. 403 when she may see but not
    change; 400 when the request has another shape. Every answer but 200 has a `message`.
    """
    submission = visible_submission(request, submission_id)
    try:
        check_may_edit(submission, by=request.user)
        body = json.loads(request.body)
        form = LinesForm(body, schedule, submission)
        column, reason = _asked(body, form, schedule)
    except NotPermitted as refusal:
        return JsonResponse({"message": str(refusal)}, status=403)
    except (Malformed, ValueError, RecursionError):
        return JsonResponse({"message": "没有看懂浏览器发来的内容，没有重述，请刷新页面重试。"}, status=400)
    if not form.is_valid():
        return JsonResponse({"message": form.errors[0].message}, status=422)
    now = timezone.now()
    try:
        with transaction.atomic():
            last_year_actions.restate(
                submission=submission,
                schedule=schedule,
                row=form.changes[0],
                column=column,
                reason=reason,
                unit=form.unit,
                by=request.user,
                at=now,
                request_key=form.key,
            )
            workspace = workspace_after(submission, request)
    except (NotPermitted, NotEditable) as refusal:
        return JsonResponse({"message": str(refusal)}, status=403)
    except RequestTaken as refusal:
        return JsonResponse({"message": str(refusal)}, status=400)
    except LinesConflict as conflict:
        return JsonResponse(_conflict(conflict.last_edit), status=409)
    except (NotRestated, LockedFigures) as refusal:
        return JsonResponse({"message": str(refusal)}, status=422)
    state = state_of(workspace, schedule, workspace.rows[schedule.name])
    return JsonResponse({"saved_at": clock(now), "saved": {}, **state, **section_states(workspace.progress)})


def _conflict(edit: Edit | None) -> dict[str, str]:
    """Who changed the row meanwhile, and when."""
    found = edited_by(edit)
    who = f"{found['by']} 在 {found['at']} 改过这一行" if edit else "这一行刚被别人改过"
    return {"message": f"{who}，没有重述。请刷新页面，核对后再重述。", **found}


def _asked(body: dict[str, Any], form: LinesForm, schedule: Schedule) -> tuple[Column, str]:
    """The column and the reason; raises Malformed for anything but one row and a column of last year's."""
    column = next((each for each in schedule.comparatives if each.name == body.get("column")), None)
    reason = body.get("reason")
    if column is None or not isinstance(reason, str) or len(form.changes) != 1 or form.removals:
        raise Malformed("没有这样的格")
    return column, storable(reason)
