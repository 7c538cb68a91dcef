"""What people write, as it can be kept and printed."""

import re
import unicodedata
from math import ceil

OURSELVES = "绩效自评"
"""Whom a comment of the product's own in a workbook is by."""

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs that show nothing."""


def has_words(text: str) -> bool:
    """Whether a text shows anything: blanks, and characters without width or look, do not."""
    return any(unicodedata.category(each)[0] in "LNPS" and each not in _FILLERS for each in text)


_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def storable(text: str) -> str:
    """Return text composed (NFC), with one kind of line end, without what no text keeps.

    Left out are control characters, marks that turn the direction of writing, and halves of a cut character.
    """
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("", plain)


def in_one_line(text: str) -> str:
    """Return a text without its line breaks: its lines, without blanks around them, after one another."""
    return " ".join(line.strip() for line in text.splitlines() if line.strip())


def lines_of(text: str, width: int) -> int:
    """Return how many lines a text takes that is wrapped at `width` half-width characters."""
    return sum(max(1, ceil(breadth(part) / width)) for part in text.split("\n"))


def breadth(text: str) -> int:
    """The width of a text in half-width characters: two for each Chinese one."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def as_in_workbook(text: str) -> str:
    """Return a text as a workbook keeps it, which reads "_x0041_" as the character of that number."""
    return _ESCAPE.sub("_x005F_", text)
