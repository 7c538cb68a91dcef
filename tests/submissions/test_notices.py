"""What people are told: by which deed, whom, and how they see it."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from orgs.models import Membership, Unit, User
from orgs.unit_rules import KINDS
from submissions import actions, round_actions
from submissions.models import Notice, Publication, Submission
from submissions.notice_actions import tell
from submissions.permissions import deciders_at, sides_held
from submissions.point_actions import ask_again, close_point
from submissions.workflow import DESKS
from tests.world import (
    NOTHING_LEFT,
    NOW,
    Role,
    answer_all,
    make_person,
    make_unit,
    numbered,
    put_in_status,
    put_point,
    signed_in,
    statements,
)

LATER = NOW + timedelta(hours=1)


def fresh(submission):
    """The return as it is now."""
    return Submission.objects.get(pk=submission.pk)


def hand_in(world):
    """Lin hands in."""
    return actions.submit(submission=world.submission, **NOTHING_LEFT, by=world.lin, at=NOW)


def decide(deed, world, by, **words):
    """Decide on Lin's return as it is now."""
    seen = fresh(world.submission).last_step_number
    return deed(submission=world.submission, seen=seen, **words, by=by, at=LATER)


def told(kind=None):
    """Who was told what, by user name and kind, but for receipts."""
    found = Notice.objects.exclude(kind="receipt").filter(**{"kind": kind} if kind else {})
    return sorted(found.values_list("recipient__username", "kind"))


def text_of(person):
    """The newest thing a person was told."""
    return person.notices.order_by("-pk").first().text


# --- Which deed tells whom


def test_handing_in_tells_the_next_desk_and_no_other(world):
    hand_in(world)
    assert told() == [("wu", "handed")]
    assert text_of(world.wu) == "零陵区应急管理局 2023 年度：请审核。"


def test_passing_on_tells_the_desk_after_it(world):
    put_in_status(world.submission, "in_review", "unit_head")
    decide(actions.pass_on, world, world.sun, comment="同意。")
    assert told() == [("wu", "handed")]
    assert world.wu.notices.get().details == "同意。"


def test_who_prepared_the_return_is_not_asked_to_decide_on_it(world):
    Membership.objects.create(
        user=world.lin, unit=world.finance, role=Role.PERFORMANCE_OFFICE, started_at=NOW
    )
    hand_in(world)
    assert told("handed") == [("wu", "handed")]


def test_a_return_tells_the_units_preparers_how_many_points_they_answer(world):
    colleague = make_person("gao", "高洁", (Role.PREPARER, world.emergency))
    hand_in(world)
    put_point(world.submission, "performance_office")
    put_point(world.submission, "performance_office", "closed")
    decide(actions.return_to_unit, world, world.wu, comment="请核对。")
    assert told("returned") == [("gao", "returned"), ("lin", "returned")]
    assert text_of(colleague) == "零陵区应急管理局 2023 年度：财政绩效股退回，1 条审核要点请逐条答复。"
    assert colleague.notices.get().details == "请核对。"


def test_approving_publishing_and_taking_back_tell_the_unit(world):
    hand_in(world)
    decide(actions.approve, world, world.wu, comment="", content_of=lambda _: "{}")
    assert told("approved") == [("lin", "approved")]
    day = date(2024, 3, 1)
    record = Publication(
        reply_date=day,
        secrecy_reviewer="甲",
        secrecy_review_date=day,
        signatory="乙",
        sign_off_date=day,
        published_date=day,
        authorisation="函〔2024〕1 号",
    )
    decide(actions.publish, world, world.wu, record=record)
    assert told("published") == [("lin", "published")]


def test_taking_an_approval_back_tells_the_unit_and_the_desk_of_the_next_revision(world):
    colleague = make_person("luo", "罗平", (Role.PERFORMANCE_OFFICE, world.finance))
    put_in_status(world.submission, "approved")
    new = decide(actions.reopen, world, world.wu, comment="批复调整", copy=lambda old, new: None)
    assert told() == [("lin", "reopened"), ("luo", "handed")]
    assert {each.submission for each in Notice.objects.all()} == {new}
    assert colleague.notices.get().details == "批复调整"


