"""C-033 to C-036, C-038: year on year. Every expectation is worked out by hand."""

from decimal import Decimal

import pytest

from budgets.last_year_actions import restate
from budgets.models import BudgetLine
from budgets.money import AmountUnit
from budgets.returns import BY_FUNCTION, BY_NATURE, REVENUE, THREE_PUBLIC, THREE_PUBLIC_COUNTS
from budgets.rows import measured, return_rows
from submissions.findings import State
from tests.budgets import past
from tests.budgets.checks.found import at, findings_of, states_of
from tests.world import NOW, YEAR, category, change, line, make_submission, project, put_in_status, row, save

SAFETY, RESCUE = past.SAFETY, past.RESCUE


@pytest.fixture
def here(world):
    """An empty return."""
    return world.submission


@pytest.fixture
def decoys(world):
    """Other units' returns of both years, and her own of the year after: none is Lin's last year."""
    past.last_year_of(world, unit=world.culture, by=world.zhao)
    past.last_year_of(world, year=YEAR + 1)
    other = make_submission(world.round, world.rescue, world.lin)
    save(other, change("general_public", last_year_outturn="1", initial_budget="1000000", outturn="9000000"))
    save(other, change("total", reason="专项资金减少。", outturn="5"), schedule=BY_NATURE)


class TestLastYearsFiguresAreTheApprovedOnes:
    @pytest.fixture
    def typed_first(self, world, here):
        """Last year's return, approved after Lin typed another figure from it: 506 for 560."""
        before = past.last_year_of(world, status="draft")
        save(
            here,
            change("general_public", last_year_budget="500", last_year_outturn="506"),
            change("other", last_year_outturn="5"),
        )
        put_in_status(before, "approved")

    def test_they_hold_where_they_were_taken_over(self, world, here, decoys):
        past.last_year_of(world)
        save(here, change("general_public", outturn="1"), change("other", outturn="1"))
        found = [each for each in findings_of(here, "C-033") if each.outcome.place.schedule == "revenue"]
        assert {each.state for each in found} == {State.PASS}
        assert len(found) == 5  # two of the general budget, one of others, two of the total

    def test_a_code_in_more_rows_than_last_year_is_taken_together(self, world, here):
        before = past.last_year_of(world, status="draft")
        save(
            here,
            change(category(SAFETY), fund="general_public", last_year_budget="200", last_year_outturn="100"),
            change(category(SAFETY), fund="other", last_year_budget="100", last_year_outturn="210"),
            change(category(RESCUE), nature="project", last_year_budget="200", last_year_outturn="255"),
        )
        put_in_status(before, "approved")
        found = [each for each in findings_of(here, "C-033") if "按功能" in each.outcome.place.label]
        assert [each.state for each in found] == [State.PASS] * 6  # two codes and the total, twice

    def test_another_figure_fails_with_the_difference(self, here, typed_first):
        [found] = [each for each in findings_of(here, "C-033", AmountUnit.YUAN) if each.state is State.ERROR]
        assert found.outcome.place.label == "收入（按来源） · 一般公共预算财政拨款 · 上年决算数"
        sentence = "一般公共预算财政拨款上年决算数填 506.00，应为 560.00，相差 −54.00 元。"
        assert (found.outcome.difference, found.outcome.sentence) == (Decimal(-54), sentence)

    def test_a_restated_figure_is_explained_by_its_reason(self, world, here, typed_first):
        version = line(here, "general_public").row_version
        restate(
            submission=here,
            schedule=REVENUE,
            row=change("general_public", version=version, last_year_budget="500", last_year_outturn="507"),
            column=next(each for each in REVENUE.columns if each.name == "last_year_outturn"),
            reason="上年误记在其他收入。",
            unit=AmountUnit.YUAN,
            by=world.lin,
            at=NOW,
        )
        found = at(here, "C-033", "一般公共预算财政拨款 · 上年决算数")
        assert found.state is State.NOT_APPLICABLE
        assert found.outcome.sentence == "上年数已重述：上年误记在其他收入。"
        assert State.ERROR not in states_of(here, "C-033")  # nor is the total accused of it

    def test_a_row_that_lacks_shows_in_the_total(self, world, here):
        past.last_year_of(world)
        save(here, change("general_public", outturn="1"))
        assert at(here, "C-033", "收入合计 · 上年决算数").outcome.difference == Decimal(-5)  # 560 for 565

    def test_counts_are_said_as_counts(self, world, here):
        before = past.last_year_of(world, status="draft")
        save(here, row(THREE_PUBLIC_COUNTS, "receptions", last_year_count=42), schedule=THREE_PUBLIC_COUNTS)
        put_in_status(before, "approved")
        found = at(here, "C-033", "公务接待批次（批） · 上年")
        assert found.outcome.sentence == "公务接待批次（批）上年填 42，应为 24，相差 18。"

    def test_without_last_years_return_it_cannot_be_computed(self, here, decoys):
        [found] = findings_of(here, "C-033")
        assert found.state is State.CANNOT_BE_COMPUTED
        assert found.outcome.sentence == "不能检查：系统里没有本单位上年已审核的填报。"


