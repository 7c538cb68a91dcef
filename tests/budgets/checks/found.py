"""What the checks find in a return of the tests."""

from budgets.checks.catalogue import CHECKS
from budgets.checks.loading import given_for
from budgets.money import AmountUnit
from submissions.findings import Finding, State, run
from submissions.models import Submission


def findings_of(submission: Submission, code: str, unit: AmountUnit = AmountUnit.WAN) -> list[Finding]:
    """Return everything one check says of a return as it is stored now."""
    read = Submission.objects.for_workspace().get(pk=submission.pk)
    checks = [check for check in CHECKS if check.code == code]
    assert checks, code
    given = given_for(read, unit)
    return run(checks, given, year=given.year, region=given.region)


def states_of(submission: Submission, code: str) -> set[State]:
    """Return the states one check comes to."""
    return {finding.state for finding in findings_of(submission, code)}


def at(submission: Submission, code: str, place: str) -> Finding:
    """Return what one check says of the place whose label ends so; there must be exactly one."""
    found = [each for each in findings_of(submission, code) if each.outcome.place.label.endswith(place)]
    [finding] = found
    return finding
