"""The summary returns of what was evaluated: departments, projects, how many of them, and with which grade.

Source: forms.md f1 to f4. No official printed form was found.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from django.urls import reverse

from budgets.measures import ratio
from performance.bureau_tables.grades import ALL_GRADES, GradesOf, grades_by_kind
from performance.bureau_tables.means import added, mean, rate_of_sums, weighted_mean
from performance.bureau_tables.outcomes import (
    Outcome,
    ProjectOutcome,
    Scored,
    outcomes_of,
    project_outcomes_of,
    words_of,
)
from performance.bureau_tables.scope import Scope, department_code
from performance.bureau_tables.summary import Column, Kind, Line, Lines, Note, Summary
from performance.project_rows import project_slug

_MONEY = (Column("年初预算数"), Column("全年预算数"), Column("全年执行数"), Column("执行率", Kind.RATE, 10))
_BLOCKS = {"cost": "成本", "output": "产出", "benefit": "效益", "satisfaction": "满意度"}
_NUMBERED = (
    Column("序号", Kind.COUNT, 6),
    Column("单位编码", Kind.TEXT, 12),
    Column("单位名称", Kind.TEXT, 34),
)


def departments(scope: Scope) -> Summary:
    """部门整体支出绩效自评情况汇总表: a line for each approved return."""
    outcomes = outcomes_of(scope)
    columns = (
        *_NUMBERED,
        *_MONEY,
        Column("执行率得分", Kind.POINTS, 11),
        *(Column(name, Kind.POINTS, 9) for name in _BLOCKS.values()),
        Column("小计", Kind.POINTS, 9),
        Column("总分", Kind.POINTS, 9),
        Column("等级", Kind.TEXT, 7),
        Column("报送日期", Kind.DAY, 12),
        Column("公开日期", Kind.DAY, 12),
        Column("备注", Kind.WORDS, 40),
    )
    blocks = {each.submission.pk: _blocks_of(each, scope) for each in outcomes}

    def line(number: int, each: Outcome) -> Line:
        return Line(
            [
                number,
                each.unit.code,
                each.unit.name,
                *each.money,
                each.rate,
                each.execution_score,
                *blocks[each.submission.pk],
                each.subtotal,
                each.total,
                each.grade,
                each.submitted_date,
                each.published_date,
                each.remark,
            ],
            ("edit_indicators", each.submission.pk),
        )

    graded = [each for each in outcomes if each.total is not None]
    foot = [
        "合计",
        "",
        f"{len(outcomes)} 个单位",
        *_sums(outcomes),
        mean(each.execution_score for each in graded),
        *(mean(blocks[each.submission.pk][at] for each in graded) for at in range(len(_BLOCKS))),
        mean(each.subtotal for each in graded),
        mean(each.total for each in graded),
        _weighted(graded),
        *("", "", ""),
    ]
    notes = [*_notes(outcomes), *_mean_note(graded)]
    return Summary(columns, Lines(outcomes, line), foot, notes, named=2)


def _blocks_of(outcome: Outcome, scope: Scope) -> list[Decimal | None]:
    """The points of the four blocks; None for one the framework does not have."""
    firsts = scope.basis.framework.first_levels
    scored = {first.code: block.scored for first, block in zip(firsts, outcome.result.blocks, strict=True)}
    return [scored.get(code) for code in _BLOCKS]


def _sums(found: Sequence[Scored]) -> list[Decimal | None]:
    """The three amounts added, and the rate of the sums of what states both."""
    amounts = [added(each.money[at] for each in found) for at in range(3)]
    return [*amounts, rate_of_sums((each.outturn, each.money[1]) for each in found)]


def _weighted(graded: Sequence[Scored]) -> str:
    """The mean of the totals by what was spent, to stand beside the simple one; "" without any."""
    weighted = weighted_mean((each.total, each.outturn) for each in graded)
    return "" if weighted is None else f"加权 {weighted}"


def _mean_note(graded: Sequence[Scored]) -> list[Note]:
    """What the points of 合计 are; [] without any."""
    return [Note("合计的得分为简单平均，“加权”为按全年执行数加权的平均总分")] if graded else []


def _notes(outcomes: Sequence[Outcome]) -> list[Note]:
    ungraded = [f"{each.unit.name}（{each.obstacle}）" for each in outcomes if each.total is None]
    lacking = [each.unit.name for each in outcomes if None in each.money[1:]]
    notes = [
        Note("总分算不出来，不计入平均分，等级为“未评”", ungraded),
        Note("没有全年预算数或决算数，不计入合计的执行率", lacking),
    ]
    return [note for note in notes if note.names]


def projects(scope: Scope) -> Summary:
    """项目支出绩效自评情况汇总表: a line for each project of the approved returns."""
    outcomes, words = project_outcomes_of(scope), words_of(scope)
    columns = (
        *_NUMBERED,
        Column("项目名称", Kind.WORDS, 34),
        Column("项目编码", Kind.TEXT, 14),
        Column("资金性质", Kind.TEXT, 18),
        *_MONEY,
        Column("得分", Kind.POINTS, 9),
        Column("等级", Kind.TEXT, 7),
        Column("主要问题", Kind.WORDS, 40),
        Column("整改措施", Kind.WORDS, 40),
        Column("备注", Kind.WORDS, 34),
    )

    def line(number: int, each: ProjectOutcome) -> Line:
        problems, measures = words.get(each.key, ({}, {}))
        return Line(
            [
                number,
                each.unit.code,
                each.unit.name,
                each.name,
                each.code,
                "、".join(each.fundings),
                *each.money,
                each.rate,
                each.total,
                each.grade,
                "；".join(problems),
                "；".join(measures),
                each.remark,
            ],
            ("edit_project_indicators", each.submission.pk, project_slug(each.name)),
        )

    graded = [each for each in outcomes if each.total is not None]
    foot = [
        *("合计", "", "", f"{len(outcomes)} 个项目", "", ""),
        *_sums(outcomes),
        mean(each.total for each in graded),
        _weighted(graded),
        *("", "", ""),
    ]
    notes = [*_project_notes(outcomes), *_mean_note(graded)]
    return Summary(columns, Lines(outcomes, line), foot, notes, named=3)


def _project_notes(outcomes: Sequence[ProjectOutcome]) -> list[Note]:
    idle = sum(bool(each.idle_words) for each in outcomes)
    ungraded = [
        f"{each.unit.name}：{each.name}" for each in outcomes if each.total is None and not each.idle_words
    ]
    lacking = sum(None in each.money[1:] for each in outcomes)
    notes = [
        Note("本年没有预算和支出、不用自评的项目", [f"{idle} 个"] if idle else []),
        Note("得分算不出来，不计入平均分，等级为“未评”", ungraded),
        Note("没有全年预算数或决算数，不计入合计的执行率", [f"{lacking} 个项目"] if lacking else []),
    ]
    return [note for note in notes if note.names]


def coverage(scope: Scope) -> Summary:
    """自评覆盖率统计表: of the projects that have to be evaluated, how many are, by department."""
    columns = (
        Column("主管部门", Kind.TEXT, 34),
        Column("单位数", Kind.COUNT, 9),
        Column("已审核通过", Kind.COUNT, 12),
        Column("数量", Kind.COUNT, 12, group="应评项目"),
        Column("金额", Kind.AMOUNT, 16, group="应评项目"),
        Column("数量", Kind.COUNT, 12, group="已评项目"),
        Column("金额", Kind.AMOUNT, 16, group="已评项目"),
        Column("数量", Kind.RATE, 12, group="覆盖率"),
        Column("金额", Kind.RATE, 12, group="覆盖率"),
    )
    due = [each for each in project_outcomes_of(scope) if not each.idle_words]
    by_department: dict[str, list[ProjectOutcome]] = {}
    for each in due:
        by_department.setdefault(department_code(each.unit.path), []).append(each)
    units = Counter(department_code(unit.path) for unit in scope.coverage.units)
    approved = Counter(department_code(each.unit.path) for each in scope.coverage.returns)
    heads = {unit.code: unit.name for unit in scope.coverage.units if unit.depth == 1}
    lines = [
        Line(
            [
                heads.get(code, code),
                units[code],
                approved[code],
                *_covered(by_department.get(code, [])),
            ],
            href=scope.address(department=code),
        )
        for code in units
    ]
    without = [f"{each.unit.name}：{each.name}" for each in due if each.money[1] is None]
    notes = [Note("金额为全年预算数；没有全年预算数的，金额里没有它们", without)] if without else []
    return Summary(columns, lines, ["合计", units.total(), approved.total(), *_covered(due)], notes)


def _covered(due: Sequence[ProjectOutcome]) -> list[int | Decimal | None]:
    done = [each for each in due if each.total is not None]
    amounts = [added(each.money[1] for each in those) for those in (due, done)]
    return [
        len(due),
        amounts[0],
        len(done),
        amounts[1],
        ratio(Decimal(len(done)), Decimal(len(due))),
        ratio(amounts[1] or (None if amounts[0] is None else Decimal(0)), amounts[0]),
    ]


def grades(scope: Scope) -> Summary:
    """等级分布表: the units of each kind by grade; the numbers add up to all units."""
    return grades_summary(scope, outcomes_of(scope))


def grades_summary(scope: Scope, outcomes: Sequence[Outcome]) -> Summary:
    """Return 等级分布表 of what the returns come to."""
    kinds, everything = grades_by_kind(scope.coverage, outcomes)
    columns = (
        Column("部门类别", Kind.TEXT, 20),
        Column("单位数", Kind.COUNT, 9),
        *(
            column
            for grade in ALL_GRADES
            for column in (
                Column("数量", Kind.COUNT, 8, group=grade),
                Column("金额", Kind.AMOUNT, 16, group=grade),
                Column("占比", Kind.RATE, 10, group=grade),
            )
        ),
    )
    missing, ungraded = scope.coverage.missing, sum(each.total is None for each in outcomes)
    said = f"“未评”：没有审核通过的填报 {len(missing)} 个，审核通过而总分算不出来 {ungraded} 个"
    notes = [Note("金额为全年执行数，占比为占这一类单位数的比例；类别按单位名称区分")]
    if missing or ungraded:
        notes.append(Note(said))
    lines = [Line(_grade_cells(each), hrefs=_grade_hrefs(scope, each)) for each in kinds]
    foot = _grade_cells(everything)
    return Summary(columns, lines, foot, notes, foot_hrefs=_grade_hrefs(scope, everything))


def _grade_hrefs(scope: Scope, found: GradesOf) -> dict[int, str]:
    """The lists of the units that are counted, by the place of the cell: of a kind, of each of its grades."""
    page = reverse("round_scores", args=[scope.round.pk])
    hrefs = {1: f"{page}{scope.address(kind=found.kind)}#units"}
    for at, grade in enumerate(ALL_GRADES):
        if found.by_grade[grade].number:
            href = f"{page}{scope.address(kind=found.kind, grade=grade)}#units"
            hrefs |= {2 + 3 * at: href, 3 + 3 * at: href}
    return hrefs


def _grade_cells(found: GradesOf) -> list[str | int | Decimal | None]:
    parts = [found.by_grade[grade] for grade in ALL_GRADES]
    return [
        found.name,
        found.units,
        *(cell for each in parts for cell in (each.number, each.outturn, each.share)),
    ]
