"""Guessing passwords ends soon, and locks nobody out of her own browser."""

import time

import pytest
from axes.utils import reset
from django.test import Client
from django.urls import reverse

from tests.world import PASSWORD, make_world

HOME, ELSEWHERE = "203.0.113.9", "198.51.100.7"


@pytest.fixture
def world(db):
    """Two counties, everybody, one round, and Lin's empty draft."""
    return make_world()


def attempt(browser, username="lin", password="wrong", address=HOME):
    """Try to sign in; 302 is let in, 200 is wrong, 429 is locked."""
    fields = {"username": username, "password": password}
    return browser.post(reverse("sign_in"), fields, REMOTE_ADDR=address).status_code


def let_in(browser, username="lin", address=HOME):
    """Whether the right password lets her in; she leaves again."""
    status = attempt(browser, username, PASSWORD, address)
    browser.post(reverse("sign_out"))
    return status == 302


@pytest.fixture
def own(world):
    """Lin's own browser, in which she has signed in before."""
    browser = Client()
    assert let_in(browser)
    return browser


def test_a_colleague_behind_the_same_address_locks_himself_out_and_not_her(own):
    colleague = Client()
    assert [attempt(colleague) for _ in range(6)] == [200] * 4 + [429] * 2
    assert not let_in(colleague) and not let_in(Client())
    assert let_in(own)


def test_in_her_own_browser_five_wrong_passwords_lock_it_wherever_it_is(own):
    found = [attempt(own, address=address) for address in (HOME, ELSEWHERE, HOME, ELSEWHERE, HOME, ELSEWHERE)]
    assert found == [200] * 4 + [429] * 2
    assert not let_in(own, address="192.0.2.1")


def test_what_is_wrong_in_her_own_browser_does_not_lock_others(own):
    for _ in range(5):
        attempt(own)
    assert let_in(Client())


def test_many_addresses_give_ten_guesses_in_all_and_do_not_lock_her_out(own):
    found = [attempt(Client(), address=f"192.0.2.{number}") for number in range(12)]
    assert found == [200] * 9 + [429] * 3
    assert not let_in(Client(), address="198.51.100.1")
    assert let_in(own)


def test_a_browser_of_another_person_is_not_known_for_hers(world, own):
    theirs = Client()
    assert let_in(theirs, "zhao")
    assert [attempt(theirs) for _ in range(5)] == [200] * 4 + [429]
    assert not let_in(Client())  # it was counted as a stranger's


def test_signing_in_as_oneself_between_guesses_gives_no_more_of_them(own):
    colleague = Client()
    for number in range(4):
        assert attempt(colleague) == 200
        assert let_in(colleague, "zhao"), number
    assert attempt(colleague) == 429


def test_her_own_signing_in_gives_a_stranger_no_more_guesses(own):
    for _ in range(4):
        attempt(Client())
    assert let_in(own)
    assert attempt(Client()) == 429


def cookie_of(browser):
    """The cookie by which a browser is known."""
    (found,) = [cookie for name, cookie in browser.cookies.items() if name.startswith("device-")]
    return found


def test_the_cookie_is_for_the_server_alone_and_lasts_half_a_year(own):
    cookie = cookie_of(own)
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 180 * 24 * 3600)
    assert "lin" not in cookie.key


def test_a_cookie_of_ones_own_making_is_none(own):
    forged = Client()
    key = cookie_of(own).key
    for number in range(5):
        forged.cookies[key] = f"device-{number}:1tLXkY:forged"
        attempt(forged)
    assert not let_in(Client())


def test_a_browser_keeps_its_name_when_she_signs_in_again(own):
    before = cookie_of(own).value.split(":")[0]
    assert let_in(own)
    assert cookie_of(own).value.split(":")[0] == before


def test_after_half_a_year_it_is_not_known_any_more(own, monkeypatch):
    later = time.time() + 181 * 24 * 3600
    for _ in range(5):
        attempt(Client())
    monkeypatch.setattr(time, "time", lambda: later)
    assert not let_in(own)


def test_a_deed_that_forgets_wrong_passwords_forgets_both_kinds(own):
    for browser in (own, Client()):
        for _ in range(5):
            attempt(browser)
    reset(username="lin")
    assert let_in(own) and let_in(Client())
