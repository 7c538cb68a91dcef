"""The re-check: the sample of a round, what is found in a return, and who is told."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from orgs.spreadsheets import read_sheets
from performance.models import IndicatorLine
from performance.recheck_actions import (
    RecheckConflict,
    RecheckGaps,
    draw_sample,
    finish_recheck,
    save_recheck,
)
from performance.recheck_models import RecheckVersion, SampleDraw
from performance.recheck_rules import Rechecked
from performance.rechecks import candidates_of, recheck_of, rechecks_of, stated_of
from performance.rows import Performance, scored
from performance.sampling import Plan
from performance.schemes import Mode
from performance.scoring import Basis
from performance.scoring_actions import set_scoring
from performance.snapshots import content_of
from submissions.actions import NotEditable, NotNow, NotPermitted, NotYours, Unfinished
from submissions.models import Edit, Notice
from tests.performance.indicators import FULL_SET, fill, put, spend
from tests.world import NOW, make_submission, numbered, put_in_status, signed_in, statements

LATER = NOW + timedelta(hours=1)
NAMES = ["预算执行率", *(name for name, *_ in FULL_SET)]
"""The rows of a re-check of the full set, in their order: 98.5 % of 10 points, and 50, 30 and 10."""


STATED = [
    *("一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "权重"),
    *("自评完成值", "自评得分"),
]
"""What the official table has of the self-evaluation."""


@pytest.fixture
def approved(here):
    """Lin's return, full and approved: 9.85 + 90 points."""
    fill(here)
    put_in_status(here, "approved")
    return here


@pytest.fixture
def sampled(world, approved):
    """Lin's return in a sample."""
    draw(world)
    return approved


def draw(world, plan=None, seed="7f3a", reason="零财绩〔2024〕8号", by=None):
    plan = plan or Plan(1)
    return draw_sample(round=world.round, plan=plan, seed=seed, reason=reason, by=by or world.wu, at=NOW)


def checked(*scores, ground="", remark=""):
    """What was found of the four rows; the reason is that of the last."""
    found = [Rechecked("已核", None if score is None else Decimal(score)) for score in scores]
    last = Rechecked("已核", found[-1].score, ground, remark)
    return [*found[:-1], last]


def save(world, submission, found, *, seen=0, by=None, deed=save_recheck):
    return deed(submission=submission, seen=seen, checked=found, by=by or world.wu, at=LATER)


def finish(world, submission, found, **facts):
    return save(world, submission, found, deed=finish_recheck, **facts)


AGREED = checked("9.85", "50", "30", "10")
CUT = checked("9.85", "50", "30", "0", ground="no_survey")


# --- The sample


def test_a_draw_keeps_its_seed_its_plan_and_what_it_was_drawn_from(world, approved):
    kept = draw(world, Plan(100, is_percent=True, full_marks=1))
    assert (kept.seed, kept.size, kept.is_percent, kept.actor_name, kept.reason) == (
        "7f3a",
        100,
        True,
        "吴芳",
        "零财绩〔2024〕8号",
    )
    assert kept.candidates == [
        {"code": "224001", "outturn": "197", "rate": "98.50", "own_total": "99.85", "is_full": True}
    ]
    assert [(each.submission, each.rule) for each in kept.sampled.all()] == [(approved, "full_marks")]


def test_only_approved_returns_with_a_total_are_drawn(world, approved):
    make_submission(world.round, world.culture, world.zhao, status="approved")  # without indicators
    rescue = make_submission(world.round, world.rescue, world.lin)
    fill(rescue)
    assert list(candidates_of(world.round)) == ["224001"]
    put_in_status(rescue, "approved")
    assert set(candidates_of(world.round)) == {"224001", "224002"}


def test_full_marks_are_the_scores_that_count(world, here):
    scoring = {"framework": "three_blocks", "scheme": "no_caps", "mode": "locked"}
    set_scoring(round=world.round, **scoring, reason="文号", by=world.wu, at=NOW)
    for name, level, points in FULL_SET:
        reached = {"direction": "at_least", "target_value": "10", "actual_value": "10"}
        put(here, name, second_level=level, max_score=points, **reached)  # no score is typed
    spend(here, revised="200", outturn="120")
    put_in_status(here, "approved")
    [(_, candidate)] = candidates_of(world.round).values()
    assert (candidate.own_total, candidate.is_full) == (96, True)


def test_candidates_are_read_in_as_many_queries_however_many_they_are(world, approved):
    with statements() as few:
        candidates_of(world.round)
    for unit in (world.rescue, world.culture):
        other = make_submission(world.round, unit, world.lin if unit == world.rescue else world.zhao)
        fill(other)
        put_in_status(other, "approved")
    with statements() as many:
        found = [submission for submission, _ in candidates_of(world.round).values()]
    assert len(found) == 3 and len(few) == len(many), numbered(many)
    with statements() as one:
        rechecks_of(found[:1])
    with statements() as all_of_them:
        rechecks_of(found)
    assert len(one) == len(all_of_them), numbered(all_of_them)


