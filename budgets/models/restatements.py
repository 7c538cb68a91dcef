"""Figures of last year that a return has otherwise than last year's approved return, and why."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from budgets.models.fields import YuanField
from budgets.returns import SCHEDULES
from orgs.append_only import AppendOnly, at_some_time
from orgs.guards import never_truncated, refuse
from orgs.models import User
from submissions.guards import editable_submission_only
from submissions.models import Submission

_COLUMNS = sorted({column.name for schedule in SCHEDULES for column in schedule.comparatives})


class Restatement(AppendOnly):
    """One figure of last year restated (重述): what was approved, what is used instead, and why.

    Both figures are yuan, or a count; NULL is blank. `line` is the number of the row in the table of its
    schedule, `row` what told it apart then, as an `Edit` writes it. The newest one of a cell holds, as long
    as the cell says what it says. Append-only, in Python and in PostgreSQL.
    """

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="restatements", verbose_name="填报"
    )
    approved_in = models.ForeignKey(Submission, models.PROTECT, related_name="+", verbose_name="上年的填报")
    schedule = models.CharField("报表", max_length=40)
    line = models.PositiveBigIntegerField("行号")
    row = models.JSONField("行")
    column = models.CharField("栏目", max_length=40)
    approved_figure = YuanField("已审核的数")
    restated_figure = YuanField("重述的数")
    reason = models.TextField("原因", max_length=500)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "上年数重述"
        indexes = [models.Index(fields=["submission", "schedule"], name="restatement_by_schedule")]
        constraints = [
            at_some_time("restatement"),
            models.CheckConstraint(name="restatement_has_reason", condition=Q(reason__regex=r"\S")),
            models.CheckConstraint(name="restatement_column_known", condition=Q(column__in=_COLUMNS)),
            models.CheckConstraint(
                name="restatement_differs",
                condition=Q(approved_figure=None, restated_figure__isnull=False)
                | Q(approved_figure__isnull=False, restated_figure=None)
                | Q(approved_figure__isnull=False, restated_figure__isnull=False)
                & ~Q(approved_figure=F("restated_figure")),
            ),
            models.CheckConstraint(
                name="restatement_of_another_return", condition=~Q(submission=F("approved_in"))
            ),
        ]
        triggers = [
            refuse(
                "append_only",
                pgtrigger.Update | pgtrigger.Delete,
                "Cannot update or delete rows: restatements are only added",
            ),
            editable_submission_only(),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.schedule} {self.column} {self.approved_figure} → {self.restated_figure}"
