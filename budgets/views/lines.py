"""The entry page of a schedule and its saving; what both need is here for schedules of other apps too."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from budgets import actions
from budgets.adjustment_places import with_places
from budgets.adjustments import documents_of
from budgets.cells import row_id
from budgets.checks.printed import said_of
from budgets.checks.results import Found, Group
from budgets.forms import LinesForm, Malformed, RowError
from budgets.measures import FIGURE_TITLES, OTHER_TITLES, Origin
from budgets.models import LINE_MODELS, BudgetBook, CellNote, ExpenditureNature, Fund, ScheduleLine
from budgets.money import AmountUnit, exact_text
from budgets.returns import (
    ADJUSTABLE,
    ADJUSTMENTS,
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    ECONOMIC_GROUPS,
    REASON,
    REVENUE,
    Column,
    Schedule,
    ScheduleName,
)
from budgets.rows import Row, RowKind, return_rows
from budgets.views.addresses import schedule_url
from budgets.views.cells import notes_json, point_json
from budgets.views.edits import UNREADABLE, clock, edited_by
from budgets.views.last_year import last_year_state
from budgets.views.sections import Section
from budgets.views.workspace import Workspace, open_workspace, visible_submission, workspace_after
from orgs.requests import Request
from submissions.actions import NotEditable, NotPermitted, check_may_edit
from submissions.models import CollectionRound, Submission


@require_safe
def edit_lines(request: Request, submission_id: int, schedule: Schedule) -> HttpResponse:
    """Show a schedule as a table to be filled in the browser, or to be read by those who may not."""
    workspace = open_workspace(request, submission_id)
    grid = grid_of(
        workspace,
        with_places(schedule, workspace.rows),
        workspace.rows[schedule.name],
        model=LINE_MODELS[schedule.name],
        save_url=reverse("save_lines", args=[submission_id, schedule]),
        record_url=reverse("cell_record", args=[submission_id, schedule]),
        note_url=reverse("save_note", args=[submission_id, schedule]),
    )
    context = {"workspace": workspace, "schedule": schedule, "grid": grid}
    return render(request, "budgets/edit_lines.html", context)


@require_POST
def save_lines(request: Request, submission_id: int, schedule: Schedule) -> JsonResponse:
    """Save what the entry page sends: 200 with the rows as stored, 422 all mistakes, 409 others' changes.

    403 when she may see but not change; 400 when the request has another shape.
    """
    submission = visible_submission(request, submission_id)
    if schedule == ADJUSTMENTS:
        schedule = with_places(schedule, return_rows(submission))

    def answer() -> tuple[list[Row], dict[str, Any]]:
        workspace = workspace_after(submission, request)
        rows = workspace.rows[schedule.name]
        return rows, state_of(workspace, schedule, rows) | section_states(workspace.progress)

    return save_grid(request, submission, schedule, answer)


Answer = Callable[[], tuple[list[Row], dict[str, Any]]]
"""Reads a schedule's rows as they are stored by now, and what the page is told of them; what the checks find
in them is stored."""


def save_grid(
    request: Request,
    submission: Submission,
    schedule: Schedule,
    answer: Answer,
    model: type[ScheduleLine] | None = None,
    part: Mapping[str, str] | None = None,
) -> JsonResponse:
    """Save the rows an entry page sent, as `save_lines` says; `model` and `part` as in the deed."""
    try:
        check_may_edit(submission, by=request.user)
        form = LinesForm(json.loads(request.body), schedule, submission, model, part=part)
    except NotPermitted as refusal:
        return JsonResponse({"message": str(refusal)}, status=403)
    except (Malformed, ValueError, RecursionError):  # json.loads goes down one call for each bracket
        return JsonResponse({"message": UNREADABLE}, status=400)
    if not form.is_valid():
        return JsonResponse({"errors": [error.as_json() for error in form.errors]}, status=422)
    now = timezone.now()
    try:
        with transaction.atomic():
            actions.save_lines(
                submission=submission,
                schedule=schedule,
                rows=form.changes,
                removed=form.removals,
                unit=form.unit,
                by=request.user,
                at=now,
                model=model,
                request_key=form.key,
                part=part,
            )
            rows, state = answer()
    except (NotPermitted, NotEditable) as refusal:
        return JsonResponse({"message": str(refusal)}, status=403)
    except actions.RequestTaken as refusal:
        return JsonResponse({"message": str(refusal)}, status=400)
    except actions.LinesConflict as conflict:
        return JsonResponse(_conflicts(conflict, schedule), status=409)
    except actions.LockedFigures as refusal:
        return JsonResponse({"errors": _locked(refusal, form.unit)}, status=422)
    return JsonResponse({"saved_at": clock(now), "saved": _saved(rows, form), **state})


def _locked(refusal: actions.LockedFigures, unit: AmountUnit) -> list[dict[str, str]]:
    """The cells that are last year's approved figures, as mistakes of the page."""
    return [RowError(each.row, each.column.name, each.sentence(unit)).as_json() for each in refusal.cells]


