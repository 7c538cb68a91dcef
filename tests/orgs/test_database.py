"""What PostgreSQL refuses of units and memberships."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from orgs.models import Membership, Unit
from tests.world import NOW, Role, make_unit


def sql(text, *parameters):
    """Run one statement."""
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return cursor.rowcount


def set_unit(unit, **columns):
    """Change columns of a unit behind Django's back."""
    assignments = ", ".join(f"{name} = %s" for name in columns)
    return sql(f"UPDATE orgs_unit SET {assignments} WHERE id = %s", *columns.values(), unit.pk)


def test_the_path_of_a_unit_is_its_region_and_all_codes_above_it(world):
    assert world.finance.path == "/431102/100/"
    assert world.emergency.path == "/431102/100/224001/"
    assert world.rescue.path == "/431102/100/224001/224002/"


@pytest.mark.parametrize(
    "path",
    [
        "/431102/100/224001/999/",
        "/431102/100/224002/",
        "/431103/100/224001/224002/",
        "224002/",
        "",
        "/431102/100/225001/224002/",
    ],
)
def test_a_path_that_is_not_its_parents_and_its_code_is_refused(world, path):
    with pytest.raises(IntegrityError, match="does not begin with its parent's"):
        set_unit(world.rescue, path=path)


def test_the_path_of_a_root_ends_with_its_code(world):
    with pytest.raises(IntegrityError, match="unit_path_ends_with_code"):
        set_unit(world.next_county, path="/431103/200/")


def test_a_code_does_not_change_without_its_path(world):
    assert set_unit(world.culture, code="225008", path="/431102/100/225008/") == 1
    with pytest.raises(IntegrityError, match="does not begin with its parent's"):
        set_unit(world.culture, code="225009")


def test_a_unit_does_not_hang_under_a_bureau_of_another_region(world):
    with pytest.raises(IntegrityError, match="does not begin with its parent's"):
        make_unit(world.finance.region, "226001", "", parent=world.next_county)


def test_a_unit_with_units_below_does_not_move(world):
    with pytest.raises(IntegrityError, match="cannot move"):
        set_unit(world.emergency, parent_id=world.culture.pk, path="/431102/100/225001/224001/")


def test_a_unit_without_units_below_moves_with_its_path(world):
    path = "/431102/100/225001/224002/"
    assert set_unit(world.rescue, parent_id=world.culture.pk, path=path) == 1


def test_a_code_comes_once_in_a_region_and_again_in_the_next(world):
    make_unit(world.next_county.region, "224001", "冷水滩区应急管理局", parent=world.next_county)
    with pytest.raises(IntegrityError, match="unit_code_once_in_region"):
        make_unit(world.finance.region, "224001", "第二个应急局", parent=world.culture)


@pytest.mark.parametrize("kind", [Unit.Kind.DEPARTMENT, Unit.Kind.UNIT])
def test_only_a_bureau_is_a_root(world, kind):
    with pytest.raises(IntegrityError, match="unit_bureau_is_root"):
        make_unit(world.finance.region, "900", "", kind=kind)


def test_a_bureau_is_under_nothing(world):
    with pytest.raises(IntegrityError, match="unit_bureau_is_root"):
        make_unit(world.finance.region, "900", "", kind=Unit.Kind.BUREAU, parent=world.finance)


@pytest.mark.parametrize(
    "delete", ["DELETE FROM orgs_membership", "DELETE FROM orgs_membership WHERE ended_at IS NOT NULL"]
)
def test_a_membership_is_never_deleted(world, delete):
    Membership.objects.filter(user=world.sun).update(ended_at=NOW)
    with pytest.raises(DatabaseError, match="Cannot delete rows"):
        sql(delete)


def test_nobody_has_a_role_we_do_not_know(world):
    with pytest.raises(IntegrityError, match="membership_role_known"):
        Membership.objects.create(user=world.sun, unit=world.emergency, role="boss", started_at=NOW)


def test_a_person_has_a_role_in_a_unit_once_at_a_time(world):
    again = {"user": world.sun, "unit": world.emergency, "role": Role.UNIT_HEAD, "started_at": NOW}
    with pytest.raises(IntegrityError, match="membership_once_while_active"), transaction.atomic():
        Membership.objects.create(**again)
    Membership.objects.filter(user=world.sun).update(ended_at=NOW)
    Membership.objects.create(**again)


def test_a_membership_does_not_end_before_it_starts(world):
    with pytest.raises(IntegrityError, match="membership_ends_after_start"):
        sql("UPDATE orgs_membership SET ended_at = started_at - interval '1 second'")


@pytest.mark.parametrize("table", ["orgs_region", "orgs_unit", "orgs_user"])
def test_what_others_point_to_is_not_deleted(world, table):
    with pytest.raises(IntegrityError):
        sql(f"DELETE FROM {table}")
        sql("SET CONSTRAINTS ALL IMMEDIATE")
