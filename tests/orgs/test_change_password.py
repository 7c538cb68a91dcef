"""A one-time password opens one door: the page where it is changed."""

import pytest
from django.urls import reverse

from orgs.models import User
from tests.world import PASSWORD, run, signed_in

NEW = "另一个足够长的新密码 Xin7"


@pytest.fixture
def browser(world):
    """Lin's, signed in with a password she must change."""
    User.objects.filter(username="lin").update(must_change_password=True)
    return signed_in(world.lin)


def change(browser, new=NEW):
    """Send the form of a new password."""
    fields = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    return browser.post(reverse("change_password"), fields)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", ["my_work", "choose_amount_unit", "people", "workspace", "save_lines"])
def test_every_page_leads_to_the_change_before_it_is_done(world, browser, name, method):
    arguments = {"workspace": [world.submission.pk], "save_lines": [world.submission.pk, "revenue"]}
    answer = browser.generic(method, reverse(name, args=arguments.get(name, [])))
    assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("change_password"))


def test_a_script_is_told_so(world, browser):
    path = reverse("save_lines", args=[world.submission.pk, "revenue"])
    answer = browser.post(path, "{}", content_type="application/json", headers={"accept": "application/json"})
    assert answer.status_code == 403
    assert answer.json() == {"message": "您用的是一次性密码，请先修改密码，再回来接着做。"}


def test_the_change_itself_signing_out_and_what_is_public_are_open(browser):
    page = browser.get(reverse("change_password"))
    assert page.status_code == 200 and "您用的是管理员给的一次性密码" in page.content.decode()
    assert browser.get(reverse("health")).status_code == 200
    assert browser.post(reverse("sign_out")).url == reverse("sign_in")


def test_once_it_is_changed_she_goes_on_where_she_is(world, browser):
    assert change(browser).url == reverse("my_work")
    assert browser.get(reverse("my_work")).status_code == 200
    lin = User.objects.get(username="lin")
    assert lin.check_password(NEW) and not lin.must_change_password


def test_the_one_time_password_itself_is_no_new_password(browser):
    answer = change(browser, PASSWORD)
    assert "新密码和现在的密码相同" in answer.content.decode()
    assert User.objects.get(username="lin").must_change_password


def test_a_change_ends_the_sessions_elsewhere(world):
    here, there = signed_in(world.lin), signed_in(world.lin)
    change(here)
    assert here.get(reverse("my_work")).status_code == 200
    assert there.get(reverse("my_work"))["Location"].startswith(reverse("sign_in"))


def test_nobody_of_the_demonstration_has_to(db):
    run("load_reference")
    run("load_demo")
    assert not User.objects.filter(must_change_password=True).exists()
