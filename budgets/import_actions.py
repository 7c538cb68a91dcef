"""The deeds on filled-in workbooks: keeping one until it is confirmed, and saving it into its return."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from budgets.actions import LinesConflict, LockedFigures, save_lines, save_text
from budgets.import_plans import ImportPlan, plan_of
from budgets.models import ReturnText, ReturnUpload, UploadedFile
from budgets.money import AmountUnit
from orgs.marked_sheets import Mark
from orgs.models import User
from orgs.untimely import Untimely
from submissions.actions import Refused, lock_editable
from submissions.models import Edit, Submission

Source = Edit.Source


class ImportRefused(Refused, Untimely):
    """A workbook that cannot be saved as it is: it was already, or the return is no longer as she saw it."""


@transaction.atomic
def keep_upload(
    *,
    submission: Submission,
    rows: dict[str, list[dict[str, Any]]],
    amount_unit: AmountUnit,
    exported_at: str,
    exported_version: int,
    file_name: str,
    sha256: str,
    by: User,
    at: datetime,
) -> ReturnUpload:
    """Keep an uploaded workbook until it is confirmed, and return it; the return stays as it is.

    Raises what `lock_editable` raises.
    """
    locked = lock_editable(submission.pk, by=by)
    return ReturnUpload.objects.create(
        submission=locked,
        rows=rows,
        amount_unit=amount_unit,
        exported_at=exported_at,
        exported_version=exported_version,
        file_name=file_name[-255:],
        sha256=sha256,
        uploaded_by=by,
        uploaded_at=at,
    )


@transaction.atomic
def keep_file(
    *,
    submission: Submission,
    content: bytes,
    file_name: str,
    sha256: str,
    marks: Sequence[Mark] = (),
    by: User,
    at: datetime,
) -> UploadedFile:
    """Keep a workbook itself, in place of the last one of the same person, with the mistakes found in it.

    Raises what `lock_editable` raises.
    """
    locked = lock_editable(submission.pk, by=by)
    UploadedFile.objects.filter(submission=locked, uploaded_by=by).delete()
    return UploadedFile.objects.create(
        submission=locked,
        content=content,
        file_name=file_name[-255:],
        sha256=sha256,
        marks=list(marks),
        uploaded_by=by,
        uploaded_at=at,
    )


@transaction.atomic
def apply_upload(
    *, upload: ReturnUpload, chosen: Collection[int], seen: str, by: User, at: datetime
) -> ReturnUpload:
    """Save a workbook into its return, all or nothing, and return it with its record.

    `chosen` are the numbers of the conflicts that are decided for the sheet; the others stay as the system
    has them. `seen` is the digest of the plan she has looked at. Takes a constant number of statements a
    schedule and leaves one `Edit` for each that changes.

    Raises what `lock_editable` raises, and ImportRefused when the workbook is not hers, was saved before, or
    the plan is no longer the one she saw.
    """
    submission = lock_editable(upload.submission_id, by=by)
    locked = ReturnUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if locked.uploaded_by_id != by.pk:
        raise ImportRefused("这份填报表不是您上传的，没有导入。")
    if locked.applied_at:
        raise ImportRefused("这份填报表已经导入过了，没有再导入一遍。")
    locked.submission = submission
    plan = plan_of(locked)
    if plan.digest != seen:
        raise ImportRefused("您预览之后这份填报又有改动，这次没有导入。请核对新的预览再确认。")
    if plan.problems:
        raise ImportRefused(plan.problems[0])
    locked.changes = plan.counts(chosen) | {"new_rows": _save(plan, locked, chosen, by, at)}
    locked.applied_by, locked.applied_at = by, at
    locked.save(update_fields=["changes", "applied_by", "applied_at"])
    UploadedFile.objects.filter(submission=locked.submission, uploaded_by=by, sha256=locked.sha256).delete()
    return locked


def _save(
    plan: ImportPlan, upload: ReturnUpload, chosen: Collection[int], by: User, at: datetime
) -> dict[str, list[dict[str, Any]]]:
    """One save a schedule, and one a text. Returns by schedule the keys of the rows that are new."""
    new_rows: dict[str, list[dict[str, Any]]] = {}
    common: dict[str, Any] = {"submission": upload.submission, "by": by, "at": at, "source": Source.IMPORTED}
    for each in plan.schedules:
        changes, removals = each.changes(chosen), each.removals(chosen)
        if new := each.new_rows(changes):
            new_rows[each.schedule.name.value] = new
        if not changes and not removals:
            continue
        try:
            save_lines(
                schedule=each.schedule,
                rows=changes,
                removed=removals,
                unit=AmountUnit(upload.amount_unit),
                **common,
            )
        except LinesConflict as conflict:
            label = conflict.conflicts[0].change.row
            raise ImportRefused(
                f"“{label}”改成的名称，{each.schedule.short_title}里已有另一行在用，没有导入。请在表里改用别的名称再上传。"
            ) from conflict
        except LockedFigures as refusal:
            raise ImportRefused(f"{refusal.cells[0].row}：{refusal}没有导入。") from refusal
    for row in plan.texts:
        texts = row.merged(chosen)
        if texts:
            version = row.line.row_version if row.line else 0
            save_text(name=ReturnText.Name(row.entry.key[0]), text=texts[0], row_version=version, **common)
    return new_rows
