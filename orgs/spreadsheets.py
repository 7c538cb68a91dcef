"""Workbooks that people upload: plain lists of text out; and such a list as a workbook. A door to openpyxl.

An uploaded file passes a gate and is read by a process of its own with little memory and time, because a
hostile one can cost either without end. This module is that process's whole program, and so imports nothing
of Django.
"""

import gc
import json
import logging
import re
import resource
import stat
import subprocess
import sys
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Context, Decimal
from enum import StrEnum
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from orgs.words import as_in_workbook, lines_of, storable

MEGABYTE = 1024 * 1024
MOST_BYTES = 5 * MEGABYTE
MOST_ROWS = 20_000
MOST_COLUMNS = 50
MOST_ENTRIES = 2000
MOST_UNPACKED_BYTES = 100 * MEGABYTE
MOST_RATIO = 200
"""How many times larger a part may be unpacked; Excel's own sheets reach about thirty."""
RATIO_MATTERS_FROM = MEGABYTE
MOST_CELLS = 400_000
MOST_ELEMENTS = 2_000_000
MOST_CHARACTERS = 5_000_000
MEMORY_BYTES = 512 * MEGABYTE
SECONDS = 5
MOST_SECONDS = 20
"""Within that a person has her answer, whatever the file: waiting for her turn included."""

_ROOT = Path(__file__).resolve().parent.parent
_SLOTS = threading.BoundedSemaphore(2)
_LOG = logging.getLogger(__name__)

_AS_XLSX = "请用 Excel 或 WPS 另存为“Excel 工作簿（.xlsx）”再上传。"
_BROKEN = f"文件不完整或已损坏，读不出来。{_AS_XLSX}"
_LESS = "请只保留要上传的工作表，删去多余的行、列、图片和格式再上传。"
_TOO_MUCH = f"文件内容太多或太复杂，没有读完。{_LESS}"
_TYPES = "[Content_Types].xml"


@dataclass(frozen=True, slots=True)
class Package:
    """A kind of file that is a zip of XML parts, as the gate knows it, with what is said of a bad one."""

    main_type: bytes
    """What the list of the types of its parts must name."""
    is_none: str
    """Said of a zip that is no such file."""
    too_much: str
    remedy: str
    """What to do with one that is not taken."""

    @property
    def broken(self) -> str:
        """Said of one that cannot be read."""
        return f"文件不完整或已损坏，读不出来。{self.remedy}"


WORKBOOK = Package(
    main_type=b"spreadsheetml",
    is_none=f"这个文件里没有工作表，不是 Excel 工作簿（可能是 Word 文档改了名）。{_AS_XLSX}",
    too_much=_TOO_MUCH,
    remedy=_AS_XLSX,
)
_ACTIVE_PARTS = re.compile(
    r"vbaproject|macrosheets/|activex/|embeddings/|externallinks/|customui|/connections\.xml|querytables/"
)


class NotASpreadsheet(ValueError):
    """The file is not taken; carries one Chinese sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A visible sheet: its name, and its rows from row 1, each a list of texts from column A; "" is blank.

    A number is text without thousands separators or exponent, exactly as Excel would show all its digits; a
    date is text like 2024-01-31, a truth TRUE or FALSE.
    """

    name: str
    rows: list[list[str]]


class CellKind(StrEnum):
    """What a cell holds."""

    BLANK = ""
    TEXT = "t"
    NUMBER = "n"
    DATE = "d"
    BOOLEAN = "b"
    ERROR = "e"


class Cell(NamedTuple):
    """A cell with what it is. A number has the 15 digits Excel keeps, without the noise of a binary fraction.

    A formula gives what was last computed; BLANK when nothing was.
    """

    text: str = ""
    kind: CellKind = CellKind.BLANK
    is_formula: bool = False


NO_CELL = Cell()
_KINDS = {kind.value: kind for kind in CellKind}  # looking one up in its class is slow


@dataclass(frozen=True, slots=True)
class TypedSheet:
    """A sheet, hidden or not: its name, and its cells by row from row 1 and column A."""

    name: str
    rows: list[list[Cell]]


