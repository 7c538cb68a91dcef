"""C-030 to C-032, C-037, C-041, C-046, C-047, C-058 and C-103: figures in sentences. Expectations by hand.

Another unit's sentences are not read at all (test_loading of texts); the decoys here are figures of the same
sentence that are of another year, another thing or another basis.
"""

from decimal import Decimal

import pytest

from budgets.checks.loading import given_for
from budgets.models import ReturnText
from budgets.money import AmountUnit
from budgets.returns import BY_FUNCTION, BY_NATURE, CARRYOVER, THREE_PUBLIC
from submissions.findings import State
from submissions.models import Submission
from tests.budgets.checks.written import findings, only, states, written
from tests.world import category, change, make_submission, row, save

BUDGETS = "2023年支出年初预算1385.5万元，2022年支出年初预算1446.95万元，"


def of(text: str):
    return written(budget_and_outturn=text)


def state_of(text: str, code: str) -> set[State]:
    return states(of(text), code)


CODES = ["C-030", "C-031", "C-032", "C-037", "C-041", "C-046", "C-047", "C-058", "C-103"]


@pytest.mark.parametrize("code", CODES)
class TestEach:
    def test_without_a_text_it_is_not_about_this_return(self, code):
        assert states(written(), code) == {State.NOT_APPLICABLE}

    def test_without_what_it_compares_nothing_is_wrong(self, code):
        text = "支出决算307.82万元，比上年增加20万元，增长7%，完成年初预算的95.89%，公务接待费1万元。"
        assert states(written(budget_and_outturn=text, three_public_use=text), code) <= {State.PASS}

    def test_words_without_figures_hold(self, code):
        assert state_of("我单位无政府性基金预算支出情况，比上年减少，主要原因是缩减。", code) == {State.PASS}


class TestChangesAreDifferences:
    def test_it_holds(self):
        assert state_of(f"{BUDGETS}比上年减少了61.45万元。", "C-030") == {State.PASS}

    def test_it_fails_with_the_difference(self):
        found = only(of(f"{BUDGETS}比上年减少了64.15万元。"), "C-030")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal("-27000"))
        assert found.outcome.sentence == "写的是减少 64.15 万元，按金额应为减少 61.45 万元。"
        assert found.outcome.arithmetic == "1,385.50 万元 − 1,446.95 万元 = 61.45 万元"
        assert found.outcome.quotation == f"{BUDGETS}比上年减少了64.15万元"[-60:].strip("，")
        assert found.outcome.place.schedule == "budget_and_outturn"

    def test_the_word_against_the_sign_is_said(self):
        found = only(of(f"{BUDGETS}比上年增加了61.45万元。"), "C-030")
        assert found.outcome.sentence == "写的是增加 61.45 万元，按金额应为减少 61.45 万元。"
        found = only(of(f"{BUDGETS}比上年增长4.25%。"), "C-030")
        assert found.outcome.sentence == "写的是增长，按金额应为减少。"

    def test_words_that_contradict_each_other_are_said(self):
        found = only(of("支出10万元，比上年减少2万元，增长25%。"), "C-030")
        assert found.outcome.sentence == "“减少”和“增长”方向相反。"

    def test_a_fen_of_wan_is_rounding(self):
        assert state_of(f"{BUDGETS}比上年减少了61.46万元。", "C-030") == {State.ROUNDING}  # 0.01 of 0.015

    def test_figures_of_other_things_and_years_do_not_matter(self):
        text = "2023年项目支出7万元，2023年支出10万元，2022年支出8万元，2021年支出1万元，比上年增加2万元。"
        assert state_of(text, "C-030") == {State.PASS}

    def test_without_a_base_nothing_is_said(self):
        assert state_of("2023年支出10万元，比上年增加3万元。", "C-030") == {State.PASS}
        assert state_of("2023年支出10万元，2022年收入8万元，比上年增加3万元。", "C-030") == {State.PASS}


