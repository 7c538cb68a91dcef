"""The real report of 零陵区应急管理局, 2023: every money figure it states, to the last digit, everywhere.

The constants are the report's (shared/seed/README.md), in yuan and percent; what is not in it is computed by
hand where it stands.
"""

import csv
import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError
from django.urls import reverse

from budgets.measures import FIGURES, FIVE_FIGURE_MEASURES, Origin
from budgets.models import LINE_MODELS, SECTIONS, BudgetLine, ProjectLine, ReturnText
from budgets.money import round_half_up
from budgets.ratios import ratios_of
from budgets.returns import (
    BY_FUNCTION,
    BY_NATURE,
    PROJECTS,
    REVENUE,
    STAFF,
    THREE_PUBLIC,
    VARIANCE_SCHEDULES,
)
from budgets.rows import measured, return_rows
from orgs.models import Membership, Region, Unit, User
from submissions.models import CollectionRound, Edit, Submission
from tests.budgets.variance_page import COLUMNS, VariancePage
from tests.world import NOW, put_in_status, run, signed_in

ORGANISATION = {
    "last_year_budget": "14469500.00",
    "last_year_outturn": "12852500.00",
    "initial_budget": "13855000.00",
    "outturn": "19680100.00",
    "variance_to_initial": "5825100.00",
    "variance_to_initial_rate": "42.04",
    "variance_to_last_year": "6827600.00",
    "variance_to_last_year_rate": "53.12",
    "initial_budget_change": "-614500.00",
    "initial_budget_change_rate": "-4.25",
    "share": "100.00",
}

# The report's order, its 14 lines and their shares.
LINES = {
    "2240106": ("9480600.00", "48.17"),
    "2240101": ("2075600.00", "10.55"),
    "2069999": ("369400.00", "1.88"),
    "2079999": ("60000.00", "0.30"),
    "2089999": ("28100.00", "0.14"),
    "2080505": ("997500.00", "5.07"),
    "2101101": ("446400.00", "2.27"),
    "2240199": ("80000.00", "0.41"),
    "2240602": ("3679600.00", "18.70"),
    "2240699": ("172000.00", "0.87"),
    "2240703": ("2230000.00", "11.33"),
    "2249999": ("48000.00", "0.24"),
    "2299999": ("9700.00", "0.05"),
    "2019999": ("3200.00", "0.02"),
}

# 款 and 类 by hand, in yuan, and their part of 19680100.
SUBTOTALS = {
    "201": ("3200.00", "0.02"),
    "20199": ("3200.00", "0.02"),
    "206": ("369400.00", "1.88"),
    "20699": ("369400.00", "1.88"),
    "207": ("60000.00", "0.30"),
    "20799": ("60000.00", "0.30"),
    "208": ("1025600.00", "5.21"),  # 997500 + 28100 = 1025600; 5.2114 %
    "20805": ("997500.00", "5.07"),
    "20899": ("28100.00", "0.14"),
    "210": ("446400.00", "2.27"),
    "21011": ("446400.00", "2.27"),
    "224": ("17765800.00", "90.27"),  # 11636200 + 3851600 + 2230000 + 48000; 90.2729 %
    "22401": ("11636200.00", "59.13"),  # 9480600 + 2075600 + 80000; 59.1267 %
    "22406": ("3851600.00", "19.57"),  # 3679600 + 172000; 19.5710 %
    "22407": ("2230000.00", "11.33"),
    "22499": ("48000.00", "0.24"),
    "229": ("9700.00", "0.05"),
    "22999": ("9700.00", "0.05"),
}

BLANK_REVENUE = (
    "government_fund",
    "state_capital",
    "from_superior",
    "institutional",
    "operating",
    "from_subordinate",
)

