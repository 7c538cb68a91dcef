"""Where a person's notices are sent to: said by herself or by the administrator."""

import pytest
from django.urls import reverse

from orgs.models import Event, User
from tests.world import Role, make_person, signed_in


def address_of(person):
    """Where her notices go, as it is kept."""
    return User.objects.get(pk=person.pk).email


def test_she_says_it_herself_and_takes_it_back(world):
    browser = signed_in(world.lin)
    answer = browser.post(reverse("change_email"), {"email": " lin@example.com "}, follow=True)
    assert address_of(world.lin) == "lin@example.com"
    assert "通知和回执会发到 lin@example.com。" in answer.content.decode()
    assert 'value="lin@example.com"' in browser.get(reverse("change_email")).content.decode()
    browser.post(reverse("change_email"), {"email": ""})
    assert address_of(world.lin) == ""
    assert [each.what for each in Event.objects.filter(action="email_changed").order_by("pk")] == [
        "林晓（lin）：lin@example.com",
        "林晓（lin）：无",
    ]


@pytest.mark.parametrize("wrong", ["lin", "lin@", "a b@example.com", f"{'a' * 250}@example.com"])
def test_what_is_no_address_is_said_and_not_kept(world, wrong):
    answer = signed_in(world.lin).post(reverse("change_email"), {"email": wrong})
    assert answer.status_code == 422 and "请核对" in answer.content.decode()
    answer = signed_in(world.qian).post(reverse("set_email", args=[world.lin.pk]), {"email": wrong})
    assert answer.status_code == 422 and "请核对" in answer.content.decode()
    assert address_of(world.lin) == ""


def test_the_administrator_says_it_for_a_person_of_her_region(world):
    path = reverse("set_email", args=[world.lin.pk])
    answer = signed_in(world.qian).post(path, {"email": "lin@example.com"}, follow=True)
    assert "林晓的通知会发到 lin@example.com。" in answer.content.decode()
    assert 'value="lin@example.com"' in answer.content.decode()
    assert address_of(world.lin) == "lin@example.com"
    [event] = Event.objects.filter(action="email_changed")
    assert (event.actor, event.what) == (world.qian, "林晓（lin）：lin@example.com")


def test_of_an_account_that_serves_another_region_too_it_is_not_hers_to_say(world):
    shared = make_person("he2", "何二", (Role.DIVISION, world.finance), (Role.DIVISION, world.next_county))
    path = reverse("set_email", args=[shared.pk])
    answer = signed_in(world.qian).post(path, {"email": "x@example.com"}, follow=True)
    assert "由那边的管理员办理" in answer.content.decode() and address_of(shared) == ""


def test_a_new_account_may_have_one_at_once(world):
    fields = {"full_name": "马力", "username": "ma", "unit": "224001", "role": "preparer"}
    signed_in(world.qian).post(reverse("add_person"), fields | {"email": "ma@example.com"})
    assert User.objects.get(username="ma").email == "ma@example.com"
    signed_in(world.qian).post(reverse("add_person"), fields | {"username": "ma2"})
    assert User.objects.get(username="ma2").email == ""
