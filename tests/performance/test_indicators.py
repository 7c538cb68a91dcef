"""Saving indicators: over HTTP, in the deed, and what PostgreSQL refuses by itself."""

import json
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from budgets.money import AmountError, parse_points
from performance.frameworks import SECOND_LEVELS
from performance.models import IndicatorLine
from tests.performance.indicators import FULL_SET, fill, performance_of, post, put, sent, spend, stored
from tests.world import make_submission, numbered, put_in_status, signed_in, statements

# --- It works


def test_an_indicator_is_kept_as_it_was_sent(lin, here):
    answer = post(
        lin,
        here,
        sent(
            " 办理事项 ",
            "quantity",
            "８",
            "7.5",
            target_value="≥12 件",
            actual_value="11 件",
            deviation_reason="原因",
        ),
    )
    assert answer.status_code == 200
    line = stored(here)["办理事项"]
    assert (line.second_level, str(line.max_score), str(line.score)) == ("quantity", "8.00", "7.50")
    assert (line.target_value, line.actual_value, line.deviation_reason) == ("≥12 件", "11 件", "原因")
    assert answer.json()["saved"] == {"r1": f"line-{line.pk}"}


def test_a_save_is_one_edit_with_old_and_new(lin, here):
    post(lin, here, sent("办理事项", "quantity", "8", "8"))
    line = stored(here)["办理事项"]
    post(lin, here, sent("办理事项", "quantity", "8", "7", version=1, id=line.pk))
    first, second = here.edits.order_by("pk")
    assert first.schedule == second.schedule == "indicators"
    key = {"second_level": "quantity", "name": "办理事项"}
    assert second.changes == [{"row": key, "line": line.pk, "cells": {"score": ["8.00", "7.00"]}}]


def test_a_row_is_renamed_moved_to_another_second_level_and_removed(lin, here):
    post(lin, here, sent("甲", "quantity", "8", "8"))
    line = stored(here)["甲"]
    assert post(lin, here, sent("乙", "quality", "8", "8", version=1, id=line.pk)).status_code == 200
    renamed = IndicatorLine.objects.get(submission=here)
    assert (renamed.pk, renamed.name, renamed.second_level, renamed.row_version) == (
        line.pk,
        "乙",
        "quality",
        2,
    )
    gone = {"row": "r1", "id": line.pk, "row_version": 2}
    assert post(lin, here, removed=[gone]).status_code == 200
    assert not stored(here)


def test_two_rows_swap_their_names_in_one_save(lin, here):
    first, second = put(here, "甲", second_level="quantity"), put(here, "乙", second_level="quantity")
    rows = [
        sent("乙", "quantity", row="r1", version=1, id=first.pk),
        sent("甲", "quantity", row="r2", version=1, id=second.pk),
    ]
    assert post(lin, here, *rows).status_code == 200
    assert stored(here)["乙"].pk == first.pk


def test_the_same_name_stands_under_two_second_levels_and_not_twice_under_one(lin, here):
    rows = [sent("甲", "quantity", row="r1"), sent("甲", "quality", row="r2")]
    assert post(lin, here, *rows).status_code == 200
    response = post(lin, here, sent("丙", "cost", row="r1"), sent("丙", "cost", row="r2"))
    assert response.status_code == 422 and "有两行相同" in response.json()["errors"][0]["message"]


def test_rows_come_by_first_and_second_level_then_as_added(lin, here):
    for name, second_level in (
        ("末", ""),
        ("满意", "satisfaction"),
        ("数二", "quantity"),
        ("成本", "cost"),
        ("经济", "economic"),
        ("数三", "quantity"),
    ):
        put(here, name, second_level=second_level)
    rows = performance_of(here, None).rows
    assert [row.name for row in rows] == ["数二", "数三", "成本", "经济", "满意", "末"]


