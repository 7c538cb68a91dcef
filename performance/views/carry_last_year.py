"""Starting from last year: what would come over from its approved return, and the confirmation."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from budgets.actions import LineChange
from budgets.last_year_plans import plan_of
from budgets.result_actions import results_stored
from budgets.views.workspace import visible_submission, workspace_of
from orgs.permissions import can_prepare
from orgs.requests import Request
from performance.models import IndicatorLine
from performance.project_skeletons import project_skeletons
from performance.readings import composed_target
from performance.returns import INDICATORS, SECOND_LEVELS
from performance.skeleton_actions import start_from_last_year
from performance.skeletons import skeleton_of
from submissions.actions import NotEditable, NotPermitted


@require_http_methods(["GET", "HEAD", "POST"])
def carry_last_year(request: Request, submission_id: int) -> HttpResponse:
    """Show what would come over from last year's approved return; on POST bring it over, all or nothing.

    403 when she may see the return but not fill it in, or its status does not let it be edited.
    """
    submission = visible_submission(request, submission_id)
    if not can_prepare(request.user, submission.unit):
        raise PermissionDenied("只有本单位的填报人可以从上年带入。")
    if request.method == "POST" and submission.last_year_id is not None:
        now = timezone.now()
        try:
            with results_stored(submission.pk):
                start_from_last_year(submission=submission, by=request.user, at=now)
        except NotPermitted as refusal:  # her role ended while she waited
            raise PermissionDenied(str(refusal)) from refusal
        except NotEditable as refusal:
            messages.error(request, str(refusal))
        else:
            year = submission.round.fiscal_year - 1
            messages.success(request, f"已从 {year} 年度已审核的填报带入。本年的数都空着，请逐表填写。")
        return redirect("workspace", submission.pk)
    indicators = skeleton_of(submission)
    levels = dict(SECOND_LEVELS)
    plan, of_projects = plan_of(submission), project_skeletons(submission)
    context = {
        "workspace": workspace_of(submission, request),
        "plan": plan,
        "parts": [part for part in plan.parts if part.rows],
        "indicators": [_shown(row, levels) for row in indicators],
        "goals": of_projects.goals,
        "project_indicators": [
            _shown(row, levels) | {"project": row.key[0]} for row in of_projects.indicators
        ],
        "indicators_title": INDICATORS.title,
        "does_nothing": plan.does_nothing and not indicators and not of_projects,
    }
    status = 200 if submission.is_editable else 403
    return render(request, "performance/carry_last_year.html", context, status=status)


def _shown(row: LineChange, levels: dict[str, str]) -> dict[str, Any]:
    """An indicator as it would come over, with what its second level is called."""
    target = composed_target(IndicatorLine(**row.values))
    return {**row.values, "level": levels.get(row.values["second_level"], "未选二级指标"), "target": target}
