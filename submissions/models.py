"""Collection rounds, submissions in their revisions, and the append-only records of steps and edits."""

from datetime import UTC, datetime
from typing import Any, NoReturn

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property

from orgs.guards import Guard, never_truncated, refuse
from orgs.models import Unit, User
from submissions import workflow
from submissions.guards import editable_submission_only, sql_list
from submissions.querysets import CollectionRoundQuerySet, SubmissionQuerySet


class CollectionRound(models.Model):
    """What a finance bureau collects for one fiscal year (收集任务)."""

    bureau = models.ForeignKey(Unit, models.PROTECT, related_name="rounds", verbose_name="财政局")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    opens_date = models.DateField("开始日期")
    due_date = models.DateField("截止日期")
    explain_rate = models.DecimalField(
        "需说明的差异率（%）", max_digits=6, decimal_places=2, default=10, validators=[MinValueValidator(0)]
    )
    explain_yuan = models.DecimalField(
        "需说明的差异额（元）",
        max_digits=15,
        decimal_places=2,
        default=100_000,
        validators=[MinValueValidator(0)],
    )

    objects = CollectionRoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "收集任务"
        constraints = [
            models.UniqueConstraint(fields=["bureau", "fiscal_year"], name="round_once_a_year"),
            models.CheckConstraint(condition=Q(due_date__gte=F("opens_date")), name="round_due_after_open"),
            models.CheckConstraint(
                condition=Q(fiscal_year__gte=2000, fiscal_year__lte=2100), name="round_year_is_a_year"
            ),
            models.CheckConstraint(
                # Bounded above, because to PostgreSQL NaN is greater than any number.
                condition=Q(explain_rate__gte=0, explain_rate__lte=9999)
                & Q(explain_yuan__gte=0, explain_yuan__lt=10**13),
                name="round_thresholds_in_bounds",
            ),
        ]
        triggers = [
            Guard(
                name="stays_its_year",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("bureau", "fiscal_year"),
                func="""
                    IF EXISTS (SELECT FROM submissions_submission WHERE round_id = OLD.id) THEN
                        RAISE EXCEPTION 'round % has submissions and stays that of its year', OLD.id
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year} 年度部门整体支出绩效自评"


class Submission(models.Model):
    """One unit's return in a round, one revision of it.

    `revision` counts corrections of the return; `row_version` counts its saves.
    """

    class Status(models.TextChoices):
        DRAFT = workflow.DRAFT, "填报中"
        IN_REVIEW = workflow.IN_REVIEW, "审核中"
        RETURNED = workflow.RETURNED, "已退回"
        APPROVED = workflow.APPROVED, "审核通过"
        PUBLISHED = workflow.PUBLISHED, "已公开"
        SUPERSEDED = workflow.SUPERSEDED, "已更正"

    round = models.ForeignKey(
        CollectionRound, models.PROTECT, related_name="submissions", verbose_name="任务"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="submissions", verbose_name="单位")
    revision = models.PositiveSmallIntegerField("版次", default=1)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.DRAFT)
    row_version = models.PositiveIntegerField("保存次数", default=0)
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="开始填报人")
    started_at = models.DateTimeField("开始时间")
    saved_at = models.DateTimeField("最近保存", null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报"
        constraints = [
            models.UniqueConstraint(fields=["round", "unit", "revision"], name="submission_revision_once"),
            models.UniqueConstraint(
                fields=["round", "unit"],
                condition=Q(status__in=list(workflow.OPEN)),
                name="submission_one_open",
            ),
            models.UniqueConstraint(
                fields=["round", "unit"],
                condition=Q(status__in=list(workflow.EFFECTIVE)),
                name="submission_one_effective",
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="submission_revision_from_one"),
            models.CheckConstraint(
                condition=Q(
                    status__in=["draft", "in_review", "returned", "approved", "published", "superseded"]
                ),
                name="submission_status_known",
            ),
        ]
        triggers = [
            refuse("never_deleted", pgtrigger.Delete, "Cannot delete rows: submissions are kept"),
            never_truncated(),
            Guard(
                name="status_by_transition",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=f"""
                    IF TG_OP = 'INSERT' AND NEW.status <> '{workflow.DRAFT}' THEN
                        RAISE EXCEPTION 'a submission begins as a draft' USING ERRCODE = 'check_violation';
                    END IF;
                    IF TG_OP = 'INSERT' THEN
                        RETURN NEW;
                    END IF;
                    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) IS DISTINCT FROM (
                        SELECT (from_status, to_status) FROM submissions_transition
                         WHERE submission_id = OLD.id ORDER BY id DESC LIMIT 1
                    ) THEN
                        RAISE EXCEPTION 'the status of submission % changes by a transition only', OLD.id
                              USING ERRCODE = 'check_violation';
                    END IF;
                    IF (NEW.id, NEW.unit_id, NEW.round_id, NEW.revision, NEW.started_by_id, NEW.started_at)
                       IS DISTINCT FROM
                       (OLD.id, OLD.unit_id, OLD.round_id, OLD.revision, OLD.started_by_id, OLD.started_at)
                    THEN
                        RAISE EXCEPTION 'submission % stays the return of its unit', OLD.id
                              USING ERRCODE = 'check_violation';
                    END IF;
                    IF OLD.status NOT IN ({sql_list(workflow.EDITABLE)})
                       AND (NEW.row_version, NEW.saved_at) IS DISTINCT FROM (OLD.row_version, OLD.saved_at)
                    THEN
                        RAISE EXCEPTION 'submission % is % and cannot be edited', OLD.id, OLD.status
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.round.fiscal_year} 年度"

    @cached_property
    def last_year_id(self) -> int | None:
        """The unit's approved return of the year before, None without one; `for_workspace` brings it."""
        return Submission.objects.for_workspace().get(pk=self.pk).last_year_id

    @property
    def is_editable(self) -> bool:
        """Whether its status lets figures be entered; who may enter them is a permission."""
        return self.status in workflow.EDITABLE

    def was_prepared_by(self, user: User) -> bool:
        """Whether she edited it or handed it in, in whatever role, in this revision or another."""
        revisions = Submission.objects.filter(round=self.round_id, unit=self.unit_id)
        return (
            Edit.objects.filter(submission__in=revisions, actor=user).exists()
            or Transition.objects.filter(
                submission__in=revisions, actor=user, action=workflow.Action.SUBMIT
            ).exists()
        )

    @cached_property
    def steps(self) -> list["Transition"]:
        """The steps it took, the newest first; read once."""
        return sorted(self.transitions.all(), key=lambda step: step.pk, reverse=True)

    @property
    def last_step(self) -> "Transition | None":
        """The step it took last; None before any."""
        return self.steps[0] if self.steps else None

    @property
    def last_step_number(self) -> int:
        """The number of the step it took last, by which a decision says what it was made on; 0 before any."""
        return self.last_step.pk if self.last_step else 0

    @property
    def submitted_at(self) -> datetime | None:
        """When it was handed in last; None when it never was."""
        return next((step.at for step in self.steps if step.action == workflow.Action.SUBMIT), None)

    @property
    def times_submitted(self) -> int:
        """How often it was handed in."""
        return sum(step.action == workflow.Action.SUBMIT for step in self.steps)

    @property
    def standing_return(self) -> "Transition | None":
        """The return (退回) that is still to be answered: the last step, if it was one; None otherwise."""
        return self.last_step if self.last_step and self.last_step.action == workflow.Action.RETURN else None

    @property
    def is_effective(self) -> bool:
        """Whether it is the unit's approved return (审核通过), made public or not yet."""
        return self.status in workflow.EFFECTIVE


