"""The charts: their figures by hand, their geometry, what they say, and their page."""

import re
from decimal import Decimal
from itertools import pairwise

import pytest
from django.urls import reverse

from budgets.charts import AREA, LABEL, WIDTH, bridge, plates, year_on_year
from budgets.models import BudgetLine
from budgets.money import AmountUnit
from budgets.rows import measured, return_rows
from orgs.models import Unit, User
from tests.world import category, make_submission, signed_in

WAN, YUAN = AmountUnit.WAN, AmountUnit.YUAN


def figures(submission):
    return measured(return_rows(submission), submission.round)


def drawn(submission, unit=WAN):
    """The plates by name."""
    return {plate.name: plate for plate in plates(figures(submission), unit)}


def money(submission, schedule, place, **figures):
    where = {"item": place} if isinstance(place, str) else {"category": place}
    BudgetLine.objects.create(submission=submission, schedule=schedule, entered_in="yuan", **where, **figures)


@pytest.fixture
def empty(seed):
    """A return beside the seed's in which nothing is filled in."""
    return make_submission(seed.round, Unit.objects.get(code="224002"), User.objects.get(username="lin"))


# --- From the initial budget to the outturn


def test_the_bridge_of_the_seed_by_hand(seed):
    found = bridge(figures(seed))
    assert (found.initial, found.outturn, found.gap) == (13_855_000, 19_680_100, 5_825_100)
    assert [(step.name, step.change) for step in found.steps] == [
        ("基本支出", Decimal("8263200")),
        ("项目支出", Decimal("-2441300")),
        ("支出中由其他收入安排", Decimal("3200")),
    ]
    assert found.initial + sum(step.change for step in found.steps) == found.outturn
    plate = drawn(seed)["bridge"]
    assert plate.headline == "支出决算比年初预算多 582.51 万元（+42.04 %）。"
    assert plate.rows == [
        ("年初预算", "1,385.50", ""),
        ("基本支出", "+826.32", "141.86"),  # 826.32 ÷ 582.51
        ("项目支出", "−244.13", "−41.91"),  # 244.13 ÷ 582.51
        ("支出中由其他收入安排", "+0.32", "0.05"),
        ("决算", "1,968.01", ""),
    ]
    assert plate.foot == ("差额", "+582.51", "100.00")


def test_where_the_lines_have_budgets_it_goes_by_class_and_names_the_rest(empty):
    submission = empty
    money(submission, "expenditure_by_function", category("2240101"), initial_budget=100, outturn=150)
    money(submission, "expenditure_by_function", category("2080505"), initial_budget=80, outturn=50)
    money(submission, "expenditure_by_function", category("2101101"), outturn=7)
    found = bridge(figures(submission))
    assert [(step.name, step.change) for step in found.steps] == [
        ("社会保障和就业支出", -30),
        ("灾害防治及应急管理支出", 50),
        ("没有年初预算、未能分解的部分", 7),
    ]
    assert (found.initial, found.outturn) == (180, 207)
    assert drawn(submission)["bridge"].note.startswith("按功能分类的类分解")


def test_no_gap_is_said_as_such_and_divides_by_nothing(empty):
    money(empty, "expenditure_by_function", category("2240101"), initial_budget=100, outturn=100)
    plate = drawn(empty)["bridge"]
    assert plate.headline == "支出决算比年初预算没有增减。" and plate.foot == ("差额", "0.00", "—")


@pytest.mark.parametrize(
    ("stated", "missing"),
    [
        ({"outturn": 5}, "年初预算数"),
        ({"initial_budget": 5}, "决算数"),
        ({"last_year_outturn": 5}, "年初预算数、决算数"),
    ],
)
def test_without_one_of_the_two_totals_it_says_which_is_missing(empty, stated, missing):
    money(empty, "expenditure_by_function", "total", **stated)
    plate = drawn(empty)["bridge"]
    assert plate.chart is None
    assert plate.missing == f"支出（按功能分类）的合计缺{missing}，画不出这张图。"


# --- Two years


def test_two_years_of_the_seed_by_hand(seed):
    plate = drawn(seed)["years"]
    assert plate.headline == "支出决算比上年多 682.76 万元（+53.12 %）。" and plate.note == ""
    assert plate.rows == [
        ("支出年初预算", "1,446.95", "1,385.50", "−61.45", "−4.25"),
        ("支出决算", "1,285.25", "1,968.01", "+682.76", "+53.12"),
        ("收入决算", "1,285.25", "1,968.01", "+682.76", "+53.12"),
    ]


