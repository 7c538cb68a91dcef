"""The names of rows in pages and the addresses that lead to them."""

from django.urls import reverse

from budgets.returns import Schedule
from budgets.row_names import category_id, line_id
from budgets.rows import Row, RowKind
from submissions.models import Submission


def row_id(row: Row) -> str:
    """Return the name of a row in the pages, whether or not something is stored for it."""
    if row.line and row.kind != RowKind.TOTAL:
        return line_id(row.line)
    return category_id(row.category.pk) if row.category else row.code


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
