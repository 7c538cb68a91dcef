"""The receipt of a handing in: as a page that also checks its digest, and as a PDF."""

from collections.abc import Callable, Sequence

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from orgs.attachments import PDF, attachment
from orgs.requests import Request
from submissions.models import Receipt, Snapshot, Submission
from submissions.receipt_pdf import receipt_pdf
from submissions.receipts import HOW_TO_CHECK, digest_parts, facts_of

TextsOf = Callable[[Submission], Sequence[str]]
"""What a return says now, in each form that a digest was ever made of."""


@require_safe
def receipt(request: Request, submission_id: int, receipt_id: int, texts_of: TextsOf) -> HttpResponse:
    """Show a receipt, and whether the return still says what it said when it was handed in.

    `texts_of` gives the texts of which its digest may be.
    """
    found = _receipt(request, submission_id, receipt_id)
    context = {
        "receipt": found,
        "facts": facts_of(found),
        "digest_parts": digest_parts(found),
        "how_to_check": HOW_TO_CHECK,
        "is_unchanged": found.sha256 in map(Snapshot.digest, texts_of(found.submission)),
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
