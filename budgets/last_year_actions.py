"""The deeds on last year's figures: restating one, and carrying last year's return over into this one."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from budgets.actions import (
    Conflict,
    LineChange,
    LineKey,
    LinesConflict,
    is_repeated,
    last_edit_of,
    place_kept,
    save_lines,
    save_text,
)
from budgets.cells import row_key
from budgets.last_year import approved_text, last_year_of, place_of
from budgets.last_year_plans import CarryPlan, SchedulePart, plan_of
from budgets.models import LINE_MODELS, Restatement, ScheduleLine
from budgets.money import AmountUnit, figure_text
from budgets.result_actions import check_again
from budgets.returns import Column, Schedule
from orgs.models import User
from submissions.actions import Refused, lock_editable, record_edit
from submissions.models import Edit, Submission

LEAST_REASON = 4
"""Letters and figures a reason has at least, marks not counted: "更正差错"."""
LONGEST_REASON: int = Restatement._meta.get_field("reason").max_length or 0


class NotRestated(Refused):
    """A restatement that is not one, or says too little; nothing was saved."""


@transaction.atomic
def restate(
    *,
    submission: Submission,
    schedule: Schedule,
    row: LineChange,
    column: Column,
    reason: str,
    unit: AmountUnit,
    by: User,
    at: datetime,
    request_key: str = "",
) -> Submission:
    """Put another figure in the place of one of last year's approved ones, and return the locked submission.

    `row` is the stored row with the new figure in `column`. The approved figure itself needs no reason: it
    ends a restatement. Writes one `Edit` with the figure old → new and, unless it is the approved one, one
    `Restatement` that keeps both figures.

    A request whose `request_key` was saved before has no effect any more.

    Raises NotRestated when the cell is not one of last year's approved return, when nothing changes, when
    anything else of the row does, when an approved figure is to be blank, or when the reason is too short or
    too long; LinesConflict when the row was changed since the version given, even to what is wanted; and what
    `save_lines` raises.
    """
    locked = lock_editable(submission.pk, by=by)
    if is_repeated(locked, schedule, request_key, by):
        return locked
    lines = _lines(locked, schedule, row.key)
    last_year = last_year_of(locked, schedule).meet(lines)
    if column not in last_year.columns:
        raise NotRestated(f"{column.title}不是取自上年的填报，直接填写即可。")
    stored = _stored(lines, schedule, row)
    _check_row(row, column, stored, locked, schedule)
    figure = row.values[column.name]
    approved = last_year.by_key().get(row.key, {}).get(column.name)
    current = getattr(stored, column.name, None)
    if figure == approved == current:
        said = approved_text(approved, column, unit)
        raise NotRestated(f"{said}就是{last_year.source}里的数，不用重述。")
    if figure is None and approved is not None:
        raise NotRestated("重述后的数不能空白；确实没有的，请填 0。")
    if figure != approved:
        _check_reason(reason)
    save_lines(
        submission=locked,
        schedule=schedule,
        rows=[row],
        unit=unit,
        by=by,
        at=at,
        restated=column.name,
        request_key=request_key if figure != current else "",
    )
    if figure == approved:
        return locked
    line = _stored(_lines(locked, schedule, row.key), schedule, row)
    if line is None or locked.last_year_id is None:
        raise NotRestated("这一行还没有保存，请先保存再重述。")
    where, number, _ = place_of(line, schedule, column.name)
    if figure == current:
        type(line).objects.filter(pk=line.pk).update(row_version=line.row_version + 1)
        record_edit(
            locked,
            schedule=schedule.name,
            changes=[_kept(line, column, current, is_named=row.line_id is not None)],
            by=by,
            at=at,
            request_key=request_key,
        )
    figures: dict[str, Any] = {"approved_figure": _decimal(approved), "restated_figure": _decimal(figure)}
    Restatement.objects.create(
        submission=locked,
        approved_in_id=locked.last_year_id,
        schedule=where,
        line=number,
        row=row_key(type(line), line.key),
        column=column.name,
        **figures,
        reason=reason.strip(),
        actor=by,
        actor_name=by.full_name,
        at=at,
    )
    return locked


def _check_row(
    row: LineChange,
    column: Column,
    stored: ScheduleLine | None,
    submission: Submission,
    schedule: Schedule,
) -> None:
    """Let a row pass that is what is stored but for one column."""
    where, key = place_kept(schedule, row.key)
    if row.row_version != (stored.row_version if stored else 0):
        key = stored.key if stored else key
        edit = last_edit_of(submission, where, LINE_MODELS[where.name], key)
        raise LinesConflict([Conflict(row, stored)], edit)
    others = [each.name for each in where.columns if each.name != column.name]
    is_renamed = row.line_id is not None and stored is not None and stored.key != row.key
    if is_renamed or any(figure_text(getattr(stored, n, "")) != figure_text(row.values[n]) for n in others):
        raise NotRestated("重述只改选中的这一个数，同一行里还有别的改动，没有重述。请先保存那些改动再重述。")


def _check_reason(reason: str) -> None:
    words = reason.strip()
    if sum(each.isalnum() for each in words) < LEAST_REASON:
        raise NotRestated(f"请写明为什么与上年已审核的数不同，至少 {LEAST_REASON} 个字。")
    if len(words) > LONGEST_REASON:
        raise NotRestated(f"重述的原因有 {len(words)} 字，最多 {LONGEST_REASON} 字，请写短些。")


def _lines(submission: Submission, schedule: Schedule, key: LineKey) -> list[ScheduleLine]:
    """The lines among which a row is stored; the total of the projects is kept as a row by nature."""
    where, _ = place_kept(schedule, key)
    return list(LINE_MODELS[where.name].objects.of_schedule(submission, where))


def _stored(lines: list[ScheduleLine], schedule: Schedule, row: LineChange) -> ScheduleLine | None:
    _, key = place_kept(schedule, row.key)
    return next(
        (line for line in lines if (line.pk == row.line_id if row.line_id else line.key == key)), None
    )


def _kept(line: ScheduleLine, column: Column, figure: Any, *, is_named: bool) -> dict[str, Any]:
    """A figure that stays as it was typed before last year's return was approved, in the record of edits."""
    said = figure_text(figure)
    change = {"row": row_key(type(line), line.key), "cells": {column.name: [said, said]}}
    return change | ({"line": line.pk} if is_named else {})


