"""Year on year, as far as figures say it: C-033 to C-036, C-038. Source: checks.md §1, group Year on year.

What is only in sentences (C-030 to C-032, C-037) is checked in `sentences`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgets.cells import row_label
from budgets.checks.given import Given, Term, added
from budgets.checks.totals import lacking_of_basic
from budgets.checks.variances import REASON_REMEDY, figure_of, in_words, needs_reason, rows_to_explain
from budgets.measures import FIGURE_TITLES, exceeds
from budgets.returns import (
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    CARRYOVER,
    PROJECTS,
    REVENUE,
    SCHEDULES,
    THREE_PUBLIC,
    TOTAL,
    Column,
    Schedule,
)
from budgets.rows import Row, RowKind
from submissions.findings import Check, Outcome, Place, Severity, Tolerance, Verdict

# --- C-033


def last_years_figures_are_the_approved_ones(given: Given) -> Iterator[Outcome]:
    """C-033: last year's figures are those of last year's approved return, or restated with a reason.

    What was carried forward is C-005's.
    """
    if given.last_year is None:
        yield given.cannot(given.whole, "系统里没有本单位上年已审核的填报")
        return
    for schedule in SCHEDULES:
        for column in schedule.comparatives if schedule != CARRYOVER else ():
            yield from _as_approved(given, given.last_year, schedule, column)


def _as_approved(given: Given, past: Given, schedule: Schedule, column: Column) -> Iterator[Outcome]:
    """Compare one column row by row, and its total where all rows agree: so it tells of rows that lack."""
    here = _lines_by_name(given, schedule)
    approved = _lines_by_name(past, schedule)
    found = [
        outcome
        for name, rows in here.items()
        if (outcome := _row_as_approved(given, past, rows, approved.get(name, []), column))
    ]
    yield from found
    total = given.row(schedule, TOTAL)
    if total is None or schedule == PROJECTS:  # whose total is the row 项目支出 by nature
        return
    before = past.row(schedule, TOTAL)
    if before and all(outcome.verdict is Verdict.HOLDS for outcome in found):
        outcome = _row_as_approved(given, past, [total], [before], column)
        if outcome:
            yield outcome


def _lines_by_name(given: Given, schedule: Schedule) -> dict[str, list[Row]]:
    """The lines of a code or project: fund, nature and funding may be stated in other detail this year."""
    found: dict[str, list[Row]] = {}
    for row in given.lines(schedule):
        found.setdefault(row.name if schedule == PROJECTS else row.code, []).append(row)
    return found


def _row_as_approved(
    given: Given, past: Given, rows: Sequence[Row], approved: Sequence[Row], column: Column
) -> Outcome | None:
    """Compare what rows of one name come to; None where one of the years has no figure of it."""
    places = [given.place(row, column.name) for row in rows]
    restated = [place for place in places if place.key in given.restated]
    if restated:
        return given.not_applicable(restated[0], f"上年数已重述：{given.restated[restated[0].key]}")
    actual = _sum_of(given, rows, column.name, f"{row_label(rows[0])}{column.title}")
    expected = _sum_of(past, approved, column.last_year_of, f"{column.title}（上年已审核）")
    is_alone = rows[0].kind == RowKind.TOTAL or not rows[0].schedule.has_total
    if expected.figure is None or (actual.figure is None and not is_alone):
        return None
    if actual.figure is None:
        return given.missing(places[0], [actual])
    return given.same(
        places[0],
        actual,
        expected,
        remedy="改成上年已审核的数；确有变动的，选中这一格按 Enter 重述，写明原因。",
    )


def _sum_of(given: Given, rows: Sequence[Row], column: str, label: str) -> Term:
    return added(label, [given.term_of(row, column) for row in rows])


# --- C-034


def changes_have_reasons(given: Given) -> Iterator[Outcome]:
    """C-034: an outturn far from last year's has its reason.

    From where on is the round's, as on the variance page. A row that C-045 asks already is not asked twice.
    """
    known = [row for row in rows_to_explain(given) if _is_known(row, "outturn", "last_year_outturn")]
    for row in known:
        yield _change_has_reason(given, row)
    if not known:
        place = given.schedule_place(BY_FUNCTION, "last_year_outturn")
        yield given.missing(place, [Term("上年决算数", None)])


def _is_known(row: Row, *columns: str) -> bool:
    return all(row.figures[column].value is not None for column in columns)


def _change_has_reason(given: Given, row: Row) -> Outcome:
    place = given.place(row, "variance_to_last_year")
    now, before = Decimal(row.values["outturn"]), Decimal(row.values["last_year_outturn"])
    if not needs_reason(given, row, "last_year_outturn"):
        return given.holds(place, actual=now, expected=before)
    if needs_reason(given, row, "initial_budget"):
        return given.not_applicable(place, "这一行与年初预算的差异已要求说明（C-045），写一个原因即可。")
    return given.fails(
        place,
        f"{row_label(row)}决算数比上年{in_words(given, now, before)}，要写明原因。",
        actual=now,
        expected=before,
        remedy=_reason_remedy(given, row, now, before),
        row=row,
    )


def _reason_remedy(given: Given, row: Row, now: Decimal, before: Decimal) -> str:
    """Say what to write; a large change wants a figure in its reason."""
    limits = given.thresholds
    is_large = exceeds(now, before, rate=limits.change_rate, yuan=limits.change_yuan)
    if is_large and row.variance_reason and not re.search(r"\d", row.variance_reason):
        return f"变动达到 {limits.change_rate.normalize():f}%，原因里最好写明金额或数量。"
    return REASON_REMEDY


# --- C-035


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of expenditure as reasons speak of it."""

    code: str
    words: str


