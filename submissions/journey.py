"""What a person may do next with a return as a whole, for the pages that show it."""

from dataclasses import dataclass

from orgs.models import User
from orgs.permissions import can_prepare, can_review
from submissions.models import Submission
from submissions.workflow import Action, Side, actions_from


@dataclass(frozen=True, slots=True)
class Journey:
    """The steps a person may take now, and those that were taken."""

    submission: Submission
    actions: list[Action]
    prepared_it: bool
    """Whether she could decide but prepared this return herself, so that others must."""

    @property
    def can_submit(self) -> bool:
        """Whether she may hand it in now, once nothing stands in the way."""
        return Action.SUBMIT in self.actions

    @property
    def can_decide(self) -> bool:
        """Whether she may return or approve it now."""
        return Action.APPROVE in self.actions


def journey_of(submission: Submission, user: User) -> Journey:
    """Return the journey of a return as `user` sees it, in a constant number of queries."""
    decides = actions_from(submission.status, Side.REVIEWER) if can_review(user, submission.unit) else []
    prepared_it = bool(decides) and submission.was_prepared_by(user)
    hands_in = actions_from(submission.status, Side.PREPARER) if can_prepare(user, submission.unit) else []
    return Journey(submission, hands_in + ([] if prepared_it else decides), prepared_it)
