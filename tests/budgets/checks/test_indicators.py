"""C-070 to C-082: goal and indicators. Every expectation is worked out by hand; most need no database."""

from dataclasses import replace
from decimal import Decimal

import pytest

from budgets.checks.catalogue import BY_CODE
from budgets.checks.effects import BlockSeen, Effect, IndicatorSeen, ProjectSeen
from budgets.checks.given import Given
from budgets.checks.loading import given_for
from budgets.returns import BY_FUNCTION, SCHEDULES
from performance.models import IndicatorLine
from submissions.findings import Severity, State, run
from submissions.models import Submission
from tests.budgets.checks.found import findings_of, states_of
from tests.performance.indicators import put, spend
from tests.performance.projects import aim
from tests.performance.projects import put as put_in_project
from tests.world import change, make_submission, project, save

ONE = IndicatorSeen(
    "line-1", "办理事项", "quantity", "数量指标", "at_least", True,
    weight=Decimal(50), score=Decimal(50), computed=Decimal(50), completion=Decimal(100),
    actual=Decimal(10), unit="件",
)  # fmt: skip
SOCIAL = replace(ONE, row="line-2", name="等候时间", second_level="social", level_title="社会效益指标",
                 weight=Decimal(30), score=Decimal(30), computed=Decimal(30))  # fmt: skip
PLEASED = replace(ONE, row="line-3", name="群众满意度", second_level="satisfaction",
                  level_title="服务对象满意度指标", weight=Decimal(10), score=Decimal(10), computed=Decimal(10))  # fmt: skip


def block(name, points, given=None, *, count=1):
    return BlockSeen(name, Decimal(points), Decimal(points if given is None else given), count)


BLOCKS = (block("产出指标", 50), block("效益指标", 30), block("满意度指标", 10))


def of(*indicators, texts=None, **others):
    """A return with these indicators beside the two of benefit and satisfaction."""
    effect = {"blocks": BLOCKS, "execution_points": Decimal(10), "rate": Decimal("98.5"), "total": Decimal("98.85"),
              "grade": "优"} | others  # fmt: skip
    empty: dict[str, list] = {schedule.name.value: [] for schedule in SCHEDULES}
    shown = (*indicators, SOCIAL, PLEASED)
    return Given(2023, "431102", empty, texts=texts or {}, effect=Effect(shown, **effect))


def found(given, code):
    """What a check says that is not simply right."""
    return [
        each
        for each in run([BY_CODE[code]], given, year=2023, region="431102")
        if each.state is not State.PASS
    ]


def states(given, code):
    return {each.state for each in run([BY_CODE[code]], given, year=2023, region="431102")}


def only(given, code):
    [finding] = found(given, code)
    return finding


@pytest.mark.parametrize("code", [f"C-{number:03}" for number in range(70, 83)])
def test_a_return_without_goal_and_indicators_is_not_asked(code):
    nothing = Given(2023, "431102", {}, effect=None)
    assert states(nothing, code) == {State.NOT_APPLICABLE}


class TestWeights:
    """C-070"""

    def test_they_are_those_of_the_form(self):
        assert states(of(ONE), "C-070") == {State.PASS}

    def test_a_block_that_is_not_full_is_said(self):
        finding = only(of(ONE, blocks=(block("产出指标", 50, 45), *BLOCKS[1:])), "C-070")
        assert (finding.state, finding.outcome.difference) == (State.ERROR, Decimal(-5))
        assert finding.outcome.sentence == "产出指标的分值合计 45，应为 50，少 5。"

    def test_shared_otherwise_for_a_reason_no_other_block_matters(self):
        shared = (block("产出指标", 50, 55), block("效益指标", 30, 25), BLOCKS[2])
        assert len(found(of(ONE, blocks=shared), "C-070")) == 2
        assert states(of(ONE, blocks=shared, weights_reason="以工程为主"), "C-070") == {State.PASS}

    def test_without_a_weight_it_cannot_be_said(self):
        assert states(of(replace(ONE, weight=None)), "C-070") == {State.CANNOT_BE_COMPUTED}
        goal_alone = replace(of(ONE).effect, indicators=(), expected="目标。")
        assert states(replace(of(ONE), effect=goal_alone), "C-070") == {State.CANNOT_BE_COMPUTED}


