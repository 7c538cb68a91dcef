"""C-040, C-042 to C-045: budget against final accounts. Every expectation is worked out by hand."""

from decimal import Decimal

import pytest

from budgets.money import AmountUnit
from budgets.returns import BY_FUNCTION, BY_NATURE, PROJECTS
from submissions.findings import State
from tests.budgets.checks.found import at, findings_of, states_of
from tests.world import adjustment, category, change, line, make_submission, project, save

SAFETY = "2240106"


@pytest.fixture
def here(world):
    """An empty return."""
    return world.submission


@pytest.fixture
def decoys(world):
    """Another unit's return, full of mistakes that are not Lin's."""
    other = make_submission(world.round, world.rescue, world.lin)
    figures = {"initial_budget": "100", "revised_budget": "900000", "outturn": "9000000"}
    save(other, change(category(SAFETY), **figures))
    save(other, adjustment("乱文", kind="increase", adjusted="1"))
    return other


def only(submission, code, state):
    """What one check says in one state; there must be exactly one."""
    [found] = [each for each in findings_of(submission, code) if each.state is state]
    return found


class TestRevisedBudgetsAreDocumented:
    def fill(self, here, revised, unit=AmountUnit.YUAN):
        save(here, change(category(SAFETY), initial_budget="13855000", revised_budget=revised), unit=unit)

    def document(self, here, **values):
        function = f"{category(SAFETY).pk}--"
        save(
            here,
            adjustment("财预〔2023〕1号", kind="increase", adjusted="5000000", function=function, **values),
        )

    def test_they_are(self, here, decoys):
        self.fill(here, "18855000")
        self.document(here)
        assert State.ERROR not in states_of(here, "C-040")
        assert at(here, "C-040", f"科目{SAFETY} · 全年预算数").state is State.PASS

    def test_they_are_not(self, here, decoys):
        self.fill(here, "19680100")
        self.document(here)
        found = only(here, "C-040", State.ERROR)
        assert (found.outcome.expected, found.outcome.difference) == (Decimal(18855000), Decimal(825100))
        assert found.outcome.arithmetic == "年初预算数 1,385.50 + 文件增减 500.00 = 1,885.50（万元）"

    def test_a_document_of_another_row_does_not_count(self, here):
        self.fill(here, "18855000")
        save(here, change(category("2240199"), nature="project", initial_budget="5"))
        other = f"{category('2240199').pk}--project"
        save(here, adjustment("财预2号", kind="increase", adjusted="5000000", function=other))
        found = only(here, "C-040", State.ERROR)
        assert found.outcome.difference == Decimal(5000000)

    def test_a_document_that_names_no_row_leaves_the_rows_alone(self, here):
        self.fill(here, "19680100")
        save(here, adjustment("财预3号", kind="increase", adjusted="5000000"))
        assert State.ERROR not in states_of(here, "C-040")

    def test_without_documents_it_cannot_be_computed_unless_nothing_changed(self, here, decoys):
        assert only(here, "C-040", State.CANNOT_BE_COMPUTED).outcome.sentence == "不能检查：全年预算数未填。"
        self.fill(here, "19680100")
        found = only(here, "C-040", State.CANNOT_BE_COMPUTED)
        assert found.outcome.sentence == "不能检查：预算调整（追加、调减的文件）未填。"
        save(
            here,
            change(
                category(SAFETY),
                version=line(here, category(SAFETY)).row_version,
                initial_budget="5",
                revised_budget="5",
            ),
        )
        assert states_of(here, "C-040") == {State.PASS}