_PARTS = (
    _Part("project", "项目支出|项目经费|项目资金|专项资金|专项经费|专项支出"),
    _Part("basic", "基本支出"),
    _Part("basic_personnel", "人员经费|人员支出"),
    _Part("basic_operating", "公用经费|公用支出"),
)
_BASES = ("initial_budget", "last_year_outturn")
_RISE, _FALL = "增加|增长|上升|提高", "减少|下降|降低"


def reasons_agree_with_the_parts(given: Given) -> Iterator[Outcome]:
    """C-035: a part that is said to have moved the total moved that way itself.

    Only of the reasons of the totals of expenditure, and where the words stand side by side (专项资金增加).
    """
    totals = [given.item(schedule, TOTAL) for schedule in (BY_FUNCTION, BY_NATURE)]
    reasons = [row for row in totals if row.variance_reason]
    for row in reasons:
        found = [outcome for part in _PARTS if (outcome := _agrees(given, row, part))]
        yield from found or [given.holds(_reason_of(given, row))]
    if not reasons:
        place = given.schedule_place(BY_FUNCTION, "variance_reason")
        yield given.missing(place, [Term("支出合计的差异原因", None)])


def _agrees(given: Given, total: Row, part: _Part) -> Outcome | None:
    """Hold what the reason of a total says of one part against it; None where it does not explain it."""
    pattern = rf"(?:{part.words})的?(?:有所|大幅|明显|较大|较多)?(?:(?P<rise>{_RISE})|(?P<fall>{_FALL}))"
    said = re.search(pattern, total.variance_reason)
    if said is None:
        return None
    sign, row, place = 1 if said["rise"] else -1, given.item(BY_NATURE, part.code), _reason_of(given, total)
    explained = [base for base in _BASES if (_move(given, total, base) or 0) * sign > 0]
    moves = {base: move for base in explained if (move := _move(given, row, base)) is not None}
    if explained and not moves:
        needed = [figure_of(given, row, name, FIGURE_TITLES[name]) for name in ("outturn", *explained)]
        return given.missing(place, [*needed, *given.lacking_below(row, "outturn", *explained)])
    if any(move * sign >= 0 for move in moves.values()):
        return given.holds(place)
    return _contradicted(given, place, said[0], row, next(iter(moves))) if moves else None


def _contradicted(given: Given, place: Place, words: str, row: Row, base: str) -> Outcome:
    now, before = Decimal(row.values["outturn"]), Decimal(row.values[base])
    return given.fails(
        place,
        f"差异原因写“{words}”，但{row.name}决算数比{FIGURE_TITLES[base]}{in_words(given, now, before)}。",
        actual=now,
        expected=before,
        remedy="核对基本支出与项目支出的划分；划分没有错的，改写差异原因。",
        quotation=words,
    )


def _reason_of(given: Given, row: Row) -> Place:
    return given.place(row, "variance_reason")


def _move(given: Given, row: Row, base: str) -> Decimal | None:
    now, before = row.values["outturn"], row.values[base]
    is_unknown = now is None or before is None or given.lacking_below(row, "outturn", base)
    return None if is_unknown else Decimal(now) - Decimal(before)


# --- C-036

_SUMMED = (REVENUE, BY_FUNCTION, BY_NATURE, BY_ECONOMIC, THREE_PUBLIC)
_CHANGES = {
    "variance_to_last_year": ("outturn", "last_year_outturn"),
    "initial_budget_change": ("initial_budget", "last_year_budget"),
}


