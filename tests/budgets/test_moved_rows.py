"""A row that moves to another fund or nature stays the same row: last year, documents and notes follow it."""

import json
from decimal import Decimal

import pytest
from django.urls import reverse

from budgets.actions import LockedFigures, Removal
from budgets.last_year import lacking, last_year_of, place_of, restatements_of
from budgets.last_year_actions import carry_last_year, restate
from budgets.models import AdjustmentLine
from budgets.money import AmountUnit
from budgets.returns import BY_FUNCTION
from budgets.rows import return_rows
from submissions.models import Edit
from tests.budgets import past
from tests.budgets.past import RESCUE, SAFETY, read
from tests.world import (
    NOW,
    adjustment,
    category,
    change,
    line,
    lines_of,
    make_round,
    make_submission,
    numbered,
    put_in_status,
    save,
    signed_in,
    statements,
)

FUND = "general_public"
OUTTURN = next(column for column in BY_FUNCTION.columns if column.name == "last_year_outturn")
LAST_YEAR = {"last_year_budget": "300", "last_year_outturn": "310"}


@pytest.fixture
def here(world):
    """Lin's return with the one code that last year had without a fund."""
    past.last_year_of(world)
    save(world.submission, change(category(SAFETY), initial_budget="100", outturn="9"))
    return world.submission


def move(submission, place, *, fund="", nature="", to=None, **figures):
    """Move a row as the page does: taken out and entered again under one name."""
    there = line(submission, place, fund=fund, nature=nature)
    save(
        submission,
        change(place, **(to or {"fund": FUND}), **figures),
        removed=[Removal(there.key, there.row_version, row="r")],
    )


def last_years(submission):
    """Last year's outturn by function in all."""
    return return_rows(submission)[BY_FUNCTION.name][0].values["last_year_outturn"]


def offered(submission):
    """The codes whose figures of last year are said to lack."""
    lines = lines_of(submission, BY_FUNCTION)
    return [row.line.code for row in lacking(last_year_of(read(submission), BY_FUNCTION).meet(lines), lines)]


def test_a_restated_figure_keeps_its_reason(here, world):
    item = category(SAFETY)
    restate(
        submission=here,
        schedule=BY_FUNCTION,
        row=change(
            item,
            version=1,
            last_year_budget="300",
            last_year_outturn="315",
            initial_budget="100",
            outturn="9",
        ),
        column=OUTTURN,
        reason="审计后更正",
        unit=AmountUnit.YUAN,
        by=here.started_by,
        at=NOW,
    )
    figures = {"last_year_budget": "300", "last_year_outturn": "315"}
    move(here, item, initial_budget="100", outturn="9", **figures)
    stored = line(here, item)
    found = restatements_of(read(here), BY_FUNCTION)[place_of(stored, BY_FUNCTION, OUTTURN.name)]
    assert (stored.fund, found.reason, found.approved_figure) == (FUND, "审计后更正", 310)
    page = signed_in(world.lin).get(reverse("edit_lines", args=[here.pk, BY_FUNCTION]))
    cell = next(row for row in page.context["grid"]["rows"] if row["code"] == SAFETY)["last_year"][
        OUTTURN.name
    ]
    assert (cell["approved"], cell["restated"]["reason"]) == ("310.00", "审计后更正")
    assert offered(here) == [RESCUE]


def test_carrying_over_does_not_bring_the_row_again(here):
    move(here, category(SAFETY), **LAST_YEAR, outturn="9")
    assert offered(here) == [RESCUE]
    carry_last_year(submission=here, by=here.started_by, at=NOW)
    assert len(lines_of(here, BY_FUNCTION)) == 2
    assert last_years(here) == 310 + 255


def test_what_moved_is_still_held_to_what_was_approved(here):
    move(here, category(SAFETY), **LAST_YEAR, outturn="9")
    with pytest.raises(LockedFigures, match=r"是 310\.00 元"):
        save(here, change(category(SAFETY), fund=FUND, version=2, last_year_budget="300", outturn="9"))


@pytest.fixture
def split(world):
    """Last year's approved return had one code under two funds: 10 and 20 yuan."""
    before = make_submission(make_round(world.finance, 2022), world.emergency, world.lin)
    item = category(SAFETY)
    save(before, change(item, fund=FUND, outturn="10"), change(item, fund="other", outturn="20"))
    put_in_status(before, "approved")
    return world.submission


@pytest.mark.parametrize(("figure", "lacks"), [("30", []), ("10", ["20"]), ("11", ["20"])])
def test_of_rows_that_are_one_now_those_lack_whose_figures_do_not_stand_there(world, figure, lacks):
    save(world.submission, change(category(SAFETY), last_year_outturn=figure, outturn="1"))
    before = make_submission(make_round(world.finance, 2022), world.emergency, world.lin)
    item = category(SAFETY)
    save(before, change(item, fund=FUND, outturn="10"), change(item, fund="other", outturn="20"))
    put_in_status(before, "approved")
    lines = lines_of(world.submission, BY_FUNCTION)
    found = lacking(last_year_of(read(world.submission), BY_FUNCTION).meet(lines), lines)
    assert [row.figures["last_year_outturn"] for row in found] == [Decimal(each) for each in lacks]
    carry_last_year(submission=world.submission, by=world.lin, at=NOW)
    assert last_years(world.submission) == Decimal(figure) + sum(map(Decimal, lacks))