class TestOutturnsAreWithinTheBudget:
    def fill(self, here, outturn, unit=AmountUnit.YUAN):
        save(here, change(category(SAFETY), revised_budget="3297700", outturn=outturn), unit=unit)

    def test_they_are(self, here, decoys):
        self.fill(here, "3297700")
        assert states_of(here, "C-042") == {State.PASS}

    def test_they_are_not(self, here, decoys):
        self.fill(here, "3383100")
        found = at(here, "C-042", f"科目{SAFETY} · 执行率 %")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(85400))
        assert found.outcome.sentence == (
            f"{SAFETY} 科目{SAFETY}决算数 338.31，超过全年预算数 329.77，超出 8.54 万元。"
        )
        assert found.outcome.arithmetic == "执行率 102.59%"
        labels = {each.outcome.place.row_label for each in findings_of(here, "C-042")}
        assert labels == {f"{SAFETY} 科目{SAFETY}", "支出合计"}  # the 类 and 款 leave it to their lines

    def test_a_total_of_fewer_rows_than_were_spent_accuses_nobody(self, here):
        self.fill(here, "3297700")
        save(here, change(category("2240199"), outturn="500"))
        found = at(here, "C-042", "支出合计 · 执行率 %")
        assert found.state is State.CANNOT_BE_COMPUTED
        assert found.outcome.sentence == "不能检查：2240199 科目2240199全年预算数未填。"

    def test_a_fen_of_wan_is_rounding(self, here):
        self.fill(here, "3297800", unit=AmountUnit.WAN)
        assert states_of(here, "C-042") == {State.ROUNDING}

    def test_without_revised_budgets_it_cannot_be_computed(self, here, decoys):
        save(here, change(category(SAFETY), initial_budget="5", outturn="9"))
        assert [each.outcome.sentence for each in findings_of(here, "C-042")] == [
            "不能检查：支出全年预算数未填。"
        ]


class TestLowExecutionHasReasons:
    def fill(self, here, outturn, reason="", version=0):
        save(
            here,
            change("project", revised_budget="4855000", outturn=outturn, reason=reason, version=version),
            schedule=BY_NATURE,
        )

    def test_a_high_rate_needs_none(self, here, decoys):
        self.fill(here, "4369500")  # 90 %
        assert states_of(here, "C-043") == {State.PASS}

    def test_a_low_one_fails_until_its_row_says_why(self, here, decoys):
        self.fill(here, "2413700")
        [found] = findings_of(here, "C-043")
        assert (found.state, found.outcome.difference) == (State.WARNING, Decimal(-2441300))
        assert found.outcome.sentence == "项目支出执行率 49.72%，明显偏低，低于 80%，要写明原因。"
        assert found.needs_explanation
        self.fill(here, "2413700", reason="资金下达晚。", version=line(here, "project").row_version)
        assert not findings_of(here, "C-043")[0].needs_explanation

    def test_projects_answer_for_themselves(self, here):
        save(
            here,
            project("防汛", revised_budget="100", outturn="85"),
            project("广播", revised_budget="100", outturn="0"),
        )
        found = {each.outcome.place.row_label: each.outcome.sentence for each in findings_of(here, "C-043")}
        assert found == {
            "防汛": "防汛执行率 85.00%，低于 90%，要写明原因。",
            "广播": "广播执行率 0.00%，明显偏低，低于 80%，要写明原因。",
        }

    def test_without_revised_budgets_it_cannot_be_computed(self, here, decoys):
        assert states_of(here, "C-043") == {State.CANNOT_BE_COMPUTED}


