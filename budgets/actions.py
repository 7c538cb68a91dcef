"""The deeds on money: saving the rows of a schedule."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from budgets.cells import key_of, row_key
from budgets.held import Held, HeldCell
from budgets.last_year import Hold, LockedCell, last_year_of
from budgets.measures import Origin
from budgets.models import (
    LINE_MODELS,
    AmountLine,
    BudgetLine,
    CellNote,
    EconomicCategory,
    FiveFigures,
    FunctionalCategory,
    Level,
    ReturnText,
    ScheduleLine,
)
from budgets.money import AmountUnit, figure_text
from budgets.move_actions import move_documents, move_notes
from budgets.returns import (
    ADJUSTMENTS,
    BY_FUNCTION,
    BY_NATURE,
    ECONOMIC_GROUPS,
    PROJECTS,
    REASON,
    TOTAL,
    Column,
    ColumnKind,
    Schedule,
)
from budgets.row_names import line_id
from budgets.rows import PROJECT_ITEM, Row, moved_since, reason_figures, return_rows
from orgs.models import User
from orgs.untimely import Untimely
from submissions.actions import Refused, lock_editable, record_edit
from submissions.models import Edit, Submission

LineKey = tuple[Any, ...]
"""What identifies a row within a schedule: the values of its model's KEY."""


@dataclass(frozen=True, slots=True)
class LineChange:
    """One row as the accountant wants it: every column of the schedule, amounts in yuan.

    `row_version` is the version she started from; 0 is a row that did not exist. `line_id` is given for rows
    whose key itself may change (projects, buildings).
    """

    key: LineKey
    row_version: int
    values: dict[str, Any]
    line_id: int | None = None
    row: str = ""
    """What the page calls it, for the answer."""
    expressions: dict[str, dict[str, str]] = field(default_factory=dict)
    """How figures were typed that were worked out, as a line keeps it; it is kept where a figure stays."""
    pasted: frozenset[str] = frozenset()
    """The columns whose cells were pasted."""
    carried: frozenset[str] = frozenset()
    """The columns that were blank and are filled in from last year's approved return."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A row to be taken out, with the version she saw."""

    key: LineKey
    row_version: int
    line_id: int | None = None
    row: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row somebody else changed meanwhile: as it stands now, None when it is gone."""

    change: LineChange | Removal
    theirs: ScheduleLine | None


class LinesConflict(Refused, Untimely):
    """Some rows were changed by somebody else; nothing was saved. Carries who, when and their rows."""

    def __init__(self, conflicts: list[Conflict], last_edit: Edit | None):
        super().__init__("有人在您之后改过同一行，本次没有保存。请对照后再保存。")
        self.conflicts = conflicts
        self.last_edit = last_edit


class LockedFigures(Refused):
    """Figures of last year, or other fixed cells, were to be otherwise than approved; nothing was saved."""

    def __init__(self, cells: Sequence[LockedCell | HeldCell], unit: AmountUnit):
        super().__init__(cells[0].sentence(unit))
        self.cells = cells


class HeldFigures(LockedFigures, Untimely):
    """Among them cells that are fixed in the return, maybe since she opened the page (`held_in`)."""


class RequestTaken(Refused):
    """A request that calls itself as one of another person's or of another schedule; nothing was saved."""

    def __init__(self) -> None:
        super().__init__("没有看懂浏览器发来的内容，本次没有保存，请刷新页面重试。")


def is_repeated(submission: Submission, schedule: Schedule, request_key: str, by: User) -> bool:
    """Return whether a request was saved before; raises RequestTaken where it was not the same one."""
    if not request_key:
        return False
    edits = submission.edits.filter(request_key=request_key)
    saved = edits.values_list("schedule", "actor_id").first()
    if saved not in (None, (schedule.name.value, by.pk)):
        raise RequestTaken
    return saved is not None


