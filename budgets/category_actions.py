"""The deeds on classifications: loading them, adding a missing code, confirming it, loading a year's book.

The tables of codes are shared by everybody; the deeds that write to one stand in line for it.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q, UniqueConstraint

from budgets.book_plans import BookPlan, plan_of, year_before_next
from budgets.books import name_mistake, tidy_code, tidy_name
from budgets.models import (
    BudgetBook,
    Category,
    CategoryBook,
    CategoryConfirmation,
    EconomicCategory,
    FunctionalCategory,
    Level,
    model_of,
    rules_of,
)
from budgets.returns import BY_ECONOMIC, BY_FUNCTION, Classification
from orgs.event_actions import record_event
from orgs.models import Event, Unit, User
from orgs.permissions import can_administer
from orgs.pinyin import initials
from orgs.untimely import Untimely
from submissions.actions import NotPermitted, Refused, lock_editable, record_edit
from submissions.models import Submission

ClassifiedCategory = FunctionalCategory | EconomicCategory


class CategoryRefused(Refused):
    """A code that cannot be added or confirmed as it is. `mistakes` has a sentence by column: code, name."""

    def __init__(self, mistakes: dict[str, str]):
        super().__init__("".join(mistakes.values()))
        self.mistakes = mistakes


class BookRefused(Refused, Untimely):
    """A book that cannot be loaded: it was already, or the table is no longer as it was when she looked."""


def _write_alone(model: type[Category]) -> None:
    """Let nobody else write to a table of codes until the transaction ends; everybody goes on reading."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {model._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


# --- What the project carries


def load_categories(model: type[Category], shared: dict[str, str], rows: Sequence[dict[str, str]]) -> int:
    """Create or update the codes of one classification in two statements, and return how many there were.

    `rows` have code, level (类, 款, 项), name, valid_from, valid_to, source_count, and where they differ
    former_names and budget_book, as text; `shared` is what all have in common. Idempotent; nothing is
    deleted. A code an official book has decided stays as it is. Raises KeyError on an unknown level,
    ValueError on a year that is not a number.
    """
    official = set(model.objects.exclude(official_year=None).values_list(model.own_key(), "code"))
    categories = [_category(model, shared | row) for row in rows]
    model.objects.bulk_create(
        [each for each in categories if (each.book, each.code) not in official],
        update_conflicts=True,
        unique_fields=_key(model),
        update_fields=["name", "former_names", "initials", "level", "valid_to", "source_count"],
    )
    return len(rows)


def _key(model: type[Category]) -> Sequence[str]:
    return next(rule.fields for rule in model._meta.constraints if isinstance(rule, UniqueConstraint))


def _category(model: type[Category], row: dict[str, str]) -> Category:
    levels = {label: value for value, label in Level.choices}
    return model(
        **{model.own_key(): row[model.own_key()]},
        code=row["code"],
        name=row["name"],
        former_names=row.get("former_names", ""),
        initials=initials(row["name"]),
        level=levels[row["level"]],
        valid_from=_year(row["valid_from"]),
        valid_to=_year(row["valid_to"]),
        source_count=int(row["source_count"] or 0),
    )


def _year(text: str) -> int | None:
    return int(text) if text else None


# --- A code that our table lacks


@transaction.atomic
def propose_category(
    *,
    submission: Submission,
    classification: Classification,
    code: str,
    name: str,
    budget_book: str = BudgetBook.GENERAL_PUBLIC,
    by: User,
    at: datetime,
) -> ClassifiedCategory:
    """Add a code our table lacks, for the return's unit alone and unconfirmed, and return it.

    It is valid from the round's year on; `budget_book` is for functional codes, an economic one belongs to
    the departments' chart. Writes one `Edit`. Raises what `lock_editable` raises, and CategoryRefused when
    code or name are not well-formed, or the code is among the valid ones already.
    """
    locked = lock_editable(submission.pk, by=by)
    is_functional = classification is Classification.FUNCTION
    book = BudgetBook(budget_book).value if is_functional else EconomicCategory.Chart.DEPARTMENT.value
    model = model_of(book)
    code, name = tidy_code(code), tidy_name(name)
    if mistakes := _mistakes(book, code, name):
        raise CategoryRefused(mistakes)
    _write_alone(model)
    year = submission.round.fiscal_year
    usable = Q(proposed_by=None) | Q(proposed_by=locked.unit)
    same = list(model.objects.of_book(book).filter(usable, code=code).order_by("pk"))
    if known := next((each for each in same if each.is_in_force(year)), None):
        raise CategoryRefused({"code": f"科目 {known} 已经在科目表里，请直接选用。"})
    category = model.objects.create(
        **{model.own_key(): book},
        code=code,
        name=name,
        initials=initials(name),
        level=model.level_of(code),
        valid_from=year,
        valid_to=year_before_next(same, year),
        proposed_by=locked.unit,
    )
    cells = {"code": ["", code], "name": ["", name], "book": ["", book]}
    record_edit(
        locked,
        schedule=(BY_FUNCTION if is_functional else BY_ECONOMIC).name,
        changes=[{"row": {"new_category": category.pk}, "cells": cells}],
        by=by,
        at=at,
        is_checked=False,
    )
    return category


