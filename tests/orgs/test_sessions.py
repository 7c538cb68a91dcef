"""How long a session goes on, and what ends it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from orgs.models import Event, User
from orgs.sessions import BEGAN, SEEN, SEEN_ON_A_PAGE
from tests.world import PASSWORD, signed_in, statements

PAGE = {"accept": "text/html,application/xhtml+xml"}
SCRIPT = {"accept": "application/json"}


def earlier(browser, *names, **ago):
    """Let what a session keeps be that long ago."""
    session = browser.session
    for name in names:
        session[name] -= int(timedelta(**ago).total_seconds())
    session.save()


def is_let_in(browser, headers=PAGE):
    """Whether she still gets a page."""
    return browser.get(reverse("my_work"), headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("names", "ago", "goes_on"),
    [
        ([SEEN], {"minutes": 29}, True),
        ([SEEN], {"minutes": 30}, False),
        ([BEGAN], {"hours": 7, "minutes": 59}, True),
        ([BEGAN], {"hours": 8}, False),
        ([SEEN_ON_A_PAGE], {"hours": 3, "minutes": 59}, True),
        ([SEEN_ON_A_PAGE], {"hours": 4}, False),
    ],
)
def test_a_session_ends_when_nobody_was_there_and_after_a_working_day(world, names, ago, goes_on):
    browser = signed_in(world.lin)
    earlier(browser, *names, **ago)
    assert is_let_in(browser) is goes_on
    assert is_let_in(browser) is goes_on


def test_an_end_is_recorded_with_why_and_signing_in_begins_anew(world):
    browser = signed_in(world.lin)
    earlier(browser, BEGAN, SEEN, SEEN_ON_A_PAGE, hours=9)
    is_let_in(browser)
    found = Event.objects.get()
    assert (found.action, found.actor, found.what) == (
        "signed_out",
        world.lin,
        "登录时间满 480 分钟，自动退出",
    )
    browser.post(reverse("sign_in"), {"username": "lin", "password": PASSWORD})
    assert is_let_in(browser)


def test_who_works_on_is_not_idle(world):
    browser = signed_in(world.lin)
    for _ in range(3):
        earlier(browser, SEEN, minutes=29)
        assert is_let_in(browser)


def test_what_a_page_sends_by_itself_keeps_a_session_for_four_hours_only(world):
    browser = signed_in(world.lin)
    for number in range(9):
        earlier(browser, BEGAN, SEEN, SEEN_ON_A_PAGE, minutes=29)
        assert is_let_in(browser, SCRIPT) is (number < 8), number


def test_opening_a_page_gives_it_four_hours_more(world):
    browser = signed_in(world.lin)
    for _ in range(2):
        earlier(browser, SEEN_ON_A_PAGE, hours=3)
        assert is_let_in(browser)


def test_a_script_is_sent_to_the_door_as_when_there_was_no_session(world):
    browser = signed_in(world.lin)
    earlier(browser, SEEN, hours=1)
    address = reverse("save_lines", args=[world.submission.pk, "revenue"])
    assert browser.post(address, headers=SCRIPT)["Location"].startswith(reverse("sign_in"))


def test_a_session_from_before_begins_when_it_is_first_seen(world):
    browser = Client()
    browser.force_login(world.lin, backend="config.backends.PeopleBackend")
    assert is_let_in(browser) and BEGAN in browser.session


def test_within_a_minute_nothing_is_written(world):
    browser = signed_in(world.lin)
    with statements() as texts:
        is_let_in(browser)
    assert not [text for text in texts if text.startswith(("UPDATE", "INSERT"))]


def test_sessions_end_when_the_account_is_stopped_and_stay_ended(world):
    browsers = [signed_in(world.lin), signed_in(world.lin)]
    User.objects.filter(pk=world.lin.pk).update(is_active=False)
    assert not any(is_let_in(browser) for browser in browsers)


def test_signing_in_in_place_counts_the_session_from_now(world):
    browser = signed_in(world.lin)
    earlier(browser, BEGAN, hours=7)
    browser.post(reverse("sign_in"), {"username": "lin", "password": PASSWORD}, headers=SCRIPT)
    earlier(browser, BEGAN, hours=7)
    assert is_let_in(browser)
