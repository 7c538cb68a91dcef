"""The official book of a year as a sheet prints it: where its table is, its codes and names, its mistakes.

Pure: takes plain lists of text, knows neither the database nor Excel.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

LONGEST_NAME = 100
ROWS_OF_HEAD = 20
"""Within how many rows the head of the table is looked for."""

_BLANKS = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_CODE_HEADS = re.compile(r"编码|代码")
_LEVELS = ("类", "款", "项")
_LENGTHS = (3, 5, 7)


@dataclass(frozen=True, slots=True)
class CodeRules:
    """How the codes of a classification are written: how long each level is, and their first digit."""

    title: str
    lengths: tuple[int, ...]
    first_digit: str

    def mistake(self, code: str) -> str:
        """Return what is wrong with a code, as a Chinese sentence; "" when nothing is."""
        if not code:
            return "请填写科目编码。"
        shown = code if len(code) <= 20 else f"{code[:20]}…"
        if not (code.isascii() and code.isdigit()):
            return f"科目编码“{shown}”不全是数字，请核对。"
        if len(code) not in self.lengths:
            levels = "、".join(f"{_level(length)} {length} 位" for length in self.lengths)
            return f"科目编码 {shown} 有 {len(code)} 位，{self.title}应是{levels}，请核对。"
        if not code.startswith(self.first_digit):
            return f"科目编码 {shown} 不是{self.title}的编码（应以 {self.first_digit} 开头），请核对。"
        return ""


def _level(length: int) -> str:
    return _LEVELS[_LENGTHS.index(length)]


FUNCTIONAL = CodeRules("支出功能分类", (3, 5, 7), "2")
DEPARTMENT = CodeRules("部门预算支出经济分类", (3, 5), "3")
GOVERNMENT = CodeRules("政府预算支出经济分类", (3, 5), "5")


def tidy_code(typed: str) -> str:
    """Return a code without blanks, full-width digits as plain ones."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", typed))


def tidy_name(typed: str) -> str:
    """Return a name without the blanks and line breaks a printed table pads it with."""
    return _UNPRINTABLE.sub("", _BLANKS.sub("", unicodedata.normalize("NFC", typed)))


def name_mistake(name: str) -> str:
    """Return what is wrong with a tidy name, as a Chinese sentence; "" when nothing is."""
    if not name:
        return "请填写科目名称。"
    if len(name) > LONGEST_NAME:
        return f"科目名称有 {len(name)} 字，最多 {LONGEST_NAME} 字，请核对。"
    return ""


def is_same_name(one: str, other: str) -> bool:
    """Whether two names differ at most in blanks and in full-width or half-width signs."""
    return tidy_code(one) == tidy_code(other)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a sheet: the sheet's name, the cell's address, and a Chinese sentence."""

    sheet: str
    cell: str
    message: str


@dataclass(slots=True)
class BookReading:
    """What a sheet says: codes with names in its order, and every mistake; use the rows only without any."""

    rows: list[tuple[str, str]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


class NoTable(ValueError):
    """No table of codes, or more than one, was found; carries one Chinese sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class _Head:
    """Where the columns of a table are. One column holds the whole code, or two or three a level each."""

    row: int
    codes: tuple[int, ...]
    name: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """One row of a table: its number from 1, the texts of its code columns as they stand, and its name."""

    row: int
    codes: tuple[str, ...]
    name: str


def read_book(
    sheets: Sequence[tuple[str, list[list[str]]]], rules: CodeRules, wanted: str = ""
) -> BookReading:
    """Read the table of codes in `sheets` (name, rows), on the sheet called `wanted` where one is named.

    The head is found by its words in the first twenty rows: 科目编码 and 科目名称, or 类, 款, 项 and 科目名称
    as the printed book has them, where a level that is blank goes on from the row above. Raises NoTable.
    """
    found = [(name, rows, head) for name, rows in sheets if (head := _find_head(rows))]
    chosen = [table for table in found if table[0].strip() == wanted.strip()] if wanted.strip() else found
    if wanted.strip() and not chosen:
        raise NoTable(f"没有叫“{wanted.strip()}”、又有“科目编码”和“科目名称”两列的工作表，请核对工作表名。")
    if not chosen:
        raise NoTable("前 20 行里没有找到“科目编码”（或“类、款、项”）和“科目名称”的表头，请补上表头再上传。")
    if len(chosen) > 1:
        names = "、".join(f"“{name}”" for name, _, _ in chosen)
        raise NoTable(f"有 {len(chosen)} 张工作表都像科目表：{names}。请填写用哪一张工作表。")
    name, rows, head = chosen[0]
    return _read(name, rows, head, rules)