def _mistakes(book: str, code: str, name: str) -> dict[str, str]:
    """What is wrong with a code somebody adds and with its name, by column."""
    rules = rules_of(book)
    in_code = rules.mistake(code)
    if not in_code and len(code) == rules.lengths[0]:
        last = "款（5 位）或项（7 位）" if len(rules.lengths) > 2 else "款（5 位）"
        in_code = f"{code} 是类，不能直接记数，请填写{last}的编码。"
    found = {"code": in_code, "name": name_mistake(name)}
    return {column: message for column, message in found.items() if message}


@transaction.atomic
def confirm_category(*, category: Category, by: User, at: datetime) -> None:
    """Let everybody use a code that one unit added; does nothing to one that is confirmed already.

    Keeps a `CategoryConfirmation`. Raises NotPermitted when `by` is no administrator of the bureau above the
    unit, CategoryRefused when the table has the code already in the same years.
    """
    model = type(category)
    _write_alone(model)
    proposed = model.objects.select_related("proposed_by").get(pk=category.pk)
    unit = proposed.proposed_by
    if unit is None:
        return
    if not can_administer(by, unit):
        raise NotPermitted("只有单位所在财政局的管理员可以确认科目。")
    same = model.objects.confirmed().of_book(proposed.book).filter(code=proposed.code)
    if known := next(filter(proposed.overlaps, same), None):
        raise CategoryRefused({"code": f"科目 {known} 已经在科目表里，不能再确认一个编码相同的科目。"})
    model.objects.filter(pk=proposed.pk).update(proposed_by=None)
    CategoryConfirmation.objects.create(
        book=proposed.book,
        code=proposed.code,
        name=proposed.name,
        unit=unit,
        actor=by,
        actor_name=by.full_name,
        at=at,
    )
    _record(f"确认 {proposed.code} {proposed.name}", unit=unit, by=by, at=at)


def _record(what: str, *, unit: Unit | None = None, by: User, at: datetime) -> None:
    record_event(action=Event.Action.CODES_CHANGED, what=what, unit=unit, address=by.address, by=by, at=at)


# --- The official book of a year


def keep_book(
    *,
    book: str,
    fiscal_year: int,
    rows: Sequence[tuple[str, str]],
    file_name: str,
    sha256: str,
    by: User,
    at: datetime,
) -> CategoryBook:
    """Keep an uploaded book until it is confirmed, and return it; our table stays as it is.

    Raises NotPermitted when `by` is no administrator of a finance bureau.
    """
    if not can_administer(by):
        raise NotPermitted("只有财政局的管理员可以装入科目书。")
    return CategoryBook.objects.create(
        book=book,
        fiscal_year=fiscal_year,
        rows=[list(row) for row in rows],
        file_name=file_name[-255:],
        sha256=sha256,
        uploaded_by=by,
        uploaded_at=at,
    )


@transaction.atomic
def apply_book(
    *, book: CategoryBook, retire_missing: bool, seen: str, by: User, at: datetime
) -> CategoryBook:
    """Load a book into our table, all or nothing, in a constant number of statements; return it with changes.

    `seen` is the digest of the plan she has looked at. Codes the book lacks end with the year before only
    with `retire_missing`. Raises NotPermitted when `by` is no administrator of a finance bureau, BookRefused
    when it was loaded before or the plan is no longer the one she saw.
    """
    if not can_administer(by):
        raise NotPermitted("只有财政局的管理员可以装入科目书。")
    locked = CategoryBook.objects.select_for_update().get(pk=book.pk)
    if locked.applied_at:
        raise BookRefused("这份科目书已经装入过了，没有再装一遍。")
    _write_alone(model_of(locked.book))
    plan = plan_of(locked)
    if plan.digest != seen:
        raise BookRefused("您预览之后科目表有变化，这次没有装入。请核对新的预览再确认。")
    _write(plan, model_of(locked.book), retire_missing)
    locked.changes = plan.changes(retires_missing=retire_missing)
    locked.applied_by, locked.applied_at = by, at
    locked.save(update_fields=["changes", "applied_by", "applied_at"])
    _record(f"装入 {locked.fiscal_year} 年{locked.get_book_display()}：{locked.file_name}", by=by, at=at)
    return locked


def _write(plan: BookPlan, model: type[Category], retire_missing: bool) -> None:
    """New and renamed rows in one statement by their key, then one statement for each other kind."""
    renamed = [
        _renamed(model, each.category, each.name, each.former_names)
        for each in (*plan.renamed, *plan.older_names)
    ]
    written = [*plan.new, *renamed]
    for category in written:
        category.initials = initials(category.name)
        category.official_year = max(category.official_year or 0, plan.year)
    model.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=_key(model),
        update_fields=["name", "former_names", "initials", "official_year"],
    )
    of = model.objects.filter
    of(pk__in=_keys(plan.confirmed)).update(proposed_by=None, official_year=plan.year)
    of(Q(official_year=None) | Q(official_year__lt=plan.year), pk__in=_keys(plan.unchanged)).update(
        official_year=plan.year
    )
    if retire_missing:
        of(pk__in=_keys(plan.retirable)).update(valid_to=plan.year - 1, official_year=plan.year)


def _renamed(model: type[Category], category: Category, name: str, former_names: str) -> Category:
    """A copy with the same key and another name, to be written over it."""
    return model(
        **{model.own_key(): category.book},
        code=category.code,
        level=category.level,
        valid_from=category.valid_from,
        name=name,
        former_names=former_names,
        official_year=category.official_year,
    )


def _keys(categories: Sequence[Category]) -> list[int]:
    return [category.pk for category in categories]
