"""The schedules of a return, each declared once: grid, tables, command and workbook read this.

Pure: imports neither Django nor openpyxl.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from budgets.measures import (
    AREA_CONTROL_RATE,
    COUNT_CHANGE,
    FIGURE_TITLES,
    FIVE_FIGURE_MEASURES,
    INVESTMENT_CONTROL_RATE,
    STAFF_CONTROL_RATE,
    Measure,
)

TOTAL = "total"
"""The code of every schedule's total row."""


class ScheduleName(StrEnum):
    """The names of the schedules, as the command and the database know them."""

    STAFF = "staff"
    REVENUE = "revenue"
    BY_FUNCTION = "expenditure_by_function"
    BY_NATURE = "expenditure_by_nature"
    BY_ECONOMIC = "expenditure_by_economic"
    THREE_PUBLIC = "three_public"
    THREE_PUBLIC_COUNTS = "three_public_counts"
    PROJECTS = "projects"
    ADJUSTMENTS = "adjustments"
    CARRYOVER = "carryover"
    BASE_ITEMS = "base_items"
    BUILDINGS = "buildings"
    INDICATORS = "indicators"
    PROJECT_INDICATORS = "project_indicators"
    """Both declared in performance.returns, with tables of their own: they are no part of SCHEDULES."""


class ColumnKind(StrEnum):
    """What a column of a schedule holds."""

    AMOUNT = "amount"
    """Yuan, typed and shown in 元 or 万元."""
    COUNT = "count"
    """A whole number of persons, vehicles, groups …; never negative."""
    AREA = "area"
    """Square metres (㎡) with two decimals; never negative."""
    POINTS = "points"
    """Points from 0 to 100 with two decimals."""
    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    """A day of the fiscal year."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a schedule that is filled in. `choices` are (value, Chinese label)."""

    name: str
    title: str
    kind: ColumnKind
    longest: int = 0
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    is_unsigned: bool = False
    """Whether its amounts are never negative: another column says which way they count."""
    has_lines: bool = False
    """Whether its words may stand in several lines."""
    sum_of: tuple[tuple[str, int], ...] = ()
    """Other columns and their signs: where all of them are known the figure is computed and not typed."""
    last_year_of: str = ""
    """The column in which last year's return has this figure; "" for a figure of this year."""

    @property
    def is_figure(self) -> bool:
        """Whether it holds a number that is added up."""
        return self.kind not in (ColumnKind.TEXT, ColumnKind.CHOICE, ColumnKind.DATE)


REASON = Column("variance_reason", "差异原因", ColumnKind.TEXT, longest=500, has_lines=True)

_LAST_YEAR_OF = {"last_year_budget": "initial_budget", "last_year_outturn": "outturn"}

FIVE_FIGURES = tuple(
    Column(name, title, ColumnKind.AMOUNT, last_year_of=_LAST_YEAR_OF.get(name, ""))
    for name, title in FIGURE_TITLES.items()
)
FIVE_FIGURES_AND_REASON = (*FIVE_FIGURES, REASON)


class Classification(StrEnum):
    """The classification a schedule's rows are chosen from."""

    FUNCTION = "function"
    ECONOMIC = "economic"


@dataclass(frozen=True, slots=True)
class Item:
    """A fixed row of a schedule. `parent` is the item it is a part of; "" stands beside the total.

    `columns` names the figures that apply to it where not all do.
    """

    code: str
    name: str
    parent: str = TOTAL
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """One schedule: its rows, its columns, and what is computed from them. It is equal to itself alone.

    Its rows are fixed items, or chosen from a classification, or named by the unit (projects, buildings).
    """

    name: ScheduleName
    slug: str
    title: str
    label: str
    """Its title as short as the navigation needs it."""
    total_name: str
    hint: str
    items: tuple[Item, ...] = ()
    classification: Classification | None = None
    columns: tuple[Column, ...] = FIVE_FIGURES_AND_REASON
    measures: tuple[Measure, ...] = FIVE_FIGURE_MEASURES
    has_total: bool = True
    is_optional: bool = False
    """Whether it may well be empty: nothing is missed when nobody fills it."""
    in_variances: bool = field(default=True)
    """Whether its rows stand on the variance page: those with the five figures do."""
    figures: tuple[Column, ...] = field(init=False)
    """The columns that hold numbers; every row of every return asks for them."""

    def __post_init__(self) -> None:
        figures = tuple(column for column in self.columns if column.is_figure)
        object.__setattr__(self, "figures", figures)

    @property
    def short_title(self) -> str:
        """Its title without brackets, to stand in a sentence."""
        return self.title.replace("（", "").replace("）", "")

    @property
    def is_classified(self) -> bool:
        """Whether its rows are chosen from a classification."""
        return self.classification is not None

    @property
    def is_named(self) -> bool:
        """Whether the unit names its rows itself."""
        return not self.items and self.classification is None

    @property
    def attributes(self) -> tuple[Column, ...]:
        """The columns that hold words, the reason of the variance included."""
        return tuple(column for column in self.columns if not column.is_figure)

    @property
    def comparatives(self) -> tuple[Column, ...]:
        """The columns whose figures last year's return has."""
        return tuple(column for column in self.columns if column.last_year_of)


