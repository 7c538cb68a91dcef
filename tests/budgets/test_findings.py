"""The page of findings: grouped by what to do, explained in place, let pass by the bureau, and its list as Excel."""

import json
import re
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from budgets.checks.results import Group, results_of_many
from budgets.returns import BY_FUNCTION
from submissions import finding_actions
from submissions.models import Explanation, Override, Submission
from tests.world import NOW, category, change, make_submission, many_items, save, signed_in, statements

WORDS = "决算口径与预算口径不同，已报财政局备案"


@pytest.fixture
def here(world):
    """Lin's return, whose stated total of revenue is 1 万元 too much; nothing else is wrong with it."""
    save(world.submission, change("total", outturn="60000"), change("other", outturn="50000"))
    save(world.submission, change(category("2240101"), initial_budget="50000", outturn="50000"))
    return world.submission


@pytest.fixture
def warned(world, here):
    """The same return in a round in which that is a warning."""
    finding_actions.set_check(
        round=world.round, code="C-001", severity="warning", reason="本地规定", by=world.wu, at=NOW
    )
    return here


def found(submission, group):
    """The one finding about which something is to be done."""
    read = Submission.objects.for_workspace().get(pk=submission.pk)
    [each] = results_of_many([read])[submission.pk].by_group[group]
    return each.finding


def page(person, submission, query="", name="findings"):
    response = signed_in(person).get(reverse(name, args=[submission.pk]) + query)
    assert response.status_code == 200
    return response.content.decode()


def post(person, submission, deed, finding, text, **options):
    path = reverse(deed, args=[submission.pk])
    sent = {"finding": finding.name, "text": text}
    return signed_in(person).post(path, sent, **options)


def said(response):
    return [str(message) for message in response.context["messages"]]


def headings(html):
    """The groups on the page, with how many findings they have."""
    return re.findall(r'<h2 id="group-(\w+)">.*?<span[^>]*>(\d+)</span> 条', html, re.S)


class TestThePage:
    def test_an_error_is_said_with_its_figures_and_leads_to_its_cell(self, world, here):
        html = page(world.lin, here)
        assert headings(html)[0] == ("mend", "1")
        assert "收入合计填 6.00，应为 5.00，相差 1.00 万元。" in html
        assert f'href="{reverse("edit_lines", args=[here.pk, "revenue"])}#row-total:outturn"' in html
        assert (
            html.count(
                '<td class="number">6.00</td><td class="number">5.00</td>'.replace("><", ">\n          <")
            )
            == 1
        )
        assert "1 错误" in html

    def test_in_yuan_its_figures_are_yuan(self, world, here):
        world.lin.amount_unit = "yuan"
        world.lin.save()
        assert "收入合计填 60,000.00，应为 50,000.00，相差 10,000.00 元。" in page(world.lin, here)

    def test_what_passes_is_folded_and_what_is_missing_stands_apart(self, world, here):
        html = page(world.lin, here)
        assert '<details class="panel folded"' in html and "C-002" in html
        assert ("missing", str(_number_of(here, Group.MISSING))) in headings(html)

    def test_it_is_filtered_by_group_and_schedule(self, world, here):
        assert [group for group, _ in headings(page(world.lin, here, "?group=mend"))] == ["mend"]
        assert "mend" not in dict(headings(page(world.lin, here, "?schedule=staff")))
        assert headings(page(world.lin, here, "?group=nothing")) == headings(page(world.lin, here))

    def test_an_empty_return_has_no_error(self, world):
        assert {group for group, _ in headings(page(world.lin, world.submission))} <= {"missing"}

    def test_an_empty_return_has_not_passed_though_its_revisions_are_complete(self, world):
        assert "没有错误，没有待说明" not in page(world.lin, world.submission)
        assert "还没有可以检查的数" in page(world.lin, world.submission, name="workspace")
        save(world.submission, change("other", last_year_budget="50000"))
        save(world.submission, change("total", last_year_budget="50000"))
        assert "没有错误，没有待说明" not in page(world.lin, world.submission)
        save(world.submission, change("other", version=1, outturn="50000"))
        assert "没有错误，没有待说明" in page(world.lin, world.submission)

    def test_it_takes_the_same_queries_for_few_and_many_findings(self, world, here):
        with statements() as few:
            page(world.lin, here)
        rows = [change(item, outturn="10000") for item in many_items(60)]
        classes = [change(category(code), outturn="1") for code in ("22400", "224")]
        save(here, *rows, *classes, schedule=BY_FUNCTION)
        with statements() as many:
            html = page(world.lin, here)
        assert len(few) == len(many) and int(dict(headings(html))["mend"]) >= 3


