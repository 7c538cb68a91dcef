"""A finance bureau's own rules: written, tried out on last year's returns, switched on, run, changed."""

import json
from html import unescape
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from budgets.checks import trials
from budgets.checks.results import results_of_many
from budgets.models import BudgetLine, BureauRule, RuleSwitch, RuleTrial
from budgets.rule_actions import RuleMoved, RuleText, change_rule, switch_rule
from orgs.models import Event
from submissions.actions import NotNow, NotPermitted, Unfinished
from submissions.models import Submission
from tests.budgets.own_rules import GENERAL, OTHER, SAYS, switched_on, tried, written
from tests.budgets.past import last_year_of
from tests.world import (
    NOW,
    YEAR,
    Role,
    change,
    make_person,
    make_round,
    make_unit,
    save,
    signed_in,
    statements,
    without_guards,
)


def address(world, name, *number):
    return reverse(name, args=[world.round.pk, *number])


def page(world, name, *number, person="wu"):
    response = signed_in(getattr(world, person)).get(address(world, name, *number))
    assert response.status_code == 200
    return unescape(response.content.decode())


def post(world, name, *number, **fields):
    return signed_in(world.wu).post(address(world, name, *number), fields, follow=True)


def said(response):
    return [str(message) for message in response.context["messages"]]


def counts(trial):
    return trial.fiscal_year, trial.holds, trial.rounded, trial.fails, trial.missing


def found(world):
    """What the rule finds in Lin's return."""
    here = Submission.objects.for_workspace().get(pk=world.submission.pk)
    results = results_of_many([here])[here.pk]
    return [each for each in results.found if each.finding.check.code == "Z-001"]


# --- Written


def test_a_rule_is_written_and_checks_nothing_yet(world):
    response = post(world, "write_rule", **SAYS)
    assert said(response) == ["已保存为 Z-001。试运行以后才能启用。"]
    rule = BureauRule.objects.get()
    assert (str(rule), rule.version, rule.actor_name) == (
        "Z-001 其他收入不能超过财政拨款的百分之一",
        1,
        "吴芳",
    )
    assert rule.formula == f"{OTHER} ≤ {GENERAL} × 1%" and found(world) == []
    assert "没有试运行" in page(world, "round_checks") and "还没有试运行" in page(world, "own_rule", 1)


def test_rules_are_numbered_within_their_bureau(world):
    assert [written(world).code, written(world).code] == ["Z-001", "Z-002"]


def test_everything_wrong_is_said_at_once_where_it_is_and_nothing_is_kept(world):
    wrong = {"sentence": " ", "left": "1 + [收入按来源.其他收入.决算]", "sign": "~", "right": "2 ×"}
    response = post(world, "write_rule", **SAYS | wrong | {"tolerance": "", "severity": "deadly"})
    html = unescape(response.content.decode())
    assert response.status_code == 422 and not BureauRule.objects.exists()
    assert "请用一句话写明检查什么" in html and "请选择“比较”里列出的一项。" in html
    assert "1 + <mark>[收入按来源.其他收入.决算]</mark>" in html
    assert "您是不是要写“收入按来源.其他收入.决算数”？" in html
    assert "2 ×<mark></mark>" in html and "算式没有写完。" in html
    assert "请选择“允许的差”里列出的一项。" in html and "请选择“性质”里列出的一项。" in html


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"left": "1", "right": "2"}, "两边至少要用到一个数据"),
        ({"sign": "<", "tolerance": "sum"}, "只有用 =、≤、≥ 比较才能允许尾差"),
        ({"left": f"{OTHER} ÷ {GENERAL}", "right": "1%", "tolerance": "sum"}, "尾差只用于金额"),
        ({"right": "[人员与编制.财政供养人员合计.年末实有人数]"}, "左边是金额，右边是人数、面积等数量"),
        ({"left": f"{OTHER} + [人员与编制.财政供养人员合计.年末实有人数]"}, "不能和金额相加减"),
        ({"left": "(" * 10_000}, "最多 500 个字符，现在有 10000 个"),
        ({"left": "9" * 400}, "整数最多 13 位"),
        ({"left": "<script>alert(1)</script>"}, "不认识"),
        ({"sentence": "长" * 201}, "最多 200 字"),
    ],
)
def test_what_is_no_rule_is_refused_in_words(world, wrong, words):
    response = post(world, "write_rule", **SAYS | wrong)
    assert response.status_code == 422 and words in unescape(response.content.decode())
    assert not BureauRule.objects.exists()


