"""The worker of background jobs beside the server: kept alive, and ended with it."""

import sys

import pytest

from config import jobs
from config.jobs import PAUSE, Jobs
from tests.config.processes import wait_until
from tests.config.test_mailer import Clock

LONG = [sys.executable, "-c", "import os, time; assert os.environ['SERVING'] == '0'; time.sleep(600)"]
SHORT = [sys.executable, "-c", "pass"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(600)",
]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock by which it looks."""
    made = Clock()
    monkeypatch.setattr(jobs, "time", made)
    return made


def test_it_is_started_at_once_and_is_the_only_one(clock: Clock) -> None:
    worker = Jobs(LONG)
    assert worker.look()
    clock.now = 10 * PAUSE
    assert not worker.look()
    worker.stop()
    assert worker.process and worker.process.poll() is not None
    worker.stop()


def test_one_that_ended_is_started_again_after_a_pause(clock: Clock) -> None:
    worker = Jobs(SHORT)
    assert worker.look() and worker.process
    worker.process.wait()
    assert not worker.look()
    clock.now = PAUSE
    assert worker.look()
    worker.stop()


def test_one_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "GRACE", 0)
    worker = Jobs(STUBBORN)
    worker.look()
    assert worker.process
    worker.stop()
    assert worker.process.poll() is not None


def test_a_machine_that_starts_no_process_now_is_asked_again(clock: Clock) -> None:
    worker = Jobs(["there is no such program"])
    assert not worker.look()
    worker.command = SHORT
    assert not worker.look()
    clock.now = PAUSE
    assert worker.look()
    process = worker.process
    assert process
    wait_until(lambda: process.poll() is not None)
