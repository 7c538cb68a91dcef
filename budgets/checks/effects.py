"""What the checks are given of goal and indicators: plain figures and words, read where they are known.

Nothing here queries. Goal, indicators and the rules that score them belong to an app above this one; the
setting CHECKED_BESIDE says which function reads them (`budgets.checks.loading`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from submissions.findings import Place

SCHEDULE = "indicators"
TITLE = "绩效指标"
GOAL = "performance_goal"
GOAL_TITLE = "年度总体目标"
PROJECT_SCHEDULE = "project_indicators"
PROJECT_GOAL = "project_goal"
PROJECT_TITLE = "项目绩效"

COLUMN_TITLES = {
    "second_level": "二级指标",
    "direction": "指标性质",
    "target_value": "年度指标值",
    "actual_value": "实际完成值",
    "max_score": "分值",
    "score": "得分",
    "deviation_reason": "偏差原因",
    "improvement_measure": "改进措施",
    "explanation": "情况说明",
}
"""The columns a check may name."""


@dataclass(frozen=True, slots=True)
class IndicatorSeen:
    """One third-level indicator with what its rule makes of it; None and "" are blank."""

    row: str
    name: str
    second_level: str
    """The code of the second level."""
    level_title: str
    direction: str
    """Chosen or told by the words; "" for neither."""
    is_quantitative: bool
    weight: Decimal | None
    score: Decimal | None
    """The score that counts."""
    computed: Decimal | None
    completion: Decimal | None
    actual: Decimal | None
    unit: str
    mistakes: tuple[tuple[str, str], ...] = ()
    """Column and sentence of what cannot be read in it."""
    target_text: str = ""
    actual_text: str = ""
    reason: str = ""
    measure: str = ""
    explanation: str = ""

    def place(self, column: str = "") -> Place:
        """Return a cell of it, or the whole row, as a place."""
        return Place(SCHEDULE, self.row, column, TITLE, self.name, COLUMN_TITLES.get(column, ""))


@dataclass(frozen=True, slots=True)
class BlockSeen:
    """One first-level indicator: the points it should have, those given out in it, how many indicators."""

    name: str
    points: Decimal
    given: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class ProjectSeen:
    """What a return says of one project that is among 项目支出, with the result computed from it."""

    slug: str
    """What it is called in addresses."""
    name: str
    is_asked: bool
    """Whether it had money this year: only then it needs a form."""
    is_begun: bool
    indicators: Sequence[IndicatorSeen] = ()
    rate: Decimal | None = None
    """What it spent of its revised budget, in percent."""
    total: Decimal | None = None
    grade: str = ""
    """Total and grade of its own; None and "" where they cannot be computed."""
    expected: str = ""
    achieved: str = ""

    def place_of(self, indicator: IndicatorSeen) -> Place:
        """Return one of its indicators as a place."""
        return Place(PROJECT_SCHEDULE, self.slug, indicator.row, PROJECT_TITLE, self.name, indicator.name)

    @property
    def place(self) -> Place:
        """Its indicators, as a place."""
        return Place(PROJECT_SCHEDULE, self.slug, "", PROJECT_TITLE, self.name)

    @property
    def goal_place(self) -> Place:
        """Its goal, as a place."""
        return Place(PROJECT_GOAL, self.slug, "", PROJECT_TITLE, self.name, "年度目标")


@dataclass(frozen=True, slots=True)
class Effect:
    """Goal and indicators of one return."""

    indicators: Sequence[IndicatorSeen]
    blocks: Sequence[BlockSeen]
    execution_points: Decimal
    rate: Decimal | None
    total: Decimal | None
    grade: str
    weights_reason: str = ""
    own_scores_are_explained: bool = True
    """Whether a score that differs from the computed one needs an explanation in this round."""
    expected: str = ""
    achieved: str = ""
    projects: Sequence[ProjectSeen] = ()
    """Those that are among 项目支出, in their order."""
    copied: Sequence[str] = ()
    """Which texts of its goal another unit of the round wrote word for word and handed in before."""
    read_from: object = None
    """What it was made of by the app above, which finds it here again: nobody reads it a second time."""

    @property
    def place(self) -> Place:
        """All indicators, as a place."""
        return Place(SCHEDULE, schedule_title=TITLE)

    @property
    def goal_place(self) -> Place:
        """The goal, as a place."""
        return Place(GOAL, schedule_title=GOAL_TITLE)

    @property
    def projects_place(self) -> Place:
        """All projects, as a place."""
        return Place(PROJECT_SCHEDULE, schedule_title=PROJECT_TITLE)

    @property
    def asked(self) -> list[ProjectSeen]:
        """The projects that need a form of their own."""
        return [each for each in self.projects if each.is_asked]

    @property
    def begun(self) -> list[ProjectSeen]:
        """Those of them whose form was begun."""
        return [each for each in self.asked if each.is_begun]

    @property
    def is_empty(self) -> bool:
        """Whether a return says nothing of the effect of the department, which it may."""
        return not (self.indicators or self.expected or self.achieved)
