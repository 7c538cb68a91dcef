"""The deeds on problems (问题整改): writing down, issuing, dropping, answering, sending back, closing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from orgs.event_actions import circumstances
from orgs.file_kinds import MEGABYTE, EvidenceFile
from orgs.models import User
from orgs.words import has_words
from submissions.actions import NotNow, NotPermitted, NotYours, Unfinished, WrongDate, lock_for_step
from submissions.attachment_actions import NoRoom
from submissions.attachment_files import digest_of, keep_content
from submissions.models import Attachment, Problem, ProblemEntry, ProblemFile, Submission
from submissions.notice_actions import see_problem_answers, tell_of_problem
from submissions.permissions import sides_held, writes_problems
from submissions.point_actions import TooMany
from submissions.workflow import Side

Kind, State = ProblemEntry.Kind, Problem.State

MOST_PROBLEMS = 100
"""So many problems a return may have in all."""
MOST_FILES, MOST_BYTES = 10, 50 * MEGABYTE
"""So many files, and so much in all, go with one answer."""


@dataclass(frozen=True, slots=True)
class ProblemPlan:
    """What is written down: the problem, where it comes from, what is asked and until when."""

    text: str
    demand: str
    due_date: date
    source: str = Problem.Source.FREE
    own_measure: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a unit answers: the measure it took, how far it is, and the evidence."""

    text: str
    progress: str
    files: Sequence[EvidenceFile] = ()
    attachments: Sequence[Attachment] = ()
    """Those of the return that prove it too."""


def check_may_write(submission: Submission, *, by: User) -> None:
    """Raise NotPermitted when writing problems of a return down, and judging them, is not hers."""
    if not writes_problems(by, submission):
        raise NotPermitted("整改问题由财政局绩效股和业务股室登记、下达和销号。")


def check_may_answer(submission: Submission, *, by: User) -> None:
    """Raise NotPermitted when answering for the unit is not hers."""
    if Side.PREPARER not in sides_held(by, submission):
        raise NotPermitted("整改情况由本单位的填报人反馈。")


@transaction.atomic
def write_problem(
    *, submission: Submission, plan: ProblemPlan, issues: bool, by: User, at: datetime
) -> Problem:
    """Write down a problem of an approved return; `issues` it at once, else the unit does not see it yet.

    Raises NotPermitted, NotNow when the return is not the approved one, Unfinished without words, WrongDate
    for a day that has passed, TooMany.
    """
    locked = lock_for_step(submission.pk)
    check_may_write(locked, by=by)
    if not locked.is_effective:
        raise NotNow(f"这份填报现在是“{locked.state_text}”，审核通过以后才登记整改问题；审核时请提审核要点。")
    if not has_words(plan.text) or not has_words(plan.demand):
        raise Unfinished("请写明问题和整改要求。")
    _check_day(plan.due_date, at)
    if Problem.objects.of_return(locked).count() >= MOST_PROBLEMS:
        raise TooMany(f"一份填报最多登记 {MOST_PROBLEMS} 条整改问题，请把同类问题合并成一条。")
    problem = Problem.objects.create(
        submission=locked,
        source=plan.source,
        text=plan.text.strip(),
        own_measure=plan.own_measure.strip(),
        demand=plan.demand.strip(),
        due_date=plan.due_date,
        actor=by,
        actor_name=by.full_name,
        **circumstances(by, locked.unit),
        at=at,
    )
    if issues:
        issue_problem(problem=problem, by=by, at=at)
    return problem


def issue_problem(*, problem: Problem, by: User, at: datetime) -> ProblemEntry:
    """Issue a problem (下达): from now on its unit sees it. Raises what `_say` raises."""
    return _say(Kind.ISSUED, problem, due_date=problem.due_date, by=by, at=at)


def drop_problem(*, problem: Problem, by: User, at: datetime) -> ProblemEntry:
    """Drop a problem that was not issued (撤下). Raises what `_say` raises."""
    return _say(Kind.DROPPED, problem, by=by, at=at)


@transaction.atomic
def answer_problem(*, problem: Problem, answer: Answer, by: User, at: datetime) -> ProblemEntry:
    """Answer a problem for its unit, with evidence; the files are kept last.

    Raises what `_say` raises, Unfinished without the measure or how far it is, NoRoom.
    """
    size = sum(len(each.content) for each in answer.files)
    if len(answer.files) + len(answer.attachments) > MOST_FILES or size > MOST_BYTES:
        raise NoRoom(f"一次反馈最多附 {MOST_FILES} 个文件，合计最多 {MOST_BYTES // MEGABYTE} MB。")
    if answer.progress not in ProblemEntry.Progress:
        raise Unfinished("请选择完成情况。")
    entry = _say(Kind.ANSWERED, problem, text=answer.text, progress=answer.progress, by=by, at=at)
    kept = [(None, each.name, each.kind, len(each.content), digest_of(each.content)) for each in answer.files]
    of_return = [(each, each.file_name, each.kind, each.size, each.sha256) for each in answer.attachments]
    for attachment, name, kind, length, digest in (*kept, *of_return):
        file = {"file_name": name, "kind": kind, "size": length, "sha256": digest}
        ProblemFile.objects.create(entry=entry, attachment=attachment, **file)
    try:
        for each in answer.files:
            keep_content(each.content)
    except OSError as error:
        raise NoRoom("系统现在存不下这些文件，没有反馈。请稍后再试；一直不行，请告诉系统管理员。") from error
    return entry


