"""Handing in, returning, approving: every status × action × person, in the application and straight in SQL."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Max
from django.utils import timezone

from submissions import actions, workflow
from submissions.models import Explanation, Extension, Publication, Snapshot, Submission, Transition
from submissions.permissions import deciders_at, prepared_by, preparers_among
from submissions.point_actions import ask_again, close_point
from submissions.workflow import STEPS
from tests.world import (
    NOTHING_LEFT,
    NOW,
    Role,
    answer_all,
    change,
    make_person,
    make_round,
    make_submission,
    make_world,
    put_in_status,
    put_point,
    save,
)

STATUSES = ("draft", "in_review", "returned", "approved", "published", "superseded")
PLACES = (
    ("draft", ""),
    ("in_review", "unit_head"),
    ("in_review", "department"),
    ("in_review", "division"),
    ("in_review", "performance_office"),
    ("returned", ""),
    ("approved", ""),
    ("published", ""),
    ("superseded", ""),
)
PEOPLE = ("lin", "sun", "tan", "chen", "he", "wu", "qian", "tang", "zhao", "feng")

# Written by hand: who may do what from where, and where it leads. Everything else is refused.
EVERY_DESK = {
    # The return of a unit below a department, in a round with every desk.
    ("draft", "", "submit", "lin"): ("in_review", "unit_head"),
    ("returned", "", "submit", "lin"): ("in_review", "unit_head"),
    ("in_review", "unit_head", "pass_on", "tan"): ("in_review", "department"),
    ("in_review", "unit_head", "return", "tan"): ("returned", ""),
    ("in_review", "department", "pass_on", "chen"): ("in_review", "division"),
    ("in_review", "department", "return", "chen"): ("returned", ""),
    ("in_review", "division", "pass_on", "he"): ("in_review", "performance_office"),
    ("in_review", "division", "return", "he"): ("returned", ""),
    ("in_review", "performance_office", "return", "wu"): ("returned", ""),
    ("in_review", "performance_office", "approve", "wu"): ("approved", ""),
    ("approved", "", "reopen", "wu"): ("superseded", ""),
    ("approved", "", "publish", "lin"): ("published", ""),
    ("approved", "", "publish", "tan"): ("published", ""),
    ("approved", "", "publish", "wu"): ("published", ""),
    ("published", "", "correct", "lin"): ("published", ""),
}
NO_DEPARTMENT = EVERY_DESK | {
    # Of a unit right below the bureau: the desk of the department is skipped; Sun is its head, Chen its own.
    ("in_review", "unit_head", "pass_on", "sun"): ("in_review", "division"),
    ("in_review", "unit_head", "return", "sun"): ("returned", ""),
    ("approved", "", "publish", "sun"): ("published", ""),
}
del NO_DEPARTMENT["approved", "", "publish", "tan"]
for each in ("pass_on", "return"):
    del NO_DEPARTMENT["in_review", "unit_head", each, "tan"]
    NO_DEPARTMENT["in_review", "department", each, "nobody"] = NO_DEPARTMENT.pop(
        ("in_review", "department", each, "chen")
    )
LAST_DESK_ONLY = {
    # In a round that has no other desk than the last.
    ("draft", "", "submit", "lin"): ("in_review", "performance_office"),
    ("returned", "", "submit", "lin"): ("in_review", "performance_office"),
    ("in_review", "unit_head", "pass_on", "tan"): ("in_review", "performance_office"),
    ("in_review", "unit_head", "return", "tan"): ("returned", ""),
    ("in_review", "department", "pass_on", "chen"): ("in_review", "performance_office"),
    ("in_review", "department", "return", "chen"): ("returned", ""),
    ("in_review", "division", "pass_on", "he"): ("in_review", "performance_office"),
    ("in_review", "division", "return", "he"): ("returned", ""),
    ("in_review", "performance_office", "return", "wu"): ("returned", ""),
    ("in_review", "performance_office", "approve", "wu"): ("approved", ""),
    ("approved", "", "reopen", "wu"): ("superseded", ""),
    ("approved", "", "publish", "lin"): ("published", ""),
    ("approved", "", "publish", "tan"): ("published", ""),
    ("approved", "", "publish", "wu"): ("published", ""),
    ("published", "", "correct", "lin"): ("published", ""),
}  # what lies on a desk that was switched off meanwhile is done there
TABLES = {
    "every desk": (EVERY_DESK, "rescue", True),
    "no department above": (NO_DEPARTMENT, "emergency", True),
    "last desk only": (LAST_DESK_ONLY, "rescue", False),
}
DOERS = {
    # Who may do it at all; others are told so whatever the status.
    "rescue": {
        "submit": {"lin"},
        "withdraw": {"lin"},
        "pass_on": {"tan", "chen", "he"},
        "return": {"tan", "chen", "he", "wu"},
        "approve": {"wu"},
        "reopen": {"wu"},
        "publish": {"lin", "tan", "wu"},
        "correct": {"lin"},
    },
    "emergency": {
        "submit": {"lin"},
        "withdraw": {"lin"},
        "pass_on": {"sun", "he"},
        "return": {"sun", "he", "wu"},
        "approve": {"wu"},
        "reopen": {"wu"},
        "publish": {"lin", "sun", "wu"},
        "correct": {"lin"},
    },
}

DEEDS = {
    "submit": lambda submission, by: actions.submit(submission=submission, **NOTHING_LEFT, by=by, at=NOW),
    "withdraw": lambda submission, by: actions.withdraw(
        submission=submission, seen=latest(submission), comment="", by=by, at=NOW
    ),
    "pass_on": lambda submission, by: actions.pass_on(
        submission=submission, seen=latest(submission), comment="", by=by, at=NOW
    ),
    "return": lambda submission, by: actions.return_to_unit(
        submission=submission, seen=latest(submission), comment="请核对项目支出。", by=by, at=NOW
    ),
    "approve": lambda submission, by: actions.approve(
        submission=submission, seen=latest(submission), comment="", content_of=lambda _: "{}", by=by, at=NOW
    ),
    "reopen": lambda submission, by: actions.reopen(
        submission=submission, seen=latest(submission), comment="决算调整。", copy=nothing, by=by, at=NOW
    ),
    "publish": lambda submission, by: actions.publish(
        submission=submission, seen=latest(submission), record=publication(), by=by, at=NOW
    ),
    "correct": lambda submission, by: actions.correct(
        submission=submission, seen=latest(submission), comment="决算调整。", copy=nothing, by=by, at=NOW
    ),
}


def nothing(*, old, new):
    """Copy no rows."""


def publication(**fields):
    """The record of a publication, with what is always asked; not saved."""
    day = date(2024, 3, 1)
    fields = {"authorisation": "零应急函〔2024〕3号"} | fields
    return Publication(
        reply_date=day,
        secrecy_reviewer="保密员",
        secrecy_review_date=day,
        signatory="局长",
        sign_off_date=day,
        published_date=day,
        **fields,
    )


def latest(submission):
    """The number of the latest step, as the page shows it; 0 before any."""
    return submission.transitions.aggregate(Max("pk"))["pk__max"] or 0


def place_of(submission):
    """Status and desk as the database has them."""
    return Submission.objects.values_list("status", "desk").get(pk=submission.pk)


def status_of(submission):
    """The status as the database has it."""
    return place_of(submission)[0]


@pytest.fixture
def heads(world):
    """The world, with a head of the rescue centre."""
    heads = {"tan": make_person("tan", "谭勇", (Role.UNIT_HEAD, world.rescue))}
    return {name: heads.get(name) or getattr(world, name) for name in PEOPLE}


def return_of(world, unit, every_desk):
    """A unit's return in a round of its own."""
    return make_submission(
        make_round(world.finance, 2022, every_desk=every_desk), getattr(world, unit), world.lin
    )


