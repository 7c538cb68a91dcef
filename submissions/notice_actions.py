"""The deeds that tell people: each is part of the deed it tells of, and of its transaction."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from orgs.models import Unit, User
from orgs.permissions import preparers_of
from submissions.digests import Digest
from submissions.models import (
    CollectionRound,
    Extension,
    Notice,
    PointEntry,
    ProblemEntry,
    Receipt,
    Reminder,
    ReviewPoint,
    RoundEvent,
    Submission,
    Transition,
)
from submissions.permissions import deciders_at
from submissions.workflow import LAST_DESK, SUPERSEDED, Action

Kind = Notice.Kind


def tell(*, people: Iterable[User], by: User | None, at: datetime, **notice: Any) -> None:
    """Tell people something, in one statement however many; nobody is told what she did herself.

    `notice` are the fields of each one's `Notice`.
    """
    others = [person for person in people if by is None or person.pk != by.pk]
    Notice.objects.bulk_create(Notice(recipient=person, at=at, **notice) for person in others)


def tell_of_step(*, step: Transition, by: User, at: datetime) -> None:
    """Tell the desk a return comes to or is taken from, and its unit; what was told before is past.

    A request for another target is not, nor what is told of problems: they wait for their answers whatever
    steps the return takes (`see_target_requests`, `see_problem_answers`).
    """
    submission = step.submission
    told = Notice.objects.filter(submission=submission, seen_at=None)
    told.exclude(kind__in=_OUTLASTING).update(seen_at=at)
    if step.to_desk:
        _tell_desk(step, step.to_desk, by, at, kind=Kind.HANDED, words="请审核。", details=step.comment)
    if step.action == Action.WITHDRAW:
        _tell_desk(step, step.from_desk, by, at, kind=Kind.WITHDRAWN, words="取消了报送，不用审核。")
    if step.action in _FOR_THE_UNIT and step.to_status != SUPERSEDED:
        kind, words = _FOR_THE_UNIT[Action(step.action)]
        text = f"{submission}：{words.format(desk=step.get_from_desk_display(), points=_unanswered(step))}"
        _tell_unit(submission.unit, submission, by, at, kind=kind, text=text, details=step.comment)


_OUTLASTING = (
    *(Kind.TARGET_ASKED, Kind.PROBLEM_ISSUED, Kind.PROBLEM_ANSWERED),
    *(Kind.PROBLEM_AGAIN, Kind.PROBLEM_CLOSED),
)
"""What does not hang on the steps of a return."""


def _tell_desk(step: Transition, desk: str, by: User, at: datetime, *, words: str, **notice: Any) -> None:
    submission = step.submission
    about = {"submission": submission, "unit": submission.unit, "text": f"{submission}：{words}"}
    tell(people=deciders_at(desk, submission), by=by, at=at, **about, **notice)


_FOR_THE_UNIT = {
    Action.RETURN: (Kind.RETURNED, "{desk}退回，{points} 条审核要点请逐条答复。"),
    Action.APPROVE: (Kind.APPROVED, "审核通过，数据锁定。"),
    Action.REOPEN: (Kind.REOPENED, "取消了终审，新的一版回到财政绩效股。"),
    Action.PUBLISH: (Kind.PUBLISHED, "已登记公开。"),
}
"""What a unit's preparers are told of a step."""


def _unanswered(step: Transition) -> int:
    """How many review points a return leaves to its unit; 0 for other steps."""
    points = step.submission.points.filter(state=ReviewPoint.State.OPEN)
    return points.count() if step.action == Action.RETURN else 0


def tell_of_receipt(*, receipt: Receipt, by: User, at: datetime) -> None:
    """Send the receipt to who handed in; she has seen it, so that only the e-mail is new to her."""
    submission = receipt.submission
    Notice.objects.create(
        recipient=by,
        kind=Kind.RECEIPT,
        unit=submission.unit,
        submission=submission,
        receipt=receipt,
        text=f"{submission}：已报送，回执编号 {receipt.number}。",
        at=at,
        seen_at=at,
    )