def read_sheets(content: bytes, file_name: str) -> list[Sheet]:
    """Return the visible sheets of an .xlsx file, blank rows and cells at the end left out.

    Formulas give the values that were last computed. Columns beyond the fiftieth are not read. Raises
    NotASpreadsheet for everything that is not such a file, is too large, or carries macros or links.
    """
    answer = _read(content, file_name)
    if not answer["sheets"]:
        raise NotASpreadsheet(_BROKEN)
    return [Sheet(**sheet) for sheet in answer["sheets"]]


EVERY_SHEET = ("*",)
"""In place of names: every visible sheet. No sheet can be called so."""


def read_typed_sheets(content: bytes, file_name: str, names: Sequence[str]) -> dict[str, TypedSheet]:
    """Return the sheets called one of `names` by name, with the kind of every cell; others are not read.

    EVERY_SHEET asks for all that are visible. Raises NotASpreadsheet as `read_sheets` does.
    """
    return _typed(_read(content, file_name, *names))


def _typed(answer: dict[str, Any]) -> dict[str, TypedSheet]:
    unpacked = cache(_unpacked)
    return {
        sheet["name"]: TypedSheet(sheet["name"], [[unpacked(cell) for cell in row] for row in sheet["rows"]])
        for sheet in answer["sheets"]
    }


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook with all of its visible sheets by name, and the properties it was given beside them."""

    sheets: dict[str, TypedSheet]
    properties: dict[str, str]


def read_book(content: bytes, file_name: str) -> Book:
    """Return a workbook with the texts among its properties (自定义属性); raises as `read_sheets` does."""
    answer = _read(content, file_name, *EVERY_SHEET)
    return Book(_typed(answer), answer["properties"])


def _unpacked(packed: str) -> Cell:
    """A cell as the reader's process sends it: = for a formula, the letter of its kind, its text."""
    if not packed:
        return NO_CELL
    is_formula = packed[0] == "="
    kind, text = packed[is_formula : is_formula + 1], packed[is_formula + 1 :]
    return Cell(text, _KINDS[kind], is_formula)


def _read(content: bytes, file_name: str, *names: str) -> dict[str, Any]:
    _check_outside(content, file_name)
    answer: dict[str, Any] = json.loads(
        in_own_process("orgs.spreadsheets", names, content, SECONDS, _TOO_MUCH)
    )
    if "refusal" in answer:
        raise NotASpreadsheet(answer["refusal"])
    return answer


def _check_outside(content: bytes, file_name: str) -> None:
    """Judge by name, size and first bytes, which costs nothing."""
    suffix = Path(file_name).suffix.lower()
    if len(content) > MOST_BYTES:
        raise NotASpreadsheet(f"文件超过 {MOST_BYTES // MEGABYTE} MB，不能上传。{_LESS}")
    if suffix in (".xlsm", ".xltm", ".xlsb"):
        raise NotASpreadsheet(f"{suffix} 工作簿可能带宏，不能上传。{_AS_XLSX}")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotASpreadsheet(f"这是旧版 .xls 文件，或设了打开密码。{_AS_XLSX}不要设密码。")
    if suffix != ".xlsx" or not content.startswith(b"PK\x03\x04"):
        raise NotASpreadsheet(f"“{file_name[:60]}”不是 Excel 工作簿。{_AS_XLSX}")


