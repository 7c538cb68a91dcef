"""The deed on computed scores: taking them over where none is written."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from budgets.actions import LineChange, save_lines
from budgets.money import AmountUnit
from orgs.models import User
from performance.actions import check_is_listed
from performance.bases import basis_of_round
from performance.models import IndicatorFields, IndicatorLine, ProjectIndicatorLine
from performance.returns import INDICATORS, PROJECT_INDICATORS
from performance.rows import indicator_of
from performance.schemes import Mode
from submissions.actions import NotNow, lock_editable
from submissions.models import Submission


@transaction.atomic
def adopt_scores(*, submission: Submission, by: User, at: datetime, project: str = "") -> int:
    """Write the computed score into every indicator that has none, and return how many there were.

    The indicators are those of a `project`, by its name, else the department's. What is typed stays as it
    is, and so does what cannot be computed. Writes one `Edit`, as `save_lines` does; with nothing to take
    over it does nothing. Raises what `lock_editable` and `save_lines` raise, NotListed when there is no such
    project, and NotNow where the round does not propose scores.
    """
    locked = lock_editable(submission.pk, by=by)
    basis = basis_of_round(locked.round)
    if basis.mode is not Mode.EDITABLE:
        raise NotNow("本次收集的计分方式不是“系统计算，可以改”，没有可以采用的计算得分。")
    if project:
        check_is_listed(locked, project)
    part = {"project": project} if project else {}
    model: type[IndicatorFields] = ProjectIndicatorLine if project else IndicatorLine
    lines = model.objects.of_submission(locked).filter(**part)
    blank = [(line, indicator_of(line, basis.rules).computed) for line in lines if line.score is None]
    changes = [_scored(line, score) for line, score in blank if score is not None]
    if changes:
        save_lines(
            submission=locked,
            schedule=PROJECT_INDICATORS if project else INDICATORS,
            rows=changes,
            unit=AmountUnit(by.amount_unit),
            by=by,
            at=at,
            model=model,
            part=part,
        )
    return len(changes)


def _scored(line: IndicatorFields, score: Decimal) -> LineChange:
    values = line.values(column.name for column in INDICATORS.columns)
    return LineChange(line.key, line.row_version, values | {"score": score}, line_id=line.pk, row=line.name)
