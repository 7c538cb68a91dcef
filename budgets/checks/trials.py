"""A bureau's own rule tried out on returns before it is switched on: what it would find in each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from budgets.checks.given import Given
from budgets.checks.own_rules import check_of, rule_of
from budgets.checks.results import newest_of
from budgets.models import BureauRule
from budgets.money import AmountUnit
from budgets.rows import rows_of_many
from orgs.models import User
from submissions.findings import Finding, State, run
from submissions.models import CollectionRound, Submission


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule finds in returns of one year, by the path of their units."""

    fiscal_year: int
    found: list[tuple[Submission, Finding]]

    @property
    def counts(self) -> dict[str, int]:
        """How many returns it holds in, would but for rounding, fails in, cannot be computed for."""
        states = Counter(finding.state for _, finding in self.found)
        return {
            "holds": states[State.PASS],
            "rounded": states[State.ROUNDING],
            "fails": states[State.ERROR] + states[State.WARNING],
            "missing": states[State.CANNOT_BE_COMPUTED],
        }


def returns_to_try_on(round: CollectionRound, user: User) -> list[Submission]:
    """Return the approved returns of the year before, or where there are none the newest ones of the round.

    Those of them that she may see, in three queries for any number.
    """
    seen = Submission.objects.visible_to(user)
    last_year = seen.filter(round__bureau=round.bureau, round__fiscal_year=round.fiscal_year - 1)
    numbers = newest_of(last_year.effective()) or newest_of(seen.filter(round=round))
    returns = Submission.objects.filter(pk__in=numbers).select_related("round", "unit__region")
    return list(returns.order_by("unit__path"))


def try_out(
    rule: BureauRule, returns: Sequence[Submission], round: CollectionRound, unit: AmountUnit
) -> Trial:
    """Run a rule on returns of one year, in a constant number of queries; amounts are said in `unit`.

    Raises FormulaMistake where one of its sides cannot be read any more.
    """
    check = check_of(rule_of(rule))
    rows = rows_of_many(returns)
    found: list[tuple[Submission, Finding]] = []
    for each in returns:
        given = Given(
            each.round.fiscal_year, each.unit.region.code, rows[each.pk], unit=unit, unit_name=each.unit.name
        )
        findings = run([check], given, year=given.year, region=given.region)
        found += [(each, finding) for finding in findings]
    return Trial(returns[0].round.fiscal_year if returns else round.fiscal_year, found)
