"""Approved targets: locked at every door, approved for many at once, changed by what the bureau approves."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from budgets.actions import LineChange, LockedFigures, Removal, save_lines
from budgets.models import CellNote, ProjectLine
from budgets.money import AmountUnit
from budgets.returns import SCHEDULES
from orgs.models import Event
from performance import library_actions, project_actions, score_actions
from performance.models import (
    IndicatorLine,
    ProjectGoal,
    ProjectIndicatorLine,
    TargetAnswer,
    TargetApproval,
    TargetRequest,
)
from performance.project_rows import project_slug
from performance.returns import INDICATORS, PROJECT_INDICATORS, TARGET_COLUMNS
from performance.revision_actions import copy_return
from performance.scoring import Basis
from performance.skeleton_actions import start_from_last_year
from performance.snapshots import content_of
from performance.target_actions import answer_target, approve_targets, ask_for_target, withdraw_target
from performance.targets import target_of, targets_of
from performance.trail import TRAIL
from submissions import actions
from submissions.actions import (
    NotEditable,
    NotNow,
    NotPermitted,
    NotReopened,
    NotYours,
    Unfinished,
    WrongDate,
)
from submissions.models import Edit, Notice, Submission
from submissions.permissions import was_prepared_by
from submissions.round_actions import close_round
from tests.performance import projects
from tests.performance.indicators import post, put, sent, stored
from tests.world import (
    NOTHING_LEFT,
    NOW,
    Role,
    make_round,
    make_submission,
    numbered,
    put_in_status,
    put_point,
    signed_in,
    statements,
)

ON = date(2024, 2, 20)
WORDS = "目标已批复（零财绩〔2024〕1号，2024年2月20日，吴芳），改动请申请调整。"
REASON = "上级年中下调了检查任务，见文件"


@pytest.fixture
def line(here):
    """The one indicator of Lin's return, filled in as far as it can be."""
    return put(
        here,
        "检查企业数",
        second_level="quantity",
        direction="at_least",
        target_value="120",
        measuring_unit="家",
        max_score=Decimal("10"),
        actual_value="118",
    )


@pytest.fixture
def of_project(here):
    """The one indicator of a project of Lin's return."""
    projects.spend(here, "巡查", outturn="1000")
    return projects.put(here, "巡查次数", "巡查", second_level="quantity", target_value="8", max_score=20)


@pytest.fixture
def approved(world, here, line, of_project):
    """The approval of both."""
    return approve(world)


def approve(world, unit=None, by=None, on=ON, document="零财绩〔2024〕1号"):
    facts = {"unit": unit or world.emergency, "document": document, "approved_on": on}
    return approve_targets(round=world.round, **facts, by=by or world.wu, at=NOW)


def fresh(submission):
    return Submission.objects.for_workspace().get(pk=submission.pk)


def ask(here, line, by=None, *, reason=REASON, document="", project="", **changes):
    """Ask for other columns of an indicator; None is a new one, and `after` None takes it out."""
    before = target_of(line) if line else dict.fromkeys(TARGET_COLUMNS, "")
    after = {} if changes == {"after": None} else before | changes
    return ask_for_target(
        submission=here,
        line=line.pk if line else None,
        project=project,
        after=after,
        reason=reason,
        document=document,
        by=by or here.started_by,
        at=NOW,
    )


def answer(world, request, *, approves=True, remark="", by=None):
    return answer_target(request=request, approves=approves, remark=remark, by=by or world.wu, at=NOW)


def as_sent(line, **changes):
    """A stored indicator as the page sends it."""
    values = {column.name: getattr(line, column.name) for column in INDICATORS.columns} | changes
    texts = {name: "" if value is None else str(value) for name, value in values.items()}
    return sent(**texts, version=line.row_version, id=line.pk)


def said(submission):
    """All that the indicators of a return say."""
    names = [column.name for column in INDICATORS.columns]
    return [
        [line.values(names) for line in model.objects.of_submission(submission)]
        for model in (IndicatorLine, ProjectIndicatorLine)
    ]


# --- Approving


