"""The pages on which a return is handed in, returned and approved, as each person meets them."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from orgs.actions import appoint
from orgs.models import User
from performance.views.sections import in_the_way
from submissions.finding_actions import set_check
from submissions.models import CollectionRound, Submission, Transition
from submissions.permissions import people_at_desks, sides_held
from tests.world import (
    NOW,
    Role,
    answer_all,
    category,
    change,
    close_all,
    make_person,
    make_round,
    make_submission,
    make_unit,
    put_in_status,
    put_point,
    save,
    signed_in,
    statements,
)


@pytest.fixture
def ready(world):
    """Lin's return with a total that needs no explanation: nothing stands in its way."""
    save(world.submission, change(category("2240101"), initial_budget="1000", outturn="1000"))
    return world


def send(world, person, deed, **fields):
    """Press a button; `seen` is the latest step unless said otherwise."""
    latest = Transition.objects.order_by("-pk").first()
    path = reverse(deed, args=[world.submission.pk])
    fields = {"seen": latest.pk if latest else 0} | fields
    return signed_in(fresh(person)).post(path, fields, follow=True)


def fresh(person):
    """The person as the next request reads her."""
    return User.objects.get(pk=person.pk)


def page(world, person, name="journey"):
    return signed_in(fresh(person)).get(reverse(name, args=[world.submission.pk])).content.decode()


def status(world):
    world.submission.refresh_from_db()
    return world.submission.status


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_who_could_not_hand_it_in_again_is_warned_before_she_takes_it_back(ready):
    send(ready, ready.lin, "submit")
    assert "收集已经关闭" not in page(ready, ready.lin)
    CollectionRound.objects.update(closed_at=timezone.now())
    assert "收集已经关闭，取消后不能再报送" in page(ready, ready.lin)


def test_the_whole_way(ready):
    response = send(ready, ready.lin, "submit")
    assert status(ready) == "in_review" and "已报送，现在由财政绩效股审核" in said(response)[0]
    response = send(ready, ready.wu, "return_to_unit", comment="请补充人员编制数。")
    assert status(ready) == "returned" and said(response) == [
        "已退回零陵区应急管理局，填报人会看到您的意见。"
    ]
    submitted = ready.submission.transitions.get(action="submit").pk
    assert response.redirect_chain == [(f"{reverse('my_work')}?after={submitted}", 302)]
    for name in ("journey", "workspace"):
        assert "请补充人员编制数。" in page(ready, ready.lin, name)
    assert "请补充人员编制数。" in signed_in(fresh(ready.lin)).get(reverse("my_work")).content.decode()
    save(ready.submission, change("other", outturn="1000", initial_budget="1000"))
    assert "还有 1 条审核要点没有答复" in said(send(ready, ready.lin, "submit"))[0]
    answer_all(ready.submission, ready.lin)
    send(ready, ready.lin, "submit")
    assert "还有 1 条审核要点没有销号" in said(send(ready, ready.wu, "approve"))[0]
    close_all(ready.submission, ready.wu)
    send(ready, ready.wu, "approve")
    assert status(ready) == "approved"
    assert [step.action for step in ready.submission.transitions.order_by("pk")] == [
        "submit",
        "return",
        "submit",
        "approve",
    ]


def test_an_empty_return_is_not_handed_in(world):
    response = send(world, world.lin, "submit")
    assert status(world) == "draft" and "还有 1 项没有做完" in said(response)[0]
    assert "支出（按功能分类）：还没有填" in page(world, world.lin)


@pytest.mark.parametrize("known", ["initial_budget", "outturn"])
def test_a_return_without_one_of_the_two_totals_is_not_handed_in(world, known):
    save(world.submission, change(category("2240101"), **{known: "1000"}))
    assert "还有 1 项没有做完" in said(send(world, world.lin, "submit"))[0]


def test_a_variance_without_a_reason_stands_in_the_way(world):
    place = category("2240101")
    save(world.submission, change(place, initial_budget="1000000", outturn="2000000"))
    # The 项 and the total: both differ by 100 % and 100 万元.
    assert "还有 2 项没有做完" in said(send(world, world.lin, "submit"))[0]
    assert page(world, world.lin).count("要写差异原因") == 2


def test_a_stated_total_that_differs_from_its_rows_stands_in_the_way(ready):
    save(ready.submission, change("total", outturn="5"), change("other", outturn="6"))
    assert "还有 1 项没有做完" in said(send(ready, ready.lin, "submit"))[0]


