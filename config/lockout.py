"""How often a password may be guessed: by person and address, and apart by browsers that know the person.

In a browser in which she has signed in before, five wrong passwords within half an hour lock that browser,
wherever it is. From all others together five of one address lock that address, and ten of any addresses lock
all of them. So nobody else locks a person out of her own browser, and neither a cookie nor many addresses
give more guesses.
"""

from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum

from orgs.devices import device_of

FROM_ANYWHERE = 10
"""How many wrong passwords of one person are taken from unknown browsers together."""

Credentials = dict[str, Any] | None


def counted_by(request: Any, credentials: Credentials = None) -> list[list[str]]:
    """Return by what wrong passwords are counted; `user_agent` is the name of the browser, "" if unknown."""
    is_known = bool(request.axes_user_agent)
    return [["username", "user_agent"]] if is_known else [["username", "user_agent", "ip_address"]]


class Handler(AxesDatabaseHandler):
    """axes' counting of wrong passwords, by browser."""

    def is_allowed(self, request: Any, credentials: Credentials = None) -> bool:
        """Say whether she may try; first of all find out which browser it is. Every attempt begins here."""
        username = get_client_username(request, credentials) or ""
        request.axes_user_agent = device_of(request, username)
        allowed: bool = super().is_allowed(request, credentials)
        return allowed

    def get_failures(self, request: Any, credentials: Credentials = None) -> int:
        """Return how many wrong passwords count; enough to lock an unknown browser when all of them are."""
        failures: int = super().get_failures(request, credentials)
        if not request.axes_user_agent and self._from_anywhere(request, credentials) >= FROM_ANYWHERE:
            return max(failures, settings.AXES_FAILURE_LIMIT)
        return failures

    def _from_anywhere(self, request: Any, credentials: Credentials) -> int:
        recent = AccessAttempt.objects.filter(
            username=get_client_username(request, credentials),
            user_agent="",
            attempt_time__gte=get_cool_off_threshold(request),
        )
        return recent.aggregate(sum=Sum("failures_since_start"))["sum"] or 0