def test_the_approval_keeps_the_targets_as_they_stand_and_tells_the_unit(world, here, approved):
    assert approved.targets == [
        {
            "project": "",
            "second_level": "quantity",
            "name": "检查企业数",
            "direction": "at_least",
            "target_value": "120",
            "measuring_unit": "家",
            "max_score": "10.00",
        },
        {
            "project": "巡查",
            "second_level": "quantity",
            "name": "巡查次数",
            "direction": "",
            "target_value": "8",
            "measuring_unit": "",
            "max_score": "20.00",
        },
    ]
    assert (approved.words, approved.actor, approved.roles) == (WORDS, world.wu, "财政绩效股")
    notice = Notice.objects.get(recipient=world.lin)
    assert notice.text.endswith("绩效目标已批复，共 2 个指标，此后锁定。") and notice.details == WORDS
    assert not was_prepared_by(here, world.wu)


def test_what_is_not_approved(world, here):
    with pytest.raises(Unfinished, match="还没有绩效指标"):
        approve(world)
    line = put(here, target_value="≥＿＿ 件")
    with pytest.raises(Unfinished, match="还没有填年度指标值"):
        approve(world)
    IndicatorLine.objects.filter(pk=line.pk).update(target_value="≥12 件", row_version=2)
    for person in (world.qian, world.he, world.lin, world.sun, world.feng):
        with pytest.raises(NotPermitted, match="只有财政局绩效股"):
            approve(world, by=person)
    with pytest.raises(NotNow, match="还没有开始填报"):
        approve(world, world.culture)
    with pytest.raises(WrongDate, match="还没有到"):
        approve(world, on=date(2024, 3, 2))
    world.lin.memberships.create(unit=world.finance, role=Role.PERFORMANCE_OFFICE, started_at=NOW)
    post(signed_in(world.lin), here, sent("第二个", target_value="1"))
    both = type(world.lin).objects.get(pk=world.lin.pk)
    with pytest.raises(NotYours):
        approve(world, by=both)
    for status in ("in_review", "approved", "published"):
        put_in_status(here, status)
        with pytest.raises(NotNow, match="不在单位手里"):
            approve(world)
    put_in_status(here, "draft")
    close_round(round=world.round, reason="结束", by=world.wu, at=NOW)
    with pytest.raises(NotNow, match="已经关闭"):
        approve(world)
    assert not TargetApproval.objects.exists()


def test_it_says_which_indicators_lack_their_value(world, here):
    put(here, "检查企业数", target_value="120")
    put(here, "建成", direction="yes_no")
    projects.put(here, "巡查次数", "巡查", target_value="≥＿＿ 次")
    lacking = "部门整体的指标“建成”、项目“巡查”的指标“巡查次数”还没有填年度指标值，或里面还有“＿＿”"
    with pytest.raises(Unfinished) as refused:
        approve(world)
    assert str(refused.value) == f"{lacking}，请单位填好再批复。"
    for name in ("甲", "乙"):
        projects.put(here, name, "巡查")
    with pytest.raises(Unfinished, match="等 4 个指标还没有填"):
        approve(world)


def test_targets_are_approved_once_in_whatever_revision(world, here, approved):
    with pytest.raises(NotNow, match="已经批复过"):
        approve(world)
    put_in_status(here, "superseded")
    make_submission(world.round, world.emergency, world.lin, revision=2)
    with pytest.raises(NotNow, match="已经批复过"):
        approve(world)


def test_without_a_document_it_says_only_day_and_person(world, here, line):
    assert approve(world, document="").words == "目标已批复（2024年2月20日，吴芳），改动请申请调整。"


# --- Every door


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", "别的"),
        ("second_level", "quality"),
        ("direction", "at_most"),
        ("target_value", "100"),
        ("measuring_unit", "户"),
        ("max_score", "9"),
    ],
)
def test_the_page_changes_no_column_of_a_target(here, lin, line, approved, column, value):
    before = said(here)
    answered = post(lin, here, as_sent(line, **{column: value}))
    assert answered.status_code == 422
    assert answered.json() == {"errors": [{"row": "r1", "column": column, "message": WORDS}]}
    assert said(here) == before and not Edit.objects.exists()


def test_a_save_that_the_approval_overtook_is_a_refused_deed(world, here, lin, line, approved):
    post(lin, here, as_sent(line, target_value="100"))
    [event] = Event.objects.filter(action="deed_refused")
    path = reverse("save_indicators", args=[here.pk])
    assert (event.what, event.actor, event.unit) == (f"POST {path}：{WORDS}", world.lin, world.emergency)


