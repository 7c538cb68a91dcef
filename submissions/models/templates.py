"""The template of the report that a finance bureau made for a round."""

from django.db import models

from orgs.append_only import Deed, at_some_time
from orgs.guards import only_added
from orgs.models import User
from submissions.models.rounds import CollectionRound


class ReportTemplate(Deed):
    """A Word file in which the reports of a round are written. Append-only: the newest of a round counts.

    One without content gives the round back to the template that the product brings along.
    """

    round = models.ForeignKey(
        CollectionRound, models.PROTECT, related_name="report_templates", verbose_name="任务"
    )
    file_name = models.CharField("文件名", max_length=120, blank=True)
    content = models.BinaryField("文件", blank=True)
    sha256 = models.CharField("文件摘要", max_length=64, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "报告模板"
        indexes = [models.Index(fields=["round", "id"], name="report_template_of_round")]
        constraints = [at_some_time("report_template")]
        triggers = only_added("Cannot update or delete rows: report templates are only added")

    def __str__(self) -> str:
        return self.file_name or "自带的模板"
