"""The errors of a synthetic region that its bureau let pass, so that what got on is not what never could."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from budgets.checks.results import Group, results_in_batches
from orgs.event_actions import circumstances
from orgs.models import User
from submissions.finding_actions import kept_of_finding
from submissions.models import CollectionRound, Override, Submission
from submissions.workflow import EDITABLE

REASON = "合成数据：已与单位核对，属演示用的差错，予以放行。"


def let_errors_pass(*, rounds: Sequence[CollectionRound], by: User, at: datetime) -> int:
    """Let the errors of all returns pass that are out of their units' hands; return how many there were.

    What is wrong in the others their units have still to mend.
    """
    found = Submission.objects.filter(round__in=rounds).exclude(status__in=EDITABLE)
    numbers = list(found.order_by("round__fiscal_year", "pk").values_list("pk", flat=True))
    return len(Override.objects.bulk_create(_overrides(numbers, by, at)))


def _overrides(numbers: Sequence[int], by: User, at: datetime) -> Iterator[Override]:
    for batch in results_in_batches(numbers):
        for submission, results in batch:
            said = {"actor": by, "actor_name": by.full_name, "at": at, "reason": REASON}
            said |= circumstances(by, submission.unit)
            for each in results.by_group[Group.MEND]:
                yield Override(submission=submission, **kept_of_finding(each.finding), **said)
