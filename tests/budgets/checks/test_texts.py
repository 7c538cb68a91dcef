"""C-100 to C-109 but C-103: years, numbering, counts, residue, units, reasons. Expectations by hand.

Nearly all is pure; that another unit's texts are not read is seen where they are loaded.
"""

from decimal import Decimal

import pytest

from budgets.checks.loading import given_for
from budgets.models import SECTIONS, ReturnText
from budgets.returns import BY_NATURE, PROJECTS, REVENUE, THREE_PUBLIC
from submissions.findings import State
from submissions.models import Submission
from tests.budgets.checks.test_sentences import CODES as SENTENCE_CODES
from tests.budgets.checks.written import findings, only, states, written
from tests.world import category, change, make_round, make_submission, project, save

TEXT_CODES = ["C-100", "C-101", "C-102", "C-104", "C-105", "C-106", "C-107", "C-108", "C-109"]


@pytest.mark.parametrize("code", TEXT_CODES)
def test_without_a_text_it_is_not_about_this_return(code):
    assert states(written(), code) == {State.NOT_APPLICABLE}


@pytest.mark.parametrize("code", sorted({*TEXT_CODES} - {"C-107", "C-108", "C-109"}))
def test_a_plain_text_holds(code):
    assert states(written(results="2023年，我局紧紧围绕主线，取得成效。"), code) == {State.PASS}


def test_the_texts_of_other_units_and_years_are_not_read(world):
    """In those everything is wrong: here is nothing, so that no check of texts or sentences says anything."""
    other = make_submission(world.round, world.rescue, world.lin)
    past = make_submission(make_round(world.finance, 2022), world.emergency, world.lin)
    for submission in (other, past):
        save(submission, change("government_fund", outturn="5", reason="正常"), schedule=REVENUE)
        save(submission, change("hospitality", outturn="7"), schedule=THREE_PUBLIC)
        for name, text in WRONG.items():
            ReturnText.objects.create(submission=submission, name=name, text=text)
    read = Submission.objects.for_workspace().in_bulk([world.submission.pk, other.pk])
    here, there = (given_for(read[pk]) for pk in (world.submission.pk, other.pk))
    codes = sorted({*TEXT_CODES, *SENTENCE_CODES})
    assert {code: states(here, code) for code in codes} == {code: {State.NOT_APPLICABLE} for code in codes}
    failing = {code for code in codes if states(there, code) & {State.ERROR, State.WARNING}}
    assert failing == {*codes}


WRONG = {
    "staffing": "202 年度编制127人。",
    "organisation": "下设三个科室：办公室、财务室。",
    "results": "一是好。三是更好。XX单位。",
    "problems": "一是甲。二是乙。",
    "improvements": "一是丙。",
    "government_fund": "我单位没有政府性基金预算财政拨款收入。",
    "three_public_use": "2023年公务接待费94123元。",
    "budget_and_outturn": "支出年初预算300万元，全年预算321.02万元，支出决算307.82万元，完成年初预算的95.89%。"
    "支出年初预算300万元，支出决算200万元，完成年初预算的60%。支出年初预算300万元，支出决算200万元，完成年初预算的67%。"
    "2023年度机关运行经费10万元，比上年增加10万元，增长100%。"
    "2023年支出预算100万元，2022年支出预算90万元，2022年支出执行80万元，比上年增加20万元。"
    "2023年收入12.00万元，2022年收入10.00万元，比上年增加3.00万元，增长40%。支出比上年增长 13.95。",
    "basic_spending": "2023年基本支出10万元，其中：人员经费5万元，公用经费4万元。",
}
"""Every check of texts and of sentences fails of one of them."""


