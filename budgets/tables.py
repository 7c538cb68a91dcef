"""The variance table: one column class per meaning; a cell carries its text, its formula and its obstacle."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from budgets.cells import NotesByRow, column_titles, notes_on, row_label
from budgets.measures import (
    EXECUTION_RATE,
    FIGURE_TITLES,
    FIVE_FIGURE_MEASURES,
    Figure,
    Kind,
    Measure,
    Origin,
)
from budgets.money import AmountUnit, amount_text, exact_text, parted, rate_text
from budgets.returns import BY_NATURE
from budgets.rows import PROJECT_ITEM, MeasuredRow, Row, RowKind


class Cell(NamedTuple):
    """One printed figure: its style classes, what hovering says, and its text."""

    style: str
    title: str
    text: str

    def marked(self, style: str, why: str) -> "Cell":
        """Return it with one more style class, and with why it has that."""
        return Cell(f"{self.style} {style}", f"{self.title}；{why}", self.text)


class _Exact(dict[str, str]):
    """The figures of a row to the fen, each written when it is asked for."""

    def __init__(self, measured: MeasuredRow, unit: AmountUnit):
        self._values, self._unit = measured.values, unit

    def __missing__(self, name: str) -> str:
        return self.setdefault(name, exact_text(self._values[name], self._unit))


class VarianceRow:
    """One row of the variance table, printed in the reader's unit.

    Where the table is sorted it is by `keys`, `descending` or not; what is blank comes last either way, as
    in Excel.
    """

    def __init__(self, measured: MeasuredRow, unit: AmountUnit, *, descending: bool = False):
        self.measured = measured
        self.row = measured.row
        self.unit = unit
        self.descending = descending
        self.url = self.row_id = self.reason_id = self.entered_at = ""
        self.can_explain = False
        self.marks: dict[str, str] = {}
        """The numbers of the notes on its cells, by column; those it does not print are at its name."""
        self.restated: dict[str, str] = {}
        """By the name of a figure of last year, why it is not the approved one."""
        self._exact = _Exact(measured, unit)

    @cached_property
    def keys(self) -> dict[str, Any]:
        """What it is sorted by, by column."""
        numbers = self.row.values | self.measured.measures
        return {
            **{name: ((n is None) != self.descending, n or Decimal(0)) for name, n in numbers.items()},
            "code": self.row.code,
            "asks": not self.asks,
        }

    @property
    def asks(self) -> bool:
        """Whether it still lacks the reason of its variance."""
        return self.measured.needs_explanation

    @property
    def outdated(self) -> str:
        """Say that its reason was written for another difference; "" where it fits or is not asked for."""
        moved = self.measured.moved if self.asks else None
        return moved.said(self.unit) if moved else ""

    @property
    def gap(self) -> str:
        """The difference she sees, as a deed compares it; "" where nothing has changed."""
        return f"{self.measured.moved.now:f}" if self.measured.moved else ""

    @property
    def style(self) -> str:
        """Its style classes."""
        return f"{self.row.kind}{' asks' if self.asks else ''}"

    @property
    def name_style(self) -> str:
        """The style classes of its name, which is set in by its depth."""
        return f"name depth-{self.row.depth}" if self.row.depth else "name"

    @property
    def mark(self) -> str:
        """The numbers of the notes at its name; "" for none."""
        return self.marks.get("name", "")

    @property
    def place(self) -> str:
        """Where its reason is stored: the same for two rows that share it."""
        if self.row.is_kept_elsewhere:
            return f"{BY_NATURE.slug}-{PROJECT_ITEM}"
        return f"{self.row.schedule.slug}-{self.row_id}"

    @property
    def row_version(self) -> int:
        """The version its reason is written for; 0 where nothing is stored yet."""
        return self.row.line.row_version if self.row.line else 0

    @property
    def is_pinned(self) -> bool:
        """Whether sorting leaves it where it is: the total above, the reconciliation below."""
        return self.row.kind in (RowKind.TOTAL, RowKind.RECONCILIATION)

    @property
    def cells(self) -> Iterator[Cell]:
        """Its cells in the order of the columns, with the numbers of their notes."""
        if not self.marks:
            return self._printed()
        return (
            _numbered(cell, self.marks.get(name)) for name, cell in zip(NAMES, self._printed(), strict=True)
        )

    @property
    def printed_cells(self) -> SafeString:
        """Its cells in HTML; a loop of the template over 14 cells of 800 rows takes much longer."""
        return format_html(_CELLS, *(part for cell in self.cells for part in cell))

    def _printed(self) -> Iterator[Cell]:
        return map(self.cell, NAMES)

    def cell(self, name: str) -> Cell:
        """Return the cell of a figure or measure, without the numbers of its notes."""
        if name in _MEASURES:
            return _measure_cell(_MEASURES[name], self.measured, self._exact, self.unit)
        cell, why = (
            _figure_cell(self.row.figures[name], self._exact[name], self.unit),
            self.restated.get(name),
        )
        if name == "revised_budget":
            cell = _marked(cell, self.row, self.unit)
        return cell.marked("restated", why) if why else cell


NAMES = (*FIGURE_TITLES, *(measure.name for measure in FIVE_FIGURE_MEASURES))
"""The names of the figures and measures of a row, in the order of the columns."""

_CELLS = '<td class="{}" title="{}">{}</td>' * len(NAMES)


class Cells:
    """The cells of one row by the names of its figures and measures, each printed when a page shows it."""

    def __init__(self, measured: MeasuredRow, unit: AmountUnit):
        self._row = VarianceRow(measured, unit)

    def __getitem__(self, name: str) -> Cell:
        return self._row.cell(name)


def _numbered(cell: Cell, number: str | None) -> Cell:
    if number is None:
        return cell
    return cell._replace(text=format_html('{}<sup class="note-number">{}</sup>', cell.text, number))


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note on a cell as it stands below its table."""

    number: int
    place: str
    text: str
    by: str


