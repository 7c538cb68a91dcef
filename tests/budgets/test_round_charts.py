"""The charts of a round: which units are drawn where, what each leads to, and who is counted."""

import json
import re
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from django.urls import reverse

from budgets.models import BudgetLine
from budgets.money import AmountUnit
from budgets.region.crossed import crossed_sums
from budgets.region.drawings import scatter_of
from budgets.region.sums import Dimension, Sum, sums_of
from budgets.returns import BY_FUNCTION
from submissions.models import Submission
from tests.budgets.test_round_variances import approve, filled, queries_of
from tests.world import category, make_submission, make_unit, signed_in

__all__ = ["filled"]
WAN = AmountUnit.WAN


def page(world, query="", person="wu"):
    return signed_in(getattr(world, person)).get(f"/rounds/{world.round.pk}/charts/{query}")


def drawn(world, query=""):
    """What the script draws."""
    text = page(world, query).content.decode()
    [found] = re.findall(r'<script id="drawn"[^>]*>(.*?)</script>', text, re.S)
    return json.loads(found)


def test_units_are_drawn_by_their_budget_and_rate_the_greatest_rate_first(filled):
    """Emergency 100 to 150 万元, +50 %; culture 50 to 60, +20 %; rescue 200 to 190, −5 %."""
    points = drawn(filled)["points"]
    assert [(each["name"], each["size"], each["rate"], each["printed"][3]) for each in points] == [
        (filled.emergency.name, "100.00", "50.00", "+50.00"),
        (filled.culture.name, "50.00", "20.00", "+20.00"),
        (filled.rescue.name, "200.00", "-5.00", "−5.00"),
    ]
    assert points[0]["printed"] == ["100.00", "150.00", "+50.00", "+50.00"]
    assert points[0]["href"] == reverse("variances", args=[filled.submission.pk])


def spend(world, code, **figures):
    """A return of a new unit below the bureau, with one line; its unit."""
    unit = make_unit(world.finance.region, code, f"单位{code}", parent=world.finance)
    made = make_submission(world.round, unit, world.lin)
    line = {"category": category("2240101"), "entered_in": "yuan", "schedule": BY_FUNCTION.name}
    BudgetLine.objects.create(submission=made, **line, **figures)
    return made


def test_a_unit_without_a_rate_is_named_and_not_drawn(filled):
    approve(spend(filled, "226001", initial_budget=0, outturn=5))
    assert len(drawn(filled)["points"]) == 3
    assert "算不出差异率的 1 个单位没有画：单位226001" in page(filled).content.decode()


def rated(key, gap):
    """A unit whose difference to a budget of 100 yuan is that."""
    figures = {"initial_budget": Decimal(100), "outturn": Decimal(100 + gap)}
    return Sum(key, 1, None, None, revised_budget=None, **figures, gap=Decimal(gap), planned=Decimal(100))


def test_rates_far_out_are_drawn_at_the_edge_and_said_exactly():
    """Of 41 units two are far out, one of 20; the others reach 3 %, so the edge is the least there is, 20 %."""
    units = [rated(str(at), 3) for at in range(39)] + [rated("a", 900), rated("b", -50)]
    names = {each.key: each.key for each in units}
    found = scatter_of(units, names, names, WAN)
    assert (found.edge, found.beyond) == (Decimal(20), 2)
    assert [(each.name, each.rate, each.printed[3]) for each in found.points[:2]] == [
        ("a", "20.00", "+900.00"),
        ("b", "-20.00", "−50.00"),
    ]


def test_bars_count_units_and_lead_to_them(filled):
    shares = {each["label"]: each for each in drawn(filled)["shares"]}
    counted = {label: each["number"] for label, each in shares.items() if each["number"]}
    assert counted == {"−5 %～0 %": 1, "+10 %～+30 %": 1, "+30 % 及以上": 1}
    text = signed_in(filled.wu).get(f"/rounds/{filled.round.pk}/variances/{shares['+10 %～+30 %']['href']}")
    words = text.content.decode()
    assert filled.culture.name in words and f'">{filled.rescue.name}</a>' not in words
    [total] = re.findall(r'<tr class="total">.*?</tr>', words, re.S)
    assert "1 份" in total and "+10.00" in total and "+20.00" in total
    assert "差异率 +10 %～+30 %的单位 ×" in words


def test_a_cell_is_a_department_in_a_class_and_leads_to_its_units(filled):
    """224 of the emergency department: +50 − 10 of 300 万元, +13.33 %; 207 of culture: +10 of 50."""
    text = page(filled).content.decode()
    cells = re.findall(r'<td class="number ([\w-]*)"><a href="([^"]*)" title="([^"]*)">([^<]*)</a>', text)
    assert [(shade, rate, said) for shade, _, rate, said in cells] == [
        ("up-3", "差异率 +13.33 %", "+40.00"),
        ("up-3", "差异率 +20.00 %", "+10.00"),
    ]
    listed = signed_in(filled.wu).get(cells[0][1].replace("&amp;", "&")).content.decode()
    assert filled.emergency.name in listed and filled.rescue.name in listed
    assert f'">{filled.culture.name}</a>' not in listed


def test_cells_add_up_to_the_sums_by_class(filled):
    numbers = list(Submission.objects.effective().values_list("pk", flat=True))
    by_class = {each.key: each.gap for each in sums_of(numbers, Dimension.FUNCTION).groups}
    added = dict.fromkeys(by_class, Decimal(0))
    for (_, code), each in crossed_sums(numbers).items():
        added[code] += each.gap
    assert added == by_class == {"224": Decimal("400000.00"), "207": Decimal("100000.00")}


def test_what_is_not_approved_or_of_another_department_or_day_is_not_drawn(filled):
    spend(filled, "226001", initial_budget=1, outturn=2)
    assert len(drawn(filled)["points"]) == 3
    of_culture = drawn(filled, f"?department={filled.culture.code}")["points"]
    assert [each["name"] for each in of_culture] == [filled.culture.name]
    assert "还没有审核通过的填报" in page(filled, "?day=2001-01-01").content.decode()
    assert page(filled, "?department=999999").status_code == 404


def test_the_number_of_queries_does_not_grow(filled):
    client, url = signed_in(filled.wu), f"/rounds/{filled.round.pk}/charts/"
    client.get(url)
    before = queries_of(client, url)
    for at in range(5):
        approve(spend(filled, f"22600{at}", initial_budget=1, outturn=2))
    assert queries_of(client, url) == before


VENDOR = Path(__file__).parents[2] / "static/vendor"


@pytest.mark.parametrize("listed", sorted(VENDOR.glob("*/SHA256SUMS")), ids=lambda each: each.parent.name)
def test_what_others_wrote_is_as_they_published_it(listed):
    lines = dict(reversed(line.split()) for line in listed.read_text().splitlines())
    assert set(lines) == {each.name for each in listed.parent.iterdir()} - {listed.name}
    assert {name: sha256((listed.parent / name).read_bytes()).hexdigest() for name in lines} == lines
