"""Adjustments of a year: entered, summed by line, shown in the revised budget, and missed where they lack."""

import json
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from budgets.actions import Removal
from budgets.adjustment_places import GONE, with_places
from budgets.measures import Origin
from budgets.models import AdjustmentLine
from budgets.money import AmountUnit
from budgets.returns import ADJUSTMENTS, BY_FUNCTION, BY_NATURE, PROJECTS
from budgets.rows import head_figures, return_rows
from budgets.views.adjustment_tasks import adjustment_sentences
from orgs.words import OURSELVES
from submissions.models import Edit
from tests.world import adjustment, category, change, key, line, lines_of, project, save, signed_in

FUNCTION, NATURE = BY_FUNCTION.name, BY_NATURE.name


def revised(submission, schedule=BY_FUNCTION):
    """The revised budget of every row with its origin, by code."""
    figures = {row.code: row.figures["revised_budget"] for row in return_rows(submission)[schedule.name]}
    return {code: (figure.value, str(figure.origin)) for code, figure in figures.items()}


def undocumented(submission, schedule=BY_FUNCTION):
    rows = return_rows(submission)[schedule.name]
    return {row.code: row.undocumented for row in rows if row.undocumented is not None}


def sentences(submission):
    return [
        (title, detail)
        for title, detail, _ in adjustment_sentences(submission, return_rows(submission), AmountUnit.YUAN)
    ]


@pytest.fixture
def here(world):
    """Two lines by function, of 100 and 50 yuan at first, and a project of 30."""
    save(world.submission, change(category("2240101"), initial_budget="100", outturn="120"))
    save(world.submission, change(category("2240106"), initial_budget="50", outturn="40"))
    save(world.submission, project("防汛", initial_budget="30", outturn="33"))
    return world.submission


def at(code):
    """What a row by function is called."""
    return f"{category(code).pk}--"


def of_project(submission):
    return f"line-{lines_of(submission, PROJECTS)[0].pk}"


def retype(submission, code, **figures):
    """Type other figures into a row by function."""
    version = line(submission, category(code)).row_version
    save(submission, change(category(code), version=version, **figures))


# --- Initial budget and adjustments are the revised budget


def test_without_documents_a_blank_revised_budget_stays_blank(here):
    assert set(revised(here).values()) == {(None, "blank")}


def test_increases_and_decreases_of_a_line_are_added_to_its_initial_budget(here):
    save(
        here,
        adjustment("1 号", kind="increase", function=at("2240101"), adjusted="20"),
        adjustment("2 号", kind="decrease", function=at("2240101"), adjusted="5.50"),
    )
    # 100 + 20 − 5.50, and 50 that no document changes; 114.50 + 50 in all.
    assert revised(here) == {
        "total": (Decimal("164.50"), "computed"),
        "224": (Decimal("164.50"), "computed"),
        "22401": (Decimal("164.50"), "computed"),
        "2240101": (Decimal("114.50"), "adjusted"),
        "2240106": (Decimal("50.00"), "adjusted"),
    }


def test_what_is_moved_between_lines_leaves_the_total_as_it_was(here):
    save(
        here,
        adjustment("1 号", kind="moved_out", function=at("2240101"), adjusted="20"),
        adjustment("1 号", kind="moved_in", function=at("2240106"), adjusted="20"),
    )
    found = revised(here)
    assert [found[code][0] for code in ("total", "2240101", "2240106")] == [150, 80, 70]
    assert sentences(here) == []


def test_a_project_and_the_row_by_nature_that_sums_it_are_adjusted_by_use(here):
    save(here, change("basic_personnel", initial_budget="120"), schedule=BY_NATURE)
    save(
        here,
        adjustment("1 号", kind="increase", use=of_project(here), adjusted="7"),
        adjustment("2 号", kind="decrease", use="basic_personnel", adjusted="10"),
    )
    assert revised(here, PROJECTS) == {"total": (37, "computed"), "1": (37, "adjusted")}
    by_nature = revised(here, BY_NATURE)
    assert by_nature["project"] == (37, "computed")
    assert by_nature["basic_personnel"] == (110, "adjusted")
    assert by_nature["total"] == (147, "computed")
    # No document names a code: the total by function, whose lines are known only at first, is 150 + 7 − 10.
    assert revised(here)["total"] == (147, "adjusted")


def test_a_stated_total_is_adjusted_by_the_documents_of_the_rows_below_it(world):
    one = world.submission
    save(one, change("total", initial_budget="1000"), schedule=BY_FUNCTION)
    save(one, change(category("2240101"), outturn="1"))
    save(one, adjustment("1 号", kind="increase", function=at("2240101"), adjusted="20"))
    save(one, adjustment("2 号", kind="increase", function="total", adjusted="3"))
    found = revised(one)
    assert found["total"] == (1023, "adjusted")
    assert found["2240101"] == (None, "blank")  # its initial budget is not known: blank is not zero


