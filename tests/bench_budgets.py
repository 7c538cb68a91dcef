"""What the import of initial budgets by an administrator costs, beside a bare insert of the rows it wrote."""

import statistics
import time
from collections.abc import Iterator

import psycopg
from django.db import connection, transaction
from django.utils import timezone
from psycopg.sql import SQL, Identifier, Placeholder

from budgets.initial_budget_actions import confirm_budget_upload, keep_budget_upload
from budgets.initial_budget_plans import plan_of
from budgets.initial_budget_sheets import BudgetReading, read_budgets
from budgets.models import FunctionalCategory
from orgs.models import Unit, User
from submissions.models import CollectionRound
from tests.bench_cases import connection_parameters
from tests.world import make_unit

UNITS, ROWS = 50, 40
ROUNDS = 5
Written = dict[str, tuple[list[str], list[tuple[object, ...]]]]
"""The names of the columns and the rows, by table."""
_TABLES = {
    "submissions_submission": "SELECT * FROM submissions_submission WHERE unit_id = ANY(%s)",
    "budgets_budgetline": """SELECT line.* FROM budgets_budgetline AS line
        JOIN submissions_submission AS here ON here.id = submission_id WHERE unit_id = ANY(%s)""",
}


def budget_cases() -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield what an import of new returns costs, of a database with the demonstration: name, figures, aim.

    Both sides write in one transaction, which is taken back: each time there is nothing of it yet.
    """
    round, units = CollectionRound.objects.select_related("bureau__region").get(fiscal_year=2023), _units()
    reading = _reading(units)
    written = _import(round, reading, units)[1]
    assert [len(rows) for _, rows in written.values()] == [UNITS, UNITS * ROWS]
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_import(round, reading, units)[0])
        theirs.append(_insert(written))
    mine, its = statistics.median(ours), statistics.median(theirs)
    figures = {
        "rows/s": f"{UNITS * ROWS / mine:.0f}",
        "bare": f"{UNITS * ROWS / its:.0f}",
        "ratio": f"{mine / its:.1f}",
    }
    yield f"initial budgets of {UNITS} units, {UNITS * ROWS} rows", figures, "≤ 10"


def _units() -> list[int]:
    bureau = CollectionRound.objects.get(fiscal_year=2023).bureau
    kind = Unit.Kind.DEPARTMENT
    return [
        make_unit(bureau.region, f"37{number:04}", f"导入单位{number}", parent=bureau, kind=kind).pk
        for number in range(UNITS)
    ]


def _reading(units: list[int]) -> BudgetReading:
    """A workbook of that many rows for each unit, as it is read."""
    items = FunctionalCategory.objects.in_force(2023).filter(level="item").order_by("code")[:ROWS]
    codes = Unit.objects.filter(pk__in=units).order_by("code").values_list("code", flat=True)
    rows = [[code, item.code, str(at)] for code in codes for at, item in enumerate(items, 1)]
    head = ["单位编码", "功能科目编码", "年初预算数（万元）"]
    return read_budgets([("年初预算", [head, *rows])], 2023)


def _import(round: CollectionRound, reading: BudgetReading, units: list[int]) -> tuple[float, Written]:
    """Upload, look at the plan and confirm it, as the pages do; return the seconds and what was written."""
    qian, now = User.objects.get(username="qian"), timezone.now()
    with transaction.atomic():
        started = time.perf_counter()
        upload = keep_budget_upload(
            round=round,
            rows=reading.as_json(),
            amount_unit=reading.unit,
            file_name="年初预算.xlsx",
            sha256="0" * 64,
            by=qian,
            at=now,
        )
        seen = plan_of(reading, round, timezone.localdate(now)).digest
        confirm_budget_upload(upload=upload, replaces=False, seen=seen, by=qian, at=now)
        seconds = time.perf_counter() - started
        written = {table: _rows(statement, units) for table, statement in _TABLES.items()}
        transaction.set_rollback(True)
    return seconds, written


def _rows(statement: str, units: list[int]) -> tuple[list[str], list[tuple[object, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [units])
        return [column.name for column in cursor.description], cursor.fetchall()


def _insert(written: Written) -> float:
    """Insert the same rows by hand-written SQL; return the seconds."""
    with (
        psycopg.connect(**connection_parameters()) as bare,
        bare.transaction(force_rollback=True),
        bare.cursor() as cursor,
    ):
        started = time.perf_counter()
        for table, (names, rows) in written.items():
            statement = SQL("INSERT INTO {} ({}) VALUES ({})").format(
                Identifier(table),
                SQL(", ").join(map(Identifier, names)),
                SQL(", ").join(Placeholder() * len(names)),
            )
            cursor.executemany(statement, rows)
        return time.perf_counter() - started
