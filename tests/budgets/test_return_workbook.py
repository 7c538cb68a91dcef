"""The workbook of a return: downloaded, filled in as a person would, uploaded, previewed, confirmed."""

import random
import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from budgets import import_actions, import_forms
from budgets.actions import Removal, save_text
from budgets.import_actions import ImportRefused
from budgets.import_forms import read_return
from budgets.import_plans import plan_of
from budgets.measures import FIGURES
from budgets.models import (
    LINE_MODELS,
    BudgetLine,
    EconomicCategory,
    FunctionalCategory,
    ProjectLine,
    ReturnText,
    ReturnUpload,
)
from budgets.money import AmountUnit
from budgets.return_sheets import (
    COVER,
    EXPORTED,
    FIRST_ROW,
    OLDER_FORMS,
    PLACE_SHEETS,
    all_sheet_names,
    sheet_name,
)
from budgets.returns import (
    ADJUSTMENTS,
    BUILDINGS,
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    CARRYOVER,
    FUNDINGS,
    PROJECT_KINDS,
    PROJECTS,
    REVENUE,
    SCHEDULES,
    STAFF,
    THREE_PUBLIC_COUNTS,
    ColumnKind,
)
from budgets.text_sheets import TEXT_SHEETS
from orgs.models import Membership, User
from orgs.spreadsheets import read_typed_sheets
from orgs.words import as_in_workbook, storable
from submissions.models import Edit
from tests.orgs.test_spreadsheets import rebuilt
from tests.world import (
    NOW,
    adjustment,
    category,
    change,
    economic,
    lines_of,
    make_person,
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


def download(submission, person, unit=AmountUnit.YUAN):
    """The workbook as bytes, in the unit the person works in."""
    User.objects.filter(pk=person.pk).update(amount_unit=unit)
    response = signed_in(person).get(reverse("download_return", args=[submission.pk]))
    assert response.status_code == 200
    return response.content


def opened(content):
    return openpyxl.load_workbook(BytesIO(content))


def saved(book):
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def sheet(book, schedule):
    return book[sheet_name(schedule)]


def at(page, label):
    """The number of the row that is called so, in its code or name."""
    return next(
        number
        for number in range(FIRST_ROW, page.max_row + 1)
        if label in (page.cell(number, 2).value, page.cell(number, 3).value)
    )


def spare(page):
    """The number of the first empty row."""
    numbers = range(FIRST_ROW, page.max_row + 1)
    return next(
        number for number in numbers if not page.cell(number, 1).value and not page.cell(number, 2).value
    )


def cell(page, label, title):
    """A cell by what its row is called and the head of its column."""
    heads = [each.value for each in page[3]]
    return page.cell(at(page, label), heads.index(title) + 1)


def send(submission, person, content, name="填报表.xlsx"):
    path = reverse("upload_return", args=[submission.pk])
    return signed_in(person).post(path, {"file": SimpleUploadedFile(name, content)})


def uploaded(submission, person, content):
    """The upload that waits for its confirmation."""
    response = send(submission, person, content)
    assert response.status_code == 302, mistakes(response)
    return ReturnUpload.objects.latest("pk")


def mistakes(response):
    """Every mistake as (sheet, cell, sentence), or what the form says."""
    found = [(each.sheet, each.cell, each.message) for each in response.context["mistakes"]]
    return found or response.context["form"].errors.as_text() or response.context["refusal"]


def refused(submission, person, content):
    """The sentence with which a workbook is not taken."""
    response = send(submission, person, content)
    assert response.status_code == 422 and not ReturnUpload.objects.exists()
    return str(response.context["form"].errors["file"][0])


def apply(upload, person, chosen=()):
    import_actions.apply_upload(upload=upload, chosen=chosen, seen=plan_of(upload).digest, by=person, at=NOW)


def brought_in(submission, person, content, chosen=()):
    """Upload and confirm."""
    upload = uploaded(submission, person, content)
    apply(upload, person, chosen)
    return upload


def stored(submission):
    """Everything of a return: every row of every schedule with its version, and its texts."""
    lines = {
        (schedule.name.value, line.key): (
            line.pk,
            line.row_version,
            line.values([c.name for c in schedule.columns]),
        )
        for schedule in SCHEDULES
        for line in lines_of(submission, schedule)
    }
    texts = {
        text.name: (text.row_version, text.text) for text in ReturnText.objects.filter(submission=submission)
    }
    return lines, texts


@pytest.fixture
def filled(world):
    """Lin's return with some rows of every kind."""
    one = world.submission
    item, other = category("2240101", name="行政运行"), category("2240106", name="安全监管")
    category("22401", name="应急管理事务"), category("224", name="灾害防治及应急管理支出")
    save(
        one, change("other", outturn="1.00"), change("general_public", outturn="100.05", initial_budget="90")
    )
    save(
        one, change(item, fund="general_public", outturn="12.34"), change(other, outturn="5", reason="=增加")
    )
    save(one, change(economic("30101", name="基本工资"), outturn="7"), schedule=BY_ECONOMIC)
    save(
        one,
        project("防汛", "appropriation", outturn="8", code="2023", kind="city"),
        project("救灾", outturn="9"),
    )
    save(one, row(STAFF, "administrative", authorized=10, in_service=9), schedule=STAFF)
    save(one, row(CARRYOVER, "other", opening="1", received="2", spent="0.5"), schedule=CARRYOVER)
    save(one, row(BUILDINGS, "办公楼", name="办公楼", approved_area="1200.50"), schedule=BUILDINGS)
    save_text(
        submission=one,
        name=ReturnText.Name.THRIFT_MEASURES,
        text="厉行\n节约",
        row_version=0,
        by=world.lin,
        at=NOW,
    )
    one.refresh_from_db()
    return one


# --- There and back


AMOUNTS = st.none() | st.decimals(Decimal("-9999999999999.99"), Decimal("9999999999999.99"), places=2)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12).map(
    storable
) | st.sampled_from(
    ["", "=1+1", "+加", "-减", "@某", "2023", "TRUE", "1.50", "a\nb", "#增加", "#DIV/0!", "_x0041_"]
)