class TestRatesAreOfTheirBase:
    def test_it_holds_with_the_decimals_that_are_written(self):
        for rate in ("4.25", "4.2", "4"):
            assert state_of(f"{BUDGETS}比上年减少了61.45万元，减少{rate}%。", "C-031") == {State.PASS}

    def test_it_fails_with_the_difference(self):
        found = only(of(f"{BUDGETS}比上年减少了61.45万元，减少4.35%。"), "C-031")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal("0.10"))
        assert found.outcome.sentence == "写的是 4.35%，按金额应为 4.25%。"
        assert found.outcome.arithmetic == "61.45 ÷ 1,446.95 = 4.25%（万元）"

    def test_one_of_the_last_digit_is_rounding(self):
        assert state_of(f"{BUDGETS}比上年减少了61.45万元，减少4.24%。", "C-031") == {State.ROUNDING}

    def test_the_base_may_be_what_the_change_leaves(self):
        assert state_of("公务接待费91423元，比上年增加52437元，相比增加134.5%。", "C-031") == {State.PASS}
        found = only(of("公务接待费91423元，比上年增加52437元，相比增加57.36%。"), "C-031")
        assert found.outcome.expected == Decimal("134.50")  # 52437 ÷ 38986

    def test_a_share_is_of_the_whole_before_it(self):
        text = "2023年度支出1968.01万元，其中：安全监管支出948.06万元，占总支出{}%。"
        assert state_of(text.format("48.17"), "C-031") == {State.PASS}
        found = only(of(text.format("71.73")), "C-031")
        assert found.outcome.expected == Decimal("48.17") and "948.06万元" in found.outcome.quotation

    def test_a_share_of_an_unknown_whole_or_of_one_of_two_is_not_judged(self):
        assert state_of("安全监管支出948.06万元，占总支出48.99%。", "C-031") == {State.PASS}
        text = "2023年支出10万元。2023年支出20万元。其中办公支出1万元，占总支出7%。"
        assert state_of(text, "C-031") == {State.PASS}

    def test_points_of_percent_and_figures_of_others_are_not_rates_of_money(self):
        assert state_of("支出10万元，执行率比上年提高3个百分点；满意度95%，增长2%。", "C-031") == {State.PASS}


class TestNothingGrowsFromZero:
    def test_it_holds(self):
        assert state_of("2023年支出10万元，2022年支出0万元，比上年增加10万元。", "C-032") == {State.PASS}
        assert state_of(f"{BUDGETS}比上年减少61.45万元，减少4.25%。", "C-032") == {State.PASS}

    @pytest.mark.parametrize(
        "text",
        [
            "2023年支出10万元，2022年支出0万元，比上年增加10万元，增长100%。",
            "机关运行经费10.23万元，比上年增加10.23万元，增长100%。",
        ],
    )
    def test_it_fails(self, text):
        found = only(of(text), "C-032")
        assert (found.state, found.outcome.sentence) == (State.ERROR, "上年数为 0，算不出增减率。")
        assert state_of(text, "C-031") == {State.PASS}  # said once

    def test_a_decrease_to_zero_has_a_rate(self):
        text = "公务用车运行维护费0元，比上年减少50000元，相比减少100%。"
        assert state_of(text, "C-032") == {State.PASS} == state_of(text, "C-031")


class TestLikeIsComparedWithLike:
    TEXT = "2024年支出预算23681.43万元，2023年支出预算24558.18万元，2023年支出执行24491.71万元，"

    def test_it_holds(self):
        given = written(year=2024, budget_and_outturn=f"{self.TEXT}比上年减少876.75万元。")
        assert states(given, "C-037") == {State.PASS} == states(given, "C-030")

    def test_it_fails_and_nothing_else_is_said(self):
        given = written(year=2024, budget_and_outturn=f"{self.TEXT}比上年减少810.28万元。")
        found = only(given, "C-037")
        assert found.state == State.ERROR and "口径不同" in found.outcome.sentence
        assert states(given, "C-030") == {State.PASS}


