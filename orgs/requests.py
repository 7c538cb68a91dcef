"""A request of somebody who is signed in, which is every request but those of the public pages."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from orgs.models import User


class Request(HttpRequest):
    """For annotations only: Django's request, whose user is one of ours."""

    user: User


def path_back(request: HttpRequest, default: str) -> str:
    """Return the page of ours that the form's `next` names, where a deed leads back to; else `default`."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if safe and back.startswith("/") else default


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, which reads JSON, and not a person's browser, which shows a page."""
    return request.headers.get("Accept", "") == "application/json"