@dataclass(slots=True)
class _Plan:
    """What a save will write to one table, sorted out against the rows as they are under the lock."""

    schedule: Schedule
    model: type[ScheduleLine]
    names: list[str]
    """The columns of the schedule."""
    inserts: list[LineChange] = field(default_factory=list)
    inserted: list[ScheduleLine] = field(default_factory=list)
    """The lines of the inserts, once they are written."""
    updates: list[tuple[ScheduleLine, LineChange]] = field(default_factory=list)
    removals: list[ScheduleLine] = field(default_factory=list)
    moved: dict[LineKey, ScheduleLine] = field(default_factory=dict)
    """The removals that are entered elsewhere, by the key of the insert: that one is the same row."""
    followed: list[dict[str, Any]] = field(default_factory=list)
    """The documents that name moved rows, changed as the trail keeps it."""
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    """The notes that went with removed rows: column → text, by `line_id`."""
    conflicts: list[Conflict] = field(default_factory=list)
    locked: list[LockedCell | HeldCell] = field(default_factory=list)
    figures: Mapping[LineKey, dict[str, str]] = field(default_factory=dict)
    """The figures of rows that are sums, by their keys, once the others are written."""


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
    model: type[ScheduleLine] | None = None,
    source: Edit.Source = Edit.Source.TYPED,
    request_key: str = "",
    restated: str = "",
    part: Mapping[str, str] | None = None,
    by_bureau: bool = False,
) -> Submission:
    """Save changed, new and removed rows of one schedule, all or nothing, and return the locked submission.

    Takes a constant number of statements whatever the rows, steps the version of each row it changes, and
    writes one `Edit` with the changed cells old → new. Rows that are as they were cost nothing and conflict
    with nobody. The total of the projects is stored as the row 项目支出 by nature. A row that the page takes
    out and enters under another fund or nature of its code, by one name, stays the same row: notes and
    documents that name it follow, the documents with an `Edit` of their own.

    `model` keeps the rows of a schedule that LINE_MODELS does not know; `part` is what the keys of its rows
    have in common where they are those of one project: rows of others are not there for it. A request whose
    `request_key` was saved before has no effect any more, whatever has become of its rows. A save from the
    browser of pasted cells alone is marked as pasted; among others each pasted cell is. `by_bureau` is for
    what the bureau itself decided (budgets.initial_budget_actions).

    Where last year's return was approved, blank figures of last year are filled in from it. Raises
    LockedFigures when one is to be another than approved and not the one stored, unless in the column
    `restated`; HeldFigures when something is to change that the model holds fixed; what `lock_editable`
    raises; RequestTaken when another request has the key; and LinesConflict when a row was changed since the
    version given.
    """
    locked = lock_editable(submission.pk, by=by, by_bureau=by_bureau)
    if is_repeated(locked, schedule, request_key, by):
        return locked
    plans = [
        _plan(where, model or LINE_MODELS[where.name], locked, its_rows, its_removed, restated, part)
        for where, its_rows, its_removed in _by_table(schedule, rows, removed)
    ]
    conflicts = [conflict for plan in plans for conflict in plan.conflicts]
    if conflicts:
        raise LinesConflict(conflicts, _last_edit(locked, next(plan for plan in plans if plan.conflicts)))
    if cells := [cell for plan in plans for cell in plan.locked]:
        is_held = any(isinstance(cell, HeldCell) for cell in cells)
        raise (HeldFigures if is_held else LockedFigures)(cells, unit)
    _write_all(plans, locked, unit)
    changes = [change for plan in plans for change in _changes(plan)]
    if changes:
        record_edit(
            locked,
            schedule=schedule.name,
            changes=changes,
            by=by,
            at=at,
            source=_source(changes, source),
            request_key=request_key,
        )
    if followed := [change for plan in plans for change in plan.followed]:
        record_edit(locked, schedule=ADJUSTMENTS.name, changes=followed, by=by, at=at, source=source)
    return locked


