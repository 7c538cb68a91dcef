"""How stored lines become rows with subtotals and totals."""

import pytest

from budgets.measures import FIGURES, SHARE, Origin
from budgets.models import BudgetLine, EconomicCategory, ProjectLine
from budgets.returns import (
    BASE_ITEMS,
    BUILDINGS,
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    CARRYOVER,
    PROJECTS,
    REVENUE,
    SCHEDULES,
    STAFF,
    THREE_PUBLIC,
    THREE_PUBLIC_COUNTS,
)
from budgets.rows import RowKind, head_figures, measured, return_rows, rows_of_many
from tests.world import (
    category,
    change,
    economic,
    make_submission,
    many_items,
    project,
    put_in_status,
    row,
    save,
    statements,
    yuan,
)

FUNCTION, NATURE, ECONOMIC = BY_FUNCTION.name, BY_NATURE.name, BY_ECONOMIC.name


def rows_of(submission, schedule=FUNCTION):
    """The rows of a schedule, in printing order."""
    return return_rows(submission)[schedule]


def shape(submission):
    """Code, kind, parent and outturn of each row by function."""
    return [(row.code, str(row.kind), row.parent, row.values["outturn"]) for row in rows_of(submission)]


def one(submission, code, schedule=FUNCTION, kind=None):
    """The only row with this code."""
    [row] = [row for row in rows_of(submission, schedule) if row.code == code and kind in (None, row.kind)]
    return row


@pytest.fixture
def here(world):
    """An empty return."""
    return world.submission


def test_an_empty_return_has_its_fixed_rows_and_every_figure_blank(here):
    found = return_rows(here)
    assert {name: len(rows) for name, rows in found.items()} == {
        "staff": 10,
        "revenue": 9,
        "expenditure_by_function": 1,
        "expenditure_by_nature": 8,
        "expenditure_by_economic": 3,  # the total, 人员经费 and 公用经费
        "three_public": 6,
        "three_public_counts": 6,
        "projects": 1,
        "adjustments": 0,
        "carryover": 6,
        "base_items": 8,
        "buildings": 0,
    }
    assert list(found) == [schedule.name.value for schedule in SCHEDULES]
    figures = [figure for rows in found.values() for row in rows for figure in row.figures.values()]
    assert {figure.value for figure in figures} == {None}
    assert {figure.origin for figure in figures} == {Origin.BLANK}


def test_items_add_up_to_subclass_class_and_total(here):
    save(
        here,
        change(category("2240101"), outturn="1"),
        change(category("2240199"), outturn="2"),
        change(category("2240602"), outturn="4"),
        change(category("2080505"), outturn="8"),
    )
    assert shape(here) == [
        ("total", "total", "", 15),
        ("208", "subtotal", "total", 8),
        ("20805", "subtotal", "208", 8),
        ("2080505", "line", "20805", 8),
        ("224", "subtotal", "total", 7),
        ("22401", "subtotal", "224", 3),
        ("2240101", "line", "22401", 1),
        ("2240199", "line", "22401", 2),
        ("22406", "subtotal", "224", 4),
        ("2240602", "line", "22406", 4),
    ]


def test_a_subclass_without_items_is_a_line_under_its_class(here):
    save(here, change(category("20901"), outturn="5"), change(category("20902"), outturn="6"))
    assert shape(here) == [
        ("total", "total", "", 11),
        ("209", "subtotal", "total", 11),
        ("20901", "line", "209", 5),
        ("20902", "line", "209", 6),
    ]


def test_a_class_with_nothing_below_is_a_line_under_the_total(here):
    save(here, change(category("224"), outturn="5"))
    assert shape(here) == [("total", "total", "", 5), ("224", "line", "total", 5)]


