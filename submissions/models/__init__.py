"""Collection rounds, submissions in their revisions, what was asked and decided, and the records of it."""

from submissions.models.approved import Publication, Snapshot
from submissions.models.attachments import Attachment
from submissions.models.findings import CheckSetting, Explanation, Override, RoundThreshold
from submissions.models.points import PointEntry, ReviewPoint
from submissions.models.records import Edit, Transition
from submissions.models.rounds import CollectionRound, Extension, Reminder, RoundEvent
from submissions.models.submissions import Submission

__all__ = [
    "Attachment",
    "CheckSetting",
    "CollectionRound",
    "Edit",
    "Explanation",
    "Extension",
    "Override",
    "PointEntry",
    "Publication",
    "Reminder",
    "ReviewPoint",
    "RoundEvent",
    "RoundThreshold",
    "Snapshot",
    "Submission",
    "Transition",
]
