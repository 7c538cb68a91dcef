"""The projects that were self-evaluated, by forms and texts: C-092 and C-093. Source: checks.md §1."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgets.checks.effects import ProjectSeen
from budgets.checks.given import Given, Term, added
from budgets.checks.reading import Kind, Quantity, half_width, quantities
from budgets.checks.words import Name, quoted
from budgets.money import shorten
from budgets.returns import BY_NATURE, PROJECTS
from submissions.findings import Check, Outcome, Severity, Tolerance

_END_QUOTE = '[”’"]?'
_SAID_TO_BE = r"(?:共有|共计|共|有|为|：|:)?[ \u3000]*"
_OF_PROJECTS = r"[ \u3000]*[个项](?!指标|方面|月|百分点)"
_GRADED = re.compile(
    r"(?:(?<=[“‘\"、，,；;：:为 ])|(?<=其中))(?P<grade>[优良差]|(?<!其)中)(?:秀|好|等)?"
    rf"{_END_QUOTE}(?:等级|等次|级)?的?(?:项目)?{_SAID_TO_BE}(?P<count>\d{{1,3}}){_OF_PROJECTS}"
)
"""How many projects have a grade: 优 40 个, 绩效评级为“优”的项目有40个."""
_EVALUATED = re.compile(
    r"项目[^，,；;。\d]{0,8}自评(?:价|工作|的|项目|数量|个数|数)*"
    rf"{_SAID_TO_BE}(?P<after>\d{{1,3}}){_OF_PROJECTS}"
    r"|(?P<before>\d{1,3})[ \u3000]*[个项][^，,；;。\d]{0,6}项目[^，,；;。\d]{0,10}自评"
    rf"|自评项目(?:数量|个数|数)?{_SAID_TO_BE}(?P<alone>\d{{1,3}}){_OF_PROJECTS}"
)
"""How many projects were evaluated: 自评项目53个, 对53个项目开展绩效自评."""
_AMOUNT = re.compile(
    r"^(?:(?!整体|部门).)*(?:涉及|覆盖|评价)(?:财政|预算|项目|支出|的)*(?:资金|金额)"
    r"(?:总额|合计|共计|共|为|约|：|:)*[ \u3000]*$"
)
_ANOTHER = re.compile(r"其余|其他|其它|未评|上年|去年|往年|上一年|抽|重点评价|财政评价")
"""Words beside which numbers of projects need not add up, or are of something else."""


MOST_NAMED = 3
"""So many projects without a grade are named in a sentence."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What one line of a text says of the projects that were evaluated."""

    name: Name
    count: int
    grades: tuple[tuple[str, int], ...]
    amount: Quantity | None
    is_of_budget: bool
    """Whether the amount is called one of the budget."""
    span: tuple[int, int]
    """Where the numbers of projects stand in the text."""


def _evaluated(given: Given) -> Iterator[Evaluated]:
    """What texts say of evaluated projects of this year, where it is beyond doubt what they speak of."""
    for name in Name:
        text = half_width(given.texts.get(name, ""))
        for line in re.finditer(r"[^\n]+", text):
            found = _EVALUATED.search(line[0])
            if found is None:
                continue
            years = {each.value for each in quantities(line[0]) if each.kind is Kind.YEAR}
            if _ANOTHER.search(line[0]) or years - {given.year}:
                continue
            graded = list(_GRADED.finditer(line[0], found.end()))
            end = graded[-1].end() if graded else found.end()
            amounts = (
                each
                for each in quantities(line[0])
                if each.kind is Kind.AMOUNT and _AMOUNT.search(line[0][found.start() : each.start])
            )
            amount = next(amounts, None)
            yield Evaluated(
                name,
                int(found["after"] or found["before"] or found["alone"]),
                tuple((each["grade"], int(each["count"])) for each in graded),
                amount,
                amount is not None and "预算" in line[0][found.end() : amount.start],
                (line.start() + found.start(), line.start() + end),
            )


def _projects(given: Given) -> Sequence[ProjectSeen]:
    return given.effect.asked if given.effect else ()


def grades_add_up_to_projects(given: Given) -> Iterator[Outcome]:
    """C-092: every project has a grade, and the projects of all grades that a text counts are all it counts.

    Where a text counts as many as the return has, those of each grade are as many as have it there.
    """
    projects = _projects(given)
    for said in _evaluated(given):
        yield from _counted(given, said, projects)
    place = given.effect.projects_place if given.effect else given.schedule_place(PROJECTS)
    lacking = [each for each in projects if not each.grade]
    rows = given.lines(PROJECTS)
    if rows and all(value is None for row in rows for value in row.values.values()):
        yield given.missing(place, [Term("各项目的金额", None)])
    elif not projects:
        yield given.not_applicable(place, "没有要填自评表的项目。")
    elif lacking:
        names = "".join(f"“{shorten(each.name)}”" for each in lacking[:MOST_NAMED])
        more = f"等 {len(lacking)} 个项目" if len(lacking) > MOST_NAMED else ""
        yield given.cannot(place, f"项目{names}{more}的自评表没有填好，还没有等级")
    else:
        yield given.holds(place, actual=Decimal(len(projects)), expected=Decimal(len(projects)))


