"""The rules and the versions of the Hunan index; every expected figure is computed by hand."""

from decimal import Decimal

import pytest

from performance.index_versions import (
    COUNTY_2017,
    COUNTY_2018,
    OTHER_2016,
    PROVINCIAL_2015,
    PROVINCIAL_2017,
    REFERENCE,
    VERSIONS,
    YUEYANG_ROADS,
    YUHUA_2022,
)
from performance.overall_index import FULL, Above, Below


def row_of(version, name):
    return next(row for row in version.rows if row.name == name)


def points(version, name, rate):
    row = row_of(version, name)
    return row.rule.points(Decimal(rate), row.weight)


@pytest.mark.parametrize(
    ("version", "name", "rate", "expected"),
    [
        # ≤ 100 % full; each completed point above takes 0.5, of a weight of 1 takes 0.1
        (PROVINCIAL_2017, "在职人员控制率", "96.06", "5"),
        (PROVINCIAL_2017, "在职人员控制率", "100", "5"),
        (PROVINCIAL_2017, "在职人员控制率", "100.99", "5"),
        (PROVINCIAL_2017, "在职人员控制率", "101", "4.5"),
        (PROVINCIAL_2017, "在职人员控制率", "108.70", "1"),  # 8 completed points
        (PROVINCIAL_2017, "在职人员控制率", "110", "0"),
        (PROVINCIAL_2017, "在职人员控制率", "250", "0"),
        (COUNTY_2018, "在职人员控制率", "102.5", "7"),
        (OTHER_2016, "在职人员控制率", "103", "0.7"),
        # ≤ 0 full; each completed point above takes a tenth of the weight
        (PROVINCIAL_2017, "“三公”经费变动率", "-20", "5"),
        (PROVINCIAL_2017, "“三公”经费变动率", "0", "5"),
        (PROVINCIAL_2017, "“三公”经费变动率", "0.99", "5"),
        (PROVINCIAL_2017, "“三公”经费变动率", "3.7", "3.5"),
        (YUHUA_2022, "“三公”经费变动率", "3.7", "5.6"),
        (OTHER_2016, "“三公”经费变动率", "3.7", "2.1"),
        (YUHUA_2022, "“三公”经费变动率", "10", "0"),
        # each completed 5 % below 100 takes 2
        (PROVINCIAL_2017, "预算完成率", "100", "5"),
        (PROVINCIAL_2017, "预算完成率", "95.01", "5"),
        (PROVINCIAL_2017, "预算完成率", "95", "3"),
        (PROVINCIAL_2017, "预算完成率", "92.8", "3"),  # by proportion it would be 2.12
        (PROVINCIAL_2017, "预算完成率", "90", "1"),
        (PROVINCIAL_2017, "预算完成率", "85", "0"),
        (PROVINCIAL_2017, "预算完成率", "0", "0"),
        # closed at the upper end
        (PROVINCIAL_2017, "预算控制率", "0", "5"),
        (PROVINCIAL_2017, "预算控制率", "0.01", "4"),
        (PROVINCIAL_2017, "预算控制率", "10", "4"),
        (PROVINCIAL_2017, "预算控制率", "10.01", "3"),
        (PROVINCIAL_2017, "预算控制率", "20", "3"),
        (PROVINCIAL_2017, "预算控制率", "30", "2"),
        (PROVINCIAL_2017, "预算控制率", "30.01", "0"),
        (COUNTY_2018, "预算控制率", "5", "6"),
        (COUNTY_2018, "预算控制率", "29", "2"),
        # each completed 5 % above 100 takes 2
        (PROVINCIAL_2017, "新建楼堂馆所面积控制率", "104.99", "5"),
        (PROVINCIAL_2017, "新建楼堂馆所面积控制率", "105", "3"),
        (PROVINCIAL_2017, "新建楼堂馆所投资概算控制率", "115", "0"),
        (PROVINCIAL_2017, "公用经费控制率", "101.5", "7"),
        (PROVINCIAL_2017, "“三公”经费控制率", "100", "7"),
        (PROVINCIAL_2017, "政府采购执行率", "100", "6"),
    ],
)
def test_a_row_scores_by_completed_steps_and_never_below_nothing(version, name, rate, expected):
    assert points(version, name, rate) == Decimal(expected)


