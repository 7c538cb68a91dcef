"""The charts of a return as plain geometry with printed figures: waterfall, two years side by side, shares.

Templates draw them as SVG and compute nothing. Lengths are in the units of the view box, which are pixels at
the size a chart is made for. Every chart comes with its table, so nothing is said by length or shade alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from budgets.measures import FIGURE_TITLES, change_rate, difference, ratio
from budgets.money import MINUS, AmountUnit, amount_text, exact_text, in_unit, rate_text
from budgets.returns import BY_FUNCTION, BY_NATURE, REVENUE, THREE_PUBLIC, Schedule
from budgets.rows import MeasuredRow, RowKind
from orgs.words import breadth

LABEL, AREA, VALUE = 190, 320, 180
"""Widths: of the labels at the left, of the bars, of the printed figures at the right."""
WIDTH = LABEL + AREA + VALUE
HEAD, ROW, BAR, GAP = 26, 32, 18, 10
"""Heights: of the axis, of a row, of the bar in it, and between the groups of a chart."""
LABEL_END = LABEL - 10
"""Where labels end, at the left of the bars."""
LABEL_WIDTH = 28
"""So many half-width characters of a label fit; a Chinese character takes two."""
MOST_BARS = 20
"""So many shares are drawn one by one; what is left is one bar."""
NARROW, NARROW_START, NARROW_AREA = 340, 18, 290
"""Of the drawing for a phone: its width, where its bars begin, and the width of their area."""
NARROW_LABEL = 18
"""The height of the line above a bar of it."""
NARROW_LINE = 52
"""So many half-width characters fit into this line, label and printed figure together."""

Measured = dict[str, list[MeasuredRow]]
Zero = Decimal(0)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, its label at the left and its figure as printed at its right end.

    `style` is how it is drawn: "whole", "rise", "fall", "before", "now", or "blank" for a figure not stated.
    """

    label: str
    style: str
    x: Decimal
    y: Decimal
    width: Decimal
    text: str
    group: str = ""
    """Stands above the labels where a group of bars begins."""

    @property
    def shown_label(self) -> str:
        """Its label, cut where it would not fit; the table has it in full."""
        return _cut(self.label)

    @property
    def baseline(self) -> Decimal:
        """The baseline of label and figure."""
        return self.y + BAR - 5

    @property
    def text_x(self) -> Decimal:
        """Where its printed figure begins."""
        return self.x + self.width + 6

    @property
    def above(self) -> Decimal:
        """The baseline of a line above it."""
        return self.y - 6

    @property
    def label_above(self) -> str:
        """Its label, cut where it would meet its figure in the line above it."""
        return _cut(self.label, NARROW_LINE - breadth(f"{self.group} {self.text}"))


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the axis with its figure."""

    x: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class Connector:
    """The line that carries the level of one bar to the next."""

    x: Decimal
    top: Decimal
    bottom: Decimal


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars from the top down with their axis; `zero` is where 0 lies, or where a cut axis begins."""

    bars: list[Bar]
    ticks: list[Tick]
    zero: Decimal
    connectors: list[Connector] = field(default_factory=list)
    cut: str = ""
    """Says where the axis begins, if not at zero."""
    width: int = WIDTH
    label_end: int = LABEL_END
    axis: int = HEAD - 12
    """The baseline of the axis' figures."""
    top: int = HEAD - 6
    bar: int = BAR

    @property
    def bottom(self) -> Decimal:
        """Where the lines of the axis end."""
        return self.bars[-1].y + BAR + 8

    @property
    def height(self) -> Decimal:
        """The height of its view box."""
        return self.bottom + 4

    @property
    def has_falls(self) -> bool:
        """Whether a bar is hatched."""
        return any(bar.style == "fall" for bar in self.bars)

    @property
    def narrow(self) -> "Chart":
        """The same for a phone: label and figure of a bar stand above it, at the left and at the right."""
        bars: list[Bar] = []
        at = HEAD
        for bar in self.bars:
            at += NARROW_LABEL + (GAP if bar.group and bars else 0)
            width = max(bar.width * NARROW_AREA / AREA, min(bar.width, Decimal(2)))
            bars.append(replace(bar, x=_narrowed(bar.x), y=Decimal(at), width=round(width, 1)))
            at += BAR + GAP
        ticks = [replace(tick, x=_narrowed(tick.x)) for tick in self.ticks]
        connectors = (
            [
                Connector(_narrowed(line.x), above.y + BAR, below.y)
                for line, (above, below) in zip(self.connectors, pairwise(bars), strict=True)
            ]
            if self.connectors
            else []
        )
        return replace(
            self, bars=bars, ticks=ticks, zero=_narrowed(self.zero), connectors=connectors, width=NARROW
        )


