"""What every answer gets, who is let in, and the answer to somebody who guessed too often."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render

from orgs.requests import wants_json

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


class LoginRequired(LoginRequiredMiddleware):
    """Deny by default; who sent something when her session had ended comes back to the page she was on."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        """Send her to sign in, and from there to the address she asked for, or from which she sent."""
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        page = urlsplit(request.headers.get("Referer", ""))
        is_ours = page.netloc == request.get_host()
        return redirect_to_login(page.path if is_ours else "/", self.get_login_url(view_func))


class PasswordChangeRequired:
    """Let who signed in with a one-time password do nothing before she has chosen her own."""

    ALLOWED = ("change_password", "sign_out")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as usual; what is asked is looked at in `process_view`."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Send her to choose a password, a script with a sentence (403); public pages stay as they are."""
        is_public = not getattr(view_func, "login_required", True)
        name = request.resolver_match.url_name if request.resolver_match else ""
        if is_public or name in self.ALLOWED or not getattr(request.user, "must_change_password", False):
            return None
        if wants_json(request):
            message = "您用的是一次性密码，请先修改密码，再回来接着做。"
            return JsonResponse({"message": message}, status=403)
        return redirect("change_password")


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, str] | None = None
) -> HttpResponse:
    """Say that signing in is blocked for a while. The name may not exist: the answer is the same."""
    minutes = settings.AXES_COOLOFF_TIME // timedelta(minutes=1)
    if wants_json(request):
        message = f"密码连续输错次数过多，请 {minutes} 分钟后再试。"
        return JsonResponse({"message": message}, status=429)
    return render(request, "locked_out.html", {"minutes": minutes}, status=429)


def client_address(request: HttpRequest) -> str:
    """Return the address a guess at a password came from.

    Each trusted proxy adds the address it was called from at the right end of X-Forwarded-For; what stands
    further left is whatever the client wrote: a new address for each guess.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if settings.TRUSTED_PROXIES and len(forwarded) >= settings.TRUSTED_PROXIES:
        return forwarded[-settings.TRUSTED_PROXIES].strip() or direct
    return direct
