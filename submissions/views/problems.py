"""The problems of a round as a list, and the deeds on one that is there."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from orgs.attachments import XLSX, attachment
from orgs.permissions import bureaux_of, can_collect
from orgs.requests import Request
from orgs.spreadsheets import list_workbook
from submissions import actions, problem_actions
from submissions.attachment_files import path_of
from submissions.forms import SayingForm
from submissions.models import Attachment, CollectionRound, Problem, ProblemFile, Submission
from submissions.permissions import problems_seen_by, sees_problems_of
from submissions.problem_forms import AnswerProblemForm, ProblemSearchForm, SendBackForm
from submissions.problems import COLUMNS, counts_of, line_of, newest_answer, problems_of

ROWS_ON_A_PAGE = 50
State = Problem.State


@require_safe
def round_problems(request: Request, round_id: int) -> HttpResponse:
    """Show the problems of a round by fifty, with how many there are in each state."""
    round = _round(request, round_id)
    form, today = ProblemSearchForm(round, request.GET), timezone.localdate()
    asked = form.search
    found = Paginator(problems_of(round, asked, today), ROWS_ON_A_PAGE)
    page = found.get_page(request.GET.get("page"))
    counts = counts_of(round, asked.department, today)
    context = {
        "round": round,
        "can_collect": can_collect(request.user, round.bureau),
        "asked": asked,
        "departments": form.departments,
        "counts": counts,
        "states": [(each, number) for each, number in counts.of.items() if each != State.DROPPED or number],
        "page": page,
        "rows": [(each, newest_answer(each)) for each in page],
    }
    return render(request, "submissions/round_problems.html", context)


@require_safe
def download_problems(request: Request, round_id: int) -> HttpResponse:
    """Send all that the page lists as a workbook."""
    round = _round(request, round_id)
    found = problems_of(round, ProblemSearchForm(round, request.GET).search, timezone.localdate())
    rows = [line_of(number, each) for number, each in enumerate(found, 1)]
    now = timezone.localtime()
    said = f"{round.bureau} {round.fiscal_year} 年度，{now:%Y-%m-%d %H:%M}，{len(rows):,} 个问题"
    book = list_workbook("问题整改台账", said, COLUMNS, rows)
    return attachment(book, f"{round.bureau.name} {round.fiscal_year} 年度问题整改台账.xlsx", XLSX)


def _round(request: Request, round_id: int) -> CollectionRound:
    """Return a round of a bureau she works in (404 for others); 403 for its auditors."""
    rounds = CollectionRound.objects.filter(bureau__in=bureaux_of(request.user)).select_related("bureau")
    round = get_object_or_404(rounds, pk=round_id)
    if not sees_problems_of(request.user, round.bureau):
        raise PermissionDenied("问题整改台账由财政局绩效股、业务股室和管理员查看。")
    return round


@require_POST
def issue_problem(request: Request, submission_id: int, problem_id: int) -> HttpResponse:
    """Issue a problem that was written down."""
    return _judge(
        request, submission_id, problem_id, problem_actions.issue_problem, "已下达，单位已收到通知。"
    )


@require_POST
def drop_problem(request: Request, submission_id: int, problem_id: int) -> HttpResponse:
    """Drop a problem that was not issued."""
    return _judge(
        request, submission_id, problem_id, problem_actions.drop_problem, "已撤下，单位没有看到过。"
    )


@require_POST
def ask_problem_again(request: Request, submission_id: int, problem_id: int) -> HttpResponse:
    """Send a problem back to its unit."""
    done, form = "已退回整改，单位已收到通知。", SendBackForm(request.POST)
    return _judge(request, submission_id, problem_id, problem_actions.ask_problem_again, done, form)


@require_POST
def close_problem(request: Request, submission_id: int, problem_id: int) -> HttpResponse:
    """Close a problem."""
    form = SayingForm(request.POST)
    return _judge(request, submission_id, problem_id, problem_actions.close_problem, "已销号。", form)


@require_POST
def answer_problem(request: Request, submission_id: int, problem_id: int) -> HttpResponse:
    """Answer a problem, with evidence."""
    submission = _submission(request, submission_id)
    problem = _problem(request, submission, problem_id)
    _permit(problem_actions.check_may_answer, submission, request)
    form = AnswerProblemForm(request.POST, request.FILES)

    def deed() -> None:
        chosen = _attachments(submission, form.attachments) if form.is_valid() else []
        _refuse_mistakes(form)
        answer, at = form.answer(chosen), timezone.now()
        problem_actions.answer_problem(problem=problem, answer=answer, by=request.user, at=at)

    return _done(request, submission, problem, deed, "已反馈，等财政局审核。")


def _judge(
    request: Request,
    submission_id: int,
    problem_id: int,
    action: Callable[..., object],
    done: str,
    form: forms.Form | None = None,
) -> HttpResponse:
    """Do what the bureau does with a problem, with what a form says, and go back to it."""
    submission = _submission(request, submission_id)
    problem = _problem(request, submission, problem_id)
    _permit(problem_actions.check_may_write, submission, request)

    def deed() -> None:
        _refuse_mistakes(form)
        said = form.cleaned_data if form else {}
        action(problem=problem, **said, by=request.user, at=timezone.now())

    return _done(request, submission, problem, deed, done)


def _done(
    request: Request, submission: Submission, problem: Problem, deed: Callable[[], None], done: str
) -> HttpResponse:
    """Do a deed and go back to the problem; a refusal is said there, with her words."""
    try:
        deed()
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except actions.Refused as refusal:
        words = request.POST.get("text", "")[:2000].strip()
        messages.error(request, f"{refusal}您写的：{words}" if words else str(refusal))
    else:
        messages.success(request, done)
    return redirect(f"{redirect('problems', submission.pk)['Location']}#problem-{problem.pk}")


def _refuse_mistakes(form: forms.Form | None) -> None:
    if form and not form.is_valid():
        raise actions.Unfinished("".join(str(each) for errors in form.errors.values() for each in errors))


def _permit(check: Callable[..., None], submission: Submission, request: Request) -> None:
    try:
        check(submission, by=request.user)
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal


def _attachments(submission: Submission, numbers: list[int]) -> list[Attachment]:
    """The files of the return that were ticked; others do not exist."""
    found = list(submission.attachments.filter(pk__in=numbers, removed_at=None).order_by("pk"))
    if len(found) < len(set(numbers)):
        raise Http404
    return found


@require_safe
def download_problem_file(request: Request, submission_id: int, file_id: int) -> FileResponse:
    """Send a file of an answer to be saved, never to be shown, to who may see the problem."""
    submission = _submission(request, submission_id)
    mine = problems_seen_by(request.user, submission)
    file = get_object_or_404(ProblemFile.objects.filter(entry__problem__in=mine), pk=file_id)
    return FileResponse(
        path_of(file.sha256).open("rb"),
        as_attachment=True,
        filename=file.file_name,
        content_type=file.content_type,
    )


def _submission(request: Request, submission_id: int) -> Submission:
    submissions = Submission.objects.visible_to(request.user).for_workspace()
    found: Submission = get_object_or_404(submissions, pk=submission_id)
    return found


def _problem(request: Request, submission: Submission, problem_id: int) -> Problem:
    found: Problem = get_object_or_404(problems_seen_by(request.user, submission), pk=problem_id)
    return found
