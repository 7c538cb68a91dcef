"""The addresses that lead to rows in the pages."""

from django.urls import reverse

from budgets.cells import row_id
from budgets.returns import Schedule
from budgets.rows import Row
from submissions.models import Submission


def schedule_url(submission: Submission, schedule: Schedule) -> str:
    """Return the address of a schedule's entry page."""
    return reverse("edit_lines", args=[submission.pk, schedule])


def row_url(submission: Submission, row: Row) -> str:
    """Return the address of a row on its entry page."""
    return f"{schedule_url(submission, row.schedule)}#row-{row_id(row)}"


def cell_url(submission: Submission, row: Row, column: str) -> str:
    """Return the address of a cell on the entry page of its schedule."""
    return f"{row_url(submission, row)}:{column}"


def reason_id(row: Row) -> str:
    """Return the name of the cell in which a row's variance is explained on the variance page."""
    return f"reason-{row.schedule.slug}-{row_id(row)}"


def reason_url(submission: Submission, row: Row) -> str:
    """Return the address of the cell in which a row's variance is explained."""
    return f"{reverse('variances', args=[submission.pk])}#{reason_id(row)}"
