"""What a person may do next with a return as a whole, for the pages that show it."""

from collections.abc import Collection
from dataclasses import dataclass

from orgs.models import User
from submissions.models import Submission
from submissions.permissions import sides_held
from submissions.workflow import Action, Side, Step, steps_from


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
        return any(step.side is Side.REVIEWER for step in self.steps)

    def _may(self, action: Action) -> bool:
        return any(step.action is action for step in self.steps)


def journey_of(
    submission: Submission, user: User, prepared: Collection[tuple[int, int]] | None = None
) -> Journey:
    """Return the journey of a return as `user` sees it, in a constant number of queries.

    `prepared` are the returns she prepared (`permissions.prepared_by`), for who looks at many.
    """
    steps = steps_from(submission.status, sides_held(user, submission))
    if not any(step.refuses_preparers for step in steps):
        return Journey(submission, steps, prepared_it=False)
    place = (submission.round_id, submission.unit_id)
    prepared_it = submission.was_prepared_by(user) if prepared is None else place in prepared
    allowed = [step for step in steps if not (step.refuses_preparers and prepared_it)]
    return Journey(submission, allowed, prepared_it)
