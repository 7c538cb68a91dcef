"""A bureau's own rule tried out on returns before it is switched on: what it would find in each."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from budgets.checks.given import Given
from budgets.checks.own_rules import check_of, rule_of
from budgets.checks.results import BATCH, newest_of
from budgets.models import BureauRule
from budgets.money import AmountUnit
from budgets.rows import rows_of_many
from orgs.models import User
from submissions.findings import Finding, State, run
from submissions.models import CollectionRound, Submission

MOST_FOUND = 200
"""So many returns of a trial are told of singly, of each state of `TO_LOOK_AT`."""
TO_LOOK_AT = (State.ERROR, State.WARNING, State.CANNOT_BE_COMPUTED)
"""How a rule comes out in those."""


@dataclass(slots=True)
class Trial:
    """What a rule finds in returns of one year, by the path of their units."""

    fiscal_year: int
    states: Counter[State] = field(default_factory=Counter)
    """In how many returns it comes out how."""
    found: list[tuple[Submission, Finding]] = field(default_factory=list)
    """Where it fails or cannot be computed: the first `MOST_FOUND` of each."""

    @property
    def more(self) -> int:
        """In how many returns it fails or cannot be computed beside those of `found`."""
        return sum(self.states[state] for state in TO_LOOK_AT) - len(self.found)

    @property
    def counts(self) -> dict[str, int]:
        """How many returns it holds in, would but for rounding, fails in, cannot be computed for."""
        states = self.states
        return {
            "holds": states[State.PASS],
            "rounded": states[State.ROUNDING],
            "fails": states[State.ERROR] + states[State.WARNING],
            "missing": states[State.CANNOT_BE_COMPUTED],
        }


def returns_to_try_on(round: CollectionRound, user: User) -> list[int]:
    """Return the approved returns of the year before, or where there are none the newest ones of the round.

    The numbers of those that she may see, by the path of their units, in two queries for any number.
    """
    seen = Submission.objects.visible_to(user)
    last_year = seen.filter(round__bureau=round.bureau, round__fiscal_year=round.fiscal_year - 1)
    return newest_of(last_year.effective()) or newest_of(seen.filter(round=round))


def try_out(rule: BureauRule, numbers: Sequence[int], round: CollectionRound, unit: AmountUnit) -> Trial:
    """Run a rule on returns of one year by their numbers, some at a time; amounts are said in `unit`.

    Without returns nothing is found in the year of the round. Raises FormulaMistake where one of its sides
    cannot be read any more.
    """
    check = check_of(rule_of(rule))
    trial = Trial(round.fiscal_year)
    for each, given in _read_in_batches(numbers, unit):
        trial.fiscal_year = given.year
        for finding in run([check], given, year=given.year, region=given.region):
            trial.states[finding.state] += 1
            if finding.state in TO_LOOK_AT and trial.states[finding.state] <= MOST_FOUND:
                trial.found.append((each, finding))
    return trial


def _read_in_batches(numbers: Sequence[int], unit: AmountUnit) -> Iterator[tuple[Submission, Given]]:
    """Yield returns by their numbers, in their order, with what is given of each."""
    for start in range(0, len(numbers), BATCH):
        here = numbers[start : start + BATCH]
        read = Submission.objects.select_related("round", "unit__region").in_bulk(here)
        rows = rows_of_many([read[number] for number in here])
        for each in (read[number] for number in here):
            year, region, name = each.round.fiscal_year, each.unit.region.code, each.unit.name
            yield each, Given(year, region, rows[each.pk], unit=unit, unit_name=name)
