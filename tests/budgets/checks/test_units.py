"""C-059: 元 and 万元 that were taken for each other. Every expectation is worked out by hand."""

from decimal import Decimal

import pytest

from budgets.money import AmountUnit
from budgets.returns import BY_NATURE, THREE_PUBLIC
from submissions.findings import State
from tests.budgets.checks.found import at, findings_of, states_of
from tests.world import category, change, save


def fill(submission, item, **figures):
    """Save one row of the three public expenses."""
    save(submission, change(item, **figures), schedule=THREE_PUBLIC)


def asked(submission):
    """What C-059 asks about."""
    found = findings_of(submission, "C-059")
    return [each.outcome.sentence for each in found if each.state is State.WARNING]


class TestThreePublicExpensesAreInOneUnit:
    def test_they_are(self, here, decoys):
        fill(here, "hospitality", last_year_outturn="38986", outturn="91423")
        fill(here, "vehicle_operation", last_year_outturn="50000", outturn="0")
        fill(here, "overseas", last_year_outturn="5", outturn="44999")  # 8,999.8 times
        assert states_of(here, "C-059") == {State.PASS}

    def test_one_is_not(self, here, decoys):
        fill(here, "vehicle_operation", last_year_outturn="5", outturn="50000")
        [found] = findings_of(here, "C-059")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(-49995))
        assert found.outcome.sentence == (
            "公务用车运行维护费上年决算数 0.0005，决算数 5.00 万元，相差约一万倍，可能把元和万元填混了。"
        )

    def test_with_one_figure_alone_it_cannot_be_computed(self, here, decoys):
        fill(here, "hospitality", outturn="91423")
        assert states_of(here, "C-059") == {State.CANNOT_BE_COMPUTED}


class TestAmountsStandOut:
    """Of the other schedules."""

    @pytest.mark.parametrize(
        ("unit", "initial", "outturn", "column", "sentence"),
        [
            (
                AmountUnit.WAN,
                "1000000",
                "10000000000",
                "决算数",
                "决算数 1,000,000.00，年初预算数 100.00 万元，相差 10,000 倍：是否把元填成了万元？",
            ),
            (
                AmountUnit.YUAN,
                "100",
                "1000000",
                "年初预算数",
                "年初预算数 0.01，决算数 100.00 万元，相差 10,000 倍：是否把万元填成了元？",
            ),
        ],
    )
    def test_a_figure_stands_out_of_its_row(self, here, decoys, unit, initial, outturn, column, sentence):
        save(here, change(category("2240106"), initial_budget=initial, outturn=outturn), unit=unit)
        found = at(here, "C-059", f"2240106 科目2240106 · {column}")
        assert (found.state, found.outcome.sentence) == (State.WARNING, f"2240106 科目2240106{sentence}")

    def test_the_fewer_of_a_row_stand_out(self, here):
        money = {"initial_budget": "9000000", "last_year_outturn": "8000000", "outturn": "1000"}
        save(here, change(category("2240106"), **money), unit=AmountUnit.WAN)
        assert at(here, "C-059", "2240106 科目2240106 · 决算数").state is State.WARNING

    @pytest.mark.parametrize(("typed", "times"), [("94806000000", "4,817"), ("948000000000", "48,170")])
    def test_a_line_stands_out_of_the_whole_return(self, here, decoys, typed, times):
        """9,480,600 and 94,800,000 in 万元, in place of 948.06; the total by nature is 1,968.01."""
        save(here, change("basic", outturn="19680100"), schedule=BY_NATURE)
        save(
            here, change(category("2240106"), outturn=typed), change(category("2240101"), outturn="10199500")
        )
        found = at(here, "C-059", "2240106 科目2240106 · 决算数")
        assert found.state is State.WARNING and found.outcome.expected == Decimal(19680100)
        assert found.outcome.sentence.endswith(f"决算数 1,968.01 万元，相差 {times} 倍：是否把元填成了万元？")

    def test_other_large_changes_do_not_matter(self, here, decoys):
        """Hardly five thousand times; a few yuan; a part that is no thousand times the whole."""
        save(here, change("basic", outturn="10000"), schedule=BY_NATURE)
        save(
            here,
            change(category("2240106"), initial_budget="1000", outturn="4999999"),
            change(category("2240101"), initial_budget="9", outturn="99999"),
            change(category("2240109"), outturn="8"),
        )
        assert asked(here) == []

    def test_a_line_alone_beside_one_total_accuses_nobody(self, here):
        """The total may be the one that is wrong; with two totals that agree it is not."""
        save(here, change("basic", outturn="1000"), schedule=BY_NATURE)
        save(here, change(category("2240106"), outturn="10000000"))
        assert asked(here) == []
        save(here, change("general_public", outturn="1000"))
        assert at(here, "C-059", "2240106 科目2240106 · 决算数").state is State.WARNING
