"""The report as a Word file: what stands in it, how it looks, and that what people write does nothing there."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest
from docx.oxml.ns import qn

from budgets.base_data import base_data_form
from budgets.returns import BY_FUNCTION
from performance.report.outline import EDITIONS
from performance.report.writing import report_of
from performance.word.context import context_of
from performance.word.filling import filled
from performance.word.parts import chart_xml
from performance.word.template import report_template
from tests.performance.report.returns import by_function, facts, money, project
from tests.performance.word.documents import fields, names, part, read, sections, tables, texts

[EDITION] = EDITIONS
LINES = (
    by_function("2240106", "安全监管", "9480600"),
    by_function("2240101", "行政运行", "519400"),
    money(
        "total", schedule=BY_FUNCTION, initial_budget="8000000", last_year_outturn="12500000", reason="压减"
    ),
    project("甲项目", initial_budget="100000", outturn="150000"),
)


def made(*lines, texts=None, state="草稿", version="草稿，未经审核 · 第 1 版", for_print=False):
    """The report of a return as .docx."""
    found = facts(*lines, texts=texts)
    rows = {name: [each.row for each in each_rows] for name, each_rows in found.rows.items()}
    form = base_data_form(found.year, rows, (texts or {}).get("thrift_measures", ""))
    context = context_of(report_of(found), state=state, version=version, forms=([form], [], []))
    return filled(report_template(EDITION), context, for_print=for_print)


@pytest.fixture(scope="module")
def report():
    """A small report."""
    return made(*LINES, texts={"problems": "1、不细。\n2、不快。"})


def test_every_heading_stands_in_its_order_with_its_paragraphs_below_it(report):
    found = sections(report)
    assert list(found)[:20] == [each.title for each in EDITION.headings]
    assert found["七、存在的问题及原因分析"] == ["1、不细。", "2、不快。"]
    assert found["（二）项目支出情况"][0].startswith(
        "2023年项目支出年初批复预算10.00万元，项目实际支出15.00万元，"
    )
    assert found["五、社会保险基金预算支出情况"] == ["我单位无社会保险基金预算支出情况。"]
    assert found["1、主要职能"] == ["（尚未填写：主要职能）"]


def test_the_tables_of_the_sections_and_the_base_data_form_follow(report):
    money_table, three_public, projects, form = tables(report)
    assert money_table[0] == [
        "项目",
        "2022年决算",
        "年初预算",
        "全年预算",
        "决算",
        "较年初预算增减",
        "增减率",
    ]
    assert money_table[2] == ["支出合计", "1,250.00", "800.00", "—", "1,000.00", "+200.00", "+25.00%"]
    assert three_public[1][0] == "因公出国（境）费"
    assert projects[1] == ["甲项目", "10.00", "—", "15.00", "+5.00", "+50.00%"]
    assert form[0][:2] == ["财政供养人员情况（人）", "编制数"]
    assert [row[0] for row in form if "项目支出" in row[0]] == ["项目支出："]


def test_annexes_that_are_not_there_are_said_to_be_added(report):
    found = sections(report)
    assert found["附件2  2023年度部门整体支出绩效自评表"] == ["（另附）"]
    assert found["附件1  2023年度部门整体支出绩效评价基础数据表"] == []


def test_the_table_of_contents_is_a_field_that_is_filled_already(report):
    codes = fields(report)
    assert codes[0].startswith('TOC \\o "1-3"') and codes[1].startswith("PAGEREF _TocReport0")
    entries = [each.text for each in read(report).paragraphs if each.style.name.lower().startswith("toc ")]
    headings = [each.title for each in EDITION.headings]
    assert [entry.split("\t")[0] for entry in entries][:20] == headings
    body = part(report, "word/document.xml").decode()
    assert body.count('w:fldCharType="begin" w:dirty="true"') == 1
    assert body.count('w:fldCharType="begin"') == body.count('w:fldCharType="end"')


def test_for_libreoffice_it_is_plain_references_whose_pages_it_works_out():
    assert not [code for code in fields(made(*LINES, for_print=True)) if code.startswith("TOC")]


def test_fonts_and_language_are_those_of_chinese_documents(report):
    fonts = {
        "Normal": "仿宋_GB2312",
        "Title": "方正小标宋简体",
        "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312",
    }
    for name, font in (fonts | {"Report Text": "仿宋_GB2312", "Form Text": "宋体"}).items():
        properties = read(report).styles[name].element.rPr
        assert properties.rFonts.get(qn("w:eastAsia")) == font
        assert not [key for key in properties.rFonts.attrib if "Theme" in key]  # a theme would win
        assert properties.find(qn("w:lang")).get(qn("w:eastAsia")) == "zh-CN"


def test_every_page_says_what_it_is_of(report):
    [section] = read(report).sections
    assert section.header.paragraphs[0].text == "草稿"
    assert section.footer.paragraphs[1].text == "草稿，未经审核 · 第 1 版"
    assert 'w:instr=" PAGE "' in section.footer._element.xml


def test_the_chart_holds_what_was_spent_and_leads_to_no_workbook(report):
    charts = [name for name in names(report) if "chart" in name]
    assert charts == ["word/charts/chart1.xml"]
    chart = part(report, "word/charts/chart1.xml").decode()
    assert chart.index("安全监管") < chart.index("行政运行") and "<c:v>948.06</c:v>" in chart
    assert not [name for name in names(report) if "embed" in name]


def test_without_lines_by_function_there_is_no_chart():
    assert "c:chart" not in part(made(), "word/document.xml").decode()


def test_it_is_small(report):
    assert len(report) < 80_000


HOSTILE = (
    "=1+1",
    "{{ 7*7 }}",
    "{% for i in 标题 %}x{% endfor %}",
    "{%p if 有图 %}",
    "{# c #}",
    "{_{ x }_} {_% y %_}",
    "</w:t></w:r></w:p><w:p/><!-- &amp; &#x41; -->",
    "<w:instrText>DDEAUTO c:\\\\x</w:instrText>",
    "]]>&lt;",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_what_people_write_stands_there_letter_for_letter(words):
    content = made(
        *LINES,
        project(words, outturn="5"),
        texts={"duties": words, "thrift_measures": words, "problems": f"一\n{words}"},
    )
    found = sections(content)
    assert found["1、主要职能"] == [words] and found["七、存在的问题及原因分析"] == ["一", words]
    assert tables(content)[2][2][0] == words and tables(content)[-1][-1][1] == words
    assert fields(content) == fields(made(*LINES))  # no field came of it


def test_ten_thousand_characters_and_control_characters_do_no_harm():
    words = "长\x00\x07\x0b\x0c\x1b\ufffe\ud800\t文" * 1_111
    content = made(*LINES, texts={"duties": words})
    assert sections(content)["1、主要职能"] == ["长 文" * 1_111]
    ElementTree.fromstring(part(content, "word/document.xml"))  # read as a strict reader does


def test_a_name_in_the_chart_is_escaped():
    ElementTree.fromstring(chart_xml("<a>&", [("<b>]]>\x00", Decimal(1))]).split("?>", 1)[1])


def test_the_text_of_a_template_paragraph_stays_what_the_report_says(report):
    assert not [text for text in texts(report) if "{" in text or "}" in text]
