"""How totals and execution rates are spread: classes with their numbers, and the geometry of upright bars."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from budgets.measures import ratio
from budgets.money import round_half_up

WIDTH, HEIGHT = 560, 190
BASE, TOP = 164, 26
"""Where bars stand, and how high the highest reaches."""
WIDEST = Decimal(64)
"""Of a bar."""


@dataclass(frozen=True, slots=True)
class Spread:
    """One class of figures: from a figure on, and below the next; None is open."""

    label: str
    number: int
    share: Decimal | None
    """In percent of all that have the figure."""
    x: Decimal
    width: Decimal
    height: Decimal
    low: Decimal | None = None
    """From which figure on; None for the lowest class, which is open below."""
    high: Decimal | None = None
    """Below which figure; None for the highest class, which is open above."""
    href: str = ""
    """The list of those in it."""

    def holds(self, figure: Decimal | None) -> bool:
        """Whether a figure, as it is printed, is in this class."""
        if figure is None:
            return False
        printed = round_half_up(figure)
        return (self.low is None or printed >= self.low) and (self.high is None or printed < self.high)

    @property
    def y(self) -> Decimal:
        """The upper edge of its bar."""
        return BASE - self.height

    @property
    def middle(self) -> Decimal:
        """The middle of its bar."""
        return self.x + self.width / 2

    @property
    def text_y(self) -> Decimal:
        """The baseline of its number."""
        return self.y - 6


@dataclass(frozen=True, slots=True)
class Histogram:
    """The classes from the lowest up, and how many have no figure."""

    spreads: Sequence[Spread]
    unknown: int
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE
    label_y: int = BASE + 17

    @property
    def known(self) -> int:
        """How many have the figure."""
        return sum(each.number for each in self.spreads)

    def labelled(self, label: str) -> Spread | None:
        """Return the class of a label; None where there is none."""
        return next((each for each in self.spreads if each.label == label), None)


FULL = Decimal(100)
MOST_CLASSES = 12
_WIDTHS = tuple(Decimal(each) for each in (1, 2, 5, 10))
"""How wide classes can be: of these 60, 80 and 90, which part the grades, are always edges."""


def histogram_of(
    figures: Iterable[Decimal | None], leads_to: Callable[[str], str] = lambda label: ""
) -> Histogram:
    """Return how figures of a hundred, as they are printed, are spread over classes of one width.

    The classes are as narrow as the lowest figure lets them be. The last of them has the hundred in it; above
    it stands one more class where there is anything. `leads_to` gives where a class leads, by its label.
    """
    figures = list(figures)
    known = [round_half_up(each) for each in figures if each is not None]
    classes = _classes(known)
    step = Decimal(WIDTH) / len(classes)
    bar = min(round_half_up(step * 8 / 10, 1), WIDEST)
    spreads = []
    for at, (label, low, high) in enumerate(classes):
        x = round_half_up(step * at + (step - bar) / 2, 1)
        each = Spread(label, 0, None, x, bar, Decimal(0), low, high, leads_to(label))
        spreads.append(replace(each, number=sum(map(each.holds, known))))
    most = max(each.number for each in spreads) or 1
    drawn = [
        replace(
            each,
            share=ratio(Decimal(each.number), Decimal(len(known))),
            height=round_half_up(Decimal(each.number * (BASE - TOP)) / most, 1),
        )
        for each in spreads
    ]
    return Histogram(drawn, len(figures) - len(known))


def _classes(known: Sequence[Decimal]) -> list[tuple[str, Decimal | None, Decimal | None]]:
    """The classes that figures need: label, from which figure on, below which."""
    starts = _starts([each for each in known if each <= FULL])
    found: list[tuple[str, Decimal | None, Decimal | None]] = [
        (f"{low}–{high}", low, high) for low, high in zip(starts, [*starts[1:], FULL], strict=True)
    ]
    if min(known, default=FULL) < starts[0]:
        found[0] = (f"<{starts[1]}", None, starts[1])
    is_open = any(figure > FULL for figure in known)
    label, low, _ = found[-1]
    found[-1] = (label, low, _ABOVE_FULL if is_open else None)
    return [*found, (f">{FULL}", _ABOVE_FULL, None)] if is_open else found


_ABOVE_FULL = FULL + Decimal("0.01")
"""The least figure above the hundred, as figures are printed."""


def _starts(known: Sequence[Decimal]) -> list[Decimal]:
    """Where the classes begin."""
    least = max(min(known, default=Decimal(0)), Decimal(0))
    for width in _WIDTHS:
        first = min(least // width * width, FULL - 2 * width)
        if (FULL - first) / width <= MOST_CLASSES:
            break
    return [first + width * at for at in range(int((FULL - first) / width))]