def values(schedule):
    """Valid values of every column of a schedule."""
    kinds = {
        ColumnKind.AMOUNT: AMOUNTS,
        ColumnKind.COUNT: st.none() | st.integers(0, 999_999_999),
        ColumnKind.AREA: st.none() | st.decimals(0, 9_999_999_999, places=2),
        ColumnKind.TEXT: WORDS,
        ColumnKind.DATE: st.none() | st.dates(date(2023, 1, 1), date(2023, 12, 31)),
    }
    places = {"function": ["", "total"], "use": ["", "basic_personnel", "operating"]}
    return st.fixed_dictionaries(
        {
            column.name: st.sampled_from(places.get(column.name, ["", *dict(column.choices)]))
            if column.kind is ColumnKind.CHOICE
            else kinds[column.kind].map(lambda amount: amount and abs(amount))
            if column.is_unsigned
            else kinds[column.kind]
            for column in schedule.columns
            if column.name != "name"
        }
    )


@st.composite
def returns(draw):
    """Rows of all twelve schedules: key and values each; classified ones by the place in a list of codes."""
    rows = {}
    for schedule in SCHEDULES:
        places = ["total"] if schedule.has_total else []
        if schedule.is_classified:
            places += ["0", "1", "2", "3"]
        elif schedule.is_named:
            places += draw(st.lists(st.sampled_from(["甲", "=乙", "2023", "丁 丁"]), unique=True, max_size=3))
        else:
            places += [item.code for item in schedule.items if item.code != "project"]  # the projects' total
        chosen = draw(st.lists(st.sampled_from(places), unique=True, max_size=4)) if places else []
        rows[schedule.slug] = [(place, draw(values(schedule))) for place in chosen]
    return rows


def put(submission, rows):
    """Save the rows of a generated return."""
    functional = [category(code) for code in ("224", "22401", "2240101", "2080505")]
    by_economy = [economic(code) for code in ("301", "30101", "30201", "31002")]
    for schedule in SCHEDULES:
        for place, cells in rows[schedule.slug]:
            fixed = {each for item in schedule.items if item.code == place for each in item.columns}
            cells = {
                name: value
                if not fixed or name in fixed or name not in {c.name for c in schedule.figures}
                else None
                for name, value in cells.items()
            }
            if schedule.is_classified and place.isdigit():
                code = (by_economy if schedule == BY_ECONOMIC else functional)[int(place)]
                save(
                    submission, change(code, reason=cells.pop("variance_reason"), **cells), schedule=schedule
                )
            elif schedule.is_named and place != "total":
                key = tuple((cells | {"name": place})[name] for name in LINE_MODELS[schedule.name].KEY)
                save(submission, row(schedule, *key, name=place, **cells), schedule=schedule)
            elif LINE_MODELS[schedule.name] in (BudgetLine, ProjectLine):
                reason = cells.pop("variance_reason")
                figures = {name: cells[name] for name in FIGURES}
                if schedule == PROJECTS:
                    line = row(PROJECTS, "total", "", variance_reason=reason, **figures)
                else:
                    line = change(place, reason=reason, **figures)
                save(submission, line, schedule=schedule)
            else:
                save(submission, row(schedule, place, **cells), schedule=schedule)


@given(rows=returns(), unit=st.sampled_from(AmountUnit))
@settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_was_downloaded_changes_nothing_when_it_comes_back(world, rows, unit):
    with transaction.atomic():
        put(world.submission, rows)
        world.submission.refresh_from_db()
        sheets = read_typed_sheets(
            download(world.submission, world.lin, unit), "a.xlsx", all_sheet_names(TEXT_SHEETS)
        )
        reading = read_return(sheets, world.submission)
        assert reading.mistakes == []
        entries = [entry for part in reading.entries.values() for entry in part]
        assert [entry for entry in entries if entry.base is None or entry.values or entry.is_removed] == []
        plan = plan_of(ReturnUpload(submission=world.submission, rows=reading.as_json()))
        assert (plan.changed, plan.added, plan.removed, plan.conflicts, plan.kept) == ([], [], [], [], [])
        transaction.set_rollback(True)


def test_a_whole_upload_without_a_change_says_so_and_writes_nothing(filled, world):
    before, edits = stored(filled), Edit.objects.count()
    upload = uploaded(filled, world.lin, download(filled, world.lin))
    page = signed_in(world.lin).get(reverse("preview_upload", args=[filled.pk, upload.pk])).content.decode()
    assert "没有要导入的改动" in page and "确认导入" not in page
    apply(upload, world.lin)
    assert stored(filled) == before and Edit.objects.count() == edits


@pytest.mark.parametrize("unit", AmountUnit)
def test_figures_come_through_to_the_fen_and_to_the_thirteenth_digit(world, unit):
    chance = random.Random(7)
    amounts = [Decimal(chance.randrange(-(10**15) + 1, 10**15)).scaleb(-2) for _ in range(40)]
    amounts += [Decimal("9999999999999.99"), Decimal("0.01"), Decimal("-0.01"), Decimal("0.00")]
    book = opened(download(world.submission, world.lin, unit))
    page = sheet(book, PROJECTS)
    first = spare(page)
    for number, amount in enumerate(amounts):
        page.cell(first + number, 2).value = f"项目{number}"
        page.cell(first + number, 10).value = amount.scaleb(-4) if unit is AmountUnit.WAN else amount
    brought_in(world.submission, world.lin, saved(book))
    lines = lines_of(world.submission, PROJECTS)
    assert [line.outturn for line in lines] == amounts
    assert {line.entered_in for line in lines} == {unit}
    again = opened(download(world.submission, world.lin, unit))
    upload = uploaded(world.submission, world.lin, saved(again))
    assert plan_of(upload).does_nothing


# --- As a person fills it in


