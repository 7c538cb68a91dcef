"""Background jobs beside the server: `manage.py run_jobs`, kept alive.

It is a process of its own, so that a job that takes all of its memory or time takes none of a page's.
"""

import os
import subprocess
import sys
import time
from functools import partial

from django.conf import settings

from orgs.processes import end_with_parent

PAUSE = 5
"""Seconds from one start to the next, at least: where it cannot run now it is tried again quietly."""
GRACE = 10
"""Seconds for the return under way when stopping; what is left is taken up again at the next start."""


class Jobs:
    """Starts the worker, starts it again when it has ended, and ends it."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.due = 0.0

    def look(self) -> bool:
        """Start the worker if none runs and it is time; return whether it was started."""
        is_running = self.process is not None and self.process.poll() is None
        if is_running or time.monotonic() < self.due:
            return False
        self.due = time.monotonic() + PAUSE
        try:
            self.process = subprocess.Popen(
                self.command,
                cwd=settings.BASE_DIR,
                env=os.environ | {"SERVING": "0"},
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C in the terminal is for the parent
                preexec_fn=partial(end_with_parent, os.getpid()),
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return True

    def stop(self) -> None:
        """Let the worker finish the return it is at, then end it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def jobs() -> Jobs:
    """Return what keeps the worker of background jobs running."""
    return Jobs([sys.executable, "manage.py", "run_jobs"])