def test_several_funds_and_natures_of_one_item_are_lines_of_their_own(here):
    item = category("2240101")
    save(
        here,
        change(item, fund="general_public", nature="basic", outturn="1"),
        change(item, fund="general_public", nature="project", outturn="2"),
        change(item, fund="other", outturn="4"),
        change(item, outturn="8"),
    )
    found = [row for row in rows_of(here) if row.code == "2240101"]
    assert sorted(row.values["outturn"] for row in found) == [1, 2, 4, 8]
    assert {row.qualifiers for row in found} == {
        "一般公共预算 · 基本支出",
        "一般公共预算 · 项目支出",
        "其他资金",
        "",
    }
    assert one(here, "22401").values["outturn"] == one(here, "total").values["outturn"] == 15


def test_funds_of_a_subclass_without_items_stand_below_it(here):
    subclass = category("20901")
    save(
        here,
        change(subclass, fund="other", outturn="1"),
        change(subclass, fund="general_public", outturn="2"),
    )
    assert one(here, "20901", kind=RowKind.SUBTOTAL).values["outturn"] == 3
    assert len([row for row in rows_of(here) if row.code == "20901" and row.kind == RowKind.LINE]) == 2
    assert one(here, "total").values["outturn"] == 3


def test_a_stated_class_stands_in_columns_where_its_lines_are_blank(here):
    save(
        here,
        change(category("224"), initial_budget="900", outturn="7", reason="只知道类"),
        change(category("2240101"), outturn="7"),
        change(category("2240602")),
    )
    found = one(here, "224")
    assert found.kind == RowKind.SUBTOTAL and found.variance_reason == "只知道类"
    budget, outturn = found.figures["initial_budget"], found.figures["outturn"]
    assert (budget.value, budget.origin) == (900, Origin.STATED)
    assert (outturn.value, outturn.origin, outturn.blanks, outturn.overruled) == (7, Origin.COMPUTED, 1, None)
    assert one(here, "total").values["initial_budget"] == 900


def test_a_stated_class_that_differs_from_its_lines_is_overruled_in_that_column_alone(here):
    save(
        here,
        change(category("224"), initial_budget="900", outturn="10"),
        change(category("2240101"), outturn="7"),
    )
    found = one(here, "224").figures
    assert (found["outturn"].value, found["outturn"].overruled) == (7, 10)
    assert (found["initial_budget"].value, found["initial_budget"].overruled) == (900, None)
    assert one(here, "total").values["outturn"] == 7


def test_stated_subclass_and_class_nest(here):
    save(
        here,
        change(category("224"), outturn="100"),
        change(category("22401"), outturn="60"),
        change(category("2240101")),
        change(category("2240602"), outturn="30"),
    )
    # 22401 is stated (60) for its line is blank; with 22406 (30) it makes 90, which overrules the stated 100.
    assert (one(here, "22401").figures["outturn"].origin, one(here, "22406").values["outturn"]) == (
        Origin.STATED,
        30,
    )
    found = one(here, "224").figures["outturn"]
    assert (found.value, found.overruled) == (90, 100)


def test_a_stated_total_is_overruled_by_its_lines(here):
    save(here, change("total", outturn="20"), schedule=BY_FUNCTION)
    assert one(here, "total").values["outturn"] == 20
    save(here, change(category("2240101"), outturn="19.99"))
    found = one(here, "total").figures["outturn"]
    assert (found.value, found.overruled) == (yuan("19.99"), 20)


def test_a_stated_subtotal_becomes_a_line_when_nothing_is_left_below_it(here):
    save(here, change(category("22401"), outturn="60"), change(category("2240101")))
    BudgetLine.objects.filter(category__code="2240101").delete()
    assert one(here, "22401").kind == RowKind.LINE
    assert one(here, "total").values["outturn"] == 60


BOOKS = ("general_public", "government_fund")


def test_a_class_in_two_books_is_one_subtotal_over_both(here):
    general, fund = (category(code, book) for code, book in zip(("2299999", "2296002"), BOOKS, strict=True))
    save(here, change(general, outturn="1"), change(fund, outturn="2"))
    assert one(here, "229").values["outturn"] == 3
    assert [row.code for row in rows_of(here)] == ["total", "229", "22960", "2296002", "22999", "2299999"]


