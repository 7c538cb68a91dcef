"""Finding a category of a classification by code, name or pinyin initials, and adding one that is missing."""

import json

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Length
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from budgets.category_actions import CategoryRefused, propose_category
from budgets.models import BudgetBook, EconomicCategory, FunctionalCategory
from budgets.querysets import CategoryQuerySet
from budgets.returns import Classification
from budgets.views.workspace import visible_submission
from orgs.requests import Request
from orgs.words import storable
from submissions.actions import NotEditable, NotPermitted, check_may_edit
from submissions.models import Submission

MOST_RESULTS = 30
MOST_WANTED = 1000
"""Codes and names of one request, together: more than a classification has rows in any return."""


@require_safe
def search_categories(request: Request, submission_id: int, classification: Classification) -> JsonResponse:
    """Return the categories valid for the return that take money and match `q`, best first.

    The name of a 款 or 类 finds what is below it.
    """
    submission = visible_submission(request, submission_id)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:50]
    valid = _valid(submission, classification)
    matching = _taking_money(valid, classification).matching_within(valid, text)
    found = list(_ranked(matching, text)[: MOST_RESULTS + 1])
    above = _above(valid, found)
    return JsonResponse(
        {
            "results": [category_json(category, above) for category in found[:MOST_RESULTS]],
            "more": len(found) > MOST_RESULTS,
        }
    )


@require_POST
def find_categories(request: Request, submission_id: int, classification: Classification) -> JsonResponse:
    """Return the categories valid for the return that have these codes or names: those of a pasted block.

    Takes `{"codes": [texts], "names": [texts]}`; answers as `search_categories`, in the order of the codes,
    all that match, and for each whether it `takes_money`: a 类, or a 款 with 项, is a heading. What is not
    known is left out. 400 when the request has another shape or asks for more than MOST_WANTED.
    """
    submission = visible_submission(request, submission_id)
    try:
        codes, names = _wanted(json.loads(request.body))
    except (KeyError, TypeError, ValueError, RecursionError):
        message = f"没有看懂粘贴的科目，或一次超过 {MOST_WANTED} 个，请分几次粘贴。"
        return JsonResponse({"message": message}, status=400)
    valid = _valid(submission, classification)
    taking_money = _taking_money(valid, classification).filter(pk=OuterRef("pk"))
    matching = valid.filter(Q(code__in=codes) | Q(name__in=names))
    found = list(matching.annotate(takes_money=Exists(taking_money)).order_by("code", "pk"))
    above = _above(valid, found)
    results = [category_json(category, above) | {"takes_money": category.takes_money} for category in found]
    return JsonResponse({"results": results})


def _wanted(payload: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    """The codes and the names somebody pasted, of the agreed shape. Raises what is not."""
    codes, names = payload["codes"], payload["names"]
    if not isinstance(codes, list) or not isinstance(names, list) or len(codes) + len(names) > MOST_WANTED:
        raise ValueError("应当是两个不长的列表")
    if not all(isinstance(text, str) for text in (*codes, *names)):
        raise TypeError("应当是文字")
    return [storable(code) for code in codes], [storable(name) for name in names]


@require_POST
def add_category(request: Request, submission_id: int, classification: Classification) -> JsonResponse:
    """Add a code our table lacks, with its name, for the unit alone: 201 with the category, 422 all mistakes.

    Takes `{"code", "name", "budget_book"}`, the last for functional codes only. 403 when she may see the
    return but not change it; 400 when the request has another shape.
    """
    submission = visible_submission(request, submission_id)
    try:
        check_may_edit(submission, by=request.user)
        typed = _typed(json.loads(request.body))
    except NotPermitted as refusal:
        return JsonResponse({"message": str(refusal)}, status=403)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        return JsonResponse({"message": "没有看懂浏览器发来的内容，没有添加，请刷新页面重试。"}, status=400)
    try:
        category = propose_category(
            submission=submission, classification=classification, **typed, by=request.user, at=timezone.now()
        )
    except CategoryRefused as refusal:
        errors = [{"row": "", "column": name, "message": said} for name, said in refusal.mistakes.items()]
        return JsonResponse({"errors": errors}, status=422)
    except (NotPermitted, NotEditable) as refusal:
        return JsonResponse({"message": str(refusal)}, status=403)
    above = _above(_valid(submission, classification), [category])
    return JsonResponse(category_json(category, above), status=201)


def _typed(payload: dict[str, str]) -> dict[str, str]:
    """What she typed, of the agreed shape; an economic code names no budget. Raises what is not."""
    typed = {"code": payload["code"], "name": payload["name"]}
    if payload.get("budget_book"):
        typed["budget_book"] = BudgetBook(payload["budget_book"]).value
    for text in typed.values():
        text.encode()  # a text, and not half of a character
    return typed


def _valid(submission: Submission, classification: Classification) -> CategoryQuerySet:
    """The codes valid for a return: confirmed ones, and those its unit added."""
    year, unit = submission.round.fiscal_year, submission.unit
    if classification is Classification.ECONOMIC:
        return EconomicCategory.objects.in_force(year, unit).filter(chart=EconomicCategory.Chart.DEPARTMENT)
    return FunctionalCategory.objects.in_force(year, unit)


def _taking_money(valid: CategoryQuerySet, classification: Classification) -> CategoryQuerySet:
    """Categories that take money: 项, and 款 of which no 项 is known; by economic classification, 款."""
    if classification is Classification.ECONOMIC:
        return valid.filter(level="subclass")
    items = valid.filter(level="item", budget_book=OuterRef("budget_book"), code__startswith=OuterRef("code"))
    return valid.filter(Q(level="item") | Q(level="subclass") & ~Exists(items))


def _ranked(found: CategoryQuerySet, text: str) -> CategoryQuerySet:
    rank = Case(
        When(code=text, then=Value(0)),
        When(name=text, then=Value(1)),
        When(code__startswith=text, then=Value(2)),
        When(initials=text.lower(), then=Value(3)),
        When(Q(name__startswith=text) | Q(initials__startswith=text.lower()), then=Value(4)),
        When(Q(name__icontains=text) | Q(former_names__icontains=text), then=Value(5)),
        default=Value(6),
        output_field=IntegerField(),
    )
    length = Case(When(code__startswith=text, then=Value(0)), default=Length("name"))
    return found.order_by(rank, length, "code", "pk")


Above = dict[tuple[str, str], FunctionalCategory | EconomicCategory]


def _above(valid: CategoryQuerySet, found: list) -> Above:
    codes = {category.code[:length] for category in found for length in (3, 5)}
    return {(_book(category), category.code): category for category in valid.filter(code__in=codes)}


def _book(category: FunctionalCategory | EconomicCategory) -> str:
    return category.budget_book if isinstance(category, FunctionalCategory) else category.chart


def category_json(category: FunctionalCategory | EconomicCategory, above: Above) -> dict:
    """Return a category as the entry page reads it, with what is above it from the top down."""
    parents = [above.get((_book(category), category.code[:length])) for length in (3, 5)]
    book = category.get_budget_book_display() if isinstance(category, FunctionalCategory) else ""
    return {
        "id": category.pk,
        "code": category.code,
        "name": category.name,
        "former_names": category.former_names,
        "budget_book": book,
        "is_unconfirmed": category.proposed_by_id is not None,
        "above": [
            {"id": parent.pk, "code": parent.code, "name": parent.name}
            for parent in parents
            if parent and parent.pk != category.pk
        ],
    }
