"""The summary returns of what was evaluated, held against figures worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest

from budgets.models import ProjectLine
from performance.bureau_tables.grades import grades_by_kind
from performance.bureau_tables.of_returns import coverage, departments, grades, projects
from performance.bureau_tables.outcomes import outcomes_of
from performance.models import IndicatorLine, ProjectIndicatorLine, RoundScoring
from tests.budgets.region.test_effective import step
from tests.performance.bureau_tables.returns import LEVELS, WAN, returned, scope_of
from tests.world import NOW, Role, adjustment, make_person, make_unit, save, without_guards

D = Decimal


def cells(line):
    return list(line.cells)


def test_every_approved_return_has_a_line_with_its_points(three):
    found = departments(scope_of(three.round))
    assert [cells(line)[:12] for line in found.lines] == [
        [1, "224001", "零陵区应急管理局", 100 * WAN, 200 * WAN, 180 * WAN, 90, 9, None, 45, 27, 9],
        [2, "224002", "应急救援中心", 50 * WAN, 100 * WAN, 100 * WAN, 100, 10, None, 40, 20, 5],
        [3, "225001", "零陵区文化馆", None, 100 * WAN, 62 * WAN, 62, D("6.2"), None, 50, None, 10],
    ]
    assert [cells(line)[12:17] for line in found.lines] == [
        [81, 90, "优", date(2024, 3, 1), None],
        [65, 75, "中", date(2024, 3, 1), None],
        [60, None, "未评", date(2024, 3, 1), None],
    ]
    assert [cells(line)[-1] for line in found.lines] == ["", "", "1 个指标没有填得分。"]


def test_together_amounts_are_added_rates_are_of_the_sums_and_points_are_means_of_what_has_them(three):
    foot = departments(scope_of(three.round)).foot
    assert foot[:3] == ["合计", "", "3 个单位"]
    # 342 of 400 万元; the mean of the three rates would be 84.
    assert foot[3:7] == [150 * WAN, 400 * WAN, 342 * WAN, D("85.5")]
    # (9 + 10) / 2, (45 + 40) / 2, (27 + 20) / 2, (9 + 5) / 2, (81 + 65) / 2, (90 + 75) / 2
    assert foot[7:14] == [D("9.5"), None, D("42.5"), D("23.5"), D(7), D(73), D("82.5")]
    # (90 × 180 + 75 × 100) / 280
    assert foot[14] == "加权 84.64"


def test_who_has_no_total_is_named_and_counts_as_nothing(three):
    found = departments(scope_of(three.round))
    assert [(note.said, note.names) for note in found.notes] == [
        ("总分算不出来，不计入平均分，等级为“未评”", ["零陵区文化馆（1 个指标没有填得分。）"]),
        ("合计的得分为简单平均，“加权”为按全年执行数加权的平均总分", ()),
    ]


def test_grades_add_up_to_all_units_and_the_kind_is_told_by_the_name(three):
    scope = scope_of(three.round)
    found = grades(scope)
    # One more unit, a school, has a draft alone.
    assert [cells(line)[:2] for line in found.lines] == [["机关", 3], ["学校", 1]]
    share = D(100) / 3
    organs, school = ([*cells(line)[2:]] for line in found.lines)
    assert organs[:3] == [1, 180 * WAN, share] and organs[6:9] == [1, 100 * WAN, share]
    assert organs[12:] == [1, 62 * WAN, share] and school[12:] == [1, None, 100]
    assert found.foot[:2] == ["合计", 4] and found.foot[2:][::3] == [1, 0, 1, 0, 2]
    _, everything = grades_by_kind(scope.coverage, outcomes_of(scope))
    assert sum(each.number for each in everything.by_grade.values()) == len(scope.coverage.units) == 4
    assert found.notes[1].said == "“未评”：没有审核通过的填报 1 个，审核通过而总分算不出来 1 个"


def test_a_department_has_its_units_alone(three):
    found = departments(scope_of(three.round, department=three.emergency))
    assert [line.cells[1] for line in found.lines] == ["224001", "224002"]
    assert grades(scope_of(three.round, department=three.culture)).foot[:2] == ["合计", 1]


def test_on_a_past_day_what_was_approved_by_then_counts(three):
    assert len(departments(scope_of(three.round, day=date(2024, 3, 1))).lines) == 0
    assert len(departments(scope_of(three.round, day=date(2024, 3, 2))).lines) == 3


def chosen(world, **scoring):
    """Choose by what a round is scored, past the deed, which refuses it once a return is approved."""
    RoundScoring.objects.create(
        round=world.round,
        **({"framework": "three_blocks", "scheme": "no_caps"} | scoring),
        reason="文号",
        actor=world.wu,
        actor_name="吴芳",
        at=NOW,
    )


def test_a_capped_total_says_so(three):
    chosen(three, scheme="execution_caps")
    with without_guards("performance_indicatorline"):
        IndicatorLine.objects.filter(submission__unit=three.culture, score=None).update(score=30)
    last = departments(scope_of(three.round)).lines[2]
    # 6.2 + 90, but 62 % lets a total be 79 at most.
    assert last.cells[12:15] == [90, 79, "中"] and last.cells[-1] == "按执行率封顶 79 分"


def test_where_rules_are_not_overruled_the_computed_score_counts(three):
    chosen(three, mode="locked")
    with without_guards("performance_indicatorline"):
        IndicatorLine.objects.filter(submission__unit=three.culture).update(
            direction="at_least", target_value="10", actual_value="8", score=None
        )
    last = departments(scope_of(three.round)).lines[2]
    # 80 % of 50, 30 and 10, and 6.2 for the execution rate.
    assert last.cells[8:14] == [None, 40, 24, 8, 72, D("78.2")]


def test_a_revised_budget_that_follows_from_documents_counts_as_in_the_return_itself(three, world):
    unit = make_unit(world.finance.region, "227001", "零陵区信访局", parent=world.finance)
    preparer = make_person("xin", "辛苦", (Role.PREPARER, unit))
    made = returned(world.round, unit, preparer, (60, None, 72), (50, 30, 10), approved=False)
    save(made, adjustment("2023-1", kind="increase", adjusted="200000"), by=preparer)
    step(made, "approve", 1, "approved")
    [line] = [each for each in departments(scope_of(three.round)).lines if each.cells[1] == "227001"]
    assert line.cells[4:8] == [80 * WAN, 72 * WAN, 90, 9] and line.cells[13] == 99


# --- Projects


def project(submission, name, revised, outturn, scores=(), *, funding="appropriation", code=""):
    """Store a project, in an approved return too; amounts in 万元."""
    tables = ("budgets_projectline", "performance_projectindicatorline")
    with without_guards(tables[0]), without_guards(tables[1]):
        _project(submission, name, revised, outturn, scores, funding, code)


def _project(submission, name, revised, outturn, scores, funding, code):
    ProjectLine.objects.create(
        submission=submission,
        name=name,
        code=code,
        funding=funding,
        entered_in="wan",
        revised_budget=None if revised is None else D(str(revised)) * WAN,
        outturn=None if outturn is None else D(str(outturn)) * WAN,
    )
    for (level_name, level, weight), points in zip(LEVELS, scores, strict=False):
        ProjectIndicatorLine.objects.create(
            submission=submission,
            project=name,
            name=level_name,
            second_level=level,
            target_value="1",
            actual_value="1",
            max_score=weight,
            score=points,
            deviation_reason="人手不够" if points < weight else "",
            improvement_measure="增加人手" if points < weight else "",
        )


@pytest.fixture
def with_projects(three):
    """防汛 from two fundings, 92 points; 宣传 not evaluated; 去年的 without money; a draft's is a decoy."""
    project(three.submission, "防汛", 80, 60, (49, 30, 9), code="P-1")
    project(three.submission, "防汛", 20, 15, funding="other")
    project(three.submission, "宣传", 40, 10)
    project(three.submission, "去年的", 0, 0)
    rescue = three.round.submissions.get(unit=three.rescue)
    project(rescue, "装备", 50, 50, (50, 30, 10))
    draft = three.round.submissions.get(unit__code="226001")
    project(draft, "不算的", 900, 900, (50, 30, 10))
    return three


