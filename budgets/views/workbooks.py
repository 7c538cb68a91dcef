"""The workbook of a return: sent to be filled in offline, taken back, previewed, confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from budgets import import_actions, undo_actions
from budgets.adjustment_places import with_places
from budgets.cells import notes_by_row
from budgets.final_accounts import Remark
from budgets.import_forms import ReturnUploadForm
from budgets.import_plans import (
    TEXT_COLUMN,
    Difference,
    ImportPlan,
    Texts,
    first_cell,
    plan_of,
    valid_codes,
)
from budgets.last_year import last_year_of, restatements_of
from budgets.models import FUND_AND_NATURE, REMARKS, ReturnText, ReturnUpload, UploadedFile
from budgets.money import AmountUnit, exact_text, parted
from budgets.result_actions import results_stored
from budgets.return_sheets import sheet_of
from budgets.return_workbook import ExportCode, return_workbook
from budgets.returns import SCHEDULES, Classification, Column, ColumnKind, Schedule
from budgets.rows import return_rows
from budgets.text_sheets import text_address, text_sheet
from budgets.views.workspace import open_workspace, visible_submission, workspace_of
from orgs.attachments import XLSX, attachment
from orgs.marked_sheets import Mark, Severity, mark_from, marked_workbook
from orgs.permissions import can_prepare
from orgs.requests import Request
from orgs.spreadsheets import NotASpreadsheet
from submissions.actions import NotEditable, NotPermitted, Refused
from submissions.models import Submission

DIFFERENCES_ON_A_PAGE = 200
UPLOADS_SHOWN = 10
MISTAKES_SHOWN = 500
_ONLY_PREPARERS = "只有本单位的填报人可以上传填报表。"


@require_safe
def download_return(request: Request, submission_id: int) -> HttpResponse:
    """Send the return as a workbook to be filled in, in the reader's unit."""
    workspace = open_workspace(request, submission_id)
    submission = workspace.submission
    codes = {
        each: [ExportCode(code.code, code.name) for code in valid_codes(each, submission)]
        for each in Classification
    }
    now = timezone.localtime()
    notes = notes_by_row(submission)
    past = {schedule.name.value: last_year_of(submission, schedule) for schedule in SCHEDULES}
    restated = restatements_of(submission, *SCHEDULES)
    book = return_workbook(
        submission, workspace.rows, workspace.texts, codes, workspace.unit, notes, now, past, restated
    )
    name = f"{submission.unit.name} {submission.round.fiscal_year} 年度绩效自评填报表.xlsx"
    return attachment(book, name, XLSX)


@require_http_methods(["GET", "HEAD", "POST"])
def upload_return(request: Request, submission_id: int) -> HttpResponse:
    """Ask for a filled-in workbook; with one that has no mistake go to its preview, else show every mistake.

    403 when she may see the return but not fill it in, or its status does not let it be edited.
    """
    submission = visible_submission(request, submission_id)
    if not can_prepare(request.user, submission.unit):
        raise PermissionDenied(_ONLY_PREPARERS)
    form = ReturnUploadForm(submission=submission)
    if not submission.is_editable:
        sentence = f"这份填报的状态是“{submission.state_text}”，不能修改，也就不能上传填报表。"
        return _upload_page(request, form, sentence, 403)
    if request.method != "POST":
        return _upload_page(request, form)
    form = ReturnUploadForm(request.POST, request.FILES, submission=submission)
    if not form.is_valid():
        return _upload_page(request, form, status=422)
    try:
        with transaction.atomic():
            _keep_file(form, submission, request)
            upload = None if form.reading.mistakes else _kept(form, submission, request)
    except NotPermitted as refusal:  # her role ended while the file was read
        raise PermissionDenied(str(refusal)) from refusal
    except NotEditable as refusal:
        return _upload_page(request, form, str(refusal), 403)
    if upload is None:
        return _upload_page(request, form, status=422)
    return redirect("preview_upload", submission.pk, upload.pk)


