"""How totals and execution rates are spread: classes with their numbers, and the geometry of upright bars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgets.measures import ratio
from budgets.money import round_half_up

WIDTH, HEIGHT = 560, 190
BASE, TOP = 164, 26
"""Where bars stand, and how high the highest reaches."""


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


@dataclass(frozen=True, slots=True)
class Classes:
    """Where classes begin, each below the next; the first is what is below them all."""

    starts: Sequence[Decimal]
    last: str
    """What the last class is called."""

    @property
    def labels(self) -> list[str]:
        """What the classes are called, from the lowest up."""
        between = [f"{low}–{high:.0f}" for low, high in zip(self.starts, self.starts[1:], strict=False)]
        return [f"<{self.starts[0]}", *between, self.last]


TOTALS = Classes([Decimal(each) for each in range(50, 100, 5)], "95–100")
"""Classes of totals: 60, 80 and 90 part the grades."""

RATES = Classes([*(Decimal(each) for each in (50, 60, 70, 80, 85, 90, 95)), Decimal("100.01")], ">100")
"""Classes of execution rates: above 100 % the revised budget is not up to date."""


def histogram_of(figures: Iterable[Decimal | None], classes: Classes) -> Histogram:
    """Return how figures, as they are printed, are spread over classes."""
    figures = list(figures)
    known = [round_half_up(each) for each in figures if each is not None]
    labels = classes.labels
    numbers = [0] * len(labels)
    for figure in known:
        numbers[sum(figure >= start for start in classes.starts)] += 1
    most, step = max(numbers) or 1, Decimal(WIDTH) / len(labels)
    spreads = [
        Spread(
            label,
            number,
            ratio(Decimal(number), Decimal(len(known))),
            x=round_half_up(step * at + step / 10, 1),
            width=round_half_up(step * 8 / 10, 1),
            height=round_half_up(Decimal(number * (BASE - TOP)) / most, 1),
        )
        for at, (label, number) in enumerate(zip(labels, numbers, strict=True))
    ]
    return Histogram(spreads, len(figures) - len(known))
