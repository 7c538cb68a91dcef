"""The sample of a round's approved returns that the bureau checks again (抽查): drawn by rule, then by lot.

Pure: imports neither Django nor openpyxl. The lot of a return is the sha256 of the seed and its unit's code,
so that anybody can draw the sample again from the seed and the list it was drawn from.
Source: workflow 5, sample chosen by rule (amount, score 100, execution < 80 %, random seed stored).
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import ceil
from typing import Any, Self

FULL = Decimal(100)
LOW_EXECUTION = Decimal(80)
"""Percent: an execution rate below it is a reason to look."""


class Rule(StrEnum):
    """Why a return is in the sample."""

    LARGEST = "largest"
    FULL_MARKS = "full_marks"
    LOW_EXECUTION = "low_execution"
    RANDOM = "random"


RULES = {
    Rule.LARGEST: "决算数最大",
    Rule.FULL_MARKS: "满分",
    Rule.LOW_EXECUTION: "执行率低于 80 %",
    Rule.RANDOM: "随机",
}
"""The rules as they are called, in the order in which they draw."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An approved return as it was when the sample was drawn; outturn in yuan, rate in percent."""

    code: str
    """Of its unit."""
    outturn: Decimal | None
    rate: Decimal | None
    own_total: Decimal
    """What the unit gave itself of a hundred."""
    is_full: bool
    """Whether that is 100, or every indicator has full marks."""

    @property
    def is_low(self) -> bool:
        """Whether less than 80 % of its budget was spent."""
        return self.rate is not None and self.rate < LOW_EXECUTION

    def as_json(self) -> dict[str, Any]:
        """Return it as a draw keeps it."""
        return {
            "code": self.code,
            "outturn": None if self.outturn is None else str(self.outturn),
            "rate": None if self.rate is None else str(self.rate),
            "own_total": str(self.own_total),
            "is_full": self.is_full,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Return one that a draw has kept."""
        outturn, rate = (None if kept[name] is None else Decimal(kept[name]) for name in ("outturn", "rate"))
        return cls(kept["code"], outturn, rate, Decimal(kept["own_total"]), kept["is_full"])


@dataclass(frozen=True, slots=True)
class Plan:
    """How many returns are drawn, and at most how many of them by each rule; the rest is random."""

    size: int
    is_percent: bool = False
    """Whether `size` is percent of the returns, rounded up; else it is their number."""
    largest: int = 0
    full_marks: int = 0
    low_execution: int = 0

    def number_of(self, returns: int) -> int:
        """Return how many are drawn of so many: never more than there are."""
        wanted = ceil(returns * self.size / 100) if self.is_percent else self.size
        return min(wanted, returns)

    @property
    def text(self) -> str:
        """Say it: 抽 10 %，其中决算数最大 1 份，其余随机."""
        taken = {
            Rule.LARGEST: self.largest,
            Rule.FULL_MARKS: self.full_marks,
            Rule.LOW_EXECUTION: self.low_execution,
        }
        by_rule = "、".join(f"{RULES[rule]} {number} 份" for rule, number in taken.items() if number)
        size = f"抽 {self.size} {'%' if self.is_percent else '份'}"
        return f"{size}，其中{by_rule}，其余随机" if by_rule else f"{size}，全部随机"


def drawn(candidates: Iterable[Candidate], plan: Plan, seed: str) -> list[tuple[Candidate, Rule]]:
    """Return the sample, each with the rule that took it, in the order of the rules; [] of no candidates.

    A rule takes of those no rule before it took: the largest outturns first, else who has the smallest lots.
    The order in which the candidates come does not matter.
    """
    left = sorted(candidates, key=lambda each: _lot(seed, each))
    number = plan.number_of(len(left))
    found: list[tuple[Candidate, Rule]] = []
    for rule, most, asked in _steps(plan, number):
        taken = asked(left)[: min(most, number - len(found))]
        found += [(each, rule) for each in taken]
        left = [each for each in left if each not in taken]
    return found


Choice = Callable[[Sequence[Candidate]], Sequence[Candidate]]


def _steps(plan: Plan, number: int) -> list[tuple[Rule, int, Choice]]:
    """The rules in order: at most how many each takes, and of which candidates, who come by their lots."""
    return [
        (Rule.LARGEST, plan.largest, _by_outturn),
        (Rule.FULL_MARKS, plan.full_marks, lambda left: [each for each in left if each.is_full]),
        (Rule.LOW_EXECUTION, plan.low_execution, lambda left: [each for each in left if each.is_low]),
        (Rule.RANDOM, number, lambda left: left),
    ]


def _by_outturn(left: Sequence[Candidate]) -> list[Candidate]:
    known = [each for each in left if each.outturn is not None]
    return sorted(known, key=lambda each: each.outturn or 0, reverse=True)


def _lot(seed: str, candidate: Candidate) -> str:
    return hashlib.sha256(f"{seed}:{candidate.code}".encode()).hexdigest()
