"""The trail of a finance bureau: all that is recorded in its tree in one list, read by one union.

Each of the tables is narrowed to what is asked for, then they are joined by UNION ALL: a list of any
length is one statement for its rows and one for their number.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from orgs.models import Event, Membership, Unit
from orgs.querysets import UnitQuerySet
from submissions.history import PROJECT, said_of_file, title_of
from submissions.models import (
    CheckSetting,
    Edit,
    Explanation,
    Extension,
    Override,
    PointEntry,
    Problem,
    ProblemEntry,
    Reminder,
    ReportTemplate,
    ReviewPoint,
    RoundEvent,
    RoundThreshold,
    Submission,
    Transition,
)
from submissions.models.submissions import DESKS

ROUND_DEEDS = {
    RoundEvent.Kind.OPENED.value: "开始收集",
    RoundEvent.Kind.CLOSED.value: "关闭收集",
    RoundEvent.Kind.REOPENED.value: "重新打开收集",
}
"""What is done to a round as a whole, by name."""
STEPS: dict[str, str] = dict(Transition._meta.get_field("action").flatchoices)
"""The steps by name, as people call them."""
SAID_OF_POINTS = {
    PointEntry.Kind.ANSWERED.value: "答复审核要点",
    PointEntry.Kind.ASKED_AGAIN.value: "追问审核要点",
    PointEntry.Kind.CLOSED.value: "审核要点销号",
}
"""What is said of a review point, by name."""
SAID_OF_PROBLEMS = {
    ProblemEntry.Kind.ISSUED.value: "下达整改问题",
    ProblemEntry.Kind.DROPPED.value: "撤下整改问题",
    ProblemEntry.Kind.ANSWERED.value: "反馈整改问题",
    ProblemEntry.Kind.ASKED_AGAIN.value: "整改问题退回",
    ProblemEntry.Kind.CLOSED.value: "整改问题销号",
}
"""What is done with a problem, by name."""
WIDENED = "widened"
"""What was asked of a return that lies with its unit, to give back more of it."""
REASONS: dict[str, str] = dict(ReviewPoint.Reason.choices)
SEVERITIES: dict[str, str] = dict(CheckSetting._meta.get_field("severity").flatchoices)
DONE, REFUSED = Event.Result.DONE.label, Event.Result.REFUSED.label
NOBODY = "（没有这个用户名）"
"""Who signed in under a name that is nobody's, and not to be told."""
Rows = QuerySet[Any, dict[str, Any]]


class Kind(StrEnum):
    """Which record it is."""

    EVENT = "event"
    STEP = "step"
    EDIT = "edit"
    ROUND = "round"
    EXTENSION = "extension"
    REMINDER = "reminder"
    POINT = "point"
    ENTRY = "entry"
    EXPLANATION = "explanation"
    OVERRIDE = "override"
    SETTING = "setting"
    THRESHOLD = "threshold"
    TEMPLATE = "template"
    PROBLEM = "problem"
    PROBLEM_ENTRY = "problem_say"


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; what is empty does not matter. `action` is one of the kind that is asked for."""

    person: str = ""
    unit: str = ""
    since: date | None = None
    until: date | None = None
    """The last day, included."""
    kind: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail, in words."""

    at: datetime
    who: str
    roles: str
    unit: str
    action: str
    what: str
    result: str = DONE
    address: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether it was refused."""
        return self.result == REFUSED


@dataclass(frozen=True, slots=True)
class Changed:
    """What an edit changed: so many rows, or one file."""

    rows: int
    place: str | None = None
    """Of the file; None where it is about rows."""
    file: list[str] | None = None
    """The name of the file before and after."""
    project: str | None = None
    """The project it is about; None where it is about none."""

    @property
    def said(self) -> str:
        """Say the file as the history of the return does; "" where it is about rows."""
        return f"{said_of_file(*self.file)}（{self.place}）" if self.place and self.file else ""


@dataclass(frozen=True, slots=True)
class Source:
    """Records of one kind as the trail reads them."""

    records: Callable[[], QuerySet[Any]]
    unit: str
    """By which fields they lead to the unit they are about."""
    round: str
    """By which fields they lead to the round they belong to; "" for none."""
    told: Mapping[str, Any]
    """What stands in the columns that are told in words: deed, words, before, after."""
    action: str = "action"
    """The field that says which of several actions it was."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Records that an app above keeps, as one more kind of the trail with one action."""

    kind: str
    label: str
    source: Source
    said: Callable[[Mapping[str, Any]], str]
    """What was done, in words, of a row of the trail."""


