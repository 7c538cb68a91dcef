"""The deed on notes: what the unit says of one cell."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from budgets.models import CellNote
from budgets.returns import Schedule
from orgs.models import User
from orgs.untimely import Untimely
from submissions.actions import Refused, lock_editable, record_edit
from submissions.models import Submission


class NoteConflict(Refused, Untimely):
    """Somebody else changed the note meanwhile; nothing was saved. Carries it as it stands now."""

    def __init__(self, theirs: CellNote | None):
        super().__init__("有人在您之后改过这条批注，本次没有保存。请对照后再保存。")
        self.theirs = theirs


@transaction.atomic
def save_note(
    *,
    submission: Submission,
    schedule: Schedule,
    row: str,
    column: str,
    text: str,
    row_version: int,
    by: User,
    at: datetime,
    part: Mapping[str, str] | None = None,
) -> CellNote | None:
    """Save the note of a cell and return it; without a text take it away and return None.

    `row` and `column` are the names of `budgets.cells`, `part` is as in `save_lines`. `row_version` is the
    version it was written from; 0 is a note that did not exist. What is as it was costs nothing; else one
    `Edit` has the text old → new.

    Raises what `lock_editable` raises, and NoteConflict when the note was changed since that version.
    """
    locked = lock_editable(submission.pk, by=by)
    place = {"schedule": schedule.name.value, "row": row, "column": column}
    stored = CellNote.objects.filter(submission=locked, **place).first()
    old = stored.text if stored else ""
    if old == text:
        return stored
    if row_version != (stored.row_version if stored else 0):
        raise NoteConflict(stored)
    written = {"text": text, "author": by, "author_name": by.full_name, "at": at}
    # Above every version it has had: one taken away and written again is not the old one.
    version = row_version + 1 if stored else locked.row_version + 1
    if stored and text:
        CellNote.objects.filter(pk=stored.pk).update(**written, row_version=version)
    elif stored:
        CellNote.objects.filter(pk=stored.pk).delete()
    else:
        CellNote.objects.create(submission=locked, row_version=version, **place, **written)
    of_part = {"part": dict(part)} if part else {}
    changes = [{"note": {"row": row, "column": column}, "text": [old, text], **of_part}]
    record_edit(locked, schedule=schedule.name, changes=changes, by=by, at=at, is_checked=False)
    return CellNote.objects.get(submission=locked, **place) if text else None
