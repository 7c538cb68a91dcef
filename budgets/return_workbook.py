"""The workbook in which a return is filled in offline (填报表), written. Laid out in `return_sheets`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Literal, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from budgets.adjustment_places import with_places
from budgets.cells import NotesByRow, notes_on, row_label
from budgets.excel import FONT, boxed_comment, comments_by_column, put_comment
from budgets.last_year import LastYear, Restatements, restatement_of, restatement_text
from budgets.measures import Origin
from budgets.models import FUND_AND_NATURE, SECTIONS, ReturnText
from budgets.money import AmountUnit, figure_text, in_unit
from budgets.return_sheets import (
    CODE_SHEETS,
    COMPUTED,
    COVER,
    ELSEWHERE,
    EXPORTED,
    FIRST_ROW,
    FORM,
    HEAD_ROW,
    PLACE_SHEETS,
    TEXT_LABEL,
    CoverField,
    ReturnSheet,
    Tag,
    is_shown_only,
    sheet_of,
)
from budgets.returns import ECONOMIC_GROUPS, PROJECTS, SCHEDULES, Classification, Column, ColumnKind
from budgets.rows import Row, RowKind
from budgets.text_sheets import REPORT_SHEET, text_row, text_sheet
from orgs.words import as_in_workbook
from submissions.models import Submission

_HAIR = Side(style="thin", color="B8C2CC")
_BORDER = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)
_INPUT = PatternFill("solid", start_color="FFFBE5")
_COMPUTED = PatternFill("solid", start_color="E9ECEF")
_HEAD_FILL = PatternFill("solid", start_color="D5E0EB")
_GREY = "55606B"
_LOCKED, _OPEN = Protection(locked=True), Protection(locked=False)
_INCHES = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)

_FORMATS = {
    ColumnKind.AMOUNT: {AmountUnit.YUAN: "#,##0.00", AmountUnit.WAN: "#,##0.00####"},
    ColumnKind.COUNT: dict.fromkeys(AmountUnit, "#,##0"),
    ColumnKind.AREA: dict.fromkeys(AmountUnit, "#,##0.00"),
}
_WIDTHS = {"label": 34, "name": 34, "code": 12, "kind": 15, "funding": 14, "fund": 14, "nature": 14}
_WIDTHS |= {"adjusted_on": 13, "source": 13, "function": 34, "use": 34}
_DATE = "yyyy-mm-dd"
_FIGURE_WIDTH, _REASON_WIDTH = 17, 44
_LINE_HEIGHT = 15

_INSTRUCTIONS = (
    "怎样填",
    "1. 浅黄色的格子填数、填字；灰色的格子自动计算或不用填，已锁定。",
    "2. 没有发生填 0，没有统计留空：空白和 0 不是一回事。金额按上面写的金额单位填，最多精确到分。",
    "3. 合计、小计由下面各行自动相加。只知道合计、不知道分项的，分项留空，把数直接填在浅黄色的合计格里。",
    "4. 按科目、按项目填的表，最后一行下面留有空行，可以添加。只填编码，科目名称自动带出。",
    "5. 不要某个科目或项目，把那一行的编码（名称）连同各格全部清空，上传时会列为“删除”，由您确认。",
    "6. 请不要增删列、改表头、改工作表名称，也不要改这一页。",
    "7. 网页上写的批注在这里是格子的批注，只供查看；要写、要改，请在网页上，上传不改批注。",
    "8. 填好保存为 .xlsx，回到网页“上传填好的 Excel”。先看改动和差错，确认后才写入系统。",
)


_Stored = Mapping[ReturnText.Name, ReturnText]
"""The texts of a return that were written, by name."""


class ExportCode(NamedTuple):
    """A code that may be chosen, for the hidden sheets."""

    code: str
    name: str


def return_workbook(
    submission: Submission,
    rows: Mapping[str, Sequence[Row]],
    texts: Sequence[ReturnText],
    codes: Mapping[Classification, Sequence[ExportCode]],
    unit: AmountUnit,
    notes: NotesByRow,
    at: datetime,
    past: Mapping[str, LastYear],
    restated: Restatements,
) -> bytes:
    """Return the return as an .xlsx to be filled in: a sheet per schedule and text, amounts in `unit`.

    The notes on cells are comments on them, to be read: an upload changes none. `past` has by schedule name
    what comes from last year's approved return: those cells are locked, and say where they come from;
    `restated` are those that are otherwise, and say why.

    Totals are formulas. A hidden sheet keeps what every row says now, exactly. An amount below 10¹³ yuan to
    the fen has at most 15 digits in either unit, which is what a cell keeps, so that every one is a number.
    """
    book = Workbook()
    for sheet in list(book.worksheets):
        book.remove(sheet)
    _write_cover(book, submission, unit, at)
    exported = [["报表", "标记", "代号", "上级", "名称", "下载时的值"]]
    projects_total = ""
    for schedule in sorted(SCHEDULES, key=lambda each: each != PROJECTS):
        layout = sheet_of(with_places(schedule, rows), FUND_AND_NATURE)
        last_year = past[schedule.name]
        writer = _ScheduleWriter(
            book, layout, rows[schedule.name], unit, codes, projects_total, notes, last_year, restated
        )
        exported += writer.exported
        if schedule == PROJECTS:
            projects_total = f"'{layout.name}'!{{}}{FIRST_ROW}"
    for number, schedule in enumerate(SCHEDULES, 1):
        sheet = book[sheet_of(schedule, FUND_AND_NATURE).name]
        book.move_sheet(sheet, number - book.index(sheet))
    stored = {ReturnText.Name(text.name): text for text in texts}
    exported.append(_write_text(book, ReturnText.Name.THRIFT_MEASURES, stored))
    exported += _write_report(book, stored)
    for classification, sheet_name in CODE_SHEETS.items():
        _write_hidden(book, sheet_name, [["编码", "名称"], *(list(each) for each in codes[classification])])
    _write_hidden(book, EXPORTED, exported)
    book.security = WorkbookProtection(lockStructure=True)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _write_cover(book: Workbook, submission: Submission, unit: AmountUnit, at: datetime) -> None:
    sheet = book.create_sheet(COVER)
    dresser = _Dresser(sheet)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 22, 92
    dresser.write(1, 1, f"{submission.unit.name} {submission.round.fiscal_year} 年度绩效自评填报表", "title")
    sheet.row_dimensions[1].height = 36
    fields = {
        CoverField.UNIT: submission.unit.name,
        CoverField.UNIT_CODE: submission.unit.code,
        CoverField.YEAR: str(submission.round.fiscal_year),
        CoverField.ROUND: str(submission.round),
        CoverField.REVISION: str(submission.revision),
        CoverField.AMOUNT_UNIT: unit.label,
        CoverField.EXPORTED_AT: f"{at:%Y-%m-%d %H:%M:%S}",
        CoverField.ROW_VERSION: str(submission.row_version),
        CoverField.NUMBER: str(submission.pk),
        CoverField.FORM: FORM,
    }
    for row, (name, value) in enumerate(fields.items(), 3):
        dresser.write(row, 1, name, "head")
        dresser.write(row, 2, value, "unit" if name == CoverField.AMOUNT_UNIT else "words", indent=1)
        sheet.row_dimensions[row].height = 21
    for row, line in enumerate(_INSTRUCTIONS, 4 + len(fields)):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
        dresser.write(row, 1, line, "said" if row > 4 + len(fields) else "subtitle")
        sheet.row_dimensions[row].height = 22
    _finish(sheet, is_open_below=False)


def _write_text(book: Workbook, name: ReturnText.Name, stored: _Stored) -> list[str]:
    """Write the sheet of one text, and return what the hidden sheet keeps of it."""
    sheet = book.create_sheet(text_sheet(name))
    dresser = _Dresser(sheet)
    kept = _kept(name, stored)
    dresser.write(FIRST_ROW, 1, kept[1], "plain")
    dresser.write(1, 2, str(name.label), "title")
    dresser.write(2, 2, f"在下面的格子里写，换行按 Alt+Enter，最多 {name.longest:,} 字。", "quiet")
    dresser.write(HEAD_ROW, 2, "内容", "head")
    dresser.write(FIRST_ROW, 2, kept[-1], "prose")
    sheet.column_dimensions["A"].hidden = True
    sheet.column_dimensions["B"].width = 110
    sheet.row_dimensions[FIRST_ROW].height = 320
    _finish(sheet, is_open_below=False)
    return kept


def _write_report(book: Workbook, stored: _Stored) -> list[list[str]]:
    """Write the sheet of the report's sections, a row each; return what the hidden sheet keeps of them."""
    sheet = book.create_sheet(REPORT_SHEET)
    dresser = _Dresser(sheet)
    dresser.write(1, 2, REPORT_SHEET, "title")
    said = f"一段一格，换行按 Alt+Enter，每段最多 {SECTIONS[0].longest:,} 字；没有写的留空。"
    dresser.write(2, 2, said, "quiet")
    dresser.write(HEAD_ROW, 2, "标题", "head")
    dresser.write(HEAD_ROW, 3, "内容", "head")
    kept = [_kept(name, stored) for name in SECTIONS]
    for name, each in zip(SECTIONS, kept, strict=True):
        row = text_row(name)
        dresser.write(row, 1, each[1], "plain")
        dresser.write(row, 2, str(name.label), "words")
        dresser.write(row, 3, each[-1], "prose")
        sheet.row_dimensions[row].height = _prose_height(each[-1])
    sheet.column_dimensions["A"].hidden = True
    sheet.column_dimensions["B"].width, sheet.column_dimensions["C"].width = 34, 110
    _finish(sheet, is_open_below=False)
    return kept


