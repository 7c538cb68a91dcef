"""The versions of the Hunan index that were read, as data; none is derived from a year.

Pure: imports neither Django nor openpyxl. Source: scoring rules B2 and their confirmations 2.3; a row without
source (`is_sourced` is False) is recollection and stays marked until a county's own table settles it.
"""

from decimal import Decimal

from performance.overall_index import (
    ADJUSTMENT_RULES,
    BUILDING_RULE,
    COMPLETION_RULE,
    CONTROL_RULE,
    PROCUREMENT_RULE,
    IndexBlock,
    IndexRow,
    IndexVersion,
    change_rule,
    staff_rule,
)

INPUT, PROCESS, OUTPUT = "投入", "过程", "产出及效果"

ON_BUDGETS = "three_public_change_rate"
ON_AMOUNTS = "three_public_outturn_change_rate"
"""“三公”经费变动率 of budgets, or of what was spent (总额)."""


def _staff(weight: int, taken: str = "0.5") -> IndexRow:
    return IndexRow("在职人员控制率", Decimal(weight), "staff_control_rate", staff_rule(taken))


def _change(weight: int, ratio: str = ON_BUDGETS) -> IndexRow:
    points = Decimal(weight)
    return IndexRow("“三公”经费变动率", points, ratio, change_rule(points))


def _completion(weight: int, ratio: str = "budget_completion_rate") -> IndexRow:
    return IndexRow("预算完成率", Decimal(weight), ratio, COMPLETION_RULE)


def _adjustment(weight: int) -> IndexRow:
    points = Decimal(weight)
    return IndexRow("预算控制率", points, "budget_control_rate", ADJUSTMENT_RULES.get(points))


def _buildings(weight: int) -> tuple[IndexRow, IndexRow]:
    points = Decimal(weight)
    return (
        IndexRow("新建楼堂馆所面积控制率", points, "area_control_rate", BUILDING_RULE),
        IndexRow("新建楼堂馆所投资概算控制率", points, "investment_control_rate", BUILDING_RULE),
    )


def _judged(name: str, weight: int, *, is_sourced: bool = False) -> IndexRow:
    return IndexRow(name, Decimal(weight), is_sourced=is_sourced)


_PROVINCIAL_INPUT = IndexBlock(INPUT, Decimal(10), (_staff(5), _change(5)))

_PROVINCIAL_PROCESS = IndexBlock(
    PROCESS,
    Decimal(60),
    (
        _completion(5),
        _adjustment(5),
        *_buildings(5),
        IndexRow("公用经费控制率", Decimal(8), "operating_control_rate", CONTROL_RULE, is_sourced=False),
        IndexRow("“三公”经费控制率", Decimal(7), "three_public_control_rate", CONTROL_RULE, is_sourced=False),
        IndexRow("政府采购执行率", Decimal(6), "procurement_rate", PROCUREMENT_RULE, is_sourced=False),
        _judged("管理制度健全性", 8),
        _judged("资金使用合规性", 6),
        _judged("预决算信息公开性", 5),
    ),
)

_PROVINCIAL_OUTPUT = IndexBlock(
    OUTPUT,
    Decimal(30),
    (
        _judged("重点工作实际完成率", 8),
        _judged("经济效益、社会效益、生态效益", 10),
        _judged("行政效能", 6),
        _judged("社会公众或服务对象满意度", 6),
    ),
)

PROVINCIAL_2017 = IndexVersion(
    "provincial_2017",
    "省级 2017 年度",
    "湖南省人民政府参事室 2017 年度评分表（C17、R0）",
    (_PROVINCIAL_INPUT, _PROVINCIAL_PROCESS, _PROVINCIAL_OUTPUT),
    notes=("“三公”经费变动率一行的文字仍写“8 分、每点扣 0.8 分”，与该行分值 5 分不一致。",),
)

COUNTY_2017 = IndexVersion(
    "county_2017",
    "县级 2017 年度",
    "同年县级评分表（K17）",
    (_PROVINCIAL_INPUT, _PROVINCIAL_PROCESS, _PROVINCIAL_OUTPUT),
)

PROVINCIAL_2015 = IndexVersion(
    "provincial_2015",
    "省级 2015 年度",
    "湖南省经信委 2015 年度评分表（J15）",
    (
        IndexBlock(INPUT, Decimal(13), (_staff(5), _change(8, ON_AMOUNTS))),
        IndexBlock(PROCESS, Decimal(64), (_completion(5, "execution_rate"),)),
        IndexBlock(OUTPUT, Decimal(23)),
    ),
)

YUHUA_2022 = IndexVersion(
    "yuhua_2022",
    "雨花区 2022 年度",
    "长沙市雨花区 2022 年度评分表（YH）",
    (
        IndexBlock(INPUT, Decimal(13), (_staff(5), _change(8))),
        IndexBlock(PROCESS, Decimal(61), (_completion(5), _adjustment(5), *_buildings(5))),
        IndexBlock(OUTPUT, Decimal(26)),
    ),
    notes=("楼堂馆所两行的文字仍写 2015 年。",),
)

COUNTY_2018 = IndexVersion(
    "county_2018",
    "某县 2018 年度",
    "某县 2018 年度评分表（WL）",
    (
        IndexBlock(INPUT, Decimal(16), (_staff(8), _change(8))),
        IndexBlock(PROCESS, Decimal(58), (_completion(8), _adjustment(8))),
        IndexBlock(OUTPUT, Decimal(26)),
    ),
)

YUEYANG_ROADS = IndexVersion(
    "yueyang_roads",
    "岳阳市公路系统",
    "岳阳市公路局评分表",
    (
        IndexBlock(
            INPUT,
            Decimal(15),
            (_staff(5), _change(5), _judged("重点支出安排率", 5, is_sourced=True)),
        ),
        IndexBlock(
            PROCESS,
            Decimal(40),
            (
                _adjustment(3),  # of a weight of 3 no source has the steps
                _judged("支付进度", 3, is_sourced=True),
                _judged("资金结余", 3, is_sourced=True),
                IndexRow("“三公”经费控制率", Decimal(6), "three_public_control_rate"),
                _judged("管理制度健全性", 3, is_sourced=True),
                _judged("资金使用合规性", 3, is_sourced=True),
            ),
        ),
        IndexBlock(OUTPUT, Decimal(45)),
    ),
)

OTHER_2016 = IndexVersion(
    "other_2016",
    "外省 2016 年度",
    "另一地区 2016 年度评分表（X16）",
    (
        IndexBlock(
            INPUT,
            Decimal(19),
            (_staff(1, "0.1"), _change(3, ON_AMOUNTS), _judged("公务招待费变动率", 2, is_sourced=True)),
        ),
    ),
    notes=("扫描件不清：投入合计 19 分是推测，用车变动率的分值看不清，其余两部分没有读到。",),
)

VERSIONS = (
    PROVINCIAL_2017,
    COUNTY_2017,
    PROVINCIAL_2015,
    YUHUA_2022,
    COUNTY_2018,
    YUEYANG_ROADS,
    OTHER_2016,
)

REFERENCE = PROVINCIAL_2017
"""The version that is used where a county has named none: all of its hundred points are known."""
