"""What every answer gets, what is recorded of it, who is let in, and the answer to who guessed too often."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import parse_header_parameters

from orgs.event_actions import record_failed_sign_in, try_to_record, try_to_record_refusals
from orgs.models import Event, Unit, User
from orgs.passwords import password_is_due
from orgs.requests import client_address, wants_json
from orgs.second_factor import State, state_of
from orgs.sessions import note_seen, why_it_ends
from orgs.untimely import Untimely, final_of, noted_refusals

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def response_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Add the headers Django has no setting for; keep pages of signed-in people out of every cache."""

    def add(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return add


def readable(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Leave out the cookies that none of ours can be: a control character in them stops the database."""

    def read(request: HttpRequest) -> HttpResponse:
        request.COOKIES = {name: text for name, text in request.COOKIES.items() if text.isprintable()}
        return get_response(request)

    return read


PUBLIC = "/public/"
"""Below it are the pages of the public, as addresses have it behind the folder we are served in."""


def nobody_in_public(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let nobody be known on public pages: without cookies they are the same for all, and caches keep them.

    A cookie that comes is not read, so no session is looked for, none is written, and none is sent.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PUBLIC):
            return get_response(request)
        request.COOKIES = {}
        response = get_response(request)
        if response.headers.get("Vary") == "Cookie":
            del response.headers["Vary"]
        return response

    return answer


def located(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let who is signed in know where she asks from: whatever she does is kept with it."""

    def tell(request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            request.user.address = client_address(request)
        return get_response(request)

    return tell


def timed(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """End a session that has lasted too long, or at which nobody has been; record it, and ask who she is.

    A GET writes when she was seen into the session, once a minute, and nothing else.
    """

    def look(request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User):
            now = timezone.now()
            if reason := why_it_ends(request.session, now):
                signed_out = {"action": Event.Action.SIGNED_OUT, "what": f"{reason}，自动退出"}
                try_to_record(**signed_out, address=client_address(request), by=user, at=now)
                logout(request)
            else:
                is_page = "text/html" in request.headers.get("Accept", "")
                note_seen(request.session, now, on_a_page=is_page)
        return get_response(request)

    return look


def recorded(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Record each file that a signed-in person takes out, and each page or deed she is refused.

    That is what is not hers (403), and what the state of things refuses, in whatever way that is answered.
    Every answer passes here, after the deed's transaction has ended: nothing has to be done for a new
    download or deed, and no rollback takes the record along. A GET writes nothing else of the product: that
    it happened is what the record is about.
    """

    def record(request: HttpRequest) -> HttpResponse:
        with noted_refusals() as noted:
            response = get_response(request)
        user, at = request.user, timezone.now()
        if not isinstance(user, User):
            return response
        if refused := _refused(request, response, final_of(noted)):
            about = _unit_of(request) if any(unit is None for _, unit in refused) else None
            events = [(what, unit or about) for what, unit in refused]
            try_to_record_refusals(events, address=client_address(request), by=user, at=at)
        elif event := _event_of(request, response):
            about = _unit_of(request)
            try_to_record(**event, unit=about, address=client_address(request), by=user, at=at)
        return response

    return record


def _refused(
    request: HttpRequest, response: HttpResponse, noted: list[Untimely]
) -> list[tuple[str, Unit | None]]:
    """The deeds that a state refused, by address and reason; of what is answered 409 alone the first."""
    deed = f"{request.method} {request.path}"
    if noted and request.method == "POST":
        return [(f"{deed}：{each}", each.unit) for each in noted]
    return [(deed, None)] if response.status_code == 409 else []


def _event_of(request: HttpRequest, response: HttpResponse) -> dict[str, Any] | None:
    """What is to be recorded of an answer: an attachment by its file name, a refusal by its address."""
    disposition, words = parse_header_parameters(response.headers.get("Content-Disposition", ""))
    if disposition == "attachment":
        return {"action": Event.Action.EXPORTED, "what": words.get("filename", request.path)}
    if response.status_code == 403:
        refused = {"action": Event.Action.ACCESS_REFUSED, "result": Event.Result.REFUSED}
        return refused | {"what": f"{request.method} {request.path}"}
    return None


def _unit_of(request: HttpRequest) -> Unit | None:
    """The unit whose return, or the bureau whose round or export, the address names; None for others."""
    named = request.resolver_match.kwargs if request.resolver_match else {}
    if "submission_id" in named:
        return Unit.objects.filter(submissions=named["submission_id"]).first()
    if "round_id" in named:
        return Unit.objects.filter(rounds=named["round_id"]).first()
    if "export_id" in named:
        return Unit.objects.filter(rounds__bulk_exports=named["export_id"]).first()
    return None


class LoginRequired(LoginRequiredMiddleware):
    """Deny by default; who sent something when her session had ended comes back to the page she was on."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        """Send her to sign in, and from there to the address she asked for, or from which she sent."""
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(_sent_from(request), self.get_login_url(view_func))


def _sent_from(request: HttpRequest) -> str:
    """The path of the page of ours that something was sent from; "/" where that is not known."""
    try:
        page = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # it is whatever the client wrote
        return "/"
    return page.path if page.netloc == request.get_host() else "/"


class Barrier(ABC):
    """Let somebody do nothing before she has done what is asked of her; public pages stay as they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as usual; what is asked is looked at in `process_view`."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Send her to the page for it, a script with a sentence (403)."""
        user = request.user
        if not getattr(view_func, "login_required", True) or not isinstance(user, User):
            return None
        page, sentence, allowed = self.asked(request, user)
        name = request.resolver_match.url_name if request.resolver_match else ""
        if not page or name in (page, "sign_out", *allowed):
            return None
        if wants_json(request):
            return JsonResponse({"message": sentence}, status=403)
        is_read = request.method in ("GET", "HEAD")
        return redirect(
            f"{reverse(page)}?{urlencode({'next': request.get_full_path()})}" if is_read else page
        )

    @abstractmethod
    def asked(self, request: HttpRequest, user: User) -> tuple[str, str, tuple[str, ...]]:
        """Return the page she is sent to, what a script is told, and what else she may do; "" for nothing."""


class CodeFirst(Barrier):
    """Ask for the code of the second factor, and for a second factor where her role demands one."""

    SETTING_UP = ("begin_second_factor", "confirm_second_factor", "change_password")

    def asked(self, request: HttpRequest, user: User) -> tuple[str, str, tuple[str, ...]]:
        """Look into the session."""
        state = state_of(request.session)
        if state is State.ASKED:
            return "enter_code", "请先输入二次验证码，再回来接着做。", ()
        if state is State.MISSING:
            return "second_factor", "您的角色要求二次验证，请先启用，再回来接着做。", self.SETTING_UP
        return "", "", ()


class PasswordDue(Barrier):
    """Ask for another password where hers is a one-time one or too old; the code comes first."""

    def asked(self, request: HttpRequest, user: User) -> tuple[str, str, tuple[str, ...]]:
        """Look at the day it was chosen."""
        if user.must_change_password:
            return "change_password", "您用的是一次性密码，请先修改密码，再回来接着做。", ("enter_code",)
        if password_is_due(user):
            return "change_password", "您的密码到期了，请先修改密码，再回来接着做。", ("enter_code",)
        return "", "", ()


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, str] | None = None
) -> HttpResponse:
    """Record it, and say that signing in is blocked for a while: the same of a name that is nobody's."""
    record_failed_sign_in(
        action=Event.Action.LOCKED_OUT,
        username=request.POST.get("username", ""),
        address=client_address(request),
        at=timezone.now(),
    )
    minutes = settings.AXES_COOLOFF_TIME // timedelta(minutes=1)
    if wants_json(request):
        message = f"密码连续输错次数过多，请 {minutes} 分钟后再试。"
        return JsonResponse({"message": message}, status=429)
    return render(request, "locked_out.html", {"minutes": minutes}, status=429)
