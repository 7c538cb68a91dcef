"""The synthetic unit of the demonstration: its totals agree, and its total and grade are those computed by hand."""

from decimal import Decimal

import pytest
from django.core.management import CommandError
from django.db.models import F
from django.urls import reverse

from budgets.checks.results import results_of
from budgets.measures import FIGURES
from budgets.models import BudgetLine
from budgets.money import AmountUnit
from budgets.rows import measured, return_rows
from budgets.views.tasks import tasks_of
from orgs.models import Membership, Unit, User
from performance.management.commands import load_demo_indicators
from performance.models import IndicatorLine, PerformanceGoal
from performance.views.sections import in_the_way
from submissions.models import Edit, Submission
from tests.performance.indicators import performance_of
from tests.world import run, signed_in

TOTALS = [Decimal(wan) * 10000 for wan in (555, 565, 583, 600, 591)]
"""Last year's budget and outturn, this year's initial and revised budget and outturn, in yuan."""


@pytest.fixture
def rows(synthetic):
    return return_rows(synthetic)


@pytest.mark.parametrize(
    "schedule", ["revenue", "expenditure_by_function", "expenditure_by_nature", "expenditure_by_economic"]
)
def test_the_totals_of_revenue_and_expenditure_agree(rows, schedule):
    assert [rows[schedule][0].values[name] for name in FIGURES] == TOTALS


def test_personnel_and_operating_expenses_agree_with_the_economic_classification(rows):
    def figures(schedule, code):
        return next(row for row in rows[schedule] if row.code == code).values

    for nature, group in (("basic_personnel", "personnel"), ("basic_operating", "operating")):
        by_nature = figures("expenditure_by_nature", nature)
        assert by_nature == figures("expenditure_by_economic", group)
        assert by_nature["outturn"] in (3_350_000, 950_000)
    assert figures("projects", "total") == figures("expenditure_by_nature", "project")


def test_vehicles_and_hospitality_agree_with_the_economic_classification(rows):
    values = {row.code: row.values for schedule in rows.values() for row in schedule}
    assert values["vehicle_operation"] == values["30231"]
    assert values["hospitality"] == values["30217"]
    assert values["office"] == values["30201"]


def test_total_and_grade(synthetic, rows):
    head = measured(rows, synthetic.round)["expenditure_by_function"][0]
    assert head.measures["execution_rate"] == Decimal("98.5")  # 591 ÷ 600
    result = performance_of(synthetic, head.measures["execution_rate"]).result
    assert [(block.given, block.scored) for block in result.blocks] == [
        (50, 48),  # 8 + 6 + 5.5 + 8 + 6 + 6.5 + 8
        (30, 29),  # 8 + 8 + 5 + 8
        (10, Decimal("9.65")),
    ]
    assert (result.total, result.grade) == (Decimal("96.50"), "优")  # 9.85 + 48 + 29 + 9.65
    assert IndicatorLine.objects.filter(submission=synthetic).count() == 12


def test_nothing_is_left_to_do(synthetic, rows):
    texts = list(synthetic.texts.all())
    results = results_of(synthetic, AmountUnit.WAN, rows)
    assert results.in_the_way == []
    assert tasks_of(synthetic, measured(rows, synthetic.round), texts, "wan", results) == []
    assert in_the_way(synthetic) == []


def test_a_wrong_total_in_the_goal_is_enough_not_to_be_handed_in(synthetic):
    goals = PerformanceGoal.objects.filter(submission=synthetic)
    goals.update(achieved="（合成数据）自评得分60分。", row_version=F("row_version") + 1)
    [task] = in_the_way(synthetic)
    assert task.title.startswith("写的是“自评得分60分”，各项得分合计 ")
    lin = User.objects.get(username="lin")
    signed_in(lin).post(reverse("submit", args=[synthetic.pk]))
    synthetic.refresh_from_db()
    assert synthetic.status == "draft"


def test_everything_says_that_it_is_synthetic(synthetic):
    goal = PerformanceGoal.objects.get(submission=synthetic)
    texts = [goal.expected, goal.achieved, *synthetic.texts.values_list("text", flat=True)]
    assert all(text.startswith("（合成数据）") for text in texts)
    assert synthetic.unit.name == "示例单位（合成数据）"


def test_its_preparer_is_offered_at_the_door_and_finds_her_return(synthetic, client):
    html = client.get(reverse("sign_in")).content.decode()
    assert 'name="username" value="zhou"' in html and "周悦" in html and "示例单位（合成数据）" in html
    zhou = User.objects.get(username="zhou")
    assert [each.role for each in zhou.memberships.all()] == ["preparer"]
    page = signed_in(zhou).get(reverse("workspace", args=[synthetic.pk])).content.decode()
    assert "12 个指标，总分 96.50，优" in page and "可以报送了" in page
    assert "zhou" in run("list_demo_people")


def test_the_preparer_of_another_unit_does_not_see_it(synthetic):
    for name in ("edit_goal", "edit_indicators"):
        lin = signed_in(User.objects.get(username="lin"))
        assert lin.get(reverse(name, args=[synthetic.pk])).status_code == 404


KINDS = (Unit, User, Membership, Submission, Edit, BudgetLine, IndicatorLine, PerformanceGoal)


def test_loading_again_changes_nothing(synthetic):
    changed = IndicatorLine.objects.filter(submission=synthetic, name="组织业务培训")
    changed.update(score=1, row_version=F("row_version") + 1)
    before = [list(kind.objects.order_by("pk").values()) for kind in KINDS]
    run("load_demo")
    run("load_demo_indicators")
    assert [list(kind.objects.order_by("pk").values()) for kind in KINDS] == before


def test_it_wants_the_demonstration_first_and_loads_in_no_other_mode(synthetic, settings, monkeypatch):
    monkeypatch.setattr(load_demo_indicators, "YEAR", 2022)  # no round of that year
    with pytest.raises(CommandError, match="load_demo"):
        run("load_demo_indicators")
    settings.DEMO = False
    with pytest.raises(CommandError, match="演示模式"):
        run("load_demo_indicators")
