"""The deeds on submissions. Every one locks first, refuses by exception, and leaves a record."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from orgs.event_actions import circumstances
from orgs.models import Unit, User
from orgs.permissions import can_administer, can_prepare
from orgs.untimely import Untimely
from orgs.words import has_words
from submissions.models import (
    CheckResult,
    CollectionRound,
    Edit,
    Look,
    Publication,
    Receipt,
    ReviewPoint,
    Snapshot,
    Submission,
    Transition,
)
from submissions.models.points import WHOLE_RETURN
from submissions.notice_actions import tell_of_receipt, tell_of_step
from submissions.permissions import sides_held, was_prepared_by
from submissions.publications import days_of, mistaken_days
from submissions.workflow import (
    DESKS,
    DRAFT,
    IN_REVIEW,
    LAST_DESK,
    PUBLISHED,
    SUPERSEDED,
    Action,
    Side,
    Step,
    sides_of,
    steps_from,
)


class Refused(Exception):
    """A deed that is not done; carries one Chinese sentence that says what to do."""


class NotPermitted(Refused):
    """She may see it, but it is not hers to do."""


class NotEditable(Refused, Untimely):
    """The submission's status does not let it be edited."""


class NotReopened(NotEditable):
    """Only what review points are about was given back, and this is not among it."""


class NotNow(Refused, Untimely):
    """The submission's status does not allow the step, or it has moved on since she looked at it."""


class NotYours(Refused, Untimely):
    """Nobody decides on what they prepared."""


class Unfinished(Refused):
    """Something is still to be done before the step."""


class WrongDate(Refused):
    """A date that does not fit."""


LOCK = """
    SELECT FROM submissions_submission AS this
      JOIN submissions_collectionround AS round ON round.id = this.round_id
     WHERE this.id = %s
       FOR NO KEY UPDATE OF this FOR SHARE OF round
"""
"""Locks a submission for a deed on it, and its round for those who would change it."""
LOCK_TOGETHER = """
    SELECT FROM submissions_submission AS this
      JOIN submissions_collectionround AS round ON round.id = this.round_id
     WHERE this.id = ANY(%s)
     ORDER BY this.id
       FOR NO KEY UPDATE OF this FOR SHARE OF round
"""
"""Does so with many."""


@transaction.atomic
def start_submission(
    *, round: CollectionRound, unit: Unit, by: User, at: datetime, by_bureau: bool = False
) -> Submission:
    """Open the unit's first revision in a round and return it; return the one that exists already.

    `by_bureau`: the bureau's administrator opens it for the unit, to enter what the bureau itself decided.
    Raises NotPermitted when `by` does not prepare for the unit (or may not import for the bureau) or the
    round does not reach it, NotNow when the round has not begun or is closed for it.
    """
    if by_bureau:
        check_may_import_budgets(round, by=by)
    is_hers = by_bureau or can_prepare(by, unit)
    if not is_hers or not unit.path.startswith(round.bureau.path):
        raise NotPermitted("只有本单位的填报人可以开始填报。")
    existing = Submission.objects.filter(round=round, unit=unit).order_by("-revision").first()
    if existing:
        return existing
    today = timezone.localdate(at)
    if round.is_ahead(today):
        raise NotNow(f"本次收集从 {round.opens_date:%Y-%m-%d} 开始，那天起可以填报。")
    if round.is_closed_for(unit, today):
        raise NotNow("本次收集已经关闭，不能开始填报。确需填报的，请联系财政局绩效股延期。")
    try:
        with transaction.atomic():
            return Submission.objects.create(round=round, unit=unit, started_by=by, started_at=at)
    except IntegrityError:  # a colleague was faster by a moment
        return Submission.objects.get(round=round, unit=unit, revision=1)


def lock_editable(submission_id: int, *, by: User, by_bureau: bool = False) -> Submission:
    """Lock a submission for the rest of the transaction and return it: the first line of every writing deed.

    Raises NotPermitted when `by` does not prepare for its unit (`by_bureau`: when she may not import for its
    bureau), NotEditable when its status is not 填报中 or 已退回.
    """
    submission = lock_for_step(submission_id)
    if by_bureau:
        check_may_import_budgets(submission.round, by=by)
    else:
        check_may_edit(submission, by=by)
    if submission.is_closed:
        raise NotEditable("本次收集已经关闭，不能再修改。确需修改的，请联系财政局绩效股延期。")
    if not submission.is_editable:
        raise NotEditable(f"这份填报的状态是“{submission.state_text}”，不能修改。")
    return submission


