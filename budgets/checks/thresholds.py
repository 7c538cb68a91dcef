"""The thresholds of the checks: what the finance bureau may set for a round, with the usual values.

Pure. Rates are percent, amounts yuan. Source: checks.md §1, confirmations.md.
"""

from dataclasses import dataclass, fields
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The values of one round. `TITLES` says what each is called, in which unit, and which checks read it."""

    change_rate: Decimal = Decimal(30)
    change_yuan: Decimal = Decimal(100_000)
    control_rate: Decimal = Decimal(10)
    strong_control_rate: Decimal = Decimal(30)
    execution_rate: Decimal = Decimal(90)
    strong_execution_rate: Decimal = Decimal(80)
    three_public_rise: Decimal = Decimal(10)
    vehicle_least: Decimal = Decimal(10_000)
    vehicle_most: Decimal = Decimal(60_000)
    reception_most: Decimal = Decimal(150)
    personnel_least: Decimal = Decimal(50_000)
    personnel_most: Decimal = Decimal(300_000)
    operating_least: Decimal = Decimal(3_000)
    operating_most: Decimal = Decimal(50_000)
    cross_rate: Decimal = Decimal(1)
    personnel_gap: Decimal = Decimal(10)
    overrun_rate: Decimal = Decimal(100)


@dataclass(frozen=True, slots=True)
class Title:
    """What a threshold is called, its unit, and the checks that read it."""

    title: str
    unit: str
    checks: tuple[str, ...]


TITLES = {
    "change_rate": Title("较上年变动达到（比例），原因里要有数字", "%", ("C-034",)),
    "change_yuan": Title("较上年变动达到（金额），原因里要有数字", "元", ("C-034",)),
    "control_rate": Title("预算控制率超过", "%", ("C-044",)),
    "strong_control_rate": Title("预算控制率明显偏高，超过", "%", ("C-044",)),
    "execution_rate": Title("预算执行率低于", "%", ("C-043",)),
    "strong_execution_rate": Title("预算执行率明显偏低，低于", "%", ("C-043",)),
    "three_public_rise": Title("“三公”经费较上年明显增加，超过", "%", ("C-053",)),
    "vehicle_least": Title("每辆公务用车运行维护费下限", "元", ("C-056",)),
    "vehicle_most": Title("每辆公务用车运行维护费上限", "元", ("C-056",)),
    "reception_most": Title("每人次公务接待费上限", "元", ("C-056",)),
    "personnel_least": Title("人均人员经费下限", "元", ("C-063",)),
    "personnel_most": Title("人均人员经费上限", "元", ("C-063",)),
    "operating_least": Title("人均公用经费下限", "元", ("C-063",)),
    "operating_most": Title("人均公用经费上限", "元", ("C-063",)),
    "cross_rate": Title("功能与经济分类对应科目允许相差", "%", ("C-025",)),
    "personnel_gap": Title("人员类科目少于人员经费、项目支出少于项目性质科目的比例超过", "%", ("C-027",)),
    "overrun_rate": Title("控制率超过", "%", ("C-062", "C-095")),
}
"""Every threshold by its name, in the order they are shown."""

_REASONED = ("C-045", "C-034")
OF_OPENING = {
    "explain_rate": Title("决算数与年初预算数、上年决算数相差达到（比例），要写原因", "%", _REASONED),
    "explain_yuan": Title("决算数与年初预算数、上年决算数相差达到（金额），要写原因", "元", _REASONED),
}
"""What a round is opened with, by the names of its fields: both have to be reached. Not set afterwards."""

NAMES = tuple(each.name for each in fields(Thresholds))