class TestScores:
    """C-071"""

    def test_they_are_within_their_weights(self):
        assert states(of(ONE), "C-071") == {State.PASS}

    def test_one_is_not(self):
        finding = only(of(replace(ONE, score=Decimal("50.01"))), "C-071")
        assert (finding.state, finding.outcome.difference) == (State.ERROR, Decimal("0.01"))

    def test_a_total_in_words_is_the_sum(self):
        assert states(of(ONE, achieved="自评得分98.85分。"), "C-071") == {State.PASS}
        finding = only(of(ONE, texts={"results": "我单位自评得分为 98 分，"}, total=Decimal(88)), "C-071")
        assert (finding.state, finding.outcome.difference) == (State.ERROR, Decimal(10))
        assert finding.outcome.sentence == "写的是“自评得分为 98 分”，各项得分合计 88.00 分。"
        assert finding.outcome.quotation == "自评得分为 98 分"  # as it stands, to be found in the text

    def test_points_of_other_things_do_not_matter(self):
        texts = {"results": "满意度测评得分98分，项目自评平均 90 分，分值 10 分。"}
        assert states(of(ONE, texts=texts, total=Decimal(88)), "C-071") == {State.PASS}

    @pytest.mark.parametrize(
        "words",
        [
            "2022年度自评得分92分，",
            "与上年自评得分92分相比有提高",
            "环卫专项项目自评得分95.5分",
            "环卫项目执行率98%，自评得分95.5分",
            "自评得分92分的项目有3个",
            "自评得分90分以上为优",
            "自评得分80（含）-90分为良",
        ],
    )
    def test_totals_of_other_things_do_not_matter(self, words):
        assert states(of(ONE, achieved=words, total=Decimal(88)), "C-071") == {State.PASS}

    @pytest.mark.parametrize(
        ("words", "quoted"),
        [
            ("完成各项目标，自评得分９８分", "自评得分９８分"),
            ("2022年自评得分92分，2023年部门整体自评得分：98分", "自评得分：98分"),
            ("3个项目已自评。自评得分98分", "自评得分98分"),
            ("对项目逐个评价，本单位绩效评价综合得分 98.0 分", "绩效评价综合得分 98.0 分"),
        ],
    )
    def test_a_total_of_the_return_is_quoted_as_it_stands(self, words, quoted):
        finding = only(of(ONE, achieved=words, total=Decimal(88)), "C-071")
        assert (finding.state, finding.outcome.quotation) == (State.ERROR, quoted)

    def test_what_is_blank_cannot_be_said(self):
        assert only(of(replace(ONE, score=None)), "C-071").state is State.CANNOT_BE_COMPUTED


class TestScoresOfRules:
    """C-072"""

    @pytest.mark.parametrize("score", ["49.9", "50", "50.1"])
    def test_within_a_tenth_it_holds(self, score):
        assert states(of(replace(ONE, score=Decimal(score))), "C-072") == {State.PASS}

    def test_full_marks_for_half_are_not_what_the_rule_gives(self):
        finding = only(of(replace(ONE, computed=Decimal("23.08"))), "C-072")  # 12 of 26
        assert (finding.state, finding.outcome.difference) == (State.WARNING, Decimal("26.92"))
        assert finding.outcome.sentence == "“办理事项”的得分 50.00，按指标值和完成值应为 23.08。"

    def test_an_explanation_is_enough_and_where_scores_are_typed_it_is_only_said(self):
        own = replace(ONE, score=Decimal(20))
        assert states(of(replace(own, explanation="口径不同。")), "C-072") == {State.PASS}
        assert only(of(own, own_scores_are_explained=False), "C-072").severity is Severity.INFORMATION

    def test_qualitative_ones_do_not_matter_among_others(self):
        words = replace(ONE, is_quantitative=False, computed=None)
        assert states(of(words), "C-072") == {State.PASS}

    def test_what_cannot_be_computed_is_no_pass(self):
        assert only(of(replace(ONE, computed=None)), "C-072").state is State.CANNOT_BE_COMPUTED


