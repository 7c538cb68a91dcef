"""A return as its report reads it, and how its figures are put into words. Nothing here queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from budgets.cells import place_of
from budgets.measures import (
    EXECUTION_RATE,
    INITIAL_BUDGET_CHANGE,
    INITIAL_BUDGET_CHANGE_RATE,
    VARIANCE_TO_INITIAL,
    VARIANCE_TO_INITIAL_RATE,
    VARIANCE_TO_LAST_YEAR,
    VARIANCE_TO_LAST_YEAR_RATE,
    Measure,
    exceeds,
)
from budgets.money import MINUS, AmountUnit, in_unit, round_half_up
from budgets.returns import BY_FUNCTION, REASON, Schedule
from budgets.rows import RECONCILIATION, MeasuredRow, RowKind
from orgs.words import in_one_line
from performance.report.document import Of, Run
from performance.report.outline import Edition
from performance.report.own_words import REASON_OPENING
from performance.rows import Performance
from submissions.findings import Place


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two figures compared: by which measures, and in which words."""

    difference: Measure
    rate: Measure
    against: str
    """What stands before 增加 and 减少."""
    level: str
    """What is said where nothing changed."""


TO_LAST_YEAR = Comparison(VARIANCE_TO_LAST_YEAR, VARIANCE_TO_LAST_YEAR_RATE, "比上年", "与上年持平")
TO_INITIAL = Comparison(VARIANCE_TO_INITIAL, VARIANCE_TO_INITIAL_RATE, "比年初预算", "与年初预算持平")
BUDGET_TO_LAST_YEAR = Comparison(INITIAL_BUDGET_CHANGE, INITIAL_BUDGET_CHANGE_RATE, "比上年", "与上年持平")

Runs = list[Run]


