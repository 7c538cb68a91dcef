"""Bring database and static files to the state the code expects: safe to repeat, quick when done."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

OLDEST_SERVER = 150000
ADVISORY_LOCK = 7203981  # any number, the same in every process that prepares this database
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
TIMEOUTS = (
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "transaction_timeout",
)


class Unsuitable(RuntimeError):
    """Say in one sentence why this database cannot be used."""


def prepare() -> None:
    """Check the server, migrate, load the reference data and, in a demonstration, its people and figures."""
    check_server()
    with alone_without_timeouts():
        migrate()
        call_command("load_reference", verbosity=0)
        if settings.DEMO:
            call_command("load_demo", verbosity=0)
            call_command("load_demo_indicators", verbosity=0)
            call_command("load_demo_last_year", verbosity=0)
            call_command("seed_region", verbosity=0)
            call_command("store_results", verbosity=0)


def check_server() -> None:
    """Refuse a database that is not to be reached, is too old, or may lose what it said it had stored."""
    parameters = {
        name: value for name, value in connection.get_connection_params().items() if name != "cursor_factory"
    }
    try:
        with psycopg.connect(**parameters) as direct:
            version = direct.info.server_version
            found = dict(direct.execute("SELECT name, setting FROM pg_settings").fetchall())
    except psycopg.OperationalError as error:
        raise Unsuitable(
            f"无法连接数据库，请检查 DATABASE_URL：{str(error).strip().splitlines()[-1]}"
        ) from error
    if version < OLDEST_SERVER:
        raise Unsuitable(
            f"PostgreSQL 版本过低（{version // 10000}），需要 {OLDEST_SERVER // 10000} 以上版本。"
        )
    if unsafe := [name for name in DURABLE if found[name] == "off"]:
        raise Unsuitable(
            f"PostgreSQL 的 {'、'.join(unsafe)} 被关闭，断电会丢失已提交的数据：请打开后再启动。"
        )


@contextmanager
def alone_without_timeouts() -> Iterator[None]:
    """Let one process at a time work on the schema, for as long as it takes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = ANY(%s)", [list(TIMEOUTS)]
        )
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
    try:
        yield
    finally:
        close_connections()  # ends the lock and the changed settings with the session


def close_connections() -> None:
    """Close every connection and the pool with its threads: none of them may be carried through a fork."""
    for each in connections.all():
        each.close()
        each.close_pool()  # type: ignore[attr-defined]  # of the PostgreSQL backend


def is_empty() -> bool:
    """Tell whether nothing was ever created in this database."""
    return not connection.introspection.table_names()


def migrate() -> None:
    """Apply the missing migrations. Asking first is ten times as quick as letting `migrate` find none."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def collect_static() -> None:
    """Collect the static files under hashed names, if any has changed since the last time."""
    if not settings.STATIC_MANIFEST:
        return
    stamp = settings.STATIC_ROOT / ".collected"
    fingerprint = static_fingerprint()
    if stamp.is_file() and stamp.read_text() == fingerprint:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(fingerprint)


def static_fingerprint() -> str:
    """Return a digest of names, sizes and times of all static files, and of the settings for them."""
    digest = hashlib.sha256(repr(settings.STORAGES).encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            digest.update(f"{name} {storage.size(name)} {storage.get_modified_time(name)}\n".encode())
    return digest.hexdigest()