def test_exactly_the_edited_cells_are_saved_one_edit_a_schedule(filled, world):
    before, _ = stored(filled)
    edits = set(Edit.objects.values_list("pk", flat=True))
    book = opened(download(filled, world.lin))
    cell(sheet(book, REVENUE), "其他收入", "决算数").value = "２，０００.5"
    text = cell(sheet(book, REVENUE), "其他收入", "差异原因")
    text.value, text.data_type = "=利息", "s"
    cell(sheet(book, STAFF), "行政编制", "年末实有人数（人）").value = 11
    brought_in(filled, world.lin, saved(book))
    after, _ = stored(filled)
    changed = {place for place in after if after[place] != before.get(place)}
    assert {(name, key[0]) for name, key in changed} == {("revenue", "other"), ("staff", "administrative")}
    _, version, values = after["revenue", ("other", None, None, "", "")]
    assert (version, values["outturn"], values["variance_reason"]) == (2, Decimal("2000.50"), "=利息")
    new = Edit.objects.exclude(pk__in=edits).order_by("pk")
    assert [(edit.schedule, edit.source, edit.actor) for edit in new] == [
        ("staff", "imported", world.lin),
        ("revenue", "imported", world.lin),
    ]
    assert new[1].changes == [
        {
            "row": {"item": "other"},
            "cells": {"outturn": ["1.00", "2000.50"], "variance_reason": ["", "=利息"]},
        }
    ]
    assert set(Edit.objects.filter(pk__in=edits).values_list("source", flat=True)) == {"typed"}


def test_rows_are_added_below_and_taken_out_by_clearing_or_deleting_them(filled, world):
    other = category("2240199", name="其他应急管理支出")
    book = opened(download(filled, world.lin))
    page = sheet(book, BY_FUNCTION)
    for each in page[at(page, "2240106")][1:]:
        each.value = None
    new = spare(page)
    page.cell(new, 2).value, page.cell(new, 4).value = 2240199, "政府性基金"
    page.cell(new, 10).value = 3
    projects = sheet(book, PROJECTS)
    projects.delete_rows(at(projects, "救灾"))
    projects.cell(spare(projects), 2).value = "新项目"
    cell(projects, "防汛", "项目名称").value = "防汛抗旱"
    upload = brought_in(filled, world.lin, saved(book))
    assert [(line.category.code, line.fund, line.outturn) for line in lines_of(filled, BY_FUNCTION)] == [
        ("2240101", "general_public", Decimal("12.34")),
        ("2240199", "government_fund", Decimal(3)),
    ]
    assert [(line.name, line.outturn, line.row_version > 1) for line in lines_of(filled, PROJECTS)] == [
        ("防汛抗旱", Decimal(8), True),
        ("新项目", None, True),
    ]
    assert upload.changes is None and ReturnUpload.objects.get().changes == {
        "changed": 1, "added": 2, "removed": 2, "conflicts": 0, "conflicts_taken": 0, "kept": 0,
        "new_rows": {
            "expenditure_by_function": [{"category": other.pk, "fund": "government_fund"}],
            "projects": [{"name": "新项目"}],
        },
    }  # fmt: skip


def test_a_changed_fund_is_another_row(filled, world):
    book = opened(download(filled, world.lin))
    cell(sheet(book, BY_FUNCTION), "2240101", "资金性质").value = "其他资金"
    brought_in(filled, world.lin, saved(book))
    assert [(line.fund, line.outturn) for line in lines_of(filled, BY_FUNCTION)] == [
        ("", Decimal(5)), ("other", Decimal("12.34")),
    ]  # fmt: skip


def test_a_copied_project_is_a_new_one(filled, world):
    book = opened(download(filled, world.lin))
    page = sheet(book, PROJECTS)
    source, target = at(page, "防汛"), spare(page)
    for column in range(1, 12):
        page.cell(target, column).value = page.cell(source, column).value
    page.cell(target, 2).value = "防汛二期"
    brought_in(filled, world.lin, saved(book))
    assert [line.name for line in lines_of(filled, PROJECTS)] == ["防汛", "救灾", "防汛二期"]


def test_blank_is_blank_and_zero_is_zero(filled, world):
    book = opened(download(filled, world.lin))
    cell(sheet(book, REVENUE), "其他收入", "决算数").value = None
    cell(sheet(book, REVENUE), "一般公共预算财政拨款", "决算数").value = 0
    brought_in(filled, world.lin, saved(book))
    assert [line.outturn for line in lines_of(filled, REVENUE)] == [None, Decimal(0)]


def test_a_total_is_stated_where_its_rows_are_blank_and_ignored_where_it_is_computed(filled, world):
    book = opened(download(filled, world.lin))
    page = sheet(book, REVENUE)
    assert str(cell(page, "收入合计", "决算数").value).startswith("=IF(COUNT(G5:G12)")
    assert cell(page, "收入合计", "决算数").protection.locked
    assert not cell(page, "收入合计", "全年预算数").protection.locked
    cell(page, "收入合计", "全年预算数").value = "77"
    brought_in(filled, world.lin, saved(book))
    assert [(line.item, line.revised_budget, line.outturn) for line in lines_of(filled, REVENUE)][-1] == (
        "total", Decimal(77), None,
    )  # fmt: skip
    again = opened(download(filled, world.lin))
    assert cell(sheet(again, REVENUE), "收入合计", "全年预算数").value == 77


def test_the_total_of_the_projects_is_filled_in_on_their_sheet_and_read_in_the_other(filled, world):
    book = opened(download(filled, world.lin))
    nature = sheet(book, BY_NATURE)
    assert cell(nature, "项目支出", "决算数").value == "=IF('项目支出'!J4=\"\",\"\",'项目支出'!J4)"
    cell(nature, "项目支出", "决算数").value = 999
    cell(sheet(book, PROJECTS), "项目支出合计", "差异原因").value = "追加"
    brought_in(filled, world.lin, saved(book))
    [line] = lines_of(filled, BY_NATURE)
    assert (line.item, line.outturn, line.variance_reason) == ("project", None, "追加")


def test_computed_cells_are_grey_and_locked_and_cells_to_fill_in_are_open(filled, world):
    book = opened(download(filled, world.lin))
    for schedule in SCHEDULES:
        page = sheet(book, schedule)
        assert page.protection.sheet and page.column_dimensions["A"].hidden
    page = sheet(book, BY_FUNCTION)
    computed, entered = cell(page, "支出合计", "决算数"), cell(page, "2240101", "决算数")
    assert computed.protection.locked and not entered.protection.locked
    assert computed.fill.start_color.rgb != entered.fill.start_color.rgb
    lists = {str(each.sqref).split(":")[0]: each.formula1 for each in page.data_validations.dataValidation}
    assert lists["B4"].startswith("'_功能科目'!$A$2") and "一般公共预算" in lists["D4"]
    assert [name for name in book.sheetnames if book[name].sheet_state == "hidden"] == [
        *PLACE_SHEETS.values(),
        "_功能科目",
        "_经济科目",
        EXPORTED,
    ]
    assert book.security.lockStructure
    assert (
        cell(page, "2240106", "差异原因").value == "=增加"
        and cell(page, "2240106", "差异原因").data_type == "s"
    )


