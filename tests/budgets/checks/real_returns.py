"""The figures of real published documents as returns: read from real_documents/, saved as an accountant would.

Each file has the figures of one document as they were published, mistakes and all, with where it was found;
what it states in words stands in sentences of the usual wording, with its figures.
A row is called by its code (and fund, nature), a project by name and funding, a document by name and kind.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from budgets import actions
from budgets.actions import LineChange
from budgets.models import EconomicCategory, FunctionalCategory, ReturnText
from budgets.money import AmountUnit
from budgets.returns import ADJUSTMENTS, BY_ECONOMIC, BY_FUNCTION, PROJECTS, SCHEDULES, Column, ColumnKind
from orgs.models import Membership, Unit
from performance.models import IndicatorLine, PerformanceGoal, ProjectGoal, ProjectIndicatorLine
from submissions.models import Submission
from tests.world import NOW, adjustment, key, make_person, make_round, make_submission, make_unit, row, save

FOLDER = Path(__file__).parent / "real_documents"
CASES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
_BY_NAME = {schedule.name.value: schedule for schedule in SCHEDULES}


def make_return(number: int, case: dict[str, Any], bureau: Unit) -> Submission:
    """Save a document as the return of its unit and year, table by table and text by text."""
    unit = make_unit(bureau.region, f"9{number:03}", case["unit"], parent=bureau)
    by = make_person(f"person{number}", "填报人", (Membership.Role.PREPARER, unit))
    rounds = bureau.rounds.filter(fiscal_year=case["year"])
    submission = make_submission(rounds.first() or make_round(bureau, case["year"]), unit, by)
    for name in dict.fromkeys(table["schedule"] for table in case["tables"]):
        tables = [table for table in case["tables"] if table["schedule"] == name]
        save(
            submission, *_rows(tables), schedule=_BY_NAME[name], unit=AmountUnit(tables[0].get("unit", "wan"))
        )
    for name, text in case["texts"].items():
        actions.save_text(
            submission=submission, name=ReturnText.Name(name), text=text, row_version=0, by=by, at=NOW
        )
    _state_effect(submission, case)
    return submission


def _state_effect(submission: Submission, case: dict[str, Any]) -> None:
    """Store goals and indicators of the documents that have them: those of a project in its form too."""
    goal, project = case.get("goal", {}), case.get("project", "")
    if goal and project:
        ProjectGoal.objects.create(submission=submission, project=project, **goal)
    elif goal:
        PerformanceGoal.objects.create(submission=submission, **goal)
    for name, level, direction, target, unit, actual, weight, score in case.get("indicators", []):
        values = {
            "submission": submission, "name": name, "second_level": level, "direction": direction,
            "target_value": target, "measuring_unit": unit, "actual_value": actual,
            "max_score": Decimal(weight), "score": Decimal(score),
        }  # fmt: skip
        IndicatorLine.objects.create(**values)
        if project:
            ProjectIndicatorLine.objects.create(project=project, **values)


def _rows(tables: list[dict[str, Any]]) -> Iterator[LineChange]:
    """The rows of one schedule, of which several tables of a document may each state a column."""
    schedule = _BY_NAME[tables[0]["schedule"]]
    found: dict[str, dict[str, Decimal]] = {}
    columns = {column.name: column for column in schedule.columns}
    for table in tables:
        unit = AmountUnit(table.get("unit", "wan"))
        for name, *figures in table["rows"]:
            stated = zip(table["columns"], figures, strict=True)
            found.setdefault(name, {}).update(
                {column: _figure(columns[column], text, unit) for column, text in stated if text}
            )
    for name, values in found.items():
        yield _row(schedule, name.split("/"), values)


def _figure(column: Column, text: str, unit: AmountUnit) -> Decimal:
    is_in_wan = column.kind is ColumnKind.AMOUNT and unit is AmountUnit.WAN
    return Decimal(text) * (10_000 if is_in_wan else 1)


def _row(schedule: Any, name: list[str], values: dict[str, Any]) -> LineChange:
    if schedule == PROJECTS:
        return row(schedule, *name, name=name[0], funding=name[1], **values)
    if schedule == ADJUSTMENTS:
        return adjustment(name[0], kind=name[1], **values)
    code, fund, nature = [*name, "", ""][:3]
    if not code.isdigit():
        is_of_money = schedule.in_variances or schedule.name == "base_items"
        return row(schedule, *(key(code) if is_of_money else (code,)), **values)
    models = {BY_FUNCTION.name: FunctionalCategory, BY_ECONOMIC.name: EconomicCategory}
    category = models[schedule.name].objects.filter(code=code).order_by("pk").first()
    return row(schedule, *key(category, fund, nature), **values)
