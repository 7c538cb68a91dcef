"""What the page of a round's variances shows: the groups with their names, and where each leads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, When
from django.urls import reverse

from budgets.charts import Chart, waterfall
from budgets.models import BudgetBook, EconomicCategory, FunctionalCategory, Fund
from budgets.money import MINUS, AmountUnit, amount_text, in_unit, rate_text, round_half_up
from budgets.region.bands import BY_NAME
from budgets.region.effective import Coverage
from budgets.region.sums import Dimension, Sum, Sums, Within
from budgets.returns import BY_ECONOMIC, BY_FUNCTION, BY_NATURE, ECONOMIC_GROUPS, PROJECTS, THREE_PUBLIC
from submissions.models import CollectionRound

Zero = Decimal(0)
MOST_STEPS = 10
"""So many groups are drawn one by one; the others are one step."""

ORDERS: dict[str, tuple[str, Callable[[Sum], Decimal | None]]] = {
    "gap": ("预决算差异", lambda each: each.gap),
    "rate": ("差异率", lambda each: each.gap_rate),
    "change": ("较上年", lambda each: each.change),
    "outturn": ("决算数", lambda each: each.outturn),
}
"""By what groups stand in order, the greatest first, whatever its sign."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at: as the address of the page says it, so that it can be sent to a colleague."""

    by: Dimension = Dimension.DEPARTMENT
    department: str = ""
    """The code of a department; "" for all."""
    within: Within | None = None
    """The group whose figures alone are looked at; None for all."""
    day: date | None = None
    """As of the end of that day; None for now."""
    order: str = "gap"
    band: str = ""
    """The band of difference rates (`region.bands`) the units are in; "" for all units."""
    review: bool = False
    """Whether what is still under review counts, too."""

    def address(self, **changes: Any) -> str:
        """Return the query of the same view but for these changes."""
        other = replace(self, **changes)
        within = other.within if other.within and other.within.combines_with(other.by) else None
        said = {
            "by": other.by.value,
            "department": other.department,
            "within": within.dimension.value if within else "",
            "key": within.key if within else "",
            "day": other.day.isoformat() if other.day else "",
            "order": "" if other.order == "gap" else other.order,
            "band": other.band,
            "review": "on" if other.review else "",
        }
        return "?" + urlencode({name: value for name, value in said.items() if value})


_COLUMNS = {
    "initial_budget": "年初预算数",
    "revised_budget": "全年预算数",
    "outturn": "决算数",
    "gap": "预决算差异",
    "gap_rate": "差异率 %",
    "last_year_outturn": "上年决算数",
    "change": "较上年",
    "change_rate": "较上年 %",
}
"""What is printed of a group, in this order, and what it is called."""
_RATES = ("gap_rate", "change_rate")
_SIGNED = ("gap", "change", *_RATES)
HEADS = tuple(_COLUMNS.values())


@dataclass(frozen=True, slots=True)
class Group:
    """A row of the page: a group with its name, and the view or the return it is the sum of."""

    name: str
    figures: Sum
    unit: AmountUnit
    href: str = ""
    """"" where there is nothing further down."""

    @property
    def exact(self) -> list[Decimal | None]:
        """Its figures as `HEADS` names them: amounts exact in `unit`, rates in percent to two decimals."""
        return [self._exact(name, getattr(self.figures, name)) for name in _COLUMNS]

    def _exact(self, name: str, figure: Decimal | None) -> Decimal | None:
        if figure is None:
            return None
        return round_half_up(figure) if name in _RATES else in_unit(figure, self.unit)

    @property
    def printed(self) -> list[tuple[str, str]]:
        """Its figures as `HEADS` names them, each with its style."""
        return [self._printed(name, getattr(self.figures, name)) for name in _COLUMNS]

    def _printed(self, name: str, figure: Decimal | None) -> tuple[str, str]:
        signed = name in _SIGNED
        text = (
            rate_text(figure, signed=signed)
            if name in _RATES
            else amount_text(figure, self.unit, signed=signed)
        )
        return text, "number down" if signed and text.startswith(MINUS) else "number"


@dataclass(frozen=True, slots=True)
class Note:
    """What is not in the sums, in words, and the groups of which it is so."""

    said: str
    groups: list[str]


@dataclass(frozen=True, slots=True)
class Variances:
    """The groups in order, all together, and the way from budget to outturn."""

    groups: list[Group]
    whole: Group
    chart: Chart | None
    """None where a figure of the whole is not known, or there is nothing to part it into."""
    notes: list[Note]
    """What is not in the sums, and of which groups."""


def variances_of(
    sums: Sums, asked: Asked, coverage: Coverage, round: CollectionRound, unit: AmountUnit
) -> Variances:
    """Return what was added up, with names; one query for the names of codes."""
    keys = [each.key for each in sums.groups]
    names, links = names_of(asked.by, keys, coverage, round), _links(asked, coverage)
    _, greatest = ORDERS[asked.order]
    groups = [Group(names.get(each.key, each.key), each, unit, links(each.key)) for each in sums.groups]
    groups.sort(key=lambda group: (-abs(greatest(group.figures) or Zero), group.name))
    return Variances(
        groups,
        Group("合计", sums.whole, unit),
        _chart(groups, sums.whole, unit),
        _notes(groups),
    )


def _notes(groups: Sequence[Group]) -> list[Note]:
    """Say of which groups returns lack a figure that is compared or added; [] where none does."""
    found = []
    for name, said in _LACKING.items():
        lacking = [(group.name, getattr(group.figures, name)) for group in groups]
        named = [f"{group}（{number} 份）" for group, number in lacking if number]
        if named:
            found.append(Note(said, named))
    return found


