"""What bulk exports cost: packages a minute, the worker's memory, and what others wait for meanwhile.

The worker is the process that `make run` starts, on synthetic regions of two sizes.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, perf_counter, sleep
from urllib.parse import urlsplit

from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from orgs.models import User
from performance.bulk_export_actions import start_bulk_export
from performance.models import BulkExport
from performance.packages import PARTS
from submissions.models import CollectionRound
from tests.world import signed_in

SIZES = {100: "431122", 1000: "431123"}
OTHERS, TURN, TURNS = 20, 8, 4
"""So many people, each with a page in so many seconds, with the worker and without it, so many times."""
MEGABYTE = 1024


def export_cases() -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield name, figures and aim of each case."""
    with tempfile.TemporaryDirectory() as folder, override_settings(EXPORT_DIR=Path(folder)):
        for units, region in SIZES.items():
            call_command("seed_region", units=units, years=1, region=region, verbosity=0)
            export, waits, apart = _asked(region), (0.0, 0.0), 0.0
            with _worker(folder) as worker:
                begun = monotonic()
                while BulkExport.objects.open().filter(pk=export.pk).exists():
                    if units == max(SIZES) and not apart and _done(export) >= 5:
                        waits = _pages(export, worker.pid)
                        apart = 1.0 * TURN * TURNS  # that it was held up
                    sleep(0.2)
                minutes, peak = (monotonic() - begun - apart) / 60, _peak(worker.pid)
                worker.terminate()
            export.refresh_from_db()
            assert export.state == "done", export.error
            figures = {
                "a minute": f"{export.number / minutes:.0f}",
                "peak MB": f"{peak / MEGABYTE:.0f}",
                "zip MB": f"{(export.size or 0) / 2**20:.0f}",
                "problems": f"{len(export.problems)}",
            }
            yield f"bulk export of {export.number} of {units} units", figures, "≤ 300 MB"
            if apart:
                held_up, working = waits
                ratio = {"ms": f"{held_up:.0f}", "meanwhile": f"{working:.0f}"}
                ratio["ratio"] = f"{working / held_up:.2f}"
                yield f"the variances, for {OTHERS} others meanwhile", ratio, "≤ 1.2"


def _asked(region: str) -> BulkExport:
    round = CollectionRound.objects.select_related("bureau__region").get(bureau__region__code=region)
    by = User.objects.get(username="qian")
    asked = {"department": None, "parts": PARTS, "with_unapproved": True}
    return start_bulk_export(round=round, **asked, by=by, at=timezone.now())


def _worker(folder: str) -> "subprocess.Popen[bytes]":
    """The worker on the benchmark's own database."""
    name = connection.settings_dict["NAME"]
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    own = {"DATABASE_URL": address.replace("postgresql:/?", "postgresql:///?"), "EXPORT_DIR": folder}
    command = [sys.executable, "manage.py", "run_jobs"]
    return subprocess.Popen(command, env=os.environ | own, start_new_session=True)  # as config/jobs.py does


def _peak(pid: int) -> int:
    """The most memory a process has held so far, in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def _done(export: BulkExport) -> int:
    return BulkExport.objects.values_list("done", flat=True).get(pk=export.pk)


def _pages(export: BulkExport, worker: int) -> tuple[float, float]:
    """The median milliseconds of the variances of a return, while the worker is held up and while it works.

    In turn, so that a machine that slows down slows both. Many people ask, each once in a turn.
    """
    path = reverse("variances", args=[export.returns[0]])
    browsers = [signed_in(User.objects.get(username="wu")) for _ in range(OTHERS)]
    times: dict[int, list[float]] = {signal.SIGSTOP: [], signal.SIGCONT: []}
    for _ in range(TURNS):
        for number in times:
            os.kill(worker, number)
            with ThreadPoolExecutor(OTHERS) as people:
                times[number] += people.map(_one, range(OTHERS), browsers, [path] * OTHERS)
    held_up, working = (statistics.median(each) * 1000 for each in times.values())
    return held_up, working


def _one(number: int, browser: Client, path: str) -> float:
    """What one of them waits for; they do not all ask at once."""
    sleep(number * TURN / OTHERS)
    begun = perf_counter()
    browser.get(path)
    spent = perf_counter() - begun
    connection.close()
    return spent