def _kept(name: ReturnText.Name, stored: _Stored) -> list[str]:
    """What the hidden sheet keeps of a text: its tag second, its words last."""
    text = stored.get(name)
    tag = Tag(name.value, text.row_version if text else 0)
    return [TEXT_LABEL, str(tag), name.value, "", str(name.label), text.text if text else ""]


def _prose_height(text: str) -> int:
    """The height of a row of prose: of its lines of 50 Chinese characters, within what Excel allows."""
    lines = sum(1 + len(paragraph) // 50 for paragraph in text.split("\n"))
    return min(max(lines, 3) * _LINE_HEIGHT, 400)


def _write_hidden(book: Workbook, name: str, rows: Iterable[Sequence[str]]) -> None:
    """Write a hidden sheet of texts."""
    sheet = book.create_sheet(name)
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            if text:
                cell: Any = sheet.cell(number, column, as_in_workbook(text))
                cell.data_type = "s"
    sheet.sheet_state = "hidden"
    sheet.protection.sheet = True


def _finish(sheet: Worksheet, *, is_open_below: bool) -> None:
    """Lock what is not to be filled in, and lay the sheet out for A4 across."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    if is_open_below:
        sheet.protection.insertRows = sheet.protection.deleteRows = False
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins = _INCHES
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


class _Look(NamedTuple):
    """How a cell looks, and whether it is to be filled in."""

    size: int = 10
    is_bold: bool = False
    color: str = "000000"
    fill: PatternFill | None = None
    has_border: bool = True
    is_open: bool = False
    horizontal: str | None = None
    vertical: str = "center"


_LOOKS = {
    "plain": _Look(has_border=False),
    "title": _Look(size=15, is_bold=True, has_border=False),
    "subtitle": _Look(size=11, is_bold=True, has_border=False),
    "said": _Look(size=11, has_border=False),
    "quiet": _Look(color=_GREY, has_border=False),
    "head": _Look(is_bold=True, fill=_HEAD_FILL, horizontal="center"),
    "words": _Look(),
    "unit": _Look(is_bold=True, color="B42318"),
    "prose": _Look(fill=_INPUT, is_open=True, vertical="top"),
    "input": _Look(fill=_INPUT, is_open=True),
    "input bold": _Look(fill=_INPUT, is_open=True, is_bold=True),
    "computed": _Look(fill=_COMPUTED, color=_GREY),
    "computed bold": _Look(fill=_COMPUTED, is_bold=True),
}


class _Dresser:
    """Writes cells. A look is worked out once and shared by its cells: openpyxl is slow to set fonts."""

    def __init__(self, sheet: Worksheet):
        self.sheet = sheet
        self._styles: dict[tuple[Any, ...], Any] = {}

    def write(
        self, row: int, column: int, value: Any, look: str, number_format: str = "General", indent: int = 0
    ) -> None:
        """Write a value; text stays text even when it begins with =, +, - or @, or reads #DIV/0!."""
        cell: Any = self.sheet.cell(row, column, None if value == "" else value)
        is_quoted = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "#")
        if isinstance(value, str) and value:
            cell.value, cell.data_type = as_in_workbook(value), "s"
        self._dress(cell, look, number_format, indent, is_quoted)

    def write_formula(
        self, row: int, column: int, formula: str, look: str, number_format: str = "General", indent: int = 0
    ) -> None:
        """Write a formula of ours."""
        self._dress(self.sheet.cell(row, column, formula), look, number_format, indent, False)

    def _dress(self, cell: Any, look: str, number_format: str, indent: int, is_quoted: bool) -> None:
        key = (look, number_format, indent, is_quoted)
        if key in self._styles:
            cell._style = self._styles[key]
            return
        wanted = _LOOKS[look]
        cell.font = Font(name=FONT, size=wanted.size, bold=wanted.is_bold, color=wanted.color)
        cell.alignment = Alignment(
            horizontal=wanted.horizontal or ("left" if indent else None),
            vertical=wanted.vertical,
            wrap_text=wanted.has_border,
            indent=indent,
        )
        cell.number_format = number_format
        cell.protection = _OPEN if wanted.is_open else _LOCKED
        cell.quotePrefix = is_quoted
        if wanted.has_border:
            cell.border = _BORDER
        if wanted.fill:
            cell.fill = wanted.fill
        self._styles[key] = cell._style


