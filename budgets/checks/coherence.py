"""Whether the classifications fit each other: C-022 to C-029.

Source: checks.md §1, group Functional/economic coherence. What a code stands for is the official book's:
政府收支分类科目.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from budgets.checks.given import Given, Term, added, is_known
from budgets.checks.reading import half_width
from budgets.checks.words import Name
from budgets.measures import FIGURES, Origin, ratio
from budgets.models import BudgetBook, ExpenditureNature, Fund
from budgets.money import round_half_up
from budgets.returns import (
    BASE_ITEMS,
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    CARRYOVER,
    PROJECTS,
    REVENUE,
    THREE_PUBLIC,
    TOTAL,
    Schedule,
)
from budgets.rows import PROJECT_ITEM, Row, RowKind
from submissions.findings import Check, Outcome, Place, Severity, Tolerance, Verdict

HUNDRED = Decimal(100)
Zero = Decimal(0)

WITHOUT_ITEMS = ("21211", "21472", "219", "22006", "22902", "22911", "230", "231", "232", "233")
"""Where a 款 may have no 项 in the official book, by the beginning of its code."""

Codes = tuple[str, ...]
MEDICAL, MEDICAL_OF_ALL = ("2101101", "2101102"), ("2101101", "2101102", "2101103")
CROSSED: tuple[tuple[tuple[Codes, Codes], ...], ...] = (
    ((("2080505",), ("30108",)),),
    ((("2080506",), ("30109",)),),
    ((MEDICAL, ("30110",)), (MEDICAL, ("30110", "30111")), (MEDICAL_OF_ALL, ("30110", "30111"))),
    ((("2210201",), ("30113",)),),
)
"""What is one expenditure in both classifications: 项 and 款, and how else it may have been booked."""

PENSION, MEDICAL_CARE = ("2080505", "30108"), (*MEDICAL_OF_ALL, "30110")
HOUSING, ANNUITY = ("2210201", "30113"), ("2080506", "30109")

RUNNING = ("行政运行", "事业运行", "机关服务", "地震事业机构")
"""The names of the 项 that staff is paid from."""
OF_PERSONS = ("20805", "20808", "20899", "21011", "22102")
"""The 款 of 208, 210 and 221 that are paid for the unit's own staff."""
OF_INSTITUTIONS = ("20502", "20503", "20504", "20507", "20508", "21002", "21003")
"""The 款 of schools and hospitals: there staff is paid from what the institution does."""
PROJECT_WORDS = ("救灾", "减灾", "防治", "灾后", "专项资金", "专项补助", "专项普查")
"""Words in the name of a 项 that is nearly always spent on projects."""

SHARE = re.compile(r"占([^，。；、：\d%％]{0,25})\d[\d,]*(?:\.\d+)?\s*[%％]")
"""A share in a text, with what is said between 占 and the percentage."""
BARE_SHARE = re.compile(r"支出[\d,]+(?:\.\d+)?(?:亿|万)?元[，, ]*占(?:比|比例|比重)?为?[\d.]+[%％]")
"""A share of an expenditure that does not say of what: 安全监管支出948.06万元，占48.17%."""
TOTAL_SPENT = re.compile(r"总支出|支出合计|支出总|年支出|年度支出|财政拨款支出|一般公共预算支出")
"""What the whole expenditure is called."""
RED = re.compile(r"红字|冲销|冲减|冲回|冲账|退回|退款|退还|缴回|收回|追回|调账|账务调整|更正")
"""What a reason for a negative amount speaks of; any other was written for another figure."""


# --- C-022


def codes_are_valid(given: Given) -> Iterator[Outcome]:
    """C-022: every code is in the table, valid in the year, and as deep as it has to be."""
    rows = [row for schedule in (BY_FUNCTION, BY_ECONOMIC) for row in given.lines(schedule) if row.category]
    found = [outcome for row in rows for outcome in _wrong_code(given, row)]
    yield from found
    if not rows:
        yield given.missing(given.schedule_place(BY_FUNCTION), [Term("功能分类和经济分类各行", None)])
    elif not found:
        yield given.holds(given.schedule_place(BY_FUNCTION))


