"""C-110 to C-113: across units, as far as one return says it."""

from datetime import date
from decimal import Decimal

import pytest

from submissions.findings import State
from submissions.models import Publication
from tests.budgets.checks.found import findings_of, states_of
from tests.world import NOW, YEAR, make_round, make_submission, put_in_status


@pytest.fixture
def here(world):
    """An empty return."""
    return world.submission


def publish(submission, by, day):
    """Make a return public on a day; its reply is of 1 August."""
    put_in_status(submission, "approved")
    Publication.objects.create(
        submission=submission,
        reply_date=date(2024, 8, 1),
        secrecy_reviewer="保密员",
        secrecy_review_date=date(2024, 8, 2),
        signatory="孙立",
        sign_off_date=date(2024, 8, 2),
        published_date=day,
        actor=by,
        actor_name=by.full_name,
        at=NOW,
    )


def test_a_region_is_never_stated(here):
    [found] = findings_of(here, "C-110")
    assert found.state is State.NOT_APPLICABLE
    assert found.outcome.sentence == "地区合计由系统从各单位的填报相加，没有另外填的合计。"


class TestRevisionsAreComplete:
    def test_they_are(self, world, here):
        put_in_status(here, "superseded")
        second = make_submission(world.round, world.emergency, world.lin, revision=2)
        assert states_of(here, "C-111") == states_of(second, "C-111") == {State.PASS}

    def test_one_is_lacking(self, world, here):
        third = make_submission(world.round, world.culture, world.zhao, revision=3)
        [found] = findings_of(third, "C-111")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(-2))
        assert found.outcome.sentence == ("本单位 2023 年度的填报版次不完整：第 1 版没有、第 2 版没有。")

    def test_those_of_another_year_or_unit_do_not_count(self, world, here):
        third = make_submission(world.round, world.culture, world.zhao, revision=3)
        make_submission(make_round(world.finance, YEAR - 1), world.culture, world.zhao)
        [found] = findings_of(third, "C-111")
        assert found.outcome.actual == 1
        assert states_of(here, "C-111") == {State.PASS}


def test_the_file_that_was_made_public_is_not_kept(world, here):
    assert states_of(here, "C-112") == {State.NOT_APPLICABLE}
    publish(here, world.qian, date(2024, 8, 5))
    [found] = findings_of(here, "C-112")
    assert found.state is State.CANNOT_BE_COMPUTED
    assert found.outcome.sentence.startswith("不能检查：公开在网上的文件没有存入系统")


class TestPublishedInTime:
    def test_it_was(self, world, here):
        publish(here, world.qian, date(2024, 8, 21))
        assert states_of(here, "C-113") == {State.PASS}

    def test_it_was_not(self, world, here):
        publish(here, world.qian, date(2024, 8, 25))
        [found] = findings_of(here, "C-113")
        assert (found.state, found.outcome.difference) == (State.WARNING, Decimal(4))
        assert found.outcome.sentence == (
            "2024-08-25 公开，晚了 4 天：应在批复后 20 日内，到 2024-08-21 为止。"
        )

    def test_before_and_of_others_it_is_not_about_the_return(self, world, here):
        other = make_submission(world.round, world.rescue, world.lin)
        publish(other, world.qian, date(2024, 12, 31))
        assert states_of(here, "C-113") == {State.NOT_APPLICABLE}