def _by_table(
    schedule: Schedule, rows: Sequence[LineChange], removed: Sequence[Removal]
) -> list[tuple[Schedule, Sequence[LineChange], Sequence[Removal]]]:
    """Part the total of the projects, which is a row by nature, from the projects."""
    totals = [row for row in rows if schedule == PROJECTS and row.key == (TOTAL, "")]
    if not totals:
        return [(schedule, rows, removed)]
    top = totals[0]
    where, place = place_kept(schedule, top.key)
    values = {column.name: top.values[column.name] for column in where.columns}
    moved = replace(top, key=place, values=values, line_id=None)
    return [(schedule, [row for row in rows if row is not top], removed), (where, [moved], ())]


def _plan(
    schedule: Schedule,
    model: type[ScheduleLine],
    submission: Submission,
    rows: Sequence[LineChange],
    removed: Sequence[Removal],
    restated: str = "",
    part: Mapping[str, str] | None = None,
) -> _Plan:
    plan = _Plan(schedule, model, [column.name for column in schedule.columns])
    last_year = last_year_of(submission, schedule) if rows else None
    lines = model.objects.of_schedule(submission, schedule).filter(**part or {})
    if not schedule.is_named and not (last_year and last_year.rows):  # which are met with all lines
        lines = lines.of_keys([row.key for row in rows] + [removal.key for removal in removed])
    stored = list(lines)
    hold = Hold(last_year.meet(stored), restated) if last_year and last_year.rows else None
    by_id = {line.pk: line for line in stored}
    leaving = {removal.line_id for removal in removed} | {
        row.line_id for row in rows if row.line_id in by_id and by_id[row.line_id].key != row.key
    }
    held: dict[LineKey, ScheduleLine] = {line.key: line for line in stored}
    # What a row held that is taken out or renamed in this save is free for another one.
    by_key = {key: line for key, line in held.items() if line.pk not in leaving}
    gone = {removal.key for removal in removed}
    of_code = {key[1:3]: line for key, line in held.items() if schedule.is_classified and key in gone}
    origins = _origins(schedule, removed, by_key)
    for row in rows:
        line = by_id.get(row.line_id) if row.line_id else by_key.get(row.key)
        origin = origins.get((row.row, *row.key[1:3])) if row.row_version == 0 else None
        if origin and origin.key != row.key and (line is None or row.key in gone):
            line = None
            plan.moved[row.key] = origin
        if hold and row.row_version == (line.row_version if line else 0):
            before = line or origin or of_code.get(row.key[1:3])
            is_new = line is None and origin is None
            values = hold.values(row.row, row.key, row.values, before, is_new=is_new)
            if values != row.values:
                carried = frozenset(name for name in plan.names if row.values[name] != values[name])
                row = replace(row, values=values, carried=carried)
        if line is None and row.row_version == 0 and row.line_id is None:
            plan.inserts.append(row)
        elif line is None:
            plan.conflicts.append(Conflict(row, None))
        elif line.values(plan.names) != row.values or line.expressions != _expressions(line, row):
            if line.row_version == row.row_version:
                plan.updates.append((line, row))
            else:
                plan.conflicts.append(Conflict(row, line))
    for removal in removed:
        line = by_id.get(removal.line_id) if removal.line_id else by_key.get(removal.key)
        if line and line.row_version == removal.row_version:
            plan.removals.append(line)
        elif line:
            plan.conflicts.append(Conflict(removal, line))
    _clash(plan, by_key)
    plan.locked = [*(hold.refused if hold else ()), *_held(plan, removed, model.held_in(submission))]
    return plan


def _held(plan: _Plan, removed: Sequence[Removal], held: Held | None) -> list[HeldCell]:
    """What a plan would change of that which is fixed: cells, and at their names rows that come or go."""
    if held is None:
        return []
    names = next(column for column in plan.schedule.columns if column.name == "name")
    columns = [column for column in plan.schedule.columns if column.name in held.columns]
    return [
        *(HeldCell(row.row, names, held.words) for row in plan.inserts),
        *(HeldCell(each.row, names, held.words) for each in removed if plan.removals),
        *(
            HeldCell(row.row, column, held.words)
            for line, row in plan.updates
            for column in columns
            if getattr(line, column.name) != row.values[column.name]
        ),
    ]


