"""Final-accounts workbooks in the layouts that are published, from real figures with their own mistakes in them.

The figures are those of the published final accounts of 2024 of three units of 上海市普陀区 (财政局, 规划和自然资源局,
社会工作部), in 万元, and of the report of 零陵区应急管理局 of 2023, which states no detail that would fill more.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from budgets.money import AmountUnit


@dataclass(frozen=True, slots=True)
class Line:
    """A line by code: total, basic and project expenditure; "-" is a blank cell."""

    code: str
    name: str
    total: str
    basic: str = "-"
    project: str = "-"


def lines(text: str) -> tuple[Line, ...]:
    """Return the lines written one below the other."""
    return tuple(Line(*each.split()) for each in text.strip().splitlines())


@dataclass(frozen=True, slots=True)
class Case:
    """The figures of one unit's final accounts, as text in 万元."""

    unit: str
    year: int
    revenue: dict[str, str]
    """By the source's number in 收入支出决算总表, 一 to 八."""
    received: str
    spent: str
    total: str
    functions: dict[str, str]
    """The right half of 收入支出决算总表."""
    expenditure: tuple[Line, ...]
    whole: Line
    """The total of 支出决算表."""
    general: tuple[Line, ...]
    general_whole: Line
    """The total of 一般公共预算财政拨款支出决算表."""
    economic: tuple[Line, ...]
    personnel: str
    operating: str
    three_public: dict[str, tuple[str, str]]
    """Budget and outturn by item."""
    carried: tuple[str, str] = ("-", "-")
    """At the beginning and the end of the year, of all money."""
    fiscal_carried: str = "-"
    """At the beginning of the year, of the general public budget."""
    incomes: tuple[Line, ...] = field(default=())
    """收入决算表: total and fiscal, "-", by code."""


FINANCE = Case(
    unit="上海市普陀区财政局",
    year=2024,
    revenue={"一": "2940.05", "八": "6.20"},
    received="2946.25",
    spent="2940.05",
    total="2995.39",
    functions={
        "一般公共服务支出": "2106.66",
        "社会保障和就业支出": "326.71",
        "卫生健康支出": "60.99",
        "住房保障支出": "445.69",
    },
    expenditure=lines(
        """
        201 一般公共服务支出 2106.66 1503.52 603.14
        20106 财政事务 2106.66 1503.52 603.14
        2010601 行政运行 1511.89 1503.52 8.37
        2010602 一般行政管理事务 10.00 - 10.00
        2010607 信息化建设 135.25 - 135.25
        2010608 财政委托业务支出 449.52 - 449.52
        208 社会保障和就业支出 326.72 326.72 -
        20805 行政事业单位养老支出 326.72 326.72 -
        2080501 行政单位离退休 84.65 84.65 -
        2080505 机关事业单位基本养老保险缴费支出 160.75 160.75 -
        2080506 机关事业单位职业年金缴费支出 80.38 80.38 -
        2080599 其他行政事业单位养老支出 0.94 0.94 -
        210 卫生健康支出 60.99 60.99 -
        21011 行政事业单位医疗 60.99 60.99 -
        2101101 行政单位医疗 60.99 60.99 -
        221 住房保障支出 445.69 445.69 -
        22102 住房改革支出 445.69 445.69 -
        2210201 住房公积金 187.19 187.19 -
        2210203 购房补贴 258.50 258.50 -
        """
    ),
    whole=Line("", "合计", "2940.05", "2336.91", "603.14"),
    general=(),
    general_whole=Line("", "合计", "2940.05", "2336.91", "603.14"),
    economic=lines(
        """
        301 工资福利支出 2082.85
        30101 基本工资 262.33
        30102 津贴补贴 1238.58
        30108 机关事业单位基本养老保险缴费 160.75
        30109 职业年金缴费 80.38
        30110 职工基本医疗保险缴费 60.99
        30112 其他社会保障缴费 1.61
        30113 住房公积金 187.19
        30199 其他工资福利支出 91.03
        302 商品和服务支出 171.07
        30201 办公费 21.21
        30202 印刷费 7.61
        30204 手续费 0.09
        30207 邮电费 4.88
        30211 差旅费 1.20
        30213 维修（护）费 2.83
        30216 培训费 4.05
        30226 劳务费 2.01
        30228 工会经费 24.42
        30229 福利费 42.77
        30239 其他交通费用 48.49
        30299 其他商品和服务支出 11.53
        303 对个人和家庭的补助 69.41
        30302 退休费 69.10
        30309 奖励金 0.31
        310 资本性支出 13.58
        31002 办公设备购置 13.58
        """
    ),
    personnel="2152.26",
    operating="184.65",
    three_public={"hospitality": ("0.95", "0"), "total": ("0.95", "0")},
    carried=("49.14", "55.34"),
    fiscal_carried="21.63",
)
"""Spent all of it from the general public budget: 支出决算表 and 一般公共预算财政拨款支出决算表 are the same."""

