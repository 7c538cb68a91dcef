"""Two people at the same return in the same moment, on two connections, with real commits, many times over.

Every pair of deeds has the outcomes it may have, written by hand. The last tests take the application's lock
away: then a deed acts on what it read before, and it is the database that refuses it, or nobody does.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, current_thread, main_thread

import pytest
from django.db import connection, transaction

import budgets.actions
from budgets.models import BudgetLine
from orgs.models import User
from performance.snapshots import content_of
from submissions import actions, round_actions
from submissions.models import CollectionRound, Edit, Snapshot, Submission, Transition
from tests.budgets.test_concurrency import at_once
from tests.submissions.test_workflow import DEEDS, extend, today
from tests.world import (
    NOTHING_LEFT,
    NOW,
    Role,
    change,
    make_person,
    make_submission,
    make_world,
    put_in_status,
    put_point,
    save,
)

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = [pytest.param(3, id="3 rounds"), pytest.param(200, id="200 rounds", marks=pytest.mark.drill)]
AT_THE_HEAD, AT_THE_LAST = ("in_review", "unit_head"), ("in_review", "performance_office")


@pytest.fixture
def world(transactional_db):
    """As in the other tests, but committed; with a second preparer, and a second reviewer."""
    world = make_world()
    make_person("mei", "梅", (Role.PREPARER, world.emergency))
    make_person("gu", "顾审", (Role.PERFORMANCE_OFFICE, world.finance))
    CollectionRound.objects.update(unit_head_desk=True)
    return world


def person(name):
    """Somebody as she comes to her desk."""
    return User.objects.get(username=name)


def deed(name, by):
    """A step of the table by somebody, on what she sees when she takes it."""
    return lambda here: DEEDS[name](here, person(by))


def edit(by, version=1, figure="2"):
    """A save of the row there is."""
    return lambda here: save(fresh(here), change("other", version=version, outturn=figure), by=person(by))


def edit_another(by):
    """A save of a row that is not there yet."""
    return lambda here: save(fresh(here), change("operating", outturn="3"), by=person(by))


def submit(here):
    """Hand in what was looked at under the lock."""
    looked_at = []
    step = actions.submit(
        submission=here,
        **NOTHING_LEFT | {"in_the_way": lambda locked: looked_at.append(figures(locked)) or []},
        by=person("lin"),
        at=NOW,
    )
    return step, looked_at


def approve(here):
    """Approve, and keep what is approved."""
    seen = fresh(here).last_step_number
    return actions.approve(
        submission=here, seen=seen, comment="", content_of=content_of, by=person("wu"), at=NOW
    )


def give_back_the_point(here):
    """Return nothing but the row of the point."""
    seen = fresh(here).last_step_number
    return actions.return_to_unit(
        submission=here, seen=seen, comment="", points_only=True, by=person("wu"), at=NOW
    )


def close(here):
    """Close the round, and look at what was saved by then."""
    event = round_actions.close_round(round=here.round, reason="结束", by=person("wu"), at=NOW)
    return event, figures(here)


def fresh(submission):
    """The return as the next request reads it."""
    return Submission.objects.for_workspace().get(pk=submission.pk)


def figures(submission):
    """What the return says, without its numbers in the database."""
    return sorted(BudgetLine.objects.filter(submission=submission).values_list("item", "outturn"))


def word(result):
    """What came of a deed, in a word."""
    if isinstance(result, Exception):
        return type(result).__name__
    return "done"


# The deeds, from where, and what may come of both: (of the first, of the second, status and desk afterwards).
RACES = {
    "edit / submit": (
        ("draft", ""),
        (edit("mei"), submit),
        {("done", "done", AT_THE_HEAD), ("NotEditable", "done", AT_THE_HEAD)},
    ),
    "submit / submit": (
        ("draft", ""),
        (deed("submit", "lin"), deed("submit", "mei")),
        {("done", "NotNow", AT_THE_HEAD), ("NotNow", "done", AT_THE_HEAD)},
    ),
    "edit / edit of one row": (
        ("draft", ""),
        (edit("lin", figure="2"), edit("mei", figure="3")),
        {("done", "LinesConflict", ("draft", "")), ("LinesConflict", "done", ("draft", ""))},
    ),
    "edit / edit of two rows": (
        ("draft", ""),
        (edit("lin"), edit_another("mei")),
        {("done", "done", ("draft", ""))},
    ),
    "approve / return": (
        AT_THE_LAST,
        (approve, deed("return", "gu")),
        {("done", "NotNow", ("approved", "")), ("NotNow", "done", ("returned", ""))},
    ),
    "approve / approve": (
        AT_THE_LAST,
        (approve, deed("approve", "gu")),
        {("done", "NotNow", ("approved", "")), ("NotNow", "done", ("approved", ""))},
    ),
    "approve / edit": (
        AT_THE_LAST,
        (approve, edit("lin")),
        {("done", "NotEditable", ("approved", ""))},
    ),
    "return / edit": (
        AT_THE_LAST,
        (deed("return", "wu"), edit("lin")),
        {("done", "done", ("returned", "")), ("done", "NotEditable", ("returned", ""))},
    ),
    "return of another row / edit": (
        (*AT_THE_LAST, "asked about another row"),
        (give_back_the_point, edit("lin")),
        {("done", "NotReopened", ("returned", "")), ("done", "NotEditable", ("returned", ""))},
    ),
    "pass on / withdraw": (
        ("draft", "", "handed in by Lin"),
        (deed("pass_on", "sun"), deed("withdraw", "lin")),
        {("done", "NotYours", AT_THE_LAST), ("NotNow", "done", ("draft", ""))},
    ),
    "close / save": (
        ("draft", ""),
        (close, edit("lin")),
        {("done", "done", ("draft", "")), ("done", "NotEditable", ("draft", ""))},
    ),
    "close / submit": (
        ("draft", ""),
        (close, submit),
        {("done", "done", AT_THE_HEAD), ("done", "NotNow", ("draft", ""))},
    ),
    "reopen / publish": (
        ("approved", ""),
        (deed("reopen", "wu"), deed("publish", "lin")),
        {("done", "NotNow", ("superseded", "")), ("NotNow", "done", ("published", ""))},
    ),
    "publish / publish": (
        ("approved", ""),
        (deed("publish", "lin"), deed("publish", "mei")),
        {("done", "NotNow", ("published", "")), ("NotNow", "done", ("published", ""))},
    ),
    "publish / correct": (
        ("approved", ""),
        (deed("publish", "lin"), deed("correct", "mei")),
        {("done", "done", ("published", "")), ("done", "NotNow", ("published", ""))},
    ),
    "correct / correct": (
        ("published", ""),
        (deed("correct", "lin"), deed("correct", "mei")),
        {("done", "NotNow", ("published", "")), ("NotNow", "done", ("published", ""))},
    ),
}


def prepare(world, number, place):
    """A new revision with one row, at a place; those before it are out of the way, the round is open."""
    status, desk, *story = place
    for other in Submission.objects.exclude(status="superseded"):
        put_in_status(other, "superseded")
    CollectionRound.objects.update(closed_at=None)
    here = make_submission(world.round, world.emergency, world.lin, revision=10 * number + 2)
    if status in ("approved", "published"):
        extend(here, today())
    save(here, change("other", outturn="1"), by=world.lin)
    put_in_status(here, status, desk)
    if story == ["handed in by Lin"]:
        DEEDS["submit"](here, world.lin)
    if story == ["asked about another row"]:
        put_point(
            here, desk, schedule="revenue", row="operating", recorded_row={"key": {"item": "operating"}}
        )
    return here


def check(here, results):
    """Whatever came first: what was looked at, approved or closed stays as it was, and each deed is there once."""
    for result in results:
        if isinstance(result, tuple) and isinstance(result[0], Transition):
            assert result[1] == [figures(here)]  # what was looked at was handed in
        elif isinstance(result, tuple):
            assert result[1] == figures(here) or place_of(here) == ("draft", "")
    for snapshot in Snapshot.objects.filter(submission=here).exclude(content="{}"):
        assert snapshot.content == content_of(fresh(here))
    done = [result for result in results if not isinstance(result, Exception)]
    steps = here.transitions.exclude(actor__username="lin", action="submit", to_desk="unit_head")
    assert steps.count() <= len(done)
    saved = Edit.objects.filter(submission=here)
    assert fresh(here).row_version == saved.count() == 1 + done.count(None)
    assert Submission.objects.filter(status__in=["draft", "in_review", "returned"]).count() <= 1


def place_of(submission):
    """Status and desk as the database has them."""
    return Submission.objects.values_list("status", "desk").get(pk=submission.pk)


def race(world, number, place, deeds):
    """Let both deeds happen at once; the return, what came of them, and in words."""
    here = prepare(world, number, place)
    results = at_once(*(lambda each=each: each(here) for each in deeds))
    return here, results, (*map(word, results), place_of(here))


@pytest.mark.parametrize("rounds", ROUNDS)
@pytest.mark.parametrize(("place", "deeds", "outcomes"), RACES.values(), ids=RACES)
def test_of_two_deeds_at_once_comes_what_may_come_of_them(world, place, deeds, outcomes, rounds):
    for number in range(rounds):
        here, results, outcome = race(world, number, place, deeds)
        assert outcome in outcomes, (number, results)
        check(here, results)


# Of these no outcome hangs on the lock: what is under review is edited at no moment, what is approved is not
# corrected, two rows are two rows; and of a return of another row see below.
NEED_NO_LOCK = (
    "approve / edit",
    "return / edit",
    "return of another row / edit",
    "publish / correct",
    "edit / edit of two rows",
)
RACES_FOR_THE_LOCK = {name: race for name, race in RACES.items() if name not in NEED_NO_LOCK}


@pytest.mark.drill
@pytest.mark.parametrize(("place", "deeds", "outcomes"), RACES_FOR_THE_LOCK.values(), ids=RACES_FOR_THE_LOCK)
def test_without_the_lock_the_same_race_is_lost(world, monkeypatch, place, deeds, outcomes):
    monkeypatch.setattr(actions, "lock_for_step", read_only)
    assert any(race(world, number, place, deeds)[-1] not in outcomes for number in range(200))


def read_only(submission_id):
    """Read a return as `lock_for_step` does, and lock nothing."""
    return Submission.objects.for_workspace().get(pk=submission_id)


class Halted:
    """A deed in another thread that stops when a function has returned in it, until it is let go."""

    def __init__(self, monkeypatch, module, name, deed, here):
        self.function, self.has_stopped, self.may_go = getattr(module, name), Event(), Event()
        monkeypatch.setattr(module, name, self._stop)
        self.thread = ThreadPoolExecutor(1)
        self.running = self.thread.submit(outcome_of, deed, here)
        assert self.has_stopped.wait(10)

    def _stop(self, *given):
        found = self.function(*given)
        if current_thread() is not main_thread() and not self.has_stopped.is_set():
            self.has_stopped.set()
            self.may_go.wait(10)
        return found

    def go_on(self):
        """Let it finish; what came of it."""
        self.may_go.set()
        with self.thread:
            return self.running.result(10)


def outcome_of(deed, here):
    """What comes of a deed, or why it was refused; another thread hangs up afterwards."""
    try:
        return deed(here)
    except Exception as error:
        return error
    finally:
        if current_thread() is not main_thread():
            connection.close()


# The deed that has read the return and checked what it may, and the one that comes between.
BETWEEN = {
    "edit, submit": (("draft", ""), edit("mei"), submit),
    "submit, submit": (("draft", ""), submit, deed("submit", "mei")),
    "edit, close": (("draft", ""), edit("lin"), close),
    "submit, close": (("draft", ""), submit, close),
    "approve, return": (AT_THE_LAST, approve, deed("return", "gu")),
    "return, approve": (AT_THE_LAST, deed("return", "gu"), approve),
    "pass on, withdraw": (("draft", "", "handed in by Lin"), deed("pass_on", "sun"), deed("withdraw", "lin")),
    "withdraw, pass on": (("draft", "", "handed in by Lin"), deed("withdraw", "lin"), deed("pass_on", "sun")),
    "reopen, publish": (("approved", ""), deed("reopen", "wu"), deed("publish", "lin")),
    "publish, reopen": (("approved", ""), deed("publish", "lin"), deed("reopen", "wu")),
    "publish, publish": (("approved", ""), deed("publish", "lin"), deed("publish", "mei")),
}


def checked_last(name):
    """What a deed looks at last under the lock."""
    return "lock_for_step" if name.startswith("edit") else "_check_points"


def test_nobody_comes_between_what_a_deed_reads_and_what_it_writes(world, monkeypatch):
    for number, (name, (place, first, second)) in enumerate(BETWEEN.items()):
        here = prepare(world, number, place)
        with monkeypatch.context() as patched:
            halted = Halted(patched, actions, checked_last(name), first, here)
            assert word(at_most_a_moment(second, here)) == "OperationalError", name
            assert word(halted.go_on()) == "done", name


def test_without_the_lock_somebody_does_and_the_database_alone_refuses(world, monkeypatch):
    for number, (name, (place, first, second)) in enumerate(BETWEEN.items()):
        here = prepare(world, number, place)
        with monkeypatch.context() as patched:
            patched.setattr(actions, "lock_for_step", read_only)
            halted = Halted(patched, actions, checked_last(name), first, here)
            assert word(outcome_of(second, here)) == "done", name
            assert word(halted.go_on()) == "IntegrityError", name


def test_no_save_comes_between_what_another_has_compared_and_what_it_writes(world, monkeypatch):
    here = prepare(world, 0, ("draft", ""))
    halted = Halted(monkeypatch, budgets.actions, "_plan", edit("lin"), here)
    assert word(at_most_a_moment(edit("mei", figure="3"), here)) == "OperationalError"
    assert word(halted.go_on()) == "done"


def test_without_the_lock_the_database_alone_keeps_a_save_from_losing_another(world, monkeypatch):
    here = prepare(world, 0, ("draft", ""))
    monkeypatch.setattr(actions, "lock_for_step", read_only)
    halted = Halted(monkeypatch, budgets.actions, "_plan", edit("lin"), here)
    assert word(outcome_of(edit("mei", figure="3"), here)) == "done"
    assert word(halted.go_on()) == "IntegrityError"
    assert figures(here) == [("other", 3)]


def at_most_a_moment(deed, here):
    """What comes of a deed that waits for nobody."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
        result = outcome_of(deed, here)
        transaction.set_rollback(True)
    return result


@pytest.mark.parametrize(
    ("place", "first", "refusal"),
    [
        ((*AT_THE_LAST, "asked about another row"), give_back_the_point, "NotReopened"),
        (("draft", ""), close, "NotEditable"),
        (AT_THE_LAST, deed("return", "wu"), "done"),
    ],
    ids=["a return of another row", "the closing of the round", "a return of the whole"],
)
def test_a_save_that_has_waited_sees_everything_as_it_is_then(world, place, first, refusal):
    here = prepare(world, 0, place)
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            assert word(outcome_of(first, here)) == "done"
            waiting = thread.submit(outcome_of, edit("lin"), here)
            with pytest.raises(TimeoutError):
                waiting.result(0.3)
        assert word(waiting.result(10)) == refusal
