"""Run the whole system: `python -m config.run`, or `make run` for the demonstration.

One process starts the database (unless DATABASE_URL names one), brings it up to date, forks the server,
starts the worker of background jobs, and watches all until Ctrl-C or SIGTERM. Whichever dies is started
again; the server's address and the database's stay the same.

Environment: HOST (127.0.0.1), PORT (8000), WORKERS, THREADS, and what config/settings.py lists.
"""

import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import StringIO
from types import FrameType

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config.environment import env_bool, env_int
from config.jobs import Jobs, jobs
from config.mailer import Mailer, mailer
from config.postgres import Cluster, InUse, Unavailable, data_folder, owned
from config.prepare import Unsuitable, close_connections, collect_static, prepare
from config.server import Server, Unusable, listen_on

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
RESTARTS, WITHIN = 5, 60
BUSY_LIMIT = 15  # seconds to wait for a management command that is using the database


class Stop(BaseException):
    """Carry the wish to stop, by Ctrl-C or by a signal, from wherever it arrives."""


class GaveUp(RuntimeError):
    """Say what keeps failing."""


def main() -> int:
    """Run until told to stop; return the exit status."""
    for number in SIGNALS:
        signal.signal(number, raise_stop)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["SERVING"] = "1"
    try:
        serve()
    except Stop:
        say("已停止。")
    except (Unavailable, Unsuitable, Unusable, ImproperlyConfigured, GaveUp) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def raise_stop(number: int, frame: FrameType | None) -> None:
    """Stop once; a second Ctrl-C does not cut the orderly end short."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stop


def serve() -> None:
    """Bind, start, prepare, serve, watch; stop in the reverse order."""
    host, port = os.environ.get("HOST", "127.0.0.1"), env_int("PORT", 8000, least=1, most=65535)
    with ExitStack() as stack:
        listener = stack.enter_context(listen_on(host, port))
        cluster = stack.enter_context(embedded(f"http://{host}:{port}")) if wants_embedded() else None
        set_up()
        people = demo_people()
        server = Server(listener, load_application(), workers(), env_int("THREADS", 8, least=1, most=64))
        stack.callback(server.stop)
        fork(server)
        if not server.wait_until_it_answers():
            raise GaveUp("网站没有启动，请查看上面的错误信息。")
        say(f"\n系统已启动：http://{host}:{port}/    按 Ctrl-C 停止\n\n{people}")
        worker, sender = jobs(), mailer()
        stack.callback(worker.stop)
        if sender:
            stack.callback(sender.stop)
        watch(server, cluster, worker, sender)


def wants_embedded() -> bool:
    """Tell whether to bring a database along: only a demonstration does, and only if none is named."""
    return env_bool("DEMO") and not os.environ.get("DATABASE_URL")


@contextmanager
def embedded(address: str) -> Iterator[Cluster]:
    """Own the folder's cluster; give a management command that is using it a moment to end."""
    deadline = time.monotonic() + BUSY_LIMIT
    with ExitStack() as stack:
        while True:
            try:
                cluster = stack.enter_context(owned(data_folder(), say, address))
                break
            except InUse as error:
                if "http://" in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        os.environ["DATABASE_URL"] = cluster.url
        yield cluster


def set_up() -> None:
    """Set Django up and bring database and static files up to date."""
    django.setup()
    prepare()
    collect_static()


def load_application() -> Callable[..., object]:
    """Load everything a request needs, once, before the fork."""
    application = get_wsgi_application()
    get_resolver().url_patterns  # noqa: B018
    return application


def fork(server: Server) -> None:
    """Fork the server; a pool carried through the fork would wait for threads that are not there."""
    close_connections()
    server.start()


def workers() -> int:
    """Return the number of processes: one for each core, four at most unless WORKERS says otherwise."""
    return env_int("WORKERS", min(4, os.cpu_count() or 1), least=1, most=64)


def demo_people() -> str:
    """Return who can sign in to the demonstration, nothing in production."""
    listed = StringIO()
    if env_bool("DEMO"):
        call_command("list_demo_people", stdout=listed)
    return listed.getvalue()


def watch(server: Server, cluster: Cluster | None, worker: Jobs, sender: Mailer | None) -> None:
    """Start again whichever of the two ends by itself, unless it keeps ending; send notices now and then.

    The worker of background jobs is started again whenever it ended; nobody's page waits for it.
    """
    restarts: deque[float] = deque(maxlen=RESTARTS)
    while True:
        time.sleep(0.2)
        if cluster is not None and cluster.has_stopped():
            count(restarts, "数据库")
            cluster.start()
            say("数据库已恢复。")
        if server.has_stopped():
            count(restarts, "网站")
            fork(server)
        worker.look()
        if sender is not None:
            sender.look()


def count(restarts: deque[float], what: str) -> None:
    """Note a restart; give up when there were too many of them in a short time."""
    now = time.monotonic()
    if len(restarts) == RESTARTS and now - restarts[0] < WITHIN:
        raise GaveUp(f"{what}反复意外停止，已停止运行：请查看上面的错误信息和数据目录中的 postgres.log。")
    restarts.append(now)
    say(f"{what}意外停止，正在重新启动……")


def say(sentence: str) -> None:
    """Tell the person at the terminal."""
    print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main())
