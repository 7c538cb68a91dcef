"""How long a session goes on: not without anybody at it, and never longer than a working day."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

BEGAN, SEEN, SEEN_ON_A_PAGE = "began", "seen", "seen_on_a_page"
"""What a session keeps, as seconds since 1970."""
SCRIPTS_ALONE = timedelta(hours=4)
"""How long what a page sends by itself keeps a session going when no page is opened."""
EXACT_TO = timedelta(minutes=1)
"""How exactly it is kept when she was seen: not every request writes."""


def begin(session: SessionBase, at: datetime) -> None:
    """Start counting: she has just said who she is."""
    for name in (BEGAN, SEEN, SEEN_ON_A_PAGE):
        session[name] = _seconds(at)


def why_it_ends(session: SessionBase, at: datetime) -> str:
    """Return why a session is over, in Chinese; "" when it goes on. One that never began is not over."""
    limits = (
        (BEGAN, settings.SESSION_LONGEST, "登录时间满 {} 分钟"),
        (SEEN, settings.SESSION_IDLE, "{} 分钟没有操作"),
        (SEEN_ON_A_PAGE, SCRIPTS_ALONE, "{} 分钟没有打开页面"),
    )
    for name, limit, reason in limits:
        if _seconds(at) - session.get(name, _seconds(at)) >= limit.total_seconds():
            return reason.format(limit // timedelta(minutes=1))
    return ""


def note_seen(session: SessionBase, at: datetime, *, on_a_page: bool) -> None:
    """Keep that she was there, to the minute; and that she opened a page, if it was one."""
    if BEGAN not in session:
        begin(session, at)
    for name in (SEEN, SEEN_ON_A_PAGE) if on_a_page else (SEEN,):
        if _seconds(at) - session[name] >= EXACT_TO.total_seconds():
            session[name] = _seconds(at)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
