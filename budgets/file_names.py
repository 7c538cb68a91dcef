"""The names of the files that are made from a return."""

import re

from submissions.models import Submission

_NOT_IN_FILE_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]')
"""What Windows forbids, and marks that turn the direction of writing."""
LONGEST_NAME = 60
"""Characters of a unit's name in a file name: Linux allows 255 bytes, and a Chinese character takes 3."""


def file_name(submission: Submission, what: str, suffix: str = "xlsx") -> str:
    """Return a name that every system takes; the code, once in a region, makes it the only one in a round.

    It says when the return is not the approved one.
    """
    year = submission.round.fiscal_year
    return f"{folder_name(submission)} {year}年度 {what}{_caution(submission)}.{suffix}"


def folder_name(submission: Submission) -> str:
    """Return what the folder of a unit is called: its code and its name."""
    unit = submission.unit
    return f"{unit.code} {storable_name(unit.name)}".rstrip(". ")


def storable_name(name: str) -> str:
    """Return the name of a unit as a part of a file name."""
    return _NOT_IN_FILE_NAMES.sub("", name)[:LONGEST_NAME].strip()


def _caution(submission: Submission) -> str:
    if submission.is_effective:
        return ""
    return "（已更正）" if submission.status == Submission.Status.SUPERSEDED else "（未审核）"
