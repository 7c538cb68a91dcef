"""What a department promised and reached: its yearly goal and its indicators."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from budgets.checks.copies import print_of
from budgets.held import Held
from budgets.models import ScheduleLine
from budgets.models.guards import line_guards
from orgs.append_only import Deed, at_some_time
from orgs.guards import only_added
from orgs.models import User
from performance.bulk_export_models import BulkExport
from performance.frameworks import FRAMEWORKS
from performance.indicator_points import BAND_NAMES, OVERRUNS, Overrun, rules_said
from performance.library_models import LibraryIndicator
from performance.recheck_models import RecheckVersion, SampleDraw, SampledReturn
from performance.returns import DIRECTION_CHOICES, SECOND_LEVELS, TARGET_COLUMNS
from performance.schemes import MODES, SCHEMES, Mode
from performance.target_models import TargetAnswer, TargetApproval, TargetRequest
from submissions.models import CollectionRound, Submission

__all__ = [
    "BulkExport",
    "IndicatorFields",
    "IndicatorLine",
    "LibraryIndicator",
    "PerformanceGoal",
    "PointsField",
    "ProjectGoal",
    "ProjectIndicatorLine",
    "RecheckVersion",
    "RoundScoring",
    "SampleDraw",
    "SampledReturn",
    "TargetAnswer",
    "TargetApproval",
    "TargetRequest",
]


class PointsField(models.DecimalField):
    """Points from 0 to 100 with two decimals, or NULL (not given), kept by the domain `points`.

    As `yuan` does, it refuses a third decimal and NaN instead of rounding and taking them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {
            "max_digits": 5,
            "decimal_places": 2,
            "null": True,
            "blank": True,
            "validators": [MinValueValidator(0), MaxValueValidator(100)],
        }
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str:
        """Return the domain."""
        return "points"

    def cast_db_type(self, connection: Any) -> str:
        """Return the type for casts, which must not round either."""
        return "numeric"


