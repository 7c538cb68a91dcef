"""The deeds on submissions. Every one locks first, refuses by exception, and leaves a record."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from orgs.models import Unit, User
from orgs.permissions import can_prepare
from submissions.models import CollectionRound, Edit, Submission


class Refused(Exception):
    """A deed that is not done; carries one Chinese sentence that says what to do."""


class NotPermitted(Refused):
    """She may see it, but it is not hers to do."""


class NotEditable(Refused):
    """The submission's status does not let it be edited."""


@transaction.atomic
def start_submission(*, round: CollectionRound, unit: Unit, by: User, at: datetime) -> Submission:
    """Open the unit's first revision in a round and return it; return the one that exists already.

    Raises NotPermitted when `by` does not prepare for the unit or the round does not reach it.
    """
    if not can_prepare(by, unit) or not unit.path.startswith(round.bureau.path):
        raise NotPermitted("只有本单位的填报人可以开始填报。")
    existing = Submission.objects.filter(round=round, unit=unit).order_by("-revision").first()
    if existing:
        return existing
    try:
        with transaction.atomic():
            return Submission.objects.create(round=round, unit=unit, started_by=by, started_at=at)
    except IntegrityError:  # a colleague was faster by a moment
        return Submission.objects.get(round=round, unit=unit, revision=1)


def lock_editable(submission_id: int, *, by: User) -> Submission:
    """Lock a submission for the rest of the transaction and return it: the first line of every writing deed.

    Raises NotPermitted when `by` does not prepare for its unit, NotEditable when its status is not 填报中 or
    已退回.
    """
    submission = (
        Submission.objects.select_for_update(no_key=True, of=("self",))
        .select_related("unit")
        .get(pk=submission_id)
    )
    if not can_prepare(by, submission.unit):
        raise NotPermitted("您可以查看这份填报，但只有本单位的填报人可以修改。")
    if not submission.is_editable:
        raise NotEditable(f"这份填报的状态是“{submission.get_status_display()}”，不能修改。")
    return submission


def record_edit(
    submission: Submission, *, schedule: str, changes: list[dict[str, Any]], by: User, at: datetime
) -> None:
    """Write the one `Edit` of a save and step the submission's `row_version`; the caller holds the lock."""
    Edit.objects.create(
        submission=submission, schedule=schedule, actor=by, actor_name=by.full_name, at=at, changes=changes
    )
    Submission.objects.filter(pk=submission.pk).update(row_version=F("row_version") + 1, saved_at=at)
