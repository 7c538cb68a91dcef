"""The units of a synthetic region: its departments and what is below them.

Pure: imports neither Django nor openpyxl.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, cycle
from random import Random

LABEL = "（合成）"
"""Ends the name of everything that is made up."""

_PLACES = (
    "东湖", "西山", "南桥", "北塔", "青石", "白沙", "黄土", "红旗", "桃源", "竹山", "柳林", "松木",
    "石坝", "龙泉", "凤凰", "金盆", "银杏", "双江", "三塘", "四方", "五里", "六合", "七星", "八角",
)  # fmt: skip
_SCALES = {"government": (12, 90), "township": (38, 95), "school": (25, 210), "hospital": (20, 260)}
_SCALE_BELOW = (5, 45)
_TOWNSHIP_SHARE = 14
"""How many of 130 units are townships."""


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """A unit that hands a return in."""

    code: str
    name: str
    parent: str
    """The code of the department above it; "" for a department, below which the bureau stands."""
    kind: str
    """government, township, school or hospital, as the indicator library names them."""
    section: str
    """The 款 most of its money is spent on."""
    persons: int
    """How many people serve in it."""

    @property
    def is_department(self) -> bool:
        """Whether it is a department, with or without units below it."""
        return not self.parent


def plan_units(
    departments: Sequence[Mapping[str, str]], *, place: str, units: int, chance: Random
) -> list[PlannedUnit]:
    """Return so many units: departments first, then what is below them, shared out by their weights.

    `departments` are the rows of fixtures/region/departments.csv, `place` is what the region is called. A
    region of few units has the departments that come first by weight.
    """
    heads = _departments(departments, place, units, chance)
    below = _below(departments, [head for head in heads if head.kind != "township"], place, chance)
    return [*heads, *(next(below) for _ in range(units - len(heads)))]


def _departments(
    departments: Sequence[Mapping[str, str]], place: str, units: int, chance: Random
) -> list[PlannedUnit]:
    most = max(1, units * 2 // 5)
    by_weight = sorted(departments, key=lambda row: -int(row["share"]))
    chosen = {row["code"] for row in by_weight[: max(1, most * 3 // 4)]}
    heads = [
        PlannedUnit(
            f"{row['code']}001",
            f"{place}{row['name']}{LABEL}",
            "",
            "government",
            row["section"],
            chance.randint(*_SCALES["government"]),
        )
        for row in departments
        if row["code"] in chosen
    ]
    townships = min(len(_PLACES), most - len(heads), max(1, units * _TOWNSHIP_SHARE // 130))
    heads += [
        PlannedUnit(
            f"{201 + at}001",
            f"{place}{_PLACES[at]}{'镇' if at % 3 else '乡'}人民政府{LABEL}",
            "",
            "township",
            "20103",
            chance.randint(*_SCALES["township"]),
        )
        for at in range(max(0, townships))
    ]
    return heads[:units]


def _below(
    departments: Sequence[Mapping[str, str]], heads: Sequence[PlannedUnit], place: str, chance: Random
) -> Iterator[PlannedUnit]:
    """Yield units below the departments for ever."""
    rows = {f"{row['code']}001": row for row in departments}
    weights = [int(rows[head.code]["share"]) for head in heads]
    names = {head.code: _names(rows[head.code]["units"].split("|"), place) for head in heads}
    numbers = {head.code: count(2) for head in heads}
    while True:
        [head] = chance.choices(heads, weights)
        row = rows[head.code]
        name = next(names[head.code])
        scale = _SCALES[row["kind"]] if row["kind"] != "government" else _SCALE_BELOW
        yield PlannedUnit(
            f"{row['code']}{next(numbers[head.code]):03}",
            f"{name}{LABEL}",
            head.code,
            row["kind"],
            row["section"],
            chance.randint(*scale),
        )


def _names(words: Sequence[str], place: str) -> Iterator[str]:
    """Yield 第一小学、东湖中学、…: names of units, each once."""
    rounds = count(1)
    for word in cycle(words):
        number = next(rounds)
        at, again = divmod((number - 1) // len(words), len(_PLACES) + 1)[::-1]
        suffix = f"第{again + 1}" if again else ""
        if at == 0:
            yield f"{place}{suffix}{word}"
        else:
            yield f"{place}{_PLACES[at - 1]}{suffix}{word}"
