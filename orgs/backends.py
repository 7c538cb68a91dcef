"""Who may sign in."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend


class PeopleBackend(ModelBackend):
    """Password sign-in for active people; demo accounts are nobody outside the demonstration."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Refuse inactive people, and demo accounts unless DEMO is on."""
        return super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo)
