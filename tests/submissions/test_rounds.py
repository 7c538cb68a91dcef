"""The bureau's rounds: opened, watched, closed; units reminded and given more time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from orgs.models import User
from submissions import actions, finding_actions, round_actions
from submissions.models import CollectionRound, Extension, Reminder, RoundEvent, Submission
from submissions.standings import standings_of
from tests.budgets.region.test_effective import step
from tests.world import (
    NOW,
    Role,
    change,
    make_person,
    make_region,
    make_round,
    make_submission,
    make_unit,
    numbered,
    put_in_status,
    save,
    signed_in,
    statements,
    without_guards,
)

DUE = date(2024, 4, 30)
LATER = date(2024, 5, 31)


def fresh(thing):
    """As the next request reads it."""
    return type(thing).objects.get(pk=thing.pk)


def send(person, deed, *about, **fields):
    """Press a button and follow it."""
    path = reverse(deed, args=[each.pk for each in about])
    return signed_in(fresh(person)).post(path, fields, follow=True)


def said(response):
    """What the next page says."""
    return [str(message) for message in response.context["messages"]]


def page(person, name, *about, **asked):
    """A page as a person sees it."""
    return signed_in(fresh(person)).get(reverse(name, args=[each.pk for each in about]), asked)


# --- Where every unit stands


def standing(world, unit, today=DUE):
    """Where a unit stands on a day."""
    [found] = standings_of([fresh(world.round)], today)
    [mine] = [each for each in found.units if each.unit == unit]
    return mine


STATES = {
    ("draft", ""): ("draft", "填报中", True),
    ("returned", ""): ("returned", "已退回", True),
    ("in_review", "unit_head"): ("unit_head", "单位负责人审核中", False),
    ("in_review", "department"): ("department", "主管部门审核中", False),
    ("in_review", "division"): ("division", "财政业务股室审核中", False),
    ("in_review", "performance_office"): ("performance_office", "财政绩效股审核中", False),
    ("approved", ""): ("approved", "审核通过", False),
    ("published", ""): ("published", "已公开", False),
}


@pytest.mark.parametrize("place", STATES, ids=" ".join)
def test_every_state_of_a_unit_and_whether_it_can_be_late(world, place):
    put_in_status(world.submission, *place)
    found = standing(world, world.emergency, LATER)
    assert (found.state, found.state_text, found.is_its_turn) == STATES[place]
    assert found.days_late == (31 if found.is_its_turn else 0)


def test_a_unit_that_has_not_begun(world):
    found = standing(world, world.rescue, DUE + timedelta(days=1))
    assert (found.state, found.since, found.days_late) == ("not_started", date(2024, 1, 1), 1)
    assert (found.department, standing(world, world.emergency).department) == (world.emergency, None)


def test_the_due_day_itself_is_not_late_and_an_extension_moves_it(world):
    assert standing(world, world.rescue, DUE).days_late == 0
    give_time(world, until_date=LATER)
    assert standing(world, world.rescue, LATER).days_late == 0
    assert standing(world, world.rescue, LATER + timedelta(days=2)).days_late == 2
    assert standing(world, world.culture, LATER).days_late == 31


def test_the_newest_revision_counts(world):
    put_in_status(world.submission, "published")
    make_submission(world.round, world.emergency, world.lin, revision=2)
    assert standing(world, world.emergency).state == "draft"


def test_a_unit_is_where_it_is_since_its_last_step(world):
    assert standing(world, world.emergency).since == timezone.localdate(NOW)
    put_in_status(world.submission, "in_review")
    later = NOW + timedelta(days=4)
    actions.return_to_unit(submission=world.submission, seen=0, comment="请核对。", by=world.wu, at=later)
    assert standing(world, world.emergency).since == timezone.localdate(later)


def test_the_counts_of_a_round(world):
    put_in_status(world.submission, "approved")
    put_in_status(make_submission(world.round, world.rescue, world.lin), "in_review", "division")
    [found] = standings_of([world.round], LATER)
    assert (found.finished, found.under_review, found.waited_for, found.late) == (1, 1, 1, 1)
    assert [each.unit.code for each in found.units] == ["224001", "224002", "225001"]


def test_a_department_counts_itself_and_its_units(world):
    """The emergency bureau and its rescue centre; the culture house is a department by itself."""
    put_in_status(world.submission, "approved")
    [standings] = standings_of([world.round], DUE)
    found = {
        unit: (len(each.units), each.finished, each.waited_for) for unit, each in standings.by_department()
    }
    assert found == {world.emergency: (2, 1, 1), world.culture: (1, 0, 1)}


def test_no_rounds_stand_nowhere(world):
    assert standings_of([], DUE) == []


def test_another_bureaus_units_are_not_among_them(world):
    make_unit(make_region("431103", "冷水滩区"), "224001", "冷水滩区应急管理局", parent=world.next_county)
    found = standings_of([world.round, make_round(world.next_county)], DUE)
    assert [len(each.units) for each in found] == [3, 1]


# --- More time


def give_time(world, **facts):
    """Extend the rescue centre until the end of May, by Wu."""
    facts = {
        "unit": world.rescue,
        "until_date": LATER,
        "reason": "批复调整",
        "by": world.wu,
        "at": NOW,
    } | facts
    return round_actions.extend(round=world.round, **facts)


def test_an_extension_is_recorded_and_lets_a_unit_of_a_closed_round_begin(world):
    shut(world)
    with pytest.raises(actions.NotNow, match="已经关闭，不能开始填报"):
        actions.start_submission(round=fresh(world.round), unit=world.rescue, by=world.lin, at=NOW)
    found = give_time(world)
    assert (found.until_date, found.reason, found.actor_name, found.at) == (LATER, "批复调整", "吴芳", NOW)
    actions.start_submission(round=fresh(world.round), unit=world.rescue, by=world.lin, at=NOW)


@pytest.mark.parametrize("person", ["lin", "sun", "chen", "he", "qian", "tang", "zhao", "feng"])
def test_only_the_performance_office_gives_time(world, person):
    with pytest.raises(actions.NotPermitted):
        give_time(world, by=getattr(world, person))
    assert not Extension.objects.exists()


@pytest.mark.parametrize(
    ("facts", "refusal", "words"),
    [
        ({"until_date": date(2024, 2, 29)}, round_actions.WrongDate, "已经过去"),
        ({"until_date": date(2024, 4, 29)}, round_actions.WrongDate, "不能早于截止日期 2024-04-30"),
        ({"reason": " \u200b"}, actions.Unfinished, "写明延期的原因"),
    ],
)
def test_an_extension_that_is_refused(world, facts, refusal, words):
    with pytest.raises(refusal, match=words):
        give_time(world, **facts)
    assert not Extension.objects.exists()


def test_an_approved_return_needs_no_time_and_a_public_one_may_be_given_leave_to_be_corrected(world):
    put_in_status(world.submission, "approved")
    with pytest.raises(actions.NotNow, match="已审核通过"):
        give_time(world, unit=world.emergency)
    put_in_status(world.submission, "published")
    give_time(world, unit=world.emergency)


def test_a_unit_the_round_does_not_reach_is_given_nothing(world):
    other = make_unit(make_region("431103", "冷水滩区"), "224001", "应急局", parent=world.next_county)
    for unit in (other, world.finance):
        with pytest.raises(actions.NotNow, match="不在这次收集的范围内"):
            give_time(world, unit=unit)
        with pytest.raises(actions.NotNow, match="不在这次收集的范围内"):
            nag(world, unit=unit)


# --- Reminders


def nag(world, **facts):
    """Remind the rescue centre, by Wu."""
    facts = {"unit": world.rescue, "text": "请尽快报送。", "by": world.wu, "at": NOW} | facts
    return round_actions.remind(round=world.round, **facts)


@pytest.mark.parametrize("person", ["wu", "qian"])
def test_a_reminder_is_recorded(world, person):
    found = nag(world, by=getattr(world, person))
    assert (found.unit, found.text, found.actor, found.at) == (
        world.rescue,
        "请尽快报送。",
        getattr(world, person),
        NOW,
    )


@pytest.mark.parametrize("person", ["lin", "sun", "chen", "he", "tang", "zhao", "feng"])
def test_nobody_else_reminds(world, person):
    with pytest.raises(actions.NotPermitted):
        nag(world, by=getattr(world, person))
    assert not Reminder.objects.exists()


def test_a_unit_is_reminded_once_a_day_by_whomever(world):
    nag(world, at=datetime(2024, 3, 1, 15, 59, tzinfo=UTC))  # 23:59 in China
    with pytest.raises(actions.NotNow, match="今天已经催报过"):
        nag(world, at=datetime(2024, 3, 1, 15, 59, 30, tzinfo=UTC), by=world.qian)
    nag(world, unit=world.culture, at=datetime(2024, 3, 1, 15, 59, tzinfo=UTC))
    nag(world, at=datetime(2024, 3, 1, 16, 0, tzinfo=UTC))
    assert Reminder.objects.count() == 3


@pytest.mark.parametrize("status", ["in_review", "approved", "published"])
def test_who_has_handed_in_is_not_reminded(world, status):
    put_in_status(world.submission, status)
    with pytest.raises(actions.NotNow, match="不用催报"):
        nag(world, unit=world.emergency)


def test_a_unit_that_can_do_nothing_is_not_reminded(world):
    shut(world)
    with pytest.raises(actions.NotNow, match="请先延期"):
        nag(world)
    give_time(world)
    nag(world)


def test_a_reminder_says_something(world):
    with pytest.raises(actions.Unfinished):
        nag(world, text=" ")


# --- Closing and reopening


def shut(world, **facts):
    """Close the round, by Wu."""
    facts = {"reason": "收集结束", "by": world.wu, "at": NOW} | facts
    return round_actions.close_round(round=world.round, **facts)


def unshut(world, **facts):
    """Reopen the round, by Wu."""
    facts = {"reason": "有单位漏报", "by": world.wu, "at": NOW} | facts
    return round_actions.reopen_round(round=world.round, **facts)


def test_closing_stops_the_units_and_reopening_lets_them_go_on(world):
    shut(world)
    assert fresh(world.round).closed_at == NOW
    with pytest.raises(actions.NotEditable, match="已经关闭"):
        save(world.submission, change("other", outturn="1"))
    unshut(world)
    assert fresh(world.round).closed_at is None
    save(world.submission, change("other", outturn="1"))
    assert list(RoundEvent.objects.order_by("pk").values_list("kind", "reason", "actor_name")) == [
        ("closed", "收集结束", "吴芳"),
        ("reopened", "有单位漏报", "吴芳"),
    ]


@pytest.mark.parametrize("person", ["lin", "sun", "chen", "he", "qian", "tang", "zhao", "feng"])
def test_only_the_performance_office_closes_and_reopens(world, person):
    with pytest.raises(actions.NotPermitted):
        shut(world, by=getattr(world, person))
    shut(world)
    with pytest.raises(actions.NotPermitted):
        unshut(world, by=getattr(world, person))


def test_closing_and_reopening_that_are_refused(world):
    with pytest.raises(actions.NotNow, match="没有关闭"):
        unshut(world)
    with pytest.raises(actions.Unfinished, match="写明关闭的原因"):
        shut(world, reason="")
    shut(world)
    with pytest.raises(actions.NotNow, match="已经关闭"):
        shut(world)
    with pytest.raises(actions.Unfinished, match="写明重新打开的原因"):
        unshut(world, reason=" ")
    assert RoundEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("closes", "left"), [(date(2024, 5, 10), None), (date(2024, 5, 20), date(2024, 5, 20))]
)
def test_reopening_drops_a_planned_date_that_has_passed_and_no_other(world, closes, left):
    CollectionRound.objects.filter(pk=world.round.pk).update(closes_date=closes)
    shut(world)
    unshut(world, at=datetime(2024, 5, 15, tzinfo=UTC))
    assert fresh(world.round).closes_date == left


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (RoundEvent, {"kind": "closed", "reason": " "}),
        (Reminder, {"text": " "}),
    ],
)
def test_the_database_wants_words(world, model, fields):
    unit = {} if model is RoundEvent else {"unit": world.rescue}
    with pytest.raises(DatabaseError, match="says"), transaction.atomic():
        model.objects.create(round=world.round, actor=world.wu, actor_name="吴芳", at=NOW, **unit, **fields)


def test_the_database_wants_the_dates_in_order(world):
    with pytest.raises(DatabaseError, match="round_closes_after_due"), transaction.atomic():
        CollectionRound.objects.update(closes_date=DUE - timedelta(days=1))


# --- Opening


FORM = {
    "fiscal_year": "2024",
    "opens_date": "2025-01-05",
    "due_date": "2025-04-30",
    "closes_date": "",
    "unit_head_desk": "on",
    "explain_rate": "10",
    "explain_yuan": "100000",
}


def test_an_administrator_opens_a_round_and_preparers_see_it(world):
    response = send(world.qian, "open_round", world.finance, **FORM, last_desk="", performance_office="")
    round = CollectionRound.objects.get(fiscal_year=2024)
    assert response.redirect_chain == [(reverse("round_overview", args=[round.pk]), 302)]
    assert (round.bureau, round.opens_date, round.due_date, round.closes_date) == (
        world.finance,
        date(2025, 1, 5),
        date(2025, 4, 30),
        None,
    )
    assert [desk.value for desk in round.desks_for(world.rescue)] == ["unit_head", "performance_office"]
    assert [(event.kind, event.actor) for event in round.events.all()] == [("opened", world.qian)]
    assert page(world.lin, "my_work").context["cards"][0].round == round


def test_the_checks_of_a_round_that_is_opened_are_as_in_the_round_before_with_the_same_reasons(world):
    wu = {"round": world.round, "by": world.wu, "at": NOW}
    for code, severity, reason in (
        ("C-001", "off", "先不查"),
        ("C-001", "warning", "湘财绩 5 号"),
        ("C-002", "off", "试一试"),
        ("C-002", "", "还是查"),
    ):
        finding_actions.set_check(code=code, severity=severity, reason=reason, **wu)
    for name, limit in (("change_rate", 20), ("control_rate", 15), ("control_rate", None)):
        finding_actions.set_threshold(name=name, limit=limit, reason="县里的通知", **wu)
    older = make_round(world.finance, 2022)
    finding_actions.set_check(**wu | {"round": older}, code="C-003", severity="off", reason="前年的")
    send(world.qian, "open_round", world.finance, **FORM)
    new = CollectionRound.objects.get(fiscal_year=2024)
    [check], [threshold], [event] = new.check_settings.all(), new.thresholds.all(), new.events.all()
    assert (check.code, check.severity, check.reason) == ("C-001", "warning", "湘财绩 5 号")
    assert (threshold.name, threshold.limit, threshold.reason) == ("change_rate", 20, "县里的通知")
    assert check.actor == threshold.actor == world.qian and check.at == threshold.at == event.at
    assert event.reason == "沿用 2023 年度调整过的规则 1 条、界限 1 项，原因不变。"
    assert "自评。沿用 2023 年度调整过的规则" in page(world.qian, "audit").content.decode()


WRONG = {
    "a year that is there": ({"fiscal_year": "2023"}, "fiscal_year", "2023 年度的收集已经有了"),
    "no year": ({"fiscal_year": ""}, "fiscal_year", "请填写年度"),
    "no number": ({"fiscal_year": "x"}, "fiscal_year", "年度请填写数字"),
    "a year far away": ({"fiscal_year": "1999"}, "fiscal_year", "年度应在 2000 和 2099 之间"),
    "due before it opens": ({"due_date": "2025-01-04"}, "due_date", "截止日期早于开始日期"),
    "closes before it is due": ({"closes_date": "2025-04-29"}, "closes_date", "计划关闭日期早于截止日期"),
    "opens before its year": ({"opens_date": "2023-01-05"}, "opens_date", "不会在 2023 年开始"),
    "no day": ({"due_date": "2025-02-30"}, "due_date", "截止日期请写成 2024-04-30 这样"),
    "a day far away": ({"due_date": "9999-01-01"}, "due_date", "截止日期应在 2000 年和 2099 年之间"),
    "a threshold below zero": ({"explain_rate": "-1"}, "explain_rate", "应在 0 和 9999 之间"),
    "no threshold at all": ({"explain_rate": "NaN"}, "explain_rate", "请填写数字"),
    "a tenth of a cent": ({"explain_yuan": "0.001"}, "explain_yuan", "最多两位小数"),
}


@pytest.mark.parametrize("case", WRONG)
def test_nonsense_is_refused_with_a_sentence_beside_its_field(world, case):
    changed, field, words = WRONG[case]
    response = send(world.qian, "open_round", world.finance, **FORM | changed)
    assert response.status_code == 422
    [mine] = response.context["bureaux"]
    assert words in "".join(mine.form.errors[field]) and words in response.content.decode()
    assert CollectionRound.objects.count() == 1


def test_everything_wrong_is_said_at_once(world):
    wrong = {"fiscal_year": "2023", "due_date": "2025-01-01", "explain_yuan": ""}
    response = send(world.qian, "open_round", world.finance, **FORM | wrong)
    assert response.context["bureaux"][0].form.errors.keys() == wrong.keys()


def test_the_form_is_filled_in_from_last_years_round(world):
    CollectionRound.objects.update(
        opens_date=date(2024, 2, 29), closes_date=date(2024, 5, 15), division_desk=True, explain_rate="12.50"
    )
    [mine] = page(world.qian, "rounds").context["bureaux"]
    assert mine.form.initial == {
        "fiscal_year": 2024,
        "opens_date": date(2025, 2, 28),
        "due_date": date(2025, 4, 30),
        "closes_date": date(2025, 5, 15),
        "unit_head_desk": False,
        "department_desk": False,
        "division_desk": True,
        "explain_rate": "12.50",
        "explain_yuan": "100000",
    }


def test_without_a_round_the_form_is_that_of_the_year_that_has_ended(world):
    ruan = make_person("ruan", "阮", (Role.ADMINISTRATOR, world.next_county))
    [mine] = page(ruan, "rounds").context["bureaux"]
    today = timezone.localdate()
    assert (mine.rounds, mine.form.initial["fiscal_year"], mine.form.initial["opens_date"]) == (
        [],
        today.year - 1,
        today,
    )
    assert mine.form.initial["unit_head_desk"] and mine.form.initial["explain_rate"] == "10"


@pytest.mark.parametrize("person", ["wu", "he", "lin", "feng"])
def test_only_its_administrator_opens_a_round(world, person):
    plan = round_actions.RoundPlan(2024, DUE, DUE, None, True, True, True, 10, 100000)
    with pytest.raises(actions.NotPermitted):
        round_actions.open_round(bureau=world.finance, plan=plan, by=getattr(world, person), at=NOW)
    assert page(world.wu, "rounds").context["bureaux"][0].form is None


def test_the_deed_itself_refuses_a_year_twice_and_dates_in_disorder(world):
    facts = {"bureau": world.finance, "by": world.qian, "at": NOW}
    desks = (True, True, True, 10, 100000)
    with pytest.raises(round_actions.OncePerYear, match="一个年度只收集一次"):
        round_actions.open_round(plan=round_actions.RoundPlan(2023, DUE, DUE, None, *desks), **facts)
    for opens, due, closes in ((LATER, DUE, None), (DUE, LATER, DUE)):
        with pytest.raises(round_actions.WrongDate):
            round_actions.open_round(plan=round_actions.RoundPlan(2024, opens, due, closes, *desks), **facts)
    assert not RoundEvent.objects.exists()


# --- The pages


def shown(response):
    """The codes of the units in the table."""
    return [each.unit.code for each in response.context["page"]]


def test_the_list_of_rounds_has_their_counts(world):
    make_round(world.finance, 2024)
    [mine] = page(world.wu, "rounds").context["bureaux"]
    assert [each.round.fiscal_year for each in mine.rounds] == [2024, 2023]
    assert [dict(each.counts) for each in mine.rounds] == [{"not_started": 3}, {"draft": 1, "not_started": 2}]


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({}, ["224001", "224002", "225001"]),
        ({"state": "draft"}, ["224001"]),
        ({"state": "not_started"}, ["224002", "225001"]),
        ({"state": "published"}, []),
        ({"state": "nonsense"}, ["224001", "224002", "225001"]),
        ({"department": "emergency"}, ["224001", "224002"]),
        ({"late": "on"}, ["224001", "225001"]),
        ({"late": "on", "state": "not_started"}, ["225001"]),
    ],
)
def test_the_overview_is_filtered(world, asked, codes):
    give_time(world, until_date=timezone.localdate())
    asked = {name: world.emergency.pk if value == "emergency" else value for name, value in asked.items()}
    assert shown(page(world.wu, "round_overview", world.round, **asked)) == codes


def test_the_overview_says_who_is_late_and_how_far_it_is(world):
    days = (timezone.localdate() - DUE).days
    text = page(world.qian, "round_overview", world.round).content.decode()
    assert f"逾期 {days} 天" in text and "逾期 3 个" in text and "3 个要报送" in text
    assert "延期由财政绩效股办理" in text and reverse("extend", args=[world.round.pk]) not in text


def test_before_closing_it_says_who_is_left(world):
    text = page(world.wu, "round_overview", world.round).content.decode()
    assert "还有 3 个单位没有报送，关闭后不能再填报和报送。" in text


def test_many_units_stand_on_pages_of_fifty(world):
    for number in range(60):
        make_unit(world.finance.region, f"5{number:05}", f"单位{number}", parent=world.finance)
    assert len(shown(page(world.wu, "round_overview", world.round))) == 50
    assert len(shown(page(world.wu, "round_overview", world.round, page=2))) == 13


def everything(world, numbers):
    """Units of these numbers, each with a return, a step of it, an extension and a reminder."""
    for each in numbers:
        unit = make_unit(world.finance.region, f"6{each:05}", f"单位{each}", parent=world.emergency)
        submission = make_submission(world.round, unit, world.lin)
        put_in_status(submission, "in_review")
        actions.return_to_unit(submission=submission, seen=0, comment="请核对。", by=world.wu, at=NOW)
        give_time(world, unit=unit)
        nag(world, unit=unit)


@pytest.mark.parametrize("name", ["rounds", "round_overview"])
def test_a_page_asks_the_same_questions_for_three_units_and_for_thirty(world, name):
    counts = []
    for numbers in (range(3), range(3, 30)):
        everything(world, numbers)
        with statements() as texts:
            page(world.wu, name, *([world.round] if name == "round_overview" else []))
        counts.append(texts)
    assert len(counts[0]) == len(counts[1]), numbered(counts[1])


# --- Several units at once


def test_reminding_several_says_who_was_not_and_why(world):
    put_in_status(world.submission, "approved")
    nag(world, unit=world.culture, at=timezone.now())
    units = [world.emergency.pk, world.rescue.pk, world.culture.pk]
    response = send(world.wu, "remind", world.round, units=units, text="请尽快报送。")
    assert said(response) == [
        "已催报 1 个单位：应急救援中心。",
        "1 个单位没有催报：零陵区应急管理局。原因：现在是“审核通过”，不用催报。",
        "1 个单位没有催报：零陵区文化馆。原因：今天已经催报过，请明天再催。",
    ]
    assert Reminder.objects.filter(unit=world.rescue).count() == 1


def test_extending_several_says_who_was_not_and_why(world):
    put_in_status(world.submission, "approved")
    until = timezone.localdate() + timedelta(days=9)
    units = [world.emergency.pk, world.rescue.pk, world.culture.pk]
    response = send(world.wu, "extend", world.round, units=units, until_date=until, reason="批复调整")
    assert said(response) == [
        "已延期 2 个单位：应急救援中心、零陵区文化馆。",
        "1 个单位没有延期：零陵区应急管理局。原因：已审核通过，不需要延期。",
    ]
    assert set(Extension.objects.values_list("unit", "until_date")) == {
        (world.rescue.pk, until),
        (world.culture.pk, until),
    }


def test_everyone_is_who_has_still_to_hand_in_and_the_filter_shows(world):
    put_in_status(world.submission, "in_review")
    response = send(world.wu, "remind", world.round, everyone="on", text="请报送。", state="not_started")
    assert said(response) == ["已催报 2 个单位：应急救援中心、零陵区文化馆。"]
    response = send(
        world.wu, "remind", world.round, everyone="on", text="请报送。", department=world.emergency.pk
    )
    assert said(response) == ["1 个单位没有催报：应急救援中心。原因：今天已经催报过，请明天再催。"]


@pytest.mark.parametrize("deed", ["remind", "extend"])
@pytest.mark.parametrize("wrong", [{"state": "zzz"}, {"department": "x"}], ids=["state", "department"])
def test_a_filter_that_cannot_be_read_reaches_nobody(world, deed, wrong):
    sent = {"text": "请报送。", "until_date": "2090-01-01", "reason": "批复调整"}
    [sentence] = said(send(world.wu, deed, world.round, everyone="on", **sent, **wrong))
    assert "没有看懂筛选条件" in sentence
    assert not Extension.objects.exists() and not Reminder.objects.exists()


def test_without_a_tick_or_a_day_nothing_is_done_and_the_words_come_back(world):
    response = send(world.wu, "extend", world.round, until_date="x", reason="批复调整")
    assert said(response) == ["请先勾选单位。延至哪天请写成 2024-04-30 这样。您写的：批复调整"]
    response = send(world.wu, "remind", world.round, units=[world.rescue.pk], text="长" * 201)
    assert "催报内容有 201 字，最多 200 字" in said(response)[0]
    assert not Extension.objects.exists() and not Reminder.objects.exists()


@pytest.mark.parametrize("deed", ["remind", "extend"])
def test_another_bureaus_unit_among_the_ticked_does_not_exist(world, deed):
    other = make_unit(make_region("431103", "冷水滩区"), "224001", "应急局", parent=world.next_county)
    for stranger in (other.pk, world.finance.pk, 900_002, "x"):
        fields = {
            "units": [world.rescue.pk, stranger],
            "until_date": "2099-01-01",
            "reason": "x",
            "text": "x",
        }
        assert send(world.wu, deed, world.round, **fields).status_code == 404
    assert not Extension.objects.exists() and not Reminder.objects.exists()


def test_closing_and_reopening_on_the_page(world):
    assert said(send(world.wu, "close_round", world.round, reason=" ")) == ["请写明关闭的原因。"]
    assert "已关闭" in said(send(world.wu, "close_round", world.round, reason="收集结束"))[0]
    text = page(world.wu, "round_overview", world.round).content.decode()
    assert "收集结束" in text and reverse("reopen_round", args=[world.round.pk]) in text
    assert said(send(world.wu, "close_round", world.round, reason="再关")) == ["这次收集已经关闭了。"]
    assert "已重新打开" in said(send(world.wu, "reopen_round", world.round, reason="漏报"))[0]
    assert fresh(world.round).closed_at is None


# --- What the units see


def test_a_reminder_stands_on_the_card_until_the_unit_has_handed_in(world):
    def card():
        cards = page(world.lin, "my_work").context["cards"]
        return next(each for each in cards if each.unit == world.emergency)

    nag(world, unit=world.emergency, text="请尽快。")
    assert "零陵区财政局 3月1日催报：请尽快。" in page(world.lin, "my_work").content.decode()
    put_in_status(world.submission, "in_review")
    assert card().reminder is None
    later = NOW + timedelta(days=1)
    actions.return_to_unit(submission=world.submission, seen=0, comment="请核对。", by=world.wu, at=later)
    assert card().reminder is None  # it was about an earlier turn
    nag(world, unit=world.emergency, text="再催。", at=later + timedelta(days=1))
    assert card().reminder.text == "再催。"


def test_a_reminder_and_more_time_stand_in_the_journey(world):
    nag(world, unit=world.emergency, text="请尽快。")
    give_time(world, unit=world.emergency)
    nag(world, unit=world.culture, text="别家的。")
    text = page(world.lin, "journey", world.submission).content.decode()
    assert "请尽快。" in text and "延至 2024年5月31日" in text and "别家的。" not in text


def test_the_card_of_a_closed_round_offers_no_beginning_but_for_who_has_more_time(world):
    start = reverse("start_submission", args=[world.round.pk, world.rescue.pk])
    assert start in page(world.lin, "my_work").content.decode()
    shut(world)
    text = page(world.lin, "my_work").content.decode()
    assert start not in text and "收集已经关闭，没有填报" in text
    response = signed_in(fresh(world.lin)).post(start, follow=True)
    assert "已经关闭，不能开始填报" in said(response)[0]
    assert not Submission.objects.filter(unit=world.rescue).exists()
    give_time(world, until_date=timezone.localdate())
    assert start in page(world.lin, "my_work").content.decode()


@pytest.mark.parametrize(("person", "there"), [("wu", True), ("qian", True), ("he", False), ("lin", False)])
def test_the_bar_leads_who_looks_after_rounds_to_them(world, person, there):
    person = User.objects.get(username=person)
    assert (f'href="{reverse("rounds")}"' in page(person, "my_work").content.decode()) is there


def test_a_round_is_begun_by_nobody_before_its_day(world):
    start = reverse("start_submission", args=[world.round.pk, world.rescue.pk])
    tomorrow = timezone.localdate() + timedelta(days=1)
    CollectionRound.objects.update(opens_date=tomorrow, due_date=tomorrow)
    text = page(world.lin, "my_work").content.decode()
    assert start not in text and f"本次收集从 {tomorrow:%Y}年{tomorrow.month}月{tomorrow.day}日开始" in text
    answer = signed_in(fresh(world.lin)).post(start, follow=True)
    assert said(answer) == [f"本次收集从 {tomorrow} 开始，那天起可以填报。"]
    assert not Submission.objects.filter(unit=world.rescue).exists()
    CollectionRound.objects.update(opens_date=timezone.localdate())
    signed_in(fresh(world.lin)).post(start)
    assert Submission.objects.filter(unit=world.rescue).exists()


def stood(world, unit, days):
    """Where a unit stood at the end of a day, so many days after its return began."""
    day = timezone.localdate(NOW) + timedelta(days=days)
    [found] = standings_of([world.round], LATER, day)
    return next(each for each in found.units if each.unit == unit)


def test_as_of_a_past_day_a_unit_stands_where_its_last_step_until_then_led(world):
    """Begun on day 0, handed in on day 2, given back on day 5, handed in again on day 6, approved on day 9."""
    for action, days, to_status, desk in (
        ("submit", 2, "in_review", "division"),
        ("return", 5, "returned", ""),
        ("submit", 6, "in_review", "division"),
        ("approve", 9, "approved", ""),
    ):
        step(world.submission, action, days, to_status, to_desk=desk)
    found = {days: stood(world, world.emergency, days).state for days in (-1, 0, 1, 2, 4, 5, 8, 9)}
    assert found == {
        -1: "not_started", 0: "draft", 1: "draft", 2: "division", 4: "division", 5: "returned",
        8: "division", 9: "approved",
    }  # fmt: skip
    assert stood(world, world.emergency, 8).since == timezone.localdate(NOW + timedelta(days=6))
    assert fresh(world.submission).status == "approved"


def test_as_of_a_past_day_only_what_was_given_by_then_counts(world):
    """The round is due on DUE; the rescue centre is given until LATER two days after that."""
    give_time(world, until_date=LATER, at=NOW + timedelta(days=(DUE - timezone.localdate(NOW)).days + 2))
    on = {days: standings_of([world.round], LATER, DUE + timedelta(days=days))[0] for days in (1, 2, 40)}
    late = {
        days: next(each for each in found.units if each.unit == world.rescue).days_late
        for days, found in on.items()
    }
    assert late == {1: 1, 2: 0, 40: 40 - (LATER - DUE).days}


def test_a_correction_begun_later_does_not_hide_what_was_public(world):
    step(world.submission, "publish", 3, "published")
    correction = make_submission(world.round, world.emergency, world.lin, revision=2)
    with without_guards("submissions_submission"):
        Submission.objects.filter(pk=correction.pk).update(started_at=NOW + timedelta(days=7))
    assert stood(world, world.emergency, 6).state == "published"
    assert stood(world, world.emergency, 7).state == "draft"


def test_the_page_of_a_past_day_offers_no_deed_and_keeps_the_day(world):
    step(world.submission, "submit", 2, "in_review")
    day = timezone.localdate(NOW) + timedelta(days=1)
    address = reverse("round_overview", args=[world.round.pk])
    now, then = (signed_in(world.wu).get(address, about).content.decode() for about in ({}, {"day": day}))
    assert "催报</button>" in now and 'name="units"' in now and "关闭收集" in now
    assert (
        "催报</button>" not in then
        and 'name="units"' not in then
        and 'action="' not in then.split("<main")[1]
    )
    assert f"截至 {day.year}年{day.month}月{day.day}日" in then
    assert f"?day={day:%Y-%m-%d}&amp;state=draft" in then
    for nonsense in (timezone.localdate() + timedelta(days=1), "1999-12-31", "2024-02-30"):
        assert signed_in(world.wu).get(address, {"day": nonsense}).status_code == 404


def test_nobody_is_late_before_the_due_date_of_a_past_day_either(world):
    """The round was due on DUE, long ago; on the day before nobody was late, on the day after all three were."""
    before, after = (
        page(world.wu, "round_overview", world.round, day=DUE + timedelta(days=days), late="on")
        for days in (-1, 1)
    )
    assert "还没有到截止日，没有逾期的单位。" in before.content.decode()
    assert len(after.context["page"].object_list) == 3


def test_what_was_found_is_not_asked_for_of_a_past_day(world):
    day = timezone.localdate(NOW)
    found = page(world.wu, "round_overview", world.round, day=day, findings="unchecked")
    assert len(found.context["page"].object_list) == 3


def test_a_past_day_costs_no_more_queries_than_today_and_as_many_for_many_units(world):
    signed = signed_in(world.wu)
    address = reverse("round_overview", args=[world.round.pk])
    with statements() as now:
        signed.get(address)
    with statements() as few:
        signed.get(address, {"day": timezone.localdate(NOW)})
    for number in range(20):
        unit = make_unit(world.finance.region, f"9{number:02}", f"单位{number}", parent=world.finance)
        step(make_submission(world.round, unit, world.lin), "submit", 0, "in_review")
    with statements() as many:
        signed.get(address, {"day": timezone.localdate(NOW)})
    assert len(few) == len(many) <= len(now)
