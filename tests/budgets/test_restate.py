"""Restating one of last year's approved figures: a reason, both figures kept, and the page that asks for it."""

import json
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.urls import reverse

from budgets.actions import LinesConflict, LockedFigures
from budgets.cell_records import cell_records
from budgets.cells import RecordedRow
from budgets.last_year import restatements_of
from budgets.last_year_actions import NotRestated, carry_last_year, restate
from budgets.models import Restatement
from budgets.money import AmountUnit
from budgets.returns import BY_NATURE, PROJECTS, REVENUE, THREE_PUBLIC, THREE_PUBLIC_COUNTS
from submissions.actions import NotEditable, NotPermitted
from submissions.models import Edit
from tests.budgets import past
from tests.budgets.past import read
from tests.world import (
    NOW,
    change,
    line,
    lines_of,
    make_round,
    make_submission,
    numbered,
    project,
    put_in_status,
    row,
    save,
    signed_in,
    statements,
)

REASON = "去年误记，审计后更正"


@pytest.fixture
def here(world):
    """Lin's return with one row, which has last year's figures."""
    past.last_year_of(world)
    save(world.submission, change("general_public", outturn="600"))
    return world.submission


def put(submission, changed, column="last_year_outturn", *, schedule=REVENUE, reason=REASON, by=None):
    """Restate one figure as the preparer does."""
    return restate(
        submission=submission,
        schedule=schedule,
        row=changed,
        column=next(each for each in schedule.columns if each.name == column),
        reason=reason,
        unit=AmountUnit.YUAN,
        by=by or submission.started_by,
        at=NOW,
    )


def revenue(figure, version=1):
    """The row with another outturn of last year."""
    figures = {"last_year_budget": "500", "last_year_outturn": figure, "outturn": "600"}
    return change("general_public", version=version, **figures)


def test_both_figures_and_the_reason_are_kept(here):
    put(here, revenue("565"))
    (kept,) = Restatement.objects.all()
    stored = line(here, "general_public")
    assert stored.last_year_outturn == 565
    assert (kept.approved_figure, kept.restated_figure, kept.reason) == (560, 565, REASON)
    assert (kept.line, kept.row, kept.approved_in_id) == (
        stored.pk,
        {"item": "general_public"},
        read(here).last_year_id,
    )
    assert (kept.actor, kept.actor_name, kept.at) == (here.started_by, "林晓", NOW)
    edit = Edit.objects.filter(submission=here).latest("pk")
    assert edit.changes == [
        {"row": {"item": "general_public"}, "cells": {"last_year_outturn": ["560.00", "565.00"]}}
    ]


def test_a_restated_figure_stays_when_the_row_is_saved_and_another_one_is_refused(here):
    put(here, revenue("565"))
    save(
        here,
        change("general_public", version=2, last_year_budget="500", last_year_outturn="565", outturn="1"),
    )
    assert line(here, "general_public").last_year_outturn == 565
    with pytest.raises(LockedFigures):
        save(here, revenue("566", version=3))


def test_the_newest_restatement_holds(here):
    put(here, revenue("565"))
    put(here, revenue("566", version=2), reason="再次更正")
    (found,) = restatements_of(read(here), REVENUE).values()
    assert (found.reason, found.approved_figure, found.restated_figure) == ("再次更正", 560, 566)


def test_the_approved_figure_ends_a_restatement_without_a_reason(here):
    put(here, revenue("565"))
    put(here, revenue("560", version=2), reason="")
    assert line(here, "general_public").last_year_outturn == 560
    assert Restatement.objects.count() == 1


def test_a_figure_the_approved_return_does_not_have_is_restated_from_blank(here):
    put(here, change("institutional", last_year_outturn="3"))
    (kept,) = Restatement.objects.all()
    assert (kept.approved_figure, kept.restated_figure) == (None, Decimal(3))


def test_what_was_typed_before_the_approval_is_kept_by_giving_the_reason(world):
    here = world.submission
    save(here, change("general_public", last_year_outturn="565", outturn="600"))
    past.last_year_of(world)
    same = change("general_public", version=1, last_year_outturn="565", outturn="600")
    put(here, same)
    (kept,) = Restatement.objects.all()
    assert (kept.approved_figure, kept.restated_figure) == (560, 565)
    assert Edit.objects.filter(submission=here).count() == 3