def test_what_keeps_a_sample_from_being_drawn(world, here):
    with pytest.raises(NotNow, match="抽不出样本"):
        draw(world)
    fill(here)
    put_in_status(here, "approved")
    with pytest.raises(NotPermitted, match="只有财政局绩效股"):
        draw(world, by=world.qian)
    with pytest.raises(Unfinished, match="请写明依据"):
        draw(world, reason=" ")
    assert not SampleDraw.objects.exists()


def test_the_rules_take_no_more_together_than_is_drawn(world, approved):
    [sampled] = draw(world, Plan(10, is_percent=True, largest=1, full_marks=1, low_execution=1)).sampled.all()
    assert sampled.rule == "largest"


# --- What is found


def test_saving_adds_a_version_and_leaves_the_return_as_it_was(world, sampled):
    before, edits = content_of(sampled), Edit.objects.count()
    assert [row.stated.name for row in recheck_of(sampled).rows] == NAMES
    save(world, sampled, checked("9.85", None, "30", "10"))
    save(world, sampled, CUT, seen=1)
    save(world, sampled, CUT, seen=2)  # nothing new
    kept = RecheckVersion.objects.order_by("number")
    assert [(each.number, each.own_total, each.found_total) for each in kept] == [
        (1, Decimal("99.85"), None),
        (2, Decimal("99.85"), Decimal("89.85")),
    ]
    found = recheck_of(sampled)
    assert (found.own_grade, found.grade) == ("优", "良")
    assert found.deviation.quantize(Decimal("0.01")) == Decimal("10.02")  # 10 of 99.85
    assert found.rows[3].checked == CUT[3] and found.rows[3].deviation == 100
    assert (content_of(sampled), Edit.objects.count()) == (before, edits)


def test_who_saves_over_somebody_else_is_told(world, sampled):
    save(world, sampled, CUT)
    with pytest.raises(RecheckConflict) as conflict:
        save(world, sampled, AGREED)
    assert conflict.value.theirs.rows[3].checked == CUT[3]
    with pytest.raises(RecheckConflict):
        finish(world, sampled, AGREED)


def test_points_above_the_weight_are_not_saved(world, sampled):
    with pytest.raises(RecheckGaps) as refusal:
        save(world, sampled, checked("9.85", "50.01", "30", "10"))
    assert refusal.value.gaps == ["“办理事项”：复核得分超过权重 50，请改正。"]


def test_what_is_not_the_approved_return_any_more_is_not_checked(world, sampled):
    save(world, sampled, AGREED)
    put_in_status(sampled, "superseded")
    with pytest.raises(NotNow, match="已不是审定的版本"):
        finish(world, sampled, AGREED, seen=1)
    assert not Notice.objects.filter(kind="rechecked").exists()


def test_nobody_but_the_performance_office_checks_and_none_what_she_prepared(world, sampled):
    for person in (world.lin, world.qian, world.he, world.feng):
        with pytest.raises(NotPermitted, match="只有财政局绩效股可以复核"):
            save(world, sampled, CUT, by=person)
    put_in_status(sampled, "draft")
    Edit.objects.create(
        submission=sampled, schedule="revenue", actor=world.wu, actor_name="吴芳", at=NOW, changes=[]
    )
    put_in_status(sampled, "approved")
    with pytest.raises(NotYours, match="您参与填报过"):
        save(world, sampled, CUT)


def test_a_cap_of_the_round_is_the_cap_of_the_recheck(world, here):
    fill(here, rate=False)
    from_75 = {"revised": "200", "outturn": "150"}
    spend_and_cap(world, here, **from_75)
    put_in_status(here, "approved")
    draw(world)
    found = recheck_of(here).with_checked(checked("7.5", "50", "30", "10"))
    assert (found.own_total, found.found_total) == (89, 89)  # of 97.5 each
    assert recheck_of(here).with_checked(checked("7.5", "40", "30", "10")).found_total == Decimal("87.5")


def spend_and_cap(world, here, **figures):
    """State the total and choose the scheme with caps."""
    spend(here, **figures)
    chosen = {"framework": "three_blocks", "scheme": "execution_caps", "mode": "editable"}
    set_scoring(round=world.round, **chosen, reason="文号", by=world.wu, at=NOW)


# --- Finishing it


