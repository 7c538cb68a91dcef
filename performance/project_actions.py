"""The deeds on what is said of projects: carried from last year; moved or deleted where they are gone."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from budgets.actions import Removal, save_lines
from budgets.cells import row_key
from budgets.money import AmountUnit
from orgs.models import User
from orgs.untimely import Untimely
from performance.actions import PROJECT_GOAL, TEXTS, check_is_listed, is_listed
from performance.models import ProjectGoal, ProjectIndicatorLine
from performance.project_rows import project_performances
from performance.returns import PROJECT_INDICATORS
from performance.targets import held_words, targets_of
from submissions.actions import NotNow, Refused, lock_editable, record_edit
from submissions.models import Edit, Submission


class NotFree(Refused, Untimely):
    """The project has a goal or indicators of its own."""


def check_is_gone(submission: Submission, project: str) -> None:
    """Raise NotNow when a project is among 项目支出; the caller holds the lock."""
    if is_listed(submission, project):
        raise NotNow(f"项目“{project}”在项目支出表里，它的绩效目标和指标请在它自己的页面上改。")


def check_needs_no_form(submission: Submission, project: str) -> None:
    """Raise NotNow when a project is among 项目支出 with money of this year; the caller holds the lock."""
    found = (each for each in project_performances([submission])[submission.pk] if each.name == project)
    if not any(each.idle_words for each in found):
        check_is_gone(submission, project)


@transaction.atomic
def move_project(*, submission: Submission, project: str, to: str, by: User, at: datetime) -> None:
    """Let the goal and the indicators of a project that is gone be those of another one (改到项目).

    Notes stay on the cells. Writes an `Edit` for the goal and one for the indicators, where there are any.
    Raises what `lock_editable` raises, NotNow when the project is not gone, or its targets are approved or
    asked for (`held_words`), NotListed when the other is, and NotFree when the other has a goal or
    indicators.
    """
    locked = lock_editable(submission.pk, by=by)
    check_is_gone(locked, project)
    check_is_listed(locked, to)
    lines = list(ProjectIndicatorLine.objects.of_submission(locked).filter(project=project))
    if words := held_words(targets_of(locked), project, has_lines=bool(lines)):
        raise NotNow(words)
    _make_room(locked, to)
    goals = ProjectGoal.objects.filter(submission=locked, project=project)
    moved = {"project": to, "row_version": F("row_version") + 1}
    cells = {"cells": {"project": [project, to]}}
    if goals.update(**moved):
        changes = [{"row": {"project": to}, **cells}]
        record_edit(locked, schedule=PROJECT_GOAL, changes=changes, by=by, at=at, is_checked=False)
    if lines:
        ProjectIndicatorLine.objects.filter(pk__in=[line.pk for line in lines]).update(**moved)
        keys = [row_key(ProjectIndicatorLine, (to, *line.key[1:])) for line in lines]
        changes = [{"row": key, "line": line.pk, **cells} for key, line in zip(keys, lines, strict=True)]
        record_edit(locked, schedule=PROJECT_INDICATORS.name, changes=changes, by=by, at=at)


def _make_room(submission: Submission, project: str) -> None:
    """Take away a goal in which nothing is written any more; raise NotFree where something is said."""
    goals = ProjectGoal.objects.filter(submission=submission, project=project)
    written = any(getattr(goal, name) for goal in goals for name in TEXTS)
    if written or ProjectIndicatorLine.objects.filter(submission=submission, project=project).exists():
        raise NotFree(f"项目“{project}”已经有绩效目标或指标，请改到一个还没有填的项目。")
    goals.delete()


@transaction.atomic
def carry_goals(*, submission: Submission, goals: Mapping[str, str], by: User, at: datetime) -> None:
    """Write what is expected of projects that have no goal yet, by their names, as carried from last year.

    All in one `Edit`; nothing for none. Raises what `lock_editable` raises.
    """
    locked = lock_editable(submission.pk, by=by)
    if not goals:
        return
    new = [ProjectGoal(submission=locked, project=name, expected=text) for name, text in goals.items()]
    ProjectGoal.objects.bulk_create(new)
    changes = [{"row": {"project": name}, "cells": {"expected": ["", text]}} for name, text in goals.items()]
    carried = Edit.Source.CARRIED
    record_edit(
        locked, schedule=PROJECT_GOAL, changes=changes, by=by, at=at, source=carried, is_checked=False
    )


@transaction.atomic
def drop_project(*, submission: Submission, project: str, by: User, at: datetime) -> None:
    """Delete what is said of a project that is gone or has no money this year; the records keep it.

    Raises what `lock_editable` raises, and NotNow when the project needs its form.
    """
    locked = lock_editable(submission.pk, by=by)
    check_needs_no_form(locked, project)
    for goal in ProjectGoal.objects.filter(submission=locked, project=project):
        removed = {name: text for name in TEXTS if (text := getattr(goal, name))}
        changes = [{"row": {"project": project}, "removed": removed}]
        goal.delete()
        record_edit(locked, schedule=PROJECT_GOAL, changes=changes, by=by, at=at, is_checked=False)
    lines = ProjectIndicatorLine.objects.of_submission(locked).filter(project=project)
    save_lines(
        submission=locked,
        schedule=PROJECT_INDICATORS,
        rows=[],
        removed=[Removal(line.key, line.row_version, line.pk) for line in lines],
        unit=AmountUnit.YUAN,
        by=by,
        at=at,
        model=ProjectIndicatorLine,
        part={"project": project},
    )
