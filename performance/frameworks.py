"""Indicator frameworks (指标框架) as data: which indicators a form has, with the points of each first level.

Pure: imports neither Django nor openpyxl. A framework belongs to a form version of a region and is never
derived from the year alone: from 2023 on the bureau is asked which one its county uses (F-01, F-02).
"""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class FirstLevel:
    """One first-level indicator (一级指标): its points, and the second-level ones below it by code."""

    code: str
    name: str
    points: Decimal
    second_levels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Framework:
    """The execution rate and the first-level indicators of a form; together they have 100 points."""

    code: str
    name: str
    source: str
    first_levels: tuple[FirstLevel, ...]
    execution_points: Decimal = Decimal(10)
    is_sourced: bool = True
    """Whether a printed form with it was read; else it is recollection, and says so."""

    @property
    def second_levels(self) -> dict[str, str]:
        """The second-level indicators by code, in the order of the form."""
        return {code: name for first in self.first_levels for code, name in first.second_levels.items()}

    def first_of(self, second_level: str) -> FirstLevel | None:
        """Return the first-level indicator a second-level one belongs to; None for one it does not have."""
        return next((first for first in self.first_levels if second_level in first.second_levels), None)

    @property
    def weights_text(self) -> str:
        """Its points in words: 预算执行率 10、产出指标 50 …."""
        firsts = [f"{each.name} {each.points}" for each in self.first_levels]
        return "、".join([f"预算执行率 {self.execution_points}", *firsts])


_OUTPUT = {"quantity": "数量指标", "quality": "质量指标", "timeliness": "时效指标"}
_BENEFIT = {"economic": "经济效益指标", "social": "社会效益指标", "ecological": "生态效益指标"}
_SATISFACTION = FirstLevel("satisfaction", "满意度指标", Decimal(10), {"satisfaction": "服务对象满意度指标"})

THREE_BLOCKS = Framework(
    "three_blocks",
    "产出 50、效益 30、满意度 10",
    "财预〔2020〕10号；中江县水利局 2022（表下说明）、岳阳楼区 2023、金寨县 2023、鄂州市 2021 的表",
    (
        FirstLevel("output", "产出指标", Decimal(50), _OUTPUT | {"cost": "成本指标"}),
        FirstLevel("benefit", "效益指标", Decimal(30), _BENEFIT | {"sustainable": "可持续影响指标"}),
        _SATISFACTION,
    ),
)
"""T-A: 成本 is a second-level indicator under 产出. A Hunan district printed it for 2023."""

FOUR_BLOCKS = Framework(
    "four_blocks",
    "成本 20、产出 40、效益 20、满意度 10",
    "财预〔2021〕101号（分值据回忆，尚未见到印发的表）",
    (
        FirstLevel(
            "cost",
            "成本指标",
            Decimal(20),
            {
                "cost_economic": "经济成本指标",
                "cost_social": "社会成本指标",
                "cost_ecological": "生态环境成本指标",
            },
        ),
        FirstLevel("output", "产出指标", Decimal(40), _OUTPUT),
        FirstLevel("benefit", "效益指标", Decimal(20), _BENEFIT),
        _SATISFACTION,
    ),
    is_sourced=False,
)
"""T-B: 成本 is a first-level indicator of its own. No printed form with it was read yet."""

FRAMEWORKS = {each.code: each for each in (THREE_BLOCKS, FOUR_BLOCKS)}
"""All frameworks by code."""

SECOND_LEVELS = THREE_BLOCKS.second_levels | FOUR_BLOCKS.second_levels
"""The second-level indicators of all frameworks by code."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The edition of the self-evaluation forms of a region: which frameworks there are, and which is used.

    `region` is the beginning of the codes it is for; years are None where it is open.
    """

    region: str
    first_year: int | None
    last_year: int | None
    framework: Framework
    """Used as long as the bureau has chosen none."""
    choices: tuple[Framework, ...] = field(default=(THREE_BLOCKS, FOUR_BLOCKS))
    is_asked: bool = False
    """Whether the bureau is asked, because counties differ."""

    def is_for(self, region: str, year: int) -> bool:
        """Whether it is the edition of a region and fiscal year."""
        first, last = self.first_year or year, self.last_year or year
        return region.startswith(self.region) and first <= year <= last


EDITIONS = (
    Edition("43", None, 2022, THREE_BLOCKS),
    Edition("43", 2023, None, THREE_BLOCKS, is_asked=True),
    Edition("", None, None, THREE_BLOCKS, is_asked=True),
)
"""All editions; the first that is for a region and year is theirs. The last is for everything else."""


def edition_of(region: str, year: int) -> Edition:
    """Return the edition of the forms of a region, by its code, and fiscal year."""
    return next(each for each in EDITIONS if each.is_for(region, year))