def _wrong_code(given: Given, row: Row) -> Iterator[Outcome]:
    category, name = row.category, f"{row.code} {row.name}"
    if category is None:
        return
    is_decided = given.has_official_book and category.book == BudgetBook.GENERAL_PUBLIC
    severity = Severity.ERROR if is_decided else None
    if category.proposed_by_id:
        sentence = f"{name}不在科目表里，是本单位自己添加的，还没有确认。"
        remedy = "核对编码和名称；确有这个科目的，请财政部门确认。"
        yield given.fails(given.place(row), sentence, remedy=remedy, severity=severity)
    elif not category.is_in_force(given.year):
        sentence = f"{name}在 {given.year} 年不使用。"
        remedy = "改用当年的科目。"
        yield given.fails(given.place(row), sentence, remedy=remedy, severity=severity)
    elif _is_too_short(row):
        level = "款" if row.schedule == BY_ECONOMIC else "项"
        sentence = f"{name}没有填到“{level}”。"
        yield given.fails(given.place(row), sentence, remedy=f"改填它下面的“{level}”级科目。")


def _is_too_short(row: Row) -> bool:
    """Whether a line stands on a 类, or on a 款 that has 项."""
    if row.schedule == BY_ECONOMIC:
        return len(row.code) < 5
    return len(row.code) < 7 and not (len(row.code) == 5 and row.code.startswith(WITHOUT_ITEMS))


# --- C-023, C-024


def shares_come_to_hundred(given: Given) -> Iterator[Outcome]:
    """C-023: the shares as they are printed come to 100 %, but for 0.01 for each."""
    for schedule in (BY_FUNCTION, REVENUE):
        row, lines = given.row(schedule, TOTAL), given.lines(schedule)
        figures = [figure for line in lines if (figure := line.figures["outturn"].value) is not None]
        place = given.place(row, "share") if row else given.schedule_place(schedule, "share")
        total = _spent(row) if row else Zero
        if not figures or not total:
            yield given.missing(place, [Term(f"{schedule.label}各行决算数", None)])
            continue
        yield _shares(given, place, figures, total)


def _shares(given: Given, place: Place, figures: Sequence[Decimal], total: Decimal) -> Outcome:
    shares = [round_half_up(ratio(figure, total) or Zero) for figure in figures]
    found, slack = sum(shares, Zero), Decimal("0.01") * len(shares)
    if found == HUNDRED:
        return given.holds(place, actual=found, expected=HUNDRED)
    failed = given.fails(
        place,
        f"各行占比加起来是 {given.said_rate(found)}，应为 100%。",
        actual=found,
        expected=HUNDRED,
        remedy="核对各行和合计，占比要用同一个合计来算。",
    )
    outcome = failed._replace(in_percent=True)
    if abs(found - HUNDRED) > slack:
        return outcome
    sentence = f"{outcome.sentence}在四舍五入的尾差之内，不用改。"
    return outcome._replace(verdict=Verdict.ROUNDED, sentence=sentence)


def shares_have_one_base(given: Given) -> Iterator[Outcome]:
    """C-024: the shares in a text are of one expenditure, and the text says of which."""
    texts = {Name(name): half_width(text) for name, text in given.texts.items()}
    found = [outcome for name, text in texts.items() for outcome in _bases(given, name, text)]
    yield from found
    if not given.texts:
        yield given.missing(given.schedule_place(BY_FUNCTION, "share"), [Term("报告正文", None)])
    elif not found:
        place = given.schedule_place(BY_FUNCTION, "share")
        yield given.not_applicable(place, "正文没有写占比。")