class TestChangesHaveReasons:
    def test_a_small_one_needs_none(self, here, decoys):
        save(
            here,
            change("general_public", last_year_outturn="1000000", outturn="1099999"),  # 9.9999 %
            change("other", last_year_outturn="10000", outturn="109999"),  # 99,999 yuan
        )
        found = findings_of(here, "C-034")
        assert {each.outcome.place.row_label: each.state for each in found} == {
            "收入合计": State.WARNING,  # together 199,998 yuan, 19.80 %
            "一般公共预算财政拨款": State.PASS,
            "其他收入": State.PASS,
        }

    def test_a_large_one_fails_until_its_row_says_why(self, here, decoys):
        save(here, change("general_public", last_year_outturn="12852500", outturn="19680100"))
        found = at(here, "C-034", "一般公共预算财政拨款 · 较上年决算")
        assert (found.state, found.outcome.difference) == (State.WARNING, Decimal(6827600))
        sentence = "一般公共预算财政拨款决算数比上年增加 682.76 万元（+53.12%），要写明原因。"
        assert found.outcome.sentence == sentence and found.needs_explanation
        save(
            here,
            change(
                "general_public",
                version=line(here, "general_public").row_version,
                last_year_outturn="12852500",
                outturn="19680100",
                reason="救灾",
            ),
        )
        found = at(here, "C-034", "一般公共预算财政拨款 · 较上年决算")
        assert found.state is State.WARNING and not found.needs_explanation
        assert found.outcome.remedy == "变动达到 30%，原因里最好写明金额或数量。"

    def test_a_row_is_asked_once_where_its_budget_asks_too(self, here):
        save(
            here,
            change("other", last_year_outturn="1000000", initial_budget="1000000", outturn="2000000"),
        )
        assert at(here, "C-034", "其他收入 · 较上年决算").state is State.NOT_APPLICABLE
        assert at(here, "C-045", "其他收入 · 较年初预算").state is State.WARNING

    def test_with_c_045_it_asks_what_the_variance_page_asks(self, world, here):
        save(
            here,
            change("general_public", last_year_outturn="1000000", outturn="1500000"),
            change("other", initial_budget="1000000", outturn="100000", reason="减少。"),
        )
        save(
            here,
            change(category(SAFETY), last_year_outturn="1000000", outturn="1500000"),
            change(category(RESCUE), initial_budget="1000000", outturn="1000000"),
        )
        save(here, project("防汛", initial_budget="900000", outturn="100000"))
        rows = measured(return_rows(here), world.round)
        page = {
            (name, each.row.name)
            for name, found in rows.items()
            for each in found
            if each.needs_explanation and (name, each.row.code) != ("projects", "total")
        }
        asked = {
            (found.outcome.place.schedule, found.outcome.place.row_label.split(" ")[-1])
            for code in ("C-034", "C-045")
            for found in findings_of(here, code)
            if found.needs_explanation
        }
        assert asked == page and len(page) == 7

    def test_without_last_years_figures_it_cannot_be_computed(self, here, decoys):
        save(here, change("general_public", initial_budget="5", outturn="9000000"))
        [found] = findings_of(here, "C-034")
        assert found.outcome.sentence == "不能检查：上年决算数未填。"
        assert found.state is State.CANNOT_BE_COMPUTED


