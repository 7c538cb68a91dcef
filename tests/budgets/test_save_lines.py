"""The one deed that writes money: saving the rows of a schedule."""

from decimal import Decimal

import pytest

from budgets.actions import LinesConflict, Removal
from budgets.models import BudgetLine
from budgets.money import AmountUnit
from budgets.returns import BY_FUNCTION, BY_NATURE
from orgs.models import User
from submissions.actions import NotEditable, NotPermitted
from submissions.models import Edit
from tests.world import (
    NOW,
    Role,
    category,
    change,
    key,
    line,
    make_person,
    make_submission,
    many_items,
    numbered,
    put_in_status,
    save,
    statements,
)

MOST_STATEMENTS = 10


def stored(submission):
    """Everything a save could have written."""
    return (
        list(BudgetLine.objects.filter(submission=submission).order_by("pk").values()),
        list(Edit.objects.filter(submission=submission).order_by("pk").values()),
        type(submission).objects.filter(pk=submission.pk).values().get(),
    )


# --- It works


def test_a_new_row_is_saved_with_version_one(world):
    save(world.submission, change("other", outturn="3200.00", reason="利息"), unit=AmountUnit.WAN)
    found = line(world.submission, "other")
    assert (found.outturn, found.initial_budget) == (Decimal("3200.00"), None)
    assert (found.variance_reason, found.entered_in, found.row_version) == ("利息", "wan", 1)
    assert found.schedule == "revenue"


def test_a_changed_row_has_the_next_version(world):
    save(world.submission, change("other", outturn="1"))
    save(world.submission, change("other", version=1, outturn="2"))
    assert (line(world.submission, "other").outturn, line(world.submission, "other").row_version) == (2, 2)


def test_a_figure_can_be_taken_back_to_blank(world):
    save(world.submission, change("other", outturn="1", initial_budget="0"))
    save(world.submission, change("other", version=1, initial_budget="0"))
    found = line(world.submission, "other")
    assert (found.outturn, found.initial_budget) == (None, Decimal(0))


def test_zero_and_blank_are_different_figures(world):
    save(world.submission, change("other", outturn="0"))
    save(world.submission, change("other", version=1))
    assert line(world.submission, "other").row_version == 2


def test_a_row_by_function_is_saved_for_each_fund_and_nature(world):
    item = category("2240101")
    save(
        world.submission,
        change(item, outturn="1"),
        change(item, fund="general_public", outturn="2"),
        change(item, fund="general_public", nature="basic", outturn="3"),
    )
    save(world.submission, change(item, version=1, fund="general_public", outturn="20"))
    rows = BudgetLine.objects.order_by("pk").values_list("fund", "nature", "outturn", "row_version")
    assert list(rows) == [
        ("", "", 1, 1),
        ("general_public", "", 20, 2),
        ("general_public", "basic", 3, 1),
    ]


def test_a_removed_row_is_gone(world):
    save(world.submission, change("other", outturn="1"), change("operating", outturn="2"))
    save(world.submission, removed=[Removal(key("other"), 1)])
    assert [found.item for found in BudgetLine.objects.all()] == ["operating"]


def test_rows_are_added_changed_and_removed_in_one_save(world):
    save(world.submission, change("other", outturn="1"), change("operating", outturn="2"))
    save(
        world.submission,
        change("operating", version=1, outturn="3"),
        change("institutional", outturn="4"),
        removed=[Removal(key("other"), 1)],
    )
    assert dict(BudgetLine.objects.values_list("item", "outturn")) == {"operating": 3, "institutional": 4}
    assert Edit.objects.count() == 2


def test_a_save_touches_no_other_schedule_and_no_other_return(world):
    other = make_submission(world.round, world.rescue, world.lin)
    save(other, change("operating", outturn="7"))
    save(world.submission, change("operating", outturn="8"), schedule=BY_NATURE)
    save(world.submission, change("operating", outturn="9"))
    rows = BudgetLine.objects.order_by("pk").values_list("submission", "schedule", "outturn", "row_version")
    here, there = world.submission.pk, other.pk
    assert list(rows) == [
        (there, "revenue", 7, 1),
        (here, "expenditure_by_nature", 8, 1),
        (here, "revenue", 9, 1),
    ]


