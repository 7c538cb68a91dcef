"""Staff (人员与编制): C-060 to C-064. Source: checks.md §1, group Staff."""

from collections.abc import Iterator
from decimal import Decimal

from budgets.checks.given import Given, Term, is_known, stated_totals
from budgets.measures import ratio
from budgets.money import round_half_up
from budgets.returns import BY_NATURE, STAFF, TOTAL
from submissions.findings import Check, Outcome, Severity, Tolerance

_RETIRED = ("retired_cadre", "retired")


def totals_are_sums_of_kinds(given: Given) -> Iterator[Outcome]:
    """C-060: posts and persons in service are the sums of those by kind."""
    yield from stated_totals(given, STAFF, [given.item(STAFF, TOTAL)])


def the_retired_are_not_in_service(given: Given) -> Iterator[Outcome]:
    """C-061: the stated total of persons in service is not that of the kinds and the retired."""
    row = given.item(STAFF, TOTAL)
    figure, place = row.figures["in_service"], given.place(row, "in_service")
    retired = [given.term(STAFF, code, "in_service") for code in _RETIRED]
    number = sum((term.figure for term in retired if term.figure is not None), Decimal(0))
    if not any(is_known(term) for term in retired):
        yield given.missing(place, retired)
    elif figure.value is None:
        yield given.missing(place, [given.term_of(row, "in_service", "年末在职人数")])
    elif figure.overruled is None or not number or figure.overruled - figure.value != number:
        yield given.holds(place, actual=Decimal(figure.value), expected=Decimal(figure.value))
    else:
        yield given.fails(
            place,
            f"年末实有人数填 {figure.overruled:,}，正好多出离退休 {number:,} 人：实有人数只算在职的。",
            actual=Decimal(figure.overruled),
            expected=Decimal(figure.value),
            arithmetic=f"在职 {figure.value:,} + 离退休 {number:,} = {figure.overruled:,}",
            remedy="合计里去掉离退休人员，离退休人员另列。",
        )


def posts_are_not_exceeded(given: Given) -> Iterator[Outcome]:
    """C-062: no more persons are in service than posts are authorised (控制率)."""
    row = given.item(STAFF, TOTAL)
    place = given.place(row, "staff_control_rate")
    posts, persons = given.term_of(row, "authorized", "编制数"), _in_service(given)
    lacking = given.lacking_below(row, "authorized", "in_service")
    if lacking or posts.figure is None or persons.figure is None:
        yield given.missing(place, lacking or [posts, persons])
        return
    rate, limit = ratio(persons.figure, posts.figure), given.thresholds.overrun_rate
    if persons.figure == 0 if rate is None else rate <= limit:
        yield given.holds(place, actual=persons.figure, expected=posts.figure)
        return
    said = "" if rate is None else f"，在职人员控制率 {given.said_rate(rate)}，超过 {limit.normalize():f}%"
    yield given.fails(
        place,
        f"年末在职 {given.said_term(persons)} 人，编制 {given.said_term(posts)} 人{said}。",
        actual=persons.figure,
        expected=posts.figure,
        remedy="核对编制数和在职人数；确实超编的，说明原因。",
    )


def _in_service(given: Given) -> Term:
    return given.term(STAFF, TOTAL, "in_service", "年末在职人数")


def costs_a_head_are_plausible(given: Given) -> Iterator[Outcome]:
    """C-063: 人员经费 and 公用经费 by person in service are within the usual."""
    limits = given.thresholds
    yield _a_head(given, "basic_personnel", limits.personnel_least, limits.personnel_most)
    yield _a_head(given, "basic_operating", limits.operating_least, limits.operating_most)


