"""What is kept of a return that was approved and made public."""

import hashlib
from datetime import date, timedelta

import pgtrigger
from django.db import models
from django.db.models import F, Q

from orgs.append_only import AppendOnly, at_some_time
from orgs.guards import Guard, never_truncated, refuse
from orgs.models import User
from submissions import workflow
from submissions.models.submissions import Submission

DAYS_TO_PUBLISH = 20
"""So many days from the reply (批复). Source: 预算法 (2018) art. 14; 预算法实施条例 art. 6."""


class Snapshot(AppendOnly):
    """The figures and words of a return as they were approved: canonical JSON and its sha256. Never changed.

    It is written in the transaction that approves; the database approves nothing without it.
    """

    submission = models.OneToOneField(
        Submission, models.PROTECT, related_name="snapshot", verbose_name="填报"
    )
    content = models.TextField("内容")
    sha256 = models.CharField("摘要", max_length=64)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "审定数据"
        constraints = [at_some_time("snapshot")]
        triggers = [
            refuse(
                "append_only",
                pgtrigger.Update | pgtrigger.Delete,
                "Cannot update or delete rows: snapshots are only added",
            ),
            never_truncated(),
            Guard(
                name="holds_what_it_says",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("present", "text")],
                func=f"""
                    SELECT status INTO present FROM submissions_submission
                     WHERE id = NEW.submission_id FOR SHARE;
                    IF present IS DISTINCT FROM '{workflow.IN_REVIEW}'
                       OR NEW.sha256 <> encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex')
                    THEN
                        RAISE EXCEPTION 'a snapshot is of a return under review, and its digest its own'
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.sha256

    @staticmethod
    def digest(content: str) -> str:
        """Return the sha256 of a content, in hex."""
        return hashlib.sha256(content.encode()).hexdigest()


class Publication(AppendOnly):
    """That a return was made public: who reviewed it for secrets, who signed it off, and when."""

    submission = models.OneToOneField(
        Submission, models.PROTECT, related_name="publication", verbose_name="填报"
    )
    approval_date = models.DateField("决算批准日期", null=True, blank=True)
    reply_date = models.DateField("批复日期")
    secrecy_reviewer = models.CharField("保密审查人", max_length=50)
    secrecy_review_date = models.DateField("保密审查日期")
    signatory = models.CharField("审签人（部门主要负责人）", max_length=50)
    sign_off_date = models.DateField("审签日期")
    published_date = models.DateField("公开日期")
    address = models.URLField("公开网址", max_length=300, blank=True)
    authorisation = models.CharField("委托公开的依据", max_length=200, blank=True)
    """On what the finance bureau publishes for the unit; "" where the unit does so itself."""
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "公开记录"
        constraints = [
            at_some_time("publication"),
            models.CheckConstraint(
                condition=Q(reply_date__lte=F("published_date"))
                & Q(secrecy_review_date__lte=F("published_date"))
                & Q(sign_off_date__lte=F("published_date"))
                & (Q(approval_date=None) | Q(approval_date__lte=F("reply_date"))),
                name="publication_comes_last",
            ),
            models.CheckConstraint(
                condition=Q(reply_date__gte=date(2000, 1, 1), published_date__lt=date(2100, 1, 1)),
                name="publication_on_some_day",
            ),
            models.CheckConstraint(
                condition=Q(secrecy_reviewer__regex=r"\S", signatory__regex=r"\S"),
                name="publication_names_who",
            ),
        ]
        triggers = [
            refuse(
                "append_only",
                pgtrigger.Update | pgtrigger.Delete,
                "Cannot update or delete rows: publications are only added",
            ),
            never_truncated(),
            Guard(
                name="of_an_approved_return",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("present", "text")],
                func=f"""
                    SELECT status INTO present FROM submissions_submission
                     WHERE id = NEW.submission_id FOR SHARE;
                    IF present IS DISTINCT FROM '{workflow.APPROVED}' THEN
                        RAISE EXCEPTION 'only an approved return is published'
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} {self.published_date} 公开"

    @property
    def due_date(self) -> date:
        """The last day on which it is public in time."""
        return self.reply_date + timedelta(days=DAYS_TO_PUBLISH)

    @property
    def days_late(self) -> int:
        """How many days after the last day it was made public; 0 in time."""
        return max((self.published_date - self.due_date).days, 0)
