"""The report of a return as a file: read, written, filled into the template its round has."""

from budgets.official_forms import Imprint
from orgs.models import Unit
from performance.official.editions import FormName
from performance.official.given import Given, given_of_many
from performance.official.imprints import imprints_of
from performance.official.making import form_of
from performance.report.outline import Edition, edition_of
from performance.report.writing import facts_of, report_of
from performance.word.context import Context, context_of
from performance.word.filling import filled, filled_in
from performance.word.pdf import pdf_of
from performance.word.template import report_template
from submissions.models import CollectionRound, ReportTemplate, Submission


def report_docx(submission: Submission, given: Given | None = None) -> bytes:
    """Return the report of a return as .docx, of what was read already where that is given.

    Raises BadTemplate where its template cannot be filled in.
    """
    return _made(submission, given, for_print=False)


def report_pdf(submission: Submission, given: Given | None = None) -> bytes:
    """Return the same as PDF. Raises BadTemplate, and NoPdf where there is no LibreOffice."""
    return pdf_of(_made(submission, given, for_print=True))


def _made(submission: Submission, given: Given | None, *, for_print: bool) -> bytes:
    given = given or given_of_many([submission])[submission.pk]
    imprint, template = imprints_of([submission])[submission.pk], own_template(submission.round)
    return docx_from(submission, given, imprint, template, for_print=for_print)


def docx_from(
    submission: Submission,
    given: Given,
    imprint: Imprint,
    template: ReportTemplate | None,
    *,
    for_print: bool = False,
) -> bytes:
    """Return the report of a return that was read as .docx, as `report_docx` does; nothing here queries."""
    context = _context(submission, given, imprint)
    if template:
        return filled_in(bytes(template.content), context, for_print=for_print)
    brought_along = report_template(edition_for(submission.unit, submission.round))
    return filled(brought_along, context, for_print=for_print)


def own_template(round: CollectionRound) -> ReportTemplate | None:
    """Return the template the bureau made for a round; None where it uses the one the edition comes with."""
    newest = ReportTemplate.objects.filter(round=round).order_by("-pk").first()
    return newest if newest and newest.content else None


def edition_for(unit: Unit, round: CollectionRound) -> Edition:
    """Return the edition that the region of a unit, or of a bureau, uses in a round."""
    return edition_of(unit.region.code, round.fiscal_year)


def _context(submission: Submission, given: Given, imprint: Imprint) -> Context:
    """What the template is filled in with."""
    document = report_of(facts_of(submission, given.rows, given.texts, given.performance))
    annexes = [form_of(name, given) for name in _ANNEXES]
    return context_of(document, state=imprint.state, version=imprint.version, forms=annexes)


_ANNEXES = (FormName.BASE_DATA, FormName.DEPARTMENT, FormName.PROJECTS)
