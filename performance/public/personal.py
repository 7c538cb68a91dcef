"""Personal data that a unit wrote among its words: found, and shown with most of each covered.

Telephone numbers, identity numbers and e-mail addresses. What is approved is not changed: what is public is
drawn from a copy in memory, in which they are covered.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from budgets.cells import column_titles, place_of, place_of_schedule
from budgets.checks import effects
from budgets.models import ReturnText
from budgets.returns import PROJECTS
from budgets.rows import Row
from performance.official.given import Given, given_of_many
from performance.public.figures import PUBLIC_SCHEDULES
from performance.returns import GOAL, INDICATORS, PROJECT_GOAL
from performance.rows import Performance
from performance.scoring import Indicator
from submissions.findings import Place
from submissions.models import Submission
from submissions.workflow import PUBLISHED

COVERED = "（个人信息已隐去）"
"""Follows whatever is covered, so that nobody takes the stars for the unit's own."""

_APART = r"(?:(?<![A-Za-z\d¥￥])|(?<=[Tt][Ee][Ll]))(?<!¥ )(?<!RMB)(?<!RMB )(?<!人民币)(?<!\d[〕\]])"
"""No number or code goes on to the left, neither an amount nor the number of a document."""
_NO_AMOUNT = (
    r"(?!\d|[A-Za-z]|\.\d{1,2}(?!\d)|[ ]?(?:余|多)?[万亿千百]*(?:余|多)?\(?[万亿]?元(?![旦月])"
    r"|[ ]?(?:%|㎡|平方|公里|人次|吨|度电))"
)
_GAP = "[-. ]{0,2}"
_MOBILE = (
    rf"{_APART}(?:(?:\+|00)?86[- ]?)?"
    rf"(?P<mobile>1[3-9]\d(?:{_GAP}\d{{4}}{_GAP}\d{{4}}|\d[-. ]\d{{3}}[-. ]\d{{4}})){_NO_AMOUNT}"
)
_SUBSCRIBER = r"[2-8]\d{6,7}"
_LANDLINE = (
    rf"{_APART}(?<!\d[.-])(?P<landline>\(?0(?:10|2\d|[3-9]\d\d)\)?[- ]{{0,3}}{_SUBSCRIBER}){_NO_AMOUNT}"
)
_BEFORE_LOCAL = "|".join(
    f"(?<={word}{mark})" for word in ("电话", "座机", "传真", "热线") for mark in ("", ":")
)
_LOCAL = rf"(?:{_BEFORE_LOCAL})(?P<local>{_SUBSCRIBER}){_NO_AMOUNT}"
_IDENTITY = r"(?<!\d)(?P<identity>[1-9]\d{5} ?\d{8} ?\d{3}[\dXx])(?![\dA-Za-z])"
_EMAIL = r"(?P<email>[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})"
_PERSONAL = re.compile("|".join((_IDENTITY, _EMAIL, _MOBILE, _LANDLINE, _LOCAL)), re.ASCII)
_KINDS = ("identity", "email", "mobile", "landline", "local")
_AMOUNT = re.compile(r"[≥≤><=＝]?\s*\d+(?:\.\d+)?", re.ASCII)
_HALF_WIDTH = str.maketrans(
    "".join(chr(code + 0xFEE0) for code in range(0x21, 0x7F) if chr(code) != ",")
    + "‐‑–—−\u3000\xa0\u200b\u200c\u200d\ufeff",
    "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != ",") + "-----      ",
)
"""Character by character, so that places in the text stay what they are; "，" parts words, not digits."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
"""By the rest of the sum modulo 11. Source: GB 11643-1999, 公民身份号码."""


def masked(text: str) -> str:
    """Return a text with the personal data in it covered: 138****1234（个人信息已隐去）."""
    found, at = [], 0
    for start, end, covered in _personal(text):
        found += [text[at:start], covered, COVERED]
        at = end
    return "".join([*found, text[at:]])


def covered_in(text: str) -> list[str]:
    """Return what of a text is personal data, each as it is shown covered; [] for none."""
    return [covered for _, _, covered in _personal(text)]


def _personal(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _PERSONAL.finditer(text.translate(_HALF_WIDTH)):
        kind = next(name for name in _KINDS if match[name])
        words = match[kind].replace(" ", "") if kind == "identity" else match[kind]
        if kind != "identity" or _is_identity(words):
            yield match.start(), match.end(), _covered(kind, words)


def _covered(kind: str, words: str) -> str:
    """The words with stars for what tells who it is."""
    if kind == "email":
        return f"{words[0]}***@{words.partition('@')[2]}"
    if kind == "identity":
        return f"{words[:3]}*************{words[-2:]}"
    digits = "".join(each for each in words if each.isdigit())
    if kind == "mobile":
        return f"{digits[:3]}****{digits[-4:]}"
    if kind == "local":
        return f"****{digits[-3:]}"
    area = 3 if digits[1] in "12" else 4
    return f"{digits[:area]}-****{digits[-3:]}"


def _is_identity(words: str) -> bool:
    """Whether the day of birth is one and the last character is what the others ask for."""
    try:
        born = date(int(words[6:10]), int(words[10:12]), int(words[12:14]))
    except ValueError:
        return False
    rest = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, words[:17], strict=True)) % 11
    return 1900 <= born.year < 2100 and _CHECKS[rest] == words[17].upper()


# --- In a return


def public_given(versions: Sequence[Submission]) -> dict[int, Given]:
    """Return what public pages and files are made of, by submission id, of versions of one year.

    It is what `given_of_many` returns, with the personal data in its words covered.
    """
    given = given_of_many(versions)
    for each in given.values():
        _mask(each)
    return given


class Personal(NamedTuple):
    """Where in a return personal data stand, and what they look like covered."""

    place: Place
    shown: list[str]


def personal_of(submission: Submission) -> list[Personal]:
    """Return where personal data stand in what its publication makes public; [] for nowhere.

    That is the return, and why it was begun where it is a correction.
    """
    found = personal_in(given_of_many([submission])[submission.pk])
    before = Submission.objects.filter(round=submission.round_id, unit=submission.unit_id, status=PUBLISHED)
    reasons = before.annotate(because=Submission.objects.corrected_because()).values_list(
        "because", flat=True
    )
    said = [shown for because in reasons for shown in covered_in(because or "")]
    return [*found, *([Personal(Place("", schedule_title="更正的原因"), said)] if said else [])]


def personal_in(given: Given) -> list[Personal]:
    """Return where personal data stand in what of a return becomes public, each once; [] for nowhere."""
    found: dict[tuple[Any, ...], Personal] = {}
    for words in _words_of(given):
        if shown := covered_in(words.text):
            place = words.place
            where = place._replace(row_label=masked(place.row_label))
            found.setdefault((*place, *shown), Personal(where, shown))
    return list(found.values())


def _mask(given: Given) -> None:
    for words in list(_words_of(given)):
        if (covered := masked(words.text)) != words.text:
            setattr(words.of, words.name, covered)
    for row in (each.row for rows in given.rows.values() for each in rows if each.row.category):
        row.category = row.category._replace(name=masked(row.category.name)) if row.category else None
    for project in given.projects:
        project.name = masked(project.name)
    for effect in (given.performance, *given.projects):
        counted = [_counted(each) for each in effect.result.indicators]
        effect.result = replace(effect.result, indicators=counted)


def _counted(indicator: Indicator) -> Indicator:
    """An indicator as scoring has it, with its words masked."""
    words: dict[str, Any] = {name: masked(getattr(indicator, name)) for name in _printed(indicator)}
    return replace(indicator, **words)


class _Words(NamedTuple):
    """One text: of which thing it is kept in which attribute, and where in the return that is."""

    of: Any
    name: str
    section: Place
    row: Row | None = None

    @property
    def text(self) -> str:
        return str(getattr(self.of, self.name))

    @property
    def place(self) -> Place:
        """The cell, where it is one of a row; else the section, that of a project with its indicator."""
        if self.row is None or self.name not in column_titles(self.row.schedule):
            return self.section
        cell = place_of(self.row, self.name)
        if self.section.row:  # a page of a project has no address for a cell
            return self.section._replace(column_title=masked(cell.row_label))
        return cell


def _words_of(given: Given) -> Iterator[_Words]:
    """All that a unit wrote itself and that becomes public, in the order of the return."""
    for text in given.texts:
        title = str(ReturnText.Name(text.name).label)
        yield _Words(text, "text", Place(text.name, schedule_title=title))
    for schedule in PUBLIC_SCHEDULES:
        section = place_of_schedule(schedule)
        for row in (each.row for each in given.rows[schedule.name]):
            yield _Words(row, "name", section, row)
            if schedule is PROJECTS:
                yield _Words(row, "code", section, row)
            if hasattr(row.line, "variance_reason") and not row.is_kept_elsewhere:
                yield _Words(row.line, "variance_reason", section, row)
    goal = Place(GOAL, schedule_title=effects.GOAL_TITLE)
    yield from _of_effect(given.performance, goal, place_of_schedule(INDICATORS))
    for project in given.projects:
        begun = (project.slug, "", effects.PROJECT_TITLE, project.name)
        yield from _of_effect(project, Place(PROJECT_GOAL, *begun), Place(effects.PROJECT_SCHEDULE, *begun))


def _of_effect(found: Performance, goal: Place, indicators: Place) -> Iterator[_Words]:
    if found.goal:
        yield from (_Words(found.goal, name, goal) for name in ("expected", "achieved"))
    for row in found.rows:
        yield _Words(row, "name", indicators, row)
        yield from (_Words(row.line, name, indicators, row) for name in _printed(row.line))


def _printed(indicator: Any) -> Iterator[str]:
    """The words of an indicator that are printed; what is only an amount of money is none."""
    yield from ("name", "measuring_unit", "deviation_reason", "improvement_measure")
    for name in ("target_value", "actual_value"):
        is_money = indicator.measuring_unit.strip().endswith("元")
        if not (is_money and _AMOUNT.fullmatch(getattr(indicator, name).strip())):
            yield name
