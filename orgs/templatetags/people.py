"""What templates ask about a person."""

from django import template

from orgs.models import User
from orgs.permissions import bureaux_collecting, bureaux_of, can_administer, can_audit

register = template.Library()


@register.filter
def works_in_bureau(user: User) -> bool:
    """Whether she works in a finance bureau, so that its pages are in her menu."""
    return bool(bureaux_of(user))


@register.filter
def administers_bureau(user: User) -> bool:
    """Whether she is an administrator of a finance bureau, so that its exports are in her menu."""
    return can_administer(user)


@register.filter
def audits_bureau(user: User) -> bool:
    """Whether she reads the records of a finance bureau, so that they are in her menu."""
    return can_audit(user)


@register.filter
def collects(user: User) -> bool:
    """Whether she looks after the rounds of a finance bureau, so that they are in her menu."""
    return bool(bureaux_collecting(user))
