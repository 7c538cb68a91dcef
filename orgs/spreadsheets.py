"""Workbooks that people upload: plain lists of text out. A door to openpyxl, with a gate before it.

A file is read by a process of its own with little memory and time, because a hostile one can cost either
without end. This module is that process's whole program, and so imports nothing of Django.
"""

import json
import logging
import re
import resource
import subprocess
import sys
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from numbers import Integral, Real
from pathlib import Path
from typing import Any, NamedTuple
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple

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

_ROOT = Path(__file__).resolve().parent.parent
_SLOTS = threading.BoundedSemaphore(2)
_LOG = logging.getLogger(__name__)

_AS_XLSX = "请用 Excel 或 WPS 另存为“Excel 工作簿（.xlsx）”再上传。"
_BROKEN = f"文件不完整或已损坏，读不出来。{_AS_XLSX}"
_LESS = "请只保留要上传的工作表，删去多余的行、列、图片和格式再上传。"
_TOO_MUCH = f"文件内容太多或太复杂，没有读完。{_LESS}"
_ACTIVE_PARTS = re.compile(
    r"vbaproject|macrosheets/|activex/|embeddings/|externallinks/|customui|/connections\.xml|querytables/"
)


class NotASpreadsheet(ValueError):
    """The file is not taken; carries one Chinese sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A visible sheet: its name, and its rows from row 1, each a list of texts from column A; "" is blank.

    A number is text without thousands separators or exponent, exactly as Excel would show all its digits; a
    date is text like 2024-01-31.
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
    answer = _read(content, file_name, *names)
    return {
        sheet["name"]: TypedSheet(sheet["name"], [[_unpacked(cell) for cell in row] for row in sheet["rows"]])
        for sheet in answer["sheets"]
    }


def _unpacked(packed: str) -> Cell:
    """A cell as the reader's process sends it: = for a formula, the letter of its kind, its text."""
    if not packed:
        return NO_CELL
    is_formula = packed[0] == "="
    kind, text = packed[is_formula : is_formula + 1], packed[is_formula + 1 :]
    return Cell(text, _KINDS[kind], is_formula)


def _read(content: bytes, file_name: str, *names: str) -> dict[str, Any]:
    _check_outside(content, file_name)
    if not _SLOTS.acquire(timeout=SECONDS):
        raise NotASpreadsheet("现在同时上传文件的人较多，请过一会儿再试。")
    try:
        answer = _ask_reader(content, names)
    finally:
        _SLOTS.release()
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


def _ask_reader(content: bytes, names: Sequence[str]) -> dict[str, Any]:
    """Read in a process of its own; one that dies or takes too long has refused."""
    try:
        reader = subprocess.run(
            [sys.executable, "-m", "orgs.spreadsheets", *names],
            input=content,
            capture_output=True,
            cwd=_ROOT,
            timeout=SECONDS * 2,
        )
    except subprocess.TimeoutExpired:
        return {"refusal": _TOO_MUCH}
    if reader.returncode:
        _LOG.warning("the reader of a workbook ended with %s: %s", reader.returncode, reader.stderr[-500:])
        return {"refusal": _TOO_MUCH}
    answer: dict[str, Any] = json.loads(reader.stdout)
    return answer


# --- What follows runs in the reader's process


