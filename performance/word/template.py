"""The template that an edition of the report comes with: a Word document of its headings and names.

Made here, not kept as a file: what a county downloads and changes is that of the present outline. Fonts
and measures are those of official documents (GB/T 9704).
"""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from typing import Any

from docx import Document as new_document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Mm, Pt, RGBColor

from performance.report.outline import Edition, Heading
from performance.word.context import FORMS, NAMES, SHOWS_CHART, TABLES
from performance.word.parts import chart_xml

BODY, TITLE, BOLD_HEAD, SECOND_HEAD, TABLE_FONT = (
    "仿宋_GB2312",
    "方正小标宋简体",
    "黑体",
    "楷体_GB2312",
    "宋体",
)
LATIN = "Times New Roman"
CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"

_TABLE_AT = {
    "budget_and_outturn": ("收支对比", "{{ 年度 }}年度收支预决算对比", "万元"),
    "three_public_use": ("三公明细", "{{ 年度 }}年度“三公”经费支出", "{{ 三公单位 }}"),
    "project_spending": ("项目明细", "{{ 年度 }}年度项目支出", "万元"),
    "results": ("绩效指标", "{{ 年度 }}年度绩效指标完成情况", ""),
}
"""Which table stands in which section, its title and its unit."""

_WIDTHS = {
    "收支对比": (22, 13, 13, 13, 13, 13, 13),
    "三公明细": (28, 14, 14, 14, 14, 16),
    "项目明细": (33, 13, 13, 13, 14, 14),
    "绩效指标": (19, 27, 17, 17, 10, 10),
}
"""Parts of a hundred."""
_WORDS_ON_THE_LEFT = ("项目", "二级指标", "三级指标", "年度指标值", "实际完成值")


@cache
def report_template(edition: Edition) -> bytes:
    """Return the template of an edition as .docx."""
    document = new_document()
    _drop_thumbnail(document)
    _styles(document)
    _page(document)
    _cover(document)
    for heading in edition.headings:
        _section(document, heading)
    _annexes(document, edition.annexes)
    document.core_properties.title = "{{ 标题 }}"
    document.core_properties.author = ""
    document.core_properties.comments = ""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _drop_thumbnail(document: Any) -> None:
    """Drop the picture of another document that the library's own one carries."""
    relations = document.part.package.rels
    for name in [each for each, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        del relations[name]


# --- Look


def _styles(document: Any) -> None:
    _style(document, "Normal", BODY, 32, spacing=28)
    _style(document, "Title", TITLE, 44, spacing=34, align=WD_ALIGN_PARAGRAPH.CENTER)
    for level, (font, is_bold) in enumerate(((BOLD_HEAD, False), (SECOND_HEAD, False), (BODY, True)), 1):
        style = _style(document, f"Heading {level}", font, 32, spacing=28, is_bold=is_bold)
        style.paragraph_format.keep_with_next = True
        _indent(style)
    _own_styles(document)


def _own_styles(document: Any) -> None:
    """The styles the pieces of a report refer to; a county changes their look, not their names."""
    center = WD_ALIGN_PARAGRAPH.CENTER
    _indent(_added(document, "Report Text", BODY, 32, spacing=28))
    _added(document, "Report Unit", SECOND_HEAD, 32, spacing=28, align=center)
    _added(document, "Contents Title", BOLD_HEAD, 32, spacing=28, align=center)
    head = _added(document, "Table Title", BOLD_HEAD, 24, spacing=20, align=center)
    head.paragraph_format.space_before, head.paragraph_format.keep_with_next = Pt(8), True
    _added(document, "Form Text", TABLE_FONT, 21, spacing=15)
    _added(document, "Page Foot", TABLE_FONT, 18, spacing=12, align=center)
    _added(document, "Page Head", TABLE_FONT, 18, spacing=12, align=WD_ALIGN_PARAGRAPH.RIGHT)
    for level in (1, 2, 3):
        _contents_style(document, level)
    table = document.styles.add_style("Form Table", WD_STYLE_TYPE.TABLE)
    table.element.append(parse_xml(_TABLE_LINES))


_TABLE_LINES = (
    f"<w:tblPr {nsdecls('w')}><w:tblBorders>"
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="444444"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + '</w:tblBorders><w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr>"
)


def _added(document: Any, name: str, font: str, halves: int, **options: Any) -> Any:
    document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    return _style(document, name, font, halves, **options)


def _style(
    document: Any,
    name: str,
    font: str,
    halves: int,
    *,
    spacing: int,
    align: Any = None,
    is_bold: bool = False,
) -> Any:
    """Set a style: its size in half points, its lines so many points apart."""
    style = document.styles[name]
    style.font.name, style.font.size, style.font.bold = LATIN, Emu(Pt(halves) // 2), is_bold
    style.font.italic, style.font.color.rgb = False, RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{key}"), None)
    fonts.set(qn("w:ascii"), LATIN)
    fonts.set(qn("w:eastAsia"), font)
    _language(style.element.get_or_add_rPr())
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing, form.alignment = WD_LINE_SPACING.EXACTLY, Pt(spacing), align
    borders = style.element.find(qn("w:pPr")).find(qn("w:pBdr"))
    if borders is not None:  # the line below a title that the library's own document has
        properties = borders.getparent()
        properties.remove(borders)
    return style


def _language(properties: Any) -> None:
    found = properties.find(qn("w:lang"))
    if found is None:
        found = parse_xml(f"<w:lang {nsdecls('w')}/>")
        properties.append(found)
    found.set(qn("w:val"), "en-US")
    found.set(qn("w:eastAsia"), "zh-CN")


def _indent(style: Any) -> None:
    """Set the first line in by two characters, whatever the size."""
    indent = style.element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), "640")


