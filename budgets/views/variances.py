"""The variance page: every row and total of a submission with all differences and rates."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from budgets.returns import SCHEDULES
from budgets.rows import MeasuredRow
from budgets.tables import VarianceTable
from budgets.views.workspace import Workspace, open_workspace
from orgs.requests import Request


@require_GET
def variances(request: Request, submission_id: int) -> HttpResponse:
    """Show the variances, by `?sort=`, of one schedule with `?schedule=`, or those to explain first."""
    workspace = open_workspace(request, submission_id)
    chosen = request.GET.get("schedule", "")
    first = request.GET.get("first") == "explain"
    tables = [
        (schedule, _table(workspace, schedule.name, first, request.GET.get("sort", "")))
        for schedule in SCHEDULES
        if chosen in ("", schedule.slug)
    ]
    context = {
        "workspace": workspace,
        "tables": tables,
        "schedules": SCHEDULES,
        "chosen": chosen,
        "explain_first": first,
        "unexplained": sum(section.unexplained for section in workspace.sections),
    }
    return render(request, "budgets/variances.html", context)


def _table(workspace: Workspace, name: str, explain_first: bool, sort: str) -> VarianceTable:
    rows: list[MeasuredRow] = workspace.measured[name]
    if explain_first:
        rows = sorted(rows, key=lambda row: not row.needs_explanation)
    table = VarianceTable(rows, workspace.unit)
    if sort.removeprefix("-") in table.columns.names():
        table.order_by = sort
    return table
