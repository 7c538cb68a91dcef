"""Whose steps a person may take with a return."""

from orgs.models import User
from orgs.permissions import can_head, can_prepare, can_review, can_review_below, can_review_first
from submissions.models import Edit, Submission, Transition
from submissions.workflow import Action, Side


def sides_held(user: User, submission: Submission) -> set[Side]:
    """Return the sides she stands on for this return; none for a reader."""
    unit, bureau = submission.unit, submission.round.bureau
    held = {
        Side.PREPARER: can_prepare(user, unit),
        Side.UNIT_HEAD: can_head(user, unit),
        Side.DEPARTMENT: can_review_below(user, unit),
        Side.DIVISION: can_review_first(user, bureau),
        Side.PERFORMANCE_OFFICE: can_review(user, bureau),
    }
    return {side for side, is_held in held.items() if is_held}


def prepared_by(user: User) -> set[tuple[int, int]]:
    """Return the (round, unit) of every return she edited or handed in, in whatever role and revision."""
    place = ("submission__round_id", "submission__unit_id")
    edited = Edit.objects.filter(actor=user).values_list(*place)
    handed_in = Transition.objects.filter(actor=user, action=Action.SUBMIT).values_list(*place)
    return set(edited.union(handed_in))