def test_the_same_subclass_in_two_books_keeps_both_lines(here):
    save(here, *(change(category("23006", book), outturn="1") for book in BOOKS))
    assert [row.values["outturn"] for row in rows_of(here) if row.code == "23006"] == [1, 1]
    assert one(here, "total").values["outturn"] == 2


def test_a_class_stated_in_two_books_loses_neither_figure(here):
    save(here, change(category("2299999"), outturn=None))
    save(here, *(change(category("229", book), initial_budget="5") for book in BOOKS))
    assert one(here, "total").values["initial_budget"] == 10


def test_headings_have_the_name_of_the_year(here):
    category("22401", name="旧名", valid_to=2022)
    category("22401", name="应急管理事务", valid_from=2023)
    category("224", name="灾害防治及应急管理支出")
    save(here, change(category("2240101", name="行政运行"), outturn="1"))
    assert [row.name for row in rows_of(here)][1:] == ["灾害防治及应急管理支出", "应急管理事务", "行政运行"]


def test_a_heading_that_is_not_in_the_classification_is_shown_by_its_code(here):
    save(here, change(category("2240101"), outturn="1"))
    assert one(here, "224").name == "224"


def test_basic_expenditure_is_the_sum_of_personnel_and_operating(here):
    save(
        here,
        change("basic", outturn="9", initial_budget="900"),
        change("basic_personnel", outturn="4"),
        change("basic_operating", outturn="5"),
        change("project", outturn="1", initial_budget="100"),
        schedule=BY_NATURE,
    )
    assert one(here, "basic", NATURE).figures["outturn"].overruled is None
    top = one(here, "total", NATURE).values
    assert (top["outturn"], top["initial_budget"]) == (10, 1000)  # basic is counted once, stated or computed


def reconciled(here, by_function, by_nature, other=None):
    """The reconciliation line of a return with these outturns; None where there is none."""
    save(here, change(category("2240101"), outturn=by_function))
    save(here, change("project", outturn=by_nature), schedule=BY_NATURE)
    save(here, change("other", outturn=other), schedule=REVENUE)
    return next((row for row in rows_of(here, NATURE) if row.kind == RowKind.RECONCILIATION), None)


def test_no_reconciliation_where_both_totals_agree(here):
    assert reconciled(here, "5", "5", "5") is None


@pytest.mark.parametrize(("by_function", "by_nature"), [(None, "5"), ("5", None), (None, None)])
def test_no_reconciliation_where_a_total_is_unknown(here, by_function, by_nature):
    assert reconciled(here, by_function, by_nature, "5") is None


def test_a_gap_that_is_the_other_income_has_its_name(here):
    found = reconciled(here, "1968.01", "1967.69", "0.32")
    assert (found.name, found.values["outturn"]) == ("支出中由其他收入安排", yuan("0.32"))
    assert found.values["initial_budget"] is None


@pytest.mark.parametrize(
    ("by_function", "other"), [("1968.01", "0.31"), ("1968.01", None), ("1967.37", "0.32")]
)
def test_another_gap_is_called_a_gap(here, by_function, other):
    assert reconciled(here, by_function, "1967.69", other).name == "按功能合计与按性质合计的差额"


def test_the_reconciliation_closes_the_gap_and_counts_in_no_total(here):
    found = reconciled(here, "10", "7", "3")
    nature, function = one(here, "total", NATURE).values, one(here, "total").values
    assert nature["outturn"] == 7
    assert nature["outturn"] + found.values["outturn"] == function["outturn"]


def asked(here, **figures):
    """Whether a row with these figures asks for a reason."""
    save(here, change("other", **figures))
    rows = measured(return_rows(here), here.round)["revenue"]
    return next(row.needs_explanation for row in rows if row.row.code == "other")


