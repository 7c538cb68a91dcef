"""Make the demonstration: the people, their units, a round, and the seed case as it was reported."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from budgets.actions import LineChange, save_lines
from budgets.measures import FIGURES
from budgets.models import FunctionalCategory
from budgets.money import AmountUnit, parse_amount
from budgets.reference import rows_of
from budgets.returns import SCHEDULES
from orgs.actions import appoint
from orgs.models import Region, Unit, User
from submissions.actions import start_submission
from submissions.models import CollectionRound, Submission

YEAR = 2023


class Command(BaseCommand):
    help = "装入演示账号、演示单位和 2023 年度真实案例；只在演示模式下可用，可重复执行。"

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing; what somebody has changed since stays as it is."""
        if not settings.DEMO:
            raise CommandError("演示数据只能在演示模式下装入（设置环境变量 DEMO=1）。")
        now = timezone.now()
        units = _units()
        people = _people(units, now)
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
    people: dict[str, User] = {}
    for row in rows_of("demo/people.csv"):
        name = row["username"]
        people[name] = (
            people.get(name)
            or User.objects.filter(username=name).first()
            or User.objects.create_user(
                name, settings.DEMO_PASSWORD, full_name=row["full_name"], is_demo=True
            )
        )
        appoint(user=people[name], unit=units[row["unit"]], role=row["role"], at=now)
    return people


def _enter_seed(submission: Submission, by: User, now: datetime) -> None:
    """Enter the real report's figures, which it states in 万元, as an accountant would."""
    rows = rows_of("seed/lines.csv")
    codes = FunctionalCategory.objects.in_force(YEAR).filter(budget_book="general_public")
    categories = {category.code: category for category in codes}
    for schedule in SCHEDULES:
        changes = [
            _change(row, categories.get(row["code"]) if schedule.is_classified else None)
            for row in rows
            if row["schedule"] == schedule.name
        ]
        save_lines(submission=submission, schedule=schedule, rows=changes, unit=AmountUnit.WAN, by=by, at=now)


def _change(row: dict[str, str], category: FunctionalCategory | None) -> LineChange:
    return LineChange(
        key=("", category.pk, "", "") if category else (row["code"], None, "", ""),
        row_version=0,
        figures={name: parse_amount(row[name], AmountUnit.WAN) for name in FIGURES},
        variance_reason=row["variance_reason"],
        category=category,
    )
