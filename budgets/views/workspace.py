"""The workspace of a submission: its sections, its head, and what is still to do."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from budgets.measures import FIGURES, Origin
from budgets.money import AmountUnit
from budgets.returns import BY_FUNCTION, SCHEDULES
from budgets.rows import MeasuredRow, Row, RowKind, measured, return_rows
from budgets.views.addresses import schedule_url
from budgets.views.tasks import notes_of, tasks_of
from orgs.permissions import can_prepare
from orgs.requests import Request
from submissions.models import Submission


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the workspace as its navigation shows it."""

    title: str
    url: str
    is_current: bool
    top: MeasuredRow | None = None
    """The total of its schedule; None where no figures are entered."""
    filled: int = 0
    """How many rows hold a figure."""
    unexplained: int = 0
    """How many rows are above the round's threshold and have no reason."""
    overruled: int = 0
    """How many stated totals differ from the sum of their rows."""


@dataclass(slots=True)
class Workspace:
    """What every page of a submission shows around its own content."""

    submission: Submission
    unit: AmountUnit
    can_edit: bool
    rows: dict[str, list[Row]]
    measured: dict[str, list[MeasuredRow]]
    sections: list[Section]

    @property
    def head(self) -> MeasuredRow:
        """The total by function, from which the head of the page is made."""
        return self.measured[BY_FUNCTION.name][0]


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
    return Workspace(
        submission=submission,
        unit=AmountUnit(request.user.amount_unit),
        can_edit=submission.is_editable and can_prepare(request.user, submission.unit),
        rows=rows,
        measured=figures,
        sections=_sections(request.path, submission, figures),
    )


def _sections(path: str, submission: Submission, figures: dict[str, list[MeasuredRow]]) -> list[Section]:
    sections = [_section("填报总览", reverse("workspace", args=[submission.pk]), path, [])]
    for schedule in SCHEDULES:
        url = schedule_url(submission, schedule)
        sections.append(_section(schedule.title, url, path, figures[schedule.name]))
    sections.append(_section("预决算差异", reverse("variances", args=[submission.pk]), path, []))
    return sections


def _section(title: str, url: str, path: str, rows: list[MeasuredRow]) -> Section:
    return Section(
        title,
        url,
        is_current=path == url,
        top=rows[0] if rows else None,
        filled=sum(_is_filled(row.row) for row in rows),
        unexplained=sum(row.needs_explanation for row in rows),
        overruled=sum(
            any(figure.overruled is not None for figure in row.row.figures.values()) for row in rows
        ),
    )


def _is_filled(row: Row) -> bool:
    """Whether something was entered in a row: a figure of a line, or a stated total."""
    return row.kind != RowKind.RECONCILIATION and any(
        row.figures[name].origin in (Origin.ENTERED, Origin.STATED) for name in FIGURES
    )


@require_safe
def workspace(request: Request, submission_id: int) -> HttpResponse:
    """Show a submission's sections, how far each is, and what is left to do."""
    opened = open_workspace(request, submission_id)
    context = {
        "workspace": opened,
        "tasks": tasks_of(opened.submission, opened.measured, opened.unit),
        "notes": notes_of(opened.submission, opened.measured, opened.unit),
    }
    return render(request, "budgets/workspace.html", context)
