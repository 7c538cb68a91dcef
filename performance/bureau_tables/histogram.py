"""How totals and execution rates are spread: classes with their numbers, and the geometry of upright bars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


FULL = Decimal(100)
MOST_CLASSES = 12
_WIDTHS = tuple(Decimal(each) for each in (1, 2, 5, 10))
"""How wide classes can be: of these 60, 80 and 90, which part the grades, are always edges."""


def histogram_of(figures: Iterable[Decimal | None]) -> Histogram:
    """Return how figures of a hundred, as they are printed, are spread over classes of one width.

    The classes are as narrow as the lowest figure lets them be. The last of them has the hundred in it; above
    it stands one more class where there is anything.
    """
    figures = list(figures)
    known = [round_half_up(each) for each in figures if each is not None]
    starts = _starts([each for each in known if each <= FULL])
    labels = [f"{low}–{high}" for low, high in zip(starts, [*starts[1:], FULL], strict=True)]
    numbers = [0] * len(starts)
    for figure in known:
        if figure <= FULL:
            numbers[max(sum(figure >= start for start in starts) - 1, 0)] += 1
    if min(known, default=FULL) < starts[0]:
        labels[0] = f"<{starts[1]}"
    if above := sum(figure > FULL for figure in known):
        labels, numbers = [*labels, f">{FULL}"], [*numbers, above]
    most, step = max(numbers) or 1, Decimal(WIDTH) / len(labels)
    bar = min(round_half_up(step * 8 / 10, 1), WIDEST)
    spreads = [
        Spread(
            label,
            number,
            ratio(Decimal(number), Decimal(len(known))),
            x=round_half_up(step * at + (step - bar) / 2, 1),
            width=bar,
            height=round_half_up(Decimal(number * (BASE - TOP)) / most, 1),
        )
        for at, (label, number) in enumerate(zip(labels, numbers, strict=True))
    ]
    return Histogram(spreads, len(figures) - len(known))


def _starts(known: Sequence[Decimal]) -> list[Decimal]:
    """Where the classes begin."""
    least = max(min(known, default=Decimal(0)), Decimal(0))
    for width in _WIDTHS:
        first = min(least // width * width, FULL - 2 * width)
        if (FULL - first) / width <= MOST_CLASSES:
            break
    return [first + width * at for at in range(int((FULL - first) / width))]
