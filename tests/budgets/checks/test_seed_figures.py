"""What the checks find in the figures of the real report of 零陵区应急管理局, 2023.

The 31 findings of a good reviewer are in checks.md §2.2. Of those that concern these checks:

- 2 (C-035), 5 (C-063), 8 and the increase (C-053), 11 (C-044, C-045): found, with the reviewer's figures.
- 8 (C-055: no 批次, no 人次), 9 (C-051, C-052: no budgets of the three public expenses), 12 (C-042, C-043: no
  revised budget), 31 (C-060: no posts and persons by kind): found as figures that are missing.
- 1 (C-061) and 10 (C-059): the return holds 122 in service beside 8 retired, and exact yuan; what is wrong
  stands in the text alone.
- 6 (C-033): needs last year's approved return, which this one has not. 7 (C-055): needs the vehicles held.
- 25 (C-043): 241.37 of 485.50 is measured against the initial budget, so it is C-045's, at 项目支出.
- 27 (C-044): last year's revised budget is not known.
"""

from decimal import Decimal

import pytest

from budgets.checks import across, budget_and_final, procurement, staff, three_public, totals, years
from budgets.checks.loading import given_for
from budgets.rows import measured, return_rows
from submissions.findings import Finding, State, run
from submissions.models import Submission
from tests.budgets.checks.found import at

MODULES = (years, budget_and_final, three_public, staff, procurement, across)


@pytest.fixture
def found(seed) -> list[Finding]:
    """What all checks of figures find."""
    given = given_for(Submission.objects.for_workspace().get(pk=seed.pk))
    checks = [check for module in (totals, *MODULES) for check in module.CHECKS]
    return run(checks, given, year=given.year, region=given.region)


def sentences(found, code, state):
    """What one check says in one state."""
    return [each.outcome.sentence for each in found if each.check.code == code and each.state is state]


def test_its_arithmetic_is_clean(found):
    assert [each for each in found if each.state in (State.ERROR, State.ROUNDING)] == []


def test_it_is_warned_of_this_and_of_nothing_else(found):
    warned = [each for each in found if each.state is State.WARNING]
    assert [(each.check.code, each.outcome.difference, each.outcome.sentence) for each in warned] == [
        # 2: 241.37 − 485.50
        (
            "C-035",
            Decimal(-2441300),
            "差异原因写“专项资金增加”，但项目支出决算数比年初预算数减少 244.13 万元（−50.28%）。",
        ),
        # 11: 1,968.01 − 1,385.50
        (
            "C-044",
            Decimal(5825100),
            "全年预算数未填，按决算数推算至少追加 582.51 万元，预算控制率 42.04%，明显偏高，超过 30%。",
        ),
        ("C-045", Decimal(5825100), "收入合计决算数比年初预算数增加 582.51 万元（+42.04%），要写明原因。"),
        ("C-045", Decimal(5825100), "支出合计决算数比年初预算数增加 582.51 万元（+42.04%），要写明原因。"),
        (
            "C-045",
            Decimal(5821900),
            "支出合计（按性质）决算数比年初预算数增加 582.19 万元（+42.02%），要写明原因。",
        ),
        ("C-045", Decimal(8263200), "基本支出决算数比年初预算数增加 826.32 万元（+91.81%），要写明原因。"),
        ("C-045", Decimal(-2441300), "项目支出决算数比年初预算数减少 244.13 万元（−50.28%），要写明原因。"),
        # 8: 91,423 − 38,986
        (
            "C-053",
            Decimal(52437),
            "公务接待费决算数比上年增加 5.2437 万元（+134.50%），增幅超过 10%，要写明原因。",
        ),
        # 5: 6,958,000 ÷ 122 = 57,032.79
        ("C-063", Decimal("7032.79"), "人均公用经费 5.70 万元，高于通常的 5.00 万元。"),
    ]


def test_what_asks_for_a_reason_is_what_the_variance_page_asks(found, seed):
    asked = {
        (each.outcome.place.schedule, each.outcome.place.row_label)
        for each in found
        if each.check.code in ("C-034", "C-045") and each.needs_explanation
    }
    rows = measured(return_rows(seed), seed.round)
    page = {(name, each.row.name) for name in rows for each in rows[name] if each.needs_explanation}
    assert asked == page - {("projects", "项目支出合计")}  # which is the row 项目支出
    assert len(asked) == 4


def test_the_rise_of_the_total_is_asked_once_and_explained_where_it_stands(seed):
    assert at(seed, "C-034", "支出合计 · 较上年决算").state is State.NOT_APPLICABLE
    assert at(seed, "C-045", "支出合计 · 较年初预算").outcome.reason.startswith("黄江源大火")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            "C-055",  # 8: no 批次 and no 人次; 7: no vehicles
            "不能检查：公务接待批次（批）、公务接待人次（人次）、因公出国（境）团组数（个）、"
            "因公出国（境）人次（人次）、公务用车购置数（辆）、公务用车保有量（辆）未填。",
        ),
        ("C-051", "不能检查：“三公”经费预算数未填。"),  # 9
        ("C-052", "不能检查：“三公”经费年初预算数、“三公”经费上年年初预算数未填。"),  # 9
        ("C-042", "不能检查：支出全年预算数未填。"),  # 12
        ("C-043", "不能检查：支出全年预算数未填。"),  # 12, 25
        ("C-040", "不能检查：全年预算数未填。"),  # 12
        ("C-060", "不能检查：财政供养人员合计的各项未填。"),  # 31
        ("C-033", "不能检查：系统里没有本单位上年已审核的填报。"),  # 6
    ],
)
def test_what_is_missing_is_named(found, code, sentence):
    assert sentences(found, code, State.CANNOT_BE_COMPUTED) == [sentence]
