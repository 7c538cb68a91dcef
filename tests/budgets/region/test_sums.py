"""Returns added up by PostgreSQL: each counts as it adds itself up, and the groups add up to the whole."""

from decimal import Decimal
from random import Random

import pytest

from budgets.measures import FIGURES
from budgets.models import BudgetLine, ProjectLine
from budgets.region.sums import Dimension, Within, parts_of, sums_of
from budgets.returns import (
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    ECONOMIC_GROUPS,
    PROJECTS,
    THREE_PUBLIC,
    TOTAL,
)
from budgets.rows import return_rows
from tests.world import adjustment, category, change, economic, make_submission, project, save

CODES = ("201", "20101", "2010101", "2010102", "20103", "2010301", "208", "20805", "2080501")
SUBCLASSES = ("301", "30101", "30102", "302", "30201", "304", "30401", "309", "30901")
ADDED_FROM = {
    Dimension.DEPARTMENT: BY_FUNCTION,
    Dimension.UNIT: BY_FUNCTION,
    Dimension.FUNCTION: BY_FUNCTION,
    Dimension.FUND: BY_FUNCTION,
    Dimension.NATURE: BY_NATURE,
    Dimension.ECONOMIC: BY_ECONOMIC,
    Dimension.THREE_PUBLIC: THREE_PUBLIC,
}


def any_figures(chance):
    """Five figures nobody chose: half of them blank, some of them zero or below."""
    return {
        name: None if chance.random() < 0.5 else Decimal(chance.choice((0, chance.randint(-999, 99999)))) / 4
        for name in FIGURES
    }


def fill_at_random(submission, chance):
    """Rows on every level, stated totals above rows, rows that state fund and nature beside plain ones."""
    lines = []
    for code in chance.sample(CODES, chance.randint(0, len(CODES))):
        ways = chance.sample((("", ""), ("general_public", ""), ("other", "basic")), chance.randint(1, 3))
        for fund, nature in ways:
            key = {"schedule": BY_FUNCTION.name, "category": category(code), "fund": fund, "nature": nature}
            lines.append(BudgetLine(submission=submission, **key, **any_figures(chance)))
    for code in chance.sample(SUBCLASSES, chance.randint(0, len(SUBCLASSES))):
        key = {"schedule": BY_ECONOMIC.name, "economic_category": economic(code)}
        lines.append(BudgetLine(submission=submission, **key, **any_figures(chance)))
    fixed = [(BY_NATURE, item.code) for item in BY_NATURE.items] + [
        (BY_ECONOMIC, each) for each in ECONOMIC_GROUPS
    ]
    fixed += [(THREE_PUBLIC, item.code) for item in THREE_PUBLIC.items]
    fixed += [(schedule, TOTAL) for schedule in (BY_FUNCTION, BY_NATURE, BY_ECONOMIC, THREE_PUBLIC)]
    for schedule, item in chance.sample(fixed, chance.randint(0, len(fixed))):
        key = {"schedule": schedule.name, "item": item}
        lines.append(BudgetLine(submission=submission, **key, **any_figures(chance)))
    for line in lines:
        line.entered_in = "wan"
    BudgetLine.objects.bulk_create(lines)
    ProjectLine.objects.bulk_create(
        ProjectLine(submission=submission, name=f"项目{at}", entered_in="wan", **any_figures(chance))
        for at in range(chance.randint(0, 3))
    )


def together(figures):
    """The sum of what is known; None of nothing."""
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known else None


@pytest.fixture
def returns(world):
    """Drafts of three units, filled in by nobody's choice."""
    found = [
        world.submission,
        make_submission(world.round, world.rescue, world.lin),
        make_submission(world.round, world.culture, world.zhao),
    ]

    def fill(seed):
        chance = Random(seed)
        for each in found:
            fill_at_random(each, chance)
        return found

    return fill


@pytest.mark.parametrize("seed", range(40))
def test_a_return_counts_as_it_adds_itself_up(returns, seed):
    found = returns(seed)
    numbers = [each.pk for each in found]
    rows = [return_rows(each) for each in found]
    for by, schedule in ADDED_FROM.items():
        sums = sums_of(numbers, by)
        for name in FIGURES:
            expected = together(each[schedule.name][0].values[name] for each in rows)
            assert getattr(sums.whole, name) == expected, (by, name)
            assert together(getattr(each, name) for each in sums.groups) == expected, (by, name)


