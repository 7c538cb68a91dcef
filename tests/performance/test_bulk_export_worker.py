"""The worker as a process of its own, on a small synthetic region: it makes an export, is killed with -9 in the
middle, is told to stop; in the end every unit is in the archive once, with the files of its single package.
"""

import re
import shutil
import signal
import time
from pathlib import Path

import psycopg
import pytest

from config.postgres import owned
from tests.config.processes import started, wait_until
from tests.performance.exported import contents, note_in, packages_in

SETTINGS = {"DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings", "STATIC_MANIFEST": "0"}
UNITS = 16
WITHIN = 30
"""Seconds after a kill until it goes on, at most."""

BEGIN = """
import django
django.setup()
from django.utils import timezone
from orgs.models import User
from performance.bulk_export_actions import start_bulk_export
from performance.packages import PARTS
from submissions.models import CollectionRound
round = CollectionRound.objects.select_related("bureau__region").get(bureau__region__code="431103")
asked = {"department": None, "parts": PARTS, "with_unapproved": True}
export = start_bulk_export(round=round, **asked, by=User.objects.get(username="qian"), at=timezone.now())
print(export.pk)
"""
ALONE = """
import sys
from pathlib import Path
import django
django.setup()
from performance import packages
from performance.bulk_exports import chosen_returns
from submissions.models import CollectionRound, Submission
packages.office = lambda: None  # PDF takes seconds, and is not in an export
round = CollectionRound.objects.select_related("bureau").get(bureau__region__code="431103")
for pk in chosen_returns(round, None, with_unapproved=True).returns:
    one = Submission.objects.select_related("unit__region", "round__bureau__region").get(pk=pk)
    folder = Path(sys.argv[1]) / f"{one.unit.code} {one.unit.name}"
    folder.mkdir(parents=True)
    for file in packages.files_of(one):
        (folder / file.name).write_bytes(file.content)
"""


