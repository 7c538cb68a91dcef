"""What the checks of texts share: the texts of a return gone through, and their words quoted."""

import re
from collections.abc import Callable, Collection, Iterator

from budgets.checks.given import Given
from budgets.checks.reading import half_width
from budgets.models import ReturnText
from submissions.findings import Outcome, Place

Name = ReturnText.Name

TextTest = Callable[[Name, str], Iterator[Outcome]]
"""What a check finds in one text, which it is given with half-width digits."""

MOST_QUOTED = 60
"""So many characters of a text are quoted at most."""


def in_each_text(given: Given, test: TextTest, names: Collection[Name] = tuple(Name)) -> Iterator[Outcome]:
    """Go through the texts of these names: what the test finds in each, or that it holds there.

    Not applicable, once, where none of them is written.
    """
    written = [name for name in Name if name in names and given.texts.get(name)]
    if not written:
        yield given.not_applicable(REPORT, "没有写这部分文字。")
    for name in written:
        found = list(test(name, half_width(given.texts[name])))
        yield from found or [given.holds(given.text_place(name))]


REPORT = Place("report", "", "", "报告文字")
"""All texts together."""


def quoted(given: Given, name: Name, span: tuple[int, int]) -> tuple[Place, str]:
    """Return the place of some words of a text, and their sentence to be quoted.

    Two wrong words of one sentence are two places.
    """
    text = given.texts[name]
    sentence = quote(text, *span)
    return given.text_place(name, f"{sentence}\x1f{text[slice(*span)]}"), sentence


def quote(text: str, start: int, end: int) -> str:
    """Return the words from `start` to `end` with their sentence, within `MOST_QUOTED` characters."""
    first = max(text.rfind(mark, 0, start) for mark in "。；\n") + 1
    ends = [at for mark in "。；\n" if (at := text.find(mark, end)) >= 0]
    last = min(ends, default=len(text))
    if last - first > MOST_QUOTED:
        first = max(first, end - MOST_QUOTED)
        last = min(last, first + MOST_QUOTED)
    return text[first:last].strip("，, \u3000")


def without_titles(text: str) -> str:
    """Return a text, as long as it was, in which titles of documents and quoted words are blanks."""
    return re.sub(r"《[^》]*》|“[^”]*”|〔[^〕]*〕", lambda found: " " * len(found[0]), text)
