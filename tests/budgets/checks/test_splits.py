"""C-011 to C-021: splits of expenditure. Every expectation is added up by hand."""

from decimal import Decimal

import pytest

from budgets.money import AmountUnit
from budgets.returns import BASE_ITEMS, BY_FUNCTION, BY_NATURE, CARRYOVER
from submissions.findings import Severity, State
from tests.budgets.checks.found import at, findings_of, states_of
from tests.world import category, change, economic, project, row, save


def save_natures(here, **outturns):
    """Save outturns by nature, in yuan."""
    rows = [change(item, outturn=figure) for item, figure in outturns.items()]
    save(here, *rows, schedule=BY_NATURE)


class TestExpenditureIsSumOfNatures:
    def test_it_holds(self, here, decoys):
        save_natures(here, total="17", basic="10", project="7")
        assert states_of(here, "C-011") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        save_natures(here, total="19709300", basic="17263200", project="2413700")
        [found] = findings_of(here, "C-011")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(32400))  # less 19676900

    def test_an_empty_schedule_cannot_be_computed(self, here, decoys):
        assert states_of(here, "C-011") == {State.CANNOT_BE_COMPUTED}


class TestBasicIsPersonnelPlusOperating:
    def test_it_holds(self, here, decoys):
        save_natures(here, basic="17263200", basic_personnel="10305200", basic_operating="6958000")
        assert states_of(here, "C-012") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        save_natures(here, basic="17623200", basic_personnel="10305200", basic_operating="6958000")
        [found] = findings_of(here, "C-012")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(360000))

    def test_a_blank_part_may_be_what_is_more(self, here):
        """900.47 with 公用经费 of 193.42 alone: 人员经费 is blank, not zero; the total is right as typed."""
        save_natures(here, total="19256700", basic="9004700", basic_operating="1934200", project="10252000")
        [found] = findings_of(here, "C-012")
        assert found.outcome.sentence == "不能检查：人员经费决算数未填。"
        assert states_of(here, "C-011") == {State.PASS}

    def test_a_part_that_is_more_than_the_whole_fails(self, here):
        save_natures(here, basic="1900000", basic_operating="1934200")
        [found] = findings_of(here, "C-012")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(-34200))

    def test_without_its_parts_it_cannot_be_computed(self, here, decoys):
        save_natures(here, basic="17623200")
        assert states_of(here, "C-012") == {State.CANNOT_BE_COMPUTED}


class TestPersonnelIsSumOfClasses:
    place = "支出（按支出性质） · 人员经费 · 决算数"

    def test_it_holds(self, here, decoys):
        save(here, change(economic("30101"), outturn="470"), change(economic("30302"), outturn="18"))
        save_natures(here, basic_personnel="488")
        assert states_of(here, "C-013") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        save(
            here, change(economic("30101"), outturn="47000000"), change(economic("30302"), outturn="1840900")
        )
        save_natures(here, basic_personnel="48969800")
        found = at(here, "C-013", self.place)
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(128900))

    def test_in_wan_the_last_digit_is_rounding(self, here, decoys):
        rows = [change(economic("30101"), outturn="47000000"), change(economic("30302"), outturn="1841000")]
        save(here, *rows, unit=AmountUnit.WAN)
        save(here, change("basic_personnel", outturn="48840900"), schedule=BY_NATURE, unit=AmountUnit.WAN)
        assert at(here, "C-013", self.place).state == State.ROUNDING

    def test_what_may_be_projects_is_asked_about(self, here, decoys):
        save(here, change(economic("30101"), outturn="470"), change(economic("30305"), outturn="60"))
        save_natures(here, basic_personnel="470", project="200")
        found = at(here, "C-013", self.place)
        assert (found.state, found.severity) == (State.WARNING, Severity.WARNING)
        assert found.outcome.difference == Decimal(-60)

    def test_a_table_of_all_expenditure_has_projects_in_it(self, here, decoys):
        save(here, change(economic("30101"), outturn="470"), change(economic("30305"), outturn="200"))
        save_natures(here, basic_personnel="470", project="200")  # 670 either way
        assert at(here, "C-013", self.place).state == State.NOT_APPLICABLE

    def test_a_stated_group_is_compared_with_its_classes(self, here, decoys):
        save(here, change(economic("30201"), outturn="32"), change(economic("31002"), outturn="4"))
        save(here, change(economic("30201"), version=1, outturn="32"), change("operating", outturn="40"))
        found = at(here, "C-013", "支出（按经济分类） · 公用经费 · 决算数")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(4))

    def test_what_is_blank_is_named_once(self, here, decoys):
        save_natures(here, basic_personnel="488")
        [found] = findings_of(here, "C-013")
        assert found.outcome.sentence == "不能检查：支出按经济分类未填。"
        save(here, change(economic("30201"), outturn="32"))
        found = at(here, "C-013", self.place)
        assert found.outcome.sentence == "不能检查：人员经费（支出按经济分类）未填。"


