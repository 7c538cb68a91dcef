"""The deeds on what names a row: notes and documents follow it when it moves to another fund or nature."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from budgets.cells import row_key
from budgets.models import AdjustmentLine
from budgets.returns import Schedule
from submissions.models import Submission


def move_notes(submission: Submission, schedule: Schedule, names: Mapping[str, str]) -> None:
    """Bring along the notes of rows by their names, old to new, in one statement.

    A note stays behind where the cell has one from a row that stood there before.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE budgets_cellnote AS note SET row = moved.new, row_version = note.row_version + 1
              FROM unnest(%s::text[], %s::text[]) AS moved (old, new)
             WHERE note.submission_id = %s AND note.schedule = %s AND note.row = moved.old
               AND NOT EXISTS (SELECT FROM budgets_cellnote AS there
                                WHERE (there.submission_id, there.schedule, there.row, there."column")
                                    = (note.submission_id, note.schedule, moved.new, note."column"))
            """,
            [list(names), list(names.values()), submission.pk, schedule.name.value],
        )


def move_documents(submission: Submission, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Let the documents that name rows by function name them where they are now, in two statements.

    `names` are those of the rows, old to new. Returns what changes, as an `Edit` keeps it; [] for nothing.
    A document stays as it is where it names the new place, too.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE budgets_adjustmentline AS line SET function = moved.new, row_version = line.row_version + 1
              FROM unnest(%s::text[], %s::text[]) AS moved (old, new)
             WHERE line.submission_id = %s AND line.function = moved.old
               AND NOT EXISTS (SELECT FROM budgets_adjustmentline AS there
                                WHERE (there.submission_id, there.name, there.kind, there.source, there.use)
                                    = (line.submission_id, line.name, line.kind, line.source, line.use)
                                  AND there.function = moved.new AND moved.new <> ALL (%s::text[]))
         RETURNING line.id, moved.old
            """,
            [list(names), list(names.values()), submission.pk, list(names)],
        )
        old = dict(cursor.fetchall())
    return [
        {
            "row": row_key(AdjustmentLine, line.key),
            "cells": {"function": [old[line.pk], line.function]},
            "line": line.pk,
        }
        for line in AdjustmentLine.objects.filter(pk__in=old).order_by("pk")
    ]