def test_taking_back_what_was_handed_in_tells_the_desk_and_unmarks_what_it_was_asked(world):
    hand_in(world)
    decide(actions.withdraw, world, world.lin, comment="")
    assert told() == [("wu", "handed"), ("wu", "withdrawn")]
    assert [each.kind for each in world.wu.notices.filter(seen_at=None)] == ["withdrawn"]


def test_a_point_asked_again_and_one_that_is_closed_are_told_once_until_they_are_seen(world):
    first, second, third = (put_point(world.submission, "performance_office", "answered") for _ in range(3))
    put_in_status(world.submission, "in_review")
    ask_again(point=first, text="请附凭证。", by=world.wu, at=NOW)
    ask_again(point=second, text="请附凭证。", by=world.wu, at=NOW)
    close_point(point=third, text="", by=world.wu, at=NOW)
    assert told() == [("lin", "asked_again"), ("lin", "point_closed")]
    world.lin.notices.update(seen_at=NOW)
    close_point(point=first, text="", by=world.wu, at=NOW)
    assert told("point_closed") == [("lin", "point_closed")] * 2


def test_a_point_that_was_never_given_back_is_closed_without_a_word(world):
    point = put_point(world.submission, "performance_office")
    put_in_status(world.submission, "in_review")
    close_point(point=point, text="", by=world.wu, at=NOW)
    assert told() == []


def test_an_answer_tells_nobody(world):
    put_point(world.submission, "performance_office")
    put_in_status(world.submission, "returned")
    answer_all(fresh(world.submission), world.lin)
    assert told() == []


def test_a_reminder_and_more_time_tell_the_unit_that_is_meant(world):
    facts = {"round": world.round, "by": world.wu, "at": timezone.now()}
    round_actions.remind(**facts, unit=world.culture, text="请尽快报送。")
    until = timezone.localdate() + timedelta(days=9)
    round_actions.extend(**facts, unit=world.emergency, until_date=until, reason="批复调整")
    assert told() == [("lin", "extended"), ("zhao", "reminded")]
    assert text_of(world.zhao) == "零陵区文化馆 2023 年度：吴芳催报。"
    assert world.zhao.notices.get().details == "请尽快报送。"
    assert world.zhao.notices.get().submission is None
    assert text_of(world.lin) == f"零陵区应急管理局 2023 年度：延期至 {until}。"
    assert world.lin.notices.get().submission == world.submission


def test_a_round_that_closes_and_goes_on_tells_each_preparer_once(world):
    facts = {"round": world.round, "by": world.wu, "at": timezone.now()}
    round_actions.close_round(**facts, reason="到期")
    round_actions.reopen_round(**facts, reason="漏报")
    assert told() == [
        ("lin", "round_closed"),  # who prepares for two of its units
        ("lin", "round_reopened"),
        ("zhao", "round_closed"),
        ("zhao", "round_reopened"),
    ]


def test_a_round_that_opens_tells_the_preparers_of_its_bureau(world):
    today = date(2025, 1, 1)
    plan = round_actions.RoundPlan(2024, today, date(2025, 4, 30), None, True, True, True, 10, 100000)
    round_actions.open_round(bureau=world.finance, plan=plan, by=world.qian, at=timezone.now())
    assert told() == [("lin", "round_opened"), ("zhao", "round_opened")]
    assert text_of(world.zhao) == "2024 年度部门整体支出绩效自评：开始收集，2025-04-30 截止。"


def test_nobody_is_told_what_she_did_herself_nor_anybody_who_cannot_sign_in_or_has_left(world):
    make_person("gone", "已停用", (Role.PREPARER, world.emergency))
    User.objects.filter(username="gone").update(is_active=False)
    former = make_person("former", "已离任", (Role.PREPARER, world.emergency))
    former.memberships.update(ended_at=F("started_at"))
    facts = {"people": User.objects.none(), "by": world.wu, "at": NOW}
    tell(**facts, kind="handed", text="没有人。")
    put_in_status(world.submission, "approved")
    decide(actions.publish, world, world.lin, record=publication())
    assert told() == []


