"""Signing in and out, the password, and the unit of amounts."""

import pytest
from django.test import Client
from django.urls import reverse

from orgs.models import User
from orgs.pinyin import initials, sort_key
from tests.world import PASSWORD, signed_in

pytestmark = pytest.mark.usefixtures("world")


def sign_in(username="lin", password=PASSWORD, **more):
    """Try to sign in at a new browser."""
    return Client().post(reverse("sign_in"), {"username": username, "password": password, **more})


def test_one_signs_in_with_name_and_password():
    response = sign_in()
    assert (response.status_code, response.url) == (302, reverse("my_work"))


@pytest.mark.parametrize(
    ("username", "password"), [("lin", "wrong"), ("nobody", PASSWORD), ("", ""), ("LIN", PASSWORD)]
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_words(username, password):
    response = sign_in(username, password)
    assert response.status_code == 200
    if username:
        assert "用户名或密码不对" in response.content.decode()


def ask_in_place(browser=None, password=PASSWORD):
    """Sign in as a page does whose session has ended."""
    fields = {"username": "lin", "password": password}
    return (browser or Client()).post(reverse("sign_in"), fields, headers={"accept": "application/json"})


def test_a_page_signs_in_again_in_place(world):
    browser = Client()
    assert ask_in_place(browser).status_code == 200
    assert browser.get(reverse("my_work")).status_code == 200


def test_a_page_is_told_what_is_wrong_with_the_password():
    answer = ask_in_place(password="wrong")
    assert (answer.status_code, answer.json()["message"][:9]) == (422, "用户名或密码不对，")


def test_a_page_that_guesses_too_often_is_told_to_wait(settings):
    settings.AXES_ENABLED = True
    for _ in range(5):
        answer = ask_in_place(password="wrong")
    assert (answer.status_code, answer.json()) == (
        429,
        {"message": "密码连续输错次数过多，请 30 分钟后再试。"},
    )


def test_a_page_is_again_its_persons_whoever_signed_in_meanwhile(world):
    browser = signed_in(User.objects.exclude(username="lin").first())
    assert ask_in_place(browser).status_code == 200
    assert browser.session["_auth_user_id"] == str(world.lin.pk)


@pytest.mark.parametrize("odd", ["\x00", "lin\x00", "长" * 5000, "😀", "' OR 1=1 --"])
def test_an_odd_name_is_nobodys_and_no_error(odd):
    assert sign_in(odd).status_code == 200
    assert sign_in("lin", odd).status_code == 200


def test_who_was_deactivated_does_not_sign_in_and_is_signed_out(world):
    browser = signed_in(world.lin)
    User.objects.filter(username="lin").update(is_active=False)
    assert sign_in().status_code == 200
    assert browser.get(reverse("my_work")).status_code == 302


@pytest.mark.parametrize(("demo", "status"), [(True, 302), (False, 200)])
def test_a_demo_account_signs_in_in_the_demonstration_only(settings, demo, status):
    User.objects.filter(username="lin").update(is_demo=True)
    settings.DEMO = demo
    assert sign_in().status_code == status


def test_others_sign_in_outside_the_demonstration(settings):
    settings.DEMO = False
    assert sign_in().status_code == 302


def test_the_door_offers_demo_people_in_the_demonstration_only(settings):
    User.objects.filter(username="lin").update(is_demo=True)
    assert "林晓" in Client().get(reverse("sign_in")).content.decode()
    settings.DEMO = False
    page = Client().get(reverse("sign_in")).content.decode()
    assert "林晓" not in page and settings.DEMO_PASSWORD not in page


def test_after_five_wrong_passwords_the_door_stays_shut_for_a_while():
    assert [sign_in(password=f"wrong {n}").status_code for n in range(6)][-1] == 429
    assert sign_in().status_code == 429
    assert sign_in("sun").status_code == 302  # a colleague is not locked out


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(place):
    assert sign_in(next=place).url == reverse("my_work")


def test_the_door_never_leads_to_itself(world):
    answer = signed_in(world.lin).get(reverse("sign_in"), {"next": reverse("sign_in")})
    assert answer["Location"] == reverse("my_work")


def test_signing_out_ends_the_session(world):
    browser = signed_in(world.lin)
    browser.post(reverse("sign_out"))
    assert browser.get(reverse("my_work")).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "changed"),
    [
        (PASSWORD, "Neu-新密码", "Neu-新密码", False),  # seven characters
        (PASSWORD, "Neu-另一个新密码", "Neu-另一个新密码", True),
        (PASSWORD, "Neu-另一个新密码", "Neu-另一个旧密码", False),
        ("wrong", "Neu-另一个新密码", "Neu-另一个新密码", False),
        (PASSWORD, "1234567890123", "1234567890123", False),
    ],
)
def test_the_password_is_changed_by_who_knows_it_to_a_good_one(world, old, new, again, changed):
    fields = {"old_password": old, "new_password1": new, "new_password2": again}
    signed_in(world.lin).post(reverse("change_password"), fields)
    world.lin.refresh_from_db()
    assert world.lin.check_password(new) is changed


def choose(user, **fields):
    """Choose the unit of amounts."""
    return signed_in(user).post(reverse("choose_amount_unit"), fields)


def test_the_unit_of_amounts_is_remembered_for_the_person(world):
    assert choose(world.lin, unit="yuan").url == reverse("my_work")
    units = dict(User.objects.values_list("username", "amount_unit"))
    assert (units["lin"], units["sun"]) == ("yuan", "wan")


@pytest.mark.parametrize("unit", ["", "usd", "YUAN", "元", "\x00"])
def test_another_unit_is_refused(world, unit):
    assert choose(world.lin, unit=unit).status_code == 400
    assert User.objects.get(username="lin").amount_unit == "wan"


@pytest.mark.parametrize(
    ("place", "where"),
    [
        ("/submissions/1/variances/?sort=code", "/submissions/1/variances/?sort=code"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        ("\x00", "/"),
        ("workspace", "/"),  # the name of a page, not an address
        ("?a", "/"),
    ],
)
def test_choosing_a_unit_leads_back_and_to_no_other_site(world, place, where):
    assert choose(world.lin, unit="yuan", next=place).url == where


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("行政运行", "xzyx"),
        ("一般公共服务支出", "ybggfwzc"),
        ("其他重大事务", "qtzdsw"),
        ("“三供一业”移交补助支出", "sgyyyjbzzc"),
        ("IT 运维2", "ityw2"),
        ("", ""),
    ],
)
def test_pinyin_initials_are_what_one_types(name, letters):
    assert initials(name) == letters


def test_names_sort_as_in_a_dictionary():
    assert sorted(["长沙市", "永州市", "岳阳市", "零陵区"], key=sort_key) == [
        "长沙市",
        "零陵区",
        "永州市",
        "岳阳市",
    ]
