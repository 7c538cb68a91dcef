"""The charts of a return as plain geometry: waterfall, year-on-year bars, shares. Templates draw them as SVG.

Lengths are in the units of the SVG's view box. Every chart carries the figures it shows, for its table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgets.measures import change_rate, difference, ratio
from budgets.returns import BY_FUNCTION, BY_NATURE, REVENUE, THREE_PUBLIC
from budgets.rows import MeasuredRow, RowKind

LABEL, AREA, VALUE = 230, 520, 170
"""Widths: of the labels at the left, of the bars, of the printed figures at the right."""
WIDTH = LABEL + AREA + VALUE
ROW, BAR = 30, 18
"""Heights: of a row, and of the bar in it."""

Measured = dict[str, list[MeasuredRow]]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it lies, how it is drawn, and the yuan (or percent) it stands for."""

    label: str
    style: str
    x: Decimal
    y: Decimal
    width: Decimal
    figure: Decimal
    rate: Decimal | None = None
    """A rate printed beside the figure, in percent."""

    @property
    def label_y(self) -> Decimal:
        """The baseline of its label."""
        return self.y + BAR - 4

    @property
    def end(self) -> Decimal:
        """Its right end."""
        return self.x + self.width


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its bars from the top down; `zero` is where 0 lies."""

    bars: list[Bar]
    zero: Decimal

    @property
    def height(self) -> int:
        """The height of its view box."""
        return ROW * len(self.bars) + 8


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way from the initial budget to the outturn, in yuan."""

    name: str
    change: Decimal
    share: Decimal | None
    """Its part of the whole gap in percent; None when there is no gap."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """The way from initial budget to outturn by line; the steps add up to the gap exactly."""

    basis: str
    initial: Decimal
    steps: list[Step]
    outturn: Decimal

    @property
    def chart(self) -> Chart:
        """Draw it as a waterfall."""
        levels = [self.initial]
        for step in self.steps:
            levels.append(levels[-1] + step.change)
        scale = _Scale([Decimal(0), *levels])
        bars = [_bar(scale, 0, "年初预算", "whole", Decimal(0), self.initial, self.initial)]
        for number, (step, start, end) in enumerate(zip(self.steps, levels, levels[1:], strict=False), 1):
            style = "rise" if step.change > 0 else "fall"
            bars.append(_bar(scale, number, step.name, style, start, end, step.change))
        bars.append(_bar(scale, len(bars), "决算", "whole", Decimal(0), self.outturn, self.outturn))
        return Chart(bars, scale.at(Decimal(0)))


class _Scale:
    """Places figures between the least and the greatest of them on the bar area."""

    def __init__(self, figures: Iterable[Decimal]):
        known = list(figures)
        self.least, greatest = min(known), max(known)
        self.span = (greatest - self.least) or Decimal(1)

    def at(self, figure: Decimal) -> Decimal:
        """Return where a figure lies, to a tenth."""
        return round(LABEL + (figure - self.least) / self.span * AREA, 1)


def _bar(
    scale: _Scale,
    number: int,
    label: str,
    style: str,
    start: Decimal,
    end: Decimal,
    figure: Decimal,
    rate: Decimal | None = None,
) -> Bar:
    left, right = sorted((scale.at(start), scale.at(end)))
    width = max(right - left, Decimal(1))
    return Bar(label, style, left, Decimal(ROW * number + (ROW - BAR) // 2), width, figure, rate)


def bridge(figures: Measured) -> Bridge | None:
    """Return the way from initial budget to outturn, by 类 where the lines have budgets, else by nature.

    What the lines do not explain (lines without a budget, a total stated beside blank rows) is one step with
    that name. None when the total lacks one of the two figures.
    """
    top = figures[BY_FUNCTION.name][0].values
    initial, outturn = top["initial_budget"], top["outturn"]
    if initial is None or outturn is None:
        return None
    by_class = _steps(row for row in figures[BY_FUNCTION.name] if row.row.depth == 1)
    by_nature = _steps(
        row for row in figures[BY_NATURE.name] if row.row.depth == 1 and row.row.kind != RowKind.TOTAL
    )
    basis, steps = ("按功能分类", by_class) if by_class else ("按支出性质", by_nature)
    gap = outturn - initial
    rest = gap - sum((change for _, change in steps), Decimal(0))
    if rest:
        steps.append(("没有年初预算、未能分解的部分", rest))
    return Bridge(basis, initial, [Step(name, change, ratio(change, gap)) for name, change in steps], outturn)


def _steps(rows: Iterable[MeasuredRow]) -> list[tuple[str, Decimal]]:
    steps = []
    for row in rows:
        change = difference(row.values["outturn"], row.values["initial_budget"])
        if row.row.kind == RowKind.RECONCILIATION:
            change = row.values["outturn"] if row.values["initial_budget"] is None else change
        if change:
            steps.append((row.row.name, change))
    return steps


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure of last year and of this, in yuan."""

    name: str
    last_year: Decimal | None
    this_year: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """This year less last; None when one is blank."""
        return difference(self.this_year, self.last_year)

    @property
    def rate(self) -> Decimal | None:
        """The change in percent of last year; None when it cannot be computed."""
        return change_rate(self.this_year, self.last_year)


