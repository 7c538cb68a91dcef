"""The deeds that take a return on its way: starting it, handing it in, returning it, approving it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from orgs.models import Unit
from orgs.requests import Request
from orgs.words import storable
from submissions import actions
from submissions.forms import LONGEST_COMMENT, DecisionForm
from submissions.models import CollectionRound, Submission, Transition
from submissions.workflow import Action

InTheWay = Callable[[Submission], Sequence[Any]]
"""Lists what stands in the way of handing a return in; passed in from above, for this app knows no money."""

ContentOf = Callable[[Submission], str]
"""Gives all a return says as one text."""

TotalsOf = Callable[[Submission], Sequence[tuple[str, str]]]
"""Gives the main figures of a return with their labels, as printed."""

Begin = Callable[..., Any]
"""What is done with a return that has just been started: a deed with `submission`, `by` and `at`."""


CheckAgain = Callable[..., None]
"""Stores what the checks find in a return (`submission_id`), in the transaction it is called in."""


@require_POST
def start_submission(request: Request, round_id: int, unit_id: int, begin: Begin) -> HttpResponse:
    """Open the unit's return and go to it; what she may not see does not exist."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=unit_id)
    round = get_object_or_404(CollectionRound.objects.reaching([unit]), pk=round_id)
    now = timezone.now()
    try:
        with transaction.atomic():  # begun wholly, with last year's figures, or not at all
            submission = actions.start_submission(round=round, unit=unit, by=request.user, at=now)
            if submission.started_at == now:
                begin(submission=submission, by=request.user, at=now)
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except actions.Refused as refusal:  # also of `begin`, where the round was closed between the two
        messages.error(request, str(refusal))
        return redirect("my_work")
    return redirect("workspace", submission.pk)


@require_POST
def submit(
    request: Request,
    submission_id: int,
    in_the_way: InTheWay,
    content_of: ContentOf,
    totals_of: TotalsOf,
    check_again: CheckAgain,
) -> HttpResponse:
    """Hand a return in, and go back to its journey with what stands in the way when something does."""
    submission = _visible(request, submission_id)
    known: dict[str, Any] = {"in_the_way": in_the_way, "content_of": content_of, "totals_of": totals_of}

    def take(at: datetime) -> Transition:
        with transaction.atomic():
            step = actions.submit(submission=submission, **known, by=request.user, at=at)
            check_again(submission_id=submission_id)
            return step

    taken = _taken(request, take)
    if taken:
        desk, number = submission.desks[0].label, taken.receipt.number
        said = f"已报送，现在由{desk}审核，回执编号 {number}。审核意见会显示在这里和“我的工作”。"
        messages.success(request, said)
    return redirect("journey", submission_id)


@require_POST
def withdraw(request: Request, submission_id: int) -> HttpResponse:
    """Take back what she handed in, and go on with it."""
    done = "已取消报送{}，可以继续修改。"
    return _decide(request, submission_id, Action.WITHDRAW, actions.withdraw, done, "workspace")


@require_POST
def pass_on(request: Request, submission_id: int) -> HttpResponse:
    """Let a return go on to the next desk, with the comment of the form if there is one."""
    return _decide(request, submission_id, Action.PASS_ON, actions.pass_on, "{}已通过，送到下一环节。")


@require_POST
def return_to_unit(request: Request, submission_id: int) -> HttpResponse:
    """Give a return back to its unit with the comment of the form."""
    done = "已退回{}，填报人会看到您的意见。"
    return _decide(request, submission_id, Action.RETURN, actions.return_to_unit, done)


@require_POST
def approve(request: Request, submission_id: int, content_of: ContentOf) -> HttpResponse:
    """Approve a return, with the comment of the form if there is one."""
    deed = partial(actions.approve, content_of=content_of)
    return _decide(request, submission_id, Action.APPROVE, deed, "{}已审核通过。")


@require_POST
def reopen(request: Request, submission_id: int, copy: Callable[..., None]) -> HttpResponse:
    """Take an approval back with the reason of the form, and go to the next revision on the desk."""
    done = "已取消{}的终审，新的一版回到财政绩效股。"
    return _decide(request, submission_id, Action.REOPEN, partial(actions.reopen, copy=copy), done, "journey")


@require_POST
def correct(request: Request, submission_id: int, copy: Callable[..., None]) -> HttpResponse:
    """Begin the correction of what is public with the reason of the form, and go on to it."""
    done = "已开始更正{}的填报：改好后重新报送，公开前原来的一版仍然有效。"
    return _decide(
        request, submission_id, Action.CORRECT, partial(actions.correct, copy=copy), done, "workspace"
    )


def _decide(
    request: Request,
    submission_id: int,
    action: Action,
    deed: Callable[..., Any],
    done: str,
    then: str = "my_work",
) -> HttpResponse:
    """Take a decision and go on to the next in the queue; refused, go back to the return, with her words."""
    submission = _visible(request, submission_id)
    try:
        actions.check_may(action, submission, by=request.user)
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    form = DecisionForm(request.POST)
    if not form.is_valid():
        unread = "没有看懂浏览器发来的内容，请刷新页面重试。"
        mistakes = [*form.errors.get("comment", ()), *([unread] if "seen" in form.errors else ())]
        messages.error(request, _with_words("".join(mistakes), request))
        return redirect("journey", submission_id)
    decision = {"seen": form.cleaned_data["seen"], "comment": form.cleaned_data["comment"]}
    if action is Action.RETURN:
        decision["points_only"] = form.cleaned_data["points_only"]
    taken = _taken(request, lambda at: deed(submission=submission, **decision, by=request.user, at=at))
    if not taken:
        return redirect("journey", submission_id)
    messages.success(request, done.format(submission.unit))
    if then == "my_work":
        return redirect(f"{reverse(then)}?after={decision['seen']}")
    return redirect(then, taken.pk if isinstance(taken, Submission) else submission_id)


def _visible(request: Request, submission_id: int) -> Submission:
    return get_object_or_404(Submission.objects.visible_to(request.user).for_workspace(), pk=submission_id)


def _taken(request: Request, take: Callable[[datetime], Any]) -> Any:
    """Take a step and return what came of it, None for nothing: the refusal is said on the next page.

    What she may not do at all is answered 403.
    """
    try:
        return take(timezone.now())
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except actions.Refused as refusal:
        messages.error(request, _with_words(str(refusal), request))
        return None


def _with_words(refusal: str, request: Request) -> str:
    """Hand a refused comment back, so that it can be copied; a session does not keep books."""
    words = storable(request.POST.get("comment", "")[: 2 * LONGEST_COMMENT]).strip()
    return f"{refusal}您写的意见：{words}" if words else refusal
