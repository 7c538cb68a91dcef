"""Every measure and every sum by hand. Amounts in yuan, rates in percent."""

from decimal import Decimal

import pytest

from budgets import measures
from budgets.measures import (
    AREA_CONTROL_RATE,
    COUNT_CHANGE,
    FIGURES,
    FIVE_FIGURE_MEASURES,
    INVESTMENT_CONTROL_RATE,
    STAFF_CONTROL_RATE,
    Figure,
    Origin,
    change_rate,
    difference,
    entered,
    exceeds,
    ratio,
)
from budgets.money import round_half_up
from tests.world import yuan

ALL_MEASURES = (
    *FIVE_FIGURE_MEASURES,
    STAFF_CONTROL_RATE,
    COUNT_CHANGE,
    AREA_CONTROL_RATE,
    INVESTMENT_CONTROL_RATE,
)
BY_NAME = {measure.name: measure for measure in FIVE_FIGURE_MEASURES}


def printed(number: Decimal | None) -> str | None:
    """The number as everybody reads it: two decimals, half away from zero."""
    return None if number is None else str(round_half_up(number))


def figures(**known: str | None) -> dict[str, Decimal | None]:
    """The five figures and the base of the share; what is not given is blank."""
    return {name: yuan(known.get(name)) for name in (*FIGURES, "total_outturn")}


def total(stated: str | None, *below: str | None) -> Figure:
    """The total of rows that hold these figures (None: blank), with this stated figure."""
    return measures.total(yuan(stated), [entered(yuan(text)) for text in below])


SEED = figures(
    last_year_budget="14469500",
    last_year_outturn="12852500",
    initial_budget="13855000",
    outturn="19680100",
    total_outturn="19680100",
)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("variance_to_initial", "5825100.00"),  # 19680100 − 13855000
        ("variance_to_initial_rate", "42.04"),  # 5825100 ÷ 13855000 = 0.420433…
        ("variance_to_last_year", "6827600.00"),  # 19680100 − 12852500
        ("variance_to_last_year_rate", "53.12"),  # 6827600 ÷ 12852500 = 0.531227…
        ("initial_budget_change", "-614500.00"),  # 13855000 − 14469500
        ("initial_budget_change_rate", "-4.25"),  # −614500 ÷ 14469500 = −0.042468…
        ("variance_to_revised", None),
        ("execution_rate", None),
        ("share", "100.00"),
    ],
)
def test_the_seed_report_has_the_differences_and_rates_it_prints(name, number):
    assert printed(BY_NAME[name].compute(SEED)) == number


def test_the_execution_rate_is_outturn_through_revised_budget():
    row = figures(revised_budget="400", outturn="350")
    assert BY_NAME["execution_rate"].compute(row) == Decimal("87.5")
    assert BY_NAME["variance_to_revised"].compute(row) == -50


def test_a_share_is_the_part_of_the_total_outturn():
    # 948.06 ÷ 1968.01 = 0.481735…
    row = figures(outturn="9480600", total_outturn="19680100")
    assert printed(BY_NAME["share"].compute(row)) == "48.17"


@pytest.mark.parametrize(
    ("value", "base", "gap", "rate", "part"),
    [
        ("150", "100", "50", "50.00", "150.00"),
        ("0", "100", "-100", "-100.00", "0.00"),
        ("100", "100", "0", "0.00", "100.00"),
        ("100", "0", "100", None, None),  # a zero base: a difference, no rate
        ("0", "0", "0", None, None),
        ("100", None, None, None, None),  # blank is not zero
        (None, "100", None, None, None),
        (None, None, None, None, None),
        ("50", "-100", "150", "150.00", "-50.00"),  # (50 + 100) ÷ |−100|: up is positive
        ("-150", "-100", "-50", "-50.00", "150.00"),
        ("-50", "100", "-150", "-150.00", "-50.00"),
    ],
)
def test_difference_rate_and_ratio_by_hand(value, base, gap, rate, part):
    value, base = yuan(value), yuan(base)
    assert difference(value, base) == yuan(gap)
    assert printed(change_rate(value, base)) == rate
    assert printed(ratio(value, base)) == part


@pytest.mark.parametrize(
    ("value", "rate"),
    [
        ("20001", "0.01"),  # 1 ÷ 20000 = 0.005 %: half a hundredth
        ("19999", "-0.01"),
        ("20000.99", "0.00"),  # 0.00495 %
        ("20005", "0.03"),  # 0.025 %: half to even would give 0.02
        ("19995", "-0.03"),
    ],
)
def test_half_a_hundredth_of_a_percent_goes_away_from_zero(value, rate):
    assert printed(change_rate(Decimal(value), Decimal(20000))) == rate


def test_a_third_is_not_rounded_before_it_is_printed():
    assert abs(ratio(Decimal(1), Decimal(3)) - Decimal(100) / 3) < Decimal("1e-20")


def test_the_largest_amounts_are_computed_to_the_fen():
    most = Decimal("9999999999999.99")
    assert difference(most, -most) == Decimal("19999999999999.98")
    assert (
        printed(change_rate(most, Decimal("0.01"))) == "99999999999999800.00"
    )  # (10¹⁵−1 fen ÷ 1 fen − 1) × 100
    assert measures.total(None, [entered(most)] * 500).value == Decimal("4999999999999995.00")


