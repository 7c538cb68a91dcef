"""C-001 to C-010: totals against their parts. Every expectation is added up by hand."""

from decimal import Decimal

import pytest

from budgets.money import AmountUnit
from submissions.findings import State
from tests.budgets.checks.found import at, findings_of, states_of
from tests.world import category, change, make_submission, save


@pytest.fixture
def here(world):
    """An empty return."""
    return world.submission


@pytest.fixture
def decoys(world):
    """Another unit's return, full of mistakes that are not Lin's."""
    other = make_submission(world.round, world.rescue, world.lin)
    save(other, change("total", outturn="1"), change("general_public", outturn="2"))
    return other


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
