"""What bulk exports cost: packages a minute, the worker's memory, and what others wait for meanwhile.

The worker is the process that `make run` starts, on synthetic regions of two sizes.
"""

import os
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
OTHERS, EVERY, FOR = 20, 4, 24
"""So many people, each with a page every so many seconds, for so many seconds."""
MEGABYTE = 1024


def export_cases() -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield name, figures and aim of each case."""
    with tempfile.TemporaryDirectory() as folder, override_settings(EXPORT_DIR=Path(folder)):
        for units, region in SIZES.items():
            call_command("seed_region", units=units, years=1, region=region, verbosity=0)
            export, together = _asked(region), 0.0
            with _worker(folder) as worker:
                begun = monotonic()
                while BulkExport.objects.open().filter(pk=export.pk).exists():
                    if units == max(SIZES) and not together and _done(export) >= 5:
                        together = _pages()
                    sleep(0.2)
                minutes, peak = (monotonic() - begun) / 60, _peak(worker.pid)
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
            if together:
                alone = _pages()
                ratio = {
                    "ms": f"{alone:.0f}",
                    "meanwhile": f"{together:.0f}",
                    "ratio": f"{together / alone:.2f}",
                }
                yield f"a page of {OTHERS} others meanwhile", ratio, "≤ 1.2"


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
    return subprocess.Popen([sys.executable, "manage.py", "run_jobs"], env=os.environ | own)


def _peak(pid: int) -> int:
    """The most memory a process has held so far, in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def _done(export: BulkExport) -> int:
    return BulkExport.objects.values_list("done", flat=True).get(pk=export.pk)


def _pages() -> float:
    """The median milliseconds of a page, asked for by many people now and then."""
    path = reverse("my_work")
    browsers = [signed_in(User.objects.get(username="wu")) for _ in range(OTHERS)]
    with ThreadPoolExecutor(OTHERS) as people:
        found = list(people.map(_one, range(OTHERS), browsers, [path] * OTHERS))
    return statistics.median(each for times in found for each in times) * 1000


def _one(number: int, browser: Client, path: str) -> list[float]:
    """What one of them waits for, now and then; they do not all ask at once."""
    sleep(number * EVERY / OTHERS)
    times, until = [], monotonic() + FOR
    while monotonic() < until:
        begun = perf_counter()
        browser.get(path)
        times.append(perf_counter() - begun)
        sleep(max(0, EVERY - times[-1]))
    connection.close()
    return times