@pytest.mark.parametrize(
    ("figures", "answer"),
    [
        ({"outturn": "1100000", "initial_budget": "1000000"}, True),
        ({"outturn": "1100000", "last_year_outturn": "1000000"}, True),
        ({"outturn": "1100000", "revised_budget": "1000000"}, False),
        ({"outturn": "1100000", "initial_budget": "1000000", "reason": "新增专项"}, False),
        ({"outturn": "1099999.99", "initial_budget": "1000000"}, False),
        ({"initial_budget": "1000000"}, False),
    ],
)
def test_a_row_asks_for_a_reason_by_the_rounds_threshold(here, figures, answer):
    assert asked(here, **figures) is answer


def test_the_threshold_is_the_rounds_own(here):
    here.round.explain_rate, here.round.explain_yuan = 5, 1000
    assert asked(here, outturn="21000", initial_budget="20000") is True


def test_a_computed_subtotal_by_function_leaves_the_reason_to_its_lines(here):
    save(here, change(category("2240101"), outturn="2000000", initial_budget="1000000"))
    rows = {row.row.code: row for row in measured(return_rows(here), here.round)[FUNCTION]}
    assert [code for code, row in rows.items() if row.needs_explanation] == ["total", "2240101"]


def test_the_share_of_every_expenditure_is_of_the_total_by_function(here):
    save(here, change(category("2240101"), outturn="200"))
    save(here, change("project", outturn="50"), schedule=BY_NATURE)
    save(here, change("other", outturn="80"), change("operating", outturn="20"), schedule=REVENUE)
    found = measured(return_rows(here), here.round)
    share = {
        (name, row.row.code): row.measures["share"]
        for name, rows in found.items()
        for row in rows
        if SHARE in row.row.schedule.measures
    }
    assert (share[NATURE, "project"], share["revenue", "other"]) == (25, 80)


def test_a_totals_rate_is_the_rate_of_its_sums(here):
    # 100 → 150 and 300 → 300: the sums 400 → 450 are +12.5 %.
    save(
        here,
        change(category("2240101"), initial_budget="100", outturn="150"),
        change(category("2240602"), initial_budget="300", outturn="300"),
    )
    rows = {row.row.code: row for row in measured(return_rows(here), here.round)[FUNCTION]}
    assert (
        rows["total"].measures["variance_to_initial_rate"] == rows["224"].measures["variance_to_initial_rate"]
    )
    assert rows["total"].measures["variance_to_initial_rate"] == yuan("12.5")


def test_the_head_of_my_work_is_the_total_of_the_workspace(world, here):
    other = make_submission(world.round, world.rescue, world.lin)
    save(here, change(category("2240101"), outturn="150"), change(category("224"), initial_budget="100"))
    save(other, change("total", outturn="7"), schedule=BY_FUNCTION)
    heads = head_figures([here, other])
    for submission in (here, other):
        top = measured(return_rows(submission), submission.round)[FUNCTION][0]
        assert (heads[submission.pk].values, heads[submission.pk].measures) == (top.values, top.measures)


def test_all_rows_take_the_same_nine_queries_for_10_and_500_lines_and_projects(world):
    # Seven tables of lines, and the headings of two classifications.
    counts = []
    for number in (10, 500):
        submission = make_submission(world.round, world.rescue, world.lin, revision=number)
        BudgetLine.objects.bulk_create(
            BudgetLine(
                submission=submission,
                schedule=FUNCTION,
                category=item,
                entered_in="yuan",
                **dict.fromkeys(FIGURES, 1),
            )
            for item in many_items(number)
        )
        ProjectLine.objects.bulk_create(
            ProjectLine(submission=submission, name=f"项目{at}", entered_in="yuan", outturn=1)
            for at in range(number)
        )
        save(submission, change(economic("30101"), outturn="1"))
        with statements() as texts:
            measured(return_rows(submission), submission.round)
        counts.append(len(texts))
        put_in_status(submission, "superseded")
    assert counts == [9, 9]


