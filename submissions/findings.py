"""What a check is, and what it finds: the types, and `run`.

Pure: imports neither Django nor openpyxl, and knows no money. A check is a plain function over something that
was read before; it never reads by itself. Source: domain rules of consistency checks (checks.md §0).
"""

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

_LOG = logging.getLogger(__name__)


class State(StrEnum):
    """How a check came out at one place."""

    PASS = "pass"
    ROUNDING = "rounding"
    """It differs by no more than rounding explains (提示)."""
    ERROR = "error"
    """It stands in the way of handing in; no explanation clears it."""
    WARNING = "warning"
    """It needs an explanation."""
    NOT_APPLICABLE = "not_applicable"
    CANNOT_BE_COMPUTED = "cannot_be_computed"
    """A figure is missing; never to be taken for a pass."""

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {
            "pass": "通过",
            "rounding": "尾差",
            "error": "错误",
            "warning": "待说明",
            "not_applicable": "不适用",
            "cannot_be_computed": "缺数据",
        }[self.value]


class Severity(StrEnum):
    """What a check that fails means."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    """Worth knowing; needs nobody's hand."""

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {"error": "错误", "warning": "预警", "information": "提示"}[self.value]


class Tolerance(StrEnum):
    """How far two figures that should be equal may be apart."""

    EXACT = "exact"
    SUM = "sum"
    """0.005·(n + 1) 万元 for a sum of n terms any of which was entered in 万元; exact in 元."""
    PERCENT = "percent"
    """One unit of the last printed decimal."""
    SAME = "same"
    """One figure in two places: 0.01 at the coarser printed precision."""
    NONE = "none"
    """Not a comparison of two equal figures."""

    @property
    def label(self) -> str:
        """What it allows, in Chinese."""
        return {
            "exact": "必须相等",
            "sum": "按元填的必须相等；按万元填的允许尾差 0.005×(项数+1)",
            "percent": "末位允许相差 1",
            "same": "较粗的一处末位允许相差 1",
            "none": "—",
        }[self.value]


class Verdict(StrEnum):
    """What a check says of one place; with its severity it becomes the state of a finding."""

    HOLDS = "holds"
    ROUNDED = "rounded"
    FAILS = "fails"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


WHOLE = "return"
"""The schedule of a place that is the whole return."""


class Place(NamedTuple):
    """Where in a return: names of schedule (or text), row and column, and what they are called."""

    schedule: str
    row: str = ""
    column: str = ""
    schedule_title: str = ""
    row_label: str = ""
    column_title: str = ""
    part: str = ""
    """Of which part of its section it is, by its name in addresses: a project; "" for none."""

    @property
    def label(self) -> str:
        """What it is called in a sentence; the parts that it has."""
        return " · ".join(part for part in (self.schedule_title, self.row_label, self.column_title) if part)

    @property
    def key(self) -> str:
        """What tells it apart within a return."""
        return "/".join((self.schedule, self.row, self.column))


class Outcome(NamedTuple):
    """What a check says of one place."""

    verdict: Verdict
    place: Place
    sentence: str = ""
    """What is wrong, or which figure is missing; "" where it holds."""
    expected: Decimal | None = None
    actual: Decimal | None = None
    arithmetic: str = ""
    """The computation in words: 900.00 + 485.50 = 1,385.50（万元）."""
    remedy: str = ""
    """How to mend it."""
    quotation: str = ""
    """The words of a text that it is about."""
    reason: str = ""
    """What the return says at the place to explain it, where it has a field for that."""
    has_reason_field: bool = False
    """Whether it is explained at its place, and nowhere else."""
    severity: Severity | None = None
    """What a failure means here, where that depends on the figures; None: what the check says."""
    in_percent: bool = False
    """Whether its figures are percentages."""
    in_yuan: bool = False
    """Whether its figures are yuan where its place does not say so, as in a text."""
    is_number: bool = False
    """Whether its figures are plain numbers whatever its place holds."""
    is_average: bool = False
    """Whether its figures were divided, and are printed rounded as all money is; others lose no digit."""
    outdated_reason: str = ""
    """What the return says at the place, where that was written for other figures than these."""
    gap: str = ""
    """The difference of the row that such a reason is to be held against, in yuan."""
    is_bound: bool = False
    """Whether what is expected is a bound that the actual figure may reach, and not what it should be."""

    @property
    def difference(self) -> Decimal | None:
        """Actual − expected; None where either is unknown."""
        if self.actual is None or self.expected is None:
            return None
        return self.actual - self.expected


