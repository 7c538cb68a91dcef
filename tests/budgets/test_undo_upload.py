"""Taking back what a workbook saved: all of it, or nothing. Figures are those of the fixture."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse

from budgets.import_actions import ImportRefused, apply_upload
from budgets.import_plans import plan_of
from budgets.models import BudgetLine, ProjectLine, ReturnText, UploadUndo
from budgets.returns import BUILDINGS, BY_FUNCTION, CARRYOVER, PROJECTS, REVENUE, SCHEDULES, STAFF
from budgets.undo_actions import undo_upload
from submissions.actions import NotEditable, NotPermitted
from submissions.models import Edit
from tests.budgets.test_return_workbook import (
    at,
    brought_in,
    cell,
    download,
    opened,
    saved,
    sheet,
    spare,
    uploaded,
)
from tests.budgets.test_return_workbook import filled as filled
from tests.world import (
    NOW,
    category,
    change,
    lines_of,
    numbered,
    project,
    put_in_status,
    save,
    signed_in,
    statements,
)

LATER = NOW + timedelta(minutes=5)


def content(submission):
    """What a return says: the values of every row that says something, by schedule and key, and its texts."""
    lines = {
        (schedule.name.value, line.key): values
        for schedule in SCHEDULES
        for line in lines_of(submission, schedule)
        for values in [line.values([column.name for column in schedule.columns])]
        if any(value not in (None, "") for value in values.values())
    }
    return lines, list(ReturnText.objects.filter(submission=submission).values_list("name", "text"))


@pytest.fixture
def imported(world, filled):
    """An import that changes cells of every kind, adds a row and a project, and takes a project out."""
    category("2010301", name="行政运行")
    before = content(filled)
    book = opened(download(filled, world.lin))
    cell(sheet(book, REVENUE), "其他收入", "决算数").value = 2
    cell(sheet(book, STAFF), "行政编制", "年末实有人数（人）").value = 8
    cell(sheet(book, CARRYOVER), "其他资金", "年初结转和结余").value = None
    cell(sheet(book, BUILDINGS), "办公楼", "批复规模（㎡）").value = 1300
    page = sheet(book, BY_FUNCTION)
    row = spare(page)
    heads = [each.value for each in page[3]]
    page.cell(row, 2).value = "2010301"
    page.cell(row, heads.index("决算数") + 1).value = 30
    page = sheet(book, PROJECTS)
    heads = [each.value for each in page[3]]
    page.delete_rows(at(page, "救灾"))
    row = spare(page)
    page.cell(row, 2).value = "新项目"
    page.cell(row, heads.index("决算数") + 1).value = 9
    book["厉行节约保障措施"]["B4"].value = "改写"
    upload = brought_in(filled, world.lin, saved(book))
    return upload, before


def undo(upload, by):
    return undo_upload(upload=upload, by=by, at=LATER)


def test_everything_is_as_it_was_and_the_record_says_how(world, filled, imported):
    upload, before = imported
    assert content(filled) != before
    edits = Edit.objects.filter(source=Edit.Source.IMPORTED).count()
    assert edits >= 6
    undo(upload, world.lin)
    assert content(filled) == before
    assert not BudgetLine.objects.filter(category__code="2010301").exists()
    assert sorted(ProjectLine.objects.values_list("name", flat=True)) == ["救灾", "防汛"]
    undone = Edit.objects.filter(source=Edit.Source.UNDONE)
    assert undone.count() == edits
    assert set(undone.values_list("schedule", flat=True)) == set(
        Edit.objects.filter(source=Edit.Source.IMPORTED).values_list("schedule", flat=True)
    )
    assert UploadUndo.objects.get().actor_name == "林晓"


def test_the_total_of_the_projects_is_put_back(world, filled):
    ProjectLine.objects.all().delete()
    book = opened(download(filled, world.lin))
    cell(sheet(book, PROJECTS), "项目支出合计", "年初预算数").value = 50
    before = content(filled)
    upload = brought_in(filled, world.lin, saved(book))
    assert BudgetLine.objects.get(item="project").initial_budget == 50
    undo(upload, world.lin)
    assert content(filled) == before


def test_what_was_changed_elsewhere_since_stays(world, filled, imported):
    upload, _ = imported
    save(filled, change("operating", outturn="4"))
    undo(upload, world.lin)
    figures = {line.item: line.outturn for line in lines_of(filled, REVENUE) if line.item}
    assert figures["operating"] == 4 and figures["other"] == 1


@pytest.mark.parametrize("what", ["cell", "new row", "removed row"])
def test_nothing_is_taken_back_when_one_of_its_cells_was_changed_since(world, filled, imported, what):
    upload, _ = imported
    if what == "cell":
        version = next(line.row_version for line in lines_of(filled, REVENUE) if line.item == "other")
        save(filled, change("other", version=version, outturn="3"))
    elif what == "new row":
        line = ProjectLine.objects.get(name="新项目")
        save(filled, project("新项目", version=line.row_version, line=line, outturn="9", initial_budget="1"))
    else:
        save(filled, project("救灾", outturn="1"))
    left = content(filled)
    with pytest.raises(ImportRefused, match=r"在导入以后又改过，不能整次撤销"):
        undo(upload, world.lin)
    assert content(filled) == left and not UploadUndo.objects.exists()


def test_it_is_undone_once_by_whoever_imported_it_while_it_may_be_edited(world, filled, imported):
    upload, _ = imported
    waiting = uploaded(filled, world.lin, download(filled, world.lin))
    with pytest.raises(ImportRefused, match="不能撤销"):
        undo(waiting, world.lin)
    with pytest.raises(NotPermitted):
        undo(upload, world.wu)
    put_in_status(filled, "in_review")
    with pytest.raises(NotEditable):
        undo(upload, world.lin)
    put_in_status(filled, "returned")
    undo(upload, world.lin)
    with pytest.raises(ImportRefused, match="已经撤销过了"):
        undo(upload, world.lin)


def test_the_page_offers_it_and_says_that_it_is_done(world, filled, imported):
    upload, before = imported
    browser = signed_in(world.lin)
    page = reverse("preview_upload", args=[filled.pk, upload.pk])
    assert "撤销这次导入" in browser.get(page).content.decode()
    response = browser.post(reverse("undo_upload", args=[filled.pk, upload.pk]), follow=True)
    html = response.content.decode()
    assert response.redirect_chain == [(page, 302)] and "这次导入已撤销" in html and "由林晓撤销" in html
    assert 'data-confirm-button="撤销这次导入"' not in html
    assert '<span class="mark">已撤销</span>' in html and "已导入" not in html
    assert "已撤销" in browser.get(reverse("upload_return", args=[filled.pk])).content.decode()
    assert content(filled) == before


def test_the_refusal_is_said_on_the_page(world, filled, imported):
    upload, _ = imported
    save(filled, project("救灾", outturn="1"))
    response = signed_in(world.lin).post(reverse("undo_upload", args=[filled.pk, upload.pk]), follow=True)
    assert "“项目支出”在导入以后又改过，不能整次撤销" in response.content.decode()


def test_it_takes_as_many_statements_for_2_rows_as_for_40(world, filled):
    counts = []
    for number in (2, 40):
        book = opened(download(filled, world.lin))
        page = sheet(book, PROJECTS)
        heads = [each.value for each in page[3]]
        row = spare(page)
        for each in range(number):
            page.cell(row + each, 2).value = f"项目{number}-{each}"
            page.cell(row + each, heads.index("决算数") + 1).value = 1
        upload = uploaded(filled, world.lin, saved(book))
        seen, moment = plan_of(upload).digest, NOW + timedelta(hours=number)
        apply_upload(upload=upload, chosen=[], seen=seen, by=world.lin, at=moment)
        with statements() as texts:
            undo(upload, world.lin)
        counts.append(texts)
    assert len(counts[0]) == len(counts[1]), numbered(counts[1])


def test_the_record_is_only_added(world, imported):
    upload, _ = imported
    undo(upload, world.lin)
    for deed in ("UPDATE budgets_uploadundo SET actor_name = 'x'", "DELETE FROM budgets_uploadundo"):
        with (
            pytest.raises(DatabaseError, match="Cannot update or delete rows"),
            connection.cursor() as cursor,
        ):
            cursor.execute("SAVEPOINT deed")
            try:
                cursor.execute(deed)
            finally:
                cursor.execute("ROLLBACK TO deed")
