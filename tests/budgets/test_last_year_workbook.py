"""Last year's approved figures in the workbook of a return: locked, with their source, and held on uploading."""

import pytest
from django.urls import reverse
from openpyxl.comments import Comment

from budgets.import_actions import ImportRefused, apply_upload
from budgets.import_plans import plan_of
from budgets.last_year_actions import carry_last_year
from budgets.models import ReturnUpload
from budgets.returns import BY_FUNCTION, REVENUE
from orgs.words import OURSELVES
from tests.budgets import past
from tests.budgets.past import RESCUE, SAFETY
from tests.budgets.test_marked_workbook import ORANGE, RED, marks
from tests.budgets.test_restate import REASON, put
from tests.budgets.test_return_workbook import at, cell, download, opened, saved, sheet, spare, uploaded
from tests.orgs.test_marked_sheets import heights
from tests.world import NOW, category, change, line, lines_of, save, signed_in

PAST = "上年决算数"


@pytest.fixture
def here(world):
    """Lin's return, carried over from last year's."""
    past.last_year_of(world)
    carry_last_year(submission=world.submission, by=world.lin, at=NOW)
    return world.submission


def plan(submission, content):
    """What uploading a workbook would do."""
    upload = uploaded(submission, submission.started_by, content)
    return plan_of(upload), upload


def test_cells_of_last_year_are_protected_and_say_where_they_come_from(here):
    book = opened(download(here, here.started_by))
    page = sheet(book, REVENUE)
    assert cell(page, "一般公共预算财政拨款", PAST).protection.locked
    assert cell(page, "一般公共预算财政拨款", PAST).value == 560
    assert cell(page, "事业收入", PAST).protection.locked
    assert not cell(page, "一般公共预算财政拨款", "决算数").protection.locked
    (head,) = [each for each in page[3] if each.value == PAST]
    assert "取自 2022 年度已审核的填报（第 1 版）" in head.comment.text
    by_function = sheet(book, BY_FUNCTION)
    titles = [each.value for each in by_function[3]]
    empty = by_function.cell(spare(by_function), titles.index(PAST) + 1)
    assert empty.protection.locked and not by_function.cell(empty.row, 2).protection.locked


def test_without_an_approved_return_they_are_open(world):
    page = sheet(opened(download(world.submission, world.lin)), REVENUE)
    assert not cell(page, "一般公共预算财政拨款", PAST).protection.locked
    assert [each for each in page[3] if each.comment] == []


def test_a_restated_figure_has_its_reason_beside_it(here):
    restated = change("general_public", version=1, last_year_budget="500", last_year_outturn="565")
    put(here, restated)
    found = cell(sheet(opened(download(here, here.started_by)), REVENUE), "一般公共预算财政拨款", PAST)
    assert found.value == 565 and isinstance(found.comment, Comment)
    assert found.comment.text == f"重述：已审核的是 560.00 元。原因：{REASON}"


def test_a_long_reason_is_read_whole_and_as_it_was_written(here):
    restated = change("general_public", version=1, last_year_budget="500", last_year_outturn="565")
    put(here, restated, reason=f"_x0041_{'长' * 480}")
    content = download(here, here.started_by)
    found = cell(sheet(opened(content), REVENUE), "一般公共预算财政拨款", PAST)
    assert "原因：_x005F_x0041_长长" in found.comment.text and found.comment.author == OURSELVES
    assert max(heights(content)) > 400


def test_the_workbook_of_variances_says_why_a_figure_of_last_year_is_not_the_approved_one(here):
    restated = change("general_public", version=1, last_year_budget="500", last_year_outturn="565")
    put(here, restated)
    path = reverse("download_variances", args=[here.pk])
    page = opened(signed_in(here.started_by).get(path).content)["收入按来源"]
    said = {each.value: each.comment.text for row in page.iter_rows() for each in row if each.comment}
    assert said == {0.0565: f"重述：已审核的是 0.056 万元。原因：{REASON}"}


def test_what_comes_back_unchanged_changes_nothing_and_what_is_filled_in_is_taken(here):
    content = download(here, here.started_by)
    assert plan(here, content)[0].does_nothing
    book = opened(content)
    cell(sheet(book, REVENUE), "一般公共预算财政拨款", "决算数").value = 601
    found, upload = plan(here, saved(book))
    assert (found.problems, len(found.changed)) == ([], 1)
    apply_upload(upload=upload, chosen=[], seen=found.digest, by=here.started_by, at=NOW)
    stored = line(here, "general_public")
    assert (stored.last_year_outturn, stored.outturn) == (560, 601)