def test_the_deepest_rule_there_can_be_is_kept_and_run(world):
    deep = "(" * 230 + OTHER + ")" * 230
    save(world.submission, change("other", outturn="1"), change("general_public", outturn="100"))
    switched_on(world, left=deep, right=f"{'-' * 450}{GENERAL} × 1%")
    assert [each.finding.state for each in found(world)] == ["pass"]


def test_the_form_is_told_what_is_wrong_while_it_is_typed(world):
    response = post(world, "read_rule", left="1 + 收入", right="", sign="=", tolerance="sum")
    assert json.loads(response.content)["wrong"] == {
        "left": {
            "before": "1 + ",
            "wrong": "收入",
            "after": "",
            "sentence": "第 5 个字符起的“收入”不认识：数据名称要写在方括号里，运算只有 + − × ÷ 和括号。",
        }
    }
    assert json.loads(post(world, "read_rule", **SAYS).content) == {
        "wrong": {},
        "tolerance": "",
        "said": "两边是金额，按元计算：算式里写的数也是元。",
    }
    assert not BureauRule.objects.exists()


# --- Tried out


def test_it_is_tried_out_on_last_years_approved_returns(world):
    last_year_of(world)  # 5 of 560: within 1 %
    other = last_year_of(world, unit=world.culture, by=world.zhao)
    save_past(other, "general_public", "400")  # 5 of 400
    last_year_of(world, unit=world.rescue, status="draft")
    save(world.submission, change("other", outturn="1"))
    written(world)
    response = post(world, "try_rule", 1)
    assert said(response) == ["已试运行，结果在下面。什么都没有改。"]
    assert counts(RuleTrial.objects.get()) == (2022, 1, 0, 1, 0)
    html = unescape(response.content.decode())
    assert "2022 年度 2 份填报：不通过 1，尾差 0，不能检查 0，通过 1。" in html
    assert f'<a href="{reverse("edit_lines", args=[other.pk, "revenue"])}#row-' in html
    assert "其他收入决算数 0.0005 ≤ 一般公共预算财政拨款决算数 0.04 × 1%（金额：万元）" in html


def save_past(submission, item, outturn):
    """Another outturn in a return of last year, whatever its status."""
    with without_guards("budgets_budgetline"):
        BudgetLine.objects.filter(submission=submission, item=item).update(outturn=outturn)


def test_without_returns_of_last_year_it_is_tried_out_on_those_of_the_round(world):
    save(world.submission, change("other", outturn="1"))
    tried(world)
    assert counts(RuleTrial.objects.get()) == (2023, 0, 0, 0, 1)
    html = page(world, "own_rule", 1)
    assert "不能检查：收入按来源.一般公共预算财政拨款.决算数未填。" in html


def test_a_trial_tells_of_so_many_returns_where_it_does_not_hold_and_how_many_more(world, monkeypatch):
    monkeypatch.setattr(trials, "BATCH", 2)
    monkeypatch.setattr(trials, "MOST_FOUND", 1)
    last_year_of(world)
    for code in ("226001", "227001"):
        unit = make_unit(world.finance.region, code, f"单位{code}", parent=world.finance)
        past = last_year_of(world, unit=unit, by=make_person(code, code, (Role.PREPARER, unit)))
        save_past(past, "general_public", "400")
    tried(world)
    assert counts(RuleTrial.objects.get()) == (2022, 1, 0, 2, 0)
    html = page(world, "own_rule", 1).split('id="trial"')[1]
    assert "2022 年度 3 份填报：不通过 2，尾差 0，不能检查 0，通过 1。" in html
    assert "单位226001" in html and "单位227001" not in html and world.emergency.name not in html
    assert "还有 1 份不通过或者不能检查，这里没有列出。" in html


def test_a_trial_takes_the_same_queries_for_any_number_of_returns(world):
    tried(world)
    last_year_of(world)
    with statements() as few:
        page(world, "own_rule", 1)
    for code in ("226001", "227001", "228001"):
        unit = make_unit(world.finance.region, code, code, parent=world.finance)
        last_year_of(world, unit=unit, by=make_person(code, code, (Role.PREPARER, unit)))
    with statements() as many:
        html = page(world, "own_rule", 1)
    assert len(few) == len(many) and "2022 年度 4 份填报" in html


# --- Switched on and off


def test_what_was_on_last_year_is_offered_with_its_reason_until_it_is_decided_on(world):
    switched_on(world)
    written(world)  # never on
    last_year_of(world, unit=world.culture, by=world.zhao, year=YEAR)
    world.round = make_round(world.finance, YEAR + 1)
    offered = "上一年度启用的 1 条还没有启用"
    assert offered in page(world, "round_checks") and "由财政绩效股办理" in page(
        world, "round_checks", person="qian"
    )
    assert "上一年度启用过第 1 版，原因：湘财绩 5 号。" in page(world, "own_rule", 1)
    assert "上一年度启用过" not in page(world, "own_rule", 2)
    post(world, "try_rule", 1)
    assert 'value="湘财绩 5 号"' in page(world, "own_rule", 1)
    post(world, "switch_rule", 1, version=1, is_on="on", reason="湘财绩 5 号")
    assert offered not in page(world, "round_checks") and "上一年度启用过" not in page(world, "own_rule", 1)


def test_it_is_not_switched_on_before_it_was_tried_out(world):
    rule = written(world)
    with pytest.raises(NotNow, match="还没有试运行"):
        switch_rule(round=world.round, rule=rule, is_on=True, reason="好", by=world.wu, at=NOW)


def test_it_is_not_switched_on_when_it_was_tried_out_on_nothing(world):
    rule = written(world)
    nothing = {"fiscal_year": 2023, "holds": 0, "rounded": 0, "fails": 0, "missing": 0}
    RuleTrial.objects.create(
        round=world.round, rule=rule, actor=world.wu, actor_name="吴芳", at=NOW, **nothing
    )
    assert "启用第 1 版" not in page(world, "own_rule", 1)
    with pytest.raises(NotNow, match="还没有填报可查"):
        switch_rule(round=world.round, rule=rule, is_on=True, reason="好", by=world.wu, at=NOW)


def test_it_is_not_switched_on_when_it_could_check_none_of_what_it_was_tried_out_on(world):
    save(world.submission, change("other", outturn="1"))  # what it is compared with is blank
    rule = tried(world)
    html = page(world, "own_rule", 1)
    assert "启用第 1 版" not in html and "都不能检查，看不出规则对不对，还不能启用。" in html
    with pytest.raises(NotNow, match="都不能检查，看不出规则对不对"):
        switch_rule(round=world.round, rule=rule, is_on=True, reason="好", by=world.wu, at=NOW)


def test_it_runs_wherever_checks_run_once_it_is_on(world):
    save(world.submission, change("other", outturn="5"), change("general_public", outturn="400"))
    tried(world)
    asked = {"version": "1", "is_on": "on"}
    assert said(post(world, "switch_rule", 1, **asked)) == ["请写明启用或停用这条规则的原因。"]
    done = post(world, "switch_rule", 1, **asked, reason="湘财绩 5 号")
    assert said(done) == ["已启用，从现在起检查这一条。任务总览里的检查结果要重新检查后才更新。"]
    [each] = found(world)
    assert each.finding.state == "error" and each.finding.outcome.difference == 1
    assert "Z-001 其他收入不能超过财政拨款的百分之一 → 启用第 1 版：湘财绩 5 号" in findings_page(world)
    listed = json.loads(printed_by_the_command())
    assert [row["state"] for row in listed if row["code"] == "Z-001"] == ["error"]
    stopped = signed_in(world.lin).post(reverse("submit", args=[world.submission.pk]), {"seen": 0})
    assert stopped.status_code == 302 and not world.submission.transitions.exists()
    off = post(world, "switch_rule", 1, version="1", reason="不再用")
    assert said(off) == ["已停用。任务总览里的检查结果要重新检查后才更新。"]
    assert found(world) == []
    events = Event.objects.filter(action=Event.Action.RULES_CHANGED, actor=world.wu, unit=world.finance)
    assert [each.what.split("：")[0] for each in events.order_by("pk")] == [
        "写入 Z-001 第 1 版",
        "在 2023 年度试运行 Z-001 第 1 版",
        "2023 年度部门整体支出绩效自评",
        "2023 年度部门整体支出绩效自评",
    ]


