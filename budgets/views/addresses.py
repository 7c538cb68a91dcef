"""The names of rows in pages and the addresses that lead to them."""

from django.urls import reverse

from budgets.models import ScheduleLine
from budgets.returns import Schedule
from budgets.rows import Row, RowKind
from submissions.models import Submission


def line_id(line: ScheduleLine) -> str:
    """Return a stored row's name in the pages: by category with fund and nature, by item, or by number."""
    category = getattr(line, "category_id", None) or getattr(line, "economic_category_id", None)
    if category:
        return category_id(category, getattr(line, "fund", ""), getattr(line, "nature", ""))
    return getattr(line, "item", "") or f"line-{line.pk}"


def category_id(category: int, fund: str = "", nature: str = "") -> str:
    """Return the name of a row by category: "123-general_public-basic"."""
    return f"{category}-{fund}-{nature}"


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
