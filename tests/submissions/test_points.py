"""Review points: who asks, answers and closes them when, in the application and in SQL; what they stop and open."""

from itertools import product

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from budgets.returns import BY_FUNCTION
from submissions import actions, point_actions
from submissions.models import PointEntry, ReviewPoint, Submission, Transition
from submissions.notice_places import place_of
from submissions.permissions import points_seen_by
from submissions.point_actions import WHOLE, PointPlace
from tests.world import (
    NOTHING_LEFT,
    NOW,
    Role,
    answer_all,
    category,
    change,
    close_all,
    make_person,
    make_round,
    make_submission,
    put_in_status,
    put_point,
    save,
    signed_in,
    statements,
    without_guards,
)

PEOPLE = ("lin", "sun", "tan", "chen", "he", "wu", "qian", "tang", "zhao", "feng")
DESKS = ("unit_head", "department", "division", "performance_office")
OF_DESK = {"unit_head": "tan", "department": "chen", "division": "he", "performance_office": "wu"}


@pytest.fixture
def here(world):
    """The rescue centre's return, in a round with every desk."""
    make_person("tan", "谭勇", (Role.UNIT_HEAD, world.rescue))
    return make_submission(make_round(world.finance, 2022, every_desk=True), world.rescue, world.lin)


def person(world, name):
    """One of the people, read anew."""
    return world.lin.__class__.objects.get(username=name)


def fresh(submission):
    """The return as the next request reads it."""
    return Submission.objects.for_workspace().get(pk=submission.pk)


def ask(submission, by, place=WHOLE, **words):
    """Ask something."""
    words = {"reason": "other", "demand": "请核对。"} | words
    return point_actions.ask_point(submission=submission, place=place, by=by, at=NOW, **words)


SAY = {
    "answered": point_actions.answer_point,
    "asked_again": point_actions.ask_again,
    "closed": point_actions.close_point,
}


@pytest.mark.parametrize("desk", DESKS)
def test_who_has_the_desk_asks_while_the_return_lies_on_it(world, here, desk):
    put_in_status(here, "in_review", desk)
    for name in PEOPLE:
        by = person(world, name)
        if name == OF_DESK[desk]:
            assert ask(here, by).desk == desk
        else:
            refusal = actions.NotNow if name in OF_DESK.values() else actions.NotPermitted
            with pytest.raises(refusal):
                ask(here, by)
    assert ReviewPoint.objects.count() == 1


@pytest.mark.parametrize("status", ["draft", "returned", "approved", "published", "superseded"])
def test_nothing_is_asked_of_a_return_on_no_desk(world, here, status):
    put_in_status(here, status)
    with pytest.raises(actions.NotNow):
        ask(here, world.wu)
    with pytest.raises(DatabaseError, match="on the desk its return lies on"):
        ReviewPoint.objects.create(
            submission=here,
            place_name="整份填报",
            reason="other",
            demand="x",
            desk="performance_office",
            actor=world.wu,
            at=NOW,
        )


def give_back(here, desk, by, *, points_only=True):
    """Return it for one row, to which a point was put on the desk."""
    put_in_status(here, "in_review", desk)
    put_point(here, desk, schedule="revenue", row="other", recorded_row={"key": {"item": "other"}})
    decide(actions.return_to_unit, here, by, points_only=points_only)


def widen(submission, by, place=WHOLE, demand="收入也要改。"):
    """Give back more of it."""
    return point_actions.widen_return(submission=submission, place=place, demand=demand, by=by, at=NOW)


@pytest.mark.parametrize("desk", DESKS)
def test_the_desk_that_gave_a_return_back_in_part_and_no_other_gives_back_more_of_it(world, here, desk):
    give_back(here, desk, person(world, OF_DESK[desk]))
    save(fresh(here), change("other", outturn="1"), by=world.lin)
    with pytest.raises(actions.NotReopened, match="扩大退回范围"):
        save(fresh(here), change("operating", outturn="1"), by=world.lin)
    for name in PEOPLE:
        by = person(world, name)
        if name == OF_DESK[desk]:
            point = widen(here, by, PointPlace("收入", "revenue"))
            assert (point.desk, point.state, point.widens) == (desk, "open", True)
        else:
            refusal = actions.NotNow if name in OF_DESK.values() else actions.NotPermitted
            with pytest.raises(refusal):
                widen(here, by)
    assert here.points.count() == 2
    save(fresh(here), change("operating", outturn="1"), by=world.lin)
    with pytest.raises(actions.NotReopened):
        save(fresh(here), change(category("2240101"), outturn="1"), by=world.lin)
    widen(here, person(world, OF_DESK[desk]))
    assert not fresh(here).is_limited
    save(fresh(here), change(category("2240101"), outturn="1"), by=world.lin)