def test_the_page_adds_and_removes_no_indicator(here, lin, line, approved):
    before = said(here)
    added = post(lin, here, sent("新的", target_value="1", row="r2"))
    gone = post(lin, here, removed=[{"row": "r1", "id": line.pk, "row_version": line.row_version}])
    for answered, row in ((added, "r2"), (gone, "r1")):
        assert answered.status_code == 422
        assert answered.json()["errors"] == [{"row": row, "column": "name", "message": WORDS}]
    assert said(here) == before


def test_what_was_reached_stays_open(here, lin, line, approved):
    results = {
        "actual_value": "121",
        "score": "10",
        "deviation_reason": "多查了一家",
        "improvement_measure": "照此安排",
        "explanation": "见台账",
        "evidence": "台账",
        "data_source": "系统",
    }
    assert post(lin, here, as_sent(line, **results)).status_code == 200
    line.refresh_from_db()
    assert line.values(results) == results | {"score": Decimal("10")}


def test_the_page_of_a_project_is_locked_too(here, lin, of_project, approved):
    page = reverse("save_project_indicators", args=[here.pk, project_slug("巡查")])

    def send(*rows, removed=()):
        body = {"unit": "wan", "rows": list(rows), "removed": list(removed)}
        return lin.post(page, json.dumps(body), content_type="application/json")

    before = said(here)
    for answered in (
        send(as_sent(of_project, target_value="7")),
        send(sent("新的", target_value="1")),
        send(removed=[{"row": "r1", "id": of_project.pk, "row_version": of_project.row_version}]),
    ):
        assert answered.status_code == 422 and answered.json()["errors"][0]["message"] == WORDS
    assert said(here) == before
    assert send(as_sent(of_project, score="20")).status_code == 200


@pytest.mark.parametrize("source", [Edit.Source.IMPORTED, Edit.Source.UNDONE, Edit.Source.CARRIED])
def test_no_save_of_whatever_source_passes(world, here, line, approved, source):
    values = line.values(column.name for column in INDICATORS.columns) | {"target_value": "100"}
    common = {"submission": here, "schedule": INDICATORS, "model": IndicatorLine, "by": world.lin, "at": NOW}
    for rows, removed in (
        ([LineChange(line.key, line.row_version, values, line.pk)], []),
        ([LineChange(("quantity", "新的"), 0, values | {"name": "新的"})], []),
        ([], [Removal(line.key, line.row_version, line.pk)]),
    ):
        with pytest.raises(LockedFigures, match="目标已批复"):
            save_lines(rows=rows, removed=removed, unit=AmountUnit.YUAN, source=source, **common)


def test_the_library_gives_nothing_more(world, here, lin, approved):
    before = said(here)
    facts = {"codes": ["common-0"], "basis": Basis(), "by": world.lin, "at": NOW}
    for project in ("", "巡查"):
        with pytest.raises(NotEditable, match="目标已批复"):
            library_actions.pick_indicators(submission=fresh(here), project=project, **facts)
    page = reverse("pick_indicators", args=[here.pk])
    for answered in (lin.get(page), lin.post(page, {"picks": "common-0"})):
        html = answered.content.decode()
        assert answered.status_code == 403 and WORDS in html and "添加勾选的指标" not in html
    assert said(here) == before


def test_last_year_brings_no_indicator_over(world, here, lin, line, of_project):
    before = make_submission(make_round(world.finance, 2022), world.emergency, world.lin)
    put(before, "办理件数", second_level="quantity", target_value="≥120 件")
    projects.spend(before, "巡查")
    projects.put(before, "巡查天数", "巡查", second_level="quantity", target_value="9 天")
    put_in_status(before, "approved")
    page = reverse("carry_last_year", args=[here.pk])
    assert "办理件数" in lin.get(page).content.decode()
    approve(world)
    html = lin.get(page).content.decode()
    assert "办理件数" not in html and "巡查天数" not in html
    as_they_were = said(here)
    start_from_last_year(submission=fresh(here), by=world.lin, at=NOW)
    assert said(here) == as_they_were