@dataclass(frozen=True, slots=True)
class Plate:
    """A chart with what it says in a sentence and its table; without figures only what is missing."""

    name: str
    title: str
    schedule: Schedule
    """Where its figures are entered."""
    headline: str = ""
    note: str = ""
    chart: Chart | None = None
    heads: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = field(default_factory=list)
    foot: tuple[str, ...] = ()
    missing: str = ""


def plates(figures: Measured, unit: AmountUnit, *, exact: bool = True) -> list[Plate]:
    """Return all charts of a return, printed in `unit`; the small 三公 amounts `exact` with all digits."""
    return [
        _bridge_plate(figures, unit),
        _years_plate(figures, unit),
        _three_public_plate(figures, unit, exact=exact),
        _shares_plate("function", "支出构成（按功能分类）", BY_FUNCTION, figures, unit),
        _shares_plate("source", "收入构成（按来源）", REVENUE, figures, unit),
    ]


# --- From the initial budget to the outturn


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
    def gap(self) -> Decimal:
        """Outturn less initial budget, in yuan."""
        return self.outturn - self.initial

    def chart(self, unit: AmountUnit) -> Chart:
        """Draw it as a waterfall."""
        steps = [(step.name, step.change) for step in self.steps]
        return waterfall([("年初预算", None), *steps, ("决算", None)], self.initial, unit)


def waterfall(
    steps: Sequence[tuple[str, Decimal | None]],
    start: Decimal,
    unit: AmountUnit,
    *,
    may_be_cut: bool = False,
) -> Chart:
    """Draw changes from a level on, one below the other; a step of None is a bar of the level reached.

    The axis `may_be_cut` where the levels hardly differ; the chart then says where it begins.
    """
    levels = [start]
    for _, change in steps:
        levels.append(levels[-1] + (change or Zero))
    least = _cut_at(levels) if may_be_cut else Zero
    scale = _Scale(levels, least)
    bars: list[Bar] = []
    for (name, change), before, after in zip(steps, levels, levels[1:], strict=False):
        if change is None:
            bars.append(_bar(scale, len(bars), name, "whole", least, after, amount_text(after, unit)))
        else:
            style, text = "rise" if change > 0 else "fall", amount_text(change, unit, signed=True)
            bars.append(_bar(scale, len(bars), name, style, before, after, text))
    cut = f"横轴从 {_tick_text(least, unit)} {unit.label}起" if least else ""
    return Chart(bars, scale.ticks(unit), scale.at(least), _connectors(scale, levels[1:-1], bars), cut=cut)


def _cut_at(levels: Sequence[Decimal]) -> Decimal:
    """Return where the axis begins: close to levels that hardly differ, whose changes would not be seen."""
    least, span = min(levels), max(levels) - min(levels)
    if not span or least < 4 * span:
        return Zero
    step = _round_step(span / 2)
    return (least - span / 2) // step * step


def _connectors(scale: "_Scale", levels: Sequence[Decimal], bars: Sequence[Bar]) -> list[Connector]:
    return [
        Connector(scale.at(level), above.y + BAR, below.y)
        for level, above, below in zip(levels, bars[:-1], bars[1:], strict=True)
    ]


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
    basis, steps = ("按功能分类的类", by_class) if by_class else ("按支出性质", by_nature)
    gap = outturn - initial
    rest = gap - sum((change for _, change in steps), Zero)
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


