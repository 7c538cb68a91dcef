"""The report as one reads it: every figure leads to its cell, and what the unit wrote can be changed."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from budgets.charts import Chart, parts_of, shares_chart
from budgets.checks.results import Found
from budgets.file_names import file_name
from budgets.last_year import last_years_texts
from budgets.money import AmountUnit
from budgets.returns import BY_FUNCTION
from budgets.views.addresses import finding_url
from budgets.views.workspace import Workspace, open_workspace, visible_submission
from orgs.attachments import DOCX, PDF, attachment
from orgs.requests import Request
from performance.report.document import Document, Part, Run, Table
from performance.report.writing import facts_of, report_of
from performance.snapshots import check_as_approved
from performance.views.point_places import cell_url
from performance.views.sections import read_performance
from performance.word.filling import BadTemplate
from performance.word.making import report_docx, report_pdf
from performance.word.pdf import NoPdf, office
from submissions.actions import Refused


@dataclass(frozen=True, slots=True)
class PrintedRun:
    """Some words with the address of the place they come from; "" for words that come from nowhere."""

    run: Run
    url: str = ""


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table with the addresses of its figures."""

    title: str
    unit: str
    heads: list[tuple[str, bool]]
    """Each with whether its column holds numbers."""
    rows: list[list[tuple[PrintedRun, bool]]]


@dataclass(frozen=True, slots=True)
class PrintedPart:
    """One heading of the report with what stands below it and what is to be known of it."""

    part: Part
    url: str
    """Where the unit's own words are written; "" for a heading above others."""
    paragraphs: list[tuple[bool, list[PrintedRun]]]
    """Each with whether it is a heading within the section."""
    tables: list[PrintedTable]
    unread: int
    """The version of a text that is word for word last year's and was not read yet; 0 for others."""
    findings: list[tuple[Found, str]]
    """What the checks have to say of the unit's words, with where something is done about it."""


@require_safe
def report(request: Request, submission_id: int) -> HttpResponse:
    """Show the report of a return, written anew from its figures whenever it is looked at."""
    workspace = open_workspace(request, submission_id)
    performance = read_performance(workspace)
    facts = facts_of(workspace.submission, workspace.measured, workspace.texts, performance)
    document = report_of(facts)
    context = {
        "workspace": workspace,
        "performance": performance,
        "document": document,
        "parts": _parts(workspace, document),
        "missing": sum(len(part.missing) for part in document.parts),
        "chart": _chart(workspace),
        "has_office": office() is not None,
        "annexes": list(enumerate(facts.edition.annexes, 1)),
    }
    return render(request, "performance/report.html", context)


@require_safe
def download_report(request: Request, submission_id: int) -> HttpResponse:
    """Send the report as Word, or with ?as=pdf as PDF; where it cannot be made, say so on its page.

    Of an approved return it is made from rows that are proved to be what was approved.
    """
    submission = visible_submission(request, submission_id)
    kind = "pdf" if request.GET.get("as") == "pdf" else "docx"
    try:
        check_as_approved([submission])
        content = report_pdf(submission) if kind == "pdf" else report_docx(submission)
    except (Refused, BadTemplate, NoPdf) as refusal:
        messages.error(request, str(refusal))
        return redirect("report", submission_id)
    return attachment(content, file_name(submission, "自评报告", kind), PDF if kind == "pdf" else DOCX)


def _chart(workspace: Workspace) -> Chart | None:
    shares = parts_of(workspace.measured[BY_FUNCTION.name])
    return shares_chart(shares, AmountUnit.WAN) if shares else None


def _parts(workspace: Workspace, document: Document) -> list[PrintedPart]:
    names = last_years_texts(workspace.submission, workspace.texts)
    unread = {text.name: text.row_version for text in workspace.texts if text.name in names}
    found: dict[str, list[tuple[Found, str]]] = {}
    for each in workspace.results.in_the_way:
        place = each.finding.outcome.place
        found.setdefault(place.schedule, []).append((each, finding_url(workspace.submission, each.finding)))
    return [
        PrintedPart(
            part,
            _own_url(workspace, part.section),
            [(each.is_heading, _printed(workspace, each.runs)) for each in part.paragraphs],
            [_table(workspace, table) for table in part.tables],
            unread.get(part.section, 0),
            found.get(part.section, []) if part.section else [],
        )
        for part in document.parts
    ]


def _own_url(workspace: Workspace, section: str) -> str:
    return reverse("edit_text", args=[workspace.submission.pk, section]) if section else ""


def _printed(workspace: Workspace, runs: tuple[Run, ...]) -> list[PrintedRun]:
    return [PrintedRun(run, _url(workspace, run)) for run in runs]


def _url(workspace: Workspace, run: Run) -> str:
    return "" if run.place is None else cell_url(workspace.submission, run.place)


def _table(workspace: Workspace, table: Table) -> PrintedTable:
    return PrintedTable(
        table.title,
        table.unit,
        list(zip(table.heads, table.numeric, strict=True)),
        [list(zip(_printed(workspace, row), table.numeric, strict=True)) for row in table.rows],
    )
