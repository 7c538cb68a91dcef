"""What the official forms of a return are made of, read in the same number of queries for any number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from budgets.measures import EXECUTION_RATE
from budgets.models import ReturnText
from budgets.returns import BY_FUNCTION, PROJECTS, TOTAL
from budgets.rows import MeasuredRow, Row, measured, rows_of_many
from orgs.models import Unit
from performance.project_rows import ProjectPerformance, performances_beside
from performance.rows import Performance, performances_of
from submissions.models import Submission


@dataclass(frozen=True, slots=True)
class Given:
    """One return as its forms read it; nothing of it queries."""

    year: int
    unit_code: str
    unit_name: str
    department: str
    """The department above the unit with its code; the unit itself where none is."""
    region: str
    rows: Mapping[str, Sequence[MeasuredRow]]
    """The measured rows of every schedule by its name."""
    texts: Sequence[ReturnText]
    performance: Performance
    projects: Sequence[ProjectPerformance] = ()

    @property
    def thrift_measures(self) -> str:
        """What the unit wrote on thrift; "" when nothing."""
        found = (each.text for each in self.texts if each.name == ReturnText.Name.THRIFT_MEASURES)
        return next(found, "")

    @property
    def plain_rows(self) -> dict[str, list[Row]]:
        """The rows without their measures."""
        return {name: [each.row for each in rows] for name, rows in self.rows.items()}


def given_of_many(submissions: Sequence[Submission]) -> dict[int, Given]:
    """Return what forms need, by submission id, of returns of one fiscal year.

    Their units, regions and rounds are read already.
    """
    found = {each.pk: each for each in submissions}
    rows = {pk: measured(each, found[pk].round) for pk, each in rows_of_many(submissions).items()}
    rates = {
        pk: next(row for row in each[BY_FUNCTION.name] if row.row.code == TOTAL).measures[EXECUTION_RATE.name]
        for pk, each in rows.items()
    }
    performances = performances_of(submissions, rates)
    texts: dict[int, list[ReturnText]] = {each.pk: [] for each in submissions}
    for text in ReturnText.objects.filter(submission__in=submissions):
        texts[text.submission_id].append(text)
    projects, departments = projects_beside(rows, performances), departments_of(submissions)
    return {
        pk: given_from(each, departments[pk], rows[pk], texts[pk], performances[pk], projects[pk])
        for pk, each in found.items()
    }


def projects_beside(
    rows: Mapping[int, Mapping[str, Sequence[MeasuredRow]]], performances: Mapping[int, Performance]
) -> dict[int, list[ProjectPerformance]]:
    """Return the projects of returns whose rows were read, by submission id, in two queries."""
    lines = {pk: [each.row for each in found[PROJECTS.name]] for pk, found in rows.items()}
    return performances_beside(lines, {pk: each.basis for pk, each in performances.items()})


def departments_of(submissions: Sequence[Submission]) -> dict[int, str]:
    """Return the department above each unit, or itself, with its code, by submission id; one query."""
    above = {each.unit.parent_id for each in submissions if each.unit.parent_id}
    departments = Unit.objects.filter(pk__in=above, kind=Unit.Kind.DEPARTMENT).in_bulk()
    units = {each.pk: departments.get(each.unit.parent_id or 0, each.unit) for each in submissions}
    return {pk: f"{unit.code}-{unit.name}" for pk, unit in units.items()}


def given_from(
    submission: Submission,
    department: str,
    rows: Mapping[str, Sequence[MeasuredRow]],
    texts: Sequence[ReturnText],
    performance: Performance,
    projects: Sequence[ProjectPerformance],
) -> Given:
    """Return what forms need of a return whose parts were read already."""
    unit, year = submission.unit, submission.round.fiscal_year
    region = unit.region.code
    return Given(year, unit.code, unit.name, department, region, rows, texts, performance, projects)
