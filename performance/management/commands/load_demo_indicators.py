"""Make a synthetic unit of the demonstration, whose return is complete with its indicators."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from budgets.actions import save_lines, save_text
from budgets.adjustment_places import with_places
from budgets.forms import LinesForm
from budgets.models import EconomicCategory, FunctionalCategory, ReturnText, ScheduleLine
from budgets.money import AmountUnit
from budgets.querysets import CategoryQuerySet
from budgets.reference import rows_of
from budgets.returns import (
    ADJUSTMENTS,
    BASE_ITEMS,
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    CARRYOVER,
    PROJECTS,
    REVENUE,
    STAFF,
    THREE_PUBLIC,
    THREE_PUBLIC_COUNTS,
    Schedule,
)
from budgets.rows import return_rows
from orgs.actions import appoint
from orgs.models import Membership, Unit, User
from performance.actions import save_goal
from performance.models import IndicatorLine, ProjectIndicatorLine
from performance.returns import INDICATORS, PROJECT_INDICATORS
from submissions.actions import start_submission
from submissions.models import CollectionRound, Submission

YEAR, REGION, BUREAU = 2023, "431102", "100"
UNIT, UNIT_NAME = "226001", "示例单位（合成数据）"
PREPARER, PREPARER_NAME = "zhou", "周悦"
HEAD = "sun"

IN_LINES = (REVENUE, BY_FUNCTION, BY_NATURE, BY_ECONOMIC, THREE_PUBLIC, BASE_ITEMS)
"""The schedules of fixtures/synthetic/lines.csv; each other one has a file of its own."""

OTHERS = (PROJECTS, STAFF, THREE_PUBLIC_COUNTS, CARRYOVER, INDICATORS)


class Command(BaseCommand):
    help = "装入“示例单位（合成数据）”：一份填齐的填报，带绩效目标和指标；只在演示模式下可用，可重复执行。"

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing; what somebody has changed since stays as it is."""
        if not settings.DEMO:
            raise CommandError("演示数据只能在演示模式下装入（设置环境变量 DEMO=1）。")
        round = CollectionRound.objects.filter(
            bureau__code=BUREAU, bureau__region__code=REGION, fiscal_year=YEAR
        ).first()
        if not round:
            raise CommandError("请先运行 load_demo，再装入示例单位。")
        now = timezone.now()
        unit = _unit(round.bureau)
        preparer = _preparer(unit, now)
        if not Submission.objects.filter(unit=unit, round=round).exists():
            _enter_return(start_submission(round=round, unit=unit, by=preparer, at=now), preparer, now)


def _unit(bureau: Unit) -> Unit:
    unit, _ = Unit.objects.get_or_create(
        region=bureau.region,
        code=UNIT,
        defaults={"name": UNIT_NAME, "kind": Unit.Kind.DEPARTMENT, "parent": bureau},
    )
    return unit


def _preparer(unit: Unit, now: datetime) -> User:
    known = User.objects.filter(username=PREPARER).first()
    if known:  # she keeps the roles she has now
        return known
    person = User.objects.create_user(PREPARER, settings.DEMO_PASSWORD, full_name=PREPARER_NAME, is_demo=True)
    appoint(user=person, unit=unit, role=Membership.Role.PREPARER, at=now)
    for head in User.objects.filter(username=HEAD):
        appoint(user=head, unit=unit, role=Membership.Role.UNIT_HEAD, at=now)
    return person


def _enter_return(submission: Submission, by: User, now: datetime) -> None:
    """Enter everything as a preparer would on the pages, in 万元."""
    lines = rows_of("synthetic/lines.csv")
    for schedule in IN_LINES:
        enter(submission, schedule, [row for row in lines if row["schedule"] == schedule.name], by, now)
    for schedule in OTHERS:
        model = IndicatorLine if schedule == INDICATORS else None
        enter(submission, schedule, rows_of(f"synthetic/{schedule.name}.csv"), by, now, model)
    _enter_adjustments(submission, by, now)
    texts = {row["name"]: row["text"] for row in rows_of("synthetic/texts.csv")}
    thrift = ReturnText.Name.THRIFT_MEASURES
    save_text(submission=submission, name=thrift, text=texts.pop(thrift.value), row_version=0, by=by, at=now)
    save_goal(submission=submission, **texts, weights_reason="", row_version=0, by=by, at=now)
    for row in rows_of("synthetic/sections.csv"):
        name = ReturnText.Name(row["name"])
        save_text(submission=submission, name=name, text=row["text"], row_version=0, by=by, at=now)
    enter_projects(submission, by, now)


def enter_projects(submission: Submission, by: User, now: datetime) -> None:
    """Enter goals and indicators of two of the three projects; the third is still to be filled in."""
    indicators = rows_of("synthetic/project_indicators.csv")
    for goal in rows_of("synthetic/project_goals.csv"):
        save_goal(submission=submission, **goal, weights_reason="", row_version=0, by=by, at=now)
        name = goal["project"]
        rows = [row for row in indicators if row["project"] == name]
        part = {"project": name}
        enter(submission, PROJECT_INDICATORS, rows, by, now, ProjectIndicatorLine, part)


def _enter_adjustments(submission: Submission, by: User, now: datetime) -> None:
    """Enter the documents of the year; the file names rows by their code or the beginning of their name."""
    schedule = with_places(ADJUSTMENTS, return_rows(submission))
    labels = {column.name: [(label, value) for value, label in column.choices] for column in schedule.columns}
    rows = rows_of("synthetic/adjustments.csv")
    for row in rows:
        for name in ("function", "use"):
            row[name] = next(value for label, value in labels[name] if label.startswith(row[name]))
    enter(submission, schedule, rows, by, now)


def enter(
    submission: Submission,
    schedule: Schedule,
    rows: list[dict[str, str]],
    by: User,
    now: datetime,
    model: type[ScheduleLine] | None = None,
    part: dict[str, str] | None = None,
) -> None:
    """Save rows through the form of the entry page; raise CommandError with its first mistake."""
    sent = [_sent(schedule, row) for row in rows]
    form = LinesForm({"unit": AmountUnit.WAN, "rows": sent}, schedule, submission, model, part=part)
    if not form.is_valid():
        raise CommandError(f"{schedule.title}：{form.errors[0].row} {form.errors[0].message}")
    save_lines(
        submission=submission,
        schedule=schedule,
        rows=form.changes,
        unit=form.unit,
        by=by,
        at=now,
        model=model,
        part=part,
    )


def _sent(schedule: Schedule, row: dict[str, str]) -> dict[str, Any]:
    """One row as the entry page sends it; columns the file does not have stay blank."""
    code = row.get("code", "")
    return {
        "row": code or row["name"],
        "item": code,
        "category": _category(schedule, code) if schedule.is_classified else None,
        "row_version": 0,
        "values": {column.name: row.get(column.name, "") for column in schedule.columns},
    }


def _category(schedule: Schedule, code: str) -> int:
    found: CategoryQuerySet
    if schedule == BY_FUNCTION:
        found = FunctionalCategory.objects.in_force(YEAR).of_book("general_public")
    else:
        found = EconomicCategory.objects.in_force(YEAR).of_book(EconomicCategory.Chart.DEPARTMENT)
    return found.get(code=code).pk
