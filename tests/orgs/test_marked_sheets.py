"""A person's own workbook with what is wrong in it: all of hers kept, and the marks gone when they are taken out."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from orgs import marked_sheets
from orgs.marked_sheets import LIST_SHEET, Mark, Severity, marked_workbook, without_marks
from orgs.spreadsheets import NotASpreadsheet
from orgs.words import OURSELVES
from tests.orgs.test_spreadsheets import in_sheet, rebuilt, saved, workbook

RED, ORANGE = "FFFFA39E", "FFFFC53D"
OURS = "〔系统标出的问题，改好后不用删〕"


def opened(content):
    return load_workbook(BytesIO(content), rich_text=True)


def hers():
    """A workbook with much that is her own."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = "收支"
    page.append(["项目", "金额", "备注"])
    page.append(["甲", "abc", "=不是公式"])
    page["C2"].data_type = "s"
    page["A3"], page["B3"] = "乙", "=B2*2"
    page["B2"].fill = PatternFill("solid", fgColor="FF00FF00")
    page["B2"].comment = Comment("自己的批注", "林晓")
    page["A2"].font = Font(name="楷体", bold=True)
    page["C3"] = CellRichText("一半", TextBlock(InlineFont(b=True), "加粗"))
    page.merge_cells("A5:B6")
    page.column_dimensions["D"].hidden = True
    page.column_dimensions["A"].width = 33
    page.protection.sheet = True
    page.add_data_validation(DataValidation(type="list", formula1='"甲,乙"', sqref="A2:A9"))
    book.create_sheet("别的表").append(["不动", 1.5])
    book["别的表"].sheet_state = "hidden"
    return saved(book)


MARKS = [
    Mark("收支", "B2", "金额：“abc”不是金额。"),
    Mark("收支", "B2", "再说一句。"),
    Mark("收支", "B6", "合并的格。"),
    Mark("收支", "D2", "藏起来的列。"),
    Mark("收支", "C3", "两边都改过。", Severity.CONFLICT),
    Mark("没有的表", "A1", "这张表不见了。"),
]


def test_every_mark_is_a_comment_and_a_colour_at_its_cell_and_a_line_of_the_list():
    book = opened(marked_workbook(hers(), MARKS))
    page = book["收支"]
    assert page["B2"].comment.text == f"自己的批注\n{OURS}\n金额：“abc”不是金额。\n再说一句。"
    assert page["B2"].comment.author == "林晓"
    assert page["A5"].comment.text == f"{OURS}\n合并的格。"
    assert page["E2"].comment.text == f"{OURS}\n藏起来的列。"
    found = {
        cell.coordinate: cell.fill.fgColor.rgb
        for row in page.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb in (RED, ORANGE)
    }
    assert found == {"B2": RED, "A5": RED, "E2": RED, "C3": ORANGE}
    listed = [row[:4] for row in book[LIST_SHEET].iter_rows(min_row=5, values_only=True)]
    assert [(sheet, cell, kind) for sheet, cell, kind, _ in listed] == [
        ("收支", "B2", "要改"),
        ("收支", "B2", "要改"),
        ("收支", "A5", "要改"),
        ("收支", "E2", "要改"),
        ("收支", "C3", "两边都改过"),
        ("没有的表", None, "要改"),
    ]
    assert listed[0][3] == "金额：“abc”不是金额。"
    assert (
        book[LIST_SHEET]["B5"].hyperlink.location or book[LIST_SHEET]["B5"].hyperlink.target == "#'收支'!B2"
    )
    selected = [sheet.title for sheet in book.worksheets if sheet.sheet_view.tabSelected]
    assert selected == [LIST_SHEET]  # two selected sheets would be typed into at once


def test_what_is_hers_stays():
    before, after = opened(hers()), opened(marked_workbook(hers(), MARKS))
    page = after["收支"]
    for row in before["收支"].iter_rows():
        for cell in row:
            assert str(page[cell.coordinate].value) == str(cell.value)
            assert page[cell.coordinate].data_type == cell.data_type
    assert page["A2"].font.name == "楷体" and page["A2"].font.bold
    assert isinstance(page["C3"].value, CellRichText)
    assert (page.column_dimensions["A"].width, page.protection.sheet) == (33, True)
    assert [each.formula1 for each in page.data_validations.dataValidation] == ['"甲,乙"']
    assert [str(each) for each in page.merged_cells.ranges] == ["A5:B6"]
    assert after["别的表"].sheet_state == "hidden" and after["别的表"]["B1"].value == 1.5


