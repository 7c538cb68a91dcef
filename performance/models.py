"""What a department promised and reached: its yearly goal and its indicators."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from budgets.models import ScheduleLine
from budgets.models.guards import line_guards
from performance.returns import SECOND_LEVELS
from submissions.models import Submission


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
    """The department's goal of the year (年度总体目标): what was expected and what was reached."""

    submission = models.OneToOneField(
        Submission, models.PROTECT, related_name="performance_goal", verbose_name="填报"
    )
    expected = models.TextField("预期目标", blank=True, max_length=2000)
    achieved = models.TextField("实际完成情况", blank=True, max_length=2000)
    row_version = models.PositiveIntegerField("行版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "年度总体目标"
        constraints = [
            models.CheckConstraint(name="goal_version_from_one", condition=Q(row_version__gte=1)),
        ]
        triggers = line_guards()

    def __str__(self) -> str:
        return f"{self.submission} 年度总体目标"


class IndicatorLine(ScheduleLine):
    """One third-level indicator (三级指标) with its target, what was reached, its weight and its score."""

    KEY = ("second_level", "name")

    second_level = models.CharField("二级指标", max_length=20, choices=SECOND_LEVELS, blank=True)
    name = models.CharField("三级指标", max_length=100)
    target_value = models.CharField("年度指标值", max_length=100, blank=True)
    actual_value = models.CharField("实际完成值", max_length=100, blank=True)
    max_score = PointsField("分值")
    score = PointsField("得分")
    deviation_reason = models.TextField("偏差原因及改进措施", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "绩效指标行"
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "second_level", "name"],
                name="indicator_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(name="indicator_has_name", condition=Q(name__regex=r"\S")),
            models.CheckConstraint(
                name="indicator_second_level_known",
                condition=Q(second_level="") | Q(second_level__in=dict(SECOND_LEVELS)),
            ),
            models.CheckConstraint(name="indicator_version_from_one", condition=Q(row_version__gte=1)),
        ]
        triggers = line_guards()
