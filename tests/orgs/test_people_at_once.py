"""Two administrators at once, on two connections, with real commits."""

import pytest

from orgs import people_actions, people_import_actions, unit_actions
from orgs.models import Membership, Unit, User
from orgs.people_plans import plan_of
from orgs.people_sheets import COLUMNS, PEOPLE, read_people, reading_from
from tests.budgets.test_concurrency import at_once, kinds
from tests.world import NOW, Role, make_person, make_world

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 10


@pytest.fixture
def world(transactional_db):
    """As in the other tests, but committed."""
    return make_world()


def fresh(person):
    """A person of whom nothing has been read yet but that she is an administrator."""
    found = User.objects.get(pk=person.pk)
    assert found.active_memberships
    return found


def test_of_two_who_end_each_others_role_one_stays_administrator(world):
    for number in range(TIMES):
        one, other = (
            make_person(f"{name}{number}", name, (Role.ADMINISTRATOR, world.finance)) for name in "ab"
        )
        results = at_once(*(ending(by, person) for by, person in ((one, other), (other, one))))
        assert kinds(results) == ["NoneType", "NotAdministrator"]
        left = Membership.objects.filter(user__in=(one, other), ended_at=None)
        assert left.count() == 1
        left.update(ended_at=NOW)


def ending(by, person):
    """A deed that ends a person's role."""
    by, membership = fresh(by), person.memberships.get()
    return lambda: people_actions.end_role(membership=membership, by=by, at=NOW)


def test_of_two_who_add_the_same_code_one_is_told(world):
    second = make_person("second", "第二人", (Role.ADMINISTRATOR, world.finance))
    for number in range(TIMES):
        results = at_once(*(adding(by, world.culture, f"9{number}") for by in (world.qian, second)))
        assert kinds(results) == ["PeopleRefused", "Unit"]


def adding(by, parent, code):
    """A deed that adds a unit."""
    by = fresh(by)
    return lambda: unit_actions.add_unit(parent=parent, code=code, name="新", kind="unit", by=by, at=NOW)


def test_a_workbook_confirmed_twice_at_once_is_applied_once(world):
    for number in range(TIMES):
        upload = kept(world, f"new{number}")
        results = at_once(*(applying(world.qian, upload) for _ in range(2)))
        assert kinds(results) == ["NotAsThingsAre", "list"]
        assert Membership.objects.filter(user__username=f"new{number}").count() == 1


def kept(world, username):
    """A workbook with one new person, uploaded."""
    rows = read_people([(PEOPLE, [[*COLUMNS[PEOPLE].values()], [username, "新人", "填报人", "224001"]])])
    file = {"file_name": "a.xlsx", "sha256": "0" * 64}
    return people_import_actions.keep_people_upload(
        bureau=world.finance, rows=rows.as_json(), **file, by=world.qian, at=NOW
    )


def applying(by, upload):
    """A deed that applies a workbook as it is previewed now."""
    by, seen = fresh(by), plan_of(reading_from(upload.rows), Unit.objects.get(pk=upload.bureau_id)).digest
    return lambda: people_import_actions.apply_people_upload(upload=upload, seen=seen, by=by, at=NOW)
