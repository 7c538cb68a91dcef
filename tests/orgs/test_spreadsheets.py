"""Uploaded workbooks: read exactly, and what is hostile or mistaken answered with a sentence in seconds."""

import subprocess
import sys
import time as clock
import zipfile
from datetime import date, time, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from orgs import spreadsheets
from orgs.spreadsheets import (
    MOST_BYTES,
    MOST_ROWS,
    Cell,
    CellKind,
    NotASpreadsheet,
    list_workbook,
    note_lines,
    number_text,
    read_sheets,
    read_typed_sheets,
)

SECONDS = 20  # the product promises an answer within that, whatever the file


def workbook(*rows, name="科目", **more):
    """The bytes of a workbook with one sheet, and others given by name."""
    book = Workbook()
    book.worksheets[0].title = name
    for title, lines in {name: rows, **more}.items():
        sheet = book[title] if title in book.sheetnames else book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    return saved(book)


def saved(book):
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def rebuilt(content, changed=None, added=None, dropped=()):
    """A workbook with parts changed (name → function of bytes), added (name → bytes), or dropped."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in dropped:
                text = old.read(part)
                new.writestr(part.filename, (changed or {}).get(part.filename, lambda same: same)(text))
        for name, text in (added or {}).items():
            new.writestr(name, text)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def in_sheet(rows):
    """Put rows of XML in place of the sheet's own."""
    return {
        SHEET: lambda text: text.split(b"<sheetData")[0] + b"<sheetData>" + rows + b"</sheetData></worksheet>"
    }


def refusal(content, name="科目.xlsx"):
    """The sentence a file is refused with, which must come quickly."""
    started = clock.monotonic()
    with pytest.raises(NotASpreadsheet) as refused:
        read_sheets(content, name)
    assert clock.monotonic() - started < SECONDS
    assert str(refused.value).endswith("。")
    return str(refused.value)


def test_cells_come_as_text_with_all_their_digits():
    content = workbook(
        ["科目编码", "科目名称", "数"],
        [2240101, "行政运行", 20101.5],
        ["0201", "前有零", 1234567.0],
        [date(2024, 1, 31), None, True],
        [],
        [None, "　缩进"],
    )
    [sheet] = read_sheets(content, "科目.XLSX")
    assert sheet.name == "科目"
    assert sheet.rows == [
        ["科目编码", "科目名称", "数"],
        ["2240101", "行政运行", "20101.5"],
        ["0201", "前有零", "1234567"],
        ["2024-01-31", "", "TRUE"],
        [],
        ["", "　缩进"],
    ]


def test_every_visible_sheet_is_read_and_a_hidden_one_is_not():
    book = Workbook()
    book.worksheets[0].title = "甲"
    book.worksheets[0].append(["a"])
    book.create_sheet("乙").append(["b"])
    hidden = book.create_sheet("藏")
    hidden.append(["c"])
    hidden.sheet_state = "hidden"
    assert [(sheet.name, sheet.rows) for sheet in read_sheets(saved(book), "a.xlsx")] == [
        ("甲", [["a"]]),
        ("乙", [["b"]]),
    ]


def test_a_formula_gives_what_was_last_computed():
    cell = b'<row r="1"><c r="A1"><f>100+101</f><v>201</v></c></row>'
    [sheet] = read_sheets(rebuilt(workbook(["x"]), in_sheet(cell)), "a.xlsx")
    assert sheet.rows == [["201"]]


def test_typed_sheets_say_what_each_cell_is_and_only_the_named_ones_are_read():
    book = Workbook()
    book.worksheets[0].title = "甲"
    book.worksheets[0].append(
        ["字", 0.1 + 0.2, 12345678901234.56, 7, date(2024, 1, 31), False, "#REF!", None, "x"]
    )
    hidden = book.create_sheet("藏")
    hidden.append(["c"])
    hidden.sheet_state = "hidden"
    book.create_sheet("别的").append(["d"])
    sheets = read_typed_sheets(saved(book), "a.xlsx", ["甲", "藏", "没有"])
    assert set(sheets) == {"甲", "藏"}
    assert sheets["甲"].rows == [
        [
            Cell("字", CellKind.TEXT),
            Cell("0.3", CellKind.NUMBER),
            Cell("12345678901234.6", CellKind.NUMBER),
            Cell("7", CellKind.NUMBER),
            Cell("2024-01-31", CellKind.DATE),
            Cell("FALSE", CellKind.BOOLEAN),
            Cell("#REF!", CellKind.ERROR),
            Cell(),
            Cell("x", CellKind.TEXT),
        ]
    ]


