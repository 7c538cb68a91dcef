"""The figures of many returns added up by department and 类 of function at once, for the heat map."""

from collections.abc import Sequence

from django.db import connection

from budgets.region.sums import ADDED, BY_FUNCTIONS, DEPARTMENT, STATED, SUMMED, Sum

Crossed = dict[tuple[str, str], Sum]
"""Sums by the code of the department and of the 类; "" for what is stated of a total alone."""


def crossed_sums(returns: Sequence[int]) -> Crossed:
    """Return the figures of returns, by their numbers, in one statement; {} for none.

    What counts is what counts in `sums_of` by function: its groups are the sums of these by 类.
    """
    if not returns:
        return {}
    counted, code = BY_FUNCTIONS
    statement = f"""
        WITH {counted}, grouped AS (
            SELECT counted.submission_id, {DEPARTMENT} AS department, coalesce(left({code}, 3), '') AS key,
                   {ADDED}
              FROM counted
              JOIN submissions_submission AS submission ON submission.id = counted.submission_id
              JOIN orgs_unit AS unit ON unit.id = submission.unit_id
             GROUP BY 1, 2, 3
        )
        SELECT department, key, {SUMMED} FROM grouped WHERE {STATED} GROUP BY department, key
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, {"returns": list(returns)})
        return {(row[0], row[1]): Sum(*row[1:]) for row in cursor.fetchall()}
