"""Collection rounds, submissions in their revisions, what was asked and decided, and the records of it."""

from submissions.models.approved import Publication, Snapshot
from submissions.models.attachments import Attachment
from submissions.models.findings import CheckResult, CheckSetting, Explanation, Override, RoundThreshold
from submissions.models.looks import Look
from submissions.models.notices import Notice
from submissions.models.points import PointEntry, ReviewPoint
from submissions.models.problems import Problem, ProblemEntry, ProblemFile
from submissions.models.receipts import Receipt
from submissions.models.records import Edit, Transition
from submissions.models.rounds import CollectionRound, Extension, Reminder, RoundEvent
from submissions.models.submissions import Submission
from submissions.models.templates import ReportTemplate

__all__ = [
    "Attachment",
    "CheckResult",
    "CheckSetting",
    "CollectionRound",
    "Edit",
    "Explanation",
    "Extension",
    "Look",
    "Notice",
    "Override",
    "PointEntry",
    "Problem",
    "ProblemEntry",
    "ProblemFile",
    "Publication",
    "Receipt",
    "Reminder",
    "ReportTemplate",
    "ReviewPoint",
    "RoundEvent",
    "RoundThreshold",
    "Snapshot",
    "Submission",
    "Transition",
]