def _upload_page(
    request: Request, form: ReturnUploadForm, refusal: str = "", status: int = 200
) -> HttpResponse:
    uploads = ReturnUpload.objects.filter(submission=form.submission).exclude(applied_at=None)
    mistakes = form.reading.mistakes if form.is_bound and form.is_valid() else []
    context = {
        "workspace": workspace_of(form.submission, request),
        "form": form,
        "refusal": refusal,
        "mistakes": mistakes,
        "shown": mistakes[:MISTAKES_SHOWN],
        "file": _files(request, form.submission).defer("content").first(),
        "uploads": _with_people(uploads).order_by("-applied_at")[:UPLOADS_SHOWN],
    }
    return render(request, "budgets/upload_return.html", context, status=status)


def _kept(form: ReturnUploadForm, submission: Submission, request: Request) -> ReturnUpload:
    cover = form.reading.cover
    return import_actions.keep_upload(
        submission=submission,
        rows=form.reading.as_json(),
        amount_unit=cover.amount_unit,
        exported_at=cover.exported_at,
        exported_version=cover.row_version,
        file_name=form.cleaned_data["file"].name,
        sha256=form.sha256,
        by=request.user,
        at=timezone.now(),
    )


def _keep_file(form: ReturnUploadForm, submission: Submission, request: Request) -> None:
    import_actions.keep_file(
        submission=submission,
        content=form.content,
        file_name=form.cleaned_data["file"].name,
        sha256=form.sha256,
        marks=[Mark(each.sheet, each.cell, each.message) for each in form.reading.mistakes],
        by=request.user,
        at=timezone.now(),
    )


def _files(request: Request, submission: Submission) -> QuerySet[UploadedFile]:
    """The file she last uploaded to a return, if there is one."""
    return UploadedFile.objects.filter(submission=submission, uploaded_by=request.user)


def _with_people(uploads: QuerySet[ReturnUpload]) -> QuerySet[ReturnUpload]:
    """Uploads with who saved them and whether that was taken back, without what they say."""
    return uploads.select_related("applied_by", "undo").defer("rows")


def _own_upload(request: Request, submission: Submission, upload_id: int) -> ReturnUpload:
    """A workbook she uploaded to this return herself; another's does not exist for her (404)."""
    if not can_prepare(request.user, submission.unit):
        raise PermissionDenied(_ONLY_PREPARERS)
    uploads = ReturnUpload.objects.filter(submission=submission, uploaded_by=request.user)
    upload = get_object_or_404(_with_people(uploads), pk=upload_id)
    upload.submission = submission
    return upload


Schedules = dict[str, Schedule]
"""The schedules of a return by name, with the choices its own rows are."""


@dataclass(frozen=True, slots=True)
class PrintedDifference:
    """A difference as the preview prints it."""

    schedule: str
    place: str
    row: str
    column: str
    old: str
    new: str
    exported: str
    number: int
    kind: str
    is_figure: bool
    sheet: str


@require_safe
def preview_upload(request: Request, submission_id: int, upload_id: int) -> HttpResponse:
    """Show what saving a workbook would change, cell by cell; of one that is saved, what it did."""
    workspace = open_workspace(request, submission_id)
    upload = _own_upload(request, workspace.submission, upload_id)
    context = {"workspace": workspace, "upload": upload, "unit": AmountUnit(upload.amount_unit)}
    context |= _remarks(upload)
    if not upload.applied_at:
        plan = plan_of(upload)
        schedules = {each.name.value: with_places(each, workspace.rows) for each in SCHEDULES}
        page = Paginator(_changes(plan), DIFFERENCES_ON_A_PAGE).get_page(request.GET.get("page"))
        context |= {
            "plan": plan,
            "page": page,
            "groups": _grouped(page, upload, schedules),
            "conflicts": [_printed(each, upload, "", schedules) for each in plan.conflicts],
            "kept": [_printed(each, upload, "", schedules) for each in plan.kept[:DIFFERENCES_ON_A_PAGE]],
            "saved_since": workspace.submission.row_version - upload.exported_version,
            "has_file": _files(request, workspace.submission).filter(sha256=upload.sha256).exists(),
        }
    return render(request, "budgets/preview_upload.html", context)