STAFF = Schedule(
    ScheduleName.STAFF,
    slug="staff",
    title="人员与编制",
    label="人员与编制",
    total_name="财政供养人员合计",
    hint="按编制类别填编制数和年末在职人数；只知道合计的，填在合计行。离退休和临聘人员另列，不计入在职人数。",
    columns=(
        Column("authorized", "编制数（人）", ColumnKind.COUNT),
        Column("in_service", "年末实有人数（人）", ColumnKind.COUNT),
    ),
    measures=(STAFF_CONTROL_RATE,),
    in_variances=False,
    # Source: report outline 一（一）3 人员编制; base data form, 财政供养人员情况.
    # 实有 = 在职: the retired stand beside.
    items=(
        Item("administrative", "行政编制"),
        Item("civil_service_status", "参照公务员法管理"),
        Item("fully_funded", "全额拨款事业编制"),
        Item("partly_funded", "差额拨款事业编制"),
        Item("self_funded", "自收自支事业编制"),
        Item("support", "机关工勤编制"),
        Item("retired_cadre", "离休人员", parent="", columns=("in_service",)),
        Item("retired", "退休人员", parent="", columns=("in_service",)),
        Item("temporary", "临聘人员", parent="", columns=("in_service",)),
    ),
)

REVENUE = Schedule(
    ScheduleName.REVENUE,
    slug="revenue",
    title="收入（按来源）",
    label="收入",
    total_name="收入合计",
    hint="按资金来源填写；只知道合计、不知道分项的数，填在合计行。",
    # Source: 收入支出决算总表, the eight sources of revenue (部门决算 公开01表).
    items=(
        Item("general_public", "一般公共预算财政拨款"),
        Item("government_fund", "政府性基金预算财政拨款"),
        Item("state_capital", "国有资本经营预算财政拨款"),
        Item("from_superior", "上级补助收入"),
        Item("institutional", "事业收入"),
        Item("operating", "经营收入"),
        Item("from_subordinate", "附属单位上缴收入"),
        Item("other", "其他收入"),
    ),
)

BY_FUNCTION = Schedule(
    ScheduleName.BY_FUNCTION,
    slug="function",
    title="支出（按功能分类）",
    label="支出 · 按功能",
    total_name="支出合计",
    hint="按功能分类的“项”填写，小计和合计自动得出；只知道小计或合计的数，填在小计行或合计行。",
    classification=Classification.FUNCTION,
)

BY_NATURE = Schedule(
    ScheduleName.BY_NATURE,
    slug="nature",
    title="支出（按支出性质）",
    label="支出 · 按性质",
    total_name="支出合计（按性质）",
    hint="基本支出由人员经费和公用经费相加，项目支出取自“项目支出”一节；只知道合计的，直接填在该行。",
    # Source: 支出决算表 (公开03表): 基本、项目、上缴上级、经营、对附属单位补助.
    items=(
        Item("basic", "基本支出"),
        Item("basic_personnel", "人员经费", parent="basic"),
        Item("basic_operating", "公用经费", parent="basic"),
        Item("project", "项目支出"),
        Item("to_superior", "上缴上级支出"),
        Item("operating", "经营支出"),
        Item("to_subordinate", "对附属单位补助支出"),
    ),
)

BY_ECONOMIC = Schedule(
    ScheduleName.BY_ECONOMIC,
    slug="economic",
    title="支出（按经济分类）",
    label="支出 · 按经济分类",
    total_name="支出合计（按经济分类）",
    hint="填部门预算支出经济分类的“款”。人员经费 = 301 + 303，公用经费 = 302 + 310（含 307、399）。",
    classification=Classification.ECONOMIC,
)

