"""Eight browsers save through the running system while PostgreSQL is killed with -9 again and again.

Each saves a project of its own with one figure after the other, and sends a request until it is answered, as the
entry page does. In the end what was acknowledged is there, each save once; and the database came back by itself.
"""

import json
import random
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPException
from http.cookiejar import CookieJar
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener
from uuid import uuid4

import pytest
from django.conf import settings

from budgets.returns import PROJECTS
from tests.config.processes import children, kill, wait_until
from tests.config.test_run import Site

SAVERS = 8
KILLED = ("postmaster", "server", "backend")
"""The one that starts the others; all of them at once; one of the others."""


class Saver:
    """One browser, in which the figure of one project is saved again and again."""

    def __init__(self, site: Site, submission_id: int, name: str) -> None:
        self.cookies = CookieJar()
        self.browser = build_opener(HTTPCookieProcessor(self.cookies))
        self.site, self.path = site, f"/submissions/{submission_id}/{PROJECTS.slug}/save/"
        self.name = name
        self.line: dict[str, int] = {"id": 0, "row_version": 0}
        self.saved = self.unanswered = 0
        self.work: Future[None]
        self._sign_in()

    def _sign_in(self) -> None:
        self.browser.open(f"{self.site.url}/sign-in/", timeout=30).close()
        fields = {"username": "lin", "password": settings.DEMO_PASSWORD, "csrfmiddlewaretoken": self._token()}
        answer = self.browser.open(f"{self.site.url}/sign-in/", urlencode(fields).encode(), timeout=30)
        assert answer.url == f"{self.site.url}/", answer.url

    def _token(self) -> str:
        return next(cookie.value or "" for cookie in self.cookies if "csrf" in cookie.name)

    def save_until(self, stop: Event) -> None:
        """Save one figure after the other."""
        while not stop.is_set():
            self.save_next()

    def save_next(self) -> None:
        """Send the next figure until it is acknowledged, and once more, as after an answer that was lost."""
        request = self._request(self.saved + 1)
        for _ in range(2):
            wait_until(lambda: self._is_acknowledged(request), what=f"{self.name} {self.saved + 1}")
        self.saved += 1

    def _request(self, figure: int) -> Request:
        values = dict.fromkeys((column.name for column in PROJECTS.columns), "")
        row: dict[str, Any] = {"row": "r", **self.line}
        row["values"] = values | {"name": self.name, "outturn": str(figure)}
        body = {"unit": "yuan", "rows": [row], "removed": [], "key": uuid4().hex}
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        headers |= {"X-CSRFToken": self._token(), "Referer": self.site.url}
        return Request(self.site.url + self.path, json.dumps(body).encode(), headers)

    def _is_acknowledged(self, request: Request) -> bool:
        """Send it once more; whatever is no success is no acknowledgement, but nothing may be refused."""
        try:
            with self.browser.open(request, timeout=30) as answer:
                rows = json.load(answer)["rows"]
                [self.line] = [
                    {name: row[name] for name in self.line} for row in rows if row["name"] == self.name
                ]
                return True
        except HTTPError as error:
            assert error.code >= 500, (error.code, error.read().decode())
        except (OSError, HTTPException):
            pass  # nobody answered, or not to the end
        self.unanswered += 1
        return False


@pytest.fixture
def site(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The running demonstration, for one test: what keeps ending is not started again for ever."""
    site = Site(Path(shutil.copytree(migrated, tmp_path_factory.mktemp("savers") / ".data")))
    with site.serve():
        site.says("系统已启动")
        yield site


@contextmanager
def saving(site: Site, name: str) -> Iterator[list[Saver]]:
    """Let eight browsers save for a block; every request is acknowledged at its end."""
    with site.database() as connection:
        [[submission_id]] = connection.execute(SUBMISSION).fetchall()
    savers = [Saver(site, submission_id, f"{name}{number}") for number in range(SAVERS)]
    stop = Event()
    with ThreadPoolExecutor(SAVERS) as threads:
        for saver in savers:
            saver.work = threads.submit(saver.save_until, stop)
        try:
            yield savers
        finally:
            stop.set()
    for saver in savers:
        saver.work.result()


SUBMISSION = """
    SELECT submission.id FROM submissions_submission AS submission JOIN orgs_unit AS unit ON unit.id = unit_id
     WHERE unit.code = '224001'
"""


def all_save_on(savers: list[Saver]) -> None:
    """Return when each has saved twice more, for the first may be answered late; or when one has failed."""
    before = [saver.saved for saver in savers]

    def have_saved() -> bool:
        failed = any(saver.work.done() for saver in savers)
        return failed or all(saver.saved > saved + 1 for saver, saved in zip(savers, before, strict=True))

    wait_until(have_saved, what=f"two more than {before}")


def kill_database(site: Site, who: str, moments: random.Random) -> None:
    """Kill PostgreSQL, or one of its processes."""
    postmaster = site.postmaster()
    others = children(postmaster)
    victims = {
        "postmaster": [postmaster],
        "server": [postmaster, *others],
        "backend": [moments.choice(others)],
    }[who]
    for pid in victims:
        with suppress(ProcessLookupError):  # who has lost the others ends by itself
            kill(pid)


def check(site: Site, savers: list[Saver]) -> None:
    """Each has the figure and the version of her last save, and for each save one record, in their order."""
    with site.database() as connection:
        stored = connection.execute(
            "SELECT name, outturn::int, id, row_version FROM budgets_projectline"
        ).fetchall()
        edits = connection.execute(
            "SELECT changes FROM submissions_edit WHERE schedule = 'projects' ORDER BY id"
        ).fetchall()
    recorded: dict[str, list[Any]] = {}
    for [[change]] in (changes for changes in edits if len(changes[0]) == 1):
        recorded.setdefault(change["row"]["name"], []).append(change["cells"]["outturn"])
    for saver in savers:
        assert (saver.name, saver.saved, *saver.line.values()) in stored
        figures = ["", *(f"{figure}.00" for figure in range(1, saver.saved + 1))]
        assert recorded[saver.name] == [list(pair) for pair in pairwise(figures)]


def test_nothing_acknowledged_is_lost_and_nothing_is_saved_twice(site: Site) -> None:
    kill_and_check(site, "甲", ["server", "postmaster", "backend"], random.Random(0), patience=0)


@pytest.mark.drill
@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_lost_or_saved_twice_by_many_kills_at_random_moments(site: Site, seed: int) -> None:
    moments = random.Random(seed)
    kill_and_check(site, f"{seed}号", moments.choices(KILLED, k=5), moments, patience=0.5)


def kill_and_check(site: Site, name: str, killed: list[str], moments: random.Random, patience: float) -> None:
    """Kill one after the other while eight save, each when everybody is at work again; look at what is there."""
    with saving(site, name) as savers:
        for who in killed:
            all_save_on(savers)
            time.sleep(moments.uniform(0, patience))
            kill_database(site, who, moments)
        all_save_on(savers)
    check(site, savers)
    assert sum(saver.unanswered for saver in savers) >= len(killed)  # they felt it
