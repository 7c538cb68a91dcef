"""Two people at the same round at once, on two connections, with real commits."""

from collections import Counter

import pytest
from django.db import connection, transaction

from orgs.models import User
from submissions import round_actions
from submissions.models import CollectionRound, Reminder, RoundEvent
from tests.budgets.test_concurrency import at_once, kinds, saving
from tests.world import NOW, change, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db):
    """As in the other tests, but committed."""
    return make_world()


def doing(deed, world, by, **facts):
    """A deed on the round by a person as she comes to it."""
    person = User.objects.get(pk=by.pk)
    return lambda: deed(round=world.round, by=person, at=NOW, **facts)


def test_of_those_who_remind_a_unit_at_once_one_does(world):
    facts = {"unit": world.rescue, "text": "请报送。"}
    deeds = [doing(round_actions.remind, world, by, **facts) for by in (world.wu, world.qian) * 3]
    assert Counter(kinds(at_once(*deeds))) == {"Reminder": 1, "NotNow": 5}
    assert Reminder.objects.count() == 1


def test_of_those_who_close_a_round_at_once_one_does(world):
    deeds = [doing(round_actions.close_round, world, world.wu, reason="结束") for _ in range(6)]
    assert Counter(kinds(at_once(*deeds))) == {"RoundEvent": 1, "NotNow": 5}
    assert RoundEvent.objects.count() == 1


def test_of_those_who_open_the_same_year_at_once_one_does(world):
    due = world.round.due_date
    plan = round_actions.RoundPlan(2024, due, due, None, True, True, True, 10, 100000)
    person = User.objects.get(pk=world.qian.pk)

    def open_it():
        return round_actions.open_round(bureau=world.finance, plan=plan, by=person, at=NOW)

    assert Counter(kinds(at_once(*[open_it] * 4))) == {"CollectionRound": 1, "OncePerYear": 3}
    assert CollectionRound.objects.filter(fiscal_year=2024).count() == 1


def test_nobody_saves_into_a_round_that_has_been_closed(world):
    """Closing waits for the save that holds the round, and a save after it finds the round closed."""

    def close():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        return doing(round_actions.close_round, world, world.wu, reason="结束")()

    with transaction.atomic():
        saving(world.submission, change("other", outturn="1"), by=world.lin)()
        assert kinds(at_once(close)) == ["OperationalError"]
    assert kinds(at_once(close)) == ["RoundEvent"]
    assert kinds(at_once(saving(world.submission, change("operating", outturn="1"), by=world.lin))) == [
        "NotEditable"
    ]
