"""The sample by rule and lot, drawn by hand."""

from decimal import Decimal

import pytest

from performance.sampling import RULES, Candidate, Plan, Rule, drawn

SEED = "7f3a"


def candidate(code, outturn="100", rate="95", total="90", *, is_full=False):
    return Candidate(code, outturn and Decimal(outturn), rate and Decimal(rate), Decimal(total), is_full)


# The first eight digits of sha256("7f3a:" + code), by `printf 7f3a:101 | sha256sum`:
#   101 a0ac69d6  102 2e0d0415  103 08f06433  104 bd193a0d  105 0260d841  106 1e00f018
SIX = [
    candidate("101", "900"),
    candidate("102", is_full=True, total="100"),
    candidate("103", rate="79.99"),
    candidate("104", is_full=True, total="98"),
    candidate("105", rate="80"),
    candidate("106", None, None),
]


def sample(plan, seed=SEED, of=SIX):
    return [(each.code, rule.value) for each, rule in drawn(of, plan, seed)]


def test_each_rule_takes_its_own_and_lots_take_the_rest():
    found = sample(Plan(5, largest=1, full_marks=1, low_execution=1))
    assert found == [
        ("101", "largest"),
        ("102", "full_marks"),  # 102 has a smaller lot than 104
        ("103", "low_execution"),  # 80 % is not below 80 %, and no rate is none
        ("105", "random"),
        ("106", "random"),
    ]


def test_lots_alone():
    assert [code for code, _ in sample(Plan(6))] == ["105", "103", "106", "102", "101", "104"]


def test_the_same_seed_and_returns_give_the_same_sample_in_whatever_order_they_come():
    plan = Plan(50, is_percent=True, full_marks=1)
    assert sample(plan) == sample(plan, of=SIX[::-1]) == sample(plan)
    assert sample(Plan(6), "another") != sample(Plan(6))


@pytest.mark.parametrize(
    ("plan", "number"),
    [
        (Plan(4), 4),
        (Plan(7), 6),  # no more than there are
        (Plan(10, is_percent=True), 1),  # of 0.6
        (Plan(50, is_percent=True), 3),
        (Plan(51, is_percent=True), 4),  # of 3.06
        (Plan(100, is_percent=True), 6),
    ],
)
def test_a_number_or_a_percentage_rounded_up(plan, number):
    assert plan.number_of(6) == number == len(sample(plan))


def test_no_rule_takes_more_than_is_drawn_and_none_finds_what_is_not_there():
    assert sample(Plan(1, largest=3, full_marks=2)) == [("101", "largest")]
    assert sample(Plan(2, largest=2), of=SIX[5:]) == [
        ("106", "random")
    ]  # without an outturn it is not largest
    assert sample(Plan(3), of=[]) == []


def test_what_a_draw_keeps_reads_as_it_was():
    assert [Candidate.from_json(each.as_json()) for each in SIX] == SIX


def test_a_plan_says_itself():
    assert Plan(10, is_percent=True, largest=1, low_execution=2).text == (
        "抽 10 %，其中决算数最大 1 份、执行率低于 80 % 2 份，其余随机"
    )
    assert Plan(3).text == "抽 3 份，全部随机"
    assert list(RULES) == list(Rule)
