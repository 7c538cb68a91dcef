"""The charts of a return, each with its table."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from budgets.charts import plates
from budgets.views.workspace import open_workspace
from orgs.requests import Request


@require_safe
def charts(request: Request, submission_id: int) -> HttpResponse:
    """Show the way from budget to outturn, both years side by side, and the shares."""
    workspace = open_workspace(request, submission_id)
    context = {"workspace": workspace, "plates": plates(workspace.measured, workspace.unit)}
    return render(request, "budgets/charts.html", context)
