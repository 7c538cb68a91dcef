"""The deed that makes the next revision of a return: everything it says, copied."""

from typing import Any

from budgets.models import LINE_MODELS, AdjustmentLine, CellNote, ProjectLine, Restatement, ScheduleLine
from budgets.result_actions import check_again
from budgets.row_names import line_id
from performance.models import IndicatorLine, ProjectIndicatorLine
from performance.returns import INDICATORS, PROJECT_INDICATORS
from performance.snapshots import LINES, WHOLE
from submissions.models import Attachment, Explanation, Override, Submission

MODEL_OF: dict[str, type[ScheduleLine]] = {
    **{name.value: model for name, model in LINE_MODELS.items()},
    INDICATORS.name.value: IndicatorLine,
    PROJECT_INDICATORS.name.value: ProjectIndicatorLine,
}
"""Where the rows of a schedule are stored, by its name."""

Copies = dict[tuple[type[ScheduleLine], int], ScheduleLine]
"""The copy of each row, by its model and the number it had."""


def copy_return(*, old: Submission, new: Submission) -> None:
    """Copy all that `old` says into `new`, a draft without rows, in two statements a table.

    A row that is called by its number is called otherwise afterwards: what names it follows. What the bureau
    let pass goes along, for it holds as long as the round. The copy is checked.
    """
    copies: Copies = {}
    for model in sorted(LINES, key=lambda each: each is AdjustmentLine):  # which name rows of the others
        lines: list[ScheduleLine] = list(model._base_manager.filter(submission=old).order_by("pk"))
        numbers = [line.pk for line in lines]
        for line in lines:
            if isinstance(line, AdjustmentLine):
                line.use = _renamed(line.use, ProjectLine, copies)
        _save(model, lines, new)
        copies |= {(model, number): line for number, line in zip(numbers, lines, strict=True)}
    along: tuple[Any, ...] = (*WHOLE, Override)
    for other in along:
        if other not in LINES:
            rows = list(other._base_manager.filter(submission=old).order_by("pk"))
            kept = [row for row in rows if not getattr(row, "removed_at", None)]  # of attachments
            for row in kept:
                _follow(row, copies)
            _save(other, kept, new)
    check_again(submission_id=new.pk)


def _save(model: Any, rows: list[Any], new: Submission) -> None:
    for row in rows:
        row.pk, row.submission, row._state.adding = None, new, True
    model._base_manager.bulk_create(rows)


def _follow(row: Any, copies: Copies) -> None:
    """Let what is said of a row or cell name the copy of its row; what was asked stays with the old one."""
    if isinstance(row, CellNote | Attachment | Explanation | Override) and row.schedule in MODEL_OF:
        row.row = _renamed(row.row, MODEL_OF[row.schedule], copies)
    if isinstance(row, Attachment):
        row.point = None
    if isinstance(row, Restatement) and (copy := copies.get((MODEL_OF[row.schedule], row.line))):
        row.line = copy.pk


def _renamed(name: str, model: type[ScheduleLine], copies: Copies) -> str:
    """Return what the row of a name is called in the copy: only "line-12" changes."""
    number = name.removeprefix("line-")
    copy = copies.get((model, int(number))) if number != name and number.isdecimal() else None
    return line_id(copy) if copy else name
