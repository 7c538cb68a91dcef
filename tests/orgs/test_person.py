"""One person as the administrator manages her: roles, password, lock."""

import pytest
from django.test import Client
from django.urls import reverse

from orgs import people_actions
from orgs.models import Membership, Unit, User
from orgs.people_actions import NotAdministrator, PeopleRefused
from orgs.permissions import ROLES_AT
from tests.world import NOW, PASSWORD, Role, make_person, numbered, signed_in, statements

LATER = NOW.replace(month=4)


def page_of(world, person):
    return signed_in(world.qian).get(reverse("person", args=[person.pk])).content.decode()


def do(world, name, person, *more, by=None, **fields):
    """Send a deed of the page."""
    return signed_in(by or world.qian).post(reverse(name, args=[person.pk, *more]), fields, follow=True)


def roles(person):
    return [
        (m.role, m.unit.code, m.ended_at is None)
        for m in person.memberships.select_related("unit").order_by("pk")
    ]


# --- Roles


def test_a_role_is_given_and_reaches_at_once(world):
    answer = do(world, "give_role", world.zhao, unit="224002", role="unit_head")
    assert "赵青从现在起是应急救援中心的单位负责人。" in answer.content.decode()
    assert roles(world.zhao) == [("preparer", "225001", True), ("unit_head", "224002", True)]


def test_a_role_ends_by_date_and_the_person_sees_the_unit_no_more(world):
    browser = signed_in(world.sun)
    place = reverse("workspace", args=[world.submission.pk])
    assert browser.get(place).status_code == 200
    do(world, "end_role", world.sun, world.sun.memberships.get().pk)
    assert roles(world.sun) == [("unit_head", "224001", False)]
    assert browser.get(place).status_code == 404


def test_a_role_that_ended_may_be_given_again(world):
    do(world, "end_role", world.sun, world.sun.memberships.get().pk)
    do(world, "give_role", world.sun, unit="224001", role="unit_head")
    assert roles(world.sun) == [("unit_head", "224001", False), ("unit_head", "224001", True)]


THERE_IS = {
    ("bureau", "division"),
    ("bureau", "performance_office"),
    ("bureau", "administrator"),
    ("bureau", "auditor"),
    ("department", "preparer"),
    ("department", "unit_head"),
    ("department", "department"),
    ("department", "division"),
    ("unit", "preparer"),
    ("unit", "unit_head"),
    ("unit", "division"),
}


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("kind", Unit.Kind.values)
def test_each_role_belongs_to_its_kinds_of_unit(world, kind, role):
    unit = {"bureau": world.finance, "department": world.emergency, "unit": world.rescue}[kind]
    new = make_person("new", "新人", (Role.PREPARER, world.culture))
    Membership.objects.filter(user=new).update(ended_at=NOW)
    given = do(world, "give_role", new, unit=unit.name, role=role)
    is_given = Membership.objects.filter(user=new, unit=unit, role=role).exists()
    assert is_given is ((kind, role) in THERE_IS)
    assert ("没有“" in given.content.decode()) is not is_given


def test_no_kind_of_unit_is_without_roles():
    assert set(ROLES_AT) == set(Unit.Kind)


@pytest.mark.parametrize(
    ("who", "unit", "role", "said"),
    [
        ("sun", "224001", "unit_head", "孙立已经是零陵区应急管理局的单位负责人。"),
        ("sun", "100", "administrator", "孙立不能同时担任管理员和别的角色"),
        ("qian", "224001", "preparer", "不能给自己加角色"),
        ("qian", "100", "performance_office", "不能给自己加角色"),
        ("sun", "冷水滩区财政局", "division", "没有找到"),
    ],
)
def test_a_role_that_is_not_given(world, who, unit, role, said):
    person = getattr(world, who)
    before = roles(person)
    answer = do(world, "give_role", person, unit=unit, role=role)
    assert (answer.status_code, roles(person)) == (422, before)
    assert said in answer.content.decode()


