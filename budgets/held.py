"""Columns of a schedule that are fixed in a return, and with them its rows: what a save may not change."""

from dataclasses import dataclass

from budgets.money import AmountUnit
from budgets.returns import Column


@dataclass(frozen=True, slots=True)
class Held:
    """What of a schedule is fixed: columns, and which rows there are. `words` say why, and what to do."""

    columns: frozenset[str]
    words: str


@dataclass(frozen=True, slots=True)
class HeldCell:
    """A fixed cell that was wanted otherwise; `row` is what the page calls its row."""

    row: str
    column: Column
    words: str

    def sentence(self, unit: AmountUnit) -> str:
        """Say why it is not changed; `unit` is the one she types in."""
        return self.words
