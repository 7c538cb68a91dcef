"""Where every unit of a round stands: who has it, since when, until when, and who is late."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Self, TypeVar

from django.db.models import Max
from django.utils import timezone
from django.utils.functional import cached_property

from orgs.models import Unit
from submissions.models import CollectionRound, Extension, Reminder, Submission, Transition
from submissions.workflow import DESKS, EDITABLE

NOT_STARTED = "not_started"
STATES = {
    NOT_STARTED: "未开始",
    "draft": "填报中",
    "returned": "已退回",
    **{str(desk): f"{desk.label}审核中" for desk in DESKS},
    "approved": "审核通过",
    "published": "已公开",
}
"""The states of a unit in a round, in the order of their way: a status, or the desk its return lies on."""


UNCHECKED = "unchecked"
KINDS = {
    "errors": "错误",
    "to_explain": "待说明",
    "overridden": "放行",
    "explained": "已说明",
    UNCHECKED: "待重算",
}
"""What is counted of the findings of a return, and that they are not known as they are now."""


CountsFor = Callable[[list[Submission]], Mapping[int, Any]]
"""Gives how many findings returns have, by number; passed in from above, for this app knows no money."""


@dataclass(frozen=True, slots=True)
class Found:
    """How many findings of a kind the returns of a round have, and how many returns have any."""

    kind: str
    number: int
    returns: int

    @property
    def label(self) -> str:
        """What they are called."""
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit in a round, today or at the end of a past day."""

    round: CollectionRound
    unit: Unit
    department: Unit | None
    """The unit right below the bureau under which it stands; None for such a unit itself."""
    submission: Submission | None
    """Its newest revision; None before it has begun."""
    since: date
    """When it came to where it is: for a unit that has not begun, when the round opened."""
    extension: Extension | None
    """The newest, which counts."""
    reminder: Reminder | None
    """The newest."""
    today: date
    counted: Any = None
    """How many findings its return has (budgets.checks.stored.Counted); None where that is not known."""

    @property
    def state(self) -> str:
        """Its state, one of `STATES`."""
        return (self.submission.desk or self.submission.status) if self.submission else NOT_STARTED

    @property
    def submission_id(self) -> int:
        """The number of its newest revision; 0 before it has begun."""
        return self.submission.pk if self.submission else 0

    def number_of(self, kind: str) -> int:
        """How many findings of a kind its return has; of UNCHECKED 1, where that is not known."""
        if kind == UNCHECKED:
            return int(self.submission is not None and self.counted is None)
        number: int = getattr(self.counted, kind, 0)
        return number

    @property
    def state_text(self) -> str:
        """Its state as people call it."""
        return self.submission.state_text if self.submission else STATES[NOT_STARTED]

    @property
    def is_its_turn(self) -> bool:
        """Whether the round waits for the unit, and for no desk."""
        return self.submission is None or self.submission.status in EDITABLE

    @property
    def due_date(self) -> date:
        """When it is due: the round's date, or the day the unit was given."""
        return max(self.round.due_date, self.extension.until_date if self.extension else self.round.due_date)

    @property
    def is_closed(self) -> bool:
        """Whether the unit may neither begin, edit nor hand in any more."""
        is_extended = self.extension is not None and self.extension.until_date >= self.today
        return self.round.closed_at is not None and not is_extended

    @property
    def days_late(self) -> int:
        """For how many days the round has waited in vain for the unit; 0 for who has handed in."""
        return max((self.today - self.due_date).days, 0) if self.is_its_turn else 0


@dataclass(frozen=True)
class RoundStandings:
    """All units of a round, by their place in the tree."""

    round: CollectionRound
    units: list[Standing]
    day: date | None = None
    """The past day at whose end it was so; None for now."""

    def with_findings(self, counts: Mapping[int, Any]) -> Self:
        """Return them with how many findings their returns have, by the number of the return."""
        found = [replace(each, counted=counts.get(each.submission_id)) for each in self.units]
        return replace(self, units=found)

    @cached_property
    def findings(self) -> list[Found]:
        """How many findings of each kind there are, in how many returns; kinds without any are left out."""
        kinds = [(kind, [each.number_of(kind) for each in self.units]) for kind in KINDS]
        found = [Found(kind, sum(numbers), sum(map(bool, numbers))) for kind, numbers in kinds]
        return [each for each in found if each.number]

    @property
    def unchecked(self) -> int:
        """How many returns there are whose findings are not known as they are now."""
        return sum(each.number_of(UNCHECKED) for each in self.units)

    @property
    def returns(self) -> list[Submission]:
        """The returns that were begun."""
        return [each.submission for each in self.units if each.submission]

    @cached_property
    def counts(self) -> Counter[str]:
        """How many units are in each state."""
        return Counter(each.state for each in self.units)

    def by_department(self) -> list[tuple[Unit, Self]]:
        """Return the departments right below the bureau, each with its own units and those below it."""
        found: dict[int, tuple[Unit, list[Standing]]] = {}
        for each in self.units:
            department = each.department or each.unit
            found.setdefault(department.pk, (department, []))[1].append(each)
        return [(department, replace(self, units=units)) for department, units in found.values()]

    @property
    def under_review(self) -> int:
        """How many returns lie on a desk."""
        return sum(self.counts[str(desk)] for desk in DESKS)

    @property
    def finished(self) -> int:
        """How many units have an approved return, made public or not."""
        return self.counts["approved"] + self.counts["published"]

    @property
    def waited_for(self) -> int:
        """How many units have still to hand in."""
        return sum(each.is_its_turn for each in self.units)

    @property
    def late(self) -> int:
        """How many of them should have done so."""
        return sum(each.days_late > 0 for each in self.units)


