"""C-022 to C-029: whether the classifications fit each other. Every expectation is worked out by hand."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from budgets.checks.coherence import WITHOUT_ITEMS, shares_come_to_hundred
from budgets.checks.loading import given_for
from budgets.measures import Figure, Origin
from budgets.models import CategoryBook, ReturnText
from budgets.returns import BASE_ITEMS, BY_FUNCTION, BY_NATURE, CARRYOVER
from submissions.findings import Severity, State, Verdict, run
from submissions.models import Submission
from tests.budgets.checks.decoys import save_decoys
from tests.budgets.checks.found import at, findings_of, states_of
from tests.world import NOW, category, change, economic, row, save

FUND = "government_fund"


class TestCodesAreValid:
    def test_it_holds(self, here, decoys):
        save(here, change(category("2240106"), outturn="5"))
        save(here, change(economic("30101"), outturn="5"))
        assert states_of(here, "C-022") == {State.PASS}

    def test_a_code_of_other_years_fails(self, here, decoys):
        past = category("2010308", name="信访事务", valid_to=2022)
        save(here, change(category("2240106"), outturn="5"), change(past, outturn="5"))
        found = at(here, "C-022", "2010308 信访事务")
        assert (found.state, found.severity) == (State.WARNING, Severity.WARNING)
        assert found.outcome.sentence == "2010308 信访事务在 2023 年不使用。"

    def test_a_code_the_unit_added_is_an_error_once_the_official_book_is_there(self, world, here, decoys):
        own = category("2249901", name="应急值守", proposed_by=world.emergency)
        fund = category("2129901", FUND, name="征地", proposed_by=world.emergency)
        save(here, change(own, outturn="5"), change(fund, outturn="5"))
        assert {found.state for found in findings_of(here, "C-022")} == {State.WARNING}
        CategoryBook.objects.create(
            book="general_public",
            fiscal_year=2023,
            file_name="科目.xlsx",
            sha256="0" * 64,
            rows=[],
            uploaded_by=world.qian,
            uploaded_at=NOW,
            applied_by=world.qian,
            applied_at=NOW,
            changes={},
        )
        assert at(here, "C-022", "2249901 应急值守").state == State.ERROR
        assert at(here, "C-022", "2129901 征地").state == State.WARNING  # of another book

    def test_a_code_that_is_too_short_fails(self, here, decoys):
        save(here, change(category("22401"), outturn="5"), change(category("21211", FUND), outturn="5"))
        save(here, change(economic("302"), outturn="5"))
        assert [found.outcome.place.row_label for found in findings_of(here, "C-022")] == [
            "22401 科目22401",
            "302 科目302",
        ]

    def test_an_empty_return_cannot_be_computed(self, here, decoys):
        assert states_of(here, "C-022") == {State.CANNOT_BE_COMPUTED}

    def test_which_codes_have_none_below_them_is_as_in_our_tables(self):
        codes = [
            line["code"]
            for path in Path("fixtures/codes").glob("functional_*.csv")
            if path.stem != "functional_social_insurance"
            for line in csv.DictReader(path.open(encoding="utf-8"))
        ]
        above = {code[:5] for code in codes if len(code) == 7}
        assert all(code.startswith(WITHOUT_ITEMS) for code in codes if len(code) == 5 and code not in above)


class TestSharesComeToHundred:
    @staticmethod
    def save(here):
        save(here, *(change(category(f"224010{each}"), outturn="100") for each in (1, 6, 9)))

    def test_what_rounding_leaves_is_rounding(self, here, decoys):
        self.save(here)  # 3 × 33.33 = 99.99
        found = at(here, "C-023", "支出合计 · 占比 %")
        assert (found.state, found.outcome.difference) == (State.ROUNDING, Decimal("-0.01"))

    def test_it_holds(self, here, decoys):
        save(here, change("general_public", outturn="196769"), change("other", outturn="32"))
        assert at(here, "C-023", "收入合计 · 占比 %").state == State.PASS  # 99.98 + 0.02

    def test_a_total_that_is_not_theirs_fails(self, here, decoys):
        """The product adds up by itself: a total of another origin is put there by hand."""
        self.save(here)
        given = given_for(Submission.objects.for_workspace().get(pk=here.pk))
        given.rows[BY_FUNCTION.name.value][0].figures["outturn"] = Figure(Decimal(240), Origin.STATED)
        outcome = next(shares_come_to_hundred(given))
        assert (outcome.verdict, outcome.difference) == (Verdict.FAILS, Decimal("25.01"))  # 3 × 41.67

    def test_what_is_blank_cannot_be_computed(self, here, decoys):
        assert states_of(here, "C-023") == {State.CANNOT_BE_COMPUTED}


class TestSharesHaveOneBase:
    @staticmethod
    def write(here, text):
        ReturnText.objects.create(submission=here, name="thrift_measures", text=text)

    def test_it_holds(self, here, decoys):
        self.write(
            here, "安全监管支出948.06万元，占总支出48.17%；行政运行207.56万元，占2023年总支出的10.55%。"
        )
        assert states_of(here, "C-024") == {State.PASS}

    def test_two_bases_fail(self, here, decoys):
        self.write(here, "基本支出占总支出87.72%，教育支出占一般公共预算财政拨款支出的5.3%，学历占比30%。")
        [found] = findings_of(here, "C-024")
        assert found.state == State.WARNING
        quotation = "占总支出87.72%……占一般公共预算财政拨款支出的5.3%"
        assert found.outcome.quotation == quotation

    def test_a_share_of_nothing_fails(self, here, decoys):
        self.write(here, "主要用于：教育（类）支出2,106.66万元，占71.65%。")
        [found] = findings_of(here, "C-024")
        assert (found.state, found.outcome.quotation) == (State.WARNING, "支出2,106.66万元，占71.65%")

    def test_what_the_sentence_names_before_is_enough(self, here, decoys):
        self.write(here, "财政拨款支出2940.05万元，其中教育（类）支出2,106.66万元，占71.65%。")
        assert states_of(here, "C-024") == {State.PASS}

    @pytest.mark.parametrize(
        ("text", "state"),
        [
            ("党员占全体职工的60%以上，其中女职工占30%。", State.PASS),
            ("完成率98%。", State.NOT_APPLICABLE),
        ],
    )
    def test_shares_of_something_else_do_not_matter(self, here, decoys, text, state):
        self.write(here, text)
        assert states_of(here, "C-024") == {state}

    def test_without_texts_it_cannot_be_computed(self, here, decoys):
        assert states_of(here, "C-024") == {State.CANNOT_BE_COMPUTED}


class TestClassificationsAgree:
    def test_it_holds_within_one_percent(self, here, decoys):
        save(here, change(category("2080505"), outturn="997500"), change(category("2210201"), outturn="100"))
        save(here, change(economic("30108"), outturn="990000"), change(economic("30113"), outturn="100"))
        assert [found.state for found in findings_of(here, "C-025")] == [State.PASS, State.PASS]

    def test_it_fails_with_the_difference(self, here, decoys):
        save(
            here,
            change(category("2080505"), nature="basic", outturn="997500"),
            change(category("2080505"), nature="project", outturn="5"),
        )
        save(here, change(economic("30108"), outturn="979500"))
        [found] = findings_of(here, "C-025")
        assert (found.state, found.outcome.difference) == (State.WARNING, Decimal(18000))

    def test_medical_care_may_be_booked_in_either_way(self, here, decoys):
        save(here, change(category("2101101"), outturn="400"), change(category("2101103"), outturn="60"))
        save(here, change(economic("30110"), outturn="405"), change(economic("30111"), outturn="55"))
        assert states_of(here, "C-025") == {State.PASS}  # 460 either way

    def test_what_is_blank_is_named(self, here, decoys):
        save(here, change(category("2080505"), outturn="997500"))
        [found] = findings_of(here, "C-025")
        assert found.outcome.sentence == "不能检查：经济分类各款未填。"
        save(here, change(economic("30101"), outturn="9"))
        [found] = findings_of(here, "C-025")
        assert found.outcome.sentence == "不能检查：30108未填。"


class TestContributionsComeTogether:
    def test_it_holds(self, here, decoys):
        save(here, change(category("2080505"), outturn="9"), change(category("2210201"), outturn="9"))
        assert states_of(here, "C-026") == {State.PASS}

    def test_housing_paid_from_another_line_counts(self, here, decoys):
        save(here, change(category("2080505"), outturn="9"))
        save(here, change(economic("30113"), outturn="9"))
        assert states_of(here, "C-026") == {State.PASS}

    def test_pensions_without_housing_fail(self, here, decoys):
        save(
            here, change(category("2080505"), outturn="997500"), change(category("2101101"), outturn="446400")
        )
        [found] = findings_of(here, "C-026")
        assert (found.state, found.outcome.actual) == (State.WARNING, Decimal(1443900))

    def test_housing_without_pensions_fails(self, here, decoys):
        save(here, change(category("2210201"), outturn="9"), change(category("2101199"), outturn="7"))
        [found] = findings_of(here, "C-026")
        assert (found.state, found.outcome.actual) == (State.WARNING, Decimal(9))

    def test_neither_is_not_about_this_return(self, here, decoys):
        save(here, change(category("2240106"), outturn="9"))
        assert states_of(here, "C-026") == {State.NOT_APPLICABLE}

    def test_without_outturns_it_cannot_be_computed(self, here, decoys):
        save(here, change(category("2080505"), initial_budget="9"))
        assert states_of(here, "C-026") == {State.CANNOT_BE_COMPUTED}


class TestNaturesFitFunctions:
    personnel, projects = "人员经费 · 决算数", "项目支出 · 决算数"

    def test_it_holds(self, here, decoys):
        save(
            here,
            change(category("2240101", name="行政运行"), outturn="850"),
            change(category("2080505"), outturn="50"),
            change(category("2240703", name="自然灾害救灾补助"), outturn="300"),
        )
        save(
            here,
            change("basic_personnel", outturn="1000"),
            change("project", outturn="270"),
            schedule=BY_NATURE,
        )
        assert states_of(here, "C-027") == {State.PASS}  # 900 = 1000 − 10 %; 270 = 300 − 10 %

    def test_it_fails_with_the_difference(self, here, decoys):
        save(
            here,
            change(category("2240101", name="行政运行"), outturn="2075600"),
            change(category("2080505"), nature="project", outturn="7"),
            change(category("2240106", name="安全监管"), outturn="9480600"),
            change(category("2240703", name="自然灾害救灾补助"), outturn="2230000"),
            change(category("2249999", name="其他灾害防治及应急管理支出"), outturn="48000"),
        )
        save(
            here,
            change("basic_personnel", outturn="10305200"),
            change("project", outturn="1500000"),
            schedule=BY_NATURE,
        )
        assert at(here, "C-027", self.personnel).outcome.difference == Decimal(-8229600)  # 2075600 − 10305200
        found = at(here, "C-027", self.projects)
        assert (found.state, found.outcome.difference) == (State.WARNING, Decimal(-730000))

    def test_schools_and_hospitals_pay_their_staff_from_other_lines(self, here, decoys):
        save(here, change(category("2050202", name="小学教育"), outturn="9"))
        save(here, change("basic_personnel", outturn="8"), schedule=BY_NATURE)
        assert states_of(here, "C-027") == {State.NOT_APPLICABLE}

    def test_what_is_blank_is_named(self, here, decoys):
        [found] = findings_of(here, "C-027")
        assert found.outcome.sentence == "不能检查：功能分类各行决算数未填。"
        save(here, change(category("2240703", name="自然灾害救灾补助"), outturn="9"))
        sentences = [found.outcome.sentence for found in findings_of(here, "C-027")]
        assert sentences == ["不能检查：人员经费决算数未填。", "不能检查：项目支出决算数未填。"]


class TestAmountsMakeSense:
    def test_it_holds(self, here, decoys):
        save(
            here,
            change(category("2240106"), nature="basic", outturn="9"),
            change(category("2240106"), nature="project", outturn="2"),
            change(category("2240101"), outturn="9"),
            change(category("2240101"), nature="project", outturn="8"),
        )
        save(here, change("basic", outturn="9"), schedule=BY_NATURE)
        save(here, change("budget_adjustment", outturn="-5"), schedule=BASE_ITEMS)
        assert states_of(here, "C-028") == {State.PASS}

    def test_a_negative_amount_without_a_reason_fails(self, here, decoys):
        save(here, change(category("2240106"), outturn="-90000"), change(category("2240101"), outturn="9"))
        [found] = findings_of(here, "C-028")
        assert (found.state, found.outcome.actual) == (State.ERROR, Decimal(-90000))
        assert found.outcome.sentence == "2240106 科目2240106的决算数是负数：−9.00 万元。"

    def test_a_reason_explains_a_negative_amount_that_it_says_is_red_and_no_other(self, here):
        """What is explained is still told; what was written for another figure leaves the error."""
        for version, (reason, state) in enumerate(
            [("新增应急物资采购。", State.ERROR), ("退回上年多支付的设备款。", State.WARNING)]
        ):
            save(here, change(category("2240106"), outturn="-2", reason=reason, version=version))
            [found] = findings_of(here, "C-028")
            assert (found.state, found.outcome.has_reason_field) == (state, state is State.WARNING)
        assert not found.needs_explanation and found.outcome.reason == "退回上年多支付的设备款。"

    def test_a_basic_part_above_basic_expenditure_fails_with_the_difference(self, here, decoys):
        save(
            here,
            change(category("2240106"), nature="basic", outturn="9840600"),
            change(category("2240101"), outturn="9"),
        )
        save(here, change("basic", outturn="9480600"), schedule=BY_NATURE)
        [found] = findings_of(here, "C-028")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(360000))

    def test_a_total_beside_its_parts_is_counted_twice(self, here, decoys):
        save(
            here,
            change(category("2240106"), outturn="9"),
            change(category("2240106"), nature="basic", outturn="4"),
            change(category("2240106"), nature="project", outturn="5"),
        )
        found = at(here, "C-028", "2240106 科目2240106 · 决算数")
        assert (found.state, found.outcome.actual) == (State.ERROR, Decimal(9))
        assert "算了两遍" in found.outcome.sentence

    def test_an_empty_return_cannot_be_computed(self, here, decoys):
        assert states_of(here, "C-028") == {State.CANNOT_BE_COMPUTED}


class TestFundsFitCodes:
    def test_it_holds(self, here, decoys):
        save(here, change("government_fund", outturn="9"))
        save(
            here,
            change(category("2120803", FUND), fund=FUND, outturn="9"),
            change(category("2240106"), fund="general_public", outturn="9"),
        )
        assert states_of(here, "C-029") == {State.PASS}

    @pytest.mark.parametrize("opening", ["9", None])
    def test_a_code_of_a_fund_wants_its_money(self, here, decoys, opening):
        save(here, row(CARRYOVER, FUND, opening=opening), schedule=CARRYOVER)
        save(here, change(category("2296002", FUND), outturn="9"))
        assert states_of(here, "C-029") == ({State.PASS} if opening else {State.WARNING})

    def test_code_and_fund_of_different_budgets_fail(self, here, decoys):
        save(
            here,
            change(category("2120803", FUND), fund="general_public", outturn="7"),
            change(category("2240106"), fund=FUND, outturn="8"),
        )
        found = findings_of(here, "C-029")
        assert [each.outcome.actual for each in found] == [Decimal(7), Decimal(8)]
        assert {each.state for each in found} == {State.WARNING}

    def test_other_expenditure_without_a_fund_is_asked_about(self, here, decoys):
        save(here, change(category("2299999"), outturn="9700"), change(category("2240106"), outturn="9"))
        [found] = findings_of(here, "C-029")
        assert (found.state, found.outcome.actual) == (State.WARNING, Decimal(9700))

    def test_an_empty_return_cannot_be_computed(self, here, decoys):
        assert states_of(here, "C-029") == {State.CANNOT_BE_COMPUTED}


def test_what_the_round_says_goes_before_what_an_outcome_says(world, here):
    """C-016 calls what the form has no line for worth knowing; a round may call it wrong."""
    save_decoys(world)
    save(here, change("basic", outturn="9"), change("to_superior", outturn="3"), schedule=BY_NATURE)
    [check] = {found.check for found in findings_of(here, "C-016")}
    given = given_for(Submission.objects.for_workspace().get(pk=here.pk))

    def severity(severities):
        found = run([check], given, year=2023, region="431102", severities=severities)
        return [each.severity for each in found if each.outcome.verdict is Verdict.FAILS]

    assert severity({}) == [Severity.INFORMATION]
    assert severity({"C-016": Severity.ERROR}) == [Severity.ERROR]
    assert severity({"C-016": None}) == []
