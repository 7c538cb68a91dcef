"""A request of somebody who is signed in, which is every request but those of the public pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from orgs.models import User


class Request(HttpRequest):
    """For annotations only: Django's request, whose user is one of ours."""

    user: User


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, which reads JSON, and not a person's browser, which shows a page."""
    return request.headers.get("Accept", "") == "application/json"


def client_address(request: HttpRequest) -> str:
    """Return the address a request, such as a guess at a password, came from.

    Each trusted proxy adds the address it was called from at the right end of X-Forwarded-For; what stands
    further left is whatever the client wrote: a new address for each guess.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if settings.TRUSTED_PROXIES and len(forwarded) >= settings.TRUSTED_PROXIES:
        return forwarded[-settings.TRUSTED_PROXIES].strip() or direct
    return direct


def back_to(request: HttpRequest, place: str, default: str = "") -> HttpResponseRedirect:
    """Lead to a page of ours by its path; where `place` is none to `default`, by default to her work."""
    safe = url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure())
    # Not redirect(): it would take a word for the name of a page.
    is_ours = safe and place.startswith("/")
    return HttpResponseRedirect(place if is_ours else default or reverse("my_work"))