@dataclass(frozen=True, slots=True)
class Check:
    """One rule. `test` is given what is checked and says what it finds there, place by place.

    `code` is stable for ever; `version` is raised when the rule says something else. It belongs to the years
    from `since` to `until` (0: without end) and to a region ("": all) by the beginning of its code.
    """

    code: str
    sentence: str
    severity: Severity
    tolerance: Tolerance
    formula: str
    source: str
    example: str
    test: Callable[[Any], Iterable[Outcome]]
    version: int = 1
    since: int = 0
    until: int = 0
    region: str = ""

    @property
    def is_equation(self) -> bool:
        """Whether a figure that fails should be another one; else two are only held against each other."""
        return self.severity is Severity.ERROR and self.tolerance is not Tolerance.NONE

    def applies_to(self, year: int, region: str) -> bool:
        """Whether it is a rule of that year and region."""
        return self.since <= year <= (self.until or year) and region.startswith(self.region)


_STATES = {
    Verdict.HOLDS: State.PASS,
    Verdict.ROUNDED: State.ROUNDING,
    Verdict.MISSING: State.CANNOT_BE_COMPUTED,
    Verdict.NOT_APPLICABLE: State.NOT_APPLICABLE,
}


class Finding(NamedTuple):
    """What one check found at one place, with the severity it has in the round."""

    check: Check
    severity: Severity
    outcome: Outcome

    @property
    def state(self) -> State:
        """How it came out. What is only worth knowing is a warning whose severity asks for nothing."""
        verdict = self.outcome.verdict
        if verdict is Verdict.FAILS:
            return State.ERROR if self.severity is Severity.ERROR else State.WARNING
        return _STATES[verdict]

    @property
    def says_what_should_be(self) -> bool:
        """Whether the expected figure is what should stand there (应为), and not one to look at (对照)."""
        return self.check.is_equation and not self.outcome.is_bound

    @property
    def asks(self) -> bool:
        """Whether it is a warning that has to be explained, here or at its place."""
        return self.state is State.WARNING and self.severity is Severity.WARNING

    @property
    def needs_explanation(self) -> bool:
        """Whether it has to be explained before the return is handed in, and is not at its place."""
        return self.asks and not (self.outcome.has_reason_field and self.outcome.reason)

    @property
    def key(self) -> str:
        """What tells it apart within a return, whatever its figures."""
        return f"{self.check.code}@{self.outcome.place.key}"

    @property
    def name(self) -> str:
        """What it is called in addresses and forms, as long as its figures are the same."""
        return sha256(f"{self.key}\x1f{self.digest}".encode()).hexdigest()[:16]

    @property
    def digest(self) -> str:
        """What it said there: the version of its rule, figures, quotation. An explanation holds for one.

        Without the place, whose row is called otherwise in the next revision.
        """
        said = (
            self.check.code,
            self.check.version,
            _plain(self.outcome.expected),
            _plain(self.outcome.actual),
            self.outcome.quotation,
        )
        return sha256("\x1f".join(map(str, said)).encode()).hexdigest()


def _plain(figure: Decimal | None) -> str:
    return "" if figure is None else f"{figure.normalize():f}"


def run(
    checks: Iterable[Check],
    given: Any,
    *,
    year: int,
    region: str,
    severities: dict[str, Severity | None] | None = None,
) -> list[Finding]:
    """Run the checks of a year and region on one return, in their order.

    `severities` are those the round has otherwise, by code; None switches a check off. What the round says
    goes before what an outcome says, and that before the check.
    Where a check fails by itself, it cannot be computed, and what was entered is saved all the same.
    """
    severities = severities or {}
    found: list[Finding] = []
    for check in checks:
        severity = severities.get(check.code, check.severity)
        if severity is None or not check.applies_to(year, region):
            continue
        is_decided = check.code in severities
        for outcome in _outcomes(check, given):
            own = None if is_decided else outcome.severity
            found.append(Finding(check, own or severity, outcome))
    return found


BROKEN = Outcome(Verdict.MISSING, Place(WHOLE, schedule_title="整份填报"), "不能检查（系统故障，已记录）")
"""What a check says that cannot be run."""


def _outcomes(check: Check, given: Any) -> list[Outcome]:
    """What a check says; `BROKEN`, and a record in the log, where it fails."""
    try:
        return list(check.test(given))
    except Exception:
        _LOG.exception("规则 %s 运行失败", check.code)
        return [BROKEN]


LEAST_LETTERS = 10
"""So many characters an explanation has, signs and blanks not counted."""
_EMPTY_WORDS = re.compile("(无|没有|正常|情况|属实|说明|同上|一切|不涉及|无误|差异|是|的|暂|略|其他)+")
"""Explanations of these words alone say nothing."""


def explanation_mistake(text: str) -> str:
    """Say what is wrong with an explanation, and what to write; "" where it is one."""
    letters = "".join(each for each in text if each.isalnum())
    ask = "请写清为什么这样、依据是什么。"
    if len(letters) < LEAST_LETTERS:
        return f"说明有 {len(letters)} 个字，至少写 {LEAST_LETTERS} 个字：{ask}"
    if _EMPTY_WORDS.fullmatch(letters) or len(set(letters)) < 4:
        return f"这段话没有说明原因：{ask}"
    return ""
