"""Handing in, returning, approving: every status × action × person, in the application and straight in SQL."""

from itertools import product
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Max

from submissions import actions, workflow
from submissions.models import Submission, Transition
from submissions.workflow import STEPS, Action
from tests.world import NOW, Role, change, make_person, make_submission, make_world, put_in_status, save

STATUSES = ("draft", "in_review", "returned", "approved", "published", "superseded")
PEOPLE = ("lin", "sun", "chen", "he", "wu", "qian", "tang", "zhao", "feng")

# Written by hand: who may do what from where, and where it leads. Everything else is refused.
ALLOWED = {
    ("draft", "submit", "lin"): "in_review",
    ("returned", "submit", "lin"): "in_review",
    ("in_review", "return", "wu"): "returned",
    ("in_review", "approve", "wu"): "approved",
}

DEEDS = {
    "submit": lambda submission, by: actions.submit(
        submission=submission, in_the_way=lambda _: [], by=by, at=NOW
    ),
    "return": lambda submission, by: actions.return_to_unit(
        submission=submission, seen=latest(submission), comment="请核对项目支出。", by=by, at=NOW
    ),
    "approve": lambda submission, by: actions.approve(
        submission=submission, seen=latest(submission), comment="", by=by, at=NOW
    ),
}


def latest(submission):
    """The number of the latest step, as the page shows it; 0 before any."""
    return submission.transitions.aggregate(Max("pk"))["pk__max"] or 0


def status_of(submission):
    """The status as the database has it."""
    return Submission.objects.values_list("status", flat=True).get(pk=submission.pk)


@pytest.mark.parametrize("action", list(DEEDS))
@pytest.mark.parametrize("status", STATUSES)
def test_every_status_action_and_person_equals_the_table(world, status, action):
    for name in PEOPLE:
        put_in_status(world.submission, status)
        before = Transition.objects.count()
        expected = ALLOWED.get((status, action, name))
        if expected:
            DEEDS[action](world.submission, getattr(world, name))
        else:
            may = name == ("lin" if action == "submit" else "wu")
            with pytest.raises(actions.NotNow if may else actions.NotPermitted):
                DEEDS[action](world.submission, getattr(world, name))
        assert status_of(world.submission) == (expected or status), name
        assert Transition.objects.count() - before == bool(expected), name


SQL_EDGES = {(status, action, target) for (status, action, _), target in ALLOWED.items()}


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_and_action_straight_in_sql_equals_the_table(world, status):
    for action, target in product(DEEDS, STATUSES):
        put_in_status(world.submission, status)
        if (status, action, target) in SQL_EDGES:
            insert(world.submission, action, status, target, world.wu)
            assert status_of(world.submission) == target
        else:
            with pytest.raises(DatabaseError, match="takes no step"), transaction.atomic():
                insert(world.submission, action, status, target, world.wu)
            assert status_of(world.submission) == status


def insert(submission, action, source, target, actor, comment="请核对"):
    """Write a transition as the application's role might by hand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO submissions_transition"
            " (submission_id, action, from_status, to_status, actor_id, actor_name, comment, at)"
            " VALUES (%s, %s, %s, %s, %s, '某人', %s, now())",
            [submission.pk, action, source, target, actor.pk, comment],
        )


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
    DEEDS["submit"](world.submission, world.lin)
    for deed in (actions.approve, actions.return_to_unit):
        with pytest.raises(actions.NotNow, match="有了新的流转"):
            deed(submission=world.submission, seen=seen, comment="好。", by=world.wu, at=NOW)
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

    actions.submit(submission=world.submission, in_the_way=in_the_way, by=world.lin, at=NOW)
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
               (id, submission_id, action, from_status, to_status, actor_id, actor_name, comment, at)
        SELECT t.id, t.submission_id, 'approve', 'in_review', 'approved', u.id, '', '', now()
          FROM submissions_transition t, orgs_user u WHERE u.username = 'wu'
        ON CONFLICT DO NOTHING
    """,
    "a record before the last": """
        INSERT INTO submissions_transition
               (id, submission_id, action, from_status, to_status, actor_id, actor_name, comment, at)
        SELECT -5, t.submission_id, 'approve', 'in_review', 'approved', u.id, '', '', now()
          FROM submissions_transition t, orgs_user u WHERE u.username = 'wu'
    """,
    "a record at no time": """
        INSERT INTO submissions_transition
               (submission_id, action, from_status, to_status, actor_id, actor_name, comment, at)
        SELECT t.submission_id, 'approve', 'in_review', 'approved', u.id, '', '', 'infinity'
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
            "INSERT INTO submissions_transition"
            " (submission_id, action, from_status, to_status, actor_id, actor_name, comment, at)"
            " VALUES (900001, 'approve', 'in_review', 'approved', %s, '', '', now())",
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
        insert(world.submission, "return", "in_review", "returned", world.wu, comment=" ")


def test_nothing_is_handed_in_while_something_is_unfinished(world):
    with pytest.raises(actions.Unfinished, match="还有 3 项"):
        actions.submit(submission=world.submission, in_the_way=lambda _: [1, 2, 3], by=world.lin, at=NOW)
    assert (status_of(world.submission), Transition.objects.count()) == ("draft", 0)


def two_roles(world):
    """Someone who prepares for the bureau and sits in the performance office."""
    return make_person(
        "mei", "梅双", (Role.PREPARER, world.emergency), (Role.PERFORMANCE_OFFICE, world.finance)
    )


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


@pytest.mark.parametrize("prepared", ["edited", "handed in", "edited an earlier revision"])
@pytest.mark.parametrize(("action", "target"), [("return", "returned"), ("approve", "approved")])
def test_nor_does_the_database_let_them(world, prepared, action, target):
    mei, here = two_roles(world), world.submission
    if prepared == "edited":
        save(here, change("other", outturn="1"), by=mei)
    if prepared == "edited an earlier revision":
        save(here, change("other", outturn="1"), by=mei)
        put_in_status(here, "superseded")
        here = make_submission(world.round, world.emergency, world.lin, revision=2)
    DEEDS["submit"](here, mei if prepared == "handed in" else world.lin)
    with pytest.raises(DatabaseError, match="nobody decides on what they prepared"), transaction.atomic():
        insert(here, action, "in_review", target, mei)
    with pytest.raises(actions.NotYours):
        DEEDS[action](here, mei)


def test_the_pure_table_is_the_one_above():
    ours = {(step.source, step.action.value, step.target) for step in STEPS}
    assert ours == SQL_EDGES
    assert {step.action for step in STEPS} == set(Action)
    assert workflow.steps_from("approved", list(workflow.Side)) == []


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