def test_typed_sheets_say_where_formulas_are_whether_or_not_they_were_computed():
    cells = b'<row r="2"><c r="B2"><f>100+101</f><v>201</v></c><c r="C2"><f>A1</f></c><c r="D2"><v>5</v></c></row>'
    content = rebuilt(workbook(["x"], name="甲"), in_sheet(cells))
    assert read_typed_sheets(content, "a.xlsx", ["甲"])["甲"].rows == [
        [],
        [
            Cell(),
            Cell("201", CellKind.NUMBER, True),
            Cell("", CellKind.BLANK, True),
            Cell("5", CellKind.NUMBER),
        ],
    ]


def typed(cells, content=None):
    """The first row of a sheet of these cells."""
    sheet = rebuilt(content or workbook(["x"], name="甲"), in_sheet(b'<row r="1">' + cells + b"</row>"))
    [row] = read_typed_sheets(sheet, "a.xlsx", ["甲"])["甲"].rows
    return [(cell.text, cell.kind.name) for cell in row]


def test_what_reads_as_an_error_is_one_only_where_the_file_says_so():
    assert typed(
        b'<c r="A1" t="e"><v>#DIV/0!</v></c><c r="B1" t="str"><f>"#"</f><v>#DIV/0!</v></c>'
        b'<c r="C1" t="inlineStr"><is><t>#DIV/0!</t></is></c>'
    ) == [("#DIV/0!", "ERROR"), ("#DIV/0!", "TEXT"), ("#DIV/0!", "TEXT")]


def test_texts_are_whole_whatever_their_parts_and_characters_by_number():
    parts = b"<r><t>a</t></r><r><rPr><b/></rPr><t>b</t></r><rPh><t>spoken</t></rPh>"
    assert typed(
        b'<c t="inlineStr"><is>%s</is></c><c t="inlineStr"><is><t>_x0041_ _x005F_x0041_</t></is></c>' % parts
    ) == [
        ("ab", "TEXT"),
        ("A _x0041_", "TEXT"),
    ]


def test_characters_by_number_that_no_text_keeps_are_left_out():
    cell = b'<c t="inlineStr"><is><t>_x0000_a_x0001_b_xD800_c_x202E_d_x000D__x000A_e</t></is></c>'
    assert typed(cell) == [("abcd\ne", "TEXT")]


def test_days_are_told_by_their_style_in_both_calendars():
    book = Workbook()
    page = book.worksheets[0]
    page.title = "甲"
    page["A1"], page["A2"], page["A3"] = date(2024, 2, 29), date(1900, 1, 31), time(12, 30)
    page["A4"] = timedelta(hours=30)
    content = saved(book)
    [[day], [early], [noon], [long]] = read_typed_sheets(content, "a.xlsx", ["甲"])["甲"].rows
    assert day == ("2024-02-29", CellKind.DATE, False) and early.text == "1900-01-31"
    assert (noon.text, noon.kind, long.kind) == ("12:30:00", CellKind.DATE, CellKind.DATE)
    book.epoch = CALENDAR_MAC_1904
    assert read_typed_sheets(saved(book), "a.xlsx", ["甲"])["甲"].rows[0][0].text == "2024-02-29"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0.30000000000000004", "0.3"),
        ("9.9999999976716936E-2", "0.1"),  # 1000000.1-1000000
        ("-2.7755575615628914E-17", "0"),  # 0.3-0.2-0.1
        ("1385.5", "1385.5"),
        ("1.9680100000000001E7", "19680100"),
        ("12345678901234.56", "12345678901234.6"),
        ("9999999999999.9902", "9999999999999.99"),
        ("0.125", "0.125"),
        ("1.0000001", "1.0000001"),
        ("1.00000001", "1.00000001"),
        ("007", "7"),
        ("-5", "-5"),
        ("123456789012345678", "123456789012345678"),
        ("1e400", "1e400"),
        ("0", "0"),
        ("-0.0", "0"),
    ],
)
def test_a_number_is_what_excel_shows_of_it_without_binary_noise(written, read):
    assert number_text(written) == read


