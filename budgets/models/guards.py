"""What PostgreSQL refuses for every row of a return, whoever asks."""

import pgtrigger

from orgs.guards import Guard, never_truncated


def line_guards() -> list[Guard]:
    """Return the triggers of every line: only an editable submission takes it; its version steps by one."""
    return [
        Guard(
            name="editable_submission_only",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            declare=[("parent_id", "bigint"), ("parent_status", "text")],
            func="""
                IF TG_OP = 'UPDATE' AND NEW.submission_id <> OLD.submission_id THEN
                    RAISE EXCEPTION 'a line never moves to another submission'
                          USING ERRCODE = 'check_violation';
                END IF;
                parent_id := CASE TG_OP WHEN 'DELETE' THEN OLD.submission_id ELSE NEW.submission_id END;
                -- FOR SHARE, because the foreign key's own lock lets the status change beneath us.
                SELECT status INTO parent_status FROM submissions_submission
                 WHERE id = parent_id FOR SHARE;
                IF parent_status NOT IN ('draft', 'returned') THEN
                    RAISE EXCEPTION 'submission % is % and cannot be edited', parent_id, parent_status
                          USING ERRCODE = 'check_violation';
                END IF;
                RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            """,
        ),
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
