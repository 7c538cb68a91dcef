"""Charts, ratios and the text of a return in a real browser."""

from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from submissions.models import Submission


@pytest.fixture
def seed(demo):
    """The return of the report."""
    return Submission.objects.get(unit__code="224001")


@pytest.fixture
def go(demo, seed):
    """Open a page of the report's return."""
    return lambda page, name, *rest: page.goto(demo + reverse(name, args=[seed.pk, *rest]))


def complaints(page):
    return [
        (found["id"], node["html"][:150])
        for found in Axe().run(page).response["violations"]
        for node in found["nodes"]
    ]


def boxes(page, selector):
    """Where the elements of each chart are, in its own units."""
    return page.evaluate(
        """selector => [...document.querySelectorAll('svg.chart')].map(chart =>
          [...chart.querySelectorAll(selector)].map(element => {
            const {x, y, width, height} = element.getBBox();
            return {x, y, width, height, text: element.textContent, chart: chart.viewBox.baseVal.width};
          }))""",
        selector,
    )


@pytest.mark.parametrize("unit", ["万元", "元"])
def test_no_word_of_a_chart_is_cut_off_or_covers_another(open_as, go, unit):
    page = open_as("lin")
    go(page, "charts")
    page.locator("[data-unit-switch]").get_by_role("button", name=unit, exact=True).click()
    page.wait_for_load_state()
    for texts in boxes(page, "text:not(.tick)"):
        for text in texts:
            assert text["x"] >= 0 and text["x"] + text["width"] <= text["chart"], text
        for one in texts:
            for other in texts:
                same_row = abs(one["y"] - other["y"]) < 6 and one["x"] < other["x"]
                assert not same_row or one["x"] + one["width"] <= other["x"], (one, other)
    for ticks in boxes(page, ".tick"):
        ends = [(tick["x"], tick["x"] + tick["width"]) for tick in ticks]
        assert all(end < start for (_, end), (start, _) in pairwise(ends)), ends


@pytest.mark.parametrize("unit", ["万元", "元"])
def test_tables_beside_the_charts_fit(open_as, go, unit):
    page = open_as("wu")
    go(page, "charts")
    page.locator("[data-unit-switch]").get_by_role("button", name=unit, exact=True).click()
    page.wait_for_load_state()
    hidden = page.locator(".plate .scrolls").evaluate_all(
        "all => all.map(t => t.scrollWidth - t.clientWidth)"
    )
    assert max(hidden) <= 0


def test_the_navigation_fits_without_scrolling(open_as, go):
    page = open_as("lin")
    go(page, "charts")
    navigation = page.locator(".sections")
    assert navigation.evaluate("n => n.scrollHeight <= n.clientHeight && n.scrollWidth <= n.clientWidth")
    assert navigation.locator("a").count() == 26
    heights = navigation.locator("a").evaluate_all("all => all.map(a => a.getBoundingClientRect().height)")
    assert max(heights) <= 36  # one line each


def test_ratios_lead_to_their_figures(open_as, go):
    page = open_as("lin")
    go(page, "ratios")
    page.get_by_role("link", name="编制数 127 人").click()
    page.wait_for_url("**/staff/#row-total")


def test_charts_print_on_a4_with_their_tables(open_as, go):
    page = open_as("lin")
    go(page, "charts")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1062, "height": 734})  # A4 across less its margins, at 96 dpi
    assert page.evaluate("document.documentElement.scrollWidth") <= 1062
    assert not page.locator(".sections").is_visible() and page.locator(".plate table").count() == 5
    heights = page.locator(".plate").evaluate_all("all => all.map(p => p.getBoundingClientRect().height)")
    assert max(heights) <= 734  # each on one page


@pytest.mark.parametrize("person", ["lin", "wu"])
def test_no_page_has_a_violation_or_scrolls_sideways(open_as, go, person):
    page = open_as(person)
    strange = []
    page.on("console", lambda message: strange.append(message.text) if message.type == "error" else None)
    for name, *rest in (("charts",), ("ratios",), ("edit_text", "thrift_measures"), ("workspace",)):
        go(page, name, *rest)
        assert complaints(page) == [], name
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), name
    assert strange == []
