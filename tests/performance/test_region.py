"""A synthetic region: what is made up agrees with itself where no mistake is made, and passes every guard."""

import re
from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from budgets.checks.results import Group, results_in_batches
from budgets.models import BudgetLine, ProjectLine
from budgets.reference import rows_of
from budgets.rows import return_rows
from orgs.models import Membership, Unit, User
from performance.region.figures import MISTAKES, WAN, added, figures_of, tell
from performance.region.histories import Fate, history_of
from performance.region.problems import Course, days_of, problems_of, tell_problems
from performance.region.units import LABEL, PlannedUnit, plan_units
from performance.region.words import MADE_UP, reason_of, texts_of
from performance.snapshots import check_as_approved
from submissions.models import (
    CollectionRound,
    Override,
    Problem,
    ProblemEntry,
    Receipt,
    Snapshot,
    Submission,
)
from submissions.problems import counts_of
from submissions.workflow import EDITABLE

YEARS = (2022, 2023)
SCHOOL = PlannedUnit("110002", "东湖小学（合成）", "110001", "school", "20501", 80)


def codes(section):
    return [f"{section}{at:02}" for at in (1, 2, 99)]


def story(unit=SCHOOL, seed=7):
    return tell(unit, YEARS, codes, Random(seed))


def without_mistakes(story, year, monkeypatch):
    monkeypatch.setattr("performance.region.figures.MISTAKES", {})
    return figures_of(story, year, Random(7))


# --- What is made up


@pytest.mark.parametrize("number", [1, 5, 40, 1000])
def test_there_are_so_many_units_each_with_a_code_and_name_of_its_own(number):
    units = plan_units(rows_of("region/departments.csv"), place="双牌县", units=number, chance=Random(3))
    assert len(units) == len({each.code for each in units}) == len({each.name for each in units}) == number
    assert all(each.name.startswith("双牌县") and each.name.endswith(LABEL) for each in units)
    departments = {each.code for each in units if each.is_department}
    assert {each.parent for each in units if not each.is_department} <= departments


def test_a_region_has_units_of_every_kind():
    units = plan_units(rows_of("region/departments.csv"), place="双牌县", units=40, chance=Random(3))
    assert {each.kind for each in units} == {"government", "township", "school", "hospital"}


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("kind", ["government", "school", "hospital", "township"])
def test_a_return_without_mistakes_agrees_with_itself(kind, seed, monkeypatch):
    unit = PlannedUnit("110002", "某单位（合成）", "110001", kind, "20501", 30 + 4 * seed)
    figures = without_mistakes(story(unit, seed), 2023, monkeypatch)
    projects = added(five for *_, five in figures.projects)
    by_nature = [*figures.nature.values(), projects]
    assert figures.total == added(by_nature)
    basic = added(figures.nature.values())
    assert added(figures.economic.values()) == basic
    for opening, received, spent, closing in figures.carryover.values():
        assert opening + received - spent == closing >= 0
    assert sum(row[2] for row in figures.carryover.values()) == figures.total[4]
    assert sum(amount for *_, amount in figures.adjustments) == figures.total[3] - figures.total[2]
    assert figures.economic["30217"] == figures.three_public["hospitality"]


def test_last_years_figures_are_those_of_last_years_return(monkeypatch):
    told = story()
    before, now = (without_mistakes(told, year, monkeypatch) for year in YEARS)
    assert now.total[:2] == (before.total[2], before.total[4])
    assert now.carryover["general_public"][0] == before.carryover["general_public"][3]
    assert now.counts["receptions"][0] == before.counts["receptions"][1]


@pytest.mark.parametrize("mistake", [*MISTAKES])
def test_each_mistake_is_made(mistake, monkeypatch):
    right = without_mistakes(story(), 2023, monkeypatch)
    right_words = texts_of(SCHOOL, right, Random(1))
    monkeypatch.setattr("performance.region.figures.MISTAKES", {mistake: 1.0})
    wrong = figures_of(story(), 2023, Random(7))
    assert wrong.mistakes == {mistake}
    wrong.mistakes = set()
    same_figures = wrong == right
    wrong.mistakes = {mistake}
    same_words = texts_of(SCHOOL, wrong, Random(1))["overall_spending"] == right_words["overall_spending"]
    in_words = {"figure_in_text", "unexplained"}  # the reasons are left out where they are written
    assert same_figures is (mistake in in_words)
    assert same_words is (mistake != "figure_in_text")


