"""The package of a return: every form and the report as files, alone or for many units in one archive."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from budgets.excel_forms import forms_workbook
from budgets.file_names import file_name, folder_name
from budgets.official_forms import Imprint
from performance.official.editions import FormName, edition_of
from performance.official.given import Given, given_of_many
from performance.official.imprints import imprints_of
from performance.official.making import form_of
from performance.word.making import docx_from, own_template
from performance.word.pdf import NoPdf, office, pdf_of
from submissions.models import ReportTemplate, Submission

REPORT = "自评报告"
REPORT_PART = "report"
"""How the report is called among the parts of a package; the others are called as their forms."""
PARTS: tuple[str, ...] = (*FormName, REPORT_PART)
AT_ONCE = 20
"""So many returns are read together and then forgotten, so that memory does not grow with their number."""


@dataclass(frozen=True, slots=True)
class PackageFile:
    """One file of a package."""

    name: str
    content: bytes


def form_file(submission: Submission, name: FormName, given: Given | None = None) -> PackageFile | None:
    """Return one form of a return as a workbook, of what was read already where that is given.

    None for that of the projects where there are none.
    """
    given = given or given_of_many([submission])[submission.pk]
    imprint = imprints_of([submission])[submission.pk]
    title = edition_of(given.region, given.year).titles[name]
    sheets = form_of(name, given)
    return PackageFile(file_name(submission, title), forms_workbook(sheets, imprint)) if sheets else None


def files_of(submission: Submission) -> list[PackageFile]:
    """Return every file of a return, the report as Word, and as PDF where LibreOffice is installed.

    Where it is and makes none, a note says so in its place. Raises BadTemplate where the report's template
    cannot be filled in.
    """
    given, imprint = given_of_many([submission])[submission.pk], imprints_of([submission])[submission.pk]
    template = own_template(submission.round)
    files = list(_files(submission, given, imprint, template, PARTS))
    if office():
        files.append(_pdf(submission, given, imprint, template))
    return files


def _files(
    submission: Submission,
    given: Given,
    imprint: Imprint,
    template: ReportTemplate | None,
    parts: Collection[str],
) -> Iterator[PackageFile]:
    """The forms as workbooks and the report as Word, those that are wanted; nothing here queries."""
    edition = edition_of(given.region, given.year)
    for name in edition.forms:
        if name in parts and (sheets := form_of(name, given)):
            yield PackageFile(file_name(submission, edition.titles[name]), forms_workbook(sheets, imprint))
    if REPORT_PART in parts:
        report = docx_from(submission, given, imprint, template)
        yield PackageFile(file_name(submission, REPORT, "docx"), report)


def _pdf(
    submission: Submission, given: Given, imprint: Imprint, template: ReportTemplate | None
) -> PackageFile:
    try:
        content = pdf_of(docx_from(submission, given, imprint, template, for_print=True))
    except NoPdf as refusal:
        return PackageFile(file_name(submission, f"{REPORT}没有PDF", "txt"), str(refusal).encode("utf-8-sig"))
    return PackageFile(file_name(submission, REPORT, "pdf"), content)


def package_of(submission: Submission) -> bytes:
    """Return every file of a return in one archive. Raises what `files_of` raises."""
    archive = BytesIO()
    pack(archive, files_of(submission))
    return archive.getvalue()


@dataclass(frozen=True, slots=True)
class ReadTogether:
    """Returns of one round with all that their files are made of; nothing of it queries."""

    given: dict[int, Given]
    imprints: dict[int, Imprint]
    template: ReportTemplate | None

    def files_of(self, submission: Submission, parts: Collection[str] = PARTS) -> list[PackageFile]:
        """Return some parts of the package of one of them, by default all, without PDF.

        Raises BadTemplate where the report's template cannot be filled in.
        """
        given, imprint = self.given[submission.pk], self.imprints[submission.pk]
        return list(_files(submission, given, imprint, self.template, parts))


def read_together(submissions: Sequence[Submission]) -> ReadTogether:
    """Read returns of one round, in the same number of queries for any number."""
    template = own_template(submissions[0].round) if submissions else None
    return ReadTogether(given_of_many(submissions), imprints_of(submissions), template)


def write_packages(submissions: Sequence[Submission], archive: IO[bytes]) -> None:
    """Write the packages of returns of one round into an archive, a folder each, unit by unit.

    Without PDF, each of which takes seconds. Raises BadTemplate where the report's template cannot be filled
    in.
    """
    pack(archive, _files_of_many(submissions))


def _files_of_many(submissions: Sequence[Submission]) -> Iterator[PackageFile]:
    for start in range(0, len(submissions), AT_ONCE):
        some = submissions[start : start + AT_ONCE]
        read = read_together(some)
        for each in some:
            for file in read.files_of(each):
                yield PackageFile(f"{folder_name(each)}/{file.name}", file.content)


def pack(archive: IO[bytes], files: Iterable[PackageFile]) -> None:
    """Write files into an archive, with Chinese names as UTF-8; what is compressed already is stored."""
    with ZipFile(archive, "w", ZIP_STORED) as zip_file:
        for file in files:
            is_packed = not file.name.endswith((".pdf", ".txt"))
            zip_file.writestr(file.name, file.content, ZIP_STORED if is_packed else ZIP_DEFLATED)
