"""The trail of a bureau: what is in it for whom, how it is searched, and how it is taken along."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from budgets.checks.catalogue import BY_CODE
from budgets.checks.given import WHOLE
from budgets.checks.thresholds import NAMES
from budgets.checks.words import REPORT
from orgs.actions import appoint
from orgs.event_actions import record_event
from orgs.file_kinds import evidence_file
from orgs.models import Event
from performance.library_actions import keep_library_indicator, withdraw_library_indicator
from performance.models import RecheckVersion
from performance.scoring_actions import set_scoring
from performance.template_actions import drop_report_template
from performance.trail import TRAIL
from performance.views.sections import titles_of_records
from submissions import actions, finding_actions, point_actions
from submissions.attachment_actions import attach_file, remove_attachment
from submissions.audit_forms import AuditForm
from submissions.findings import Severity
from submissions.models import Explanation, Override, ReportTemplate, Submission, Transition
from submissions.round_actions import close_round
from submissions.trail import NOBODY
from submissions.views import audit as audit_view
from tests.evidence_files import pdf
from tests.submissions.test_findings import WORDS, finding
from tests.world import (
    NOTHING_LEFT,
    NOW,
    PASSWORD,
    Role,
    category,
    change,
    make_person,
    make_round,
    make_submission,
    put_in_status,
    save,
    signed_in,
    statements,
    without_guards,
)

PAGE = reverse("audit")


def page(reader, /, **asked):
    """The page for somebody."""
    answer = signed_in(reader).get(PAGE, asked)
    assert answer.status_code == 200
    return answer


def listed(reader, /, **asked):
    """What she finds: who did what with what, the newest first."""
    return [(each.who, each.action, each.what) for each in page(reader, **asked).context["entries"]]


def record(by, action=Event.Action.EXPORTED, what="a.xlsx", unit=None, at=NOW, **more):
    """Record something somebody did."""
    return record_event(action=action, what=what, unit=unit, by=by, at=at, address="203.0.113.9", **more)


def sign_in(username, password=PASSWORD):
    """Try to sign in."""
    Client().post(reverse("sign_in"), {"username": username, "password": password})


@pytest.fixture
def busy(world):
    """A morning: Lin saves a row, hands in and takes a file along; Wu returns it an hour later."""
    save(world.submission, change("other", outturn="1"))
    actions.submit(submission=world.submission, **NOTHING_LEFT, by=world.lin, at=NOW)
    record(world.lin, what="填报表.xlsx", unit=world.emergency, at=NOW + timedelta(minutes=1))
    seen = Transition.objects.get().pk
    later = NOW + timedelta(hours=1)
    actions.return_to_unit(submission=world.submission, seen=seen, comment="请核对", by=world.wu, at=later)
    return world


ASKED = ("吴芳", "提出审核要点", "2023 年度：整份填报（其他）。要求：请核对")
"""A return with words alone asks them of the whole."""
RETURNED = ("吴芳", "退回", "2023 年度：财政绩效股 → 已退回。意见：请核对")
TAKEN = ("林晓", "导出", "填报表.xlsx")
SAVED = ("林晓", "修改填报", "2023 年度：收入（按来源）改动 1 行（网页填写）")
SUBMITTED = ("林晓", "报送", "2023 年度：填报中 → 财政绩效股")


def test_events_steps_and_edits_are_one_list_the_newest_first(busy):
    assert listed(busy.tang) == [RETURNED, ASKED, TAKEN, SUBMITTED, SAVED]


def test_an_event_says_roles_unit_and_address_and_a_step_its_unit(busy):
    found = {each.action: each for each in page(busy.tang).context["entries"]}
    taken, returned = found["导出"], found["退回"]
    assert taken.roles == "填报人"
    assert (taken.unit, taken.address, taken.result) == ("零陵区应急管理局", "203.0.113.9", "成功")
    assert (returned.unit, returned.address, returned.at) == (
        "零陵区应急管理局",
        "",
        NOW + timedelta(hours=1),
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"person": "林"}, [TAKEN, SUBMITTED, SAVED]),
        ({"person": "WU"}, [RETURNED, ASKED]),
        ({"person": "x"}, []),
        ({"action": "event:exported"}, [TAKEN]),
        ({"action": "event:signed_in"}, []),
        ({"action": "step:return"}, [RETURNED]),
        ({"action": "edit:"}, [SAVED]),
        ({"unit": "应急管理"}, [RETURNED, ASKED, TAKEN, SUBMITTED, SAVED]),
        ({"unit": "2240"}, [RETURNED, ASKED, TAKEN, SUBMITTED, SAVED]),
        ({"unit": "文化"}, []),
        ({"since": "2024-03-01"}, [RETURNED, ASKED, TAKEN, SUBMITTED, SAVED]),
        ({"since": "2024-03-02"}, []),
        ({"until": "2024-03-01"}, [RETURNED, ASKED, TAKEN, SUBMITTED, SAVED]),
        ({"until": "2024-02-29"}, []),
        (
            {"person": "林晓", "action": "step:submit", "since": "2024-03-01", "until": "2024-03-01"},
            [SUBMITTED],
        ),
    ],
)
def test_it_is_searched_by_person_unit_days_and_action(busy, asked, found):
    assert listed(busy.tang, **asked) == found


def test_files_are_told_as_in_the_history_of_the_return(world, settings, tmp_path):
    settings.ATTACHMENT_DIR = tmp_path
    place = point_actions.PointPlace("支出（按功能分类）", "by_function")
    file = evidence_file(pdf(), "批复.pdf")
    here = {"by": world.lin, "at": NOW}
    attached = attach_file(submission=world.submission, file=file, place=place, **here)
    remove_attachment(attachment=attached, **here)
    assert listed(world.tang, action="edit:") == [
        ("林晓", "修改填报", "2023 年度：移除佐证材料“批复.pdf”（支出（按功能分类））"),
        ("林晓", "修改填报", "2023 年度：上传佐证材料“批复.pdf”（支出（按功能分类））"),
    ]


def test_a_search_that_finds_nothing_says_so(busy):
    html = page(busy.tang, person="x").content.decode()
    assert "没有符合条件的记录。" in html and "0 条" in html
    wrong = page(busy.tang, since="2024-03-02", until="2024-03-01").content.decode()
    assert "没有符合条件的记录。" not in wrong


def test_a_day_is_one_of_beijing(world):
    record(world.lin, at=datetime(2024, 3, 1, 16, 30, tzinfo=UTC))  # half past midnight of the second
    assert len(listed(world.tang, since="2024-03-02", until="2024-03-02")) == 1
    assert listed(world.tang, until="2024-03-01") == []


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
def test_a_day_no_record_is_of_is_refused_in_words(day):
    form = AuditForm({"since": day, "until": day}, TRAIL)
    said = ["日期应在 2000 年和 2099 年之间。"]
    assert not form.is_valid() and form.errors == {"since": said, "until": said}


def test_what_is_wrong_in_a_search_is_all_said_and_nothing_is_listed(busy):
    answer = page(busy.tang, since="2024-13-01", until="x", action="everything", person="长" * 51)
    words = answer.content.decode()
    assert words.count("日期要写成 2024-03-01 这样。") == 2
    assert "没有这种操作" in words and "最多 50 字" in words and "entries" not in answer.context
    assert (
        "“到”要在“从”的当天或之后" in page(busy.tang, since="2024-03-02", until="2024-03-01").content.decode()
    )


def test_whatever_is_done_by_a_request_is_kept_with_its_address_and_the_roles_of_who_did_it(world):
    """A save, handing it in, a return, an extension, a reminder and the closing of the round, by the browser."""
    lin, wu = (signed_in(person, REMOTE_ADDR="203.0.113.7") for person in (world.lin, world.wu))
    item = category("2240101")
    save(world.submission, change(item, initial_budget="1", outturn="1"))
    text = reverse("edit_text", args=[world.submission.pk, "thrift_measures"])
    lin.post(text, {"text": "压减会议费。", "row_version": 0})
    lin.post(reverse("submit", args=[world.submission.pk]))
    seen = Transition.objects.get().pk
    wu.post(reverse("return_to_unit", args=[world.submission.pk]), {"seen": seen, "comment": "请核对"})
    units = {"units": [world.emergency.pk]}
    wu.post(reverse("remind", args=[world.round.pk]), units | {"text": "请报送。"})
    extended = units | {"until_date": "2090-05-10", "reason": "决算推迟"}
    wu.post(reverse("extend", args=[world.round.pk]), extended)
    wu.post(reverse("close_round", args=[world.round.pk]), {"reason": "结束"})
    found = [
        (each.who, each.roles, each.unit, each.action, each.what, each.address)
        for each in page(world.tang).context["entries"]
    ]
    office, emergency, bureau = "财政绩效股", "零陵区应急管理局", "零陵区财政局"
    assert found == [
        ("吴芳", office, bureau, "关闭收集", "2023 年度：部门整体支出绩效自评。原因：结束", "203.0.113.7"),
        ("吴芳", office, emergency, "延期", "2023 年度：延至 2090-05-10。原因：决算推迟", "203.0.113.7"),
        ("吴芳", office, emergency, "催报", "2023 年度：请报送。", "203.0.113.7"),
        ("吴芳", office, emergency, "退回", "2023 年度：财政绩效股 → 已退回。意见：请核对", "203.0.113.7"),
        (
            "吴芳",
            office,
            emergency,
            "提出审核要点",
            "2023 年度：整份填报（其他）。要求：请核对",
            "203.0.113.7",
        ),
        ("林晓", "填报人", emergency, "报送", "2023 年度：填报中 → 财政绩效股", "203.0.113.7"),
        (
            "林晓",
            "填报人",
            emergency,
            "修改填报",
            "2023 年度：厉行节约保障措施改动 1 行（网页填写）",
            "203.0.113.7",
        ),
        ("林晓", "填报人", emergency, "修改填报", "2023 年度：支出（按功能分类）改动 1 行（网页填写）", ""),
    ]
    actions_found = {"round:closed": "关闭收集", "extension:": "延期", "reminder:": "催报"}
    for action, label in actions_found.items():
        assert [each.action for each in page(world.tang, action=action).context["entries"]] == [label]
    assert page(world.tang, action="round:opened").context["entries"] == []


def test_points_findings_and_settings_of_checks_are_in_it_with_roles_and_address(world, checked):
    office, emergency, bureau = "财政绩效股", "零陵区应急管理局", "零陵区财政局"
    wu, lin = ("吴芳", office), ("林晓", "填报人")
    place = "2023 年度：收入 · 其他收入"
    of_check = "2023 年度：C-001 收入合计等于各项收入之和"
    assert [
        (each.who, each.roles, each.unit, each.action, each.what, each.address)
        for each in page(world.tang).context["entries"]
    ] == [
        (*wu, bureau, "设置界限", "2023 年度：预算执行率低于（%）：恢复默认。原因：照旧", FROM),
        (*wu, bureau, "设置界限", "2023 年度：预算执行率低于（%）：92.5。原因：本地规定", FROM),
        (*wu, bureau, "设置检查", f"{of_check}：不检查。原因：本地规定", FROM),
        (*wu, emergency, "审核要点销号", place, FROM),
        (*wu, emergency, "放行错误", f"{of_check}（收入（按来源））。原因：上级批复如此", FROM),
        (*wu, emergency, "追问审核要点", f"{place}。内容：附件呢？", FROM),
        (*lin, emergency, "答复审核要点", f"{place}。内容：已改。", FROM),
        (*lin, emergency, "说明检查", f"{of_check}（收入（按来源））。说明：{WORDS}", FROM),
        (*wu, emergency, "提出审核要点", f"{place}（与决算、预算批复不一致）。要求：请核对。", FROM),
    ]


@pytest.mark.parametrize(
    ("action", "found"),
    [
        ("point:", ["提出审核要点"]),
        ("entry:answered", ["答复审核要点"]),
        ("entry:asked_again", ["追问审核要点"]),
        ("entry:closed", ["审核要点销号"]),
        ("explanation:", ["说明检查"]),
        ("override:", ["放行错误"]),
        ("setting:", ["设置检查"]),
        ("threshold:", ["设置界限", "设置界限"]),
    ],
)
def test_points_findings_and_settings_of_checks_are_looked_for_by_what_was_done(
    world, checked, action, found
):
    assert [done for _, done, _ in listed(world.tang, action=action)] == found


def test_nothing_of_it_is_in_another_bureaus_trail(world, checked):
    assert listed(make_person("gu", "顾", (Role.AUDITOR, world.next_county))) == []


def test_what_was_said_of_findings_is_listed_once_though_a_correction_takes_it_along(world, checked):
    copied = make_submission(world.round, world.emergency, world.lin, revision=2, status="published")
    with without_guards("submissions_submission"), without_guards("submissions_explanation"):
        Submission.objects.filter(pk=copied.pk).update(started_at=NOW + timedelta(days=1))
        for said in (Explanation.objects.get(), Override.objects.get()):
            said.pk, said.submission, said._state.adding = None, copied, True
            said.save_base(force_insert=True)
    for action in ("explanation:", "override:"):
        assert len(listed(world.tang, action=action)) == 1


def test_everything_a_record_names_shortly_is_called_something():
    assert {*BY_CODE, *NAMES, WHOLE, REPORT.schedule} <= titles_of_records().keys()


FROM = "203.0.113.7"


@pytest.fixture
def checked(world):
    """A point asked, answered, asked again and closed; a warning explained, an error let pass, checks set."""
    lin, wu = world.lin, world.wu
    lin.address = wu.address = FROM
    minutes = iter(NOW + timedelta(minutes=number) for number in range(20))

    def did(deed, by, **about):
        return deed(**about, by=by, at=next(minutes))

    on_desk = partial(put_in_status, world.submission, "in_review")
    with_unit = partial(put_in_status, world.submission, "returned")
    place = point_actions.PointPlace("收入 · 其他收入", "revenue", "other")
    on_desk()
    words = {"reason": "differs", "demand": "请核对。"}
    point = did(point_actions.ask_point, wu, submission=world.submission, place=place, **words)
    with_unit()
    warned, failed = (
        finding(each)._replace(check=BY_CODE["C-001"]) for each in (Severity.WARNING, Severity.ERROR)
    )
    did(finding_actions.explain, lin, submission=world.submission, finding=warned, text=WORDS)
    did(point_actions.answer_point, lin, point=point, text="已改。")
    on_desk()
    did(point_actions.ask_again, wu, point=point, text="附件呢？")
    passed = {"finding": failed, "reason": "上级批复如此"}
    did(finding_actions.override, wu, submission=world.submission, **passed)
    did(point_actions.close_point, wu, point=point, text="")
    about = {"round": world.round, "reason": "本地规定"}
    did(finding_actions.set_check, wu, code="C-001", severity="off", **about)
    did(finding_actions.set_threshold, wu, name="execution_rate", limit=Decimal("92.50"), **about)
    did(finding_actions.set_threshold, wu, name="execution_rate", limit=None, **about | {"reason": "照旧"})


def test_a_finished_recheck_is_in_it_and_one_that_goes_on_is_not(world):
    put_in_status(world.submission, "approved")
    facts = {"submission": world.submission, "checked": [], "own_total": Decimal("90.00")}
    by = {"actor": world.wu, "actor_name": "吴芳", "roles": "财政绩效股", "address": FROM, "at": NOW}
    with without_guards("performance_recheckversion"):
        RecheckVersion.objects.create(number=1, **facts, **by)
        found = {"found_total": Decimal("87.50"), "is_finished": True}
        RecheckVersion.objects.create(number=2, **facts, **found, **by)
    of_recheck = ("吴芳", "完成复核", "2023 年度：自评 90.00 分，复核 87.50 分")
    assert listed(world.tang) == listed(world.tang, action="recheck:") == [of_recheck]
    [entry] = page(world.tang, unit="应急管理").context["entries"]
    assert (entry.roles, entry.unit, entry.address) == ("财政绩效股", "零陵区应急管理局", FROM)
    assert page(world.tang, unit="文化").context["entries"] == []


def test_what_is_done_to_the_library_is_in_it_of_no_year(world):
    world.qian.address = FROM
    here = {"bureau": world.finance, "by": world.qian, "at": NOW}
    words = {"name": "办结率", "second_level": "quality"}
    keep_library_indicator(number=0, version=0, words=words, **here)
    keep_library_indicator(number=1, version=1, words=words | {"name": "办结及时率"}, **here)
    withdraw_library_indicator(number=1, version=2, **here)
    done = [
        "停用“办结及时率”（质量指标）",
        "修改为第 2 版“办结及时率”（质量指标）",
        "新增“办结率”（质量指标）",
    ]
    of_library = [("钱宁", "维护指标库", each) for each in done]
    assert listed(world.tang) == listed(world.tang, action="library:") == of_library
    first = page(world.tang).context["entries"][0]
    assert (first.roles, first.unit, first.address) == ("管理员", "零陵区财政局", FROM)
    assert listed(make_person("gu", "顾", (Role.AUDITOR, world.next_county))) == []
    book = load_workbook(BytesIO(signed_in(world.tang).get(reverse("download_audit")).content)).active
    told = [row[5] for row in book.iter_rows(values_only=True) if row[4] == "维护指标库"]
    assert told == done


def test_how_a_round_is_scored_and_printed_is_in_it_and_is_looked_for(world):
    world.wu.address = world.qian.address = FROM
    about = {"round": world.round, "framework": "four_blocks", "scheme": "execution_caps", "mode": "manual"}
    set_scoring(**about, reason="零财绩〔2024〕1号", by=world.wu, at=NOW)
    ReportTemplate.objects.create(
        round=world.round, file_name="县模板.docx", actor=world.qian, actor_name="钱宁", at=NOW
    )
    drop_report_template(round=world.round, by=world.qian, at=NOW)
    said = "指标框架 成本 20、产出 40、效益 20、满意度 10；评分办法 按预算执行率封顶；手工评分"
    of_scoring = ("吴芳", "选定评分办法", f"2023 年度：{said}。依据：零财绩〔2024〕1号")
    of_templates = [
        ("钱宁", "更换报告模板", "2023 年度：恢复系统自带的模板"),
        ("钱宁", "更换报告模板", "2023 年度：县模板.docx"),
    ]
    assert listed(world.tang) == [*of_templates, of_scoring]
    assert listed(world.tang, action="scoring:") == [of_scoring]
    assert listed(world.tang, action="template:") == of_templates
    scored = page(world.tang, action="scoring:").context["entries"][0]
    assert (scored.roles, scored.unit, scored.address) == ("财政绩效股", "零陵区财政局", FROM)
    assert listed(make_person("gu", "顾", (Role.AUDITOR, world.next_county))) == []


def test_what_nobody_did_has_neither_role_nor_address(world):
    close_round(round=world.round, reason="到了计划关闭的日期", by=None, at=NOW)
    [closed] = page(world.tang).context["entries"]
    assert (closed.who, closed.roles, closed.address) == ("系统", "", "")


def test_another_bureaus_rounds_and_units_are_not_in_it(world):
    there = make_round(world.next_county)
    person = make_person("gu", "顾", (Role.PERFORMANCE_OFFICE, world.next_county))
    close_round(round=there, reason="结束", by=person, at=NOW)
    assert listed(world.tang) == []


def test_another_bureaus_people_and_units_are_not_in_it(busy):
    record(busy.feng, what="冯远的")
    record(busy.feng, what="应急局的", unit=busy.emergency)
    make_person("xu", "徐", (Role.ADMINISTRATOR, busy.next_county))
    there = make_person("gu", "顾", (Role.AUDITOR, busy.next_county))
    record(busy.lin, what="冷水滩的", unit=busy.next_county)
    assert [what for *_, what in listed(there)] == ["冷水滩的", "冯远的"]
    assert {"冯远的", "冷水滩的"}.isdisjoint(what for *_, what in listed(busy.tang))
    assert "应急局的" in [what for *_, what in listed(busy.tang)]


def test_who_served_once_stays_in_the_trail(world):
    record(world.lin)
    world.lin.memberships.update(ended_at=NOW)
    assert len(listed(world.tang)) == 1


def test_names_that_are_nobodys_are_for_the_administrator_alone(world):
    sign_in("nobody", "wrong")
    sign_in("lin", "wrong")
    record(make_person("new", "新人"))
    assert [who for who, *_ in listed(world.tang)] == ["林晓"]
    assert [who for who, *_ in listed(world.qian)] == ["林晓", NOBODY, "新人"]
    assert listed(world.qian, person="nobody") == []
    appoint(user=world.qian, unit=world.next_county, role=Role.ADMINISTRATOR, at=NOW)
    assert [who for who, *_ in listed(world.qian)] == ["林晓", "nobody", "新人"]  # of all there are


def test_what_people_wrote_is_text_on_the_page(world):
    record(make_person("new", "<script>x</script>"))
    assert "&lt;script&gt;" in page(world.qian).content.decode()


def test_the_page_takes_the_same_statements_for_many_lines(busy):
    def count():
        browser = signed_in(busy.qian)
        with statements() as texts:
            answer = browser.get(PAGE)
        return len(texts), len(answer.context["entries"])

    few = count()
    for number in range(60):
        record(busy.lin, what=f"{number}.xlsx", unit=busy.emergency, at=NOW - timedelta(hours=1))
        save(make_submission_once(busy), change("other", outturn=str(number), version=number))
    assert (few[1], count()) == (5, (few[0], 50))


def make_submission_once(world):
    """The rescue centre's draft."""
    found = world.rescue.submissions.first()
    return found or make_submission(world.round, world.rescue, world.lin)


