"""C-092 and C-093: the projects that were self-evaluated. Every expectation is worked out by hand."""

from decimal import Decimal

import pytest

from budgets.actions import save_text
from budgets.models import ReturnText
from budgets.money import AmountUnit
from performance.models import ProjectIndicatorLine
from submissions.findings import Severity, State
from tests.budgets.checks.found import findings_of, states_of
from tests.performance.projects import fill, spend
from tests.world import NOW, make_submission


@pytest.fixture
def decoys(world):
    """Another unit's return, and a project of Lin's that is gone: both with grades that are not counted."""
    other = make_submission(world.round, world.rescue, world.lin)
    fill(other, "别的项目")
    write(other, world.lin, "自评项目9个，其中：优1个，良1个，涉及金额999万元。")


def write(submission, by, text):
    """Write what was reached (绩效情况)."""
    save_text(submission=submission, name=ReturnText.Name.RESULTS, text=text, row_version=0, by=by, at=NOW)


def write_again(submission, by, text):
    """Write something else there."""
    save_text(submission=submission, name=ReturnText.Name.RESULTS, text=text, row_version=1, by=by, at=NOW)


def wrong(submission, code):
    """What a check finds wrong."""
    return [each for each in findings_of(submission, code) if each.outcome.verdict == "fails"]


@pytest.fixture
def two(here):
    """A return with two projects of 89.974 万元 each, one 优 (100 points) and one 良 (88)."""
    fill(here, "甲项目")
    fill(here, "乙项目")
    lines = ProjectIndicatorLine.objects.filter(submission=here, project="乙项目")
    lines.filter(name="单项业务成本").update(score=0, row_version=2)
    lines.filter(name="群众满意度").update(score=8, row_version=2)
    return here


class TestGrades:
    """C-092"""

    def test_every_project_has_one(self, two, decoys):
        assert states_of(two, "C-092") == {State.PASS}

    @pytest.mark.parametrize(
        "words",
        [
            "本年自评项目2个，其中：优1个、良1个、中0个、差0个。",
            "对2个项目开展绩效自评，绩效评级为“优”的项目有1个，评级为“良”的项目有1个。",
            "项目支出绩效自评共2项，其中优秀1项，良好1项。",
            "2023年度项目绩效自评53个，其中优40个，良13个。",
        ],
    )
    def test_a_text_that_adds_up_holds(self, two, world, words):
        write(two, world.lin, words)
        assert states_of(two, "C-092") == {State.PASS}

    @pytest.mark.parametrize(
        ("words", "difference", "sentence"),
        [
            (
                "自评项目53个，其中：优40个，良10个。",
                -3,
                "写的是自评项目 53 个，各等级（优 40、良 10）合计 50 个，少 3 个。",
            ),
            ("自评项目3个，其中优4个。", 1, "写的是自评项目 3 个，各等级（优 4）合计 4 个，多 1 个。"),
        ],
    )
    def test_it_does_not_add_up(self, two, decoys, world, words, difference, sentence):
        write(two, world.lin, words)
        [found] = wrong(two, "C-092")
        assert (found.state, found.outcome.difference) == (State.ERROR, difference)
        assert found.outcome.sentence == sentence

    def test_it_counts_other_grades_than_the_return_has(self, two, decoys, world):
        write(two, world.lin, "自评项目2个，其中：优2个。")
        [found] = wrong(two, "C-092")
        assert (found.state, found.outcome.difference) == (State.ERROR, 1)
        assert found.outcome.sentence == "写的是等级为“优”的项目 2 个，按项目自评表有 1 个。"

    @pytest.mark.parametrize(
        "words",
        [
            "2022年自评项目9个，其中优1个，良1个。",
            "上年自评项目9个，其中优1个，良1个。",
            "自评项目9个，其中优1个，其余未评。",
            "财政评价项目9个，其中优1个，良1个。",
            "引进改良3个品种，自评项目2个，设立优2个指标。",
            "共实施项目9个，其中3个项目为新建，优化2项流程。",
        ],
    )
    def test_numbers_of_other_things_do_not_matter(self, two, world, words):
        write(two, world.lin, words)
        assert wrong(two, "C-092") == []

    def test_a_project_without_a_grade_is_named_and_one_without_money_is_not(self, two):
        ProjectIndicatorLine.objects.filter(submission=two, project="乙项目").delete()
        [found] = findings_of(two, "C-092")
        assert found.state is State.CANNOT_BE_COMPUTED
        assert found.outcome.sentence == "不能检查：项目“乙项目”的自评表没有填好，还没有等级。"

    def test_projects_without_any_money_cannot_be_told_apart(self, here):
        spend(here, "甲项目")
        [found] = findings_of(here, "C-092")
        assert found.outcome.sentence == "不能检查：各项目的金额未填。"

    def test_without_projects_or_with_idle_ones_it_is_not_about_the_return(self, here):
        assert states_of(here, "C-092") == {State.NOT_APPLICABLE}
        spend(here, "甲项目", initial_budget="0", revised_budget="0", outturn="0")
        assert states_of(here, "C-092") == {State.NOT_APPLICABLE}


class TestAmounts:
    """C-093"""

    def test_it_is_within_what_was_spent(self, two, decoys, world):
        write(two, world.lin, "自评项目2个，涉及预算金额179.95万元，其中优1个，良1个。")
        assert states_of(two, "C-093") == {State.PASS}  # 179.948

    def test_what_is_called_budget_is_held_against_the_budget(self, two, world):
        write(two, world.lin, "自评项目2个，涉及预算金额180万元。")
        assert states_of(two, "C-093") == {State.PASS}
        write_again(two, world.lin, "自评项目2个，涉及预算金额180.01万元。")
        [found] = wrong(two, "C-093")
        assert found.outcome.sentence.endswith("多 0.062 万元。")

    def test_it_is_more(self, two, decoys, world):
        write(two, world.lin, "自评项目2个，涉及金额213.69万元。")
        [found] = wrong(two, "C-093")
        assert (found.state, found.severity) == (State.WARNING, Severity.INFORMATION)
        assert found.outcome.difference == Decimal("337420")
        assert found.outcome.sentence == (
            "写的项目自评金额是 213.69万元，超过项目支出决算数 179.948 万元，多 33.742 万元：可能是按预算数算的。"
        )

    def test_amounts_of_other_things_do_not_matter(self, two, world):
        write(two, world.lin, "自评项目2个，节约资金900万元。部门整体支出绩效自评涉及金额900万元。")
        assert states_of(two, "C-093") == {State.PASS}

    def test_without_any_it_cannot_be_said(self, here):
        [found] = findings_of(here, "C-093", AmountUnit.WAN)
        assert found.state is State.CANNOT_BE_COMPUTED
        assert found.outcome.sentence == "不能检查：没有填好的项目自评表，文字里也没有写项目自评的金额。"
