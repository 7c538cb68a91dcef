"""The embedded PostgreSQL survives what happens to processes and folders. Real processes, real kills."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from config import postgres
from config.postgres import InUse, Unavailable, owned, running, shared
from tests.config.processes import kill, run, started, wait_until

OWNER = """
import sys
from pathlib import Path
from config import postgres
{before}
with postgres.owned(Path(sys.argv[1])) as cluster:
    print("serving", cluster.process.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one cluster with one committed row, to be copied."""
    folder = tmp_path_factory.mktemp("prepared") / "data"
    with running(folder) as url:
        add_row(url, "kept")
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """Return a folder whose cluster holds the row `kept`."""
    return Path(shutil.copytree(prepared, tmp_path / "data"))


def add_row(url: str, text: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (text text)")
        connection.execute("INSERT INTO notes VALUES (%s)", [text])


def rows(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM notes ORDER BY text")]


def quiet(sentence: str) -> None:
    """Say nothing."""


@contextmanager
def owner(folder: Path, before: str = "") -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run another process that owns the cluster; yield it and the server's pid."""
    log = folder.parent / "owner.log"
    with started("-c", OWNER.format(before=before), str(folder), log=log) as process:
        wait_until(lambda: "serving" in log.read_text(), what=log.read_text())
        try:
            yield process, int(log.read_text().split("serving")[1])
        finally:
            process.communicate(timeout=20)  # the end of its input is the end of its work


def is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


# --- Starting


def test_first_start_in_a_long_chinese_folder_with_a_space(tmp_path: Path) -> None:
    folder = tmp_path / "部门整体支出绩效自评 二〇二三年度决算资料汇总整理" / ".data"
    assert len(os.fsencode(folder)) > 107
    with running(folder) as url:
        add_row(url, "中文")
    with running(folder) as url:
        assert rows(url) == ["中文"]


def test_only_the_owner_of_the_files_may_connect(folder: Path) -> None:
    with owned(folder, quiet) as cluster:
        with psycopg.connect(cluster.url) as connection:
            role, is_super = connection.execute(
                "SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchall()[0]
            addresses = connection.execute("SHOW listen_addresses").fetchall()
            checksums = connection.execute("SHOW data_checksums").fetchall()
        assert (role, is_super, addresses, checksums) == ("budget", False, [("",)], [("on",)])
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(cluster.url.replace("budget:", "budget:x", 1))
        assert cluster.socket_dir is not None
        assert cluster.socket_dir.stat().st_mode & 0o777 == 0o700
        for name in ("app_password", "superuser_password", "database_url"):
            assert (folder / name).stat().st_mode & 0o777 == 0o600, name
    assert not cluster.socket_dir
    assert not (folder / "database_url").exists()


def test_a_half_made_cluster_is_made_anew(tmp_path: Path) -> None:
    unfinished = tmp_path / "data" / f"postgres-{postgres.major_version(postgres.find_binaries())}.unfinished"
    (unfinished / "base").mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with running(tmp_path / "data") as url:
        add_row(url, "made")
    assert not unfinished.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes its identity")
def test_root_without_user_namespaces_runs_as_the_unprivileged_id(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_works = postgres._works
    monkeypatch.setattr(postgres, "_works", lambda command: command[0] != "unshare" and real_works(command))
    with tempfile.TemporaryDirectory(prefix="budget-") as top:
        Path(top).chmod(0o711)
        folder = Path(shutil.copytree(prepared, Path(top) / "data"))
        try:
            with owned(folder, quiet) as cluster:
                assert (cluster.data / "PG_VERSION").stat().st_uid == postgres.UNPRIVILEGED_ID
                assert cluster.process is not None
                assert Path(f"/proc/{cluster.process.pid}").stat().st_uid == postgres.UNPRIVILEGED_ID
                assert rows(cluster.url) == ["kept"]
        except Unavailable as error:
            assert "root" in str(error)
            pytest.skip("this folder is closed to the unprivileged id")
        monkeypatch.undo()
        with running(folder) as url:
            assert rows(url) == ["kept"]


# --- Dying


def test_killed_server_starts_again_at_the_same_address(folder: Path) -> None:
    with owned(folder, quiet) as cluster:
        url = cluster.url
        add_row(url, "more")
        assert cluster.process is not None
        kill(cluster.process.pid)
        wait_until(cluster.has_stopped)
        cluster.start()
        assert cluster.url == url
        assert rows(url) == ["kept", "more"]


def test_killed_owner_takes_the_server_with_it(folder: Path) -> None:
    with owner(folder) as (process, server):
        add_row((folder / "database_url").read_text(), "more")
        kill(process.pid)
        wait_until(lambda: not is_alive(server), limit=10, what="the end of the server")
    with running(folder) as url:
        assert rows(url) == ["kept", "more"]


def test_orphan_is_ended_before_the_next_start(folder: Path) -> None:
    said: list[str] = []
    with owner(folder, before="postgres._end_with_parent = lambda: []") as (process, server):
        add_row((folder / "database_url").read_text(), "more")
        kill(process.pid)
        process.wait()
        assert is_alive(server)
        with running(folder, said.append) as url:
            assert not is_alive(server)
            assert rows(url) == ["kept", "more"]
    assert "遗留" in said[0]


def test_killed_owner_and_killed_server_lose_nothing(folder: Path) -> None:
    with owner(folder) as (process, server):
        add_row((folder / "database_url").read_text(), "more")
        kill(server)
        kill(process.pid)
        process.wait()
    assert "ready" in (next(folder.glob("postgres-*")) / "postmaster.pid").read_text()
    with running(folder) as url:
        assert rows(url) == ["kept", "more"]


def test_pid_file_naming_a_stranger_is_stale_and_the_stranger_lives(folder: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (next(folder.glob("postgres-*")) / "postmaster.pid").write_text(
            f"{stranger.pid}\n{folder}\n1\n5432\n/tmp\n\n1 1\nready   \n"
        )
        with running(folder) as url:
            assert rows(url) == ["kept"]
        assert stranger.poll() is None
        stranger.kill()


def test_server_that_cannot_start_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(postgres.SERVER_OPTIONS, "max_connections", "0")
    with pytest.raises(Unavailable, match="max_connections"), running(folder):
        pass


# --- Never a silent fresh start


@pytest.mark.parametrize("leave_empty_folder", [True, False])
def test_lost_data_directory_is_refused(folder: Path, leave_empty_folder: bool) -> None:
    data = next(folder.glob("postgres-*"))
    shutil.rmtree(data)
    if leave_empty_folder:
        data.mkdir()
    with pytest.raises(Unavailable, match="防止数据丢失"), running(folder):
        pass
    assert not (data / "PG_VERSION").exists()


def test_data_of_another_major_version_is_refused(folder: Path) -> None:
    (folder / "initialised").write_text("14\n")
    with pytest.raises(Unavailable, match="PostgreSQL 14"), running(folder):
        pass


# --- One owner, many users


def test_second_owner_is_refused_and_told_by_whom(folder: Path) -> None:
    with (
        owner(folder) as (process, _),
        pytest.raises(InUse, match=f"进程号 {process.pid}"),
        running(folder),
    ):
        pass


def test_command_joins_a_running_cluster(folder: Path) -> None:
    with owner(folder) as (_, server):
        with shared(folder) as url:
            assert rows(url) == ["kept"]
        assert is_alive(server)


def test_command_that_started_the_cluster_waits_for_the_others(folder: Path) -> None:
    with owner_by_sharing(folder) as (process, log):
        with shared(folder) as url:
            assert process.stdin is not None
            process.stdin.close()  # the owner's command has ended
            wait_until(lambda: "等待其结束" in log.read_text())
            assert rows(url) == ["kept"]
        assert process.wait(20) == 0


@contextmanager
def owner_by_sharing(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    log = folder.parent / "owner.log"
    script = OWNER.replace("owned", "shared").replace("cluster.process.pid", "cluster").format(before="")
    with started("-c", script, str(folder), log=log) as process:
        wait_until(lambda: "serving" in log.read_text())
        yield process, log


# --- Folders and programs that cannot be used


def as_unprivileged(action: Callable[[], str]) -> str:
    """Run an action in a child process that is not root; return what it says."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(postgres.UNPRIVILEGED_ID)
                os.setuid(postgres.UNPRIVILEGED_ID)
            os.write(writer, action().encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(pid, 0)
    with os.fdopen(reader, "rb") as said:
        return said.read().decode()


def test_folder_without_write_permission_is_refused_in_a_sentence() -> None:
    with tempfile.TemporaryDirectory(prefix="budget-") as closed:
        Path(closed).chmod(0o555)

        def attempt() -> str:
            try:
                with running(Path(closed) / "data"):
                    return "started"
            except Unavailable as error:
                return str(error)

        assert "无法写入数据目录" in as_unprivileged(attempt)


def test_pg_bin_without_postgres_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(Unavailable, match="PG_BIN"):
        postgres.find_binaries()


def test_ctrl_c_of_the_terminal_does_not_reach_the_server(folder: Path) -> None:
    with owner(folder) as (process, server):
        assert os.getsid(server) != os.getsid(process.pid)
        process.send_signal(signal.SIGINT)
        process.wait(60)  # its last checkpoint waits for a busy disk
        assert not is_alive(server)
        assert "shutdown request" in (folder / "postgres.log").read_text()


def test_module_needs_nothing_but_the_standard_library() -> None:
    done = run("-S", "-c", "import config.postgres")
    assert done.returncode == 0, done.stderr
