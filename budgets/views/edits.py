"""What the scripts of several pages are told alike: who changed something when, what was not understood."""

from datetime import datetime

from django.utils import timezone

from submissions.models import Edit

UNREADABLE = "没有看懂浏览器发来的内容，本次没有保存，请刷新页面重试。"
"""What is said of a request that no page of ours sends."""


def clock(at: datetime) -> str:
    """Return a time of today as a page says it: 09:30:00."""
    return timezone.localtime(at).strftime("%H:%M:%S")


def edited_by(edit: Edit | None) -> dict[str, str]:
    """Return the name of who made an edit, `by`, and its time, `at`; both "" for none."""
    return {"by": edit.actor_name, "at": clock(edit.at)} if edit else {"by": "", "at": ""}
