"""The steps of a return from the accountant's desk to approval: one table, which everything else reads.

Pure: imports neither Django nor openpyxl. The database's guard `takes_step` is made from the same
table, and a test holds the two together.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

DRAFT, IN_REVIEW, RETURNED = "draft", "in_review", "returned"
APPROVED, PUBLISHED, SUPERSEDED = "approved", "published", "superseded"

EDITABLE = (DRAFT, RETURNED)
"""The statuses in which the unit enters figures."""
OPEN = (DRAFT, IN_REVIEW, RETURNED)
"""The statuses of a return that is on its way; a unit has one of them in a round at most."""
EFFECTIVE = (APPROVED, PUBLISHED)
"""The statuses of a unit's approved return, made public or not yet."""


class Side(StrEnum):
    """Whose step it is."""

    PREPARER = "preparer"
    """The unit that fills in the return (填报单位)."""
    REVIEWER = "reviewer"
    """The finance bureau's performance office (财政绩效股)."""


class Action(StrEnum):
    """What a person does to a return as a whole."""

    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {"submit": "报送", "return": "退回", "approve": "审核通过"}[self.value]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who takes it, from which status to which, and on what condition."""

    action: Action
    source: str
    target: str
    side: Side
    needs_comment: bool = False
    refuses_preparers: bool = False
    """Nobody decides on what they prepared, whatever second role they hold."""


STEPS = (
    Step(Action.SUBMIT, DRAFT, IN_REVIEW, Side.PREPARER),
    Step(Action.SUBMIT, RETURNED, IN_REVIEW, Side.PREPARER),
    Step(Action.RETURN, IN_REVIEW, RETURNED, Side.REVIEWER, needs_comment=True, refuses_preparers=True),
    Step(Action.APPROVE, IN_REVIEW, APPROVED, Side.REVIEWER, refuses_preparers=True),
)


def steps_from(status: str, sides: Collection[Side]) -> list[Step]:
    """Return the steps that somebody on these sides takes from a status; none for a stranger."""
    return [step for step in STEPS if step.source == status and step.side in sides]


def sides_of(action: Action) -> set[Side]:
    """Return the sides that take an action, from whatever status."""
    return {step.side for step in STEPS if step.action == action}
