"""Workbooks of approved initial budgets that the bureau uploaded for the units of a round."""

import pgtrigger
from django.db import models
from django.db.models import Q

from budgets.money import AmountUnit
from orgs.guards import never_truncated, refuse
from orgs.models import User
from submissions.models import CollectionRound

LONGEST_REFUSAL = 500


class BudgetUpload(models.Model):
    """Approved initial budgets of many units (年初预算导入): wait for confirmation, then are its record.

    `rows` is written and read by `budgets.initial_budget_sheets` alone. Once confirmed (`confirmed_at`, with
    the digest of the plan she saw in `seen`) it is applied, at once or by a job; where that cannot be done
    the confirmation is taken back and `refusal` says why. `changes` is what was done. What was uploaded never
    changes; once applied, nothing of it does.
    """

    round = models.ForeignKey(CollectionRound, models.PROTECT, related_name="+", verbose_name="任务")
    file_name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("文件摘要", max_length=64)
    amount_unit = models.CharField(
        "金额单位", max_length=4, choices=[(unit.value, unit.label) for unit in AmountUnit]
    )
    rows = models.JSONField("表的行")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    replaces = models.BooleanField("以导入的为准", default=False)
    seen = models.CharField("预览摘要", max_length=64, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    address = models.GenericIPAddressField("确认地址", null=True, blank=True)
    refusal = models.CharField("没有导入的原因", max_length=LONGEST_REFUSAL, blank=True)
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)
    changes = models.JSONField("改动", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "年初预算导入"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_unit__in=[unit.value for unit in AmountUnit]),
                name="budget_upload_unit_known",
            ),
            models.CheckConstraint(
                condition=Q(applied_at=None, changes__isnull=True)
                | Q(applied_at__isnull=False, confirmed_at__isnull=False, changes__isnull=False),
                name="budget_upload_applied_wholly",
            ),
        ]
        triggers = [
            refuse(
                "upload_never_changes",
                pgtrigger.Update,
                "Cannot update rows: an uploaded workbook stays as it is",
                condition=pgtrigger.AnyChange(
                    "round", "file_name", "sha256", "amount_unit", "rows", "uploaded_by", "uploaded_at"
                ),
            ),
            refuse(
                "append_only_once_applied",
                pgtrigger.Update | pgtrigger.Delete,
                "Cannot update or delete rows: this workbook was applied",
                condition=pgtrigger.Q(old__applied_at__isnull=False),
            ),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_under_way(self) -> bool:
        """Whether it is confirmed and not applied yet."""
        return self.confirmed_at is not None and self.applied_at is None
