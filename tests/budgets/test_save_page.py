"""What the entry page posts, over HTTP: 200, 422 with every mistake, 409, 403, 404, 400 — and never a 500."""

import json
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from budgets.forms import LinesForm, Malformed
from budgets.measures import FIGURES
from budgets.models import BudgetLine, ProjectLine
from budgets.returns import (
    BASE_ITEMS,
    BUILDINGS,
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    CARRYOVER,
    PROJECTS,
    REVENUE,
    STAFF,
    THREE_PUBLIC,
    THREE_PUBLIC_COUNTS,
)
from orgs.models import Membership, User
from submissions.models import Edit
from tests.world import (
    category,
    change,
    economic,
    line,
    lines_of,
    make_person,
    make_submission,
    many_items,
    numbered,
    project,
    put_in_status,
    save,
    signed_in,
    statements,
)

MOST_STATEMENTS = 10
TO_READ_A_RETURN = 24
"""Seven tables of rows, the headings of two classifications, and the texts: what every answer is made of. For the checks the
texts, restatements, revisions, publication, thresholds, goal, indicators, those two of the projects, official book, settings, own rules, explanations
and what was let pass."""
TO_STORE_RESULTS = 3
"""What the findings depend on, read before them; the return, read again after that; and all of them stored."""


def row(place, *, version=0, reason="", name="r1", fund="", nature="", **figures):
    """A row of money as the page sends it; figures as text, the others blank."""
    where = {"item": place} if isinstance(place, str) else {"category": place.pk}
    return {
        "row": name,
        "id": None,
        **where,
        "fund": fund,
        "nature": nature,
        "row_version": version,
        "values": {**dict.fromkeys(FIGURES, ""), "variance_reason": reason, **figures},
    }


def row_of(schedule, place="", *, version=0, id=None, **values):
    """A row of any schedule as the page sends it; what is not given is blank."""
    filled = dict.fromkeys((column.name for column in schedule.columns), "") | values
    return {"row": "r1", "id": id, "item": place, "row_version": version, "values": filled}


def payload(*rows, unit="wan", removed=()):
    """What the page sends."""
    return {"unit": unit, "rows": list(rows), "removed": list(removed)}


def address(submission, schedule="revenue"):
    """Where the page sends it."""
    return reverse("save_lines", args=[submission.pk, schedule])


def post(browser, submission, data, schedule="revenue"):
    """Post JSON, or text as it is."""
    body = data if isinstance(data, str | bytes) else json.dumps(data)
    return browser.post(address(submission, schedule), body, content_type="application/json")


@pytest.fixture
def lin(world):
    """Lin's browser."""
    return signed_in(world.lin)


@pytest.fixture
def here(world):
    """The return that is being filled in."""
    return world.submission


def mistakes(response):
    """The mistakes of a 422 as (row, column)."""
    assert response.status_code == 422, response.content.decode()
    return [(error["row"], error["column"]) for error in response.json()["errors"]]


# --- It works


def test_amounts_are_saved_in_the_unit_they_are_sent_in(lin, here):
    assert post(lin, here, payload(row("other", outturn="0.32"))).status_code == 200
    found = line(here, "other")
    assert (str(found.outturn), found.entered_in) == ("3200.00", "wan")
    post(lin, here, payload(row("other", version=1, outturn="3,200.01"), unit="yuan"))
    found.refresh_from_db()
    assert (str(found.outturn), found.entered_in) == ("3200.01", "yuan")


def test_the_answer_has_the_rows_as_stored_with_their_new_versions(lin, here):
    answer = post(lin, here, payload(row("other", outturn="0.32", reason=" 利息 "))).json()
    [found] = [row for row in answer["rows"] if row["item"] == "other"]
    assert (found["row_version"], found["values"]["outturn"]) == (1, "3200.00")
    assert found["values"]["initial_budget"] == ""
    assert found["values"]["variance_reason"] == "利息"
    assert answer["saved_at"].count(":") == 2


def test_the_answer_has_the_head_and_the_base_of_the_share(lin, here):
    save(here, change("total", outturn="19680100"), change("other", outturn="1"))
    answer = post(lin, here, payload(row(category("2240101"), outturn="5")), "function").json()
    assert answer["head"]["outturn"] == answer["share_total"] == "50000.00"


def test_what_the_answer_gives_can_be_sent_back(lin, here):
    item = category("2240101")
    sent = payload(row(item, fund="general_public", nature="basic", outturn="1"), row(item, outturn="2"))
    answer = post(lin, here, sent, "function").json()
    rows = [row for row in answer["rows"] if row["kind"] == "line"]
    for found in rows:
        found["values"]["initial_budget"] = "7"
    assert post(lin, here, payload(*rows, unit="yuan"), "function").status_code == 200
    assert list(BudgetLine.objects.values_list("initial_budget", "row_version")) == [(7, 2), (7, 2)]


def test_a_request_that_comes_again_has_no_second_effect(lin, here):
    first = payload(row("other", outturn="1")) | {"key": "a" * 32}
    assert post(lin, here, first).status_code == 200
    post(lin, here, payload(row("other", version=1, outturn="2")) | {"key": "b" * 32})
    answer = post(lin, here, first)
    assert (answer.status_code, line(here, "other").outturn) == (200, 20_000)
    assert post(lin, here, first | {"key": "c" * 32}).status_code == 409  # another request, of an old version
    assert Edit.objects.filter(submission=here).count() == 2


def test_a_request_named_as_one_of_another_schedule_or_person_is_refused(lin, here, world):
    key = {"key": "a" * 32}
    assert post(lin, here, payload(row("other", outturn="1")) | key).status_code == 200
    colleague = make_person("fang", "方圆", (Membership.Role.PREPARER, world.emergency))
    elsewhere = post(lin, here, payload(row(category("2240101"), outturn="1")) | key, "function")
    anothers = post(signed_in(colleague), here, payload(row("operating", outturn="1")) | key)
    for refused in (elsewhere, anothers):
        assert refused.status_code == 400 and refused.json()["message"].endswith("。")
    assert BudgetLine.objects.get().item == "other" and Edit.objects.filter(submission=here).count() == 1


@pytest.mark.parametrize("key", ["A" * 32, "a" * 31, "a" * 33, 1, None])
def test_a_request_is_named_by_32_hexadecimal_digits_or_not_at_all(lin, here, key):
    assert post(lin, here, payload(row("other", outturn="1")) | {"key": key}).status_code == 400


def test_a_row_is_removed(lin, here):
    item = category("2240101")
    save(here, change(item, outturn="1"))
    assert post(lin, here, payload(removed=[row(item, version=1)]), "function").status_code == 200
    assert not BudgetLine.objects.exists()


@pytest.mark.parametrize(
    ("schedule", "item"), [("revenue", "other"), ("function", "total"), ("economic", "personnel")]
)
def test_a_fixed_row_is_never_removed(lin, here, schedule, item):
    where = {"revenue": REVENUE, "function": BY_FUNCTION, "economic": BY_ECONOMIC}[schedule]
    save(here, change(item, outturn="1"), schedule=where)
    assert post(lin, here, payload(removed=[row(item, version=1)]), schedule).status_code == 400
    assert BudgetLine.objects.get().outturn == 1


@pytest.mark.parametrize(
    ("schedule", "named"),
    [
        (STAFF, {"item": "total"}),
        (STAFF, {"item": "\0"}),
        (REVENUE, {"item": "\ud800"}),
        (BY_FUNCTION, {"fund": "\0"}),
        (BY_FUNCTION, {"nature": "\ud800"}),
        (BY_ECONOMIC, {"fund": "x"}),
        (PROJECTS, {"item": "total"}),
    ],
)
def test_a_category_makes_no_other_row_one_that_is_removed(schedule, named):
    submission = SimpleNamespace(round=SimpleNamespace(fiscal_year=2023))
    removed = [{"row": "r", "category": 1, "row_version": 6} | named]
    with pytest.raises(Malformed):
        LinesForm({"unit": "yuan", "rows": [], "removed": removed}, schedule, submission, categories={1})


def test_a_named_row_is_removed_by_its_number_alone(lin, here):
    save(here, project("甲", outturn="1"))
    for place in ("", "total"):
        sent = payload(removed=[row_of(PROJECTS, place, version=1)])
        assert post(lin, here, sent, "projects").status_code == 400
    assert ProjectLine.objects.exists()


def test_a_row_taken_out_and_entered_again_in_one_save_stays(lin, here):
    item = category("2240101")
    save(here, change(item, outturn="5"))
    again = payload(row(item, outturn="5"), removed=[row(item, version=1)], unit="yuan")
    assert post(lin, here, again, "function").status_code == 200
    assert line(here, item).outturn == 5


def test_a_row_taken_out_and_entered_anew_in_one_save_has_the_new_figures(lin, here):
    item = category("2240101")
    save(here, change(item, outturn="5"))
    again = payload(row(item, outturn="6"), removed=[row(item, version=1)], unit="yuan")
    assert post(lin, here, again, "function").status_code == 200
    assert line(here, item).outturn == 6


def test_a_row_gets_another_fund(lin, here):
    item = category("2240101")
    save(here, change(item, outturn="5"))
    moved = payload(row(item, fund="general_public", outturn="5"), removed=[row(item, version=1)])
    assert post(lin, here, moved, "function").status_code == 200
    assert BudgetLine.objects.get().fund == "general_public"


@pytest.mark.parametrize("book", ["general_public", "government_fund"])
def test_a_stated_subtotal_of_a_class_in_two_books_can_be_changed_again(lin, here, book):
    both = {name: category("229", name) for name in ("general_public", "government_fund")}
    item = category("2299999", book)
    post(lin, here, payload(row(item), row(both[book], initial_budget="900"), unit="yuan"), "function")
    [stated] = [
        row
        for row in lin.get(reverse("edit_lines", args=[here.pk, "function"])).context["grid"]["rows"]
        if row["code"] == "229"
    ]
    stated["values"]["initial_budget"] = "901"
    assert post(lin, here, payload(stated, unit="yuan"), "function").status_code == 200
    assert line(here, both[book]).initial_budget == 901


# --- Mistakes of a person: all at once


