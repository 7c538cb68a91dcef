"""Files that a person, a broken program or an attacker might upload, each with what she is told.

Two lists: `outside()` are files wrong as files, whatever they were to be; `inside(download)` are a downloaded
return workbook (填报表) with something wrong in its cells, or in which workbook it is. Made anew each time.
"""

import gzip
import random
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from budgets.return_sheets import COVER, EXPORTED, FIRST_ROW
from tests.orgs.test_spreadsheets import LAUGHS, SHEET, in_sheet, rebuilt, various

TYPES, BOOK, RELS = "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
NOT_OURS = "不是从本系统下载的填报表"
DDE = "要调用别的程序（DDE）"
BROKEN, TOO_MUCH, ACTIVE, DTD, NO_BOOK = "已损坏", "太多", "宏、嵌入的对象", "DOCTYPE", "不是 Excel 工作簿"


@dataclass(frozen=True)
class HostileFile:
    """A file with a part of the sentence it is answered with; `cell` is the address that sentence is about.

    `said` "" is a file that is taken: it goes on to its preview, and nothing is written. `of_book` is what the
    upload of an official book of codes says, where that is another thing: None is a file that it takes.
    `is_costly` marks those that take the reader seconds, and are sent to one upload alone; `needs_limits` one
    that only the limits of the reader's own process hold.
    """

    name: str
    content: bytes
    said: str
    file_name: str = "填报表.xlsx"
    cell: str = ""
    of_book: str | None = "the same"
    is_costly: bool = False
    needs_limits: bool = False

    @property
    def said_of_book(self) -> str | None:
        """What the upload of a book says; None where the file is taken."""
        return self.said if self.of_book == "the same" else self.of_book


