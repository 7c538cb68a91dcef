"""A one-time password opens one door: the page where it is changed."""

import pytest
from django.urls import reverse

from orgs.models import Event, User
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


def guess(browser, old="wrong"):
    """Send the form without knowing the old password; the new one is the guess."""
    fields = {"old_password": old, "new_password1": PASSWORD, "new_password2": PASSWORD}
    return browser.post(reverse("change_password"), fields)


@pytest.mark.parametrize("old", ["wrong", ""])
def test_who_does_not_know_the_old_password_is_signed_out_in_the_end(world, old):
    here, there = signed_in(world.lin), signed_in(world.lin)
    assert [guess(here, old).status_code for _ in range(4)] == [200] * 4
    assert guess(here, old).url == reverse("sign_in")
    assert "原密码连续输错，已退出" in here.get(reverse("sign_in")).content.decode()
    assert here.get(reverse("my_work"))["Location"].startswith(reverse("sign_in"))
    assert there.get(reverse("my_work")).status_code == 200
    found = Event.objects.order_by("pk").values_list("action", "result", "what")
    assert list(found) == [
        *[("password_changed", "refused", "原密码不对")] * 5,
        ("signed_out", "done", "原密码连续输错，自动退出"),
    ]


def test_who_has_signed_in_again_may_mistake_it_again(world):
    browser = signed_in(world.lin)
    for _ in range(5):
        guess(browser)
    again = signed_in(world.lin)
    assert guess(again).status_code == 200
    assert change(again).url == reverse("my_work")


def test_a_mistake_in_the_new_password_is_no_guess(world):
    browser = signed_in(world.lin)
    for _ in range(6):
        assert change(browser, "short").status_code == 200
    assert not Event.objects.exists()


def test_nobody_of_the_demonstration_has_to(db):
    run("load_reference")
    run("load_demo")
    assert not User.objects.filter(must_change_password=True).exists()