def test_every_mistake_is_told_with_its_row_and_column(lin, here):
    item = category("2240101")
    response = post(
        lin,
        here,
        payload(
            row(item, name="a", outturn="1,38", initial_budget="0.0000001"),
            row(item, name="b", fund="lottery", nature="fun", outturn="1"),
            row(category("2240102"), name="c", reason="长" * 501, last_year_outturn="1000000000"),
            {**row("other", name="d"), "category": 10**9},
            row("basic", name="e"),
        ),
        "function",
    )
    assert sorted(mistakes(response)) == [
        ("a", "initial_budget"),
        ("a", "outturn"),
        ("b", "fund"),
        ("b", "nature"),
        ("c", "last_year_outturn"),
        ("c", "variance_reason"),
        ("d", "code"),
        ("e", "code"),
    ]
    assert not BudgetLine.objects.exists()


def test_a_mistake_says_in_words_which_figure_is_wrong_and_quotes_it(lin, here):
    response = post(lin, here, payload(row("other", revised_budget="12千")))
    [error] = response.json()["errors"]
    assert error["message"].startswith("全年预算数：“12千”不是金额")


def test_one_mistake_keeps_the_right_rows_from_being_saved_too(lin, here):
    response = post(lin, here, payload(row("other", outturn="1"), row("total", name="b", outturn="x")))
    assert mistakes(response) == [("b", "outturn")]
    assert not BudgetLine.objects.exists()


def test_the_same_row_twice_is_a_mistake_of_the_second(lin, here):
    item = category("2240101")
    twice = [
        row(item, name="a", outturn="1"),
        row(item, name="b", outturn="2"),
        row(item, name="c", fund="other"),
    ]
    assert mistakes(post(lin, here, payload(*twice), "function")) == [("b", "code")]


@pytest.mark.parametrize(
    ("years", "known"),
    [
        ({"valid_to": 2022}, False),
        ({"valid_from": 2024}, False),
        ({"valid_from": 2023, "valid_to": 2023}, True),
    ],
)
def test_a_category_must_be_valid_in_the_year_of_the_round(lin, here, years, known):
    item = category("2240101", **years)
    response = post(lin, here, payload(row(item, outturn="1")), "function")
    assert response.status_code == (200 if known else 422)


@pytest.mark.parametrize("schedule", ["revenue", "nature"])
def test_a_category_does_not_belong_in_a_schedule_of_fixed_rows(lin, here, schedule):
    response = post(lin, here, payload(row(category("2240101"), outturn="1")), schedule)
    assert mistakes(response) == [("r1", "code")]


@pytest.mark.parametrize(
    ("schedule", "item"),
    [("revenue", "basic"), ("nature", "other"), ("function", "other"), ("revenue", ""), ("revenue", "\x00")],
)
def test_a_fixed_row_of_another_schedule_is_a_mistake(lin, here, schedule, item):
    assert mistakes(post(lin, here, payload(row(item, outturn="1")), schedule)) == [("r1", "code")]


def test_a_reason_may_have_500_characters(lin, here):
    assert post(lin, here, payload(row("other", reason="长" * 500))).status_code == 200
    assert line(here, "other").variance_reason == "长" * 500


@pytest.mark.parametrize(
    ("schedule", "column", "title", "wrong"),
    [
        (STAFF, "authorized", "编制数（人）", "-1"),
        (STAFF, "in_service", "年末实有人数（人）", "1.5"),
        (STAFF, "in_service", "年末实有人数（人）", "约100"),
        (STAFF, "in_service", "年末实有人数（人）", "1000000000"),
        (THREE_PUBLIC_COUNTS, "this_year_count", "本年", "(3)"),
        (BUILDINGS, "approved_area", "批复规模（㎡）", "-1"),
        (BUILDINGS, "actual_area", "实际规模（㎡）", "1.005"),
        (BUILDINGS, "actual_area", "实际规模（㎡）", "10000000000"),
        (BUILDINGS, "planned_investment", "预算投资", "0.0000001"),
        (CARRYOVER, "closing", "年末结转和结余", "无"),
        (PROJECTS, "revised_budget", "全年预算数", "1,38"),
    ],
)
def test_a_wrong_number_is_told_with_its_column_and_what_it_should_be(
    lin, here, schedule, column, title, wrong
):
    place = schedule.items[0].code if schedule.items else ""
    named = {"name": "甲"} if schedule.is_named else {}
    response = post(lin, here, payload(row_of(schedule, place, **named, **{column: wrong})), schedule.slug)
    assert mistakes(response) == [("r1", column)]
    assert response.json()["errors"][0]["message"].startswith(f"{title}：")
    assert lines_of(here, schedule) == []


@pytest.mark.parametrize(
    ("typed", "kept"), [("1,200", 1200), ("１２２", 122), ("122.0", 122), ("-", None), ("0", 0)]
)
def test_a_count_is_understood_as_people_type_it(lin, here, typed, kept):
    response = post(lin, here, payload(row_of(STAFF, "total", authorized="127", in_service=typed)), "staff")
    assert response.status_code == 200
    assert lines_of(here, STAFF)[0].in_service == kept


