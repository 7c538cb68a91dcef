"""The workbook of approved initial budgets (年初预算批复) of many units: what an uploaded one says.

Pure: takes plain lists of text, knows neither the database nor Excel.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from budgets.books import ROWS_OF_HEAD, tidy_code
from budgets.money import AmountUnit
from orgs.people_sheets import Mistake, SheetRow
from orgs.words import in_one_line, storable

SHEET = "年初预算"
COLUMNS = {
    "unit": ("单位编码",),
    "unit_name": ("单位名称",),
    "function": ("功能科目编码", "功能分类科目编码", "科目编码"),
    "function_name": ("功能科目名称", "功能分类科目名称", "科目名称"),
    "fund": ("资金性质",),
    "nature": ("支出性质",),
    "amount": ("年初预算数", "年初预算"),
}
"""What the head of each column may say; the template has the first."""
NEEDED = ("unit", "function", "amount")
_CODES = ("unit", "function")
_UNITS = {unit.label: unit for unit in AmountUnit}
_UNIT_SAID = re.compile(r"单位[:：]?(?:人民币)?(万元|元)|[（(](万元|元)[)）]")
_YEAR_SAID = re.compile(r"(20[0-9]{2})年")
_IN_BRACKETS = re.compile(r"[（(][^（()）]*[)）]")


@dataclass(slots=True)
class BudgetReading:
    """What a workbook says, and what is wrong with the table itself; use the rows only without mistakes."""

    sheet: str = SHEET
    unit: AmountUnit = AmountUnit.WAN
    letters: dict[str, str] = field(default_factory=dict)
    rows: list[SheetRow] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    def mistake(self, row: SheetRow, column: str, message: str) -> Mistake:
        """Return that something is wrong at the cell of a row in a column."""
        return Mistake(self.sheet, f"{self.letters.get(column, 'A')}{row.number}", message)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        rows = [[row.number, row.texts] for row in self.rows]
        return {"sheet": self.sheet, "letters": self.letters, "rows": rows}


def reading_from(kept: Mapping[str, Any], unit: AmountUnit) -> BudgetReading:
    """Return what was kept of a workbook."""
    return BudgetReading(kept["sheet"], unit, kept["letters"], [SheetRow(*row) for row in kept["rows"]])


def read_budgets(sheets: Sequence[tuple[str, list[list[str]]]], year: int) -> BudgetReading:
    """Read the one table of (name, rows) that has the needed columns; `year` is the one it should be of."""
    tables = [(name, rows, _head(rows)) for name, rows in sheets]
    whole = [each for each in tables if all(column in each[2][1] for column in NEEDED)]
    named = [each for each in whole if each[0].strip() == SHEET]
    found = (named or whole)[:1]
    if len(whole) > 1 and not named:
        names = "”“".join(name for name, *_ in whole)
        said = f"工作表“{names}”里都有这样的表，请只留一张，或把要导入的那张改名为“{SHEET}”。"
        return BudgetReading(whole[0][0], mistakes=[Mistake(whole[0][0], "A1", said)])
    if not found:
        return _without_head(tables)
    name, rows, (head, columns) = found[0]
    reading = BudgetReading(name, letters={column: _letter(at) for column, at in columns.items()})
    above = ["".join(cell.split()) for row in rows[: head + 1] for cell in row]
    reading.mistakes = [*_unit_mistakes(reading, above, head), *_year_mistakes(reading, above, year)]
    reading.rows = list(_rows(rows, head, columns))
    if not reading.rows:
        reading.mistakes.append(Mistake(name, f"A{head + 2}", "表里没有要导入的行，请填好金额再上传。"))
    return reading


def _without_head(tables: Sequence[tuple[str, list[list[str]], tuple[int, dict[str, int]]]]) -> BudgetReading:
    name, _, (head, columns) = max(
        tables, key=lambda each: len(each[2][1]), default=(SHEET, [], (0, dict[str, int]()))
    )
    missing = "”“".join(COLUMNS[column][0] for column in NEEDED if column not in columns)
    said = f"表头缺少“{missing}”，请补上这一列，或用下载的模板填写。"
    return BudgetReading(name, mistakes=[Mistake(name, f"A{head + 1}", said)])


def _head(rows: list[list[str]]) -> tuple[int, dict[str, int]]:
    """Where the head of a sheet most likely is, counted from 0, and its columns."""
    found = [(number, _columns(row)) for number, row in enumerate(rows[:ROWS_OF_HEAD])]
    return max(found, key=lambda each: len(each[1]), default=(0, {}))


def _columns(row: list[str]) -> dict[str, int]:
    words = [_IN_BRACKETS.sub("", "".join(cell.split())) for cell in row]
    return {
        name: next(words.index(title) for title in titles if title in words)
        for name, titles in COLUMNS.items()
        if any(title in words for title in titles)
    }


def _unit_mistakes(reading: BudgetReading, above: Sequence[str], head: int) -> Iterator[Mistake]:
    """Set the unit of the amounts, as the head says it; yield what is wrong where it does not say one."""
    said = {word for cell in above for found in _UNIT_SAID.findall(cell) for word in found if word}
    if len(said) == 1:
        reading.unit = _UNITS[said.pop()]
        return
    what = "没有写明金额单位，请在表头上面写“金额单位：万元”或“金额单位：元”。"
    both = "既写了“万元”又写了“元”，请只写实际的一个。"
    yield Mistake(reading.sheet, f"A{head + 1}", f"表头{both if said else what}")


def _year_mistakes(reading: BudgetReading, above: Sequence[str], year: int) -> Iterator[Mistake]:
    years = {int(found) for cell in above for found in _YEAR_SAID.findall(cell)}
    if years and year not in years:
        said = "、".join(f"{each} 年" for each in sorted(years))
        words = f"表头写的是 {said}，这里导入的是 {year} 年度的年初预算，请核对文件或换到那个年度的任务。"
        yield Mistake(reading.sheet, "A1", words)


def _rows(rows: list[list[str]], head: int, columns: dict[str, int]) -> Iterator[SheetRow]:
    """The rows below the head that say anything of a code or an amount; the template lists units besides."""
    for number, row in enumerate(rows[head + 1 :], head + 2):
        texts = {name: _tidy(name, row[at] if at < len(row) else "") for name, at in columns.items()}
        if texts["function"] or texts["amount"]:
            yield SheetRow(number, texts)


def _tidy(column: str, text: str) -> str:
    return tidy_code(storable(text)) if column in _CODES else in_one_line(storable(text))


def _letter(column: int) -> str:
    """The letters of a column counted from 0; a sheet is read up to its fiftieth."""
    first, last = divmod(column, 26)
    return f"{chr(ord('A') + first - 1) if first else ''}{chr(ord('A') + last)}"
