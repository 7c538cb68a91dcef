"""Every file that is taken out and every refusal is recorded, whatever page it is of."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from orgs.models import Event
from tests.test_access import addresses, arguments, rechecked
from tests.world import make_world, put_in_status, signed_in

DOWNLOADS = [name for each in addresses(get_resolver()) if (name := each.name).startswith("download_")]
TAKERS = {"download_marked": "lin"}
"""Who may take a file out; the administrator takes the others."""
OF_THE_RETURN = [
    "download_variances",
    "download_form",
    "download_package",
    "download_return",
    "download_marked",
]


@pytest.fixture
def world(db):
    """Two counties, everybody, one round, and Lin's empty draft."""
    return make_world()


def taken(world, name, method="get"):
    """Take a file out."""
    path = reverse(name, args=arguments(world, name))
    if name == "download_round":
        put_in_status(world.submission, "approved")
    if name == "download_rechecks":
        rechecked(world)
    answer = getattr(signed_in(getattr(world, TAKERS.get(name, "qian"))), method)(path)
    assert answer.status_code == 200
    return answer


@pytest.mark.parametrize("name", DOWNLOADS)
def test_every_download_is_recorded(world, name):
    answer = taken(world, name)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    found = Event.objects.get()
    assert (found.action, found.result, found.address) == ("exported", "done", "127.0.0.1")
    assert found.what.endswith((".xlsx", ".docx", ".zip", ".pdf"))


@pytest.mark.parametrize("name", OF_THE_RETURN)
def test_a_file_of_a_return_is_recorded_with_its_unit(world, name):
    taken(world, name)
    assert Event.objects.get().unit == world.emergency


def test_the_files_of_a_round_are_recorded_with_its_bureau(world):
    taken(world, "download_round")
    found = Event.objects.get()
    assert (found.unit, found.what) == (world.finance, "2023年度 自评材料 1家.zip")


def test_a_refusal_is_recorded_with_what_was_asked_for(world):
    path = reverse("approve", args=[world.submission.pk])
    signed_in(world.lin).post(path, REMOTE_ADDR="203.0.113.9")
    found = Event.objects.get()
    assert (found.action, found.result, found.actor) == ("access_refused", "refused", world.lin)
    assert (found.what, found.unit, found.address) == (f"POST {path}", world.emergency, "203.0.113.9")


def test_a_refusal_to_a_script_is_recorded_too(world):
    path = reverse("save_lines", args=[world.submission.pk, "revenue"])
    asked = {"unit": "yuan", "rows": []}
    assert signed_in(world.wu).post(path, asked, content_type="application/json").status_code == 403
    assert Event.objects.get().what == f"POST {path}"


def test_a_refused_token_is_recorded_of_who_is_signed_in(world):
    browser = signed_in(world.lin, enforce_csrf_checks=True)
    assert browser.post(reverse("choose_amount_unit")).status_code == 403
    assert Event.objects.get().actor == world.lin


def test_what_does_not_exist_and_what_nobody_asks_for_is_not_recorded(world):
    signed_in(world.zhao).get(reverse("workspace", args=[world.submission.pk]))
    signed_in(world.lin).get("/nothing/")
    signed_in(world.lin).get(reverse("workspace", args=[world.submission.pk]))
    Client(enforce_csrf_checks=True).post(reverse("sign_in"))
    assert not Event.objects.exists()