def test_what_was_given_back_more_is_to_be_answered_and_told_to_the_unit(world, here):
    give_back(here, "division", world.he)
    answer_all(here, world.lin)
    point = widen(here, world.he, PointPlace("收入", "revenue"))
    with pytest.raises(actions.Unfinished, match="还有 1 条审核要点没有答复"):
        submit(here, world.lin)
    notice = world.lin.notices.get(kind="widened")
    assert notice.text == "应急救援中心 2022 年度：财政业务股室扩大了退回范围，新的审核要点请答复。"
    assert notice.details == "收入：收入也要改。" and place_of(notice) == reverse("points", args=[here.pk])
    told = signed_in(world.lin).get(reverse("history", args=[here.pk])).context["told"]
    said = "财政业务股室何军（零陵区财政局）扩大退回范围，“收入”也可以修改。"
    assert (said, "收入也要改。") in [(each.said, each.words) for each in told]
    listed = signed_in(world.qian).get(reverse("audit"), {"action": "point:"}).context["entries"]
    assert ("扩大退回范围", "2022 年度：收入。原因：收入也要改。") in [
        (each.action, each.what) for each in listed
    ]
    point_actions.answer_point(point=point, text="已改。", by=world.lin, at=NOW)
    submit(here, world.lin)


@pytest.mark.parametrize("now", ["whole", "in_review", "approved", "handed in again"])
def test_a_return_that_does_not_lie_in_part_with_its_unit_is_not_widened(world, here, now):
    give_back(here, "division", world.he, points_only=now != "whole")
    if now == "handed in again":
        answer_all(here, world.lin)
        submit(here, world.lin)
    elif now != "whole":
        put_in_status(here, now, "division")
    with pytest.raises(actions.NotNow, match="不用扩大退回范围"):
        widen(here, world.he)
    with pytest.raises(DatabaseError, match="lies on or came from"), transaction.atomic():
        widen_in_sql(here, "division", world.he)


def widen_in_sql(submission, desk, by):
    """Write a point that widens as the application's role might by hand."""
    ReviewPoint.objects.create(
        submission=submission,
        place_name="整份填报",
        reason="other",
        demand="x",
        desk=desk,
        widens=True,
        actor=by,
        at=NOW,
    )


def test_the_database_lets_no_other_desk_widen_and_no_desk_without_saying_that_it_does(world, here):
    give_back(here, "division", world.he)
    for desk in DESKS:
        if desk != "division":
            with pytest.raises(DatabaseError, match="lies on or came from"), transaction.atomic():
                widen_in_sql(here, desk, world.he)
    widen_in_sql(here, "division", world.he)
    with pytest.raises(DatabaseError, match="lies on or came from"), transaction.atomic():
        ReviewPoint.objects.create(
            submission=here,
            place_name="x",
            reason="other",
            demand="x",
            desk="division",
            actor=world.he,
            at=NOW,
        )


def test_who_prepared_the_return_or_says_nothing_does_not_widen_it(world, here):
    give_back(here, "division", world.he)
    with pytest.raises(actions.Unfinished, match="请写明要求"):
        widen(here, world.he, demand=" ")
    both = make_person("both", "兼", (Role.PREPARER, world.rescue), (Role.DIVISION, world.finance))
    save(fresh(here), change("other", outturn="1"), by=both)
    with pytest.raises(actions.NotYours):
        widen(here, both)
    answer_all(here, world.lin)
    submit(here, world.lin)
    decide(actions.withdraw, here, world.lin)
    assert fresh(here).status == "draft" and widen(here, world.he).widens  # it is still open in part alone


