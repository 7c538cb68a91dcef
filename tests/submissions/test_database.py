"""What PostgreSQL refuses of rounds, submissions and edits."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from submissions.models import Edit
from tests.world import NOW, change, make_round, make_submission, put_in_status, save


def sql(text, *parameters):
    """Run one statement."""
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return cursor.rowcount


@pytest.fixture
def edit(world):
    """The record of one save."""
    save(world.submission, change("other", outturn="1"))
    return Edit.objects.get()


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE submissions_edit SET actor_name = '别人'",
        "UPDATE submissions_edit SET changes = '[]'",
        "UPDATE submissions_edit SET id = id + 1",
        "DELETE FROM submissions_edit",
    ],
)
def test_an_edit_is_never_changed_or_deleted(edit, deed):
    with pytest.raises(DatabaseError, match="Cannot update or delete rows"):
        sql(deed)


def test_an_edit_comes_about_in_a_known_way(edit):
    with pytest.raises(IntegrityError, match="edit_source_known"):
        sql(
            "INSERT INTO submissions_edit (submission_id, schedule, actor_id, actor_name, at, changes, source,"
            " request_key) SELECT submission_id, schedule, actor_id, actor_name, at, changes, 'guessed', ''"
            " FROM submissions_edit"
        )


def test_python_does_not_change_or_delete_an_edit_either(edit):
    with pytest.raises(TypeError):
        edit.save()
    with pytest.raises(TypeError):
        edit.delete()


def test_a_submission_is_never_deleted(world):
    with pytest.raises(DatabaseError, match="Cannot delete rows"):
        sql("DELETE FROM submissions_submission")


OPEN = ["draft", "in_review", "returned"]
EFFECTIVE = ["approved", "published"]


@pytest.mark.parametrize("group", [OPEN, ["approved"], ["published"]], ids=["open", "approved", "published"])
def test_a_unit_has_one_open_one_approved_and_one_public_revision_in_a_round(world, group):
    for first in group:
        put_in_status(world.submission, first)
        for second in group:
            with pytest.raises(IntegrityError, match="submission_one"), transaction.atomic():
                make_submission(world.round, world.emergency, world.lin, revision=2, status=second)


def test_what_is_public_stays_beside_its_approved_correction(world):
    put_in_status(world.submission, "published")
    make_submission(world.round, world.emergency, world.lin, revision=2, status="approved")


@pytest.mark.parametrize("effective", EFFECTIVE)
@pytest.mark.parametrize("opened", OPEN)
def test_an_effective_revision_and_an_open_correction_go_together(world, effective, opened):
    put_in_status(world.submission, effective)
    make_submission(world.round, world.emergency, world.lin, revision=2, status=opened)


def test_any_number_of_superseded_revisions_is_kept(world):
    put_in_status(world.submission, "superseded")
    for revision in (2, 3):
        make_submission(world.round, world.emergency, world.lin, revision=revision, status="superseded")


def test_a_revision_has_its_number_once(world):
    put_in_status(world.submission, "superseded")
    with pytest.raises(IntegrityError, match="submission_revision_once"):
        make_submission(world.round, world.emergency, world.lin, revision=1, status="superseded")


def test_revisions_count_from_one(world):
    with pytest.raises(IntegrityError, match="submission_revision_from_one"):
        make_submission(world.round, world.rescue, world.lin, revision=0)


def test_an_unknown_status_is_refused(world):
    with pytest.raises(IntegrityError, match="submission_status_known"):
        put_in_status(world.submission, "lost")


def test_a_bureau_has_one_round_a_year(world):
    make_round(world.finance, 2024)
    make_round(world.next_county)
    with pytest.raises(IntegrityError, match="round_once_a_year"):
        make_round(world.finance)


@pytest.mark.parametrize(
    ("assignment", "rule"),
    [
        ("due_date = opens_date - 1", "round_due_after_open"),
        ("fiscal_year = 1999", "round_year_is_a_year"),
        ("fiscal_year = 2101", "round_year_is_a_year"),
        ("explain_rate = -1", "round_thresholds_in_bounds"),
        ("explain_yuan = -1", "round_thresholds_in_bounds"),
        ("explain_rate = 'NaN'", "round_thresholds_in_bounds"),  # to PostgreSQL NaN >= 0
        ("explain_yuan = 'NaN'", "round_thresholds_in_bounds"),
    ],
)
def test_a_round_has_dates_a_year_and_thresholds_that_make_sense(world, assignment, rule):
    make_round(world.finance, 2024)  # without a submission, which would hold it to its year
    with pytest.raises(IntegrityError, match=rule):
        sql(f"UPDATE submissions_collectionround SET {assignment} WHERE fiscal_year = 2024")


def test_an_edit_carries_who_when_and_what(edit, world):
    assert (edit.actor, edit.actor_name, edit.at) == (world.lin, "林晓", NOW)
    assert edit.schedule == "revenue"
