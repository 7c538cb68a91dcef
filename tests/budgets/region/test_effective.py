"""Which returns count: the approved ones, in their newest revision, today or on a past day."""

from datetime import date, timedelta

from django.utils import timezone

from budgets.region.effective import coverage_of
from submissions.models import Submission, Transition
from tests.world import NOW, make_submission, put_in_status, without_guards

APPROVED_ON = date(2024, 3, 1)


def step(submission, action, days, to_status, from_status="in_review", to_desk=""):
    """Save a step of a return, so many days after it was approved."""
    with without_guards("submissions_transition"):
        Transition.objects.create(
            submission=submission,
            action=action,
            from_status=from_status,
            to_status=to_status,
            to_desk=to_desk,
            actor=submission.started_by,
            actor_name="某人",
            at=NOW + timedelta(days=days),
        )
    put_in_status(submission, to_status)


def approved(round, unit, by, days=0, revision=1):
    """An approved return."""
    submission = make_submission(round, unit, by, revision=revision)
    step(submission, "approve", days, "approved")
    return submission


def test_only_approved_returns_count_and_the_others_are_named(world):
    rescue = approved(world.round, world.rescue, world.lin)
    found = coverage_of(world.round)
    assert [each.pk for each in found.returns] == [rescue.pk]
    assert [unit.name for unit in found.missing] == ["零陵区应急管理局", "零陵区文化馆"]
    assert len(found.units) == 3  # the bureau itself hands nothing in


def test_a_department_has_its_units_alone(world):
    culture = approved(world.round, world.culture, world.zhao)
    approved(world.round, world.rescue, world.lin)
    found = coverage_of(world.round, below=world.culture)
    assert found.numbers == [culture.pk] and list(found.units) == [world.culture]


def test_on_a_past_day_what_was_approved_by_then_counts(world):
    approved(world.round, world.rescue, world.lin, days=2)
    assert coverage_of(world.round, day=APPROVED_ON + timedelta(days=1)).numbers == []
    assert len(coverage_of(world.round, day=APPROVED_ON + timedelta(days=2)).numbers) == 1


def test_of_two_revisions_the_one_that_held_on_the_day_counts(world):
    first = approved(world.round, world.rescue, world.lin)
    step(first, "publish", 1, "published", "approved")
    second = make_submission(world.round, world.rescue, world.lin, revision=2)
    step(first, "supersede", 5, "superseded", "published")
    step(second, "approve", 4, "approved")
    assert coverage_of(world.round, day=APPROVED_ON + timedelta(days=3)).numbers == [first.pk]
    assert coverage_of(world.round, day=APPROVED_ON + timedelta(days=4)).numbers == [second.pk]
    assert coverage_of(world.round).numbers == [second.pk]


def test_today_counts_what_the_product_calls_effective(world):
    approved(world.round, world.rescue, world.lin)
    culture = approved(world.round, world.culture, world.zhao)
    step(culture, "publish", 1, "published", "approved")
    effective = set(Submission.objects.effective().values_list("pk", flat=True))
    today = coverage_of(world.round, day=timezone.localdate())
    assert set(coverage_of(world.round).numbers) == set(today.numbers) == effective and len(effective) == 2


def test_what_was_taken_back_counts_no_more(world):
    first = approved(world.round, world.rescue, world.lin)
    step(first, "reopen", 3, "superseded", "approved")
    assert coverage_of(world.round, day=APPROVED_ON).numbers == [first.pk]
    assert coverage_of(world.round).numbers == []


def test_what_is_under_review_counts_where_it_is_asked_for(world):
    """Of the rescue centre a correction lies on a desk: that counts then, and not what was approved before it."""
    old = approved(world.round, world.rescue, world.lin)
    newer = make_submission(world.round, world.rescue, world.lin, revision=2)
    put_in_status(newer, "in_review")
    make_submission(world.round, world.culture, world.zhao)
    assert (coverage_of(world.round).numbers, coverage_of(world.round).under_review) == ([old.pk], 0)
    found = coverage_of(world.round, with_review=True)
    assert (found.numbers, found.under_review) == ([newer.pk], 1)
    assert [unit.code for unit in found.missing] == ["224001", "225001"]


def test_of_a_past_day_only_what_was_approved_is_known(world):
    old = approved(world.round, world.rescue, world.lin)
    put_in_status(world.submission, "in_review")
    found = coverage_of(world.round, day=timezone.localdate(), with_review=True)
    assert (found.numbers, found.under_review) == ([old.pk], 0)


def test_other_rounds_and_bureaux_are_left_out(world):
    from tests.world import make_round

    earlier = make_round(world.finance, 2022)
    approved(earlier, world.rescue, world.lin)
    approved(make_round(world.next_county), world.next_county, world.feng)
    assert coverage_of(world.round).numbers == []


def test_it_takes_two_queries_for_any_number_with_what_is_asked_of_them(world, django_assert_num_queries):
    for unit, by in ((world.rescue, world.lin), (world.culture, world.zhao)):
        approved(world.round, unit, by)
        with django_assert_num_queries(2):
            found = coverage_of(world.round)
            said = [(each.unit.name, each.revision, each.state_text) for each in found.returns]
    assert said == [("应急救援中心", 1, "审核通过"), ("零陵区文化馆", 1, "审核通过")]