def changes_of_parts_add_up(given: Given) -> Iterator[Outcome]:
    """C-036: the changes of the parts add up to that of the total; a part known in one year only cannot."""
    found = [
        outcome
        for schedule in _SUMMED
        for column in _CHANGES
        if (outcome := _adds_up(given, given.item(schedule, TOTAL), column))
    ]
    yield from found
    if not found:
        place = given.schedule_place(BY_FUNCTION, "variance_to_last_year")
        yield given.missing(place, [Term("支出合计的上年数", None)])


def _adds_up(given: Given, row: Row, column: str) -> Outcome | None:
    """Compare the change of one total, as it was typed where it was; None where it is not known."""
    names = _CHANGES[column]
    stated = [given.stated_of(row, name) for name in names]
    if None in [term.figure for term in stated]:
        return None
    place = given.place(row, column)
    terms = [figure_of(given, part, name, FIGURE_TITLES[name]) for part in given.parts(row) for name in names]
    pairs = list(zip(terms[::2], terms[1::2], strict=True))
    full = [pair for pair in pairs if None not in (pair[0].figure, pair[1].figure)]
    half = [pair for pair in pairs if (pair[0].figure is None) != (pair[1].figure is None)]
    if not full:
        return given.missing(place, [Term(f"{row_label(row)}各项的{FIGURE_TITLES[names[1]]}", None)])
    lacking = [each for name in names for each in lacking_of_basic(given, name)]
    if lacking and row.schedule == BY_NATURE:
        return given.missing(place, lacking)
    if half:
        blank = "、".join(term.label for pair in half for term in pair if term.figure is None)
        return given.cannot(place, f"{blank}未填，各项的增减额加不起来；没有的填 0")
    change = stated[0]._replace(label=f"{row_label(row)}增减额", figure=_gap(*stated))
    parts = [term for pair in full for term in pair]
    return given.sum_of(place, change, parts, signs=[1, -1] * len(full), remedy="核对合计与各项的两年数。")


def _gap(now: Term, before: Term) -> Decimal | None:
    return None if now.figure is None or before.figure is None else now.figure - before.figure


# --- C-038


def changed_units_are_not_compared(given: Given) -> Iterator[Outcome]:
    """C-038: a unit that is new, merged or split is not compared with last year; no figure says it."""
    yield given.cannot(given.whole, "系统里没有登记本单位当年是否新设、合并或分立")


CHECKS = (
    Check(
        "C-033",
        "上年数等于上年已审核的填报；不同的要重述并写明原因",
        Severity.ERROR,
        Tolerance.SAME,
        formula="上年年初预算数、上年决算数 = 上年已审核填报的年初预算数、决算数（重述的除外）",
        source="部门决算年度间勾稽关系",
        example="上年已审核的公务用车运行维护费为 5.00，今年“上年决算数”填 0.00 而没有重述的，相差 −5.00。",
        test=last_years_figures_are_the_approved_ones,
    ),
    Check(
        "C-034",
        "决算数比上年变动较大的，写明原因",
        Severity.WARNING,
        Tolerance.NONE,
        formula="|决算数 − 上年决算数| 达到任务规定的差异率和差异额 ⇒ 差异原因不空；"
        "C-045 已经要求的那一行不重复要求",
        source="部门决算编审口径：同比变动说明",
        example="上年 1,285.25、本年 1,968.01，增加 682.76（+53.12%），要写明原因。",
        test=changes_have_reasons,
    ),
    Check(
        "C-035",
        "差异原因与各部分的增减方向一致",
        Severity.WARNING,
        Tolerance.NONE,
        formula="合计的差异原因说某一部分增加（减少） ⇒ 该部分的决算数确实增加（减少）",
        source="决算公开说明审核",
        example="原因写“专项资金增加”，而项目支出由年初预算 485.50 降到 241.37，减少 244.13（−50.28%）。",
        test=reasons_agree_with_the_parts,
    ),
    Check(
        "C-036",
        "各部分的增减额之和等于合计的增减额",
        Severity.ERROR,
        Tolerance.SUM,
        formula="合计的增减额 = Σ 各部分的增减额",
        source="决算公开说明审核",
        example="各部分合计减少 3.29，合计写减少 3.59 的，相差 −0.30。",
        test=changes_of_parts_add_up,
    ),
    Check(
        "C-038",
        "新设、合并、分立的单位不与上年比较，写“不可比”",
        Severity.WARNING,
        Tolerance.NONE,
        formula="当年新设、合并或分立 ⇒ 同比写“不可比”",
        source="部门决算编审口径：机构变动",
        example="2024 年新设的单位写“比上年增长 100%”的，应写“新设单位，不可比”。",
        test=changed_units_are_not_compared,
    ),
)