@pytest.mark.parametrize("action", list(DEEDS))
@pytest.mark.parametrize("place", PLACES, ids=" ".join)
@pytest.mark.parametrize(("table", "unit", "every_desk"), TABLES.values(), ids=TABLES)
def test_every_place_action_and_person_equals_the_table(world, heads, table, unit, every_desk, place, action):
    here = return_of(world, unit, every_desk)
    extend(here, today())
    put_in_status(here, *place)
    for name in PEOPLE:
        before = here.transitions.count()
        expected = table.get((*place, action, name))
        with transaction.atomic():
            if expected:
                DEEDS[action](here, heads[name])
            else:
                refusal: type[actions.Refused] = actions.NotPermitted
                if name in DOERS[unit][action]:
                    refusal = actions.NotNow
                if action == "withdraw" and place[0] == "in_review" and name == "lin":
                    refusal = actions.NotYours  # it was not she who handed it in
                with pytest.raises(refusal):
                    DEEDS[action](here, heads[name])
            assert place_of(here) == (expected or place), name
            assert here.transitions.count() - before == bool(expected), name
            transaction.set_rollback(True)


SUPERSEDES = (("published", ""), "supersede", ("superseded", ""))
REOPENED = (("draft", ""), "reopen", ("in_review", "performance_office"))
"""Steps that go along with others, and are none by themselves."""


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
@pytest.mark.parametrize(("table", "unit", "every_desk"), TABLES.values(), ids=TABLES)
def test_every_place_and_action_straight_in_sql_equals_the_table(world, table, unit, every_desk, place):
    here = return_of(world, unit, every_desk)
    extend(here, today())
    edges = {(*key[:3], target) for key, target in table.items()}
    put_in_status(here, *place)
    for action, target in product([*DEEDS, "supersede"], PLACES):
        with transaction.atomic():
            if (*place, action, target) in edges:
                give_what_it_needs(here, action, place)
                insert(here, action, place, target, world.wu)
                assert place_of(here) == target
            else:
                said = "takes no step"
                if action == "withdraw" and place[0] == "in_review" and target[0] == "draft":
                    said = "only who handed it in"
                if (place, action, target) in (SUPERSEDES, REOPENED):
                    said = "by itself"
                with pytest.raises(DatabaseError, match=said), transaction.atomic():
                    insert(here, action, place, target, world.wu)
                assert place_of(here) == place
            transaction.set_rollback(True)


