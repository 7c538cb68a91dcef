"""The three public expenses, staff and running costs of a round, held against figures worked out by hand."""

from decimal import Decimal

import pytest

from budgets.models import StaffLine
from budgets.returns import BY_NATURE, THREE_PUBLIC
from performance.bureau_tables.of_money import (
    operating_control,
    staff_control,
    three_public,
    three_public_by_unit,
)
from tests.performance.bureau_tables.returns import WAN, scope_of, state
from tests.world import without_guards

D = Decimal


def expense(submission, item, before, budget, now, schedule=THREE_PUBLIC):
    with without_guards("budgets_budgetline"):
        state(submission, schedule, item, last_year_outturn=before, initial_budget=budget, outturn=now)


@pytest.fixture
def spent(three):
    """Three returns: one with all items, one that does not part its vehicles, one with a total alone."""
    rescue, culture = (three.round.submissions.get(unit=each) for each in (three.rescue, three.culture))
    expense(three.submission, "overseas", 0, 0, 0)
    expense(three.submission, "vehicle_purchase", 20, 0, 0)
    expense(three.submission, "vehicle_operation", 10, 12, 11)
    expense(three.submission, "vehicles", 99, 99, 99)  # stated over its parts: it does not count
    expense(three.submission, "hospitality", 5, 4, 3)
    expense(rescue, "vehicles", 8, 6, 6)
    expense(rescue, "hospitality", None, 1, 1)
    expense(culture, "total", None, 2, 2)
    expense(three.round.submissions.get(unit__code="226001"), "hospitality", 900, 900, 900)  # a draft
    return three


def wan(*figures):
    return [None if each is None else D(str(each)) * WAN for each in figures]


def test_the_items_are_those_of_the_countys_table_and_add_up_over_all_units(spent):
    found = three_public(scope_of(spent.round))
    assert [line.cells[0].strip("　") for line in found.lines] == [
        "1. 因公出国（境）费",
        "2. 公务接待费",
        "3. 公务用车购置及运行费",
        "其中：（1）公务用车购置费",
        "（2）公务用车运行费",
    ]
    assert [line.cells[1:] for line in found.lines] == [
        [*wan(0, 0, 0, 0), None],
        # 接待: 4 spent, of which 3 by who says what it spent before: 5.
        [*wan(5, 5, 4, -2), -40],
        # 38 before, 17 now.
        [*wan(38, 18, 17, -21), D(-2100) / 38],
        [*wan(20, 0, 0, -20), -100],
        [*wan(10, 12, 11, 1), 10],
    ]
    # 合计: 35 + 8 before, 16 + 7 + 1 budgeted... of each return its parts, else the total it states.
    assert found.foot == ["合计", *wan(43, 25, 23, -22), D(-2200) / 43]


def test_each_unit_has_the_items_side_by_side(spent):
    found = three_public_by_unit(scope_of(spent.round))
    assert [line.cells[0] for line in found.lines] == ["224001", "224002", "225001"]
    emergency, rescue, culture = (line.cells[2:] for line in found.lines)
    assert emergency[:5] == [*wan(35, 16, 14, -21), -60]
    assert emergency[5:10] == [*wan(0, 0, 0, 0), None]
    assert emergency[10:20] == [*wan(20, 0, 0, -20), -100, *wan(10, 12, 11, 1), 10]
    assert emergency[20:] == [*wan(5, 4, 3, -2), -40]
    assert rescue == [*wan(8, 7, 7, -1), D("-12.5"), *[None] * 15, *wan(None, 1, 1), None, None]
    assert culture == [*wan(None, 2, 2), *[None] * 22]
    assert found.foot[2:7] == three_public(scope_of(spent.round)).foot[1:]


def test_what_is_not_in_the_sums_is_named(spent):
    notes = {note.said: note.names for note in three_public(scope_of(spent.round)).notes}
    assert notes == {
        "没有上年决算数或本年决算数，不计入合计的增减": ["零陵区文化馆"],
        "公务用车没有分购置和运行，只计入“购置及运行”和合计": ["应急救援中心"],
    }


def persons(submission, **items):
    with without_guards("budgets_staffline"):
        for item, (in_service, authorized) in items.items():
            StaffLine.objects.create(
                submission=submission, item=item, in_service=in_service, authorized=authorized
            )


def test_staff_is_ranked_by_its_rate_and_together_it_is_the_rate_of_the_sums(three):
    rescue, culture = (three.round.submissions.get(unit=each) for each in (three.rescue, three.culture))
    # The stated total counts only where nothing below it is stated; the retired stand beside.
    persons(three.submission, administrative=(9, 10), support=(3, 2), total=(99, 99), retired=(50, None))
    persons(rescue, total=(33, 30))
    persons(culture, fully_funded=(7, None))
    found = staff_control(scope_of(three.round))
    assert [line.cells for line in found.lines] == [
        ["224002", "应急救援中心", 33, 30, 110],
        ["224001", "零陵区应急管理局", 12, 12, 100],
        ["225001", "零陵区文化馆", 7, None, None],
    ]
    # 45 of 42 persons; the mean of the rates would be 105, and with the seven 123.81.
    assert found.foot == ["合计", "3 个单位", 52, 42, D(4500) / 42]
    assert [note.names for note in found.notes] == [["零陵区文化馆"]]


def test_running_costs_are_held_against_their_initial_budget(three):
    rescue = three.round.submissions.get(unit=three.rescue)
    expense(three.submission, "basic_operating", None, 40, 30, BY_NATURE)
    expense(three.submission, "basic_personnel", None, 90, 90, BY_NATURE)
    expense(rescue, "basic_operating", None, 10, 12, BY_NATURE)
    found = operating_control(scope_of(three.round))
    assert [line.cells for line in found.lines] == [
        ["224002", "应急救援中心", *wan(12, 10), 120],
        ["224001", "零陵区应急管理局", *wan(30, 40), 75],
        ["225001", "零陵区文化馆", None, None, None],
    ]
    assert found.foot == ["合计", "3 个单位", *wan(42, 50), 84]


def test_a_rate_of_zero_or_less_comes_before_none(three):
    rescue, culture = (three.round.submissions.get(unit=each) for each in (three.rescue, three.culture))
    expense(three.submission, "basic_operating", None, None, 30, BY_NATURE)
    expense(rescue, "basic_operating", None, 10, -5, BY_NATURE)
    expense(culture, "basic_operating", None, 10, 0, BY_NATURE)
    found = operating_control(scope_of(three.round))
    assert [line.cells[0] for line in found.lines] == ["225001", "224002", "224001"]
    assert [line.cells[4] for line in found.lines] == [0, -50, None]
