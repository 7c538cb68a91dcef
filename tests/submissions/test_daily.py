"""What runs every day: rounds that close by themselves, and what is due."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from submissions import round_actions
from submissions.models import CheckResult, CollectionRound, RoundEvent
from tests.world import make_round, put_in_status, run


@pytest.fixture
def today():
    """The day it is in China."""
    return timezone.localdate()


def set_dates(round, due, closes=None):
    """Give a round its dates, whatever they were."""
    CollectionRound.objects.filter(pk=round.pk).update(
        opens_date=date(2024, 1, 1), due_date=due, closes_date=closes
    )


def lines():
    """What the command prints."""
    return run("daily").splitlines()


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (8, None),
        (7, "还有 7 天"),
        (4, None),
        (3, "还有 3 天"),
        (2, None),
        (1, "还有 1 天"),
        (0, None),
        (-1, "已过 1 天"),
        (-40, "已过 40 天"),
    ],
)
def test_a_due_date_is_named_when_it_is_near_and_when_it_has_passed(world, today, days, words):
    due = today + timedelta(days=days)
    set_dates(world.round, due)
    expected = [f"零陵区财政局 2023 年度：{due} 截止，{words}，3 个单位没有报送。"] if words else []
    assert lines() == expected


def test_each_due_date_is_a_line_and_who_has_handed_in_is_not_counted(world, today):
    set_dates(world.round, today - timedelta(days=2))
    put_in_status(world.submission, "in_review")
    until = today + timedelta(days=3)
    facts = {"until_date": until, "reason": "批复调整", "by": world.wu, "at": timezone.now()}
    round_actions.extend(round=world.round, unit=world.rescue, **facts)
    assert lines() == [
        f"零陵区财政局 2023 年度：{today - timedelta(days=2)} 截止，已过 2 天，1 个单位没有报送。",
        f"零陵区财政局 2023 年度：{until} 截止，还有 3 天，1 个单位没有报送。",
    ]


def test_a_round_closes_on_the_day_after_its_planned_date_once(world, today):
    set_dates(world.round, today - timedelta(days=5), closes=today)
    lines()
    world.round.refresh_from_db()
    assert world.round.closed_at is None
    set_dates(world.round, today - timedelta(days=5), closes=today - timedelta(days=1))
    assert lines() == ["零陵区财政局 2023 年度：已到计划关闭日期，收集已关闭。"]
    assert lines() == []
    world.round.refresh_from_db()
    assert timezone.localdate(world.round.closed_at) == today
    [event] = RoundEvent.objects.all()
    assert (event.kind, event.actor, event.actor_name) == ("closed", None, "系统")
    assert event.reason == f"已到计划关闭日期 {today - timedelta(days=1)}。"


def test_a_round_that_was_reopened_is_not_closed_again(world, today):
    set_dates(world.round, today - timedelta(days=5), closes=today - timedelta(days=1))
    lines()
    facts = {"reason": "漏报", "by": world.wu, "at": timezone.now()}
    round_actions.reopen_round(round=world.round, **facts)
    assert lines() == [
        f"零陵区财政局 2023 年度：{today - timedelta(days=5)} 截止，已过 5 天，3 个单位没有报送。"
    ]
    world.round.refresh_from_db()
    assert world.round.closed_at is None


def test_in_a_closed_round_only_who_has_more_time_is_waited_for(world, today):
    set_dates(world.round, today - timedelta(days=5), closes=today - timedelta(days=1))
    lines()
    until = today + timedelta(days=1)
    facts = {"until_date": until, "reason": "批复调整", "by": world.wu, "at": timezone.now()}
    round_actions.extend(round=world.round, unit=world.rescue, **facts)
    assert lines() == [f"零陵区财政局 2023 年度：{until} 截止，还有 1 天，1 个单位没有报送。"]


def test_every_bureau_has_its_own_lines(world, today):
    other = make_round(world.next_county)
    for round in (world.round, other):
        set_dates(round, today + timedelta(days=7))
    assert [line.split("：")[0] for line in lines()] == ["零陵区财政局 2023 年度"]  # the other has no units


def test_what_the_checks_found_is_brought_up_to_date(world, settings):
    """Whatever the mail server answers: it is done before the notices are sent."""
    settings.MAIL_IS_SENT = True
    settings.EMAIL_BACKEND = "no.such.backend"
    with pytest.raises(ImportError):
        lines()
    assert CheckResult.objects.get().submission == world.submission
