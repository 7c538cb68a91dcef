"""Review points (审核要点): what a reviewer asks about one place of a return, and what was said of it."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from orgs.append_only import Circumstances, Deed, at_some_time
from orgs.guards import Guard, never_truncated, refuse
from orgs.models import User
from submissions import workflow
from submissions.guards import IS_CLOSED, sql_list
from submissions.models.submissions import DESKS, Submission
from submissions.querysets import ReviewPointQuerySet

WHOLE_RETURN = "整份填报"
"""What the place of a point on no section is called."""


def part_of(change: dict[str, Any]) -> dict[str, Any]:
    """Return of which part of its section a change says it is, by its row or beside it; {} of none."""
    return change.get("part") or change.get("row") or {}


class ReviewPoint(Circumstances):
    """One demand on a place: a cell, a row, a sentence, a section, or (without a schedule) the whole return.

    It is asked while the return lies on the desk, answered by the unit once it was given back, and closed on
    a desk. Only `state` ever changes, and only by a `PointEntry`. Where a return was given back in part, the
    desk that did so gives back more by one more point (扩大退回范围).
    """

    class Reason(models.TextChoices):
        """Why returns come back. Source: workflow.md §3, typical return reasons."""

        DIFFERS = "differs", "与决算、预算批复不一致"
        TOTAL = "total", "合计与分项之和不符"
        BUDGETS_CONFUSED = "budgets_confused", "年初预算与全年预算混淆"
        UNITS_MIXED = "units_mixed", "元与万元混用"
        UNEXPLAINED = "unexplained", "差异原因没有写或没有说清"
        THREE_PUBLIC = "three_public", "“三公”经费增减没有说明"
        LOW_EXECUTION = "low_execution", "执行率低于 90% 没有说明"
        INDICATOR = "indicator", "指标不可衡量、照抄或不对应"
        TARGET = "target", "指标值与批复的绩效目标不一致"
        NO_EVIDENCE = "no_evidence", "完成值没有佐证"
        FULL_MARKS = "full_marks", "没有完成却得满分"
        DEDUCTION = "deduction", "扣分没有说明原因"
        LAST_YEARS_TEXT = "last_years_text", "沿用上年文字"
        PROJECT_MISSING = "project_missing", "项目漏填"
        ANNEX = "annex", "附件缺失、没有签字或盖章"
        SECRET = "secret", "含有涉密内容"
        REPORT_DIFFERS = "report_differs", "报告与报表不一致"
        EMPTY_TALK = "empty_talk", "问题和措施空泛"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        OPEN = "open", "待答复"
        ANSWERED = "answered", "已答复"
        CLOSED = "closed", "已销号"

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="points", verbose_name="填报")
    schedule = models.CharField("报表", max_length=40, blank=True)
    row = models.CharField("行", max_length=80, blank=True)
    column = models.CharField("列", max_length=40, blank=True)
    recorded_row = models.JSONField("记录中的行", default=dict, blank=True)
    """What the row is in the records of edits; {} for a point on more than a row."""
    quote = models.CharField("引用原文", max_length=200, blank=True)
    place_name = models.CharField("位置", max_length=300)
    """What the place was called when it was asked."""
    reason = models.CharField("退回原因", max_length=20, choices=Reason)
    demand = models.TextField("要求", max_length=2000)
    desk = models.CharField("审核环节", max_length=20, choices=DESKS)
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    widens = models.BooleanField("扩大退回范围", default=False, db_default=False)
    """Whether it was asked of a return that lies with its unit, to give back more of it."""
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    actor_name = models.CharField("提出人姓名", max_length=50)
    at = models.DateTimeField("时间")

    objects = ReviewPointQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审核要点"
        indexes = [models.Index(fields=["submission", "id"], name="point_by_submission")]
        constraints = [
            at_some_time("point"),
            models.CheckConstraint(condition=Q(demand__regex=r"\S"), name="point_demands_something"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "answered", "closed"]), name="point_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(schedule="") | Q(row="", column="", quote=""), name="point_place_has_schedule"
            ),
        ]
        triggers = [
            refuse("never_deleted", pgtrigger.Delete, "Cannot delete rows: review points are kept"),
            never_truncated(),
            Guard(
                name="asked_on_its_desk",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("here", "record"), ("given_back", "record")],
                func=f"""
                    SELECT status, desk INTO here FROM submissions_submission
                     WHERE id = NEW.submission_id FOR SHARE;
                    SELECT from_desk, opens_points_only INTO given_back FROM submissions_transition
                     WHERE submission_id = NEW.submission_id AND action = '{workflow.Action.RETURN}'
                     ORDER BY id DESC LIMIT 1;
                    IF (NEW.state = 'open' AND CASE WHEN NEW.widens
                           THEN here.status IN ({sql_list(workflow.EDITABLE)})
                                AND given_back.opens_points_only AND given_back.from_desk = NEW.desk
                           ELSE here.status = '{workflow.IN_REVIEW}' AND here.desk = NEW.desk END) IS NOT TRUE
                    THEN
                        RAISE EXCEPTION 'a point is asked open on the desk its return lies on or came from'
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            Guard(
                name="moved_by_entry",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    OLD.state := NEW.state;
                    IF NEW IS DISTINCT FROM OLD OR NEW.state IS DISTINCT FROM (
                        SELECT CASE kind WHEN 'answered' THEN 'answered' WHEN 'asked_again' THEN 'open'
                                         ELSE 'closed' END
                          FROM submissions_pointentry WHERE point_id = NEW.id ORDER BY id DESC LIMIT 1
                    ) THEN
                        RAISE EXCEPTION 'review point % changes by an entry only', NEW.id
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_name}：{self.demand}"

    @cached_property
    def asked_again(self) -> str | None:
        """What was asked of it anew last (追问), None for nothing; `with_newest_demand` brings it."""
        asked = self.entries.filter(kind=PointEntry.Kind.ASKED_AGAIN).order_by("-pk")
        return asked.values_list("text", flat=True).first()

    @property
    def newest_demand(self) -> str:
        """What the reviewer asked last: the demand, or what came after an answer to it."""
        return self.asked_again or self.demand

    @property
    def is_unsettled(self) -> bool:
        """Whether it is not closed."""
        return self.state != self.State.CLOSED

    def reopens(self, schedule: str, change: dict[str, Any]) -> bool:
        """Whether a limited return lets the unit make a change, one of an `Edit` of a schedule.

        A point on a cell opens its row, whose figures and reason hang together; one on a section all of it,
        one on a part of a section (`part` of the row it recorded: a project's) what has that in its key.
        """
        if self.schedule in ("", schedule) and not self.row:
            return True
        if self.schedule != schedule:
            return False
        if "attachment" in change and change["attachment"]["row"] == self.row:
            return True
        if part := self.recorded_row.get("part"):
            return bool(part.items() <= part_of(change).items())
        if "attachment" in change:
            return False
        if "note" in change:
            return bool(change["note"]["row"] == self.row)
        known = self.recorded_row
        if known.get("line") and "line" in change:
            return bool(change["line"] == known["line"])
        return bool(change.get("row") == known.get("key"))


