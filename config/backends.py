"""Who asks: the person of a session, with what every page says of her."""

from typing import Any

from orgs.backends import PeopleBackend as Backend
from orgs.models import User
from submissions.models import Notice


class PeopleBackend(Backend):
    """Password sign-in, and the person of a session with the number of notices she has not seen.

    The number is read by the query that reads the person, so that no page takes one more for it.
    """

    def get_user(self, user_id: Any) -> User | None:
        """Return the person, None where there is none who may sign in."""
        people = User.objects.annotate(unseen_notices=Notice.objects.number_unseen())
        person = people.filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None
