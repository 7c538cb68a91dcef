"""How far two figures may be apart, and what a larger difference is. Figures are Decimal yuan, or counts.

Pure. Source: tolerance classes of the consistency checks (checks.md §0).
"""

from dataclasses import dataclass
from decimal import Decimal

from budgets.money import round_half_up
from submissions.findings import Verdict

_HALF = Decimal(50)
"""Half of the last printed digit of 万元 with two decimals, in yuan: 0.005 万元."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How two figures compare."""

    verdict: Verdict
    is_unit_mixed: bool = False
    """Whether one is about ten thousand times the other: 元 and 万元 were taken for each other."""


def rounding_of(figures: int, *, in_wan: bool) -> Decimal:
    """Return how far figures that were rounded may be off together, in yuan; nothing where none was."""
    return _HALF * figures if in_wan else Decimal(0)


def compare_sum(actual: Decimal, expected: Decimal, terms: int, *, in_wan: bool) -> Compared:
    """Compare a figure with a sum of `terms` others (T-sum): exactly, or within 0.005·(n + 1) 万元."""
    return _compared(actual, expected, rounding_of(terms + 1, in_wan=in_wan))


def compare_same(actual: Decimal, expected: Decimal, *, in_wan: bool, figures: int = 2) -> Compared:
    """Compare one figure in two places (T-same): exactly, or within 0.01 万元.

    `figures` are more than two where one of them is itself a sum of figures that were rounded.
    """
    return _compared(actual, expected, rounding_of(figures, in_wan=in_wan))


def compare_percent(stated: Decimal, computed: Decimal, places: int) -> Compared:
    """Compare a stated percentage with the unrounded one, at the decimals it is stated with (T-pct)."""
    rounded = round_half_up(computed, places)
    return _compared(stated, rounded, Decimal(1).scaleb(-places))


def _compared(actual: Decimal, expected: Decimal, slack: Decimal) -> Compared:
    gap = abs(actual - expected)
    if not gap:
        return Compared(Verdict.HOLDS)
    if gap <= slack:
        return Compared(Verdict.ROUNDED)
    return Compared(Verdict.FAILS, is_unit_mixed(actual, expected))


def is_unit_mixed(one: Decimal, other: Decimal) -> bool:
    """Whether one figure is about ten thousand times the other, as where 元 is taken for 万元."""
    small, large = sorted((abs(one), abs(other)))
    return bool(small) and Decimal(9000) <= large / small <= Decimal(11000)
