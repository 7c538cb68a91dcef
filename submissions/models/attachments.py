"""Attachments (佐证材料): files of the unit as evidence on a place of its return, or on what it was asked."""

import pgtrigger
from django.db import models
from django.db.models import Q

from orgs.append_only import at_some_time
from orgs.file_kinds import MOST_FILE_BYTES, FileKind
from orgs.guards import Guard, never_truncated, refuse
from orgs.models import User
from submissions.guards import editable_submission_only
from submissions.models.points import ReviewPoint
from submissions.models.submissions import Submission

_REMOVAL = ["removed_by", "removed_by_name", "removed_at"]


class Attachment(models.Model):
    """One file on a section, on a row of it, or (without a schedule) on the whole return.

    With a `point` it goes with the answer, and its place is the point's. The file lies in
    `submissions.attachment_files` under its sha256. It is never deleted: removing it marks it, and that is
    the one thing of it that ever changes.
    """

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="attachments", verbose_name="填报"
    )
    schedule = models.CharField("报表", max_length=40, blank=True)
    row = models.CharField("行", max_length=80, blank=True)
    point = models.ForeignKey(
        ReviewPoint,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name="审核要点",
    )
    place_name = models.CharField("位置", max_length=300)
    """What the place was called when the file was attached."""
    file_name = models.CharField("文件名", max_length=200)
    kind = models.CharField("种类", max_length=4, choices=[(kind.value, kind.label) for kind in FileKind])
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField("文件摘要", max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_by_name = models.CharField("上传人姓名", max_length=50)
    at = models.DateTimeField("时间")
    removed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="移除人"
    )
    removed_by_name = models.CharField("移除人姓名", max_length=50, blank=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        indexes = [models.Index(fields=["submission", "id"], name="attachment_by_submission")]
        constraints = [
            at_some_time("attachment"),
            models.CheckConstraint(
                condition=Q(kind__in=["pdf", "docx", "xlsx", "jpg", "png"]), name="attachment_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=MOST_FILE_BYTES), name="attachment_size_allowed"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="attachment_named_by_content"
            ),
            models.CheckConstraint(
                condition=~Q(schedule="") | Q(row=""), name="attachment_place_has_schedule"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None, removed_by_name="")
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="attachment_removed_wholly",
            ),
        ]
        triggers = [
            refuse("never_deleted", pgtrigger.Delete, "Cannot delete rows: attachments are kept"),
            never_truncated(),
            editable_submission_only(),
            refuse(
                "removal_alone_changes",
                pgtrigger.Update,
                "Cannot update rows: an attachment stays as it is until it is removed",
                condition=pgtrigger.AnyChange(exclude=_REMOVAL),
            ),
            refuse(
                "removed_once",
                pgtrigger.Update,
                "Cannot update rows: this attachment was removed",
                condition=pgtrigger.Q(old__removed_at__isnull=False),
            ),
            Guard(
                name="point_of_its_return",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NEW.point_id IS NOT NULL AND NEW.submission_id IS DISTINCT FROM (
                        SELECT submission_id FROM submissions_reviewpoint WHERE id = NEW.point_id
                    ) THEN
                        RAISE EXCEPTION 'an attachment goes with a point of its own return'
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def content_type(self) -> str:
        """What browsers call its kind."""
        return FileKind(self.kind).content_type
