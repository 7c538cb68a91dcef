"""What is recorded of signing in and out, and that a record stays as it was written."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from orgs import event_actions
from orgs.event_actions import record_event, try_to_record
from orgs.models import Event
from tests.world import NOW, PASSWORD, signed_in

pytestmark = pytest.mark.usefixtures("world")
FROM = "203.0.113.9"


def sign_in(username="lin", password=PASSWORD, browser=None):
    """Try to sign in from an address."""
    fields = {"username": username, "password": password}
    return (browser or Client()).post(reverse("sign_in"), fields, REMOTE_ADDR=FROM)


def recorded(*fields):
    """What is recorded, the first first."""
    return list(Event.objects.order_by("pk").values_list(*fields))


def test_signing_in_is_recorded_with_who_in_which_roles_and_from_where(world):
    sign_in("sun")
    found = Event.objects.get()
    assert (found.action, found.result, found.actor, found.actor_name) == (
        "signed_in",
        "done",
        world.sun,
        "孙立",
    )
    assert (found.roles, found.unit, found.address) == ("单位负责人（零陵区应急管理局）", None, FROM)


def test_a_wrong_password_is_recorded_with_whose_it_is(world):
    sign_in(password="wrong")
    assert recorded("action", "result", "actor", "actor_name", "roles", "address") == [
        ("sign_in_failed", "refused", world.lin.pk, "林晓", "", FROM)
    ]


def test_a_name_that_is_nobodys_is_recorded_as_it_was_typed_and_cut():
    sign_in("长" * 5000)
    assert recorded("action", "actor", "actor_name") == [("sign_in_failed", None, "长" * 50)]


@pytest.mark.parametrize(("username", "password"), [("", PASSWORD), ("lin", ""), ("", "")])
def test_a_form_that_is_not_filled_in_is_no_attempt(username, password):
    sign_in(username, password)
    assert recorded() == []


def test_every_attempt_at_a_locked_door_is_recorded_once():
    for _ in range(5):
        sign_in(password="wrong")
    sign_in()
    assert [action for (action,) in recorded("action")] == ["sign_in_failed"] * 4 + ["locked_out"] * 2


def test_signing_in_again_in_place_is_recorded_too():
    fields = {"username": "lin", "password": PASSWORD}
    Client().post(reverse("sign_in"), fields, headers={"accept": "application/json"})
    assert recorded("action") == [("signed_in",)]


def test_signing_out_is_recorded_with_who_it_was(world):
    signed_in(world.lin).post(reverse("sign_out"))
    assert recorded("action", "actor") == [("signed_out", world.lin.pk)]


def test_changing_the_password_is_recorded_without_it(world):
    new = "Neues-Passwort-2024"
    fields = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    signed_in(world.lin).post(reverse("change_password"), fields)
    assert recorded("action", "actor", "what") == [("password_changed", world.lin.pk, "")]


def event(world, **fields):
    """An event of Lin's."""
    return {"action": Event.Action.EXPORTED, "address": FROM, "by": world.lin, "at": NOW} | fields


def test_what_is_too_long_is_cut_and_control_characters_are_left_out(world):
    assert record_event(**event(world, what="\x00长\n" * 400)).what == ("长 " * 400)[:500]


def test_what_is_about_a_unit_is_recorded_with_the_roles_in_it_and_the_rest_with_all(world):
    about_rescue = record_event(**event(world, by=world.chen, unit=world.rescue))
    assert (about_rescue.roles, about_rescue.unit) == ("主管部门审核人", world.rescue)
    assert record_event(**event(world)).roles == "填报人（零陵区应急管理局）；填报人（应急救援中心）"


@pytest.mark.parametrize("odd", ["", "unknown", "203.0.113.9:4711", "\x00"])
def test_an_address_that_is_none_is_left_out(world, odd):
    assert record_event(**event(world, address=odd)).address is None


def test_a_record_is_neither_changed_nor_deleted(world):
    found = record_event(**event(world))
    for deed in (found.save, found.delete):
        with pytest.raises(TypeError, match="操作记录只增不"):
            deed()
    for statement in (lambda: Event.objects.update(what="x"), lambda: Event.objects.all().delete()):
        with pytest.raises(DatabaseError, match="events are only added"), transaction.atomic():
            statement()


def test_an_unknown_result_is_refused_by_the_database(world):
    with pytest.raises(IntegrityError, match="event_result_known"):
        record_event(**event(world, result="x"))


def test_a_page_is_answered_though_nothing_can_be_recorded(world, monkeypatch, caplog):
    def away(**event):
        raise DatabaseError

    monkeypatch.setattr(event_actions, "record_event", away)
    assert sign_in().status_code == 302
    assert "was not recorded" in caplog.text


def test_a_page_is_answered_though_its_transaction_has_failed(world, caplog):
    with transaction.atomic():
        transaction.set_rollback(True)
        try_to_record(**event(world))
        transaction.set_rollback(False)
    assert "was not recorded" in caplog.text
