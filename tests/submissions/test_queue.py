"""A reviewer's queue passed at one stroke: each return by itself, and what could not be is said with its reason."""

import pytest
from django.urls import reverse

from orgs.models import User
from submissions.models import Transition
from tests.world import (
    Role,
    change,
    make_person,
    make_submission,
    put_in_status,
    put_point,
    save,
    signed_in,
)


@pytest.fixture
def queue(world):
    """The returns of three units of one bureau, all on the last desk."""
    zhao = make_submission(world.round, world.culture, world.zhao)
    found = [world.submission, make_submission(world.round, world.rescue, world.lin), zhao]
    for submission in found:
        put_in_status(submission, "in_review")
    return found


def send(person, *ticked):
    """Tick returns, each as of its last step unless said otherwise, and press 一起通过."""
    values = [each if isinstance(each, str) else f"{each.pk}:{last_step(each)}" for each in ticked]
    browser = signed_in(User.objects.get(pk=person.pk))
    return browser.post(reverse("pass_on_many"), {"returns": values}, follow=True)


def last_step(submission):
    step = submission.transitions.order_by("-pk").first()
    return step.pk if step else 0


def said(response):
    return [str(message) for message in response.context["messages"]]


def statuses(submissions):
    for each in submissions:
        each.refresh_from_db()
    return [each.desk or each.status for each in submissions]


def test_all_that_were_ticked_are_approved_on_the_last_desk_and_no_other(world, queue):
    assert said(send(world.wu, *queue[:2])) == [
        "已通过 2 份：零陵区应急管理局（2023 年度）、应急救援中心（2023 年度）。"
    ]
    assert statuses(queue) == ["approved", "approved", "performance_office"]
    assert set(Transition.objects.values_list("action", "actor", "comment")) == {("approve", world.wu.pk, "")}


def test_on_an_earlier_desk_they_go_on_to_the_next(world, queue):
    world.round.division_desk = True
    world.round.save()
    for submission in queue:
        put_in_status(submission, "in_review", "division")
    send(world.he, *queue)
    assert statuses(queue) == ["performance_office"] * 3


def test_what_stands_in_the_way_of_one_stops_no_other(world, queue):
    put_point(queue[0], "performance_office")
    put_in_status(queue[1], "returned")
    response = send(world.wu, *queue)
    assert said(response) == [
        "已通过 1 份：零陵区文化馆（2023 年度）。",
        "1 份没有通过：零陵区应急管理局（2023 年度）。"
        "原因：还有 1 条审核要点没有销号，不能审核通过。请先销号，或者退回。",
        "1 份没有通过：应急救援中心（2023 年度）。原因：现在是“已退回”，不在审核中。",
    ]
    assert statuses(queue) == ["performance_office", "returned", "approved"]


def test_one_that_has_moved_on_since_she_looked_is_not_passed(world, queue):
    response = send(world.wu, f"{queue[0].pk}:{last_step(queue[0]) + 1}", queue[1])
    assert "您打开之后，这份填报有了新的流转" in said(response)[1]
    assert statuses(queue)[:2] == ["performance_office", "approved"]


def test_nobody_passes_what_she_prepared(world):
    both = make_person(
        "both", "兼", (Role.PREPARER, world.emergency), (Role.PERFORMANCE_OFFICE, world.finance)
    )
    save(world.submission, change("other", outturn="1"), by=both)
    put_in_status(world.submission, "in_review")
    assert "不能审核自己填报的内容" in said(send(both, world.submission))[0]
    assert statuses([world.submission]) == ["performance_office"]


@pytest.mark.parametrize("person", ["sun", "chen", "he"])
def test_the_desk_of_another_is_not_passed(world, queue, person):
    response = send(getattr(world, person), queue[0])
    assert "没有通过" in said(response)[0] and statuses(queue)[0] == "performance_office"


@pytest.mark.parametrize("person", ["lin", "zhao", "qian", "tang"])
def test_who_reviews_nothing_is_refused(world, queue, person):
    assert send(getattr(world, person), queue[0]).status_code == 403


@pytest.mark.parametrize("ticked", ["900002:0", "x:0", "1", "1:2:3", f"{2**70}:0", ":"])
def test_what_is_no_return_of_hers_does_not_exist_and_stops_all(world, queue, ticked):
    assert send(world.wu, queue[0], ticked).status_code == 404
    assert send(world.feng, queue[0]).status_code == 404
    assert statuses(queue) == ["performance_office"] * 3


def test_without_a_tick_nothing_is_done(world, queue):
    assert said(send(world.wu)) == ["请先勾选要通过的填报。"]


def test_the_queue_sends_what_she_saw(world, queue):
    text = signed_in(world.wu).get(reverse("my_work")).content.decode()
    for each in queue:
        assert f'name="returns" value="{each.pk}:{last_step(each)}"' in text
