"""Official forms as workbooks, with fonts, lines and page as printed. 元 becomes 万元 at this edge, once."""

from collections.abc import Sequence
from copy import copy
from functools import cache
from io import BytesIO
from math import ceil
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from budgets.money import round_half_up, to_wan
from budgets.official_forms import FormCell, Imprint, Kind, OfficialForm, lines_in, placed
from orgs.words import as_in_workbook, storable

_HAIR = Side(style="thin")
_FRAME = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)
_TITLE = Font(name="方正小标宋简体", size=18)
_SUBTITLE = Font(name="仿宋_GB2312", size=12)
_BODY = Font(name="宋体", size=11)
_FONTS = {Kind.TITLE: _TITLE, Kind.SUBTITLE: _SUBTITLE}

_FORMATS = {
    Kind.YUAN: "#,##0.00",
    Kind.AREA: "#,##0.00",
    Kind.COUNT: "0",
    Kind.RATE: "0.00%",
    Kind.WEIGHT: "General",
    Kind.SCORE: "0.00",
}
_RIGHT = (Kind.YUAN, Kind.AREA)
_LEFT = (Kind.LABEL, Kind.TEXT, Kind.FOOT)

_LINE_HEIGHT = 16
_LEAST_HEIGHT = 21
_TITLE_HEIGHT = 36
_MOST_HEIGHT = 409
"""Excel has no row higher than that."""

NUMBER, DIGEST = "填报编号", "审定数据SHA-256"
"""The properties of a workbook that say what it was made from."""


def form_workbook(form: OfficialForm, imprint: Imprint | None = None) -> bytes:
    """Return a form of one sheet as .xlsx, as `forms_workbook` does."""
    return forms_workbook([form], imprint)


def forms_workbook(forms: Sequence[OfficialForm], imprint: Imprint | None = None) -> bytes:
    """Return forms as one .xlsx, a sheet each, on A4, one page wide.

    Blank stays blank and zero is zero; amounts are exact, rates rounded half up to 0.01 %; text of users
    never becomes a formula. The imprint stands among the properties of the file, and at the foot of the
    pages of what was approved.
    """
    book: Any = Workbook()
    book._named_styles["Normal"].font = _BODY  # its digits are what widths of columns are measured in
    book.properties.title, book.properties.creator = forms[0].title, ""
    for name, value in ((NUMBER, imprint.number), (DIGEST, imprint.digest)) if imprint else ():
        book.custom_doc_props.append(StringProperty(name=name, value=value))
    looks: dict[tuple[Any, ...], Any] = {}
    for at, form in enumerate(forms):
        _fill(book.create_sheet(form.sheet_name) if at else book.worksheets[0], form, imprint, looks)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _fill(
    sheet: Worksheet, form: OfficialForm, imprint: Imprint | None, looks: dict[tuple[Any, ...], Any]
) -> None:
    sheet.title = form.sheet_name
    _lay_out(sheet, form)
    _say_at_the_foot(sheet, imprint)
    for number, cell in placed(form):
        _write(sheet, number, cell, looks)
    for number, height in enumerate(_heights(form), 1):
        sheet.row_dimensions[number].height = height


def _lay_out(sheet: Worksheet, form: OfficialForm) -> None:
    for number, width in enumerate(form.widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if form.is_landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.6, bottom=0.7, footer=0.3)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    sheet.sheet_view.showGridLines = False
    if form.head:
        sheet.print_title_rows = f"{form.head}:{form.head}"


def _say_at_the_foot(sheet: Any, imprint: Imprint | None) -> None:
    """Number the pages; of an approved return name its version and the digest of what was approved."""
    foot = sheet.oddFooter
    foot.right.text = "第 &P 页，共 &N 页"
    foot.left.text = imprint.version if imprint and imprint.digest else None
    foot.left.size = foot.right.size = 8


def _write(sheet: Worksheet, number: int, cell: FormCell, looks: dict[tuple[Any, ...], Any]) -> None:
    """Write a cell at its row; all the cells it takes get its look, for each draws its own lines.

    `merge_cells` would work out those lines anew for each cell, which takes nine tenths of the time.
    """
    bottom, right = number + cell.rows - 1, cell.column + cell.columns - 1
    for row in range(number, bottom + 1):
        for column in range(cell.column, right + 1):
            _dress(sheet.cell(row, column), cell, looks)
    target = sheet.cell(number, cell.column, value_of(cell))
    if isinstance(cell.value, str) and cell.value:
        target.data_type = "s"
    if (cell.columns, cell.rows) != (1, 1):
        first, last = get_column_letter(cell.column), get_column_letter(right)
        sheet.merged_cells.add(f"{first}{number}:{last}{bottom}")


def _dress(target: Any, cell: FormCell, looks: dict[tuple[Any, ...], Any]) -> None:
    """Give a cell its look, worked out once for a sheet: openpyxl is slow to set fonts and borders."""
    is_quoted = isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@"))
    look = (cell.kind, cell.indent, is_quoted)
    if look in looks:
        target._style = copy(looks[look]._style)
        return
    target.font = _FONTS.get(cell.kind, _BODY)
    target.alignment = _alignment(cell.kind, cell.indent)
    target.number_format = _FORMATS.get(cell.kind, "General")
    target.quotePrefix = is_quoted
    if cell.kind.is_framed:
        target.border = _FRAME
    looks[look] = target


@cache
def _alignment(kind: Kind, indent: int) -> Alignment:
    """Words are wrapped; a number too long for its cell is made smaller, where it would be shown as ###."""
    is_number = kind in _FORMATS
    across = "right" if kind in _RIGHT else "left" if kind in _LEFT else "center"
    return Alignment(across, "center", wrap_text=not is_number, shrink_to_fit=is_number, indent=indent)


def value_of(cell: FormCell) -> Any:
    """Return what a cell holds in a workbook; None for blank.

    万元 are exact, a rate is a percent of Excel, a score has the two decimals it is counted with.
    """
    if cell.value is None or cell.value == "":
        return None
    if cell.kind is Kind.YUAN:
        return to_wan(cell.value)
    if isinstance(cell.value, str):
        return as_in_workbook(storable(cell.value))
    if cell.kind not in (Kind.RATE, Kind.SCORE):
        return cell.value
    rounded = round_half_up(cell.value)
    return rounded.scaleb(-2) if cell.kind is Kind.RATE else rounded


def _heights(form: OfficialForm) -> list[int]:
    """Row heights in points that show all wrapped text: Excel does not grow the rows of merged cells."""
    heights = [_LEAST_HEIGHT] * len(form.rows)
    for number, cell in placed(form):
        share = min(ceil(_height(cell, form.widths) / cell.rows), _MOST_HEIGHT)
        for at in range(number - 1, number - 1 + cell.rows):
            heights[at] = max(heights[at], share)
    return heights


def _height(cell: FormCell, widths: tuple[int, ...]) -> int:
    if cell.kind is Kind.TITLE:
        return _TITLE_HEIGHT
    return 5 + _LINE_HEIGHT * lines_in(cell, widths)