def _figure_cell(figure: Figure, exact: str, unit: AmountUnit) -> Cell:
    notes = []
    if figure.value is None:
        notes.append("未填")
    else:
        notes.append(f"{exact} {unit.label}")
    if figure.origin is Origin.STATED:
        notes.append("直接填报的合计，分项未填")
    if figure.origin is Origin.ADJUSTED:
        notes.append("由年初预算数加“预算调整”里的增减得出")
    if figure.origin is Origin.COMPUTED:
        notes.append("由下级各行相加")
        if figure.blanks:
            notes.append(f"其中 {figure.blanks} 行未填，合计只含已填的数")
    style = f"number {figure.origin}"
    text = amount_text(figure.value, unit)
    if figure.overruled is not None:
        notes.append(f"填报的合计是 {amount_text(figure.overruled, unit)}，与分项之和不符")
        style += " overruled"
    if figure.blanks and figure.origin is Origin.COMPUTED:
        style += " partial"
    return Cell(style, "；".join(notes), text)


def _marked(cell: Cell, row: Row, unit: AmountUnit) -> Cell:
    """Mark a revised budget that was typed and that no document, or not all of it, accounts for."""
    if row.undocumented is None:
        return cell
    return cell.marked("undocumented", undocumented_text(row, unit))


def undocumented_text(row: Row, unit: AmountUnit) -> str:
    """Say to the fen how a revised budget that was typed differs from the documents; "" where it does not."""
    if row.undocumented is None:
        return ""
    gap = parted(exact_text(row.undocumented, unit))
    return f"与调整文件差 {gap if row.undocumented < 0 else f'+{gap}'}" if row.adjusted else "没有调整文号"


def _measure_cell(measure: Measure, measured: MeasuredRow, exact: dict[str, str], unit: AmountUnit) -> Cell:
    number = measured.measures[measure.name]
    if number is None:
        return Cell("number missing", measure.obstacle(measured.values), "—")
    signed = measure.kind != "ratio"
    text = rate_text(number, signed=signed) if measure.is_rate else amount_text(number, unit, signed=signed)
    style = "number down" if signed and number < 0 else "number"
    figures = f"{exact[measure.value]}，{exact[measure.base]}（{unit.label}）"
    return Cell(style, f"{_FORMULAS[measure.name]}；代入：{figures}", text)


