"""Splits of expenditure: C-011 to C-021. Source: checks.md §1, group Splits."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from budgets.checks.given import Given, Term, added, is_known, stated_totals
from budgets.checks.totals import BEYOND_FUNDS, lacking_of_basic, total_by_nature
from budgets.measures import FIGURE_TITLES, FIGURES
from budgets.models import ExpenditureNature
from budgets.returns import (
    BASE_ITEMS,
    BEYOND_BASIC,
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    CARRYOVER,
    PROJECTS,
    REVENUE,
    TOTAL,
)
from budgets.rows import PROJECT_ITEM, Row, RowKind
from submissions.findings import Check, Outcome, Place, Severity, Tolerance, Verdict

OTHER_NATURES = ("to_superior", "operating", "to_subordinate")
"""The natures of expenditure the self-evaluation form has no line for."""
OF_OPERATING = ("office", "utilities_and_travel", "meetings_and_training")
"""What the base data form lists as parts (其中) of 公用经费."""


def expenditure_is_sum_of_natures(given: Given) -> Iterator[Outcome]:
    """C-011: the total by nature is the sum of its five natures."""
    yield from stated_totals(given, BY_NATURE, [given.row(BY_NATURE, TOTAL)])


def basic_is_personnel_plus_operating(given: Given) -> Iterator[Outcome]:
    """C-012: 基本支出 is 人员经费 and 公用经费; where one of them is blank it may be what is more."""
    for outcome in stated_totals(given, BY_NATURE, [given.row(BY_NATURE, "basic")]):
        lacking = lacking_of_basic(given, outcome.place.column) if outcome.place.column else []
        is_more = (outcome.difference or Decimal(0)) > 0
        yield given.missing(outcome.place, lacking) if lacking and is_more else outcome


def personnel_is_sum_of_classes(given: Given) -> Iterator[Outcome]:
    """C-013: 人员经费 is 301 + 303, and what is stated above the 类 is their sum."""
    groups = ("personnel", "operating", BEYOND_BASIC, TOTAL)
    yield from stated_totals(given, BY_ECONOMIC, [given.row(BY_ECONOMIC, code) for code in groups])
    if given.is_filled(BY_ECONOMIC):
        yield from _by_economic(given, "basic_personnel", "personnel")


def classes_are_sums_of_subclasses(given: Given) -> Iterator[Outcome]:
    """C-014: each economic 类 is the sum of its 款."""
    rows = [row for row in given.rows[BY_ECONOMIC.name.value] if row.category and len(row.code) == 3]
    yield from stated_totals(given, BY_ECONOMIC, [row for row in rows if row.kind == RowKind.SUBTOTAL])
    for row in rows:
        if row.kind == RowKind.LINE:
            yield given.missing(given.place(row), [Term(f"{row.code} {row.name}的各款", None)])
    if not rows:
        yield given.missing(given.schedule_place(BY_ECONOMIC), [Term("经济分类各款", None)])


def operating_is_that_of_the_accounts(given: Given) -> Iterator[Outcome]:
    """C-019: 公用经费 is the same by nature, which the base data form prints, and by economic category."""
    yield from _by_economic(given, "basic_operating", "operating")


def _by_economic(given: Given, item: str, group: str) -> Iterator[Outcome]:
    """Compare a part of basic expenditure with its economic 类, in each column in which both are known."""
    row, whole = given.row(BY_NATURE, item), given.row(BY_ECONOMIC, group)
    if row is None or whole is None:
        return
    columns = [name for name in FIGURES if None not in (row.values[name], whole.values[name])]
    for column in columns:
        yield _by_classes(given, row, whole, column)
    if not columns:
        titles = [f"{row.name}（支出按性质）", f"{row.name}（支出按经济分类）"]
        terms = [
            given.term_of(each, "outturn", title) for each, title in zip((row, whole), titles, strict=True)
        ]
        yield given.missing(given.place(row, "outturn"), terms)


def _by_classes(given: Given, row: Row, whole: Row, column: str) -> Outcome:
    """Compare in one column. What projects may account for is asked about, and not called wrong."""
    parts = [given.term_of(part, column) for part in given.parts(whole)]
    parts = parts if any(map(is_known, parts)) else [given.term_of(whole, column)]
    remedy = f"核对按性质的{row.name}和经济分类各款；经济分类表只填基本支出。"
    found = given.sum_of(given.place(row, column), given.term_of(row, column), parts, remedy=remedy)
    over = -(found.difference or Decimal(0))
    if found.verdict is not Verdict.FAILS or not 0 < over <= (_projects(given, column).figure or 0):
        return found
    if _covers_everything(given, column):
        why = f"经济分类表包含项目支出，{row.name}多出的 {given.said_with_unit(over)} 在项目支出之内。"
        return given.not_applicable(found.place, why)
    remedy = f"经济分类表填了项目支出的，说明其中项目支出是多少；没有填的，核对{row.name}。"
    return found._replace(severity=Severity.WARNING, remedy=remedy)


def _projects(given: Given, column: str) -> Term:
    return given.term(BY_NATURE, PROJECT_ITEM, column)


def _covers_everything(given: Given, column: str) -> bool:
    """Whether the economic classification comes to the whole expenditure, and not to the basic part."""
    whole = given.term(BY_ECONOMIC, TOTAL, column)
    totals = [given.term(schedule, TOTAL, column) for schedule in (BY_NATURE, BY_FUNCTION)]
    place = given.schedule_place(BY_ECONOMIC, column)
    found = [given.same(place, whole, total).verdict for total in totals]
    return Verdict.HOLDS in found or Verdict.ROUNDED in found


def form_totals_agree(given: Given) -> Iterator[Outcome]:
    """C-015: the totals by revenue, by nature and by function agree: 自评表 has them side by side."""
    yield total_by_nature(given, "outturn")
    row = given.row(BY_FUNCTION, TOTAL)
    if row is None or row.values["revised_budget"] is None:
        place = given.schedule_place(BY_FUNCTION, "revised_budget")
        yield given.missing(place, [Term("支出合计全年预算数", None)])
        return
    yield total_by_nature(given, "revised_budget")
    yield _total_by_revenue(given)


def _total_by_revenue(given: Given) -> Outcome:
    """Compare the revised budgets of revenue and expenditure: what was carried over may be spent, too."""
    row = given.row(REVENUE, TOTAL)
    place = given.schedule_place(REVENUE, "revised_budget")
    if row:
        place = given.place(row, "revised_budget")
    received = given.term(REVENUE, TOTAL, "revised_budget", "收入合计全年预算数")
    spent = given.term(BY_FUNCTION, TOTAL, "revised_budget", "支出合计全年预算数")
    remedy = "核对收入和支出的全年预算数；支出只可以多上年结转的部分。"
    found = given.same(place, received, spent, remedy=remedy)
    over = -(found.difference or Decimal(0))
    if found.verdict is not Verdict.FAILS or over < 0:
        return found
    opening = given.term(CARRYOVER, TOTAL, "opening", "年初结转和结余")
    figures, in_wan = spent.figures + received.figures, spent.in_wan or received.in_wan
    more = Term(spent.label, over, in_wan, figures)
    within = given.at_most(place, more, opening)
    if within.verdict is Verdict.MISSING:
        return within
    return found if within.verdict is Verdict.FAILS else given.holds(place, actual=received.figure)


def form_splits_add_up(given: Given) -> Iterator[Outcome]:
    """C-016: by nature 自评表 has basic expenditure and projects alone, which the lines state alike."""
    yield _only_two_natures(given)
    yield _of_lines(given, ExpenditureNature.BASIC, "basic")


def _only_two_natures(given: Given) -> Outcome:
    row = given.row(BY_NATURE, TOTAL)
    if row is None or row.figures["outturn"].value is None:
        place = given.schedule_place(BY_NATURE, "outturn")
        return given.missing(place, [Term("支出合计（按性质）决算数", None)])
    others = added("其他", [given.term(BY_NATURE, code, "outturn") for code in OTHER_NATURES]).figure
    total, place = row.figures["outturn"].value, given.place(row, "outturn")
    if not others:
        return given.holds(place, actual=total, expected=total)
    return given.fails(
        place,
        f"自评表按支出性质只分基本支出和项目支出，上缴上级、经营、对附属单位补助支出共 "
        f"{given.said_with_unit(others)}，没有列处。",
        actual=total,
        expected=total - others,
        remedy="填自评表时在合计里包括这些支出，并加以说明。",
        severity=Severity.INFORMATION,
    )


def _of_lines(given: Given, nature: str, item: str) -> Outcome:
    """Compare a nature with the lines by function, where every line says of which nature it is.

    What money beyond the appropriation paid for may be left out by nature (C-015).
    """
    row = given.row(BY_NATURE, item)
    place = given.place(row, "outturn") if row else given.schedule_place(BY_NATURE, "outturn")
    lines = [line for line in given.lines(BY_FUNCTION) if line.figures["outturn"].value is not None]
    if not lines:
        return given.missing(place, [Term("功能分类各行决算数", None)])
    if not all(line.own("nature") for line in lines if line.figures["outturn"].value):
        return given.not_applicable(place, "功能分类各行没有全部写明支出性质。")
    chosen = [line for line in lines if line.own("nature") == nature]
    appropriated = [line for line in chosen if line.own("fund") not in BEYOND_FUNDS]
    found = [_sum_of_lines(given, place, item, each) for each in (chosen, appropriated)]
    return next((outcome for outcome in found if outcome.verdict is not Verdict.FAILS), found[0])


def _sum_of_lines(given: Given, place: Place, item: str, lines: Sequence[Row]) -> Outcome:
    parts = [given.term_of(line, "outturn") for line in lines]
    nothing = [Term("功能分类中这种性质的支出", Decimal(0))]
    remedy = "核对功能分类各行的支出性质，和按性质填的数。"
    return given.sum_of(place, given.term(BY_NATURE, item, "outturn"), parts or nothing, remedy=remedy)


def project_is_sum_of_fundings(given: Given) -> Iterator[Outcome]:
    """C-017: 年度资金总额 of a project is the sum of its fundings, and no row beside them."""
    by_name: dict[str, list[Row]] = {}
    for row in given.lines(PROJECTS):
        if any(value is not None for value in row.values.values()):
            by_name.setdefault(row.name, []).append(row)
    for rows in by_name.values():
        yield from _fundings(given, rows)
    if not by_name:
        yield given.missing(given.schedule_place(PROJECTS), [Term("各项目的金额", None)])


def _fundings(given: Given, rows: list[Row]) -> Iterator[Outcome]:
    """Look at the rows of one project: either each says where its money is from, or there is one alone."""
    total = next((row for row in rows if not row.own("funding")), None)
    if total is None:
        yield given.holds(given.place(rows[0]))
    elif len(rows) == 1:
        yield given.missing(given.place(total), [Term(f"{total.name}的资金来源", None)])
    else:
        parts = [row for row in rows if row is not total]
        for column in FIGURES:
            if total.values[column] is not None and any(part.values[column] is not None for part in parts):
                yield _beside_fundings(given, total, parts, column)


def _beside_fundings(given: Given, total: Row, parts: list[Row], column: str) -> Outcome:
    """Say that a row without funding beside rows with one is a total that is counted twice, or is wrong."""
    label = f"{total.name}没有资金来源的一行"
    terms = [given.term_of(part, column, str(part.qualifiers)) for part in parts]
    remedy = "删去没有写资金来源的一行（系统自动求和），或者补上它的资金来源。"
    found = given.sum_of(
        given.place(total, column), given.term_of(total, column, label), terms, remedy=remedy
    )
    if found.verdict is Verdict.FAILS or not total.values[column]:
        return found
    sentence = f"{label}等于它各项资金来源之和，项目支出合计里算了两遍。"
    return found._replace(verdict=Verdict.FAILS, sentence=sentence, remedy=remedy)


def project_expenditure_is_one(given: Given) -> Iterator[Outcome]:
    """C-018: 项目支出 is one figure in the return and on its forms; the lines by function state it alike."""
    projects = _projects(given, "outturn")
    row = given.row(BY_NATURE, PROJECT_ITEM)
    if row is None or not is_known(projects):
        place = given.schedule_place(BY_NATURE, "outturn")
        yield given.missing(place, [Term("项目支出决算数", None)])
        return
    found = _of_lines(given, ExpenditureNature.PROJECT, PROJECT_ITEM)
    if found.verdict in (Verdict.MISSING, Verdict.NOT_APPLICABLE):
        found = given.holds(given.place(row, "outturn"), actual=projects.figure, expected=projects.figure)
    yield found


def operating_covers_its_parts(given: Given) -> Iterator[Outcome]:
    """C-020: 公用经费 is no less than the parts of it (其中) the base data form lists."""
    columns = ("last_year_outturn", "initial_budget", "outturn")
    whole, found = given.row(BY_NATURE, "basic_operating"), []
    for column in columns:
        terms = [given.term(BASE_ITEMS, code, column) for code in OF_OPERATING]
        parts = added("办公、水电差旅、会议培训经费之和", terms)
        if whole and is_known(parts):
            most = given.term_of(whole, column, f"公用经费{FIGURE_TITLES[column]}")
            remedy = "核对公用经费；“其中”各项只填基本支出里的。"
            found.append(given.at_most(given.place(whole, column), parts, most, remedy=remedy))
    yield from found
    if not found:
        yield given.missing(given.schedule_place(BASE_ITEMS), [Term("公用经费的“其中”各项", None)])


def projects_come_to_their_total(given: Given) -> Iterator[Outcome]:
    """C-021: 项目支出 is the sum of all projects: none is left without its own evaluation."""
    if any(value is not None for row in given.lines(PROJECTS) for value in row.values.values()):
        yield from stated_totals(given, PROJECTS, [given.row(PROJECTS, TOTAL)])
        return
    place = given.schedule_place(PROJECTS)
    if given.is_filled(PROJECTS):
        yield given.missing(place, [Term("各项目的金额", None)])
    else:
        yield given.missing(place, [Term(PROJECTS.short_title, None)])


CHECKS = (
    Check(
        "C-011",
        "支出合计等于基本支出、项目支出等五项之和",
        Severity.ERROR,
        Tolerance.SUM,
        formula="支出合计（按性质） = 基本支出 + 项目支出 + 上缴上级支出 + 经营支出 + 对附属单位补助支出",
        source="《支出决算表》（公开03表）",
        example="基本 1,726.32 + 项目 241.37 = 1,967.69；合计填 1,970.93 的，相差 3.24。",
        test=expenditure_is_sum_of_natures,
    ),
    Check(
        "C-012",
        "基本支出等于人员经费与公用经费之和",
        Severity.ERROR,
        Tolerance.SUM,
        formula="基本支出 = 人员经费 + 公用经费",
        source="《一般公共预算财政拨款基本支出决算表》（公开06表）",
        example="人员 1,030.52 + 公用 695.80 = 1,726.32；基本支出填 1,762.32 的，相差 36.00。",
        test=basic_is_personnel_plus_operating,
    ),
    Check(
        "C-013",
        "人员经费等于 301 与 303 之和，公用经费等于 302、310 等之和",
        Severity.ERROR,
        Tolerance.SUM,
        formula="人员经费 = 301 + 303；公用经费 = 302 + 310（含 307、399）",
        source="《一般公共预算财政拨款基本支出决算明细表》（公开06表）",
        example="301 类 4,700.00 + 303 类 184.09 = 4,884.09；人员经费填 4,896.98 的，相差 12.89。",
        test=personnel_is_sum_of_classes,
    ),
    Check(
        "C-014",
        "每一经济分类的类等于其各款之和",
        Severity.ERROR,
        Tolerance.SUM,
        formula="301、302、303、310 等类 = Σ 款",
        source="《一般公共预算财政拨款基本支出决算明细表》（公开06表）",
        example="30201 为 32.00、30211 为 16.00，302 类应为 48.00；填 58.00 的，相差 10.00。",
        test=classes_are_sums_of_subclasses,
    ),
    Check(
        "C-015",
        "按收入性质、按支出性质的合计都等于支出合计",
        Severity.ERROR,
        Tolerance.SUM,
        formula="支出合计（按性质） = 支出合计，可以少其他资金安排的部分；"
        "收入合计 = 支出合计（全年预算数），支出可以多上年结转",
        source="部门整体支出绩效自评表，年度预算申请",
        example="按收入性质 2,030.12，按支出性质 1,925.67，相差 104.45。",
        test=form_totals_agree,
    ),
    Check(
        "C-016",
        "自评表按支出性质分的各项与功能分类各行一致",
        Severity.ERROR,
        Tolerance.SUM,
        formula="按支出性质 = 基本支出 + 项目支出；基本支出 = Σ 写明是基本支出的各行（按收入性质见 C-001）",
        source="部门整体支出绩效自评表，年度预算申请",
        example="功能分类中的基本支出共 900.47，基本支出填 909.47 的，相差 9.00。",
        test=form_splits_add_up,
    ),
    Check(
        "C-017",
        "项目的年度资金总额等于各项资金来源之和",
        Severity.ERROR,
        Tolerance.SUM,
        formula="年度资金总额 = 当年财政拨款 + 上年结转 + 其他资金，每一栏都是",
        source="项目支出绩效自评表（财预〔2020〕10号），项目资金",
        example="当年财政拨款 89.97，总额一行填 0 的，相差 −89.97。",
        test=project_is_sum_of_fundings,
    ),
    Check(
        "C-018",
        "项目支出在基础数据表、自评表和决算表里是同一个数",
        Severity.ERROR,
        Tolerance.SUM,
        formula="项目支出（基础数据表、自评表用同一个数） = Σ 功能分类中写明是项目支出的各行",
        source="部门整体支出绩效评价基础数据表、自评表，《支出决算表》（公开03表）",
        example="功能分类中的项目支出共 1,025.20，项目支出填 1,052.20 的，相差 27.00。",
        test=project_expenditure_is_one,
    ),
    Check(
        "C-019",
        "基础数据表的公用经费等于决算的公用经费",
        Severity.ERROR,
        Tolerance.SAME,
        formula="公用经费（按性质，基础数据表用它） = 302 + 310（含 307、399）（按经济分类）",
        source="部门整体支出绩效评价基础数据表，说明",
        example="基础数据表公用经费 193.42，决算表 139.42，相差 54.00。",
        test=operating_is_that_of_the_accounts,
    ),
    Check(
        "C-020",
        "公用经费不少于其中的办公、水电差旅、会议培训经费之和",
        Severity.ERROR,
        Tolerance.NONE,
        formula="公用经费 ≥ 办公经费 + 水费、电费、差旅费 + 会议费、培训费",
        source="部门整体支出绩效评价基础数据表，“其中”",
        example="公用经费 193.42，其中 49.09 + 12.64 + 5.42 = 67.15：通过。",
        test=operating_covers_its_parts,
    ),
    Check(
        "C-021",
        "项目支出等于各项目之和",
        Severity.WARNING,
        Tolerance.SUM,
        formula="项目支出 = Σ 各项目（全部项目都要自评）",
        source="项目支出绩效自评全覆盖的要求",
        example="项目支出 241.37，各项目执行数共 200.00：有 41.37 的项目没有自评。",
        test=projects_come_to_their_total,
    ),
)
