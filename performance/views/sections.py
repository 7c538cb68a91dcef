"""Goal and indicators in the navigation and on the overview of a submission."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from budgets.cells import row_id
from budgets.checks.catalogue import CHECKS
from budgets.checks.given import WHOLE
from budgets.checks.results import Results, results_of
from budgets.checks.thresholds import TITLES as THRESHOLDS
from budgets.checks.words import REPORT
from budgets.models import ReturnText
from budgets.money import AmountUnit, rate_text
from budgets.returns import BY_FUNCTION, SCHEDULES
from budgets.rows import return_rows
from budgets.views.addresses import schedule_url
from budgets.views.sections import FILLED_IN, Group, Section, State
from budgets.views.tasks import MOST_NAMED, Task
from budgets.views.tasks import in_the_way_of as money_in_the_way
from budgets.views.workspace import Workspace
from performance.actions import GOAL, PROJECT_GOAL
from performance.effects import Read
from performance.project_rows import ProjectPerformance
from performance.returns import INDICATORS, PROJECT_INDICATORS
from performance.rows import Performance
from performance.scoring import (
    BLOCKS,
    BOUNDS,
    COMPLETE,
    FULL,
    LOST,
    OVER,
    OWN_SCORES,
    WEIGHTS,
    Settled,
    left_of,
    points_text,
)
from performance.views.project_sections import PROJECT_GOAL_TITLE, project_section, project_tasks
from submissions.findings import Verdict
from submissions.models import ReviewPoint, Submission
from submissions.models.points import WHOLE_RETURN

GOAL_TITLE = "年度总体目标"


def titles_of_records() -> dict[str, str]:
    """Return what records name by its short name: schedules, texts, checks and thresholds."""
    all_schedules = (*SCHEDULES, INDICATORS, PROJECT_INDICATORS)
    schedules = {schedule.name.value: schedule.title for schedule in all_schedules}
    checks = {check.code: f"{check.code} {check.sentence}" for check in CHECKS}
    thresholds = {name: f"{each.title}（{each.unit}）" for name, each in THRESHOLDS.items()}
    goals = {GOAL: GOAL_TITLE, PROJECT_GOAL: PROJECT_GOAL_TITLE}
    others = {**goals, WHOLE: WHOLE_RETURN, REPORT.schedule: REPORT.schedule_title}
    return schedules | dict(ReturnText.Name.choices) | others | checks | thresholds


@dataclass(frozen=True, slots=True)
class PerformancePart:
    """What the pages of a submission show of its effect, beside the money."""

    sections: list[Section]
    groups: list[Group]
    """All sections of the submission in their groups, these after those that are filled in."""
    tasks: list[Task]
    """What is left to do: in its effect, and the review points to be answered."""

    @property
    def missed(self) -> list[Section]:
        """All sections of the submission in which nothing is filled in where something should be."""
        return [section for group in self.groups for section in group.sections if section.is_missed]

    @property
    def needed(self) -> list[Task]:
        """What must be done before the return is handed in."""
        return [task for task in self.tasks if task.stands_in_the_way]

    @property
    def others(self) -> list[Task]:
        """What may be left undone."""
        return [task for task in self.tasks if not task.stands_in_the_way]


def read_performance(workspace: Workspace) -> Performance:
    """Return goal and indicators of a submission that is open, as they were read for its checks."""
    return _read_for(workspace.results).performance


def read_projects(workspace: Workspace) -> list[ProjectPerformance]:
    """Return goals and indicators of the projects of a submission that is open, likewise."""
    return _read_for(workspace.results).projects


def _read_for(results: Results) -> Read:
    assert results.effect and isinstance(results.effect.read_from, Read), "`effects_of` says so"
    return results.effect.read_from


def part_of(
    path: str, workspace: Workspace, performance: Performance, projects: Sequence[ProjectPerformance]
) -> PerformancePart:
    """Return the part; `path` is the address of the page that shows it."""
    settled = settled_of(performance, workspace.results)
    sections = sections_of(path, workspace.submission, performance, projects, settled)
    groups = list(workspace.groups)
    at = next(number for number, group in enumerate(groups) if group.name == FILLED_IN)
    groups.insert(at + 1, Group("绩效", sections))
    asked = workspace.points if workspace.submission.is_editable else []  # on a desk nobody answers
    left = tasks_of(workspace.submission, performance, projects, settled)
    tasks = [*left, *points_to_answer(workspace.submission, asked)]
    return PerformancePart(sections, groups, workspace.with_locks(tasks))


def sections_of(
    path: str,
    submission: Submission,
    performance: Performance,
    projects: Sequence[ProjectPerformance],
    settled: Settled = (),
) -> list[Section]:
    """Return the sections of goal, indicators and projects; `path` is the address of the page.

    `settled` is as in `tasks_of`.
    """
    goal, indicators = (reverse(name, args=[submission.pk]) for name in ("edit_goal", "edit_indicators"))
    length = _length(performance)
    return [
        Section(
            GOAL_TITLE,
            GOAL_TITLE,
            goal,
            is_current=path == goal,
            state=_goal_state(performance),
            summary=f"已写 {length} 字" if length else "",
            is_filled=bool(length),
            is_missed=not length,
        ),
        Section(
            INDICATORS.label,
            INDICATORS.title,
            indicators,
            is_current=path in (indicators, reverse("targets", args=[submission.pk])),
            state=_indicator_state(performance, settled),
            summary=_summary(performance),
            is_filled=bool(performance.rows),
            is_missed=not performance.rows,
        ),
        project_section(path, submission, projects),
    ]


def _length(performance: Performance) -> int:
    return len(performance.expected) + len(performance.achieved)


def _goal_state(performance: Performance) -> State:
    length, gaps = _length(performance), len(performance.goal_gaps)
    if not length:
        return State("", "—", "还没有写")
    if gaps:
        return State("ask", f"待完善 {gaps}", f"待完善 {gaps} 处")
    return State("good", f"{length} 字", f"已写 {length} 字")


def _indicator_state(performance: Performance, settled: Settled) -> State:
    """How far the indicators are by themselves: an execution rate that is wanting is entered elsewhere."""
    count, open_points = len(performance.rows), sum(map(len, left_in(performance, settled)))
    if not count:
        return State("", "—", "未填")
    if open_points:
        return State("ask", f"待完善 {open_points}", f"待完善 {open_points} 处")
    return State("good", f"{count} 个指标", f"已填 {count} 个指标")


def left_in(performance: Performance, settled: Settled) -> tuple[list[str], list[str]]:
    """Return the faults and what is unexplained among the indicators, but for what is settled."""
    return left_of(performance.result, performance.basis, performance.weights_reason, settled)


def _summary(performance: Performance) -> str:
    """How many indicators, and the total with its grade or what keeps it back."""
    count, result = len(performance.rows), performance.result
    if not count:
        return ""
    if result.total is not None:
        return f"{count} 个指标，总分 {rate_text(result.total)}，{result.grade}"
    gap = FULL - result.given
    if gap:
        short = f"还差 {points_text(gap)}" if gap > 0 else f"多了 {points_text(-gap)}"
        return f"{count} 个指标，分值合计 {points_text(result.given)}，{short}"
    return f"{count} 个指标，总分还算不出来"


def in_the_way(submission: Submission) -> list[Task]:
    """Return what must be done before the return is handed in, in the money and beside it.

    Review points without an answer are among it. A constant number of queries.
    """
    rows = return_rows(submission)
    results = results_of(submission, AmountUnit.WAN, rows)
    read = _read_for(results)
    settled = settled_of(read.performance, results)
    left = tasks_of(submission, read.performance, read.projects, settled)
    others = [task for task in left if task.stands_in_the_way]
    points = submission.points.with_newest_demand().order_by("pk")
    return [*money_in_the_way(submission, rows, results), *others, *points_to_answer(submission, points)]


def points_to_answer(submission: Submission, points: Iterable[ReviewPoint]) -> Iterable[Task]:
    """The review points the unit has not answered yet, the first few one by one."""
    left = [point for point in points if point.state == ReviewPoint.State.OPEN]
    url = reverse("points", args=[submission.pk])
    for point in left[:MOST_NAMED]:
        title = f"{point.place_name}：要点还没有答复"
        detail = point.newest_demand
        yield Task("ask", "待答复", title, detail, f"{url}#point-{point.pk}", stands_in_the_way=True)
    if len(left) > MOST_NAMED:
        title = f"另有 {len(left) - MOST_NAMED} 条要点还没有答复"
        yield Task("ask", "待答复", title, "在“审核要点”里逐条答复。", url, stands_in_the_way=True)


SAID_HERE = (WEIGHTS, BOUNDS, OWN_SCORES, LOST, OVER, COMPLETE)
"""The checks that say of the indicators what the page of the indicators asks for too."""


def settled_of(performance: Performance, results: Results) -> Settled:
    """Return what is asked of the indicators here and was settled with the checks that say the same.

    A check that found nothing at all is off in the round; what it found may be explained, let pass, or only
    worth knowing there.
    """
    found = [each for each in results.found if each.finding.check.code in SAID_HERE]
    off = set(SAID_HERE) - {each.finding.check.code for each in found}
    places = (
        (each.finding.check.code, each.finding.outcome.place)
        for each in found
        if each.finding.outcome.verdict is Verdict.FAILS and not each.is_in_the_way
    )
    return settled_with(performance, off, ((code, at.row, at.column) for code, at in places))


def settled_with(
    performance: Performance, off: Iterable[str], found: Iterable[tuple[str, str, str]]
) -> Settled:
    """Return the same of checks that are off, and of what was found and settled: code, row and column."""
    places = _places(performance)
    settled = {(code, place) for code in off for place in places.values()}
    for code, row, column in found:
        if code in SAID_HERE:
            settled |= {(code, places[key]) for key in (row, column) if key in places}
    return settled


def _places(performance: Performance) -> dict[str, int | str]:
    """What the rows and columns of places stand for: indicators by their positions, first levels by name."""
    blocks = [block.name for block in performance.result.blocks]
    numbers = {row_id(row): number for number, row in enumerate(performance.rows)}
    return {**{name: name for name in (*blocks, BLOCKS)}, **numbers}


def tasks_of(
    submission: Submission,
    performance: Performance,
    projects: Iterable[ProjectPerformance],
    settled: Settled = (),
) -> Iterable[Task]:
    """What is left to do. Without goal and indicators a return may be handed in; with a part of them not.

    `settled` is what nobody has to do anything about (`settled_of`).
    """
    yield from _department_tasks(submission, performance, settled)
    yield from project_tasks(submission, projects)


def _department_tasks(submission: Submission, performance: Performance, settled: Settled) -> Iterable[Task]:
    goal, indicators = (reverse(name, args=[submission.pk]) for name in ("edit_goal", "edit_indicators"))
    if performance.is_empty:
        hint = "写年度目标和完成情况，按一级、二级、三级逐个填指标，自动算出总分和等级。"
        yield Task("fill", "待填写", f"{GOAL_TITLE}与{INDICATORS.title}：还没有填", hint, goal)
        return
    for sentence in performance.goal_gaps:
        yield _task("fill", "待填写", sentence, goal, GOAL)
    faults, unexplained = left_in(performance, settled)
    for sentence in faults:
        yield _task("ask", "待完善", sentence, indicators, INDICATORS.name.value)
    if performance.result.rate_fault:
        url = schedule_url(submission, BY_FUNCTION)
        yield _task("ask", "待完善", performance.result.rate_fault, url, BY_FUNCTION.name.value)
    for sentence in unexplained:
        yield _task("ask", "待说明", sentence, indicators, INDICATORS.name.value)


def _task(kind: str, label: str, sentence: str, url: str, schedule: str) -> Task:
    title = sentence.removesuffix("。")
    return Task(kind, label, title, "", url, stands_in_the_way=True, schedule=schedule)
