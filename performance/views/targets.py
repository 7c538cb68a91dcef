"""The approved targets of a return: asking for another one, and the bureau's answer."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from budgets.result_actions import results_stored
from budgets.views.workspace import visible_submission, workspace_of
from orgs.permissions import can_prepare, can_review
from orgs.requests import Request
from performance import target_actions
from performance.models import IndicatorFields
from performance.project_rows import ProjectPerformance, project_slug
from performance.rows import Performance
from performance.target_forms import AnswerForm, TargetForm
from performance.target_models import TargetRequest
from performance.targets import place_words, target_of, targets_of
from performance.views.sections import read_performance, read_projects
from submissions.actions import NotEditable, NotPermitted, Refused, check_may_edit
from submissions.models import Submission


@dataclass(frozen=True, slots=True)
class Choice:
    """An indicator for which another target can be asked, or a new one of the department or of a project."""

    code: str
    label: str
    place: str
    """Whose it is, in words."""
    project: str = ""
    line: IndicatorFields | None = None
    """None for a new one."""


@require_safe
def targets(request: Request, submission_id: int) -> HttpResponse:
    """Show the approval of a return's targets and what was asked for; with ?of= the form of one request."""
    return _page(request, visible_submission(request, submission_id))


@require_POST
def ask_for_target(request: Request, submission_id: int) -> HttpResponse:
    """Ask for another target; 422 with her words where that cannot be."""
    submission = visible_submission(request, submission_id)
    try:
        check_may_edit(submission, by=request.user)
    except NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return _page(request, submission, is_sent=True)


@require_POST
def answer_target(request: Request, submission_id: int, request_id: int) -> HttpResponse:
    """Approve or refuse what was asked for, and go back to the page, which says what is wrong."""
    submission = visible_submission(request, submission_id)
    asked = _request(submission, request_id)
    if not can_review(request.user, submission.round.bureau):
        raise PermissionDenied("只有财政局绩效股可以答复目标调整的申请。")
    form = AnswerForm(request.POST)
    if not form.is_valid():
        _say(request, form)
        return redirect("targets", submission_id)
    facts = form.cleaned_data
    try:
        with results_stored(submission.pk):
            target_actions.answer_target(request=asked, **facts, by=request.user, at=timezone.now())
    except Refused as refusal:
        words = f"您写的：{facts['remark']}" if facts["remark"] else ""
        messages.error(request, f"{refusal}{words}")
    else:
        messages.success(request, f"已{'批准' if facts['approves'] else '答复不批准'}：“{asked}”。")
    return redirect("targets", submission_id)


@require_POST
def withdraw_target(request: Request, submission_id: int, request_id: int) -> HttpResponse:
    """Take back what was asked for."""
    submission = visible_submission(request, submission_id)
    asked = _request(submission, request_id)
    if not can_prepare(request.user, submission.unit):
        raise PermissionDenied("只有本单位的填报人可以撤回申请。")
    try:
        target_actions.withdraw_target(request=asked, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已撤回“{asked}”的调整申请。")
    return redirect("targets", submission_id)


def _request(submission: Submission, request_id: int) -> TargetRequest:
    """Return a request about a return, in whatever revision it was made; 404 for another's."""
    found = TargetRequest.objects.of_return(submission).filter(pk=request_id)
    asked: TargetRequest | None = found.select_related("submission__unit", "actor").first()
    if asked is None:
        raise Http404
    return asked


def _say(request: Request, form: AnswerForm) -> None:
    mistakes = [str(mistake) for each in form.errors.values() for mistake in each]
    messages.error(request, "".join(mistakes))


def _page(request: Request, submission: Submission, *, is_sent: bool = False) -> HttpResponse:
    workspace = workspace_of(submission, request)
    performance = read_performance(workspace)
    projects = read_projects(workspace)
    choices = _choices(performance, projects)
    code = (request.POST if is_sent else request.GET).get("of", "")
    chosen = next((each for each in choices if each.code == code), None)
    form, status = None, 200
    if chosen:
        before = target_of(chosen.line) if chosen.line else {}
        form = TargetForm(performance.basis.framework, before, request.POST if is_sent else None)
    if is_sent:
        if chosen is None:
            messages.error(request, "请先选要调整的指标，它可能刚被改动。")
            status = 422
        elif form:
            status = _ask(request, submission, chosen, form)
        if status == 302:
            return redirect("targets", submission.pk)
    context = {
        "workspace": workspace,
        "performance": performance,
        "projects_read": projects,
        "targets": targets_of(submission),
        "choices": choices,
        "chosen": chosen,
        "form": form,
        "can_ask": workspace.can_edit,
        "can_answer": can_review(request.user, submission.round.bureau),
        "can_withdraw": can_prepare(request.user, submission.unit),
    }
    return render(request, "performance/targets.html", context, status=status)


def _ask(request: Request, submission: Submission, chosen: Choice, form: TargetForm) -> int:
    """Ask for what a form says and return the status of the answer; the form says why it cannot be."""
    if not form.is_valid():
        return 422
    try:
        asked = target_actions.ask_for_target(
            submission=submission,
            line=chosen.line.pk if chosen.line else None,
            project=chosen.project,
            after=form.after,
            reason=form.cleaned_data["reason"],
            document=form.cleaned_data["document"],
            by=request.user,
            at=timezone.now(),
        )
    except NotPermitted as refusal:  # her role ended while she waited
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return 403 if isinstance(refusal, NotEditable) else 422
    messages.success(request, f"已申请调整“{asked}”，财政局绩效股会收到通知。")
    return 302


def _choices(performance: Performance, projects: list[ProjectPerformance]) -> list[Choice]:
    """What she can ask for: the indicators in the order of the form, and a new one after those of each."""
    found = [*_of("", "department", performance), Choice("new", "新增一个指标", place_words(""))]
    for project in projects:
        found += _of(project.name, "project", project)
        if project.is_listed:
            new = f"new-{project_slug(project.name)}"
            found.append(Choice(new, "新增一个指标", place_words(project.name), project.name))
    return found


def _of(project: str, kind: str, performance: Performance) -> list[Choice]:
    lines = [row.line for row in performance.rows if isinstance(row.line, IndicatorFields)]
    return [Choice(f"{kind}-{line.pk}", line.name, place_words(project), project, line) for line in lines]
