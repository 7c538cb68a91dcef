"""Random people take random steps with a return, for years; what comes of each is foretold by hand.

The foretelling is the hand-written table of test_workflow.py, with what else a step hangs on: who prepared the
return, what is asked of it, whether the round is closed for the unit. In the end everything that was kept is
looked through. A failure prints the history that led to it, the shortest found.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from itertools import product

import pytest
from django.db import transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from budgets.models import BudgetLine
from orgs.models import User
from performance.revision_actions import copy_return
from performance.snapshots import content_of
from submissions import actions, point_actions, round_actions
from submissions.models import Edit, Snapshot, Submission, Transition
from submissions.point_actions import WHOLE, PointPlace
from tests.submissions.test_workflow import EVERY_DESK, publication, today
from tests.world import NOTHING_LEFT, NOW, Role, change, make_person, make_round, make_submission, save

STANDS_FOR = {"mei": ("lin", "wu"), "gu": ("wu",)}
"""Whose part in the tables those take who are not in them: Mei prepares and sits in the performance office."""
PEOPLE = ("lin", "mei", "tan", "chen", "he", "wu", "gu", "qian", "zhao")
OF_DESK = {"unit_head": "tan", "department": "chen", "division": "he", "performance_office": "wu"}
ROWS = ("other", "operating")
PLACES = ("", *ROWS)
"""What a point is about: the whole return, or a row."""
STEPS = ("submit", "withdraw", "pass_on", "return", "approve", "reopen", "publish", "correct")
OPEN, EDITABLE = ("draft", "in_review", "returned"), ("draft", "returned")
LAST = "performance_office"


def parts(name):
    """Whose part in the tables somebody takes."""
    return STANDS_FOR.get(name, (name,))


@dataclass
class Point:
    """A review point as it should be."""

    number: int
    desk: str
    place: str
    state: str = "open"


@dataclass
class Revision:
    """A revision as it should be."""

    number: int
    status: str = "draft"
    desk: str = ""
    sender: str = ""
    """Who handed it in, while nobody has acted since."""
    is_limited: bool = False
    returned_by: str = ""
    """The desk that gave it back last."""
    edits: int = 0
    steps: int = 0
    points: list[Point] = field(default_factory=list)


@dataclass
class Foretold:
    """What should be there, and what may be done."""

    revisions: list[Revision]
    prepared: set[str] = field(default_factory=set)
    is_closed: bool = False
    until: date | None = None

    @property
    def newest(self):
        return self.revisions[-1]

    @property
    def stops(self):
        """Whether the unit may do nothing any more."""
        return self.is_closed and not self.has_time

    @property
    def has_time(self):
        return self.until is not None and self.until >= today()

    def may_step(self, action, name, here, *, is_fresh=True):
        """Whether somebody takes a step now, from what she sees or from what she saw."""
        states = [point.state for point in here.points]
        mine = [point.state for point in here.points if point.desk == here.desk]
        if action == "withdraw":
            return here.status == "in_review" and here.sender == name and is_fresh
        if not any((here.status, here.desk, action, part) in EVERY_DESK for part in parts(name)):
            return False
        return {
            "submit": not self.stops and "open" not in states,  # it is not asked what she saw
            "pass_on": is_fresh and name not in self.prepared and set(mine) <= {"closed"},
            "return": is_fresh and name not in self.prepared,
            "approve": is_fresh and name not in self.prepared and set(states) <= {"closed"},
            "reopen": is_fresh and name not in self.prepared,
            "publish": is_fresh,
            "correct": is_fresh and self.has_time and here is self.newest,
        }[action]

    def may_edit(self, name, here, row):
        """Whether somebody saves a row now."""
        opened = {point.place for point in here.points if point.state != "closed"}
        is_open = here.status in EDITABLE and not self.stops
        return "lin" in parts(name) and is_open and (not here.is_limited or bool({"", row} & opened))

    def may_ask(self, name, here):
        """Whether somebody asks something now."""
        return OF_DESK.get(here.desk) in parts(name) and name not in self.prepared

    def may_widen(self, name, here):
        """Whether somebody gives back more of what was given back in part now."""
        of_the_whole = [point for point in here.points if not point.place and point.state != "closed"]
        is_in_part = here.status in EDITABLE and here.is_limited and not of_the_whole
        return is_in_part and OF_DESK.get(here.returned_by) in parts(name) and name not in self.prepared

    def may_say(self, kind, name, here, point):
        """Whether somebody says something of a point now."""
        if kind == "answered":
            can = here.status in EDITABLE and not self.stops and point.state == "open"
            return "lin" in parts(name) and can
        on_hers = here.desk in (point.desk, LAST) and OF_DESK.get(here.desk) in parts(name)
        states = ("answered",) if kind == "asked_again" else ("open", "answered")
        return on_hers and name not in self.prepared and point.state in states

    def may_round(self, deed, name):
        """Whether somebody does something to the round now."""
        can = {
            "close_round": not self.is_closed,
            "reopen_round": self.is_closed,
            "extend": self.newest.status != "approved",
        }
        return "wu" in parts(name) and can[deed]


SAY = {
    "answered": point_actions.answer_point,
    "asked_again": point_actions.ask_again,
    "closed": point_actions.close_point,
}
LEADS_ON = Counter(
    dict.fromkeys([*STEPS, *SAY, "edit", "ask", "widen", "extend", "close_round", "reopen_round"], 1)
)
LEADS_ON.update(
    {"submit": 1, "pass_on": 6, "approve": 6, "publish": 2, "correct": 3, "answered": 3, "closed": 5}
)
"""How often each deed is done among those that may be, so that histories get on."""
PASSED = date(2024, 6, 1)
"""A day for more time that has passed by now."""


class History(RuleBasedStateMachine):
    """One return of the rescue centre, from its draft on, as long as it goes."""

    world: dict[str, User]
    taken: Counter[str]
    """How often each deed was done, over all histories."""

    def __init__(self):
        super().__init__()
        self.sheltered = transaction.atomic()
        self.sheltered.__enter__()
        self.round = make_round(self.world["lin"].active_memberships[0].unit.parent, 2022, every_desk=True)
        self.unit = next(m.unit for m in self.world["lin"].active_memberships if m.unit.code == "224002")
        made = make_submission(self.round, self.unit, self.world["lin"])
        self.foretold = Foretold([Revision(made.pk)])
        self.saved = 0

    def teardown(self):
        """Look through everything, and forget it."""
        try:
            self.look_through()
        finally:
            transaction.set_rollback(True)
            self.sheltered.__exit__(None, None, None)

    # --- What is done

    @rule(data=st.data())
    def somebody_goes_on(self, data):
        """What may be done is done, and by somebody who may."""
        possible = [each for each in self.everything() if self.is_foretold(*each)]
        deeds = [each for each in dict.fromkeys(each[0] for each in possible) for _ in range(LEADS_ON[each])]
        deed = data.draw(st.sampled_from(deeds))
        self.do(data.draw(st.sampled_from([each for each in possible if each[0] == deed])), data)

    @rule(data=st.data())
    def somebody_tries(self, data):
        """Anything is tried by anybody, on any revision."""
        self.do(data.draw(st.sampled_from(list(self.everything()))), data)

    @precondition(lambda self: self.foretold.newest.steps)
    @rule(
        action=st.sampled_from([action for action in STEPS if action != "submit"]),
        name=st.sampled_from(PEOPLE),
    )
    def somebody_decides_on_what_she_saw_before(self, action, name):
        """A decision on an older state is none."""
        here = self.foretold.newest
        assert not self.foretold.may_step(action, name, here, is_fresh=False)
        with pytest.raises(actions.Refused):
            self.take(action, name, here, seen=0)

    def everything(self):
        """Every deed there is: what, who, which revision, and of what."""
        told = self.foretold
        here = told.newest
        for revision in {0, len(told.revisions) - 1}:
            yield from product(STEPS, PEOPLE, [revision], [""])
        yield from product(["edit"], PEOPLE, [len(told.revisions) - 1], ROWS)
        yield from product(["edit"], PEOPLE, [0], ROWS[:1])
        yield from product(["ask", "widen"], PEOPLE, [len(told.revisions) - 1], PLACES)
        yield from product(SAY, PEOPLE, [len(told.revisions) - 1], range(len(here.points)))
        yield from product(["close_round", "reopen_round", "extend"], PEOPLE, [0], [""])

    def is_foretold(self, deed, name, revision, of):
        """Whether a deed is done."""
        told, here = self.foretold, self.foretold.revisions[revision]
        if deed in STEPS:
            return told.may_step(deed, name, here)
        if deed == "edit":
            return told.may_edit(name, here, of)
        if deed == "ask":
            return told.may_ask(name, here)
        if deed == "widen":
            return told.may_widen(name, here)
        if deed in SAY:
            return told.may_say(deed, name, here, here.points[of])
        return told.may_round(deed, name)

    def do(self, what, data):
        """Do it, or see it refused."""
        deed, name, revision, of = what
        here = self.foretold.revisions[revision]
        options = {}
        if deed == "return":
            options["points_only"] = data.draw(st.booleans())
        if deed == "extend":
            options["until_date"] = data.draw(st.sampled_from([today(), PASSED]))
        foretold = self.is_foretold(*what)
        try:
            done = self.attempt(deed, name, here, of, **options)
        except actions.Refused as refusal:
            assert not foretold, f"{deed} by {name} was refused: {refusal}"
        else:
            assert foretold, f"{deed} by {name} was not refused"
            self.taken[deed] += 1
            self.follow(deed, name, here, of, done, **options)
        assert self.there() == [(each.number, each.status, each.desk) for each in self.foretold.revisions]

    def attempt(self, deed, name, here, of, **options):
        """Do it as the application does."""
        by = self.world[name]
        if deed in STEPS:
            return self.take(deed, name, here, seen=fresh(here).last_step_number, **options)
        if deed == "edit":
            self.saved += 1
            line = BudgetLine.objects.filter(submission=here.number, item=of).first()
            version = line.row_version if line else 0
            return save(fresh(here), change(of, version=version, outturn=str(self.saved)), by=by)
        if deed in ("ask", "widen"):
            row = {"schedule": "revenue", "row": of, "recorded_row": {"key": {"item": of}}} if of else {}
            place = PointPlace(of, **row) if of else WHOLE
            about = {"submission": fresh(here), "place": place, "demand": "请核对。", "by": by, "at": NOW}
            if deed == "widen":
                return point_actions.widen_return(**about)
            return point_actions.ask_point(**about, reason="other")
        if deed in SAY:
            point = fresh(here).points.get(pk=here.points[of].number)
            return SAY[deed](point=point, text="好。", by=by, at=NOW)
        unit = {"unit": self.unit} if deed == "extend" else {}
        deeds = getattr(round_actions, deed)
        return deeds(round=self.round, reason="工作需要", **unit, **options, by=by, at=NOW)

    def take(self, action, name, here, *, seen, **options):
        """Take a step."""
        step = {"submission": fresh(here), "by": self.world[name], "at": NOW}
        if action == "submit":
            return actions.submit(**NOTHING_LEFT, **step)
        if action == "publish":
            return actions.publish(record=publication(), seen=seen, **step)
        deed = actions.return_to_unit if action == "return" else getattr(actions, action)
        more = {"approve": {"content_of": content_of}, "reopen": {"copy": copy_return}}
        more["correct"] = more["reopen"]
        return deed(seen=seen, comment="请核对。", **more.get(action, {}), **options, **step)

    # --- What comes of it

    def follow(self, deed, name, here, of, done, *, points_only=False, until_date=None):
        """Keep up with what was done."""
        told = self.foretold
        if deed in STEPS:
            self.follow_step(deed, name, here, done, points_only=points_only)
        elif deed == "edit":
            here.edits += 1
            told.prepared.add(name)
        elif deed in ("ask", "widen"):
            here.points.append(Point(done.pk, here.desk or here.returned_by, of))
        elif deed in SAY:
            here.points[of].state = "open" if deed == "asked_again" else deed
            if deed == "answered":  # who answers for the unit has prepared what is said
                told.prepared.add(name)
        elif deed == "extend":
            told.until = until_date
        else:
            told.is_closed = deed == "close_round"

    def follow_step(self, action, name, here, done, *, points_only):
        """Where a step leads, as the table says, and what goes along with it."""
        told, desk = self.foretold, here.desk
        if action == "return" and not [p for p in here.points if (p.desk, p.state) == (desk, "open")]:
            here.points.append(Point(fresh(here).points.latest("pk").pk, desk, ""))
        if action == "withdraw":
            here.status, here.desk = "draft", ""
        else:
            target = {EVERY_DESK.get((here.status, desk, action, part)) for part in parts(name)} - {None}
            [(here.status, here.desk)] = target
        here.steps += 1
        here.sender = name if action == "submit" else ""
        if action == "submit":
            told.prepared.add(name)
        if action == "return":
            here.is_limited, here.returned_by = points_only, desk
        if action == "publish":
            for other in told.revisions:
                if other is not here and other.status == "published":
                    other.status, other.steps = "superseded", other.steps + 1
        if action == "reopen":
            told.revisions.append(Revision(done.pk, "in_review", LAST, steps=1))
        if action == "correct":
            told.revisions.append(Revision(done.pk))

    def there(self):
        """The revisions as the database has them."""
        mine = Submission.objects.filter(round=self.round).order_by("revision")
        return list(mine.values_list("pk", "status", "desk"))

    def look_through(self):
        """Everything that was kept tells the same history."""
        statuses = Counter(status for _, status, _ in self.there())
        assert sum(statuses[status] for status in OPEN) <= 1
        assert statuses["approved"] <= 1 and statuses["published"] <= 1
        for each in self.foretold.revisions:
            here = fresh(each)
            assert here.row_version == Edit.objects.filter(submission=here).count() == each.edits
            assert_every_change_has_its_step(here, each.steps)
            assert_kept_as_approved(here)
            states = list(here.points.order_by("pk").values_list("pk", "state"))
            assert states == [(point.number, point.state) for point in each.points]


def fresh(revision):
    """The return as the next request reads it."""
    return Submission.objects.for_workspace().get(pk=revision.number)


def assert_every_change_has_its_step(here, number):
    """From a draft on, each step begins where the one before it ended, and the last ends where the return is."""
    at = ("draft", "")
    steps = list(Transition.objects.filter(submission=here).order_by("pk"))
    for step in steps:
        assert (step.from_status, step.from_desk) == at
        at = (step.to_status, step.to_desk)
    assert at == (here.status, here.desk) and len(steps) == number


def assert_kept_as_approved(here):
    """What was approved says what it said, and its digest is of that."""
    approvals = here.transitions.filter(action="approve").count()
    kept = list(Snapshot.objects.filter(submission=here))
    assert len(kept) == approvals <= 1
    for snapshot in kept:
        assert snapshot.content == content_of(here)
        assert snapshot.sha256 == Snapshot.digest(snapshot.content)


@pytest.fixture
def everybody(world):
    """The people by name."""
    make_person("tan", "谭勇", (Role.UNIT_HEAD, world.rescue))
    make_person("gu", "顾审", (Role.PERFORMANCE_OFFICE, world.finance))
    make_person("mei", "梅双", (Role.PREPARER, world.rescue), (Role.PERFORMANCE_OFFICE, world.finance))
    people = {person.username: person for person in world.lin.__class__.objects.filter(username__in=PEOPLE)}
    assert set(people) == set(PEOPLE)
    return people


DRILL = [pytest.param(number, 200, marks=pytest.mark.drill) for number in range(10)]


@pytest.mark.parametrize(("number", "histories"), [(1, 3), *DRILL])
def test_every_history_is_as_foretold(everybody, number, histories):
    History.world, History.taken = everybody, Counter()
    run_state_machine_as_test(
        seed(number)(History),
        settings=settings(
            max_examples=histories,
            stateful_step_count=50,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert History.taken["submit"] and History.taken["pass_on"]  # they got on