def _bases(given: Given, name: Name, text: str) -> Iterator[Outcome]:
    shares = list(SHARE.finditer(text))
    if not shares:
        return
    place = given.text_place(name)
    bases = {base: share.group() for share in shares if (base := _base(share.group(1)))}
    bare = BARE_SHARE.search(text)
    if len(bases) > 1:
        sentence = f"支出的占比用了不同的分母：{'、'.join(bases)}。"
        remedy = "各项占比用同一个分母；确要分开说的，写明各是占什么的比。"
        yield given.fails(place, sentence, remedy=remedy, quotation="……".join(bases.values()))
    elif bare and not bases and not TOTAL_SPENT.search(text):
        sentence = "支出的占比没有写明是占什么的比。"
        remedy = "写明占本年支出还是占一般公共预算财政拨款支出的比。"
        yield given.fails(place, sentence, remedy=remedy, quotation=bare.group())
    else:
        yield given.holds(place)


def _base(words: str) -> str:
    """Return which expenditure a share is said to be of; "" where that is none of the two."""
    if "支出" not in words:
        return ""
    if "一般公共预算" in words or "财政拨款" in words:
        return "一般公共预算财政拨款支出"
    return "支出合计" if TOTAL_SPENT.search(words) else ""


# --- C-025, C-026


def classifications_agree(given: Given) -> Iterator[Outcome]:
    """C-025: contributions and housing are nearly the same by function and by economic category."""
    if not given.is_filled(BY_ECONOMIC):
        yield given.missing(given.schedule_place(BY_ECONOMIC), [Term("经济分类各款", None)])
        return
    found = [outcome for ways in CROSSED if (outcome := _crossed(given, ways))]
    yield from found
    if not found:
        place = given.schedule_place(BY_ECONOMIC, "outturn")
        yield given.not_applicable(place, "没有社会保险缴费和住房公积金。")


def _crossed(given: Given, ways: Sequence[tuple[Codes, Codes]]) -> Outcome | None:
    """Compare one expenditure, in the way that fits; None where neither side has it."""
    pairs = [
        (_of_codes(given, BY_FUNCTION, codes), _of_codes(given, BY_ECONOMIC, other)) for codes, other in ways
    ]
    function, economic = pairs[0]
    if not function.figure and not economic.figure:
        return None
    place = _place_of(given, ways[0][0]) or given.schedule_place(BY_FUNCTION, "outturn")
    if function.figure is None or economic.figure is None:
        return given.missing(place, [function, economic])
    if any(_is_close(given, *pair) for pair in pairs):
        return given.holds(place, actual=function.figure, expected=economic.figure)
    return given.fails(
        place,
        f"功能分类{function.label}为 {given.said(function.figure)}，"
        f"经济分类{economic.label}为 {given.said(economic.figure)}，"
        f"相差 {given.said_with_unit(function.figure - economic.figure)}。",
        actual=function.figure,
        expected=economic.figure,
        remedy="核对两处；列支口径不同的，说明原因。",
    )


def _of_codes(given: Given, schedule: Schedule, codes: Codes) -> Term:
    """What rows of these codes come to, those of projects left out."""
    rows = [row for row in given.lines(schedule) if row.code in codes]
    names = dict.fromkeys(f"{row.code} {row.name}" for row in rows)
    label = "、".join(names) or "、".join(codes)
    kept = [row for row in rows if row.own("nature") != ExpenditureNature.PROJECT]
    return added(label, [given.term_of(row, "outturn") for row in kept])


def _is_close(given: Given, one: Term, other: Term) -> bool:
    if one.figure is None or other.figure is None:
        return False
    slack = given.thresholds.cross_rate * max(abs(one.figure), abs(other.figure)) / HUNDRED
    return abs(one.figure - other.figure) <= slack


def _place_of(given: Given, codes: Codes) -> Place | None:
    rows = (given.row(BY_FUNCTION, code) for code in codes)
    return next((given.place(row, "outturn") for row in rows if row), None)