def _bridge_plate(figures: Measured, unit: AmountUnit) -> Plate:
    title, found = "从年初预算到决算", bridge(figures)
    if found is None:
        top = figures[BY_FUNCTION.name][0].values
        blank = [FIGURE_TITLES[name] for name in ("initial_budget", "outturn") if top[name] is None]
        missing = f"{BY_FUNCTION.title}的合计缺{'、'.join(blank)}，画不出这张图。"
        return Plate("bridge", title, BY_FUNCTION, missing=missing)
    rows = [
        (step.name, amount_text(step.change, unit, signed=True), rate_text(step.share))
        for step in found.steps
    ]
    return Plate(
        "bridge",
        title,
        BY_FUNCTION,
        headline=_change_sentence(
            "支出决算比年初预算", found.gap, change_rate(found.outturn, found.initial), unit
        ),
        note=f"{found.basis}分解，各步相加正好等于差额。",
        chart=found.chart(unit),
        heads=("步骤", "金额", "占差额 %"),
        rows=[
            ("年初预算", amount_text(found.initial, unit), ""),
            *rows,
            ("决算", amount_text(found.outturn, unit), ""),
        ],
        foot=("差额", amount_text(found.gap, unit, signed=True), "100.00" if found.gap else "—"),
    )


def _change_sentence(
    words: str, change: Decimal, rate: Decimal | None, unit: AmountUnit, *, exact: bool = False
) -> str:
    """Say by how much something is more or less: 支出决算比年初预算多 582.51 万元（+42.04 %）。"""
    if not change:
        return f"{words}没有增减。"
    gap = exact_amount(abs(change), unit) if exact else amount_text(abs(change), unit)
    percent = f"（{rate_text(rate, signed=True)} %）" if rate is not None else ""
    return f"{words}{'多' if change > 0 else '少'} {gap} {unit.label}{percent}。"


def exact_amount(yuan: Decimal | None, unit: AmountUnit, *, signed: bool = False) -> str:
    """Return an amount as printed, with all its digits: 9.1423 万元 stays 9.1423; "—" for None."""
    if yuan is None:
        return "—"
    sign = MINUS if yuan < 0 else "+" if signed and yuan > 0 else ""
    return f"{sign}{Decimal(exact_text(abs(yuan), unit)):,}"


# --- Last year and this year


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure of last year and of this, in yuan."""

    name: str
    last_year: Decimal | None
    this_year: Decimal | None

    @property
    def is_known(self) -> bool:
        """Whether at least one of them is."""
        return self.last_year is not None or self.this_year is not None

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
    return [pair for pair in pairs if pair.is_known]


def three_public_years(figures: Measured) -> list[Pair]:
    """Return the three public expenses' outturns of both years, item by item and in total."""
    pairs = [
        Pair(row.row.name, row.values["last_year_outturn"], row.values["outturn"])
        for row in figures[THREE_PUBLIC.name]
    ]
    return [pair for pair in pairs if pair.is_known]


def pairs_chart(pairs: Sequence[Pair], unit: AmountUnit, *, exact: bool = False) -> Chart:
    """Draw last year's and this year's bar of each pair, one under the other; `exact` prints all digits."""
    known = [figure for pair in pairs for figure in (pair.last_year, pair.this_year) if figure is not None]
    scale = _Scale(known)
    bars: list[Bar] = []
    for number, pair in enumerate(pairs):
        bars += _pair_bars(scale, pair, number, unit, exact)
    return Chart(bars, scale.ticks(unit), scale.at(Zero))


