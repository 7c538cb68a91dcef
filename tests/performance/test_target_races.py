"""Two people at the targets of one return in the same moment, on two connections, with real commits."""

from functools import partial

import pytest
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F

from budgets.actions import LineChange, save_lines
from budgets.money import AmountUnit
from orgs.models import User
from performance.models import IndicatorLine, TargetAnswer, TargetApproval, TargetRequest
from performance.returns import INDICATORS
from performance.target_actions import withdraw_target
from tests.budgets.test_concurrency import at_once
from tests.performance.indicators import put
from tests.performance.test_targets import answer, approve, ask, fresh
from tests.world import NOW, Role, make_person, make_world, without_guards

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = [pytest.param(3, id="3 rounds"), pytest.param(100, id="100 rounds", marks=pytest.mark.drill)]


@pytest.fixture
def world(transactional_db):
    """As in the other tests, but committed; with a second preparer and a second reviewer, and an indicator."""
    world = make_world()
    make_person("mei", "梅", (Role.PREPARER, world.emergency))
    make_person("gu", "顾审", (Role.PERFORMANCE_OFFICE, world.finance))
    put(world.submission, "检查企业数", second_level="quantity", target_value="120")
    return world


def person(name):
    return User.objects.get(username=name)


def edit(world, target):
    """A save of another target."""
    line = IndicatorLine.objects.get()
    values = line.values(column.name for column in INDICATORS.columns) | {"target_value": target}
    change = LineChange(line.key, line.row_version, values, line.pk)
    common = {"schedule": INDICATORS, "model": IndicatorLine, "unit": AmountUnit.YUAN, "at": NOW}
    return save_lines(submission=fresh(world.submission), rows=[change], by=person("mei"), **common)


def word(result):
    return type(result).__name__ if isinstance(result, Exception) else "done"


def forget(world):
    """Have the return again without any approval, and its target as at first."""
    with transaction.atomic():
        for model in (TargetAnswer, TargetRequest, TargetApproval):
            with without_guards(model._meta.db_table):
                model._base_manager.all()._raw_delete(DEFAULT_DB_ALIAS)
        line = IndicatorLine.objects.filter(submission=world.submission)
        line.update(target_value="120", row_version=F("row_version") + 1)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_what_is_approved_is_what_is_there_when_somebody_edits(world, rounds):
    for _ in range(rounds):
        results = [word(each) for each in at_once(lambda: approve(world), lambda: edit(world, "100"))]
        approved = TargetApproval.objects.get().targets[0]["target_value"]
        there = IndicatorLine.objects.get().target_value
        assert (*results, approved, there) in {
            ("done", "done", "100", "100"),
            ("done", "HeldFigures", "120", "120"),
        }
        forget(world)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_approvals_and_two_requests_are_one(world, rounds):
    for _ in range(rounds):
        both = at_once(lambda: approve(world), lambda: approve(world, by=person("gu")))
        assert sorted(map(word, both)) == ["NotNow", "done"]
        line, here = IndicatorLine.objects.get(), world.submission
        both = at_once(
            partial(ask, here, line, by=person("lin"), target_value="100"),
            partial(ask, here, line, by=person("mei"), target_value="90"),
        )
        assert sorted(map(word, both)) == ["NotNow", "done"]
        assert (TargetApproval.objects.count(), TargetRequest.objects.count()) == (1, 1)
        forget(world)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_request_is_approved_or_withdrawn_and_never_both(world, rounds):
    for _ in range(rounds):
        approve(world)
        request = ask(world.submission, IndicatorLine.objects.get(), by=person("lin"), target_value="100")
        results = at_once(
            partial(answer, world, request, by=person("wu")),
            partial(withdraw_target, request=request, by=person("mei"), at=NOW),
        )
        there, kind = IndicatorLine.objects.get().target_value, TargetAnswer.objects.get().kind
        assert (*map(word, results), there, kind) in {
            ("done", "NotNow", "100", "approved"),
            ("NotNow", "done", "120", "withdrawn"),
        }
        forget(world)
