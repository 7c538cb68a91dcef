"""Evidence (佐证材料) on the places of a return, money and effect alike: its page, and attaching a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from budgets.cells import full_label, row_id
from budgets.returns import PROJECTS
from budgets.rows import RowKind
from budgets.views.workspace import Workspace, open_workspace, visible_submission
from orgs.file_kinds import MEGABYTE, MOST_FILE_BYTES, SUFFIXES
from orgs.requests import Request
from performance.views.point_places import TITLES, section_url
from performance.views.points import place_of
from submissions import actions, attachment_actions
from submissions.attachment_actions import MOST_BYTES, MOST_FILES
from submissions.forms import AttachmentForm
from submissions.models import Attachment, ReviewPoint, Submission
from submissions.permissions import points_seen_by
from submissions.point_actions import WHOLE


@dataclass(frozen=True, slots=True)
class Choice:
    """A place in the list of those a file can be attached to, as the form sends it."""

    value: str
    title: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class AttachedTo:
    """A section with the files on it."""

    title: str
    url: str
    files: list[Attachment]


@require_safe
def attachments(request: Request, submission_id: int) -> HttpResponse:
    """Show what is attached to a return, by section, and ask for a file.

    `?point=` asks for one on what a review point asks, `?place=` on a place; an unknown point is 404.
    """
    workspace = open_workspace(request, submission_id)
    found = list(workspace.submission.attachments.order_by("pk"))
    here = [each for each in found if not each.removed_at]
    context = {
        "workspace": workspace,
        "point": _chosen_point(request, workspace.points),
        "sections": _by_section(workspace.submission, here),
        "removed": [each for each in found if each.removed_at],
        "count": len(here),
        "size": sum(each.size for each in here),
        "accepted": ",".join(SUFFIXES),
        "limits": {"file": MOST_FILE_BYTES // MEGABYTE, "files": MOST_FILES, "all": MOST_BYTES // MEGABYTE},
        **_choices(workspace, request.GET.get("place", "")),
    }
    return render(request, "performance/attachments.html", context)


def _chosen_point(request: Request, points: Sequence[ReviewPoint]) -> ReviewPoint | None:
    """The review point the address names; None where it names none."""
    asked = request.GET.get("point", "")
    found = next((point for point in points if str(point.pk) == asked), None)
    if asked and not found:
        raise Http404
    return found


def _by_section(submission: Submission, files: Sequence[Attachment]) -> list[AttachedTo]:
    """The sections that have files, in the order of the navigation; the whole return first."""
    titles = {"": WHOLE.name, **TITLES}
    return [
        AttachedTo(title, section_url(submission.pk, name), on_it)
        for name, title in titles.items()
        if (on_it := [each for each in files if each.schedule == name])
    ]


def _choices(workspace: Workspace, chosen: str) -> dict[str, list[Choice]]:
    """The sections, and the projects by themselves."""
    places = {"": WHOLE.name, **TITLES}
    return {
        name: [Choice(value, title, value == chosen) for value, title in choices]
        for name, choices in (("places", places.items()), ("projects", _projects(workspace)))
    }


def _projects(workspace: Workspace) -> Iterator[tuple[str, str]]:
    for row in workspace.rows[PROJECTS.name.value]:
        if row.line and row.kind == RowKind.LINE:
            yield f"{PROJECTS.name} {row_id(row)}", full_label(row)


@require_POST
def attach_file(request: Request, submission_id: int) -> HttpResponse:
    """Attach a file, and go back to the list, or to the review point it is for; a refusal is said there."""
    submission = visible_submission(request, submission_id)
    try:
        attachment_actions.check_may_attach(submission, by=request.user)
        form = AttachmentForm(request.POST, request.FILES)
        if not form.is_valid():
            raise actions.Unfinished("".join(str(each) for errors in form.errors.values() for each in errors))
        attached = _attach(request, submission, form)
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(_form_again(request, submission_id))
    messages.success(request, f"已上传“{attached.file_name}”，附在“{attached.place_name}”。")
    name, fragment = ("points", f"#point-{attached.point_id}") if attached.point_id else ("attachments", "")
    return HttpResponseRedirect(f"{reverse(name, args=[submission_id])}{fragment}")


def _attach(request: Request, submission: Submission, form: AttachmentForm) -> Attachment:
    """Attach what a valid form has; a point she may not see does not exist (404)."""
    asked, point, place = form.cleaned_data["point"], None, WHOLE
    if asked:
        point = get_object_or_404(points_seen_by(request.user, submission), pk=asked)
    else:
        section, _, row = form.cleaned_data["place"].partition(" ")
        place = place_of(submission, section, row, "")
    return attachment_actions.attach_file(
        submission=submission,
        file=form.cleaned_data["file"],
        place=place,
        point=point,
        by=request.user,
        at=timezone.now(),
    )


def _form_again(request: Request, submission_id: int) -> str:
    """The page with its form as she had it, but for the file, which no page can put back."""
    chosen = {name: request.POST.get(name, "")[:130] for name in ("point", "place")}
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"{reverse('attachments', args=[submission_id])}{f'?{query}' if query else ''}"