class TestYears:
    @pytest.mark.parametrize(
        "text",
        [
            "2023年完成，比2022年增长5%。",
            "2022年度决算38986元。",
            "按照《湖南省2019年度方案》和“2020年行动”办理。",
            "依据湘财绩〔2020〕7号。",
            "自2019年启用以来运行良好。",
            "2021年立项的工程竣工。",
            "2021-2023年规划实施顺利。",
            "2022年为100件，今年为120件。",
            "拟于2024年完成验收。",
            "截至2024年3月底，资金已拨付。",
            "“十四五”期间（2021—2025年）推进。",
        ],
    )
    def test_it_holds(self, text):
        assert states(written(results=text), "C-100") == {State.PASS}

    def test_last_years_event_in_this_years_results_is_said(self):
        found = only(written(results="加强巡查。2022年历经9轮强降雨，没有因汛亡人。"), "C-100")
        assert found.state == State.WARNING
        assert found.outcome.sentence == "这句说的是 2022 年，本报告写的是 2023 年度的情况。"
        assert found.outcome.quotation == "2022年历经9轮强降雨，没有因汛亡人"
        assert (
            found.outcome.place.schedule == "results" and found.outcome.place.label == "部门整体支出绩效情况"
        )

    @pytest.mark.parametrize(
        ("name", "text", "sentence"),
        [
            ("overall_spending", "2026年支出10万元。", "写的是 2026 年，本报告是 2023 年度的。"),
            ("results", "2020年处置火情3起。", "写的是 2020 年，本报告是 2023 年度的。"),
            ("staffing", "202 年度编制127人。", "年份“202 年”少了一位。"),
        ],
    )
    def test_it_fails(self, name, text, sentence):
        assert only(written(**{name: text}), "C-100").outcome.sentence == sentence

    def test_next_year_is_spoken_of_in_measures_and_any_year_in_duties(self):
        given = written(improvements="2024年起细化预算。", duties="2019年组建。", organisation="2004年设立。")
        assert states(given, "C-100") == {State.PASS}


class TestNumbering:
    @pytest.mark.parametrize(
        "text",
        [
            "一是甲。二是乙；三是丙。",
            "首先甲，二是乙，三是丙。",
            "一是甲。二是乙。\n（二）下一节\n一是丙。二是丁。",
            "1、甲：一是a；二是b。\n2、乙：一是c；二是d。\n3、丙",
            "（1）甲\n（2）乙\n1.5万元\n（3）丙",
            "一、甲\n（一）子\n（二）子\n二、乙\n（一）子\n三、丙",
            "一是甲，一是a，二是b；二是乙；三是丙。",
            "其四是要害，统一是关键。",
        ],
    )
    def test_it_holds(self, text):
        assert states(written(results=text), "C-101") == {State.PASS}

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("一是甲。二是乙。四是丙。", "“四是”前面没有“三是”。"),
            ("（一）甲\n（三）乙", "“（三）”前面没有“（二）”。"),
            ("1、甲\n2、乙\n2、丙", "“2、”前面没有“3、”。"),
            ("（9）甲\n（1）乙\n（3）丙", "“（3）”前面没有“（2）”。"),
        ],
    )
    def test_it_fails(self, text, sentence):
        found = only(written(results=text), "C-101")
        assert (found.state, found.outcome.sentence) == (State.WARNING, sentence)


class TestCounts:
    @pytest.mark.parametrize(
        "text",
        [
            "内设机构为七个：办公室(综合室)、应急指挥室、法规室(审批室、宣教室)、矿山和工贸室、烟花爆竹和危化室、救灾室、政工室。",
            "内设机构3个，分别是办公室、财务室和人事室。",
            "内设机构9个：办公室、财务室等。",
            "制定文件2份，包括甲、乙、丙。",
            "围绕一个目标：安全、稳定、发展。",
            "实有人数130人，其中：在职122人，离退休8人，其中离休1人，退休7人。",
            "实有人数122人，其中：在职人员100人，退休人员22人。",
            "实有人数122人，其中：在职人员122人，党员80人。",
        ],
    )
    def test_it_holds(self, text):
        assert states(written(organisation=text), "C-102") == {State.PASS}

    def test_fewer_are_listed_than_are_said(self):
        found = only(written(organisation="下设三个科室：办公室、财务室。"), "C-102")
        assert (found.state, found.outcome.difference) == (State.WARNING, Decimal(1))
        assert found.outcome.sentence == "写的是 3 个，列出的有 2 个。"

    def test_the_retired_are_not_among_those_there_are(self):
        text = "核定编制数127名，实有人数122人，其中：在职人员122人，退休人员8人。"
        found = only(written(staffing=text), "C-102")
        assert (found.outcome.actual, found.outcome.expected) == (Decimal(122), Decimal(130))
        assert "在职 122 + 退休 8" in found.outcome.sentence

    def test_projects_are_as_many_as_in_their_table(self, world):
        save(world.submission, project("救灾"), project("救灾", "other"), project("宣传"), schedule=PROJECTS)
        for name, text in (("project_spending", "共2个项目。"), ("other_matters", "项目共3个。")):
            ReturnText.objects.create(submission=world.submission, name=name, text=text)
        given = given_for(Submission.objects.for_workspace().get(pk=world.submission.pk))
        assert states(given, "C-102") == {State.PASS}  # only the section of the projects counts them
        given.texts = {"project_spending": "项目共3个。"}
        assert only(given, "C-102").outcome.sentence == "写的是 3 个项目，“项目支出”表里有 2 个。"