def _origins(
    schedule: Schedule, removed: Sequence[Removal], by_key: dict[LineKey, ScheduleLine]
) -> dict[tuple[Any, ...], ScheduleLine]:
    """What the page takes out, by what it calls the row and the code: there it may be entered elsewhere."""
    leaving = [(each.row, by_key.get(each.key)) for each in removed if schedule.is_classified and each.row]
    return {(row, *line.key[1:3]): line for row, line in leaving if line}


def _clash(plan: _Plan, by_key: dict[LineKey, ScheduleLine]) -> None:
    """Turn a renaming onto a row that somebody else holds into a conflict; it would break the row's key."""
    for line, row in plan.updates:
        theirs = by_key.get(row.key)
        if theirs and theirs.pk != line.pk:
            plan.conflicts.append(Conflict(row, theirs))


def _last_edit(submission: Submission, plan: _Plan) -> Edit | None:
    """Return the last edit of the first row in conflict."""
    conflict = plan.conflicts[0]
    key = conflict.theirs.key if conflict.theirs else conflict.change.key
    return last_edit_of(submission, plan.schedule, plan.model, key)


def last_edit_of(
    submission: Submission, schedule: Schedule, model: type[ScheduleLine], key: LineKey
) -> Edit | None:
    """Return the last edit of a row, if there is one; the projects' total is edited in two schedules."""
    schedules = [schedule.name, *([PROJECTS.name] if schedule == BY_NATURE else [])]
    edits = submission.edits.filter(schedule__in=schedules, changes__contains=[{"row": row_key(model, key)}])
    return edits.order_by("-pk").first()


def _write_all(plans: Sequence[_Plan], submission: Submission, unit: AmountUnit) -> None:
    """Write what is planned. Rows with new reasons that are sums come last, the lower ones first: only when
    all below them is written is it known what their reasons are for."""
    later = [_set_aside(plan) for plan in plans]
    for plan in plans:
        _write(plan, submission, unit)
    for height in sorted({height for sums in later for height in sums}):
        rows = return_rows(submission)
        for plan, sums in zip(plans, later, strict=True):
            if height in sums:
                _write_sums(plan, sums[height], rows[plan.schedule.name], submission, unit)


def _write_sums(
    plan: _Plan, sums: _Plan, rows: Sequence[Row], submission: Submission, unit: AmountUnit
) -> None:
    """Write rows that were set aside, and put them back into their plan."""
    sums.figures = {key_of(row): reason_figures(_summed(row)) for row in rows}
    _write(sums, submission, unit)
    plan.inserts += sums.inserts
    plan.inserted += sums.inserted
    plan.updates += sums.updates


def _summed(row: Row) -> dict[str, Any]:
    """The figures of a row that are sums: they stand, whatever is stated in it."""
    return {name: each.value for name, each in row.figures.items() if each.origin is Origin.COMPUTED}


def _set_aside(plan: _Plan) -> dict[int, _Plan]:
    """Take the rows out of a plan that say why a sum differs, and return plans of them by their height."""
    changed = [*((None, row) for row in plan.inserts), *plan.updates]
    new = [each for each in changed if _has_new_reason(plan, *each) and _stays(plan, *each)]
    heights = _heights(plan, [row.key for _, row in new])
    plans = {each: _Plan(plan.schedule, plan.model, plan.names) for each in heights.values()}
    for line, row in new:
        if row.key not in heights:
            continue
        aside = plans[heights[row.key]]
        if line is None:
            aside.inserts.append(row)
        else:
            aside.updates.append((line, row))
    taken = {id(row) for _, row in new if row.key in heights}
    plan.inserts = [row for row in plan.inserts if id(row) not in taken]
    plan.updates = [(line, row) for line, row in plan.updates if id(row) not in taken]
    return plans