class TestLostPoints:
    """C-073"""

    LOST = replace(ONE, score=Decimal("49.99"))

    def test_with_reason_and_measure_it_holds(self):
        assert states(of(replace(self.LOST, reason="原因。", measure="措施。")), "C-073") == {State.PASS}
        assert states(of(ONE), "C-073") == {State.PASS}

    @pytest.mark.parametrize(
        ("words", "blank", "column"),
        [
            ({}, "偏差原因和改进措施", "deviation_reason"),
            ({"reason": "原因。"}, "改进措施", "improvement_measure"),
            ({"measure": "措施。"}, "偏差原因", "deviation_reason"),
        ],
    )
    def test_what_is_not_written_is_said_at_its_cell(self, words, blank, column):
        finding = only(of(replace(self.LOST, **words)), "C-073")
        assert finding.outcome.sentence == f"“办理事项”的得分 49.99，低于分值 50，没有写{blank}。"
        assert (finding.state, finding.outcome.place.column) == (State.ERROR, column)

    def test_reasons_of_another_indicator_do_not_matter(self):
        other = replace(SOCIAL, reason="原因。", measure="措施。")
        assert len(found(of(self.LOST, other), "C-073")) == 1

    def test_a_blank_score_cannot_be_said(self):
        assert only(of(replace(ONE, score=None)), "C-073").state is State.CANNOT_BE_COMPUTED


class TestOverFulfilment:
    """C-074"""

    @pytest.mark.parametrize("completion", ["0", "100", "129.99"])
    def test_up_to_130_percent_it_holds(self, completion):
        assert states(of(replace(ONE, completion=Decimal(completion))), "C-074") == {State.PASS}

    @pytest.mark.parametrize(("completion", "more"), [("130", ""), ("149.99", ""), ("150", "，偏离很大")])
    def test_from_130_percent_on_it_is_explained(self, completion, more):
        over = replace(ONE, completion=Decimal(completion))
        finding = only(of(over), "C-074")
        assert (finding.state, finding.outcome.difference) == (State.WARNING, Decimal(completion) - 130)
        percent = f"{Decimal(completion):.2f}%"
        assert (
            finding.outcome.sentence == f"“办理事项”完成指标值的 {percent}，达到 130% 以上{more}，没有说明。"
        )
        assert states(of(replace(over, explanation="新增业务。")), "C-074") == {State.PASS}

    def test_words_of_another_kind_do_not_matter(self):
        assert states(of(replace(ONE, is_quantitative=False, completion=None)), "C-074") == {State.PASS}

    def test_without_figures_it_cannot_be_computed(self):
        assert only(of(replace(ONE, completion=None)), "C-074").state is State.CANNOT_BE_COMPUTED


class TestTargets:
    """C-075"""

    def test_numbers_in_one_unit_hold(self):
        assert states(of(ONE), "C-075") == {State.PASS}

    def test_what_cannot_be_read_is_said_at_its_cell(self):
        mistaken = replace(ONE, mistakes=(("actual_value", "实际完成值应为数字。"),))
        finding = only(of(mistaken), "C-075")
        assert finding.outcome.sentence == "“办理事项”：实际完成值应为数字。"
        assert (finding.state, finding.outcome.place.column) == (State.ERROR, "actual_value")

    def test_a_cost_that_counts_upwards_is_said(self):
        cost = replace(ONE, name="项目成本", second_level="cost", unit="万元")
        assert "花得越多得分越高" in only(of(cost), "C-075").outcome.sentence

    @pytest.mark.parametrize(
        "other", [{"name": "节约成本"}, {"unit": "%"}, {"direction": "at_most"}, {"second_level": "economic"}]
    )
    def test_other_costs_are_not_accused(self, other):
        cost = replace(ONE, name="项目成本", second_level="cost", unit="万元")
        assert states(of(replace(cost, **other)), "C-075") == {State.PASS}

    def test_without_a_direction_it_cannot_be_said(self):
        unknown = replace(ONE, direction="", target_text="100 %", is_quantitative=False)
        assert only(of(unknown), "C-075").state is State.CANNOT_BE_COMPUTED


