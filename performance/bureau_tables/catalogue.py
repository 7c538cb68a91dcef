"""All summary returns by their names in addresses."""

from collections.abc import Callable
from dataclasses import dataclass

from performance.bureau_tables import of_money, of_rechecks, of_returns
from performance.bureau_tables.scope import Scope
from performance.bureau_tables.summary import Summary


@dataclass(frozen=True, slots=True)
class Entry:
    """A summary return: its title, a short one for the tabs, and how it is made."""

    title: str
    label: str
    make: Callable[[Scope], Summary]
    """In a constant number of queries."""


SUMMARIES = {
    "departments": Entry("部门整体支出绩效自评情况汇总表", "部门整体", of_returns.departments),
    "projects": Entry("项目支出绩效自评情况汇总表", "项目支出", of_returns.projects),
    "coverage": Entry("自评覆盖率统计表", "覆盖率", of_returns.coverage),
    "grades": Entry("等级分布表", "等级分布", of_returns.grades),
    "three-public": Entry("“三公”经费汇总表", "“三公”经费", of_money.three_public),
    "three-public-units": Entry("“三公”经费分单位汇总表", "“三公”分单位", of_money.three_public_by_unit),
    "staff": Entry("在职人员控制率清单", "在职人员控制率", of_money.staff_control),
    "operating": Entry("公用经费控制率清单", "公用经费控制率", of_money.operating_control),
    "deviations": Entry("复核偏离度表", "复核偏离度", of_rechecks.deviations),
    "rechecks": Entry("复核（抽查）结果表", "复核结果", of_rechecks.rechecks),
}
