"""Bulk exports: asked for, cancelled, made by a worker return by return, and removed after a week.

A job of procrastinate carries each; what people see, and what is to be done next, is in the row. A worker
that was killed leaves the row as it is and the packages it has written; who takes it next goes on there.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from django.db import Error, IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from procrastinate.contrib.django import app

from budgets.file_names import folder_name
from orgs.event_actions import circumstances, record_event
from orgs.models import Event, Unit, User
from orgs.permissions import can_administer
from orgs.untimely import Untimely
from performance.bulk_export_files import (
    archive_of,
    drop_all_but,
    drop_files,
    exports_with_files,
    join_parts,
    keep_part,
    parts_there,
)
from performance.bulk_export_models import LONGEST_ERROR, ONE_A_PERSON, BulkExport
from performance.bulk_exports import (
    KEPT_FOR,
    Missing,
    archive_name,
    chosen_returns,
    kept_until,
    known_parts,
    note_of,
    open_export_of,
)
from performance.packages import AT_ONCE, ReadTogether, read_together
from performance.snapshots import check_as_approved
from performance.word.filling import BadTemplate
from submissions.actions import NotPermitted, Refused, Unfinished
from submissions.models import CollectionRound, Submission
from submissions.notice_actions import tell_of_export

_LOG = logging.getLogger(__name__)
State = BulkExport.State
JOB = "carry_on_export"
"""What procrastinate calls the job (performance/tasks.py)."""
MOST_ATTEMPTS = 10
"""So often it is taken up again; what kills its worker each time is given up then."""
NOT_APPROVED_ANY_MORE = "导出时已经不是审核通过的填报"
BROKEN = "生成文件时出错，请联系管理员"


class AlreadyRunning(Refused, Untimely):
    """She has an export under way, which is `export`."""

    export: BulkExport


class Stopped(Exception):
    """The worker is told to stop; the job goes on with the next one."""


class _Overtaken(Exception):
    """The row was cancelled, or another worker took it: nothing more is to be written to it."""


def check_may_export(bureau: Unit, *, by: User) -> None:
    """Raise NotPermitted when the returns of a bureau are not hers to export."""
    if not can_administer(by, bureau):
        raise NotPermitted(f"只有{bureau.name}的管理员可以批量导出。")


@transaction.atomic
def start_bulk_export(
    *,
    round: CollectionRound,
    department: Unit | None,
    parts: Collection[str],
    with_unapproved: bool,
    by: User,
    at: datetime,
) -> BulkExport:
    """Ask for an export: save it and the job that makes it, both or neither.

    Raises NotPermitted, Unfinished where there is nothing to export, AlreadyRunning.
    """
    check_may_export(round.bureau, by=by)
    chosen = chosen_returns(round, department, with_unapproved=with_unapproved)
    if not chosen.returns:
        wanted = "填报" if with_unapproved else "审核通过的填报"
        raise Unfinished(f"所选的单位都没有{wanted}，没有可导出的材料。")
    number = len(chosen.returns)
    name = archive_name(round, department, number, with_unapproved=with_unapproved)
    try:
        with transaction.atomic():
            export = BulkExport.objects.create(
                round=round,
                department=department,
                parts=known_parts(parts),
                with_unapproved=with_unapproved,
                returns=chosen.returns,
                left_out=chosen.left_out,
                number=number,
                file_name=name,
                actor=by,
                actor_name=by.full_name,
                **circumstances(by, round.bureau),
                at=at,
            )
    except IntegrityError as error:
        if ONE_A_PERSON not in str(error):
            raise
        raise _already_running(by) from error
    _record(export, Event.Action.EXPORT_STARTED, by, at)
    app.configure_task(JOB, queueing_lock=f"{JOB}-{export.pk}").defer(export_id=export.pk)
    return export


def _already_running(by: User) -> Exception:
    running = open_export_of(by)
    refusal = AlreadyRunning("您有一个批量导出还没有完成，同时只能有一个。请等它完成，或先取消它。")
    if running is None:  # it ended in this moment
        return Refused("刚才的导出正在结束，请再试一次。")
    refusal.export = running
    return refusal


@transaction.atomic
def cancel_bulk_export(*, export: BulkExport, by: User, at: datetime) -> bool:
    """Cancel an export that waits or is being made; return False where it has ended meanwhile.

    The worker looks before each return, and takes away what it has written. Raises NotPermitted where
    somebody else asked for it.
    """
    if export.actor_id != by.pk:
        raise NotPermitted("只能取消自己的批量导出。")
    updated = BulkExport.objects.open().filter(pk=export.pk).update(state=State.CANCELLED, ended_at=at)
    if updated:
        _record(export, Event.Action.EXPORT_CANCELLED, by, at)
    return bool(updated)


def _record(export: BulkExport, action: Event.Action, by: User, at: datetime) -> None:
    unit = export.round.bureau
    record_event(action=action, what=export.file_name, unit=unit, address=by.address, by=by, at=at)


# --- What the worker does


def carry_on_export(*, export_id: int, should_stop: Callable[[], bool]) -> None:
    """Make an export from where it is to its end, whoever began it.

    Raises Stopped when `should_stop` says so, and whatever keeps the database from answering: then it is to
    be taken up again. All else that stands in its way ends it in words.
    """
    export = _take(export_id)
    if export is None:
        return
    try:
        if export.attempt > MOST_ATTEMPTS:
            raise Refused(f"已经试了 {MOST_ATTEMPTS} 次都没有完成，请联系管理员。")
        _make(export, should_stop)
    except _Overtaken:
        _clear_if_ended(export.pk)
    except (Refused, OSError) as refusal:
        _fail(export, _words(refusal))


def _take(export_id: int) -> BulkExport | None:
    """Make it this worker's; None where it has ended, and then nothing of it is left but what it made."""
    now = timezone.now()
    taken = BulkExport.objects.open().filter(pk=export_id)
    if not taken.update(state=State.RUNNING, attempt=F("attempt") + 1, heartbeat_at=now):
        _clear_if_ended(export_id)
        return None
    export: BulkExport = BulkExport.objects.select_related("round__bureau__region", "department").get(
        pk=export_id
    )
    there = len(parts_there(export_id) & set(export.returns))
    export.started_at, export.resumed_at, export.resumed_done = export.started_at or now, now, there
    _write(export, started_at=export.started_at, resumed_at=now, resumed_done=there, done=there, problems=[])
    return export