def test_a_project_that_is_gone_keeps_its_approved_indicators(world, here, lin, of_project, approved):
    ProjectLine.objects.filter(submission=here).update(name="办公楼装修", row_version=2)
    with pytest.raises(LockedFigures):
        project_actions.drop_project(submission=here, project="巡查", by=world.lin, at=NOW)
    before = said(here)
    with pytest.raises(NotNow, match="“巡查”的目标已经批复"):
        project_actions.move_project(submission=here, project="巡查", to="办公楼装修", by=world.lin, at=NOW)
    of_project.refresh_from_db()
    assert (of_project.project, said(here)) == ("巡查", before)
    html = lin.get(reverse("projects", args=[here.pk])).content.decode()
    assert "申请取消它的指标，在现在的项目下申请新增" in html
    assert reverse("move_project", args=[here.pk, project_slug("巡查")]) not in html


def test_a_goal_without_targets_is_moved_unless_one_is_asked_for(world, here, lin, line, of_project):
    projects.spend(here, "防汛", outturn="1000")
    projects.aim(here, "防汛")
    approve(world)
    request = ask(here, None, project="防汛", name="巡堤次数", second_level="quantity", target_value="4")
    ProjectLine.objects.filter(submission=here, name="防汛").update(name="防汛抗旱", row_version=2)
    move = {"submission": here, "project": "防汛", "to": "防汛抗旱", "by": world.lin, "at": NOW}
    with pytest.raises(NotNow, match="在等答复"):
        project_actions.move_project(**move)
    withdraw_target(request=request, by=world.lin, at=NOW)
    assert reverse("move_project", args=[here.pk, project_slug("防汛")]) in (
        lin.get(reverse("projects", args=[here.pk])).content.decode()
    )
    project_actions.move_project(**move)
    assert ProjectGoal.objects.get(submission=here).project == "防汛抗旱"


def test_computed_scores_are_taken_over_all_the_same(world, here, line, approved):
    assert score_actions.adopt_scores(submission=here, by=world.lin, at=NOW) == 1


def test_no_workbook_brings_indicators():
    assert not {INDICATORS, PROJECT_INDICATORS} & set(SCHEDULES)


def test_without_an_approval_nothing_is_locked(here, lin, line):
    assert post(lin, here, as_sent(line, target_value="100")).status_code == 200


def test_the_lock_goes_along_to_the_next_revision(world, here, line, approved):
    put_in_status(here, "superseded")
    new = make_submission(world.round, world.emergency, world.lin, revision=2)
    copy_return(old=fresh(here), new=new)
    copied = stored(new)["检查企业数"]
    answered = post(signed_in(world.lin), new, as_sent(copied, target_value="100"))
    assert answered.status_code == 422 and answered.json()["errors"][0]["message"] == WORDS
    request = ask(fresh(new), copied, target_value="100")
    answer(world, request)
    assert (
        stored(new)["检查企业数"].target_value == "100" and stored(here)["检查企业数"].target_value == "120"
    )


# --- Asking


def test_a_request_changes_nothing_and_tells_the_office(world, here, line, approved):
    before = said(here)
    request = ask(here, line, target_value="100", max_score="12", document="零办〔2024〕9号")
    assert said(here) == before and not Edit.objects.exists()
    [asked] = targets_of(here).open
    assert [(each.title, each.old, each.new) for each in asked.differences] == [
        ("年度指标值", "120", "100"),
        ("分值", "10.00", "12"),
    ]
    assert (asked.deed, asked.place, asked.state, str(request)) == (
        "调整",
        "部门整体",
        "待答复",
        "检查企业数",
    )
    notice = Notice.objects.get(recipient=world.wu)
    assert notice.text.endswith("申请调整部门整体的指标“检查企业数”，请答复。")
    assert "年度指标值：120 → 100" in notice.details and REASON in notice.details
    assert "文号：零办〔2024〕9号" in notice.details


def test_what_is_not_asked_for(world, here, line, of_project):
    with pytest.raises(NotNow, match="还没有批复"):
        ask(here, line, target_value="100")
    approve(world)
    with pytest.raises(NotPermitted):
        ask(here, line, by=world.zhao, target_value="100")
    for value in ("", "≥＿＿ 件"):
        with pytest.raises(Unfinished, match="年度指标值还没有填"):
            ask(here, line, target_value=value)
    with pytest.raises(Unfinished, match="没有要调整的"):
        ask(here, line)
    for reason, why in (("太少", "至少写 10 个字"), ("无无无无无无无无无无", "没有说明原因")):
        with pytest.raises(Unfinished, match=why):
            ask(here, line, reason=reason, target_value="100")
    with pytest.raises(Unfinished, match="已经有同一二级指标下的“检查企业数”"):
        ask(here, None, name="检查企业数", second_level="quantity", target_value="1")
    with pytest.raises(NotNow, match="已经不在了"):
        ask(here, of_project, target_value="9")  # which is none of the department's
    with pytest.raises(NotEditable, match="已不在项目支出表里"):
        ask(here, None, project="不在的", name="新的", target_value="1")
    ask(here, line, target_value="100")
    for again in ({"target_value": "90"}, {"after": None}):
        with pytest.raises(NotNow, match="在等答复"):
            ask(here, line, **again)
    put_in_status(here, "in_review")
    with pytest.raises(NotEditable):
        ask(here, of_project, project="巡查", target_value="9")
    assert TargetRequest.objects.count() == 1


