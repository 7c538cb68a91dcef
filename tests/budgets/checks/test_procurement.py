"""C-090, C-091, C-094, C-095: procurement and assets. Every expectation is worked out by hand."""

from decimal import Decimal

import pytest

from budgets.money import AmountUnit
from budgets.returns import BASE_ITEMS, BUILDINGS
from submissions.findings import State
from tests.budgets.checks.found import at, findings_of, states_of
from tests.world import change, make_submission, row, save


@pytest.fixture
def here(world):
    """An empty return."""
    return world.submission


@pytest.fixture
def decoys(world):
    """Another unit's return, full of mistakes that are not Lin's."""
    other = make_submission(world.round, world.rescue, world.lin)
    buy(other, total="9", goods="1", services="2")
    build(other, "别的楼", approved_area="1", actual_area="9")


def buy(submission, *, total, goods, services, unit=AmountUnit.YUAN):
    """Save what was bought; works stay blank."""
    rows = (
        change("procurement", outturn=total, initial_budget="7"),
        change("procured_goods", outturn=goods),
        change("procured_services", outturn=services),
    )
    save(submission, *rows, schedule=BASE_ITEMS, unit=unit)


def build(submission, name, **values):
    """Save a building."""
    save(submission, row(BUILDINGS, name, name=name, **values), schedule=BUILDINGS)


class TestProcurementIsSumOfKinds:
    def test_it_is(self, here, decoys):
        buy(here, total="2512600", goods="1512500", services="1000100")
        assert at(here, "C-090", "政府采购金额 · 决算数").state is State.PASS

    def test_in_wan_a_fen_is_rounding(self, here):
        buy(here, total="2512500", goods="1512500", services="1000100", unit=AmountUnit.WAN)
        assert at(here, "C-090", "政府采购金额 · 决算数").state is State.ROUNDING

    def test_it_is_not(self, here, decoys):
        buy(here, total="2612500", goods="1512500", services="1000100")
        found = at(here, "C-090", "政府采购金额 · 决算数")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(99900))

    def test_without_procurement_it_cannot_be_computed(self, here, decoys):
        save(here, change("office", outturn="5"), schedule=BASE_ITEMS)
        [found] = findings_of(here, "C-090")
        assert found.outcome.sentence == "不能检查：政府采购金额未填。"
        assert found.state is State.CANNOT_BE_COMPUTED


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("C-091", "不能检查：系统里没有政府采购中面向中小企业、小微企业预留的金额。"),
        ("C-094", "不能检查：系统里没有机关运行经费，也没有单位性质（行政、参公、事业）。"),
    ],
)
def test_what_the_return_does_not_hold_is_said(here, code, sentence):
    [found] = findings_of(here, code)
    assert (found.state, found.outcome.sentence) == (State.CANNOT_BE_COMPUTED, sentence)


class TestBuildingsAreWithinWhatWasApproved:
    def test_they_are(self, here, decoys):
        build(
            here,
            "指挥中心",
            approved_area="1200",
            actual_area="1200",
            planned_investment="5000000",
            actual_investment="4999999.99",
        )
        assert [each.state for each in findings_of(here, "C-095")] == [State.PASS, State.PASS]

    def test_they_are_not(self, here, decoys):
        build(
            here,
            "指挥中心",
            approved_area="1200",
            actual_area="1260",
            planned_investment="5000000",
            actual_investment="5500000",
        )
        found = findings_of(here, "C-095")
        assert {each.state for each in found} == {State.WARNING}
        assert [each.outcome.difference for each in found] == [Decimal(60), Decimal(500000)]
        assert [each.outcome.sentence for each in found] == [
            "指挥中心实际规模 1,260.00 ㎡，批复规模 1,200.00 ㎡，规模控制率 105.00%，超过 100%。",
            "指挥中心实际投资 550.00 万元，预算投资 500.00 万元，投资概算控制率 110.00%，超过 100%。",
        ]

    def test_what_is_blank_or_zero_cannot_be_computed(self, here):
        build(here, "指挥中心", actual_area="1260", planned_investment="0", actual_investment="5")
        assert [each.outcome.sentence for each in findings_of(here, "C-095")] == [
            "不能检查：批复规模未填。",
            "不能检查：预算投资为 0。",
        ]

    def test_without_buildings_it_is_not_about_the_return(self, here, decoys):
        assert states_of(here, "C-095") == {State.NOT_APPLICABLE}