class PerformanceGoal(models.Model):
    """The department's goal of the year (年度总体目标): what was expected and what was reached.

    With them why its indicators share out the points otherwise than the framework, where they do.
    """

    submission = models.OneToOneField(
        Submission, models.PROTECT, related_name="performance_goal", verbose_name="填报"
    )
    expected = models.TextField("预期目标", blank=True, max_length=2000)
    achieved = models.TextField("实际完成情况", blank=True, max_length=2000)
    weights_reason = models.TextField(
        "一级指标分值调整的原因", blank=True, max_length=500, default="", db_default=""
    )
    row_version = models.PositiveIntegerField("行版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "年度总体目标"
        indexes = [
            models.Index(print_of("expected"), name="goal_expected_print"),
            models.Index(print_of("achieved"), name="goal_achieved_print"),
        ]
        constraints = [
            models.CheckConstraint(name="goal_version_from_one", condition=Q(row_version__gte=1)),
        ]
        triggers = line_guards()

    def __str__(self) -> str:
        return f"{self.submission} 年度总体目标"


class ProjectGoal(models.Model):
    """The yearly goal of one project, by the name the project has among the project expenditure."""

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="project_goals", verbose_name="填报"
    )
    project = models.CharField("项目名称", max_length=100)
    expected = models.TextField("预期目标", blank=True, max_length=2000)
    achieved = models.TextField("实际完成情况", blank=True, max_length=2000)
    weights_reason = models.TextField("一级指标分值调整的原因", blank=True, max_length=500)
    row_version = models.PositiveIntegerField("行版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "项目绩效目标"
        constraints = [
            models.UniqueConstraint(fields=["submission", "project"], name="project_goal_once"),
            models.CheckConstraint(name="project_goal_has_project", condition=Q(project__regex=r"\S")),
            models.CheckConstraint(name="project_goal_version_from_one", condition=Q(row_version__gte=1)),
        ]
        triggers = line_guards()

    def __str__(self) -> str:
        return f"{self.submission} {self.project} 绩效目标"


class IndicatorFields(ScheduleLine):
    """What one third-level indicator (三级指标) states, of the department or of a project.

    Its target and actual value are numbers where its direction is quantitative, and words where it is not;
    `performance.readings` reads them.
    """

    KEY: ClassVar[tuple[str, ...]] = ("second_level", "name")

    second_level = models.CharField("二级指标", max_length=20, choices=SECOND_LEVELS, blank=True)
    name = models.CharField("三级指标", max_length=100)
    direction = models.CharField(
        "指标性质", max_length=20, choices=DIRECTION_CHOICES, blank=True, default="", db_default=""
    )
    target_value = models.CharField("年度指标值", max_length=100, blank=True)
    measuring_unit = models.CharField("计量单位", max_length=20, blank=True, default="", db_default="")
    actual_value = models.CharField("实际完成值", max_length=100, blank=True)
    max_score = PointsField("分值")
    score = PointsField("得分")
    deviation_reason = models.TextField("偏差原因", max_length=500, blank=True)
    improvement_measure = models.TextField("改进措施", max_length=500, blank=True, default="", db_default="")
    explanation = models.TextField("情况说明", max_length=500, blank=True, default="", db_default="")
    evidence = models.CharField("佐证材料", max_length=200, blank=True, default="", db_default="")
    data_source = models.CharField("数据来源", max_length=100, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    @classmethod
    def held_in(cls, submission: Submission) -> Held | None:
        """Once its targets are approved, those columns and which indicators there are; one query."""
        approval = TargetApproval.objects.of_return(submission).first()
        return Held(frozenset(TARGET_COLUMNS), approval.words) if approval else None


def _indicator_rules(prefix: str, *key: str) -> list[models.BaseConstraint]:
    """Return what PostgreSQL keeps for indicators that are told apart by a key."""
    return [
        models.UniqueConstraint(
            fields=["submission", *key], name=f"{prefix}_once", deferrable=models.Deferrable.DEFERRED
        ),
        models.CheckConstraint(name=f"{prefix}_has_name", condition=Q(name__regex=r"\S")),
        models.CheckConstraint(
            name=f"{prefix}_second_level_known",
            condition=Q(second_level="") | Q(second_level__in=dict(SECOND_LEVELS)),
        ),
        models.CheckConstraint(
            name=f"{prefix}_direction_known",
            condition=Q(direction="") | Q(direction__in=dict(DIRECTION_CHOICES)),
        ),
        models.CheckConstraint(name=f"{prefix}_version_from_one", condition=Q(row_version__gte=1)),
    ]


class IndicatorLine(IndicatorFields):
    """One third-level indicator of the department."""

    class Meta:
        verbose_name = verbose_name_plural = "绩效指标行"
        constraints = _indicator_rules("indicator", *IndicatorFields.KEY)
        triggers = line_guards()


class ProjectIndicatorLine(IndicatorFields):
    """One third-level indicator of a project, by the name the project has among the project expenditure."""

    KEY = ("project", *IndicatorFields.KEY)

    project = models.CharField("项目名称", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "项目绩效指标行"
        constraints = [
            *_indicator_rules("project_indicator", "project", *IndicatorFields.KEY),
            models.CheckConstraint(name="project_indicator_has_project", condition=Q(project__regex=r"\S")),
        ]
        triggers = line_guards()


class RoundScoring(Deed):
    """By what the returns of a round are scored, and why. The newest of a round counts.

    Without any, by the framework of the region's edition and without caps.
    """

    round = models.ForeignKey(CollectionRound, models.PROTECT, related_name="scorings", verbose_name="任务")
    FRAMEWORK_CHOICES = [(each.code, each.name) for each in FRAMEWORKS.values()]
    SCHEME_CHOICES = [(each.code, each.name) for each in SCHEMES.values()]
    MODE_CHOICES = [(each.value, name) for each, name in MODES.items()]
    OVERRUN_CHOICES = [(each.value, name) for each, name in OVERRUNS.items()]
    BAND_CHOICES = list(BAND_NAMES.items())

    framework = models.CharField("指标框架", max_length=20, choices=FRAMEWORK_CHOICES)
    scheme = models.CharField("评分办法", max_length=20, choices=SCHEME_CHOICES)
    mode = models.CharField(
        "计分方式",
        max_length=20,
        choices=MODE_CHOICES,
        default=Mode.EDITABLE.value,
        db_default=Mode.EDITABLE.value,
    )
    overrun = models.CharField(
        "反向指标超过指标值",
        max_length=20,
        choices=OVERRUN_CHOICES,
        default=Overrun.BY_RATIO.value,
        db_default=Overrun.BY_RATIO.value,
    )
    bands = models.CharField(
        "定性指标分档",
        max_length=20,
        choices=BAND_CHOICES,
        default="national",
        db_default="national",
    )
    reason = models.CharField("依据", max_length=200)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "评分设置"
        indexes = [models.Index(fields=["round", "id"], name="scoring_by_round")]
        constraints = [
            at_some_time("scoring"),
            models.CheckConstraint(
                condition=Q(
                    framework__in=list(FRAMEWORKS),
                    scheme__in=list(SCHEMES),
                    mode__in=[each.value for each in MODES],
                ),
                name="scoring_known",
            ),
            models.CheckConstraint(
                condition=Q(overrun__in=["by_ratio", "by_excess"], bands__in=["national", "wide_middle"]),
                name="scoring_rules_known",
            ),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="scoring_says_why"),
        ]
        triggers = only_added("Cannot update or delete rows: scorings are only added")

    def __str__(self) -> str:
        return f"{self.round} {self.get_framework_display()}"

    @property
    def otherwise(self) -> list[str]:
        """What of the rules of indicators is otherwise than in the country, in words."""
        return rules_said(self.overrun, self.bands)
