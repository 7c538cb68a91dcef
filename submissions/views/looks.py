"""That a reviewer looks at a return: what its pages send by themselves, for her queue to say what is new."""

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from orgs.requests import Request
from submissions import actions
from submissions.models import Submission


@require_POST
def look(request: Request, submission_id: int) -> JsonResponse:
    """Keep that she has seen a return as it is now; without a script it stays new to her, and no more."""
    submission = get_object_or_404(
        Submission.objects.visible_to(request.user).select_related("unit", "round__bureau"), pk=submission_id
    )
    try:
        actions.look(submission=submission, by=request.user, at=timezone.now())
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return JsonResponse({})