@pytest.mark.parametrize("role", [each for each in Role if each != Role.ADMINISTRATOR])
def test_an_administrator_has_no_other_role(world, role):
    second = make_person("second", "第二人", (Role.ADMINISTRATOR, world.finance))
    unit = world.finance if role in ROLES_AT[Unit.Kind.BUREAU] else world.emergency
    with pytest.raises(PeopleRefused, match="管理员不填报、不审核"):
        people_actions.give_role(person=second, unit=unit, role=role, by=world.qian, at=LATER)


def test_an_administrator_does_not_end_what_makes_her_one_and_another_does(world):
    own = world.qian.memberships.get()
    assert "不能结束自己的管理员角色" in do(world, "end_role", world.qian, own.pk).content.decode()
    second = make_person("second", "第二人", (Role.ADMINISTRATOR, world.finance))
    people_actions.end_role(membership=own, by=second, at=LATER)
    assert roles(world.qian) == [("administrator", "100", False)]


def test_who_is_no_administrator_any_more_does_nothing_whatever_was_read_before(world):
    second = make_person("second", "第二人", (Role.ADMINISTRATOR, world.finance))
    assert world.qian.active_memberships  # read before her role ends, as two do who end each other's at once
    people_actions.end_role(membership=world.qian.memberships.get(), by=second, at=LATER)
    with pytest.raises(NotAdministrator):
        people_actions.end_role(membership=second.memberships.get(), by=world.qian, at=LATER)


def test_a_role_that_has_ended_does_not_end_twice(world):
    membership = world.sun.memberships.get()
    people_actions.end_role(membership=membership, by=world.qian, at=LATER)
    with pytest.raises(PeopleRefused, match="已经结束"):
        people_actions.end_role(membership=membership, by=world.qian, at=LATER.replace(month=5))
    assert world.sun.memberships.get().ended_at == LATER


def test_anothers_role_is_not_ended_through_a_persons_page(world):
    answer = do(world, "end_role", world.lin, world.sun.memberships.get().pk)
    assert answer.status_code == 404


# --- Somebody who serves in another region too


@pytest.fixture
def shared(world):
    """Lin also works in the next county's finance bureau."""
    Membership.objects.create(user=world.lin, unit=world.next_county, role=Role.DIVISION, started_at=NOW)
    return world.lin


def test_her_roles_here_are_ended_and_those_elsewhere_are_not_shown(world, shared):
    page = page_of(world, shared)
    assert "冷水滩区财政局" not in page and "在本地区以外也有角色" in page
    do(world, "end_role", shared, shared.memberships.first().pk)
    assert shared.memberships.first().ended_at is not None
    assert do(world, "end_role", shared, shared.memberships.last().pk).status_code == 404


@pytest.mark.parametrize("deed", ["reset_password", "lock_account", "unlock_account"])
def test_her_account_is_left_alone(world, shared, deed):
    before = User.objects.values().get(pk=shared.pk)
    page = do(world, deed, shared).content.decode()
    assert "不能在这里停用账号或重置密码" in page
    assert User.objects.values().get(pk=shared.pk) == before


def test_once_she_has_left_there_her_account_is_managed_here(world, shared):
    Membership.objects.filter(unit=world.next_county).update(ended_at=NOW)
    do(world, "lock_account", shared)
    assert not User.objects.get(pk=shared.pk).is_active


# --- Password and lock


def sign_in(username, password):
    """Try to sign in at a new browser; return it and the answer."""
    browser = Client()
    answer = browser.post(reverse("sign_in"), {"username": username, "password": password})
    return browser, answer


def test_a_lock_ends_the_session_with_the_next_request_and_lets_nobody_in(world):
    browser = signed_in(world.lin)
    assert browser.get(reverse("my_work")).status_code == 200
    assert "账号已停用" in do(world, "lock_account", world.lin).content.decode()
    assert browser.get(reverse("my_work"))["Location"].startswith(reverse("sign_in"))
    assert sign_in("lin", PASSWORD)[1].status_code == 200  # the door again
    do(world, "unlock_account", world.lin)
    assert sign_in("lin", PASSWORD)[1].status_code == 302


