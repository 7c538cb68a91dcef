"""A correction held against the version it replaces: the main figures of both, and all that changed.

Source: workflow.md 6, corrections are shown as corrections.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from budgets.cells import full_label
from budgets.charts import exact_amount
from budgets.measures import (
    EXECUTION_RATE,
    VARIANCE_TO_INITIAL,
    VARIANCE_TO_INITIAL_RATE,
    Measure,
    Origin,
    difference,
)
from budgets.models import ReturnText
from budgets.money import AmountUnit, amount_text, rate_text
from budgets.returns import BY_FUNCTION, ColumnKind, Schedule
from budgets.rows import MeasuredRow, RowKind
from performance.official.blocks import PrintedIndicator
from performance.official.department import printed_indicators
from performance.official.given import Given
from performance.public.figures import PUBLIC_SCHEDULES
from performance.rows import Performance

WAN = AmountUnit.WAN
GAP = "决算与年初预算的差异"
NOT_STATED, NO_SCORE = "未填", "没有自评得分"
_MEASURED = (VARIANCE_TO_INITIAL, VARIANCE_TO_INITIAL_RATE, EXECUTION_RATE)


@dataclass(frozen=True, slots=True)
class Headline:
    """One of the main figures of a return, as printed in 万元, percent or points."""

    title: str
    text: str
    unit: str
    value: Decimal | None
    why: str = ""
    """Why it is "—"; "" where it is known."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A main figure in both versions, and by how much it changed; "" where it did not."""

    title: str
    unit: str
    before: str
    now: str
    change: str


@dataclass(frozen=True, slots=True)
class Change:
    """One figure or word that reads otherwise: where it stands, what it was, what it is."""

    schedule: str
    row: str
    column: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Correction:
    """Two versions of a return held against each other."""

    figures: Sequence[Compared]
    changes: Sequence[Change]
    texts: Sequence[str]
    """Which longer texts were changed; both versions have them in full."""


def headlines(given: Given) -> list[Headline]:
    """Return the main figures of a return: budgets, outturn, the gap with its rate, execution rate, score."""
    top, result = given.rows[BY_FUNCTION.name][0], given.performance.result
    amounts = (("年初预算", "initial_budget"), ("全年预算", "revised_budget"), ("决算", "outturn"))
    found = [
        Headline(title, amount_text(value, WAN), "万元", value, "" if value is not None else NOT_STATED)
        for title, value in ((title, top.values[name]) for title, name in amounts)
    ]
    gap, rate, execution = (top.measures[each.name] for each in _MEASURED)
    why_gap, why_rate, why_execution = (_why(each, top) for each in _MEASURED)
    return [
        *found,
        Headline(GAP, amount_text(gap, WAN, signed=True), "万元", gap, why_gap),
        Headline("差异率", rate_text(rate, signed=True), "%", rate, why_rate),
        Headline("预算执行率", rate_text(execution), "%", execution, why_execution),
        Headline("自评得分", rate_text(result.total), "分", result.total, "" if result.grade else NO_SCORE),
    ]


def _why(measure: Measure, row: MeasuredRow) -> str:
    return measure.obstacle(row.values).replace("无法计算：", "")


def correction_of(now: Given, before: Given) -> Correction:
    """Hold a version against the one it replaces."""
    return Correction(
        [_compared(*pair) for pair in zip(headlines(before), headlines(now), strict=True)],
        [*_figures(now, before), *_indicators(now, before)],
        list(_texts(now, before)),
    )


def _compared(before: Headline, now: Headline) -> Compared:
    gap = difference(now.value, before.value)
    printed = amount_text(gap, WAN, signed=True) if now.unit == "万元" else rate_text(gap, signed=True)
    change = printed if gap else "" if before.value == now.value else "—"
    return Compared(now.title, now.unit, before.text, now.text, change)


def _figures(now: Given, before: Given) -> Iterator[Change]:
    for schedule in PUBLIC_SCHEDULES:
        new, old = (_by_name(given.rows[schedule.name]) for given in (now, before))
        for name in [*new, *(each for each in old if each not in new)]:
            yield from _of_row(schedule, new.get(name), old.get(name))