NOTHING_SPENT = {
    "last_year_outturn": "0.00",
    "outturn": "0.00",
    "variance_to_last_year": "0.00",
    "share": "0.00",
}
VEHICLES = {
    "last_year_outturn": "50000.00",
    "outturn": "0.00",
    "variance_to_last_year": "-50000.00",
    "variance_to_last_year_rate": "-100.00",
    "share": "0.00",
}
BASE_ITEM_CODES = (
    "office",
    "utilities_and_travel",
    "meetings_and_training",
    "procurement",
    "procured_goods",
    "procured_works",
    "procured_services",
    "budget_adjustment",
)
PROJECT_NAMES = (
    "市统筹划缴森林消防直升飞机众筹资金",
    "安全生产月经费",
    "矿山管理工资",
    "应急管理和安全生产专项资金",
    "乡镇应急平台建设资金",
    "应急执法值班用车经费",
    "安监津贴",
    "应急指挥平台建设经费",
    "森林灭火装备及物资采购经费",
    "省级自然灾害风险普查经费",
)

# Code → rate, its figures in the order of the formula, what is in the way.
RATIOS = {
    "staff_control_rate": ("96.06", {"年末在职人数": "122", "编制数": "127"}, None),
    "three_public_control_rate": (
        None,
        {"“三公”经费决算数": "91423.00", "“三公”经费年初预算数": None},
        "无法计算：“三公”经费年初预算数未填",
    ),
    "three_public_change_rate": (
        None,
        {"“三公”经费年初预算数": None, "“三公”经费上年年初预算数": None},
        "无法计算：“三公”经费年初预算数、“三公”经费上年年初预算数未填",
    ),
    "operating_control_rate": (
        None,
        {"公用经费决算数": "6958000.00", "公用经费年初预算数": None},
        "无法计算：公用经费年初预算数未填",
    ),
    "budget_completion_rate": (
        None,
        {"年初结转和结余": None, "支出全年预算数": None, "年末结转和结余": None},
        "无法计算：年初结转和结余、支出全年预算数、年末结转和结余未填",
    ),
    "budget_control_rate": (
        None,
        {"支出全年预算数": None, "支出年初预算数": "13855000.00"},
        "无法计算：支出全年预算数未填",
    ),
    "execution_rate": (
        None,
        {"支出决算数": "19680100.00", "支出全年预算数": None},
        "无法计算：支出全年预算数未填",
    ),
    # 19680100 ÷ 13855000 = 142.0433 %
    "completion_rate": ("142.04", {"支出决算数": "19680100.00", "支出年初预算数": "13855000.00"}, None),
    "procurement_rate": (
        None,
        {"政府采购决算数": None, "政府采购年初预算数": None},
        "无法计算：政府采购决算数、政府采购年初预算数未填",
    ),
    "area_control_rate": (
        None,
        {"实际规模": None, "批复规模": None},
        "无法计算：没有填楼堂馆所，没有可不填",
    ),
    "investment_control_rate": (
        None,
        {"实际投资": None, "预算投资": None},
        "无法计算：没有填楼堂馆所，没有可不填",
    ),
}

