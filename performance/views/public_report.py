"""A published return as a page: main figures, charts, the report, its corrections; and its official forms."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from budgets.charts import parts_of, plates, shares_chart
from budgets.money import AmountUnit
from budgets.official_forms import FormCell, Kind, OfficialForm, form_text
from budgets.returns import BY_FUNCTION
from performance.official.editions import FormName, edition_of
from performance.official.given import Given
from performance.official.making import form_of, forms_of
from performance.public.corrections import Correction, correction_of, headlines
from performance.public.figures import documented
from performance.public.personal import masked
from performance.public.versions import fingerprint
from performance.report.writing import facts_of, report_of
from performance.views.public_pages import (
    given_as_approved,
    is_synthetic,
    or_later,
    page_kept_a_minute,
    version_of,
    versions_or_404,
)
from performance.word.pdf import office
from submissions.models import Submission

BY_HAND = "填表人"
"""What a line begins with that is filled in by hand, with names: on a page there is none."""
GAP_AT = 3
"""Which of the main figures is the gap; its rate follows it."""
MOST_CHANGES = 60
"""So many changes of a correction are listed; the data have the others."""


@dataclass(frozen=True, slots=True)
class PublicSheet:
    """A sheet of a form on a public page."""

    title: str
    widths: list[int]
    rows: list[list[tuple[FormCell, str]]]
    """Each cell with its words."""
    is_landscape: bool


@login_not_required
@require_safe
def public_report(request: HttpRequest, region: str, year: int, unit: str) -> HttpResponse:
    """Show what is public of a return now; what was never public, or is so no more, is not there (404)."""
    versions = versions_or_404(region, year, unit)
    return _page(request, versions, versions[0])


@login_not_required
@require_safe
def public_version(request: HttpRequest, region: str, year: int, unit: str, revision: int) -> HttpResponse:
    """Show one public version of a return, be it replaced by its correction or not."""
    versions = versions_or_404(region, year, unit)
    return _page(request, versions, version_of(versions, revision))


def _page(request: HttpRequest, versions: list[Submission], version: Submission) -> HttpResponse:
    etag = fingerprint(versions, "page", version.pk, bool(office()))
    return page_kept_a_minute(
        request, etag, lambda: or_later(request, lambda: _made(request, versions, version))
    )


def _made(request: HttpRequest, versions: list[Submission], version: Submission) -> HttpResponse:
    before = next((each for each in versions if each.revision < version.revision), None)
    given, *former = given_as_approved(version, *([before] if before else []))
    correction = correction_of(given, former[0]) if former else None
    rows = {name: list(each) for name, each in given.rows.items()}
    facts = facts_of(version, given.rows, given.texts, given.performance)
    shares = parts_of(given.rows[BY_FUNCTION.name])
    context = {
        **_identity(versions, version),
        "department": given.department.partition("-")[2],
        "headlines": (main := headlines(given)),
        "gap": main[GAP_AT],
        "gap_rate": main[GAP_AT + 1],
        "grade": given.performance.result.grade,
        "before": before,
        "because": masked(vars(before)["because"] or "") if before else "",
        "correction": correction,
        "changes": correction.changes[:MOST_CHANGES] if correction else [],
        "unlisted": _unlisted(correction),
        "plates": [plate for plate in plates(rows, AmountUnit.WAN, exact=False) if plate.chart],
        "document": report_of(facts),
        "chart": shares_chart(shares, AmountUnit.WAN) if shares else None,
        "forms": _listed(given),
        "has_office": office() is not None,
        "fields": documented(),
    }
    return render(request, "performance/public_report.html", context)


def _unlisted(correction: Correction | None) -> int:
    return max(0, len(correction.changes) - MOST_CHANGES) if correction else 0


def _identity(versions: list[Submission], version: Submission) -> dict[str, object]:
    """What stands at the head of every page of a version."""
    return {
        "version": version,
        "versions": versions,
        "newest": versions[0],
        "is_synthetic": is_synthetic(version),
        "place": [version.unit.region.code, version.round.fiscal_year, version.unit.code],
    }


def _listed(given: Given) -> list[tuple[FormName, str]]:
    """The forms that have any sheet, with their titles."""
    titles = edition_of(given.region, given.year).titles
    return [(name, titles[name]) for name in forms_of(given)]


@login_not_required
@require_safe
def public_form(
    request: HttpRequest, region: str, year: int, unit: str, revision: int, form: FormName
) -> HttpResponse:
    """Show one official form of a public version as it is printed, without the lines for names."""
    versions = versions_or_404(region, year, unit)
    version = version_of(versions, revision)

    def made() -> HttpResponse:
        [given] = given_as_approved(version)
        forms = _listed(given)
        current = next((each for each in forms if each[0] == form), None)
        if current is None:
            raise Http404
        sheets = [_printed(sheet) for sheet in form_of(form, given)]
        context = {**_identity(versions, version), "forms": forms, "current": current, "sheets": sheets}
        return render(request, "performance/public_form.html", context)

    etag = fingerprint(versions, "form", version.pk, form.value)
    return page_kept_a_minute(request, etag, lambda: or_later(request, made))


def _printed(sheet: OfficialForm) -> PublicSheet:
    rows = [[(cell, form_text(cell)) for cell in row] for row in sheet.rows if not any(map(_is_by_hand, row))]
    whole = sum(sheet.widths)
    return PublicSheet(sheet.title, [100 * each // whole for each in sheet.widths], rows, sheet.is_landscape)


def _is_by_hand(cell: FormCell) -> bool:
    return cell.kind is Kind.FOOT and str(cell.value).startswith(BY_HAND)