def _number_of(submission, group):
    read = Submission.objects.for_workspace().get(pk=submission.pk)
    return len(results_of_many([read])[submission.pk].by_group[group])


class TestExplaining:
    def test_a_warning_is_explained_in_place(self, world, warned):
        assert "data-explains" in page(world.lin, warned)
        asked = found(warned, Group.EXPLAIN)
        response = post(world.lin, warned, "explain_finding", asked, WORDS)
        assert response["Location"] == f"{reverse('findings', args=[warned.pk])}#finding-{asked.name}"
        assert Explanation.objects.get().text == WORDS
        assert WORDS in page(world.wu, warned) and "data-explains" not in page(world.wu, warned)

    def test_a_script_is_told_what_is_left_and_how_far_the_sections_are(self, world, warned):
        asked = found(warned, Group.EXPLAIN)
        response = post(world.lin, warned, "explain_finding", asked, WORDS, HTTP_ACCEPT="application/json")
        answer = json.loads(response.content)
        assert answer["left"] == answer["groups"]["explain"] == 0 and answer["groups"]["explained"] == 1
        states = {section["title"]: section["text"] for section in answer["sections"]}
        assert states["检查与说明"] == "1 已说明"

    def test_the_tabs_say_how_many_and_those_without_any_wait_for_the_script(self, world, warned):
        html = page(world.lin, warned)
        tabs = re.findall(r'data-group="(\w+)"( hidden)?>.*?<span data-count>(\d+)<', html)
        assert ("explain", "", "1") in tabs and ("explained", " hidden", "0") in tabs

    def test_what_explains_nothing_comes_back_with_her_words(self, world, warned):
        asked = found(warned, Group.EXPLAIN)
        response = post(world.lin, warned, "explain_finding", asked, "正常", follow=True)
        assert said(response) == ["说明有 2 个字，至少写 10 个字：请写清为什么这样、依据是什么。您写的：正常"]
        scripted = post(world.lin, warned, "explain_finding", asked, "正常", HTTP_ACCEPT="application/json")
        assert (scripted.status_code, Explanation.objects.count()) == (422, 0)

    def test_figures_that_changed_meanwhile_are_looked_at_first(self, world, warned):
        asked = found(warned, Group.EXPLAIN)
        save(warned, change("other", outturn="40000", version=1))
        response = post(world.lin, warned, "explain_finding", asked, WORDS, follow=True)
        assert "这一条的数字已经变了" in said(response)[0] and not Explanation.objects.exists()

    def test_after_a_change_it_is_asked_again_with_what_was_said_before(self, world, warned):
        post(world.lin, warned, "explain_finding", found(warned, Group.EXPLAIN), WORDS)
        save(warned, change("other", outturn="40000", version=1))
        html = page(world.lin, warned)
        assert f"数字变化以前的说明：{WORDS}" in html and dict(headings(html))["explain"] == "1"

    def test_an_error_has_no_field_for_words(self, world, here):
        assert "data-explains" not in page(world.lin, here)


class TestLettingPass:
    def test_the_bureau_lets_an_error_pass_and_everybody_reads_why(self, world, here):
        assert "override_finding" not in page(world.lin, here)
        assert reverse("override_finding", args=[here.pk]) in page(world.wu, here)
        post(world.wu, here, "override_finding", found(here, Group.MEND), "上级批复如此")
        assert Override.objects.get().reason == "上级批复如此"
        html = page(world.lin, here)
        assert headings(html)[0] == ("overridden", "1") and "上级批复如此" in html

    def test_not_without_a_reason(self, world, here):
        response = post(world.wu, here, "override_finding", found(here, Group.MEND), "", follow=True)
        assert said(response) == ["请写明放行的原因。"]


