"""What the checks of a return are given: its rows, texts and last year's figures, read before.

Nothing here queries. Its methods build the outcomes of checks, so that each check says only what it compares.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from budgets.cells import column_titles, row_id, row_label
from budgets.checks.effects import Effect
from budgets.checks.thresholds import Thresholds
from budgets.checks.tolerance import Compared, compare_same, compare_sum
from budgets.measures import Origin
from budgets.models import ReturnText
from budgets.money import MINUS, AmountUnit, amount_text, exact_printed, parted, rate_text
from budgets.returns import SCHEDULES, ColumnKind, Schedule
from budgets.rows import Row, RowKind, moved_since
from submissions.findings import WHOLE, Outcome, Place, Severity, Verdict
from submissions.models import Publication

_TITLES = {schedule.name: column_titles(schedule) for schedule in SCHEDULES}
_TEXT_TITLES = {name.value: str(name.label) for name in ReturnText.Name}
_COUNTS = {
    (schedule.name, column.name)
    for schedule in SCHEDULES
    for column in schedule.columns
    if column.kind is ColumnKind.COUNT
}

Rows = Mapping[str, Sequence[Row]]
"""The rows of a return by schedule name, as `budgets.rows.return_rows` gives them."""


class Term(NamedTuple):
    """One figure of a comparison, with what it is called. None: it is missing."""

    label: str
    figure: Decimal | None
    in_wan: bool = False
    """Whether it was entered in 万元, or sums figures that were: then it carries rounding."""
    figures: int = 1
    """How many entered figures it sums: each carries its own rounding."""
    is_count: bool = False
    """Whether it counts persons, vehicles or receptions, and is no money."""
    typed: Decimal | None = None
    """What was typed where the sum of its parts is used instead. What compares well with it is not accused:
    that it is not the sum of its parts is said where it stands.
    """

    @property
    def readings(self) -> tuple["Term", ...]:
        """The figure as it is used, and as it was typed where that is another one."""
        return (self,) if self.typed is None else (self, self._replace(figure=self.typed, figures=1))


@dataclass
class Given:
    """A return as the checks see it; it is read, never written."""

    year: int
    region: str
    rows: Rows
    texts: Mapping[str, str] = field(default_factory=dict)
    """The narrative texts by name; one that is not written is not there."""
    last_year: "Given | None" = None
    """Last year's approved return; None without one."""
    restated: Mapping[str, str] = field(default_factory=dict)
    """Why a figure of last year is another one here, by the key of its place."""
    thresholds: Thresholds = field(default_factory=Thresholds)
    unit: AmountUnit = AmountUnit.WAN
    """The unit amounts are said in."""
    unit_name: str = ""
    has_official_book: bool = False
    """Whether the official book of codes of the year was loaded."""
    explain_rate: Decimal = Decimal(10)
    explain_yuan: Decimal = Decimal(100_000)
    """From where on the round asks for the reason of a variance: of both, in percent and in yuan."""
    revision: int = 1
    revisions: Sequence[int] = (1,)
    """The numbers of all returns of the unit for the year, in the order they were started."""
    publication: Publication | None = None
    """That the return was made public; None for one that was not."""
    effect: Effect | None = None
    """Goal and indicators; None where they were not read, as of last year."""

    # --- Finding figures

    @cached_property
    def _by_code(self) -> dict[tuple[str, str], Row]:
        """The first row of each code, by schedule and code."""
        found: dict[tuple[str, str], Row] = {}
        for name, rows in self.rows.items():
            for row in rows:
                found.setdefault((name, row.code), row)
        return found

    @cached_property
    def _below(self) -> dict[tuple[str, str], list[Row]]:
        """The rows right below each, by schedule and code."""
        found: dict[tuple[str, str], list[Row]] = {}
        for name, rows in self.rows.items():
            for row in rows:
                found.setdefault((name, row.parent), []).append(row)
        return found

    @cached_property
    def _lines(self) -> dict[str, list[Row]]:
        """The rows that are neither total nor subtotal, by schedule."""
        return {name: [row for row in rows if row.kind == RowKind.LINE] for name, rows in self.rows.items()}

    @cached_property
    def _in_wan(self) -> dict[int, bool]:
        """What is known so far of rows carrying rounding, by the identity of the row."""
        return {}

    @cached_property
    def _summed(self) -> dict[tuple[int, str], int]:
        """What is known so far of how many figures a figure sums, by the identity of its row and column."""
        return {}

    @cached_property
    def _places(self) -> dict[tuple[int, str], Place]:
        """The cells asked for so far, by the identity of the row and the column."""
        return {}

    def row(self, schedule: Schedule, code: str) -> Row | None:
        """Return the row of a schedule by its code, the first of several; None where the return has none."""
        return self._by_code.get((schedule.name.value, code))

    def item(self, schedule: Schedule, code: str) -> Row:
        """Return a fixed row or the total of a schedule, which every return has."""
        return self._by_code[schedule.name.value, code]

    def lines(self, schedule: Schedule) -> list[Row]:
        """Return the rows of a schedule that are neither total nor subtotal."""
        return self._lines[schedule.name.value]

    def parts(self, row: Row) -> list[Row]:
        """Return the rows right below a row, in printing order; the projects below the row 项目支出."""
        if row.elsewhere:
            return row.elsewhere
        if row.kind == RowKind.LINE:
            return []
        return self._below.get((row.schedule.name.value, row.code), [])

    def term(self, schedule: Schedule, code: str, column: str, label: str = "") -> Term:
        """Return a figure with its name: that of its row, unless told otherwise."""
        row = self.row(schedule, code)
        if row is None:
            return Term(label or code, None)
        return self.term_of(row, column, label)

    def term_of(self, row: Row, column: str, label: str = "") -> Term:
        """Return the figure of a row with its name."""
        value = row.figures[column].value
        return Term(
            label or row_label(row),
            None if value is None else Decimal(value),
            self.is_in_wan(row),
            self._entered(row, column),
            _is_count(row.schedule, column),
            row.figures[column].overruled,
        )

    def stated_of(self, row: Row, column: str, label: str = "") -> Term:
        """Return the figure of a row as it was typed, where it was, though the sum of its parts is used."""
        term = self.term_of(row, column, label)
        if term.typed is None:
            return term
        in_wan = getattr(row.line, "entered_in", "") == AmountUnit.WAN
        return term._replace(figure=Decimal(term.typed), in_wan=in_wan, figures=1, typed=None)

    def _entered(self, row: Row, column: str) -> int:
        """How many entered figures a figure sums; 1 for one that sums none."""
        if row.figures[column].origin is not Origin.COMPUTED:
            return 1
        place = (id(row), column)
        if place not in self._summed:
            known = [part for part in self.parts(row) if part.figures[column].value is not None]
            self._summed[place] = sum(self._entered(part, column) for part in known) or 1
        return self._summed[place]

    def is_filled(self, schedule: Schedule) -> bool:
        """Whether a schedule has any figure."""
        return any(
            figure.value is not None
            for row in self.rows[schedule.name.value]
            for figure in row.figures.values()
        )

    def is_in_wan(self, row: Row) -> bool:
        """Whether a row was entered in 万元, or sums one that was."""
        if id(row) not in self._in_wan:
            own = getattr(row.line, "entered_in", "") == AmountUnit.WAN
            self._in_wan[id(row)] = own or any(self.is_in_wan(part) for part in self.parts(row))
        return self._in_wan[id(row)]

    def lacking_below(self, row: Row, *columns: str) -> list[Term]:
        """Return what rows below a computed figure lack, and have in another of the columns: blank, not zero.

        Such a total is of fewer rows in one column than in the other, so that the two cannot be compared.
        """
        found: list[Term] = []
        summed = [name for name in columns if row.figures[name].origin is Origin.COMPUTED]
        for part in self.parts(row) if summed else ():
            blank = [name for name in summed if part.figures[name].value is None]
            if blank and any(part.figures[name].value for name in columns):
                titles = _TITLES[part.schedule.name]
                found += [Term(f"{row_label(part)}{titles[name]}", None) for name in blank]
            found += self.lacking_below(part, *columns)
        return found

    def place(self, row: Row, column: str = "") -> Place:
        """Return a cell, or a whole row, as a place."""
        asked = (id(row), column)
        if asked not in self._places:
            self._places[asked] = Place(
                row.schedule.name.value,
                row_id(row),
                column,
                row.schedule.title,
                row_label(row),
                _TITLES[row.schedule.name].get(column, ""),
            )
        return self._places[asked]

    def text_place(self, name: str, quotation: str = "") -> Place:
        """Return a text as a place; with a quotation, the place of those words in it."""
        words = f"words-{sha256(quotation.encode()).hexdigest()[:8]}" if quotation else ""
        return Place(name, words, "", _TEXT_TITLES[name])

    def schedule_place(self, schedule: Schedule, column: str = "") -> Place:
        """Return a whole schedule, or a column of it, as a place."""
        title = _TITLES[schedule.name].get(column, "")
        return Place(schedule.name.value, "", column, schedule.title, "", title)

    @property
    def whole(self) -> Place:
        """The whole return, as a place."""
        return Place(WHOLE, schedule_title="整份填报")

    # --- Building outcomes

    def sum_of(
        self,
        place: Place,
        actual: Term,
        parts: Sequence[Term],
        *,
        signs: Sequence[int] = (),
        remedy: str = "",
    ) -> Outcome:
        """Compare a figure with the sum of others (T-sum); `signs` are those of the terms (all plus).

        Missing where the figure, or every term, is blank; blank terms beside known ones count as nothing.
        """
        signs = signs or [1] * len(parts)
        found = (
            self._sum_of(place, read, terms, signs, remedy)
            for terms in _readings(parts)
            for read in actual.readings
        )
        return _best(found)

    def _sum_of(
        self, place: Place, actual: Term, parts: Sequence[Term], signs: Sequence[int], remedy: str
    ) -> Outcome:
        signed = [
            (term.label, term.figure * sign)
            for term, sign in zip(parts, signs, strict=True)
            if term.figure is not None
        ]
        if actual.figure is None or not signed:
            return self.missing(place, [actual, *([] if signed else parts)])
        expected = sum((figure for _, figure in signed), Decimal(0))
        in_wan = actual.in_wan or any(term.in_wan for term in parts)
        terms = actual.figures - 1 + sum(term.figures for term in parts if is_known(term))
        compared = compare_sum(actual.figure, expected, terms, in_wan=in_wan)
        arithmetic = self._sum_in_words(signed, expected, is_count=actual.is_count)
        return self._outcome(place, compared, actual, expected, arithmetic, remedy)

    def same(self, place: Place, actual: Term, expected: Term, *, remedy: str = "") -> Outcome:
        """Compare one figure in two places (T-same)."""
        found = (
            self._same(place, read, other, remedy) for other in expected.readings for read in actual.readings
        )
        return _best(found)

    def _same(self, place: Place, actual: Term, expected: Term, remedy: str) -> Outcome:
        if actual.figure is None or expected.figure is None:
            return self.missing(place, [actual, expected])
        in_wan, figures = actual.in_wan or expected.in_wan, actual.figures + expected.figures
        compared = compare_same(actual.figure, expected.figure, in_wan=in_wan, figures=figures)
        arithmetic = f"{expected.label} {self.said_term(expected)}"
        return self._outcome(place, compared, actual, expected.figure, arithmetic, remedy)

    def equal(self, place: Place, actual: Term, expected: Term, *, remedy: str = "") -> Outcome:
        """Compare two figures that must be equal, whatever they were entered in (T-exact)."""
        exact = actual._replace(in_wan=False), expected._replace(in_wan=False)
        return self.same(place, *exact, remedy=remedy)

    def at_most(
        self, place: Place, actual: Term, most: Term, *, arithmetic: str = "", remedy: str = ""
    ) -> Outcome:
        """Say whether a figure is no more than another one; what rounding explains is rounding (T-same)."""
        found = (
            self._at_most(place, read, other, arithmetic, remedy)
            for other in most.readings
            for read in actual.readings
        )
        return _best(found)

    def _at_most(self, place: Place, actual: Term, most: Term, arithmetic: str, remedy: str) -> Outcome:
        if actual.figure is None or most.figure is None:
            return self.missing(place, [actual, most])
        if actual.figure <= most.figure:
            return Outcome(Verdict.HOLDS, place, "", most.figure, actual.figure, arithmetic)
        in_wan, figures = actual.in_wan or most.in_wan, actual.figures + most.figures
        compared = compare_same(actual.figure, most.figure, in_wan=in_wan, figures=figures)
        over = actual._replace(figure=actual.figure - most.figure)
        sentence = (
            f"{actual.label} {self.said_term(actual)}，超过{most.label} {self.said_term(most)}，"
            f"超出 {self.said_term(over, with_unit=True)}。{_hint(compared)}"
        )
        verdict, bound = compared.verdict, most.figure
        return Outcome(verdict, place, sentence, bound, actual.figure, arithmetic, remedy, is_bound=True)

    def fails(
        self,
        place: Place,
        sentence: str,
        *,
        actual: Decimal | None = None,
        expected: Decimal | None = None,
        arithmetic: str = "",
        remedy: str = "",
        quotation: str = "",
        row: Row | None = None,
        severity: Severity | None = None,
    ) -> Outcome:
        """Say that a rule does not hold. `row` is one whose reason (差异原因) alone explains it.

        A reason that was written for other figures explains nothing before it is looked at again.
        `severity` is what that means here, where it is not always the same.
        """
        reason = row.variance_reason if row else ""
        moved = moved_since(row, rate=self.explain_rate, yuan=self.explain_yuan) if row else None
        return Outcome(
            Verdict.FAILS,
            place,
            f"{sentence}{moved.said(self.unit)}。" if moved else sentence,
            expected,
            actual,
            arithmetic,
            remedy,
            quotation,
            "" if moved else reason,
            row is not None,
            severity,
            outdated_reason=reason if moved else "",
            gap=f"{moved.now:f}" if moved else "",
        )

    def holds(
        self, place: Place, *, actual: Decimal | None = None, expected: Decimal | None = None
    ) -> Outcome:
        """Say that a rule holds."""
        return Outcome(Verdict.HOLDS, place, expected=expected, actual=actual)

    def missing(self, place: Place, terms: Iterable[Term]) -> Outcome:
        """Say that a check cannot be computed, and which of the figures are missing."""
        names = "、".join(dict.fromkeys(term.label for term in terms if term.figure is None))
        return self.cannot(place, f"{names}未填")

    def cannot(self, place: Place, why: str) -> Outcome:
        """Say that a check cannot be computed, and why."""
        return Outcome(Verdict.MISSING, place, f"不能检查：{why}。")

    def not_applicable(self, place: Place, why: str) -> Outcome:
        """Say that a check is not about this return, and why."""
        return Outcome(Verdict.NOT_APPLICABLE, place, why)

    # --- Words

    def said(self, yuan: Decimal) -> str:
        """Return an amount in the unit amounts are said in, no digit lost: 1,385.50."""
        return exact_printed(Decimal(yuan), self.unit)

    def said_with_unit(self, yuan: Decimal) -> str:
        """Return an amount with its unit: 1,385.50 万元."""
        return f"{self.said(yuan)} {self.unit.label}"

    def said_average(self, yuan: Decimal) -> str:
        """Return what a division came to, rounded as money is printed, with its unit: 5.70 万元."""
        return f"{amount_text(yuan, self.unit)} {self.unit.label}"

    def said_term(self, term: Term, *, with_unit: bool = False) -> str:
        """Return a figure as it is said, an amount or a count; "" for a missing one."""
        if term.figure is None:
            return ""
        if term.is_count:
            return parted(f"{term.figure:f}")
        return self.said_with_unit(term.figure) if with_unit else self.said(term.figure)

    def said_rate(self, rate: Decimal) -> str:
        """Return a rate in percent as it is printed: 42.04%."""
        return f"{rate_text(rate)}%"

    def _sum_in_words(
        self, signed: Sequence[tuple[str, Decimal]], expected: Decimal, *, is_count: bool
    ) -> str:
        """基本支出 900.00 + 项目支出 485.50 = 1,385.50（万元）; what is taken away stands after a minus."""

        def said(figure: Decimal) -> str:
            return self.said_term(Term("", figure, is_count=is_count))

        words = [f"{label} {said(abs(figure))}" for label, figure in signed]
        joined = words[0] if signed[0][1] >= 0 else f"{MINUS}{words[0]}"
        for text, (_, figure) in zip(words[1:], signed[1:], strict=True):
            joined += f" {'+' if figure >= 0 else MINUS} {text}"
        return f"{joined} = {said(expected)}" + ("" if is_count else f"（{self.unit.label}）")

    def _outcome(
        self,
        place: Place,
        compared: Compared,
        actual: Term,
        expected: Decimal,
        arithmetic: str,
        remedy: str,
    ) -> Outcome:
        figure = actual.figure
        if compared.verdict is Verdict.HOLDS or figure is None:
            return Outcome(compared.verdict, place, "", expected, figure, arithmetic)
        should_be, gap = actual._replace(figure=expected), actual._replace(figure=figure - expected)
        sentence = (
            f"{actual.label}填 {self.said_term(actual)}，应为 {self.said_term(should_be)}，"
            f"相差 {self.said_term(gap, with_unit=True)}。{_hint(compared)}"
        )
        return Outcome(compared.verdict, place, sentence, expected, figure, arithmetic, remedy)