class TestCosts:
    """C-076"""

    @pytest.fixture
    def spent(self, world):
        """A return whose project 堤防加固 cost 89.974 万元."""
        save(world.submission, project("堤防加固", outturn="899740"))
        return world.submission

    def cost(self, submission, actual, name="堤防加固项目成本", **others):
        put(submission, name, second_level="cost", direction="at_most", target_value="90", measuring_unit="万元",
            actual_value=actual, **others)  # fmt: skip

    @pytest.mark.parametrize("actual", ["89.97", "89.974", "89.98"])
    def test_it_is_what_was_spent(self, spent, actual):
        self.cost(spent, actual)
        assert states_of(spent, "C-076") == {State.PASS}

    def test_it_is_not(self, spent):
        self.cost(spent, "90")
        [finding] = findings_of(spent, "C-076")
        assert (finding.state, finding.outcome.difference) == (State.WARNING, Decimal(260))
        assert finding.outcome.sentence == (
            "“堤防加固项目成本”的实际完成值 90.00 万元，堤防加固的决算数是 89.974 万元。"
        )

    def test_costs_that_name_nothing_or_another_thing_do_not_matter(self, spent):
        self.cost(spent, "5", name="单位成本")
        self.cost(spent, "5", name="堤防加固和项目支出")
        self.cost(spent, "5", name="堤防加固节约成本")
        assert states_of(spent, "C-076") == {State.CANNOT_BE_COMPUTED}

    def test_in_the_form_of_a_project_its_total_cost_is_what_was_spent_on_it(self, spent):
        aim(spent, "堤防加固")
        cost = {
            "second_level": "cost",
            "direction": "at_most",
            "target_value": "90",
            "measuring_unit": "万元",
        }
        put_in_project(spent, "项目总成本", "堤防加固", actual_value="90", **cost)
        put_in_project(spent, "单项业务成本", "堤防加固", actual_value="5", **cost)
        [finding] = findings_of(spent, "C-076")
        assert (finding.state, finding.outcome.difference) == (State.WARNING, Decimal(260))
        assert finding.outcome.place.label == "项目绩效 · 堤防加固 · 项目总成本"

    def test_without_what_was_spent_it_cannot_be_computed(self, spent):
        self.cost(spent, "90", name="基本支出控制数")
        assert states_of(spent, "C-076") == {State.CANNOT_BE_COMPUTED}


class TestKinds:
    """C-077"""

    @pytest.mark.parametrize(
        ("name", "level", "title", "best"),
        [
            ("群众满意度", "quality", "质量指标", "满意度指标"),
            ("资金支付率", "quantity", "数量指标", "时效指标"),
            ("项目成本控制数", "quantity", "数量指标", "成本指标"),
        ],
    )
    def test_a_name_that_belongs_elsewhere_is_said(self, name, level, title, best):
        finding = only(of(replace(ONE, name=name, second_level=level, level_title=title)), "C-077")
        assert finding.outcome.sentence == f"“{name}”放在{title}下面，看名称应是{best}。"
        assert finding.state is State.WARNING

    @pytest.mark.parametrize(
        ("name", "level"),
        [
            ("资金支付率", "timeliness"),
            ("满意度调查次数", "satisfaction"),
            ("成本控制", "cost"),
            ("办件", "quantity"),
        ],
    )
    def test_others_hold(self, name, level):
        assert states(of(replace(ONE, name=name, second_level=level)), "C-077") == {State.PASS}

    def test_other_words_of_cost_do_not_matter(self):
        for name in ("成本核算培训", "经费管理制度", "支出绩效评价项目数"):
            assert states(of(replace(ONE, name=name)), "C-077") == {State.PASS}

    def test_without_a_second_level_it_cannot_be_said(self):
        assert only(of(replace(ONE, second_level="")), "C-077").state is State.CANNOT_BE_COMPUTED