def main() -> None:
    """Read a workbook from stdin within limits; print its sheets, or the refusal, as JSON.

    Where sheets are named as arguments, these alone are read, with the kinds of their cells.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    print(json.dumps(_answer(sys.stdin.buffer.read(), sys.argv[1:])))


def _answer(content: bytes, names: Sequence[str]) -> dict[str, Any]:
    try:
        formulas = _pass_gate(content)
        if names:
            return {"sheets": list(_typed_sheets(content, names, formulas))}
        return {"sheets": [asdict(sheet) for sheet in _sheets(content)]}
    except NotASpreadsheet as refusal:
        return {"refusal": str(refusal)}
    except MemoryError:
        return {"refusal": _TOO_MUCH}
    except Exception as error:  # openpyxl meets a crooked file with almost any exception
        print(repr(error), file=sys.stderr)
        return {"refusal": _BROKEN}


Formulas = dict[str, list[str]]
"""The addresses of the cells with a formula, by part of the file."""


def _pass_gate(content: bytes) -> Formulas:
    """Refuse what openpyxl must not see: judged by the directory of the zip file, then by every XML part.

    Returns where formulas are, which openpyxl does not say along with what they gave.
    """
    formulas: Formulas = {}
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_directory(parts, len(content))
            counted: Counter[str] = Counter()
            for part in parts:
                text = archive.read(part)
                if part.filename.lower().endswith((".xml", ".rels")) or _looks_like_xml(part, text):
                    formulas[part.filename] = _check_part(text, counted)
            if b"macroEnabled" in archive.read("[Content_Types].xml"):
                raise NotASpreadsheet(f"这个文件带宏，不能上传。{_AS_XLSX}")
    except (BadZipFile, EOFError, KeyError, NotImplementedError, expat.ExpatError) as error:
        raise NotASpreadsheet(_BROKEN) from error
    return formulas


def _check_directory(parts: list[ZipInfo], size: int) -> None:
    names = [part.filename.lower() for part in parts]
    if len(parts) > MOST_ENTRIES or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise NotASpreadsheet(_TOO_MUCH)
    if any(map(_is_bomb, parts)) or sum(part.compress_size for part in parts) > size:
        raise NotASpreadsheet(_TOO_MUCH)
    if len(set(names)) < len(names) or any(".." in name or name.startswith(("/", "\\")) for name in names):
        raise NotASpreadsheet(_BROKEN)
    if any(part.flag_bits & 1 for part in parts):
        raise NotASpreadsheet(f"文件设了密码，读不出来。{_AS_XLSX}")
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise NotASpreadsheet(_BROKEN)
    if any(_ACTIVE_PARTS.search(name) for name in names):
        raise NotASpreadsheet(
            f"文件里有宏、嵌入的对象或指向别的文件的链接，不能上传。请去掉这些内容。{_AS_XLSX}"
        )


def _is_bomb(part: ZipInfo) -> bool:
    return part.file_size > RATIO_MATTERS_FROM and part.file_size > MOST_RATIO * part.compress_size


def _looks_like_xml(part: ZipInfo, text: bytes) -> bool:
    """Whether openpyxl could take a part for XML whatever it is called; .vml it never reads."""
    start = text[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    return start.startswith(b"<") and not part.filename.lower().endswith(".vml")


def _check_part(text: bytes, counted: Counter[str]) -> list[str]:
    """Refuse a DOCTYPE, too many elements, and a filled row too far down; `counted` goes over all parts.

    Returns the addresses of its cells with a formula.
    """
    row = 0
    cell = ""
    formulas: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, cell
        kind = name.rpartition(":")[2]
        counted["elements"] += 1
        counted["cells"] += kind == "c"
        if counted["elements"] > MOST_ELEMENTS or counted["cells"] > MOST_CELLS:
            raise NotASpreadsheet(_TOO_MUCH)
        if kind == "c":
            cell = attributes.get("r", "")
        elif kind == "f" and cell:
            formulas.append(cell)
        elif kind == "row":
            row = int(attributes.get("r", row + 1))
        elif row > MOST_ROWS and kind in ("v", "is"):
            raise NotASpreadsheet(f"第 {row} 行还有内容，最多读 {MOST_ROWS:,} 行。请删去多余的行再上传。")

    def refuse(*_: Any) -> None:
        raise NotASpreadsheet(f"文件里有不该有的内容（DOCTYPE），不能上传。{_AS_XLSX}")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(text, True)
    return formulas


def _sheets(content: bytes) -> Iterator[Sheet]:
    book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    characters = 0
    for sheet in book.worksheets:
        rows: list[list[str]] = []
        if sheet.sheet_state == "visible":
            for row in sheet.iter_rows(1, MOST_ROWS, 1, MOST_COLUMNS, values_only=True):
                rows.append(_trimmed([cell_text(cell) for cell in row]))
                characters += sum(map(len, rows[-1]))  # one long text may stand in every cell
                if characters > MOST_CHARACTERS:
                    raise NotASpreadsheet(_TOO_MUCH)
            yield Sheet(sheet.title, _trimmed(rows))


def _trimmed(cells: list[Any]) -> list[Any]:
    """Without what is blank at the end."""
    return cells[: max((number for number, cell in enumerate(cells, 1) if cell), default=0)]


def cell_text(cell: Any) -> str:
    """Return what a cell holds as text: a number with all its digits, a date as 2024-01-31, "" for blank."""
    if cell is None:
        return ""
    if isinstance(cell, Real) and not isinstance(cell, Integral):
        return format(Decimal(repr(cell)).normalize(), "f")
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return unicodedata.normalize("NFC", str(cell))


_ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!"}


def _typed_sheets(content: bytes, names: Sequence[str], formulas: Formulas) -> Iterator[dict[str, Any]]:
    book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    characters = 0
    for sheet in book.worksheets:
        is_wanted = sheet.sheet_state == "visible" if names == [*EVERY_SHEET] else sheet.title in names
        if not is_wanted:
            continue
        path = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
        computed: dict[int, list[int]] = {}
        for address in formulas.get(path, []):
            at, column = coordinate_to_tuple(address)
            computed.setdefault(at, []).append(column)
        rows: list[list[str]] = []
        for number, row in enumerate(sheet.iter_rows(1, MOST_ROWS, 1, MOST_COLUMNS, values_only=True), 1):
            cells = [packed(cell) for cell in row]
            for column in computed.get(number, ()):
                if column <= len(cells):
                    cells[column - 1] = f"={cells[column - 1]}"
            rows.append(_trimmed(cells))
            characters += sum(map(len, rows[-1]))
            if characters > MOST_CHARACTERS:
                raise NotASpreadsheet(_TOO_MUCH)
        yield {"name": sheet.title, "rows": _trimmed(rows)}


def packed(cell: Any) -> str:
    """Return a cell as one text: the letter of its kind, and what it holds; "" for blank."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return f"b{str(cell).upper()}"
    if isinstance(cell, Real):
        exact = Decimal(str(cell) if isinstance(cell, Integral) else f"{cell:.15g}")
        return f"n{exact:f}"
    if isinstance(cell, date | time | timedelta):
        return f"d{cell_text(cell)}"
    text = cell_text(cell)
    return f"{'e' if text in _ERRORS else 't'}{text}"


if __name__ == "__main__":
    main()