def _contents_style(document: Any, level: int) -> None:
    """An entry of the table of contents: set in by its level, its page at the right behind dots."""
    style = _added(document, f"toc {level}", BODY, 28, spacing=23)
    style.element.styleId = f"TOC{level}"  # as Word calls it
    form = style.element.get_or_add_pPr()
    indent = form.get_or_add_ind()
    indent.set(qn("w:left"), str(320 * (level - 1)))
    form.append(
        parse_xml(f'<w:tabs {nsdecls("w")}><w:tab w:val="right" w:leader="dot" w:pos="8840"/></w:tabs>')
    )
    tabs = form.find(qn("w:tabs"))
    form.remove(tabs)
    form.insert_element_before(tabs, "w:spacing", "w:ind", "w:jc", "w:outlineLvl")


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(20), Mm(22)
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    head.style, foot.style = document.styles["Page Head"], document.styles["Page Foot"]
    head.add_run("{{ 状态 }}")
    _page_number(foot)
    section.footer.add_paragraph("{{ 版本说明 }}", document.styles["Page Foot"])


def _page_number(paragraph: Any) -> None:
    paragraph.add_run("— ")
    paragraph._p.append(
        parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    )
    paragraph.add_run(" —")


# --- Content


def _cover(document: Any) -> None:
    document.add_paragraph("{{ 标题 }}", "Title")
    document.add_paragraph("{{ 单位名称 }}", "Report Unit")
    document.add_paragraph("目  录", "Contents Title").paragraph_format.space_before = Pt(18)
    document.element.body.insert_element_before(_contents_field(), "w:sectPr")


def _contents_field() -> Any:
    """The field of the table of contents; the report fills its entries in, Word makes them anew."""
    return parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="TOC1"/></w:pPr>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-3" \\h \\z \\u </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>（生成报告时写出目录）</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def _section(document: Any, heading: Heading) -> None:
    title = document.add_paragraph(heading.title, f"Heading {heading.level}")
    if heading is not None and heading.title.startswith("一、"):
        title.paragraph_format.page_break_before = True  # behind the contents
    if not heading.section:
        return
    _text(document, f"{{%p for 段 in {NAMES[heading.section]} %}}")
    _text(document, "{{ 段 }}")
    _text(document, "{%p endfor %}")
    if heading.section == "overall_spending":
        _text(document, f"{{%p if {SHOWS_CHART} %}}")
        _chart(document)
        _text(document, "{%p endif %}")
    if heading.section in _TABLE_AT:
        _table(document, *_TABLE_AT[heading.section])


