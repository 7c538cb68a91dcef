"""Bands of difference rates: how units are spread over them, and which units are in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgets.money import MINUS
from budgets.region.sums import Sum

BOUNDS = tuple(Decimal(bound) for bound in (-30, -10, -5, 0, 5, 10, 30))
"""Where one band ends and the next begins, in percent; a rate on a bound belongs to the upper one."""


@dataclass(frozen=True, slots=True)
class Band:
    """Rates from `least` up to, not including, `below`, in percent; None: without end on that side."""

    least: Decimal | None
    below: Decimal | None
    is_unknown: bool = False
    """The band of the units whose rate cannot be computed."""

    @property
    def name(self) -> str:
        """What it is called in addresses: "-30:-10", ":-30", "30:", "unknown"."""
        ends = ("" if end is None else str(end) for end in (self.least, self.below))
        return "unknown" if self.is_unknown else ":".join(ends)

    @property
    def label(self) -> str:
        """What it is called: −30 %～−10 %."""
        if self.is_unknown:
            return "算不出差异率"
        if self.least is None:
            return f"低于 {_said(self.below)}"
        rest = " 及以上" if self.below is None else f"～{_said(self.below)}"
        return f"{_said(self.least)}{rest}"

    def holds(self, rate: Decimal | None) -> bool:
        """Whether a rate is in it."""
        if rate is None or self.is_unknown:
            return rate is None and self.is_unknown
        return (self.least is None or rate >= self.least) and (self.below is None or rate < self.below)


def _said(bound: Decimal | None) -> str:
    return f"{bound:+} %".replace("-", MINUS).replace("+0", "0")


UNKNOWN = Band(None, None, is_unknown=True)
BANDS = (*(Band(*ends) for ends in zip((None, *BOUNDS), (*BOUNDS, None), strict=True)), UNKNOWN)
"""All bands in order."""
BY_NAME = {band.name: band for band in BANDS}


def spread(units: Sequence[Sum]) -> list[tuple[Band, int]]:
    """Return how many units are in each band, in order; every unit is in one, those unknown in the last."""
    return [(band, sum(band.holds(unit.gap_rate) for unit in units)) for band in BANDS]