class TestTheGate:
    def test_an_error_is_said_once_and_stands_in_the_way(self, world, here):
        html = page(world.lin, here, name="journey")
        assert html.count("收入合计填 6.00") == 1 and "与分项之和不符" not in html
        assert "disabled>报送" in html

    def test_what_was_let_pass_does_not(self, world, here):
        post(world.wu, here, "override_finding", found(here, Group.MEND), "上级批复如此")
        assert "可以报送了" in page(world.lin, here, name="journey")

    def test_a_warning_does_until_it_is_explained(self, world, warned):
        html = page(world.lin, warned, name="journey")
        asked = found(warned, Group.EXPLAIN)
        assert f"{reverse('findings', args=[warned.pk])}#finding-{asked.name}" in html
        post(world.lin, warned, "explain_finding", asked, WORDS)
        assert "可以报送了" in page(world.lin, warned, name="journey")

    def test_a_check_that_is_off_stops_nobody_and_nothing_says_it_in_its_place(self, world, here):
        finding_actions.set_check(
            round=world.round, code="C-001", severity="off", reason="本地规定", by=world.wu, at=NOW
        )
        assert "可以报送了" in page(world.lin, here, name="journey")

    def test_many_are_named_and_the_rest_is_one_line(self, world, here):
        codes = [f"2{number:02}" for number in range(10, 20)]
        for code in codes:
            rows = (change(category(code), outturn="1"), change(category(f"{code}0101"), outturn="10000"))
            save(here, *rows, schedule=BY_FUNCTION)
        html = page(world.lin, here, name="journey")
        mend = _number_of(here, Group.MEND)
        assert mend > 8 and f"另有 {mend - 8} 条检查结果：错误：要改" in html


def test_the_list_as_a_workbook_says_what_the_page_says(world, here):
    response = signed_in(world.lin).get(reverse("download_findings", args=[here.pk]))
    sheet = load_workbook(BytesIO(response.content)).active
    rows = list(sheet.iter_rows(min_row=3))
    head = [cell.value for cell in rows[0]]
    looked_at = "单位编码 单位 报表 行 栏目 哪里不对 填报 应为 对照 相差 怎么改 处理 说明或放行原因 打开 规则"
    assert head == looked_at.split()
    first = dict(zip(head, rows[1], strict=True))
    assert (first["单位编码"].value, first["单位编码"].data_type) == ("224001", "s")
    assert [first[name].value for name in ("单位", "报表", "行", "栏目", "处理")] == [
        "零陵区应急管理局",
        "收入（按来源）",
        "收入合计",
        "决算数",
        "错误：要改",
    ]
    assert [first[name].value for name in ("填报", "应为", "对照", "相差")] == [6, 5, None, 1]
    assert (first["规则"].value, first["规则"].data_type) == ("C-001", "s")
    assert first["打开"].hyperlink.target.endswith("/revenue/#row-total:outturn")
    # Every column has its width, and a row the height of its longest text: 规则 is as wide as its codes.
    assert all(sheet.column_dimensions[cell.column_letter].width for cell in rows[0])
    assert sheet.row_dimensions[rows[1][0].row].height >= 30


def test_the_list_of_a_round_has_every_unit(world, here):
    other = make_submission(world.round, world.rescue, world.lin)
    save(other, change("total", outturn="60000"), change("other", outturn="50000"))
    response = signed_in(world.wu).get(reverse("download_round_findings", args=[world.round.pk]))
    sheet = load_workbook(BytesIO(response.content)).active
    mended = [
        [cell.value for cell in row][:2]
        for row in sheet.iter_rows(min_row=4)
        if row[11].value == "错误：要改"
    ]
    assert mended == [["224001", "零陵区应急管理局"], ["224002", "应急救援中心"]]


def test_a_finding_that_a_reason_explains_leads_to_where_that_is_written(world):
    money = {"initial_budget": "1000000", "outturn": "2000000"}
    save(world.submission, change(category("2240106"), fund="other", nature="basic", **money))
    html = page(world.lin, world.submission)
    rows = reverse("edit_lines", args=[world.submission.pk, "function"])
    # Of C-044 and C-045 each, the name of the row and 写差异原因.
    assert html.count(f'href="{rows}#row-total:variance_reason"') == 4
    assert ":variance_to_initial" not in html


def test_what_a_figure_is_only_held_against_is_not_called_what_it_should_be(world, here):
    """C-001 says what the total should be; C-045 holds 200.00 against the initial 100.00."""
    money = {"initial_budget": "1000000", "outturn": "2000000"}
    save(here, change(category("2240106"), **money))
    heads = {
        group: re.findall(r'<th scope="col" class="number">((?:应为|对照)[^<]*)<', part)[0]
        for group, part in re.findall(
            r'<h2 id="group-(mend|explain)">(.*?)</table>', page(world.lin, here), re.S
        )
    }
    assert heads == {"mend": "应为", "explain": "对照"}
