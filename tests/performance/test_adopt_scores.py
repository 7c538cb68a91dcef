"""Taking over computed scores where none is written."""

from decimal import Decimal

import pytest
from django.urls import reverse

from performance.models import IndicatorLine
from performance.score_actions import adopt_scores
from performance.scoring_actions import set_scoring
from submissions.actions import NotEditable, NotNow, NotPermitted
from tests.performance.indicators import put, stored
from tests.world import NOW, put_in_status, signed_in

MEASURED = {"direction": "at_least", "target_value": "10", "max_score": 10, "measuring_unit": "件"}


def adopt(world, by=None):
    return adopt_scores(submission=world.submission, by=by or world.lin, at=NOW)


def fill(here):
    """Blank and computable, typed otherwise, not computable, and qualitative."""
    put(here, "空着", second_level="quantity", actual_value="9", **MEASURED)
    put(here, "自评", second_level="quantity", actual_value="9", score=5, **MEASURED)
    put(here, "算不出", second_level="quantity", actual_value="完成", **MEASURED)
    put(
        here, "定性", second_level="social", direction="qualitative", actual_value="达成预期指标", max_score=5
    )


def test_only_blank_scores_that_can_be_computed_are_written(world, here):
    fill(here)
    assert adopt(world) == 1
    scores = {name: line.score for name, line in stored(here).items()}
    assert scores == {"空着": Decimal(9), "自评": Decimal(5), "算不出": None, "定性": None}
    [edit] = here.edits.all()
    assert [change["cells"] for change in edit.changes] == [{"score": ["", "9.00"]}]
    assert edit.actor == world.lin


def test_again_it_does_nothing(world, here):
    fill(here)
    adopt(world)
    assert adopt(world) == 0 and here.edits.count() == 1


def test_it_is_the_preparers_while_the_return_is_open(world, here):
    fill(here)
    with pytest.raises(NotPermitted):
        adopt(world, world.wu)
    put_in_status(here, "in_review")
    with pytest.raises(NotEditable):
        adopt(world)


@pytest.mark.parametrize("mode", ["manual", "locked"])
def test_where_scores_are_not_proposed_none_is_taken_over(world, here, mode):
    fill(here)
    chosen = {"framework": "three_blocks", "scheme": "no_caps", "mode": mode}
    set_scoring(round=world.round, **chosen, reason="文号", by=world.wu, at=NOW)
    with pytest.raises(NotNow, match="没有可以采用的计算得分"):
        adopt(world)
    answer = signed_in(world.lin).post(reverse("adopt_scores", args=[here.pk]), follow=True)
    assert "没有可以采用的计算得分" in answer.content.decode()
    assert IndicatorLine.objects.filter(submission=here, score=None).count() == 3


def test_the_page_proposes_and_takes_over(world, here):
    fill(here)
    browser = signed_in(world.lin)
    page = browser.get(reverse("edit_indicators", args=[here.pk]))
    grid = page.context["grid"]
    assert grid["beside"] == [{"name": "score", "title": "计算得分", "proposes": True}]
    assert [row["computed"]["score"]["text"] for row in grid["rows"]] == ["9.00", "9.00", "", ""]
    assert "有 1 个得分空着" in page.content.decode()
    answer = browser.post(reverse("adopt_scores", args=[here.pk]), follow=True)
    assert "已采用 1 个计算得分。" in answer.content.decode()


def test_where_rules_are_not_overruled_the_page_has_cells_nobody_types_in(world, here):
    fill(here)
    chosen = {"framework": "three_blocks", "scheme": "no_caps", "mode": "locked"}
    set_scoring(round=world.round, **chosen, reason="文号", by=world.wu, at=NOW)
    grid = signed_in(world.lin).get(reverse("edit_indicators", args=[here.pk])).context["grid"]
    assert [row["computed"]["score"]["is_ruled"] for row in grid["rows"]] == [True, True, True, False]
    assert grid["beside"][0]["proposes"] is False