# --- Answering


def test_an_approved_request_changes_the_line_and_the_lock_stays(world, here, lin, line, approved):
    request = ask(here, line, target_value="100", name="检查企业家数")
    kept = answer(world, request, remark="同意")
    line.refresh_from_db()
    assert (line.target_value, line.name, line.actual_value) == ("100", "检查企业家数", "118")
    assert (kept.kind, kept.actor, kept.remark) == ("approved", world.wu, "同意")
    edit = Edit.objects.get()
    assert (edit.source, edit.actor, edit.schedule) == ("adjusted", world.lin, INDICATORS.name)
    assert edit.changes == [
        {
            "row": {"second_level": "quantity", "name": "检查企业家数"},
            "cells": {"name": ["检查企业数", "检查企业家数"], "target_value": ["120", "100"]},
            "line": line.pk,
        }
    ]
    assert line.row_version == 2 and fresh(here).row_version == 1
    assert not was_prepared_by(here, world.wu)  # she can still decide on the return
    notice = Notice.objects.filter(recipient=world.lin).latest("pk")
    assert notice.text.endswith("批准调整部门整体的指标“检查企业家数”。") or "检查企业数" in notice.text
    assert notice.details == "同意"
    assert post(lin, here, as_sent(line, target_value="90")).status_code == 422
    assert not targets_of(here).open and len(targets_of(here).adjusted) == 1


def test_points_that_were_worked_out_are_so_no_more_once_others_are_approved(world, here, line, approved):
    kept = {"score": {"text": "=4+5", "unit": "points"}}
    typed = {"max_score": {"text": "=5+5", "unit": "points"}}
    IndicatorLine.objects.filter(pk=line.pk).update(expressions=typed | kept, row_version=2)
    answer(world, ask(here, line, target_value="100"))
    line.refresh_from_db()
    assert line.expressions == typed | kept
    answer(world, ask(here, line, max_score="8"))
    line.refresh_from_db()
    assert (line.max_score, line.expressions) == (Decimal("8"), kept)


def test_an_indicator_is_added_and_taken_out_with_leave(world, here, line, of_project, approved):
    new = {"name": "新增的", "second_level": "quality", "target_value": "95", "max_score": "5"}
    answer(world, ask(here, None, **new))
    added = stored(here)["新增的"]
    assert target_of(added) == dict.fromkeys(TARGET_COLUMNS, "") | new | {"max_score": "5.00"}
    answer(world, ask(here, None, project="巡查", **new))
    assert ProjectIndicatorLine.objects.get(submission=here, name="新增的").project == "巡查"
    CellNote.objects.create(
        submission=here,
        schedule=INDICATORS.name,
        row=f"line-{line.pk}",
        column="score",
        text="批注",
        author=world.lin,
        author_name="林晓",
        at=NOW,
    )
    answer(world, ask(here, line, after=None))
    assert set(stored(here)) == {"新增的"} and not CellNote.objects.exists()
    [change] = Edit.objects.latest("pk").changes
    assert change["removed"]["actual_value"] == "118" and change["notes"] == {"score": "批注"}
    deeds = [each.deed for each in targets_of(here).adjusted]
    assert deeds == ["取消", "新增", "新增"]


def test_a_refusal_says_why_and_changes_nothing(world, here, line, approved):
    before, request = said(here), ask(here, line, target_value="100")
    with pytest.raises(Unfinished, match="请写明原因"):
        answer(world, request, approves=False, remark="　")
    kept = answer(world, request, approves=False, remark="任务没有变")
    assert kept.kind == "refused" and said(here) == before and not Edit.objects.exists()
    notice = Notice.objects.filter(recipient=world.lin).latest("pk")
    assert "没有批准调整" in notice.text and notice.details == "任务没有变"
    with pytest.raises(NotNow, match="已经答复"):
        answer(world, request)
    ask(here, line, target_value="100")  # it may be asked again


