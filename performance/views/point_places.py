"""The sections a review point can be about: their names, titles and addresses."""

from django.urls import reverse

from budgets.models import ReturnText
from budgets.returns import SCHEDULES, Schedule
from budgets.views.addresses import place_url as money_url
from performance.actions import GOAL
from performance.returns import INDICATORS
from performance.views.sections import GOAL_TITLE
from submissions.findings import Place
from submissions.models import ReviewPoint, Submission

BY_NAME: dict[str, Schedule] = {schedule.name.value: schedule for schedule in (*SCHEDULES, INDICATORS)}
TITLES: dict[str, str] = {
    **{name: schedule.title for name, schedule in BY_NAME.items()},
    **{name.value: str(name.label) for name in ReturnText.Name},
    GOAL: GOAL_TITLE,
}
"""The sections a point can be about."""


def section_url(submission_id: int, section: str) -> str:
    """Return the address of a section by its name; of the overview for ""."""
    here = [submission_id]
    if not section:
        return reverse("workspace", args=here)
    if section in (GOAL, INDICATORS.name.value):
        return reverse("edit_goal" if section == GOAL else "edit_indicators", args=here)
    if section in BY_NAME:
        return reverse("edit_lines", args=[*here, BY_NAME[section]])
    return reverse("edit_text", args=[*here, section])


def place_url(point: ReviewPoint) -> str:
    """Return the address of what a point is about."""
    url = section_url(point.submission_id, point.schedule)
    if not point.row:
        return url
    return f"{url}#row-{point.row}{f':{point.column}' if point.column else ''}"


def cell_url(submission: Submission, place: Place) -> str:
    """Return the address of a place in a return, as far as a cell; else that of the overview."""
    if place.schedule == GOAL:
        return section_url(submission.pk, GOAL)
    if place.schedule == INDICATORS.name.value:
        url = section_url(submission.pk, place.schedule)
        return f"{url}#row-{place.row}:{place.column}" if place.row else url
    return money_url(submission, place)


def section_at(submission: Submission, path: str) -> str:
    """Return the name of the section that a page fills in; "" for the other pages."""
    return next((name for name in TITLES if section_url(submission.pk, name) == path), "")