def give_what_it_needs(submission, action, place):
    """Write what the database asks for beside the step."""
    if action == "return":
        put_point(submission, place[1])
    if action == "approve":
        Snapshot.objects.create(submission=submission, content="{}", sha256=Snapshot.digest("{}"), at=NOW)
    if action == "publish":
        record = publication()
        record.submission, record.actor, record.at = submission, submission.started_by, NOW
        record.save()


def insert(submission, action, source, target, actor, comment="请核对"):
    """Write a transition as the application's role might by hand; places are status and desk."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO submissions_transition (submission_id, action, from_status, from_desk, to_status,"
            " to_desk, actor_id, actor_name, comment, at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, '某人', %s, now())",
            [submission.pk, action, *source, *target, actor.pk, comment],
        )


AT_THE_LAST = ("in_review", "performance_office")


@pytest.mark.parametrize("back", ["returned", "draft"])
def test_who_handed_it_in_takes_it_back_until_somebody_acts(world, heads, back):
    here = return_of(world, "rescue", True)
    put_in_status(here, back)
    DEEDS["submit"](here, world.lin)
    other = make_person("yan", "严会", (Role.PREPARER, world.rescue))
    with pytest.raises(actions.NotYours, match="只有报送人本人"):
        DEEDS["withdraw"](here, other)
    with pytest.raises(DatabaseError, match="only who handed it in"), transaction.atomic():
        insert(here, "withdraw", ("in_review", "unit_head"), ("draft", ""), other)
    DEEDS["withdraw"](here, world.lin)
    assert place_of(here) == ("draft", "")
    DEEDS["submit"](here, world.lin)
    DEEDS["pass_on"](here, heads["tan"])
    with pytest.raises(actions.NotYours, match="审核人处理之前"):
        DEEDS["withdraw"](here, world.lin)
    with pytest.raises(DatabaseError, match="only who handed it in"), transaction.atomic():
        insert(here, "withdraw", ("in_review", "department"), ("draft", ""), world.lin)


CLOSED = datetime(2024, 5, 1, tzinfo=UTC)


def close(round):
    """Close a round, as `round_actions` does."""
    round.closed_at = CLOSED
    round.save(update_fields=["closed_at"])


def extend(submission, until):
    """Give a unit time until a day."""
    Extension.objects.create(
        round=submission.round,
        unit=submission.unit,
        until_date=until,
        reason="财政批复调整",
        actor=submission.started_by,
        actor_name="吴芳",
        at=NOW,
    )


def today():
    """The day it is in China."""
    return timezone.localdate()


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_a_closed_round_stops_handing_in_and_no_decision(world, heads, place):
    here = return_of(world, "rescue", True)
    close(here.round)
    for (status, desk, action, name), target in EVERY_DESK.items():
        if (status, desk) != place:
            continue
        put_in_status(here, *place)
        with transaction.atomic():
            if action in ("submit", "correct"):
                with pytest.raises(actions.NotNow, match="延期"):
                    DEEDS[action](fresh(here), heads[name])
                with pytest.raises(DatabaseError, match=r"is closed|without leave"), transaction.atomic():
                    insert(here, action, place, target, heads[name])
                extend(here, today())
            DEEDS[action](fresh(here), heads[name])
            assert place_of(here) == target
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    "is_closed", [pytest.param(False, marks=pytest.mark.drill), True], ids=["open", "closed"]
)
@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_every_action_and_person_without_more_time_in_an_open_and_a_closed_round(
    world, heads, place, is_closed
):
    here = return_of(world, "rescue", True)
    put_in_status(here, *place)
    if is_closed:
        close(here.round)
    stopped = ("submit", "correct") if is_closed else ("correct",)
    for action, name in product(DEEDS, PEOPLE):
        expected = None if action in stopped else EVERY_DESK.get((*place, action, name))
        with transaction.atomic():
            if expected:
                DEEDS[action](fresh(here), heads[name])
            else:
                with pytest.raises((actions.NotPermitted, actions.NotNow, actions.NotYours)):
                    DEEDS[action](fresh(here), heads[name])
            assert place_of(here) == (expected or place), (action, name)
            transaction.set_rollback(True)


DECIDE = ("pass_on", "return", "approve", "reopen")
"""What nobody does with a return they prepared."""


@pytest.mark.parametrize("is_closed", [False, True], ids=["open", "closed"])
@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_every_action_straight_in_sql_by_who_prepared_it_or_not_in_an_open_and_a_closed_round(
    world, place, is_closed
):
    mei, here = two_roles(world), return_of(world, "rescue", True)
    save(here, change("other", outturn="1"), by=mei, at=NOW)
    put_in_status(here, *place)
    if is_closed:
        close(here.round)
    edges = {(*key[:3], target) for key, target in EVERY_DESK.items()}
    for action, target, by in product(DEEDS, PLACES, (mei, world.wu)):
        stopped = (
            action == "correct" or (action == "submit" and is_closed) or (action in DECIDE and by == mei)
        )
        with transaction.atomic():
            if (*place, action, target) in edges and not stopped:
                give_what_it_needs(here, action, place)
                insert(here, action, place, target, by)
                assert place_of(here) == target
            else:
                with pytest.raises(DatabaseError), transaction.atomic():
                    insert(here, action, place, target, by)
                assert place_of(here) == place, (action, target, by)
            transaction.set_rollback(True)


def fresh(submission):
    """The return as the next request reads it."""
    return Submission.objects.for_workspace().get(pk=submission.pk)


def row(submission):
    """Save one figure through the deed."""
    save(fresh(submission), change("other", outturn="1"))


def test_a_closed_round_stops_editing_but_for_who_has_more_time(world):
    here = world.submission
    row(here)
    close(here.round)
    statement = "UPDATE budgets_budgetline SET outturn = 2, row_version = row_version + 1"
    for until in (None, today() - timedelta(days=1)):
        if until:
            extend(here, until)
        with pytest.raises(actions.NotEditable, match="已经关闭"):
            save(fresh(here), change("other", outturn="2", version=1))
        with (
            pytest.raises(DatabaseError, match="is closed"),
            transaction.atomic(),
            connection.cursor() as sql,
        ):
            sql.execute(statement)
    extend(here, today())
    with connection.cursor() as sql:
        sql.execute(statement)


def test_the_newest_extension_counts_and_another_units_does_not(world):
    close(world.round)
    extend(make_submission(world.round, world.rescue, world.lin), today())
    assert fresh(world.submission).is_closed
    extend(world.submission, today() + timedelta(days=9))
    assert not fresh(world.submission).is_closed
    extend(world.submission, today() - timedelta(days=1))
    assert fresh(world.submission).is_closed


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("target", STATUSES)
def test_no_other_statement_changes_a_status(world, status, target):
    if status == target:
        return
    put_in_status(world.submission, status)
    with pytest.raises(DatabaseError, match="changes by a transition only"), connection.cursor() as cursor:
        cursor.execute("UPDATE submissions_submission SET status = %s", [target])


@pytest.mark.parametrize("status", STATUSES[1:])
def test_a_submission_begins_as_a_draft(world, status):
    with pytest.raises(DatabaseError, match="begins as a draft"):
        Submission.objects.create(
            round=world.round, unit=world.rescue, status=status, started_by=world.lin, started_at=NOW
        )


@pytest.mark.parametrize("column", ["unit_id", "round_id", "revision", "started_by_id"])
def test_a_submission_stays_the_return_of_its_unit(world, column):
    with pytest.raises(DatabaseError, match="stays the return of its unit"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE submissions_submission SET {column} = {column} + 1")


@pytest.mark.parametrize(
    "deed", ["UPDATE submissions_transition SET comment = ''", "DELETE FROM submissions_transition"]
)
def test_a_transition_is_never_changed_or_deleted(world, deed):
    DEEDS["submit"](world.submission, world.lin)
    with pytest.raises(DatabaseError, match="Cannot update or delete rows"), connection.cursor() as cursor:
        cursor.execute(deed)


@pytest.mark.parametrize("status", ["in_review", "approved", "published", "superseded"])
@pytest.mark.parametrize("column", ["row_version = row_version + 1", "saved_at = now()"])
def test_no_save_is_noted_on_a_submission_that_is_not_edited(world, status, column):
    put_in_status(world.submission, status)
    with pytest.raises(DatabaseError, match="cannot be edited"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE submissions_submission SET {column}")


def test_a_decision_is_made_on_what_she_saw(world):
    DEEDS["submit"](world.submission, world.lin)
    seen = latest(world.submission)
    DEEDS["return"](world.submission, world.wu)
    answer_all(world.submission, world.lin)
    DEEDS["submit"](world.submission, world.lin)
    decision = {"submission": world.submission, "seen": seen, "comment": "好。", "by": world.wu, "at": NOW}
    with pytest.raises(actions.NotNow, match="有了新的流转"):
        actions.return_to_unit(**decision)
    with pytest.raises(actions.NotNow, match="有了新的流转"):
        actions.approve(**decision, content_of=lambda _: "{}")
    assert status_of(world.submission) == "in_review"


@pytest.mark.django_db(transaction=True)
def test_no_save_slips_in_while_what_is_in_the_way_is_asked():
    world = make_world()
    outcome = []

    def colleague():
        try:
            save(world.submission, change("other", outturn="1"))
            outcome.append("saved")
        except actions.NotEditable:
            outcome.append("too late")
        finally:
            connection.close()

    thread = Thread(target=colleague)

    def in_the_way(submission):
        thread.start()
        thread.join(1)  # she waits for the lock
        assert thread.is_alive() and outcome == []
        return []

    actions.submit(
        submission=world.submission, **NOTHING_LEFT | {"in_the_way": in_the_way}, by=world.lin, at=NOW
    )
    thread.join()
    assert outcome == ["too late"] and status_of(world.submission) == "in_review"


FORGED = {
    "a trigger of one's own": """
        CREATE TEMPORARY TABLE hook (id int);
        CREATE FUNCTION pg_temp.hooked() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN UPDATE public.submissions_submission SET status = 'approved'; RETURN NEW; END $$;
        CREATE TRIGGER hook BEFORE INSERT ON hook FOR EACH ROW EXECUTE FUNCTION pg_temp.hooked();
        INSERT INTO hook VALUES (1)
    """,
    "a record that is skipped": """
        INSERT INTO submissions_transition
               (id, submission_id, action, from_status, from_desk, to_status, to_desk, actor_id, actor_name,
                comment, at)
        SELECT t.id, t.submission_id, 'approve', 'in_review', 'performance_office', 'approved', '', u.id, '', '',
               now()
          FROM submissions_transition t, orgs_user u WHERE u.username = 'wu'
        ON CONFLICT DO NOTHING
    """,
    "a record before the last": """
        INSERT INTO submissions_transition
               (id, submission_id, action, from_status, from_desk, to_status, to_desk, actor_id, actor_name,
                comment, at)
        SELECT -5, t.submission_id, 'approve', 'in_review', 'performance_office', 'approved', '', u.id, '', '',
               now()
          FROM submissions_transition t, orgs_user u WHERE u.username = 'wu'
    """,
    "a record at no time": """
        INSERT INTO submissions_transition
               (submission_id, action, from_status, from_desk, to_status, to_desk, actor_id, actor_name,
                comment, at)
        SELECT t.submission_id, 'approve', 'in_review', 'performance_office', 'approved', '', u.id, '', '',
               'infinity'
          FROM submissions_transition t, orgs_user u WHERE u.username = 'wu'
    """,
}


@pytest.mark.parametrize("statements", FORGED.values(), ids=FORGED)
def test_no_trick_moves_a_status_without_its_record(world, statements):
    DEEDS["submit"](world.submission, world.lin)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(statements)
    except DatabaseError:
        pass
    assert status_of(world.submission) == "in_review"
    assert Transition.objects.count() == 1


def test_a_record_of_a_return_that_does_not_exist_yet_is_refused(world):
    with pytest.raises(DatabaseError, match="takes no step"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO submissions_transition (submission_id, action, from_status, from_desk, to_status,"
            " to_desk, actor_id, actor_name, comment, at)"
            " VALUES (900001, 'approve', 'in_review', 'performance_office', 'approved', '', %s, '', '', now())",
            [world.wu.pk],
        )


def test_a_step_is_one_record_with_who_when_and_what_was_said(world):
    DEEDS["submit"](world.submission, world.lin)
    actions.return_to_unit(
        submission=world.submission,
        seen=latest(world.submission),
        comment="  请补充原因。 ",
        by=world.wu,
        at=NOW,
    )
    steps = Transition.objects.order_by("pk").values_list(
        "action", "from_status", "to_status", "actor_name", "comment"
    )
    assert list(steps) == [
        ("submit", "draft", "in_review", "林晓", ""),
        ("return", "in_review", "returned", "吴芳", "请补充原因。"),
    ]


@pytest.mark.parametrize("comment", ["", "   ", "\n", "\u200b", "\u3164\u2800", "\u3000\u2060"])
def test_a_return_says_why(world, comment):
    DEEDS["submit"](world.submission, world.lin)
    with pytest.raises(actions.Unfinished, match="请写明意见"):
        actions.return_to_unit(
            submission=world.submission, seen=latest(world.submission), comment=comment, by=world.wu, at=NOW
        )
    assert status_of(world.submission) == "in_review"


def test_a_return_without_a_reason_is_refused_by_the_database_too(world):
    DEEDS["submit"](world.submission, world.lin)
    with pytest.raises(DatabaseError, match="needs words has none"):
        insert(world.submission, "return", AT_THE_LAST, ("returned", ""), world.wu, comment=" ")


def test_nothing_is_handed_in_while_something_is_unfinished(world):
    with pytest.raises(actions.Unfinished, match="还有 3 项"):
        actions.submit(
            submission=world.submission,
            **NOTHING_LEFT | {"in_the_way": lambda _: [1, 2, 3]},
            by=world.lin,
            at=NOW,
        )
    assert (status_of(world.submission), Transition.objects.count()) == ("draft", 0)


def two_roles(world):
    """Someone who prepares for the bureau and its rescue centre, and sits in the performance office."""
    units = ((Role.PREPARER, unit) for unit in (world.emergency, world.rescue))
    return make_person("mei", "梅双", *units, (Role.PERFORMANCE_OFFICE, world.finance))


@pytest.mark.parametrize("action", ["return", "approve"])
def test_nobody_decides_on_figures_they_entered(world, action):
    mei = two_roles(world)
    save(world.submission, change("other", outturn="1"), by=mei)
    DEEDS["submit"](world.submission, world.lin)
    with pytest.raises(actions.NotYours):
        DEEDS[action](world.submission, mei)


@pytest.mark.parametrize("action", ["return", "approve"])
def test_nobody_decides_on_what_they_handed_in(world, action):
    mei = two_roles(world)
    DEEDS["submit"](world.submission, mei)
    with pytest.raises(actions.NotYours):
        DEEDS[action](world.submission, mei)


def explain(submission, by):
    """Explain a finding of a return."""
    of_finding = {
        "code": "C-034",
        "rule_version": 1,
        "schedule": "projects",
        "row": "total",
        "column": "outturn",
    }
    said = {"text": "项目推迟到下年实施，已批复", "digest": "0" * 64, "at": NOW}
    Explanation.objects.create(submission=submission, actor=by, actor_name=by.full_name, **of_finding, **said)


PREPARED_BY_WORDS = {
    "answered": lambda here, mei: (put_point(here, "performance_office"), answer_all(here, mei)),
    "explained": explain,
}
PREPARED = {
    "edited": lambda here, mei: save(here, change("other", outturn="1"), by=mei),
    **PREPARED_BY_WORDS,
}


@pytest.mark.parametrize("prepared", PREPARED_BY_WORDS)
def test_what_she_answered_or_explained_is_not_hers_to_decide_nor_does_it_wait_for_her(world, prepared):
    mei, here = two_roles(world), world.submission
    assert mei in deciders_at("performance_office", here)
    PREPARED[prepared](here, mei)
    DEEDS["submit"](here, world.lin)
    assert mei not in deciders_at("performance_office", here)
    assert prepared_by(mei) == {(here.round_id, here.unit_id)}
    assert (mei.pk, here.round_id, here.unit_id) in preparers_among([here.round])
    point = put_point(here, "performance_office", "answered")
    for deed in (close_point, ask_again):
        with pytest.raises(actions.NotPermitted):
            deed(point=point, text="请再核对。", by=mei, at=NOW)


@pytest.mark.parametrize("prepared", [*PREPARED, "handed in", "edited an earlier revision"])
@pytest.mark.parametrize(("action", "target"), [("return", "returned"), ("approve", "approved")])
def test_nor_does_the_database_let_them(world, prepared, action, target):
    mei, here = two_roles(world), world.submission
    if prepared in PREPARED:
        PREPARED[prepared](here, mei)
    if prepared == "edited an earlier revision":
        save(here, change("other", outturn="1"), by=mei)
        put_in_status(here, "superseded")
        here = make_submission(world.round, world.emergency, world.lin, revision=2)
    DEEDS["submit"](here, mei if prepared == "handed in" else world.lin)
    with pytest.raises(DatabaseError, match="nobody decides on what they prepared"), transaction.atomic():
        insert(here, action, AT_THE_LAST, (target, ""), mei)
    with pytest.raises(actions.NotYours):
        DEEDS[action](here, mei)


def test_the_pure_table_is_the_one_above():
    by_hand = {(*key[:3], target) for table, *_ in TABLES.values() for key, target in table.items()}
    by_hand |= {("in_review", desk, "withdraw", ("draft", "")) for desk in workflow.DESKS}
    by_hand |= {
        (status, "", "submit", ("in_review", desk))
        for status in ("draft", "returned")
        for desk in workflow.DESKS
    }
    ours = {
        (step.source, step.source_desk, step.action.value, (step.target, step.target_desk)) for step in STEPS
    }
    along = {(*source, action, target) for source, action, target in (SUPERSEDES, REOPENED)}
    assert ours == by_hand | along
    assert workflow.steps_from("superseded", "", list(workflow.Side), workflow.DESKS) == []


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_make_one_decision():
    world = make_world()
    other = make_person("gu", "顾审", (Role.PERFORMANCE_OFFICE, world.finance))
    DEEDS["submit"](world.submission, world.lin)
    start, outcomes = Barrier(2), []

    def decide(action, by):
        start.wait()
        try:
            DEEDS[action](world.submission, by)
            outcomes.append(action)
        except actions.NotNow:
            outcomes.append("late")
        finally:
            connection.close()

    threads = [Thread(target=decide, args=pair) for pair in (("approve", world.wu), ("return", other))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) in (["approve", "late"], ["late", "return"])
    assert Transition.objects.exclude(action="submit").count() == 1