class TestClassesAreSumsOfSubclasses:
    def test_it_holds(self, here, decoys):
        save(here, change(economic("302"), outturn="48"), change(economic("30201"), outturn="48"))
        assert states_of(here, "C-014") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        save(
            here,
            change(economic("302"), outturn="580000"),
            change(economic("30201"), outturn="320000"),
            change(economic("30211"), outturn="160000"),
            change(economic("31002"), outturn="100000"),
        )
        found = at(here, "C-014", "302 科目302 · 决算数")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(100000))

    def test_a_class_alone_cannot_be_computed(self, here, decoys):
        assert states_of(here, "C-014") == {State.CANNOT_BE_COMPUTED}
        save(here, change(economic("302"), outturn="58"))
        [found] = findings_of(here, "C-014")
        assert found.outcome.sentence == "不能检查：302 科目302的各款未填。"


class TestFormTotalsAgree:
    by_nature = "支出合计（按性质） · 决算数"
    by_revenue = "收入合计 · 全年预算数"

    def test_it_holds(self, here, decoys):
        save(here, change("general_public", revised_budget="600"))
        save(here, change(category("2240106"), revised_budget="600", outturn="590"))
        save(
            here,
            change("basic", revised_budget="400", outturn="400"),
            change("project", revised_budget="200", outturn="190"),
            schedule=BY_NATURE,
        )
        assert states_of(here, "C-015") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        save(here, change("general_public", outturn="14445000"), change("other", outturn="5856200"))
        save(here, change(category("2240106"), outturn="20301200"))
        save_natures(here, basic="9004700", project="10252000")
        found = at(here, "C-015", self.by_nature)
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(-1044500))

    def test_what_other_funds_paid_for_may_be_left_out(self, here, decoys):
        save(here, change(category("2240106"), outturn="820"))
        save(here, row(CARRYOVER, "special_account", spent="20"), schedule=CARRYOVER)
        save_natures(here, basic="500", project="300")
        assert at(here, "C-015", self.by_nature).state == State.PASS

    def test_a_total_that_is_right_as_it_was_typed_is_wrong_in_its_parts_alone(self, here):
        """12,023.85 by function and typed by nature; its parts are 3.24 less, which C-011 says."""
        save(here, change("total", outturn="120238500"), schedule=BY_FUNCTION)
        save_natures(here, total="120238500", basic="14324900", project="105881200")
        assert at(here, "C-015", self.by_nature).state is State.PASS
        [found] = findings_of(here, "C-011")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(32400))

    def test_what_its_parts_lack_is_named_unless_the_total_was_typed(self, here):
        save(here, change("total", outturn="20301200"), schedule=BY_FUNCTION)
        save_natures(here, basic_operating="1934200", project="10252000")
        found = at(here, "C-015", self.by_nature)
        assert found.outcome.sentence == "不能检查：人员经费决算数未填。"
        save_natures(here, total="19256700")
        assert at(here, "C-015", self.by_nature).outcome.difference == Decimal(-1044500)

    @pytest.mark.parametrize(
        ("opening", "state", "difference"),
        [
            (None, State.CANNOT_BE_COMPUTED, None),
            ("60", State.PASS, None),
            ("40", State.ERROR, Decimal(-50)),
        ],
    )
    def test_more_than_the_revenue_is_carried_over_or_wrong(self, here, decoys, opening, state, difference):
        save(here, change("general_public", revised_budget="600"))
        save(here, change(category("2240106"), revised_budget="650"))
        save(here, row(CARRYOVER, "general_public", opening=opening), schedule=CARRYOVER)
        found = at(here, "C-015", self.by_revenue)
        assert (found.state, found.outcome.difference) == (state, difference)

    def test_less_than_the_revenue_is_wrong(self, here, decoys):
        save(here, change("general_public", revised_budget="600"))
        save(here, change(category("2240106"), revised_budget="550"))
        assert at(here, "C-015", self.by_revenue).outcome.difference == Decimal(50)

    def test_what_is_blank_is_named(self, here, decoys):
        save(here, change(category("2240106"), outturn="550"))
        sentences = [found.outcome.sentence for found in findings_of(here, "C-015")]
        assert sentences == [
            "不能检查：支出合计（按性质）决算数未填。",
            "不能检查：支出合计全年预算数未填。",
        ]


