"""A person's own workbook with what was found written into its cells: a comment and a colour each.

A door to openpyxl. Like the reader it works in a process of its own, whose whole program this is, and so
imports nothing of Django. What openpyxl does not keep is lost in the marked file: shapes and text boxes,
pictures, form controls, and what formulas last gave, which Excel and WPS compute anew on opening.
"""

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from io import BytesIO
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.fills import Fill
from openpyxl.utils import coordinate_to_tuple, get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.xml.functions import fromstring, tostring

from orgs.spreadsheets import NotASpreadsheet, answer_of, in_own_process, keep_within, pass_gate
from orgs.words import OURSELVES, as_in_workbook

MARK_SECONDS = 12
MOST_COMMENTS = 3000
"""How many cells get a comment; more would open slowly. Every mark stands in the list."""
MOST_MARKS = 10_000
"""How many marks are written at all; the list says how many there are beside them."""
_LAST_COLUMN = 16_384
LIST_SHEET = "标出的问题"
_FIRST_ROW = 5
_OURS = "〔系统标出的问题，改好后不用删〕"
"""What our part of a comment begins with: all after it is ours, what stands before it is hers."""
_TOO_MUCH = "这个文件太大，没法在里面标出问题。请照页面上列出的单元格修改。"


class Severity(StrEnum):
    """Why a cell is marked."""

    MISTAKE = "mistake"
    CONFLICT = "conflict"

    @property
    def label(self) -> str:
        """What the list calls it."""
        return "要改" if self is Severity.MISTAKE else "两边都改过"


_COLORS = {Severity.MISTAKE: "FFFFA39E", Severity.CONFLICT: "FFFFC53D"}


class Mark(NamedTuple):
    """What is to be said at a cell: its sheet, its address, a Chinese sentence, why.

    Where there is no such sheet it stands in the list alone.
    """

    sheet: str
    cell: str
    sentence: str
    severity: Severity = Severity.MISTAKE


def mark_from(parts: Sequence[str]) -> Mark:
    """Return a mark that was kept as a list."""
    sheet, cell, sentence, severity = parts
    return Mark(sheet, cell, sentence, Severity(severity))


def marked_workbook(content: bytes, marks: Sequence[Mark]) -> bytes:
    """Return an .xlsx as it is with `marks` in it: comments and colours at the cells, and a list in front.

    Marks of an earlier time are taken out, and the colours they covered put back. A comment of the person's
    own stays, ours follows. Raises NotASpreadsheet where the file cannot be marked.
    """
    asked = json.dumps(marks).encode() + b"\n" + content
    done = in_own_process("orgs.marked_sheets", [], asked, MARK_SECONDS, _TOO_MUCH)
    if not done.startswith(b"PK"):
        raise NotASpreadsheet(json.loads(done)["refusal"])
    return done


def without_marks(comment: str) -> str:
    """Return what a person's comment says without what we wrote into it; "" when it was all ours."""
    return comment.partition(_OURS)[0].rstrip()


# --- What follows runs in a process of its own


def main() -> None:
    """Read marks and a workbook from stdin within limits; write the marked one, or the refusal as JSON."""
    keep_within(MARK_SECONDS)
    asked, _, content = sys.stdin.buffer.read().partition(b"\n")
    marks = [mark_from(each) for each in json.loads(asked)]
    answer = answer_of(lambda: _marked(content, marks), _TOO_MUCH)
    sys.stdout.buffer.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())


def _marked(content: bytes, marks: Sequence[Mark]) -> bytes:
    pass_gate(content)
    book: Any = load_workbook(BytesIO(content), keep_links=False, rich_text=True)
    _take_out(book)
    listed = []
    for number, ((sheet, cell), said) in enumerate(_by_cell(book, marks[:MOST_MARKS]).items()):
        fill = _mark(book[sheet], cell, said, has_comment=number < MOST_COMMENTS) if cell else ""
        listed += [(sheet, cell, mark, fill) for mark in said]
    _write_list(book, listed, beside=len(marks) - len(listed))
    book.calculation.fullCalcOnLoad = True
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _by_cell(book: Any, marks: Sequence[Mark]) -> dict[tuple[str, str], list[Mark]]:
    """The marks by the sheet and the cell that shows them; no cell where the sheet is not in the book."""
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    found: dict[tuple[str, str], list[Mark]] = {}
    for mark in marks:
        sheet = sheets.get(mark.sheet)
        cell = _shown_at(sheet, mark.cell) if sheet and mark.cell else ""
        found.setdefault((mark.sheet, cell), []).append(mark)
    return found


def _shown_at(sheet: Any, address: str) -> str:
    """The cell in which a mark is seen: the first of merged ones, and beside a column that is hidden.

    Where all columns beside it are hidden it is the cell itself.
    """
    row, own = coordinate_to_tuple(address)
    column = own
    for first, last in sorted((at.min, at.max) for at in sheet.column_dimensions.values() if at.hidden):
        column = last + 1 if first <= column <= last else column
    column = own if column > _LAST_COLUMN else column
    if isinstance(sheet.cell(row, column), MergedCell):
        of = next(each for each in sheet.merged_cells.ranges if (row, column) in each.cells)
        row, column = of.min_row, of.min_col
    return f"{get_column_letter(column)}{row}"


