"""Where the 42.04 % of the real report come from, on the page and in the workbook."""

from decimal import Decimal
from io import BytesIO

import openpyxl
from django.urls import reverse

from orgs.models import User
from tests.budgets.test_bridge import bridge, page_of, told
from tests.world import signed_in


def test_the_gap_of_the_real_report_is_made_of_basic_projects_and_other_income(seed):
    found = bridge(seed)
    assert (found.initial, found.revised, found.outturn) == (13_855_000, None, 19_680_100)
    assert (found.gap, round(found.rate, 2)) == (5_825_100, Decimal("42.04"))
    assert found.adjusted.steps == []
    # 1726.32 − 900.00; 241.37 − 485.50; what other income paid for. 826.32 − 244.13 + 0.32 = 582.51.
    assert told(found.executed) == [
        [("基本支出", 8_263_200), ("项目支出", -2_441_300), ("支出中由其他收入安排", 3_200)],
        [],
    ]
    assert found.executed.change == found.gap


def test_the_page_of_the_real_report_says_it_and_leads_to_each_entry(seed):
    response = page_of(seed)
    printed = response.context["bridge"]
    assert printed.sentence == (
        "年初预算 1,385.50 → 决算 1,968.01，相差 +582.51 万元（+42.04 %）："
        "其中基本支出 +826.32，项目支出 −244.13，支出中由其他收入安排 +0.32。"
    )
    entry = reverse("edit_lines", args=[seed.pk, "nature"])
    total = reverse("edit_lines", args=[seed.pk, "function"]) + "#row-total"
    assert [(step.name, step.amount, step.share, step.url) for step in printed.steps] == [
        ("年初预算", "1,385.50", "", total),
        ("基本支出", "+826.32", "141.86", f"{entry}#row-basic"),
        ("项目支出", "−244.13", "−41.91", f"{entry}#row-project"),
        ("支出中由其他收入安排", "+0.32", "0.05", f"{entry}#row-reconciliation"),
        ("决算", "1,968.01", "", total),
    ]
    html = response.content.decode()
    assert all(step.url in html for step in printed.steps) and printed.sentence in html


def test_the_sheet_of_the_real_report_adds_up_to_the_outturn(seed):
    path = reverse("download_variances", args=[seed.pk])
    content = signed_in(User.objects.get(username="lin")).get(path).content
    rows = list(openpyxl.load_workbook(BytesIO(content))["差额构成"].iter_rows(min_row=3, values_only=True))
    assert rows[0] == ("步骤", "增减", "占差额", "累计", "说明")
    assert [row[:4] for row in rows[1:]] == [
        ("年初预算数", None, None, 1385.5),
        ("基本支出", 826.32, 1.4186, 2211.82),
        ("项目支出", -244.13, -0.4191, 1967.69),
        ("支出中由其他收入安排", 0.32, 0.0005, 1968.01),
        ("决算数", None, None, 1968.01),
    ]


def test_the_table_of_one_schedule_has_no_bridge(seed):
    path = reverse("variances", args=[seed.pk]) + "?schedule=revenue"
    assert "差额是怎么来的" not in signed_in(User.objects.get(username="lin")).get(path).content.decode()