def test_a_save_steps_the_returns_version_and_says_when(world):
    save(world.submission, change("other", outturn="1"))
    world.submission.refresh_from_db()
    assert (world.submission.row_version, world.submission.saved_at) == (1, NOW)


def test_text_in_a_reason_stays_as_it_is(world):
    reason = "'; DROP TABLE budgets_budgetline; -- “引号” \\ {} %s\n第二行"
    save(world.submission, change("other", outturn="1", reason=reason))
    save(world.submission, change("other", version=1, outturn="2", reason=reason + "！"))
    assert line(world.submission, "other").variance_reason == reason + "！"


# --- The record


def test_an_edit_holds_each_changed_cell_old_and_new(world):
    save(world.submission, change("other", outturn="3200", initial_budget="0"), unit=AmountUnit.WAN)
    save(world.submission, change("other", version=1, outturn="-0.01", initial_budget="0", reason="更正"))
    first, second = Edit.objects.order_by("pk")
    assert first.changes == [
        {"row": {"item": "other"}, "cells": {"outturn": ["", "3200.00"], "initial_budget": ["", "0.00"]}}
    ]
    assert second.changes == [
        {
            "row": {"item": "other"},
            "cells": {"outturn": ["3200.00", "-0.01"], "variance_reason": ["", "更正"]},
        }
    ]


def test_an_edit_names_a_row_by_function_by_category_fund_and_nature(world):
    item = category("2240101")
    save(world.submission, change(item, fund="general_public", nature="basic", outturn="1"))
    assert Edit.objects.get().changes[0]["row"] == {
        "category": item.pk,
        "fund": "general_public",
        "nature": "basic",
    }


def test_an_edit_keeps_all_of_a_removed_row(world):
    save(world.submission, change("other", outturn="1", reason="误填"))
    save(world.submission, removed=[Removal(key("other"), 1)])
    removed = Edit.objects.latest("pk").changes[0]["removed"]
    assert (removed["outturn"], removed["initial_budget"], removed["variance_reason"]) == ("1.00", "", "误填")


def test_a_save_leaves_one_edit_whatever_the_rows(world):
    save(world.submission, *(change(code, outturn="1") for code in ("other", "operating", "total")))
    edit = Edit.objects.get()
    assert (edit.actor, edit.at, edit.schedule, len(edit.changes)) == (world.lin, NOW, "revenue", 3)


def test_an_edit_outlives_the_name_of_its_actor(world):
    save(world.submission, change("other", outturn="1"))
    world.lin.full_name = "林晓晓"
    world.lin.save()
    assert Edit.objects.get().actor_name == "林晓"


# --- Rows that are as they were


def test_unchanged_rows_leave_no_trace(world):
    save(world.submission, change("other", outturn="1", reason="甲"))
    before = stored(world.submission)
    save(world.submission, change("other", version=1, outturn="1.00", reason="甲"), unit=AmountUnit.WAN)
    assert stored(world.submission) == before


def test_an_unchanged_row_conflicts_with_nobody_even_from_an_old_version(world):
    save(world.submission, change("other", outturn="1"))
    save(world.submission, change("other", version=1, outturn="2"))
    save(world.submission, change("other", version=1, outturn="2"), change("operating", outturn="5"))
    assert line(world.submission, "other").row_version == 2


def test_an_unchanged_row_among_changed_ones_keeps_its_version(world):
    save(world.submission, change("other", outturn="1"), change("operating", outturn="2"))
    save(
        world.submission, change("other", version=1, outturn="1"), change("operating", version=1, outturn="3")
    )
    assert line(world.submission, "other").row_version == 1
    assert line(world.submission, "operating").row_version == 2
    assert len(Edit.objects.latest("pk").changes) == 1


def test_a_save_of_nothing_writes_nothing(world):
    before = stored(world.submission)
    save(world.submission)
    assert stored(world.submission) == before


@pytest.mark.parametrize(("figure", "unit"), [("2", "yuan"), ("1", "wan")])
def test_the_unit_a_row_was_entered_in_changes_only_with_its_figures(world, figure, unit):
    save(world.submission, change("other", outturn="1"), unit=AmountUnit.WAN)
    save(world.submission, change("other", version=1, outturn=figure, reason="新"), unit=AmountUnit.YUAN)
    assert line(world.submission, "other").entered_in == unit


