"""The whole way of a return in one list of sentences, to be read aloud and printed."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from budgets.last_year import restated_words
from budgets.models import Restatement, ReturnUpload
from budgets.views.workspace import open_workspace
from orgs.requests import Request
from submissions.history import PREPARER, Told, told_of, who
from submissions.models import Submission


@require_safe
def history(
    request: Request,
    submission_id: int,
    titles: Mapping[str, str],
    more_of: Callable[[Submission], Iterable[Told]],
) -> HttpResponse:
    """Tell all that happened to a return, the first first; `titles` names schedules and texts.

    `more_of` tells what is known above alone.
    """
    workspace = open_workspace(request, submission_id)
    submission = workspace.submission
    revisions = Submission.objects.filter(round=submission.round_id, unit=submission.unit_id)
    context = {
        "workspace": workspace,
        "told": told_of(
            submission,
            workspace.points,
            titles,
            [*_uploads(submission), *_restatements(submission), *more_of(submission)],
        ),
        "revisions": revisions.exclude(pk=submission.pk).order_by("revision"),
    }
    return render(request, "budgets/history.html", context)


def _uploads(submission: Submission) -> Iterator[Told]:
    """The workbooks that were saved into the return, and those that were taken back."""
    applied = ReturnUpload.objects.filter(submission=submission, applied_at__isnull=False)
    for upload in applied.select_related("applied_by", "undo").defer("rows").order_by("pk"):
        name = "决算公开表" if upload.is_final_accounts else "填报表"
        assert upload.applied_at and upload.applied_by  # as the query says
        person = who(upload.applied_by.full_name, PREPARER, submission.unit)
        yield Told(upload.applied_at, f"{person}导入{name}“{upload.file_name}”。")
        if hasattr(upload, "undo"):
            person = who(upload.undo.actor_name, PREPARER, submission.unit)
            yield Told(upload.undo.at, f"{person}撤销{name}“{upload.file_name}”的导入。")


def _restatements(submission: Submission) -> Iterator[Told]:
    """The figures of last year that were restated, each with its reason."""
    for each in Restatement.objects.filter(submission=submission).order_by("pk"):
        person = who(each.actor_name, PREPARER, submission.unit)
        yield Told(each.at, f"{person}重述{restated_words(each)}。", each.reason)
