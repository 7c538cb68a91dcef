"""What the checks find in the real report (checks.md §2): its arithmetic is clean, its coherence is not."""

from decimal import Decimal

from budgets.checks.catalogue import CHECKS
from submissions.findings import State
from tests.budgets.checks.found import at, findings_of

SUMS = [f"C-{number:03}" for number in range(1, 24)]
"""Totals, splits, codes and shares."""


def states_of_code(seed, code):
    """The states one check comes to."""
    return {finding.state for finding in findings_of(seed, code)}


def test_its_arithmetic_is_clean(seed):
    """Nothing is wrong, nothing has to be explained, nothing is called rounding."""
    known = {check.code for check in CHECKS}
    found = {code: states_of_code(seed, code) for code in SUMS if code in known}
    clean = {State.PASS, State.NOT_APPLICABLE, State.CANNOT_BE_COMPUTED}
    assert {code: states for code, states in found.items() if states - clean} == {}
    assert {code for code, states in found.items() if State.PASS in states} == {
        *("C-001", "C-002", "C-003", "C-008", "C-009", "C-010"),
        *("C-011", "C-012", "C-015", "C-016", "C-018", "C-022", "C-023"),
    }


def test_the_other_income_of_0_32_links_both_totals(seed):
    found = at(seed, "C-015", "支出合计（按性质） · 决算数")
    assert found.outcome.arithmetic == "支出合计决算数 1,968.01 − 其他收入 0.32 = 1,967.69（万元）"


def test_3_lines_of_project_nature_exceed_the_projects(seed):
    found = at(seed, "C-027", "项目支出 · 决算数")
    assert (found.state, found.outcome.difference) == (State.WARNING, Decimal(-3667900))  # 241.37 − 608.16
    assert found.outcome.sentence == (
        "项目性质的科目共 608.16，多于项目支出 241.37：至少有 366.79 万元列进了基本支出。"
    )


def test_4_running_lines_do_not_carry_the_staff(seed):
    """行政运行 207.56, and 99.75 + 44.64 + 2.81 for persons, against 1,030.52."""
    found = at(seed, "C-027", "人员经费 · 决算数")
    assert (found.state, found.outcome.actual) == (State.WARNING, Decimal(3547600))


def test_20_there_are_pensions_and_no_housing(seed):
    [found] = findings_of(seed, "C-026")
    assert (found.state, found.outcome.actual) == (State.WARNING, Decimal(1443900))  # 99.75 + 44.64


def test_21_other_expenditure_without_a_fund(seed):
    [found] = findings_of(seed, "C-029")
    assert (found.state, found.outcome.actual) == (State.WARNING, Decimal(9700))
    assert found.outcome.place.row_label == "2299999 其他支出"


def test_no_check_calls_anything_wrong(seed):
    """All that is found is to be explained."""
    errors = [
        found.key
        for check in CHECKS
        if check.code <= "C-029"
        for found in findings_of(seed, check.code)
        if found.state == State.ERROR
    ]
    assert errors == []
