"""C-060 to C-064: staff. Every expectation is worked out by hand."""

from decimal import Decimal

import pytest

from budgets.returns import BY_NATURE, STAFF
from submissions.findings import Severity, State
from tests.budgets import past
from tests.budgets.checks.found import at, findings_of, states_of
from tests.world import YEAR, change, make_submission, put_in_status, row, save


@pytest.fixture
def here(world):
    """An empty return."""
    return world.submission


@pytest.fixture
def decoys(world):
    """Another unit's return, full of mistakes that are not Lin's; and her own of the year after."""
    other = make_submission(world.round, world.rescue, world.lin)
    staff(other, total=(1, 500), administrative=(2, 30), retired=(None, 470))
    save(other, change("basic_operating", outturn="1"), schedule=BY_NATURE)
    staff(past.last_year_of(world, year=YEAR + 1, status="draft"), total=(9, 9))


def staff(submission, **kinds):
    """Save posts and persons by kind."""
    rows = [
        row(STAFF, kind, authorized=posts, in_service=persons) for kind, (posts, persons) in kinds.items()
    ]
    save(submission, *rows, schedule=STAFF)


class TestTotalsAreSumsOfKinds:
    def test_they_are(self, here, decoys):
        staff(here, total=(127, 122), administrative=(35, 30), fully_funded=(92, 92), retired=(None, 8))
        assert states_of(here, "C-060") == {State.PASS}

    def test_they_are_not(self, here, decoys):
        staff(here, total=(127, 1205), administrative=(35, 1000), fully_funded=(92, 200))
        found = at(here, "C-060", "财政供养人员合计 · 年末实有人数（人）")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(5))
        assert found.outcome.sentence == "财政供养人员合计填 1,205，应为 1,200，相差 5。"
        assert found.outcome.arithmetic == "行政编制 1,000 + 全额拨款事业编制 200 = 1,200"

    def test_without_kinds_it_cannot_be_computed(self, here, decoys):
        staff(here, total=(127, 122))
        assert states_of(here, "C-060") == {State.CANNOT_BE_COMPUTED}


class TestTheRetiredAreNotInService:
    def test_they_are_not(self, here, decoys):
        staff(here, total=(None, 122), fully_funded=(None, 122), retired=(None, 8))
        assert states_of(here, "C-061") == {State.PASS}

    def test_the_total_counts_them(self, here, decoys):
        staff(
            here,
            total=(None, 205),
            fully_funded=(None, 122),
            retired=(None, 80),
            retired_cadre=(None, 3),
            temporary=(None, 40),
        )
        [found] = findings_of(here, "C-061")
        assert (found.state, found.outcome.difference) == (State.ERROR, Decimal(83))
        sentence = "年末实有人数填 205，正好多出离退休 83 人：实有人数只算在职的。"
        assert found.outcome.sentence == sentence

    def test_a_total_that_is_wrong_otherwise_is_left_to_c_060(self, here):
        staff(here, total=(None, 125), fully_funded=(None, 122), retired=(None, 8))
        assert states_of(here, "C-061") == {State.PASS}
        assert states_of(here, "C-060") == {State.ERROR}

    def test_without_the_retired_it_cannot_be_computed(self, here, decoys):
        staff(here, total=(None, 122))
        [found] = findings_of(here, "C-061")
        assert found.outcome.sentence == "不能检查：离休人员、退休人员未填。"


class TestPostsAreNotExceeded:
    def test_they_are_not(self, here, decoys):
        staff(here, total=(127, 127), retired=(None, 8))
        assert states_of(here, "C-062") == {State.PASS}

    def test_they_are(self, here, decoys):
        staff(here, total=(46, 50))
        [found] = findings_of(here, "C-062")
        assert (found.state, found.outcome.difference) == (State.WARNING, Decimal(4))
        sentence = "年末在职 50 人，编制 46 人，在职人员控制率 108.70%，超过 100%。"
        assert found.outcome.sentence == sentence

    def test_without_any_post_there_is_no_rate(self, here):
        staff(here, total=(0, 3))
        [found] = findings_of(here, "C-062")
        assert found.outcome.sentence == "年末在职 3 人，编制 0 人。" and found.state is State.WARNING

    def test_kinds_without_posts_accuse_nobody(self, here):
        staff(here, administrative=(30, 30), support=(None, 4))
        [found] = findings_of(here, "C-062")
        assert found.outcome.sentence == "不能检查：机关工勤编制编制数（人）未填。"

    def test_without_posts_it_cannot_be_computed(self, here, decoys):
        staff(here, total=(None, 50))
        [found] = findings_of(here, "C-062")
        assert found.outcome.sentence == "不能检查：编制数未填。"


class TestCostsAHeadArePlausible:
    def fill(self, here, personnel, operating):
        save(
            here,
            change("basic_personnel", initial_budget="1", outturn=personnel),
            change("basic_operating", last_year_outturn="1", outturn=operating),
            schedule=BY_NATURE,
        )

    def test_they_are(self, here, decoys):
        staff(here, total=(127, 122), retired=(None, 8))
        self.fill(here, "36600000", "6100000")  # 300,000 and 50,000 a head
        assert states_of(here, "C-063") == {State.PASS}

    def test_they_are_not(self, here, decoys):
        staff(here, total=(127, 122))
        self.fill(here, "6000000", "6958000")
        found = findings_of(here, "C-063")
        assert [each.outcome.sentence for each in found] == [
            "人均人员经费 4.92 万元，低于通常的 5.00 万元。",
            "人均公用经费 5.70 万元，高于通常的 5.00 万元。",
        ]
        assert [each.outcome.difference for each in found] == [Decimal("-819.67"), Decimal("7032.79")]
        assert found[1].outcome.arithmetic == "695.80 ÷ 122 人 = 5.70 万元"

    def test_without_persons_it_cannot_be_computed(self, here, decoys):
        self.fill(here, "6000000", "6958000")
        assert [each.outcome.sentence for each in findings_of(here, "C-063")] == [
            "不能检查：年末在职人数未填。"
        ] * 2

    def test_without_anybody_it_is_not_about_the_return(self, here):
        staff(here, total=(0, 0))
        self.fill(here, "0", "0")
        assert states_of(here, "C-063") == {State.NOT_APPLICABLE}


class TestChangesOfStaffAreTold:
    @pytest.fixture
    def last_year(self, world):
        """125 persons at the end of last year."""
        before = past.last_year_of(world, status="draft")
        staff(before, total=(127, 125))
        put_in_status(before, "approved")

    def test_there_is_none(self, here, last_year, decoys):
        staff(here, total=(127, 125))
        assert states_of(here, "C-064") == {State.PASS}

    def test_there_is_one(self, here, last_year, decoys):
        staff(here, total=(127, 122))
        [found] = findings_of(here, "C-064")
        assert (found.severity, found.outcome.difference) == (Severity.INFORMATION, Decimal(-3))
        assert found.outcome.sentence == "年末在职人数比上年减少 3 人。" and not found.needs_explanation

    def test_without_last_year_it_cannot_be_computed(self, here, decoys):
        staff(here, total=(127, 122))
        [found] = findings_of(here, "C-064")
        assert found.outcome.sentence == "不能检查：上年已审核的年末在职人数未填。"
