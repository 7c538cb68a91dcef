"""The report of the real case: its figures are the original's, one by one; what it adds is listed."""

from collections import Counter

import pytest

from budgets.checks.reading import Kind, half_width, quantities
from budgets.measures import EXECUTION_RATE
from budgets.models import ReturnText
from budgets.returns import BY_FUNCTION
from budgets.rows import measured, return_rows
from performance.report.outline import EDITIONS
from performance.report.writing import facts_of, report_of
from performance.word.making import report_docx, report_pdf
from tests.performance.indicators import performance_of
from tests.performance.report.seed_figures import ADDED, DIRECTIONS, STATED
from tests.performance.word.documents import sections, tables


@pytest.fixture
def report(seed):
    """The report of the real case, made of what was entered."""
    figures = measured(return_rows(seed), seed.round)
    rate = figures[BY_FUNCTION.name][0].measures[EXECUTION_RATE.name]
    texts = list(ReturnText.objects.filter(submission=seed))
    return report_of(facts_of(seed, figures, texts, performance_of(seed, rate)))


def section_of(report, name):
    """The part of a section."""
    return next(part for part in report.parts if part.section == name)


def worth(text):
    """The figures of a text, each as what it is and how much, years left out; with how often it stands."""
    found = quantities(half_width(text))
    return Counter((each.kind, each.value) for each in found if each.kind is not Kind.YEAR)


def numbers(words):
    """The same of single words."""
    return sum((worth(word) for word in words), Counter())


@pytest.mark.parametrize("name", STATED)
def test_every_figure_of_the_original_stands_in_its_section_and_no_other_but_those_added(report, name):
    sentences = "\n".join(paragraph.text for paragraph in section_of(report, name).paragraphs)
    assert worth(sentences) == numbers(STATED[name]) + numbers(ADDED[name])


@pytest.mark.parametrize("name", DIRECTIONS)
def test_every_change_has_the_word_of_its_sign(report, name):
    sentences = "\n".join(paragraph.text for paragraph in section_of(report, name).paragraphs)
    assert all(f"{difference}，相比{rate}" in sentences for difference, rate in DIRECTIONS[name])


def test_reasons_stand_where_the_outline_asks_for_them(report):
    sentences = "".join(paragraph.text for part in report.parts for paragraph in part.paragraphs)
    for reason in (
        "相比减少了4.25%，主要原因是预算项目经费缩减导致经费的减少。",
        "相比增加了53.12%，主要原因是黄江源大火应急救灾资金及森林灭火设备物资购置等专项资金的增加导致经费增长。",
        "相比增加了42.04%，主要原因是黄江源大火应急救灾资金及森林灭火设备物资购置等专项资金增加。",
        "相比减少了100.00%，主要原因是上年度记账方式有误，上年度才有公务用车运行维护费；",
        "相比增加了134.50%，主要原因是公务活动增加，公务接待批次增多。",
    ):
        assert reason in sentences


def test_what_the_original_lacks_is_named(report):
    found = [run.text for part in report.parts for run in part.runs if run.is_missing]
    assert found == [
        "（尚未填写）",  # 年初、年末结转和结余
        "（尚未填写）",
        "（尚未填写：全年预算数）",
        "（无法计算：全年预算数未填）",
        "（尚未填写：年初预算数）",  # of the three public expenses
        "（尚未填写：团组、车辆和接待批次人次）",
        "（尚未填写）",  # why basic expenditure rose by 91.81 %
        "（尚未填写）",  # why projects took 50.28 % less
        "（尚未填写：年度绩效目标）",
        "（尚未填写：目标完成情况）",
        "（尚未填写：绩效指标和自评得分，总分还算不出来）",
    ]


def test_what_the_unit_wrote_is_printed_once(report):
    printed = {part.section: part.own_printed for part in report.parts if part.section}
    assert printed["project_spending"] == ["存在未下达项目经费。"]
    assert [name for name in STATED if printed[name]] == ["project_spending"]
    assert len(printed["duties"]) == 18 and len(printed["problems"]) == len(printed["improvements"]) == 4
    assert printed["disclosure"] == ["请财政代为公开。"]


def test_every_figure_leads_to_its_cell(report):
    assert [run.text for run in report.figures if run.place is None] == [
        "10个"
    ]  # how many projects there are
    first = next(run for run in report.figures if run.text == "582.51万元")
    assert (first.place.schedule, first.place.row, first.place.column) == (
        "expenditure_by_function",
        "total",
        "variance_to_initial",
    )


@pytest.fixture
def docx(seed):
    """The report of the real case as a Word file."""
    return report_docx(seed)


@pytest.mark.parametrize("name", STATED)
def test_the_word_file_states_every_figure_of_the_original_and_names_those_it_adds(docx, name):
    heading = next(each.title for each in EDITIONS[0].headings if each.section == name)
    assert worth("\n".join(sections(docx)[heading])) == numbers(STATED[name]) + numbers(ADDED[name])


def test_the_tables_of_the_word_file_state_the_same(docx):
    compared, three_public, *_ = tables(docx)
    assert compared[2] == ["支出合计", "1,285.25", "1,385.50", "—", "1,968.01", "+582.51", "+42.04%"]
    assert compared[3][2:] == ["900.00", "—", "1,726.32", "+826.32", "+91.81%"]
    assert compared[4][2:] == ["485.50", "—", "241.37", "−244.13", "−50.28%"]
    assert three_public[5] == ["公务接待费", "38,986", "—", "91,423", "+52,437", "+134.50%"]
    assert three_public[6] == ["“三公”经费合计", "88,986", "—", "91,423", "+2,437", "+2.74%"]


def test_libreoffice_makes_a_pdf_of_it(seed):
    content = report_pdf(seed)
    assert (
        content.startswith(b"%PDF-") and content.count(b"/Type/Page\n") + content.count(b"/Type/Page/") > 10
    )