def test_the_page_asks_for_nothing_more_when_nothing_is_in_the_way(ready):
    assert "可以报送了" in page(ready, ready.lin) and "可以报送了" in page(ready, ready.lin, "workspace")


def test_a_point_without_an_answer_stands_in_the_way_with_its_link_and_the_button_waits(ready):
    send(ready, ready.lin, "submit")
    send(ready, ready.wu, "return_to_unit", comment="请补充人员编制数。")
    point = ready.submission.points.get()
    for name in ("journey", "workspace"):
        text = page(ready, ready.lin, name)
        assert "可以报送了" not in text and re.search(r"报送前要做完 <span[^>]*>1 项", text), name
        assert f"{reverse('points', args=[ready.submission.pk])}#point-{point.pk}" in text
    assert reverse("submit", args=[ready.submission.pk]) not in page(ready, ready.lin)
    assert [task.detail for task in in_the_way(ready.submission)] == ["请补充人员编制数。"]
    answer_all(ready.submission, ready.lin)
    assert "可以报送了" in page(ready, ready.lin) and in_the_way(ready.submission) == []


def test_what_a_desk_asks_is_nothing_the_unit_has_to_do_before_it_is_given_back(ready):
    send(ready, ready.lin, "submit")
    put_point(ready.submission, "performance_office")
    assert "报送前要做完" not in page(ready, ready.wu, "workspace")


def test_many_points_are_counted_as_one_line_and_cost_as_many_queries_as_one(ready):
    def count():
        with statements() as sql:
            found = in_the_way(Submission.objects.for_workspace().get(pk=ready.submission.pk))
        return len(sql), [task.title for task in found]

    put_point(ready.submission, "performance_office", place_name="甲")
    few, titles = count()
    assert titles == ["甲：要点还没有答复"]
    for number in range(10):
        put_point(ready.submission, "performance_office", place_name=f"乙{number}")
    many, titles = count()
    assert many == few and len(titles) == 9 and titles[-1] == "另有 3 条要点还没有答复"


@pytest.mark.parametrize("person", ["sun", "chen", "he", "wu", "qian", "tang"])
def test_readers_have_no_button_to_hand_in(ready, person):
    assert reverse("submit", args=[ready.submission.pk]) not in page(ready, getattr(ready, person))


def test_only_the_reviewer_has_the_bar_and_only_while_it_waits(ready):
    approve = reverse("approve", args=[ready.submission.pk])
    assert approve not in page(ready, ready.wu)
    send(ready, ready.lin, "submit")
    for name in ("lin", "sun", "chen", "he", "qian", "tang"):
        assert approve not in page(ready, getattr(ready, name)), name
    assert approve in page(ready, ready.wu) and approve in page(ready, ready.wu, "variances")
    send(ready, ready.wu, "approve")
    assert approve not in page(ready, ready.wu)


def test_what_she_wrote_comes_back_with_a_refusal(ready):
    send(ready, ready.lin, "submit")
    response = send(ready, ready.wu, "return_to_unit", seen=0, comment="请核对。")
    assert status(ready) == "in_review"
    assert said(response) == [
        "您打开之后，这份填报有了新的流转，没有退回。请看过最新情况再决定。您写的意见：请核对。"
    ]


def test_a_return_needs_words(ready):
    send(ready, ready.lin, "submit")
    assert "请写明意见" in said(send(ready, ready.wu, "return_to_unit", comment=" \r\n "))[0]
    assert status(ready) == "in_review"


def test_a_comment_is_at_most_2000_characters_and_comes_back_whole(ready):
    send(ready, ready.lin, "submit")
    words = "改" * 2001
    [sentence] = said(send(ready, ready.wu, "return_to_unit", comment=words))
    assert sentence == f"审核意见有 2001 字，最多 2000 字，请写短些。您写的意见：{words}"
    send(ready, ready.wu, "return_to_unit", comment="改" * 2000)
    assert status(ready) == "returned"


def test_a_comment_is_shown_as_text_and_holds_no_control_characters(ready):
    send(ready, ready.lin, "submit")
    send(ready, ready.wu, "return_to_unit", comment="<b>一</b>\x00\r\n二")
    assert Transition.objects.get(action="return").comment == "<b>一</b>\n二"
    assert "&lt;b&gt;一&lt;/b&gt;<br>二" in page(ready, ready.lin)


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30])
def test_a_decision_that_does_not_say_what_it_saw_is_refused(ready, seen):
    send(ready, ready.lin, "submit")
    response = send(ready, ready.wu, "approve", seen=seen)
    assert status(ready) == "in_review" and response.status_code == 200


