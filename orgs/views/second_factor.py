"""The second factor: a person's own page for it, and the page that asks for its code after the password."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orgs import second_factor_actions as actions
from orgs.event_actions import record_failed_sign_in, try_to_record
from orgs.forms import CodeForm
from orgs.models import Event
from orgs.requests import Request, back_to, client_address
from orgs.second_factor import (
    STATE,
    State,
    ask,
    begun_device_of,
    codes_left,
    device_of,
    picture_of,
    secret_of,
    state_of,
)
from orgs.second_factor_actions import WrongCode


@require_safe
def second_factor(request: Request) -> HttpResponse:
    """Show whether she has one, or how it is set up."""
    return _page(request)


def _page(request: Request, codes: Sequence[str] = ()) -> HttpResponse:
    """The page; with recovery codes in the one answer that has them."""
    begun = begun_device_of(request.user)
    context = {
        "device": device_of(request.user),
        "secret": secret_of(begun) if begun else "",
        "picture": picture_of(begun) if begun else "",
        "codes": codes,
        "codes_left": codes_left(request.user),
        "is_demanded": state_of(request.session) is State.MISSING,
        "form": CodeForm(),
    }
    return render(request, "orgs/second_factor.html", context)


@require_POST
def begin_second_factor(request: Request) -> HttpResponse:
    """Make a secret for her app, and show it."""
    try:
        actions.begin_second_factor(by=request.user, at=timezone.now())
    except WrongCode as refusal:
        messages.error(request, str(refusal))
    return redirect("second_factor")


@require_POST
def confirm_second_factor(request: Request) -> HttpResponse:
    """Take the first code of her app, and show her recovery codes: in this answer and nowhere else."""
    try:
        codes = actions.confirm_second_factor(code=_code(request), by=request.user, at=timezone.now())
    except WrongCode as refusal:
        messages.error(request, str(refusal))
        return redirect("second_factor")
    _let_in(request)
    _record(request, Event.Action.FACTOR_STARTED)
    messages.success(request, "二次验证已启用，下次登录要输入验证码。")
    return _page(request, codes)


@require_POST
def stop_second_factor(request: Request) -> HttpResponse:
    """Do without from now on, with a code; where her role demands one she has to set up another."""
    try:
        actions.stop_second_factor(code=_code(request), by=request.user, at=timezone.now())
    except WrongCode as refusal:
        messages.error(request, str(refusal))
        return redirect("second_factor")
    request.session.pop(STATE, None)
    ask(request.session, request.user)
    _record(request, Event.Action.FACTOR_STOPPED)
    messages.success(request, "二次验证已停用。")
    return redirect("second_factor")


@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: Request) -> HttpResponse:
    """Ask for the code, and lead on to where she wanted to go; who is not asked goes on at once."""
    place = request.GET.get("next", "")
    if state_of(request.session) is not State.ASKED:
        return back_to(request, place)
    if request.method != "POST":
        return render(request, "orgs/enter_code.html", {"form": CodeForm()})
    try:
        actions.check_code(code=_code(request), by=request.user, at=timezone.now())
    except WrongCode as refusal:
        record_failed_sign_in(
            action=Event.Action.SIGN_IN_FAILED,
            username=request.user.username,
            what="二次验证码不对",
            address=client_address(request),
            at=timezone.now(),
        )
        context = {"form": CodeForm(), "mistake": str(refusal)}
        return render(request, "orgs/enter_code.html", context, status=422)
    _let_in(request)
    _record(request, Event.Action.SIGNED_IN, "二次验证通过")
    return back_to(request, place)


def _code(request: Request) -> str:
    """What she typed; what no code can be is no code."""
    form = CodeForm(request.POST)
    return str(form.cleaned_data["code"]) if form.is_valid() else ""


def _let_in(request: Request) -> None:
    """Keep that she has given a code, in a session of a new name."""
    request.session[STATE] = State.GIVEN.value
    request.session.cycle_key()


def _record(request: Request, action: Event.Action, what: str = "") -> None:
    address = client_address(request)
    try_to_record(action=action, what=what, address=address, by=request.user, at=timezone.now())
