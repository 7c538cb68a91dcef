"""The second factor: set up by a person herself, asked after the password, demanded of some roles."""

import re
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from orgs.models import Event, Membership, User
from orgs.second_factor import codes_left, secret_of
from orgs.second_factor_actions import (
    WrongCode,
    begin_second_factor,
    check_code,
    confirm_second_factor,
    drop_second_factor,
)
from tests.world import NOW, PASSWORD, signed_in, statements

PAGE, CODE = reverse("second_factor"), reverse("enter_code")
SCRIPT = {"accept": "application/json"}


def shown_by(device, later=0):
    """What the app of a device shows, `later` half minutes from now."""
    clock = TOTP(device.bin_key)
    clock.time = time.time() + 30 * later
    return f"{clock.token():06}"


@pytest.fixture
def app(world):
    """Lin's app, confirmed with the code of half a minute ago; her recovery codes hang on it."""
    device = begin_second_factor(by=world.lin, at=NOW)
    device.codes = confirm_second_factor(code=shown_by(device, -1), by=world.lin, at=NOW)
    return device


def sign_in(username="lin", **more):
    """A browser in which the right name and password have been given."""
    browser = Client()
    browser.post(reverse("sign_in"), {"username": username, "password": PASSWORD}, **more)
    return browser


def is_let_in(browser):
    """Whether she gets a page."""
    return browser.get(reverse("my_work")).status_code == 200


def test_she_sets_it_up_on_her_own_page(world):
    browser = signed_in(world.lin)
    assert "未启用" in browser.get(PAGE).content.decode()
    browser.post(reverse("begin_second_factor"))
    device = TOTPDevice.objects.get()
    page = browser.get(PAGE).content.decode()
    assert "<svg" in page and secret_of(device) in page
    page = browser.post(reverse("confirm_second_factor"), {"code": shown_by(device)}).content.decode()
    assert "二次验证已启用" in page and page.count("<li><code>") == 8
    assert secret_of(device) not in page
    kept = dict(browser.session.items())
    assert not [code for code in re.findall("<li><code>(.+?)</code>", page) if code in str(kept)]
    assert "<li><code>" not in browser.get(PAGE).content.decode()  # shown once
    assert is_let_in(browser)
    assert Event.objects.get().action == "factor_started"


def test_a_wrong_code_confirms_nothing(world):
    browser = signed_in(world.lin)
    browser.post(reverse("begin_second_factor"))
    browser.post(reverse("confirm_second_factor"), {"code": "000000"})
    assert "验证码不对" in browser.get(PAGE).content.decode()
    assert not TOTPDevice.objects.get().confirmed
    assert is_let_in(sign_in())


def test_one_that_is_begun_twice_has_the_second_secret(world):
    first = begin_second_factor(by=world.lin, at=NOW)
    second = begin_second_factor(by=world.lin, at=NOW)
    assert TOTPDevice.objects.get() == second and first.key != second.key


def test_one_that_is_confirmed_is_not_replaced_without_a_code(world, app):
    with pytest.raises(WrongCode, match="请先停用"):
        begin_second_factor(by=world.lin, at=NOW)
    browser = signed_in(world.lin)
    browser.post(reverse("begin_second_factor"))
    assert "请先停用" in browser.get(PAGE).content.decode()


def test_after_the_password_nothing_is_open_before_the_code(world, app):
    browser = sign_in()
    workspace = reverse("workspace", args=[world.submission.pk])
    assert browser.get(workspace)["Location"] == f"{CODE}?next={workspace.replace('/', '%2F')}"
    for name in ("change_password", "second_factor", "my_work"):
        assert browser.get(reverse(name))["Location"].startswith(CODE)
    for name in ("stop_second_factor", "begin_second_factor", "choose_amount_unit"):
        assert browser.post(reverse(name))["Location"].startswith(CODE)
    script = browser.post(reverse("save_lines", args=[world.submission.pk, "revenue"]), headers=SCRIPT)
    assert (script.status_code, script.json()["message"]) == (403, "请先输入二次验证码，再回来接着做。")
    answer = browser.post(f"{CODE}?next={workspace}", {"code": shown_by(app)})
    assert answer["Location"] == workspace
    assert browser.get(workspace).status_code == 200


