"""A filled-in workbook of a return, understood: its cover, what it said when downloaded, and its rows.

Takes cells as `orgs.spreadsheets` gives them; knows nothing of Django or the database.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from budgets.books import Mistake
from budgets.money import AmountUnit
from budgets.return_sheets import (
    COMPUTED,
    COVER,
    ELSEWHERE,
    EXPORTED,
    FIRST_ROW,
    FORM,
    HEAD_ROW,
    NO_TAG,
    OLDER_FORMS,
    TAG_COLUMN,
    CoverField,
    ReturnSheet,
    Tag,
    tag_from,
)
from budgets.returns import ADJUSTMENTS, SCHEDULES, TOTAL, Column, ColumnKind
from orgs.spreadsheets import NO_CELL, Cell, CellKind, TypedSheet

Sheets = Mapping[str, TypedSheet]

_AGAIN = "请重新下载 Excel 填报表，在新下载的表里填好再上传。"


class WrongWorkbook(ValueError):
    """Not the workbook of this return; carries one Chinese sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What the cover of a workbook says it is."""

    unit: str
    unit_code: str
    year: str
    revision: str
    number: str
    amount_unit: AmountUnit
    exported_at: str
    row_version: int


def read_cover(sheets: Sheets) -> Cover:
    """Return what the cover says; raise WrongWorkbook where it is none of ours, or an older form."""
    if COVER not in sheets or EXPORTED not in sheets:
        raise WrongWorkbook(f"这个文件不是从本系统下载的填报表（没有“{COVER}”）。{_AGAIN}")
    said = {_cell(row, 0).text: _cell(row, 1).text for row in sheets[COVER].rows}
    if said.get(CoverField.FORM) in OLDER_FORMS:
        raise WrongWorkbook(f"这是旧版的填报表，没有现在的“{ADJUSTMENTS.title}”等表。{_AGAIN}")
    if said.get(CoverField.FORM) != FORM:
        raise WrongWorkbook(f"这个文件不是现在用的填报表。{_AGAIN}")
    units = {unit.label: unit for unit in AmountUnit}
    if said.get(CoverField.AMOUNT_UNIT) not in units:
        raise WrongWorkbook(f"封面上的金额单位既不是元也不是万元，没法读数。{_AGAIN}")
    version = said.get(CoverField.ROW_VERSION, "")
    return Cover(
        unit=said.get(CoverField.UNIT, ""),
        unit_code=said.get(CoverField.UNIT_CODE, ""),
        year=said.get(CoverField.YEAR, ""),
        revision=said.get(CoverField.REVISION, ""),
        number=said.get(CoverField.NUMBER, ""),
        amount_unit=units[said[CoverField.AMOUNT_UNIT]],
        exported_at=said.get(CoverField.EXPORTED_AT, "").strip()[:19] or "时间不详",
        row_version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
    )


def check_cover(cover: Cover, *, unit: str, unit_code: str, year: int, revision: int, number: int) -> None:
    """Raise WrongWorkbook when the cover is that of another unit, year or revision than the return's."""
    if cover.unit_code != unit_code:
        raise WrongWorkbook(f"这是“{cover.unit[:40]}”的填报表，不是“{unit}”的，请核对文件。")
    if cover.year != str(year):
        raise WrongWorkbook(f"这是 {cover.year[:10]} 年度的填报表，现在填的是 {year} 年度，请核对文件。")
    if cover.revision != str(revision):
        raise WrongWorkbook(f"这是第 {cover.revision[:10]} 版的填报表，现在填的是第 {revision} 版。{_AGAIN}")
    if cover.number != str(number):
        raise WrongWorkbook(f"这份填报表不是从“{unit}”这份填报里下载的，请核对文件。{_AGAIN}")


@dataclass(frozen=True, slots=True)
class ExportedRow:
    """A row as it was when the workbook was downloaded; figures as exact text, amounts in yuan."""

    tag: Tag
    code: str
    parent: str
    label: str
    values: tuple[str, ...]
    computed: frozenset[int]
    """Which of the values showed a formula."""


Exported = dict[str, dict[str, ExportedRow]]
"""What was exported, by schedule and by the name in the row's tag."""


_HEADS = 5
_MOST_VALUES = max(len(schedule.columns) for schedule in SCHEDULES)
_FIGURES = {
    schedule.name.value: frozenset(at for at, column in enumerate(schedule.columns) if column.is_figure)
    for schedule in SCHEDULES
}


def read_exported(sheet: TypedSheet) -> Exported:
    """Return what the hidden sheet keeps; rows that are not of its shape are left out."""
    found: Exported = {}
    for row in sheet.rows[1:]:
        texts = [cell.text for cell in row[: _HEADS + _MOST_VALUES]]
        texts += [""] * (_HEADS + _MOST_VALUES - len(texts))
        schedule, tag, code, parent, label, *kept = texts
        figures = _FIGURES.get(schedule, frozenset())
        computed = frozenset(at for at in figures if kept[at].startswith(COMPUTED))
        values = tuple(_exact(value) if at in figures else value for at, value in enumerate(kept))
        exported = ExportedRow(tag_from(tag), code, parent, label, values, computed)
        found.setdefault(schedule, {})[exported.tag.name] = exported
    return found


