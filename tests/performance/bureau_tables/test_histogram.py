"""How figures are spread over classes."""

from decimal import Decimal

import pytest

from performance.bureau_tables.histogram import BASE, TOP, histogram_of

D = Decimal


def spread(*figures):
    found = histogram_of([None if each is None else D(each) for each in figures])
    return {each.label: each.number for each in found.spreads if each.number}


def labels(*figures):
    return [each.label for each in histogram_of([D(each) for each in figures]).spreads]


def test_classes_are_as_narrow_as_the_lowest_figure_lets_them_be():
    assert labels("97.5") == ["97–98", "98–99", "99–100"]
    assert labels("88")[0] == "88–89" and labels("87.99")[0] == "86–88"
    assert labels("55", "99")[:2] == ["55–60", "60–65"]
    assert labels("3")[0] == "0–10" and len(labels("3")) == 10


@pytest.mark.parametrize("lowest", range(0, 100))
def test_grades_part_classes(lowest):
    edges = {int(each.split("–")[0]) for each in labels(lowest)}
    assert {each for each in (60, 80, 90) if each > lowest} <= edges | {100}
    assert 2 <= len(labels(lowest)) <= 12


def test_a_figure_counts_as_it_is_printed_and_the_hundred_is_in_the_last_class():
    assert spread("89.994", "89.995", "100", "71") == {"70–75": 1, "85–90": 1, "90–95": 1, "95–100": 1}


def test_above_the_hundred_is_a_class_of_its_own_and_below_nothing_is_said():
    assert spread("96", "100.01") == {"96–97": 1, ">100": 1}
    assert spread("-5", "50") == {"<10": 1, "50–60": 1}


def test_what_has_no_figure_is_counted_apart():
    found = histogram_of([None, D(95), D(95), D(99)])
    assert (found.unknown, found.known) == (1, 3)
    assert [each.share for each in found.spreads if each.number] == [D(200) / 3, D(100) / 3]


def test_the_highest_bar_fills_the_height_and_of_nothing_there_is_no_bar():
    found = histogram_of([D(95), D(95), D(99)])
    assert max(each.height for each in found.spreads) == BASE - TOP
    assert all(each.height == 0 for each in histogram_of([]).spreads)
