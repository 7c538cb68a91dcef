"""Workbooks of figures: the only module here that imports openpyxl. 元 becomes 万元 at this edge, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from budgets.measures import FIGURE_TITLES, FIVE_FIGURE_MEASURES, Measure
from budgets.money import AmountUnit, amount_text, in_unit, round_half_up
from budgets.ratios import RatioResult
from budgets.returns import VARIANCE_SCHEDULES, ColumnKind, Schedule
from budgets.rows import MeasuredRow, RowKind
from submissions.models import Submission

FONT = "宋体"
AMOUNT_FORMAT = "#,##0.00;-#,##0.00;0.00"
RATE_FORMAT = "0.00%"

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
) -> bytes:
    """Return the variances of a submission as .xlsx: a sheet per schedule with rows, and one of the ratios.

    Amounts are numbers in `unit`, exact; rates are Excel percents, rounded half up to 0.01 %. Blank figures
    are empty cells, what cannot be computed is "—". Text of users never becomes a formula.
    """
    book = Workbook()
    for sheet in list(book.worksheets):
        book.remove(sheet)
    for schedule in VARIANCE_SCHEDULES:
        if rows[schedule.name]:
            _variance_sheet(book, submission, schedule, rows[schedule.name], unit)
    _ratio_sheet(book, submission, ratios, unit)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _variance_sheet(
    book: Workbook, submission: Submission, schedule: Schedule, rows: list[MeasuredRow], unit: AmountUnit
) -> None:
    heads = ["编码", "名称", *FIGURE_TITLES.values(), *(m.title for m in FIVE_FIGURE_MEASURES), "差异原因"]
    widths = [11, 32, *([14] * len(FIGURE_TITLES)), *([12] * len(FIVE_FIGURE_MEASURES)), 40]
    title = f"{submission.unit} {submission.round.fiscal_year} 年度{schedule.title}差异表"
    sheet = _open_sheet(book, schedule.short_title, title, unit, heads, widths)
    for row in rows:
        _append(sheet, _variance_cells(row, unit), tint=row.row.kind == RowKind.TOTAL)


def _variance_cells(row: MeasuredRow, unit: AmountUnit) -> list[_Cell]:
    font = _HEAD if row.row.kind in (RowKind.TOTAL, RowKind.SUBTOTAL) else _BODY
    name = f"{'　' * row.row.depth}{row.row.name}"
    if row.row.qualifiers:
        name = f"{name}（{row.row.qualifiers}）"
    return [
        _Cell(_printed_code(row), font),
        _Cell(name, font),
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
    title = f"{submission.unit} {submission.round.fiscal_year} 年度主要比率"
    heads = ["比率", "数值", "公式", "代入的数"]
    sheet = _open_sheet(book, "比率", title, unit, heads, [26, 14, 60, 60])
    for result in ratios:
        figures = "；".join(
            f"{each.title} {figure_text(each.kind, value, unit)}" for each, value in result.figures.items()
        )
        cells = [_Cell(result.ratio.name, _HEAD), _rate(result.rate, _BODY)]
        _append(sheet, [*cells, _Cell(result.ratio.formula), _Cell(result.obstacle or figures)])


def figure_text(kind: ColumnKind, value: Any, unit: AmountUnit) -> str:
    """Return a figure with its unit as a sentence quotes it: 122 人, 1,968.01 万元; 未填 for blank."""
    if value is None:
        return "未填"
    if kind is ColumnKind.AMOUNT:
        return f"{amount_text(value, unit)} {unit.label}"
    return f"{value:,}{' ㎡' if kind is ColumnKind.AREA else ' 人'}"


def _open_sheet(
    book: Workbook, name: str, title: str, unit: AmountUnit, heads: Sequence[str], widths: Sequence[int]
) -> Worksheet:
    """Return a sheet with title, unit line and frozen head, laid out for A4 across."""
    sheet: Worksheet = book.create_sheet(name.replace("“", "").replace("”", ""))
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "C4"
    sheet.print_title_rows = "1:3"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    _append(sheet, [_Cell(title, _TITLE, _PLAIN)], border=False)
    _append(sheet, [_Cell(f"金额单位：{unit.label}", _BODY, _PLAIN)], border=False)
    _append(sheet, [_Cell(head, _HEAD, _CENTRE) for head in heads], tint=True)
    return sheet


def _amount(yuan: Decimal | None, unit: AmountUnit, font: Font, blank: str) -> _Cell:
    return _Cell(blank if yuan is None else in_unit(yuan, unit), font, _RIGHT, AMOUNT_FORMAT)


def _measure(measure: Measure, number: Decimal | None, unit: AmountUnit, font: Font) -> _Cell:
    return _rate(number, font) if measure.is_rate else _amount(number, unit, font, blank=_BLANK)


def _rate(rate: Decimal | None, font: Font) -> _Cell:
    value = _BLANK if rate is None else round_half_up(rate).scaleb(-2)
    return _Cell(value, font, _RIGHT, RATE_FORMAT)


def _append(sheet: Worksheet, cells: Sequence[_Cell], *, tint: bool = False, border: bool = True) -> None:
    """Write a row below the last; text stays text even when it begins with =, +, - or @."""
    number = sheet.max_row + 1 if sheet["A1"].value is not None else 1
    for column, content in enumerate(cells, 1):
        cell = sheet.cell(number, column, content.value if content.value != "" else None)
        if isinstance(content.value, str) and content.value:
            cell.data_type = "s"
            cell.quotePrefix = content.value[0] in "=+-@"
        cell.font, cell.alignment, cell.number_format = content.font, content.alignment, content.number_format
        if border:
            cell.border = _BORDER
        if tint:
            cell.fill = _TINT
