"""The official forms of a return: listed, on screen as they are printed, and as files to be kept."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import TemporaryFile

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from budgets.file_names import file_name
from budgets.official_forms import FormCell, OfficialForm, form_text
from budgets.views.exports import MOST_AT_ONCE, rounds_administered
from budgets.views.workspace import Workspace, open_workspace, visible_submission
from orgs.attachments import XLSX, ZIP, attachment
from orgs.requests import Request
from performance.official.editions import FormName, edition_of
from performance.official.given import Given, departments_of, given_from, projects_beside
from performance.official.making import form_of
from performance.packages import form_file, package_of, write_packages
from performance.rows import Performance
from performance.snapshots import check_as_approved
from performance.views.point_places import cell_url
from performance.views.sections import read_performance
from performance.word.filling import BadTemplate
from performance.word.pdf import office
from submissions.actions import Refused
from submissions.models import Submission


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """A cell of a form on screen: its words, how it looks, how far it reaches, and where it is entered."""

    text: str
    style: str
    columns: int
    rows: int
    url: str
    label: str
    """What the place is called where it is entered."""


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """A sheet of a form on screen: its columns with their widths in percent, its rows."""

    title: str
    widths: list[int]
    rows: list[list[PrintedCell]]
    is_landscape: bool


@dataclass(frozen=True, slots=True)
class ListedForm:
    """A form in the list, or in the row above an open one."""

    name: FormName
    title: str


@require_safe
def official_forms(request: Request, submission_id: int) -> HttpResponse:
    """List the forms of a return and its report, each to be looked at and to be taken out."""
    workspace = open_workspace(request, submission_id)
    context = {"workspace": workspace, "forms": _listed(workspace.submission), "has_office": bool(office())}
    return render(request, "performance/official_forms.html", context)


@require_safe
def official_form(request: Request, submission_id: int, form: FormName) -> HttpResponse:
    """Show one form of a return as it will be printed; each figure leads to its cell."""
    workspace = open_workspace(request, submission_id)
    listed = _listed(workspace.submission)
    performance = read_performance(workspace)
    made = form_of(
        _known(form, workspace.submission),
        _given(workspace, performance),
    )
    context = {
        "workspace": workspace,
        "performance": performance,
        "forms": listed,
        "current": next(each for each in listed if each.name == form),
        "sheets": [_printed(workspace, sheet) for sheet in made],
    }
    return render(request, "performance/official_form.html", context)


@require_safe
def download_form(request: Request, submission_id: int, form: FormName) -> HttpResponse:
    """Send one form of a return as a workbook; its file name says when it is not the approved one."""
    submission = visible_submission(request, submission_id)
    name = _known(form, submission)
    try:
        check_as_approved([submission])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("official_forms", submission_id)
    file = form_file(submission, name)
    if file is None:
        messages.warning(request, "“项目支出”里还没有项目，没有可下载的项目支出绩效自评表。")
        return redirect("official_forms", submission_id)
    return attachment(file.content, file.name, XLSX)


@require_safe
def download_package(request: Request, submission_id: int) -> HttpResponse:
    """Send every form of a return and its report in one archive."""
    submission = visible_submission(request, submission_id)
    try:
        check_as_approved([submission])
        content = package_of(submission)
    except (Refused, BadTemplate) as refusal:
        messages.error(request, str(refusal))
        return redirect("official_forms", submission_id)
    return attachment(content, file_name(submission, "全套自评材料", "zip"), ZIP)


@require_safe
def download_round(request: Request, round_id: int) -> HttpResponseBase:
    """Send the packages of all approved returns of a round; without any, say so on the page.

    Of many she is led to the bulk export, which nobody waits for.
    """
    round = get_object_or_404(rounds_administered(request), pk=round_id)
    found = round.submissions.effective().select_related("unit__region", "round__bureau__region")
    submissions = list(found.order_by("unit__path"))
    if not submissions:
        messages.warning(request, f"{round.fiscal_year} 年度还没有审核通过的填报，没有可下载的自评材料。")
        return redirect("exports")
    if len(submissions) > MOST_AT_ONCE:
        messages.warning(request, f"共 {len(submissions)} 家，生成要一些时间：请在后台导出，完成后下载。")
        return redirect("start_bulk_export", round_id)
    with ExitStack() as on_refusal:
        archive = on_refusal.enter_context(TemporaryFile())
        try:
            check_as_approved(submissions)
            write_packages(submissions, archive)
        except (Refused, BadTemplate) as refusal:
            messages.error(request, str(refusal))
            return redirect("exports")
        on_refusal.pop_all()  # the answer closes it
    archive.seek(0)
    name = f"{round.fiscal_year}年度 自评材料 {len(submissions)}家.zip"
    return FileResponse(archive, as_attachment=True, filename=name, content_type=ZIP)


def _given(workspace: Workspace, performance: Performance) -> Given:
    """What the forms need of a return that is open."""
    submission, rows = workspace.submission, workspace.measured
    projects = projects_beside({submission.pk: rows}, {submission.pk: performance})[submission.pk]
    department = departments_of([submission])[submission.pk]
    return given_from(submission, department, rows, workspace.texts, performance, projects)


def _listed(submission: Submission) -> list[ListedForm]:
    edition = edition_of(submission.unit.region.code, submission.round.fiscal_year)
    return [ListedForm(name, edition.titles[name]) for name in edition.forms]


def _known(form: FormName, submission: Submission) -> FormName:
    """Return the form if the edition of the return has it; otherwise it does not exist (404)."""
    if form not in edition_of(submission.unit.region.code, submission.round.fiscal_year).forms:
        raise Http404
    return form


def _shares(widths: Sequence[int]) -> list[int]:
    """The widths of the columns in percent of the whole, rounded down."""
    return [100 * width // sum(widths) for width in widths]


def _printed(workspace: Workspace, sheet: OfficialForm) -> PrintedSheet:
    rows = [[_cell(workspace, cell) for cell in row] for row in sheet.rows]
    return PrintedSheet(sheet.title, _shares(sheet.widths), rows, sheet.is_landscape)


def _cell(workspace: Workspace, cell: FormCell) -> PrintedCell:
    style = f"{cell.kind.value} indent-{cell.indent}" if cell.indent else cell.kind.value
    place = cell.place
    url = cell_url(workspace.submission, place) if place else ""
    return PrintedCell(form_text(cell), style, cell.columns, cell.rows, url, place.label if place else "")
