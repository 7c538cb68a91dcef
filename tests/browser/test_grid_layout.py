"""The cells of every entry table stand where a table's cells stand: side by side, each below its head."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from budgets.returns import BY_FUNCTION, REVENUE, SCHEDULES
from orgs.models import User
from submissions.models import Submission
from tests.browser.grid_page import add_category, open_return, open_schedule, sign_in

EDGES = "cells => cells.map(cell => [cell.getBoundingClientRect().left, cell.getBoundingClientRect().top])"


@pytest.mark.parametrize("username", ["lin", "wu"])
def test_the_cells_of_a_row_stand_side_by_side_as_their_columns_do(demo, page, username):
    seed = Submission.objects.get(unit__code="224001")
    sign_in(page, demo, username)
    addresses = [reverse("edit_lines", args=[seed.pk, schedule]) for schedule in SCHEDULES]
    for address in [*addresses, reverse("edit_indicators", args=[seed.pk])]:
        page.goto(demo + address)
        expect(page.locator("table.grid")).to_be_visible()
        columns = page.locator("table.grid col").count()
        for row in page.locator("table.grid tbody tr:not([hidden])").all()[:4]:
            edges = row.locator("> *").evaluate_all(EDGES)
            lefts = [left for left, _ in edges]
            assert len(lefts) == columns and lefts[1:] == sorted(set(lefts[1:])), address
            assert len({top for _, top in edges}) == 1, address


PAPER = 1062  # CSS pixels across A4 between its margins: 297 − 16 mm
CUT = """fields => fields.filter(field => field.clientWidth && field.scrollWidth > field.clientWidth)
    .map(field => field.getAttribute('aria-label'))"""


@pytest.mark.parametrize(("unit", "widest"), [("wan", PAPER), ("yuan", PAPER * 1.2)])  # the browser scales it
def test_every_column_is_on_paper_and_no_figure_in_part(demo, page, unit, widest):
    seed = Submission.objects.get(unit__code="224001")
    User.objects.filter(username="lin").update(amount_unit=unit)
    sign_in(page, demo, "lin")
    page.set_viewport_size({"width": PAPER, "height": 718})
    page.emulate_media(media="print")
    for address in [reverse("edit_lines", args=[seed.pk, schedule]) for schedule in SCHEDULES]:
        page.goto(demo + address)
        table = page.locator("table.grid")
        expect(table).to_be_visible()
        at = table.bounding_box()
        assert at and at["x"] + at["width"] <= widest + 1, address
        assert table.locator("tbody input").evaluate_all(CUT) == [], address
        expect(table.locator("tbody select:visible")).to_have_count(0)  # their texts stand there and wrap


def test_an_empty_table_says_how_rows_get_into_it(open_as):
    page = open_as("lin")
    open_return(page, "零陵区应急救援中心（演示）", "开始填报")
    open_schedule(page, BY_FUNCTION)
    hint = page.get_by_text("从 Excel 复制整块（带表头更好），点任意一格按 Ctrl+V")
    expect(hint).to_be_visible()
    add_category(page, "2013105", "2013105 专项业务")
    expect(hint).to_be_hidden()
    page.keyboard.press("Control+z")
    expect(hint).to_be_visible()
    open_schedule(page, REVENUE)
    expect(hint).to_be_hidden()
