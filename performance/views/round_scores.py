"""Points and grades of a round (评分与等级): how they are spread, by kind of unit, and unit by unit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from budgets.money import AmountUnit
from orgs.models import Unit
from orgs.requests import Request
from performance.bureau_tables.grades import ALL, ALL_GRADES
from performance.bureau_tables.histogram import Histogram, Spread, histogram_of
from performance.bureau_tables.means import added, mean, rate_of_sums, weighted_mean
from performance.bureau_tables.of_returns import grades_summary
from performance.bureau_tables.outcomes import UNGRADED, Outcome, outcomes_of
from performance.bureau_tables.scope import Scope, department_code
from performance.library import KINDS, kind_of
from performance.views.round_scope import departments_of, scope_of
from submissions.views.rounds import visible_round

ROWS_ON_A_PAGE = 50

ORDERS: dict[str, tuple[str, Callable[[Outcome], Decimal | None], bool]] = {
    "best": ("总分从高到低", lambda each: each.total, True),
    "worst": ("总分从低到高", lambda each: each.total, False),
    "fastest": ("执行率从高到低", lambda each: each.rate, True),
    "slowest": ("执行率从低到高", lambda each: each.rate, False),
    "largest": ("执行数从大到小", lambda each: each.outturn, True),
    "tree": ("按单位编码", lambda each: None, True),
}
"""By what units stand in order; those without the figure come last."""


class Entry(NamedTuple):
    """A unit in the list; without an outcome where it has no approved return."""

    unit: Unit
    department: str
    outcome: Outcome | None

    @property
    def grade(self) -> str:
        """What its total is called; 未评 without one."""
        return self.outcome.grade if self.outcome else UNGRADED


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which units a number of the page counts; what an address says besides asks for nothing."""

    kind: str = ""
    """Of which kind they are; ALL with those that have no approved return."""
    grade: str = ""
    total: Spread | None = None
    rate: Spread | None = None

    @property
    def query(self) -> dict[str, str]:
        """As an address says it."""
        classes = {"total": self.total, "rate": self.rate}
        return {
            "kind": self.kind,
            "grade": self.grade,
            **{name: each.label if each else "" for name, each in classes.items()},
        }

    @property
    def said(self) -> str:
        """What is listed, in words; "" where nothing is asked for."""
        words = (
            "所有单位" if self.kind == ALL and not self.grade else KINDS.get(self.kind, ""),
            f"等级为{self.grade}" if self.grade else "",
            f"总分 {self.total.label}" if self.total else "",
            f"执行率 {self.rate.label} %" if self.rate else "",
        )
        return "，".join(word for word in words if word)

    def has(self, entry: Entry) -> bool:
        """Whether a unit is among them."""
        outcome = entry.outcome
        if not self.kind and outcome is None:
            return False
        return (
            (self.kind in ("", ALL) or kind_of(entry.unit.name) == self.kind)
            and (not self.grade or entry.grade == self.grade)
            and (not self.total or (outcome is not None and self.total.holds(outcome.total)))
            and (not self.rate or (outcome is not None and self.rate.holds(outcome.rate)))
        )


def _chosen(asked: QueryDict, totals: Histogram, rates: Histogram) -> Chosen:
    kind, grade = asked.get("kind", ""), asked.get("grade", "")
    return Chosen(
        kind if kind in (ALL, *KINDS) else "",
        grade if grade in ALL_GRADES else "",
        totals.labelled(asked.get("total", "")),
        rates.labelled(asked.get("rate", "")),
    )


@dataclass(frozen=True, slots=True)
class Whole:
    """All returns together."""

    simple: Decimal | None
    weighted: Decimal | None
    rate: Decimal | None
    """Σ outturn in percent of Σ revised budget, of the returns that state both."""
    graded: int
    budget: Decimal | None
    outturn: Decimal | None


@require_safe
def round_scores(request: Request, round_id: int) -> HttpResponse:
    """Show points and grades of the approved returns of a round, of what the address says.

    The list below is of the units that a number above it counts, where the address asks for one.
    """
    round = visible_round(request, round_id)
    asked = request.GET.get("order", "")
    order = asked if asked in ORDERS else "best"
    scope = scope_of(request, round, {"order": "" if order == "best" else order})
    outcomes = outcomes_of(scope)
    unit = AmountUnit(request.user.amount_unit)
    grades = grades_summary(scope, outcomes)
    totals = histogram_of([each.total for each in outcomes], lambda label: _list(scope, total=label))
    rates = histogram_of([each.rate for each in outcomes], lambda label: _list(scope, rate=label))
    chosen = _chosen(request.GET, totals, rates)
    entries = [each for each in _entries(scope, outcomes) if chosen.has(each)]
    page = Paginator(_ordered(entries, order), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "round": round,
        "scope": scope,
        "departments": departments_of(round),
        "whole": _whole(outcomes),
        "ungraded": [each for each in outcomes if each.total is None],
        "totals": totals,
        "rates": rates,
        "grades": grades,
        "grade_rows": grades.printed(grades.lines, unit),
        "grade_foot": grades.printed_foot(unit),
        "orders": [
            (name, label, _list(scope, order=name, **chosen.query)) for name, (label, *_) in ORDERS.items()
        ],
        "order": order,
        "chosen": chosen,
        "everyone": _list(scope),
        "page": page,
        "unit": unit,
        "today": timezone.localdate(),
    }
    return render(request, "performance/round_scores.html", context)


def _list(scope: Scope, **asked: str) -> str:
    return scope.address(**asked) + "#units"


def _entries(scope: Scope, outcomes: Sequence[Outcome]) -> list[Entry]:
    """All units in the order of the tree, each with its department and what its return comes to."""
    by_unit = {each.submission.unit_id: each for each in outcomes}
    heads = {each.code: each.name for each in scope.coverage.units if each.depth == 1}
    return [
        Entry(unit, heads.get(department_code(unit.path), ""), by_unit.get(unit.pk))
        for unit in scope.coverage.units
    ]


def _ordered(entries: Sequence[Entry], order: str) -> list[Entry]:
    _, figure, descending = ORDERS[order]
    figures = [(figure(each.outcome) if each.outcome else None, each) for each in entries]
    known = [(value, each) for value, each in figures if value is not None]
    known.sort(key=lambda pair: pair[0], reverse=descending)
    unknown = [each for value, each in figures if value is None]
    return [*(each for _, each in known), *sorted(unknown, key=lambda each: each.outcome is None)]


def _whole(outcomes: Sequence[Outcome]) -> Whole:
    return Whole(
        simple=mean(each.total for each in outcomes),
        weighted=weighted_mean((each.total, each.outturn) for each in outcomes),
        rate=rate_of_sums((each.outturn, each.money[1]) for each in outcomes),
        graded=sum(each.total is not None for each in outcomes),
        budget=added(each.money[1] for each in outcomes),
        outturn=added(each.outturn for each in outcomes),
    )
