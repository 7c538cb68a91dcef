"""The first public page: what is published, by region, year and unit, and found by name, code and pinyin."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orgs.models import Unit
from orgs.words import storable
from performance.public.heads import Head, heads_of
from performance.public.listing import (
    A_PAGE,
    LONGEST,
    PublicRegion,
    Sought,
    public_regions,
    public_returns,
)
from performance.public.versions import digest_of
from performance.views.public_pages import is_synthetic, page_kept_a_minute
from submissions.models import Submission

Heads = Mapping[int, Head | None]
"""What `heads_of` returns."""


@dataclass(frozen=True, slots=True)
class ListedReturn:
    """A published return in the list."""

    version: Submission
    head: Head | None
    """Its main figures; None where they are not shown."""
    is_changed: bool
    """Whether that is so because they are not what was approved; else they are not proved yet."""
    is_synthetic: bool
    is_correction: bool


@dataclass(frozen=True, slots=True)
class ListedDepartment:
    """The returns of a department and of the units below it, one after another."""

    region: PublicRegion
    name: str
    """"" where the department's own return is all there is."""
    returns: list[ListedReturn]


@login_not_required
@require_safe
def public_reports(request: HttpRequest) -> HttpResponse:
    """List what is published, a page of it; what is asked for stands in the address."""
    regions = public_regions()
    sought = _sought(request, regions)
    page: Page[Submission] = Paginator(public_returns(sought), A_PAGE).get_page(request.GET.get("page"))
    listed = list(page)
    heads = heads_of(listed)

    def made() -> HttpResponse:
        chosen = next((each for each in regions if each.code == sought.region), None)
        context = {
            "regions": regions,
            "years": sorted({year for each in regions for year in each.years}, reverse=True),
            "sought": sought,
            "region": chosen,
            "departments": _departments(listed, heads, {each.code: each for each in regions}),
            "page": page,
            "is_synthetic": any(is_synthetic(each) for each in listed),
            "several_years": not sought.year,
            "query": urlencode({"region": sought.region, "year": sought.year or "", "q": sought.words}),
        }
        return render(request, "performance/public_reports.html", context)

    return page_kept_a_minute(request, _etag(request, regions, page, listed, heads), made)


def _sought(request: HttpRequest, regions: list[PublicRegion]) -> Sought:
    """What is asked for; without a year in the address the newest one, unless something is sought."""
    asked = request.GET
    words = storable(asked.get("q", "")).strip()[:LONGEST]
    region = asked.get("region", "")
    years = {year for each in regions for year in each.years}
    chosen = next((each for each in years if str(each) == asked.get("year")), None)
    is_open = words or "year" in asked or not years
    return Sought(
        region if any(each.code == region for each in regions) else "",
        chosen or (None if is_open else max(years)),
        words,
    )


def _etag(
    request: HttpRequest,
    regions: list[PublicRegion],
    page: "Page[Submission]",
    listed: list[Submission],
    heads: Heads,
) -> str:
    """A digest of what the page shows, of figures whether they are: they never change once public."""
    shown = [
        [
            *(
                each.pk,
                each.revision,
                each.unit.name,
                each.unit.region.name,
                str(each.publication.published_date),
            ),
            *(each.unit.parent.name if each.unit.parent else "", vars(each)["is_correction"]),
            *(each.pk in heads, heads.get(each.pk) is None),
        ]
        for each in listed
    ]
    known = [[each.code, each.name, list(each.years), each.returns, each.is_synthetic] for each in regions]
    return digest_of(request.GET.urlencode(), known, page.paginator.count, page.number, shown)


def _departments(
    listed: list[Submission], heads: Heads, regions: dict[str, PublicRegion]
) -> list[ListedDepartment]:
    return [
        _department(list(found), heads, regions)
        for _, found in groupby(listed, key=lambda each: (each.unit.region_id, vars(each)["department"]))
    ]


def _department(found: list[Submission], heads: Heads, regions: dict[str, PublicRegion]) -> ListedDepartment:
    first = found[0].unit
    above = first.parent if first.parent and first.parent.kind == Unit.Kind.DEPARTMENT else first
    is_alone = all(each.unit_id == above.pk for each in found)
    returns = [_listed(each, heads) for each in found]
    return ListedDepartment(regions[first.region.code], "" if is_alone else above.name, returns)


def _listed(version: Submission, heads: Heads) -> ListedReturn:
    head, is_changed = heads.get(version.pk), version.pk in heads and heads[version.pk] is None
    return ListedReturn(version, head, is_changed, is_synthetic(version), vars(version)["is_correction"])
