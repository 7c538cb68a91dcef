"""The public versions of one return, and what tells whether a page or file made from them is still good."""

import json
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db.models import Count, OuterRef, Subquery, Value

from budgets.models import CategoryBook, CategoryConfirmation
from submissions.models import ReportTemplate, Submission

_SOURCES = (
    *(f"{app}/**/*.py" for app in ("orgs", "submissions", "budgets", "performance")),
    *("templates/**/*.html", "static/*.css", "fixtures/codes/*.csv", "requirements.txt"),
)


def public_versions(region: str, year: int, unit: str) -> list[Submission]:
    """Return the public versions of a unit's return, the newest first, in one query; [] where none is public.

    Unit, department above it, region, round, publication and digest are read; `because` is why a correction
    of the version was begun, `template` the bureau's own template of the report, `books` and `confirmed` say
    which changes of codes and their names there were by now.
    """
    found = Submission.objects.public().filter(
        unit__region__code=region, unit__code=unit, round__fiscal_year=year
    )
    template = ReportTemplate.objects.filter(round=OuterRef("round")).order_by("-pk").values("pk")[:1]
    loaded = CategoryBook.objects.exclude(applied_at=None).order_by().values(all=Value(1))
    related = ("unit__region", "unit__parent", "round__bureau__region", "publication", "snapshot")
    return list(
        found.select_related(*related)
        .defer("snapshot__content")
        .annotate(
            because=Submission.objects.corrected_because(),
            template=Subquery(template),
            books=Subquery(loaded.annotate(number=Count("pk")).values("number")),
            confirmed=Subquery(CategoryConfirmation.objects.order_by("-pk").values("pk")[:1]),
        )
        .order_by("-revision")
    )


def fingerprint(versions: Sequence[Submission], *more: object) -> str:
    """Return a digest of all that a page or file made from these versions depends on.

    What a return says is in the digest of what was approved; how it is shown, in that of our own sources.
    What its codes are called by now changes with each official book and confirmation.
    """
    said = [
        [
            each.pk,
            each.status,
            each.snapshot.sha256,
            each.unit.name,
            each.unit.region.name,
            each.unit.parent.name if each.unit.parent else "",
            *(str(day) for day in _days(each)),
            each.publication.address,
            *(vars(each)[name] for name in ("because", "template", "books", "confirmed")),
        ]
        for each in versions
    ]
    return digest_of(said, *more)


def digest_of(*parts: object) -> str:
    """Return a digest of plain values and of the version of our own sources."""
    return sha256(json.dumps([code_version(), *parts], ensure_ascii=False).encode()).hexdigest()[:32]


def _days(version: Submission) -> tuple[object, ...]:
    found = version.publication
    return (found.approval_date, found.reply_date, found.published_date)


@cache
def code_version() -> str:
    """Return the version of all that writes pages and files: a digest of its sources."""
    folder = Path(settings.BASE_DIR)
    files = sorted(path for pattern in _SOURCES for path in folder.glob(pattern))
    return sha256(b"".join(sha256(each.read_bytes()).digest() for each in files)).hexdigest()[:16]