def check_may_edit(submission: Submission, *, by: User) -> None:
    """Raise NotPermitted when editing a return is not hers, whatever its status.

    Views ask it before they read what was sent: what she may not do she need not do right.
    """
    if not can_prepare(by, submission.unit):
        raise NotPermitted("您可以查看这份填报，但只有本单位的填报人可以修改。")


def check_may_import_budgets(round: CollectionRound, *, by: User) -> None:
    """Raise NotPermitted when the initial budgets of a round are not hers to import.

    They are the administrator's: who saves figures has prepared the return and decides on it no more, and she
    decides on none.
    """
    if not can_administer(by, round.bureau):
        raise NotPermitted("只有财政局的管理员可以导入年初预算。")


def lock_together(submission_ids: Iterable[int]) -> None:
    """Lock many submissions of a round for a deed on all of them, in one order whoever does it."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_TOGETHER, [list(submission_ids)])


def lock_for_step(submission_id: int) -> Submission:
    """Lock a submission for the rest of the transaction and return it, whatever its status.

    Its round neither closes nor gives more time meanwhile. It is read after the lock was got: a statement
    that waits for a lock sees what else is there as it was before it waited.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [submission_id])
    return Submission.objects.for_workspace().get(pk=submission_id)


def record_edit(
    submission: Submission,
    *,
    schedule: str,
    changes: list[dict[str, Any]],
    by: User,
    at: datetime,
    source: Edit.Source = Edit.Source.TYPED,
    request_key: str = "",
    is_checked: bool = True,
) -> None:
    """Write the one `Edit` of a save and step the submission's `row_version`; the caller holds the lock.

    What no check reads (`is_checked` False) leaves what the checks found last as present as it was.

    Raises NotReopened when a change is about something the desk did not give back.
    """
    if submission.is_limited and not _are_reopened(submission, schedule, changes):
        raise NotReopened(
            "审核人只退回了有审核要点的部分，这里没有退回，不能修改。要点列在“审核要点”页；这里也要改的，请联系退回的审核人扩大退回范围。"
        )
    Edit.objects.create(
        submission=submission,
        schedule=schedule,
        actor=by,
        actor_name=by.full_name,
        **circumstances(by, submission.unit),
        at=at,
        changes=changes,
        source=source,
        request_key=request_key,
    )
    if not is_checked:
        found = CheckResult.objects.filter(submission=submission, row_version=F("submission__row_version"))
        found.update(row_version=F("row_version") + 1)
    Submission.objects.filter(pk=submission.pk).update(row_version=F("row_version") + 1, saved_at=at)


def _are_reopened(submission: Submission, schedule: str, changes: Sequence[dict[str, Any]]) -> bool:
    """Whether each change is about the place of a point that is not closed."""
    points = [point for point in submission.points.all() if point.is_unsettled]
    return all(any(point.reopens(schedule, change) for point in points) for change in changes)


@transaction.atomic
def submit(
    *,
    submission: Submission,
    in_the_way: Callable[[Submission], Sequence[Any]],
    content_of: Callable[[Submission], str],
    totals_of: Callable[[Submission], Sequence[tuple[str, str]]],
    by: User,
    at: datetime,
) -> Transition:
    """Hand the return to its first desk (报送) and write its `Receipt`; nothing can be edited afterwards.

    `in_the_way` lists what must be done first; `content_of` gives all that was entered as one text, and
    `totals_of` its main figures as printed. All are asked under the lock, so that no save slips in between.
    Raises Unfinished when there is anything to do, and what `_take` raises.
    """
    transition = _take(Action.SUBMIT, submission, comment="", by=by, at=at)
    left = len(in_the_way(transition.submission))
    if left:
        raise Unfinished(f"还有 {left} 项没有做完，做完才能报送。请看下面的清单。")
    receipt = _write_receipt(transition, content_of(transition.submission), totals_of(transition.submission))
    tell_of_receipt(receipt=receipt, by=by, at=at)
    return transition


