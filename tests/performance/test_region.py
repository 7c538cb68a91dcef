"""A synthetic region: what is made up agrees with itself where no mistake is made, and passes every guard."""

import re
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from budgets.checks.results import Group, results_in_batches
from budgets.models import BudgetLine, ProjectLine
from budgets.reference import rows_of
from budgets.rows import return_rows
from orgs.models import Membership, Unit, User
from performance.region.figures import MISTAKES, WAN, added, figures_of, tell
from performance.region.histories import Fate, history_of
from performance.region.units import LABEL, PlannedUnit, plan_units
from performance.region.words import MADE_UP, reason_of, texts_of
from performance.snapshots import check_as_approved
from submissions.models import CollectionRound, Override, Receipt, Snapshot, Submission
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


def test_a_draft_takes_no_step():
    assert history_of(Fate.DRAFT, ["performance_office"], Random(1)) == []


# --- As it is stored


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