class TestAdditionsAreSmall:
    def fill(self, here, **figures):
        save(here, change("total", initial_budget="13855000", **figures), schedule=BY_FUNCTION)

    def test_they_are(self, here, decoys):
        self.fill(here, revised_budget="15240500", outturn="15000000")  # 10 %
        assert states_of(here, "C-044") == {State.PASS}

    def test_they_are_not(self, here, decoys):
        self.fill(here, revised_budget="16626000")
        [found] = findings_of(here, "C-044")
        assert (found.state, found.outcome.difference) == (State.WARNING, Decimal(2771000))
        assert found.outcome.sentence == "追加 277.10 万元，预算控制率 20.00%，超过 10%。"

    def test_what_was_spent_above_the_initial_budget_was_added(self, here, decoys):
        self.fill(here, outturn="19680100")
        [found] = findings_of(here, "C-044")
        assert (found.state, found.outcome.difference) == (State.WARNING, Decimal(5825100))
        assert found.outcome.sentence == (
            "全年预算数未填，按决算数推算至少追加 582.51 万元，预算控制率 42.04%，明显偏高，超过 30%。"
        )

    def test_else_without_a_revised_budget_it_cannot_be_computed(self, here, decoys):
        self.fill(here, outturn="1")
        [found] = findings_of(here, "C-044")
        assert found.outcome.sentence == "不能检查：支出合计全年预算数未填。"

    def test_nor_from_the_initial_budget_of_some_rows(self, here):
        save(
            here,
            change(category(SAFETY), initial_budget="100", revised_budget="100"),
            change(category("2240199"), revised_budget="90"),
        )
        [found] = findings_of(here, "C-044")
        assert found.outcome.sentence == "不能检查：2240199 科目2240199年初预算数未填。"

    def test_from_nothing_there_is_no_rate(self, here):
        save(here, change("total", initial_budget="0", outturn="5"), schedule=BY_FUNCTION)
        assert states_of(here, "C-044") == {State.NOT_APPLICABLE}


class TestVariancesHaveReasons:
    def test_a_small_one_needs_none(self, here, decoys):
        save(here, change("general_public", initial_budget="1000000", outturn="1099999"))
        assert states_of(here, "C-045") == {State.PASS}

    def test_a_large_one_fails_until_its_row_says_why(self, here, decoys):
        save(here, change("total", initial_budget="13855000", outturn="19680100"))
        [found] = findings_of(here, "C-045")
        assert (found.state, found.outcome.difference) == (State.WARNING, Decimal(5825100))
        sentence = "收入合计决算数比年初预算数增加 582.51 万元（+42.04%），要写明原因。"
        assert found.outcome.sentence == sentence and found.needs_explanation
        version = line(here, "total").row_version
        reason = {"version": version, "reason": "追加救灾资金 582.51 万元。"}
        save(here, change("total", initial_budget="13855000", outturn="19680100", **reason))
        [found] = findings_of(here, "C-045")
        assert found.state is State.WARNING and not found.needs_explanation
        assert found.outcome.reason == "追加救灾资金 582.51 万元。"

    def test_the_thresholds_are_those_of_the_round(self, world, here):
        save(here, change("general_public", initial_budget="1000000", outturn="1099999"))
        type(world.round).objects.filter(pk=world.round.pk).update(explain_rate=5, explain_yuan=50_000)
        assert states_of(here, "C-045") == {State.WARNING}

    def test_rows_of_one_code_are_told_apart_by_fund(self, here):
        save(
            here,
            change(category(SAFETY), fund="general_public", initial_budget="500000", outturn="1000000"),
            change(category(SAFETY), fund="other", initial_budget="1000000", outturn="500000"),
        )
        found = {each.outcome.place.row: each.outcome.difference for each in findings_of(here, "C-045")}
        number = category(SAFETY).pk
        assert found == {
            "total": 0,
            f"{number}-general_public-": Decimal(500000),
            f"{number}-other-": Decimal(-500000),
        }

    def test_the_projects_total_is_asked_once(self, here):
        save(here, project("防汛", initial_budget="900000", outturn="100000"), schedule=PROJECTS)
        labels = [each.outcome.place.label for each in findings_of(here, "C-045")]
        assert labels == [
            "支出（按支出性质） · 支出合计（按性质） · 较年初预算",
            "支出（按支出性质） · 项目支出 · 较年初预算",
            "项目支出 · 防汛 · 较年初预算",
        ]

    def test_without_budgets_it_cannot_be_computed(self, here, decoys):
        save(here, change("total", outturn="9000000"))
        assert [each.outcome.sentence for each in findings_of(here, "C-045")] == [
            "不能检查：年初预算数未填。"
        ]
