"""Starting from last year: the skeleton of the indicators, and the page that shows what would come over."""

import pytest
from django.urls import reverse

from budgets.models import ReturnText
from performance.models import IndicatorLine, ProjectGoal, ProjectIndicatorLine
from performance.project_rows import project_performances
from performance.readings import TO_FILL
from performance.scoring import Indicator, result_of
from performance.skeleton_actions import start_from_last_year
from performance.skeletons import target_skeleton
from submissions.models import Edit, Submission
from tests.budgets import past
from tests.performance import projects
from tests.performance.indicators import put
from tests.world import NOW, put_in_status, signed_in


@pytest.fixture
def here(world):
    """Lin's empty return; last year's is approved, with two indicators."""
    before = past.last_year_of(world, status="draft")
    put(
        before,
        "办理事项",
        second_level="quantity",
        target_value="≥12,000 件",
        actual_value="12560 件",
        max_score="50",
        score="49.5",
        deviation_reason="去年的原因",
    )
    put(
        before,
        "制度",
        second_level="quality",
        target_value="健全",
        actual_value="健全",
        max_score="40",
        score="40",
    )
    put_in_status(before, "approved")
    return world.submission


def begin(submission):
    start_from_last_year(submission=submission, by=submission.started_by, at=NOW)


@pytest.mark.parametrize(
    ("target", "skeleton"),
    [
        ("≥12000 件", "≥＿＿ 件"),
        ("≥12,000.5件", "≥＿＿件"),
        ("≤＞９５．５％", "≤＞＿＿％"),
        ("6-8 期", "＿＿-＿＿ 期"),
        ("健全", "健全"),
        ("", ""),
    ],
)
def test_a_target_keeps_its_direction_and_its_unit(target, skeleton):
    assert target_skeleton(target) == skeleton


def test_level_name_target_and_weight_come_over_and_nothing_that_was_reached(here):
    begin(here)
    first, second = IndicatorLine.objects.filter(submission=here).order_by("pk")
    assert (first.second_level, first.name, first.target_value, first.max_score) == (
        "quantity",
        "办理事项",
        "≥＿＿ 件",
        50,
    )
    assert (second.name, second.target_value) == ("制度", "健全")
    for each in (first, second):
        assert (each.actual_value, each.score, each.deviation_reason) == ("", None, "")
    assert Edit.objects.get(submission=here, schedule="indicators").source == "carried"


def test_an_indicator_that_is_there_stays_and_doing_it_again_does_nothing(here):
    put(here, "办理事项", second_level="quantity", target_value="≥1 件", max_score="20")
    begin(here)
    begin(here)
    assert [each.target_value for each in IndicatorLine.objects.filter(submission=here).order_by("pk")] == [
        "≥1 件",
        "健全",
    ]
    assert Edit.objects.filter(submission=here, schedule="indicators").count() == 1


def test_a_target_with_an_open_number_counts_as_not_written():
    open_one = Indicator("办理事项", "quantity", None, None, target_value=f"≥{TO_FILL} 件")
    assert "“办理事项”没有填年度指标值，请填写。" in result_of([open_one], None).faults
    written = Indicator("办理事项", "quantity", None, None, target_value="≥12 件")
    assert not any("年度指标值" in each for each in result_of([written], None).faults)


def test_the_page_shows_what_would_come_and_one_button_brings_it(here, world):
    browser, path = signed_in(world.lin), reverse("carry_last_year", args=[here.pk])
    page = browser.get(path).content.decode()
    for words in ("应急广播", "2240106", "≥＿＿ 件", "确认带入", "2022 年度已审核的填报（第 1 版）"):
        assert words in page
    assert "12560" not in page and "49.5" not in page and "去年的原因" not in page
    assert not Edit.objects.filter(submission=here).exists()
    assert browser.post(path)["Location"] == reverse("workspace", args=[here.pk])
    assert IndicatorLine.objects.filter(submission=here).count() == 2
    assert "没有要带入的" in browser.get(path).content.decode()


def test_nothing_is_brought_into_a_return_that_was_handed_in(here, world):
    put_in_status(here, "in_review")
    browser, path = signed_in(world.lin), reverse("carry_last_year", args=[here.pk])
    response = browser.get(path)
    assert (response.status_code, "确认带入" in response.content.decode()) == (403, False)
    browser.post(path)
    assert not IndicatorLine.objects.filter(submission=here).exists()


