"""What a page of a round's summaries looks at: which department, as of which day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from budgets.region.effective import Coverage
from orgs.models import Unit
from performance.scoring import Basis
from submissions.models import CollectionRound


@dataclass(frozen=True, slots=True)
class Scope:
    """The returns of a round that count, of all departments or of one, now or on a past day."""

    round: CollectionRound
    basis: Basis
    coverage: Coverage
    department: Unit | None = None
    day: date | None = None
    """As of the end of that day; None for now."""
    others: Mapping[str, str] | None = None
    """What else the address of the page says."""

    @property
    def without_department(self) -> str:
        """The query of the same view of all departments."""
        return self.address(department="")

    def address(self, **changes: Any) -> str:
        """Return the query of the same view but for these changes."""
        said = {
            "department": self.department.code if self.department else "",
            "day": self.day.isoformat() if self.day else "",
            **(self.others or {}),
            **changes,
        }
        found = {name: value for name, value in said.items() if value}
        return f"?{urlencode(found)}" if found else "?"


def department_code(path: str) -> str:
    """Return the code of the department a unit is or belongs to, from its path (/region/bureau/code/…)."""
    return path.split("/")[3]
