"""Collection rounds, submissions in their revisions, and the append-only record of edits."""

from typing import Any, NoReturn

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from orgs.guards import never_truncated, refuse
from orgs.models import Unit, User
from submissions.querysets import CollectionRoundQuerySet, SubmissionQuerySet


class CollectionRound(models.Model):
    """What a finance bureau collects for one fiscal year (收集任务)."""

    bureau = models.ForeignKey(Unit, models.PROTECT, related_name="rounds", verbose_name="财政局")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    opens_date = models.DateField("开始日期")
    due_date = models.DateField("截止日期")
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
                condition=Q(fiscal_year__gte=2000, fiscal_year__lte=2100), name="round_year_is_a_year"
            ),
            models.CheckConstraint(
                # Bounded above, because to PostgreSQL NaN is greater than any number.
                condition=Q(explain_rate__gte=0, explain_rate__lte=9999)
                & Q(explain_yuan__gte=0, explain_yuan__lt=10**13),
                name="round_thresholds_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year} 年度部门整体支出绩效自评"


class Submission(models.Model):
    """One unit's return in a round, one revision of it.

    `revision` counts corrections of the return; `row_version` counts its saves.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "填报中"
        IN_REVIEW = "in_review", "审核中"
        RETURNED = "returned", "已退回"
        APPROVED = "approved", "审核通过"
        PUBLISHED = "published", "已公开"
        SUPERSEDED = "superseded", "已更正"

    EDITABLE = (Status.DRAFT, Status.RETURNED)
    EFFECTIVE = (Status.APPROVED, Status.PUBLISHED)

    round = models.ForeignKey(
        CollectionRound, models.PROTECT, related_name="submissions", verbose_name="任务"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="submissions", verbose_name="单位")
    revision = models.PositiveSmallIntegerField("版次", default=1)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.DRAFT)
    row_version = models.PositiveIntegerField("保存次数", default=0)
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="开始填报人")
    started_at = models.DateTimeField("开始时间")
    saved_at = models.DateTimeField("最近保存", null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报"
        constraints = [
            models.UniqueConstraint(fields=["round", "unit", "revision"], name="submission_revision_once"),
            models.UniqueConstraint(
                fields=["round", "unit"],
                condition=Q(status__in=["draft", "in_review", "returned"]),
                name="submission_one_open",
            ),
            models.UniqueConstraint(
                fields=["round", "unit"],
                condition=Q(status__in=["approved", "published"]),
                name="submission_one_effective",
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="submission_revision_from_one"),
            models.CheckConstraint(
                condition=Q(
                    status__in=["draft", "in_review", "returned", "approved", "published", "superseded"]
                ),
                name="submission_status_known",
            ),
        ]
        triggers = [
            refuse("never_deleted", pgtrigger.Delete, "Cannot delete rows: submissions are kept"),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.round.fiscal_year} 年度"

    @property
    def is_editable(self) -> bool:
        """Whether its status lets figures be entered; who may enter them is a permission."""
        return self.status in self.EDITABLE

    @property
    def is_effective(self) -> bool:
        """Whether it is the unit's approved return (审核通过), made public or not yet."""
        return self.status in self.EFFECTIVE


class Edit(models.Model):
    """One save: who changed which cells when, old → new. Append-only, in Python and in PostgreSQL."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="edits", verbose_name="填报")
    schedule = models.CharField("报表", max_length=40)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")
    changes = models.JSONField("改动")

    class Meta:
        verbose_name = verbose_name_plural = "修改记录"
        triggers = [
            refuse(
                "append_only",
                pgtrigger.Update | pgtrigger.Delete,
                "Cannot update or delete rows: edits are only added",
            ),
            never_truncated(),
        ]
        indexes = [models.Index(fields=["submission", "at"], name="edit_by_submission")]

    def __str__(self) -> str:
        return f"{self.at} {self.actor_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a new record; raise TypeError for an existing one."""
        if self.pk:
            raise TypeError("修改记录只增不改。")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise TypeError("修改记录只增不删。")
