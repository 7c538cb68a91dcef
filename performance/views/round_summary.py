"""The summary returns of a round (汇总表), each as a page and as a workbook of the same lines."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from budgets.money import AmountUnit
from orgs.attachments import XLSX, attachment
from orgs.requests import Request
from orgs.spreadsheets import list_workbook, note_lines
from performance.bureau_tables.catalogue import SUMMARIES
from performance.bureau_tables.scope import Scope
from performance.views.round_scope import departments_of, scope_of
from submissions.views.rounds import visible_round

ROWS_ON_A_PAGE = 50


@require_safe
def round_summary(request: Request, round_id: int, summary: str) -> HttpResponse:
    """Show one summary of the approved returns of a round, of what the address says."""
    round = visible_round(request, round_id)
    scope, entry = scope_of(request, round), SUMMARIES[summary]
    found, unit = entry.make(scope), AmountUnit(request.user.amount_unit)
    page = Paginator(found.lines, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "round": round,
        "scope": scope,
        "departments": departments_of(round),
        "entry": entry,
        "name": summary,
        "tabs": [
            (name, each.label, reverse("round_summary", args=[round.pk, name]) + scope.address())
            for name, each in SUMMARIES.items()
        ],
        "found": found,
        "page": page,
        "rows": found.printed(list(page), unit),
        "foot": found.printed_foot(unit),
        "unit": unit,
        "today": timezone.localdate(),
    }
    return render(request, "performance/round_summary.html", context)


@require_safe
def download_round_summary(request: Request, round_id: int, summary: str) -> HttpResponse:
    """Send all lines of the same view as a workbook, 合计 last; amounts are exact, rates percent."""
    round = visible_round(request, round_id)
    scope, entry = scope_of(request, round), SUMMARIES[summary]
    found, unit = entry.make(scope), AmountUnit(request.user.amount_unit)
    columns = [(column.full_head, column.width) for column in found.columns]
    notes = [(note.said, note.names) for note in found.notes]
    if scope.coverage.missing:
        notes.append(("还没有审核通过、没有计入的单位", [unit.name for unit in scope.coverage.missing]))
    below = [said for note in notes for said in note_lines(*note)]
    book = list_workbook(entry.title, _said(scope, unit), columns, found.exact(unit), below)
    limits = f" {scope.department.name}" if scope.department else ""
    return attachment(book, f"{round.bureau.name} {round.fiscal_year} 年度{entry.title}{limits}.xlsx", XLSX)


def _said(scope: Scope, unit: AmountUnit) -> str:
    department = f"，{scope.department.name}" if scope.department else ""
    day = scope.day or timezone.localdate()
    return (
        f"{scope.round.bureau} {scope.round.fiscal_year} 年度{department}，截至 {day:%Y-%m-%d}；"
        f"{len(scope.coverage.units)} 个单位中已审核通过的 {len(scope.coverage.returns)} 个；"
        f"金额单位：{unit.label}"
    )