class TestResidue:
    @pytest.mark.parametrize(
        "text",
        [
            "零陵区应急管理局比上年增加。",
            "永州市应急管理厅、应急管理部指导。",
            "减少支出，增加收入（详见附表）。",
            "XXI届、GXX5型",
        ],
    )
    def test_it_holds(self, text):
        assert states(written(results=text), "C-104") == {State.PASS}

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("比上年下降（增长）27.78%。", "下降（增长）"),
            ("预算减增加3万元。", "减增加"),
            ("XX单位负责。", "XX"),
            ("（100字以内）", "100字以内"),
            ("[bookmark: _GoBack]无。", "[bookmark: _GoBack]"),
            ("支出（ ）万元。", "（ ）万元"),
            ("目标为＿＿件。", "＿＿"),
        ],
    )
    def test_it_fails(self, text, said):
        found = only(written(results=text), "C-104")
        assert found.state == State.ERROR and f"“{said}”像是模板里" in found.outcome.sentence

    def test_another_spelling_of_the_units_name_is_said(self):
        given = written(
            unit="上海市普陀区规划和自然资源局", duties="规划与自然资源局负责。规划和自然资源局负责。"
        )
        assert only(given, "C-104").outcome.sentence == (
            "单位名称写成“规划与自然资源局”，登记的是“规划和自然资源局”。"
        )


class TestUnits:
    @pytest.mark.parametrize(
        "text",
        [
            "支出10.50万元，增长13.95%。",
            "支出（单位：万元）10.50，增长1.20。",
            "满意度提高3.5个百分点，版本2.0。",
            "无。",
        ],
    )
    def test_it_holds(self, text):
        assert states(written(overall_spending=text), "C-105") == {State.PASS}

    @pytest.mark.parametrize(
        "text", ["支出比上年增长 13.95。", "公务接待费1.53，比预算少。", "基本支出合计1,726.32。"]
    )
    def test_a_number_without_its_unit_is_said(self, text):
        found = only(written(overall_spending=text), "C-105")
        assert found.state == State.WARNING and "没有单位" in found.outcome.sentence

    def test_one_unit_is_used_throughout(self):
        three_public, others = (
            "接待费91423元，出国费0元。",
            "支出1968.01万元，收入1968.01万元，人均公用经费5703元。",
        )
        given = written(three_public_use=three_public, overall_spending=others)
        found = only(given, "C-105")
        assert found.outcome.sentence == "这里的金额用“元”，报告其他地方用“万元”。"
        assert found.outcome.place.schedule == "three_public_use"
        assert states(written(three_public_use=three_public), "C-105") == {State.PASS}


class TestDenials:
    DENIAL = "我单位无政府性基金预算支出情况。"

    def test_it_holds_where_nothing_is_filled_in(self):
        assert states(written(government_fund=self.DENIAL), "C-106") == {State.PASS}

    def test_it_is_held_against_the_tables(self, world):
        fund = change(category("2120801", "government_fund"), fund="government_fund", outturn="1350000")
        save(world.submission, fund)
        save(world.submission, change("state_capital", outturn="20000"), schedule=REVENUE)
        save(world.submission, change("hospitality", outturn="0"), schedule=THREE_PUBLIC)
        for name, text in (
            ("government_fund", self.DENIAL),
            ("state_capital", "没有国有资本经营预算财政拨款收入，也没有国有资本经营预算财政拨款支出。"),
            ("three_public_use", "本年无“三公”经费支出。"),
        ):
            ReturnText.objects.create(submission=world.submission, name=name, text=text)
        given = given_for(Submission.objects.for_workspace().get(pk=world.submission.pk))
        denied, capital = findings(given, "C-106")
        assert (denied.state, denied.outcome.expected) == (State.ERROR, Decimal(1350000))
        assert denied.outcome.quotation == self.DENIAL.removesuffix("。")
        assert capital.outcome.sentence.startswith("写的是没有，收入按来源 · 国有资本经营预算财政拨款有 2.00")

    @pytest.mark.parametrize(
        "text", ["2022年无政府性基金支出。", "年初没有政府性基金预算支出。", "查明有无政府性基金支出。"]
    )
    def test_what_is_said_of_another_time_is_no_denial(self, world, text):
        save(world.submission, change("government_fund", outturn="5"), schedule=REVENUE)
        ReturnText.objects.create(submission=world.submission, name="government_fund", text=text)
        given = given_for(Submission.objects.for_workspace().get(pk=world.submission.pk))
        assert states(given, "C-106") == {State.PASS}


