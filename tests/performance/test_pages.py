"""Goal and indicators in the pages of a return: their table, the result, navigation, overview, queries."""

import re

import pytest
from django.urls import reverse

from budgets.returns import SCHEDULES
from performance.actions import save_goal
from performance.frameworks import SECOND_LEVELS
from performance.models import IndicatorLine
from tests.performance.indicators import fill, put, spend
from tests.world import NOW, numbered, signed_in, statements

MOST_QUERIES = 29
"""Session, person, memberships and return; seven tables of rows, two of headings, the texts, the steps, the notes; goals and indicators; what the checks read.
That of the indicators asks in one more whether their targets are approved."""


def read(browser, name, submission):
    """The page as text without markup, blanks closed up."""
    html = browser.get(reverse(name, args=[submission.pk])).content.decode()
    return " ".join(re.sub(r"<script.*?</script>|<[^>]*>", " ", html, flags=re.DOTALL).split())


def nav(browser, submission):
    """The group 绩效 of the navigation."""
    text = read(browser, "workspace", submission)
    return re.search(r"厉行节约措施 .*? (年度总体目标 .*?) 项目绩效", text).group(1)


def write(world, expected="目标。", achieved="完成了。", version=0):
    save_goal(
        submission=world.submission,
        expected=expected,
        achieved=achieved,
        weights_reason="",
        row_version=version,
        by=world.lin,
        at=NOW,
    )


# --- The result


def test_the_result_shows_points_by_block_total_and_grade(lin, here):
    fill(here)
    text = read(lin, "edit_indicators", here)
    assert "预算执行率 98.50 % 10 10 9.85 产出指标 50 50 50.00 效益指标 30 30 30.00" in text
    assert "满意度指标 10 10 10.00 总分 100 100 99.85" in text
    assert "总分 99.85 等级 优" in text and "还算不出来" not in text


def test_the_result_says_what_is_missing(lin, here):
    put(here, "办理事项", second_level="quantity", max_score=45, score=44)
    text = read(lin, "edit_indicators", here)
    assert "预算执行率 — 10 10 — 产出指标 50 45 44.00 效益指标 30 0 —" in text
    assert "总分 — 等级 — 总分和等级还算不出来，要先：" in text
    assert "产出指标的分值合计 45，应为 50，还差 5：请调整分值。" in text
    assert "预算执行率算不出来：请在“支出（按功能分类）”" in text
    assert "报送前还要： “办理事项”的得分低于分值" in text


def test_a_rate_above_a_hundred_percent_gives_ten_and_no_total(lin, here):
    fill(here, rate=False)
    spend(here, revised="100", outturn="120")
    text = read(lin, "edit_indicators", here)
    assert "预算执行率 120.00 % 10 10 10.00" in text
    assert "总分 — 等级 — 总分和等级还算不出来，要先： 预算执行率超过 100 %" in text


def test_the_table_carries_what_the_grid_needs(lin, here):
    line = put(here, "办理事项", second_level="quantity", max_score="12.5")
    grid = lin.get(reverse("edit_indicators", args=[here.pk])).context["grid"]
    assert grid["key"] == ("second_level", "name")
    assert [column["kind"] for column in grid["columns"]] == [
        *("text", "choice", "choice", "text", "text", "text", "points", "points"),
        *["text"] * 5,
    ]
    [row] = grid["rows"]
    assert (row["row"], row["id"], row["values"]["max_score"]) == (f"line-{line.pk}", line.pk, "12.50")
    assert grid["save_url"] == reverse("save_indicators", args=[here.pk])


def test_a_reader_finds_no_way_to_change_anything(world, here):
    put(here)
    html = signed_in(world.wu).get(reverse("edit_indicators", args=[here.pk])).content.decode()
    assert 'data-grid="save"' not in html and "indicators.js" not in html and "只读" in html


def test_markup_in_a_name_is_text(lin, here):
    put(here, "<b>甲</b>", second_level="quantity", max_score=1)
    html = lin.get(reverse("edit_indicators", args=[here.pk])).content.decode()
    assert "<b>甲" not in html and "&lt;b&gt;甲" in html


# --- Navigation and overview


REACHED = {"target_value": "10 件", "actual_value": "10 件"}


