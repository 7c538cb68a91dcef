"""The whole way of a return told in sentences, as a finance officer reads it aloud: the first comes first."""

from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Case, Q, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone

from submissions.models import (
    Edit,
    Explanation,
    Extension,
    Override,
    PointEntry,
    Publication,
    Reminder,
    ReviewPoint,
    RoundEvent,
    Snapshot,
    Submission,
    Transition,
)
from submissions.workflow import Action, Side

PREPARER = "填报人"


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened: when, a sentence, and what somebody wrote on it."""

    at: datetime
    said: str
    words: str = ""


def told_of(
    submission: Submission,
    points: Iterable[ReviewPoint],
    titles: Mapping[str, str],
    more: Iterable[Told] = (),
) -> list[Told]:
    """Return all that happened to a return, in a constant number of queries; `more` is from the apps above.

    `points` are the review points she may see, `titles` says what schedules, texts and checks are called.
    What happened at one moment stands in the order in which it is told below: a question before the return.
    """
    found = [
        *_round_events(submission),
        *_notices(submission),
        *_beginning_and_budgets(submission),
        *_saves(submission, titles),
        *_files(submission),
        *_findings(submission, titles),
        *more,
        *_points(points, submission),
        *_steps(submission),
    ]
    return sorted(found, key=lambda told: told.at)


def who(name: str, role: str, place: Any = "") -> str:
    """Return a person with her role and where she holds it: 填报人林晓（零陵区应急管理局）."""
    return f"{role}{name}（{place}）" if place else f"{role}{name}"


def day(value: date) -> str:
    """Return a day as it is read: 2024年3月5日."""
    return f"{value.year}年{value.month}月{value.day}日"


def said_of_file(old: str, new: str) -> str:
    """Return what an edit did to a file, from its name before and after, one of them blank."""
    return f"上传佐证材料“{new}”" if new else f"移除佐证材料“{old}”"


PROJECT = Case(
    When(
        ~Q(source=Edit.Source.CARRIED),
        then=Coalesce(KT("changes__0__row__project"), KT("changes__0__part__project")),
    )
)
"""The project that an edit is about, as its first change says: only what is carried over is of several."""


def title_of(schedule: str, titles: Mapping[str, str], project: str | None = None) -> str:
    """Return what a schedule or text is called, and of which project: 项目“设备购置”的绩效指标."""
    title = titles.get(schedule, schedule)
    return f"项目“{project}”的{title.removeprefix('项目')}" if project else title


def _beginning_and_budgets(submission: Submission) -> Iterator[Told]:
    """How it began, which the bureau may have done; and what of approved initial budgets that brought in."""
    edits = list(submission.edits.filter(source=Edit.Source.BUDGETED).order_by("pk"))
    bureau, at = submission.round.bureau, submission.started_at
    if submission.revision > 1:
        before = submission.revision - 1
        yield Told(at, f"第 {submission.revision} 版开始，内容与第 {before} 版相同。")
    else:
        starter = (submission.started_by_id, at)
        begun = next((each for each in edits if (each.actor_id, each.at) == starter), None)
        role, place = (begun.roles, bureau) if begun else (PREPARER, submission.unit)
        yield Told(at, f"{who(submission.started_by.full_name, role, place)}开始填报。")
    for edit in edits:
        person = who(edit.actor_name, edit.roles, bureau)
        yield Told(edit.at, f"{person}导入批复的年初预算数，写入 {len(edit.changes)} 行。")


def _steps(submission: Submission) -> Iterator[Told]:
    kept = Submission.objects.select_related("snapshot", "publication").get(pk=submission.pk)
    times = 0
    for step in reversed(submission.steps):
        times += step.action == Action.SUBMIT
        yield Told(
            step.at, f"{_taker(step, submission)}{_taken(step, submission, times, kept)}。", step.comment
        )


def _taker(step: Transition, submission: Submission) -> str:
    """Who took a step, on which side: the desk's, or the unit's."""
    if step.from_desk and step.action != Action.WITHDRAW:
        return who(step.actor_name, step.get_from_desk_display(), _place(step.from_desk, submission))
    if step.action in (Action.SUBMIT, Action.WITHDRAW, Action.CORRECT):
        return who(step.actor_name, PREPARER, submission.unit)
    return who(step.actor_name, step.roles)


def _place(desk: str, submission: Submission) -> Any:
    """Where a desk stands; "" for the department, which is one of several above the unit."""
    places = {
        Side.UNIT_HEAD: submission.unit,
        Side.DIVISION: submission.round.bureau,
        Side.PERFORMANCE_OFFICE: submission.round.bureau,
    }
    return places.get(Side(desk), "")


def _taken(step: Transition, submission: Submission, times: int, kept: Submission) -> str:
    """What a step did, without its maker."""
    following = submission.revision + 1
    match step.action:
        case Action.SUBMIT:
            again = f"第 {times} 次" if times > 1 else ""
            return f"{again}报送，送{step.get_to_desk_display()}审核"
        case Action.WITHDRAW:
            return "取消报送，收回修改"
        case Action.PASS_ON:
            return f"审核通过，送{step.get_to_desk_display()}审核"
        case Action.RETURN:
            return f"退回填报单位修改{'，只退回有审核要点的部分' if step.opens_points_only else ''}"
        case Action.APPROVE:
            return f"审核通过，数据锁定{_snapshot(kept)}"
        case Action.REOPEN if step.from_status == Submission.Status.DRAFT:
            return f"取消第 {submission.revision - 1} 版的终审，本版回到{step.get_to_desk_display()}审核"
        case Action.REOPEN:
            return f"取消终审，本版留存，另起第 {following} 版"
        case Action.PUBLISH:
            return f"登记公开{_publication(kept)}"
        case Action.SUPERSEDE:
            return "公开了更正版，本版由它代替，留存备查"
    return f"开始更正，另起第 {following} 版，公开的这一版继续有效"


def _snapshot(kept: Submission) -> str:
    found: Snapshot | None = getattr(kept, "snapshot", None)
    return f"，审定数据留存，摘要 {found.sha256[:16]}" if found else ""


def _publication(kept: Submission) -> str:
    """The dates and names of a publication, for its sentence."""
    found: Publication | None = getattr(kept, "publication", None)
    if not found:
        return ""
    said = (
        f"：{day(found.reply_date)}批复，{day(found.published_date)}公开；"
        f"{found.secrecy_reviewer} {day(found.secrecy_review_date)}保密审查，"
        f"{found.signatory} {day(found.sign_off_date)}审签"
    )
    return f"{said}；受单位委托代为公开（{found.authorisation}）" if found.authorisation else said


def _points(points: Iterable[ReviewPoint], submission: Submission) -> Iterator[Told]:
    """What was asked, answered, asked again and closed, of the points she may see."""
    known = {point.pk: point for point in points}
    for point in known.values():
        person = who(point.actor_name, point.get_desk_display(), _place(point.desk, submission))
        asked = f"{person}对“{point.place_name}”提出审核要点（{point.get_reason_display()}）。"
        said = f"{person}扩大退回范围，“{point.place_name}”也可以修改。" if point.widens else asked
        yield Told(point.at, said, point.demand)
    for entry in PointEntry.objects.filter(point__in=known).order_by("pk"):
        place = known[entry.point_id].place_name
        is_answer = entry.kind == PointEntry.Kind.ANSWERED
        person = (
            who(entry.actor_name, PREPARER, submission.unit) if is_answer else f"审核人{entry.actor_name}"
        )
        yield Told(entry.at, f"{person}{_SAID[entry.kind].format(place)}。", entry.text)


_SAID: dict[str, str] = {
    PointEntry.Kind.ANSWERED: "答复“{}”的审核要点",
    PointEntry.Kind.ASKED_AGAIN: "就“{}”的审核要点追问",
    PointEntry.Kind.CLOSED: "将“{}”的审核要点销号",
}


def _round_events(submission: Submission) -> Iterator[Told]:
    done = {
        RoundEvent.Kind.OPENED: "开始",
        RoundEvent.Kind.CLOSED: "关闭",
        RoundEvent.Kind.REOPENED: "重新打开",
    }
    round = submission.round
    for event in RoundEvent.objects.filter(round=round).order_by("pk"):
        deed, year = done[RoundEvent.Kind(event.kind)], round.fiscal_year
        person = who(event.actor_name, event.roles, round.bureau if event.actor_id else "")
        yield Told(event.at, f"{person}{deed} {year} 年度的收集。", event.reason)


def _notices(submission: Submission) -> Iterator[Told]:
    """More time and reminders of the bureau."""
    mine = {"round": submission.round_id, "unit": submission.unit_id}
    for more in Extension.objects.filter(**mine).order_by("pk"):
        person = who(more.actor_name, more.roles, submission.round.bureau)
        yield Told(more.at, f"{person}同意{submission.unit}延期至{day(more.until_date)}。", more.reason)
    for reminder in Reminder.objects.filter(**mine).order_by("pk"):
        person = who(reminder.actor_name, reminder.roles, submission.round.bureau)
        yield Told(reminder.at, f"{person}向{submission.unit}催报。", reminder.text)


def _files(submission: Submission) -> Iterator[Told]:
    """Evidence attached and removed."""
    for file in submission.attachments.order_by("pk"):
        what, name = f"（{file.place_name}）。", file.file_name
        person = who(file.uploaded_by_name, PREPARER, submission.unit)
        yield Told(file.at, f"{person}{said_of_file('', name)}{what}")
        if file.removed_at:
            person = who(file.removed_by_name, PREPARER, submission.unit)
            yield Told(file.removed_at, f"{person}{said_of_file(name, '')}{what}")


def _findings(submission: Submission, titles: Mapping[str, str]) -> Iterator[Told]:
    """Warnings explained by the unit, and errors the bureau let pass."""

    def place(said: Explanation | Override) -> str:
        return f"“{titles.get(said.code, said.code)}”（{titles.get(said.schedule, said.schedule)}）"

    for explained in Explanation.objects.said_here().filter(submission=submission).order_by("pk"):
        person = who(explained.actor_name, PREPARER, submission.unit)
        yield Told(explained.at, f"{person}就{place(explained)}作出说明。", explained.text)
    for passed in Override.objects.said_here().filter(submission=submission).order_by("pk"):
        person = who(passed.actor_name, Side.PERFORMANCE_OFFICE.label, submission.round.bureau)
        yield Told(passed.at, f"{person}放行{place(passed)}的错误。", passed.reason)


Save = tuple[datetime, str, str, str, str | None]
"""When, by whom, which schedule or text, how, and of which project; None where it is of none."""


def _saves(submission: Submission, titles: Mapping[str, str]) -> Iterator[Told]:
    """How often each person saved on each day, between two steps; told when she saved last."""
    steps = sorted(step.at for step in submission.steps)
    # A file that was attached or removed is told by itself, and so is what was approved, or the bureau's.
    edits = submission.edits.exclude(changes__contains=[{"attachment": {}}]).order_by("at", "pk")
    edits = edits.exclude(source__in=[Edit.Source.ADJUSTED, Edit.Source.BUDGETED])
    saves: list[Save] = list(edits.values_list("at", "actor_name", "schedule", "source", PROJECT))

    def part(save: Save) -> tuple[int, date, str]:
        return bisect(steps, save[0]), timezone.localdate(save[0]), save[1]

    for (*_, name), found in groupby(sorted(saves, key=part), part):
        together = list(found)
        person = who(name, PREPARER, submission.unit)
        yield Told(together[-1][0], f"{person}{_counted(together, titles)}。")


def _counted(saves: list[Save], titles: Mapping[str, str]) -> str:
    """How many saves, of what, and how many of them were not typed."""
    first, last = (f"{timezone.localtime(at):%H:%M}" for at in (saves[0][0], saves[-1][0]))
    since = f"（{first} 至 {last}）" if first != last else ""
    of_what = Counter(title_of(schedule, titles, project) for _, _, schedule, _, project in saves)
    places = "、".join(f"{title} {count} 次" for title, count in of_what.items())
    how = Counter(Edit.Source(source) for *_, source, _ in saves if source != Edit.Source.TYPED)
    others = "、".join(f"{source.label} {count} 次" for source, count in how.items())
    return f"当天保存 {len(saves)} 次{since}：{places}{f'；其中{others}' if others else ''}"
