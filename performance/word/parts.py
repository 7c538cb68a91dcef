"""Pieces of a Word document as XML: a table of an official form, and the chart.

Pure: imports neither Django nor a library of documents. What people wrote is escaped here.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from xml.sax.saxutils import escape

from budgets.money import AmountUnit, in_unit, round_half_up
from budgets.official_forms import FormCell, Kind, OfficialForm, form_text
from orgs.words import storable

WIDTH = 8845
"""How wide the text of a page is, in twentieths of a point: A4 less 28 mm and 26 mm."""

_CENTRED = (Kind.HEAD, Kind.COUNT, Kind.RATE, Kind.WEIGHT, Kind.SCORE, Kind.NOTHING)
_RIGHT = (Kind.YUAN, Kind.AREA)


_FIGURES = (*_RIGHT, Kind.COUNT, Kind.RATE, Kind.WEIGHT, Kind.SCORE)

_MARGIN, _LINES = 40, 16
_BESIDE = f'w:w="{_MARGIN}" w:type="dxa"'
_MARGINS = f"<w:tblCellMar><w:left {_BESIDE}/><w:right {_BESIDE}/></w:tblCellMar>"
"""Between the lines of a form and its words, in twentieths of a point."""
_SIZE, _SPACING = 18, 240
"""小五: half points, and the height of a line in twentieths of a point. A form is to have few pages."""
_DIGIT, _NARROWEST = 115, 50
"""How wide a digit is in 小五 in the widest of fonts, and to what percent it is narrowed at most."""


def form_table(form: OfficialForm) -> str:
    """Return a form with its merges; title and foot stand outside it and are left out.

    Word repeats only the first row of a table: a form whose head stands further down is two tables, one
    right below the other.
    """
    rows = [(row, list(each)) for row, each in enumerate(form.rows) if _is_framed(each)]
    at_head = next((at for at, (row, _) in enumerate(rows) if row == form.head - 1), 0)
    grid = _grid(form.widths)
    if not at_head:
        return _table(rows, grid, has_head=False)
    above, below = _table(rows[:at_head], grid, has_head=False), _table(rows[at_head:], grid, has_head=True)
    return f"{above}{_SEAM}{below}"


NEXT_PAGE = '<w:p><w:pPr><w:pStyle w:val="FormText"/><w:pageBreakBefore/></w:pPr></w:p>'
"""An empty line at the top of a page: what comes after it begins there."""

_SEAM = '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr></w:p>'
"""Between two tables, which would be one without it: as high as a line."""


def _table(rows: Sequence[tuple[int, list[FormCell]]], grid: list[int], *, has_head: bool) -> str:
    taken: dict[tuple[int, int], FormCell] = {}
    body = "".join(
        _row(number, cells, grid, taken, is_head=has_head and not at)
        for at, (number, cells) in enumerate(rows)
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="FormTable"/><w:tblW w:w="{sum(grid)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/>{_MARGINS}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{body}</w:tbl>'
    )


def _is_framed(row: Sequence[FormCell]) -> bool:
    return all(cell.kind.is_framed for cell in row)


def _grid(widths: Sequence[int]) -> list[int]:
    """The widths of the columns; labels in the first, where it is the widest, get half as much again."""
    first = 3 if widths[0] == max(widths) else 2
    parts = [widths[0] * first, *(width * 2 for width in widths[1:])]
    return [WIDTH * part // sum(parts) for part in parts]


def _row(
    number: int,
    cells: list[FormCell],
    grid: list[int],
    taken: dict[tuple[int, int], FormCell],
    *,
    is_head: bool,
) -> str:
    """One row; a cell that reaches further down is continued in the rows below by an empty one."""
    by_column = {each.column: each for each in cells}
    for each in cells:
        for below in range(1, each.rows):
            taken[number + below, each.column] = each
    parts: list[str] = []
    column = 1
    while column <= len(grid):
        cell, above = by_column.get(column), taken.get((number, column))
        found = cell or above or FormCell(column, None, Kind.LABEL)
        width = sum(grid[column - 1 : column - 1 + found.columns])
        parts.append(_cell(found, width, is_continued=cell is None and above is not None))
        column += found.columns
    again = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{again}</w:trPr>{''.join(parts)}</w:tr>"


def _cell(cell: FormCell, width: int, *, is_continued: bool) -> str:
    span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
    merge = '<w:vMerge w:val="restart"/>' if cell.rows > 1 else ""
    merge = "<w:vMerge/>" if is_continued else merge
    side = "center" if cell.kind in _CENTRED else "right" if cell.kind in _RIGHT else "left"
    indent = f'<w:ind w:left="{cell.indent * 300}"/>' if cell.indent else ""
    lines = [""] if is_continued else form_text(cell).split("\n")
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="FormText"/>{_LINE}{indent}<w:jc w:val="{side}"/></w:pPr>'
        f"{run(line, _look_of(cell, line, width))}</w:p>"
        for line in lines
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/></w:tcPr>'
        f"{body}</w:tc>"
    )


_LINE = f'<w:spacing w:line="{_SPACING}" w:lineRule="atLeast"/>'


def _scale(figure: str, width: int) -> int:
    """How wide the characters of a figure may be, in percent, for it to stand in one line of its cell."""
    room = width - 2 * _MARGIN - _LINES
    return max(_NARROWEST, min(100, 100 * room // (len(figure) * _DIGIT))) if figure else 100


def run(text: str, look: str = "") -> str:
    """Return words as one run in the look of their paragraph, but for what `look` says; nothing for none."""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(printable(text))}</w:t></w:r>' if text else ""


def _look_of(cell: FormCell, line: str, width: int) -> str:
    scale = _scale(line, width) if cell.kind in _FIGURES else 100
    narrowed = f'<w:w w:val="{scale}"/>' if scale < 100 else ""
    return f'<w:rPr>{narrowed}<w:sz w:val="{_SIZE}"/><w:szCs w:val="{_SIZE}"/></w:rPr>'


def printable(text: str) -> str:
    """Return what people wrote as a document keeps it: without control characters, tabs as blanks."""
    return storable(text).replace("\t", " ")


# --- The chart

_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def chart_xml(title: str, bars: Sequence[tuple[str, Decimal]]) -> str:
    """Return a chart of lying bars, the first on top, in 万元 with their figures.

    `bars` are names and yuan; the chart holds them itself, without a workbook behind it.
    """
    names = [name for name, _ in bars]
    values = [f"{round_half_up(in_unit(value, AmountUnit.WAN)):f}" for _, value in bars]
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace xmlns:c="{_CHART}" xmlns:a="{_DRAWING}"><c:roundedCorners val="0"/><c:chart>'
        f"{_chart_title(title)}"
        '<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/><c:barChart><c:barDir val="bar"/>'
        '<c:grouping val="clustered"/><c:varyColors val="0"/><c:ser><c:idx val="0"/><c:order val="0"/>'
        "<c:tx><c:v>决算数</c:v></c:tx>"
        '<c:spPr><a:solidFill><a:srgbClr val="3A7CB5"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>'
        f'<c:dLbls>{_look(900)}<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
        '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        f"<c:cat>{_points('str', names)}</c:cat><c:val>{_points('num', values)}</c:val></c:ser>"
        '<c:gapWidth val="60"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        f'<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="low"/>{_look(900)}<c:crossAx val="2"/></c:catAx>'
        '<c:valAx><c:axId val="2"/><c:scaling/><c:delete val="1"/><c:axPos val="t"/>'
        '<c:numFmt formatCode="0.00" sourceLinked="0"/><c:crossAx val="1"/></c:valAx>'
        '</c:plotArea><c:plotVisOnly val="1"/></c:chart>'
        "<c:spPr><a:ln><a:noFill/></a:ln></c:spPr></c:chartSpace>"
    )


def _chart_title(title: str) -> str:
    return (
        f'<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1050" b="0"/></a:pPr><a:r>'
        f'<a:rPr lang="zh-CN" sz="1050" b="0"/><a:t>{escape(title)}</a:t></a:r></a:p></c:rich></c:tx>'
        '<c:overlay val="0"/></c:title>'
    )


def _look(size: int) -> str:
    return (
        f'<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="{size}"/></a:pPr><a:endParaRPr lang="zh-CN"/></a:p>'
        "</c:txPr>"
    )


def _points(kind: str, values: Iterable[str]) -> str:
    found = list(values)
    points = "".join(_point(number, value) for number, value in enumerate(found))
    form = "<c:formatCode>0.00</c:formatCode>" if kind == "num" else ""
    return f'<c:{kind}Lit>{form}<c:ptCount val="{len(found)}"/>{points}</c:{kind}Lit>'


def _point(number: int, value: str) -> str:
    return f'<c:pt idx="{number}"><c:v>{escape(printable(value))}</c:v></c:pt>'
