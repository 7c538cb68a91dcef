"""Starting a return, and the desk where it lies."""

from datetime import date, timedelta

import pytest
from django.urls import URLPattern, reverse
from django.utils import timezone

from config.urls import urlpatterns
from orgs.models import User
from submissions.actions import NotEditable, NotPermitted, start_submission
from submissions.models import Submission, Transition
from tests.world import (
    NOW,
    Role,
    adjustment,
    change,
    make_person,
    make_round,
    make_submission,
    make_unit,
    numbered,
    put_in_status,
    put_point,
    save,
    signed_in,
    statements,
    without_guards,
)


def start(world, unit=None, by=None, round=None):
    """Start the return of the rescue centre, by Lin."""
    return start_submission(round=round or world.round, unit=unit or world.rescue, by=by or world.lin, at=NOW)


def test_a_preparer_starts_her_units_first_revision_as_a_draft(world):
    found = start(world)
    assert (found.unit, found.round, found.revision, found.status) == (world.rescue, world.round, 1, "draft")
    assert (found.started_by, found.started_at, found.row_version) == (world.lin, NOW, 0)


def test_starting_twice_gives_the_same_return(world):
    assert start(world) == start(world)
    assert Submission.objects.filter(unit=world.rescue).count() == 1


def test_starting_again_gives_the_newest_revision(world):
    put_in_status(world.submission, "superseded")
    newest = make_submission(world.round, world.emergency, world.lin, revision=2)
    assert start(world, world.emergency) == newest


@pytest.mark.parametrize("person", ["sun", "chen", "he", "wu", "qian", "tang", "zhao", "feng"])
def test_nobody_else_starts_it(world, person):
    with pytest.raises(NotPermitted):
        start(world, by=getattr(world, person))
    assert not Submission.objects.filter(unit=world.rescue).exists()


def test_a_round_of_another_bureau_does_not_reach_the_unit(world):
    with pytest.raises(NotPermitted):
        start(world, round=make_round(world.next_county))


def post(person, round, unit):
    """Press 开始填报."""
    return signed_in(person).post(reverse("start_submission", args=[round.pk, unit.pk]))


def test_starting_leads_to_the_workspace(world):
    response = post(world.lin, world.round, world.rescue)
    assert response.url == reverse("workspace", args=[Submission.objects.get(unit=world.rescue).pk])


def test_a_round_that_does_not_reach_the_unit_does_not_exist(world):
    assert post(world.lin, make_round(world.next_county), world.rescue).status_code == 404


def test_who_may_not_start_is_refused_and_nothing_is_begun(world):
    assert post(world.chen, world.round, world.rescue).status_code == 403
    assert post(world.zhao, world.round, world.rescue).status_code == 404
    assert Submission.objects.count() == 1


# --- The desk


def desk(person):
    """What my_work shows."""
    return signed_in(User.objects.get(pk=person.pk)).get(reverse("my_work")).context


def cards(person):
    """Unit, year, status of each card."""
    return [
        (card.unit.code, card.round.fiscal_year, card.submission.status if card.submission else None)
        for card in desk(person)["cards"]
    ]


def test_a_preparer_has_a_card_for_each_unit_and_round_started_or_not(world):
    make_round(world.finance, 2024)
    assert cards(world.lin) == [
        ("224001", 2024, None),
        ("224002", 2024, None),
        ("224001", 2023, "draft"),
        ("224002", 2023, None),
    ]


def test_a_card_shows_the_newest_revision(world):
    put_in_status(world.submission, "superseded")
    make_submission(world.round, world.emergency, world.lin, revision=2, status="returned")
    assert ("224001", 2023, "returned") in cards(world.lin)


def test_a_person_with_two_roles_in_a_unit_has_one_card(world):
    both = make_person("both", "兼", (Role.PREPARER, world.culture), (Role.UNIT_HEAD, world.culture))
    assert cards(both) == [("225001", 2023, None)]


def test_a_strangers_desk_has_nothing_of_the_unit(world):
    assert cards(world.zhao) == [("225001", 2023, None)]
    assert desk(world.zhao)["overseen"] == []
    assert (cards(world.feng), desk(world.feng)["overseen"]) == ([], [])


@pytest.mark.parametrize("person", ["chen", "he", "wu", "qian", "tang"])
def test_who_oversees_has_a_list_and_no_card(world, person):
    found = desk(getattr(world, person))
    assert found["cards"] == []
    assert [card.submission for card in found["overseen"]] == [world.submission]


def overseen(world, **asked):
    """The other returns that Wu's page lists, and how many there are."""
    found = signed_in(world.wu).get(reverse("my_work"), asked).context
    return [card.unit.code for card in found["overseen"]], found["overseen_page"].paginator.count


def schools(world, numbers):
    """Begin a return of each of so many schools."""
    for at in numbers:
        school = make_unit(world.finance.region, f"4{at:05}", f"第{at}小学", parent=world.finance)
        make_submission(world.round, school, world.zhao)


