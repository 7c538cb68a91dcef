"""Returns read for the checks, in a constant number of queries for any number of them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from django.conf import settings
from django.utils.module_loading import import_string

from budgets.cells import row_id
from budgets.checks.effects import Effect
from budgets.checks.given import Given
from budgets.checks.settings import thresholds_of
from budgets.last_year import Restatements, restatement_of
from budgets.measures import EXECUTION_RATE
from budgets.models import BudgetBook, CategoryBook, Restatement, ReturnText
from budgets.money import AmountUnit
from budgets.returns import BY_FUNCTION, PROJECTS
from budgets.rows import Row, rows_of_many
from submissions.findings import Place
from submissions.models import Publication, Submission


def given_for(submission: Submission, unit: AmountUnit = AmountUnit.WAN) -> Given:
    """Read one return for the checks; amounts are said in `unit`."""
    return given_for_many([submission], unit)[submission.pk]


def given_for_many(
    submissions: Sequence[Submission],
    unit: AmountUnit = AmountUnit.WAN,
    rows: Mapping[int, dict[str, list[Row]]] | None = None,
) -> dict[int, Given]:
    """Read returns of one fiscal year for the checks, by submission id; {} for none.

    They are read `for_workspace`. `rows` are theirs by submission id where they were read already.
    """
    if not submissions:
        return {}
    year = submissions[0].round.fiscal_year
    rows = rows or rows_of_many(submissions)
    past = _last_years(submissions)
    texts, restated = _texts(submissions), _restatements(submissions)
    revisions = _revisions(submissions)
    publications = {
        each.submission_id: each for each in Publication.objects.filter(submission__in=submissions)
    }
    thresholds = thresholds_of(each.round_id for each in submissions)
    effects = _effects(submissions, rows)
    has_official_book = CategoryBook.objects.filter(
        fiscal_year=year, book=BudgetBook.GENERAL_PUBLIC, applied_at__isnull=False
    ).exists()
    return {
        each.pk: Given(
            year=year,
            region=each.unit.region.code,
            rows=rows[each.pk],
            texts=texts[each.pk],
            last_year=past.get(each.last_year_id or 0),
            restated=_reasons(rows[each.pk], restated[each.pk]),
            thresholds=thresholds[each.round_id],
            unit=unit,
            unit_name=each.unit.name,
            has_official_book=has_official_book,
            explain_rate=each.round.explain_rate,
            explain_yuan=each.round.explain_yuan,
            revision=each.revision,
            revisions=revisions[each.unit_id],
            publication=publications.get(each.pk),
            effect=effects.get(each.pk),
        )
        for each in submissions
    }


def _effects(
    submissions: Sequence[Submission], rows: Mapping[int, dict[str, list[Row]]]
) -> dict[int, Effect]:
    """Goal and indicators, by submission, read by the app above that has them."""
    read: Callable[..., dict[int, Effect]] = import_string(settings.CHECKED_BESIDE)
    rates: dict[int, Decimal | None] = {
        each.pk: EXECUTION_RATE.compute(rows[each.pk][BY_FUNCTION.name][0].values) for each in submissions
    }
    return read(submissions, rates, {each.pk: rows[each.pk][PROJECTS.name] for each in submissions})


def _last_years(submissions: Sequence[Submission]) -> dict[int, Given]:
    """Last year's approved returns, by their id."""
    numbers = [each.last_year_id for each in submissions if each.last_year_id]
    past = list(Submission.objects.filter(pk__in=numbers).select_related("round", "unit__region"))
    rows, texts = (rows_of_many(past), _texts(past)) if past else ({}, {})
    return {
        each.pk: Given(
            each.round.fiscal_year,
            each.unit.region.code,
            rows[each.pk],
            texts=texts[each.pk],
            unit_name=each.unit.name,
        )
        for each in past
    }


def _revisions(submissions: Sequence[Submission]) -> dict[int, list[int]]:
    """The numbers of all returns of their units for their year, by unit."""
    found: dict[int, list[int]] = defaultdict(list)
    units = {each.unit_id for each in submissions}
    year = submissions[0].round.fiscal_year
    returns = Submission.objects.filter(unit__in=units, round__fiscal_year=year).order_by("pk")
    for unit, revision in returns.values_list("unit_id", "revision"):
        found[unit].append(revision)
    return found


def _texts(submissions: Sequence[Submission]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for text in ReturnText.objects.filter(submission__in=submissions).exclude(text=""):
        found[text.submission_id][text.name] = text.text
    return found


def _restatements(submissions: Sequence[Submission]) -> dict[int, Restatements]:
    """The newest restatement of each cell, by submission."""
    found: dict[int, Restatements] = defaultdict(dict)
    for each in Restatement.objects.filter(submission__in=submissions).order_by("pk"):
        found[each.submission_id][each.schedule, each.line, each.column] = each
    return found


def _reasons(rows: Mapping[str, Sequence[Row]], restated: Restatements) -> dict[str, str]:
    """Why figures of last year are others here, by the key of their place."""
    if not restated:
        return {}
    return {
        Place(name, row_id(row), column.name).key: found.reason
        for name, each in rows.items()
        for row in each
        for column in row.schedule.comparatives
        if (found := restatement_of(row, column.name, restated))
    }