class Region:
    """A synthetic region in a database of its own, and the processes that work on it."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.folder, self.settings = folder, settings
        self.log = folder / "log"

    def run(self, *arguments: str) -> str:
        """Run Python to its end and return what it said."""
        with started(*arguments, log=self.log, **self.settings) as process:
            assert process.wait(300) == 0, self.log.read_text()
        return self.log.read_text()

    def worker(self, name: str):
        """The worker, its output in a file."""
        return started("manage.py", "run_jobs", log=self.folder / name, **self.settings)

    def begin(self) -> int:
        """Ask for an export of everything; return its number."""
        return int(self.run("-c", BEGIN))

    def row(self, export: int) -> dict:
        """How far it is."""
        with psycopg.connect(self.settings["DATABASE_URL"]) as connection:
            cursor = connection.execute(
                "SELECT to_jsonb(e) FROM performance_bulkexport e WHERE id = %s", [export]
            )
            return next(cursor)[0]

    def jobs(self) -> int:
        """How many jobs there are, in whatever state."""
        with psycopg.connect(self.settings["DATABASE_URL"]) as connection:
            return next(connection.execute("SELECT count(*) FROM procrastinate_jobs"))[0]

    def told(self) -> list[str]:
        """What was told of exports, by kind."""
        with psycopg.connect(self.settings["DATABASE_URL"]) as connection:
            asked = "SELECT kind FROM submissions_notice WHERE kind = 'exported'"
            return [kind for (kind,) in connection.execute(asked)]

    def wait(self, export: int, condition, limit: int = 120) -> dict:
        """Wait until its row fulfils a condition, and return the row."""
        wait_until(lambda: condition(self.row(export)), limit, f"{self.row(export)}")
        return self.row(export)

    def archive(self, row: dict) -> Path:
        """Where its archive lies."""
        return self.folder / "exports" / str(row["id"]) / f"{row['attempt']}.zip"

    def alone(self) -> dict:
        """The single packages, by folder and name."""
        folder = self.folder / "alone"
        if not folder.exists():
            self.run("-c", ALONE, str(folder))
        return {
            unit.name: {file.name: contents(file.read_bytes()) for file in unit.iterdir()}
            for unit in folder.iterdir()
        }


@pytest.fixture
def region(migrated, tmp_path):
    """A region of a few units, in one year."""
    folder = Path(shutil.copytree(migrated, tmp_path / "data"))
    with owned(folder) as cluster:
        own = {"DATABASE_URL": cluster.url, "DATA_DIR": str(tmp_path)}
        region = Region(tmp_path, SETTINGS | own)
        for command in ("load_reference", "load_demo"):
            region.run("manage.py", command, "-v0")
        region.run("manage.py", "seed_region", "--units", str(UNITS), "--years", "1", "-v0")
        yield region


def test_killed_and_stopped_in_the_middle_it_goes_on_and_is_whole_in_the_end(region):
    export = region.begin()
    with region.worker("first") as worker:
        region.wait(export, lambda row: row["done"] >= 3)
        worker.kill()
        worker.wait()
    killed_at, kept = time.monotonic(), region.row(export)["done"]
    written = {path.name: path.stat().st_ino for path in parts(region, export)}
    assert kept - 1 <= len(written) <= kept + 1  # between a package and the note of it, or before one

    with region.worker("second") as worker:
        row = region.wait(export, lambda row: row["attempt"] == 2 and row["done"] > len(written) + 1, WITHIN)
        assert time.monotonic() - killed_at < WITHIN
        assert row["resumed_done"] == len(written)
        now = {path.name: path.stat().st_ino for path in parts(region, export)}
        assert written.items() <= now.items()  # the very same files
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    stopped = region.row(export)
    assert stopped["state"] == "running" and stopped["done"] < stopped["number"]

    with region.worker("third"):
        row = region.wait(export, lambda row: row["state"] not in ("waiting", "running"))
        wait_until(lambda: region.jobs() == 0, 30, "the job to be gone")
    assert (row["state"], row["attempt"], row["problems"]) == ("done", 3, [])
    assert region.told() == ["exported"]
    archive = region.archive(row)
    assert packages_in(archive) == region.alone()
    assert len(packages_in(archive)) == row["number"] > UNITS / 2
    assert f"已导出：{row['number']} 个单位" in note_in(archive)
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]
    for log in ("first", "second", "third"):
        assert not re.search("Traceback|ERROR", (region.folder / log).read_text()), log


def parts(region, export):
    """The packages that are written."""
    return (region.folder / "exports" / str(export) / "parts").glob("*.zip")


def test_one_that_hung_finds_itself_overtaken_and_does_no_harm(region):
    export = region.begin()
    with region.worker("first") as first, region.worker("second") as second:
        region.wait(export, lambda row: row["done"] >= 4)
        other, busy = sorted((first, second), key=lambda worker: ticks(worker.pid))
        busy.send_signal(signal.SIGSTOP)
        region.wait(export, lambda row: row["attempt"] == 2 and row["done"] > row["resumed_done"], WITHIN)
        busy.send_signal(signal.SIGCONT)
        row = region.wait(export, lambda row: row["state"] not in ("waiting", "running"))
        wait_until(lambda: region.jobs() == 0, 30, "the job to be gone")
        assert (busy.poll(), other.poll()) == (None, None)
    assert (row["state"], row["attempt"]) == ("done", 2)
    assert packages_in(region.archive(row)) == region.alone()


def ticks(pid):
    """How much a process has used the processor."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])


def test_cancelled_in_the_middle_it_stops_and_the_next_one_begins_at_once(region):
    first = region.begin()
    with region.worker("worker"):
        region.wait(first, lambda row: row["done"] >= 2)
        cancel(region, first)
        wait_until(lambda: not (region.folder / "exports" / str(first)).exists(), 20, "its files to be gone")
        row = region.row(first)
        assert row["state"] == "cancelled" and row["done"] < row["number"]
        second = region.begin()
        region.wait(second, lambda row: row["done"] >= 1, 20)
        cancel(region, second)
        wait_until(lambda: region.jobs() == 0, 20, "the jobs to be gone")


def cancel(region, export):
    """Cancel it as the page does."""
    with psycopg.connect(region.settings["DATABASE_URL"]) as connection:
        connection.execute(
            "UPDATE performance_bulkexport SET state = 'cancelled', ended_at = now() WHERE id = %s", [export]
        )
