"""Who gets what on every address of the product, written by hand."""

import json

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from budgets.measures import FIGURES
from tests.world import PASSWORD, make_world, signed_in

DOOR = "door"
"""Sent to sign in."""

PEOPLE = ("nobody", "lin", "sun", "chen", "he", "wu", "qian", "tang", "zhao", "feng")
#          -         preparer head  dept   div.  perf. admin  audit  another's preparer, another county


def everybody(nobody, others):
    """The same for all who are signed in."""
    return dict.fromkeys(PEOPLE, others) | {"nobody": nobody}


def of_the_unit(lin, readers):
    """For a page of Lin's return: Lin, those who may read it, and strangers."""
    return everybody(DOOR, readers) | {"lin": lin, "zhao": 404, "feng": 404}


READ = of_the_unit(200, 200)

# Address, method → person → status.
MATRIX = {
    ("health", "GET"): everybody(200, 200),
    ("sign_in", "GET"): everybody(200, 302),
    ("sign_out", "POST"): everybody(DOOR, DOOR),
    ("sign_out", "GET"): everybody(DOOR, 405),
    ("change_password", "GET"): everybody(DOOR, 200),
    ("choose_amount_unit", "POST"): everybody(DOOR, 302),
    ("choose_amount_unit", "GET"): everybody(DOOR, 405),
    ("my_work", "GET"): everybody(DOOR, 200),
    ("start_submission", "POST"): of_the_unit(302, 403),
    ("start_submission", "GET"): everybody(DOOR, 405),
    ("workspace", "GET"): READ,
    ("workspace", "POST"): everybody(DOOR, 405),
    ("variances", "GET"): READ,
    ("variances", "POST"): everybody(DOOR, 405),
    ("edit_lines", "GET"): READ,
    ("edit_lines", "POST"): everybody(DOOR, 405),
    ("save_lines", "POST"): of_the_unit(200, 403),
    ("save_lines", "GET"): everybody(DOOR, 405),
    ("search_categories", "GET"): everybody(DOOR, 200),
    ("search_categories", "POST"): everybody(DOOR, 405),
}


@pytest.fixture
def world(db):
    """Two counties, everybody, one round, and Lin's empty draft."""
    return make_world()


def arguments(world, name):
    """What an address is about: Lin's return."""
    return {
        "start_submission": [world.round.pk, world.emergency.pk],
        "workspace": [world.submission.pk],
        "variances": [world.submission.pk],
        "edit_lines": [world.submission.pk, "revenue"],
        "save_lines": [world.submission.pk, "revenue"],
        "search_categories": [2023],
    }.get(name, [])


BODY = {
    "unit": "yuan",
    "rows": [
        {
            "row": "r1",
            "item": "other",
            "row_version": 0,
            "figures": dict.fromkeys(FIGURES, "1"),
            "variance_reason": "",
        }
    ],
}


def send(browser, method, name, path):
    """Send what the page would send."""
    if name == "save_lines" and method == "POST":
        return browser.post(path, json.dumps(BODY), content_type="application/json")
    return browser.generic(method, path, "unit=wan", content_type="application/x-www-form-urlencoded")


def outcome(response):
    """The status, or the door."""
    at_the_door = response.status_code == 302 and response.url.split("?")[0] == reverse("sign_in")
    return DOOR if at_the_door else response.status_code


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(("name", "method"), MATRIX, ids=[" ".join(key) for key in MATRIX])
def test_everybody_gets_what_the_matrix_says(world, name, method, person):
    browser = Client() if person == "nobody" else signed_in(getattr(world, person))
    path = reverse(name, args=arguments(world, name))
    assert outcome(send(browser, method, name, path)) == MATRIX[name, method][person]


def addresses(resolver):
    """Every address below a resolver."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from addresses(each)
        elif isinstance(each, URLPattern):
            yield each


def test_every_address_has_a_name_of_its_own_and_a_row_in_the_matrix():
    names = [address.name for address in addresses(get_resolver())]
    assert len(set(names)) == len(names)
    assert set(names) == {name for name, _ in MATRIX}


def test_a_view_and_its_address_have_the_same_name():
    views = [(address.name, address.callback) for address in addresses(get_resolver())]
    functions = [(name, view.__name__) for name, view in views if not hasattr(view, "view_class")]
    assert all(name == called for name, called in functions) and len(functions) > 5


@pytest.mark.parametrize("path", ["/submissions/", "/admin/", "/nothing/", "/submissions/1/nothing/"])
@pytest.mark.parametrize("person", ["nobody", "lin"])
def test_an_address_that_does_not_exist_is_not_there_for_anybody(world, path, person):
    browser = Client() if person == "nobody" else signed_in(world.lin)
    assert browser.get(path).status_code == 404


def test_the_way_back_to_the_page_leads_through_the_door(world):
    path = reverse("workspace", args=[world.submission.pk])
    door = Client().get(path)["Location"]
    response = Client().post(door, {"username": "lin", "password": PASSWORD, "next": path})
    assert (response.status_code, response["Location"]) == (302, path)


def test_pages_of_signed_in_people_stay_out_of_every_cache(world):
    response = signed_in(world.lin).get(reverse("workspace", args=[world.submission.pk]))
    assert "no-store" in response.headers["Cache-Control"]
