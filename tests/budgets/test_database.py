"""What PostgreSQL itself refuses, whoever asks: raw SQL, no Django in between."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from budgets.measures import FIGURES
from budgets.models import LINE_MODELS, ReturnText
from budgets.returns import SCHEDULES
from tests.world import category, change, economic, line, make_submission, put_in_status, save, yuan

LINE = {
    "schedule": "revenue",
    "item": "other",
    "category_id": None,
    "economic_category_id": None,
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
        ("expenditure_by_economic", ""),
        ("expenditure_by_economic", "basic"),
        ("three_public", "office"),
        ("base_items", "total"),
        ("base_items", "hospitality"),
        ("staff", "total"),
        ("projects", "total"),
    ],
)
def test_an_item_of_another_schedule_is_refused(world, schedule, item):
    with pytest.raises(IntegrityError, match="line_key_fits_schedule"):
        insert(world.submission, schedule=schedule, item=item)


MONEY = (
    "revenue",
    "expenditure_by_function",
    "expenditure_by_nature",
    "expenditure_by_economic",
    "three_public",
)


@pytest.mark.parametrize("schedule", MONEY)
def test_every_schedule_takes_a_stated_total_without_a_category(world, schedule):
    insert(world.submission, schedule=schedule, item="total")
    assert is_refused(world.submission, schedule=schedule, item="total", category_id=category("2240101").pk)


@pytest.mark.parametrize("schedule", [name for name in (*MONEY, "base_items") if "function" not in name])
def test_only_the_schedule_by_function_takes_a_category(world, schedule):
    assert is_refused(world.submission, schedule=schedule, item="", category_id=category("2240101").pk)


@pytest.mark.parametrize("schedule", [name for name in (*MONEY, "base_items") if "economic" not in name])
def test_only_the_schedule_by_economic_classification_takes_an_economic_category(world, schedule):
    code = economic("30101").pk
    assert is_refused(world.submission, schedule=schedule, item="", economic_category_id=code)
    assert is_refused(
        world.submission,
        schedule=schedule,
        item="",
        economic_category_id=code,
        category_id=category("2240101").pk,
    )


def test_the_schedule_by_economic_classification_takes_groups_and_categories_each_once(world):
    by_economic = {"schedule": "expenditure_by_economic"}
    for item in ("personnel", "operating", "beyond_basic"):
        insert(world.submission, **by_economic, item=item)
        assert is_refused(world.submission, **by_economic, item=item)
    code = {**by_economic, "item": "", "economic_category_id": economic("30101").pk}
    insert(world.submission, **code)
    assert is_refused(world.submission, **code)
    assert is_refused(world.submission, **code | {"item": "personnel"})


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


# --- The other tables

NEW_ROW = {
    "budgets_budgetline": LINE,
    "budgets_staffline": {"item": "total", "authorized": None, "in_service": None},
    "budgets_threepubliccountline": {"item": "receptions", "last_year_count": None, "this_year_count": None},
    "budgets_projectline": {
        "name": "防火",
        "code": "",
        "kind": "",
        "funding": "",
        "variance_reason": "",
        "entered_in": "yuan",
        **dict.fromkeys(FIGURES),
    },
    "budgets_adjustmentline": {
        "name": "财预 1 号",
        "adjusted_on": "2023-06-01",
        "reason": "",
        "adjusted": None,
        "entered_in": "yuan",
        **dict.fromkeys(("kind", "source", "function", "use"), ""),
    },
    "budgets_carryoverline": {
        "item": "total",
        "entered_in": "yuan",
        **dict.fromkeys(("opening", "received", "spent", "closing")),
    },
    "budgets_buildingline": {
        "name": "训练楼",
        "entered_in": "yuan",
        **dict.fromkeys(("approved_area", "actual_area", "planned_investment", "actual_investment")),
    },
    "budgets_returntext": {"name": "thrift_measures", "text": "节约"},
}
"""A row of each table that hangs on a return."""

YUAN = [
    ("budgets_carryoverline", "opening"),
    ("budgets_carryoverline", "received"),
    ("budgets_carryoverline", "spent"),
    ("budgets_carryoverline", "closing"),
    ("budgets_buildingline", "planned_investment"),
    ("budgets_buildingline", "actual_investment"),
    *(("budgets_projectline", name) for name in FIGURES),
]
UNSIGNED = [("budgets_adjustmentline", "adjusted")]
COUNTS = [
    ("budgets_staffline", "authorized"),
    ("budgets_staffline", "in_service"),
    ("budgets_threepubliccountline", "last_year_count"),
    ("budgets_threepubliccountline", "this_year_count"),
]
AREAS = [("budgets_buildingline", "approved_area"), ("budgets_buildingline", "actual_area")]


def put(table, submission, **columns):
    """Insert a row of a table with these columns; its number."""
    row = NEW_ROW[table] | {"submission_id": submission.pk, "row_version": 1} | columns
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    [number] = sql(f"INSERT INTO {table} ({names}) VALUES ({places}) RETURNING id", *row.values())
    return number


def test_every_table_of_rows_is_looked_at():
    tables = {LINE_MODELS[schedule.name]._meta.db_table for schedule in SCHEDULES}
    assert tables | {ReturnText._meta.db_table} == set(NEW_ROW)


def test_every_amount_of_every_table_is_of_the_domain_yuan(db):
    found = sql(
        "SELECT array_agg(table_name || ' ' || column_name) FROM information_schema.columns"
        " WHERE domain_name = 'yuan' AND table_name <> 'budgets_budgetline'"
    )
    kept = [
        *YUAN,
        *UNSIGNED,
        *(("budgets_restatement", f"{side}_figure") for side in ("approved", "restated")),
    ]
    assert sorted(found[0]) == sorted(f"{table} {name}" for table, name in kept)


@pytest.mark.parametrize(("table", "name"), [*YUAN, *UNSIGNED])
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "0.001", "-1.005", "1e13", "-1e13"])
def test_an_amount_of_any_table_is_whole_fen_below_the_limit_and_a_number(world, table, name, number):
    with pytest.raises(IntegrityError, match="yuan"):
        put(table, world.submission, **{name: number})


@pytest.mark.parametrize(("table", "name"), YUAN)
def test_an_amount_of_any_table_may_be_large_negative_zero_or_nothing(world, table, name):
    for number in ("9999999999999.99", "-9999999999999.99", "0", None):
        pk = put(table, world.submission, **{name: number})
        assert sql(f"SELECT {name} FROM {table} WHERE id = %s", pk) == (yuan(number),)
        sql(f"DELETE FROM {table} WHERE id = %s", pk)


@pytest.mark.parametrize(("table", "name"), UNSIGNED)
def test_an_amount_whose_way_another_column_says_has_no_sign(world, table, name):
    for number in ("9999999999999.99", "0", None):
        put(table, world.submission, name=f"文件 {number}", **{name: number})
    with pytest.raises(IntegrityError, match="adjusted_unsigned"):
        put(table, world.submission, **{name: "-0.01"})


@pytest.mark.parametrize(("table", "name"), COUNTS)
def test_a_count_is_whole_and_not_negative(world, table, name):
    with pytest.raises(IntegrityError, match=f"{name}_check"), transaction.atomic():
        put(table, world.submission, **{name: -1})
    with pytest.raises(DatabaseError, match="invalid input syntax"), transaction.atomic():
        put(table, world.submission, **{name: "NaN"})
    put(table, world.submission, **{name: 0})


@pytest.mark.parametrize(("table", "name"), AREAS)
@pytest.mark.parametrize("number", ["-0.01", "-1", "NaN", "0.001", "1.005", "Infinity", "99999999999"])
def test_an_area_is_two_decimals_of_a_number_and_not_negative(world, table, name, number):
    with pytest.raises(DatabaseError, match=r"area|numeric"):
        put(table, world.submission, **{name: number})


@pytest.mark.parametrize(("table", "name"), AREAS)
@pytest.mark.parametrize("number", ["0", "1200.50", "9999999999.99", None])
def test_an_area_is_kept_as_it_is(world, table, name, number):
    pk = put(table, world.submission, **{name: number})
    assert sql(f"SELECT {name} FROM {table} WHERE id = %s", pk) == (yuan(number),)


ITEMS = {
    "budgets_staffline": ("staff", "other"),
    "budgets_threepubliccountline": ("three_public_count", "total"),
    "budgets_carryoverline": ("carryover", "retired"),
}


@pytest.mark.parametrize("table", ITEMS)
@pytest.mark.parametrize("item", ["", "Total", "basic", None])
def test_a_fixed_row_is_one_of_its_schedule(world, table, item):
    rule, foreign = ITEMS[table]
    with pytest.raises(IntegrityError, match=f"{rule}_item_known"):
        put(table, world.submission, item=foreign if item is None else item)


@pytest.mark.parametrize("table", ITEMS)
def test_a_fixed_row_comes_once_in_a_return_and_again_in_the_next(world, table):
    put(table, world.submission)
    put(table, make_submission(world.round, world.rescue, world.lin))
    with pytest.raises(IntegrityError, match=f"{ITEMS[table][0]}_once"):
        put(table, world.submission)


@pytest.mark.parametrize(
    ("table", "rule"), [("budgets_projectline", "project"), ("budgets_buildingline", "building")]
)
def test_what_a_unit_names_itself_has_a_name(world, table, rule):
    for name in ("", " "):
        with pytest.raises(IntegrityError, match=f"{rule}_has_name"), transaction.atomic():
            put(table, world.submission, name=name)


def test_a_project_comes_once_with_one_funding(world):
    put("budgets_projectline", world.submission)
    put("budgets_projectline", world.submission, funding="other")
    put("budgets_projectline", make_submission(world.round, world.rescue, world.lin))
    put("budgets_projectline", world.submission)
    with pytest.raises(IntegrityError, match="project_once"):
        sql("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_building_comes_once(world):
    put("budgets_buildingline", world.submission)
    put("budgets_buildingline", world.submission)
    with pytest.raises(IntegrityError, match="building_once"):
        sql("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("table", ["budgets_projectline", "budgets_buildingline"])
def test_two_rows_can_swap_their_names_one_after_the_other(world, table):
    first, second = put(table, world.submission, name="甲"), put(table, world.submission, name="乙")
    for pk, name in ((first, "乙"), (second, "甲")):
        sql(f"UPDATE {table} SET name = %s, row_version = 2 WHERE id = %s", name, pk)
    sql("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("column", "rule"), [("kind", "project_kind_known"), ("funding", "project_funding_known")]
)
def test_an_unknown_kind_or_funding_is_refused(world, column, rule):
    with pytest.raises(IntegrityError, match=rule):
        put("budgets_projectline", world.submission, **{column: "lottery"})


@pytest.mark.parametrize("table", [each for each, row in NEW_ROW.items() if "entered_in" in row])
def test_an_amount_was_typed_in_yuan_or_wan_yuan(world, table):
    with pytest.raises(IntegrityError, match="entered_in_known"):
        put(table, world.submission, entered_in="usd")


@pytest.mark.parametrize("table", NEW_ROW)
def test_a_version_of_any_table_begins_with_one(world, table):
    with pytest.raises(IntegrityError, match=r"version"):
        put(table, world.submission, row_version=0)


def test_a_text_comes_once(world):
    put("budgets_returntext", world.submission)
    put("budgets_returntext", make_submission(world.round, world.rescue, world.lin))
    with pytest.raises(IntegrityError, match="text_once"):
        put("budgets_returntext", world.submission)


def test_a_text_is_one_of_those_a_return_has(world):
    with pytest.raises(IntegrityError, match="text_name_known"):
        put("budgets_returntext", world.submission, name="poem")


CHANGE = "UPDATE {table} SET row_version = row_version + 1 WHERE submission_id = %s"


@pytest.mark.parametrize("table", NEW_ROW)
@pytest.mark.parametrize("status", ["in_review", "approved", "published", "superseded"])
def test_nothing_of_a_return_that_is_not_open_changes(world, table, status):
    put(table, world.submission)
    put_in_status(world.submission, status)
    deeds = (
        lambda: put(table, world.submission, **other_key(table)),
        lambda: sql(CHANGE.format(table=table), world.submission.pk),
        lambda: sql(f"DELETE FROM {table} WHERE submission_id = %s", world.submission.pk),
    )
    for deed in deeds:
        with pytest.raises(IntegrityError, match=f"is {status} and cannot be edited"), transaction.atomic():
            deed()


def other_key(table):
    """Columns that make a second row of a table; there is only one text."""
    if table == "budgets_returntext":
        return {}
    items = {"budgets_threepubliccountline": "vehicles_held", "budgets_staffline": "retired"}
    return {"name": "乙"} if "name" in NEW_ROW[table] else {"item": items.get(table, "general_public")}


@pytest.mark.parametrize("table", NEW_ROW)
@pytest.mark.parametrize("status", ["draft", "returned"])
def test_everything_of_an_open_return_changes(world, table, status):
    put_in_status(world.submission, status)
    put(table, world.submission)
    assert sql(CHANGE.format(table=table), world.submission.pk) == 1
    assert sql(f"DELETE FROM {table} WHERE submission_id = %s", world.submission.pk) == 1


@pytest.mark.parametrize("table", NEW_ROW)
@pytest.mark.parametrize("step", ["row_version", "row_version + 2", "row_version - 1", "1"])
def test_a_row_of_any_table_changes_only_with_its_next_version(world, table, step):
    put(table, world.submission, row_version=5)
    with pytest.raises(IntegrityError, match="must step by one"):
        sql(f"UPDATE {table} SET row_version = {step}")


@pytest.mark.parametrize("table", NEW_ROW)
def test_a_row_of_any_table_never_moves_to_another_return(world, table):
    put(table, world.submission)
    other = make_submission(world.round, world.rescue, world.lin)
    with pytest.raises(IntegrityError, match="never moves"):
        sql(f"UPDATE {table} SET submission_id = %s, row_version = 2", other.pk)


def test_an_economic_category_with_rows_stays(world):
    save(world.submission, change(economic("30101"), outturn="1"))
    with pytest.raises(IntegrityError):
        sql("DELETE FROM budgets_economiccategory")
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
