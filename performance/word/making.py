"""The report of a return as a file: read, written, filled into the template its round has."""

from budgets.base_data import base_data_form
from budgets.measures import EXECUTION_RATE
from budgets.models import ReturnText
from budgets.official_forms import OfficialForm
from budgets.returns import BY_FUNCTION
from budgets.rows import Row, measured, return_rows
from orgs.models import Unit
from performance.official.imprints import imprints_of
from performance.report.document import Document
from performance.report.outline import Edition, edition_of
from performance.report.writing import facts_of, report_of
from performance.rows import performance_of
from performance.word.context import Context, context_of
from performance.word.filling import filled, filled_in
from performance.word.pdf import pdf_of
from performance.word.template import report_template
from submissions.models import CollectionRound, ReportTemplate, Submission


def report_docx(submission: Submission) -> bytes:
    """Return the report of a return as .docx. Raises BadTemplate where its template cannot be filled in."""
    return _made(submission, for_print=False)


def report_pdf(submission: Submission) -> bytes:
    """Return the report of a return as PDF. Raises BadTemplate, and NoPdf where there is no LibreOffice."""
    return pdf_of(_made(submission, for_print=True))


def _made(submission: Submission, *, for_print: bool) -> bytes:
    context = report_context(submission)
    if own := own_template(submission.round):
        return filled_in(bytes(own.content), context, for_print=for_print)
    return filled(
        report_template(edition_for(submission.unit, submission.round)), context, for_print=for_print
    )


def own_template(round: CollectionRound) -> ReportTemplate | None:
    """Return the template the bureau made for a round; None where it uses the one the edition comes with."""
    newest = ReportTemplate.objects.filter(round=round).order_by("-pk").first()
    return newest if newest and newest.content else None


def edition_for(unit: Unit, round: CollectionRound) -> Edition:
    """Return the edition that the region of a unit, or of a bureau, uses in a round."""
    return edition_of(unit.region.code, round.fiscal_year)


def report_context(submission: Submission) -> Context:
    """Return what the template is filled in with; a constant number of queries."""
    rows = return_rows(submission)
    figures = measured(rows, submission.round)
    texts = list(ReturnText.objects.filter(submission=submission))
    performance = performance_of(submission, figures[BY_FUNCTION.name][0].measures[EXECUTION_RATE.name])
    document = report_of(facts_of(submission, figures, texts, performance))
    imprint = imprints_of([submission])[submission.pk]
    forms = _forms(document, rows, texts)
    return context_of(document, state=imprint.state, version=imprint.version, forms=forms)


def _forms(
    document: Document, rows: dict[str, list[Row]], texts: list[ReturnText]
) -> tuple[OfficialForm | None, OfficialForm | None, OfficialForm | None]:
    """The three annexes; those of the department and of the projects are not made here yet."""
    thrift = next((text.text for text in texts if text.name == ReturnText.Name.THRIFT_MEASURES), "")
    return base_data_form(document.year, rows, thrift), None, None
