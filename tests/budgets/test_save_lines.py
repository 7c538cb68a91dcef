"""The one deed that writes money: saving the rows of a schedule."""

from dataclasses import replace
from decimal import Decimal

import pytest

from budgets.actions import LinesConflict, Removal, save_reason
from budgets.measures import FIGURES
from budgets.models import LINE_MODELS, BudgetLine, ProjectLine
from budgets.money import AmountUnit
from budgets.returns import (
    ADJUSTMENTS,
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
from budgets.rows import return_rows
from orgs.models import User
from submissions.actions import NotEditable, NotPermitted
from submissions.models import Edit
from tests.world import (
    NOW,
    Role,
    adjustment,
    category,
    change,
    economic,
    key,
    line,
    lines_of,
    make_person,
    make_submission,
    many_items,
    numbered,
    project,
    put_in_status,
    row,
    save,
    statements,
)

MOST_STATEMENTS = 11
"""Two for the transaction; its round and return held and read, her roles; the rows of two tables read and written; the
record, and the return's version."""
MODELS = sorted(set(LINE_MODELS.values()), key=lambda model: model.__name__)


def stored(submission):
    """Everything a save could have written."""
    return (
        *(list(model.objects.filter(submission=submission).order_by("pk").values()) for model in MODELS),
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
        (here, "revenue", 9, 2),
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
    assert (found.change.key, found.theirs.outturn, found.theirs.row_version) == (key("other"), 2, 2)
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


# --- Every schedule

TAKEN = {
    STAFF: lambda: row(STAFF, "fully_funded", authorized=127, in_service=122),
    REVENUE: lambda: change("other", outturn="3200", reason="利息"),
    BY_FUNCTION: lambda: change(category("2240106"), outturn="9480600", fund="other", nature="basic"),
    BY_NATURE: lambda: change("basic_personnel", outturn="10305200"),
    BY_ECONOMIC: lambda: change(economic("30101"), outturn="1"),
    THREE_PUBLIC: lambda: change("hospitality", last_year_outturn="38986", outturn="91423"),
    THREE_PUBLIC_COUNTS: lambda: row(
        THREE_PUBLIC_COUNTS, "receptions", last_year_count=0, this_year_count=85
    ),
    PROJECTS: lambda: project("防火", "carried_forward", code="P1", kind="county", outturn="-0.01"),
    ADJUSTMENTS: lambda: adjustment(
        "财预 1 号", kind="decrease", function="total", use="basic_personnel", adjusted="12.34"
    ),
    CARRYOVER: lambda: row(CARRYOVER, "other", opening="1", received="2.22", spent="-3", closing="0"),
    BASE_ITEMS: lambda: change("procured_goods", outturn="5", revised_budget="6"),
    BUILDINGS: lambda: row(
        BUILDINGS, "楼", name="楼", actual_area="1.25", planned_investment="9999999999999.99"
    ),
}
"""A row of each schedule with something in its columns."""


def test_every_schedule_is_looked_at():
    assert set(TAKEN) == set(SCHEDULES)


@pytest.fixture(params=TAKEN, ids=lambda schedule: schedule.slug)
def schedule(request):
    """Each schedule in turn."""
    return request.param


def names_of(schedule):
    """The names of its columns."""
    return [column.name for column in schedule.columns]


def changed(schedule, wanted, line):
    """The same row with another figure in its last figure column, from the version it is at."""
    name = schedule.figures[-1].name
    more = {name: (wanted.values[name] or 0) - 1 if wanted.values[name] else 1}
    return type(wanted)(
        wanted.key, line.row_version, wanted.values | more, line.pk if schedule.is_named else None
    )


def test_a_row_of_every_schedule_arrives_as_it_was_sent(world, schedule):
    wanted = TAKEN[schedule]()
    save(world.submission, wanted, schedule=schedule, unit=AmountUnit.WAN)
    [found] = lines_of(world.submission, schedule)
    assert found.values(names_of(schedule)) == wanted.values
    assert (found.key, found.row_version) == (wanted.key, 1)
    assert getattr(found, "entered_in", "wan") == "wan"
    assert Edit.objects.get().schedule == schedule.name


def test_a_row_of_every_schedule_is_changed_and_removed(world, schedule):
    wanted = TAKEN[schedule]()
    save(world.submission, wanted, schedule=schedule)
    [first] = lines_of(world.submission, schedule)
    again = changed(schedule, wanted, first)
    save(world.submission, again, schedule=schedule)
    [second] = lines_of(world.submission, schedule)
    assert (second.pk, second.row_version) == (first.pk, 2)
    assert second.values(names_of(schedule)) == again.values != wanted.values
    name = schedule.figures[-1].name
    assert list(Edit.objects.latest("pk").changes[0]["cells"]) == [name]
    save(world.submission, schedule=schedule, removed=[Removal(second.key, 2, second.pk)])
    assert lines_of(world.submission, schedule) == []


def test_an_old_version_conflicts_in_every_schedule_and_changes_nothing(world, schedule):
    wanted = TAKEN[schedule]()
    save(world.submission, wanted, schedule=schedule)
    [first] = lines_of(world.submission, schedule)
    save(world.submission, changed(schedule, wanted, first), schedule=schedule)
    before = stored(world.submission)
    stale = changed(schedule, TAKEN[schedule](), first)
    stale.values[schedule.figures[0].name] = 77
    with pytest.raises(LinesConflict) as conflict:
        save(world.submission, stale, schedule=schedule)
    [found] = conflict.value.conflicts
    assert (found.change, found.theirs.pk, found.theirs.row_version) == (stale, first.pk, 2)
    assert stored(world.submission) == before


def test_an_unchanged_row_of_every_schedule_leaves_no_trace(world, schedule):
    save(world.submission, TAKEN[schedule](), schedule=schedule)
    before = stored(world.submission)
    save(world.submission, TAKEN[schedule](), schedule=schedule)
    assert stored(world.submission) == before


def test_no_schedule_is_touched_by_the_save_of_another(world):
    for each, wanted in TAKEN.items():
        save(world.submission, wanted(), schedule=each)
    assert {each.slug: len(lines_of(world.submission, each)) for each in SCHEDULES} == dict.fromkeys(
        (each.slug for each in SCHEDULES), 1
    )


@pytest.mark.parametrize(
    "schedule", [each for each in SCHEDULES if each.has_total], ids=lambda each: each.slug
)
def test_every_total_can_be_stated(world, schedule):
    money = schedule.columns[0].name in FIGURES
    total = (
        change("total")
        if money
        else row(schedule, "total", "")
        if schedule == PROJECTS
        else row(schedule, "total")
    )
    total.values[schedule.figures[0].name] = 5
    save(world.submission, total, schedule=schedule)
    top = return_rows(world.submission)[schedule.name][0]
    assert (
        top.figures[schedule.figures[0].name].value,
        str(top.figures[schedule.figures[0].name].origin),
    ) == (
        5,
        "stated",
    )


@pytest.mark.parametrize("number", ["NaN", "0.001", "1e13"])
def test_no_amount_of_any_schedule_is_rounded_on_its_way(world, schedule, number):
    amounts = [column.name for column in schedule.figures if column.kind == "amount"]
    wanted = TAKEN[schedule]()
    save(world.submission, wanted, schedule=schedule)
    [first] = lines_of(world.submission, schedule)
    for name in amounts:
        wrong = changed(schedule, wanted, first)
        wrong.values[name] = Decimal(number)
        with pytest.raises(Exception, match="yuan"):
            save(world.submission, wrong, schedule=schedule)
    assert lines_of(world.submission, schedule)[0].row_version == 1


# --- Projects


def projects(submission):
    """Name, funding, outturn and version of each project in the order they were added."""
    return list(
        ProjectLine.objects.filter(submission=submission)
        .order_by("pk")
        .values_list("name", "funding", "outturn", "row_version")
    )


def stored_project(submission, name, funding=""):
    return ProjectLine.objects.get(submission=submission, name=name, funding=funding)


def test_a_project_keeps_its_row_under_another_name(world):
    save(world.submission, project("甲", outturn="1"))
    old = stored_project(world.submission, "甲")
    save(world.submission, project("乙", line=old, outturn="1"))
    assert stored_project(world.submission, "乙").pk == old.pk
    (changed,) = Edit.objects.latest("pk").changes
    assert changed == {"row": {"name": "乙"}, "line": old.pk, "cells": {"name": ["甲", "乙"]}}


def test_two_projects_swap_their_names_in_one_save(world):
    save(world.submission, project("甲", outturn="1"), project("乙", outturn="2"))
    first, second = lines_of(world.submission, PROJECTS)
    save(
        world.submission,
        project("乙", line=first, outturn="1"),
        project("甲", line=second, outturn="2"),
    )
    assert projects(world.submission) == [("乙", "", 1, 2), ("甲", "", 2, 2)]


def test_one_project_has_several_fundings_and_the_same_funding_once(world):
    save(
        world.submission,
        project("防火", "appropriation", outturn="1"),
        project("防火", "carried_forward", outturn="2"),
        project("防火", outturn="3"),
    )
    with pytest.raises(LinesConflict):
        save(world.submission, project("防火", "appropriation", outturn="9"))
    assert [(funding, outturn) for _, funding, outturn, _ in projects(world.submission)] == [
        ("appropriation", 1),
        ("carried_forward", 2),
        ("", 3),
    ]


def test_a_name_onto_a_project_somebody_else_added_is_a_conflict_with_that_row(world):
    save(world.submission, project("甲", outturn="1"), project("乙", outturn="2"))
    first, second = lines_of(world.submission, PROJECTS)
    before = stored(world.submission)
    with pytest.raises(LinesConflict) as conflict:
        save(world.submission, project("乙", line=first, outturn="1"))
    assert conflict.value.conflicts[0].theirs == second
    assert stored(world.submission) == before


def test_a_row_removed_and_entered_again_is_not_the_row_it_was(world):
    save(world.submission, change("other", outturn="10"))
    save(world.submission, removed=[Removal(key("other"), 1)])
    save(world.submission, change("other", outturn="99"))
    with pytest.raises(LinesConflict):
        save(world.submission, change("other", version=1, outturn="20"))
    assert line(world.submission, "other").outturn == 99


def test_a_new_project_takes_the_name_that_an_old_one_gives_up(world):
    save(world.submission, project("甲", outturn="1"))
    old = stored_project(world.submission, "甲")
    save(world.submission, project("甲", outturn="2"), project("乙", line=old, outturn="1"))
    assert projects(world.submission) == [("乙", "", 1, 2), ("甲", "", 2, 2)]


@pytest.mark.parametrize("outturn", ["1", "2"])
def test_a_project_removed_and_entered_anew_in_one_save_stays(world, outturn):
    save(world.submission, project("甲", outturn="1"))
    old = stored_project(world.submission, "甲")
    save(
        world.submission,
        project("甲", outturn=outturn),
        removed=[Removal(("", ""), 1, old.pk)],
        schedule=PROJECTS,
    )
    assert projects(world.submission) == [("甲", "", int(outturn), 2)]


def test_a_project_gets_the_name_of_one_that_is_removed(world):
    save(world.submission, project("甲", outturn="1"), project("乙", outturn="2"))
    first, second = lines_of(world.submission, PROJECTS)
    save(world.submission, project("乙", line=first, outturn="1"), removed=[Removal(("", ""), 1, second.pk)])
    assert projects(world.submission) == [("乙", "", 1, 2)]


def test_a_name_that_is_given_up_in_a_conflict_stays_taken(world):
    save(world.submission, project("甲", outturn="1"))
    old = stored_project(world.submission, "甲")
    save(world.submission, project("甲", line=old, outturn="5"))
    before = stored(world.submission)
    with pytest.raises(LinesConflict) as conflict:
        save(world.submission, project("甲", outturn="2"), project("乙", line=old, version=1, outturn="1"))
    assert [found.theirs.pk for found in conflict.value.conflicts] == [old.pk]
    assert stored(world.submission) == before


def test_a_removed_project_is_kept_whole_in_the_record(world):
    save(world.submission, project("甲", kind="county", outturn="1", variance_reason="误填"))
    save(
        world.submission,
        removed=[Removal(("", ""), 1, stored_project(world.submission, "甲").pk)],
        schedule=PROJECTS,
    )
    [change] = Edit.objects.latest("pk").changes
    assert change["row"] == {"name": "甲"}
    assert (change["removed"]["kind"], change["removed"]["outturn"]) == ("county", "1.00")
    assert projects(world.submission) == []


def test_a_project_somebody_removed_meanwhile_conflicts_as_gone(world):
    save(world.submission, project("甲", outturn="1"))
    old = stored_project(world.submission, "甲")
    save(world.submission, removed=[Removal(("", ""), 1, old.pk)], schedule=PROJECTS)
    with pytest.raises(LinesConflict) as conflict:
        save(world.submission, project("甲", line=old, outturn="2"))
    assert conflict.value.conflicts[0].theirs is None


@pytest.mark.parametrize("deed", ["change", "remove"])
def test_a_project_of_another_return_is_out_of_reach(world, deed):
    other = make_submission(world.round, world.rescue, world.lin)
    save(other, project("甲", outturn="1"))
    theirs = stored_project(other, "甲")
    before = stored(other)
    if deed == "change":
        with pytest.raises(LinesConflict):
            save(world.submission, project("乙", line=theirs, outturn="2"))
    else:
        save(world.submission, removed=[Removal(("", ""), 1, theirs.pk)], schedule=PROJECTS)
    assert stored(other) == before and not lines_of(world.submission, PROJECTS)


# --- The total of the projects, which is the row 项目支出 by nature


def total_of_projects(version=0, **figures):
    """The total row as the page of the projects sends it."""
    return row(PROJECTS, "total", "", version=version, **figures)


def test_the_total_of_the_projects_is_stored_by_nature_and_seen_on_both_pages(world):
    save(
        world.submission,
        total_of_projects(initial_budget="4855000", outturn="2413700", variance_reason="未下达"),
        project("甲"),
        schedule=PROJECTS,
        unit=AmountUnit.WAN,
    )
    found = line(world.submission, "project")
    assert (found.schedule, found.initial_budget, found.outturn) == (BY_NATURE.name, 4855000, 2413700)
    assert (found.variance_reason, found.entered_in, found.row_version) == ("未下达", "wan", 1)
    rows = return_rows(world.submission)
    by_nature = next(each for each in rows[BY_NATURE.name] if each.code == "project")
    assert rows[PROJECTS.name][0].values == by_nature.values
    assert projects(world.submission) == [("甲", "", None, 1)]


def test_the_total_and_the_projects_leave_one_edit(world):
    save(world.submission, total_of_projects(outturn="5"), project("甲", outturn="5"), schedule=PROJECTS)
    edit = Edit.objects.get()
    assert edit.schedule == PROJECTS.name
    assert [each["row"] for each in edit.changes] == [{"name": "甲"}, {"item": "project"}]
    world.submission.refresh_from_db()
    assert world.submission.row_version == 1


def test_the_total_alone_can_be_changed_from_either_page(world):
    save(world.submission, total_of_projects(outturn="5"), schedule=PROJECTS)
    save(world.submission, change("project", version=1, outturn="6"), schedule=BY_NATURE)
    save(world.submission, total_of_projects(version=2, outturn="7"), schedule=PROJECTS)
    assert (line(world.submission, "project").outturn, line(world.submission, "project").row_version) == (
        7,
        3,
    )


def test_a_total_somebody_changed_by_nature_meanwhile_conflicts_and_stops_the_projects_too(world):
    mei = make_person("mei", "梅", (Role.PREPARER, world.emergency))
    save(world.submission, total_of_projects(outturn="5"), schedule=PROJECTS)
    save(world.submission, change("project", version=1, outturn="6"), schedule=BY_NATURE, by=mei)
    before = stored(world.submission)
    with pytest.raises(LinesConflict) as conflict:
        save(
            world.submission,
            total_of_projects(version=1, outturn="7"),
            project("甲", outturn="1"),
            schedule=PROJECTS,
        )
    [found] = conflict.value.conflicts
    assert (found.change.row, found.theirs.outturn, found.theirs.row_version) == ("r", 6, 2)
    assert conflict.value.last_edit.actor_name == "梅"
    assert stored(world.submission) == before


def test_a_row_by_nature_somebody_changed_as_the_total_of_the_projects_conflicts_and_says_who(world):
    mei = make_person("mei", "梅", (Role.PREPARER, world.emergency))
    save(world.submission, change("project", outturn="5"), schedule=BY_NATURE)
    save(world.submission, total_of_projects(version=1, outturn="6"), schedule=PROJECTS, by=mei)
    with pytest.raises(LinesConflict) as conflict:
        save(world.submission, change("project", version=1, outturn="7"), schedule=BY_NATURE)
    assert conflict.value.last_edit.actor_name == "梅"


def test_a_conflict_says_who_changed_that_very_row_and_not_who_was_last_in_the_schedule(world):
    mei = make_person("mei", "梅", (Role.PREPARER, world.emergency))
    ding = make_person("ding", "丁", (Role.PREPARER, world.emergency))
    save(world.submission, change("other", outturn="1"))
    save(world.submission, change("other", version=1, outturn="2"), by=mei)
    save(world.submission, change("operating", outturn="2"), by=ding)
    with pytest.raises(LinesConflict) as conflict:
        save(world.submission, change("other", version=1, outturn="3"))
    assert conflict.value.last_edit.actor_name == "梅"


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


def many_projects(number, lines=(), outturn="1"):
    """That many valid projects; those of the stored lines when there are."""
    stored = [*lines, *[None] * (number - len(lines))]
    return [project(f"项目{at}", line=line, outturn=outturn) for at, line in enumerate(stored)]


def test_saving_projects_takes_the_same_few_statements_for_10_and_500_and_their_total(world):
    counts = []
    for number in (10, 500):
        submission = make_submission(world.round, world.rescue, world.lin, revision=number)
        fresh = User.objects.get(pk=world.lin.pk)
        with statements() as new:
            save(
                submission,
                *many_projects(number),
                total_of_projects(outturn="9"),
                schedule=PROJECTS,
                by=fresh,
            )
        again = many_projects(number, lines_of(submission, PROJECTS), "2")
        fresh = User.objects.get(pk=world.lin.pk)
        with statements() as changed:
            save(submission, *again, total_of_projects(version=1, outturn="8"), schedule=PROJECTS, by=fresh)
        counts.append((len(new), len(changed)))
        assert max(counts[-1]) <= MOST_STATEMENTS, numbered(changed)
        put_in_status(submission, "superseded")
    assert counts[0] == counts[1]


def test_a_save_of_every_schedule_takes_few_statements(world, schedule):
    wanted = TAKEN[schedule]()
    fresh = User.objects.get(pk=world.lin.pk)
    with statements() as texts:
        save(world.submission, wanted, schedule=schedule, by=fresh)
    assert len(texts) <= MOST_STATEMENTS, numbered(texts)
    [first] = lines_of(world.submission, schedule)
    fresh = User.objects.get(pk=world.lin.pk)
    with statements() as texts:
        save(world.submission, changed(schedule, wanted, first), schedule=schedule, by=fresh)
    assert len(texts) <= MOST_STATEMENTS, numbered(texts)


def test_a_conflict_takes_few_statements(world):
    rows = rows_of(500, 0, "1")
    save(world.submission, *rows)
    save(world.submission, *rows_of(500, 1, "2"))
    with statements() as texts, pytest.raises(LinesConflict) as conflict:
        save(world.submission, *rows_of(500, 1, "3"))
    assert len(conflict.value.conflicts) == 500
    assert len(texts) <= MOST_STATEMENTS, numbered(texts)


def test_500_rows_arrive_each_with_its_own_figure(world):
    items = many_items(500)
    save(world.submission, *(change(item, outturn="0") for item in items))
    save(world.submission, *(change(item, version=1, outturn=str(n)) for n, item in enumerate(items)))
    found = BudgetLine.objects.order_by("category__code").values_list("outturn", flat=True)
    assert list(found) == list(range(500))


# --- How figures were typed


def typed(change, unit="yuan", **expressions):
    """The same change with figures that were worked out."""
    return replace(change, expressions={n: {"text": t, "unit": unit} for n, t in expressions.items()})


def expressions(submission, place="other"):
    return {name: each["text"] for name, each in line(submission, place).expressions.items()}


def test_an_expression_is_kept_with_its_figure_and_goes_with_it(world):
    save(world.submission, typed(change("other", outturn="155.50"), outturn="=120+35.5"))
    assert expressions(world.submission) == {"outturn": "=120+35.5"}
    save(world.submission, change("other", version=1, outturn="155.50", initial_budget="1"))
    assert expressions(world.submission) == {"outturn": "=120+35.5"}
    save(world.submission, change("other", version=2, outturn="155.51", initial_budget="1"))
    assert expressions(world.submission) == {}


def test_an_expression_for_a_figure_that_stays_is_a_change_of_its_row(world):
    save(world.submission, change("other", outturn="155.50"))
    save(world.submission, typed(change("other", version=1, outturn="155.50"), outturn="=120+35.5"))
    assert expressions(world.submission) == {"outturn": "=120+35.5"}
    assert line(world.submission, "other").row_version == 2
    said = {"outturn": {"text": "=120+35.5", "unit": "yuan"}}
    assert Edit.objects.latest("pk").changes == [{"row": {"item": "other"}, "cells": {}, "expressions": said}]
    save(world.submission, typed(change("other", version=2, outturn="155.50"), outturn="=120+35.5"))
    assert Edit.objects.count() == 2


def test_every_kind_of_row_keeps_expressions(world):
    for schedule, place, column in (
        (STAFF, "administrative", "in_service"),
        (THREE_PUBLIC_COUNTS, "receptions", "this_year_count"),
        (CARRYOVER, "other", "opening"),
    ):
        new = typed(row(schedule, place, **{column: "3"}), **{column: "=1+2"})
        save(world.submission, new, schedule=schedule)
        (stored_line,) = lines_of(world.submission, schedule)
        assert stored_line.expressions == {column: {"text": "=1+2", "unit": "yuan"}}
    save(
        world.submission,
        typed(row(BUILDINGS, "楼", name="楼", actual_area="3"), actual_area="=1+2"),
        schedule=BUILDINGS,
    )
    top = row(PROJECTS, "total", "", initial_budget="3")
    save(world.submission, typed(top, initial_budget="=1+2"), schedule=PROJECTS)
    assert (
        lines_of(world.submission, BUILDINGS)[0].expressions
        and lines_of(world.submission, BY_NATURE)[0].expressions
    )


def test_a_reason_leaves_the_expressions_of_its_row(world):
    save(world.submission, typed(change("other", outturn="155.50"), outturn="=120+35.5"))
    save_reason(
        submission=world.submission, schedule=REVENUE, key=key("other"), row_version=1, reason="利息",
        by=world.lin, at=NOW,
    )  # fmt: skip
    assert expressions(world.submission) == {"outturn": "=120+35.5"}


def pasted(change, *columns):
    return replace(change, pasted=frozenset(columns))


def test_a_save_of_pasted_cells_alone_is_pasted_and_among_others_each_cell_is(world):
    save(
        world.submission,
        pasted(change("other", outturn="1", revised_budget="2"), "outturn", "revised_budget"),
    )
    edit = Edit.objects.latest("pk")
    assert edit.source == "pasted"
    assert edit.changes[0]["how"] == {"outturn": "pasted", "revised_budget": "pasted"}
    new = change("other", version=1, outturn="10", revised_budget="20")
    save(world.submission, pasted(new, "outturn", "initial_budget"))
    edit = Edit.objects.latest("pk")
    assert (edit.source, edit.changes[0]["how"]) == ("typed", {"outturn": "pasted"})
    save(world.submission, removed=[Removal(key("other"), 2)])
    assert Edit.objects.latest("pk").source == "typed"


def test_a_new_project_is_told_with_its_number(world):
    save(world.submission, project("甲", outturn="1"))
    (changed,) = Edit.objects.latest("pk").changes
    assert changed["line"] == ProjectLine.objects.get().pk