def test_an_empty_part_waits_to_be_filled_in(lin, here):
    assert nav(lin, here) == "年度总体目标 — 还没有写 绩效指标 — 未填"
    text = read(lin, "workspace", here)
    assert "待填写 年度总体目标与绩效指标：还没有填" in text
    assert "年度总体目标的“预期目标”还没有写" not in text


def test_a_goal_half_written_says_so(world, lin, here):
    write(world, achieved="")
    assert nav(lin, here).startswith("年度总体目标 待完善 1 待完善 1 处")
    assert "待填写 年度总体目标的“实际完成情况”还没有写" in read(lin, "workspace", here)
    write(world, version=1)
    assert nav(lin, here).startswith("年度总体目标 7 字 已写 7 字")


def test_indicators_say_how_many_points_are_short(lin, here):
    put(here, "甲", second_level="quantity", max_score=50, score=50, **REACHED)
    put(here, "乙", second_level="social", max_score=20, score=20, **REACHED)
    assert nav(lin, here).endswith("绩效指标 待完善 2 待完善 2 处")  # 效益 and 满意度
    text = read(lin, "workspace", here)
    assert "绩效指标 2 个指标，分值合计 80，还差 20 待完善 2 处" in text
    assert "待完善 效益指标的分值合计 20，应为 30，还差 10：请调整分值" in text


def test_too_many_points_are_said_too(lin, here):
    fill(here)
    put(here, "多的", second_level="quantity", max_score="5", score="5")
    assert "4 个指标，分值合计 105，多了 5" in read(lin, "workspace", here)


def test_a_full_set_shows_total_and_grade(lin, here):
    fill(here)
    assert nav(lin, here).endswith("绩效指标 3 个指标 已填 3 个指标")
    assert "绩效指标 3 个指标，总分 99.85，优 已填 3 个指标" in read(lin, "workspace", here)


def test_a_missing_execution_rate_is_no_fault_of_the_indicators(lin, here):
    fill(here, rate=False)
    assert nav(lin, here).endswith("绩效指标 3 个指标 已填 3 个指标")
    html = lin.get(reverse("workspace", args=[here.pk])).content.decode()
    assert "3 个指标，总分还算不出来" in html
    by_function = reverse("edit_lines", args=[here.pk, "function"])
    assert f'<a href="{by_function}">预算执行率算不出来' in html


def test_lost_points_without_a_reason_are_asked_for(lin, here):
    fill(here)
    IndicatorLine.objects.filter(submission=here, name="减少等候").update(score=29, row_version=2)
    assert nav(lin, here).endswith("绩效指标 待完善 2 待完善 2 处")
    text = read(lin, "workspace", here)
    assert "3 个指标，总分 98.85，优" in text and "待说明 “减少等候”的得分低于分值" in text


def test_the_tasks_are_counted_together(lin, here):
    before = read(lin, "workspace", here)
    put(here, "甲", second_level="quantity", max_score=50, score=50, **REACHED)
    after = read(lin, "workspace", here)
    needed = [re.search(r"报送前要做完 (\d+) 项", text) for text in (before, after)]
    counts = [int(found.group(1)) if found else 0 for found in needed]
    assert counts[1] - counts[0] == 6  # two texts, two blocks, the rate, and that there is one indicator
    assert "绩效指标：还没有填" in before and "绩效指标：还没有填" not in after  # what may be left undone


@pytest.mark.parametrize("name", ["variances", "ratios", "charts"])
def test_every_page_of_the_return_has_the_navigation(lin, here, name):
    assert "年度总体目标" in read(lin, name, here)


# --- Queries


PAGES = {
    "workspace": ("workspace", []),
    "edit_goal": ("edit_goal", []),
    "edit_indicators": ("edit_indicators", []),
    **{schedule.slug: ("edit_lines", [schedule.slug]) for schedule in SCHEDULES[:3]},
}


@pytest.mark.parametrize("place", PAGES)
def test_a_page_takes_the_same_queries_for_1_and_200_indicators(world, here, place):
    name, arguments = PAGES[place]
    levels = list(SECOND_LEVELS)
    counts = []
    for number in (1, 199):
        for at in range(number):
            put(here, f"指标{number}-{at}", second_level=levels[at % 9])
        browser = signed_in(world.lin)
        with statements() as texts:
            assert browser.get(reverse(name, args=[here.pk, *arguments])).status_code == 200
        counts.append(texts)
    assert len(counts[0]) == len(counts[1]) <= MOST_QUERIES, numbered(counts[1])
