"""The points of many returns, or of their projects: indicators added up by PostgreSQL, in one query.

What a result is made of, and whether it stands, is said by `performance.scoring` alone. Where rules are not
overruled each score is computed from the words of its indicator, so that there the indicators are read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum

from performance.frameworks import Framework
from performance.models import IndicatorFields
from performance.readings import TO_FILL
from performance.schemes import Mode
from performance.scoring import Basis, Block, Indicator, Result, points_of, result_of_blocks

Key = tuple[Any, ...]
"""What has a result: the number of a return, and the name of a project in it."""

_SAID_OF_IT = ("rules", "deviation_reason", "improvement_measure", "explanation")
_SCORED = tuple(each.name for each in fields(Indicator) if each.name not in _SAID_OF_IT)
"""What is read of an indicator where its score is computed from its words: all but what gives no points."""

_BLANK = Q(target_value="") | Q(target_value__contains=TO_FILL)
_LACKING = {
    "unplaced": (Q(second_level=""), "没有选二级指标"),
    "without_target": (_BLANK, "没有填年度指标值"),
    "without_actual": (Q(actual_value=""), "没有填实际完成值"),
    "without_weight": (Q(max_score=None), "没有填分值"),
    "without_score": (Q(score=None), "没有填得分"),
    "above_weight": (Q(score__gt=F("max_score")), "得分超过分值"),
}
"""What an indicator may lack, as a condition and in words."""


def results_of(
    model: type[IndicatorFields],
    names: Sequence[str],
    returns: Sequence[int],
    basis: Basis,
    rates: Mapping[Key, Decimal | None],
    reasons: Mapping[Key, str],
) -> dict[Key, Result]:
    """Return the result of everything that has an execution rate among `rates`, in percent; one query.

    `names` are the columns of the model that make a key; `reasons` say why points are shared out otherwise.
    """
    found = model._base_manager.filter(submission__in=returns)
    if basis.mode is Mode.LOCKED:
        indicators: dict[Key, list[Indicator]] = {key: [] for key in rates}
        known: dict[tuple[Any, ...], Indicator] = {}
        for values in found.order_by("pk").values_list(*names, *_SCORED):
            stated = values[len(names) :]
            if (each := known.get(stated)) is None:  # many say the same, and are read once
                each = Indicator(**dict(zip(_SCORED, stated, strict=True)), rules=basis.rules)
                known[stated] = each.as_counted(basis.mode)
            indicators.setdefault(values[: len(names)], []).append(known[stated])
        return {key: points_of(indicators[key], rates[key], basis, reasons.get(key, "")) for key in rates}
    rows = _rows(found.values_list(*names).annotate(**_added(basis.framework)).order_by()) if returns else []
    added = {row[: len(names)]: row[len(names) :] for row in rows}
    nothing = (0,) * len(_SAID) + (0, None, None) * len(basis.framework.first_levels)
    return {
        key: _result(added.get(key, nothing), rate, basis, reasons.get(key, ""))
        for key, rate in rates.items()
    }


def _rows(found: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """What a query finds, as PostgreSQL gives it: Django would make each number anew."""
    with connection.cursor() as cursor:
        cursor.execute(*found.query.sql_with_params())
        return cursor.fetchall()


def _added(framework: Framework) -> dict[str, Any]:
    """How many indicators lack something, in the order of `_SAID`; then number, weights, scores by block."""
    found: dict[str, Any] = {name: Count("pk", filter=condition) for name, (condition, _) in _LACKING.items()}
    found["misplaced"] = Count("pk", filter=~Q(second_level__in=[*framework.second_levels, ""]))
    for first in framework.first_levels:
        mine = Q(second_level__in=[*first.second_levels])
        found[f"{first.code}_count"] = Count("pk", filter=mine)
        found[f"{first.code}_given"] = Sum("max_score", filter=mine)
        found[f"{first.code}_scored"] = Sum("score", filter=mine)
    return found


_SAID = [words for _, words in _LACKING.values()] + ["二级指标不在指标框架里"]


def _result(row: tuple[Any, ...], rate: Decimal | None, basis: Basis, reason: str) -> Result:
    """The result of what is added up, in the order of `_added`."""
    lacking, sums = row[: len(_SAID)], row[len(_SAID) :]
    counts, weights, scores = (sums[at::3] for at in range(3))
    blocks = [
        Block(first.name, first.points, count, given or Decimal(0), scored)
        for first, count, given, scored in zip(
            basis.framework.first_levels, counts, weights, scores, strict=True
        )
    ]
    faults = [f"{number} 个指标{words}。" for number, words in zip(lacking, _SAID, strict=True) if number]
    return result_of_blocks(blocks, faults, rate, basis, reason)
