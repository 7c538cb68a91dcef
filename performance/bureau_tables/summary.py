"""A summary return as page and workbook show it: typed columns, a line each, and 合计 last."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar, overload

from django.urls import reverse

from budgets.money import MINUS, AmountUnit, amount_text, in_unit, rate_text, round_half_up

NOTHING = "—"
"""Stands for a figure that is not stated or cannot be computed."""


class Kind(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    WORDS = "words"
    """Sentences, which wrap."""
    DAY = "day"
    COUNT = "count"
    AMOUNT = "amount"
    """In yuan."""
    CHANGE = "change"
    """An amount with its sign, in yuan."""
    RATE = "rate"
    """In percent."""
    CHANGE_RATE = "change_rate"
    POINTS = "points"

    @property
    def is_number(self) -> bool:
        """Whether it stands at the right."""
        return self not in (Kind.TEXT, Kind.WORDS, Kind.DAY)

    @property
    def is_rate(self) -> bool:
        """Whether it is in percent."""
        return self in (Kind.RATE, Kind.CHANGE_RATE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column; those of one group stand below one head."""

    title: str
    kind: Kind = Kind.AMOUNT
    width: int = 15
    group: str = ""

    @property
    def head(self) -> str:
        """What it is called below the head of its group."""
        return f"{self.title} %" if self.kind.is_rate else self.title

    @property
    def full_head(self) -> str:
        """What it is called where it stands alone."""
        return f"{self.group}：{self.head}" if self.group else self.head


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its cells, and the page its name leads to."""

    cells: Sequence[Any]
    leads_to: tuple[Any, ...] = ()
    """The name of a page and what it is about; () for none."""
    href: str = ""
    """Or the view its name leads to."""
    hrefs: Mapping[int, str] = field(default_factory=dict)
    """The views that cells lead to, by their place: those with what they are the sum of."""


Item = TypeVar("Item")


class Lines(Sequence[Line], Generic[Item]):
    """The lines of many items, each made when it is asked for: a page shows a few of them."""

    def __init__(self, items: Sequence[Item], make: Callable[[int, Item], Line]):
        self._items, self._make = items, make

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Line]: ...
    def __getitem__(self, at: int | slice) -> Line | Sequence[Line]:
        if isinstance(at, int):
            return self._make(at + 1, self._items[at])
        numbers = range(*at.indices(len(self)))
        return [self._make(number + 1, self._items[number]) for number in numbers]


@dataclass(frozen=True, slots=True)
class Note:
    """What is not in the sums, in words, and of whom it is so."""

    said: str
    names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is printed."""

    text: str
    style: str
    href: str = ""
    is_repeated: bool = False
    """Whether the name of its line leads there too."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary return."""

    columns: Sequence[Column]
    lines: Sequence[Line]
    foot: Sequence[Any]
    """The line 合计."""
    foot_hrefs: Mapping[int, str] = field(default_factory=dict, kw_only=True)
    """As `Line.hrefs`."""
    notes: Sequence[Note] = field(default=())
    named: int = 0
    """Which column is the name of a line."""

    @property
    def groups(self) -> list[tuple[str, int]]:
        """The heads of groups with how many columns they have; [] without groups."""
        found: list[tuple[str, int]] = []
        for column in self.columns:
            if found and found[-1][0] == column.group:
                found[-1] = (column.group, found[-1][1] + 1)
            else:
                found.append((column.group, 1))
        return found if any(name for name, _ in found) else []

    def printed(self, lines: Sequence[Line], unit: AmountUnit) -> list[list[Cell]]:
        """Return lines as they are printed; a figure leads where the name of its line does, or further."""
        return [self._printed_line(line, _href(line), unit) for line in lines]

    def _printed_line(self, line: Line, href: str, unit: AmountUnit) -> list[Cell]:
        cells = []
        for at, (column, cell) in enumerate(zip(self.columns, line.cells, strict=True)):
            own = line.hrefs.get(at, "")
            text, style = _printed(column.kind, cell, unit)
            is_figure = column.kind.is_number and cell is not None
            leads = (own or href) if at == self.named or is_figure else ""
            cells.append(Cell(text, style, leads, is_repeated=not own and at != self.named))
        return cells

    def printed_foot(self, unit: AmountUnit) -> list[Cell]:
        """Return the line 合计 as it is printed."""
        return self._printed_line(Line(self.foot, hrefs=self.foot_hrefs), "", unit)

    def exact(self, unit: AmountUnit) -> list[list[str | int | Decimal]]:
        """Return all lines as a workbook has them, 合计 last: amounts exact in `unit`, rates in percent."""
        return [
            [_exact(column.kind, cell, unit) for column, cell in zip(self.columns, cells, strict=True)]
            for cells in (*(line.cells for line in self.lines), self.foot)
        ]


def _href(line: Line) -> str:
    return reverse(line.leads_to[0], args=line.leads_to[1:]) if line.leads_to else line.href


def _printed(kind: Kind, cell: Any, unit: AmountUnit) -> tuple[str, str]:
    """Return the text of a cell, and its style."""
    if not kind.is_number or isinstance(cell, str):
        style = "wraps" if kind is Kind.WORDS else "number" if kind.is_number else ""
        return _text(cell), style
    if cell is None:
        return NOTHING, "number blank"
    signed = kind in (Kind.CHANGE, Kind.CHANGE_RATE)
    if kind is Kind.COUNT:
        text = f"{cell:,}"
    elif kind in (Kind.AMOUNT, Kind.CHANGE):
        text = amount_text(cell, unit, signed=signed)
    else:
        text = rate_text(cell, signed=signed)
    return text, "number down" if signed and text.startswith(MINUS) else "number"


def _exact(kind: Kind, cell: Any, unit: AmountUnit) -> str | int | Decimal:
    if not kind.is_number or isinstance(cell, str):
        return _text(cell)
    if cell is None:
        return NOTHING
    if kind is Kind.COUNT:
        return int(cell)
    number: Decimal = cell
    return in_unit(number, unit) if kind in (Kind.AMOUNT, Kind.CHANGE) else round_half_up(number)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else str(cell)
