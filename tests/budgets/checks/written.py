"""Texts for the checks of texts, without a database: what is not written is not there, no figure is filled in."""

from budgets.checks.catalogue import BY_CODE
from budgets.checks.given import Given
from budgets.returns import SCHEDULES
from budgets.rows import Row
from submissions.findings import Finding, State, run

UNIT = "零陵区应急管理局"


def written(
    *, year: int = 2023, unit: str = UNIT, rows=None, last_year: Given | None = None, **texts: str
) -> Given:
    """Return a return that has these texts, and no figures unless `rows` of some schedules are given."""
    empty: dict[str, list[Row]] = {schedule.name.value: [] for schedule in SCHEDULES}
    return Given(year, "431102", empty | (rows or {}), texts=texts, unit_name=unit, last_year=last_year)


def findings(given: Given, *codes: str) -> list[Finding]:
    """Return what checks say of it that is not simply right."""
    checks = [BY_CODE[code] for code in codes]
    found = run(checks, given, year=given.year, region=given.region)
    return [each for each in found if each.state is not State.PASS]


def states(given: Given, code: str) -> set[State]:
    """Return the states one check comes to; {PASS} where all holds."""
    found = run([BY_CODE[code]], given, year=given.year, region=given.region)
    return {each.state for each in found}


def only(given: Given, code: str) -> Finding:
    """Return the one thing a check finds."""
    [finding] = findings(given, code)
    return finding
