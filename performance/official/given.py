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
    texts: Sequence[ReturnText]
    performance: Performance

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
    return {
        each.pk: given_from(each, rows[each.pk], texts[each.pk], performances[each.pk])
        for each in submissions
    }


def given_from(
    submission: Submission,
    rows: Mapping[str, Sequence[MeasuredRow]],
    texts: Sequence[ReturnText],
    performance: Performance,
) -> Given:
    """Return what forms need of a return whose parts were read already."""
    unit, year = submission.unit, submission.round.fiscal_year
    return Given(year, unit.name, unit.region.code, rows, texts, performance)
