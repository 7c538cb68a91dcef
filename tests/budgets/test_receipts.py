"""The main figures of a return as its receipt prints them."""

from budgets.receipts import totals_of
from tests.world import make_submission, put_in_status


def test_the_figures_of_the_report_are_printed_in_ten_thousands_with_the_rate(seed):
    assert totals_of(seed) == [
        ("年初预算数（万元）", "1,385.50"),
        ("全年预算数（万元）", "—"),  # the report has none
        ("决算数（万元）", "1,968.01"),
        ("预决算差异（万元）", "+582.51"),
        ("预决算差异率", "+42.04 %"),
    ]


def test_what_is_blank_is_no_figure(seed):
    put_in_status(seed, "superseded")
    empty = make_submission(seed.round, seed.unit, seed.started_by, revision=2)
    assert [text for _, text in totals_of(empty)] == ["—"] * 5