def findings_page(world):
    response = signed_in(world.lin).get(reverse("findings", args=[world.submission.pk]))
    return unescape(response.content.decode())


def printed_by_the_command():
    """What the command prints, which ends with an error where one stands."""
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command(
            "check_submissions", "--unit", "224001", "--format", "json", stdout=out, stderr=StringIO()
        )
    return out.getvalue()


def test_everybody_below_the_bureau_reads_it_with_formula_author_and_version(world):
    switched_on(world)
    html = unescape(signed_in(world.zhao).get(reverse("checks")).content.decode())
    for words in ('id="Z-001"', SAYS["sentence"], f"{OTHER} ≤ {GENERAL} × 1%", "吴芳，第 1 版"):
        assert words in html
    assert "Z-001" not in signed_in(world.feng).get(reverse("checks")).content.decode()


def test_what_is_on_already_or_off_is_not_switched_again(world):
    rule = switched_on(world)
    with pytest.raises(NotNow, match="已经在用"):
        switch_rule(round=world.round, rule=rule, is_on=True, reason="好", by=world.wu, at=NOW)
    switch_rule(round=world.round, rule=rule, is_on=False, reason="好", by=world.wu, at=NOW)
    with pytest.raises(NotNow, match="没有启用"):
        switch_rule(round=world.round, rule=rule, is_on=False, reason="好", by=world.wu, at=NOW)


def test_rules_on_cost_the_pages_no_query(world):
    def queries():
        with statements() as texts:
            findings_page(world)
        return len(texts)

    before = queries()
    for _ in range(3):
        switched_on(world)
    assert queries() == before


# --- Changed


def changed(world, rule, **other):
    text = RuleText(**SAYS | other)
    return change_rule(
        round=world.round, number=rule.number, version=rule.version, text=text, by=world.wu, at=NOW
    )


def test_a_changed_rule_is_a_new_version_that_is_tried_out_again_while_the_old_one_stays_on(world):
    save(world.submission, change("other", outturn="1"), change("general_public", outturn="400"))
    rule = switched_on(world)
    response = post(world, "change_rule", 1, **SAYS | {"severity": "warning"}, version="1")
    assert said(response) == ["已保存为第 2 版。试运行以后才能启用。"]
    [each] = found(world)
    assert (each.finding.check.version, each.finding.severity) == (1, "error")
    html = page(world, "own_rule", 1)
    assert "在用：第 1 版" in html and "这一版在本次收集还没有试运行" in html
    refused = post(world, "switch_rule", 1, version="2", is_on="on", reason="好")
    assert said(refused) == ["这一版还没有试运行。请先试运行，看过结果再启用。您写的：好"]
    post(world, "try_rule", 1)
    post(world, "switch_rule", 1, version="2", is_on="on", reason="好")
    [each] = found(world)
    assert (each.finding.check.version, each.finding.severity) == (2, "warning")
    with pytest.raises(RuleMoved):
        switch_rule(round=world.round, rule=rule, is_on=True, reason="好", by=world.wu, at=NOW)


def test_a_change_is_refused_when_somebody_else_changed_it_or_nothing_is_changed(world):
    rule = written(world)
    with pytest.raises(Unfinished, match="没有改动"):
        changed(world, rule)
    changed(world, rule, severity="warning")
    with pytest.raises(RuleMoved, match="新的版本"):
        changed(world, rule, severity="information")
    assert "新的版本" in unescape(post(world, "change_rule", 1, **SAYS, version="1").content.decode())
    assert BureauRule.objects.count() == 2


# --- Whose it is


def test_the_administrator_reads_and_does_not_write(world):
    rule = tried(world)
    assert "<form" not in page(world, "own_rule", 1, person="qian").split("<main")[1]
    with pytest.raises(NotPermitted):
        switch_rule(round=world.round, rule=rule, is_on=True, reason="好", by=world.qian, at=NOW)
    assert not RuleSwitch.objects.exists()