def _decimal(figure: Any) -> Decimal | None:
    return None if figure is None else Decimal(figure)


@transaction.atomic
def fill_last_year(*, submission: Submission, by: User, at: datetime) -> None:
    """Fill in last year's figures of all fixed rows, as `carry_last_year` does, in a return just started.

    What the checks find then is stored.
    """
    locked = lock_editable(submission.pk, by=by)
    for part in plan_of(locked).parts:
        if part.is_fixed:
            _carry(part, locked, by, at)
    check_again(submission_id=locked.pk)


@transaction.atomic
def carry_last_year(*, submission: Submission, by: User, at: datetime) -> CarryPlan:
    """Bring over from last year's approved return what is not there yet, all or nothing; return what came.

    Rows with the figures of last year, projects with their words, and texts that are blank this year; never
    a figure of this year nor a reason. What is there stays as it is, so that doing it again does nothing.
    Writes one `Edit` for each schedule or text, marked as carried. Raises what `lock_editable` raises.
    """
    locked = lock_editable(submission.pk, by=by)
    plan = plan_of(locked)
    for part in plan.parts:
        _carry(part, locked, by, at)
    for text in plan.texts:
        save_text(
            submission=locked,
            name=text.name,
            text=text.text,
            row_version=text.row_version,
            by=by,
            at=at,
            source=Edit.Source.CARRIED,
        )
    return plan


def _carry(part: SchedulePart, submission: Submission, by: User, at: datetime) -> None:
    if part.rows:
        save_lines(
            submission=submission,
            schedule=part.schedule,
            rows=[row.change for row in part.rows],
            unit=AmountUnit(by.amount_unit),
            by=by,
            at=at,
            source=Edit.Source.CARRIED,
        )
