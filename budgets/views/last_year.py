"""Last year's figures as the entry page shows them: where they come from, and which were restated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from budgets.cells import key_of, row_label
from budgets.last_year import (
    Figure,
    LastYear,
    Restatements,
    approved_text,
    lacking,
    last_year_of,
    restatement_of,
    restatements_of,
)
from budgets.models import Restatement
from budgets.money import AmountUnit, figure_text
from budgets.returns import Column, Schedule
from budgets.rows import Row
from submissions.models import Submission


def last_year_state(
    submission: Submission, schedule: Schedule, rows: Sequence[Row], *, can_edit: bool
) -> dict[str, Any]:
    """Return what the entry page says of last year's figures; `cells` has what it says of each of the rows.

    `can_edit` says whether she who reads it types them.
    Takes one query, one more for the projects and one for what was restated; none without an approved return
    of the year before.
    """
    lines = [row.line for row in rows if row.line]
    last_year = last_year_of(submission, schedule).meet(lines)
    columns, approved = last_year.columns, last_year.by_key()
    restated = restatements_of(submission, schedule) if columns else {}
    return {
        "columns": [column.name for column in columns],
        "source": last_year.source,
        "said": _said(last_year, can_edit=can_edit),
        "lacking": len(lacking(last_year, lines)),
        "cells": [_cells(row, columns, approved.get(key_of(row), {}), restated) for row in rows],
        "restate_url": reverse("restate", args=[submission.pk, schedule]) if columns else "",
        "carry_url": reverse("carry_last_year", args=[submission.pk]) if last_year.exists else "",
    }


def _said(last_year: LastYear, *, can_edit: bool) -> str:
    """Where last year's figures come from, in a sentence; "" in a schedule without any."""
    columns, typed = last_year.columns, last_year.typed
    titles, who = "、".join(column.title for column in typed), "您" if can_edit else "填报人"
    if not columns and not typed:
        return ""
    if not last_year.exists:
        return f"{titles}由{who}填写：系统里没有本单位 {last_year.year} 年度已审核的填报。"
    if not columns:
        return f"{titles}由{who}填写：本单位 {last_year.year} 年度已审核的填报里没有这张表的数。"
    taken = "、".join(column.title for column in columns)
    others = f"{titles}那里没有，由{who}填写。" if typed else ""
    restate = "；确有变动的，选中那一格按 Enter 重述，写明原因" if can_edit else ""
    return f"{taken}取自 {last_year.source}，已锁定{restate}。{others}"


def _cells(
    row: Row, columns: Sequence[Column], approved: dict[str, Figure], restated: Restatements
) -> dict[str, Any]:
    """What the page has to know of the locked cells of a row: nothing of those that are blank everywhere."""
    found: dict[str, Any] = {}
    for column in columns:
        figure, stored = approved.get(column.name), row.own(column.name)
        if figure is None and stored is None:
            continue
        found[column.name] = {
            "approved": figure_text(figure),
            "restated": _restatement(row, column.name, restated),
            "differs": stored is not None and stored != figure,
        }
    return found


def _restatement(row: Row, column: str, restated: Restatements) -> dict[str, str] | None:
    found = restatement_of(row, column, restated)
    if not found:
        return None
    at = timezone.localtime(found.at)
    return {"reason": found.reason, "by": found.actor_name, "at": f"{at:%Y-%m-%d}"}


@dataclass(frozen=True, slots=True)
class PrintedRestatement:
    """A restatement as it is read: the row and the column, both figures, and why."""

    row: str
    column: str
    approved: str
    restated: str
    reason: str
    by: str
    at: datetime


def printed_restatement(found: Restatement, row: Row, column: Column, unit: AmountUnit) -> PrintedRestatement:
    """Return a restatement of a row as it is read, amounts in `unit`."""
    return PrintedRestatement(
        row=f"{row.schedule.short_title} · {row_label(row)}",
        column=column.title,
        approved=approved_text(found.approved_figure, column, unit),
        restated=approved_text(found.restated_figure, column, unit),
        reason=found.reason,
        by=found.actor_name,
        at=found.at,
    )
