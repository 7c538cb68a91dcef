"""Work on many things in several processes of a command, so that no processor idles while another is full."""

import contextlib
import ctypes
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from typing import Any, TypeVar

from django.core.management import CommandError
from django.db import connection, connections

PR_SET_PDEATHSIG = 1

AHEAD = 2
"""So many parts a process are begun before what they give is asked for: it is kept meanwhile."""

Part = TypeVar("Part")
Done = TypeVar("Done")


def done_in_processes(
    work: Callable[[Part], Done], parts: Iterable[Part], processes: int | None = None
) -> Iterator[Done]:
    """Do work on each part in processes forked for it, one a processor, and yield what it returns, in order.

    `work` is a function of a module; what goes in and comes out can be pickled. It reads the database through
    a connection of its own and keeps what it writes, whatever happens to other parts. What one raises is
    raised here, and what has not begun is then left; CommandError where the system ended a process. It is
    done in this process where there is one part or processor, where a transaction has written what no other
    connection sees, and where the connections are a pool, whose threads no fork takes along.
    """
    listed = list(parts)
    processes = min(processes or os.cpu_count() or 1, len(listed))
    if processes < 2 or connection.in_atomic_block or connection.settings_dict["OPTIONS"].get("pool"):
        yield from map(work, listed)
        return
    executor = ProcessPoolExecutor(processes, get_context("fork"), _begin, (os.getpid(),))
    waiting = iter(listed)
    try:
        under_way = deque(executor.submit(work, each) for each in islice(waiting, AHEAD * processes))
        while under_way:
            yield under_way.popleft().result()
            under_way.extend(executor.submit(work, each) for each in islice(waiting, 1))
    except BrokenProcessPool as error:
        raise CommandError(
            "一个工作进程被系统中止（可能内存不足）。已完成的部分有效，请再运行一次。"
        ) from error
    finally:
        executor.shutdown(cancel_futures=True)


_OF_THE_PARENT: list[Any] = []
"""The parent's connections, kept from being closed in the child: that would end the parent's sessions."""


def _begin(parent: int) -> None:
    """Make a forked process one that ends with its parent and has connections of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is for the parent
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    end_with_parent(parent)
    for alias in list(connections):
        _OF_THE_PARENT.append(connections[alias])
        del connections[alias]


def end_with_parent(parent: int) -> None:
    """Ask the kernel (Linux) for a stop when the parent dies, however it dies."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit(1)
