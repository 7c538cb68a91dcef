"""The editions of the official forms as data: which forms a package has, and every word printed on them.

Pure: imports neither Django nor openpyxl. An edition belongs to a region and to years; a new one is an entry
here. Which indicators stand in a form is the framework's, which the bureau chooses for a round.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from budgets.public_editions import PublicEdition, PublicKind, PublicTable
from budgets.returns import BY_NATURE, REVENUE, TOTAL, Schedule


class FormName(StrEnum):
    """The forms of a package; in addresses they are called so."""

    BASE_DATA = "base-data"
    DEPARTMENT = "department"
    PROJECTS = "projects"
    PUBLIC = "public-tables"


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
    public: PublicEdition


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

# Source: 收入支出决算总表 with 26 functions, as two documents of 2024 print it; others print 24.
FUNCTIONS = (
    ("201", "一、一般公共服务支出"),
    ("202", "二、外交支出"),
    ("203", "三、国防支出"),
    ("204", "四、公共安全支出"),
    ("205", "五、教育支出"),
    ("206", "六、科学技术支出"),
    ("207", "七、文化旅游体育与传媒支出"),
    ("208", "八、社会保障和就业支出"),
    ("210", "九、卫生健康支出"),
    ("211", "十、节能环保支出"),
    ("212", "十一、城乡社区支出"),
    ("213", "十二、农林水支出"),
    ("214", "十三、交通运输支出"),
    ("215", "十四、资源勘探工业信息等支出"),
    ("216", "十五、商业服务业等支出"),
    ("217", "十六、金融支出"),
    ("219", "十七、援助其他地区支出"),
    ("220", "十八、自然资源海洋气象等支出"),
    ("221", "十九、住房保障支出"),
    ("222", "二十、粮油物资储备支出"),
    ("223", "二十一、国有资本经营预算支出"),
    ("224", "二十二、灾害防治及应急管理支出"),
    ("229", "二十三、其他支出"),
    ("231", "二十四、债务还本支出"),
    ("232", "二十五、债务付息支出"),
    ("234", "二十六、抗疫特别国债安排的支出"),
)

_NOTHING = "注：本单位没有{}，故本表无数据。"
_FIRST_SIX = (
    PublicTable(PublicKind.TOTALS, "收入支出决算总表"),
    PublicTable(PublicKind.REVENUE, "收入决算表"),
    PublicTable(PublicKind.EXPENDITURE, "支出决算表"),
    PublicTable(PublicKind.FISCAL_TOTALS, "财政拨款收入支出决算总表"),
    PublicTable(PublicKind.GENERAL_PUBLIC, "一般公共预算财政拨款支出决算表"),
    PublicTable(PublicKind.BASIC, "一般公共预算财政拨款基本支出决算明细表"),
)
_FUND = PublicTable(
    PublicKind.GOVERNMENT_FUND,
    "政府性基金预算财政拨款收入支出决算表",
    _NOTHING.format("政府性基金预算财政拨款收入和支出"),
)
_CAPITAL = PublicTable(
    PublicKind.STATE_CAPITAL,
    "国有资本经营预算财政拨款支出决算表",
    _NOTHING.format("国有资本经营预算财政拨款支出"),
)

# Source: contents of 洪江 2023 and 2024, 长沙县 2022, 岳阳经开区 (new order); 长沙市 2021 (old order). The
# numbers are those of the places, but for 公开06表, which was read.
UNTIL_2021 = PublicEdition(
    (
        *_FIRST_SIX,
        PublicTable(PublicKind.THREE_PUBLIC, "一般公共预算财政拨款“三公”经费支出决算表"),
        _FUND,
        _CAPITAL,
    ),
    FUNCTIONS,
)
FROM_2022 = PublicEdition(
    (*_FIRST_SIX, _FUND, _CAPITAL, PublicTable(PublicKind.THREE_PUBLIC, "财政拨款“三公”经费支出决算表")),
    FUNCTIONS,
)

HUNAN = FormsEdition(
    code="hunan",
    name="湖南省部门整体支出绩效自评表格",
    region="",  # the only forms we hold a source for: others use them until theirs are an entry here
    from_year=2022,
    forms=(FormName.BASE_DATA, FormName.DEPARTMENT, FormName.PROJECTS, FormName.PUBLIC),
    titles={
        FormName.BASE_DATA: "基础数据表",
        FormName.DEPARTMENT: "部门整体支出绩效自评表",
        FormName.PROJECTS: "项目支出绩效自评表",
        FormName.PUBLIC: "部门决算公开表",
    },
    department=HUNAN_DEPARTMENT,
    project=NATIONAL_PROJECT,
    public=FROM_2022,
)

EDITIONS = (HUNAN, replace(HUNAN, code="hunan_2018", from_year=2018, public=UNTIL_2021))
"""All editions; of those that fit, the one of the narrowest region and the latest year is used."""


def edition_of(region: str, year: int) -> FormsEdition:
    """Return the edition of a region's code and a fiscal year; a year before all has the earliest."""
    fitting = [each for each in EDITIONS if region.startswith(each.region)]
    narrowest = max(len(each.region) for each in fitting)
    of_region = sorted((each for each in fitting if len(each.region) == narrowest), key=_from_year)
    return next((each for each in reversed(of_region) if each.from_year <= year), of_region[0])


def _from_year(edition: FormsEdition) -> int:
    return edition.from_year