def contributions_come_together(given: Given) -> Iterator[Outcome]:
    """C-026: who pays pensions and medical care pays housing or annuities, too, and the other way round."""
    place = given.schedule_place(BY_FUNCTION, "outturn")
    if not any(is_known(given.term_of(row, "outturn")) for row in given.lines(BY_FUNCTION)):
        yield given.missing(place, [Term("功能分类各行决算数", None)])
        return
    insured = _paid(given, (*PENSION, *MEDICAL_CARE))
    others = _paid(given, (*HOUSING, *ANNUITY))
    if not insured and not others:
        yield given.not_applicable(place, "没有社会保险缴费和住房公积金。")
    elif insured and others:
        yield given.holds(place)
    else:
        has, lacks = ("社会保险缴费", "住房公积金（2210201）和职业年金（2080506）")
        if others:
            has, lacks = "住房公积金或职业年金", "社会保险缴费（2080505、21011）"
        sentence = f"有{has} {given.said_with_unit(insured or others)}，没有{lacks}。"
        remedy = f"核对{lacks}是否漏填，或列在别的科目；确实没有的，说明原因。"
        yield given.fails(place, sentence, actual=insured or others, remedy=remedy)


def _paid(given: Given, codes: Codes) -> Decimal:
    """What was paid under these codes, by function where it is booked so, else by economic category."""
    by_function = _of_codes(given, BY_FUNCTION, codes).figure or Zero
    return by_function or _of_codes(given, BY_ECONOMIC, codes).figure or Zero


# --- C-027


def natures_fit_functions(given: Given) -> Iterator[Outcome]:
    """C-027: running lines carry the staff, and lines of project nature are projects."""
    lines = [row for row in given.lines(BY_FUNCTION) if row.figures["outturn"].value]
    if not lines:
        place = given.schedule_place(BY_FUNCTION, "outturn")
        yield given.missing(place, [Term("功能分类各行决算数", None)])
        return
    yield _staff_is_carried(given, lines)
    yield _projects_are_projects(given, lines)


def _staff_is_carried(given: Given, lines: Sequence[Row]) -> Outcome:
    row = given.row(BY_NATURE, "basic_personnel")
    personnel = row.figures["outturn"].value if row else None
    if row is None or personnel is None:
        place = given.schedule_place(BY_NATURE, "outturn")
        return given.missing(place, [Term("人员经费决算数", None)])
    place = given.place(row, "outturn")
    carrying = [line for line in lines if _carries_staff(line)]
    if any(line.code.startswith(OF_INSTITUTIONS) for line in lines) or not any(map(_is_running, carrying)):
        return given.not_applicable(place, "人员经费列在学校、医院等业务科目，没有行政运行、事业运行可比。")
    carried = sum(map(_spent, carrying), Zero)
    least = personnel * (HUNDRED - given.thresholds.personnel_gap) / HUNDRED
    if carried >= least:
        return given.holds(place, actual=carried, expected=personnel)
    terms = " + ".join(f"{line.name} {given.said(_spent(line))}" for line in carrying)
    return given.fails(
        place,
        f"人员经费 {given.said(personnel)}，行政运行、事业运行和养老、医疗、住房等人员科目只有 "
        f"{given.said(carried)}，少 {given.said_with_unit(personnel - carried)}。",
        actual=carried,
        expected=personnel,
        arithmetic=f"{terms} = {given.said(carried)}（{given.unit.label}）",
        remedy="核对人员经费列在哪些科目；列在业务科目的，调整或说明原因。",
    )


def _spent(row: Row) -> Decimal:
    """The outturn of a row; nothing where it is blank."""
    return row.figures["outturn"].value or Zero


def _is_running(row: Row) -> bool:
    return row.name in RUNNING


def _carries_staff(row: Row) -> bool:
    is_project = row.own("nature") == ExpenditureNature.PROJECT
    return not is_project and (_is_running(row) or row.code.startswith(OF_PERSONS))