EXPECTED = {
    ("revenue", "total"): ORGANISATION,
    ("revenue", "general_public"): {"outturn": "19676900.00", "share": "99.98"},
    ("revenue", "other"): {"outturn": "3200.00", "share": "0.02"},
    **{("revenue", code): {} for code in BLANK_REVENUE},
    ("expenditure_by_function", "total"): ORGANISATION,
    **{
        ("expenditure_by_function", code): {"outturn": outturn, "share": share}
        for code, (outturn, share) in (LINES | SUBTOTALS).items()
    },
    ("expenditure_by_nature", "total"): {
        "initial_budget": "13855000.00",  # 9000000 + 4855000
        "outturn": "19676900.00",  # 17263200 + 2413700
        "variance_to_initial": "5821900.00",
        "variance_to_initial_rate": "42.02",  # 5821900 ÷ 13855000 = 42.0202 %
        "share": "99.98",
    },
    ("expenditure_by_nature", "basic"): {
        "initial_budget": "9000000.00",
        "outturn": "17263200.00",
        "variance_to_initial": "8263200.00",
        "variance_to_initial_rate": "91.81",
        "share": "87.72",  # 17263200 ÷ 19680100 = 87.7191 %
    },
    ("expenditure_by_nature", "basic_personnel"): {"outturn": "10305200.00", "share": "52.36"},  # 52.3636 %
    ("expenditure_by_nature", "basic_operating"): {"outturn": "6958000.00", "share": "35.36"},  # 35.3555 %
    ("expenditure_by_nature", "project"): {
        "initial_budget": "4855000.00",
        "outturn": "2413700.00",
        "variance_to_initial": "-2441300.00",
        "variance_to_initial_rate": "-50.28",
        "share": "12.26",  # 2413700 ÷ 19680100 = 12.2647 %
    },
    **{("expenditure_by_nature", code): {} for code in ("to_superior", "operating", "to_subordinate")},
    ("expenditure_by_nature", "reconciliation"): {"outturn": "3200.00", "share": "0.02"},
    **{("expenditure_by_economic", code): {} for code in ("total", "personnel", "operating")},
    ("three_public", "overseas"): NOTHING_SPENT,
    ("three_public", "vehicles"): VEHICLES,
    ("three_public", "vehicle_purchase"): NOTHING_SPENT,
    ("three_public", "vehicle_operation"): VEHICLES,
    ("three_public", "hospitality"): {
        "last_year_outturn": "38986.00",
        "outturn": "91423.00",
        "variance_to_last_year": "52437.00",
        "variance_to_last_year_rate": "134.50",
        "share": "0.46",  # 91423 ÷ 19680100 = 0.4645 %
    },
    ("three_public", "total"): {
        "last_year_outturn": "88986.00",
        "outturn": "91423.00",
        "variance_to_last_year": "2437.00",
        "variance_to_last_year_rate": "2.74",
        "share": "0.46",
    },
    ("projects", "total"): {
        "initial_budget": "4855000.00",
        "outturn": "2413700.00",
        "variance_to_initial": "-2441300.00",
        "variance_to_initial_rate": "-50.28",
        "share": "12.26",
    },
    **{("projects", str(number)): {} for number in range(1, 11)},
    **{("base_items", item): {} for item in BASE_ITEM_CODES},
}
KEYS = list(EXPECTED)
IDS = [" ".join(key) for key in KEYS]


def whole(key):
    """All columns of a row: what the report does not state is None."""
    return dict.fromkeys(COLUMNS) | EXPECTED[key]


def text(number):
    """A number with two decimals; None for None."""
    return None if number is None else str(round_half_up(number))


# --- At the level of measures


@pytest.fixture
def rows(seed):
    """The measured rows by schedule and code."""
    found = measured(return_rows(seed), seed.round)
    return {(each.name, row.row.code): row for each in VARIANCE_SCHEDULES for row in found[each.name]}


@pytest.mark.parametrize("key", KEYS, ids=IDS)
def test_every_row_has_the_reports_figures_and_rates(rows, key):
    found = rows[key].row.values | rows[key].measures
    assert {name: text(number) for name, number in found.items()} == whole(key)


def test_there_is_no_other_row_and_each_comes_once(seed):
    found = return_rows(seed)
    assert sorted((each.name, row.code) for each in VARIANCE_SCHEDULES for row in found[each.name]) == sorted(
        KEYS
    )


def test_staff_is_127_posts_122_in_service_and_8_retired(seed):
    rows = {row.code: row for row in return_rows(seed)["staff"]}
    filled = {code: row.values for code, row in rows.items() if any(row.values.values())}
    assert filled == {
        "total": {"authorized": 127, "in_service": 122},
        "fully_funded": {"authorized": 127, "in_service": None},
        "retired": {"authorized": None, "in_service": 8},
    }
    origins = {name: str(figure.origin) for name, figure in rows["total"].figures.items()}
    assert origins == {"authorized": "computed", "in_service": "stated"}
    [rate] = measured(return_rows(seed), seed.round)["staff"][0].measures.values()
    assert text(rate) == "96.06"