def _by_name(rows: Sequence[MeasuredRow]) -> dict[tuple[str, ...], MeasuredRow]:
    """The rows by what they are called; where several are called the same, by their order."""
    seen: Counter[tuple[str, ...]] = Counter()
    found: dict[tuple[str, ...], MeasuredRow] = {}
    for row in (each for each in rows if each.row.kind != RowKind.RECONCILIATION):
        name = (row.row.kind.value, full_label(row.row), row.row.parent)
        found[*name, str(seen[name])] = row
        seen[name] += 1
    return found


def _of_row(schedule: Schedule, now: MeasuredRow | None, before: MeasuredRow | None) -> Iterator[Change]:
    """What was entered otherwise in one row; what follows from rows below it is left to those."""
    either = now or before
    for column in schedule.figures if either else ():
        new, old = (each.row.figures[column.name] if each else None for each in (now, before))
        values = [each.value if each else None for each in (old, new)]
        follows = all(each is None or each.origin in (Origin.COMPUTED, Origin.BLANK) for each in (new, old))
        if either and values[0] != values[1] and not follows:
            printed = [_printed(each, column.kind) for each in values]
            yield Change(schedule.title, full_label(either.row), column.title, *printed)


def _printed(value: Any, kind: ColumnKind) -> str:
    if value is None:
        return "（空）"
    return exact_amount(value, WAN) + " 万元" if kind is ColumnKind.AMOUNT else f"{value:,}"


# --- Goals, indicators and texts


def _effects(given: Given) -> dict[str, Performance]:
    """What a return says of its effect, as a whole and of each project."""
    return {"": given.performance, **{each.name: each for each in given.projects if not each.is_empty}}


_SAID = {"target": "年度指标值", "actual": "实际完成值", "weight": "分值", "score": "得分"}


def _indicators(now: Given, before: Given) -> Iterator[Change]:
    new, old = _effects(now), _effects(before)
    for project in dict.fromkeys([*new, *old]):
        title = f"项目绩效指标（{project}）" if project else "绩效指标"
        lines, former = (_by_indicator(each.get(project)) for each in (new, old))
        for name in [*lines, *(each for each in former if each not in lines)]:
            for column, words in _SAID.items():
                said = [_words(each.get(name), column) for each in (former, lines)]
                if said[0] != said[1]:
                    yield Change(title, name[0], words, *(each or "（空）" for each in said))


def _by_indicator(found: Performance | None) -> dict[tuple[str, str], PrintedIndicator]:
    return {(each.name, each.second_level): each for each in printed_indicators(found)} if found else {}


def _words(indicator: PrintedIndicator | None, column: str) -> str:
    value = getattr(indicator, column, None)
    return "" if value is None else rate_text(value) if isinstance(value, Decimal) else str(value)


def _texts(now: Given, before: Given) -> Iterator[str]:
    """Which texts of the report, goals and reasons read otherwise."""
    new, old = ({each.name: each.text for each in given.texts} for given in (now, before))
    for name in ReturnText.Name:
        if new.get(name, "") != old.get(name, ""):
            yield str(name.label)
    effects, former = _effects(now), _effects(before)
    for project in dict.fromkeys([*effects, *former]):
        said = [_goal(each.get(project)) for each in (effects, former)]
        if said[0] != said[1]:
            yield f"项目“{project}”的年度目标和偏差原因" if project else "年度总体目标和偏差原因"
    if _reasons(now) != _reasons(before):
        yield "差异原因"


def _goal(found: Performance | None) -> list[str]:
    return (
        [found.expected, found.achieved, *(each.deviation for each in printed_indicators(found))]
        if found
        else []
    )


def _reasons(given: Given) -> list[tuple[str, str]]:
    return [
        (full_label(row.row), row.row.variance_reason)
        for schedule in PUBLIC_SCHEDULES
        for row in given.rows[schedule.name]
        if row.row.variance_reason
    ]