def test_finishing_tells_the_unit_and_ends_it(world, sampled):
    with pytest.raises(RecheckGaps) as refusal:
        finish(world, sampled, [Rechecked(), *checked("49", "30", "0", ground="no_survey")])
    assert refusal.value.gaps == [
        "“预算执行率”还没有复核，请填复核完成值和复核得分。",
        "“办理事项”扣了分，没有选理由，请改正。",
    ]
    finish(world, sampled, CUT)
    [told] = Notice.objects.filter(kind="rechecked")
    assert (told.recipient, told.unit) == (world.lin, world.emergency)
    assert told.text == (
        "零陵区应急管理局 2023 年度：财政绩效股已复核，复核得分 89.85（良），自评得分 99.85（优）。"
    )
    for deed in (save, finish):
        with pytest.raises(NotEditable, match="复核已经完成"):
            deed(world, sampled, AGREED, seen=1)
    html = signed_in(world.lin).get(reverse("history", args=[sampled.pk])).content.decode()
    assert "吴芳（零陵区财政局）完成复核：复核得分 89.85，自评得分 99.85。" in html


def test_the_trail_tells_the_draw_with_its_seed(world, sampled):
    [entry] = signed_in(world.tang).get(f"{reverse('audit')}?action=draw:").context["entries"]
    said = "2023 年度：种子 7f3a。依据：零财绩〔2024〕8号"
    assert (entry.who, entry.unit, entry.action, entry.what) == (
        *("吴芳", "零陵区财政局", "抽取复核样本"),
        said,
    )


@pytest.mark.parametrize("facts", [{"number": 2}, {"number": 3}, {"number": 4, "is_finished": True}])
def test_past_its_end_and_out_of_turn_the_database_takes_nothing(world, sampled, facts):
    kept = {"submission": sampled, "checked": [], "own_total": 90, "found_total": 90}
    by = {"actor": world.wu, "actor_name": "吴芳", "at": NOW}
    RecheckVersion.objects.create(number=1, is_finished=facts == {"number": 2}, **kept, **by)
    with pytest.raises(IntegrityError, match="goes on until it is finished"), transaction.atomic():
        RecheckVersion.objects.create(**facts, **kept, **by)


# --- The pages


def fields(*scores, ground="", seen=0, **others):
    """The form of the four rows; a reason is that of the last."""
    sent = {"seen": seen}
    for number, score in enumerate(scores):
        sent |= {f"{number}-value": "已核" if score else "", f"{number}-score": score, f"{number}-remark": ""}
        sent[f"{number}-ground"] = ground if number == len(scores) - 1 else ""
    return sent | others


def test_the_sample_is_drawn_on_its_page_and_drawn_again_with_a_reason(world, approved):
    browser, page = signed_in(world.wu), reverse("rechecks", args=[world.round.pk])
    deed = reverse("draw_sample", args=[world.round.pk])
    assert "还没有抽样" in browser.get(page).content.decode()
    asked = {"size": "100", "unit": "percent", "largest": "1", "full_marks": "0", "low_execution": "0"}
    answer = browser.post(deed, asked | {"size": "101", "largest": "", "reason": "文号"})
    html = answer.content.decode()
    assert answer.status_code == 422 and 'value="文号"' in html
    assert "抽取数应在 1 和 100 之间" in html and "请填写决算数最大。" in html
    assert "请刷新页面后重填。" in html  # it does not say which draw she saw
    for reason in ("零财绩 8 号", "名单有变"):
        seen = browser.get(page).context["draw"]
        sent = asked | {"reason": reason, "seen": seen.pk if seen else 0}
        assert browser.post(deed, sent)["Location"] == page
        twice = browser.post(deed, sent)
        assert twice.status_code == 422 and "没有再抽一次" in twice.content.decode()
    html = browser.get(page).content.decode()
    newest, first = SampleDraw.objects.order_by("-pk")
    assert newest.seed != first.seed and newest.seed in html and first.seed in html
    assert "得到的是同一个样本" in html and "决算数最大" in html and "名单有变" in html
    assert reverse("recheck", args=[approved.pk]) in html


def test_a_sample_that_its_seed_does_not_give_is_found_out(world, approved):
    draw(world)
    rescue = make_submission(world.round, world.rescue, world.lin, status="approved")
    kept = SampleDraw.objects.get()
    kept.sampled.create(draw=kept, submission=rescue, rule="random")
    html = signed_in(world.wu).get(reverse("rechecks", args=[world.round.pk]))
    assert "得到的不是这个样本" in html.content.decode()


