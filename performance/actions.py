"""The deeds on goals, of the department and of its projects."""

from datetime import datetime
from typing import Any

from django.db import transaction

from budgets.models import ProjectLine
from orgs.models import User
from orgs.untimely import Untimely
from performance.models import PerformanceGoal, ProjectGoal
from performance.returns import GOAL, PROJECT_GOAL
from submissions.actions import NotEditable, Refused, lock_editable, record_edit
from submissions.models import Edit, Submission

TEXTS = ("expected", "achieved", "weights_reason")

Goal = PerformanceGoal | ProjectGoal


class GoalConflict(Refused, Untimely):
    """Somebody else changed the goal meanwhile; nothing was saved. Carries it as it stands now."""

    def __init__(self, theirs: Goal | None, last_edit: Edit | None):
        super().__init__("有人在您之后改过年度总体目标，本次没有保存。请对照后再保存。")
        self.theirs = theirs
        self.last_edit = last_edit


class NotListed(NotEditable):
    """The project is not among 项目支出 any more: what is said of it is moved or deleted, not written."""

    def __init__(self, project: str) -> None:
        words = "已不在项目支出表里，不能再填。请到“项目绩效”页改到现在的项目，或者删除。"
        super().__init__(f"项目“{project}”{words}")


def is_listed(submission: Submission, project: str) -> bool:
    """Whether a project is among 项目支出."""
    return ProjectLine.objects.filter(submission=submission, name=project).exists()


def check_is_listed(submission: Submission, project: str) -> None:
    """Raise NotListed when a project is not among 项目支出; the caller holds the lock."""
    if not is_listed(submission, project):
        raise NotListed(project)


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
    project: str = "",
) -> Submission:
    """Save the texts of a goal and return the locked submission; what is as it was costs nothing.

    It is that of a `project`, by its name, else the department's. `row_version` is the version they were
    written from; 0 is a goal that did not exist. Writes one `Edit` with the changed texts old → new.

    Raises what `lock_editable` raises, NotListed when there is no such project, and GoalConflict when the
    goal was changed since that version.
    """
    locked = lock_editable(submission.pk, by=by)
    if project:
        check_is_listed(locked, project)
    model: Any = ProjectGoal if project else PerformanceGoal
    of_project = {"project": project} if project else {}
    stored = model.objects.filter(submission=locked, **of_project).first()
    new = {"expected": expected, "achieved": achieved, "weights_reason": weights_reason}
    old = {name: getattr(stored, name) if stored else "" for name in TEXTS}
    if old == new:
        return locked
    schedule, row = (PROJECT_GOAL, of_project) if project else (GOAL, {"text": GOAL})
    if row_version != (stored.row_version if stored else 0):
        edits = locked.edits.filter(schedule=schedule, changes__contains=[{"row": row}])
        raise GoalConflict(stored, edits.order_by("-pk").first())
    if stored:
        model.objects.filter(pk=stored.pk).update(**new, row_version=row_version + 1)
    else:
        model.objects.create(submission=locked, **of_project, **new)
    cells = {name: [old[name], new[name]] for name in TEXTS if old[name] != new[name]}
    changes = [{"row": row, "cells": cells}]
    record_edit(locked, schedule=schedule, changes=changes, by=by, at=at, is_checked=not project)
    return locked
