"""The variance page, the reasons written on it, and its workbook."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from budgets import actions
from budgets.cells import NotesByRow, key_of, notes_by_row, row_id
from budgets.excel import variance_workbook
from budgets.last_year import Restatements, restatement_of, restatement_text, restatements_of
from budgets.money import AmountUnit
from budgets.ratios import ratios_of
from budgets.returns import REASON, SCHEDULES, VARIANCE_SCHEDULES, Schedule
from budgets.rows import MeasuredRow, Row, RowKind
from budgets.tables import VarianceTable, undocumented_text
from budgets.text_forms import KeptReasonForm, ReasonForm
from budgets.views.addresses import reason_id, reason_url, row_url, schedule_url
from budgets.views.bridges import printed_bridge
from budgets.views.edits import UNREADABLE, clock, edited_by
from budgets.views.last_year import PrintedRestatement, printed_restatement
from budgets.views.ratios import printed_ratios
from budgets.views.sections import State
from budgets.views.workspace import (
    Workspace,
    open_workspace,
    visible_submission,
    workspace_after,
    workspace_of,
)
from orgs.attachments import XLSX, attachment
from orgs.requests import Request, back_to
from submissions.actions import NotEditable, NotPermitted, Refused, check_may_edit


@require_safe
def variances(request: Request, submission_id: int) -> HttpResponse:
    """Show the variances, by `?sort=`, of one schedule with `?schedule=`, or those to explain first."""
    workspace = open_workspace(request, submission_id)
    slugs = {schedule.slug for schedule in VARIANCE_SCHEDULES}
    chosen = next(iter({request.GET.get("schedule", "")} & slugs), "")
    first = request.GET.get("first") == "explain"
    notes = notes_by_row(workspace.submission)
    restated = restatements_of(workspace.submission, *VARIANCE_SCHEDULES)
    tables = [
        (schedule, _table(workspace, schedule, notes, first, request.GET.get("sort", "")))
        for schedule in VARIANCE_SCHEDULES
        if chosen in ("", schedule.slug)
    ]
    restatements = [each for _, table in tables for each in _mark_restated(table, workspace.unit, restated)]
    context = {
        "workspace": workspace,
        "tables": tables,
        "schedules": VARIANCE_SCHEDULES,
        "chosen": chosen,
        "explain_first": first,
        "has_reasons": any(table.rows_with_reason for _, table in tables),
        "longest": REASON.longest,
        "restatements": restatements,
        "bridge": None if chosen else printed_bridge(workspace),
        "ratios": [] if chosen else printed_ratios(workspace),
    }
    return render(request, "budgets/variances.html", context)


def _mark_restated(
    table: VarianceTable, unit: AmountUnit, restated: Restatements
) -> Iterator[PrintedRestatement]:
    """Mark the figures of last year that are not the approved ones, and return them to be listed."""
    for record in table.records if restated else ():
        for column in record.row.schedule.comparatives:
            found = restatement_of(record.row, column.name, restated)
            if found:
                record.restated[column.name] = restatement_text(found, column, unit)
                yield printed_restatement(found, record.row, column, unit)


def _table(
    workspace: Workspace, schedule: Schedule, notes: NotesByRow, explain_first: bool, sort: str
) -> VarianceTable:
    table = VarianceTable(workspace.measured[schedule.name], workspace.unit, descending=sort.startswith("-"))
    order = ["asks"] if explain_first else []
    if sort.removeprefix("-") in table.columns.names():
        order.append(sort)
    table.order_by = order
    table.take_notes(notes)
    table.save_url = reverse("save_reason", args=[workspace.submission.pk, schedule])
    table.keep_url = reverse("keep_reason", args=[workspace.submission.pk, schedule])
    page = schedule_url(workspace.submission, schedule)
    for row in table.printed:
        if row.row.kind == RowKind.LINE:
            row.entered_at = f"{page}#row-{row_id(row.row)}:outturn"
    for row in table.rows_with_reason:
        row.row_id = row_id(row.row)
        row.reason_id = reason_id(row.row)
        row.url = row_url(workspace.submission, row.row)
        row.can_explain = workspace.can_edit_row(schedule, row.row)
    return table


@require_POST
def save_reason(request: Request, submission_id: int, schedule: Schedule) -> JsonResponse:
    """Save the reason of one row: 200 with it as stored, 409 the other's, 422 why it cannot be kept.

    403 when she may see but not change. Every answer but 200 has a `message` and nothing was saved.
    """
    submission = visible_submission(request, submission_id)
    try:
        check_may_edit(submission, by=request.user)
    except NotPermitted as refusal:
        return JsonResponse({"message": str(refusal)}, status=403)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"message": _mistake(form)}, status=422)
    name, now = form.cleaned_data["row"], timezone.now()
    row = _row_named(workspace_of(submission, request), schedule, name)
    if row is None:
        return JsonResponse({"message": GONE, "theirs": None}, status=409)
    try:
        with transaction.atomic():
            actions.save_reason(
                submission=submission,
                schedule=schedule,
                **_place(row.row),
                row_version=form.cleaned_data["row_version"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=now,
            )
            workspace = workspace_after(submission, request)
    except (NotPermitted, NotEditable) as refusal:
        return JsonResponse({"message": str(refusal)}, status=403)
    except actions.LinesConflict as conflict:
        return JsonResponse(_conflict(conflict), status=409)
    return JsonResponse(_saved(workspace, schedule, name, now))


@require_POST
def keep_reason(request: Request, submission_id: int, schedule: Schedule) -> HttpResponse:
    """Let a reason stand though its row differs by something else now, and go back to where it was asked."""
    submission = visible_submission(request, submission_id)
    back = reverse("variances", args=[submission_id])
    form = KeptReasonForm(request.POST)
    try:
        check_may_edit(submission, by=request.user)
        name = form.cleaned_data["row"] if form.is_valid() else ""
        row = _row_named(workspace_of(submission, request), schedule, name)
        if row is None:
            raise actions.GapMoved("这一行已经不在了，请刷新页面再看。")
        back = reason_url(submission, row.row)
        with transaction.atomic():
            actions.keep_reason(
                submission=submission,
                schedule=schedule,
                **_place(row.row),
                seen=form.cleaned_data["seen"],
                by=request.user,
                at=timezone.now(),
            )
            workspace_after(submission, request)
    except NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "原因已按现在的数核对，仍适用。")
    return back_to(request, request.POST.get("next", ""), back)


GONE = "这一行已被删除，本次没有保存；请复制您写的，再刷新页面。"


def _mistake(form: ReasonForm) -> str:
    """What is wrong with the reason; anything else that is wrong is a program's fault."""
    said = form.errors.get("reason")
    return str(said[0]) if said else UNREADABLE


