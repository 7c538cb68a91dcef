"""What is checked, for everybody; and what the bureau sets otherwise for a round."""

from html import unescape

import pytest
from django.urls import reverse

from budgets.checks.catalogue import CHECKS
from budgets.checks.thresholds import NAMES, TITLES
from submissions.models import CheckSetting, RoundThreshold
from tests.world import signed_in, statements


def page(person, name, *arguments):
    response = signed_in(person).get(reverse(name, args=arguments))
    assert response.status_code == 200
    return response.content.decode()


def post(world, person, deed, **fields):
    return signed_in(person).post(reverse(deed, args=[world.round.pk]), fields, follow=True)


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_everybody_reads_every_rule_with_formula_source_and_example(world):
    html = unescape(page(world.zhao, "checks"))
    for check in CHECKS:
        for words in (f'id="{check.code}"', check.sentence, check.formula, check.source, check.example):
            assert words in html, check.code


def test_every_threshold_has_a_title_and_names_checks():
    assert set(TITLES) == set(NAMES)
    assert all(title.checks for title in TITLES.values())


def test_the_performance_office_sets_how_grave_a_check_is(world):
    response = post(world, world.wu, "set_check", code="C-001", severity="off", reason="湘财绩 5 号")
    assert said(response) == ["已调整，所有单位都能看到原因。任务总览里的检查结果要重新检查后才更新。"]
    html = response.content.decode()
    assert '<span class="mark">不检查</span>' in html and html.count("湘财绩 5 号") == 1
    setting = CheckSetting.objects.get()
    assert (setting.code, setting.severity, setting.actor_name) == ("C-001", "off", "吴芳")


def test_the_unit_reads_what_was_set_and_why(world):
    post(world, world.wu, "set_check", code="C-001", severity="off", reason="湘财绩 5 号")
    post(world, world.wu, "set_threshold", name="change_rate", limit="20", reason="湘财绩 6 号")
    html = page(world.lin, "findings", world.submission.pk)
    assert (
        "C-001 → 不检查：湘财绩 5 号" in html
        and "较上年变动达到（比例），原因里要有数字 → 20 %：湘财绩 6 号" in html
    )


def test_it_sets_thresholds_and_takes_them_back(world):
    post(world, world.wu, "set_threshold", name="change_rate", limit="20", reason="湘财绩 5 号")
    assert "<strong>20</strong>" in page(world.wu, "round_checks", world.round.pk)
    post(world, world.wu, "set_threshold", name="change_rate", limit="", reason="恢复")
    assert "<strong>20</strong>" not in page(world.wu, "round_checks", world.round.pk)
    assert list(RoundThreshold.objects.order_by("pk").values_list("limit", flat=True)) == [20, None]


def test_from_where_on_reasons_are_asked_for_is_told_and_not_set(world):
    type(world.round).objects.filter(pk=world.round.pk).update(explain_rate="12.5", explain_yuan=100_000)
    html = page(world.wu, "round_checks", world.round.pk)
    assert "由管理员在开始收集时设定，同时达到才要写，开始以后不能改" in html
    rate, yuan = (
        html.split(f'<tr id="threshold-explain_{name}">')[1].split("</tr>")[0] for name in ("rate", "yuan")
    )
    assert "<strong>12.5</strong>" in rate and '<td class="number">10</td>' in rate
    assert yuan.count('<td class="number">100,000</td>') == 2
    assert "#C-045" in rate and "#C-034" in rate and "<form" not in rate + yuan


@pytest.mark.parametrize(
    ("name", "fields", "mistake"),
    [
        ("set_check", {"code": "C-001", "severity": "off"}, "请写明调整这条规则的原因。"),
        (
            "set_check",
            {"code": "C-000", "severity": "off", "reason": "好"},
            "没有这条规则，请刷新页面再设。",
        ),
        (
            "set_threshold",
            {"name": "change_rate", "limit": "六万", "reason": "好"},
            "界限请填写数字。您写的：六万。",
        ),
        (
            "set_threshold",
            {"name": "change_rate", "limit": "-1", "reason": "好"},
            "界限应在 0 和 1 万亿之间。您写的：-1。",
        ),
        (
            "set_threshold",
            {"name": "change_rate", "limit": "NaN", "reason": "好"},
            "界限请填写数字。您写的：NaN。",
        ),
        ("set_threshold", {"name": "change_rate", "limit": "1"}, "请写明调整界限的原因。"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_set(world, name, fields, mistake):
    assert said(post(world, world.wu, name, **fields)) == [mistake]
    assert not CheckSetting.objects.exists() and not RoundThreshold.objects.exists()


def row(html, place):
    """The row of an anchor."""
    return html.partition(f'<tr id="{place}">')[2].partition("</tr>")[0]


def test_a_mistake_stands_in_its_row_whose_form_stays_open_as_it_was_sent(world):
    limit = post(world, world.wu, "set_threshold", name="change_rate", limit="六万", reason="湘财绩 5 号")
    html = unescape(limit.content.decode())
    here = row(html, "threshold-change_rate")
    assert limit.redirect_chain[-1][0].endswith("#threshold-change_rate")
    assert '<details class="setting" open>' in here and html.count('<details class="setting" open>') == 1
    assert "界限请填写数字。您写的：六万。" in here and html.count("界限请填写数字") == 1
    assert 'value="六万"' in here and 'value="湘财绩 5 号"' in here
    check = unescape(post(world, world.wu, "set_check", code="C-001", severity="off").content.decode())
    here = row(check, "check-C-001")
    assert "请写明调整这条规则的原因。" in here and "open>" in here
    assert '<option value="off" selected>' in here


def test_what_was_set_is_said_in_its_row_and_nowhere_else(world):
    sent = {"code": "C-001", "severity": "off", "reason": "湘财绩 5 号"}
    html = post(world, world.wu, "set_check", **sent).content.decode()
    assert "已调整，所有单位都能看到原因。" in row(html, "check-C-001")
    assert html.count("已调整，所有单位") == 1 and '<details class="setting" open>' not in html


def test_who_looks_after_the_round_but_does_not_decide_has_no_form(world):
    assert "<form" in page(world.wu, "round_checks", world.round.pk).split("<main")[1]
    assert "<form" not in page(world.qian, "round_checks", world.round.pk).split("<main")[1]


def test_the_page_takes_the_same_queries_with_and_without_settings(world):
    with statements() as few:
        page(world.wu, "round_checks", world.round.pk)
    for severity in ("off", "warning", "error"):
        post(world, world.wu, "set_check", code="C-001", severity=severity, reason="湘财绩 5 号")
    with statements() as many:
        page(world.wu, "round_checks", world.round.pk)
    assert len(few) == len(many)
