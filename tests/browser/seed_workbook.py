"""The real report filled into the workbook of a return (填报表), as its accountant does it offline."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from budgets.reference import rows_of
from budgets.return_sheets import FIRST_ROW, HEAD_ROW, sheet_name, tag_from
from budgets.returns import PROJECTS, SCHEDULES, STAFF, THREE_PUBLIC, Schedule
from budgets.text_sheets import REPORT_SHEET

SCHEDULE = {schedule.name.value: schedule for schedule in SCHEDULES}


def fill_in(path: Path) -> None:
    """Write figures, staff, projects and words of the report into a workbook that was downloaded empty."""
    book = openpyxl.load_workbook(path)
    for line in rows_of("seed/lines.csv"):
        write(book, *place_of(line), in_wan(line) if line["schedule"] == THREE_PUBLIC.name else line)
    for line in rows_of("seed/staff.csv"):
        write(book, STAFF, line["code"], line)
    for line in rows_of("seed/projects.csv"):
        write(book, PROJECTS, line["name"], line)
    for line in rows_of("seed/texts.csv"):
        page = book[REPORT_SHEET]
        page.cell(row_of(page, line["name"]), 3).value = line["text"]
    book.save(path)


def place_of(line: Mapping[str, str]) -> tuple[Schedule, str]:
    """The schedule and the row of a line; project spending is entered as the total of the projects."""
    if line["code"] == "project":
        return PROJECTS, "total"
    return SCHEDULE[line["schedule"]], line["code"]


def in_wan(line: Mapping[str, str]) -> dict[str, str]:
    """A line whose report says it in 元, as the workbook asks for it."""
    return {
        name: str(Decimal(text).scaleb(-4)) if text and name.endswith(("budget", "outturn")) else text
        for name, text in line.items()
    }


def write(book: openpyxl.Workbook, schedule: Schedule, row: str, values: Mapping[str, str]) -> None:
    """Fill a row of a schedule in, what the report leaves blank stays so."""
    page = book[sheet_name(schedule)]
    heads = {cell.value: cell.column for cell in page[HEAD_ROW]}
    number = row_of(page, row)
    if not page.cell(number, 1).value:
        page.cell(number, 2).value = row
    for column in schedule.columns:
        if text := values.get(column.name):
            page.cell(number, heads[column.title]).value = text


def row_of(page: Worksheet, name: str) -> int:
    """The number of a row by its tag; the first spare one for a code or a project that is not there yet."""
    rows = range(FIRST_ROW, page.max_row + 1)
    tagged = (n for n in rows if tag_from(str(page.cell(n, 1).value or "")).name == name)
    spare = (n for n in rows if not page.cell(n, 1).value and not page.cell(n, 2).value)
    return next(tagged, None) or next(spare)
