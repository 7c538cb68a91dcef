"""What a person is told in the application, and by e-mail where she has an address."""

from django.db import models
from django.db.models import Q

from orgs.append_only import at_some_time
from orgs.models import Unit, User
from submissions.models.receipts import Receipt
from submissions.models.submissions import Submission
from submissions.querysets import NoticeQuerySet


class Notice(models.Model):
    """Something that waits for a person or concerns her (通知), written with the deed that causes it.

    It is an outbox too: what is not mailed yet is what `send_notices` looks for. It is no record: the records
    are the steps, points and round events it is about.
    """

    class Kind(models.TextChoices):
        HANDED = "handed", "待审核"
        WITHDRAWN = "withdrawn", "取消报送"
        RETURNED = "returned", "退回"
        APPROVED = "approved", "审核通过"
        REOPENED = "reopened", "取消终审"
        PUBLISHED = "published", "公开"
        ASKED_AGAIN = "asked_again", "追问"
        POINT_CLOSED = "point_closed", "销号"
        WIDENED = "widened", "扩大退回"
        REMINDED = "reminded", "催报"
        EXTENDED = "extended", "延期"
        ROUND_OPENED = "round_opened", "开始收集"
        ROUND_CLOSED = "round_closed", "收集关闭"
        ROUND_REOPENED = "round_reopened", "重新收集"
        RECEIPT = "receipt", "回执"
        DUE = "due", "每日提醒"
        RECHECKED = "rechecked", "复核"
        TARGETS_APPROVED = "targets_approved", "批复目标"
        TARGET_ASKED = "target_asked", "申请调整目标"
        TARGET_ANSWERED = "target_answered", "目标调整答复"
        SCORING = "scoring", "计分方式"
        PROBLEM_ISSUED = "problem_issued", "下达问题"
        PROBLEM_ANSWERED = "problem_answered", "整改反馈"
        PROBLEM_AGAIN = "problem_again", "退回整改"
        PROBLEM_CLOSED = "problem_closed", "整改销号"
        BUDGETS = "budgets", "年初预算"
        EXPORTED = "exported", "批量导出"

    recipient = models.ForeignKey(User, models.PROTECT, related_name="notices", verbose_name="收件人")
    kind = models.CharField("种类", max_length=16, choices=Kind)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )
    """The one it is about: who may not see it any more does not see the notice. None: no single one."""
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, blank=True, related_name="notices", verbose_name="填报"
    )
    receipt = models.ForeignKey(
        Receipt, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="回执"
    )
    text = models.CharField("内容", max_length=300)
    details = models.TextField("详情", blank=True)
    """What was said, as in a comment; of a daily notice what it counts, for the e-mail alone: the page leads
    to her work, which shows it as it is now and no unit that she may not see any more."""
    day = models.DateField("日期", null=True, blank=True)
    """Of a daily notice: its day. A person has one a day."""
    at = models.DateTimeField("时间")
    seen_at = models.DateTimeField("已读时间", null=True, blank=True)
    """When she opened it, or when what it is about went on."""
    mailed_at = models.DateTimeField("发信时间", null=True, blank=True)
    tried_at = models.DateTimeField("最近尝试发信", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("尝试次数", default=0)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_newest_first"),
            models.Index(fields=["recipient"], condition=Q(seen_at=None), name="notice_unseen"),
            models.Index(fields=["submission"], condition=Q(seen_at=None), name="notice_unseen_of_return"),
            models.Index(fields=["at"], condition=Q(mailed_at=None), name="notice_unsent"),
        ]
        constraints = [
            at_some_time("notice"),
            models.UniqueConstraint(fields=["recipient", "day"], name="notice_daily_once"),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="notice_says_something"),
        ]

    def __str__(self) -> str:
        return self.text
