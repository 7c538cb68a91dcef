"""The page on which anybody who signs in learns whether a file is the approved version."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from orgs.requests import Request
from orgs.spreadsheets import NotASpreadsheet
from performance.approved_versions import Comparison, compare
from performance.version_forms import ApprovedVersionForm
from submissions.actions import Refused

SHOWN = 200
"""So many differences are listed."""


@require_http_methods(["GET", "HEAD", "POST"])
def approved_version(request: Request) -> HttpResponse:
    """Ask for a file; with one say whether its figures are the approved ones, and which differ.

    Nothing is kept or changed by it. 422 for a file there is nothing to hold against.
    """
    if request.method != "POST":
        return _page(request, ApprovedVersionForm())
    form = ApprovedVersionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form)
    content, name = form.read()
    try:
        found = compare(content=content, file_name=name, asked_by=request.user)
    except (NotASpreadsheet, Refused) as refusal:
        form.add_error("file", str(refusal))
        return _page(request, form)
    return _page(request, ApprovedVersionForm(), found, name)


def _page(
    request: Request, form: ApprovedVersionForm, found: Comparison | None = None, file_name: str = ""
) -> HttpResponse:
    shown = found.differences[:SHOWN] if found else []
    context = {"form": form, "found": found, "file_name": file_name, "shown": shown}
    return render(request, "performance/approved_version.html", context, status=422 if form.errors else 200)