class TestCompletions:
    TEXT = "支出年初预算2993.92万元，支出决算2940.05万元，完成年初预算的{}%。"

    def test_it_holds(self):
        assert state_of(self.TEXT.format("98.2"), "C-041") == {State.PASS}

    def test_it_fails_with_the_difference(self):
        found = only(of(self.TEXT.format("89.20")), "C-041")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal("-9.00"))
        assert found.outcome.arithmetic == "2,940.05 ÷ 2,993.92 = 98.20%（万元）"

    def test_of_nothing_there_is_no_completion(self):
        text = "公务接待费年初预算0万元，支出决算1.2万元，完成年初预算的100%。"
        assert only(of(text), "C-041").outcome.sentence == "预算为 0，算不出完成率。"

    def test_two_budgets_of_one_kind_are_not_chosen_from(self):
        text = "基本支出年初预算10万元，项目支出年初预算20万元，支出决算25万元，完成年初预算的99%。"
        assert state_of(text, "C-041") == {State.PASS}

    def test_a_completion_of_another_budget_than_it_names_is_said_so(self):
        text = "支出年初预算300万元，全年预算321.02万元，支出决算307.82万元，完成{}预算的95.89%。"
        found = only(of(text.format("年初")), "C-046")
        assert found.state == State.ERROR
        assert found.outcome.sentence == "95.89%是按全年预算算的，写的是年初预算。"
        assert state_of(text.format("年初"), "C-041") == {State.PASS}  # said once
        assert state_of(text.format("全年"), "C-046") == {State.PASS}

    def test_a_completion_has_two_decimals(self):
        found = only(of(self.TEXT.format("98")), "C-047")
        assert (found.needs_explanation, found.outcome.difference) == (False, Decimal("-0.20"))
        assert found.outcome.sentence == "写的是 98%，保留两位小数是 98.20%。"
        assert state_of(self.TEXT.format("98"), "C-041") == {State.PASS}

    @pytest.mark.parametrize("rate", ["98.20", "98.2", "97", "97.5"])
    def test_what_has_them_or_is_another_rate_does_not_matter(self, rate):
        assert state_of(self.TEXT.format(rate), "C-047") == {State.PASS}
        assert state_of(f"{self.TEXT.format('98.20')}隐患整改率{rate}%。", "C-047") == {State.PASS}


class TestOneQuantityHasOneValue:
    def test_a_whole_is_its_parts(self):
        text = "支出决算12023.85万元，其中：基本支出1432.49万元，项目支出{}万元。"
        assert state_of(text.format("10591.36"), "C-103") == {State.PASS}
        found = only(of(text.format("10588.12")), "C-103")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(32400))  # 3.24 万元
        assert state_of(text.format("10591.37"), "C-103") == {State.ROUNDING}

    def test_parts_that_are_only_some_are_not_added_up(self):
        assert state_of("支出决算100万元，其中：基本支出20万元，设备购置3万元。", "C-103") == {State.PASS}

    def test_one_thing_has_one_value_in_a_sentence(self):
        text = "住房公积金2023年预算350.35万元，住房公积金2023年预算{}万元。"
        assert only(of(text.format("352.67")), "C-103").outcome.difference == Decimal(23200)
        assert state_of(text.format("350.35"), "C-103") == {State.PASS}

    def test_no_part_is_more_than_all_of_it(self):
        text = "住房公积金支出2024年预算{}万元，其中在职人员缴存住房公积金支出2024年预算352.67万元。"
        found = only(of(text.format("350.35")), "C-103")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(23200))
        assert found.outcome.sentence == (
            "住房公积金支出写的是 350.35 万元，其中的在职人员缴存住房公积金支出 352.67 万元比它还多。"
        )
        assert state_of(text.format("352.67"), "C-103") == {State.PASS}
        assert state_of("会议费1万元，其中培训费2万元。", "C-103") == {State.PASS}  # which are two things


