"""What of last year's projects is the same every year: their goals and indicators, numbers left open."""

from dataclasses import dataclass, field

from budgets.actions import LineChange
from budgets.models import ProjectLine
from performance.models import ProjectGoal, ProjectIndicatorLine
from performance.skeletons import line_skeleton, target_skeleton
from submissions.models import Submission


@dataclass(frozen=True, slots=True)
class ProjectSkeletons:
    """What comes over for projects; both are empty where everything is there, or nothing is to come."""

    goals: dict[str, str] = field(default_factory=dict)
    """What was expected of a project, by its name."""
    indicators: list[LineChange] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.goals or self.indicators)


def project_skeletons(submission: Submission) -> ProjectSkeletons:
    """Return what last year's approved return says of projects and this one does not yet.

    Of projects of the same name; those that were among last year's 项目支出 come over with the money. The
    expected goal with its numbers left open, and the indicators as `skeleton_of` leaves them, never what was
    reached; no indicators once targets are approved. In six queries, in none without an approved return of
    the year before; `submission` is one that `for_workspace` has read.
    """
    last_year = submission.last_year_id
    if last_year is None:
        return ProjectSkeletons()
    both = [submission.pk, last_year]
    names = set(ProjectLine.objects.filter(submission__in=both).values_list("name", flat=True))
    written = set(ProjectGoal.objects.filter(submission=submission).values_list("project", flat=True))
    present = {line.key for line in ProjectIndicatorLine.objects.of_submission(submission)}
    goals = ProjectGoal.objects.filter(submission=last_year, project__in=names).order_by("pk")
    lines = ProjectIndicatorLine.objects.filter(submission=last_year, project__in=names).order_by("pk")
    is_held = ProjectIndicatorLine.held_in(submission) is not None
    return ProjectSkeletons(
        {each.project: target_skeleton(each.expected) for each in goals if _comes(each, written)},
        [] if is_held else [line_skeleton(line) for line in lines if line.key not in present],
    )


def _comes(goal: ProjectGoal, written: set[str]) -> bool:
    return bool(goal.expected) and goal.project not in written
