"""What PostgreSQL refuses for whatever belongs to a submission, whoever asks."""

from collections.abc import Iterable

import pgtrigger

from orgs.guards import Guard
from submissions import workflow


def sql_list(words: Iterable[str]) -> str:
    """Return words as SQL text, for the guards."""
    return ", ".join(f"'{word}'" for word in words)


def sql_steps() -> str:
    """Return the table of steps as SQL rows, in the order of `takes_step`'s columns."""
    return ", ".join(
        f"({sql_list((step.action, step.source, step.source_desk, step.target, step.target_desk))}, "
        f"{step.needs_comment}, {step.refuses_preparers}, {step.by_sender_only}, {step.stops_when_closed}, "
        f"{step.needs_extension}, {step.goes_along})"
        for step in workflow.STEPS
    )


def sql_desks() -> str:
    """Return the desks as SQL rows: place, desk, and whether `round` has it for `unit` below `bureau`."""
    there = {
        workflow.Side.UNIT_HEAD: "round.unit_head_desk",
        workflow.Side.DEPARTMENT: "round.department_desk AND unit.path <> bureau.path || unit.code || '/'",
        workflow.Side.DIVISION: "round.division_desk",
        workflow.LAST_DESK: "true",
    }
    return ", ".join(
        f"({place}, '{desk}', {there[desk]})" for place, desk in enumerate(workflow.DESKS, start=1)
    )


# Locks the submission and its round FOR SHARE, because a foreign key's own lock lets them change beneath us.
IS_CLOSED = """
                SELECT round.closed_at IS NOT NULL AND NOT coalesce(
                           (SELECT until_date >= (now() AT TIME ZONE 'Asia/Shanghai')::date
                              FROM submissions_extension
                             WHERE round_id = this.round_id AND unit_id = this.unit_id
                             ORDER BY id DESC LIMIT 1),
                           false
                       )
                  INTO is_closed
                  FROM submissions_submission AS this
                  JOIN submissions_collectionround AS round ON round.id = this.round_id
                 WHERE this.id = {id} FOR SHARE OF round;
"""
"""Sets `is_closed`: whether the round is closed for the unit of the submission `{id}`."""

IS_EXTENDED = """
                SELECT coalesce(
                           (SELECT until_date >= (now() AT TIME ZONE 'Asia/Shanghai')::date
                              FROM submissions_extension
                             WHERE round_id = this.round_id AND unit_id = this.unit_id
                             ORDER BY id DESC LIMIT 1),
                           false
                       )
                  INTO is_extended FROM submissions_submission AS this WHERE this.id = {id};
"""
"""Sets `is_extended`: whether the unit of the submission `{id}` has more time, or leave to correct, today."""


def editable_submission_only() -> Guard:
    """Return the guard of rows that are written while their submission is filled in, and never otherwise."""
    return Guard(
        name="editable_submission_only",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("parent_id", "bigint"), ("parent_status", "text"), ("is_closed", "boolean")],
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
                {IS_CLOSED.format(id="parent_id")}
                IF is_closed THEN
                    RAISE EXCEPTION 'the round of submission % is closed', parent_id
                          USING ERRCODE = 'check_violation';
                END IF;
                RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            """,
    )