def test_what_is_far_from_budget_or_last_year_has_a_reason_that_says_by_how_much():
    five = (500 * WAN, 480 * WAN, 500 * WAN, 620 * WAN, 600 * WAN)
    reason = reason_of(five, is_left_out=False, chance=Random(1))
    assert reason.startswith("比年初预算增加100.00万元，比上年决算增加120.00万元：")
    assert reason_of(five, is_left_out=True, chance=Random(1)) == ""
    near = (500 * WAN, 590 * WAN, 580 * WAN, 600 * WAN, 600 * WAN)
    assert reason_of(near, is_left_out=False, chance=Random(1)) == ""
    slow = (500 * WAN, 500 * WAN, 500 * WAN, 600 * WAN, 500 * WAN)
    assert reason_of(slow, is_left_out=False, chance=Random(1)).startswith("全年预算还有100.00万元未支出：")


def test_half_of_the_approved_returns_have_a_problem_and_nearly_all_of_earlier_years_are_closed():
    """Of 4,000 returns: expected are 0.76 problems each (30 + 2 x 14 + 3 x 6 of a hundred), in all states."""
    chance, long_ago = Random(1), timedelta(60)
    drawn = {
        is_last: [
            problems_of(is_last_year=is_last, since_approval=long_ago, chance=chance) for _ in range(4000)
        ]
        for is_last in (True, False)
    }
    for returns in drawn.values():
        assert 0.45 < sum(not each for each in returns) / 4000 < 0.55
        assert 0.7 < sum(map(len, returns)) / 4000 < 0.82
        assert all(len({told.text for told in each}) == len(each) for each in returns)
    now, before = (Counter(told.course for each in drawn[last] for told in each) for last in (True, False))
    assert {*now} == {*Course}
    assert before[Course.CLOSED] / before.total() > 0.8


def test_of_what_was_approved_of_late_nothing_is_answered_or_overdue():
    drawn = [
        told.course
        for seed in range(300)
        for told in problems_of(is_last_year=True, since_approval=timedelta(11), chance=Random(seed))
    ]
    assert {*drawn} == {Course.WRITTEN, Course.OPEN}


@pytest.mark.parametrize(
    ("course", "approved", "written", "due"),
    [
        (Course.OVERDUE, date(2024, 5, 1), date(2024, 5, 1), date(2024, 5, 11)),
        (Course.OVERDUE, date(2023, 5, 1), date(2023, 5, 1), date(2023, 5, 31)),
        (Course.CLOSED, date(2023, 5, 1), date(2023, 5, 1), date(2023, 5, 31)),
        (Course.OPEN, date(2023, 5, 1), date(2024, 5, 1), date(2024, 5, 31)),
        (Course.ANSWERED, date(2024, 5, 19), date(2024, 5, 19), date(2024, 6, 18)),
    ],
)
def test_what_waits_was_written_down_of_late_and_is_not_due_unless_it_is_overdue(
    course, approved, written, due
):
    assert days_of(course, approved=approved, today=date(2024, 5, 21)) == (written, due)


def test_a_draft_takes_no_step():
    assert history_of(Fate.DRAFT, ["performance_office"], Random(1)) == []


# --- As it is stored

EACH = [each for each in Course if each is not Course.OPEN]
"""With what is overdue in place of what is open."""


@pytest.fixture
def region(demo_loaded):
    call_command("seed_region", units=24, years=2, seed=5, region="431123", verbosity=0)
    return Unit.objects.get(region__code="431123", kind="bureau")


@pytest.fixture
def demo_loaded(db):
    call_command("load_reference", verbosity=0)
    call_command("load_demo", verbosity=0, people_only=True)


def returns_of(bureau):
    return Submission.objects.filter(round__bureau=bureau)