def _text(document: Any, text: str) -> None:
    document.add_paragraph(text, "Report Text")


def _table(document: Any, name: str, title: str, unit: str) -> None:
    columns = TABLES[name]
    _text(document, f"{{%p if {name} %}}")
    document.add_paragraph(f"{title}（单位：{unit}）" if unit else title, "Table Title")
    table = document.add_table(rows=4, cols=len(columns))
    table.style = document.styles["Form Table"]
    table.autofit = False
    _widths(table, _WIDTHS[name])
    heads = _HEADS | {"增减": "较上年增减" if name == "三公明细" else "较年初预算增减"}
    _cells(table.rows[0], [heads.get(each, each) for each in columns])
    _cells(table.rows[1], [f"{{%tr for 行 in {name} %}}"], is_tag=True)
    _cells(table.rows[2], [f"{{{{ 行.{each} }}}}" for each in columns], columns)
    _cells(table.rows[3], ["{%tr endfor %}"], is_tag=True)
    _repeated(table.rows[0])
    _text(document, "{%p endif %}")


_HEADS = {"上年决算": "{{ 上年 }}年决算", "本年预算": "{{ 年度 }}年预算"}
"""Heads of columns that are called otherwise than the column."""


def _widths(table: Any, parts: Sequence[int]) -> None:
    for row in table.rows:
        for cell, part in zip(row.cells, parts, strict=True):
            cell.width = Mm(156 * part // 100)
    for column, part in zip(table.columns, parts, strict=True):
        column.width = Mm(156 * part // 100)


def _cells(row: Any, texts: Sequence[str], columns: Sequence[str] = (), *, is_tag: bool = False) -> None:
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    for number, text in enumerate(texts):
        paragraph = row.cells[number].paragraphs[0]
        paragraph.style = "Form Text"
        paragraph.add_run(text)
        if not is_tag:
            is_words = bool(columns) and columns[number] in _WORDS_ON_THE_LEFT
            right = WD_ALIGN_PARAGRAPH.RIGHT if columns else WD_ALIGN_PARAGRAPH.CENTER
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if is_words else right


def _repeated(row: Any) -> None:
    """Print a row on every page its table reaches."""
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def _chart(document: Any) -> None:
    """Place a chart; filling in puts its bars there."""
    package = document.part.package
    part = Part(PackURI("/word/charts/chart1.xml"), CHART_TYPE, chart_xml("支出构成", []).encode(), package)
    relation = document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    paragraph = document.add_paragraph(style="Table Title")
    paragraph.add_run()._r.append(parse_xml(_DRAWING.format(relation=relation)))
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE


_DRAWING = (
    f"<w:drawing {nsdecls('w', 'wp', 'a', 'r')}>"
    '<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="5580000" cy="3240000"/>'
    '<wp:docPr id="1" name="支出构成" descr="支出构成（按功能分类，万元），数据见上文"/>'
    "<wp:cNvGraphicFramePr/>"
    '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
    '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="{relation}"/>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing>"
)


def _annexes(document: Any, titles: Sequence[str]) -> None:
    """Each annex on a page of its own; one that is not there is said to be added."""
    for number, (name, title) in enumerate(zip(FORMS, titles, strict=True), 1):
        heading = document.add_paragraph(f"附件{number}  {{{{ 年度 }}}}年度{title}", "Heading 1")
        heading.paragraph_format.page_break_before = True
        heading.paragraph_format.first_line_indent = Pt(0)
        _text(document, f"{{%p if {name} %}}")
        _text(document, f"{{{{p {name} }}}}")
        _text(document, "{%p else %}")
        _text(document, "（另附）")
        _text(document, "{%p endif %}")