def year_on_year(figures: Measured) -> list[Pair]:
    """Return budgets and outturns of which at least one year is known, for the bars of both years."""
    received, spent = figures[REVENUE.name][0].values, figures[BY_FUNCTION.name][0].values
    pairs = [
        Pair("支出年初预算", spent["last_year_budget"], spent["initial_budget"]),
        Pair("支出决算", spent["last_year_outturn"], spent["outturn"]),
        Pair("收入决算", received["last_year_outturn"], received["outturn"]),
    ]
    return [pair for pair in pairs if pair.last_year is not None or pair.this_year is not None]


def three_public_years(figures: Measured) -> list[Pair]:
    """Return the three public expenses' outturns of both years, item by item and in total."""
    return [
        Pair(row.row.name, row.values["last_year_outturn"], row.values["outturn"])
        for row in figures[THREE_PUBLIC.name]
        if row.values["last_year_outturn"] is not None or row.values["outturn"] is not None
    ]


def pairs_chart(pairs: Sequence[Pair]) -> Chart:
    """Draw last year's and this year's bar of each pair, one under the other."""
    known = [figure for pair in pairs for figure in (pair.last_year, pair.this_year) if figure is not None]
    scale = _Scale([Decimal(0), *known])
    bars: list[Bar] = []
    for pair in pairs:
        if pair.last_year is not None:
            bars.append(_pair_bar(scale, len(bars), f"{pair.name} 上年", "before", pair.last_year, None))
        if pair.this_year is not None:
            bars.append(_pair_bar(scale, len(bars), f"{pair.name} 本年", "now", pair.this_year, pair.rate))
    return Chart(bars, scale.at(Decimal(0)))


def _pair_bar(
    scale: _Scale, number: int, label: str, style: str, figure: Decimal, rate: Decimal | None
) -> Bar:
    return _bar(scale, number, label, style, Decimal(0), figure, figure, rate)


def shares_chart(rows: Sequence[MeasuredRow]) -> Chart:
    """Draw the outturns of the lines of a schedule with their shares, greatest first."""
    lines = [row for row in rows if row.row.kind == RowKind.LINE and row.values["outturn"]]
    lines.sort(key=lambda row: -(row.values["outturn"] or 0))
    scale = _Scale([Decimal(0), *(row.values["outturn"] or Decimal(0) for row in lines)])
    bars = [
        _bar(
            scale,
            number,
            row.row.name,
            "now",
            Decimal(0),
            row.values["outturn"] or Decimal(0),
            row.values["outturn"] or Decimal(0),
            row.measures["share"],
        )
        for number, row in enumerate(lines)
    ]
    return Chart(bars, scale.at(Decimal(0)))