def test_a_sum_over_blanks_says_how_many_are_blank():
    assert total(None, "10.00", None, "0.32", None) == Figure(Decimal("10.32"), Origin.COMPUTED, blanks=2)


def test_a_sum_without_blanks_says_none():
    assert total(None, "10.00", "-10.00", "0.00") == Figure(Decimal(0), Origin.COMPUTED, blanks=0)


def test_a_sum_over_blanks_only_is_blank_and_not_zero():
    found = total(None, None, None)
    assert (found.value, found.origin, found.blanks) == (None, Origin.BLANK, 2)


def test_a_row_of_zero_is_a_figure_and_makes_a_sum():
    assert total("5.00", "0.00", None) == Figure(Decimal(0), Origin.COMPUTED, blanks=1, overruled=Decimal(5))


def test_a_stated_total_stands_where_the_rows_are_blank():
    found = total("1385.50", None, None)
    assert (found.value, found.origin, found.overruled) == (Decimal("1385.50"), Origin.STATED, None)


def test_a_stated_zero_is_a_statement():
    assert total("0.00", None).origin == Origin.STATED


def test_a_stated_total_that_differs_is_overruled_and_kept():
    found = total("900.00", "500.00", "399.99")
    assert (found.value, found.origin) == (Decimal("899.99"), Origin.COMPUTED)
    assert found.overruled == Decimal("900.00")


def test_a_stated_total_that_agrees_is_no_finding():
    assert total("900.00", "500.00", "400.00").overruled is None


def test_a_stated_zero_against_rows_is_overruled():
    assert total("0.00", "500.00").overruled == Decimal(0)


def test_a_stated_subtotal_counts_in_the_total_above_and_adds_no_blanks():
    stated = total("900.00", None, None)
    assert measures.total(None, [stated, entered(Decimal("485.50"))]) == Figure(
        Decimal("1385.50"), Origin.COMPUTED, blanks=0
    )


def test_the_blanks_below_a_computed_subtotal_count_in_the_total_above():
    subtotal = total(None, "900.00", None)
    assert measures.total(None, [subtotal, entered(None)]).blanks == 2


def test_an_overruled_subtotal_goes_into_the_total_with_its_sum():
    overruled = total("900.00", "800.00")
    assert measures.total(None, [overruled]).value == Decimal("800.00")


def test_the_rate_of_a_total_is_the_rate_of_the_sums():
    # Rows: 100 → 150 (+50 %), 300 → 300 (0 %). Sums: 400 → 450, +12.50 %; the mean of the rates is 25 %.
    row = figures(initial_budget="400", outturn="450")
    sums = {"initial_budget": total(None, "100", "300").value, "outturn": total(None, "150", "300").value}
    assert BY_NAME["variance_to_initial_rate"].compute(figures() | sums) == Decimal("12.5")
    assert BY_NAME["variance_to_initial_rate"].compute(row) == Decimal("12.5")


@pytest.mark.parametrize(
    ("value", "base", "asked"),
    [
        ("1100000", "1000000", True),  # 10.00 % and 10 万元: both just reached
        ("900000", "1000000", True),  # downwards too
        ("1099999.99", "1000000", False),  # a fen short of 10 万元
        ("1100000", "1000000.01", False),  # 99,999.99 yuan
        ("11000000", "10000000", True),  # 10.00 %
        ("10999999.99", "10000000", False),  # 999,999.99 yuan, but 9.9999999 %
        ("100000", "0", True),  # from nothing: there is no rate, the amount decides
        ("99999.99", "0", False),
        ("0", "0", False),
        ("-100000", "0", True),
        ("100000", None, False),  # without a figure nothing can be said
        (None, "1000000", False),
        ("0", "-100000", True),
    ],
)
def test_a_difference_asks_for_a_reason_from_both_thresholds_on(value, base, asked):
    assert exceeds(yuan(value), yuan(base), rate=Decimal(10), yuan=Decimal(100_000)) is asked


def test_thresholds_of_zero_ask_for_every_difference_but_not_for_none():
    assert exceeds(Decimal(2), Decimal(1), rate=Decimal(0), yuan=Decimal(0))
    assert not exceeds(Decimal(1), Decimal(1), rate=Decimal(0), yuan=Decimal(0))


@pytest.mark.parametrize("measure", ALL_MEASURES, ids=lambda measure: measure.name)
def test_a_measure_that_cannot_be_computed_names_the_blank_figures(measure):
    blank = {measure.value: None, measure.base: None}
    assert measure.compute(blank) is None
    titles = "、".join(map(measures.figure_title, (measure.value, measure.base)))
    assert measure.obstacle(blank) == f"无法计算：{titles}未填"


def test_a_rate_over_zero_says_so_and_a_difference_to_zero_does_not_mind():
    row = figures(outturn="5", initial_budget="0")
    assert BY_NAME["variance_to_initial_rate"].obstacle(row) == "无法计算：年初预算数为 0"
    assert BY_NAME["variance_to_initial"].obstacle(row) == ""