def test_a_document_without_amount_or_kind_counts_for_nothing_and_is_missed(here):
    save(here, adjustment("1 号", kind="increase", function=at("2240101")))
    save(here, adjustment("2 号", function=at("2240101"), adjusted="3"))
    assert revised(here)["2240101"] == (None, "blank")
    assert [title for title, _ in sentences(here)] == [
        "预算调整 · 1 号：没有填全",
        "预算调整 · 2 号：没有填全",
    ]
    assert "金额未填，算不出全年预算数。" in sentences(here)[0][1]


def test_lines_no_document_names_stay_blank_while_one_document_names_none(here):
    save(here, adjustment("1 号", kind="increase", function=at("2240101"), adjusted="20"))
    save(here, adjustment("2 号", kind="increase", use="basic_personnel", adjusted="3"))
    found = revised(here)
    assert (found["2240101"], found["2240106"]) == ((120, "adjusted"), (None, "blank"))


def test_a_document_on_the_total_names_no_line_even_where_the_total_is_stored(here, world):
    save(here, adjustment("1 号", kind="increase", function="total", adjusted="50"))
    save(here, change("total", reason="追加救灾资金"), schedule=BY_FUNCTION)
    assert revised(here)["total"] == (200, "adjusted")  # 100 + 50 at first, and 50 more
    assert revised(here)["2240101"] == (None, "blank")
    page = signed_in(world.lin).get(reverse("edit_lines", args=[here.pk, BY_FUNCTION]))
    assert page.context["grid"]["adjusted"] == ""


@pytest.mark.parametrize("code", ["224", "22401"])
def test_a_document_on_a_stored_subtotal_names_no_line(here, code):
    save(here, change(category(code), reason="追加救灾资金"))
    save(here, adjustment("1 号", kind="increase", function=at(code), adjusted="50"))
    assert revised(here)["2240101"] == (None, "blank")


def test_a_typed_revised_budget_that_the_documents_account_for_is_as_it_was(here):
    save(here, adjustment("1 号", kind="increase", function=at("2240101"), adjusted="20"))
    retype(here, "2240101", initial_budget="100", revised_budget="120", outturn="120")
    assert revised(here)["2240101"] == (120, "entered") and undocumented(here) == {}


@pytest.mark.parametrize(("typed", "gap"), [("121", 1), ("119.99", Decimal("-0.01"))])
def test_a_typed_revised_budget_that_differs_from_the_documents_is_kept_and_marked(here, typed, gap):
    save(here, adjustment("1 号", kind="increase", function=at("2240101"), adjusted="20"))
    retype(here, "2240101", initial_budget="100", revised_budget=typed)
    assert revised(here)["2240101"] == (Decimal(typed), "entered")
    assert undocumented(here) == {"2240101": gap}
    [(title, detail)] = sentences(here)
    assert title == "支出按功能分类：1 行的全年预算数没有调整文件，或与文件不符"
    assert f"与调整文件差 {'+1.00' if gap > 0 else '−0.01'}" in detail


def test_what_a_check_calls_wrong_is_not_asked_about_a_second_time(here, world):
    save(here, adjustment("1 号", kind="increase", function=at("2240101"), adjusted="200000"))
    retype(here, "2240101", initial_budget="1000000", revised_budget="1300000")
    overview = signed_in(world.lin).get(reverse("workspace", args=[here.pk])).content.decode()
    assert overview.count("2240101 科目2240101全年预算数填 130.00，应为 120.00，相差 10.00 万元") == 1
    assert "（C-040）" in overview and "没有调整文件，或与文件不符" not in overview


def test_a_revised_budget_typed_without_documents_is_kept_and_marked_in_table_and_workspace(here, world):
    retype(here, "2240101", initial_budget="100", revised_budget="130")
    retype(here, "2240106", initial_budget="50", revised_budget="50")
    assert undocumented(here) == {"2240101": 30}  # what is as it was at first needs no document
    browser = signed_in(world.lin)
    page = browser.get(reverse("variances", args=[here.pk])).content.decode()
    assert page.count('entered undocumented"') == 1 and "没有调整文号" in page
    overview = browser.get(reverse("workspace", args=[here.pk])).content.decode()
    assert "支出按功能分类：1 行的全年预算数没有调整文件" in overview and "没有调整文号" in overview


def test_the_workbook_of_variances_marks_what_no_document_accounts_for(here, world):
    save(here, adjustment("1 号", kind="increase", function=at("2240101"), adjusted="200000"))
    retype(here, "2240101", initial_budget="1000000", revised_budget="1300010")
    retype(here, "2240106", initial_budget="500000", revised_budget="600000")
    content = signed_in(world.lin).get(reverse("download_variances", args=[here.pk])).content
    page = load_workbook(BytesIO(content))["支出按功能分类"]
    said = {each.value: each.comment.text for row in page.iter_rows() for each in row if each.comment}
    assert said == {130.001: "与调整文件差 +10.001", 60: "没有调整文号"}
    assert {each.comment.author for row in page.iter_rows() for each in row if each.comment} == {OURSELVES}


def test_the_line_that_reconciles_two_totals_needs_no_document(here):
    retype(here, "2240101", initial_budget="100", revised_budget="100")
    save(here, change("basic_personnel", initial_budget="60", revised_budget="60"), schedule=BY_NATURE)
    assert return_rows(here)[NATURE][-1].figures["revised_budget"].value == 40
    assert undocumented(here, BY_NATURE) == {}


def test_the_head_of_many_returns_is_adjusted_alike(here):
    save(here, adjustment("1 号", kind="increase", function=at("2240101"), adjusted="20"))
    top = return_rows(here)[FUNCTION][0]
    assert head_figures([here])[here.pk].values["revised_budget"] == top.values["revised_budget"] == 170
    assert top.figures["revised_budget"].origin is Origin.COMPUTED


# --- The rows an adjustment may name


def test_the_lines_and_projects_of_the_return_may_be_named(here):
    save(here, project("防汛", "carried_forward", initial_budget="1"))
    places = {column.name: column.choices for column in with_places(ADJUSTMENTS, return_rows(here)).columns}
    assert [label for _, label in places["function"]] == [
        "2240101 科目2240101",
        "2240106 科目2240106",
        "不分科目",
    ]
    assert [label for _, label in places["use"]] == [
        "人员经费",
        "公用经费",
        "上缴上级支出",
        "经营支出",
        "对附属单位补助支出",
        "防汛",
        "防汛（上年结转）",
    ]


def test_a_row_that_has_left_the_return_is_told_and_its_document_kept(here):
    save(here, adjustment("1 号", kind="increase", function=at("2240106"), adjusted="20"))
    save(
        here,
        schedule=BY_FUNCTION,
        removed=[Removal(key(category("2240106")), line(here, category("2240106")).row_version)],
    )
    rows = return_rows(here)
    places = {column.name: dict(column.choices) for column in with_places(ADJUSTMENTS, rows).columns}
    assert places["function"][at("2240106")] == GONE
    assert revised(here)["2240101"] == (None, "blank")  # who knows which line it belongs to
    assert "功能科目指的行已不在表里，请重新选择" in sentences(here)[0][1]


# --- Entered through the page


def post(person, submission, *rows):
    path = reverse("save_lines", args=[submission.pk, ADJUSTMENTS])
    blank = {column.name: "" for column in ADJUSTMENTS.columns}
    sent = [
        {"row": f"r{number}", "id": None, "row_version": 0, "values": blank | values}
        for number, values in enumerate(rows)
    ]
    return signed_in(person).post(
        path, json.dumps({"unit": "wan", "rows": sent}), content_type="application/json"
    )


def test_the_page_saves_a_document_with_its_day_and_records_the_edit(here, world):
    values = {
        "name": "零财预〔2023〕12号",
        "adjusted_on": "6月1日",
        "kind": "increase",
        "source": "provincial",
        "function": at("2240101"),
        "use": of_project(here),
        "adjusted": "12.5",
        "reason": "救灾",
    }
    answer = post(world.lin, here, values)
    assert answer.status_code == 200, answer.content.decode()
    [stored] = AdjustmentLine.objects.all()
    assert (f"{stored.adjusted_on:%F}", stored.adjusted, stored.entered_in) == ("2023-06-01", 125_000, "wan")
    assert answer.json()["rows"][0]["values"] == values | {
        "adjusted_on": "2023-06-01",
        "adjusted": "125000.00",
    }
    [changed] = Edit.objects.latest("pk").changes
    assert changed["cells"]["adjusted_on"] == ["", "2023-06-01"]


@pytest.mark.parametrize(
    ("values", "column", "sentence"),
    [
        ({"adjusted_on": "2024-1-1"}, "adjusted_on", "日期：“2024-1-1”不在 2023 年内，请核对。"),
        ({"adjusted": "-5"}, "adjusted", "金额：请填正数：是增是减由“类别”说明。"),
        ({"kind": "追加"}, "kind", "类别“追加”不在可选项中，请重新选择。"),
        ({"function": "line-1"}, "function", "功能科目“line-1”不在可选项中，请重新选择。"),
        ({"use": "total"}, "use", "基本支出或项目“total”不在可选项中，请重新选择。"),
        ({"name": " "}, "name", "请填写文号。"),
    ],
)
def test_the_page_refuses_what_cannot_be_and_saves_nothing(here, world, values, column, sentence):
    answer = post(world.lin, here, {"name": "1 号"} | values)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"row": "r0", "column": column, "message": sentence}]
    assert not AdjustmentLine.objects.exists()


def test_one_document_adjusts_a_row_once(here, world):
    same = {"name": "1 号", "kind": "increase", "adjusted": "1"}
    assert post(world.lin, here, same, same | {"adjusted": "2"}).status_code == 422
    assert post(world.lin, here, same, same | {"function": at("2240101")}).status_code == 200


def test_a_document_that_moves_more_out_than_in_is_told(here):
    save(
        here,
        adjustment("1 号", kind="moved_out", function=at("2240101"), adjusted="20"),
        adjustment("1 号", kind="moved_in", function=at("2240106"), adjusted="19"),
    )
    assert sentences(here) == [
        (
            "预算调整 · 1 号：调入与调出不相等",
            "调入比调出少 1.00 元。调剂要写两行：调出一行、调入一行。",
        )
    ]
