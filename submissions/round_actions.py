"""The deeds on a round and on its units: opening, closing, reopening, more time, reminders.

Each locks the round first: what they write of one unit, no two people write at the same moment.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from orgs.event_actions import circumstances
from orgs.models import Unit, User
from orgs.permissions import can_administer, can_collect, can_review
from orgs.untimely import Untimely
from orgs.words import has_words
from submissions.actions import NotNow, NotPermitted, Refused, Unfinished, WrongDate
from submissions.finding_actions import carry_settings
from submissions.models import CollectionRound, Extension, Reminder, RoundEvent, Submission
from submissions.notice_actions import tell_of_extension, tell_of_reminder, tell_of_round
from submissions.workflow import APPROVED, EDITABLE

Kind = RoundEvent.Kind


class OncePerYear(Refused, Untimely):
    """The bureau collects for the year already."""


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """What a round is opened with: its dates, the desks it has but the last, and its thresholds."""

    fiscal_year: int
    opens_date: date
    due_date: date
    closes_date: date | None
    unit_head_desk: bool
    department_desk: bool
    division_desk: bool
    explain_rate: Decimal
    explain_yuan: Decimal


def check_may_open(bureau: Unit, *, by: User) -> None:
    """Raise NotPermitted when opening rounds of a bureau is not hers."""
    if not can_administer(by, bureau):
        raise NotPermitted("只有本财政局的管理员可以开始收集任务。")


def check_may_extend(round: CollectionRound, *, by: User) -> None:
    """Raise NotPermitted when giving more time, closing and reopening are not hers."""
    if not can_review(by, round.bureau):
        raise NotPermitted("只有财政局绩效股可以延期、关闭和重新打开收集任务。")


def check_may_remind(round: CollectionRound, *, by: User) -> None:
    """Raise NotPermitted when reminding units is not hers."""
    if not can_collect(by, round.bureau):
        raise NotPermitted("只有财政局绩效股和管理员可以催报。")


@transaction.atomic
def open_round(*, bureau: Unit, plan: RoundPlan, by: User, at: datetime) -> CollectionRound:
    """Open a bureau's round of a year and return it; its checks are as in the round before.

    Raises NotPermitted, WrongDate when the dates are not in order, OncePerYear.
    """
    check_may_open(bureau, by=by)
    if plan.due_date < plan.opens_date or (plan.closes_date and plan.closes_date < plan.due_date):
        raise WrongDate("日期的顺序应当是：开始、截止、计划关闭。")
    try:
        with transaction.atomic():
            round = CollectionRound.objects.create(
                bureau=bureau,
                fiscal_year=plan.fiscal_year,
                opens_date=plan.opens_date,
                due_date=plan.due_date,
                closes_date=plan.closes_date,
                unit_head_desk=plan.unit_head_desk,
                department_desk=plan.department_desk,
                division_desk=plan.division_desk,
                explain_rate=plan.explain_rate,
                explain_yuan=plan.explain_yuan,
            )
    except IntegrityError as error:
        raise OncePerYear(f"{plan.fiscal_year} 年度的收集已经有了，一个年度只收集一次。") from error
    last = round.last_year()
    carried = carry_settings(old=last, new=round, by=by, at=at) if last else ""
    _record(round, Kind.OPENED, reason=carried, by=by, at=at)
    return round


@transaction.atomic
def close_round(*, round: CollectionRound, reason: str, by: User | None, at: datetime) -> RoundEvent:
    """Stop the units' editing and handing in; `by` is None when the planned date has come.

    Raises NotPermitted, NotNow when it is closed already, Unfinished without a reason.
    """
    locked = _lock(round)
    if by is not None:
        check_may_extend(locked, by=by)
    if locked.closed_at is not None:
        raise NotNow("这次收集已经关闭了。")
    if not has_words(reason):
        raise Unfinished("请写明关闭的原因。")
    locked.closed_at = at
    locked.save(update_fields=["closed_at"])
    return _record(locked, Kind.CLOSED, reason=reason, by=by, at=at)


@transaction.atomic
def reopen_round(*, round: CollectionRound, reason: str, by: User, at: datetime) -> RoundEvent:
    """Let the units edit and hand in again; a planned date that has passed is dropped, lest it close again.

    Raises NotPermitted, NotNow when it is not closed, Unfinished without a reason.
    """
    locked = _lock(round)
    check_may_extend(locked, by=by)
    if locked.closed_at is None:
        raise NotNow("这次收集没有关闭，不用重新打开。")
    if not has_words(reason):
        raise Unfinished("请写明重新打开的原因。")
    locked.closed_at = None
    if locked.closes_date and locked.closes_date < timezone.localdate(at):
        locked.closes_date = None
    locked.save(update_fields=["closed_at", "closes_date"])
    return _record(locked, Kind.REOPENED, reason=reason, by=by, at=at)


@transaction.atomic
def extend(
    *, round: CollectionRound, unit: Unit, until_date: date, reason: str, by: User, at: datetime
) -> Extension:
    """Give one unit more time, until the end of a day.

    For a unit whose return is public it is the leave to correct it. Raises NotPermitted, NotNow when the
    round does not reach the unit or its return is approved and not public yet, WrongDate when the day has
    passed or comes before the due date, Unfinished without a reason.
    """
    locked = _lock(round)
    check_may_extend(locked, by=by)
    submission = _newest_return(locked, unit)
    if submission and submission.status == APPROVED:
        raise NotNow("已审核通过，不需要延期。")
    if until_date < timezone.localdate(at):
        raise WrongDate("延期的日期已经过去，请选今天或以后的日期。")
    if until_date < locked.due_date:
        raise WrongDate(f"延期不能早于截止日期 {locked.due_date:%Y-%m-%d}，请选更晚的日期。")
    if not has_words(reason):
        raise Unfinished("请写明延期的原因。")
    extension = Extension.objects.create(
        round=locked,
        unit=unit,
        until_date=until_date,
        reason=reason,
        actor=by,
        actor_name=by.full_name,
        **circumstances(by, unit),
        at=at,
    )
    tell_of_extension(extension=extension, submission=submission, by=by, at=at)
    return extension


@transaction.atomic
def remind(*, round: CollectionRound, unit: Unit, text: str, by: User, at: datetime) -> Reminder:
    """Ask one unit to get on with its return, once a day at most.

    Raises NotPermitted, NotNow when the round does not reach the unit, when there is nothing for it to do or
    it was reminded today, Unfinished without words.
    """
    locked = _lock(round)
    check_may_remind(locked, by=by)
    submission = _newest_return(locked, unit)
    if submission and submission.status not in EDITABLE:
        raise NotNow(f"现在是“{submission.state_text}”，不用催报。")
    if locked.is_closed_for(unit, timezone.localdate(at)):
        raise NotNow("收集已经关闭，单位不能填报，请先延期。")
    newest = locked.reminders.filter(unit=unit).order_by("-pk").first()
    if newest and timezone.localdate(newest.at) >= timezone.localdate(at):
        raise NotNow("今天已经催报过，请明天再催。")
    if not has_words(text):
        raise Unfinished("请写明催报的内容。")
    reminder = Reminder.objects.create(
        round=locked,
        unit=unit,
        text=text,
        actor=by,
        actor_name=by.full_name,
        **circumstances(by, unit),
        at=at,
    )
    tell_of_reminder(reminder=reminder, submission=submission, by=by, at=at)
    return reminder


def _lock(round: CollectionRound) -> CollectionRound:
    """Lock a round for the rest of the transaction and return it."""
    rounds = CollectionRound.objects.select_for_update(no_key=True, of=("self",))
    return rounds.select_related("bureau").get(pk=round.pk)


def _newest_return(round: CollectionRound, unit: Unit) -> Submission | None:
    """Return a unit's newest revision, None before any; raise NotNow when the round does not reach it."""
    if not unit.path.startswith(round.bureau.path) or unit.pk == round.bureau_id:
        raise NotNow("不在这次收集的范围内。")
    return round.submissions.filter(unit=unit).order_by("-revision").first()


def _record(
    round: CollectionRound, kind: RoundEvent.Kind, *, reason: str, by: User | None, at: datetime
) -> RoundEvent:
    event = RoundEvent.objects.create(
        round=round,
        kind=kind,
        reason=reason,
        actor=by,
        actor_name=by.full_name if by else RoundEvent.BY_ITSELF,
        **(circumstances(by, round.bureau) if by else {}),
        at=at,
    )
    tell_of_round(event=event, by=by, at=at)
    return event
