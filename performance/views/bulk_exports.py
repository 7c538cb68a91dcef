"""Bulk exports: asked for, looked at while a worker makes them, cancelled, downloaded; each her own."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from budgets.views.exports import rounds_administered
from orgs.attachments import ZIP
from orgs.requests import Request, wants_json
from orgs.views.access import for_administrators
from performance import bulk_export_actions as actions
from performance.bulk_export_files import archive_of
from performance.bulk_export_forms import BulkExportForm
from performance.bulk_export_models import BulkExport, BulkExportQuerySet
from performance.bulk_exports import (
    KEPT_FOR,
    kept_until,
    open_export_of,
    parts_said,
    percent_of,
    remaining_of,
    size_text,
)
from submissions.actions import NotPermitted, Refused
from submissions.models import CollectionRound

ROWS_ON_A_PAGE = 25
MOST_NAMED = 50
"""So many of the units that are not in a file are named on its page; its note names all."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A bulk export as its page and the list say it."""

    export: BulkExport
    parts: str
    percent: int
    size: str
    until: datetime | None

    @classmethod
    def of(cls, export: BulkExport) -> "Shown":
        """Say it of one that came with its round, bureau and region."""
        size = size_text(export.size) if export.size else ""
        parts = parts_said(export.round, export.parts)
        return cls(export, parts, percent_of(export), size, kept_until(export))

    @property
    def words(self) -> str:
        """How far it is."""
        export = self.export
        if export.is_open:
            return f"{export.get_state_display()} {export.done} / {export.number}"
        return "文件已到期删除" if export.removed_at else export.get_state_display()


@require_safe
def bulk_exports(request: Request) -> HttpResponse:
    """List the exports she asked for, the newest first."""
    page = Paginator(_hers(request).order_by("-pk"), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "shown": [Shown.of(each) for each in page], "days": KEPT_FOR.days}
    return render(request, "performance/bulk_exports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def start_bulk_export(request: Request, round_id: int) -> HttpResponse:
    """Show what can be asked for of a round; on POST ask for it and lead to its page.

    422 with what was asked wrongly, 409 where she has one under way.
    """
    rounds = rounds_administered(request).select_related("bureau__region")
    round = get_object_or_404(rounds, pk=round_id)
    if request.method != "POST":
        return _asking(request, round, BulkExportForm(round), running=open_export_of(request.user))
    form = BulkExportForm(round, request.POST)
    if not form.is_valid():
        return _asking(request, round, form, status=422)
    try:
        export = actions.start_bulk_export(round=round, **form.asked, by=request.user, at=timezone.now())
    except NotPermitted as refusal:  # her role ended while she waited
        raise PermissionDenied(str(refusal)) from refusal
    except actions.AlreadyRunning as refusal:
        return _asking(request, round, form, status=409, running=refusal.export)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _asking(request, round, form, status=422)
    return redirect("bulk_export", export.pk)


@require_safe
def bulk_export(request: Request, export_id: int) -> HttpResponse:
    """Show how far an export is, then its file; a script is told the same in JSON."""
    export = get_object_or_404(_hers(request), pk=export_id)
    shown, remaining = Shown.of(export), remaining_of(export, timezone.now())
    if wants_json(request):
        return JsonResponse(
            {
                "is_open": export.is_open,
                "percent": shown.percent,
                "words": shown.words,
                "remaining": remaining,
            }
        )
    context = {
        "export": export,
        "shown": shown,
        "remaining": remaining,
        "missing": export.missing[:MOST_NAMED],
        "unnamed": max(0, len(export.missing) - MOST_NAMED),
        "days": KEPT_FOR.days,
    }
    return render(request, "performance/bulk_export.html", context)


@require_POST
def cancel_bulk_export(request: Request, export_id: int) -> HttpResponse:
    """Cancel an export of hers; one that has ended meanwhile stays as it is."""
    export = get_object_or_404(_hers(request), pk=export_id)
    if actions.cancel_bulk_export(export=export, by=request.user, at=timezone.now()):
        messages.success(request, "已取消，没有留下文件。")
    else:
        messages.warning(request, "这次导出已经结束，没有取消。")
    return redirect("bulk_export", export.pk)


@require_safe
def download_bulk_export(request: Request, export_id: int) -> HttpResponseBase:
    """Send the file of an export of hers, as long as it is kept."""
    export = get_object_or_404(_hers(request), pk=export_id)
    if not export.has_file:
        messages.warning(request, "这次导出没有可以下载的文件。")
        return redirect("bulk_export", export.pk)
    try:
        file = archive_of(export.pk, export.attempt).open("rb")
    except OSError as error:
        raise Http404 from error
    return FileResponse(file, as_attachment=True, filename=export.file_name, content_type=ZIP)


def _hers(request: Request) -> BulkExportQuerySet:
    """Her exports of the bureaux she administers now; refuses who administers none."""
    bureaux = for_administrators(request)
    found: BulkExportQuerySet = BulkExport.objects.filter(actor=request.user, round__bureau__in=bureaux)
    return found.select_related("round__bureau__region", "department")


def _asking(
    request: Request,
    round: CollectionRound,
    form: BulkExportForm,
    *,
    status: int = 200,
    running: BulkExport | None = None,
) -> HttpResponse:
    context = {"round": round, "form": form, "running": running, "days": KEPT_FOR.days}
    return render(request, "performance/start_bulk_export.html", context, status=status)