def test_many_returns_have_the_rows_each_has_alone_in_the_same_nine_queries(world):
    culture = make_submission(world.round, world.culture, world.zhao)
    rescue = make_submission(world.round, world.rescue, world.lin)
    save(world.submission, change(category("2240106"), outturn="1"))
    save(world.submission, change(economic("30101"), outturn="2"))
    save(rescue, change(category("2080505"), outturn="4"))
    save(rescue, project("安监津贴", outturn="8"))
    every = [world.submission, rescue, culture]
    with statements() as texts:
        many = rows_of_many(every)
    assert len(texts) == 9
    assert many == {each.pk: return_rows(each) for each in every}
    assert [many[each.pk][FUNCTION][0].values["outturn"] for each in every] == [1, 4, None]
    assert rows_of_many([]) == {}


def test_a_heading_that_a_unit_proposed_is_read_by_that_unit_alone(world):
    culture = make_submission(world.round, world.culture, world.zhao)
    for unit, name in ((world.emergency, "应急的款"), (world.culture, "文化的款")):
        category("22498", name=name, proposed_by=unit)
    for submission in (world.submission, culture):
        line = change(category("2249801"), outturn="1")
        save(submission, line, by=submission.started_by)
    rows = rows_of_many([world.submission, culture])
    names = [
        next(row.name for row in rows[each.pk][FUNCTION] if row.code == "22498")
        for each in (world.submission, culture)
    ]
    assert names == ["应急的款", "文化的款"]


# --- Stated and entered


def test_a_total_or_subtotal_with_nothing_below_is_stated_and_a_line_is_entered(here):
    save(here, change("total", outturn="1"), schedule=BY_FUNCTION)
    save(here, change("basic", outturn="1"), change("operating", outturn="1"), schedule=BY_NATURE)
    save(here, change("personnel", outturn="1"), schedule=BY_ECONOMIC)
    found = {
        (name, code): one(here, code, name).figures["outturn"].origin
        for name, code in [
            (FUNCTION, "total"),
            (NATURE, "basic"),
            (NATURE, "operating"),
            (ECONOMIC, "personnel"),
            (ECONOMIC, "total"),
        ]
    }
    assert found == {
        (FUNCTION, "total"): Origin.STATED,
        (NATURE, "basic"): Origin.STATED,
        (NATURE, "operating"): Origin.ENTERED,
        (ECONOMIC, "personnel"): Origin.STATED,
        (ECONOMIC, "total"): Origin.COMPUTED,
    }


# --- By economic classification


def by_economic(submission):
    """Code, kind, parent and outturn of each row by economic classification."""
    rows = rows_of(submission, ECONOMIC)
    return [(row.code, str(row.kind), row.parent, row.values["outturn"]) for row in rows]


def test_personnel_is_301_and_303_operating_is_302_310_307_and_399(here):
    codes = ["30101", "30305", "30201", "31002", "30701", "39999"]
    save(here, *(change(economic(code), outturn=str(2**at)) for at, code in enumerate(codes)))
    assert by_economic(here) == [
        ("total", "total", "", 63),
        ("personnel", "subtotal", "total", 3),
        ("301", "subtotal", "personnel", 1),
        ("30101", "line", "301", 1),
        ("303", "subtotal", "personnel", 2),
        ("30305", "line", "303", 2),
        ("operating", "subtotal", "total", 60),
        ("302", "subtotal", "operating", 4),
        ("30201", "line", "302", 4),
        ("307", "subtotal", "operating", 16),
        ("30701", "line", "307", 16),
        ("310", "subtotal", "operating", 8),
        ("31002", "line", "310", 8),
        ("399", "subtotal", "operating", 32),
        ("39999", "line", "399", 32),
    ]


@pytest.mark.parametrize("code", ["30901", "31101", "31201", "31302"])
def test_what_is_beyond_basic_expenditure_stands_in_a_group_of_its_own(here, code):
    save(here, change(economic(code), outturn="4"), change(economic("30101"), outturn="1"))
    assert by_economic(here)[-3:] == [
        ("beyond_basic", "subtotal", "total", 4),
        (code[:3], "subtotal", "beyond_basic", 4),
        (code, "line", code[:3], 4),
    ]
    assert one(here, "total", ECONOMIC).values["outturn"] == 5


