"""Projects of a return with their goals and indicators, stored past the deeds."""

from budgets.models import ProjectLine
from performance.models import ProjectGoal, ProjectIndicatorLine

OUTSOURCED = "委托业务项目"
"""A project of 棠溪镇 2022, with its published money and indicators."""

# Source: 贵池区棠溪镇 2022 年度项目支出绩效自评表, 委托业务项目; the row 满意度 is cut off in the publication.
OF_OUTSOURCED = (
    ("基建工程委托业务项目数量", "quantity", "≥50个", "50", "8"),
    ("委托业务报告合格率", "quality", "≥100%", "100", "8"),
    ("经费支出合规性", "quality", "严格执行", "达成预期", "8"),
    ("提交报告及时性", "timeliness", "按期", "达成预期", "8"),
    ("项目总成本", "cost", "≤90万元", "90", "8"),
    ("单项业务成本", "cost", "符合规定", "达成预期", "10"),
    ("对维护基建市场公平的影响", "social", "明显", "达成预期", "10"),
    ("对控制成本影响", "ecological", "明显", "达成预期", "10"),
    ("对四项制度落实影响", "sustainable", "明显", "达成预期", "10"),
)
SATISFACTION = ("群众满意度", "satisfaction", "≥90%", "95%", "10")


def spend(submission, name=OUTSOURCED, funding="appropriation", **figures):
    """Store a row of 项目支出; figures in yuan."""
    return ProjectLine.objects.create(
        submission=submission, name=name, funding=funding, entered_in="yuan", **figures
    )


def aim(submission, name=OUTSOURCED, expected="办好五十个项目。", achieved="办了五十个。"):
    """Store the goal of a project."""
    return ProjectGoal.objects.create(
        submission=submission, project=name, expected=expected, achieved=achieved
    )


def put(submission, name, project=OUTSOURCED, **columns):
    """Store an indicator of a project."""
    return ProjectIndicatorLine.objects.create(submission=submission, project=project, name=name, **columns)


def fill(submission, project=OUTSOURCED, indicators=(*OF_OUTSOURCED, SATISFACTION)):
    """Give a project its goal and a full set of indicators with full marks, and the money of 委托业务项目."""
    spend(submission, project, initial_budget="900000", revised_budget="899740", outturn="899740")
    aim(submission, project)
    for name, level, target, actual, points in indicators:
        put(
            submission,
            name,
            project,
            second_level=level,
            target_value=target,
            actual_value=actual,
            max_score=points,
            score=points,
        )
