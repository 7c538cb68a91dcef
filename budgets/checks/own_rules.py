"""The rules a finance bureau writes itself, made into checks like all others.

A rule holds two expressions over named figures against each other; see `budgets.checks.formulas` and `names`.
What they come to is rounded before it is compared: amounts to the fen, anything else to six decimals.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache

from budgets.checks.formulas import Dimension, Formula, FormulaMistake, read_formula, said_of
from budgets.checks.given import Given, Term
from budgets.checks.names import FigureNames, is_amount_named, place_named, term_named
from budgets.checks.tolerance import compare_same, compare_sum
from budgets.models import BureauRule
from budgets.money import exact_text, parted, round_half_up
from submissions.findings import Check, Outcome, Place, Severity, Tolerance, Verdict

OPERATORS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": operator.eq,
    "≠": operator.ne,
    "≤": operator.le,
    "≥": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
"""How the two sides may be compared, by the sign."""

SIGNS_WITH_TOLERANCE = ("=", "≤", "≥")
"""Those for which a tolerance counts."""


class Kind(Enum):
    """What the two sides of a rule are."""

    AMOUNT = "amount"
    PERCENT = "percent"
    """A share, where one of the sides is written in percent."""
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule as a bureau writes it. Its code begins with Z, which no rule of ours does."""

    code: str
    sentence: str
    left: str
    sign: str
    right: str
    tolerance: Tolerance
    severity: Severity
    version: int = 1
    source: str = "财政局自定"

    @property
    def formula(self) -> str:
        """Both sides with the sign between them."""
        return f"{self.left} {self.sign} {self.right}"


@dataclass(frozen=True, slots=True)
class ReadRule:
    """A rule with its sides read."""

    rule: OwnRule
    left: Formula
    right: Formula

    @property
    def names(self) -> list[str]:
        """The figures it names, in order, each once."""
        return list(dict.fromkeys((*self.left.names, *self.right.names)))

    @property
    def kind(self) -> Kind:
        """What its sides are."""
        return kind_of(self.left, self.right)

    @property
    def dimension(self) -> Dimension:
        """What both sides come to; one may be a plain number, which is then what the other is."""
        return self.left.dimension(_dimension) or self.right.dimension(_dimension) or (0, 0)


def kind_of(left: Formula, right: Formula) -> Kind:
    """Return what two sides are that are held against each other."""
    amounts, counts = max(side.dimension(_dimension) or (0, 0) for side in (left, right))
    if amounts > 0:
        return Kind.AMOUNT
    has_percent = left.has_percent or right.has_percent
    return Kind.PERCENT if has_percent and (amounts, counts) == (0, 0) else Kind.NUMBER


def _dimension(name: str) -> Dimension:
    return (1, 0) if is_amount_named(name) else (0, 1)


def read_side(text: str) -> Formula:
    """Return a side of a rule; raises FormulaMistake where it cannot be read or adds what differs."""
    side = read_formula(text, FigureNames())
    side.dimension(_dimension)
    return side


def check_sides(left: Formula, right: Formula) -> None:
    """Refuse, at the right one, two sides that differ in what they are; a plain number goes with anything."""
    one, other = left.dimension(_dimension), right.dimension(_dimension)
    if one is None or other is None or one == other:
        return
    sentence = f"左边是{said_of(one)}，右边是{said_of(other)}，不能比较。"
    if {one, other} == {(1, 0), (0, 1)}:
        sentence += "要按人数、面积的标准检查金额，请写成：金额 ÷ 人数或面积 ≤ 标准。"
    raise FormulaMistake(sentence, 0, len(right.text))


@lru_cache(maxsize=1000)
def read_rule(rule: OwnRule) -> ReadRule:
    """Return a rule with its sides read; raises FormulaMistake where one cannot be or they differ."""
    left, right = read_side(rule.left), read_side(rule.right)
    check_sides(left, right)
    return ReadRule(rule, left, right)


def check_of(rule: OwnRule) -> Check:
    """Return the check a rule is; raises FormulaMistake where a side cannot be read."""
    read = read_rule(rule)
    return _check(rule, lambda given: [_compared(given, read)])


def kept_check_of(rule: OwnRule) -> Check:
    """Return the check of a rule that was kept; one that cannot be read any more cannot be computed."""
    try:
        return check_of(rule)
    except FormulaMistake as mistake:
        sentence = f"不能检查：财政局的这条规则要改写。{mistake}"
        return _check(rule, lambda given: [Outcome(Verdict.MISSING, given.whole, sentence)])


def rule_of(kept: BureauRule) -> OwnRule:
    """Return a version of a rule as it was kept."""
    return OwnRule(
        kept.code,
        kept.sentence,
        kept.left,
        kept.sign,
        kept.right,
        Tolerance(kept.tolerance),
        Severity(kept.severity),
        kept.version,
        f"财政局自定，{kept.actor_name}写，第 {kept.version} 版",
    )


