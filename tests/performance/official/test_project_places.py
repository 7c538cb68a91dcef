"""Where the cells of a project's form lead: to its money, to its goal and to its indicators."""

from dataclasses import replace
from decimal import Decimal

import pytest

from budgets.models import ProjectLine
from budgets.official_forms import placed
from budgets.returns import ADJUSTMENTS, PROJECTS
from performance.models import ProjectGoal, ProjectIndicatorLine
from performance.official.editions import HUNAN
from performance.official.projects import project_forms
from performance.project_rows import _performances, _rows_of, project_slug
from performance.scoring import NATIONAL
from performance.views.point_places import cell_url
from submissions.models import Submission
from tests.performance.official.forms import address, given

SLUG = project_slug("甲")
MONEY = "/submissions/7/projects/"
GOAL = f"/submissions/7/project-forms/{SLUG}/"
INDICATORS = f"{GOAL}indicators/"


def money(pk, funding):
    """A row of the project."""
    return ProjectLine(pk=pk, name="甲", funding=funding, revised_budget=Decimal(100), outturn=Decimal(90))


def urls(*lines):
    """Where each cell of the form of the project leads, by its address."""
    rows = _rows_of({PROJECTS: list(lines), ADJUSTMENTS: []})
    indicator = ProjectIndicatorLine(pk=5, project="甲", name="数量", second_level="quantity")
    goal = ProjectGoal(project="甲", expected="办好")
    found = _performances(rows, {"甲": goal}, {"甲": [indicator]}, NATIONAL)
    [form] = project_forms(HUNAN.project, replace(given(), projects=found))
    cells = [(address(number, cell), cell.place) for number, cell in placed(form)]
    return {where: cell_url(Submission(pk=7), place) for where, place in cells if place}


@pytest.mark.parametrize(
    ("where", "url"),
    [
        ("D6", f"{MONEY}#row-line-1:initial_budget"),
        ("H6", f"{MONEY}#row-line-1:execution_rate"),
        ("I6", f"{MONEY}#row-line-1:execution_rate"),
        ("F7", f"{MONEY}#row-line-1:outturn"),
        ("F8", MONEY),  # no row is of last year's money: there one is entered
        ("B11", GOAL),
        ("F11", GOAL),
        ("D13", f"{INDICATORS}#row-line-5:name"),
        ("H13", f"{INDICATORS}#row-line-5:score"),
        ("H22", INDICATORS),
    ],
)
def test_each_cell_leads_to_where_it_is_entered_of_this_project(where, url):
    assert urls(money(1, "appropriation"))[where] == url


def test_the_sum_of_several_rows_leads_to_their_page_and_each_funding_to_its_own():
    found = urls(money(1, "appropriation"), money(2, "other"))
    assert (found["F6"], found["H6"]) == (MONEY, MONEY)
    assert [found[f"F{row}"].rpartition("#")[2] for row in (7, 9)] == [
        "row-line-1:outturn",
        "row-line-2:outturn",
    ]