def test_a_request_is_withdrawn_while_it_is_open(world, here, line, approved):
    request = ask(here, line, target_value="100")
    with pytest.raises(NotPermitted):
        withdraw_target(request=request, by=world.wu, at=NOW)
    withdraw_target(request=request, by=world.lin, at=NOW)
    for deed in (
        lambda: answer(world, request),
        lambda: withdraw_target(request=request, by=world.lin, at=NOW),
    ):
        with pytest.raises(NotNow, match="已经答复或撤回"):
            deed()
    assert stored(here)["检查企业数"].target_value == "120"
    assert [each.kind for each in TargetAnswer.objects.all()] == ["withdrawn"]


def test_who_does_not_answer_and_when_nobody_does(world, here, line, approved):
    request = ask(here, line, target_value="100")
    for person in (world.qian, world.he, world.lin, world.feng):
        with pytest.raises(NotPermitted):
            answer(world, request, by=person)
    world.lin.memberships.create(unit=world.finance, role=Role.PERFORMANCE_OFFICE, started_at=NOW)
    both = type(world.lin).objects.get(pk=world.lin.pk)
    with pytest.raises(NotYours):
        answer(world, request, by=both)
    put_in_status(here, "in_review")
    with pytest.raises(NotNow, match="不在单位手里，不能批准调整"):
        answer(world, request)
    put_in_status(here, "draft")
    IndicatorLine.objects.filter(pk=line.pk).update(target_value="110", row_version=2)  # past the deeds
    with pytest.raises(NotNow, match="又变了"):
        answer(world, request)
    assert not TargetAnswer.objects.exists()


def test_a_limited_return_is_widened_before_a_change_is_approved(world, here, line, approved):
    request = ask(here, line, target_value="100")
    actions.submit(submission=here, **NOTHING_LEFT, by=world.lin, at=NOW)
    place = {"schedule": "revenue", "row": "operating", "column": "outturn"}
    put_point(here, "performance_office", **place, recorded_row={"key": {"item": "operating"}})
    seen = fresh(here).last_step_number
    actions.return_to_unit(
        submission=here, seen=seen, comment="", points_only=True, by=world.wu, at=NOW + timedelta(minutes=1)
    )
    with pytest.raises(NotReopened, match="扩大退回范围"):
        answer(world, request)
    assert stored(here)["检查企业数"].target_value == "120"


def test_an_open_request_does_not_stop_handing_in(world, here, lin, line, approved):
    ask(here, line, target_value="100")
    html = lin.get(reverse("journey", args=[here.pk])).content.decode()
    assert "有 1 个" in html and "不影响报送" in html
    actions.submit(submission=here, **NOTHING_LEFT, by=world.lin, at=NOW)
    assert fresh(here).status == "in_review"


def test_handing_in_leaves_the_notice_of_an_open_request_unread(world, here, line, approved):
    ask(here, line, target_value="100")
    actions.submit(submission=here, **NOTHING_LEFT, by=world.lin, at=NOW)
    waiting = Notice.objects.filter(recipient=world.wu, kind="target_asked", seen_at=None)
    assert waiting.exists()
    assert not Notice.objects.filter(recipient=world.lin, kind="targets_approved", seen_at=None).exists()


def test_what_is_approved_of_a_return_is_as_before(world, here, line):
    before = content_of(fresh(here))
    approve(world)
    assert content_of(fresh(here)) == before


def test_what_the_office_was_told_is_past_once_nothing_waits(world, here, line, of_project, approved):
    first, second = (
        ask(here, line, target_value="100"),
        ask(here, of_project, project="巡查", target_value="9"),
    )
    told = Notice.objects.filter(recipient=world.wu, seen_at=None)
    answer(world, first)
    assert told.count() == 2  # both lead to the page where the second one waits
    withdraw_target(request=second, by=world.lin, at=NOW)
    assert told.count() == 0


# --- What is told


