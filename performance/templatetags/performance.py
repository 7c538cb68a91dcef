"""Goal and indicators in the pages of a submission: the templates join them to the money."""

from decimal import Decimal
from typing import Any

from django import template

from budgets.money import rate_text
from budgets.tables import Cell
from budgets.views.addresses import place_url as address_of
from budgets.views.tasks import Task
from performance.public.personal import Personal, personal_of
from performance.recheck_rules import is_large as is_large_deviation
from performance.rechecks import sees_recheck
from performance.scoring import points_text
from performance.target_models import TargetRequest
from performance.views.point_places import TITLES, place_url, project_title, section_at
from performance.views.sections import PerformancePart, part_of, read_performance, read_projects
from submissions.models.points import WHOLE_RETURN
from submissions.workflow import OPEN

register = template.Library()


@register.simple_tag(takes_context=True)
def performance_part(context: dict[str, Any]) -> PerformancePart:
    """Return what the page of a submission shows of its effect; reads it unless the view has done so."""
    workspace = context["workspace"]
    found = context.get("performance") or read_performance(workspace)
    projects = context.get("projects_read")
    if projects is None:
        projects = read_projects(workspace)
    return part_of(context["request"].path, workspace, found, projects)


@register.simple_tag(takes_context=True)
def points_here(context: dict[str, Any]) -> dict[str, Any]:
    """Return what this page fills in (section, row, title) and the unsettled review points on it."""
    workspace = context["workspace"]
    here = section_at(workspace.submission, context["request"].path)
    title = TITLES.get(here.section, WHOLE_RETURN)
    return {
        "section": here.section,
        "row": here.row,
        "title": project_title(context["project"].name, here.section) if here.row else title,
        "points": [
            (point, place_url(point)) for point in workspace.points if here.has(point) and point.is_unsettled
        ],
    }


@register.filter
def with_others(tasks: list[Task], others: list[Task]) -> list[Task]:
    """Join two lists of tasks: those that only wait to be filled in come last."""
    return sorted([*tasks, *others], key=lambda task: task.kind == "fill")


@register.simple_tag(takes_context=True)
def has_recheck(context: dict[str, Any]) -> bool:
    """Whether there is a re-check of the return of this page that she may see; a query where there may be."""
    workspace = context["workspace"]
    is_past = workspace.submission.status not in OPEN
    return is_past and sees_recheck(context["request"].user, workspace.submission)


@register.simple_tag(takes_context=True)
def waiting_targets(context: dict[str, Any]) -> int:
    """How many requests for another target are open, of a return that lies with its unit; one query there."""
    submission = context["workspace"].submission
    if not submission.is_editable:
        return 0
    return int(TargetRequest.objects.of_return(submission).filter(answer=None).count())


@register.simple_tag(takes_context=True)
def personal_data(context: dict[str, Any]) -> list[tuple[Personal, str]]:
    """Return where personal data stand in what of the return of this page becomes public, with addresses."""
    submission = context["workspace"].submission
    return [(each, address_of(submission, each.place)) for each in personal_of(submission)]


@register.filter
def is_large(rate: Decimal | None) -> bool:
    """Whether a deviation counts against the unit."""
    return is_large_deviation(rate)


@register.filter
def main_cells(cells: dict[str, Cell]) -> list[Cell]:
    """Keep the three figures of a project's form of a row's cells: initial and revised budget, outturn."""
    return [cells[name] for name in ("initial_budget", "revised_budget", "outturn")]


@register.filter
def points(value: Decimal | None) -> str:
    """Print points that were reached: two decimals half up; "—" for None."""
    return rate_text(value)


@register.filter
def weight(value: Decimal) -> str:
    """Print points that were given out, without needless zeros."""
    return points_text(value)