def test_the_page_of_the_points_offers_it_to_the_desk_alone(world, here):
    give_back(here, "division", world.he)
    page = reverse("points", args=[here.pk])
    for name, offered in (("he", True), ("wu", False), ("lin", False), ("qian", False)):
        browser = signed_in(person(world, name))
        assert ("扩大退回范围" in browser.get(page).content.decode()) is offered
        assert (
            f"{page}#widen" in browser.get(reverse("journey", args=[here.pk])).content.decode()
        ) is offered
    sent = {"section": "revenue", "demand": "收入也要改。"}
    answer = signed_in(world.he).post(reverse("widen_return", args=[here.pk]), sent, follow=True)
    assert "已扩大退回范围：收入（按来源）。单位已收到通知。" in answer.content.decode()
    assert here.points.get(widens=True).schedule == "revenue"
    nowhere = signed_in(world.he).post(
        reverse("widen_return", args=[here.pk]), sent | {"section": "x"}, follow=True
    )
    assert "没有找到这个部分" in nowhere.content.decode()


# Status of the return (and its desk), state of a point of the division, what is said → who may.
SAID = {
    ("draft", "", "open", "answered"): {"lin"},
    ("returned", "", "open", "answered"): {"lin"},
    ("in_review", "division", "answered", "asked_again"): {"he"},
    ("in_review", "division", "answered", "closed"): {"he"},
    ("in_review", "division", "open", "closed"): {"he"},
    ("in_review", "performance_office", "answered", "asked_again"): {"wu"},
    ("in_review", "performance_office", "answered", "closed"): {"wu"},
    ("in_review", "performance_office", "open", "closed"): {"wu"},
}
PLACES = (("draft", ""), ("returned", ""), ("approved", ""), *(("in_review", desk) for desk in DESKS))
LEADS_TO = {"answered": "answered", "asked_again": "open", "closed": "closed"}


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_what_is_said_of_a_point_equals_the_table(world, here, place):
    put_in_status(here, *place)
    for state, kind, name in product(
        ("open", "answered", "closed"), SAY, ("lin", "tan", "chen", "he", "wu", "qian")
    ):
        point = put_point(here, "division", state)
        if name in SAID.get((*place, state, kind), ()):
            SAY[kind](point=point, text="好。", by=person(world, name), at=NOW)
            expected = LEADS_TO[kind]
        else:
            with pytest.raises((actions.NotPermitted, actions.NotNow)):
                SAY[kind](point=point, text="好。", by=person(world, name), at=NOW)
            expected = state
        assert ReviewPoint.objects.get(pk=point.pk).state == expected, (state, kind, name)


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_what_is_said_of_a_point_straight_in_sql_equals_the_table(world, here, place):
    put_in_status(here, *place)
    for state, kind in product(("open", "answered", "closed"), SAY):
        point = put_point(here, "division", state)
        if (*place, state, kind) in SAID:
            say(point, kind, world.qian)
            assert ReviewPoint.objects.get(pk=point.pk).state == LEADS_TO[kind]
        else:
            with pytest.raises(DatabaseError, match=r"is not .* now"), transaction.atomic():
                say(point, kind, world.qian)


def say(point, kind, by, text="好。"):
    """Write an entry as the application's role might by hand."""
    PointEntry.objects.create(point=point, kind=kind, text=text, actor=by, actor_name="某人", at=NOW)


@pytest.mark.parametrize("kind", ["answered", "asked_again"])
@pytest.mark.parametrize("text", ["", " \n"])
def test_an_answer_says_something(world, here, kind, text):
    put_in_status(here, *(("returned",) if kind == "answered" else ("in_review", "division")))
    point = put_point(here, "division", "open" if kind == "answered" else "answered")
    by = world.lin if kind == "answered" else world.he
    with pytest.raises(actions.Unfinished, match="请写明"):
        SAY[kind](point=point, text=text, by=by, at=NOW)
    with pytest.raises(IntegrityError, match="entry_says_something"), transaction.atomic():
        say(point, kind, by, text=text)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE submissions_reviewpoint SET state = 'closed'", "changes by an entry only"),
        ("UPDATE submissions_reviewpoint SET demand = '别的'", "changes by an entry only"),
        ("DELETE FROM submissions_reviewpoint", "review points are kept"),
        ("UPDATE submissions_pointentry SET text = '别的'", "entries are only added"),
        ("DELETE FROM submissions_pointentry", "entries are only added"),
    ],
)
def test_what_was_asked_and_said_is_never_changed(world, here, statement, said):
    put_in_status(here, "returned")
    answer = put_point(here, "division")
    point_actions.answer_point(point=answer, text="已改。", by=world.lin, at=NOW)
    with pytest.raises(DatabaseError, match=said), connection.cursor() as cursor:
        cursor.execute(statement)


def decide(deed, submission, by, **words):
    """Take a decision on what there is."""
    words = {"comment": "", "seen": fresh(submission).last_step_number} | words
    return deed(submission=submission, by=by, at=NOW, **words)