def book_of_codes() -> bytes:
    """A small whole workbook, whose one sheet is a book of codes."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "科目"
    for line in (["科目编码", "科目名称"], ["224", "灾害防治及应急管理支出"], ["22401", "应急管理事务"]):
        page.append(line)
    return _saved(book)


def _saved(book: openpyxl.Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


@cache
def outside() -> list[HostileFile]:
    """Files that are wrong as files."""
    return [*_of_other_kinds(), *_spoilt_archives(), *_spoilt_xml(), *_active(), *_spoilt_structure()]


def _of_other_kinds() -> Iterator[HostileFile]:
    whole = book_of_codes()
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000
    letter = _zipped(
        {TYPES: b'<Types xmlns="a"><x t="wordprocessingml"/></Types>', "word/document.xml": b"<w/>"}
    )
    open_document = _zipped(
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<o/>"}
    )
    yield HostileFile("no byte at all", b"", "文件是空的")
    yield HostileFile("one byte", b"P", NO_BOOK)
    yield HostileFile("CSV called .xlsx", "科目编码,科目名称\n224,应急\n".encode("gb18030"), NO_BOOK)
    yield HostileFile("CSV", "科目编码,科目名称\n".encode(), NO_BOOK, "科目.csv")
    yield HostileFile("old .xls", ole, "旧版 .xls", "科目.xls")
    yield HostileFile("old .xls called .xlsx", ole, "旧版 .xls")
    yield HostileFile("with a password", ole + "EncryptedPackage".encode("utf-16-le"), "打开密码")
    yield HostileFile("Word called .xlsx", letter, NO_BOOK)
    yield HostileFile("OpenDocument called .xlsx", open_document, NO_BOOK)
    yield HostileFile("PDF called .xlsx", b"%PDF-1.7\n" + b"x" * 400, NO_BOOK)
    yield HostileFile("picture called .xlsx", b"\x89PNG\r\n\x1a\n" + b"x" * 400, NO_BOOK)
    yield HostileFile("web page called .xlsx", b"<html><table><tr><td>224</td></tr></table></html>", NO_BOOK)
    yield HostileFile("gzip called .xlsx", gzip.compress(whole), NO_BOOK)
    yield HostileFile("program before the archive", b"MZ" + b"\0" * 512 + whole, NO_BOOK)
    yield HostileFile("archive of nothing", _zipped({}), NO_BOOK)
    yield HostileFile("whole workbook called .xlsm", whole, "可能带宏", "科目.xlsm")
    yield HostileFile("whole workbook called .xlsb", whole, "可能带宏", "科目.XLSB")
    yield HostileFile("whole workbook without a suffix", whole, NO_BOOK, "科目")
    yield HostileFile("6 MB", b"PK\x03\x04" + b"\0" * 6 * 1024 * 1024, "超过 5 MB")
    yield HostileFile("21 MB", b"PK\x03\x04" + b"\0" * 21 * 1024 * 1024, "超过 5 MB")


def _zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _spoilt_archives() -> Iterator[HostileFile]:
    whole = book_of_codes()
    end = whole.rindex(b"PK\x05\x06")
    yield HostileFile("half of it", whole[: len(whole) // 2], BROKEN)
    yield HostileFile("without its directory", whole[:end], BROKEN)
    yield HostileFile("a head and nonsense", b"PK\x03\x04 nonsense", BROKEN)
    yield HostileFile("damaged part", _with_bytes(whole, 60, b"\xff" * 40), BROKEN)
    yield HostileFile("wrong checksum", _with_entry(whole, 16, b"\1\2\3\4"), BROKEN)
    yield HostileFile("size that lies", _with_entry(whole, 24, struct.pack("<I", 7)), BROKEN)
    yield HostileFile("size of 4 GB that asks for zip64", _with_entry(whole, 24, b"\xff" * 4), TOO_MUCH)
    yield HostileFile("with an encrypted part", _with_entry(whole, 8, b"\1\0"), "设了密码")
    yield HostileFile("packed by bzip2", _zipped(_parts(whole), zipfile.ZIP_BZIP2), BROKEN)
    yield HostileFile("packed by LZMA", _zipped(_parts(whole), zipfile.ZIP_LZMA), BROKEN)
    yield HostileFile("bomb by its ratio", _with(whole, "xl/media/1.png", b"\0" * 60 * 1024 * 1024), TOO_MUCH)
    many = {f"xl/media/{number}.png": bytes([number]) * 6 * 1024 * 1024 for number in range(20)}
    yield HostileFile("bomb of many parts", rebuilt(whole, added=many), TOO_MUCH)
    none = {f"xl/media/{number}.png": b"" for number in range(2001)}
    yield HostileFile("2,001 parts", rebuilt(whole, added=none), TOO_MUCH)
    inner = _zipped({"bomb": b"\0" * 40 * 1024 * 1024})
    yield HostileFile(
        "bomb in an archive within", _with(whole, "xl/media/1.zip", inner), NOT_OURS, of_book=None
    )
    yield HostileFile("same part twice", _twice(whole), BROKEN)
    yield HostileFile("same part but for capitals", _with(whole, SHEET.upper(), b"<a/>"), BROKEN)
    yield HostileFile("path that leads out", _with(whole, "../../etc/cron.d/x", b"x"), BROKEN)
    yield HostileFile("path from the root", _with(whole, "/etc/cron.d/x", b"x"), BROKEN)
    yield HostileFile("path of Windows", _with(whole, "C:\\Windows\\x", b"x"), BROKEN)
    yield HostileFile("link to a file", _with_link(whole), BROKEN)


def _with(content: bytes, name: str, text: bytes) -> bytes:
    return rebuilt(content, added={name: text})


def _with_bytes(content: bytes, after: int, text: bytes) -> bytes:
    """Bytes of the sheet's packed text written over."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        at = archive.getinfo(SHEET).header_offset + after
    return content[:at] + text + content[at + len(text) :]


def _with_entry(content: bytes, at: int, text: bytes) -> bytes:
    """A field of the sheet's entry in the directory written over."""
    start = content.rindex(b"PK\x01\x02", 0, content.rindex(SHEET.encode()))
    return content[: start + at] + text + content[start + at + len(text) :]


def _twice(content: bytes) -> bytes:
    file = BytesIO(content)
    with zipfile.ZipFile(file, "a") as archive:
        archive.fp.seek(archive.start_dir)
        archive.NameToInfo.pop(SHEET)
        archive.writestr(SHEET, b"<worksheet/>")
    return file.getvalue()


def _with_link(content: bytes) -> bytes:
    file = BytesIO(content)
    with zipfile.ZipFile(file, "a") as archive:
        link = zipfile.ZipInfo("xl/media/passwd")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return file.getvalue()


