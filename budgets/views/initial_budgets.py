"""Approved initial budgets of a round's units from a workbook: template, mistakes, preview, confirmation."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from budgets import initial_budget_actions as actions
from budgets.initial_budget_forms import BudgetFileForm, ShownForm
from budgets.initial_budget_plans import BudgetPlan, Kind, plan_of
from budgets.initial_budget_sheets import COLUMNS, SHEET, reading_from
from budgets.models import BudgetLine, BudgetUpload, Level
from budgets.money import AmountUnit, in_unit
from budgets.returns import BY_FUNCTION
from budgets.views.exports import rounds_administered
from orgs.attachments import XLSX, attachment
from orgs.models import Unit
from orgs.requests import Request
from orgs.spreadsheets import list_workbook
from submissions.actions import NotPermitted, Refused
from submissions.models import CollectionRound, Submission

ROWS_ON_A_PAGE = 50
UPLOADS_SHOWN = 20
MISTAKES_SHOWN = 500
AGAIN_AFTER = 3
"""Seconds until the page of an import in the background is asked for again."""
PATIENCE = 60
"""What waits for longer waits for a worker that is not there, or is large."""
_WIDTHS = (14, 32, 16, 30, 16, 16, 18)
_HOW_TO = (
    "金额单位：万元（改成“元”就按元读）。一行一个单位的一个功能科目（项）；资金性质、支出性质不分的留空；"
    "没有金额的行不导入。下面是现在填报里的数，可以直接改，也可以整张换成批复表。"
)


@require_safe
def download_budgets_template(request: Request, round_id: int) -> HttpResponse:
    """Send the workbook in which initial budgets are listed, with the rows that the returns have now."""
    round = _round(request, round_id)
    columns = [(titles[0], width) for titles, width in zip(COLUMNS.values(), _WIDTHS, strict=True)]
    book = list_workbook(SHEET, f"{round.fiscal_year} 年度。{_HOW_TO}", columns, _rows_now(round))
    return attachment(book, f"{round.bureau.name} {round.fiscal_year} 年度年初预算导入模板.xlsx", XLSX)


def _rows_now(round: CollectionRound) -> list[list[str | int | Decimal]]:
    """What the newest returns say of each 项, by unit; a unit without any has one row of its own."""
    found = Submission.objects.filter(round=round).order_by("revision").values_list("unit_id", "pk")
    newest = dict(found)
    lines = BudgetLine.objects.filter(
        submission__in=newest.values(), schedule=BY_FUNCTION.name, category__level=Level.ITEM
    )
    by_return: dict[int, list[Any]] = {}
    for line in lines.select_related("category").order_by("category__code", "fund", "nature"):
        by_return.setdefault(line.submission_id, []).append(line)
    rows: list[list[str | int | Decimal]] = []
    for unit in Unit.objects.below([round.bureau]).order_by("path"):
        there = by_return.get(newest.get(unit.pk, 0), [])
        rows += [[unit.code, unit.name, *_cells(line)] for line in there]
        rows += [] if there else [[unit.code, unit.name, *[""] * (len(COLUMNS) - 2)]]
    return rows


def _cells(line: Any) -> list[str | int | Decimal]:
    held = line.initial_budget
    words = [line.category.code, line.category.name, line.get_fund_display(), line.get_nature_display()]
    return [*words, "" if held is None else in_unit(held, AmountUnit.WAN)]


@require_http_methods(["GET", "HEAD", "POST"])
def upload_budgets(request: Request, round_id: int) -> HttpResponse:
    """Ask for a filled-in workbook; go on to its preview, or show every mistake in it (422)."""
    round = _round(request, round_id)
    form, mistakes = BudgetFileForm(round.fiscal_year), []
    if request.method == "POST":
        form = BudgetFileForm(round.fiscal_year, request.POST, request.FILES)
        if form.is_valid():
            mistakes = plan_of(form.reading, round, timezone.localdate()).mistakes
            if not mistakes:
                return redirect("preview_budgets", round.pk, _kept(form, round, request).pk)
    uploads = BudgetUpload.objects.filter(round=round).exclude(confirmed_at=None)
    context = {
        "round": round,
        "form": form,
        "mistakes": mistakes,
        "shown": mistakes[:MISTAKES_SHOWN],
        "unit": _unit(request),
        "uploads": uploads.select_related("uploaded_by")
        .defer("rows")
        .order_by("-confirmed_at")[:UPLOADS_SHOWN],
    }
    return render(request, "budgets/upload_budgets.html", context, status=422 if form.is_bound else 200)


def _kept(form: BudgetFileForm, round: CollectionRound, request: Request) -> BudgetUpload:
    try:
        return actions.keep_budget_upload(
            round=round,
            rows=form.reading.as_json(),
            amount_unit=form.reading.unit,
            file_name=form.cleaned_data["file"].name,
            sha256=form.sha256,
            by=request.user,
            at=timezone.now(),
        )
    except NotPermitted as refusal:  # her role ended while she waited
        raise PermissionDenied(str(refusal)) from refusal


@require_safe
def preview_budgets(request: Request, round_id: int, upload_id: int) -> HttpResponse:
    """Show what importing a workbook would do, how far it is, or what it did."""
    upload = _own_upload(request, round_id, upload_id)
    context: dict[str, Any] = {"round": upload.round, "upload": upload, "unit": _unit(request)}
    if upload.changes is not None:
        page = Paginator(upload.changes["by_unit"], ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
        page.object_list = [Done.of(each) for each in page.object_list]
        approved = Decimal(upload.changes["approved"])
        return render(request, "budgets/applied_budgets.html", context | {"page": page, "approved": approved})
    now = timezone.now()
    if upload.confirmed_at:
        context["is_slow"] = (now - upload.confirmed_at).total_seconds() > PATIENCE
        response = render(request, "budgets/importing_budgets.html", context)
        response["Refresh"] = str(AGAIN_AFTER)
        return response
    reading = reading_from(upload.rows, AmountUnit(upload.amount_unit))
    plan = plan_of(reading, upload.round, timezone.localdate(now))
    return render(request, "budgets/preview_budgets.html", context | _shown(request, plan))


@dataclass(frozen=True, slots=True)
class Done:
    """A unit in the record of an import."""

    code: str
    name: str
    submission_id: int
    is_new: bool
    counts: dict[str, int]
    total: Decimal

    @classmethod
    def of(cls, kept: list[Any]) -> "Done":
        """Return it as the record keeps it."""
        code, name, number, is_new, counts, total = kept
        return cls(code, name, number, is_new, counts, Decimal(total))


def _shown(request: Request, plan: BudgetPlan) -> dict[str, Any]:
    """The list of a preview that the address asks for: units, rows that differ, or all rows (of a unit)."""
    form = ShownForm(request.GET)
    form.is_valid()
    code = form.cleaned_data.get("unit") or ""
    show = form.cleaned_data.get("show") or "units"
    rows = plan.differing if show == "differs" else plan.rows
    rows = [row for row in rows if not code or row.unit.code == code]
    listed: list[Any] = plan.units if show == "units" else rows
    return {
        "plan": plan,
        "counts": plan.counts,
        "show": show,
        "of_unit": next((each.unit for each in plan.units if each.unit.code == code), None),
        "page": Paginator(listed, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "most_at_once": actions.MOST_AT_ONCE,
        "in_background": len(plan.units) > actions.MOST_AT_ONCE,
        "labels": {kind.value: kind.label for kind in Kind},
    }


@require_POST
def apply_budgets(request: Request, round_id: int, upload_id: int) -> HttpResponse:
    """Import a workbook as it was previewed; a refusal is said on the new preview."""
    upload = _own_upload(request, round_id, upload_id)
    try:
        upload = actions.confirm_budget_upload(
            upload=upload,
            replaces=request.POST.get("replaces") == "on",
            seen=request.POST.get("seen", ""),
            by=request.user,
            at=timezone.now(),
        )
    except NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if upload.applied_at:
            messages.success(request, f"已导入“{upload.file_name}”。")
    return redirect("preview_budgets", round_id, upload.pk)


def _unit(request: Request) -> AmountUnit:
    """The unit in which she looks at amounts."""
    return AmountUnit(request.user.amount_unit)


def _round(request: Request, round_id: int) -> CollectionRound:
    """A round of a bureau she administers; others do not exist, or are refused."""
    rounds = rounds_administered(request).select_related("bureau__region")
    round: CollectionRound = get_object_or_404(rounds, pk=round_id)
    return round


def _own_upload(request: Request, round_id: int, upload_id: int) -> BudgetUpload:
    """A workbook she uploaded herself; another's preview does not exist for her (404)."""
    round = _round(request, round_id)
    uploads = BudgetUpload.objects.filter(round=round, uploaded_by=request.user)
    return get_object_or_404(uploads.select_related("round__bureau__region", "uploaded_by"), pk=upload_id)
