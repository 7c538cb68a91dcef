"""The whole real report entered in the table, and in the workbook: both returns have the same rows as the report."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from playwright.sync_api import expect

from budgets.money import AmountUnit, exact_text, figure_text
from budgets.return_sheets import sheet_of
from budgets.returns import BY_NATURE, SCHEDULES, ColumnKind
from budgets.rows import PROJECT_ITEM, RowKind
from tests.browser.grid_page import add_category, enter, open_return, open_schedule, save, tr

CENTRE = "零陵区应急救援中心（演示）"
FIRST_ROW = 4
"""Of a sheet of the workbook, below its heads."""


@pytest.fixture
def seed(demo):
    from submissions.models import Submission

    return Submission.objects.get(unit__code="224001")


def rows_of(submission):
    """What is stored, by schedule and key, with every value."""
    from tests.world import lines_of

    return {
        (schedule.name.value, line.key): line.values([column.name for column in schedule.columns])
        for schedule in SCHEDULES
        for line in lines_of(submission, schedule)
    }


def entries(submission):
    """The rows of the report by schedule, each with its label and what is filled in, as typed in 万元."""
    from budgets.rows import return_rows

    rows = return_rows(submission)
    for schedule in SCHEDULES:
        found = []
        for row in rows[schedule.name]:
            if row.line is None or (schedule == BY_NATURE and row.code == PROJECT_ITEM):
                continue  # entered as the total of the projects
            filled = {c: text for c in schedule.columns if (text := typed(row.own(c.name), c))}
            found.append((row, filled))
        if found:
            yield schedule, found


def typed(value, column):
    """A value as an accountant writes it in 万元."""
    if value is None or value == "":
        return ""
    return exact_text(value, AmountUnit.WAN) if column.kind is ColumnKind.AMOUNT else figure_text(value)


def by_hand(page, schedule, found):
    """Enter the rows of a schedule, those above last: a total says nothing to be typed while its rows are blank."""
    open_schedule(page, schedule)
    for row, filled in found:
        label = f"{row.code} {row.name}" if row.category else row.name
        if row.category and not tr(page, label).count():
            add_category(page, row.code, label)
        if schedule.is_named and row.kind == RowKind.LINE:
            page.get_by_role("button", name="添加一行").click()
        for column, text in filled.items():
            if schedule.is_named and row.kind == RowKind.LINE:
                page.keyboard.type(text)
                page.keyboard.press("Tab")
            else:
                enter(page, label, column.title, text)
    save(page)


def in_workbook(book, schedule, found):
    """Write the rows of a schedule into its sheet, as one does offline."""
    layout = sheet_of(schedule, ())
    page = book[layout.name]
    heads = [cell.value for cell in page[FIRST_ROW - 1]]
    places: dict[str, int] = {}
    for number in range(FIRST_ROW, page.max_row + 1):
        places.setdefault(page.cell(number, 2).value or "", number)
        places.setdefault(page.cell(number, 3).value or "", number)
    empty = (
        n for n in range(FIRST_ROW, page.max_row + 1) if not (page.cell(n, 1).value or page.cell(n, 2).value)
    )
    spare = next(empty, 0)  # a schedule of fixed rows has none
    for row, filled in found:
        is_added = row.kind == RowKind.LINE and bool(row.category or schedule.is_named)
        number = spare if is_added else places[row.name]
        spare += is_added
        if row.category:
            page.cell(number, 2).value = row.code
        for column, text in filled.items():
            page.cell(number, heads.index(column.title) + 1).value = text


def test_the_report_by_the_table_and_by_the_workbook_is_the_same_row_for_row(open_as, seed):
    from budgets.models import ReturnUpload
    from orgs.models import User
    from submissions.models import Submission
    from tests.world import make_submission, signed_in

    told = list(entries(seed))
    assert [len(found) for _, found in told] == [3, 3, 15, 3, 4, 11]  # as the report has them

    page = open_as("lin")
    open_return(page, CENTRE, "开始填报")
    expect(page.get_by_role("heading", name="填报总览")).to_be_visible()
    by_grid = Submission.objects.get(unit__code="224002")
    for schedule, found in told:
        by_hand(page, schedule, found)
    assert rows_of(by_grid) == rows_of(seed)

    zhao = User.objects.get(username="zhao")
    unit = zhao.memberships.get().unit
    by_excel = make_submission(seed.round, unit, zhao)
    browser = signed_in(zhao)
    sent = browser.get(reverse("download_return", args=[by_excel.pk]))
    book = openpyxl.load_workbook(BytesIO(sent.content))
    for schedule, found in told:
        in_workbook(book, schedule, found)
    filled = BytesIO()
    book.save(filled)
    file = SimpleUploadedFile("填报表.xlsx", filled.getvalue())
    answer = browser.post(reverse("upload_return", args=[by_excel.pk]), {"file": file})
    assert answer.status_code == 302, answer.context["mistakes"]
    preview = browser.get(answer["Location"])
    upload = ReturnUpload.objects.get()
    browser.post(
        reverse("apply_upload", args=[by_excel.pk, upload.pk]), {"seen": preview.context["plan"].digest}
    )
    assert rows_of(by_excel) == rows_of(seed)
