"""The receipt of a handing in: as a page that also checks its digest, and as a PDF."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from orgs.attachments import PDF, attachment
from orgs.requests import Request
from submissions.models import Receipt, Snapshot, Submission
from submissions.receipt_pdf import receipt_pdf
from submissions.receipts import HOW_TO_CHECK, digest_parts, facts_of
from submissions.views.steps import ContentOf


@require_safe
def receipt(request: Request, submission_id: int, receipt_id: int, content_of: ContentOf) -> HttpResponse:
    """Show a receipt, and whether the return still says what it said when it was handed in."""
    found = _receipt(request, submission_id, receipt_id)
    context = {
        "receipt": found,
        "facts": facts_of(found),
        "digest_parts": digest_parts(found),
        "how_to_check": HOW_TO_CHECK,
        "is_unchanged": Snapshot.digest(content_of(found.submission)) == found.sha256,
    }
    return render(request, "submissions/receipt.html", context)


@require_safe
def download_receipt(request: Request, submission_id: int, receipt_id: int) -> HttpResponse:
    """Send a receipt as a PDF."""
    found = _receipt(request, submission_id, receipt_id)
    return attachment(receipt_pdf(found), f"报送回执_{found.number}.pdf", PDF)


def _receipt(request: Request, submission_id: int, receipt_id: int) -> Receipt:
    """Return a receipt of a return she may see; otherwise it does not exist (404)."""
    visible = Submission.objects.visible_to(request.user).filter(pk=submission_id)
    related = ("step", "submission__unit", "submission__round__bureau")
    receipts = Receipt.objects.filter(submission__in=visible).select_related(*related)
    return get_object_or_404(receipts, pk=receipt_id)