def in_own_process(module: str, arguments: Sequence[str], sent: bytes, seconds: int, refusal: str) -> bytes:
    """Return what a module of ours, run by a process of its own, answers to `sent`; at most two work at once.

    `seconds` is what it may take of the processor. Raises NotASpreadsheet with `refusal` for one that dies or
    takes longer by the clock: twice as long, but no longer than MOST_SECONDS with its turn waited for.
    """
    if not _SLOTS.acquire(timeout=SECONDS):
        raise NotASpreadsheet("现在同时上传文件的人较多，请过一会儿再试。")
    try:
        worker = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            input=sent,
            capture_output=True,
            cwd=_ROOT,
            timeout=min(seconds * 2, MOST_SECONDS - SECONDS),
        )
    except subprocess.TimeoutExpired:
        raise NotASpreadsheet(refusal) from None
    finally:
        _SLOTS.release()
    if worker.returncode:
        _LOG.warning("%s ended with %s: %s", module, worker.returncode, worker.stderr[-500:])
        raise NotASpreadsheet(refusal)
    return worker.stdout


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads to an address."""

    text: str
    address: str


def list_workbook(
    title: str,
    said: str,
    columns: Sequence[tuple[str, int]],
    rows: Sequence[Sequence[str | int | Decimal | Link]],
    notes: Sequence[str] = (),
) -> bytes:
    """Return a list as .xlsx: a title, a sentence, the columns with their widths, the rows, notes below.

    Text stays text even when it begins with =, +, - or @; a Decimal is a number shown with two decimals, of
    which it keeps all, an int one of none. Without rows the columns stand alone. A note spans all columns.
    It prints on A4 across, as many pages long as need be, each with the heads.
    """
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(title)
    _set_up_print(sheet)
    sheet.freeze_panes = f"A{_HEADS_OF_A_LIST + 1}"
    for number, (_, width) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_text_cell(sheet, title, Font(name="宋体", size=15, bold=True))])
    sheet.append([_text_cell(sheet, said)])
    widths = [width for _, width in columns]
    names = [head for head, _ in columns]
    sheet.row_dimensions[_HEADS_OF_A_LIST].height = _height(names, widths)
    sheet.append([_head_cell(sheet, name) for name in names])
    for number, row in enumerate(rows, _HEADS_OF_A_LIST + 1):
        sheet.row_dimensions[number].height = _height(row, widths)
        sheet.append([_cell_of_a_list(sheet, each) for each in row])
    for number, note in enumerate(notes, _HEADS_OF_A_LIST + len(rows) + 1):
        sheet.row_dimensions[number].height = _height([note], [sum(widths)])
        sheet.append([_text_cell(sheet, note, wraps=True)])
        sheet.merged_cells.add(f"A{number}:{get_column_letter(len(columns))}{number}")
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def note_lines(said: str, names: Sequence[str]) -> list[str]:
    """Return a note below a list with the names it is about; a line each hundred: no cell holds them all."""
    parts = ["、".join(names[at : at + NAMES_IN_A_LINE]) for at in range(0, len(names), NAMES_IN_A_LINE)]
    return [f"{said}：{part}" for part in parts] or [f"{said}。"]


def _height(row: Sequence[str | int | Decimal | Link], widths: Sequence[int]) -> int:
    """What the texts of a row need: not every program works that out on opening."""
    texts = [(text, width) for text, width in zip(row, widths, strict=True) if isinstance(text, str)]
    lines = max((lines_of(text, width - 1) for text, width in texts), default=1)
    return min(_LINE_HEIGHT * lines, _HIGHEST_ROW)


NAMES_IN_A_LINE = 100
_HEADS_OF_A_LIST = 3
_LINE_HEIGHT = 15
_HIGHEST_ROW = 409
"""In points: Excel shows none higher."""
_PLAIN_FONT = Font(name="宋体", size=10)
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_HEAD_FONT = Font(name="宋体", size=10, bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="EAF0F6")
_HAIR = Side(style="thin", color="AEBAC6")
_LINED = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)
_A4 = 9


_LINKED_FONT = Font(name="宋体", size=10, color="14588F", underline="single")


def _cell_of_a_list(sheet: Any, content: str | int | Decimal | Link) -> Any:
    if isinstance(content, Link):
        cell: Any = _text_cell(sheet, content.text, _LINKED_FONT, wraps=True)
        cell.hyperlink, cell.border = content.address, _LINED
        return cell
    if isinstance(content, str):
        cell = _text_cell(sheet, content, wraps=True)
        cell.border = _LINED
        return cell
    cell = WriteOnlyCell(sheet)
    cell.value = content
    cell.font, cell.alignment, cell.border = _PLAIN_FONT, _WRAPPED, _LINED
    cell.number_format = "#,##0" if isinstance(content, int) else "#,##0.00"
    return cell


def _head_cell(sheet: Any, text: str) -> Any:
    cell = _text_cell(sheet, text, _HEAD_FONT, wraps=True)
    cell.fill, cell.border = _HEAD_FILL, _LINED
    return cell


def _set_up_print(sheet: Any) -> None:
    """Print on A4 across, one page wide, with the heads and the number of each page."""
    sheet.page_setup.paperSize, sheet.page_setup.orientation = _A4, "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{_HEADS_OF_A_LIST}:{_HEADS_OF_A_LIST}"
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"


def _text_cell(sheet: Any, text: str, font: Font = _PLAIN_FONT, *, wraps: bool = False) -> Any:
    """A cell that holds a text and nothing else; blank for ""."""
    cell: Any = WriteOnlyCell(sheet, as_in_workbook(text) or None)
    cell.font = font
    if wraps:
        cell.alignment = _WRAPPED
    if text:
        cell.data_type, cell.quotePrefix = "s", text[0] in "=+-@"
    return cell


# --- What follows runs in the reader's process


def main() -> None:
    """Read a workbook from stdin within limits; print its sheets, or the refusal, as JSON.

    Where sheets are named as arguments, these alone are read, with the kinds of their cells.
    """
    gc.disable()  # what is read is kept to the end
    keep_within(SECONDS)
    content, names = sys.stdin.buffer.read(), sys.argv[1:]
    print(json.dumps(answer_of(lambda: _answer(content, names), _TOO_MUCH)))


def keep_within(seconds: int) -> None:
    """Limit the memory of this process, and its time on the processor."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def answer_of(work: Callable[[], Any], too_much: str, broken: str = _BROKEN) -> Any:
    """Return what `work` returns, or the refusal of a file it cannot be done on, as {"refusal": sentence}."""
    try:
        return work()
    except NotASpreadsheet as refusal:
        return {"refusal": str(refusal)}
    except MemoryError:
        return {"refusal": too_much}
    except Exception as error:  # a crooked file is met with almost any exception
        print(repr(error), file=sys.stderr)
        return {"refusal": broken}