@pytest.mark.parametrize("seed", range(20))
def test_further_down_the_parts_add_up_to_what_they_are_parts_of(returns, seed):
    numbers = [each.pk for each in returns(seed)]
    for above in sums_of(numbers, Dimension.FUNCTION).groups:
        if not above.key:
            continue
        for by in (Dimension.FUNCTION, Dimension.UNIT, Dimension.DEPARTMENT, Dimension.FUND):
            below = sums_of(numbers, by, Within(Dimension.FUNCTION, above.key))
            assert [getattr(below.whole, name) for name in FIGURES] == [
                getattr(above, name) for name in FIGURES
            ]
            assert below.whole.returns == above.returns


@pytest.mark.parametrize(
    "by", [Dimension.NATURE, Dimension.ECONOMIC, Dimension.PROJECT, Dimension.THREE_PUBLIC]
)
@pytest.mark.parametrize("seed", range(5))
def test_the_units_of_a_group_add_up_to_it(returns, seed, by):
    numbers = [each.pk for each in returns(seed)]
    for group in sums_of(numbers, by).groups:
        units = sums_of(numbers, Dimension.UNIT, Within(by, group.key))
        for name in FIGURES:
            assert together(getattr(each, name) for each in units.groups) == getattr(group, name)
        assert units.whole.returns == group.returns


@pytest.mark.parametrize(
    "by",
    [Dimension.FUNCTION, Dimension.NATURE, Dimension.ECONOMIC, Dimension.PROJECT, Dimension.THREE_PUBLIC],
)
@pytest.mark.parametrize("seed", range(10))
def test_the_parts_of_each_return_are_what_its_groups_are_the_sum_of(returns, seed, by):
    numbers = [each.pk for each in returns(seed)]
    parts = parts_of(numbers[:2], by)
    for pk in numbers[:2]:
        mine = {key: figures for (each, key), figures in parts.items() if each == pk}
        whole = sums_of([pk], by).whole
        for name in FIGURES:
            assert together(figures[name] for figures in mine.values()) == getattr(whole, name)
    assert {pk for pk, _ in parts} <= set(numbers[:2])


def test_the_parts_of_returns_are_read_in_one_statement(returns, django_assert_num_queries):
    numbers = [each.pk for each in returns(3)]
    with django_assert_num_queries(1):
        parts_of(numbers, Dimension.THREE_PUBLIC)
    with django_assert_num_queries(0):
        assert parts_of([], Dimension.THREE_PUBLIC) == {}


def test_what_does_not_combine_is_refused(world):
    with pytest.raises(ValueError, match="is not parted by"):
        sums_of([world.submission.pk], Dimension.PROJECT, Within(Dimension.FUNCTION, "224"))


def figures_of(sums):
    return {each.key: (each.initial_budget, each.outturn) for each in sums.groups}


def test_by_hand(world):
    item, other = category("2240101"), category("2240106")
    save(world.submission, change(item, initial_budget="100", outturn="150", last_year_outturn="90"))
    save(world.submission, change(other, initial_budget="10", outturn="20"))
    rescue = make_submission(world.round, world.rescue, world.lin)
    save(rescue, change(item, initial_budget="7", outturn="5", last_year_outturn="6"))
    culture = make_submission(world.round, world.culture, world.zhao)
    save(culture, change(category("2070101"), fund="other", initial_budget="1000", outturn="900"))
    numbers = [world.submission.pk, rescue.pk, culture.pk]
    by_department = sums_of(numbers, Dimension.DEPARTMENT)
    assert figures_of(by_department) == {"224001": (117, 175), "225001": (1000, 900)}
    assert {each.key: each.returns for each in by_department.groups} == {"224001": 2, "225001": 1}
    whole = by_department.whole
    assert (whole.initial_budget, whole.outturn, whole.gap, whole.last_year_outturn) == (1117, 1075, -42, 96)
    assert round(whole.gap_rate, 2) == Decimal("-3.76")  # 42 ÷ 1,117
    assert whole.returns == 3 and whole.without_last_year == 1
    assert (whole.change, whole.spent_before) == (79, 96)  # 170 + 5 − 96: without the culture house
    assert round(whole.change_rate, 2) == Decimal("82.29")  # 79 ÷ 96
    assert whole.without_revised == 3 and whole.without_budget == 0
    assert figures_of(sums_of(numbers, Dimension.FUNCTION)) == {"224": (117, 175), "207": (1000, 900)}
    assert figures_of(sums_of(numbers, Dimension.FUNCTION, Within(Dimension.FUNCTION, "224"))) == {
        "22401": (117, 175)
    }
    items = sums_of(numbers, Dimension.FUNCTION, Within(Dimension.FUNCTION, "22401"))
    assert figures_of(items) == {"2240101": (107, 155), "2240106": (10, 20)}
    units = sums_of(numbers, Dimension.UNIT, Within(Dimension.FUNCTION, "2240101"))
    assert figures_of(units) == {str(world.emergency.pk): (100, 150), str(world.rescue.pk): (7, 5)}
    assert figures_of(sums_of(numbers, Dimension.FUND)) == {"": (117, 175), "other": (1000, 900)}


