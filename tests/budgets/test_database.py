"""What PostgreSQL itself refuses, whoever asks: raw SQL, no Django in between."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from budgets.measures import FIGURES
from tests.world import category, change, line, make_submission, put_in_status, save, yuan

LINE = {
    "schedule": "revenue",
    "item": "other",
    "category_id": None,
    "fund": "",
    "nature": "",
    "variance_reason": "",
    "entered_in": "wan",
    "row_version": 1,
    **dict.fromkeys(FIGURES),
}
BY_FUNCTION = {"schedule": "expenditure_by_function", "item": ""}


def sql(text, *parameters):
    """Run one statement; what a SELECT finds first."""
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return cursor.fetchone() if cursor.description else cursor.rowcount


def insert(submission, **columns):
    """Insert a line of revenue, 其他收入, with these columns."""
    row = LINE | {"submission_id": submission.pk} | columns
    sql(
        f"INSERT INTO budgets_budgetline ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})",
        *row.values(),
    )


def is_refused(submission, **columns):
    """Whether PostgreSQL refuses such a line; the transaction goes on."""
    try:
        with transaction.atomic():
            insert(submission, **columns)
    except DatabaseError:
        return True
    return False


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "0.001", "-1.005", "10000000000000", "-10000000000000", "1e13"]
)
def test_a_figure_is_whole_fen_below_the_limit_and_a_number(world, figure, number):
    with pytest.raises(IntegrityError, match="yuan"):
        insert(world.submission, **{figure: number})


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("number", ["9999999999999.99", "-9999999999999.99", "-0.01", "0", "1.500", None])
def test_negatives_zero_and_nothing_are_figures(world, figure, number):
    insert(world.submission, **{figure: number})
    assert getattr(line(world.submission, "other"), figure) == yuan(number)


def test_every_figure_is_of_the_domain_yuan(db):
    found = sql(
        "SELECT array_agg(column_name::text ORDER BY column_name) FROM information_schema.columns"
        " WHERE table_name = 'budgets_budgetline' AND domain_name = 'yuan'"
    )
    assert found == (sorted(FIGURES),)


def test_the_same_row_does_not_come_twice(world):
    insert(world.submission)
    with pytest.raises(IntegrityError, match="line_once"):
        insert(world.submission)


def test_the_same_category_does_not_come_twice_but_with_another_fund_it_does(world):
    item = {**BY_FUNCTION, "category_id": category("2240101").pk}
    insert(world.submission, **item)
    insert(world.submission, **item, fund="general_public")
    insert(world.submission, **item, fund="general_public", nature="basic")
    assert is_refused(world.submission, **item)
    assert is_refused(world.submission, **item, fund="general_public", nature="basic")


@pytest.mark.parametrize(
    ("schedule", "item"),
    [
        ("revenue", "basic"),
        ("revenue", ""),
        ("revenue", "Other"),
        ("expenditure_by_nature", "general_public"),
        ("expenditure_by_nature", ""),
        ("expenditure_by_function", ""),
        ("expenditure_by_function", "other"),
        ("expenditure", "total"),
        ("", "total"),
    ],
)
def test_an_item_of_another_schedule_is_refused(world, schedule, item):
    with pytest.raises(IntegrityError, match="line_key_fits_schedule"):
        insert(world.submission, schedule=schedule, item=item)


@pytest.mark.parametrize("schedule", ["revenue", "expenditure_by_function", "expenditure_by_nature"])
def test_every_schedule_takes_a_stated_total_without_a_category(world, schedule):
    insert(world.submission, schedule=schedule, item="total")
    assert is_refused(world.submission, schedule=schedule, item="total", category_id=category("2240101").pk)


@pytest.mark.parametrize("schedule", ["revenue", "expenditure_by_nature"])
def test_only_the_schedule_by_function_takes_a_category(world, schedule):
    assert is_refused(world.submission, schedule=schedule, item="", category_id=category("2240101").pk)


@pytest.mark.parametrize("column", ["fund", "nature"])
def test_a_fund_or_nature_belongs_to_a_category(world, column):
    with pytest.raises(IntegrityError, match="line_fund_and_nature_by_function"):
        insert(world.submission, **{column: {"fund": "general_public", "nature": "basic"}[column]})


@pytest.mark.parametrize(("column", "rule"), [("fund", "line_fund_known"), ("nature", "line_nature_known")])
def test_an_unknown_fund_or_nature_is_refused(world, column, rule):
    with pytest.raises(IntegrityError, match=rule):
        insert(world.submission, **BY_FUNCTION, category_id=category("2240101").pk, **{column: "lottery"})


def test_a_row_is_entered_in_yuan_or_wan_yuan(world):
    with pytest.raises(IntegrityError, match="line_entered_in_known"):
        insert(world.submission, entered_in="usd")


def test_a_version_begins_with_one(world):
    with pytest.raises(IntegrityError, match="line_version_from_one"):
        insert(world.submission, row_version=0)


@pytest.mark.parametrize("step", ["row_version", "row_version + 2", "row_version - 1", "1"])
def test_a_row_does_not_change_unless_its_version_steps_by_one(world, step):
    insert(world.submission, row_version=5)
    with pytest.raises(IntegrityError, match="must step by one"):
        sql(f"UPDATE budgets_budgetline SET outturn = 1, row_version = {step}")


def test_a_row_changes_with_its_next_version(world):
    insert(world.submission)
    assert sql("UPDATE budgets_budgetline SET outturn = 1, row_version = row_version + 1") == 1


DEEDS = {
    "insert": "INSERT INTO budgets_budgetline (submission_id, schedule, item, fund, nature, variance_reason,"
    " entered_in, row_version) VALUES (%s, 'revenue', 'total', '', '', '', 'wan', 1)",
    "update": "UPDATE budgets_budgetline SET outturn = 2, row_version = row_version + 1"
    " WHERE submission_id = %s",
    "delete": "DELETE FROM budgets_budgetline WHERE submission_id = %s",
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("status", ["in_review", "approved", "published", "superseded"])
def test_rows_of_a_return_that_is_not_open_stand_still(world, deed, status):
    insert(world.submission)
    put_in_status(world.submission, status)
    with pytest.raises(IntegrityError, match=f"is {status} and cannot be edited"):
        sql(DEEDS[deed], world.submission.pk)


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("status", ["draft", "returned"])
def test_rows_of_an_open_return_change(world, deed, status):
    insert(world.submission)
    put_in_status(world.submission, status)
    assert sql(DEEDS[deed], world.submission.pk) == 1


def test_a_row_never_moves_to_another_return(world):
    insert(world.submission)
    other = make_submission(world.round, world.rescue, world.lin)
    with pytest.raises(IntegrityError, match="never moves"):
        sql("UPDATE budgets_budgetline SET submission_id = %s, row_version = 2", other.pk)


def test_a_row_belongs_to_a_return(world):
    with pytest.raises(IntegrityError):
        insert(world.submission, submission_id=0)
        sql("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_category_with_rows_stays(world):
    save(world.submission, change(category("2240101"), outturn="1"))
    with pytest.raises(IntegrityError):
        sql("DELETE FROM budgets_functionalcategory")
        sql("SET CONSTRAINTS ALL IMMEDIATE")


COLUMNS = "code, level, name, former_names, initials, source_count, valid_from, valid_to"
VALUES = "%s, %s, '', '', '', 0, %s, %s"
CODES = {
    "functional": f"INSERT INTO budgets_functionalcategory ({COLUMNS}, budget_book)"
    f" VALUES ({VALUES}, 'general_public')",
    "economic": f"INSERT INTO budgets_economiccategory ({COLUMNS}, chart) VALUES ({VALUES}, 'department')",
    "revenue": f"INSERT INTO budgets_revenuecategory ({COLUMNS}, budget_book)"
    f" VALUES ({VALUES}, 'general_public')",
}


@pytest.mark.parametrize(
    ("kind", "code", "level"),
    [
        ("functional", "224", "subclass"),
        ("functional", "22401", "class"),
        ("functional", "22401", "item"),
        ("functional", "2240101", "subclass"),
        ("functional", "224010", "item"),
        ("functional", "22401012", "item"),
        ("functional", "224010a", "item"),
        ("functional", "２２４", "class"),
        ("functional", "224\n", "class"),
        ("functional", "", "class"),
        ("economic", "301", "subclass"),
        ("economic", "30101", "class"),
        ("economic", "3010101", "item"),
        ("revenue", "101x", "class"),
    ],
)
def test_a_code_that_does_not_fit_its_level_is_refused(db, kind, code, level):
    with pytest.raises(IntegrityError, match="code"):
        sql(CODES[kind], code, level, None, None)


@pytest.mark.parametrize("kind", CODES)
def test_the_same_code_does_not_come_twice_from_the_same_year_on(db, kind):
    sql(CODES[kind], "301", "class", 2023, None)
    sql(CODES[kind], "301", "class", None, None)
    for since in (2023, None):
        with pytest.raises(IntegrityError, match="once"), transaction.atomic():
            sql(CODES[kind], "301", "class", since, None)


@pytest.mark.parametrize("kind", CODES)
def test_a_code_does_not_end_before_it_begins(db, kind):
    with pytest.raises(IntegrityError, match="years_in_order"):
        sql(CODES[kind], "301", "class", 2024, 2023)