def _answer(content: bytes, names: Sequence[str]) -> dict[str, Any]:
    book = _Book(content, pass_gate(content))
    sheets = _typed_sheets(book, names) if names else _visible_sheets(book)
    return {"sheets": list(sheets), "properties": book.properties}


RawCell = tuple[str, str, str, bool]
"""A cell as the file has it: its type, the number of its style, its text, whether it has a formula."""
RawRows = dict[int, dict[int, RawCell]]
"""The cells of a sheet by row and column, both from 1."""


def pass_gate(content: bytes) -> dict[str, RawRows]:
    """Refuse what openpyxl must not see: judged by the directory of the zip file, then by every XML part.

    Returns the cells of the sheets by the name of the part, so that no part of cells is parsed twice.
    """
    return check_package(content, WORKBOOK, PartReader)


def check_package(content: bytes, package: Package, reader: "type[PartReader]") -> dict[str, RawRows]:
    """Refuse a package as `pass_gate` does a workbook; `reader` goes over each of its XML parts."""
    sheets: dict[str, RawRows] = {}
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_directory(parts, len(content), package)
            _check_types(archive.read(_TYPES) if _TYPES in archive.namelist() else b"", package)
            counted: Counter[str] = Counter()
            for part in parts:
                text = archive.read(part)
                if _could_be_xml(part.filename.lower(), text):
                    has_links = part.filename.lower().endswith(".rels") or part.filename == _TYPES
                    sheets[part.filename] = reader(counted, package, has_links=has_links).read(text)
    except (BadZipFile, EOFError, KeyError, NotImplementedError, zlib.error, expat.ExpatError) as error:
        raise NotASpreadsheet(package.broken) from error
    return sheets


def _check_types(types: bytes, package: Package) -> None:
    if b"macroEnabled" in types:
        raise NotASpreadsheet(f"这个文件带宏，不能上传。{package.remedy}")
    if package.main_type not in types:
        raise NotASpreadsheet(package.is_none)


def _check_directory(parts: list[ZipInfo], size: int, package: Package) -> None:
    names = [part.filename.lower() for part in parts]
    if len(parts) > MOST_ENTRIES or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise NotASpreadsheet(package.too_much)
    if any(map(_is_bomb, parts)) or sum(part.compress_size for part in parts) > size:
        raise NotASpreadsheet(package.too_much)
    if len(set(names)) < len(names) or any(map(_leads_out, parts)):
        raise NotASpreadsheet(package.broken)
    if any(part.flag_bits & 1 for part in parts):
        raise NotASpreadsheet(f"文件设了密码，读不出来。{package.remedy}")
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise NotASpreadsheet(package.broken)
    if any(_ACTIVE_PARTS.search(name) for name in names):
        raise NotASpreadsheet(is_active(package))


