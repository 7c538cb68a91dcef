"""The ratios: each by hand, with what is missing; and their page."""

import re
from decimal import Decimal

import pytest
from django.db.models import F
from django.urls import reverse

from budgets.models import BudgetLine, BuildingLine, CarryoverLine, StaffLine
from budgets.money import AmountUnit, rate_text
from budgets.ratios import ALL_RATIOS, ratios_of
from budgets.rows import return_rows
from orgs.models import Unit, User
from tests.budgets.variance_page import VariancePage
from tests.world import make_submission, signed_in


def money(submission, schedule, item, **figures):
    return BudgetLine.objects.create(
        submission=submission, schedule=schedule, item=item, entered_in="yuan", **figures
    )


def found(submission):
    """Every ratio by its code: (rate as printed, obstacle)."""
    return {
        result.ratio.code: (rate_text(result.rate), result.obstacle)
        for result in ratios_of(return_rows(submission))
    }


@pytest.fixture
def empty(seed):
    """A return beside the seed's in which nothing is filled in."""
    return make_submission(seed.round, Unit.objects.get(code="224002"), User.objects.get(username="lin"))


@pytest.fixture
def filled(empty):
    """A return in which every ratio can be computed."""
    submission = empty
    StaffLine.objects.create(submission=submission, item="administrative", authorized=30, in_service=28)
    StaffLine.objects.create(submission=submission, item="fully_funded", authorized=10, in_service=13)
    StaffLine.objects.create(submission=submission, item="retired", in_service=99)
    money(
        submission,
        "three_public",
        "hospitality",
        last_year_budget=40_000,
        initial_budget=30_000,
        outturn=25_000,
    )
    money(submission, "expenditure_by_nature", "basic_operating", initial_budget=300_000, outturn=400_000)
    money(
        submission,
        "expenditure_by_function",
        "total",
        initial_budget=1_000_000,
        revised_budget=1_250_000,
        outturn=1_100_000,
    )
    CarryoverLine.objects.create(
        submission=submission, item="general_public", entered_in="yuan", opening=50_000, closing=200_000
    )
    CarryoverLine.objects.create(
        submission=submission, item="other", entered_in="yuan", opening=10_000, received=0, spent=4_000
    )
    money(submission, "base_items", "procured_goods", initial_budget=80_000, outturn=60_000)
    money(submission, "base_items", "procured_works", initial_budget=20_000, outturn=35_000)
    for name, approved, actual, planned, invested in (
        ("办公楼", "1200.50", "1300", 3_000_000, 3_100_000),
        ("仓库", "799.50", "800", 1_000_000, 950_000),
    ):
        BuildingLine.objects.create(
            submission=submission,
            name=name,
            entered_in="yuan",
            approved_area=Decimal(approved),
            actual_area=Decimal(actual),
            planned_investment=planned,
            actual_investment=invested,
        )
    return submission


def test_every_ratio_by_hand(filled):
    assert found(filled) == {
        "staff_control_rate": ("102.50", ""),  # 41 ÷ 40; the retired are not in service
        "three_public_control_rate": ("83.33", ""),  # 25 ÷ 30
        "three_public_change_rate": ("−25.00", ""),  # (30 − 40) ÷ 40
        "operating_control_rate": ("133.33", ""),  # 40 ÷ 30
        # opening 60,000; closing 200,000 + 6,000: (60 + 1250 − 206) ÷ (60 + 1250) = 1104 ÷ 1310
        "budget_completion_rate": ("84.27", ""),
        "budget_control_rate": ("25.00", ""),  # (125 − 100) ÷ 100
        "execution_rate": ("88.00", ""),  # 110 ÷ 125
        "completion_rate": ("110.00", ""),  # 110 ÷ 100
        "procurement_rate": ("95.00", ""),  # (60 + 35) ÷ (80 + 20)
        "area_control_rate": ("105.00", ""),  # 2100 ÷ 2000
        "investment_control_rate": ("101.25", ""),  # 4050 ÷ 4000
    }


def test_the_seed_has_two_ratios_and_says_what_the_others_lack(seed):
    assert found(seed) == {
        "staff_control_rate": ("96.06", ""),  # 122 ÷ 127 = 96.0629…
        "three_public_control_rate": ("—", "无法计算：“三公”经费年初预算数未填"),
        "three_public_change_rate": ("—", "无法计算：“三公”经费年初预算数、“三公”经费上年年初预算数未填"),
        "operating_control_rate": ("—", "无法计算：公用经费年初预算数未填"),
        "budget_completion_rate": ("—", "无法计算：年初结转和结余、支出全年预算数、年末结转和结余未填"),
        "budget_control_rate": ("—", "无法计算：支出全年预算数未填"),
        "execution_rate": ("—", "无法计算：支出全年预算数未填"),
        "completion_rate": ("142.04", ""),  # 1968.01 ÷ 1385.50 = 142.0433…
        "procurement_rate": ("—", "无法计算：政府采购决算数、政府采购年初预算数未填"),
        "area_control_rate": ("—", "无法计算：没有填楼堂馆所，没有可不填"),
        "investment_control_rate": ("—", "无法计算：没有填楼堂馆所，没有可不填"),
    }