def submit(submission, by):
    """Hand it in."""
    return actions.submit(submission=submission, **NOTHING_LEFT, by=by, at=NOW)


def test_a_return_needs_a_point_and_its_comment_becomes_one(world, here):
    put_in_status(here, "in_review", "division")
    with pytest.raises(DatabaseError, match="without a review point"), transaction.atomic():
        Transition.objects.create(
            submission=here,
            action="return",
            from_status="in_review",
            from_desk="division",
            to_status="returned",
            actor=world.he,
            comment="请核对。",
            at=NOW,
        )
    with pytest.raises(actions.Unfinished, match="请写明意见"):
        decide(actions.return_to_unit, here, world.he)
    assert not ReviewPoint.objects.exists()
    decide(actions.return_to_unit, here, world.he, comment="收入与决算批复不一致。")
    point = here.points.get()
    assert (point.place_name, point.demand, point.desk) == ("整份填报", "收入与决算批复不一致。", "division")


def test_points_speak_for_themselves(world, here):
    put_in_status(here, "in_review", "division")
    for _ in range(2):
        ask(here, world.he)
    step = decide(actions.return_to_unit, here, world.he)
    assert step.comment == "共 2 条审核要点，请逐条答复。" and here.points.count() == 2


def test_a_point_of_another_desk_is_no_point_of_this_one(world, here):
    put_in_status(here, "in_review", "division")
    put_point(here, "unit_head")
    decide(actions.return_to_unit, here, world.he, comment="请改。")
    assert [point.desk for point in here.points.order_by("pk")] == ["unit_head", "division"]


def test_it_is_handed_in_once_every_point_is_answered(world, here):
    put_in_status(here, "returned")
    put_point(here, "division")
    with pytest.raises(actions.Unfinished, match="还有 1 条审核要点没有答复"):
        submit(here, world.lin)
    with pytest.raises(DatabaseError, match="stands in the way"), transaction.atomic():
        Transition.objects.create(
            submission=here,
            action="submit",
            from_status="returned",
            to_status="in_review",
            to_desk="unit_head",
            actor=world.lin,
            at=NOW,
        )
    answer_all(here, world.lin)
    submit(here, world.lin)


def test_a_desk_passes_on_once_its_own_points_are_closed_and_the_last_once_all_are(world, here):
    put_in_status(here, "in_review", "division")
    mine, others = put_point(here, "division", "answered"), put_point(here, "unit_head", "answered")
    with pytest.raises(actions.Unfinished, match="还有 1 条审核要点没有销号"):
        decide(actions.pass_on, here, world.he)
    point_actions.close_point(point=mine, text="", by=world.he, at=NOW)
    decide(actions.pass_on, here, world.he)
    with pytest.raises(actions.Unfinished, match="还有 1 条审核要点没有销号"):
        decide(actions.approve, here, world.wu, content_of=lambda _: "{}")
    with pytest.raises(DatabaseError, match="stands in the way"), transaction.atomic():
        Transition.objects.create(
            submission=here,
            action="approve",
            from_status="in_review",
            from_desk="performance_office",
            to_status="approved",
            actor=world.wu,
            at=NOW,
        )
    point_actions.close_point(point=others, text="", by=world.wu, at=NOW)
    decide(actions.approve, here, world.wu, content_of=lambda _: "{}")


# --- A limited return


@pytest.fixture
def two_rows(here, world):
    """A return with two rows by function and one of revenue, and what the first is called."""
    save(here, change(category("2240101"), outturn="1"), change(category("2240106"), outturn="1"))
    put_in_status(here, "in_review", "division")
    return here


def place(code):
    """The row of a code by function."""
    return PointPlace(
        f"{code} · 决算数",
        schedule="expenditure_by_function",
        row=f"category-{category(code).pk}",
        column="outturn",
        recorded_row={"key": {"category": category(code).pk}},
    )


def test_a_limited_return_opens_the_rows_of_its_points_and_nothing_else(world, two_rows):
    ask(two_rows, world.he, place("2240101"))
    decide(actions.return_to_unit, two_rows, world.he, points_only=True)
    save(fresh(two_rows), change(category("2240101"), outturn="2", reason="更正", version=1))
    for row in (
        change(category("2240106"), outturn="2", version=1),
        change(category("2240199"), outturn="2"),
    ):
        with pytest.raises(actions.NotReopened, match="没有退回"):
            save(fresh(two_rows), row)
    with pytest.raises(actions.NotReopened):  # one that is and one that is not: neither
        save(
            fresh(two_rows),
            change(category("2240101"), outturn="3", version=2),
            change(category("2240106"), outturn="3", version=1),
        )