def trail_of(bureaux: Iterable[Unit], asked: Search, beside: Sequence[Beside], *, with_nobodys: bool) -> Rows:
    """Return what happened in the trees of these bureaux, the newest first, to be printed by `entries_of`.

    `beside` are the records of the apps above. `with_nobodys` adds what belongs to no unit: sign-ins under a
    name that is nobody's, and what people did who never had a role. Such a name is told where the trees are
    all there are: it may be the password of somebody elsewhere, typed in the wrong field.
    """
    tree = Unit.objects.within_any(bureaux)
    parts: dict[str, Callable[[], Rows]] = {Kind.EVENT: partial(_events, tree, asked, with_nobodys)}
    sources = _SOURCES | {each.kind: each.source for each in beside}
    parts |= {kind: partial(_part, kind, source, tree, asked) for kind, source in sources.items()}
    first, *others = [part() for kind, part in parts.items() if asked.kind in ("", kind)]
    return first.union(*others, all=True).order_by("-moment", "-record", "-key")


def entries_of(
    rows: Iterable[dict[str, Any]], titles: Mapping[str, str], beside: Sequence[Beside]
) -> list[Entry]:
    """Print rows of the trail; `titles` says what schedules, texts, checks and thresholds are called."""
    rows = list(rows)
    edits = [row["key"] for row in rows if row["record"] == Kind.EDIT]
    count = Func(F("changes"), function="jsonb_array_length", output_field=IntegerField())
    of_edits = Edit.objects.filter(pk__in=edits).values_list(
        "pk", count, "changes__0__attachment__place", "changes__0__cells__file", PROJECT
    )
    changed = {pk: Changed(*parts) for pk, *parts in of_edits}
    others = {each.kind: each for each in beside}
    return [_entry(row, *_told(row, titles, changed, others)) for row in rows]


def _entry(row: dict[str, Any], action: str, what: str) -> Entry:
    return Entry(
        at=row["moment"],
        who=row["who"],
        roles=row["held"],
        unit=row["place"],
        action=action,
        what=what,
        result=Event.Result(row["after"]).label if row["record"] == Kind.EVENT else DONE,
        address=row["origin"],
    )


