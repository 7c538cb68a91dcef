"""Submissions in their revisions."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property

from orgs.guards import Guard, never_truncated, refuse
from orgs.models import Unit, User
from submissions import workflow
from submissions.guards import sql_list
from submissions.models.rounds import CollectionRound
from submissions.querysets import SubmissionQuerySet

if TYPE_CHECKING:
    from submissions.models.records import Transition

DESKS = [(desk.value, desk.label) for desk in workflow.DESKS]
"""The desks as choices."""


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
    desk = models.CharField("审核环节", max_length=20, blank=True, choices=DESKS)
    """The desk it lies on while it is under review; "" otherwise."""
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
            # What is public stays beside its approved correction until that is public in its place.
            *(
                models.UniqueConstraint(
                    fields=["round", "unit"], condition=Q(status=status), name=f"submission_one_{status}"
                )
                for status in workflow.EFFECTIVE
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="submission_revision_from_one"),
            models.CheckConstraint(
                condition=Q(
                    status__in=["draft", "in_review", "returned", "approved", "published", "superseded"]
                ),
                name="submission_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="in_review", desk__in=[str(desk) for desk in workflow.DESKS])
                | ~Q(status="in_review") & Q(desk=""),
                name="submission_under_review_at_a_desk",
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
                    IF (NEW.status, NEW.desk) IS DISTINCT FROM (OLD.status, OLD.desk)
                       AND (OLD.status, OLD.desk, NEW.status, NEW.desk) IS DISTINCT FROM (
                        SELECT (from_status, from_desk, to_status, to_desk) FROM submissions_transition
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

    @cached_property
    def extended_until(self) -> date | None:
        """Until when its unit was given more time, None without; `for_workspace` brings it."""
        return Submission.objects.for_workspace().get(pk=self.pk).extended_until

    @cached_property
    def extended_at(self) -> datetime | None:
        """When it was given more time last, None without; `for_workspace` brings it."""
        return Submission.objects.for_workspace().get(pk=self.pk).extended_at

    @cached_property
    def limited_to_points(self) -> bool | None:
        """Whether its last return opened the places of review points alone, and none of them is on the whole;
        `for_workspace` brings it.
        """
        return Submission.objects.for_workspace().get(pk=self.pk).limited_to_points

    @cached_property
    def attachment_count(self) -> int | None:
        """How many files are attached, None for none; `for_workspace` brings it."""
        return Submission.objects.for_workspace().get(pk=self.pk).attachment_count

    @cached_property
    def problem_count(self) -> int | None:
        """How many problems were issued of it in all revisions, None for none; `for_workspace` brings it."""
        return Submission.objects.for_workspace().get(pk=self.pk).problem_count

    @cached_property
    def problems_left(self) -> int | None:
        """How many of them its unit has to answer, None for none; `for_workspace` brings it."""
        return Submission.objects.for_workspace().get(pk=self.pk).problems_left

    @property
    def is_limited(self) -> bool:
        """Whether only what review points are about can be changed; None and False are one here."""
        return bool(self.limited_to_points)

    @property
    def is_extended(self) -> bool:
        """Whether its unit has more time, today."""
        return self.extended_until is not None and self.extended_until >= timezone.localdate()

    @property
    def has_leave_to_correct(self) -> bool:
        """Whether the bureau agreed that it be corrected: by more time that holds, given since it is public.

        Time given for handing in is no leave, nor that for a former correction.
        """
        published_at = next((step.at for step in self.steps if step.action == workflow.Action.PUBLISH), None)
        is_since = published_at is None or (self.extended_at is not None and self.extended_at >= published_at)
        return self.is_extended and is_since

    @property
    def is_closed(self) -> bool:
        """Whether its unit may neither edit nor hand in any more: the round is closed, no extension holds."""
        return self.round.closed_at is not None and not self.is_extended

    @property
    def due_date(self) -> date:
        """When it is due: the round's date, or the day its unit was given."""
        return max(self.round.due_date, self.extended_until or self.round.due_date)

    @property
    def is_editable(self) -> bool:
        """Whether figures can be entered now; who may enter them is a permission."""
        return self.status in workflow.EDITABLE and not self.is_closed

    @property
    def desks(self) -> list[workflow.Side]:
        """The desks it passes, in order."""
        return self.round.desks_for(self.unit)

    @property
    def state_text(self) -> str:
        """Its status as people call it, with the desk it lies on."""
        return f"{self.get_desk_display()}审核中" if self.desk else self.get_status_display()

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
    def sender_id(self) -> int | None:
        """Who handed it in, while nobody has acted since; None otherwise."""
        step = self.last_step
        return step.actor_id if step and step.action == workflow.Action.SUBMIT else None

    @property
    def times_submitted(self) -> int:
        """How often it was handed in."""
        return sum(step.action == workflow.Action.SUBMIT for step in self.steps)

    @property
    def standing_return(self) -> "Transition | None":
        """The return (退回) that is still to be answered: the last step, if it was one; None otherwise."""
        return self.last_step if self.last_step and self.last_step.action == workflow.Action.RETURN else None

    @property
    def given_back(self) -> "Transition | None":
        """The step by which it was given back to its unit last (退回); None where it never was."""
        return next((step for step in self.steps if step.action == workflow.Action.RETURN), None)

    @property
    def is_effective(self) -> bool:
        """Whether it is the unit's approved return (审核通过), made public or not yet."""
        return self.status in workflow.EFFECTIVE
