"""C-050 to C-057: the three public expenses. Every expectation is worked out by hand."""

from decimal import Decimal

import pytest

from budgets.money import AmountUnit
from budgets.returns import THREE_PUBLIC, THREE_PUBLIC_COUNTS
from submissions.findings import State
from tests.budgets.checks.found import at, findings_of, states_of
from tests.world import change, economic, line, make_submission, row, save


@pytest.fixture
def here(world):
    """An empty return."""
    return world.submission


@pytest.fixture
def decoys(world):
    """Another unit's return, full of mistakes that are not Lin's."""
    other = make_submission(world.round, world.rescue, world.lin)
    fill(other, "total", initial_budget="1", last_year_outturn="5")
    fill(other, "hospitality", initial_budget="1", last_year_outturn="2", outturn="20000")
    count(other, receptions=0, reception_persons=1, vehicles_held=3)


def fill(submission, item, *, unit=AmountUnit.YUAN, **figures):
    """Save one row of the three public expenses."""
    save(submission, change(item, **figures), schedule=THREE_PUBLIC, unit=unit)


def count(submission, **counts):
    """Save counts of this year."""
    rows = [row(THREE_PUBLIC_COUNTS, item, this_year_count=number) for item, number in counts.items()]
    save(submission, *rows, schedule=THREE_PUBLIC_COUNTS)


class TestTotalIsSumOfItems:
    def test_it_holds(self, here, decoys):
        fill(here, "total", last_year_outturn="88986")
        fill(here, "vehicle_operation", last_year_outturn="50000")
        fill(here, "hospitality", last_year_outturn="38986")
        assert states_of(here, "C-050") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        fill(here, "total", last_year_outturn="89000")
        fill(here, "vehicle_operation", last_year_outturn="50000")
        fill(here, "hospitality", last_year_outturn="38986")
        found = at(here, "C-050", "“三公”经费合计 · 上年决算数")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(14))

    def test_vehicles_are_bought_and_run(self, here):
        fill(here, "vehicles", outturn="60000")
        fill(here, "vehicle_operation", outturn="50000")
        found = at(here, "C-050", "公务用车购置及运行维护费 · 决算数")
        assert found.outcome.difference == Decimal(10000)

    def test_of_an_empty_schedule_it_cannot_be_computed(self, here, decoys):
        assert [each.state for each in findings_of(here, "C-050")] == [State.CANNOT_BE_COMPUTED]


class TestOutturnsAreWithinTheBudget:
    def test_they_are(self, here, decoys):
        fill(here, "hospitality", initial_budget="91423", outturn="91423")
        fill(here, "overseas", outturn="0")  # nothing is within any budget
        assert states_of(here, "C-051") == {State.PASS}

    def test_an_item_is_not_though_the_total_is(self, here, decoys):
        fill(here, "hospitality", initial_budget="80000", outturn="91423")
        fill(here, "vehicle_operation", initial_budget="50000", outturn="0")
        [found] = [each for each in findings_of(here, "C-051") if each.state is State.ERROR]
        assert found.outcome.place.label == "“三公”经费 · 公务接待费 · 决算数"
        assert found.outcome.difference == Decimal(11423)
        assert found.outcome.sentence == ("公务接待费决算数 9.1423，超过年初预算数 8.00，超出 1.1423 万元。")

    def test_nor_the_total(self, here):
        fill(here, "total", initial_budget="90000")
        fill(here, "hospitality", outturn="91423")
        found = at(here, "C-051", "“三公”经费合计 · 决算数")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(1423))
        missing = at(here, "C-051", "公务接待费 · 决算数")
        assert missing.outcome.sentence == "不能检查：年初预算数未填。"

    def test_a_budget_that_was_revised_counts_as_revised(self, here):
        fill(here, "vehicle_purchase", initial_budget="0", revised_budget="200000", outturn="180000")
        assert State.ERROR not in states_of(here, "C-051")
        fill(here, "hospitality", initial_budget="80000", outturn="70000")
        found = at(here, "C-051", "“三公”经费合计 · 决算数")  # 250,000 of 200,000 + 80,000
        assert (found.state, found.outcome.expected) == (State.PASS, Decimal(280000))

    def test_the_total_of_items_of_which_one_has_no_budget_accuses_nobody(self, here):
        fill(here, "hospitality", initial_budget="80000", outturn="70000")
        fill(here, "vehicle_operation", outturn="20000")
        found = at(here, "C-051", "“三公”经费合计 · 决算数")
        assert found.outcome.sentence == "不能检查：公务用车购置及运行维护费预算数未填。"

    def test_a_fen_of_wan_is_rounding(self, here):
        fill(here, "hospitality", unit=AmountUnit.WAN, initial_budget="91400", outturn="91500")
        assert at(here, "C-051", "公务接待费 · 决算数").state is State.ROUNDING

    def test_without_budgets_it_cannot_be_computed(self, here, decoys):
        fill(here, "hospitality", outturn="91423")
        [found] = findings_of(here, "C-051")
        assert found.outcome.sentence == "不能检查：“三公”经费预算数未填。"


