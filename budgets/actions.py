"""The deeds on money: saving the rows of a schedule, loading the classifications."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import UniqueConstraint

from budgets.measures import FIGURES
from budgets.models import BudgetLine, Category, FunctionalCategory, Level
from budgets.money import AmountUnit, exact_text
from budgets.returns import Schedule
from orgs.models import User
from orgs.pinyin import initials
from submissions.actions import Refused, lock_editable, record_edit
from submissions.models import Edit, Submission

LineKey = tuple[str, int | None, str, str]
"""What identifies a row within a schedule: item, category id, fund, nature."""


@dataclass(frozen=True, slots=True)
class LineChange:
    """One row as the accountant wants it: its key, the version she started from, figures in yuan.

    `row_version` 0 is a row that did not exist. `category` is given for rows by function.
    """

    key: LineKey
    row_version: int
    figures: dict[str, Decimal | None]
    variance_reason: str
    category: FunctionalCategory | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row somebody else changed meanwhile: as it stands now, None when it is gone."""

    key: LineKey
    theirs: BudgetLine | None


@dataclass(frozen=True, slots=True)
class Removal:
    """A row to be taken out, with the version she saw."""

    key: LineKey
    row_version: int


class LinesConflict(Refused):
    """Some rows were changed by somebody else; nothing was saved. Carries who, when and their rows."""

    def __init__(self, conflicts: list[Conflict], last_edit: Edit | None):
        super().__init__("有人在您之后改过同一行，本次没有保存。请对照后再保存。")
        self.conflicts = conflicts
        self.last_edit = last_edit


@dataclass(slots=True)
class _Plan:
    """What a save will write, sorted out against the rows as they are under the lock."""

    inserts: list[LineChange] = field(default_factory=list)
    updates: list[tuple[BudgetLine, LineChange]] = field(default_factory=list)
    removals: list[BudgetLine] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.inserts or self.updates or self.removals)


@transaction.atomic
def save_lines(
    *,
    submission: Submission,
    schedule: Schedule,
    rows: Sequence[LineChange],
    removed: Sequence[Removal] = (),
    unit: AmountUnit,
    by: User,
    at: datetime,
) -> Submission:
    """Save changed, new and removed rows of one schedule, all or nothing, and return the locked submission.

    Takes a constant number of statements whatever the rows, steps the version of each row it changes, and
    writes one `Edit` with the changed cells old → new. Rows that are as they were cost nothing and conflict
    with nobody.

    Raises what `lock_editable` raises, and LinesConflict when a row was changed since the version given.
    """
    locked = lock_editable(submission.pk, by=by)
    stored = BudgetLine.objects.filter(submission=locked, schedule=schedule.name)
    current = {line_key(line): line for line in stored}
    plan = _plan(current, rows, removed)
    if plan.conflicts:
        raise LinesConflict(
            plan.conflicts, locked.edits.filter(schedule=schedule.name).order_by("-pk").first()
        )
    if plan:
        _write(plan, locked, schedule, unit)
        record_edit(locked, schedule=schedule.name, changes=_changes(plan), by=by, at=at)
    return locked


def line_key(line: BudgetLine) -> LineKey:
    """Return what identifies a row within its schedule."""
    return (line.item, line.category_id, line.fund, line.nature)


def _plan(
    current: dict[LineKey, BudgetLine], rows: Sequence[LineChange], removed: Sequence[Removal]
) -> _Plan:
    plan = _Plan()
    for row in rows:
        line = current.get(row.key)
        if line is None and row.row_version == 0:
            plan.inserts.append(row)
        elif line is None:
            plan.conflicts.append(Conflict(row.key, None))
        elif not _same(line, row):
            if line.row_version == row.row_version:
                plan.updates.append((line, row))
            else:
                plan.conflicts.append(Conflict(row.key, line))
    for removal in removed:
        line = current.get(removal.key)
        if line and line.row_version == removal.row_version:
            plan.removals.append(line)
        elif line:
            plan.conflicts.append(Conflict(removal.key, line))
    return plan


def _same(line: BudgetLine, row: LineChange) -> bool:
    return line.variance_reason == row.variance_reason and line.figures == row.figures


