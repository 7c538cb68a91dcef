"""What the unit wrote itself in a section whose figures the report writes: what of it is said already.

Pure. Words are left out only where every figure of their line is one that the report states in that section;
what then remains without a figure is printed. Reasons and lists that stand behind such a figure are found, so
that the report's own sentence can go on with them. The page shows what is not printed.
"""

import re
from collections.abc import Collection, Iterator
from decimal import Decimal

from budgets.checks.reading import Kind, Quantity, half_width, quantities, sentences
from performance.report.document import Of, OwnLine, Run

_OF = {Kind.AMOUNT: Of.AMOUNT, Kind.PERCENT: Of.PERCENT, Kind.COUNT: Of.COUNT}
REASON_OPENING = re.compile(r"(?:主要)?原因(?:是因为|是由于|在于因|在于|是|为)[：:]?")
"""How a reason begins. Matched at the start of words, or searched for behind a figure."""
_LIST = re.compile(r"(?:主要)?包括[：:]?")
_CLAUSE = re.compile(r"(?:[^，；。,;]|(?<=\d),(?=\d))+[，；。,;]?")
"""A clause with the mark that ends it; a comma between digits parts thousands and ends none."""
_TOPIC = re.compile(r"[^\d]{2,14}(?:情况|方面)[：:]?")
_MARKS = re.compile(r"[\s，。；：、,.;:“”\"（）()]")


def reason_beside(text: str, difference: Decimal) -> str:
    """Return the reason the unit wrote behind a difference in yuan; "" where it wrote none."""
    return _beside(text, difference, REASON_OPENING, "；;")


def list_beside(text: str, amount: Decimal) -> str:
    """Return what the unit lists behind an amount in yuan after 包括; "" where it lists nothing."""
    return _beside(text, amount, _LIST, "；;，,")


def _beside(text: str, yuan: Decimal, opener: re.Pattern[str], ends: str) -> str:
    found = list(sentences(half_width(text)))
    for number, sentence in enumerate(found):
        at = [each.end for each in quantities(sentence.text) if _is_amount(each, yuan)]
        for end in reversed(at):  # the nearest one before the words
            if words := opener.search(sentence.text, end):
                start = sentence.start + words.end()
                return _until(text[start : sentence.start + len(sentence.text)], ends)
        following = found[number + 1] if at and number + 1 < len(found) else None
        if following and (words := opener.match(following.text)):
            start = following.start + words.end()
            return _until(text[start : following.start + len(following.text)], ends)
    return ""


def _is_amount(found: Quantity, yuan: Decimal) -> bool:
    return found.kind is Kind.AMOUNT and _is_near(found, abs(yuan))


def _is_near(found: Quantity, value: Decimal) -> bool:
    """Whether a number as it is written is a value, rounded to the digits it is written with."""
    return abs(abs(found.value) - value) * 2 <= (found.step if found.kind is not Kind.COUNT else 0)


def _until(text: str, ends: str) -> str:
    return re.split(rf"(?!(?<=\d),\d)[{ends}]", text)[0].strip(" \u3000，。")


def own_lines(text: str, said: Collection[Run], sentence: str) -> tuple[OwnLine, ...]:
    """Return the lines of a text with what of each is printed beside the report's own `sentence`.

    `said` are the figures that it states. Without any of them, and where nothing is repeated, all is printed.
    """
    lines = (line.strip() for line in text.split("\n"))
    plain = _plain(sentence)
    return tuple(OwnLine(line, _printed(line, said, plain)) for line in lines if line)


def _printed(line: str, said: Collection[Run], sentence: str) -> str:
    if _plain(line) in sentence:
        return ""
    found = list(_figures(line))
    if not found or not all(_is_said(each, said) for each in found):
        return line
    rest = "".join(_unsaid(line, sentence)).strip("，；、 ")
    return f"{rest.rstrip('。')}。" if rest else ""


def _figures(text: str) -> Iterator[Quantity]:
    return (each for each in quantities(half_width(text)) if each.kind in _OF)


def _is_said(found: Quantity, said: Collection[Run]) -> bool:
    return any(
        run.of is _OF[found.kind] and run.value is not None and _is_near(found, run.value) for run in said
    )


def _unsaid(line: str, sentence: str) -> Iterator[str]:
    """The clauses without a figure that are neither said nor the reason of one that is."""
    is_reason = False
    for clause in _CLAUSE.findall(line):
        is_reason = is_reason or bool(REASON_OPENING.match(clause.strip()))
        if not (is_reason or list(_figures(clause)) or _is_covered(clause, sentence)):
            yield clause
        is_reason = is_reason and clause[-1] not in "。；;"


def _is_covered(clause: str, sentence: str) -> bool:
    """Whether a clause only names what it is about, or lists what the report lists."""
    words = clause.strip(" \u3000，；。,;")
    if _TOPIC.fullmatch(words):
        return True
    items = _LIST.sub("", words, count=1).split("、")
    return all(_plain(item) in sentence for item in items)


def _plain(text: str) -> str:
    return _MARKS.sub("", half_width(text))