def test_areas_are_square_metres_whatever_the_unit_of_the_amounts(lin, here):
    sent = row_of(BUILDINGS, name="楼", approved_area="1,000.5", planned_investment="200")
    assert post(lin, here, payload(sent, unit="wan"), "buildings").status_code == 200
    [found] = lines_of(here, BUILDINGS)
    assert (str(found.approved_area), str(found.planned_investment)) == ("1000.50", "2000000.00")


@pytest.mark.parametrize("schedule", [PROJECTS, BUILDINGS], ids=lambda each: each.slug)
@pytest.mark.parametrize("name", ["", "  ", "\u3000", "\x00", "\u202e"])
def test_a_row_of_the_units_own_needs_a_name(lin, here, schedule, name):
    response = post(lin, here, payload(row_of(schedule, name=name)), schedule.slug)
    assert mistakes(response) == [("r1", "name")]
    assert lines_of(here, schedule) == []


@pytest.mark.parametrize("ends", ["\n", "\r\n", " \n\n\u3000", "\u2028", "\u2029\r"])
def test_a_line_break_stays_in_a_reason_alone(lin, here, ends):
    typed = row_of(PROJECTS, name=f"甲{ends}乙", code=f"1{ends}2", variance_reason=f"一是{ends}二是")
    assert post(lin, here, payload(typed), "projects").status_code == 200
    [line] = lines_of(here, PROJECTS)
    assert (line.name, line.code) == ("甲 乙", "1 2")
    assert len(line.variance_reason.splitlines()) > 1 and "\r" not in line.variance_reason


@pytest.mark.parametrize(("column", "longest"), [("name", 100), ("code", 40), ("variance_reason", 500)])
def test_words_have_a_longest_length(lin, here, column, longest):
    values = {"name": "甲"}
    assert (
        post(
            lin, here, payload(row_of(PROJECTS, **values | {column: "长" * longest})), "projects"
        ).status_code
        == 200
    )
    values = {"name": "乙"}
    response = post(
        lin, here, payload(row_of(PROJECTS, **values | {column: "长" * (longest + 1)})), "projects"
    )
    assert mistakes(response) == [("r1", column)]


@pytest.mark.parametrize("column", ["kind", "funding"])
def test_an_unknown_choice_is_a_mistake_that_quotes_it(lin, here, column):
    response = post(lin, here, payload(row_of(PROJECTS, name="甲", **{column: "lottery"})), "projects")
    assert mistakes(response) == [("r1", column)]
    assert "“lottery”不在可选项中" in response.json()["errors"][0]["message"]


def test_two_projects_of_one_name_and_funding_are_a_mistake_of_the_second(lin, here):
    fundings = ("other", "appropriation", "other")
    rows = [
        row_of(PROJECTS, name="防火", funding=each) | {"row": f"r{at}"} for at, each in enumerate(fundings)
    ]
    assert mistakes(post(lin, here, payload(*rows), "projects")) == [("r2", "code")]


@pytest.mark.parametrize("code", ["retired_cadre", "retired", "temporary"])
def test_a_figure_that_does_not_apply_to_a_row_is_a_mistake(lin, here, code):
    response = post(lin, here, payload(row_of(STAFF, code, authorized="1", in_service="8")), "staff")
    assert mistakes(response) == [("r1", "authorized")]
    assert post(lin, here, payload(row_of(STAFF, code, in_service="8")), "staff").status_code == 200


def test_a_total_is_a_mistake_where_there_is_none(lin, here):
    for schedule in (BUILDINGS, BASE_ITEMS, THREE_PUBLIC_COUNTS):
        sent = row_of(schedule, "total", **{schedule.figures[0].name: "1"})
        assert post(lin, here, payload(sent), schedule.slug).status_code == 422, schedule.slug
        assert lines_of(here, schedule) == []


def test_a_project_is_not_mistaken_for_the_total_whatever_it_is_called(lin, here):
    sent = [
        row_of(PROJECTS, name="total", outturn="1"),
        row_of(PROJECTS, name="乙", code="total", outturn="2"),
    ]
    sent[1]["row"] = "r2"
    assert mistakes(post(lin, here, payload(*sent), "projects")) == [("r1", "name")]
    assert post(lin, here, payload(sent[1], unit="yuan"), "projects").status_code == 200
    grid = lin.get(reverse("edit_lines", args=[here.pk, "projects"])).context["grid"]
    [total, project] = grid["rows"]
    assert total["row"] != project["row"]
    project["values"]["outturn"] = "3"
    assert post(lin, here, payload(project, unit="yuan"), "projects").status_code == 200
    assert [(each.name, each.outturn) for each in lines_of(here, PROJECTS)] == [("乙", 3)]
    assert lines_of(here, BY_NATURE) == []


@pytest.mark.parametrize("code", ["50101", "501"])
def test_a_code_of_the_governments_chart_does_not_belong_in_a_departments_return(lin, here, code):
    item = economic(code, chart="government")
    assert mistakes(post(lin, here, payload(row(item, outturn="1")), "economic")) == [("r1", "code")]


def test_an_economic_code_has_no_fund_and_no_nature(lin, here):
    response = post(lin, here, payload(row(economic("30101"), fund="other", nature="basic")), "economic")
    assert sorted(mistakes(response)) == [("r1", "fund"), ("r1", "nature")]