def _check(rule: OwnRule, test: Callable[[Given], list[Outcome]]) -> Check:
    return Check(
        rule.code,
        rule.sentence,
        rule.severity,
        rule.tolerance,
        formula=rule.formula,
        source=rule.source,
        example="",
        test=test,
        version=rule.version,
    )


def _compared(given: Given, read: ReadRule) -> Outcome:
    terms = {name: term_named(given, name) for name in read.names}
    place = place_named(given, read.names[0]) if read.names else given.whole
    figures = {name: term.figure for name, term in terms.items()}
    if None in figures.values():
        return given.missing(place, terms.values())
    actual, expected = read.left.value(figures), read.right.value(figures)
    if actual is None or expected is None:
        return given.cannot(place, "算式的除数为 0，或者算出来的数太大")
    kind = read.kind
    return Sides(given, read, terms, kind, _settled(actual, kind), _settled(expected, kind)).outcome(place)


def _settled(figure: Decimal, kind: Kind) -> Decimal:
    """Round what a side comes to, so that a division leaves nothing behind; a share becomes percent."""
    if kind is Kind.AMOUNT:
        return round_half_up(figure)
    settled = round_half_up(figure * 100, 4) if kind is Kind.PERCENT else round_half_up(figure, 6)
    return settled.normalize()


@dataclass(frozen=True, slots=True)
class Sides:
    """What the two sides of a rule come to in a return, and the figures they were worked out from."""

    given: Given
    read: ReadRule
    terms: dict[str, Term]
    kind: Kind
    actual: Decimal
    expected: Decimal

    def outcome(self, place: Place) -> Outcome:
        """Return what the rule says, at a place."""
        verdict = self._verdict()
        held = Outcome(
            verdict,
            place,
            expected=self.expected,
            actual=self.actual,
            in_yuan=self.kind is Kind.AMOUNT,
            in_percent=self.kind is Kind.PERCENT,
            is_number=self.kind is Kind.NUMBER,
            is_bound=self.read.rule.sign != "=",
        )
        if verdict is Verdict.HOLDS:
            return held
        said, remedy = self._sentence(verdict), "核对算式里的各个数。"
        return held._replace(sentence=said, arithmetic=self._arithmetic(), remedy=remedy)

    def _verdict(self) -> Verdict:
        """Whether the two sides stand to each other as they should, or would but for rounding."""
        actual, expected, rule = self.actual, self.expected, self.read.rule
        if OPERATORS[rule.sign](actual, expected):
            return Verdict.HOLDS
        if rule.sign not in SIGNS_WITH_TOLERANCE or self.kind is not Kind.AMOUNT:
            return Verdict.FAILS
        terms = self.terms.values()
        in_wan, figures = any(term.in_wan for term in terms), sum(term.figures for term in terms)
        if rule.tolerance is Tolerance.SUM:
            return compare_sum(actual, expected, max(figures - 1, 1), in_wan=in_wan).verdict
        if rule.tolerance is Tolerance.SAME:
            return compare_same(actual, expected, in_wan=in_wan, figures=max(figures, 2)).verdict
        return Verdict.FAILS

    def _sentence(self, verdict: Verdict) -> str:
        rule, sides = self.read.rule, (self.actual, self.expected)
        left, right = map(self._said, sides)
        said = f"{rule.sentence.rstrip('。')}：左边 {left}，右边 {right}"
        if verdict is Verdict.ROUNDED:
            return f"{said}。在四舍五入的尾差之内，不用改。"
        return f"{said}，应当左边 {rule.sign} 右边。"

    def _said(self, figure: Decimal) -> str:
        if self.kind is Kind.AMOUNT:
            return self.given.said_with_unit(figure)
        return f"{parted(f'{figure:f}')}{'%' if self.kind is Kind.PERCENT else ''}"

    def _arithmetic(self) -> str:
        """The rule with the figures in it. Amounts are in the reader's unit, numbers that are amounts too."""
        left, right = (self._worded(side) for side in (self.read.left, self.read.right))
        worded = f"{left} {self.read.rule.sign} {right}"
        return (
            f"{worded}（金额：{self.given.unit.label}）" if any(map(is_amount_named, self.terms)) else worded
        )

    def _worded(self, side: Formula) -> str:
        figures = [(token, self._word(side.name_at(token))) for token in side.figures]
        numbers = side.numbers_worth(_dimension, self.read.dimension)
        return side.worded([*figures, *((token, self._number(token, worth)) for token, worth in numbers)])

    def _number(self, token: str, worth: Dimension) -> str:
        """A number of a rule, which is typed in yuan where it is an amount, in the reader's unit."""
        shift = worth[0] * self.given.unit.shift
        return f"{Decimal(token).scaleb(-shift).normalize():f}" if shift else str(token)

    def _word(self, name: str) -> str:
        """A figure with its row and column: 其他收入决算数 300.01."""
        _, _, rest = name.partition(".")
        row, _, column = rest.rpartition(".")
        figure = self.terms[name].figure or Decimal(0)
        digits = exact_text(figure, self.given.unit) if is_amount_named(name) else f"{figure:f}"
        return f"{row}{column} {parted(digits)}"