def test_a_formula_she_typed_counts_with_what_excel_computed(filled, world):
    book = opened(download(filled, world.lin))
    number = book.sheetnames.index(sheet_name(REVENUE)) + 1
    target = cell(sheet(book, REVENUE), "其他收入", "决算数")
    target.value = "=120+35.5"
    part = f"xl/worksheets/sheet{number}.xml"
    computed = {part: lambda text: re.sub(rb"(<f>120\+35.5</f>)<v ?/?>(</v>)?", rb"\1<v>155.5</v>", text)}
    response = send(filled, world.lin, saved(book))
    assert [(where, "还没有算出结果" in said) for _, where, said in mistakes(response)] == [
        (target.coordinate, True)
    ]
    brought_in(filled, world.lin, rebuilt(saved(book), computed))
    assert lines_of(filled, REVENUE)[0].outturn == Decimal("155.50")


# --- Adjustments


def test_a_document_filled_in_offline_arrives_with_its_day_and_the_rows_it_names(filled, world):
    book = opened(download(filled, world.lin))
    page = sheet(book, ADJUSTMENTS)
    number = spare(page)
    said = ["财预 1 号", date(2023, 6, 1), "追加", "省级资金", "2240106 安全监管", "救灾", 1200, "=暴雨"]
    for column, value in enumerate(said, 2):
        page.cell(number, column).value = value
    page.cell(number, 9).data_type = "s"
    for column, value in enumerate(["财预 2 号", "7月9日", "调减", "", "不分科目", "人员经费", "34.5"], 2):
        page.cell(number + 1, column).value = value
    upload = uploaded(filled, world.lin, saved(book))
    shown = signed_in(world.lin).get(reverse("preview_upload", args=[filled.pk, upload.pk])).content.decode()
    assert (
        "日期 2023-06-01；类别 追加；资金来源 省级资金；功能科目 2240106 安全监管；基本支出或项目 救灾"
        in shown
    )
    apply(upload, world.lin)
    one, other = lines_of(filled, ADJUSTMENTS)
    item = FunctionalCategory.objects.get(code="2240106")
    project = lines_of(filled, PROJECTS)[1]
    assert (one.adjusted_on, one.kind, one.source) == (date(2023, 6, 1), "increase", "provincial")
    assert (one.function, one.use, one.adjusted) == (f"{item.pk}--", f"line-{project.pk}", 1200)
    assert (other.adjusted_on, other.function, other.use) == (date(2023, 7, 9), "total", "basic_personnel")
    again = opened(download(filled, world.lin))
    day, *others = [each.value for each in sheet(again, ADJUSTMENTS)[number][2:9]]
    assert day.date() == date(2023, 6, 1) and others == said[2:]
    assert sheet(again, ADJUSTMENTS).cell(number, 3).number_format == "yyyy-mm-dd"
    assert plan_of(uploaded(filled, world.lin, saved(again))).does_nothing


def test_a_row_a_document_names_may_have_been_renamed_since_the_download(filled, world):
    second = lines_of(filled, PROJECTS)[1]
    save(filled, adjustment("财预 1 号", kind="increase", use=f"line-{second.pk}", adjusted="5"))
    content = download(filled, world.lin)
    save(
        filled,
        row(PROJECTS, "抢险救灾", "", line=second, name="抢险救灾", outturn="9"),
        schedule=PROJECTS,
    )
    plan = plan_of(uploaded(filled, world.lin, content))
    assert (plan.changed, plan.added, plan.removed, plan.conflicts) == ([], [], [], [])


@pytest.mark.parametrize(
    ("title", "value", "sentence"),
    [
        ("日期", date(2024, 6, 1), "日期：“2024-06-01”不在 2023 年内，请核对。"),
        ("日期", True, "不是日期，请写成 2023-06-01 这样。"),
        ("基本支出或项目", "没有的项目", "基本支出或项目“没有的项目”不在可选项中，请重新选择。"),
        ("金额", -3, "金额：请填正数：是增是减由“类别”说明。"),
    ],
)
def test_what_is_wrong_in_a_document_is_told_with_its_cell(filled, world, title, value, sentence):
    save(filled, adjustment("财预 1 号"))
    book = opened(download(filled, world.lin))
    wrong = cell(sheet(book, ADJUSTMENTS), "财预 1 号", title)
    wrong.value = value
    [(name, where, said)] = mistakes(send(filled, world.lin, saved(book)))
    assert (name, where) == ("预算调整", wrong.coordinate) and sentence in said


# --- Three ways


def changed_by_a_colleague(filled, **figures):
    line = next(line for line in lines_of(filled, REVENUE) if line.item == "other")
    save(filled, change("other", version=line.row_version, **figures))


def test_what_only_the_system_changed_stays_and_is_said(filled, world):
    content = download(filled, world.lin)
    changed_by_a_colleague(filled, outturn="555")
    book = opened(content)
    cell(sheet(book, REVENUE), "其他收入", "年初预算数").value = 5
    upload = uploaded(filled, world.lin, saved(book))
    plan = plan_of(upload)
    assert [(each.column.name, each.old, each.new) for each in plan.kept] == [("outturn", "555.00", "1.00")]
    assert [(each.column.name, each.old, each.new) for each in plan.changed] == [
        ("initial_budget", "", "5.00")
    ]
    page = signed_in(world.lin).get(reverse("preview_upload", args=[filled.pk, upload.pk])).content.decode()
    assert "系统里又保存过 1 次" in page and "555.00" in page
    apply(upload, world.lin)
    line = lines_of(filled, REVENUE)[0]
    assert (line.outturn, line.initial_budget) == (Decimal(555), Decimal(5))


