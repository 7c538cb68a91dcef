"""What PostgreSQL refuses for whatever belongs to a submission, whoever asks."""

from collections.abc import Iterable

import pgtrigger

from orgs.guards import Guard
from submissions import workflow


def sql_list(words: Iterable[str]) -> str:
    """Return words as SQL text, for the guards."""
    return ", ".join(f"'{word}'" for word in words)


def editable_submission_only() -> Guard:
    """Return the guard of rows that are written while their submission is filled in, and never otherwise."""
    return Guard(
        name="editable_submission_only",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("parent_id", "bigint"), ("parent_status", "text")],
        func=f"""
                IF TG_OP = 'UPDATE' AND NEW.submission_id <> OLD.submission_id THEN
                    RAISE EXCEPTION 'a line never moves to another submission'
                          USING ERRCODE = 'check_violation';
                END IF;
                parent_id := CASE TG_OP WHEN 'DELETE' THEN OLD.submission_id ELSE NEW.submission_id END;
                -- FOR SHARE, because the foreign key's own lock lets the status change beneath us.
                SELECT status INTO parent_status FROM submissions_submission
                 WHERE id = parent_id FOR SHARE;
                IF parent_status IS NULL OR parent_status NOT IN ({sql_list(workflow.EDITABLE)}) THEN
                    RAISE EXCEPTION 'submission % is % and cannot be edited', parent_id, parent_status
                          USING ERRCODE = 'check_violation';
                END IF;
                RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            """,
    )
