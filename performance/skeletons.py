"""The skeleton of last year's indicators: what of them is the same every year."""

import re

from budgets.actions import LineChange
from performance.models import IndicatorFields, IndicatorLine
from performance.readings import TO_FILL
from performance.returns import INDICATORS
from submissions.models import Submission

_NUMBER = re.compile(r"[0-9０-９]+(?:[,，.．][0-9０-９]+)*")


KEPT = ("name", "second_level", "direction", "measuring_unit", "max_score", "data_source")
"""What comes over as it is."""


def target_skeleton(target: str) -> str:
    """Return a target with its numbers left open: "≥12000 件" is "≥＿＿ 件"; words stay as they are."""
    return _NUMBER.sub(TO_FILL, target)


def skeleton_of(submission: Submission) -> list[LineChange]:
    """Return the indicators of last year's approved return that this one has not, as they come over.

    Second level, name, direction, unit, source, weight, and the target without its numbers; never what was
    reached, its score or its reason; none once the targets are approved. In three queries, in none without an
    approved return of the year before; `submission` is one that `for_workspace` has read.
    """
    if submission.last_year_id is None or IndicatorLine.held_in(submission):
        return []
    present = {line.key for line in IndicatorLine.objects.of_submission(submission)}
    past = IndicatorLine.objects.filter(submission=submission.last_year_id).order_by("pk")
    return [line_skeleton(line) for line in past if line.key not in present]


def line_skeleton(line: IndicatorFields) -> LineChange:
    """Return an indicator as it comes over, of the department or of a project."""
    blank = {column.name: None if column.is_figure else "" for column in INDICATORS.columns}
    kept = line.values(KEPT) | {"target_value": target_skeleton(line.target_value)}
    return LineChange(line.key, 0, blank | kept, row=line.name)
