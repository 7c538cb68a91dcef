"""Indicators and their result: C-070 to C-079, C-082. Source: checks.md §1; scoring.md A.

What rules compute is read before (`budgets.checks.effects`). A return may say nothing of its effect.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import wraps

from budgets.checks.effects import GOAL, SCHEDULE, Effect, IndicatorSeen
from budgets.checks.given import Given, Term, added
from budgets.checks.reading import half_width
from budgets.money import rate_text, round_half_up, shorten
from budgets.returns import BY_NATURE, PROJECTS
from submissions.findings import Check, Outcome, Place, Severity, Tolerance

SAID_BESIDE = frozenset({"C-070", "C-071", "C-072", "C-073", "C-074"})
"""What the page of the indicators asks for by itself as long as it is so."""
EMPTY_BLOCKS = "blocks"
"""The column of the place that stands for first levels without an indicator: the page asks for those too."""


def is_said_beside(check: Check, outcome: Outcome) -> bool:
    """Whether the page of the indicators says the same: what is left to do is said once.

    It reads no texts, and where scores are one's own it asks nobody to explain them: what a check finds
    there, milder by itself, nobody else says.
    """
    if check.code == "C-078":
        return outcome.place.column == EMPTY_BLOCKS
    return check.code in SAID_BESIDE and outcome.place.schedule == SCHEDULE and outcome.severity is None


ROUNDED = Decimal("0.1")
"""So far may a score differ from the computed one (A3)."""
MUCH, VERY_MUCH = Decimal(130), Decimal(150)
"""From this completion on, in percent, a target was set too low."""
FEWEST, MOST = 5, 20
"""So many third-level indicators a return has."""
FAR = Decimal(90)
"""Below this execution rate, in percent, full marks in everything are looked at."""
FULL = Decimal(100)
MANY = 2
"""Of so many projects on it is looked at when each has all points."""

NOTHING = "没有填绩效目标和指标。"

Test = Callable[[Given], Iterator[Outcome]]


def _of_effect(test: Callable[[Given, Effect], Iterator[Outcome]]) -> Test:
    """Let a check be about a return that says something of its effect."""

    @wraps(test)
    def tested(given: Given) -> Iterator[Outcome]:
        if given.effect is None or given.effect.is_empty:
            yield given.not_applicable(given.whole, NOTHING)
        else:
            yield from test(given, given.effect)

    return tested


def _of_each(test: Callable[[Given, IndicatorSeen], Outcome | None]) -> Test:
    """Let a check be about each indicator; None: it is not about that one."""

    @wraps(test)
    def tested(given: Given, effect: Effect) -> Iterator[Outcome]:
        found = [outcome for each in effect.indicators if (outcome := test(given, each)) is not None]
        yield from found or [given.missing(effect.place, [Term("这条规则要看的绩效指标", None)])]

    return _of_effect(tested)


# --- Weights and scores


@_of_effect
def weights_fill_their_blocks(given: Given, effect: Effect) -> Iterator[Outcome]:
    """C-070: the weights of a first level are its points, and all with the execution rate are 100."""
    blank = [Term(f"“{shorten(each.name)}”的分值", None) for each in effect.indicators if each.weight is None]
    if blank or not effect.indicators:
        yield given.missing(effect.place, blank or [Term("绩效指标", None)])
        return
    left = sum((block.points - block.given for block in effect.blocks), Decimal(0))
    is_shared_otherwise = not left and bool(effect.weights_reason.strip())
    for block in effect.blocks:
        actual, expected = block.given, block.points
        if block.given == block.points or is_shared_otherwise:
            yield given.holds(effect.place, actual=actual, expected=expected)
            continue
        more = "多" if block.given > block.points else "少"
        gap = f"{more} {_points(abs(block.given - block.points))}"
        yield given.fails(
            _place_of_block(effect, block.name),
            f"{block.name}的分值合计 {_points(block.given)}，应为 {_points(block.points)}，{gap}。",
            actual=actual,
            expected=expected,
            remedy="调整各指标的分值；合计仍为 100 而确需调整的，在“年度总体目标”页写明原因。",
        )


def _place_of_block(effect: Effect, name: str) -> Place:
    return Place(effect.place.schedule, "", name, effect.place.schedule_title, "", name)


def _points(points: Decimal) -> str:
    return f"{points.normalize():f}"


@_of_effect
def scores_are_within_their_weights(given: Given, effect: Effect) -> Iterator[Outcome]:
    """C-071: a score is from 0 to its weight, and a total that is stated in words is the sum."""
    if not effect.indicators:
        yield given.missing(effect.place, [Term("绩效指标的得分", None)])
    for each in effect.indicators:
        yield _within_weight(given, each)
    for place, words, stated in _stated_totals(given, effect):
        yield _stated_total(given, effect, place, words, stated)


def _within_weight(given: Given, each: IndicatorSeen) -> Outcome:
    place = each.place("score")
    if each.score is None or each.weight is None:
        names = {"得分": each.score, "分值": each.weight}
        return given.missing(place, [Term(f"{each.name}的{title}", value) for title, value in names.items()])
    if each.score <= each.weight:
        return given.holds(place, actual=each.score, expected=each.weight)
    return given.fails(
        place,
        f"“{each.name}”的得分 {_points(each.score)}，超过分值 {_points(each.weight)}。",
        actual=each.score,
        expected=each.weight,
        remedy="得分最高等于分值，请改正。",
    )


_TOTAL_STATED = re.compile(
    r"(?:自评|绩效评价)[ \u3000]*(?:总|综合)?(?:得|评)?分(?:数|值)?[ \u3000]*(?:为|是|:|：)?[ \u3000]*"
    r"(\d+(?:\.\d+)?)[ \u3000]*分(?!及?以[上下]|[(（]含|[-~～—至到])"
)
_END_OF_SENTENCE = re.compile(r"[。；;！？\n]")
_END_OF_CLAUSE = re.compile(r"[,，。；;！？\n]")
_PART = r"项目(?!标)|专项"
_SUBJECT = re.compile(rf"(?P<part>{_PART})|整体|部门|[本我]单位")
"""Of what a sentence speaks: the word named last before a result says of what that is."""
_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)年|(?P<past>上年|上一年|去年|往年)|本年|今年")


def _is_of_the_return(given: Given, text: str, found: re.Match[str]) -> bool:
    """Whether a result that a half-width text states is that of the department in the year of the return.

    Not where the words nearest before it in the sentence, or those behind it in the clause, name a project or
    another year: nobody is accused in doubt.
    """
    before = _END_OF_SENTENCE.split(text[: found.start()])[-1]
    behind = _END_OF_CLAUSE.split(text[found.end() :])[0]
    subjects, years = list(_SUBJECT.finditer(before))[-1:], list(_YEAR.finditer(before))[-1:]
    is_of_part = any(each["part"] for each in subjects) or re.search(_PART, behind)
    is_of_another = any(_is_another(each, given.year) for each in (*years, *_YEAR.finditer(behind)))
    return not (is_of_part or is_of_another)


def _is_another(named: re.Match[str], year: int) -> bool:
    return bool(named["past"]) or named["year"] not in (None, str(year))


def _stated(
    given: Given, effect: Effect, words: re.Pattern[str]
) -> Iterator[tuple[Place, str, re.Match[str]]]:
    """What texts state of the result of the return: its place, the words as they stand, what was found."""
    for name, text in _texts(given, effect).items():
        plain = half_width(text)
        for found in words.finditer(plain):
            if _is_of_the_return(given, plain, found):
                quoted = text[found.start() : found.end()]
                yield _place_in(given, effect, name, quoted), quoted, found


def _stated_totals(given: Given, effect: Effect) -> Iterator[tuple[Place, str, Decimal]]:
    """The totals that texts state, with their places and words."""
    for place, words, found in _stated(given, effect, _TOTAL_STATED):
        yield place, words, Decimal(found[1])


def _texts(given: Given, effect: Effect) -> dict[str, str]:
    """The texts in which a result may be stated, by name."""
    return {GOAL: effect.achieved, **given.texts}


def _place_in(given: Given, effect: Effect, name: str, words: str) -> Place:
    return effect.goal_place if name == GOAL else given.text_place(name, words)


def _stated_total(given: Given, effect: Effect, place: Place, words: str, stated: Decimal) -> Outcome:
    if effect.total is None:
        return given.missing(place, [Term("自评总分", None)])
    places = max(0, -int(stated.as_tuple().exponent))
    actual, expected = stated, effect.total
    if round_half_up(effect.total, places) == stated:
        return given.holds(place, actual=actual, expected=expected)
    return given.fails(
        place,
        f"写的是“{words}”，各项得分合计 {rate_text(effect.total)} 分。",
        actual=actual,
        expected=expected,
        remedy="按绩效指标页的总分改正文字。",
        quotation=words,
    )


def _score_of_rule(given: Given, each: IndicatorSeen) -> Outcome | None:
    """C-072: a score is the one its rule gives, within 0.1, or explained."""
    if not each.is_quantitative:
        return None
    place = each.place("score")
    if each.computed is None or each.score is None:
        return given.cannot(place, f"“{each.name}”的得分没有填，或按指标值和完成值算不出来")
    actual, expected = each.score, each.computed
    if abs(each.score - each.computed) <= ROUNDED or each.explanation.strip():
        return given.holds(place, actual=actual, expected=expected)
    asks = given.effect is None or given.effect.own_scores_are_explained
    return given.fails(
        place,
        f"“{each.name}”的得分 {rate_text(each.score)}，按指标值和完成值应为 {rate_text(each.computed)}。",
        actual=actual,
        expected=expected,
        remedy="采用计算得分，或在“情况说明”里写明为什么不同。",
        severity=None if asks else Severity.INFORMATION,
    )


def _lost_points(given: Given, each: IndicatorSeen) -> Outcome:
    """C-073: points that were lost have a reason and a measure."""
    place = each.place("deviation_reason")
    if each.score is None or each.weight is None:
        return given.missing(place, [Term(f"“{each.name}”的得分或分值", None)])
    words = {"偏差原因": each.reason, "改进措施": each.measure}
    blank = "和".join(title for title, text in words.items() if not text.strip())
    if each.score >= each.weight or not blank:
        return given.holds(place, actual=each.score, expected=each.weight)
    column = "deviation_reason" if "偏差原因" in blank else "improvement_measure"
    return given.fails(
        each.place(column),
        f"“{each.name}”的得分 {_points(each.score)}，低于分值 {_points(each.weight)}，没有写{blank}。",
        actual=each.score,
        remedy=f"请写明{blank}。",
    )


def _much_more(given: Given, each: IndicatorSeen) -> Outcome | None:
    """C-074: what was over-fulfilled by 30 % and more is explained."""
    if not each.is_quantitative:
        return None
    place = each.place("explanation")
    if each.completion is None:
        return given.cannot(place, f"“{each.name}”的完成程度算不出来")
    actual, expected = round_half_up(each.completion), MUCH
    if each.completion < MUCH or each.explanation.strip():
        return given.holds(place, actual=actual, expected=expected)
    grave = "，偏离很大" if each.completion >= VERY_MUCH else ""
    return given.fails(
        place,
        f"“{each.name}”完成指标值的 {rate_text(each.completion)}%，达到 {MUCH}% 以上{grave}，没有说明。",
        actual=actual,
        expected=expected,
        remedy="在“情况说明”里写明原因：指标值定低了，还是任务增加了。",
    )


# --- Target and actual value

COST = ("cost", "cost_economic", "cost_social", "cost_ecological")
_MONEY = {"元": Decimal(1), "万元": Decimal(10**4), "万": Decimal(10**4), "亿元": Decimal(10**8)}
_SAVED = re.compile("节约|节省|降低|减少|压减|下降")


@_of_effect
def targets_are_measured(given: Given, effect: Effect) -> Iterator[Outcome]:
    """C-075: target and actual value are numbers in one unit, and costs count downwards."""
    if not effect.indicators:
        yield given.missing(effect.place, [Term("绩效指标", None)])
    for each in effect.indicators:
        yield from _measured(given, each)


def _measured(given: Given, each: IndicatorSeen) -> Iterator[Outcome]:
    remedy = "改正这一格，或改选指标性质。"
    for column, text in each.mistakes:
        yield given.fails(each.place(column), f"“{each.name}”：{text}", remedy=remedy)
    if _counts_wrong_way(each):
        sentence = f"“{each.name}”是成本指标，指标性质选的却是“≥ 正向”：花得越多得分越高。"
        yield given.fails(each.place("direction"), sentence, remedy="成本指标选“≤ 反向”。")
    elif not each.direction and (each.target_text or each.actual_text):
        yield given.cannot(each.place("direction"), f"“{each.name}”没有选指标性质")
    elif not each.mistakes:
        yield given.holds(each.place("target_value"))


def _counts_wrong_way(each: IndicatorSeen) -> bool:
    is_cost = each.second_level in COST and each.unit in _MONEY
    return is_cost and each.direction == "at_least" and not _SAVED.search(each.name)


def costs_are_spent(given: Given) -> Iterator[Outcome]:
    """C-076: what a cost indicator names and reached is what was spent on it.

    In the form of a project the cost of the whole is that of the project (项目总成本).
    """
    effect = given.effect
    if effect is None or (effect.is_empty and not effect.begun):
        yield given.not_applicable(given.whole, NOTHING)
        return
    costs = [
        *((each, each.place("actual_value"), _spent_on(given, each.name)) for each in effect.indicators),
        *(
            (each, project.place_of(each), _spent_on_project(given, project.name, each.name))
            for project in effect.begun
            for each in project.indicators
        ),
    ]
    found = [_cost(given, each, place, spent) for each, place, spent in costs if spent and _is_cost(each)]
    yield from found or [given.missing(effect.place, [Term("这条规则要看的绩效指标", None)])]


def _is_cost(each: IndicatorSeen) -> bool:
    return each.second_level in COST and each.unit in _MONEY and not _SAVED.search(each.name)


def _cost(given: Given, each: IndicatorSeen, place: Place, spent: Term) -> Outcome:
    if each.actual is None or spent.figure is None:
        return given.missing(place, [Term(f"“{each.name}”的实际完成值", each.actual), spent])
    yuan = each.actual * _MONEY[each.unit]
    actual, expected = yuan, spent.figure
    if abs(yuan - spent.figure) <= _MONEY[each.unit] / 100:
        return given.holds(place, actual=actual, expected=expected)
    failed = given.fails(
        place,
        f"“{each.name}”的实际完成值 {given.said_with_unit(yuan)}，"
        f"{spent.label}的决算数是 {given.said_with_unit(spent.figure)}。",
        actual=actual,
        expected=expected,
        remedy="成本指标的实际完成值填实际支出数，请核对。",
    )
    return failed._replace(in_yuan=True)


_WHOLE_COST = re.compile(r"^(?:项目)?(?:总成本|成本总额|总投资|支出总额)(?:控制)?(?:数|额)?$")


def _spent_on_project(given: Given, project: str, name: str) -> Term | None:
    """What was spent on a project, where a name is of the cost of the whole; blank where a row of it is."""
    if not _WHOLE_COST.search(name):
        return None
    terms = [given.term_of(row, "outturn", project) for row in given.lines(PROJECTS) if row.name == project]
    is_whole = all(term.figure is not None for term in terms)
    return added(project, terms) if is_whole else Term(project, None)


_NATURES = {
    "项目支出": "project",
    "基本支出": "basic",
    "人员经费": "basic_personnel",
    "公用经费": "basic_operating",
}


def _spent_on(given: Given, name: str) -> Term | None:
    """What was spent on the one thing a name names: a project, or a kind of expenditure; None in doubt."""
    projects = [row for row in given.lines(PROJECTS) if row.name and row.name in name]
    natures = [code for words, code in _NATURES.items() if words in name]
    if len(projects) + len(natures) != 1:
        return None
    if projects:
        return given.term_of(projects[0], "outturn")
    return given.term(BY_NATURE, natures[0], "outturn")


# --- What the indicators are

_MISPLACED = (
    (re.compile("满意(?:度|率)"), ("satisfaction",), "满意度指标"),
    (
        re.compile("(?:资金|经费|款项)(?:支付|拨付|到位|下达)(?:率|进度|及时)"),
        ("timeliness", "quality"),
        "时效指标",
    ),
    (re.compile("(?:成本|经费|支出|投资)(?:控制|节约)(?:数|率|额)?$"), (*COST, "economic"), "成本指标"),
)
"""Names that belong under one kind of second level beyond doubt: words, where they may stand, and best."""


def _kind_of_name(given: Given, each: IndicatorSeen) -> Outcome | None:
    """C-077: an indicator stands under the second level its name belongs to."""
    if not each.second_level:
        return given.missing(each.place("second_level"), [Term(f"“{each.name}”的二级指标", None)])
    place = each.place("second_level")
    for words, levels, best in _MISPLACED:
        if words.search(each.name) and each.second_level not in levels:
            return given.fails(
                place,
                f"“{each.name}”放在{each.level_title}下面，看名称应是{best}。",
                remedy="改选二级指标；名称不准确的，改名称。",
                quotation=each.name,
            )
    return given.holds(place)


@_of_effect
def indicators_are_complete(given: Given, effect: Effect) -> Iterator[Outcome]:
    """C-078: every first level has an indicator, output a number, and all are from 5 to 20."""
    if not effect.indicators:
        yield given.missing(effect.place, [Term("绩效指标", None)])
        return
    empty = [block.name for block in effect.blocks if not block.count]
    if empty:
        place = _place_of_block(effect, EMPTY_BLOCKS)
        yield given.fails(place, f"没有{'、'.join(empty)}。", remedy="每个一级指标至少填一个。")
    if not _has_number(effect):
        yield given.fails(
            _place_of_block(effect, "output"),
            "产出指标里没有一个定量指标。",
            remedy="产出至少有一个能用数量衡量的指标。",
        )
    yield _counted(given, effect)


_OUTPUT = ("quantity", "quality", "timeliness")


def _has_number(effect: Effect) -> bool:
    """Whether an output is quantitative, or may be: one of unknown direction is not accused."""
    outputs = [each for each in effect.indicators if each.second_level in _OUTPUT]
    return any(each.is_quantitative or not each.direction for each in outputs)


def _counted(given: Given, effect: Effect) -> Outcome:
    count = len(effect.indicators)
    bound = Decimal(FEWEST if count < FEWEST else MOST)
    if FEWEST <= count <= MOST:
        return given.holds(effect.place, actual=Decimal(count), expected=bound)
    return given.fails(
        effect.place,
        f"有 {count} 个三级指标，一般是 {FEWEST} 到 {MOST} 个。",
        actual=Decimal(count),
        expected=bound,
        remedy="补充主要工作的指标，或合并零碎的指标。",
    )


def full_marks_fit_the_execution(given: Given) -> Iterator[Outcome]:
    """C-079: not everything is reached in full where much was not spent, nor in every single project."""
    effect = given.effect
    if effect is None or (effect.is_empty and not effect.begun):
        yield given.not_applicable(given.whole, NOTHING)
        return
    if not effect.is_empty:
        yield _full_marks(given, effect.place, effect.indicators, effect.rate, "")
    for each in effect.begun:
        yield _full_marks(given, each.place, each.indicators, each.rate, f"项目“{shorten(each.name)}”的")
    yield from _every_project_full(given, effect)


def _full_marks(
    given: Given, place: Place, indicators: Sequence[IndicatorSeen], rate: Decimal | None, of: str
) -> Outcome:
    scores = [(each.score, each.weight) for each in indicators]
    if rate is None or not scores or any(None in pair for pair in scores):
        return given.cannot(place, f"{of}预算执行率、得分或分值没有填齐")
    actual, expected = round_half_up(rate), FAR
    if rate >= FAR or any(score != weight for score, weight in scores):
        return given.holds(place, actual=actual, expected=expected)
    return given.fails(
        place,
        f"{of}全部 {len(scores)} 个指标得满分，预算执行率只有 {rate_text(rate)}%。",
        actual=actual,
        expected=expected,
        remedy="核对各指标的实际完成值；确实都完成了的，说明为什么钱没有花完。",
    )


def _every_project_full(given: Given, effect: Effect) -> Iterator[Outcome]:
    """All projects, two at least, have the whole hundred; nothing is said before each has a total."""
    totals = [each.total for each in effect.asked]
    if len(totals) < MANY or None in totals:
        return
    full = sum(total == FULL for total in totals)
    if full < len(totals):
        yield given.holds(effect.projects_place)
        return
    yield given.fails(
        effect.projects_place,
        f"{full} 个项目的自评总分全部是 {FULL} 分。",
        actual=Decimal(full),
        remedy="核对各项目的实际完成值和得分；确实都完成了的，说明依据。",
    )


_GRADE_STATED = re.compile(
    r"(?:自评|评价|绩效)(?:"
    r"(?:等级|等次)(?:(?:为|是|:|：)?[“\"‘]?(?P<grade>[优良差])[秀好]?|(?:为|是|:|：|[“\"‘])+(?P<middle>中)等?)"
    r"|(?:结果|结论)(?:为|是|:|：|[“\"‘])+(?P<result>[优良中差])"
    r")(?=[”\"’。,，;；\s级]|$)"
)
"""A grade behind 等级 or 等次, or a letter alone behind 结果为: 结果良好 and 结果中 are ordinary words."""


@_of_effect
def grade_is_of_the_total(given: Given, effect: Effect) -> Iterator[Outcome]:
    """C-082: a grade that is stated in words is that of the total."""
    if effect.total is None:
        yield given.missing(effect.place, [Term("自评总分", None)])
        return
    yield given.holds(effect.place, actual=effect.total)
    for place, words, found in _stated(given, effect, _GRADE_STATED):
        if effect.grade in found.groups():
            yield given.holds(place)
            continue
        yield given.fails(
            place,
            f"写的是“{words}”，总分 {rate_text(effect.total)} 分的等级是“{effect.grade}”。",
            remedy="按绩效指标页的等级改正文字。",
            quotation=words,
        )


_FORM = "《部门整体支出绩效自评表》"
_NATIONAL = "财预〔2020〕10号"

CHECKS = (
    Check(
        "C-070",
        "指标分值合计等于各一级指标的分值，总计 100",
        Severity.ERROR,
        Tolerance.EXACT,
        formula="Σ 三级指标分值 = 一级指标分值；各一级指标 + 预算执行率 = 100",
        source=f"{_NATIONAL}；{_FORM}",
        example="产出指标应为 50，各三级指标合计 45 的，少 5。",
        test=weights_fill_their_blocks,
    ),
    Check(
        "C-071",
        "得分不超过分值，写出的总分等于各项得分之和",
        Severity.ERROR,
        Tolerance.EXACT,
        formula="0 ≤ 得分 ≤ 分值；总分 = Σ 得分",
        source=_FORM,
        example="分值 10、得分 12 的，超过分值；各项合计 88、写“自评得分98分”的，多 10。",
        test=scores_are_within_their_weights,
    ),
    Check(
        "C-072",
        "定量指标的得分与按规则计算的一致",
        Severity.WARNING,
        Tolerance.NONE,
        formula="|得分 − 计算得分| ≤ 0.1，否则写情况说明",
        source=f"{_NATIONAL}：完成值与指标值之比乘以分值",
        example="指标值 26、完成 12、分值 10，填 10 分的，应为 4.62。",
        test=_of_each(_score_of_rule),
    ),
    Check(
        "C-073",
        "得分低于分值的，写明偏差原因和改进措施",
        Severity.ERROR,
        Tolerance.NONE,
        formula="得分 < 分值 ⇒ 偏差原因、改进措施",
        source=f"{_FORM}：偏差原因分析及改进措施",
        example="分值 10、得分 8，两栏空着的，要写。",
        test=_of_each(_lost_points),
    ),
    Check(
        "C-074",
        "完成值达到指标值 130% 以上的，说明原因",
        Severity.WARNING,
        Tolerance.NONE,
        formula="完成值 ÷ 指标值 ≥ 130% ⇒ 情况说明",
        source="复核口径：偏离指标值 30% 以上的要标明",
        example="指标值 100、完成 150 的，完成 150%。",
        test=_of_each(_much_more),
    ),
    Check(
        "C-075",
        "指标值和完成值是同一单位的数，成本指标按“不超过”计",
        Severity.ERROR,
        Tolerance.NONE,
        formula="定量指标：指标值、完成值为数，单位相同；成本 ≤",
        source=_NATIONAL,
        example="指标值 ≤30 万元、完成值“完成”的；成本写 ≥17.4 万元的。",
        test=targets_are_measured,
    ),
    Check(
        "C-076",
        "成本指标的完成值等于该项的决算数",
        Severity.WARNING,
        Tolerance.SAME,
        formula="成本指标完成值 = 项目（或支出性质）的决算数；项目自评表的总成本 = 项目的决算数",
        source="项目支出绩效自评表：成本指标、全年执行数",
        example="完成值 90 万元、全年执行数 89.974 万元的，不一致。",
        version=2,
        test=costs_are_spent,
    ),
    Check(
        "C-077",
        "三级指标放在相应的二级指标下面",
        Severity.WARNING,
        Tolerance.NONE,
        formula="满意度、支付进度、成本控制各归其类",
        source="复核口径：指标归类",
        example="“群众满意度”放在质量指标下面的。",
        test=_of_each(_kind_of_name),
    ),
    Check(
        "C-078",
        "各一级指标都有指标，产出有定量指标，总数 5 到 20 个",
        Severity.WARNING,
        Tolerance.NONE,
        formula="每个一级指标 ≥ 1；产出定量 ≥ 1；5 ≤ 三级指标数 ≤ 20",
        source=_NATIONAL,
        example="全部只有 3 个三级指标的。",
        test=indicators_are_complete,
    ),
    Check(
        "C-079",
        "执行率低而全部得满分、或各项目都是 100 分的，要核对",
        Severity.WARNING,
        Tolerance.NONE,
        formula="全部得分 = 分值 且 预算执行率 < 90%（整体和每个项目）；全部项目的总分都是 100",
        source="复核口径：逻辑性",
        example="预算执行率 62%，12 个指标全部满分的；6 个项目个个 100 分的。",
        version=2,
        test=full_marks_fit_the_execution,
    ),
    Check(
        "C-082",
        "写出的等级与总分一致",
        Severity.ERROR,
        Tolerance.EXACT,
        formula="优 ≥ 90，良 80 ≤ 总分 < 90，中 60 ≤ 总分 < 80，差 < 60",
        source=_NATIONAL,
        example="总分 88.5，写“自评等级为优”的。",
        test=grade_is_of_the_total,
    ),
)
