"""Whose steps a person may take with a return."""

from orgs.models import User
from orgs.permissions import can_prepare, can_review
from submissions.models import Edit, Submission, Transition
from submissions.workflow import Action, Side


def sides_held(user: User, submission: Submission) -> set[Side]:
    """Return the sides she stands on for this return; none for a reader."""
    sides = set()
    if can_prepare(user, submission.unit):
        sides.add(Side.PREPARER)
    if can_review(user, submission.round.bureau):
        sides.add(Side.REVIEWER)
    return sides


def prepared_by(user: User) -> set[tuple[int, int]]:
    """Return the (round, unit) of every return she edited or handed in, in whatever role and revision."""
    place = ("submission__round_id", "submission__unit_id")
    edited = Edit.objects.filter(actor=user).values_list(*place)
    handed_in = Transition.objects.filter(actor=user, action=Action.SUBMIT).values_list(*place)
    return set(edited.union(handed_in))