def test_a_figure_taken_back_to_blank_is_a_change_of_figures(world):
    save(world.submission, change("other", outturn="1"), unit=AmountUnit.WAN)
    save(world.submission, change("other", version=1), unit=AmountUnit.YUAN)
    assert line(world.submission, "other").entered_in == "yuan"


# --- Conflicts


def test_a_row_changed_meanwhile_conflicts_and_is_shown_as_it_stands(world):
    save(world.submission, change("other", outturn="1"))
    save(world.submission, change("other", version=1, outturn="2"))
    with pytest.raises(LinesConflict) as conflict:
        save(world.submission, change("other", version=1, outturn="3"))
    [found] = conflict.value.conflicts
    assert (found.key, found.theirs.outturn, found.theirs.row_version) == (key("other"), 2, 2)
    assert line(world.submission, "other").outturn == 2


def test_a_conflict_says_who_was_last(world):
    colleague = make_person("mei", "梅", (Role.PREPARER, world.emergency))
    save(world.submission, change("other", outturn="1"))
    save(world.submission, change("other", version=1, outturn="2"), by=colleague)
    with pytest.raises(LinesConflict) as conflict:
        save(world.submission, change("other", version=1, outturn="3"))
    assert conflict.value.last_edit.actor_name == "梅"


def test_a_row_removed_meanwhile_conflicts_as_gone(world):
    save(world.submission, change("other", outturn="1"))
    save(world.submission, removed=[Removal(key("other"), 1)])
    with pytest.raises(LinesConflict) as conflict:
        save(world.submission, change("other", version=1, outturn="2"))
    assert conflict.value.conflicts[0].theirs is None
    assert not BudgetLine.objects.exists()


def test_a_row_added_by_another_meanwhile_conflicts(world):
    item = category("2240101")
    save(world.submission, change(item, outturn="1"))
    with pytest.raises(LinesConflict) as conflict:
        save(world.submission, change(item, outturn="2"))
    assert conflict.value.conflicts[0].theirs.outturn == 1


def test_the_same_row_added_by_two_with_the_same_figures_is_no_conflict(world):
    save(world.submission, change("other", outturn="1"))
    save(world.submission, change("other", outturn="1"))
    assert line(world.submission, "other").row_version == 1


def test_removing_a_row_changed_meanwhile_conflicts(world):
    save(world.submission, change("other", outturn="1"))
    save(world.submission, change("other", version=1, outturn="2"))
    with pytest.raises(LinesConflict):
        save(world.submission, removed=[Removal(key("other"), 1)])
    assert line(world.submission, "other").outturn == 2


def test_removing_a_row_that_is_gone_is_no_conflict(world):
    save(world.submission, removed=[Removal(key("other"), 1)])
    assert not Edit.objects.exists()


def test_rows_others_changed_elsewhere_do_not_conflict(world):
    save(world.submission, change("other", outturn="1"), change("operating", outturn="2"))
    save(world.submission, change("other", version=1, outturn="3"))
    save(world.submission, change("operating", version=1, outturn="4"))
    assert dict(BudgetLine.objects.values_list("item", "outturn")) == {"other": 3, "operating": 4}


def test_one_conflict_stops_the_whole_save_and_all_conflicts_are_told(world):
    save(world.submission, change("other", outturn="1"), change("operating", outturn="2"))
    before = stored(world.submission)
    with pytest.raises(LinesConflict) as conflict:
        save(
            world.submission,
            change("institutional", outturn="9"),
            change("other", version=7, outturn="9"),
            removed=[Removal(key("operating"), 7)],
        )
    assert len(conflict.value.conflicts) == 2
    assert stored(world.submission) == before


# --- All or nothing


def test_a_row_the_database_refuses_takes_the_whole_save_with_it(world):
    save(world.submission, change("other", outturn="1"))
    before = stored(world.submission)
    with pytest.raises(Exception, match="yuan_to_the_fen"):
        save(
            world.submission,
            change("other", version=1, outturn="2"),
            change("operating", outturn="0.001"),
        )
    assert stored(world.submission) == before


