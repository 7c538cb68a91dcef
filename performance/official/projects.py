"""The projects of a return as their forms print them."""

from decimal import Decimal

from budgets.measures import total
from budgets.official_forms import OfficialForm
from budgets.returns import FUNDINGS
from budgets.rows import Row
from performance.official.department import points_of, printed_indicators
from performance.official.editions import PROJECT_FIGURES, ProjectEdition
from performance.official.given import Given
from performance.official.project import ProjectEvaluation, project_form
from performance.project_rows import ProjectPerformance


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
        indicators=printed_indicators(project),
        points=points_of(project),
        total=project.result.total,
    )


def _sums(rows: list[Row]) -> dict[str, Decimal | None]:
    """The sums of one funding; blank where all of its figures are."""
    return {name: total(None, [row.figures[name] for row in rows]).value for name in PROJECT_FIGURES}