def _spoilt_xml() -> Iterator[HostileFile]:
    whole = book_of_codes()
    bomb, external = b"<!DOCTYPE a [" + LAUGHS + b"]>", b'<!DOCTYPE a SYSTEM "file:///etc/passwd">'
    utf16 = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><worksheet/>'.encode("utf-16")
    yield HostileFile("entities that multiply", rebuilt(whole, {SHEET: _before(bomb)}), DTD)
    yield HostileFile("entity from a file", rebuilt(whole, {BOOK: _before(external)}), DTD)
    yield HostileFile("DOCTYPE in the types", rebuilt(whole, {TYPES: _before(external)}), DTD)
    yield HostileFile("DOCTYPE in the links", rebuilt(whole, {RELS: _before(external)}), DTD)
    yield HostileFile("DOCTYPE in UTF-16", rebuilt(whole, {SHEET: lambda _: utf16}), DTD)
    yield HostileFile("DOCTYPE in a picture", _with(whole, "xl/media/1.png", b"<!DOCTYPE a><a/>"), DTD)
    blanks = b" " * 64 + b"<!DOCTYPE a><a/>"
    yield HostileFile("DOCTYPE behind blanks", _with(whole, "xl/worksheets/evil.dat", blanks), DTD)
    for where in (RELS, TYPES):
        drawn = {where: lambda text: text.replace(b"worksheets/sheet1.xml", b"worksheets/sheet1.vml")}
        hidden = rebuilt(whole, drawn, {"xl/worksheets/sheet1.vml": b"<!DOCTYPE a><worksheet/>"})
        yield HostileFile(f"sheet called a drawing in {where}", hidden, BROKEN)
    yield HostileFile("sheet cut off", rebuilt(whole, {SHEET: lambda text: text[:-30]}), BROKEN)
    yield HostileFile(
        "not UTF-8", rebuilt(whole, {SHEET: lambda text: text.replace(b"224", b"\xff\xfe")}), BROKEN
    )
    deep = b"<a>" * 200_000 + b"</a>" * 200_000
    yield HostileFile(
        "elements 200,000 deep", rebuilt(whole, {"xl/theme/theme1.xml": lambda _: deep}), TOO_MUCH
    )
    wide = b"<a>" + various(b'<b i="%d"/>', 2_000_001) + b"</a>"
    yield HostileFile(
        "two million elements",
        rebuilt(whole, {"xl/theme/theme1.xml": lambda _: wide}),
        TOO_MUCH,
        is_costly=True,
    )
    for name, reference in (("half a character", b"&#xD800;"), ("the character 0", b"&#0;")):
        yield HostileFile(
            name, _cells(b'<c r="A1" t="inlineStr"><is><t>a%s</t></is></c>' % reference), BROKEN
        )


def _before(doctype: bytes) -> Callable[[bytes], bytes]:
    return lambda text: doctype + (text.split(b"?>", 1)[1] if text.startswith(b"<?xml") else text)


def _cells(cells: bytes) -> bytes:
    """The book of codes with one row of XML in place of its sheet."""
    return rebuilt(book_of_codes(), in_sheet(b'<row r="1">' + cells + b"</row>"))


def _active() -> Iterator[HostileFile]:
    whole = book_of_codes()
    for name, part in {
        "macros": "xl/vbaProject.bin",
        "sheet of macros": "xl/macrosheets/sheet1.xml",
        "controls": "xl/activeX/activeX1.bin",
        "embedded object": "xl/embeddings/oleObject1.bin",
        "link to another workbook": "xl/externalLinks/externalLink1.xml",
        "connection to a database": "xl/connections.xml",
        "query of the web": "xl/queryTables/queryTable1.xml",
        "own ribbon": "customUI/customUI14.xml",
    }.items():
        yield HostileFile(name, _with(whole, part, b"<a/>"), ACTIVE)
    plain, macro = b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"
    yield HostileFile(
        "macros under another name", rebuilt(whole, {TYPES: lambda text: text.replace(plain, macro)}), "带宏"
    )
    formula = b"<c r=\"B1\"><f>cmd|'/C calc'!A0</f><v>1</v></c>"
    yield HostileFile("formula that starts a program", _cells(formula), DDE, cell="B1")
    yield from _that_call_out(whole)


