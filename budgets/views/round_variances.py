"""The variances of all units of a round: added up, ranked, and further down to the return."""

import re
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from budgets.money import AmountUnit
from budgets.region.bands import BANDS, BY_NAME
from budgets.region.effective import Coverage, coverage_of
from budgets.region.sums import Dimension, Within, sums_of
from budgets.region.variances import (
    HEADS,
    ORDERS,
    SCHEDULE_OF,
    Asked,
    Crumb,
    Variances,
    crumbs_of,
    variances_of,
)
from orgs.attachments import XLSX, attachment
from orgs.models import Unit
from orgs.requests import Request
from orgs.spreadsheets import list_workbook, note_lines
from submissions.models import CollectionRound
from submissions.views.rounds import past_or_404, visible_round

ROWS_ON_A_PAGE = 100
PARTED = [each for each in Dimension if not each.is_of_units and each is not Dimension.FUND]
"""The dimensions a group of which can be looked at alone."""


class AskedForm(forms.Form):
    """What an address asks for; what it does not understand it does not ask for."""

    by = forms.ChoiceField(required=False, choices=[(each.value, each.label) for each in Dimension])
    department = forms.RegexField(r"\A[0-9A-Za-z]{1,20}\Z", required=False)
    within = forms.ChoiceField(required=False, choices=[(each.value, each.label) for each in PARTED])
    key = forms.CharField(required=False, max_length=100, strip=False)
    day = forms.DateField(required=False)
    order = forms.ChoiceField(required=False, choices=[(name, label) for name, (label, _) in ORDERS.items()])
    band = forms.ChoiceField(required=False, choices=[(band.name, band.label) for band in BANDS])
    review = forms.BooleanField(required=False)

    def asked(self) -> Asked:
        """Return what it asks for."""
        self.is_valid()
        said = {name: value for name, value in self.cleaned_data.items() if value}
        by, key = Dimension(said.pop("by", Dimension.DEPARTMENT)), said.pop("key", "")
        within = Within(Dimension(said.pop("within")), key) if "within" in said else None
        if within and ("key" in self.errors or not within.combines_with(by) or not _is_key(within)):
            within = None
        return Asked(by, within=within, **said)


def _is_key(within: Within) -> bool:
    """Whether a function is asked for by a code; the others have keys of any kind."""
    return within.dimension is not Dimension.FUNCTION or bool(_CODE.fullmatch(within.key))


_CODE = re.compile(r"([0-9]{3}([0-9]{2}){0,2})?")


@require_safe
def round_variances(request: Request, round_id: int) -> HttpResponse:
    """Show the approved returns of a round added up, by what and of what the address says.

    404 for a department that is not there, and for a day that is none to look back on.
    """
    round = visible_round(request, round_id)
    view = _view(request, round)
    asked = view.asked
    context = {
        "round": round,
        "asked": asked,
        "coverage": view.coverage,
        "found": view.found,
        "page": Paginator(view.found.groups, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "tabs": [(each, asked.address(by=each)) for each in Dimension],
        "orders": [(name, label, asked.address(order=name)) for name, (label, _) in ORDERS.items()],
        "crumbs": view.crumbs,
        "schedule": SCHEDULE_OF.get(asked.by),
        "heads": HEADS,
        "whole": list(zip(HEADS, view.found.whole.printed, strict=True)),
        "unit": view.unit,
        "today": timezone.localdate(),
    }
    return render(request, "budgets/round_variances.html", context)


@require_safe
def download_round_variances(request: Request, round_id: int) -> HttpResponse:
    """Send the same view as a workbook, all its groups; rates are percent."""
    round = visible_round(request, round_id)
    view = _view(request, round)
    limits = "".join(f"，{crumb.name}" for crumb in view.crumbs)
    day = view.asked.day or timezone.localdate()
    units, returns = len(view.coverage.units), len(view.coverage.returns)
    under_review = view.coverage.under_review
    reviewed = f"和还在审核的 {under_review} 个" if under_review else ""
    said = (
        f"{round.bureau} {round.fiscal_year} 年度{limits}，截至 {day:%Y-%m-%d}；"
        f"{units} 个单位中已审核通过的 {returns - under_review} 个{reviewed}；金额单位：{view.unit.label}"
    )
    label = view.asked.by.label
    columns = [(label, 34), ("填报（份）", 10), *((head, 16) for head in HEADS)]
    rows = [
        [group.name, group.figures.returns, *(_written(figure) for figure in group.exact)]
        for group in (view.found.whole, *view.found.groups)
    ]
    notes = [(note.said, note.groups) for note in view.found.notes]
    if view.coverage.missing:
        notes.append(("没有计入的单位", [unit.name for unit in view.coverage.missing]))
    below = [said for note in notes for said in note_lines(*note)]
    book = list_workbook(f"按{label}汇总", said, columns, rows, below)
    return attachment(book, f"{round.bureau.name} {round.fiscal_year} 年度差异分析（按{label}）.xlsx", XLSX)


def _written(figure: Decimal | None) -> Decimal | str:
    return "—" if figure is None else figure


@dataclass(frozen=True, slots=True)
class _View:
    """What an address asks for, and what was found."""

    asked: Asked
    coverage: Coverage
    found: Variances
    crumbs: list[Crumb]
    unit: AmountUnit


def asked_of(request: Request, round: CollectionRound) -> tuple[Asked, Coverage, Unit | None]:
    """Return what the address asks for, the returns it is about, and the department; 404 for a wrong one."""
    form = AskedForm(request.GET)
    past_or_404(form)
    asked = form.asked()
    department = _department(round, asked.department)
    coverage = coverage_of(round, day=asked.day, below=department, with_review=asked.review)
    return asked, coverage, department


def _view(request: Request, round: CollectionRound) -> _View:
    asked, coverage, department = asked_of(request, round)
    sums = sums_of(_in_band(coverage, asked), asked.by, asked.within)
    unit = AmountUnit(request.user.amount_unit)
    found = variances_of(sums, asked, coverage, round, unit)
    crumbs = crumbs_of(asked, department.name if department else "", coverage, round)
    return _View(asked, coverage, found, crumbs, unit)


def _in_band(coverage: Coverage, asked: Asked) -> list[int]:
    """The numbers of the returns whose units are in the band asked for; of all without one."""
    if not asked.band:
        return coverage.numbers
    band, units = BY_NAME[asked.band], sums_of(coverage.numbers, Dimension.UNIT, asked.within).groups
    inside = {unit.key for unit in units if band.holds(unit.gap_rate)}
    return [each.pk for each in coverage.returns if str(each.unit_id) in inside]


def _department(round: CollectionRound, code: str) -> Unit | None:
    if not code:
        return None
    found = Unit.objects.filter(parent=round.bureau_id, code=code).first()
    if found is None:
        raise Http404
    return found
