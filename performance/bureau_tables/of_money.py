"""The summary returns of the three public expenses, and of what is spent on staff and on running.

Source: forms.md f9, and the county tables as they are printed, a row per item (施甸县 2016, 岳阳县 2015).
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

from budgets.measures import change_rate, difference, ratio
from budgets.models import BudgetLine, StaffLine
from budgets.region.sums import Dimension, parts_of
from budgets.returns import BY_NATURE, STAFF, TOTAL, Schedule
from performance.bureau_tables.means import Pair, added, greatest_first, rate_of_sums
from performance.bureau_tables.scope import Scope
from performance.bureau_tables.summary import Column, Kind, Line, Note, Summary

_UNIT = (Column("单位编码", Kind.TEXT, 12), Column("单位名称", Kind.TEXT, 34))
_FIVE = (
    ("上年决算数", Kind.AMOUNT, 14),
    ("年初预算数", Kind.AMOUNT, 14),
    ("决算数", Kind.AMOUNT, 14),
    ("较上年增减", Kind.CHANGE, 14),
    ("较上年增减", Kind.CHANGE_RATE, 10),
)
_NAMES = ("last_year_outturn", "initial_budget", "outturn")
Figures = Mapping[str, Decimal | None]

_PARTS = {
    "total": ("合计", None),
    "overseas": ("因公出国（境）费", ("overseas",)),
    "hospitality": ("公务接待费", ("hospitality",)),
    "vehicles": ("公务用车购置及运行费", ("vehicles", "vehicle_purchase", "vehicle_operation")),
    "vehicle_purchase": ("公务用车购置费", ("vehicle_purchase",)),
    "vehicle_operation": ("公务用车运行费", ("vehicle_operation",)),
}
"""What is told apart of the three public expenses: its name, and the parts of a return; None for all."""
_ITEMS = {
    "total": "合计",
    "overseas": "1. 因公出国（境）费",
    "hospitality": "2. 公务接待费",
    "vehicles": "3. 公务用车购置及运行费",
    "vehicle_purchase": "　其中：（1）公务用车购置费",
    "vehicle_operation": "　　　　（2）公务用车运行费",
}
"""As the county's table prints them."""
_OF_UNITS = ("total", "overseas", "vehicle_purchase", "vehicle_operation", "hospitality")


def three_public(scope: Scope) -> Summary:
    """“三公”经费汇总表: a row per item, as a county prints it; 合计 is its last row here."""
    found = _by_return(scope)
    columns = (Column("项目", Kind.TEXT, 34), *(Column(*each) for each in _FIVE))
    lines = [
        Line([name, *_summed([each[part] for each in found.values()])])
        for part, name in _ITEMS.items()
        if part != "total"
    ]
    whole = _summed([each["total"] for each in found.values()])
    return Summary(columns, lines, [_ITEMS["total"], *whole], _notes(scope, found))


def three_public_by_unit(scope: Scope) -> Summary:
    """“三公”经费汇总表 with a line for each approved return."""
    found = _by_return(scope)
    columns = (
        *_UNIT,
        *(Column(*each, group=_PARTS[part][0]) for part in _OF_UNITS for each in _FIVE),
    )
    lines = [
        Line(
            [
                each.unit.code,
                each.unit.name,
                *(cell for part in _OF_UNITS for cell in _five(found[each.pk][part])),
            ],
            ("variances", each.pk),
        )
        for each in scope.coverage.returns
    ]
    sums = [_summed([each[part] for each in found.values()]) for part in _OF_UNITS]
    foot = ["合计", f"{len(lines)} 个单位", *(cell for five in sums for cell in five)]
    return Summary(columns, lines, foot, _notes(scope, found), named=1)


def _by_return(scope: Scope) -> dict[int, dict[str, Figures]]:
    """The figures of each return by what is told apart, in one statement."""
    stated: dict[int, dict[str, Figures]] = {pk: {} for pk in scope.coverage.numbers}
    for (pk, key), figures in parts_of(scope.coverage.numbers, Dimension.THREE_PUBLIC).items():
        stated[pk][key] = figures
    return {
        pk: {
            part: {
                name: added(figures[name] for key, figures in mine.items() if keys is None or key in keys)
                for name in _NAMES
            }
            for part, (_, keys) in _PARTS.items()
        }
        for pk, mine in stated.items()
    }


def _five(figures: Figures) -> list[Decimal | None]:
    before, now = figures["last_year_outturn"], figures["outturn"]
    return [*(figures[name] for name in _NAMES), difference(now, before), change_rate(now, before)]