def test_the_three_public_expenses_of_the_seed_keep_every_digit(seed):
    plate = drawn(seed)["three-public"]
    assert plate.headline == "“三公”经费比上年多 0.2437 万元（+2.74 %）。"
    assert plate.rows[0] == ("“三公”经费合计", "8.8986", "9.1423", "+0.2437", "+2.74")
    plate = drawn(seed, YUAN)["three-public"]
    assert plate.headline == "“三公”经费比上年多 2,437.00 元（+2.74 %）。"
    assert plate.rows == [
        ("“三公”经费合计", "88,986.00", "91,423.00", "+2,437.00", "+2.74"),
        ("因公出国（境）费", "0.00", "0.00", "0.00", "—"),
        ("公务用车购置及运行维护费", "50,000.00", "0.00", "−50,000.00", "−100.00"),
        ("公务用车购置费", "0.00", "0.00", "0.00", "—"),
        ("公务用车运行维护费", "50,000.00", "0.00", "−50,000.00", "−100.00"),
        ("公务接待费", "38,986.00", "91,423.00", "+52,437.00", "+134.50"),
    ]


def test_a_year_that_is_not_stated_is_said_and_not_drawn_as_zero(empty):
    money(empty, "expenditure_by_function", "total", outturn=100)
    pairs = year_on_year(figures(empty))
    assert [(pair.name, pair.last_year, pair.change) for pair in pairs] == [("支出决算", None, None)]
    plate = drawn(empty, YUAN)["years"]
    assert (plate.headline, plate.note) == ("", "未填：支出决算上年。")
    before, now = plate.chart.bars
    assert (before.style, before.text, before.width) == ("blank", "未填", 0)
    assert (now.text, now.width) == ("100.00", AREA)


# --- Shares

SHARES = [
    *("48.17", "18.70", "11.33", "10.55", "5.07", "2.27", "1.88"),
    *("0.87", "0.41", "0.30", "0.24", "0.14", "0.05", "0.02"),
]


def test_shares_of_the_seed_greatest_first(seed):
    plate = drawn(seed)["function"]
    assert [row[2] for row in plate.rows] == SHARES
    assert plate.rows[0] == ("安全监管", "948.06", "48.17")
    assert plate.foot == ("合计", "1,968.01", "100.00")
    assert drawn(seed)["source"].rows == [
        ("一般公共预算财政拨款", "1,967.69", "99.98"),
        ("其他收入", "0.32", "0.02"),
    ]


def test_from_the_twentieth_on_shares_are_one(empty):
    for number in range(30):
        item = category(f"22401{number:02}")
        money(empty, "expenditure_by_function", item, outturn=100 - number)
    plate = drawn(empty, YUAN)["function"]
    assert len(plate.rows) == len(plate.chart.bars) == 20
    # 81 + 80 + … + 71 = 836, of 100 + … + 71 = 2565: 32.5925 %
    assert plate.rows[-1] == ("其余 11 项", "836.00", "32.59")
    assert plate.foot == ("合计", "2,565.00", "100.00")


# --- Geometry


def test_a_waterfall_starts_each_bar_where_the_last_ended(seed):
    chart = drawn(seed)["bridge"].chart
    whole, up, down, bit, end = chart.bars
    assert whole.x == end.x == chart.zero == LABEL
    assert up.x == whole.x + whole.width and up.x + up.width == LABEL + AREA
    assert down.x + down.width == up.x + up.width
    assert abs(bit.x - down.x) <= Decimal("0.1") and bit.width == 2  # 0.32 of 2211.82 is still to be seen
    assert [bar.style for bar in chart.bars] == ["whole", "rise", "fall", "rise", "whole"]
    assert [line.x for line in chart.connectors] == [up.x, LABEL + AREA, down.x, end.x + end.width]
    for line, above, below in zip(chart.connectors, chart.bars[:-1], chart.bars[1:], strict=True):
        assert above.y < line.top <= line.bottom == below.y


def test_lengths_are_in_proportion(empty):
    money(empty, "revenue", "general_public", outturn=400)
    money(empty, "revenue", "other", outturn=100)
    first, second = drawn(empty)["source"].chart.bars
    assert (first.width, second.width) == (AREA, Decimal(AREA) / 4)


