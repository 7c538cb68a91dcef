"""Points and grades of a round (评分与等级): how they are spread, by kind of unit, and unit by unit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from budgets.money import AmountUnit
from orgs.requests import Request
from performance.bureau_tables.histogram import histogram_of
from performance.bureau_tables.means import added, mean, rate_of_sums, weighted_mean
from performance.bureau_tables.of_returns import grades_summary
from performance.bureau_tables.outcomes import Outcome, outcomes_of
from performance.bureau_tables.scope import department_code
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
    """Show points and grades of the approved returns of a round, of what the address says."""
    round = visible_round(request, round_id)
    asked = request.GET.get("order", "")
    order = asked if asked in ORDERS else "best"
    scope = scope_of(request, round, {"order": "" if order == "best" else order})
    outcomes = outcomes_of(scope)
    unit = AmountUnit(request.user.amount_unit)
    grades = grades_summary(scope, outcomes)
    page = Paginator(_ordered(outcomes, order), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    heads = {each.code: each.name for each in scope.coverage.units if each.depth == 1}
    context = {
        "round": round,
        "scope": scope,
        "departments": departments_of(round),
        "whole": _whole(outcomes),
        "ungraded": [each for each in outcomes if each.total is None],
        "totals": histogram_of(each.total for each in outcomes),
        "rates": histogram_of(each.rate for each in outcomes),
        "grades": grades,
        "grade_rows": grades.printed(grades.lines, unit),
        "grade_foot": grades.printed_foot(unit),
        "orders": [(name, label, scope.address(order=name)) for name, (label, *_) in ORDERS.items()],
        "order": order,
        "page": page,
        "rows": [(each, heads.get(department_code(each.unit.path), "")) for each in page],
        "unit": unit,
        "today": timezone.localdate(),
    }
    return render(request, "performance/round_scores.html", context)


def _ordered(outcomes: Sequence[Outcome], order: str) -> list[Outcome]:
    _, figure, descending = ORDERS[order]
    known = [(value, each) for each in outcomes if (value := figure(each)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=descending)
    return [*(each for _, each in known), *(each for each in outcomes if figure(each) is None)]


def _whole(outcomes: Sequence[Outcome]) -> Whole:
    return Whole(
        simple=mean(each.total for each in outcomes),
        weighted=weighted_mean((each.total, each.outturn) for each in outcomes),
        rate=rate_of_sums((each.outturn, each.money[1]) for each in outcomes),
        graded=sum(each.total is not None for each in outcomes),
        budget=added(each.money[1] for each in outcomes),
        outturn=added(each.outturn for each in outcomes),
    )
