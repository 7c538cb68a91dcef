"""The exceptions of a round in one list: what is among them, what is not, and how they are taken along."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from budgets.last_year_actions import restate
from budgets.money import AmountUnit
from budgets.returns import REVENUE
from performance.revision_actions import copy_return
from performance.target_actions import answer_target, approve_targets, ask_for_target, withdraw_target
from performance.targets import target_of
from submissions import actions, finding_actions, round_actions
from submissions.findings import Severity
from submissions.models import Extension
from tests.budgets import past
from tests.performance.indicators import put
from tests.submissions.test_findings import finding
from tests.world import (
    NOW,
    change,
    line,
    make_round,
    make_submission,
    numbered,
    put_in_status,
    save,
    signed_in,
    statements,
)

MAY = date(2024, 5, 31)


def later(hours):
    return NOW + timedelta(hours=hours)


def extend(world, unit, reason, *, at, round=None, by=None, until=MAY):
    """Give a unit more time until a day, which has passed unless it is said."""
    by = by or world.wu
    return Extension.objects.create(
        round=round or world.round,
        unit=unit,
        until_date=until,
        reason=reason,
        actor=by,
        actor_name=by.full_name,
        roles="财政绩效股",
        at=at,
    )


def let_pass(submission, reason, world, at):
    found = finding(Severity.ERROR)
    return finding_actions.override(submission=submission, finding=found, reason=reason, by=world.wu, at=at)


def restated(world, figure, reason, at, **figures):
    """Restate the outturn of last year of Lin's revenue, or type it."""
    row = change(
        "general_public",
        version=line(world.submission, "general_public").row_version,
        **({"last_year_budget": "500", "last_year_outturn": figure, "outturn": "600"} | figures),
    )
    outturn = next(each for each in REVENUE.columns if each.name == "last_year_outturn")
    facts = {"unit": AmountUnit.YUAN, "by": world.lin, "at": at}
    restate(submission=world.submission, schedule=REVENUE, row=row, column=outturn, reason=reason, **facts)


@pytest.fixture
def year(world):
    """One exception of each kind, an hour after another, and what looks like one and is none."""
    past.last_year_of(world)
    here, culture = world.submission, make_submission(world.round, world.culture, world.zhao)
    rescue = make_submission(world.round, world.rescue, world.lin)
    save(here, change("general_public", outturn="600"))
    extend(world, world.rescue, "人手不够", at=later(1))
    let_pass(here, "上级口径不同", world, later(2))
    restated(world, "563", "先这样填着", later(3))
    restated(world, "565", "审计后更正", later(3))
    adjusted_targets(world, later(4))
    put_in_status(rescue, "approved")
    facts = {"comment": "漏了一笔", "copy": copy_return, "by": world.wu, "at": later(5)}
    actions.reopen(submission=rescue, seen=0, **facts)
    let_pass(culture, "馆里情况特殊", world, later(6))
    put_in_status(culture, "published")
    extend(world, world.culture, "同意更正", at=later(7), until=date(2099, 5, 31))
    facts = {"comment": "公开的数有误", "copy": copy_return, "by": world.zhao, "at": later(8)}
    actions.correct(submission=culture, seen=0, **facts)
    turn = {"round": world.round, "by": world.wu}
    round_actions.close_round(reason="到期", at=later(9), **turn)
    round_actions.reopen_round(reason="系统停了两天", at=later(10), **turn)
    round_actions.close_round(reason="再关", at=datetime(2024, 6, 3, 1, tzinfo=UTC), **turn)
    of_others(world)
    return world


def adjusted_targets(world, at):
    """Of three requests one is approved, one refused, one withdrawn."""
    lines = [put(world.submission, name, target_value="120") for name in ("检查企业数", "培训", "演练")]
    facts = {"unit": world.emergency, "document": "", "approved_on": date(2024, 2, 20)}
    approve_targets(round=world.round, **facts, by=world.wu, at=at)
    wanted = [
        ask_for_target(
            submission=world.submission,
            line=each.pk,
            project="",
            after=target_of(each) | {"target_value": "100"},
            reason="上级年中下调了检查任务",
            document="",
            by=world.lin,
            at=at,
        )
        for each in lines
    ]
    say = {"by": world.wu, "at": at}
    answer_target(request=wanted[0], approves=True, remark="", **say)
    answer_target(request=wanted[1], approves=False, remark="不同意", **say)
    withdraw_target(request=wanted[2], by=world.lin, at=at)


def of_others(world):
    """The same of another round, and of another bureau."""
    last = world.finance.rounds.get(fiscal_year=2022)
    extend(world, world.rescue, "去年的", at=NOW, round=last)
    there = make_round(world.next_county)
    extend(world, world.next_county, "别县的", at=NOW, round=there)


def page(world, **asked):
    answer = signed_in(world.wu).get(reverse("exceptions", args=[world.round.pk]), asked)
    assert answer.status_code == 200
    return answer


def listed(world, **asked):
    found = page(world, **asked).context["entries"]
    return [(each.kind.label, each.unit, each.reason, each.who, each.ends) for each in found]


EMERGENCY, RESCUE, CULTURE = "零陵区应急管理局", "应急救援中心", "零陵区文化馆"
ALL = [
    ("重新打开收集", "零陵区财政局", "系统停了两天", "吴芳", "2024-06-03 又关闭"),
    ("更正", CULTURE, "公开的数有误", "赵青", ""),
    ("延期", CULTURE, "同意更正", "吴芳", "2099-05-31 止"),
    ("放行", CULTURE, "馆里情况特殊", "吴芳", "2024-06-03 随任务关闭失效"),
    ("取消终审", RESCUE, "漏了一笔", "吴芳", ""),
    ("目标调整", EMERGENCY, "上级年中下调了检查任务", "吴芳", ""),
    ("上年数重述", EMERGENCY, "审计后更正", "林晓", ""),
    ("放行", EMERGENCY, "上级口径不同", "吴芳", "2024-06-03 随任务关闭失效"),
    ("延期", RESCUE, "人手不够", "吴芳", "2024-05-31 止"),
]


