"""The workbook a person uploaded, taken back with its mistakes or its conflicts written into the cells."""

from urllib.parse import unquote

import pytest
from django.urls import reverse

from budgets import import_actions
from budgets.models import ReturnText, ReturnUpload, UploadedFile
from budgets.returns import BY_FUNCTION, REVENUE, STAFF
from orgs import marked_sheets
from orgs.marked_sheets import LIST_SHEET
from orgs.models import Membership
from submissions.actions import NotEditable
from submissions.models import Edit
from tests.budgets.test_return_workbook import (
    apply,
    cell,
    changed_by_a_colleague,
    download,
    filled,
    mistakes,
    opened,
    saved,
    send,
    sheet,
    spare,
    stored,
    uploaded,
)
from tests.world import make_person, make_submission, project, save, signed_in

__all__ = ["filled"]  # the fixture of the return

RED, ORANGE = "FFFFA39E", "FFFFC53D"


def path(submission):
    return reverse("download_marked", args=[submission.pk])


def marked(submission, person):
    """The workbook as it comes back."""
    response = signed_in(person).get(path(submission))
    assert response.status_code == 200, response
    return opened(response.content)


def marks(book):
    """What is written where: (sheet, cell) → (colour, our words)."""
    return {
        (page.title, each.coordinate): (each.fill.fgColor.rgb, each.comment.text.partition("\n")[2])
        for page in book.worksheets
        for row in page.iter_rows()
        for each in row
        if each.comment
    }


def spoilt(submission, person):
    """A workbook with mistakes in three sheets."""
    book = opened(download(submission, person))
    cell(sheet(book, REVENUE), "其他收入", "决算数").value = "abc"
    cell(sheet(book, STAFF), "行政编制", "年末实有人数（人）").value = 1.5
    page = sheet(book, BY_FUNCTION)
    page.cell(spare(page), 2).value = "9999999"
    page.parent["厉行节约保障措施"]["B4"] = "长" * 2001
    return saved(book)


def test_every_mistake_of_the_list_is_written_into_its_cell(filled, world):
    before, edits = stored(filled), Edit.objects.count()
    response = send(filled, world.lin, spoilt(filled, world.lin), "我的 表.xlsx")
    found = mistakes(response)
    assert len(found) == 4 and response.status_code == 422
    assert path(filled) in response.content.decode()
    answer = signed_in(world.lin).get(path(filled))
    assert "我的 表（标出问题）.xlsx" in unquote(answer["Content-Disposition"])
    book = opened(answer.content)
    written = marks(book)
    assert {place: said for place, (_, said) in written.items()} == {
        (name, where): said for name, where, said in found
    }
    assert {colour for colour, _ in written.values()} == {RED}
    assert [row[3].value for row in book[LIST_SHEET].iter_rows(min_row=5)] == [said for *_, said in found]
    assert stored(filled) == before and Edit.objects.count() == edits


def test_the_marked_workbook_is_mended_and_uploaded_as_it_is(filled, world):
    send(filled, world.lin, spoilt(filled, world.lin))
    book = marked(filled, world.lin)
    cell(sheet(book, REVENUE), "其他收入", "决算数").value = 7
    cell(sheet(book, STAFF), "行政编制", "年末实有人数（人）").value = 9
    page = sheet(book, BY_FUNCTION)
    next(each for each in page["B"] if each.value == "9999999").value = None
    book["厉行节约保障措施"]["B4"] = "节约"
    upload = uploaded(filled, world.lin, saved(book))
    apply(upload, world.lin)
    assert ReturnText.objects.get(submission=filled).text == "节约"
    assert upload.submission_id and not UploadedFile.objects.exists()


def test_the_upload_page_still_offers_it_later_and_a_good_file_takes_its_place(filled, world):
    send(filled, world.lin, spoilt(filled, world.lin))
    page = signed_in(world.lin).get(reverse("upload_return", args=[filled.pk])).content.decode()
    assert "有 4 处要改" in page and path(filled) in page
    uploaded(filled, world.lin, download(filled, world.lin))
    page = signed_in(world.lin).get(reverse("upload_return", args=[filled.pk])).content.decode()
    assert path(filled) not in page
    assert UploadedFile.objects.count() == 1
    assert signed_in(world.lin).get(path(filled)).status_code == 404  # nothing is wrong in it