def _remarks(upload: ReturnUpload) -> dict[str, list[Remark]]:
    """What is said of final-accounts tables beside the changes: `tables`, `findings` and what is `left`."""
    remarks = [Remark(**each) for each in upload.rows.get(REMARKS, [])]
    kinds = {"tables": Remark.TABLE, "findings": Remark.FINDING, "left": Remark.LEFT}
    return {name: [each for each in remarks if each.kind == kind] for name, kind in kinds.items()}


def _changes(plan: ImportPlan) -> list[tuple[Difference, str]]:
    """What is taken from the sheet, in the order of the schedules and of the rows in their sheets."""
    kinds = (("删除", plan.removed), ("新增", plan.added), ("改", plan.changed))
    order = {schedule.name.value: number for number, schedule in enumerate(SCHEDULES)}
    found = [(each, kind) for kind, part in kinds for each in part]
    return sorted(found, key=lambda pair: (order.get(pair[0].schedule, len(order)), pair[0].at))


def _grouped(
    page: Page, upload: ReturnUpload, schedules: Schedules
) -> list[tuple[str, list[PrintedDifference]]]:
    """The changes on a page by schedule, printed."""
    printed = [_printed(each, upload, kind, schedules) for each, kind in page]
    return [(name, list(part)) for name, part in groupby(printed, key=lambda each: each.schedule)]


def _printed(each: Difference, upload: ReturnUpload, kind: str, schedules: Schedules) -> PrintedDifference:
    """Print a difference with its amounts exact, in the unit of the workbook."""
    unit = AmountUnit(upload.amount_unit)
    schedule, column = schedules.get(each.schedule), each.column
    if schedule and column:
        column = next(found for found in schedule.columns if found.name == column.name)
    if column is None:
        old, new = each.old, each.new
        whole = _whole_row(each.row, schedule.columns if schedule else (TEXT_COLUMN,), unit)
        old, new = (old or whole, new) if kind == "删除" else (old, new or whole)
    else:
        old, new = _value(each.old, column, unit), _value(each.new, column, unit)
    layout = sheet_of(schedule, FUND_AND_NATURE) if schedule else None
    text = None if schedule else ReturnText.Name(each.schedule)
    place = layout.address(column.name if column else "", each.at) if layout and each.at else ""
    return PrintedDifference(
        schedule=schedule.title if schedule else str(ReturnText.Name(each.schedule).label),
        place=each.place or place or (text_address(text, each.at) if text and each.at else ""),
        row=each.label,
        column=column.title if column else "",
        old=old,
        new=new,
        exported=_value(each.exported, column, unit) if column else "",
        number=each.number,
        kind=kind,
        is_figure=bool(column and column.is_figure),
        sheet=layout.name if layout else text_sheet(ReturnText.Name(each.schedule)),
    )


def _whole_row(values: Texts, columns: Sequence[Column], unit: AmountUnit) -> str:
    """The filled cells of a row in one line."""
    pairs = zip(columns, values, strict=True) if values else ()
    return "；".join(f"{column.title} {_value(text, column, unit)}" for column, text in pairs if text)


def _value(text: str, column: Column, unit: AmountUnit) -> str:
    """An exact text as it is read: thousands parted, no digit lost, "空" for blank."""
    if not text:
        return "空"
    if column.choices:
        return dict(column.choices).get(text, text)
    if not column.is_figure:
        return text
    return parted(exact_text(Decimal(text), unit) if column.kind is ColumnKind.AMOUNT else text)