class TestSections:
    WHOLE = {name.value: "无。" for name in SECTIONS}

    def test_a_whole_report_holds(self):
        given = written(**self.WHOLE | {"disclosure": "结果用于安排预算，2024年7月在本单位网站公开。"})
        assert states(given, "C-107") == {State.PASS}

    def test_a_report_that_was_begun_names_what_is_missing(self):
        found = only(
            written(**{name: text for name, text in self.WHOLE.items() if name != "problems"}), "C-107"
        )
        assert found.outcome.sentence == "还没有写：存在的问题及原因分析。没有内容的也要写一句。"

    def test_disclosure_is_the_units_own(self):
        found = only(written(**self.WHOLE | {"disclosure": "请财政代为公开。"}), "C-107")
        assert found.state == State.WARNING and found.outcome.quotation == "请财政代为公开"


class TestMeasures:
    def test_as_many_as_problems(self):
        given = written(problems="1、甲\n2、乙", improvements="1、丙\n2、丁")
        assert states(given, "C-108") == {State.PASS}

    def test_fewer_than_problems(self):
        found = only(written(problems="一是甲。二是乙。", improvements="一是丙。"), "C-108")
        assert (found.state, found.outcome.difference) == (State.WARNING, Decimal(-1))
        assert found.outcome.sentence == "问题有 2 条，改进措施有 1 条。"

    def test_other_ways_of_numbering_are_not_compared(self):
        given = written(problems="1、甲\n2、乙", improvements="（一）丙")
        assert states(given, "C-108") == {State.NOT_APPLICABLE}


class TestReasons:
    @pytest.fixture
    def given(self, world):
        """Reasons: a bare one, one of its own, and one that was copied twice."""

        def of(*reasons):
            codes = ("general_public", "government_fund", "state_capital", "from_superior")
            rows = [
                change(code, outturn="1", reason=reason) for code, reason in zip(codes, reasons, strict=False)
            ]
            save(world.submission, *rows, schedule=REVENUE)
            other = make_submission(world.round, world.rescue, world.lin)
            save(other, change("basic_personnel", outturn="1", reason="正常"), schedule=BY_NATURE)
            return given_for(Submission.objects.for_workspace().get(pk=world.submission.pk))

        return of

    def test_reasons_of_their_own_hold(self, given):
        assert states(given("救灾资金增加 3 万元", "项目调减", "项目调减"), "C-109") == {State.PASS}

    def test_bare_and_copied_reasons_are_said(self, given):
        found = findings(
            given("正常。", "工作量增加，经费增加", "工作量增加，经费增加。", "工作量增加，经费增加"), "C-109"
        )
        assert [each.outcome.sentence for each in found] == [
            "“正常。”没有说明原因。",
            "3 行写了同样的原因：政府性基金预算财政拨款、国有资本经营预算财政拨款、上级补助收入。",
        ]
        assert {each.outcome.place.column_title for each in found} == {"差异原因"}
        assert all(each.needs_explanation for each in found)

    def test_a_text_of_last_year_is_said(self):
        last_year = written(year=2022, results="成效显著。", duties="负责。")
        found = only(written(results="成效显著。", duties="负责。", last_year=last_year), "C-109")
        assert (
            found.outcome.sentence == "与 2022 年度的一字不差。" and found.outcome.place.schedule == "results"
        )