def test_what_the_report_does_not_state_is_blank_everywhere(seed):
    found = return_rows(seed)
    for name in ("three_public_counts", "carryover", "buildings"):
        assert {value for row in found[name] for value in row.values.values()} <= {None}, name


def test_the_ten_projects_are_named_and_blank_under_their_stated_total(rows):
    assert tuple(rows["projects", str(number)].row.name for number in range(1, 11)) == PROJECT_NAMES
    top = rows["projects", "total"].row
    assert top.line.item == "project" and top.line.schedule == BY_NATURE.name
    assert [str(top.figures[name].origin) for name in ("initial_budget", "outturn")] == ["stated", "stated"]
    assert top.figures == rows["expenditure_by_nature", "project"].row.figures


def test_the_three_public_expenses_were_entered_in_yuan(rows):
    lines = [row.row.line for (name, _), row in rows.items() if name == THREE_PUBLIC.name and row.row.line]
    assert len(lines) == 4 and {line.entered_in for line in lines} == {"yuan"}


@pytest.mark.parametrize("code", RATIOS)
def test_every_ratio_has_its_rate_or_says_what_is_missing(seed, code):
    found = {result.ratio.code: result for result in ratios_of(return_rows(seed))}
    assert list(found) == list(RATIOS)
    rate, inputs, obstacle = RATIOS[code]
    assert (text(found[code].rate), found[code].obstacle or None) == (rate, obstacle)
    figures = {
        each.title: None if value is None else str(value) for each, value in found[code].figures.items()
    }
    assert figures == inputs


def test_the_shares_of_the_14_lines_make_100(rows):
    shares = [round_half_up(rows["expenditure_by_function", code].measures["share"]) for code in LINES]
    assert len(shares) == 14 and sum(shares) == 100


def test_the_rows_stand_in_the_order_of_the_codes_each_under_its_heading(seed):
    codes = [row.code for row in return_rows(seed)["expenditure_by_function"]]
    assert codes == ["total", *sorted([*LINES, *SUBTOTALS])]


def test_stated_totals_are_known_as_stated_and_computed_ones_as_computed(rows):
    top = rows["expenditure_by_function", "total"].row.figures
    assert [top[name].origin for name in FIGURES] == [
        Origin.STATED,
        Origin.STATED,
        Origin.STATED,
        Origin.BLANK,
        Origin.COMPUTED,
    ]
    basic = rows["expenditure_by_nature", "basic"].row.figures
    assert (basic["initial_budget"].origin, basic["outturn"].origin) == (Origin.STATED, Origin.COMPUTED)
    assert not any(figure.overruled for row in rows.values() for figure in row.row.figures.values())


def test_the_total_of_revenue_says_that_six_sources_are_blank(rows):
    assert rows["revenue", "total"].row.figures["outturn"].blanks == 6


def test_the_difference_between_function_and_nature_has_its_name(rows):
    assert rows["expenditure_by_nature", "reconciliation"].row.name == "支出中由其他收入安排"


def test_the_execution_rate_says_why_it_cannot_be_computed(rows):
    [rate] = [measure for measure in FIVE_FIGURE_MEASURES if measure.name == "execution_rate"]
    values = rows["expenditure_by_function", "total"].values
    assert rate.obstacle(values) == "无法计算：全年预算数未填"


def test_rows_far_from_budget_ask_for_a_reason_unless_one_is_given(rows):
    asked = {key for key, row in rows.items() if row.needs_explanation}
    assert asked == {
        ("revenue", "total"),
        ("expenditure_by_nature", "total"),
        ("expenditure_by_nature", "basic"),
        ("expenditure_by_nature", "project"),
        ("projects", "total"),
    }  # the total by function has the report's reason


# --- The command


@pytest.fixture
def printed(seed):
    """What the command prints in a format."""
    return lambda format: run("show_variances", "224001", "2023", "--format", format)


ALL_COLUMNS = ["schedule", "code", "name", *COLUMNS, "rate", "formula", "inputs", "obstacle"]


