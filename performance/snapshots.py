"""What a return says, whole, as one text that is the same whenever it says the same."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from budgets.models import LINE_MODELS, CellNote, Restatement, ReturnText, ScheduleLine
from performance.models import IndicatorLine, PerformanceGoal
from submissions.actions import Refused
from submissions.models import Snapshot, Submission

FORM = 1
"""The form of the content; another one reads otherwise."""

LINES: tuple[type[ScheduleLine], ...] = (*dict.fromkeys(LINE_MODELS.values()), IndicatorLine)
WHOLE: tuple[type[models.Model], ...] = (*LINES, ReturnText, PerformanceGoal, CellNote, Restatement)
"""All that a return consists of."""

_LEFT_OUT = {"id", "submission"}


class NotAsApproved(Refused):
    """A return says something else than what was approved; nothing is made from it."""


def content_of(submission: Submission) -> str:
    """Return everything a return says as canonical JSON, in one query a table.

    Keys are sorted, amounts exact text in yuan, times ISO 8601, categories their book, code and name; rows in
    the order they were entered.
    """
    content = {
        "form": FORM,
        "unit": {"code": submission.unit.code, "name": submission.unit.name},
        "fiscal_year": submission.round.fiscal_year,
        "revision": submission.revision,
        "tables": {model._meta.db_table: _rows(model, submission) for model in WHOLE},
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def check_as_approved(submission: Submission) -> None:
    """Raise NotAsApproved when a return with a snapshot says something else than it; others pass."""
    digest = Snapshot.objects.filter(submission=submission).values_list("sha256", flat=True).first()
    if digest and Snapshot.digest(content_of(submission)) != digest:
        raise NotAsApproved("这份填报的数据与审核通过时的审定数据不一致，不能导出。请联系管理员核查。")


def _rows(model: type[models.Model], submission: Submission) -> list[dict[str, Any]]:
    fields = [field for field in model._meta.concrete_fields if field.name not in _LEFT_OUT]
    names = [name for field in fields for name in _names(field)]
    rows = model._base_manager.filter(submission=submission).order_by("pk").values_list(*names)
    return [{name: _plain(value) for name, value in zip(names, row, strict=True)} for row in rows]


def _names(field: "models.Field[Any, Any]") -> list[str]:
    """The columns by which a field is kept: a category by what it is called, not by its number here."""
    if field.name.endswith("category"):
        parts: dict[bool, list[str]] = {True: ["budget_book", "code", "name"], False: ["code", "name"]}
        return [f"{field.name}__{part}" for part in parts[field.name == "category"]]
    return [field.attname]


_PLAIN: dict[type, Callable[[Any], str]] = {Decimal: str, datetime: datetime.isoformat, date: date.isoformat}


def _plain(value: Any) -> Any:
    return _PLAIN[type(value)](value) if type(value) in _PLAIN else value