@pytest.mark.parametrize(("choice", "kept"), [("", 555), ("ours", 555), ("sheet", 777)])
def test_what_both_changed_stays_as_the_system_has_it_unless_she_chooses_otherwise(
    filled, world, choice, kept
):
    content = download(filled, world.lin)
    changed_by_a_colleague(filled, outturn="555")
    book = opened(content)
    cell(sheet(book, REVENUE), "其他收入", "决算数").value = 777
    upload = uploaded(filled, world.lin, saved(book))
    [conflict] = plan_of(upload).conflicts
    assert (conflict.exported, conflict.old, conflict.new) == ("1.00", "555.00", "777.00")
    fields = {"seen": plan_of(upload).digest} | ({"conflict-1": choice} if choice else {})
    browser = signed_in(world.lin)
    page = browser.get(reverse("preview_upload", args=[filled.pk, upload.pk])).content.decode()
    assert "555.00" in page and "777.00" in page and 'value="ours" checked' in page
    browser.post(reverse("apply_upload", args=[filled.pk, upload.pk]), fields)
    assert lines_of(filled, REVENUE)[0].outturn == kept


def test_the_same_change_on_both_sides_is_no_conflict(filled, world):
    content = download(filled, world.lin)
    changed_by_a_colleague(filled, outturn="555")
    book = opened(content)
    cell(sheet(book, REVENUE), "其他收入", "决算数").value = 555
    assert plan_of(uploaded(filled, world.lin, saved(book))).does_nothing


def cleared(content, label, schedule=PROJECTS):
    book = opened(content)
    for each in sheet(book, schedule)[at(sheet(book, schedule), label)][1:]:
        each.value = None
    return saved(book)


@pytest.mark.parametrize(("chosen", "left"), [((), ["防汛", "救灾"]), ((1,), ["救灾"])])
def test_a_row_taken_out_in_the_sheet_and_changed_in_the_system_is_a_conflict(filled, world, chosen, left):
    content = cleared(download(filled, world.lin), "防汛")
    line = lines_of(filled, PROJECTS)[0]
    save(
        filled,
        row(PROJECTS, "防汛", "appropriation", line=line, name="防汛", funding="appropriation", outturn="88"),
        schedule=PROJECTS,
    )
    upload = uploaded(filled, world.lin, content)
    assert [each.column for each in plan_of(upload).conflicts] == [None]
    apply(upload, world.lin, chosen)
    assert [line.name for line in lines_of(filled, PROJECTS)] == left


@pytest.mark.parametrize(("chosen", "left"), [((), ["救灾"]), ((1,), ["救灾", "防汛"])])
def test_a_row_changed_in_the_sheet_and_taken_out_of_the_system_is_a_conflict(filled, world, chosen, left):
    book = opened(download(filled, world.lin))
    cell(sheet(book, PROJECTS), "防汛", "决算数").value = 88
    line = lines_of(filled, PROJECTS)[0]
    save(filled, schedule=PROJECTS, removed=[Removal(line.key, line.row_version, line.pk)])
    upload = uploaded(filled, world.lin, saved(book))
    apply(upload, world.lin, chosen)
    assert [line.name for line in lines_of(filled, PROJECTS)] == left


def test_a_row_added_on_both_sides_is_compared_cell_by_cell(filled, world):
    book = opened(download(filled, world.lin))
    page = sheet(book, PROJECTS)
    page.cell(spare(page), 2).value = "同名"
    cell(page, "同名", "决算数").value, cell(page, "同名", "年初预算数").value = 1, 2
    save(filled, project("同名", outturn="3"))
    upload = uploaded(filled, world.lin, saved(book))
    plan = plan_of(upload)
    assert [each.column.name for each in plan.conflicts] == ["outturn"]
    assert [each.column.name for each in plan.changed] == ["initial_budget"]
    apply(upload, world.lin)
    line = lines_of(filled, PROJECTS)[-1]
    assert (line.name, line.outturn, line.initial_budget) == ("同名", Decimal(3), Decimal(2))


def test_a_name_that_the_system_has_since_given_to_another_row_is_refused_whole(filled, world):
    book = opened(download(filled, world.lin))
    cell(sheet(book, PROJECTS), "救灾", "项目名称").value = "抢险"
    cell(sheet(book, REVENUE), "其他收入", "决算数").value = 777
    save(filled, project("抢险", outturn="3"))
    upload = uploaded(filled, world.lin, saved(book))
    with pytest.raises(ImportRefused, match="请在表里改用别的名称"):
        apply(upload, world.lin)
    assert lines_of(filled, REVENUE)[0].outturn == 1


def test_texts_are_compared_whole(filled, world):
    book = opened(download(filled, world.lin))
    book["厉行节约保障措施"]["B4"] = "压减会议费"
    upload = uploaded(filled, world.lin, saved(book))
    save_text(
        submission=filled,
        name=ReturnText.Name.THRIFT_MEASURES,
        text="别人写的",
        row_version=1,
        by=world.lin,
        at=NOW,
    )
    assert len(plan_of(upload).conflicts) == 1
    apply(upload, world.lin, {1})
    assert ReturnText.objects.get(submission=filled).text == "压减会议费"


def test_the_sections_of_the_report_share_a_sheet(filled, world):
    """Read by the tags of their rows, whatever is put between; told with their own address."""
    book = opened(download(filled, world.lin))
    page = book["报告文字"]
    assert [page["B4"].value, page["B19"].value] == ["主要职能", "其他需要说明的情况"]
    page["C4"], page["C16"] = "（1）负责应急管理工作。", "长" * 10_001
    with pytest.raises(AssertionError, match="存在的问题及原因分析有 10001 字，最多 10000 字") as refused:
        uploaded(filled, world.lin, saved(book))
    assert "C16" in str(refused.value)
    page["C16"] = "1、预算编制不细。"
    page.insert_rows(6)
    apply(uploaded(filled, world.lin, saved(book)), world.lin)
    written = dict(ReturnText.objects.filter(submission=filled).values_list("name", "text"))
    del written["thrift_measures"]
    assert written == {"duties": "（1）负责应急管理工作。", "problems": "1、预算编制不细。"}


# --- Not this return's workbook