class TestOneQuantityHasOneValueInAllTexts:
    @staticmethod
    def said(here, there):
        return written(basic_spending=f"2023年{here}。", budget_and_outturn=f"比上年减少。2023年度{there}。")

    @pytest.mark.parametrize(
        ("here", "there"),
        [
            ("机关运行经费184.65万元", "机关运行经费184.65万元"),
            ("机关运行经费184.65万元", "机关运行经费1846500元"),
            ("机关运行经费184.65万元", "机关运行经费预算190万元"),
            ("机关运行经费184.65万元", "上年机关运行经费190万元"),
            ("机关运行经费184.65万元", "本级机关运行经费120万元"),
            ("人员经费184.65万元", "一般公共预算财政拨款人员经费120万元"),
            ("项目支出184.65万元", "项目支出120万元"),
            ("设备购置费184.65万元", "设备购置费120万元"),
        ],
    )
    def test_it_holds_and_another_thing_year_fund_or_unit_is_no_other_value(self, here, there):
        assert states(self.said(here, there), "C-103") == {State.PASS}

    def test_another_value_is_said_where_it_stands_last_with_the_difference(self):
        found = only(self.said("机关运行经费186.45万元", "机关运行经费184.65万元"), "C-103")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(18000))
        assert found.outcome.place.schedule == "basic_spending"  # which the report has after the other
        assert found.outcome.sentence == (
            "这里机关运行经费写的是 186.45 万元，“预算收支决算情况”写的是 184.65 万元。"
        )

    def test_a_last_digit_is_rounding(self):
        given = self.said("政府采购支出251.26万元", "政府采购支出251.25万元")
        assert states(given, "C-103") >= {State.ROUNDING} and len(findings(given, "C-103")) == 1


# --- Held against the figures of a return


@pytest.fixture
def here(world):
    """A return with an outturn of 1,968.01 万元, two lines of it, and 接待费 of 91,423 元."""
    save(
        world.submission,
        change(category("2240106", name="安全监管"), outturn="9480600"),
        change(category("2240101", name="行政运行"), outturn="10199500", initial_budget="9000000"),
        unit=AmountUnit.WAN,
    )
    basic = change("basic", outturn="17263200", initial_budget="9000000")
    save(world.submission, basic, schedule=BY_NATURE, unit=AmountUnit.WAN)
    hospitality = change("hospitality", outturn="91423", last_year_outturn="38986")
    save(world.submission, hospitality, schedule=THREE_PUBLIC)
    other = make_submission(world.round, world.rescue, world.lin)
    save(other, change("hospitality", outturn="1"), schedule=THREE_PUBLIC)
    return world.submission


def of_return(submission, **texts):
    for name, text in texts.items():
        ReturnText.objects.create(submission=submission, name=name, text=text)
    return given_for(Submission.objects.for_workspace().get(pk=submission.pk))


def test_three_public_is_as_in_the_table(here):
    text = "2022年公务接待费38986元；2023年公务接待费91423元，比上年增加52437元。"
    assert states(of_return(here, three_public_use=text), "C-058") == {State.PASS}


def test_three_public_of_another_figure_is_said(here):
    found = only(of_return(here, three_public_use="2023年公务接待费94123元。"), "C-058")
    assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(2700))
    assert found.outcome.sentence == "写的是 94,123.00 元，“三公”经费 · 公务接待费的决算数是 91,423.00 元。"


def test_a_text_rounded_to_wan_holds_and_another_column_is_not_accused(here):
    text = "2023年公务接待费9.14万元。公务接待费预算3.8986万元。因公出国（境）费7万元。"
    assert states(of_return(here, three_public_use=text), "C-058") == {State.PASS}