def _write_receipt(step: Transition, content: str, totals: Sequence[tuple[str, str]]) -> Receipt:
    """Write what the unit is given for a handing in; the caller holds the lock."""
    submission = step.submission
    return Receipt.objects.create(
        submission=submission,
        step=step,
        number=_receipt_number(submission),
        unit_name=submission.unit.name,
        totals=[list(pair) for pair in totals],
        sha256=Snapshot.digest(content),
    )


def _receipt_number(submission: Submission) -> str:
    """Return region, year, unit, revision, and which handing in of it: "431102-2023-224001-1-02"."""
    unit = submission.unit
    times = submission.receipts.count() + 1
    return f"{unit.region.code}-{submission.round.fiscal_year}-{unit.code}-{submission.revision}-{times:02}"


def withdraw(*, submission: Submission, seen: int, comment: str, by: User, at: datetime) -> Transition:
    """Take back what she handed in herself, while nobody has acted on it (取消报送).

    `seen` is as in `return_to_unit`; raises what `_take` raises.
    """
    return _take(Action.WITHDRAW, submission, seen=seen, comment=comment, by=by, at=at)


def pass_on(*, submission: Submission, seen: int, comment: str, by: User, at: datetime) -> Transition:
    """Let the return go on to the next desk (通过). `seen` is as in `return_to_unit`.

    Raises what `_take` raises.
    """
    return _take(Action.PASS_ON, submission, seen=seen, comment=comment, by=by, at=at)


@transaction.atomic
def return_to_unit(
    *,
    submission: Submission,
    seen: int,
    comment: str,
    points_only: bool = False,
    by: User,
    at: datetime,
) -> Transition:
    """Give the return back to its unit, which answers every review point (退回).

    `seen` is the number of the latest transition she saw. `points_only` opens what points are about and
    nothing else. Without a point of her desk her comment is one, on the return as a whole; without a comment
    the points speak. Raises Unfinished without either, and what `_take` raises.
    """
    locked = lock_for_step(submission.pk)
    asked = locked.points.filter(desk=locked.desk, state=ReviewPoint.State.OPEN).count() if locked.desk else 0
    return _take(
        Action.RETURN,
        submission,
        seen=seen,
        comment=comment if has_words(comment) or not asked else f"共 {asked} 条审核要点，请逐条答复。",
        points_only=points_only,
        before=partial(_ask_of_the_whole, demand=comment, by=by, at=at) if not asked else None,
        by=by,
        at=at,
    )


def _ask_of_the_whole(submission: Submission, *, demand: str, by: User, at: datetime) -> None:
    """Make a comment the review point a return needs."""
    ReviewPoint.objects.create(
        submission=submission,
        place_name=WHOLE_RETURN,
        reason=ReviewPoint.Reason.OTHER,
        demand=demand.strip(),
        desk=submission.desk,
        actor=by,
        actor_name=by.full_name,
        **circumstances(by, submission.unit),
        at=at,
    )


def approve(
    *,
    submission: Submission,
    seen: int,
    comment: str,
    content_of: Callable[[Submission], str],
    by: User,
    at: datetime,
) -> Transition:
    """Approve the return (审核通过) and keep what it says as a `Snapshot`.

    `content_of` gives that as one text, asked under the lock. `seen` is as in `return_to_unit`; raises what
    `_take` raises.
    """

    def keep(locked: Submission) -> None:
        content = content_of(locked)
        Snapshot.objects.create(submission=locked, content=content, sha256=Snapshot.digest(content), at=at)

    return _take(Action.APPROVE, submission, seen=seen, comment=comment, before=keep, by=by, at=at)


