"""What a person is told: the newest first, each leading to its place."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from orgs.requests import Request
from submissions.models import Notice
from submissions.notice_actions import see_notices as mark_as_seen
from submissions.notice_places import place_of

NOTICES_ON_A_PAGE = 30


@require_safe
def notices(request: Request) -> HttpResponse:
    """List what she was told about units she may see; looking at the list marks nothing as seen."""
    hers = Notice.objects.seen_by(request.user).order_by("-pk")
    context = {
        "page": Paginator(hers, NOTICES_ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "submissions/notices.html", context)


@require_POST
def open_notice(request: Request, notice_id: int) -> HttpResponse:
    """Mark a notice of hers as seen and lead to its place."""
    hers = Notice.objects.seen_by(request.user)
    notice = get_object_or_404(hers, pk=notice_id)
    mark_as_seen(notices=hers.filter(pk=notice.pk), by=request.user, at=timezone.now())
    return redirect(place_of(notice))


@require_POST
def see_notices(request: Request) -> HttpResponse:
    """Mark all her notices as seen."""
    mark_as_seen(notices=Notice.objects.seen_by(request.user), by=request.user, at=timezone.now())
    return redirect("notices")
