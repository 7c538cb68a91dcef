"""What the checks cost: over 1,000 returns of 150 rows beside their sums in one SQL statement, and in a save.

For scale: the US Treasury's broker validates 7,000-9,000 rows a second with 26-32 rules in SQL.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import Client

from budgets.checks.catalogue import CHECKS
from budgets.checks.results import batches_of, results_in_batches
from budgets.measures import FIGURES
from budgets.models import BudgetLine, EconomicCategory, FunctionalCategory, ProjectLine
from budgets.returns import BY_ECONOMIC, BY_FUNCTION, BY_NATURE, PROJECTS, REVENUE
from orgs.models import Unit, User
from orgs.processes import done_in_processes
from submissions.models import CollectionRound, Submission
from tests.world import NOW, make_unit, without_guards

RETURNS = 1000
ROWS = {REVENUE: 5, BY_FUNCTION: 70, BY_NATURE: 5, BY_ECONOMIC: 40, PROJECTS: 30}
"""How many rows a return has: 150."""

Figures = dict[str, str]


def check_cases() -> Iterator[tuple[str, Figures, str]]:
    """Yield what checking costs, of a database with the demonstration: name, figures, aim."""
    numbers = _returns()
    ours, rows = _seconds(lambda: _check(numbers)), len(numbers) * sum(ROWS.values())
    theirs = min(_seconds(lambda: _sum(numbers)) for _ in range(3))
    yield (
        f"all {len(CHECKS)} checks over {len(numbers):,} returns of {sum(ROWS.values())} rows",
        {
            "processors": f"{os.cpu_count()}",
            "ms a return": f"{ours / len(numbers) * 1000:.1f}",
            "rows/s": f"{rows / ours:,.0f}",
            "SQL sums ms a return": f"{theirs / len(numbers) * 1000:.2f}",
            "ratio": f"{ours / theirs:.0f}",
        },
        "9,000 rows/s",
    )


def save_case(
    client: Client, submission: Submission
) -> tuple[str, Callable[[], Any], Callable[[], Any], str]:
    """A save of the page with what the checks find stored, beside the same save without storing it."""
    url, versions = f"/submissions/{submission.pk}/revenue/save/", [0]

    def save() -> None:
        values = dict.fromkeys(FIGURES, str(versions[-1] + 1)) | {"variance_reason": ""}
        row = {"row": "r1", "id": None, "item": "other", "row_version": versions[-1], "values": values}
        sent = json.dumps({"unit": "wan", "rows": [row], "removed": []})
        response = client.post(url, sent, content_type="application/json")
        assert response.status_code == 200, response.content.decode()
        [stored] = [row for row in response.json()["rows"] if row["row"] == "other"]
        versions.append(stored["row_version"])

    def without_storing() -> None:
        with patch("budgets.views.workspace.store_results"), patch("budgets.views.workspace.bases_of"):
            save()

    return "an autosave with its findings stored", save, without_storing, "≤ 1.2"


def _check(numbers: list[int]) -> None:
    """As the commands do it: in as many processes as there are processors."""
    found = sum(done_in_processes(_found, batches_of(numbers)))
    assert found > 10 * len(numbers)


def _found(numbers: list[int]) -> int:
    return sum(len(results.found) for batch in results_in_batches(numbers) for _, results in batch)


_SUMS = """
    SELECT submission_id,
           {sums},
           {gaps}
      FROM budgets_budgetline AS line
      LEFT JOIN (
           SELECT submission_id, {projects} FROM budgets_projectline GROUP BY submission_id
      ) AS project USING (submission_id)
     WHERE submission_id = ANY(%s)
     GROUP BY submission_id, {names}
"""


def _sum(numbers: list[int]) -> None:
    """The totals of every schedule and column, and how far they are apart, in one statement."""
    schedules = (REVENUE, BY_FUNCTION, BY_NATURE, BY_ECONOMIC)

    def total(schedule: str, column: str) -> str:
        return f"sum(line.{column}) FILTER (WHERE line.schedule = '{schedule}' AND line.item <> 'total')"

    statement = _SUMS.format(
        sums=", ".join(total(each.name, column) for each in schedules for column in FIGURES),
        gaps=", ".join(
            f"{total(BY_FUNCTION.name, column)} - {total(other.name, column)}"
            for other in (REVENUE, BY_NATURE, BY_ECONOMIC)
            for column in FIGURES
        ),
        projects=", ".join(f"sum({column}) AS project_{column}" for column in FIGURES),
        names=", ".join(f"project.project_{column}" for column in FIGURES),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [numbers])
        assert len(cursor.fetchall()) == len(numbers)


def _returns() -> list[int]:
    """Save that many returns, each of a unit of its own, and return their numbers."""
    round = CollectionRound.objects.get(submissions__unit__code="224001")
    lin, bureau = User.objects.get(username="lin"), round.bureau
    units = [make_unit(bureau.region, f"37{at:04}", f"检查单位{at}", parent=bureau) for at in range(RETURNS)]
    with without_guards("submissions_submission"):
        returns = Submission.objects.bulk_create(_return(round, unit, lin) for unit in units)
    codes = (
        FunctionalCategory.objects.in_force(2023)
        .confirmed()
        .filter(level="item", budget_book="general_public")
    )
    economic = EconomicCategory.objects.in_force(2023).filter(chart="department", level="subclass")
    functional, others = list(codes[: ROWS[BY_FUNCTION]]), list(economic[: ROWS[BY_ECONOMIC]])
    with without_guards("budgets_budgetline"), without_guards("budgets_projectline"):
        for each in returns:
            BudgetLine.objects.bulk_create(_lines(each, functional, others))
            ProjectLine.objects.bulk_create(
                ProjectLine(submission=each, name=f"项目{at}", entered_in="wan", **_figures(at))
                for at in range(ROWS[PROJECTS])
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return [each.pk for each in returns]


def _return(round: CollectionRound, unit: Unit, by: User) -> Submission:
    return Submission(round=round, unit=unit, started_by=by, started_at=NOW)


def _lines(
    submission: Submission, functional: list[FunctionalCategory], economic: list[EconomicCategory]
) -> Iterator[BudgetLine]:
    common: dict[str, Any] = {"submission": submission, "entered_in": "wan"}
    for schedule in (REVENUE, BY_NATURE):
        for at, item in enumerate(schedule.items[: ROWS[schedule]]):
            yield BudgetLine(schedule=schedule.name, item=item.code, **common, **_figures(at))
    for at, category in enumerate(functional):
        yield BudgetLine(schedule=BY_FUNCTION.name, category=category, **common, **_figures(at))
    for at, other in enumerate(economic):
        yield BudgetLine(schedule=BY_ECONOMIC.name, economic_category=other, **common, **_figures(at))


def _figures(at: int) -> dict[str, Decimal]:
    """The figures of a row; one row in ten spends more than its revised budget, which is already a bad return."""
    figures = {name: Decimal(10_000 * (at + 1) + 700 * place) for place, name in enumerate(FIGURES)}
    if at % 10:
        figures["outturn"] = figures["revised_budget"] - 300
    return figures


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
