"""The schedules of indicators, of the department and of its projects, declared as those of money are.

Pure: imports neither Django nor openpyxl.
"""

from dataclasses import replace

from budgets.returns import Column, ColumnKind, Schedule, ScheduleName
from performance.frameworks import SECOND_LEVELS as ALL_SECOND_LEVELS
from performance.frameworks import Framework
from performance.indicator_points import DIRECTIONS

SECOND_LEVELS = tuple(ALL_SECOND_LEVELS.items())
"""The second-level indicators of all frameworks as choices."""

DIRECTION_CHOICES = tuple((each.value, name) for each, name in DIRECTIONS.items())
"""The directions as choices."""

GOAL = "performance_goal"
PROJECT_GOAL = "project_goal"
"""What the goals of the department and of its projects are called as places, and in the record of edits."""

INDICATORS = Schedule(
    ScheduleName.INDICATORS,
    slug="indicators",
    title="绩效指标",
    label="绩效指标",
    total_name="",
    hint="每个三级指标一行；各一级指标的分值要填满。指标值和完成值填数，单位写在“计量单位”。"
    "得分低于分值的，写明偏差原因和改进措施。",
    # Source: 部门整体支出绩效自评表, the indicator block from 三级指标 to 偏差原因分析及改进措施; 指标性质
    # and 计量单位 as 预算一体化 has them: on the form they stand in one cell with the target.
    columns=(
        Column("name", "三级指标", ColumnKind.TEXT, longest=100, required=True),
        Column("second_level", "二级指标", ColumnKind.CHOICE, choices=SECOND_LEVELS),
        Column("direction", "指标性质", ColumnKind.CHOICE, choices=DIRECTION_CHOICES),
        Column("target_value", "年度指标值", ColumnKind.TEXT, longest=100),
        Column("measuring_unit", "计量单位", ColumnKind.TEXT, longest=20),
        Column("actual_value", "实际完成值", ColumnKind.TEXT, longest=100),
        Column("max_score", "分值", ColumnKind.POINTS),
        Column("score", "得分", ColumnKind.POINTS),
        Column("deviation_reason", "偏差原因", ColumnKind.TEXT, longest=500, has_lines=True),
        Column("improvement_measure", "改进措施", ColumnKind.TEXT, longest=500, has_lines=True),
        Column("explanation", "情况说明", ColumnKind.TEXT, longest=500, has_lines=True),
        Column("evidence", "佐证材料", ColumnKind.TEXT, longest=200),
        Column("data_source", "数据来源", ColumnKind.TEXT, longest=100),
    ),
    measures=(),
    has_total=False,
    in_variances=False,
)

TARGET_COLUMNS = ("second_level", "name", "direction", "target_value", "measuring_unit", "max_score")
"""What the bureau approves of an indicator (绩效目标): all but what was reached and what is said of it."""

PROJECT_INDICATORS = replace(
    INDICATORS,
    name=ScheduleName.PROJECT_INDICATORS,
    slug="project-indicators",
    title="项目绩效指标",
    label="项目绩效",
)
"""The indicators of all projects of a return; a page has those of one.

Source: 项目支出绩效自评表, whose indicator block is that of the department's form.
"""


def with_framework(framework: Framework, schedule: Schedule = INDICATORS) -> Schedule:
    """Return a schedule of indicators with the second-level ones of a framework to choose from."""
    choices = tuple(framework.second_levels.items())
    columns = tuple(
        replace(column, choices=choices) if column.name == "second_level" else column
        for column in schedule.columns
    )
    return replace(schedule, columns=columns)