def test_the_other_returns_are_listed_by_fifty(world):
    schools(world, range(60))
    first, number = overseen(world)
    assert (len(first), number) == (50, 61)
    rest, _ = overseen(world, others=2)
    assert len(rest) == 11 and not set(rest) & set(first)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"unit": "第3小学"}, ["400003"]),
        ({"unit": "40000"}, ["400000", "400001", "400002", "400003"]),
        ({"unit": "小学", "year": 2022}, []),
        ({"unit": "应急", "year": 2023}, ["224001"]),
        ({"unit": "%"}, []),
        ({"unit": "应急", "year": "x"}, ["224001"]),
    ],
)
def test_one_is_found_by_a_part_of_its_name_or_the_beginning_of_its_code_and_by_year(world, asked, expected):
    schools(world, range(4))
    assert overseen(world, **asked) == (expected, len(expected))


def test_the_desk_takes_the_same_number_of_queries_for_few_and_many_returns(world):
    browser = signed_in(world.wu)
    schools(world, range(3))
    put_in_status(world.submission, "in_review")
    browser.get(reverse("my_work"))
    with statements() as few:
        browser.get(reverse("my_work"))
    schools(world, range(3, 30))
    for each in Submission.objects.exclude(pk=world.submission.pk)[:12]:
        put_in_status(each, "in_review")
    with statements() as many:
        browser.get(reverse("my_work"))
    assert len(many) == len(few), numbered(many)


@pytest.mark.parametrize(
    ("person", "status", "answer"),
    [("lin", "draft", True), ("lin", "returned", True), ("lin", "in_review", False), ("sun", "draft", False)],
)
def test_only_a_preparer_goes_on_and_only_while_it_is_open(world, person, status, answer):
    put_in_status(world.submission, status)
    [card] = [card for card in desk(getattr(world, person))["cards"] if card.unit == world.emergency]
    assert card.can_continue is answer


@pytest.mark.parametrize(
    ("days", "words"), [(3, "还有 3 天"), (1, "还有 1 天"), (0, "今天截止"), (-1, "已过截止日 1 天")]
)
def test_a_card_says_how_long_there_is(world, days, words):
    world.round.opens_date = date(2024, 1, 1)
    world.round.due_date = timezone.localdate() + timedelta(days=days)
    world.round.save()
    assert desk(world.lin)["cards"][0].time_left == words


def card_of(world, person="lin"):
    """Her card of the emergency bureau."""
    [card] = [each for each in desk(getattr(world, person))["cards"] if each.unit == world.emergency]
    return card


def test_a_card_says_how_many_parts_are_begun_of_those_that_should_be(world):
    """What may be left empty counts once it is not: adjustments are one part more."""
    empty = card_of(world).survey
    assert empty.filled == 0
    save(world.submission, change("other", outturn="1"))
    save(world.submission, adjustment("追加"))
    found = card_of(world).survey
    assert (found.filled, len(found.sections)) == (2, len(empty.sections) + 1)
    missed = [section for section in found.sections if section.is_missed]
    assert len(missed) == len(found.sections) - 2


@pytest.mark.parametrize(("status", "asked"), [("returned", 2), ("draft", 2), ("in_review", 0)])
def test_a_card_counts_the_points_that_wait_for_an_answer_once_they_are_the_units(world, status, asked):
    for state in ("open", "open", "answered", "closed"):
        put_point(world.submission, "performance_office", state)
    put_in_status(world.submission, status)
    assert card_of(world).points == asked
    words = signed_in(world.lin).get(reverse("my_work")).content.decode()
    assert (f"{asked} 条审核要点待答复" in words) is bool(asked)
    assert (reverse("points", args=[world.submission.pk]) in words) is bool(asked)


def test_a_return_whose_beginning_is_refused_is_not_begun(world, monkeypatch):
    """The round closes between the two: without a row, she begins anew when there is more time."""

    def refuse(**_):
        raise NotEditable("本次收集已经关闭。")

    [pattern] = [
        each for each in urlpatterns if isinstance(each, URLPattern) and each.name == "start_submission"
    ]
    monkeypatch.setitem(pattern.default_args, "begin", refuse)
    path = reverse("start_submission", args=[world.round.pk, world.rescue.pk])
    response = signed_in(world.lin).post(path, follow=True)
    assert "本次收集已经关闭。" in response.content.decode()
    assert not Submission.objects.filter(unit=world.rescue).exists()


def put_step(submission, by, action, status):
    """Save a step whatever the workflow says, and the status it leads to."""
    with without_guards("submissions_transition"):
        Transition.objects.create(
            submission=submission, action=action, to_status=status, actor=by, actor_name="吴芳", at=NOW
        )
    put_in_status(submission, status)


def test_a_correction_of_what_is_public_is_called_so_on_the_card_and_in_the_queue(world):
    def shown(person, where):
        answer = signed_in(person).get(reverse("my_work"))
        [card] = [each for each in answer.context[where] if each.unit == world.emergency]
        assert not card.edition or card.edition in answer.content.decode()
        return card.edition

    assert shown(world.lin, "cards") == ""
    put_step(world.submission, world.wu, "reopen", "superseded")
    second = make_submission(world.round, world.emergency, world.lin, revision=2)
    assert shown(world.lin, "cards") == "第 2 版"  # an approval was taken back, nothing was public
    put_step(second, world.wu, "publish", "published")
    assert shown(world.lin, "cards") == "第 2 版"
    third = make_submission(world.round, world.emergency, world.lin, revision=3)
    assert shown(world.lin, "cards") == "更正 · 第 3 版"
    put_in_status(third, "in_review")
    assert shown(world.wu, "queue") == "更正 · 第 3 版"
