"""The variances of a round as charts: units by size and rate, over bands of rates, departments by 类."""

from dataclasses import fields
from operator import attrgetter

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from budgets.money import AmountUnit
from budgets.region.crossed import crossed_sums
from budgets.region.drawings import Point, heat_map_of, scatter_of, shares_of
from budgets.region.sums import Dimension, sums_of
from budgets.region.variances import names_of
from budgets.views.round_variances import asked_of
from orgs.models import Unit
from orgs.requests import Request
from submissions.views.rounds import visible_round

ROWS_IN_A_TABLE = 50
"""So many units stand in the table of the scatter; the list by units has all."""

_OF_A_POINT = tuple(each.name for each in fields(Point))
_parts = attrgetter(*_OF_A_POINT)


@require_safe
def round_charts(request: Request, round_id: int) -> HttpResponse:
    """Draw the approved returns of a round, of a department and as of a day where the address says so.

    404 as for the list of the variances.
    """
    round = visible_round(request, round_id)
    asked, coverage, department = asked_of(request, round)
    unit = AmountUnit(request.user.amount_unit)
    units = sums_of(coverage.numbers, Dimension.UNIT).groups
    crossed = crossed_sums(coverage.numbers)
    returns = {str(each.unit_id): each for each in coverage.returns}
    scatter = scatter_of(
        units,
        {key: each.unit.name for key, each in returns.items()},
        {key: reverse("variances", args=[each.pk]) for key, each in returns.items()},
        unit,
    )
    shares = shares_of(units, asked)
    classes = names_of(Dimension.FUNCTION, sorted({code for _, code in crossed}), coverage, round)
    departments = names_of(Dimension.DEPARTMENT, [], coverage, round)
    context = {
        "round": round,
        "asked": asked,
        "coverage": coverage,
        "department": department,
        "departments": Unit.objects.filter(parent=round.bureau_id).order_by("path"),
        "unit": unit,
        "today": timezone.localdate(),
        "scatter": scatter,
        "table": scatter.points[:ROWS_IN_A_TABLE],
        "all_units": asked.address(by=Dimension.UNIT, order="rate"),
        "shares": shares,
        "heat_map": heat_map_of(crossed, departments, classes, asked, unit),
        "drawn": {
            "unit": unit.label,
            "edge": str(scatter.edge),
            "points": [dict(zip(_OF_A_POINT, _parts(point), strict=True)) for point in scatter.points],
            "shares": [
                {"label": each.band.label, "number": each.number, "href": each.href} for each in shares
            ],
        },
    }
    return render(request, "budgets/round_charts.html", context)