def with_cover(content, **fields):
    book = opened(content)
    for each in book[COVER].iter_rows(min_col=1, max_col=2):
        if each[0].value in fields:
            each[1].value = fields[each[0].value]
    return saved(book)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"单位": "区文化馆", "单位编码": "225001"}, "这是“区文化馆”的填报表，不是“零陵区应急管理局”的"),
        ({"年度": "2022"}, "这是 2022 年度的填报表，现在填的是 2023 年度"),
        ({"版次": "0"}, "这是第 0 版的填报表，现在填的是第 1 版。请重新下载"),
        ({"填报编号": "999"}, "不是从“零陵区应急管理局”这份填报里下载的"),
        ({"金额单位": "亿元"}, "既不是元也不是万元"),
        ({"表样": "旧表"}, "不是现在用的填报表"),
        ({"表样": OLDER_FORMS[0]}, "没有现在的“预算调整”等表。请重新下载"),
    ],
)
def test_another_workbook_is_recognised_before_anything_else(filled, world, fields, said):
    content = with_cover(cleared(download(filled, world.lin), "收入合计", REVENUE), **fields)
    assert said in refused(filled, world.lin, content)


def test_a_workbook_that_is_none_of_ours_is_recognised(filled, world):
    book = openpyxl.Workbook()
    assert "不是从本系统下载的填报表" in refused(filled, world.lin, saved(book))
    assert refused(filled, world.lin, b"PK\x03\x04 nonsense").endswith("。")


def test_the_workbook_of_another_unit_is_refused_whoever_sends_it(filled, world):
    other = make_submission(world.round, world.rescue, world.lin)
    content = download(other, world.lin)
    assert "这是“应急救援中心”的填报表" in refused(filled, world.lin, content)
    forged = with_cover(content, 单位编码=filled.unit.code, 填报编号=str(filled.pk))
    assert plan_of(uploaded(filled, world.lin, forged)).does_nothing  # what it says was exported was blank


def test_the_hidden_marks_reach_no_other_return(filled, world):
    other = make_submission(world.round, world.culture, world.zhao)
    save(other, project("文化节", outturn="1"))
    [line] = lines_of(other, PROJECTS)
    book = opened(download(filled, world.lin))
    page = sheet(book, PROJECTS)
    tag = page.cell(at(page, "防汛"), 1).value
    forged = f"line-{line.pk}@{line.row_version}"
    page.cell(at(page, "防汛"), 1).value = forged
    page.cell(at(page, "防汛"), 10).value = 666
    for each in book[EXPORTED].iter_rows(min_col=2, max_col=2):
        each[0].value = forged if each[0].value == tag else each[0].value
    upload = uploaded(filled, world.lin, saved(book))
    with pytest.raises(ImportRefused):
        apply(upload, world.lin, {1})
    apply(upload, world.lin)
    assert [line.outturn for line in lines_of(filled, PROJECTS)] == [Decimal(8), Decimal(9)]
    assert [(line.name, line.outturn) for line in lines_of(other, PROJECTS)] == [("文化节", Decimal(1))]


def test_what_a_meddler_writes_into_the_hidden_sheet_counts_as_blank(filled, world):
    content = download(filled, world.lin)
    changed_by_a_colleague(filled, outturn="555")
    book = opened(content)
    for each in book[EXPORTED].iter_rows(min_row=2, min_col=6):
        for kept in each:
            kept.value, kept.data_type = "=NaN", "s"
    cell(sheet(book, REVENUE), "其他收入", "决算数").value = 7
    upload = uploaded(filled, world.lin, saved(book))
    assert ("", "555.00", "7.00") in [
        (each.exported, each.old, each.new) for each in plan_of(upload).conflicts
    ]
    page = signed_in(world.lin).get(reverse("preview_upload", args=[filled.pk, upload.pk]))
    assert page.status_code == 200


# --- Mistakes, all at once


def test_every_mistake_is_said_with_its_sheet_and_cell_at_once(filled, world):
    book = opened(download(filled, world.lin, AmountUnit.WAN))
    page = sheet(book, REVENUE)
    cell(page, "其他收入", "决算数").value = 1.2345678
    cell(page, "事业收入", "决算数").value = date(2024, 1, 1)
    cell(page, "经营收入", "决算数").value = True
    cell(page, "上级补助收入", "决算数").value = "十万"
    cell(page, "上级补助收入", "年初预算数").value = "#REF!"
    cell(sheet(book, STAFF), "离休人员", "编制数（人）").value = 3
    function = sheet(book, BY_FUNCTION)
    new = spare(function)
    function.cell(new, 2).value = "9999999"
    function.cell(new + 1, 10).value = 5
    function.cell(new + 2, 2).value, function.cell(new + 2, 4).value = "2240101", "一般公共预算"
    projects = sheet(book, PROJECTS)
    projects.cell(spare(projects), 10).value = 3
    cell(projects, "防汛", "类别").value = "国家级"
    response = send(filled, world.lin, saved(book))
    assert response.status_code == 422 and not ReturnUpload.objects.exists()
    said = {(name, where): message for name, where, message in mistakes(response)}
    assert len(said) == 11
    assert "6 位小数" in said["收入按来源", "G12"] and "日期" in said["收入按来源", "G9"]
    assert "是/否" in said["收入按来源", "G10"] and "不是金额" in said["收入按来源", "G8"]
    assert "#REF!" in said["收入按来源", "E8"] and "没有编制数" in said["人员与编制", "C11"]
    assert (
        "9999999" in said["支出按功能分类", f"B{new}"] and "添加这个科目" in said["支出按功能分类", f"B{new}"]
    )
    assert "请填写科目编码" in said["支出按功能分类", f"B{new + 1}"]
    assert "有两行相同" in said["支出按功能分类", f"B{new + 2}"]
    assert "请填写项目名称" in said["项目支出", f"B{spare(projects)}"]
    assert "国家级" in said["项目支出", "D5"]
    assert all(message.endswith("。") for message in said.values())


def test_what_binary_fractions_leave_behind_is_removed_and_a_third_decimal_is_not(filled, world):
    book = opened(download(filled, world.lin))
    cell(sheet(book, REVENUE), "其他收入", "决算数").value = 0.1 + 0.2
    brought_in(filled, world.lin, saved(book))
    assert lines_of(filled, REVENUE)[0].outturn == Decimal("0.30")
    book = opened(download(filled, world.lin))
    cell(sheet(book, REVENUE), "其他收入", "决算数").value = 0.125
    [(_, where, said)] = mistakes(send(filled, world.lin, saved(book)))
    assert where == "G12" and "2 位小数" in said


