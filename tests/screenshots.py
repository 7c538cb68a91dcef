"""The pictures of the README, taken anew: `make screenshots`.

Five pages of the demonstration, as they open at 1366 × 768, in a database of their own.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(__file__).parent / "screenshots"


def main() -> int:
    """Make the demonstration, open the pages and write their pictures."""
    from tests.bench import demonstration

    with demonstration():
        _take()
    return 0


def _take() -> None:
    from django.core.management import call_command
    from django.urls import reverse

    from orgs.models import User
    from submissions.models import CollectionRound, Submission
    from tests.bench_browser import page_of

    for command in (
        "load_reference",
        "load_demo",
        "load_demo_indicators",
        "load_demo_last_year",
        "seed_region",
        "store_results",
    ):
        call_command(command, verbosity=0)
    real = Submission.objects.get(unit__code="224001")
    synthetic = CollectionRound.objects.filter(bureau__region__code="431103").latest("fiscal_year")
    public = Submission.objects.filter(status="published").select_related("unit__region").earliest("pk")
    where = (public.unit.region.code, public.round.fiscal_year, public.unit.code)
    pictures = [
        ("variances", "lin", reverse("variances", args=[real.pk])),
        ("entry", "lin", reverse("edit_lines", args=[real.pk, "function"])),
        ("checks", "lin", reverse("findings", args=[real.pk])),
        ("region", "wu", reverse("round_charts", args=[synthetic.pk])),
        ("public", "wu", reverse("public_report", args=where)),
    ]
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs an event loop in our thread
    for name, person, path in pictures:
        with page_of(User.objects.get(username=person)) as (page, address):
            page.goto(f"{address}{path}", wait_until="networkidle")
            _write(page, name)


def _write(page: Page, name: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}.png")
    print(name)


if __name__ == "__main__":
    sys.exit(main())