@pytest.mark.parametrize("code", ["30499", "31401", "99901"])
def test_a_class_that_is_in_no_group_is_lost_neither_from_the_page_nor_from_the_total(here, code):
    save(here, change(economic(code), outturn="4"), change(economic("30101"), outturn="1"))
    assert (code, "line", code[:3], 4) in by_economic(here)
    assert one(here, "beyond_basic", ECONOMIC).values["outturn"] == 4
    assert one(here, "total", ECONOMIC).values["outturn"] == 5


def test_a_stated_group_stands_where_its_rows_are_blank_and_is_overruled_where_not(here):
    save(here, change("operating", initial_budget="900", outturn="10"), schedule=BY_ECONOMIC)
    save(here, change(economic("30201"), outturn="7"))
    found = one(here, "operating", ECONOMIC).figures
    assert (found["initial_budget"].value, found["initial_budget"].origin) == (900, Origin.STATED)
    assert (found["outturn"].value, found["outturn"].overruled) == (7, 10)
    assert one(here, "total", ECONOMIC).values == {
        **dict.fromkeys(FIGURES),
        "initial_budget": 900,
        "outturn": 7,
    }


def test_a_stated_class_stands_above_its_lines(here):
    save(here, change(economic("301"), initial_budget="5"), change(economic("30101"), outturn="1"))
    found = one(here, "301", ECONOMIC)
    assert (found.kind, found.values["initial_budget"], found.values["outturn"]) == (RowKind.SUBTOTAL, 5, 1)
    assert one(here, "personnel", ECONOMIC).values["initial_budget"] == 5


def test_economic_headings_have_the_name_of_the_year_and_the_departments_chart(here):
    economic("301", "旧名", valid_to=2022)
    economic("301", "工资福利支出", valid_from=2023)
    economic("301", "政府的", chart="government")
    save(here, change(economic("30101", "基本工资"), outturn="1"))
    assert [row.name for row in rows_of(here, ECONOMIC)][1:4] == ["人员经费", "工资福利支出", "基本工资"]


def test_an_economic_heading_that_is_not_in_the_classification_is_shown_by_its_code(here):
    save(here, change(economic("30101"), outturn="1"))
    assert not EconomicCategory.objects.filter(code="301").exists()
    assert one(here, "301", ECONOMIC).name == "301"


def test_a_computed_group_leaves_the_reason_to_its_lines_and_a_stated_one_does_not(here):
    save(here, change(economic("30101"), outturn="2000000", initial_budget="1000000"))
    save(here, change("operating", outturn="2000000", initial_budget="1000000"), schedule=BY_ECONOMIC)
    assert asking(here, ECONOMIC) == ["total", "30101", "operating"]


def asking(submission, schedule):
    """The codes of the rows that ask for a reason."""
    rows = measured(return_rows(submission), submission.round)[schedule]
    return [row.row.code for row in rows if row.needs_explanation]


# --- Projects


def test_projects_stand_in_the_order_they_were_added_by_code_or_number(here):
    save(here, project("乙", outturn="1"), project("甲", code="P7", outturn="2"), project("丙"))
    found = [(row.code, row.name, row.values["outturn"]) for row in rows_of(here, PROJECTS.name)]
    assert found == [("total", "项目支出合计", 3), ("1", "乙", 1), ("P7", "甲", 2), ("3", "丙", None)]


def test_two_fundings_of_one_project_are_told_apart_and_both_count(here):
    save(
        here,
        project("防火", "appropriation", outturn="1", kind="operation"),
        project("防火", "carried_forward", outturn="2"),
        project("防火", outturn="4"),
    )
    rows = rows_of(here, PROJECTS.name)
    assert [row.qualifiers for row in rows[1:]] == ["业务工作经费 · 当年财政拨款", "上年结转", ""]
    assert rows[0].values["outturn"] == 7