def test_who_is_no_preparer_any_more_when_her_turn_comes_is_refused(here, world, monkeypatch):
    monkeypatch.setattr("performance.views.carry_last_year.can_prepare", lambda *_: True)  # a moment ago
    assert signed_in(world.sun).post(reverse("carry_last_year", args=[here.pk])).status_code == 403
    assert not IndicatorLine.objects.filter(submission=here).exists()


def test_one_failing_part_leaves_nothing(here, monkeypatch):
    def fail(submission):
        raise RuntimeError

    monkeypatch.setattr("performance.skeleton_actions.skeleton_of", fail)
    with pytest.raises(RuntimeError):
        begin(here)
    assert not Edit.objects.filter(submission=here).exists()


def test_a_text_that_came_over_says_so_until_it_is_changed(here, world):
    before = Submission.objects.get(pk=past.read(here).last_year_id)
    put_in_status(before, "draft")
    ReturnText.objects.create(submission=before, name="thrift_measures", text="少开会")
    put_in_status(before, "approved")
    begin(here)
    browser, path = signed_in(world.lin), reverse("edit_text", args=[here.pk, "thrift_measures"])
    assert "一字不差" in browser.get(path).content.decode()
    browser.post(path, {"text": "少开会，多办事", "row_version": 1})
    assert "一字不差" not in browser.get(path).content.decode()


# --- Projects


@pytest.fixture
def with_projects(here):
    """The same, where last year's two projects have goals and indicators, and one that was gone had some, too."""
    before = Submission.objects.get(pk=past.read(here).last_year_id)
    put_in_status(before, "draft")
    for name in ("应急广播", "防汛物资", "早就没有的"):
        projects.aim(before, name, expected="建 12 个站点", achieved="建了 11 个")
        projects.put(
            before,
            "站点",
            name,
            second_level="quantity",
            target_value="≥12 个",
            actual_value="11 个",
            max_score="50",
            score="49",
            deviation_reason="去年的原因",
        )
    put_in_status(before, "approved")
    return here


def test_goals_and_indicators_of_projects_come_over_with_their_numbers_open(with_projects):
    begin(with_projects)
    begin(with_projects)
    goals = ProjectGoal.objects.filter(submission=with_projects).order_by("pk")
    assert [(each.project, each.expected, each.achieved) for each in goals] == [
        ("应急广播", "建 ＿＿ 个站点", ""),
        ("防汛物资", "建 ＿＿ 个站点", ""),
    ]
    lines = ProjectIndicatorLine.objects.filter(submission=with_projects).order_by("pk")
    assert [(each.project, each.target_value, each.actual_value, each.score) for each in lines] == [
        ("应急广播", "≥＿＿ 个", "", None),
        ("防汛物资", "≥＿＿ 个", "", None),
    ]
    edits = Edit.objects.filter(submission=with_projects, schedule__startswith="project_")
    assert [(each.source, len(each.changes)) for each in edits.order_by("pk")] == [("carried", 2)] * 2
    assert any("还有“＿＿”" in each for each in goal_gaps(with_projects))


def goal_gaps(submission):
    return project_performances([submission])[submission.pk][0].goal_gaps


def test_what_a_project_has_already_stays_and_the_records_name_no_single_one(with_projects, world):
    projects.aim(with_projects, "应急广播", expected="本年的目标")
    projects.put(with_projects, "站点", "应急广播", second_level="quantity", target_value="≥1 个")
    browser = signed_in(world.lin)
    page = browser.get(reverse("carry_last_year", args=[with_projects.pk])).content.decode()
    assert page.count("建 ＿＿ 个站点") == 1 and "早就没有的" not in page and "建了 11 个" not in page
    begin(with_projects)
    assert ProjectGoal.objects.get(submission=with_projects, project="应急广播").expected == "本年的目标"
    assert ProjectIndicatorLine.objects.filter(submission=with_projects).count() == 2
    told = browser.get(reverse("history", args=[with_projects.pk])).content.decode()
    assert "项目绩效指标 1 次" in told and "项目“防汛物资”" not in told
