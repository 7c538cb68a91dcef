"""Where the texts of a return stand in its workbook: the sections of the report share one sheet."""

from budgets.models import SECTIONS, ReturnText
from budgets.return_sheets import FIRST_ROW, tag_from
from orgs.spreadsheets import NO_CELL, Cell, TypedSheet

REPORT_SHEET = "报告文字"
TEXT_SHEETS = (str(ReturnText.Name.THRIFT_MEASURES.label), REPORT_SHEET)


def text_sheet(name: ReturnText.Name) -> str:
    """Return what the sheet of a text is called."""
    return REPORT_SHEET if name.is_section else str(name.label)


def text_row(name: ReturnText.Name) -> int:
    """Return the row of a text in its sheet, as it is written."""
    return FIRST_ROW + (SECTIONS.index(name) if name.is_section else 0)


def text_address(name: ReturnText.Name, row: int) -> str:
    """Return the address of a text that stands in a row: beside its title, where several share a sheet."""
    return f"{'C' if name.is_section else 'B'}{row}"


def find_text(sheet: TypedSheet, name: ReturnText.Name) -> tuple[int, Cell]:
    """Return the row and the cell of a text; of a section by the tag of its row: 0 where that is gone."""
    if not name.is_section:
        return FIRST_ROW, _cell(sheet, FIRST_ROW, 1)
    for number, row in enumerate(sheet.rows, 1):
        if row and tag_from(row[0].text).name == name.value:
            return number, _cell(sheet, number, 2)
    return 0, NO_CELL


def _cell(sheet: TypedSheet, row: int, column: int) -> Cell:
    cells = sheet.rows[row - 1] if len(sheet.rows) >= row else []
    return cells[column] if len(cells) > column else NO_CELL
