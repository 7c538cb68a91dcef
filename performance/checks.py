"""What stands in the way of handing in a return, as far as goal and indicators are concerned."""

from budgets.measures import EXECUTION_RATE
from budgets.rows import head_figures
from performance.rows import performance_of
from submissions.models import Submission


def unfinished_indicators(submission: Submission) -> list[str]:
    """Return Chinese sentences that say what is to be done; none where neither was entered."""
    head = head_figures([submission])[submission.pk]
    found = performance_of(submission, head.measures[EXECUTION_RATE.name])
    if found.is_empty:
        return []
    return [*found.goal_gaps, *found.result.missing, *found.result.unexplained]
