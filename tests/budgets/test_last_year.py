"""Last year's column from last year's approved return: which one, which rows, and that it is locked."""

from dataclasses import replace
from decimal import Decimal

import pytest

from budgets.actions import LinesConflict, LockedFigures, Removal, save_reason
from budgets.last_year import approved_text, is_last_years, lacking, last_year_of
from budgets.models import ReturnText
from budgets.money import AmountUnit
from budgets.returns import (
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    CARRYOVER,
    PROJECTS,
    REVENUE,
    STAFF,
    THREE_PUBLIC,
    THREE_PUBLIC_COUNTS,
    Column,
    ColumnKind,
)
from submissions.models import Edit
from tests.budgets import past
from tests.budgets.past import RESCUE, SAFETY, read
from tests.world import (
    NOW,
    category,
    change,
    key,
    line,
    lines_of,
    make_round,
    make_submission,
    many_items,
    numbered,
    project,
    put_in_status,
    row,
    save,
    statements,
)


@pytest.fixture
def here(world):
    """Lin's empty return of this year; last year's is approved."""
    past.last_year_of(world)
    return world.submission


def figures(submission, schedule):
    """What last year says, by key."""
    return last_year_of(read(submission), schedule).by_key()


# --- Which return, which figures


def test_the_figures_are_those_of_last_years_approved_return(here):
    assert figures(here, REVENUE) == {
        key("general_public"): {"last_year_budget": Decimal(500), "last_year_outturn": Decimal(560)},
        key("other"): {"last_year_budget": None, "last_year_outturn": Decimal(5)},
    }
    found = last_year_of(read(here), REVENUE)
    assert (found.exists, found.source) == (True, "2022 年度已审核的填报（第 1 版）")


def test_rows_are_found_by_code_with_fund_and_nature_by_name_and_by_item(here):
    assert figures(here, BY_FUNCTION)[key(category(RESCUE), nature="project")] == {
        "last_year_budget": Decimal(200),
        "last_year_outturn": Decimal(255),  # the outturn, never the revised budget of 260
    }
    assert figures(here, PROJECTS)["应急广播", "appropriation"]["last_year_outturn"] == 90
    assert figures(here, THREE_PUBLIC_COUNTS) == {("receptions",): {"last_year_count": 24}}


def test_the_opening_balance_is_last_years_closing_one_though_that_was_computed(here):
    assert figures(here, CARRYOVER) == {("general_public",): {"opening": Decimal(12 + 560 - 555)}}


def test_a_code_that_was_made_anew_is_found_by_its_digits_and_its_book(world):
    old = category("2080505", valid_to=2022)
    new = category("2080505", valid_from=2023)
    before = make_submission(make_round(world.finance, 2022), world.emergency, world.lin)
    save(before, change(old, outturn="7"), change(category("2080506", valid_to=2022), outturn="8"))
    put_in_status(before, "approved")
    found = last_year_of(read(world.submission), BY_FUNCTION)
    assert {each.key for each in found.rows} == {key(new), None}
    assert found.by_key() == {key(new): {"last_year_budget": None, "last_year_outturn": Decimal(7)}}


def test_an_approved_figure_is_printed_as_every_other():
    amount, area = Column("a", "金额", ColumnKind.AMOUNT), Column("b", "面积", ColumnKind.AREA)
    assert approved_text(Decimal("-1234.5"), amount, AmountUnit.YUAN) == "−1,234.50 元"
    assert approved_text(Decimal("-1234.5"), amount, AmountUnit.WAN) == "−0.12345 万元"
    assert approved_text(Decimal("1200.50"), area, AmountUnit.WAN) == "1,200.50"


@pytest.mark.parametrize("status", ["draft", "in_review", "returned", "superseded"])
def test_a_return_that_is_not_approved_says_nothing(world, status):
    past.last_year_of(world, status=status)
    assert not last_year_of(read(world.submission), REVENUE).exists


def test_another_units_and_another_years_return_say_nothing(world):
    past.last_year_of(world, unit=world.culture, by=world.zhao)
    past.last_year_of(world, year=2021)
    found = last_year_of(read(world.submission), REVENUE)
    assert (found.exists, found.columns, found.year) == (False, (), 2022)


def test_of_two_revisions_the_one_in_force_counts(world):
    past.last_year_of(world, status="superseded")
    past.last_year_of(world, status="published", revision=2)
    assert last_year_of(read(world.submission), REVENUE).source == "2022 年度已审核的填报（第 2 版）"


