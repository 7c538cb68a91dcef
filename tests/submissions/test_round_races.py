"""Two people at the same round at once, on two connections, with real commits."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.urls import reverse

from budgets.checks.results import NOTHING_CHECKED
from budgets.checks.stored import bases_of
from budgets.measures import FIGURES
from budgets.money import AmountUnit
from budgets.result_actions import store_results
from orgs.models import User
from submissions import finding_actions, round_actions
from submissions.models import CollectionRound, Reminder, RoundEvent
from tests.budgets.test_concurrency import at_once, kinds, saving
from tests.world import NOW, category, change, make_submission, make_world, put_point, save, signed_in

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


def save_in_the_grid(world):
    """What the entry table sends; what it is answered."""
    values = {**dict.fromkeys(FIGURES, ""), "outturn": "1", "variance_reason": ""}
    rows = [{"row": "r1", "item": "other", "row_version": 0, "values": values}]
    path = reverse("save_lines", args=[world.submission.pk, "revenue"])
    answer = browser(world).post(path, {"unit": "yuan", "rows": rows}, content_type="application/json")
    return answer.status_code, answer.json()["message"]


def save_a_text(world):
    """What the page of a text sends; the status and its answer's words."""
    fields = {"text": "压减会议费。", "row_version": 0}
    answer = browser(world).post(reverse("edit_text", args=[world.submission.pk, "thrift_measures"]), fields)
    return answer.status_code, answer.content.decode()


def hand_in(world):
    """Press 报送; what the next page says."""
    answer = browser(world).post(reverse("submit", args=[world.submission.pk]), follow=True)
    return answer.status_code, "".join(map(str, answer.context["messages"]))


def answer_a_point(world):
    """Answer a review point; what the next page says."""
    path = reverse("answer_point", args=[world.submission.pk, world.submission.points.get().pk])
    answer = browser(world).post(path, {"text": "已核对。"}, follow=True)
    return answer.status_code, "".join(map(str, answer.context["messages"]))


def browser(world):
    return signed_in(User.objects.get(pk=world.lin.pk))


SOMEBODY_WAITS = """
    SELECT EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
                    WHERE NOT granted AND datname = current_database()), pg_sleep(0.01)
"""


def until_somebody_waits():
    """Return once a connection waits for a lock that this one holds."""
    with connection.cursor() as cursor:
        for _ in range(3000):
            cursor.execute(SOMEBODY_WAITS)
            if cursor.fetchone()[0]:
                return
    pytest.fail("nobody waits")


CLOSED = "本次收集已经关闭，不能"


@pytest.mark.parametrize(
    ("send", "status", "words"),
    [
        (save_in_the_grid, 403, f"{CLOSED}再修改"),
        (save_a_text, 403, f"{CLOSED}再修改"),
        (hand_in, 200, f"{CLOSED}报送"),
        (answer_a_point, 200, "现在不能答复"),
    ],
)
def test_what_meets_the_closing_of_its_round_waits_and_is_told_in_a_sentence(world, send, status, words):
    """Without the hold on the round the guards of the database refuse it, which is no sentence."""
    if send is answer_a_point:
        put_point(world.submission, "performance_office")
    if send is hand_in:
        item = category("2240101")
        save(world.submission, change(item, initial_budget="1", outturn="1"))
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            doing(round_actions.close_round, world, world.wu, reason="结束")()
            waiting = thread.submit(at_once, lambda: send(world))
            until_somebody_waits()
        [answer] = waiting.result(20)
    assert answer[0] == status and words in answer[1]


def test_of_two_who_store_the_same_results_one_waits_for_the_other(world):
    """Whatever order they have them in."""
    here, other = world.submission.pk, make_submission(world.round, world.culture, world.zhao).pk
    bases = bases_of([here, other])

    def store(*numbers):
        store_results(results=dict.fromkeys(numbers, NOTHING_CHECKED), bases=bases, unit=AmountUnit.WAN)

    store(here, other)
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            store(here)
            waiting = thread.submit(at_once, lambda: store(other, here))
            until_somebody_waits()
            store(other)
        assert waiting.result(10) == [None]


SETTINGS = {
    "set_check": {"code": "C-001", "severity": "off"},
    "set_threshold": {"name": "change_rate", "limit": 20},
}


@pytest.mark.parametrize("name", SETTINGS)
def test_who_sets_something_of_a_round_waits_for_who_sets_another_thing_of_it(world, name):
    """Or the newest setting would not be the one that came last."""

    def impatiently():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        return doing(finding_actions.set_check, world, world.wu, reason="本地", **SETTINGS["set_check"])()

    with transaction.atomic():
        doing(getattr(finding_actions, name), world, world.wu, reason="本地", **SETTINGS[name])()
        assert kinds(at_once(impatiently)) == ["OperationalError"]
    assert kinds(at_once(impatiently)) == ["CheckSetting"]