@require_POST
def apply_upload(request: Request, submission_id: int, upload_id: int) -> HttpResponse:
    """Save a workbook as it was previewed; a refusal is said on the new preview."""
    submission = visible_submission(request, submission_id)
    upload, now = _own_upload(request, submission, upload_id), timezone.now()
    try:
        with results_stored(submission.pk):
            import_actions.apply_upload(
                upload=upload,
                chosen=_chosen(request),
                seen=request.POST.get("seen", ""),
                by=request.user,
                at=now,
            )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已导入{'决算公开表' if upload.is_final_accounts else '填报表'}。")
    return redirect("preview_upload", submission.pk, upload.pk)


@require_POST
def undo_upload(request: Request, submission_id: int, upload_id: int) -> HttpResponse:
    """Take back what a workbook saved; a refusal is said on its page."""
    submission = visible_submission(request, submission_id)
    upload, now = _own_upload(request, submission, upload_id), timezone.now()
    try:
        with results_stored(submission.pk):
            undo_actions.undo_upload(upload=upload, by=request.user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "这次导入已撤销，各格恢复为导入以前的数。")
    return redirect("preview_upload", submission.pk, upload.pk)


def _chosen(request: Request) -> set[int]:
    """The numbers of the conflicts that are decided for the sheet."""
    return {
        int(name.removeprefix("conflict-"))
        for name, value in request.POST.items()
        if value == "sheet" and name.removeprefix("conflict-").isdecimal() and len(name) < 20
    }


@require_safe
def download_marked(request: Request, submission_id: int) -> HttpResponse:
    """Send the workbook she last uploaded with what is wrong or in conflict written into its cells.

    404 when she has uploaded none, or nothing is to be marked in it.
    """
    submission = visible_submission(request, submission_id)
    if not can_prepare(request.user, submission.unit):
        raise PermissionDenied(_ONLY_PREPARERS)
    file = get_object_or_404(_files(request, submission))
    marks = [mark_from(each) for each in file.marks] or _conflict_marks(file, submission)
    if not marks:
        raise Http404
    try:
        book = marked_workbook(bytes(file.content), marks)
    except NotASpreadsheet as refusal:
        messages.error(request, str(refusal))
        return redirect("upload_return", submission.pk)
    return attachment(book, f"{Path(file.file_name).stem}（标出问题）.xlsx", XLSX)


def _conflict_marks(file: UploadedFile, submission: Submission) -> list[Mark]:
    """Why the workbook cannot be saved as it is, and what both sides changed, at the cells of the sheet."""
    uploads = ReturnUpload.objects.filter(
        submission=submission, uploaded_by_id=file.uploaded_by_id, sha256=file.sha256, applied_at=None
    )
    upload = uploads.order_by("-pk").first()
    if upload is None:
        return []
    upload.submission = submission
    plan, rows = plan_of(upload), return_rows(submission)
    schedules = {each.name.value: with_places(each, rows) for each in SCHEDULES}
    conflicts = [_printed(each, upload, "", schedules) for each in plan.conflicts]
    return [
        *(Mark(each.sheet, each.cell, each.message) for each in plan.problems),
        *(Mark(*_cell_of(each, upload), _said_of(each), Severity.CONFLICT) for each in conflicts),
    ]


def _cell_of(conflict: PrintedDifference, upload: ReturnUpload) -> tuple[str, str]:
    """The sheet and the cell of a conflict; of a figure that several cells add up to, the first."""
    if not upload.is_final_accounts:
        return conflict.sheet, conflict.place
    return first_cell(conflict.place)


def _said_of(conflict: PrintedDifference) -> str:
    """A conflict in one sentence."""
    if not conflict.column:
        return (
            f"“{conflict.row}”整行两边都改过：系统里{conflict.old}，表里{conflict.new}。导入预览时请选一个。"
        )
    return (
        f"{conflict.column}两边都改过：下载时是 {conflict.exported}，系统里现在是 {conflict.old}，"
        f"表里是 {conflict.new}。导入预览时请选一个。"
    )