def test_the_code_leads_to_no_other_site(app):
    answer = sign_in().post(f"{CODE}?next=https://evil.example/", {"code": shown_by(app)})
    assert answer["Location"] == reverse("my_work")


def test_a_session_gets_another_name_with_the_code(app):
    browser = sign_in()
    before = browser.session.session_key
    browser.post(CODE, {"code": shown_by(app)})
    assert browser.session.session_key != before


@pytest.mark.parametrize("typed", [" {0}{1} ", "{0} {1}", "{0}-{1}", "{0}　{1}"])
@pytest.mark.parametrize("digits", ["0123456789", "０１２３４５６７８９"])
def test_a_code_is_taken_however_it_is_typed(app, typed, digits):
    code = shown_by(app).translate(str.maketrans("0123456789", digits))
    browser = sign_in()
    browser.post(CODE, {"code": typed.format(code[:3], code[3:])})
    assert is_let_in(browser)


@pytest.mark.parametrize("code", ["", "000000x", "12345", "\x00", "长" * 5000])
def test_what_is_no_code_lets_nobody_in(app, code):
    browser = sign_in()
    answer = browser.post(CODE, {"code": code})
    assert answer.status_code == 422 and "验证码不对" in answer.content.decode()
    assert not is_let_in(browser)


def test_a_code_is_taken_once(app):
    code = shown_by(app)
    sign_in().post(CODE, {"code": code})
    browser = sign_in()
    assert browser.post(CODE, {"code": code}).status_code == 422
    assert not is_let_in(browser)


def test_a_recovery_code_is_taken_once(world, app):
    first, second = sign_in(), sign_in()
    first.post(CODE, {"code": app.codes[0].upper()})
    second.post(CODE, {"code": app.codes[0]})
    assert (is_let_in(first), is_let_in(second)) == (True, False)
    assert codes_left(world.lin) == 7


def test_recovery_codes_are_kept_hashed_and_another_persons_are_not_hers(world, app):
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert not kept & {code.replace("-", "") for code in app.codes}
    with pytest.raises(WrongCode):
        check_code(code=app.codes[0], by=world.sun, at=NOW)


def test_after_a_wrong_code_she_waits_and_each_time_longer(world, app):
    browser = sign_in()
    assert "验证码不对" in browser.post(CODE, {"code": "000000"}).content.decode()
    assert "要等一会儿" in browser.post(CODE, {"code": shown_by(app)}).content.decode()
    TOTPDevice.objects.update(
        throttling_failure_timestamp=timezone.now() - timedelta(seconds=60), throttling_failure_count=7
    )
    assert browser.post(CODE, {"code": shown_by(app)}).status_code == 422  # of 64 seconds
    TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(seconds=65))
    assert browser.post(CODE, {"code": shown_by(app)}).status_code == 302


def test_guessing_recovery_codes_is_slowed_down_too(world, app):
    browser = sign_in()
    browser.post(CODE, {"code": "aaaaa-aaaaa"})
    assert StaticDevice.objects.get().throttling_failure_count == 1
    assert browser.post(CODE, {"code": app.codes[0]}).status_code == 422


def test_what_happens_at_the_door_is_recorded(world, app):
    browser = sign_in()
    browser.post(CODE, {"code": "000000"})
    browser.post(CODE, {"code": app.codes[0]})
    found = Event.objects.order_by("pk").values_list("action", "what", "actor")
    assert list(found) == [
        ("signed_in", "等待二次验证", world.lin.pk),
        ("sign_in_failed", "二次验证码不对", world.lin.pk),
        ("signed_in", "二次验证通过", world.lin.pk),
    ]


