"""Finding a functional category by code, name or pinyin initials."""

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Length
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from budgets.models import FunctionalCategory
from budgets.querysets import CategoryQuerySet

MOST_RESULTS = 30


@require_safe
def search_categories(request: HttpRequest, year: int) -> JsonResponse:
    """Return the categories that take money in a year and match `q`, best first, with what is above them."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:50]
    found = list(_taking_money(year, text)[: MOST_RESULTS + 1])
    above = _above(found, year)
    return JsonResponse(
        {
            "results": [_as_json(category, above) for category in found[:MOST_RESULTS]],
            "more": len(found) > MOST_RESULTS,
        }
    )


def _taking_money(year: int, text: str) -> CategoryQuerySet:
    """Categories that take money: 项, and 款 of which no 项 is known."""
    in_force = FunctionalCategory.objects.in_force(year)
    items = in_force.filter(
        level="item", budget_book=OuterRef("budget_book"), code__startswith=OuterRef("code")
    )
    rank = Case(
        When(code=text, then=Value(0)),
        When(name=text, then=Value(1)),
        When(code__startswith=text, then=Value(2)),
        When(initials=text.lower(), then=Value(3)),
        When(Q(name__startswith=text) | Q(initials__startswith=text.lower()), then=Value(4)),
        default=Value(5),
        output_field=IntegerField(),
    )
    return (
        in_force.matching(text)
        .filter(Q(level="item") | Q(level="subclass") & ~Exists(items))
        .order_by(rank, Length("name"), "code", "budget_book")
    )


def _above(found: list[FunctionalCategory], year: int) -> dict[tuple[str, str], FunctionalCategory]:
    codes = {category.code[:length] for category in found for length in (3, 5)}
    known = FunctionalCategory.objects.in_force(year).filter(code__in=codes)
    return {(category.budget_book, category.code): category for category in known}


def _as_json(category: FunctionalCategory, above: dict[tuple[str, str], FunctionalCategory]) -> dict:
    parents = [above.get((category.budget_book, category.code[:length])) for length in (3, 5)]
    return {
        "id": category.pk,
        "code": category.code,
        "name": category.name,
        "former_names": category.former_names,
        "budget_book": category.get_budget_book_display(),
        "above": [
            {"id": parent.pk, "code": parent.code, "name": parent.name}
            for parent in parents
            if parent and parent.pk != category.pk
        ],
    }