@pytest.mark.parametrize("text", ["NaN", "inf", "1_000", "１２", "1,000", "", "0x1F", "--1", "1e"])
def test_what_is_no_number_of_a_file_is_none(text):
    with pytest.raises(ValueError):
        number_text(text)


def test_a_link_to_a_web_page_is_no_reason_to_refuse():
    book = Workbook()
    book.worksheets[0]["A1"] = "财政部"
    book.worksheets[0]["A1"].hyperlink = "https://www.mof.gov.cn/"
    assert read_sheets(saved(book), "a.xlsx")[0].rows == [["财政部"]]


def test_columns_beyond_the_fiftieth_are_not_read():
    [sheet] = read_sheets(workbook(["x"] * 60), "a.xlsx")
    assert sheet.rows == [["x"] * 50]


def test_a_sheet_of_a_whole_book_is_read_in_seconds():
    started = clock.monotonic()
    [sheet] = read_sheets(workbook(*([2010000 + n, f"科目{n}"] for n in range(5000))), "a.xlsx")
    assert len(sheet.rows) == 5000
    assert clock.monotonic() - started < SECONDS


def test_what_is_no_xlsx_is_told_by_name_and_first_bytes():
    assert "不是 Excel 工作簿" in refusal("科目编码,科目名称\n201,一般公共服务支出\n".encode())
    assert "不是 Excel 工作簿" in refusal(b"")
    assert "不是 Excel 工作簿" in refusal(b"%PDF-1.7")
    assert "不是 Excel 工作簿" in refusal(workbook(["x"]), "科目.csv")
    assert "旧版 .xls" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert ".xlsm 工作簿可能带宏" in refusal(workbook(["x"]), "科目.xlsm")
    assert "超过 5 MB" in refusal(b"PK\x03\x04" + b"\0" * MOST_BYTES)


def test_what_is_no_workbook_inside_is_broken():
    whole = workbook(["科目编码", "科目名称"])
    assert "已损坏" in refusal(whole[: len(whole) // 2])
    assert "已损坏" in refusal(b"PK\x03\x04 and nothing more")
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("letter.txt", "你好")
    assert "不是 Excel 工作簿" in refusal(file.getvalue())
    assert "已损坏" in refusal(rebuilt(whole, dropped=[SHEET]))
    assert "已损坏" in refusal(rebuilt(whole, {SHEET: lambda text: text[:-40]}))
    assert "已损坏" in refusal(rebuilt(whole, in_sheet(b'<row r="1"><c r="A1"><v>NaN</v></c></row>')))


def test_a_damaged_part_is_broken():
    content = bytearray(workbook(["科目编码", "科目名称"]))
    with zipfile.ZipFile(BytesIO(bytes(content))) as archive:
        at = archive.getinfo(SHEET).header_offset + 60
    content[at : at + 40] = b"\xff" * 40
    assert "已损坏" in refusal(bytes(content))


@pytest.mark.parametrize(
    "part",
    [
        "xl/vbaProject.bin",
        "xl/macrosheets/sheet1.xml",
        "xl/activeX/activeX1.bin",
        "xl/embeddings/oleObject1.bin",
        "xl/externalLinks/externalLink1.xml",
        "xl/connections.xml",
        "customUI/customUI.xml",
    ],
)
def test_macros_objects_and_links_are_refused_even_in_a_file_called_xlsx(part):
    assert "宏、嵌入的对象或指向别的文件的链接" in refusal(rebuilt(workbook(["x"]), added={part: b"<a/>"}))


def test_a_macro_workbook_is_told_by_its_content_type():
    types = "[Content_Types].xml"
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    macro = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    content = rebuilt(workbook(["x"]), {types: lambda text: text.replace(plain, macro)})
    assert "带宏" in refusal(content)


LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (number, (b"&l%d;" % (number - 1)) * 10 if number else b"lol")
    for number in range(12)
)


@pytest.mark.parametrize(
    "doctype",
    [b'<!DOCTYPE a SYSTEM "file:///etc/passwd">', b"<!DOCTYPE a [" + LAUGHS + b"]>"],
    ids=["external", "laughs"],
)
@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"]
)
def test_a_doctype_is_refused_in_every_part(part, doctype):
    def with_doctype(text):
        body = text.split(b"?>", 1)[1] if text.startswith(b"<?xml") else text
        return doctype + body

    assert "DOCTYPE" in refusal(rebuilt(workbook(["x"]), {part: with_doctype}))


