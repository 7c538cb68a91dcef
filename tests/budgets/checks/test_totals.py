"""C-001 to C-010: totals against their parts. Every expectation is added up by hand."""

from decimal import Decimal

import pytest

from budgets.models import CarryoverLine
from budgets.money import AmountUnit
from budgets.returns import BY_FUNCTION, BY_NATURE, CARRYOVER
from submissions.findings import State
from tests.budgets.checks.found import at, findings_of, states_of
from tests.world import (
    category,
    change,
    make_round,
    make_submission,
    put_in_status,
    row,
    save,
    without_guards,
)


class TestRevenueIsSumOfSources:
    def test_it_holds(self, here, decoys):
        save(
            here,
            change("total", outturn="19680100"),
            change("general_public", outturn="19676900"),
            change("other", outturn="3200"),
        )
        assert states_of(here, "C-001") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        save(
            here,
            change("total", outturn="19681000"),
            change("general_public", outturn="19676900"),
            change("other", outturn="3200"),
        )
        found = at(here, "C-001", "收入合计 · 决算数")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(900))
        assert found.outcome.sentence == "收入合计填 1,968.10，应为 1,968.01，相差 0.09 万元。"
        arithmetic = "一般公共预算财政拨款 1,967.69 + 其他收入 0.32 = 1,968.01（万元）"
        assert found.outcome.arithmetic == arithmetic

    def test_in_wan_a_fen_per_term_is_rounding(self, here):
        rows = (
            change("total", outturn="19680200"),
            change("general_public", outturn="19676900"),
            change("other", outturn="3200"),
        )
        save(here, *rows, unit=AmountUnit.WAN)
        assert states_of(here, "C-001") == {State.ROUNDING}  # 0.01 of 0.005 · (2 + 1)

    def test_in_yuan_the_same_is_an_error(self, here):
        rows = (
            change("total", outturn="19680200"),
            change("general_public", outturn="19676900"),
            change("other", outturn="3200"),
        )
        save(here, *rows)
        assert states_of(here, "C-001") == {State.ERROR}

    def test_yuan_taken_for_wan_is_said(self, here):
        save(here, change("total", outturn="1968"), change("general_public", outturn="19680100"))
        assert "可能把元和万元填混了" in at(here, "C-001", "收入合计 · 决算数").outcome.sentence

    def test_a_stated_total_without_rows_cannot_be_computed(self, here):
        save(here, change("total", outturn="19680100"))
        found = at(here, "C-001", "收入合计 · 决算数")
        assert found.state == State.CANNOT_BE_COMPUTED
        assert found.outcome.sentence == "不能检查：收入合计的各项未填。"

    def test_an_empty_schedule_is_missing_once(self, here, decoys):
        assert [found.state for found in findings_of(here, "C-001")] == [State.CANNOT_BE_COMPUTED]


class TestExpenditureIsSumOfClasses:
    def test_it_holds(self, here):
        save(
            here,
            change(category("2240106"), outturn="9480600"),
            change(category("2080505"), outturn="997500"),
        )
        assert states_of(here, "C-002") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        save(
            here,
            change("total", outturn="19860100"),
            change(category("2240106"), outturn="18682600"),
            change(category("2080505"), outturn="997500"),
            schedule=BY_FUNCTION,
        )
        found = at(here, "C-002", "支出合计 · 决算数")
        assert (found.state, found.outcome.difference) == (
            State.ERROR,
            Decimal(180000),
        )  # 19860100 − 19680100

    def test_without_any_line_it_cannot_be_computed(self, here, decoys):
        assert states_of(here, "C-002") == {State.CANNOT_BE_COMPUTED}


