"""The vocabulary of queries on classifications and budget lines."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from budgets.returns import Schedule

if TYPE_CHECKING:
    from submissions.models import Submission


class CategoryQuerySet(models.QuerySet):
    """Codes of a classification (科目)."""

    def in_force(self, year: int) -> Self:
        """Keep the codes valid in a fiscal year; an unknown first or last year does not exclude."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=year), Q(valid_to=None) | Q(valid_to__gte=year)
        )

    def matching(self, text: str) -> Self:
        """Keep the codes found by code prefix, by part of a present or former name, or by pinyin initials."""
        words = text.split()
        found = self
        for word in words:
            found = found.filter(
                Q(code__startswith=word)
                | Q(name__icontains=word)
                | Q(former_names__icontains=word)
                | Q(initials__contains=word.lower())
            )
        return found if words else self.none()


_NOT_SHOWN = ("former_names", "initials", "valid_from", "valid_to", "source_count")
"""What a row does not need of its category; reading it for 500 rows would be felt."""


class BudgetLineQuerySet(models.QuerySet):
    """Money rows (预算行)."""

    def of_schedule(self, submission: "Submission", schedule: Schedule) -> Self:
        """Keep the rows of one schedule of one submission, with their category, in the order of codes."""
        return self.of_submission(submission).filter(schedule=schedule.name)

    def of_submission(self, submission: "Submission") -> Self:
        """Keep all rows of a submission, with their category, by schedule and code."""
        return (
            self.filter(submission=submission)
            .select_related("category")
            .defer(*(f"category__{name}" for name in _NOT_SHOWN))
            .order_by("schedule", "category__code", "category__budget_book", "pk")
        )