def section_states(sections: Iterable[Section]) -> dict[str, Any]:
    """Return how far sections are, for the navigation of a page that has just saved."""
    return {
        "sections": [
            {"url": section.url, "title": section.title, **asdict(section.state)}
            for section in sections
            if section.state
        ]
    }


def _saved(rows: list[Row], form: LinesForm) -> dict[str, str]:
    """What the page's rows are called from now on, by what it called them."""
    names = {row.line.key: row_id(row) for row in rows if row.line}
    return {change.row: names[change.key] for change in form.changes if change.key in names}


def grid_of(
    workspace: Workspace,
    schedule: Schedule,
    rows: list[Row],
    *,
    model: type[ScheduleLine],
    save_url: str,
    record_url: str,
    note_url: str,
) -> dict[str, Any]:
    """Return everything the grid script needs, once: what the schedule is, its notes, and its state."""
    submission = workspace.submission
    notes = CellNote.objects.filter(submission=submission, schedule=schedule.name)
    by_function = schedule == BY_FUNCTION
    return {
        "schedule": {
            "name": schedule.name,
            "title": schedule.title,
            "classification": schedule.classification or "",
            "is_named": schedule.is_named,
            "in_variances": schedule.in_variances,
            "is_share_base": schedule in (BY_FUNCTION, REVENUE),
            "is_reconciled": schedule == BY_NATURE,
            "is_adjusted": schedule.name in ADJUSTABLE,
        },
        "year": submission.round.fiscal_year,
        "unit": workspace.unit,
        "can_edit": workspace.can_edit_in(schedule.name),
        "can_add": workspace.can_edit_all_of(schedule.name),
        "columns": [_column(column) for column in schedule.columns],
        "measures": [
            {
                "name": measure.name,
                "title": measure.title,
                "kind": measure.kind,
                "value": measure.value,
                "base": measure.base,
                "formula": measure.formula,
            }
            for measure in schedule.measures
        ],
        "figure_titles": FIGURE_TITLES | OTHER_TITLES,
        "key": _typed_key(model, schedule) if schedule.is_named else [],
        "groups": [
            {"code": code, "name": name, "classes": classes}
            for code, (name, classes) in ECONOMIC_GROUPS.items()
            if schedule == BY_ECONOMIC
        ],
        "funds": Fund.choices if by_function else [],
        "natures": ExpenditureNature.choices if by_function else [],
        "threshold": _threshold(submission.round),
        "save_url": save_url,
        "record_url": record_url,
        "note_url": note_url,
        "notes": notes_json(notes),
        "ask_url": reverse("ask_point", args=[submission.pk]) if workspace.journey.can_decide else "",
        "reasons": workspace.reasons if workspace.journey.can_decide else [],
        "points": [
            point_json(point)
            for point in workspace.points
            if point.schedule == schedule.name and point.row and point.is_unsettled
        ],
        "search_url": _category_url("search_categories", submission, schedule),
        "find_url": _category_url("find_categories", submission, schedule),
        "add_category_url": _category_url("add_category", submission, schedule),
        "budget_books": BudgetBook.choices if by_function else [],
        **state_of(workspace, schedule, rows),
    }


def _typed_key(model: type[ScheduleLine], schedule: Schedule) -> tuple[str, ...]:
    """The columns that tell named rows of a page apart: not what all of its rows have in common."""
    columns = {column.name for column in schedule.columns}
    return tuple(name for name in model.KEY if name in columns)


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "title": column.title,
        "kind": column.kind,
        "required": column.required,
        "has_lines": column.has_lines,
        "choices": column.choices,
        "is_unsigned": column.is_unsigned,
        "sum_of": column.sum_of,
    }


def _category_url(name: str, submission: Submission, schedule: Schedule) -> str:
    if not schedule.classification:
        return ""
    return reverse(name, args=[submission.pk, schedule.classification])


def _threshold(round: CollectionRound) -> dict[str, str]:
    return {"rate": str(round.explain_rate), "yuan": str(round.explain_yuan)}


def state_of(workspace: Workspace, schedule: Schedule, rows: list[Row]) -> dict[str, Any]:
    """Return what changes with a save: rows with their versions, the head's figures, the base of the share.

    The revenue from other sources is what names the reconciliation of the two expenditure schedules.
    """
    head = {name: exact_text(value) for name, value in workspace.head.row.values.items()}
    total = workspace.rows[REVENUE.name if schedule == REVENUE else BY_FUNCTION.name][0]
    last_year = last_year_state(workspace.submission, schedule, rows, can_edit=workspace.can_edit)
    cells = last_year.pop("cells")
    return {
        "rows": [
            _row(row, workspace.submission)
            | {"last_year": each, "is_open": workspace.can_edit_row(schedule, row)}
            for row, each in zip(rows, cells, strict=True)
        ],
        "head": head,
        "share_total": exact_text(total.values["outturn"]),
        "other_income": exact_text(_other_income(workspace)),
        "last_year": last_year,
        "adjusted": exact_text(_adjusted_unnamed(workspace, schedule.name)),
        "findings": _findings(workspace, schedule),
    }


