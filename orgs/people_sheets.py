"""The workbook of units and people: what its two sheets are called, and what an uploaded one says.

Pure: takes plain lists of text, knows neither the database nor Excel.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from orgs.words import in_one_line, storable

ROWS_OF_HEAD = 20
"""Within how many rows the head of a table is looked for."""
UNITS, PEOPLE = "单位", "人员"
COLUMNS = {
    UNITS: {"code": "单位编码", "name": "单位名称", "kind": "类别", "parent": "上级编码"},
    PEOPLE: {
        "username": "用户名",
        "full_name": "姓名",
        "role": "角色",
        "unit": "单位编码",
        "email": "电子邮箱",
    },
}
"""By sheet, what the head of each column says."""
OPTIONAL = ("email",)
"""The columns a sheet may do without; every other is needed."""
_CODES = ("code", "parent", "unit", "username", "email")
"""Columns in which a blank or a full-width digit is a slip of the hand."""


class Mistake(NamedTuple):
    """What is wrong in a workbook: the sheet, the cell's address, a Chinese sentence."""

    sheet: str
    cell: str
    message: str


class SheetRow(NamedTuple):
    """A row of a sheet: its number, and its texts by the name of the column."""

    number: int
    texts: dict[str, str]


@dataclass(slots=True)
class PeopleSheet:
    """What one of the two sheets says: the letter of each column, and the rows that are not blank."""

    name: str
    letters: dict[str, str] = field(default_factory=dict)
    rows: list[SheetRow] = field(default_factory=list)

    def mistake(self, row: SheetRow, column: str, message: str) -> Mistake:
        """Return that something is wrong at the cell of a row in a column."""
        return Mistake(self.name, f"{self.letters[column]}{row.number}", message)


@dataclass(slots=True)
class PeopleReading:
    """What a workbook says, and what is wrong with the tables themselves; use the sheets only without any."""

    units: PeopleSheet
    people: PeopleSheet
    mistakes: list[Mistake] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {
            sheet.name: {"letters": sheet.letters, "rows": [[row.number, row.texts] for row in sheet.rows]}
            for sheet in (self.units, self.people)
        }


def reading_from(kept: Mapping[str, Any]) -> PeopleReading:
    """Return what was kept of a workbook."""
    units, people = (
        PeopleSheet(name, kept[name]["letters"], [SheetRow(*row) for row in kept[name]["rows"]])
        for name in (UNITS, PEOPLE)
    )
    return PeopleReading(units, people)


def read_people(sheets: Sequence[tuple[str, list[list[str]]]]) -> PeopleReading:
    """Read the sheets 单位 and 人员 of (name, rows); either may be missing, not both, and not both empty."""
    by_name = {name.strip(): rows for name, rows in sheets}
    reading = PeopleReading(PeopleSheet(UNITS), PeopleSheet(PEOPLE))
    for sheet in (reading.units, reading.people):
        if rows := by_name.get(sheet.name):
            reading.mistakes += _read(sheet, rows)
    if not (reading.mistakes or reading.units.rows or reading.people.rows):
        said = "没有找到要导入的行：请在模板的“单位”或“人员”工作表里填写，工作表名不要改。"
        reading.mistakes.append(Mistake(sheets[0][0] if sheets else PEOPLE, "A1", said))
    return reading


def _read(sheet: PeopleSheet, rows: list[list[str]]) -> list[Mistake]:
    """Fill a sheet in; return what is wrong with its head."""
    wanted = COLUMNS[sheet.name]
    best, head = max(
        ((_head(row, wanted), number) for number, row in enumerate(rows[:ROWS_OF_HEAD], 1)),
        key=lambda found: len(found[0]),
    )
    if missing := [title for name, title in wanted.items() if name not in (*best, *OPTIONAL)]:
        said = f"表头缺少“{'”“'.join(missing)}”，请补上这一列，或用下载的模板填写。"
        return [Mistake(sheet.name, f"A{head if best else 1}", said)]
    sheet.letters = {name: _letter(column) for name, column in best.items()}
    sheet.rows = list(_rows(rows, head, best))
    return []


def _head(row: list[str], wanted: dict[str, str]) -> dict[str, int]:
    """Where the columns are if this is the head."""
    words = [_without_blanks(cell) for cell in row]
    return {name: words.index(title) for name, title in wanted.items() if title in words}


def _rows(rows: list[list[str]], head: int, columns: dict[str, int]) -> Iterator[SheetRow]:
    for number, row in enumerate(rows[head:], head + 1):
        texts = {
            name: _tidy(name, row[column] if column < len(row) else "") for name, column in columns.items()
        }
        if any(texts.values()):
            yield SheetRow(number, texts)


def _tidy(column: str, text: str) -> str:
    return _without_blanks(text) if column in _CODES else in_one_line(storable(text))


def _without_blanks(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", storable(text)).split())


def _letter(column: int) -> str:
    """The letters of a column counted from 0; a sheet is read up to its fiftieth."""
    first, last = divmod(column, 26)
    return f"{chr(ord('A') + first - 1) if first else ''}{chr(ord('A') + last)}"
