"""The vocabulary of official forms: what stands in which cell, before it is a workbook.

Pure: imports neither Django nor openpyxl.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Any
from unicodedata import east_asian_width


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


def lines_of(text: str, width: int) -> int:
    """Return how many lines a text takes that is wrapped at `width` half-width characters."""
    return sum(max(1, ceil(_breadth(part) / width)) for part in text.split("\n"))


def _breadth(text: str) -> int:
    """The width of a text in half-width characters: two for each Chinese one."""
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in text)