def _projects_are_projects(given: Given, lines: Sequence[Row]) -> Outcome:
    row = given.row(BY_NATURE, PROJECT_ITEM)
    place = given.place(row, "outturn") if row else given.schedule_place(BY_NATURE, "outturn")
    chosen = [line for line in lines if _is_of_projects(line)]
    if not chosen:
        return given.not_applicable(place, "没有救灾、防治等项目性质的科目。")
    term = given.term(BY_NATURE, PROJECT_ITEM, "outturn", "项目支出决算数")
    if term.figure is None:
        return given.missing(place, [term])
    found = sum(map(_spent, chosen), Zero)
    if found * (HUNDRED - given.thresholds.personnel_gap) / HUNDRED <= term.figure:
        return given.holds(place, actual=term.figure, expected=found)
    terms = " + ".join(f"{line.name} {given.said(_spent(line))}" for line in chosen)
    return given.fails(
        place,
        f"项目性质的科目共 {given.said(found)}，多于项目支出 {given.said(term.figure)}："
        f"至少有 {given.said_with_unit(found - term.figure)}列进了基本支出。",
        actual=term.figure,
        expected=found,
        arithmetic=f"{terms} = {given.said(found)}（{given.unit.label}）",
        remedy="核对这些科目的支出性质，把项目支出补足，或说明原因。",
    )


def _is_of_projects(row: Row) -> bool:
    """Whether a line is of project nature by its name; one of a 款 “其他…” may be of any."""
    return row.code[3:5] != "99" and any(word in row.name for word in PROJECT_WORDS)


# --- C-028


def amounts_make_sense(given: Given) -> Iterator[Outcome]:
    """C-028: no amount is negative but what is said to be red; the basic part fits; none counts twice.

    An amount below zero whose row says why it is red is a warning that is explained there.
    """
    rows = [row for schedule in _MONEY for row in given.rows[schedule.name.value] if _is_own(row)]
    typed = [(row, name) for row in rows for name in row.figures if row.figures[name].origin in _TYPED]
    if not typed:
        yield given.missing(given.schedule_place(BY_FUNCTION), [Term("各表的金额", None)])
        return
    found = [
        *(_negative(given, row, name) for row, name in typed if (row.figures[name].value or Zero) < 0),
        *_counted_twice(given),
        *_basic_part(given),
    ]
    yield from found
    if not found:
        yield given.holds(given.schedule_place(BY_FUNCTION))


_MONEY = (REVENUE, BY_FUNCTION, BY_NATURE, BY_ECONOMIC, THREE_PUBLIC, PROJECTS, BASE_ITEMS)
_TYPED = (Origin.ENTERED, Origin.STATED)


def _is_own(row: Row) -> bool:
    """Whether its amounts are typed here, and never below zero: an adjustment may be."""
    is_typed = row.kind != RowKind.RECONCILIATION and not row.is_kept_elsewhere
    return is_typed and row.code != "budget_adjustment"


def _negative(given: Given, row: Row, column: str) -> Outcome:
    place, figure = given.place(row, column), row.values[column]
    sentence = f"{place.row_label}的{place.column_title}是负数：{given.said_with_unit(figure)}。"
    remedy = "改成正数；确实是红字的，在这一行的“差异原因”里写明是冲销、退回还是更正。"
    if RED.search(row.variance_reason):
        warning = Severity.WARNING
        return given.fails(place, sentence, actual=figure, remedy=remedy, row=row, severity=warning)
    return given.fails(place, sentence, actual=figure, remedy=remedy)


def _counted_twice(given: Given) -> Iterator[Outcome]:
    """Look at the codes that have several rows, told apart by fund and nature."""
    by_code: dict[str, list[Row]] = {}
    for row in given.lines(BY_FUNCTION):
        by_code.setdefault(row.code, []).append(row)
    for rows in by_code.values():
        whole = next((row for row in rows if not row.own("fund") and not row.own("nature")), None)
        if whole and len(rows) > 1:
            for column in FIGURES:
                yield from _total_of_others(given, whole, rows, column)


