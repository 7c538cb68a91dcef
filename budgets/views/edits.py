"""Who changed something, and when, as the scripts of the pages are told."""

from datetime import datetime

from django.utils import timezone

from submissions.models import Edit


def clock(at: datetime) -> str:
    """Return a time of today as a page says it: 09:30:00."""
    return timezone.localtime(at).strftime("%H:%M:%S")


def edited_by(edit: Edit | None) -> dict[str, str]:
    """Return the name of who made an edit, `by`, and its time, `at`; both "" for none."""
    return {"by": edit.actor_name, "at": clock(edit.at)} if edit else {"by": "", "at": ""}
