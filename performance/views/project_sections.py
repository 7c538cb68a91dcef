"""The projects in the navigation of a submission, and what is left to do in their forms."""

from collections.abc import Iterable, Sequence

from django.urls import reverse

from budgets.money import shorten
from budgets.views.sections import Section, State
from budgets.views.tasks import Task
from performance.actions import PROJECT_GOAL
from performance.project_rows import ProjectPerformance
from performance.returns import PROJECT_INDICATORS
from submissions.models import Submission

PROJECTS_TITLE = "项目绩效"
PROJECT_GOAL_TITLE = "项目绩效目标"

ASKED_FOR = "每个项目要一张项目支出绩效自评表：写目标和完成情况，填指标，自动算出总分和等级。"


def project_url(submission_id: int, project: ProjectPerformance, *, indicators: bool = False) -> str:
    """Return the address of the page with the money and goal of a project, or with its indicators."""
    name = "edit_project_indicators" if indicators else "edit_project"
    return reverse(name, args=[submission_id, project.slug])


def project_section(path: str, submission: Submission, projects: Sequence[ProjectPerformance]) -> Section:
    """Return the section of all projects; it is the current one on the pages of each of them, too."""
    url = reverse("projects", args=[submission.pk])
    begun = sum(not each.is_empty for each in projects)
    asked = _asked_for(projects)
    return Section(
        PROJECTS_TITLE,
        PROJECTS_TITLE,
        url,
        is_current=path.startswith(url),
        state=_state(asked, bool(projects)),
        summary=_summary(asked),
        is_filled=bool(begun),
        is_missed=bool(asked) and not begun,
    )


def _asked_for(projects: Sequence[ProjectPerformance]) -> list[ProjectPerformance]:
    """The projects that need a form: those with money of this year, and those that are gone."""
    return [each for each in projects if not each.idle_words]


def _state(projects: Sequence[ProjectPerformance], has_any: bool) -> State:
    count, whole = len(projects), sum(each.is_whole for each in projects)
    faulty = sum(bool(each.faults) for each in projects)
    if faulty:
        return State("ask", f"待完善 {faulty}", f"{faulty} 个项目待完善")
    if not whole:
        return State("", "—", "未填" if has_any else "没有项目")
    if whole < count:
        return State("", f"{whole} / {count}", f"{count} 个项目填好 {whole} 个")
    return State("good", f"{count} 个项目", f"{count} 个项目都填好了")


def _summary(projects: Sequence[ProjectPerformance]) -> str:
    whole = sum(each.is_whole for each in projects)
    begun = any(not each.is_empty for each in projects)
    return f"{len(projects)} 个项目，填好 {whole} 个" if begun else ""


def project_tasks(submission: Submission, projects: Iterable[ProjectPerformance]) -> Iterable[Task]:
    """What is left to do. What was begun is finished before the return is handed in; the rest may be left."""
    blank = []
    for project in projects:
        if project.faults:
            yield _task(submission, project)
        elif project.is_empty and not project.idle_words:
            blank.append(project.name)
    if blank:
        title = f"{len(blank)} 个项目还没有填绩效目标和指标"
        yield Task("fill", "待填写", title, ASKED_FOR, reverse("projects", args=[submission.pk]))


def _task(submission: Submission, project: ProjectPerformance) -> Task:
    first, others = project.faults[0].removesuffix("。"), len(project.faults) - 1
    is_of_goal = bool(project.goal_gaps)
    url = project_url(submission.pk, project, indicators=not is_of_goal)
    return Task(
        "ask",
        "待完善",
        f"项目“{shorten(project.name)}”：{first}",
        f"这个项目另有 {others} 处待完善。" if others else "",
        url if project.is_listed else reverse("projects", args=[submission.pk]),
        stands_in_the_way=True,
        schedule=PROJECT_GOAL if is_of_goal else PROJECT_INDICATORS.name.value,
    )