def test_a_base_of_zero_is_no_rate_and_says_so(filled):
    BudgetLine.objects.filter(submission=filled, item="hospitality").update(
        last_year_budget=0, row_version=F("row_version") + 1
    )
    assert found(filled)["three_public_change_rate"] == ("—", "无法计算：分母为 0")


def test_one_blank_building_leaves_no_sum_over_buildings(filled):
    BuildingLine.objects.create(submission=filled, name="车库", entered_in="yuan", approved_area=100)
    assert found(filled)["area_control_rate"] == ("—", "无法计算：实际规模未填")


def test_codes_are_told_apart_and_every_input_is_a_row_that_exists(empty):
    assert len({each.code for each in ALL_RATIOS}) == len(ALL_RATIOS) == 11
    rows = return_rows(empty)
    for ratio in ALL_RATIOS:
        for each in ratio.inputs:
            assert each.title in ratio.formula
            codes = {row.code for row in rows[each.schedule.name]}
            assert each.row in codes or (each.row == "*" and each.schedule.is_named)


@pytest.mark.parametrize(
    ("title", "value", "unit", "text"),
    [
        ("年末在职人数", 1234, "wan", "1,234 人"),
        ("“三公”经费决算数", Decimal("91423.00"), "wan", "9.1423 万元"),
        ("“三公”经费决算数", Decimal("91423.00"), "yuan", "91,423.00 元"),
        ("支出决算数", Decimal("-19680100"), "wan", "−1,968.01 万元"),
        ("实际规模", Decimal("1300.50"), "wan", "1,300.50 ㎡"),
        ("支出决算数", None, "wan", "未填"),
    ],
)
def test_a_figure_is_quoted_with_its_unit_and_all_its_digits(title, value, unit, text):
    inputs = {each.title: each for ratio in ALL_RATIOS for each in ratio.inputs}
    assert inputs[title].text(value, AmountUnit(unit)) == text


# --- The page


def page(submission, person="lin", name="ratios"):
    browser = signed_in(User.objects.get(username=person))
    return browser.get(reverse(name, args=[submission.pk])).content.decode()


def plain(html):
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def test_the_page_shows_them_as_declared_with_formula_figures_and_obstacle(seed):
    html = page(seed)
    text = plain(html[html.index("<tbody>") : html.index("</tbody>")])
    assert text.startswith(
        "在职人员控制率 96.06 % 年末在职人数 ÷ 编制数 × 100% 年末在职人数 122 人 编制数 127 人 "
        "“三公”经费控制率 —"
    )
    names = re.findall(r'<th scope="row">([^<]+)</th>', html)
    assert names == [ratio.name for ratio in ALL_RATIOS]
    assert "11 项中 2 项算得出" in html
    assert "无法计算：支出全年预算数未填" in html and "9.1423 万元" in html


def test_every_figure_leads_to_its_row(seed):
    html = page(seed)
    staff, function = (reverse("edit_lines", args=[seed.pk, slug]) for slug in ("staff", "function"))
    nature, buildings = (reverse("edit_lines", args=[seed.pk, slug]) for slug in ("nature", "buildings"))
    assert re.search(rf'href="{staff}#row-total"[^>]*>122 人<', html)
    assert re.search(rf'href="{function}#row-total"[^>]*>1,385.50 万元<', html)
    assert re.search(rf'href="{nature}#row-basic_operating"[^>]*>695.80 万元<', html)
    assert re.search(rf'href="{buildings}"[^>]*>未填<', html)


def test_they_stand_at_the_end_of_the_variances(seed):
    found = VariancePage(page(seed, "wu", "variances")).ratios
    assert list(found) == [ratio.name for ratio in ALL_RATIOS]
    assert found["在职人员控制率"] == ["96.06 %", "年末在职人数 ÷ 编制数 × 100%"]
    assert found["预算执行率"] == ["—", "无法计算：支出全年预算数未填"]


def test_of_one_schedule_they_are_left_out(seed):
    browser = signed_in(User.objects.get(username="wu"))
    html = browser.get(f"{reverse('variances', args=[seed.pk])}?schedule=revenue").content.decode()
    assert VariancePage(html).ratios == {}