class AppendOnly(models.Model):
    """A record that is only ever added: in Python here, in PostgreSQL by its guards."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a new record; raise TypeError for an existing one."""
        if self.pk:
            raise TypeError(f"{self._meta.verbose_name}只增不改。")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise TypeError(f"{self._meta.verbose_name}只增不删。")


def at_some_time(prefix: str) -> models.CheckConstraint:
    """Return the rule that `at` is a time: PostgreSQL knows "infinity", which no page can print."""
    first, last = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    return models.CheckConstraint(condition=Q(at__gte=first, at__lt=last), name=f"{prefix}_at_some_time")


class Edit(AppendOnly):
    """One save: who changed which cells when, old → new. Append-only, in Python and in PostgreSQL."""

    class Source(models.TextChoices):
        TYPED = "typed", "网页填写"
        PASTED = "pasted", "粘贴"
        IMPORTED = "imported", "表格导入"
        CARRIED = "carried", "上年带入"
        UNDONE = "undone", "撤销导入"

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
                condition=Q(source__in=["typed", "pasted", "imported", "carried", "undone"]),
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


def _sql_steps() -> str:
    """The table of steps as SQL rows of action, source, target, needs_comment and refuses_preparers."""
    return ", ".join(
        f"({sql_list((step.action, step.source, step.target))}, "
        f"{step.needs_comment}, {step.refuses_preparers})"
        for step in workflow.STEPS
    )


class Transition(AppendOnly):
    """One step of a return: who took it when, from which status to which, and what she said.

    Append-only, in Python and in PostgreSQL. Writing it is what changes the submission's status: the
    database checks the step against the table of `submissions.workflow`, refuses whoever prepared the
    return, and moves the status; no other statement can.
    """

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="transitions", verbose_name="填报"
    )
    action = models.CharField(
        "动作", max_length=12, choices=[(action.value, action.label) for action in workflow.Action]
    )
    from_status = models.CharField("原状态", max_length=12, choices=Submission.Status)
    to_status = models.CharField("新状态", max_length=12, choices=Submission.Status)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    comment = models.TextField("意见", blank=True, max_length=2000)
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
                    ("present", "text"),
                    ("prepared", "boolean"),
                    ("known", "boolean"),
                    ("hers", "boolean"),
                    ("said", "boolean"),
                ],
                func=f"""
                    SELECT status INTO present FROM submissions_submission
                     WHERE id = NEW.submission_id FOR NO KEY UPDATE;
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
                      INTO prepared;
                    SELECT count(*) > 0 AND NEW.from_status = present AND NEW.id = (
                               SELECT max(id) FROM submissions_transition
                                WHERE submission_id = NEW.submission_id
                           ),
                           bool_or(NOT (refuses_preparers AND prepared)),
                           bool_or(NOT needs_comment OR NEW.comment ~ '[^[:space:]]')
                      INTO known, hers, said
                      FROM (VALUES {_sql_steps()})
                        AS step (action, source, target, needs_comment, refuses_preparers)
                     WHERE (action, source, target) = (NEW.action, NEW.from_status, NEW.to_status);
                    IF known IS NOT TRUE THEN
                        RAISE EXCEPTION 'submission % is % and takes no step % to %',
                              NEW.submission_id, present, NEW.action, NEW.to_status
                              USING ERRCODE = 'check_violation';
                    END IF;
                    IF hers IS NOT TRUE THEN
                        RAISE EXCEPTION 'nobody decides on what they prepared'
                              USING ERRCODE = 'check_violation';
                    END IF;
                    IF said IS NOT TRUE THEN
                        RAISE EXCEPTION 'a step that needs words has none' USING ERRCODE = 'check_violation';
                    END IF;
                    UPDATE submissions_submission SET status = NEW.to_status WHERE id = NEW.submission_id;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.actor_name} {self.get_action_display()}"
