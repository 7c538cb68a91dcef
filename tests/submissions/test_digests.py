"""What everybody is told once a day."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from orgs.models import Membership, Unit, User
from submissions import digests
from submissions.models import CollectionRound, Notice, Submission
from submissions.standings import RoundStandings, Standing
from tests.world import (
    NOW,
    Role,
    change,
    make_person,
    make_submission,
    make_unit,
    numbered,
    put_in_status,
    run,
    save,
    statements,
)


@pytest.fixture
def today():
    """The day it is in China."""
    return timezone.localdate()


@pytest.fixture
def due(world, today):
    """The world, with its round due in so many days."""

    def set_due(days):
        dates = {"opens_date": date(2024, 1, 1), "due_date": today + timedelta(days=days)}
        CollectionRound.objects.filter(pk=world.round.pk).update(**dates)
        return world

    return set_due


def told():
    """What everybody was told today, by user name."""
    return {each.recipient.username: each for each in Notice.objects.filter(kind="due")}


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (8, None),
        (7, "还有 7 天"),
        (1, "还有 1 天"),
        (0, "当天截止"),
        (-1, "已过 1 天"),
        (-30, "已过 30 天"),
    ],
)
def test_what_is_due_is_told_to_the_units_preparers(due, today, days, words):
    due(days)
    run("daily")
    assert set(told()) == (set() if words is None else {"lin", "zhao"})
    if words:
        late = "（2 份已过截止日）" if days < 0 else ""
        assert told()["lin"].text == f"{today.month}月{today.day}日：2 份待报送{late}。"
        day = today + timedelta(days=days)
        assert told()["lin"].details.splitlines() == [
            f"零陵区应急管理局 2023 年度：{day} 截止，{words}，填报中。",
            f"应急救援中心 2023 年度：{day} 截止，{words}，未开始。",
        ]


def test_running_it_twice_tells_and_mails_once(due):
    User.objects.filter(username="zhao").update(email="zhao@example.com")
    due(3)
    run("daily")
    run("daily")
    assert Notice.objects.filter(kind="due").count() == 2
    assert [message.to for message in mail.outbox] == [["zhao@example.com"]]
    assert "零陵区文化馆 2023 年度" in mail.outbox[0].body


def test_the_next_day_it_is_told_again(due, today):
    due(3)
    run("daily")
    Notice.objects.update(day=today - timedelta(days=1))
    run("daily")
    assert Notice.objects.filter(kind="due", recipient__username="lin").count() == 2


def test_what_waits_at_a_desk_is_told_to_who_holds_it(due):
    world = due(30)
    put_in_status(world.submission, "in_review", "division")
    run("daily")
    assert set(told()) == {"he"}
    assert told()["he"].text.endswith("日：1 份等您审核。")
    assert "零陵区应急管理局 2023 年度：" in told()["he"].details


def test_who_prepared_a_return_does_not_wait_for_herself(due):
    world = due(30)
    save(world.submission, change("other", outturn="1"))
    Membership.objects.create(
        user=world.lin, unit=world.finance, role=Role.PERFORMANCE_OFFICE, started_at=NOW
    )
    put_in_status(world.submission, "in_review")
    run("daily")
    assert set(told()) == {"wu"}


def test_what_is_handed_in_or_closed_is_not_due(due):
    world = due(-3)
    put_in_status(world.submission, "approved")
    run("daily")
    assert told()["lin"].text.endswith("日：1 份待报送（1 份已过截止日）。")
    Notice.objects.all().delete()
    CollectionRound.objects.update(closed_at=timezone.now())
    run("daily")
    assert told() == {}


def test_what_is_mailed_late_says_which_day_it_is_about():
    round = CollectionRound(fiscal_year=2023, due_date=date(2024, 3, 5))
    due = Standing(round, Unit(), None, None, round.due_date, None, None, round.due_date)
    digest = digests.Digest(User(full_name="林晓"), round.due_date, [due], [])
    assert digest.text == "3月5日：1 份待报送。" and "今天" not in digest.details


def test_nobodys_roles_are_gone_through_for_every_return(monkeypatch):
    """Where what is due or waits were held against everybody, both together would count."""
    bureau, read = Unit(pk=1, path="/431102/100/"), []
    round = CollectionRound(pk=1, bureau=bureau, fiscal_year=2023, due_date=date(2024, 4, 30))

    class Person:
        def __init__(self, number):
            self.pk = number

        @property
        def active_memberships(self):
            read.append(self.pk)
            return [Membership(role=Role.PERFORMANCE_OFFICE, unit=bureau)]

    def standing(number):
        unit = Unit(pk=number, path=f"/431102/100/{number}/")
        submission = Submission(round=round, unit=unit, status="in_review", desk="performance_office")
        day = date(2024, 4, 1)
        return Standing(round, unit, None, submission, day, None, None, day)

    people = [Person(number) for number in range(20)]
    monkeypatch.setattr(digests, "working", lambda: people)
    monkeypatch.setattr(digests, "preparers_among", lambda rounds: {(0, 1, 5)})
    standings = RoundStandings(round, [standing(number) for number in range(2, 32)])
    found = list(digests.digests_of([standings], date(2024, 4, 1)))
    assert [len(each.waiting) for each in found] == [29] + [30] * 19
    assert len(read) == 20


def test_it_takes_the_same_queries_for_few_and_many(due):
    world = due(3)
    run("daily")
    Notice.objects.all().delete()
    with statements() as few:
        run("daily")
    for number in range(20):
        unit = make_unit(world.finance.region, f"9{number:02}", f"单位{number}", parent=world.finance)
        make_person(f"p{number}", "同事", (Role.PREPARER, unit), (Role.DIVISION, world.finance))
        make_submission(world.round, unit, world.lin, status="in_review" if number % 2 else "draft")
    run("store_results")  # what daily would catch up with, in as many batches as it takes
    Notice.objects.all().delete()
    with statements() as many:
        run("daily")
    assert Notice.objects.count() > 10
    assert len(few) == len(many), numbered(many)