THREE_PUBLIC = Schedule(
    ScheduleName.THREE_PUBLIC,
    slug="three-public",
    title="“三公”经费",
    label="“三公”经费",
    total_name="“三公”经费合计",
    hint="没有发生的填 0，没有统计的留空。决算数不得超过预算数。",
    # Source: 财政拨款“三公”经费支出决算表 (公开09表).
    items=(
        Item("overseas", "因公出国（境）费"),
        Item("vehicles", "公务用车购置及运行维护费"),
        Item("vehicle_purchase", "公务用车购置费", parent="vehicles"),
        Item("vehicle_operation", "公务用车运行维护费", parent="vehicles"),
        Item("hospitality", "公务接待费"),
    ),
)

THREE_PUBLIC_COUNTS = Schedule(
    ScheduleName.THREE_PUBLIC_COUNTS,
    slug="three-public-counts",
    title="“三公”团组、车辆与接待",
    label="“三公”数量",
    total_name="",
    hint="填实际发生的团组、人次、车辆和批次；没有的填 0。",
    columns=(
        Column("last_year_count", "上年", ColumnKind.COUNT, last_year_of="this_year_count"),
        Column("this_year_count", "本年", ColumnKind.COUNT),
    ),
    measures=(COUNT_CHANGE,),
    has_total=False,
    in_variances=False,
    # Source: unit form of the three public expenses, 二、相关统计数.
    items=(
        Item("overseas_groups", "因公出国（境）团组数（个）"),
        Item("overseas_persons", "因公出国（境）人次（人次）"),
        Item("vehicles_bought", "公务用车购置数（辆）"),
        Item("vehicles_held", "公务用车保有量（辆）"),
        Item("receptions", "公务接待批次（批）"),
        Item("reception_persons", "公务接待人次（人次）"),
    ),
)

PROJECT_KINDS = (
    ("operation", "业务工作经费"),
    ("maintenance", "运行维护经费"),
    ("provincial", "省级专项资金"),
    ("city", "市级专项资金"),
    ("county", "县级专项资金"),
    ("other", "其他项目"),
)
FUNDINGS = (("appropriation", "当年财政拨款"), ("carried_forward", "上年结转"), ("other", "其他资金"))

PROJECTS = Schedule(
    ScheduleName.PROJECTS,
    slug="projects",
    title="项目支出",
    label="项目支出",
    total_name="项目支出合计",
    hint="每个项目一行；一个项目有几种资金来源的，每种一行。合计就是“按性质”表的项目支出，只填一次。",
    # Source: base data form rows 项目支出; project self-evaluation form, 年度资金总额 by funding.
    columns=(
        Column("name", "项目名称", ColumnKind.TEXT, longest=100, required=True),
        Column("code", "项目编码", ColumnKind.TEXT, longest=40),
        Column("kind", "类别", ColumnKind.CHOICE, choices=PROJECT_KINDS),
        Column("funding", "资金来源", ColumnKind.CHOICE, choices=FUNDINGS),
        *FIVE_FIGURES_AND_REASON,
    ),
)

INCREASES = ("increase", "moved_in")
"""The kinds of adjustments that add to a budget; the others take from it."""
ADJUSTMENT_KINDS = (
    ("increase", "追加"),
    ("decrease", "调减"),
    ("moved_in", "调剂（调入）"),
    ("moved_out", "调剂（调出）"),
)
# Source: project self-evaluation form, 资金投入情况 (中央、省、市县) and 上年结转资金, 其他资金.
ADJUSTMENT_SOURCES = (
    ("central", "中央资金"),
    ("provincial", "省级资金"),
    ("city", "市级资金"),
    ("county", "本级资金"),
    ("carried_forward", "上年结转"),
    ("other", "其他资金"),
)

ADJUSTMENTS = Schedule(
    ScheduleName.ADJUSTMENTS,
    slug="adjustments",
    title="预算调整",
    label="预算调整",
    total_name="",
    hint="一份文件调整几行的，每行写一次。金额都填正数，增减由“类别”决定；调剂写两行：调出、调入各一行。"
    "年初预算数加上这里的增减，就是全年预算数。",
    # The rows that `function` and `use` may name are those of the return: see adjustment_places.
    columns=(
        Column("name", "文号", ColumnKind.TEXT, longest=100, required=True),
        Column("adjusted_on", "日期", ColumnKind.DATE),
        Column("kind", "类别", ColumnKind.CHOICE, choices=ADJUSTMENT_KINDS),
        Column("source", "资金来源", ColumnKind.CHOICE, choices=ADJUSTMENT_SOURCES),
        Column("function", "功能科目", ColumnKind.CHOICE),
        Column("use", "基本支出或项目", ColumnKind.CHOICE),
        Column("adjusted", "金额", ColumnKind.AMOUNT, is_unsigned=True),
        Column("reason", "事由", ColumnKind.TEXT, longest=300),
    ),
    measures=(),
    has_total=False,
    is_optional=True,
    in_variances=False,
)

