"""What people say of findings, and what the bureau has set otherwise for the checks of a round."""

from django.db import models
from django.db.models import Q

from orgs.append_only import Deed, at_some_time
from orgs.guards import only_added
from orgs.models import User
from submissions.findings import Place, Severity
from submissions.guards import editable_submission_only
from submissions.models.rounds import CollectionRound
from submissions.models.submissions import Submission
from submissions.querysets import OfFindingQuerySet


class OfFinding(Deed):
    """What is said of one finding: of a rule at a place, as long as its figures are the same.

    `digest` is that of the finding (submissions.findings.Finding.digest) when it was said. The newest of a
    finding counts.
    """

    code = models.CharField("规则", max_length=12)
    rule_version = models.PositiveSmallIntegerField("规则版本")
    schedule = models.CharField("报表", max_length=40)
    row = models.CharField("行", max_length=80, blank=True)
    column = models.CharField("列", max_length=80, blank=True)
    digest = models.CharField("摘要", max_length=64)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    objects = OfFindingQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def key(self) -> tuple[str, str]:
        """What it is said of: the finding, and the figures it had."""
        return f"{self.code}@{Place(self.schedule, self.row, self.column).key}", self.digest


class Explanation(OfFinding):
    """Why a warning is as it is, in the words of the unit. It belongs to what the return says."""

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="explanations", verbose_name="填报"
    )
    text = models.TextField("说明", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "检查说明"
        indexes = [models.Index(fields=["submission", "id"], name="explanation_by_submission")]
        constraints = [
            at_some_time("explanation"),
            models.CheckConstraint(
                condition=Q(text__regex=r"\S(\s*\S){9}"), name="explanation_of_ten_characters"
            ),
        ]
        triggers = [
            *only_added("Cannot update or delete rows: explanations are only added"),
            editable_submission_only(),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class Override(OfFinding):
    """An error that the finance bureau lets pass, with its reason. It ends with the round of its return."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="overrides", verbose_name="填报")
    reason = models.TextField("原因", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "放行的错误"
        indexes = [models.Index(fields=["submission", "id"], name="override_by_submission")]
        constraints = [
            at_some_time("override"),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="override_says_why"),
        ]
        triggers = only_added("Cannot update or delete rows: overrides are only added")

    def __str__(self) -> str:
        return f"{self.code} {self.reason}"


class CheckResult(models.Model):
    """What the checks found in a return when it was checked last, for lists of many. Decides nothing.

    It is of the present state only as long as `row_version` is that of the return, `basis` what else it
    depends on, and `rules` the rules there are (budgets.checks.stored): else it is never shown as present.
    """

    submission = models.OneToOneField(
        Submission, models.PROTECT, related_name="check_result", verbose_name="填报"
    )
    row_version = models.PositiveIntegerField("保存次数")
    basis = models.CharField("依据", max_length=32)
    rules = models.CharField("规则版本", max_length=16)
    errors = models.PositiveIntegerField("错误")
    to_explain = models.PositiveIntegerField("待说明")
    overridden = models.PositiveIntegerField("放行")
    explained = models.PositiveIntegerField("已说明")
    noted = models.PositiveIntegerField("尾差与提示")
    missing = models.PositiveIntegerField("缺数据")
    said_in = models.CharField("金额单位", max_length=4)
    """The unit amounts are said in, in the sentences of the findings."""
    findings = models.JSONField("检查结果", default=list)
    """Each but what passed and what does not apply; its parts as budgets.checks.printed.Listed has them."""
    disputed = models.JSONField("有争议的数", default=list)
    """The figures of which a check says that they should be others: the key of the cell, and the figure."""
    at = models.DateTimeField("检查时间")

    class Meta:
        verbose_name = verbose_name_plural = "检查结果"
        constraints = [at_some_time("check_result")]

    def __str__(self) -> str:
        return f"{self.submission} {self.errors}/{self.to_explain}"


class CheckSetting(Deed):
    """How grave one check is in a round, or that it is off, and why. The newest of a check counts."""

    OFF = "off"
    OF_ITSELF = ""
    """As the check has it by itself."""

    round = models.ForeignKey(
        CollectionRound, models.PROTECT, related_name="check_settings", verbose_name="任务"
    )
    code = models.CharField("规则", max_length=12)
    severity = models.CharField(
        "严重程度",
        max_length=12,
        blank=True,
        choices=[(each.value, each.label) for each in Severity] + [(OFF, "不检查"), (OF_ITSELF, "恢复默认")],
    )
    reason = models.CharField("原因", max_length=200)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "规则设置"
        indexes = [models.Index(fields=["round", "id"], name="check_setting_by_round")]
        constraints = [
            at_some_time("check_setting"),
            models.CheckConstraint(
                condition=Q(severity__in=["error", "warning", "information", "off", ""]),
                name="check_setting_known",
            ),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="check_setting_says_why"),
        ]
        triggers = only_added("Cannot update or delete rows: settings are only added")

    def __str__(self) -> str:
        return f"{self.code} {self.get_severity_display()}"


class RoundThreshold(Deed):
    """From when on the checks of a round speak up, and why; without a limit, from where they usually do.

    What the number is (percent, yuan, persons) its name says (budgets.checks.thresholds). The newest of a
    name counts.
    """

    round = models.ForeignKey(CollectionRound, models.PROTECT, related_name="thresholds", verbose_name="任务")
    name = models.CharField("名称", max_length=40)
    limit = models.DecimalField("界限", max_digits=15, decimal_places=2, null=True)
    reason = models.CharField("原因", max_length=200)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "检查界限"
        indexes = [models.Index(fields=["round", "id"], name="threshold_by_round")]
        constraints = [
            at_some_time("threshold"),
            # Bounded above, because to PostgreSQL NaN is greater than any number.
            models.CheckConstraint(
                condition=Q(limit=None) | Q(limit__gte=0, limit__lt=10**13), name="threshold_in_bounds"
            ),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="threshold_says_why"),
        ]
        triggers = only_added("Cannot update or delete rows: thresholds are only added")

    def __str__(self) -> str:
        return f"{self.name} {self.limit}"