PLANNING = Case(
    unit="上海市普陀区规划和自然资源局",
    year=2024,
    revenue={"一": "9746.50"},
    received="9746.50",
    spent="9759.38",
    total="9859.38",
    functions={
        "社会保障和就业支出": "754.75",
        "卫生健康支出": "236.63",
        "城乡社区支出": "3845.25",
        "自然资源海洋气象等支出": "4461.67",
        "住房保障支出": "461.08",
    },
    expenditure=lines(
        """
        208 社会保障和就业支出 754.75 754.75 0.00
        20805 行政事业单位养老支出 754.75 754.75 0.00
        2080501 行政单位离退休 54.53 54.53 0.00
        2080502 事业单位离退休 28.11 28.11 0.00
        2080505 机关事业单位基本养老保险缴费支出 446.11 446.11 0.00
        2080506 机关事业单位职业年金缴费支出 225.12 225.12 0.00
        2080599 其他行政事业单位养老支出 0.88 0.88 0.00
        210 卫生健康支出 236.64 236.64 0.00
        21011 行政事业单位医疗 236.64 236.64 0.00
        2101101 行政单位医疗 40.35 40.35 0.00
        2101102 事业单位医疗 196.29 196.29 0.00
        212 城乡社区支出 3845.24 1585.59 2259.65
        21201 城乡社区管理事务 1105.68 1096.91 8.77
        2120101 行政运行 1105.68 1096.91 8.77
        21202 城乡社区规划与管理 2739.56 488.68 2250.88
        2120201 城乡社区规划与管理 2739.56 488.68 2250.88
        220 自然资源海洋气象等支出 4461.67 2339.58 2122.09
        22001 自然资源事务 4461.67 2339.58 2122.09
        2200150 事业运行 4416.67 2339.58 2077.09
        2200199 其他自然资源事务支出 45.00 0.00 45.00
        221 住房保障支出 461.08 461.08 0.00
        22102 住房改革支出 461.08 461.08 0.00
        2210201 住房公积金 289.59 289.59 0.00
        2210203 购房补贴 171.49 171.49 0.00
        """
    ),
    whole=Line("", "合计", "9759.38", "5377.64", "4381.74"),
    general=(
        Line("212", "城乡社区支出", "3832.36", "1572.70", "2259.65"),
        Line("21201", "城乡社区管理事务", "1092.80", "1084.02", "8.77"),
        Line("2120101", "行政运行", "1092.80", "1084.02", "8.77"),
    ),
    general_whole=Line("", "合计", "9746.50", "5364.75", "4381.74"),
    economic=lines(
        """
        301 工资福利支出 4816.14
        30101 基本工资 537.64
        30102 津贴补贴 987.86
        30107 绩效工资 1594.02
        30108 机关事业单位基本养老保险缴费 446.11
        30109 职业年金缴费 225.12
        30110 职工基本医疗保险缴费 236.63
        30112 其他社会保障缴费 17.94
        30113 住房公积金 289.59
        30199 其他工资福利支出 481.23
        302 商品和服务支出 440.90
        30201 办公费 84.62
        30204 手续费 0.08
        30205 水费 0.92
        30206 电费 18.86
        30207 邮电费 8.05
        30209 物业管理费 82.20
        30211 差旅费 1.50
        30213 维修（护）费 29.65
        30216 培训费 1.21
        30217 公务接待费 0.39
        30226 劳务费 2.40
        30227 委托业务费 19.16
        30228 工会经费 56.29
        30229 福利费 73.19
        30239 其他交通费用 33.50
        30299 其他商品和服务支出 28.86
        303 对个人和家庭的补助 67.96
        30302 退休费 67.96
        310 资本性支出 39.76
        31002 办公设备购置 39.76
        """
    ),
    personnel="4884.09",
    operating="480.66",
    three_public={
        "overseas": ("0", "0"),
        "vehicles": ("0", "0"),
        "hospitality": ("2.85", "0.39"),
        "total": ("2.85", "0.39"),
    },
    carried=("112.88", "100.00"),
)
"""Spent 12.88 of what it had carried over beside the general public budget, all of it on 2120101.

Its parts of 212 by nature are not printed: 1084.02 + 488.68 and 8.77 + 2250.88 by hand.
"""