class TestCompleteness:
    """C-078"""

    def many(self, count):
        return [replace(ONE, row=f"line-{number}", name=f"指标{number}") for number in range(count - 2)]

    @pytest.mark.parametrize("count", [5, 20])
    def test_from_5_to_20_hold(self, count):
        assert states(of(*self.many(count)), "C-078") == {State.PASS}

    @pytest.mark.parametrize(("count", "difference"), [(4, -1), (21, 1)])
    def test_fewer_and_more_are_said(self, count, difference):
        finding = only(of(*self.many(count)), "C-078")
        assert (finding.state, finding.outcome.difference) == (State.WARNING, difference)

    def test_a_block_without_any_and_output_without_a_number_are_said(self):
        words = [replace(each, is_quantitative=False, direction="qualitative") for each in self.many(5)]
        blocks = (*BLOCKS[:2], block("满意度指标", 10, 0, count=0))
        said = [each.outcome.sentence for each in found(of(*words, blocks=blocks), "C-078")]
        assert said == ["没有满意度指标。", "产出指标里没有一个定量指标。"]

    def test_one_of_unknown_direction_among_others_is_not_accused(self):
        unknown = [replace(each, is_quantitative=False, direction="") for each in self.many(5)]
        assert states(of(*unknown), "C-078") == {State.PASS}

    def test_without_indicators_it_cannot_be_said(self, world):
        goal_alone = replace(of(ONE).effect, indicators=(), expected="目标。")
        empty = replace(of(ONE), effect=goal_alone)
        assert states(empty, "C-078") == {State.CANNOT_BE_COMPUTED}


DONE = ProjectSeen(
    "abc", "堤防加固", is_asked=True, is_begun=True, indicators=(replace(ONE, weight=Decimal(10), score=Decimal(10)),),
    rate=Decimal("98.5"), total=Decimal("99.85"), grade="优",
)  # fmt: skip
FULL = replace(DONE, slug="def", name="应急救灾", total=Decimal(100), rate=Decimal(100))


class TestFullMarks:
    """C-079"""

    @pytest.mark.parametrize("rate", ["90", "98.5"])
    def test_where_most_was_spent_full_marks_hold(self, rate):
        assert states(of(ONE, rate=Decimal(rate)), "C-079") == {State.PASS}

    @pytest.mark.parametrize(("rate", "difference"), [("89.99", "-0.01"), ("59.99", "-30.01"), ("0", "-90")])
    def test_where_it_was_not_they_are_looked_at(self, rate, difference):
        finding = only(of(ONE, rate=Decimal(rate)), "C-079")
        assert (finding.state, finding.outcome.difference) == (State.WARNING, Decimal(difference))

    def test_one_that_lost_points_among_others_is_enough(self):
        assert states(of(replace(ONE, score=Decimal(49)), rate=Decimal(60)), "C-079") == {State.PASS}

    def test_without_a_rate_it_cannot_be_said(self):
        assert states(of(ONE, rate=None), "C-079") == {State.CANNOT_BE_COMPUTED}

    def test_of_a_project_too(self):
        assert states(of(ONE, projects=[DONE]), "C-079") == {State.PASS}
        finding = only(of(ONE, projects=[replace(DONE, rate=Decimal(62))]), "C-079")
        assert finding.outcome.sentence == "项目“堤防加固”的全部 1 个指标得满分，预算执行率只有 62.00%。"
        assert (finding.outcome.place.schedule, finding.outcome.place.row) == ("project_indicators", "abc")
        unknown = only(of(ONE, projects=[replace(DONE, rate=None)]), "C-079")
        assert unknown.outcome.sentence == "不能检查：项目“堤防加固”的预算执行率、得分或分值没有填齐。"

    def test_all_projects_with_a_hundred_are_looked_at(self):
        finding = only(of(ONE, projects=[FULL, replace(FULL, slug="ghi", name="防汛")]), "C-079")
        assert (finding.state, finding.outcome.actual) == (State.WARNING, 2)
        assert finding.outcome.sentence == "2 个项目的自评总分全部是 100 分。"

    def test_one_alone_one_with_less_and_another_without_a_form_or_money_do_not_matter(self):
        idle = replace(DONE, is_asked=False, is_begun=False, total=None)
        blank = replace(DONE, is_begun=False, total=None, indicators=())
        for projects in ([FULL], [FULL, DONE], [FULL, blank], [FULL, idle]):
            assert states(of(ONE, projects=projects), "C-079") == {State.PASS}

    def test_projects_are_looked_at_without_indicators_of_the_department(self):
        none = Effect([], [], Decimal(10), None, None, "", projects=[replace(DONE, rate=Decimal(62))])
        assert states(replace(of(ONE), effect=none), "C-079") == {State.WARNING}


