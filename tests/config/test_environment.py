"""What the environment may say, and what is refused."""

from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from config.environment import (
    demo_secret,
    env_bool,
    env_int,
    env_list,
    parse_database_url,
    parse_email_url,
)

REFUSED_URLS = {
    "mysql://u@h/d": "postgresql://",
    "budget": "postgresql://",
    "postgresql://u:p@h:port/d": "端口或参数",
    "postgresql://u:p@h:99999/d": "端口或参数",
    "postgresql://u:p@h/": "缺少数据库名",
    "postgresql://u:p@h/d?sslmode": "端口或参数",
}


def test_database_url_with_everything() -> None:
    found = parse_database_url("postgres://app:p%40ss%2Fw%3Ard@db.example:6432/budget?sslmode=verify-full")
    assert found == {
        "NAME": "budget",
        "USER": "app",
        "PASSWORD": "p@ss/w:rd",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "verify-full"},
    }


def test_database_url_with_a_unix_socket() -> None:
    found = parse_database_url("postgresql://app:pw@/budget?host=%2Fvar%2Frun%2F%E6%95%B0%E6%8D%AE&port=5433")
    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == ("/var/run/数据", "5433", {})


def test_database_url_with_little_in_it() -> None:
    assert parse_database_url("postgresql:///budget") == {
        "NAME": "budget",
        "USER": "",
        "PASSWORD": "",
        "HOST": "",
        "PORT": "",
        "OPTIONS": {},
    }


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_every_password_survives_quoting(password: str) -> None:
    assert parse_database_url(f"postgresql://u:{quote(password, safe='')}@h/d")["PASSWORD"] == password


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://mail.example", 587, True, False),
        ("smtps://mail.example", 465, False, True),
        ("smtps://mail.example:9465", 9465, False, True),
    ],
)
def test_email_url_says_how_the_server_is_spoken_to(url: str, port: int, tls: bool, ssl: bool) -> None:
    found = parse_email_url(url)
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example", port)
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (tls, ssl)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("", "")


def test_name_and_password_of_an_email_url_are_decoded() -> None:
    found = parse_email_url("smtps://notices%40example.com:p%40ss@mail.example")
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("notices@example.com", "p@ss")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mail.example", "应以 smtp://"),
        ("http://mail.example", "应以 smtp://"),
        ("smtp://", "缺少服务器"),
        ("smtp://mail.example:port", "端口写法有误"),
    ],
)
def test_nonsense_email_url_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=sentence):
        parse_email_url(url)


@pytest.mark.parametrize(("url", "sentence"), REFUSED_URLS.items())
def test_nonsense_database_url_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=sentence):
        parse_database_url(url)


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("TRUE", True), ("0", False), ("", False), ("no", False)]
)
def test_switch(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("SWITCH", text)
    assert env_bool("SWITCH", not value) is value


@pytest.mark.parametrize("text", ["2", "ja", "是", "tru e"])
def test_nonsense_switch_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SWITCH", text)
    with pytest.raises(ImproperlyConfigured, match="SWITCH 应为 1 或 0"):
        env_bool("SWITCH")


@pytest.mark.parametrize("text", ["x", "8000a", "-1", "1.5", "0", "65536", "８０００"])
def test_nonsense_number_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(ImproperlyConfigured, match="PORT 应为 1 到 65535 之间的整数"):
        env_int("PORT", 8000, least=1, most=65535)


def test_number_and_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", " 8001 ")
    monkeypatch.setenv("HOSTS", "a.example, b.example,,")
    assert env_int("PORT", 8000) == 8001
    assert env_int("NONE", 8000) == 8000
    assert env_list("HOSTS") == ["a.example", "b.example"]


def test_demo_secret_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret_key"
    first = demo_secret(path)
    assert demo_secret(path) == first
    assert len(first) > 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]
