"""The outlines of the report, as data: which headings in which order, by region and year.

Pure: imports neither Django nor a library of documents. A new edition is an entry of `EDITIONS`.
"""

from dataclasses import dataclass

from budgets.money import AmountUnit


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading of an outline. `section` names the text that belongs to it; "" for one above others."""

    level: int
    title: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """An outline as one region uses it from a year on."""

    code: str
    name: str
    region: str
    """What the codes of its regions begin with; "" for all."""
    from_year: int
    headings: tuple[Heading, ...]
    three_public_unit: AmountUnit
    """The unit in which the section on the three public expenses states its amounts; all others say 万元."""
    annexes: tuple[str, ...]


# Source: outline of the real report of 零陵区 2023 and forms.md d; all headings stay, even without a word.
HUNAN_HEADINGS = (
    Heading(1, "一、基本情况"),
    Heading(2, "（一）单位基本情况"),
    Heading(3, "1、主要职能", "duties"),
    Heading(3, "2、机构设置", "organisation"),
    Heading(3, "3、人员编制", "staffing"),
    Heading(2, "（二）单位整体支出规模"),
    Heading(3, "1、整体支出情况", "overall_spending"),
    Heading(3, "2、预算收支决算情况", "budget_and_outturn"),
    Heading(3, "3、“三公经费”支出使用和管理情况", "three_public_use"),
    Heading(1, "二、一般公共预算支出情况"),
    Heading(2, "（一）基本支出情况", "basic_spending"),
    Heading(2, "（二）项目支出情况", "project_spending"),
    Heading(1, "三、政府性基金预算支出情况", "government_fund"),
    Heading(1, "四、国有资本经营预算支出情况", "state_capital"),
    Heading(1, "五、社会保险基金预算支出情况", "social_insurance"),
    Heading(1, "六、部门整体支出绩效情况", "results"),
    Heading(1, "七、存在的问题及原因分析", "problems"),
    Heading(1, "八、下一步改进措施", "improvements"),
    Heading(1, "九、部门整体支出绩效自评结果拟应用和公开情况", "disclosure"),
    Heading(1, "十、其他需要说明的情况", "other_matters"),
)

EDITIONS = (
    Edition(
        code="hunan",
        name="湖南省部门整体支出绩效自评报告提纲",
        region="",  # the only outline we hold a source for: others use it until theirs is an entry here
        from_year=2018,
        headings=HUNAN_HEADINGS,
        three_public_unit=AmountUnit.YUAN,
        annexes=("部门整体支出绩效评价基础数据表", "部门整体支出绩效自评表", "项目支出绩效自评表"),
    ),
)
"""All editions; of those that fit, the one of the narrowest region and the latest year is used."""


def edition_of(region: str, year: int) -> Edition:
    """Return the edition of a region's code and a fiscal year; a year before all has the earliest."""
    fitting = [each for each in EDITIONS if region.startswith(each.region)]
    known = [each for each in fitting if each.from_year <= year] or fitting
    return max(known, key=lambda each: (len(each.region), each.from_year))
