"""Problems (问题整改): what the bureau wants put right after a return was approved, and what became of it."""

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from orgs.append_only import Circumstances, Deed, at_some_time
from orgs.file_kinds import MOST_FILE_BYTES, FileKind
from orgs.guards import Guard, never_truncated, only_added, refuse
from orgs.models import User
from submissions import workflow
from submissions.guards import sql_list
from submissions.models.attachments import Attachment
from submissions.models.submissions import Submission
from submissions.querysets import ProblemQuerySet

DAYS = {"due_date__gte": date(2000, 1, 1), "due_date__lt": date(2100, 1, 1)}


class Problem(Circumstances):
    """One problem of an approved return, with what its unit is to do until when.

    It is of the return in all of its revisions: it stays when the approval is taken back or what is public is
    corrected. The unit sees it once it is issued (下达). Only `state` and `due_date` ever change, and only by
    a `ProblemEntry`.
    """

    class Source(models.TextChoices):
        FREE = "free", "财政局提出"
        OWN_WORDS = "own_words", "自评报告"
        FINDING = "finding", "检查结果"
        RECHECK = "recheck", "复核扣分"

    class State(models.TextChoices):
        WRITTEN = "written", "待下达"
        OPEN = "open", "待整改"
        ANSWERED = "answered", "待审核"
        ASKED_AGAIN = "asked_again", "退回整改"
        CLOSED = "closed", "已销号"
        DROPPED = "dropped", "已撤下"

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="problems", verbose_name="填报")
    """The revision it was written of."""
    source = models.CharField("来源", max_length=10, choices=Source, default=Source.FREE)
    text = models.TextField("问题", max_length=1000)
    own_measure = models.TextField("单位拟采取的措施", max_length=1000, blank=True)
    """What the unit itself wrote that it would do about it, in its report."""
    demand = models.TextField("整改要求", max_length=1000)
    due_date = models.DateField("时限")
    state = models.CharField("状态", max_length=12, choices=State, default=State.WRITTEN)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    actor_name = models.CharField("登记人姓名", max_length=50)
    at = models.DateTimeField("时间")

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改问题"
        indexes = [models.Index(fields=["submission", "id"], name="problem_by_submission")]
        constraints = [
            at_some_time("problem"),
            models.CheckConstraint(
                condition=Q(text__regex=r"\S", demand__regex=r"\S"), name="problem_says_something"
            ),
            models.CheckConstraint(
                condition=Q(source__in=["free", "own_words", "finding", "recheck"]),
                name="problem_source_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["written", "open", "answered", "asked_again", "closed", "dropped"]),
                name="problem_state_known",
            ),
            models.CheckConstraint(condition=Q(**DAYS), name="problem_due_some_day"),
        ]
        triggers = [
            refuse("never_deleted", pgtrigger.Delete, "Cannot delete rows: problems are kept"),
            never_truncated(),
            Guard(
                name="written_of_an_approved_return",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("here", "text")],
                func=f"""
                    SELECT status INTO here FROM submissions_submission
                     WHERE id = NEW.submission_id FOR SHARE;
                    IF (NEW.state = 'written' AND here IN ({sql_list(workflow.EFFECTIVE)})) IS NOT TRUE THEN
                        RAISE EXCEPTION 'a problem is written of an approved return, and issued afterwards'
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            Guard(
                name="moved_by_entry",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                declare=[("entry", "record")],
                func="""
                    SELECT kind, due_date INTO entry FROM submissions_problementry
                     WHERE problem_id = NEW.id ORDER BY id DESC LIMIT 1;
                    IF NEW.state IS DISTINCT FROM
                           (CASE entry.kind WHEN 'issued' THEN 'open' ELSE entry.kind END)
                       OR NEW.due_date IS DISTINCT FROM coalesce(entry.due_date, OLD.due_date)
                    THEN
                        RAISE EXCEPTION 'problem % changes by an entry only', NEW.id
                              USING ERRCODE = 'check_violation';
                    END IF;
                    OLD.state := NEW.state;
                    OLD.due_date := NEW.due_date;
                    IF NEW IS DISTINCT FROM OLD THEN
                        RAISE EXCEPTION 'problem % stays what it is', NEW.id
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def waits_for_unit(self) -> bool:
        """Whether its unit has to answer."""
        return self.state in (self.State.OPEN, self.State.ASKED_AGAIN)

    @property
    def days_late(self) -> int:
        """For how many days its unit has been waited for in vain; 0 for who has answered."""
        return max((timezone.localdate() - self.due_date).days, 0) if self.waits_for_unit else 0


class ProblemEntry(Deed):
    """One thing done with a problem. Append-only; writing it is what moves the problem's state.

    Nobody closes, or sends back, what she answered.
    """

    class Kind(models.TextChoices):
        ISSUED = "issued", "下达"
        DROPPED = "dropped", "撤下"
        ANSWERED = "answered", "反馈"
        ASKED_AGAIN = "asked_again", "退回整改"
        CLOSED = "closed", "销号"

    class Progress(models.TextChoices):
        DONE = "done", "已完成"
        UNDER_WAY = "under_way", "正在整改"
        LASTING = "lasting", "长期坚持"

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="entries", verbose_name="整改问题")
    kind = models.CharField("种类", max_length=12, choices=Kind)
    text = models.TextField("内容", max_length=1000, blank=True)
    """Of an answer the measure that was taken."""
    progress = models.CharField("完成情况", max_length=10, choices=Progress, blank=True)
    due_date = models.DateField("时限", null=True, blank=True)
    """Until when it is issued, or asked for anew; None where that stays as it was."""
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "整改往来"
        indexes = [models.Index(fields=["problem", "id"], name="problem_entry_by_problem")]
        constraints = [
            at_some_time("problem_entry"),
            models.CheckConstraint(
                condition=Q(kind__in=["issued", "dropped", "closed"])
                | Q(kind__in=["answered", "asked_again"], text__regex=r"\S"),
                name="problem_entry_says_something",
            ),
            models.CheckConstraint(
                condition=Q(kind="answered", progress__in=["done", "under_way", "lasting"])
                | ~Q(kind="answered") & Q(progress=""),
                name="problem_answer_says_how_far",
            ),
            models.CheckConstraint(
                condition=Q(due_date=None) | Q(kind__in=["issued", "asked_again"], **DAYS),
                name="problem_entry_due_some_day",
            ),
        ]
        triggers = [
            *only_added("Cannot update or delete rows: entries are only added"),
            Guard(
                name="moves_problem",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                declare=[("here", "text")],
                func="""
                    SELECT state INTO here FROM submissions_problem
                     WHERE id = NEW.problem_id FOR NO KEY UPDATE;
                    IF (CASE NEW.kind
                        WHEN 'issued' THEN here = 'written'
                        WHEN 'dropped' THEN here = 'written'
                        WHEN 'answered' THEN here IN ('open', 'asked_again')
                        WHEN 'asked_again' THEN here = 'answered'
                        WHEN 'closed' THEN here = 'answered'
                          OR here IN ('open', 'asked_again') AND NEW.text ~ '[^[:space:]]' END) IS NOT TRUE
                       OR NEW.id <> (SELECT max(id) FROM submissions_problementry
                                      WHERE problem_id = NEW.problem_id)
                    THEN
                        RAISE EXCEPTION 'problem % is % and is not % now', NEW.problem_id, here, NEW.kind
                              USING ERRCODE = 'check_violation';
                    END IF;
                    IF NEW.kind IN ('asked_again', 'closed') AND EXISTS (
                           SELECT FROM submissions_problementry
                            WHERE problem_id = NEW.problem_id AND kind = 'answered'
                              AND actor_id = NEW.actor_id)
                    THEN
                        RAISE EXCEPTION 'nobody judges what they answered' USING ERRCODE = 'check_violation';
                    END IF;
                    UPDATE submissions_problem
                       SET state = CASE NEW.kind WHEN 'issued' THEN 'open' ELSE NEW.kind END,
                           due_date = coalesce(NEW.due_date, due_date)
                     WHERE id = NEW.problem_id;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.get_kind_display()}"


class ProblemFile(models.Model):
    """A file that goes with an answer: one of its own, or one that is attached to the return.

    It lies in `submissions.attachment_files` under its sha256, and stays there when the return no longer has
    it. Append-only; the return, whose own evidence was approved, is not changed by it.
    """

    entry = models.ForeignKey(ProblemEntry, models.PROTECT, related_name="files", verbose_name="反馈")
    attachment = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="佐证材料"
    )
    """The one of the return it is."""
    file_name = models.CharField("文件名", max_length=200)
    kind = models.CharField("种类", max_length=4, choices=[(kind.value, kind.label) for kind in FileKind])
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField("文件摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "整改佐证"
        indexes = [models.Index(fields=["entry", "id"], name="problem_file_by_entry")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["pdf", "docx", "xlsx", "jpg", "png"]), name="problem_file_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=MOST_FILE_BYTES), name="problem_file_size_allowed"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="problem_file_named_by_content"
            ),
        ]
        triggers = [
            *only_added("Cannot update or delete rows: files of answers are only added"),
            Guard(
                name="of_a_standing_answer",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("here", "record")],
                func="""
                    SELECT problem.submission_id, problem.state, entry.kind, entry.id = (
                               SELECT max(id) FROM submissions_problementry WHERE problem_id = problem.id
                           ) AS is_newest
                      INTO here
                      FROM submissions_problementry AS entry
                      JOIN submissions_problem AS problem ON problem.id = entry.problem_id
                     WHERE entry.id = NEW.entry_id FOR SHARE OF problem;
                    IF (here.kind = 'answered' AND here.state = 'answered' AND here.is_newest
                        AND (NEW.attachment_id IS NULL OR EXISTS (
                            SELECT FROM submissions_attachment AS file
                              JOIN submissions_submission AS theirs ON theirs.id = file.submission_id
                              JOIN submissions_submission AS ours USING (round_id, unit_id)
                             WHERE file.id = NEW.attachment_id AND ours.id = here.submission_id
                               AND file.removed_at IS NULL AND file.sha256 = NEW.sha256))) IS NOT TRUE
                    THEN
                        RAISE EXCEPTION 'a file goes with an answer that stands, and is of its return'
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
