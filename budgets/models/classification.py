"""The classifications of 政府收支分类科目. Codes are text; a code's parent is its prefix.

The same name occurs under many parents (行政运行 in most 款), so a code is never looked up by name alone.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length

from budgets.querysets import CategoryQuerySet
from orgs.models import Unit

models.CharField.register_lookup(Length)

_FOR_EVER = 9999


class BudgetBook(models.TextChoices):
    """Which of the four budgets a code belongs to."""

    GENERAL_PUBLIC = "general_public", "一般公共预算"
    GOVERNMENT_FUND = "government_fund", "政府性基金预算"
    STATE_CAPITAL = "state_capital", "国有资本经营预算"
    SOCIAL_INSURANCE = "social_insurance", "社会保险基金预算"


class Level(models.TextChoices):
    """The depth of a code: class, sub-class, item."""

    CLASS = "class", "类"
    SUBCLASS = "subclass", "款"
    ITEM = "item", "项"


class Category(models.Model):
    """One code of one classification with the years it is valid in; a blank year is not known."""

    code = models.CharField("科目编码", max_length=9)
    name = models.CharField("科目名称", max_length=100)
    former_names = models.CharField("曾用名", max_length=200, blank=True)
    initials = models.CharField("拼音首字母", max_length=100, editable=False)
    level = models.CharField("级次", max_length=8, choices=Level)
    valid_from = models.PositiveSmallIntegerField("启用年度", null=True, blank=True)
    valid_to = models.PositiveSmallIntegerField("停用年度", null=True, blank=True)
    source_count = models.PositiveSmallIntegerField("公开文件印证数", default=0)
    proposed_by = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="添加单位"
    )
    """The unit that added a code our table lacks: unconfirmed, and its alone until the bureau confirms it."""
    official_year = models.PositiveSmallIntegerField("核对年度", null=True, blank=True, editable=False)
    """The latest year whose official book has decided this row; the table we carry never overrules it."""

    objects = CategoryQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def is_in_force(self, year: int) -> bool:
        """Whether it is valid in a fiscal year; an unknown first or last year does not exclude."""
        return (self.valid_from or year) <= year <= (self.valid_to or year)

    def overlaps(self, other: "Category") -> bool:
        """Whether there is a year both are valid in."""
        return (self.valid_from or 0) <= (other.valid_to or _FOR_EVER) and (other.valid_from or 0) <= (
            self.valid_to or _FOR_EVER
        )

    @classmethod
    def own_key(cls) -> str:
        """The name of the field that parts the books of one classification: budget_book or chart."""
        return "chart" if hasattr(cls, "chart") else "budget_book"

    @staticmethod
    def level_of(code: str) -> str:
        """Return the level of a code of this length: 3 digits are a 类, 5 a 款, 7 a 项."""
        return {3: Level.CLASS, 5: Level.SUBCLASS, 7: Level.ITEM}[len(code)].value

    @property
    def book(self) -> str:
        """The value of that field."""
        value: str = getattr(self, self.own_key())
        return value

    @property
    def book_title(self) -> str:
        """The Chinese name of that value."""
        title: str = getattr(self, f"get_{self.own_key()}_display")()
        return title


def _years_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name=name
    )


class FunctionalCategory(Category):
    """A code of the functional classification of expenditure (支出功能分类)."""

    budget_book = models.CharField("预算", max_length=20, choices=BudgetBook)

    class Meta:
        verbose_name = verbose_name_plural = "支出功能分类科目"
        constraints = [
            models.UniqueConstraint(
                fields=["budget_book", "code", "valid_from", "proposed_by"],
                name="function_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]+$")
                & (
                    Q(level="class", code__length=3)
                    | Q(level="subclass", code__length=5)
                    | Q(level="item", code__length=7)
                ),
                name="function_code_fits_level",
            ),
            _years_in_order("function_years_in_order"),
        ]


class EconomicCategory(Category):
    """A code of the economic classification, of the departments' or of the government's budget."""

    class Chart(models.TextChoices):
        DEPARTMENT = "department", "部门预算支出经济分类"
        GOVERNMENT = "government", "政府预算支出经济分类"

    chart = models.CharField("体系", max_length=10, choices=Chart)

    class Meta:
        verbose_name = verbose_name_plural = "支出经济分类科目"
        constraints = [
            models.UniqueConstraint(
                fields=["chart", "code", "valid_from", "proposed_by"],
                name="economic_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]+$")
                & (Q(level="class", code__length=3) | Q(level="subclass", code__length=5)),
                name="economic_code_fits_level",
            ),
            _years_in_order("economic_years_in_order"),
        ]


class RevenueCategory(Category):
    """A code of the classification of government revenue (收入分类)."""

    budget_book = models.CharField("预算", max_length=20, choices=BudgetBook)

    class Meta:
        verbose_name = verbose_name_plural = "收入分类科目"
        constraints = [
            models.UniqueConstraint(
                fields=["budget_book", "code", "valid_from", "proposed_by"],
                name="revenue_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]+$"), name="revenue_code_is_digits"),
            _years_in_order("revenue_years_in_order"),
        ]