_PARTS, _ALL = 2, 3
"""How high parts of a schedule and its total stand, above 款 and 类."""


def _heights(plan: _Plan, keys: Sequence[LineKey]) -> dict[LineKey, int]:
    """Return how high the rows of these keys stand that are sums, or are once there are rows below them."""
    if plan.model is not BudgetLine:
        return {}
    parts = {*ECONOMIC_GROUPS, PROJECT_ITEM, *(item.parent for item in plan.schedule.items if item.parent)}
    found = {key: _PARTS for key in keys if key[0] in parts} | {key: _ALL for key in keys if key[0] == TOTAL}
    plain = [
        key for key in keys if not key[0] and not any(key[3:])
    ]  # what states fund or nature sums nothing
    for at, model, lowest in _SUMMED_CODES:
        ids = {key[at] for key in plain if key[at]}
        above = model.objects.filter(pk__in=ids).exclude(level=lowest) if ids else ()
        heights = {category.pk: int(category.level == Level.CLASS) for category in above}
        found |= {key: heights[key[at]] for key in plain if key[at] in heights}
    return found


_SUMMED_CODES: tuple[tuple[int, Any, Level], ...] = (
    (1, FunctionalCategory, Level.ITEM),
    (2, EconomicCategory, Level.SUBCLASS),
)
"""Where in a key a code stands, and the level of codes that sum nothing."""


def _stays(plan: _Plan, line: ScheduleLine | None, row: LineChange) -> bool:
    """Whether a row is not entered elsewhere, where another may make room for it in the same statement."""
    return row.key not in plan.moved and (line is None or line.key == row.key)


def _has_new_reason(plan: _Plan, line: ScheduleLine | None, row: LineChange) -> bool:
    """Whether a change gives a row a reason that it did not have."""
    if not issubclass(plan.model, FiveFigures) or not row.values[REASON.name]:
        return False
    return line is None or getattr(line, REASON.name) != row.values[REASON.name]


def _written_for(plan: _Plan, line: ScheduleLine | None, row: LineChange) -> dict[str, str] | None:
    """What the reason of a row is written for; None without one."""
    if not row.values[REASON.name]:
        return None
    if not _has_new_reason(plan, line, row):
        return getattr(line, "reason_figures", None)
    return reason_figures(row.values) | plan.figures.get(row.key, {})


def _write(plan: _Plan, submission: Submission, unit: AmountUnit) -> None:
    if plan.removals:
        plan.model.objects.filter(pk__in=[line.pk for line in plan.removals]).delete()
        _take_notes(plan, submission)
    if plan.updates:
        _update(plan, unit)
    if plan.inserts:
        new = [_new_line(plan, row, submission, unit) for row in plan.inserts]
        plan.inserted = plan.model.objects.bulk_create(new)
    if plan.moved:
        moved = [line for line in plan.inserted if line.key in plan.moved]
        names = {line_id(plan.moved[line.key]): line_id(line) for line in moved}
        move_notes(submission, plan.schedule, names)
        if plan.schedule == BY_FUNCTION:
            plan.followed = move_documents(submission, names)


def _take_notes(plan: _Plan, submission: Submission) -> None:
    """Take away the notes of removed rows that the unit named: entered again, a row has another number."""
    if not plan.schedule.is_named:
        return
    rows = [line_id(line) for line in plan.removals]
    notes = CellNote.objects.filter(submission=submission, schedule=plan.schedule.name.value, row__in=rows)
    for note in notes:
        plan.notes.setdefault(note.row, {})[note.column] = note.text
    if plan.notes:
        notes.delete()