@pytest.mark.parametrize("measure", ALL_MEASURES, ids=lambda measure: measure.name)
@pytest.mark.parametrize("value", ["5", "0", None])
@pytest.mark.parametrize("base", ["5", "0", None])
def test_there_is_an_obstacle_exactly_where_there_is_no_number(measure, value, base):
    row = {measure.value: yuan(value), measure.base: yuan(base)}
    assert (measure.compute(row) is None) == bool(measure.obstacle(row))


def test_the_formulas_are_said_in_the_words_of_the_form():
    assert BY_NAME["execution_rate"].formula == "决算数 ÷ 全年预算数 × 100%"
    assert BY_NAME["initial_budget_change"].formula == "年初预算数 − 上年年初预算数"
    assert BY_NAME["share"].formula == "决算数 ÷ 合计决算数 × 100%"
    assert STAFF_CONTROL_RATE.formula == "年末实有人数 ÷ 编制数 × 100%"
    assert COUNT_CHANGE.formula == "本年数 − 上年数"
    assert AREA_CONTROL_RATE.formula == "实际规模 ÷ 批复规模 × 100%"
    assert INVESTMENT_CONTROL_RATE.formula == "实际投资 ÷ 预算投资 × 100%"


# --- Persons, counts and square metres


@pytest.mark.parametrize(
    ("in_service", "authorized", "rate"),
    [
        (122, 127, "96.06"),  # 0.960629…: the seed
        (127, 127, "100.00"),
        (130, 127, "102.36"),  # 1.023622…
        (0, 127, "0.00"),
        (1, 0, None),
        (None, 127, None),
    ],
)
def test_the_control_rate_of_staff_is_persons_through_posts(in_service, authorized, rate):
    found = STAFF_CONTROL_RATE.compute({"in_service": in_service, "authorized": authorized})
    assert printed(found) == rate


def test_a_rate_of_whole_numbers_is_as_exact_as_one_of_amounts():
    counts = STAFF_CONTROL_RATE.compute({"in_service": 1, "authorized": 3})  # type: ignore[dict-item]
    assert isinstance(counts, Decimal) and abs(counts - Decimal(100) / 3) < Decimal("1e-20")


@pytest.mark.parametrize(
    ("this_year", "last_year", "change"),
    [(85, 70, 15), (0, 3, -3), (3, 0, 3), (None, 3, None), (3, None, None)],
)
def test_a_count_has_a_difference_to_last_year_and_no_rate(this_year, last_year, change):
    row = {"this_year_count": this_year, "last_year_count": last_year}
    assert COUNT_CHANGE.compute(row) == change
    assert not COUNT_CHANGE.is_rate


def test_a_building_is_controlled_by_area_and_by_investment():
    row = {
        "approved_area": Decimal("1000.50"),
        "actual_area": Decimal("1200.60"),
        "planned_investment": Decimal("2000000"),
        "actual_investment": Decimal("1999999.99"),
    }
    assert AREA_CONTROL_RATE.compute(row) == 120
    assert printed(INVESTMENT_CONTROL_RATE.compute(row)) == "100.00"  # 99.9999995 %
    assert AREA_CONTROL_RATE.obstacle(row | {"approved_area": Decimal(0)}) == "无法计算：批复规模为 0"


# --- A figure derived from others of its row


CLOSING = (("opening", 1), ("received", 1), ("spent", -1))


def closing(opening=None, received=None, spent=None, own=None):
    """The derived closing of a row with these figures, entered."""
    row = {"opening": opening, "received": received, "spent": spent, "closing": own}
    return measures.derived({name: entered(yuan(text)) for name, text in row.items()}, "closing", CLOSING)


def test_a_derived_figure_adds_with_signs():
    assert closing("100", "50.50", "150.51") == Figure(Decimal("-0.01"), Origin.COMPUTED)


def test_a_derived_figure_of_zeros_is_zero():
    assert closing("0", "0", "0").value == 0


@pytest.mark.parametrize("known", [("1", None, None), ("1", "2", None), (None, "2", "3"), (None, None, None)])
def test_where_a_part_is_blank_the_own_figure_stands(known):
    assert closing(*known, own="7") == Figure(Decimal(7), Origin.ENTERED)
    assert closing(*known).origin == Origin.BLANK


def test_an_own_figure_that_differs_is_overruled_and_one_that_agrees_is_not():
    assert closing("1", "2", "3", own="5").overruled == 5
    assert closing("1", "2", "3", own="0.00").overruled is None
    assert closing("2", "2", "3", own="0.00").overruled == 0


def test_a_sum_over_rows_is_not_derived_again():
    below = measures.total(None, [entered(Decimal(9)), entered(None)])
    row = {"opening": entered(Decimal(1)), "received": entered(Decimal(1)), "spent": entered(Decimal(1))}
    assert measures.derived(row | {"closing": below}, "closing", CLOSING) == below


def test_without_rows_below_a_total_is_stated_or_blank():
    assert measures.total(Decimal(5), ()) == Figure(Decimal(5), Origin.STATED)
    assert measures.total(None, ()) == Figure(None, Origin.BLANK)
