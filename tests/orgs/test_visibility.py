"""Who may see which units, and who prepares for them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orgs.actions import appoint
from orgs.models import Membership, Unit, User
from orgs.people import working
from orgs.permissions import (
    Holders,
    bureaux_of,
    can_administer,
    can_prepare,
    can_review_first,
    holders,
    holders_of,
    roles_in,
)
from submissions.models import CollectionRound, Submission
from submissions.permissions import sides_held
from submissions.workflow import Side
from tests.world import NOW, Role, make_person, make_submission, make_unit

ABOVE = [Role.DEPARTMENT, Role.DIVISION, Role.PERFORMANCE_OFFICE, Role.ADMINISTRATOR, Role.AUDITOR]


def seen(user):
    """The codes of the units she sees."""
    return set(Unit.objects.visible_to(User.objects.get(pk=user.pk)).values_list("code", flat=True))


@pytest.mark.parametrize(
    ("person", "codes"),
    [
        ("lin", {"224001", "224002"}),
        ("sun", {"224001"}),  # heads one unit, not those below
        ("chen", {"224001", "224002"}),
        ("he", {"100", "224001", "224002", "225001"}),
        ("wu", {"100", "224001", "224002", "225001"}),
        ("qian", {"100", "224001", "224002", "225001"}),
        ("tang", {"100", "224001", "224002", "225001"}),
        ("zhao", {"225001"}),
    ],
)
def test_everybody_sees_her_own_part_of_the_tree(world, person, codes):
    assert seen(getattr(world, person)) == codes


def test_the_next_countys_bureau_sees_its_own_tree_alone(world):
    assert [unit.pk for unit in Unit.objects.visible_to(world.feng)] == [world.next_county.pk]


def test_who_has_no_role_sees_nothing(world):
    assert seen(make_person("nobody", "无")) == set()


@pytest.mark.parametrize("role", ABOVE)
def test_a_role_above_reaches_all_below_and_nothing_beside_or_above(world, role):
    person = make_person("p", "人", (role, world.emergency))
    assert seen(person) == {"224001", "224002"}


@pytest.mark.parametrize("role", [Role.PREPARER, Role.UNIT_HEAD])
def test_a_role_of_one_unit_reaches_that_unit_alone(world, role):
    assert seen(make_person("p", "人", (role, world.emergency))) == {"224001"}


def test_a_unit_whose_code_begins_with_anothers_is_not_below_it(world):
    make_unit(world.finance.region, "2240011", "相似编码单位", parent=world.finance)
    make_unit(world.finance.region, "22400", "更短编码单位", parent=world.finance)
    assert seen(world.chen) == {"224001", "224002"}


def test_a_percent_or_underscore_in_a_path_is_no_wildcard(world):
    odd = make_unit(world.finance.region, "2240_1", "通配符", parent=world.finance)
    assert seen(make_person("p", "人", (Role.DEPARTMENT, odd))) == {"2240_1"}


@pytest.mark.parametrize("role", Role.values)
def test_a_role_that_has_ended_reaches_nothing(world, role):
    person = make_person("p", "人", (role, world.emergency))
    person.memberships.update(ended_at=NOW)
    assert seen(person) == set()
    assert not can_prepare(User.objects.get(pk=person.pk), world.emergency)


def test_a_role_that_ends_tomorrow_still_holds(world):
    world.sun.memberships.update(ended_at=timezone.now() + timedelta(days=1))
    assert seen(world.sun) == {"224001"}


@pytest.mark.parametrize("role", Role.values)
def test_a_role_that_has_not_begun_reaches_nothing(world, role):
    person = make_person("p", "人", (role, world.emergency))
    person.memberships.update(started_at=timezone.now() + timedelta(days=1))
    assert seen(person) == set()
    fresh = User.objects.get(pk=person.pk)
    assert not can_prepare(fresh, world.emergency) and roles_in(fresh, world.emergency) == []
    assert list(Submission.objects.visible_to(fresh)) == []


def test_a_role_that_began_a_moment_ago_holds(world):
    world.sun.memberships.update(started_at=timezone.now() - timedelta(seconds=1))
    assert seen(world.sun) == {"224001"}


def test_one_role_that_has_not_begun_takes_nothing_from_another(world):
    Membership.objects.filter(user=world.lin, unit=world.rescue).update(
        started_at=timezone.now() + timedelta(days=1)
    )
    assert seen(world.lin) == {"224001"}


def test_one_ended_role_takes_nothing_from_another(world):
    Membership.objects.filter(user=world.lin, unit=world.rescue).update(ended_at=NOW)
    assert seen(world.lin) == {"224001"}


def test_submissions_are_visible_with_their_unit(world):
    below = make_submission(world.round, world.rescue, world.lin)
    both = {world.submission.pk, below.pk}
    expected = {
        "lin": both,
        "chen": both,
        "wu": both,
        "sun": {world.submission.pk},
        "zhao": set(),
        "feng": set(),
    }
    for person, submissions in expected.items():
        found = Submission.objects.visible_to(getattr(world, person))
        assert {submission.pk for submission in found} == submissions, person


@pytest.mark.parametrize(
    ("person", "own"),
    [("lin", True), *((p, False) for p in ("sun", "chen", "he", "wu", "qian", "tang", "zhao", "feng"))],
)
def test_only_her_own_preparer_prepares_for_a_unit(world, person, own):
    assert can_prepare(getattr(world, person), world.emergency) is own


@pytest.mark.parametrize(
    ("person", "bureau"),
    [(p, "finance") for p in ("he", "wu", "qian", "tang")]
    + [("feng", "next_county")]
    + [(p, None) for p in ("lin", "sun", "chen", "zhao")],
)
def test_who_works_in_a_bureau_belongs_to_it(world, person, bureau):
    expected = [getattr(world, bureau)] if bureau else []
    assert bureaux_of(getattr(world, person)) == expected


def test_only_an_administrator_of_a_bureau_administers_and_only_what_is_below(world):
    for person in ("lin", "sun", "chen", "he", "wu", "tang", "zhao", "feng"):
        assert not can_administer(getattr(world, person)), person
    assert can_administer(world.qian) and can_administer(world.qian, world.rescue)
    assert not can_administer(world.qian, world.next_county)
    below = make_person("gu", "顾", (Role.ADMINISTRATOR, world.emergency))
    assert not can_administer(below) and not can_administer(below, world.emergency)


@pytest.mark.parametrize(
    ("unit", "looks_after"),
    [
        ("finance", {"224001", "224002", "225001"}),
        ("emergency", {"224001", "224002"}),
        ("rescue", {"224002"}),
        ("culture", {"225001"}),
        ("next_county", set()),
    ],
)
def test_a_division_looks_after_the_units_its_role_is_given_at(world, unit, looks_after):
    """Who decides is told by three ways, which say the same: of one person, of one return, of many."""
    world.he.memberships.update(ended_at=NOW)
    person = make_person("bai", "白", (Role.DIVISION, getattr(world, unit)))
    held = Holders(working())
    units = (world.emergency, world.rescue, world.culture)
    found = {each.code for each in units if can_review_first(person, each)}
    assert found == looks_after
    for each in units:
        hers = [person] if each.code in looks_after else []
        assert list(holders_of(Role.DIVISION, each, world.finance)) == hers
        assert holders(each, world.finance)[Role.DIVISION] == hers
        assert held.of(Role.DIVISION, each, world.finance) == hers


def test_who_holds_which_desk_is_the_same_whichever_way_it_is_asked(world):
    make_person("mo", "莫", (Role.DIVISION, world.finance), (Role.DIVISION, world.emergency))
    held, people = Holders(working()), list(User.objects.order_by("pk"))
    for unit in (world.emergency, world.rescue, world.culture):
        place = Submission(round=world.round, unit=unit)
        for side in Side:
            hers = [each for each in people if side in sides_held(each, place)]
            assert sorted(held.of(side, unit, world.finance), key=lambda each: each.pk) == hers
            assert list(holders_of(side, unit, world.finance)) == hers
            by_role = holders(unit, world.finance)
            assert sorted(by_role.get(side, hers), key=lambda each: each.pk) == hers


def test_roles_are_named_where_they_reach(world):
    assert roles_in(world.chen, world.rescue) == ["主管部门审核人"]
    assert roles_in(world.sun, world.rescue) == []
    assert roles_in(world.zhao, world.emergency) == []


def test_being_appointed_twice_is_being_appointed_once(world):
    first = appoint(user=world.sun, unit=world.emergency, role=Role.UNIT_HEAD, at=timezone.now())
    assert first == world.sun.memberships.get()
    appoint(user=world.sun, unit=world.emergency, role=Role.PREPARER, at=timezone.now())
    assert world.sun.memberships.count() == 2


def test_rounds_reach_the_units_below_their_bureau(world):
    assert list(CollectionRound.objects.reaching([world.rescue])) == [world.round]
    assert list(CollectionRound.objects.reaching([world.next_county])) == []
    assert list(CollectionRound.objects.reaching([])) == []