def test_the_command_prints_every_figure_as_json(printed):
    found = {(row.pop("schedule"), row.pop("code")): row for row in json.loads(printed("json"))}
    for row in found.values():
        assert row.pop("name")
    for key in KEYS:
        assert found[key] == {**whole(key), **dict.fromkeys(("rate", "formula", "inputs", "obstacle"))}
    assert set(found) == {*KEYS, *(("ratios", code) for code in RATIOS)}


def test_the_command_prints_every_ratio_as_json(printed):
    found = {row["code"]: row for row in json.loads(printed("json")) if row["schedule"] == "ratios"}
    assert list(found) == list(RATIOS)
    for code, (rate, inputs, obstacle) in RATIOS.items():
        assert (found[code]["rate"], found[code]["inputs"], found[code]["obstacle"]) == (
            rate,
            inputs,
            obstacle,
        )
        assert found[code]["name"] and found[code]["formula"].endswith("× 100%")
        assert {found[code][name] for name in COLUMNS} == {None}


def test_json_holds_text_or_null_and_every_key_of_the_contract(printed):
    for row in json.loads(printed("json")):
        assert list(row) == ALL_COLUMNS
        inputs = row.pop("inputs") or {}
        assert {type(value) for value in [*row.values(), *inputs.values()]} <= {str, type(None)}
        assert bool(inputs) == (row["schedule"] == "ratios")


def in_words(inputs):
    """The figures of a ratio in one cell."""
    return "；".join(f"{title} {value or '未填'}" for title, value in inputs.items())


def test_the_command_prints_every_figure_as_csv(printed):
    rows = list(csv.DictReader(StringIO(printed("csv"))))
    assert list(rows[0]) == ALL_COLUMNS
    assert [(row["schedule"], row["code"]) for row in rows] == [
        (row["schedule"], row["code"]) for row in json.loads(printed("json"))
    ]
    for row in rows:
        if row["schedule"] == "ratios":
            rate, inputs, obstacle = RATIOS[row["code"]]
            assert (row["rate"], row["obstacle"]) == (rate or "", obstacle or "")
            assert row["inputs"] == in_words(inputs)
        else:
            expected = whole((row["schedule"], row["code"]))
            assert {name: row[name] or None for name in COLUMNS} == expected


def test_the_command_prints_every_figure_as_a_table(printed):
    lines = [line.split("  ") for line in printed("table").splitlines()]
    assert {len(line) for line in lines} == {len(ALL_COLUMNS)}
    assert len(lines) == len(KEYS) + len(RATIOS)
    for schedule, code, _, *cells in lines:
        if schedule == "ratios":
            rate, inputs, obstacle = RATIOS[code]
            assert [cells[-4], *cells[-2:]] == [rate or "—", in_words(inputs), obstacle or "—"]
        else:
            expected = whole((schedule, code))
            assert cells == [*(expected[name] or "—" for name in COLUMNS), *["—"] * 4]
    assert {(line[0], line[1]) for line in lines} >= set(KEYS)


def test_each_schedule_with_a_total_has_one_row_with_the_code_total_and_it_is_first(printed):
    rows = json.loads(printed("json"))
    totals = [at for at, row in enumerate(rows) if row["code"] == "total"]
    firsts = [at for at, row in enumerate(rows) if at == 0 or rows[at - 1]["schedule"] != row["schedule"]]
    with_total = [schedule.name for schedule in VARIANCE_SCHEDULES if schedule.has_total]
    assert [at for at in firsts if rows[at]["schedule"] in with_total] == totals
    assert len(totals) == len(with_total) == 6
    assert [rows[at]["schedule"] for at in firsts] == [*(each.name for each in VARIANCE_SCHEDULES), "ratios"]


