"""A region added up by plain loops over its stored rows, written without the product's rules of adding up.

Nothing of `budgets.rows`, `budgets.region`, `performance.scoring` or the summaries is used here. It knows of
a region only what `seed_region` makes: figures stand in the lowest rows, indicators in the three blocks of
50, 30 and 10 points, no rule is locked and nothing is capped.
"""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from budgets.models import BudgetLine, ProjectLine, StaffLine
from orgs.models import Unit
from performance.models import IndicatorLine, ProjectIndicatorLine
from submissions.models import Submission, Transition

BLOCKS = {
    "产出": (50, ("quantity", "quality", "timeliness", "cost")),
    "效益": (30, ("economic", "social", "ecological", "sustainable")),
    "满意度": (10, ("satisfaction",)),
}
FIVE = ("last_year_outturn", "initial_budget", "revised_budget", "outturn")


def two(number):
    """A number to two decimals, half away from zero."""
    return number.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def plus(one, other):
    """A sum in which blank is nothing, and nothing but blanks is blank."""
    if one is None or other is None:
        return other if one is None else one
    return one + other


def percent(part, whole):
    return None if part is None or not whole else Decimal(part) * 100 / whole


def counted(round):
    """The approved return of each unit, of two the newer one."""
    newest: dict[int, Submission] = {}
    for each in Submission.objects.filter(round=round, status__in=["approved", "published"]):
        if each.unit_id not in newest or newest[each.unit_id].revision < each.revision:
            newest[each.unit_id] = each
    return {each.pk: each for each in newest.values()}


def lowest(lines):
    """The sum of the lowest rows, else the total as stated."""
    sums, stated = dict.fromkeys(FIVE), dict.fromkeys(FIVE)
    for line in lines:
        into = stated if line.item == "total" else sums
        for name in FIVE:
            into[name] = plus(into[name], getattr(line, name))
    return {name: stated[name] if sums[name] is None else sums[name] for name in FIVE}


def graded(lines, money):
    """The points of the blocks, of the execution rate, and all; None for all where anything is blank or wrong."""
    rate, points, whole = percent(money["outturn"], money["revised_budget"]), {}, True
    for name, (weight, levels) in BLOCKS.items():
        mine = [line for line in lines if line.second_level in levels]
        scores = [line.score for line in mine if line.score is not None]
        points[name] = sum(scores) if scores else None
        whole &= sum(line.max_score or 0 for line in mine) == weight
    for line in lines:
        whole &= any(line.second_level in levels for _, levels in BLOCKS.values())
        whole &= bool(line.target_value and line.actual_value and "＿＿" not in line.target_value)
        whole &= line.max_score is not None and line.score is not None and line.score <= line.max_score
    whole &= rate is not None and rate <= 100
    points["执行率"] = None if rate is None else min(max(rate, 0), 100) / 10
    total = two(points["执行率"] + sum(points[name] for name in BLOCKS)) if whole else None
    return points, total


def letter(total):
    if total is None:
        return "未评"
    return "优" if total >= 90 else "良" if total >= 80 else "中" if total >= 60 else "差"


def kind(name):
    """What a unit is, by the words of `seed_region`."""
    plain = name.split("（")[0]
    for words, found in (
        (("小学", "中学", "幼儿园", "学校", "一中", "职中"), "学校"),
        (("医院", "卫生院", "保健院", "卫生服务中心"), "医院"),
        (("镇人民政府", "乡人民政府"), "乡镇（街道）"),
    ):
        if plain.endswith(words):
            return found
    return "机关"


