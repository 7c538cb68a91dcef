"""The vocabulary of official forms: what stands in which cell, before it is a workbook, a page, a Word table.

Pure: imports neither Django nor openpyxl.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from math import ceil
from typing import Any

from budgets.money import AmountUnit, amount_text, in_unit, rate_text, round_half_up
from orgs.words import lines_of
from submissions.findings import Place


class Kind(StrEnum):
    """What a cell holds, and with that how it is written."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    """Below the title, without a frame: the year, the unit of the amounts."""
    HEAD = "head"
    LABEL = "label"
    TEXT = "text"
    YUAN = "yuan"
    """An amount in yuan, shown in 万元."""
    COUNT = "count"
    AREA = "area"
    """Square metres (㎡)."""
    RATE = "rate"
    """Percent, unrounded."""
    WEIGHT = "weight"
    """Points that can be reached: without needless zeros."""
    SCORE = "score"
    """Points that were reached: two decimals."""
    NOTHING = "nothing"
    """A dash where the form has no figure."""
    FOOT = "foot"

    @property
    def is_framed(self) -> bool:
        """Whether it stands within the lines of the form: title and foot do not."""
        return self not in (Kind.TITLE, Kind.SUBTITLE, Kind.FOOT)


@dataclass(frozen=True, slots=True)
class FormCell:
    """A cell of a form: where it begins, how many columns and rows it takes. None and "" are left blank.

    `place` is where in the return it is entered; None for what the form prints by itself.
    """

    column: int
    value: Any
    kind: Kind
    columns: int = 1
    rows: int = 1
    indent: int = 0
    place: Place | None = None


FormRow = Sequence[FormCell]
"""The cells that begin in one row; what a cell above takes is left out."""


@dataclass(frozen=True, slots=True)
class OfficialForm:
    """A form of one sheet, from the top down, on A4."""

    sheet_name: str
    widths: tuple[int, ...]
    """Column widths in half-width characters."""
    rows: Sequence[FormRow]
    is_landscape: bool = False
    head: int = 0
    """The row that is printed again on every page after its own, from 1; 0 for none."""

    @property
    def title(self) -> str:
        """What it is called, with its year."""
        return str(self.rows[0][0].value)


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a file says of the return it was made from, beside its figures."""

    number: str
    """Region, year, unit and revision: 431102-2023-224001-1."""
    state: str
    """What stands over a draft and over what was corrected; "" for an approved return."""
    version: str
    """Its revision and, where it is approved, the digest of what was approved."""
    digest: str = ""


# --- What a cell shows


def form_text(cell: FormCell) -> str:
    """Return what a cell of a form shows; "" for a blank one."""
    value = cell.value
    if value is None or value == "":
        return ""
    if cell.kind is Kind.YUAN:
        return amount_text(value, AmountUnit.WAN)
    if cell.kind is Kind.RATE:
        return f"{rate_text(value)}%"
    if cell.kind is Kind.SCORE:
        return rate_text(value)
    if cell.kind is Kind.WEIGHT:
        return f"{value.normalize():f}"
    return f"{value:,.2f}" if cell.kind is Kind.AREA else str(value)


def labelled(label: str, yuan: Decimal | None) -> str:
    """Return a label with its amount in 万元 in the same cell, as forms print it: 其他资金：585.62.

    A blank amount leaves the label alone. Thousands are not parted, and a minus is that of the keyboard: the
    figure is read again by who copies it.
    """
    return label if yuan is None else f"{label}{round_half_up(in_unit(yuan, AmountUnit.WAN)):f}"


# --- Rows that show all of their texts

MOST_LINES = 24
"""Lines of text that one row can show: Excel has no row higher than 409 points."""
BLANKS_A_STEP = 3
"""How far Excel moves a text for one step of indent."""


def lines_in(cell: FormCell, widths: Sequence[int]) -> int:
    """Return how many lines the text of a cell takes; 1 for what is no text."""
    if not isinstance(cell.value, str):
        return 1
    width = sum(widths[cell.column - 1 : cell.column - 1 + cell.columns])
    return lines_of(cell.value, width - 1 - BLANKS_A_STEP * cell.indent)


def spread(row: FormRow, widths: Sequence[int]) -> list[FormRow]:
    """Return a row over as many rows as show all of its texts, its cells merged down over them."""
    rows = max(ceil(lines_in(cell, widths) / MOST_LINES) for cell in row)
    if rows == 1:
        return [row]
    return [[replace(cell, rows=rows) for cell in row], *([[]] * (rows - 1))]


def beside(label: FormCell, rows: Sequence[FormRow]) -> list[FormRow]:
    """Return rows with a label to their left, merged down over all of them; [] for no rows."""
    return [[replace(label, rows=len(rows)), *row] if number == 0 else row for number, row in enumerate(rows)]


def placed(form: OfficialForm) -> Iterator[tuple[int, FormCell]]:
    """Yield every cell of a form with its row, from 1."""
    return ((number, cell) for number, row in enumerate(form.rows, 1) for cell in row)
