"""Notices by e-mail: what is sent to whom, once, and what becomes of what is refused."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError
from django.db import connection
from django.utils import timezone

from orgs.models import User
from submissions import actions, mail_actions
from submissions.mail_actions import send_notices
from submissions.models import Notice
from submissions.notice_actions import tell
from submissions.querysets import AGAIN_AFTER
from tests.world import NOTHING_LEFT, NOW, make_world, run, statements

SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def reachable(world):
    """Everybody, with an address for Lin, Wu and Zhao."""
    for name in ("lin", "wu", "zhao"):
        User.objects.filter(username=name).update(email=f"{name}@example.com")
    return world


def send(at=SOON):
    """Send what is to be sent; return to whom, in order."""
    before = len(mail.outbox)
    send_notices(at=at)
    return [message.to for message in mail.outbox[before:]]


def tell_each(*people, **notice):
    """Tell people one after another that a round closed."""
    for person in people:
        tell(people=[person], **({"kind": "round_closed", "text": "收集关闭。"} | notice), by=None, at=NOW)


class Refusing(EmailBackend):
    """A mail server that knows nobody called Lin, and is slow to nobody."""

    def send_messages(self, messages):
        """Refuse a message to Lin."""
        for message in messages:
            if message.to == ["lin@example.com"]:
                raise SMTPRecipientsRefused({"lin@example.com": (550, b"no such user")})
        return super().send_messages(messages)


class Joined(EmailBackend):
    """A mail server that is so slow that another process sends what is left before it answers once."""

    joined: ClassVar[list[Any]] = []

    def send_messages(self, messages):
        """Note whether a transaction is open, and what the other process sends meanwhile."""
        if not self.joined:
            self.joined.append(None)
            self.joined[0] = (connection.in_atomic_block, send_notices(at=SOON))
        return super().send_messages(messages)


class Slow(EmailBackend):
    """A mail server that takes two minutes for a message."""

    clock = 0.0

    def send_messages(self, messages):
        """Take two minutes of a clock."""
        Slow.clock += 120
        return super().send_messages(messages)


class Silent(EmailBackend):
    """A mail server that does not answer."""

    def open(self):
        """Find nobody there."""
        raise ConnectionRefusedError("nobody there")


def test_who_has_an_address_is_sent_what_she_is_told_once(reachable):
    tell_each(reachable.lin, reachable.sun, reachable.zhao)
    assert send() == [["lin@example.com"], ["zhao@example.com"]]
    assert send(SOON + timedelta(hours=1)) == []
    assert Notice.objects.get(recipient=reachable.lin).mailed_at == SOON


def test_an_email_says_what_it_is_about_and_where_to_go(reachable, settings):
    settings.SITE_ADDRESS = "https://site.example"
    tell_each(
        reachable.lin,
        kind="returned",
        text="应急局 2023 年度：退回。",
        details="请核对。",
        submission=reachable.submission,
    )
    send()
    [message] = mail.outbox
    assert message.subject == "【绩效自评】应急局 2023 年度：退回。"
    for words in ("林晓，您好：", "请核对。", f"https://site.example/submissions/{reachable.submission.pk}/"):
        assert words in message.body


def test_the_receipt_goes_to_who_handed_in_with_the_pdf(reachable):
    actions.submit(submission=reachable.submission, **NOTHING_LEFT, by=reachable.lin, at=NOW)
    send()
    to_wu, to_lin = sorted(mail.outbox, key=lambda message: message.to != ["wu@example.com"])
    assert (to_wu.to, to_wu.attachments) == (["wu@example.com"], [])
    [(name, content, kind)] = to_lin.attachments
    assert (name, kind) == ("报送回执_431102-2023-224001-1-01.pdf", "application/pdf")
    assert content.startswith(b"%PDF-") and "431102-2023-224001-1-01" in to_lin.subject


def test_what_is_seen_or_past_or_old_is_no_news(reachable):
    tell_each(reachable.lin, reachable.wu)
    reachable.lin.notices.update(seen_at=NOW)
    reachable.wu.notices.update(at=SOON - timedelta(days=3))
    assert send() == []


def test_who_may_not_see_the_unit_any_more_is_sent_nothing_of_it(reachable):
    tell_each(reachable.wu, unit=reachable.emergency)
    reachable.wu.memberships.update(ended_at=timezone.now())
    assert send() == []


def test_who_may_not_sign_in_any_more_is_sent_nothing(reachable):
    tell_each(reachable.lin)
    User.objects.filter(username="lin").update(is_active=False)
    assert send() == []


def test_an_address_that_is_refused_holds_up_no_other_and_is_tried_again(reachable, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    tell_each(reachable.lin, reachable.zhao)
    assert send_notices(at=SOON) == (1, 1)
    assert [message.to for message in mail.outbox] == [["zhao@example.com"]]
    assert send_notices(at=SOON + timedelta(minutes=9)) == (0, 0)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send(SOON + timedelta(minutes=10)) == [["lin@example.com"]]
    assert Notice.objects.get(recipient=reachable.lin).tries == 2


def test_it_is_not_tried_for_ever(reachable, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    tell_each(reachable.lin)
    tries = [send_notices(at=SOON + timedelta(hours=hour)) for hour in range(8)]
    assert tries == [(0, 1)] * 6 + [(0, 0)] * 2


def test_a_server_that_does_not_answer_is_said_and_nothing_counts_as_tried(reachable, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Silent"
    tell(people=[reachable.lin], kind="round_closed", text="收集关闭。", by=None, at=timezone.now())
    with pytest.raises(CommandError, match="没有应答"):
        run("send_notices")
    assert Notice.objects.get().tries == 0


def test_the_command_says_what_it_did_and_nothing_where_there_is_nothing(reachable, settings):
    assert run("send_notices") == ""
    tell(people=[reachable.lin], kind="round_closed", text="收集关闭。", by=None, at=timezone.now())
    settings.MAIL_IS_SENT = False
    assert "没有设置邮件服务器" in run("send_notices") and not mail.outbox
    settings.MAIL_IS_SENT = True
    assert run("send_notices") == "发出通知邮件 1 封。\n"


def test_a_notice_that_another_is_taking_is_passed_over(reachable):
    tell_each(reachable.lin, reachable.zhao)
    with statements() as texts:
        send()
    taken = [text for text in texts if "FOR NO KEY UPDATE" in text and "submissions_notice" in text]
    assert len(taken) == 3 and all("SKIP LOCKED" in text for text in taken)


def test_a_run_takes_nothing_any_more_long_before_another_may_take_what_it_took(
    reachable, settings, monkeypatch
):
    settings.EMAIL_BACKEND = f"{__name__}.Slow"
    monkeypatch.setattr(mail_actions, "monotonic", lambda: Slow.clock)
    tell_each(*[reachable.lin] * 4)
    assert mail_actions.TAKES_FOR <= AGAIN_AFTER / 2
    assert send_notices(at=SOON) == (3, 0)
    assert send_notices(at=SOON + timedelta(minutes=6)) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_send_each_once_and_lock_nothing_meanwhile(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Joined"
    world = make_world()
    User.objects.filter(username__in=("lin", "zhao")).update(email="both@example.com")
    tell_each(world.lin, world.zhao)
    Joined.joined.clear()
    assert send_notices(at=SOON) == (1, 0)
    assert Joined.joined == [(False, (1, 0))]
    assert sorted(message.body.split("，")[0] for message in mail.outbox) == ["林晓", "赵青"]


def test_handing_in_sends_nothing_while_the_page_waits(reachable):
    actions.submit(submission=reachable.submission, **NOTHING_LEFT, by=reachable.lin, at=NOW)
    assert mail.outbox == []
