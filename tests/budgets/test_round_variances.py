"""The variances of a round: what the page prints, where each row leads, and what an address may ask for."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from budgets.models import BudgetLine, ProjectLine
from budgets.region.sums import Dimension
from budgets.returns import BY_FUNCTION, THREE_PUBLIC
from submissions.models import Submission
from tests.budgets.region.test_effective import step
from tests.world import (
    category,
    change,
    make_submission,
    make_unit,
    put_in_status,
    save,
    signed_in,
    without_guards,
)


@pytest.fixture
def filled(world):
    """Approved returns of two departments, one of them with two units; in yuan."""
    (
        category("224", name="灾害防治"),
        category("22401", name="应急管理事务"),
        category("2240101", name="行政运行"),
    )
    rescue = make_submission(world.round, world.rescue, world.lin)
    culture = make_submission(world.round, world.culture, world.zhao)
    item, books = category("2240101"), category("2070104", name="图书馆")
    save(
        world.submission,
        change(item, initial_budget="1000000", outturn="1500000", last_year_outturn="1200000"),
    )
    save(rescue, change(item, initial_budget="2000000", outturn="1900000", last_year_outturn="1000000"))
    save(culture, change(books, initial_budget="500000", outturn="600000"))
    for each in (world.submission, rescue, culture):
        approve(each)
    return world


def queries_of(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def approve(submission):
    step(submission, "approve", 0, "approved")


def page_of(world, query="", name="wu"):
    response = signed_in(getattr(world, name)).get(f"/rounds/{world.round.pk}/variances/{query}")
    return response


def rows_of(response):
    """The rows of the table: name, and what is printed."""
    body = response.content.decode().split("<tbody>")[1].split("</tbody>")[0]
    rows = []
    for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL):
        rows.append(
            [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        )
    return rows


def test_departments_are_ranked_by_their_variance_with_all_together_first(filled):
    response = page_of(filled)
    assert rows_of(response) == [
        ["合计", "3 份", "350.00", "—", "400.00", "+50.00", "+14.29", "220.00", "+120.00", "+54.55"],
        [
            "零陵区应急管理局",
            "2 份",
            "300.00",
            "—",
            "340.00",
            "+40.00",
            "+13.33",
            "220.00",
            "+120.00",
            "+54.55",
        ],
        ["零陵区文化馆", "1 份", "50.00", "—", "60.00", "+10.00", "+20.00", "—", "—", "—"],
    ]
    page = response.content.decode()
    assert "<strong>3</strong> 个单位中的 <strong>3</strong> 个" in page
    assert "不计入“较上年”：1 行</summary><p>零陵区文化馆（1 份）</p>" in page
    assert "没有填全年预算数的（包括由调整文件得出的），“全年预算数”里没有它们：2 行" in page


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("gap", ["零陵区应急管理局", "零陵区文化馆"]),
        ("rate", ["零陵区文化馆", "零陵区应急管理局"]),
        ("outturn", ["零陵区应急管理局", "零陵区文化馆"]),
        ("nonsense", ["零陵区应急管理局", "零陵区文化馆"]),
    ],
)
def test_the_order_is_what_the_address_says(filled, order, names):
    assert [row[0] for row in rows_of(page_of(filled, f"?order={order}"))[1:]] == names


def test_from_a_department_to_its_units_to_a_return(filled):
    page = page_of(filled).content.decode()
    href = "?by=unit&amp;department=224001"
    assert f'href="{href}">零陵区应急管理局</a>' in page
    units = page_of(filled, href.replace("&amp;", "&"))
    assert [row[:6] for row in rows_of(units)] == [
        ["合计", "2 份", "300.00", "—", "340.00", "+40.00"],
        ["零陵区应急管理局", "1 份", "100.00", "—", "150.00", "+50.00"],
        ["应急救援中心", "1 份", "200.00", "—", "190.00", "−10.00"],
    ]
    assert f'href="/submissions/{filled.submission.pk}/variances/">零陵区应急管理局' in units.content.decode()


def test_from_a_class_to_the_units_that_spent_on_an_item(filled):
    page = page_of(filled, "?by=function").content.decode()
    assert 'href="?by=function&amp;within=function&amp;key=224">224 灾害防治</a>' in page
    page = page_of(filled, "?by=function&within=function&key=22401").content.decode()
    assert 'href="?by=unit&amp;within=function&amp;key=2240101">2240101 行政运行</a>' in page
    units = page_of(filled, "?by=unit&within=function&key=2240101")
    assert [row[0] for row in rows_of(units)] == ["合计", "零陵区应急管理局", "应急救援中心"]
    assert "224 灾害防治 ×" in units.content.decode()  # what it is limited to, and the way back


def test_any_group_leads_to_the_units_it_is_the_sum_of(filled):
    save_project = {"submission": filled.submission, "entered_in": "yuan", "name": "防汛 A&B"}
    with without_guards("budgets_projectline"):
        ProjectLine.objects.create(**save_project, initial_budget=10_000, outturn=30_000)
    page = page_of(filled, "?by=project").content.decode()
    href = "?by=unit&amp;within=project&amp;key=%E9%98%B2%E6%B1%9B+A%26B"
    assert f'href="{href}">防汛 A&amp;B</a>' in page
    units = page_of(filled, href.replace("&amp;", "&"))
    assert [row[:6] for row in rows_of(units)] == [
        ["合计", "1 份", "1.00", "—", "3.00", "+2.00"],
        ["零陵区应急管理局", "1 份", "1.00", "—", "3.00", "+2.00"],
    ]
    assert "防汛 A&amp;B ×" in units.content.decode()
    # the table of the return in which it stands
    assert (
        f'href="/submissions/{filled.submission.pk}/variances/?schedule=projects">' in units.content.decode()
    )


def test_the_three_public_expenses_by_what_they_are_for_and_by_unit(filled):
    def expense(submission, item, initial, outturn):
        with without_guards("budgets_budgetline"):
            BudgetLine.objects.create(
                submission=submission,
                schedule=THREE_PUBLIC.name,
                item=item,
                entered_in="yuan",
                initial_budget=initial,
                outturn=outturn,
            )

    rescue = Submission.objects.get(unit=filled.rescue)
    expense(filled.submission, "hospitality", 50_000, 40_000)
    expense(filled.submission, "vehicle_operation", 20_000, 20_000)
    expense(filled.submission, "vehicles", 90_000, 90_000)  # stated over its parts: it does not count
    expense(rescue, "vehicles", 30_000, 10_000)  # nothing else of it is stated: it does
    rows = {row[0]: row[2:5] for row in rows_of(page_of(filled, "?by=three_public"))}
    assert rows == {
        "合计": ["10.00", "—", "7.00"],
        "公务接待费": ["5.00", "—", "4.00"],
        "公务用车运行维护费": ["2.00", "—", "2.00"],
        "公务用车购置及运行维护费": ["3.00", "—", "1.00"],
    }
    units = page_of(filled, "?by=unit&within=three_public&key=hospitality")
    assert [row[0] for row in rows_of(units)] == ["合计", "零陵区应急管理局"]


def test_what_has_no_functions_is_not_limited_to_one(filled):
    page = page_of(filled, "?by=project&within=function&key=224").content.decode()
    assert "灾害防治 ×" not in page
    assert 'href="?by=nature"' in page_of(filled, "?by=function&within=function&key=224").content.decode()


def test_returns_that_are_not_approved_are_named_and_not_added(filled):
    put_in_status(filled.submission, "draft")
    response = page_of(filled)
    assert rows_of(response)[0][:5] == ["合计", "2 份", "250.00", "—", "250.00"]
    assert "还没有计入的 1 个单位" in response.content.decode()


def test_what_is_under_review_is_added_where_it_is_asked_for_and_said(filled):
    """Emergency lies on a desk: +50 − 10 + 10 of 100 + 200 + 50 万元."""
    put_in_status(filled.submission, "in_review")
    assert rows_of(page_of(filled))[0][:3] == ["合计", "2 份", "250.00"]
    response = page_of(filled, "?review=on&by=unit")
    assert rows_of(response)[0][:3] == ["合计", "3 份", "350.00"]
    assert "还在审核的 1 份" in response.content.decode()
    assert 'href="?by=department&amp;review=on"' in response.content.decode()
    [sheet] = load_workbook(BytesIO(page_of(filled, "download/?review=on").content)).worksheets
    assert "已审核通过的 2 个和还在审核的 1 个" in sheet["A2"].value


def test_a_sum_of_another_table_says_of_which_and_why_it_may_differ(filled):
    said = "按各单位的支出（按支出性质）表汇总；有单位几张表的合计不一致"
    assert said in page_of(filled, "?by=nature").content.decode()
    for by in ("department", "unit", "function"):
        assert "几张表的合计不一致" not in page_of(filled, f"?by={by}").content.decode()


def test_before_anything_was_approved_there_is_nothing_to_add(world):
    assert "还没有审核通过的填报" in page_of(world).content.decode()


@pytest.mark.parametrize("by", [*Dimension])
def test_every_view_opens_with_the_same_few_queries(filled, by):
    client = signed_in(filled.wu)
    url = f"/rounds/{filled.round.pk}/variances/?by={by}"
    assert client.get(url).status_code == 200
    before = queries_of(client, url)
    for at in range(6):
        unit = make_unit(filled.finance.region, f"2260{at:02}", f"单位{at}", parent=filled.finance)
        made = make_submission(filled.round, unit, filled.lin)
        line = {"category": category(f"21{at}0101"), "entered_in": "yuan"}
        BudgetLine.objects.create(
            submission=made, schedule=BY_FUNCTION.name, **line, initial_budget=1, outturn=2
        )
        ProjectLine.objects.create(submission=made, name=f"项目{at}", entered_in="yuan", outturn=2)
        approve(made)
    assert queries_of(client, url) == before <= 12


@pytest.mark.parametrize(
    "query",
    [
        "?department=999999",
        "?department=224002",
        "?day=1999-12-31",
        "?day=2024-02-30",
        f"?day={date.today() + timedelta(days=400)}",
    ],
)
def test_what_is_not_there_is_not_found(filled, query):
    assert page_of(filled, query).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "?by=x",
        "?within=function&key=22",
        "?within=fund&key=x",
        "?within=function&key=２２４",
        "?by=department&within=function&key=%00",
        "?function=abc",
        "?department=%00",
        "?page=x&order=%F0",
    ],
)
def test_what_cannot_be_read_is_not_asked_for(filled, query):
    assert len(rows_of(page_of(filled, query))) == 3


def test_a_past_day_shows_what_counted_then(filled):
    before = page_of(filled, "?day=2024-02-29").content.decode()
    assert "还没有审核通过的填报" in before
    after = page_of(filled, "?day=2024-03-01")
    assert len(rows_of(after)) == 3 and "截至 2024年3月1日" in after.content.decode()


def test_the_way_from_budget_to_outturn_is_drawn(filled):
    page = page_of(filled).content.decode()
    assert page.count("<rect") == 4  # budget, two departments, outturn
    assert ">+40.00</text>" in page and ">400.00</text>" in page


def test_the_view_is_taken_away_as_a_workbook_with_all_its_digits(filled):
    response = page_of(filled, "download/?by=unit&department=224001")
    sheet = load_workbook(BytesIO(response.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert sheet.title == "按单位汇总"
    assert (
        "零陵区应急管理局，截至" in rows[1][0] and "2 个单位中已审核通过的 2 个；金额单位：万元" in rows[1][0]
    )
    assert rows[2] == (
        *(
            "单位",
            "填报（份）",
            "年初预算数",
            "全年预算数",
            "决算数",
            "预决算差异",
            "差异率 %",
            "上年决算数",
            "较上年",
        ),
        "较上年 %",
    )
    assert rows[3] == ("合计", 2, 300, "—", 340, 40, 13.33, 220, 120, 54.55)
    assert rows[4] == ("零陵区应急管理局", 1, 100, "—", 150, 50, 50, 120, 30, 25)
    assert rows[5] == ("应急救援中心", 1, 200, "—", 190, -10, -5, 100, 90, 90)
    assert rows[6][0].startswith("没有填全年预算数的") and rows[6][0].endswith(
        "：零陵区应急管理局（1 份）、应急救援中心（1 份）"
    )
    assert len(rows) == 7


def test_the_workbook_names_the_units_that_are_missing(filled):
    put_in_status(filled.submission, "returned")
    response = page_of(filled, "download/?by=department")
    rows = list(load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))
    assert rows[-1][0] == "没有计入的单位：零陵区应急管理局"


def test_a_view_without_figures_does_not_say_that_nothing_is_approved(filled):
    page = page_of(filled, "?by=project").content.decode()
    assert "已审核通过的填报里没有这一项的数" in page and "还没有审核通过的填报" not in page