_LACKING = {
    "without_budget": "年初预算数、决算数只有一个的，不计入“预决算差异”",
    "without_last_year": "决算数、上年决算数只有一个的，不计入“较上年”",
    "without_revised": "没有填全年预算数的（包括由调整文件得出的），“全年预算数”里没有它们",
}


def _chart(groups: Sequence[Group], whole: Sum, unit: AmountUnit) -> Chart | None:
    if whole.initial_budget is None or whole.outturn is None or len(groups) < 2:
        return None
    changes = [(each.name, each.figures.gap or Zero) for each in groups]
    changes.sort(key=lambda each: -abs(each[1]))
    rest = sum((change for _, change in changes[MOST_STEPS:]), Zero)
    steps = [*changes[:MOST_STEPS], (f"其余 {len(changes) - MOST_STEPS} 个", rest)]
    closed = whole.initial_budget + sum((change for _, change in steps), Zero)
    steps.append(("缺一个数，不能比较的", whole.outturn - closed))
    changed = [(name, change) for name, change in steps if change]
    shown = [("年初预算", None), *changed, ("决算", None)]
    return waterfall(shown, whole.initial_budget, unit, may_be_cut=True)


def names_of(
    by: Dimension, keys: Sequence[str], coverage: Coverage, round: CollectionRound
) -> Mapping[str, str]:
    """Return what groups are called, by their keys, which are names of projects. One query for codes."""
    if by is Dimension.DEPARTMENT:
        return {unit.code: unit.name for unit in coverage.units if unit.depth == 1}
    if by is Dimension.UNIT:
        return {str(unit.pk): unit.name for unit in coverage.units}
    if by is Dimension.FUND:
        return dict(Fund.choices) | {"": "没有区分资金性质的"}
    if by is Dimension.NATURE:
        return {item.code: item.name for item in BY_NATURE.items} | {"": "没有按性质分的"}
    if by is Dimension.THREE_PUBLIC:
        return {item.code: item.name for item in THREE_PUBLIC.items} | {"": "没有分项的"}
    if by is Dimension.PROJECT:
        return {}
    return _codes(by, keys, coverage, round)


def _codes(by: Dimension, codes: Sequence[str], coverage: Coverage, round: CollectionRound) -> dict[str, str]:
    model: Any = FunctionalCategory if by is Dimension.FUNCTION else EconomicCategory
    units = [each.unit for each in coverage.returns]
    known = model.objects.in_force(round.fiscal_year, *units).filter(code__in=codes)
    if by is Dimension.ECONOMIC:
        known = known.filter(chart=EconomicCategory.Chart.DEPARTMENT)
    else:  # of two budgets with one code the general public budget's name wins, as in a return
        known = known.order_by(Case(When(budget_book=BudgetBook.GENERAL_PUBLIC, then=1), default=0), "pk")
    names = {code: f"{code} {name}" for code, name in known.values_list("code", "name")}
    groups = {code: f"{name}（没有分到款的）" for code, (name, _) in ECONOMIC_GROUPS.items()}
    return groups | names | {"": "没有分到科目的"}


SCHEDULE_OF = {
    Dimension.FUNCTION: BY_FUNCTION,
    Dimension.NATURE: BY_NATURE,
    Dimension.ECONOMIC: BY_ECONOMIC,
    Dimension.PROJECT: PROJECTS,
    Dimension.THREE_PUBLIC: THREE_PUBLIC,
}
"""Which table of a return has what is added up."""


def _links(asked: Asked, coverage: Coverage) -> Callable[[str], str]:
    """Where each group leads: departments to units to a return, 类 to 款 to 项, others to the units."""
    if asked.by is Dimension.DEPARTMENT:
        return lambda key: asked.address(by=Dimension.UNIT, department=key)
    if asked.by is Dimension.UNIT:
        returns = {str(each.unit_id): each.pk for each in coverage.returns}
        schedule = SCHEDULE_OF.get(asked.within.dimension) if asked.within else None
        query = f"?schedule={schedule.slug}" if schedule else ""
        return lambda key: reverse("variances", args=[returns[key]]) + query
    if asked.by is Dimension.FUND:
        return lambda key: ""

    def further(key: str) -> str:
        is_parted = asked.by is Dimension.FUNCTION and 0 < len(key) < 7
        by = Dimension.FUNCTION if is_parted else Dimension.UNIT
        return asked.address(by=by, within=Within(asked.by, key))

    return further


@dataclass(frozen=True, slots=True)
class Crumb:
    """A part of the way to a view."""

    name: str
    href: str


def crumbs_of(asked: Asked, department: str, coverage: Coverage, round: CollectionRound) -> list[Crumb]:
    """Return what the view is limited to, each with the view that is not.

    `department` is the name of the one asked for. Of a function those above it stand before it.
    """
    found = []
    if asked.department:
        found.append(Crumb(department, asked.address(department="", by=Dimension.DEPARTMENT)))
    if asked.band:
        found.append(Crumb(f"差异率 {BY_NAME[asked.band].label}的单位", asked.address(band="")))
    if asked.within is None:
        return found
    by, key = asked.within.dimension, asked.within.key
    keys = [key]
    if by is Dimension.FUNCTION and key:
        keys = [key[:length] for length in (3, 5, 7) if length <= len(key)]
    names, above = names_of(by, keys, coverage, round), ""
    for each in keys:
        within = Within(by, above) if above else None
        found.append(Crumb(names.get(each, each), asked.address(within=within, by=by)))
        above = each
    return found