def _counted(given: Given, said: Evaluated, projects: Sequence[ProjectSeen]) -> Iterator[Outcome]:
    if not said.grades or len(dict(said.grades)) < len(said.grades):
        return
    place, words = quoted(given, said.name, said.span)
    total = sum(count for _, count in said.grades)
    parts = "、".join(f"{grade} {count}" for grade, count in said.grades)
    if total > said.count or (total < said.count and len(said.grades) > 1):
        more = "多" if total > said.count else "少"
        yield given.fails(
            place,
            f"写的是自评项目 {said.count} 个，各等级（{parts}）合计 {total} 个，"
            f"{more} {abs(total - said.count)} 个。",
            actual=Decimal(total),
            expected=Decimal(said.count),
            remedy="核对项目个数和各等级的个数，改正一处。",
            quotation=words,
        )
        return
    held = Counter(each.grade for each in projects)
    if held[""] or len(projects) != said.count:
        yield given.holds(place, actual=Decimal(total), expected=Decimal(said.count))
        return
    wrong = [(grade, count) for grade, count in said.grades if held[grade] != count]
    if not wrong:
        yield given.holds(place, actual=Decimal(total), expected=Decimal(said.count))
    for grade, count in wrong:
        yield given.fails(
            place,
            f"写的是等级为“{grade}”的项目 {count} 个，按项目自评表有 {held[grade]} 个。",
            actual=Decimal(count),
            expected=Decimal(held[grade]),
            remedy="按“项目绩效”页各项目的等级改正文字。",
            quotation=words,
        )


def evaluated_amount_is_within_project_spending(given: Given) -> Iterator[Outcome]:
    """C-093: no more was self-evaluated than was spent on projects, or budgeted where a text says so."""
    most = given.term(BY_NATURE, "project", "outturn", "项目支出决算数")
    stated = [(said, said.amount) for said in _evaluated(given) if said.amount]
    for said, amount in stated:
        yield _within_spending(given, said, amount, most)
    names = {each.name for each in _projects(given) if each.grade}
    rows = [row for row in given.lines(PROJECTS) if row.name in names]
    place = given.place(given.item(BY_NATURE, "project"), "outturn")
    if rows:
        terms = [given.term_of(row, "outturn") for row in rows]
        yield given.at_most(place, added("填好自评表的项目决算数合计", terms), most)
    elif not stated:
        yield given.cannot(place, "没有填好的项目自评表，文字里也没有写项目自评的金额")


def _within_spending(given: Given, said: Evaluated, amount: Quantity, most: Term) -> Outcome:
    place, words = quoted(given, said.name, said.span)
    if most.figure is None:
        return given.missing(place, [most])
    budgets = (given.term(BY_NATURE, "project", column) for column in ("initial_budget", "revised_budget"))
    bounds = [most.figure]
    if said.is_of_budget:
        bounds += [term.figure for term in budgets if term.figure is not None]
    if amount.value - max(bounds) <= amount.step / 2:
        return given.holds(place, actual=amount.value, expected=most.figure)
    failed = given.fails(
        place,
        f"写的项目自评金额是 {amount.text}，超过项目支出决算数 {given.said_with_unit(most.figure)}，"
        f"多 {given.said_with_unit(amount.value - most.figure)}"
        f"{'' if said.is_of_budget else '：可能是按预算数算的'}。",
        actual=amount.value,
        expected=most.figure,
        remedy="核对金额；按预算数算的，在文字里写明“预算金额”。",
        quotation=words,
    )
    return failed._replace(in_yuan=True, is_bound=True)


CHECKS = (
    Check(
        "C-092",
        "各等级项目数之和等于项目总数",
        Severity.ERROR,
        Tolerance.EXACT,
        formula="优 + 良 + 中 + 差 = 自评项目数；文字写的各等级个数 = 项目自评表的等级",
        source="决算公开说明：预算绩效情况",
        example="优 40、良 10，项目 53 个的，少 3 个。",
        test=grades_add_up_to_projects,
        version=2,
    ),
    Check(
        "C-093",
        "项目自评金额不超过项目支出",
        Severity.INFORMATION,
        Tolerance.NONE,
        formula="项目支出绩效自评覆盖的金额 ≤ 项目支出决算数；写明是预算金额的 ≤ 预算数",
        source="决算公开说明：预算绩效情况",
        example="自评金额 4,415.48、项目支出 4,381.74，多 33.74，可能按预算算的。",
        test=evaluated_amount_is_within_project_spending,
        version=2,
    ),
)
