"""Findings as pages and lists print them: what is stated, what it should be, how far apart they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Self

from budgets.checks.results import Found, Group
from budgets.money import AmountUnit, amount_text, exact_text, in_unit, parted, round_half_up
from budgets.returns import SCHEDULES, ColumnKind
from orgs.models import Unit
from orgs.spreadsheets import Link
from submissions.findings import Outcome, Place

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
    if outcome.in_yuan or outcome.is_number:
        return outcome.in_yuan
    place = outcome.place
    kind = _COLUMNS.get((place.schedule, place.column), ColumnKind.AMOUNT)
    return place.schedule in _SCHEDULES and kind not in _NO_AMOUNTS and not outcome.in_percent


def figure_in_words(outcome: Outcome, figure: Decimal | None, unit: AmountUnit) -> str:
    """Return a figure of an outcome as it is printed, no digit of an amount lost; "" for none."""
    if figure is None:
        return ""
    if is_amount(outcome):
        return amount_text(figure, unit) if outcome.is_average else parted(exact_text(figure, unit))
    return _in_percent(figure) if outcome.in_percent else parted(f"{figure:f}")


def _in_percent(figure: Decimal) -> str:
    return f"{parted(f'{figure:f}')}%"


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
    ("单位编码", 10),
    ("单位", 28),
    ("报表", 18),
    ("行", 24),
    ("栏目", 18),
    ("哪里不对", 48),
    ("填报", 14),
    ("应为", 14),
    ("对照", 14),
    ("相差", 14),
    ("怎么改", 36),
    ("处理", 12),
    ("说明或放行原因", 36),
    ("打开", 8),
    ("规则", 9),
)
"""The columns of the list of findings as a workbook, with their widths, in the order people look."""


ListRow = list[str | int | Decimal | Link]
"""One finding in such a list."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A finding as lists show it. It is stored as JSON: figures are text, with every digit."""

    group: str
    code: str
    rule_version: int
    name: str
    """What it is called in addresses (submissions.findings.Finding.name)."""
    schedule: str
    row: str
    column: str
    schedule_title: str
    row_label: str
    column_title: str
    sentence: str
    actual: str
    expected: str
    difference: str
    are_amounts: bool
    """Whether the three figures are yuan."""
    are_percent: bool
    are_averages: bool
    """Whether they are printed rounded (submissions.findings.Outcome.is_average)."""
    says_what_should_be: bool
    """Whether the expected figure is what should stand there, and not one to look at."""
    quotation: str
    remedy: str
    said: str
    asks: bool
    has_reason_field: bool

    @classmethod
    def of(cls, found: Found) -> Self:
        """Say a finding as lists do."""
        finding, outcome, place = found.finding, found.finding.outcome, found.finding.outcome.place
        return cls(
            group=found.group.value,
            code=finding.check.code,
            rule_version=finding.check.version,
            name=finding.name,
            schedule=place.schedule,
            row=place.row,
            column=place.column,
            schedule_title=place.schedule_title,
            row_label=place.row_label,
            column_title=place.column_title,
            sentence=outcome.sentence or finding.check.sentence,
            actual=_plain(outcome.actual),
            expected=_plain(outcome.expected),
            difference=_plain(outcome.difference),
            are_amounts=is_amount(outcome),
            are_percent=outcome.in_percent,
            are_averages=outcome.is_average,
            says_what_should_be=finding.says_what_should_be,
            quotation=outcome.quotation,
            remedy=outcome.remedy,
            said=said_of(found),
            asks=finding.asks,
            has_reason_field=outcome.has_reason_field,
        )

    def as_json(self) -> list[Any]:
        """Return its parts in their order, from which it is made again."""
        return [getattr(self, name) for name in PARTS]

    @property
    def place(self) -> Place:
        """Where in the return it is."""
        titles = (self.schedule_title, self.row_label, self.column_title)
        return Place(self.schedule, self.row, self.column, *titles)


PARTS = tuple(each.name for each in fields(Listed))
"""What is stored of a finding, in this order."""


def _plain(figure: Decimal | None) -> str:
    return "" if figure is None else f"{figure:f}"


def list_rows(
    of: Unit, listed: Iterable[Listed], unit: AmountUnit, addresses: Iterable[str]
) -> Iterator[ListRow]:
    """Yield the rows of such a list: one for each finding of a unit, with where to do something about it."""
    for each, address in zip(listed, addresses, strict=True):
        beside = _number(each, each.expected, unit)
        yield [
            of.code,
            of.name,
            each.schedule_title,
            each.row_label or each.quotation,  # of a text, its words
            each.column_title,
            each.sentence,
            _number(each, each.actual, unit),
            *((beside, "") if each.says_what_should_be else ("", beside)),
            _number(each, each.difference, unit),
            each.remedy,
            Group(each.group).label,
            each.said,
            Link("打开", address),
            each.code,
        ]


def said_of(found: Found) -> str:
    """Return what was said of a finding: let pass, explained here or at its row; "" for nothing."""
    if found.override:
        return f"{found.override.actor_name}放行：{found.override.reason}"
    if found.explanation:
        return found.explanation.text
    return found.finding.outcome.reason if found.finding.asks else ""


def _number(listed: Listed, text: str, unit: AmountUnit) -> str | int | Decimal:
    """A figure as a number, a count without decimals; a percentage as text, to be taken for nothing else."""
    if not text or listed.are_percent:
        return text and _in_percent(Decimal(text))
    figure = Decimal(text)
    if listed.are_amounts:
        number = in_unit(figure, unit)
        return round_half_up(number) if listed.are_averages else number
    return int(figure) if figure == int(figure) else figure
