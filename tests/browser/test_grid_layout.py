"""The cells of every entry table stand where a table's cells stand: side by side, each below its head."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from budgets.returns import SCHEDULES
from submissions.models import Submission
from tests.browser.grid_page import sign_in

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