def test_conflicts_are_marked_in_another_colour_with_both_figures(filled, world):
    content = download(filled, world.lin)
    changed_by_a_colleague(filled, outturn="555")
    book = opened(content)
    target = cell(sheet(book, REVENUE), "其他收入", "决算数")
    target.value = 777
    upload = uploaded(filled, world.lin, saved(book))
    page = signed_in(world.lin).get(reverse("preview_upload", args=[filled.pk, upload.pk])).content.decode()
    assert path(filled) in page
    assert marks(marked(filled, world.lin)) == {
        ("收入按来源", target.coordinate): (
            ORANGE,
            "决算数两边都改过：下载时是 1.00，系统里现在是 555.00，表里是 777.00。导入预览时请选一个。",
        )
    }
    apply(upload, world.lin, {1})
    assert not UploadedFile.objects.exists()
    assert signed_in(world.lin).get(path(filled)).status_code == 404


def test_a_row_in_conflict_stands_in_the_list_and_a_preview_without_one_offers_nothing(filled, world):
    book = opened(download(filled, world.lin))
    page = sheet(book, REVENUE)
    cell(page, "其他收入", "决算数").value = 7
    upload = uploaded(filled, world.lin, saved(book))
    preview = signed_in(world.lin).get(reverse("preview_upload", args=[filled.pk, upload.pk]))
    assert path(filled) not in preview.content.decode()
    assert ReturnUpload.objects.count() == 1


def test_it_is_hers_alone(filled, world):
    send(filled, world.lin, spoilt(filled, world.lin))
    colleague = make_person("colleague", "同事", (Membership.Role.PREPARER, world.emergency))
    other = make_submission(world.round, world.rescue, world.lin)
    save(other, project("甲", outturn="1"))
    for person, submission, status in (
        (colleague, filled, 404),
        (world.lin, other, 404),
        (world.zhao, filled, 404),
        (world.sun, filled, 403),
    ):
        assert signed_in(person).get(path(submission)).status_code == status


def test_a_file_that_cannot_be_marked_is_said_on_the_page_of_the_upload(filled, world, monkeypatch):
    send(filled, world.lin, spoilt(filled, world.lin))
    monkeypatch.setattr(marked_sheets, "MARK_SECONDS", 0)
    response = signed_in(world.lin).get(path(filled), follow=True)
    assert "没法在里面标出问题" in response.content.decode()


def test_a_character_that_no_workbook_keeps_hinders_neither_the_list_nor_the_marks(filled, world):
    book = opened(download(filled, world.lin))
    target = cell(sheet(book, REVENUE), "其他收入", "决算数")
    target.value = "_x0001_abc_x0000_"
    [(_, _, said)] = mistakes(send(filled, world.lin, saved(book)))
    assert "“abc”不是金额" in said
    assert marks(marked(filled, world.lin)) == {("收入按来源", target.coordinate): (RED, said)}


@pytest.mark.parametrize("count", [3, 300])
def test_taking_it_back_takes_as_many_statements_for_many_mistakes(
    filled, world, count, django_assert_num_queries
):
    book = opened(download(filled, world.lin))
    page = sheet(book, BY_FUNCTION)
    for row in range(spare(page), spare(page) + count):
        page.cell(row, 2).value = f"99{row}"
    response = send(filled, world.lin, saved(book))
    assert len(response.context["mistakes"]) >= count
    browser = signed_in(world.lin)
    with django_assert_num_queries(9):  # of which four for the unit, and that she took it along
        assert browser.get(path(filled)).status_code == 200


def test_a_file_is_kept_only_with_what_was_read_of_it(filled, world, monkeypatch):
    send(filled, world.lin, spoilt(filled, world.lin))
    before = UploadedFile.objects.get().pk

    def refuse(**_):
        raise NotEditable("这份填报已经提交。")

    monkeypatch.setattr(import_actions, "keep_upload", refuse)
    assert send(filled, world.lin, download(filled, world.lin)).status_code == 403
    assert UploadedFile.objects.get().pk == before