class TestClassesAreSumsOfTheirParts:
    def test_it_holds(self, here, decoys):
        save(
            here, change(category("2240101"), outturn="2075600"), change(category("22401"), outturn="2075600")
        )
        assert states_of(here, "C-003") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        save(
            here,
            change(category("22401"), outturn="11500000"),
            change(category("2240101"), outturn="2075600"),
            change(category("2240106"), outturn="9480600"),
        )
        found = at(here, "C-003", "22401 科目22401 · 决算数")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(-56200))  # less 11556200

    def test_a_class_of_another_branch_does_not_matter(self, here, decoys):
        save(here, change(category("22406"), outturn="5"), change(category("2240601"), outturn="5"))
        save(here, change(category("20805"), outturn="6"), change(category("2080505"), outturn="7"))
        assert at(here, "C-003", "22406 科目22406 · 决算数").state == State.PASS
        assert at(here, "C-003", "20805 科目20805 · 决算数").state == State.ERROR

    def test_without_any_class_it_cannot_be_computed(self, here, decoys):
        [found] = findings_of(here, "C-003")
        assert found.outcome.sentence == "不能检查：功能分类各行未填。"


class TestReceivedAndBroughtForward:
    @staticmethod
    def save(here, closing, opening="100000"):
        save(here, change("general_public", outturn="19680100"))
        save(here, change(category("2240106"), outturn="19600000"))
        save(here, row(CARRYOVER, "total", opening=opening, closing=closing), schedule=CARRYOVER)

    def test_it_holds(self, here, decoys):
        self.save(here, "180100")  # 100000 + 19680100 − 19600000
        assert states_of(here, "C-004") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        self.save(here, "80100")
        [found] = findings_of(here, "C-004")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(-100000))

    def test_a_total_of_some_funds_is_not_held_against_all_revenue(self, here):
        """As the published tables have it: 49.14 and 55.34 of all money, 21.63 of the general budget."""
        save(here, change("general_public", outturn="29400500"), change("other", outturn="62000"))
        save(here, change(category("2010601"), outturn="29400500"))
        figures = {"opening": "216300", "received": "29400500", "spent": "29400500"}
        save(here, row(CARRYOVER, "general_public", **figures), schedule=CARRYOVER)
        [found] = findings_of(here, "C-004")
        assert found.outcome.sentence == "不能检查：财政专户管理资金、其他资金的结转和结余未填。"
        others = {"opening": "275100", "received": "62000", "spent": "0"}
        save(here, row(CARRYOVER, "other", **others), schedule=CARRYOVER)
        assert states_of(here, "C-004") == {State.PASS}

    def test_without_what_was_brought_forward_it_cannot_be_computed(self, here, decoys):
        self.save(here, "80100", opening=None)
        [found] = findings_of(here, "C-004")
        assert found.outcome.sentence == "不能检查：年初结转和结余未填。"


class TestBroughtForwardIsLastYears:
    @pytest.fixture
    def past(self, world):
        """Last year's approved return, in which 18.01 万元 are carried forward."""
        past = make_submission(make_round(world.finance, 2022), world.emergency, world.lin)
        save(past, row(CARRYOVER, "general_public", closing="180100"), schedule=CARRYOVER)
        put_in_status(past, "approved")
        return past

    def test_it_holds(self, here, past, decoys):
        save(here, row(CARRYOVER, "general_public", opening="180100"), schedule=CARRYOVER)
        assert states_of(here, "C-005") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys, past):
        with without_guards("budgets_carryoverline"):  # the doors refuse it: see last_year
            CarryoverLine.objects.create(
                submission=here, item="general_public", opening=Decimal(810100), entered_in="yuan"
            )
        found = at(here, "C-005", "一般公共预算 · 年初结转和结余")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(630000))

    def test_without_last_years_return_it_cannot_be_computed(self, here, decoys):
        save(here, row(CARRYOVER, "general_public", opening="180100"), schedule=CARRYOVER)
        assert states_of(here, "C-005") == {State.CANNOT_BE_COMPUTED}