def test_a_page_that_asks_for_the_password_in_place_is_told_where_to_give_the_code(app):
    browser = Client()
    fields = {"username": "lin", "password": PASSWORD}
    answer = browser.post(reverse("sign_in"), fields, headers=SCRIPT)
    assert answer.status_code == 422 and "另开一个窗口" in answer.json()["message"]
    browser.post(CODE, {"code": shown_by(app)})
    assert browser.post(reverse("sign_in"), fields, headers=SCRIPT).status_code == 200
    assert is_let_in(browser)


def test_another_person_at_the_same_browser_is_asked_for_hers(world, app):
    browser = sign_in()
    browser.post(CODE, {"code": shown_by(app)})
    browser.post(reverse("sign_in"), {"username": "sun", "password": PASSWORD}, headers=SCRIPT)
    browser.post(reverse("sign_in"), {"username": "lin", "password": PASSWORD}, headers=SCRIPT)
    assert not is_let_in(browser)


def test_she_stops_it_with_a_code_alone(world, app):
    browser = sign_in()
    browser.post(CODE, {"code": app.codes[0]})
    browser.post(reverse("stop_second_factor"), {"code": "000000"})
    assert TOTPDevice.objects.exists()
    browser.post(reverse("stop_second_factor"), {"code": app.codes[1]})
    assert not TOTPDevice.objects.exists() and not StaticToken.objects.exists()
    assert is_let_in(sign_in())
    assert Event.objects.order_by("pk").values_list("action", flat=True)[2] == "factor_stopped"


def test_one_that_is_taken_away_is_not_asked_for(world, app):
    assert drop_second_factor(user=world.lin, by=world.qian, at=NOW)
    assert not drop_second_factor(user=world.lin, by=world.qian, at=NOW)
    assert is_let_in(sign_in())


def test_where_a_role_demands_it_she_sets_it_up_before_anything_else(world, settings):
    settings.SECOND_FACTOR_ROLES = ["administrator"]
    assert is_let_in(sign_in("lin"))
    browser = sign_in("qian")
    assert browser.get(reverse("my_work"))["Location"].startswith(PAGE)
    assert "您的角色要求" in browser.get(PAGE).content.decode()
    browser.post(reverse("begin_second_factor"))
    browser.post(reverse("confirm_second_factor"), {"code": shown_by(TOTPDevice.objects.get())})
    assert is_let_in(browser)
    browser.post(reverse("stop_second_factor"), {"code": "x"})
    device = TOTPDevice.objects.get()
    browser.post(reverse("stop_second_factor"), {"code": shown_by(device, 1)})
    assert not TOTPDevice.objects.exists() and not is_let_in(browser)


def test_a_password_that_is_due_is_changed_after_the_code(world, app):
    User.objects.filter(pk=world.lin.pk).update(password_changed_at=timezone.now() - timedelta(days=91))
    browser = sign_in()
    assert browser.get(reverse("my_work"))["Location"].startswith(CODE)
    browser.post(CODE, {"code": shown_by(app)})
    assert browser.get(reverse("my_work"))["Location"].startswith(reverse("change_password"))
    assert browser.get(reverse("change_password")).status_code == 200


def test_a_password_that_is_due_is_changed_before_a_second_factor_is_set_up(world, settings):
    settings.SECOND_FACTOR_ROLES = ["preparer"]
    User.objects.filter(pk=world.lin.pk).update(password_changed_at=timezone.now() - timedelta(days=91))
    browser = sign_in()
    assert browser.get(reverse("change_password")).status_code == 200
    assert browser.get(PAGE)["Location"].startswith(reverse("change_password"))


def test_the_roles_that_may_be_named_in_the_settings_are_ours(settings):
    assert set(settings.ROLES) == set(Membership.Role.values)


def test_no_page_asks_the_database_for_it(world, app):
    browser = sign_in()
    browser.post(CODE, {"code": shown_by(app)})
    with statements() as texts:
        is_let_in(browser)
    assert not [text for text in texts if "otp_" in text]
