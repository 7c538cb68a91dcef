"""What a person may do next with a return as a whole, for the pages that show it."""

from collections.abc import Collection
from dataclasses import dataclass

from orgs.models import User
from submissions.models import Submission
from submissions.permissions import sides_held, was_prepared_by
from submissions.workflow import DECISIONS, DESKS, LAST_DESK, Action, Step, steps_from

DESK_NAMES = {str(desk): desk.label for desk in DESKS}


@dataclass(frozen=True, slots=True)
class Journey:
    """The steps a person may take now, and those that were taken."""

    submission: Submission
    steps: list[Step]
    prepared_it: bool
    """Whether there are steps that are hers but for having prepared this return, so that others decide."""

    @property
    def can_submit(self) -> bool:
        """Whether she may hand it in now, once nothing stands in the way."""
        return self._may(Action.SUBMIT)

    @property
    def can_withdraw(self) -> bool:
        """Whether she may take it back: it was she who handed it in, and nobody has acted since."""
        return self._may(Action.WITHDRAW)

    @property
    def can_pass_on(self) -> bool:
        """Whether she may let it go on to the next desk now."""
        return self._may(Action.PASS_ON)

    @property
    def next_desk(self) -> str:
        """The Chinese name of the desk it goes to when she hands it in or passes it on; "" otherwise."""
        return next((DESK_NAMES[step.target_desk] for step in self.steps if step.target_desk), "")

    @property
    def can_return(self) -> bool:
        """Whether she may give it back now."""
        return self._may(Action.RETURN)

    @property
    def can_approve(self) -> bool:
        """Whether she may approve it now."""
        return self._may(Action.APPROVE)

    @property
    def can_decide(self) -> bool:
        """Whether a decision is hers to take now."""
        return any(step.action in DECISIONS for step in self.steps)

    @property
    def can_reopen(self) -> bool:
        """Whether she may take the approval back."""
        return self._may(Action.REOPEN)

    @property
    def can_publish(self) -> bool:
        """Whether she may record that it is made public."""
        return self._may(Action.PUBLISH)

    @property
    def publishes_for_unit(self) -> bool:
        """Whether she would do so for the unit, on its authorisation."""
        return all(step.side is LAST_DESK for step in self.steps if step.action is Action.PUBLISH)

    @property
    def can_correct(self) -> bool:
        """Whether she may begin a correction of what is public."""
        return self._may(Action.CORRECT)

    def _may(self, action: Action) -> bool:
        return any(step.action is action for step in self.steps)


def journey_of(
    submission: Submission, user: User, prepared: Collection[tuple[int, int]] | None = None
) -> Journey:
    """Return the journey of a return as `user` sees it, in a constant number of queries.

    `prepared` are the returns she prepared (`permissions.prepared_by`), for who looks at many.
    """
    steps = [
        step
        for step in steps_from(
            submission.status, submission.desk, sides_held(user, submission), submission.desks
        )
        if not (step.by_sender_only and submission.sender_id != user.pk)
        and not (step.stops_when_closed and submission.is_closed)
        and not (step.needs_extension and not submission.has_leave_to_correct)
    ]
    if not any(step.refuses_preparers for step in steps):
        return Journey(submission, steps, prepared_it=False)
    place = (submission.round_id, submission.unit_id)
    prepared_it = was_prepared_by(submission, user) if prepared is None else place in prepared
    allowed = [step for step in steps if not (step.refuses_preparers and prepared_it)]
    return Journey(submission, allowed, prepared_it)
