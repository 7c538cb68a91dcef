"""Carrying last year's return over: the rows with their figures of last year, and nothing of this year."""

import pytest
from django.urls import reverse

from budgets.last_year_actions import carry_last_year, fill_last_year
from budgets.last_year_plans import plan_of
from budgets.models import ReturnText
from budgets.returns import (
    BUILDINGS,
    BY_FUNCTION,
    CARRYOVER,
    PROJECTS,
    REVENUE,
    SCHEDULES,
    THREE_PUBLIC_COUNTS,
)
from budgets.rows import return_rows
from submissions.actions import NotEditable, NotPermitted
from submissions.models import Edit, Submission
from tests.budgets import past
from tests.budgets.past import RESCUE, SAFETY, read
from tests.world import (
    NOW,
    category,
    change,
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
    signed_in,
    statements,
)


@pytest.fixture
def before(world):
    """Last year's approved return, with a text and a building."""
    found = past.last_year_of(world, status="draft")
    save(found, row(BUILDINGS, "食堂", name="食堂", approved_area="100"), schedule=BUILDINGS)
    ReturnText.objects.create(submission=found, name="thrift_measures", text="少开会")
    put_in_status(found, "approved")
    return found


@pytest.fixture
def here(world, before):
    """Lin's empty return of this year."""
    return world.submission


def carry(submission, by=None):
    """Do it as the preparer does."""
    return carry_last_year(submission=submission, by=by or submission.started_by, at=NOW)


def all_values(submission):
    """Every stored figure and word, by schedule."""
    return {
        schedule.name.value: [
            (each.key, each.values([column.name for column in schedule.columns]))
            for each in lines_of(submission, schedule)
        ]
        for schedule in SCHEDULES
    }


def test_rows_projects_and_texts_come_over_with_last_years_figures(here):
    carry(here)
    stored = line(here, category(SAFETY))
    assert (stored.last_year_budget, stored.last_year_outturn, stored.variance_reason) == (300, 310, "")
    assert line(here, category(RESCUE), nature="project").last_year_outturn == 255
    first, second = lines_of(here, PROJECTS)
    assert (first.name, first.funding, first.code, first.kind) == (
        "应急广播",
        "appropriation",
        "P1",
        "operation",
    )
    assert (first.last_year_budget, first.last_year_outturn) == (80, 90)
    assert (second.name, second.last_year_budget, second.last_year_outturn) == ("防汛物资", None, 165)
    assert lines_of(here, THREE_PUBLIC_COUNTS)[0].last_year_count == 24
    assert lines_of(here, CARRYOVER)[0].opening == 17
    assert ReturnText.objects.get(submission=here).text == "少开会"


def test_sections_of_the_report_come_over_where_nothing_is_written(world):
    found = past.last_year_of(world, status="draft")
    for name, text in (("duties", "负责应急管理。"), ("problems", "1、预算不细。")):
        ReturnText.objects.create(submission=found, name=name, text=text)
    put_in_status(found, "approved")
    ReturnText.objects.create(submission=world.submission, name="problems", text="1、本年的。")
    carry(world.submission)
    come = dict(ReturnText.objects.filter(submission=world.submission).values_list("name", "text"))
    assert come == {"duties": "负责应急管理。", "problems": "1、本年的。"}


def rename(submission, old, new, **figures):
    """Give a project another name, as the page does."""
    stored = next(each for each in lines_of(submission, PROJECTS) if each.name == old)
    kept = {name: getattr(stored, name) for name in ("code", "kind", "last_year_budget", "last_year_outturn")}
    values = kept | {"name": new, "funding": stored.funding} | figures
    save(submission, row(PROJECTS, new, stored.funding, line=stored, **values), schedule=PROJECTS)


def test_a_project_that_was_renamed_is_not_brought_again(here, world):
    carry(here)
    rename(here, "应急广播", "应急广播（二期）")
    found = next(part for part in plan_of(read(here)).parts if part.schedule == PROJECTS)
    assert found.rows == []
    carry(read(here))
    names = [(each.name, each.last_year_outturn) for each in lines_of(here, PROJECTS)]
    assert sorted(names) == [("应急广播（二期）", 90), ("防汛物资", 165)]
    rename(here, "应急广播（二期）", "应急广播（三期）", outturn="7")  # its figures are approved ones still
    page = signed_in(world.lin).get(reverse("edit_lines", args=[here.pk, PROJECTS]))
    cells = {each["name"]: each["last_year"] for each in page.context["grid"]["rows"]}
    assert cells["应急广播（三期）"]["last_year_outturn"]["approved"] == "90.00"
    assert not cells["应急广播（三期）"]["last_year_outturn"].get("differs")


def test_not_one_figure_of_this_year_nor_a_reason_comes_over(here):
    carry(here)
    this_year = {
        "initial_budget",
        "revised_budget",
        "outturn",
        "this_year_count",
        "received",
        "spent",
        "closing",
    }
    found = [
        (name, values[name])
        for rows in all_values(here).values()
        for _, values in rows
        for name in values
        if name in this_year | {"variance_reason"} and values[name] not in (None, "")
    ]
    assert found == []
    assert lines_of(here, BUILDINGS) == []  # one that was finished last year is none of this year's