def test_a_doctype_in_another_encoding_or_under_another_name_is_refused():
    evil = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><worksheet/>'.encode("utf-16")
    assert "DOCTYPE" in refusal(rebuilt(workbook(["x"]), {SHEET: lambda _: evil}))
    assert "DOCTYPE" in refusal(rebuilt(workbook(["x"]), added={"xl/evil.png": b"<!DOCTYPE a><a/>"}))


def test_a_zip_bomb_is_told_by_its_directory():
    assert "太多" in refusal(
        rebuilt(workbook(["x"]), added={"xl/media/image1.png": b"\0" * 90 * 1024 * 1024})
    )
    twenty = {f"xl/media/image{n}.png": bytes([n]) * 6 * 1024 * 1024 for n in range(20)}
    assert "太多" in refusal(rebuilt(workbook(["x"]), added=twenty))
    many = {f"xl/media/image{n}.png": b"" for n in range(2001)}
    assert "太多" in refusal(rebuilt(workbook(["x"]), added=many))


def test_parts_that_lie_over_each_other_are_refused():
    """The same packed bytes named many times over, as in the bombs that have no nesting."""
    content = rebuilt(workbook(["x"]), added={"xl/media/image1.png": bytes(range(256)) * 400})
    with zipfile.ZipFile(BytesIO(content)) as archive:
        start, part = archive.start_dir, archive.getinfo("xl/media/image1.png")
    head, directory, end = content[:start], content[start:-22], bytearray(content[-22:])
    at = directory.index(b"xl/media/image1.png") - 46
    entry = directory[at : at + 46 + len(part.filename)]
    copies = [entry.replace(b"image1", b"imag%02d" % n) for n in range(10, 99)]
    directory += b"".join(copies)
    total = int.from_bytes(end[8:10], "little") + len(copies)
    end[8:10] = end[10:12] = total.to_bytes(2, "little")
    end[12:16] = len(directory).to_bytes(4, "little")
    assert "太多" in refusal(head + directory + bytes(end))


def test_two_parts_of_one_name_and_paths_that_lead_out_are_broken():
    assert "已损坏" in refusal(rebuilt(workbook(["x"]), added={SHEET.upper(): b"<a/>"}))
    assert "已损坏" in refusal(rebuilt(workbook(["x"]), added={"../../etc/cron": b""}))


def test_a_huge_dimension_alone_costs_nothing():
    huge = {SHEET: lambda text: text.replace(b'ref="A1:A1"', b'ref="A1:XFD1048576"')}
    content = rebuilt(workbook(["x"]), huge)
    assert b"XFD1048576" in zipfile.ZipFile(BytesIO(content)).read(SHEET)
    started = clock.monotonic()
    [sheet] = read_sheets(content, "a.xlsx")
    assert sheet.rows == [["x"]]
    assert clock.monotonic() - started < SECONDS


