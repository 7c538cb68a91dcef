"""A reviewer's queue: what it says of each return, what is new to her, and how it is passed at one stroke.

Each return is passed by itself, and what could not be is said with its reason.
"""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from budgets.checks.stored import Counted
from budgets.result_actions import check_round_again
from budgets.returns import BY_FUNCTION, BY_NATURE
from budgets.rows import head_figures
from orgs.models import User
from performance.actions import save_goal
from performance.models import IndicatorLine
from submissions import actions
from submissions.finding_actions import explain, override, set_check
from submissions.models import Look, Transition
from submissions.views import my_work as my_work_view
from tests.performance.indicators import fill
from tests.performance.test_in_the_way import failing
from tests.world import (
    NOTHING_LEFT,
    Role,
    category,
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


# --- What it says of each return


def shown(person, **asked):
    """What her queue shows."""
    return signed_in(User.objects.get(pk=person.pk)).get(reverse("my_work"), asked).context["queue"]


def hand_in(submission, by, at=None):
    """Hand a return in, whatever is missing."""
    return actions.submit(submission=submission, **NOTHING_LEFT, by=by, at=at or timezone.now())


def give_back(submission, by):
    seen = last_step(submission)
    actions.return_to_unit(submission=submission, seen=seen, comment="请核对。", by=by, at=timezone.now())


def test_a_row_says_since_when_it_lies_on_this_desk_and_not_since_it_was_handed_in(world):
    world.round.division_desk = True
    world.round.save()
    now = timezone.now()
    hand_in(world.submission, world.lin, now - timedelta(days=9))
    seen = last_step(world.submission)
    days_ago = now - timedelta(days=2)
    actions.pass_on(submission=world.submission, seen=seen, comment="", by=world.he, at=days_ago)
    [card] = shown(world.wu)
    assert (card.time_waiting, card.has_waited_long) == ("已等 2 天", False)


def test_what_came_first_stands_first_and_a_round_is_counted(world):
    rescue = make_submission(world.round, world.rescue, world.lin)
    hand_in(world.submission, world.lin)
    hand_in(rescue, world.lin)
    give_back(world.submission, world.wu)
    for point in world.submission.points.all():
        point.entries.create(
            kind="answered", text="好", actor=world.lin, actor_name="林晓", at=timezone.now()
        )
    hand_in(world.submission, world.lin)
    assert [(card.unit, card.submission.times_submitted) for card in shown(world.wu)] == [
        (world.rescue, 1),
        (world.emergency, 2),
    ]


def test_findings_are_what_is_wrong_or_unexplained_and_the_points_that_are_not_closed(world):
    """By hand: revenue 9 against a stated total of 8; 300,000 more than the budget, unexplained; two points."""
    row = category("2240106")
    save(world.submission, change("operating", outturn="9"), change("total", outturn="8"))
    money = {"initial_budget": "100000", "outturn": "400000"}
    save(world.submission, change(row, fund="other", nature="basic", **money), schedule=BY_FUNCTION)
    put_in_status(world.submission, "in_review")
    put_point(world.submission, "performance_office")
    put_point(world.submission, "performance_office", "answered")
    put_point(world.submission, "performance_office", "closed")
    [card] = shown(world.wu)
    # The total that is stated, income that is not what was spent, and two rows without a reason: the line and its total.
    assert (card.survey.findings, card.points, card.findings) == (4, 2, 6)


def test_what_a_check_says_of_a_stated_total_is_counted_with_the_checks_alone(world):
    save(world.submission, change("operating", outturn="9"), change("total", outturn="8"))
    put_in_status(world.submission, "in_review")
    [unchecked] = shown(world.wu)
    check_round_again(round=world.round, by=world.wu)
    [checked] = shown(world.wu)
    assert (unchecked.counted, unchecked.findings) == (None, 1)
    assert (checked.counted.errors, checked.findings) == (1, 0)


def test_what_was_explained_or_let_pass_or_is_off_among_the_indicators_is_not_counted_again(world):
    """By hand: 13 of 10, 29 of 30 points without a reason, 29 typed where the rule gives 30; and in the money
    a revised budget that no document accounts for.
    """
    fill(world.submission)
    IndicatorLine.objects.filter(submission=world.submission, name="减少等候").update(
        direction="at_least", target_value="10 件", actual_value="13 件", score=29, row_version=2,
        improvement_measure="增设窗口。",
    )  # fmt: skip
    save_goal(submission=world.submission, expected="目标。", achieved="完成。", weights_reason="",
              row_version=0, by=world.lin, at=timezone.now())  # fmt: skip
    explain(submission=world.submission, finding=failing(world.submission, "C-074"),
            text="新增了一项业务，全年多办三件。", by=world.lin, at=timezone.now())  # fmt: skip
    override(submission=world.submission, finding=failing(world.submission, "C-073"), reason="情况属实。",
             by=world.wu, at=timezone.now())  # fmt: skip
    put_in_status(world.submission, "in_review")
    [unchecked] = shown(world.wu)
    check_round_again(round=world.round, by=world.wu)
    [checked] = shown(world.wu)
    assert (unchecked.survey.findings, checked.survey.findings) == (4, 2)
    set_check(round=world.round, code="C-072", severity="off", reason="文号", by=world.wu, at=timezone.now())
    check_round_again(round=world.round, by=world.wu)
    [card] = shown(world.wu)
    assert card.survey.findings == 1


def test_the_largest_variance_is_that_of_the_line_furthest_from_its_budget_up_or_down(world):
    rows = {"2240106": ("100", "250"), "2240101": ("900", "600"), "2240109": (None, "5000")}
    for code, (initial, outturn) in rows.items():
        figures = {"initial_budget": initial, "outturn": outturn}
        row = change(category(code), fund="other", nature="basic", **figures)
        save(world.submission, row, schedule=BY_FUNCTION)
    put_in_status(world.submission, "in_review")
    [card] = shown(world.wu)
    assert card.survey.largest.row.code == "2240101"
    assert card.survey.largest.measures["variance_to_initial"] == -300


def test_without_rows_by_function_it_is_that_of_a_row_by_nature_and_without_any_none(world, queue):
    save_by_nature = change("project", initial_budget="10", outturn="4")
    put_in_status(world.submission, "draft")
    save(world.submission, save_by_nature, schedule=BY_NATURE)
    put_in_status(world.submission, "in_review")
    largest = {card.unit: card.survey.largest for card in shown(world.wu)}
    assert largest[world.emergency].row.code == "project" and largest[world.rescue] is None


def test_a_subtotal_is_furthest_where_none_of_its_parts_has_a_budget(world):
    basic = change("basic", initial_budget="900")
    parts = [change("basic_personnel", outturn="1030"), change("basic_operating", outturn="696")]
    save(
        world.submission,
        basic,
        *parts,
        change("project", initial_budget="485", outturn="241"),
        schedule=BY_NATURE,
    )
    put_in_status(world.submission, "in_review")
    [card] = shown(world.wu)
    assert card.survey.largest.row.code == "basic"
    assert card.survey.largest.measures["variance_to_initial"] == 826


def test_its_total_figures_are_those_that_lists_read_by_themselves(world, queue):
    row = change(category("2240106"), fund="other", nature="basic", initial_budget="100", outturn="250")
    put_in_status(world.submission, "draft")
    save(world.submission, row, schedule=BY_FUNCTION)
    put_in_status(world.submission, "in_review")
    heads = head_figures(queue)
    cards = {card.submission.pk: card.figures for card in shown(world.wu)}
    assert cards[world.submission.pk].measures["variance_to_initial"] == 150
    for pk, head in heads.items():
        assert (cards[pk].values, cards[pk].measures) == (head.values, head.measures)


def test_what_lies_on_a_desk_that_is_not_hers_is_read_among_the_others_alone(world, queue, monkeypatch):
    asked, journey_of = [], my_work_view.journey_of
    monkeypatch.setattr(
        my_work_view, "journey_of", lambda *given: asked.append(given[0]) or journey_of(*given)
    )
    put_in_status(world.submission, "draft")
    put_in_status(world.submission, "in_review", desk="division")
    context = signed_in(world.wu).get(reverse("my_work")).context
    assert sorted(each.pk for each in asked) == sorted(card.submission.pk for card in context["queue"])
    assert [card.submission for card in context["overseen"]] == [world.submission]


# --- What is new since she looked


def look(person, submission):
    """What a page of a return sends by itself."""
    return signed_in(person).post(reverse("look", args=[submission.pk]))


def news(person):
    return [card.news for card in shown(person)]


def test_a_return_is_new_until_she_has_looked_at_it(world):
    hand_in(world.submission, world.lin)
    assert news(world.wu) == ["新"]
    assert look(world.wu, world.submission).json() == {}
    assert news(world.wu) == [""]


def test_what_one_has_seen_is_new_to_another(world, queue):
    other = make_person("other", "另", (Role.PERFORMANCE_OFFICE, world.finance))
    look(world.wu, world.submission)
    assert news(other) == ["新"] * 3 and sorted(news(world.wu)) == ["", "新", "新"]


def test_what_was_saved_since_is_counted_and_what_only_came_again_is_said(world):
    hand_in(world.submission, world.lin)
    look(world.wu, world.submission)
    actions.withdraw(
        submission=world.submission,
        seen=last_step(world.submission),
        comment="",
        by=world.lin,
        at=timezone.now(),
    )
    hand_in(world.submission, world.lin)
    assert news(world.wu) == ["再次送到"]
    look(world.wu, world.submission)
    assert Look.objects.count() == 1
    actions.withdraw(
        submission=world.submission,
        seen=last_step(world.submission),
        comment="",
        by=world.lin,
        at=timezone.now(),
    )
    save(world.submission, change("other", outturn="1"))
    save(world.submission, change("other", outturn="2", version=1))
    hand_in(world.submission, world.lin)
    assert news(world.wu) == ["改动 2 次"]


def test_reading_a_page_is_no_look_and_its_script_is_told_where_to_send_it(world, queue):
    answer = signed_in(world.wu).get(reverse("variances", args=[world.submission.pk]))
    assert f'data-look="{reverse("look", args=[world.submission.pk])}"' in answer.content.decode()
    assert not Look.objects.exists()


# --- The next one


@pytest.mark.parametrize(("decided", "following"), [(0, 1), (1, 2), (2, 0)])
def test_after_a_decision_the_one_behind_it_is_taken_up_and_after_the_last_the_first(
    world, decided, following
):
    units = [make_submission(world.round, unit, world.lin) for unit in (world.rescue, world.culture)]
    order = [world.submission, *units]
    for submission in order:
        put_in_status(submission, "draft")
    for submission, by in zip(order, (world.lin, world.lin, world.zhao), strict=True):
        hand_in(submission, by)
    steps = [last_step(each) for each in order]
    answer = signed_in(world.wu).post(
        reverse("return_to_unit", args=[order[decided].pk]),
        {"seen": steps[decided], "comment": "改"},
        follow=True,
    )
    assert answer.context["request"].get_full_path() == f"/?after={steps[decided]}"
    focused = [card.unit for card in answer.context["queue"] if card.is_next]
    assert focused == [order[following].unit]
    assert answer.content.decode().count(" autofocus") == 1


@pytest.mark.parametrize("after", ["x", "", "-1", "9" * 30, "9" * 5000])
def test_any_other_number_leads_to_the_queue_too(world, queue, after):
    assert len(shown(world.wu, after=after)) == 3


def test_a_long_queue_has_pages_and_the_next_one_is_on_the_page_shown(world, monkeypatch):
    monkeypatch.setattr(my_work_view, "QUEUED_ON_A_PAGE", 2)
    for unit in (world.rescue, world.culture):
        make_submission(world.round, unit, world.lin)
    for submission in world.round.submissions.order_by("pk"):
        hand_in(submission, world.zhao if submission.unit == world.culture else world.lin)
    assert [card.unit for card in shown(world.wu)] == [world.emergency, world.rescue]
    assert [card.unit for card in shown(world.wu, page="2")] == [world.culture]
    second = last_step(world.round.submissions.get(unit=world.rescue))
    assert [(card.unit, card.is_next) for card in shown(world.wu, after=second)] == [(world.culture, True)]


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({}, ""),
        ({"overridden": 1, "explained": 4, "missing": 2}, ""),
        ({"errors": 1}, "还有 1 条错误没有改"),
        ({"errors": 1, "to_explain": 2}, "还有 1 条错误没有改，还有 2 条预警没有说明"),
    ],
)
def test_what_stands_open_is_said_before_one_or_many_are_passed(counts, said):
    assert Counted(**counts).warning == said


def test_a_row_of_the_queue_says_what_stands_open_in_its_return_or_that_it_is_not_known(world):
    save(world.submission, change("operating", outturn="9"), change("total", outturn="8"))
    rescue = make_submission(world.round, world.rescue, world.lin)
    for each in (world.submission, rescue):
        put_in_status(each, "in_review")
    check_round_again(round=world.round, by=world.wu)
    put_in_status(make_submission(world.round, world.culture, world.zhao), "in_review")
    text = signed_in(world.wu).get(reverse("my_work")).content.decode()
    warnings = dict(re.findall(r'data-unit="(.*?)（2023 年度）" data-warning="(.*?)"', text))
    assert warnings == {
        "零陵区应急管理局": "还有 1 条错误没有改",
        "应急救援中心": "",
        "零陵区文化馆": "检查结果不是最新的",
    }