def test_a_region_has_returns_in_every_status_that_passed_every_guard(region):
    units = Unit.objects.filter(region=region.region).exclude(pk=region.pk)
    assert units.count() == 24
    assert all(each.name.endswith(LABEL) for each in (*units, region))
    rounds = CollectionRound.objects.filter(bureau=region).order_by("fiscal_year")
    assert [(each.fiscal_year, each.closed_at is None) for each in rounds] == [(2022, False), (2023, True)]
    approved = returns_of(region).filter(snapshot__isnull=False)
    assert approved.count() == Snapshot.objects.count() > 24
    check_as_approved(list(approved.select_related("unit", "round")))  # raises where one differs
    statuses = Counter(returns_of(region).values_list("status", flat=True))
    assert {"draft", "in_review", "approved", "published"} <= set(statuses)
    in_review = returns_of(region).filter(status="in_review")
    assert all(each.receipts.exists() for each in in_review)
    numbers = Receipt.objects.values_list("number", flat=True)
    assert all(re.fullmatch(r"431123-202[23]-\d{6}-[12]-0[12]", number) for number in numbers)


def test_the_stored_rows_add_up_as_the_product_adds_them(region, monkeypatch):
    agreeing = 0
    for submission in returns_of(region).filter(revision=1)[:12]:
        rows = return_rows(submission)
        function, nature = (
            rows[name][0].values for name in ("expenditure_by_function", "expenditure_by_nature")
        )
        agreeing += function["revised_budget"] == nature["revised_budget"]
        assert rows["expenditure_by_function"][0].undocumented in (None, 0)
    assert agreeing == 12


def test_what_left_its_unit_has_no_error_that_was_not_let_pass(region):
    handed_in = Submission.objects.exclude(status__in=EDITABLE).order_by("round__fiscal_year", "pk")
    left, passed = 0, 0
    for batch in results_in_batches(list(handed_in.values_list("pk", flat=True))):
        for _, results in batch:
            left += len(results.by_group[Group.MEND])
            passed += len(results.by_group[Group.OVERRIDDEN])
    assert left == 0 and passed > 5
    assert Override.objects.filter(submission__status__in=EDITABLE).count() == 0


def test_every_text_and_reason_is_labelled_or_says_a_figure(region):
    texts = returns_of(region).values_list("texts__text", flat=True)
    assert all(text.startswith(MADE_UP) for text in texts)
    reasons = BudgetLine.objects.exclude(variance_reason="").values_list("variance_reason", flat=True)
    assert reasons and all("万元" in reason for reason in reasons)


def test_a_return_that_was_corrected_stands_beside_its_correction(demo_loaded, monkeypatch):
    monkeypatch.setattr("performance.region_actions.fate_of", lambda **_: Fate.CORRECTED)
    call_command("seed_region", units=3, years=1, region="431123", verbosity=0)
    found = Submission.objects.values_list("revision", "status").order_by("revision")
    assert Counter(found) == {(1, "superseded"): 3, (2, "published"): 3}


def test_the_problems_of_approved_returns_are_in_every_state_and_listed(demo_loaded, monkeypatch):
    """Three units; in the year that is over each has one problem that is in each of six states."""
    monkeypatch.setattr("performance.region_actions.fate_of", lambda **_: Fate.PUBLISHED)
    monkeypatch.setattr(
        "performance.region_problem_actions.problems_of",
        lambda *, is_last_year, since_approval, chance: [] if is_last_year else tell_problems(EACH, chance),
    )
    call_command("seed_region", units=3, years=2, region="431123", verbosity=0)
    before, now = CollectionRound.objects.filter(bureau__region__code="431123").order_by("fiscal_year")
    today = timezone.localdate()
    assert counts_of(now, None, today).all == 0
    counts = counts_of(before, None, today)
    assert counts.of == dict.fromkeys(Problem.State, 3)
    assert (counts.all, counts.overdue) == (15, 3)
    said = Counter(ProblemEntry.objects.values_list("kind", flat=True))
    assert said == {"issued": 12, "answered": 9, "asked_again": 3, "closed": 3, "dropped": 3}
    assert ProblemEntry.objects.filter(kind="answered", text__contains="留存本单位备查").count() == 9
    texts = [*Problem.objects.values_list("text", "demand"), *ProblemEntry.objects.values_list("text")]
    assert all(text.startswith(MADE_UP) for each in texts for text in each if text)
    assert not ProblemEntry.objects.filter(kind="answered", actor__username="wu").exists()
    browser = Client()
    browser.force_login(User.objects.get(username="wu"))
    page = browser.get(f"/rounds/{before.pk}/problems/").text
    assert page.count("已销号") >= 3 and "逾期" in page


