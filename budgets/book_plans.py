"""What loading an official book would do to our table: compared code by code, nothing written."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from budgets.books import is_same_name
from budgets.models import BudgetLine, Category, CategoryBook, EconomicCategory, model_of

LONGEST_FORMER_NAMES = 200


@dataclass(frozen=True, slots=True)
class Renaming:
    """A code of ours whose name the book has otherwise."""

    category: Category
    name: str
    """The name it will have."""
    former_names: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A code of ours that is valid in the book's year and not in the book."""

    category: Category
    lines: int
    """How many rows of returns of that year or later stand on it."""
    keeps: str
    """Why it is not ended even when that is asked for; "" when it would be."""


@dataclass(slots=True)
class BookPlan:
    """What loading a book does. `new` are not saved yet; `confirmed` are codes units had added themselves."""

    year: int
    new: list[Category] = field(default_factory=list)
    renamed: list[Renaming] = field(default_factory=list)
    older_names: list[Renaming] = field(default_factory=list)
    """Names a later book has changed since: kept as former names only."""
    confirmed: list[Category] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    unchanged: list[Category] = field(default_factory=list)

    @property
    def retirable(self) -> list[Category]:
        """The codes that end with the year before the book's when that is asked for."""
        return [each.category for each in self.missing if not each.keeps]

    @property
    def same_count(self) -> int:
        """How many codes of the book keep the name they have."""
        return len(self.unchanged) + len(self.older_names)

    @property
    def does_nothing(self) -> bool:
        """Whether our table is already as the book has it, codes it lacks apart."""
        return not (self.new or self.renamed or self.older_names or self.confirmed)

    def changes(self, *, retires_missing: bool) -> dict[str, Any]:
        """Return what it does as lists of texts, to be kept as the record."""
        return {
            "new": [[each.code, each.name] for each in self.new],
            "renamed": [[each.category.code, each.category.name, each.name] for each in self.renamed],
            "older_names": [[each.category.code, each.former_names] for each in self.older_names],
            "confirmed": [[each.code, each.name, str(each.proposed_by)] for each in self.confirmed],
            "retired": [[each.code, each.name] for each in self.retirable] if retires_missing else [],
            "unchanged": len(self.unchanged),
        }

    @property
    def digest(self) -> str:
        """A short text that differs when what it does differs: confirming names the plan that was seen."""
        text = json.dumps(self.changes(retires_missing=True), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def plan_of(book: CategoryBook) -> BookPlan:
    """Compare a book with our table as it is now, in two queries."""
    ours, proposed = _ours(book)
    plan = BookPlan(book.fiscal_year)
    codes = {code for code, _ in book.rows}
    for code, name in book.rows:
        _place(plan, book, code, name, ours[code], proposed[code])
    valid = [each for code in ours if code not in codes for each in ours[code] if each.is_in_force(plan.year)]
    lines = _lines_on(valid, book)
    above = {code[:length] for code in codes for length in (3, 5)}
    plan.missing = [Missing(each, lines.get(each.pk, 0), _keeps(each, plan.year, above)) for each in valid]
    return plan


_ByCode = defaultdict[str, list[Category]]


def _ours(book: CategoryBook) -> tuple[_ByCode, _ByCode]:
    """All codes of the book's table, whatever their years: the confirmed ones and the others, by code."""
    ours: _ByCode = defaultdict(list)
    proposed: _ByCode = defaultdict(list)
    rows = model_of(book.book).objects.of_book(book.book).select_related("proposed_by").order_by("code", "pk")
    for category in rows:
        (proposed if category.proposed_by_id else ours)[category.code].append(category)
    return ours, proposed


def _place(
    plan: BookPlan,
    book: CategoryBook,
    code: str,
    name: str,
    ours: list[Category],
    proposed: list[Category],
) -> None:
    """Sort one code of the book into the plan."""
    valid = [each for each in ours if each.is_in_force(plan.year)]
    if valid:
        _compare(plan, max(valid, key=lambda each: each.valid_from or 0), name)
        return
    for each in proposed:
        if (
            each.is_in_force(plan.year)
            and is_same_name(each.name, name)
            and not any(map(each.overlaps, ours))
        ):
            plan.confirmed.append(each)
            return
    plan.new.append(_new(book, code, name, valid_to=year_before_next(ours, plan.year)))


def year_before_next(same_code: Iterable[Category], year: int) -> int | None:
    """Return the last year a code that begins in `year` is valid: before the same code begins again later."""
    later = [each.valid_from for each in same_code if each.valid_from and each.valid_from > year]
    return min(later) - 1 if later else None


def _compare(plan: BookPlan, category: Category, name: str) -> None:
    if is_same_name(category.name, name):
        plan.unchanged.append(category)
    elif (category.official_year or 0) <= plan.year:
        renaming = Renaming(category, name, _former(category, category.name, besides=name))
        plan.renamed.append(renaming)
    elif name in category.former_names.split("、"):
        plan.unchanged.append(category)
    else:
        plan.older_names.append(Renaming(category, category.name, _former(category, name, besides="")))


def _former(category: Category, name: str, *, besides: str) -> str:
    """The former names with one more at their head, as many as there is room for."""
    names = [name, *(each for each in category.former_names.split("、") if each not in ("", name, besides))]
    while len("、".join(names)) > LONGEST_FORMER_NAMES:
        names.pop()
    return "、".join(names)


def _new(book: CategoryBook, code: str, name: str, valid_to: int | None) -> Category:
    model = model_of(book.book)
    return model(
        **{model.own_key(): book.book},
        code=code,
        name=name,
        level=model.level_of(code),
        valid_from=book.fiscal_year,
        valid_to=valid_to,
    )


def _keeps(category: Category, year: int, above: set[str]) -> str:
    """Why a code the book lacks stays valid all the same; "" when it may end with the year before."""
    if category.code in above:
        return "书中有它的下级科目"
    if (category.official_year or 0) > year:
        return f"{category.official_year} 年的科目书里有"
    if category.valid_from == year:
        return f"本表记载从 {year} 年启用"
    return ""


def _lines_on(categories: list[Category], book: CategoryBook) -> dict[int, int]:
    """How many rows of returns of the book's year or later stand on each category, in one query."""
    place = "economic_category" if model_of(book.book) is EconomicCategory else "category"
    lines = BudgetLine.objects.filter(
        **{f"{place}__in": [each.pk for each in categories]},
        submission__round__fiscal_year__gte=book.fiscal_year,
    )
    counted = lines.values(place).annotate(lines=Count("pk"))
    return {row[place]: row["lines"] for row in counted}
