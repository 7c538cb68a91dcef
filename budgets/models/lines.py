"""Money rows and the other rows of a return, and the rules PostgreSQL keeps for them."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q, Value

from budgets.held import Held
from budgets.models.classification import EconomicCategory, FunctionalCategory
from budgets.models.fields import AreaField, CountField, YuanField
from budgets.models.guards import line_guards
from budgets.money import AmountUnit
from budgets.querysets import LineQuerySet
from budgets.returns import (
    ADJUSTMENT_KINDS,
    ADJUSTMENT_SOURCES,
    BASE_ITEMS,
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    CARRYOVER,
    ECONOMIC_GROUPS,
    FUNDINGS,
    PROJECT_KINDS,
    REVENUE,
    STAFF,
    THREE_PUBLIC,
    THREE_PUBLIC_COUNTS,
    TOTAL,
    Column,
    ColumnKind,
    Schedule,
    ScheduleName,
)
from submissions.models import Submission


class Fund(models.TextChoices):
    """The kind of money (资金性质); blank means the report does not state it."""

    GENERAL_PUBLIC = "general_public", "一般公共预算"
    GOVERNMENT_FUND = "government_fund", "政府性基金"
    STATE_CAPITAL = "state_capital", "国有资本经营"
    SOCIAL_INSURANCE = "social_insurance", "社会保险基金"
    SPECIAL_ACCOUNT = "special_account", "财政专户"
    OTHER = "other", "其他资金"


class ExpenditureNature(models.TextChoices):
    """The nature of an expenditure line (支出性质); blank means the report does not state it."""

    BASIC = "basic", "基本支出"
    PROJECT = "project", "项目支出"
    TO_SUPERIOR = "to_superior", "上缴上级支出"
    OPERATING = "operating", "经营支出"
    TO_SUBORDINATE = "to_subordinate", "对附属单位补助"


FUND_AND_NATURE = (
    Column("fund", "资金性质", ColumnKind.CHOICE, choices=tuple(Fund.choices)),
    Column("nature", "支出性质", ColumnKind.CHOICE, choices=tuple(ExpenditureNature.choices)),
)
"""What tells rows by function of one code apart, as columns."""


class ScheduleLine(models.Model):
    """What one row of one schedule of a submission stores, with the version an editor starts from.

    `KEY` names what tells its rows apart within a schedule.
    """

    KEY: ClassVar[tuple[str, ...]] = ("item",)

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="+", verbose_name="填报")
    row_version = models.PositiveIntegerField("行版本", default=1)
    expressions = models.JSONField("算式", default=dict, blank=True, db_default=Value({}, models.JSONField()))
    """How a figure was typed where it was worked out: {column: {"text": "=120+35.5", "unit": "wan"}}."""

    objects: ClassVar[Any] = LineQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return " ".join(str(part) for part in self.key if part)

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells it apart within its schedule."""
        return tuple(getattr(self, name) for name in self.KEY)

    @classmethod
    def held_in(cls, submission: Submission) -> Held | None:
        """What of its schedule is fixed in a return; None for nothing. The caller holds the lock."""
        return None

    def values(self, names: Iterable[str]) -> dict[str, Any]:
        """Its stored values of these columns: figures as Decimal or int or None, words as text."""
        return {name: getattr(self, name) for name in names}


class AmountLine(ScheduleLine):
    """A row with amounts, which remembers the unit it was typed in: sums of 万元 carry rounding."""

    entered_in = models.CharField("填报单位", max_length=4, choices=[(u.value, u.label) for u in AmountUnit])

    class Meta:
        abstract = True


class FiveFigures(AmountLine):
    """The five amounts every money row has, and the reason of its variance."""

    last_year_budget = YuanField("上年年初预算数")
    last_year_outturn = YuanField("上年决算数")
    initial_budget = YuanField("年初预算数")
    revised_budget = YuanField("全年预算数")
    outturn = YuanField("决算数")
    variance_reason = models.TextField("差异原因", blank=True, max_length=500)
    reason_figures = models.JSONField("写原因时的数", null=True, blank=True)
    """The figures of its row that the reason was written for, as text in yuan; None where not known."""

    class Meta:
        abstract = True


def _once(name: str, *fields: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=["submission", *fields], name=name, nulls_distinct=False)


def _version_from_one(prefix: str) -> models.CheckConstraint:
    return models.CheckConstraint(name=f"{prefix}_version_from_one", condition=Q(row_version__gte=1))


