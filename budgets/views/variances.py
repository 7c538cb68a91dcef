"""The variance page: every row and total of a submission with all differences and rates."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from budgets.returns import SCHEDULES
from budgets.tables import VarianceTable
from budgets.views.addresses import row_url
from budgets.views.workspace import Workspace, open_workspace
from orgs.requests import Request


@require_safe
def variances(request: Request, submission_id: int) -> HttpResponse:
    """Show the variances, by `?sort=`, of one schedule with `?schedule=`, or those to explain first."""
    workspace = open_workspace(request, submission_id)
    slugs = {schedule.slug for schedule in SCHEDULES}
    chosen = next(iter({request.GET.get("schedule", "")} & slugs), "")
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
        "unexplained": sum(len(table.rows_to_explain) for _, table in tables),
    }
    return render(request, "budgets/variances.html", context)


def _table(workspace: Workspace, name: str, explain_first: bool, sort: str) -> VarianceTable:
    table = VarianceTable(workspace.measured[name], workspace.unit, descending=sort.startswith("-"))
    order = ["asks"] if explain_first else []
    if sort.removeprefix("-") in table.columns.names():
        order.append(sort)
    table.order_by = order
    for row in table.rows_to_explain:
        row.url = row_url(workspace.submission, row.row)
    return table
