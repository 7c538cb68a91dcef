"""The history of a cell, read from the records of edits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from budgets.cells import RecordedRow
from budgets.returns import BY_NATURE, PROJECTS
from submissions.models import Edit, Submission

MOST_EDITS = 200
"""So many of the latest edits of a row are looked through."""


@dataclass(frozen=True, slots=True)
class CellRecord:
    """One change of a cell: who, when, how, old → new as the records keep it, amounts as text in yuan."""

    by: str
    at: datetime
    how: Edit.Source
    old: str
    new: str
    expression: str = ""
    """What was typed where the figure was worked out."""
    is_removal: bool = False
    """Whether it went with its row."""

    @property
    def is_same(self) -> bool:
        """Whether the figure stayed and was only typed as an expression."""
        return self.expression != "" and self.old == self.new


def cell_records(submission: Submission, row: RecordedRow, column: str) -> list[CellRecord]:
    """Return the changes of a cell, the latest first, in one query; [] for one that was never written."""
    held = Q(changes__contains=[{"row": row.key}])
    if row.line:
        held |= Q(changes__contains=[{"line": row.line}])
    # The total of the projects is edited in two schedules.
    schedules = [row.schedule.name, *([PROJECTS.name] if row.schedule == BY_NATURE else [])]
    edits = submission.edits.filter(held, schedule__in=schedules).order_by("-pk")[:MOST_EDITS]
    return [record for edit in edits for record in _records(edit, row, column)]


def _records(edit: Edit, row: RecordedRow, column: str) -> Iterator[CellRecord]:
    for change in edit.changes:
        if not _is_of(change, row):
            continue
        how = Edit.Source(change.get("how", {}).get(column, edit.source))
        if column in change.get("cells", {}) or column in change.get("expressions", {}):
            old, new = change.get("cells", {}).get(column, ["", ""])
            said = change.get("expressions", {}).get(column, {}).get("text", "")
            yield CellRecord(edit.actor_name, edit.at, how, old, new, said)
        elif change.get("removed", {}).get(column):
            yield CellRecord(edit.actor_name, edit.at, how, change["removed"][column], "", is_removal=True)


def _is_of(change: dict[str, Any], row: RecordedRow) -> bool:
    """Whether a change is one of the row; containment finds rows whose key says more, too."""
    if row.line and "line" in change:
        return bool(change["line"] == row.line)
    return bool(change.get("row") == row.key)