def _a_head(given: Given, item: str, least: Decimal, most: Decimal) -> Outcome:
    row, persons = given.item(BY_NATURE, item), _in_service(given)
    place, spent = given.place(row, "outturn"), given.term_of(row, "outturn", f"{row.name}决算数")
    if spent.figure is None or persons.figure is None:
        return given.missing(place, [spent, persons])
    if not persons.figure:
        return given.not_applicable(place, "年末在职人数为 0。")
    exact = spent.figure / persons.figure
    actual = round_half_up(exact)
    if least <= exact <= most:
        return given.holds(place, actual=actual)
    limit = least if exact < least else most
    average, usual = given.said_average(actual), given.said_with_unit(limit)
    failed = given.fails(
        place,
        f"人均{row.name} {average}，{'低于' if exact < least else '高于'}通常的 {usual}。",
        actual=actual,
        expected=limit,
        arithmetic=f"{given.said(spent.figure)} ÷ {given.said_term(persons)} 人 = {average}",
        remedy="核对人员经费、公用经费、项目支出的划分和在职人数；确实如此的，说明原因。",
    )
    return failed._replace(is_average=True)


def changes_of_staff_are_told(given: Given) -> Iterator[Outcome]:
    """C-064: persons in service are as many as last year, or it is told who came and went."""
    place = given.place(given.item(STAFF, TOTAL), "in_service")
    now = _in_service(given)
    before = _in_service(given.last_year) if given.last_year else Term("", None)
    if now.figure is None or before.figure is None:
        yield given.missing(place, [now, Term("上年已审核的年末在职人数", before.figure)])
        return
    gap = now.figure - before.figure
    if not gap:
        yield given.holds(place, actual=now.figure, expected=before.figure)
        return
    yield given.fails(
        place,
        f"年末在职人数比上年{'增加' if gap > 0 else '减少'} {abs(gap):,f} 人。",
        actual=now.figure,
        expected=before.figure,
        remedy="在报告里写明调入、调出、退休各几人。",
    )


CHECKS = (
    Check(
        "C-060",
        "编制数、在职人数的合计等于各类之和",
        Severity.ERROR,
        Tolerance.EXACT,
        formula="编制合计 = Σ 各类编制；在职合计 = Σ 各类在职",
        source="《部门整体支出绩效评价基础数据表》财政供养人员情况",
        example="行政 30 + 全额事业 92 = 122；合计填 127 的，相差 5 人。",
        test=totals_are_sums_of_kinds,
    ),
    Check(
        "C-061",
        "实有（在职）人数不含离退休人员",
        Severity.ERROR,
        Tolerance.EXACT,
        formula="年末实有人数 = 在职人数；离退休人员另列",
        source="《部门整体支出绩效评价基础数据表》财政供养人员情况",
        example="在职 122 人、退休 8 人，实有人数填 130 的，多算了退休 8 人。",
        test=the_retired_are_not_in_service,
    ),
    Check(
        "C-062",
        "在职人数不超过编制数",
        Severity.WARNING,
        Tolerance.NONE,
        formula="在职人员控制率 = 在职人数 ÷ 编制数 ≤ 100%",
        source="部门整体支出绩效评价指标体系：在职人员控制率",
        example="编制 46、在职 50，控制率 108.70%，要说明。",
        test=posts_are_not_exceeded,
    ),
    Check(
        "C-063",
        "人均人员经费、人均公用经费在通常的范围内",
        Severity.WARNING,
        Tolerance.NONE,
        formula="人员经费 ÷ 在职人数在 5 万元至 30 万元之间；公用经费 ÷ 在职人数在 0.3 万元至 5 万元之间",
        source="审核经验值，财政局可按当地标准调整",
        example="公用经费 695.80、在职 122 人，人均 5.70，高于 5.00。",
        test=costs_a_head_are_plausible,
    ),
    Check(
        "C-064",
        "在职人数比上年有增减的，写明调入、调出、退休",
        Severity.INFORMATION,
        Tolerance.NONE,
        formula="在职人数 − 上年在职人数 = 调入 − 调出 − 退休",
        source="部门决算年度间勾稽关系",
        example="上年在职 125 人、本年 122 人，减少 3 人，写明退休几人、调出几人。",
        test=changes_of_staff_are_told,
    ),
)