def test_a_reset_ends_the_session_and_the_old_password(world):
    browser = signed_in(world.lin)
    password = do(world, "reset_password", world.lin).context["password"]
    assert browser.get(reverse("my_work"))["Location"].startswith(reverse("sign_in"))
    assert sign_in("lin", PASSWORD)[1].status_code == 200
    assert sign_in("lin", password)[1].status_code == 302


def test_a_reset_lets_in_who_was_shut_out_for_wrong_passwords(world, settings):
    settings.AXES_ENABLED = True
    for number in range(5):
        sign_in("lin", f"wrong {number}")
    assert sign_in("lin", PASSWORD)[1].status_code == 429
    password = do(world, "reset_password", world.lin).context["password"]
    assert sign_in("lin", password)[1].status_code == 302


def test_the_page_after_a_reset_shows_the_password_and_the_next_one_does_not(world):
    answer = do(world, "reset_password", world.lin)
    password = answer.context["password"]
    assert answer.content.decode().count(password) == 1
    assert "no-store" in answer.headers["Cache-Control"]
    assert password not in page_of(world, world.lin)
    assert not Client().get(reverse("sign_in")).content.decode().count(password)


def test_every_one_time_password_is_another(world):
    passwords = {do(world, "reset_password", world.lin).context["password"] for _ in range(5)}
    assert len(passwords) == 5 and all(len(each) == 19 for each in passwords)


@pytest.mark.parametrize("deed", ["reset_password", "lock_account"])
def test_nobody_locks_or_resets_herself(world, deed):
    assert "这是您自己的账号" in do(world, deed, world.qian).content.decode()
    qian = User.objects.get(username="qian")
    assert qian.is_active and qian.check_password(PASSWORD)


def test_a_demo_account_keeps_its_public_password(world):
    User.objects.filter(username="lin").update(is_demo=True)
    assert "演示账号用公开的密码登录" in do(world, "reset_password", world.lin).content.decode()
    assert User.objects.get(username="lin").check_password(PASSWORD)


DEEDS = {
    "reset_password": {},
    "lock_account": {},
    "unlock_account": {},
    "give_role": {"role": Role.UNIT_HEAD},
}


@pytest.mark.parametrize("by", ["he", "wu", "tang", "lin", "sun", "feng"])
@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_itself_refuses_whoever_is_no_administrator(world, deed, by):
    more = DEEDS[deed] | ({"unit": world.culture} if deed == "give_role" else {})
    with pytest.raises(NotAdministrator):
        getattr(people_actions, deed)(person=world.zhao, by=getattr(world, by), at=LATER, **more)


def test_an_administrator_of_the_next_county_does_nothing_here(world):
    other = make_person("other", "外人", (Role.ADMINISTRATOR, world.next_county))
    for deed in ("reset_password", "lock_account", "unlock_account"):
        with pytest.raises(NotAdministrator):
            getattr(people_actions, deed)(person=world.lin, by=other, at=LATER)
        assert do(world, deed, world.lin, by=other).status_code == 404
    with pytest.raises(NotAdministrator):
        people_actions.end_role(membership=world.sun.memberships.get(), by=other, at=LATER)
    with pytest.raises(NotAdministrator):
        people_actions.add_person(
            username="x", full_name="x", unit=world.culture, role=Role.PREPARER, by=other, at=LATER
        )


def test_the_page_takes_the_same_queries_for_one_role_and_many(world):
    counts = []
    for number in (0, 30):
        for _ in range(number):
            Membership.objects.create(
                user=world.zhao, unit=world.rescue, role=Role.UNIT_HEAD, started_at=NOW, ended_at=NOW
            )
        browser = signed_in(world.qian)
        with statements() as texts:
            browser.get(reverse("person", args=[world.zhao.pk]))
        counts.append(texts)
    assert len(counts[0]) == len(counts[1]), numbered(counts[1])
