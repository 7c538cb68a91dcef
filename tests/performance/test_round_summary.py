"""The summaries of a round as pages and workbooks: what they print, and what an address may ask for."""

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from openpyxl import load_workbook

from budgets.models import ProjectLine
from performance.bureau_tables.catalogue import SUMMARIES
from performance.models import ProjectIndicatorLine
from performance.recheck_actions import draw_sample
from performance.recheck_models import RecheckVersion
from performance.sampling import Plan
from submissions.models import Submission
from tests.performance.bureau_tables.returns import returned, three_returns
from tests.world import (
    NOW,
    Role,
    adjustment,
    make_person,
    make_unit,
    put_in_status,
    save,
    signed_in,
    without_guards,
)


@pytest.fixture
def three(world):
    """Three approved returns of four units, and what must not be added."""
    return three_returns(world)


def page_of(world, name="departments", query="", person="wu"):
    return signed_in(getattr(world, person)).get(f"/rounds/{world.round.pk}/summaries/{name}/{query}")


def rows_of(response):
    """What the table prints, row by row."""
    body = response.content.decode().split("<tbody>")[1].split("</tbody>")[0]
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


def sheet_of(response):
    book: Any = load_workbook(BytesIO(response.content))
    return book.active


def test_the_page_prints_each_return_and_together_last(three):
    response = page_of(three)
    rows = rows_of(response)
    assert rows[0][:15] == [
        *("1", "224001", "零陵区应急管理局", "100.00", "200.00", "180.00", "90.00", "9.00", "—"),
        *("45.00", "27.00", "9.00", "81.00", "90.00", "优"),
    ]
    assert rows[2][3] == "—" and rows[2][13:15] == ["—", "未评"]
    assert rows[-1][:15] == [
        *("合计", "", "3 个单位", "150.00", "400.00", "342.00", "85.50", "9.50", "—"),
        *("42.50", "23.50", "7.00", "73.00", "82.50", "加权 84.64"),
    ]
    page = response.content.decode()
    assert "4 个单位中 <strong>3</strong> 个已审核通过" in page
    assert "还没有计入的 1 个单位</summary><p>零陵区某学校</p>" in page
    assert f'<a href="/submissions/{three.submission.pk}/indicators/">零陵区应急管理局</a>' in page


def test_amounts_are_in_the_unit_she_reads(three):
    three.wu.amount_unit = "yuan"
    three.wu.save()
    assert rows_of(page_of(three))[-1][3:6] == ["1,500,000.00", "4,000,000.00", "3,420,000.00"]


def test_the_workbook_has_the_same_lines_and_names_who_is_missing(three):
    response = page_of(three, query="download/")
    rows = list(sheet_of(response).iter_rows(values_only=True))
    assert rows[0][0] == "部门整体支出绩效自评情况汇总表"
    assert "4 个单位中已审核通过的 3 个；金额单位：万元" in rows[1][0]
    assert rows[2][:8] == (
        *("序号", "单位编码", "单位名称", "年初预算数", "全年预算数", "全年执行数", "执行率 %", "执行率得分"),
    )
    assert rows[3][:8] == (1, "224001", "零陵区应急管理局", 100, 200, 180, 90, 9)
    assert rows[5][3] == "—" and rows[5][14] == "未评"
    assert rows[6][:7] == ("合计", None, "3 个单位", 150, 400, 342, 85.5)
    assert rows[7][0].startswith("总分算不出来") and rows[7][0].endswith(
        "零陵区文化馆（1 个指标没有填得分。）"
    )
    assert rows[8][0] == "合计的得分为简单平均，“加权”为按全年执行数加权的平均总分。"
    assert rows[9][0] == "还没有审核通过、没有计入的单位：零陵区某学校"
    assert len(rows) == 10


def test_a_group_of_columns_has_one_head_on_the_page_and_stands_before_each_in_the_workbook(three):
    page = page_of(three, "grades").content.decode()
    assert '<th scope="colgroup" colspan="3">优</th>' in page
    sheet = sheet_of(page_of(three, "grades", "download/"))
    heads = [cell.value for cell in sheet[3]]
    assert heads[:5] == ["部门类别", "单位数", "优：数量", "优：金额", "优：占比 %"]


def test_a_name_is_never_a_formula(three):
    three.submission.unit.name = "=1+1"
    three.submission.unit.save()
    sheet = sheet_of(page_of(three, query="download/"))
    assert (sheet["C4"].value, sheet["C4"].data_type) == ("=1+1", "s")


def test_a_department_is_looked_at_alone(three):
    response = page_of(three, query="?department=224001")
    assert [row[1] for row in rows_of(response)] == ["224001", "224002", ""]
    page = response.content.decode()
    assert "2 个单位中 <strong>2</strong> 个已审核通过" in page and "零陵区应急管理局 ×" in page
    assert f'href="/rounds/{three.round.pk}/summaries/projects/?department=224001"' in page
    assert "download/?department=224001" in page


def test_a_department_leads_from_the_coverage_to_its_own(three):
    page = page_of(three, "coverage").content.decode()
    assert '<a href="?department=224001">零陵区应急管理局</a>' in page


