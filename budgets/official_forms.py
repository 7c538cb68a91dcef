"""The vocabulary of official forms: what stands in which cell, before it is a workbook.

Pure: imports neither Django nor openpyxl.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a cell holds, and with that how it is written."""

    TITLE = "title"
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
    FOOT = "foot"

    @property
    def is_framed(self) -> bool:
        """Whether it stands within the lines of the form: title and foot do not."""
        return self not in (Kind.TITLE, Kind.FOOT)


@dataclass(frozen=True, slots=True)
class FormCell:
    """A cell of a form: where it begins, how many columns and rows it takes. None and "" are left blank."""

    column: int
    value: Any
    kind: Kind
    columns: int = 1
    rows: int = 1
    indent: int = 0


FormRow = Sequence[FormCell]
"""The cells that begin in one row; what a cell above takes is left out."""


@dataclass(frozen=True, slots=True)
class OfficialForm:
    """A form of one sheet, from the top down, on A4 upright."""

    sheet_name: str
    widths: tuple[int, ...]
    """Column widths in half-width characters."""
    rows: Sequence[FormRow]