SOCIAL_WORK = Case(
    unit="中共上海市普陀区委社会工作部",
    year=2024,
    revenue={"一": "307.82"},
    received="307.82",
    spent="307.82",
    total="307.82",
    functions={
        "一般公共服务支出": "264.87",
        "社会保障和就业支出": "10.82",
        "卫生健康支出": "2.71",
        "住房保障支出": "29.42",
    },
    expenditure=lines(
        """
        201 一般公共服务支出 264.87 62.63 202.24
        20139 社会工作事务 264.87 62.63 202.24
        2013901 行政运行 51.32 51.32 -
        2013950 事业运行 11.31 11.31 -
        2013999 其他社会工作事务支出 202.24 - 202.24
        208 社会保障和就业支出 10.82 10.82 -
        20805 行政事业单位养老支出 10.82 10.82 -
        2080505 机关事业单位基本养老保险缴费支出 6.18 6.18 -
        2080506 机关事业单位职业年金缴费支出 4.64 4.64 -
        210 卫生健康支出 2.71 2.71 -
        21011 行政事业单位医疗 2.71 2.71 -
        2101101 行政单位医疗 2.22 2.22 -
        2101102 事业单位医疗 0.49 0.49 -
        221 住房保障支出 29.42 29.42 -
        22102 住房改革支出 29.42 29.42 -
        2210201 住房公积金 17.70 17.70 -
        2210203 购房补贴 11.72 11.72 -
        """
    ),
    whole=Line("", "合计", "307.82", "105.58", "202.24"),
    general=(),
    general_whole=Line("", "合计", "307.82", "105.58", "202.24"),
    economic=lines(
        """
        301 工资福利支出 95.36
        30101 基本工资 14.12
        30102 津贴补贴 39.72
        30107 绩效工资 10.16
        30108 机关事业单位基本养老保险缴费 6.18
        30109 职业年金缴费 4.64
        30110 职工基本医疗保险缴费 2.71
        30112 其他社会保障缴费 0.09
        30113 住房公积金 17.70
        30199 其他工资福利支出 0.04
        302 商品和服务支出 10.23
        30201 办公费 3.78
        30211 差旅费 1.15
        30213 维修（护）费 0.02
        30226 劳务费 0.68
        30227 委托业务费 0.48
        30229 福利费 1.48
        30239 其他交通费用 2.43
        30299 其他商品和服务支出 0.20
        """
    ),
    personnel="95.36",
    operating="10.23",
    three_public={"total": ("0", "0")},
)
"""A unit founded in the year: nothing carried over, its basic expenditure 0.01 off its two parts."""

