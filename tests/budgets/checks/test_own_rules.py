"""Rules a bureau writes itself, run like all others."""

from decimal import Decimal

import pytest

from budgets.checks.formulas import FormulaMistake
from budgets.checks.loading import given_for
from budgets.checks.own_rules import OwnRule, check_of
from budgets.money import AmountUnit
from submissions.findings import Severity, State, Tolerance, run
from submissions.models import Submission
from tests.world import change, save

RECEIVED, OTHER = "[收入按来源.收入合计.决算数]", "[收入按来源.其他收入.决算数]"


def rule(left, sign, right, tolerance=Tolerance.EXACT, severity=Severity.ERROR):
    """A rule with these sides."""
    return OwnRule("U-001", "其他收入不能太多", left, sign, right, tolerance, severity)


@pytest.fixture
def found(world):
    """What a rule finds in a return with revenue of 100.00 and 300.01 yuan."""
    here = world.submission

    def run_rule(asked, unit=AmountUnit.YUAN):
        rows = (change("general_public", outturn="100"), change("other", outturn="300.01"))
        save(here, *rows, unit=unit)
        given = given_for(Submission.objects.for_workspace().get(pk=here.pk))
        [finding] = run([check_of(asked)], given, year=given.year, region=given.region)
        return finding

    return run_rule


@pytest.mark.parametrize(
    ("left", "sign", "right", "state"),
    [
        (RECEIVED, "=", f"{OTHER} + 100", "pass"),
        (RECEIVED, "=", f"{OTHER} + 99.99", "error"),
        (OTHER, "≤", f"{RECEIVED} × 80%", "pass"),  # 300.01 of 320.008
        (OTHER, "≤", f"{RECEIVED} × 70%", "error"),  # 280.007
        (OTHER, "<", "300.01", "error"),
        (OTHER, "≥", "300.01", "pass"),
        (OTHER, ">", "300.01", "error"),
        (OTHER, "≠", "300.01", "error"),
        (OTHER, "≠", "300", "pass"),
    ],
)
def test_the_two_sides_stand_to_each_other_as_they_should(found, left, sign, right, state):
    assert found(rule(left, sign, right)).state == state


def test_it_fails_with_the_difference_at_the_first_figure_named(found):
    finding = found(rule(OTHER, "≤", f"{RECEIVED} × 50%"))
    assert finding.outcome.difference == Decimal("100.005")  # 300.01 − 400.01 / 2
    assert finding.outcome.place.label == "收入（按来源） · 其他收入 · 决算数"
    assert "左边是 300.01，右边是 200.005" in finding.outcome.sentence


@pytest.mark.parametrize(("unit", "state"), [(AmountUnit.WAN, "rounding"), (AmountUnit.YUAN, "error")])
def test_what_was_entered_in_wan_may_be_rounded(found, unit, state):
    assert found(rule(RECEIVED, "=", f"{OTHER} + 50", Tolerance.SUM), unit).state == state  # 50 of 0.01 万元


def test_a_blank_figure_cannot_be_computed_and_is_named(found):
    finding = found(rule("[收入按来源.收入合计.年初预算数]", "=", OTHER))
    assert finding.state == State.CANNOT_BE_COMPUTED
    assert finding.outcome.sentence == "不能检查：收入按来源.收入合计.年初预算数未填。"


def test_a_division_by_zero_cannot_be_computed(found):
    assert found(rule(f"{OTHER} ÷ 0", "=", "1")).state == State.CANNOT_BE_COMPUTED


def test_a_warning_stays_one(found):
    assert found(rule(OTHER, "<", "1", severity=Severity.WARNING)).needs_explanation


def test_a_side_that_cannot_be_read_is_no_check():
    with pytest.raises(FormulaMistake):
        check_of(rule("1 +", "=", "2"))