def standings_of(
    rounds: Sequence[CollectionRound], today: date, day: date | None = None
) -> list[RoundStandings]:
    """Return where the units of each round stand, in five queries however many; [] for no rounds.

    The rounds come with their bureaux. With a `day` it is where they stood at its end, told by the steps
    taken until then, and a unit is as late as it was then; the units are today's.
    """
    records = _records(rounds, today) if day is None else _records_of_past(rounds, day)
    units = list(Unit.objects.below([each.bureau for each in rounds]).order_by("path"))
    by_path = {unit.path: unit for unit in units}
    found = []
    for round in rounds:
        mine = [unit for unit in units if unit.path.startswith(round.bureau.path)]
        departments = [by_path[_department_path(round.bureau, unit)] for unit in mine]
        pairs = zip(mine, departments, strict=True)
        found.append(RoundStandings(round, [records.standing(round, *pair) for pair in pairs], day))
    return found


def _department_path(bureau: Unit, unit: Unit) -> str:
    """Return the path of the unit right below the bureau under which a unit stands, perhaps its own."""
    return f"{bureau.path}{unit.path.removeprefix(bureau.path).split('/')[0]}/"


@dataclass(frozen=True, slots=True)
class _Records:
    """What is known of the units of some rounds, by round and unit; the last steps by submission."""

    submissions: dict[tuple[int, int], Submission]
    last_steps: dict[int, datetime]
    extensions: dict[tuple[int, int], Extension]
    reminders: dict[tuple[int, int], Reminder]
    today: date

    def standing(self, round: CollectionRound, unit: Unit, department: Unit) -> Standing:
        """Return where a unit stands in a round."""
        place = (round.pk, unit.pk)
        submission = self.submissions.get(place)
        return Standing(
            round=round,
            unit=unit,
            department=department if department != unit else None,
            submission=submission,
            since=self._since(submission) or round.opens_date,
            extension=self.extensions.get(place),
            reminder=self.reminders.get(place),
            today=self.today,
        )

    def _since(self, submission: Submission | None) -> date | None:
        if submission is None:
            return None
        return timezone.localdate(self.last_steps.get(submission.pk, submission.started_at))


def _records(rounds: Sequence[CollectionRound], today: date) -> _Records:
    steps = Transition.objects.filter(submission__round__in=rounds)
    submissions = Submission.objects.filter(round__in=rounds).order_by("revision")
    return _Records(
        {(each.round_id, each.unit_id): each for each in submissions},  # of several the last one stays
        dict(steps.values_list("submission_id").annotate(Max("at"))),
        newest(Extension, round__in=rounds),
        newest(Reminder, round__in=rounds),
        today,
    )


def _records_of_past(rounds: Sequence[CollectionRound], day: date) -> _Records:
    """What was known at the end of a day; each return is put back, in memory, to where its last step led."""
    end = end_of(day)
    steps = Transition.objects.filter(submission__round__in=rounds, at__lt=end)
    last = {each.submission_id: each for each in steps.order_by("submission", "-pk").distinct("submission")}
    submissions = Submission.objects.filter(round__in=rounds, started_at__lt=end).order_by("revision")
    for each in submissions:
        step = last.get(each.pk)
        each.status, each.desk = (step.to_status, step.to_desk) if step else (Submission.Status.DRAFT, "")
    return _Records(
        {(each.round_id, each.unit_id): each for each in submissions},
        {number: step.at for number, step in last.items()},
        newest(Extension, round__in=rounds, at__lt=end),
        newest(Reminder, round__in=rounds, at__lt=end),
        day,
    )


def end_of(day: date) -> datetime:
    """Return the end of a day, as the times of deeds are compared with it."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


OfUnit = TypeVar("OfUnit", Extension, Reminder)


def newest(records: type[OfUnit], **conditions: Any) -> dict[tuple[int, int], OfUnit]:
    """Return the newest record of each unit and round that fulfils some conditions, by round and unit."""
    found = records._default_manager.filter(**conditions).order_by("pk")
    return {(each.round_id, each.unit_id): each for each in found}
