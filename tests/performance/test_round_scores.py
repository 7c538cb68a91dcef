"""Points and grades of a round: how they are spread, by kind of unit, and unit by unit."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.performance.bureau_tables.returns import returned, three_returns
from tests.world import make_unit, signed_in


@pytest.fixture
def three(world):
    """Three approved returns of four units, and what must not be added."""
    return three_returns(world)


_LINK = re.compile(r"</?a\b[^>]*>")


def page_of(world, query=""):
    return signed_in(world.wu).get(f"/rounds/{world.round.pk}/scores/{query}")


def units_of(response):
    """The list of units: name, and what is printed of it."""
    body = response.content.decode().rsplit("<tbody>", 1)[1].split("</tbody>")[0]
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


def test_every_unit_stands_with_its_points_the_best_first_and_who_has_none_last(three):
    assert units_of(page_of(three)) == [
        [
            *("224001", "零陵区应急管理局", "零陵区应急管理局", "200.00", "180.00", "90.00"),
            *("9.00", "81.00", "90.00", "优"),
        ],
        [
            *("224002", "应急救援中心", "零陵区应急管理局", "100.00", "100.00", "100.00"),
            *("10.00", "65.00", "75.00", "中"),
        ],
        [
            *("225001", "零陵区文化馆", "零陵区文化馆", "100.00", "62.00", "62.00"),
            *("6.20", "60.00", "—", "未评"),
        ],
    ]


@pytest.mark.parametrize(
    ("order", "codes"),
    [
        ("best", ["224001", "224002", "225001"]),
        ("worst", ["224002", "224001", "225001"]),
        ("fastest", ["224002", "224001", "225001"]),
        ("slowest", ["225001", "224001", "224002"]),
        ("largest", ["224001", "224002", "225001"]),
        ("tree", ["224001", "224002", "225001"]),
        ("nonsense", ["224001", "224002", "225001"]),
    ],
)
def test_the_order_is_what_the_address_says(three, order, codes):
    response = page_of(three, f"?order={order}")
    assert [row[0] for row in units_of(response)] == codes


def test_simple_and_weighted_mean_and_the_rate_of_the_sums_stand_side_by_side(three):
    page = page_of(three).content.decode()
    assert "<dt>简单平均</dt><dd>82.50</dd>" in page
    assert "<dt>按全年执行数加权</dt><dd>84.64</dd>" in page
    assert "<dt>全年执行数 ÷ 全年预算数</dt><dd>85.50 %</dd>" in page


def test_who_has_no_total_is_counted_and_named_with_what_stands_in_the_way(three):
    page = page_of(three).content.decode()
    assert "总分算不出来、等级为“未评”、不计入平均分的 1 个单位" in page
    assert "零陵区文化馆</a>：1 个指标没有填得分。" in page
    assert "4 个单位中 <strong>3</strong> 个已审核通过" in page


def test_each_distribution_is_drawn_and_stands_in_a_table(three):
    page = page_of(three).content.decode()
    totals, rates = (_LINK.sub("", each) for each in page.split("数据表")[1:])
    assert page.count('<rect class="now"') == 2 + 3
    assert '<th scope="row">75–80</th><td class="number">1</td><td class="number">50.00</td>' in totals
    assert '<th scope="row">90–95</th><td class="number">1</td><td class="number">50.00</td>' in totals
    assert '<th scope="row">算不出来</th><td class="number">1</td>' in totals
    assert '<th scope="row">60–65</th><td class="number">1</td><td class="number">33.33</td>' in rates


def test_grades_by_kind_add_up_to_the_number_of_units(three):
    body = page_of(three).content.decode().split('aria-label="等级分布"')[1].split("</tbody>")[0]
    foot = re.findall(r"<td[^>]*>([^<]*)</td>", _LINK.sub("", body.split('<tr class="total">')[1]))
    assert foot[:2] == ["合计", "4"] and foot[2::3] == ["1", "0", "1", "0", "2"]
    assert foot[3] == "180.00" and foot[4] == "25.00"


def test_every_number_leads_to_a_list_of_as_many_units(three):
    """A class of totals or rates, a grade of a kind of unit, a kind; 未评 has who has nothing approved, too."""
    page = page_of(three).content.decode()
    counted = re.findall(r'<td class="number"><a[^>]* href="([^"]*)#units"[^>]*>(\d+)</a></td>', page)
    assert len(counted) == 2 + 3 + 4 + 2 + 4  # totals, rates, 机关 with three grades, 学校 with one, 合计
    for href, number in counted:
        query = unescape(href[href.index("?") :])
        assert len(units_of(page_of(three, query))) == int(number), query


def test_the_list_of_a_number_says_what_it_is_and_who_has_nothing_approved(three):
    page = page_of(three, "?kind=school&grade=未评")
    assert units_of(page) == [["226001", "零陵区某学校", "零陵区某学校", "没有审核通过的填报", "未评"]]
    words = _LINK.sub("", page.content.decode())
    assert "1 个：学校，等级为未评 · 显示全部" in words
    assert 'href="?order=slowest&amp;kind=school&amp;grade=%E6%9C%AA%E8%AF%84#units"' in page.content.decode()
    # The means and the classes stay those of all.
    assert "<dt>简单平均</dt><dd>82.50</dd>" in words


def test_a_class_holds_what_its_label_says(three):
    """75 and 90 points, 62, 90 and 100 percent; a label nobody knows asks for nothing."""
    found = {
        query: [row[0] for row in units_of(page_of(three, query))]
        for query in ("?total=75–80", "?total=90–95", "?rate=60–65", "?rate=95–100", "?rate=1–2")
    }
    assert list(found.values()) == [
        ["224002"], ["224001"], ["225001"], ["224002"], ["224001", "224002", "225001"],
    ]  # fmt: skip


def test_each_unit_leads_to_the_page_of_its_points(three):
    page = page_of(three).content.decode()
    assert f'href="/submissions/{three.submission.pk}/indicators/">零陵区应急管理局</a>' in page


def test_a_department_and_a_day_stay_in_the_address_of_every_order(three):
    response = page_of(three, "?department=224001&day=2024-03-02&order=worst")
    assert [row[0] for row in units_of(response)] == ["224002", "224001"]
    page = response.content.decode()
    assert 'href="?department=224001&amp;day=2024-03-02&amp;order=slowest#units"' in page
    assert '<input type="hidden" name="order" value="worst">' in page
    assert "截至 2024年3月2日" in page


def test_before_anything_was_approved_there_is_nothing_to_show(world):
    assert "还没有审核通过的填报" in page_of(world).content.decode()
    assert "还没有审核通过的填报" in page_of(world, "?day=2024-02-01").content.decode()


@pytest.mark.parametrize(
    "query", ["?department=999999", "?day=1999-12-31", f"?day={date.today() + timedelta(days=9)}"]
)
def test_what_is_not_there_is_not_found(three, query):
    assert page_of(three, query).status_code == 404


def test_it_opens_with_the_same_few_queries_and_fifty_units_a_page(three):
    client, url = signed_in(three.wu), f"/rounds/{three.round.pk}/scores/"
    client.get(url)
    before = queries_of(client, url)
    for at in range(50):
        unit = make_unit(three.finance.region, f"30{at:04}", f"单位{at}", parent=three.finance)
        returned(three.round, unit, three.lin, (1, 1, 1), (50, 30, 10))
    assert queries_of(client, url) == before <= 18
    assert len(units_of(page_of(three))) == 50 and len(units_of(page_of(three, "?page=2"))) == 3


def queries_of(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