def is_known(term: Term) -> bool:
    """Whether a figure is filled in."""
    return term.figure is not None


def _readings(terms: Sequence[Term]) -> Iterator[Sequence[Term]]:
    """All terms as they are used, and as they were typed where any was."""
    yield terms
    if any(term.typed is not None for term in terms):
        yield [term.readings[-1] for term in terms]


def _best(found: Iterator[Outcome]) -> Outcome:
    """The first outcome that holds, else the first."""
    first = next(found)
    if first.verdict is Verdict.HOLDS:
        return first
    return next((outcome for outcome in found if outcome.verdict is Verdict.HOLDS), first)


def _hint(compared: Compared) -> str:
    """What else there is to say of two figures that differ; "" for nothing."""
    if compared.verdict is Verdict.ROUNDED:
        return "在四舍五入的尾差之内，不用改。"
    return "相差约一万倍，可能把元和万元填混了。" if compared.is_unit_mixed else ""


def added(label: str, terms: Iterable[Term]) -> Term:
    """Return the sum of those terms that are known as one term; blank where none is."""
    known = [(term.figure, term) for term in terms if term.figure is not None]
    if not known:
        return Term(label, None)
    return Term(
        label,
        sum((figure for figure, _ in known), Decimal(0)),
        any(term.in_wan for _, term in known),
        figures=sum(term.figures for _, term in known),
        is_count=all(term.is_count for _, term in known),
        typed=_added_as_typed([term for _, term in known]),
    )