def _new_line(plan: _Plan, row: LineChange, submission: Submission, unit: AmountUnit) -> ScheduleLine:
    fields = dict(zip(plan.model.KEY, row.key, strict=True)) | row.values
    if hasattr(plan.model, "schedule"):
        fields["schedule"] = plan.schedule.name
    origin = plan.moved.get(row.key)
    fields["pk"] = origin.pk if origin else None
    if issubclass(plan.model, AmountLine):
        fields["entered_in"] = _entered_in(plan, origin, row, unit)
    if issubclass(plan.model, FiveFigures):
        fields["reason_figures"] = _written_for(plan, origin, row)
    # Above every version a row of this submission has had: one removed and entered again is not the old one.
    return plan.model(
        submission=submission,
        row_version=submission.row_version + 1,
        expressions=_expressions(origin, row),
        **fields,
    )


def _entered_in(plan: _Plan, origin: Any, row: LineChange, unit: AmountUnit) -> str:
    """The unit of a new row: a row that has moved with its amounts keeps its own."""
    amounts = [column.name for column in plan.schedule.columns if column.kind is ColumnKind.AMOUNT]
    if origin and all(getattr(origin, name) == row.values[name] for name in amounts):
        return str(origin.entered_in)
    return unit.value


def _expressions(line: ScheduleLine | None, row: LineChange) -> dict[str, dict[str, str]]:
    """How the figures of a row were typed: as is said now, else as was said before of a figure that stays."""
    before = line.expressions if line else {}
    return {k: v for k, v in before.items() if getattr(line, k) == row.values.get(k)} | row.expressions


_SQL_TYPES = {
    ColumnKind.AMOUNT: "numeric",
    ColumnKind.AREA: "numeric",
    ColumnKind.POINTS: "numeric",
    ColumnKind.COUNT: "integer",
    ColumnKind.TEXT: "text",
    ColumnKind.CHOICE: "text",
    ColumnKind.DATE: "date",
}


def _update(plan: _Plan, unit: AmountUnit) -> None:
    """Write all updated rows in one statement; Django's bulk_update would build a CASE per cell."""
    has_reasons = issubclass(plan.model, FiveFigures)
    rows = [
        {"id": line.pk, "row_version": line.row_version, "expressions": _expressions(line, row), **row.values}
        | ({"reason_figures": _written_for(plan, line, row)} if has_reasons else {})
        for line, row in plan.updates
    ]
    entered_in = [unit.value] if issubclass(plan.model, AmountLine) else []
    parameters: list[Any] = [*entered_in, Jsonb(rows, _dumped)]
    with connection.cursor() as cursor:
        cursor.execute(_update_statement(plan.model, plan.schedule.columns), parameters)


_dumped = partial(json.dumps, default=str)
"""Amounts and days as text, which PostgreSQL reads as they are written."""


def _update_statement(model: type[ScheduleLine], columns: Iterable[Column]) -> str:
    """The UPDATE of many rows of a table from a list in JSON; `entered_in` follows when an amount changes."""
    columns = list(columns)
    amounts = [column.name for column in columns if column.kind is ColumnKind.AMOUNT]
    sets = [f"{column.name} = new.{column.name}" for column in columns]
    if issubclass(model, AmountLine):
        old, new = (", ".join(f"{side}.{name}" for name in amounts) for side in ("line", "new"))
        sets.append(
            f"entered_in = CASE WHEN ({old}) IS DISTINCT FROM ({new}) THEN %s ELSE line.entered_in END"
        )
    typed = ", ".join(f"{column.name} {_SQL_TYPES[column.kind]}" for column in columns)
    if issubclass(model, FiveFigures):
        sets.append("reason_figures = nullif(new.reason_figures, 'null')")
        typed = f"{typed}, reason_figures jsonb"
    return f"""
        UPDATE {model._meta.db_table} AS line
           SET {", ".join(sets)}, row_version = new.row_version + 1, expressions = new.expressions
          FROM jsonb_to_recordset(%s) AS new (id bigint, row_version int, expressions jsonb, {typed})
         WHERE line.id = new.id
    """