_MARKS = {Group.MEND: "wrong", Group.EXPLAIN: "ask", Group.OVERRIDDEN: "calm", Group.EXPLAINED: "calm"}
"""How findings are marked in their cells; what needs nobody's hand is not."""


def _findings(workspace: Workspace, schedule: Schedule) -> list[dict[str, str]]:
    """What the checks find in the cells of a schedule, the gravest first: where, its mark, what is said.

    What is explained by the reason of a row stands at that reason.
    """
    columns = {column.name for column in schedule.columns}
    found = []
    for each in workspace.results.in_schedule(schedule.name.value, *_MARKS):
        outcome = each.finding.outcome
        is_of_reason = each.finding.asks and outcome.has_reason_field and REASON.name in columns
        place = {
            "row": outcome.place.row,
            "column": REASON.name if is_of_reason else outcome.place.column,
        }
        if outcome.place.row:
            found.append(place | {"mark": _MARKS[each.group], "text": _said(each)})
    return found


def _said(found: Found) -> str:
    """What a cell says of a finding: what is wrong and how to mend it, or what was said of it."""
    finding, said = found.finding, said_of(found)
    words = [f"{found.group.label}。{finding.outcome.sentence}"]
    if found.group in (Group.OVERRIDDEN, Group.EXPLAINED):
        words += [f"说明：{said}"] if said and found.group is Group.EXPLAINED else [said]
    else:
        words.append(finding.outcome.remedy)
    return "".join(each for each in words if each) + f"（{finding.check.code}）"


def _adjusted_unnamed(workspace: Workspace, name: ScheduleName) -> Decimal | None:
    """What documents change in a row that is not there yet: nothing where every document names another."""
    lines = {each: [row.line for row in workspace.rows.get(each, ()) if row.line] for each in ScheduleName}
    return documents_of(lines).of(name, "")


def _other_income(workspace: Workspace) -> Decimal | None:
    return next(row for row in workspace.rows[REVENUE.name] if row.code == "other").values["outturn"]


def _row(row: Row, submission: Submission) -> dict[str, Any]:
    """One row as the grid script reads it: what is stored for it, as text; it sums by itself."""
    names = [column.name for column in row.schedule.columns]
    is_named = row.schedule.is_named and row.kind == RowKind.LINE
    stored = row.values if row.kind == RowKind.RECONCILIATION else {name: row.own(name) for name in names}
    return {
        "row": row_id(row),
        "id": row.line.pk if row.line and is_named else None,
        "kind": row.kind,
        "code": row.code,
        "name": row.name,
        "parent": row.parent,
        "depth": row.depth,
        "item": "" if row.category or is_named else row.code,
        "category": row.category.pk if row.category else None,
        "is_unconfirmed": bool(row.category and row.category.proposed_by_id),
        "fund": getattr(row.line, "fund", ""),
        "nature": getattr(row.line, "nature", ""),
        "row_version": row.line.row_version if row.line else 0,
        "values": {name: actions.figure_text(value) for name, value in stored.items()},
        "expressions": row.line.expressions if row.line else {},
        "columns": row.columns,
        "elsewhere": _elsewhere(row),
        "source": _source(row, submission),
        "adjusted": exact_text(row.adjusted if row.elsewhere else row.adjusted_here),
    }


def _elsewhere(row: Row) -> dict[str, dict[str, Any]] | None:
    """The figures a row takes from another schedule, with how many rows are blank there; None for its own."""
    if not row.elsewhere:
        return None
    return {
        name: {
            "value": exact_text(figure.value) if figure.origin == Origin.COMPUTED else "",
            "blanks": figure.blanks,
        }
        for name, figure in row.figures.items()
    }


def _source(row: Row, submission: Submission) -> dict[str, str] | None:
    """The schedule in which the figures of a row are entered, where that is another one."""
    if not row.elsewhere:
        return None
    schedule = row.elsewhere[0].schedule
    return {"title": schedule.short_title, "url": schedule_url(submission, schedule)}


def _conflicts(conflict: actions.LinesConflict, schedule: Schedule) -> dict[str, Any]:
    names = [column.name for column in schedule.columns]
    return {
        "message": str(conflict),
        **edited_by(conflict.last_edit),
        "conflicts": [
            {"row": found.change.row, "theirs": _stored(found.theirs, names)} for found in conflict.conflicts
        ],
    }


def _stored(line: ScheduleLine | None, names: list[str]) -> dict[str, Any] | None:
    if line is None:
        return None
    return {
        "id": line.pk,  # a renaming may meet another row than the one it began with
        "row_version": line.row_version,
        "values": {name: actions.figure_text(getattr(line, name, "")) for name in names},
        "expressions": line.expressions,
    }