class TestAppropriationsAgree:
    def test_it_holds(self, here, decoys):
        save(here, change("general_public", outturn="500"), change("government_fund", outturn="0"))
        save(here, row(CARRYOVER, "general_public", received="500"), schedule=CARRYOVER)
        assert states_of(here, "C-006") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        save(here, change("general_public", outturn="500"), change("government_fund", outturn="70"))
        save(
            here,
            row(CARRYOVER, "general_public", received="500"),
            row(CARRYOVER, "government_fund", received="61"),
            schedule=CARRYOVER,
        )
        found = at(here, "C-006", "政府性基金预算 · 本年收入")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(-9))
        assert at(here, "C-006", "一般公共预算 · 本年收入").state == State.PASS

    def test_a_missing_figure_is_named(self, here, decoys):
        save(here, change("general_public", outturn="500"))
        assert [found.outcome.sentence for found in findings_of(here, "C-006")] == [
            "不能检查：结转结余表各资金的本年收入未填。"
        ]
        save(here, row(CARRYOVER, "general_public", spent="1"), schedule=CARRYOVER)
        sentence = at(here, "C-006", "一般公共预算 · 本年收入").outcome.sentence
        assert sentence == "不能检查：一般公共预算本年收入（结转结余表）未填。"


class TestExpenditureIsSumOfFunds:
    @staticmethod
    def save(here, other):
        save(here, change(category("2240106"), outturn="19680100"))
        save(
            here,
            row(CARRYOVER, "general_public", spent="19676900"),
            row(CARRYOVER, "other", spent=other),
            schedule=CARRYOVER,
        )

    def test_it_holds(self, here, decoys):
        self.save(here, "3200")
        assert states_of(here, "C-007") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        self.save(here, None)
        [found] = findings_of(here, "C-007")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(3200))

    def test_each_fund_is_compared_with_its_lines(self, here, decoys):
        save(
            here,
            change(category("2240106"), fund="general_public", outturn="300"),
            change(category("2240106"), fund="other", outturn="40"),
        )
        save(
            here,
            row(CARRYOVER, "general_public", spent="310"),
            row(CARRYOVER, "other", spent="30"),
            schedule=CARRYOVER,
        )
        assert at(here, "C-007", "支出合计 · 决算数").state == State.PASS
        assert at(here, "C-007", "一般公共预算 · 本年支出").outcome.difference == Decimal(10)
        assert at(here, "C-007", "其他资金 · 本年支出").outcome.difference == Decimal(-10)

    def test_without_what_was_spent_it_cannot_be_computed(self, here, decoys):
        save(here, change(category("2240106"), outturn="19680100"))
        [found] = findings_of(here, "C-007")
        assert found.outcome.sentence == "不能检查：结转结余表的本年支出未填。"


class TestRevenueBeyondAppropriationAppears:
    def test_it_is_carried_over(self, here, decoys):
        save(here, change("other", outturn="62000"), change("institutional", outturn="1000"))
        save(
            here,
            row(CARRYOVER, "special_account", received="1000"),
            row(CARRYOVER, "other", received="62000", spent="0"),
            schedule=CARRYOVER,
        )
        assert states_of(here, "C-008") == {State.PASS}

    def test_it_is_what_the_split_by_nature_leaves_out(self, here, decoys):
        save(here, change("general_public", outturn="800"), change("other", outturn="20"))
        save(here, change(category("2240106"), outturn="820"))
        save(here, change("basic", outturn="500"), change("project", outturn="300"), schedule=BY_NATURE)
        assert states_of(here, "C-008") == {State.PASS}

    def test_it_is_nowhere(self, here, decoys):
        save(here, change("other", outturn="62000"))
        save(here, row(CARRYOVER, "general_public", received="5"), schedule=CARRYOVER)
        [found] = findings_of(here, "C-008")
        assert found.state == State.WARNING
        assert (found.outcome.expected, found.outcome.actual) == (Decimal(62000), None)

    def test_it_is_another_amount(self, here, decoys):
        save(here, change("other", outturn="62000"))
        save(here, row(CARRYOVER, "other", received="26000"), schedule=CARRYOVER)
        [found] = findings_of(here, "C-008")
        assert (found.state, found.outcome.difference) == (State.WARNING, Decimal(-36000))

    def test_without_such_revenue_it_is_not_about_this_return(self, here, decoys):
        save(here, change("general_public", outturn="5"), change("other", outturn="0"))
        assert states_of(here, "C-008") == {State.NOT_APPLICABLE}

    def test_what_is_blank_cannot_be_computed(self, here, decoys):
        assert states_of(here, "C-008") == {State.CANNOT_BE_COMPUTED}
        save(here, change("other", outturn="62000"))
        save(here, row(CARRYOVER, "total", received="99000"), schedule=CARRYOVER)  # of all funds together
        assert states_of(here, "C-008") == {State.CANNOT_BE_COMPUTED}


