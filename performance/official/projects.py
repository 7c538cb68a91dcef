"""The projects of a return as their forms print them."""

from dataclasses import replace
from decimal import Decimal

from budgets.cells import place_of, place_of_schedule
from budgets.measures import EXECUTION_RATE, total
from budgets.official_forms import OfficialForm
from budgets.returns import FUNDINGS, PROJECTS
from budgets.rows import Row
from performance.official.blocks import PrintedIndicator
from performance.official.department import GOAL_PLACE, points_of, printed_indicators
from performance.official.editions import PROJECT_FIGURES, ProjectEdition
from performance.official.given import Given
from performance.official.project import WHOLE, ProjectEvaluation, ProjectPlaces, project_form
from performance.project_rows import ProjectPerformance
from performance.returns import PROJECT_GOAL, PROJECT_INDICATORS
from submissions.findings import Place


def project_forms(edition: ProjectEdition, given: Given) -> list[OfficialForm]:
    """Return a form for each project among 项目支出, in its order; [] for none."""
    listed = [each for each in given.projects if each.is_listed]
    return [
        project_form(edition, evaluation_of(given, each), number) for number, each in enumerate(listed, 1)
    ]


def evaluation_of(given: Given, project: ProjectPerformance) -> ProjectEvaluation:
    """Return what a project says of itself: the one place that reads it for its form."""
    fundings = [*dict(FUNDINGS), ""]
    parts = {code: [row for row in project.lines if (row.own("funding") or "") == code] for code in fundings}
    return ProjectEvaluation(
        year=given.year,
        name=project.name,
        department=given.department,
        unit=f"{given.unit_code}-{given.unit_name}",
        funds={code: _sums(rows) for code, rows in parts.items()},
        framework=project.basis.framework,
        expected=project.expected,
        achieved=project.achieved,
        indicators=[_within(project, each) for each in printed_indicators(project)],
        points=points_of(project),
        total=project.result.total,
        places=ProjectPlaces(
            money={code: _places(rows) for code, rows in (*parts.items(), (WHOLE, project.lines))},
            goal=GOAL_PLACE._replace(schedule=PROJECT_GOAL, part=project.slug),
            total=place_of_schedule(PROJECT_INDICATORS)._replace(part=project.slug),
        ),
    )


def _within(project: ProjectPerformance, indicator: PrintedIndicator) -> PrintedIndicator:
    """Let the places of an indicator say of which project they are."""
    places = {name: place._replace(part=project.slug) for name, place in (indicator.places or {}).items()}
    return replace(indicator, places=places)


def _places(rows: list[Row]) -> dict[str, Place]:
    """Where the figures of some rows of a project are entered: the cells of a single one, else their page."""
    names = (*PROJECT_FIGURES, EXECUTION_RATE.name)
    if len(rows) != 1:
        return dict.fromkeys(names, place_of_schedule(PROJECTS))
    return {name: place_of(rows[0], name) for name in names}


def _sums(rows: list[Row]) -> dict[str, Decimal | None]:
    """The sums of one funding; blank where all of its figures are."""
    return {name: total(None, [row.figures[name] for row in rows]).value for name in PROJECT_FIGURES}