class TestWords:
    """C-080"""

    def test_the_units_own_hold(self):
        assert states(of(ONE, expected="零陵区应急管理局做好全区应急工作。"), "C-080") == {State.PASS}

    def test_an_authority_of_another_county_is_said(self):
        finding = only(of(ONE, expected="完成祁阳市水利局的年度任务。"), "C-080")
        assert finding.state is State.WARNING
        assert finding.outcome.sentence == "写到了“祁阳市水利局”，像是从别处抄来的。"

    def test_another_county_that_is_only_named_does_not_matter(self):
        assert states(of(ONE, expected="与祁阳市联合开展演练，到长沙县学习。"), "C-080") == {State.PASS}

    def test_the_goal_of_a_project_is_looked_at_too(self):
        finding = only(of(ONE, projects=[replace(DONE, expected="完成祁阳市水利局的年度任务。")]), "C-080")
        assert (finding.outcome.place.schedule, finding.outcome.place.row) == ("project_goal", "abc")

    def test_words_of_another_unit_are_said_without_its_name(self):
        finding = only(of(ONE, expected="做好全区的工作。其他。", copied=["expected"]), "C-080")
        assert finding.outcome.sentence == "“预期目标”与本次收集里先报送的另一个单位一字不差。"
        assert (finding.state, finding.outcome.quotation) == (State.WARNING, "做好全区的工作")

    def test_without_any_words_it_cannot_be_said(self):
        blank = replace(of(ONE).effect, indicators=(), weights_reason="", expected=" \n")
        assert states(replace(of(ONE), effect=blank), "C-080") == {State.CANNOT_BE_COMPUTED}