def _changes(plan: _Plan) -> list[dict[str, Any]]:
    """The changed cells of a save that is written, old → new, as the audit trail keeps them.

    Amounts are text in yuan. A row the unit names itself has its number, which stays when its name does not.
    """
    new = zip(plan.inserts, plan.inserted, strict=True)
    return [
        *(_change(plan, None, row) | _line_of(plan, line) for row, line in new),
        *(_change(plan, line, row) | _line_of(plan, line) for line, row in plan.updates),
        *(
            {"row": row_key(plan.model, line.key), "removed": _texts(line.values(plan.names))}
            | _line_of(plan, line)
            | ({"notes": plan.notes[line_id(line)]} if line_id(line) in plan.notes else {})
            for line in plan.removals
        ),
    ]


def _change(plan: _Plan, line: ScheduleLine | None, row: LineChange) -> dict[str, Any]:
    """The cells of one row, and of those that need it: the expression typed, and how the cell came about."""
    cells = _cells(plan, line, row)
    before = line.expressions if line else {}
    typed = {name: found for name, found in row.expressions.items() if before.get(name) != found}
    how = {name: Edit.Source.PASTED.value for name in cells if name in row.pasted}
    how |= {name: Edit.Source.CARRIED.value for name in cells if name in row.carried}
    said = {"expressions": typed, "how": how}
    return {"row": row_key(plan.model, row.key), "cells": cells} | {k: v for k, v in said.items() if v}


def _line_of(plan: _Plan, line: ScheduleLine) -> dict[str, int]:
    return {"line": line.pk} if plan.schedule.is_named else {}


def _source(changes: list[dict[str, Any]], source: Edit.Source) -> Edit.Source:
    """Pasted, where every cell that was changed on the page was; those the system filled in say nothing."""
    said = source.value
    how = {
        change.get("how", {}).get(name, said) for change in changes for name in change.get("cells") or [""]
    }
    is_pasted = how - {Edit.Source.CARRIED} == {Edit.Source.PASTED}
    return Edit.Source.PASTED if source == Edit.Source.TYPED and is_pasted else source


def _cells(plan: _Plan, line: ScheduleLine | None, row: LineChange) -> dict[str, list[str]]:
    before = line.values(plan.names) if line else dict.fromkeys(plan.names, "")
    cells = {
        name: [figure_text(old), figure_text(row.values[name])]
        for name, old in before.items()
        if old != row.values[name]
    }
    return {name: cell for name, cell in cells.items() if cell[0] != cell[1]}


def _texts(values: dict[str, Any]) -> dict[str, str]:
    return {name: figure_text(value) for name, value in values.items()}


@transaction.atomic
def save_reason(
    *,
    submission: Submission,
    schedule: Schedule,
    key: LineKey,
    line_id: int | None = None,
    row_version: int,
    reason: str,
    by: User,
    at: datetime,
) -> Submission:
    """Save why a row differs from its budget or from last year; its figures stay as they are.

    A total or a fixed row that has no line yet (`row_version` 0) gets one, unless there is nothing to say.
    The reason of the projects' total is that of the row 项目支出 by nature.

    Raises what `save_lines` raises: LinesConflict also when only figures of the row were changed meanwhile,
    for the reason may no longer fit them.
    """
    locked = lock_editable(submission.pk, by=by)
    where, place = place_kept(schedule, key)
    line = _stored_line(locked, where, place, line_id)
    if line is None and row_version == 0 and not reason:
        return locked
    names = [column.name for column in where.columns]
    values = line.values(names) if line else {column.name: _nothing(column) for column in where.columns}
    row = LineChange(place, row_version, values | {REASON.name: reason}, line_id)
    return save_lines(submission=locked, schedule=where, rows=[row], unit=AmountUnit.YUAN, by=by, at=at)


class GapMoved(Refused, Untimely):
    """The row has another difference than she saw, or its reason fits."""


