"""Browsers in which a person has signed in before: her wrong passwords there are counted apart from others'.

Else a colleague behind the same address could lock her out by typing wrong ones. The cookie proves nothing
else: it lets nobody in, and is good for the name it was set for alone.
"""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

DAYS = 180


def device_of(request: HttpRequest, username: str) -> str:
    """Return what the browser is called in which `username` has signed in before; "" for another."""
    name = _cookie_of(username)
    return str(request.get_signed_cookie(name, default="", salt=name, max_age=DAYS * 24 * 3600))


def remember_device(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Let the browser show for half a year from now that `username` has signed in there."""
    name = _cookie_of(username)
    response.set_signed_cookie(
        name,
        device_of(request, username) or secrets.token_urlsafe(12),
        salt=name,
        max_age=DAYS * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _cookie_of(username: str) -> str:
    """The cookie of one person: several may sign in at one browser."""
    prefix = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
    return f"{prefix}device-{salted_hmac('orgs.devices', username).hexdigest()[:16]}"
