"""What the history of a return tells beside the money: re-checks, approved targets, problems."""

from collections.abc import Iterator

from performance.rechecks import told_of_rechecks
from performance.targets import told_of_targets
from submissions.history import Told
from submissions.models import Submission
from submissions.problems import told_of_problems


def told_beside(submission: Submission) -> Iterator[Told]:
    """Tell what this app knows of a return; a constant number of queries."""
    yield from told_of_targets(submission)
    yield from told_of_rechecks(submission)
    yield from told_of_problems(submission)