def is_active(package: Package) -> str:
    """Return what is said of a file that holds or fetches what it does not show."""
    return f"文件里有宏、嵌入的对象或指向别的文件的链接，不能上传。请去掉这些内容。{package.remedy}"


def _leads_out(part: ZipInfo) -> bool:
    """Whether a part is named as a file elsewhere, or is a link to one."""
    name = part.filename
    is_path = ".." in name or name.startswith("/") or not name.isprintable() or any(c in name for c in "\\:")
    return is_path or stat.S_ISLNK(part.external_attr >> 16)


def _is_bomb(part: ZipInfo) -> bool:
    return part.file_size > RATIO_MATTERS_FROM and part.file_size > MOST_RATIO * part.compress_size


_XML = re.compile(rb"[\xef\xbb\xbf\xff\xfe\x00 \t\r\n]*<")
_VML = "vmldrawing"
"""So a link or a type calls the drawings of comments, which are often no XML; openpyxl reads none."""


def _could_be_xml(name: str, text: bytes) -> bool:
    """Whether openpyxl could take a part for XML whatever it is called; links to .vml are judged apart."""
    return name.endswith((".xml", ".rels")) or bool(not name.endswith(".vml") and _XML.match(text))


class PartReader:
    """Goes over one XML part, refusing what the gate refuses; of a sheet it keeps the cells.

    Refused are a DOCTYPE, too many elements or cells, a filled row too far down, and a formula that calls
    another program, whatever holds it; `counted` goes over all parts. In a part that `has_links`, a .vml that
    is to be another thing than a drawing is refused too.
    """

    def __init__(self, counted: Counter[str], package: Package, *, has_links: bool):
        self._counted = counted
        self._package = package
        self._has_links = has_links
        self._rows: RawRows = {}
        self._row = self._column = 0
        self._type = self._style = ""
        self._is_in_cell = self._is_formula = self._is_reading = False
        self._path = ""
        self._text: list[str] = []
        self._formula: list[str] = []
        self._taken = self._text

    def read(self, text: bytes) -> RawRows:
        """Return the cells of a sheet; none for another part."""
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._root
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.Parse(text, True)
        return self._rows

    def _refuse(self, *_: Any) -> None:
        raise NotASpreadsheet(f"文件里有不该有的内容（DOCTYPE），不能上传。{self._package.remedy}")

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        """The first element says whether the part is a sheet."""
        is_sheet = name.rpartition(":")[2] == "worksheet"
        self._parser.StartElementHandler = self._start if is_sheet else self._start_other
        if is_sheet:
            self._parser.EndElementHandler = self._end
            self._parser.CharacterDataHandler = self._characters
        self._count()

    def _count(self) -> None:
        self._counted["elements"] += 1
        if self._counted["elements"] > MOST_ELEMENTS:
            raise NotASpreadsheet(self._package.too_much)

    def _start_other(self, name: str, attributes: dict[str, str]) -> None:
        self._count()
        if self._has_links:
            self._check_link(attributes)
        elif (name.rpartition(":")[2] if ":" in name else name) in _FORMULAS:
            self._start_formula()
            self._parser.CharacterDataHandler = self._characters
            self._parser.EndElementHandler = self._end_other

    def _end_other(self, name: str) -> None:
        if name.rpartition(":")[2] in _FORMULAS:
            self._end_formula()
            self._parser.CharacterDataHandler = self._parser.EndElementHandler = None

    def _check_link(self, attributes: dict[str, str]) -> None:
        """A link or a type: of a .vml it says that this is a drawing."""
        names = [attributes.get(name, "").lower() for name in ("Target", "PartName")]
        is_vml = attributes.get("Extension", "").lower() == "vml" or any(n.endswith(".vml") for n in names)
        kind = attributes.get("Type", "") + attributes.get("ContentType", "")
        if is_vml and not kind.lower().endswith(_VML):
            raise NotASpreadsheet(self._package.broken)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count()
        kind = name.rpartition(":")[2] if ":" in name else name
        if kind == "c":
            self._start_cell(attributes)
        elif self._is_in_cell:
            self._start_part(kind)
        elif kind in _FORMULAS:
            self._start_formula()
        elif kind == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
            if self._row < 1:
                raise ValueError(self._row)
        if self._row > MOST_ROWS and kind in ("v", "is"):
            raise NotASpreadsheet(
                f"第 {self._row} 行还有内容，最多读 {MOST_ROWS:,} 行。请删去多余的行再上传。"
            )

    def _start_part(self, kind: str) -> None:
        """What is within a cell: one value or one text, one formula; all else is passed over."""
        self._path = path = f"{self._path}/{kind}"
        self._is_reading = path in ("/v", "/f", "/is/t", "/is/r/t")
        if path in ("/v", "/is") and self._text:
            raise ValueError("a cell with two values")
        self._taken = self._text
        if path == "/f":
            if self._is_formula:
                raise ValueError("a cell with two formulas")
            self._taken, self._is_formula = self._formula, True

    def _start_formula(self) -> None:
        """A formula outside a cell: of a name, a validation, a format, a chart."""
        if not self._is_reading:  # in one that has begun, it goes on
            self._formula = self._taken = []
        self._is_reading = True

    def _end_formula(self) -> None:
        self._is_reading = False
        if _calls_out("".join(self._formula)):
            raise NotASpreadsheet(
                "文件里有名称、数据验证、条件格式或图表要调用别的程序（DDE），不能上传。请删去那里的公式。"
            )

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._counted["cells"] += 1
        if self._counted["cells"] > MOST_CELLS:
            raise NotASpreadsheet(self._package.too_much)
        if self._is_reading:
            raise ValueError("a cell within a formula")
        letters = attributes.get("r", "").rstrip("0123456789")
        self._column = column_index_from_string(letters) if letters else self._column + 1
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        self._is_in_cell, self._is_formula = True, False
        self._text, self._formula, self._path = [], [], ""

    def _characters(self, text: str) -> None:
        if self._is_reading:
            self._taken.append(text)

    def _end(self, name: str) -> None:
        kind = name.rpartition(":")[2] if ":" in name else name
        if kind == "c":
            self._end_cell()
        elif self._is_in_cell:
            self._is_reading = False
            self._path = self._path.rpartition("/")[0]
        elif kind in _FORMULAS:
            self._end_formula()

    def _end_cell(self) -> None:
        self._is_in_cell = False
        if not self._text and not self._is_formula:
            return
        if self._formula and _calls_out("".join(self._formula)):
            place = f"{get_column_letter(self._column)}{self._row}"
            raise NotASpreadsheet(f"{place} 格的公式要调用别的程序（DDE），不能上传。请删去这个公式。")
        if self._column <= MOST_COLUMNS and self._row <= MOST_ROWS:
            cell = (self._type, self._style, "".join(self._text), self._is_formula)
            self._rows.setdefault(self._row, {})[self._column] = cell


