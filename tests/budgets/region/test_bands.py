"""Bands of difference rates: where each rate belongs, and how units are spread."""

from decimal import Decimal

import pytest

from budgets.region.bands import BANDS, BY_NAME, spread
from budgets.region.sums import Sum


@pytest.mark.parametrize(
    ("rate", "name"),
    [
        ("-100", ":-30"),
        ("-30.01", ":-30"),
        ("-30", "-30:-10"),
        ("-5", "-5:0"),
        ("-0.01", "-5:0"),
        ("0", "0:5"),
        ("29.99", "10:30"),
        ("30", "30:"),
        (None, "unknown"),
    ],
)
def test_a_rate_is_in_one_band(rate, name):
    figure = None if rate is None else Decimal(rate)
    assert [band.name for band in BANDS if band.holds(figure)] == [name]
    assert BY_NAME[name].holds(figure)


def test_bands_are_called_by_their_ends():
    assert [band.label for band in BANDS] == [
        "低于 −30 %",
        "−30 %～−10 %",
        "−10 %～−5 %",
        "−5 %～0 %",
        "0 %～+5 %",
        "+5 %～+10 %",
        "+10 %～+30 %",
        "+30 % 及以上",
        "算不出差异率",
    ]


def unit(gap, planned):
    """A unit with that difference to that budget."""
    return Sum("", 1, None, None, None, None, None, gap=gap, planned=planned)


def test_every_unit_is_counted_once():
    units = [unit(Decimal(50), Decimal(100)), unit(Decimal(-1), Decimal(100)), unit(None, None)]
    units.append(unit(Decimal(5), Decimal(0)))  # from a budget of nothing there is no rate
    found = {band.name: number for band, number in spread(units) if number}
    assert found == {"30:": 1, "-5:0": 1, "unknown": 2}
