"""The tree of units of a region, as its administrator keeps it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from orgs import unit_actions
from orgs.models import Unit
from orgs.people_actions import NotAdministrator, PeopleRefused
from orgs.people_forms import UnitForm, UnitNameForm
from orgs.permissions import can_administer
from orgs.requests import Request, client_address
from orgs.views.access import for_administrators, own_bureaux


@require_safe
def units(request: Request) -> HttpResponse:
    """Show the tree of her region: each unit with its code, its kind, and how many people serve in it."""
    found = Unit.objects.within_any(for_administrators(request)).order_by("path")
    return render(request, "orgs/units.html", {"units": found.annotate(people=_people_of_today())})


def _people_of_today() -> Count:
    """How many people have a role in exactly this unit now."""
    today = Q(memberships__ended_at=None) | Q(memberships__ended_at__gt=Now())
    return Count("memberships__user", filter=today & Q(memberships__started_at__lte=Now()), distinct=True)


@require_http_methods(["GET", "HEAD", "POST"])
def add_unit(request: Request) -> HttpResponse:
    """Ask for a new unit and add it; what is wrong is said on the page (422)."""
    bureaux = for_administrators(request)
    known = list(Unit.objects.within_any(bureaux).select_related("region").order_by("path"))
    form = UnitForm(known, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            unit = unit_actions.add_unit(
                **form.cleaned_data, by=request.user, at=timezone.now(), address=client_address(request)
            )
        except NotAdministrator as refusal:
            raise PermissionDenied from refusal
        except PeopleRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已添加{unit.get_kind_display()}“{unit.name}”，编码 {unit.code}。")
            return redirect("units")
    context = {"form": form, "units": known}
    return render(request, "orgs/add_unit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def rename_unit(request: Request, unit_id: int) -> HttpResponse:
    """Ask for another name of a unit; another region's does not exist for her (404)."""
    unit = get_object_or_404(Unit.objects.within_any(own_bureaux(request)), pk=unit_id)
    if not can_administer(request.user, unit):
        raise PermissionDenied
    form = UnitNameForm(request.POST if request.method == "POST" else None, initial={"name": unit.name})
    if form.is_valid():
        before = unit.name
        try:
            unit_actions.rename_unit(
                unit=unit,
                **form.cleaned_data,
                by=request.user,
                at=timezone.now(),
                address=client_address(request),
            )
        except NotAdministrator as refusal:
            raise PermissionDenied from refusal
        messages.success(request, f"“{before}”已改名为“{form.cleaned_data['name']}”。")
        return redirect("units")
    context = {"form": form, "unit": unit}
    return render(request, "orgs/rename_unit.html", context, status=422 if form.is_bound else 200)
