"""What templates ask about a person."""

from django import template

from orgs.models import User
from orgs.permissions import bureaux_of

register = template.Library()


@register.filter
def works_in_bureau(user: User) -> bool:
    """Whether she works in a finance bureau, so that its pages are in her menu."""
    return bool(bureaux_of(user))