def test_the_total_of_the_projects_is_the_row_project_by_nature(here):
    save(here, change("project", initial_budget="485.50", reason="未下达"), schedule=BY_NATURE)
    save(here, project("甲"), project("乙", outturn="5"))
    above, beside = one(here, "total", PROJECTS.name), one(here, "project", NATURE)
    assert above.figures == beside.figures
    assert above.variance_reason == beside.variance_reason == "未下达"
    assert (above.figures["initial_budget"].origin, above.figures["outturn"].origin) == (
        Origin.STATED,
        Origin.COMPUTED,
    )
    assert above.figures["outturn"].blanks == 1
    assert one(here, "total", NATURE).values == {
        **dict.fromkeys(FIGURES),
        "initial_budget": yuan("485.50"),
        "outturn": 5,
    }


def test_without_a_project_the_row_by_nature_is_entered_and_the_total_of_projects_stated(here):
    save(here, change("project", outturn="5"), schedule=BY_NATURE)
    assert one(here, "project", NATURE).figures["outturn"].origin == Origin.ENTERED
    assert one(here, "total", PROJECTS.name).figures["outturn"].origin == Origin.STATED


def test_projects_overrule_the_total_stated_by_nature_on_both_pages(here):
    save(here, change("project", outturn="10"), schedule=BY_NATURE)
    save(here, project("甲", outturn="7"))
    for code, schedule in (("total", PROJECTS.name), ("project", NATURE)):
        figure = one(here, code, schedule).figures["outturn"]
        assert (figure.value, figure.overruled) == (7, 10)


def test_a_project_whose_code_is_total_is_a_project(here):
    save(here, project("甲", code="total", outturn="7"))
    assert [(row.code, row.kind, row.values["outturn"]) for row in rows_of(here, PROJECTS.name)] == [
        ("total", RowKind.TOTAL, 7),
        ("total", RowKind.LINE, 7),
    ]


def test_each_project_above_the_threshold_asks_for_a_reason(here):
    save(
        here,
        project("甲", outturn="2000000", initial_budget="1000000"),
        project("乙", outturn="2000000", initial_budget="1000000", variance_reason="追加"),
        project("丙", outturn="1000000", initial_budget="1000000"),
    )
    assert asking(here, PROJECTS.name) == ["total", "1"]


# --- Schedules without amounts, and without a total


def test_the_retired_and_the_temporary_stand_beside_the_total_of_staff(here):
    save(
        here,
        row(STAFF, "fully_funded", authorized=127, in_service=122),
        row(STAFF, "retired", in_service=8),
        row(STAFF, "temporary", in_service=3),
        schedule=STAFF,
    )
    top = one(here, "total", STAFF.name)
    assert top.values == {"authorized": 127, "in_service": 122}
    assert {each.code: each.columns for each in rows_of(here, STAFF.name) if each.columns} == dict.fromkeys(
        ("retired_cadre", "retired", "temporary"), ("in_service",)
    )
    head = measured(return_rows(here), here.round)[STAFF.name][0]
    assert head.measures == {"staff_control_rate": yuan("12200") / 127}


def test_staff_can_be_stated_in_total_where_the_kinds_are_blank(here):
    save(
        here, row(STAFF, "fully_funded", authorized=127), row(STAFF, "total", in_service=122), schedule=STAFF
    )
    found = one(here, "total", STAFF.name).figures
    assert (found["authorized"].origin, found["in_service"].origin) == (Origin.COMPUTED, Origin.STATED)
    assert (found["authorized"].value, found["in_service"].value) == (127, 122)


def test_vehicles_are_purchase_and_operation(here):
    save(
        here,
        change("vehicle_purchase", outturn="0"),
        change("vehicle_operation", outturn="5"),
        change("hospitality", outturn="7"),
        schedule=THREE_PUBLIC,
    )
    assert one(here, "vehicles", THREE_PUBLIC.name).values["outturn"] == 5
    assert one(here, "total", THREE_PUBLIC.name).values["outturn"] == 12


