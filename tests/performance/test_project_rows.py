"""The projects of a return: their money by funding, their result, and what their forms lack."""

from decimal import Decimal

import pytest

from budgets.models import AdjustmentLine
from performance.project_rows import (
    GONE,
    IDLE,
    NO_INDICATORS,
    NO_MONEY,
    idle_words_of,
    project_performances,
    project_slug,
)
from tests.performance.projects import OF_OUTSOURCED, OUTSOURCED, aim, fill, put, spend
from tests.world import make_submission, numbered, statements


def read(submission):
    """The projects of a return by name."""
    return {each.name: each for each in project_performances([submission])[submission.pk]}


def money_of(project):
    """Initial, revised budget, outturn and rate of each row of the fund block."""
    names = ("initial_budget", "revised_budget", "outturn")
    return {
        code: (*(row.values[name] for name in names), row.measures["execution_rate"])
        for code, row in project.money.items()
    }


def test_the_published_form_of_a_town_comes_out_with_its_figures_and_its_total_computed(here):
    """棠溪镇 2022: row 7 says 90, 89.974, 89.974; row 6 was published as 0 and its execution scored 0."""
    fill(here)
    project = read(here)[OUTSOURCED]
    figures = (Decimal("900000"), Decimal("899740"), Decimal("899740"), Decimal(100))
    blank = (None, None, None, None)
    assert money_of(project) == {
        "total": figures,
        "appropriation": figures,
        "carried_forward": blank,
        "other": blank,
    }
    assert [(block.name, block.given) for block in project.result.blocks] == [
        ("产出指标", 50),
        ("效益指标", 30),
        ("满意度指标", 10),
    ]
    assert (project.result.execution_score, project.result.total, project.result.grade) == (10, 100, "优")
    assert project.is_whole and project.faults == []


def test_the_row_that_was_cut_off_is_said_to_be_missing(here):
    fill(here, indicators=OF_OUTSOURCED)
    project = read(here)[OUTSOURCED]
    assert project.faults == ["还没有满意度指标：请添加，分值合计应为 10。"]
    assert (project.result.total, project.is_whole) == (None, False)


def test_the_total_is_the_sum_of_the_fundings_and_what_has_none_is_in_no_row_of_its_own(here):
    for funding, outturn in (("appropriation", 50), ("carried_forward", 20), ("other", 10), ("", 5)):
        spend(here, funding=funding, initial_budget=60, revised_budget=100, outturn=outturn)
    spend(here, "别的项目", outturn=7)
    project = read(here)[OUTSOURCED]
    assert money_of(project) == {
        "total": (240, 400, 85, Decimal("21.25")),
        "appropriation": (60, 100, 50, 50),
        "carried_forward": (60, 100, 20, 20),
        "other": (60, 100, 10, 10),
    }
    assert project.unfunded == 1


def test_a_revised_budget_that_documents_make_is_the_projects_own(here):
    line = spend(here, initial_budget=100, outturn=90)
    AdjustmentLine.objects.create(
        submission=here, name="文", kind="increase", use=f"line-{line.pk}", adjusted=20, entered_in="yuan"
    )
    assert money_of(read(here)[OUTSOURCED])["total"][:3] == (100, 120, 90)


def test_each_project_has_the_rate_of_its_own_money(here):
    spend(here, "甲", revised_budget=100, outturn=90)
    spend(here, "乙", revised_budget=100, outturn=110)
    spend(here, "丙", outturn=1)
    found = read(here)
    assert found["甲"].result.execution_score == 9
    assert "“项目支出”里这个项目的全年预算数" in found["乙"].result.rate_fault
    assert "请在“项目支出”填这个项目的全年预算数" in found["丙"].result.rate_fault


def test_projects_come_as_entered_and_those_that_are_gone_after_them(here):
    spend(here, "乙")
    spend(here, "甲")
    spend(here, "乙", "other")
    put(here, "指标", "去年的")
    aim(here, "改了名的")
    found = read(here)
    assert list(found) == ["乙", "甲", "改了名的", "去年的"]
    assert [each.is_listed for each in found.values()] == [True, True, False, False]
    assert [each.faults for each in found.values()] == [[], [], [GONE], [GONE]]


def test_a_goal_without_indicators_and_half_a_goal_are_said(here):
    spend(here, revised_budget=1, outturn=1)
    aim(here, achieved="")
    assert read(here)[OUTSOURCED].faults == [
        "年度总体目标的“实际完成情况”还没有写，请写几句。",
        NO_INDICATORS,
    ]


def test_nothing_is_missing_of_what_nobody_began_and_a_return_without_projects_has_none(here):
    assert read(here) == {}
    spend(here)
    assert (read(here)[OUTSOURCED].faults, read(here)[OUTSOURCED].is_whole) == ([], False)


def test_returns_do_not_mix_and_cost_the_same_statements_for_one_and_two(world, here):
    other = make_submission(world.round, world.rescue, world.lin)
    fill(here)
    with statements() as one:
        project_performances([here])
    for name in ("甲", "乙"):
        fill(other, name)
    with statements() as two:
        found = project_performances([here, other])
    assert (len(one), len(two)) == (5, 5), numbered(two)
    assert [each.name for each in found[here.pk]] == [OUTSOURCED]
    assert [(each.name, len(each.rows)) for each in found[other.pk]] == [("甲", 10), ("乙", 10)]


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ((0, 0, 0), IDLE),
        ((100, 0, 0), IDLE),  # all of the budget was taken back
        ((None, 0, 0), IDLE),
        ((None, None, None), NO_MONEY),
        ((None, 0, None), ""),
        ((0, None, None), ""),
        ((None, None, 0), ""),
        ((None, 0, 1), ""),
        ((None, 1, 0), ""),
    ],
)
def test_a_project_without_budget_and_outturn_needs_no_form(figures, words):
    assert (
        idle_words_of(dict(zip(("initial_budget", "revised_budget", "outturn"), figures, strict=True)))
        == words
    )


def test_no_rate_is_asked_of_a_project_without_money_and_its_indicators_say_what_they_lack(here):
    spend(here, revised_budget=0, outturn=0)
    put(here, "指标", second_level="cost")
    found = read(here)[OUTSOURCED]
    assert (found.result.rate_fault, found.faults, found.idle_words) == ("", [], IDLE)
    assert "“指标”没有填得分，请填写。" in found.result.missing


def test_an_address_is_the_same_wherever_a_project_has_its_name():
    assert project_slug("甲/乙?") == project_slug("甲/乙?") != project_slug("甲")
    assert len(project_slug("甲" * 100)) == 12