def _told(
    row: dict[str, Any],
    titles: Mapping[str, str],
    changed: Mapping[int, Changed],
    others: Mapping[str, Beside],
) -> tuple[str, str]:
    """What was done, and to what, in words."""
    deed, words, after = row["deed"], row["words"], row["after"]
    year = f"{row['year']} 年度：" if row["year"] else ""
    if beside := others.get(row["record"]):
        return beside.label, f"{year}{beside.said(row)}"
    before = titles.get(row["before"], row["before"])
    match row["record"]:
        case Kind.EVENT:
            return Event.Action(deed).label, words
        case Kind.STEP:
            places = dict([*Submission.Status.choices, *DESKS])
            moved = f"{places.get(row['before'], row['before'])} → {places.get(after, after)}"
            return STEPS.get(deed, deed), f"{year}{moved}{f'。意见：{words}' if words else ''}"
        case Kind.EDIT:
            edit, source = changed[row["key"]], Edit.Source(row["before"]).label
            rows = f"{title_of(words, titles, edit.project)}改动 {edit.rows} 行（{source}）"
            return "修改填报", f"{year}{edit.said or rows}"
        case Kind.ROUND:
            why = words if deed == RoundEvent.Kind.OPENED else f"原因：{words}"
            return ROUND_DEEDS[deed], f"{year}部门整体支出绩效自评{f'。{why}' if words else ''}"
        case Kind.EXTENSION:
            return "延期", f"{year}延至 {after}。原因：{words}"
        case Kind.POINT if deed == WIDENED:
            return "扩大退回范围", f"{year}{before}。原因：{words}"
        case Kind.POINT:
            return "提出审核要点", f"{year}{before}（{REASONS.get(after, after)}）。要求：{words}"
        case Kind.ENTRY:
            return SAID_OF_POINTS[deed], f"{year}{before}{f'。内容：{words}' if words else ''}"
        case Kind.PROBLEM:
            return "登记整改问题", f"{year}{before}。要求：{words}"
        case Kind.PROBLEM_ENTRY:
            said = f"{f'，时限 {after}' if after else ''}{f'。内容：{words}' if words else ''}"
            return SAID_OF_PROBLEMS[deed], f"{year}{before}{said}"
        case Kind.EXPLANATION:
            return "说明检查", f"{year}{before}（{titles.get(after, after)}）。说明：{words}"
        case Kind.OVERRIDE:
            return "放行错误", f"{year}{before}（{titles.get(after, after)}）。原因：{words}"
        case Kind.SETTING:
            return "设置检查", f"{year}{before}：{SEVERITIES.get(after, after)}。原因：{words}"
        case Kind.THRESHOLD:
            return "设置界限", f"{year}{before}：{_limit(after)}。原因：{words}"
        case Kind.TEMPLATE:
            return "更换报告模板", f"{year}{words or '恢复系统自带的模板'}"
    return "催报", f"{year}{words}"


def _limit(text: str) -> str:
    """A threshold without needless zeros; what there is without one."""
    return f"{Decimal(text).normalize():f}" if text else SEVERITIES[CheckSetting.OF_ITSELF]


def _part(kind: str, source: Source, tree: UnitQuerySet, asked: Search) -> Rows:
    found = source.records().filter(**{f"{source.unit}__in": _units(tree, asked)})
    where: dict[str, Any] = {"place": F(f"{source.unit}__name")}
    if source.round:
        where["year"] = F(f"{source.round}__fiscal_year")
    return _columns(_narrowed(found, asked, source.action), record=_text(kind), **where, **source.told)


def _events(tree: UnitQuerySet, asked: Search, with_nobodys: bool) -> Rows:
    wanted = Q(unit__in=tree) | Q(unit=None, actor__in=_people_of(tree))
    if with_nobodys:
        wanted |= Q(~Exists(Membership.objects.filter(user=OuterRef("actor"))), unit=None)
    found = Event.objects.filter(wanted)
    if asked.unit:
        units = tree.matching(asked.unit)
        found = found.filter(Q(unit__in=units) | Q(unit=None, actor__in=_people_of(units)))
    who: Any = F("actor_name")
    if with_nobodys and Unit.objects.exclude(pk__in=tree).exists():
        who = Case(When(actor=None, then=_text(NOBODY)), default=who)
        found = found.exclude(actor=None) if asked.person else found
    return _columns(
        _narrowed(found, asked),
        record=_text(Kind.EVENT),
        who=who,
        deed=F("action"),
        words=F("what"),
        place=Coalesce("unit__name", _text("")),
        after=F("result"),
    )


def _units(tree: UnitQuerySet, asked: Search) -> UnitQuerySet:
    return tree.matching(asked.unit) if asked.unit else tree


def _people_of(units: UnitQuerySet) -> QuerySet[Any, Any]:
    """Who serves or served in these units."""
    return Membership.objects.filter(unit__in=units).values("user")