@transaction.atomic
def reopen(
    *,
    submission: Submission,
    seen: int,
    comment: str,
    copy: Callable[..., None],
    by: User,
    at: datetime,
) -> Submission:
    """Take the approval back (取消终审), before publication: revision n+1 lies on the last desk again.

    The revision that was approved stays as it is, superseded. `copy` copies what it says (`old`, `new`).
    Raises Unfinished without a reason, and what `_take` raises.
    """
    made: list[Submission] = []
    _take(
        Action.REOPEN,
        submission,
        seen=seen,
        comment=comment,
        before=lambda locked: made.append(_next_revision(locked, copy, at)),
        by=by,
        at=at,
    )
    [new] = made
    step = Transition.objects.create(
        submission=new,
        action=Action.REOPEN,
        from_status=DRAFT,
        to_status=IN_REVIEW,
        to_desk=LAST_DESK,
        actor=by,
        actor_name=by.full_name,
        **circumstances(by, new.unit),
        comment=comment.strip(),
        at=at,
    )
    tell_of_step(step=step, by=by, at=at)
    return new


@transaction.atomic
def correct(
    *,
    submission: Submission,
    seen: int,
    comment: str,
    copy: Callable[..., None],
    by: User,
    at: datetime,
) -> Submission:
    """Begin a correction of what is public (更正): revision n+1 is a draft with all that it says.

    What is public stays so until the correction is. Raises Unfinished without a reason, NotNow without the
    bureau's leave or while a correction is on its way, and what `_take` raises.
    """
    made: list[Submission] = []

    def begin(locked: Submission) -> None:
        revisions = Submission.objects.filter(round=locked.round_id, unit=locked.unit_id)
        if revisions.filter(revision__gt=locked.revision).exists():
            raise NotNow("这份填报的更正已经在办理，请在更正版上继续。")
        made.append(_next_revision(locked, copy, at))

    _take(Action.CORRECT, submission, seen=seen, comment=comment, before=begin, by=by, at=at)
    return made[0]


def _next_revision(old: Submission, copy: Callable[..., None], at: datetime) -> Submission:
    new = Submission.objects.create(
        round=old.round,
        unit=old.unit,
        revision=old.revision + 1,
        started_by=old.started_by,
        started_at=at,
    )
    copy(old=old, new=new)
    return new


@transaction.atomic
def publish(*, submission: Submission, seen: int, record: Publication, by: User, at: datetime) -> Transition:
    """Record that an approved return is made public (公开), with who reviewed and signed it.

    `record` is not saved yet. What was public of it before is superseded. Raises Unfinished when the bureau
    publishes without the unit's authorisation, WrongDate for days that cannot be, and what `_take` raises.
    """
    locked = lock_for_step(submission.pk)
    by_bureau = not sides_held(by, locked) & {Side.PREPARER, Side.UNIT_HEAD}
    if by_bureau and not has_words(record.authorisation):
        raise Unfinished("由财政局代为公开的，请写明单位委托公开的依据（文件或函件）。")

    def keep(locked: Submission) -> None:
        wrong = mistaken_days(days_of(record), locked.round.fiscal_year, timezone.localdate(at))
        if wrong:
            raise WrongDate("".join(wrong.values()))
        record.submission, record.actor, record.actor_name, record.at = locked, by, by.full_name, at
        record.save()
        _supersede_public(locked, by=by, at=at)

    return _take(Action.PUBLISH, submission, seen=seen, comment="", before=keep, by=by, at=at)


def _supersede_public(submission: Submission, *, by: User, at: datetime) -> None:
    """Let the revision that is public by now make room for its correction."""
    public = Submission.objects.filter(
        round=submission.round_id, unit=submission.unit_id, status=PUBLISHED
    ).first()
    if public:
        Transition.objects.create(
            submission=public,
            action=Action.SUPERSEDE,
            from_status=PUBLISHED,
            to_status=SUPERSEDED,
            actor=by,
            actor_name=by.full_name,
            **circumstances(by, submission.unit),
            at=at,
        )