def test_an_updated_figure_is_not_rounded_on_its_way(world):
    save(world.submission, change("other", outturn="1"))
    for wrong in ("0.001", "NaN", "1e13"):
        with pytest.raises(Exception, match="yuan"):
            save(world.submission, change("other", version=1, outturn=wrong))
    assert line(world.submission, "other").outturn == 1


# --- Refusals


@pytest.mark.parametrize("person", ["sun", "chen", "he", "wu", "qian", "tang", "zhao", "feng"])
def test_only_the_units_preparer_saves(world, person):
    before = stored(world.submission)
    with pytest.raises(NotPermitted):
        save(world.submission, change("other", outturn="1"), by=getattr(world, person))
    assert stored(world.submission) == before


def test_a_preparer_of_the_unit_above_does_not_save_below(world):
    mei = make_person("mei", "梅", (Role.PREPARER, world.emergency))
    below = make_submission(world.round, world.rescue, world.lin)
    with pytest.raises(NotPermitted):
        save(below, change("other", outturn="1"), by=mei)


def test_a_preparer_whose_time_is_over_does_not_save(world):
    world.lin.memberships.update(ended_at=NOW)
    with pytest.raises(NotPermitted):
        save(world.submission, change("other", outturn="1"))


@pytest.mark.parametrize("status", ["in_review", "approved", "published", "superseded"])
def test_a_return_that_is_not_open_is_not_saved(world, status):
    save(world.submission, change("other", outturn="1"))
    put_in_status(world.submission, status)
    before = stored(world.submission)
    with pytest.raises(NotEditable, match=world.submission.Status(status).label):
        save(world.submission, change("other", version=1, outturn="2"))
    assert stored(world.submission) == before


def test_a_returned_return_is_open_again(world):
    put_in_status(world.submission, "returned")
    save(world.submission, change("other", outturn="1"))
    assert line(world.submission, "other").outturn == 1


def test_the_status_counts_as_it_is_and_not_as_it_was_read(world):
    put_in_status(world.submission, "in_review")
    assert world.submission.is_editable  # what Python still believes
    with pytest.raises(NotEditable):
        save(world.submission, change("other", outturn="1"))


# --- The number of statements


def rows_of(number, version, outturn):
    """That many valid rows by function."""
    items = many_items(number)
    return [change(item, version=version, outturn=outturn) for item in items]


def count(submission, *rows, **options):
    """The statements of a save by somebody of whom nothing has been read yet."""
    options["by"] = User.objects.get(pk=submission.started_by_id)
    with statements() as texts:
        save(submission, *rows, schedule=BY_FUNCTION, **options)
    return texts


@pytest.mark.parametrize(("deed", "version"), [("new", 0), ("changed", 1), ("unchanged", 1)])
def test_a_save_takes_the_same_few_statements_for_10_and_500_rows(world, deed, version):
    counts = {}
    for number in (10, 500):
        submission = make_submission(world.round, world.rescue, world.lin, revision=number, status="draft")
        if version:
            save(submission, *rows_of(number, 0, "1"))
        texts = count(submission, *rows_of(number, version, "1" if deed == "unchanged" else "2"))
        counts[number] = len(texts)
        assert len(texts) <= MOST_STATEMENTS, numbered(texts)
        put_in_status(submission, "superseded")
    assert counts[10] == counts[500]


def test_removing_rows_takes_the_same_few_statements_for_10_and_500(world):
    rows = rows_of(510, 0, "1")
    save(world.submission, *rows)
    few = count(world.submission, removed=[Removal(row.key, 1) for row in rows[:10]])
    many = count(world.submission, removed=[Removal(row.key, 1) for row in rows[10:]])
    assert len(few) == len(many) <= MOST_STATEMENTS, numbered(many)


def test_500_rows_arrive_each_with_its_own_figure(world):
    items = many_items(500)
    save(world.submission, *(change(item, outturn="0") for item in items))
    save(world.submission, *(change(item, version=1, outturn=str(n)) for n, item in enumerate(items)))
    found = BudgetLine.objects.order_by("category__code").values_list("outturn", flat=True)
    assert list(found) == list(range(500))