def publication():
    """A record of a publication that is not saved yet."""
    day = date(2024, 3, 1)
    days = dict.fromkeys(("reply_date", "secrecy_review_date", "sign_off_date", "published_date"), day)
    return Publication(secrecy_reviewer="甲", signatory="乙", authorisation="函", **days)


def test_what_is_refused_tells_nobody(world):
    known = NOTHING_LEFT | {"in_the_way": lambda submission: ["决算数"]}
    with pytest.raises(actions.Unfinished):
        actions.submit(submission=world.submission, **known, by=world.lin, at=NOW)
    assert not Notice.objects.exists()


def test_a_step_takes_the_same_statements_for_one_and_forty_people(world):
    tell_the_unit(world)  # Wu's memberships are read
    with statements() as few:
        tell_the_unit(world)
    for number in range(39):
        make_person(f"p{number}", "同事", (Role.PREPARER, world.emergency))
    with statements() as many:
        tell_the_unit(world)
    assert Notice.objects.filter(kind="round_closed").count() == 2 + 2 + 41
    assert len(few) == len(many), numbered(many)
    assert sum("INSERT INTO" in text and "submissions_notice" in text for text in many) == 1


def tell_the_unit(world):
    """Close the round, and open it again behind everybody's back."""
    round_actions.close_round(round=world.round, reason="到期", by=world.wu, at=timezone.now())
    type(world.round).objects.filter(pk=world.round.pk).update(closed_at=None)


def test_who_is_told_is_who_may_decide(world):
    put_in_status(world.submission, "superseded")
    people = [
        getattr(world, name) for name in ("lin", "sun", "chen", "he", "wu", "qian", "tang", "zhao", "feng")
    ]
    for unit, desk in product((world.emergency, world.rescue), DESKS):
        submission = Submission(round=world.round, unit=unit)
        expected = [person for person in people if desk in sides_held(person, submission)]
        assert list(deciders_at(desk, submission)) == expected, (unit, desk)


# --- How she sees it


def page(person, **asked):
    """The page of somebody."""
    return signed_in(User.objects.get(pk=person.pk)).get(reverse("notices"), asked)


def test_every_page_says_how_many_are_unseen_without_a_query_of_its_own(world):
    none = signed_in(world.wu).get(reverse("change_password"))
    assert "条未读" not in none.content.decode()
    with statements() as before:
        signed_in(world.wu).get(reverse("change_password"))
    hand_in(world)
    with statements() as after:
        answer = signed_in(world.wu).get(reverse("change_password"))
    assert 'title="1 条未读"' in answer.content.decode()
    assert len(before) == len(after), numbered(after)


def test_looking_at_the_list_marks_nothing_and_opening_one_does_and_leads_to_its_place(world):
    hand_in(world)
    notice = world.wu.notices.get()
    assert "请审核。" in page(world.wu).content.decode()
    notice.refresh_from_db()
    assert notice.seen_at is None
    answer = signed_in(world.wu).post(reverse("open_notice", args=[notice.pk]))
    assert answer["Location"] == reverse("journey", args=[world.submission.pk])
    notice.refresh_from_db()
    seen_at = notice.seen_at
    assert seen_at is not None and "条未读" not in page(world.wu).content.decode()
    signed_in(world.wu).post(reverse("open_notice", args=[notice.pk]))
    notice.refresh_from_db()
    assert notice.seen_at == seen_at  # the first time counts


@pytest.mark.parametrize(
    ("kind", "place"), [("returned", "journey"), ("asked_again", "points"), ("point_closed", "points")]
)
def test_a_notice_leads_to_where_it_is_about(world, kind, place):
    about = {"submission": world.submission, "unit": world.emergency}
    tell(people=[world.lin], kind=kind, text="x", **about, by=None, at=NOW)
    answer = signed_in(world.lin).post(reverse("open_notice", args=[world.lin.notices.get().pk]))
    assert answer["Location"] == reverse(place, args=[world.submission.pk])


