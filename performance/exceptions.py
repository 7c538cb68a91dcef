"""What a round has made exceptions of, in one list, read by one union.

More time, a round or an approval opened again, errors let pass, figures of last year restated, corrections of
what is public, targets adjusted: each table is narrowed to the round, then they are joined by UNION ALL.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat, TruncDate
from django.utils import timezone

from budgets.models import LINE_MODELS, Restatement
from budgets.returns import SCHEDULES, ScheduleName
from orgs.models import Unit
from performance.target_models import TargetAnswer
from submissions.history import PREPARER
from submissions.models import CollectionRound, Extension, Override, RoundEvent, Submission, Transition
from submissions.workflow import APPROVED, PUBLISHED, Action

Rows = QuerySet[Any, dict[str, Any]]


class Kind(TextChoices):
    """What kind of exception it is."""

    EXTENSION = "extension", "延期"
    ROUND = "round", "重新打开收集"
    UNLOCK = "unlock", "取消终审"
    OVERRIDE = "override", "放行"
    RESTATEMENT = "restatement", "上年数重述"
    CORRECTION = "correction", "更正"
    TARGET = "target", "目标调整"


@dataclass(frozen=True, slots=True)
class _Source:
    """Records of one kind: those of a round, how they lead to unit and return, what they say."""

    records: Callable[[CollectionRound], QuerySet[Any]]
    unit: str
    columns: Callable[[CollectionRound], dict[str, Any]]


def exceptions_of(round: CollectionRound, department: Unit | None, kind: str) -> Rows:
    """Return the exceptions of a round, the newest first, to be printed by its page.

    `department` keeps those of the units at and below it, `kind` those of one kind ("": of all).
    """
    first, *others = [
        _part(round, each, source, department) for each, source in _SOURCES.items() if kind in ("", each)
    ]
    return first.union(*others, all=True).order_by("-moment", "-record", "-key")


def counts_of(round: CollectionRound, department: Unit | None) -> dict[Kind, int]:
    """Return how many exceptions of each kind there are, in one statement."""
    counts = {
        each.value: Coalesce(
            Subquery(
                _found(round, source, department)
                .order_by()
                .annotate(all=Value(1))
                .values("all")
                .annotate(number=Count("pk"))
                .values("number"),
                output_field=IntegerField(),
            ),
            0,
        )
        for each, source in _SOURCES.items()
    }
    found: Any = CollectionRound.objects.values(**{f"of_{name}": each for name, each in counts.items()})
    row = found.get(pk=round.pk)
    return {each: row[f"of_{each.value}"] for each in _SOURCES}


def _found(round: CollectionRound, source: _Source, department: Unit | None) -> QuerySet[Any]:
    records = source.records(round)
    return records.filter(**{f"{source.unit}__path__startswith": department.path}) if department else records


def _part(round: CollectionRound, kind: Kind, source: _Source, department: Unit | None) -> Rows:
    """The columns of the union, in one order for all tables; what a table has not is blank."""
    own = source.columns(round)
    columns: dict[str, Any] = {
        "moment": F("at"),
        "record": _text(kind.value),
        "key": F("pk"),
        "who": F("actor_name"),
        "held": F("roles"),
        "place": F(f"{source.unit}__name"),
        "about": F("submission_id"),
        "told": _text(""),
        "why": F("reason"),
        "last": Cast(Value(None), DateField()),
    }
    return _found(round, source, department).values(**columns | own)


def _text(words: str) -> Value:
    return Value(str(words), output_field=CharField())


def _newest_of(round: CollectionRound, unit: Any) -> QuerySet[Submission]:
    return Submission.objects.filter(round=round, unit=unit).order_by("-revision")


def _closing(round: CollectionRound) -> dict[str, Any]:
    """When a round that was opened again was closed again."""
    closed = RoundEvent.objects.filter(
        round=round, kind=RoundEvent.Kind.CLOSED, pk__gt=OuterRef("pk")
    ).order_by()
    first = closed.values("round").annotate(first=Min("at")).values("first")
    return {"about": Cast(Value(None), BigIntegerField()), "last": TruncDate(Subquery(first))}


def _said_in_steps(action: Action) -> _Source:
    """A step of what was approved or public, not the one of the next revision that goes along with it."""
    return _Source(
        lambda round: Transition.objects.filter(
            submission__round=round, action=action, from_status__in=(APPROVED, PUBLISHED)
        ),
        "submission__unit",
        lambda round: {"told": Cast("submission__revision", CharField()), "why": F("comment")},
    )


def _standing_restatements(round: CollectionRound) -> QuerySet[Restatement]:
    """The newest of each cell of the newest revisions, as long as the cell says what it says."""
    newer = Restatement.objects.filter(
        submission=OuterRef("submission"),
        schedule=OuterRef("schedule"),
        line=OuterRef("line"),
        column=OuterRef("column"),
        pk__gt=OuterRef("pk"),
    )
    later = Submission.objects.filter(
        round=round, unit=OuterRef("submission__unit"), revision__gt=OuterRef("submission__revision")
    )
    found = Restatement.objects.filter(~Exists(newer), ~Exists(later), submission__round=round)
    return found.filter(reduce(or_, map(_says_so, _comparatives())))


def _comparatives() -> list[tuple[str, str]]:
    """The schedules with the columns of last year they have."""
    return [(each.name.value, column.name) for each in SCHEDULES for column in each.comparatives]


def _says_so(place: tuple[str, str]) -> Q:
    """Whether a restatement is of a column of a schedule, and the figure there is the restated one."""
    schedule, column = place
    lines = LINE_MODELS[ScheduleName(schedule)]._base_manager
    same = lines.filter(
        pk=OuterRef("line"), submission=OuterRef("submission"), **{column: OuterRef("restated_figure")}
    )
    return Q(Exists(same), schedule=schedule, column=column)


def _ends_with(round: CollectionRound) -> Cast:
    closed = timezone.localdate(round.closed_at) if round.closed_at else None
    return Cast(Value(closed), DateField())


_SOURCES: dict[Kind, _Source] = {
    Kind.EXTENSION: _Source(
        lambda round: Extension.objects.filter(round=round),
        "unit",
        lambda round: {
            "about": Subquery(_newest_of(round, OuterRef("unit")).values("pk")[:1]),
            "last": F("until_date"),
        },
    ),
    Kind.ROUND: _Source(
        lambda round: RoundEvent.objects.filter(round=round, kind=RoundEvent.Kind.REOPENED),
        "round__bureau",
        _closing,
    ),
    Kind.UNLOCK: _said_in_steps(Action.REOPEN),
    Kind.OVERRIDE: _Source(
        lambda round: Override.objects.said_here().filter(submission__round=round),
        "submission__unit",
        lambda round: {
            "told": Concat("code", Value(" "), "schedule", output_field=CharField()),
            "last": _ends_with(round),
        },
    ),
    Kind.RESTATEMENT: _Source(
        _standing_restatements, "submission__unit", lambda round: {"held": _text(PREPARER)}
    ),
    Kind.CORRECTION: _said_in_steps(Action.CORRECT),
    Kind.TARGET: _Source(
        lambda round: TargetAnswer.objects.filter(
            request__submission__round=round, kind=TargetAnswer.Kind.APPROVED
        ),
        "request__submission__unit",
        lambda round: {"about": F("request__submission_id"), "why": F("request__reason")},
    ),
}
