"""How many units of a round had handed in by which day, drawn against the due date."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Min
from django.utils import timezone

from submissions.models import CollectionRound, Transition
from submissions.workflow import Action

WIDTH, HEIGHT = 400, 60
"""Of the area the curve is drawn in, in the units of the view box."""


@dataclass(frozen=True, slots=True)
class Curve:
    """The units that have handed in for the first time, day by day."""

    days: list[tuple[date, int, int]]
    """Each day on which any did: how many, and how many in all by then."""
    units: int
    """How many units the round reaches."""
    opens: date
    due: date
    last: date
    """The last day drawn: today, or the due date while that lies ahead."""
    today: date

    @property
    def handed_in(self) -> int:
        """How many have handed in."""
        return self.days[-1][2] if self.days else 0

    @property
    def in_time(self) -> int:
        """How many had done so by the end of the due date."""
        return max((number for day, _, number in self.days if day <= self.due), default=0)

    def x(self, day: date) -> int:
        """Where a day begins."""
        span = max((self.last - self.opens).days + 1, 1)
        return max(min((day - self.opens).days, span), 0) * WIDTH // span

    @property
    def due_x(self) -> int:
        """Where the due date ends."""
        return self.x(date.fromordinal(self.due.toordinal() + 1))

    @property
    def path(self) -> str:
        """The steps of the curve, from the opening to today, as the path of an SVG."""
        steps = [f"M0 {HEIGHT}"]
        for day, _, number in self.days:
            steps.append(f"H{self.x(day)}V{HEIGHT - number * HEIGHT // max(self.units, 1)}")
        return "".join(steps) + f"H{self.x(date.fromordinal(min(self.today, self.last).toordinal() + 1))}"

    @property
    def area(self) -> str:
        """The area below it."""
        return f"{self.path}V{HEIGHT}Z"


def curve_of(round: CollectionRound, units: int, today: date) -> Curve:
    """Return the curve of a round that reaches so many units, up to a day, in one query."""
    steps = Transition.objects.filter(submission__round=round, action=Action.SUBMIT)
    first = steps.values_list("submission__unit").annotate(Min("at"))
    days = _summed(day for _, at in first if (day := timezone.localdate(at)) <= today)
    return Curve(days, units, round.opens_date, round.due_date, max(today, round.due_date), today)


def _summed(days: Iterable[date]) -> list[tuple[date, int, int]]:
    found, number = [], 0
    for day, new in sorted(Counter(days).items()):
        number += new
        found.append((day, new, number))
    return found