_FORMULAS = frozenset(
    ("f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula", "totalsRowFormula")
)
"""What holds a formula beside a cell, in a sheet or another part."""
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
_BRACKETED = re.compile(r""""[^"]*"|'[^']*'|\[(?:'[][#'@]|[^]'])*]""")


def _calls_out(formula: str) -> bool:
    """Whether a formula may call another program (DDE): outside of texts and names "|" stands in that alone.

    The column of a table stands in brackets, and there an apostrophe begins no name: read either way it must
    not call.
    """
    return "|" in formula and any("|" in quoted.sub("", formula) for quoted in (_QUOTED, _BRACKETED))


class _Book:
    """What openpyxl knows of a workbook, with which the cells of its sheets are understood."""

    def __init__(self, content: bytes, parts: dict[str, RawRows]):
        self._book: Any = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        self._parts = parts
        self._characters = 0
        self.sheets: list[Any] = list(self._book.worksheets)

    @property
    def properties(self) -> dict[str, str]:
        """The properties it was given that are texts."""
        given = self._book.custom_doc_props
        return {each.name: each.value for each in given if isinstance(each.value, str)}

    def rows(self, sheet: Any) -> list[list[str]]:
        """Return the rows of a sheet, each cell packed: = for a formula, the letter of its kind, its text."""
        raw = self._parts[sheet._worksheet_path.lstrip("/")]
        strings = sheet._shared_strings
        rows: list[list[str]] = [[] for _ in range(max(raw, default=0))]
        for number, cells in raw.items():
            row = [""] * max(cells)
            for column, cell in cells.items():
                row[column - 1] = self._packed(cell, strings)
            rows[number - 1] = _trimmed(row)
            self._characters += sum(map(len, row))  # one long text may stand in every cell
            if self._characters > MOST_CHARACTERS:
                raise NotASpreadsheet(_TOO_MUCH)
        return _trimmed(rows)

    def _packed(self, cell: RawCell, strings: Sequence[str]) -> str:
        kind, style, text, is_formula = cell
        if kind == "s" and text:
            if not (text.isascii() and text.isdigit()):
                raise ValueError(text)
            packed = f"t{_words(strings[int(text)])}"
        elif kind == "n" and text:
            packed = self._number(text, int(style))
        elif kind == "b" and text:
            packed = "bTRUE" if int(text) else "bFALSE"
        else:
            packed = f"{_KIND_OF_TYPE[kind]}{_words(text)}"
        packed = packed if len(packed) > 1 else ""
        return f"={packed}" if is_formula else packed

    def _number(self, text: str, style: int) -> str:
        number = number_text(text)
        if style not in self._book._date_formats:
            return f"n{number}"
        try:
            return f"d{self._moment(Decimal(number))}"
        except (ArithmeticError, ValueError):
            return "e#VALUE!"

    def _moment(self, number: Decimal) -> str:
        """The day a number stands for, or the time of day for a number below one."""
        whole, fraction = divmod(number, 1)
        was_leap = self._book.epoch.year < 1900 and 0 < number < _MARCH_1900
        at = self._book.epoch + timedelta(
            days=int(whole) + was_leap, seconds=round(fraction * _SECONDS_A_DAY)
        )
        return at.date().isoformat() if whole else at.time().isoformat()