def test_the_pages_follow_one_another_without_a_gap(world):
    for number in range(120):
        record(world.lin, what=str(number))
    pages = [[what for *_, what in listed(world.tang, page=number)] for number in (1, 2, 3)]
    assert [*pages[0], *pages[1], *pages[2]] == [str(number) for number in reversed(range(120))]


def taken(person, **asked):
    """The workbook of a search, as rows."""
    answer = signed_in(person).get(reverse("download_audit"), asked)
    assert answer.status_code == 200
    sheet = load_workbook(BytesIO(answer.content)).active
    return [[cell.value for cell in row] for row in sheet.rows], sheet


def test_what_was_found_is_taken_along_and_that_is_recorded(busy):
    rows, _ = taken(busy.tang, action="step:return")
    assert rows[0][0] == "审计记录" and rows[1][0].endswith("导出，1 条")
    assert rows[2][:4] == ["时间（北京时间）", "人员", "角色", "单位"]
    what = "2023 年度：财政绩效股 → 已退回。意见：请核对"
    assert rows[3] == [
        "2024-03-01 19:32:05",
        "吴芳",
        "财政绩效股",
        "零陵区应急管理局",
        "退回",
        what,
        "成功",
        None,
    ]
    assert len(rows) == 4
    assert listed(busy.tang)[0][:2] == ("唐正", "导出")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "=cmd|' /C calc'!A0"])
def test_text_stays_text_in_the_workbook(world, text):
    record(world.lin, what=text)
    _, sheet = taken(world.tang)
    cell = sheet["F4"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_a_workbook_takes_the_newest_and_says_so(world, monkeypatch):
    monkeypatch.setattr(audit_view, "MOST_ROWS", 2)
    for number in range(3):
        record(world.lin, what=str(number))
    assert "导出最近 2 条" in page(world.tang).content.decode()
    rows, _ = taken(world.tang)
    assert [row[5] for row in rows[3:]] == ["2", "1"]
    assert "只有最近的 2 条，更早的没有导出" in rows[1][0]


def test_a_search_with_a_mistake_is_not_taken_along(world):
    answer = signed_in(world.tang).get(reverse("download_audit"), {"since": "x"})
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?since=x")


@pytest.mark.parametrize(
    ("person", "is_offered"), [("qian", True), ("tang", True), ("he", False), ("lin", False)]
)
def test_the_menu_offers_it_to_who_may_read_it(world, person, is_offered):
    words = signed_in(getattr(world, person)).get(reverse("my_work")).content.decode()
    assert (f'href="{PAGE}"' in words) is is_offered
