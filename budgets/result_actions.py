"""The deeds that store what the checks found, beside whatever changes what it depends on."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import Any

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from budgets.checks.printed import Listed
from budgets.checks.results import Results, newest_of, results_in_batches
from budgets.checks.stored import GROUPS, RULES, Basis, Counted, bases_of, numbers_without_present_result
from budgets.money import AmountUnit
from orgs.models import User
from orgs.permissions import can_collect
from submissions.actions import NotPermitted
from submissions.models import CheckResult, CollectionRound, Submission

_COLUMNS = {
    "submission_id": "bigint",
    "row_version": "integer",
    "basis": "text",
    "rules": "text",
    **dict.fromkeys(("errors", "to_explain", "overridden", "explained", "noted", "missing"), "integer"),
    "said_in": "text",
    "findings": "jsonb",
    "disputed": "jsonb",
    "at": "timestamptz",
}
_NAMES = ", ".join(_COLUMNS)
_STORE = f"""
    INSERT INTO {CheckResult._meta.db_table} AS old ({_NAMES})
    SELECT {_NAMES} FROM jsonb_to_recordset(%s)
        AS new ({", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())})
     ORDER BY submission_id
        ON CONFLICT (submission_id) DO UPDATE
       SET {", ".join(f"{name} = EXCLUDED.{name}" for name in _COLUMNS)}
     WHERE (old.row_version, old.at) <= (EXCLUDED.row_version, EXCLUDED.at)
"""
"""Stores results in one statement; what was read earlier never takes the place of what was read later.

All take their rows in one order, so that of two who store the same returns one waits for the other.
"""


def store_results(*, results: Mapping[int, Results], bases: Mapping[int, Basis], unit: AmountUnit) -> None:
    """Store what the checks found in returns, by their numbers, in one statement.

    `bases` were read before the returns were (budgets.checks.stored.bases_of); amounts are said in `unit`.
    """
    records = [_record(number, bases[number], found, unit) for number, found in results.items()]
    parameters: list[Any] = [Jsonb(records, partial(json.dumps, ensure_ascii=False))]
    with connection.cursor() as cursor:
        cursor.execute(_STORE, parameters)


def _record(number: int, basis: Basis, results: Results, unit: AmountUnit) -> dict[str, Any]:
    listed = [Listed.of(each) for group in GROUPS for each in results.by_group[group]]
    return {
        "submission_id": number,
        "row_version": basis.row_version,
        "basis": basis.digest,
        "rules": RULES,
        **asdict(Counted.of(results)),
        "said_in": unit.value,
        "findings": [each.as_json() for each in listed],
        "disputed": [[key, f"{figure:f}"] for key, figure in sorted(results.disputed)],
        "at": basis.read_at.isoformat(),
    }


@contextmanager
def results_stored(submission_id: int) -> Iterator[None]:
    """Do a deed on a return and store what the checks find after it: both or nothing."""
    with transaction.atomic():
        yield
        check_again(submission_id=submission_id)


def check_again(*, submission_id: int) -> None:
    """Check a return and store what is found, unless what is stored is of its present state."""
    this = Submission.objects.filter(pk=submission_id)
    check_many_again(numbers=numbers_without_present_result(this))


def check_many_again(*, numbers: Sequence[int]) -> None:
    """Check returns by their numbers and store what is found, some at a time; nothing for none."""
    bases = bases_of(numbers) if numbers else {}
    for batch in results_in_batches(numbers):
        found = {submission.pk: results for submission, results in batch}
        store_results(results=found, bases=bases, unit=AmountUnit.WAN)


MOST_AT_ONCE = 100
"""So many returns of a round are checked while somebody waits: about ten seconds."""


def check_may_check_again(round: CollectionRound, *, by: User) -> None:
    """Raise NotPermitted when checking the returns of a round again is not hers."""
    if not can_collect(by, round.bureau):
        raise NotPermitted("只有财政局绩效股和管理员可以重新检查。")


def check_round_again(*, round: CollectionRound, by: User) -> tuple[int, int]:
    """Check the newest returns of a round of whose present state nothing is stored, some of them at a time.

    Returns how many were checked, and how many are left: also those that somebody changed meanwhile. Raises
    NotPermitted.
    """
    check_may_check_again(round, by=by)
    newest = Submission.objects.filter(pk__in=newest_of(round.submissions.all()))
    numbers = numbers_without_present_result(newest)
    now = numbers[:MOST_AT_ONCE]
    check_many_again(numbers=now)
    return len(now), len(numbers_without_present_result(newest))