def test_a_figure_that_is_kept_stays_in_the_history_of_a_project_that_is_renamed(world):
    here = world.submission
    save(here, project("甲", last_year_outturn="71"), schedule=PROJECTS)
    before = past.last_year_of(world, status="draft")
    save(before, project("甲", outturn="70"), schedule=PROJECTS)
    put_in_status(before, "approved")
    (stored,) = lines_of(here, PROJECTS)
    put(here, project("甲", version=1, line=stored, last_year_outturn="71"), schedule=PROJECTS)
    renamed = project("乙", version=2, line=stored, last_year_outturn="71")
    save(here, renamed, schedule=PROJECTS)
    of_project = RecordedRow(PROJECTS, {"name": "乙"}, stored.pk)
    records = cell_records(here, of_project, "last_year_outturn")
    assert [(each.old, each.new) for each in records] == [("71.00", "71.00"), ("", "71.00")]


def test_an_approved_figure_is_not_restated_to_blank_but_to_nought(here):
    with pytest.raises(NotRestated, match="不能空白；确实没有的，请填 0。"):
        put(here, revenue(None))
    assert (line(here, "general_public").last_year_outturn, Restatement.objects.count()) == (560, 0)
    put(here, revenue("0"))
    assert (line(here, "general_public").last_year_outturn, Restatement.objects.count()) == (0, 1)


def test_a_figure_restated_from_blank_may_be_blank_again(here):
    put(here, change("institutional", last_year_outturn="3"))
    put(here, change("institutional", version=2), reason="")
    assert line(here, "institutional").last_year_outturn is None


def test_counts_and_projects_are_restated_and_the_projects_total_as_a_row_by_nature(world):
    before = past.last_year_of(world, status="draft")
    save(before, change("project", initial_budget="70"), schedule=BY_NATURE)
    put_in_status(before, "approved")
    here = world.submission
    save(here, row(THREE_PUBLIC_COUNTS, "receptions", this_year_count=20), schedule=THREE_PUBLIC_COUNTS)
    counted = row(THREE_PUBLIC_COUNTS, "receptions", version=1, last_year_count=25, this_year_count=20)
    put(here, counted, "last_year_count", schedule=THREE_PUBLIC_COUNTS)
    put(here, project("total", last_year_budget="75"), "last_year_budget", schedule=PROJECTS)
    assert lines_of(here, THREE_PUBLIC_COUNTS)[0].last_year_count == 25
    assert [each.schedule for each in Restatement.objects.order_by("pk")] == [
        "three_public_counts",
        "expenditure_by_nature",
    ]
    assert len(restatements_of(read(here), PROJECTS)) == 1


def test_a_restated_total_of_the_projects_is_not_said_to_lack(world):
    before = past.last_year_of(world, status="draft")
    save(before, change("project", initial_budget="70"), schedule=BY_NATURE)
    put_in_status(before, "approved")
    here = world.submission
    carry_last_year(submission=here, by=world.lin, at=NOW)
    stated = line(here, "project")
    assert lacking_on_page(world, PROJECTS) == 0
    top = project("total", version=stated.row_version, last_year_budget="75")
    put(here, top, "last_year_budget", schedule=PROJECTS)
    assert lacking_on_page(world, PROJECTS) == 0


def lacking_on_page(world, schedule):
    page = signed_in(world.lin).get(reverse("edit_lines", args=[world.submission.pk, schedule]))
    return page.context["grid"]["last_year"]["lacking"]


@pytest.mark.parametrize("reason", ["", "   ", "更正", "　　　　　", "。。。。。", "长" * 501])
def test_without_a_reason_of_a_few_words_nothing_is_saved(here, reason):
    with pytest.raises(NotRestated, match="字"):
        put(here, revenue("565"), reason=reason)
    assert (line(here, "general_public").last_year_outturn, Restatement.objects.count()) == (560, 0)


def test_a_figure_that_is_as_approved_is_no_restatement(here):
    with pytest.raises(NotRestated, match="不用重述"):
        put(here, revenue("560"))


def test_a_figure_that_is_typed_is_not_restated(here):
    typed = change("hospitality", last_year_outturn="3")
    with pytest.raises(NotRestated, match="直接填写"):
        put(here, typed, schedule=THREE_PUBLIC)


@pytest.mark.parametrize("other", [{"last_year_budget": "1"}, {"outturn": "601"}, {"outturn": None}])
def test_only_its_own_column_may_differ(here, other):
    figures = {"last_year_budget": "500", "last_year_outturn": "2", "outturn": "600"} | other
    with pytest.raises(NotRestated, match="还有别的改动"):
        put(here, change("general_public", version=1, **figures))
    assert line(here, "general_public").last_year_outturn == 560