def test_history_and_trail_tell_it(world, here, line, approved):
    answer(world, ask(here, line, target_value="100", document="零办〔2024〕9号"), remark="同意")
    answer(world, ask(here, line, after=None), approves=False, remark="任务没有变")
    withdraw_target(request=ask(here, line, target_value="80"), by=world.lin, at=NOW)
    browser = signed_in(world.wu)
    html = browser.get(reverse("history", args=[here.pk])).content.decode()
    for words in (
        "财政绩效股吴芳（零陵区财政局）批复绩效目标（零财绩〔2024〕1号），共 2 个指标，此后锁定。",
        "填报人林晓（零陵区应急管理局）申请调整部门整体的指标“检查企业数”的目标。",
        "年度指标值：120 → 100",
        "财政绩效股吴芳（零陵区财政局）批准调整目标：部门整体的指标“检查企业数”。",
        "没有批准取消目标",
        "填报人林晓（零陵区应急管理局）撤回调整目标的申请",
    ):
        assert words in html, words
    assert "当天保存" not in html  # what was approved is told as that
    trail = signed_in(world.tang).get(reverse("audit")).content.decode()
    for words in (
        "批复日期 2024-02-20，文号 零财绩〔2024〕1号",
        "部门整体的指标“检查企业数”",
        "未批准：检查企业数",
    ):
        assert words in trail, words
    assert {"targets", "target_ask", "target_say"} <= {each.kind for each in TRAIL}


def test_reviewers_read_on_the_page_of_indicators_what_was_adjusted(world, here, line, approved):
    page = reverse("edit_indicators", args=[here.pk])
    wu = signed_in(world.wu)
    assert WORDS in wu.get(page).content.decode()
    answer(world, ask(here, line, target_value="100"))
    html = wu.get(page).content.decode()
    assert WORDS in html and '"held": {"columns": ["second_level", "name",' in html
    assert "经批准调整 1 次" in html and "年度指标值 120 → <strong>100</strong>" in html and REASON in html
    assert '"can_add": false' in html
    of_project = reverse("edit_project_indicators", args=[here.pk, project_slug("巡查")])
    assert "经批准调整 1 次" in wu.get(of_project).content.decode()


# --- The pages


def test_a_unit_asks_on_the_page_and_is_answered(world, here, lin, line, approved):
    page, deed = (reverse(name, args=[here.pk]) for name in ("targets", "ask_for_target"))
    html = lin.get(f"{page}?of=department-{line.pk}").content.decode()
    assert WORDS in html and 'value="120"' in html
    answered = lin.post(deed, {"of": "department-0"})
    assert answered.status_code == 422 and "请先选要调整的指标" in answered.content.decode()
    given = {"of": f"department-{line.pk}", **target_of(line), "target_value": "100", "max_score": "x"}
    answered = lin.post(deed, given | {"reason": REASON})
    assert answered.status_code == 422 and "“x”不是分数" in answered.content.decode()
    answered = lin.post(deed, given | {"max_score": "10", "reason": "太少"})
    html = answered.content.decode()
    assert answered.status_code == 422 and "理由有 2 个字" in html and 'value="100"' in html
    assert lin.post(deed, given | {"max_score": "10", "reason": REASON})["Location"] == page
    request = TargetRequest.objects.get()
    assert request.new["target_value"] == "100" and request.new["max_score"] == "10.00"
    wu, here_too = signed_in(world.wu), [here.pk, request.pk]
    html = wu.get(page).content.decode()
    assert "批准可以不写" in html and REASON in html and "提交申请" not in html
    listed = wu.get(reverse("round_targets", args=[world.round.pk])).content.decode()
    assert "待答复的调整申请" in listed and REASON in listed and "1 个待答复" in listed
    respond = reverse("answer_target", args=here_too)
    for sent_so in ({}, {"approves": "no"}):
        assert wu.post(respond, sent_so).status_code == 302
        assert not TargetAnswer.objects.exists()
    assert wu.post(respond, {"approves": "yes"})["Location"] == page
    line.refresh_from_db()
    assert line.target_value == "100"
    assert "已批准" in lin.get(page).content.decode()
    assert "没有待答复的申请" in wu.get(reverse("round_targets", args=[world.round.pk])).content.decode()


