"""Start the project's own processes as a user would, watch them, and leave none behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent.parent
SETTING_NAMES = (
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "DATA_DIR",
    "DEBUG",
    "DEMO",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "EMAIL_FROM",
    "EMAIL_URL",
    "EXPORT_DIR",
    "PASSWORD_PROFILE",
    "PG_BIN",
    "PORT",
    "SECOND_FACTOR_ROLES",
    "SECRET_KEY",
    "SERVING",
    "STATIC_MANIFEST",
    "DJANGO_SETTINGS_MODULE",
)


def environment(**own: str) -> dict[str, str]:
    """Return this machine's environment without the test session's settings, and with the given ones."""
    inherited = {name: value for name, value in os.environ.items() if name not in SETTING_NAMES}
    return {**inherited, "PYTHONUTF8": "1", **own}


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the project folder to its end."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=60,
    )


@contextmanager
def started(*arguments: str, log: Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start Python in the project folder, its output in a file; kill it at the end of the block."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment(**settings),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(condition: Callable[[], object], limit: int = 120, what: str = "") -> None:
    """Wait for something that takes a moment; fail when it does not come."""
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, f"waited {limit} s in vain for {what or condition}"
        time.sleep(0.02)


def free_port() -> int:
    """Return a TCP port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status(url: str) -> int:
    """Return the HTTP status of a page, 0 if nobody answers."""
    try:
        with urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command(pid: int) -> bytes:
    """Return the command line of a process, empty where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def kill(pid: int) -> None:
    """Kill without any chance to clean up."""
    os.kill(pid, signal.SIGKILL)