def test_a_changed_figure_of_last_year_is_named_with_its_cell_and_nothing_is_saved(here):
    book = opened(download(here, here.started_by))
    changed = cell(sheet(book, REVENUE), "一般公共预算财政拨款", PAST)
    changed.value = 561
    cell(sheet(book, REVENUE), "其他收入", PAST).value = None
    found, upload = plan(here, saved(book))
    first, second = map(str, found.problems)
    assert (found.problems[0].sheet, found.problems[0].cell) == ("收入按来源", changed.coordinate)
    assert first.startswith(
        f"“收入按来源” {changed.coordinate}：上年决算数取自 2022 年度已审核的填报（第 1 版），"
    )
    assert "那里是 560.00 元，" in first and "重述" in first and "那里是 5.00 元，" in second
    with pytest.raises(ImportRefused, match="上年决算数取自"):
        apply_upload(upload=upload, chosen=[], seen=found.digest, by=here.started_by, at=NOW)
    assert line(here, "general_public").last_year_outturn == 560
    assert ReturnUpload.objects.get().applied_at is None


def test_a_changed_figure_of_last_year_is_marked_in_its_cell_beside_what_is_in_conflict(here):
    book = opened(download(here, here.started_by))
    save(here, change("other", version=1, outturn="7", last_year_outturn="5"))
    locked = cell(sheet(book, REVENUE), "一般公共预算财政拨款", PAST)
    both = cell(sheet(book, REVENUE), "其他收入", "决算数")
    locked.value, both.value = 561, 8
    found, upload = plan(here, saved(book))
    browser, marked = signed_in(here.started_by), reverse("download_marked", args=[here.pk])
    page = browser.get(reverse("preview_upload", args=[here.pk, upload.pk])).content.decode()
    assert page.count(marked) == 1
    written = marks(opened(browser.get(marked).content))
    assert written.pop(("收入按来源", locked.coordinate)) == (RED, found.problems[0].message)
    colour, _ = written.pop(("收入按来源", both.coordinate))
    assert colour == ORANGE and not [each for each, _ in written.values() if each in (RED, ORANGE)]


def test_a_new_row_gets_last_years_figure_by_itself_and_no_other(here):
    category("2240188")
    book = opened(download(here, here.started_by))
    page = sheet(book, BY_FUNCTION)
    number = spare(page)
    page.cell(number, 2).value = "2240188"
    titles = [each.value for each in page[3]]
    page.cell(number, titles.index("决算数") + 1).value = 3
    assert plan(here, saved(book))[0].problems == []
    page.cell(number, titles.index(PAST) + 1).value = 4
    (problem,) = plan(here, saved(book))[0].problems
    assert "那里是 空白，" in problem.message


def test_a_row_is_taken_out_although_its_locked_cells_cannot_be_emptied(here):
    book = opened(download(here, here.started_by))
    page = sheet(book, BY_FUNCTION)
    number = at(page, SAFETY)
    titles = [each.value for each in page[3]]
    for column, title in enumerate(titles, 1):
        if column > 1 and title not in ("科目名称", PAST, "上年年初预算数"):
            page.cell(number, column).value = None
    found, upload = plan(here, saved(book))
    assert (found.problems, [each.label for each in found.removed]) == ([], [f"{SAFETY} 科目{SAFETY}"])
    apply_upload(upload=upload, chosen=[], seen=found.digest, by=here.started_by, at=NOW)
    assert [each.category.code for each in lines_of(here, BY_FUNCTION)] == [RESCUE]


def test_a_figure_restated_since_the_download_stays_unless_the_sheet_is_chosen_and_then_it_is_refused(here):
    book = opened(download(here, here.started_by))
    put(here, change("general_public", version=1, last_year_budget="500", last_year_outturn="565"))
    cell(sheet(book, REVENUE), "一般公共预算财政拨款", PAST).value = 566
    found, upload = plan(here, saved(book))
    (conflict,) = found.conflicts
    with pytest.raises(ImportRefused, match="上年决算数取自"):
        apply_upload(upload=upload, chosen=[conflict.number], seen=found.digest, by=here.started_by, at=NOW)
    apply_upload(upload=upload, chosen=[], seen=found.digest, by=here.started_by, at=NOW)
    assert line(here, "general_public").last_year_outturn == 565
