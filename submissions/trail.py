"""The trail of a finance bureau: events, steps and edits of its tree in one list, read by one union.

Each of the three tables is narrowed to what is asked for, then they are joined by UNION ALL: a list of any
length is one statement for its rows and one for their number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import CharField, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from orgs.models import Event, Membership, Unit
from orgs.querysets import UnitQuerySet
from submissions.models import Edit, Submission, Transition
from submissions.models.submissions import DESKS

STEPS: dict[str, str] = dict(Transition._meta.get_field("action").flatchoices)
"""The steps by name, as people call them."""
DONE, REFUSED = Event.Result.DONE.label, Event.Result.REFUSED.label
Rows = QuerySet[Any, dict[str, Any]]


class Kind(StrEnum):
    """Which record it is."""

    EVENT = "event"
    STEP = "step"
    EDIT = "edit"


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


def trail_of(bureaux: Iterable[Unit], asked: Search, *, with_nobodys: bool) -> Rows:
    """Return what happened in the trees of these bureaux, the newest first, to be printed by `entries_of`.

    `with_nobodys` adds what belongs to no unit: sign-ins under a name that is nobody's, and what people did
    who never had a role.
    """
    tree = Unit.objects.within_any(bureaux)
    parts = {
        Kind.EVENT: lambda: _events(tree, asked, with_nobodys),
        Kind.STEP: lambda: _steps(tree, asked),
        Kind.EDIT: lambda: _edits(tree, asked),
    }
    first, *others = [part() for kind, part in parts.items() if asked.kind in ("", kind)]
    return first.union(*others, all=True).order_by("-moment", "-kind", "-number")


def entries_of(rows: Iterable[dict[str, Any]], titles: Mapping[str, str]) -> list[Entry]:
    """Print rows of the trail; `titles` says what the schedules and texts of a return are called."""
    rows = list(rows)
    edits = [row["number"] for row in rows if row["kind"] == Kind.EDIT]
    count = Func(F("changes"), function="jsonb_array_length", output_field=IntegerField())
    changed = dict(Edit.objects.filter(pk__in=edits).values_list("pk", count))
    return [_entry(row, titles, changed) for row in rows]


def _entry(row: dict[str, Any], titles: Mapping[str, str], changed: Mapping[int, int]) -> Entry:
    common = {"at": row["moment"], "who": row["who"], "roles": row["held"], "unit": row["place"]}
    deed, words, after = row["deed"], row["words"], row["after"]
    if row["kind"] == Kind.EVENT:
        action, result = Event.Action(deed).label, Event.Result(after).label
        return Entry(**common, action=action, what=words, result=result, address=row["origin"])
    what = f"{row['year']} 年度："
    if row["kind"] == Kind.STEP:
        places = dict([*Submission.Status.choices, *DESKS])
        what += f"{places.get(row['before'], row['before'])} → {places.get(after, after)}"
        what += f"。意见：{words}" if words else ""
        return Entry(**common, action=STEPS.get(deed, deed), what=what)
    what += (
        f"{titles.get(words, words)}改动 {changed[row['number']]} 行（{Edit.Source(row['origin']).label}）"
    )
    return Entry(**common, action="修改填报", what=what)


def _events(tree: UnitQuerySet, asked: Search, with_nobodys: bool) -> Rows:
    wanted = Q(unit__in=tree) | Q(unit=None, actor__in=_people_of(tree))
    if with_nobodys:
        wanted |= Q(~Exists(Membership.objects.filter(user=OuterRef("actor"))), unit=None)
    found = Event.objects.filter(wanted)
    if asked.unit:
        units = tree.matching(asked.unit)
        found = found.filter(Q(unit__in=units) | Q(unit=None, actor__in=_people_of(units)))
    return _columns(
        _narrowed(found, asked),
        kind=_text(Kind.EVENT),
        deed=F("action"),
        words=F("what"),
        held=F("roles"),
        place=Coalesce("unit__name", _text("")),
        origin=Coalesce(Func(F("address"), function="host", output_field=CharField()), _text("")),
        after=F("result"),
    )


def _steps(tree: UnitQuerySet, asked: Search) -> Rows:
    return _columns(
        _narrowed(Transition.objects.filter(submission__unit__in=_units(tree, asked)), asked),
        kind=_text(Kind.STEP),
        deed=F("action"),
        words=F("comment"),
        before=Coalesce(NullIf("from_desk", _text("")), "from_status"),
        after=Coalesce(NullIf("to_desk", _text("")), "to_status"),
        **_OF_A_RETURN,
    )


def _edits(tree: UnitQuerySet, asked: Search) -> Rows:
    return _columns(
        _narrowed(Edit.objects.filter(submission__unit__in=_units(tree, asked)), asked),
        kind=_text(Kind.EDIT),
        words=F("schedule"),
        origin=F("source"),
        **_OF_A_RETURN,
    )


_OF_A_RETURN = {"place": F("submission__unit__name"), "year": F("submission__round__fiscal_year")}


def _units(tree: UnitQuerySet, asked: Search) -> UnitQuerySet:
    return tree.matching(asked.unit) if asked.unit else tree


def _people_of(units: UnitQuerySet) -> QuerySet[Any, Any]:
    """Who serves or served in these units."""
    return Membership.objects.filter(unit__in=units).values("user")


def _narrowed(records: QuerySet[Any], asked: Search) -> QuerySet[Any]:
    """Keep what was done by the person, in the days and of the action asked for."""
    if asked.person:
        person = Q(actor_name__icontains=asked.person) | Q(actor__username__iexact=asked.person)
        records = records.filter(person)
    if asked.since:
        records = records.filter(at__gte=_midnight(asked.since))
    if asked.until:
        records = records.filter(at__lt=_midnight(asked.until + timedelta(days=1)))
    return records.filter(action=asked.action) if asked.action else records


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _columns(records: QuerySet[Any], **own: Any) -> Rows:
    """The columns of the union, in one order for all three tables; what a table has not is blank."""
    columns = {
        "moment": F("at"),
        "kind": _text(""),
        "number": F("pk"),
        "who": F("actor_name"),
        "year": Value(0, output_field=IntegerField()),
        **dict.fromkeys(("deed", "words", "held", "place", "origin", "before", "after"), _text("")),
    }
    return records.values(**columns | own)


def _text(words: str) -> Value:
    return Value(str(words), output_field=CharField())