@transaction.atomic
def keep_reason(
    *,
    submission: Submission,
    schedule: Schedule,
    key: LineKey,
    line_id: int | None = None,
    seen: str,
    by: User,
    at: datetime,
) -> Submission:
    """Let the reason of a row stand for the figures it has now, though it was written for others.

    `seen` is the difference she saw, in yuan. Writes one `Edit` with both differences. Raises what
    `lock_editable` raises, GapMoved when the row is not there, has another difference, or its reason fits.
    """
    locked = lock_editable(submission.pk, by=by)
    where, place = place_kept(schedule, key)
    line = _stored_line(locked, where, place, line_id)
    row = next((each for each in return_rows(locked)[where.name] if line and each.line == line), None)
    round = locked.round
    moved = moved_since(row, rate=round.explain_rate, yuan=round.explain_yuan) if row else None
    if line is None or row is None or moved is None or f"{moved.now:f}" != seen:
        raise GapMoved("这一行的数或原因已经变了，请刷新页面看过再定。")
    model = LINE_MODELS[where.name]
    now: dict[str, Any] = {"reason_figures": reason_figures(row.values), "row_version": line.row_version + 1}
    model.objects.filter(pk=line.pk).update(**now)
    kept = {"cells": {}, "reason_kept": [f"{each:f}" for each in moved]}
    numbered = {"line": line.pk} if where.is_named else {}
    changes = [{"row": row_key(model, line.key)} | numbered | kept]
    record_edit(locked, schedule=where.name, changes=changes, by=by, at=at)
    return locked


def place_kept(schedule: Schedule, key: LineKey) -> tuple[Schedule, LineKey]:
    """Return where a row is stored: the total of the projects is a row by nature."""
    if schedule == PROJECTS and key == (TOTAL, ""):
        return BY_NATURE, (PROJECT_ITEM, None, None, "", "")
    return schedule, key


def _stored_line(
    submission: Submission, schedule: Schedule, key: LineKey, line_id: int | None
) -> ScheduleLine | None:
    lines = LINE_MODELS[schedule.name].objects.of_schedule(submission, schedule)
    return next((line for line in lines if (line.pk == line_id if line_id else line.key == key)), None)


def _nothing(column: Column) -> Any:
    return None if column.is_figure or column.kind is ColumnKind.DATE else ""


class TextConflict(Refused, Untimely):
    """Somebody else changed the text meanwhile; nothing was saved. Carries it as it stands now."""

    def __init__(self, theirs: ReturnText | None, last_edit: Edit | None):
        super().__init__("有人在您之后改过这段文字，本次没有保存。请对照后再保存。")
        self.theirs = theirs
        self.last_edit = last_edit


@transaction.atomic
def save_text(
    *,
    submission: Submission,
    name: ReturnText.Name,
    text: str,
    row_version: int,
    by: User,
    at: datetime,
    source: Edit.Source = Edit.Source.TYPED,
) -> Submission:
    """Save a text of the return and return the locked submission; what is as it was costs nothing.

    `row_version` is the version the text was written from; 0 is a text that did not exist. Writes one `Edit`
    with the text old → new.

    Raises what `lock_editable` raises, and TextConflict when the text was changed since that version.
    """
    locked = lock_editable(submission.pk, by=by)
    stored = ReturnText.objects.filter(submission=locked, name=name).first()
    old = stored.text if stored else ""
    if old == text:
        return locked
    if row_version != (stored.row_version if stored else 0):
        raise TextConflict(stored, locked.edits.filter(schedule=name).order_by("-pk").first())
    if stored:
        ReturnText.objects.filter(pk=stored.pk).update(text=text, row_version=row_version + 1)
    else:
        ReturnText.objects.create(submission=locked, name=name, text=text)
    changes = [{"row": {"text": name.value}, "cells": {"text": [old, text]}}]
    record_edit(locked, schedule=name, changes=changes, by=by, at=at, source=source)
    return locked
