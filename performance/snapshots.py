"""What a return says, whole, as one text that is the same whenever it says the same."""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from budgets.models import (
    LINE_MODELS,
    BudgetLine,
    CellNote,
    ProjectLine,
    Restatement,
    ReturnText,
    ScheduleLine,
)
from orgs.append_only import Circumstances
from performance.models import IndicatorLine, PerformanceGoal, ProjectGoal, ProjectIndicatorLine
from submissions.actions import Refused
from submissions.models import Attachment, Explanation, Snapshot, Submission

FORM = 1
"""The form of the content; another one reads otherwise."""

LINES: tuple[type[ScheduleLine], ...] = (
    *dict.fromkeys(LINE_MODELS.values()),
    IndicatorLine,
    ProjectIndicatorLine,
)
WHOLE: tuple[type[models.Model], ...] = (
    *LINES,
    ReturnText,
    PerformanceGoal,
    ProjectGoal,
    CellNote,
    Restatement,
    Attachment,
    Explanation,
)
"""All that a return consists of."""

LATER: tuple[type[models.Model], ...] = (Explanation, ProjectGoal, ProjectIndicatorLine)
"""What came later than the first approved returns: where there is none of it, it is not named."""

LATER_COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    BudgetLine: ("reason_figures",),
    ProjectLine: ("reason_figures",),
    PerformanceGoal: ("weights_reason",),
    IndicatorLine: (
        "direction",
        "measuring_unit",
        "improvement_measure",
        "explanation",
        "evidence",
        "data_source",
    ),
}
"""The columns that came later than the first approved returns: where they are blank, they are not named."""

_LEFT_OUT = {"id", "submission", *(field.name for field in Circumstances._meta.fields)}
"""With which roles, and from where, somebody wrote something is no part of what a return says."""


class NotAsApproved(Refused):
    """A return says something else than what was approved; nothing is made from it."""


def content_of(submission: Submission) -> str:
    """Return everything a return says as canonical JSON, in one query a table.

    Keys are sorted, amounts exact text in yuan, times ISO 8601, categories their book, code and name; rows in
    the order they were entered.
    """
    return contents_of([submission])[submission.pk]


def entries_of(submission: Submission) -> str:
    """Return what was entered in a return as canonical JSON: `content_of` without what it is called by now.

    The names of the unit and of codes are kept elsewhere and may be put right at any time; a field nothing
    was entered in may be one that came later. Neither is here.
    """
    return entries_in(content_of(submission))


def texts_of(submission: Submission) -> tuple[str, str]:
    """Return the texts a receipt may have its digest of: `entries_of`, and what it was made of before."""
    content = content_of(submission)
    return entries_in(content), content


def entries_in(content: str) -> str:
    """Return what was entered, as `entries_of` does, from what `content_of` gave."""
    said = json.loads(content)
    del said["unit"]["name"]
    for rows in said["tables"].values():
        rows[:] = [{name: value for name, value in row.items() if _is_entered(name, value)} for row in rows]
    return _canonical(said)


def _is_entered(name: str, value: Any) -> bool:
    return value not in (None, "") and not name.endswith("category__name")


def check_as_approved(submissions: Sequence[Submission]) -> None:
    """Raise NotAsApproved when other entries are in a return than in its snapshot; others pass.

    A constant number of queries, however many returns.
    """
    if changed := not_as_approved(submissions):
        names = "、".join(str(each.unit) for each in changed)
        raise NotAsApproved(f"{names}：数据与审核通过时的审定数据不一致，不能导出。请联系管理员核查。")


def not_as_approved(submissions: Sequence[Submission]) -> list[Submission]:
    """Return the returns in which there are other entries than in their snapshots; without one it is none.

    A constant number of queries, however many returns. A snapshot is what its digest says (its trigger), so
    that only where something is called otherwise by now its content is read.
    """
    digests = dict(Snapshot.objects.filter(submission__in=submissions).values_list("submission_id", "sha256"))
    kept = [submission for submission in submissions if submission.pk in digests]
    contents = contents_of(kept) if kept else {}
    differing = [each for each in kept if Snapshot.digest(contents[each.pk]) != digests[each.pk]]
    approved = Snapshot.objects.filter(submission__in=differing).values_list("submission_id", "content")
    entries = {pk: entries_in(content) for pk, content in approved} if differing else {}
    return [each for each in differing if entries_in(contents[each.pk]) != entries[each.pk]]


def contents_of(submissions: Sequence[Submission]) -> dict[int, str]:
    """Return what `content_of` returns, by submission id, in the same number of queries for any number."""
    tables = {model._meta.db_table: _rows(model, submissions) for model in WHOLE}
    later = {model._meta.db_table for model in LATER}
    return {
        each.pk: _canonical(
            {
                "form": FORM,
                "unit": {"code": each.unit.code, "name": each.unit.name},
                "fiscal_year": each.round.fiscal_year,
                "revision": each.revision,
                "tables": {
                    table: rows.get(each.pk, [])
                    for table, rows in tables.items()
                    if each.pk in rows or table not in later
                },
            }
        )
        for each in submissions
    }


def _canonical(said: dict[str, Any]) -> str:
    return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _rows(model: type[models.Model], submissions: Sequence[Submission]) -> dict[int, list[dict[str, Any]]]:
    fields = [field for field in model._meta.concrete_fields if field.name not in _LEFT_OUT]
    names = [name for field in fields for name in _names(field)]
    rows = model._base_manager.filter(submission__in=submissions).order_by("pk")
    later = LATER_COLUMNS.get(model, ())
    found: dict[int, list[dict[str, Any]]] = {}
    for parent, *row in rows.values_list("submission_id", *names):
        named = zip(names, row, strict=True)
        plain = {name: _plain(value) for name, value in named if name not in later or _is_said(value)}
        found.setdefault(parent, []).append(plain)
    return found


def _names(field: "models.Field[Any, Any]") -> list[str]:
    """The columns by which a field is kept: a category by what it is called, not by its number here."""
    if field.name.endswith("category"):
        parts: dict[bool, list[str]] = {True: ["budget_book", "code", "name"], False: ["code", "name"]}
        return [f"{field.name}__{part}" for part in parts[field.name == "category"]]
    return [field.attname]


def _is_said(value: Any) -> bool:
    return value not in ("", None)


_PLAIN: dict[type, Callable[[Any], str]] = {Decimal: str, datetime: datetime.isoformat, date: date.isoformat}


def _plain(value: Any) -> Any:
    return _PLAIN[type(value)](value) if type(value) in _PLAIN else value