def test_the_recheck_is_written_on_its_page_kept_and_finished(world, sampled):
    browser, page = signed_in(world.wu), reverse("recheck", args=[sampled.pk])
    save_it, finish_it = (reverse(name, args=[sampled.pk]) for name in ("save_recheck", "finish_recheck"))
    assert "未开始" in browser.get(page).content.decode()
    answer = browser.post(save_it, fields("x", "51", "", ""))
    html = answer.content.decode()
    assert answer.status_code == 422 and "“x”不是分数" in html and "“办理事项”：复核得分超过权重 50" in html
    assert not RecheckVersion.objects.exists()
    given = fields("", "", "", "0", ground="no_survey")
    assert browser.post(save_it, given | {"3-value": "没有问卷", "rest": "stated"})["Location"] == page
    rows = recheck_of(sampled).rows
    assert [row.checked.score for row in rows] == [Decimal("9.85"), 50, 30, 0]
    assert [row.checked.value for row in rows] == ["98.50", "100 %", "100 %", "没有问卷"]
    answer = browser.post(save_it, fields("9", "50", "30", "10"))
    html = answer.content.decode()
    assert answer.status_code == 409 and "有人在您之后保存过复核" in html and "现存：没有问卷" in html
    assert 'name="seen" value="1"' in html and 'name="0-score" inputmode="decimal" value="9"' in html
    answer = browser.post(finish_it, fields("9", "50", "30", "10", seen=1))
    assert answer.status_code == 422 and "“预算执行率”扣了分，没有选理由" in answer.content.decode()
    assert (
        browser.post(finish_it, fields("9.85", "50", "30", "0", ground="no_survey", seen=1)).status_code
        == 302
    )
    html = browser.get(page).content.decode()
    assert "已完成" in html and "<input" not in html.split("<main")[1] and "满意度没有调查材料" in html
    assert browser.post(save_it, fields("1", "1", "1", "1", seen=2))["Location"] == page
    assert RecheckVersion.objects.count() == 2


def test_the_unit_reads_what_is_finished_and_nothing_before(world, sampled):
    browser = signed_in(world.lin)
    pages = [reverse(name, args=[sampled.pk]) for name in ("recheck", "download_recheck")]
    journey = reverse("journey", args=[sampled.pk])
    save(world, sampled, CUT)
    assert [browser.get(page).status_code for page in pages] == [404, 404]
    assert "抽中复核" not in browser.get(journey).content.decode()
    finish(world, sampled, CUT, seen=1)
    assert [browser.get(page).status_code for page in pages] == [200, 200]
    assert "抽中复核" in browser.get(journey).content.decode()
    notice = Notice.objects.get(kind="rechecked")
    assert browser.post(reverse("open_notice", args=[notice.pk]))["Location"] == pages[0]


def test_a_return_that_was_not_sampled_has_no_recheck(world, approved):
    assert signed_in(world.wu).get(reverse("recheck", args=[approved.pk])).status_code == 404


# --- The workbooks


def test_the_result_has_the_columns_of_the_table_and_its_figures(world, sampled):
    finish(world, sampled, CUT)
    browser = signed_in(world.wu)
    answer = browser.get(reverse("download_recheck", args=[sampled.pk]))
    [sheet] = read_sheets(answer.content, "a.xlsx")
    assert sheet.rows[2] == [*STATED, "复核完成值", "复核得分", "偏离度", "备注"]
    assert "吴芳" in sheet.rows[1][0] and "等级良（自评优）" in sheet.rows[1][0]
    last = sheet.rows[6]
    assert last[:3] == ["满意度指标", "服务对象满意度指标", "群众满意"]
    assert [Decimal(last[column]) for column in (6, 8, 10)] == [10, 10, 0]
    assert last[11:] == ["100.00 %", "偏离度超过 10 %；满意度没有调查材料，不得分"]
    assert sheet.rows[7][0] == "总分" and sheet.rows[7][11] == "10.02 %"
    answer = browser.get(reverse("download_rechecks", args=[world.round.pk]))
    [sheet] = read_sheets(answer.content, "a.xlsx")
    assert sheet.rows[2][:3] == ["单位编码", "单位名称", "一级指标"]
    assert {tuple(row[:2]) for row in sheet.rows[3:]} == {("224001", "零陵区应急管理局")}


def test_before_any_is_finished_there_is_no_list(world, sampled):
    page = reverse("rechecks", args=[world.round.pk])
    assert signed_in(world.wu).get(reverse("download_rechecks", args=[world.round.pk]))["Location"] == page


def test_the_score_that_is_checked_again_is_the_one_that_counts():
    line = IndicatorLine(name="办理事项", second_level="quantity", target_value="≥10 件", actual_value="5 件",
                         max_score=Decimal(50), score=Decimal(50))  # fmt: skip

    def stated(mode):
        basis = Basis(mode=mode)
        return stated_of(Performance(None, [], scored([line], None, basis, ""), basis))

    assert [stated(mode)[0].score for mode in (Mode.EDITABLE, Mode.LOCKED)] == [50, 25]
