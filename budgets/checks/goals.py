"""The words of goals, of the department and of its projects: C-080 and C-081. Source: checks.md §1."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from budgets.checks.effects import Effect, ProjectSeen
from budgets.checks.given import Given, Term, added
from budgets.checks.indicators import NOTHING
from budgets.checks.reading import Kind, Quantity, half_width, quantities, sentences
from budgets.checks.words import quote
from budgets.measures import FIGURE_TITLES
from budgets.money import AmountUnit, exact_text, parted, shorten
from budgets.reference import rows_of
from budgets.returns import BY_FUNCTION, PROJECTS, TOTAL
from submissions.findings import Check, Outcome, Place, Severity, Tolerance, Verdict

Rules = dict[re.Pattern[str], tuple[str, ...]]
"""What stands before an amount that is a total beyond doubt, and which figures it may be."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal as it is written, with what its totals are called in words and which figures they may be."""

    place: Place
    expected: str
    achieved: str
    budgeted: Rules
    spent: Rules
    figures_of: Callable[[str], Term]
    """The figure of the return that a column has for it."""

    @property
    def texts(self) -> list[str]:
        """What is written of it."""
        return [text for text in (self.expected, self.achieved) if text.strip()]


def _goals(given: Given, effect: Effect) -> list[Goal]:
    """The goals of which anything is written: the department's, then those of the projects."""
    department = Goal(
        effect.goal_place,
        effect.expected,
        effect.achieved,
        _BUDGETED,
        _BUDGETED | _SPENT,
        lambda column: given.term(BY_FUNCTION, TOTAL, column, "支出合计"),
    )
    found = [department, *(_goal_of(given, each) for each in effect.asked)]
    return [goal for goal in found if goal.texts]


def _goal_of(given: Given, project: ProjectSeen) -> Goal:
    """The goal of a project; its figures are those of all its rows, and blank where one of them is."""
    rows = [row for row in given.lines(PROJECTS) if row.name == project.name]

    def figures_of(column: str) -> Term:
        terms = [given.term_of(row, column) for row in rows]
        is_whole = all(term.figure is not None for term in terms)
        label = f"项目“{shorten(project.name)}”"
        return added(label, terms) if is_whole else Term(label, None)

    return Goal(
        project.goal_place,
        project.expected,
        project.achieved,
        _PROJECT_BUDGETED,
        _PROJECT_BUDGETED | _PROJECT_SPENT,
        figures_of,
    )


# --- C-080: whose words they are


@lru_cache
def _counties(region: str) -> re.Pattern[str]:
    """Authorities of the other counties of the province, as they are named."""
    names = {row["name"] for row in rows_of("regions_hunan.csv") if not row["code"].endswith("00")}
    own = {row["name"] for row in rows_of("regions_hunan.csv") if row["code"] == region}
    others = sorted((re.escape(name) for name in names - own if len(name) > 2), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(others)})(?:人民政府|[一-鿿]{{0,10}}?(?:局|委员会|办公室|服务中心))")


def words_are_of_the_unit(given: Given) -> Iterator[Outcome]:
    """C-080: goal and indicators name no authority of another county, and no goal is word for word another's.

    What is the same as in another unit's return was looked up before (`budgets.checks.copies`). Which unit
    that is is not said: what others write is nobody's but theirs.
    """
    effect = given.effect
    if effect is None or (effect.is_empty and not effect.begun):
        yield given.not_applicable(given.whole, NOTHING)
        return
    written = [(goal.place, "\n".join(goal.texts)) for goal in _goals(given, effect)]
    written += [(each.place(), f"{each.name}\n{each.explanation}") for each in effect.indicators]
    if not written:
        yield given.missing(effect.goal_place, [Term("年度总体目标", None)])
    for place, text in written:
        found = _counties(given.region).search(text)
        if found is None:
            yield given.holds(place)
        else:
            yield given.fails(
                place,
                f"写到了“{found[0]}”，像是从别处抄来的。",
                remedy="改成本单位的内容；确与该单位有关的，请说明。",
                quotation=found[0],
            )
    for name in effect.copied:
        yield given.fails(
            effect.goal_place,
            f"“{_TEXTS[name]}”与本次收集里先报送的另一个单位一字不差。",
            remedy="改成本单位的目标和完成情况；确实相同的，说明为什么。",
            quotation=_beginning(effect.expected if name == "expected" else effect.achieved),
        )


