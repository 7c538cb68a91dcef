"""The problems of a round (问题整改台账): found, counted, and as the list a bureau takes away.

Source: forms.md f8 (问题 | 责任单位 | 整改措施 | 时限 | 完成情况 | 佐证).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from orgs.models import Unit
from submissions.history import PREPARER, Told, day, who
from submissions.models import CollectionRound, Problem, ProblemEntry, ProblemFile, Submission

Kind = ProblemEntry.Kind
Problems = QuerySet[Problem]

COLUMNS = (
    *(("序号", 8), ("问题", 46), ("责任单位", 28), ("整改措施", 46)),
    *(("时限", 12), ("完成情况", 20), ("佐证", 36)),
)


@dataclass(frozen=True, slots=True)
class Search:
    """Which problems are looked at; what is empty does not matter."""

    state: str = ""
    department: Unit | None = None
    is_overdue: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.state or self.department or self.is_overdue)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many problems there are in each state, and of those that wait for their unit how many are late."""

    of: dict[Problem.State, int]
    overdue: int

    @property
    def all(self) -> int:
        """How many there are, but for those that were dropped."""
        return sum(number for state, number in self.of.items() if state != Problem.State.DROPPED)


def problems_of(round: CollectionRound, asked: Search, today: date) -> Problems:
    """Return the problems of a round, unit by unit; those that were dropped only when they are asked for."""
    found = _of_department(round, asked.department)
    found = found.filter(state=asked.state) if asked.state else found.exclude(state=Problem.State.DROPPED)
    if asked.is_overdue:
        found = found.filter(_overdue(today))
    return with_entries(found).order_by("submission__unit__path", "pk")


def with_entries(problems: Problems) -> Problems:
    """Bring the units along, what was said and the files, in two queries more for any number."""
    files = Prefetch("files", ProblemFile.objects.order_by("pk"))
    entries = Prefetch("entries", ProblemEntry.objects.order_by("pk").prefetch_related(files))
    return problems.select_related("submission__unit").prefetch_related(entries)


def counts_of(round: CollectionRound, department: Unit | None, today: date) -> Counts:
    """Count the problems of a round, in one statement."""
    number: Any = {state.value: Count("pk", filter=Q(state=state)) for state in Problem.State}
    found = _of_department(round, department).aggregate(**number, overdue=Count("pk", filter=_overdue(today)))
    return Counts({state: found[state.value] for state in Problem.State}, found["overdue"])


def _of_department(round: CollectionRound, department: Unit | None) -> Problems:
    found = Problem.objects.filter(submission__round=round)
    return found.filter(submission__unit__path__startswith=department.path) if department else found


def _overdue(today: date) -> Q:
    return Q(state__in=(Problem.State.OPEN, Problem.State.ASKED_AGAIN), due_date__lt=today)


def newest_answer(problem: Problem) -> ProblemEntry | None:
    """Return what its unit answered last; its entries are read already."""
    answers = [each for each in problem.entries.all() if each.kind == Kind.ANSWERED]
    return answers[-1] if answers else None


def line_of(number: int, problem: Problem) -> list[str | int]:
    """Return a problem as a row of the list: the measure is the one taken, before that the one asked for."""
    answer = newest_answer(problem)
    measure = answer.text if answer else f"要求：{problem.demand}"
    late = f"，逾期 {problem.days_late} 天" if problem.days_late else ""
    progress = f"{answer.get_progress_display()}，" if answer else ""
    files = "、".join(each.file_name for each in answer.files.all()) if answer else ""
    state = f"{progress}{problem.get_state_display()}{late}"
    unit = problem.submission.unit.name
    return [number, problem.text, unit, measure, problem.due_date.isoformat(), state, files]


def told_of_problems(submission: Submission) -> Iterator[Told]:
    """Tell what was issued of a return and what became of it, for its history; two queries."""
    unit, bureau = submission.unit, submission.round.bureau
    found = Problem.objects.of_return(submission).issued().order_by("pk")
    for problem in found.prefetch_related(Prefetch("entries", ProblemEntry.objects.order_by("pk"))):
        about = f"“{problem.text}”"
        for entry in problem.entries.all():
            person = who(entry.actor_name, entry.roles, bureau)
            match entry.kind:
                case Kind.ISSUED:
                    said = f"{person}下达整改问题{about}，{day(entry.due_date or problem.due_date)}前反馈。"
                    yield Told(entry.at, said, problem.demand)
                case Kind.ANSWERED:
                    person = who(entry.actor_name, PREPARER, unit)
                    said = f"{person}反馈整改问题{about}（{entry.get_progress_display()}）。"
                    yield Told(entry.at, said, entry.text)
                case Kind.ASKED_AGAIN:
                    until = f"，{day(entry.due_date)}前再反馈" if entry.due_date else ""
                    yield Told(entry.at, f"{person}将整改问题{about}退回整改{until}。", entry.text)
                case Kind.CLOSED:
                    yield Told(entry.at, f"{person}将整改问题{about}销号。", entry.text)
