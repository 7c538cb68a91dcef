"""Attached files that are there: sending one to who may see its return, and removing one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from orgs.requests import Request
from submissions import actions, attachment_actions
from submissions.attachment_files import path_of
from submissions.models import Attachment, Submission


@require_safe
def download_attachment(request: Request, submission_id: int, attachment_id: int) -> FileResponse:
    """Send a file to be saved, never to be shown: what kind it is says its record, not its content.

    404 for who may not see the return, and for a file that was removed.
    """
    attachment = _attachment(request, submission_id, attachment_id)
    return FileResponse(
        path_of(attachment.sha256).open("rb"),
        as_attachment=True,
        filename=attachment.file_name,
        content_type=attachment.content_type,
    )


@require_POST
def remove_attachment(request: Request, submission_id: int, attachment_id: int) -> HttpResponse:
    """Take a file out of the return; a refusal is said on the page it goes back to."""
    attachment = _attachment(request, submission_id, attachment_id)
    try:
        attachment_actions.remove_attachment(attachment=attachment, by=request.user, at=timezone.now())
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已移除“{attachment.file_name}”。记录仍然保留。")
    return redirect("attachments", submission_id)


def _attachment(request: Request, submission_id: int, attachment_id: int) -> Attachment:
    submission = get_object_or_404(Submission.objects.visible_to(request.user), pk=submission_id)
    found: Attachment = get_object_or_404(submission.attachments.filter(removed_at=None), pk=attachment_id)
    return found