def _find_head(rows: list[list[str]]) -> _Head | None:
    """The head of a table, which may be two rows: 科目编码 over 类, 款, 项."""
    words = [[tidy_code(cell) for cell in row] for row in rows[:ROWS_OF_HEAD]]
    for number, row in enumerate(words):
        names = _columns(row, re.compile("名称$"))
        codes = [column for column in _columns(row, _CODE_HEADS) if column not in names]
        for below in range(number, min(number + 3, len(words))):
            levels = tuple(words[below].index(level) for level in _LEVELS if level in words[below])
            if names and len(levels) > 1:
                return _Head(below, levels, names[0])
        if names and codes:
            return _Head(number, (codes[0],), names[0])
    return None


def _columns(row: list[str], words: re.Pattern[str]) -> list[int]:
    """The columns whose head matches, those that speak of 科目 first."""
    found = [column for column, word in enumerate(row) if words.search(word)]
    return sorted(found, key=lambda column: "科目" not in row[column])


def _read(sheet: str, rows: list[list[str]], head: _Head, rules: CodeRules) -> BookReading:
    reading = BookReading()
    first_seen: dict[str, int] = {}
    above: tuple[str, ...] = ()
    for entry in _entries(rows, head):
        parts = _parts(entry.codes, above)
        above, code = parts or above, "".join(parts)
        at = f"{column_letters(_deepest(entry, head))}{entry.row}"
        message = _decimals(entry.codes) or _gap(parts) or rules.mistake(code)
        if not message and code in first_seen:
            message = f"科目编码 {code} 与第 {first_seen[code]} 行重复，请只留一行。"
        if message:
            reading.mistakes.append(Mistake(sheet, at, message))
        if wrong := name_mistake(entry.name):
            reading.mistakes.append(Mistake(sheet, f"{column_letters(head.name)}{entry.row}", wrong))
        first_seen.setdefault(code, entry.row)
        reading.rows.append((code, entry.name))
    if not reading.rows:
        cell = f"{column_letters(head.codes[0])}{head.row + 2}"
        reading.mistakes.append(Mistake(sheet, cell, "表头下面没有科目，请核对文件。"))
    return reading


def _entries(rows: list[list[str]], head: _Head) -> Iterator[_Entry]:
    """The rows below the head that are not blank; a head repeated on the next printed page is passed over."""
    head_words = _cells(rows[head.row], head.codes)
    for number, row in enumerate(rows[head.row + 1 :], head.row + 2):
        codes = _cells(row, head.codes)
        name = tidy_name(_cells(row, (head.name,), plain=True)[0])
        if (any(codes) or name) and codes != head_words:
            yield _Entry(number, codes, name)


def _cells(row: list[str], columns: tuple[int, ...], *, plain: bool = False) -> tuple[str, ...]:
    texts = (row[column] if column < len(row) else "" for column in columns)
    return tuple(text if plain else tidy_code(text) for text in texts)


def _deepest(entry: _Entry, head: _Head) -> int:
    """The column of the last level that is filled, where a mistake in the code is to be looked for."""
    filled = [column for column, text in zip(head.codes, entry.codes, strict=True) if text]
    return filled[-1] if filled else head.codes[0]


def _decimals(codes: tuple[str, ...]) -> str:
    wrong = next((text for text in codes if re.fullmatch(r"-?\d+\.\d+", text)), "")
    return f"科目编码是带小数的数 {wrong[:20]}，请改成整数或文字。" if wrong else ""


def _gap(parts: tuple[str, ...]) -> str:
    missing = next((level for level, text in zip(_LEVELS, parts, strict=False) if not text), "")
    return f"这一行和上面各行都没有填{missing}的编码，请补上。" if missing else ""


def _parts(codes: tuple[str, ...], above: tuple[str, ...]) -> tuple[str, ...]:
    """Return the levels of a row's code from the top down; what it leaves blank goes on from the row above.

    A level's cell holds its own digits, or the whole code down to it; a number has lost the zero before it.
    """
    if len(codes) == 1:
        return codes if codes[0] else ()
    deepest = max((level for level, text in enumerate(codes) if text), default=-1)
    parts: list[str] = []
    for level, text in enumerate(codes[: deepest + 1]):
        if not text:
            parts.append(above[level] if level < len(above) else "")
        elif level and len(text) == _LENGTHS[level] and text.startswith("".join(parts)):
            parts.append(text[_LENGTHS[level - 1] :])
        else:
            parts.append(text.zfill(2) if level else text)
    return tuple(parts)


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters
