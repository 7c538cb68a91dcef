"""What every guard has in common: no setting of a session switches it off, and TRUNCATE passes by none."""

import pgtrigger
import pytest
from django.db import DatabaseError, connection

from tests.world import change, make_world, save


@pytest.fixture
def world(db):
    """Lin's return with one row and the record of its saving."""
    world = make_world()
    save(world.submission, change("other", outturn="1"))
    return world


def test_the_session_setting_of_the_trigger_library_switches_nothing_off(world):
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(tgname::text) FROM pg_trigger WHERE NOT tgisinternal")
        names = cursor.fetchone()[0]
        assert len(names) > 20
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(names) + "}"])
    with pytest.raises(DatabaseError, match="edits are only added"), connection.cursor() as cursor:
        cursor.execute("UPDATE submissions_edit SET actor_name = ''")


KEPT = [
    "orgs_membership",
    "submissions_submission",
    "submissions_edit",
    "budgets_budgetline",
    "budgets_projectline",
    "budgets_staffline",
    "budgets_threepubliccountline",
    "budgets_carryoverline",
    "budgets_buildingline",
    "budgets_returntext",
    "budgets_categorybook",
    "budgets_categoryconfirmation",
    "performance_performancegoal",
    "performance_indicatorline",
]


@pytest.mark.parametrize("table", KEPT)
def test_no_table_of_figures_or_records_is_emptied(world, table):
    with pytest.raises(DatabaseError, match="Cannot truncate"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_every_table_with_guards_of_rows_has_the_one_against_truncate():
    guarded = {model._meta.db_table for model, _ in pgtrigger.registered()}
    kept = {
        model._meta.db_table for model, guard in pgtrigger.registered() if guard.name == "never_truncated"
    }
    assert kept == set(KEPT)
    assert guarded - kept == {"orgs_unit"}  # emptying it would empty the submissions too