def _summed(found: Sequence[Figures]) -> list[Decimal | None]:
    """The sums, and the change of the returns that state both years, in percent of what they spent before."""
    both = [each for each in found if None not in (each["last_year_outturn"], each["outturn"])]
    before, now = (added(each[name] for each in both) for name in ("last_year_outturn", "outturn"))
    sums = [added(each[name] for each in found) for name in _NAMES]
    return [*sums, difference(now, before), change_rate(now, before)]


def _notes(scope: Scope, found: Mapping[int, Mapping[str, Figures]]) -> list[Note]:
    names = {each.pk: each.unit.name for each in scope.coverage.returns}
    lacking, unsplit = [], []
    for pk, parts in found.items():
        whole = parts["total"]
        if None in (whole["last_year_outturn"], whole["outturn"]):
            lacking.append(names[pk])
        split = added(parts[name]["outturn"] for name in ("vehicle_purchase", "vehicle_operation"))
        if parts["vehicles"]["outturn"] is not None and split is None:
            unsplit.append(names[pk])
    notes = [
        Note("没有上年决算数或本年决算数，不计入合计的增减", lacking),
        Note("公务用车没有分购置和运行，只计入“购置及运行”和合计", unsplit),
    ]
    return [note for note in notes if note.names]


def staff_control(scope: Scope) -> Summary:
    """在职人员控制率清单: persons in service in percent of authorised posts."""
    below = [item.code for item in STAFF.items if item.parent == TOTAL]
    lines = StaffLine.objects.filter(submission__in=scope.coverage.numbers).values("submission").order_by()
    rows: Iterable[Any] = lines.annotate(
        **{
            f"{name}_{how}": models.Sum(name, filter=condition)
            for name in ("in_service", "authorized")
            for how, condition in (("below", Q(item__in=below)), ("stated", Q(item=TOTAL)))
        }
    )
    pairs = {
        row["submission"]: (_rolled_up(row, "in_service"), _rolled_up(row, "authorized")) for row in rows
    }
    columns = (
        *_UNIT,
        Column("年末在职人数", Kind.COUNT, 14),
        Column("编制数", Kind.COUNT, 12),
        Column("在职人员控制率", Kind.RATE, 16),
    )
    return _ratios(scope, columns, pairs, "没有在职人数或编制数，不计入合计的控制率", STAFF)


def _rolled_up(row: Mapping[str, int | None], name: str) -> Decimal | None:
    """A total as a return has it: the sum of what is below it, else what is stated."""
    below = row[f"{name}_below"]
    found = row[f"{name}_stated"] if below is None else below
    return None if found is None else Decimal(found)


def operating_control(scope: Scope) -> Summary:
    """公用经费控制率清单: what was spent on running in percent of its initial budget."""
    lines = BudgetLine.objects.filter(
        submission__in=scope.coverage.numbers, schedule=BY_NATURE.name, item="basic_operating"
    )
    stated = lines.values_list("submission", "outturn", "initial_budget")
    pairs = {pk: (spent, budget) for pk, spent, budget in stated}
    columns = (
        *_UNIT,
        Column("公用经费决算数", Kind.AMOUNT, 16),
        Column("公用经费年初预算数", Kind.AMOUNT, 20),
        Column("公用经费控制率", Kind.RATE, 16),
    )
    return _ratios(scope, columns, pairs, "没有公用经费的决算数或年初预算数，不计入合计的控制率", BY_NATURE)


def _ratios(
    scope: Scope, columns: Sequence[Column], pairs: Mapping[int, Pair], lacking: str, schedule: Schedule
) -> Summary:
    """Two figures of each return with their rate, the highest rate first; 合计 has the rate of the sums."""
    found = [(each, *pairs.get(each.pk, (None, None))) for each in scope.coverage.returns]
    ranked = sorted(found, key=lambda row: (*greatest_first(ratio(*row[1:])), row[0].unit.code))
    lines = [
        Line(
            [each.unit.code, each.unit.name, above, below, ratio(above, below)],
            ("edit_lines", each.pk, schedule),
        )
        for each, above, below in ranked
    ]
    without = [each.unit.name for each, above, below in found if ratio(above, below) is None]
    foot = [
        "合计",
        f"{len(lines)} 个单位",
        added(above for _, above, _ in found),
        added(below for *_, below in found),
        rate_of_sums((above, below) for _, above, below in found),
    ]
    notes = [Note(lacking, without)] if without else []
    return Summary(columns, lines, foot, notes, named=1)
