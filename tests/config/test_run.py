"""`make run` as a user lives it: `python -m config.run` in its own process, with its own port and data."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import psycopg
import pytest

from config import postgres
from tests.config.processes import children, command, free_port, kill, run, started, status, wait_until
from tests.config.test_settings import SAFE


class Site:
    """One data folder and port, served again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder.parent / "run.log"
        self.environment = {"DEMO": "1", "PORT": str(self.port), "DATA_DIR": str(folder)}

    def serve(self) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """Run the system, its output in the log."""
        return started("-m", "config.run", log=self.log, **self.environment)

    def says(self, sentence: str) -> None:
        wait_until(lambda: sentence in self.log.read_text(), what=f"{sentence} in {self.log.read_text()}")

    def server(self, pid: int) -> int:
        """Return the server among the children; the others are PostgreSQL and the worker of jobs."""
        return next(each for each in children(pid) if each not in (self.postmaster(), self.worker(pid)))

    def worker(self, pid: int) -> int:
        """Return the worker of background jobs among the children; 0 where it does not run now."""
        return next((each for each in children(pid) if b"run_jobs" in command(each)), 0)

    def postmaster(self) -> int:
        return int(next(self.folder.glob("postgres-*/postmaster.pid")).read_text().split()[0])

    def database(self) -> psycopg.Connection:
        return psycopg.connect((self.folder / "database_url").read_text())

    def is_quiet(self) -> bool:
        """Tell whether no process of this site is left."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) != 0 and not list(
                self.folder.glob("postgres-*/postmaster.pid")
            )


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a site in a folder with a Chinese name and a space."""
    return Site(tmp_path_factory.mktemp("绩效 自评") / ".data")


def test_a_day_of_the_demonstration(site: Site) -> None:
    """Serve, lose the database, lose the server, be joined, stop, start again, be killed, recover."""
    with site.serve() as process:
        site.says("系统已启动")
        assert status(f"{site.url}/sign-in/") == 200
        assert site.url in site.log.read_text()

        with site.database() as connection:
            connection.execute("CREATE TABLE notes AS SELECT 'kept'::text AS text")
        kill(site.postmaster())
        site.says("数据库已恢复")
        assert [status(f"{site.url}/health/") for _ in range(10)] == [200] * 10

        wait_until(lambda: site.worker(process.pid), what="the worker of jobs to be there")
        before = site.worker(process.pid)
        kill(before)
        wait_until(lambda: site.worker(process.pid) not in (0, before), what="the worker of jobs to be back")

        kill(site.server(process.pid))
        site.says("网站意外停止")
        wait_until(lambda: status(f"{site.url}/health/") == 200, what="the server to be back")

        second = run("-m", "config.run", **{**site.environment, "PORT": str(free_port())})
        assert second.returncode == 1
        assert site.url in second.stderr and "Traceback" not in second.stderr

        joined = run("manage.py", "list_demo_people", DEMO="1", DATA_DIR=str(site.folder))
        assert joined.returncode == 0, joined.stderr
        assert joined.stdout.strip() in site.log.read_text()

        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert "已停止" in site.log.read_text()
        assert site.is_quiet()

    with site.serve() as process:
        site.says("系统已启动")
        wait_until(lambda: site.worker(process.pid), what="the worker of jobs to be there")
        worker = site.worker(process.pid)
        kill(process.pid)
        wait_until(site.is_quiet, what="server and database to end with their parent")
        wait_until(lambda: not Path(f"/proc/{worker}").exists(), what="the worker to end with its parent")

    with site.serve() as process:
        site.says("系统已启动")
        with site.database() as connection:
            assert connection.execute("SELECT text FROM notes").fetchall() == [("kept",)]
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert site.is_quiet()

    listed = run("manage.py", "list_demo_people", DEMO="1", DATA_DIR=str(site.folder))
    assert (listed.returncode, listed.stdout) == (0, joined.stdout)


def test_port_in_use_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = run("-m", "config.run", DEMO="1", PORT=port, DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr and "占用" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("port", ["http", "0", "70000"])
def test_nonsense_port_is_refused_in_a_sentence(port: str) -> None:
    done = run("-m", "config.run", DEMO="1", PORT=port)
    assert (done.returncode, done.stderr) == (
        1,
        f"环境变量 PORT 应为 1 到 65535 之间的整数，现为“{port}”。\n",
    )


def test_unreachable_database_is_refused_in_a_sentence() -> None:
    url = f"postgresql://app:secret-word@127.0.0.1:{free_port()}/budget"
    done = run("-m", "config.run", DEMO="1", PORT=str(free_port()), DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("无法连接数据库")
    assert "Traceback" not in done.stderr and "secret-word" not in done.stderr


def test_database_that_may_lose_what_it_stored_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgres.SERVER_OPTIONS, "fsync", "off")
    with postgres.running(tmp_path / "data") as url:
        done = run("-m", "config.run", DEMO="1", PORT=str(free_port()), DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("PostgreSQL 的 fsync 被关闭")


@pytest.fixture
def named_database() -> Iterator[str]:
    """Make an empty database on the session's PostgreSQL and yield its address."""
    address = urlsplit(os.environ["DATABASE_URL"])
    name = f"production_{os.getpid()}"
    with psycopg.connect(address.geturl(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield address._replace(path=f"/{name}").geturl().replace("postgresql:/?", "postgresql:///?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_production_serves_on_a_named_database(named_database: str, tmp_path: Path) -> None:
    port = free_port()
    own = {**SAFE, "DATABASE_URL": named_database, "PORT": str(port), "DATA_DIR": str(tmp_path / "data")}
    own["ALLOWED_HOSTS"] = "127.0.0.1"
    with started("-m", "config.run", log=tmp_path / "log", TRUSTED_PROXIES="1", **own) as process:
        wait_until(
            lambda: "系统已启动" in (tmp_path / "log").read_text(), what=(tmp_path / "log").read_text()
        )
        assert not list((tmp_path / "data").glob("postgres-*"))
        request = Request(f"http://127.0.0.1:{port}/sign-in/", headers={"X-Forwarded-Proto": "https"})
        with urlopen(request) as answer:
            assert answer.status == 200
            cookie = answer.headers["Set-Cookie"]
            assert cookie.startswith("__Host-csrftoken=") and "; Secure" in cookie
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
