"""Money rows: the five figures of one row of one schedule, and the rules PostgreSQL keeps for them."""

from decimal import Decimal
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q

from budgets.measures import FIGURES
from budgets.models.classification import FunctionalCategory
from budgets.money import AmountUnit
from budgets.querysets import BudgetLineQuerySet
from budgets.returns import BY_FUNCTION, BY_NATURE, REVENUE, TOTAL, Schedule
from submissions.models import Submission


class YuanField(models.DecimalField):
    """An amount in yuan or NULL (not reported), kept by the PostgreSQL domain `yuan`.

    The domain stands on unconstrained numeric because numeric(15,2) would round a third decimal and take
    NaN. It refuses fractions of a fen, NaN, infinities and 10¹³ or more; negatives are allowed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_digits": 15, "decimal_places": 2, "null": True, "blank": True}
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str:
        """Return the domain."""
        return "yuan"

    def cast_db_type(self, connection: Any) -> str:
        """Return the type for casts, which must not round either."""
        return "numeric"


class Fund(models.TextChoices):
    """The kind of money (资金性质); blank means the report does not state it."""

    GENERAL_PUBLIC = "general_public", "一般公共预算"
    GOVERNMENT_FUND = "government_fund", "政府性基金"
    STATE_CAPITAL = "state_capital", "国有资本经营"
    SOCIAL_INSURANCE = "social_insurance", "社会保险基金"
    SPECIAL_ACCOUNT = "special_account", "财政专户"
    OTHER = "other", "其他资金"


class ExpenditureNature(models.TextChoices):
    """The nature of an expenditure line (支出性质); blank means the report does not state it."""

    BASIC = "basic", "基本支出"
    PROJECT = "project", "项目支出"
    TO_SUPERIOR = "to_superior", "上缴上级支出"
    OPERATING = "operating", "经营支出"
    TO_SUBORDINATE = "to_subordinate", "对附属单位补助"


class FiveFigures(models.Model):
    """The five amounts every money row has, the reason of its variance, and its version.

    `entered_in` remembers the unit the row was typed in: sums of figures typed in 万元 carry rounding.
    """

    last_year_budget = YuanField("上年年初预算数")
    last_year_outturn = YuanField("上年决算数")
    initial_budget = YuanField("年初预算数")
    revised_budget = YuanField("全年预算数")
    outturn = YuanField("决算数")
    variance_reason = models.TextField("差异原因", blank=True, max_length=500)
    entered_in = models.CharField("填报单位", max_length=4, choices=[(u.value, u.label) for u in AmountUnit])
    row_version = models.PositiveIntegerField("行版本", default=1)

    class Meta:
        abstract = True

    @property
    def figures(self) -> dict[str, Decimal | None]:
        """Its five figures in yuan, by name."""
        return {name: getattr(self, name) for name in FIGURES}


def _items_of(schedule: Schedule) -> list[str]:
    return [TOTAL, *(item.code for item in schedule.items)]


class BudgetLine(FiveFigures):
    """Money of one row of one schedule of a submission.

    A fixed row or a stated total has its `item`; a row of the functional classification has its `category`,
    with fund and nature where the unit states them. A row on a 款 or 类 that has rows below it in the same
    submission is a stated subtotal.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="lines", verbose_name="填报")
    schedule = models.CharField("报表", max_length=40)
    item = models.CharField("固定行", max_length=40, blank=True)
    category = models.ForeignKey(
        FunctionalCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="功能科目"
    )
    fund = models.CharField("资金性质", max_length=20, choices=Fund, blank=True)
    nature = models.CharField("支出性质", max_length=20, choices=ExpenditureNature, blank=True)

    objects = BudgetLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "预算行"
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "schedule", "item", "category", "fund", "nature"],
                name="line_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="line_key_fits_schedule",
                condition=(
                    Q(schedule=REVENUE.name.value, item__in=_items_of(REVENUE), category=None)
                    | Q(schedule=BY_NATURE.name.value, item__in=_items_of(BY_NATURE), category=None)
                    | Q(schedule=BY_FUNCTION.name.value, item=TOTAL, category=None)
                    | Q(schedule=BY_FUNCTION.name.value, item="", category__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="line_fund_and_nature_by_function",
                condition=Q(fund="", nature="") | Q(category__isnull=False),
            ),
            models.CheckConstraint(name="line_fund_known", condition=Q(fund="") | Q(fund__in=Fund.values)),
            models.CheckConstraint(
                name="line_nature_known", condition=Q(nature="") | Q(nature__in=ExpenditureNature.values)
            ),
            models.CheckConstraint(
                name="line_entered_in_known", condition=Q(entered_in__in=[u.value for u in AmountUnit])
            ),
            models.CheckConstraint(name="line_version_from_one", condition=Q(row_version__gte=1)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="editable_submission_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("parent_id", "bigint"), ("parent_status", "text")],
                func="""
                    IF TG_OP = 'UPDATE' AND NEW.submission_id <> OLD.submission_id THEN
                        RAISE EXCEPTION 'a line never moves to another submission'
                              USING ERRCODE = 'check_violation';
                    END IF;
                    parent_id := CASE TG_OP WHEN 'DELETE' THEN OLD.submission_id ELSE NEW.submission_id END;
                    -- FOR SHARE, because the foreign key's own lock lets the status change beneath us.
                    SELECT status INTO parent_status FROM submissions_submission
                     WHERE id = parent_id FOR SHARE;
                    IF parent_status NOT IN ('draft', 'returned') THEN
                        RAISE EXCEPTION 'submission % is % and cannot be edited', parent_id, parent_status
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
                """,
            ),
            pgtrigger.Trigger(
                name="row_version_steps_by_one",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.row_version <> OLD.row_version + 1"),
                func="""
                    RAISE EXCEPTION 'row_version of line % must step by one', OLD.id
                          USING ERRCODE = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule} {self.category or self.item}"
