"""What is said of a single cell: its note and its history; for schedules of other apps too."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from budgets import note_actions
from budgets.adjustment_places import GONE as GONE_PLACE
from budgets.adjustment_places import PLACES, with_places
from budgets.cell_records import CellRecord, cell_records
from budgets.cells import column_titles, recorded_row, row_id
from budgets.models import CellNote
from budgets.money import AmountUnit, exact_text, parted
from budgets.returns import Column, ColumnKind, Schedule
from budgets.rows import Row, return_rows
from budgets.text_forms import NoteForm
from budgets.views.edits import UNREADABLE
from budgets.views.workspace import visible_submission
from orgs.requests import Request
from submissions.actions import NotEditable, NotPermitted, check_may_edit
from submissions.models import ReviewPoint, Submission

GONE = "这一行还没有保存，或已被删除：请先保存这一行，再写批注。"


@require_safe
def cell_record(request: Request, submission_id: int, schedule: Schedule) -> JsonResponse:
    """Send the note and the history of the cell `?row=&column=`; 404 when the schedule has no such cell."""
    submission = visible_submission(request, submission_id)
    rows = return_rows(submission)
    return record_of(request, submission, with_places(schedule, rows), rows[schedule.name])


@require_POST
def save_note(request: Request, submission_id: int, schedule: Schedule) -> JsonResponse:
    """Save the note of a cell: 200 with it as stored, 409 the other's, 422 why it cannot be kept.

    403 when she may see but not change. Every answer but 200 has a `message` and nothing was saved.
    """
    submission = visible_submission(request, submission_id)
    return saved_note(request, submission, schedule, return_rows(submission)[schedule.name])


def record_of(
    request: Request, submission: Submission, schedule: Schedule, rows: Sequence[Row]
) -> JsonResponse:
    """Answer as `cell_record` does, of a cell of these rows."""
    column = request.GET.get("column", "")
    row = _row_of(rows, schedule, request.GET.get("row", ""), column)
    if row is None:
        return JsonResponse({"message": GONE}, status=404)
    found = CellNote.objects.filter(
        submission=submission, schedule=schedule.name, row=row_id(row), column=column
    )
    unit = AmountUnit(request.user.amount_unit)
    of_schedule = {each.name: each for each in schedule.columns}
    records = cell_records(submission, recorded_row(schedule, row), column)
    return JsonResponse(
        {
            "note": next(iter(notes_json(found)), None),
            "records": [_record(each, of_schedule.get(column), unit) for each in records],
        }
    )


def saved_note(
    request: Request,
    submission: Submission,
    schedule: Schedule,
    rows: Sequence[Row],
    part: Mapping[str, str] | None = None,
) -> JsonResponse:
    """Answer as `save_note` does, for a cell of these rows; `part` as in `actions.save_lines`."""
    try:
        check_may_edit(submission, by=request.user)
    except NotPermitted as refusal:
        return JsonResponse({"message": str(refusal)}, status=403)
    form = NoteForm(request.POST)
    if not form.is_valid():
        said = form.errors.get("text")
        return JsonResponse({"message": str(said[0]) if said else UNREADABLE}, status=422)
    row, column = form.cleaned_data["row"], form.cleaned_data["column"]
    if _row_of(rows, schedule, row, column) is None:
        return JsonResponse({"message": GONE, "theirs": None}, status=409)
    try:
        note = note_actions.save_note(
            submission=submission,
            schedule=schedule,
            **form.cleaned_data,
            by=request.user,
            at=timezone.now(),
            part=part,
        )
    except (NotPermitted, NotEditable) as refusal:
        return JsonResponse({"message": str(refusal)}, status=403)
    except note_actions.NoteConflict as conflict:
        theirs = notes_json([conflict.theirs] if conflict.theirs else [])
        return JsonResponse({"message": str(conflict), "theirs": next(iter(theirs), None)}, status=409)
    return JsonResponse({"note": next(iter(notes_json([note] if note else [])), None)})


def notes_json(notes: Iterable[CellNote]) -> list[dict[str, Any]]:
    """Return notes as the pages read them."""
    return [
        {
            "row": note.row,
            "column": note.column,
            "text": note.text,
            "by": note.author_name,
            "at": _when(note.at),
            "row_version": note.row_version,
        }
        for note in notes
    ]


def point_json(point: ReviewPoint) -> dict[str, Any]:
    """Return a review point on a row or cell as the pages read it."""
    return {
        "id": point.pk,
        "row": point.row,
        "column": point.column,
        "text": f"{point.get_reason_display()}：{point.newest_demand}",
        "state": point.get_state_display(),
    }


def _row_of(rows: Sequence[Row], schedule: Schedule, name: str, column: str) -> Row | None:
    """The row of a cell; None when the schedule has no such row or column."""
    if column not in column_titles(schedule):
        return None
    return next((row for row in rows if row_id(row) == name), None)


def _record(record: CellRecord, column: Column | None, unit: AmountUnit) -> dict[str, str]:
    """A change of a cell, printed: amounts exact, in the reader's unit."""
    new = "随行删除" if record.is_removal else printed(record.new, column, unit)
    return {
        "by": record.by,
        "at": _when(record.at),
        "how": str(record.how.label),
        "old": "" if record.is_same else printed(record.old, column, unit),
        "new": "数未变" if record.is_same else new,
        "expression": record.expression,
    }


def printed(text: str, column: Column | None, unit: AmountUnit) -> str:
    """An exact text as it is read: thousands parted, no digit lost, "空" for blank."""
    if not text or column is None:
        return text or "空"
    if not column.is_figure:
        return dict(column.choices).get(text, GONE_PLACE if column.name in PLACES else text)
    return parted(exact_text(Decimal(text), unit) if column.kind is ColumnKind.AMOUNT else text)


def _when(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
