"""Budget against final accounts, as far as figures say it: C-040, C-042 to C-045. Source: checks.md §1.

What is only in sentences (C-041, C-046, C-047: a stated percentage and what it is called) is checked there.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from budgets.adjustments import signed
from budgets.cells import row_label
from budgets.checks.given import Given, Term, is_known
from budgets.checks.variances import (
    REASON_REMEDY,
    figure_of,
    in_words,
    needs_reason,
    rows_to_explain,
    stands_for_itself,
)
from budgets.measures import Origin, ratio
from budgets.returns import ADJUSTMENTS, BY_FUNCTION, BY_NATURE, PROJECTS, TOTAL
from budgets.rows import PROJECT_ITEM, Row, RowKind
from submissions.findings import Check, Outcome, Severity, Tolerance

_EXPENDITURE = (BY_FUNCTION, BY_NATURE, PROJECTS)
_REVISED = "全年预算数"
_EXECUTION = ("revised_budget", "outturn")


def revised_budgets_are_documented(given: Given) -> Iterator[Outcome]:
    """C-040: a revised budget that was typed is the initial one and what the documents of the year change.

    What was carried over from last year is a document, too. Without any document nothing can be compared,
    unless nothing was changed; a row of which documents do not tell enough is left to the total.
    """
    rows = [
        row
        for row in rows_to_explain(given, *_EXPENDITURE)
        if row.figures["revised_budget"].value is not None
    ]
    for row in rows:
        outcome = _is_documented(given, row)
        if outcome:
            yield outcome
    if not rows:
        place = given.schedule_place(BY_FUNCTION, "revised_budget")
        yield given.missing(place, [Term(_REVISED, None)])


def _is_documented(given: Given, row: Row) -> Outcome | None:
    """Compare one revised budget; None where the documents leave open what belongs to the row."""
    place = given.place(row, "revised_budget")
    revised = figure_of(given, row, "revised_budget", _REVISED)
    initial = figure_of(given, row, "initial_budget", "年初预算数")
    is_typed = row.figures["revised_budget"].origin in (Origin.ENTERED, Origin.STATED)
    if initial.figure is None:
        return given.missing(place, [initial])
    if not is_typed or revised.figure == initial.figure + (row.adjusted or 0):
        return given.holds(place, actual=revised.figure, expected=revised.figure)
    if not given.rows[ADJUSTMENTS.name.value]:
        return given.missing(place, [Term("预算调整（追加、调减的文件）", None)])
    if row.adjusted is None or not _documents_tell_of(given, row):
        return None
    documents = given.rows[ADJUSTMENTS.name.value]
    in_wan = any(given.is_in_wan(document) for document in documents)
    changed = Term("文件增减", row.adjusted, in_wan, figures=len(documents))
    remedy = "补齐“预算调整”里追加、调减和上年结转的文件；都齐的，清空全年预算数，系统会自动计算。"
    return given.sum_of(place, revised, [initial._replace(label="年初预算数"), changed], remedy=remedy)


def _documents_tell_of(given: Given, row: Row) -> bool:
    """Whether every document says how much it changes, and, but for the total, which row of the schedule."""
    lines = [document.line for document in given.rows[ADJUSTMENTS.name.value]]
    if any(signed(line) is None for line in lines):
        return False
    name = "function" if row.schedule.name == BY_FUNCTION.name else "use"
    is_every_one = row.schedule.name == BY_FUNCTION.name and row.kind == RowKind.TOTAL
    return is_every_one or all(getattr(line, name) for line in lines)


def outturns_are_within_the_budget(given: Given) -> Iterator[Outcome]:
    """C-042: no row spent more than its revised budget. What a subtotal sums is said of its lines."""
    rows = [
        row
        for row in rows_to_explain(given, *_EXPENDITURE)
        if stands_for_itself(row)
        and None not in (row.figures["revised_budget"].value, row.figures["outturn"].value)
    ]
    for row in rows:
        yield _is_within_the_budget(given, row)
    if not rows:
        yield _no_revised_budget(given)


def _is_within_the_budget(given: Given, row: Row) -> Outcome:
    place, lacking = given.place(row, "execution_rate"), given.lacking_below(row, *_EXECUTION)
    if lacking:
        return given.missing(place, lacking)
    spent = figure_of(given, row, "outturn", "决算数")
    revised = given.term_of(row, "revised_budget", _REVISED)
    rate = ratio(spent.figure, revised.figure)
    remedy = "核对全年预算数是否已按追加、调减更新，再核对决算数。"
    arithmetic = "" if rate is None else f"执行率 {given.said_rate(rate)}"
    return given.at_most(place, spent, revised, arithmetic=arithmetic, remedy=remedy)


def _no_revised_budget(given: Given) -> Outcome:
    place = given.schedule_place(BY_FUNCTION, "execution_rate")
    return given.missing(place, [given.term(BY_FUNCTION, TOTAL, "revised_budget", f"支出{_REVISED}")])


def low_execution_has_reasons(given: Given) -> Iterator[Outcome]:
    """C-043: an execution rate far below 100 % has its reason: of the total, of 基本支出, of each project.

    Where no project has a rate, of 项目支出.
    """
    projects = _executed(given.lines(PROJECTS)) or _executed([given.item(BY_NATURE, PROJECT_ITEM)])
    rows = [*_executed([given.item(BY_FUNCTION, TOTAL), given.item(BY_NATURE, "basic")]), *projects]
    for row in rows:
        yield _is_executed(given, row)
    if not rows:
        yield _no_revised_budget(given)


def _executed(rows: Sequence[Row]) -> list[Row]:
    """The rows that have an execution rate."""
    return [
        row
        for row in rows
        if ratio(row.figures["outturn"].value, row.figures["revised_budget"].value) is not None
    ]


def _is_executed(given: Given, row: Row) -> Outcome:
    spent, revised = Decimal(row.values["outturn"]), Decimal(row.values["revised_budget"])
    rate = ratio(spent, revised) or Decimal(0)
    place, limits = given.place(row, "execution_rate"), given.thresholds
    lacking = given.lacking_below(row, *_EXECUTION)
    if lacking:
        return given.missing(place, lacking)
    if rate >= limits.execution_rate:
        return given.holds(place, actual=spent, expected=revised)
    is_strong = rate < limits.strong_execution_rate
    limit = limits.strong_execution_rate if is_strong else limits.execution_rate
    return given.fails(
        place,
        f"{row_label(row)}执行率 {given.said_rate(rate)}，{'明显偏低，' if is_strong else ''}"
        f"低于 {limit.normalize():f}%，要写明原因。",
        actual=spent,
        expected=revised,
        arithmetic=f"决算数 {given.said(spent)} ÷ 全年预算数 {given.said(revised)} = {given.said_rate(rate)}",
        remedy=REASON_REMEDY,
        row=row,
    )


def additions_are_small(given: Given) -> Iterator[Outcome]:
    """C-044: what was added during the year is a small part of the initial budget (预算控制率).

    Without a revised budget at least what was spent above the initial one was added.
    """
    row = given.item(BY_FUNCTION, TOTAL)
    initial = figure_of(given, row, "initial_budget", "年初预算数")
    revised = figure_of(given, row, "revised_budget", _REVISED)
    spent = given.term_of(row, "outturn")
    place = given.place(row, "revised_budget")
    basis = "revised_budget" if is_known(revised) else "outturn"
    if lacking := given.lacking_below(row, "initial_budget", basis):
        yield given.missing(place, lacking)
        return
    if not initial.figure or (revised.figure is None and (spent.figure or 0) <= initial.figure):
        needed = [initial] if initial.figure is None else [revised]
        is_from_zero = initial.figure == 0
        yield (
            given.not_applicable(place, "年初预算数为 0。") if is_from_zero else given.missing(place, needed)
        )
        return
    yield _is_small(given, row, initial.figure, revised.figure, spent.figure)


def _is_small(
    given: Given, row: Row, initial: Decimal, revised: Decimal | None, spent: Decimal | None
) -> Outcome:
    reached = revised if revised is not None else spent or Decimal(0)
    place, limits = given.place(row, "revised_budget"), given.thresholds
    added, rate = reached - initial, ratio(reached - initial, initial) or Decimal(0)
    if rate <= limits.control_rate:
        return given.holds(place, actual=reached, expected=initial)
    is_strong = rate > limits.strong_control_rate
    limit = limits.strong_control_rate if is_strong else limits.control_rate
    means = "追加" if revised is not None else "全年预算数未填，按决算数推算至少追加"
    return given.fails(
        place,
        f"{means} {given.said_with_unit(added)}，预算控制率 {given.said_rate(rate)}，"
        f"{'明显偏高，' if is_strong else ''}超过 {limit.normalize():f}%。",
        actual=reached,
        expected=initial,
        arithmetic=f"{given.said(added)} ÷ 年初预算数 {given.said(initial)} = {given.said_rate(rate)}",
        remedy="在支出合计的“差异原因”里写明追加了什么、依据哪份文件。",
        row=row,
    )


def variances_have_reasons(given: Given) -> Iterator[Outcome]:
    """C-045: an outturn far from the initial budget has its reason; from where on is the round's."""
    rows = [
        row
        for row in rows_to_explain(given)
        if None not in (row.figures["outturn"].value, row.figures["initial_budget"].value)
    ]
    for row in rows:
        yield _variance_has_reason(given, row)
    if not rows:
        place = given.schedule_place(BY_FUNCTION, "initial_budget")
        yield given.missing(place, [Term("年初预算数", None)])


