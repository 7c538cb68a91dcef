"""C-080 among units: a goal that another unit of the round wrote word for word and handed in before."""

import pytest

from budgets.checks.copies import copies_in, with_copies
from budgets.checks.stored import bases_of
from performance.models import PerformanceGoal
from submissions import actions
from submissions.findings import State
from submissions.models import Submission
from tests.budgets.checks.found import findings_of, states_of
from tests.world import NOTHING_LEFT, NOW, make_round, make_submission, put_in_status

WORDS = "全年办理许可 120 件，开展执法检查 300 次，" * 2 + "群众满意度不低于 95%。"
"""Forty-nine letters, signs and blanks not counted."""


def write(submission, expected=WORDS, achieved="", version=1):
    """Store a goal."""
    PerformanceGoal.objects.update_or_create(
        submission=submission, defaults={"expected": expected, "achieved": achieved, "row_version": version}
    )


def hand_in(submission, by):
    """Hand a return in, whatever is missing."""
    actions.submit(submission=submission, **NOTHING_LEFT, by=by, at=NOW)


def handed_in(world, *words, round=None):
    """Hand in another unit's return of a round with this goal."""
    submission = make_submission(round or world.round, world.rescue, world.lin)
    write(submission, *words)
    hand_in(submission, world.lin)
    return submission


@pytest.fixture
def other(world):
    """Another unit's return of the round that is handed in with the same goal."""
    return handed_in(world)


def copied(submission):
    return copies_in(with_copies(Submission.objects.filter(pk=submission.pk)).get())


def test_the_same_words_are_said_without_the_name_of_the_unit(here, other):
    write(here)
    [finding] = [each for each in findings_of(here, "C-080") if each.state is State.WARNING]
    assert finding.outcome.sentence == "“预期目标”与本次收集里先报送的另一个单位一字不差。"
    assert other.unit.name not in str(finding.outcome)


def test_blanks_and_signs_do_not_matter_and_numbers_do(here, other):
    write(here, WORDS.replace("，", "\n， ").replace("。", ""))
    assert copied(here) == ["expected"]
    write(here, WORDS.replace("120", "121"), version=2)
    assert copied(here) == [] and states_of(here, "C-080") == {State.PASS}


def test_few_words_are_nobodys_own(world, here):
    handed_in(world, "完成全年各项任务。")
    write(here, "完成全年各项任务。")
    assert copied(here) == []


def test_what_was_expected_there_and_reached_here_does_not_matter(here, other):
    write(here, "", WORDS)
    assert copied(here) == []


def test_who_handed_in_first_is_not_asked_about(world, here, other):
    write(here)
    assert (copied(here), copied(other)) == (["expected"], [])
    hand_in(here, world.lin)
    assert (copied(here), copied(other)) == (["expected"], [])


def copy_into(other, here, by, status):
    """Hand `here` in with the goal; then `other`, handed in before with another one, comes to have it."""
    write(here)
    hand_in(here, by)
    put_in_status(other, status)
    write(other, version=2)


@pytest.mark.parametrize("status", ["returned", "draft"])
def test_who_was_copied_is_not_accused_by_what_is_typed_after(world, here, status):
    other = handed_in(world, "别的目标。")
    copy_into(other, here, world.lin, status)
    assert copied(here) == []


def test_nor_by_what_is_handed_in_again_after(world, here):
    other = handed_in(world, "别的目标。")
    copy_into(other, here, world.lin, "returned")
    hand_in(other, world.lin)
    assert (copied(here), copied(other)) == ([], [])


def test_words_that_hold_no_more_accuse_nobody(world, here, other):
    write(here)
    put_in_status(other, "superseded")
    write(make_submission(world.round, world.rescue, world.lin, revision=2), "别的目标。")
    assert copied(here) == []


def test_what_was_taken_back_for_another_look_still_says_it(world, here, other):
    write(here)
    put_in_status(other, "superseded")
    again = make_submission(world.round, world.rescue, world.lin, revision=2)
    write(again)
    put_in_status(again, "in_review")
    assert copied(here) == ["expected"]


def test_a_draft_and_another_round_do_not_matter(world, here):
    write(make_submission(world.round, world.rescue, world.lin))
    handed_in(world, round=make_round(world.finance, 2022))
    write(here)
    assert copied(here) == []


def test_what_is_stored_knows_of_it(here, other):
    write(here, "别的目标。")
    before = bases_of([here.pk])[here.pk].digest
    PerformanceGoal.objects.filter(submission=here).update(expected=WORDS, row_version=2)
    assert bases_of([here.pk])[here.pk].digest != before
