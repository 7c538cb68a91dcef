"""Send notices by e-mail beside the server: `manage.py send_notices` once a minute, with a mail server.

Each time it is a process of its own that ends, so that a mail server that hangs holds up nothing, and what
goes wrong once is gone the next minute.
"""

import os
import subprocess
import sys
import time

from django.conf import settings

EVERY = 60
"""Seconds from one sending to the next, at least."""


class Mailer:
    """Starts the sending when it is time, one at a time."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.due = time.monotonic() + EVERY

    def look(self) -> bool:
        """Start sending if it is time and the last one has ended; return whether it was started.

        A machine that starts no process now is asked again when it is time.
        """
        is_running = self.process is not None and self.process.poll() is None
        if is_running or time.monotonic() < self.due:
            return False
        self.due = time.monotonic() + EVERY
        try:
            self.process = subprocess.Popen(
                self.command, cwd=settings.BASE_DIR, env=os.environ | {"SERVING": "0"}
            )
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """End a sending that is under way; what it had taken is sent again later."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


def mailer() -> Mailer | None:
    """Return what sends notices; None without a mail server, as in the demonstration."""
    return Mailer([sys.executable, "manage.py", "send_notices"]) if settings.EMAIL_URL else None
