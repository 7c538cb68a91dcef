"""The curve of a round: who had handed in by which day."""

from datetime import date

from django.urls import reverse
from django.utils import timezone

from submissions.curves import HEIGHT, WIDTH, Curve, curve_of
from tests.budgets.region.test_effective import step
from tests.world import NOW, make_round, make_submission, make_unit, signed_in, statements

OPENS, DUE = date(2024, 3, 1), date(2024, 3, 10)


def drawn(*days, units=4, today=DUE):
    """A curve of ten days or more, of four units."""
    return Curve(list(days), units, OPENS, DUE, max(today, DUE), today)


def test_a_curve_climbs_where_units_hand_in():
    """Ten days are 400 wide, so the third day begins at 80; two of four units are half of 60."""
    curve = drawn((date(2024, 3, 3), 2, 2), (date(2024, 3, 10), 1, 3))
    assert (WIDTH, HEIGHT) == (400, 60)
    assert curve.path == "M0 60H80V30H360V15H400"
    assert curve.area == curve.path + "V60Z"
    assert (curve.handed_in, curve.in_time, curve.due_x) == (3, 3, 400)


def test_who_hands_in_after_the_due_date_is_not_in_time():
    curve = drawn((date(2024, 3, 10), 1, 1), (date(2024, 3, 20), 2, 3), today=date(2024, 3, 20))
    assert (curve.in_time, curve.handed_in) == (1, 3)
    assert curve.due_x == 200  # ten of twenty days


def test_before_the_due_date_the_curve_ends_today():
    assert drawn(today=date(2024, 3, 5)).path == "M0 60H200"
    assert drawn().in_time == 0


def hand_in(submission, day):
    step(submission, "submit", (date(2024, 3, day) - timezone.localdate(NOW)).days, "in_review")


def test_a_unit_counts_once_on_the_day_it_handed_in_first(world):
    world.round.opens_date, world.round.due_date = OPENS, DUE
    world.round.save()
    rescue = make_submission(world.round, world.rescue, world.lin)
    other = make_submission(make_round(world.finance, 2022), world.culture, world.zhao)
    hand_in(world.submission, 4)
    hand_in(world.submission, 8)
    hand_in(rescue, 8)
    hand_in(other, 5)
    found = curve_of(world.round, 3, date(2024, 3, 9))
    assert found.days == [(date(2024, 3, 4), 1, 1), (date(2024, 3, 8), 1, 2)]
    assert (found.units, found.last) == (3, DUE)


def test_the_overview_shows_it_with_its_table_and_takes_no_query_more_for_more_units(world):
    hand_in(world.submission, 4)
    client, url = signed_in(world.wu), reverse("round_overview", args=[world.round.pk])
    text = client.get(url).content.decode()
    assert "首次报送 <strong>1</strong> / 3 个" in text
    assert '<th scope="row">3月4日</th><td class="number">1</td><td class="number">1</td>' in text
    with statements() as few:
        client.get(url)
    for at in range(4):
        unit = make_unit(world.finance.region, f"22600{at}", f"单位{at}", parent=world.finance)
        hand_in(make_submission(world.round, unit, world.lin), 5 + at)
    with statements() as many:
        client.get(url)
    assert len(many) == len(few)
