"""The deeds on attachments (佐证材料): attaching a file, and removing it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum

from orgs.file_kinds import MEGABYTE, EvidenceFile
from orgs.models import User
from orgs.permissions import can_prepare
from orgs.untimely import Untimely
from submissions.actions import NotNow, NotPermitted, Refused, lock_editable, record_edit
from submissions.attachment_files import digest_of, keep_content
from submissions.models import Attachment, ReviewPoint, Submission
from submissions.models.points import part_of
from submissions.point_actions import WHOLE, PointPlace

MOST_FILES = 100
MOST_BYTES = 200 * MEGABYTE
"""So many files, and so much in all, a return may have."""
RECORDED_AS = "attachments"
"""What the records of edits call the section of a file on the whole return."""


class NoRoom(Refused, Untimely):
    """The return has too many files, or the disk has no room."""


class AttachedAlready(Refused, Untimely):
    """The same file is attached to the same place."""


def check_may_attach(submission: Submission, *, by: User) -> None:
    """Raise NotPermitted when attaching and removing is not hers, whatever the return's status."""
    if not can_prepare(by, submission.unit):
        raise NotPermitted("您可以查看佐证材料，但只有本单位的填报人可以上传和移除。")


@transaction.atomic
def attach_file(
    *,
    submission: Submission,
    file: EvidenceFile,
    place: PointPlace = WHOLE,
    point: ReviewPoint | None = None,
    by: User,
    at: datetime,
) -> Attachment:
    """Attach a file to a place of the return, or to what was asked with `point`, whose place it then has.

    Leaves one `Edit`; the file is kept last, so that a refused one leaves nothing on the disk. Raises what
    `lock_editable` raises, NotReopened where the return was given back for other places alone, NotNow for a
    point that is closed, AttachedAlready, NoRoom.
    """
    locked = lock_editable(submission.pk, by=by)
    if point:
        _check_unsettled(locked, point)
        place = PointPlace(point.place_name, point.schedule, point.row, recorded_row=point.recorded_row)
    digest = digest_of(file.content)
    _check_room(locked, len(file.content))
    where = {"schedule": place.schedule, "row": place.row, "point": point}
    if locked.attachments.filter(**where, sha256=digest, removed_at=None).exists():
        raise AttachedAlready(f"“{file.name}”已经附在“{place.name}”，不用再传一次。")
    attachment = Attachment.objects.create(
        submission=locked,
        **where,
        place_name=place.name,
        file_name=file.name,
        kind=file.kind,
        size=len(file.content),
        sha256=digest,
        uploaded_by=by,
        uploaded_by_name=by.full_name,
        at=at,
    )
    _record(attachment, locked, "", file.name, part=_part_at(place), by=by, at=at)
    _keep(file)
    return attachment


@transaction.atomic
def remove_attachment(*, attachment: Attachment, by: User, at: datetime) -> None:
    """Mark a file as removed; record and content are kept. Leaves one `Edit`.

    Raises what `lock_editable` raises, NotReopened as `attach_file`, NotNow when it was removed already.
    """
    locked = lock_editable(attachment.submission_id, by=by)
    known = locked.attachments.get(pk=attachment.pk)
    if known.removed_at:
        raise NotNow(f"“{known.file_name}”已经由{known.removed_by_name}移除。")
    _record(known, locked, known.file_name, "", part=_part_attached_to(known), by=by, at=at)
    locked.attachments.filter(pk=known.pk).update(removed_by=by, removed_by_name=by.full_name, removed_at=at)


def _check_unsettled(submission: Submission, point: ReviewPoint) -> None:
    if not submission.points.get(pk=point.pk).is_unsettled:
        raise NotNow("这条审核要点已经销号，不用再附材料。")


def _check_room(submission: Submission, size: int) -> None:
    held = submission.attachments.filter(removed_at=None).aggregate(files=Count("pk"), size=Sum("size"))
    if held["files"] >= MOST_FILES:
        raise NoRoom(f"一份填报最多附 {MOST_FILES} 个文件。请合并同类材料，或者移除不用的。")
    if (held["size"] or 0) + size > MOST_BYTES:
        raise NoRoom(f"一份填报的佐证材料合计最多 {MOST_BYTES // MEGABYTE} MB。请压缩，或者移除不用的。")


def _part_at(place: PointPlace) -> dict[str, Any]:
    """Return what the records call the row or the part of a section that a place is; {} for neither."""
    known = place.recorded_row
    return part_of({"part": known.get("part"), "row": known.get("key")})


def _part_attached_to(attachment: Attachment) -> dict[str, Any]:
    """Return the same as the `Edit` that attached a file has it; {} where none has, as in a correction."""
    edits = attachment.submission.edits.filter(changes__contains=[{"row": {"attachment": attachment.pk}}])
    return next((edit.changes[0].get("part", {}) for edit in edits.order_by("pk")[:1]), {})


def _record(
    attachment: Attachment,
    submission: Submission,
    old: str,
    new: str,
    *,
    part: dict[str, Any],
    by: User,
    at: datetime,
) -> None:
    """Write the `Edit`: the name of the file old → new, and where it is on for what is reopened."""
    change: dict[str, Any] = {
        "row": {"attachment": attachment.pk},
        "attachment": {"row": attachment.row, "place": attachment.place_name},
        "cells": {"file": [old, new]},
    }
    if part:
        change["part"] = part
    schedule = attachment.schedule or RECORDED_AS
    record_edit(submission, schedule=schedule, changes=[change], by=by, at=at, is_checked=False)


def _keep(file: EvidenceFile) -> None:
    try:
        keep_content(file.content)
    except OSError as error:
        raise NoRoom("系统现在存不下这个文件，没有上传。请稍后再试；一直不行，请告诉系统管理员。") from error