def test_a_tiny_decrease_is_not_printed_as_minus_zero(seed, printed):
    # 0.01 ÷ 10,000,000 = 0.0000001 %, down.
    line = BudgetLine.objects.get(submission=seed, item="project")
    line.initial_budget, line.outturn, line.row_version = 10_000_000, "9999999.99", line.row_version + 1
    line.save()
    [row] = [row for row in json.loads(printed("json")) if row["code"] == "project"]
    assert (row["variance_to_initial"], row["variance_to_initial_rate"]) == ("-0.01", "0.00")


@pytest.mark.parametrize(
    ("code", "year"), [("224001", "2022"), ("999999", "2023"), ("", "2023"), ("22400", "2023")]
)
def test_a_unit_without_a_return_is_said_in_a_sentence(seed, code, year):
    with pytest.raises(CommandError, match="没有找到单位"):
        run("show_variances", code, year)


def test_the_newest_revision_is_printed(seed, printed):
    put_in_status(seed, "superseded")
    Submission.objects.create(
        round=seed.round, unit=seed.unit, revision=2, started_by=seed.started_by, started_at=NOW
    )
    rows = json.loads(printed("json"))
    assert {row["outturn"] for row in rows} == {row["rate"] for row in rows} == {None}


def test_the_same_unit_code_in_two_regions_needs_the_region(seed):
    region = Region.objects.get(code="431103")
    bureau = Unit.objects.create(region=region, kind="bureau", code="100", name="冷水滩区财政局")
    unit = Unit.objects.create(region=region, kind="department", code="224001", name="另一个", parent=bureau)
    other = CollectionRound.objects.create(
        bureau=bureau, fiscal_year=2023, opens_date="2024-01-01", due_date="2024-02-01"
    )
    Submission.objects.create(round=other, unit=unit, started_by=seed.started_by, started_at=NOW)
    with pytest.raises(CommandError, match="--region"):
        run("show_variances", "224001", "2023")
    assert "5825100.00" in run("show_variances", "224001", "2023", "--region", "431102")
    assert "5825100.00" not in run("show_variances", "224001", "2023", "--region", "431103")


# --- The page


def page(seed, username="lin", unit="wan", query=""):
    """The variance page as one of the demo people sees it in 元 or 万元."""
    User.objects.filter(username=username).update(amount_unit=unit)
    browser = signed_in(User.objects.get(username=username))
    return VariancePage(browser.get(reverse("variances", args=[seed.pk]) + query).content.decode())


IN_WAN = {
    "收入合计": {
        "last_year_budget": "1,446.95",
        "last_year_outturn": "1,285.25",
        "initial_budget": "1,385.50",
        "revised_budget": "—",
        "outturn": "1,968.01",
        "variance_to_initial": "+582.51",
        "variance_to_initial_rate": "+42.04",
        "variance_to_revised": "—",
        "execution_rate": "—",
        "variance_to_last_year": "+682.76",
        "variance_to_last_year_rate": "+53.12",
        "initial_budget_change": "−61.45",
        "initial_budget_change_rate": "−4.25",
        "share": "100.00",
    },
    "一般公共预算财政拨款": {"outturn": "1,967.69", "share": "99.98", "initial_budget": "—"},
    "其他收入": {"outturn": "0.32", "share": "0.02"},
    "支出合计": {"variance_to_initial": "+582.51", "variance_to_initial_rate": "+42.04"},
    "基本支出": {
        "initial_budget": "900.00",
        "outturn": "1,726.32",
        "variance_to_initial": "+826.32",
        "variance_to_initial_rate": "+91.81",
    },
    "人员经费": {"outturn": "1,030.52"},
    "公用经费": {"outturn": "695.80"},
    "项目支出": {
        "initial_budget": "485.50",
        "outturn": "241.37",
        "variance_to_initial": "−244.13",
        "variance_to_initial_rate": "−50.28",
    },
    "支出中由其他收入安排": {"outturn": "0.32"},
}


def test_the_page_shows_the_reports_figures_in_wan_yuan(seed):
    found = page(seed).rows
    for name, cells in IN_WAN.items():
        assert {column: found[name][column][0] for column in cells} == cells, name


