"""What the script of a page of texts that save themselves (static/writing.js) is answered, as JSON."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django import forms
from django.http import JsonResponse

from budgets.views.edits import UNREADABLE, clock, edited_by
from budgets.views.lines import section_states
from budgets.views.sections import Section
from submissions.actions import Refused
from submissions.models import Edit

Texts = dict[str, str]
"""Texts by the name of their field."""


def texts_saved(
    at: datetime,
    row_version: int,
    texts: Texts,
    sections: Iterable[Section],
    found: Sequence[dict[str, str]] = (),
) -> JsonResponse:
    """200: what is stored by now, the version it has, how far each section is, what is found in the text."""
    answer = {"saved_at": clock(at), "row_version": row_version, "texts": texts, "found": list(found)}
    return JsonResponse(answer | section_states(sections))


def texts_mistaken(form: forms.Form) -> JsonResponse:
    """422: what is wrong with each text, by its field; 400 when no page of ours sends that."""
    errors = {name: mistakes[0] for name, mistakes in form.errors.items()}
    if "row_version" in errors:
        return JsonResponse({"message": UNREADABLE}, status=400)
    return JsonResponse({"errors": errors}, status=422)


def texts_refused(refusal: Refused) -> JsonResponse:
    """403: why nothing is saved."""
    return JsonResponse({"message": str(refusal)}, status=403)


def texts_disputed(row_version: int, texts: Texts, last_edit: Edit | None) -> JsonResponse:
    """409: what somebody else stored meanwhile, who and when."""
    answer = {"row_version": row_version, "texts": texts, **edited_by(last_edit)}
    return JsonResponse(answer, status=409)
