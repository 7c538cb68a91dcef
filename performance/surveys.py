"""What lists say of many returns: how far each is, how much is to be looked at, what differs most."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from budgets.checks.results import NOTHING_CHECKED, Results
from budgets.checks.settings import severities_of
from budgets.checks.stored import Kept, kept_of
from budgets.measures import EXECUTION_RATE, VARIANCE_TO_INITIAL
from budgets.models import ReturnText
from budgets.money import AmountUnit
from budgets.returns import BY_FUNCTION, BY_NATURE, PROJECTS
from budgets.rows import MeasuredRow, RowKind, measured_of_many
from budgets.views.sections import Section, sections_to_fill
from budgets.views.tasks import tasks_of as money_tasks_of
from performance.project_rows import ProjectPerformance, performances_beside
from performance.returns import INDICATORS
from performance.rows import Performance, performances_of
from performance.scoring import Settled
from performance.views.sections import SAID_HERE, sections_of, settled_with, tasks_of
from submissions.models import Submission


@dataclass(frozen=True)
class Survey:
    """One return as a list shows it; each answer is computed when it is asked for."""

    submission: Submission
    figures: dict[str, list[MeasuredRow]]
    texts: list[ReturnText]
    performance: Performance
    projects: list[ProjectPerformance]
    disputed: set[tuple[str, Decimal]] = field(default_factory=set)
    """The figures of which a check says more, as far as it is known: beside this they are counted there."""
    settled: Settled = ()
    """What is asked of the indicators and was settled with the checks, as far as it is known."""

    @cached_property
    def findings(self) -> int:
        """How many things its overview marks as wrong or to be explained; what is only blank is none.

        Without what the checks find: that was mended, explained or let pass before it was handed in, and is
        counted by itself.
        """
        checked = Results([], self.disputed)
        tasks = [
            *money_tasks_of(self.submission, self.figures, self.texts, AmountUnit.WAN, checked),
            *tasks_of(self.submission, self.performance, self.projects, self.settled),
        ]
        return sum(task.kind != "fill" for task in tasks)

    @cached_property
    def sections(self) -> list[Section]:
        """The schedules, texts, goal and indicators that are filled in, or should be."""
        money = sections_to_fill(
            "", self.submission, self.figures, self.texts, AmountUnit.WAN, NOTHING_CHECKED
        )
        found = [*money, *sections_of("", self.submission, self.performance, self.projects, self.settled)]
        return [section for section in found if section.is_filled or section.is_missed]

    @property
    def head(self) -> MeasuredRow:
        """Its total by function, as `budgets.rows.head_figures` has it."""
        return self.figures[BY_FUNCTION.name][0]

    @property
    def filled(self) -> int:
        """How many of the sections are begun."""
        return sum(section.is_filled for section in self.sections)

    @cached_property
    def largest(self) -> MeasuredRow | None:
        """The row furthest from its initial budget, up or down: by function, else by nature; None without."""
        differing = _differing(self.figures[BY_FUNCTION.name]) or _differing(self.figures[BY_NATURE.name])
        return max(differing, key=_variance, default=None)


def _differing(rows: Sequence[MeasuredRow]) -> list[MeasuredRow]:
    """The lines that differ from their initial budget, and the subtotals none of whose parts does."""
    found = [each for each in rows if _variance(each)]
    parents = {each.row.parent for each in found}
    return [each for each in found if each.row.kind in _COMPARED and each.row.code not in parents]


_COMPARED = (RowKind.SUBTOTAL, RowKind.LINE)


def _variance(row: MeasuredRow) -> Decimal:
    return abs(row.measures[VARIANCE_TO_INITIAL.name] or Decimal(0))


def surveys_of(submissions: Sequence[Submission]) -> dict[int, Survey]:
    """Return the survey of each return by its id, in one query per table for any number; {} for none."""
    figures = measured_of_many(submissions)
    texts: dict[int, list[ReturnText]] = {each.pk: [] for each in submissions}
    for text in ReturnText.objects.filter(submission__in=submissions):
        texts[text.submission_id].append(text)
    rates = {pk: found[BY_FUNCTION.name][0].measures[EXECUTION_RATE.name] for pk, found in figures.items()}
    performances, kept = performances_of(submissions, rates), kept_of(submissions, INDICATORS.name.value)
    severities = severities_of(each.round_id for each in submissions)
    off = {
        pk: {code for code in SAID_HERE if found.get(code, True) is None} for pk, found in severities.items()
    }
    projects = performances_beside(
        {pk: [each.row for each in found[PROJECTS.name]] for pk, found in figures.items()},
        {pk: each.basis for pk, each in performances.items()},
    )
    return {
        each.pk: Survey(
            each,
            figures[each.pk],
            texts[each.pk],
            performances[each.pk],
            projects[each.pk],
            *_known(performances[each.pk], kept.get(each.pk), off.get(each.round_id, set()) & {*SAID_HERE}),
        )
        for each in submissions
    }


def _known(
    performance: Performance, kept: Kept | None, off: set[str]
) -> tuple[set[tuple[str, Decimal]], Settled]:
    """What is disputed and what is settled, as far as it is stored; what is off in the round is settled."""
    disputed, found = (kept.disputed, kept.settled) if kept else (set(), [])
    return disputed, settled_with(performance, off, found)
