"""Whose pages the administrator's are: there for her, refused to her colleagues, and nowhere for others."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from orgs.models import Unit
from orgs.permissions import administered_by, bureaux_of
from orgs.requests import Request


def own_bureaux(request: Request) -> list[Unit]:
    """Return the finance bureaux she works in; the page does not exist for others (404)."""
    bureaux = bureaux_of(request.user)
    if not bureaux:
        raise Http404
    return bureaux


def for_administrators(request: Request) -> list[Unit]:
    """Return the finance bureaux she administers; refuse who works in one and administers none (403)."""
    own_bureaux(request)
    bureaux = administered_by(request.user)
    if not bureaux:
        raise PermissionDenied
    return bureaux