def _added_as_typed(terms: Sequence[Term]) -> Decimal | None:
    if all(term.typed is None for term in terms):
        return None
    return sum((term.readings[-1].figure or Decimal(0) for term in terms), Decimal(0))


def _is_count(schedule: Schedule, column: str) -> bool:
    return (schedule.name, column) in _COUNTS


def stated_totals(given: Given, schedule: Schedule, rows: Sequence[Row | None]) -> Iterator[Outcome]:
    """Compare what was typed as total or subtotal with the sum of the parts, in each column with figures.

    What was not typed is the sum by itself and holds. A schedule without any figure is missing once.
    """
    there = [row for row in rows if row is not None]
    names = [column.name for column in schedule.figures if not column.sum_of]
    found = [
        _stated_total(given, row, name) for row in there for name in names if _is_filled(given, row, name)
    ]
    yield from found
    if there and not found:
        yield given.missing(given.schedule_place(schedule), [Term(schedule.short_title, None)])


def _is_filled(given: Given, row: Row, column: str) -> bool:
    return row.figures[column].value is not None


def _stated_total(given: Given, row: Row, column: str) -> Outcome:
    figure, place = row.figures[column], given.place(row, column)
    if figure.origin is Origin.STATED:
        return given.missing(place, [Term(f"{row_label(row)}的各项", None)])
    if figure.overruled is None:
        return given.holds(place, actual=figure.value, expected=figure.value)
    stated = given.stated_of(row, column)
    parts = [given.term_of(part, column) for part in given.parts(row)]
    remedy = "核对各项；各项都对的，清空这里填的数，系统会自动求和。"
    return given.sum_of(place, stated, parts, remedy=remedy)
