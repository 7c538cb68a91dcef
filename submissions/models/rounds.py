"""What a finance bureau collects for a year, and until when."""

from datetime import date

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from orgs.append_only import Deed, at_some_time
from orgs.guards import Guard, only_added
from orgs.models import Unit, User
from submissions.querysets import CollectionRoundQuerySet
from submissions.workflow import DESKS, LAST_DESK, Side


class CollectionRound(models.Model):
    """What a finance bureau collects for one fiscal year (收集任务).

    A round that is closed stops the units' editing and submitting, and nothing else.
    """

    bureau = models.ForeignKey(Unit, models.PROTECT, related_name="rounds", verbose_name="财政局")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    opens_date = models.DateField("开始日期")
    due_date = models.DateField("截止日期")
    unit_head_desk = models.BooleanField("单位负责人审核", default=True)
    department_desk = models.BooleanField("主管部门审核", default=True)
    division_desk = models.BooleanField("财政业务股室审核", default=True)
    closes_date = models.DateField("计划关闭日期", null=True, blank=True)
    """On the day after it `manage.py daily` closes the round; None: a person does when it is time."""
    closed_at = models.DateTimeField("关闭时间", null=True, blank=True)
    explain_rate = models.DecimalField(
        "需说明的差异率（%）", max_digits=6, decimal_places=2, default=10, validators=[MinValueValidator(0)]
    )
    explain_yuan = models.DecimalField(
        "需说明的差异额（元）",
        max_digits=15,
        decimal_places=2,
        default=100_000,
        validators=[MinValueValidator(0)],
    )

    objects = CollectionRoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "收集任务"
        constraints = [
            models.UniqueConstraint(fields=["bureau", "fiscal_year"], name="round_once_a_year"),
            models.CheckConstraint(condition=Q(due_date__gte=F("opens_date")), name="round_due_after_open"),
            models.CheckConstraint(
                condition=Q(closes_date__gte=F("due_date")), name="round_closes_after_due"
            ),
            models.CheckConstraint(
                condition=Q(fiscal_year__gte=2000, fiscal_year__lte=2100), name="round_year_is_a_year"
            ),
            models.CheckConstraint(
                # Bounded above, because to PostgreSQL NaN is greater than any number.
                condition=Q(explain_rate__gte=0, explain_rate__lte=9999)
                & Q(explain_yuan__gte=0, explain_yuan__lt=10**13),
                name="round_thresholds_in_bounds",
            ),
        ]
        triggers = [
            Guard(
                name="stays_its_year",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("bureau", "fiscal_year"),
                func="""
                    IF EXISTS (SELECT FROM submissions_submission WHERE round_id = OLD.id) THEN
                        RAISE EXCEPTION 'round % has submissions and stays that of its year', OLD.id
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year} 年度部门整体支出绩效自评"

    def desks_for(self, unit: Unit) -> list[Side]:
        """Return the desks a unit passes, in order; one right below the bureau has no department above it."""
        there = {
            Side.UNIT_HEAD: self.unit_head_desk,
            Side.DEPARTMENT: self.department_desk and unit.path != f"{self.bureau.path}{unit.code}/",
            Side.DIVISION: self.division_desk,
            LAST_DESK: True,
        }
        return [desk for desk in DESKS if there[desk]]

    def last_year(self) -> "CollectionRound | None":
        """Return the bureau's round of the latest year before; None for none."""
        before = CollectionRound.objects.filter(bureau=self.bureau_id, fiscal_year__lt=self.fiscal_year)
        return before.order_by("-fiscal_year").first()

    def extended_until(self, unit: Unit) -> date | None:
        """Return until when a unit was given more time, by its newest extension; None without."""
        newest = self.extensions.filter(unit=unit).order_by("-pk").first()
        return newest.until_date if newest else None

    def is_ahead(self, today: date) -> bool:
        """Whether it has not begun: units see when it will, and begin no return before."""
        return today < self.opens_date

    def is_closed_for(self, unit: Unit, today: date) -> bool:
        """Whether a unit may neither begin, edit nor hand in any more."""
        if self.closed_at is None:
            return False
        until = self.extended_until(unit)
        return until is None or until < today


class Extension(Deed):
    """More time for one unit (延期): it may edit and hand in until the end of `until_date`, closed or not.

    The newest of a unit and round counts.
    """

    round = models.ForeignKey(CollectionRound, models.PROTECT, related_name="extensions", verbose_name="任务")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    until_date = models.DateField("延至")
    reason = models.CharField("原因", max_length=200)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "延期"
        indexes = [models.Index(fields=["round", "unit", "id"], name="extension_by_unit")]
        constraints = [
            at_some_time("extension"),
            models.CheckConstraint(
                condition=Q(until_date__gte=date(2000, 1, 1), until_date__lt=date(2100, 1, 1)),
                name="extension_until_some_day",
            ),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="extension_says_why"),
        ]
        triggers = only_added("Cannot update or delete rows: extensions are only added")

    def __str__(self) -> str:
        return f"{self.unit} 延至 {self.until_date}"


class Reminder(Deed):
    """One unit asked to get on with its return (催报)."""

    round = models.ForeignKey(CollectionRound, models.PROTECT, related_name="reminders", verbose_name="任务")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    text = models.CharField("内容", max_length=200)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "催报"
        indexes = [models.Index(fields=["round", "unit", "id"], name="reminder_by_unit")]
        constraints = [
            at_some_time("reminder"),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="reminder_says_something"),
        ]
        triggers = only_added("Cannot update or delete rows: reminders are only added")

    def __str__(self) -> str:
        return f"{self.unit} {self.text}"


class RoundEvent(Deed):
    """A round opened, closed or reopened: by whom, when and why."""

    class Kind(models.TextChoices):
        OPENED = "opened", "开始"
        CLOSED = "closed", "关闭"
        REOPENED = "reopened", "重新打开"

    BY_ITSELF = "系统"
    """The name of nobody: what `manage.py daily` did."""

    round = models.ForeignKey(CollectionRound, models.PROTECT, related_name="events", verbose_name="任务")
    kind = models.CharField("种类", max_length=8, choices=Kind)
    reason = models.CharField("原因", max_length=200, blank=True)
    actor = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="操作人"
    )
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "任务记录"
        indexes = [models.Index(fields=["round", "id"], name="round_event_by_round")]
        constraints = [
            at_some_time("round_event"),
            models.CheckConstraint(
                condition=Q(kind="opened") | Q(kind__in=["closed", "reopened"], reason__regex=r"\S"),
                name="round_event_says_why",
            ),
        ]
        triggers = only_added("Cannot update or delete rows: events are only added")

    def __str__(self) -> str:
        return f"{self.round} {self.get_kind_display()}"
