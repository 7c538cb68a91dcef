"""The rules a finance bureau writes itself, made into checks like all others.

A rule holds two expressions over named figures against each other; see `budgets.checks.formulas` and `names`.
"""

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from budgets.checks.formulas import Formula, read_formula
from budgets.checks.given import Given, Term
from budgets.checks.names import FigureNames, place_named, term_named
from budgets.checks.tolerance import compare_same, compare_sum
from submissions.findings import Check, Outcome, Severity, Tolerance, Verdict

OPERATORS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": operator.eq,
    "≠": operator.ne,
    "≤": operator.le,
    "≥": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
"""How the two sides may be compared, by the sign."""

TOLERANCES = (Tolerance.EXACT, Tolerance.SUM, Tolerance.SAME)
"""The tolerances a rule may have; they count for =, ≤ and ≥ alone."""


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule as a bureau writes it. Its code begins with U, which no rule of ours does."""

    code: str
    sentence: str
    left: str
    sign: str
    right: str
    tolerance: Tolerance
    severity: Severity
    version: int = 1


def check_of(rule: OwnRule) -> Check:
    """Return the check a rule is; raises FormulaMistake where a side cannot be read."""
    names = FigureNames()
    left, right = read_formula(rule.left, names), read_formula(rule.right, names)
    return Check(
        rule.code,
        rule.sentence,
        rule.severity,
        rule.tolerance,
        formula=f"{rule.left} {rule.sign} {rule.right}",
        source="财政局自定义",
        example="",
        test=lambda given: _compared(given, rule, left, right),
        version=rule.version,
    )


def _compared(given: Given, rule: OwnRule, left: Formula, right: Formula) -> Iterator[Outcome]:
    terms = {name: term_named(given, name) for name in (*left.names, *right.names)}
    place = place_named(given, next(iter(terms), ""))
    figures = {name: None if term.figure is None else Decimal(term.figure) for name, term in terms.items()}
    actual, expected = left.value(figures), right.value(figures)
    blank = [term for term in terms.values() if term.figure is None]
    if blank:
        yield given.missing(place, blank)
    elif actual is None or expected is None:
        yield Outcome(Verdict.MISSING, place, "不能检查：算式的除数为 0。")
    elif (verdict := _verdict(rule, list(terms.values()), actual, expected)) is Verdict.HOLDS:
        yield given.holds(place, actual=actual, expected=expected)
    else:
        sentence = f"{rule.sentence}：左边是 {actual:,f}，右边是 {expected:,f}，应当“{rule.sign}”。"
        arithmetic = f"{rule.left} {rule.sign} {rule.right}"
        yield Outcome(verdict, place, sentence, expected, actual, arithmetic, "核对算式里的各个数。")


def _verdict(rule: OwnRule, terms: list[Term], actual: Decimal, expected: Decimal) -> Verdict:
    """Whether the two sides stand to each other as they should, or would but for rounding."""
    if OPERATORS[rule.sign](actual, expected):
        return Verdict.HOLDS
    if rule.sign not in ("=", "≤", "≥") or rule.tolerance is Tolerance.EXACT:
        return Verdict.FAILS
    in_wan = any(term.in_wan for term in terms)
    if rule.tolerance is Tolerance.SUM:
        return compare_sum(actual, expected, max(len(terms) - 1, 1), in_wan=in_wan).verdict
    return compare_same(actual, expected, in_wan=in_wan).verdict
