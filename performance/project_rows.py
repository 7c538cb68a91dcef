"""The projects of a return with their money, goals and indicators, and the result computed from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from hashlib import sha256

from budgets.adjustments import documents_of
from budgets.measures import EXECUTION_RATE, FIGURES, total
from budgets.models import AdjustmentLine, ProjectLine, ScheduleLine
from budgets.returns import ADJUSTMENTS, FUNDINGS, PROJECTS, TOTAL, Schedule
from budgets.rows import MeasuredRow, Row, RowKind, schedule_rows
from performance.bases import CHOSEN, basis_of
from performance.models import ProjectGoal, ProjectIndicatorLine
from performance.returns import PROJECT_INDICATORS
from performance.rows import Performance, in_order, scored
from performance.scoring import FULL, WEIGHTS_REASON, Basis
from submissions.models import Submission

NO_EXECUTION_RATE = "预算执行率算不出来：请在“项目支出”填这个项目的全年预算数（不能为 0）和决算数。"
RATE_TOO_HIGH = "预算执行率超过 100 %：请核对“项目支出”里这个项目的全年预算数，调整预算后应更新。"
PROJECT_WEIGHTS_REASON = WEIGHTS_REASON.replace("年度总体目标", "资金与目标")
GONE = "已不在项目支出表里：请改到现在的项目，或者删除。"
NO_INDICATORS = "还没有绩效指标，请填写。"
IDLE = "本年没有预算和支出，不用填项目自评表。"
NO_MONEY = "本年的预算和支出都还空着：本年没有的，不用填项目自评表。"

FUND_ROWS = {TOTAL: "年度资金总额", **dict(FUNDINGS), "carried_forward": "上年结转资金"}
"""The rows of the fund block (项目资金) by code: the total, then each funding of 项目支出.