def test_each_exception_stands_there_once_the_newest_first_and_nothing_else(year):
    assert listed(year) == ALL


def test_each_says_what_it_is_with_whom_and_leads_there(year):
    here = {each.kind.value: each for each in page(year).context["entries"]}
    said = {kind: each.what for kind, each in here.items()}
    assert said == {
        "round": "2023 年度的收集重新打开",
        "correction": "已公开的第 1 版开始更正",
        "extension": "单位可以继续填报、报送或更正",
        "override": "C-999（收入（按来源））",
        "unlock": "第 1 版的终审取消，另起一版",
        "target": "调整部门整体的指标“检查企业数”：年度指标值：120 → 100",
        "restatement": "收入（按来源）的上年决算数：由 560.00 元改为 565.00 元",
    }
    roles = {kind: each.role for kind, each in here.items()}
    assert roles["restatement"] == "填报人" and roles["correction"] == "填报人"
    assert {roles[each] for each in ("round", "override", "unlock", "target")} == {"财政绩效股"}
    number = year.submission.pk
    assert here["restatement"].url == reverse("edit_lines", args=[number, REVENUE])
    assert here["target"].url == reverse("targets", args=[number])
    assert here["override"].url == reverse("findings", args=[number])
    newest = year.rescue.submissions.get(revision=2).pk
    assert here["extension"].url == reverse("journey", args=[newest])
    assert here["round"].url == reverse("round_overview", args=[year.round.pk])
    for each in here.values():
        assert signed_in(year.wu).get(each.url).status_code == 200


def test_a_figure_that_was_typed_back_is_restated_no_more(year):
    round_actions.reopen_round(round=year.round, reason="改回", by=year.wu, at=NOW)
    assert len(listed(year, kind="restatement")) == 1
    restated(year, "560", "", later(20))
    assert listed(year, kind="restatement") == []


def test_before_the_round_is_closed_what_was_let_pass_says_when_it_ends(world):
    let_pass(world.submission, "上级口径不同", world, NOW)
    assert listed(world) == [("放行", EMERGENCY, "上级口径不同", "吴芳", "任务关闭时失效")]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"kind": "override"}, [ALL[3], ALL[7]]),
        ({"department": "emergency"}, ALL[4:]),
        ({"department": "culture", "kind": "extension"}, [ALL[2]]),
        ({"department": "rescue"}, ALL),  # is no department
        ({"department": "next_county"}, ALL),
        ({"kind": "nothing", "department": "x"}, ALL),
    ],
)
def test_the_address_says_what_is_looked_at(year, asked, expected):
    if unit := getattr(year, asked.get("department", ""), None):
        asked = asked | {"department": unit.pk}
    assert listed(year, **asked) == expected


def test_how_many_there_are_of_each_kind(year):
    def counts(**asked):
        return [number for _, number in page(year, **asked).context["counts"]]

    #                  延期 打开 取消 放行 重述 更正 目标
    assert counts() == [2, 1, 1, 2, 1, 1, 1]
    assert counts(kind="override") == [2, 1, 1, 2, 1, 1, 1]
    assert counts(department=year.emergency.pk) == [1, 0, 1, 1, 1, 0, 1]


def test_what_the_page_lists_is_taken_along(year):
    path = reverse("download_exceptions", args=[year.round.pk])
    answer = signed_in(year.wu).get(path, {"department": year.culture.pk})
    title, said, heads, *rows = load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True)
    assert title[0] == "例外事项" and "零陵区文化馆" in said[0] and said[0].endswith("3 项")
    found = [dict(zip(heads, row, strict=True)) for row in rows]
    assert [row["种类"] for row in found] == ["更正", "延期", "放行"]
    assert found[1] == {
        "种类": "延期",
        "单位": CULTURE,
        "内容": "单位可以继续填报、报送或更正",
        "原因": "同意更正",
        "经办人": "吴芳",
        "角色": "财政绩效股",
        "时间（北京时间）": "2024-03-02 01:32",
        "有效期": "2099-05-31 止",
    }


def test_fifty_stand_on_a_page(world):
    for number in range(51):
        extend(world, world.rescue, f"第 {number} 次", at=later(number))
    assert [each[2] for each in listed(world)] == [f"第 {number} 次" for number in range(50, 0, -1)]
    assert [each[2] for each in listed(world, page=2)] == ["第 0 次"]


MOST_QUERIES = 11


def test_the_list_costs_the_same_however_many_there_are(year):
    counts = []
    for _ in range(2):
        for path in (reverse(name, args=[year.round.pk]) for name in ("exceptions", "download_exceptions")):
            browser = signed_in(year.wu)
            with statements() as executed:
                assert browser.get(path).status_code == 200
            assert len(executed) <= MOST_QUERIES, numbered(executed)
            counts.append(len(executed))
        for number in range(30):
            extend(year, year.rescue, f"第 {number} 次", at=later(number))
            let_pass_again(year)
    assert counts[:2] == counts[2:]


def let_pass_again(world):
    kept = world.submission.overrides.order_by("pk").last()
    kept.pk, kept._state.adding, kept.digest = (
        None,
        True,
        f"{kept.digest[:-6]}{world.submission.overrides.count():06}",
    )
    kept.save()
