"""The nine final-accounts tables a unit publishes (部门决算公开表), read: which is which, and what it says.

Tables, columns and rows are found by their words, never by their place: the tables come in two orders and two
numberings, with rows and columns of numbers (行次, 栏次) or without, each in a sheet of its own or several in
one. Takes cells as `orgs.spreadsheets` gives them; knows nothing of Django or the database.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from budgets.books import Mistake, column_letters, tidy_code
from budgets.money import AmountError, AmountUnit, parse_amount
from budgets.returns import Column, ColumnKind
from budgets.sheet_reading import Sheets, cell_mistake
from orgs.spreadsheets import NO_CELL, Cell


class TableKind(StrEnum):
    """The tables by the titles most of them bear, in the order of the reform of 2022."""

    TOTALS = "收入支出决算总表"
    REVENUE = "收入决算表"
    EXPENDITURE = "支出决算表"
    FISCAL_TOTALS = "财政拨款收入支出决算总表"
    GENERAL_PUBLIC = "一般公共预算财政拨款支出决算表"
    BASIC = "一般公共预算财政拨款基本支出决算表"
    GOVERNMENT_FUND = "政府性基金预算财政拨款收入支出决算表"
    STATE_CAPITAL = "国有资本经营预算财政拨款支出决算表"
    THREE_PUBLIC = "财政拨款“三公”经费支出决算表"


_TITLES = (
    (TableKind.THREE_PUBLIC, re.compile("三公.*决算")),
    (TableKind.STATE_CAPITAL, re.compile("国有资本经营.*决算")),
    (TableKind.GOVERNMENT_FUND, re.compile("政府性基金.*决算")),
    (TableKind.BASIC, re.compile("基本支出决算")),
    (TableKind.GENERAL_PUBLIC, re.compile("一般公共预算.*支出决算表")),
    (TableKind.FISCAL_TOTALS, re.compile("财政拨款(收入支出|收支)决算")),
    (TableKind.TOTALS, re.compile("(收入支出|收支)决算总?表")),
    (TableKind.REVENUE, re.compile("收入决算表")),
    (TableKind.EXPENDITURE, re.compile("支出决算表")),
)
_IS_TITLE = re.compile(r"决算.*表(\(.*\))?$")
_LONGEST_TITLE = 60
_LONGEST_WORDS = 400
"""As much of a cell as is looked at for words: patterns take long over endless ones."""
_MOST_HEAD_ROWS = 12


class Amount(NamedTuple):
    """A figure that is there, in yuan, with its sheet and the address of its cell."""

    yuan: Decimal
    sheet: str
    cell: str


class Side(StrEnum):
    """Which half of a table of two halves a line stands in."""

    WHOLE = ""
    REVENUE = "收入"
    EXPENDITURE = "支出"


@dataclass(frozen=True, slots=True)
class TableLine:
    """One line of a table: its code, its name without a numeral, its figures by column; blanks are absent.

    A total has no code. A line of the three public expenses is called by the code of its item.
    """

    code: str
    name: str
    amounts: dict[str, Amount]
    cell: str
    """The address of its name."""
    side: Side = Side.WHOLE

    def yuan(self, column: str) -> Decimal | None:
        """Return a figure; None where the cell is blank."""
        return self.amounts[column].yuan if column in self.amounts else None


@dataclass(slots=True)
class Table:
    """One table: where it is, the unit its figures were in, and its lines from the top."""

    kind: TableKind
    sheet: str
    unit: AmountUnit = AmountUnit.WAN
    lines: list[TableLine] = field(default_factory=list)
    is_revised: bool = False
    """Whether a note says that its budget figures are those of the whole year (全年预算数)."""

    @property
    def has_figures(self) -> bool:
        """Whether anything is filled in."""
        return any(line.amounts for line in self.lines)

    def by_code(self) -> dict[str, TableLine]:
        """Return its lines with a code."""
        return {line.code: line for line in self.lines if line.code}

    def leaves(self) -> list[TableLine]:
        """Return the lines with a code that no other line is a part of."""
        codes = self.by_code()
        heads = {code[:length] for code in codes for length in (3, 5) if length < len(code)}
        return [line for code, line in codes.items() if code not in heads]

    def named(self, words: str, side: Side = Side.WHOLE) -> TableLine | None:
        """Return the first line without a code whose name is matched by a pattern."""
        found = (line for line in self.lines if not line.code and line.side == side)
        return next((line for line in found if re.fullmatch(words, line.name)), None)

    def total(self) -> TableLine | None:
        """Return its line 合计."""
        return self.named("合计|总计|本年合计")


@dataclass(slots=True)
class TablesReading:
    """What a workbook holds: the tables that were recognised, what they say of themselves, every mistake."""

    tables: dict[TableKind, Table] = field(default_factory=dict)
    years: dict[int, str] = field(default_factory=dict)
    """The years named above the tables, with the first sheet that names each."""
    units: dict[str, str] = field(default_factory=dict)
    """The names of units above the tables, with the first sheet that has each."""
    mistakes: list[Mistake] = field(default_factory=list)


def read_tables(sheets: Sheets) -> TablesReading:
    """Return the tables in a workbook; `tables` is empty where none is recognised."""
    reading = TablesReading()
    for name, sheet in sheets.items():
        words = [[tidy_code(cell.text[:_LONGEST_WORDS]) for cell in row] for row in sheet.rows]
        for kind, first, last in _segments(name, words):
            part = _Part(name, sheet.rows[first:last], words[first:last], first, kind)
            if not part.is_table:
                continue
            _take(reading, part)
    return reading


def _take(reading: TablesReading, part: "_Part") -> None:
    table, sheet = part.table, part.table.sheet
    for year in part.years():
        reading.years.setdefault(year, sheet)
    for unit in part.units():
        reading.units.setdefault(unit, sheet)
    other = reading.tables.setdefault(table.kind, table)
    if other is not table:
        where = f"工作表“{other.sheet}”和“{sheet}”" if other.sheet != sheet else f"工作表“{sheet}”里"
        part.mistake(0, 0, f"{where}有两张“{table.kind}”，不知道该读哪一张，请只留一张。")
    reading.mistakes += part.mistakes


def _segments(sheet: str, words: list[list[str]]) -> Iterator[tuple[TableKind, int, int]]:
    """The parts of a sheet from title to title: kind, first row, row after the last.

    What stands above the first title goes with it. A sheet without a title goes by its own name.
    """
    titles = [(kind, number) for number, row in enumerate(words) if (kind := _title_in(row))]
    if not titles:
        kind = _kind_of(tidy_code(sheet))
        if kind is None:
            return
        titles = [(kind, 0)]
    ends = [number for _, number in titles[1:]] + [len(words)]
    for at, ((kind, number), end) in enumerate(zip(titles, ends, strict=True)):
        yield kind, number if at else 0, end


def _title_in(row: list[str]) -> TableKind | None:
    """The kind of table a row is the title of."""
    for word in row:
        if len(word) <= _LONGEST_TITLE and _IS_TITLE.search(word) and not word.startswith(("注", "说明")):
            return _kind_of(word)
    return None


def _kind_of(title: str) -> TableKind | None:
    return next((kind for kind, pattern in _TITLES if pattern.search(title)), None)


_UNIT = re.compile(r"(?:单位:?(?:人民币)?|[(:])(万元|元)(?![\u4e00-\u9fff])")
_YEAR = re.compile(r"(20[0-9]{2})年(?![0-9十]{1,2}月)")
"""A year that is not that of a day: 公开时间：2025年9月1日 tells when the tables of 2024 were published."""
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_OWNER = re.compile(
    r"(?:编制单位|填报单位|编报单位|部门名称|单位名称|公开部门|公开单位|编制部门|预算部门|部门|单位)"
    r"(?:\([^)]*\))?:(.*?)(?=(?:金额)?单位:|20[0-9]{2}年|公开|$)"
)
_BEFORE_YEAR = re.compile(r"([\u4e00-\u9fff()]{4,40}?)20[0-9]{2}年")
_NO_NAME = re.compile("决算|公开|表|附件|部门|单位")
_NUMERAL = re.compile(r"^(?:[(][一二三四五六七八九十0-9]+[)]|[一二三四五六七八九十0-9]+[、.])")
_CODE = re.compile("[0-9]{3}|[0-9]{5}|[0-9]{7}")
_FIGURE = Column("figure", "金额", ColumnKind.AMOUNT)

_OF_REVENUE = {
    "total": "(本年)?(收入)?合计",
    "fiscal": "财政拨款收入(/(小计|合计))?",
    "from_superior": "上级补助(收入)?",
    "institutional": "事业收入(/(小计|合计))?",
    "operating": "经营收入",
    "from_subordinate": "附属单位上缴(收入)?",
    "other": "其他收入",
}
_SPENT = "((?!年初|年末|本年收入)[^/]+/)*"
_OF_EXPENDITURE = {
    "basic": f"{_SPENT}基本支出(/(小计|合计))?",
    "project": f"{_SPENT}项目支出(/(小计|合计))?",
    "to_superior": f"{_SPENT}上缴上级支出",
    "operating": f"{_SPENT}经营支出",
    "to_subordinate": f"{_SPENT}对附属单位补助(支出)?",
    "opening": "年初(财政拨款)?结转(和|及)?结余(/(小计|合计))?",
    "received": "本年收入(/(小计|合计))?",
    "closing": "年末(财政拨款)?结转(和|及)?结余(/(小计|合计))?",
    "total": f"{_SPENT}((本年)?支出合计|合计|小计|本年支出)",
}
_OF_BUDGETS = {
    "outturn": "(.*/)?((本年)?决算数?|(本年)?金额|合计)",
    "initial_budget": "(.*/)?年初预算数?",
    "revised_budget": "(.*/)?(全年|调整后?)预算数?",
}
_OF_FUNDS = {
    "general_public": "(.*/)?一般公共预算(财政拨款)?",
    "government_fund": "(.*/)?政府性基金(预算)?(财政拨款)?",
    "state_capital": "(.*/)?国有资本经营(预算)?(财政拨款)?",
    "total": "(.*/)?(合计|小计|(本年)?决算数?|(本年)?金额)",
}
_OF_ECONOMY = {"outturn": "(.*/)?((本年)?决算数?|金额|合计)"}
_OF_THREE_PUBLIC = {
    "overseas": "(.*/)?[^/]*出国[^/]*",
    "vehicle_purchase": "(.*/)?(公务用车)?购置费?",
    "vehicle_operation": "(.*/)?(公务用车)?运行(维护)?费?",
    "hospitality": "(.*/)?公务接待费?",
    "vehicles": "(.*/)?公务用车购置(及|和)运行(维护)?费?(/(小计|合计))?",
    "total": "(.*/)?(.三公.经费)?合计",
}
_BUDGET_OR_OUTTURN = {
    "initial_budget": ".*年初预算.*",
    "revised_budget": ".*(全年|调整后?)预算.*",
    "budget": ".*预算.*",
    "outturn": "(?!.*上年).*决算.*",
}

Patterns = Mapping[str, str]


class _Part:
    """One table in its sheet, read as soon as it is made: `table` and `mistakes`."""

    def __init__(
        self, sheet: str, cells: list[list[Cell]], words: list[list[str]], offset: int, kind: TableKind
    ):
        self.cells, self.words, self.offset = cells, words, offset
        self.width = max(map(len, words), default=0)
        self.mistakes: list[Mistake] = []
        self.table = Table(kind, sheet)
        self._seen: set[str] = set()
        head = self._head()
        self.top = len(words) if head is None else head
        self.is_table = sum(any(row) for row in words) > 3
        if not self.is_table:
            return
        if head is None:
            wanted = "“科目编码”" if kind in _CODED or kind is TableKind.BASIC else "“项目”"
            wanted = "“预算数”和“决算数”" if kind is TableKind.THREE_PUBLIC else wanted
            self.mistake(0, 0, f"看标题这是“{kind}”，但没有找到{wanted}的表头，没法读数。请补上表头再上传。")
            return
        unit = self._unit()
        if unit is None:
            self.mistake(0, 0, "这张表没有写“单位：万元”或“单位：元”，没法读数。请在表头上面补上，再上传。")
            return
        self.table.unit = unit
        self.table.is_revised = any("全年预算" in word for row in words for word in row if len(word) > 20)
        self._read(kind, head)

    def mistake(self, row: int, column: int, message: str) -> None:
        """Note what is wrong in a cell."""
        self.mistakes.append(Mistake(self.table.sheet, self._address(row, column), message))

    def years(self) -> list[int]:
        """The years named above the head."""
        texts = [word.translate(_DIGITS) for row in self.words[: self.top] for word in row if "年" in word]
        return [int(year) for text in texts for year in _YEAR.findall(text)]

    def units(self) -> Iterator[str]:
        """The names of units above the head: after 部门： or 编制单位：, or before the year in the title."""
        for row in self.words[: self.top]:
            for at, word in enumerate(row):
                owner = _OWNER.search(word)
                if owner:
                    name = owner[1] or next((each for each in row[at + 1 :] if each), "")
                    if name and name not in ("万元", "元") and ":" not in name:
                        yield name
                elif (before := _BEFORE_YEAR.match(word)) and not _NO_NAME.search(before[1]):
                    yield before[1]

    def _unit(self) -> AmountUnit | None:
        """The unit of the amounts, said above the figures or in the head."""
        for row in self.words[: self.top + 4]:
            for word in row:
                if found := _UNIT.search(word):
                    return AmountUnit.WAN if found[1] == "万元" else AmountUnit.YUAN
        return None

    def _head(self) -> int | None:
        """The row the head begins in, or one above it."""
        for number, row in enumerate(self.words):
            if self._is_head(row):
                return number
        return None

    def _is_head(self, row: list[str]) -> bool:
        """Whether a row is the one by which a head is known."""
        kind = self.table.kind
        if kind is TableKind.THREE_PUBLIC:
            return sum("预算" in word or "决算" in word for word in row if not _IS_TITLE.search(word)) > 1
        if kind in _CODED or kind is TableKind.BASIC:
            return any(re.search("编码|代码", word) for word in row)
        return sum(word.startswith("项目") for word in row) > 1

    def _read(self, kind: TableKind, head: int) -> None:
        if kind in _CODED:
            self._read_codes(head, _OF_REVENUE if kind is TableKind.REVENUE else _OF_EXPENDITURE)
        elif kind is TableKind.BASIC:
            self._read_basic(head)
        elif kind is TableKind.THREE_PUBLIC:
            self._read_three_public(head)
        else:
            self._read_halves(head, kind)

    # --- Heads

    def _word(self, row: int, column: int) -> str:
        return self.words[row][column] if column < len(self.words[row]) else ""

    def _paths(self, first: int, last: int) -> list[str]:
        """What each column is called by its head from the top down, as 本年支出/基本支出.

        A blank cell of a head is a part of the merged one to its left when a word stands below it, and both
        are parts of the same one above.
        """
        last = min(last, first + _MOST_HEAD_ROWS)
        rows = [number for number in range(first, last) if not self._is_of_numbers(number)]
        paths: list[list[str]] = [[] for _ in range(self.width)]
        for at, number in enumerate(rows):
            above = [list(path) for path in paths]
            left = ""
            for column in range(self.width):
                word = self._word(number, column)[:_LONGEST_TITLE]
                is_merged = not word and any(self._word(below, column) for below in rows[at + 1 :])
                if is_merged and column and above[column] == above[column - 1]:
                    word = left
                left = word
                if word:
                    paths[column].append(word)
        return ["/".join(path) for path in paths]

    def _is_of_numbers(self, row: int) -> bool:
        """Whether a row only numbers the columns (栏次)."""
        filled = [word for word in self.words[row] if word]
        is_counted = filled == [str(number) for number in range(1, len(filled) + 1)]
        return bool(filled) and ("栏次" in filled or is_counted)

    def _columns(self, paths: list[str], patterns: Patterns, among: Sequence[int]) -> dict[str, int]:
        """Where the columns are, the first of each name."""
        found: dict[str, int] = {}
        for column in among:
            for name, pattern in patterns.items():
                if re.fullmatch(pattern, re.sub(r"\((万元|元)\)", "", paths[column])):
                    found.setdefault(name, column)
                    break
        return found

    def _lacks(self, head: int, titles: str) -> None:
        self.mistake(head, 0, f"“{self.table.kind}”里没有找到“{titles}”这一列，没法读数。请核对表头。")

    # --- Figures

    def _amounts(self, row: int, columns: Mapping[str, int]) -> dict[str, Amount]:
        found = {}
        for name, column in columns.items():
            cell = self.cells[row][column] if column < len(self.cells[row]) else NO_CELL
            wrong = cell_mistake(cell, _FIGURE)
            try:
                yuan = None if wrong else parse_amount(cell.text, self.table.unit)
            except AmountError as error:
                wrong, yuan = str(error), None
            if wrong:
                self.mistake(row, column, wrong)
            if yuan is not None:
                found[name] = Amount(yuan, self.table.sheet, self._address(row, column))
        return found

    def _address(self, row: int, column: int) -> str:
        return f"{column_letters(column)}{row + self.offset + 1}"

    def _add(
        self,
        row: int,
        code: str,
        name: str,
        columns: Mapping[str, int],
        side: Side = Side.WHOLE,
        at: int = 0,
    ) -> None:
        place = self._address(row, at)
        line = TableLine(code, name, self._amounts(row, columns), place, side)
        if code in self._seen:
            self.mistake(row, at, f"科目编码 {code} 在这张表里出现了两次，请只留一行。")
        self._seen |= {code} - {""}
        self.table.lines.append(line)

    # --- Tables by code

    def _read_codes(self, head: int, patterns: Patterns) -> None:
        code = next(at for at, word in enumerate(self.words[head]) if re.search("编码|代码", word))
        levels = [code]
        for row in range(head, min(head + 3, len(self.words))):
            named = [at for at, word in enumerate(self.words[row]) if word in ("类", "款", "项")]
            levels = named if len(named) > 1 else levels
        name = next((at for at, word in enumerate(self.words[head]) if word.endswith("名称")), levels[-1] + 1)
        rows = list(self._coded_rows(head, levels, name))
        first = rows[0][0] if rows else min(head + 3, len(self.words))
        while head and self._is_above(head - 1, patterns):
            head -= 1
        beside = [column for column in range(self.width) if column > max(*levels, name)]
        columns = self._columns(self._paths(head, first), patterns, beside)
        if "total" not in columns and "basic" not in columns:
            self._lacks(head, "合计")
            return
        for row, found, label in rows:
            self._add(row, found, label, columns, at=code)

    def _is_above(self, row: int, patterns: Patterns) -> bool:
        """Whether a row above the codes' head is a part of it."""
        words = [word for word in self.words[row] if word]
        return "项目" in words or any(
            re.fullmatch(pattern, word) for word in words for pattern in patterns.values()
        )

    def _coded_rows(self, head: int, levels: list[int], name: int) -> Iterator[tuple[int, str, str]]:
        """The rows with a code, and the totals: row, code, name."""
        above: list[str] = []
        for row in range(head + 1, len(self.words)):
            texts = [self._word(row, column) for column in levels]
            label = self._word(row, name)
            total = next((word for word in (*texts, label) if word in ("合计", "总计", "本年合计")), "")
            code = texts[0] if len(levels) == 1 else _joined(texts, above)
            if total:
                yield row, "", total
            elif _CODE.fullmatch(code):
                above = [code[:3], code[3:5], code[5:]]
                yield row, code, label
            elif code.isdigit() and len(code) > 1 and label and not self._is_of_numbers(row):
                self.mistake(
                    row, levels[0], f"科目编码 {code[:20]} 有 {len(code)} 位，应是 3、5 或 7 位，请核对。"
                )

    # --- Basic expenditure: two or three tables by code side by side

    def _read_basic(self, head: int) -> None:
        codes = [at for at, word in enumerate(self.words[head]) if re.search("编码|代码", word)]
        blocks = list(zip(codes, [*codes[1:], self.width], strict=True))
        first = next(
            (row for row in range(head + 1, len(self.words)) if _CODE.fullmatch(self._word(row, codes[0]))),
            len(self.words),
        )
        sums = {row: found for row in range(head + 1, len(self.words)) if (found := self._sums(row))}
        first = min([first, *sums])
        paths = self._paths(head, first)
        for start, end in blocks:
            columns = self._columns(paths, _OF_ECONOMY, range(start + 1, end))
            if not columns:
                self._lacks(head, "决算数")
                continue
            for row in range(first, len(self.words)):
                code = self._word(row, start)
                label = next((each for each in sums.get(row, ()) if start <= each < end), None)
                if _CODE.fullmatch(code):
                    self._add(row, code, self._word(row, start + 1), columns, at=start)
                elif label is not None:
                    self._add(row, "", self._word(row, label), columns, at=label)

    def _sums(self, row: int) -> list[int]:
        """Where a row says 人员经费合计 or 公用经费合计."""
        words = enumerate(self.words[row])
        return [at for at, word in words if re.fullmatch("(人员|公用|日常公用)经费合计", word)]

    # --- The two tables of totals: revenue to the left, expenditure to the right

    def _read_halves(self, head: int, kind: TableKind) -> None:
        labels = [at for at, word in enumerate(self.words[head]) if word.startswith("项目")]
        end = labels[2] if len(labels) > 2 else self.width
        rows = [
            row
            for row in range(head + 1, len(self.words))
            if (self._word(row, labels[0]) or self._word(row, labels[1])) and not self._is_of_numbers(row)
        ]
        paths = self._paths(head, rows[0] if rows else len(self.words))
        halves = (
            (Side.REVENUE, labels[0], labels[1], _OF_BUDGETS),
            (Side.EXPENDITURE, labels[1], end, _OF_BUDGETS if kind is TableKind.TOTALS else _OF_FUNDS),
        )
        for side, start, stop, patterns in halves:
            columns = self._columns(paths, patterns, range(start + 1, stop))
            if not columns:
                self._lacks(head, "决算数")
                continue
            for row in rows:
                name = _NUMERAL.sub("", self._word(row, start), count=1)
                if name and len(name) <= _LONGEST_TITLE and not name.startswith("注"):
                    self._add(row, "", name, columns, side, at=start)

    # --- The three public expenses: items across, or one below the other

    def _read_three_public(self, head: int) -> None:
        while head and any(self._item(word) for word in self.words[head - 1]):
            head -= 1
        labels = [at for at, word in enumerate(self.words[head]) if word.startswith("项目")]
        across = (word for row in self.words[head : head + 3] for word in row[labels[0] + 1 :])
        if labels and not any(map(self._item, across)):
            self._read_three_public_rows(head, labels[0])
            return
        first = next((row for row in range(head + 1, len(self.words)) if self._has_figures(row)), None)
        if first is None:
            return
        paths = self._paths(head, first)
        items: dict[str, dict[str, int]] = {}
        for column, path in enumerate(paths):
            words = [word for word in path.split("/") if not re.fullmatch("[^/]*(预算|决算)数?", word)]
            item = self._item("/".join(words))
            figure = _first(_BUDGET_OR_OUTTURN, path)
            if item and figure and figure in items.setdefault(item, {}):
                self.mistake(head, column, "这一列的表头和前面一列的相同，不知道该读哪一列，请只留一列。")
            elif item and figure:
                items[item][figure] = column
        if not items:
            self._lacks(head, "因公出国（境）费")
        for item, columns in items.items():
            self._add(first, "", item, columns, at=next(iter(columns.values())))

    def _has_figures(self, row: int) -> bool:
        """Whether a row holds figures and does not number the columns."""
        figures = sum(bool(re.fullmatch(r"-?[0-9,.]+", word)) for word in self.words[row])
        return figures > 0 and not self._is_of_numbers(row)

    def _read_three_public_rows(self, head: int, label: int) -> None:
        rows = [
            (row, item)
            for row in range(head + 1, len(self.words))
            if (item := self._item(_NUMERAL.sub("", self._word(row, label).removeprefix("其中:"), count=1)))
        ]
        paths = self._paths(head, rows[0][0] if rows else len(self.words))
        columns = self._columns(paths, _BUDGET_OR_OUTTURN, range(label + 1, self.width))
        if "outturn" not in columns:
            self._lacks(head, "决算数")
            return
        for row, item in rows:
            self._add(row, "", item, columns, at=label)

    def _item(self, path: str) -> str:
        return _first(_OF_THREE_PUBLIC, path)