def test_what_is_below_zero_lies_left_of_it(empty):
    money(empty, "revenue", "general_public", outturn=300)
    money(empty, "revenue", "other", outturn=-100)
    chart = drawn(empty, YUAN)["source"].chart
    first, second = chart.bars
    assert chart.zero == LABEL + Decimal(AREA) / 4
    assert first.x == chart.zero and second.x + second.width == chart.zero and second.x == LABEL
    assert [tick.text for tick in chart.ticks] == ["−100", "0", "100", "200", "300"]


@pytest.mark.parametrize("unit", [WAN, YUAN])
def test_nothing_is_drawn_outside_and_no_label_is_too_long(seed, unit):
    for plate in drawn(seed, unit).values():
        for bar in plate.chart.bars:
            assert bar.x >= LABEL and bar.x + bar.width <= LABEL + AREA + 2 and bar.text_x < WIDTH
            assert len(bar.shown_label.encode("gb18030")) <= 30
            assert bar.y + plate.chart.bar < plate.chart.height
        assert plate.chart.ticks and any(tick.x == plate.chart.zero for tick in plate.chart.ticks)


def test_on_a_phone_labels_stand_above_bars_of_the_same_proportions(seed):
    wide = drawn(seed)["bridge"].chart
    narrow = wide.narrow
    # 320 units of the bar area become 290, which begin at 18 and not at 190
    assert (wide.zero, narrow.zero, narrow.width) == (190, 18, 340)
    first, last = wide.bars[0], narrow.bars[0]
    assert last.x == 18 and abs(last.width - first.width * 290 / 320) < Decimal("0.1")
    for above, below in pairwise(narrow.bars):
        assert above.y + narrow.bar < below.above - 12, "between two bars there is a line of 12 units"
    assert [line.top for line in narrow.connectors] == [bar.y + narrow.bar for bar in narrow.bars[:-1]]
    assert [bar.text for bar in narrow.bars] == [bar.text for bar in wide.bars]
    assert narrow.height > wide.height


def test_a_label_above_its_bar_leaves_room_for_its_figure(empty):
    money(empty, "expenditure_by_function", category("2249989", name="名" * 40), outturn=1_234_567_890)
    money(empty, "expenditure_by_function", category("2249990", name="短名"), outturn=1)
    long, short = drawn(empty)["function"].chart.narrow.bars
    # the figure "123,456.79（100.00 %）" is 22 wide with its two brackets: 52 − 1 − 22 = 29, 14 characters less "…"
    assert long.text == "123,456.79（100.00 %）" and long.label_above == "名" * 13 + "…"
    assert short.label_above.startswith("短名")


def test_the_small_amounts_are_rounded_as_others_where_that_is_asked_for(seed):
    found = {plate.name: plate for plate in plates(figures(seed), WAN, exact=False)}["three-public"]
    # 8.8986 and 9.1423 of the report, and what lies between them, 0.2437
    assert found.rows[0] == ("“三公”经费合计", "8.90", "9.14", "+0.24", "+2.74")
    assert found.headline == "“三公”经费比上年多 0.24 万元（+2.74 %）。"
    assert [bar.text for bar in found.chart.bars[:2]] == ["8.90", "9.14（+2.74 %）"]


# --- The page


def page(submission, person="lin"):
    browser = signed_in(User.objects.get(username=person))
    return browser.get(reverse("charts", args=[submission.pk])).content.decode()


def test_the_page_has_every_chart_with_its_table(seed):
    html = page(seed)
    assert html.count('<svg class="chart"') == 5 == html.count('的数据"')
    for text in ("+826.32", "−244.13", "+0.32", "支出中由其他收入安排", "1,968.01（+53.12 %）", "48.17"):
        assert text in html
    assert "style=" not in html


def test_signs_and_hatching_tell_what_colour_tells(seed):
    html = page(seed)
    fall = re.search(r'<rect class="fall"[^>]*>', html).group()
    assert 'fill="url(#hatch-bridge)"' in fall and '<pattern id="hatch-bridge"' in html


def test_an_empty_return_says_what_is_missing_and_where_to_fill_it(empty):
    html = page(empty)
    assert "<svg class" not in html and html.count("画不出这张图") == 5
    address = reverse("edit_lines", args=[empty.pk, "three-public"])
    assert f'href="{address}">去填写</a>' in html
    assert "去填写" not in page(empty, "wu")


def test_names_of_people_are_text(empty):
    item = category("2249988", name="<b>x</b>")
    money(empty, "expenditure_by_function", item, outturn=5)
    assert "<b>x" not in page(empty)
