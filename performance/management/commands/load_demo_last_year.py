"""Make a second synthetic unit: last year's return is approved, this year's is not begun."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from budgets.actions import save_text
from budgets.models import ReturnText
from budgets.receipts import totals_of
from budgets.reference import rows_of
from budgets.returns import CARRYOVER
from orgs.actions import appoint
from orgs.models import Membership, Region, Unit, User
from performance.actions import save_goal
from performance.management.commands.load_demo_indicators import (
    IN_LINES,
    OTHERS,
    REGION,
    YEAR,
    enter,
    enter_projects,
)
from performance.models import IndicatorLine
from performance.returns import INDICATORS
from performance.snapshots import content_of, entries_of
from performance.views.sections import in_the_way
from submissions.actions import approve, start_submission, submit
from submissions.models import CollectionRound, Submission

BUREAU, BUREAU_NAME = "900", "示例区财政局（合成数据）"
UNIT, UNIT_NAME = "226002", "示例二单位（合成数据）"
PREPARER, REVIEWER = "zhou", "wu"
LAST_DESK_ONLY = {"unit_head_desk": False, "department_desk": False, "division_desk": False}

A_YEAR_EARLIER = {
    "last_year_budget": "initial_budget",
    "last_year_outturn": "outturn",
    "last_year_count": "this_year_count",
}
"""The columns of the synthetic return's last year, and what they were called a year earlier."""


class Command(BaseCommand):
    help = "装入“示例二单位（合成数据）”：上年的填报已审核，本年的未开始；只在演示模式下可用，可重复执行。"

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing; what somebody has changed since stays as it is."""
        if not settings.DEMO:
            raise CommandError("演示数据只能在演示模式下装入（设置环境变量 DEMO=1）。")
        people = User.objects.in_bulk([PREPARER, REVIEWER], field_name="username")
        if len(people) < 2:
            raise CommandError("请先运行 load_demo 和 load_demo_indicators，再装入示例二单位。")
        now = timezone.now()
        unit = _unit()
        bureau = unit.parent
        if not bureau or Submission.objects.filter(unit=unit).exists():
            return
        appoint(user=people[PREPARER], unit=unit, role=Membership.Role.PREPARER, at=now)
        appoint(user=people[REVIEWER], unit=bureau, role=Membership.Role.PERFORMANCE_OFFICE, at=now)
        _round(bureau, YEAR, now.date(), now.date() + timedelta(days=45))
        round = _round(bureau, YEAR - 1, date(YEAR, 1, 1), date(YEAR, 4, 30))
        submission = start_submission(round=round, unit=unit, by=people[PREPARER], at=now)
        _enter_return(submission, people[PREPARER], now)
        submit(
            submission=submission,
            in_the_way=in_the_way,
            content_of=entries_of,
            totals_of=totals_of,
            by=people[PREPARER],
            at=now,
        )
        seen = Submission.objects.get(pk=submission.pk).last_step_number
        approve(
            submission=submission,
            seen=seen,
            comment="",
            content_of=content_of,
            by=people[REVIEWER],
            at=now,
        )


def _unit() -> Unit:
    """The unit below a bureau of its own: nobody else's desk has a return of the year before."""
    region = Region.objects.get(code=REGION)
    bureau, _ = Unit.objects.get_or_create(
        region=region, code=BUREAU, defaults={"name": BUREAU_NAME, "kind": Unit.Kind.BUREAU}
    )
    unit, _ = Unit.objects.get_or_create(
        region=region,
        code=UNIT,
        defaults={"name": UNIT_NAME, "kind": Unit.Kind.DEPARTMENT, "parent": bureau},
    )
    return unit


def _round(bureau: Unit, year: int, opens: date, due: date) -> CollectionRound:
    round, _ = CollectionRound.objects.get_or_create(
        bureau=bureau,
        fiscal_year=year,
        defaults={"opens_date": opens, "due_date": due} | LAST_DESK_ONLY,
    )
    return round


def _enter_return(submission: Submission, by: User, now: datetime) -> None:
    """Enter what the synthetic return says of the year before, as the return of that year."""
    lines = [_a_year_earlier(row) for row in rows_of("synthetic/lines.csv")]
    for schedule in IN_LINES:
        enter(submission, schedule, [row for row in lines if row["schedule"] == schedule.name], by, now)
    for schedule in OTHERS:
        name = f"{schedule.name}_2022" if schedule in (CARRYOVER, INDICATORS) else schedule.name
        rows = [_a_year_earlier(row) for row in rows_of(f"synthetic/{name}.csv")]
        enter(submission, schedule, rows, by, now, IndicatorLine if schedule == INDICATORS else None)
    texts = {row["name"]: row["text"] for row in rows_of("synthetic/texts.csv")}
    thrift = ReturnText.Name.THRIFT_MEASURES
    save_text(submission=submission, name=thrift, text=texts.pop(thrift.value), row_version=0, by=by, at=now)
    save_goal(submission=submission, **texts, weights_reason="", row_version=0, by=by, at=now)
    enter_projects(submission, by, now)


def _a_year_earlier(row: dict[str, str]) -> dict[str, str]:
    """One row with last year's figures as that year's own; what was adjusted to is the larger of them."""
    found = row | {own: row[past] for past, own in A_YEAR_EARLIER.items() if past in row}
    if "last_year_budget" in row:
        found["revised_budget"] = str(max(Decimal(found["initial_budget"]), Decimal(found["outturn"])))
    return found | {past: "" for past in A_YEAR_EARLIER if past in row}