def tell_of_point(*, entry: PointEntry, by: User, at: datetime) -> None:
    """Tell the unit that an answer does not do, or that a point is closed; an answer comes back by itself.

    Who has such a notice of the return before her already is not told again.
    """
    told = {
        PointEntry.Kind.ASKED_AGAIN: (Kind.ASKED_AGAIN, "有审核要点被追问，退回后请再答复。"),
        PointEntry.Kind.CLOSED: (Kind.POINT_CLOSED, "有审核要点已销号。"),
    }.get(PointEntry.Kind(entry.kind))
    if not told or _was_never_given_back(entry):
        return
    kind, words = told
    submission = entry.point.submission
    before = Notice.objects.filter(submission=submission, kind=kind, seen_at=None).values("recipient")
    people = preparers_of([submission.unit]).exclude(pk__in=before)
    about = {"submission": submission, "unit": submission.unit}
    tell(people=people, kind=kind, text=f"{submission}：{words}", **about, by=by, at=at)


def _was_never_given_back(entry: PointEntry) -> bool:
    """Whether a point is closed that was open and never answered: its unit knows nothing of it.

    `entry.point` is as it was read, before the entry moved it.
    """
    was_open = entry.point.state == ReviewPoint.State.OPEN and entry.kind == PointEntry.Kind.CLOSED
    return was_open and not entry.point.entries.exclude(pk=entry.pk).exists()


def tell_of_widening(*, point: ReviewPoint, by: User, at: datetime) -> None:
    """Tell the unit that more of its return was given back, and why."""
    submission = point.submission
    text = f"{submission}：{point.get_desk_display()}扩大了退回范围，新的审核要点请答复。"
    details = f"{point.place_name}：{point.demand}"
    _tell_unit(submission.unit, submission, by, at, kind=Kind.WIDENED, text=text, details=details)


def tell_of_reminder(*, reminder: Reminder, submission: Submission | None, by: User, at: datetime) -> None:
    """Tell a unit that it is waited for; `submission` is its newest return, None before any."""
    text = f"{_called(reminder.round, reminder.unit)}：{reminder.actor_name}催报。"
    _tell_unit(reminder.unit, submission, by, at, kind=Kind.REMINDED, text=text, details=reminder.text)


def tell_of_extension(*, extension: Extension, submission: Submission | None, by: User, at: datetime) -> None:
    """Tell a unit that it has more time; `submission` as in `tell_of_reminder`."""
    text = f"{_called(extension.round, extension.unit)}：延期至 {extension.until_date}。"
    _tell_unit(extension.unit, submission, by, at, kind=Kind.EXTENDED, text=text, details=extension.reason)


def tell_of_recheck(*, submission: Submission, words: str, by: User, at: datetime) -> None:
    """Tell a unit that its return was checked again; `words` say what came out."""
    text = f"{submission}：财政绩效股已复核，{words}。"
    _tell_unit(submission.unit, submission, by, at, kind=Kind.RECHECKED, text=text)


def tell_of_targets(
    *, submission: Submission, kind: Notice.Kind, words: str, details: str, by: User, at: datetime
) -> None:
    """Tell a unit what the performance office did with its targets."""
    text = f"{submission}：{words}"
    _tell_unit(submission.unit, submission, by, at, kind=kind, text=text, details=details)


def tell_of_target_request(
    *, submission: Submission, words: str, details: str, by: User, at: datetime
) -> None:
    """Tell the performance office that a unit asks for another target than was approved."""
    tell(
        people=deciders_at(LAST_DESK, submission),
        unit=submission.unit,
        submission=submission,
        kind=Kind.TARGET_ASKED,
        text=f"{submission}：{words}",
        details=details,
        by=by,
        at=at,
    )


def see_target_requests(*, submission: Submission, at: datetime) -> None:
    """Mark as seen what the performance office was told of requests of a return: none waits any more."""
    of_return = {"submission__round": submission.round_id, "submission__unit": submission.unit_id}
    Notice.objects.filter(**of_return, kind=Kind.TARGET_ASKED, seen_at=None).update(seen_at=at)


_OF_PROBLEMS = {
    ProblemEntry.Kind.ISSUED: (Kind.PROBLEM_ISSUED, "财政局下达了整改问题，请在 {day} 前反馈。"),
    ProblemEntry.Kind.ASKED_AGAIN: (Kind.PROBLEM_AGAIN, "整改问题被退回，请在 {day} 前再反馈。"),
    ProblemEntry.Kind.CLOSED: (Kind.PROBLEM_CLOSED, "整改问题已销号。"),
}
"""What a unit's preparers are told of what is done with a problem."""


