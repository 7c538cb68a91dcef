"""The Hunan index of returns, from what they hold: the real report's, and what it cannot compute."""

from decimal import Decimal

import pytest

from budgets.models import BudgetLine, BuildingLine, StaffLine
from budgets.rows import return_rows
from orgs.models import Unit, User
from performance.index import BUDGET_CUT, COUNTY_SAYS, JUDGED, NO_BUILDINGS, UNKNOWN_RULE, index_of
from performance.index_versions import COUNTY_2018, PROVINCIAL_2015, YUEYANG_ROADS
from submissions.models import Submission
from tests.world import make_submission


def by_name(index):
    return {each.row.name: each for each in index.scores}


def money(submission, schedule, item, **figures):
    return BudgetLine.objects.create(
        submission=submission, schedule=schedule, item=item, entered_in="yuan", **figures
    )


@pytest.fixture
def seed(loaded, db):
    """The return of the real report."""
    return Submission.objects.get(unit__code="224001")


def test_the_real_report_scores_its_staff_and_says_what_it_lacks(seed):
    index = index_of(return_rows(seed))
    assert {each.row.name: each.obstacle for each in index.scores} == {
        "在职人员控制率": "",
        "“三公”经费变动率": "无法计算：“三公”经费年初预算数、“三公”经费上年年初预算数未填",
        "预算完成率": "无法计算：年初结转和结余、支出全年预算数、年末结转和结余未填",
        "预算控制率": "无法计算：支出全年预算数未填",
        "新建楼堂馆所面积控制率": NO_BUILDINGS,
        "新建楼堂馆所投资概算控制率": NO_BUILDINGS,
        "公用经费控制率": "无法计算：公用经费年初预算数未填",
        "“三公”经费控制率": "无法计算：“三公”经费年初预算数未填",
        "政府采购执行率": "无法计算：政府采购决算数、政府采购年初预算数未填",
        "管理制度健全性": JUDGED,
        "资金使用合规性": JUDGED,
        "预决算信息公开性": JUDGED,
        "重点工作实际完成率": JUDGED,
        "经济效益、社会效益、生态效益": JUDGED,
        "行政效能": JUDGED,
        "社会公众或服务对象满意度": JUDGED,
    }
    staff = by_name(index)["在职人员控制率"]
    assert (round(staff.rate, 2), staff.points) == (Decimal("96.06"), 5)
    assert (index.scored, index.scorable, index.total) == (5, 5, None)
    assert len(index.missing) == 15


def test_the_older_version_scores_what_the_report_spent(seed):
    change = by_name(index_of(return_rows(seed), PROVINCIAL_2015))["“三公”经费变动率"]
    assert (round(change.rate, 2), change.points) == (Decimal("2.74"), Decimal("6.4"))  # 8 − 2 × 0.8


@pytest.fixture
def here(seed):
    """A return beside it in which nothing is filled in."""
    unit, lin = Unit.objects.get(code="224002"), User.objects.get(username="lin")
    return make_submission(seed.round, unit, lin)


def test_a_return_that_holds_the_figures_scores_them(here):
    StaffLine.objects.create(submission=here, item="fully_funded", authorized=143, in_service=136)
    money(here, "three_public", "hospitality", last_year_budget=320_000, initial_budget=634_600)
    money(here, "expenditure_by_function", "total", initial_budget=19_227_600, revised_budget=26_906_200)
    index = index_of(return_rows(here), COUNTY_2018)
    found = {name: each.points for name, each in by_name(index).items()}
    assert found == {"在职人员控制率": 8, "“三公”经费变动率": 0, "预算完成率": None, "预算控制率": 0}
    assert (index.scored, index.scorable, index.total) == (8, 24, None)


def test_where_no_rule_speaks_a_person_is_asked(here):
    money(here, "expenditure_by_function", "total", initial_budget=100, revised_budget=90)
    money(here, "base_items", "procurement", initial_budget=100, outturn=72)
    BuildingLine.objects.create(
        submission=here, name="办公楼", entered_in="wan", approved_area=100, actual_area=105
    )
    found = by_name(index_of(return_rows(here)))
    assert found["预算控制率"].obstacle == BUDGET_CUT
    assert found["政府采购执行率"].obstacle == COUNTY_SAYS and found["政府采购执行率"].rate == 72
    assert found["新建楼堂馆所面积控制率"].points == 3
    roads = by_name(index_of(return_rows(here), YUEYANG_ROADS))
    assert roads["预算控制率"].obstacle == UNKNOWN_RULE


def test_an_empty_return_scores_nothing(here):
    index = index_of(return_rows(here))
    assert (index.scored, index.scorable, index.total) == (0, 0, None)