_EXACT = re.compile(r"-?[0-9]{1,13}(\.[0-9]{2})?")


def _exact(kept: str) -> str:
    """The figure that was kept; blank for what nobody but a meddler has put there."""
    text = kept.removeprefix(COMPUTED)
    return text if _EXACT.fullmatch(text) else ""


@dataclass(slots=True)
class SheetRow:
    """A row of a sheet: its number, its tag, and its cells by column."""

    number: int
    tag: Tag
    cells: dict[str, Cell]

    def text(self, name: str) -> str:
        """Return what a cell holds, without the blanks around it."""
        return self.cells[name].text.strip() if name in self.cells else ""

    def is_blank(self, columns: Sequence[Column]) -> bool:
        """Whether nothing is filled in in these columns."""
        return not any(self.text(column.name) for column in columns)


@dataclass(slots=True)
class SheetReading:
    """The rows of a sheet that say something, and what is wrong with the sheet as a whole."""

    rows: list[SheetRow] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def read_rows(sheets: Sheets, layout: ReturnSheet) -> SheetReading:
    """Return the rows of a schedule's sheet; none where the sheet or its head is not as it was downloaded."""
    if layout.name not in sheets:
        sentence = f"工作表“{layout.name}”不见了。请不要删除工作表、也不要改它的名称，补回后再上传。"
        return SheetReading(mistakes=[Mistake(layout.name, "A1", sentence)])
    rows = sheets[layout.name].rows
    mistakes = list(_wrong_heads(rows, layout))
    if mistakes:
        return SheetReading(mistakes=mistakes)
    reading = SheetReading()
    for number, row in enumerate(rows[FIRST_ROW - 1 :], FIRST_ROW):
        cells = {column.name: _cell(row, at) for at, column in enumerate(layout.columns, 1)}
        found = SheetRow(number, tag_from(_cell(row, TAG_COLUMN).text), cells)
        if found.tag != ELSEWHERE and (found.tag != NO_TAG or not found.is_blank(entered(layout))):
            reading.rows.append(found)
    return reading


def entered(layout: ReturnSheet) -> list[Column]:
    """Return the columns of a sheet that are filled in by hand; the name of a code is looked up."""
    return [column for column in layout.columns if column.name != "label"]


def _wrong_heads(rows: list[list[Cell]], layout: ReturnSheet) -> list[Mistake]:
    head = rows[HEAD_ROW - 1] if len(rows) >= HEAD_ROW else []
    return [
        Mistake(
            layout.name,
            layout.address(column.name, HEAD_ROW),
            f"这里的表头应是“{column.title}”。请不要增删或移动列，也不要改表头。",
        )
        for at, column in enumerate(layout.columns, 1)
        if _cell(head, at).text != column.title
    ]


def _cell(row: Sequence[Cell], column: int) -> Cell:
    return row[column] if column < len(row) else NO_CELL


_NOT_A_FIGURE = {
    CellKind.DATE: "这一格是日期。请把单元格格式改成“数值”，再填数。",
    CellKind.BOOLEAN: "这一格是“是/否”（TRUE 或 FALSE），请改填数。",
}


def cell_mistake(cell: Cell, column: Column) -> str:
    """Return what is wrong with a cell whatever it should say, as a Chinese sentence; "" when nothing is."""
    if cell.kind is CellKind.ERROR:
        return f"这一格的公式算不出来（{cell.text}），请改正公式，或直接填写。"
    if cell.is_formula and cell.kind is CellKind.BLANK:
        return "这一格的公式还没有算出结果。请用 Excel 或 WPS 打开、保存后再上传，或直接填写。"
    return _NOT_A_FIGURE.get(cell.kind, "") if column.is_figure else ""


def entered_text(cell: Cell, column: Column) -> str:
    """Return what a cell means, as the entry page would send it: a choice by its value, all else as text."""
    if column.kind is ColumnKind.CHOICE:
        labels = {label: value for value, label in column.choices}
        return labels.get(cell.text.strip(), cell.text.strip())
    return cell.text


def is_computed(
    row: SheetRow, column: Column, exported: ExportedRow, at: int, parts: Sequence[SheetRow]
) -> bool:
    """Whether a cell says what its formula computes, so that nothing is stated in it.

    `at` is the place of its value in `exported`, `parts` are the rows it sums. A formula of hers in a total
    without figures below is a stated total.
    """
    cell = row.cells[column.name]
    if at not in exported.computed or not (cell.is_formula or cell.kind is CellKind.BLANK):
        return False
    if cell.kind in (CellKind.BLANK, CellKind.ERROR) or exported.values[at]:
        return True
    summands = [row.text(name) for name, _ in column.sum_of]
    return any(part.text(column.name) for part in parts) or bool(summands and all(summands))


def rows_by_parent(
    rows: Sequence[SheetRow], exported: Mapping[str, ExportedRow]
) -> dict[str, list[SheetRow]]:
    """Return the rows of a sheet by the code of the row that sums them: the total, for new ones."""
    found: dict[str, list[SheetRow]] = {}
    for row in rows:
        parent = exported[row.tag.name].parent if row.tag.name in exported else TOTAL
        found.setdefault(parent, []).append(row)
    return found