class PointEntry(Deed):
    """One thing said of a review point. Append-only; writing it is what moves the point's state."""

    class Kind(models.TextChoices):
        ANSWERED = "answered", "答复"
        ASKED_AGAIN = "asked_again", "追问"
        CLOSED = "closed", "销号"

    point = models.ForeignKey(ReviewPoint, models.PROTECT, related_name="entries", verbose_name="审核要点")
    kind = models.CharField("种类", max_length=12, choices=Kind)
    text = models.TextField("内容", max_length=1000, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "要点往来"
        indexes = [models.Index(fields=["point", "id"], name="entry_by_point")]
        constraints = [
            at_some_time("entry"),
            models.CheckConstraint(
                condition=Q(kind="closed") | Q(kind__in=["answered", "asked_again"], text__regex=r"\S"),
                name="entry_says_something",
            ),
        ]
        triggers = [
            refuse(
                "append_only",
                pgtrigger.Update | pgtrigger.Delete,
                "Cannot update or delete rows: entries are only added",
            ),
            never_truncated(),
            Guard(
                name="moves_point",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                declare=[("here", "record"), ("parent_id", "bigint"), ("is_closed", "boolean")],
                func=f"""
                    SELECT submission_id INTO parent_id FROM submissions_reviewpoint WHERE id = NEW.point_id;
                    PERFORM FROM submissions_submission WHERE id = parent_id FOR SHARE;
                    SELECT this.status, this.desk, point.state, point.desk AS asked_at INTO here
                      FROM submissions_reviewpoint AS point
                      JOIN submissions_submission AS this ON this.id = point.submission_id
                     WHERE point.id = NEW.point_id FOR NO KEY UPDATE OF point;
                    {IS_CLOSED.format(id="parent_id")}
                    IF (NEW.kind = 'answered' AND here.state = 'open'
                            AND here.status IN ({sql_list(workflow.EDITABLE)}) AND NOT is_closed
                        OR here.status = '{workflow.IN_REVIEW}'
                            AND here.desk IN (here.asked_at, '{workflow.LAST_DESK}')
                            AND (NEW.kind = 'asked_again' AND here.state = 'answered'
                                OR NEW.kind = 'closed' AND here.state <> 'closed')) IS NOT TRUE
                       OR NEW.id <> (SELECT max(id) FROM submissions_pointentry
                                      WHERE point_id = NEW.point_id)
                    THEN
                        RAISE EXCEPTION 'review point % is % and is not % now', NEW.point_id, here.state,
                              NEW.kind USING ERRCODE = 'check_violation';
                    END IF;
                    UPDATE submissions_reviewpoint
                       SET state = CASE NEW.kind WHEN 'answered' THEN 'answered'
                                        WHEN 'asked_again' THEN 'open' ELSE 'closed' END
                     WHERE id = NEW.point_id;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.get_kind_display()}"