def _make(export: BulkExport, should_stop: Callable[[], bool]) -> None:
    """Write the packages that are not there yet, then the archive."""
    problems: list[Missing] = []
    there = parts_there(export.pk)
    done = len(there & set(export.returns))
    for submission, read in _returns(export, [pk for pk in export.returns if pk not in there]):
        _look(export, should_stop)
        if problem := _keep(export, submission, read):
            problems.append([submission.unit.code, submission.unit.name, problem])
        done += 1
        _write(export, done=done, problems=problems)
    written = parts_there(export.pk)
    note = note_of(export, problems)
    in_order = [pk for pk in export.returns if pk in written]
    if not in_order:
        raise Refused(
            "所选单位的材料都没有导出成功。" + "；".join(f"{name}：{why}" for _, name, why in problems)
        )
    size, sha256 = join_parts(export.pk, export.attempt, in_order, note, lambda: _look(export, should_stop))
    _end(export, State.DONE, size=size, sha256=sha256)
    drop_all_but(export.pk, export.attempt)


def _returns(export: BulkExport, pks: Sequence[int]) -> Iterator[tuple[Submission, ReadTogether | str]]:
    """The returns as they are now, each with what its files are made of, or why there are none."""
    for start in range(0, len(pks), AT_ONCE):
        found = Submission.objects.select_related("unit__region", "round__bureau__region")
        some = list(found.filter(pk__in=pks[start : start + AT_ONCE]).order_by("unit__path"))
        taken = [each for each in some if export.with_unapproved or each.is_effective]
        read = _read(taken)
        for each in some:
            yield each, read.get(each.pk, NOT_APPROVED_ANY_MORE)


def _read(some: Sequence[Submission]) -> dict[int, ReadTogether | str]:
    """Read returns together, after they were held against what was approved; one by one where that fails."""
    if not some:
        return {}
    try:
        check_as_approved(some)
        read: ReadTogether | str = read_together(some)
    except Error:
        raise
    except Refused as refusal:
        read = _words(refusal)
    except Exception:
        _LOG.exception("Returns %s cannot be read", [each.pk for each in some])
        read = BROKEN
    if isinstance(read, str) and len(some) > 1:
        return {pk: each for one in some for pk, each in _read([one]).items()}
    return {each.pk: read for each in some}