class TestAmounts:
    """C-081"""

    @pytest.fixture
    def here(self, world):
        """A return of 202.64 万元, of which 197 were spent."""
        top = {"initial_budget": "2000000", "revised_budget": "2026400", "outturn": "1970000"}
        save(world.submission, change("total", **top), schedule=BY_FUNCTION)
        return world.submission

    def said(self, here, **goal):
        given = given_for(Submission.objects.for_workspace().get(pk=here.pk))
        return replace(given, effect=replace(of(ONE).effect, **goal))

    @pytest.mark.parametrize(
        "goal",
        [
            {"expected": "年初预算为 200 万元。"},
            {"expected": "预算总额 2,026,400 元。"},
            {"achieved": "全年预算202.6万元，全年实际支出197万元。"},
        ],
    )
    def test_they_are_those_of_the_return(self, here, goal):
        assert states(self.said(here, **goal), "C-081") == {State.PASS}

    @pytest.mark.parametrize(
        ("goal", "difference"),
        [
            (
                {"expected": "预算总额1,740,000元。"},
                "-260000",
            ),  # the nearer of both budgets is the initial one
            ({"achieved": "全年实际支出 196.98 万元。"}, "-200"),
        ],
    )
    def test_they_are_not(self, here, goal, difference):
        finding = only(self.said(here, **goal), "C-081")
        assert (finding.state, finding.outcome.difference) == (State.WARNING, Decimal(difference))

    def test_amounts_of_other_things_do_not_matter(self, here):
        goal = {"expected": "争取资金 513 万元，项目预算 30 万元。", "achieved": "项目实际支出 29 万元。"}
        assert states(self.said(here, **goal), "C-081") == {State.NOT_APPLICABLE}

    def test_without_the_figure_it_cannot_be_said(self, world):
        given = self.said(world.submission, expected="年初预算为 200 万元。")
        assert states(given, "C-081") == {State.CANNOT_BE_COMPUTED}

    def test_parts_make_up_their_whole(self, here):
        words = "申请资金90万元，其中：甲 30 万元，乙 30 万元，丙 30 万元。"
        assert states(self.said(here, expected=words), "C-081") == {State.PASS}
        printed = only(self.said(here, expected=words.replace("丙 30", "丙 29.99")), "C-081")
        assert (printed.state, printed.outcome.difference) == (State.ROUNDING, Decimal(100))
        assert printed.outcome.sentence == (
            "写的总额是 90.00 万元，其中各项合计 89.99 万元，相差 0.01 万元，在四舍五入的尾差之内，不用改。"
        )

    def test_parts_above_their_whole_are_wrong(self, here):
        words = "申请资金90.00万元，其中：甲60.00万元，乙30.05万元。"
        finding = only(self.said(here, expected=words), "C-081")
        assert (finding.state, finding.severity) == (State.WARNING, Severity.WARNING)
        assert finding.outcome.difference == Decimal(-500)
        assert finding.outcome.sentence == (
            "写的总额是 90.00 万元，其中各项合计 90.05 万元，各项比总额多 0.05 万元。"
        )

    def test_parts_below_their_whole_are_only_told(self, here):
        words = "申请2026400元，其中：甲400000元，乙252000元，丙28000元，丁960000元，戊100000元。"
        finding = only(self.said(here, expected=words), "C-081")
        assert (finding.severity, finding.outcome.difference) == (Severity.INFORMATION, Decimal(286400))

    @pytest.mark.parametrize(
        "words",
        [
            "投入90万元，其中：甲60万元，乙30万元、比上年增加5万元。",
            "投入90万元，其中：甲60万元，乙30万元，人均5万元。",
            "投入90万元，其中甲等项目120万元，乙30万元。",
            "投入90万元。其中：甲60万元，乙60万元。",
            "投入90万元，其中：甲60万元，其中丙70万元，乙30万元。",
            "投入90万元，新增甲60万元，其中：乙60万元，丙60万元。",
            "投入90万元，其中：甲100万元。",
        ],
    )
    def test_lists_of_other_things_are_not_read(self, here, words):
        given = self.said(here, expected=words)
        assert states(given, "C-081") - {State.PASS} == (
            {State.NOT_APPLICABLE} if "新增" not in words else {State.WARNING}
        )

    def test_the_goal_of_a_project_has_the_money_of_the_project(self, here):
        save(here, project("堤防加固", initial_budget="900000", revised_budget="899740", outturn="899740"))
        save(here, project("别的项目", initial_budget="5", revised_budget="5", outturn="5"))
        right = replace(DONE, expected="申请资金90万元。", achieved="实际支出 89.974 万元。")
        assert states(self.said(here, projects=[right]), "C-081") == {State.PASS}
        wrong = replace(DONE, expected="申请资金 91.00 万元。", achieved="争取资金 5 万元。")
        finding = only(self.said(here, projects=[wrong]), "C-081")
        assert (finding.state, finding.outcome.difference) == (State.WARNING, Decimal(10_000))
        assert (
            finding.outcome.sentence == "写的是 91.00 万元，填报的项目“堤防加固”的年初预算数是 90.00 万元。"
        )
        assert finding.outcome.place.schedule == "project_goal"

    def test_a_project_of_which_one_row_is_blank_cannot_be_compared(self, here):
        save(here, project("堤防加固", initial_budget="900000"), project("堤防加固", "other", outturn="5"))
        said = self.said(here, projects=[replace(DONE, expected="年初预算 91.00 万元。")])
        assert states(said, "C-081") == {State.CANNOT_BE_COMPUTED}