_TEXTS = {"expected": "预期目标", "achieved": "实际完成情况"}


def _beginning(text: str) -> str:
    return quote(text, 0, 1)


# --- C-081: the amounts of the goal

_OPENING = r"(?:^|[,。，;；:：、\s(（]|全年|本单位|部门|本年度?)"
_BUDGETED: Rules = {
    re.compile(rf"{_OPENING}年初预算(?:数|总额|安排|收支)?(?:为|共|是|合计|总计)?$"): ("initial_budget",),
    re.compile(r"全年预算(?:数|总额|安排)?(?:为|共|是|合计|总计)?$"): ("revised_budget",),
    re.compile(rf"{_OPENING}(?:年度)?预算总额(?:为|共|是|合计|总计)?$"): ("initial_budget", "revised_budget"),
}
_SPENT: Rules = {
    re.compile(
        rf"{_OPENING}(?:支出决算(?:数|总额)?|决算支出|实际支出|支出总额|全年执行数|总支出)(?:为|共|是|合计|总计)?$"
    ): ("outturn",)
}
_OF_PROJECT = r"(?:^|[,。，;；:：、\s(（]|全年|本年度?|项目)"
_PROJECT_BUDGETED: Rules = {
    re.compile(rf"{_OF_PROJECT}年初预算(?:数|安排)?(?:为|共|是|合计|总计)?$"): ("initial_budget",),
    re.compile(r"全年预算(?:数|安排)?(?:为|共|是|合计|总计)?$"): ("revised_budget",),
    re.compile(rf"{_OF_PROJECT}申请(?:财政)?(?:资金|预算)(?:总额)?(?:为|共|是|合计|总计|共计)?$"): (
        "initial_budget",
        "revised_budget",
    ),
}
_PROJECT_SPENT: Rules = {
    re.compile(rf"{_OF_PROJECT}(?:支出决算|实际支出|实际支付|全年执行数)(?:为|共|是|合计|总计)?$"): (
        "outturn",
    )
}


def amounts_of_the_goal_are_those_of_the_return(given: Given) -> Iterator[Outcome]:
    """C-081: the budget a goal names is the budget, what was spent is the outturn, parts make up their whole.

    Parts that come to more than their whole are wrong. Where they come to less, 其中 does not say that all
    are named: it is only told.
    """
    effect = given.effect
    if effect is None or (effect.is_empty and not effect.begun):
        yield given.not_applicable(given.whole, NOTHING)
        return
    found = [
        outcome
        for goal in _goals(given, effect)
        for text, rules in ((goal.expected, goal.budgeted), (goal.achieved, goal.spent))
        for outcome in (*_amounts(given, goal, text, rules), *_parts(given, goal.place, text))
    ]
    yield from found or [given.not_applicable(effect.goal_place, "目标里没有写预算或支出的总额。")]


def _amounts(given: Given, goal: Goal, text: str, rules: Rules) -> Iterator[Outcome]:
    plain = half_width(text)
    for amount in (each for each in quantities(plain) if each.kind is Kind.AMOUNT):
        before = plain[: amount.start].rstrip()
        for words, columns in rules.items():
            if words.search(before):
                yield _amount(given, goal, amount, columns)


def _amount(given: Given, goal: Goal, amount: Quantity, columns: tuple[str, ...]) -> Outcome:
    terms = [(column, goal.figures_of(column)) for column in columns]
    known = [(column, term.figure) for column, term in terms if term.figure is not None]
    if not known:
        blank = [Term(f"{term.label}的{FIGURE_TITLES[column]}", None) for column, term in terms]
        return given.missing(goal.place, blank)
    column, nearest = min(known, key=lambda each: abs(each[1] - amount.value))
    actual, expected = amount.value, nearest
    if abs(nearest - amount.value) <= amount.step:
        return given.holds(goal.place, actual=actual, expected=expected)
    failed = given.fails(
        goal.place,
        f"写的是 {amount.text}，填报的{terms[0][1].label}的{FIGURE_TITLES[column]}是 "
        f"{given.said_with_unit(nearest)}。",
        actual=actual,
        expected=expected,
        remedy="改正文字，或核对填报的数。",
        quotation=amount.text,
    )
    return failed._replace(in_yuan=True)


