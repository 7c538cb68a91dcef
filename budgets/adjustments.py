"""What documents change in a budget during its year: initial budget + Σ adjustments = revised, by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from budgets.returns import (
    ADJUSTABLE,
    ADJUSTMENTS,
    BY_FUNCTION,
    BY_NATURE,
    INCREASES,
    PROJECTS,
    TOTAL,
    ScheduleName,
)
from budgets.row_names import codes_above, is_plain, line_id

Place = tuple[ScheduleName, str]
"""A row of a return: its schedule and its name."""


@dataclass(frozen=True, slots=True)
class Documents:
    """What all documents of a return change, in yuan, by the row they name.

    `complete` are the schedules in which every document names a row that stands there and says its amount:
    there a row that no document names is as it was at the beginning of the year.
    """

    by_place: Mapping[Place, Decimal] = field(default_factory=dict)
    complete: frozenset[ScheduleName] = frozenset()

    def of(self, schedule: ScheduleName, name: str) -> Decimal | None:
        """Return what the documents change in one row; None where nothing can be said of it."""
        found = self.by_place.get((schedule, name))
        return Decimal(0) if found is None and schedule in self.complete else found


NO_DOCUMENTS = Documents()


def signed(line: Any) -> Decimal | None:
    """Return what one document changes, with its sign, in yuan; None when its kind or amount is blank."""
    if line.adjusted is None or not line.kind:
        return None
    amount: Decimal = line.adjusted
    return amount if line.kind in INCREASES else -amount


def places_of(line: Any) -> list[Place]:
    """Return the rows a document names; one without a code counts for the total by function."""
    places = [(BY_FUNCTION.name, line.function or TOTAL)]
    if line.use:
        places.append((PROJECTS.name if line.use.startswith("line-") else BY_NATURE.name, line.use))
    return places


def documents_of(lines: Mapping[ScheduleName, Sequence[Any]]) -> Documents:
    """Return what the documents among the stored lines of a return change; a schedule not given is empty."""
    found = lines.get(ADJUSTMENTS.name, ())
    if not found:
        return NO_DOCUMENTS
    by_place: dict[Place, Decimal] = {}
    for line in found:
        change = signed(line)
        for place in places_of(line) if change is not None else ():
            by_place[place] = by_place.get(place, Decimal(0)) + (change or Decimal(0))
    is_told = all(signed(line) is not None for line in found)
    functions = _names_by_function(lines.get(BY_FUNCTION.name, ()))
    uses = {line_id(line) for line in lines.get(PROJECTS.name, ())} | {item.code for item in BY_NATURE.items}
    by_line = is_told and all(line.function in functions for line in found)
    by_use = is_told and all(line.use in uses for line in found)
    complete = {name for name in ADJUSTABLE if (by_line if name == BY_FUNCTION.name else by_use)}
    return Documents(by_place, frozenset(complete))


def _names_by_function(lines: Sequence[Any]) -> set[str]:
    """The names of the lines by function: neither the total nor a 类 or 款 that has lines below it."""
    by_code = [line for line in lines if line.category_id]
    above = {code for line in by_code for code in codes_above(line)}
    return {line_id(line) for line in by_code if not (is_plain(line) and line.code in above)}
