"""What a reviewer has seen of a return, so that her queue can say what is new to her."""

from django.db import models

from orgs.append_only import at_some_time
from orgs.models import User
from submissions.models.submissions import Submission


class Look(models.Model):
    """How far a return had come when she opened it last. Decides nothing; the next look takes its place."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="looks", verbose_name="填报")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="审核人")
    step = models.PositiveBigIntegerField("最近一步")
    """The number of the last step it had taken, 0 before any."""
    row_version = models.PositiveIntegerField("保存次数")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "查看"
        constraints = [
            models.UniqueConstraint(fields=["submission", "user"], name="look_once_a_person"),
            at_some_time("look"),
        ]

    def __str__(self) -> str:
        return f"{self.submission} {self.user}"

    def news_of(self, submission: Submission) -> str:
        """Say what has happened to its return since; "" for nothing."""
        if saved := submission.row_version - self.row_version:
            return f"改动 {saved} 次"
        return "再次送到" if submission.last_step_number > self.step else ""