@dataclass(frozen=True)
class Facts:
    """What a report is made of: the measured rows, texts, goal and indicators of one return."""

    year: int
    unit_name: str
    edition: Edition
    rows: Mapping[str, Sequence[MeasuredRow]]
    texts: Mapping[str, str]
    """The texts by name; one that is not written is not there."""
    performance: Performance
    explain_rate: Decimal
    explain_yuan: Decimal
    """From where on the round asks for a reason: of both, in percent and yuan."""

    # --- Finding rows

    @cached_property
    def total(self) -> MeasuredRow:
        """The total of expenditure."""
        return self.rows[BY_FUNCTION.name][0]

    def row(self, schedule: Schedule, code: str) -> MeasuredRow:
        """Return the row of a code in a schedule that has it."""
        return next(each for each in self.rows[schedule.name] if each.row.code == code)

    def lines(self, schedule: Schedule) -> list[MeasuredRow]:
        """Return the rows of a schedule that take figures, in their order."""
        return [each for each in self.rows[schedule.name] if each.row.kind == RowKind.LINE]

    def reconciliation(self, schedule: Schedule) -> MeasuredRow | None:
        """Return the line by which its total falls short of that by function; None without one."""
        return next((each for each in self.rows[schedule.name] if each.row.code == RECONCILIATION), None)

    # --- Words

    def place(self, row: MeasuredRow, column: str) -> Place:
        """Return where a figure of a row stands."""
        return place_of(row.row, column)

    def amount(
        self, row: MeasuredRow, column: str, unit: AmountUnit = AmountUnit.WAN, *, is_named: bool = False
    ) -> Run:
        """Return an amount with its unit; in brackets what is missing where it is blank.

        `is_named` where the words before it say already what it is.
        """
        value = self.number(row, column)
        place = self.place(row, column)
        if value is None:
            return missing("" if is_named else place.column_title, place)
        return Run(f"{amount_words(value, unit)}{unit.label}", place, value, Of.AMOUNT, unit)

    def number(self, row: MeasuredRow, column: str) -> Decimal | None:
        """Return a figure or a measure of a row; None where it is blank or cannot be computed."""
        found = row.values.get(column, row.measures.get(column))
        return None if found is None else Decimal(found)

    def percent(self, row: MeasuredRow, measure: Measure) -> Run:
        """Return a rate without its sign; in brackets what is missing where it cannot be computed."""
        value, place = row.measures[measure.name], self.place(row, measure.name)
        if value is None:
            return Run(f"（{measure.obstacle(row.values)}）", place, is_missing=True)
        return Run(f"{rate_words(value)}%", place, abs(value), Of.PERCENT)

    def count(self, row: MeasuredRow, column: str, thing: str) -> Run:
        """Return how many there are; in brackets what is missing where it is blank."""
        value, place = self.number(row, column), self.place(row, column)
        if value is None:
            return missing(row.row.name, place)
        return Run(f"{value:f}{thing}", place, value, Of.COUNT)

    def change(self, row: MeasuredRow, by: Comparison, unit: AmountUnit = AmountUnit.WAN) -> Runs:
        """Return by how much a row changed: the direction by the sign, no rate from a base of zero.

        Where a figure is blank it says which; where nothing changed it says so without a rate.
        """
        difference, place = row.measures[by.difference.name], self.place(row, by.difference.name)
        if difference is None:
            return [Run(f"（{by.difference.obstacle(row.values)}）", place, is_missing=True)]
        if not round_half_up(in_unit(difference, unit)):
            return [Run(by.level if not difference else by.level.replace("持平", "基本持平"))]
        word = direction(difference)
        words = amount_words(abs(difference), unit)
        runs = [
            Run(f"{by.against}{word}了"),
            Run(f"{words}{unit.label}", place, abs(difference), Of.AMOUNT, unit),
        ]
        if row.measures[by.rate.name] is not None:
            runs += [Run(f"，相比{word}了"), self.percent(row, by.rate)]
        return runs

    def reason(self, row: MeasuredRow, by: Comparison, own: str = "", *, own_first: bool = False) -> Runs:
        """Return why a row changed: what stands as its reason, else the unit's `own` words of the section.

        Nothing where nothing changed, or where the round asks for no reason and there is none.
        """
        value, base = (row.values[name] for name in (by.difference.value, by.difference.base))
        if not row.measures[by.difference.name]:
            return []
        typed = "" if by is BUDGET_TO_LAST_YEAR else row.row.variance_reason
        words = reason_words((own or typed) if own_first else (typed or own))
        if words:
            place = self.place(row, REASON.name) if words == reason_words(typed) else None
            return [Run("，主要原因是"), Run(words, place)]
        if not exceeds(value, base, rate=self.explain_rate, yuan=self.explain_yuan):
            return []
        return [Run("，主要原因是"), missing("", self.place(row, REASON.name))]

    def execution_rate(self, row: MeasuredRow) -> Run:
        """Return the execution rate of a row."""
        return self.percent(row, EXECUTION_RATE)


def missing(what: str, place: Place | None = None) -> Run:
    """Return what stands for something that was not filled in; "" where the words before it say what."""
    return Run(f"（尚未填写：{what}）" if what else "（尚未填写）", place, is_missing=True)


def direction(difference: Decimal) -> str:
    """Return the word for the sign of a difference that is not zero."""
    return "增加" if difference > 0 else "减少"


def amount_words(yuan: Decimal, unit: AmountUnit) -> str:
    """Return an amount as sentences state it: half up to two decimals, whole yuan without any.

    Thousands are not parted, as in the reports of the field.
    """
    number = round_half_up(in_unit(yuan, unit))
    if unit is AmountUnit.YUAN and number == number.to_integral_value():
        number = number.to_integral_value()
    return f"{MINUS if number < 0 else ''}{abs(number):f}"


def rate_words(rate: Decimal) -> str:
    """Return a rate as sentences state it: two decimals half up, without its sign."""
    return f"{abs(round_half_up(rate)):f}"


def reason_words(text: str) -> str:
    """Return a reason as it goes on after 主要原因是: in one line, without its own opening and full stop."""
    words = in_one_line(text)
    opening = REASON_OPENING.match(words)
    return (words[opening.end() :] if opening else words).rstrip("。；; ")


def joined(parts: Iterable[Sequence[Run]], mark: str) -> Runs:
    """Return groups of words with a mark between them; [] for none."""
    runs: Runs = []
    for part in parts:
        runs += [Run(mark), *part] if runs else list(part)
    return runs
