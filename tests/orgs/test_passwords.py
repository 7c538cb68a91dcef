"""What a password must be in either profile, and that it is changed in time."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import get_default_password_validators, validate_password
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from config.password_rules import PROFILES
from orgs.actions import change_password
from orgs.models import PasswordRecord, User
from orgs.passwords import password_is_due
from tests.world import PASSWORD, signed_in

GOOD = "Neu-12345678"


def is_taken(settings, profile, password, user=None):
    """Whether a profile takes a password."""
    settings.AUTH_PASSWORD_VALIDATORS = PROFILES[profile].validators
    try:
        validate_password(password, user)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("password", "dengbao", "asvs"),
    [
        ("Abcdef-123", True, False),  # ten
        ("Abcdef-12", False, False),  # nine
        ("Abcdef-12345", True, True),  # twelve
        ("abcdefgh-123", True, True),
        ("ABCDEFGH123a", True, True),
        ("青山绿水-abc123", True, False),  # eleven
        ("青山绿水-abcd123", True, True),
        ("quietriverstone", False, True),  # one class
        ("quietriver1234", False, True),  # two
        ("青山绿水是金山银山的故乡", False, True),  # one class: Chinese characters are "others"
        ("123456789012", False, False),
        ("password1234", False, False),  # twelve, and among the most common
    ],
)
def test_each_profile_takes_what_it_says(settings, password, dengbao, asvs):
    found = [is_taken(settings, profile, password) for profile in ("dengbao", "asvs")]
    assert found == [dengbao, asvs]


@pytest.mark.parametrize("profile", PROFILES)
def test_every_rule_is_told_in_chinese(settings, profile):
    settings.AUTH_PASSWORD_VALIDATORS = PROFILES[profile].validators
    person = User(username="quietriver", full_name="林晓", email="a@example.com")
    told = []
    for password in ("a", "quietriver", "password", "12345678901234567890"):
        with pytest.raises(ValidationError) as refusal:
            validate_password(password, person)
        told += refusal.value.messages
    assert f"密码太短，至少要有 {PROFILES[profile].shortest} 个字符。" in told
    rules = [each.get_help_text() for each in get_default_password_validators()]
    assert not [text for text in (*told, *rules) if re.search("[A-Za-z]", text)]


def test_a_refusal_says_the_rule(settings):
    settings.AUTH_PASSWORD_VALIDATORS = PROFILES["dengbao"].validators
    with pytest.raises(ValidationError) as refusal:
        validate_password("quietriver1234")
    assert refusal.value.messages == [
        "密码只有 2 类字符。大写字母、小写字母、数字、其他字符（符号、汉字），至少要有 3 类。"
    ]


def changed(user, *passwords):
    """The person, after she has changed her password so often."""
    for number, password in enumerate(passwords):
        change_password(password=password, by=user, at=timezone.now() + timedelta(seconds=number))
    return user


def test_none_of_the_last_five_is_taken_again(world, settings):
    lin = changed(world.lin, *(f"Neu-1234567{number}" for number in range(5)))
    taken = [is_taken(settings, "dengbao", f"Neu-1234567{number}", lin) for number in range(6)]
    assert taken == [False] * 5 + [True]
    assert is_taken(settings, "dengbao", PASSWORD + "aA1", lin)


def test_the_password_one_was_given_is_not_taken_again_either(world, settings):
    given = "Gegeben-1234"
    world.lin.set_password(given)
    world.lin.save()
    assert not is_taken(settings, "dengbao", given, world.lin)
    assert not is_taken(settings, "dengbao", given, changed(world.lin, GOOD))


def test_the_other_profile_remembers_nothing(world, settings):
    assert is_taken(settings, "asvs", GOOD, changed(world.lin, GOOD, GOOD + "x"))


def test_only_five_are_kept_and_only_hashed(world):
    lin = changed(world.lin, *(f"Neu-1234567{number}" for number in range(8)))
    kept = list(PasswordRecord.objects.filter(user=lin).order_by("pk").values_list("hashed", flat=True))
    assert len(kept) == 5 and kept[-1] == lin.password
    assert not any("Neu" in each for each in kept)


def test_a_password_that_was_kept_is_not_changed(world):
    changed(world.lin, GOOD)
    with pytest.raises(DatabaseError, match="a password she had"), transaction.atomic():
        PasswordRecord.objects.update(hashed="")


def post_change(user, new, old=PASSWORD):
    """Change the password on the page."""
    fields = {"old_password": old, "new_password1": new, "new_password2": new}
    browser = signed_in(user)
    return browser, browser.post(reverse("change_password"), fields)


def test_the_page_changes_it_and_keeps_her_signed_in_here_alone(world):
    elsewhere = signed_in(world.lin)
    browser, answer = post_change(world.lin, GOOD)
    assert answer["Location"] == reverse("my_work")
    assert browser.get(reverse("my_work")).status_code == 200
    assert elsewhere.get(reverse("my_work")).status_code == 302


def test_the_page_says_every_rule_that_is_broken(world):
    words = post_change(world.lin, "abc")[1].content.decode()
    assert "密码只有 1 类字符" in words and "至少" in words and "10" in words


def aged(user, days):
    """A person whose password is that many days old."""
    User.objects.filter(pk=user.pk).update(password_changed_at=timezone.now() - timedelta(days=days))
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize(("days", "is_due"), [(0, False), (89, False), (90, True), (400, True)])
def test_a_password_is_due_after_ninety_days(world, days, is_due):
    assert password_is_due(aged(world.lin, days)) is is_due


def test_it_is_never_due_in_the_other_profile_nor_for_a_demo_account(world, settings):
    lin = aged(world.lin, 400)
    lin.is_demo = True
    assert not password_is_due(lin)
    settings.PASSWORD_RULES = PROFILES["asvs"]
    assert not password_is_due(aged(world.lin, 400))


def test_one_that_gets_too_old_while_she_works_is_due_when_she_signs_in_again(world):
    browser = signed_in(aged(world.lin, 89))
    User.objects.filter(pk=world.lin.pk).update(
        password_changed_at=timezone.now() - timedelta(days=90) + timedelta(hours=-1),
        last_login=timezone.now() - timedelta(hours=2),
    )
    assert browser.get(reverse("my_work")).status_code == 200
    assert signed_in(world.lin).get(reverse("my_work"))["Location"].startswith(reverse("change_password"))


def test_who_must_change_it_can_do_nothing_else_and_then_everything(world):
    browser = signed_in(aged(world.lin, 90))
    workspace = reverse("workspace", args=[world.submission.pk])
    assert browser.get(workspace)["Location"].startswith(reverse("change_password"))
    assert browser.post(reverse("submit", args=[world.submission.pk]))["Location"] == reverse(
        "change_password"
    )
    script = browser.post(
        reverse("save_lines", args=[world.submission.pk, "revenue"]), headers={"accept": "application/json"}
    )
    assert (script.status_code, script.json()["message"]) == (
        403,
        "您的密码到期了，请先修改密码，再回来接着做。",
    )
    page = browser.get(reverse("change_password")).content.decode()
    assert "90 天以上" in page and "取消" not in page
    fields = {"old_password": PASSWORD, "new_password1": GOOD, "new_password2": GOOD}
    browser.post(reverse("change_password"), fields)
    assert browser.get(workspace).status_code == 200


def test_who_must_change_it_may_leave(world):
    assert signed_in(aged(world.lin, 90)).post(reverse("sign_out"))["Location"] == reverse("sign_in")


def test_an_address_that_does_not_exist_is_not_there_though_it_is_due(world):
    assert signed_in(aged(world.lin, 90)).get("/nothing/").status_code == 404
