"""Rules a bureau writes itself, run like all others."""

from decimal import Decimal

import pytest

from budgets.checks.formulas import LONGEST, FormulaMistake
from budgets.checks.given import Given
from budgets.checks.loading import given_for
from budgets.checks.own_rules import OPERATORS, OwnRule, check_of, kept_check_of, read_rule
from budgets.checks.printed import figures_of
from budgets.models.rules import LONGEST_SIDE, SIGNS
from budgets.money import AmountUnit
from submissions.findings import Severity, State, Tolerance, Verdict, run
from submissions.models import Submission
from tests.world import change, save

RECEIVED, OTHER = "[收入按来源.收入合计.决算数]", "[收入按来源.其他收入.决算数]"


def rule(left, sign, right, tolerance=Tolerance.EXACT, severity=Severity.ERROR):
    """A rule with these sides."""
    return OwnRule("Z-001", "其他收入不能太多", left, sign, right, tolerance, severity)


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
    assert finding.outcome.difference == Decimal("100.00")  # 300.01 − 200.01, half of 400.01 to the fen
    assert finding.outcome.place.label == "收入（按来源） · 其他收入 · 决算数"
    assert (
        finding.outcome.sentence
        == "其他收入不能太多：左边 0.030001 万元，右边 0.020001 万元，应当左边 ≤ 右边。"
    )
    assert finding.outcome.arithmetic == (
        "其他收入决算数 0.030001 ≤ 收入合计决算数 0.040001 × 50%（金额：万元）"
    )


@pytest.mark.parametrize(
    ("left", "right", "worded"),
    [
        (OTHER, f"{RECEIVED} − 120 × 2", "其他收入决算数 0.030001 = 收入合计决算数 0.040001 − 0.012 × 2"),
        (f"({OTHER} + ５) × 2", "100 ÷ 2", "(其他收入决算数 0.030001 + 0.0005) × 2 = 0.01 ÷ 2"),
        (f"{OTHER} ÷ {RECEIVED}", "70%", "其他收入决算数 0.030001 ÷ 收入合计决算数 0.040001 = 70%"),
        (f"3 ÷ {RECEIVED}", "0.5", "3 ÷ 收入合计决算数 0.040001 = 5000"),
        ("1000000", f"−{OTHER}", "100 = −其他收入决算数 0.030001"),
    ],
)
def test_numbers_that_are_amounts_are_in_the_readers_unit_as_the_figures_are(found, left, right, worded):
    assert found(rule(left, "=", right)).outcome.arithmetic == f"{worded}（金额：万元）"


@pytest.mark.parametrize(
    ("left", "sign", "right", "state", "printed"),
    [
        # A share is printed in percent where a side is: 300.01 / 400.01.
        (f"{OTHER} ÷ {RECEIVED}", "≤", "70%", "error", ("75.0006%", "70%", "5.0006%")),
        (f"{OTHER} ÷ {RECEIVED}", "≤", "75.0006%", "pass", ("75.0006%", "75.0006%", "0.0000%")),
        # Else it is a number, and never 万元, whatever its place holds.
        (f"{OTHER} ÷ {RECEIVED}", "≤", "0.7", "error", ("0.750006", "0.7", "0.050006")),
        # A third of a fen is nobody's mistake.
        (f"{RECEIVED} ÷ 3", "=", "133.34", "pass", ("133.34", "133.34", "0.00")),
    ],
)
def test_what_is_compared_is_printed_as_what_it_is(found, left, sign, right, state, printed):
    finding = found(rule(left, sign, right, Tolerance.SUM), AmountUnit.YUAN)
    figures = figures_of(finding.outcome, AmountUnit.YUAN)
    assert finding.state == state
    assert (figures.stated, figures.expected, figures.difference) == printed


def test_a_share_of_figures_in_wan_carries_no_tolerance_of_yuan(found):
    assert found(rule(f"{OTHER} ÷ {RECEIVED}", "=", "70%", Tolerance.SUM), AmountUnit.WAN).state == "error"


@pytest.mark.parametrize(
    "side", ["9999999999999 × 9999999999999", f"{OTHER} × {OTHER} ÷ ({OTHER} − {OTHER})"]
)
def test_what_is_beyond_all_bounds_or_divides_by_zero_cannot_be_computed(found, side):
    assert found(rule(side, ">", OTHER)).state == State.CANNOT_BE_COMPUTED


def test_a_kept_rule_whose_names_are_gone_is_said_to_need_mending(found):
    check = kept_check_of(rule("[收入.不再有的行.决算数]", "=", "1"))
    [outcome] = check.test(Given(2023, "431102", {}))
    assert outcome.verdict is Verdict.MISSING and "财政局的这条规则要改写" in outcome.sentence


def test_model_and_expressions_agree_on_signs_and_lengths():
    assert tuple(OPERATORS) == SIGNS and LONGEST == LONGEST_SIDE


@pytest.mark.parametrize(("unit", "state"), [(AmountUnit.WAN, "rounding"), (AmountUnit.YUAN, "error")])
def test_what_was_entered_in_wan_may_be_rounded(found, unit, state):
    assert found(rule(RECEIVED, "=", f"{OTHER} + 50", Tolerance.SUM), unit).state == state  # 50 of 0.01 万元


def test_a_blank_figure_cannot_be_computed_and_is_named(found):
    finding = found(rule("[收入按来源.收入合计.年初预算数]", "=", OTHER))
    assert finding.state == State.CANNOT_BE_COMPUTED
    assert finding.outcome.sentence == "不能检查：收入按来源.收入合计.年初预算数未填。"


def test_a_division_by_zero_cannot_be_computed(found):
    assert found(rule(f"{OTHER} ÷ ({OTHER} - {OTHER})", "=", "1")).state == State.CANNOT_BE_COMPUTED


def test_a_warning_stays_one(found):
    assert found(rule(OTHER, "<", "1", severity=Severity.WARNING)).needs_explanation


def test_a_side_that_cannot_be_read_is_no_check():
    with pytest.raises(FormulaMistake):
        check_of(rule("1 +", "=", "2"))


STAFF = "[人员与编制.财政供养人员合计.年末实有人数]"


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        (OTHER, STAFF, "左边是金额，右边是人数、面积等数量，不能比较。要按人数、面积的标准检查金额"),
        (STAFF, f"{OTHER} × 2", "左边是人数、面积等数量，右边是金额，不能比较。要按"),
        (f"{OTHER} ÷ {STAFF}", RECEIVED, "左边是平均每人或每平方米的金额，右边是金额，不能比较。$"),
        (OTHER, f"{RECEIVED} ÷ {OTHER}", "左边是金额，右边是比率，不能比较。$"),
    ],
)
def test_sides_that_differ_in_what_they_are_are_no_rule(left, right, words):
    with pytest.raises(FormulaMistake, match=words) as refused:
        read_rule(rule(left, "≤", right))
    assert (refused.value.position, refused.value.end) == (0, len(right))


@pytest.mark.parametrize("side", [OTHER, STAFF, f"{OTHER} ÷ {STAFF}", f"{OTHER} ÷ {RECEIVED}"])
def test_a_plain_number_goes_with_anything(side):
    assert read_rule(rule(side, "≤", "30000 × 2")).names == read_rule(rule("1 + 2", "≥", side)).names