def test_a_column_in_which_nothing_was_approved_is_typed(here):
    counts = last_year_of(read(here), THREE_PUBLIC)
    assert (counts.exists, counts.columns, [each.name for each in counts.typed]) == (
        True,
        (),
        ["last_year_budget", "last_year_outturn"],
    )
    save(here, change("hospitality", last_year_outturn="3"), schedule=THREE_PUBLIC)
    assert line(here, "hospitality").last_year_outturn == 3
    assert last_year_of(read(here), STAFF).typed == ()


def test_it_takes_one_query_where_there_is_one_and_none_without(world):
    without = read(world.submission)
    with statements() as none:
        last_year_of(without, REVENUE)
    past.last_year_of(world)
    submission = read(world.submission)
    with statements() as one:
        last_year_of(submission, BY_FUNCTION)
        last_year_of(submission, STAFF)
    assert (len(none), len(one)) == (0, 1), numbered(one)


def test_a_return_read_by_itself_knows_it_as_well_and_looks_once(here):
    alone = type(here).objects.get(pk=here.pk)
    with statements() as found:
        assert alone.last_year_id == alone.last_year_id == read(here).last_year_id
    assert len(found) == 2 and alone.last_year_id  # one of them is that of `read`


# --- Filled in and locked


def test_a_row_that_is_saved_gets_last_years_figures(here):
    save(here, change("general_public", outturn="600"))
    stored = line(here, "general_public")
    assert (stored.last_year_budget, stored.last_year_outturn, stored.outturn) == (500, 560, 600)
    (edit,) = Edit.objects.filter(submission=here)
    assert edit.changes[0]["cells"]["last_year_outturn"] == ["", "560.00"]


def test_what_the_system_filled_in_is_told_so_and_a_pasted_row_stays_pasted(here):
    pasted = replace(change("general_public", outturn="600"), pasted=frozenset({"outturn"}))
    save(here, pasted, replace(change("other", outturn="7"), pasted=frozenset({"outturn"})))
    edit = Edit.objects.get(submission=here)
    assert edit.source == "pasted"
    filled = {"last_year_budget": "carried", "last_year_outturn": "carried"}
    assert edit.changes[0]["how"] == {"outturn": "pasted"} | filled
    assert edit.changes[1]["how"] == {"outturn": "pasted", "last_year_outturn": "carried"}
    save(here, replace(change("institutional", outturn="1"), pasted=frozenset()))
    typed = Edit.objects.latest("pk")
    assert (typed.source, typed.changes[0].get("how")) == ("typed", None)


def test_a_stored_row_gets_them_when_it_is_saved_again(world):
    here = world.submission
    save(here, change("general_public", outturn="600"))
    past.last_year_of(world)
    save(here, change("general_public", version=1, outturn="601"))
    assert line(here, "general_public").last_year_outturn == 560


def test_a_row_that_last_year_did_not_have_stays_blank(here):
    save(here, change(category("2240199"), outturn="9"))
    assert line(here, category("2240199")).last_year_outturn is None


def test_the_approved_figure_may_be_sent(here):
    save(here, change("general_public", last_year_budget="500", last_year_outturn="560"))
    assert line(here, "general_public").last_year_outturn == 560


@pytest.mark.parametrize(
    ("place", "figure", "said"),
    [
        ("general_public", "561", "是 0.056 万元"),
        ("institutional", "1", "那里没有这一行的数"),
    ],
)
def test_another_figure_is_refused_with_what_to_do_and_nothing_is_saved(here, place, figure, said):
    rows = (change("other", outturn="1"), change(place, last_year_outturn=figure))
    with pytest.raises(LockedFigures) as refused:
        save(here, *rows, unit=AmountUnit.WAN)
    assert "上年决算数取自 2022 年度已审核的填报（第 1 版）" in str(refused.value)
    assert said in str(refused.value) and "重述" in str(refused.value)
    assert [(each.row, each.column.name) for each in refused.value.cells] == [("r", "last_year_outturn")]
    assert lines_of(here, REVENUE) == []


def test_what_is_stored_is_not_emptied(here):
    save(here, change("general_public", outturn="600"))
    with pytest.raises(LockedFigures):
        save(here, change("general_public", version=1, last_year_budget="500", outturn="600"))


def test_what_was_typed_before_the_approval_stays_until_it_is_looked_at(world):
    here = world.submission
    save(here, change("general_public", last_year_outturn="565", outturn="600"))
    past.last_year_of(world)
    save(here, change("general_public", version=1, last_year_outturn="565", outturn="601"))
    stored = line(here, "general_public")
    assert (stored.last_year_budget, stored.last_year_outturn, stored.outturn) == (500, 565, 601)