def _pair_bars(scale: "_Scale", pair: Pair, number: int, unit: AmountUnit, exact: bool) -> list[Bar]:
    """The two bars of a pair; this year's says by how many percent it differs."""
    printed = exact_amount if exact else amount_text
    rate = "" if pair.rate is None else f"（{rate_text(pair.rate, signed=True)} %）"
    years = (("上年", "before", pair.last_year, ""), ("本年", "now", pair.this_year, rate))
    bars = []
    for at, (label, style, figure, beside) in enumerate(years):
        text = "未填" if figure is None else f"{printed(figure, unit)}{beside}"
        style = "blank" if figure is None else style
        group = pair.name if label == "上年" else ""
        place = 2 * number + at
        bar = _bar(scale, place, label, style, Zero, figure or Zero, text, group=group, shift=GAP * number)
        bars.append(bar)
    return bars


def _years_plate(figures: Measured, unit: AmountUnit) -> Plate:
    pairs = year_on_year(figures)
    title = "与上年相比"
    if not pairs:
        missing = "上年和本年的年初预算数、决算数都没有填，画不出这张图。"
        return Plate("years", title, BY_FUNCTION, missing=missing)
    spent = next((pair for pair in pairs if pair.name == "支出决算" and pair.change is not None), None)
    return Plate(
        "years",
        title,
        BY_FUNCTION,
        headline=_change_sentence("支出决算比上年", spent.change or Zero, spent.rate, unit) if spent else "",
        note=_blank_note(pairs),
        chart=pairs_chart(pairs, unit),
        heads=_PAIR_HEADS,
        rows=[_pair_row(pair, unit, exact=False) for pair in pairs],
    )


def _three_public_plate(figures: Measured, unit: AmountUnit, *, exact: bool) -> Plate:
    pairs = three_public_years(figures)
    title = "“三公”经费决算"
    if not pairs:
        missing = "“三公”经费上年和本年的决算数都没有填，画不出这张图。"
        return Plate("three-public", title, THREE_PUBLIC, missing=missing)
    top = pairs[0]
    return Plate(
        "three-public",
        title,
        THREE_PUBLIC,
        headline=""
        if top.change is None
        else _change_sentence("“三公”经费比上年", top.change, top.rate, unit, exact=exact),
        note=_blank_note(pairs),
        chart=pairs_chart(pairs, unit, exact=exact),
        heads=_PAIR_HEADS,
        rows=[_pair_row(pair, unit, exact=exact) for pair in pairs],
    )


_PAIR_HEADS = ("项目", "上年", "本年", "增减", "%")


def _pair_row(pair: Pair, unit: AmountUnit, *, exact: bool) -> tuple[str, ...]:
    printed = exact_amount if exact else amount_text
    return (
        pair.name,
        printed(pair.last_year, unit),
        printed(pair.this_year, unit),
        printed(pair.change, unit, signed=True),
        rate_text(pair.rate, signed=True),
    )


def _blank_note(pairs: Sequence[Pair]) -> str:
    """Say which figures are missing; "" when all are there."""
    years = (("上年", "last_year"), ("本年", "this_year"))
    blank = [f"{pair.name}{year}" for pair in pairs for year, name in years if getattr(pair, name) is None]
    return f"未填：{'、'.join(blank)}。" if blank else ""