def _total_of_others(given: Given, whole: Row, rows: Sequence[Row], column: str) -> Iterator[Outcome]:
    """Say that a row without fund and nature is the total of the others of its code."""
    others = added("其余各行", [given.term_of(row, column) for row in rows if row is not whole])
    place, stated = given.place(whole, column), given.term_of(whole, column)
    if not stated.figure or given.same(place, stated, others).verdict not in (Verdict.HOLDS, Verdict.ROUNDED):
        return
    sentence = f"{stated.label}的{place.column_title}有一行等于其余各行之和，合计里算了两遍。"
    remedy = "删去没有写资金性质和支出性质的一行，或者补上它的性质。"
    yield given.fails(place, sentence, actual=stated.figure, expected=Zero, remedy=remedy)


def _basic_part(given: Given) -> Iterator[Outcome]:
    """Compare the lines that say they are basic with 基本支出; where every line says so C-016 does."""
    row = given.row(BY_NATURE, "basic")
    lines = [line for line in given.lines(BY_FUNCTION) if line.figures["outturn"].value]
    of_basic = [line for line in lines if line.own("nature") == ExpenditureNature.BASIC]
    if row is None or not of_basic or all(line.own("nature") for line in lines):
        return
    part = added("功能分类中写明的基本支出", [given.term_of(line, "outturn") for line in of_basic])
    most = given.term_of(row, "outturn", "基本支出决算数")
    remedy = "核对功能分类各行的支出性质，和按性质填的基本支出。"
    yield given.at_most(given.place(row, "outturn"), part, most, remedy=remedy)


# --- C-029


def funds_fit_codes(given: Given) -> Iterator[Outcome]:
    """C-029: codes of the government funds are paid from those alone, and 229 is no fund in disguise."""
    lines = [row for row in given.lines(BY_FUNCTION) if row.category and any(row.values.values())]
    if not lines:
        yield given.missing(given.schedule_place(BY_FUNCTION), [Term("功能分类各行", None)])
        return
    has_fund = _has_fund_money(given, lines)
    found = [outcome for row in lines if (outcome := _wrong_fund(given, row, has_fund=has_fund))]
    yield from found
    if not found:
        yield given.holds(given.schedule_place(BY_FUNCTION))


def _has_fund_money(given: Given, lines: Sequence[Row]) -> bool:
    """Whether there is money of a government fund: revenue, carried over, or lines that state it."""
    code = Fund.GOVERNMENT_FUND.value
    rows = [given.row(REVENUE, code), given.row(CARRYOVER, code)]
    return any(any(row.values.values()) for row in rows if row) or any(
        row.own("fund") == code for row in lines
    )


def _wrong_fund(given: Given, row: Row, *, has_fund: bool) -> Outcome | None:
    """What is wrong with the fund of a line; None for nothing."""
    fund, name = row.own("fund"), f"{row.code} {row.name}"
    is_of_fund = row.category is not None and row.category.book == BudgetBook.GOVERNMENT_FUND
    amount = row.figures["outturn"].value
    if is_of_fund and fund not in ("", Fund.GOVERNMENT_FUND):
        sentence = f"{name}是政府性基金科目，资金性质却是{Fund(fund).label}。"
        return given.fails(given.place(row), sentence, actual=amount, remedy="改正资金性质，或改用别的科目。")
    if is_of_fund and not has_fund:
        sentence = f"{name}是政府性基金科目，但收入和结转里都没有政府性基金。"
        remedy = "核对科目；确是政府性基金支出的，补填基金收入或结转。"
        return given.fails(given.place(row), sentence, actual=amount, remedy=remedy)
    if not is_of_fund and fund == Fund.GOVERNMENT_FUND:
        sentence = f"{name}不是政府性基金科目，资金性质却是政府性基金。"
        return given.fails(given.place(row), sentence, actual=amount, remedy="改正资金性质，或改用基金科目。")
    if row.code.startswith("229") and not is_of_fund and not fund and not has_fund and amount:
        return given.fails(
            given.place(row, "outturn"),
            f"{name}有 {given.said_with_unit(amount)}，收入和结转里却没有政府性基金。",
            actual=amount,
            remedy="核对是不是彩票公益金（22960）等基金支出：是的改用基金科目，不是的说明用途或写明资金性质。",
        )
    return None