class _ScheduleWriter:
    """Writes the sheet of one schedule; `exported` is what the hidden sheet keeps of its rows."""

    def __init__(
        self,
        book: Workbook,
        layout: ReturnSheet,
        rows: Sequence[Row],
        unit: AmountUnit,
        codes: Mapping[Classification, Sequence[ExportCode]],
        projects_total: str,
        notes: NotesByRow,
        last_year: LastYear,
        restated: Restatements,
    ):
        self.locked, self.source = set(last_year.columns), last_year.source
        self.restated = restated
        self.layout, self.schedule, self.unit = layout, layout.schedule, unit
        self.rows = [row for row in rows if row.kind != RowKind.RECONCILIATION]
        self.projects_total, self.notes = projects_total, notes
        self.exported: list[list[str]] = []
        self.book = book
        self.sheet: Worksheet = book.create_sheet(layout.name)
        self.dresser = _Dresser(self.sheet)
        self.last = FIRST_ROW + len(self.rows) - 1
        self.spare = range(self.last + 1, self.last + 1 + layout.spare_rows)
        self._parts: dict[str, list[int]] = {}
        for number, row in enumerate(self.rows, FIRST_ROW):
            self._parts.setdefault(row.parent, []).append(number)
        self._write(codes)

    def _write(self, codes: Mapping[Classification, Sequence[ExportCode]]) -> None:
        self._write_head()
        for number, row in enumerate(self.rows, FIRST_ROW):
            self._write_row(number, row)
        for number in self.spare:
            self._write_spare(number)
        self._validate(codes)
        frozen = self.layout.column("name" if self.schedule.is_named else "label") + 1
        self.sheet.freeze_panes = f"{get_column_letter(frozen + 1)}{FIRST_ROW}"
        self.sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
        _finish(self.sheet, is_open_below=bool(self.spare))

    def _write_head(self) -> None:
        self.sheet.column_dimensions["A"].hidden = True
        self.dresser.write(1, 2, self.schedule.title, "title")
        self.dresser.write(2, 2, f"金额单位：{self.unit.label}。{self.schedule.hint}", "quiet")
        self.sheet.row_dimensions[1].height, self.sheet.row_dimensions[HEAD_ROW].height = 26, 24
        for at, column in enumerate(self.layout.columns, 2):
            self.dresser.write(HEAD_ROW, at, column.title, "head")
            if column in self.locked:
                self._comment(HEAD_ROW, at, f"取自 {self.source}，已锁定。确有变动的，请在网页上重述。")
            self.sheet.column_dimensions[get_column_letter(at)].width = _width(column)

    def _write_row(self, number: int, row: Row) -> None:
        is_bold = row.kind != RowKind.LINE
        is_elsewhere = is_shown_only(self.schedule, row.code)
        tag = ELSEWHERE if is_elsewhere or self._is_without_place(row) else _tag(row)
        self.dresser.write(number, 1, str(tag), "plain")
        values = []
        for at, column in enumerate(self.layout.columns, 2):
            if column in self.schedule.columns:
                values.append(self._write_cell(number, at, row, column, tag))
            else:
                self._write_name(number, at, row, column)
        if tag != ELSEWHERE:
            label = _label(row)
            self.exported.append([self.schedule.name.value, str(tag), row.code, row.parent, label, *values])
        self._write_notes(number, row)
        reason = row.variance_reason
        lines = max(1, _lines(reason, _REASON_WIDTH), _lines(row.name, _WIDTHS["label"] - 2 * row.depth))
        self.sheet.row_dimensions[number].height = 5 + _LINE_HEIGHT * lines
        if is_bold:
            self.sheet.row_dimensions[number].height = max(22, 5 + _LINE_HEIGHT * lines)

    def _write_notes(self, number: int, row: Row) -> None:
        names = [column.name for column in self.layout.columns]
        for name, comment in comments_by_column(
            notes_on(self.notes, row), self.schedule, names, elsewhere="name" if "name" in names else "label"
        ).items():
            put_comment(self.sheet.cell(number, self.layout.column(name) + 1), comment)

    def _is_without_place(self, row: Row) -> bool:
        """Whether nothing can be stored for a row: a 类 or 款 whose code is not in the table."""
        is_heading = self.schedule.is_classified and row.kind == RowKind.SUBTOTAL
        return is_heading and not row.category and row.code not in ECONOMIC_GROUPS

    def _write_name(self, number: int, at: int, row: Row, column: Column) -> None:
        """What says which row it is. The name of a line by category follows its code."""
        look = "computed" if row.kind == RowKind.LINE else "computed bold"
        is_line = row.kind == RowKind.LINE and self.schedule.is_classified
        if column.name == "label" and is_line:
            self.dresser.write_formula(number, at, self._name_formula(number), look, indent=row.depth)
        elif column.name == "label":
            self.dresser.write(number, at, row.name, look, indent=row.depth)
        elif column.name == "code":
            code = row.code if row.category else ""
            self.dresser.write(number, at, code, "input" if is_line else look, "@")
        else:
            label = getattr(row.line, f"get_{column.name}_display")() if is_line and row.line else ""
            self.dresser.write(number, at, label, "input" if is_line else look)

    def _name_formula(self, number: int) -> str:
        sheet = CODE_SHEETS[self.schedule.classification] if self.schedule.classification else ""
        code = self.layout.address("code", number)
        return (
            f'=IF({code}="","",IFERROR(VLOOKUP({code}&"",\'{sheet}\'!$A:$B,2,FALSE),"科目表里没有这个编码"))'
        )

    def _write_cell(self, number: int, at: int, row: Row, column: Column, tag: Tag) -> str:
        """Write a cell of a column that is stored, and return what the hidden sheet keeps of it."""
        if not column.is_figure:
            return self._write_words(number, at, row, column, tag)
        own = row.own(column.name)
        formats = _FORMATS[column.kind][self.unit]
        formula = self._formula(number, row, column)
        bold = " bold" if row.kind != RowKind.LINE else ""
        if row.columns and column.name not in row.columns:
            self.dresser.write(number, at, "", "computed")
            return figure_text(own)
        origin = row.figures[column.name].origin
        if formula and (own is None or origin is Origin.COMPUTED or tag == ELSEWHERE):
            is_blank = origin in (Origin.BLANK, Origin.ADJUSTED)
            is_open = is_blank and tag != ELSEWHERE and column not in self.locked
            look = ("input" if is_open else "computed") + bold
            self.dresser.write_formula(number, at, formula, look, formats)
            return COMPUTED + figure_text(own)
        look = "computed" if column in self.locked else "input"
        self.dresser.write(number, at, self._figure(own, column), f"{look}{bold}", formats)
        self._comment_restated(number, at, row, column)
        return figure_text(own)

    def _comment_restated(self, number: int, at: int, row: Row, column: Column) -> None:
        """Say beside a figure of last year why it is not the approved one."""
        if found := restatement_of(row, column.name, self.restated):
            self._comment(number, at, restatement_text(found, column, self.unit))

    def _comment(self, number: int, at: int, text: str) -> None:
        put_comment(self.sheet.cell(number, at), boxed_comment(text))

    def _write_words(self, number: int, at: int, row: Row, column: Column, tag: Tag) -> str:
        is_total = self.schedule.is_named and row.kind == RowKind.TOTAL
        words = row.own(column.name) or ""
        if is_total and column.name == "name":
            self.dresser.write(number, at, row.name, "computed bold")
            return ""
        if tag == ELSEWHERE or (is_total and column.name != "variance_reason"):
            self.dresser.write(number, at, words, "computed")
            return words
        shown = dict(column.choices).get(words, words)
        self.dresser.write(number, at, shown, "input", _format_of_words(column))
        return figure_text(words)

    def _figure(self, value: Any, column: Column) -> Any:
        if value is None:
            return ""
        return in_unit(value, self.unit) if column.kind is ColumnKind.AMOUNT else value

    def _formula(self, number: int, row: Row, column: Column) -> str:
        """What a total, or a column made of others, computes; "" for a figure that is only entered."""
        if is_shown_only(self.schedule, row.code):
            place = self.projects_total.format(_letters_of_projects(column.name))
            return f'=IF({place}="","",{place})'
        parts = self._summed(row, column)
        below = f'IF(COUNT({parts})=0,"",SUM({parts}))' if parts else '""'
        if column.sum_of:
            names = [self.layout.address(name, number) for name, _ in column.sum_of]
            signs = ["+" if sign > 0 else "-" for _, sign in column.sum_of]
            made = "".join(sign + name for sign, name in zip(signs, names, strict=True)).removeprefix("+")
            counted = f'IF(COUNT({",".join(names)})={len(names)},{made},"")'
            return f"=IF(COUNT({parts})=0,{counted},SUM({parts}))" if parts else f"={counted}"
        return f"={below}" if parts else ""

    def _summed(self, row: Row, column: Column) -> str:
        """The cells a total sums, in as few ranges as they make; "" for a row that sums none."""
        if row.kind == RowKind.LINE:
            return ""
        numbers = list(self._parts.get(row.code, []))
        if row.kind == RowKind.TOTAL:
            numbers += self.spare
        letters = get_column_letter(self.layout.column(column.name) + 1)
        return ",".join(
            f"{letters}{first}:{letters}{last}" if last > first else f"{letters}{first}"
            for first, last in _runs(numbers)
        )

    def _write_spare(self, number: int) -> None:
        for at, column in enumerate(self.layout.columns, 2):
            if column.name == "label":
                self.dresser.write_formula(number, at, self._name_formula(number), "computed", indent=3)
            else:
                formats = _FORMATS[column.kind][self.unit] if column.is_figure else _format_of_words(column)
                look = "computed" if column in self.locked else "input"
                self.dresser.write(number, at, "", look, formats)
        self.sheet.row_dimensions[number].height = 5 + _LINE_HEIGHT

    def _validate(self, codes: Mapping[Classification, Sequence[ExportCode]]) -> None:
        """Let the choices be chosen from lists."""
        for column in self.layout.columns:
            letters = get_column_letter(self.layout.column(column.name) + 1)
            cells = f"{letters}{FIRST_ROW}:{letters}{max(self.last, *self.spare, FIRST_ROW)}"
            classification = self.schedule.classification
            if column.choices:
                self._add_list(cells, self._choices(column), "请从列表里选。", "stop")
            elif column.name == "code" and classification:
                last = 1 + max(1, len(codes[classification]))
                source = f"'{CODE_SHEETS[classification]}'!$A$2:$A${last}"
                self._add_list(cells, source, "这个编码不在本年度的科目表里，请核对。", "warning")

    def _choices(self, column: Column) -> str:
        """Where the labels of a choice are: in the rule, or on a hidden sheet if they are the return's."""
        if column.name not in PLACE_SHEETS:
            return f'"{",".join(label for _, label in column.choices)}"'
        name = PLACE_SHEETS[column.name]
        rows = [[label, value] for value, label in column.choices]
        _write_hidden(self.book, name, [["名称", "代号"], *rows])
        return f"'{name}'!$A$2:$A${len(rows) + 1}"

    def _add_list(self, cells: str, source: str, sentence: str, style: Literal["stop", "warning"]) -> None:
        validation = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
        validation.error, validation.errorTitle, validation.errorStyle = sentence, "请核对", style
        validation.add(cells)
        self.sheet.add_data_validation(validation)