class Region:
    """All that the summaries of a round say, by loops."""

    def __init__(self, round):
        self.returns = counted(round)
        units = Unit.objects.filter(region=round.bureau.region).exclude(pk=round.bureau_id)
        self.units = {each.pk: each for each in units}
        self.money, self.points, self.totals = {}, {}, {}
        for pk in self.returns:
            lines = BudgetLine.objects.filter(submission=pk, schedule="expenditure_by_function")
            self.money[pk] = lowest(lines)
            indicators = list(IndicatorLine.objects.filter(submission=pk))
            self.points[pk], self.totals[pk] = graded(indicators, self.money[pk])
        self.projects: dict[Any, Any] = {}
        for pk in self.returns:
            for line in ProjectLine.objects.filter(submission=pk):
                found = self.projects.setdefault((pk, line.name), dict.fromkeys(FIVE))
                for name in FIVE:
                    found[name] = plus(found[name], getattr(line, name))
        self.project_totals = {}
        for (pk, name), money in self.projects.items():
            of_project = list(ProjectIndicatorLine.objects.filter(submission=pk, project=name))
            self.project_totals[pk, name] = graded(of_project, money)[1]

    def sums(self):
        """The three amounts of all returns."""
        found = dict.fromkeys(FIVE)
        for money in self.money.values():
            for name in FIVE:
                found[name] = plus(found[name], money[name])
        return found

    def means(self):
        """The simple and the weighted mean of the totals."""
        simple = weighted = spent = Decimal(0)
        known = 0
        for pk, total in self.totals.items():
            if total is not None:
                known += 1
                simple += total
                weighted += total * self.money[pk]["outturn"]
                spent += self.money[pk]["outturn"]
        return two(simple / known), two(weighted / spent)

    def grades(self):
        """By kind and grade: how many units, and what they spent; what nobody approved is 未评."""
        of_unit = {each.unit_id: each.pk for each in self.returns.values()}
        found: dict[Any, list[Any]] = defaultdict(lambda: [0, None])
        for pk, unit in self.units.items():
            mine = of_unit.get(pk)
            grade = letter(self.totals[mine]) if mine else "未评"
            cell = found[kind(unit.name), grade]
            cell[0] += 1
            cell[1] = plus(cell[1], self.money[mine]["outturn"] if mine else None)
        return dict(found)

    def coverage(self):
        """By department: units, approved, projects to be evaluated with their budgets, and those evaluated."""
        found: dict[str, list[Any]] = {}
        for unit in self.units.values():
            row = found.setdefault(self._department(unit), [0, 0, 0, None, 0, None])
            row[0] += 1
        for (pk, name), money in self.projects.items():
            if money["revised_budget"] == money["outturn"] == 0:
                continue
            row = found[self._department(self.units[self.returns[pk].unit_id])]
            row[2] += 1
            row[3] = plus(row[3], money["revised_budget"])
            if self.project_totals[pk, name] is not None:
                row[4] += 1
                row[5] = plus(row[5], money["revised_budget"])
        for each in self.returns.values():
            found[self._department(self.units[each.unit_id])][1] += 1
        return found

    def _department(self, unit):
        while unit.parent_id in self.units:
            unit = self.units[unit.parent_id]
        return unit.name

    def three_public(self):
        """By return and item: last year's outturn, budget, outturn."""
        found: dict[int, dict[str, Any]] = {pk: {} for pk in self.returns}
        for line in BudgetLine.objects.filter(submission__in=self.returns, schedule="three_public"):
            if line.item != "total":
                found[line.submission_id][line.item] = (
                    line.last_year_outturn,
                    line.initial_budget,
                    line.outturn,
                )
        return found

    def staff(self):
        """By return: persons in service and authorised posts, without the retired and the temporary."""
        found: dict[int, list[Any]] = {pk: [None, None] for pk in self.returns}
        for line in StaffLine.objects.filter(submission__in=self.returns):
            if line.item not in ("total", "retired", "retired_cadre", "temporary"):
                pair = found[line.submission_id]
                pair[0], pair[1] = plus(pair[0], line.in_service), plus(pair[1], line.authorized)
        return found

    def operating(self):
        """By return: what was spent on running, and its initial budget."""
        found: dict[int, Any] = dict.fromkeys(self.returns, (None, None))
        for line in BudgetLine.objects.filter(submission__in=self.returns, item="basic_operating"):
            found[line.submission_id] = (line.outturn, line.initial_budget)
        return found

    def submitted(self):
        """By return: the day of its last handing in."""
        found = {}
        for each in Transition.objects.filter(submission__in=self.returns, action="submit").order_by("pk"):
            found[each.submission_id] = each.at
        return found