def test_last_years_totals_are_those_that_were_approved(here, before):
    carry(here)
    now, then = return_rows(here), return_rows(before)
    for schedule in (REVENUE, BY_FUNCTION, PROJECTS):
        assert now[schedule.name][0].values["last_year_outturn"] == then[schedule.name][0].values["outturn"]


def test_every_edit_says_that_it_was_carried(here):
    carry(here)
    edits = Edit.objects.filter(submission=here)
    assert {each.source for each in edits} == {"carried"}
    assert {each.schedule for each in edits} == {
        "revenue",
        "expenditure_by_function",
        "projects",
        "three_public_counts",
        "carryover",
        "thrift_measures",
    }


def test_what_is_there_stays_as_it_is(here):
    save(here, change(category(SAFETY), initial_budget="1", outturn="2", reason="本年的原因"))
    save(here, project("应急广播", "appropriation", code="另编", outturn="9"))
    ReturnText.objects.create(submission=here, name="thrift_measures", text="本年的做法")
    carry(here)
    stored = line(here, category(SAFETY))
    assert (stored.initial_budget, stored.outturn, stored.variance_reason) == (1, 2, "本年的原因")
    assert [(each.name, each.code) for each in lines_of(here, PROJECTS)] == [
        ("应急广播", "另编"),
        ("防汛物资", ""),
    ]
    assert ReturnText.objects.get(submission=here).text == "本年的做法"


def test_doing_it_again_does_nothing(here):
    carry(here)
    once, edits = all_values(here), Edit.objects.count()
    assert plan_of(read(here)).does_nothing
    carry(here)
    assert (all_values(here), Edit.objects.count()) == (once, edits)


def test_figures_typed_before_last_year_was_approved_are_filled_up_and_not_replaced(world):
    here = world.submission
    save(here, change("general_public", last_year_outturn="565", outturn="600"))
    past.last_year_of(world)
    carry(here)
    stored = line(here, "general_public")
    assert (stored.last_year_budget, stored.last_year_outturn, stored.outturn) == (500, 565, 600)


def test_a_code_that_is_valid_no_more_is_named_and_stays_behind(world):
    before = make_submission(make_round(world.finance, 2022), world.emergency, world.lin)
    save(before, change(category("2080506", valid_to=2022, name="旧科目"), outturn="8"))
    put_in_status(before, "approved")
    assert carry(world.submission).lost == ["2080506 旧科目"]
    assert lines_of(world.submission, BY_FUNCTION) == []


def test_without_an_approved_return_nothing_comes(world):
    assert not carry(world.submission).exists
    assert Edit.objects.count() == 0


def test_it_is_the_preparers_and_while_the_return_is_filled_in(here, world):
    with pytest.raises(NotPermitted):
        carry(here, by=world.sun)
    put_in_status(here, "approved")
    with pytest.raises(NotEditable):
        carry(here)
    assert not Edit.objects.filter(submission=here).exists()


def test_it_takes_as_many_statements_for_2_rows_as_for_60(world):
    counts = []
    for year, number in ((2011, 2), (2021, 60)):
        found = make_submission(make_round(world.finance, year - 1), world.culture, world.zhao)
        save(found, *(change(item, outturn="1") for item in many_items(number)))
        put_in_status(found, "approved")
        here = make_submission(make_round(world.finance, year), world.culture, world.zhao)
        with statements() as texts:
            carry(here)
        counts.append(texts)
        put_in_status(here, "superseded")
    assert len(counts[0]) == len(counts[1]), numbered(counts[1])


# --- Starting a return


def test_fixed_rows_alone_are_filled_in_by_themselves(here):
    fill_last_year(submission=here, by=here.started_by, at=NOW)
    assert [each.last_year_outturn for each in lines_of(here, REVENUE)] == [560, 5]
    assert lines_of(here, BY_FUNCTION) == lines_of(here, PROJECTS) == []
    assert not ReturnText.objects.filter(submission=here).exists()


def test_the_button_that_starts_a_return_fills_them_in(world):
    past.last_year_of(world, unit=world.rescue)
    browser = signed_in(world.lin)
    response = browser.post(reverse("start_submission", args=[world.round.pk, world.rescue.pk]))
    fresh = Submission.objects.get(round=world.round, unit=world.rescue)
    assert response["Location"] == reverse("workspace", args=[fresh.pk])
    assert [each.last_year_outturn for each in lines_of(fresh, REVENUE)] == [560, 5]
    edits = Edit.objects.filter(submission=fresh).count()
    browser.post(reverse("start_submission", args=[world.round.pk, world.rescue.pk]))
    assert Edit.objects.filter(submission=fresh).count() == edits
    assert "从上年开始" in browser.get(response["Location"]).content.decode()


def test_the_offer_becomes_a_small_one_once_this_year_has_a_figure(here, world):
    browser, path = signed_in(world.lin), reverse("workspace", args=[here.pk])
    assert "从上年开始" in browser.get(path).content.decode()
    save(here, change("general_public", outturn="600"))
    page = browser.get(path).content.decode()
    assert "从上年开始" not in page and "从上年带入" in page
    assert "从上年" not in signed_in(world.wu).get(path).content.decode()