def test_a_second_press_is_told_that_it_was_done(ready):
    send(ready, ready.lin, "submit")
    assert "现在是“财政绩效股审核中”，不能报送" in said(send(ready, ready.lin, "submit"))[0]


def test_who_prepared_it_is_told_that_others_decide(ready):
    mei = make_person(
        "mei", "梅双", (Role.PREPARER, ready.emergency), (Role.PERFORMANCE_OFFICE, ready.finance)
    )
    save(ready.submission, change("other", outturn="1000", initial_budget="1000"), by=mei)
    send(ready, ready.lin, "submit")
    assert "不能审核自己填报的内容" in page(ready, mei)
    assert reverse("approve", args=[ready.submission.pk]) not in page(ready, mei)


def test_a_return_in_review_takes_no_figures(ready):
    send(ready, ready.lin, "submit")
    response = signed_in(fresh(ready.lin)).post(
        reverse("save_lines", args=[ready.submission.pk, "revenue"]),
        '{"unit": "yuan", "rows": []}',
        content_type="application/json",
    )
    assert response.status_code == 403 and "审核中" in response.json()["message"]


def test_returned_and_not_changed_says_so(ready):
    send(ready, ready.lin, "submit")
    send(ready, ready.wu, "return_to_unit", comment="请改。")
    answer_all(ready.submission, ready.lin)
    assert "退回后还没有修改过" in page(ready, ready.lin)


# --- The queue


def queue(person):
    context = signed_in(fresh(person)).get(reverse("my_work")).context
    return [card.unit.code for card in context["queue"]]


def test_the_queue_holds_what_waits_the_longest_waiting_first(ready):
    second = make_submission(ready.round, ready.rescue, ready.lin)
    save(second, change(category("2240101"), initial_budget="1000", outturn="1000"))
    assert queue(ready.wu) == []
    signed_in(ready.lin).post(reverse("submit", args=[second.pk]))
    send(ready, ready.lin, "submit")
    assert queue(ready.wu) == ["224002", "224001"]
    assert queue(ready.feng) == queue(ready.he) == queue(ready.lin) == []
    send(ready, ready.wu, "approve")
    assert queue(ready.wu) == ["224002"]


def test_units_that_have_not_begun_are_named_to_those_above_them(world):
    [waiting] = signed_in(world.wu).get(reverse("my_work")).context["not_started"]
    assert [unit.code for unit in waiting.units] == ["224002", "225001"]
    [waiting] = signed_in(world.chen).get(reverse("my_work")).context["not_started"]
    assert [unit.code for unit in waiting.units] == ["224002"]
    assert signed_in(world.lin).get(reverse("my_work")).context["not_started"] == []


def test_rounds_in_which_units_have_not_begun_name_their_bureau_where_there_are_several(world):
    def summaries():
        return [
            each.split("</summary>")[0]
            for each in signed_in(fresh(world.wu)).get(reverse("my_work")).content.decode().split("<summary>")
            if "尚未开始" in each.split("</summary>")[0]
        ]

    assert summaries() == ["2023 年度尚未开始填报 2 个单位"]
    appoint(user=world.wu, unit=world.next_county, role=Role.PERFORMANCE_OFFICE, at=NOW)
    make_unit(world.next_county.region, "224001", "冷水滩区应急管理局", parent=world.next_county)
    make_round(world.next_county)
    assert sorted(summaries()) == [
        "2023 年度 冷水滩区财政局 尚未开始填报 1 个单位",
        "2023 年度 零陵区财政局 尚未开始填报 2 个单位",
    ]


@pytest.mark.parametrize("name", ["my_work", "journey"])
def test_the_pages_take_as_many_queries_however_much_there_is(ready, name):
    def count():
        path = reverse(name, args=[] if name == "my_work" else [ready.submission.pk])
        browser = signed_in(fresh(ready.wu))
        with statements() as sql:
            browser.get(path)
        return len(sql)

    send(ready, ready.lin, "submit")
    few = count()
    for number in range(5):
        unit = make_unit(ready.finance.region, f"30000{number}", f"单位{number}", parent=ready.finance)
        other = make_submission(ready.round, unit, ready.lin)
        put_in_status(other, "in_review")
    for _ in range(3):
        send(ready, ready.wu, "return_to_unit", comment="请改。")
        answer_all(ready.submission, ready.lin)
        send(ready, ready.lin, "submit")
    assert count() == few


