"""Means and rates over many, by hand."""

from decimal import Decimal

from performance.bureau_tables.means import added, mean, rate_of_sums, weighted_mean

D = Decimal


def test_what_is_not_stated_is_not_zero():
    assert added([None, D("1.10"), D(-3)]) == D("-1.90")
    assert added([None, None]) is None and added([]) is None
    assert mean([None, D(90), D(75)]) == D("82.5") and mean([None]) is None


def test_a_rate_of_sums_is_of_those_that_state_both():
    # (90 + 10) of (100 + 300); 500 without a base is left out. The mean of the rates would be 46.67.
    assert rate_of_sums([(D(90), D(100)), (D(10), D(300)), (D(500), None)]) == 25
    assert rate_of_sums([(D(90), None)]) is None and rate_of_sums([(D(9), D(0))]) is None


def test_a_weighted_mean_is_by_the_amounts():
    # (90 × 300 + 60 × 100) / 400
    assert weighted_mean([(D(90), D(300)), (D(60), D(100)), (D(10), None), (None, D(900))]) == D("82.5")
    # 10 / 3
    assert weighted_mean([(D(10), D(1)), (D(0), D(2))]) == D("3.33")
    assert weighted_mean([(D(90), D(0))]) is None and weighted_mean([]) is None