def test_content_beyond_the_last_row_is_refused_and_empty_format_there_is_not():
    far = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576">%s</c></row>'
    assert "第 1048576 行" in refusal(rebuilt(workbook(["x"]), in_sheet(far % b"<v>2</v>")))
    [sheet] = read_sheets(rebuilt(workbook(["x"]), in_sheet(far % b"")), "a.xlsx")
    assert sheet.rows == [["1"]]
    last = b'<row r="%d"><c r="A%d"><v>7</v></c></row>' % (MOST_ROWS, MOST_ROWS)
    [sheet] = read_sheets(rebuilt(workbook(["x"]), in_sheet(last)), "a.xlsx")
    assert len(sheet.rows) == MOST_ROWS and sheet.rows[-1] == ["7"]


def various(xml, count):
    """Many elements that do not pack so well that the zip directory gives them away."""
    return b"".join(xml % (number * 2654435761 % 997) for number in range(count))


def test_too_many_cells_are_refused():
    cells = various(b'<row r="1"><c r="A1"><v>%d</v></c></row>', 400_001)
    assert "太多" in refusal(rebuilt(workbook(["x"]), in_sheet(cells)))


def test_too_many_elements_are_refused_in_whatever_part():
    theme = b"<a>" + various(b'<b i="%d"/>', 2_000_001) + b"</a>"
    assert "太多" in refusal(rebuilt(workbook(["x"]), {"xl/theme/theme1.xml": lambda _: theme}))


def test_one_long_text_in_every_cell_is_refused():
    """The text is in the file once; the cells only name it."""
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    types = {"[Content_Types].xml": lambda text: text.replace(b"</Types>", SHARED + b"</Types>")}
    texts = b'<sst xmlns="%s"><si><t>%s</t></si></sst>' % (main, b"x" * 30_000)
    rows = b'<row r="1">' + b'<c r="A1" t="s"><v>0</v></c>' * 40 + b"</row>"
    plain = workbook(["x"])
    few = rebuilt(plain, in_sheet(rows) | types, {"xl/sharedStrings.xml": texts})
    assert read_sheets(few, "a.xlsx")[0].rows == [["x" * 30_000]]
    cells = b"".join(b'<c r="%s1" t="s"><v>0</v></c>' % letter for letter in LETTERS)
    many = b"".join(b'<row r="%d">%s</row>' % (n, cells.replace(b'1"', b'%d"' % n)) for n in range(1, 9))
    assert "太多" in refusal(rebuilt(plain, in_sheet(many) | types, {"xl/sharedStrings.xml": texts}))


SHARED = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
LETTERS = [bytes([letter]) for letter in b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"]


def test_styles_without_end_are_refused_in_time():
    styles = b"<styleSheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><cellXfs>"
    styles += various(b'<xf fontId="0" numFmtId="%d"/>', 900_000) + b"</cellXfs></styleSheet>"
    content = rebuilt(workbook(["x"]), {"xl/styles.xml": lambda _: styles})
    started = clock.monotonic()
    with pytest.raises(NotASpreadsheet, match="太多"):
        read_sheets(content, "a.xlsx")
    assert clock.monotonic() - started < spreadsheets.SECONDS * 2 + 1


def test_a_reader_that_takes_too_long_or_too_much_has_refused(monkeypatch):
    monkeypatch.setattr(spreadsheets.sys, "executable", "/bin/false")
    assert "太多" in refusal(workbook(["x"]))
    monkeypatch.undo()
    monkeypatch.setattr(spreadsheets, "SECONDS", 0)
    assert "太多" in refusal(workbook(["x"]))


@pytest.mark.parametrize(
    ("deed", "signal", "said"), [("while True: pass", -9, b""), ("bytearray(10**9)", 0, b'{"refusal": ')]
)
def test_the_reader_works_within_its_limits_whatever_happens_there(deed, signal, said):
    program = (
        f"import orgs.spreadsheets as s; s.SECONDS = 1\ndef work(*_):\n    {deed}\ns._answer = work\ns.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=b"", capture_output=True, cwd=spreadsheets._ROOT, timeout=20
    )
    assert done.returncode == signal
    assert said in done.stdout


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (b"<v>5</v><extLst><ext><t>7</t><v>8</v></ext></extLst>", "5"),
        (b"<t>7</t><v>5</v>", "5"),
        (b"<v>5<x/>6</v>", "5"),
        (b"<v></v>", ""),
    ],
)
def test_a_value_is_what_stands_in_its_one_element(cell, text):
    content = rebuilt(workbook(["x"]), in_sheet(b'<row r="1"><c r="A1">' + cell + b"</c></row>"))
    [sheet] = read_sheets(content, "a.xlsx")
    assert [cell for row in sheet.rows for cell in row] == [text] * bool(text)