@pytest.mark.parametrize("spoil", ["sheet", "column", "row"])
def test_a_sheet_a_column_or_a_fixed_row_that_is_gone_is_a_mistake_and_deletes_nothing(filled, world, spoil):
    book = opened(download(filled, world.lin))
    page = sheet(book, REVENUE)
    if spoil == "sheet":
        del book[page.title]
    elif spoil == "column":
        page.delete_cols(5)
    else:
        page.delete_rows(at(page, "其他收入"))
    before = stored(filled)
    assert {name for name, _, _ in mistakes(send(filled, world.lin, saved(book)))} == {"收入按来源"}
    assert stored(filled) == before


def test_a_code_that_is_valid_no_longer_stays_where_it_stands(filled, world):
    FunctionalCategory.objects.filter(code="2240106").update(valid_to=2020)
    book = opened(download(filled, world.lin))
    cell(sheet(book, BY_FUNCTION), "2240106", "决算数").value = 6
    brought_in(filled, world.lin, saved(book))
    assert lines_of(filled, BY_FUNCTION)[1].outturn == 6


def test_a_code_that_ceases_to_be_valid_between_preview_and_confirmation_is_refused(filled, world):
    new = category("2240199", name="其他应急管理支出")
    book = opened(download(filled, world.lin))
    page = sheet(book, BY_FUNCTION)
    page.cell(spare(page), 2).value = "2240199"
    upload = uploaded(filled, world.lin, saved(book))
    FunctionalCategory.objects.filter(pk=new.pk).update(valid_to=2020)
    with pytest.raises(ImportRefused, match="已经没有了"):
        apply(upload, world.lin)


def test_rows_too_far_down_are_refused_quickly(filled, world):
    book = opened(download(filled, world.lin))
    page = sheet(book, PROJECTS)
    page.cell(100_000, 2).value = "x"
    assert "第 100000 行还有内容" in refused(filled, world.lin, saved(book))


# --- All or nothing, once, by her alone


def edited(filled, world):
    book = opened(download(filled, world.lin))
    cell(sheet(book, REVENUE), "其他收入", "决算数").value = 777
    cell(sheet(book, BY_NATURE), "经营支出", "决算数").value = 778
    return uploaded(filled, world.lin, saved(book))


def test_a_fault_in_the_middle_leaves_nothing(filled, world, monkeypatch):
    upload, before, edits = edited(filled, world), stored(filled), Edit.objects.count()
    real, times = import_actions.save_lines, []

    def failing(**arguments):
        times.append(1)
        if len(times) == 2:
            raise RuntimeError("power")
        return real(**arguments)

    monkeypatch.setattr(import_actions, "save_lines", failing)
    with pytest.raises(RuntimeError):
        apply(upload, world.lin)
    assert stored(filled) == before and Edit.objects.count() == edits
    assert ReturnUpload.objects.get().applied_at is None


def test_the_rows_of_the_return_are_not_read_for_adjustments_that_the_workbook_has_not(
    filled, world, monkeypatch
):
    content = download(filled, world.lin)
    monkeypatch.setattr(import_forms, "return_rows", None)
    assert uploaded(filled, world.lin, content)


def test_it_is_applied_once(filled, world):
    upload = edited(filled, world)
    apply(upload, world.lin)
    with pytest.raises(ImportRefused, match="已经导入过"):
        apply(upload, world.lin)
    page = signed_in(world.lin).get(reverse("preview_upload", args=[filled.pk, upload.pk])).content.decode()
    assert "已导入" in page and "确认导入" not in page
    page = signed_in(world.lin).get(reverse("upload_return", args=[filled.pk])).content.decode()
    assert "导入过的文件" in page and "<td>填报表</td>" in page and "<td>决算公开表</td>" not in page


def test_what_changed_since_the_preview_is_previewed_again(filled, world):
    upload = edited(filled, world)
    seen = plan_of(upload).digest
    changed_by_a_colleague(filled, outturn="555")
    browser = signed_in(world.lin)
    response = browser.post(reverse("apply_upload", args=[filled.pk, upload.pk]), {"seen": seen}, follow=True)
    assert "您预览之后这份填报又有改动" in response.content.decode()
    assert lines_of(filled, REVENUE)[0].outturn == 555


def test_who_is_no_preparer_any_more_when_her_turn_comes_is_refused(filled, world, monkeypatch):
    content = download(filled, world.lin)
    monkeypatch.setattr("budgets.views.workbooks.can_prepare", lambda *_: True)  # a moment ago
    assert send(filled, world.sun, content).status_code == 403
    assert not ReturnUpload.objects.exists()


def test_a_return_that_is_handed_in_takes_no_workbook(filled, world):
    upload, content = edited(filled, world), download(filled, world.lin)
    put_in_status(filled, "in_review")
    browser = signed_in(world.lin)
    assert browser.get(reverse("upload_return", args=[filled.pk])).status_code == 403
    assert send(filled, world.lin, content).status_code == 403
    path = reverse("apply_upload", args=[filled.pk, upload.pk])
    response = browser.post(path, {"seen": plan_of(upload).digest}, follow=True)
    assert "状态是“财政绩效股审核中”，不能修改" in response.content.decode()
    assert lines_of(filled, REVENUE)[0].outturn == 1 and ReturnUpload.objects.get().applied_at is None
    page = browser.get(reverse("workspace", args=[filled.pk])).content.decode()
    assert "下载 Excel 填报表" in page and "上传填好的 Excel" not in page


def test_another_preparer_and_another_return_know_nothing_of_an_upload(filled, world):
    upload = edited(filled, world)
    colleague = make_person("colleague", "同事", (Membership.Role.PREPARER, world.emergency))
    other = make_submission(world.round, world.rescue, world.lin)
    places = [(colleague, filled), (world.zhao, filled), (world.lin, other)]
    for person, submission in places:
        browser = signed_in(person)
        assert browser.get(reverse("preview_upload", args=[submission.pk, upload.pk])).status_code == 404
        assert browser.post(reverse("apply_upload", args=[submission.pk, upload.pk])).status_code == 404
    with pytest.raises(ImportRefused, match="不是您上传的"):
        apply(upload, colleague)


# --- As many queries for many rows


