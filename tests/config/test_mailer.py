"""Sending notices beside the server: now and then, one at a time, and only with a mail server."""

import sys

import pytest
from django.test import override_settings

from config import mailer
from config.mailer import EVERY, Mailer

LONG = [sys.executable, "-c", "import time; time.sleep(600)"]
SHORT = [sys.executable, "-c", "import os; assert os.environ['SERVING'] == '0'"]


class Clock:
    """A clock that goes on when it is told to."""

    now = 0

    def monotonic(self) -> int:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock by which the mailer looks."""
    made = Clock()
    monkeypatch.setattr(mailer, "time", made)
    return made


def test_it_sends_once_a_minute(clock: Clock) -> None:
    sender = Mailer(SHORT)
    assert not sender.look()
    clock.now = EVERY
    assert sender.look() and sender.process and sender.process.wait() == 0
    assert not sender.look()
    clock.now = 2 * EVERY
    assert sender.look()
    sender.stop()


def test_a_sending_that_hangs_is_the_only_one_and_ends_with_the_server(clock: Clock) -> None:
    sender = Mailer(LONG)
    clock.now = EVERY
    assert sender.look()
    clock.now = 10 * EVERY
    assert not sender.look()
    sender.stop()
    assert sender.process and sender.process.poll() is not None
    sender.stop()


def test_without_a_mail_server_nothing_is_started() -> None:
    with override_settings(EMAIL_URL=""):
        assert mailer.mailer() is None
    with override_settings(EMAIL_URL="smtp://mail.example"):
        assert mailer.mailer() is not None


def test_a_machine_that_starts_no_process_now_is_asked_again(clock: Clock) -> None:
    sender = Mailer(["there is no such program"])
    clock.now = EVERY
    assert not sender.look()
    sender.command = SHORT
    assert not sender.look()
    clock.now = 2 * EVERY
    assert sender.look()
    sender.stop()