def _that_call_out(whole: bytes) -> Iterator[HostileFile]:
    """Formulas that start a program from between the marks of texts and names, or from beside the cells."""
    call = "cmd|'/c calc'!A0"
    for name, formula in {
        "behind a mark of text in the name of a sheet": f"N('x\"y'!A1)+{call}+N('x\"y'!A1)",
        "behind an apostrophe in the name of a column": f"SUM(T[a'#b])+{call}",
        "behind an apostrophe in a text": f'LEN("\'")+{call}+LEN("\'")',
    }.items():
        cell = f'<c r="B1"><f>{formula}</f><v>1</v></c>'.encode()
        yield HostileFile(f"program {name}", _cells(cell), DDE, cell="B1")
    for name, within in {"a name": call, "a name that goes on": f"{call}<f/>"}.items():
        names = f'<definedNames><definedName name="a">{within}</definedName></definedNames>'.encode()
        put = rebuilt(whole, {BOOK: _with_after(b"</sheets>", names)})
        yield HostileFile(f"program in {name}", put, DDE)
    for name, element in {
        "the list of a cell": "<dataValidations><dataValidation sqref='A1'><formula1>{}</formula1></dataValidation></dataValidations>",
        "the limit of a cell": "<dataValidations><dataValidation sqref='A1'><formula2>{}</formula2></dataValidation></dataValidations>",
        "a format": "<conditionalFormatting sqref='A1'><cfRule type='expression' priority='1'><formula>{}</formula></cfRule></conditionalFormatting>",
        "an extension": "<extLst><ext><x:f xmlns:x='x'>{}</x:f></ext></extLst>",
        "a format around a cell": "<conditionalFormatting sqref='A1'><cfRule><formula>{}<c/></formula></cfRule></conditionalFormatting>",
    }.items():
        text = element.format(call).encode()
        put = rebuilt(whole, {SHEET: _with_after(b"</sheetData>", text)})
        yield HostileFile(f"program in {name}", put, BROKEN if "<c/>" in element else DDE)


def _with_after(place: bytes, text: bytes) -> Callable[[bytes], bytes]:
    return lambda part: part.replace(place, place + text)


def _spoilt_structure() -> Iterator[HostileFile]:
    whole = book_of_codes()
    yield HostileFile("without workbook.xml", rebuilt(whole, dropped=[BOOK]), BROKEN)
    yield HostileFile("without its links", rebuilt(whole, dropped=[RELS]), BROKEN)
    yield HostileFile("without its types", rebuilt(whole, dropped=[TYPES]), NO_BOOK)
    yield HostileFile("without its sheet", rebuilt(whole, dropped=[SHEET]), NOT_OURS, of_book=BROKEN)
    yield HostileFile(
        "text that is not there", _cells(b'<c r="A1" t="s"><v>7</v></c>'), NOT_OURS, of_book=BROKEN
    )
    yield HostileFile(
        "text of the number −1", _cells(b'<c r="A1" t="s"><v>-1</v></c>'), NOT_OURS, of_book=BROKEN
    )
    yield HostileFile(
        "kind of cell that is not there", _cells(b'<c r="A1" t="zz"><v>7</v></c>'), NOT_OURS, of_book=BROKEN
    )
    yield HostileFile("number that is none", _cells(b'<c r="A1"><v>NaN</v></c>'), NOT_OURS, of_book=BROKEN)
    yield HostileFile(
        "truth that is none", _cells(b'<c r="A1" t="b"><v>maybe</v></c>'), NOT_OURS, of_book=BROKEN
    )
    for name, cell in {
        "two values": b"<v>1</v><v>2</v>",
        "a value and a text": b"<v>5</v><is><t>7</t></is>",
        "two formulas": b"<f>1</f><f>2</f><v>1</v>",
    }.items():
        yield HostileFile(f"cell of {name}", _cells(b'<c r="A1">' + cell + b"</c>"), BROKEN)
    yield HostileFile("address that is none", _cells(b'<c r="ZZZZ9"><v>7</v></c>'), BROKEN)
    yield HostileFile(
        "row that is none", rebuilt(whole, in_sheet(b'<row r="x"><c><v>7</v></c></row>')), BROKEN
    )
    yield HostileFile(
        "row below zero", rebuilt(whole, in_sheet(b'<row r="-5"><c><v>7</v></c></row>')), BROKEN
    )
    far = b'<row r="1048576"><c r="A1048576"><v>2</v></c></row>'
    yield HostileFile("figure in the last row there is", rebuilt(whole, in_sheet(far)), "第 1048576 行")
    cells = various(b'<row r="1"><c r="A1"><v>%d</v></c></row>', 400_001)
    yield HostileFile("400,001 cells", rebuilt(whole, in_sheet(cells)), TOO_MUCH, is_costly=True)
    taken = {"said": NOT_OURS, "of_book": None}
    huge = {SHEET: lambda text: re.sub(rb'ref="A1:\w+"', b'ref="A1:XFD1048576"', text)}
    yield HostileFile("huge size that is said alone", rebuilt(whole, huge), **taken)
    rows = b"".join(b'<row r="%d" ht="%d"/>' % (n, n * 7919 % 97) for n in range(4, 1_000_001))
    empty = {SHEET: lambda text: text.replace(b"</sheetData>", rows + b"</sheetData>")}
    yield HostileFile("a million empty rows", rebuilt(whole, empty), is_costly=True, **taken)
    beside = {SHEET: lambda text: text.replace(b"</row>", b'<c r="XFD1"><v>9</v></c></row>', 1)}
    yield HostileFile("figure in the last column there is", rebuilt(whole, beside), **taken)
    styles = b"<styleSheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><cellXfs>"
    styles += various(b'<xf fontId="0" numFmtId="%d"/>', 900_000) + b"</cellXfs></styleSheet>"
    endless = rebuilt(whole, {"xl/styles.xml": lambda _: styles})
    yield HostileFile("styles without end", endless, TOO_MUCH, is_costly=True, needs_limits=True)