def test_the_answer_brings_the_result_and_the_state_of_the_sections(lin, here):
    spend(here, revised="200", outturn="197")
    rows = [
        sent(name, level, points, points, row=f"r{number}", target_value="10 件", actual_value="10 件")
        for number, (name, level, points) in enumerate(FULL_SET)
    ]
    first = post(lin, here, *rows[:2]).json()
    assert "还没有满意度指标" in first["result"] and "99.85" not in first["result"]
    answer = post(lin, here, rows[2]).json()
    assert "99.85" in answer["result"] and "优" in answer["result"]
    states = {section["title"]: section["text"] for section in answer["sections"]}
    assert (states["绩效指标"], states["年度总体目标"]) == ("3 个指标", "—")
    assert len(answer["rows"]) == 3


def test_a_save_takes_the_same_statements_for_1_and_100_rows(lin, here):
    counts = []
    for number in (1, 100):
        rows = [sent(f"指标{number}-{at}", "quantity", "1", "1", row=f"r{at}") for at in range(number)]
        with statements() as texts:
            assert post(lin, here, *rows).status_code == 200
        counts.append(texts)
    assert len(counts[0]) == len(counts[1]), numbered(counts[1])


# --- What is refused


def test_anothers_change_is_answered_with_her_row(lin, here):
    line = put(here, "甲", second_level="quantity", score=5)
    post(lin, here, sent("甲", "quantity", score="6", version=1, id=line.pk))
    response = post(lin, here, sent("甲", "quantity", score="7", version=1, id=line.pk))
    [conflict] = response.json()["conflicts"]
    assert response.status_code == 409
    assert (conflict["theirs"]["row_version"], conflict["theirs"]["values"]["score"]) == (2, "6.00")
    assert response.json()["by"] == "林晓" and str(stored(here)["甲"].score) == "6.00"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("101", "分值：“101”不在 0 到 100 之间，请检查。"),
        ("100.001", "分值：“100.001”不在 0 到 100 之间，请检查。"),
        ("-1", "分值：“-1”不在 0 到 100 之间，请检查。"),
        ("5.005", "分值：分数最多填 2 位小数，请核对后重填。"),
        ("NaN", "分值：“NaN”不是分数，请只填数字，例如 12.5；没有数就留空。"),
        ("八", "分值：“八”不是分数，请只填数字，例如 12.5；没有数就留空。"),
    ],
)
def test_what_is_no_points_is_said_at_its_cell(lin, here, text, sentence):
    response = post(lin, here, sent("甲", "quantity", text))
    assert response.status_code == 422 and not stored(here)
    assert response.json()["errors"] == [{"row": "r1", "column": "max_score", "message": sentence}]


@pytest.mark.parametrize(
    ("text", "points"), [("0", "0.00"), ("100", "100.00"), ("１２.５", "12.50"), ("—", "None"), ("", "None")]
)
def test_points_are_from_0_to_100_or_blank(text, points):
    assert str(parse_points(text)) == points


def test_a_parser_refuses_by_a_sentence():
    with pytest.raises(AmountError, match="不在 0 到 100 之间"):
        parse_points("100.01")


@pytest.mark.parametrize(
    ("row", "column", "part"),
    [
        (sent("", "quantity"), "name", "请填写三级指标"),
        (sent(" ", "quantity"), "name", "请填写三级指标"),
        (sent("甲", "nothing"), "second_level", "二级指标“nothing”不在可选项中"),
        (sent("甲" * 101, "quantity"), "name", "有 101 字，最多 100 字"),
        (sent("甲", deviation_reason="长" * 501), "deviation_reason", "有 501 字，最多 500 字"),
    ],
)
def test_a_row_that_cannot_be_kept_is_said_at_its_cell(lin, here, row, column, part):
    response = post(lin, here, row)
    [error] = response.json()["errors"]
    assert (response.status_code, error["column"]) == (422, column) and part in error["message"]


def test_another_shape_is_refused(lin, here):
    path = reverse("save_indicators", args=[here.pk])
    for body in ("", "[]", '{"unit": "wan"}', json.dumps({"unit": "wan", "rows": [{}]})):
        assert lin.post(path, body, content_type="application/json").status_code == 400


