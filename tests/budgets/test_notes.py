"""Notes on single cells: written, changed, taken away, seen by whoever sees the return and by nobody else."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from budgets.actions import Removal
from budgets.import_actions import apply_upload
from budgets.import_plans import plan_of
from budgets.models import CellNote, ReturnUpload
from budgets.note_actions import NoteConflict, save_note
from budgets.returns import BY_FUNCTION, PROJECTS, REVENUE, STAFF
from orgs.models import User
from performance.returns import INDICATORS
from submissions.actions import NotEditable, NotPermitted
from tests.performance.indicators import put
from tests.world import (
    NOW,
    category,
    change,
    line,
    lines_of,
    make_submission,
    numbered,
    project,
    put_in_status,
    row,
    save,
    signed_in,
    statements,
)


def write(world, text, *, row="other", column="outturn", version=0, by=None, at=NOW, schedule=REVENUE):
    return save_note(
        submission=world.submission,
        schedule=schedule,
        row=row,
        column=column,
        text=text,
        row_version=version,
        by=by or world.lin,
        at=at,
    )


def stored(world):
    """Text and version of the only note; None without one."""
    return CellNote.objects.values_list("text", "row_version").first()


# --- The deed


def test_a_note_is_written_changed_and_taken_away_each_with_one_edit(world):
    written = write(world, "利息收入。")
    assert (written.text, written.author_name, written.at) == ("利息收入。", "林晓", NOW)
    changed = write(world, "利息和罚没。", version=written.row_version)
    assert changed.row_version == written.row_version + 1
    assert write(world, "", version=changed.row_version) is None and stored(world) is None
    cell = {"row": "other", "column": "outturn"}
    assert [edit.changes for edit in world.submission.edits.order_by("pk")] == [
        [{"note": cell, "text": ["", "利息收入。"]}],
        [{"note": cell, "text": ["利息收入。", "利息和罚没。"]}],
        [{"note": cell, "text": ["利息和罚没。", ""]}],
    ]


def test_what_is_as_it_was_costs_nothing(world):
    write(world, "")
    write(world, "一。")
    write(world, "一。", version=0)
    assert world.submission.edits.count() == 1


def test_a_note_changed_meanwhile_is_not_overwritten(world):
    first = write(world, "同事的。")
    with pytest.raises(NoteConflict) as refusal:
        write(world, "我的。", version=0)
    assert refusal.value.theirs.text == "同事的。" and stored(world)[0] == "同事的。"
    write(world, "", version=first.row_version)
    with pytest.raises(NoteConflict) as refusal:
        write(world, "改。", version=first.row_version)
    assert refusal.value.theirs is None and stored(world) is None


def test_a_note_taken_away_and_written_again_is_not_the_old_one(world):
    first = write(world, "一。")
    write(world, "", version=first.row_version)
    write(world, "二。")
    with pytest.raises(NoteConflict):
        write(world, "三。", version=first.row_version)


@pytest.mark.parametrize("person", ["sun", "wu", "zhao"])
def test_others_are_refused(world, person):
    with pytest.raises(NotPermitted):
        write(world, "一。", by=getattr(world, person))
    assert stored(world) is None and not world.submission.edits.exists()


@pytest.mark.parametrize("status", ["in_review", "approved", "published"])
def test_a_return_that_is_not_being_filled_in_is_refused(world, status):
    put_in_status(world.submission, status)
    with pytest.raises(NotEditable):
        write(world, "一。")


def test_a_note_is_no_edit_of_its_row_when_two_people_meet(world):
    """Who changed the row is asked of the edits of its figures."""
    save(world.submission, change("other", outturn="1"))
    write(world, "一。", by=world.lin, at=NOW + timedelta(hours=1))
    assert (
        not world.submission.edits.filter(changes__contains=[{"row": {"item": "other"}}])
        .last()
        .changes[0]
        .get("note")
    )


# --- The database


def insert(world, **columns):
    given = {"schedule": "revenue", "row": "other", "column": "outturn", "text": "一", "row_version": 1}
    CellNote.objects.create(
        submission=world.submission, author=world.lin, author_name="林晓", at=NOW, **given | columns
    )


@pytest.mark.parametrize("columns", [{"text": " \n"}, {"row_version": 0}])
def test_the_database_refuses(world, columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(world, **columns)
    insert(world)
    with pytest.raises(IntegrityError, match="note_once_a_cell"), transaction.atomic():
        insert(world, text="二")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE budgets_cellnote SET text = 'x', row_version = row_version + 1", "DELETE FROM budgets_cellnote"],
)
def test_the_database_keeps_the_notes_of_a_return_that_is_handed_in(world, statement):
    insert(world)
    put_in_status(world.submission, "in_review")
    with pytest.raises(DatabaseError, match="cannot be edited"), connection.cursor() as cursor:
        cursor.execute(statement)


# --- The page


def post(world, person="lin", schedule="revenue", row="other", column="outturn", text="一。", version=0):
    fields = {"row": row, "column": column, "text": text, "row_version": version}
    path = reverse("save_note", args=[world.submission.pk, schedule])
    return signed_in(getattr(world, person)).post(path, fields)


def notes_on(world, person, schedule="revenue"):
    """The notes the entry page has for somebody."""
    page = signed_in(getattr(world, person)).get(reverse("edit_lines", args=[world.submission.pk, schedule]))
    return [(note["row"], note["column"], note["text"], note["by"]) for note in page.context["grid"]["notes"]]


def test_a_note_is_answered_as_stored_and_seen_by_preparer_and_reviewer(world):
    response = post(world, text=" 第一行。\r\n第二行。 ")
    note = response.json()["note"]
    assert response.status_code == 200
    assert (note["text"], note["by"], note["row"]) == ("第一行。\n第二行。", "林晓", "other")
    for person in ("lin", "sun", "wu"):
        assert notes_on(world, person) == [("other", "outturn", "第一行。\n第二行。", "林晓")]
    assert notes_on(world, "wu", "staff") == []
    gone = post(world, text="", version=note["row_version"])
    assert gone.json() == {"note": None} and notes_on(world, "wu") == []


def test_any_cell_takes_a_note_typed_or_computed(world):
    item = category("2240101")
    save(world.submission, change(item, fund="general_public", outturn="1"))
    save(world.submission, project("甲", outturn="1"))
    line = lines_of(world.submission, PROJECTS)[0]
    cells = [
        (BY_FUNCTION, f"{item.pk}-general_public-", "outturn"),
        (BY_FUNCTION, f"{item.pk}-general_public-", "fund"),
        (BY_FUNCTION, "total", "variance_to_initial_rate"),
        (PROJECTS, f"line-{line.pk}", "name"),
        (PROJECTS, f"line-{line.pk}", "variance_reason"),
        (REVENUE, "total", "name"),
        (STAFF, "total", "in_service"),
    ]
    for schedule, place, column in cells:
        assert post(world, schedule=schedule.slug, row=place, column=column).status_code == 200, (
            place,
            column,
        )
    assert CellNote.objects.count() == len(cells)


def test_an_indicator_takes_a_note(world):
    line = put(world.submission, "办理事项")
    path = reverse("save_indicator_note", args=[world.submission.pk])
    fields = {"row": f"line-{line.pk}", "column": "score", "text": "一。", "row_version": 0}
    assert signed_in(world.lin).post(path, fields).status_code == 200
    page = signed_in(world.wu).get(reverse("edit_indicators", args=[world.submission.pk]))
    assert [note["text"] for note in page.context["grid"]["notes"]] == ["一。"]
    assert CellNote.objects.get().schedule == INDICATORS.name


@pytest.mark.parametrize(
    ("row", "column"),
    [("nothing", "outturn"), ("other", "nothing"), ("line-1", "outturn"), ("other", "authorized")],
)
def test_a_cell_that_is_not_there_takes_none(world, row, column):
    response = post(world, row=row, column=column)
    assert response.status_code == 409 and "请先保存这一行" in response.json()["message"]
    assert stored(world) is None


def test_a_note_that_is_too_long_is_refused_with_the_limit(world):
    response = post(world, text="长" * 501)
    assert response.status_code == 422 and response.json()["message"].startswith("批注有 501 字，最多 500 字")
    assert post(world, text="长" * 500).status_code == 200


def test_a_conflict_carries_the_others_words(world):
    post(world, text="同事的。")
    response = post(world, text="我的。")
    assert response.status_code == 409
    theirs = response.json()["theirs"]
    assert (theirs["text"], theirs["by"]) == ("同事的。", "林晓")
    assert post(world, text="我的。", version=theirs["row_version"]).status_code == 200


def test_readers_may_not_write_and_strangers_find_nothing(world):
    assert post(world, "wu").status_code == 403
    assert post(world, "zhao").status_code == 404
    put_in_status(world.submission, "in_review")
    response = post(world)
    assert response.status_code == 403 and "不能修改" in response.json()["message"]


def test_a_note_stays_with_its_return(world):
    post(world)
    other = make_submission(world.round, world.rescue, world.lin)
    page = signed_in(world.lin).get(reverse("edit_lines", args=[other.pk, "revenue"]))
    assert page.context["grid"]["notes"] == []


def test_a_note_takes_the_same_statements_with_1_and_50_others(world):
    counts = []
    for number in (1, 50):
        CellNote.objects.all().delete()
        CellNote.objects.bulk_create(
            CellNote(
                submission=world.submission, schedule="revenue", row=f"r{at}", column="outturn", text="一",
                author=world.lin, author_name="林晓", at=NOW,
            )
            for at in range(number)
        )  # fmt: skip
        with statements() as texts:
            write(world, "新的。", by=User.objects.get(pk=world.lin.pk))
        counts.append(texts)
    assert len(counts[0]) == len(counts[1]) <= 12, numbered(counts[1])


def test_a_row_that_moves_to_another_fund_takes_its_notes_along(world):
    item = category("2240101")
    save(world.submission, change(item, outturn="1"), change(category("2240102"), outturn="1"))
    write(world, "一。", row=f"{item.pk}--", schedule=BY_FUNCTION)
    write(world, "二。", row=f"{item.pk}--", column="name", schedule=BY_FUNCTION)
    write(world, "另一行的。", row=f"{category('2240102').pk}--", schedule=BY_FUNCTION)
    write(world, "从前的。", row=f"{item.pk}-general_public-", column="name", schedule=BY_FUNCTION)
    there = line(world.submission, item)
    save(
        world.submission,
        change(item, fund="general_public", outturn="1"),
        removed=[Removal(there.key, there.row_version, row="r")],
    )
    found = CellNote.objects.order_by("pk").values_list("row", "text")
    assert list(found) == [
        (f"{item.pk}-general_public-", "一。"),
        (f"{item.pk}--", "二。"),  # where one stands already it stays behind
        (f"{category('2240102').pk}--", "另一行的。"),
        (f"{item.pk}-general_public-", "从前的。"),
    ]


def test_the_notes_of_a_row_the_unit_named_go_with_it_and_the_edit_has_them(world):
    save(world.submission, project("培训", outturn="1"), project("会议", outturn="1"), schedule=PROJECTS)
    gone, stays = lines_of(world.submission, PROJECTS)
    for text, column, there in (("一。", "outturn", gone), ("二。", "name", gone), ("三。", "name", stays)):
        write(world, text, row=f"line-{there.pk}", column=column, schedule=PROJECTS)
    save(world.submission, removed=[Removal(gone.key, gone.row_version, line_id=gone.pk)], schedule=PROJECTS)
    assert list(CellNote.objects.values_list("row", "text")) == [(f"line-{stays.pk}", "三。")]
    (change,) = world.submission.edits.latest("pk").changes
    assert (change["line"], change["notes"]) == (gone.pk, {"outturn": "一。", "name": "二。"})


def test_the_note_of_a_row_on_a_category_is_there_again_with_the_row(world):
    item = category("2240101")
    save(world.submission, change(item, outturn="1"))
    write(world, "一。", row=f"{item.pk}--", schedule=BY_FUNCTION)
    there = line(world.submission, item)
    save(world.submission, removed=[Removal(there.key, there.row_version)], schedule=BY_FUNCTION)
    save(world.submission, change(item, outturn="2"))
    assert list(CellNote.objects.values_list("row", "text")) == [(f"{item.pk}--", "一。")]
    assert not any("notes" in each for edit in world.submission.edits.all() for each in edit.changes)


def test_the_overview_lists_notes_with_the_way_to_their_rows(world):
    path = reverse("workspace", args=[world.submission.pk])
    assert "批注" not in signed_in(world.wu).get(path).content.decode()
    write(world, "利息。<b>")
    html = signed_in(world.wu).get(path).content.decode()
    assert "收入按来源：其他收入 · 决算数" in html and "利息。&lt;b&gt;（林晓）" in html
    assert f'href="{reverse("edit_lines", args=[world.submission.pk, "revenue"])}#row-other"' in html


# --- Where notes go along: the workbooks, and print


def comments(page):
    """The comments of a sheet by the address of their cells."""
    return {
        cell.coordinate: (cell.comment.text, cell.comment.author)
        for cells in page.iter_rows()
        for cell in cells
        if cell.comment
    }


def downloaded(world, name, person="lin"):
    response = signed_in(getattr(world, person)).get(reverse(name, args=[world.submission.pk]))
    return response.content, openpyxl.load_workbook(BytesIO(response.content))


@pytest.fixture
def noted(world):
    """Notes on a figure, on a rate that the workbook to be filled in has no column for, and on a project."""
    item = category("2240101")
    save(world.submission, change(item, outturn="20000", initial_budget="10000"))
    save(world.submission, project("甲", outturn="20000"))
    save(world.submission, row(STAFF, "administrative", authorized=3, in_service=4), schedule=STAFF)
    (line,) = lines_of(world.submission, PROJECTS)
    write(world, "=1+1\n追加。", row=f"{item.pk}--", schedule=BY_FUNCTION)
    write(world, "翻番。", row=f"{item.pk}--", column="variance_to_initial_rate", schedule=BY_FUNCTION)
    write(world, "@合并了两个项目。", row=f"line-{line.pk}", column="name", schedule=PROJECTS)
    write(world, "超编一人。", row="administrative", column="in_service", schedule=STAFF)
    return world


@pytest.mark.parametrize("person", ["lin", "wu"])
def test_the_workbook_of_a_return_has_notes_as_comments(noted, person):
    _, book = downloaded(noted, "download_return", person)
    # Rows: total, 类, 款, 项; columns A tag, B code, C name, D fund, E nature, F to J the five figures.
    assert comments(book["支出按功能分类"]) == {
        "C7": ("林晓：较年初预算 %：翻番。", "林晓"),
        "J7": ("林晓：=1+1\n追加。", "林晓"),
    }
    assert comments(book["项目支出"]) == {"B5": ("林晓：@合并了两个项目。", "林晓")}
    assert comments(book["人员与编制"]) == {"D5": ("林晓：超编一人。", "林晓")}
    assert sum(len(comments(page)) for page in book) == 4
    assert "上传不改批注" in "".join(str(cell.value) for (cell, *_) in book["封面"].iter_rows(max_col=1))


def test_a_workbook_with_notes_is_taken_back_and_changes_none(noted):
    content, book = downloaded(noted, "download_return")
    book["支出按功能分类"]["J7"].value = 3
    book["支出按功能分类"]["J7"].comment = None
    file = BytesIO()
    book.save(file)
    before = list(CellNote.objects.order_by("pk").values())
    for each in (content, file.getvalue()):
        path = reverse("upload_return", args=[noted.submission.pk])
        upload = SimpleUploadedFile("填报表.xlsx", each)
        assert signed_in(noted.lin).post(path, {"file": upload}).status_code == 302
    plan = plan_of(ReturnUpload.objects.latest("pk"))
    assert [(each.old, each.new) for each in plan.changed] == [("20000.00", "30000.00")]
    assert list(CellNote.objects.order_by("pk").values()) == before


def test_an_import_keeps_the_expression_of_a_cell_that_stays(world):
    said = {"outturn": {"text": "=10000+10000", "unit": "yuan"}}
    save(world.submission, replace(change("other", outturn="20000", initial_budget="5"), expressions=said))
    _, book = downloaded(world, "download_return")
    page = book["收入按来源"]
    (number,) = (cells[1].row for cells in page.iter_rows() if cells[1].value == "其他收入")
    page.cell(number, 5).value = 7  # B name, C and D last year, E initial budget
    file = BytesIO()
    book.save(file)
    browser = signed_in(world.lin)
    path = reverse("upload_return", args=[world.submission.pk])
    browser.post(path, {"file": SimpleUploadedFile("填报表.xlsx", file.getvalue())})
    upload = ReturnUpload.objects.latest("pk")
    apply_upload(upload=upload, chosen=(), seen=plan_of(upload).digest, by=world.lin, at=NOW)
    found = line(world.submission, "other")
    assert (found.initial_budget, found.expressions) == (70000, said)


@pytest.mark.parametrize("name", ["download_return", "download_variances"])
def test_a_note_that_reads_as_a_character_by_number_is_read_as_it_was_written(world, name):
    write(world, "_x0041_", row="other", schedule=REVENUE)
    _, book = downloaded(world, name)
    [(text, _)] = comments(book["收入按来源"]).values()
    assert text == "林晓：_x005F_x0041_"


def test_the_workbook_of_variances_has_notes_as_comments(noted):
    _, book = downloaded(noted, "download_variances", "wu")
    # Rows below the head in row 3; columns A code, B name, C to G the five figures, I the rate to the initial budget.
    assert comments(book["支出按功能分类"]) == {
        "G7": ("林晓：=1+1\n追加。", "林晓"),
        "I7": ("林晓：翻番。", "林晓"),
    }
    assert comments(book["项目支出"]) == {"B5": ("林晓：@合并了两个项目。", "林晓")}
    assert comments(book["人员与编制"]) == {"C5": ("林晓：超编一人。", "林晓")}


def test_the_variance_page_numbers_notes_and_lists_them_below_their_table(noted):
    write(noted, "<b>粗</b>", row="total", column="variance_reason", schedule=BY_FUNCTION)
    page = signed_in(noted.wu).get(reverse("variances", args=[noted.submission.pk]))
    html = page.content.decode()
    listed = {
        schedule.slug: [(note.number, note.place, note.text) for note in table.footnotes]
        for schedule, table in page.context["tables"]
        if table.footnotes
    }
    assert listed == {
        "function": [
            (1, "支出合计 · 差异原因", "<b>粗</b>"),
            (2, "2240101 科目2240101 · 决算数", "=1+1\n追加。"),
            (3, "2240101 科目2240101 · 较年初预算 %", "翻番。"),
        ],
        "projects": [(1, "甲 · 项目名称", "@合并了两个项目。")],
    }
    marks = [html.count(f'<sup class="note-number">{number}</sup>') for number in (1, 2, 3)]
    assert marks == [2, 1, 1]
    assert '2.00<sup class="note-number">2</sup></td>' in html and "<b>粗" not in html
    assert html.count('<section class="footnotes stays"') == 2
    empty = make_submission(noted.round, noted.rescue, noted.lin)
    assert "footnotes" not in signed_in(noted.lin).get(reverse("variances", args=[empty.pk])).content.decode()
