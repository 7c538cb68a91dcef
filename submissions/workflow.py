"""The steps of a return from the accountant's desk to the public: one table, which everything else reads.

Pure: imports neither Django nor openpyxl. The database's guard `takes_step` is made from the same
table, and a test holds the two together.

Source: domain rules of the workflow (workflow.md §3), statuses and desks of the architecture (§5).
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

DRAFT, IN_REVIEW, RETURNED = "draft", "in_review", "returned"
APPROVED, PUBLISHED, SUPERSEDED = "approved", "published", "superseded"

EDITABLE = (DRAFT, RETURNED)
"""The statuses in which the unit enters figures."""
OPEN = (DRAFT, IN_REVIEW, RETURNED)
"""The statuses of a return that is on its way; a unit has one of them in a round at most."""
EFFECTIVE = (APPROVED, PUBLISHED)
"""The statuses of a unit's approved return, made public or not yet."""


class Side(StrEnum):
    """Whose step it is: the unit's, or that of one of the desks (审核环节) a return passes."""

    PREPARER = "preparer"
    """The unit that fills in the return (填报单位)."""
    UNIT_HEAD = "unit_head"
    DEPARTMENT = "department"
    """The department above the unit (主管部门); a unit directly below the finance bureau has none."""
    DIVISION = "division"
    PERFORMANCE_OFFICE = "performance_office"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {
            "preparer": "填报单位",
            "unit_head": "单位负责人",
            "department": "主管部门",
            "division": "财政业务股室",
            "performance_office": "财政绩效股",
        }[self.value]


DESKS = (Side.UNIT_HEAD, Side.DEPARTMENT, Side.DIVISION, Side.PERFORMANCE_OFFICE)
"""The desks in the order a return passes them. A round may do without any but the last."""
LAST_DESK = DESKS[-1]
PUBLISHERS = (Side.PREPARER, Side.UNIT_HEAD, LAST_DESK)


class Action(StrEnum):
    """What a person does to a return as a whole."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    PASS_ON = "pass_on"
    RETURN = "return"
    APPROVE = "approve"
    REOPEN = "reopen"
    PUBLISH = "publish"
    SUPERSEDE = "supersede"
    CORRECT = "correct"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {
            "submit": "报送",
            "withdraw": "取消报送",
            "pass_on": "通过",
            "return": "退回",
            "approve": "审核通过",
            "reopen": "取消终审",
            "publish": "公开",
            "supersede": "由更正版代替",
            "correct": "更正",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who takes it, from which status (and desk) to which, and on what conditions."""

    action: Action
    source: str
    target: str
    side: Side
    source_desk: str = ""
    """The desk it lies on before; "" where it lies on none."""
    target_desk: str = ""
    """The desk it goes to, which must be the next the round has for the unit; "" for none."""
    needs_comment: bool = False
    refuses_preparers: bool = False
    """Nobody decides on what they prepared, whatever second role they hold."""
    by_sender_only: bool = False
    """Taken back by who handed it in, and only while nobody has acted since."""
    stops_when_closed: bool = False
    """Not taken once the round is closed for the unit."""
    needs_extension: bool = False
    """Taken with the bureau's consent alone: an extension of the unit that has not run out, given since the
    return was made public."""
    goes_along: bool = False
    """Taken together with another step of the same return, in another revision, and never by itself."""


STEPS = (
    *(
        Step(Action.SUBMIT, status, IN_REVIEW, Side.PREPARER, target_desk=desk, stops_when_closed=True)
        for status in EDITABLE
        for desk in DESKS
    ),
    *(
        Step(Action.WITHDRAW, IN_REVIEW, DRAFT, Side.PREPARER, source_desk=desk, by_sender_only=True)
        for desk in DESKS
    ),
    *(
        Step(Action.PASS_ON, IN_REVIEW, IN_REVIEW, desk, desk, later, refuses_preparers=True)
        for desk, later in combinations(DESKS, 2)
    ),
    *(
        Step(Action.RETURN, IN_REVIEW, RETURNED, desk, desk, needs_comment=True, refuses_preparers=True)
        for desk in DESKS
    ),
    Step(Action.APPROVE, IN_REVIEW, APPROVED, LAST_DESK, LAST_DESK, refuses_preparers=True),
    # What was approved goes back to the last desk as the next revision; the one that was stays as it is.
    Step(Action.REOPEN, APPROVED, SUPERSEDED, LAST_DESK, needs_comment=True, refuses_preparers=True),
    Step(
        Action.REOPEN,
        DRAFT,
        IN_REVIEW,
        LAST_DESK,
        target_desk=LAST_DESK,
        refuses_preparers=True,
        goes_along=True,
    ),
    # Who is responsible for a return publishes it: its unit, or the bureau on the unit's authorisation.
    *(Step(Action.PUBLISH, APPROVED, PUBLISHED, side) for side in PUBLISHERS),
    *(Step(Action.SUPERSEDE, PUBLISHED, SUPERSEDED, side, goes_along=True) for side in PUBLISHERS),
    # What is public stays so until its correction, the next revision, is public in its place.
    Step(Action.CORRECT, PUBLISHED, PUBLISHED, Side.PREPARER, needs_comment=True, needs_extension=True),
)

DECISIONS = (Action.PASS_ON, Action.RETURN, Action.APPROVE)
"""What a desk does with a return that lies on it."""


def desk_after(desk: str, desks: Collection[str]) -> str:
    """Return the first of `desks` that comes after `desk` ("": before all); "" after the last."""
    later = DESKS[DESKS.index(Side(desk)) + 1 :] if desk else DESKS
    return next((each for each in later if each in desks), "")


def steps_from(status: str, desk: str, sides: Collection[Side], desks: Collection[str]) -> list[Step]:
    """Return the steps that somebody on `sides` takes from a status and desk; none for a stranger.

    `desks` are those the round has for the unit. Steps that go along with others are not among them.
    """
    following = desk_after(desk, desks)
    return [
        step
        for step in STEPS
        if (step.source, step.source_desk) == (status, desk)
        and step.side in sides
        and step.target_desk in ("", following)
        and not step.goes_along
    ]


def sides_of(action: Action) -> set[Side]:
    """Return the sides that take an action, from whatever status."""
    return {step.side for step in STEPS if step.action == action}
