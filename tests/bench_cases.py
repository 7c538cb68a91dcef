"""What is benchmarked: a list of (name, our work, the same in bare psycopg or None, the ratio aimed at)."""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import psycopg
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from budgets.actions import LineChange, save_lines
from budgets.measures import FIGURES
from budgets.models import (
    LINE_MODELS,
    BudgetLine,
    EconomicCategory,
    FunctionalCategory,
    ProjectLine,
)
from budgets.money import AmountUnit
from budgets.returns import BY_ECONOMIC, BY_FUNCTION, PROJECTS, SCHEDULES, Schedule
from budgets.rows import measured, return_rows
from orgs.models import Unit, User
from submissions.actions import start_submission
from submissions.models import CollectionRound, Submission
from tests.bench_checks import save_case

Case = tuple[str, Callable[[], Any], Callable[[], Any] | None, str]


def cases() -> Iterator[Case]:
    """Fill the database and yield every case."""
    call_command("load_reference", verbosity=0)
    call_command("load_demo", verbosity=0)
    submission = _large_submission(500)
    with psycopg.connect(**connection_parameters()) as bare:
        for schedule, stored in ((BY_FUNCTION, 500), (PROJECTS, 200), (BY_ECONOMIC, 90)):
            count = min(stored, 200)
            name = f"save {count} changed rows of {stored}, {schedule.slug}"
            yield name, *_saving(submission, bare, schedule, count), "≤ 3"
        yield "variance tables of 790 rows, computed", *_reading(submission, bare), "≤ 5"
    client = Client()
    client.force_login(User.objects.get(username="lin"), "config.backends.PeopleBackend")
    yield "a workbook of 3,000 rows, upload to commit", *_importing(client), "≤ 3"
    yield save_case(client, submission)
    analyses = ("variances", "variances/download", "forms/base-data/download", "ratios", "charts")
    for page in (*analyses, *(schedule.slug for schedule in SCHEDULES)):
        url = f"/submissions/{submission.pk}/{page}/"
        yield f"page {page}", lambda url=url: _get(client, url), None, ""
    yield "page my_work", lambda: _get(client, "/"), None, ""


def _large_submission(rows: int) -> Submission:
    """Return a draft of the demonstration's second unit: that many rows by function, projects, categories."""
    lin = User.objects.get(username="lin")
    unit, round = Unit.objects.get(code="224002"), CollectionRound.objects.get()
    submission = start_submission(round=round, unit=unit, by=lin, at=timezone.now())
    items = FunctionalCategory.objects.in_force(2023).filter(level="item")[:rows]
    BudgetLine.objects.bulk_create(
        BudgetLine(
            submission=submission, schedule=BY_FUNCTION.name, category=each, entered_in="wan", **_figures(at)
        )
        for at, each in enumerate(items, 1)
    )
    economic = EconomicCategory.objects.in_force(2023).filter(chart="department", level="subclass")[:90]
    BudgetLine.objects.bulk_create(
        BudgetLine(
            submission=submission,
            schedule=BY_ECONOMIC.name,
            economic_category=each,
            entered_in="wan",
            **_figures(at),
        )
        for at, each in enumerate(economic, 1)
    )
    ProjectLine.objects.bulk_create(
        ProjectLine(submission=submission, name=f"项目{at}", entered_in="wan", **_figures(at))
        for at in range(1, 201)
    )
    return submission


def _figures(at: int) -> dict[str, Decimal]:
    return {name: Decimal(1000 * at + place) for place, name in enumerate(FIGURES)}


def connection_parameters() -> dict[str, Any]:
    described = connection.get_connection_params()
    return {
        name: described[name] for name in ("host", "port", "user", "password", "dbname") if name in described
    }


