"""The approval of targets by the bureau (批复绩效目标), and requests to change them with their answers."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from orgs.append_only import Deed, at_some_time
from orgs.guards import only_added
from orgs.models import User
from submissions.guards import editable_submission_only
from submissions.models import Submission

LONGEST_DOCUMENT, LONGEST_WORDS = 100, 500


class OfReturnQuerySet(models.QuerySet):
    """Records of a return that hold for all of its revisions."""

    def of_return(self, submission: Submission) -> Self:
        """Keep those of a return, in whatever revision they were written."""
        return self.filter(submission__round=submission.round_id, submission__unit=submission.unit_id)


class TargetApproval(Deed):
    """That the targets of a return are approved: since then they are locked.

    It is written for the revision there is and holds for the later ones. `targets` has them as they stood
    then, of each indicator the columns of TARGET_COLUMNS as text, with its project, "" for the department.
    """

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="target_approvals", verbose_name="填报"
    )
    document = models.CharField("批复文号", max_length=LONGEST_DOCUMENT, blank=True)
    approved_on = models.DateField("批复日期")
    targets = models.JSONField("批复的目标")
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    objects: ClassVar[Any] = OfReturnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "绩效目标批复"
        constraints = [
            at_some_time("target_approval"),
            models.UniqueConstraint(fields=["submission"], name="target_approval_once"),
        ]
        triggers = [
            *only_added("Cannot update or delete rows: approvals of targets are only added"),
            editable_submission_only(),
        ]

    def __str__(self) -> str:
        return f"{self.submission} 绩效目标批复"

    @property
    def words(self) -> str:
        """Say that targets are locked, since when and by whom, and how they are changed all the same."""
        day = f"{self.approved_on.year}年{self.approved_on.month}月{self.approved_on.day}日"
        by = "，".join(part for part in (self.document, day, self.actor_name) if part)
        return f"目标已批复（{by}），改动请申请调整。"


class TargetRequest(Deed):
    """What a unit asks for to change one approved target (申请调整目标), and why.

    `old` and `new` have the columns of TARGET_COLUMNS as text; without an old target an indicator is to be
    added, without a new one it is to be taken out. It is open until it has its `TargetAnswer`.
    """

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="target_requests", verbose_name="填报"
    )
    project = models.CharField("项目名称", max_length=100, blank=True)
    old = models.JSONField("原目标", default=dict, blank=True)
    new = models.JSONField("调整后", default=dict, blank=True)
    reason = models.TextField("理由", max_length=LONGEST_WORDS)
    document = models.CharField("文号", max_length=LONGEST_DOCUMENT, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    actor_name = models.CharField("申请人姓名", max_length=50)
    at = models.DateTimeField("时间")

    objects: ClassVar[Any] = OfReturnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "目标调整申请"
        constraints = [
            at_some_time("target_request"),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="target_request_has_reason"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="target_request_changes_something"),
        ]
        triggers = [
            *only_added("Cannot update or delete rows: requests for targets are only added"),
            editable_submission_only(),
        ]

    def __str__(self) -> str:
        return str((self.old or self.new)["name"])


class TargetAnswer(Deed):
    """What became of a request: approved or refused by the bureau, or taken back by the unit."""

    class Kind(models.TextChoices):
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "未批准"
        WITHDRAWN = "withdrawn", "已撤回"

    request = models.OneToOneField(
        TargetRequest, models.PROTECT, related_name="answer", verbose_name="目标调整申请"
    )
    kind = models.CharField("答复", max_length=10, choices=Kind)
    remark = models.TextField("意见", max_length=LONGEST_WORDS, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "目标调整答复"
        constraints = [
            at_some_time("target_answer"),
            models.CheckConstraint(
                condition=Q(kind__in=["approved", "refused", "withdrawn"]), name="target_answer_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind="refused") | Q(remark__regex=r"\S"), name="target_refusal_says_why"
            ),
        ]
        triggers = only_added("Cannot update or delete rows: answers to requests are only added")

    def __str__(self) -> str:
        return f"{self.request} {self.get_kind_display()}"
