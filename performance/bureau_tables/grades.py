"""How the units of a round are graded, by what kind of unit they are; the numbers add up to all units."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgets.measures import ratio
from budgets.region.effective import Coverage
from performance.bureau_tables.means import added
from performance.bureau_tables.outcomes import UNGRADED, Outcome
from performance.library import KINDS, kind_of
from performance.scoring import GRADES

ALL = "all"
"""Stands for all kinds of units where one of them may stand."""

ALL_GRADES = (*(name for name, _ in GRADES), "差", UNGRADED)
"""All grades, from the best down; the last is that of a unit without an approved return or a total."""


@dataclass(frozen=True, slots=True)
class Graded:
    """The units of one kind, or all, that have one grade."""

    number: int
    outturn: Decimal | None
    """What they spent, in yuan, as far as an approved return says so."""
    units: int
    """How many units there are of the kind."""

    @property
    def share(self) -> Decimal | None:
        """Its number in percent of the units of the kind; None where there are none."""
        return ratio(Decimal(self.number), Decimal(self.units))


@dataclass(frozen=True, slots=True)
class GradesOf:
    """The units of one kind, or all."""

    kind: str
    """Its code; ALL for all of them."""
    name: str
    units: int
    by_grade: dict[str, Graded]


def grades_by_kind(coverage: Coverage, outcomes: Sequence[Outcome]) -> tuple[list[GradesOf], GradesOf]:
    """Return the grades by kind of unit, as its name tells it, and those of all units."""
    by_unit = {each.submission.unit_id: each for each in outcomes}
    rows = [(kind_of(unit.name), by_unit.get(unit.pk)) for unit in coverage.units]
    kinds = [
        _grades_of(code, name, [found for kind, found in rows if kind == code])
        for code, name in KINDS.items()
    ]
    return [each for each in kinds if each.units], _grades_of(ALL, "合计", [found for _, found in rows])


def _grades_of(kind: str, name: str, found: Sequence[Outcome | None]) -> GradesOf:
    by_grade: dict[str, list[Outcome | None]] = {grade: [] for grade in ALL_GRADES}
    for each in found:
        by_grade[each.grade if each else UNGRADED].append(each)
    graded = {
        grade: Graded(len(those), added(each.outturn for each in those if each), len(found))
        for grade, those in by_grade.items()
    }
    return GradesOf(kind, name, len(found), graded)