def odd_names() -> list[str]:
    """Names of files that are none of a person, for a file that is taken."""
    return [
        "../../etc/passwd.xlsx",
        "..\\..\\windows\\win.xlsx",
        "<script>alert(1)</script>.xlsx",
        "表\u202excod.xlsx",
        "表\u200b\ufeff.xlsx",
        "长" * 300 + ".xlsx",
        "a;rm -rf.xlsx",
        "😀'.xlsx",
        "%00.xlsx",
        ".xlsx.xlsx",
    ]


# --- A return workbook with something wrong in it


def inside(download: bytes) -> list[HostileFile]:
    """Files made of a return's workbook: of the return `filled` in the tests of the return workbook."""
    return [*_spoilt_cells(download), *_spoilt_sheets(download), *_other_workbooks(download)]


REVENUE, FUNCTION, STAFF, PROJECTS = "收入按来源", "支出按功能分类", "人员与编制", "项目支出"
OUTTURN = "G12"
"""The outturn of 其他收入."""


def _edited(download: bytes, edit: Callable[[openpyxl.Workbook], object]) -> bytes:
    book = openpyxl.load_workbook(BytesIO(download))
    edit(book)
    return _saved(book)


def _put(
    book: openpyxl.Workbook, value: object, sheet: str = REVENUE, cell: str = OUTTURN, kind: str = ""
) -> bytes:
    """The workbook with another value in one cell; afterwards it is as it was."""
    target = book[sheet][cell]
    before, kind_before, style = target.value, target.data_type, copy(target._style)
    target.value = value
    target.data_type = kind or target.data_type
    content = _saved(book)
    target.value, target._style = before, style
    target.data_type = kind_before
    return content


_WORD = "写在这里"


def _written(content: bytes, text: str) -> bytes:
    """A workbook with a text as the file has it in place of `_WORD`."""
    parts = [name for name in _parts(content) if name.endswith(".xml")]
    return rebuilt(content, dict.fromkeys(parts, lambda old: old.replace(_WORD.encode(), text.encode())))


def _raw(download: bytes, old: bytes, new: bytes) -> bytes:
    """The cell of `OUTTURN` as the file has it, written over."""
    book = openpyxl.load_workbook(BytesIO(download))
    part = f"xl/worksheets/sheet{book.sheetnames.index(REVENUE) + 1}.xml"
    marked = re.compile(rb'(<c r="%s"[^>]*?)( t="n")?(>)%s(</c>)' % (OUTTURN.encode(), old))
    return rebuilt(download, {part: lambda text: marked.sub(rb"\1" + new + rb"\4", text)})


