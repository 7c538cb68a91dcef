"""Sums and means over many: amounts are added, rates are of the sums, points are means of what has them.

Pure: imports no Django.
"""

from collections.abc import Iterable
from decimal import Decimal

from budgets.measures import ratio
from budgets.money import round_half_up

Pair = tuple[Decimal | None, Decimal | None]


def added(figures: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of what is stated; None where nothing is."""
    known = [figure for figure in figures if figure is not None]
    return sum(known, Decimal(0)) if known else None


def rate_of_sums(pairs: Iterable[Pair]) -> Decimal | None:
    """Return Σ of the first in percent of Σ of the second, over those that state both."""
    known = [pair for pair in pairs if None not in pair]
    return ratio(added(above for above, _ in known), added(below for _, below in known))


def greatest_first(figure: Decimal | None) -> tuple[bool, Decimal]:
    """Return what puts greater figures before smaller ones, and what is not known behind all."""
    return figure is None, -(figure or Decimal(0))


def mean(points: Iterable[Decimal | None]) -> Decimal | None:
    """Return the simple mean of what is known, to two decimals; None of nothing."""
    known = [each for each in points if each is not None]
    return round_half_up(sum(known, Decimal(0)) / len(known)) if known else None


def weighted_mean(pairs: Iterable[Pair]) -> Decimal | None:
    """Return the mean of points by the amounts beside them, to two decimals.

    None without amounts; what lacks points or amount is left out.
    """
    known = [(points, yuan) for points, yuan in pairs if points is not None and yuan is not None]
    whole = sum((yuan for _, yuan in known), Decimal(0))
    if whole <= 0:
        return None
    return round_half_up(sum((points * yuan for points, yuan in known), Decimal(0)) / whole)