def _narrowed(records: QuerySet[Any], asked: Search, action: str = "action") -> QuerySet[Any]:
    """Keep what was done by the person, in the days and of the action asked for, kept in a field `action`."""
    if asked.person:
        person = Q(actor_name__icontains=asked.person) | Q(actor__username__iexact=asked.person)
        records = records.filter(person)
    if asked.since:
        records = records.filter(at__gte=_midnight(asked.since))
    if asked.until:
        records = records.filter(at__lt=_midnight(asked.until + timedelta(days=1)))
    return records.filter(**{action: asked.action}) if asked.action else records


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _columns(records: QuerySet[Any], **own: Any) -> Rows:
    """The columns of the union, in one order for all tables; what a table has not is blank."""
    columns = {
        "moment": F("at"),
        "record": _text(""),
        "key": F("pk"),
        "who": F("actor_name"),
        "year": Value(0, output_field=IntegerField()),
        "held": F("roles"),
        "origin": Coalesce(Func(F("address"), function="host", output_field=CharField()), _text("")),
        **dict.fromkeys(("deed", "words", "place", "before", "after"), _text("")),
    }
    return records.values(**columns | own)


def _text(words: str) -> Value:
    return Value(str(words), output_field=CharField())


_OF_A_RETURN = ("submission__unit", "submission__round")
_OF_A_ROUND = ("round__bureau", "round")
_OF_A_UNIT = ("unit", "round")

_SOURCES: dict[str, Source] = {
    Kind.STEP: Source(
        Transition.objects.all,
        *_OF_A_RETURN,
        {
            "deed": F("action"),
            "words": F("comment"),
            "before": Coalesce(NullIf("from_desk", _text("")), "from_status"),
            "after": Coalesce(NullIf("to_desk", _text("")), "to_status"),
        },
    ),
    Kind.EDIT: Source(Edit.objects.all, *_OF_A_RETURN, {"words": F("schedule"), "before": F("source")}),
    Kind.ROUND: Source(
        RoundEvent.objects.all, *_OF_A_ROUND, {"deed": F("kind"), "words": F("reason")}, action="kind"
    ),
    Kind.EXTENSION: Source(
        Extension.objects.all,
        *_OF_A_UNIT,
        {"words": F("reason"), "after": Cast("until_date", CharField())},
    ),
    Kind.REMINDER: Source(Reminder.objects.all, *_OF_A_UNIT, {"words": F("text")}),
    Kind.POINT: Source(
        ReviewPoint.objects.all,
        *_OF_A_RETURN,
        {
            "deed": Case(When(widens=True, then=_text(WIDENED)), default=_text("")),
            "words": F("demand"),
            "before": F("place_name"),
            "after": F("reason"),
        },
    ),
    Kind.ENTRY: Source(
        PointEntry.objects.all,
        "point__submission__unit",
        "point__submission__round",
        {"deed": F("kind"), "words": F("text"), "before": F("point__place_name")},
        action="kind",
    ),
    Kind.PROBLEM: Source(
        Problem.objects.all,
        *_OF_A_RETURN,
        {"words": F("demand"), "before": F("text")},
    ),
    Kind.PROBLEM_ENTRY: Source(
        ProblemEntry.objects.all,
        "problem__submission__unit",
        "problem__submission__round",
        {
            "deed": F("kind"),
            "words": F("text"),
            "before": F("problem__text"),
            "after": Coalesce(Cast("due_date", CharField()), _text("")),
        },
        action="kind",
    ),
    Kind.EXPLANATION: Source(
        Explanation.objects.said_here,
        *_OF_A_RETURN,
        {"words": F("text"), "before": F("code"), "after": F("schedule")},
    ),
    Kind.OVERRIDE: Source(
        Override.objects.said_here,
        *_OF_A_RETURN,
        {"words": F("reason"), "before": F("code"), "after": F("schedule")},
    ),
    Kind.SETTING: Source(
        CheckSetting.objects.all,
        *_OF_A_ROUND,
        {"words": F("reason"), "before": F("code"), "after": F("severity")},
    ),
    Kind.THRESHOLD: Source(
        RoundThreshold.objects.all,
        *_OF_A_ROUND,
        {
            "words": F("reason"),
            "before": F("name"),
            "after": Coalesce(Cast("limit", CharField()), _text("")),
        },
    ),
    Kind.TEMPLATE: Source(ReportTemplate.objects.all, *_OF_A_ROUND, {"words": F("file_name")}),
}
"""The records of each kind but events, which may belong to no unit."""
