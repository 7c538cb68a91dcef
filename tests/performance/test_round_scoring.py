"""By what a round is scored: the bureau's choice, its page, and what becomes of the returns."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from performance.actions import save_goal
from performance.models import RoundScoring
from performance.scoring_actions import set_scoring
from performance.snapshots import content_of
from submissions.actions import NotNow, NotPermitted, Unfinished
from submissions.models import CollectionRound, Notice, Snapshot
from tests.performance.indicators import fill, performance_of, post, put, sent, stored
from tests.world import NOW, Role, make_person, put_in_status, signed_in, statements, without_guards

FOUR = {
    "framework": "four_blocks",
    "scheme": "execution_caps",
    "mode": "editable",
    "overrun": "by_ratio",
    "bands": "national",
}


def choose(world, by=None, reason="零财绩〔2024〕1号", **changed):
    return set_scoring(round=world.round, **FOUR | changed, reason=reason, by=by or world.wu, at=NOW)


def blocks(submission):
    return [(block.name, block.points) for block in performance_of(submission, Decimal(75)).result.blocks]


# --- The deed


def test_the_newest_choice_of_a_round_counts(world, here):
    assert blocks(here) == [("产出指标", 50), ("效益指标", 30), ("满意度指标", 10)]
    assert performance_of(here, None).basis.is_open  # of 2023, for which nothing was chosen
    choose(world)
    assert blocks(here)[0] == ("成本指标", 20)
    choose(world, framework="three_blocks")
    basis = performance_of(here, None).basis
    assert (basis.framework.code, basis.scheme.code) == ("three_blocks", "execution_caps")
    assert not basis.is_open


def test_the_way_of_scoring_is_the_rounds_and_can_be_overruled_unless_it_says_otherwise(world, here):
    assert performance_of(here, None).basis.mode == "editable"
    choose(world, mode="locked")
    assert performance_of(here, None).basis.mode == "locked"


def test_a_total_is_capped_where_the_round_has_caps(world, here):
    fill(here)
    assert performance_of(here, Decimal(75)).result.total == Decimal("97.5")
    choose(world, framework="three_blocks")
    assert performance_of(here, Decimal(75)).result.total == 89


def told():
    """Who was told what of the scoring, and in what words of the bureau."""
    found = Notice.objects.filter(kind="scoring").order_by("recipient__username")
    return [(each.recipient.username, each.text, each.details) for each in found]


def test_the_preparers_of_an_open_round_are_told_of_another_way(world):
    choose(world)
    said = "指标框架 成本 20、产出 40、效益 20、满意度 10；评分办法 按预算执行率封顶；系统计算，可以改"
    text = f"2023 年度部门整体支出绩效自评：计分方式改为{said}。"
    assert told() == [(name, text, "零财绩〔2024〕1号") for name in ("lin", "zhao")]
    choose(world)  # the same again
    assert len(told()) == 2
    choose(world, mode="manual")
    assert len(told()) == 4


def test_nobody_is_told_where_what_was_chosen_scores_already(world):
    choose(world, framework="three_blocks", scheme="no_caps")  # as every round of 2023 begins
    assert told() == []


def test_however_many_are_told_by_one_statement(world):
    for number in range(5):
        make_person(f"p{number}", "何某", (Role.PREPARER, world.emergency))
    with statements() as texts:
        choose(world)
    assert len(told()) == 7
    assert sum('INSERT INTO "submissions_notice"' in text for text in texts) == 1


@pytest.mark.parametrize("left", [{"closed_at": NOW}, {"opens_date": date(2024, 4, 1)}])
def test_nobody_is_told_where_nobody_fills_in(world, left):
    CollectionRound.objects.filter(pk=world.round.pk).update(**left)
    choose(world)
    assert told() == []


def test_only_the_performance_office_chooses_and_says_why(world):
    for person in (world.lin, world.qian, world.he):
        with pytest.raises(NotPermitted, match="只有财政局绩效股"):
            choose(world, by=person)
    with pytest.raises(Unfinished, match="请写明依据"):
        choose(world, reason=" \n")
    assert not RoundScoring.objects.exists()


def test_once_a_return_was_approved_nothing_is_chosen_any_more(world, here):
    put_in_status(here, "approved")
    with without_guards("submissions_snapshot"):
        Snapshot.objects.create(submission=here, content="{}", sha256=Snapshot.digest("{}"), at=NOW)
    with pytest.raises(NotNow, match="已有审核通过的填报"):
        choose(world)


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"framework": "five"}, "scoring_known"),
        ({"scheme": "x"}, "scoring_known"),
        ({"mode": "x"}, "scoring_known"),
        ({"overrun": "x"}, "scoring_rules_known"),
        ({"bands": "x"}, "scoring_rules_known"),
        ({"reason": " "}, "says_why"),
    ],
)
def test_a_choice_is_one_that_is_known_and_says_why(world, values, rule):
    kept = FOUR | {"reason": "文号"} | values
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        RoundScoring.objects.create(round=world.round, **kept, actor=world.wu, actor_name="吴芳", at=NOW)


# --- The page


def test_the_page_shows_what_counts_and_takes_a_choice(world):
    browser, page = signed_in(world.wu), reverse("round_scoring", args=[world.round.pk])
    html = browser.get(page).content.decode()
    assert "各县用的指标框架不一样" in html and "待核实" in html and "还没有选定过" in html
    answer = browser.post(reverse("set_scoring", args=[world.round.pk]), FOUR | {"reason": "零财绩 1 号"})
    assert (answer.status_code, answer["Location"]) == (302, page)
    html = browser.get(page).content.decode()
    assert "零财绩 1 号" in html and "各县用的指标框架不一样" not in html
    assert 'name="framework" value="four_blocks" checked' in html
    assert 'name="mode" value="editable" checked' in html and "系统计算，可以改" in html


def test_what_is_missing_is_said_and_her_words_stay(world):
    browser, deed = signed_in(world.wu), reverse("set_scoring", args=[world.round.pk])
    answer = browser.post(deed, {"framework": "five", "reason": "文号"})
    html = answer.content.decode()
    assert answer.status_code == 422 and 'value="文号"' in html
    assert "请选择指标框架。" in html and "请选择评分办法。" in html and "请选择计分方式。" in html
    assert "请选择反向指标的计分。" in html and "请选择定性指标的分档。" in html
    answer = browser.post(deed, FOUR | {"reason": ""})
    assert answer.status_code == 422 and "请写明依据" in answer.content.decode()


def test_who_only_looks_after_the_round_reads_it(world):
    html = signed_in(world.qian).get(reverse("round_scoring", args=[world.round.pk])).content.decode()
    assert "disabled" in html and 'name="reason"' not in html


# --- The indicators of a return


def test_above_its_target_an_indicator_that_counts_downwards_has_what_the_round_says(world, here):
    put(here, "事故", direction="at_most", target_value="10", actual_value="12", max_score="10")

    def computed():
        [indicator] = performance_of(here, None).result.indicators
        return indicator.computed

    assert computed() == Decimal("8.33")  # 10 × 10 ÷ 12
    choose(world, framework="three_blocks", overrun="by_excess")
    assert computed() == Decimal("8.00")  # 10 × (2 − 12 ÷ 10)


def test_the_points_of_a_degree_are_within_the_bands_of_the_round(world, here):
    put(
        here,
        "制度",
        direction="qualitative",
        target_value="健全",
        actual_value="部分达成预期指标并具有一定效果",
        max_score="10",
        score="5.5",
    )

    def mistake():
        [indicator] = performance_of(here, None).result.indicators
        return indicator.degree_mistake

    assert "的得分应为 6 分以上、不到 8 分" in mistake()
    choose(world, framework="three_blocks", bands="wide_middle")
    assert mistake() == ""  # 5 up to 8


def test_what_is_otherwise_than_in_the_country_is_said_to_the_units_and_on_the_page(world, here):
    choose(world, framework="three_blocks", overrun="by_excess", bands="wide_middle")
    said = "反向指标按超过的比例扣分（2 − 完成值 ÷ 指标值，扣完为止）；定性指标分档 100%-80%、80%-50%、50%-0（湖北等省）"
    assert said in Notice.objects.get(recipient=world.lin, kind="scoring").text
    page = signed_in(world.wu).get(reverse("round_scoring", args=[world.round.pk])).content.decode()
    assert said in page and 'name="overrun" value="by_excess" checked' in page


def test_the_second_levels_to_choose_from_are_those_of_the_framework(world, lin, here):
    choose(world)
    grid = lin.get(reverse("edit_indicators", args=[here.pk])).context["grid"]
    column = next(each for each in grid["columns"] if each["name"] == "second_level")
    assert [code for code, _ in column["choices"]][:4] == [
        "cost_economic",
        "cost_social",
        "cost_ecological",
        "quantity",
    ]
    answer = post(lin, here, sent("成本", "cost"))
    assert answer.status_code == 422 and "不在可选项中" in json.loads(answer.content)["errors"][0]["message"]
    assert post(lin, here, sent("成本", "cost_social")).status_code == 200 and stored(here)


def test_an_indicator_of_the_other_framework_stays_and_is_named(world, here):
    put(here, "公用支出", second_level="cost")
    choose(world)
    assert "“公用支出”的二级指标不在本年度的指标框架" in " ".join(performance_of(here, None).result.faults)


def test_what_was_approved_before_there_were_reasons_for_weights_reads_as_it_did(world, here):
    texts = {"expected": "目标", "achieved": "完成", "by": world.lin, "at": NOW}
    save_goal(submission=here, weights_reason="", row_version=0, **texts)
    assert "weights_reason" not in content_of(here)
    save_goal(submission=here, weights_reason="以工程为主", row_version=1, **texts)
    assert '"weights_reason":"以工程为主"' in content_of(here)
