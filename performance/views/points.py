"""Review points on the places of a return, money and effect alike: their page, asking, giving back more."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from budgets.adjustment_places import with_places
from budgets.cells import column_titles, full_label, recorded_row, row_id
from budgets.returns import Schedule
from budgets.rows import Row, return_rows, schedule_rows
from budgets.views.cells import point_json
from budgets.views.workspace import open_workspace, visible_submission
from orgs.requests import Request, back_to, wants_json
from performance.models import IndicatorLine, ProjectIndicatorLine
from performance.project_rows import project_performances
from performance.returns import INDICATORS, PROJECT_INDICATORS
from performance.views.point_places import (
    BY_NAME,
    OF_PROJECTS,
    TITLES,
    place_url,
    project_row,
    project_title,
)
from submissions import actions, point_actions
from submissions.forms import PointForm, WideningForm
from submissions.models import Attachment, PointEntry, ReviewPoint, Submission
from submissions.permissions import points_seen_by, sides_held, was_prepared_by
from submissions.point_actions import WHOLE, PointPlace


class UnknownPlace(actions.Refused):
    """The place is not there, or not there any more."""


@dataclass(frozen=True, slots=True)
class PointView:
    """A review point as its page shows it."""

    point: ReviewPoint
    url: str
    entries: list[PointEntry]
    sayable: set[str]
    """What she can say of it now."""
    files: list[Attachment]
    """What is attached to the answer."""


@require_safe
def points(request: Request, submission_id: int) -> HttpResponse:
    """Show every review point she may see, what is still to be said first, with what was said of it."""
    workspace = open_workspace(request, submission_id)
    shown = point_views(request, workspace.submission)
    context = {
        "workspace": workspace,
        "points": sorted(shown, key=lambda each: not each.sayable),
        "can_widen": point_actions.can_widen(workspace.submission, by=request.user),
        "sections": _locked_sections(shown),
    }
    return render(request, "performance/points.html", context)


def _locked_sections(shown: Iterable[PointView]) -> dict[str, str]:
    """The sections that no point opens as a whole, by name and title."""
    points = [each.point for each in shown]
    opened = {point.schedule for point in points if point.is_unsettled and not point.row}
    return {name: title for name, title in TITLES.items() if name not in opened}


def point_views(request: Request, submission: Submission) -> list[PointView]:
    """Return the points she may see, in a constant number of queries."""
    files = Prefetch("attachments", Attachment.objects.filter(removed_at=None).order_by("pk"))
    found = list(points_seen_by(request.user, submission).prefetch_related("entries", files))
    if not found:
        return []
    sides, prepared = sides_held(request.user, submission), was_prepared_by(submission, request.user)
    return [
        PointView(
            point,
            place_url(point),
            sorted(point.entries.all(), key=lambda entry: entry.pk),
            point_actions.sayable(point, submission, sides, prepared=prepared),
            list(point.attachments.all()),
        )
        for point in found
    ]


@require_POST
def ask_point(request: Request, submission_id: int) -> HttpResponse:
    """Ask something about a place, and go back to the page it was asked on; a script is answered in JSON."""
    submission = visible_submission(request, submission_id)
    form = PointForm(request.POST)
    try:
        point_actions.check_may_ask(submission, by=request.user)
        place = place_of(submission, *(form.data.get(name, "") for name in ("section", "row", "column")))
        if not form.is_valid():
            raise actions.Unfinished("".join(str(each) for errors in form.errors.values() for each in errors))
        words = {name: form.cleaned_data[name] for name in ("reason", "demand", "quote")}
        point = point_actions.ask_point(
            submission=submission, place=place, **words, by=request.user, at=timezone.now()
        )
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except actions.Refused as refusal:
        return _refused(request, submission_id, str(refusal))
    if wants_json(request):
        return JsonResponse({"point": point_json(point)}, status=201)
    messages.success(request, f"已提要点：{place.name}。退回时一起发给单位。")
    return back_to(request, request.POST.get("next", ""), reverse("points", args=[submission_id]))


@require_POST
def widen_return(request: Request, submission_id: int) -> HttpResponse:
    """Give back one more section of a return, or all of it, and go back to its points."""
    submission = visible_submission(request, submission_id)
    form = WideningForm(request.POST)
    try:
        point_actions.check_may_ask(submission, by=request.user)
        place = place_of(submission, form.data.get("section", ""), "", "")
        if not form.is_valid():
            raise actions.Unfinished("".join(str(each) for errors in form.errors.values() for each in errors))
        point_actions.widen_return(
            submission=submission,
            place=place,
            demand=form.cleaned_data["demand"],
            by=request.user,
            at=timezone.now(),
        )
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except actions.Refused as refusal:
        return _refused(request, submission_id, str(refusal))
    messages.success(request, f"已扩大退回范围：{place.name}。单位已收到通知。")
    return redirect("points", submission_id)


def _refused(request: Request, submission_id: int, sentence: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"message": sentence}, status=422)
    words = request.POST.get("demand", "")[:2000].strip()
    messages.error(request, f"{sentence}您写的：{words}" if words else sentence)
    return back_to(request, request.POST.get("next", ""), reverse("points", args=[submission_id]))


def place_of(submission: Submission, section: str, row: str, column: str) -> PointPlace:
    """Return the place of a section, row and column by their names in the pages; raise UnknownPlace."""
    if not section:
        return WHOLE
    if section not in TITLES:
        raise UnknownPlace("没有找到这个部分，请刷新页面重试。")
    if not row:
        return PointPlace(TITLES[section], section)
    if section in OF_PROJECTS and (found_part := _part_at(submission, section, row)):
        return found_part
    schedule, rows = _rows(submission, section)
    found = next((each for each in rows if row_id(each) == row), None)
    titles = column_titles(schedule)
    if found is None or (column and column not in titles):
        raise UnknownPlace("这一行或这一列已经不在表里，请刷新页面重试。")
    at = recorded_row(schedule, found)
    project = getattr(found.line, "project", "")
    where = project_title(project, section) if project else schedule.title
    name = " · ".join([where, full_label(found), *([titles[column]] if column else [])])
    return PointPlace(name[:300], section, row, column, {"key": at.key, "line": at.line})


def _part_at(submission: Submission, section: str, row: str) -> PointPlace | None:
    """Return the place of one project in a section about projects; None where the row is none of them."""
    for each in project_performances([submission])[submission.pk]:
        if project_row(each.name) == row:
            name = project_title(each.name, section)
            return PointPlace(name, section, row, "", {"part": {"project": each.name}})
    return None


def _rows(submission: Submission, section: str) -> tuple[Schedule, list[Row]]:
    if section == PROJECT_INDICATORS.name.value:
        of_projects = list(ProjectIndicatorLine.objects.of_submission(submission))
        return PROJECT_INDICATORS, schedule_rows(PROJECT_INDICATORS, of_projects, {})
    if section == INDICATORS.name.value:
        lines = list(IndicatorLine.objects.of_submission(submission))
        return INDICATORS, schedule_rows(INDICATORS, lines, {})
    if section not in BY_NAME:
        raise Http404
    rows = return_rows(submission)
    return with_places(BY_NAME[section], rows), rows[section]
