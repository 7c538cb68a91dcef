"""Files for the public, each made once of what was approved and then kept.

A file lies below the digest of the approved data, under a name that tells all it depends on. It is put there
whole by one rename, so that two who make it at once end with one; to delete any of it, or the folder, is
harmless. Nothing here says who may have a file.
"""

import fcntl
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

from django.conf import settings

AT_ONCE = 2
"""So many requests of one process make a file or wait for their turn; the others are asked to come again."""
PATIENCE = 20
"""So many seconds one waits for its turn: in all processes together one file is made at a time."""
REST = 600
"""So many seconds a file that could not be made is not tried again by this process."""

_HERE = threading.BoundedSemaphore(AT_ONCE)
_FAILED: dict[str, tuple[int, Exception]] = {}


class Busy(Exception):
    """Other files are being made: come again in a few seconds."""


def kept(digest: str, name: str, key: str, make: Callable[[], bytes], fails: type[Exception]) -> bytes:
    """Return the file `name` of what has this digest, made by `make` where it is not kept yet.

    `key` tells all else it depends on: what was kept under another one is forgotten. Raises Busy, and what
    `make` raises; a failure of the kind `fails` is remembered for a while and raised again.
    """
    path = _path(digest, name, key)
    with suppress(FileNotFoundError):
        return path.read_bytes()
    with turn(PATIENCE):
        with suppress(FileNotFoundError):
            return path.read_bytes()
        content = _made(f"{digest}/{path.name}", make, fails)
        with suppress(OSError):  # a full disk keeps nothing, and nobody from her file
            _put(path, content)
        return content


def found(digest: str, name: str, key: str) -> bytes | None:
    """Return the file `name` of what has this digest where it is kept; None where it is not."""
    with suppress(OSError):
        return _path(digest, name, key).read_bytes()
    return None


def keep(digest: str, name: str, key: str, content: bytes) -> None:
    """Keep a small file that was made in a turn; a full disk keeps nothing."""
    with suppress(OSError):
        _put(_path(digest, name, key), content)


def _path(digest: str, name: str, key: str) -> Path:
    return Path(settings.PUBLIC_FILES_DIR) / digest[:2] / digest / f"{key}-{name}"


def _made(which: str, make: Callable[[], bytes], fails: type[Exception]) -> bytes:
    if which in _FAILED:
        at, failure = _FAILED[which]
        if monotonic() - at < REST:
            raise failure
        del _FAILED[which]
    try:
        return make()
    except fails as failure:
        _FAILED[which] = (int(monotonic()), failure)
        raise


def _put(path: Path, content: bytes) -> None:
    """Put a file in its place, whole, and forget what stood for it before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    wanted = path.name.partition("-")[2]
    for other in path.parent.iterdir():
        if other != path and other.name.partition("-")[2] == wanted:
            other.unlink(missing_ok=True)


@contextmanager
def turn(patience: int) -> Iterator[None]:
    """Wait so many seconds for a turn among all processes that share the folder; raise Busy without one."""
    folder = Path(settings.PUBLIC_FILES_DIR)
    if not _HERE.acquire(blocking=False):
        raise Busy
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "making.lock").open("a") as lock:
            _lock(lock.fileno(), patience)  # closing the file gives it back
            yield
    finally:
        _HERE.release()


def _lock(number: int, patience: int) -> None:
    until = monotonic() + patience
    while True:
        try:
            return fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if monotonic() > until:
                raise Busy from None
            sleep(1 / 20)