def test_who_reviews_and_heads_a_unit_has_its_return_in_her_queue(ready):
    head = make_person(
        "gu", "顾审", (Role.UNIT_HEAD, ready.emergency), (Role.PERFORMANCE_OFFICE, ready.finance)
    )
    mei = make_person(
        "mei", "梅双", (Role.PREPARER, ready.emergency), (Role.PERFORMANCE_OFFICE, ready.finance)
    )
    save(ready.submission, change("other", outturn="1000", initial_budget="1000"), by=mei)
    send(ready, ready.lin, "submit")
    assert queue(head) == ["224001"]
    assert queue(mei) == []  # she prepared it


def test_who_may_only_read_is_refused_before_what_she_sent_is_looked_at(ready):
    send(ready, ready.lin, "submit")
    for fields in ({"seen": "x"}, {"comment": "长" * 3000}):
        assert send(ready, ready.he, "approve", **fields).status_code == 403


def test_an_endless_comment_is_not_kept_in_the_session(ready):
    send(ready, ready.lin, "submit")
    [sentence] = said(send(ready, ready.wu, "return_to_unit", comment="长" * 100_000))
    assert len(sentence) < 5000


def test_what_is_not_filled_in_is_named_before_it_is_handed_in_and_approved(ready):
    text = page(ready, ready.lin)
    assert "部分还没有填" in text and "结转结余" in text and "其中 12 部分没有填" in text
    send(ready, ready.lin, "submit")
    approval = page(ready, ready.wu, "variances")
    assert "将审核通过。其中 12 部分没有填：人员与编制、收入、" in approval


# --- The bar of who decides


def bar(world, person, name="variances"):
    """The bar at the foot of a page, without what the browser sends along."""
    text = page(world, person, name)
    return text[text.index('<form class="decision"') : text.index("</form>", text.index('class="decision"'))]


def button(text, deed):
    """The tag of a button of the bar."""
    [found] = re.findall(rf'<button[^>]*formaction="[^"]*/{deed}/"[^>]*>', text)
    return found


def test_open_points_are_named_before_the_button_which_waits_for_them(ready):
    send(ready, ready.lin, "submit")
    text = bar(ready, ready.wu)
    assert " disabled" not in button(text, "approve") and re.search(
        r'title="" hidden><span>0</span> 条', text
    )
    put_point(ready.submission, "performance_office", "answered", place_name="收入 · 其他")
    text = bar(ready, ready.wu)
    assert " disabled" in button(text, "approve")
    assert re.search(r'title="收入 · 其他"><span>1</span> 条要点还没有销号', text)
    assert text.index("条要点还没有销号") < text.index("data-passes")
    close_all(ready.submission, ready.wu)
    assert " disabled" not in button(bar(ready, ready.wu), "approve")


def test_a_desk_passes_on_over_what_others_asked_and_the_last_does_not(ready):
    ready.round.division_desk = True
    ready.round.save()
    send(ready, ready.lin, "submit")
    put_point(ready.submission, "performance_office", "answered")
    assert " disabled" not in button(bar(ready, ready.he), "pass-on")
    put_in_status(ready.submission, "in_review", "performance_office")
    assert " disabled" in button(bar(ready, ready.wu), "approve")


def test_what_is_neither_mended_nor_explained_is_named_in_the_bar_and_before_it_passes(ready):
    send(ready, ready.lin, "submit")
    assert "没有说明" not in bar(ready, ready.wu) and "没有改" not in bar(ready, ready.wu)
    put_in_status(ready.submission, "draft")
    # C-001: the total is not that of its rows, an error here and a warning there.
    save(ready.submission, change("total", outturn="60000"), change("other", outturn="50000"))
    put_in_status(ready.submission, "in_review")
    assert bar(ready, ready.wu).count("还有 1 条错误没有改") == 2  # to be seen, and to be confirmed
    assert "还有 1 条错误没有改。通过后数据锁定" in button(bar(ready, ready.wu), "approve")
    set_check(round=ready.round, code="C-001", severity="warning", reason="本地规定", by=ready.wu, at=NOW)
    assert bar(ready, ready.wu).count("还有 1 条预警没有说明") == 2