ADJUSTABLE = (BY_FUNCTION.name, BY_NATURE.name, PROJECTS.name)
"""The schedules whose rows an adjustment may name."""

CARRYOVER = Schedule(
    ScheduleName.CARRYOVER,
    slug="carryover",
    title="结转结余",
    label="结转结余",
    total_name="结转结余合计",
    hint="年末结转和结余 = 年初结转和结余 + 本年收入 − 本年支出；前三项填齐后自动得出。",
    columns=(
        # Source: checks C-005, 年末结转(y−1) = 年初结转(y), unless what changed it is explained.
        Column("opening", "年初结转和结余", ColumnKind.AMOUNT, last_year_of="closing"),
        Column("received", "本年收入", ColumnKind.AMOUNT),
        Column("spent", "本年支出", ColumnKind.AMOUNT),
        Column(
            "closing",
            "年末结转和结余",
            ColumnKind.AMOUNT,
            sum_of=(("opening", 1), ("received", 1), ("spent", -1)),
        ),
    ),
    measures=(),
    in_variances=False,
    items=(
        Item("general_public", "一般公共预算"),
        Item("government_fund", "政府性基金预算"),
        Item("state_capital", "国有资本经营预算"),
        Item("special_account", "财政专户管理资金"),
        Item("other", "其他资金"),
    ),
)

BASE_ITEMS = Schedule(
    ScheduleName.BASE_ITEMS,
    slug="base-items",
    title="其他基础数据",
    label="其他基础数据",
    total_name="",
    hint="办公、水电差旅、会议培训是公用经费的“其中”项，不必等于公用经费合计。",
    has_total=False,
    # Source: 部门整体支出绩效评价基础数据表, rows 公用经费其中、政府采购金额、部门基本支出预算调整.
    items=(
        Item("office", "公用经费其中：办公经费"),
        Item("utilities_and_travel", "公用经费其中：水费、电费、差旅费"),
        Item("meetings_and_training", "公用经费其中：会议费、培训费"),
        Item("procurement", "政府采购金额"),
        Item("procured_goods", "货物", parent="procurement"),
        Item("procured_works", "工程", parent="procurement"),
        Item("procured_services", "服务", parent="procurement"),
        Item("budget_adjustment", "部门基本支出预算调整"),
    ),
)

BUILDINGS = Schedule(
    ScheduleName.BUILDINGS,
    slug="buildings",
    title="楼堂馆所",
    label="楼堂馆所",
    total_name="",
    hint="只填本年度完工的楼堂馆所项目；没有就不填。",
    columns=(
        Column("name", "项目名称", ColumnKind.TEXT, longest=100, required=True),
        Column("approved_area", "批复规模（㎡）", ColumnKind.AREA),
        Column("actual_area", "实际规模（㎡）", ColumnKind.AREA),
        Column("planned_investment", "预算投资", ColumnKind.AMOUNT),
        Column("actual_investment", "实际投资", ColumnKind.AMOUNT),
    ),
    measures=(AREA_CONTROL_RATE, INVESTMENT_CONTROL_RATE),
    has_total=False,
    is_optional=True,
    in_variances=False,
)

SCHEDULES = (
    STAFF,
    REVENUE,
    BY_FUNCTION,
    BY_NATURE,
    BY_ECONOMIC,
    THREE_PUBLIC,
    THREE_PUBLIC_COUNTS,
    PROJECTS,
    ADJUSTMENTS,
    CARRYOVER,
    BASE_ITEMS,
    BUILDINGS,
)
"""All schedules in the order of the workspace."""

VARIANCE_SCHEDULES = tuple(schedule for schedule in SCHEDULES if schedule.in_variances)

BEYOND_BASIC = "beyond_basic"
"""The group of every economic 类 that is in no other."""

ECONOMIC_GROUPS = {
    "personnel": ("人员经费", ("301", "303")),
    "operating": ("公用经费", ("302", "310", "307", "399")),
    BEYOND_BASIC: ("基本支出以外", ("309", "311", "312", "313")),
}
"""The groups above the economic 类. Source: 财决明细表, 人员经费 301 + 303, 公用经费 302 + 310 (307, 399)."""
