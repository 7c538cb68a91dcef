"""A finance bureau's own indicators in the library (指标库), in versions."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from orgs.append_only import Deed, at_some_time
from orgs.guards import only_added
from orgs.models import Unit, User
from performance.returns import DIRECTION_CHOICES, SECOND_LEVELS


class LibraryIndicator(Deed):
    """One version of an indicator in a bureau's library. The newest of a number counts.

    `kinds` are those of `performance.library.KINDS` it is for, parted by blanks; "" is all.
    """

    bureau = models.ForeignKey(Unit, models.PROTECT, related_name="library_indicators", verbose_name="财政局")
    number = models.PositiveSmallIntegerField("编号")
    version = models.PositiveSmallIntegerField("版本")
    name = models.CharField("三级指标", max_length=100)
    second_level = models.CharField("二级指标", max_length=20, choices=SECOND_LEVELS)
    direction = models.CharField("指标性质", max_length=20, choices=DIRECTION_CHOICES, blank=True)
    target = models.CharField("指标值", max_length=100, blank=True)
    measuring_unit = models.CharField("计量单位", max_length=20, blank=True)
    weight = models.DecimalField(
        "建议分值",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    data_source = models.CharField("数据来源", max_length=100, blank=True)
    kinds = models.CharField("适用单位", max_length=100, blank=True)
    is_withdrawn = models.BooleanField("已停用", default=False)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "指标库指标"
        constraints = [
            at_some_time("library"),
            models.UniqueConstraint(fields=["bureau", "number", "version"], name="library_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1, version__gte=1), name="library_numbered"),
            models.CheckConstraint(
                condition=Q(name__regex=r"\S", second_level__in=dict(SECOND_LEVELS)),
                name="library_says_something",
            ),
            models.CheckConstraint(
                condition=Q(direction="") | Q(direction__in=dict(DIRECTION_CHOICES)),
                name="library_direction_known",
            ),
            models.CheckConstraint(
                condition=Q(weight=None) | Q(weight__gte=0, weight__lte=100), name="library_weight_of_hundred"
            ),
        ]
        triggers = only_added("Cannot update or delete rows: versions of indicators are only added")

    def __str__(self) -> str:
        return self.name
