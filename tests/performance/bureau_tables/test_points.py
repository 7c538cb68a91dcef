"""Indicators that PostgreSQL adds up come to what each return comes to by itself, whatever stands in them."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from performance.bases import basis_of_round
from performance.bureau_tables.points import results_of
from performance.frameworks import FRAMEWORKS, SECOND_LEVELS
from performance.models import IndicatorLine, ProjectIndicatorLine
from performance.rows import scored
from performance.schemes import Mode
from performance.scoring import Basis, Indicator
from tests.world import make_submission

ODD = 0.03
"""How seldom something is blank or wrong, so that now and then nothing is."""


def any_set(framework, chance):
    """Indicators that fill the blocks, each in one or two parts, with a mistake here and there."""
    found = []
    for first in framework.first_levels:
        parts = chance.randint(1, 2)
        for at in range(parts):
            weight = first.points / parts
            score = Decimal(chance.randint(0, int(weight) * 100)) / 100
            odd = {
                name: chance.random() < ODD
                for name in ("level", "target", "actual", "weight", "score", "above")
            }
            found.append(
                {
                    "name": f"{first.name}{at}",
                    "second_level": chance.choice(["", *SECOND_LEVELS])
                    if odd["level"]
                    else chance.choice([*first.second_levels]),
                    "target_value": chance.choice(["", "≥＿＿ 件"]) if odd["target"] else "10",
                    "actual_value": "" if odd["actual"] else "9",
                    "max_score": None if odd["weight"] else weight,
                    "score": None if odd["score"] else weight + 1 if odd["above"] else score,
                }
            )
    return chance.sample(found, len(found) - (chance.random() < ODD))


@pytest.fixture
def returns(world):
    """Drafts of three units."""
    return [
        world.submission,
        make_submission(world.round, world.rescue, world.lin),
        make_submission(world.round, world.culture, world.zhao),
    ]


@pytest.mark.parametrize("framework", [*FRAMEWORKS.values()], ids=[*FRAMEWORKS])
@pytest.mark.parametrize("seed", range(30))
def test_it_is_the_result_of_each_return(returns, framework, seed):
    chance, basis = Random(seed), Basis(framework)
    for each in returns:
        IndicatorLine.objects.bulk_create(
            IndicatorLine(submission=each, **line) for line in any_set(framework, chance)
        )
    numbers = [each.pk for each in returns]
    rates = {(pk,): chance.choice([None, Decimal(chance.randint(0, 10100)) / 100]) for pk in numbers}
    reasons = {(numbers[0],): "因职能调整"}
    found = results_of(IndicatorLine, ("submission_id",), numbers, basis, rates, reasons)
    for each in returns:
        key = (each.pk,)
        lines = list(IndicatorLine.objects.filter(submission=each))
        expected = scored(lines, rates[key], basis, reasons.get(key, ""))
        assert (found[key].total, found[key].grade) == (expected.total, expected.grade)
        assert found[key].blocks == expected.blocks
        assert bool(found[key].faults) == bool(expected.faults)


@pytest.mark.parametrize("seed", range(30))
def test_where_rules_are_not_overruled_it_is_that_too_with_the_same_words(returns, seed):
    chance, basis = Random(seed), Basis(mode=Mode.LOCKED)
    for each in returns:
        IndicatorLine.objects.bulk_create(
            IndicatorLine(
                submission=each, **line | {"direction": chance.choice(["", "at_least", "qualitative"])}
            )
            for line in any_set(basis.framework, chance)
        )
    rates = {(each.pk,): Decimal(90) for each in returns}
    found = results_of(IndicatorLine, ("submission_id",), [each.pk for each in returns], basis, rates, {})
    for each in returns:
        lines = list(IndicatorLine.objects.filter(submission=each).order_by("pk"))
        expected = scored(lines, Decimal(90), basis, "")
        assert found[(each.pk,)] == replace(expected, unexplained=[], indicators=[])


def test_what_its_rule_gives_is_kept_beside_the_words_that_were_read():
    typed = Indicator("件数", "quantity", Decimal(50), Decimal(40), "10", "9", direction="at_least")
    counted = typed.as_counted(Mode.LOCKED)
    assert (counted.score, counted.computed, counted.reading) == (45, 45, typed.reading)  # 50 × 9 ÷ 10
    assert counted.as_counted(Mode.LOCKED) is counted
    assert replace(counted, actual_value="8").computed == 40


def test_some_of_these_returns_have_a_total_and_some_have_none():
    outcomes = set()
    for seed in range(30):
        chance = Random(seed)
        lines = [IndicatorLine(**line) for line in any_set(FRAMEWORKS["three_blocks"], chance)]
        outcomes.add(scored(lines, Decimal(90), Basis(), "").total is None)
    assert outcomes == {True, False}


def test_what_has_no_indicators_lacks_each_block(world):
    pk = world.submission.pk
    basis = basis_of_round(world.round)
    found = results_of(
        ProjectIndicatorLine, ("submission_id", "project"), [pk], basis, {(pk, "防汛"): None}, {}
    )
    assert found[(pk, "防汛")].total is None
    assert found[(pk, "防汛")].faults[0] == "还没有产出指标：请添加，分值合计应为 50。"


def test_other_returns_are_not_added(returns):
    first, other, _ = returns
    for each in (first, other):
        IndicatorLine.objects.create(
            submission=each, name="件数", second_level="quantity", max_score=50, score=40
        )
    [result] = results_of(
        IndicatorLine, ("submission_id",), [first.pk], Basis(), {(first.pk,): None}, {}
    ).values()
    assert result.blocks[0].scored == 40


def test_however_many_returns_it_is_one_query(returns, django_assert_num_queries):
    numbers = [each.pk for each in returns]
    for some in (numbers[:1], numbers):
        with django_assert_num_queries(1):
            results_of(IndicatorLine, ("submission_id",), some, Basis(), {(pk,): None for pk in some}, {})
