"""The trail of a finance bureau, for its administrator and its auditors: to be searched, and taken along.

Taking it along is itself recorded, as every file is.
"""

from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from orgs.attachments import XLSX, attachment
from orgs.models import Unit
from orgs.permissions import bureaux_of, can_administer, can_audit
from orgs.requests import Request
from orgs.spreadsheets import list_workbook
from submissions.audit_forms import AuditForm
from submissions.trail import Beside, Entry, Rows, entries_of, trail_of

ROWS_ON_A_PAGE = 50
MOST_ROWS = 10_000
"""How many lines one workbook takes; the newest."""
COLUMNS = (
    ("时间（北京时间）", 20),
    ("人员", 12),
    ("角色", 34),
    ("单位", 26),
    ("操作", 14),
    ("内容", 60),
    ("结果", 8),
    ("来源地址", 18),
)
Titles = Mapping[str, str]
"""What the schedules and texts of a return are called; passed in from above, for this app knows no money."""


@require_safe
def audit(request: Request, titles: Titles, beside: Sequence[Beside]) -> HttpResponse:
    """Show what happened in the bureau's tree, the newest first; what is wrong in the search, all at once."""
    bureaux = _audited(request)
    form = AuditForm(request.GET, beside)
    context = {"form": form, "most_rows": MOST_ROWS}
    if form.is_valid():
        found = _found(request, bureaux, form, beside)
        page = Paginator(found, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
        context |= {"page": page, "entries": entries_of(page.object_list, titles, beside)}
    return render(request, "submissions/audit.html", context)


@require_safe
def download_audit(request: Request, titles: Titles, beside: Sequence[Beside]) -> HttpResponse:
    """Send what was found as a workbook; a search with a mistake in it goes back to the page that says so."""
    bureaux = _audited(request)
    form = AuditForm(request.GET, beside)
    if not form.is_valid():
        return redirect(f"{reverse('audit')}?{request.GET.urlencode()}")
    rows = list(_found(request, bureaux, form, beside)[: MOST_ROWS + 1])
    lines = [_line(each) for each in entries_of(rows[:MOST_ROWS], titles, beside)]
    now = timezone.localtime()
    said = f"{'、'.join(map(str, bureaux))}，{now:%Y-%m-%d %H:%M} 导出，{len(lines):,} 条"
    if len(rows) > MOST_ROWS:
        said += f"：只有最近的 {MOST_ROWS:,} 条，更早的没有导出。请缩小日期范围，分几次导出。"
    book = list_workbook("审计记录", said, COLUMNS, lines)
    return attachment(book, f"审计记录 {now:%Y-%m-%d}.xlsx", XLSX)


def _audited(request: Request) -> list[Unit]:
    """The bureaux whose trail she reads; 403 for others who work in one, 404 for everybody else."""
    bureaux = bureaux_of(request.user)
    if not bureaux:
        raise Http404
    audited = [each for each in bureaux if can_audit(request.user, each)]
    if not audited:
        raise PermissionDenied
    return audited


def _found(request: Request, bureaux: list[Unit], form: AuditForm, beside: Sequence[Beside]) -> Rows:
    return trail_of(bureaux, form.search, beside, with_nobodys=can_administer(request.user))


def _line(entry: Entry) -> list[str]:
    at = timezone.localtime(entry.at)
    return [
        f"{at:%Y-%m-%d %H:%M:%S}",
        entry.who,
        entry.roles,
        entry.unit,
        entry.action,
        entry.what,
        entry.result,
        entry.address,
    ]
