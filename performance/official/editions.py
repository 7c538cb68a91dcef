"""The editions of the official forms as data: which forms a package has, and every word printed on them.

Pure: imports neither Django nor openpyxl. An edition belongs to a region and to years; a new one is an entry
here. Which indicators stand in a form is the framework's, which the bureau chooses for a round.
"""

from dataclasses import dataclass
from enum import StrEnum

from budgets.returns import BY_NATURE, REVENUE, TOTAL, Schedule


class FormName(StrEnum):
    """The forms of a package; in addresses they are called so."""

    BASE_DATA = "base-data"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True)
class Part:
    """A figure of the fund block with the words before it: the sum of some rows of a schedule.

    Without rows the label alone is printed: it is a figure the return does not hold.
    """

    label: str
    schedule: Schedule
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndicatorHeads:
    """What is printed over the indicators."""

    label: str = "绩效指标"
    heads: tuple[str, ...] = (
        "一级指标",
        "二级指标",
        "三级指标",
        "年度指标值",
        "实际完成值",
        "分值",
        "得分",
        "偏差原因分析及改进措施",
    )
    total: str = "总分"


@dataclass(frozen=True, slots=True)
class DepartmentEdition:
    """The words of 部门整体支出绩效自评表, and which figures they name."""

    title: str
    unit: str
    funds: str
    fund_heads: tuple[str, ...]
    """Over 分值, 执行率 and 自评得分 too."""
    figures: tuple[str, ...]
    """The columns of the expenditure by function below the first heads."""
    whole: str
    split_figure: str
    """Which figure is split by income and by nature: the form does not say, counties differ."""
    splits: tuple[tuple[Part, Part | None], ...]
    """By income on the left, by nature on the right."""
    goals: tuple[str, str, str]
    signatures: str
    indicators: IndicatorHeads = IndicatorHeads()


PROJECT_FIGURES = ("initial_budget", "revised_budget", "outturn")
"""The figures of a project's form, in its order."""


@dataclass(frozen=True, slots=True)
class ProjectEdition:
    """The words of 项目支出绩效自评表."""

    title: str
    subtitle: str
    name: str
    department: str
    unit: str
    funds: str
    fund_heads: tuple[str, ...]
    whole: str
    fundings: dict[str, str]
    """What each funding is called, by its code (budgets.returns.FUNDINGS)."""
    no_points: str
    """Stands where a row is not scored."""
    goals: tuple[str, str, str]
    indicators: IndicatorHeads = IndicatorHeads()


@dataclass(frozen=True, slots=True)
class FormsEdition:
    """The forms of a region from a year on."""

    code: str
    name: str
    region: str
    """What the codes of its regions begin with; "" for all."""
    from_year: int
    forms: tuple[FormName, ...]
    """In the order of the package."""
    titles: dict[FormName, str]
    """What each is called, in lists and in the names of files."""
    department: DepartmentEdition
    project: ProjectEdition


_BY_HAND = "　" * 6

# Source: Hunan annex 2 as printed by 衡山县贯塘乡 2023, cell by cell; the line of signatures is remembered.
HUNAN_DEPARTMENT = DepartmentEdition(
    title="{year}年度部门整体支出绩效自评表",
    unit="预算部门、单位名称",
    funds="年度预算申请（万元）",
    fund_heads=("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "自评得分"),
    figures=("initial_budget", "revised_budget", "outturn"),
    whole="年度资金总额",
    split_figure="revised_budget",
    splits=(
        (Part("按收入性质分：", REVENUE, (TOTAL,)), Part("按支出性质分：", BY_NATURE, (TOTAL,))),
        (
            Part("其中：一般公共预算：", REVENUE, ("general_public",)),
            Part("其中：基本支出：", BY_NATURE, ("basic",)),
        ),
        (
            Part("      政府性基金拨款：", REVENUE, ("government_fund",)),
            Part("      项目支出：", BY_NATURE, ("project",)),
        ),
        (Part("      纳入专户管理的非税收入拨款：", REVENUE), None),
        (
            Part(
                "      其他资金：",
                REVENUE,
                (
                    "state_capital",
                    "from_superior",
                    "institutional",
                    "operating",
                    "from_subordinate",
                    "other",
                ),
            ),
            None,
        ),
    ),
    goals=("年度总体目标", "预期目标", "实际完成情况"),
    signatures=f"填表人：{_BY_HAND}    填报日期：{_BY_HAND}    联系电话：{_BY_HAND}    单位负责人签字：",
)

# Source: 财预〔2020〕10号 annex 1 as printed by 池州市贵池区棠溪镇 2022, every label.
NATIONAL_PROJECT = ProjectEdition(
    title="项目支出绩效自评表",
    subtitle="（{year}年度）",
    name="项目名称",
    department="主管部门",
    unit="实施单位",
    funds="项目资金（万元）",
    fund_heads=("年初预算数", "全年预算数（A）", "全年执行数（B）", "分值", "执行率（B/A）", "得分"),
    whole="年度资金总额",
    fundings={
        "appropriation": "其中：当年财政拨款",
        "carried_forward": "      上年结转资金",
        "other": "      其他资金",
    },
    no_points="—",
    goals=("年度总体目标", "预期目标", "实际完成情况"),
)

EDITIONS = (
    FormsEdition(
        code="hunan",
        name="湖南省部门整体支出绩效自评表格",
        region="",  # the only forms we hold a source for: others use them until theirs are an entry here
        from_year=2018,
        forms=(FormName.BASE_DATA, FormName.DEPARTMENT),
        titles={
            FormName.BASE_DATA: "基础数据表",
            FormName.DEPARTMENT: "部门整体支出绩效自评表",
        },
        department=HUNAN_DEPARTMENT,
        project=NATIONAL_PROJECT,
    ),
)
"""All editions; of those that fit, the one of the narrowest region and the latest year is used."""


def edition_of(region: str, year: int) -> FormsEdition:
    """Return the edition of a region's code and a fiscal year; a year before all has the earliest."""
    fitting = [each for each in EDITIONS if region.startswith(each.region)]
    known = [each for each in fitting if each.from_year <= year] or fitting
    return max(known, key=lambda each: (len(each.region), each.from_year))