SEED = Case(
    unit="永州市零陵区应急管理局",
    year=2023,
    revenue={"一": "1967.69", "八": "0.32"},
    received="1968.01",
    spent="1968.01",
    total="1968.01",
    functions={},
    expenditure=lines(
        """
        201 一般公共服务支出 0.32
        20199 其他一般公共服务支出 0.32
        2019999 其他一般公共服务支出 0.32
        206 科学技术支出 36.94
        20699 其他科学技术支出 36.94
        2069999 其他科学技术支出 36.94
        207 文化旅游体育与传媒支出 6.00
        20799 其他文化旅游体育与传媒支出 6.00
        2079999 其他文化旅游体育与传媒支出 6.00
        208 社会保障和就业支出 102.56
        20805 行政事业单位养老支出 99.75
        2080505 机关事业单位基本养老保险缴费支出 99.75
        20899 其他社会保障和就业支出 2.81
        2089999 其他社会保障和就业支出 2.81
        210 卫生健康支出 44.64
        21011 行政事业单位医疗 44.64
        2101101 行政单位医疗 44.64
        224 灾害防治及应急管理支出 1776.58
        22401 应急管理事务 1163.62
        2240101 行政运行 207.56
        2240106 安全监管 948.06
        2240199 其他应急管理支出 8.00
        22406 自然灾害防治 385.16
        2240602 森林草原防灾减灾 367.96
        2240699 其他自然灾害防治支出 17.20
        22407 自然灾害救灾及恢复重建支出 223.00
        2240703 自然灾害救灾补助 223.00
        22499 其他灾害防治及应急管理支出 4.80
        2249999 其他灾害防治及应急管理支出 4.80
        229 其他支出 0.97
        22999 其他支出 0.97
        2299999 其他支出 0.97
        """
    ),
    whole=Line("", "合计", "1968.01"),
    general=(),
    general_whole=Line("", "合计", "1967.69", "1726.32", "241.37"),
    economic=(),
    personnel="1030.52",
    operating="695.80",
    three_public={
        "overseas": ("-", "0"),
        "vehicle_purchase": ("-", "0"),
        "vehicle_operation": ("-", "0"),
        "hospitality": ("-", "9.1423"),
    },
)
"""The report splits neither the lines by nature nor the basic expenditure by 款, and tells no budget of the three."""

SOURCES = {
    "一": "一般公共预算财政拨款收入",
    "二": "政府性基金预算财政拨款收入",
    "三": "国有资本经营预算财政拨款收入",
    "四": "上级补助收入",
    "五": "事业收入",
    "六": "经营收入",
    "七": "附属单位上缴收入",
    "八": "其他收入",
}
NUMERALS = "一二三四五六七八九"
ITEMS = {
    "total": "合计",
    "overseas": "因公出国（境）费",
    "vehicles": "小计",
    "vehicle_purchase": "公务用车购置费",
    "vehicle_operation": "公务用车运行维护费",
    "hospitality": "公务接待费",
}


