"""The schedule of indicators, declared as the schedules of money are.

Pure: imports neither Django nor openpyxl.
"""

from dataclasses import replace

from budgets.returns import Column, ColumnKind, Schedule, ScheduleName
from performance.frameworks import SECOND_LEVELS as ALL_SECOND_LEVELS
from performance.frameworks import Framework

SECOND_LEVELS = tuple(ALL_SECOND_LEVELS.items())
"""The second-level indicators of all frameworks as choices."""

GOAL = "performance_goal"
"""What the goal of the year is called as a place, and in the record of edits."""

INDICATORS = Schedule(
    ScheduleName.INDICATORS,
    slug="indicators",
    title="绩效指标",
    label="绩效指标",
    total_name="",
    hint="每个三级指标一行；各一级指标的分值要填满。得分低于分值的，写明偏差原因和改进措施。",
    # Source: 部门整体支出绩效自评表, the indicator block from 三级指标 to 偏差原因分析及改进措施.
    columns=(
        Column("name", "三级指标", ColumnKind.TEXT, longest=100, required=True),
        Column("second_level", "二级指标", ColumnKind.CHOICE, choices=SECOND_LEVELS),
        Column("target_value", "年度指标值", ColumnKind.TEXT, longest=100),
        Column("actual_value", "实际完成值", ColumnKind.TEXT, longest=100),
        Column("max_score", "分值", ColumnKind.POINTS),
        Column("score", "得分", ColumnKind.POINTS),
        Column("deviation_reason", "偏差原因及改进措施", ColumnKind.TEXT, longest=500, has_lines=True),
    ),
    measures=(),
    has_total=False,
    in_variances=False,
)


def with_framework(framework: Framework) -> Schedule:
    """Return the schedule with the second-level indicators of a framework to choose from."""
    choices = tuple(framework.second_levels.items())
    columns = tuple(
        replace(column, choices=choices) if column.name == "second_level" else column
        for column in INDICATORS.columns
    )
    return replace(INDICATORS, columns=columns)