def _mark(sheet: Any, address: str, marks: Sequence[Mark], *, has_comment: bool) -> str:
    """Write marks into a cell, and return the fill it had, as XML."""
    cell = sheet[address]
    before = tostring(cell.fill.to_tree("fill")).decode()
    worst = (
        Severity.MISTAKE if any(mark.severity is Severity.MISTAKE for mark in marks) else marks[0].severity
    )
    cell.fill = PatternFill("solid", fgColor=_COLORS[worst])
    if has_comment:
        own = without_marks(cell.comment.text) if cell.comment else ""
        lines = [own, _OURS, *dict.fromkeys(as_in_workbook(mark.sentence) for mark in marks)]
        text = "\n".join(line for line in lines if line)
        author = cell.comment.author if own else OURSELVES
        cell.comment = _boxed(text, author)
    return before


def _boxed(text: str, author: str) -> Comment:
    """A comment in a box as high as its text."""
    return Comment(text, author, height=40 + 18 * _lines(text), width=320)


def _lines(text: str) -> int:
    """How many lines of 22 Chinese characters a comment takes."""
    return sum(1 + len(line) // 22 for line in text.split("\n"))


def _take_out(book: Any) -> None:
    """Take out the list, the comments and the colours of an earlier time; box the comments that are hers."""
    fills = {}
    if LIST_SHEET in book.sheetnames:
        rows = book[LIST_SHEET].iter_rows(min_row=_FIRST_ROW, max_col=5, values_only=True)
        fills = {(str(sheet), str(cell)): str(fill) for sheet, cell, _, _, fill in rows if fill}
        del book[LIST_SHEET]
    ours = {
        number
        for number, fill in enumerate(book._fills)
        if getattr(fill, "fill_type", "") == "solid" and fill.fgColor.rgb in _COLORS.values()
    }
    for sheet in book.worksheets:
        for cell in list(sheet._cells.values()):
            if cell.has_style and cell._style.fillId in ours:
                cell.fill = _fill(fills.get((sheet.title, cell.coordinate), ""))
            if cell.comment:  # openpyxl reads no boxes: hers would all be small
                own = without_marks(cell.comment.text)
                cell.comment = _boxed(own, cell.comment.author) if own else None


def _fill(text: str) -> Any:
    """The fill that was noted in the list; none where the note is gone."""
    if not text.startswith("<fill") or "<!" in text:
        return PatternFill()
    noted: Any = fromstring(text)
    return Fill.from_tree(noted)


def _write_list(book: Any, listed: Sequence[tuple[str, str, Mark, str]], *, beside: int) -> None:
    """Write the list of marks as the first sheet, each with a link to its cell; `beside` are not in it."""
    sheet = book.create_sheet(LIST_SHEET, 0)
    more = f"，另有 {beside:,} 处没有列出：改好这些再上传，就会看到" if beside else ""
    sheet["A1"] = f"这个文件里标出了 {len(listed)} 处{more}"
    sheet["A1"].font = Font(name="宋体", size=15, bold=True)
    sheet["A2"] = "浅红色的格子要改；橙黄色的格子在下载之后两边都改过。说明写在那一格的批注里。"
    sheet["A3"] = "改好、保存后，直接上传这个文件：这一页、批注和颜色都不会导入。图片、图形没有带过来。"
    for column, (title, width) in enumerate(
        (("工作表", 24), ("单元格", 10), ("种类", 12), ("要改什么", 96)), 1
    ):
        cell = sheet.cell(_FIRST_ROW - 1, column, title)
        cell.font = Font(name="宋体", size=10, bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.column_dimensions["E"].hidden = True
    plain, link = Font(name="宋体", size=10), Font(name="宋体", size=10, underline="single", color="1D5FA8")
    wrap = Alignment(vertical="center", wrap_text=True)
    for row, (name, address, mark, fill) in enumerate(listed, _FIRST_ROW):
        for column, text in enumerate((name, address, mark.severity.label, mark.sentence, fill), 1):
            cell = sheet.cell(row, column, as_in_workbook(text) or None)
            if text:
                cell.data_type = "s"
            cell.font, cell.alignment = plain, wrap
        sheet.row_dimensions[row].height = 5 + 14 * (1 + len(mark.sentence) // 46)
        sheet.cell(row, 3).fill = PatternFill("solid", fgColor=_COLORS[mark.severity])
        if address:
            quoted = name.replace("'", "''")
            sheet.cell(row, 2).hyperlink = f"#'{quoted}'!{address}"
            sheet.cell(row, 2).font = link
    sheet.freeze_panes = f"A{_FIRST_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.sheet_view.showGridLines = False
    book.active = 0
    for each in book.worksheets:
        each.sheet_view.tabSelected = each is sheet


if __name__ == "__main__":
    main()