def test_a_project_is_not_renamed_by_a_restatement(world):
    before = past.last_year_of(world, status="draft")
    save(before, project("甲", outturn="70"), schedule=PROJECTS)
    put_in_status(before, "approved")
    here = world.submission
    save(here, project("甲", outturn="9"), schedule=PROJECTS)
    (stored,) = lines_of(here, PROJECTS)
    assert stored.last_year_outturn == 70
    changed = project("乙", version=stored.row_version, line=stored, last_year_outturn="71", outturn="9")
    with pytest.raises(NotRestated, match="还有别的改动"):
        put(here, changed, schedule=PROJECTS)
    assert Restatement.objects.count() == 0
    same = project("甲", version=stored.row_version, line=stored, last_year_outturn="71", outturn="9")
    put(here, same, schedule=PROJECTS)
    assert Restatement.objects.get().approved_figure == 70


def test_it_is_the_preparers_and_while_the_return_is_filled_in(here, world):
    with pytest.raises(NotPermitted):
        put(here, revenue("565"), by=world.wu)
    put_in_status(here, "in_review")
    with pytest.raises(NotEditable):
        put(here, revenue("565"))


def test_a_row_that_somebody_else_changed_is_a_conflict(here):
    save(
        here,
        change("general_public", version=1, last_year_budget="500", last_year_outturn="560", outturn="1"),
    )
    with pytest.raises(LinesConflict):
        put(here, revenue("565"))
    assert Restatement.objects.count() == 0


def test_who_restates_second_learns_of_the_first_even_where_both_want_the_same(here, world):
    put(here, revenue("565"))
    answer = post(here.started_by, here, sent("565", reason="乙的另一个原因"))
    assert answer.status_code == 409
    assert (answer.json()["by"], answer.json()["at"]) == ("林晓", "18:32:05")
    assert "林晓 在 18:32:05 改过这一行" in answer.json()["message"]
    assert Restatement.objects.get().reason == REASON


def test_who_keeps_a_figure_second_learns_of_the_first(world):
    here = world.submission
    save(here, change("general_public", last_year_outturn="565", outturn="600"))
    past.last_year_of(world)
    same = change("general_public", version=1, last_year_outturn="565", outturn="600")
    put(here, same)
    with pytest.raises(LinesConflict) as refused:
        put(here, same, reason="乙的另一个原因")
    assert refused.value.last_edit == Edit.objects.latest("pk")
    assert Restatement.objects.get().reason == REASON


def test_a_request_that_comes_again_has_no_second_effect(here):
    body = sent("565", key="a" * 32)
    for _ in range(2):
        assert post(here.started_by, here, body).status_code == 200
    assert Restatement.objects.count() == 1
    assert post(here.started_by, here, sent("566", version=2)).status_code == 200
    assert post(here.started_by, here, body).status_code == 200
    assert line(here, "general_public").last_year_outturn == 566


@pytest.mark.parametrize(
    ("name", "values"),
    {
        "restatement_has_reason": {"reason": " "},
        "restatement_differs": {"restated_figure": 560},
        "restatement_column_known": {"column": "outturn"},
        "restatement_at_some_time": {"at": NOW.replace(year=1999)},
    }.items(),
)
def test_the_database_keeps_its_rules(here, name, values):
    put(here, revenue("565"))
    kept = Restatement.objects.values().get()
    kept.pop("id")
    with pytest.raises(IntegrityError, match=name):
        Restatement.objects.create(**kept | values)


def test_two_blanks_do_not_differ(here):
    put(here, revenue("565"))
    kept = Restatement.objects.values().get()
    kept.pop("id")
    with pytest.raises(IntegrityError, match="restatement_differs"):
        Restatement.objects.create(**kept | {"approved_figure": None, "restated_figure": None})


def test_a_restatement_is_only_added(here):
    put(here, revenue("565"))
    kept = Restatement.objects.get()
    for deed in (kept.save, kept.delete):
        with pytest.raises(TypeError):
            deed()


# --- On the page


def sent(figure, *, version=1, column="last_year_outturn", reason=REASON, **others):
    """What the page sends."""
    values = dict.fromkeys((each.name for each in REVENUE.columns), "") | {
        "last_year_budget": "500",
        "last_year_outturn": figure,
        "outturn": "600",
    }
    asked = {"row": "r1", "item": "general_public", "row_version": version, "values": values}
    return {"unit": "yuan", "rows": [asked], "column": column, "reason": reason} | others


def post(person, submission, body, schedule=REVENUE):
    path = reverse("restate", args=[submission.pk, schedule])
    return signed_in(person).post(path, json.dumps(body), content_type="application/json")