class TestFormSplitsAddUp:
    @staticmethod
    def save_lines(here, nature="basic"):
        save(
            here,
            change(category("2240101"), nature=nature, outturn="9004700"),
            change(category("2240106"), nature="project", outturn="10252000"),
        )

    def test_it_holds(self, here, decoys):
        self.save_lines(here)
        save_natures(here, basic="9004700", project="10252000")
        assert states_of(here, "C-016") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        self.save_lines(here)
        save_natures(here, basic="9094700", project="10252000")
        found = at(here, "C-016", "基本支出 · 决算数")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(90000))

    def test_what_other_funds_paid_for_may_be_left_out(self, here):
        self.save_lines(here)
        save(here, change(category("2240101"), fund="other", nature="basic", outturn="128900"))
        save_natures(here, basic="9004700", project="10252000")
        assert at(here, "C-016", "基本支出 · 决算数").state is State.PASS

    def test_what_the_form_has_no_line_for_is_worth_knowing(self, here, decoys):
        save_natures(here, basic="9", project="10", to_superior="3")
        found = at(here, "C-016", "支出合计（按性质） · 决算数")
        assert (found.severity, found.needs_explanation) == (Severity.INFORMATION, False)
        assert found.outcome.difference == Decimal(3)

    def test_lines_that_do_not_say_cannot_be_compared(self, here, decoys):
        self.save_lines(here, nature="")
        save_natures(here, basic="9", project="10")
        assert at(here, "C-016", "基本支出 · 决算数").state == State.NOT_APPLICABLE

    def test_what_is_blank_cannot_be_computed(self, here, decoys):
        assert states_of(here, "C-016") == {State.CANNOT_BE_COMPUTED}


class TestProjectIsSumOfFundings:
    def test_it_holds(self, here, decoys):
        save(
            here,
            project("指挥平台", "appropriation", outturn="60"),
            project("指挥平台", "other", outturn="30"),
        )
        assert states_of(here, "C-017") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        save(
            here,
            project("指挥平台", outturn="0", revised_budget="899740"),
            project("指挥平台", "appropriation", outturn="899740"),
            project("装备采购", "other", outturn="5"),
        )
        found = at(here, "C-017", "指挥平台 · 决算数")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(-899740))
        assert at(here, "C-017", "装备采购").state == State.PASS

    def test_a_total_beside_its_parts_is_counted_twice(self, here, decoys):
        save(
            here,
            project("指挥平台", outturn="90"),
            project("指挥平台", "appropriation", outturn="60"),
            project("指挥平台", "carried_forward", outturn="30"),
        )
        found = at(here, "C-017", "指挥平台 · 决算数")
        assert found.state == State.ERROR
        assert "算了两遍" in found.outcome.sentence

    def test_a_project_without_funding_cannot_be_computed(self, here, decoys):
        assert states_of(here, "C-017") == {State.CANNOT_BE_COMPUTED}
        save(here, project("指挥平台", outturn="90"), project("装备采购"))
        [found] = findings_of(here, "C-017")
        assert found.outcome.sentence == "不能检查：指挥平台的资金来源未填。"


