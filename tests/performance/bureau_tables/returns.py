"""Approved returns of a round with figures that can be added up by hand, and what must not be added."""

from decimal import Decimal

from budgets.models import BudgetLine
from budgets.region.effective import coverage_of
from budgets.returns import BY_FUNCTION, TOTAL
from performance.bases import basis_of_round
from performance.bureau_tables.scope import Scope
from performance.models import IndicatorLine
from tests.budgets.region.test_effective import step
from tests.world import make_round, make_submission, make_unit

WAN = 10_000
LEVELS = (("产出", "quantity", 50), ("效益", "social", 30), ("满意", "satisfaction", 10))


def state(submission, schedule=BY_FUNCTION, item=TOTAL, **figures):
    """Store a row; figures in 万元."""
    yuan = {name: None if each is None else Decimal(str(each)) * WAN for name, each in figures.items()}
    BudgetLine.objects.create(
        submission=submission, schedule=schedule.name, item=item, entered_in="wan", **yuan
    )


def score(submission, *scores):
    """Store an indicator for each block with its points; None is blank."""
    for (name, level, weight), points in zip(LEVELS, scores, strict=True):
        IndicatorLine.objects.create(
            submission=submission,
            name=name,
            second_level=level,
            target_value="100 %",
            actual_value="100 %",
            max_score=weight,
            score=None if points is None else Decimal(str(points)),
        )


def returned(round, unit, by, money, scores, *, approved=True):
    """Store a return of initial budget, revised budget and outturn in 万元, with the points of its blocks."""
    submission = make_submission(round, unit, by)
    fill(submission, money, scores)
    if approved:
        step(submission, "submit", 0, "in_review", "draft")
        step(submission, "approve", 1, "approved")
    return submission


def fill(submission, money, scores):
    """Give a return three figures in 万元 and the points of its blocks."""
    initial, revised, outturn = money
    state(submission, initial_budget=initial, revised_budget=revised, outturn=outturn)
    score(submission, *scores)


def three_returns(world):
    """Three approved returns: 90 and 75 points, and one without a total; beside them what does not count.

    That is a draft, a return of another year, and one of another county.
    """
    other = make_unit(world.finance.region, "226001", "零陵区某学校", parent=world.finance)
    fill(world.submission, (100, 200, 180), (45, 27, 9))
    step(world.submission, "submit", 0, "in_review", "draft")
    step(world.submission, "approve", 1, "approved")
    returned(world.round, world.rescue, world.lin, (50, 100, 100), (40, 20, 5))
    returned(world.round, world.culture, world.zhao, (None, 100, 62), (50, None, 10))
    returned(world.round, other, world.lin, (1000, 1000, 999), (50, 30, 10), approved=False)
    before = make_round(world.finance, 2022)
    returned(before, world.emergency, world.lin, (7000, 7000, 7000), (1, 1, 1))
    elsewhere = make_unit(world.next_county.region, "224001", "冷水滩区某局", parent=world.next_county)
    next_round = make_round(world.next_county)
    returned(next_round, elsewhere, world.lin, (8000, 8000, 8000), (1, 1, 1))
    return world


def scope_of(round, **facts):
    """What counts of a round."""
    coverage = coverage_of(round, day=facts.get("day"), below=facts.get("department"))
    return Scope(round, basis_of_round(round), coverage, facts.get("department"), facts.get("day"))