def _spoilt_cells(download: bytes) -> Iterator[HostileFile]:
    book = openpyxl.load_workbook(BytesIO(download))
    for name, value, said in (
        ("words for an amount", "约三百万", "不是金额"),
        ("two numbers in a cell", "12 34", "不是金额"),
        ("a third decimal", 0.125, "2 位小数"),
        ("a third decimal as text", "1,000.125", "2 位小数"),
        ("10¹³ yuan", 10**13, "金额太大"),
        ("10¹³ yuan as text", "10000000000000", "金额太大"),
        ("numbers of Arabia", "٣٤", "不是金额"),
        ("NaN as text", "NaN", "不是金额"),
        ("an exponent as text", "1e5", "不是金额"),
        ("underscores", "1_000", "不是金额"),
        ("a date", date(2024, 1, 31), "这一格是日期"),
        ("a truth", True, "TRUE 或 FALSE"),
        ("division by zero", "#DIV/0!", "公式算不出来（#DIV/0!）"),
        ("a lost reference", "#REF!", "公式算不出来（#REF!）"),
        ("a formula without its result", "=1+1", "还没有算出结果"),
        ("40 KB of text for an amount", "九" * 32_767, "不是金额"),
    ):
        yield HostileFile(name, _put(book, value), said, cell=OUTTURN)
    shown = rb"<v>[^<]*</v>"
    yield HostileFile("1e400", _raw(download, shown, b"><v>1e400</v>"), "不是金额", cell=OUTTURN)
    yield HostileFile("inf", _raw(download, shown, b"><v>inf</v>"), BROKEN)
    for name, text in (
        ("blanks without width", "\u200b1\ufeff0\u200f0"),
        ("full-width digits", "￥１，０００．５０元"),
        ("a minus of print", "\u2212300"),
        ("brackets for a minus", "（300）"),
    ):
        yield HostileFile(name, _put(book, text), "")
    yield HostileFile("binary noise", _put(book, 0.1 + 0.2), "")
    yield HostileFile("long reason", _put(book, "长" * 2000, cell="H12"), "最多 500 字", cell="H12")
    words = {"a script for a reason": "<script>alert(1)</script>", "an error as words": "#DIV/0!"}
    words |= {"a formula as words": "=HYPERLINK(1)", "marks of direction": "\u202e\u2066反\u200d"}
    for name, text in words.items():
        yield HostileFile(name, _put(book, text, cell="H12", kind="s"), "")
    control = "控_x0007__x0000__xD800_制"
    yield HostileFile("control characters", _written(_put(book, _WORD, cell="H12"), control), "")
    for name, characters in (
        ("the character 0 by number", "_x0000_"),
        ("half a character by number", "_xDC00_"),
    ):
        content = _written(_put(book, _WORD), f"{characters}abc")
        yield HostileFile(f"{name} for an amount", content, "不是金额", cell=OUTTURN)
        row = _spare(book[PROJECTS])
        content = _written(_put(book, _WORD, PROJECTS, f"B{row}"), f"{characters}新项目")
        yield HostileFile(f"{name} in a project's name", content, "")
    yield HostileFile("half a person", _put(book, 1.5, STAFF, "D5"), "不能有小数", cell="D5")
    yield HostileFile("less than nobody", _put(book, -1, STAFF, "D5"), "不能是负数", cell="D5")
    yield HostileFile("fund that is none", _put(book, "赞助", FUNCTION, "D7"), "不在可选项中", cell="D7")


def _spare(page: Worksheet) -> int:
    rows = range(FIRST_ROW, page.max_row + 1)
    return next(row for row in rows if not page.cell(row, 1).value and not page.cell(row, 2).value)


def _spoilt_sheets(download: bytes) -> Iterator[HostileFile]:
    moved, gone = "不要增删或移动列", "不见了"
    deeds: dict[str, tuple[Callable[[openpyxl.Workbook], object], str]] = {
        "deleted sheet": (lambda book: book.remove(book[REVENUE]), gone),
        "renamed sheet": (lambda book: setattr(book[REVENUE], "title", "收入"), gone),
        "deleted column": (lambda book: book[REVENUE].delete_cols(5), moved),
        "inserted column": (lambda book: book[REVENUE].insert_cols(4), moved),
        "columns in another order": (_turn_columns, moved),
        "head written over": (lambda book: book[REVENUE].__setitem__("G3", "决算"), moved),
        "deleted fixed row": (lambda book: book[REVENUE].delete_rows(8), gone),
        "inserted row": (_insert_row, "认不出是表里的哪一行"),
        "rows in another order": (_turn_rows, ""),
        "unknown code": (lambda book: _add_code(book, "9999999"), "科目表里没有"),
        "code that is a name": (lambda book: _add_code(book, "应急管理"), "科目表里没有"),
        "same code twice": (lambda book: _add_code(book, "2240101", "一般公共预算"), "有两行相同"),
        "project without a name": (_add_nameless, "请填写项目名称"),
        "merged cells over figures": (lambda book: book[REVENUE].merge_cells("E11:G12"), ""),
        "hidden sheet shown": (lambda book: setattr(book[EXPORTED], "sheet_state", "visible"), ""),
        "very hidden sheet of hers": (_hide_much, ""),
        "hidden sheet written over": (_spoil_exported, "认不出是表里的哪一行"),
        "hidden marks written over": (_spoil_marks, "认不出是表里的哪一行"),
        "another sheet beside": (lambda book: book.create_sheet("我的草稿").append(["=1/0", 7]), ""),
        "formula of the name written over": (lambda book: book[FUNCTION].__setitem__("C7", "乱写"), ""),
    }
    for name, (deed, said) in deeds.items():
        yield HostileFile(name, _edited(download, deed), said)