_MEASURES = {measure.name: measure for measure in FIVE_FIGURE_MEASURES}
_FORMULAS = {measure.name: measure.formula for measure in FIVE_FIGURE_MEASURES}
"""The formulas in Chinese by the names of the measures."""


class FigureColumn(tables.Column):
    """One of the five figures, or a difference between two, in the reader's unit."""

    def __init__(self, name: str, title: str, **extra: Any):
        super().__init__(
            verbose_name=title, accessor=f"keys__{name}", attrs={"th": {"class": "number"}}, **extra
        )


GROUPS = (
    ("五个数", len(FIGURE_TITLES)),
    ("决算较年初预算", 2),
    ("决算较全年预算", 2),
    ("决算较上年决算", 2),
    ("年初预算较上年", 2),
    ("占比", 1),
)
"""The heads above the heads, with the number of columns below each."""

_TITLES_BY_KIND = {Kind.DIFFERENCE: "差额", Kind.CHANGE_RATE: "%", Kind.RATIO: "%"}
_SHORT_TITLES = {EXECUTION_RATE.name: "执行率 %"}


class MeasureColumn(FigureColumn):
    """A difference or a rate; its formula shows on hovering over the head."""

    def __init__(self, measure: Measure):
        super().__init__(measure.name, _SHORT_TITLES.get(measure.name, _TITLES_BY_KIND[measure.kind]))
        self.attrs["th"]["title"] = f"{measure.title} ＝ {measure.formula}"


class VarianceTable(tables.Table):
    """Five figures and all measures of one schedule; sorting never moves its total."""

    code = tables.Column(verbose_name="科目", accessor="keys__code")
    asks = tables.Column(accessor="keys__asks", visible=False)
    groups = GROUPS
    footnotes: list[Footnote]
    """The notes on its cells, in the order of its rows."""
    save_url = ""
    """Where the reasons of its rows are saved."""
    keep_url = ""
    """Where those that were written for other figures are kept as they are."""

    class Meta:
        template_name = "partials/variance_table.html"
        orderable = True

    def __init__(self, rows: list[MeasuredRow], unit: AmountUnit, *, descending: bool = False, **kwargs: Any):
        printed = [VarianceRow(row, unit, descending=descending) for row in rows]
        self.above = [row for row in printed if row.row.kind == RowKind.TOTAL]
        self.below = [row for row in printed if row.row.kind == RowKind.RECONCILIATION]
        self.rows_with_reason = [row for row in printed if row.asks or row.row.variance_reason]
        self.printed, self.footnotes = printed, []
        columns = [(name, FigureColumn(name, title)) for name, title in FIGURE_TITLES.items()]
        columns += [(measure.name, MeasureColumn(measure)) for measure in FIVE_FIGURE_MEASURES]
        super().__init__(
            [row for row in printed if not row.is_pinned],
            extra_columns=columns,
            empty_text="还没有填报。",
            **kwargs,
        )

    def take_notes(self, notes: NotesByRow) -> None:
        """Number the notes on its cells and list them below."""
        for row in self.printed if notes else ():
            for note in notes_on(notes, row.row):
                number = len(self.footnotes) + 1
                place = f"{row_label(row.row)} · {column_titles(row.row.schedule)[note.column]}"
                self.footnotes.append(Footnote(number, place, note.text, note.author_name))
                shown = note.column if note.column in NAMES else "name"
                row.marks[shown] = f"{row.marks[shown]},{number}" if shown in row.marks else str(number)

    @property
    def records(self) -> list[VarianceRow]:
        """All rows as they are printed, the total above and the reconciliation below the sorted ones."""
        return [*self.above, *(bound.record for bound in self.rows), *self.below]