def test_a_reader_may_not_save_and_a_closed_return_takes_nothing(world, lin, here):
    assert post(signed_in(world.wu), here, sent("甲", "quantity")).status_code == 403
    put_in_status(here, "in_review")
    assert post(lin, here, sent("甲", "quantity")).status_code == 403
    assert not stored(here)


# --- What PostgreSQL refuses


def sql(statement, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


INSERT = "INSERT INTO performance_indicatorline (submission_id, row_version, second_level, name, target_value, actual_value, deviation_reason, {}) VALUES (%s, %s, %s, %s, '', '', '', %s)"


@pytest.mark.parametrize("column", ["max_score", "score"])
@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "0.001", "12.345", "100.01", "101", "-0.01", "-1"]
)
def test_points_are_two_decimals_of_a_number_from_0_to_100(here, column, number):
    with pytest.raises(DatabaseError, match="points"):
        sql(INSERT.format(column), here.pk, 1, "quantity", "甲", number)


@pytest.mark.parametrize("number", ["0", "100", "12.5", "99.99", None])
def test_points_are_kept_as_they_are(here, number):
    sql(INSERT.format("score"), here.pk, 1, "quantity", "甲", number)
    assert stored(here)["甲"].score == (None if number is None else Decimal(number))


@pytest.mark.parametrize("number", ["NaN", "101", "-1", "5.005"])
def test_the_model_refuses_the_same_points(here, number):
    with pytest.raises(ValidationError) as refusal:
        IndicatorLine(submission=here, name="甲", score=number).full_clean()
    assert set(refusal.value.message_dict) == {"score"}


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ((1, "quantity", ""), "indicator_has_name"),
        ((1, "quantity", " \t"), "indicator_has_name"),
        ((1, "output", "甲"), "indicator_second_level_known"),
        ((1, "Quantity", "甲"), "indicator_second_level_known"),
        ((0, "quantity", "甲"), "indicator_version_from_one"),
    ],
)
def test_a_row_has_a_name_a_known_second_level_and_a_version(here, values, rule):
    with pytest.raises(IntegrityError, match=rule):
        sql(INSERT.format("score"), here.pk, *values, None)


def test_every_second_level_is_taken_and_a_blank_one(here):
    for code in ("", *SECOND_LEVELS):
        put(here, "甲", second_level=code)
    assert IndicatorLine.objects.filter(submission=here).count() == 13


def test_an_indicator_comes_once_in_a_return_and_again_in_the_next(world, here):
    put(here, second_level="cost")
    put(make_submission(world.round, world.rescue, world.lin), second_level="cost")
    put(here, second_level="cost")
    with pytest.raises(IntegrityError, match="indicator_once"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("status", ["in_review", "approved", "published", "superseded"])
def test_a_return_that_is_not_being_filled_in_takes_no_change_in_sql(here, status):
    line = put(here, second_level="cost")
    put_in_status(here, status)
    table = "performance_indicatorline"
    for deed in (
        lambda: sql(INSERT.format("score"), here.pk, 1, "quantity", "甲", "1"),
        lambda: sql(f"UPDATE {table} SET score = 1, row_version = 2 WHERE id = %s", line.pk),
        lambda: sql(f"DELETE FROM {table} WHERE id = %s", line.pk),
    ):
        with pytest.raises(DatabaseError, match="cannot be edited"):
            deed()


def test_a_version_steps_by_one_in_sql(here):
    line = put(here, second_level="cost")
    with pytest.raises(DatabaseError, match="must step by one"):
        sql("UPDATE performance_indicatorline SET row_version = 3 WHERE id = %s", line.pk)
    with pytest.raises(DatabaseError, match="must step by one"):
        sql("UPDATE performance_indicatorline SET score = 1 WHERE id = %s", line.pk)


def test_the_full_set_gives_the_total(here):
    fill(here)
    result = performance_of(here, Decimal("98.5")).result
    assert (str(result.total), result.grade) == ("99.85", "优")
