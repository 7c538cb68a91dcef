"""A reviewer's queue worked off at one stroke."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from orgs.permissions import reviews
from orgs.requests import Request
from submissions import actions
from submissions.models import Submission
from submissions.views.many import do_each, say_each
from submissions.workflow import LAST_DESK


@dataclass(frozen=True, slots=True)
class Seen:
    """A return that was ticked, with the number of the last step its reviewer saw."""

    submission: Submission
    seen: int

    def __str__(self) -> str:
        return f"{self.submission.unit}（{self.submission.round.fiscal_year} 年度）"


@require_POST
def pass_on_many(request: Request, content_of: Callable[[Submission], str]) -> HttpResponse:
    """Let each return that was ticked go on, on the last desk to its approval; say which did not and why.

    `content_of` gives what is kept of an approved one; passed in from above, for this app knows no money.
    """
    if not reviews(request.user):
        raise PermissionDenied("只有审核人可以通过填报。")
    ticked = _ticked(request)
    if not ticked:
        messages.error(request, "请先勾选要通过的填报。")
        return redirect("my_work")
    now = timezone.now()

    def pass_one(each: Seen) -> None:
        if not each.submission.desk:
            raise actions.NotNow(f"现在是“{each.submission.state_text}”，不在审核中。")
        approve = partial(actions.approve, content_of=content_of)
        deed = approve if each.submission.desk == LAST_DESK else actions.pass_on
        deed(submission=each.submission, seen=each.seen, comment="", by=request.user, at=now)

    done, refused = do_each(ticked, pass_one, lambda each: each.submission.unit)
    say_each(request, "通过", "份", done, refused)
    return redirect("my_work")


def _ticked(request: Request) -> list[Seen]:
    """Return the ticked returns, "number:last step seen" each; one she may not see does not exist."""
    try:
        parts = [text.split(":") for text in request.POST.getlist("returns")]
        pairs = {int(number): int(seen) for number, seen in parts}
    except ValueError as error:
        raise Http404 from error
    visible = Submission.objects.visible_to(request.user).for_workspace().filter(pk__in=pairs)
    found = [Seen(submission, pairs[submission.pk]) for submission in visible.order_by("pk")]
    if len(found) < len(pairs):
        raise Http404
    return found
