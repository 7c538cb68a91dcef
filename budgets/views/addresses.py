"""The names of rows in pages and the addresses that lead to them."""

from django.urls import reverse

from budgets.actions import LineKey, line_key
from budgets.returns import Schedule
from budgets.rows import Row
from submissions.models import Submission


def key_id(key: LineKey) -> str:
    """Return a row's name in the pages: "123-general_public-basic" by category, else its item."""
    item, category, fund, nature = key
    return f"{category}-{fund}-{nature}" if category else item


def row_id(row: Row) -> str:
    """Return the name of a row in the pages, whether or not something is stored for it."""
    if row.line:
        return key_id(line_key(row.line))
    return key_id(("", row.category.pk, "", "") if row.category else (row.code, None, "", ""))


def schedule_url(submission: Submission, schedule: Schedule) -> str:
    """Return the address of a schedule's entry page."""
    return reverse("edit_lines", args=[submission.pk, schedule])


def row_url(submission: Submission, row: Row) -> str:
    """Return the address of a row on its entry page."""
    return f"{schedule_url(submission, row.schedule)}#row-{row_id(row)}"
