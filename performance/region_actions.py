"""Writes a synthetic region: its units and people, and their returns over some years, in bulk.

Rows go in by COPY, some hundred returns at a time; the guards of the database hold as for everybody.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.db import connection, models
from django.utils import timezone

from budgets.models import (
    AdjustmentLine,
    BudgetLine,
    CarryoverLine,
    EconomicCategory,
    FunctionalCategory,
    ProjectLine,
    ReturnText,
    StaffLine,
    ThreePublicCountLine,
)
from budgets.receipts import totals_of_many
from budgets.reference import rows_of
from budgets.returns import BASE_ITEMS, BY_ECONOMIC, BY_FUNCTION, BY_NATURE, REVENUE, THREE_PUBLIC, TOTAL
from budgets.row_names import category_id
from orgs.models import Membership, Unit, User
from performance.models import IndicatorLine, PerformanceGoal, ProjectGoal, ProjectIndicatorLine
from performance.region.figures import Figures, Five, Story, added, figures_of, tell
from performance.region.histories import Event, Fate, Kind, correction_of, fate_of, history_of
from performance.region.units import LABEL, PlannedUnit, plan_units
from performance.region.words import MADE_UP, indicators_of, project_indicators_of, reason_of, texts_of
from performance.snapshots import contents_of, entries_in
from submissions.models import (
    CollectionRound,
    Edit,
    Extension,
    PointEntry,
    Publication,
    Receipt,
    ReviewPoint,
    RoundEvent,
    Snapshot,
    Submission,
    Transition,
)
from submissions.workflow import LAST_DESK, RETURNED, Action, Side

CHUNK = 100
"""How many returns are written at a time."""
_FILLING_IN = timedelta(minutes=40)
Row = tuple[Any, ...]


@dataclass(slots=True)
class _Return:
    """A return that is being made."""

    submission: Submission
    unit: "_Unit"
    figures: Figures
    events: list[Event]
    former: Submission | None = None
    """The revision before."""
    content: str = ""
    point: int = 0
    """The number of the point that was asked of it last."""


@dataclass(slots=True)
class _Unit:
    """A unit with its people."""

    plan: PlannedUnit
    unit: Unit
    people: dict[str, User]
    """Who acts for it, by side."""
    fates: dict[int, Fate] = field(default_factory=dict)
    story: Story | None = None


def seed_region(
    *,
    bureau: Unit,
    staff: dict[str, User],
    units: int,
    years: Sequence[int],
    seed: int,
    at: datetime,
    say: Callable[[str], None] = lambda text: None,
) -> int:
    """Fill a bureau without units and rounds with synthetic ones, and return how many returns there are.

    `staff` are the people of the bureau by side: division and performance office. The last of `years` is
    under way, the others are over. The same seed makes up the same. Raises ValueError where the bureau has
    anything below it. The caller holds the transaction.
    """
    if bureau.children.exists() or bureau.rounds.exists():
        raise ValueError(f"{bureau}下面已经有单位或任务。")
    chance = Random(seed)
    made = _units(bureau, staff, units, chance, at)
    rounds = {year: _round(bureau, year, years[-1], staff[LAST_DESK], at) for year in years}
    functions, economic = _codes(years)
    for each in made:
        each.story = tell(each.plan, years, lambda section: _below(section, functions), chance)
        each.fates = {year: fate_of(is_last_year=year == years[-1], chance=chance) for year in years}
    count = 0
    for year in years:
        for start in range(0, len(made), CHUNK):
            chunk = [each for each in made[start : start + CHUNK] if each.fates[year] is not Fate.NOT_BEGUN]
            returns = [_figured(each, rounds[year], 1, chance) for each in chunk]
            _write(returns, functions, economic, chance)
            _live(returns, at)
            _correct(
                [each for each in returns if each.unit.fates[year] is Fate.CORRECTED],
                functions,
                economic,
                chance,
                at,
            )
            count += len(returns)
            say(f"{year} 年度：{min(start + CHUNK, len(made))} / {len(made)} 个单位")
        if year != years[-1]:
            _close(rounds[year], staff[LAST_DESK])
    return count


# --- Units, people, rounds


def _units(bureau: Unit, staff: dict[str, User], units: int, chance: Random, at: datetime) -> list[_Unit]:
    rows = rows_of("region/departments.csv")
    plans = plan_units(rows, place=bureau.region.name, units=units, chance=chance)
    departments = {plan.code: _unit(plan, bureau) for plan in plans if plan.is_department}
    Unit.objects.bulk_create(departments.values())
    below = {plan.code: _unit(plan, departments[plan.parent]) for plan in plans if not plan.is_department}
    Unit.objects.bulk_create(below.values())
    found = departments | below
    people = _people(plans, bureau, chance)
    User.objects.bulk_create(user for users in people.values() for user in users.values())
    roles = [
        Membership(user=user, unit=found[code], role=role, started_at=at)
        for code, users in people.items()
        for role, user in users.items()
    ]
    Membership.objects.bulk_create(roles)
    made = []
    for plan in plans:
        acting = {**people[plan.code], **staff}
        if not plan.is_department:
            acting[Side.DEPARTMENT] = people[plan.parent][Side.DEPARTMENT]
        made.append(_Unit(plan, found[plan.code], {str(side): user for side, user in acting.items()}))
    return made


def _unit(plan: PlannedUnit, parent: Unit) -> Unit:
    kind = Unit.Kind.DEPARTMENT if plan.is_department else Unit.Kind.UNIT
    unit = Unit(region=parent.region, parent=parent, kind=kind, code=plan.code, name=plan.name)
    unit.derive()
    return unit


_SURNAMES, _GIVEN = "李王张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗", "敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华"


def _people(plans: Iterable[PlannedUnit], bureau: Unit, chance: Random) -> dict[str, dict[str, User]]:
    """People nobody can sign in as, by unit and role."""
    found: dict[str, dict[str, User]] = {}
    for plan in plans:
        sides = [Side.PREPARER, Side.UNIT_HEAD, *([Side.DEPARTMENT] if plan.is_department else [])]
        for side in sides:
            name = chance.choice(_SURNAMES) + chance.choice(_GIVEN) + LABEL
            user = User(username=f"{bureau.region.code}-{plan.code}-{side}", full_name=name)
            user.set_unusable_password()
            user.derive()
            found.setdefault(plan.code, {})[side] = user
    return found


def _round(bureau: Unit, year: int, last: int, by: User, at: datetime) -> CollectionRound:
    opened = timezone.localdate(at) - timedelta(days=40 + 365 * (last - year))
    round = CollectionRound.objects.create(
        bureau=bureau, fiscal_year=year, opens_date=opened, due_date=opened + timedelta(days=45)
    )
    _tell_of_round(round, RoundEvent.Kind.OPENED, "", by, _morning(opened))
    return round


def _close(round: CollectionRound, by: User) -> None:
    closed = _morning(round.due_date + timedelta(days=150))
    _tell_of_round(round, RoundEvent.Kind.CLOSED, f"{MADE_UP}本年度收集结束", by, closed)
    CollectionRound.objects.filter(pk=round.pk).update(closed_at=closed)


def _tell_of_round(round: CollectionRound, kind: str, reason: str, by: User, at: datetime) -> None:
    RoundEvent.objects.create(round=round, kind=kind, reason=reason, actor=by, actor_name=by.full_name, at=at)


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(8, 30)))


# --- Rows


def _codes(years: Sequence[int]) -> tuple[dict[str, int], dict[str, int]]:
    """The 项 and 款 in force in the last of the years, with their numbers."""
    functional = FunctionalCategory.objects.in_force(years[-1]).filter(
        level="item", budget_book="general_public"
    )
    chart = EconomicCategory.Chart.DEPARTMENT
    economic = EconomicCategory.objects.in_force(years[-1]).filter(level="subclass", chart=chart)
    return dict(functional.order_by("code").values_list("code", "pk")), dict(
        economic.values_list("code", "pk")
    )


def _below(section: str, functions: dict[str, int]) -> list[str]:
    return [code for code in functions if code.startswith(section)]


def _figured(each: _Unit, round: CollectionRound, revision: int, chance: Random) -> _Return:
    assert each.story is not None
    figures = figures_of(each.story, round.fiscal_year, chance)
    desks = [str(desk) for desk in round.desks_for(each.unit)]
    preparer = each.people[Side.PREPARER]
    started = _morning(round.opens_date + timedelta(days=chance.randrange(9)))
    started += timedelta(minutes=chance.randrange(400))
    submission = Submission(
        round=round,
        unit=each.unit,
        revision=revision,
        started_by=preparer,
        started_at=started,
        saved_at=started + _FILLING_IN,
    )
    return _Return(submission, each, figures, history_of(each.fates[round.fiscal_year], desks, chance))


def _write(
    returns: Sequence[_Return], functions: dict[str, int], economic: dict[str, int], chance: Random
) -> None:
    """Write new returns with all their rows."""
    Submission.objects.bulk_create(each.submission for each in returns)
    common = rows_of("indicators/common.csv")
    lines: dict[type[models.Model], list[Row]] = {
        model: [] for model in _COLUMNS if model is not AdjustmentLine
    }
    for each in returns:
        number, figures, unit = each.submission.pk, each.figures, each.unit.plan
        lines[BudgetLine] += _money(number, figures, functions, economic, chance)
        lines[StaffLine] += [(number, item, *persons) for item, persons in figures.staff.items()]
        lines[ThreePublicCountLine] += [(number, item, *counts) for item, counts in figures.counts.items()]
        lines[ProjectLine] += [
            (number, f"{name}", kind, funding, *_yuan(five), _reason(five, figures, chance))
            for name, kind, funding, five in figures.projects
        ]
        lines[CarryoverLine] += [
            (number, item, *_yuan((opening, received, spent)), None)
            for item, (opening, received, spent, _) in figures.carryover.items()
        ]
        lines[ReturnText] += [(number, *text) for text in texts_of(unit, figures, chance).items()]
        lines[IndicatorLine] += [(number, *indicator) for indicator in indicators_of(common, unit, chance)]
        lines[PerformanceGoal] += [(number, f"{MADE_UP}完成年度各项工作任务。", f"{MADE_UP}各项任务已完成。")]
        lines[Edit].append(_edit(each))
        running = [name for name, *_, five in figures.projects if five[3] or five[4]]
        lines[ProjectGoal] += [
            (number, name, f"{MADE_UP}按计划完成{name}的各项任务。", f"{MADE_UP}任务已完成。")
            for name in running
        ]
        lines[ProjectIndicatorLine] += [
            (number, name, *indicator)
            for name in running
            for indicator in project_indicators_of(unit, chance)
        ]
    for model, rows in lines.items():
        _copy(model, rows)
    _copy(AdjustmentLine, list(_adjustments(returns, functions, chance)))  # asks before it writes


def _adjustments(returns: Sequence[_Return], functions: dict[str, int], chance: Random) -> Iterator[Row]:
    """What documents changed in the budgets; a project is named by its number."""
    stored = ProjectLine.objects.filter(submission__in=[each.submission for each in returns])
    numbers = {(of, name): f"line-{pk}" for of, name, pk in stored.values_list("submission", "name", "pk")}
    for each in returns:
        number, figures = each.submission.pk, each.figures
        for code, fund, place, amount in figures.adjustments:
            document = f"合成财预〔{figures.year}〕{chance.randint(3, 60)}号"
            day = date(figures.year, chance.randint(3, 11), chance.randint(1, 28))
            kind, source = (
                ("increase" if amount > 0 else "decrease"),
                ("county" if fund != "other" else "other"),
            )
            use = numbers.get((number, place), place)
            function = category_id(functions[code], fund)
            yield (number, document, day, kind, source, function, use, *_yuan((abs(amount),)))


_FIVE = ("last_year_budget", "last_year_outturn", "initial_budget", "revised_budget", "outturn")
_INDICATOR = (
    "second_level",
    "name",
    "direction",
    "target_value",
    "measuring_unit",
    "actual_value",
    "max_score",
    "score",
    "deviation_reason",
    "improvement_measure",
)
_COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    BudgetLine: (
        "schedule",
        "item",
        "category_id",
        "economic_category_id",
        "fund",
        *_FIVE,
        "variance_reason",
    ),
    StaffLine: ("item", "authorized", "in_service"),
    ThreePublicCountLine: ("item", "last_year_count", "this_year_count"),
    ProjectLine: ("name", "kind", "funding", *_FIVE, "variance_reason"),
    CarryoverLine: ("item", "opening", "received", "spent", "closing"),
    ReturnText: ("name", "text"),
    IndicatorLine: _INDICATOR,
    ProjectIndicatorLine: ("project", *_INDICATOR),
    ProjectGoal: ("project", "expected", "achieved"),
    AdjustmentLine: ("name", "adjusted_on", "kind", "source", "function", "use", "adjusted"),
    PerformanceGoal: ("expected", "achieved"),
    Edit: ("schedule", "actor_id", "actor_name", "at", "changes", "source"),
}
"""What is written of each table beside the number of its return."""
_ALIKE: dict[type[models.Model], dict[str, Any]] = {
    BudgetLine: {"nature": "", "entered_in": "wan", "row_version": 1},
    StaffLine: {"row_version": 1},
    ThreePublicCountLine: {"row_version": 1},
    ProjectLine: {"code": "", "entered_in": "wan", "row_version": 1},
    CarryoverLine: {"entered_in": "wan", "row_version": 1},
    ReturnText: {"row_version": 1},
    IndicatorLine: {"row_version": 1},
    PerformanceGoal: {"row_version": 1},
    ProjectIndicatorLine: {"row_version": 1},
    ProjectGoal: {"weights_reason": "", "row_version": 1},
    AdjustmentLine: {"entered_in": "wan", "reason": "", "row_version": 1},
    Edit: {"request_key": ""},
}
"""What is the same in every row of a table."""


def _copy(model: type[models.Model], rows: Iterable[Row]) -> None:
    alike = _ALIKE[model]
    names = ", ".join(f'"{name}"' for name in ("submission_id", *_COLUMNS[model], *alike))
    rest = tuple(alike.values())
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy,
    ):
        for row in rows:
            copy.write_row(row + rest)


def _money(
    number: int, figures: Figures, functions: dict[str, int], economic: dict[str, int], chance: Random
) -> list[Row]:
    def fixed(schedule: str, item: str, five: Five, reason: str = "") -> Row:
        return (number, schedule, item, None, None, "", *_yuan(five), reason)

    rows = [
        (
            number,
            BY_FUNCTION.name,
            "",
            functions[code],
            None,
            fund,
            *_yuan(five),
            _reason(five, figures, chance),
        )
        for (code, fund), five in figures.function.items()
    ]
    rows += [
        (number, BY_ECONOMIC.name, "", None, economic[code], "", *_yuan(five), _reason(five, figures, chance))
        for code, five in figures.economic.items()
    ]
    for schedule, items in (
        (REVENUE, figures.revenue),
        (BY_NATURE, figures.nature),
        (THREE_PUBLIC, figures.three_public),
        (BASE_ITEMS, figures.base_items),
    ):
        rows += [
            fixed(schedule.name, item, five, _reason(five, figures, chance)) for item, five in items.items()
        ]
    for schedule, sum_of in (
        (REVENUE, figures.revenue),
        (BY_FUNCTION, figures.function),
        (BY_NATURE, figures.nature | {name: five for name, *_, five in figures.projects}),
        (BY_ECONOMIC, figures.economic),
        (THREE_PUBLIC, figures.three_public),
    ):
        is_stated = schedule == BY_FUNCTION and figures.function_total is not None
        reason = _reason(added(sum_of.values()), figures, chance)
        if is_stated or reason:
            stated = _yuan((figures.function_total or 0,))[0] if is_stated else None
            rows.append(
                (number, schedule.name, TOTAL, None, None, "", None, None, None, None, stated, reason)
            )
    return rows


def _reason(five: Five, figures: Figures, chance: Random) -> str:
    return reason_of(
        five, is_left_out="unexplained" in figures.mistakes and chance.random() < 0.3, chance=chance
    )


def _yuan(fen: Iterable[int]) -> tuple[str, ...]:
    """Amounts as PostgreSQL reads them, in yuan."""
    return tuple(f"{amount // 100}.{amount % 100:02}" for amount in fen)


def _edit(each: _Return) -> Row:
    preparer = each.unit.people[Side.PREPARER]
    item, (_, served) = next(iter(each.figures.staff.items()))
    changes = [{"row": {"item": item}, "cells": {"in_service": ["", str(served)]}}]
    submission, source = each.submission, Edit.Source.IMPORTED.value
    by = (preparer.pk, preparer.full_name)
    return (submission.pk, "staff", *by, submission.saved_at, json.dumps(changes), source)


# --- Lives


def _live(returns: Sequence[_Return], at: datetime) -> None:
    """Let happen to returns what their events say, each to all of them at once."""
    _read_contents([each for each in returns if each.events])
    for rank in range(max((len(each.events) for each in returns), default=0)):
        now = [(each, each.events[rank]) for each in returns if rank < len(each.events)]
        for kind, happen in _HAPPEN.items():
            if struck := [(each, event) for each, event in now if event.kind is kind]:
                happen(struck, rank, at)


def _correct(
    returns: Sequence[_Return],
    functions: dict[str, int],
    economic: dict[str, int],
    chance: Random,
    at: datetime,
) -> None:
    """Let public returns be corrected: their next revision is made public in their place."""
    following = []
    for each in returns:
        former = each.submission
        leave, events = correction_of([str(desk) for desk in former.round.desks_for(each.unit.unit)])
        each.events = leave
        again = _figured(each.unit, former.round, 2, chance)
        again.submission.started_at = former.started_at + timedelta(days=60)
        again.submission.saved_at = again.submission.started_at + _FILLING_IN
        again.events, again.former = events, former
        following.append(again)
    _live(returns, at)
    _write(following, functions, economic, chance)
    _live(following, at)


def _read_contents(returns: Sequence[_Return]) -> None:
    contents = contents_of([each.submission for each in returns])
    for each in returns:
        each.content = contents[each.submission.pk]


Struck = Sequence[tuple[_Return, Event]]


def _when(each: _Return, rank: int, at: datetime) -> datetime:
    """The time of an event: some days after the one before, never in the future."""
    return min(each.submission.started_at + timedelta(days=3 + 4 * rank, minutes=7 * rank), at)


def _step(struck: Struck, rank: int, at: datetime) -> None:
    steps = [_transition(each, event, rank, at) for each, event in struck]
    Transition.objects.bulk_create(steps)
    handed = [
        (each, step) for (each, _), step in zip(struck, steps, strict=True) if step.action == Action.SUBMIT
    ]
    totals = totals_of_many([each.submission for each, _ in handed])
    Receipt.objects.bulk_create(_receipt(each, step, totals[each.submission.pk]) for each, step in handed)


def _transition(each: _Return, event: Event, rank: int, at: datetime) -> Transition:
    assert event.step is not None
    step = event.step
    side = Side.PREPARER if step.action in (Action.PUBLISH, Action.SUPERSEDE) else step.side
    actor = each.unit.people[side]
    submission = each.former if event.of_former else each.submission
    assert submission is not None
    return Transition(
        submission=submission,
        action=step.action,
        from_status=step.source,
        from_desk=step.source_desk,
        to_status=step.target,
        to_desk=step.target_desk,
        actor=actor,
        actor_name=actor.full_name,
        comment=f"{MADE_UP}请按要点修改。" if step.needs_comment else "",
        at=_when(each, rank, at),
    )


def _receipt(each: _Return, step: Transition, totals: Sequence[tuple[str, str]]) -> Receipt:
    submission, unit = each.submission, each.unit.unit
    times = 2 if step.from_status == RETURNED else 1
    return Receipt(
        submission=submission,
        step=step,
        number=f"{unit.region.code}-{submission.round.fiscal_year}-{unit.code}-{submission.revision}-{times:02}",
        unit_name=unit.name,
        totals=[list(pair) for pair in totals],
        sha256=Snapshot.digest(entries_in(each.content)),
    )


def _asked(struck: Struck, rank: int, at: datetime) -> None:
    points = [
        ReviewPoint(
            submission=each.submission,
            schedule=BY_FUNCTION.name,
            place_name=BY_FUNCTION.title,
            reason=ReviewPoint.Reason.UNEXPLAINED,
            demand=f"{MADE_UP}请说明决算数与年初预算数差异较大的原因。",
            desk=event.desk,
            actor=each.unit.people[event.desk],
            actor_name=each.unit.people[event.desk].full_name,
            at=_when(each, rank, at),
        )
        for each, event in struck
    ]
    for (each, _), point in zip(struck, ReviewPoint.objects.bulk_create(points), strict=True):
        each.point = point.pk


def _answered(struck: Struck, rank: int, at: datetime) -> None:
    _say(struck, rank, at, PointEntry.Kind.ANSWERED, f"{MADE_UP}已补充说明。")


def _closed(struck: Struck, rank: int, at: datetime) -> None:
    _say(struck, rank, at, PointEntry.Kind.CLOSED, "")


def _say(struck: Struck, rank: int, at: datetime, kind: PointEntry.Kind, text: str) -> None:
    PointEntry.objects.bulk_create(
        PointEntry(
            point_id=each.point,
            kind=kind,
            text=text,
            actor=(actor := each.unit.people[event.desk or Side.PREPARER]),
            actor_name=actor.full_name,
            at=_when(each, rank, at),
        )
        for each, event in struck
    )


def _snapshot(struck: Struck, rank: int, at: datetime) -> None:
    Snapshot.objects.bulk_create(
        Snapshot(
            submission=each.submission,
            content=each.content,
            sha256=Snapshot.digest(each.content),
            at=_when(each, rank + 1, at),
        )
        for each, _ in struck
    )


def _publication(struck: Struck, rank: int, at: datetime) -> None:
    records = []
    for each, _ in struck:
        when = _when(each, rank + 1, at)
        day: date = timezone.localdate(when)
        preparer, head = each.unit.people[Side.PREPARER], each.unit.people[Side.UNIT_HEAD]
        records.append(
            Publication(
                submission=each.submission,
                approval_date=day - timedelta(days=14),
                reply_date=day - timedelta(days=12),
                secrecy_reviewer=preparer.full_name,
                secrecy_review_date=day - timedelta(days=3),
                signatory=head.full_name,
                sign_off_date=day - timedelta(days=2),
                published_date=day,
                actor=preparer,
                actor_name=preparer.full_name,
                at=when,
            )
        )
    Publication.objects.bulk_create(records)


def _extension(struck: Struck, rank: int, at: datetime) -> None:
    Extension.objects.bulk_create(
        Extension(
            round=each.submission.round,
            unit=each.unit.unit,
            until_date=timezone.localdate(),
            reason=f"{MADE_UP}同意更正",
            actor=(actor := each.unit.people[LAST_DESK]),
            actor_name=actor.full_name,
            at=at,
        )
        for each, _ in struck
    )


_HAPPEN: dict[Kind, Callable[[Struck, int, datetime], None]] = {
    Kind.EXTENSION: _extension,
    Kind.ASKED: _asked,
    Kind.ANSWERED: _answered,
    Kind.CLOSED: _closed,
    Kind.SNAPSHOT: _snapshot,
    Kind.PUBLICATION: _publication,
    Kind.STEP: _step,
}