def test_the_page_is_answered_with_the_rows_and_both_figures(here):
    response = post(here.started_by, here, sent("565"))
    assert response.status_code == 200
    answer = response.json()
    at = next(n for n, each in enumerate(answer["rows"]) if each["item"] == "general_public")
    assert answer["rows"][at]["values"]["last_year_outturn"] == "565.00"
    cell = answer["rows"][at]["last_year"]["last_year_outturn"]
    assert (cell["approved"], cell["differs"]) == ("560.00", True)
    assert (cell["restated"]["reason"], cell["restated"]["by"]) == (REASON, "林晓")
    assert answer["rows"][at]["last_year"]["last_year_budget"] == {
        "approved": "500.00",
        "restated": None,
        "differs": False,
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (sent("565", reason="短"), 422),
        (sent("五百"), 422),
        (sent("560"), 422),
        (sent(""), 422),
        (sent("565", version=7), 409),
        (sent("565", column="outturn"), 400),
        (sent("565", column="nothing"), 400),
        (sent("565", reason=None), 400),
        (sent("565", rows=[]), 400),
        ([], 400),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_nothing_is_saved(here, body, status):
    response = post(here.started_by, here, body)
    assert response.status_code == status
    assert response.json()["message"].endswith(("。", "”"))
    assert Restatement.objects.count() == 0


def test_a_save_of_another_figure_marks_the_cell(here):
    path = reverse("save_lines", args=[here.pk, REVENUE])
    body = {key: value for key, value in sent("565").items() if key in ("unit", "rows")}
    response = signed_in(here.started_by).post(path, json.dumps(body), content_type="application/json")
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert (error["row"], error["column"]) == ("r1", "last_year_outturn")
    assert "是 560.00 元" in error["message"]


def test_the_entry_page_says_where_last_years_figures_come_from(world):
    def said():
        response = signed_in(world.lin).get(reverse("edit_lines", args=[world.submission.pk, REVENUE]))
        return response.context["grid"]["last_year"]

    assert said()["said"] == "上年年初预算数、上年决算数由您填写：系统里没有本单位 2022 年度已审核的填报。"
    assert said()["restate_url"] == said()["carry_url"] == ""
    past.last_year_of(world)
    found = said()
    assert found["said"].startswith(
        "上年年初预算数、上年决算数取自 2022 年度已审核的填报（第 1 版），已锁定；"
    )
    assert (found["columns"], found["lacking"]) == (["last_year_budget", "last_year_outturn"], 2)


def test_who_only_reads_is_not_told_to_type_or_to_restate(world):
    def said():
        response = signed_in(world.sun).get(reverse("edit_lines", args=[world.submission.pk, REVENUE]))
        return response.context["grid"]["last_year"]["said"]

    assert said().startswith("上年年初预算数、上年决算数由填报人填写：")
    past.last_year_of(world)
    assert said() == "上年年初预算数、上年决算数取自 2022 年度已审核的填报（第 1 版），已锁定。"


def test_the_entry_page_says_what_has_to_be_typed_all_the_same(world):
    before = make_submission(make_round(world.finance, 2022), world.emergency, world.lin)
    save(before, change("other", outturn="5"))
    put_in_status(before, "approved")
    for schedule, words in (
        (REVENUE, "上年年初预算数那里没有，由您填写。"),
        (THREE_PUBLIC, "2022 年度已审核的填报里没有这张表的数。"),
    ):
        response = signed_in(world.lin).get(reverse("edit_lines", args=[world.submission.pk, schedule]))
        assert words in response.context["grid"]["last_year"]["said"]


LAST_YEARS_RETURN = 10
"""What the checks read of it: itself, seven tables of rows, the headings of one classification, the texts."""
MORE_QUERIES = {
    ("edit_lines", "revenue"): 2,  # what was approved, and what was restated
    ("edit_lines", "projects"): 3,  # their total is a row by nature
    ("edit_lines", "staff"): 0,
    ("variances",): 1,  # what was restated
    ("workspace",): 0,
}


@pytest.mark.parametrize("place", MORE_QUERIES, ids="-".join)
def test_a_page_takes_so_many_queries_more_where_last_year_is_approved(world, place):
    name, *arguments = place
    path = reverse(name, args=[world.submission.pk, *arguments])
    with statements() as without:
        signed_in(world.lin).get(path)
    past.last_year_of(world)
    with statements() as found:
        signed_in(world.lin).get(path)
    assert len(found) == len(without) + LAST_YEARS_RETURN + MORE_QUERIES[place], numbered(found)


def test_the_variance_page_marks_what_was_restated_and_says_why(here, world):
    put(here, revenue("565"))
    for reader in (world.lin, world.wu):
        page = signed_in(reader).get(reverse("variances", args=[here.pk])).content.decode()
        assert "重述的上年数" in page and REASON in page and "number entered restated" in page
    save(
        here,
        change("general_public", version=2, last_year_budget="500", last_year_outturn="560", outturn="6"),
    )
    page = signed_in(world.wu).get(reverse("variances", args=[here.pk])).content.decode()
    assert "重述的上年数" not in page  # the approved figure is back
