"""What the unit changed since its return was last given back: for who reviews it again."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from budgets.cells import column_titles, full_label, recorded_row
from budgets.money import AmountUnit
from budgets.returns import Column, Schedule
from budgets.rows import Row
from budgets.views.cells import printed
from budgets.views.workspace import Workspace, open_workspace
from orgs.requests import Request
from performance.project_rows import project_slug
from performance.returns import INDICATORS, PROJECT_INDICATORS
from performance.views.point_places import BY_NAME, OF_PROJECTS, TITLES, section_url
from performance.views.sections import read_performance, read_projects
from submissions.history import said_of_file, title_of
from submissions.models import Edit
from submissions.models.points import part_of
from submissions.point_actions import WHOLE

Cell = tuple[str, str, str]
"""Section, row (as the records of edits have it, one text) and column."""


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that says something else than when the return was given back."""

    section: str
    row: str
    column: str
    old: str
    new: str
    url: str
    by: str


@require_safe
def changes(request: Request, submission_id: int) -> HttpResponse:
    """Show every cell that differs from what it was at the last return; what was undone does not."""
    workspace = open_workspace(request, submission_id)
    submission = workspace.submission
    step = submission.given_back
    edits = list(submission.edits.filter(at__gt=step.at).order_by("pk")) if step else []
    performance = read_performance(workspace)
    projects = read_projects(workspace)
    rows: dict[str, list[Row]] = {
        **workspace.rows,
        INDICATORS.name.value: performance.rows,
        PROJECT_INDICATORS.name.value: [row for project in projects for row in project.rows],
    }
    context = {
        "workspace": workspace,
        "performance": performance,
        "projects_read": projects,
        "step": step,
        "changes": list(_changes(edits, workspace, rows)),
    }
    return render(request, "performance/changes.html", context)


def _changes(edits: Iterable[Edit], workspace: Workspace, rows: Mapping[str, list[Row]]) -> Iterator[Change]:
    labels = {
        (name, _row_key(recorded.key, recorded.line)): full_label(row)
        for name, schedule in BY_NAME.items()
        for row in rows[name]
        for recorded in [recorded_row(schedule, row)]
    }
    for (section, row, column), (old, new, edit) in net_changes(edits).items():
        if file := edit.changes[0].get("attachment"):
            yield _of_file(section, file["place"], old, new, edit, workspace.submission.pk)
            continue
        schedule, project = BY_NAME.get(section), _project_of(edit)
        known = next((each for each in schedule.columns if each.name == column), None) if schedule else None
        yield Change(
            title_of(section, TITLES, project) if section in TITLES else "其他",
            labels.get((section, row), "已删除的行") if schedule else "",
            _title(schedule, column),
            _text(old, known, workspace.unit),
            _text(new, known, workspace.unit),
            _url(workspace.submission.pk, section, project),
            edit.actor_name,
        )


def _project_of(edit: Edit) -> str:
    """The project an edit is about; "" for none."""
    return str(part_of(edit.changes[0]).get("project", ""))


def _url(submission_id: int, section: str, project: str) -> str:
    """Where a change was made; "" for a section that is none any more."""
    if section in OF_PROJECTS and project:
        return reverse(OF_PROJECTS[section], args=[submission_id, project_slug(project)])
    return section_url(submission_id, section) if section in TITLES else ""


def _of_file(section: str, place: str, old: str, new: str, edit: Edit, submission_id: int) -> Change:
    """A file that was attached or removed, in the words of the history; where all files are listed."""
    title = TITLES.get(section, WHOLE.name)
    url = reverse("attachments", args=[submission_id])
    row, said = "" if place == title else place, said_of_file(old, new)
    return Change(title, row, "佐证材料", old or "空", said, url, edit.actor_name)


def net_changes(edits: Iterable[Edit]) -> dict[Cell, tuple[str, str, Edit]]:
    """Return what edits in their order come to: old, new and the last edit of each cell that differs."""
    found: dict[Cell, tuple[str, str, Edit]] = {}
    for edit in edits:
        for change in edit.changes:
            row = _row_key(change.get("row", change.get("note")), change.get("line"))
            for column, old, new in _cells(change):
                cell = (edit.schedule, row, column)
                found[cell] = (found[cell][0] if cell in found else old, new, edit)
    return {cell: each for cell, each in found.items() if each[0] != each[1]}


def _cells(change: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The cells of one change of an edit: column, old, new."""
    for column, (old, new) in change.get("cells", {}).items():
        yield column, old, new
    for column, old in change.get("removed", {}).items():
        yield column, old, ""
    if "note" in change:
        yield f"note {change['note']['column']}", *change["text"]


def _row_key(key: Any, line: int | None) -> str:
    return f"line-{line}" if line else json.dumps(key, sort_keys=True)


def _title(schedule: Schedule | None, column: str) -> str:
    name = column.removeprefix("note ")
    title = "项目" if name == "project" else column_titles(schedule).get(name, "") if schedule else ""
    return f"批注 · {title}" if name != column else title


def _text(value: str, column: Column | None, unit: AmountUnit) -> str:
    return printed(value, column, unit) if column else value or "空"
