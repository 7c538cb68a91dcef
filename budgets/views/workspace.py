"""The workspace of a submission: its sections, its head, and what is still to do."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from budgets.cells import recorded_row
from budgets.checks.results import Results, results_of
from budgets.checks.stored import Counted, bases_of
from budgets.models import ReturnText
from budgets.money import AmountUnit
from budgets.result_actions import store_results
from budgets.returns import BY_FUNCTION, Schedule
from budgets.rows import MeasuredRow, Row, RowKind, measured, return_rows
from budgets.views.sections import FILLED_IN, FINDINGS, REPORT, Group, Section, groups_of
from budgets.views.tasks import Task, cell_notes_of, notes_of, tasks_of
from orgs.permissions import can_prepare
from orgs.requests import Request
from submissions.journey import Journey, journey_of
from submissions.models import ReviewPoint, Submission
from submissions.permissions import points_seen_by
from submissions.workflow import LAST_DESK


@dataclass
class Workspace:
    """What every page of a submission shows around its own content."""

    submission: Submission
    unit: AmountUnit
    can_edit: bool
    rows: dict[str, list[Row]]
    measured: dict[str, list[MeasuredRow]]
    texts: list[ReturnText]
    journey: Journey
    points: list[ReviewPoint]
    """The review points she may see."""
    path: str
    """The address of the page."""
    reopened: list[ReviewPoint] | None = None
    """The points about whose places alone it was given back to her; None where that is no limit."""

    @cached_property
    def results(self) -> Results:
        """What the checks found; read where it is asked for."""
        return results_of(self.submission, self.unit, self.rows)

    @cached_property
    def groups(self) -> list[Group]:
        """The sections of the return in their groups."""
        return groups_of(
            self.path, self.submission, self.measured, self.texts, self.unit, self.results, self.points
        )

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """Why a return may be asked about."""
        return ReviewPoint.Reason.choices

    @property
    def points_of_desk(self) -> int:
        """How many review points of the desk it lies on are open: what a return asks of the unit."""
        here, is_open = self.submission.desk, ReviewPoint.State.OPEN
        return sum(point.state == is_open and point.desk == here for point in self.points)

    @property
    def points_to_close(self) -> list[ReviewPoint]:
        """The review points that must be closed before it leaves the desk it lies on, on the last all."""
        desk = self.submission.desk
        return [point for point in self.unsettled if desk in (point.desk, LAST_DESK)]

    @property
    def unsettled(self) -> list[ReviewPoint]:
        """The review points that are not closed, of every desk: a limited return reopens their places."""
        return [point for point in self.points if point.is_unsettled]

    @property
    def can_be_limited(self) -> bool:
        """Whether a return of the points' places alone leaves anything locked: none is on the whole."""
        return all(point.schedule for point in self.unsettled)

    @property
    def warning(self) -> str:
        """What the checks found that nobody has mended or explained, for who is about to pass it."""
        return Counted.of(self.results).warning

    def can_edit_in(self, schedule: str) -> bool:
        """Whether she may change anything of a schedule, or text, now."""
        return self.can_edit and (
            self.reopened is None or any(point.schedule in ("", schedule) for point in self.reopened)
        )

    def can_edit_all_of(self, schedule: str) -> bool:
        """Whether she may change all of a schedule, or text, and add rows to it."""
        return self.can_edit and (
            self.reopened is None
            or any(point.schedule in ("", schedule) and not point.row for point in self.reopened)
        )

    def is_locked(self, schedule: str, row: str = "") -> bool:
        """Whether she could change a place, but for a return that did not open it; "" are none and any."""
        if self.reopened is None or not schedule:
            return False
        rows = [point.row for point in self.reopened if point.schedule in ("", schedule)]
        return not ("" in rows or row in rows) if row else not rows

    def with_locks(self, tasks: Iterable[Task]) -> list[Task]:
        """Return tasks, those that must be done and cannot be for such a return marked."""
        return [
            replace(task, is_locked=task.stands_in_the_way and self.is_locked(task.schedule, task.row))
            for task in tasks
        ]

    @property
    def locked_words(self) -> str:
        """What to do about a place that was not given back and must be changed; "" if nothing was."""
        if (step := self.submission.given_back) is None:
            return ""
        who = f"{step.actor_name}（{step.get_from_desk_display()}）"
        return f"这一处这次没有退回，不能修改。请联系{who}扩大退回范围，放开这一处以后再改。"

    def can_edit_row(self, schedule: Schedule, row: Row) -> bool:
        """Whether she may change a row of a schedule now."""
        if self.reopened is None or not self.can_edit:
            return self.can_edit
        known = recorded_row(schedule, row)
        change = {"row": known.key} | ({"line": known.line} if known.line else {})
        return self.can_change(known.schedule.name, change)

    def can_change(self, schedule: str, change: dict[str, Any]) -> bool:
        """Whether she may make a change, one of an `Edit` of a schedule, now."""
        return self.can_edit and (
            self.reopened is None or any(point.reopens(schedule, change) for point in self.reopened)
        )

    @property
    def sections(self) -> list[Section]:
        """The sections that are filled in, in the order of the navigation."""
        return self._group(FILLED_IN)

    @property
    def report(self) -> list[Section]:
        """The page of the report's sections first, and those of them that the navigation shows."""
        return self._group(REPORT)

    def _group(self, name: str) -> list[Section]:
        return next(group.sections for group in self.groups if group.name == name)

    @property
    def progress(self) -> list[Section]:
        """The sections whose state may be another after a save: those filled in, and the findings."""
        sections = [section for group in self.groups for section in group.sections]
        return [*self.sections, *self.report, *(each for each in sections if each.label == FINDINGS)]

    @property
    def unexplained(self) -> int:
        """How many rows are above the round's threshold and have no reason."""
        return sum(section.unexplained for section in self.sections)

    @property
    def is_begun(self) -> bool:
        """Whether anything was entered: last year's figures of the fixed rows alone are no beginning."""
        return any(_is_begun(row) for rows in self.rows.values() for row in rows)

    @property
    def head(self) -> MeasuredRow:
        """The total by function, from which the head of the page is made."""
        return self.measured[BY_FUNCTION.name][0]

    def tasks(self) -> tuple[list[Task], list[Task]]:
        """Return what must be done before the return is handed in, and what may be left undone."""
        found = tasks_of(self.submission, self.measured, self.texts, self.unit, self.results)
        tasks = self.with_locks(found)
        needed = [task for task in tasks if task.stands_in_the_way]
        return needed, [task for task in tasks if not task.stands_in_the_way]