def tell_of_problem(*, entry: ProblemEntry, by: User, at: datetime) -> None:
    """Tell the unit what became of a problem; of an answer the performance office and who wrote it down.

    `entry.problem` is as it is after the entry.
    """
    problem, kind = entry.problem, ProblemEntry.Kind(entry.kind)
    submission = problem.submission
    if kind in _OF_PROBLEMS:
        what, words = _OF_PROBLEMS[kind]
        text = f"{submission}：{words.format(day=problem.due_date)}"
        details = f"{problem.text}\n{entry.text or problem.demand}"
        _tell_unit(submission.unit, submission, by, at, kind=what, text=text, details=details)
    elif kind == ProblemEntry.Kind.ANSWERED:
        people = {each.pk: each for each in (*deciders_at(LAST_DESK, submission), problem.actor)}
        details = f"{problem.text}\n{entry.text}"
        about = {"unit": submission.unit, "submission": submission, "details": details}
        text = f"{submission}：单位反馈了整改问题，请审核。"
        tell(people=people.values(), kind=Kind.PROBLEM_ANSWERED, text=text, **about, by=by, at=at)


def see_problem_answers(*, submission: Submission, at: datetime) -> None:
    """Mark as seen what was told of answers about a return: none waits any more."""
    of_return = {"submission__round": submission.round_id, "submission__unit": submission.unit_id}
    Notice.objects.filter(**of_return, kind=Kind.PROBLEM_ANSWERED, seen_at=None).update(seen_at=at)


def tell_of_scoring(*, round: CollectionRound, words: str, reason: str, by: User, at: datetime) -> None:
    """Tell the preparers of all units of a round by what it is scored from now on; `words` say it."""
    people = preparers_of(Unit.objects.below([round.bureau]))
    text = f"{round}：计分方式改为{words}。"
    tell(people=people, kind=Kind.SCORING, text=text, details=reason, by=by, at=at)


def tell_of_budgets(*, submission: Submission, words: str, details: str, by: User, at: datetime) -> None:
    """Tell a unit that the bureau brought its approved initial budget into its return; `words` say how."""
    text = f"{submission}：{words}"
    _tell_unit(submission.unit, submission, by, at, kind=Kind.BUDGETS, text=text, details=details)


def tell_of_export(*, person: User, bureau: Unit, text: str, details: str, at: datetime) -> None:
    """Tell who asked for a bulk export of a bureau's returns that it has ended, by itself."""
    tell(people=[person], unit=bureau, kind=Kind.EXPORTED, text=text, details=details, by=None, at=at)


def _called(round: CollectionRound, unit: Unit) -> str:
    return f"{unit} {round.fiscal_year} 年度"


def _tell_unit(unit: Unit, submission: Submission | None, by: User, at: datetime, **notice: Any) -> None:
    tell(people=preparers_of([unit]), unit=unit, submission=submission, by=by, at=at, **notice)


def tell_of_round(*, event: RoundEvent, by: User | None, at: datetime) -> None:
    """Tell the preparers of all units of a round that it opened, closed or goes on; `by` None: by itself."""
    round = event.round
    kind, words = {
        RoundEvent.Kind.OPENED: (Kind.ROUND_OPENED, f"开始收集，{round.due_date} 截止。"),
        RoundEvent.Kind.CLOSED: (Kind.ROUND_CLOSED, "收集已关闭，不能再修改和报送。"),
        RoundEvent.Kind.REOPENED: (Kind.ROUND_REOPENED, "收集重新打开，可以继续填报和报送。"),
    }[RoundEvent.Kind(event.kind)]
    people = preparers_of(Unit.objects.below([round.bureau]))
    tell(people=people, kind=kind, text=f"{round}：{words}", details=event.reason, by=by, at=at)


def tell_daily(*, digests: Iterable[Digest], day: date, at: datetime) -> None:
    """Tell everybody what her day is, once a day: who was told today already is not told again."""
    Notice.objects.bulk_create(
        (
            Notice(recipient=each.person, kind=Kind.DUE, text=each.text, details=each.details, day=day, at=at)
            for each in digests
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def see_notices(*, notices: QuerySet[Notice], by: User, at: datetime) -> int:
    """Mark those of her unseen notices that are among `notices` as seen; return how many.

    It waits for nobody: what a step marks at this moment is seen by that.
    """
    unseen = notices.filter(recipient=by, seen_at=None)
    free = unseen.select_for_update(skip_locked=True, no_key=True, of=("self",))
    return Notice.objects.filter(pk__in=[each.pk for each in free]).update(seen_at=at)