def test_a_rate_counts_as_it_is_printed():
    assert points(PROVINCIAL_2017, "预算完成率", "95.004") == 3  # printed 95.00
    assert points(PROVINCIAL_2017, "预算完成率", "95.006") == 5  # printed 95.01


def test_what_no_source_says_is_not_made_up():
    assert points(PROVINCIAL_2017, "政府采购执行率", "72.74") is None
    assert points(PROVINCIAL_2017, "预算控制率", "-1") is None  # the rule speaks of additions
    assert row_of(YUEYANG_ROADS, "预算控制率").rule is None


def test_single_points_may_count_in_part_where_a_county_says_so():
    assert Above(FULL, Decimal("0.5"), whole_steps=False).points(Decimal("101.5"), Decimal(5)) == Decimal(
        "4.25"
    )
    assert Below(FULL, Decimal(2), Decimal(5), whole_steps=False).points(
        Decimal("92.8"), Decimal(5)
    ) == Decimal("2.12")


def test_the_worked_example_of_2018():
    """Staff 136 of 143; 三公 63.46 after 32.00; budget 1922.76, then 2690.62; left over 19.80 (万元)."""
    staff = Decimal(136) * 100 / 143
    change = (Decimal("63.46") - 32) * 100 / 32
    added = (Decimal("2690.62") - Decimal("1922.76")) * 100 / Decimal("1922.76")
    completed = (Decimal("2690.62") - Decimal("19.80")) * 100 / Decimal("2690.62")
    assert [round(each, 2) for each in (staff, added, completed)] == [
        Decimal("95.10"),
        Decimal("39.94"),
        Decimal("99.26"),
    ]
    assert change == Decimal("98.3125")
    assert points(COUNTY_2018, "在职人员控制率", staff) == 8
    assert points(COUNTY_2018, "“三公”经费变动率", change) == 0
    assert points(COUNTY_2018, "预算控制率", added) == 0
    assert points(COUNTY_2018, "预算完成率", completed) == 8


def test_the_versions_have_the_points_that_were_read():
    read = {
        version.code: [(block.name, block.weight, block.unknown) for block in version.blocks]
        for version in VERSIONS
    }
    assert read == {
        "provincial_2017": [("投入", 10, 0), ("过程", 60, 0), ("产出及效果", 30, 0)],
        "county_2017": [("投入", 10, 0), ("过程", 60, 0), ("产出及效果", 30, 0)],
        "provincial_2015": [("投入", 13, 0), ("过程", 64, 59), ("产出及效果", 23, 23)],
        "yuhua_2022": [("投入", 13, 0), ("过程", 61, 41), ("产出及效果", 26, 26)],
        "county_2018": [("投入", 16, 0), ("过程", 58, 42), ("产出及效果", 26, 26)],
        "yueyang_roads": [("投入", 15, 0), ("过程", 40, 19), ("产出及效果", 45, 45)],
        "other_2016": [("投入", 19, 13)],
    }
    assert [version for version in VERSIONS if version.is_complete] == [PROVINCIAL_2017, COUNTY_2017]
    assert REFERENCE.is_complete


def test_the_older_version_compares_what_was_spent():
    assert row_of(PROVINCIAL_2015, "“三公”经费变动率").ratio == "three_public_outturn_change_rate"
    assert row_of(PROVINCIAL_2017, "“三公”经费变动率").ratio == "three_public_change_rate"


def test_every_rule_says_itself():
    said = {row.name: row.rule.text(row.weight) for row in REFERENCE.rows if row.rule}
    assert said["预算完成率"] == "达到 100% 得满分，每低于 5 个百分点扣 2 分"
    assert said["在职人员控制率"] == "不超过 100% 得满分，每超过一个百分点扣 0.5 分"
    assert said["预算控制率"] == "0% 以内 5 分，10% 以内 4 分，20% 以内 3 分，30% 以内 2 分，超过 30% 不得分"
    assert said["政府采购执行率"].endswith("扣多少分由县财政通知规定")