def _saving(
    submission: Submission, bare: psycopg.Connection, schedule: Schedule, count: int
) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Change every figure of the first rows: through `save_lines`, and by hand-written SQL in psycopg.

    Both sides share one counter, which is at once the version the rows are at and their new figure.
    """
    lin = User.objects.get(username="lin")
    step = itertools.count(1)
    model = LINE_MODELS[schedule.name]
    table = model._meta.db_table
    lines = list(model.objects.of_schedule(submission, schedule)[:count])
    words = {column.name: getattr(lines[0], column.name) for column in schedule.attributes}
    mine = "" if schedule.is_named else f" AND schedule = '{schedule.name}'"

    def ours() -> None:
        now = next(step)
        figures = dict.fromkeys(FIGURES, Decimal(now))
        rows = [
            LineChange(line.key, now, line.values(words) | figures, line.pk if schedule.is_named else None)
            for line in lines
        ]
        save_lines(
            submission=submission,
            schedule=schedule,
            rows=rows,
            unit=AmountUnit.WAN,
            by=lin,
            at=timezone.now(),
        )

    def theirs() -> None:
        now = next(step)
        with bare.transaction(), bare.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM submissions_submission WHERE id = %s FOR NO KEY UPDATE", [submission.pk]
            )
            cursor.execute(
                f"SELECT id, row_version, {', '.join(FIGURES)} FROM {table}"
                f" WHERE submission_id = %s{mine} ORDER BY id LIMIT %s",
                [submission.pk, count],
            )
            rows = cursor.fetchall()
            changed = [(pk, version, *(Decimal(now) for _ in old)) for pk, version, *old in rows]
            columns = [list(column) for column in zip(*changed, strict=True)]
            cursor.execute(
                f"""UPDATE {table} AS line SET row_version = new.row_version + 1,
                        {", ".join(f"{name} = new.{name}" for name in FIGURES)}
                    FROM unnest(%s::bigint[], %s::int[], {", ".join("%s::numeric[]" for _ in FIGURES)})
                         AS new (id, row_version, {", ".join(FIGURES)})
                    WHERE line.id = new.id AND line.row_version = new.row_version""",
                columns,
            )
            cursor.execute(
                "INSERT INTO submissions_edit"
                " (submission_id, schedule, actor_id, actor_name, at, changes, source, request_key)"
                " VALUES (%s, %s, %s, %s, now(), %s, 'typed', '')",
                [
                    submission.pk,
                    schedule.name.value,
                    lin.pk,
                    lin.full_name,
                    json.dumps(changed, default=str),
                ],
            )
            cursor.execute(
                "UPDATE submissions_submission SET row_version = row_version + 1, saved_at = now()"
                " WHERE id = %s",
                [submission.pk],
            )

    return ours, theirs


_MEASURES = """
    line.*,
    outturn - initial_budget,
    round((outturn - initial_budget) / abs(nullif(initial_budget, 0)) * 100, 2),
    outturn - revised_budget, round(outturn / nullif(revised_budget, 0) * 100, 2),
    outturn - last_year_outturn,
    round((outturn - last_year_outturn) / abs(nullif(last_year_outturn, 0)) * 100, 2),
    initial_budget - last_year_budget,
    round((initial_budget - last_year_budget) / abs(nullif(last_year_budget, 0)) * 100, 2),
    round(outturn / nullif(sum(outturn) OVER (), 0) * 100, 2)
"""
_VARIANCES = (
    f"""SELECT category.code, category.name, {_MEASURES} FROM budgets_budgetline AS line
          JOIN budgets_functionalcategory AS category ON category.id = category_id
         WHERE submission_id = %s ORDER BY category.code""",
    f"""SELECT category.code, category.name, {_MEASURES} FROM budgets_budgetline AS line
          JOIN budgets_economiccategory AS category ON category.id = economic_category_id
         WHERE submission_id = %s ORDER BY category.code""",
    f"SELECT {_MEASURES} FROM budgets_projectline AS line WHERE submission_id = %s ORDER BY id",
)


def _reading(submission: Submission, bare: psycopg.Connection) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Read all rows with their measures: with totals and subtotals by us, the rows alone in one statement a table."""

    def ours() -> None:
        fresh = Submission.objects.for_workspace().get(pk=submission.pk)
        measured(return_rows(fresh), fresh.round)

    def theirs() -> None:
        with bare.transaction(), bare.cursor() as cursor:
            for statement in _VARIANCES:
                cursor.execute(statement, [submission.pk])
                cursor.fetchall()

    return ours, theirs


def _importing(client: Client) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Upload a workbook with a changed figure in each of 3,000 projects, preview and confirm it; and openpyxl alone.

    What was saved is put back before each round, so that every one saves 3,000 rows.
    """
    submission = Submission.objects.get(unit__code="224001")
    ProjectLine.objects.filter(submission=submission).delete()
    ProjectLine.objects.bulk_create(
        ProjectLine(
            submission=submission,
            name=f"项目{at}",
            entered_in="wan",
            **{**_figures(at), "outturn": Decimal(1)},
        )
        for at in range(1, 3001)
    )
    book = load_workbook(BytesIO(client.get(f"/submissions/{submission.pk}/workbook/").content))
    page = book["项目支出"]
    for row in range(5, 3005):
        page.cell(row, 10).value = 7
    file = BytesIO()
    book.save(file)
    content = file.getvalue()

    def ours() -> None:
        lines = ProjectLine.objects.filter(submission=submission)
        lines.update(outturn=Decimal(1), row_version=F("row_version") + 1)
        sent = {"file": SimpleUploadedFile("填报表.xlsx", content)}
        path = client.post(f"/submissions/{submission.pk}/workbook/upload/", sent)["Location"]
        page = client.get(path).content.decode()
        [seen] = re.findall('name="seen" value="([0-9a-f]+)"', page)  # as the browser sends it back
        client.post(f"{path}apply/", {"seen": seen})
        assert not lines.exclude(outturn=70000).exists()

    def theirs() -> None:
        reading = load_workbook(BytesIO(content), read_only=True, data_only=True)
        for sheet in reading.worksheets:
            list(sheet.iter_rows(values_only=True))

    return ours, theirs


def _get(client: Client, url: str) -> None:
    assert client.get(url).status_code == 200, url