def in_print(value, column):
    """A number of the constants as the page prints it in yuan."""
    if value is None:
        return "—"
    signed = column.startswith(("variance", "initial_budget_change"))
    sign = "−" if value.startswith("-") else "+" if signed and Decimal(value) else ""
    return f"{sign}{abs(Decimal(value)):,.2f}"


def test_the_page_shows_every_figure_in_yuan_too(seed, rows):
    shown = page(seed, unit="yuan").tables
    titles = {schedule.name.value: schedule.title for schedule in VARIANCE_SCHEDULES}
    names = {key: row.row.name for key, row in rows.items()}
    for key in KEYS:
        name = f"{key[1] if key[1] in LINES | SUBTOTALS else ''}{names[key]}"
        expected = {column: in_print(value, column) for column, value in whole(key).items()}
        assert {column: cell[0] for column, cell in shown[titles[key[0]]][name].items()} == expected, name


def test_a_dash_says_on_hovering_what_is_missing(seed):
    top = page(seed).rows["支出合计"]
    assert top["execution_rate"] == ("—", "无法计算：全年预算数未填")
    assert top["revised_budget"] == ("—", "未填")


def test_a_sum_says_on_hovering_that_it_is_over_blanks_and_a_stated_total_that_it_is_stated(seed):
    found = page(seed).rows["收入合计"]
    assert "其中 6 行未填" in found["outturn"][1]
    assert "直接填报的合计" in found["initial_budget"][1]


def test_a_rate_says_on_hovering_how_it_is_computed(seed):
    title = page(seed).rows["支出合计"]["variance_to_initial_rate"][1]
    assert "（决算数 − 年初预算数）÷ 年初预算数 × 100%" in title
    assert "1968.01" in title and "1385.50" in title


@pytest.mark.parametrize(
    ("slug", "schedule"), [("revenue", REVENUE), ("function", BY_FUNCTION), ("nature", BY_NATURE)]
)
def test_the_page_shows_one_schedule_alone(seed, slug, schedule):
    found = page(seed, query=f"?schedule={slug}").order
    assert found[0] == schedule.total_name
    assert sum(name in ("收入合计", "支出合计", "支出合计（按性质）") for name in found) == 1


def test_sorting_moves_the_lines_and_neither_the_total_nor_the_reconciliation(seed):
    up = page(seed, query="?schedule=nature&sort=outturn").order
    down = page(seed, query="?schedule=nature&sort=-outturn").order
    assert up[0] == down[0] == "支出合计（按性质）"
    assert up[-1] == down[-1] == "支出中由其他收入安排"
    assert down[1:5] == ["基本支出", "人员经费", "公用经费", "项目支出"]
    assert up[1:5] == ["项目支出", "公用经费", "人员经费", "基本支出"]  # what is blank is last either way


def test_what_needs_a_reason_comes_first_on_demand(seed):
    found = page(seed, query="?schedule=nature&first=explain").order
    assert set(found[1:3]) == {"基本支出", "项目支出"}


@pytest.mark.parametrize(
    "query", ["?sort=nonsense", "?sort=-", "?sort=%00", "?schedule=x", "?sort=-asks&first=1"]
)
def test_a_query_of_nonsense_is_no_error(seed, query):
    browser = signed_in(User.objects.get(username="lin"))
    assert browser.get(reverse("variances", args=[seed.pk]) + query).status_code == 200


def test_the_reviewer_sees_the_same_figures(seed):
    assert page(seed, username="wu").rows == page(seed).rows


def test_the_head_of_every_page_shows_the_gap(seed):
    browser = signed_in(User.objects.get(username="lin"))
    for name, arguments in (("workspace", []), ("variances", []), ("edit_lines", ["nature"])):
        html = browser.get(reverse(name, args=[seed.pk, *arguments])).content.decode()
        for figure in ("1,385.50", "1,968.01", "+582.51", "+42.04", "+682.76", "+53.12"):
            assert figure in html, (name, figure)


