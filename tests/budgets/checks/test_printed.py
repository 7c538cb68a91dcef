"""The figures of findings as they are printed, and what tells findings of one text apart. Expectations by hand."""

from decimal import Decimal

import pytest

from budgets.checks.printed import Listed, figures_of, list_rows
from budgets.checks.results import Found, results_of_many
from budgets.money import AmountUnit
from budgets.returns import BUILDINGS, BY_FUNCTION, BY_NATURE, STAFF, THREE_PUBLIC, THREE_PUBLIC_COUNTS
from budgets.views.addresses import place_url
from orgs.models import Unit
from submissions.findings import State
from submissions.models import Submission
from tests.budgets.checks.found import findings_of
from tests.budgets.checks.written import findings, only, written
from tests.world import category, change, row, save


@pytest.fixture
def here(world):
    """An empty return."""
    return world.submission


def printed(finding, unit=AmountUnit.WAN):
    """What is stated, what it should be, how far apart they are."""
    figures = figures_of(finding.outcome, unit)
    return figures.stated, figures.expected, figures.difference


def failing(submission, code):
    """The one finding of a check that does not hold."""
    [found] = [each for each in findings_of(submission, code) if each.state in (State.ERROR, State.WARNING)]
    return found


def test_persons_are_persons_whatever_amounts_are_shown_in(here):
    save(here, row(STAFF, "administrative", authorized=46, in_service=50), schedule=STAFF)
    assert printed(failing(here, "C-062")) == ("50", "46", "4")


def test_square_metres_are_square_metres(here):
    area = {"approved_area": "1200", "actual_area": "1260"}
    save(here, row(BUILDINGS, "办公楼", name="办公楼", **area), schedule=BUILDINGS)
    assert printed(failing(here, "C-095")) == ("1,260", "1,200", "60")


def test_what_was_spent_beside_no_reception_is_an_amount(here):
    save(here, change("hospitality", outturn="91423"), schedule=THREE_PUBLIC)
    counts = (
        row(THREE_PUBLIC_COUNTS, name, this_year_count=0) for name in ("receptions", "reception_persons")
    )
    save(here, *counts, schedule=THREE_PUBLIC_COUNTS)
    stated = {
        printed(each)[0] for each in findings_of(here, "C-055") if each.state in (State.ERROR, State.WARNING)
    }
    assert stated == {"9.1423"}


def test_an_average_is_printed_as_money_is(here):
    """6,958,000 ÷ 122 = 57,032.79 yuan a head."""
    save(here, row(STAFF, "administrative", in_service=122), schedule=STAFF)
    save(here, change("basic_operating", outturn="6958000"), schedule=BY_NATURE)
    found = failing(here, "C-063")
    assert printed(found) == ("5.70", "5.00", "0.70")
    assert printed(found, AmountUnit.YUAN) == ("57,032.79", "50,000.00", "7,032.79")
    assert listed(found)[5:9] == [Decimal("5.70"), "", Decimal(5), Decimal("0.70")]


def listed(finding):
    """A finding as a row of the workbook, without the code of its unit."""
    unit = Unit(code="224001", name="应急管理局")
    [[code, *found]] = list_rows(unit, [Listed.of(Found(finding))], AmountUnit.WAN, ["#"])
    assert (code, found[0]) == ("224001", "应急管理局")
    return found


def test_in_the_workbook_counts_have_no_decimals_and_rates_are_no_amounts(here):
    save(here, row(STAFF, "administrative", authorized=46, in_service=50), schedule=STAFF)
    stated, should_be, beside, gap = listed(failing(here, "C-062"))[5:9]
    assert [stated, beside, gap] == [50, 46, 4] and {type(each) for each in (stated, beside, gap)} == {int}
    assert should_be == ""
    text = TestSentences.SAID.replace("减少了71.45万元，减少4.25%", "减少了61.45万元，减少5.25%")
    of_text = listed(only(written(budget_and_outturn=text), "C-031"))
    assert of_text[5:9] == ["5.25%", "4.25%", "", "1.00%"]
    assert of_text[1:4] == ["预算收支决算情况", text.removesuffix("。"), ""]  # the words stand for the row


class TestSentences:
    SAID = "2023年预算1385.5万元，比上年1446.95万元减少了71.45万元，减少4.25%。"  # 61.45

    def test_amounts_are_in_the_unit_that_is_shown(self):
        found = only(written(budget_and_outturn=self.SAID), "C-030")
        assert printed(found) == ("−71.45", "−61.45", "−10.00")  # what falls is below zero
        assert printed(found, AmountUnit.YUAN) == ("−714,500.00", "−614,500.00", "−100,000.00")

    def test_rates_have_their_sign(self):
        text = "2023年预算1385.5万元，比上年1446.95万元减少了61.45万元，减少5.25%。"
        assert printed(only(written(budget_and_outturn=text), "C-031")) == ("5.25%", "4.25%", "1.00%")


def test_two_wrong_words_of_one_sentence_are_two_findings():
    """Who lets one pass has not seen the other."""
    given = written(results="增加（减少）支出XX万元。")
    found = findings(given, "C-104")
    assert len(found) == len({each.key for each in found}) == len({each.name for each in found}) == 2


def test_a_report_that_lacks_sections_leads_to_its_page(here):
    found = only(written(results="完成。"), "C-107")
    assert found.outcome.place.schedule and place_url(here, found.outcome.place).endswith("/texts/")


def test_a_rate_of_control_disputes_no_revised_budget(here):
    """C-044 holds the revised budget beside the initial one, which it need not be."""
    money = {"initial_budget": "1000000", "revised_budget": "1500000", "outturn": "1500000"}
    save(here, change(category("2240106"), **money), schedule=BY_FUNCTION)
    read = Submission.objects.for_workspace().get(pk=here.pk)
    disputed = {figure for _, figure in results_of_many([read])[here.pk].disputed}
    assert Decimal(1500000) not in disputed
