"""Units and people from a workbook: its template, its mistakes, the preview, the confirmation."""

import base64

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orgs import people_import_actions
from orgs.attachments import XLSX, attachment
from orgs.models import Membership, PeopleUpload, Unit
from orgs.people_actions import NotAdministrator, PeopleRefused
from orgs.people_forms import PeopleFileForm
from orgs.people_plans import PeoplePlan, plan_of
from orgs.people_sheets import reading_from
from orgs.people_workbook import passwords_workbook, people_template
from orgs.permissions import can_administer
from orgs.requests import Request, client_address
from orgs.views.access import for_administrators

UPLOADS_SHOWN = 20
MISTAKES_SHOWN = 500


@require_safe
def download_people_template(request: Request) -> HttpResponse:
    """Send the workbook in which units and people are listed, with those of today."""
    bureaux = for_administrators(request)
    units = Unit.objects.within_any(bureaux).select_related("parent").order_by("path")
    roles = Membership.objects.active().within(bureaux).select_related("user", "unit")
    people = roles.order_by("user__name_pinyin", "user", "unit__path", "role")
    return attachment(people_template(units, people), "单位和人员导入模板.xlsx", XLSX)


@require_http_methods(["GET", "HEAD", "POST"])
def upload_people(request: Request) -> HttpResponse:
    """Ask for a filled-in workbook; go on to its preview, or show every mistake in it (422)."""
    bureaux = for_administrators(request)
    form = PeopleFileForm(bureaux)
    mistakes = []
    if request.method == "POST":
        form = PeopleFileForm(bureaux, request.POST, request.FILES)
        if form.is_valid():
            mistakes = plan_of(form.reading, form.cleaned_data["bureau"]).mistakes
            if not mistakes:
                return redirect("preview_people", _kept(form, request).pk)
    applied = PeopleUpload.objects.filter(bureau__in=bureaux).exclude(applied_at=None)
    context = {
        "form": form,
        "mistakes": mistakes,
        "shown": mistakes[:MISTAKES_SHOWN],
        "uploads": applied.select_related("applied_by").defer("rows").order_by("-applied_at")[:UPLOADS_SHOWN],
    }
    return render(request, "orgs/upload_people.html", context, status=422 if form.is_bound else 200)


def _kept(form: PeopleFileForm, request: Request) -> PeopleUpload:
    data = form.cleaned_data
    return people_import_actions.keep_people_upload(
        bureau=data["bureau"],
        rows=form.reading.as_json(),
        file_name=data["file"].name,
        sha256=form.sha256,
        by=request.user,
        at=timezone.now(),
    )


def _own_upload(request: Request, upload_id: int) -> PeopleUpload:
    """A workbook she uploaded herself; another's preview does not exist for her (404)."""
    for_administrators(request)
    uploads = PeopleUpload.objects.filter(uploaded_by=request.user)
    upload = get_object_or_404(uploads.select_related("bureau__region", "applied_by"), pk=upload_id)
    if not can_administer(request.user, upload.bureau):
        raise PermissionDenied
    return upload


def _plan(upload: PeopleUpload) -> PeoplePlan:
    return plan_of(reading_from(upload.rows), upload.bureau)


@require_safe
def preview_people(request: Request, upload_id: int) -> HttpResponse:
    """Show what applying a workbook would do; of one that is applied, what it did."""
    upload = _own_upload(request, upload_id)
    plan = None if upload.applied_at else _plan(upload)
    return render(request, "orgs/preview_people.html", {"upload": upload, "plan": plan})


@require_POST
def apply_people(request: Request, upload_id: int) -> HttpResponse:
    """Apply a workbook as it was previewed.

    The passwords of new accounts are in this answer alone, as a list and as a file, and kept nowhere; where
    no account was opened, and after a refusal, she comes to the preview.
    """
    upload = _own_upload(request, upload_id)
    try:
        opened = people_import_actions.apply_people_upload(
            upload=upload,
            seen=request.POST.get("seen", ""),
            by=request.user,
            at=timezone.now(),
            address=client_address(request),
        )
    except NotAdministrator as refusal:
        raise PermissionDenied from refusal
    except PeopleRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("preview_people", upload.pk)
    messages.success(request, f"已导入“{upload.file_name}”。")
    if not opened:
        return redirect("preview_people", upload.pk)
    file = passwords_workbook(
        [(each.person.full_name, each.person.username, each.password) for each in opened]
    )
    context = {"upload": upload, "opened": opened, "file_type": XLSX, "file": base64.b64encode(file).decode()}
    return render(request, "orgs/apply_people.html", context)