def test_a_project_is_one_line_over_all_its_fundings(with_projects):
    found = projects(scope_of(with_projects.round))
    assert [line.cells[2:6] for line in found.lines] == [
        ["零陵区应急管理局", "防汛", "P-1", "当年财政拨款、其他资金"],
        ["零陵区应急管理局", "宣传", "", "当年财政拨款"],
        ["零陵区应急管理局", "去年的", "", "当年财政拨款"],
        ["应急救援中心", "装备", "", "当年财政拨款"],
    ]
    # 75 of 100 万元: 7.5 points, and 88 of the indicators.
    assert found.lines[0].cells[6:14] == [
        *(None, 100 * WAN, 75 * WAN, 75),
        *(D("95.5"), "优", "人手不够", "增加人手"),
    ]
    assert [line.cells[10:12] for line in found.lines[1:]] == [[None, "未评"], [None, "未评"], [100, "优"]]
    assert found.lines[2].cells[-1] == "本年没有预算和支出，不用填项目自评表。"
    # 190 and 135 万元; (95.5 + 100) / 2; (95.5 × 75 + 100 × 50) / 125
    assert found.foot[6:12] == [None, 190 * WAN, 135 * WAN, D(13500) / 190, D("97.75"), "加权 97.30"]


def test_coverage_counts_the_projects_with_money_by_number_and_by_revised_budget(with_projects):
    found = coverage(scope_of(with_projects.round))
    assert [line.cells[:3] for line in found.lines] == [
        ["零陵区应急管理局", 2, 2],
        ["零陵区文化馆", 1, 1],
        ["零陵区某学校", 1, 0],
    ]
    assert found.lines[0].cells[3:7] == [3, 190 * WAN, 2, 150 * WAN]
    assert found.lines[0].cells[7:] == [D(200) / 3, D(15000) / 190]
    assert found.lines[1].cells[3:] == [0, None, 0, None, None, None]
    assert found.foot == ["合计", 4, 3, 3, 190 * WAN, 2, 150 * WAN, D(200) / 3, D(15000) / 190]


def test_a_department_none_of_whose_projects_is_evaluated_has_covered_nothing(three):
    project(three.submission, "宣传", 40, 10)
    assert coverage(scope_of(three.round)).foot[3:] == [1, 40 * WAN, 0, None, 0, 0]