def test_every_mistake_of_a_project_is_told_at_once(lin, here):
    wrong = row_of(PROJECTS, name="", code="x" * 41, kind="?", funding="?", outturn="?", initial_budget="1e5")
    assert sorted(column for _, column in mistakes(post(lin, here, payload(wrong), "projects"))) == [
        "code",
        "funding",
        "initial_budget",
        "kind",
        "name",
        "outturn",
    ]


# --- Every schedule


SENT = {
    STAFF: ("fully_funded", {"authorized": "127", "in_service": "122"}),
    REVENUE: ("other", {"outturn": "0.32"}),
    BY_NATURE: ("basic_personnel", {"outturn": "1030.52"}),
    BY_ECONOMIC: ("operating", {"outturn": "695.80"}),
    THREE_PUBLIC: ("hospitality", {"outturn": "9.1423"}),
    THREE_PUBLIC_COUNTS: ("receptions", {"this_year_count": "85"}),
    PROJECTS: ("", {"name": "安监津贴", "funding": "appropriation", "outturn": "1"}),
    CARRYOVER: ("other", {"opening": "1", "received": "2", "spent": "3"}),
    BASE_ITEMS: ("office", {"outturn": "1"}),
    BUILDINGS: ("", {"name": "楼", "actual_area": "1.25"}),
}


@pytest.mark.parametrize("schedule", SENT, ids=lambda each: each.slug)
def test_what_the_answer_of_any_schedule_gives_can_be_changed_and_sent_back(lin, here, schedule):
    place, values = SENT[schedule]
    first = post(lin, here, payload(row_of(schedule, place, **values)), schedule.slug)
    assert first.status_code == 200, first.content.decode()
    [found] = [each for each in first.json()["rows"] if each["row_version"] == 1]
    assert found["row"] in first.json()["saved"].values()
    name = schedule.figures[0].name
    found["values"][name] = "7"
    second = post(lin, here, payload(found, unit="yuan"), schedule.slug)
    assert second.status_code == 200, second.content.decode()
    [again] = [each for each in second.json()["rows"] if each["row"] == found["row"]]
    assert (again["row_version"], again["id"]) == (2, found["id"])
    assert getattr(lines_of(here, schedule)[0], name) == 7
    removed = post(lin, here, payload(unit="yuan", removed=[again]), schedule.slug)
    assert removed.status_code == (200 if schedule.is_named else 400)
    assert bool(lines_of(here, schedule)) != schedule.is_named


def test_an_economic_code_is_saved_and_sent_back(lin, here):
    answer = post(lin, here, payload(row(economic("30101"), outturn="1")), "economic").json()
    [found] = [each for each in answer["rows"] if each["kind"] == "line"]
    found["values"]["outturn"] = "2"
    assert post(lin, here, payload(found, unit="yuan"), "economic").status_code == 200
    assert line(here, economic("30101")).outturn == 2


def test_a_project_is_renamed_by_its_id_and_a_swap_is_one_save(lin, here):
    post(lin, here, payload(*(row_of(PROJECTS, name=name) for name in "甲乙")), "projects")
    first, second = lin.get(reverse("edit_lines", args=[here.pk, "projects"])).context["grid"]["rows"][1:]
    first["values"]["name"], second["values"]["name"] = "乙", "甲"
    assert post(lin, here, payload(first, second), "projects").status_code == 200
    assert [each.name for each in lines_of(here, PROJECTS)] == ["乙", "甲"]


def test_the_total_of_the_projects_is_sent_with_them_and_comes_back_on_both_pages(lin, here):
    sent = [row_of(PROJECTS, "total", initial_budget="485.50", outturn="241.37"), row_of(PROJECTS, name="甲")]
    sent[1]["row"] = "r2"
    answer = post(lin, here, payload(*sent), "projects").json()
    assert answer["rows"][0]["values"]["initial_budget"] == "4855000.00"
    assert (answer["rows"][0]["row_version"], answer["rows"][0]["item"]) == (1, "total")
    by_nature = lin.get(reverse("edit_lines", args=[here.pk, "nature"])).context["grid"]["rows"]
    [found] = [each for each in by_nature if each["code"] == "project"]
    assert found["values"]["outturn"] == "2413700.00"
    assert found["elsewhere"]["outturn"] == {"value": "", "blanks": 0}  # stated


def test_a_conflict_over_the_total_of_the_projects_shows_the_row_by_nature(lin, here):
    save(here, change("project", outturn="5", reason="甲"), schedule=BY_NATURE)
    response = post(lin, here, payload(row_of(PROJECTS, "total", name="", outturn="9")), "projects")
    assert response.status_code == 409
    [conflict] = response.json()["conflicts"]
    assert conflict["row"] == "r1" and conflict["theirs"]["row_version"] == 1
    assert conflict["theirs"]["values"] == {
        **dict.fromkeys((column.name for column in PROJECTS.columns), ""),
        "outturn": "5.00",
        "variance_reason": "甲",
    }


