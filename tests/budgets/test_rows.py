"""How stored lines become rows with subtotals and totals."""

import pytest

from budgets.measures import FIGURES, Origin
from budgets.models import BudgetLine
from budgets.returns import BY_FUNCTION, BY_NATURE, REVENUE
from budgets.rows import RowKind, head_figures, measured, return_rows
from tests.world import category, change, make_submission, many_items, save, statements, yuan

FUNCTION, NATURE = BY_FUNCTION.name, BY_NATURE.name


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
        "revenue": 9,
        "expenditure_by_function": 1,
        "expenditure_by_nature": 8,
    }
    figures = [figure for rows in found.values() for row in rows for figure in row.figures.values()]
    assert {figure.value for figure in figures} == {None}


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
    share = {(name, row.row.code): row.measures["share"] for name, rows in found.items() for row in rows}
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


def test_all_rows_take_the_same_two_queries_for_10_and_500_lines(world):
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
        with statements() as texts:
            measured(return_rows(submission), submission.round)
        counts.append(len(texts))
        submission.status = "superseded"
        submission.save()
    assert counts == [2, 2]
