"""Collection rounds, submissions in their revisions, and the append-only records of steps and edits."""

from submissions.models.approved import Publication, Snapshot
from submissions.models.attachments import Attachment
from submissions.models.points import PointEntry, ReviewPoint
from submissions.models.records import AppendOnly, Edit, Transition, at_some_time
from submissions.models.rounds import CollectionRound, Extension, Reminder, RoundEvent
from submissions.models.submissions import Submission

__all__ = [
    "AppendOnly",
    "Attachment",
    "CollectionRound",
    "Edit",
    "Extension",
    "PointEntry",
    "Publication",
    "Reminder",
    "ReviewPoint",
    "RoundEvent",
    "Snapshot",
    "Submission",
    "Transition",
    "at_some_time",
]