@pytest.mark.parametrize("number", [2**31, 2**63, -1])
@pytest.mark.parametrize("version", [0, 1])
def test_a_project_that_is_not_there_is_gone_and_never_an_error_of_ours(lin, here, number, version):
    save(here, project("甲", outturn="1"))
    response = post(lin, here, payload(row_of(PROJECTS, id=number, version=version, name="甲")), "projects")
    assert (response.status_code, response.json()["conflicts"]) == (409, [{"row": "r1", "theirs": None}])


# --- Faults of a program: the shape


def broken(**fields):
    """A payload whose only row has these fields instead."""
    return payload({**row("other", outturn="1"), **fields})


def reason(text):
    """A payload whose only row has this reason."""
    return payload(row("other", outturn="1", reason=text))


def without(name):
    """A payload whose only row lacks a field."""
    return payload({field: value for field, value in row("other").items() if field != name})


def figures(value):
    """A payload with this outturn."""
    return payload(row("other", outturn=value))


NASTY = {
    "no json": "not json",
    "empty": "",
    "not utf-8": b"\xff\xfe",
    "cut off": '{"unit": "wan", "rows": [',
    "deep list": "[" * 100_000,
    "deep object": '{"a":' * 100_000,
    "a list": [],
    "a string": '"rows"',
    "null": "null",
    "a number": "7",
    "an empty object": {},
    "no unit": {"rows": []},
    "unit of nobody": {**payload(), "unit": "usd"},
    "unit null": {**payload(), "unit": None},
    "unit a list": {**payload(), "unit": ["wan"]},
    "no rows": {"unit": "wan"},
    "rows null": {"unit": "wan", "rows": None},
    "rows a string": {"unit": "wan", "rows": "abc"},
    "rows an object": {"unit": "wan", "rows": {"a": 1}},
    "rows an empty object": {"unit": "wan", "rows": {}},
    "rows of strings": {"unit": "wan", "rows": ["a"]},
    "rows of lists": {"unit": "wan", "rows": [[]]},
    "rows of null": {"unit": "wan", "rows": [None]},
    "removed null": {**payload(), "removed": None},
    "removed of numbers": {**payload(), "removed": [1]},
    "removed without key": {**payload(), "removed": [{"row": "r", "row_version": 1}]},
    "removed without version": {**payload(), "removed": [{"row": "r", "item": "other"}]},
    "no version": without("row_version"),
    "no values": without("values"),
    "no reason": broken(values=dict.fromkeys(FIGURES, "")),
    "no item": without("item"),
    "no row": without("row"),
    "version null": broken(row_version=None),
    "version a bool": broken(row_version=True),
    "version a float": broken(row_version=1.5),
    "version a word": broken(row_version="one"),
    "version infinite": json.dumps(broken()).replace('"row_version": 0', '"row_version": Infinity'),
    "version nan": json.dumps(broken()).replace('"row_version": 0', '"row_version": NaN'),
    "reason null": reason(None),
    "reason a number": reason(5),
    "reason a list": reason(["a"]),
    "values null": broken(values=None),
    "values a list": broken(values=[]),
    "values a string": broken(values="1"),
    "values without one": broken(values={"outturn": "1", "variance_reason": ""}),
    "id a word": broken(id="abc"),
    "id a bool": broken(id=True),
    "id a float": broken(id=1.5),
    "id an object": broken(id={"a": 1}),
    "outturn zero as a number": figures(0),
    "outturn a number": figures(5),
    "outturn a float": figures(0.1),
    "outturn true": figures(True),
    "outturn false": figures(False),
    "outturn a list": figures([]),
    "outturn nested": figures({"value": "1"}),
    "item null": broken(item=None),
    "item a number": broken(item=3),
    "item an object": broken(item={"code": "other"}),
    "category true": broken(category=True),
    "category a float": broken(category=1.9),
    "category a word": broken(category="abc"),
    "category an object": broken(category={"id": 1}),
    "fund null": broken(category=1, fund=None),
    "fund a list": broken(category=1, fund=["other"]),
    "row an object": broken(row={"id": 1}),
}


@pytest.mark.parametrize("data", NASTY.values(), ids=NASTY.keys())
@pytest.mark.parametrize("schedule", ["revenue", "function"])
def test_another_shape_is_refused_as_a_whole_and_nothing_is_saved(lin, here, data, schedule):
    category("1" * 7)
    response = post(lin, here, data, schedule)
    assert response.status_code == 400, response.content.decode()
    assert response.json()["message"]
    assert not BudgetLine.objects.exists() and not Edit.objects.exists()


