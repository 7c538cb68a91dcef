"""The synthetic unit whose return of the year before is approved: what its new return starts from."""

import pytest
from django.core.management import CommandError
from django.urls import reverse

from budgets.measures import FIGURES
from budgets.returns import BY_ECONOMIC, BY_FUNCTION, BY_NATURE, CARRYOVER, REVENUE
from budgets.rows import return_rows
from orgs.models import Membership, Unit, User
from performance.models import IndicatorLine
from performance.views.sections import in_the_way
from submissions.models import CollectionRound, Edit, Submission, Transition
from tests.world import run, signed_in


@pytest.fixture
def past(loaded, db):
    """The approved return of 2022."""
    run("load_demo_last_year")
    return Submission.objects.get(unit__code="226002")


def test_it_is_approved_complete_and_called_synthetic(past):
    assert (past.status, past.round.fiscal_year, in_the_way(past)) == ("approved", 2022, [])
    assert "合成数据" in past.unit.name and "合成数据" in past.round.bureau.name
    assert IndicatorLine.objects.filter(submission=past).count() == 12


def test_its_figures_are_what_the_synthetic_return_says_of_the_year_before(past, synthetic):
    rows, later = return_rows(past), return_rows(synthetic)
    for schedule in (REVENUE, BY_FUNCTION, BY_NATURE, BY_ECONOMIC):
        now, then = later[schedule.name][0].values, rows[schedule.name][0].values
        assert then["initial_budget"] == now["last_year_budget"] == 5_550_000
        assert then["outturn"] == now["last_year_outturn"] == 5_650_000
    assert [rows[BY_FUNCTION.name][0].values[name] for name in FIGURES[:2]] == [None, None]
    closing = rows[CARRYOVER.name][1].values["closing"]
    assert closing == later[CARRYOVER.name][1].values["opening"] == 120_000


def test_it_stands_on_the_desks_of_zhou_and_wu_alone(past):
    seen = {
        person.username
        for person in User.objects.filter(is_demo=True)
        if signed_in(person).get(reverse("workspace", args=[past.pk])).status_code == 200
    }
    assert seen == {"zhou", "wu"}


def test_loading_again_changes_nothing(past):
    kinds = (Unit, User, Membership, CollectionRound, Submission, Edit, Transition, IndicatorLine)
    before = [list(kind.objects.order_by("pk").values()) for kind in kinds]
    run("load_demo_last_year")
    assert [list(kind.objects.order_by("pk").values()) for kind in kinds] == before


def test_it_loads_in_no_other_mode(past, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="演示模式"):
        run("load_demo_last_year")


def test_it_wants_the_people_first(loaded, db):
    User.objects.filter(username="zhou").update(username="chou")
    with pytest.raises(CommandError, match="load_demo_indicators"):
        run("load_demo_last_year")
