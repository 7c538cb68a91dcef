"""What every page has: headers, deny by default, a limit on guessing, and the health page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from config import health, middleware
from config.wsgi import only_utf8
from orgs.requests import client_address
from tests.world import World, make_world, signed_in

SIGN_IN = {"username": "nobody", "password": "wrong"}


@pytest.fixture
def world(db: None) -> World:
    """Two counties, everybody, one round, and Lin's empty draft."""
    return make_world()


def test_nobody_sees_a_page_without_signing_in(client: Client) -> None:
    answer = client.get(reverse("my_work"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("sign_in"))


@pytest.mark.parametrize(
    ("page", "next_page"),
    [
        ("http://testserver/submissions/1/variances/?first=explain", "/submissions/1/variances/"),
        ("http://elsewhere.example/submissions/1/", "/"),
        ("", "/"),
        ("http://[", "/"),
    ],
)
def test_who_sent_something_after_her_session_ended_comes_back_to_its_page(
    client: Client, page: str, next_page: str
) -> None:
    answer = client.post("/submissions/1/approve/", headers={"referer": page})
    assert answer["Location"] == f"{reverse('sign_in')}?next={next_page}"


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "messages"])
def test_a_cookie_with_a_control_character_is_none(client: Client, db: None, name: str) -> None:
    written = f'{name}="\\000abcdefghijk"'  # which Python reads as a NUL
    answer = client.get(reverse("my_work"), headers={"cookie": written})
    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('sign_in')}?next=/")


def test_headers_of_a_page(client: Client, db: None) -> None:
    answer = client.get(reverse("sign_in"))
    assert answer.status_code == 200
    assert_guarded(answer)


def assert_guarded(answer: Any) -> None:
    """An answer has every header that guards a page."""
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    for directive in ("script-src 'self'", "style-src 'self'", "object-src 'none'", "frame-ancestors 'none'"):
        assert directive in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def a_page_that_fails(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is answered where something breaks."""
    monkeypatch.setattr(middleware, "why_it_ends", lambda *_: 1 / 0)
    browser = signed_in(world.lin)
    browser.raise_request_exception = False
    return browser.get(reverse("my_work"))


ERRORS: dict[int, Callable[[World, pytest.MonkeyPatch], Any]] = {
    302: lambda world, _: Client().get(reverse("my_work")),
    400: lambda world, _: Client().get(reverse("sign_in"), headers={"host": "elsewhere.example"}),
    403: lambda world, _: signed_in(world.lin, enforce_csrf_checks=True).post(reverse("sign_out")),
    404: lambda world, _: signed_in(world.lin).get("/nothing/"),
    405: lambda world, _: signed_in(world.lin).get(reverse("sign_out")),
    429: lambda world, _: [Client().post(reverse("sign_in"), SIGN_IN) for _ in range(5)][-1],
    500: a_page_that_fails,
}


@pytest.mark.parametrize("status", ERRORS)
def test_headers_of_every_other_answer(
    world: World, monkeypatch: pytest.MonkeyPatch, settings: Any, status: int
) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    answer = ERRORS[status](world, monkeypatch)
    assert answer.status_code == status
    assert_guarded(answer)


def test_pages_are_kept_out_of_caches(client: Client, db: None) -> None:
    client.force_login(get_user_model().objects.create(username="lin"))
    assert "no-store" in client.get("/no-such-page/")["Cache-Control"]


def test_health_answers_for_the_database(client: Client, db: None) -> None:
    answer = client.get("/health/")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_health_says_so_when_the_database_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    # The connection itself is broken in test_run.py; here the answer is looked at.
    def away() -> None:
        raise OperationalError

    monkeypatch.setattr(health.connection, "cursor", away)
    answer = client.get("/health/")
    assert (answer.status_code, answer.content) == (503, b"database unavailable\n")


def test_guessing_is_stopped_per_person_and_address(client: Client, db: None) -> None:
    for _ in range(4):
        assert client.post(reverse("sign_in"), SIGN_IN).status_code == 200
    answer = client.post(reverse("sign_in"), SIGN_IN, headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.status_code == 429  # a header that anyone can write does not make a new address
    assert "30" in answer.content.decode()
    another = {**SIGN_IN, "username": "somebody"}
    assert client.post(reverse("sign_in"), another).status_code == 200
    assert client.post(reverse("sign_in"), SIGN_IN, REMOTE_ADDR="198.51.100.7").status_code == 200


def test_application_role_is_no_superuser(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.1.1.1", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_a_guess_comes_from_the_address_the_outermost_trusted_proxy_saw(
    settings, rf, proxies, forwarded, address
):
    settings.TRUSTED_PROXIES = proxies
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert client_address(rf.get("/", REMOTE_ADDR="10.0.0.1", **headers)) == address


def test_an_odd_charset_is_left_out_before_django_reads_the_address():
    seen = {}
    only_utf8(lambda environ, start: seen.update(environ) or [])(
        {"CONTENT_TYPE": 'text/plain; charset="rot13"'}, None
    )
    assert seen["CONTENT_TYPE"] == "text/plain"