def test_counts_have_no_total_and_a_difference_to_last_year(here):
    save(
        here,
        row(THREE_PUBLIC_COUNTS, "receptions", last_year_count=70, this_year_count=85),
        row(THREE_PUBLIC_COUNTS, "vehicles_held", this_year_count=3),
        schedule=THREE_PUBLIC_COUNTS,
    )
    found = {
        each.row.code: each.measures["count_change"]
        for each in measured(return_rows(here), here.round)[THREE_PUBLIC_COUNTS.name]
    }
    assert "total" not in found
    assert (found["receptions"], found["vehicles_held"]) == (15, None)
    assert {each.kind for each in rows_of(here, THREE_PUBLIC_COUNTS.name)} == {RowKind.LINE}


def test_other_base_data_has_no_total_and_procurement_is_the_sum_of_its_parts(here):
    save(
        here,
        change("procured_goods", outturn="1"),
        change("procured_services", outturn="2"),
        change("office", outturn="4"),
        schedule=BASE_ITEMS,
    )
    rows = rows_of(here, BASE_ITEMS.name)
    assert [each.code for each in rows if each.kind != RowKind.LINE] == ["procurement"]
    assert one(here, "procurement", BASE_ITEMS.name).values["outturn"] == 3
    assert {each.parent for each in rows} == {"", "procurement"}


def test_the_closing_balance_is_derived_where_the_other_three_are_known(here):
    save(
        here,
        row(CARRYOVER, "general_public", opening="100", received="50.50", spent="150.51"),
        row(CARRYOVER, "government_fund", opening="10", closing="10"),
        row(CARRYOVER, "other", opening="1"),
        schedule=CARRYOVER,
    )
    found = {each.code: each.figures["closing"] for each in rows_of(here, CARRYOVER.name)}
    assert (found["general_public"].value, found["general_public"].origin) == (yuan("-0.01"), Origin.COMPUTED)
    assert (found["government_fund"].value, found["government_fund"].origin) == (10, Origin.ENTERED)
    assert (found["other"].value, found["other"].origin) == (None, Origin.BLANK)
    # The total sums what its rows hold: −0.01 + 10, three funds blank.
    assert (found["total"].value, found["total"].blanks) == (yuan("9.99"), 3)


def test_an_entered_closing_balance_that_differs_is_overruled_and_kept(here):
    save(
        here,
        row(CARRYOVER, "other", opening="1", received="2", spent="3", closing="5"),
        row(CARRYOVER, "general_public", opening="1", received="2", spent="3", closing="0"),
        schedule=CARRYOVER,
    )
    found = {each.code: each.figures["closing"] for each in rows_of(here, CARRYOVER.name)}
    assert (found["other"].value, found["other"].overruled) == (0, 5)
    assert (found["general_public"].value, found["general_public"].overruled) == (0, None)
    assert found["total"].value == 0


def test_the_closing_of_a_stated_total_is_derived_too(here):
    save(here, row(CARRYOVER, "total", opening="10", received="5", spent="15"), schedule=CARRYOVER)
    found = one(here, "total", CARRYOVER.name).figures
    assert [found[name].origin for name in ("opening", "received", "spent")] == [Origin.STATED] * 3
    assert (found["closing"].value, found["closing"].origin) == (0, Origin.COMPUTED)


def test_buildings_have_no_total_and_two_rates_each(here):
    save(
        here,
        row(
            BUILDINGS,
            "训练楼",
            name="训练楼",
            approved_area="1000.50",
            actual_area="1200.60",
            planned_investment="2000000",
        ),
        row(BUILDINGS, "车库", name="车库"),
        schedule=BUILDINGS,
    )
    first, second = measured(return_rows(here), here.round)[BUILDINGS.name]
    assert (first.row.name, first.row.kind, first.row.parent) == ("训练楼", RowKind.LINE, "")
    assert first.measures == {"area_control_rate": yuan("120"), "investment_control_rate": None}
    assert second.measures == {"area_control_rate": None, "investment_control_rate": None}


def test_nobody_asks_for_the_reason_of_persons_or_square_metres(here):
    save(here, row(STAFF, "total", authorized=1, in_service=200000), schedule=STAFF)
    assert asking(here, STAFF.name) == []
