"""The page on which it is recorded that an approved return is made public."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from budgets.result_actions import results_stored
from budgets.views.workspace import open_workspace
from orgs.requests import Request
from submissions import actions
from submissions.forms import PublicationForm
from submissions.models import Publication
from submissions.workflow import Action


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: Request, submission_id: int) -> HttpResponse:
    """Ask for the record of a publication, and publish with it; who may not gets 403."""
    workspace = open_workspace(request, submission_id)
    submission = workspace.submission
    try:
        actions.check_may(Action.PUBLISH, submission, by=request.user)
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    if not workspace.journey.can_publish:
        too_early = actions.NotNow(f"这份填报现在是“{submission.state_text}”，审核通过后才能公开。")
        messages.error(request, str(too_early))
        return redirect("journey", submission_id)
    today, now = timezone.localdate(), timezone.now()
    year = submission.round.fiscal_year
    form = PublicationForm(year, today, request.POST or None, initial={"published_date": today})
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            with results_stored(submission.pk):
                actions.publish(
                    submission=submission,
                    seen=submission.last_step_number,
                    record=Publication(**form.cleaned_data),
                    by=request.user,
                    at=now,
                )
        except actions.Refused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, f"已登记{submission.unit}的公开，公开版数据不再改动。")
            return redirect("journey", submission_id)
    context = {"workspace": workspace, "form": form, "refusal": refused}
    return render(request, "budgets/publish.html", context, status=422 if request.method == "POST" else 200)
