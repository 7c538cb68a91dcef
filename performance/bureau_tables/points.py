"""The points of many returns, or of their projects: indicators added up by PostgreSQL, in one query.

What a result is made of, and whether it stands, is said by `performance.scoring` alone. Where rules are not
overruled each score is computed from the words of its indicator, so that there the indicators are read.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum

from performance.frameworks import Framework
from performance.models import IndicatorFields
from performance.readings import TO_FILL
from performance.rows import scored
from performance.schemes import Mode
from performance.scoring import Basis, Block, Result, result_of_blocks

Key = tuple[Any, ...]
"""What has a result: the number of a return, and the name of a project in it."""

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
        lines: dict[Key, list[IndicatorFields]] = {key: [] for key in rates}
        for line in found.order_by("pk"):
            lines.setdefault(tuple(getattr(line, name) for name in names), []).append(line)
        return {key: scored(lines[key], rates[key], basis, reasons.get(key, "")) for key in rates}
    rows = found.values(*names).annotate(**_added(basis.framework)).order_by()
    added = {tuple(row[name] for name in names): row for row in rows}
    return {
        key: result_of_blocks(
            _blocks(basis.framework, added.get(key, {})),
            _faults(added.get(key, {})),
            rate,
            basis,
            reasons.get(key, ""),
        )
        for key, rate in rates.items()
    }


def _added(framework: Framework) -> dict[str, Any]:
    """What is added up of each block, and how many indicators lack something."""
    found: dict[str, Any] = {name: Count("pk", filter=condition) for name, (condition, _) in _LACKING.items()}
    found["misplaced"] = Count("pk", filter=~Q(second_level__in=[*framework.second_levels, ""]))
    for first in framework.first_levels:
        mine = Q(second_level__in=[*first.second_levels])
        found[f"{first.code}_count"] = Count("pk", filter=mine)
        found[f"{first.code}_given"] = Sum("max_score", filter=mine)
        found[f"{first.code}_scored"] = Sum("score", filter=mine)
    return found


def _blocks(framework: Framework, row: Mapping[str, Any]) -> list[Block]:
    return [
        Block(
            first.name,
            first.points,
            row.get(f"{first.code}_count", 0),
            row.get(f"{first.code}_given") or Decimal(0),
            row.get(f"{first.code}_scored"),
        )
        for first in framework.first_levels
    ]


_SAID = {name: words for name, (_, words) in _LACKING.items()} | {"misplaced": "二级指标不在指标框架里"}


def _faults(row: Mapping[str, Any]) -> list[str]:
    return [f"{row[name]} 个指标{words}。" for name, words in _SAID.items() if row.get(name)]
