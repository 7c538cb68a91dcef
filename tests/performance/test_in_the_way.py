"""What stands in the way of handing in, as far as goal and indicators are concerned."""

from django.urls import reverse

from budgets.views import tasks
from performance.actions import save_goal
from performance.models import IndicatorLine
from performance.scoring import NO_EXECUTION_RATE
from performance.scoring_actions import set_scoring
from performance.views.sections import in_the_way
from submissions.finding_actions import explain, override, set_check
from tests.budgets.checks.found import findings_of
from tests.performance.indicators import fill, put
from tests.world import NOW


def unfinished(submission):
    """What goal and indicators add to what the money asks for."""
    money = tasks.in_the_way(submission)
    found = in_the_way(submission)
    assert found[: len(money)] == money
    return [task.title for task in found[len(money) :]]


def write(world, expected="目标。", achieved="完成。"):
    save_goal(
        submission=world.submission,
        expected=expected,
        achieved=achieved,
        weights_reason="",
        row_version=0,
        by=world.lin,
        at=NOW,
    )


def choose_mode(world, mode):
    set_scoring(
        round=world.round,
        framework="three_blocks",
        scheme="no_caps",
        mode=mode,
        reason="文号",
        by=world.wu,
        at=NOW,
    )


def test_a_return_without_goal_and_indicators_is_not_held_up(here):
    assert unfinished(here) == []


def test_a_complete_one_is_not_held_up(world, here):
    write(world)
    fill(here)
    assert unfinished(here) == []


def test_indicators_without_a_goal_are(here):
    fill(here)
    assert unfinished(here) == [
        "年度总体目标的“预期目标”还没有写，请写几句",
        "年度总体目标的“实际完成情况”还没有写，请写几句",
    ]


def test_a_goal_of_one_text_without_indicators_is(world, here):
    write(world, achieved="")
    found = unfinished(here)
    assert found[0] == "年度总体目标的“实际完成情况”还没有写，请写几句"
    assert len(found) == 5 and found[-1] == NO_EXECUTION_RATE.removesuffix("。")  # the three blocks between


def test_lost_points_without_a_reason_are_and_with_one_are_not(world, here):
    write(world)
    fill(here)
    lines = IndicatorLine.objects.filter(submission=here, name="减少等候")
    lines.update(score=29, row_version=2)
    assert unfinished(here) == [
        "“减少等候”的得分低于分值，请写偏差原因",
        "“减少等候”的得分低于分值，请写改进措施",
    ]
    lines.update(deviation_reason="窗口少。", row_version=3)
    assert unfinished(here) == ["“减少等候”的得分低于分值，请写改进措施"]
    lines.update(improvement_measure="增设窗口。", row_version=4)
    assert unfinished(here) == []


def test_a_score_of_ones_own_and_much_more_than_was_to_be_reached_are_explained(world, here):
    write(world)
    fill(here)
    lines = IndicatorLine.objects.filter(submission=here, name="减少等候")
    lines.update(direction="at_least", target_value="10 件", actual_value="13 件", row_version=2)
    assert unfinished(here) == ["“减少等候”的完成值达到指标值的 130% 以上，请在情况说明里写明原因"]
    lines.update(explanation="新增一项业务。", row_version=3)
    assert unfinished(here) == []
    lines.update(target_value="20 件", explanation="", row_version=4)  # 13 of 20: 19.5 of 30
    assert unfinished(here) == [
        "“减少等候”的得分与计算得分相差超过 0.1 分，请写情况说明，或清空得分后采用计算得分"
    ]
    choose_mode(world, "manual")
    assert unfinished(here) == []


def test_a_wrong_total_in_a_text_stands_in_the_way(world, here):
    write(world, achieved="全年工作完成，自评得分98分。")  # it is 99.85
    fill(here)
    assert "写的是“自评得分98分”，各项得分合计 99.85 分" in [task.title for task in in_the_way(here)]


def test_where_the_page_does_not_ask_what_the_round_asks_is_asked_by_the_check(world, here):
    write(world)
    fill(here)
    lines = IndicatorLine.objects.filter(submission=here, name="减少等候")
    lines.update(direction="at_least", target_value="20 件", actual_value="19 件", row_version=2)
    choose_mode(world, "manual")
    set_check(round=world.round, code="C-072", severity="warning", reason="文号", by=world.wu, at=NOW)
    asked = [task.title for task in in_the_way(here)]
    assert "“减少等候”的得分 30.00，按指标值和完成值应为 28.50" in asked


def test_what_was_explained_or_let_pass_with_the_checks_or_is_off_is_not_asked_again(world, here, lin):
    write(world)
    fill(here)
    lines = IndicatorLine.objects.filter(submission=here, name="减少等候")
    lines.update(direction="at_least", target_value="10 件", actual_value="13 件", score=29, row_version=2,
                 explanation="", improvement_measure="增设窗口。")  # fmt: skip
    own, lost = (
        "的得分与计算得分相差超过 0.1 分，请写情况说明，或清空得分后采用计算得分",
        "的得分低于分值，请写偏差原因",
    )
    over = "的完成值达到指标值的 130% 以上，请在情况说明里写明原因"
    assert unfinished(here) == [f"“减少等候”{each}" for each in (lost, own, over)]
    explain(submission=here, finding=failing(here, "C-074"), text="新增了一项业务，全年多办三件。",
            by=world.lin, at=NOW)  # fmt: skip
    override(submission=here, finding=failing(here, "C-073"), reason="情况属实。", by=world.wu, at=NOW)
    assert unfinished(here) == [f"“减少等候”{own}"]
    set_check(round=world.round, code="C-072", severity="off", reason="文号", by=world.wu, at=NOW)
    assert unfinished(here) == []
    assert lin.get(reverse("edit_indicators", args=[here.pk])).context["result"].unexplained == []


def failing(submission, code):
    """The one thing a check finds wrong in a return."""
    [finding] = [each for each in findings_of(submission, code) if each.outcome.verdict == "fails"]
    return finding


def test_an_indicator_in_no_place_without_figures_is_named_for_each(world, here):
    write(world)
    fill(here, rate=False)
    put(here, "无处")
    assert unfinished(here) == [
        "“无处”没有选二级指标，请选择",
        "“无处”没有填年度指标值，请填写",
        "“无处”没有填实际完成值，请填写",
        "“无处”没有填分值，请填写",
        "“无处”没有填得分，请填写",
        NO_EXECUTION_RATE.removesuffix("。"),
    ]