class TestInitialBudgetsAgree:
    def test_it_holds(self, here, decoys):
        save(here, change("total", initial_budget="83053300"))
        save(here, change("total", initial_budget="83053300"), schedule=BY_FUNCTION)
        assert states_of(here, "C-009") == {State.PASS}

    def test_it_fails_with_the_difference_though_entered_in_wan(self, here, decoys):
        save(here, change("total", initial_budget="83053300"), unit=AmountUnit.WAN)
        save(here, change("total", initial_budget="83053200"), schedule=BY_FUNCTION, unit=AmountUnit.WAN)
        [found] = findings_of(here, "C-009")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(-100))

    def test_without_the_revenue_it_cannot_be_computed(self, here, decoys):
        save(here, change("total", initial_budget="83053300"), schedule=BY_FUNCTION)
        [found] = findings_of(here, "C-009")
        assert found.outcome.sentence == "不能检查：收入合计年初预算数未填。"


class TestBudgetsByNatureComeToTotal:
    @staticmethod
    def save(here, project, other=None):
        save(here, change("other", initial_budget=other))
        save(here, change(category("2240106"), initial_budget="13855000"))
        save(
            here,
            change("basic", initial_budget="9000000"),
            change("project", initial_budget=project),
            schedule=BY_NATURE,
        )

    def test_it_holds(self, here, decoys):
        self.save(here, "4855000")
        assert states_of(here, "C-010") == {State.PASS}

    def test_what_other_revenue_pays_for_may_be_left_out(self, here, decoys):
        self.save(here, "4800000", other="55000")
        [found] = findings_of(here, "C-010")
        assert found.state == State.PASS
        assert found.outcome.arithmetic == "支出合计年初预算数 1,385.50 − 其他收入 5.50 = 1,380.00（万元）"

    def test_it_fails_with_the_difference(self, here, decoys):
        self.save(here, "4585000", other="55000")
        [found] = findings_of(here, "C-010")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(-270000))

    def test_without_the_projects_it_cannot_be_computed(self, here, decoys):
        self.save(here, None)
        [found] = findings_of(here, "C-010")
        assert found.outcome.sentence == "不能检查：项目支出年初预算数未填。"

    def test_an_empty_return_is_missing_once(self, here, decoys):
        assert [found.state for found in findings_of(here, "C-010")] == [State.CANNOT_BE_COMPUTED]


def test_a_sum_of_sums_carries_the_rounding_of_all_its_lines(here):
    """Two 类 of two lines each, all in 万元: 0.005 · (4 + 1) = 0.025, though the total has two parts."""
    lines = [change(category(code), outturn="10000") for code in ("2240101", "2240106", "2080505", "2080506")]
    save(here, change("total", outturn="40200"), *lines, schedule=BY_FUNCTION, unit=AmountUnit.WAN)
    assert states_of(here, "C-002") == {State.ROUNDING}
    save(here, change("total", version=1, outturn="40300"), schedule=BY_FUNCTION, unit=AmountUnit.WAN)
    assert states_of(here, "C-002") == {State.ERROR}