STRANGE = {
    "nul in the reason": reason("甲\x00乙"),
    "half a surrogate in the reason": reason("甲\ud800乙"),
    "half a surrogate in a figure": figures("1\ud800"),
    "nul in a figure": figures("1\x00"),
    "half a surrogate in the item": broken(item="\ud800"),
    "half a surrogate in the row": broken(row="\ud800", item="?"),
    "nul in the fund": broken(category=1, fund="\x00"),
    "huge category": broken(category=10**4000),
    "huge negative category": broken(category=-(10**4000)),
    "category just above the database's integers": broken(category=2**63),
    "huge version": broken(row_version=10**4000),
    "negative version": broken(row_version=-1),
    "huge figure": figures("9" * 100_000),
    "endless decimals": figures("0." + "0" * 100_000 + "1"),
    "figure of a megabyte of letters": figures("x" * 1_000_000),
    "direction marks in the reason": reason("\u202e123\u202c"),
    "markup in the reason": reason("</script><script>alert(1)</script>"),
    "unknown fields": {**payload(row("other")), "__proto__": {}, "more": 1},
    "removed with a huge version": payload(removed=[row("other", version=10**4000)]),
    "removed unknown": payload(removed=[{"item": "\x00\ud800", "row": "", "row_version": 0}]),
    "huge id": broken(id=10**4000),
    "id just above the database's integers": broken(id=2**63),
    "negative id": broken(id=-1),
    "removed with a huge id": payload(removed=[{**row("other"), "id": 10**30}]),
    "removed unknown category": payload(removed=[{"category": 10**30, "row": "", "row_version": 0}]),
}


@pytest.mark.parametrize("data", STRANGE.values(), ids=STRANGE.keys())
@pytest.mark.parametrize("schedule", ["revenue", "function"])
def test_strange_values_are_saved_or_refused_but_never_an_error_of_ours(lin, here, data, schedule):
    save(here, change("other", outturn="1"))
    response = post(lin, here, data, schedule)
    assert response.status_code in (200, 400, 409, 422), response.content.decode()
    json.loads(response.content)


def test_nul_and_half_characters_are_left_out_of_a_reason(lin, here):
    post(lin, here, reason("甲\x00\ud800乙"))
    assert line(here, "other").variance_reason == "甲乙"


def test_more_rows_than_any_return_has_are_refused(lin, here):
    rows = [row("other", name=str(number)) for number in range(5001)]
    assert post(lin, here, payload(*rows)).status_code == 400


# --- Others' changes


def test_a_conflict_shows_who_and_what_stands_there_now(lin, here):
    save(here, change("other", outturn="3200", reason="利息"))
    response = post(lin, here, payload(row("other", outturn="1")))
    assert response.status_code == 409
    answer = response.json()
    assert (answer["by"], answer["at"]) == ("林晓", "18:32:05")  # 10:32:05 UTC in Shanghai
    [conflict] = answer["conflicts"]
    assert conflict["row"] == "r1"
    assert conflict["theirs"]["row_version"] == 1
    assert conflict["theirs"]["values"] == {
        **dict.fromkeys(FIGURES, ""),
        "outturn": "3200.00",
        "variance_reason": "利息",
    }


def test_a_conflict_over_a_row_that_is_gone_says_so(lin, here):
    response = post(lin, here, payload(row("other", version=3, outturn="1")))
    assert response.status_code == 409
    assert response.json()["conflicts"] == [{"row": "r1", "theirs": None}]


# --- Who


@pytest.mark.parametrize("person", ["sun", "chen", "he", "wu", "qian", "tang"])
def test_who_may_only_read_is_refused(world, here, person):
    response = post(signed_in(getattr(world, person)), here, payload(row("other", outturn="1")))
    assert response.status_code == 403
    assert "填报人" in response.json()["message"]
    assert not BudgetLine.objects.exists()


@pytest.mark.parametrize("person", ["zhao", "feng"])
@pytest.mark.parametrize("data", [payload(row("other", outturn="1")), "not json"])
def test_for_a_stranger_it_does_not_exist_whatever_she_sends(world, here, person, data):
    assert post(signed_in(getattr(world, person)), here, data).status_code == 404


@pytest.mark.parametrize("number", [0, 999_999_999, 2**31, 2**63, 10**30])
def test_a_return_that_is_not_there_does_not_exist(world, lin, number):
    path = f"/submissions/{number}/revenue/save/"
    assert lin.post(path, json.dumps(payload()), content_type="application/json").status_code == 404


def test_without_signing_in_one_is_sent_to_the_door(here):
    response = post(Client(), here, payload())
    assert (response.status_code, response.url.split("?")[0]) == (302, reverse("sign_in"))


@pytest.mark.parametrize("status", ["in_review", "approved", "published", "superseded"])
def test_a_return_that_is_not_open_is_refused_with_its_status(lin, here, status):
    put_in_status(here, status)
    response = post(lin, here, payload(row("other", outturn="1")))
    assert response.status_code == 403
    assert here.Status(status).label in response.json()["message"]


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head"])
def test_only_post_saves(lin, here, method):
    assert getattr(lin, method)(address(here)).status_code == 405


def test_a_form_of_another_site_cannot_save(world, here):
    browser = signed_in(world.lin, enforce_csrf_checks=True)
    assert post(browser, here, payload(row("other", outturn="1"))).status_code == 403
    assert not BudgetLine.objects.exists()


def test_our_page_saves_with_its_token(world, here):
    browser = signed_in(world.lin, enforce_csrf_checks=True)
    browser.get(reverse("edit_lines", args=[here.pk, "revenue"]))
    token = browser.cookies["csrftoken"].value
    response = browser.post(
        address(here),
        json.dumps(payload(row("other", outturn="1"))),
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )
    assert response.status_code == 200


# --- The number of statements

OF_EVERY_REQUEST = ('FROM "django_session"', 'FROM "orgs_user"', "SAVEPOINT ")
"""Who it is, and the transaction's own brackets."""


