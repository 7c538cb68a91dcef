"""The vocabulary of queries on classifications and budget lines."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Concat, Left

from budgets.returns import Schedule

if TYPE_CHECKING:
    from orgs.models import Unit
    from submissions.models import Submission


class CategoryQuerySet(models.QuerySet):
    """Codes of a classification (科目)."""

    def in_force(self, year: int, *units: "Unit") -> Self:
        """Keep the codes valid in a fiscal year; an unknown first or last year does not exclude.

        Codes that a unit proposed and nobody has confirmed are kept for these `units` alone.
        """
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=year),
            Q(valid_to=None) | Q(valid_to__gte=year),
            Q(proposed_by=None) | Q(proposed_by__in=units),
        )

    def of_book(self, book: str) -> Self:
        """Keep the codes of one budget (budget_book), or of one chart of the economic classification."""
        model: Any = self.model
        return self.filter(**{model.own_key(): book})

    def confirmed(self) -> Self:
        """Keep the codes everyone may use."""
        return self.filter(proposed_by=None)

    def proposed_within(self, units: "Iterable[Unit]") -> Self:
        """Keep the unconfirmed codes that these units, or units below them, added; none for no units."""
        below = [Q(proposed_by__path__startswith=unit.path) for unit in units]
        return self.filter(reduce(or_, below, Q(pk__in=[]))).select_related("proposed_by")

    def matching(self, text: str) -> Self:
        """Keep the codes found by code prefix, by part of a present or former name, or by pinyin initials."""
        words = text.split()
        found = self
        for word in words:
            found = found.filter(_tells(word))
        return found if words else self.none()

    def matching_within(self, valid: Self, text: str) -> Self:
        """Keep the codes `matching` keeps, and those below a 类 or 款 of `valid` named by a word."""
        model: Any = self.model
        book, words = model.own_key(), text.split()
        found = self.alias(in_class=Concat(book, Left("code", 3)), in_subclass=Concat(book, Left("code", 5)))
        for word in words:
            headings = valid.filter(_is_named(word), level__in=("class", "subclass"))
            places = headings.annotate(place=Concat(book, "code")).values("place")
            found = found.filter(_tells(word) | Q(in_class__in=places) | Q(in_subclass__in=places))
        return found if words else self.none()


def _is_named(word: str) -> Q:
    return Q(name__icontains=word) | Q(former_names__icontains=word)


def _tells(word: str) -> Q:
    return Q(code__startswith=word) | _is_named(word) | Q(initials__contains=word.lower())


class LineQuerySet(models.QuerySet):
    """Rows of a return (报表行)."""

    def of_submissions(self, submissions: "Iterable[Submission]") -> Self:
        """Keep all rows of these submissions in the order they were added."""
        return self.filter(submission__in=submissions).order_by("pk")

    def of_submission(self, submission: "Submission") -> Self:
        """Keep all rows of a submission in the order they were added."""
        return self.filter(submission=submission).order_by("pk")

    def of_schedule(self, submission: "Submission", schedule: Schedule) -> Self:
        """Keep the rows of one schedule of one submission in the order they were added."""
        rows = self.of_submission(submission)
        return rows.filter(schedule=schedule.name) if hasattr(self.model, "schedule") else rows

    def of_keys(self, keys: "Iterable[tuple[Any, ...]]") -> Self:
        """Keep the rows that have the item or category of one of these keys; none for no keys."""
        model: Any = self.model
        wanted: dict[str, list[Any]] = {}
        for key in keys:
            name, part = next((name, part) for name, part in zip(model.KEY, key, strict=True) if part)
            wanted.setdefault(name, []).append(part)
        return self.filter(reduce(or_, (Q(**{f"{k}__in": v}) for k, v in wanted.items()), Q(pk__in=[])))

    def with_codes(self) -> Self:
        """Bring what is asked of a row's category along, as `code`, `code_name` and other `code_…`.

        A category apiece for 500 rows would be felt.
        """
        return self.annotate(
            code=Coalesce("category__code", "economic_category__code"),
            code_name=Coalesce("category__name", "economic_category__name"),
            code_proposed_by_id=Coalesce("category__proposed_by", "economic_category__proposed_by"),
            code_book=Coalesce("category__budget_book", "economic_category__chart"),
            code_valid_from=Coalesce("category__valid_from", "economic_category__valid_from"),
            code_valid_to=Coalesce("category__valid_to", "economic_category__valid_to"),
        )
