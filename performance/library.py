"""The library of indicators (指标库): common ones, the bureau's own, and those of last year, to pick from."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from budgets.actions import LineChange
from budgets.reference import rows_of
from orgs.models import Unit
from performance.frameworks import Framework
from performance.library_models import LibraryIndicator
from performance.models import IndicatorLine, ProjectIndicatorLine
from performance.project_skeletons import project_skeletons
from performance.returns import INDICATORS
from performance.skeletons import skeleton_of
from submissions.models import Submission

KINDS = {"government": "机关", "township": "乡镇（街道）", "school": "学校", "hospital": "医院"}
"""The kinds of unit there are indicators for."""

_WORDS = {
    "school": ("学校", "中学", "小学", "幼儿园", "一中", "职中", "学院"),
    "hospital": ("医院", "卫生院", "卫生服务中心", "保健院"),
    "township": ("镇", "乡", "街道", "镇人民政府", "乡人民政府", "街道办事处"),
}
"""With which words the names of such units end."""

_IN_OTHER_FRAMEWORKS = {"cost": "cost_economic", "cost_economic": "cost"}
"""What a second level is called where a framework does not have it."""


def kind_of(name: str) -> str:
    """Return the kind of a unit as its name tells it: a government organ unless it ends like another.

    What stands in brackets behind it is no part of the name.
    """
    plain = _BRACKETED.sub("", name)
    return next((kind for kind, words in _WORDS.items() if plain.endswith(words)), "government")


_BRACKETED = re.compile(r"[（(][^（()）]*[）)]\Z")


@dataclass(frozen=True, slots=True)
class Pick:
    """An indicator that can be picked."""

    code: str
    """What the page calls it."""
    change: LineChange
    """The row it becomes."""
    level: str
    """Its second level, in words."""
    direction: str
    is_present: bool
    """Whether the return has an indicator of this name and second level."""

    @property
    def values(self) -> Mapping[str, Any]:
        """What stands in its columns."""
        return self.change.values


@dataclass(frozen=True, slots=True)
class Shelf:
    """The indicators of one origin."""

    code: str
    title: str
    picks: list[Pick]


def shelves_of(submission: Submission, framework: Framework, kind: str, project: str = "") -> list[Shelf]:
    """Return what a return can pick from: last year's own, the bureau's, the common ones; each for a kind.

    For a `project`, by its name, else for the department; `kind` "" is all. Only what the framework has a
    second level for is there. A constant number of queries; `submission` is one that `for_workspace` read.
    """
    own = own_library(submission.round.bureau)
    present = _present(submission, project)
    last_year = _last_years(submission, project)
    found = {
        ("year", "本项目上年的指标" if project else "本单位上年的指标"): [
            ("-".join(each.key), each) for each in last_year
        ],
        ("own", "本财政局的指标"): [(str(each.number), _row(_as_row(each))) for each in _for(own, kind)],
        ("common", "通用指标"): [
            (str(number), _row(row)) for number, row in enumerate(common()) if _is_for(row["kinds"], kind)
        ],
    }
    return [
        Shelf(code, title, _picks(code, changes, framework, present))
        for (code, title), changes in found.items()
    ]


def _present(submission: Submission, project: str) -> set[tuple[Any, ...]]:
    """Return second level and name of the indicators that are there."""
    if not project:
        return {line.key for line in IndicatorLine.objects.of_submission(submission)}
    lines = ProjectIndicatorLine.objects.of_submission(submission).filter(project=project)
    return {(line.second_level, line.name) for line in lines}


def _last_years(submission: Submission, project: str) -> list[LineChange]:
    """Return last year's indicators that are not there yet."""
    if not project:
        return skeleton_of(submission)
    skeletons = project_skeletons(submission).indicators
    return [_changed(dict(each.values)) for each in skeletons if each.key[0] == project]


def _picks(
    shelf: str,
    changes: Iterable[tuple[str, LineChange]],
    framework: Framework,
    present: set[tuple[Any, ...]],
) -> list[Pick]:
    levels, names = framework.second_levels, dict(_DIRECTIONS)
    placed = [(code, _in_framework(change, framework)) for code, change in changes]
    return [
        Pick(
            f"{shelf}-{code}",
            change,
            levels[change.values["second_level"]],
            names.get(change.values["direction"], ""),
            change.key in present,
        )
        for code, change in placed
        if change.values["second_level"] in levels
    ]


_DIRECTIONS = next(column.choices for column in INDICATORS.columns if column.name == "direction")


def _in_framework(change: LineChange, framework: Framework) -> LineChange:
    level = change.values["second_level"]
    if level in framework.second_levels:
        return change
    other = _IN_OTHER_FRAMEWORKS.get(level, level)
    return _changed({**change.values, "second_level": other})


def _changed(values: dict[str, Any]) -> LineChange:
    key = tuple(values[part] for part in IndicatorLine.KEY)
    return LineChange(key, 0, values, row=values["name"])


def _row(row: Mapping[str, str]) -> LineChange:
    """Return the row an indicator of the library becomes; what was reached stays blank."""
    values = {column.name: None if column.is_figure else "" for column in INDICATORS.columns}
    kept = {
        "name": row["name"],
        "second_level": row["second_level"],
        "direction": row["direction"],
        "target_value": row["target"],
        "measuring_unit": row["unit"],
        "max_score": Decimal(row["weight"]) if row["weight"] else None,
        "data_source": row["source"],
    }
    return _changed(values | kept)


def _as_row(indicator: LibraryIndicator) -> dict[str, str]:
    """Return an indicator of a bureau as the file of the common ones has them."""
    return {
        "name": indicator.name,
        "second_level": indicator.second_level,
        "direction": indicator.direction,
        "target": indicator.target,
        "unit": indicator.measuring_unit,
        "weight": "" if indicator.weight is None else str(indicator.weight),
        "source": indicator.data_source,
    }


def _for(indicators: Iterable[LibraryIndicator], kind: str) -> list[LibraryIndicator]:
    return [each for each in indicators if _is_for(each.kinds, kind)]


def _is_for(kinds: str, kind: str) -> bool:
    return not kind or not kinds or kind in kinds.split()


@cache
def common() -> list[dict[str, str]]:
    """Return the indicators the product brings along, in the order of their file.

    Generic ones as published self-evaluation forms have them; no form prescribes them.
    """
    return rows_of("indicators/common.csv")


def own_library(bureau: Unit) -> list[LibraryIndicator]:
    """Return the indicators a bureau has in its library, in the order they were added, in one query."""
    newest = LibraryIndicator.objects.filter(bureau=bureau).order_by("number", "-version").distinct("number")
    return [each for each in newest if not each.is_withdrawn]


def kinds_text(kinds: str) -> str:
    """Return the kinds of unit in words."""
    return "、".join(KINDS[kind] for kind in kinds.split()) or "所有单位"