def _variance_has_reason(given: Given, row: Row) -> Outcome:
    place = given.place(row, "variance_to_initial")
    now, before = Decimal(row.values["outturn"]), Decimal(row.values["initial_budget"])
    if not needs_reason(given, row, "initial_budget"):
        return given.holds(place, actual=now, expected=before)
    return given.fails(
        place,
        f"{row_label(row)}决算数比年初预算数{in_words(given, now, before)}，要写明原因。",
        actual=now,
        expected=before,
        remedy=REASON_REMEDY,
        row=row,
    )


CHECKS = (
    Check(
        "C-040",
        "全年预算等于年初预算加追加、减调减",
        Severity.ERROR,
        Tolerance.SUM,
        formula="全年预算数 = 年初预算数 + 追加 − 调减（上年结转写成一份追加）",
        source="项目支出绩效自评表，年度资金总额",
        example="年初 1,385.50、追加 500.00，全年预算填 1,968.01 的，应为 1,885.50，相差 82.51。",
        test=revised_budgets_are_documented,
    ),
    Check(
        "C-042",
        "执行数不超过全年预算",
        Severity.ERROR,
        Tolerance.SAME,
        formula="决算数 ÷ 全年预算数 ≤ 100%",
        source="《部门整体支出绩效自评表》执行率",
        example="全年预算 329.77、执行 338.31，执行率 102.59%，超出 8.54。",
        test=outturns_are_within_the_budget,
    ),
    Check(
        "C-043",
        "执行率偏低的，写明原因",
        Severity.WARNING,
        Tolerance.NONE,
        formula="决算数 ÷ 全年预算数 < 90% ⇒ 差异原因不空（支出合计、基本支出、项目支出和各项目）",
        source="财政绩效自评审核口径",
        example="全年预算 485.50、执行 241.37，执行率 49.72%，要写明原因。",
        test=low_execution_has_reasons,
    ),
    Check(
        "C-044",
        "追加占年初预算的比例不高（预算控制率）",
        Severity.WARNING,
        Tolerance.NONE,
        formula="（全年预算数 − 年初预算数）÷ 年初预算数 ≤ 10%；全年预算数未填的，按超出年初预算的决算数推算",
        source="部门整体支出绩效评价指标体系：预算控制率",
        example="年初预算 1,385.50、追加 582.51，预算控制率 42.04%，超过 30%。",
        test=additions_are_small,
    ),
    Check(
        "C-045",
        "决算数与年初预算数差异较大的，写明原因",
        Severity.WARNING,
        Tolerance.NONE,
        formula="|决算数 − 年初预算数| 达到任务规定的差异率和差异额 ⇒ 差异原因不空",
        source="部门决算公开说明：决算数与年初预算数差异原因",
        example="年初预算 1,385.50、决算 1,968.01，增加 582.51（+42.04%），要写明原因。",
        test=variances_have_reasons,
    ),
)