def test_a_difference_is_of_the_returns_that_state_both_figures(world):
    rescue = make_submission(world.round, world.rescue, world.lin)
    save(world.submission, project("防汛", initial_budget="5", outturn="4"), schedule=PROJECTS)
    save(rescue, project("防汛", outturn="3"), schedule=PROJECTS)
    [group] = sums_of([world.submission.pk, rescue.pk], Dimension.PROJECT).groups
    assert (group.initial_budget, group.outturn) == (5, 7)
    assert (group.gap, group.gap_rate, group.without_budget) == (-1, -20, 1)


def test_what_is_stated_of_the_total_alone_is_compared_in_the_whole(world):
    item = category("2240101")
    save(world.submission, change(item, outturn="150"))
    save(world.submission, change("total", initial_budget="100"), schedule=BY_FUNCTION)
    sums = sums_of([world.submission.pk], Dimension.FUNCTION)
    assert figures_of(sums) == {"224": (None, 150), "": (100, None)}
    assert [each.gap for each in sums.groups] == [None, None] and sums.whole.gap == 50
    assert [each.without_budget for each in sums.groups] == [1, 1] and sums.whole.without_budget == 0


def test_a_code_of_another_budget_tells_its_fund(world):
    save(world.submission, change(category("2120801", book="government_fund"), outturn="5"))
    save(world.submission, change(category("2240101"), outturn="7"))
    assert figures_of(sums_of([world.submission.pk], Dimension.FUND)) == {
        "government_fund": (None, 5),
        "": (None, 7),
    }


def test_a_budget_that_follows_from_documents_alone_is_counted_and_not_added(world):
    item = category("2240101")
    save(world.submission, change(item, initial_budget="100", outturn="90"))
    line = BudgetLine.objects.get()
    name = f"{item.pk}--"
    save(world.submission, adjustment("1号", kind="increase", adjusted="20", function=name))
    assert return_rows(world.submission)[BY_FUNCTION.name][0].values["revised_budget"] == 120, line
    whole = sums_of([world.submission.pk], Dimension.UNIT).whole
    assert (whole.revised_budget, whole.without_revised) == (None, 1)


def test_projects_of_one_name_are_one_group(world):
    rescue = make_submission(world.round, world.rescue, world.lin)
    save(world.submission, project("防汛", initial_budget="5", outturn="4"), schedule=PROJECTS)
    save(
        rescue,
        project("防汛", initial_budget="2", outturn="3"),
        project("宣传", outturn="1"),
        schedule=PROJECTS,
    )
    sums = sums_of([world.submission.pk, rescue.pk], Dimension.PROJECT)
    assert figures_of(sums) == {"防汛": (7, 7), "宣传": (None, 1)}
    assert (sums.whole.initial_budget, sums.whole.outturn) == (7, 8)


def test_nothing_adds_up_to_nothing(world, django_assert_num_queries):
    with django_assert_num_queries(0):
        none = sums_of([], Dimension.UNIT)
    assert none.groups == [] and none.whole.outturn is None and none.whole.gap_rate is None
    blank = sums_of([world.submission.pk], Dimension.UNIT)
    assert blank.groups == [] and blank.whole.returns == 0 and blank.whole.outturn is None


@pytest.mark.parametrize("by", [*Dimension])
def test_however_many_returns_it_is_one_statement(returns, by, django_assert_num_queries):
    numbers = [each.pk for each in returns(3)]
    for some in (numbers[:1], numbers):
        with django_assert_num_queries(1):
            sums_of(some, by)


def test_other_returns_are_not_added(returns):
    first, *_ = returns(5)
    alone = sums_of([first.pk], Dimension.FUNCTION).whole
    assert alone.outturn == return_rows(first)[BY_FUNCTION.name][0].values["outturn"]
