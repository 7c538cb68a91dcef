"""What a scheme lets a total be at most: each boundary by hand."""

from decimal import Decimal

import pytest

from performance.schemes import EXECUTION_CAPS, NO_CAPS, SCHEMES
from performance.scoring import Basis, result_of
from tests.performance.test_scoring import full_set, indicator


@pytest.mark.parametrize(
    ("rate", "most"),
    [
        ("0", 59),
        ("49.99", 59),
        ("49.995", 69),  # printed 50.00
        ("50", 69),
        ("59.99", 69),
        ("60", 79),
        ("69.99", 79),
        ("70", 89),
        ("79.99", 89),
        ("80", None),
        ("100", None),
    ],
)
def test_a_total_is_capped_by_the_execution_rate(rate, most):
    cap = EXECUTION_CAPS.cap_of(Decimal(rate))
    assert (cap.most if cap else None) == most
    assert NO_CAPS.cap_of(Decimal(rate)) is None


def test_without_a_rate_there_is_no_cap_and_no_total_either():
    result = result_of(full_set(), None, Basis(scheme=EXECUTION_CAPS))
    assert (result.cap, result.total, result.is_capped) == (None, None, False)


@pytest.mark.parametrize(
    ("rate", "total", "grade", "is_capped"),
    [
        ("79.99", "89", "良", True),  # 7.999 + 90 = 97.999
        ("80", "98", "优", False),
        ("49.99", "59", "差", True),
    ],
)
def test_the_grade_is_that_of_the_capped_total(rate, total, grade, is_capped):
    result = result_of(full_set(), Decimal(rate), Basis(scheme=EXECUTION_CAPS))
    assert (result.total, result.grade, result.is_capped) == (Decimal(total), grade, is_capped)


def test_a_total_below_its_cap_is_as_it_is():
    lost = full_set(quality=indicator("质量", "quality", "30", "0", "原因"))
    result = result_of(lost, Decimal(60), Basis(scheme=EXECUTION_CAPS))  # 6 + 20 + 0 + 30 + 10, at most 79
    assert (result.total, result.is_capped) == (66, False)


def test_the_first_scheme_caps_nothing():
    assert next(iter(SCHEMES)) == NO_CAPS.code and NO_CAPS.caps == ()
