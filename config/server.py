"""Answer requests: gunicorn with threads, forked from the process that has already set Django up.

Forking is why gunicorn was chosen over granian, which starts fresh interpreters: the workers share what is
loaded, the address is bound before the slow part begins, and a server that dies is replaced in milliseconds
on the same open socket.
"""

import contextlib
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from orgs.processes import end_with_parent

GRACE = 10  # seconds for requests under way when stopping


class Unusable(RuntimeError):
    """Say in one sentence why the address cannot be used."""


def listen_on(host: str, port: int) -> socket.socket:
    """Bind the address, so that a port in use is known before anything else is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # Two processes may both bind a port with SO_REUSEADDR; only one may listen.
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise Unusable(
            f"无法使用 {host}:{port}（{error.strerror}）：端口可能已被占用，"
            "可换一个端口，例如 make run PORT=8001。"
        ) from error
    return listener


class Gunicorn(BaseApplication):
    """Run an application that is already loaded, on a socket that is already bound."""

    def __init__(self, application: Callable[..., Any], options: dict[str, Any]) -> None:
        self.application = application
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Take the options; no file, no command line."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        """Return the application."""
        return self.application


class Server:
    """Start, watch and stop the server as a child process."""

    def __init__(
        self, listener: socket.socket, application: Callable[..., Any], workers: int, threads: int
    ) -> None:
        self.listener = listener
        self.application = application
        self.options = {
            "bind": f"fd://{listener.fileno()}",
            "workers": workers,
            "worker_class": "gthread",
            "threads": threads,
            "timeout": 60,
            "graceful_timeout": GRACE,
            "keepalive": 5,
            "loglevel": "warning",
            "control_socket_disable": True,
            "forwarded_allow_ips": "",  # which proxy is trusted is said once, in the settings
            "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,
        }
        self.pid: int | None = None

    def start(self) -> None:
        """Fork the server."""
        parent = os.getpid()
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self._be_the_server(parent)

    def _be_the_server(self, parent: int) -> None:
        """Serve until told to stop. Never return: the parent's `finally` blocks are not ours."""
        code = 1
        try:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)  # until gunicorn sets its own
            os.setsid()  # Ctrl-C in the terminal is for the parent
            end_with_parent(parent)
            close_descriptors_but(self.listener.fileno())
            Gunicorn(self.application, self.options).run()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def has_stopped(self) -> bool:
        """Tell, reaping it, whether the server has ended by itself."""
        if self.pid is None:
            return False
        done, _ = os.waitpid(self.pid, os.WNOHANG)
        if done:
            self._kill_group(self.pid)
            self.pid = None
        return bool(done)

    def stop(self) -> None:
        """Let requests under way finish, then end."""
        if self.pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE + 5
        while time.monotonic() < deadline:
            if self.has_stopped():
                return
            time.sleep(0.02)
        self._kill_group(self.pid)
        os.waitpid(self.pid, 0)
        self.pid = None

    def _kill_group(self, leader: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)

    def wait_until_it_answers(self, limit: int = 60) -> bool:
        """Wait for any answer at all: which host names are allowed is not the question here."""
        host, port = self.listener.getsockname()[:2]
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline and not self.has_stopped():
            connection = HTTPConnection(host, port, timeout=5)
            with contextlib.suppress(OSError, HTTPException):
                connection.request("GET", "/health/")
                connection.getresponse().read()
                return True
            connection.close()
            time.sleep(0.05)
        return False


def close_descriptors_but(kept: int) -> None:
    """Close what the parent has open, above all the lock on the data folder: it must end with the parent."""
    folder = Path("/dev/fd")
    for name in [entry.name for entry in folder.iterdir()] if folder.is_dir() else []:
        if int(name) > 2 and int(name) != kept:
            with contextlib.suppress(OSError):
                os.close(int(name))