def test_marking_again_takes_the_old_marks_out_and_puts_the_colours_back():
    once = marked_workbook(hers(), MARKS)
    page = opened(marked_workbook(once, [Mark("收支", "C2", "只剩这一处。")]))["收支"]
    assert page["B2"].comment.text == "自己的批注" and page["B2"].fill.fgColor.rgb == "FF00FF00"
    assert page["A5"].comment is None and page["A5"].fill.fill_type is None
    assert page["C2"].comment.text == f"{OURS}\n只剩这一处。"
    book = opened(marked_workbook(once, MARKS))
    assert book["收支"]["B2"].comment.text.count(OURS) == 1
    assert book.sheetnames.count(LIST_SHEET) == 1
    assert without_marks(book["收支"]["B2"].comment.text) == "自己的批注"
    assert without_marks(book["收支"]["A5"].comment.text) == ""


def test_what_reads_as_a_character_by_number_stays_as_it_is_written():
    book = Workbook()
    book.worksheets[0].title = "表_x0041_"
    book["表_x0041_"]["B2"].fill = PatternFill("solid", fgColor="FF00FF00")
    marked = marked_workbook(saved(book), [Mark("表_x0041_", "B2", "“_x0042_”不是金额。")])
    book = load_workbook(BytesIO(marked))  # which reads texts as they are in the file
    comment, listed = book["表_x0041_"]["B2"].comment, book[LIST_SHEET]
    assert (comment.text, comment.author) == (f"{OURS}\n“_x005F_x0042_”不是金额。", OURSELVES)
    assert (listed["A5"].value, listed["D5"].value) == ("表_x005F_x0041_", "“_x005F_x0042_”不是金额。")
    again = marked_workbook(marked, [Mark("表_x0041_", "C2", "别处。")])
    assert opened(again)["表_x0041_"]["B2"].fill.fgColor.rgb == "FF00FF00"


def test_her_own_comments_are_read_whole_in_their_boxes():
    book = Workbook()
    book.worksheets[0]["A1"].comment = Comment("长" * 500, "林晓", height=600, width=300)
    marked = marked_workbook(saved(book), [Mark("Sheet", "B1", "空。")])
    assert max(heights(marked)) > 300


def heights(content):
    """The heights of the boxes of comments, in pixels."""
    with ZipFile(BytesIO(content)) as archive:
        drawn = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".vml"))
    return [float(found) for found in re.findall(r"height:([0-9.]+)px", drawn)]


def test_a_list_that_somebody_wrote_over_is_no_danger():
    book = opened(marked_workbook(hers(), MARKS))
    book[LIST_SHEET]["E5"] = '<!DOCTYPE a [<!ENTITY b "c">]><fill>&b;</fill>'
    assert opened(marked_workbook(saved(book), MARKS[:1]))["收支"]["B2"].comment


def test_beyond_the_most_comments_the_list_still_says_all(monkeypatch):
    monkeypatch.setattr(marked_sheets, "MOST_COMMENTS", 2)
    book = opened(marked_sheets._marked(hers(), [Mark("收支", f"A{row}", "错。") for row in range(10, 20)]))
    commented = [cell.coordinate for row in book["收支"].iter_rows() for cell in row if cell.comment]
    assert commented == ["B2", "A10", "A11"]
    assert book[LIST_SHEET].max_row == 14
    assert book["收支"]["A19"].fill.fgColor.rgb == RED


def test_what_cannot_be_marked_is_refused_with_a_sentence(monkeypatch):
    for content in (b"PK\x03\x04 nothing", rebuilt(hers(), added={"xl/vbaProject.bin": b"x"})):
        with pytest.raises(NotASpreadsheet, match=r"。$"):
            marked_workbook(content, MARKS)
    monkeypatch.setattr(marked_sheets, "MARK_SECONDS", 0)
    with pytest.raises(NotASpreadsheet, match="没法在里面标出问题"):
        marked_workbook(hers(), MARKS)


def test_a_far_cell_and_a_sheet_without_cells_are_marked():
    content = rebuilt(workbook(["x"], name="甲"), in_sheet(b""))
    assert opened(marked_workbook(content, [Mark("甲", "A1", "空。")]))["甲"]["A1"].comment


@pytest.mark.parametrize("last", [16_384, 10**9])
def test_where_every_column_is_hidden_the_cell_itself_is_marked(last):
    columns = b'<cols><col min="1" max="%d" hidden="1"/></cols><sheetData' % last
    content = rebuilt(
        workbook(["x"], name="甲"),
        {"xl/worksheets/sheet1.xml": lambda text: text.replace(b"<sheetData", columns, 1)},
    )
    page = opened(marked_sheets._marked(content, [Mark("甲", "H8", "错。")]))["甲"]
    assert page["H8"].comment and page.max_column == 8


def test_more_marks_than_a_file_can_bear_are_counted_in_the_list(monkeypatch):
    monkeypatch.setattr(marked_sheets, "MOST_MARKS", 2)
    book = opened(marked_sheets._marked(hers(), [Mark("收支", f"A{row}", "错。") for row in range(10, 1510)]))
    assert book[LIST_SHEET].max_row == 6
    assert book[LIST_SHEET]["A1"].value.startswith("这个文件里标出了 2 处，另有 1,498 处没有列出")
    assert book["收支"]["A12"].fill.fill_type is None
