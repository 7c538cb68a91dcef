"""Give the test session a real PostgreSQL and a real Chromium.

The database is DATABASE_URL when set, otherwise a throw-away cluster in a temporary folder: started once, by
the process that was called (the xdist controller), and shared by its workers, each of which makes its own
test database in it. All this must happen before Django reads its settings; that is why DJANGO_SETTINGS_MODULE
is set here and not in pyproject.toml.
"""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from config.postgres import owned, running
from tests.config.processes import started

CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
SESSION = ExitStack()

hypothesis_settings.register_profile("project", deadline=None, max_examples=50)
hypothesis_settings.register_profile("drill", deadline=None, max_examples=2000)
hypothesis_settings.load_profile("project")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Prepare environment and database before pytest-django sets Django up."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = Path(SESSION.enter_context(tempfile.TemporaryDirectory(prefix="budget-tests-")))
        os.environ["DATA_DIR"] = str(folder)
        if not os.environ.get("DATABASE_URL"):
            os.environ["DATABASE_URL"] = SESSION.enter_context(running(folder))
    os.environ.update(
        DEMO="1",
        DEBUG="0",
        SERVING="0",
        STATIC_MANIFEST="0",
        DJANGO_SETTINGS_MODULE="config.settings",
        DJANGO_ALLOW_ASYNC_UNSAFE="true",  # Playwright runs an event loop in our thread
    )
    use_quick_passwords()
    if "drill" in (config.option.markexpr or "") and "not drill" not in config.option.markexpr:
        hypothesis_settings.load_profile("drill")


def pytest_unconfigure() -> None:
    """Stop the cluster and remove its folder."""
    SESSION.close()


@pytest.fixture(scope="session", autouse=True)
def _emptied_despite_the_guards() -> None:
    """Let the test runner empty its tables between tests, which the guards against TRUNCATE refuse."""
    import pgtrigger
    from django.db.backends.postgresql.operations import DatabaseOperations

    from orgs.guards import never_truncated

    flush = DatabaseOperations.sql_flush

    def sql_flush(self: DatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
        guards = [
            trigger.compile(model)
            for model, trigger in pgtrigger.registered()
            if trigger.name == never_truncated().name
        ]
        return [
            *(guard.disable_sql for guard in guards),
            *flush(self, *args, **kwargs),
            *(guard.enable_sql for guard in guards),
        ]

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[assignment, method-assign]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Let no test meet a page that another one has made."""
    from django.core.cache import cache

    cache.clear()


def use_quick_passwords() -> None:
    """Spare each created user the 70 ms of the real hasher (tests/config looks at that one)."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose cluster has our tables and nothing in them, to be copied by who kills PostgreSQL."""
    folder = tmp_path_factory.mktemp("migrated") / "data"
    log = folder.parent / "log"
    with owned(folder) as cluster:
        settings = {"DATABASE_URL": cluster.url, "DATA_DIR": str(folder), "DEMO": "1"}
        with started("manage.py", "migrate", "-v0", log=log, **settings) as process:
            assert process.wait(600) == 0, log.read_text()
    return folder


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the system's Chromium: Playwright's own download is not needed."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if not found:
        pytest.fail("没有找到 Chromium：请运行 make test，或安装 chromium 后重试。")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": found, "args": [*CHROMIUM_FLAGS, *sandbox]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Open pages as a finance officer's desk shows them."""
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1366, "height": 768},
        "permissions": ["clipboard-read", "clipboard-write"],
    }
