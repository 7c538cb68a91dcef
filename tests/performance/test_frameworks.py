"""The indicator frameworks and the editions that have them."""

import pytest

from performance.frameworks import FOUR_BLOCKS, FRAMEWORKS, SECOND_LEVELS, THREE_BLOCKS, edition_of


def points(framework):
    return [framework.execution_points, *(first.points for first in framework.first_levels)]


def test_both_frameworks_have_the_points_of_their_forms():
    assert points(THREE_BLOCKS) == [10, 50, 30, 10]
    assert points(FOUR_BLOCKS) == [10, 20, 40, 20, 10]


@pytest.mark.parametrize("framework", FRAMEWORKS.values())
def test_a_framework_shares_out_a_hundred_points_and_names_each_second_level_once(framework):
    assert sum(points(framework)) == 100
    assert len(framework.second_levels) == sum(len(first.second_levels) for first in framework.first_levels)


def test_cost_stands_below_output_or_by_itself():
    assert THREE_BLOCKS.first_of("cost").code == "output"
    assert list(THREE_BLOCKS.second_levels)[:4] == ["quantity", "quality", "timeliness", "cost"]
    assert FOUR_BLOCKS.first_of("cost") is None
    assert FOUR_BLOCKS.first_of("cost_social").code == "cost"
    assert FOUR_BLOCKS.first_of("") is None and len(SECOND_LEVELS) == 12


def test_a_framework_says_its_points_and_whether_it_was_read():
    assert FOUR_BLOCKS.weights_text == "预算执行率 10、成本指标 20、产出指标 40、效益指标 20、满意度指标 10"
    assert THREE_BLOCKS.is_sourced and not FOUR_BLOCKS.is_sourced


@pytest.mark.parametrize(
    ("region", "year", "is_asked"),
    [("431102", 2021, False), ("431102", 2022, False), ("431102", 2023, True), ("341702", 2021, True)],
)
def test_the_year_alone_decides_nothing(region, year, is_asked):
    edition = edition_of(region, year)
    assert (edition.framework, edition.is_asked) == (THREE_BLOCKS, is_asked)
    assert edition.choices == (THREE_BLOCKS, FOUR_BLOCKS)