_MARCH_1900 = 60
"""Excel counts a 29 February 1900, which there was not."""
_SECONDS_A_DAY = 86_400

_KIND_OF_TYPE = {"s": "t", "str": "t", "inlineStr": "t", "e": "e", "d": "d", "n": "n", "b": "b"}


def _visible_sheets(book: _Book) -> Iterator[dict[str, Any]]:
    for sheet in book.sheets:
        if sheet.sheet_state == "visible":
            rows = [[cell.removeprefix("=")[1:] for cell in row] for row in book.rows(sheet)]
            yield {"name": sheet.title, "rows": _trimmed([_trimmed(row) for row in rows])}


def _typed_sheets(book: _Book, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    for sheet in book.sheets:
        is_wanted = sheet.sheet_state == "visible" if names == [*EVERY_SHEET] else sheet.title in names
        if is_wanted:
            yield {"name": sheet.title, "rows": book.rows(sheet)}


def _trimmed(cells: list[Any]) -> list[Any]:
    """Without what is blank at the end."""
    last = len(cells)
    while last and not cells[last - 1]:
        last -= 1
    return cells[:last]


_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def _words(text: str) -> str:
    """A text as it is kept, with the characters a file writes by number, as in _x000D_."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return storable(text)


_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_DIGITS_OF_EXCEL = Context(prec=15, traps=[])
_WIDE = Context(prec=40)
_MOST_DIGITS = 25
_TO_THE_FEN = Decimal("1e-6")
_NOISE = Decimal("1e-9")


def number_text(text: str) -> str:
    """Return a number of a file as plain digits, without what binary fractions leave behind.

    Of a fraction the 15 digits that Excel shows count; what is then less than a thousandth of a fen away from
    six decimals (a fen in 万元) is those decimals: 1000000.1−1000000 is 0.1. A number too large to be written
    out stays as it is in the file. Raises ValueError for what is no number.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    if text.isdigit() and len(text) <= _MOST_DIGITS and text[0] != "0":
        return text
    is_whole = text.lstrip("-+").isdigit()
    number = Decimal(text) if is_whole else _DIGITS_OF_EXCEL.create_decimal(text)
    if not number.is_finite() or number.adjusted() > _MOST_DIGITS:
        return text
    near = number.quantize(_TO_THE_FEN, context=_WIDE)
    digits = f"{near if abs(number - near) < _NOISE else number:f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if digits == "-0" else digits


if __name__ == "__main__":
    main()
