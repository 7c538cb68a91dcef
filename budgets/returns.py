"""The schedules of a return, each declared once: the grid, the table, the command and the checks read this.

Pure: imports neither Django nor openpyxl.
"""

from dataclasses import dataclass
from enum import StrEnum

TOTAL = "total"
"""The code of every schedule's total row."""


class ScheduleName(StrEnum):
    """The names of the schedules, as the command and the database know them."""

    REVENUE = "revenue"
    BY_FUNCTION = "expenditure_by_function"
    BY_NATURE = "expenditure_by_nature"


@dataclass(frozen=True, slots=True)
class Item:
    """A fixed row of a schedule; `parent` is the item it is a part of."""

    code: str
    name: str
    parent: str = TOTAL


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule: its title and its rows, which are fixed items or lines by functional classification."""

    name: ScheduleName
    slug: str
    title: str
    short_title: str
    total_name: str
    hint: str
    items: tuple[Item, ...] = ()

    @property
    def is_classified(self) -> bool:
        """Whether its rows are chosen from the functional classification and not fixed."""
        return not self.items


REVENUE = Schedule(
    ScheduleName.REVENUE,
    slug="revenue",
    title="收入（按来源）",
    short_title="收入",
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
    short_title="支出按功能",
    total_name="支出合计",
    hint="按功能分类的“项”填写，小计和合计自动得出；只知道小计或合计的数，填在小计行或合计行。",
)

BY_NATURE = Schedule(
    ScheduleName.BY_NATURE,
    slug="nature",
    title="支出（按支出性质）",
    short_title="支出按性质",
    total_name="支出合计（按性质）",
    hint="基本支出由人员经费和公用经费相加；只知道基本支出合计的数，直接填在基本支出行。",
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

SCHEDULES = (REVENUE, BY_FUNCTION, BY_NATURE)


def schedule_named(name: str) -> Schedule:
    """Return the schedule of a ScheduleName; raise KeyError for anything else."""
    return {schedule.name.value: schedule for schedule in SCHEDULES}[name]
