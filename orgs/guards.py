"""Triggers that hold whoever asks: pgtrigger's, without the session settings that switch them off.

pgtrigger lets any session write `SET pgtrigger.ignore = …` and pass, and its functions look for tables where
the session's `search_path` says, temporary ones first. A guard is the last word on what may be written.
"""

from typing import Any

import pgtrigger
from django.db import models
from pgtrigger import compiler


class GuardSql(compiler.UpsertTriggerSql):
    """The statements that install a guard."""

    def get_template(self) -> str:
        """Return the template; migrations refer to it, so it never changes."""
        return """
            CREATE OR REPLACE FUNCTION {pgid}()
            RETURNS TRIGGER AS $$
                {declare}
                BEGIN
                    {func}
                END;
            $$ LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp;

            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE {constraint} TRIGGER {pgid}
                {when} {operation} ON {table}
                {timing}
                {referencing}
                FOR EACH {level} {condition}
                EXECUTE PROCEDURE {execute};

            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class Guard(pgtrigger.Trigger):
    """A trigger declared beside its model that no session can switch off."""

    def compile(self, model: type[models.Model]) -> compiler.Trigger:  # type: ignore[override]
        """Return what migrations install."""
        compiled = super().compile(model)  # type: ignore[arg-type]
        kwargs: dict[str, Any] = dict(compiled.sql.kwargs)
        return compiler.Trigger(name=compiled.name, sql=GuardSql(**kwargs))


def refuse(name: str, operation: pgtrigger.Operation, sentence: str, **options: Any) -> Guard:
    """Return the guard that refuses an operation, with an English sentence for the log.

    `options` are pgtrigger's, such as the `condition` that a refused row fulfils.
    """
    return Guard(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        func=f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'check_violation';",
        **options,
    )


def never_truncated() -> Guard:
    """Return the guard against TRUNCATE, which passes by every guard of single rows."""
    return refuse(
        "never_truncated", pgtrigger.Truncate, "Cannot truncate: rows are kept", level=pgtrigger.Statement
    )


def only_added(sentence: str) -> list[Guard]:
    """Return the guards of records that are only ever added; `sentence` is what PostgreSQL says."""
    return [refuse("append_only", pgtrigger.Update | pgtrigger.Delete, sentence), never_truncated()]