# --- Documents


def functions(submission):
    return list(AdjustmentLine.objects.of_submission(submission).values_list("function", flat=True))


def test_documents_that_name_the_row_follow_it(here):
    item = category(SAFETY)
    other = category(RESCUE)
    save(here, change(other, initial_budget="50"))
    save(
        here,
        adjustment("1 号", kind="increase", function=f"{item.pk}--", adjusted="20"),
        adjustment("2 号", kind="increase", function=f"{other.pk}--", adjusted="1"),
    )
    move(here, item, **LAST_YEAR, initial_budget="100", outturn="9")
    assert functions(here) == [f"{item.pk}-{FUND}-", f"{other.pk}--"]
    by_code = {row.code: row.values["revised_budget"] for row in return_rows(here)[BY_FUNCTION.name]}
    assert (by_code[SAFETY], by_code[RESCUE], by_code["total"]) == (120, 51, 171)
    edit = Edit.objects.latest("pk")
    first = AdjustmentLine.objects.order_by("pk")[0]
    assert (edit.schedule, first.row_version) == ("adjustments", 4)
    assert edit.changes == [
        {
            "row": {"name": "1 号", "kind": "increase", "function": first.function},
            "cells": {"function": [f"{item.pk}--", f"{item.pk}-{FUND}-"]},
            "line": first.pk,
        }
    ]


def test_a_document_that_names_the_new_place_too_stays_where_it_is(here):
    item = category(SAFETY)
    names = [f"{item.pk}--", f"{item.pk}-{FUND}-"]
    save(here, *(adjustment("1 号", kind="increase", function=each, adjusted="20") for each in names))
    move(here, item, **LAST_YEAR, initial_budget="100", outturn="9")
    assert functions(here) == names


def test_a_move_takes_as_many_statements_for_one_document_as_for_many(here):
    item = category(SAFETY)
    counts = []
    place: dict[str, str] = {}
    to = {"fund": FUND}
    for number in (1, 30):
        name = "-".join([str(item.pk), place.get("fund", ""), ""])
        save(
            here,
            *(
                adjustment(f"{number}-{at} 号", kind="increase", function=name, adjusted="1")
                for at in range(number)
            ),
        )
        with statements() as found:
            move(here, item, **place, to=to, **LAST_YEAR, outturn="9")
        counts.append(found)
        place, to = to, place | {"fund": "other"}
    assert len(counts[0]) == len(counts[1]), numbered(counts[1])


# --- As the page sends it


def sent(submission, *rows, removed=()):
    """Save rows by (name, fund, last year's outturn), and what is taken out by (name, fund), as the page."""
    item = category(SAFETY)
    versions = {each.fund: each.row_version for each in lines_of(submission, BY_FUNCTION)}
    blank = {column.name: "" for column in BY_FUNCTION.columns}
    place = {"category": item.pk, "nature": ""}
    body = {
        "unit": "yuan",
        "rows": [
            {"row": name, **place, "fund": fund, "row_version": 0, "values": blank | values}
            for name, fund, values in rows
        ],
        "removed": [
            {"row": name, **place, "fund": fund, "row_version": versions[fund]} for name, fund in removed
        ],
    }
    path = reverse("save_lines", args=[submission.pk, BY_FUNCTION])
    return signed_in(submission.started_by).post(path, json.dumps(body), content_type="application/json")


def test_rows_may_change_places_in_one_save(split):
    item = category(SAFETY)
    save(split, change(item, fund=FUND, outturn="1"), change(item, fund="other", outturn="2"))
    numbers = {each.fund: each.pk for each in lines_of(split, BY_FUNCTION)}
    answer = sent(
        split,
        ("a", "other", {"last_year_outturn": "10", "outturn": "1"}),
        ("b", FUND, {"last_year_outturn": "20", "outturn": "2"}),
        removed=[("a", FUND), ("b", "other")],
    )
    assert answer.status_code == 200, answer.content.decode()
    found = {each.fund: (each.pk, each.outturn) for each in lines_of(split, BY_FUNCTION)}
    assert found == {"other": (numbers[FUND], 1), FUND: (numbers["other"], 2)}


def test_another_row_of_the_code_of_one_that_goes_gets_its_own_figures_of_last_year(split):
    item = category(SAFETY)
    save(split, change(item, fund=FUND, outturn="1"))
    answer = sent(split, ("new", "other", {"outturn": "5"}), removed=[("old", FUND)])
    assert answer.status_code == 200, answer.content.decode()
    [stored] = lines_of(split, BY_FUNCTION)
    assert (stored.fund, stored.last_year_outturn, stored.outturn) == ("other", 20, 5)