def _write(plan: _Plan, submission: Submission, schedule: Schedule, unit: AmountUnit) -> None:
    if plan.removals:
        BudgetLine.objects.filter(pk__in=[line.pk for line in plan.removals]).delete()
    if plan.updates:
        _update(plan.updates, unit)
    if plan.inserts:
        BudgetLine.objects.bulk_create(
            BudgetLine(
                submission=submission,
                schedule=schedule.name,
                item=row.key[0],
                category_id=row.key[1],
                fund=row.key[2],
                nature=row.key[3],
                variance_reason=row.variance_reason,
                entered_in=unit,
                **row.figures,
            )
            for row in plan.inserts
        )


_UPDATE = f"""
    UPDATE {BudgetLine._meta.db_table} AS line
       SET {", ".join(f"{name} = new.{name}" for name in FIGURES)},
           variance_reason = new.variance_reason,
           entered_in = CASE WHEN ({", ".join(f"line.{name}" for name in FIGURES)})
                                  IS DISTINCT FROM ({", ".join(f"new.{name}" for name in FIGURES)})
                             THEN %s ELSE line.entered_in END,
           row_version = new.row_version + 1
      FROM unnest(%s::bigint[], %s::int[], %s::text[], {", ".join("%s::numeric[]" for _ in FIGURES)})
           AS new (id, row_version, variance_reason, {", ".join(FIGURES)})
     WHERE line.id = new.id
"""


def _update(updates: list[tuple[BudgetLine, LineChange]], unit: AmountUnit) -> None:
    """Write all updated rows in one statement; Django's bulk_update would build a CASE per cell."""
    columns: list[list[Any]] = [[row.figures[name] for _, row in updates] for name in FIGURES]
    with connection.cursor() as cursor:
        cursor.execute(
            _UPDATE,
            [
                unit.value,
                [line.pk for line, _ in updates],
                [line.row_version for line, _ in updates],
                [row.variance_reason for _, row in updates],
                *columns,
            ],
        )


def _changes(plan: _Plan) -> list[dict[str, Any]]:
    """The changed cells of a save, old → new, as the audit trail keeps them; amounts are text in yuan."""
    return [
        *({"row": _key_text(row.key), "cells": _cells(None, row)} for row in plan.inserts),
        *({"row": _key_text(row.key), "cells": _cells(line, row)} for line, row in plan.updates),
        *({"row": _key_text(line_key(line)), "removed": _values(line)} for line in plan.removals),
    ]


def _key_text(key: LineKey) -> dict[str, Any]:
    return {
        name: part for name, part in zip(("item", "category", "fund", "nature"), key, strict=True) if part
    }


def _values(line: BudgetLine | None) -> dict[str, str]:
    if line is None:
        return dict.fromkeys((*FIGURES, "variance_reason"), "")
    return {**_texts(line.figures), "variance_reason": line.variance_reason}


def _texts(figures: dict[str, Decimal | None]) -> dict[str, str]:
    return {name: exact_text(figure) for name, figure in figures.items()}


def _cells(line: BudgetLine | None, row: LineChange) -> dict[str, list[str]]:
    old = _values(line)
    new = {**_texts(row.figures), "variance_reason": row.variance_reason}
    return {name: [old[name], new[name]] for name in new if old[name] != new[name]}


def load_categories(model: type[Category], shared: dict[str, str], rows: Sequence[dict[str, str]]) -> int:
    """Create or update the codes of one classification in one statement, and return how many rows there were.

    `rows` have code, level (类, 款, 项), name, valid_from, valid_to, source_count, and where they differ
    former_names and budget_book, as text; `shared` is what all have in common. Idempotent; nothing is
    deleted. Raises KeyError on an unknown level, ValueError on a year that is not a number.
    """
    key = next(rule.fields for rule in model._meta.constraints if isinstance(rule, UniqueConstraint))
    model.objects.bulk_create(
        [_category(model, shared | row) for row in rows],
        update_conflicts=True,
        unique_fields=key,
        update_fields=["name", "former_names", "initials", "level", "valid_to", "source_count"],
    )
    return len(rows)


def _category(model: type[Category], row: dict[str, str]) -> Category:
    levels = {label: value for value, label in Level.choices}
    own = {name: row[name] for name in ("budget_book", "chart") if name in row}
    return model(
        **own,
        code=row["code"],
        name=row["name"],
        former_names=row.get("former_names", ""),
        initials=initials(row["name"]),
        level=levels[row["level"]],
        valid_from=_year(row["valid_from"]),
        valid_to=_year(row["valid_to"]),
        source_count=int(row["source_count"] or 0),
    )


def _year(text: str) -> int | None:
    return int(text) if text else None
