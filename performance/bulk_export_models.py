"""Packages of many returns in one archive, made by a job in the background (批量导出)."""

from typing import Any, ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q

from orgs.append_only import Circumstances, at_some_time
from orgs.guards import never_truncated, refuse
from orgs.models import Unit, User
from submissions.models import CollectionRound

LONGEST_ERROR, LONGEST_FILE_NAME = 500, 200
ONE_A_PERSON = "bulk_export_one_open_a_person"


_PROGRESS = (
    *("state", "done", "problems", "attempt", "started_at", "resumed_at", "resumed_done"),
    *("heartbeat_at", "ended_at", "error", "size", "sha256"),
)


def _row(which: str) -> str:
    return ", ".join(f'{which}."{name}"' for name in _PROGRESS)


class BulkExportQuerySet(models.QuerySet):
    """Bulk exports (批量导出)."""

    def open(self) -> Self:
        """Keep those that wait for their turn or are being made."""
        return self.filter(state__in=BulkExport.OPEN)


class BulkExport(Circumstances):
    """What somebody asked for, how far it is, and the file; the job itself is procrastinate's.

    `returns` are the numbers of the returns in their order, chosen when it was asked for; `left_out` are the
    units that had none to take then, `problems` those whose files could not be made, each as (code, name,
    why). `attempt` counts how often a worker took it: only the one that took it last may write to it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "等待中"
        RUNNING = "running", "正在导出"
        DONE = "done", "已完成"
        CANCELLED = "cancelled", "已取消"
        FAILED = "failed", "没有完成"

    OPEN: ClassVar[tuple[str, ...]] = (State.WAITING, State.RUNNING)
    ENDED: ClassVar[tuple[str, ...]] = (State.DONE, State.CANCELLED, State.FAILED)

    round = models.ForeignKey(
        CollectionRound, models.PROTECT, related_name="bulk_exports", verbose_name="任务"
    )
    department = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="部门"
    )
    """With what is below it; all units of the round without one."""
    parts = models.JSONField("导出哪些")
    """Names of official forms, and `performance.packages.REPORT_PART`."""
    with_unapproved = models.BooleanField("包括未审核的", default=False)
    returns = models.JSONField("填报")
    left_out = models.JSONField("没有可导出填报的单位", default=list, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    number = models.PositiveIntegerField("总数")
    done = models.PositiveIntegerField("已处理", default=0)
    problems = models.JSONField("没有导出的单位", default=list, blank=True)
    attempt = models.PositiveIntegerField("第几次", default=0)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    resumed_at = models.DateTimeField("本次开始时间", null=True, blank=True)
    resumed_done = models.PositiveIntegerField("本次开始时已处理", default=0)
    heartbeat_at = models.DateTimeField("最近进展时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    error = models.CharField("没有完成的原因", max_length=LONGEST_ERROR, blank=True)
    file_name = models.CharField("文件名", max_length=LONGEST_FILE_NAME)
    size = models.BigIntegerField("字节数", null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    removed_at = models.DateTimeField("文件删除时间", null=True, blank=True)

    objects: ClassVar[Any] = BulkExportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批量导出"
        constraints = [
            at_some_time("bulk_export"),
            models.UniqueConstraint(
                fields=["actor"],
                condition=Q(state__in=["waiting", "running"]),
                name=ONE_A_PERSON,
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "cancelled", "failed"]),
                name="bulk_export_state_known",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, done__lte=F("number")), name="bulk_export_no_more_done_than_asked"
            ),
            models.CheckConstraint(
                condition=Q(state="done", sha256__regex="^[0-9a-f]{64}$", size__gt=0)
                | ~Q(state="done") & Q(sha256="", size=None),
                name="bulk_export_has_file_when_done",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], ended_at=None)
                | Q(state__in=["done", "cancelled", "failed"], ended_at__isnull=False),
                name="bulk_export_ended_at_its_end",
            ),
        ]
        triggers = [
            refuse("never_deleted", pgtrigger.Delete, "Cannot delete rows: who took what out is kept"),
            refuse(
                "asked_never_changes",
                pgtrigger.Update,
                "Cannot update rows: what was asked for stays as it was",
                condition=pgtrigger.AnyChange(
                    *("round", "department", "parts", "with_unapproved", "returns", "left_out", "number"),
                    *("actor", "actor_name", "at", "roles", "address", "file_name"),
                ),
            ),
            refuse(
                "ended_is_ended",
                pgtrigger.Update,
                "Cannot update rows: it has ended",
                condition=pgtrigger.Condition(
                    f"OLD.ended_at IS NOT NULL AND ({_row('OLD')}) IS DISTINCT FROM ({_row('NEW')})"
                ),
            ),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_open(self) -> bool:
        """Whether it is still to be made, or being made."""
        return self.state in self.OPEN

    @property
    def has_file(self) -> bool:
        """Whether its file can be downloaded."""
        return self.state == self.State.DONE and self.removed_at is None

    @property
    def scope(self) -> str:
        """The units it is about, in words."""
        return self.department.name if self.department else "全部单位"

    @property
    def exported(self) -> int:
        """How many returns are in its file."""
        return self.done - len(self.problems)

    @property
    def missing(self) -> list[list[str]]:
        """All units of its scope that are not in its file, each as code, name and why."""
        return [*self.problems, *self.left_out]
