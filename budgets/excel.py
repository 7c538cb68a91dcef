"""The workbook of variances and ratios, to be read. 元 becomes 万元 at this edge, once."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from budgets.adjustment_places import said_of, with_places
from budgets.bridge import Bridge, Step, bridge_of
from budgets.cells import NotesByRow, column_titles, notes_on
from budgets.measures import FIGURE_TITLES, FIVE_FIGURE_MEASURES, Kind, Measure, ratio
from budgets.models import CellNote
from budgets.money import AmountUnit, figure_text, in_unit, round_half_up
from budgets.ratios import RatioResult
from budgets.returns import ADJUSTMENTS, REASON, SCHEDULES, VARIANCE_SCHEDULES, Column, ColumnKind, Schedule
from budgets.rows import MeasuredRow, Row, RowKind
from orgs.words import OURSELVES, as_in_workbook
from submissions.models import Submission

Remarks = Callable[[Row], Mapping[str, str]]
"""What is said of the figures of a row, by column: of one restated, of one that no document accounts for."""

FONT = "宋体"
AMOUNT_FORMAT = "#,##0.00;-#,##0.00;0.00"
SIGNED_AMOUNT_FORMAT = "+#,##0.00;-#,##0.00;0.00"
RATE_FORMAT = "0.00%"
SIGNED_RATE_FORMAT = "+0.00%;-0.00%;0.00%"
_FORMATS = {ColumnKind.COUNT: "#,##0", ColumnKind.AREA: "#,##0.00"}

_HAIR = Side(style="thin", color="AEBAC6")
_BORDER = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)
_TITLE = Font(name=FONT, size=16, bold=True)
_HEAD = Font(name=FONT, size=10, bold=True)
_BODY = Font(name=FONT, size=10)
_TINT = PatternFill("solid", start_color="EAF0F6")
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_RIGHT = Alignment(horizontal="right", vertical="center")
_WRAP = Alignment(vertical="center", wrap_text=True)
_PLAIN = Alignment(vertical="center")

_BLANK = "—"
"""What a cell says where a figure cannot be computed."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """What is to be written into one cell."""

    value: Any
    font: Font = _BODY
    alignment: Alignment = _WRAP
    number_format: str = "General"


def variance_workbook(
    submission: Submission,
    rows: dict[str, list[MeasuredRow]],
    ratios: Sequence[RatioResult],
    unit: AmountUnit,
    notes: NotesByRow,
    remarks: Remarks,
) -> bytes:
    """Return the variances of a submission as .xlsx: a sheet per schedule, the way to the gap, the ratios.

    Schedules without the five figures follow where something is filled in. Amounts are numbers in `unit`,
    exact; rates are Excel percents, rounded half up to 0.01 %. Blank figures are empty cells, what cannot be
    computed is "—". Notes and `remarks` are comments on their cells. Text of users never becomes a formula.
    """
    book = Workbook()
    for sheet in list(book.worksheets):
        book.remove(sheet)
    plain = {name: [each.row for each in found] for name, found in rows.items()}
    adjustments = with_places(ADJUSTMENTS, plain)
    for schedule in VARIANCE_SCHEDULES:
        _variance_sheet(book, submission, schedule, rows[schedule.name], unit, notes, remarks)
    for schedule in SCHEDULES:
        if schedule == ADJUSTMENTS:
            _adjustment_sheet(book, submission, adjustments, rows[schedule.name], unit, notes)
        elif not schedule.in_variances and _is_filled(rows[schedule.name]):
            _other_sheet(book, submission, schedule, rows[schedule.name], unit, notes, remarks)
    if found := bridge_of(plain):
        _bridge_sheet(book, submission, found, adjustments, unit)
    _ratio_sheet(book, submission, ratios, unit)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def comments_by_column(
    notes: Sequence[CellNote], schedule: Schedule, names: Sequence[str], elsewhere: str = "name"
) -> dict[str, Comment]:
    """Return the notes of a row as comments of a sheet, by the names of its columns.

    A note on a column the sheet does not have goes to the cell `elsewhere`, with that column's title.
    """
    texts: dict[str, list[CellNote]] = {}
    for note in notes:
        texts.setdefault(note.column if note.column in names else elsewhere, []).append(note)
    return {name: _comment(found, schedule, name) for name, found in texts.items()}


def _comment(notes: Sequence[CellNote], schedule: Schedule, name: str) -> Comment:
    titles = column_titles(schedule)
    about = [f"{titles[note.column]}：" if note.column != name else "" for note in notes]
    said = [f"{note.author_name}：{title}{note.text}" for note, title in zip(notes, about, strict=True)]
    return boxed_comment("\n".join(said), "、".join(dict.fromkeys(note.author_name for note in notes)))


def boxed_comment(text: str, author: str = OURSELVES) -> Comment:
    """Return a comment in a box as high as its text; one of the product's own where no author is said."""
    comment = Comment(as_in_workbook(text), author)
    comment.width = _COMMENT_WIDTH
    lines = sum(-(-_breadth(line) // _COMMENT_BREADTH) for line in text.split("\n"))
    comment.height = _COMMENT_LINE * (lines + 1)
    return comment


def put_comment(cell: Any, comment: Comment) -> None:
    """Put a comment on a cell, below the one it may have."""
    if cell.comment:
        comment.text = f"{cell.comment.text}\n{comment.text}"
        comment.height += cell.comment.height
    cell.comment = comment


_COMMENT_WIDTH, _COMMENT_LINE = 300, 20
"""Pixels of a comment's box, and of a line in it."""
_COMMENT_BREADTH = 38
"""Half-width characters of a line in it."""


def _is_filled(rows: list[MeasuredRow]) -> bool:
    return any(figure.value is not None for row in rows for figure in row.row.figures.values())


def _variance_sheet(
    book: Workbook,
    submission: Submission,
    schedule: Schedule,
    rows: list[MeasuredRow],
    unit: AmountUnit,
    notes: NotesByRow,
    remarks: Remarks,
) -> None:
    names = ["code", "name", *FIGURE_TITLES, *(m.name for m in FIVE_FIGURE_MEASURES), REASON.name]
    heads = ["编码", "名称", *FIGURE_TITLES.values(), *(m.title for m in FIVE_FIGURE_MEASURES), "差异原因"]
    widths = [10, 30, *([13] * len(FIGURE_TITLES)), *([11] * len(FIVE_FIGURE_MEASURES)), 40]
    title = f"{_whose(submission)}{schedule.title}差异表"
    sheet = _Sheet(book, schedule.short_title, title, unit, heads, widths, frozen=2)
    for row in rows:
        sheet.append(_variance_cells(row, unit), tint=row.row.kind == RowKind.TOTAL)
        sheet.comment(row, names, notes, remarks(row.row))


def _variance_cells(row: MeasuredRow, unit: AmountUnit) -> list[_Cell]:
    font = _font(row)
    return [
        _Cell(_printed_code(row), font),
        _Cell(row.row.full_name, font, _indent(row.row.depth)),
        *(_amount(row.values[figure], unit, font, blank="") for figure in FIGURE_TITLES),
        *(_measure(measure, row.measures[measure.name], unit, font) for measure in FIVE_FIGURE_MEASURES),
        _Cell(row.row.variance_reason),
    ]


def _printed_code(row: MeasuredRow) -> str:
    """The code of a classification or of a project; the codes of fixed rows are ours and not printed."""
    is_printed = row.row.category or (row.row.schedule.is_named and row.row.kind == RowKind.LINE)
    return row.row.code if is_printed else ""


def _ratio_sheet(
    book: Workbook, submission: Submission, ratios: Sequence[RatioResult], unit: AmountUnit
) -> None:
    title = f"{_whose(submission)}主要比率"
    heads = ["比率", "数值", "公式", "代入的数"]
    sheet = _Sheet(book, "比率", title, unit, heads, [26, 12, 56, 66])
    for result in ratios:
        figures = "；".join(
            f"{each.title} {each.text(value, unit)}" for each, value in result.figures.items()
        )
        cells = [_Cell(result.ratio.name, _HEAD), _rate(result.rate, _BODY)]
        said = f"{result.obstacle}（{figures}）" if result.obstacle else figures
        sheet.append([*cells, _Cell(result.ratio.formula), _Cell(said)])


def _bridge_sheet(
    book: Workbook, submission: Submission, bridge: Bridge, adjustments: Schedule, unit: AmountUnit
) -> None:
    """Every step from the initial budget to the outturn; their changes add up to the gap."""
    title = f"{_whose(submission)}年初预算到决算的差额构成"
    heads = ["步骤", "增减", "占差额", "累计", "说明"]
    sheet = _Sheet(book, "差额构成", title, unit, heads, [44, 16, 11, 16, 76])
    level, stretches = bridge.initial, [("决算数", bridge.executed.steps, bridge.outturn)]
    if bridge.revised is not None:
        title = "全年预算数" if not bridge.lacking else bridge.revised_title
        stretches.insert(0, (title, bridge.adjusted.steps, bridge.revised))
    sheet.append(_level_cells("年初预算数", bridge.initial, unit), tint=True)
    for name, steps, reached in stretches:
        for step in steps:
            level += step.change
            share = ratio(step.change, bridge.gap)
            cells = [
                _Cell(step.label, _BODY, _indent(1)),
                _amount(step.change, unit, _BODY, "", SIGNED_AMOUNT_FORMAT),
                _rate(share, _BODY, SIGNED_RATE_FORMAT),
                _amount(level, unit, _BODY, ""),
                _Cell(_step_detail(step, adjustments)),
            ]
            sheet.append(cells)
        sheet.append(_level_cells(name, reached, unit), tint=True)


def _level_cells(name: str, yuan: Decimal, unit: AmountUnit) -> list[_Cell]:
    return [_Cell(name, _HEAD), _Cell(""), _Cell(""), _amount(yuan, unit, _HEAD, ""), _Cell("")]


def _step_detail(step: Step, adjustments: Schedule) -> str:
    return said_of(step.row, adjustments) if step.row.schedule == ADJUSTMENTS else step.detail


def _adjustment_sheet(
    book: Workbook,
    submission: Submission,
    adjustments: Schedule,
    rows: list[MeasuredRow],
    unit: AmountUnit,
    notes: NotesByRow,
) -> None:
    """The documents of the year, if any; amounts have no sign, the kind says which way they count."""
    if not rows:
        return
    columns = adjustments.columns
    title = f"{_whose(submission)}{adjustments.title}"
    widths = [30, 12, 14, 13, 32, 32, 16, 44]
    sheet = _Sheet(book, adjustments.title, title, unit, [column.title for column in columns], widths)
    for each in rows:
        sheet.append([_adjustment_cell(column, each.row, unit) for column in columns])
        sheet.comment(each, [column.name for column in columns], notes, {})


def _adjustment_cell(column: Column, row: Row, unit: AmountUnit) -> _Cell:
    if column.is_figure:
        return _figure(column, row.own(column.name), unit, _BODY)
    text = figure_text(row.own(column.name))
    return _Cell(dict(column.choices).get(text, text))


def _other_sheet(
    book: Workbook,
    submission: Submission,
    schedule: Schedule,
    rows: list[MeasuredRow],
    unit: AmountUnit,
    notes: NotesByRow,
    remarks: Remarks,
) -> None:
    """A schedule without the five figures: its columns and measures as they are entered."""
    names = ["name", *(column.name for column in schedule.figures), *(m.name for m in schedule.measures)]
    heads = ["名称", *(column.title for column in schedule.figures), *(m.title for m in schedule.measures)]
    title = f"{_whose(submission)}{schedule.title}"
    sheet = _Sheet(book, schedule.short_title, title, unit, heads, [40, *([18] * (len(heads) - 1))])
    for row in rows:
        font = _font(row)
        cells = [
            _Cell(row.row.name, font, _indent(row.row.depth)),
            *(_figure(column, row.values[column.name], unit, font) for column in schedule.figures),
            *(_other_measure(measure, row, unit, font) for measure in schedule.measures),
        ]
        sheet.append(cells, tint=row.row.kind == RowKind.TOTAL)
        sheet.comment(row, names, notes, remarks(row.row))


def _other_measure(measure: Measure, row: MeasuredRow, unit: AmountUnit, font: Font) -> _Cell:
    """A rate, or a difference in what its figures are: persons have no 万元."""
    number = row.measures[measure.name]
    if measure.is_rate or number is None:
        return _measure(measure, number, unit, font)
    column = next(each for each in row.row.schedule.columns if each.name == measure.value)
    return _figure(column, number, unit, font)


def _figure(column: Column, value: Any, unit: AmountUnit, font: Font) -> _Cell:
    if column.kind is ColumnKind.AMOUNT:
        return _amount(value, unit, font, blank="")
    return _Cell("" if value is None else value, font, _RIGHT, _FORMATS[column.kind])


def _whose(submission: Submission) -> str:
    return f"{submission.unit} {submission.round.fiscal_year} 年度"


def _font(row: MeasuredRow) -> Font:
    return _HEAD if row.row.kind in (RowKind.TOTAL, RowKind.SUBTOTAL) else _BODY


@cache
def _indent(depth: int) -> Alignment:
    return Alignment(horizontal="left", vertical="center", wrap_text=True, indent=depth)


class _Sheet:
    """A sheet with title, unit line, frozen head and `frozen` columns, laid out for A4 across.

    A look is worked out once and then copied from cell to cell: openpyxl is slow to set fonts and borders.
    """

    def __init__(
        self,
        book: Workbook,
        name: str,
        title: str,
        unit: AmountUnit,
        heads: Sequence[str],
        widths: Sequence[int],
        frozen: int = 1,
    ):
        self.sheet: Worksheet = book.create_sheet(name.replace("“", "").replace("”", ""))
        self.widths = widths
        self.looks: dict[tuple[Any, ...], Any] = {}  # the first cell of each look
        self.row = 0
        self._lay_out(frozen)
        self.append([_Cell(title, _TITLE, _PLAIN)], border=False)
        self.append([_Cell(f"金额单位：{unit.label}", _BODY, _PLAIN)], border=False)
        self.append([_Cell(head, _HEAD, _CENTRE) for head in heads], tint=True)

    def _lay_out(self, frozen: int) -> None:
        sheet = self.sheet
        for number, width in enumerate(self.widths, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.freeze_panes = f"{get_column_letter(frozen + 1)}4"
        sheet.print_title_rows = "1:3"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)

    def append(self, cells: Sequence[_Cell], *, tint: bool = False, border: bool = True) -> None:
        """Write a row below the last; text stays text even when it begins with =, +, - or @."""
        self.row += 1
        for column, content in enumerate(cells, 1):
            cell: Any = self.sheet.cell(self.row, column, content.value if content.value != "" else None)
            is_text = isinstance(content.value, str) and content.value != ""
            if is_text:
                cell.value, cell.data_type = as_in_workbook(content.value), "s"
            if isinstance(content.value, Decimal | int):
                self._widen(column, len(f"{content.value:+,.2f}"))
            self._dress(cell, content, tint, border, is_text and content.value[0] in "=+-@")
        if border:
            self.sheet.row_dimensions[self.row].height = 4 + 14 * self._lines(cells)

    def comment(
        self, row: MeasuredRow, names: Sequence[str], notes: NotesByRow, said: Mapping[str, str]
    ) -> None:
        """Put what is `said` and noted of a row on its cells, the last written, in the order of `names`."""
        comments = [(name, boxed_comment(text)) for name, text in said.items()]
        comments += comments_by_column(notes_on(notes, row.row), row.row.schedule, names).items()
        for name, comment in comments:
            put_comment(self.sheet.cell(self.row, names.index(name) + 1), comment)

    def _dress(self, cell: Any, content: _Cell, tint: bool, border: bool, is_quoted: bool) -> None:
        look = (id(content.font), id(content.alignment), content.number_format, tint, border, is_quoted)
        if look in self.looks:
            cell._style = copy(self.looks[look]._style)
            return
        cell.font, cell.alignment, cell.number_format = content.font, content.alignment, content.number_format
        cell.quotePrefix = is_quoted
        if border:
            cell.border = _BORDER
        if tint:
            cell.fill = _TINT
        self.looks[look] = cell

    def _widen(self, column: int, digits: int) -> None:
        """Make a column wide enough for a number, in bold too; else it would be shown as ###."""
        dimension = self.sheet.column_dimensions[get_column_letter(column)]
        dimension.width = max(dimension.width, 2 + -(-digits * 6 // 5))

    def _lines(self, cells: Sequence[_Cell]) -> int:
        """How many lines the longest text of a row takes: not every program works that out on opening."""
        return max(
            -(-_breadth(cell.value) // (width - 2))
            for cell, width in zip(cells, self.widths, strict=True)
            if isinstance(cell.value, str) and cell.alignment.wrap_text
        )


def _amount(
    yuan: Decimal | None, unit: AmountUnit, font: Font, blank: str, number_format: str = AMOUNT_FORMAT
) -> _Cell:
    return _Cell(blank if yuan is None else in_unit(yuan, unit), font, _RIGHT, number_format)


def _measure(measure: Measure, number: Decimal | None, unit: AmountUnit, font: Font) -> _Cell:
    if measure.is_rate:
        return _rate(number, font, RATE_FORMAT if measure.kind is Kind.RATIO else SIGNED_RATE_FORMAT)
    return _amount(number, unit, font, _BLANK, SIGNED_AMOUNT_FORMAT)


def _rate(rate: Decimal | None, font: Font, number_format: str = RATE_FORMAT) -> _Cell:
    value = _BLANK if rate is None else round_half_up(rate).scaleb(-2)
    return _Cell(value, font, _RIGHT, number_format)


def _breadth(text: str) -> int:
    """The width of a text in half-width characters, of its longest line times its lines; at least 1."""
    lines = text.splitlines() or [""]
    return max(len(lines) * max(sum(1 if each.isascii() else 2 for each in line) for line in lines), 1)
