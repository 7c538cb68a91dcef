"""The deed on a text that came over from last year: it was read, and stands."""

from datetime import datetime

from django.db import transaction

from budgets.models import ReturnText, TextReading
from orgs.models import User
from submissions.actions import NotNow, lock_editable
from submissions.models import Submission


@transaction.atomic
def read_text(
    *, submission: Submission, name: ReturnText.Name, row_version: int, by: User, at: datetime
) -> None:
    """Record that a text was read and stands as it is; of the same text it is recorded once.

    `row_version` is the version that was read. Raises what `lock_editable` raises, NotNow when there is
    nothing to be read or the text is another one by now.
    """
    locked = lock_editable(submission.pk, by=by)
    text = ReturnText.objects.filter(submission=locked, name=name).exclude(text="").first()
    if text is None or text.row_version != row_version:
        raise NotNow("这段文字已经改过或清空了，请重新打开再读。")
    if not text.readings.filter(row_version=row_version).exists():
        TextReading.objects.create(
            text=text, row_version=row_version, actor=by, actor_name=by.full_name, at=at
        )
