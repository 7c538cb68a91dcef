"""A request of somebody who is signed in, which is every request but those of the public pages."""

from django.http import HttpRequest

from orgs.models import User


class Request(HttpRequest):
    """For annotations only: Django's request, whose user is one of ours."""

    user: User


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, which reads JSON, and not a person's browser, which shows a page."""
    return request.headers.get("Accept", "") == "application/json"
