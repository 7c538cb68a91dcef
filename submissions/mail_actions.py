"""Sending what people were told by e-mail: the notices that are not mailed yet are the outbox.

No page sends: a slow mail server holds up nobody's work, and what is written with a deed is sent if the deed
is kept, and not otherwise. Each notice is taken for itself, so that two who send at once take different ones
and an address that is refused holds up no other. Nothing is locked while the server is spoken to; who dies
between sending and noting it sends that one again, ten minutes later. Long before another may take what a
run took, the run takes nothing any more and leaves the rest to the next one.
"""

import logging
from datetime import datetime, timedelta
from time import monotonic

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from submissions.mail import message_of
from submissions.models import Notice

TAKES_FOR = timedelta(minutes=5)
"""How long a run takes notices; well within `submissions.querysets.AGAIN_AFTER`."""
_LOG = logging.getLogger(__name__)
_READ = ("recipient", "receipt__step", "receipt__submission__unit", "receipt__submission__round__bureau")


def send_notices(*, at: datetime) -> tuple[int, int]:
    """Send what is to be mailed, for a while; return how many were sent, and how many were refused.

    What was refused and what is left comes with the next run. `at` is now: it is when each counts as tried.
    Raises OSError when the mail server does not answer: then nothing counts as tried.
    """
    sent = refused = 0
    until = monotonic() + TAKES_FOR.total_seconds()
    connection = get_connection()
    try:
        connection.open()
        while monotonic() < until and (notice := _take_one(at)):
            if _is_sent(notice, connection):
                Notice.objects.filter(pk=notice.pk).update(mailed_at=at)
                sent += 1
            else:
                refused += 1
                connection.close()  # whatever state the server left it in
                connection.open()
    finally:
        connection.close()
    return sent, refused


@transaction.atomic
def _take_one(at: datetime) -> Notice | None:
    """Return the oldest notice to be mailed that nobody else is taking, noted as tried; None for none."""
    waiting = Notice.objects.to_be_mailed(at).select_related(*_READ).order_by("pk")
    notice: Notice | None = waiting.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    if notice:
        Notice.objects.filter(pk=notice.pk).update(tried_at=at, tries=notice.tries + 1)
    return notice


def _is_sent(notice: Notice, connection: BaseEmailBackend) -> bool:
    """Send one e-mail and return whether the server took it; the log says why not."""
    try:
        return bool(message_of(notice, connection).send())
    except (OSError, ValueError) as error:  # smtplib's are OSErrors; an address or subject may be none
        _LOG.warning("通知 %s 没有发出：%s", notice.pk, error)
        return False