def many(submission, number):
    codes = [category(f"224{index:04}") for index in range(number)] if number < 20 else None
    if codes is None:
        codes = many_items(number)
    BudgetLine.objects.bulk_create(
        BudgetLine(
            submission=submission, schedule=BY_FUNCTION.name, category=code, entered_in="yuan", outturn=1
        )
        for code in codes
    )
    ProjectLine.objects.bulk_create(
        ProjectLine(submission=submission, name=f"项目{index}", entered_in="yuan", outturn=1)
        for index in range(number)
    )


def test_download_upload_preview_and_confirmation_take_the_same_queries_for_10_and_500_rows(world):
    counts = []
    second = make_submission(world.round, world.rescue, world.lin)
    for submission, number in ((world.submission, 10), (second, 500)):
        many(submission, number)
        with statements() as downloading:
            content = download(submission, world.lin)
        book = opened(content)
        for name in (BY_FUNCTION, PROJECTS):
            page = sheet(book, name)
            for line in range(FIRST_ROW + 1, spare(page)):
                if str(page.cell(line, 1).value)[0] in "cl":
                    page.cell(line, 10).value = 2
            page.cell(spare(page), 2).value = "2240002" if name == BY_FUNCTION else "新"
        page = sheet(book, BY_FUNCTION)
        page.cell(spare(page) - 1, 4).value = "其他资金"
        content = saved(book)
        with statements() as uploading:
            upload = uploaded(submission, world.lin, content)
        with statements() as previewing:
            signed_in(world.lin).get(reverse("preview_upload", args=[submission.pk, upload.pk]))
        assert len(plan_of(upload).changed) >= number
        with statements() as applying:
            apply(upload, User.objects.get(username="lin"))
        counts.append([downloading, uploading, previewing, applying])
    for few, more in zip(*counts, strict=True):
        assert len(few) == len(more), numbered(more)


def test_a_reason_that_reads_as_an_error_is_words_and_an_error_is_a_mistake(filled, world):
    book = opened(download(filled, world.lin))
    target = cell(sheet(book, REVENUE), "其他收入", "差异原因")
    target.value, target.data_type = "#DIV/0!", "s"
    brought_in(filled, world.lin, saved(book))
    assert lines_of(filled, REVENUE)[0].variance_reason == "#DIV/0!"
    content = download(filled, world.lin)
    assert plan_of(uploaded(filled, world.lin, content)).does_nothing
    book = opened(content)
    target = cell(sheet(book, REVENUE), "其他收入", "差异原因")
    assert (target.value, target.data_type, target.quotePrefix) == ("#DIV/0!", "s", True)
    target.data_type = "e"
    [(_, where, said)] = mistakes(send(filled, world.lin, saved(book)))
    assert where == target.coordinate and "公式算不出来（#DIV/0!）" in said


HOSTILE_WORDS = ["=1+1", "+1", "-1", "@SUM(A1)", "#DIV/0!", "_x0041_", "=cmd|'/C calc'!A0"]


@pytest.mark.parametrize("words", HOSTILE_WORDS)
def test_text_that_could_be_more_leaves_every_export_as_text(filled, world, words):
    """The names of projects, of buildings and of codes, reasons and texts, in each workbook that is sent."""
    save(filled, project(words, outturn="5", variance_reason=words))
    save(filled, row(BUILDINGS, words, name=words, approved_area="7"), schedule=BUILDINGS)
    text = ReturnText.objects.get(submission=filled)
    save_text(
        submission=filled, name=ReturnText.Name(text.name), text=words, row_version=1, by=world.lin, at=NOW
    )
    for name, *form in (("download_return",), ("download_variances",), ("download_form", "base-data")):
        book = opened(signed_in(world.lin).get(reverse(name, args=[filled.pk, *form])).content)
        escaped = as_in_workbook(words)
        found = [each for page in book for line in page.iter_rows() for each in line if each.value == escaped]
        assert len(found) >= (1 if form else 2), name
        assert {each.data_type for each in found} == {"s"}, name
        shown = [each for each in found if each.parent.sheet_state == "visible"]
        if words[0] in "=+-@":
            assert all(each.quotePrefix for each in shown), name
    assert plan_of(uploaded(filled, world.lin, download(filled, world.lin))).does_nothing


def test_the_choices_of_the_lists_are_those_of_the_product(filled, world):
    page = sheet(opened(download(filled, world.lin)), PROJECTS)
    lists = [each.formula1 for each in page.data_validations.dataValidation]
    for choices in (PROJECT_KINDS, FUNDINGS):
        assert '"' + ",".join(label for _, label in choices) + '"' in lists


def test_counts_and_economic_codes_come_back_too(filled, world):
    book = opened(download(filled, world.lin))
    page = sheet(book, THREE_PUBLIC_COUNTS)
    cell(page, "公务接待批次（批）", "本年").value = "1,200"
    page = sheet(book, BY_ECONOMIC)
    cell(page, "30101", "决算数").value = 8
    EconomicCategory.objects.get(code="30101")
    brought_in(filled, world.lin, saved(book))
    assert lines_of(filled, THREE_PUBLIC_COUNTS)[0].this_year_count == 1200
    assert lines_of(filled, BY_ECONOMIC)[0].outturn == 8


@pytest.mark.parametrize("schedule", [BY_FUNCTION, BY_ECONOMIC, PROJECTS], ids=lambda each: each.slug)
def test_a_row_made_up_in_the_hidden_sheet_takes_nothing_out(filled, world, schedule):
    save(filled, change("personnel", outturn="5"), schedule=BY_ECONOMIC)
    fixed = BudgetLine.objects.get(schedule=BY_ECONOMIC.name, item="personnel")
    book = opened(download(filled, world.lin))
    for tag in ("zzz@5", f"line-{fixed.pk}@{fixed.row_version}", "c1-@5", "c1-x-y@5"):
        book[EXPORTED].append([schedule.name.value, tag, "", "", "甲", "", "", "", "", "5.00"])
    before, upload = stored(filled), uploaded(filled, world.lin, saved(book))
    for name, arguments in (("preview_upload", [upload.pk]), ("download_marked", [])):
        response = signed_in(world.lin).get(reverse(name, args=[filled.pk, *arguments]))
        assert response.status_code in (200, 404)
    apply(upload, world.lin)
    assert stored(filled) == before