def _entered_in_known(prefix: str) -> models.CheckConstraint:
    units = [unit.value for unit in AmountUnit]
    return models.CheckConstraint(name=f"{prefix}_entered_in_known", condition=Q(entered_in__in=units))


def _has_name(prefix: str) -> models.CheckConstraint:
    return models.CheckConstraint(name=f"{prefix}_has_name", condition=Q(name__regex=r"\S"))


def _items_of(schedule: Schedule) -> list[str]:
    return [*([TOTAL] if schedule.has_total else []), *(item.code for item in schedule.items)]


def _is_item_of(schedule: Schedule) -> Q:
    return Q(
        schedule=schedule.name.value,
        item__in=_items_of(schedule),
        category=None,
        economic_category=None,
    )


class BudgetLine(FiveFigures):
    """Money of one row of one schedule: a fixed item, a category, or a stated total.

    Fund and nature belong to rows by function, where the unit states them. A row on a 款 or 类 that has rows
    below it in the same submission is a stated subtotal.
    """

    KEY = ("item", "category_id", "economic_category_id", "fund", "nature")

    schedule = models.CharField("报表", max_length=40)
    item = models.CharField("固定行", max_length=40, blank=True)
    category = models.ForeignKey(
        FunctionalCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="功能科目"
    )
    economic_category = models.ForeignKey(
        EconomicCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经济科目"
    )
    fund = models.CharField("资金性质", max_length=20, choices=Fund, blank=True)
    nature = models.CharField("支出性质", max_length=20, choices=ExpenditureNature, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "预算行"
        constraints = [
            _once("line_once", "schedule", "item", "category", "economic_category", "fund", "nature"),
            models.CheckConstraint(
                name="line_key_fits_schedule",
                condition=(
                    _is_item_of(REVENUE)
                    | _is_item_of(BY_NATURE)
                    | _is_item_of(THREE_PUBLIC)
                    | _is_item_of(BASE_ITEMS)
                    | Q(
                        schedule=BY_FUNCTION.name.value,
                        item=TOTAL,
                        category=None,
                        economic_category=None,
                    )
                    | Q(
                        schedule=BY_FUNCTION.name.value,
                        item="",
                        category__isnull=False,
                        economic_category=None,
                    )
                    | Q(
                        schedule=BY_ECONOMIC.name.value,
                        item__in=[TOTAL, *ECONOMIC_GROUPS],
                        category=None,
                        economic_category=None,
                    )
                    | Q(
                        schedule=BY_ECONOMIC.name.value,
                        item="",
                        category=None,
                        economic_category__isnull=False,
                    )
                ),
            ),
            models.CheckConstraint(
                name="line_fund_and_nature_by_function",
                condition=Q(fund="", nature="") | Q(category__isnull=False),
            ),
            models.CheckConstraint(name="line_fund_known", condition=Q(fund="") | Q(fund__in=Fund.values)),
            models.CheckConstraint(
                name="line_nature_known", condition=Q(nature="") | Q(nature__in=ExpenditureNature.values)
            ),
            _entered_in_known("line"),
            _version_from_one("line"),
        ]
        triggers = line_guards()


class ProjectLine(FiveFigures):
    """A project's money in a year from one kind of funding (项目支出); its figures may all be blank."""

    KEY = ("name", "funding")

    name = models.CharField("项目名称", max_length=100)
    code = models.CharField("项目编码", max_length=40, blank=True)
    kind = models.CharField("类别", max_length=20, choices=PROJECT_KINDS, blank=True)
    funding = models.CharField("资金来源", max_length=20, choices=FUNDINGS, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "项目支出行"
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "name", "funding"],
                name="project_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            _has_name("project"),
            models.CheckConstraint(
                name="project_kind_known", condition=Q(kind="") | Q(kind__in=dict(PROJECT_KINDS))
            ),
            models.CheckConstraint(
                name="project_funding_known", condition=Q(funding="") | Q(funding__in=dict(FUNDINGS))
            ),
            _entered_in_known("project"),
            _version_from_one("project"),
        ]
        triggers = line_guards()


class StaffLine(ScheduleLine):
    """Persons of one kind: authorised posts (编制) and persons at the end of the year."""

    item = models.CharField("类别", max_length=40)
    authorized = CountField("编制数")
    in_service = CountField("年末实有人数")

    class Meta:
        verbose_name = verbose_name_plural = "人员行"
        constraints = [
            _once("staff_once", "item"),
            models.CheckConstraint(name="staff_item_known", condition=Q(item__in=_items_of(STAFF))),
            _version_from_one("staff"),
        ]
        triggers = line_guards()