def _saved(workspace: Workspace, schedule: Schedule, name: str, at: datetime) -> dict[str, object]:
    """What is stored now, and how much is left to explain."""
    return {
        "saved_at": clock(at),
        "left": workspace.unexplained,
        "sections": _states(workspace),
        **_stored(_row_named(workspace, schedule, name)),
    }


def _states(workspace: Workspace) -> list[dict[str, str]]:
    """How far each section is now, for the navigation; a section without anything to say is left blank."""
    nothing = State("", "", "")
    sections = (section for group in workspace.groups for section in group.sections)
    return [{"url": section.url, **asdict(section.state or nothing)} for section in sections]


def _row_named(workspace: Workspace, schedule: Schedule, name: str) -> MeasuredRow | None:
    rows = workspace.measured[schedule.name]
    return next((each for each in rows if row_id(each.row) == name and _takes_reason(each.row)), None)


def _takes_reason(row: Row) -> bool:
    """Whether a reason can be kept with a row; a 类 or 款 that is only a sum has no line for it."""
    is_sum = row.kind == RowKind.SUBTOTAL and row.schedule.is_classified and row.line is None
    return row.kind != RowKind.RECONCILIATION and row.schedule.in_variances and not is_sum


def _stored(measured: MeasuredRow | None) -> dict[str, object]:
    """A row's reason as it is stored now; another may have taken the row out since."""
    if measured is None:
        return {"row_version": 0, "reason": "", "asks": False}
    line = measured.row.line
    return {
        "row_version": line.row_version if line else 0,
        "reason": measured.row.variance_reason,
        "asks": measured.needs_explanation,
    }


def _place(row: Row) -> dict[str, Any]:
    """What identifies a row for saving, whether or not something is stored for it."""
    is_numbered = row.schedule.is_named and row.kind != RowKind.TOTAL
    return {"key": key_of(row), "line_id": row.line.pk if row.line and is_numbered else None}


def _conflict(conflict: actions.LinesConflict) -> dict[str, object]:
    """The row as it stands: its reason and version, and who changed the schedule last."""
    theirs = conflict.conflicts[0].theirs
    return {
        "message": "有人在您之后改过这一行，本次没有保存。" if theirs else GONE,
        **edited_by(conflict.last_edit),
        "theirs": theirs and {"row_version": theirs.row_version, "reason": getattr(theirs, REASON.name)},
    }


@require_safe
def download_variances(request: Request, submission_id: int) -> HttpResponse:
    """Send the variances and ratios as a workbook in the reader's unit."""
    workspace = open_workspace(request, submission_id)
    submission = workspace.submission
    ratios, notes = ratios_of(workspace.rows), notes_by_row(submission)
    remarks = partial(_remarks, workspace.unit, restatements_of(submission, *SCHEDULES))
    book = variance_workbook(submission, workspace.measured, ratios, workspace.unit, notes, remarks)
    name = f"{submission.unit.name} {submission.round.fiscal_year} 年度预决算差异.xlsx"
    return attachment(book, name, XLSX)


def _remarks(unit: AmountUnit, restated: Restatements, row: Row) -> dict[str, str]:
    """What the page says of the figures of a row on hovering over them, by column."""
    said = {}
    for column in row.schedule.comparatives if restated else ():
        if found := restatement_of(row, column.name, restated):
            said[column.name] = restatement_text(found, column, unit)
    if text := undocumented_text(row, unit):
        said["revised_budget"] = text
    return said
