"""The bureau's deeds on approved initial budgets: a workbook kept, confirmed, brought into the returns.

All of it is written in one transaction or nothing is. The bureau enters what it decided itself, on behalf of
no unit: each `Edit` names its administrator, and she can change initial budgets and nothing else.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import Error, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from budgets.actions import LineChange, LinesConflict, LockedFigures, save_lines
from budgets.initial_budget_plans import BudgetPlan, Kind, PlannedRow, PlannedUnit, plan_of
from budgets.initial_budget_sheets import reading_from
from budgets.models import LONGEST_REFUSAL, BudgetUpload
from budgets.money import AmountUnit, amount_text, figure_text
from budgets.result_actions import check_many_again
from budgets.returns import BY_FUNCTION, ColumnKind
from orgs.models import User
from orgs.untimely import Untimely
from submissions.actions import (
    Refused,
    check_may_import_budgets,
    lock_together,
    start_submission,
)
from submissions.models import CollectionRound, Edit, Submission
from submissions.notice_actions import tell_of_budgets

_LOG = logging.getLogger(__name__)
JOB = "apply_budget_upload"
"""What procrastinate calls the job (budgets/tasks.py)."""
MOST_AT_ONCE = 200
"""So many units are imported while a browser waits, a few seconds; more by the job."""
MOST_CHECKED_AT_ONCE = 20
"""So many returns are checked again in the same transaction; of more the lists say 待重算 for a while."""
MOST_ATTEMPTS = 5
"""So often the job takes it up; what kills its worker each time is given up then."""
NAMED_IN_A_NOTICE = 10
COLUMN = "initial_budget"


class ImportRefused(Refused, Untimely):
    """A workbook that cannot be imported as it is: it was already, or the returns are no longer as seen."""


@transaction.atomic
def keep_budget_upload(
    *,
    round: CollectionRound,
    rows: dict[str, Any],
    amount_unit: AmountUnit,
    file_name: str,
    sha256: str,
    by: User,
    at: datetime,
) -> BudgetUpload:
    """Keep a workbook until it is confirmed, and return it. Raises NotPermitted."""
    check_may_import_budgets(round, by=by)
    return BudgetUpload.objects.create(
        round=round,
        rows=rows,
        amount_unit=amount_unit,
        file_name=file_name[-255:],
        sha256=sha256,
        uploaded_by=by,
        uploaded_at=at,
    )


@transaction.atomic
def confirm_budget_upload(
    *, upload: BudgetUpload, replaces: bool, seen: str, by: User, at: datetime
) -> BudgetUpload:
    """Import a workbook as it was previewed: at once, or by the job where it is of many units.

    `replaces` lets the import count where a return has another figure; else that stays. `seen` is the digest
    of the plan she has looked at. Raises NotPermitted, and ImportRefused when it is not hers, was confirmed
    before, has mistakes, a return cannot be written, or the plan is no longer the one she saw.
    """
    locked = _locked(upload.pk)
    check_may_import_budgets(locked.round, by=by)
    if locked.uploaded_by_id != by.pk:
        raise ImportRefused("这份文件不是您上传的，没有导入。")
    if locked.confirmed_at:
        raise ImportRefused("这份文件已经确认导入过了，没有再导入一遍。")
    locked.replaces, locked.seen, locked.refusal = replaces, seen, ""
    locked.confirmed_at, locked.address = at, by.address or None
    plan = _plan(locked, at)
    if len(plan.units) > MOST_AT_ONCE:
        _check(plan, locked)
        locked.save(update_fields=["replaces", "seen", "refusal", "confirmed_at", "address"])
        app.configure_task(JOB).defer(upload_id=locked.pk)
        return locked
    written = _apply(locked, by, at)
    if len(written) <= MOST_CHECKED_AT_ONCE:
        check_many_again(numbers=written)
    return locked


def carry_out_budget_upload(*, upload_id: int, attempt: int = 1) -> None:
    """Import a workbook that was confirmed, in the background: wholly, or not at all with the reason kept.

    Raises what keeps the database from answering: then it is taken up again.
    """
    try:
        if attempt > MOST_ATTEMPTS:
            raise Refused(f"已经试了 {MOST_ATTEMPTS} 次都没有完成，请联系系统维护人员。")
        check_many_again(numbers=_carry_out(upload_id))
    except Error:
        raise
    except Refused as refusal:
        _take_back(upload_id, str(refusal))
    except Exception:
        _LOG.exception("The initial budgets %s cannot be imported", upload_id)
        _take_back(upload_id, "导入时出错，什么都没有写入。请联系系统维护人员。")


@transaction.atomic
def _carry_out(upload_id: int) -> list[int]:
    """Import it unless that was done; return the numbers of the returns that changed."""
    locked = _locked(upload_id)
    if not locked.is_under_way:
        return []
    by = locked.uploaded_by
    by.address = locked.address or ""
    check_may_import_budgets(locked.round, by=by)
    return _apply(locked, by, timezone.now())


@transaction.atomic
def _take_back(upload_id: int, why: str) -> None:
    """Let it be looked at and confirmed again, with why it was not imported."""
    locked = _locked(upload_id)
    if not locked.is_under_way:
        return
    locked.confirmed_at, locked.seen, locked.refusal = None, "", why[:LONGEST_REFUSAL]
    locked.save(update_fields=["confirmed_at", "seen", "refusal"])


def _locked(upload_id: int) -> BudgetUpload:
    uploads = BudgetUpload.objects.select_related("round__bureau__region", "uploaded_by")
    return uploads.select_for_update(of=("self",)).get(pk=upload_id)


def _plan(upload: BudgetUpload, at: datetime) -> BudgetPlan:
    reading = reading_from(upload.rows, AmountUnit(upload.amount_unit))
    return plan_of(reading, upload.round, timezone.localdate(at))


def _check(plan: BudgetPlan, upload: BudgetUpload) -> None:
    """Raise ImportRefused when a plan is not the one she saw, or cannot be carried out wholly."""
    if plan.digest != upload.seen:
        raise ImportRefused("您预览之后有单位的填报有变化，这次什么都没有导入。请核对新的预览再确认。")
    if plan.mistakes:
        raise ImportRefused(f"文件里有 {len(plan.mistakes)} 处要改，什么都没有导入。请改好再上传。")
    if plan.stuck:
        first, others = plan.stuck[0], len(plan.stuck) - 1
        more = f"等 {others + 1} 个单位" if others else ""
        raise ImportRefused(f"{first.unit.name}{more}现在不能导入，什么都没有导入。请看下面的原因。")


def _apply(upload: BudgetUpload, by: User, at: datetime) -> list[int]:
    """Write what was planned, with all its returns locked; return the numbers of those that changed."""
    returns = [unit.submission.pk for unit in _plan(upload, at).units if unit.submission]
    lock_together(returns)
    plan = _plan(upload, at)  # as things are now that nobody changes them any more
    _check(plan, upload)
    unit, replaces = AmountUnit(upload.amount_unit), upload.replaces
    numbers, by_unit = [], []
    for each in plan.units:
        is_new = each.submission is None
        submission = each.submission or start_submission(
            round=upload.round, unit=each.unit, by=by, at=at, by_bureau=True
        )
        written = each.written(replaces=replaces)
        if written:
            save_initial_budgets(submission=submission, rows=written, unit=unit, by=by, at=at)
            numbers.append(submission.pk)
        _tell(each, submission, replaces=replaces, by=by, at=at)
        total = figure_text(each.after(replaces=replaces))
        by_unit.append([each.unit.code, each.unit.name, submission.pk, is_new, each.counts, total])
    upload.changes = plan.counts | {
        "by_unit": by_unit,
        "started": len(plan.beginning),
        "approved": figure_text(plan.approved),
    }
    upload.applied_at = at
    upload.save(
        update_fields=["replaces", "seen", "refusal", "confirmed_at", "address", "changes", "applied_at"]
    )
    return numbers


@transaction.atomic
def save_initial_budgets(
    *, submission: Submission, rows: Sequence[PlannedRow], unit: AmountUnit, by: User, at: datetime
) -> Submission:
    """Save approved initial budgets into a unit's return for its bureau, and return the locked submission.

    Of a row that is there only its initial budget changes, all else stays; a row that is not there is added
    with it alone. Leaves one `Edit` of the administrator, marked as the bureau's. Raises NotPermitted where
    she is not the bureau's administrator, what else `lock_editable` raises, and ImportRefused when a row was
    changed since.
    """
    try:
        return save_lines(
            submission=submission,
            schedule=BY_FUNCTION,
            rows=[_change(row) for row in rows],
            unit=unit,
            by=by,
            at=at,
            source=Edit.Source.BUDGETED,
            by_bureau=True,
        )
    except LinesConflict as conflict:
        words = f"{submission.unit.name}正在填同一行，这次什么都没有导入。请核对新的预览再确认。"
        raise ImportRefused(words) from conflict
    except LockedFigures as refusal:
        words = f"{submission.unit.name}“{refusal.cells[0].row}”：{refusal}什么都没有导入。"
        raise ImportRefused(words) from refusal


def _change(row: PlannedRow) -> LineChange:
    columns = BY_FUNCTION.columns
    if row.line:
        values = row.line.values([column.name for column in columns])
    else:
        values = {each.name: "" if each.kind is ColumnKind.TEXT else None for each in columns}
    version = row.line.row_version if row.line else 0
    return LineChange(row.key, version, values | {COLUMN: row.new}, row=row.label)


def _tell(unit: PlannedUnit, submission: Submission, *, replaces: bool, by: User, at: datetime) -> None:
    """Tell a unit what was written, and where its own figure is another; nothing where all was there."""
    written = len(unit.written(replaces=replaces))
    differing = [row for row in unit.rows if row.kind is Kind.DIFFERS]
    if not written and not differing:
        return
    words = f"财政局导入了批复的年初预算数，写入 {written} 行。" if written else "财政局核对了年初预算数。"
    if differing:
        done = "已改为批复数" if replaces else "保留了原来填的，请核对"
        words += f"有 {len(differing)} 行与原来填的不同，{done}。"
    details = "；".join(_said(row) for row in differing[:NAMED_IN_A_NOTICE])
    if len(differing) > NAMED_IN_A_NOTICE:
        details += f"；等 {len(differing)} 行。"
    tell_of_budgets(submission=submission, words=words, details=details, by=by, at=at)


def _said(row: PlannedRow) -> str:
    old, new = amount_text(row.old, AmountUnit.WAN), amount_text(row.new, AmountUnit.WAN)
    return f"{row.label}：原为 {old}，批复 {new} 万元"
