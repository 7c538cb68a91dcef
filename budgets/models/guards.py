"""What PostgreSQL refuses for every row of a return, whoever asks."""

import pgtrigger

from orgs.guards import Guard, never_truncated
from submissions.guards import editable_submission_only


def line_guards() -> list[Guard]:
    """Return the triggers of every line: only an editable submission takes it; its version steps by one."""
    return [
        editable_submission_only(),
        Guard(
            name="row_version_steps_by_one",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition("NEW.row_version <> OLD.row_version + 1"),
            func="""
                RAISE EXCEPTION 'row_version of line % must step by one', OLD.id
                      USING ERRCODE = 'check_violation';
            """,
        ),
        never_truncated(),
    ]
