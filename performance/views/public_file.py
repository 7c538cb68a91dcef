"""What the public takes away of a published return: report, official forms, figures as data."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from budgets.file_names import file_name
from orgs.attachments import DOCX, PDF, XLSX, attachment
from performance.official.editions import FormName, edition_of
from performance.official.given import Given
from performance.packages import REPORT, form_file
from performance.public.figures import figures_csv, figures_json
from performance.public.kept_files import kept
from performance.public.personal import public_given
from performance.public.versions import fingerprint
from performance.snapshots import check_as_approved
from performance.views.public_pages import (
    is_synthetic,
    kept_a_minute,
    or_later,
    version_of,
    versions_or_404,
)
from performance.word.making import report_docx, report_pdf
from performance.word.pdf import NoPdf, office
from submissions.models import Submission

CSV, JSON = "text/csv; charset=utf-8", "application/json"


class NoSuchForm(Exception):
    """The return has no sheet of this form."""


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file as it is asked for: what it is, and how it is made from a version whose rows are as approved."""

    what: str
    content_type: str
    make: Callable[[Submission], bytes]


def _form(name: FormName, version: Submission) -> bytes:
    file = form_file(version, name, _given(version))
    if file is None:
        raise NoSuchForm
    return file.content


def _given(version: Submission) -> Given:
    return public_given([version])[version.pk]


def _docx(version: Submission) -> bytes:
    return report_docx(version, _given(version))


def _pdf(version: Submission) -> bytes:
    return report_pdf(version, _given(version))


def _json(version: Submission) -> bytes:
    return figures_json(version, _given(version), is_synthetic=is_synthetic(version))


def _csv(version: Submission) -> bytes:
    return figures_csv(version, _given(version))


FILES: dict[str, PublicFile] = {
    "report.docx": PublicFile(REPORT, DOCX, _docx),
    "report.pdf": PublicFile(REPORT, PDF, _pdf),
    "figures.csv": PublicFile("数据", CSV, _csv),
    "figures.json": PublicFile("数据", JSON, _json),
    **{f"{form}.xlsx": PublicFile("", XLSX, partial(_form, form)) for form in FormName},
}
"""The files by what they are called in addresses; a form has its title from its edition."""


@login_not_required
@require_safe
def public_file(
    request: HttpRequest, region: str, year: int, unit: str, revision: int, file: str
) -> HttpResponse:
    """Send a file of a public version, made once of what was approved; 404 for what is not public."""
    versions = versions_or_404(region, year, unit)
    version = version_of(versions, revision)
    if file == "report.pdf" and office() is None:
        raise Http404
    key = fingerprint([version], file)
    return kept_a_minute(request, key, lambda: or_later(request, lambda: _sent(version, file, key)))


def _sent(version: Submission, file: str, key: str) -> HttpResponse:
    wanted = FILES[file]
    try:
        content = kept(version.snapshot.sha256, file, key, lambda: _made(wanted, version), NoPdf)
    except NoSuchForm:
        raise Http404 from None
    return attachment(
        content, file_name(version, _title(version, file), file.partition(".")[2]), wanted.content_type
    )


def _made(wanted: PublicFile, version: Submission) -> bytes:
    check_as_approved([version])
    return wanted.make(version)


def _title(version: Submission, file: str) -> str:
    edition = edition_of(version.unit.region.code, version.round.fiscal_year)
    titles = {f"{form}.xlsx": title for form, title in edition.titles.items()}
    return titles.get(file) or FILES[file].what
