"""What the charts of a round's variances show: units by size and rate, over bands, departments by 类."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgets.measures import change_rate
from budgets.money import AmountUnit, amount_text, exact_text, rate_text
from budgets.region.bands import Band, spread
from budgets.region.crossed import Crossed
from budgets.region.sums import Dimension, Sum, Within
from budgets.region.variances import Asked

Zero = Decimal(0)
LEAST_EDGE, EDGE_STEP = Decimal(20), Decimal(10)
ONE_OF = 20
"""The scatter ends at a rate in tens that all but one of 20 units keep within, 20 % at least."""
MOST_CLASSES = 10
"""So many 类 of function have a column of their own in the heat map; the smaller ones share one."""
SHADES = tuple(Decimal(bound) for bound in (1, 5, 10, 30))
"""From each rate on, in percent, a cell of the heat map is a shade darker."""


@dataclass(frozen=True, slots=True)
class Point:
    """One unit of the scatter."""

    name: str
    href: str
    size: str
    """Its initial budget in the unit of the page, as plain digits: for drawing."""
    rate: str
    """Its rate in percent, as far as the scatter reaches: for drawing."""
    printed: tuple[str, str, str, str]
    """Initial budget, outturn, difference and rate, as printed."""
    is_beyond: bool
    """Whether it lies further out than is drawn."""


@dataclass(frozen=True, slots=True)
class Scatter:
    """Units by their initial budgets and difference rates, the greatest rates first."""

    points: list[Point]
    edge: Decimal
    """The rate in percent at which it ends, above and below."""
    left_out: list[str]
    """The names of the units that have no rate, or no budget above zero."""

    @property
    def beyond(self) -> int:
        """How many points lie further out than is drawn."""
        return sum(point.is_beyond for point in self.points)


def scatter_of(
    units: Sequence[Sum], names: Mapping[str, str], links: Mapping[str, str], unit: AmountUnit
) -> Scatter:
    """Return the scatter of units; `names` and `links` by their keys."""
    known = [(each, each.gap_rate, each.planned) for each in units]
    drawn = [(each, rate, size) for each, rate, size in known if rate is not None and size and size > 0]
    drawn.sort(key=lambda each: (-abs(each[1]), names[each[0].key]))
    edge = _edge([abs(rate) for _, rate, _ in drawn])
    points = [
        Point(
            names[each.key],
            links[each.key],
            exact_text(size, unit),
            f"{max(-edge, min(edge, rate)):.2f}",
            (
                amount_text(each.initial_budget, unit),
                amount_text(each.outturn, unit),
                amount_text(each.gap, unit, signed=True),
                rate_text(rate, signed=True),
            ),
            abs(rate) > edge,
        )
        for each, rate, size in drawn
    ]
    there = {each.key for each, _, _ in drawn}
    return Scatter(points, edge, [names[each.key] for each in units if each.key not in there])


def _edge(rates: Sequence[Decimal]) -> Decimal:
    """The rate at which a scatter ends; `rates` without sign, the greatest first."""
    if not rates:
        return LEAST_EDGE
    within = rates[len(rates) // ONE_OF]
    return max(LEAST_EDGE, -(-within // EDGE_STEP) * EDGE_STEP)


@dataclass(frozen=True, slots=True)
class Share:
    """How many units are in a band of rates, and the view that lists them."""

    band: Band
    number: int
    href: str


def shares_of(units: Sequence[Sum], asked: Asked) -> list[Share]:
    """Return the bands in order; the one of units without a rate only where there are any."""
    found = [
        Share(band, number, asked.address(by=Dimension.UNIT, band=band.name) if number else "")
        for band, number in spread(units)
    ]
    return [each for each in found if each.number or not each.band.is_unknown]


@dataclass(frozen=True, slots=True)
class Cell:
    """A department's difference in one 类: as printed, its shade, and the view of its units."""

    text: str
    rate: str
    shade: str
    """"", "up-1" … "up-4", "down-1" … "down-4"."""
    href: str


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Departments in rows by 类 of function in columns: the differences, shaded by their rates."""

    heads: list[tuple[str, str]]
    """Code and name of each column; the last is of all others where there are any."""
    rows: list[tuple[str, str, list[Cell | None]]]
    """Of each department: its name, the view of its units, a cell for each column; None: nothing there."""


def heat_map_of(
    crossed: Crossed,
    departments: Mapping[str, str],
    classes: Mapping[str, str],
    asked: Asked,
    unit: AmountUnit,
) -> HeatMap:
    """Return the heat map; `departments` and `classes` are names by code. What spent most stands first."""
    order = _by_outturn(crossed, 1)
    own, others = order[:MOST_CLASSES], order[MOST_CLASSES:]
    columns = [[code] for code in own] + ([others] if others else [])
    heads = [(code, classes.get(code, code)) for code in own]
    rows = []
    for department in _by_outturn(crossed, 0):
        view = asked.address(by=Dimension.UNIT, department=department)
        cells = [_cell(crossed, department, codes, asked, unit) for codes in columns]
        rows.append((departments.get(department, department), view, cells))
    return HeatMap([*heads, *([("", f"其余 {len(others)} 类")] if others else [])], rows)


def _by_outturn(crossed: Crossed, place: int) -> list[str]:
    """The departments (0) or 类 (1), what spent most first."""
    spent: dict[str, Decimal] = {}
    for key, each in crossed.items():
        spent[key[place]] = spent.get(key[place], Zero) + (each.outturn or Zero)
    return sorted(spent, key=lambda name: (-spent[name], name))


def _cell(
    crossed: Crossed, department: str, codes: Sequence[str], asked: Asked, unit: AmountUnit
) -> Cell | None:
    found = [crossed[department, code] for code in codes if (department, code) in crossed]
    if not found:
        return None
    known = [(each.gap, each.planned) for each in found if each.gap is not None and each.planned is not None]
    gap, planned = sum((gap for gap, _ in known), Zero), sum((planned for _, planned in known), Zero)
    rate = change_rate(planned + gap, planned) if known else None
    if len(codes) == 1:
        within = Within(Dimension.FUNCTION, codes[0])
        href = asked.address(by=Dimension.UNIT, department=department, within=within)
    else:
        href = asked.address(by=Dimension.FUNCTION, department=department)
    return Cell(
        amount_text(gap if known else None, unit, signed=True),
        rate_text(rate, signed=True),
        _shade(rate),
        href,
    )


def _shade(rate: Decimal | None) -> str:
    depth = 0 if rate is None else sum(abs(rate) >= bound for bound in SHADES)
    return f"{'up' if rate and rate > 0 else 'down'}-{depth}" if depth else ""