_AMONG = re.compile(r"[，,；;（(]?[ \u3000]*其中[：:，,]?")
_LISTED = re.compile(r"[，,；;、]")
_NO_PART = re.compile("其中|合计|共计|小计|结余|结转|增加|减少|超|节约|人均|每|单价|标准|较|比|占|等")
"""Words of a list that is not a list of parts beyond doubt, or not all of them."""


def _parts(given: Given, place: Place, text: str) -> Iterator[Outcome]:
    """A whole that is followed by 其中 and a list of nothing but amounts, in one sentence."""
    plain = half_width(text)
    for sentence in sentences(plain):
        amounts = [each for each in quantities(sentence.text) if each.kind is Kind.AMOUNT]
        among = list(_AMONG.finditer(sentence.text))
        if len(among) != 1 or not amounts:
            continue
        wholes = [each for each in amounts if each.end == among[0].start()]
        parts = [each for each in amounts if each.start >= among[0].end()]
        if wholes and len(parts) >= 2 and _is_list(sentence.text[among[0].end() :], len(parts)):
            words = text[sentence.start + wholes[0].start : sentence.start + parts[-1].end]
            yield _whole(given, place, wholes[0], parts, words)


def _is_list(text: str, count: int) -> bool:
    """Whether each piece of a list ends with its one amount."""
    pieces = [piece.strip(" \u3000)）") for piece in _LISTED.split(text) if piece.strip(" \u3000)）")]
    ends = [
        read[-1].end == len(piece)
        for piece in pieces
        if len(read := [each for each in quantities(piece) if each.kind is Kind.AMOUNT]) == 1
    ]
    return len(ends) == len(pieces) == count and all(ends) and not _NO_PART.search(text)


def _whole(given: Given, place: Place, whole: Quantity, parts: Sequence[Quantity], words: str) -> Outcome:
    expected = sum((part.value for part in parts), Decimal(0))
    gap = whole.value - expected
    slack = (whole.step + sum(part.step for part in parts)) / 2
    if not gap:
        return given.holds(place, actual=whole.value, expected=expected)
    is_less = gap > slack
    said = f"写的总额是 {_said(whole, whole.value)}，其中各项合计 {_said(whole, expected)}，"
    if abs(gap) <= slack:
        said += f"相差 {_said(whole, abs(gap))}，在四舍五入的尾差之内，不用改。"
    elif is_less:
        said += f"还差 {_said(whole, gap)}：各项没有列全的不用改，列全了的请核对。"
    else:
        said += f"各项比总额多 {_said(whole, -gap)}。"
    failed = given.fails(
        place,
        said,
        actual=whole.value,
        expected=expected,
        arithmetic=f"{' + '.join(_said(part, part.value) for part in parts)} = {_said(whole, expected)}",
        remedy="" if abs(gap) <= slack else "核对总额和其中各项。",
        quotation=quote(words, 0, len(words)),
        severity=Severity.INFORMATION if is_less else None,
    )
    verdict = Verdict.ROUNDED if abs(gap) <= slack else Verdict.FAILS
    return failed._replace(verdict=verdict, in_yuan=True)


def _said(quantity: Quantity, yuan: Decimal) -> str:
    """An amount in the unit the quantity is written in."""
    unit = AmountUnit.YUAN if quantity.unit == "元" else AmountUnit.WAN
    return f"{parted(exact_text(yuan, unit))} {unit.label}"


CHECKS = (
    Check(
        "C-080",
        "目标和指标不写别的县区单位，目标不与别的单位一字不差",
        Severity.WARNING,
        Tolerance.NONE,
        formula="文字里没有其他县市区的单位名称；目标（40 字以上）与同次收集先报送的单位不完全相同",
        source="复核口径：照抄照搬",
        example="零陵区的目标里写“祁阳市水利局”的；与先报送的另一个单位一字不差的。",
        test=words_are_of_the_unit,
        version=2,
    ),
    Check(
        "C-081",
        "目标里写的预算和支出总额与填报一致，其中各项不超过总额",
        Severity.WARNING,
        Tolerance.SUM,
        formula="目标所写预算 = 预算数；所写支出 = 决算数（整体和每个项目）；总额 = 其中各项之和",
        source="《部门整体支出绩效自评表》《项目支出绩效自评表》：年度总体目标",
        example="目标写“预算总额174万元”，填报 202.64 万元的。",
        test=amounts_of_the_goal_are_those_of_the_return,
        version=2,
    ),
)