def test_a_row_somebody_else_changed_is_a_conflict_before_it_is_locked(here):
    save(here, change("general_public", outturn="600"))
    save(
        here,
        change("general_public", version=1, last_year_budget="500", last_year_outturn="560", outturn="1"),
    )
    with pytest.raises(LinesConflict):
        save(here, change("general_public", version=1, outturn="2"))


def test_a_reason_can_be_written_and_fills_them_in_too(here):
    save_reason(
        submission=here,
        schedule=REVENUE,
        key=key("general_public"),
        row_version=0,
        reason="原因",
        by=here.started_by,
        at=NOW,
    )
    assert line(here, "general_public").last_year_outturn == 560


def test_a_row_that_moves_to_another_fund_keeps_what_it_has(here):
    item = category(SAFETY)
    save(here, change(item, outturn="9"))
    moved = change(item, fund="other", last_year_budget="300", last_year_outturn="310", outturn="9")
    save(here, moved, removed=[Removal(key(item), 1)])
    assert line(here, item, fund="other").last_year_outturn == 310


def test_a_project_that_is_renamed_keeps_what_it_has(here):
    save(here, project("应急广播", "appropriation", outturn="9"))
    (stored,) = lines_of(here, PROJECTS)
    assert stored.last_year_outturn == 90
    renamed = row(
        PROJECTS,
        *("应急广播二期", "appropriation"),
        line=stored,
        name="应急广播二期",
        funding="appropriation",
        last_year_budget="80",
        last_year_outturn="90",
        outturn="9",
    )
    save(here, renamed, schedule=PROJECTS)
    assert lines_of(here, PROJECTS)[0].last_year_outturn == 90


def test_the_total_of_the_projects_is_held_to_the_row_by_nature(world):
    before = make_submission(make_round(world.finance, 2022), world.emergency, world.lin)
    save(before, change("project", outturn="70"), schedule=BY_NATURE)
    put_in_status(before, "approved")
    here = world.submission
    assert figures(here, PROJECTS)["total", ""]["last_year_outturn"] == 70
    with pytest.raises(LockedFigures):
        save(here, project("total", last_year_outturn="71"), schedule=PROJECTS)
    save(here, project("total", outturn="80"), schedule=PROJECTS)
    assert line(here, "project").last_year_outturn == 70


def test_counts_and_balances_are_locked_as_amounts_are(here):
    with pytest.raises(LockedFigures, match=r"上年取自 .*，是 24，"):
        save(here, row(THREE_PUBLIC_COUNTS, "receptions", last_year_count=25), schedule=THREE_PUBLIC_COUNTS)
    save(here, row(CARRYOVER, "general_public", received="600"), schedule=CARRYOVER)
    assert lines_of(here, CARRYOVER)[0].opening == 17


def test_a_save_takes_as_many_statements_for_one_row_as_for_many(here):
    first, *others = many_items(41)
    with statements() as one:
        save(here, change(first, outturn="1"))
    with statements() as many:
        save(here, *(change(item, outturn="1") for item in others))
    assert len(one) == len(many), numbered(many)


# --- What is lacking


def test_rows_whose_figures_are_not_there_are_named(here):
    submission = read(here)
    found = last_year_of(submission, BY_FUNCTION)
    assert [each.label for each in lacking(found, [])] == [
        f"{SAFETY} 科目{SAFETY}",
        f"{RESCUE} 科目{RESCUE} · 项目支出",
    ]
    save(here, change(category(SAFETY), outturn="1"))
    assert len(lacking(found, lines_of(here, BY_FUNCTION))) == 1
    assert lacking(last_year_of(submission, BY_ECONOMIC), []) == []


def test_projects_under_other_names_lack_nothing_as_long_as_they_come_to_the_same(here):
    save(here, project("应急广播", "appropriation"), project("防汛物资", "other"))
    stored = lines_of(here, PROJECTS)
    found = last_year_of(read(here), PROJECTS)
    stored[0].name = "改了名"
    assert lacking(found, stored) == []
    assert len(lacking(found, stored[1:])) == 1


def test_texts_say_when_they_are_last_years_still(here):
    submission = read(here)
    with_text = ReturnText(submission=submission, name="thrift_measures", text="少开会")
    assert not is_last_years(submission, "thrift_measures", [with_text])
    before = submission.last_year_id
    put_in_status(type(submission).objects.get(pk=before), "draft")
    ReturnText.objects.create(submission_id=before, name="thrift_measures", text="少开会")
    assert is_last_years(submission, "thrift_measures", [with_text])
