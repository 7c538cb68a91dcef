"""What is to be done about what the checks find: mended, explained, let pass; for how long; as the round has it."""

from decimal import Decimal

import pytest

from budgets.checks.results import Group, results_of_many
from budgets.checks.settings import severities_of, thresholds_of
from budgets.checks.thresholds import Thresholds
from budgets.returns import BY_FUNCTION
from submissions import finding_actions
from submissions.findings import Severity
from submissions.models import Submission
from tests.world import NOW, category, change, line, make_round, make_submission, save, statements

WORDS = "决算口径与预算口径不同，已报财政局备案"


@pytest.fixture
def here(world):
    """Lin's return, whose stated total of revenue is 1 yuan too much: C-001."""
    save(world.submission, change("total", outturn="6"), change("other", outturn="5"))
    return world.submission


def results(*submissions):
    """What the checks find in returns as they are stored now."""
    read = Submission.objects.filter(pk__in=[each.pk for each in submissions]).for_workspace().order_by("pk")
    return results_of_many(list(read))


def found(submission, code="C-001"):
    """The one finding of a check that is not a pass."""
    [each] = [
        each
        for each in results(submission)[submission.pk].found
        if each.finding.check.code == code and each.group is not Group.PASSED
    ]
    return each


def set_severity(world, severity, at=NOW):
    finding_actions.set_check(
        round=world.round, code="C-001", severity=severity, reason="本地规定", by=world.wu, at=at
    )


def explain(world, each):
    finding_actions.explain(
        submission=world.submission, finding=each.finding, text=WORDS, by=world.lin, at=NOW
    )


def test_an_error_stands_in_the_way_until_the_bureau_lets_it_pass(world, here):
    error = found(here)
    assert error.group is Group.MEND and error in results(here)[here.pk].in_the_way
    finding_actions.override(submission=here, finding=error.finding, reason="批复如此", by=world.wu, at=NOW)
    passed = found(here)
    assert passed.group is Group.OVERRIDDEN and results(here)[here.pk].in_the_way == []
    assert passed.override.reason == "批复如此"


def test_it_stands_in_the_way_again_with_another_figure(world, here):
    finding_actions.override(
        submission=here, finding=found(here).finding, reason="批复如此", by=world.wu, at=NOW
    )
    save(here, change("total", outturn="7", version=line(here, "total").row_version))
    assert found(here).group is Group.MEND


def test_a_warning_is_explained_as_long_as_its_figures_are_the_same(world, here):
    set_severity(world, "warning")
    assert found(here).group is Group.EXPLAIN
    explain(world, found(here))
    assert (found(here).group, found(here).explanation.text) == (Group.EXPLAINED, WORDS)
    save(here, change("other", outturn="4", version=line(here, "other").row_version))
    assert found(here).group is Group.EXPLAIN
    save(here, change("other", outturn="5", version=line(here, "other").row_version))
    assert found(here).group is Group.EXPLAINED  # it is what was explained again


def test_no_explanation_clears_an_error(world, here):
    set_severity(world, "warning")
    explain(world, found(here))
    set_severity(world, "error")
    assert found(here).group is Group.MEND


def test_anothers_explanation_is_none(world, here):
    set_severity(world, "warning")
    explain(world, found(here))
    other = make_submission(world.round, world.rescue, world.lin)
    save(other, change("total", outturn="6"), change("other", outturn="5"))
    assert found(other).group is Group.EXPLAIN


def test_a_check_that_is_off_finds_nothing_and_comes_back(world, here):
    set_severity(world, "off")
    assert "C-001" not in {each.finding.check.code for each in results(here)[here.pk].found}
    set_severity(world, "information")
    assert found(here).group is Group.NOTE
    set_severity(world, "")
    assert found(here).group is Group.MEND


def test_what_is_set_is_set_for_one_round(world):
    set_severity(world, "off")
    other = make_round(world.finance, 2022)
    both = [world.round.pk, other.pk]
    assert severities_of(both)[world.round.pk] == {"C-001": None}
    assert severities_of(both)[other.pk] == {}
    assert severities_of([]) == {}


def test_thresholds_are_the_rounds_and_the_usual_ones_without_any(world):
    said = {"round": world.round, "reason": "本地规定", "by": world.wu, "at": NOW}
    finding_actions.set_threshold(name="change_rate", limit=Decimal(20), **said)
    finding_actions.set_threshold(name="change_yuan", limit=Decimal(5), **said)
    finding_actions.set_threshold(name="change_yuan", limit=None, **said)
    other = make_round(world.finance, 2022)
    found = thresholds_of([world.round.pk, other.pk])
    assert found[world.round.pk] == Thresholds(change_rate=Decimal(20))
    assert found[other.pk] == Thresholds()
    finding_actions.set_threshold(name="a name of old", limit=Decimal(1), **said)
    assert thresholds_of([world.round.pk])[world.round.pk] == Thresholds(change_rate=Decimal(20))


def test_they_come_in_the_order_of_the_schedules(here):
    save(here, change("total", outturn="9"), change(category("2240101"), outturn="8"), schedule=BY_FUNCTION)
    mended = results(here)[here.pk].by_group[Group.MEND]
    assert [each.finding.outcome.place.schedule for each in mended] == ["revenue", "expenditure_by_function"]
    assert [each.finding.severity for each in mended] == [Severity.ERROR] * 2


def test_many_returns_take_the_queries_of_one(world, here):
    with statements() as few:
        results(here)
    people = ((world.rescue, world.lin), (world.culture, world.zhao))
    others = [make_submission(world.round, unit, person) for unit, person in people]
    for other in others:
        save(other, change("total", outturn="6"), change("other", outturn="5"))
    with statements() as many:
        all_found = results(here, *others)
    assert len(all_found) == 3 and len(few) == len(many)