def _turn_columns(book: openpyxl.Workbook) -> None:
    page = book[REVENUE]
    for row in range(3, page.max_row + 1):
        one, other = page.cell(row, 5), page.cell(row, 7)
        one.value, other.value = other.value, one.value


def _insert_row(book: openpyxl.Workbook) -> None:
    page = book[REVENUE]
    page.insert_rows(9)
    page["A9"], page["B9"], page["G9"] = "donations@0", "捐赠收入", 5


def _turn_rows(book: openpyxl.Workbook) -> None:
    page = book[PROJECTS]
    for column in range(1, page.max_column + 1):
        one, other = page.cell(5, column), page.cell(6, column)
        one.value, other.value = other.value, one.value


def _add_code(book: openpyxl.Workbook, code: str, fund: str = "") -> None:
    page = book[FUNCTION]
    row = _spare(page)
    page.cell(row, 2).value, page.cell(row, 10).value = code, 5
    page.cell(row, 4).value = fund or None


def _add_nameless(book: openpyxl.Workbook) -> None:
    page = book[PROJECTS]
    page.cell(_spare(page), 10).value = 5


def _hide_much(book: openpyxl.Workbook) -> None:
    page = book.create_sheet("藏")
    page.append(["x"] * 40)
    page.sheet_state = "veryHidden"
    book[EXPORTED].sheet_state = "veryHidden"


def _spoil_exported(book: openpyxl.Workbook) -> None:
    chance = random.Random(5)
    for row in book[EXPORTED].iter_rows(min_row=2):
        for cell in row:
            cell.value = chance.choice(
                ["'; DROP TABLE budgets_budgetline; --", "-1", "１", "line-1@1", None, 7]
            )


def _spoil_marks(book: openpyxl.Workbook) -> None:
    for row in range(FIRST_ROW, book[REVENUE].max_row + 1):
        book[REVENUE].cell(row, 1).value = f"c{10**30}-x-y@{10**20}"


def _other_workbooks(download: bytes) -> Iterator[HostileFile]:
    def covered(**fields: Any) -> bytes:
        def edit(book: openpyxl.Workbook) -> None:
            for name, value in book[COVER].iter_rows(min_col=1, max_col=2):
                if name.value in fields:
                    value.value = fields[str(name.value)]

        return _edited(download, edit)

    yield HostileFile("another unit's", covered(单位="区文化馆", 单位编码="225001"), "这是“区文化馆”的填报表")
    yield HostileFile("another year's", covered(年度="2022"), "这是 2022 年度的填报表")
    yield HostileFile("an older version", covered(版次="0"), "这是第 0 版的填报表")
    yield HostileFile("another return's", covered(填报编号="999"), "不是从")
    yield HostileFile("an older form", covered(表样="部门整体支出绩效自评填报表 第0版"), "不是现在用的填报表")
    yield HostileFile("an unknown unit", covered(金额单位="美元"), "既不是元也不是万元")
    yield HostileFile("a cover of numbers", covered(年度=2023.5, 版次=True), "这是 2023.5 年度的填报表")
    yield HostileFile("a version that is none", covered(下载时的保存次数="９" * 40), "")
    yield HostileFile("without its cover", _edited(download, lambda book: book.remove(book[COVER])), NOT_OURS)
    yield HostileFile(
        "without what was exported", _edited(download, lambda book: book.remove(book[EXPORTED])), NOT_OURS
    )
    yield HostileFile("a workbook of something else", book_of_codes(), NOT_OURS)
