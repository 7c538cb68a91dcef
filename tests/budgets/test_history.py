"""The way of a return told in sentences: what is in them, in which order, for whom, and at what cost."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.urls import reverse

from budgets.models import Restatement, ReturnUpload, UploadUndo
from orgs.file_kinds import evidence_file
from orgs.models import User
from submissions import actions, point_actions, round_actions
from submissions.attachment_actions import attach_file, remove_attachment
from submissions.models import Explanation, Override, Publication, Submission
from tests.evidence_files import pdf
from tests.submissions.test_findings import WORDS
from tests.world import (
    NOTHING_LEFT,
    change,
    make_round,
    make_submission,
    put_in_status,
    save,
    signed_in,
    statements,
    without_guards,
)

MORNING = datetime(2024, 3, 5, 1, 12, tzinfo=UTC)
"""12 past 9 in Beijing."""
UNIT, BUREAU = "零陵区应急管理局", "零陵区财政局"


def at(hours=0, minutes=0, days=0):
    return MORNING + timedelta(days=days, hours=hours, minutes=minutes)


def told(person, submission):
    """What the page tells her, without when."""
    return [each.said for each in page(person, submission).context["told"]]


def page(person, submission):
    browser = signed_in(User.objects.get(pk=person.pk))
    answer = browser.get(reverse("history", args=[submission.pk]))
    assert answer.status_code == 200
    return answer


def hand_in(world, when):
    return actions.submit(submission=world.submission, **NOTHING_LEFT, by=world.lin, at=when)


def last_step(submission):
    return submission.transitions.order_by("-pk").first().pk


def test_a_return_that_was_just_begun_has_one_sentence(world):
    assert told(world.lin, world.submission) == [f"填报人林晓（{UNIT}）开始填报。"]


def test_the_whole_way_is_told_in_order_with_what_was_written(world):
    submission = world.submission
    world.round.unit_head_desk = True
    world.round.save()
    save(submission, change("other", outturn="1"), at=at())
    save(submission, change("operating", outturn="1"), at=at(minutes=30))
    hand_in(world, at(1))
    seen = last_step(submission)
    actions.pass_on(submission=submission, seen=seen, comment="同意。", by=world.sun, at=at(2))
    submission.refresh_from_db()
    point_actions.ask_point(
        submission=submission,
        place=point_actions.PointPlace("收入 · 其他收入", "revenue", "other"),
        reason="differs",
        demand="与决算批复不一致。",
        by=world.wu,
        at=at(3),
    )
    seen = last_step(submission)
    facts = {"comment": "请改正。", "points_only": True}
    actions.return_to_unit(submission=submission, seen=seen, **facts, by=world.wu, at=at(4))
    point = submission.points.get()
    point_actions.answer_point(point=point, text="已改。", by=world.lin, at=at(5))
    hand_in(world, at(days=1))
    actions.withdraw(
        submission=submission, seen=last_step(submission), comment="", by=world.lin, at=at(1, days=1)
    )
    hand_in(world, at(2, days=1))
    actions.pass_on(
        submission=submission, seen=last_step(submission), comment="", by=world.sun, at=at(3, days=1)
    )
    point_actions.close_point(point=point, text="", by=world.wu, at=at(4, days=1))
    approve(submission, world.wu, at(5, days=1))
    sha = submission.snapshot.sha256[:16]
    lin, sun, wu = f"填报人林晓（{UNIT}）", f"单位负责人孙立（{UNIT}）", f"财政绩效股吴芳（{BUREAU}）"
    assert told(world.lin, submission) == [
        f"{lin}开始填报。",
        f"{lin}当天保存 2 次（09:12 至 09:42）：收入（按来源） 2 次。",
        f"{lin}报送，送单位负责人审核。",
        f"{sun}审核通过，送财政绩效股审核。",
        f"{wu}对“收入 · 其他收入”提出审核要点（与决算、预算批复不一致）。",
        f"{wu}退回填报单位修改，只退回有审核要点的部分。",
        f"{lin}答复“收入 · 其他收入”的审核要点。",
        f"{lin}第 2 次报送，送单位负责人审核。",
        f"{lin}取消报送，收回修改。",
        f"{lin}第 3 次报送，送单位负责人审核。",
        f"{sun}审核通过，送财政绩效股审核。",
        "审核人吴芳将“收入 · 其他收入”的审核要点销号。",
        f"{wu}审核通过，数据锁定，审定数据留存，摘要 {sha}。",
    ]
    words = page(world.lin, submission).content.decode()
    assert "2024年3月5日 10:12</time>（北京时间），填报人林晓" in words
    assert all(f"“{said}”" in words for said in ("同意。", "与决算批复不一致。", "请改正。", "已改。"))


def approve(submission, by, when):
    seen = last_step(submission)
    return actions.approve(
        submission=submission, seen=seen, comment="", content_of=lambda _: "{}", by=by, at=when
    )


def test_saves_are_summed_up_by_person_and_day_and_between_the_steps(world):
    submission = world.submission
    for number in range(3):
        save(submission, change("other", outturn=str(number), version=number), at=at(minutes=number))
    hand_in(world, at(1))
    actions.return_to_unit(
        submission=submission, seen=last_step(submission), comment="改", by=world.wu, at=at(2)
    )
    save(submission, change("other", outturn="9", version=3), at=at(3))
    save(submission, change("other", outturn="8", version=4), at=at(days=1))
    saves = [said for said in told(world.lin, submission) if "保存" in said]
    assert saves == [
        f"填报人林晓（{UNIT}）当天保存 3 次（09:12 至 09:14）：收入（按来源） 3 次。",
        f"填报人林晓（{UNIT}）当天保存 1 次：收入（按来源） 1 次。",
        f"填报人林晓（{UNIT}）当天保存 1 次：收入（按来源） 1 次。",
    ]


def test_evidence_is_told_by_itself_and_not_as_a_save(world):
    file = evidence_file(pdf(), "合同.pdf")
    kept = attach_file(submission=world.submission, file=file, by=world.lin, at=at())
    remove_attachment(attachment=kept, by=world.lin, at=at(1))
    assert told(world.lin, world.submission)[1:] == [
        f"填报人林晓（{UNIT}）上传佐证材料“合同.pdf”（整份填报）。",
        f"填报人林晓（{UNIT}）移除佐证材料“合同.pdf”（整份填报）。",
    ]


def test_what_the_bureau_did_to_the_round_is_told_with_its_reason_and_another_units_notice_is_not(world):
    about = {"round": world.round, "by": world.wu}
    round_actions.remind(**about, unit=world.emergency, text="请报送。", at=at())
    round_actions.remind(**about, unit=world.culture, text="文化馆请报送。", at=at())
    until = {"until_date": date(2090, 5, 10), "reason": "决算推迟"}
    round_actions.extend(**about, unit=world.emergency, **until, at=at(1))
    round_actions.close_round(round=world.round, reason="到了计划关闭的日期", by=None, at=at(2))
    round_actions.reopen_round(**about, reason="补报", at=at(3))
    found = page(world.lin, world.submission).context["told"][1:]
    assert [(each.said, each.words) for each in found] == [
        (f"财政绩效股吴芳（{BUREAU}）向{UNIT}催报。", "请报送。"),
        (f"财政绩效股吴芳（{BUREAU}）同意{UNIT}延期至2090年5月10日。", "决算推迟"),
        ("系统关闭 2023 年度的收集。", "到了计划关闭的日期"),
        (f"财政绩效股吴芳（{BUREAU}）重新打开 2023 年度的收集。", "补报"),
    ]


def test_what_was_said_of_findings_is_told_once_in_the_revision_in_which_it_was_said(world):
    submission, said = world.submission, {"code": "C-001", "rule_version": 1, "schedule": "revenue"}
    said |= {"digest": "0" * 64, "submission": submission}
    Explanation.objects.create(**said, text=WORDS, actor=world.lin, actor_name="林晓", at=at())
    Override.objects.create(**said, reason="批复如此", actor=world.wu, actor_name="吴芳", at=at(1))
    found = page(world.lin, submission).context["told"][1:]
    check = "“C-001 收入合计等于各项收入之和”（收入（按来源））"
    assert [(each.said, each.words) for each in found] == [
        (f"填报人林晓（{UNIT}）就{check}作出说明。", WORDS),
        (f"财政绩效股吴芳（{BUREAU}）放行{check}的错误。", "批复如此"),
    ]
    with without_guards("submissions_submission"):
        Submission.objects.filter(pk=submission.pk).update(revision=2, started_at=at(hours=0, minutes=30))
    assert [each.words for each in page(world.lin, submission).context["told"] if each.words] == ["批复如此"]


def test_publication_correction_and_reopening_are_told_on_the_revisions_they_are_of(world):
    submission = world.submission
    hand_in(world, at())
    approve(submission, world.wu, at(1))
    seen, copy = last_step(submission), lambda **_: None
    facts = {"comment": "批复有调整", "copy": copy}
    new = actions.reopen(submission=submission, seen=seen, **facts, by=world.wu, at=at(2))
    approve(new, world.wu, at(3))
    record = Publication(
        reply_date=date(2024, 3, 1),
        secrecy_reviewer="李保密",
        secrecy_review_date=date(2024, 3, 2),
        signatory="王审签",
        sign_off_date=date(2024, 3, 3),
        published_date=date(2024, 3, 4),
    )
    actions.publish(submission=new, seen=last_step(new), record=record, by=world.lin, at=at(4))
    assert told(world.lin, submission)[-1] == "财政绩效股吴芳取消终审，本版留存，另起第 2 版。"
    assert told(world.lin, new) == [
        "第 2 版开始，内容与第 1 版相同。",
        "财政绩效股吴芳取消第 1 版的终审，本版回到财政绩效股审核。",
        f"财政绩效股吴芳（{BUREAU}）审核通过，数据锁定，审定数据留存，摘要 {new.snapshot.sha256[:16]}。",
        "填报人林晓登记公开：2024年3月1日批复，2024年3月4日公开；李保密 2024年3月2日保密审查，"
        "王审签 2024年3月3日审签。",
    ]
    words = page(world.lin, new).content.decode()
    assert f'href="{reverse("history", args=[submission.pk])}"' in words


def test_a_unit_is_not_told_what_a_desk_is_still_asking(world):
    hand_in(world, at())
    world.submission.refresh_from_db()
    point_actions.ask_point(
        submission=world.submission,
        place=point_actions.WHOLE,
        reason="other",
        demand="只给审核人看。",
        by=world.wu,
        at=at(1),
    )
    assert "只给审核人看。" in page(world.wu, world.submission).content.decode()
    assert "只给审核人看。" not in page(world.lin, world.submission).content.decode()


def test_it_costs_the_same_for_a_short_way_and_a_long_one(world):
    def count():
        browser = signed_in(User.objects.get(pk=world.lin.pk))
        with statements() as texts:
            answer = browser.get(reverse("history", args=[world.submission.pk]))
        return len(texts), len(answer.context["told"])

    for number in (0, 1):
        go_round(world, number)
    few = count()
    for number in range(2, 8):
        go_round(world, number)
    many = count()
    assert few[0] == many[0] and many[1] > 2 * few[1]


def go_round(world, number):
    """One more save, file, reminder, point, return and answer."""
    submission = world.submission
    put_in_status(submission, "returned" if number else "draft")
    save(submission, change("other", outturn=str(number), version=number), at=at(days=number))
    file = evidence_file(pdf() + str(number).encode(), f"{number}.pdf")
    attach_file(submission=submission, file=file, by=world.lin, at=at(days=number))
    round_actions.remind(
        round=world.round, unit=world.emergency, text="请报送。", by=world.wu, at=at(1, days=number)
    )
    hand_in(world, at(2, days=number))
    give_back = {"comment": "改", "by": world.wu, "at": at(3, days=number)}
    actions.return_to_unit(submission=submission, seen=last_step(submission), **give_back)
    for point in submission.points.filter(state="open"):
        point_actions.answer_point(point=point, text="已改。", by=world.lin, at=at(4, days=number))


def test_workbooks_taken_over_and_taken_back_and_figures_restated_are_told(world):
    submission, kept = world.submission, {"sha256": "0" * 64, "amount_unit": "wan", "rows": {}}
    uploaded = {"uploaded_by": world.lin, "uploaded_at": at(), "exported_version": 0}
    applied = {"applied_by": world.lin, "changes": {}}
    upload = ReturnUpload.objects.create(
        submission=submission,
        file_name="填报表.xlsx",
        exported_at="2024-03-01 10:00:00",
        applied_at=at(1),
        **kept,
        **uploaded,
        **applied,
    )
    UploadUndo.objects.create(upload=upload, actor=world.lin, actor_name="林晓", at=at(2))
    tables = {"file_name": "决算公开表.xlsx", "exported_at": "", "applied_at": at(3)}
    ReturnUpload.objects.create(submission=submission, **tables, **kept, **uploaded, **applied)
    waiting = {"file_name": "没有确认.xlsx", "exported_at": ""}
    ReturnUpload.objects.create(submission=submission, **waiting, **kept, **uploaded)
    last_year = make_submission(make_round(world.finance, 2022), world.emergency, world.lin)
    Restatement.objects.create(
        submission=submission,
        approved_in=last_year,
        schedule="revenue",
        line=1,
        row={},
        column="last_year_outturn",
        approved_figure=Decimal("1234567.80"),
        restated_figure=None,
        reason="更正差错",
        actor=world.lin,
        actor_name="林晓",
        at=at(4),
    )
    lin = f"填报人林晓（{UNIT}）"
    assert told(world.lin, submission)[1:] == [
        f"{lin}导入填报表“填报表.xlsx”。",
        f"{lin}撤销填报表“填报表.xlsx”的导入。",
        f"{lin}导入决算公开表“决算公开表.xlsx”。",
        f"{lin}重述收入（按来源）的上年决算数：由 1,234,567.80 元改为空白。",
    ]
