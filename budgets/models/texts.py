"""The texts of a return that no figure can say."""

from django.db import models

from budgets.models.guards import line_guards
from submissions.models import Submission


class ReturnText(models.Model):
    """One text of a return, as 厉行节约保障措施 of the base data form."""

    class Name(models.TextChoices):
        THRIFT_MEASURES = "thrift_measures", "厉行节约保障措施"

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="texts", verbose_name="填报")
    name = models.CharField("文字", max_length=40, choices=Name)
    text = models.TextField("内容", blank=True, max_length=2000)
    row_version = models.PositiveIntegerField("行版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "填报文字"
        constraints = [
            models.UniqueConstraint(fields=["submission", "name"], name="text_once"),
            models.CheckConstraint(name="text_name_known", condition=models.Q(name__in=["thrift_measures"])),
            models.CheckConstraint(name="text_version_from_one", condition=models.Q(row_version__gte=1)),
        ]
        triggers = line_guards()

    def __str__(self) -> str:
        return self.get_name_display()
