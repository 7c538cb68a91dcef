"""What problems may be taken from: the unit's own words, what the checks found, what a re-check deducted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from budgets.checks.results import Results
from budgets.models import ReturnText
from performance.recheck_models import RecheckVersion
from performance.rechecks import recheck_of
from performance.scoring import points_text
from submissions.findings import Verdict
from submissions.models import Problem, Submission

_NUMBER = re.compile(
    r"\s*(?:([一二三四五六七八九十]+)\s*[、是.．]|[（(]\s*([一二三四五六七八九十]+|\d+)\s*[)）]、?|(\d+)\s*[.．、)）](?!\d))\s*"
)
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Offered:
    """A problem that may be taken over: what it says, and what the unit would do about it by itself."""

    key: str
    source: str
    text: str
    own_measure: str = ""

    @property
    def source_text(self) -> str:
        """Where it comes from, as people call it."""
        return str(Problem.Source(self.source).label)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A part of a text with its number; None of what has none."""

    number: int | None
    text: str


def numbered(text: str) -> list[Numbered]:
    """Return a text by its numbered lines: lines without a number go on with the one before.

    Where no line has one, each stands for itself.
    """
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    if not any(map(_NUMBER.match, lines)):
        return [Numbered(None, line) for line in lines]
    parts: list[Numbered] = []
    for line in lines:
        found = _NUMBER.match(line)
        if found and (rest := line[found.end() :]):
            parts.append(Numbered(_read(next(filter(None, found.groups()))), rest))
        elif parts:
            parts[-1] = Numbered(parts[-1].number, f"{parts[-1].text}\n{line}")
        else:
            parts.append(Numbered(None, line))
    return parts


def _read(number: str) -> int:
    """Read 3, 三 or 十三; what is larger, no list of problems has."""
    if number.isdecimal():
        return int(number)
    tens, ten, ones = number.partition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones if ten else number, 0)


def own_problems(texts: dict[str, str]) -> Iterator[Offered]:
    """Yield what a unit wrote of its problems, each with the measure of the same number.

    Where nothing is numbered and there are as many measures as problems, they stand in one order.
    """
    names = ReturnText.Name
    problems, measures = (numbered(texts.get(name, "")) for name in (names.PROBLEMS, names.IMPROVEMENTS))
    is_plain = all(each.number is None for each in (*problems, *measures)) and len(problems) == len(measures)
    by_number: dict[int, str] = {}
    for each in measures:
        if each.number is not None:
            by_number.setdefault(each.number, each.text)
    for place, each in enumerate(problems):
        measure = by_number.get(each.number, "") if each.number is not None else ""
        measure = measures[place].text if is_plain else measure
        yield Offered(f"own-{place}", Problem.Source.OWN_WORDS, each.text[:LONGEST], measure[:LONGEST])


def offered_of(submission: Submission, texts: list[ReturnText], results: Results) -> list[Offered]:
    """Return all that may be taken over; three queries where the return was checked again, one elsewhere."""
    own = own_problems({each.name: each.text for each in texts})
    found = [each.finding for each in results.found if each.finding.outcome.verdict is Verdict.FAILS]
    said = [f"{each.check.code} {each.outcome.sentence}"[:LONGEST] for each in found]
    of_checks = (Offered(f"check-{place}", Problem.Source.FINDING, text) for place, text in enumerate(said))
    return [*own, *_deductions(submission), *of_checks]


def _deductions(submission: Submission) -> Iterator[Offered]:
    finished = RecheckVersion.objects.filter(submission=submission, is_finished=True)
    if not finished.exists():
        return
    for place, row in enumerate(recheck_of(submission).rows):
        found = row.checked.score
        if found is None or found >= row.stated.score:
            continue
        points = f"{row.stated.name}：自评 {points_text(row.stated.score)} 分，复核 {points_text(found)} 分"
        why = "；".join(filter(None, [row.ground_text, row.checked.remark]))
        text = f"{points}。{why}"[:LONGEST]
        yield Offered(f"recheck-{place}", Problem.Source.RECHECK, text)