def test_totals_natures_and_lines_are_as_in_the_return(here):
    text = "2023年度支出1968.01万元，其中：安全监管支出948.06万元，行政运行1019.95万元。基本支出1726.32万元。"
    given = of_return(here, overall_spending=text)
    assert states(given, "C-103") == {State.PASS}


def test_a_line_of_another_figure_is_said_once(here):
    found = only(
        of_return(here, overall_spending="2023年度支出1968.01万元，其中：安全监管支出984.06万元。"), "C-103"
    )
    assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(360000))
    assert found.outcome.quotation.endswith("安全监管支出984.06万元")


def test_what_a_line_spent_is_not_taken_for_the_total(here):
    text = "行政运行年初预算900万元，支出决算1019.95万元；安全监管支出决算948.06万元，支出948.06万元。"
    assert states(of_return(here, overall_spending=text), "C-103") == {State.PASS}


def test_a_total_as_it_was_typed_is_left_to_the_check_of_its_parts(here):
    save(here, change("total", outturn="19860100"), schedule=BY_FUNCTION, unit=AmountUnit.WAN)
    given = of_return(here, overall_spending="2023年度支出合计1986.01万元。")
    assert states(given, "C-103") == {State.PASS}


def test_yuan_beside_a_figure_that_was_entered_in_wan_are_rounding(here):
    given = of_return(here, overall_spending="2023年安全监管支出9480580元。")
    assert states(given, "C-103") == {State.ROUNDING}
    given.texts = {"overall_spending": "2023年安全监管支出9480480元。"}  # 0.012 万元 less
    assert states(given, "C-103") == {State.ERROR}


@pytest.mark.parametrize(("received", "state"), [("17263200", State.ERROR), ("20000000", State.PASS)])
def test_basic_expenditure_of_the_general_public_budget_is_that_of_its_own_table(here, received, state):
    """Where the split by nature is of that budget alone: as much as was received of it."""
    save(here, change("general_public", outturn=received), unit=AmountUnit.WAN)
    text = "一般公共预算财政拨款基本支出1737.63万元。"
    assert states(of_return(here, basic_spending=text), "C-103") == {state}


def test_both_sides_are_no_less_than_was_received_and_brought_forward(here):
    save(here, change("general_public", outturn="29400500"), change("other", outturn="62000"))
    save(here, row(CARRYOVER, "general_public", opening="216300"), schedule=CARRYOVER)
    text = "2023年度收入支出总计2967.88万元。财政拨款收入支出总计2961.68万元。上年收入支出总计1万元。"
    assert states(of_return(here, budget_and_outturn=text), "C-103") == {State.PASS}
    given = given_for(Submission.objects.for_workspace().get(pk=here.pk))
    given.texts = {"budget_and_outturn": "财政拨款收入支出总计0.3万元，与上年持平。"}
    found = only(given, "C-103")
    assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(3000 - 29616800))
    assert found.outcome.sentence == "写的是 0.30 万元，本年收入加年初结转和结余有 2,961.68 万元。"


def test_what_the_return_does_not_hold_is_not_held_against_it(here):
    text = "2023年度收入7万元，人员经费8万元，全年预算支出9万元，2021年支出3万元。"
    assert states(of_return(here, overall_spending=text), "C-103") == {State.PASS}


def test_the_gap_to_the_initial_budget_is_that_of_the_return(here):
    """1,968.01 − 900.00 = 1,068.01 万元; 118.67 %."""
    text = "2023年度决算比年初预算增加了1068.01万元，相比增加了118.67%。"
    assert not findings(of_return(here, budget_and_outturn=text), "C-030", "C-031")


def test_another_gap_to_the_initial_budget_is_said(here):
    text = "2023年度决算比年初预算增加了1086.01万元，相比增加了181.67%。"
    found = findings(of_return(here, budget_and_outturn=text), "C-030", "C-031")
    assert [str(each.outcome.expected) for each in found] == ["10680100", "118.67"]
