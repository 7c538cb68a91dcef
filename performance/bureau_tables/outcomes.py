"""What each approved return of a round comes to: its money, points, total and grade, read for many at once.

The money is what `budgets.region.sums` adds up. Where a revised budget may follow from documents alone, the
rows of that return are read as its own pages read them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from budgets.measures import EXECUTION_RATE
from budgets.models import AdjustmentLine, BudgetLine, ProjectLine
from budgets.money import round_half_up
from budgets.region.sums import Dimension, sums_of
from budgets.returns import BY_FUNCTION, FUNDINGS, TOTAL
from budgets.rows import head_figures
from orgs.models import Unit
from performance.bureau_tables.points import Key, results_of
from performance.bureau_tables.scope import Scope
from performance.models import IndicatorLine, PerformanceGoal, ProjectGoal, ProjectIndicatorLine
from performance.project_rows import idle_words_of, project_performances
from performance.scoring import Basis, Result, grade_of
from submissions.models import CollectionRound, Publication, Submission, Transition
from submissions.standings import end_of
from submissions.workflow import Action

UNGRADED = "未评"
FIGURES = ("initial_budget", "revised_budget", "outturn")
Money = tuple[Decimal | None, Decimal | None, Decimal | None]
"""年初预算数、全年预算数、全年执行数, in yuan."""

_NONE: Money = (None, None, None)


@dataclass(frozen=True)
class Scored:
    """Something with money, and the points it has: a return or one of its projects."""

    submission: Submission
    """Read with its unit."""
    money: Money
    result: Result

    @property
    def unit(self) -> Unit:
        """Whose it is."""
        return self.submission.unit

    @property
    def outturn(self) -> Decimal | None:
        """What was spent, in yuan."""
        return self.money[2]

    @cached_property
    def rate(self) -> Decimal | None:
        """Outturn in percent of the revised budget; None where it cannot be computed."""
        return rate_of(self.money)

    @property
    def execution_score(self) -> Decimal | None:
        """The points of the execution rate as they are printed."""
        score = self.result.execution_score
        return None if score is None else round_half_up(score)

    @property
    def subtotal(self) -> Decimal | None:
        """The points of all indicators; None where none has any."""
        known = [block.scored for block in self.result.blocks if block.scored is not None]
        return sum(known, Decimal(0)) if known else None

    @cached_property
    def total(self) -> Decimal | None:
        """The total as it is printed; None where it cannot be computed."""
        total = self.result.total
        return None if total is None else round_half_up(total)

    @property
    def grade(self) -> str:
        """What the total is called; 未评 without one."""
        return UNGRADED if self.total is None else grade_of(self.total)

    @property
    def obstacle(self) -> str:
        """Why there is no total; "" where there is."""
        return "" if self.total is not None else "".join(self.result.missing[:1])


@dataclass(frozen=True)
class Outcome(Scored):
    """What one return comes to."""

    submitted_date: date | None
    published_date: date | None

    @property
    def remark(self) -> str:
        """What is to be known of its points."""
        if self.result.cap and self.result.is_capped:
            return f"按执行率封顶 {self.result.cap.most} 分"
        return self.obstacle


@dataclass(frozen=True)
class ProjectOutcome(Scored):
    """What one project of a return comes to."""

    name: str
    code: str
    fundings: tuple[str, ...]
    """Where its money comes from, in words."""

    @property
    def key(self) -> Key:
        """What tells it apart: the number of its return, and its name."""
        return (self.submission.pk, self.name)

    @cached_property
    def idle_words(self) -> str:
        """Why it is not evaluated: it had no money this year; "" where it had."""
        return idle_words_of(dict(zip(FIGURES, self.money, strict=True)))

    @property
    def remark(self) -> str:
        """Why it has no total; "" where it has."""
        return self.idle_words or self.obstacle


def rate_of(money: Money) -> Decimal | None:
    """Return the execution rate of these amounts in percent."""
    return EXECUTION_RATE.compute({"revised_budget": money[1], "outturn": money[2]})


def outcomes_of(scope: Scope) -> list[Outcome]:
    """Return what the returns that count come to, in their order, in a constant number of queries."""
    returns, numbers = scope.coverage.returns, scope.coverage.numbers
    money = _money_of(scope.round, returns)
    goals = PerformanceGoal.objects.filter(submission__in=numbers).exclude(weights_reason="")
    reasons: dict[Key, str] = {(pk,): said for pk, said in goals.values_list("submission", "weights_reason")}
    rates: dict[Key, Decimal | None] = {(each.pk,): rate_of(money[each.pk]) for each in returns}
    results = results_of(IndicatorLine, ("submission_id",), numbers, scope.basis, rates, reasons)
    submitted, published = _submitted(numbers, scope.day), _published(numbers, scope.day)
    return [
        Outcome(
            each,
            money[each.pk],
            results[(each.pk,)],
            submitted.get(each.pk),
            published.get(each.pk),
        )
        for each in returns
    ]


def _money_of(round: CollectionRound, returns: Sequence[Submission]) -> dict[int, Money]:
    numbers = [each.pk for each in returns]
    by_unit = {each.key: each for each in sums_of(numbers, Dimension.UNIT).groups}
    found: dict[int, Money] = {}
    for each in returns:
        added = by_unit.get(str(each.unit_id))
        found[each.pk] = (added.initial_budget, added.revised_budget, added.outturn) if added else _NONE
    by_function = BudgetLine.objects.filter(schedule=BY_FUNCTION.name)
    by_documents = _by_documents(round, returns, by_function)
    for pk, head in head_figures(by_documents).items() if by_documents else ():
        initial, revised, outturn = (head.values[name] for name in FIGURES)
        found[pk] = (initial, revised, outturn)
    return found


def _by_documents(
    round: CollectionRound, returns: Sequence[Submission], lines: QuerySet[Any]
) -> list[Submission]:
    """The returns with documents, and with a line that states its initial budget alone: the revised one may
    follow from them. One query.
    """
    blank = lines.filter(submission=OuterRef("pk"), revised_budget=None, initial_budget__isnull=False)
    documents = AdjustmentLine.objects.filter(submission=OuterRef("pk"))
    found = Submission.objects.filter(Exists(blank), Exists(documents), pk__in=[each.pk for each in returns])
    wanted = set(found.values_list("pk", flat=True))
    chosen = [each for each in returns if each.pk in wanted]
    for each in chosen:
        each.round = round
        each.unit.region = round.bureau.region
    return chosen


def _submitted(numbers: Sequence[int], day: date | None) -> dict[int, date]:
    """When each return was handed in last, by then."""
    steps = Transition.objects.filter(submission__in=numbers, action=Action.SUBMIT)
    if day:
        steps = steps.filter(at__lt=end_of(day))
    found = steps.values_list("submission").annotate(Max("at")).order_by()
    return {pk: timezone.localdate(at) for pk, at in found}


def _published(numbers: Sequence[int], day: date | None) -> dict[int, date]:
    found = Publication.objects.filter(submission__in=numbers)
    if day:
        found = found.filter(at__lt=end_of(day))
    return dict(found.values_list("submission", "published_date"))


def project_outcomes_of(scope: Scope) -> list[ProjectOutcome]:
    """Return what the projects of the returns that count come to, in a constant number of queries.

    By return, and within it as they were first entered.
    """
    returns, numbers = scope.coverage.returns, scope.coverage.numbers
    listed = _listed(scope.round, returns)
    goals = ProjectGoal.objects.filter(submission__in=numbers).exclude(weights_reason="")
    reasons: dict[Key, str] = {
        (pk, name): said for pk, name, said in goals.values_list("submission", "project", "weights_reason")
    }
    results = _project_results(listed, numbers, scope.basis, reasons)
    by_return = {each.pk: each for each in returns}
    return [
        ProjectOutcome(
            by_return[key[0]],
            each.money,
            results[key],
            name=key[1],
            code=each.code,
            fundings=tuple(each.fundings),
        )
        for key, each in listed.items()
    ]


@dataclass(slots=True)
class _Listed:
    """The rows of one project among 项目支出, added up."""

    money: Money
    code: str
    fundings: dict[str, None]


def _listed(round: CollectionRound, returns: Sequence[Submission]) -> dict[Key, _Listed]:
    order = {each.pk: number for number, each in enumerate(returns)}
    lines = ProjectLine.objects.filter(submission__in=order).order_by("pk")
    rows = lines.values_list("submission_id", "name", "code", "funding", *FIGURES)
    found: dict[Key, _Listed] = {}
    for pk, name, code, funding, *amounts in sorted(rows, key=lambda row: order[row[0]]):
        money = (amounts[0], amounts[1], amounts[2])
        each = found.get((pk, name))
        if each is None:
            each = found[(pk, name)] = _Listed(money, "", {})
        else:
            each.money = _plus(each.money, money)
        each.code = each.code or code
        if funding:
            each.fundings[_FUNDINGS[funding]] = None
    by_documents = _by_documents(round, returns, ProjectLine.objects.all())
    for pk, projects in project_performances(by_documents).items() if by_documents else ():
        for project in projects:
            if project.is_listed:
                initial, revised, outturn = (project.money[TOTAL].values[name] for name in FIGURES)
                found[(pk, project.name)].money = (initial, revised, outturn)
    return found


_FUNDINGS = dict(FUNDINGS)


def _plus(money: Money, more: Money) -> Money:
    first, second, third = (
        (other if one is None else one if other is None else one + other)
        for one, other in zip(money, more, strict=True)
    )
    return first, second, third


def _project_results(
    listed: dict[Key, _Listed], numbers: Sequence[int], basis: Basis, reasons: dict[Key, str]
) -> dict[Key, Result]:
    rates = {key: rate_of(each.money) for key, each in listed.items()}
    return results_of(ProjectIndicatorLine, ("submission_id", "project"), numbers, basis, rates, reasons)


def words_of(scope: Scope) -> dict[Key, tuple[dict[str, None], dict[str, None]]]:
    """Return why points were lost, and what is done about it, of projects, each sentence once; one query."""
    lines = ProjectIndicatorLine.objects.filter(submission__in=scope.coverage.numbers)
    rows = lines.exclude(deviation_reason="", improvement_measure="").order_by("pk")
    found: dict[Key, tuple[dict[str, None], dict[str, None]]] = {}
    for pk, project, reason, measure in rows.values_list(
        "submission_id", "project", "deviation_reason", "improvement_measure"
    ):
        reasons, measures = found.setdefault((pk, project), ({}, {}))
        reasons |= {reason: None} if reason else {}
        measures |= {measure: None} if measure else {}
    return found