class ThreePublicCountLine(ScheduleLine):
    """A count behind the three public expenses: groups, persons, vehicles, receptions, last year and this."""

    item = models.CharField("项目", max_length=40)
    last_year_count = CountField("上年")
    this_year_count = CountField("本年")

    class Meta:
        verbose_name = verbose_name_plural = "“三公”数量行"
        constraints = [
            _once("three_public_count_once", "item"),
            models.CheckConstraint(
                name="three_public_count_item_known", condition=Q(item__in=_items_of(THREE_PUBLIC_COUNTS))
            ),
            _version_from_one("three_public_count"),
        ]
        triggers = line_guards()


class CarryoverLine(AmountLine):
    """Carried over (结转结余) of one fund: opening, received, spent, closing, in yuan."""

    item = models.CharField("资金", max_length=40)
    opening = YuanField("年初结转和结余")
    received = YuanField("本年收入")
    spent = YuanField("本年支出")
    closing = YuanField("年末结转和结余")

    class Meta:
        verbose_name = verbose_name_plural = "结转结余行"
        constraints = [
            _once("carryover_once", "item"),
            models.CheckConstraint(name="carryover_item_known", condition=Q(item__in=_items_of(CARRYOVER))),
            _entered_in_known("carryover"),
            _version_from_one("carryover"),
        ]
        triggers = line_guards()


class BuildingLine(AmountLine):
    """A building finished in the year (楼堂馆所): floor area in ㎡ and investment in yuan."""

    KEY = ("name",)

    name = models.CharField("项目名称", max_length=100)
    approved_area = AreaField("批复规模")
    actual_area = AreaField("实际规模")
    planned_investment = YuanField("预算投资")
    actual_investment = YuanField("实际投资")

    class Meta:
        verbose_name = verbose_name_plural = "楼堂馆所行"
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "name"], name="building_once", deferrable=models.Deferrable.DEFERRED
            ),
            _has_name("building"),
            _entered_in_known("building"),
            _version_from_one("building"),
        ]
        triggers = line_guards()


class AdjustmentLine(AmountLine):
    """What one document changes in one row of the budget during the year (追加、调减、调剂).

    `adjusted` has no sign: `kind` says which way it counts. `function` names a row by function, `use`
    one of basic expenditure or a project, as `row_names` does; a row may have left the return since.
    """

    KEY = ("name", "kind", "source", "function", "use")

    name = models.CharField("文号", max_length=100)
    adjusted_on = models.DateField("日期", null=True, blank=True)
    kind = models.CharField("类别", max_length=20, choices=ADJUSTMENT_KINDS, blank=True)
    source = models.CharField("资金来源", max_length=20, choices=ADJUSTMENT_SOURCES, blank=True)
    function = models.CharField("功能科目", max_length=80, blank=True)
    use = models.CharField("基本支出或项目", max_length=80, blank=True)
    adjusted = YuanField("金额")
    reason = models.CharField("事由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "预算调整行"
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "name", "kind", "source", "function", "use"],
                name="adjustment_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            _has_name("adjustment"),
            models.CheckConstraint(
                name="adjustment_kind_known", condition=Q(kind="") | Q(kind__in=dict(ADJUSTMENT_KINDS))
            ),
            models.CheckConstraint(
                name="adjustment_source_known",
                condition=Q(source="") | Q(source__in=dict(ADJUSTMENT_SOURCES)),
            ),
            models.CheckConstraint(name="adjusted_unsigned", condition=Q(adjusted=None) | Q(adjusted__gte=0)),
            _entered_in_known("adjustment"),
            _version_from_one("adjustment"),
        ]
        triggers = line_guards()


LINE_MODELS: dict[ScheduleName, type[ScheduleLine]] = {
    ScheduleName.STAFF: StaffLine,
    ScheduleName.REVENUE: BudgetLine,
    ScheduleName.BY_FUNCTION: BudgetLine,
    ScheduleName.BY_NATURE: BudgetLine,
    ScheduleName.BY_ECONOMIC: BudgetLine,
    ScheduleName.THREE_PUBLIC: BudgetLine,
    ScheduleName.THREE_PUBLIC_COUNTS: ThreePublicCountLine,
    ScheduleName.PROJECTS: ProjectLine,
    ScheduleName.ADJUSTMENTS: AdjustmentLine,
    ScheduleName.CARRYOVER: CarryoverLine,
    ScheduleName.BASE_ITEMS: BudgetLine,
    ScheduleName.BUILDINGS: BuildingLine,
}
"""Which table keeps the rows of which schedule."""
