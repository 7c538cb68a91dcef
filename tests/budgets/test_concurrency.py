"""Two people at once, on two connections, with real commits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import OperationalError, connection, transaction

from budgets.actions import LinesConflict
from budgets.models import BudgetLine
from orgs.models import User
from submissions.actions import start_submission
from submissions.models import Edit, Submission
from tests.world import NOW, Role, category, change, line, make_person, make_world, put_in_status, save

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db):
    """As in the other tests, but committed."""
    return make_world()


def at_once(*deeds):
    """Do all deeds at the same moment, each on a connection of its own; their results or exceptions."""
    together = Barrier(len(deeds))

    def do(deed):
        try:
            connection.ensure_connection()
            together.wait(10)
            return deed()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(do, deeds))


def saving(submission, *rows, by):
    """A deed that saves these rows."""
    person = User.objects.get(pk=by.pk)
    return lambda: save(submission, *rows, by=person)


def kinds(results):
    """The results by the name of their type, in alphabetical order."""
    return sorted(type(result).__name__ for result in results)


@pytest.mark.parametrize("version", [0, 1], ids=["both add", "both change"])
def test_of_two_who_save_the_same_row_one_wins_and_one_is_told(world, version):
    mei = make_person("mei", "梅", (Role.PREPARER, world.emergency))
    if version:
        save(world.submission, change("other", outturn="1"))
    results = at_once(
        saving(world.submission, change("other", version=version, outturn="2"), by=world.lin),
        saving(world.submission, change("other", version=version, outturn="3"), by=mei),
    )
    assert kinds(results) == ["LinesConflict", "NoneType"]
    [lost] = [result for result in results if isinstance(result, LinesConflict)]
    found = line(world.submission, "other")
    assert (found.row_version, found.outturn) == (version + 1, lost.conflicts[0].theirs.outturn)
    assert Edit.objects.count() == version + 1


def test_two_who_save_different_rows_both_win(world):
    mei = make_person("mei", "梅", (Role.PREPARER, world.emergency))
    results = at_once(
        saving(world.submission, change("other", outturn="2"), by=world.lin),
        saving(world.submission, change("operating", outturn="3"), by=mei),
    )
    assert results == [None, None]
    assert dict(BudgetLine.objects.values_list("item", "outturn")) == {"other": 2, "operating": 3}
    assert Submission.objects.get(pk=world.submission.pk).row_version == 2


def test_of_eight_who_change_the_same_rows_in_any_order_one_wins_and_nobody_deadlocks(world):
    items = [category(f"22401{index:02}") for index in range(8)]
    save(world.submission, *(change(item, outturn="0") for item in items))
    deeds = [
        saving(
            world.submission,
            *(change(item, version=1, outturn=str(n + 1)) for item in items[n:] + items[:n]),
            by=world.lin,
        )
        for n in range(8)
    ]
    assert kinds(at_once(*deeds)) == ["LinesConflict"] * 7 + ["NoneType"]
    assert len(set(BudgetLine.objects.values_list("outturn", "row_version"))) == 1


def test_two_who_start_the_same_return_get_the_same_one(world):
    starts = [
        lambda: start_submission(round=world.round, unit=world.rescue, by=world.lin, at=NOW) for _ in range(4)
    ]
    results = at_once(*starts)
    assert {type(result) for result in results} == {Submission}
    assert len({result.pk for result in results}) == 1


def test_the_status_does_not_change_beneath_a_row_that_is_being_written(world):
    def send_in():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        put_in_status(world.submission, "in_review")

    with transaction.atomic():
        BudgetLine.objects.create(
            submission=world.submission, schedule="revenue", item="other", entered_in="wan"
        )
        [result] = at_once(send_in)
    assert isinstance(result, OperationalError)
    assert world.submission.status == "draft"


def test_a_save_waits_for_a_change_of_status_and_then_sees_it(world):
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            put_in_status(world.submission, "in_review")
            waiting = thread.submit(
                at_once, saving(world.submission, change("other", outturn="1"), by=world.lin)
            )
            with pytest.raises(TimeoutError):
                waiting.result(0.3)
        assert kinds(waiting.result(10)) == ["NotEditable"]
    assert not BudgetLine.objects.exists()


def test_the_database_keeps_a_row_single_even_when_python_does_not_look(world):
    def insert():
        return BudgetLine.objects.create(
            submission=world.submission, schedule="revenue", item="other", entered_in="wan"
        )

    assert kinds(at_once(insert, insert)) == ["BudgetLine", "IntegrityError"]