Source: 项目支出绩效自评表, rows 6 to 9.
"""


@dataclass(slots=True)
class ProjectPerformance(Performance):
    """What a return says of one project: its money, its goal, its indicators and their result.

    From `Performance` it has `goal` (a ProjectGoal or None) with `expected`, `achieved` and `weights_reason`,
    `rows` (its indicators in the order of the form), `result` by the execution rate of its own money, and
    `basis`.
    """

    name: str = ""
    lines: list[Row] = field(default_factory=list)
    """Its rows among 项目支出, one for each funding; [] for one that is not there any more."""
    money: dict[str, MeasuredRow] = field(default_factory=dict)
    """The fund block of the form by the codes of FUND_ROWS, in yuan, with the rate of each row.

    `total` is the sum of all its rows; it exceeds the others by what was entered without a funding. Blank is
    None: `money["total"].values["initial_budget"]`, `money["other"].measures["execution_rate"]`.
    """

    @property
    def slug(self) -> str:
        """What it is called in addresses."""
        return project_slug(self.name)

    @property
    def is_listed(self) -> bool:
        """Whether it is among 项目支出."""
        return bool(self.lines)

    @property
    def idle_words(self) -> str:
        """Why it needs no form: it had no money this year (scoring rule A2); "" where it had some."""
        return idle_words_of(self.money[TOTAL].values) if self.is_listed else ""

    @property
    def code(self) -> str:
        """The code its unit gave it; "" for none."""
        return next((found for row in self.lines if (found := row.own("code"))), "")

    @property
    def unfunded(self) -> int:
        """How many of its rows do not say where the money comes from: they are in none of rows 7 to 9."""
        return sum(not row.own("funding") for row in self.lines)

    @property
    def faults(self) -> list[str]:
        """What keeps a form that was begun from being whole, one Chinese sentence each; [] before.

        None where no form is needed.
        """
        if self.is_empty or self.idle_words:
            return []
        if not self.is_listed:
            return [GONE]
        if not self.rows:
            return [*self.goal_gaps, NO_INDICATORS]
        return [*self.goal_gaps, *self.result.missing, *self.result.unexplained]

    @property
    def is_whole(self) -> bool:
        """Whether its form is filled in to the end."""
        return not (self.is_empty or self.faults)


def project_slug(name: str) -> str:
    """Return what a project is called in addresses: the same wherever it has this name."""
    return sha256(name.encode()).hexdigest()[:12]


def project_named(submission: Submission, slug: str) -> str | None:
    """Return the name of a project by what it is called in addresses, of one that is gone too, in one query.

    None where there is none.
    """
    listed = ProjectLine.objects.filter(submission=submission).values_list("name")
    said = (
        model._base_manager.filter(submission=submission).values_list("project")
        for model in (ProjectGoal, ProjectIndicatorLine)
    )
    return next((name for (name,) in listed.union(*said) if project_slug(name) == slug), None)


def project_performances(submissions: Sequence[Submission]) -> dict[int, list[ProjectPerformance]]:
    """Return the projects of each return by its id, in five queries for any number of returns.

    In the order in which they were first entered among 项目支出; after them those that have a goal or
    indicators and are not there any more. [] for a return without any.
    """
    found = Submission.objects.filter(pk__in=[each.pk for each in submissions])
    chosen = dict(found.annotate(chosen=CHOSEN).values_list("pk", "chosen"))
    bases = {each.pk: basis_of(each, chosen[each.pk]) for each in submissions}
    return performances_beside(_project_rows(submissions), bases)


def performances_beside(
    rows: Mapping[int, Sequence[Row]], bases: Mapping[int, Basis]
) -> dict[int, list[ProjectPerformance]]:
    """Return the same, in two queries, where the rows of 项目支出 and the bases are read already."""
    goals: dict[int, dict[str, ProjectGoal]] = {pk: {} for pk in rows}
    for goal in ProjectGoal.objects.filter(submission__in=rows).order_by("pk"):
        goals[goal.submission_id][goal.project] = goal
    indicators: dict[int, dict[str, list[ProjectIndicatorLine]]] = {pk: {} for pk in rows}
    for line in ProjectIndicatorLine.objects.filter(submission__in=rows).order_by("pk"):
        indicators[line.submission_id].setdefault(line.project, []).append(line)
    return {pk: _performances(rows[pk], goals[pk], indicators[pk], bases[pk]) for pk in rows}


def _project_rows(submissions: Sequence[Submission]) -> dict[int, list[Row]]:
    """The rows of 项目支出 of many returns, with what documents made of their revised budgets."""
    stored: dict[int, dict[Schedule, list[ScheduleLine]]] = {
        each.pk: {PROJECTS: [], ADJUSTMENTS: []} for each in submissions
    }
    for schedule, model in ((PROJECTS, ProjectLine), (ADJUSTMENTS, AdjustmentLine)):
        for line in model.objects.of_submissions(submissions):
            stored[line.submission_id][schedule].append(line)
    return {pk: _rows_of(lines) for pk, lines in stored.items()}


def _rows_of(lines: Mapping[Schedule, list[ScheduleLine]]) -> list[Row]:
    documents = documents_of({schedule.name: found for schedule, found in lines.items()})
    return schedule_rows(PROJECTS, lines[PROJECTS], {}, documents=documents)


def _performances(
    rows: Sequence[Row],
    goals: Mapping[str, ProjectGoal],
    indicators: Mapping[str, list[ProjectIndicatorLine]],
    basis: Basis,
) -> list[ProjectPerformance]:
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        if row.kind == RowKind.LINE:
            by_name.setdefault(row.name, []).append(row)
    names = dict.fromkeys([*by_name, *goals, *indicators])
    found = [
        _performance(name, by_name.get(name, []), goals.get(name), indicators.get(name, []), basis)
        for name in names
    ]
    return [each for each in found if each.is_listed or not each.is_empty]


def _performance(
    name: str,
    lines: list[Row],
    goal: ProjectGoal | None,
    stored: Sequence[ProjectIndicatorLine],
    basis: Basis,
) -> ProjectPerformance:
    money = {code: _money(code, lines) for code in FUND_ROWS}
    ordered = in_order(stored, basis)
    rate = money[TOTAL].measures[EXECUTION_RATE.name]
    result = scored(ordered, rate, basis, goal.weights_reason if goal else "")
    is_idle = bool(idle_words_of(money[TOTAL].values))
    result = replace(
        result,
        rate_fault=_rate_fault(rate) if result.rate_fault and not is_idle else "",
        faults=[PROJECT_WEIGHTS_REASON if each == WEIGHTS_REASON else each for each in result.faults],
    )
    rows = schedule_rows(PROJECT_INDICATORS, ordered, {})
    return ProjectPerformance(
        goal=goal, rows=rows, result=result, basis=basis, name=name, lines=lines, money=money
    )


def idle_words_of(figures: Mapping[str, Decimal | None]) -> str:
    """Why a project with these sums needs no form; one that was carried over from last year may have none."""
    initial, revised, outturn = (figures[name] for name in ("initial_budget", "revised_budget", "outturn"))
    if revised == outturn == 0:
        return IDLE
    return NO_MONEY if initial is revised is outturn is None else ""


def _rate_fault(rate: Decimal | None) -> str:
    return RATE_TOO_HIGH if rate is not None and rate > FULL else NO_EXECUTION_RATE


def _money(code: str, lines: Sequence[Row]) -> MeasuredRow:
    """One row of the fund block: the sum of the rows of a funding, or of all."""
    parts = [row for row in lines if code in (TOTAL, row.own("funding"))]
    return _added(code, parts) if parts else _NO_MONEY[code]


def _added(code: str, parts: Sequence[Row]) -> MeasuredRow:
    row = Row(PROJECTS, RowKind.SUBTOTAL, code, FUND_ROWS[code], parent="" if code == TOTAL else TOTAL)
    row.figures = {name: total(None, [part.figures[name] for part in parts]) for name in FIGURES}
    values = {**row.values, "total_outturn": None}
    return MeasuredRow(row, values, needs_explanation=False)


_NO_MONEY = {code: _added(code, ()) for code in FUND_ROWS}
"""The rows of a funding that a project does not have: all blank. Most projects have one."""