def _first(patterns: Patterns, text: str) -> str:
    """The name of the first pattern that matches; "" for none."""
    return next((name for name, pattern in patterns.items() if re.fullmatch(pattern, text)), "")


def _joined(texts: list[str], above: list[str]) -> str:
    """The code of a row whose levels have a column each: the whole code in one of them, or each level's own.

    A level that is blank above the deepest goes on from the row above.
    """
    whole = next((text for text in reversed(texts) if _CODE.fullmatch(text)), "")
    deepest = max((level for level, text in enumerate(texts) if text), default=-1)
    if deepest < 1 or len(whole) > 3:
        return whole or "".join(texts)
    parts = [text or (above[level] if level < len(above) else "") for level, text in enumerate(texts)]
    return "".join(part.zfill(2) if level else part for level, part in enumerate(parts[: deepest + 1]))


_CODED = (
    TableKind.REVENUE,
    TableKind.EXPENDITURE,
    TableKind.GENERAL_PUBLIC,
    TableKind.GOVERNMENT_FUND,
    TableKind.STATE_CAPITAL,
)


_SPLIT = re.compile("^(?:中共|中国共产党)?((?:[\u4e00-\u9fff]{2,7}?(?:省|市|自治区|州|县|区))*)(.+)$")
_ASIDE = re.compile(r"\([^)]*\)|(本级|汇总|本部|部门)$|和|与|及|、")


def is_same_unit(one: str, other: str) -> bool:
    """Whether two names may be of one unit: in full, or short of the province, the city or the county.

    永州市零陵区应急管理局 is 零陵区应急管理局, but not 冷水滩区应急管理局, nor the bureau's 救援中心.
    """
    (region, name), (other_region, other_name) = _named_place(one), _named_place(other)
    if name != other_name:
        return False
    longer, shorter = sorted((region, other_region), key=len, reverse=True)
    return longer.startswith(shorter) or longer.endswith(shorter)


def _named_place(name: str) -> tuple[str, str]:
    plain = _ASIDE.sub("", tidy_code(name)).lstrip("0123456789-_.")
    found = _SPLIT.match(plain)
    return (found[1], found[2]) if found else ("", plain)


def year_in(text: str) -> int | None:
    """Return the year a file's name tells, as 2023年度 and not as 2024年9月; None for none."""
    found = _YEAR.search(tidy_code(text))
    return int(found[1]) if found else None