class Writer:
    """Writes the tables of a case: one after the other into sheets, in one of the published layouts.

    "shanghai" has a single column of codes, the total last, budget and outturn of the three public expenses side
    by side, no numbers of lines. "national" (as in Hunan) has 类, 款 and 项 below 项目, lines and columns numbered
    (行次, 栏次), the total first, and all budgets before all outturns. Merged cells are merged.
    """

    def __init__(self, case: Case, layout: str = "shanghai", unit: AmountUnit = AmountUnit.WAN):
        self.case, self.layout, self.unit = case, layout, unit
        self.is_national = layout == "national"
        self.book = Workbook()
        self.book.remove(self.book.active)
        self.sheet: Worksheet

    def number(self, text: str) -> float | None:
        """A figure as Excel keeps it."""
        if text == "-":
            return None
        return float(Decimal(text) * (10_000 if self.unit is AmountUnit.YUAN else 1))

    def begin(self, number: int, title: str) -> None:
        """A new sheet with the title of its table, whose it is, and the unit of its amounts."""
        name = f"公开{number:02}表" if self.is_national else f"表{number}"
        self.sheet = self.book.create_sheet(name)
        year, unit, amounts = self.case.year, self.case.unit, self.unit.label
        if self.is_national:
            self.row(title)
            self.row(None, None, None, name)
            self.row(f"部门：{unit}", None, f"{year}年度", f"金额单位：{amounts}")
            self.merge("A1:D1")
        else:
            self.row(f"{year}年度{title}")
            self.row(f"编制单位：{unit}", None, None, f"单位：{amounts}")

    def row(self, *values: Any) -> int:
        """Append a row and return its number."""
        self.sheet.append(list(values))
        return int(self.sheet.max_row)

    def merge(self, area: str) -> None:
        """Merge cells of the head."""
        self.sheet.merge_cells(area)

    def all(self) -> bytes:
        """All nine tables: three public seventh in the old order, ninth in the new."""
        self.totals(1)
        self.revenue(2)
        self.expenditure(3)
        self.fiscal_totals(4)
        self.general(5)
        self.basic(6)
        last = (self.government_fund, self.state_capital, self.three_public)
        for number, table in enumerate(last if self.is_national else (last[2], *last[:2]), 7):
            table(number)
        return self.saved()

    def saved(self) -> bytes:
        """The workbook as a file."""
        return saved(self.book)

    def totals(self, number: int) -> None:
        """收入支出决算总表."""
        self.begin(number, "收入支出决算总表")
        case = self.case
        left = [(f"{numeral}、{name}", case.revenue.get(numeral, "-")) for numeral, name in SOURCES.items()]
        right = [
            (f"{numeral}、{name}", amount)
            for numeral, (name, amount) in zip(NUMERALS, case.functions.items(), strict=False)
        ]
        right += [("", "-")] * (len(left) - len(right))
        left += [
            ("本年收入合计", case.received),
            ("使用非财政拨款结余", "-"),
            ("年初结转和结余", case.carried[0]),
        ]
        right += [("本年支出合计", case.spent), ("结余分配", "-"), ("年末结转和结余", case.carried[1])]
        left, right = [*left, ("总计", case.total)], [*right, ("总计", case.total)]
        if self.is_national:
            self.merge(f"A4:C{self.row('收入', None, None, '支出')}")
            self.row("项目", "行次", "决算数", "项目", "行次", "决算数")
            self.row("栏次", None, 1, "栏次", None, 2)
        else:
            self.row("收入", None, "支出")
            self.row("项目", "决算数", "项目（按功能分类）", "决算数")
        for at, ((name, amount), (other, spent)) in enumerate(zip(left, right, strict=True), 1):
            if self.is_national:
                self.row(name, at, self.number(amount), other, 30 + at, self.number(spent))
            else:
                self.row(name, self.number(amount), other, self.number(spent))

    def codes(self, titles: list[str], rows: list[tuple[str, str, list[str]]], total: list[str]) -> None:
        """A table by code below its head, which is written here too."""
        if self.is_national:
            top = self.row("项目", None, None, None, *titles)
            self.row("功能分类科目编码", None, None, "科目名称")
            self.row("类", "款", "项")
            self.row("栏次", None, None, None, *range(1, len(titles) + 1))
            self.merge(f"A{top}:D{top}")
            self.merge(f"A{top + 1}:C{top + 1}")
            self.row("合计", None, None, None, *map(self.number, total))
            for code, name, amounts in rows:
                self.row(code, None, None, name, *map(self.number, amounts))
        else:
            self.row("功能分类科目编码", "科目名称", *titles)
            for code, name, amounts in rows:
                self.row(int(code), name, *map(self.number, amounts))
            self.row("合计", None, *map(self.number, total))

    def revenue(self, number: int) -> None:
        """收入决算表: the total alone is stated by source, and the codes as far as the case has them."""
        self.begin(number, "收入决算表")
        titles = ["本年收入合计", "财政拨款收入", *list(SOURCES.values())[3:]]
        rest = [self.case.revenue.get(numeral, "-") for numeral in "四五六七八"]
        total = [self.case.received, self.case.revenue["一"], *rest]
        rows = [(each.code, each.name, [each.total, each.basic, *"-----"]) for each in self.case.incomes]
        self.codes(titles, rows, total)

    def expenditure(self, number: int) -> None:
        """支出决算表."""
        self.begin(number, "支出决算表")
        titles = ["本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出"]
        self.codes(titles, *self.spent(self.case.expenditure, self.case.whole, "---"))

    def spent(self, found: tuple[Line, ...], whole: Line, more: str = "") -> tuple[Any, list[str]]:
        """Rows and total with total, basic and project expenditure."""
        rows = [(each.code, each.name, [each.total, each.basic, each.project, *more]) for each in found]
        return rows, [whole.total, whole.basic, whole.project, *more]

    def fiscal_totals(self, number: int) -> None:
        """财政拨款收入支出决算总表."""
        self.begin(number, "财政拨款收入支出决算总表")
        funds = ["一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款"]
        if self.is_national:
            top = self.row("项目", "行次", "金额", "项目", "行次", "决算数", None, None, None)
            self.merge(f"F{top}:I{top}")
            self.row(None, None, None, None, None, "小计", *funds)
            self.row("栏次", None, 1, "栏次", None, 2, 3, 4, 5)
        else:
            self.row("项目", "决算数", "项目", "合计", *funds)
        case, spent = self.case, self.case.general_whole.total
        opening = case.fiscal_carried
        left = [
            *zip(
                (f"{n}、{name}" for n, name in zip("一二三", funds, strict=True)),
                (case.revenue["一"], "-", "-"),
                strict=True,
            )
        ]
        left += [("本年收入合计", case.revenue["一"]), ("年初财政拨款结转和结余", opening)]
        left += [(f"一、{funds[0]}", opening), (f"二、{funds[1]}", "-"), (f"三、{funds[2]}", "-")]
        right: list[tuple[str, str]] = [("", "-")] * 3 + [
            ("本年支出合计", spent),
            ("年末财政拨款结转和结余", "-"),
        ]
        right += [("", "-")] * 3
        for at, ((name, amount), (other, figure)) in enumerate(zip(left, right, strict=True), 1):
            figures = [self.number(figure), self.number(figure)]
            if self.is_national:
                self.row(name, at, self.number(amount), other, 30 + at, *figures)
            else:
                self.row(name, self.number(amount), other, *figures)

    def general(self, number: int) -> None:
        """一般公共预算财政拨款支出决算表."""
        self.begin(number, "一般公共预算财政拨款支出决算表")
        case = self.case
        other = {each.code: each for each in case.general}
        found = tuple(
            other.get(each.code, each)
            for each in case.expenditure
            if each.basic != "-" or each.project != "-"
        )
        self.codes(["合计", "基本支出", "项目支出"], *self.spent(found, case.general_whole))

    def basic(self, number: int) -> None:
        """一般公共预算财政拨款基本支出决算表: personnel to the left, operating costs to the right."""
        title = "一般公共预算财政拨款基本支出决算" + ("明细表" if self.is_national else "表")
        self.begin(number, title)
        case = self.case
        left = [each for each in case.economic if each.code[:3] in ("301", "303")]
        right = [each for each in case.economic if each.code[:3] not in ("301", "303")]
        if self.is_national:
            self.row("人员经费", None, None, "公用经费")
        code = "科目编码" if self.is_national else "经济分类科目编码"
        self.row(code, "科目名称", "决算数", code, "科目名称", "决算数")
        for at in range(max(len(left), len(right))):
            cells: list[Any] = []
            for side in (left, right):
                line = side[at] if at < len(side) else None
                cells += [line.code, line.name, self.number(line.total)] if line else [None, None, None]
            self.row(*cells)
        last = self.row(
            "人员经费合计",
            None,
            self.number(case.personnel),
            "公用经费合计",
            None,
            self.number(case.operating),
        )
        self.merge(f"A{last}:B{last}")

    def government_fund(self, number: int) -> None:
        """政府性基金预算财政拨款收入支出决算表, without a figure."""
        self.begin(number, "政府性基金预算财政拨款收入支出决算表")
        lead = ["项目", None, None, None] if self.is_national else ["功能分类科目编码", "科目名称"]
        top = self.row(*lead, "年初结转和结余", "本年收入", "本年支出", None, None, "年末结转和结余")
        below = ["功能分类科目编码", None, None, "科目名称"] if self.is_national else [None, None]
        self.row(*below, None, None, "小计" if self.is_national else "合计", "基本支出", "项目支出")
        self.merge(f"G{top}:I{top}" if self.is_national else f"E{top}:G{top}")
        self.row("合计")
        self.row("本单位没有政府性基金预算财政拨款收入和支出，故本表无数据。")

    def state_capital(self, number: int) -> None:
        """国有资本经营预算财政拨款支出决算表, without a figure."""
        self.begin(number, "国有资本经营预算财政拨款支出决算表")
        self.codes(["合计", "基本支出", "项目支出"], [], ["-", "-", "-"])

    def three_public(self, number: int) -> None:
        """财政拨款“三公”经费支出决算表."""
        self.begin(number, "财政拨款“三公”经费支出决算表")
        figures = [self.case.three_public.get(item, ("-", "-")) for item in ITEMS]
        names = list(ITEMS.values())
        group = [*names[:2], "公务用车购置及运行维护费", None, None, names[-1]]
        if self.is_national:
            top = self.row("预算数", *[None] * 5, "决算数", *[None] * 5)
            self.merge(f"A{top}:F{top}")
            self.row(*group, *group)
            self.merge(f"C{top + 1}:E{top + 1}")
            self.row(None, None, *names[2:5], None, None, None, *names[2:5], None)
            self.row(*range(1, 13))
            budgets, outturns = zip(*figures, strict=True)
            self.row(*map(self.number, budgets), *map(self.number, outturns))
        else:
            top = self.row(*(cell for each in group for cell in (each, None)))
            self.merge(f"E{top}:J{top}")
            self.row(*[None] * 4, *(cell for each in names[2:5] for cell in (each, None)), None, None)
            self.row(*["预算数", "决算数"] * 6)
            self.row(*(self.number(figure) for pair in figures for figure in pair))


