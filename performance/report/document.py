"""What a report consists of before it is a page or a Word file: parts, paragraphs, runs, tables.

Pure: imports neither Django nor a library of documents.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from budgets.money import AmountUnit
from submissions.findings import Place


class Of(StrEnum):
    """What a figure in a sentence is, with its value in yuan, percent, or a number of things or points."""

    AMOUNT = "amount"
    PERCENT = "percent"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Run:
    """Some words of a sentence. Those of a figure know its place in the return, and what it is worth.

    `value` has the sign the words have: "减少了61.45万元" is 614,500. `is_missing` marks words
    in brackets that stand for what was not filled in.
    """

    text: str
    place: Place | None = None
    value: Decimal | None = None
    of: Of = Of.AMOUNT
    unit: AmountUnit = AmountUnit.WAN
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, or a heading within a section."""

    runs: tuple[Run, ...]
    is_heading: bool = False

    @property
    def text(self) -> str:
        """Its words in one."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a section: heads, rows of cells; `numeric` says which columns stand on the right."""

    name: str
    """What templates call it."""
    title: str
    unit: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Run, ...], ...]
    numeric: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One line of what the unit wrote itself: the words that are printed, and those said already."""

    text: str
    printed: str

    @property
    def is_said(self) -> bool:
        """Whether the report says all of it anyway, so that nothing of it is printed."""
        return not self.printed

    @property
    def is_cut(self) -> bool:
        """Whether only a part of it is printed."""
        return bool(self.printed) and self.printed != self.text


@dataclass(frozen=True, slots=True)
class Part:
    """One heading of the outline with what stands below it."""

    level: int
    heading: str
    section: str = ""
    """The name of the text that belongs to it; "" for a heading above others."""
    paragraphs: tuple[Paragraph, ...] = ()
    """What the report writes itself, or that nothing is written yet."""
    own: tuple[OwnLine, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def own_printed(self) -> list[str]:
        """The lines of the unit that are printed."""
        return [line.printed for line in self.own if line.printed]

    @property
    def own_said(self) -> list[OwnLine]:
        """The lines of the unit of which something is not printed, for the report says it itself."""
        return [line for line in self.own if line.is_said or line.is_cut]

    @property
    def missing(self) -> list[Run]:
        """What stands in its sentences for what was not filled in; tables show the same once more."""
        return [run for run in self.runs if run.is_missing]

    @property
    def runs(self) -> Iterator[Run]:
        """All words of its sentences."""
        return (run for paragraph in self.paragraphs for run in paragraph.runs)


@dataclass(frozen=True, slots=True)
class Share:
    """One bar of the chart: what was spent for something, in yuan."""

    name: str
    outturn: Decimal


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    year: int
    unit_name: str
    parts: Sequence[Part]
    shares: Sequence[Share] = ()
    """What the chart shows, the largest first; none where nothing was spent by function."""

    @property
    def title(self) -> str:
        """What stands on top of it."""
        return f"{self.year}年度部门整体支出绩效自评报告"

    @property
    def figures(self) -> list[Run]:
        """Every figure that is bound to the return, in the order of the report, those of its tables too."""
        found = []
        for part in self.parts:
            cells = (run for table in part.tables for row in table.rows for run in row)
            found += [run for run in (*part.runs, *cells) if run.value is not None]
        return found
