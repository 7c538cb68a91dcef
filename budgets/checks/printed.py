"""Findings as pages and lists print them: what is stated, what it should be, how far apart they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from budgets.checks.results import Found
from budgets.money import AmountUnit, exact_text, in_unit, parted
from budgets.returns import SCHEDULES, ColumnKind
from orgs.spreadsheets import Link
from submissions.findings import Outcome

_COLUMNS = {
    (schedule.name.value, column.name): column.kind for schedule in SCHEDULES for column in schedule.columns
}
_COLUMNS |= {
    (schedule.name.value, measure.name): _COLUMNS.get((schedule.name.value, measure.value), ColumnKind.AMOUNT)
    for schedule in SCHEDULES
    for measure in schedule.measures
}
"""What each column holds; the two figures of a measure are of its kind."""
_NO_AMOUNTS = (ColumnKind.COUNT, ColumnKind.AREA, ColumnKind.POINTS)
_SCHEDULES = {schedule.name.value for schedule in SCHEDULES}


def is_amount(outcome: Outcome) -> bool:
    """Whether the figures of an outcome are yuan: those of a schedule are, unless its column counts."""
    if outcome.in_yuan:
        return True
    place = outcome.place
    kind = _COLUMNS.get((place.schedule, place.column), ColumnKind.AMOUNT)
    return place.schedule in _SCHEDULES and kind not in _NO_AMOUNTS and not outcome.in_percent


def figure_in_words(outcome: Outcome, figure: Decimal | None, unit: AmountUnit) -> str:
    """Return a figure of an outcome as it is printed, no digit lost; "" for none."""
    if figure is None:
        return ""
    if is_amount(outcome):
        return parted(exact_text(figure, unit))
    return f"{parted(f'{figure:f}')}{'%' if outcome.in_percent else ''}"


@dataclass(frozen=True, slots=True)
class Figures:
    """The three figures of a finding as they are printed; "" for what is not known."""

    stated: str
    expected: str
    difference: str


def figures_of(outcome: Outcome, unit: AmountUnit) -> Figures:
    """Return the figures of a finding, amounts in `unit`."""
    three = (outcome.actual, outcome.expected, outcome.difference)
    return Figures(*(figure_in_words(outcome, each, unit) for each in three))


LIST_COLUMNS = (
    ("单位", 22),
    ("报表", 16),
    ("行", 24),
    ("栏目", 14),
    ("处理", 12),
    ("哪里不对", 48),
    ("填报", 14),
    ("应为", 14),
    ("相差", 12),
    ("怎么改", 36),
    ("说明或放行原因", 36),
    ("打开", 8),
    ("规则", 9),
)
"""The columns of the list of findings as a workbook, with their widths, in the order people look."""


ListRow = list[str | Decimal | Link]
"""One finding in such a list."""


def list_rows(
    unit_name: str, found: Iterable[Found], unit: AmountUnit, addresses: Iterable[str]
) -> Iterator[ListRow]:
    """Yield the rows of such a list: one for each finding, with the address at which to do something."""
    for each, address in zip(found, addresses, strict=True):
        outcome = each.finding.outcome
        place, three = outcome.place, (outcome.actual, outcome.expected, outcome.difference)
        yield [
            unit_name,
            place.schedule_title,
            place.row_label,
            place.column_title,
            each.group.label,
            outcome.sentence or each.finding.check.sentence,
            *(_number(outcome, figure, unit) for figure in three),
            outcome.remedy,
            said_of(each),
            Link("打开", address),
            each.finding.check.code,
        ]


def said_of(found: Found) -> str:
    """Return what was said of a finding: let pass, explained here or at its row; "" for nothing."""
    if found.override:
        return f"{found.override.actor_name}放行：{found.override.reason}"
    if found.explanation:
        return found.explanation.text
    return found.finding.outcome.reason if found.finding.asks else ""


def _number(outcome: Outcome, figure: Decimal | None, unit: AmountUnit) -> str | Decimal:
    if figure is None:
        return ""
    return in_unit(figure, unit) if is_amount(outcome) else figure
