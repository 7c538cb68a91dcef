"""The Hunan index of overall expenditure (部门整体支出绩效评价指标体系): its rules, and its versions as data.

Pure: imports neither Django nor openpyxl. Rates are percent and count as they are printed, to two decimals
(99.9949 is 99.99). What cannot be computed is None and is never full marks.

Source: scoring rules B1 to B3, as corrected by their confirmations 2.3. Whole steps count (每超过一个百分点,
每低于 5%): 92.8 % of the budget loses one completed step of 5, and not 1.44 of them (S-13).
"""

from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from typing import Protocol

from budgets.money import round_half_up

FULL = Decimal(100)


class Rule(Protocol):
    """How the points of a row follow from its rate."""

    def points(self, rate: Decimal, weight: Decimal) -> Decimal | None:
        """Return the points of a rate; None where the rule does not say."""
        ...

    def text(self, weight: Decimal) -> str:
        """Return the rule in words."""
        ...


@dataclass(frozen=True, slots=True)
class Above:
    """Full up to a limit; each completed step above it takes points, never below 0."""

    limit: Decimal
    taken: Decimal | None
    """What each step takes; None: the county says, and the rule does not."""
    step: Decimal = Decimal(1)
    whole_steps: bool = True
    """Whether only completed steps count. Of single points an inference from those of 5: a setting (2.3)."""

    def points(self, rate: Decimal, weight: Decimal) -> Decimal | None:
        """Return the points of a rate."""
        return _stepped(round_half_up(rate) - self.limit, self, weight)

    def text(self, weight: Decimal) -> str:
        """Return the rule in words."""
        return f"不超过 {_plain(self.limit)}% 得满分，{_each('每超过', self)}"


@dataclass(frozen=True, slots=True)
class Below:
    """Full from a limit on; each completed step below it takes points, never below 0."""

    limit: Decimal
    taken: Decimal | None
    step: Decimal = Decimal(1)
    whole_steps: bool = True

    def points(self, rate: Decimal, weight: Decimal) -> Decimal | None:
        """Return the points of a rate."""
        return _stepped(self.limit - round_half_up(rate), self, weight)

    def text(self, weight: Decimal) -> str:
        """Return the rule in words."""
        return f"达到 {_plain(self.limit)}% 得满分，{_each('每低于', self)}"


@dataclass(frozen=True, slots=True)
class Graded:
    """Points by intervals closed at their upper end: 0 full, then (0, 10], (10, 20] …, beyond all of them 0.

    A rate below 0 says that the budget was cut: the rule speaks of additions only, so nothing is given.
    """

    ends: tuple[Decimal, ...]
    parts: tuple[Decimal, ...]
    """The points of each interval, in order."""

    def points(self, rate: Decimal, weight: Decimal) -> Decimal | None:
        """Return the points of a rate; None below 0."""
        printed = round_half_up(rate)
        if printed < 0:
            return None
        found = (points for end, points in zip(self.ends, self.parts, strict=True) if printed <= end)
        return next(found, Decimal(0))

    def text(self, weight: Decimal) -> str:
        """Return the rule in words."""
        known = zip(self.ends, self.parts, strict=True)
        each = [f"{_plain(end)}% 以内 {_plain(points)} 分" for end, points in known]
        return f"{'，'.join(each)}，超过 {_plain(self.ends[-1])}% 不得分"


def _stepped(beyond: Decimal, rule: Above | Below, weight: Decimal) -> Decimal | None:
    if beyond <= 0:
        return weight
    if rule.taken is None:
        return None
    steps = beyond / rule.step
    counted = steps.to_integral_value(ROUND_FLOOR) if rule.whole_steps else steps
    return max(Decimal(0), round_half_up(weight - rule.taken * counted))


def _each(word: str, rule: Above | Below) -> str:
    step = "一个百分点" if rule.step == 1 else f" {_plain(rule.step)} 个百分点"
    if rule.taken is None:
        return f"{word}{step}扣多少分由县财政通知规定"
    return f"{word}{step}扣 {_plain(rule.taken)} 分"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


# --- Rows and versions


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One row of a version: its weight, and how its rate (one of `budgets.ratios`, or of ours) scores."""

    name: str
    weight: Decimal
    ratio: str = ""
    """The code of its ratio; "" for a row that people judge by evidence."""
    rule: Rule | None = None
    """None: people judge it, or no source says how it scores."""
    is_sourced: bool = True
    """Whether weight and rule were read in a table, and are not recollection."""


@dataclass(frozen=True, slots=True)
class IndexBlock:
    """A block of a version: 投入, 过程, 产出及效果, with those of its rows that are known."""

    name: str
    weight: Decimal
    rows: tuple[IndexRow, ...] = ()

    @property
    def unknown(self) -> Decimal:
        """How many of its points belong to rows that no source shows."""
        return self.weight - sum((row.weight for row in self.rows), Decimal(0))


@dataclass(frozen=True, slots=True)
class IndexVersion:
    """One version of the index, as a table that was read has it. The county's notice says which is used."""

    code: str
    name: str
    source: str
    blocks: tuple[IndexBlock, ...]
    notes: tuple[str, ...] = field(default=())
    """What is wrong in the printed table itself."""

    @property
    def rows(self) -> list[IndexRow]:
        """Its rows, in order."""
        return [row for block in self.blocks for row in block.rows]

    @property
    def is_complete(self) -> bool:
        """Whether every row of its hundred points is known."""
        total = sum((block.weight for block in self.blocks), Decimal(0))
        return total == FULL and all(block.unknown == 0 for block in self.blocks)


def staff_rule(taken: str) -> Above:
    """在职人员控制率: up to 100 % full, each completed point above takes 0.5 (weights 5 and 8) or 0.1 (1)."""
    return Above(FULL, Decimal(taken))


def change_rule(weight: Decimal) -> Above:
    """“三公”经费变动率: up to 0 full, each completed point above takes a tenth of the weight (S-14)."""
    return Above(Decimal(0), weight / 10)


COMPLETION_RULE = Below(FULL, Decimal(2), step=Decimal(5))
"""预算完成率: 100 % full, each completed 5 % below takes 2: 92.8 % is 3 of 5, 99.27 % is 8 of 8 (S-13)."""

BUILDING_RULE = Above(FULL, Decimal(2), step=Decimal(5))
"""楼堂馆所面积、投资概算控制率: up to 100 % full, each completed 5 % above takes 2 (S-17)."""

_ENDS = tuple(map(Decimal, (0, 10, 20, 30)))
ADJUSTMENT_RULES = {
    Decimal(5): Graded(_ENDS, tuple(map(Decimal, (5, 4, 3, 2)))),
    Decimal(8): Graded(_ENDS, tuple(map(Decimal, (8, 6, 4, 2)))),
}
"""预算控制率 by weight: nothing added full, then by tens closed at the end, above 30 % nothing (S-16)."""

CONTROL_RULE = Above(FULL, Decimal(1))
"""公用经费控制率、“三公”经费控制率: to 100 % full, each point above takes 1. From memory, unsure (S-18)."""

PROCUREMENT_RULE = Below(FULL, None)
"""政府采购执行率: 100 % full; what each point below takes no source says (S-18), and nothing is made up."""
