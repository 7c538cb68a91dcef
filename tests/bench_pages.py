"""What the pages of a bureau cost on synthetic regions of three sizes, each beside its bare SQL in the same run.

The bare side sends the statements a page sent, as they were, and reads all their rows.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from budgets.region.sums import Dimension
from orgs.models import Membership
from submissions.models import CollectionRound
from tests.world import make_person, signed_in

SIZES = {100: "431124", 1000: "431125", 5000: "431126"}
"""Units of each region, which has two years of returns."""
TURNS = 5


def page_cases() -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield name, figures and aim of each page, for each size."""
    for units, region in SIZES.items():
        call_command("seed_region", units=units, years=2, region=region, verbosity=0)
        rounds = CollectionRound.objects.filter(bureau__region__code=region).order_by("fiscal_year")
        past, now = rounds.select_related("bureau")
        office = (Membership.Role.PERFORMANCE_OFFICE, now.bureau)
        browser = signed_in(make_person(f"bench-{units}", "测试员", office))
        for name, path in _pages(past, now):
            ours, bare, statements = _times(browser, path)
            figures = {
                "ms": f"{ours * 1000:.0f}",
                "bare ms": f"{bare * 1000:.0f}",
                "ratio": f"{ours / bare:.2f}",
                "statements": str(statements),
            }
            yield f"{units:,} units: {name}", figures, "≤ 300 ms, ≤ 2"


def _pages(past: CollectionRound, now: CollectionRound) -> list[tuple[str, str]]:
    """The pages of a bureau: those on figures of the year that is approved, the others of the one under way."""
    variances = reverse("round_variances", args=[past.pk])
    return [
        ("my work", reverse("my_work")),
        ("all rounds", reverse("rounds")),
        ("overview", reverse("round_overview", args=[now.pk])),
        *((f"variances by {each.value}", f"{variances}?by={each.value}") for each in Dimension),
        ("charts", reverse("round_charts", args=[past.pk])),
        ("scores", reverse("round_scores", args=[past.pk])),
        *(
            (f"table: {name}", reverse("round_summary", args=[past.pk, name]))
            for name in ("departments", "projects", "coverage", "grades", "three-public", "staff")
        ),
    ]


def _times(browser: Client, path: str) -> tuple[float, float, int]:
    """The median seconds of a page, those of its statements alone, and how many they are."""
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path).status_code == 200, path
    sent = [each["sql"] for each in captured.captured_queries]  # the next request empties the record
    statements = [each for each in sent if each.startswith(_READS)]
    pairs = [(_seconds(lambda: browser.get(path)), _seconds(lambda: _read(statements))) for _ in range(TURNS)]
    ours, bare = (statistics.median(side) for side in zip(*pairs, strict=True))
    return ours, bare, len(sent)


_READS = ("SELECT", "\n", " ", "WITH")


def _read(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for each in statements:
            cursor.execute(each)
            cursor.fetchall()


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