# --- Shares


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a total: yuan, and its share in percent."""

    name: str
    outturn: Decimal
    share: Decimal | None


def parts_of(rows: Sequence[MeasuredRow]) -> list[Part]:
    """Return the outturns of the lines of a schedule with their shares, greatest first.

    From the twentieth on they are one part, so that the chart can be read.
    """
    lines = [row for row in rows if row.row.kind == RowKind.LINE and row.values["outturn"]]
    parts = [Part(row.row.full_name, row.values["outturn"] or Zero, row.measures["share"]) for row in lines]
    parts.sort(key=lambda part: -part.outturn)
    if len(parts) <= MOST_BARS:
        return parts
    rest = parts[MOST_BARS - 1 :]
    whole = sum((part.outturn for part in rest), Zero)
    together = Part(f"其余 {len(rest)} 项", whole, ratio(whole, rows[0].values["total_outturn"]))
    return [*parts[: MOST_BARS - 1], together]


def shares_chart(parts: Sequence[Part], unit: AmountUnit) -> Chart:
    """Draw the parts of a total with their shares."""
    scale = _Scale(part.outturn for part in parts)
    bars = [
        _bar(
            scale,
            number,
            part.name,
            "now",
            Zero,
            part.outturn,
            f"{amount_text(part.outturn, unit)}（{rate_text(part.share)} %）",
        )
        for number, part in enumerate(parts)
    ]
    return Chart(bars, scale.ticks(unit), scale.at(Zero))


def _shares_plate(name: str, title: str, schedule: Schedule, figures: Measured, unit: AmountUnit) -> Plate:
    rows = figures[schedule.name]
    parts = parts_of(rows)
    if not parts:
        missing = f"{schedule.title}各行的决算数都没有填，画不出这张图。"
        return Plate(name, title, schedule, missing=missing)
    first = parts[0]
    whole = sum((part.outturn for part in parts), Zero)
    share = ratio(whole, rows[0].values["total_outturn"])
    return Plate(
        name,
        title,
        schedule,
        headline=f"最大的一项是{first.name}，占 {rate_text(first.share)} %。",
        chart=shares_chart(parts, unit),
        heads=("项目", "决算数", "占比 %"),
        rows=[(part.name, amount_text(part.outturn, unit), rate_text(part.share)) for part in parts],
        foot=("合计", amount_text(whole, unit), rate_text(share)),
    )


# --- Geometry


class _Scale:
    """Places figures between the least and the greatest of them, and zero, on the bar area."""

    def __init__(self, figures: Iterable[Decimal], start: Decimal = Zero):
        known = [start, *figures]
        self.least, self.greatest = min(known), max(known)
        self.span = (self.greatest - self.least) or Decimal(1)

    def at(self, figure: Decimal) -> Decimal:
        """Return where a figure lies, to a tenth."""
        return round(LABEL + (figure - self.least) / self.span * AREA, 1)

    def ticks(self, unit: AmountUnit) -> list[Tick]:
        """Return round figures along the axis, with zero among them."""
        step = _round_step(self.span / 5)
        first = int(self.least / step)
        figures = [step * number for number in range(first, int(self.greatest / step) + 1)]
        return [Tick(self.at(each), _tick_text(each, unit)) for each in figures if each >= self.least]


def _round_step(rough: Decimal) -> Decimal:
    """Return 1, 2 or 5 times a power of ten, at least `rough`."""
    power = Decimal(1).scaleb(rough.adjusted())
    return next(power * times for times in (1, 2, 5, 10) if power * times >= rough)


def _tick_text(figure: Decimal, unit: AmountUnit) -> str:
    return f"{in_unit(figure, unit).normalize():,f}".replace("-", MINUS)


def _bar(
    scale: _Scale,
    place: int,
    label: str,
    style: str,
    start: Decimal,
    end: Decimal,
    text: str,
    *,
    group: str = "",
    shift: int = 0,
) -> Bar:
    """Return the bar from one figure to another in the row `place`; one of a few yuan is still to be seen."""
    left, right = sorted((scale.at(start), scale.at(end)))
    thinnest = Zero if start == end else Decimal(2)
    top = Decimal(HEAD + ROW * place + (ROW - BAR) // 2 + shift)
    return Bar(label, style, left, top, max(right - left, thinnest), text, group)


def _narrowed(x: Decimal) -> Decimal:
    """Where a place of the bar area lies in the drawing for a phone, to a tenth."""
    return round(NARROW_START + (x - LABEL) * NARROW_AREA / AREA, 1)


def _cut(label: str, most: int = LABEL_WIDTH) -> str:
    """Return a label no wider than its column."""
    for at in range(len(label)):
        if breadth(label[: at + 1]) > most:
            return f"{label[: max(at - 1, 0)]}…"
    return label