def test_a_past_day_shows_what_counted_then(three):
    assert "还没有审核通过的填报" in page_of(three, query="?day=2024-03-01").content.decode()
    after = page_of(three, query="?day=2024-03-02")
    assert len(rows_of(after)) == 4 and "截至 2024年3月2日" in after.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?department=999999",
        "?department=224002",
        "?day=1999-12-31",
        "?day=2024-02-30",
        f"?day={date.today() + timedelta(days=9)}",
    ],
)
def test_what_is_not_there_is_not_found(three, query):
    assert page_of(three, query=query).status_code == 404
    assert page_of(three, query=f"download/{query}").status_code == 404


@pytest.mark.parametrize("query", ["?department=%00", "?page=x", "?page=99", "?department=’"])
def test_what_cannot_be_read_is_not_asked_for(three, query):
    assert len(rows_of(page_of(three, query=query))) == 4


def test_there_are_no_other_summaries(three):
    assert page_of(three, "others").status_code == 404


@pytest.mark.parametrize("name", SUMMARIES)
def test_before_anything_was_approved_every_summary_says_so(world, name):
    page = page_of(world, name)
    assert page.status_code == 200
    has_lines = name in ("grades", "coverage", "three-public")  # which are about units and items
    assert ("还没有审核通过的填报" in page.content.decode()) is not has_lines
    assert page_of(world, name, "download/").status_code == 200


def test_a_page_has_fifty_lines_and_together_is_always_all(three):
    for at in range(50):
        unit = make_unit(three.finance.region, f"30{at:04}", f"单位{at}", parent=three.finance)
        returned(three.round, unit, three.lin, (1, 1, 1), (50, 30, 10))
    first, second = page_of(three), page_of(three, query="?page=2")
    assert len(rows_of(first)) == 51 and len(rows_of(second)) == 4
    assert rows_of(first)[-1] == rows_of(second)[-1]
    assert rows_of(second)[-1][2:4] == ["53 个单位", "200.00"]
    assert rows_of(second)[0][0] == "51"
    assert "合计是全部 53 行的合计" in first.content.decode()


@pytest.mark.parametrize("suffix", ["", "download/"])
@pytest.mark.parametrize("name", SUMMARIES)
def test_every_summary_opens_with_the_same_few_queries(three, name, suffix):
    client = signed_in(three.wu)
    url = f"/rounds/{three.round.pk}/summaries/{name}/{suffix}"
    more(three, 0, 1)
    assert client.get(url).status_code == 200
    before = queries_of(client, url)
    more(three, 1, 6)
    assert queries_of(client, url) == before <= 24


def more(world, first, last):
    """Approved returns with a project, a document without a revised budget, and a finished re-check."""
    for at in range(first, last):
        unit = make_unit(world.finance.region, f"2270{at:02}", f"单位{at}", parent=world.finance)
        preparer = make_person(f"p{at}", f"人{at}", (Role.PREPARER, unit))
        made = returned(world.round, unit, preparer, (60, None, 72), (50, 30, 10), approved=False)
        save(made, adjustment("2023-1", kind="increase", adjusted="200000"), by=preparer)
        ProjectLine.objects.create(
            submission=made, name="项目", entered_in="yuan", initial_budget=9, outturn=9
        )
        ProjectIndicatorLine.objects.create(
            submission=made, project="项目", name="件数", second_level="quantity", max_score=50, score=40
        )
        put_in_status(made, "approved")
    draw_sample(
        round=world.round, plan=Plan(100, is_percent=True), seed=f"{last}", reason="文号", by=world.wu, at=NOW
    )
    for each in Submission.objects.filter(round=world.round, sampled__isnull=False, rechecks=None).distinct():
        RecheckVersion.objects.create(
            submission=each,
            number=1,
            checked=[],
            own_total=90,
            found_total=80,
            is_finished=True,
            actor=world.wu,
            actor_name="吴芳",
            at=NOW,
        )


def queries_of(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_pages_of_a_round_lead_to_each_other(three):
    wu = signed_in(three.wu)
    here = f"/rounds/{three.round.pk}/"
    for page in ("", "variances/", "scores/", "summaries/departments/"):
        content = wu.get(f"{here}{page}").content.decode()
        for other in ("", "variances/", "scores/", "summaries/departments/"):
            current = ' aria-current="page"' if other == page else ""
            assert f'<a href="{here}{other}"{current}>' in content, (page, other)
    assert f'href="{here}summaries/deviations/"' in wu.get(f"{here}rechecks/").content.decode()


def test_words_of_units_are_escaped(three):
    three.submission.unit.name = "<b>局</b>"
    three.submission.unit.save()
    page = page_of(three).content.decode()
    assert escape("<b>局</b>") in page and "<b>局</b>" not in page


def test_a_note_of_many_names_is_whole_in_the_workbook(three):
    """Each of 700 projects without points is named in some 50 characters: together more than a cell holds."""
    names = [f"{at:03}{'长' * 40}" for at in range(700)]
    with without_guards("budgets_projectline"):
        ProjectLine.objects.bulk_create(
            ProjectLine(submission=three.submission, name=name, entered_in="yuan", outturn=1)
            for name in names
        )
    rows = sheet_of(page_of(three, "projects", "download/")).iter_rows(values_only=True)
    said = "".join(row[0] for row in rows if str(row[0]).startswith("得分算不出来"))
    assert [name for name in names if name not in said] == []
