"""The re-check (复核) of approved returns: the samples the bureau draws, and what it finds in them."""

import pgtrigger
from django.db import models
from django.db.models import Q

from orgs.append_only import AppendOnly, Deed, at_some_time
from orgs.guards import Guard, only_added
from orgs.models import User
from performance.sampling import RULES, Candidate, Plan
from submissions import workflow
from submissions.guards import sql_list
from submissions.models import CollectionRound, Submission

RULE_CHOICES = [(each.value, name) for each, name in RULES.items()]


class SampleDraw(Deed):
    """A sample of a round's approved returns, drawn to be checked again (抽样). The newest of a round counts.

    It keeps its seed and the returns it was drawn from, so that it can be drawn again by anybody.
    """

    round = models.ForeignKey(CollectionRound, models.PROTECT, related_name="draws", verbose_name="任务")
    seed = models.CharField("随机种子", max_length=32)
    size = models.PositiveSmallIntegerField("抽取数")
    is_percent = models.BooleanField("按百分比", default=False)
    largest = models.PositiveSmallIntegerField("决算数最大的份数")
    full_marks = models.PositiveSmallIntegerField("满分的份数")
    low_execution = models.PositiveSmallIntegerField("执行率低的份数")
    candidates = models.JSONField("抽样名单")
    """`performance.sampling.Candidate`s."""
    reason = models.CharField("依据", max_length=200)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "复核抽样"
        indexes = [models.Index(fields=["round", "id"], name="draw_by_round")]
        constraints = [
            at_some_time("draw"),
            models.CheckConstraint(condition=Q(size__gte=1), name="draw_takes_some"),
            models.CheckConstraint(
                condition=Q(is_percent=False) | Q(size__lte=100), name="draw_percent_of_hundred"
            ),
            models.CheckConstraint(condition=Q(reason__regex=r"\S", seed__regex=r"\S"), name="draw_says_why"),
        ]
        triggers = only_added("Cannot update or delete rows: draws are only added")

    def __str__(self) -> str:
        return f"{self.round} {self.seed}"

    @property
    def plan(self) -> Plan:
        """How many it takes, and by which rules."""
        return Plan(self.size, self.is_percent, self.largest, self.full_marks, self.low_execution)

    @property
    def drawn_from(self) -> list[Candidate]:
        """The returns it was drawn from."""
        return [Candidate.from_json(each) for each in self.candidates]


class SampledReturn(AppendOnly):
    """An approved return in a sample, and the rule that took it."""

    draw = models.ForeignKey(SampleDraw, models.PROTECT, related_name="sampled", verbose_name="抽样")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="sampled", verbose_name="填报")
    rule = models.CharField("抽中规则", max_length=16, choices=RULE_CHOICES)

    class Meta:
        verbose_name = verbose_name_plural = "抽中的填报"
        constraints = [
            models.UniqueConstraint(fields=["draw", "submission"], name="sampled_once_a_draw"),
            models.CheckConstraint(
                condition=Q(rule__in=[each.value for each in RULES]), name="sampled_by_known_rule"
            ),
        ]
        triggers = [
            *only_added("Cannot update or delete rows: samples are only added"),
            Guard(
                name="of_an_approved_return",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("present", "text"), ("its_round", "bigint")],
                func=f"""
                    SELECT status, round_id INTO present, its_round FROM submissions_submission
                     WHERE id = NEW.submission_id FOR SHARE;
                    IF present NOT IN ({sql_list(workflow.EFFECTIVE)})
                       OR its_round <> (SELECT round_id FROM performance_sampledraw WHERE id = NEW.draw_id)
                    THEN
                        RAISE EXCEPTION 'only approved returns of its round are in a sample'
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} {self.get_rule_display()}"


class RecheckVersion(Deed):
    """What the re-check (复核) of a return said when it was saved; it never changes the return.

    The newest counts, a finished one is the last. The totals are points of a hundred, capped as the round is
    scored.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="rechecks", verbose_name="填报")
    number = models.PositiveSmallIntegerField("保存次数")
    checked = models.JSONField("复核内容")
    """For each indicator its second_level and name, and what was found: value, score, ground, remark."""
    own_total = models.DecimalField("自评得分", max_digits=5, decimal_places=2)
    found_total = models.DecimalField("复核得分", max_digits=5, decimal_places=2, null=True)
    """None while the score of an indicator is blank."""
    is_finished = models.BooleanField("已完成", default=False)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "复核"
        constraints = [
            at_some_time("recheck"),
            models.UniqueConstraint(fields=["submission", "number"], name="recheck_number_once"),
            models.CheckConstraint(
                condition=Q(own_total__gte=0, own_total__lte=100)
                & (Q(found_total=None) | Q(found_total__gte=0, found_total__lte=100)),
                name="recheck_totals_of_hundred",
            ),
            models.CheckConstraint(
                condition=Q(is_finished=False) | Q(found_total__isnull=False), name="recheck_finished_whole"
            ),
        ]
        triggers = [
            *only_added("Cannot update or delete rows: re-checks are only added"),
            Guard(
                name="one_after_another",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    PERFORM FROM submissions_submission WHERE id = NEW.submission_id FOR NO KEY UPDATE;
                    IF NOT EXISTS (SELECT FROM performance_sampledreturn
                                    WHERE submission_id = NEW.submission_id)
                       OR EXISTS (SELECT FROM performance_recheckversion
                                   WHERE submission_id = NEW.submission_id AND is_finished)
                       OR NEW.number <> 1 + (SELECT coalesce(max(number), 0) FROM performance_recheckversion
                                              WHERE submission_id = NEW.submission_id)
                    THEN
                        RAISE EXCEPTION 'a re-check is of a sampled return, and goes on until it is finished'
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            Guard(
                name="while_it_is_approved",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("present", "text")],
                func=f"""
                    SELECT status INTO present FROM submissions_submission
                     WHERE id = NEW.submission_id FOR NO KEY UPDATE;
                    IF present IS NULL OR present NOT IN ({sql_list(workflow.EFFECTIVE)}) THEN
                        RAISE EXCEPTION 'a re-check goes on as long as its return is the approved one'
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} 复核 {self.number}"
