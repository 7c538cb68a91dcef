"""What the report writes itself in each section that has figures: sentences bound to the return, and tables.

Source: forms.md d, section by section; the wording is that of the real report of 零陵区 2023.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from budgets.measures import SHARE, STAFF_CONTROL_RATE, total
from budgets.models import Fund
from budgets.money import AmountUnit, amount_text, rate_text
from budgets.returns import (
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    CARRYOVER,
    PROJECTS,
    REVENUE,
    STAFF,
    THREE_PUBLIC,
    THREE_PUBLIC_COUNTS,
    TOTAL,
)
from budgets.rows import MeasuredRow, RowKind, is_of
from performance.readings import composed_actual, composed_target
from performance.report.document import Of, Paragraph, Run, Table
from performance.report.facts import (
    BUDGET_TO_LAST_YEAR,
    TO_INITIAL,
    TO_LAST_YEAR,
    Comparison,
    Facts,
    Runs,
    joined,
    missing,
    reason_words,
)
from performance.report.own_words import list_beside, reason_beside
from performance.returns import GOAL, INDICATORS, SECOND_LEVELS
from submissions.findings import Place

Block = Paragraph | Table


def _paragraph(*words: str | Run | Sequence[Run]) -> Paragraph:
    """A paragraph of words, runs and groups of runs; a full stop is added where none is."""
    runs: Runs = []
    for each in words:
        if isinstance(each, str):
            runs.append(Run(each))
        else:
            runs += [each] if isinstance(each, Run) else each
    return Paragraph((*runs, Run("。")))


def _heading(text: str) -> Paragraph:
    return Paragraph((Run(text),), is_heading=True)


def _own_reason(facts: Facts, section: str, row: MeasuredRow, by: Comparison) -> str:
    difference = row.measures[by.difference.name]
    return reason_beside(facts.texts.get(section, ""), difference) if difference else ""


# --- 一（一）3 人员编制


def staffing(facts: Facts) -> Iterator[Block]:
    """Authorised posts by kind and persons in service; those who are retired stand beside them."""
    top = facts.row(STAFF, TOTAL)
    kinds = [
        each for each in facts.lines(STAFF) if each.row.parent == TOTAL and facts.number(each, "authorized")
    ]
    yield _paragraph(
        f"{facts.year}年末核定编制数",
        facts.count(top, "authorized", "名"),
        _among([[Run(each.row.name), facts.count(each, "authorized", "名")] for each in kinds]),
        "；年末实有在职人员",
        facts.count(top, "in_service", "人"),
        *_beside_staff(facts),
        "，在职人员控制率",
        facts.percent(top, STAFF_CONTROL_RATE),
    )


def _among(groups: Sequence[Sequence[Run]], opening: str = "，其中：") -> Runs:
    runs = joined(groups, "，")
    return [Run(opening), *runs] if runs else []


def _beside_staff(facts: Facts) -> Iterator[Run | str]:
    beside = [
        each
        for each in facts.lines(STAFF)
        if each.row.parent != TOTAL and facts.number(each, "in_service") is not None
    ]
    if beside:
        yield "（另有"
        for number, each in enumerate(beside):
            yield f"{'、' if number else ''}{each.row.name}"
            yield facts.count(each, "in_service", "人")
        yield "，不计入在职人数）"


# --- 一（二）1 整体支出情况


def overall_spending(facts: Facts) -> Iterator[Block]:
    """What was spent, and each line by function with its share of it."""
    lines = [each for each in facts.lines(BY_FUNCTION) if facts.number(each, "outturn")]
    groups = [
        [
            Run(each.row.full_name),
            facts.amount(each, "outturn"),
            Run("，占总支出"),
            facts.percent(each, SHARE),
        ]
        for each in lines
    ]
    yield _paragraph(
        f"{facts.year}年度支出",
        facts.amount(facts.total, "outturn"),
        "，其中：",
        joined(groups, "；") or missing("按功能分类的支出", facts.place(facts.total, "outturn")),
    )


# --- 一（二）2 预算收支决算情况

_BUDGETS = "budget_and_outturn"


def budget_and_outturn(facts: Facts) -> Iterator[Block]:
    """Budgets, outturns and what changed from the one to the other, each in a part of its own."""
    yield _heading("（1）收入支出预算情况")
    yield _budgets(facts)
    yield _heading("（2）收入支出决算情况")
    yield _outturns(facts)
    yield _carried(facts)
    yield _heading("（3）收入支出与预算对比分析")
    yield _against_budget(facts)
    yield _against_revised(facts)
    yield _five_figures(facts)


def _budgets(facts: Facts) -> Paragraph:
    received = facts.row(REVENUE, TOTAL)
    own = _own_reason(facts, _BUDGETS, facts.total, BUDGET_TO_LAST_YEAR)
    return _paragraph(
        f"{facts.year}年收入年初预算",
        facts.amount(received, "initial_budget"),
        "，支出年初预算",
        facts.amount(facts.total, "initial_budget"),
        f"；{facts.year - 1}年收入年初预算",
        facts.amount(received, "last_year_budget"),
        "，支出年初预算",
        facts.amount(facts.total, "last_year_budget"),
        "；支出年初预算",
        facts.change(facts.total, BUDGET_TO_LAST_YEAR),
        facts.reason(facts.total, BUDGET_TO_LAST_YEAR, own),
    )


def _outturns(facts: Facts) -> Paragraph:
    received = facts.row(REVENUE, TOTAL)
    own = _own_reason(facts, _BUDGETS, facts.total, TO_LAST_YEAR)
    return _paragraph(
        f"{facts.year}年收入决算",
        facts.amount(received, "outturn"),
        _among(list(_sources(facts)), "，其中："),
        "。支出决算",
        facts.amount(facts.total, "outturn"),
        f"；{facts.year - 1}年收入决算",
        facts.amount(received, "last_year_outturn"),
        "，支出决算",
        facts.amount(facts.total, "last_year_outturn"),
        "；支出决算",
        facts.change(facts.total, TO_LAST_YEAR),
        facts.reason(facts.total, TO_LAST_YEAR, own, own_first=True),
    )


def _sources(facts: Facts) -> Iterator[Runs]:
    """The sources of revenue that gave anything, each with its share; joined by commas where it is two."""
    for each in facts.lines(REVENUE):
        if facts.number(each, "outturn"):
            name = each.row.name if each.row.name.endswith("收入") else f"{each.row.name}收入"
            yield [
                Run(name),
                facts.amount(each, "outturn"),
                Run("（占总收入"),
                facts.percent(each, SHARE),
                Run("）"),
            ]


def _carried(facts: Facts) -> Paragraph:
    top = facts.row(CARRYOVER, TOTAL)
    return _paragraph(
        "年初结转和结余",
        facts.amount(top, "opening", is_named=True),
        "，年末结转和结余",
        facts.amount(top, "closing", is_named=True),
    )


def _against_budget(facts: Facts) -> Paragraph:
    reason = facts.reason(facts.total, TO_INITIAL)
    own = _own_reason(facts, _BUDGETS, facts.total, TO_LAST_YEAR)
    typed = reason_words(facts.total.row.variance_reason)
    if typed and typed == reason_words(own or typed) and facts.total.measures[TO_LAST_YEAR.difference.name]:
        reason = [Run("，主要原因同上")]  # it stands two sentences before, word for word
    return _paragraph(
        f"{facts.year}年度支出决算",
        facts.change(facts.total, TO_INITIAL),
        reason if facts.total.measures[TO_INITIAL.difference.name] else [],
    )


def _against_revised(facts: Facts) -> Paragraph:
    """The budget as it was at the end of the year, what documents added, and the execution rate."""
    top = facts.total
    return _paragraph(
        "调整后的全年预算",
        facts.amount(top, "revised_budget"),
        "，预算执行率",
        facts.execution_rate(top),
    )


def _five_figures(facts: Facts) -> Table:
    """The totals of revenue and expenditure in the five figures."""
    rows = [("收入合计", facts.row(REVENUE, TOTAL)), ("支出合计", facts.total)]
    parts = [each for each in facts.rows[BY_NATURE.name] if each.row.code in _NATURES]
    rows += [(f"　其中：{each.row.name}", each) for each in parts]
    return _money_table(
        "收支对比",
        f"{facts.year}年度收支预决算对比",
        rows,
        ("last_year_outturn", "initial_budget", "revised_budget", "outturn"),
        (f"{facts.year - 1}年决算", "年初预算", "全年预算", "决算"),
        facts,
    )


_NATURES = ("basic", "project")


def _money_table(
    name: str,
    title: str,
    rows: Sequence[tuple[str, MeasuredRow]],
    columns: Sequence[str],
    heads: Sequence[str],
    facts: Facts,
    by: Comparison = TO_INITIAL,
    unit: AmountUnit = AmountUnit.WAN,
) -> Table:
    """A table of some figures with the difference and the rate of a comparison behind them."""
    compared = (f"{'较年初预算' if by is TO_INITIAL else '较上年'}增减", "增减率")
    return Table(
        name,
        title,
        unit.label,
        ("项目", *heads, *compared),
        tuple(
            (
                Run(label),
                *(_cell(facts, row, column, unit) for column in columns),
                _cell(facts, row, by.difference.name, unit, signed=True),
                _rate_cell(facts, row, by.rate.name),
            )
            for label, row in rows
        ),
        (False, *(True for _ in columns), True, True),
    )


def _cell(facts: Facts, row: MeasuredRow, column: str, unit: AmountUnit, *, signed: bool = False) -> Run:
    value, place = facts.number(row, column), facts.place(row, column)
    text = amount_text(value, unit, signed=signed)
    if unit is AmountUnit.YUAN:
        text = text.removesuffix(".00")
    return Run(text, place, value, Of.AMOUNT, unit, is_missing=value is None)


def _rate_cell(facts: Facts, row: MeasuredRow, column: str, *, signed: bool = True) -> Run:
    value, place = facts.number(row, column), facts.place(row, column)
    text = "—" if value is None else f"{rate_text(value, signed=signed)}%"
    return Run(text, place, value, Of.PERCENT, is_missing=value is None)


# --- 一（二）3 “三公”经费


def three_public_use(facts: Facts) -> Iterator[Block]:
    """Last year's and this year's outturn item by item, what changed and why, totals, counts."""
    items = facts.lines(THREE_PUBLIC)
    unit = facts.edition.three_public_unit
    last_year = [[Run(each.row.name), facts.amount(each, "last_year_outturn", unit)] for each in items]
    yield _paragraph(f"{facts.year - 1}年度“三公经费”决算支出：", joined(last_year, "，"))
    yield _paragraph(
        f"{facts.year}年度“三公经费”决算支出：",
        joined([_three_public_item(facts, each, unit) for each in items], "；"),
    )
    yield _three_public_total(facts, unit)
    yield _three_public_counts(facts)
    rows = [
        (f"　其中：{each.row.name}" if each.row.depth == 2 else each.row.name, each)
        for each in facts.rows[THREE_PUBLIC.name]
    ]
    yield _money_table(
        "三公明细",
        f"{facts.year}年度“三公”经费支出",
        [*rows[1:], rows[0]],
        ("last_year_outturn", "initial_budget", "outturn"),
        (f"{facts.year - 1}年决算", f"{facts.year}年预算", f"{facts.year}年决算"),
        facts,
        TO_LAST_YEAR,
        unit,
    )


def _three_public_item(facts: Facts, row: MeasuredRow, unit: AmountUnit) -> Runs:
    runs = [Run(row.row.name), facts.amount(row, "outturn", unit)]
    if not (facts.number(row, "outturn") or facts.number(row, "last_year_outturn")):
        return runs  # nothing this year nor last: it need not be said that this is level
    own = _own_reason(facts, "three_public_use", row, TO_LAST_YEAR)
    return [*runs, Run("，"), *facts.change(row, TO_LAST_YEAR, unit), *facts.reason(row, TO_LAST_YEAR, own)]


def _three_public_total(facts: Facts, unit: AmountUnit) -> Paragraph:
    top = facts.row(THREE_PUBLIC, TOTAL)
    return _paragraph(
        f"“三公”经费合计{facts.year - 1}年度决算",
        facts.amount(top, "last_year_outturn", unit),
        f"，{facts.year}年度年初预算",
        facts.amount(top, "initial_budget", unit),
        "、决算",
        facts.amount(top, "outturn", unit),
        "，决算",
        facts.change(top, TO_LAST_YEAR, unit),
    )


_COUNTED = (
    ("overseas_groups", "因公出国（境）团组", "个"),
    ("overseas_persons", "因公出国（境）", "人次"),
    ("vehicles_bought", "公务用车购置", "辆"),
    ("vehicles_held", "公务用车保有量", "辆"),
    ("receptions", "公务接待", "批次"),
    ("reception_persons", "接待", "人次"),
)


def _three_public_counts(facts: Facts) -> Paragraph:
    groups = []
    for code, name, thing in _COUNTED:
        row = facts.row(THREE_PUBLIC_COUNTS, code)
        if facts.number(row, "this_year_count") is not None:
            groups.append([Run(name), facts.count(row, "this_year_count", thing)])
    place = facts.place(facts.row(THREE_PUBLIC_COUNTS, "receptions"), "this_year_count")
    return _paragraph(f"{facts.year}年度", joined(groups, "，") or missing("团组、车辆和接待批次人次", place))


# --- 二（一）基本支出


def basic_spending(facts: Facts) -> Iterator[Block]:
    """The budget by nature, what was spent of it, and what personnel and operating cost."""
    basic, top = facts.row(BY_NATURE, "basic"), facts.row(BY_NATURE, TOTAL)
    gap = facts.reconciliation(BY_NATURE)
    fiscal = "财政拨款" if gap and gap.row.name.startswith("支出中由其他收入") else ""
    yield _paragraph(
        f"{facts.year}年度支出年初预算",
        facts.amount(facts.total, "initial_budget"),
        "，其中：基本支出",
        facts.amount(basic, "initial_budget"),
        "，项目支出",
        facts.amount(facts.row(BY_NATURE, "project"), "initial_budget"),
        f"。{facts.year}年实际{fiscal}支出",
        facts.amount(top, "outturn"),
        [Run("，另有由其他收入安排的支出"), facts.amount(gap, "outturn")] if fiscal and gap else "",
        f"；{fiscal}基本支出",
        facts.amount(basic, "outturn"),
        "，其中：人员经费",
        _with_items(facts, "basic_personnel", "personnel", "，包括："),
        "；公用经费",
        _with_items(facts, "basic_operating", "operating", "，主要包括："),
    )
    yield _paragraph("基本支出", facts.change(basic, TO_INITIAL), facts.reason(basic, TO_INITIAL))


def _with_items(facts: Facts, code: str, group: str, opening: str) -> Runs:
    """An amount with the economic categories that make it up, else what the unit lists behind it."""
    row = facts.row(BY_NATURE, code)
    amount = facts.amount(row, "outturn")
    names = [each.row.name for each in _economic(facts, group) if facts.number(each, "outturn")]
    text, value = facts.texts.get("basic_spending", ""), amount.value
    words = "、".join(names) or (list_beside(text, value) if value else "")
    return [amount, Run(f"{opening}{words}")] if words else [amount]


def _economic(facts: Facts, group: str) -> Iterator[MeasuredRow]:
    """The lines of an economic group: those between its heading and the next one."""
    is_within = False
    for each in facts.rows[BY_ECONOMIC.name]:
        if each.row.depth == 1:
            is_within = each.row.code == group
        elif is_within and each.row.kind == RowKind.LINE:
            yield each


# --- 二（二）项目支出


def project_spending(facts: Facts) -> Iterator[Block]:
    """The budget of the projects, what was spent, and each project."""
    row = facts.row(BY_NATURE, "project")
    own = _own_reason(facts, "project_spending", row, TO_INITIAL)
    names = list(dict.fromkeys(each.row.name for each in facts.lines(PROJECTS)))
    place = facts.place(row, "outturn")
    yield _paragraph(
        f"{facts.year}年项目支出年初批复预算",
        facts.amount(row, "initial_budget"),
        "，项目实际支出",
        facts.amount(row, "outturn"),
        "，",
        facts.change(row, TO_INITIAL),
        facts.reason(row, TO_INITIAL, own),
        "。",
        [Run("项目共"), Run(f"{len(names)}个", value=Decimal(len(names)), of=Of.COUNT)]
        if names
        else missing("各个项目", place),
        f"，主要包括：{'、'.join(names)}" if names else "",
    )
    known = [each for each in facts.lines(PROJECTS) if any(_is_known(facts, each))]
    if known:
        yield _money_table(
            "项目明细",
            f"{facts.year}年度项目支出",
            [(each.row.full_name, each) for each in known],
            ("initial_budget", "revised_budget", "outturn"),
            ("年初预算", "全年预算", "决算"),
            facts,
        )


def _is_known(facts: Facts, row: MeasuredRow) -> Iterator[bool]:
    return (facts.number(row, name) is not None for name in ("initial_budget", "revised_budget", "outturn"))


# --- 三、四、五：三本预算


def _budget_section(title: str, fund: Fund, source: str) -> Callable[[Facts], Iterator[Block]]:
    """Return the writer of one of the other budgets: its income and lines, or that there is none."""

    def write(facts: Facts) -> Iterator[Block]:
        spent = [each for each in facts.lines(BY_FUNCTION) if is_of(each.row, fund)]
        received = next((each for each in facts.lines(REVENUE) if each.row.code == source), None)
        lines = [each for each in spent if facts.number(each, "outturn")]
        has_income = received is not None and facts.number(received, "outturn")
        if not lines and not has_income:
            yield _paragraph(f"我单位无{title}预算支出情况")
            return
        words: list[str | Run | Runs] = [f"{facts.year}年度{title}预算"]
        if received is not None and has_income:
            words += ["收入", facts.amount(received, "outturn"), "，"]
        found = total(None, [each.row.figures["outturn"] for each in lines]).value
        words += ["支出", _sum_run(found) if lines else missing(f"{title}支出")]
        groups = [[Run(each.row.name), facts.amount(each, "outturn")] for each in lines]
        yield _paragraph(*words, _among(groups))

    return write


def _sum_run(value: Decimal | None) -> Run:
    return Run(f"{amount_text(value, AmountUnit.WAN).replace(',', '')}万元", None, value)


# --- 六 绩效情况


def results(facts: Facts) -> Iterator[Block]:
    """The goal of the year, what was reached, the indicators, total and grade."""
    found = facts.performance
    goal, indicators = Place(GOAL), Place(INDICATORS.name.value)
    for title, text in (("年度绩效目标", found.expected), ("目标完成情况", found.achieved)):
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        if len(lines) > 1:
            yield Paragraph((Run(f"{title}："),))
            yield from (Paragraph((Run(line),)) for line in lines)
        else:
            yield Paragraph((Run(f"{title}："), Run(lines[0]) if lines else missing(title, goal)))
    if found.result.total is None:
        yield _paragraph("自评得分", missing("绩效指标和自评得分，总分还算不出来", indicators))
    else:
        points = Run(f"{rate_text(found.result.total)}分", indicators, found.result.total, Of.COUNT)
        yield _paragraph("自评总分", points, f"，等级为“{found.result.grade}”")
    if found.rows:
        yield _indicators(facts)


def _indicators(facts: Facts) -> Table:
    rows = []
    for each in facts.performance.result.indicators:  # with the scores that count
        level = dict(SECOND_LEVELS).get(each.second_level, "")
        cells = [level, each.name, composed_target(each) or "—", composed_actual(each) or "—"]
        cells += [rate_text(points) for points in (each.max_score, each.score)]
        rows.append(tuple(Run(cell) for cell in cells))
    return Table(
        "绩效指标",
        f"{facts.year}年度绩效指标完成情况",
        "",
        ("二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"),
        tuple(rows),
        (False, False, False, False, True, True),
    )


WRITERS: dict[str, Callable[[Facts], Iterator[Block]]] = {
    "staffing": staffing,
    "overall_spending": overall_spending,
    "budget_and_outturn": budget_and_outturn,
    "three_public_use": three_public_use,
    "basic_spending": basic_spending,
    "project_spending": project_spending,
    "government_fund": _budget_section("政府性基金", Fund.GOVERNMENT_FUND, "government_fund"),
    "state_capital": _budget_section("国有资本经营", Fund.STATE_CAPITAL, "state_capital"),
    "social_insurance": _budget_section("社会保险基金", Fund.SOCIAL_INSURANCE, ""),
    "results": results,
}
"""The writer of each section by the name of its text; of the others the unit writes all."""

FIGURED = tuple(name for name in WRITERS if name != "results")
"""The sections whose sentences the report writes, so that the unit's own may say the same."""
