"""The tables of codes as the finance bureau sees them: what units added, and what everybody uses."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from budgets import category_actions
from budgets.category_actions import CategoryRefused
from budgets.category_forms import CategorySearchForm
from budgets.models import BudgetLine, Category, EconomicCategory, FunctionalCategory, model_of
from budgets.querysets import CategoryQuerySet
from budgets.returns import Classification
from orgs.models import Unit, User
from orgs.permissions import administered_by, can_administer
from orgs.requests import Request
from orgs.views.access import own_bureaux
from submissions.actions import NotPermitted
from submissions.models import CollectionRound

ROWS_ON_A_PAGE = 50
MOST_PROPOSALS = 200

MODELS: dict[Classification, type[Category]] = {
    Classification.FUNCTION: FunctionalCategory,
    Classification.ECONOMIC: EconomicCategory,
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A code that one unit added: what it is, how many rows of returns stand on it, who may confirm it."""

    category: Category
    classification: Classification
    lines: int
    can_confirm: bool


def latest_year(bureaux: list[Unit]) -> int | None:
    """Return the fiscal year of the latest round of these bureaux; None before the first."""
    rounds = CollectionRound.objects.filter(bureau__in=bureaux).order_by("-fiscal_year")
    return rounds.values_list("fiscal_year", flat=True).first()


@require_safe
def categories(request: Request) -> HttpResponse:
    """Show the codes units added, to be confirmed by an administrator, and find codes in the table of all."""
    bureaux = own_bureaux(request)
    form = CategorySearchForm.understood(request.GET.dict(), latest_year(bureaux))
    asked = form.cleaned_data
    found = Paginator(_found(asked).order_by("code", "valid_from", "pk"), ROWS_ON_A_PAGE)
    proposals = [each for name, model in MODELS.items() for each in _proposals(request, bureaux, name, model)]
    page = found.get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [
            (category, asked["year"] is None or category.is_in_force(asked["year"])) for category in page
        ],
        "year": asked["year"],
        "proposals": proposals[:MOST_PROPOSALS],
        "more_proposals": max(len(proposals) - MOST_PROPOSALS, 0),
        "can_administer": can_administer(request.user),
    }
    return render(request, "budgets/categories.html", context)


def codes_to_confirm(user: User) -> int:
    """Return how many codes that units added wait for an administrator; 0 for others, without a query."""
    bureaux = administered_by(user)
    if not bureaux:
        return 0
    return sum(model.objects.proposed_within(bureaux).count() for model in MODELS.values())


def _found(asked: dict) -> CategoryQuerySet:
    """The confirmed codes of one book that were asked for."""
    model: type[Category] = model_of(asked["book"])
    table = model.objects.confirmed().of_book(asked["book"])
    found = table.matching(asked["q"]) if asked["q"] else table
    if asked["year"] is None or asked["validity"] == "all":
        return found
    valid = table.in_force(asked["year"])
    return found.filter(pk__in=valid) if asked["validity"] == "valid" else found.exclude(pk__in=valid)


def _proposals(
    request: Request, bureaux: list[Unit], classification: Classification, model: type[Category]
) -> list[Proposal]:
    """The unconfirmed codes of one classification that units below her bureaux added, in two queries."""
    place = "economic_category" if classification is Classification.ECONOMIC else "category"
    found = list(model.objects.proposed_within(bureaux).order_by("code", "pk"))
    lines = _lines_on(found, place)
    return [
        Proposal(
            category,
            classification,
            lines.get(category.pk, 0),
            can_administer(request.user, category.proposed_by),
        )
        for category in found
    ]


def _lines_on(found: Iterable[Category], place: str) -> dict[int, int]:
    lines = BudgetLine.objects.filter(**{f"{place}__in": [category.pk for category in found]})
    return {row[place]: row["lines"] for row in lines.values(place).annotate(lines=Count("pk"))}


@require_POST
def confirm_category(request: Request, classification: Classification, category_id: int) -> HttpResponse:
    """Let everybody use a code a unit added, and come back to the page; a refusal is said there."""
    proposed = MODELS[classification].objects.proposed_within(own_bureaux(request))
    category = get_object_or_404(proposed, pk=category_id)
    try:
        category_actions.confirm_category(category=category, by=request.user, at=timezone.now())
    except NotPermitted as refusal:
        raise PermissionDenied from refusal
    except CategoryRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已确认科目 {category}，各单位都可以使用。")
    return redirect("categories")
