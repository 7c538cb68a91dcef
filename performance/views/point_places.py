"""The sections a review point can be about: their names, titles and addresses."""

from typing import NamedTuple

from django.urls import Resolver404, resolve, reverse

from budgets.models import ReturnText
from budgets.returns import SCHEDULES, Schedule
from budgets.views.addresses import place_url as money_url
from performance.actions import GOAL, PROJECT_GOAL
from performance.project_rows import project_slug
from performance.returns import INDICATORS, PROJECT_INDICATORS
from performance.views.project_sections import PROJECT_GOAL_TITLE
from performance.views.sections import GOAL_TITLE
from submissions.findings import Place
from submissions.history import title_of
from submissions.models import ReviewPoint, Submission
from submissions.models.points import part_of

BY_NAME: dict[str, Schedule] = {
    schedule.name.value: schedule for schedule in (*SCHEDULES, INDICATORS, PROJECT_INDICATORS)
}
TITLES: dict[str, str] = {
    **{name: schedule.title for name, schedule in BY_NAME.items()},
    **{name.value: str(name.label) for name in ReturnText.Name},
    GOAL: GOAL_TITLE,
    PROJECT_GOAL: PROJECT_GOAL_TITLE,
}
"""The sections a point can be about."""

OF_PROJECTS = {PROJECT_GOAL: "edit_project", PROJECT_INDICATORS.name.value: "edit_project_indicators"}
"""The sections that are about projects, with the page on which each is filled in for one of them."""

_PROJECT = "project-"
"""Begins what one project is called as the row of such a section."""


def project_row(name: str) -> str:
    """Return what a project is called as the row of a section about projects."""
    return f"{_PROJECT}{project_slug(name)}"


def project_title(project: str, section: str) -> str:
    """Return what a section is called where it is that of one project: 项目“设备购置”的绩效指标."""
    return title_of(section, TITLES, project)


def section_url(submission_id: int, section: str) -> str:
    """Return the address of a section by its name; of the overview for ""."""
    here = [submission_id]
    if not section:
        return reverse("workspace", args=here)
    if section in OF_PROJECTS:
        return reverse("projects", args=here)
    if section in (GOAL, INDICATORS.name.value):
        return reverse("edit_goal" if section == GOAL else "edit_indicators", args=here)
    if section in BY_NAME:
        return reverse("edit_lines", args=[*here, BY_NAME[section]])
    return reverse("edit_text", args=[*here, section])


def place_url(point: ReviewPoint) -> str:
    """Return the address of what a point is about."""
    url = section_url(point.submission_id, point.schedule)
    if name := project_of(point):
        url = reverse(OF_PROJECTS[point.schedule], args=[point.submission_id, project_slug(name)])
    if not point.row or point.row.startswith(_PROJECT):
        return url
    return f"{url}#row-{point.row}{f':{point.column}' if point.column else ''}"


def cell_url(submission: Submission, place: Place) -> str:
    """Return the address of a place in a return, as far as a cell; else that of the overview."""
    if place.part and place.schedule in OF_PROJECTS:
        url = reverse(OF_PROJECTS[place.schedule], args=[submission.pk, place.part])
    elif place.schedule in (GOAL, INDICATORS.name.value, *OF_PROJECTS):
        url = section_url(submission.pk, place.schedule)
    else:
        return money_url(submission, place)
    return f"{url}#row-{place.row}:{place.column}" if place.row else url


def project_of(point: ReviewPoint) -> str:
    """Return the project a point is about, as it was called then; "" where it is about none or all."""
    if point.schedule not in OF_PROJECTS:
        return ""
    known = point.recorded_row
    return str(part_of({"part": known.get("part"), "row": known.get("key")}).get("project", ""))


class Here(NamedTuple):
    """What a page fills in: a section, and its row where it is that of one project; "" for none."""

    section: str = ""
    row: str = ""

    def has(self, point: ReviewPoint) -> bool:
        """Whether a point is about it."""
        if not self.section or point.schedule != self.section:
            return False
        return not (self.row and point.row) or self.row == project_row(project_of(point))


def section_at(submission: Submission, path: str) -> Here:
    """Return what a page fills in."""
    section = next((name for name in TITLES if section_url(submission.pk, name) == path), "")
    if section:
        return Here(section)
    try:
        found = resolve(path)
    except Resolver404:  # the page of an error
        return Here()
    sections = (name for name, page in OF_PROJECTS.items() if page == found.url_name)
    section = next(sections, "")
    return Here(section, f"{_PROJECT}{found.kwargs['project']}") if section else Here()