class TestBudgetDoesNotRise:
    def test_it_does_not(self, here, decoys):
        fill(here, "hospitality", last_year_budget="90000", initial_budget="90000")
        assert states_of(here, "C-052") == {State.PASS}

    def test_it_does(self, here, decoys):
        fill(here, "hospitality", last_year_budget="90000", initial_budget="95000")
        [found] = findings_of(here, "C-052")
        assert (found.state, found.outcome.difference) == (State.WARNING, Decimal(5000))
        sentence = "“三公”经费年初预算数比上年增加 0.50 万元（+5.56%），应只减不增。"
        assert found.outcome.sentence == sentence

    def test_an_item_without_last_years_accuses_nobody(self, here):
        fill(here, "hospitality", last_year_budget="90000", initial_budget="90000")
        fill(here, "overseas", initial_budget="5000")
        [found] = findings_of(here, "C-052")
        assert found.outcome.sentence == "不能检查：因公出国（境）费上年年初预算数未填。"

    def test_without_last_years_budget_it_cannot_be_computed(self, here, decoys):
        fill(here, "hospitality", initial_budget="95000", last_year_outturn="1")
        [found] = findings_of(here, "C-052")
        assert found.outcome.sentence == "不能检查：“三公”经费上年年初预算数未填。"


class TestItemsDoNotRise:
    def test_they_do_not(self, here, decoys):
        fill(here, "vehicle_operation", last_year_outturn="50000", outturn="0")
        fill(here, "overseas", last_year_outturn="0", outturn="0")
        assert states_of(here, "C-053") == {State.PASS}

    def test_one_does_until_its_row_says_why(self, here, decoys):
        fill(here, "hospitality", last_year_outturn="38986", outturn="91423")
        [found] = findings_of(here, "C-053")
        assert (found.state, found.outcome.difference) == (State.WARNING, Decimal(52437))
        assert found.outcome.sentence == (
            "公务接待费决算数比上年增加 5.2437 万元（+134.50%），增幅超过 10%，要写明原因。"
        )
        assert found.needs_explanation
        version = line(here, "hospitality").row_version
        reason = {"version": version, "reason": "接待批次增加 12 批。"}
        fill(here, "hospitality", last_year_outturn="38986", outturn="91423", **reason)
        assert not findings_of(here, "C-053")[0].needs_explanation

    def test_a_small_rise_and_one_from_nothing(self, here):
        fill(here, "hospitality", last_year_outturn="100000", outturn="110000")
        fill(here, "overseas", last_year_outturn="0", outturn="30000")
        assert {each.outcome.sentence for each in findings_of(here, "C-053")} == {
            "公务接待费决算数比上年增加 1.00 万元（+10.00%），要写明原因。",
            "因公出国（境）费决算数比上年增加 3.00 万元，上年没有发生，要写明原因。",
        }

    def test_without_last_year_it_cannot_be_computed(self, here, decoys):
        fill(here, "hospitality", outturn="91423")
        [found] = findings_of(here, "C-053")
        assert found.outcome.sentence == "不能检查：“三公”经费上年决算数未填。"


class TestEconomicLinesArePartOfTheItems:
    def test_they_are(self, here, decoys):
        save(here, change(economic("30217"), outturn="80000"))
        fill(here, "hospitality", outturn="91423")
        assert states_of(here, "C-054") == {State.PASS}

    def test_they_are_not(self, here, decoys):
        save(here, change(economic("30217"), outturn="83100"), change(economic("30201"), outturn="999999"))
        fill(here, "hospitality", outturn="3000")
        [found] = findings_of(here, "C-054")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(80100))
        assert found.outcome.sentence == ("30217 科目30217 8.31，超过公务接待费 0.30，超出 8.01 万元。")

    def test_both_lines_of_buying_count(self, here):
        save(here, change(economic("31013"), outturn="100"), change(economic("30913"), outturn="60"))
        fill(here, "vehicle_purchase", outturn="150")
        assert [each.outcome.difference for each in findings_of(here, "C-054")] == [Decimal(10)]

    def test_without_such_lines_it_is_not_about_the_return(self, here):
        save(here, change(economic("30201"), outturn="5"))
        assert states_of(here, "C-054") == {State.NOT_APPLICABLE}

    def test_with_one_side_alone_it_cannot_be_computed(self, here, decoys):
        [found] = findings_of(here, "C-054")
        assert found.outcome.sentence == "不能检查：支出（按经济分类）决算数未填。"
        save(here, change(economic("30217"), outturn="83100"))
        [found] = findings_of(here, "C-054")
        assert found.outcome.sentence == "不能检查：公务接待费未填。"