def ask_problem_again(
    *, problem: Problem, text: str, due_date: date | None, by: User, at: datetime
) -> ProblemEntry:
    """Send a problem back (退回整改), with a reason and perhaps a new date. As `_say`, and WrongDate."""
    if due_date is not None:
        _check_day(due_date, at)
    return _say(Kind.ASKED_AGAIN, problem, text=text, due_date=due_date, by=by, at=at)


def close_problem(*, problem: Problem, text: str, by: User, at: datetime) -> ProblemEntry:
    """Close a problem (销号); without an answer, with words. Raises what `_say` raises."""
    return _say(Kind.CLOSED, problem, text=text, by=by, at=at)


def _check_day(day: date, at: datetime) -> None:
    if day < timezone.localdate(at):
        raise WrongDate("时限已经过去，请选今天或以后的日期。")


@transaction.atomic
def _say(
    kind: ProblemEntry.Kind, problem: Problem, *, text: str = "", by: User, at: datetime, **more: Any
) -> ProblemEntry:
    """Lock the problem, check whose it is to say, and write the one entry that moves it.

    Raises NotPermitted when it is not hers, NotNow when its state does not allow it, NotYours when she would
    judge her own answer, Unfinished without words where they are needed.
    """
    known = _lock(problem)
    submission = known.submission
    (check_may_answer if kind == Kind.ANSWERED else check_may_write)(submission, by=by)
    if known.state not in _FROM[kind]:
        raise NotNow(f"这个问题现在是“{known.get_state_display()}”，不能{kind.label}。")
    if kind in (Kind.ASKED_AGAIN, Kind.CLOSED) and has_answered(known, by):
        raise NotYours("这个问题您反馈过，不能审核自己的反馈，请由其他人办理。")
    if needs_words(kind, known) and not has_words(text):
        raise Unfinished(_WORDS[kind])
    entry = ProblemEntry.objects.create(
        problem=known,
        kind=kind,
        text=text.strip(),
        **more,
        actor=by,
        actor_name=by.full_name,
        **circumstances(by, submission.unit),
        at=at,
    )
    known.refresh_from_db(fields=["state", "due_date"])
    if kind in (Kind.ASKED_AGAIN, Kind.CLOSED) and not _is_any_answered(submission):
        see_problem_answers(submission=submission, at=at)
    tell_of_problem(entry=entry, by=by, at=at)
    return entry


_FROM = {
    Kind.ISSUED: (State.WRITTEN,),
    Kind.DROPPED: (State.WRITTEN,),
    Kind.ANSWERED: (State.OPEN, State.ASKED_AGAIN),
    Kind.ASKED_AGAIN: (State.ANSWERED,),
    Kind.CLOSED: (State.OPEN, State.ASKED_AGAIN, State.ANSWERED),
}
"""From which states what can be said; the guard `moves_problem` says the same."""
_WORDS = {
    Kind.ANSWERED: "请写明采取的整改措施。",
    Kind.ASKED_AGAIN: "请写明退回的理由：还差什么。",
    Kind.CLOSED: "单位还没有反馈，直接销号的请写明理由。",
}


def needs_words(kind: ProblemEntry.Kind, problem: Problem) -> bool:
    """Whether something has to be said: of a problem that is closed only without an answer to it."""
    if kind == Kind.CLOSED:
        return problem.state != State.ANSWERED
    return kind in (Kind.ANSWERED, Kind.ASKED_AGAIN)


def has_answered(problem: Problem, user: User) -> bool:
    """Whether she answered a problem, once or more; its entries may be read already."""
    return any(each.kind == Kind.ANSWERED and each.actor_id == user.pk for each in problem.entries.all())


def sayable(problem: Problem, sides: set[Side], user: User) -> set[str]:
    """Return what somebody on `sides` can do with a problem now."""
    judges = bool(sides & {Side.DIVISION, Side.PERFORMANCE_OFFICE})
    mine = {Kind.ANSWERED} if Side.PREPARER in sides else set()
    if judges:
        mine |= {Kind.ISSUED, Kind.DROPPED}
        mine |= set() if has_answered(problem, user) else {Kind.ASKED_AGAIN, Kind.CLOSED}
    return {kind for kind in mine if problem.state in _FROM[kind]}


def _is_any_answered(submission: Submission) -> bool:
    return Problem.objects.of_return(submission).filter(state=State.ANSWERED).exists()


def _lock(problem: Problem) -> Problem:
    """Lock a problem for the rest of the transaction and read it afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM submissions_problem WHERE id = %s FOR NO KEY UPDATE", [problem.pk])
    return Problem.objects.select_related("submission__unit", "submission__round__bureau", "actor").get(
        pk=problem.pk
    )
