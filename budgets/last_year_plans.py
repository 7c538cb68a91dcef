"""What carrying last year's return over would bring into this year's: compared, nothing written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from budgets.actions import LineChange
from budgets.last_year import LastYear, PastRow, last_year_of
from budgets.models import LINE_MODELS, ReturnText, ScheduleLine
from budgets.returns import BUILDINGS, PROJECTS, REASON, SCHEDULES, TOTAL, Column, Schedule
from submissions.models import Submission


@dataclass(frozen=True, slots=True)
class CarriedRow:
    """One row that comes over: `is_new` when it is not there yet, else only blank figures are filled in."""

    label: str
    change: LineChange
    figures: dict[str, Any]
    """The figures of last year it gets, by column; None is blank there too."""
    is_new: bool


@dataclass(frozen=True, slots=True)
class CarriedText:
    """A text that is blank this year and comes over as it was."""

    name: ReturnText.Name
    text: str
    row_version: int


@dataclass(slots=True)
class SchedulePart:
    """What comes over into one schedule, and what cannot."""

    schedule: Schedule
    last_year: LastYear
    rows: list[CarriedRow] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """Rows whose code is valid no more this year, by what they are called."""

    @property
    def is_fixed(self) -> bool:
        """Whether all its rows are there anyway, so that only figures come over."""
        return bool(self.schedule.items)

    @property
    def new(self) -> list[CarriedRow]:
        """The rows that are not there yet, where the unit chooses its rows."""
        return [] if self.is_fixed else [row for row in self.rows if row.is_new]


@dataclass(slots=True)
class CarryPlan:
    """What comes over from last year's approved return; nothing without one."""

    year: int
    exists: bool
    revision: int = 0
    parts: list[SchedulePart] = field(default_factory=list)
    texts: list[CarriedText] = field(default_factory=list)

    @property
    def does_nothing(self) -> bool:
        """Whether everything is there already."""
        return not self.texts and not any(part.rows for part in self.parts)

    @property
    def lost(self) -> list[str]:
        """What cannot come over, by what it is called."""
        return [label for part in self.parts for label in part.lost]


def plan_of(submission: Submission) -> CarryPlan:
    """Compare a return with last year's approved one, in a constant number of queries.

    Buildings are those finished within a year: none comes over. `submission` is one that `for_workspace` has
    read.
    """
    plan = CarryPlan(submission.round.fiscal_year - 1, submission.last_year_id is not None)
    if not plan.exists:
        return plan
    for schedule in SCHEDULES:
        if schedule == BUILDINGS or not schedule.comparatives:
            continue
        lines = list(LINE_MODELS[schedule.name].objects.of_schedule(submission, schedule))
        part = SchedulePart(schedule, last_year_of(submission, schedule).meet(lines))
        part.rows.extend(_rows(part, lines))
        plan.revision = max(plan.revision, part.last_year.revision)
        plan.parts.append(part)
    plan.texts.extend(_texts(submission))
    return plan


def _rows(part: SchedulePart, lines: list[ScheduleLine]) -> Iterator[CarriedRow]:
    stored = {line.key: line for line in lines}
    locked = [column.name for column in part.last_year.columns]
    for row in part.last_year.rows:
        if row.key is None:
            part.lost.append(row.label)
            continue
        if row.is_regrouped or (part.schedule == PROJECTS and row.key[0] == TOTAL):
            continue  # the total of the projects is a row by nature, and comes over with those
        line = stored.get(row.key)
        blank = [name for name in locked if getattr(line, name, None) is None]
        figures = {name: row.figures[name] for name in blank if row.figures[name] is not None}
        if figures or (line is None and not part.is_fixed):
            yield _row(part.schedule, row, line, figures)


def _row(schedule: Schedule, row: PastRow, line: ScheduleLine | None, figures: dict[str, Any]) -> CarriedRow:
    names = [column.name for column in schedule.columns]
    values = line.values(names) if line else {each.name: _carried(row, each) for each in schedule.columns}
    label = _label(schedule, row)
    is_named_line = line is not None and schedule.is_named
    change = LineChange(
        row.key or (),
        line.row_version if line else 0,
        values | figures,
        line.pk if line and is_named_line else None,
        label,
    )
    return CarriedRow(label, change, figures, is_new=line is None)


def _carried(row: PastRow, column: Column) -> Any:
    """What a new row takes of a column: words, never a figure of this year nor a reason."""
    if column.is_figure:
        return None
    return "" if column == REASON else getattr(row.line, column.name)


def _label(schedule: Schedule, row: PastRow) -> str:
    item = getattr(row.line, "item", "")
    if item == TOTAL:
        return schedule.total_name
    names = {each.code: each.name for each in schedule.items}
    return names.get(item, item) if item else row.label


def _texts(submission: Submission) -> Iterator[CarriedText]:
    written = ReturnText.objects.filter(submission__in=[submission.pk, submission.last_year_id])
    ours_by_name = {text.name: text for text in written if text.submission_id == submission.pk}
    past_by_name = {text.name: text for text in written if text.submission_id != submission.pk}
    for name in ReturnText.Name:
        past, ours = past_by_name.get(name), ours_by_name.get(name)
        if past and past.text and not (ours and ours.text):
            yield CarriedText(name, past.text, ours.row_version if ours else 0)