class TestGrades:
    """C-082"""

    @pytest.mark.parametrize("words", ["自评等级为“优”。", "评价等级：优秀", "自评结果为优，"])
    def test_it_is_that_of_the_total(self, words):
        assert states(of(ONE, achieved=words), "C-082") == {State.PASS}

    @pytest.mark.parametrize(
        ("total", "grade"), [("89.99", "良"), ("79.99", "中"), ("59.99", "差"), ("0", "差")]
    )
    def test_it_is_not(self, total, grade):
        finding = only(
            of(ONE, texts={"results": "自评等级为优。"}, total=Decimal(total), grade=grade), "C-082"
        )
        assert finding.outcome.sentence == (
            f"写的是“自评等级为优”，总分 {Decimal(total):.2f} 分的等级是“{grade}”。"
        )
        assert finding.state is State.ERROR

    @pytest.mark.parametrize(
        ("words", "quoted"),
        [
            ("自评等级良好，", "自评等级良好"),
            ("自评等次：中等。", "自评等次：中等"),
            ("自评结果为“良”，", "自评结果为“良"),
            ("自评结果为：中", "自评结果为：中"),
            ("2022年自评等级为优，2023年自评等级为差。", "自评等级为差"),
        ],
    )
    def test_another_one_is_quoted_as_it_stands(self, words, quoted):
        finding = only(of(ONE, achieved=words), "C-082")
        assert (finding.state, finding.outcome.quotation) == (State.ERROR, quoted)

    @pytest.mark.parametrize(
        "words",
        [
            "项目优良率高。",
            "评价结果良好运用。",
            "自评结果应用",
            "信用等级为良",
            "单位整体绩效自评结果良好，",
            "绩效自评结果中，群众满意度较高",
            "自评等级中，优秀的占多数",
            "其中环卫项目自评等级为良。",
            "2022年度自评等级为良，",
            "自评等级为良的项目有3个",
            "自评等级为良、中的不予安排",
            "上年自评结果为良。",
        ],
    )
    def test_other_words_do_not_matter(self, words):
        assert states(of(ONE, achieved=words), "C-082") == {State.PASS}

    def test_without_a_total_it_cannot_be_said(self):
        assert states(of(ONE, total=None, grade=""), "C-082") == {State.CANNOT_BE_COMPUTED}


def test_what_is_stored_is_given_to_the_checks_and_other_returns_are_not(world):
    """What rules compute comes along; a decoy of another unit does not."""
    here = world.submission
    other = make_submission(world.round, world.rescue, world.lin)
    put(other, "别的", second_level="quantity", max_score=99, score=100)
    line = put(here, "办理事项", second_level="quantity", direction="at_least", target_value="26",
               actual_value="12", measuring_unit="件", max_score=10, score=10)  # fmt: skip
    spend(here, revised="200", outturn="197")
    [finding] = [each for each in findings_of(here, "C-072") if each.state is State.WARNING]
    assert finding.outcome.sentence == "“办理事项”的得分 10.00，按指标值和完成值应为 4.62。"
    place = finding.outcome.place
    assert (place.schedule, place.row, place.column) == ("indicators", f"line-{line.pk}", "score")
    assert states_of(here, "C-071") == {State.PASS}
    assert IndicatorLine.objects.count() == 2
