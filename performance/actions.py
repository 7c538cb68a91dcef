"""The deeds on goal and indicators."""

from datetime import datetime

from django.db import transaction

from orgs.models import User
from performance.models import PerformanceGoal
from performance.returns import GOAL
from submissions.actions import Refused, lock_editable, record_edit
from submissions.models import Edit, Submission

TEXTS = ("expected", "achieved", "weights_reason")


class GoalConflict(Refused):
    """Somebody else changed the goal meanwhile; nothing was saved. Carries it as it stands now."""

    def __init__(self, theirs: PerformanceGoal | None, last_edit: Edit | None):
        super().__init__("有人在您之后改过年度总体目标，本次没有保存。请对照后再保存。")
        self.theirs = theirs
        self.last_edit = last_edit


@transaction.atomic
def save_goal(
    *,
    submission: Submission,
    expected: str,
    achieved: str,
    weights_reason: str,
    row_version: int,
    by: User,
    at: datetime,
) -> Submission:
    """Save the texts of the goal and return the locked submission; what is as it was costs nothing.

    `row_version` is the version they were written from; 0 is a goal that did not exist. Writes one `Edit`
    with the changed texts old → new.

    Raises what `lock_editable` raises, and GoalConflict when the goal was changed since that version.
    """
    locked = lock_editable(submission.pk, by=by)
    stored = PerformanceGoal.objects.filter(submission=locked).first()
    new = {"expected": expected, "achieved": achieved, "weights_reason": weights_reason}
    old = {name: getattr(stored, name) if stored else "" for name in TEXTS}
    if old == new:
        return locked
    if row_version != (stored.row_version if stored else 0):
        raise GoalConflict(stored, locked.edits.filter(schedule=GOAL).order_by("-pk").first())
    if stored:
        PerformanceGoal.objects.filter(pk=stored.pk).update(**new, row_version=row_version + 1)
    else:
        PerformanceGoal.objects.create(submission=locked, **new)
    cells = {name: [old[name], new[name]] for name in TEXTS if old[name] != new[name]}
    changes = [{"row": {"text": GOAL}, "cells": cells}]
    record_edit(locked, schedule=GOAL, changes=changes, by=by, at=at)
    return locked