def test_a_whole_return_opens_everything(world, two_rows):
    ask(two_rows, world.he, place("2240101"))
    decide(actions.return_to_unit, two_rows, world.he)
    save(fresh(two_rows), change(category("2240106"), outturn="2", version=1))


@pytest.mark.parametrize("schedule", ["expenditure_by_function", ""], ids=["a section", "the whole"])
def test_a_point_on_more_than_a_row_opens_it_all(world, two_rows, schedule):
    ask(two_rows, world.he, PointPlace("x", schedule=schedule))
    decide(actions.return_to_unit, two_rows, world.he, points_only=True)
    save(fresh(two_rows), change(category("2240106"), outturn="2", version=1))


def test_a_limit_outlasts_handing_in_and_taking_back_and_ends_with_the_next_return(world, two_rows):
    ask(two_rows, world.he, place("2240101"))
    decide(actions.return_to_unit, two_rows, world.he, points_only=True)
    answer_all(two_rows, world.lin)
    submit(fresh(two_rows), world.lin)
    decide(actions.withdraw, two_rows, world.lin)
    with pytest.raises(actions.NotReopened):
        save(fresh(two_rows), change(category("2240106"), outturn="2", version=1))
    submit(fresh(two_rows), world.lin)
    put_in_status(two_rows, "in_review", "division")
    ask(two_rows, world.he)
    decide(actions.return_to_unit, two_rows, world.he)
    save(fresh(two_rows), change(category("2240106"), outturn="2", version=1))


def test_a_closed_point_opens_nothing(world, two_rows):
    ask(two_rows, world.he, place("2240106"))
    close_all(two_rows, world.he)
    ask(two_rows, world.he, place("2240101"))
    decide(actions.return_to_unit, two_rows, world.he, points_only=True)
    with pytest.raises(actions.NotReopened):
        save(fresh(two_rows), change(category("2240106"), outturn="2", version=1))


def test_nobody_asks_about_what_they_prepared(world, here):
    mei = make_person("mei", "梅双", (Role.PREPARER, world.rescue), (Role.DIVISION, world.finance))
    save(here, change("other", outturn="1"), by=mei)
    put_in_status(here, "in_review", "division")
    with pytest.raises(actions.NotYours):
        ask(here, mei)


def test_there_is_an_end_to_asking(world, here):
    put_in_status(here, "in_review", "division")
    with without_guards("submissions_reviewpoint"):
        ReviewPoint.objects.bulk_create(
            ReviewPoint(
                submission=here,
                place_name="x",
                reason="other",
                demand="x",
                desk="division",
                actor=world.he,
                at=NOW,
            )
            for _ in range(300)
        )
    with pytest.raises(point_actions.TooMany, match="最多提 300 条"):
        ask(here, world.he)


def test_the_pages_say_what_was_asked_last_in_one_query_for_all_points(world, two_rows):
    first, second = ask(two_rows, world.he, place("2240101")), ask(two_rows, world.he, place("2240106"))
    decide(actions.return_to_unit, two_rows, world.he)
    answer_all(two_rows, world.lin)
    put_in_status(two_rows, "in_review", "division")
    for words in ("请改为 940。", "请改为 947.06。"):
        point_actions.ask_again(point=first, text=words, by=world.he, at=NOW)
        put_in_status(two_rows, "returned")
        point_actions.answer_point(point=first, text="已改。", by=world.lin, at=NOW)
        put_in_status(two_rows, "in_review", "division")
    assert ReviewPoint.objects.get(pk=first.pk).newest_demand == "请改为 947.06。"
    with statements() as sql:
        assert [each.newest_demand for each in points_seen_by(world.he, two_rows)] == [
            "请改为 947.06。",
            second.demand,
        ]
    assert sum("submissions_reviewpoint" in text for text in sql) == 1 and len(sql) <= 3
    section = reverse("edit_lines", args=[two_rows.pk, BY_FUNCTION])
    shown = signed_in(world.he).get(section).content.decode()
    banner = shown[shown.index('class="points-here"') : shown.index('class="workspace"')]
    assert "请改为 947.06。" in banner and banner.count("请核对。") == 1