class TestExpensesAndCountsGoTogether:
    ALL = ("overseas", "vehicle_purchase", "vehicle_operation", "hospitality")
    COUNTS = (
        "overseas_groups",
        "overseas_persons",
        "vehicles_bought",
        "vehicles_held",
        "receptions",
        "reception_persons",
    )

    def test_they_do(self, here, decoys):
        for item in self.ALL:
            fill(here, item, outturn="5")
        count(here, **dict.fromkeys(self.COUNTS, 1))
        assert [each.state for each in findings_of(here, "C-055")] == [State.PASS] * 6

    def test_they_do_not(self, here, decoys):
        for item in self.ALL:
            fill(here, item, outturn="91423" if item == "hospitality" else "0")
        count(here, **(dict.fromkeys(self.COUNTS, 0) | {"reception_persons": 300, "vehicles_held": 2}))
        found = [each for each in findings_of(here, "C-055") if each.state is State.WARNING]
        assert [(each.outcome.sentence, each.outcome.actual) for each in found] == [
            ("公务接待费 9.1423 万元，公务接待批次（批）却是 0。", Decimal(91423)),
            ("公务用车运行维护费 0.00 万元，公务用车保有量（辆）却是 2。", Decimal(2)),
        ]

    def test_last_years_counts_do_not_count(self, here):
        fill(here, "hospitality", outturn="5")
        rows = [
            row(THREE_PUBLIC_COUNTS, item, last_year_count=9, this_year_count=0)
            for item in ("receptions", "reception_persons")
        ]
        save(here, *rows, schedule=THREE_PUBLIC_COUNTS)
        assert len([each for each in findings_of(here, "C-055") if each.state is State.WARNING]) == 2

    def test_what_is_blank_is_said_once(self, here, decoys):
        fill(here, "hospitality", outturn="91423")
        count(here, reception_persons=300)
        found = findings_of(here, "C-055")
        assert [each.state for each in found] == [State.PASS, State.CANNOT_BE_COMPUTED]
        assert found[1].outcome.sentence == (
            "不能检查：公务接待批次（批）、因公出国（境）费、因公出国（境）团组数（个）、"
            "因公出国（境）人次（人次）、公务用车购置费、公务用车购置数（辆）、公务用车运行维护费、"
            "公务用车保有量（辆）未填。"
        )


class TestAveragesArePlausible:
    def test_they_are(self, here, decoys):
        fill(here, "vehicle_operation", outturn="120000")
        fill(here, "hospitality", outturn="45000")
        count(here, vehicles_held=2, reception_persons=300)
        assert [each.state for each in findings_of(here, "C-056")] == [State.PASS, State.PASS]

    def test_they_are_not(self, here, decoys):
        fill(here, "vehicle_operation", outturn="5000")
        fill(here, "hospitality", outturn="91423")
        count(here, vehicles_held=2, reception_persons=300)
        assert [each.outcome.sentence for each in findings_of(here, "C-056")] == [
            "公务用车运行维护费每辆 2,500.00 元，低于通常的 10,000 元。",
            "公务接待费每人次 304.74 元，高于通常的 150 元。",
        ]
        assert [each.outcome.difference for each in findings_of(here, "C-056")] == [
            Decimal("-7500"),
            Decimal("154.74"),
        ]

    def test_nothing_spent_is_not_judged_and_what_is_blank_cannot_be(self, here, decoys):
        fill(here, "vehicle_operation", outturn="0")
        fill(here, "hospitality", outturn="5")
        count(here, vehicles_held=2)
        found = findings_of(here, "C-056")
        assert [each.state for each in found] == [State.NOT_APPLICABLE, State.CANNOT_BE_COMPUTED]
        assert found[1].outcome.sentence == "不能检查：公务接待人次（人次）未填。"


def test_vehicles_among_the_assets_are_not_known(here):
    [found] = findings_of(here, "C-057")
    assert found.state is State.CANNOT_BE_COMPUTED
    assert found.outcome.sentence == "不能检查：系统里没有国有资产占用情况的车辆数。"