def _is_begun(row: Row) -> bool:
    past = {column.name for column in row.schedule.comparatives}
    is_chosen = row.kind == RowKind.LINE and not row.schedule.items
    return is_chosen or any(value is not None for name, value in row.values.items() if name not in past)


def visible_submission(request: Request, submission_id: int) -> Submission:
    """Return the submission if the person may see it; otherwise it does not exist (404)."""
    return get_object_or_404(Submission.objects.visible_to(request.user).for_workspace(), pk=submission_id)


def open_workspace(request: Request, submission_id: int) -> Workspace:
    """Read a submission with all its rows and measures, in a constant number of queries."""
    return workspace_of(visible_submission(request, submission_id), request)


def workspace_of(submission: Submission, request: Request) -> Workspace:
    """Read all rows and measures of a submission that is visible to the person and read already."""
    rows = return_rows(submission)
    figures = measured(rows, submission.round)
    texts = list(ReturnText.objects.filter(submission=submission))
    unit = AmountUnit(request.user.amount_unit)
    # Without a step there is no point: a draft costs no query.
    points = list(points_seen_by(request.user, submission)) if submission.steps else []
    can_edit = submission.is_editable and can_prepare(request.user, submission.unit)
    unsettled = [point for point in points if point.is_unsettled]
    return Workspace(
        submission=submission,
        unit=unit,
        can_edit=can_edit,
        rows=rows,
        measured=figures,
        texts=texts,
        journey=journey_of(submission, request.user),
        points=points,
        path=request.path,
        reopened=unsettled if can_edit and submission.is_limited else None,
    )


def workspace_after(submission: Submission, request: Request) -> Workspace:
    """Read a submission after a deed on it, in whose transaction what the checks find is stored.

    It is read again: what the page read before it waited for the lock may be older than its basis.
    """
    bases = bases_of([submission.pk])
    workspace = workspace_of(Submission.objects.for_workspace().get(pk=submission.pk), request)
    found = {submission.pk: workspace.results}
    store_results(results=found, bases=bases, unit=workspace.unit)
    return workspace


@require_safe
def workspace(request: Request, submission_id: int) -> HttpResponse:
    """Show a submission's sections, how far each is, and what is left to do: what must be, and what may."""
    opened = open_workspace(request, submission_id)
    needed, others = opened.tasks()
    context = {
        "workspace": opened,
        "needed": needed,
        "others": others,
        "notes": notes_of(opened.submission, opened.measured, opened.unit),
        "cell_notes": cell_notes_of(opened.submission, opened.rows),
    }
    return render(request, "budgets/workspace.html", context)
