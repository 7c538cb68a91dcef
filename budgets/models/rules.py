"""The rules a finance bureau writes itself: their versions, where they were tried out, where they are on."""

import pgtrigger
from django.db import models
from django.db.models import Q

from orgs.append_only import AppendOnly, at_some_time
from orgs.guards import Guard, only_added
from orgs.models import Unit, User
from submissions.findings import Severity, Tolerance
from submissions.models import CollectionRound

LONGEST_SIDE = 500
"""So many characters one side of a rule may have; the same as budgets.checks.formulas allows."""
SIGNS = ("=", "≠", "≤", "≥", "<", ">")
"""How the two sides of a rule may be compared."""
TOLERANCES = (Tolerance.EXACT, Tolerance.SUM, Tolerance.SAME)
"""The tolerances a rule may have."""


class BureauRule(AppendOnly):
    """One version of a rule of a bureau (自定规则). What its sides mean: budgets.checks.own_rules.

    It belongs to the bureau, not to a round: next year's round has it at hand, and has to try it out anew.
    """

    bureau = models.ForeignKey(Unit, models.PROTECT, related_name="own_rules", verbose_name="财政局")
    number = models.PositiveSmallIntegerField("编号")
    version = models.PositiveSmallIntegerField("版本")
    sentence = models.CharField("检查什么", max_length=200)
    left = models.CharField("左边", max_length=LONGEST_SIDE)
    sign = models.CharField("比较", max_length=1, choices=[(each, each) for each in SIGNS])
    right = models.CharField("右边", max_length=LONGEST_SIDE)
    tolerance = models.CharField(
        "允许的差", max_length=12, choices=[(each.value, each.label) for each in TOLERANCES]
    )
    severity = models.CharField(
        "性质", max_length=12, choices=[(each.value, each.label) for each in Severity]
    )
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "自定规则"
        constraints = [
            at_some_time("own_rule"),
            models.UniqueConstraint(fields=["bureau", "number", "version"], name="own_rule_version_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=999, version__gte=1), name="own_rule_numbered"
            ),
            models.CheckConstraint(
                condition=Q(sentence__regex=r"\S", left__regex=r"\S", right__regex=r"\S"),
                name="own_rule_says_something",
            ),
            models.CheckConstraint(
                condition=Q(
                    sign__in=SIGNS,
                    tolerance__in=[each.value for each in TOLERANCES],
                    severity__in=[each.value for each in Severity],
                ),
                name="own_rule_known",
            ),
        ]
        triggers = only_added("Cannot update or delete rows: versions of rules are only added")

    def __str__(self) -> str:
        return f"{self.code} {self.sentence}"

    @property
    def code(self) -> str:
        """What it is called beside our rules: Z-001."""
        return f"Z-{self.number:03}"

    @property
    def formula(self) -> str:
        """Both sides with the sign between them."""
        return f"{self.left} {self.sign} {self.right}"


class RuleTrial(AppendOnly):
    """That a version of a rule was tried out for a round, on which returns, and how many it found how."""

    rule = models.ForeignKey(BureauRule, models.PROTECT, related_name="trials", verbose_name="规则")
    round = models.ForeignKey(
        CollectionRound, models.PROTECT, related_name="rule_trials", verbose_name="任务"
    )
    fiscal_year = models.PositiveSmallIntegerField("试运行的年度")
    holds = models.PositiveIntegerField("通过")
    rounded = models.PositiveIntegerField("尾差")
    fails = models.PositiveIntegerField("不通过")
    missing = models.PositiveIntegerField("不能检查")
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "规则的试运行"
        indexes = [models.Index(fields=["round", "id"], name="rule_trial_by_round")]
        constraints = [at_some_time("rule_trial")]
        triggers = [
            *only_added("Cannot update or delete rows: trials are only added"),
            Guard(
                name="rule_of_the_bureau",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT FROM budgets_bureaurule AS rule
                          JOIN submissions_collectionround AS round ON round.bureau_id = rule.bureau_id
                         WHERE rule.id = NEW.rule_id AND round.id = NEW.round_id
                    ) THEN
                        RAISE EXCEPTION 'rule % is of another bureau than round %', NEW.rule_id, NEW.round_id
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule.code} {self.fiscal_year}"

    @property
    def returns(self) -> int:
        """On how many returns it was tried out."""
        return self.holds + self.rounded + self.fails + self.missing

    @property
    def checked(self) -> int:
        """In how many of them it could be computed."""
        return self.returns - self.missing


class RuleSwitch(AppendOnly):
    """That a version of a rule is on in a round, or off, and why. The newest of a rule counts.

    A version goes on only after it was tried out for the round.
    """

    rule = models.ForeignKey(BureauRule, models.PROTECT, related_name="switches", verbose_name="规则")
    round = models.ForeignKey(
        CollectionRound, models.PROTECT, related_name="rule_switches", verbose_name="任务"
    )
    is_on = models.BooleanField("启用")
    reason = models.CharField("原因", max_length=200)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "规则的启用和停用"
        indexes = [models.Index(fields=["round", "id"], name="rule_switch_by_round")]
        constraints = [
            at_some_time("rule_switch"),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="rule_switch_says_why"),
        ]
        triggers = [
            *only_added("Cannot update or delete rows: switches are only added"),
            Guard(
                name="tried_out_first",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.is_on"),
                func="""
                    IF NOT EXISTS (
                        SELECT FROM budgets_ruletrial
                         WHERE rule_id = NEW.rule_id AND round_id = NEW.round_id
                    ) THEN
                        RAISE EXCEPTION 'rule % was not tried out for round %', NEW.rule_id, NEW.round_id
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule.code} {self.said}"

    @property
    def code(self) -> str:
        """The code of its rule."""
        return self.rule.code

    @property
    def said(self) -> str:
        """What was done, in words."""
        return f"启用第 {self.rule.version} 版" if self.is_on else "停用"