def in_one_sheet(case: Case) -> bytes:
    """All tables of a case one below the other in one sheet, as they are copied out of a document."""
    writer = Writer(case)
    writer.all()
    sheets = writer.book.worksheets
    whole = writer.book.create_sheet("决算公开")
    for sheet in sheets:
        for row in sheet.iter_rows(values_only=True):
            whole.append(row)
        whole.append([None])
        writer.book.remove(sheet)
    return writer.saved()


TABLES = (
    "totals",
    "revenue",
    "expenditure",
    "fiscal_totals",
    "general",
    "basic",
    "government_fund",
    "state_capital",
    "three_public",
)
"""The methods of a Writer, by the number of the table in the new order."""


def alone(case: Case, table: str, layout: str = "national") -> bytes:
    """One table of a case in a workbook by itself."""
    writer = Writer(case, layout)
    getattr(writer, table)(1 + TABLES.index(table))
    return writer.saved()


def changed(content: bytes, place: str, value: Any) -> bytes:
    """A workbook with one cell changed; `place` is 公开03表!E8."""
    book = load_workbook(BytesIO(content))
    sheet, _, cell = place.partition("!")
    book[sheet][cell] = value
    return saved(book)


def saved(book: Workbook) -> bytes:
    """A workbook as a file."""
    file = BytesIO()
    book.save(file)
    return file.getvalue()