CHECKS = (
    Check(
        "C-022",
        "科目在当年有效，编码在科目表里，并且填到末级",
        Severity.WARNING,
        Tolerance.EXACT,
        formula="编码 ∈ 当年科目表；功能分类填到项，经济分类填到款。装入当年官方科目后，不在表里的是错误",
        source="《政府收支分类科目》",
        example="2010308 信访事务 2024 年起不再使用，2024 年度填它的要改。",
        test=codes_are_valid,
    ),
    Check(
        "C-023",
        "各行占比之和等于 100%",
        Severity.ERROR,
        Tolerance.PERCENT,
        formula="Σ 占比 = 100%，允许相差 0.01%×行数；占比 = 该行决算数 ÷ 合计决算数",
        source="部门决算说明，支出结构",
        example="71.65 + 28.35 = 100.00；有一行写 71.73 的，加起来是 100.08。",
        test=shares_come_to_hundred,
    ),
    Check(
        "C-024",
        "正文里的占比用同一个分母，并写明是什么",
        Severity.WARNING,
        Tolerance.NONE,
        formula="占比的分母只有一个：本年支出，或一般公共预算财政拨款支出",
        source="部门决算说明，支出结构",
        example="“占总支出48.17%”与“占一般公共预算财政拨款支出10.55%”写在一段里的，要统一。",
        test=shares_have_one_base,
    ),
    Check(
        "C-025",
        "社会保险缴费和住房公积金在功能分类和经济分类里一致",
        Severity.WARNING,
        Tolerance.SAME,
        formula="2080505 ≈ 30108；2080506 ≈ 30109；2101101 + 2101102 ≈ 30110（+ 30111）；2210201 ≈ 30113",
        source="《政府收支分类科目》功能分类与经济分类的对应",
        example="2080505 为 99.75，30108 为 97.95，相差 1.80，超过 1%。",
        test=classifications_agree,
    ),
    Check(
        "C-026",
        "有社会保险缴费，就有住房公积金或职业年金；反之也是",
        Severity.WARNING,
        Tolerance.NONE,
        formula="养老、医疗缴费 > 0 ⇔ 住房公积金或职业年金 > 0",
        source="机关事业单位人员经费构成",
        example="养老 99.75、医疗 44.64 都有，没有 2210201 和 2080506：要说明。",
        test=contributions_come_together,
    ),
    Check(
        "C-027",
        "人员经费列在人员科目，项目性质的科目列为项目支出",
        Severity.WARNING,
        Tolerance.NONE,
        formula="行政运行 + 事业运行 + 208、210、221 人员科目 ≥ 人员经费 × 90%；"
        "救灾、防治等科目之和 × 90% ≤ 项目支出",
        source="部门预算基本支出、项目支出的划分",
        example="救灾、防治科目共 608.16，项目支出只有 241.37：至少 366.79 列进了基本支出。",
        test=natures_fit_functions,
    ),
    Check(
        "C-028",
        "金额不是负数，各科目的基本支出不超过基本支出合计，没有重复的行",
        Severity.ERROR,
        Tolerance.NONE,
        formula="金额 ≥ 0（差异原因写明是冲销、退回等红字的，是已说明的预警）；"
        "Σ 写明是基本支出的各行 ≤ 基本支出；一个科目的合计不另列一行",
        source="部门决算编制要求",
        example="写明是基本支出的各行共 984.06，基本支出填 948.06 的，超出 36.00。",
        test=amounts_make_sense,
        version=2,
    ),
    Check(
        "C-029",
        "基金科目只用于政府性基金；其他支出（229）不是基金支出",
        Severity.WARNING,
        Tolerance.NONE,
        formula="207、21208、22960 等基金科目 ⇒ 资金性质为政府性基金；没有基金而 229 > 0 的，要说明",
        source="《政府收支分类科目》政府性基金预算支出",
        example="没有政府性基金，其他支出（2299999）有 0.97：核对是否为彩票公益金。",
        test=funds_fit_codes,
    ),
)
