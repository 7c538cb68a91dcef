"""What the checks find in returns, with what was said of it by unit and bureau."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, TypeVar

from budgets.cells import row_id
from budgets.checks.catalogue import BY_CODE, CHECKS
from budgets.checks.effects import Effect
from budgets.checks.given import Given
from budgets.checks.loading import given_for_many
from budgets.checks.settings import Severities, own_checks_of, severities_of
from budgets.money import AmountUnit
from budgets.returns import SCHEDULES
from budgets.rows import Row
from submissions.findings import Check, Finding, Severity, State, Verdict, run
from submissions.models import Explanation, Override, Submission
from submissions.querysets import SubmissionQuerySet


class Group(StrEnum):
    """What is to be done about a finding."""

    MEND = "mend"
    EXPLAIN = "explain"
    OVERRIDDEN = "overridden"
    EXPLAINED = "explained"
    NOTE = "note"
    MISSING = "missing"
    PASSED = "passed"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return _LABELS[self]


_LABELS = {
    Group.MEND: "错误：要改",
    Group.EXPLAIN: "待说明",
    Group.OVERRIDDEN: "财政局放行的错误",
    Group.EXPLAINED: "已说明",
    Group.NOTE: "尾差与提示",
    Group.MISSING: "缺数据",
    Group.PASSED: "通过",
    Group.NOT_APPLICABLE: "不适用",
}


class Found(NamedTuple):
    """A finding with what was said of it; None: nothing, or of other figures."""

    finding: Finding
    explanation: Explanation | None = None
    override: Override | None = None
    earlier: Explanation | None = None
    """What was said of it when its figures were others, for who has to explain it anew."""

    @property
    def is_in_the_way(self) -> bool:
        """Whether the return cannot be handed in because of it."""
        return self.group in (Group.MEND, Group.EXPLAIN)

    @property
    def group(self) -> Group:
        """What is to be done about it."""
        state = self.finding.state
        if state is State.ERROR:
            return Group.OVERRIDDEN if self.override else Group.MEND
        if state is State.WARNING and self.finding.severity is Severity.WARNING:
            is_explained = self.explanation or not self.finding.needs_explanation
            return Group.EXPLAINED if is_explained else Group.EXPLAIN
        return {
            State.CANNOT_BE_COMPUTED: Group.MISSING,
            State.PASS: Group.PASSED,
            State.NOT_APPLICABLE: Group.NOT_APPLICABLE,
        }.get(state, Group.NOTE)


@dataclass
class Results:
    """Everything the checks found in one return, in the order of its schedules and rows."""

    found: list[Found]
    disputed: set[tuple[str, Decimal]]
    """The figures of which a check says that they should be others, even one that is off in the round: the
    key of the cell, and the figure.
    """
    effect: Effect | None = None
    """Goal and indicators as the checks were given them; None where nothing was checked."""

    @cached_property
    def by_group(self) -> dict[Group, list[Found]]:
        """The findings by what is to be done about them, in the order of `Group`."""
        groups: dict[Group, list[Found]] = {group: [] for group in Group}
        for each in self.found:
            groups[each.group].append(each)
        return groups

    def named(self, name: str) -> Found | None:
        """Return the finding of a name; None where there is none, or none any more."""
        return next((each for each in self.found if each.finding.name == name), None)

    def in_schedule(self, name: str, *groups: Group) -> list[Found]:
        """Return what was found in a schedule and belongs to these groups, group by group."""
        found = [each for group in groups for each in self.by_group[group]]
        return [each for each in found if each.finding.outcome.place.schedule == name]

    @property
    def in_the_way(self) -> list[Found]:
        """The findings because of which the return cannot be handed in: errors first."""
        return [*self.by_group[Group.MEND], *self.by_group[Group.EXPLAIN]]


NOTHING_CHECKED = Results([], set())
"""For lists of many returns, which are too many to be checked while somebody waits."""


def results_of(submission: Submission, unit: AmountUnit, rows: Mapping[str, list[Row]]) -> Results:
    """Check one return, read `for_workspace`, whose rows were read; amounts are said in `unit`."""
    return results_of_many([submission], unit, {submission.pk: dict(rows)})[submission.pk]


def results_of_many(
    submissions: Sequence[Submission],
    unit: AmountUnit = AmountUnit.WAN,
    rows: Mapping[int, dict[str, list[Row]]] | None = None,
) -> dict[int, Results]:
    """Check returns of one fiscal year, by submission id, in a constant number of queries; {} for none.

    `submissions` and `rows` are as in `given_for_many`.
    """
    if not submissions:
        return {}
    given = given_for_many(submissions, unit, rows)
    severities = severities_of(each.round_id for each in submissions)
    own_checks = own_checks_of(each.round_id for each in submissions)
    explained: dict[int, Said[Explanation]] = _newest(Explanation, submissions)
    overridden: dict[int, Said[Override]] = _newest(Override, submissions)
    results = {}
    for each in submissions:
        set_here = severities[each.round_id]
        findings = _run((*CHECKS, *own_checks[each.round_id]), given[each.pk], set_here)
        kept = [finding for finding in findings if set_here.get(finding.check.code, finding.severity)]
        said = [_said_of(finding, explained[each.pk], overridden[each.pk]) for finding in kept]
        disputed = _disputed(each for each in findings if each.check.code in BY_CODE)
        results[each.pk] = Results(said, disputed, given[each.pk].effect)
    return results


Of = TypeVar("Of", Explanation, Override)
Said = dict[tuple[str, str], Of]
"""What was said of the findings of a return, by their keys and digests."""


def _said_of(finding: Finding, explained: Said[Explanation], overridden: Said[Override]) -> Found:
    if finding.outcome.verdict is not Verdict.FAILS:
        return Found(finding)
    said = (finding.key, finding.digest)
    earlier = [each for (key, _), each in explained.items() if key == finding.key] if finding.asks else []
    return Found(finding, explained.get(said), overridden.get(said), earlier[-1] if earlier else None)


def _newest(model: type[Of], submissions: Sequence[Submission]) -> dict[int, Said[Of]]:
    """What was said last of each finding, by submission."""
    found: dict[int, Said[Of]] = defaultdict(dict)
    for each in model._default_manager.filter(submission__in=submissions).order_by("pk"):
        found[each.submission_id].pop(each.key, None)  # the newest stands last
        found[each.submission_id][each.key] = each
    return found


def _disputed(findings: Iterable[Finding]) -> set[tuple[str, Decimal]]:
    """The figures that should be others, as far as they are known, with the keys of their cells.

    Not asked of own rules: what they compare is not the figure of one cell.
    """
    outcomes = (each.outcome for each in findings if each.outcome.verdict is not Verdict.HOLDS)
    return {
        (outcome.place.key, outcome.actual)
        for outcome in outcomes
        if outcome.actual is not None and outcome.expected is not None and not outcome.has_reason_field
    }


def _run(checks: Iterable[Check], given: Given, severities: Severities) -> list[Finding]:
    """Run checks on a return, those that are off too; what they find comes in the order of the rows."""
    others: Severities = {code: severity for code, severity in severities.items() if severity is not None}
    found = run(checks, given, year=given.year, region=given.region, severities=others)
    order = {name: {row_id(row): at for at, row in enumerate(given.rows[name])} for name in _IN_ORDER}

    def place(finding: Finding) -> tuple[int, int]:
        at = finding.outcome.place
        rows = order.get(at.schedule)
        return (len(_IN_ORDER), -1) if rows is None else (_IN_ORDER[at.schedule], rows.get(at.row, -1))

    return sorted(found, key=place)


_IN_ORDER = {schedule.name.value: number for number, schedule in enumerate(SCHEDULES)}


BATCH = 50
"""So many returns are read at once where there are many."""


def newest_of(submissions: SubmissionQuerySet) -> list[int]:
    """Return the numbers of the newest revisions among returns, by year and unit."""
    ordered = submissions.order_by("round__fiscal_year", "unit__path", "round", "-revision")
    newest: dict[tuple[int, int], int] = {}
    for number, round, unit in ordered.values_list("pk", "round", "unit"):
        newest.setdefault((round, unit), number)
    return list(newest.values())


def results_in_batches(
    numbers: Sequence[int], unit: AmountUnit = AmountUnit.WAN
) -> Iterator[list[tuple[Submission, Results]]]:
    """Check returns by their numbers, in their order, some at a time."""
    for batch in batches_of(numbers):
        read = Submission.objects.for_workspace().in_bulk(batch)
        returns = [read[number] for number in batch]
        found: dict[int, Results] = {}
        for year in {each.round.fiscal_year for each in returns}:
            found |= results_of_many([each for each in returns if each.round.fiscal_year == year], unit)
        yield [(each, found[each.pk]) for each in returns]


def batches_of(numbers: Sequence[int]) -> list[Sequence[int]]:
    """Split the numbers of returns into as many as are read at once, in their order; [] for none."""
    return [numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH)]