class TestProjectExpenditureIsOne:
    def test_it_holds(self, here, decoys):
        save(here, change(category("2240106"), nature="project", outturn="10252000"))
        save_natures(here, project="10252000")
        assert states_of(here, "C-018") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        save(
            here,
            change(category("2240106"), nature="project", outturn="10252000"),
            change(category("2240106"), nature="basic", outturn="270000"),
        )
        save_natures(here, project="10522000")
        [found] = findings_of(here, "C-018")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(270000))

    def test_where_lines_do_not_say_it_stands_once(self, here, decoys):
        save(here, change(category("2240106"), outturn="5"))
        save_natures(here, project="10522000")
        assert states_of(here, "C-018") == {State.PASS}

    def test_what_is_blank_cannot_be_computed(self, here, decoys):
        [found] = findings_of(here, "C-018")
        assert found.outcome.sentence == "不能检查：项目支出决算数未填。"


class TestOperatingIsThatOfTheAccounts:
    def test_it_holds(self, here, decoys):
        save(here, change(economic("30201"), outturn="32"), change(economic("31002"), outturn="4"))
        save_natures(here, basic_operating="36")
        assert states_of(here, "C-019") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        save(here, change(economic("30201"), outturn="1394200"), change(economic("30101"), outturn="540000"))
        save_natures(here, basic_operating="1934200")
        [found] = findings_of(here, "C-019")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(540000))

    def test_what_is_blank_is_named(self, here, decoys):
        save_natures(here, basic_operating="36")
        [found] = findings_of(here, "C-019")
        assert found.outcome.sentence == "不能检查：公用经费（支出按经济分类）未填。"


class TestOperatingCoversItsParts:
    @staticmethod
    def save_parts(here, **outturns):
        rows = [change(item, outturn=figure) for item, figure in outturns.items()]
        save(here, *rows, schedule=BASE_ITEMS)

    def test_it_holds(self, here, decoys):
        self.save_parts(here, office="490900", utilities_and_travel="126400", meetings_and_training="54200")
        save_natures(here, basic_operating="1934200")
        assert states_of(here, "C-020") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        self.save_parts(here, office="490900", utilities_and_travel="126400", procurement="9")
        save_natures(here, basic_operating="600000")
        [found] = findings_of(here, "C-020")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(17300))
        assert found.outcome.sentence == (
            "办公、水电差旅、会议培训经费之和 61.73，超过公用经费决算数 60.00，超出 1.73 万元。"
        )

    def test_what_is_blank_is_named(self, here, decoys):
        save_natures(here, basic_operating="600000")
        [found] = findings_of(here, "C-020")
        assert found.outcome.sentence == "不能检查：公用经费的“其中”各项未填。"
        self.save_parts(here, office="5")
        save(here, change("basic_operating", version=1), schedule=BY_NATURE)
        [found] = findings_of(here, "C-020")
        assert found.outcome.sentence == "不能检查：公用经费决算数未填。"


class TestProjectsComeToTheirTotal:
    def test_it_holds(self, here, decoys):
        save(here, project("指挥平台", outturn="200"), project("装备采购", outturn="41"))
        save_natures(here, project="241")
        assert states_of(here, "C-021") == {State.PASS}

    def test_it_fails_with_the_difference(self, here, decoys):
        save(here, project("指挥平台", outturn="2000000"))
        save_natures(here, project="2413700")
        [found] = findings_of(here, "C-021")
        assert (found.state, found.outcome.difference) == (State.WARNING, Decimal(413700))

    def test_projects_without_figures_cannot_be_computed(self, here, decoys):
        [found] = findings_of(here, "C-021")
        assert found.outcome.sentence == "不能检查：项目支出未填。"
        save(here, project("指挥平台"))
        save_natures(here, project="2413700")
        [found] = findings_of(here, "C-021")
        assert found.outcome.sentence == "不能检查：各项目的金额未填。"
