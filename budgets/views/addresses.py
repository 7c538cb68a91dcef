"""The addresses that lead to rows in the pages."""

from django.urls import reverse

from budgets.cells import row_id
from budgets.checks import effects
from budgets.checks.printed import Listed
from budgets.checks.words import REPORT
from budgets.models import ReturnText
from budgets.returns import REASON, SCHEDULES, Schedule
from budgets.rows import Row
from submissions.findings import Finding, Place
from submissions.models import Submission


def schedule_url(submission: Submission, schedule: Schedule) -> str:
    """Return the address of a schedule's entry page."""
    return reverse("edit_lines", args=[submission.pk, schedule])


def row_url(submission: Submission, row: Row) -> str:
    """Return the address of a row on its entry page."""
    return f"{schedule_url(submission, row.schedule)}#row-{row_id(row)}"


def reason_id(row: Row) -> str:
    """Return the name of the cell in which a row's variance is explained on the variance page."""
    return f"reason-{row.schedule.slug}-{row_id(row)}"


def reason_url(submission: Submission, row: Row) -> str:
    """Return the address of the cell in which a row's variance is explained."""
    return f"{reverse('variances', args=[submission.pk])}#{reason_id(row)}"


_OF_PROJECTS = {effects.PROJECT_SCHEDULE: "edit_project_indicators", effects.PROJECT_GOAL: "edit_project"}
"""The pages of what is said of a project."""
_BY_NAME = {schedule.name.value: schedule for schedule in SCHEDULES}


def place_url(submission: Submission, place: Place) -> str:
    """Return the address of a place that a check names, as far as a cell; else that of the overview."""
    if place.schedule in _BY_NAME:
        url = schedule_url(submission, _BY_NAME[place.schedule])
        cell = f"{place.row}:{place.column}" if place.column else place.row
        return f"{url}#row-{cell}" if place.row else url
    if place.schedule == effects.SCHEDULE:
        url = reverse("edit_indicators", args=[submission.pk])
        cell = f"{place.row}:{place.column}" if place.column else place.row
        return f"{url}#row-{cell}" if place.row else url
    if place.schedule in _OF_PROJECTS:
        of = [place.row] if place.row else []
        return reverse(_OF_PROJECTS[place.schedule] if of else "projects", args=[submission.pk, *of])
    if place.schedule == effects.GOAL:
        return reverse("edit_goal", args=[submission.pk])
    if place.schedule == REPORT.schedule:
        return reverse("report_texts", args=[submission.pk])
    if place.schedule in ReturnText.Name.values:
        return reverse("edit_text", args=[submission.pk, place.schedule])
    return reverse("workspace", args=[submission.pk])


def mended_url(submission: Submission, finding: Finding) -> str:
    """Return the address at which a finding is mended: its cell, or the reason of its row."""
    outcome = finding.outcome
    return _mended_url(
        submission, outcome.place, is_explained_there=finding.asks and outcome.has_reason_field
    )


def keep_url(submission: Submission, finding: Finding) -> str:
    """Return where a reason that was written for other figures is kept as it is; "" without one."""
    if not finding.outcome.outdated_reason:
        return ""
    return reverse("keep_reason", args=[submission.pk, _BY_NAME[finding.outcome.place.schedule]])


def finding_url(submission: Submission, finding: Finding | Listed) -> str:
    """Return the address at which something is done about a finding: it is mended, or explained by itself."""
    of = finding if isinstance(finding, Listed) else finding.outcome
    if finding.asks and not of.has_reason_field:
        return f"{reverse('findings', args=[submission.pk])}#finding-{finding.name}"
    return _mended_url(submission, of.place, is_explained_there=finding.asks)


def place_to_change(finding: Finding) -> Place | None:
    """Return what must be changed for a finding; None where it is explained by itself."""
    return finding.outcome.place if not finding.asks or finding.outcome.has_reason_field else None


def _mended_url(submission: Submission, place: Place, *, is_explained_there: bool) -> str:
    return place_url(submission, place._replace(column=REASON.name) if is_explained_there else place)
