"""The deeds on review points that are there: answering, asking again, closing."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from orgs.requests import Request
from submissions import actions, point_actions
from submissions.forms import SayingForm
from submissions.models import PointEntry, ReviewPoint, Submission
from submissions.permissions import points_seen_by

Kind = PointEntry.Kind


@require_POST
def answer_point(request: Request, submission_id: int, point_id: int) -> HttpResponse:
    """Answer a point."""
    return _say(request, submission_id, point_id, Kind.ANSWERED, "已答复。")


@require_POST
def ask_again(request: Request, submission_id: int, point_id: int) -> HttpResponse:
    """Say that the answer to a point does not do."""
    return _say(request, submission_id, point_id, Kind.ASKED_AGAIN, "已追问，退回后由单位再答复。")


@require_POST
def close_point(request: Request, submission_id: int, point_id: int) -> HttpResponse:
    """Close a point."""
    return _say(request, submission_id, point_id, Kind.CLOSED, "已销号。")


_DEEDS: dict[PointEntry.Kind, Callable[..., PointEntry]] = {
    Kind.ANSWERED: point_actions.answer_point,
    Kind.ASKED_AGAIN: point_actions.ask_again,
    Kind.CLOSED: point_actions.close_point,
}


def _say(
    request: Request, submission_id: int, point_id: int, kind: PointEntry.Kind, done: str
) -> HttpResponse:
    """Say something of a point and go back to it; a refusal is said there, with her words."""
    submission = get_object_or_404(
        Submission.objects.visible_to(request.user).for_workspace(), pk=submission_id
    )
    point: ReviewPoint = get_object_or_404(points_seen_by(request.user, submission), pk=point_id)
    form = SayingForm(request.POST)
    try:
        point_actions.check_may_say(kind, point, submission, by=request.user)
        if not form.is_valid():
            raise actions.Unfinished("".join(map(str, form.errors.get("text", ()))))
        _DEEDS[kind](point=point, text=form.cleaned_data["text"], by=request.user, at=timezone.now())
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except actions.Refused as refusal:
        words = form.data.get("text", "")[:2000].strip()
        messages.error(request, f"{refusal}您写的：{words}" if words else str(refusal))
    else:
        messages.success(request, done)
    return redirect(f"{redirect('points', submission_id)['Location']}#point-{point_id}")