def test_taking_out_and_withdrawing_on_the_page(world, here, lin, line, approved):
    deed = reverse("ask_for_target", args=[here.pk])
    lin.post(deed, {"of": f"department-{line.pk}", "takes_out": "on", "reason": REASON})
    request = TargetRequest.objects.get()
    assert request.new == {}
    lin.post(reverse("withdraw_target", args=[here.pk, request.pk]))
    assert TargetAnswer.objects.get().kind == "withdrawn"
    new = {"of": f"new-{project_slug('巡查')}", "name": "新的", "reason": REASON}
    answered = lin.post(deed, new)
    html = answered.content.decode()
    assert answered.status_code == 422 and "请填写年度指标值" in html and "请选择二级指标" in html
    assert lin.post(deed, new | {"target_value": "3", "second_level": "quality"}).status_code == 302
    assert TargetRequest.objects.latest("pk").project == "巡查"


def test_strangers_and_other_returns_see_nothing(world, here, line, approved):
    request = ask(here, line, target_value="100")
    mine = make_submission(world.round, world.rescue, world.lin)
    zhao, lin, wu = (signed_in(person) for person in (world.zhao, world.lin, world.wu))
    assert zhao.get(reverse("targets", args=[here.pk])).status_code == 404
    assert zhao.post(reverse("ask_for_target", args=[here.pk])).status_code == 404
    assert lin.post(reverse("withdraw_target", args=[mine.pk, request.pk])).status_code == 404
    assert wu.post(reverse("answer_target", args=[mine.pk, request.pk])).status_code == 404
    others = signed_in(world.feng)
    assert others.get(reverse("round_targets", args=[world.round.pk])).status_code == 404
    assert not TargetAnswer.objects.exists()


def test_many_are_approved_at_once_and_what_could_not_be_is_said(world, here, line):
    other = make_submission(world.round, world.rescue, world.lin)
    put(make_submission(world.round, world.culture, world.zhao), target_value="5")
    wu, overview = signed_in(world.wu), reverse("round_overview", args=[world.round.pk])
    deed = reverse("approve_targets", args=[world.round.pk])
    assert deed in wu.get(overview).content.decode()
    assert deed not in signed_in(world.qian).get(overview).content.decode()
    units = [each.pk for each in (world.emergency, world.rescue, world.culture)]
    wu.post(deed, {"units": units})
    assert "请填写批复日期" in wu.get(overview).content.decode()
    wu.post(deed, {"approved_on": "2024-02-20"})
    assert "请先勾选单位" in wu.get(overview).content.decode()
    assert not TargetApproval.objects.exists()
    wu.post(deed, {"units": units, "approved_on": "2024-02-20", "document": "零财绩〔2024〕1号"})
    html = wu.get(overview).content.decode()
    assert "已批复目标 2 个单位" in html and "1 个单位没有批复目标" in html and "还没有绩效指标" in html
    assert TargetApproval.objects.count() == 2 and targets_of(other).approval is None
    html = wu.get(reverse("round_targets", args=[world.round.pk])).content.decode()
    assert html.count("已批复") == 2 and html.count("未批复") == 1


def test_the_pages_take_the_same_queries_whatever_was_asked_for(world, here, lin, line, approved):
    names = {"edit_indicators": here.pk, "targets": here.pk, "history": here.pk, "journey": here.pk}
    pages = [reverse(name, args=[pk]) for name, pk in names.items()]
    browser, listed = signed_in(world.wu), reverse("round_targets", args=[world.round.pk])

    def counts():
        found = []
        for person, page in [*((lin, page) for page in pages), (browser, listed)]:
            with statements() as texts:
                assert person.get(page).status_code == 200
            found.append(texts)
        return found

    answer(world, ask(here, line, target_value="100"))
    few = counts()
    for number in range(5):
        new = {"name": f"新增{number}", "target_value": "1"}
        request = ask(here, None, **new)
        if number % 2:
            answer(world, request)
    unit = make_submission(world.round, world.rescue, world.lin)
    put(unit, target_value="5")
    approve(world, world.rescue)
    for one, other in zip(few, counts(), strict=True):
        assert len(one) == len(other), numbered(other)


def test_an_approval_costs_the_page_of_indicators_one_query_and_a_save_one(world, here, lin, line):
    page = reverse("edit_indicators", args=[here.pk])

    def of_targets(texts):
        return [text for text in texts if "performance_target" in text]

    with statements() as shown:
        lin.get(page)
    with statements() as saved:
        post(lin, here, as_sent(line, actual_value="119"))
    assert len(of_targets(shown)) == len(of_targets(saved)) == 1
