"""What the checks of a return are given: its rows, texts and last year's figures, read before.

Nothing here queries. Its methods build the outcomes of checks, so that each check says only what it compares.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from budgets.cells import column_titles, row_id, row_label
from budgets.checks.thresholds import Thresholds
from budgets.checks.tolerance import Compared, compare_percent, compare_same, compare_sum
from budgets.measures import Origin
from budgets.money import MINUS, AmountUnit, exact_text, parted, rate_text, round_half_up
from budgets.returns import Schedule
from budgets.rows import Row, RowKind
from submissions.findings import Outcome, Place, Verdict

Rows = Mapping[str, Sequence[Row]]
"""The rows of a return by schedule name, as `budgets.rows.return_rows` gives them."""


@dataclass(frozen=True, slots=True)
class Term:
    """One figure of a comparison, with what it is called. None: it is missing."""

    label: str
    figure: Decimal | None
    in_wan: bool = False
    """Whether it was entered in 万元, or sums figures that were: then it carries rounding."""


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

    def row(self, schedule: Schedule, code: str) -> Row | None:
        """Return the row of a schedule by its code, the first of several; None where the return has none."""
        return self._by_code.get((schedule.name.value, code))

    def lines(self, schedule: Schedule) -> list[Row]:
        """Return the rows of a schedule that are neither total nor subtotal."""
        return [row for row in self.rows[schedule.name.value] if row.kind == RowKind.LINE]

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
        return Term(label or row_label(row), row.figures[column].value, self.is_in_wan(row))

    def is_in_wan(self, row: Row) -> bool:
        """Whether a row was entered in 万元, or sums one that was."""
        own = getattr(row.line, "entered_in", "") == AmountUnit.WAN
        return own or any(self.is_in_wan(part) for part in self.parts(row))

    def place(self, row: Row, column: str = "") -> Place:
        """Return a cell, or a whole row, as a place."""
        titles = column_titles(row.schedule)
        return Place(
            row.schedule.name.value,
            row_id(row),
            column,
            row.schedule.title,
            row_label(row),
            titles.get(column, ""),
        )

    def schedule_place(self, schedule: Schedule, column: str = "") -> Place:
        """Return a whole schedule, or a column of it, as a place."""
        title = column_titles(schedule).get(column, "")
        return Place(schedule.name.value, "", column, schedule.title, "", title)

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
        signed = [
            (term.label, term.figure * sign)
            for term, sign in zip(parts, signs or [1] * len(parts), strict=True)
            if term.figure is not None
        ]
        if actual.figure is None or not signed:
            return self.missing(place, [actual, *([] if signed else parts)])
        expected = sum((figure for _, figure in signed), Decimal(0))
        in_wan = actual.in_wan or any(term.in_wan for term in parts)
        compared = compare_sum(actual.figure, expected, len(signed), in_wan=in_wan)
        arithmetic = self._sum_in_words(signed, expected)
        return self._outcome(place, compared, actual, expected, arithmetic, remedy)

    def same(self, place: Place, actual: Term, expected: Term, *, remedy: str = "") -> Outcome:
        """Compare one figure in two places (T-same)."""
        if actual.figure is None or expected.figure is None:
            return self.missing(place, [actual, expected])
        compared = compare_same(actual.figure, expected.figure, in_wan=actual.in_wan or expected.in_wan)
        arithmetic = f"{expected.label} {self.said(expected.figure)}"
        return self._outcome(place, compared, actual, expected.figure, arithmetic, remedy)

    def equal(self, place: Place, actual: Term, expected: Term, *, remedy: str = "") -> Outcome:
        """Compare two figures that must be equal, whatever they were entered in (T-exact)."""
        exact = Term(actual.label, actual.figure), Term(expected.label, expected.figure)
        return self.same(place, *exact, remedy=remedy)

    def percent(
        self, place: Place, stated: Decimal, computed: Decimal, places: int, label: str, arithmetic: str
    ) -> Outcome:
        """Compare a stated percentage with the unrounded one, at the decimals it is stated with (T-pct)."""
        compared = compare_percent(stated, computed, places)
        expected = round_half_up(computed, places)
        sentence = f"{label}写的是 {stated}%，应为 {expected}%。"
        if compared.verdict is Verdict.HOLDS:
            sentence = ""
        return Outcome(compared.verdict, place, sentence, expected, stated, arithmetic, in_percent=True)

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
    ) -> Outcome:
        """Say that a rule does not hold. `row` is one whose reason (差异原因) alone explains it."""
        return Outcome(
            Verdict.FAILS,
            place,
            sentence,
            expected,
            actual,
            arithmetic,
            remedy,
            quotation,
            row.variance_reason if row else "",
            row is not None,
        )

    def holds(
        self, place: Place, *, actual: Decimal | None = None, expected: Decimal | None = None
    ) -> Outcome:
        """Say that a rule holds."""
        return Outcome(Verdict.HOLDS, place, expected=expected, actual=actual)

    def missing(self, place: Place, terms: Iterable[Term]) -> Outcome:
        """Say that a check cannot be computed, and which of the figures are missing."""
        names = "、".join(dict.fromkeys(term.label for term in terms if term.figure is None))
        return Outcome(Verdict.MISSING, place, f"不能检查：{names}未填。")

    def not_applicable(self, place: Place, why: str) -> Outcome:
        """Say that a check is not about this return, and why."""
        return Outcome(Verdict.NOT_APPLICABLE, place, why)

    # --- Words

    def said(self, yuan: Decimal) -> str:
        """Return an amount in the unit amounts are said in, no digit lost: 1,385.50."""
        return parted(exact_text(Decimal(yuan), self.unit))

    def said_with_unit(self, yuan: Decimal) -> str:
        """Return an amount with its unit: 1,385.50 万元."""
        return f"{self.said(yuan)} {self.unit.label}"

    def said_rate(self, rate: Decimal) -> str:
        """Return a rate in percent as it is printed: 42.04%."""
        return f"{rate_text(rate)}%"

    def _sum_in_words(self, signed: Sequence[tuple[str, Decimal]], expected: Decimal) -> str:
        """基本支出 900.00 + 项目支出 485.50 = 1,385.50（万元）; what is taken away stands after a minus."""
        words = [f"{label} {self.said(abs(figure))}" for label, figure in signed]
        joined = words[0] if signed[0][1] >= 0 else f"{MINUS}{words[0]}"
        for text, (_, figure) in zip(words[1:], signed[1:], strict=True):
            joined += f" {'+' if figure >= 0 else MINUS} {text}"
        return f"{joined} = {self.said(expected)}（{self.unit.label}）"

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
        sentence = (
            f"{actual.label}填 {self.said(figure)}，应为 {self.said(expected)}，"
            f"相差 {self.said(figure - expected)} {self.unit.label}。"
        )
        if compared.verdict is Verdict.ROUNDED:
            sentence += "在四舍五入的尾差之内，不用改。"
        elif compared.is_unit_mixed:
            sentence += "相差约一万倍，可能把元和万元填混了。"
        return Outcome(compared.verdict, place, sentence, expected, figure, arithmetic, remedy)


def is_known(term: Term) -> bool:
    """Whether a figure is filled in."""
    return term.figure is not None


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
    stated = Term(row_label(row), figure.overruled, getattr(row.line, "entered_in", "") == AmountUnit.WAN)
    parts = [given.term_of(part, column) for part in given.parts(row)]
    remedy = "核对各项；各项都对的，清空这里填的数，系统会自动求和。"
    return given.sum_of(place, stated, parts, remedy=remedy)
