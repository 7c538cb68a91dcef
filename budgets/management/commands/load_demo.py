"""Make the demonstration: the people, their units, a round, and the seed case as it was reported."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from budgets.actions import LineChange, save_lines, save_text
from budgets.measures import FIGURES
from budgets.models import FunctionalCategory, ReturnText
from budgets.money import AmountUnit, parse_amount, parse_count
from budgets.reference import rows_of
from budgets.returns import BY_FUNCTION, BY_NATURE, PROJECTS, REVENUE, STAFF, THREE_PUBLIC, TOTAL, Schedule
from orgs.actions import appoint
from orgs.models import Region, Unit, User
from submissions.actions import start_submission
from submissions.models import CollectionRound, Submission

YEAR = 2023


class Command(BaseCommand):
    help = "装入演示账号、演示单位和 2023 年度真实案例；只在演示模式下可用，可重复执行。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Leave out the round and the case where people shall open and enter them themselves."""
        parser.add_argument("--people-only", action="store_true", help="只装入演示账号和演示单位")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing; what somebody has changed since stays as it is."""
        if not settings.DEMO:
            raise CommandError("演示数据只能在演示模式下装入（设置环境变量 DEMO=1）。")
        now = timezone.now()
        units = _units()
        people = _people(units, now)
        if options["people_only"]:
            return
        round, _ = CollectionRound.objects.get_or_create(
            bureau=units["100"],
            fiscal_year=YEAR,
            defaults={"opens_date": now.date(), "due_date": now.date() + timedelta(days=45)},
        )
        if not Submission.objects.filter(unit=units["224001"], round=round).exists():
            submission = start_submission(round=round, unit=units["224001"], by=people["lin"], at=now)
            _enter_seed(submission, people["lin"], now)


def _units() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for row in rows_of("demo/units.csv"):
        region = Region.objects.get(code=row["region"])
        units[row["code"]], _ = Unit.objects.get_or_create(
            region=region,
            code=row["code"],
            defaults={"name": row["name"], "kind": row["kind"], "parent": units.get(row["parent"])},
        )
    return units


def _people(units: dict[str, Unit], now: datetime) -> dict[str, User]:
    rows = rows_of("demo/people.csv")
    known = User.objects.in_bulk([row["username"] for row in rows], field_name="username")
    people = dict(known)
    for row in rows:
        name = row["username"]
        if name not in people:
            people[name] = User.objects.create_user(
                name, settings.DEMO_PASSWORD, full_name=row["full_name"], is_demo=True
            )
        if name not in known:  # who was there keeps the roles she has now
            appoint(user=people[name], unit=units[row["unit"]], role=row["role"], at=now)
    return people


def _enter_seed(submission: Submission, by: User, now: datetime) -> None:
    """Enter the real report as it stands: its figures in 万元, the three public expenses in 元; its words."""
    rows, categories = rows_of("seed/lines.csv"), _categories()
    for schedule in (REVENUE, BY_FUNCTION, BY_NATURE, THREE_PUBLIC):
        unit = AmountUnit.YUAN if schedule == THREE_PUBLIC else AmountUnit.WAN
        mine = [row for row in rows if row["schedule"] == schedule.name]
        _save(submission, schedule, [_money(row, schedule, unit, categories) for row in mine], unit, by, now)
    _save(
        submission, PROJECTS, [_project(row) for row in rows_of("seed/projects.csv")], AmountUnit.WAN, by, now
    )
    _save(submission, STAFF, [_staff(row) for row in rows_of("seed/staff.csv")], AmountUnit.WAN, by, now)
    for row in rows_of("seed/texts.csv"):
        name = ReturnText.Name(row["name"])
        save_text(submission=submission, name=name, text=row["text"], row_version=0, by=by, at=now)


def _save(
    submission: Submission,
    schedule: Schedule,
    rows: list[LineChange],
    unit: AmountUnit,
    by: User,
    now: datetime,
) -> None:
    save_lines(submission=submission, schedule=schedule, rows=rows, unit=unit, by=by, at=now)


def _money(
    row: dict[str, str], schedule: Schedule, unit: AmountUnit, categories: dict[str, int]
) -> LineChange:
    by_code = schedule == BY_FUNCTION and row["code"] != TOTAL
    category = categories[row["code"]] if by_code else None
    key = ("" if category else row["code"], category, None, "", "")
    values: dict[str, Any] = {name: parse_amount(row[name], unit) for name in FIGURES}
    return LineChange(key, 0, values | {"variance_reason": row["variance_reason"]})


def _categories() -> dict[str, int]:
    codes = FunctionalCategory.objects.in_force(YEAR).filter(budget_book="general_public")
    return {category.code: category.pk for category in codes}


def _project(row: dict[str, str]) -> LineChange:
    """A project the report names without amounts: they stay blank."""
    words = {"name": row["name"], "code": "", "kind": "", "funding": "", "variance_reason": ""}
    return LineChange((row["name"], ""), 0, dict.fromkeys(FIGURES) | words)


def _staff(row: dict[str, str]) -> LineChange:
    values = {name: parse_count(row[name]) for name in ("authorized", "in_service")}
    return LineChange((row["code"],), 0, values)
