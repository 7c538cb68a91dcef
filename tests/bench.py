"""Benchmarks: the product's work beside the same work in bare psycopg, in one run, as ratios.

`make bench` prints a line per benchmark: the median of each side in milliseconds, their ratio, and the ratio
aimed at; then what all checks cost over many returns, what packages of forms cost, what a person waits for in
a browser, what the steps of a return and a desk's queue cost, an import of initial budgets, the pages of a
bureau, and bulk exports.
Absolute times hold for the machine they were taken on; ratios are what is compared.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from config.memory import collect_seldom
from config.postgres import running

ROUNDS = 15


def main() -> int:
    """Make a database, fill it, and run every benchmark."""
    with demonstration():
        _run()
    return 0


@contextmanager
def demonstration() -> Iterator[None]:
    """Work with a database of our own in demo mode, which has its tables and nothing else."""
    with tempfile.TemporaryDirectory(prefix="budget-bench-") as folder, running(Path(folder)) as url:
        os.environ.update(
            DATABASE_URL=os.environ.get("DATABASE_URL") or url,
            DATA_DIR=folder,
            DEMO="1",
            DJANGO_SETTINGS_MODULE="config.settings",
            STATIC_MANIFEST="0",
        )
        with _test_database():
            yield


@contextmanager
def _test_database() -> Iterator[None]:
    """Work in a database of our own, made by Django and dropped at the end."""
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    collect_seldom()
    connection.creation.create_test_db(verbosity=0)
    try:
        yield
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


def _run() -> None:
    from submissions.models import Submission
    from tests.bench_browser import browser_cases
    from tests.bench_budgets import budget_cases
    from tests.bench_cases import cases
    from tests.bench_checks import check_cases
    from tests.bench_exports import export_cases
    from tests.bench_packages import package_cases
    from tests.bench_pages import page_cases
    from tests.bench_steps import step_cases

    print(f"{'':46}{'ours ms':>10}{'bare ms':>10}{'ratio':>8}{'aim':>8}")
    for name, ours, bare, aim in cases():
        mine, theirs = _medians(ours, bare)
        ratio = f"{mine / theirs:8.2f}{aim:>8}" if theirs else ""
        print(f"{name:46}{mine * 1000:10.2f}{theirs * 1000 if theirs else 0:10.2f}{ratio}")
    parts = (
        check_cases,
        package_cases,
        lambda: browser_cases(Submission.objects.get(unit__code="224002")),
        step_cases,
        budget_cases,
        page_cases,
        export_cases,
    )
    for name, figures, aim in chain.from_iterable(part() for part in parts):
        print(f"{name:46}{'   '.join(f'{what} {figure:>5}' for what, figure in figures.items())}   aim {aim}")


def _medians(ours: Callable[[], Any], bare: Callable[[], Any] | None) -> tuple[float, float]:
    """Time both sides in turn, so that a machine that slows down slows both."""
    ours(), bare and bare()  # warm
    mine, theirs = [], []
    for _ in range(ROUNDS):
        mine.append(_seconds(ours))
        theirs.append(_seconds(bare) if bare else 0)
    return statistics.median(mine), statistics.median(theirs)


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
