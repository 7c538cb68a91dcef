"""The append-only records of a return: its saves, and the steps it took."""

import pgtrigger
from django.db import models
from django.db.models import Q

from orgs.append_only import Deed, at_some_time
from orgs.guards import Guard, never_truncated, refuse
from orgs.models import User
from submissions import workflow
from submissions.guards import (
    IS_CLOSED,
    IS_EXTENDED,
    editable_submission_only,
    sql_desks,
    sql_list,
    sql_steps,
)
from submissions.models.submissions import DESKS, Submission


class Edit(Deed):
    """One save: who changed which cells when, old → new. Append-only, in Python and in PostgreSQL."""

    class Source(models.TextChoices):
        TYPED = "typed", "网页填写"
        PASTED = "pasted", "粘贴"
        IMPORTED = "imported", "表格导入"
        CARRIED = "carried", "上年带入"
        UNDONE = "undone", "撤销导入"
        PICKED = "picked", "指标库选取"
        ADJUSTED = "adjusted", "批准的调整"
        BUDGETED = "budgeted", "财政批复导入"

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="edits", verbose_name="填报")
    schedule = models.CharField("报表", max_length=40)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")
    changes = models.JSONField("改动")
    source = models.CharField("来源", max_length=8, choices=Source, default=Source.TYPED)
    request_key = models.CharField("请求编号", max_length=32, blank=True)
    """What the browser calls the request that was saved; "" for a save that was not one of a browser."""

    class Meta:
        verbose_name = verbose_name_plural = "修改记录"
        triggers = [
            refuse(
                "append_only",
                pgtrigger.Update | pgtrigger.Delete,
                "Cannot update or delete rows: edits are only added",
            ),
            editable_submission_only(),
            never_truncated(),
        ]
        indexes = [models.Index(fields=["submission", "at"], name="edit_by_submission")]
        constraints = [
            at_some_time("edit"),
            models.CheckConstraint(
                condition=Q(
                    source__in=[
                        *("typed", "pasted", "imported", "carried", "undone", "picked", "adjusted"),
                        "budgeted",
                    ]
                ),
                name="edit_source_known",
            ),
            models.UniqueConstraint(
                fields=["submission", "request_key"],
                condition=~Q(request_key=""),
                name="edit_once_a_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.actor_name}"


class Transition(Deed):
    """One step of a return: who took it when, from which status and desk to which, and what she said.

    Append-only, in Python and in PostgreSQL. Writing it is what changes the submission's status and desk: the
    database checks the step against the table of `submissions.workflow`, refuses whoever prepared the
    return, and moves them; no other statement can.
    """

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="transitions", verbose_name="填报"
    )
    action = models.CharField(
        "动作", max_length=12, choices=[(action.value, action.label) for action in workflow.Action]
    )
    from_status = models.CharField("原状态", max_length=12, choices=Submission.Status)
    from_desk = models.CharField("原环节", max_length=20, blank=True, choices=DESKS)
    to_status = models.CharField("新状态", max_length=12, choices=Submission.Status)
    to_desk = models.CharField("新环节", max_length=20, blank=True, choices=DESKS)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    comment = models.TextField("意见", blank=True, max_length=2000)
    opens_points_only = models.BooleanField("只改有要点的部分", default=False, db_default=False)
    """Of a return: whether the unit may change only what a review point is about."""
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "流转记录"
        indexes = [models.Index(fields=["submission", "at"], name="transition_by_submission")]
        constraints = [at_some_time("transition")]
        triggers = [
            refuse(
                "append_only",
                pgtrigger.Update | pgtrigger.Delete,
                "Cannot update or delete rows: transitions are only added",
            ),
            never_truncated(),
            Guard(
                name="takes_step",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                declare=[
                    ("here", "record"),
                    ("step", "record"),
                    ("following", "text"),
                    ("prepared", "boolean"),
                    ("sent", "boolean"),
                    ("is_closed", "boolean"),
                    ("is_extended", "boolean"),
                ],
                func=f"""
                    SELECT status, desk INTO here FROM submissions_submission
                     WHERE id = NEW.submission_id FOR NO KEY UPDATE;
                    SELECT each.desk INTO following
                      FROM submissions_submission AS this
                      JOIN submissions_collectionround AS round ON round.id = this.round_id
                      JOIN orgs_unit AS unit ON unit.id = this.unit_id
                      JOIN orgs_unit AS bureau ON bureau.id = round.bureau_id
                     CROSS JOIN LATERAL (VALUES {sql_desks()}) AS each (place, desk, is_there)
                     WHERE this.id = NEW.submission_id AND is_there
                       AND place > coalesce(
                               array_position(ARRAY[{sql_list(workflow.DESKS)}], NEW.from_desk), 0
                           )
                     ORDER BY place LIMIT 1;
                    SELECT * INTO step FROM (VALUES {sql_steps()})
                        AS each (action, source, source_desk, target, target_desk, needs_comment,
                                 refuses_preparers, by_sender_only, stops_when_closed, needs_extension,
                                 goes_along)
                     WHERE (action, source, source_desk, target, target_desk)
                         = (NEW.action, NEW.from_status, NEW.from_desk, NEW.to_status, NEW.to_desk)
                       AND (target_desk IN ('', following) OR goes_along);
                    IF NOT FOUND OR (NEW.from_status, NEW.from_desk) IS DISTINCT FROM (here.status, here.desk)
                       OR NEW.id <> (SELECT max(id) FROM submissions_transition
                                      WHERE submission_id = NEW.submission_id)
                    THEN
                        RAISE EXCEPTION 'submission % is % % and takes no step % to % %', NEW.submission_id,
                              here.status, here.desk, NEW.action, NEW.to_status, NEW.to_desk
                              USING ERRCODE = 'check_violation';
                    END IF;
                    WITH revisions AS (
                        SELECT other.id FROM submissions_submission AS other
                          JOIN submissions_submission AS this USING (round_id, unit_id)
                         WHERE this.id = NEW.submission_id
                    )
                    SELECT EXISTS (SELECT FROM submissions_edit
                                    WHERE submission_id IN (TABLE revisions) AND actor_id = NEW.actor_id)
                        OR EXISTS (SELECT FROM submissions_transition
                                    WHERE submission_id IN (TABLE revisions) AND actor_id = NEW.actor_id
                                      AND action = '{workflow.Action.SUBMIT}')
                        OR EXISTS (SELECT FROM submissions_explanation
                                    WHERE submission_id IN (TABLE revisions) AND actor_id = NEW.actor_id)
                        OR EXISTS (SELECT FROM submissions_pointentry AS entry
                                     JOIN submissions_reviewpoint AS point ON point.id = entry.point_id
                                    WHERE submission_id IN (TABLE revisions)
                                      AND entry.actor_id = NEW.actor_id AND kind = 'answered')
                      INTO prepared;
                    IF step.refuses_preparers AND prepared THEN
                        RAISE EXCEPTION 'nobody decides on what they prepared'
                              USING ERRCODE = 'check_violation';
                    END IF;
                    SELECT (action, actor_id) = ('{workflow.Action.SUBMIT}', NEW.actor_id) INTO sent
                      FROM submissions_transition
                     WHERE submission_id = NEW.submission_id AND id <> NEW.id ORDER BY id DESC LIMIT 1;
                    IF step.by_sender_only AND sent IS NOT TRUE THEN
                        RAISE EXCEPTION 'only who handed it in takes it back, before anybody acted on it'
                              USING ERRCODE = 'check_violation';
                    END IF;
                    IF step.needs_comment AND NEW.comment !~ '[^[:space:]]' THEN
                        RAISE EXCEPTION 'a step that needs words has none' USING ERRCODE = 'check_violation';
                    END IF;
                    IF NEW.action = '{workflow.Action.RETURN}' AND NOT EXISTS (
                           SELECT FROM submissions_reviewpoint
                            WHERE submission_id = NEW.submission_id AND desk = NEW.from_desk
                              AND state = 'open')
                    THEN
                        RAISE EXCEPTION 'a return without a review point' USING ERRCODE = 'check_violation';
                    END IF;
                    IF EXISTS (SELECT FROM submissions_reviewpoint
                                WHERE submission_id = NEW.submission_id
                                  AND CASE NEW.action
                                      WHEN '{workflow.Action.SUBMIT}' THEN state = 'open'
                                      WHEN '{workflow.Action.PASS_ON}'
                                      THEN state <> 'closed' AND desk = NEW.from_desk
                                      ELSE NEW.action = '{workflow.Action.APPROVE}' AND state <> 'closed' END)
                    THEN
                        RAISE EXCEPTION 'a review point of submission % stands in the way', NEW.submission_id
                              USING ERRCODE = 'check_violation';
                    END IF;
                    IF step.goes_along AND NOT EXISTS (
                           SELECT FROM submissions_submission AS this
                             JOIN submissions_submission AS other
                               ON other.round_id = this.round_id AND other.unit_id = this.unit_id
                            WHERE this.id = NEW.submission_id
                              AND CASE NEW.action
                                  WHEN '{workflow.Action.REOPEN}'
                                  THEN other.revision = this.revision - 1
                                       AND other.status = '{workflow.SUPERSEDED}'
                                       AND '{workflow.Action.REOPEN}' = (
                                           SELECT action FROM submissions_transition
                                            WHERE submission_id = other.id ORDER BY id DESC LIMIT 1)
                                       AND NOT EXISTS (
                                           SELECT FROM submissions_transition
                                            WHERE submission_id = this.id AND id <> NEW.id)
                                  ELSE other.revision > this.revision
                                       AND other.status = '{workflow.APPROVED}'
                                       AND EXISTS (SELECT FROM submissions_publication
                                                    WHERE submission_id = other.id) END)
                    THEN
                        RAISE EXCEPTION 'submission % takes no step % by itself', NEW.submission_id,
                              NEW.action USING ERRCODE = 'check_violation';
                    END IF;
                    IF NEW.action = '{workflow.Action.APPROVE}' AND NOT EXISTS (
                           SELECT FROM submissions_snapshot WHERE submission_id = NEW.submission_id)
                    THEN
                        RAISE EXCEPTION 'submission % is approved without a snapshot', NEW.submission_id
                              USING ERRCODE = 'check_violation';
                    END IF;
                    IF NEW.action = '{workflow.Action.PUBLISH}' AND NOT EXISTS (
                           SELECT FROM submissions_publication WHERE submission_id = NEW.submission_id)
                    THEN
                        RAISE EXCEPTION 'submission % is published without its record', NEW.submission_id
                              USING ERRCODE = 'check_violation';
                    END IF;
                    IF step.needs_extension THEN
                        {IS_EXTENDED.format(id="NEW.submission_id")}
                        IF NOT is_extended OR EXISTS (
                               SELECT FROM submissions_transition AS made_public
                                WHERE submission_id = NEW.submission_id
                                  AND action = '{workflow.Action.PUBLISH}' AND made_public.at > (
                                      SELECT given.at FROM submissions_extension AS given
                                        JOIN submissions_submission AS this USING (round_id, unit_id)
                                       WHERE this.id = NEW.submission_id ORDER BY given.id DESC LIMIT 1))
                        THEN
                            RAISE EXCEPTION 'submission % is corrected without leave', NEW.submission_id
                                  USING ERRCODE = 'check_violation';
                        END IF;
                    END IF;
                    IF step.stops_when_closed THEN
                        {IS_CLOSED.format(id="NEW.submission_id")}
                        IF is_closed THEN
                            RAISE EXCEPTION 'the round of submission % is closed', NEW.submission_id
                                  USING ERRCODE = 'check_violation';
                        END IF;
                    END IF;
                    UPDATE submissions_submission SET status = NEW.to_status, desk = NEW.to_desk
                     WHERE id = NEW.submission_id;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.actor_name} {self.get_action_display()}"
