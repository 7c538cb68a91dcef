"""A return of which only the places of review points were given back: what its pages let her change."""

import pytest
from django.urls import reverse

from budgets.cells import recorded_row, row_id
from budgets.returns import BY_FUNCTION, REVENUE, STAFF
from budgets.rows import return_rows
from performance.views.points import place_of
from submissions import actions, point_actions
from submissions.point_actions import PointPlace
from tests.world import NOW, category, change, put_in_status, save, signed_in


@pytest.fixture
def asked(here, world):
    """Lin's return with two rows by function and one of revenue; given back for the places it is called with."""
    save(here, change(category("2240101"), outturn="1"), change(category("2240106"), outturn="1"))
    save(here, change("other", outturn="1"))

    def give_back(*places, points_only=True):
        put_in_status(here, "in_review")
        for place in places:
            point_actions.ask_point(
                submission=here, place=place, reason="other", demand="请核对。", by=world.wu, at=NOW
            )
        actions.return_to_unit(
            submission=here, seen=0, comment="", points_only=points_only, by=world.wu, at=NOW
        )
        return here

    return give_back


def cell_of(submission, schedule, code):
    """The place of the outturn of a row."""
    [row] = [row for row in return_rows(submission)[schedule.name] if row.code == code]
    known = recorded_row(schedule, row)
    recorded = {"key": known.key} | ({"line": known.line} if known.line else {})
    return PointPlace("x", schedule=schedule.name, row="any", column="outturn", recorded_row=recorded)


def grid(client, submission, schedule):
    """Whether rows can be changed, whether they can be added, and which rows are open, by their code."""
    found = client.get(reverse("edit_lines", args=[submission.pk, schedule])).context["grid"]
    return found["can_edit"], found["can_add"], {row["code"] for row in found["rows"] if row["is_open"]}


def test_the_row_asked_about_is_open_and_every_other_is_locked(asked, here, lin):
    asked(cell_of(here, BY_FUNCTION, "2240106"))
    assert grid(lin, here, BY_FUNCTION) == (True, False, {"2240106"})
    assert grid(lin, here, REVENUE) == (False, False, set())


def test_a_total_asked_about_is_open(asked, here, lin):
    asked(cell_of(here, REVENUE, "total"))
    assert grid(lin, here, REVENUE) == (True, False, {"total"})


def test_a_section_asked_about_is_open_with_all_its_rows(asked, here, lin):
    asked(PointPlace("x", schedule=BY_FUNCTION.name))
    can_edit, can_add, rows = grid(lin, here, BY_FUNCTION)
    assert can_edit and can_add and rows >= {"total", "2240101", "2240106"}
    assert grid(lin, here, STAFF)[:2] == (False, False)


def test_without_the_limit_and_with_a_point_on_the_whole_everything_is_open(asked, here, lin):
    asked(PointPlace("整份填报"), cell_of(here, BY_FUNCTION, "2240106"))
    assert grid(lin, here, REVENUE)[:2] == (True, True)


def test_a_return_of_the_whole_opens_what_nobody_asked_about(asked, here, lin):
    asked(cell_of(here, BY_FUNCTION, "2240106"), points_only=False)
    assert grid(lin, here, REVENUE)[:2] == (True, True)


def test_nothing_is_open_for_who_only_looks_on(asked, here, world, client):
    asked(cell_of(here, BY_FUNCTION, "2240106"))
    client.force_login(world.wu)
    assert grid(client, here, BY_FUNCTION) == (False, False, set())


@pytest.mark.parametrize(
    ("schedule", "address"),
    [("thrift_measures", "edit_text"), ("performance_goal", "edit_goal")],
)
def test_a_text_is_written_where_it_was_given_back_and_only_read_elsewhere(
    asked, here, lin, schedule, address
):
    asked(PointPlace("x", schedule=schedule))
    for name, arguments, section in (
        ("edit_text", [here.pk, "thrift_measures"], "thrift_measures"),
        ("edit_goal", [here.pk], "performance_goal"),
    ):
        page = lin.get(reverse(name, args=arguments)).content.decode()
        assert ("<textarea" in page) == (section == schedule)
        assert ("这里没有退回" in page) == (section != schedule)


def test_reasons_are_asked_for_in_the_rows_given_back_and_shown_in_the_others(here, asked, lin):
    save(here, change("general_public", outturn="200000", initial_budget="1000000", reason="少拨"))
    asked(cell_of(here, REVENUE, "other"))
    page = lin.get(reverse("variances", args=[here.pk])).content.decode()
    assert "少拨" in page and "<textarea" not in page


WRONG_TOTAL = {"outturn": "60000"}


@pytest.mark.parametrize(("row", "times"), [("other", 1), ("total", 0)])
def test_what_must_be_mended_where_nothing_was_given_back_is_said_with_whom_to_ask(
    asked, here, world, lin, row, times
):
    """The stated total of revenue is wrong; it was given back, or the row above it alone."""
    save(here, change("total", **WRONG_TOTAL))
    [found] = [each for each in return_rows(here)[REVENUE.name] if each.code == row]
    asked(place_of(here, REVENUE.name, row_id(found), "outturn"))
    for name in ("journey", "workspace", "findings"):
        page = lin.get(reverse(name, args=[here.pk])).content.decode()
        assert page.count("这一处这次没有退回，不能修改。请联系吴芳") == times, name
    looked_at = signed_in(world.wu).get(reverse("findings", args=[here.pk])).content.decode()
    assert "这一处这次没有退回" not in looked_at


def test_nothing_is_locked_after_a_return_of_the_whole(asked, here, lin):
    save(here, change("total", **WRONG_TOTAL))
    asked(cell_of(here, BY_FUNCTION, "2240106"), points_only=False)
    assert "这一处这次没有退回" not in lin.get(reverse("findings", args=[here.pk])).content.decode()