def test_a_text_of_several_runs_is_whole_and_what_is_spoken_is_left_out():
    runs = b"<is><r><t>a</t></r><r><rPr/><t>b</t></r><rPh><t>x</t></rPh></is>"
    content = rebuilt(workbook(["x"]), in_sheet(b'<row r="1"><c t="inlineStr">' + runs + b"</c></row>"))
    assert read_sheets(content, "a.xlsx")[0].rows == [["ab"]]


@pytest.mark.parametrize(
    ("formula", "calls"),
    [
        ("cmd|'/c calc'!A0", True),
        ("'cmd'|'/c calc'!A0", True),
        ("N('x\"y'!A1)+cmd|'/c calc'!A0+N('x\"y'!A1)", True),
        ("SUM(T[a'#b])+cmd|'/c calc'!A0", True),
        ('"a|b"&A1', False),
        ("'甲|乙'!A1+'it''s|'!B1", False),
        ('LEN("say ""|"" now")', False),
    ],
)
def test_a_bar_outside_of_texts_and_names_is_a_call(formula, calls):
    assert spreadsheets._calls_out(formula) is calls


def test_the_drawings_of_comments_and_the_formulas_of_a_person_are_taken():
    book = Workbook()
    page = book.worksheets[0]
    page["A1"] = '=IF(B1="","a|b",1)'
    page["A1"].comment = Comment("看", "林")
    page.add_data_validation(DataValidation(type="list", formula1='"甲|乙,丙"', sqref="A2"))
    page.conditional_formatting.add("A1:A2", FormulaRule(formula=['$A1="|"']))
    book.defined_names["数"] = DefinedName("数", attr_text="Sheet!$A$1")
    assert read_sheets(saved(book), "a.xlsx")


@pytest.mark.parametrize(("text", "height"), [("一行", 15), ("字" * 50, 75), ("字" * 2000, 409)])
def test_a_row_of_a_list_is_as_high_as_its_text_and_no_higher_than_excel_can_show(text, height):
    book = load_workbook(BytesIO(list_workbook("清单", "一共一行", [("说明", 21)], [[text]])))
    assert book.active.row_dimensions[4].height == height


def test_a_list_prints_on_pages_as_wide_as_it_is_with_its_heads_and_its_notes_below():
    columns, rows = [("名称", 12), ("金额", 10)], [["甲", Decimal("1.234567")], ["乙", 2]]
    [sheet] = load_workbook(BytesIO(list_workbook("清单", "一共两行", columns, rows, ["一句话"]))).worksheets
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.print_title_rows == "$3:$3"
    assert [str(each) for each in sheet.merged_cells.ranges] == ["A6:B6"] and sheet["A6"].value == "一句话"
    assert [sheet[f"B{row}"].number_format for row in (4, 5)] == ["#,##0.00", "#,##0"]
    assert sheet["B4"].value == 1.234567 and sheet["B4"].border.left.style == "thin"


def test_a_note_of_many_names_takes_a_line_each_hundred():
    """A cell holds 32,767 characters at most; what is longer would be cut without a word."""
    names = [f"单位{at}" for at in range(250)]
    found = note_lines("没有计入的单位", names)
    assert [line.count("单位") - 1 for line in found] == [100, 100, 50]
    assert found[1].startswith("没有计入的单位：单位100、单位101") and found[2].endswith("单位249")
    assert note_lines("合计是简单平均", []) == ["合计是简单平均。"]