def test_one_without_a_return_leads_to_her_work_and_a_receipt_to_itself(world):
    receipt = hand_in(world).receipt
    notice = world.lin.notices.get()
    assert notice.seen_at == NOW  # it is no news to her
    answer = signed_in(world.lin).post(reverse("open_notice", args=[notice.pk]))
    assert answer["Location"] == reverse("receipt", args=[world.submission.pk, receipt.pk])
    tell(people=[world.lin], kind="round_closed", text="x", by=None, at=NOW)
    latest = world.lin.notices.latest("pk")
    answer = signed_in(world.lin).post(reverse("open_notice", args=[latest.pk]))
    assert answer["Location"] == reverse("my_work")


def test_all_of_hers_are_marked_at_once_and_nobody_elses(world):
    for person in (world.lin, world.zhao):
        tell(people=[person] * 3, kind="round_closed", text="收集关闭。", by=None, at=NOW)
    answer = signed_in(world.lin).post(reverse("see_notices"), follow=True)
    assert "全部标为已读" not in answer.content.decode()
    unseen = Notice.objects.filter(seen_at=None)
    assert {each.recipient for each in unseen} == {world.zhao} and len(unseen) == 3


def test_who_may_not_see_the_return_any_more_sees_nothing_of_it(world):
    hand_in(world)
    notice = world.wu.notices.get()
    tell(people=[world.wu], kind="round_closed", text="收集关闭。", by=None, at=NOW)
    world.wu.memberships.update(ended_at=timezone.now())
    answer = page(world.wu)
    assert "请审核" not in answer.content.decode() and "收集关闭。" in answer.content.decode()
    assert 'title="1 条未读"' in answer.content.decode()
    assert signed_in(world.wu).post(reverse("open_notice", args=[notice.pk])).status_code == 404


@pytest.mark.parametrize(
    ("role", "at", "sees"),
    [
        (Role.PREPARER, "rescue", True),
        (Role.PREPARER, "emergency", False),
        (Role.UNIT_HEAD, "emergency", False),
        (Role.DEPARTMENT, "emergency", True),
        (Role.DEPARTMENT, "culture", False),
        (Role.AUDITOR, "finance", True),
        (Role.AUDITOR, "next_county", False),
    ],
)
def test_what_is_seen_of_a_unit_is_what_its_pages_show(world, role, at, sees):
    person = make_person("neu", "新来", (role, getattr(world, at)))
    tell(people=[person], kind="reminded", unit=world.rescue, text="请报送。", by=None, at=NOW)
    assert Unit.objects.visible_to(person).filter(pk=world.rescue.pk).exists() is sees
    assert Notice.objects.seen_by(person).exists() is sees
    assert ('title="1 条未读"' in page(person).content.decode()) is sees


def test_a_notice_of_somebody_else_does_not_exist(world):
    hand_in(world)
    notice = world.wu.notices.get()
    assert signed_in(world.he).post(reverse("open_notice", args=[notice.pk])).status_code == 404


def test_the_newest_come_first_thirty_a_page(world):
    for number in range(31):
        tell(people=[world.lin], kind="round_closed", text=f"第{number}条", by=None, at=NOW)
    first, second = page(world.lin), page(world.lin, page=2)
    assert [each.text for each in first.context["page"]][:2] == ["第30条", "第29条"]
    assert [each.text for each in second.context["page"]] == ["第0条"]


def test_the_page_takes_the_same_queries_for_1_and_30(world):
    units = [
        make_unit(world.finance.region, f"9{n}", f"单位{n}", parent=world.finance, kind=KINDS[0])
        for n in range(30)
    ]
    tell(people=[world.wu], kind="reminded", unit=units[0], text="x", by=None, at=NOW)
    with statements() as few:
        page(world.wu)
    for unit in units[1:]:
        tell(people=[world.wu], kind="reminded", unit=unit, text="x", by=None, at=NOW)
    with statements() as many:
        assert len(page(world.wu).context["page"]) == 30
    assert len(few) == len(many), numbered(many)
