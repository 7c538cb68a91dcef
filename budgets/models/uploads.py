"""Filled-in workbooks of a return (填报表) as they were uploaded, and the last file of each person."""

import pgtrigger
from django.db import models
from django.db.models import Q

from budgets.money import AmountUnit
from orgs.append_only import AppendOnly, at_some_time
from orgs.guards import never_truncated, refuse
from orgs.models import User
from submissions.models import Submission

REMARKS = "final_accounts"
"""What stands in the place of a schedule's name for the remarks on final-accounts tables."""


_CHANGING = ("changed", "added", "removed", "conflicts_taken")
"""The counts of what saving a workbook changed."""


class ReturnUpload(models.Model):
    """What a workbook says of a return: waits for its confirmation, then is its record.

    `rows` holds by schedule what the sheet says of each row and what it said when it was downloaded, amounts
    as text in yuan; it is written and read by `budgets.import_plans` alone. `changes` counts what was saved
    and has by schedule the keys of the new rows, for taking it back (`budgets.undo_actions`). `exported_at`
    is blank for final-accounts tables alone, which nobody downloaded here. What was uploaded never changes;
    once saved into the return, nothing of it does.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="+", verbose_name="填报")
    file_name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("文件摘要", max_length=64)
    amount_unit = models.CharField(
        "金额单位", max_length=4, choices=[(unit.value, unit.label) for unit in AmountUnit]
    )
    exported_at = models.CharField("下载时间", max_length=19)
    exported_version = models.PositiveIntegerField("下载时的保存次数")
    rows = models.JSONField("各表的行")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    applied_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)
    changes = models.JSONField("改动", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "上传的填报表"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_unit__in=[unit.value for unit in AmountUnit]), name="upload_unit_known"
            ),
            models.CheckConstraint(
                condition=Q(applied_at=None, applied_by=None, changes__isnull=True)
                | Q(applied_at__isnull=False, applied_by__isnull=False, changes__isnull=False),
                name="upload_applied_wholly",
            ),
        ]
        triggers = [
            refuse(
                "upload_never_changes",
                pgtrigger.Update,
                "Cannot update rows: an uploaded workbook stays as it is",
                condition=pgtrigger.AnyChange(
                    "submission",
                    "file_name",
                    "sha256",
                    "amount_unit",
                    "exported_at",
                    "exported_version",
                    "rows",
                    "uploaded_by",
                    "uploaded_at",
                ),
            ),
            refuse(
                "append_only_once_applied",
                pgtrigger.Update | pgtrigger.Delete,
                "Cannot update or delete rows: this workbook was saved into its return",
                condition=pgtrigger.Q(old__applied_at__isnull=False),
            ),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def can_be_undone(self) -> bool:
        """Whether it changed something that was not taken back yet."""
        changed = any(count for name, count in (self.changes or {}).items() if name in _CHANGING)
        return changed and not hasattr(self, "undo")

    @property
    def is_final_accounts(self) -> bool:
        """Whether it is made of final-accounts tables."""
        return not self.exported_at


class UploadUndo(AppendOnly):
    """That what a workbook saved was taken back: who and when. Append-only; once an upload."""

    upload = models.OneToOneField(ReturnUpload, models.PROTECT, related_name="undo", verbose_name="填报表")
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "撤销的导入"
        constraints = [at_some_time("undo")]
        triggers = [
            refuse(
                "append_only",
                pgtrigger.Update | pgtrigger.Delete,
                "Cannot update or delete rows: undone imports are only added",
            ),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.actor_name}"


class UploadedFile(models.Model):
    """The workbook a person last uploaded to a return, to be taken back with what is wrong marked in it.

    One a person and return: the next takes its place, and it goes when it is saved into the return. One that
    is never saved stays, also when the return is handed in, which `submissions` does, that knows no money;
    nobody else is shown it. `marks` are the mistakes found on reading, each as the list of an
    `orgs.marked_sheets.Mark`; none is wrong in a file that has a `ReturnUpload` of the same `sha256`.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="+", verbose_name="填报")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    file_name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("文件摘要", max_length=64)
    content = models.BinaryField("文件")
    marks = models.JSONField("差错", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "上传的文件"
        constraints = [
            models.UniqueConstraint(fields=["submission", "uploaded_by"], name="one_file_a_person_and_return")
        ]
        triggers = [never_truncated()]

    def __str__(self) -> str:
        return self.file_name
