"""What a template of the report may name, and what a report puts there.

Pure: imports neither Django nor a library of documents. All is plain text, lists and dictionaries, so that a
template reaches nothing else.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from budgets.official_forms import OfficialForm
from performance.report.document import Document, Part, Table
from performance.word.parts import NEXT_PAGE, chart_xml, form_table, printable

NAMES = {
    "duties": "主要职能",
    "organisation": "机构设置",
    "staffing": "人员编制",
    "overall_spending": "整体支出",
    "budget_and_outturn": "收支预决算",
    "three_public_use": "三公经费",
    "basic_spending": "基本支出",
    "project_spending": "项目支出",
    "government_fund": "政府性基金",
    "state_capital": "国有资本经营",
    "social_insurance": "社会保险基金",
    "results": "绩效情况",
    "problems": "问题及原因",
    "improvements": "改进措施",
    "disclosure": "应用和公开",
    "other_matters": "其他说明",
}
"""What a template calls the paragraphs of each section."""

TABLES = {
    "收支对比": ("项目", "上年决算", "年初预算", "全年预算", "决算", "增减", "增减率"),
    "三公明细": ("项目", "上年决算", "本年预算", "决算", "增减", "增减率"),
    "项目明细": ("项目", "年初预算", "全年预算", "决算", "增减", "增减率"),
    "绩效指标": ("二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"),
}
"""The tables a template may print, with what it calls their columns."""

WORDS = {
    "标题": "2023年度部门整体支出绩效自评报告",
    "年度": "2023",
    "上年": "2022",
    "单位名称": "某某单位",
    "状态": "草稿",
    "版本说明": "草稿，未经审核",
    "三公单位": "元",
}
"""The single words a template may print, each with an example."""

FORMS = ("附件1", "附件2", "附件3")
"""The annexes; one that is not there yet is blank."""

SHOWS_CHART = "有图"

KNOWN = frozenset((*NAMES.values(), *TABLES, *WORDS, *FORMS, SHOWS_CHART))
"""Every name a template may use."""

Context = dict[str, Any]


def context_of(
    document: Document, *, state: str, version: str, forms: Sequence[Sequence[OfficialForm]]
) -> Context:
    """Return what the template of a report is filled in with, to be sent as JSON.

    `state` stands on every page of a draft, `version` at its foot. {"xml": …} is a piece that is put in as it
    is; so is the chart.
    """
    tables = {table.name: _rows(table) for part in document.parts for table in part.tables}
    return {
        **{NAMES[part.section]: _paragraphs(part) for part in document.parts if part.section},
        **{name: tables.get(name, []) for name in TABLES},
        **_words(document, state, version),
        **{name: _form(sheets) for name, sheets in zip(FORMS, forms, strict=True)},
        SHOWS_CHART: bool(document.shares),
        "chart": chart_xml(
            "支出构成（按功能分类，万元）", [(share.name, share.outturn) for share in document.shares]
        ),
    }


def _paragraphs(part: Part) -> list[str]:
    return [printable(text) for text in (*(each.text for each in part.paragraphs), *part.own_printed)]


def _rows(table: Table) -> list[dict[str, str]]:
    return [
        dict(zip(TABLES[table.name], (printable(run.text) for run in row), strict=True)) for row in table.rows
    ]


def _words(document: Document, state: str, version: str) -> dict[str, str]:
    units = {table.name: table.unit for part in document.parts for table in part.tables}
    return {
        "标题": document.title,
        "年度": str(document.year),
        "上年": str(document.year - 1),
        "单位名称": printable(document.unit_name),
        "状态": state,
        "版本说明": version,
        "三公单位": units.get("三公明细", ""),
    }


def _form(sheets: Sequence[OfficialForm]) -> Mapping[str, str] | str:
    """The tables of an annex, each form on a page of its own; "" for none."""
    return {"xml": NEXT_PAGE.join(map(form_table, sheets))} if sheets else ""


SAMPLE: Context = {
    **{name: ["示例文字。"] for name in NAMES.values()},
    **{name: [dict.fromkeys(columns, "示例")] for name, columns in TABLES.items()},
    **WORDS,
    **{name: {"xml": "<w:p/>"} for name in FORMS},
    SHOWS_CHART: True,
    "chart": chart_xml("示例", []),
}
"""With what an uploaded template is tried."""