@transaction.atomic
def _take(
    action: Action,
    submission: Submission,
    *,
    comment: str,
    by: User,
    at: datetime,
    seen: int | None = None,
    points_only: bool = False,
    before: Callable[[Submission], None] | None = None,
) -> Transition:
    """Lock the submission, check the step, and write the one `Transition` that takes it.

    Raises what `check_may` raises, NotYours when she prepared the return or did not send it, NotNow when its
    status and desk do not allow the step or somebody took one since she looked, Unfinished when a comment is
    needed and missing or a review point stands in the way. `before` is done once nothing does.
    """
    locked = lock_for_step(submission.pk)
    check_may(action, locked, by=by)
    step = _step(action, locked, by=by)
    if seen is not None and seen != locked.last_step_number:
        raise NotNow(f"您打开之后，这份填报有了新的流转，没有{action.label}。请看过最新情况再决定。")
    if step.needs_comment and not has_words(comment):
        raise Unfinished(f"{action.label}时请写明意见：哪里不对、怎么改。")
    _check_points(action, locked)
    if before:
        before(locked)
    transition = Transition.objects.create(
        submission=locked,
        action=action,
        from_status=step.source,
        from_desk=step.source_desk,
        to_status=step.target,
        to_desk=step.target_desk,
        actor=by,
        actor_name=by.full_name,
        **circumstances(by, locked.unit),
        comment=comment.strip(),
        opens_points_only=points_only,
        at=at,
    )
    locked.status, locked.desk = step.target, step.target_desk  # as the database has set them
    tell_of_step(step=transition, by=by, at=at)
    return transition


def _check_points(action: Action, submission: Submission) -> None:
    """Raise Unfinished when review points must be answered or closed before the step."""
    states = [point.state for point in submission.points.all()]
    mine = [point.state for point in submission.points.all() if point.desk == submission.desk]
    State = ReviewPoint.State
    if action == Action.SUBMIT and (left := states.count(State.OPEN)):
        raise Unfinished(f"还有 {left} 条审核要点没有答复，逐条答复后才能报送。")
    unsettled = {Action.PASS_ON: mine, Action.APPROVE: states}.get(action, [])
    if left := len(unsettled) - unsettled.count(State.CLOSED):
        raise Unfinished(f"还有 {left} 条审核要点没有销号，不能{action.label}。请先销号，或者退回。")


def _step(action: Action, submission: Submission, *, by: User) -> Step:
    """Return the step she takes by an action now; raise NotNow or NotYours when there is none."""
    sides = sides_held(by, submission)
    steps = [
        step
        for step in steps_from(submission.status, submission.desk, sides, submission.desks)
        if step.action == action
    ]
    if not steps:
        raise NotNow(f"这份填报现在是“{submission.state_text}”，不能{action.label}。请看最新情况。")
    step = steps[0]  # several differ in their side alone
    if step.refuses_preparers and was_prepared_by(submission, by):
        raise NotYours("您填报过这份材料，不能审核自己填报的内容，请由其他审核人办理。")
    if step.by_sender_only and submission.sender_id != by.pk:
        raise NotYours("只有报送人本人可以取消报送，而且要在审核人处理之前。")
    if step.stops_when_closed and submission.is_closed:
        raise NotNow(f"本次收集已经关闭，不能{action.label}。确需{action.label}的，请联系财政局绩效股延期。")
    if step.needs_extension and not submission.has_leave_to_correct:
        raise NotNow(f"{action.label}要先由财政局绩效股同意：请联系绩效股为本单位延期，再来{action.label}。")
    return step


_SIDES = {
    Side.PREPARER: "本单位的填报人",
    Side.UNIT_HEAD: "单位负责人",
    Side.DEPARTMENT: "主管部门审核人",
    Side.DIVISION: "财政局业务股室",
    Side.PERFORMANCE_OFFICE: "财政局绩效股的审核人",
}


def check_may(action: Action, submission: Submission, *, by: User) -> None:
    """Raise NotPermitted when an action is not hers, whatever the return's status."""
    sides = sides_of(action)
    if not sides & sides_held(by, submission):
        who = "或".join(_SIDES[side] for side in Side if side in sides)
        raise NotPermitted(f"只有{who}可以{action.label}。")


def look(*, submission: Submission, by: User, at: datetime) -> None:
    """Keep that a reviewer has seen the return as it is now; raise NotPermitted when no desk is hers."""
    if not sides_held(by, submission) & set(DESKS):
        raise NotPermitted("只有审核人的查看会留下记号。")
    seen = {"step": submission.last_step_number, "row_version": submission.row_version, "at": at}
    Look.objects.bulk_create(
        [Look(submission=submission, user=by, **seen)],
        update_conflicts=True,
        unique_fields=["submission", "user"],
        update_fields=list(seen),
    )
