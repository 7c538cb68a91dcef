"""What the official forms of a return are made of, read in the same number of queries for any number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from budgets.measures import EXECUTION_RATE
from budgets.models import ReturnText
from budgets.returns import BY_FUNCTION, TOTAL
from budgets.rows import MeasuredRow, Row, measured, rows_of_many
from performance.rows import Performance, performances_of
from submissions.models import Submission


@dataclass(frozen=True, slots=True)
class Given:
    """One return as its forms read it; nothing of it queries."""

    year: int
    unit_name: str
    region: str
    rows: Mapping[str, Sequence[MeasuredRow]]
    """The measured rows of every schedule by its name."""
    thrift_measures: str
    performance: Performance

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
    texts = ReturnText.objects.filter(
        submission__in=submissions, name=ReturnText.Name.THRIFT_MEASURES
    ).values_list("submission_id", "text")
    thrift_measures = dict(texts)
    return {
        each.pk: given_of(each, rows[each.pk], thrift_measures.get(each.pk, ""), performances[each.pk])
        for each in submissions
    }


def given_of(
    submission: Submission,
    rows: Mapping[str, Sequence[MeasuredRow]],
    thrift_measures: str,
    performance: Performance,
) -> Given:
    """Return what forms need of a return that was read."""
    unit = submission.unit
    year = submission.round.fiscal_year
    return Given(year, unit.name, unit.region.code, rows, thrift_measures, performance)
