"""The re-check of one return: what was found is written beside what the unit stated, until it is finished."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from budgets.file_names import file_name
from budgets.views.workspace import visible_submission
from orgs.attachments import XLSX, attachment
from orgs.permissions import can_review
from orgs.requests import Request
from performance import recheck_actions
from performance.recheck_forms import RecheckedForm, SeenForm, checked_of, forms_of
from performance.recheck_rules import GROUND_CHOICES
from performance.recheck_sheets import TITLE, recheck_workbook
from performance.rechecks import Recheck, recheck_of, sees_recheck
from submissions.actions import NotEditable, NotNow, NotPermitted, NotYours
from submissions.models import Submission


@require_safe
def recheck(request: Request, submission_id: int) -> HttpResponse:
    """Show the re-check of a return, to be written or, once it is finished, to be read."""
    submission = _sampled(request, submission_id)
    return _page(request, submission, recheck_of(submission))


@require_POST
def save_recheck(request: Request, submission_id: int) -> HttpResponse:
    """Save what was found; with `rest` what the unit stated where nothing is written. Answers as `_do`."""
    return _do(request, submission_id, recheck_actions.save_recheck, "复核已保存。")


@require_POST
def finish_recheck(request: Request, submission_id: int) -> HttpResponse:
    """Finish the re-check and tell the unit. Answers as `_do` says."""
    done = "复核已完成，已通知填报单位，单位可以查看结果。"
    return _do(request, submission_id, recheck_actions.finish_recheck, done)


@require_safe
def download_recheck(request: Request, submission_id: int) -> HttpResponse:
    """Send the result as a workbook."""
    submission = _sampled(request, submission_id)
    book = recheck_workbook(submission, recheck_of(submission), timezone.localtime())
    return attachment(book, file_name(submission, TITLE), XLSX)


def _sampled(request: Request, submission_id: int) -> Submission:
    """Return a return she sees, with a re-check that she sees; others do not exist."""
    submission = visible_submission(request, submission_id)
    if not sees_recheck(request.user, submission):
        raise Http404
    return submission


def _do(request: Request, submission_id: int, deed: Callable[..., Any], done: str) -> HttpResponse:
    """Do a deed and show the page anew.

    409 when somebody else saved meanwhile, 422 with what is wrong or still to be done: what she wrote stays.
    403 when it is not hers. What is finished, or approved no more, leads back to the page, which says so.
    """
    submission = _sampled(request, submission_id)
    try:
        recheck_actions.check_may_recheck(submission, by=request.user)
        present = recheck_of(submission)
        forms, seen = forms_of(present, request.POST), SeenForm(request.POST)
        if (mistakes := _mistakes(forms)) or not seen.is_valid():
            mistakes = mistakes or ["没有看懂发来的内容。请刷新页面后重填。"]
            return _page(request, submission, present, forms, mistakes=mistakes, status=422)
        checked = checked_of(forms, rest_as_stated=bool(seen.cleaned_data["rest"]))
        facts = {"by": request.user, "at": timezone.now()}
        deed(submission=submission, seen=seen.cleaned_data["seen"], checked=checked, **facts)
    except NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except recheck_actions.RecheckConflict as conflict:
        _show_theirs(forms, conflict.theirs)
        return _page(request, submission, conflict.theirs, forms, refusal=str(conflict), status=409)
    except recheck_actions.RecheckGaps as refusal:
        return _page(
            request, submission, present, forms, refusal=str(refusal), mistakes=refusal.gaps, status=422
        )
    except (NotEditable, NotNow, NotYours) as refusal:
        messages.error(request, str(refusal))
        return redirect("recheck", submission.pk)
    messages.success(request, done)
    return redirect("recheck", submission.pk)


def _mistakes(forms: Sequence[RecheckedForm]) -> list[str]:
    return [f"“{form.row.stated.name}”：{mistake}" for form in forms for mistake in form.mistakes]


def _show_theirs(forms: Sequence[RecheckedForm], theirs: Recheck) -> None:
    """Put what somebody else saved beside what she wrote, where they differ."""
    for form, row in zip(forms, theirs.rows, strict=True):
        form.theirs = row if row.checked != form.checked else None


def _page(
    request: Request,
    submission: Submission,
    found: Recheck,
    forms: list[RecheckedForm] | None = None,
    *,
    refusal: str = "",
    mistakes: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    is_office = can_review(request.user, submission.round.bureau)
    context = {
        "submission": submission,
        "recheck": found,
        "forms": forms or forms_of(found),
        "grounds": GROUND_CHOICES,
        "can_write": is_office and not found.is_finished,
        "is_office": is_office,
        "refusal": refusal,
        "mistakes": mistakes,
    }
    return render(request, "performance/recheck.html", context, status=status)