def _keep(export: BulkExport, submission: Submission, read: ReadTogether | str) -> str:
    """Write the package of a return; return why there is none, "" where there is."""
    if isinstance(read, str):
        return read
    try:
        files = read.files_of(submission, export.parts)
    except BadTemplate as refusal:
        return _words(refusal)
    except Exception:  # of one return, which is no reason to keep the others back
        _LOG.exception("The package of return %s cannot be made", submission.pk)
        return BROKEN
    if not files:
        return "没有所选的表格（还没有项目）"
    keep_part(export.pk, submission.pk, folder_name(submission), files)
    return ""


def _look(export: BulkExport, should_stop: Callable[[], bool]) -> None:
    """Stop where the worker is told to, it was cancelled, or she may not export any more."""
    if should_stop():
        raise Stopped
    _write(export)
    by = User.objects.filter(pk=export.actor_id, is_active=True).first()
    if by is None:
        raise NotPermitted("导出人的账号已停用，导出已停止。")
    check_may_export(export.round.bureau, by=by)


def _write(export: BulkExport, **fields: object) -> None:
    """Note how far it is, if it is still this worker's."""
    mine = BulkExport.objects.filter(pk=export.pk, attempt=export.attempt, state=State.RUNNING)
    if not mine.update(heartbeat_at=timezone.now(), **fields):
        raise _Overtaken


@transaction.atomic
def _note_end(export: BulkExport, state: State, **fields: object) -> None:
    """Write that it has ended, and tell who asked for it: once, for nobody ends it again."""
    export.ended_at = timezone.now()
    _write(export, state=state, ended_at=export.ended_at, **fields)
    export.refresh_from_db(fields=["state", "problems", "error"])
    tell_of_export(
        person=export.actor,
        bureau=export.round.bureau,
        text=f"批量导出{export.get_state_display()}：{export.file_name}",
        details=export.error or _about_file(export),
        at=export.ended_at,
    )


def _about_file(export: BulkExport) -> str:
    """Say until when the file of one that is done is kept, and whether units are not in it."""
    until = kept_until(export)
    kept = f"文件保留到 {timezone.localtime(until):%Y-%m-%d %H:%M}。" if until else ""
    return f"{kept}{len(export.missing)} 个单位没有导出。" if export.missing else kept


def _end(export: BulkExport, state: State, **fields: object) -> None:
    try:
        _note_end(export, state, **fields)
    except _Overtaken:
        archive_of(export.pk, export.attempt).unlink(missing_ok=True)
        raise


def _fail(export: BulkExport, words: str) -> None:
    """End it in words, and keep nothing of it."""
    with suppress(_Overtaken):
        _end(export, State.FAILED, error=words[:LONGEST_ERROR])
    _clear_if_ended(export.pk)


def _clear_if_ended(export_id: int) -> None:
    """Of an export that has ended keep its archive and nothing else; of one that is not there nothing."""
    export = BulkExport.objects.filter(pk=export_id).first()
    if export is not None and export.has_file:
        drop_all_but(export_id, export.attempt)
    elif export is None or not export.is_open:
        drop_files(export_id)


def _words(refusal: Exception) -> str:
    if isinstance(refusal, OSError):
        return f"服务器写不了文件（{refusal.strerror or refusal}），请联系管理员后重新导出。"
    return str(refusal)


# --- After a week


def drop_old_exports(*, at: datetime) -> int:
    """Remove the files that were made a week ago, and what is left of others; return how many."""
    old = BulkExport.objects.filter(state=State.DONE, removed_at=None, ended_at__lte=at - KEPT_FOR)
    removed = 0
    for export in old:
        drop_files(export.pk)
        removed += BulkExport.objects.filter(pk=export.pk).update(removed_at=at)
    kept = BulkExport.objects.open() | BulkExport.objects.filter(state=State.DONE, removed_at=None)
    for left in exports_with_files() - set(kept.values_list("pk", flat=True)):
        drop_files(left)
    return removed
