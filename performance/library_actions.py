"""The deeds on the library of indicators: the bureau's own kept and withdrawn, and picked for a return."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from budgets.actions import LineChange, LineKey, save_lines
from budgets.money import AmountUnit
from orgs.event_actions import circumstances
from orgs.models import Unit, User
from orgs.permissions import can_administer
from performance.actions import check_is_listed
from performance.library import own_library, shelves_of
from performance.library_models import LibraryIndicator
from performance.models import IndicatorLine, ProjectIndicatorLine
from performance.returns import INDICATORS, PROJECT_INDICATORS
from performance.scoring import Basis
from submissions.actions import NotEditable, NotNow, NotPermitted, Unfinished, lock_editable
from submissions.models import Edit, Submission


def check_may_keep(bureau: Unit, *, by: User) -> None:
    """Raise NotPermitted when the library of a bureau is not hers to change."""
    if not can_administer(by, bureau):
        raise NotPermitted("只有本财政局的管理员可以修改指标库。")


@transaction.atomic
def keep_library_indicator(
    *, bureau: Unit, number: int, version: int, words: Mapping[str, Any], by: User, at: datetime
) -> LibraryIndicator:
    """Add an indicator to a bureau's library, number 0, or the next version of one that it has.

    `version` is the one her words are written from. Raises NotPermitted, Unfinished where the library has
    another one of this name and second level, NotNow where it was changed since.
    """
    check_may_keep(bureau, by=by)
    Unit.objects.select_for_update(no_key=True).get(pk=bureau.pk)
    present = own_library(bureau)
    key = (words["second_level"], words["name"])
    if any((each.second_level, each.name) == key and each.number != number for each in present):
        raise Unfinished(f"指标库里已经有“{words['name']}”，请改已有的那一条。")
    if not number:
        newest = LibraryIndicator.objects.filter(bureau=bureau).order_by("-number").first()
        return _add(bureau, newest.number + 1 if newest else 1, 1, words, by, at)
    return _add(bureau, number, _next(present, number, version), words, by, at)


@transaction.atomic
def withdraw_library_indicator(
    *, bureau: Unit, number: int, version: int, by: User, at: datetime
) -> LibraryIndicator:
    """Take an indicator out of a bureau's library; what was picked from it stays. Raises as keeping does."""
    check_may_keep(bureau, by=by)
    Unit.objects.select_for_update(no_key=True).get(pk=bureau.pk)
    present = own_library(bureau)
    following = _next(present, number, version)
    [old] = [each for each in present if each.number == number]
    words = {name: getattr(old, name) for name in WORDS}
    return _add(bureau, number, following, words | {"is_withdrawn": True}, by, at)


WORDS = (
    "name",
    "second_level",
    "direction",
    "target",
    "measuring_unit",
    "weight",
    "data_source",
    "kinds",
)
"""What an administrator says of an indicator."""


def _next(present: Collection[LibraryIndicator], number: int, version: int) -> int:
    if not any((each.number, each.version) == (number, version) for each in present):
        raise NotNow("这个指标刚被别人修改或停用了，本次没有保存。请刷新页面，对照后再改。")
    return version + 1


def _add(
    bureau: Unit, number: int, version: int, words: Mapping[str, Any], by: User, at: datetime
) -> LibraryIndicator:
    return LibraryIndicator.objects.create(
        bureau=bureau,
        number=number,
        version=version,
        **words,
        actor=by,
        actor_name=by.full_name,
        **circumstances(by, bureau),
        at=at,
    )


@transaction.atomic
def pick_indicators(
    *, submission: Submission, codes: Collection[str], basis: Basis, by: User, at: datetime, project: str = ""
) -> int:
    """Add indicators of the library to a return by their codes, and return how many.

    They become those of a `project`, by its name, else the department's. Never one twice: what is there, by
    name and second level, stays as it is. `submission` is one that `for_workspace` has read. Raises what
    `lock_editable` and `save_lines` raise, NotEditable when its targets are approved, and NotListed when
    there is no such project.
    """
    locked = lock_editable(submission.pk, by=by)
    if held := IndicatorLine.held_in(locked):
        raise NotEditable(held.words)
    if project:
        check_is_listed(locked, project)
    shelves = shelves_of(submission, basis.framework, "", project)
    picks = [pick for shelf in shelves for pick in shelf.picks if pick.code in codes]
    rows: dict[LineKey, LineChange] = {}
    for pick in picks:
        if not pick.is_present:
            rows.setdefault(pick.change.key, pick.change)
    if rows:
        save_lines(
            submission=submission,
            schedule=PROJECT_INDICATORS if project else INDICATORS,
            rows=[_of_project(row, project) for row in rows.values()] if project else list(rows.values()),
            unit=AmountUnit(by.amount_unit),
            by=by,
            at=at,
            model=ProjectIndicatorLine if project else IndicatorLine,
            source=Edit.Source.PICKED,
            part={"project": project} if project else None,
        )
    return len(rows)


def _of_project(row: LineChange, project: str) -> LineChange:
    return replace(row, key=(project, *row.key))