def test_my_work_shows_the_gap_to_who_prepares_and_to_who_reviews(seed):
    for username in ("lin", "wu"):
        html = signed_in(User.objects.get(username=username)).get("/").content.decode()
        assert "+582.51" in html and "+42.04" in html


def test_a_reason_is_shown_as_text_and_never_as_markup(seed):
    line = BudgetLine.objects.get(submission=seed, item="other")
    line.variance_reason, line.row_version = "</script><script>alert(1)</script>", line.row_version + 1
    line.save()
    browser = signed_in(User.objects.get(username="lin"))
    for name, arguments in (("variances", []), ("edit_lines", ["revenue"]), ("workspace", [])):
        assert (
            "<script>alert(1)" not in browser.get(reverse(name, args=[seed.pk, *arguments])).content.decode()
        )


# --- Loading the demonstration


LINE_TABLES = sorted(set(LINE_MODELS.values()), key=lambda model: model.__name__)


def everything():
    """What load_demo could have written."""
    return [
        list(model._default_manager.order_by("pk").values())  # type: ignore[attr-defined]
        for model in (Unit, User, Membership, CollectionRound, Submission, Edit, ReturnText, *LINE_TABLES)
    ]


def test_loading_the_demonstration_again_changes_nothing(seed):
    before = everything()
    run("load_demo")
    assert everything() == before


def test_loading_the_demonstration_again_keeps_what_somebody_changed(seed):
    line = BudgetLine.objects.get(submission=seed, item="other")
    line.outturn, line.row_version = 1, line.row_version + 1
    line.save()
    BudgetLine.objects.filter(submission=seed, item="project").delete()
    ProjectLine.objects.filter(submission=seed, name="安监津贴").delete()
    User.objects.filter(username="lin").update(full_name="林小晓", password="x")
    before = everything()
    run("load_demo")
    assert everything() == before


def test_the_demonstration_is_refused_outside_demo_mode(loaded, db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="演示"):
        run("load_demo")


def test_the_demonstration_has_everybody(seed):
    people = {f"{m.user.username} {m.role} {m.unit.code}" for m in Membership.objects.all()}
    assert people == {
        "lin preparer 224001",
        "lin preparer 224002",
        "sun unit_head 224001",
        "sun unit_head 224002",
        "chen department 224001",
        "he division 100",
        "wu performance_office 100",
        "zhao preparer 225001",
        "qian administrator 100",
    }
    assert all(User.objects.values_list("is_demo", flat=True))


def test_who_can_sign_in_is_printed_with_the_password(seed, settings):
    printed = run("list_demo_people")
    for name in ("lin", "sun", "chen", "he", "wu", "zhao", "qian"):
        assert name in printed
    assert settings.DEMO_PASSWORD in printed


def test_the_seed_was_entered_in_wan_yuan_by_the_one_save_path(seed):
    found = {
        (schedule, unit)
        for schedule, unit in BudgetLine.objects.filter(submission=seed).values_list("schedule", "entered_in")
    }
    assert found == {
        *((schedule.name.value, "wan") for schedule in (REVENUE, BY_FUNCTION, BY_NATURE)),
        (THREE_PUBLIC.name.value, "yuan"),
    }
    assert [edit.schedule for edit in seed.edits.order_by("pk")] == [
        *(
            schedule.name.value
            for schedule in (REVENUE, BY_FUNCTION, BY_NATURE, THREE_PUBLIC, PROJECTS, STAFF)
        ),
        *(name.value for name in SECTIONS),
    ]


def test_the_seed_has_the_words_of_the_report(seed):
    texts = dict(seed.texts.values_list("name", "text"))
    assert texts["staffing"] == (
        "2023年区应急局核定编制数127名，全额编制127人，实有人数122人，其中：在职人员122人，退休人员8人。"
    )
    assert texts["disclosure"] == "请财政代为公开。" and "thrift_measures" not in texts
    assert all(len(text) <= ReturnText.Name(name).longest for name, text in texts.items())