def _letters_of_projects(name: str) -> str:
    """The letters of a column in the sheet of the projects."""
    return get_column_letter(sheet_of(PROJECTS, FUND_AND_NATURE).column(name) + 1)


def _format_of_words(column: Column) -> str:
    if column.kind is ColumnKind.DATE:
        return _DATE
    return "@" if column.name == "code" else "General"


def _width(column: Column) -> int:
    if column.is_figure:
        return _FIGURE_WIDTH
    return _WIDTHS.get(column.name, _REASON_WIDTH)


def _tag(row: Row) -> Tag:
    line: Any = row.line
    version = line.row_version if line else 0
    if row.schedule.is_named and row.kind == RowKind.LINE:
        return Tag(f"line-{line.pk}", version)
    if row.category:
        fund, nature = getattr(line, "fund", ""), getattr(line, "nature", "")
        return Tag(f"c{row.category.pk}-{fund}-{nature}", version)
    return Tag(row.code, version)


def _label(row: Row) -> str:
    """What the preview calls a row."""
    return f"{row_label(row)} · {row.qualifiers}" if row.qualifiers else row_label(row)


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers as runs of neighbours: 5, 6, 9 are (5, 6) and (9, 9)."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column: not every program works that out on opening."""
    return sum(
        -(-max(1, sum(1 if each.isascii() else 2 for each in line)) // (width - 2))
        for line in text.split("\n")
    )