@pytest.mark.parametrize(("deed", "version"), [("new", 0), ("changed", 1)])
def test_a_save_takes_the_same_few_statements_for_10_and_500_rows(world, deed, version):
    counts = []
    for number in (10, 500):
        submission = make_submission(world.round, world.rescue, world.lin, revision=number)
        items = many_items(number)
        if version:
            save(submission, *(change(item, outturn="1") for item in items))
        rows = [row(item, version=version, name=str(item.pk), outturn="2") for item in items]
        browser = signed_in(User.objects.get(pk=world.lin.pk))
        with statements() as texts:
            assert post(browser, submission, payload(*rows), "function").status_code == 200
        own = [text for text in texts if not any(each in text for each in OF_EVERY_REQUEST)]
        *writes, stored = [
            at for at, text in enumerate(own, 1) if text.strip().startswith(("INSERT", "UPDATE"))
        ]
        assert writes[-1] <= MOST_STATEMENTS, numbered(own)
        assert stored == len(own) and "checkresult" in own[-1]  # what the checks find is stored last
        assert stored - writes[-1] <= TO_READ_A_RETURN + TO_STORE_RESULTS, numbered(own)
        counts.append(len(texts))
        put_in_status(submission, "superseded")
    assert counts[0] == counts[1]


@pytest.mark.parametrize("as_removed", [False, True])
def test_a_row_that_comes_twice_is_no_request_of_ours_and_saves_nothing(lin, here, as_removed):
    save(here, project("甲", outturn="1"))
    stored = ProjectLine.objects.get()
    first, second = (row_of(PROJECTS, version=1, id=stored.pk, name=name) for name in ("甲乙", "乙"))
    body = payload(first, removed=[second]) if as_removed else payload(first, second | {"row": "r2"})
    assert post(lin, here, body, schedule="projects").status_code == 400
    assert ProjectLine.objects.get().name == "甲" and here.edits.count() == 1


# --- How figures were typed


def worked_out(text, unit="wan", value="155.5", column="outturn"):
    """A row whose figure is said to have been typed as an expression."""
    return row("other", **{column: value}) | {"expressions": {column: {"text": text, "unit": unit}}}


def test_an_expression_comes_back_with_its_row(lin, here):
    answer = post(lin, here, payload(worked_out("=120+35.5"))).json()
    said = {"outturn": {"text": "=120+35.5", "unit": "wan"}}
    assert next(each for each in answer["rows"] if each["row"] == "other")["expressions"] == said
    assert line(here, "other").expressions == said and str(line(here, "other").outturn) == "1555000.00"
    page = lin.get(reverse("edit_lines", args=[here.pk, "revenue"])).context["grid"]
    assert next(each for each in page["rows"] if each["row"] == "other")["expressions"] == said


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("=120+35.4", "wan"),
        ("=120+35.5", "yuan"),
        ("155.5", "wan"),
        ("", "wan"),
        ("=120+", "wan"),
        ("=155.5/0", "wan"),
        (f"=155.5{'+0' * 100}", "wan"),
        ("=155.5<script>", "wan"),
    ],
)
def test_an_expression_that_is_not_worth_its_figure_is_let_go(lin, here, text, unit):
    assert post(lin, here, payload(worked_out(text, unit))).status_code == 200
    assert line(here, "other").expressions == {}


@pytest.mark.parametrize("beside", ["\x0b", "\u2028", "\x85", " ", "\u202e"])
def test_an_expression_is_kept_without_what_no_text_keeps(lin, here, beside):
    assert post(lin, here, payload(worked_out(f"=120+35.5{beside}"))).status_code == 200
    assert line(here, "other").expressions["outturn"]["text"] == "=120+35.5"


def test_an_expression_in_another_unit_than_the_page_is_worth_the_same(lin, here):
    said = worked_out("=1200000+355000", unit="yuan")
    assert post(lin, here, payload(said)).status_code == 200
    assert line(here, "other").expressions["outturn"]["unit"] == "yuan"


def test_an_expression_for_words_or_for_no_column_is_let_go(lin, here):
    said = worked_out("=1+2", value="=1+2", column="variance_reason")
    assert post(lin, here, payload(said | {"values": said["values"] | {"outturn": "1"}})).status_code == 200
    assert line(here, "other").expressions == {}


@pytest.mark.parametrize(
    "said",
    [
        {"expressions": []},
        {"expressions": {"outturn": "=1"}},
        {"expressions": {"outturn": {"text": 1, "unit": "wan"}}},
        {"expressions": {"outturn": {"text": "=155.5", "unit": "x"}}},
        {"pasted": "outturn"},
        {"pasted": [1]},
    ],
)
def test_what_no_page_says_of_a_cell_is_refused(lin, here, said):
    assert post(lin, here, payload(row("other", outturn="155.5") | said)).status_code == 400


def test_pasted_cells_are_told_in_the_record(lin, here):
    post(lin, here, payload(row("other", outturn="1") | {"pasted": ["outturn", "nothing"]}))
    edit = here.edits.get()
    assert (edit.source, edit.changes[0]["how"]) == ("pasted", {"outturn": "pasted"})