class TestReasonsAgreeWithTheParts:
    def fill(self, here, reason, *, project_outturn="2413700", last_year=None):
        save(
            here,
            change("total", initial_budget="13855000", outturn="19680100", reason=reason),
            schedule=BY_FUNCTION,
        )
        save(
            here,
            change("basic", initial_budget="9000000", outturn="17263200"),
            change("project", initial_budget="4855000", outturn=project_outturn, last_year_outturn=last_year),
            schedule=BY_NATURE,
        )

    def test_it_holds(self, here, decoys):
        self.fill(here, "专项资金增加。", project_outturn="4855100")
        assert states_of(here, "C-035") == {State.PASS}

    def test_it_fails_with_the_words_and_the_difference(self, here, decoys):
        self.fill(here, "因救灾和物资购置等专项资金的增加。")
        [found] = findings_of(here, "C-035")
        assert (found.state, found.outcome.difference) == (State.WARNING, Decimal(-2441300))
        assert found.outcome.quotation == "专项资金的增加"
        assert found.outcome.sentence == (
            "差异原因写“专项资金的增加”，但项目支出决算数比年初预算数减少 244.13 万元（−50.28%）。"
        )

    @pytest.mark.parametrize(
        "reason", ["基本支出增加。", "项目支出减少，人员经费增加。", "专项资金压减后结余。", "应急救灾。"]
    )
    def test_what_agrees_or_says_nothing_of_a_part_is_not_accused(self, here, reason):
        self.fill(here, reason)
        assert State.WARNING not in states_of(here, "C-035")

    def test_nor_what_may_be_meant_of_last_year(self, here):
        self.fill(here, "专项资金增加。", last_year="1000000")
        save(
            here,
            change(
                "total",
                version=BudgetLine.objects.get(
                    submission=here, schedule="expenditure_by_function"
                ).row_version,
                initial_budget="13855000",
                last_year_outturn="12852500",
                outturn="19680100",
                reason="专项资金增加。",
            ),
            schedule=BY_FUNCTION,
        )
        assert states_of(here, "C-035") == {State.PASS}  # 1,000,000 → 2,413,700

    def test_nor_against_a_part_that_is_known_in_part(self, here):
        save(
            here,
            change("total", initial_budget="100", outturn="200", reason="基本支出增加。"),
            schedule=BY_FUNCTION,
        )
        save(
            here,
            change("basic_personnel", initial_budget="60", outturn="50"),
            change("basic_operating", outturn="9"),  # 59 against 60, and what was planned of it
            schedule=BY_NATURE,
        )
        [found] = findings_of(here, "C-035")
        assert found.outcome.sentence == "不能检查：公用经费年初预算数未填。"

    def test_without_a_reason_or_the_part_it_cannot_be_computed(self, here, decoys):
        [found] = findings_of(here, "C-035")
        assert found.outcome.sentence == "不能检查：支出合计的差异原因未填。"
        save(
            here,
            change("total", initial_budget="1", outturn="2", reason="专项资金增加"),
            schedule=BY_FUNCTION,
        )
        [found] = findings_of(here, "C-035")
        assert found.state is State.CANNOT_BE_COMPUTED
        assert found.outcome.sentence == "不能检查：项目支出决算数、项目支出年初预算数未填。"


class TestChangesOfPartsAddUp:
    def fill(self, here, total, other_before="1000"):
        save(
            here,
            change("total", last_year_outturn="100000", outturn=total),
            change("general_public", last_year_outturn="99000", outturn="66000"),
            change("other", last_year_outturn=other_before, outturn="1100"),
        )

    def test_they_do(self, here, decoys):
        self.fill(here, "67100")  # −33,000 + 100
        assert at(here, "C-036", "收入合计 · 较上年决算").state is State.PASS

    def test_they_do_not(self, here, decoys):
        self.fill(here, "64100")
        found = at(here, "C-036", "收入合计 · 较上年决算")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(-3000))
        assert found.outcome.sentence == "收入合计增减额填 −3.59，应为 −3.29，相差 −0.30 万元。"

    def test_a_part_of_one_year_alone_is_said(self, here):
        self.fill(here, "67100", other_before=None)
        found = at(here, "C-036", "收入合计 · 较上年决算")
        assert found.state is State.CANNOT_BE_COMPUTED
        assert found.outcome.sentence == (
            "不能检查：其他收入上年决算数未填，各项的增减额加不起来；没有的填 0。"
        )

    def test_a_part_that_lacks_one_of_its_own_is_said(self, here):
        """基本支出 is known of 公用经费 alone, while its total was typed."""
        parts = [
            change(code, last_year_outturn="50", outturn="60") for code in ("basic_operating", "project")
        ]
        total = change("total", last_year_outturn="100", outturn="900")
        save(here, total, *parts, schedule=BY_NATURE)
        assert at(here, "C-036", "支出合计（按性质） · 较上年决算").outcome.sentence == (
            "不能检查：人员经费决算数、人员经费上年决算数未填。"
        )

    def test_without_two_years_it_cannot_be_computed(self, here, decoys):
        save(here, change("general_public", outturn="5"))
        assert [each.outcome.sentence for each in findings_of(here, "C-036")] == [
            "不能检查：支出合计的上年数未填。"
        ]

    def test_three_public_add_up_too(self, here):
        save(
            here,
            change("vehicle_operation", last_year_outturn="50000", outturn="0"),
            change("hospitality", last_year_outturn="38986", outturn="91423"),
            schedule=THREE_PUBLIC,
        )
        assert at(here, "C-036", "“三公”经费合计 · 较上年决算").outcome.actual == Decimal(2437)


def test_whether_a_unit_was_changed_is_not_known(here):
    [found] = findings_of(here, "C-038")
    assert found.state is State.CANNOT_BE_COMPUTED
    assert found.outcome.sentence == "不能检查：系统里没有登记本单位当年是否新设、合并或分立。"