def test_a_return_says_what_it_opens_and_brings_words_that_name_the_points(ready):
    send(ready, ready.lin, "submit")
    text = bar(ready, ready.wu)
    assert "将整份退回，单位可以修改所有地方" in button(text, "return")
    assert 'data-needs="comment"' in button(text, "return") and "></textarea>" in text
    place = {"schedule": "revenue", "row": "item-other", "place_name": "收入 · 其他"}
    for _ in range(2):
        put_point(ready.submission, "performance_office", **place)
    text = bar(ready, ready.wu)
    assert ">请按 2 条审核要点逐条修改、答复。</textarea>" in text
    assert 'data-places="2"' in button(text, "return")
    assert "只能修改 {n} 条审核要点所在的地方" in button(text, "return")
    assert text.index("只改要点处") < text.index('formaction="')


def test_a_return_that_would_open_everything_anyway_offers_no_limit(ready):
    send(ready, ready.lin, "submit")
    put_point(ready.submission, "performance_office")
    assert "只改要点处" not in bar(ready, ready.wu)


# --- What will happen after handing in


def way(person, submission):
    """Who is at each desk, and at which nobody is."""
    context = signed_in(fresh(person)).get(reverse("journey", args=[submission.pk])).context
    people = {
        str(stage.desk): stage.people and [str(each) for each in stage.people] for stage in context["stages"]
    }
    return people, [str(stage.desk) for stage in context.get("vacant", [])]


@pytest.fixture
def every_desk(world):
    """The world, whose round has every desk, and a return of the rescue centre."""
    for desk in ("unit_head_desk", "department_desk", "division_desk"):
        setattr(world.round, desk, True)
    world.round.save()
    return world, make_submission(world.round, world.rescue, world.lin)


def test_the_page_says_which_desks_follow_and_who_is_there(every_desk):
    world, submission = every_desk
    assert way(world.lin, submission) == (
        {"unit_head": [], "department": ["陈敏"], "division": ["何军"], "performance_office": ["吴芳"]},
        ["unit_head"],
    )
    assert way(world.lin, world.submission)[0]["unit_head"] == ["孙立"]
    words = signed_in(world.lin).get(reverse("journey", args=[submission.pk])).content.decode()
    assert "请联系财政局管理员钱宁登记" in words and "现在也可以先报送" in words


def test_who_may_act_at_a_desk_is_who_the_permissions_let_act_there(every_desk):
    """Held against the functions that decide it, for everybody."""
    world, submission = every_desk
    make_person("mo", "莫", (Role.UNIT_HEAD, world.rescue), (Role.DIVISION, world.finance))
    for unit_return in (submission, world.submission):
        found, _ = people_at_desks(unit_return, but=None)
        for person in User.objects.all():
            held = sides_held(person, unit_return) & set(unit_return.desks)
            assert {desk for desk, people in found.items() if person in people} == held, person


def test_who_prepared_it_stopped_or_is_locked_out_is_at_no_desk(every_desk):
    world, submission = every_desk
    both = make_person("both", "兼", (Role.UNIT_HEAD, world.rescue), (Role.PREPARER, world.rescue))
    assert way(world.lin, submission)[0]["unit_head"] == ["兼"]
    assert way(both, submission)[0]["unit_head"] == []  # she is about to hand it in
    save(submission, change("other", outturn="1"), by=both)
    assert way(world.lin, submission)[0]["unit_head"] == []
    world.chen.is_active = False
    world.chen.save()
    world.he.memberships.update(ended_at=timezone.now())
    assert way(world.lin, submission)[1] == ["unit_head", "department", "division"]


def test_only_desks_still_ahead_are_missed_and_none_of_a_return_that_is_past_them(every_desk):
    world, submission = every_desk
    put_in_status(submission, "in_review", "department")
    assert way(world.lin, submission)[1] == []
    world.wu.memberships.update(ended_at=timezone.now())
    assert way(world.lin, submission)[1] == ["performance_office"]
    put_in_status(submission, "approved")
    assert way(world.lin, submission) == (dict.fromkeys(submission.desks), [])


def test_the_way_costs_the_same_for_one_person_and_for_many(every_desk):
    world, submission = every_desk

    def count():
        browser = signed_in(fresh(world.lin))
        with statements() as texts:
            browser.get(reverse("journey", args=[submission.pk]))
        return len(texts)

    few = count()
    for number in range(5):
        make_person(f"more{number}", f"多{number}", (Role.DIVISION, world.finance))
    assert count() == few