def test_a_problem_is_never_older_than_the_approval_nor_of_the_future(region):
    problems = list(Problem.objects.filter(submission__round__bureau=region).prefetch_related("entries"))
    assert len(problems) > 20
    for each in problems:
        approved = each.submission.transitions.filter(action="approve").latest("at").at
        times = [approved, each.at, *(entry.at for entry in each.entries.order_by("pk")), timezone.now()]
        assert times == sorted(times)


@pytest.mark.parametrize("fate", [*Fate])
def test_every_fate_ends_where_it_says(fate, demo_loaded, monkeypatch):
    monkeypatch.setattr("performance.region_actions.fate_of", lambda **_: fate)
    call_command("seed_region", units=3, years=1, region="431123", verbosity=0)
    last = Submission.objects.order_by("unit", "-revision").distinct("unit")
    ends = {
        Fate.AT_FIRST_DESK: {("in_review", "unit_head")},
        Fate.UNDER_REVIEW: {("in_review", "department"), ("in_review", "division")},
        Fate.AT_LAST_DESK: {("in_review", "performance_office")},
        Fate.CORRECTED: {("published", "")},
        Fate.NOT_BEGUN: set(),
    }.get(fate, {(fate.value, "")})
    assert set(last.values_list("status", "desk")) <= ends
    assert last.count() == (0 if fate is Fate.NOT_BEGUN else 3)


def test_the_same_seed_makes_up_the_same(demo_loaded):
    def figures(region):
        lines = ProjectLine.objects.filter(submission__unit__region__code=region)
        return sorted(lines.values_list("submission__unit__code", "name", "outturn"))

    for region in ("431122", "431123", "431124"):
        call_command(
            "seed_region", units=6, years=1, seed=9 + (region == "431124"), region=region, verbosity=0
        )
    assert figures("431122") == figures("431123") != figures("431124")


def test_it_is_made_once(region, capsys):
    before = Submission.objects.count()
    call_command("seed_region", units=24, years=2, seed=5, region="431123")
    assert Submission.objects.count() == before
    assert "双牌县已经有单位，没有改动" in capsys.readouterr().out


def test_outside_of_a_demonstration_nothing_is_made_up(demo_loaded, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="只能在演示模式下"):
        call_command("seed_region", region="431123")
    assert not Unit.objects.filter(region__code="431123").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"units": 0}, "--units 至少是 1"),
        ({"years": 0}, "--years 是 1 到 10"),
        ({"years": 11}, "--years 是 1 到 10"),
        ({"region": "999999"}, "没有这个行政区划"),
    ],
)
def test_what_cannot_be_made_up_is_refused(options, said, demo_loaded):
    with pytest.raises(CommandError, match=said):
        call_command("seed_region", **({"region": "431123"} | options))
    assert not Submission.objects.exists()


def test_nobody_can_sign_in_as_one_of_the_made_up_people(region):
    people = User.objects.filter(memberships__unit__region=region.region).exclude(is_demo=True).distinct()
    assert people.count() > 48  # one who fills in and one who heads each unit
    assert not any(each.has_usable_password() or each.is_demo for each in people)
    assert all(each.full_name.endswith(LABEL) for each in people)


def test_the_pages_of_a_made_up_return_open(region):
    client = Client()
    client.force_login(User.objects.get(username="wu"))
    submission = returns_of(region).filter(status="published", round__fiscal_year=2023).first()
    for page in (
        "",
        "variances/",
        "journey/",
        "history/",
        "changes/",
        "findings/",
        "forms/",
        "report/",
        "indicators/",
    ):
        response = client.get(f"/submissions/{submission.pk}/{page}")
        assert response.status_code == 200, page
    assert Membership.objects.filter(user__username="wu", unit=region).exists()
    assert submission.saved_at - submission.started_at == timedelta(minutes=40)
    [edit] = submission.edits.all()
    [changed] = edit.changes
    assert edit.at == submission.saved_at and set(changed) == {"row", "cells"}
    changes = client.get(
        f"/submissions/{submission.pk}/staff/cell/", {"row": changed["row"]["item"], "column": "in_service"}
    )
    assert changes.status_code == 200 and changed["cells"]["in_service"][1] in changes.content.decode()
