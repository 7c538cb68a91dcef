"""The official books that were loaded, and the codes that were confirmed: what was done to the tables."""

import pgtrigger
from django.db import models
from django.db.models import Q

from budgets.books import DEPARTMENT, FUNCTIONAL, GOVERNMENT, CodeRules
from budgets.models.classification import BudgetBook, EconomicCategory, FunctionalCategory
from orgs.guards import never_truncated, refuse
from orgs.models import Unit, User

Chart = EconomicCategory.Chart

BOOKS = [
    *((value, f"支出功能分类 · {label}") for value, label in BudgetBook.choices),
    *Chart.choices,
]
"""The books an administrator can load: one per budget, and one per chart of the economic classification."""


def model_of(book: str) -> type[FunctionalCategory] | type[EconomicCategory]:
    """Return which table holds the codes of a book."""
    return EconomicCategory if book in Chart.values else FunctionalCategory


def rules_of(book: str) -> CodeRules:
    """Return how the codes of a book are written."""
    return {Chart.DEPARTMENT.value: DEPARTMENT, Chart.GOVERNMENT.value: GOVERNMENT}.get(book, FUNCTIONAL)


class CategoryBook(models.Model):
    """The official book of one year as it was uploaded: waits for its confirmation, then is its record.

    `rows` are [code, name] in the book's order. `changes` is what loading it did, by kind. What was uploaded
    never changes; once loaded, nothing of it does.
    """

    book = models.CharField("科目", max_length=20, choices=BOOKS)
    fiscal_year = models.PositiveSmallIntegerField("年度")
    file_name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("文件摘要", max_length=64)
    rows = models.JSONField("科目")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    applied_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    applied_at = models.DateTimeField("装入时间", null=True, blank=True)
    changes = models.JSONField("改动", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "科目书"
        constraints = [
            models.CheckConstraint(condition=Q(book__in=[value for value, _ in BOOKS]), name="book_known"),
            models.CheckConstraint(
                condition=Q(fiscal_year__gte=2000, fiscal_year__lte=2100), name="book_year_is_a_year"
            ),
            models.CheckConstraint(
                condition=Q(applied_at=None, applied_by=None, changes__isnull=True)
                | Q(applied_at__isnull=False, applied_by__isnull=False, changes__isnull=False),
                name="book_applied_wholly",
            ),
        ]
        triggers = [
            refuse(
                "upload_never_changes",
                pgtrigger.Update,
                "Cannot update rows: an uploaded book stays as it is",
                condition=pgtrigger.AnyChange(
                    "book", "fiscal_year", "file_name", "sha256", "rows", "uploaded_by", "uploaded_at"
                ),
            ),
            refuse(
                "append_only_once_applied",
                pgtrigger.Update | pgtrigger.Delete,
                "Cannot update or delete rows: this book was applied",
                condition=pgtrigger.Q(old__applied_at__isnull=False),
            ),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.get_book_display()} {self.fiscal_year} 年"


class CategoryConfirmation(models.Model):
    """The record of one confirmation: whose unconfirmed code was let into the table for everybody."""

    book = models.CharField("科目", max_length=20, choices=BOOKS)
    code = models.CharField("科目编码", max_length=9)
    name = models.CharField("科目名称", max_length=100)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="添加单位")
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="确认人")
    actor_name = models.CharField("确认人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "科目确认记录"
        triggers = [
            refuse(
                "append_only",
                pgtrigger.Update | pgtrigger.Delete,
                "Cannot update or delete rows: confirmations are only added",
            ),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name} {self.actor_name}"
